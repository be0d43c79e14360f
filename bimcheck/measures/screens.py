"""How far balconies and galleries reach: to the outer face of their own parapets and glazing.

Their rooms are drawn inside these as often as over them, and what stands between two balconies is shared.
"""

from __future__ import annotations

import shapely

from bimcheck.measures.cells import LevelPlan
from bimcheck.measures.partition import GRID_M, as_region, divide_walls, unite
from bimcheck.model import Region

_THICKEST_M = 0.40


def part_outlines(plan: LevelPlan) -> dict[str, Region]:
    """The outline of every balcony, canopy and the like, by space id; those drawn inside their screens with these."""
    outlines = {room.space.id: room.space.footprint for room, _ in plan.parts if room.space.footprint is not None}
    reaching = [room.space.id for room, part in plan.parts if part.rule.to_enclosure and room.space.id in outlines]
    if not reaching or not plan.screens:
        return outlines
    drawn = [outlines[id_] for id_ in reaching]
    around = shapely.buffer(unite(drawn), _THICKEST_M, join_style="mitre")
    screens = shapely.intersection(unite(screen.footprint for screen in plan.screens), around, grid_size=GRID_M)
    building = unite([*plan.cells, plan.wall_area])
    whole = as_region(unite([*drawn, shapely.difference(screens, building, grid_size=GRID_M)]))
    shares = divide_walls(whole, drawn).shares if whole is not None else ()
    grown = {
        id_: as_region(unite([outlines[id_], share]))
        for id_, share in zip(reaching, shares, strict=True)
        if share is not None
    }
    return outlines | {id_: region for id_, region in grown.items() if region is not None}
