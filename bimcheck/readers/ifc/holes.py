"""The plan of a hole through a wall, and the line along the wall through its middle."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from bimcheck.model import Region
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.regions import polygons_of

_ON_FACE_M = 0.002
_NEAR_FACE_M = 0.01
_LEAST_M2 = 1e-4
_STRAIGHT = 0.02
_REACH_M = 3.0
_END_M = 0.02


@dataclass(frozen=True, slots=True)
class Hole:
    """The plan of a hole and its axis, jamb to jamb. ``through`` where it reaches both faces of its wall."""

    footprint: Region
    axis: LineString
    through: bool = True


def hole_in(wall: Region, opening: Region) -> Hole | None:
    """The hole an opening cuts through the full thickness of a wall; ``None`` where they do not meet."""
    cut = max(polygons_of(wall.intersection(opening)), key=lambda p: p.area, default=None)
    if cut is None or cut.area < _LEAST_M2:
        return None
    along = _direction(wall, cut)
    across = np.array([-along[1], along[0]])
    points = shapely.get_coordinates(cut)
    u, v = points @ along, points @ across
    u0, u1 = float(u.min()), float(u.max())
    own = float(v.min()), float(v.max())
    v0, v1 = _thickness(wall, along, (u0 + u1) / 2, own)
    through = own[0] <= v0 + _NEAR_FACE_M and own[1] >= v1 - _NEAR_FACE_M
    box = np.array([[u0, v0], [u1, v0], [u1, v1], [u0, v1]]) @ np.array([along, across])
    whole = Polygon(box)
    straight = abs(whole.intersection(wall).area - whole.area) <= _STRAIGHT * whole.area
    if straight:
        middle = (v0 + v1) / 2
        return Hole(whole, _line(along, across, (u0, middle), (u1, middle)), through)
    # in a curved wall the axis is the chord between the middles of the jambs
    starts, ends = v[u <= u0 + _END_M], v[u >= u1 - _END_M]
    first, last = (float(starts.min() + starts.max()) / 2, float(ends.min() + ends.max()) / 2)
    return Hole(cut, _line(along, across, (u0, first), (u1, last)), through)


def free_hole(region: Region, width_axis: Points) -> Hole:
    """The plan of a door that fills no opening: along its longer side, or its own width axis where it is squarish."""
    rectangle = region.minimum_rotated_rectangle
    along = np.asarray(width_axis / np.linalg.norm(width_axis))
    corners = shapely.get_coordinates(rectangle)
    if len(corners) >= 4:
        sides = [corners[1] - corners[0], corners[2] - corners[1]]
        long, short = sorted(sides, key=lambda s: -float(np.linalg.norm(s)))
        if np.linalg.norm(long) > 1.6 * np.linalg.norm(short):
            along = long / np.linalg.norm(long)
    across = np.array([-along[1], along[0]])
    points = shapely.get_coordinates(region)
    u, v = points @ along, points @ across
    middle = float(v.min() + v.max()) / 2
    box = np.array([[u.min(), v.min()], [u.max(), v.min()], [u.max(), v.max()], [u.min(), v.max()]])
    footprint = Polygon(box @ np.array([along, across]))
    return Hole(footprint, _line(along, across, (float(u.min()), middle), (float(u.max()), middle)))


def _line(along: Points, across: Points, start: tuple[float, float], end: tuple[float, float]) -> LineString:
    return LineString([start[0] * along + start[1] * across, end[0] * along + end[1] * across])


def _direction(wall: Region, cut: Polygon) -> Points:
    """Which way the wall runs at the hole: along the edges of the hole that lie on the wall's faces.

    Edges are averaged as axes (doubled angles), so that the two faces of one wall agree.
    """
    ring = np.array(cut.exterior.coords)[:, :2]
    edges = np.diff(ring, axis=0)
    lengths = np.linalg.norm(edges, axis=1)
    middles = shapely.points((ring[:-1] + ring[1:]) / 2)
    on_face = shapely.distance(wall.boundary, middles) <= _ON_FACE_M
    chosen = on_face & (lengths > 1e-6)
    if not bool(chosen.any()):
        chosen = lengths >= lengths.max() - 1e-9
    angles = 2 * np.arctan2(edges[chosen, 1], edges[chosen, 0])
    weights = lengths[chosen] ** 2
    angle = math.atan2(float(weights @ np.sin(angles)), float(weights @ np.cos(angles))) / 2
    return np.array([math.cos(angle), math.sin(angle)])


def _thickness(wall: Region, along: Points, u: float, within: tuple[float, float]) -> tuple[float, float]:
    """From one face of the wall to the other, across it at the middle of the hole."""
    across = np.array([-along[1], along[0]])
    v = sum(within) / 2
    probe = _line(along, across, (u, v - _REACH_M), (u, v + _REACH_M))
    pieces = shapely.get_parts(wall.intersection(probe))
    best, overlap = within, 0.0
    for piece in pieces:
        reach = shapely.get_coordinates(piece) @ across
        if len(reach) < 2:
            continue
        low, high = float(reach.min()), float(reach.max())
        common = min(high, within[1]) - max(low, within[0])
        if common > overlap:
            best, overlap = (low, high), common
    return best
