"""Walls that may be shared with a neighbour nobody modelled: a storey of which only the service rooms are drawn.

Such a wall looks like an outer one, and counts whole; half of it belongs to the neighbour if there is one. It is put in
doubt only where the file itself speaks for a neighbour: it declares the wall internal, the slab under the rooms goes on
behind it, or the room's outline runs along its centre line while it follows the outer faces of other walls.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.cells import LevelPlan, is_insulation
from bimcheck.measures.partition import unite
from bimcheck.model import Element, Region

_ON_FACE_M = 1e-3
_EXPOSED = 0.40
_BEYOND_M = 1.00
_GOES_ON = 0.80
_CORNER_M = 0.60
_FACE_M = 0.005
_SOME = 0.25


class PartyWalls:
    """The walls of a level behind which nothing is modelled, and what speaks for a neighbour there."""

    def __init__(self, plan: LevelPlan, outline: BaseGeometry) -> None:
        self._plan = plan
        self._outline = outline
        self._edge = shapely.boundary(outline)
        self._walls = [wall for wall in plan.walls if wall.kind == "wall" and not is_insulation(wall)]
        self._exposed: dict[str, BaseGeometry] = {}
        around = shapely.buffer(np.array([wall.footprint for wall in self._walls], dtype=object), _ON_FACE_M)
        shapely.prepare(self._edge)  # most walls stand within the building, which is soon told
        for number in np.flatnonzero(shapely.intersects(self._edge, around)).tolist():
            wall = self._walls[number]
            face = shapely.intersection(self._edge, around[number])
            if face.length > _EXPOSED * wall.footprint.length / 2:
                self._exposed[wall.id] = face
        self._tree = shapely.STRtree([wall.footprint for wall in self._walls])
        self._holes = unite(
            [
                Polygon(),
                *(opening.footprint for opening in plan.openings),
                *(window.footprint for window in plan.windows),
            ]
        )

    def maybe_shared_m2(self, drawn: Region, region: Region) -> float:
        """What a room loses if such walls turn out to be shared, square metres; ``drawn`` is its own outline."""
        halves = [
            self._outer_half(wall)
            for wall in (self._walls[i] for i in self._tree.query(region, predicate="intersects").tolist())
            if wall.id in self._exposed and self._has_neighbour(wall, drawn)
        ]
        return float(shapely.intersection(unite(halves), region).area) if halves else 0.0

    def _has_neighbour(self, wall: Element, drawn: Region) -> bool:
        if wall.external is not None:
            return not wall.external
        return self._slab_goes_on(wall) or self._drawn_to_its_centre_alone(wall, drawn)

    def _slab_goes_on(self, wall: Element) -> bool:
        """Whether a slab under the rooms reaches on behind a wall without windows and doors."""
        if shapely.intersects(wall.footprint, self._holes):
            return False
        outdoors = [room.space.footprint for room, _ in self._plan.parts if room.space.footprint is not None]
        behind = shapely.difference(
            shapely.buffer(self._exposed[wall.id], _BEYOND_M, cap_style="flat"),
            unite([self._outline, self._plan.open_air, *outdoors]),
        )
        return any(
            shapely.intersection(slab, behind).area > _GOES_ON * behind.area > 0
            for slab in self._plan.slabs
            if shapely.intersects(slab, wall.footprint)
        )

    def _drawn_to_its_centre_alone(self, wall: Element, drawn: Region) -> bool:
        edge = shapely.boundary(drawn)
        inside = shapely.intersection(edge, shapely.buffer(wall.footprint, -_FACE_M)).length
        if inside < self._exposed[wall.id].length / 2:
            return False
        on_outer_face = shapely.intersection(edge, shapely.buffer(self._edge, _FACE_M)).length
        return on_outer_face > _SOME * edge.length

    def _outer_half(self, wall: Element) -> BaseGeometry:
        """The half of the wall towards its exposed face, run on through the walls it meets at its ends."""
        depth = _thickness_m(wall.footprint) / 2
        sides = shapely.difference(self._exposed[wall.id], _ends(wall.footprint, 2 * depth))
        pieces = shapely.get_parts(shapely.line_merge(sides)).tolist()
        lines = [_run_on(line) for line in pieces if isinstance(line, LineString) and line.length > depth]
        faces = shapely.intersection(unite(lines), shapely.buffer(self._edge, _ON_FACE_M))
        return shapely.buffer(faces, depth, cap_style="flat", join_style="mitre")


def _ends(footprint: Region, thickness_m: float) -> BaseGeometry:
    """The short sides of a straight wall, a hair wide."""
    around = shapely.minimum_rotated_rectangle(footprint)
    corners = shapely.get_coordinates(around)
    sides = [LineString(corners[i : i + 2]) for i in range(len(corners) - 1)]
    short = [side for side in sides if side.length <= 2 * thickness_m]
    return shapely.buffer(shapely.multilinestrings(short), _ON_FACE_M, cap_style="flat") if short else Polygon()


def _thickness_m(footprint: Region) -> float:
    """The width of the narrow rectangle with the footprint's area and girth."""
    half_girth = footprint.length / 2
    return float((half_girth - np.sqrt(max(0.0, half_girth**2 - 4 * footprint.area))) / 2)


def _run_on(line: LineString) -> LineString:
    """The line with both ends run straight on."""
    points = shapely.get_coordinates(shapely.simplify(line, _ON_FACE_M))  # a hair at its end has no direction
    first, last = points[0] - points[1], points[-1] - points[-2]
    points[0] += first / np.hypot(*first) * _CORNER_M
    points[-1] += last / np.hypot(*last) * _CORNER_M
    return LineString(points)
