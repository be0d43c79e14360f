"""Excel: the clause table, the room schedule, 单体面积统计表, and the row for the town's register (管理清册).

Where there is a stage before or a completion survey, a sheet each says what became of the rooms; another lists what
people decided.

Numbers are numbers, at full precision, shown to two decimals; units stand in the heads. What a person fills in is
tinted and empty.
"""

from __future__ import annotations

from typing import Final

from bimcheck import notation
from bimcheck.notation import clean
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._consent import DECISIONS
from bimcheck.reporters._decided import decision_texts
from bimcheck.reporters._workbook import UNITS, Book, Cell, Column, Number, Sheet, Style, workbook
from bimcheck.reporters._workbook_areas import areas_sheet, register_sheet
from bimcheck.reporters._workbook_stages import changes_sheet, decisions_sheet, survey_sheet
from bimcheck.review import Review, ReviewedRoom, RuleResult
from bimcheck.text import Language, Text

SUFFIX: Final = ".xlsx"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_NAMES = 12
_DECISION = 10


def render(review: Review, language: Language = "zh") -> bytes:
    """The workbook."""
    title = tables.project_name(review)
    footer = f"bimcheck {review.tool_version} · {review.ruleset.id} · SHA-256 {review.source.sha256[:16]}…"
    with workbook(language, title, review.as_of, footer) as (book, written):
        _findings(book, review)
        _rooms(book, review)
        areas_sheet(book, review)
        register_sheet(book, review)
        changes_sheet(book, review)
        survey_sheet(book, review)
        decisions_sheet(book, review)
    return written.getvalue()


# ------------------------------------------------------------------------------------------------ clause table

_FINDINGS = (
    Column(Text("条款", "Clause"), 7, "centre"),
    Column(Text("事项", "Subject"), 14),
    Column(Text("要求", "Requirement"), 26),
    Column(Text("要求值", "Required"), 10),
    Column(Text("实测", "Measured"), 10),
    Column(Text("申报", "Declared"), 10),
    Column(Text("差值", "Difference"), 10),
    Column(Text("单位", "Unit"), 5, "centre"),
    Column(Text("结论", "Result"), 10),
    Column(Text("依据", "Basis"), 38),
    Column(Text("人工意见", "Decision"), 12, "input"),
    Column(Text("处理建议、备注", "To do, remarks"), 27),
)


def _findings(book: Book, review: Review) -> None:
    """One row a clause, always, the urgent ones first."""
    sheet = book.sheet(Text("审查意见", "Findings"), _FINDINGS)
    _identity(sheet, review, Text("社区服务用房审查意见", "Review of community service rooms"), (2, 3, 2, 5))
    sheet.head(_FINDINGS)
    first, names = sheet.row, tables.Names(review)
    for result in tables.by_urgency(review.results):
        styles: dict[int, Style] = {3: "centre", 8: result.status, 10: "input" if result.status == "manual" else "text"}
        if result.status == "manual":
            choices = [choice.in_language(book.language) for choice in DECISIONS]
            sheet.worksheet.data_validation(
                sheet.row, _DECISION, sheet.row, _DECISION, {"validate": "list", "source": choices}
            )
        sheet.line(_FINDINGS, _finding(book, review, result, names), styles=styles)
    sheet.worksheet.autofilter(first - 1, 0, sheet.row - 1, len(_FINDINGS) - 1)


def _identity(sheet: Sheet, review: Review, title: Text, spans: tuple[int, int, int, int]) -> None:
    """The title, and what was checked by what."""
    said = sheet.book.language
    sheet.title(title.in_language(said))
    pairs = [  # what is long stands on the right, which is wide
        (Text("项目名称", "Project"), tables.project_name(review)),
        *((label, name.in_language(said)) for label, name in tables.concerned(review)),
        (Text("总体结论", "Verdict"), notation.VERDICTS[review.verdict].in_language(said)),
        (Text("送审文件", "File"), clean(review.source.file)),
        (Text("审查阶段", "Stage"), notation.STAGES[review.stage].in_language(said)),
        (Text("文件 SHA-256", "SHA-256"), review.source.sha256),
        (Text("适用日期", "As of"), review.as_of.isoformat()),
        (Text("依据文件", "Rules"), clean(f"{review.ruleset.title.in_language(said)}（{review.ruleset.document}）")),
        (Text("软件", "Tool"), f"bimcheck {review.tool_version}"),
        (Text("规则集", "Ruleset"), f"{review.ruleset.id} · {review.ruleset.digest}"),
    ]
    sheet.pairs([(label.in_language(said), value) for label, value in pairs], spans)


def _finding(book: Book, review: Review, result: RuleResult, names: tables.Names) -> list[Cell]:
    said = book.language
    quantity, required = result.measured, result.required
    presence = notation.is_presence(required)
    unit = required.unit if required is not None else quantity.unit if quantity is not None else ""
    asked: Cell = None
    if presence:
        asked = notation.requirement(required).in_language(said)
    elif required is not None:
        asked = Number(required.value, required.unit)
    return [
        result.clause,
        result.title.in_language(said),
        result.quote.in_language(said),
        asked,
        None if quantity is None else Number(quantity.value, quantity.unit),
        Number(tables.declared_for(review, result)) if quantity is not None and quantity.unit == "m2" else None,
        None if required is None or presence else Number(result.margin, required.unit, signed=True),
        UNITS[unit].in_language(said) if quantity is not None or required is not None else None,
        notation.STATUSES[result.status].in_language(said),
        _basis(result, names, said),
        "\n".join(decision_texts(review, result.rule, said)),
        _remarks(result, said),
    ]


def _basis(result: RuleResult, names: tables.Names, said: Language) -> str:
    """The finding and the names of what it rests on."""
    listed = "、".join(dict.fromkeys(names[id_] for id_ in result.evidence[:_MOST_NAMES]))
    more = len(result.evidence) - _MOST_NAMES
    if more > 0:
        listed += f" …（+{more}）"
    message = result.message.in_language(said)
    return f"{message}（{listed}）" if listed else message


def _remarks(result: RuleResult, said: Language) -> str:
    """What to do, the span of the readings, and how much the rule matters."""
    parts = [] if result.remedy is None else [result.remedy.in_language(said).rstrip("。.")]
    if result.measured is not None and result.measured.disputed:
        span = notation.measured(result.measured, result.required)
        parts.append(Text(f"各口径：{span.zh}", f"readings: {span.en}").in_language(said))
    if result.level == "advisory":
        parts.append(notation.LEVELS["advisory"].in_language(said))
    return "；".join(parts) if said == "zh" else "; ".join(parts)


# ----------------------------------------------------------------------------------------------- room schedule

_ROOMS = (
    Column(Text("序号", "No."), 5, "centre"),
    Column(Text("楼层", "Storey"), 8, "centre"),
    Column(Text("房间名称", "Room"), 19),
    Column(Text("用途", "Use"), 14),
    Column(Text("计入", "Counted"), 5, "centre"),
    Column(Text("层高 (m)", "Height (m)"), 7),
    Column(Text("计算系数", "Coefficient"), 7),
    Column(Text("净面积 (㎡)", "Clear area (m²)"), 10),
    Column(Text("墙体面积 (㎡)", "Walls (m²)"), 10),
    Column(Text("建筑面积 (㎡)", "Gross area (m²)"), 10),
    Column(Text("下限 (㎡)", "Low (m²)"), 10),
    Column(Text("上限 (㎡)", "High (m²)"), 10),
    Column(Text("申报面积 (㎡)", "Declared (m²)"), 10),
    Column(Text("量测方法", "Method"), 11, "centre"),
    Column(Text("识别依据", "Known by"), 22),
    Column(Text("备注", "Remarks"), 24),
    Column(Text("构件标识", "Element id"), 24),
)


def _rooms(book: Book, review: Review) -> None:
    """Every service room, their sum, and then every near miss with why it is not counted."""
    sheet = book.sheet(Text("房间明细", "Rooms"), _ROOMS)
    sheet.title(Text("社区服务用房房间明细", "Community service rooms").in_language(book.language))
    sheet.head(_ROOMS)
    titles = {level.id: level.title.in_language(book.language) for level in review.levels}
    counted, missed = (tables.rooms_in_order(review, counted=each) for each in (True, False))
    for number, room in enumerate(counted, 1):
        sheet.line(_ROOMS, _room(book, room, number, titles))
    if counted:
        total: list[Cell] = [None] * len(_ROOMS)
        total[2] = Text("合计（计入）", "Total (counted)").in_language(book.language)
        for column, values in (
            (7, [room.net_area_m2 for room in counted]),
            (9, [room.gross_area_m2 for room in counted]),
            (10, [room.gross_low_m2 for room in counted]),
            (11, [room.gross_high_m2 for room in counted]),
        ):
            total[column] = Number(_sum(values))
        sheet.line(_ROOMS, total, bold=True)
    for number, room in enumerate(missed, len(counted) + 1):
        sheet.line(_ROOMS, _room(book, room, number, titles))


def _sum(values: list[float | None]) -> float | None:
    """The sum, unknown where one of them is."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _room(book: Book, room: ReviewedRoom, number: int, titles: dict[str, str]) -> list[Cell]:
    said = book.language
    remarks = [text.in_language(said) for text in (room.why_not, room.remark) if text is not None]
    if room.declared_from:
        remarks.append(Text(f"申报值取自 {room.declared_from}", f"declared in {room.declared_from}").in_language(said))
    method = room.area_method
    return [
        Number(number, "piece"),
        titles.get(room.level_id or "", room.storey),
        room.name,
        notation.USES[room.use].in_language(said),
        Text("是", "yes").in_language(said) if room.counted else Text("否", "no").in_language(said),
        Number(room.height_m, "m"),
        Number(room.coefficient, ""),
        Number(room.net_area_m2),
        Number(tables.wall_share_m2(room)),
        Number(room.gross_area_m2),
        Number(room.gross_low_m2),
        Number(room.gross_high_m2),
        Number(room.declared_area_m2),
        (notation.NOTHING if method is None else notation.AREA_METHODS[method]).in_language(said),
        room.evidence.in_language(said),
        "；".join(remarks),
        room.id,
    ]
