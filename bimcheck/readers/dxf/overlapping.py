"""Area frames that reach into one another: what two of them claim is a floor area once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import Polygon, STRtree

from bimcheck.model import Region
from bimcheck.readers.dxf.regions import Outline, as_region
from bimcheck.readers.dxf.terms import frame_terms

_NESTED = 0.80
"""A frame that lies within another by this share is a part of it, which later steps tell by the names of both."""
_LEAST_M2 = 0.005
_GRID_M = 1e-6

Overlap = tuple[str, str, float]
"""The frame that gave way, the one that kept the area, and how many square metres."""


def taken_apart(frames: Sequence[Outline]) -> tuple[list[Outline], list[Overlap]]:
    """Frames that overlap no longer, and where they did: the area stays with the smaller of the two.

    Left as they are: frames within frames, and frames whose layers name different storeys or buildings, which lie
    over one another on the sheet only.
    """
    regions: list[Region] = [frame.region for frame in frames]
    terms = [frame_terms(frame.layer) for frame in frames]
    one, other = STRtree(regions).query(np.array(regions, dtype=object), predicate="intersects")
    overlaps: list[Overlap] = []
    for a, b in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        larger = (-round(frames[a].region.area, 4), a) < (-round(frames[b].region.area, 4), b)
        if a == b or not larger or (terms[a].storeys, terms[a].building) != (terms[b].storeys, terms[b].building):
            continue
        area_m2 = shapely.intersection(frames[a].region, frames[b].region).area
        if not _LEAST_M2 <= area_m2 < _NESTED * frames[b].region.area:
            continue
        rest = as_region(shapely.difference(regions[a], frames[b].region, grid_size=_GRID_M))
        regions[a] = Polygon() if rest is None else rest
        overlaps.append((frames[a].id, frames[b].id, area_m2))
    kept = zip(frames, regions, strict=True)
    return [Outline(frame.id, frame.layer, region) for frame, region in kept if not region.is_empty], overlaps
