"""Doors and windows as drawn: blocks, arc and leaf, parallel lines, or just a gap in the wall.

Which of them fills a gap, and where a door stands that is drawn over a wall that was not broken for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.content import Caption, Placement, Shape
from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.linework import connected
from bimcheck.readers.dxf.swings import round_run, swing_of
from bimcheck.readers.dxf.texts import folded, opening_mark
from bimcheck.readers.dxf.walls import DOORWAY_M, Gap

_LEAF_M = (0.45, 1.80)
_ALL_ACROSS, _LEAF_SHARE = 0.85, 0.25
_LEAF_THICK_M, _LEAF_APART_M = 0.12, 0.01
_TOUCH_M = 0.06
_MARK_M = 1.50
_REACH_M = 1.00
"""Walls and edges farther from a door have no part in how it is placed."""
_DOOR_WORDS = ("门", "DOOR", "DORLIB", "REVOLV")
_WINDOW_WORDS = ("窗", "WINDOW", "WINLIB")
OPENING_ROLES: frozenset[Role] = frozenset({"door", "window", "opening"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """A door or window as drawn. ``axes`` are the lines it may close, hinge to latch, where a swing tells them."""

    id: str
    kind: Literal["door", "window", "unknown"]
    name: str
    geometry: BaseGeometry
    axes: tuple[LineString, ...] = ()


@dataclass(frozen=True, slots=True)
class Doorway:
    """A closed opening with what fills it; ``kind`` ``"gateway"`` where nothing is drawn."""

    id: str
    kind: Literal["door", "window", "gateway"]
    name: str
    footprint: Polygon
    axis: LineString


@lru_cache(1 << 12)
def is_opening_block(name: str) -> bool:
    """Whether a block's name says door or window (``M1021``, ``单扇门``, ``$DorLib2D$00000001``, ``WIN-3``)."""
    word = folded(name).upper()
    return any(token in word for token in (*_DOOR_WORDS, *_WINDOW_WORDS)) or opening_mark(word) is not None


def read_symbols(
    shapes: Iterable[Shape],
    placements: Iterable[Placement],
    captions: Iterable[Caption],
    role: Callable[[str], Role | None],
    swings: Sequence[Shape] = (),
) -> list[Symbol]:
    """Group what is drawn of doors and windows: by block, else by touching each other. Metres.

    ``swings`` are leaves and arcs of doors on layers of something else.
    """
    groups: dict[str, list[Shape]] = defaultdict(list)
    loose: list[Shape] = list(swings)
    heads = {
        placement.id: placement
        for placement in placements
        if role(placement.layer) in OPENING_ROLES or is_opening_block(placement.name)
    }
    for shape in shapes:
        head = _head(shape.id, heads)
        if head is not None:
            groups[head].append(shape)
        elif role(shape.layer) in OPENING_ROLES:
            loose.append(shape)
    marks = [(Point(c.middle), c.text) for c in captions if opening_mark(c.text)]
    tree = STRtree([point for point, _ in marks])
    symbols = []
    for head, members in groups.items():
        placement = heads[head]
        words = [value for _, value in placement.attributes if opening_mark(value)]
        block_word = placement.name if opening_mark(placement.name) else ""
        name = next(iter(words), block_word)
        hint = _kind_of_word(placement.name) or _kind_of_role(role(placement.layer))
        symbols.append(_symbol(head, members, name, hint, tree, marks))
    for members in _touching(loose):
        roles = {role(shape.layer) for shape in members}
        hint = _kind_of_role(next(iter(roles))) if len(roles) == 1 else None
        symbols.append(_symbol(min(shape.id for shape in members), members, "", hint, tree, marks))
    return sorted(symbols, key=lambda symbol: symbol.id)


def _head(id_: str, heads: dict[str, Placement]) -> str | None:
    """The outermost door or window block a shape belongs to."""
    parts = id_.split(".")
    for count in range(1, len(parts)):
        prefix = ".".join(parts[:count])
        if prefix in heads:
            return prefix
    return None


def _kind_of_role(role: Role | None) -> Literal["door", "window"] | None:
    return "door" if role == "door" else "window" if role == "window" else None


def _kind_of_word(name: str) -> Literal["door", "window"] | None:
    word = folded(name).upper()
    if any(token in word for token in _DOOR_WORDS):
        return "door"
    if any(token in word for token in _WINDOW_WORDS):
        return "window"
    return opening_mark(word)


def _touching(shapes: Sequence[Shape]) -> list[list[Shape]]:
    """Loose shapes in groups that touch: a leaf and its swing, the four lines of a window."""
    if not shapes:
        return []
    geometries = [_outline(shape) for shape in shapes]
    tree = STRtree(geometries)
    one, other = tree.query(geometries, predicate="dwithin", distance=_TOUCH_M)
    return [[shapes[index] for index in group] for group in connected(len(shapes), one, other)]


def _outline(shape: Shape) -> LineString:
    points = shape.points
    return LineString(np.vstack([points, points[:1]]) if shape.curve.closed else points)


def _symbol(
    id_: str,
    members: Sequence[Shape],
    name: str,
    hint: Literal["door", "window"] | None,
    tree: STRtree,
    marks: Sequence[tuple[Point, str]],
) -> Symbol:
    geometry = MultiLineString([_outline(shape) for shape in members])
    axes = _leaf_axes(members)
    if not name and len(marks):
        index = tree.query_nearest(geometry.envelope.centroid, max_distance=_MARK_M, all_matches=False)
        name = marks[int(index[0])][1] if len(index) else ""
    marked = opening_mark(name) if name else None
    kind = "door" if axes else (marked or hint or "unknown")
    return Symbol(id_, kind, name, geometry, axes)


def _leaf_axes(members: Sequence[Shape]) -> tuple[LineString, ...]:
    """Where each leaf stands when shut: from the swing's centre to the end of the arc that no leaf is drawn to."""
    axes = []
    corners = np.vstack([_straight_corners(shape) for shape in members])
    for arc in (arc for shape in members if (arc := swing_of(shape)) is not None):
        centre, *ends = arc
        radius = float(np.hypot(*(ends[0] - centre)))
        if not _LEAF_M[0] <= radius <= _LEAF_M[1] or not 15 <= _sweep_degrees(arc) <= 185:
            continue
        open_ends = [end for end in ends if _near(corners, end, 0.08 * radius)]
        shut = [end for end in ends if not _near(corners, end, 0.08 * radius)] or ends
        if len(open_ends) != 1 and len(shut) == 2:
            axes += [LineString([centre, end]) for end in shut]
        else:
            axes.append(LineString([centre, shut[0]]))
    return tuple(axes)


def _straight_corners(shape: Shape) -> Points:
    """The corners of what is no arc: of a polyline the ends of its arc as well, where its leaf is drawn to one."""
    if shape.curve.kind == "arc":
        return np.empty((0, 2))
    run = round_run(shape)
    if run is None:
        return shape.points
    first, last = run
    before = shape.points[: first + 1] if first > 0 else np.empty((0, 2))
    after = shape.points[last:] if last < len(shape.points) - 1 else np.empty((0, 2))
    return np.vstack([before, after])


def _near(points: Points, place: Points, distance: float) -> bool:
    return bool(len(points)) and float(np.hypot(*(points - place).T).min()) <= distance


def _sweep_degrees(arc: Points) -> float:
    centre, start, end = arc
    one = math.atan2(*(start - centre)[::-1])
    other = math.atan2(*(end - centre)[::-1])
    return math.degrees((other - one) % math.tau)


# --------------------------------------------------------------------------------------------- what fills which gap


def fill_gaps(gaps: Sequence[Gap], symbols: Sequence[Symbol]) -> tuple[list[Doorway], list[Symbol]]:
    """Every gap with its door or window, and the symbols that stand in no gap."""
    tree = STRtree([symbol.geometry for symbol in symbols])
    doorways = []
    used: set[int] = set()
    for number, gap in enumerate(gaps):
        zone = gap.footprint.buffer(_TOUCH_M)
        inside = [
            index for index in tree.query(zone, predicate="intersects").tolist() if _belongs(symbols[index], zone, gap)
        ]
        used |= set(inside)
        doors = [symbols[index] for index in inside if symbols[index].kind == "door"]
        others = [symbols[index] for index in inside if symbols[index].kind != "door"]
        if not doors and all(symbol.kind == "unknown" for symbol in others) and _slides(others, gap):
            doors = others
        best = (doors or others or [None])[0]
        kind: Literal["door", "window", "gateway"] = "door" if doors else "window" if others else "gateway"
        middle = gap.axis.centroid
        id_ = best.id if best is not None else f"gap-{number + 1}@{middle.x:.3f},{middle.y:.3f}"
        doorways.append(Doorway(id_, kind, best.name if best is not None else "", gap.footprint, gap.axis))
    return doorways, [symbol for index, symbol in enumerate(symbols) if index not in used]


def _belongs(symbol: Symbol, zone: BaseGeometry, gap: Gap) -> bool:
    """Whether a symbol stands in the gap and does not only touch its edge."""
    covered = shapely.get_coordinates(shapely.intersection(symbol.geometry, zone))
    if not len(covered):  # a hair away, which the query took for touching
        return False
    reach = np.ptp((covered - shapely.get_coordinates(gap.axis)[0]) @ _direction(gap.axis))
    return float(reach) > 0.3 * min(gap.axis.length, 1.0)


def _slides(symbols: Sequence[Symbol], gap: Gap) -> bool:
    """Whether leaves that overlap each other fill a gap and nothing runs all across it, as in a sliding door.

    A window's frame lines run from jamb to jamb.
    """
    start, length = shapely.get_coordinates(gap.axis)[0], gap.axis.length
    along = _direction(gap.axis)
    across = np.array([-along[1], along[0]])
    leaves: list[tuple[float, float, float]] = []
    for part in (part for symbol in symbols for part in shapely.get_parts(symbol.geometry).tolist()):
        points = shapely.get_coordinates(part) - start
        low, high = float((points @ along).min()) / length, float((points @ along).max()) / length
        if high - low > _ALL_ACROSS:
            return False
        if high - low > _LEAF_SHARE and float(np.ptp(points @ across)) < _LEAF_THICK_M:
            leaves.append((low, high, float((points @ across).mean())))
    reach = max((high for _, high, _ in leaves), default=0.0) - min((low for low, _, _ in leaves), default=0.0)
    overlap = any(
        one[0] < other[0] - _LEAF_SHARE / 2 and other[0] < one[1] - 1e-6 and abs(one[2] - other[2]) > _LEAF_APART_M
        for one in leaves
        for other in leaves
    )
    return overlap and reach > _ALL_ACROSS


def _direction(axis: LineString) -> Points:
    start, end = shapely.get_coordinates(axis)[[0, -1]]
    return np.asarray((end - start) / (np.hypot(*(end - start)) or 1.0))


def stand_alone(symbols: Sequence[Symbol], walls: BaseGeometry, edges: BaseGeometry) -> list[Doorway]:
    """Doors drawn over unbroken walls, or over the edge of a room where no wall is drawn.

    ``walls`` is all wall area, ``edges`` the outlines of rooms and frames. Two leaves that meet make one door.
    """
    solid, drawn = _Pieces(walls), _Pieces(edges)
    found = []
    for symbol in symbols:
        if symbol.kind != "door" or not symbol.axes:
            continue
        place = shapely.MultiLineString(list(symbol.axes))
        near = solid.near(place)
        axes = [axis for axis in symbol.axes if _lies_in(axis, near)]
        axis = _joined(axes or _along_edge(symbol.axes, None if edges.is_empty else drawn.near(place)))
        if axis is None:
            continue
        found.append(Doorway(symbol.id, "door", symbol.name, *_through(axis, solid.near(axis))))
    return found


class _Pieces:
    """A geometry that is asked for what of it lies near one place after another."""

    def __init__(self, geometry: BaseGeometry) -> None:
        self._parts = shapely.get_parts(geometry)
        self._tree = STRtree(self._parts)

    def near(self, place: BaseGeometry) -> BaseGeometry:
        """The parts within reach of a door, as they stood in the whole."""
        found = np.sort(self._tree.query(place, predicate="dwithin", distance=_REACH_M))
        return shapely.GeometryCollection() if not len(found) else shapely.union_all(self._parts[found])


def _lies_in(axis: LineString, walls: BaseGeometry) -> bool:
    return bool(shapely.intersection(axis, walls.buffer(0.02)).length > 0.8 * axis.length)


def _along_edge(axes: Sequence[LineString], edges: BaseGeometry | None) -> list[LineString]:
    """The axes that run along an edge nearby; the first of them where there is no edge at all to tell by."""
    if edges is None:
        return list(axes[:1])
    near = sorted(axes, key=lambda axis: shapely.hausdorff_distance(axis, _part_beside(axis, edges)))
    best = [axis for axis in near if shapely.distance(axis.interpolate(0.5, normalized=True), edges) < 0.4]
    parallel = [axis for axis in best if edges.distance(Point(axis.coords[-1])) < 0.4]
    return parallel or best[:1] or near[:1]


def _part_beside(axis: LineString, edges: BaseGeometry) -> BaseGeometry:
    part = shapely.intersection(edges, axis.buffer(0.5))
    return part if not part.is_empty else axis.centroid


def _joined(axes: Sequence[LineString]) -> LineString | None:
    if not axes:
        return None
    if len(axes) == 1:
        return axes[0]
    points = np.vstack([shapely.get_coordinates(axis) for axis in axes])
    direction = _direction(axes[0])
    along = (points - points[0]) @ direction
    if float(np.ptp((points - points[0]) @ np.array([-direction[1], direction[0]]))) > 0.1:
        return axes[0]
    ends = points[[int(along.argmin()), int(along.argmax())]]
    joined = LineString(ends)
    return joined if joined.length <= 2 * DOORWAY_M else axes[0]


def _through(axis: LineString, walls: BaseGeometry) -> tuple[Polygon, LineString]:
    """The hole through the wall a door stands in, with its middle line; a thin strip where there is no wall."""
    strip = axis.buffer(0.6, cap_style="flat")
    parts = [
        part
        for part in shapely.get_parts(shapely.intersection(strip, walls)).tolist()
        if isinstance(part, Polygon) and part.distance(axis) < 0.02 and part.area > 0.5 * axis.length * 0.04
    ]
    if not parts:
        return axis.buffer(0.05, cap_style="flat"), axis
    hole = max(parts, key=lambda part: part.area)
    direction = _direction(axis)
    normal = np.array([-direction[1], direction[0]])
    start = shapely.get_coordinates(axis)[0]
    across = (shapely.get_coordinates(hole) - start) @ normal
    middle = float(across.min() + across.max()) / 2
    thickness = float(np.ptp(across))
    if thickness > 0.65:
        return axis.buffer(0.05, cap_style="flat"), axis
    moved = LineString(shapely.get_coordinates(axis) + middle * normal)
    return moved.buffer(thickness / 2, cap_style="flat"), moved
