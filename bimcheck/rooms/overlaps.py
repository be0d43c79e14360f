"""Which spaces lie over others on the same floor: area frames over rooms, rooms within rooms, outlines drawn twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from bimcheck.model import Space

_COVERS = 0.80
"""One outline lies over another when it covers this share of it; walls and drawing slack make up the rest."""
_SAME = 0.98
_SAME_FLOOR_M = 0.50


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Overlaps among spaces, by their position in the sequence that was asked about.

    ``inner[i]`` are the spaces that ``i`` covers and that are smaller than it; ``twins`` are pairs of the same
    outline, the first before the second in the order of their ids.
    """

    inner: tuple[tuple[int, ...], ...]
    twins: tuple[tuple[int, int], ...]


def find_overlaps(spaces: Sequence[Space]) -> Overlaps:
    """Find who covers whom. Spaces without a footprint cover nothing; another floor or building is another place."""
    inner: list[list[int]] = [[] for _ in spaces]
    twins: list[tuple[int, int]] = []
    drawn = np.array([i for i, space in enumerate(spaces) if space.footprint is not None], dtype=np.intp)
    if drawn.size > 1:
        shapes = np.array([spaces[i].footprint for i in drawn], dtype=object)
        left, right = shapely.STRtree(shapes).query(shapes)
        floors = np.array([spaces[i].floor_z_m for i in drawn], dtype=np.float64)  # unknown is NaN, and no reason
        once = (left < right) & ~(np.abs(floors[left] - floors[right]) > _SAME_FLOOR_M)
        left, right = left[once], right[once]
        areas = shapely.area(shapes)
        may_cover = _common_box(shapes, left, right) >= _COVERS * np.minimum(areas[left], areas[right])
        left, right = left[may_cover], right[may_cover]
        common = shapely.area(shapely.intersection(shapes[left], shapes[right]))
        for a, b, shared in zip(left.tolist(), right.tolist(), common.tolist(), strict=True):
            first, second = int(drawn[a]), int(drawn[b])
            if not same_floor(spaces[first], spaces[second]):
                continue
            if shared >= _SAME * max(areas[a], areas[b]):
                pair = sorted((first, second), key=lambda i: (spaces[i].id, i))
                twins.append((pair[0], pair[1]))
            elif shared >= _COVERS * min(areas[a], areas[b]):
                outer, within = (first, second) if areas[a] >= areas[b] else (second, first)
                inner[outer].append(within)
    return Overlaps(tuple(tuple(sorted(found)) for found in inner), tuple(sorted(twins)))


def same_floor(one: Space, other: Space) -> bool:
    """Whether two spaces stand on the same floor of the same building: by height, else by their storey."""
    if None not in (one.building_id, other.building_id) and one.building_id != other.building_id:
        return False
    if one.floor_z_m is not None and other.floor_z_m is not None:
        return abs(one.floor_z_m - other.floor_z_m) <= _SAME_FLOOR_M
    return one.storey_id == other.storey_id


def _common_box(
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
    left: np.ndarray[tuple[int], np.dtype[np.intp]],
    right: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The area common to two bounding boxes: an upper bound that spares most exact intersections."""
    boxes = shapely.bounds(shapes)
    low = np.maximum(boxes[left, :2], boxes[right, :2])
    high = np.minimum(boxes[left, 2:], boxes[right, 2:])
    extent = np.clip(high - low, 0.0, None)
    product: np.ndarray[tuple[int], np.dtype[np.float64]] = extent[:, 0] * extent[:, 1]
    return product
