"""Plans laid over each other: floors on one origin, each storey once, the site around the ground floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Note, SiteFeature
from bimcheck.readers.dxf.assemble import Parts
from bimcheck.readers.dxf.layers import LayerMap, Role
from bimcheck.readers.dxf.linework import Segments, segments_of
from bimcheck.readers.dxf.notes import CLUSTER_MEASURES
from bimcheck.readers.dxf.plans import BODY_ROLES, Plan
from bimcheck.readers.dxf.register import Motion, axis_labels, motion_by_outline, shift_by_axes, shift_by_lines
from bimcheck.readers.dxf.rooms import FloorPlan
from bimcheck.readers.dxf.sheets import Reading, Sheet, in_metres, moved
from bimcheck.readers.dxf.sites import Site, read_site
from bimcheck.readers.dxf.storeys import name_of
from bimcheck.text import Text

_OWN_BUILDING = 0.5
_SAME_ROOM = 0.02
_STANDING: frozenset[Role] = frozenset({"wall", "column", "area-frame", "room"})


@dataclass(slots=True)
class Floor:
    """A floor plan in metres on the common origin, and what was read from it."""

    sheet: Sheet
    plan: Plan
    found: FloorPlan = field(default_factory=FloorPlan)

    @property
    def buildings(self) -> tuple[str, ...]:
        """The buildings its title names."""
        return name_of(self.plan).buildings

    @property
    def on_ground(self) -> bool:
        """Whether it shows the first storey, or does not say which."""
        name = name_of(self.plan)
        return 1 in name.numbers or (not name.numbers and name.kind in ("unknown", "stilt"))

    @property
    def lowest(self) -> int:
        """The number nearest to the ground that the plan stands for."""
        numbers = name_of(self.plan).numbers
        return min(numbers, key=lambda n: (abs(n - 1), n)) if numbers else 999


# --------------------------------------------------------------------------------------------- one origin


def align_floors(floors: list[Floor], layers: LayerMap, notes: list[Note]) -> None:
    """Move every floor plan of a building onto its lowest one."""
    groups: dict[tuple[str, ...], list[Floor]] = {}
    for floor in floors:
        groups.setdefault(floor.buildings, []).append(floor)
    lost = []
    for members in groups.values():
        base = min(members, key=lambda floor: (floor.lowest, floor.sheet.where))
        labels = axis_labels(base.plan.captions, layers.role)
        lines = _lines(base.plan, layers)
        for floor in members:
            if floor is base:
                continue
            shift = shift_by_axes(axis_labels(floor.plan.captions, layers.role), labels)
            if shift is None:
                shift = shift_by_lines(_lines(floor.plan, layers), lines)
            if shift is None:
                lost.append(floor.sheet.where)
            elif math.hypot(*shift) > 1e-6:
                floor.plan = moved(floor.plan, Motion(0.0, shift).matrix())
    if lost:
        names = "、".join(f"“{name}”" for name in lost)
        notes.append(
            Note(
                "plans-not-aligned",
                "warning",
                Text(
                    f"{names} 没有可与首层对应的轴号或轮廓，未能上下对位：楼层面积不受影响，上下层关系无法核对",
                    f"{names} share no axis labels or outline with the lowest plan and could not be laid over it: "
                    "areas hold, what lies over what cannot be checked",
                ),
                blocks=CLUSTER_MEASURES,
            )
        )


def _lines(plan: Plan, layers: LayerMap) -> Segments:
    """Lines of what stands through several storeys: walls, columns, frames; of anything else where there are none."""
    for roles in (_STANDING, BODY_ROLES):
        chosen = [
            shape
            for shape in plan.shapes
            if layers.role(shape.layer) in roles and shape.curve.kind in ("line", "polyline")
        ]
        if chosen:
            return segments_of([s.points for s in chosen], closed=[s.curve.closed for s in chosen])
    return segments_of([], closed=[])


def drawn_once(floors: list[Floor], notes: list[Note]) -> list[Floor]:
    """Of two plans of the same storey that lie over each other, the one with more rooms."""
    kept: list[Floor] = []
    for floor in sorted(floors, key=lambda f: -len(f.found.rooms)):
        twin = next((other for other in kept if _same_storey(floor, other)), None)
        if twin is None:
            kept.append(floor)
            continue
        notes.append(_drawn_twice_note(floor, twin))
    return [floor for floor in floors if floor in kept]


def _drawn_twice_note(floor: Floor, twin: Floor) -> Note:
    """A plan that repeats another is left out; one that shows other rooms may be of another building."""
    left = [room for room in _named(floor) if not any(_alike(room, other) for other in _named(twin))]
    if not left:
        text = Text(
            f"“{floor.sheet.where}”与“{twin.sheet.where}”画的是同一层，只采用后者，以免重复计算",
            f"“{floor.sheet.where}” and “{twin.sheet.where}” show the same storey; only the latter was used, so that "
            "nothing is counted twice",
        )
        return Note("storey-drawn-twice", "warning", text)
    names = "、".join(f"{name} {area:.2f} ㎡" for name, area in left[:3])
    text = Text(
        f"“{floor.sheet.where}”与“{twin.sheet.where}”写的是同一层，房间却不同（前者的 {names} 等 {len(left)} 间未计）："
        "属不同楼栋的请在图名中写明楼号，作废的请删去，然后重审",
        f"“{floor.sheet.where}” and “{twin.sheet.where}” are titled as one storey but differ ({names} … of the "
        f"former, {len(left)} rooms in all, were not counted): name the building in the titles, or delete one plan",
    )
    return Note("storey-drawn-differently", "error", text, blocks=("*",))


def _named(floor: Floor) -> list[tuple[str, float]]:
    return [(room.name, room.region.area) for room in floor.found.rooms if room.name and room.region is not None]


def _alike(one: tuple[str, float], other: tuple[str, float]) -> bool:
    return one[0] == other[0] and math.isclose(one[1], other[1], rel_tol=_SAME_ROOM)


def _same_storey(one: Floor, other: Floor) -> bool:
    first, second = name_of(one.plan), name_of(other.plan)
    if not set(first.numbers) & set(second.numbers) or first.kind != second.kind or first.buildings != second.buildings:
        return False
    common = shapely.intersection(one.found.outline, other.found.outline).area
    return bool(common > 0.5 * min(one.found.outline.area, other.found.outline.area))


# --------------------------------------------------------------------------------------------- the site


def read_sites(
    reading: Reading,
    floors: Sequence[Floor],
    origin: tuple[float, float],
    layers: LayerMap,
    notes: list[Note],
    parts: Parts,
) -> tuple[tuple[SiteFeature, ...], tuple[float, float]]:
    """Site elements of the site plans and of the plans at or below ground, each once."""
    ground = [floor for floor in floors if floor.on_ground]
    outline = shapely.union_all([floor.found.outline for floor in ground]) if ground else Polygon()
    features: list[SiteFeature] = []
    north: tuple[float, float] | None = None
    for sheet in (sheet for sheet in reading.sheets if sheet.view == "site"):
        plan = _laid_over(in_metres(sheet, origin), outline, floors, layers, sheet, notes)
        found = read_site(plan, layers.role, layers.is_mapped)
        features += found.features
        north = north or found.north
        _site_notes(found, sheet.where, notes)
    separate = bool(features)
    for floor in floors:
        numbers = name_of(floor.plan).numbers
        below = bool(numbers) and max(numbers) < 0
        if not floor.on_ground and not below:
            continue
        found = read_site(floor.plan, layers.role, layers.is_mapped, underground=below)
        here = [f for f in found.features if not below or f.kind == "parking"]
        if below:
            storey = parts.storey_of_plan.get(floor.plan.title_id)
            here = [replace(feature, storey_id=storey) for feature in here]
        features += [feature for feature in here if not (separate and _drawn_before(feature, features))]
        north = north or found.north
        _site_notes(found, floor.sheet.where, notes)
    features = [feature for feature in features if not _is_ours(feature, outline)]
    return tuple(sorted(features, key=lambda f: (f.kind, f.id))), north or (0.0, 1.0)


def _laid_over(
    plan: Plan,
    outline: BaseGeometry,
    floors: Sequence[Floor],
    layers: LayerMap,
    sheet: Sheet,
    notes: list[Note],
) -> Plan:
    """A site plan moved so that the building on it lies over the ground-floor plan."""
    if not floors or outline.is_empty:
        return plan
    drawn = [
        Polygon(shape.points)
        for shape in plan.shapes
        if layers.role(shape.layer) in ("building", "own-building") and shape.curve.closed and len(shape.points) > 2
    ]
    drawn = [polygon for polygon in drawn if polygon.is_valid]
    over = shapely.intersection(shapely.union_all(drawn), outline).area if drawn else 0.0
    if over > 0.9 * outline.area:
        return plan
    motion: Motion | None = None
    labels = axis_labels(plan.captions, layers.role)
    shifts = [shift_by_axes(labels, axis_labels(f.plan.captions, layers.role)) for f in floors if f.on_ground]
    known = next((shift for shift in shifts if shift is not None), None)
    if known is not None:
        motion = Motion(0.0, known)
    elif drawn:
        motion = motion_by_outline(drawn, outline)
    if motion is not None and not motion.certain:
        notes.append(
            Note(
                "site-turn-ambiguous",
                "warning",
                Text(
                    f"“{sheet.where}”上的建筑轮廓可以朝两个方向与首层平面重合，沿街面无法确定：请在总图上标注轴号",
                    f"the building outline on “{sheet.where}” fits the ground-floor plan both ways round, so which "
                    "side faces the street is unknown: write axis labels on the site plan",
                ),
                blocks=("street_entrances",),
            )
        )
    if motion is None:
        notes.append(
            Note(
                "site-not-aligned",
                "warning",
                Text(
                    f"“{sheet.where}”上找不到与首层平面一致的建筑轮廓或轴号，无法确定平面在总图上的位置："
                    f"沿街关系无法判断。"
                    "请在总图上画出本项目建筑首层轮廓",
                    f"“{sheet.where}” shows no building outline or axes that match the ground-floor plan, so "
                    f"where the plan "
                    "stands on the site is unknown and street relations cannot be judged: draw its outline on "
                    "the site plan",
                ),
                blocks=("street_entrances",),
            )
        )
    return plan if motion is None else moved(plan, motion.matrix())


def _drawn_before(feature: SiteFeature, features: Sequence[SiteFeature]) -> bool:
    """Whether the site plan shows the same thing already; stalls and plazas count on the site plan only."""
    if feature.kind in ("parking", "bicycle", "plaza", "green") and not feature.underground:
        return any(other.kind == feature.kind for other in features)
    if feature.geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return False
    return any(
        other.kind == feature.kind
        and shapely.intersection(other.geometry, feature.geometry).area > 0.5 * feature.geometry.area
        for other in features
    )


def _is_ours(feature: SiteFeature, outline: BaseGeometry) -> bool:
    """Whether a building of the site plan is the one the floor plans show."""
    if feature.kind != "building" or outline.is_empty:
        return False
    common = shapely.intersection(feature.geometry, outline).area
    smaller = min([feature.geometry.area, *(part.area for part in shapely.get_parts(outline).tolist())])
    return bool(common > _OWN_BUILDING * smaller)


def _site_notes(site: Site, where: str, notes: list[Note]) -> None:
    if site.lone_cars:
        notes.append(
            Note(
                "cars-without-stalls",
                "info",
                Text(
                    f"“{where}”有 {site.lone_cars} 个汽车图例不在画出的车位内，不计为车位",
                    f"“{where}” has {site.lone_cars} car symbols outside any drawn stall; they are not counted "
                    f"as stalls",
                ),
            )
        )
    if site.stalls_unread:
        notes.append(
            Note(
                "stalls-unread",
                "warning",
                Text(
                    f"“{where}”有停车图形，但没有一个能认作车位，车位数不能确定：请把每个车位画成闭合框或车位图块",
                    f"“{where}” shows parking, but nothing that could be read as a stall, so stalls cannot be counted: "
                    "draw each as a closed outline or a block",
                ),
                blocks=("parking_spaces", "accessible_spaces"),
            )
        )
    if site.plazas_unread:
        words = "、".join(site.plazas_unread[:3])
        notes.append(
            Note(
                "plaza-unread",
                "warning",
                Text(
                    f"“{where}”写有“{words}”，但没有读到其范围线，广场面积不能确定：请用 bimcheck layers 核对图层，"
                    "或把范围画成“活动广场”图层上的闭合线",
                    f"“{where}” names {words}, but no outline of it was read, so its area is unknown: see bimcheck "
                    "layers, or draw it as a closed line on a layer 活动广场",
                ),
                blocks=("plaza_area_m2",),
            )
        )
    if site.odd_stalls:
        notes.append(
            Note(
                "stalls-odd-size",
                "warning",
                Text(
                    f"“{where}”停车图层上有 {site.odd_stalls} 个闭合框不是车位尺寸（2.2–3.9 m × 4.7–6.5 m），"
                    f"不计为车位",
                    f"“{where}” has {site.odd_stalls} closed outlines on parking layers that are not of a stall's size "
                    "(2.2–3.9 m × 4.7–6.5 m); they are not counted",
                ),
            )
        )
