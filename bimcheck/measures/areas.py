"""Net and gross area (建筑面积) of every room, and of each level, with how each figure came about.

Gross area of part of a building: its rooms, the full thickness of walls to the outside, walls inside the part, and
half of walls shared with others; parts then add up to the level (checked, and reported where they do not). Rooms may
be drawn to finish faces, wall centres or outer faces: the wall that is left is divided, so all three come out alike.

Where walls are missing the ladder is: area frame → gross-area space → rooms and walls → rooms and assumed walls (an
interval) → clear area only (a lower bound) → declared (evidence only).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.bare_edges import BareEdges
from bimcheck.measures.cells import LevelPlan, plan_level
from bimcheck.measures.doubts import Doubt
from bimcheck.measures.faces import drawn_to, gaps_between
from bimcheck.measures.outline import Outline, outline_of
from bimcheck.measures.partition import GRID_M, as_region, divide_walls, unite
from bimcheck.measures.parts import Part
from bimcheck.measures.party_walls import PartyWalls
from bimcheck.measures.screens import part_outlines
from bimcheck.measures.storeys import Arrangement
from bimcheck.measures.surroundings import Surroundings
from bimcheck.model import BuildingModel, DeclaredArea, Note, Region, Space
from bimcheck.review import AreaMethod, Confidence, Level
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.rooms.vocabulary import declared_area_in
from bimcheck.text import Text

_ADDITIVE_M2 = 0.01
_ASSUMED_WALL_M = 0.24
_WALLED = 0.50
_FACE_M = 0.03
_THICKEST_M = 0.80
_AROUND_M = 1.00
_MANY_ROOMS = 500


@dataclass(frozen=True, slots=True)
class AreaPolicy:
    """The numbers behind the measuring; the ruleset prints them. ``assumed_wall_m`` stands in for walls not drawn."""

    assumed_wall_m: float = _ASSUMED_WALL_M


@dataclass(frozen=True, slots=True)
class RoomArea:
    """The area of one room before any coefficient.

    ``net_m2`` is the clear area within the walls; ``gross_m2`` includes wall shares and lies in ``[low_m2, high_m2]``;
    all ``None`` where geometry is missing. ``drawn`` says to which faces the room's outline was drawn. ``part`` is set
    for balconies, canopies and the like, which the standards count by rules of their own.
    """

    net_m2: float | None
    gross_m2: float | None
    low_m2: float | None
    high_m2: float | None
    method: AreaMethod
    confidence: Confidence
    drawn: Text
    remark: Text | None
    region: Region | None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas by space id, the levels with their outlines, the plans they were taken from, and what went wrong."""

    rooms: Mapping[str, RoomArea]
    levels: tuple[Level, ...]
    plans: Mapping[str, LevelPlan]
    notes: tuple[Note, ...]


def measure_areas(
    model: BuildingModel, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement, policy: AreaPolicy | None = None
) -> Areas:
    """Measure every room that has geometry, level by level.

    In large models, upper storeys and basements of buildings without any service room, or anything near to one, are
    left out, with a note: no verdict rests on them.
    """
    policy = policy or AreaPolicy()
    notes: list[Note] = []
    found: dict[str, RoomArea] = {}
    levels: list[Level] = []
    plans: dict[str, LevelPlan] = {}
    idle = _idle(rooms, arrangement) if len(rooms) > _MANY_ROOMS else ()
    if idle:
        notes.append(_left_out(idle))
    for level in arrangement.levels:
        if level in idle:
            levels.append(level)
            continue
        try:
            plan = plan_level(level, model, rooms, arrangement, notes)
            areas, measured = _measure_level(plan, policy, notes)
            plans[level.id] = plan
        except shapely.errors.GEOSException:
            areas, measured = {}, level
            here = [room.space.id for room in rooms if arrangement.level_of.get(room.space.id) == level.id]
            notes.append(_beyond_measuring(level, here))
        found |= areas
        levels.append(measured)
    for room in rooms:
        if room.space.id not in found:
            found[room.space.id] = _without_level(room.space)
    notes += _unmeasured(rooms, found)
    return Areas(found, tuple(levels), plans, tuple(notes))


def _idle(rooms: Sequence[IdentifiedRoom], arrangement: Arrangement) -> tuple[Level, ...]:
    """Levels that are no ground storey, in buildings in which nothing is a service room or near to one."""
    shown = {arrangement.level_of.get(room.space.id) for room in rooms if room.counted or room.near_miss}
    bearing = {level.building_id for level in arrangement.levels if level.id in shown}
    return tuple(level for level in arrangement.levels if level.ground is False and level.building_id not in bearing)


def _left_out(levels: Sequence[Level]) -> Note:
    count = len(levels)
    return Note(
        "levels-not-measured",
        "info",
        Text(
            f"有 {count} 个楼层所在建筑中没有社区服务用房，其轮廓面积未量取，不影响结论",
            f"{count} levels stand in buildings without service rooms; their outlines were not measured, and no result"
            " rests on them",
        ),
        tuple(storey for level in levels for storey in level.storey_ids),
    )


def _beyond_measuring(level: Level, rooms: Sequence[str]) -> Note:
    """The geometry library gave up on a level: its rooms count by their clear areas alone, as lower bounds."""
    return Note(
        "level-not-measured",
        "error",
        Text(
            f"{level.title.zh}的墙体或房间几何有误，无法划分墙体；房间只计净面积（下限），请修正模型",
            f"{level.title.en}: faulty geometry of walls or rooms, walls cannot be divided; rooms count by clear area"
            " (a lower bound); mend the model",
        ),
        tuple(rooms),
    )


def _measure_level(plan: LevelPlan, policy: AreaPolicy, notes: list[Note]) -> tuple[dict[str, RoomArea], Level]:
    areas = {frame.space.id: _frame_area(frame) for frame in plan.frames}
    outlines = part_outlines(plan)
    areas |= {room.space.id: _part_area(room.space, part, outlines.get(room.space.id)) for room, part in plan.parts}
    if not plan.cells:
        return areas, _summed(plan.level, [r.region for r in areas.values() if r.region is not None])
    walls = plan.wall_area
    walled = _walled_share(plan.cells, walls, plan.voids) >= _WALLED
    drawn = unite([*plan.drawn, gaps_between(unite(plan.drawn), 2 * policy.assumed_wall_m)])
    outline = outline_of(plan) if walled else _assumed_outline(drawn, policy)
    if outline.region is None:
        return areas, plan.level
    cells = [*(plan.cells if walled else plan.drawn), *outline.nameless]
    divided = _divided(outline.region, cells, outline.voids)
    level, parts_ok = _checked(plan, divided, cells, notes)
    around = Surroundings(walls)
    party, bare = PartyWalls(plan, divided.outline), BareEdges(plan, divided.outline)
    for room, own, cell, share in zip(plan.rooms, plan.drawn, cells, divided.shares, strict=False):
        region = cell if share is None else as_region(unite([cell, share]))
        if region is None:
            continue
        gross = cell.area + (share.area if share is not None else 0.0)
        if not walled:
            areas[room.space.id] = _assumed_area(cell, as_region(shapely.intersection(region, drawn)) or cell, gross)
        else:
            missing_m2 = bare.area_m2(cell, policy.assumed_wall_m)
            doubt = Doubt(party.maybe_shared_m2(own, region), missing_m2, bare.beyond_m2(own))
            areas[room.space.id] = _walled_area(room.space, own, gross, doubt, region, around, reliable=parts_ok)
            if room.counted and doubt.beyond_m2 > 0:
                notes.append(_over_its_walls(room, doubt.beyond_m2))
    return areas, level


def _over_its_walls(room: IdentifiedRoom, beyond_m2: float) -> Note:
    """A room drawn over its outer walls also swallows the doors that lead into it."""
    name = room.space.name
    return Note(
        "room-beyond-walls",
        "warning",
        Text(
            f"“{name}”的轮廓越过墙体，墙外 {beyond_m2:.2f} ㎡ 没有围护，面积和出入口都受影响；请把轮廓改到墙面",
            f"the outline of “{name}” runs over its walls, with {beyond_m2:.2f} m² beyond them that nothing encloses;"
            " its area and entrances are in doubt; draw the outline to the walls",
        ),
        (room.space.id,),
        ("street_entrances",),
    )


@dataclass(frozen=True, slots=True)
class _Divided:
    """A level's outline without its voids, the walls' share of every cell, and wall area nobody could divide."""

    outline: BaseGeometry
    shares: tuple[Region | None, ...]
    contested_m2: float


def _divided(outline: Region, cells: Sequence[Region], voids: Sequence[Region]) -> _Divided:
    """Divide the walls; those around a void belong to it, except between a room and the void.

    A wall between a room and the void over a hall encloses the room and counts to it whole; an outer wall of the hall
    is no area of the levels it passes.
    """
    first = divide_walls(outline, [*cells, *voids])
    if not voids:
        return _Divided(outline, first.shares, first.contested_m2)
    of_voids = unite([share for share in first.shares[len(cells) :] if share is not None] or [Polygon()])
    between = of_voids
    outer = shapely.boundary(outline)
    to_outside = shapely.distance(outer, unite(voids))
    if to_outside < _THICKEST_M:
        between = shapely.difference(between, shapely.buffer(outer, to_outside + _FACE_M), grid_size=GRID_M)
    without = shapely.difference(outline, unite(voids), grid_size=GRID_M)
    region = as_region(without)
    second = divide_walls(region, cells).shares if region is not None else first.shares
    shares: list[Region | None] = []
    for one, other in zip(first.shares[: len(cells)], second, strict=False):
        gained = shapely.intersection(other, between, grid_size=GRID_M) if other is not None else Polygon()
        shares.append(as_region(unite([part for part in (one, gained) if part is not None])))
    around = shapely.difference(of_voids, between, grid_size=GRID_M)
    kept = shapely.difference(outline, unite([*voids, around]), grid_size=GRID_M)
    return _Divided(kept, tuple(shares), first.contested_m2)


def _walled_share(cells: Sequence[Region], walls: BaseGeometry, voids: BaseGeometry) -> float:
    """How much of the rooms' outer edges runs along walls; below one half, the model has no walls to speak of."""
    if walls.is_empty:
        return 0.0
    edges = shapely.boundary(unite([*cells, *shapely.get_parts(voids)]))
    near = shapely.intersection(edges, shapely.buffer(walls, _FACE_M))
    return float(near.length / edges.length) if edges.length else 0.0


def _frame_area(frame: IdentifiedRoom) -> RoomArea:
    """A gross-area outline is its own measure."""
    region = frame.space.footprint
    area = region.area if region is not None else None
    method: AreaMethod = "area-frame" if frame.space.drawn == "gross" else "gfa-space"
    drawn = Text("建筑面积框线", "gross-area outline")
    return RoomArea(None, area, area, area, method, "high", drawn, None, region)


def _part_area(space: Space, part: Part, region: Region | None) -> RoomArea:
    """A balcony, canopy or the like; its coefficients come with the readings."""
    net = space.footprint.area if space.footprint is not None else None
    gross = region.area if region is not None else None
    drawn = Text("按所绘范围", "as drawn")
    return RoomArea(net, gross, gross, gross, "rooms+walls", "medium", drawn, part.remark, region, part)


def _assumed_outline(drawn: BaseGeometry, policy: AreaPolicy) -> Outline:
    """What is drawn, with an assumed wall around it."""
    return Outline(as_region(shapely.buffer(drawn, policy.assumed_wall_m, join_style="mitre")))


def _assumed_area(cell: Region, joined: Region, with_walls: float) -> RoomArea:
    """Without walls the outline may already be gross (area blocks), or clear: the truth lies between.

    ``joined`` is the room with its half of the gaps to its neighbours, which is where walls were left out.
    """
    remark = Text(
        "模型没有墙体：按所绘范围计，外墙厚度未知，上限按假定墙厚计",
        "no walls in the model: measured as drawn; the upper figure assumes walls around",
    )
    drawn = Text("无墙体，无法判断", "no walls, cannot tell")
    return RoomArea(cell.area, joined.area, cell.area, with_walls, "assumed-walls", "low", drawn, remark, joined)


def _walled_area(
    space: Space, drawn: Region, gross: float, doubt: Doubt, region: Region, around: Surroundings, *, reliable: bool
) -> RoomArea:
    """A room within walls."""
    walls = around.near(shapely.union(space.footprint or drawn, drawn), _AROUND_M)
    faces = drawn_to(space.footprint or drawn, walls)
    net = shapely.difference(drawn, walls).area if faces.reaches_in else drawn.area
    remark = doubt.remark
    sound = space.shape in ("profile", "brep", "face-set", "kernel", "wall-cell", "footprint")
    confidence: Confidence = "high" if reliable and sound and remark is None else "medium"
    if not faces.plain:
        how = Text(f"房间绘至{faces.text.zh}，已归到墙面量算", f"drawn to {faces.text.en}; brought to wall faces")
        remark = how if remark is None else Text(f"{remark.zh}；{how.zh}", f"{remark.en}; {how.en}")
    low, high = gross - doubt.shared_m2 - doubt.beyond_m2, gross + doubt.missing_m2
    return RoomArea(net, gross, low, high, "rooms+walls", confidence, faces.text, remark, region)


def _checked(plan: LevelPlan, divided: _Divided, cells: Sequence[Region], notes: list[Note]) -> tuple[Level, bool]:
    """The level with its outline, and whether the parts add up to it."""
    whole, shares, contested_m2 = divided.outline.area, divided.shares, divided.contested_m2
    parts = sum(cell.area for cell in cells) + sum(share.area for share in shares if share is not None)
    nameless = sum(
        cell.area + (share.area if share is not None else 0.0)
        for cell, share in zip(cells[len(plan.cells) :], shares[len(plan.cells) :], strict=True)
    )
    level = replace(
        plan.level,
        outline=as_region(divided.outline),
        outline_area_m2=whole,
        parts_area_m2=parts,
        unallocated_m2=nameless,
    )
    sound = abs(whole - parts) <= max(_ADDITIVE_M2, 1e-6 * whole) and contested_m2 <= _ADDITIVE_M2
    if not sound:
        off = max(abs(whole - parts), contested_m2)
        notes.append(
            Note(
                "parts-do-not-add-up",
                "error",
                Text(
                    f"{plan.level.title.zh}：各部分面积之和与楼层轮廓相差 {off:.2f} ㎡（墙体几何有误），面积不可靠",
                    f"{plan.level.title.en}: the parts differ from the outline by {off:.2f} m² (faulty wall geometry);"
                    " areas are not reliable",
                ),
                plan.level.storey_ids,
                ("service_area_m2", "ground_floor_area_m2", "ground_floor_share", "party_centre_area_m2"),
            )
        )
    return level, sound


def _summed(level: Level, regions: Sequence[Region]) -> Level:
    if not regions:
        return level
    outline = as_region(unite(regions))
    area = outline.area if outline is not None else None
    return replace(level, outline=outline, outline_area_m2=area, parts_area_m2=area)


def _without_level(space: Space) -> RoomArea:
    """A room that could not be placed or has no geometry: what its file declares is shown, and proves nothing."""
    nothing = Text("无几何", "no geometry")
    if space.footprint is not None:
        net = space.footprint.area
        remark = Text(
            "所在楼层不明或墙体几何有误，只计净面积（下限）",
            "its storey is unknown or its walls are faulty; clear area only (a lower bound)",
        )
        return RoomArea(net, None, net, None, "net-only", "low", nothing, remark, space.footprint)
    declared = declared_of(space)
    remark = Text("没有可用的几何，只有申报面积", "no usable geometry, only a declared area")
    if declared is None:
        remark = Text("没有可用的几何，也没有申报面积", "no usable geometry and no declared area")
    value = declared.area_m2 if declared is not None else None
    return RoomArea(None, value, None, None, "declared", "none", nothing, remark, None)


def declared_of(space: Space) -> DeclaredArea | None:
    """The declared area to compare with: a gross one if the file has it, else a net one, any, or one in the name."""
    for kind in ("gross", "net", "unknown"):
        for declared in space.declared:
            if declared.kind == kind and np.isfinite(declared.area_m2):
                return declared
    for label in space.labels:
        if label.kind in ("name", "long-name") and (area_m2 := declared_area_in(label.text)) is not None:
            return DeclaredArea(label.where, area_m2)
    return None


def _unmeasured(rooms: Sequence[IdentifiedRoom], areas: Mapping[str, RoomArea]) -> list[Note]:
    """Counted rooms whose area could not be measured block what rests on the sum."""
    lost = [r for r in rooms if r.counted and (areas[r.space.id].low_m2 is None or r.space.shape == "bounding-box")]
    return [
        Note(
            "room-not-measured",
            "error",
            Text(
                f"“{room.space.name}”的面积无法由几何量取，请补充房间的几何形体",
                f"the area of “{room.space.name}” cannot be measured; give the room a shape",
            ),
            (room.space.id,),
            ("service_area_m2", "ground_floor_area_m2", "ground_floor_share", f"{room.use}_area_m2"),
        )
        for room in lost
    ]
