"""Bodies given by their faces: what they cover in plan, and which faces are their ceiling.

Faces may be wound either way and the body need not be closed: a face is ceiling where nothing of the body lies above
it, floor where nothing lies below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, STRtree

from bimcheck.model import Facet, Region
from bimcheck.readers.ifc.columns import uneven
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.regions import polygons_of, united_polygons

_STEEPEST = 1e-6
_LEAST_M2 = 1e-8
_ABOVE_M = 1e-5
_SAME_M2 = 1e-6
_FARTHEST_M = 1e7


@dataclass(frozen=True, slots=True)
class Face:
    """A plane face by its rings in space (the first is the outer one), metres."""

    rings: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class FacePlan:
    """A body in plan: region, heights, and ceiling where it is not level."""

    region: Region
    z_min_m: float
    z_max_m: float
    ceiling: tuple[Facet, ...]


def moved(faces: Iterable[Face], matrix: Points) -> list[Face]:
    """Faces under a matrix."""
    return [Face(tuple(ring @ matrix[:3, :3].T + matrix[:3, 3] for ring in face.rings)) for face in faces]


def plan_of(faces: Sequence[Face]) -> FacePlan:
    """The plan of a body.

    Raises:
        UnusableGeometryError: the faces cover no area in plan, or lie nowhere.
    """
    if not faces:
        raise UnusableGeometryError("zero-area")
    points = np.concatenate([ring for face in faces for ring in face.rings])
    if not bool((np.abs(points) < _FARTHEST_M).all()):
        raise UnusableGeometryError("coordinates")
    flat: list[Polygon] = []
    planes: list[tuple[float, float, float]] = []
    for face in faces:
        normal, middle = _normal(face.rings[0])
        length = float(np.linalg.norm(normal))
        if length < _LEAST_M2 or abs(normal[2]) < _STEEPEST * length:
            continue
        a, b = -normal[0] / normal[2], -normal[1] / normal[2]
        polygon = Polygon(face.rings[0][:, :2], [ring[:, :2] for ring in face.rings[1:] if len(ring) >= 3])
        parts = [polygon] if polygon.is_valid else polygons_of(shapely.make_valid(polygon))
        flat += parts
        planes += [(float(a), float(b), float(middle[2] - a * middle[0] - b * middle[1]))] * len(parts)
    if not flat:
        raise UnusableGeometryError("zero-area")
    polygons = np.array(flat, dtype=object)
    highest, lowest = _extremes(polygons, np.array(planes))
    region = united_polygons(polygons[lowest])
    upper = united_polygons(polygons[highest])
    if abs(region.area - upper.area) > _SAME_M2 * max(1.0, region.area):
        region = united_polygons(polygons)
    facets = [Facet(flat[i], *planes[i]) for i in np.flatnonzero(highest)]
    z = points[:, 2]
    return FacePlan(region, float(z.min()), float(z.max()), uneven(facets))


def _normal(ring: Points) -> tuple[Points, Points]:
    """Newell's normal (its length is twice the area) and a point of the plane."""
    middle = ring.mean(axis=0)
    local = ring - middle
    return np.cross(local, np.roll(local, -1, axis=0)).sum(axis=0), middle


def _extremes(polygons: Points, planes: Points) -> tuple[Points, Points]:
    """Which faces have none above them, and which have none below, each tested at one of its inner points."""
    inner = shapely.point_on_surface(polygons)
    xy = shapely.get_coordinates(inner)
    at, over = STRtree(polygons).query(inner, predicate="intersects")
    heights = planes[over, 0] * xy[at, 0] + planes[over, 1] * xy[at, 1] + planes[over, 2]
    own = planes[:, 0] * xy[:, 0] + planes[:, 1] * xy[:, 1] + planes[:, 2]
    highest = np.ones(len(polygons), dtype=bool)
    lowest = np.ones(len(polygons), dtype=bool)
    highest[at[heights > own[at] + _ABOVE_M]] = False
    lowest[at[heights < own[at] - _ABOVE_M]] = False
    return highest, lowest
