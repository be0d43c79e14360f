"""Plane regions in metres, and what was wrong with their outlines.

An outline that crosses itself, does not close, or has no area gives wrong areas silently in most programs. Here it is
repaired in one fixed way and the repair is named; whether the area can be trusted afterwards is said too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely import MultiPolygon, Polygon
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Region
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.placement import UnusableGeometryError

Defect = Literal["open", "self-crossing", "spike"]

_CLOSED_M = 1e-5
_GRID_M = 1e-7
_LOST_M2 = 1e-6
_SAME_AREA = 1e-6
_LEAST_M2 = 1e-9
_MANY = 64


@dataclass(frozen=True, slots=True)
class PlaneRegion:
    """A plane region with what was wrong with its outline; ``doubtful`` where the repair is only one reading of it."""

    region: Region
    defects: frozenset[Defect] = frozenset()
    doubtful: bool = False


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons in a geometry, slivers of no area left out."""
    if isinstance(geometry, Polygon):
        return [geometry] if geometry.area > _LEAST_M2 else []
    return [polygon for part in getattr(geometry, "geoms", ()) for polygon in polygons_of(part)]


def region_of(geometry: BaseGeometry) -> Region:
    """A geometry as a region.

    Raises:
        UnusableGeometryError: it has no area.
    """
    found = polygons_of(geometry)
    if not found:
        raise UnusableGeometryError("zero-area")
    return found[0] if len(found) == 1 else MultiPolygon(found)


def closed_region(points: Points) -> PlaneRegion:
    """The region inside a closed line of points (first two coordinates); clockwise or not makes no difference.

    A line that does not return to its start is closed straight: many programs leave out the last point.

    Raises:
        UnusableGeometryError: it encloses no area.
    """
    ring = points[:, :2]
    defects: set[Defect] = set()
    (x0, y0), (x1, y1) = ring[[0, -1]].tolist()
    gap = math.hypot(x1 - x0, y1 - y0)
    if gap <= _CLOSED_M:
        ring = ring[:-1]
    else:
        defects.add("open")
    steps = ring - np.concatenate([ring[-1:], ring[:-1]])
    keep = np.hypot(steps[:, 0], steps[:, 1]) > 1e-9
    ring = ring[keep] if np.count_nonzero(keep) >= 3 else ring
    if len(ring) < 3:
        raise UnusableGeometryError("zero-area")
    polygon = Polygon(ring)
    if polygon.is_valid and polygon.area > _LEAST_M2:
        return PlaneRegion(polygon, frozenset(defects))
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    enclosed = abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2
    region = region_of(shapely.make_valid(polygon))
    same = abs(region.area - enclosed) <= _SAME_AREA * max(region.area, 1.0)
    defects.add("spike" if same else "self-crossing")
    return PlaneRegion(region, frozenset(defects), not same)


def united(parts: Sequence[PlaneRegion]) -> PlaneRegion:
    """Several regions as one."""
    if not parts:
        raise UnusableGeometryError("zero-area")
    region = region_of(shapely.union_all([part.region for part in parts]))
    return PlaneRegion(region, frozenset().union(*(p.defects for p in parts)), any(p.doubtful for p in parts))


def transformed(region: Region, matrix: Points, offset: Points) -> Region:
    """A region under a plane affine map."""
    moved = shapely.transform(region, lambda points: points @ matrix.T + offset)
    return region_of(moved if moved.is_valid else shapely.make_valid(moved))


def united_polygons(polygons: Sequence[Polygon] | npt.NDArray[np.object_]) -> Region:
    """The union of polygons, checked: the library can lose a part of adjacent ones, and then works on a grid.

    Raises:
        UnusableGeometryError: they have no area.
    """
    if len(polygons) == 1:
        return region_of(polygons[0])
    parts = np.asarray(polygons, dtype=object)
    sum_m2 = float(shapely.area(parts).sum())
    if len(parts) >= _MANY:
        mesh = _mesh(parts)
        if mesh is not None and abs(mesh.area - sum_m2) <= _LEAST_M2:
            return region_of(mesh.simplify(1e-9))
    whole = shapely.union_all(parts)
    overlapping = abs(sum_m2 - whole.area) > _LOST_M2
    if overlapping and uncovered_m2(parts, whole) > _LOST_M2:
        whole = shapely.union_all(parts, grid_size=_GRID_M)
    return region_of(whole.simplify(1e-9))


def _mesh(parts: npt.NDArray[np.object_]) -> Polygon | None:
    """Polygons that share whole edges as one polygon, quickly; ``None`` where they do not."""
    try:
        whole = shapely.coverage_union_all(parts)
    except GEOSException:
        return None
    return whole if isinstance(whole, Polygon) and whole.is_valid else None


def uncovered_m2(polygons: npt.NDArray[np.object_], region: BaseGeometry) -> float:
    """How much of polygons lies outside a region, what several leave uncovered counted for each."""
    shapely.prepare(region)
    outside = polygons[~shapely.covers(region, polygons)]
    return float(shapely.area(shapely.difference(outside, region)).sum())
