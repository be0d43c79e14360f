"""A large region looked at place by place: what lies around a room, without going through a whole storey each time."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

_OVERLAP_M = 8.0
_FEW_POINTS = 200
_Box = tuple[float, float, float, float]


class Surroundings:
    """Halves of halves of a region, made as they are asked for. Halves overlap, so that a room lies whole in one."""

    def __init__(self, region: BaseGeometry) -> None:
        self._region = region
        self._box: _Box = tuple(shapely.bounds(region).tolist())
        self._halves: dict[_Box, Surroundings] = {}
        self._whole = shapely.get_num_coordinates(region) <= _FEW_POINTS

    def near(self, shape: BaseGeometry, reach_m: float = 0.0) -> BaseGeometry:
        """A part of the region that holds at least all of it within the shape's bounds and so much around."""
        x0, y0, x1, y1 = shapely.bounds(shape).tolist()
        wanted = (x0 - reach_m, y0 - reach_m, x1 + reach_m, y1 + reach_m)
        part = self
        while (half := part._half_with(wanted)) is not None:
            part = half
        return part._region

    def _half_with(self, wanted: _Box) -> Surroundings | None:
        x0, y0, x1, y1 = self._box
        if self._whole or max(x1 - x0, y1 - y0) <= 4 * _OVERLAP_M:
            return None
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if x1 - x0 > y1 - y0:
            boxes = ((x0, y0, x + _OVERLAP_M, y1), (x - _OVERLAP_M, y0, x1, y1))
        else:
            boxes = ((x0, y0, x1, y + _OVERLAP_M), (x0, y - _OVERLAP_M, x1, y1))
        for box in boxes:
            if _holds(box, wanted, self._box):
                if box not in self._halves:
                    self._halves[box] = Surroundings(_clipped(self._region, box))
                    self._halves[box]._box = box
                return self._halves[box]
        return None


def _clipped(region: BaseGeometry, box: _Box) -> BaseGeometry:
    """The region within the box. The quick way does not promise a valid region."""
    quick = shapely.clip_by_rect(region, *box)
    return quick if shapely.is_valid(quick) else shapely.intersection(region, shapely.box(*box))


def _holds(half: _Box, wanted: _Box, whole: _Box) -> bool:
    """Whether a half has all that the whole has of what is wanted; beyond the whole's edge there is nothing."""
    return (
        (half[0] <= wanted[0] or half[0] == whole[0])
        and (half[1] <= wanted[1] or half[1] == whole[1])
        and (half[2] >= wanted[2] or half[2] == whole[2])
        and (half[3] >= wanted[3] or half[3] == whole[3])
    )
