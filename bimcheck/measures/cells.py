"""What stands on a level in plan: its rooms as disjoint cells, the voids over lower halls, its walls and slabs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.faces import clear_of_walls, up_to_walls
from bimcheck.measures.partition import GRID_M, as_region, unite
from bimcheck.measures.parts import Part, part_of, rule_for
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Element, Note, Opening, Region
from bimcheck.review import Level
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text

_CUT_M = 1.20
_STANDS_M = 0.30
_PASSES_M = 1.20
_SEEN_OVER_M = 1.50
_SILL_M = 0.45
_FRONT_M = 0.30
_NEAR_FLOOR_M = 0.40
_OVERLAP_M2 = 0.10
_SLIVER_M = 0.05
_TOUCHES_M = 0.05
_WALL_M = 0.50
_CARRIED = 0.60
_MULLIONS_M = 2.40
_VOID_M2 = 2.0


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """The plan of one level.

    ``drawn`` are the rooms' outlines without overlaps, ``cells`` the same to wall faces; both go with ``rooms`` one to
    one. ``frames`` are service areas drawn as gross outlines (over rooms or instead of them). ``parts`` are balconies,
    canopies and the like, which are no enclosed rooms, and ``screens`` their own parapets and glazing. ``voids`` is
    what lower halls take up here, ``open_air`` what is named as outdoors; ``walls`` includes columns and curtain
    walls, openings closed; ``slabs`` are the floor's, holes out, none where none is modelled.
    """

    level: Level
    rooms: tuple[IdentifiedRoom, ...]
    drawn: tuple[Region, ...]
    cells: tuple[Region, ...]
    frames: tuple[IdentifiedRoom, ...]
    parts: tuple[tuple[IdentifiedRoom, Part], ...]
    screens: tuple[Element, ...]
    voids: BaseGeometry
    open_air: BaseGeometry
    walls: tuple[Element, ...]
    slabs: tuple[Region, ...]
    openings: tuple[Opening, ...]
    windows: tuple[Element, ...]

    @property
    def floor(self) -> BaseGeometry:
        """The level's slabs as one region."""
        return unite(self.slabs) if self.slabs else Polygon()

    @property
    def wall_area(self) -> BaseGeometry:
        """All walls of the level as one region."""
        return unite(wall.footprint for wall in self.walls) if self.walls else Polygon()


def plan_level(
    level: Level, model: BuildingModel, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement, notes: list[Note]
) -> LevelPlan:
    """Gather the plan of a level."""
    here = [r for r in rooms if arrangement.level_of.get(r.space.id) == level.id and r.space.footprint is not None]
    special = [r for r in here if r.role in ("room", "outdoor") and rule_for(r.space) is not None]
    apart = {r.space.id for r in special}
    here = [r for r in here if r.space.id not in apart]
    inside = [r for r in here if r.role == "room" and r.space.drawn != "gross" and r.space.predefined_type != "GFA"]
    inside.sort(key=lambda r: r.space.id)
    enclosing = {r.space.id for r in inside}
    frames = tuple(r for r in here if r.role in ("room", "frame") and r.space.id not in enclosing)
    storeys = set(level.storey_ids)
    slabs = _slabs(level, model, storeys)
    open_floor = _floor_voids(unite(slabs) if slabs else Polygon(), model, here)
    standing = [e for e in model.elements if _is_wall(e) and _stands_on(e, level, storeys)]
    standing = [_with_flat_face(e) if e.kind == "curtain-wall" else e for e in standing]
    openings = tuple(o for o in model.openings if _opens_on(o, level, storeys))
    standing += _fronts(level, model, openings, standing, storeys)
    outlines = [_without(room.space.footprint, open_floor) for room in inside]
    drawn = [cell for cell, _ in _disjoint(outlines)]
    inside = [room for room, cell in zip(inside, drawn, strict=True) if cell is not None]
    kept = tuple(cell for cell in drawn if cell is not None)
    enclosed = unite(kept)
    walls, screens = _walls_and_screens(standing, special, enclosed)
    body = unite([enclosed, *(wall.footprint for wall in walls)]) if special else enclosed
    parts = [(room, part_of(room.space, model.elements, body)) for room in special]
    whole = [outline for outline, cell in zip(outlines, drawn, strict=True) if outline is not None and cell is not None]
    return LevelPlan(
        level=level,
        rooms=tuple(inside),
        drawn=kept,
        cells=_to_wall_faces(inside, whole, kept, [wall for wall in walls if _divides(wall, level)], notes),
        frames=frames,
        parts=tuple((room, part) for room, part in parts if part is not None),
        screens=tuple(screens),
        voids=unite([_voids(level, rooms, arrangement, kept), open_floor]),
        open_air=unite([r.space.footprint for r in here if r.role == "outdoor" and r.space.footprint is not None]),
        walls=tuple(walls),
        slabs=slabs,
        openings=openings,
        windows=tuple(e for e in model.elements if e.kind == "window" and _crosses(e, level, storeys)),
    )


def _is_wall(element: Element) -> bool:
    """Walls, columns and what clads them; other coverings (floors, ceilings) enclose nothing."""
    return element.kind in ("wall", "curtain-wall", "column") or is_insulation(element)


def is_insulation(element: Element) -> bool:
    """Whether an element is a layer of external insulation drawn on its own."""
    if element.kind not in ("wall", "covering"):
        return False
    if element.layers:
        return all(layer.insulation for layer in element.layers)
    name = element.name.lower()
    return any(word in name for word in ("保温", "insulation", "dämmung"))


def _with_flat_face(curtain_wall: Element) -> Element:
    """A curtain wall counts to its outer edge (3.0.23), so the recesses between its mullions are filled."""
    wide = shapely.buffer(curtain_wall.footprint, _MULLIONS_M / 2, join_style="mitre")
    flat = as_region(shapely.buffer(wide, -_MULLIONS_M / 2, join_style="mitre"))
    return curtain_wall if flat is None else replace(curtain_wall, footprint=flat)


def _fronts(
    level: Level, model: BuildingModel, openings: Iterable[Opening], walls: Sequence[Element], storeys: set[str]
) -> list[Element]:
    """Windows and doors that are a wall of their own, in none: shop windows, folding doors, glass from the floor up.

    A bay window is no such front: it stands higher, or out of its wall.
    """
    low = level.floor_z_m
    alone = [
        element
        for element in model.elements
        if element.kind == "window"
        and _stands_on(element, level, storeys)
        and (low is None or element.z_min_m - low <= _SILL_M)
    ]
    alone += [
        Element(o.id, o.tag, "window", o.name, o.footprint, o.sill_z_m or 0.0, o.head_z_m or 0.0, o.storey_id)
        for o in openings
        if o.kind == "door" and (o.head_z_m is None or low is None or o.head_z_m - low >= _SEEN_OVER_M)
    ]
    if not alone:
        return []
    solid = unite(wall.footprint for wall in walls) if walls else Polygon()
    shapely.prepare(solid)
    return [
        replace(element, kind="curtain-wall")
        for element in alone
        if not solid.covers(element.footprint)
        and shapely.intersection(element.footprint, solid).area < element.footprint.area / 2
        and _depth_m(element.footprint) <= _FRONT_M
    ]


def _depth_m(footprint: Region) -> float:
    """The shorter side of the rectangle around a footprint."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(footprint))
    return min(float(np.hypot(*(corners[i + 1] - corners[i]))) for i in range(2)) if len(corners) > 2 else 0.0


def _stands_on(element: Element, level: Level, storeys: set[str]) -> bool:
    """Whether the element stands in the lower part of the storey, where the outline is taken (3.0.1, note)."""
    if level.floor_z_m is None:
        return element.storey_id in storeys
    low = level.floor_z_m
    if element.z_max_m <= low or element.z_min_m >= low + _CUT_M:
        return False
    high = low + min(_CUT_M, 0.5 * level.height_m if level.height_m else _CUT_M)
    return min(element.z_max_m, high) - max(element.z_min_m, low) >= min(_STANDS_M, (high - low) / 2)


def _divides(element: Element, level: Level) -> bool:
    """Whether rooms end at it: not at counters, sills and parapets that one sees over."""
    return level.floor_z_m is None or element.z_max_m - level.floor_z_m >= _SEEN_OVER_M


def _walls_and_screens(
    standing: Sequence[Element], special: Sequence[IdentifiedRoom], rooms: BaseGeometry
) -> tuple[list[Element], list[Element]]:
    """The walls of the rooms, and the parapets and glazing of balconies and the like, which are none of them."""
    outlines = [room.space.footprint for room in special if room.space.footprint is not None]
    if not outlines:
        return list(standing), []
    around, by_rooms = shapely.buffer(unite(outlines), _TOUCHES_M), shapely.buffer(rooms, _WALL_M, join_style="mitre")
    walls: list[Element] = []
    screens: list[Element] = []
    for element in standing:
        own = shapely.intersects(element.footprint, around)
        apart = shapely.intersection(element.footprint, by_rooms).area < element.footprint.area / 2
        (screens if own and apart else walls).append(element)
    return walls, screens


def _crosses(element: Element, level: Level, storeys: set[str]) -> bool:
    if level.floor_z_m is None:
        return element.storey_id in storeys
    top = level.top_z_m if level.top_z_m is not None else level.floor_z_m + 3.0
    return level.floor_z_m <= (element.z_min_m + element.z_max_m) / 2 <= top


def _opens_on(opening: Opening, level: Level, storeys: set[str]) -> bool:
    if level.floor_z_m is None or opening.sill_z_m is None:
        return opening.storey_id in storeys
    top = level.top_z_m if level.top_z_m is not None else level.floor_z_m + 3.0
    return level.floor_z_m - _NEAR_FLOOR_M <= opening.sill_z_m < top - _NEAR_FLOOR_M


def _slabs(level: Level, model: BuildingModel, storeys: set[str]) -> tuple[Region, ...]:
    return tuple(
        e.footprint
        for e in model.elements
        if e.kind == "slab"
        and (
            abs(e.z_max_m - level.floor_z_m) <= _NEAR_FLOOR_M if level.floor_z_m is not None else e.storey_id in storeys
        )
    )


def _floor_voids(floor: BaseGeometry, model: BuildingModel, here: Sequence[IdentifiedRoom]) -> BaseGeometry:
    """Openings in the level's slab over a hall below; those of stairs, lifts and shafts are area of every storey.

    A slab may be drawn in pieces, room by room, so only openings well wider than a wall count, and only where the
    slab otherwise carries the rooms.
    """
    footprints = [room.space.footprint for room in here if room.role == "room" and room.space.footprint is not None]
    if floor.is_empty or not footprints:
        return Polygon()
    rooms = unite(footprints)
    if rooms.is_empty or shapely.intersection(floor, rooms).area < _CARRIED * rooms.area:
        return Polygon()
    whole = shapely.buffer(shapely.buffer(floor, _WALL_M, join_style="mitre"), -_WALL_M, join_style="mitre")
    holes = [Polygon(ring) for part in shapely.get_parts(whole) if isinstance(part, Polygon) for ring in part.interiors]
    passages = [e.footprint for e in model.elements if e.kind in ("stair", "ramp", "lift")]
    passages += [r.space.footprint for r in here if r.use == "circulation" and r.space.footprint is not None]
    return unite(
        hole
        for hole in holes
        if hole.area >= _VOID_M2 and not any(shapely.intersection(hole, p).area > _OVERLAP_M2 for p in passages)
    )


def _without(cell: Region | None, void: BaseGeometry) -> Region | None:
    if cell is None or void.is_empty or not shapely.intersects(cell, void):
        return cell
    return as_region(shapely.difference(cell, void, grid_size=GRID_M))


def _voids(
    level: Level, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement, cells: Iterable[Region]
) -> BaseGeometry:
    """What passes through this level from below: rooms named as voids, and halls that reach up through the floor."""
    voids: list[BaseGeometry] = []
    for room in rooms:
        space = room.space
        if space.footprint is None:
            continue
        if room.role == "void":
            if arrangement.level_of.get(space.id) == level.id:
                voids.append(space.footprint)
        elif room.role == "room" and None not in (level.floor_z_m, space.floor_z_m, space.top_z_m):
            starts_below = (space.floor_z_m or 0.0) < (level.floor_z_m or 0.0) - 0.5
            if starts_below and (space.top_z_m or 0.0) > (level.floor_z_m or 0.0) + _PASSES_M:
                voids.append(space.footprint)
    if not voids:
        return Polygon()
    taken = list(cells)
    return shapely.difference(unite(voids), unite(taken), grid_size=GRID_M) if taken else unite(voids)


def _to_wall_faces(
    rooms: Sequence[IdentifiedRoom],
    outlines: Sequence[Region],
    drawn: Sequence[Region],
    walls: Sequence[Element],
    notes: list[Note],
) -> tuple[Region, ...]:
    """Disjoint cells between wall faces. Rooms that overlap within a wall, both drawn beyond it, are no mistake."""
    cells: list[Region] = []
    for room, own, (cell, overlaps) in zip(rooms, drawn, _disjoint(clear_of_walls(outlines, walls)), strict=True):
        cells.append(own if cell is None else cell)
        notes += [_overlap_note(room, rooms[other], area_m2) for other, area_m2 in overlaps if area_m2 > _OVERLAP_M2]
    return up_to_walls(cells, [wall.footprint for wall in walls])


def _disjoint(outlines: Sequence[Region | None]) -> list[tuple[Region | None, list[tuple[int, float]]]]:
    """Outlines without overlaps: where two claim the same place it stays with the smaller one.

    A sliver that both claim is taken from both, and halved like any gap later. With each outline comes what it gave up:
    to which other, and how many square metres.
    """
    shapes: list[BaseGeometry] = [Polygon() if outline is None else outline for outline in outlines]
    if not shapes:
        return []
    cells: list[Region | None] = [as_region(shape) for shape in shapes]
    gave: list[list[tuple[int, float]]] = [[] for _ in shapes]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        if (-round(shapes[a].area, 4), a) >= (-round(shapes[b].area, 4), b):
            continue
        overlap = shapely.intersection(shapes[a], shapes[b])
        if overlap.area <= GRID_M:
            continue
        gave[a].append((b, overlap.area))
        sliver = shapely.buffer(overlap, -_SLIVER_M / 2, join_style="mitre").is_empty
        for loser in (a, b) if sliver else (a,):
            cell = cells[loser]
            taken = overlap if sliver else shapes[b]
            cells[loser] = None if cell is None else as_region(shapely.difference(cell, taken, grid_size=GRID_M))
    return list(zip(cells, gave, strict=True))


def _overlap_note(larger: IdentifiedRoom, smaller: IdentifiedRoom, area_m2: float) -> Note:
    return Note(
        "rooms-overlap",
        "warning",
        Text(
            f"“{larger.space.name}”与“{smaller.space.name}”重叠 {area_m2:.2f} ㎡，重叠部分只计入后者",
            f"“{larger.space.name}” and “{smaller.space.name}” overlap by {area_m2:.2f} m²; counted once",
        ),
        (larger.space.id, smaller.space.id),
    )
