"""Which two places each door or gateway joins, and which rooms run into each other without a wall.

Found by walking out of the hole on both sides, through reveals, insulation and the gap of a room drawn to its finish
face, until a room or the open air is met. What the file's space boundaries claim is only compared with that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.enclosure import OUTDOORS, SOLID, UNKNOWN, Floats, Place, Plane, planes_of
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Opening
from bimcheck.rooms.identify import IdentifiedRoom

_STEPS_M = np.array([0.03, 0.10, 0.20, 0.30, 0.45, 0.60, 0.80, 1.00, 1.25, 1.50, 1.75, 2.00])
_LANES = np.array([0.5, 0.25, 0.75])
_STANDING_M = 0.25
_DEEPEST_REVEAL_M = 1.20
_TOUCH_M = 0.05
_PASSAGE_M = 0.60
_WALLED = 0.30
_FACE_M = 0.03

Basis = Literal["space-boundaries", "geometry", "touching", "not-found"]


@dataclass(frozen=True, slots=True)
class Connection:
    """A way between two places: through an opening, or (``opening_id`` ``None``) a passage between touching rooms.

    ``sides`` are the places left and right of the opening's axis, ``points`` where each was met (plan, metres),
    ``normal`` the unit vector to the left. ``basis``: geometry found it (``space-boundaries`` where the file's
    boundaries say the same); ``not-found`` where one side could not be told.
    """

    opening_id: str | None
    level_id: str | None
    sides: tuple[Place, Place]
    points: tuple[tuple[float, float], tuple[float, float]]
    normal: tuple[float, float]
    basis: Basis

    def beyond(self, place: Place) -> Place:
        """The other side, seen from one."""
        return self.sides[1] if self.sides[0] == place else self.sides[0]


def connect(
    model: BuildingModel, arrangement: Arrangement, rooms: Sequence[IdentifiedRoom] = ()
) -> tuple[Connection, ...]:
    """What every opening joins, in the model's order, then the passages without a wall.

    ``rooms`` (all spaces, identified) tells which spaces are frames or voids, where nobody walks.
    """
    return connections_on(model, planes_of(model, arrangement, rooms))


def connections_on(model: BuildingModel, planes: Mapping[str, Plane]) -> tuple[Connection, ...]:
    """The same, on planes already made."""
    found: dict[str, Connection] = {}
    passages: list[Connection] = []
    for plane in planes.values():
        found |= {c.opening_id: c for c in _through_openings(plane) if c.opening_id is not None}
        passages += _passages(plane)
    ordered = [found.get(opening.id) or _nowhere(opening) for opening in model.openings]
    return (*ordered, *passages)


def _nowhere(opening: Opening) -> Connection:
    middle = _xy(opening.axis.interpolate(0.5, normalized=True))
    return Connection(opening.id, None, (UNKNOWN, UNKNOWN), (middle, middle), _normal(opening), "not-found")


def _xy(point: BaseGeometry) -> tuple[float, float]:
    x, y = shapely.get_coordinates(point)[0].tolist()
    return x, y


def _normal(opening: Opening) -> tuple[float, float]:
    """Unit vector to the left of the axis."""
    (x0, y0), (x1, y1) = opening.axis.coords[0][:2], opening.axis.coords[-1][:2]
    length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-9)
    return -(y1 - y0) / length, (x1 - x0) / length


def _through_openings(plane: Plane) -> Iterable[Connection]:
    if not plane.openings:
        return
    walks = np.concatenate([_walk(opening) for opening in plane.openings])
    places = plane.places(walks.reshape(-1, 2))
    per_side = len(_LANES) * len(_STEPS_M)
    for number, opening in enumerate(plane.openings):
        at = number * 2 * per_side
        left = _Side(places[at : at + per_side], walks[2 * number])
        right = _Side(places[at + per_side : at + 2 * per_side], walks[2 * number + 1])
        sides = _told_apart(left.met, right.met)
        points = (left.point_of(sides[0]), right.point_of(sides[1]))
        yield Connection(opening.id, plane.level.id, sides, points, _normal(opening), _basis(opening, sides))


def _walk(opening: Opening) -> Floats:
    """Points to look at on the left and the right of an opening, (2, lanes · steps, 2)."""
    corners = shapely.get_coordinates(opening.footprint)
    start, end = shapely.get_coordinates(opening.axis)[[0, -1]]
    normal = np.array(_normal(opening))
    depth = np.clip((corners - start) @ normal, -_DEEPEST_REVEAL_M, _DEEPEST_REVEAL_M)
    lanes = start + _LANES[:, None] * (end - start)
    reach = [max(depth.max(), 0.0) + _STEPS_M, min(depth.min(), 0.0) - _STEPS_M]
    return np.stack([(lanes[:, None] + side[:, None] * normal).reshape(-1, 2) for side in reach])


@dataclass(frozen=True, slots=True)
class _Side:
    """What was met on one side: places by lane and step, and the points looked at."""

    places: Sequence[Place]
    points: Floats

    @property
    def lanes(self) -> list[Sequence[Place]]:
        steps = len(_STEPS_M)
        return [self.places[i * steps : (i + 1) * steps] for i in range(len(_LANES))]

    @property
    def met(self) -> list[Place]:
        """The places met, by the votes of the lanes; each is followed by what lies behind it."""
        by_lane = [met for lane in self.lanes if (met := _met(lane))]
        votes = Counter(met[0] for met in by_lane)
        return max(by_lane, key=lambda met: votes[met[0]], default=[])

    def point_of(self, place: Place) -> tuple[float, float]:
        """The first point in the place, on the middle lane if it got there."""
        index = next((i for i, found in enumerate(self.places) if found == place), 0)
        step = index % len(_STEPS_M)
        x, y = self.points[step].tolist()
        return x, y


def _met(lane: Sequence[Place]) -> list[Place]:
    """The places one can stand in along a lane, nearest first; strips too narrow to stand in are passed over."""
    found: list[Place] = []
    index = 0
    for place, group in groupby(lane):
        length = len(list(group))
        last = index + length == len(_STEPS_M)
        deep = _STEPS_M[min(index + length, len(_STEPS_M) - 1)] - _STEPS_M[index]
        if place != SOLID and (last or deep >= _STANDING_M):
            found.append(place)
        index += length
    return found


def _told_apart(left: Sequence[Place], right: Sequence[Place]) -> tuple[Place, Place]:
    """The two sides. A room drawn beyond its wall is met first on both: then it ends within a step on one of them."""
    one, other = left[0] if left else UNKNOWN, right[0] if right else UNKNOWN
    if one == other and one.kind == "space":
        if len(left) > 1 and len(right) == 1:
            one = left[1]
        elif len(right) > 1 and len(left) == 1:
            other = right[1]
    return one, other


def _basis(opening: Opening, sides: tuple[Place, Place]) -> Basis:
    if UNKNOWN in sides:
        return "not-found"
    met = {side.id for side in sides if side.kind == "space"}
    return "space-boundaries" if met and met == set(opening.space_ids) else "geometry"


def _passages(plane: Plane) -> Iterable[Connection]:
    """Rooms that touch along at least 0.6 m where neither wall nor door stands between them.

    Where a level's rooms have hardly any walls (area blocks), nothing can be told and nothing is claimed.
    """
    if len(plane.spaces) < 2:
        return
    footprints = np.array(plane.footprints(), dtype=object)
    one, other = plane.space_tree.query(footprints, predicate="dwithin", distance=_TOUCH_M)
    closed = [w.footprint for w in plane.walls] + [o.footprint for o in plane.openings]
    tree = STRtree(closed)
    solid = np.array(closed, dtype=object)
    if not closed:
        return

    def bare(edge: BaseGeometry) -> BaseGeometry:
        near = tree.query(edge, predicate="dwithin", distance=_FACE_M)
        return shapely.difference(edge, shapely.buffer(shapely.union_all(solid[near]), _FACE_M))

    walled: dict[int, bool] = {}

    def has_walls(index: int) -> bool:
        if index not in walled:
            edge = footprints[index].boundary
            walled[index] = bare(edge).length <= (1 - _WALLED) * edge.length
        return walled[index]

    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        first, second = plane.spaces[a], plane.spaces[b]
        if a >= b or not _side_by_side(footprints[a], footprints[b]):
            continue
        edge = bare(shapely.intersection(footprints[a].boundary, shapely.buffer(footprints[b], _TOUCH_M)))
        if edge.length < _PASSAGE_M + 2 * _TOUCH_M or not (has_walls(a) and has_walls(b)):
            continue
        middle = _xy(edge.interpolate(0.5, normalized=True) if edge.geom_type == "LineString" else edge.centroid)
        yield Connection(
            None,
            plane.level.id,
            (Place("space", first.id), Place("space", second.id)),
            (middle, middle),
            (0.0, 0.0),
            "touching",
        )


def _side_by_side(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two footprints touch rather than lie over each other."""
    return bool(shapely.intersection(one, other).area <= 0.5 * min(one.area, other.area))


def is_gate(connection: Connection) -> bool:
    """Whether it is an opening in a wall outdoors."""
    return connection.opening_id is not None and connection.sides == (OUTDOORS, OUTDOORS)
