"""The rooms and walls of one floor plan: area frames, room outlines, and cells between wall lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.model import DeclaredArea, Label, Region
from bimcheck.readers.dxf import linework
from bimcheck.readers.dxf.content import Caption, Shape
from bimcheck.readers.dxf.doors import Doorway, fill_gaps, read_symbols, stand_alone
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.names import RoomText, Writing, assign, compose, is_whole_name, writings_of
from bimcheck.readers.dxf.overlapping import Overlap, taken_apart
from bimcheck.readers.dxf.plans import Plan
from bimcheck.readers.dxf.regions import Outline, Repairs, as_region, outlines_of
from bimcheck.readers.dxf.stairs import Climb, read_climbs
from bimcheck.readers.dxf.swings import without_doors
from bimcheck.readers.dxf.terms import FrameTerms, frame_terms
from bimcheck.readers.dxf.wall_ends import THICKEST_M
from bimcheck.readers.dxf.walls import WallPlan, close_walls

_VOID_MOST = 0.95
_LEAST_M2 = 0.05
_TOUCHING_M = 1e-3


@dataclass(frozen=True, slots=True)
class Room:
    """A room as read from a plan, before it is put on a storey. ``region`` is ``None`` for a name without a room."""

    id: str
    layer: str
    way: Literal["area-frame", "outline", "cell", "name-only"]
    name: str
    labels: tuple[Label, ...]
    region: Region | None
    declared: tuple[DeclaredArea, ...] = ()
    coefficient: float | None = None
    terms: FrameTerms = field(default_factory=FrameTerms)
    also_named: tuple[Label, ...] = ()


@dataclass(slots=True)
class FloorPlan:
    """Everything of one plan in metres."""

    rooms: list[Room] = field(default_factory=list)
    walls: list[tuple[str, Polygon]] = field(default_factory=list)
    insulation: list[tuple[str, Polygon]] = field(default_factory=list)
    columns: list[tuple[str, Region]] = field(default_factory=list)
    doorways: list[Doorway] = field(default_factory=list)
    climbs: list[Climb] = field(default_factory=list)
    repairs: Repairs = field(default_factory=Repairs)
    healed: int = 0
    overlaps: list[Overlap] = field(default_factory=list)
    several_names: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def outline(self) -> BaseGeometry:
        """The outer outline of what is drawn: walls, columns and rooms, holes filled."""
        parts: list[BaseGeometry] = [wall for _, wall in self.walls]
        parts += [column for _, column in self.columns]
        parts += [room.region for room in self.rooms if room.region is not None and room.coefficient != 0.0]
        if not parts:
            return Polygon()
        one, other = STRtree(parts).query(parts, predicate="dwithin", distance=_TOUCHING_M)
        standing = [
            shapely.union_all([parts[index] for index in group], grid_size=1e-4)
            for group in linework.connected(len(parts), one, other)
        ]
        solid = [part for whole in standing for part in shapely.get_parts(whole).tolist() if isinstance(part, Polygon)]
        return shapely.union_all([Polygon(part.exterior) for part in solid])


def read_floor(plan: Plan, role: Callable[[str], Role | None]) -> FloorPlan:
    """Read the rooms, walls and openings of a plan whose shapes are in metres."""
    found = FloorPlan()
    of_role: dict[Role, list[Shape]] = {}
    for shape in plan.shapes:
        shape_role = role(shape.layer)
        if shape_role is not None:
            of_role.setdefault(shape_role, []).append(shape)
    of_role["wall"], swings = without_doors(of_role.get("wall", []))
    frames = outlines_of(_without_hatches(of_role.get("area-frame", [])), found.repairs)
    frames, found.overlaps = taken_apart(frames)
    deducts = outlines_of(_without_hatches(of_role.get("area-deduct", [])), found.repairs)
    outlines = outlines_of(_without_hatches(of_role.get("room", [])), found.repairs)
    columns = outlines_of(of_role.get("column", []), Repairs())  # outlined and filled as a habit; no area rests on them
    found.columns = [(column.id, column.region) for column in columns if column.region.area < 20.0]
    symbols = read_symbols(plan.shapes, plan.placements, plan.captions, role, swings)
    writings = writings_of(plan.captions, role)
    closed = _close(of_role, found, [s.geometry for s in symbols if not s.geometry.is_empty], writings)
    found.healed = closed.healed
    found.walls = [(f"wall-{n + 1}", wall) for n, wall in enumerate(closed.walls)]
    found.insulation = [(f"insulation-{n + 1}", strip) for n, strip in enumerate(closed.insulation)]
    voids = _voids(plan.shapes, writings, frames)
    _add_areas(found, frames, "area-frame", writings, voids, closed.cells)
    _add_areas(found, outlines, "outline", writings, voids, ())
    _add_cells(found, closed, writings, voids, frames)
    _add_deducts(found, deducts)
    _add_unplaced(found, writings, of_role.get("wall", []), plan.shapes)
    doorways, left = fill_gaps(closed.gaps, symbols)
    edges = [room.region.boundary for room in found.rooms if room.region is not None]
    solid = shapely.union_all([wall for _, wall in found.walls]) if found.walls else Polygon()
    found.doorways = doorways + stand_alone(left, solid, shapely.union_all(edges) if edges else Polygon())
    regions = [room.region for room in found.rooms if room.region is not None]
    found.climbs = read_climbs(plan.shapes, plan.captions, regions, role)
    return found


def _without_hatches(shapes: Sequence[Shape]) -> list[Shape]:
    """Outlines before hatches, so that of an outline and its filling the outline is kept."""
    return sorted(shapes, key=lambda shape: shape.curve.kind == "hatch")


def _close(
    of_role: dict[Role, list[Shape]], found: FloorPlan, fillings: Sequence[BaseGeometry], writings: Sequence[Writing]
) -> WallPlan:
    lines = [shape for shape in of_role.get("wall", []) if shape.curve.kind not in ("hatch", "solid")]
    if not lines:  # walls drawn as filled areas only
        lines = of_role.get("wall", [])
    if not lines:
        return WallPlan()
    skin = of_role.get("insulation", [])
    columns = [part for _, region in found.columns for part in shapely.get_parts(region).tolist()]
    return close_walls(
        _segments(lines),
        columns,
        fillings,
        _segments([shape for shape in skin if shape.curve.kind != "hatch"]),
        [writing.place for writing in writings if writing.name and not writing.is_void],
    )


def _segments(shapes: Sequence[Shape]) -> linework.Segments:
    """Face lines; a polyline with a width stands for its two edges."""
    points, closed = [], []
    for shape in shapes:
        if 0.04 <= shape.curve.width <= THICKEST_M:
            path = LineString(np.vstack([shape.points, shape.points[:1]]) if shape.curve.closed else shape.points)
            body = path.buffer(shape.curve.width / 2, cap_style="flat", join_style="mitre")
            for part in shapely.get_parts(body).tolist():
                for ring in (part.exterior, *part.interiors):
                    points.append(shapely.get_coordinates(ring)[:-1])
                    closed.append(True)
        else:
            points.append(shape.points)
            closed.append(shape.curve.closed)
    return linework.segments_of(points, closed=closed)


# --------------------------------------------------------------------------------------------- voids


def _voids(
    shapes: Sequence[Shape], writings: Sequence[Writing], frames: Sequence[Outline]
) -> list[tuple[Writing, Region, str]]:
    """Holes over lower halls: the smallest closed outline of any layer around a text such as 大厅上空."""
    marks = [writing for writing in writings if writing.is_void]
    if not marks:
        return []
    closed = [s for s in shapes if s.curve.closed and s.curve.kind != "hatch" and len(s.points) > 2]
    candidates = [*frames, *outlines_of(closed, Repairs())]
    tree = STRtree([candidate.region for candidate in candidates])
    found = []
    for mark in marks:
        around = [i for i in tree.query(mark.place, predicate="within").tolist() if candidates[i].region.area > 1.0]
        if around:
            best = min(around, key=lambda index: candidates[index].region.area)
            found.append((mark, candidates[best].region, candidates[best].id))
    return found


def _less_voids(region: Region, voids: Sequence[tuple[Writing, Region, str]]) -> Region | None:
    """A room without the voids in it."""
    holes = [void for _, void, _ in voids if shapely.intersection(void, region).area < _VOID_MOST * region.area]
    if not holes:
        return region
    return as_region(shapely.difference(region, shapely.union_all(holes)))


# --------------------------------------------------------------------------------------------- rooms


def _add_areas(
    found: FloorPlan,
    outlines: Sequence[Outline],
    way: Literal["area-frame", "outline"],
    writings: Sequence[Writing],
    voids: Sequence[tuple[Writing, Region, str]],
    cells: Sequence[Polygon],
) -> None:
    inside = assign(writings, [outline.region for outline in outlines])
    held = _cells_in([outline.region for outline in outlines], cells)
    headings = _frame_headings(writings, outlines, cells)
    for index, outline in enumerate(outlines):
        text = _heading(inside.get(index, []), held[index], headings)
        terms = frame_terms(outline.layer)
        is_void = any(id_ == outline.id for _, _, id_ in voids)
        region = outline.region if is_void else _less_voids(outline.region, voids)
        if region is None:
            continue
        found.rooms.append(
            Room(
                outline.id,
                outline.layer,
                way,
                text.name or terms.words,
                _labels(text, outline.layer),
                region,
                text.areas,
                terms.coefficient,
                terms,
                tuple(_written(*name) for name in text.lesser),
            )
        )
        if text.others:
            found.several_names.append((outline.id, (text.name, *(name for name, _ in text.others))))


def _cells_in(frames: Sequence[Region], cells: Sequence[Polygon]) -> list[int]:
    """How many cells lie in each frame."""
    places = STRtree([cell.representative_point() for cell in cells])
    which, _ = places.query(np.array(frames, dtype=object), predicate="contains")
    return [int(number) for number in np.bincount(which, minlength=len(frames))]


def _heading(writings: Sequence[Writing], rooms: int, headings: Sequence[Writing]) -> RoomText:
    """The text of a frame. Over several rooms only its heading, or else the largest text, is its own."""
    text = compose(writings)
    if rooms < 2:
        return text
    own = [writing for writing in writings if writing in headings]
    if own:
        return compose(own)
    if text.others or any(writing.areas for writing in writings if writing.caption in text.captions):
        return RoomText()
    return replace(text, lesser=())


def _labels(text: RoomText, layer: str) -> tuple[Label, ...]:
    labels = [_written(text.name, text.captions[0])] if text.captions else []
    labels += [_written(*other) for other in text.others]
    return (*labels, Label("layer", layer, "layer")) if layer else tuple(labels)


def _written(name: str, caption: Caption) -> Label:
    return Label("name", name, f"TEXT {caption.id}（{caption.layer}）")


def _add_cells(
    found: FloorPlan,
    closed: WallPlan,
    writings: Sequence[Writing],
    voids: Sequence[tuple[Writing, Region, str]],
    frames: Sequence[Outline],
) -> None:
    cells = [cell for cell in closed.cells if cell.area >= _LEAST_M2]
    headings = _frame_headings(writings, frames, cells)
    inside = assign([writing for writing in writings if writing not in headings], cells)
    order = sorted(range(len(cells)), key=lambda i: (round(cells[i].bounds[1], 3), round(cells[i].bounds[0], 3)))
    framed = {void_id for _, _, void_id in voids} & {frame.id for frame in frames}
    added: set[str] = set(framed)
    taken = {room.id for room in found.rooms}
    for number, index in enumerate(order):
        cell = cells[index]
        text = compose(inside.get(index, []))
        region: Region | None = cell
        for mark, void, id_ in voids:
            share = shapely.intersection(void, cell).area
            if share >= _VOID_MOST * cell.area:
                text = compose([mark])
                added.add(id_)
            elif share > 0.01:
                region = region and as_region(shapely.difference(region, void))
                if id_ not in added:
                    added.add(id_)
                    found.rooms.append(_void_room(mark, void, id_))
                    taken.add(id_)
        if region is None:
            continue
        id_ = text.captions[0].id if text.captions else f"cell-{number + 1}"
        if id_ in taken:
            id_ = f"{id_}@cell-{number + 1}"
        taken.add(id_)
        lesser = tuple(_written(*name) for name in text.lesser)
        found.rooms.append(Room(id_, "", "cell", text.name, _labels(text, ""), region, text.areas, also_named=lesser))
        if text.others:
            found.several_names.append((id_, (text.name, *(name for name, _ in text.others))))


def _void_room(mark: Writing, void: Region, id_: str) -> Room:
    text = compose([mark])
    return Room(id_, mark.caption.layer, "outline", text.name, _labels(text, ""), void)


def _frame_headings(writings: Sequence[Writing], frames: Sequence[Outline], cells: Sequence[Polygon]) -> list[Writing]:
    """The texts that head a frame over several rooms, not the room they stand in: the only one to state its area.

    A text whose area is nearer to that of its room speaks of the room.
    """
    regions = [frame.region for frame in frames]
    held, tree, rooms = _cells_in(regions, cells), STRtree(regions), STRtree(cells)
    of_frame: dict[int, list[Writing]] = {}
    for writing in writings:
        if not (writing.name and writing.areas):
            continue
        stated = writing.areas[0].area_m2
        around = sorted(tree.query(writing.place, predicate="within").tolist())
        frame = min(around, key=lambda index: regions[index].area, default=None)
        if frame is None or held[frame] < 2:
            continue
        own = [cells[index].area for index in rooms.query(writing.place, predicate="within").tolist()]
        if not any(_is_nearer(stated, area, regions[frame].area) for area in own):
            of_frame.setdefault(frame, []).append(writing)
    return [found[0] for found in of_frame.values() if len(found) == 1]


def _is_nearer(stated: float, one: float, other: float) -> bool:
    """Whether an area is by proportion nearer to the first of two others."""
    return stated > 0 and max(stated / one, one / stated) < max(stated / other, other / stated)


def _add_deducts(found: FloorPlan, deducts: Sequence[Outline]) -> None:
    """Areas to deduct are taken out of the frames they lie in, and kept with coefficient 0."""
    if not deducts:
        return
    whole = shapely.union_all([deduct.region for deduct in deducts])
    kept = []
    for room in found.rooms:
        if room.way == "area-frame" and room.region is not None:
            region = as_region(shapely.difference(room.region, whole))
            if region is not None:
                kept.append(replace(room, region=region))
        else:
            kept.append(room)
    found.rooms = kept + [
        Room(
            deduct.id, deduct.layer, "area-frame", "", (Label("layer", deduct.layer, "layer"),), deduct.region,
            coefficient=0.0, terms=frame_terms(deduct.layer),
        )
        for deduct in deducts
    ]  # fmt: skip


def _add_unplaced(
    found: FloorPlan, writings: Sequence[Writing], walls: Sequence[Shape], drawn: Sequence[Shape]
) -> None:
    """Names that stand in no room, for rooms that could not be closed: those written like the names of other rooms.

    Where no name has found its room, those that read like the whole name of one; where neither walls nor areas were
    read at all, anywhere in what is ``drawn``.
    """
    regions = [room.region for room in found.rooms if room.region is not None]
    bare = not found.walls and not regions
    placed: list[Writing] = []
    rest: list[Writing] = []
    tree = STRtree(regions)
    for writing in writings:
        if writing.name and not writing.is_void:
            (placed if len(tree.query(writing.place, predicate="within")) else rest).append(writing)
    hands = {(w.caption.layer, round(w.caption.height, 3)) for w in placed}
    lines = [LineString(shape.points) for shape in (drawn if bare else walls) if len(shape.points) > 1]
    around = shapely.GeometryCollection([*lines, *regions]).envelope
    for writing in rest:
        alike = writing.preferred or (writing.caption.layer, round(writing.caption.height, 3)) in hands
        alike = alike or (not placed and is_whole_name(writing.name))
        walled = bool(found.walls) or bare or writing.preferred
        if alike and walled and shapely.contains(around, writing.place):
            text = compose([writing])
            found.rooms.append(
                Room(
                    writing.caption.id,
                    writing.caption.layer,
                    "name-only",
                    text.name,
                    _labels(text, ""),
                    None,
                    text.areas,
                )
            )
