"""Bodies given by their faces: what they cover in plan, and which faces are their ceiling.

Faces may be wound either way and the body need not be closed: a face is ceiling where nothing of the body lies above
it, floor where nothing lies below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon, STRtree

from bimcheck.model import Facet, Region
from bimcheck.readers.ifc.columns import uneven
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.regions import polygons_of, united_polygons

Indices = npt.NDArray[np.intp]
Polygons = npt.NDArray[np.object_]

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
    faces = [face for face in faces if len(face.rings[0]) >= 3]
    if not faces:
        raise UnusableGeometryError("zero-area")
    points = np.concatenate([face.rings[0] for face in faces])
    if not bool((np.abs(points) < _FARTHEST_M).all()):
        raise UnusableGeometryError("coordinates")
    starts = np.concatenate([[0], np.cumsum([len(face.rings[0]) for face in faces])[:-1]])
    normals = _normals(points, starts)
    lengths = np.linalg.norm(normals, axis=1)
    lying = np.flatnonzero((lengths >= _LEAST_M2) & (np.abs(normals[:, 2]) >= _STEEPEST * lengths))
    if not len(lying):
        raise UnusableGeometryError("zero-area")
    slopes = -normals[lying, :2] / normals[lying, 2:]
    feet = points[starts[lying]]
    planes = np.column_stack([slopes, feet[:, 2] - (slopes * feet[:, :2]).sum(axis=1)])
    polygons, owner = _polygons([faces[i] for i in lying])
    if not len(polygons):
        raise UnusableGeometryError("zero-area")
    planes = planes[owner]
    highest, lowest = _extremes(polygons, planes)
    region = united_polygons(polygons[lowest])
    upper = united_polygons(polygons[highest])
    if abs(region.area - upper.area) > _SAME_M2 * max(1.0, region.area):
        region = united_polygons(polygons)
    facets = [Facet(polygons[i], *(float(v) for v in planes[i])) for i in np.flatnonzero(highest)]
    z = points[:, 2]
    return FacePlan(region, float(z.min()), float(z.max()), uneven(facets))


def _normals(points: Points, starts: Indices) -> Points:
    """Newell's normals of rings laid end to end; their lengths are twice the areas."""
    following = np.arange(1, len(points) + 1)
    following[np.append(starts[1:], len(points)) - 1] = starts
    first = np.repeat(points[starts], np.diff(np.append(starts, len(points))), axis=0)
    here, there = points - first, points[following] - first
    x, y, z = here.T
    u, v, w = there.T
    return np.asarray(np.add.reduceat(np.column_stack([y * w - z * v, z * u - x * w, x * v - y * u]), starts))


def _polygons(faces: Sequence[Face]) -> tuple[Polygons, Indices]:
    """The faces as plan polygons, invalid ones repaired, and which face each polygon is of."""
    rings = np.concatenate([face.rings[0][:, :2] for face in faces])
    indices = np.repeat(np.arange(len(faces)), [len(face.rings[0]) for face in faces])
    polygons = np.asarray(shapely.polygons(shapely.linearrings(rings, indices=indices)), dtype=object)
    for i, face in enumerate(faces):
        if len(face.rings) > 1:
            polygons[i] = Polygon(face.rings[0][:, :2], [ring[:, :2] for ring in face.rings[1:] if len(ring) >= 3])
    valid = shapely.is_valid(polygons)
    if bool(np.all(valid)):
        return polygons, np.arange(len(faces))
    repaired = [(p, i) for i in np.flatnonzero(~valid) for p in polygons_of(shapely.make_valid(polygons[i]))]
    extra = np.array([p for p, _ in repaired], dtype=object)
    owner = np.append(np.flatnonzero(valid), np.array([i for _, i in repaired], dtype=int))
    return np.append(polygons[valid], extra), owner


def _extremes(polygons: Polygons, planes: Points) -> tuple[Indices, Indices]:
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
