"""The workbook's sheets of other stages: what changed since the one before, the survey, what people decided."""

from __future__ import annotations

from bimcheck import notation
from bimcheck.history import MeasureChange, RoomChange
from bimcheck.notation import clean
from bimcheck.reporters._changes import PLACE_CHANGES, clause_rows, entrance_rows, summary
from bimcheck.reporters._decided import OUTCOMES, every_decision
from bimcheck.reporters._workbook import UNITS, Book, Cell, Column, Number, Style
from bimcheck.review import Review
from bimcheck.text import Text

_KINDS = {
    "room": Text("房间", "Room"),
    "entrance": Text("出入口", "Entrance"),
    "measure": Text("指标", "Measurement"),
    "clause": Text("条款", "Clause"),
}
_CHANGES = (
    Column(Text("类别", "Kind"), 8, "centre"),
    Column(Text("对象", "Subject"), 24),
    Column(Text("楼层或条款", "Storey or clause"), 12, "centre"),
    Column(Text("变化", "Change"), 10, "centre"),
    Column(Text("上阶段", "Before"), 14, "centre"),
    Column(Text("本阶段", "Now"), 14, "centre"),
    Column(Text("差值", "Difference"), 13, "centre"),
    Column(Text("单位", "Unit"), 6, "centre"),
    Column(Text("变差", "Worse"), 7, "centre"),
    Column(Text("备注", "Remarks"), 36),
)
_CHANGE, _WORSE = 3, 8


_STATES = {"valid": Text("有效", "valid"), "stale": Text("已失效", "stale"), "gone": Text("已不存在", "gone")}
_DECISIONS = (
    Column(Text("事项编号", "Finding"), 24),
    Column(Text("事项与本次结论", "Subject, result now"), 34),
    Column(Text("意见", "Decision"), 10, "centre"),
    Column(Text("理由", "Reason"), 34),
    Column(Text("决定人", "By"), 10, "centre"),
    Column(Text("代表", "For"), 18),
    Column(Text("日期", "Date"), 11, "centre"),
    Column(Text("状态", "State"), 8, "centre"),
    Column(Text("说明", "Why"), 34),
)
_STATE = 7


def changes_sheet(book: Book, review: Review) -> None:
    """Room by room, entrance by entrance, figure by figure and clause by clause; no sheet without a stage before."""
    chain, said = review.chain, book.language
    if chain is None:
        return
    sheet = book.sheet(Text("阶段比较", "Changes"), _CHANGES)
    sheet.title(Text("与上阶段比较", "Since the stage before").in_language(said))
    sheet.note(clean(summary(chain).in_language(said)))
    sheet.note(f"SHA-256 {chain.previous.sha256}（{clean(chain.previous.file)}）")
    sheet.head(_CHANGES)
    worse = Text("是", "yes").in_language(said)

    def line(kind: str, cells: list[Cell], *, declined: bool) -> None:
        marks: dict[int, Style] = {_CHANGE: "fail", _WORSE: "fail"} if declined else {}
        sheet.line(
            _CHANGES,
            [_KINDS[kind].in_language(said), *cells[:7], worse if declined else None, *cells[7:]],
            styles=marks,
        )

    for room in chain.rooms:
        line("room", _room(room, book), declined=room.declined)
    for measure in chain.measurements:
        line("measure", _measure(measure, book), declined=measure.declined)
    for kind, rows in (("entrance", entrance_rows(chain)), ("clause", clause_rows(chain))):
        for row in rows:
            remarks = "；".join(text.in_language(said) for text in row.remarks)
            texts = (row.change, row.before, row.after, row.difference)
            cells: list[Cell] = [row.subject.in_language(said), row.place, *(text.in_language(said) for text in texts)]
            line(kind, [*cells, None, remarks], declined=row.declined)


def _room(room: RoomChange, book: Book) -> list[Cell]:
    said = book.language
    remarks = [text.in_language(said) for text in room.remarks]
    if room.moved_m is not None:
        moved = notation.amount(room.moved_m, "m")
        remarks.insert(0, Text(f"移动 {moved.zh}", f"moved by {moved.en}").in_language(said))
    return [
        room.name,
        room.storey,
        PLACE_CHANGES[room.change].in_language(said),
        Number(None if room.before is None else room.before.gross_area_m2),
        Number(room.gross_area_m2),
        Number(room.difference_m2, signed=True),
        UNITS["m2"].in_language(said),
        "；".join(remarks),
    ]


def _measure(measure: MeasureChange, book: Book) -> list[Cell]:
    said, unit = book.language, measure.unit
    by = measure.difference
    change = PLACE_CHANGES["kept"] if not by else Text("减少", "less") if by < 0 else Text("增加", "more")
    shown = [Number(value, unit) for value in (measure.before, measure.after)]
    name = notation.measure_name(measure.name).in_language(said)
    return [
        name,
        None,
        change.in_language(said),
        *shown,
        Number(by, unit, signed=True),
        UNITS[unit].in_language(said),
        None,
    ]


_SURVEY = (
    Column(Text("楼层", "Storey"), 10, "centre"),
    Column(Text("房间", "Room"), 26),
    Column(Text("实测面积 (㎡)", "Surveyed (m²)"), 14),
    Column(Text("模型面积 (㎡)", "Model (m²)"), 14),
    Column(Text("差值 (㎡)", "Difference (m²)"), 13),
    Column(Text("三级限差 (㎡)", "Class 3 limit (m²)"), 13),
    Column(Text("测绘表行号", "Survey line"), 10, "centre"),
)


def survey_sheet(book: Book, review: Review) -> None:
    """The survey's areas, which were judged, beside the model's; no sheet without a survey."""
    survey, said = review.survey, book.language
    if survey is None:
        return
    sheet = book.sheet(Text("竣工实测", "Survey"), _SURVEY, landscape=False)
    sheet.title(Text("竣工实测面积与模型面积", "Completion survey and model").in_language(said))
    note = Text("以实测面积判定，下限没有容差。", "The surveyed areas were judged; a minimum has no tolerance.")
    sheet.note(f"{note.in_language(said)} {clean(survey.file)} SHA-256 {survey.sha256}")
    sheet.head(_SURVEY)
    for room in survey.rooms:
        limit = None if room.limits_m2 is None else room.limits_m2[2]
        sheet.line(
            _SURVEY,
            [
                room.storey,
                room.name,
                Number(room.survey_m2),
                Number(room.model_m2),
                Number(room.difference_m2, signed=True),
                Number(limit),
                None if room.line is None else Number(room.line, "piece"),
            ],
        )
    total: list[Cell] = [
        None,
        Text("合计", "Total").in_language(said),
        Number(survey.survey_m2),
        Number(survey.model_m2),
    ]
    sheet.line(_SURVEY, [*total, None, None, None], bold=True)


def decisions_sheet(book: Book, review: Review) -> None:
    """Every decision and waiver with the result it leaves as it is; no sheet where nobody decided anything."""
    if not review.decisions:
        return
    said = book.language
    sheet = book.sheet(Text("决定与豁免", "Decisions"), _DECISIONS)
    sheet.title(Text("决定与豁免", "Decisions and waivers").in_language(said))
    sheet.note(Text("决定与豁免不改变结论。", "A decision or waiver leaves the result as it is.").in_language(said))
    sheet.head(_DECISIONS)
    for decided, (subject, _) in zip(review.decisions, every_decision(review), strict=True):
        made = decided.decision
        cells: list[Cell] = [
            made.finding,
            subject.in_language(said),
            OUTCOMES[made.outcome].in_language(said),
            made.reason,
            made.name,
            made.role,
            made.date.isoformat(),
            _STATES[decided.state].in_language(said),
            decided.why.in_language(said),
        ]
        sheet.line(_DECISIONS, cells, styles={} if decided.state == "valid" else {_STATE: "undetermined"})
