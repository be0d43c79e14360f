"""Floor plans onto storeys: every room, wall and door as the model's own types, once for each storey it stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bimcheck.model import Element, ElementKind, MaterialLayer, Note, Opening, Region, ShapeMethod, Space, Storey
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.notes import (
    GROUND_MEASURES,
    half_areas_note,
    overlap_note,
    repair_notes,
    several_names_note,
    unclosed_rooms_note,
)
from bimcheck.readers.dxf.plans import Plan
from bimcheck.readers.dxf.rooms import FloorPlan, Room
from bimcheck.readers.dxf.stairs import Climb, is_arrival
from bimcheck.readers.dxf.storeys import StoreyBook, height_of, levels_of, name_of
from bimcheck.storey_names import StoreyName
from bimcheck.text import Text

CUT_M = 1.20
"""A plan is a cut this high above the floor: of what it shows, nothing is known to reach higher."""

_HALF = 0.5
_SHAPES: dict[str, ShapeMethod] = {
    "area-frame": "area-frame", "outline": "footprint", "cell": "wall-cell", "name-only": "none",
}  # fmt: skip


@dataclass(slots=True)
class Parts:
    """The model as it grows, plan by plan."""

    book: StoreyBook = field(default_factory=StoreyBook)
    spaces: list[Space] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    buildings: set[str] = field(default_factory=set)
    storey_of_plan: dict[str, str] = field(default_factory=dict)
    climbs: list[Stop] = field(default_factory=list)
    plans: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """A stair or lift as one storey's plan shows it, under the id it will have as an element."""

    id: str
    storey_id: str
    climb: Climb


@dataclass(frozen=True, slots=True)
class _Copy:
    """One storey that a plan stands for; ``mark`` tells the ids of its copies apart, empty for the first."""

    storey: Storey
    mark: str

    def id(self, own: str) -> str:
        return f"{own}@{self.mark}" if self.mark else own

    @property
    def floor_m(self) -> float | None:
        return self.storey.elevation_m

    @property
    def reach(self) -> tuple[float, float]:
        """Bottom and top of what the plan cuts; heights above zero where the storey's own height is unknown."""
        floor = self.storey.elevation_m or 0.0
        return floor, floor + (self.storey.height_m or CUT_M)


def add_floor(parts: Parts, plan: Plan, found: FloorPlan, where: str, role: Callable[[str], Role | None]) -> None:
    """Put a floor plan on the storeys its title (or the names of its layers) speaks of."""
    parts.notes += repair_notes(found.repairs, found.healed, where)
    if not (found.rooms or found.walls or found.columns or found.doorways):
        return
    parts.plans += 1
    serial = f"p{parts.plans}." if parts.plans > 1 else ""
    name = name_of(plan)
    told_by_layers = not found.walls and bool(found.rooms) and all(room.terms.storeys for room in found.rooms)
    copies = [] if told_by_layers else _copies(parts, plan, name, role)
    if copies:
        parts.storey_of_plan[plan.title_id] = copies[0].storey.id
    _plan_notes(parts, name, found, where, told_by_layers=told_by_layers)
    for copy in copies:
        for room in found.rooms:
            if not room.terms.storeys:
                parts.spaces.append(_space(room, copy, serial))
        parts.elements += _elements(found, copy, serial)
        parts.openings += _openings(found, copy, serial)
        parts.climbs += [Stop(copy.id(serial + climb.id), copy.storey.id, climb) for climb in found.climbs]
    for room in found.rooms:
        for copy in _copies_of_terms(parts, room, name):
            parts.spaces.append(_space(room, copy, serial))


def _copies(parts: Parts, plan: Plan, name: StoreyName, role: Callable[[str], Role | None]) -> list[_Copy]:
    numbers: tuple[int | None, ...] = name.numbers or (None,)
    buildings: tuple[str | None, ...] = name.buildings or (None,)
    levels = levels_of(plan, role, len(numbers))
    height = height_of(plan)
    title = plan.title.text if plan.title is not None else ""
    copies: list[_Copy] = []
    for building in buildings:
        if building is not None:
            parts.buildings.add(building)
        for index, number in enumerate(numbers):
            storey = parts.book.storey(building, number, name, title)
            level = levels[index] if len(levels) == len(numbers) else None
            if level is None and levels and height is not None and _in_sequence(name.numbers):
                level = levels[0] + index * height
            elif level is None and levels and index == 0:
                level = levels[0]
            storey = parts.book.measure(storey, level, height)
            copies.append(_Copy(storey, storey.id if copies else ""))
    return copies


def _in_sequence(numbers: tuple[int, ...]) -> bool:
    return all(other == one + 1 for one, other in pairwise(numbers))


def _copies_of_terms(parts: Parts, room: Room, name: StoreyName) -> Iterator[_Copy]:
    """The storeys that a frame's layer name states: one frame may stand for several."""
    building = room.terms.building or next(iter(name.buildings), None)
    if building is not None and room.terms.storeys:
        parts.buildings.add(building)
    for index, number in enumerate(room.terms.storeys):
        storey = parts.book.storey(building, number, StoreyName((number,), "storey"), "")
        yield _Copy(storey, storey.id if index else "")


def _space(room: Room, copy: _Copy, serial: str) -> Space:
    id_ = _own(room.id, serial)
    floor = copy.floor_m
    return Space(
        id=copy.id(id_),
        tag=room.id,
        name=room.name,
        labels=room.labels,
        storey_id=copy.storey.id,
        footprint=room.region,
        floor_z_m=floor,
        top_z_m=None,
        shape=_SHAPES[room.way],
        drawn="gross" if room.way == "area-frame" else "unknown",
        declared=room.declared,
        coefficient=room.coefficient,
        building_id=copy.storey.building_id,
        also_named=room.also_named,
    )


def raise_climbs(stops: Sequence[Stop], storeys: Sequence[Storey]) -> Iterator[Element]:
    """The stairs and lifts of all plans, each from its floor to the next one; ``storeys`` lie in order.

    One that only arrives from below reaches down instead. Where the levels are unknown it reaches as high as the cut,
    and what only arrives is left to the plan it comes from.
    """
    on: dict[str, list[Climb]] = defaultdict(list)
    for stop in stops:
        on[stop.storey_id].append(stop.climb)
    by_id = {storey.id: storey for storey in storeys}
    for stop in stops:
        storey, climb = by_id[stop.storey_id], stop.climb
        below, above = _neighbours(storey, storeys)
        arrives = is_arrival(climb, on[below.id] if below else (), on[above.id] if above else ())
        low = floor = storey.elevation_m or 0.0
        if storey.elevation_m is None and arrives:
            continue
        if storey.elevation_m is not None and below is not None and (arrives or climb.down):
            low = below.elevation_m if below.elevation_m is not None else floor
        high = floor if arrives else floor + (storey.height_m or CUT_M)
        name = "电梯" if climb.kind == "lift" else "楼梯"
        yield Element(
            stop.id, climb.id, climb.kind, name, climb.footprint, low, high, storey.id, building_id=storey.building_id
        )


def _neighbours(storey: Storey, storeys: Sequence[Storey]) -> tuple[Storey | None, Storey | None]:
    """The storeys drawn right below and above one: by their levels, or by number where one has none."""
    of_building = [other for other in storeys if other.building_id == storey.building_id]
    if all(other.elevation_m is not None for other in of_building):
        of_building.sort(key=lambda other: other.elevation_m or 0.0)
    at = of_building.index(storey)
    return (of_building[at - 1] if at else None), (of_building[at + 1] if at + 1 < len(of_building) else None)


def _own(id_: str, serial: str) -> str:
    """Handles are unique in a drawing; numbers given here (cell-3, wall-7, gap-2) are unique in a plan only."""
    return serial + id_ if id_.startswith(("cell-", "wall-", "insulation-", "gap-")) else id_


def _elements(found: FloorPlan, copy: _Copy, serial: str) -> Iterator[Element]:
    low, high = copy.reach

    def element(id_: str, kind: ElementKind, region: Region, name: str = "") -> Element:
        return Element(
            copy.id(_own(id_, serial)), id_, kind, name, region, low, high, copy.storey.id,
            building_id=copy.storey.building_id,
        )  # fmt: skip

    for id_, wall in found.walls:
        yield element(id_, "wall", wall)
    for id_, region in found.columns:
        yield element(id_, "column", region)
    for id_, strip in found.insulation:
        thickness = 2 * strip.area / strip.length
        layers = (MaterialLayer("保温层", thickness, insulation=True),)
        yield replace(element(id_, "covering", strip, "保温层"), layers=layers)
    for doorway in found.doorways:
        if doorway.kind == "window":
            yield element(doorway.id, "window", doorway.footprint, doorway.name)


def _openings(found: FloorPlan, copy: _Copy, serial: str) -> Iterator[Opening]:
    seen: set[str] = set()
    for doorway in found.doorways:
        if doorway.kind == "window":
            continue
        id_ = doorway.id if doorway.id not in seen else f"{doorway.id}~{len(seen)}"
        seen.add(id_)
        yield Opening(
            id=copy.id(_own(id_, serial)),
            tag=doorway.id,
            kind=doorway.kind,
            name=doorway.name,
            footprint=doorway.footprint,
            axis=doorway.axis,
            sill_z_m=copy.floor_m,
            head_z_m=None,
            storey_id=copy.storey.id,
        )


def _plan_notes(parts: Parts, name: StoreyName, found: FloorPlan, where: str, *, told_by_layers: bool) -> None:
    unclosed = [(room.id, room.name) for room in found.rooms if room.way == "name-only"]
    halves = {room.id: room.layer for room in found.rooms if room.coefficient == _HALF}
    for note in (
        overlap_note(where, found.overlaps),
        half_areas_note(where, halves),
        several_names_note(where, found.several_names),
        unclosed_rooms_note(where, unclosed, walled=bool(found.walls)),
    ):
        if note is not None:
            parts.notes.append(note)
    if name.kind == "typical" and not name.numbers:
        parts.notes.append(
            Note(
                "storey-typical-unnumbered",
                "error",
                Text(
                    f"“{where}”没有写明适用的楼层，无法计算共有几层：请在图名中写明（如“二～五层平面图”）",
                    f"“{where}” does not say which storeys it stands for, so they cannot be counted: name them "
                    f"in the title "
                    "(such as 二～五层平面图)",
                ),
                blocks=("*",),
            )
        )
    elif name.kind == "unknown" and found.rooms and not told_by_layers:
        named = [room for room in found.rooms if room.name]
        shown = "、".join(room.name for room in named[:3])
        plan = (
            Text(f"“{where}”中有“{shown}”的平面", f"the plan in “{where}” with {shown}")
            if shown
            else Text(f"“{where}”", f"“{where}”")
        )
        parts.notes.append(
            Note(
                "storey-unknown",
                "warning",
                Text(
                    f"{plan.zh}没有图名，或图名没有写明楼层：请加注图名（如“一层平面图”）",
                    f"{plan.en} has no title, or one that names no storey: add a title such as 一层平面图",
                ),
                tuple(room.id for room in named),
                GROUND_MEASURES,
            )
        )
