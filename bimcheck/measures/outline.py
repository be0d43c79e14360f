"""The outline of a level: the outer face of its walls and rooms, with gaps and enclosed areas understood.

Buttresses, fins and garden walls that stick out are not part of it (GB/T 50353-2013, 3.0.27-6: attached piers and
decoration do not count). A deformation joint counts only where it is open to the inside (3.0.25). Enclosed areas that
no room covers are either open to below or to the sky, or rooms nobody drew: the latter become nameless cells, so that
their walls are still split at the centre line and the parts add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.cells import LevelPlan
from bimcheck.measures.faces import gaps_between
from bimcheck.measures.partition import GRID_M, as_region, unite
from bimcheck.model import Region

_HAIRLINE_M = 1e-3
_SLIT_M = 0.02
_JOINT_M = 0.30
_FIN_M = 0.70
_FIN_M2 = 0.02
_PILLAR_M2 = 1.00
_COVERED = 0.60
_CONTACT = 0.25


@dataclass(frozen=True, slots=True)
class Outline:
    """A level's outline, with what in it belongs to no room.

    ``nameless`` are enclosed areas nobody drew a room for; ``voids`` is what halls of lower levels take up (both within
    ``region``); ``courts`` are enclosed areas left out because they are open to the sky.
    """

    region: Region | None
    nameless: tuple[Region, ...] = ()
    voids: tuple[Region, ...] = ()
    courts: tuple[Region, ...] = ()


def outline_of(plan: LevelPlan) -> Outline:
    """The outline of a level with rooms; empty where it has none."""
    if not plan.cells:
        return Outline(None)
    voids = tuple(_polygons(plan.voids))
    rooms = unite([*plan.cells, *voids])
    walls = plan.wall_area
    solid = _without_hairlines(unite([rooms, walls]))
    solid = unite([solid, gaps_between(solid, _SLIT_M), *_counted_gaps(solid, rooms, plan)])
    solid = _without_fins(solid, rooms)
    own = unite(plan.cells)
    filled, nameless, courts = [], [], []
    for part in _polygons(solid):
        if not shapely.intersects(part, own):
            continue
        for ring in part.interiors:
            hole = Polygon(ring)
            free = as_region(shapely.difference(hole, solid, grid_size=GRID_M))
            if free is None:
                continue
            match _kind_of_hole(free, rooms, plan):
                case "pillar":
                    filled.append(free)
                case "nameless":
                    nameless.append(free)
                case _:
                    courts.append(free)
    region = as_region(unite([p for p in _polygons(solid) if shapely.intersects(p, own)] + filled + nameless))
    held = tuple(void for void in voids if region is not None and shapely.intersects(void, region))
    return Outline(region, tuple(nameless), held, tuple(courts))


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and not part.is_empty]


def _without_hairlines(solid: BaseGeometry) -> BaseGeometry:
    """What rounding leaves between faces that meet, in buildings that stand askew to the axes, closed."""
    wide = shapely.buffer(solid, _HAIRLINE_M / 2, join_style="mitre")
    return shapely.buffer(wide, -_HAIRLINE_M / 2, join_style="mitre")


def _counted_gaps(solid: BaseGeometry, rooms: BaseGeometry, plan: LevelPlan) -> list[Polygon]:
    """Gaps up to a joint's width that belong to the building.

    Between a room and its wall (rooms drawn to the finish face) or between two rooms (a wall nobody drew) always;
    between two walls (a joint) only where a way through the walls crosses it, or where it is enclosed.
    """
    counted = []
    for gap in _polygons(gaps_between(solid, _JOINT_M)):
        edge = shapely.intersection(gap.boundary, shapely.buffer(rooms.boundary, 1e-4))
        crossed = any(shapely.intersects(shapely.buffer(o.footprint, _SLIT_M), gap) for o in plan.openings)
        enclosed = shapely.difference(gap.boundary, shapely.buffer(solid, 1e-4)).length < 1e-3
        if edge.length > _CONTACT * gap.length or crossed or enclosed:
            counted.append(gap)
    return counted


def _without_fins(solid: BaseGeometry, rooms: BaseGeometry) -> BaseGeometry:
    """Remove thin walls that stick out. Mitred erosion and dilation bring every other corner back as it was."""
    whole = unite(Polygon(part.exterior) for part in _polygons(solid))
    core = shapely.buffer(shapely.buffer(whole, -_FIN_M / 2, join_style="mitre"), _FIN_M / 2, join_style="mitre")
    fins = shapely.difference(whole, unite([core, rooms]), grid_size=GRID_M)
    away = [fin for fin in _polygons(fins) if fin.area > _FIN_M2]
    return shapely.difference(solid, unite(away), grid_size=GRID_M) if away else solid


def _kind_of_hole(hole: Region, rooms: BaseGeometry, plan: LevelPlan) -> str:
    """What an enclosed area without a room is: a ``pillar`` within rooms, a ``nameless`` cell, or a ``court``."""
    if shapely.is_empty(shapely.buffer(hole, -_JOINT_M / 2)):
        return "pillar"
    along_rooms = shapely.intersection(hole.boundary, shapely.buffer(rooms, 1e-4)).length / hole.length
    if along_rooms > 1 - _CONTACT:
        return "pillar" if hole.area <= _PILLAR_M2 else "court"
    if shapely.intersection(hole, plan.open_air).area > _COVERED * hole.area:
        return "court"
    floored = shapely.intersection(hole, plan.floor).area / hole.area
    rooms_floored = shapely.intersection(rooms, plan.floor).area / rooms.area
    if floored > _COVERED:
        return "nameless"
    if rooms_floored > _COVERED and hole.area > 30.0:
        return "court"
    lit = any(shapely.distance(window.footprint, hole) < _JOINT_M for window in plan.windows)
    return "court" if lit and rooms_floored <= _COVERED else "nameless"
