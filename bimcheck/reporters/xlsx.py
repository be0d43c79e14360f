"""Excel: the clause table, the room schedule, 单体面积统计表, and the row for the town's register (管理清册).

Numbers are numbers, at full precision, shown to two decimals; units stand in the heads. What a person fills in is
tinted and empty.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bimcheck import notation
from bimcheck.notation import clean
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._consent import DECISIONS
from bimcheck.reporters._decided import decision_texts
from bimcheck.reporters._workbook import Book, Cell, Column, Number, Sheet, Style, workbook
from bimcheck.review import Review, ReviewedRoom, RuleResult
from bimcheck.text import Language, Text

SUFFIX: Final = ".xlsx"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_NAMES = 12
_DECISION = 10


def render(review: Review, language: Language = "zh") -> bytes:
    """The workbook."""
    title = clean(f"{review.model.project_name or review.source.file}")
    footer = f"bimcheck {review.tool_version} · {review.ruleset.id} · SHA-256 {review.source.sha256[:16]}…"
    with workbook(language, title, review.as_of, footer) as (book, written):
        _findings(book, review)
        _rooms(book, review)
        _areas(book, review)
        _register(book, review)
    return written.getvalue()


def _project(review: Review) -> str:
    return review.model.project_name or review.source.file


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
_UNITS = {
    "m2": Text("㎡", "m²"),
    "m": Text("m", "m"),
    "1": Text("%", "%"),
    "piece": Text("个", "pcs"),
    "yuan": Text("元", "yuan"),
    "day": Text("天", "days"),
    "": notation.NOTHING,
}


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
    pairs = [
        (Text("项目名称", "Project"), clean(_project(review))),
        (Text("审查阶段", "Stage"), notation.STAGES[review.stage].in_language(said)),
        (Text("送审文件", "File"), clean(review.source.file)),
        (Text("文件 SHA-256", "SHA-256"), review.source.sha256),
        (Text("依据文件", "Rules"), clean(f"{review.ruleset.title.in_language(said)}（{review.ruleset.document}）")),
        (Text("规则集", "Ruleset"), f"{review.ruleset.id} · {review.ruleset.digest}"),
        (Text("总体结论", "Verdict"), notation.VERDICTS[review.verdict].in_language(said)),
        (Text("适用日期", "As of"), f"{review.as_of.isoformat()} · bimcheck {review.tool_version}"),
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
        _UNITS[unit].in_language(said) if quantity is not None or required is not None else None,
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
    parts = [] if result.remedy is None else [result.remedy.in_language(said)]
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


# ----------------------------------------------------------------------------------------------- 单体面积统计表


def _areas(book: Book, review: Review) -> None:
    """By storey and use, the area under every reading; a table for each building, with the foot reviewers sign."""
    standards = tables.area_standards_of(review)
    columns = (
        Column(Text("楼层", "Storey"), 10, "centre"),
        Column(Text("用途", "Use"), 17),
        Column(Text("间数", "Rooms"), 6, "centre"),
        Column(Text("净面积 (㎡)", "Clear area (m²)"), 12),
        *(_reading(name, review) for name in standards),
        Column(Text("备注", "Remarks"), 12),
    )
    sheet = book.sheet(Text("单体面积统计表", "Areas"), columns, landscape=False)
    said = book.language
    for index, (building, rooms) in enumerate(_by_building(review)):
        if index:
            sheet.row += 1
        title = Text("单体面积统计表", "Areas by storey and use")
        sheet.title(f"{title.in_language(said)}{'：' + clean(building) if building else ''}")
        sheet.note(Text(f"项目：{_project(review)}", f"Project: {_project(review)}").in_language(said))
        sheet.head(columns, frozen=index == 0, height=42)
        blocks, total = tables.area_rows(replace(review, rooms=tuple(rooms)))
        for row in [row for block in blocks for row in block] + [total]:
            use = Text("小计", "Subtotal") if row is not total else notation.NOTHING
            name = use if row.use is None else notation.USES[row.use]
            sheet.line(
                columns,
                [
                    row.storey.in_language(said),
                    name.in_language(said),
                    Number(row.rooms, "piece"),
                    Number(row.net_m2),
                    *(Number(row.by_standard[standard]) for standard in standards),
                    None,
                ],
                bold=row.use is None,
            )
        sheet.row += 1
        foot = Text(
            "校核：__________　　检查：__________　　日期：__________",
            "Verified: ________   Checked: ________   Date: ________",
        )
        sheet.note(foot.in_language(said))


def _reading(standard: str, review: Review) -> Column:
    name = notation.standard_name(standard)
    primary = standard == review.area_standard
    zh, en = ("（主用）", " (primary)") if primary else ("", "")
    return Column(Text(f"建筑面积 (㎡)\n{name}{zh}", f"Gross area (m²)\n{name}{en}"), 18)


def _by_building(review: Review) -> list[tuple[str, list[ReviewedRoom]]]:
    """Service rooms by building, one group without a name where the model knows only one."""
    rooms = [room for room in review.rooms if room.counted]
    of_level = {level.id: level.building_id for level in review.levels}
    groups: dict[str | None, list[ReviewedRoom]] = {}
    for room in rooms:
        groups.setdefault(of_level.get(room.level_id or ""), []).append(room)
    names = {building.id: building.name or building.id for building in review.model.buildings}
    found = sorted(
        ((names.get(id_ or "", id_ or ""), group) for id_, group in groups.items()), key=lambda each: each[0]
    )
    return found or [("", [])]


# ----------------------------------------------------------------------------------------------------- register

_REGISTER = (
    Column(Text("序号", "No."), 5, "centre"),
    Column(Text("镇（街道）", "Town"), 10, "input"),
    Column(Text("社区", "Community"), 10, "input"),
    Column(Text("项目名称", "Project"), 18),
    Column(Text("坐落（楼栋、楼层）", "Where"), 13),
    Column(Text("房间数", "Rooms"), 6, "centre"),
    Column(Text("建筑面积 (㎡)", "Gross area (m²)"), 10),
    Column(Text("其中党群服务中心 (㎡)", "Party centre (m²)"), 10),
    Column(Text("底层面积 (㎡)", "Ground floor (m²)"), 10),
    Column(Text("底层占比", "Ground share"), 8),
    Column(Text("沿街独立出入口 (个)", "Street entrances"), 8),
    Column(Text("车位 (个)", "Parking spaces"), 6),
    Column(Text("活动广场 (㎡)", "Plaza (m²)"), 9),
    Column(Text("配备方式", "How provided"), 8, "input"),
    Column(Text("协议书编号", "Agreement"), 10, "input"),
    Column(Text("不动产权证号", "Title no."), 12, "input"),
    Column(Text("移交日期", "Handed over"), 10, "input"),
    Column(Text("审查阶段、结论", "Stage, verdict"), 12),
    Column(Text("模型 SHA-256", "Model SHA-256"), 18),
    Column(Text("备注", "Remarks"), 10, "input"),
)
_REGISTERED = (
    ("service_area_m2", "m2"),
    ("party_centre_area_m2", "m2"),
    ("ground_floor_area_m2", "m2"),
    ("ground_floor_share", "1"),
    ("street_entrances", "piece"),
    ("parking_spaces", "piece"),
    ("plaza_area_m2", "m2"),
)


def _register(book: Book, review: Review) -> None:
    """The row the town files with civil affairs (四(二)); what no model knows is left for the town to fill in."""
    sheet = book.sheet(Text("管理清册", "Register"), _REGISTER)
    said = book.language
    sheet.title(
        Text("社区服务用房管理清册（登记行）", "Register of community service rooms (one row)").in_language(said)
    )
    sheet.head(_REGISTER, height=44)
    rooms = tables.rooms_in_order(review, counted=True)
    titles = {level.id: level.title.in_language(said) for level in review.levels}
    storeys = dict.fromkeys(titles.get(room.level_id or "", room.storey) for room in rooms)
    buildings = [name for name, group in _by_building(review) if group and name]
    measured: list[Cell] = []
    for name, unit in _REGISTERED:
        quantity = review.measurements.get(name)
        measured.append(Number(None if quantity is None else quantity.value, unit))
    verdict = notation.VERDICTS[review.verdict].in_language(said)
    sheet.line(
        _REGISTER,
        [
            Number(1, "piece"),
            None,
            None,
            _project(review),
            " ".join([*buildings, "、".join(storeys)]),
            Number(len(rooms), "piece"),
            *measured,
            None,
            None,
            None,
            None,
            f"{notation.STAGES[review.stage].in_language(said)}：{verdict}",
            review.source.sha256,
            None,
        ],
    )
    note = Text(
        "浅黄色栏由镇（街道）填写；面积为模型量测值，竣工后以测绘为准。",
        "Tinted cells are for the town to fill in; areas are measured from the model, the survey replaces them.",
    )
    sheet.note(note.in_language(said))
