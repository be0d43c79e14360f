"""The workbook's sheets of areas: 单体面积统计表, and the row for the town's register (管理清册)."""

from __future__ import annotations

from dataclasses import replace

from bimcheck import notation
from bimcheck.notation import clean
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._workbook import Book, Cell, Column, Number
from bimcheck.review import Review, ReviewedRoom
from bimcheck.text import Text


def areas_sheet(book: Book, review: Review) -> None:
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
        sheet.note(
            Text(f"项目：{tables.project_name(review)}", f"Project: {tables.project_name(review)}").in_language(said)
        )
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
                    *(Number(row.by_standard.get(standard)) for standard in standards),
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
    Column(Text("开发建设单位", "Developer"), 14, "input"),
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


def register_sheet(book: Book, review: Review) -> None:
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

    def given(name: str) -> str:
        return clean(name) or tables.NOT_GIVEN.in_language(said)

    sheet.line(
        _REGISTER,
        [
            Number(1, "piece"),
            given(review.project.town),
            given(review.project.community),
            tables.project_name(review),
            given(review.project.developer),
            " ".join([*buildings, "、".join(storeys)]),
            Number(len(rooms), "piece"),
            *measured,
            None,
            given(review.project.agreement),
            None,
            None,
            f"{notation.STAGES[review.stage].in_language(said)}：{verdict}",
            review.source.sha256,
            None,
        ],
    )
    areas = Text("面积为模型量测值，竣工后以测绘为准", "areas are measured from the model, the survey replaces them")
    if review.survey is not None:
        areas = Text("面积为竣工实测值", "areas are the completion survey's")
    note = Text(
        f"浅黄色栏由镇（街道）填写、核对，“未填”的任务书没有给出；{areas.zh}。",
        f"Tinted cells are for the town to fill in or check, “not given” is missing in the brief; {areas.en}.",
    )
    sheet.note(note.in_language(said))
