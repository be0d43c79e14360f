"""Stairwells, lifts and shafts drawn as one tall space, made into one space on every storey they pass.

Indoor stairs, lifts and shafts are area of every natural storey (GB/T 50353-2013 3.0.19; GB 55031-2022 3.1.1), unlike a
hall, whose upper part is a void. Many programs draw both alike: a space several storeys high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import shapely

from bimcheck.measures.partition import GRID_M, as_region, unite
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Element, Region, Space
from bimcheck.review import Level
from bimcheck.rooms.identify import IdentifiedRoom

_NAMED = re.compile(
    r"楼梯|梯间|电梯|升降机|管井|管道井|井道|风井|水井|强电井|弱电井|\bstair(?:s|case|way|well)?\b|\blift\b|elevator|\bshaft\b"
    r"|treppe|aufzug|schacht",
    re.IGNORECASE,
)
_FILLED_BY_STAIRS = 0.40
_PASSES_M = 1.20
_STARTS_BELOW_M = 0.50
_LEAST_M2 = 0.25


@dataclass(frozen=True, slots=True)
class Split:
    """The model, its rooms and their levels, with stairwells on every level they pass."""

    model: BuildingModel
    rooms: tuple[IdentifiedRoom, ...]
    arrangement: Arrangement


def split_stairwells(model: BuildingModel, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement) -> Split:
    """Put stairwells on every level they pass; what the pieces above are called ends in ``~2F`` and so on.

    Where rooms are drawn across a stairwell on an upper level, its place is theirs.
    """
    stairs = [e for e in model.elements if e.kind in ("stair", "ramp", "lift")]
    pieces = {
        room.space.id: found
        for room in rooms
        if room.role == "room" and (found := list(_pieces(room.space, model, arrangement, stairs)))
    }
    if not pieces:
        return Split(model, tuple(rooms), arrangement)

    def apart(space: Space) -> list[Space]:
        above = [piece for piece, _ in pieces.get(space.id, ())]
        return [replace(space, top_z_m=above[0].floor_z_m, ceiling=()), *above] if above else [space]

    level_of = {piece.id: level.id for found in pieces.values() for piece, level in found}
    return Split(
        replace(model, spaces=tuple(each for space in model.spaces for each in apart(space))),
        tuple(replace(room, space=each) for room in rooms for each in apart(room.space)),
        replace(arrangement, level_of={**arrangement.level_of, **level_of}),
    )


def _pieces(
    space: Space, model: BuildingModel, arrangement: Arrangement, stairs: Sequence[Element]
) -> Iterator[tuple[Space, Level]]:
    """The space on every further level it passes, lowest first."""
    own = arrangement.level(arrangement.level_of.get(space.id))
    if own is None or space.footprint is None or space.floor_z_m is None or space.top_z_m is None:
        return
    passed = [
        level
        for level in arrangement.levels
        if level.building_id == own.building_id
        and level.position not in ("mezzanine", "roof")
        and level.floor_z_m is not None
        and space.floor_z_m < level.floor_z_m - _STARTS_BELOW_M
        and space.top_z_m > level.floor_z_m + _PASSES_M
    ]
    if not passed or not _is_stairwell(space, space.footprint, stairs):
        return
    for level, above in zip(passed, [*passed[1:], None], strict=True):
        footprint = _free(space.footprint, level, model, arrangement)
        if footprint is not None and footprint.area >= _LEAST_M2:
            top_m = space.top_z_m if above is None else above.floor_z_m
            yield (
                replace(
                    space,
                    id=f"{space.id}~{level.name}",
                    storey_id=level.storey_ids[0] if level.storey_ids else space.storey_id,
                    footprint=footprint,
                    floor_z_m=level.floor_z_m,
                    top_z_m=top_m,
                    ceiling=space.ceiling if above is None else (),
                    declared=(),
                ),
                level,
            )


def _is_stairwell(space: Space, footprint: Region, stairs: Sequence[Element]) -> bool:
    """By its name, or because flights fill much of it; a hall with a stair in it is a hall."""
    names = [space.name, *(label.text for label in space.labels if label.kind in ("name", "long-name", "space-type"))]
    if any(_NAMED.search(name) for name in names):
        return True
    inside = [stair.footprint for stair in stairs if shapely.intersects(stair.footprint, footprint)]
    return bool(inside) and shapely.intersection(unite(inside), footprint).area >= _FILLED_BY_STAIRS * footprint.area


def _free(footprint: Region, level: Level, model: BuildingModel, arrangement: Arrangement) -> Region | None:
    """What no room of the level is drawn over."""
    others = [
        other.footprint
        for other in model.spaces
        if other.footprint is not None
        and arrangement.level_of.get(other.id) == level.id
        and other.drawn != "gross"
        and other.predefined_type != "GFA"
        and shapely.intersects(other.footprint, footprint)
    ]
    return as_region(shapely.difference(footprint, unite(others), grid_size=GRID_M)) if others else footprint
