"""Title area (产权面积) with its share of common space, GB/T 17986.1-2000 ch. 8 and annex B.

A unit's own area (套内建筑面积) runs to the centre lines of its walls, outer ones included; the other half of the outer
walls and the public stairs, lifts, lobbies and corridors are common, and are shared out in proportion: title area
= own area × (1 + K). The share may lift an area over a limit that it misses by itself, so it is shown, never judged.
It is only as good as the names of common rooms: one that is not named as such counts as somebody's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import box

from bimcheck.measures.areas import Areas
from bimcheck.measures.partition import as_region, divide_walls
from bimcheck.rooms.identify import IdentifiedRoom

_AROUND_M = 5.0


@dataclass(frozen=True, slots=True)
class TitleArea:
    """Own area of the service rooms, the building's share factor ``k``, and their title area; square metres."""

    own_m2: float
    k: float
    title_m2: float


def title_area(rooms: Sequence[IdentifiedRoom], areas: Areas) -> TitleArea | None:
    """The title area of all counted rooms; ``None`` where walls or outlines are missing."""
    use_of = {room.space.id: room for room in rooms}
    own: dict[str | None, float] = {}
    common: dict[str | None, float] = {}
    counted: dict[str | None, float] = {}
    unmeasured: set[str | None] = set()
    for level in areas.levels:
        plan = areas.plans.get(level.id)
        if plan is None:
            unmeasured.add(level.building_id)
            continue
        if not plan.cells:
            continue
        if level.outline is None or not plan.walls:
            return None
        to_centre = _to_centre_lines(plan.cells, level.outline)
        if to_centre is None:
            return None
        inside = 0.0
        for room, own_m2 in zip(plan.rooms, to_centre, strict=True):
            if use_of[room.space.id].use == "circulation" and not room.counted:
                continue
            inside += own_m2
            if room.counted:
                counted[level.building_id] = counted.get(level.building_id, 0.0) + own_m2
        own[level.building_id] = own.get(level.building_id, 0.0) + inside
        common[level.building_id] = (
            common.get(level.building_id, 0.0) + level.outline.area - level.unallocated_m2 - inside
        )
    if not counted or any(building in unmeasured or own[building] <= 0 for building in counted):
        return None
    factors = {building: common[building] / own[building] for building in counted}
    total = sum(counted.values())
    title = sum(area * (1 + factors[building]) for building, area in counted.items())
    return TitleArea(total, title / total - 1 if total else 0.0, title)


def _to_centre_lines(
    cells: Sequence[shapely.Polygon | shapely.MultiPolygon], outline: shapely.Geometry
) -> list[float] | None:
    """Each cell's area to the centre lines of all its walls: the outside takes its half like any neighbour.

    ``None`` where the geometry is beyond dividing.
    """
    x0, y0, x1, y1 = shapely.bounds(outline)
    around = box(x0 - _AROUND_M, y0 - _AROUND_M, x1 + _AROUND_M, y1 + _AROUND_M)
    outside = as_region(shapely.difference(around, outline))
    region = as_region(around)
    if outside is None or region is None:
        return [cell.area for cell in cells]
    try:
        shares = divide_walls(region, [*cells, outside]).shares
    except shapely.errors.GEOSException:
        return None
    return [cell.area + (s.area if s is not None else 0.0) for cell, s in zip(cells, shares, strict=False)]
