# ruff: noqa: E501, FBT003  (a table of sentences and answers is read one row a line)
"""A whole review made by hand: the podium of a housing block, with something of every kind a report has to show.

The building is 48 m by 18 m on the ground and 30 m by 18 m above; walls are 240 mm, their outer faces on the whole
metres; gross regions run to outer faces and to the middle of shared walls. Ground floor 432.00 m², upper floor
540.00 m², together 972.00 m²: a ground-floor share of 4/9. Names carry mark-up and control characters on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from bimcheck.model import (
    Building,
    BuildingModel,
    Element,
    ElementKind,
    Note,
    Opening,
    SiteFeature,
    SiteKind,
    Source,
    Space,
    Storey,
)
from bimcheck.review import (
    Cluster,
    Comparison,
    Entrance,
    Level,
    Policy,
    Quantity,
    Review,
    ReviewedRoom,
    RuleResult,
    RulesetIdentity,
)
from bimcheck.terms import Status, Use
from bimcheck.text import Text

NASTY = '物业用房 <script>alert("x")</script> & \x1b[31m值班\x1b[0m'
"""A room name that tries to run a script, to colour a terminal and to break JSON."""

_STANDARDS = ("gbt50353-2013", "gb55031-2022", "gbt17986.1-2000")
_WALL_M = 0.24
_G, _U = "S1", "S2"


def _same(text: str) -> Text:
    return Text(text, text)


def _room(
    id_: str,
    name: str,
    use: Use,
    clear: tuple[float, float, float, float],
    gross: tuple[float, float, float, float],
    storey: str = _G,
    *,
    declared: float | None = None,
    why_not: Text | None = None,
) -> ReviewedRoom:
    """A rectangular room by its clear and its gross rectangle."""
    footprint, region = box(*clear), box(*gross)
    ground = storey == _G
    return ReviewedRoom(
        id=id_,
        name=name,
        use=use,
        counted=why_not is None,
        why_not=why_not,
        basis="long-name",
        evidence=Text(f"LongName“{name}”", f"LongName “{name}”"),
        level_id=storey,
        storey="1F" if ground else "2F",
        ground_floor=ground,
        height_m=4.5 if ground else 3.6,
        coefficient=1.0,
        net_area_m2=footprint.area,
        gross_area_m2=region.area,
        gross_low_m2=region.area,
        gross_high_m2=region.area,
        declared_area_m2=declared,
        declared_from="" if declared is None else "Qto_SpaceBaseQuantities.GrossFloorArea",
        area_method="rooms+walls",
        confidence="high",
        footprint=footprint,
        gross_region=region,
        readings=MappingProxyType(dict.fromkeys(_STANDARDS, region.area)),
        cluster=1 if why_not is None else None,
    )


_PROPERTY = Text("物业管理用房不是社区服务用房", "property management rooms are not community service rooms")
_SHOW = Text("展示性场所不计入（三(三)）", "exhibition rooms are not counted, clause 3(3)")

ROOMS: tuple[ReviewedRoom, ...] = (
    _room("1pC$Entre_01", "党群服务中心", "party_centre", (0.24, 0.24, 15.88, 17.76), (0, 0, 16, 18), declared=274.01),
    _room("1Elder000002", "居家养老服务用房", "elderly", (16.12, 0.24, 23.88, 9.88), (16, 0, 24, 10), declared=90.0),
    _room("1Health00003", "智慧健康站", "health", (16.12, 10.12, 20.88, 17.76), (16, 10, 21, 18)),
    _room("1Toilet00004", "无障碍卫生间", "service", (21.12, 10.12, 23.88, 13.88), (21, 10, 24, 14)),
    _room("1Store000005", "应急物资储备", "service", (21.12, 14.12, 23.88, 17.76), (21, 14, 24, 18)),
    _room(
        "1Prop0000006", NASTY, "property_management", (30.12, 0.24, 37.88, 11.88), (30, 0, 38, 12), why_not=_PROPERTY
    ),
    _room("2Hall0000007", "多功能厅", "culture", (0.24, 0.24, 13.88, 17.76), (0, 0, 14, 18), _U),
    _room("2Offic000008", "社区办公室", "office", (14.12, 0.24, 23.88, 5.88), (14, 0, 24, 6), _U, declared=56.12),
    _room("2Child000009", "儿童之家", "child", (14.12, 6.12, 23.88, 17.76), (14, 6, 24, 18), _U),
    _room("2Libra000010", "图书阅览室", "party_centre", (24.12, 0.24, 29.76, 11.88), (24, 0, 30, 12), _U),
    _room("2Meet0000011", "居民会客厅", "hall", (24.12, 12.12, 29.76, 17.76), (24, 12, 30, 18), _U),
)

_OTHERS: tuple[tuple[str, str, tuple[float, float, float, float], str], ...] = (
    ("1Lobby000012", "住宅门厅", (24.12, 0.24, 29.88, 11.88), _G),
    ("1Stair000013", "楼梯间", (24.12, 12.12, 29.88, 17.76), _G),
    ("1Shop0000014", "商铺 1", (38.12, 0.24, 47.76, 8.88), _G),
    ("1Shop0000015", "商铺 2", (38.12, 9.12, 47.76, 17.76), _G),
    ("1Meter000016", "电表间", (30.12, 12.12, 31.28, 17.76), _G),
    ("1Bikes000017", "非机动车库", (31.52, 12.12, 37.88, 17.76), _G),
)


def _wall(id_: str, storey: str, rectangle: tuple[float, float, float, float], kind: ElementKind = "wall") -> Element:
    low, high = (0.0, 4.5) if storey == _G else (4.5, 8.1)
    return Element(id_, f"#{id_}", kind, id_, box(*rectangle), low, high, storey)


def _walls() -> tuple[Element, ...]:
    """Outer walls by their faces, inner walls by their middles, and what else a plan shows."""
    ground = [(0, 0, 48, 0.24), (0, 17.76, 48, 18), (0, 0.24, 0.24, 17.76), (47.76, 0.24, 48, 17.76)]
    ground += [(x - 0.12, 0.24, x + 0.12, 17.76) for x in (16, 24, 30, 38)]
    ground += [(16.12, 9.88, 23.88, 10.12), (20.88, 10.12, 21.12, 17.76), (21.12, 13.88, 23.88, 14.12)]
    ground += [(24.12, 11.88, 29.88, 12.12), (30.12, 11.88, 37.88, 12.12), (31.28, 12.12, 31.52, 17.76)]
    ground += [(38.12, 8.88, 47.76, 9.12)]
    upper = [(0, 0, 30, 0.24), (0, 17.76, 30, 18), (0, 0.24, 0.24, 17.76), (29.76, 0.24, 30, 17.76)]
    upper += [(13.88, 0.24, 14.12, 17.76), (23.88, 0.24, 24.12, 17.76), (14.12, 5.88, 23.88, 6.12)]
    upper += [(24.12, 11.88, 29.76, 12.12)]
    walls = [_wall(f"wall-{n}", _G, (a, b, c, d)) for n, (a, b, c, d) in enumerate(ground)]
    walls += [_wall(f"wall-u{n}", _U, (a, b, c, d)) for n, (a, b, c, d) in enumerate(upper)]
    walls += [_wall(f"column-{n}", _G, (x, 8.7, x + 0.5, 9.2), "column") for n, x in enumerate((5.0, 10.5))]
    walls += [_wall("stair-1", _G, (25.0, 13.0, 28.6, 17.0), "stair")]
    walls += [_wall(f"window-{n}", _G, (x, 17.76, x + 2.4, 18), "window") for n, x in enumerate((2, 6, 10, 17))]
    walls += [_wall(f"window-u{n}", _U, (x, 0, x + 2.4, 0.24), "window") for n, x in enumerate((2, 6, 17, 25.5))]
    return tuple(walls)


def _door(id_: str, storey: str, start: tuple[float, float], end: tuple[float, float]) -> Opening:
    axis = LineString([start, end])
    sill = 0.0 if storey == _G else 4.5
    hole = axis.buffer(_WALL_M / 2, cap_style="flat")
    return Opening(id_, f"#{id_}", "door", id_, hole, axis, sill, sill + 2.1, storey)


DOORS: tuple[Opening, ...] = (
    _door("door-main", _G, (7.0, 0.12), (9.4, 0.12)),
    _door("door-elder", _G, (16.0, 4.0), (16.0, 5.2)),
    _door("door-health", _G, (17.5, 10.0), (18.7, 10.0)),
    _door("door-toilet", _G, (21.0, 11.4), (21.0, 12.4)),
    _door("door-lobby", _G, (26.0, 0.12), (27.8, 0.12)),
    _door("door-shared", _G, (24.0, 6.0), (24.0, 7.2)),
    _door("door-north", _G, (18.0, 17.88), (19.2, 17.88)),
    _door("door-shop", _G, (41.0, 0.12), (43.0, 0.12)),
    _door("door-hall", _U, (14.0, 12.0), (14.0, 13.6)),
    _door("door-child", _U, (24.0, 8.0), (24.0, 9.2)),
    _door("door-office", _U, (18.0, 6.0), (19.0, 6.0)),
)

ENTRANCES: tuple[Entrance, ...] = (
    Entrance(
        "door-main", "M2421", _G, "1F", ("1pC$Entre_01",), True, True, True, "文苑路",
        Text("直接对外，面向文苑路 19.5 m，无遮挡", "opens directly outdoors and faces Wenyuan Road at 19.5 m, unobstructed"),
        Point(8.2, 0.12), (0.0, -1.0), 2.4, ("室外", "党群服务中心"), LineString([(8.2, 0), (8.2, -19.5)]), 1,
    ),
    Entrance(
        "door-lobby", "M1821", _G, "1F", ("1Elder000002",), True, True, False, "文苑路",
        Text("须经住宅门厅“住宅门厅”，与住户共用", "leads through the residential lobby “住宅门厅”, shared with residents"),
        Point(26.9, 0.12), (0.0, -1.0), 1.8, ("室外", "住宅门厅", "居家养老服务用房"),
        LineString([(26.9, 0), (26.9, -19.5)]), 1,
    ),
    Entrance(
        "door-north", "M1221", _G, "1F", ("1Health00003",), True, None, True, "",
        Text("北侧没有标注道路，不能判断是否沿街", "no street is marked on the north side, so street-facing cannot be told"),
        Point(18.6, 17.88), (0.0, 1.0), 1.2, ("室外", "智慧健康站"), None, 1,
    ),
)  # fmt: skip


def _feature(id_: str, kind: SiteKind, name: str, geometry: BaseGeometry) -> SiteFeature:
    assert isinstance(geometry, Polygon | LineString | Point)
    return SiteFeature(id_, f"#{id_}", kind, name, geometry, accessible=id_ == "stall-01")


STALLS: tuple[SiteFeature, ...] = tuple(
    _feature(f"stall-{n + 1:02}", "parking", f"车位 {n + 1}", box(2 + 2.5 * n, 26, 4.5 + 2.5 * n, 31.5))
    for n in range(12)
)
PLAZA = _feature("plaza-1", "plaza", "居民活动广场", Polygon([(-14, -6), (-2, -6), (-2, 14), (-14, 10)]))
STREETS: tuple[SiteFeature, ...] = (
    _feature("street-1", "street", "文苑路", box(-80, -32, 140, -19.5)),
    _feature("street-2", "internal-road", "小区内部道路", LineString([(-20, 22), (70, 22)])),
)
_SITE: tuple[SiteFeature, ...] = (
    *STREETS,
    _feature("boundary", "site-boundary", "用地红线", box(-22, -15, 72, 40)),
    _feature("block-2", "building", "2号楼", box(52, 24, 68, 36)),
    PLAZA,
    *STALLS,
    _feature("gate", "main-entrance", "小区主出入口", Point(60, -15)),
)

LEVELS: tuple[Level, ...] = (
    Level(
        _G, "1F", Text("1层", "Storey 1"), "B1", 0.0, 4.5, 4.5, Text("至上层“2F”楼面", "to the floor of “2F” above"),
        "above-ground", True, (_G,), box(0, 0, 48, 18), 864.0, 864.0, 0.0, 1,
    ),
    Level(
        _U, "2F", Text("2层", "Storey 2"), "B1", 4.5, 8.1, 3.6, Text("至屋面板顶", "to the top of the roof slab"),
        "above-ground", False, (_U,), box(0, 0, 30, 18), 540.0, 540.0, 0.0, 2,
    ),
    Level(
        "S3", "3F", Text("3层", "Storey 3"), "B1", 8.1, 11.1, 3.0, Text("至上层楼面", "to the floor above"),
        "above-ground", False, ("S3",), None, None, None, 0.0, 3,
    ),
)  # fmt: skip


def _m2(value: float, *evidence: str) -> Quantity:
    return Quantity(value, "m2", value, value, None, evidence)


_SERVICE = tuple(room.id for room in ROOMS if room.counted)
_GROUND = tuple(room.id for room in ROOMS if room.counted and room.ground_floor)
_SHARE = Quantity(432 / 972, "1", 432 / 972, 432 / 972, None, _SERVICE)
_AREA = _m2(972.0, *_SERVICE)
_CENTRE = _m2(360.0, "1pC$Entre_01", "2Libra000010")
_STALLS = Quantity(12.0, "piece", 12.0, 12.0, None, tuple(stall.id for stall in STALLS))
_PLAZA_AREA = _m2(PLAZA.geometry.area, "plaza-1")
_ONE_DOOR = Quantity(1.0, "piece", 1.0, 2.0, None, ("door-main",))
_OFFICE = Quantity(60 / 972, "1", 60 / 972, 60 / 972, None, ("2Offic000008",))
_HOUSEHOLDS = Quantity.unknown("piece", "任务书没有给出户数", "the brief gives no number of households")

MEASUREMENTS: MappingProxyType[str, Quantity] = MappingProxyType(
    {
        "service_area_m2": _AREA,
        "party_centre_area_m2": _CENTRE,
        "ground_floor_area_m2": _m2(432.0, *_GROUND),
        "ground_floor_share": _SHARE,
        "street_entrances": _ONE_DOOR,
        "parking_spaces": _STALLS,
        "plaza_area_m2": _PLAZA_AREA,
        "office_share": _OFFICE,
        "households": _HOUSEHOLDS,
    }
)


def _result(
    number: int,
    rule: str,
    clause: str,
    quote: tuple[str, str],
    title: tuple[str, str],
    status: Status,
    message: tuple[str, str],
    *,
    required: bool = True,
    reason: str | None = None,
    measured: Quantity | None = None,
    limit: Comparison | None = None,
    remedy: tuple[str, str] | None = None,
) -> RuleResult:
    margin = None
    if measured is not None and measured.value is not None and limit is not None:
        margin = measured.value - limit.value
    return RuleResult(
        rule, f"R{number:02}", clause, Text(*quote), Text(*title), "required" if required else "advisory",
        status, reason, measured, limit, margin, Text(*message), None if remedy is None else Text(*remedy),
        measured.evidence if measured is not None else (),
    )  # fmt: skip


def _manual(
    number: int, rule: str, clause: str, quote: tuple[str, str], title: tuple[str, str], ask: tuple[str, str]
) -> RuleResult:
    return _result(
        number, rule, clause, quote, title, "manual",
        ("此条须由人判定", "this clause is for a person to judge"), reason="needs-person", remedy=ask,
    )  # fmt: skip


def _other(
    number: int, rule: str, clause: str, quote: tuple[str, str], title: tuple[str, str], why: tuple[str, str]
) -> RuleResult:
    return _result(number, rule, clause, quote, title, "not_applicable", why, reason="other-stage")


RESULTS: tuple[RuleResult, ...] = (
    _result(
        1, "community-total-area", "三(一)",
        ("相对集中的社区服务用房总面积不少于1500平方米", "relatively concentrated community service rooms total at least 1500 m²"),
        ("社区服务用房总面积", "Total area of the community's service rooms"), "undetermined",
        ("任务书没有给出社区现有用房面积，本项目单独为 972.00 m²", "the brief does not give the community's existing area; this project alone has 972.00 m²"),
        required=False, reason="missing-data", measured=_AREA, limit=Comparison(">=", 1500.0, "m2"),
        remedy=("在任务书 community.existing_total_m2 中填写现有面积；须不少于 528.00 m²", "give community.existing_total_m2 in the brief; at least 528.00 m² is needed"),
    ),
    _result(
        2, "party-centre-area", "三(一)",
        ("其中社区党群服务中心（综合服务中心）面积不得少于800平方米", "of which the party-and-masses service centre at least 800 m²"),
        ("党群服务中心面积", "Area of the party-and-masses centre"), "fail",
        ("党群服务中心 360.00 m²，少 440.00 m²", "the centre has 360.00 m², 440.00 m² short"),
        required=False, measured=_CENTRE, limit=Comparison(">=", 800.0, "m2"),
        remedy=("再划入 440.00 m²，或确认由其他项目提供", "add 440.00 m² to the centre, or confirm that another project supplies it"),
    ),
    _manual(3, "concentration", "三(一)", ("相对集中的", "relatively concentrated"), ("相对集中", "Concentration"), ("10 间连成一组；请确认“相对集中”", "10 rooms form one cluster; confirm that this is “relatively concentrated”")),
    _other(4, "neighbourhood-centre", "三(一)", ("统筹建设不少于1个民生综合体（邻里中心）", "at least one neighbourhood centre is to be built"), ("邻里中心", "Neighbourhood centre"), ("由街道统筹，不在单个项目中审查", "settled by the street office, not within one project")),
    _manual(5, "site-selection", "三(二)", ("选址在人口相对集中、辐射功能较强、交通相对便利地段", "where population is concentrated, catchment strong and traffic convenient"), ("选址", "Site"), ("请判断选址是否人口集中、交通便利", "judge whether the site is populous and well connected")),
    _manual(6, "main-entrance-position", "三(二)", ("规模较大建设项目的主要出入位置", "at the main entrance of larger projects"), ("主要出入位置", "At the main entrance"), ("距小区主出入口 52 m；请判断是否属主要出入位置", "52 m from the estate's main entrance; judge whether that is its position")),
    _result(
        7, "street-entrance", "三(二)", ("地面沿路沿街有独立的出入口", "at ground level, along a road or street, an entrance of its own"),
        ("沿街独立出入口", "Independent street entrance"), "pass", ("1 个出入口满足地面、沿街、独立三项", "one entrance is at ground level, street-facing and independent"),
        measured=_ONE_DOOR, limit=Comparison(">=", 1.0, "piece"),
    ),
    _result(
        8, "ground-floor-share", "三(二)", ("底层面积不少于项目总面积的50%", "the ground-floor area is at least 50 % of the project's total"),
        ("底层面积占比", "Ground-floor share"), "fail",
        ("底层 432.00 m²，占总面积 972.00 m² 的 44.44%，低于 50%", "432.00 m² of 972.00 m² stand on the ground floor: 44.44%, below 50%"),
        measured=_SHARE, limit=Comparison(">=", 0.5, "1"),
        remedy=("把至少 54.00 m² 从楼上移到底层；或底层增加 108.00 m²", "move at least 54.00 m² from upstairs to the ground floor, or add 108.00 m² there"),
    ),
    _result(9, "parking-provision", "三(二)", ("根据实际配置一定的车位", "a certain number of parking spaces according to need"), ("配置车位", "Parking"), "pass", ("场地内找到 12 个车位；数量是否足够由人判定", "12 spaces found on the site; whether they suffice is for a person to say"), measured=_STALLS, limit=Comparison(">", 0.0, "piece")),
    _result(10, "plaza-provision", "三(二)", ("配置一定的……活动广场", "and an activity plaza"), ("活动广场", "Activity plaza"), "pass", ("找到 1 处广场，216.00 m²", "one plaza of 216.00 m² found"), measured=_PLAZA_AREA, limit=Comparison(">", 0.0, "m2")),
    _manual(11, "office-share", "三(三)", ("服务区域最大化、办公区域最小化", "maximise service, minimise office"), ("办公面积占比", "Office share"), ("办公用房占 6.17%；请判断是否“办公区域最小化”", "offices take 6.17%; judge whether that is minimal")),
    _manual(12, "no-exhibition", "三(三)", ("避免建成展陈性场所", "avoid exhibition-type premises"), ("不做展陈", "No exhibition rooms"), ("没有以展示命名的房间；请确认", "no room is named for exhibition; please confirm")),
    _manual(13, "care-functions", "三(三)", ("因地制宜开发老幼服务场景", "develop services for the old and the young"), ("老幼服务", "Care functions"), ("有养老、儿童、会客厅；请确认", "elderly, child and parlour rooms exist; please confirm")),
    _manual(14, "party-centre-concentrated", "四(一)", ("集中配备到位", "delivered in concentrated form"), ("党群服务中心集中", "Centre in one piece"), ("分布在 1F、2F 两处，不直接相连；请判断", "it lies on 1F and 2F, not directly joined; please judge")),
    _result(
        15, "parcel-quota", "四(一)", ("按照每百户50平方米标准且不少于300平方米", "50 m² per 100 households and not less than 300 m²"),
        ("配建指标", "Parcel quota"), "undetermined", ("缺少户数；972.00 m² 可满足至多 1944 户", "the number of households is missing; 972.00 m² suffices for up to 1944"),
        reason="missing-data", measured=_AREA, limit=Comparison(">=", 300.0, "m2"),
        remedy=("在任务书 project.households 中填写户数", "give project.households in the brief"),
    ),
    _other(16, "shortfall-remedy", "四(一)", ("未达标的，通过……方式配备到位", "communities below standard provide by other means"), ("未达标的补足", "Making up a shortfall"), ("由镇（街道）办理", "a matter of the town")),
    _other(17, "pre-supply-requirements", "四(二)", ("住宅用地供地前……提出明确要求", "before land is supplied, requirements are stated"), ("供地前要求", "Requirements before land supply"), ("供地前的程序，本阶段不审查", "a step before land supply, not checked at this stage")),
    _manual(18, "agreement", "四(二)", ("签订提供社区服务用房协议书", "an agreement to supply the rooms is signed"), ("协议书", "Agreement"), ("请出示与镇（街道）签订的协议书", "show the agreement with the town")),
    _manual(19, "joint-consent", "四(二)", ("全程参与、集体决策，符合要求的签署书面同意意见", "joint participation, collective decision and written consent"), ("联合审查", "Joint consent"), ("请各方签署书面意见", "the parties are to sign")),
    _other(20, "register", "四(二)", ("建立社区服务用房管理清册", "a register of service rooms is kept"), ("管理清册", "Register"), ("由镇（街道）办理", "a matter of the town")),
    _other(21, "title-registration", "四(三)", ("登记至所在镇（街道）", "title is registered to the town"), ("产权登记", "Title"), ("竣工阶段审查", "checked at completion")),
    _other(22, "monetised-settlement", "四(三)", ("可以实行货币化安置", "settlement in money is possible"), ("货币化安置", "Settlement in money"), ("本项目实物配建", "this project builds the rooms")),
    _other(23, "far-exclusion", "五(三)", ("建筑面积不计入容积率", "the area is outside the floor-area ratio"), ("不计容", "Outside the FAR"), ("规划条件未载明", "the planning conditions do not name it")),
    _result(24, "effective-date", "附则", ("自2023年3月10日起实施", "in force from 10 March 2023"), ("施行日期", "Effective date"), "pass", ("按 2026-11-23 适用本意见", "the notice applies on 2026-11-23"), required=False),
)  # fmt: skip

NOTES: tuple[Note, ...] = (
    Note(
        "area-declared-differs", "warning",
        Text("“居家养老服务用房”申报 90.00 m²，量得 80.00 m²", "“居家养老服务用房” declares 90.00 m², measured 80.00 m²"),
        ("1Elder000002",),
    ),
    Note(
        "name-has-markup", "info",
        Text(f"房间名含控制字符：{NASTY}\ud800", f"a room name has control characters: {NASTY}\ud800"), ("1Prop0000006",),
    ),
    Note(
        "space-without-geometry", "error",
        Text("“活动室\u202e”没有几何图形，无法量取", "“活动室\u202e” has no geometry and cannot be measured"), ("4Lost0000099",),
        ("service_area_m2",),
    ),
)  # fmt: skip

POLICIES: tuple[Policy, ...] = (
    Policy("storey-merge", Text("楼层合并间距", "storeys closer than this are one"), "0.10", "m"),
    Policy("frontage-angle", Text("沿街判定夹角", "angle within which a door faces a street"), "60", "°"),
    Policy("frontage-distance", Text("沿街判定距离", "distance within which a door faces a street"), "30", "m"),
)


def _space(room: ReviewedRoom) -> Space:
    floor = 0.0 if room.ground_floor else 4.5
    return Space(
        room.id, f"#{room.id}", room.name, (), room.level_id, room.footprint, floor, floor + 3.3, "profile",
        building_id="B1",
    )  # fmt: skip


def building_model() -> BuildingModel:
    """The model the review is of."""
    others = tuple(
        Space(id_, f"#{id_}", name, (), storey, box(*clear), 0.0, 4.2, "profile", building_id="B1")
        for id_, name, clear, storey in _OTHERS
    )
    return BuildingModel(
        source=Source("文苑<b>里&一期.ifc", "9f" * 32, 1_482_113, "IFC", "IFC4", "mm", "declared", "ArchCAD 26 <beta>"),
        project_name="文苑里一期 1 号楼裙房",
        buildings=(Building("B1", "1号楼"),),
        storeys=(Storey(_G, "1F", "B1", 0.0), Storey(_U, "2F", "B1", 4.5), Storey("S3", "3F", "B1", 8.1)),
        spaces=tuple(_space(room) for room in ROOMS) + others,
        elements=_walls(),
        openings=DOORS,
        site=_SITE,
        notes=(),
        origin_m=(520_000.0, 3_370_000.0),
        north=(0.2588190451, 0.9659258263),
    )


def review(**changes: object) -> Review:
    """The review; ``changes`` replace fields of it."""
    model = building_model()
    whole = Review(
        tool_version="0.1.0",
        source=model.source,
        ruleset=RulesetIdentity(
            "haining/2023",
            Text("海宁市社区服务用房建设管理实施意见", "Haining: building and managing community service rooms"),
            "海政办发〔2023〕7号",
            date(2023, 3, 10),
            "sha256:" + "4c" * 32,
        ),
        stage="preliminary",
        as_of=date(2026, 11, 23),
        area_standard="gbt50353-2013",
        verdict="fail",
        results=RESULTS,
        measurements=MEASUREMENTS,
        ground_storey="1F",
        levels=LEVELS,
        rooms=ROOMS,
        entrances=ENTRANCES,
        clusters=(Cluster(1, _SERVICE, 972.0, None, 1),),
        parking=STALLS,
        plazas=(PLAZA,),
        streets=STREETS,
        policies=POLICIES,
        notes=NOTES,
        model=model,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # the caller names fields of Review


def empty_review() -> Review:
    """A review of a model in which nothing was found: every number unknown."""
    missing = Text("模型中没有房间", "the model has no rooms")
    unknown = {
        name: Quantity.unknown(q.unit, "模型中没有房间", "the model has no rooms") for name, q in MEASUREMENTS.items()
    }
    source = replace(building_model().source, file="empty.ifc")
    none: Sequence[object] = ()
    return review(
        source=source,
        verdict="undetermined",
        measurements=MappingProxyType(unknown),
        ground_storey=None,
        levels=none,
        rooms=none,
        entrances=none,
        clusters=none,
        parking=none,
        plazas=none,
        streets=none,
        notes=none,
        model=BuildingModel(source),
        results=tuple(
            replace(
                r,
                status="undetermined",
                reason="missing-data",
                measured=None,
                margin=None,
                remedy=None,
                evidence=(),
                message=missing,
            )
            if r.status in ("pass", "fail", "undetermined")
            else r
            for r in RESULTS
        ),
    )
