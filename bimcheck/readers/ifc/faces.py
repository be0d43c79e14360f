"""Bodies given by their faces: what they cover in plan, and which faces are their ceiling.

Faces may be wound either way and the body need not be closed: a face is ceiling where nothing of the body lies above
it, floor where nothing lies below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon, STRtree

from bimcheck.model import Facet, Region
from bimcheck.readers.ifc.columns import uneven
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.regions import polygons_of, uncovered_m2, united_polygons

Indices = npt.NDArray[np.intp]
Polygons = npt.NDArray[np.object_]

_STEEPEST = 1e-6
_LEAST_M2 = 1e-8
_ABOVE_M = 1e-5
_SAME_M2 = 1e-6
_FARTHEST_M = 1e7


@dataclass(frozen=True, slots=True)
class Faces:
    """Plane faces by their rings in space, metres.

    ``points`` are those of all rings end to end, ``starts`` where each ring begins in them, ``owners`` the face each
    ring is of, ascending; the first ring of a face is its outer one.
    """

    points: Points
    starts: Indices
    owners: Indices

    @staticmethod
    def of(faces: Sequence[Sequence[Points]]) -> Faces:
        """Faces from the rings of each; at least one face."""
        rings = [ring for face in faces for ring in face]
        lengths = np.array([len(ring) for ring in rings])
        owners = np.repeat(np.arange(len(faces)), [len(face) for face in faces])
        return Faces(np.concatenate(rings), np.cumsum(lengths) - lengths, owners)

    @staticmethod
    def polygons(corners: Points) -> Faces:
        """Faces without holes that all have as many corners: an array of faces by corners by coordinates."""
        count, each, _ = corners.shape
        return Faces(corners.reshape(-1, 3), np.arange(count) * each, np.arange(count))

    @staticmethod
    def joined(parts: Sequence[Faces]) -> Faces:
        """Several sets of faces as one."""
        points = np.cumsum([0, *(len(part.points) for part in parts)])
        faces = np.cumsum([0, *(part.owners[-1] + 1 if len(part.owners) else 0 for part in parts)])
        return Faces(
            np.concatenate([part.points for part in parts]),
            np.concatenate([part.starts + first for part, first in zip(parts, points, strict=False)]),
            np.concatenate([part.owners + first for part, first in zip(parts, faces, strict=False)]),
        )

    def moved(self, matrix: Points) -> Faces:
        """The faces under a matrix."""
        return Faces(self.points @ matrix[:3, :3].T + matrix[:3, 3], self.starts, self.owners)

    def lengths(self) -> Indices:
        """How many points each ring has."""
        return np.diff(np.append(self.starts, len(self.points)))


@dataclass(frozen=True, slots=True)
class FacePlan:
    """A body in plan: region, heights, and ceiling where it is not level."""

    region: Region
    z_min_m: float
    z_max_m: float
    ceiling: tuple[Facet, ...]


def plan_of(parts: Sequence[Faces]) -> FacePlan:
    """The plan of a body given by sets of faces.

    Raises:
        UnusableGeometryError: the faces cover no area in plan, or lie nowhere.
    """
    faces = Faces.joined(parts)
    lengths = faces.lengths()
    outer = np.flatnonzero(np.diff(faces.owners, prepend=-1))
    outer = outer[lengths[outer] >= 3]
    if not len(outer):
        raise UnusableGeometryError("zero-area")
    points, starts = _picked(faces, outer)
    if not bool((np.abs(points) < _FARTHEST_M).all()):
        raise UnusableGeometryError("coordinates")
    normals = _normals(points, starts)
    sizes = np.linalg.norm(normals, axis=1)
    lying = np.flatnonzero((sizes >= _LEAST_M2) & (np.abs(normals[:, 2]) >= _STEEPEST * sizes))
    if not len(lying):
        raise UnusableGeometryError("zero-area")
    slopes = -normals[lying, :2] / normals[lying, 2:]
    feet = points[starts[lying]]
    planes = np.column_stack([slopes, feet[:, 2] - (slopes * feet[:, :2]).sum(axis=1)])
    polygons, owner = _polygons(faces, outer[lying])
    if not len(polygons):
        raise UnusableGeometryError("zero-area")
    planes = planes[owner]
    highest, lowest = _extremes(polygons, planes)
    region = _region(polygons, highest, lowest)
    facets = [Facet(polygons[i], *(float(v) for v in planes[i])) for i in np.flatnonzero(highest)]
    z = points[:, 2]
    return FacePlan(region, float(z.min()), float(z.max()), uneven(facets))


def _region(polygons: Polygons, highest: Indices, lowest: Indices) -> Region:
    """What the polygons cover: mostly as much as the lowest, or the highest of them; all are united only if need be."""
    lower, upper = united_polygons(polygons[lowest]), united_polygons(polygons[highest])
    if abs(lower.area - upper.area) <= _SAME_M2 * max(1.0, lower.area):
        return lower
    larger = max(lower, upper, key=lambda region: region.area)
    # several parts may be one with hairlines between them, which only all faces together close
    whole = isinstance(larger, Polygon) and uncovered_m2(polygons, larger) <= _LEAST_M2
    return larger if whole else united_polygons(polygons)


def _picked(faces: Faces, rings: Indices) -> tuple[Points, Indices]:
    """The points of some rings end to end, and where each begins in them."""
    lengths = faces.lengths()[rings]
    starts = np.cumsum(lengths) - lengths
    return faces.points[np.repeat(faces.starts[rings] - starts, lengths) + np.arange(lengths.sum())], starts


def _normals(points: Points, starts: Indices) -> Points:
    """Newell's normals of rings laid end to end; their lengths are twice the areas."""
    following = np.arange(1, len(points) + 1)
    following[np.append(starts[1:], len(points)) - 1] = starts
    first = np.repeat(points[starts], np.diff(np.append(starts, len(points))), axis=0)
    here, there = points - first, points[following] - first
    x, y, z = here.T
    u, v, w = there.T
    return np.asarray(np.add.reduceat(np.column_stack([y * w - z * v, z * u - x * w, x * v - y * u]), starts))


def _polygons(faces: Faces, outer: Indices) -> tuple[Polygons, Indices]:
    """The faces of some outer rings as plan polygons, invalid ones repaired, and which ring each polygon is of."""
    points, starts = _picked(faces, outer)
    indices = np.repeat(np.arange(len(outer)), np.diff(np.append(starts, len(points))))
    polygons = np.asarray(shapely.polygons(shapely.linearrings(points[:, :2], indices=indices)), dtype=object)
    inner = np.flatnonzero((np.diff(faces.owners, prepend=-1) == 0) & (faces.lengths() >= 3))
    holed = np.flatnonzero(np.isin(faces.owners[outer], faces.owners[inner]))
    for i in holed:
        holes = [_picked(faces, ring[None])[0][:, :2] for ring in inner[faces.owners[inner] == faces.owners[outer[i]]]]
        polygons[i] = Polygon(_picked(faces, outer[i][None])[0][:, :2], holes)
    valid = shapely.is_valid(polygons)
    if bool(np.all(valid)):
        return polygons, np.arange(len(outer))
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
