"""Stairs and lifts as drawn in plan: treads, shafts and the words beside them, and how high each reaches.

A plan shows the flight that leaves its floor and often the one that arrives from below. Which it is, the words 上 and
下 say; without them, what the plans above and below show in the same place. A few steps before a door are no stair.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Region
from bimcheck.readers.dxf.content import Caption, Shape
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.linework import Segments, connected, segments_of
from bimcheck.readers.dxf.texts import folded

Kind = Literal["stair", "lift"]

_APART_M = 0.35
"""Farther apart than two treads, lines belong to different stairs."""
_TREAD_M = (0.60, 6.00)
_GOING_M = (0.20, 0.45)
_FLIGHT = 5
"""Treads of the shortest flight between storeys; a stair before a door has fewer."""
_LEAST_M2, _LEAST_LIFT_M2, _MOST_LIFT_M2 = 1.5, 0.8, 16.0
_SAME_PLACE = 0.3
_STAIR_WORD = re.compile(r"楼梯|\bSTAIRS?\b|_STAIR|^STAIR", re.IGNORECASE)
_LIFT_WORD = re.compile(r"电梯|ELEVATOR|\bLIFT\b|^LIFT", re.IGNORECASE)
_WAY = re.compile(r"(上下|上|下|UP|DN|DOWN)(\d{1,2})?(?:级|步|R)?", re.IGNORECASE)
_NEAR_M = 0.60


@dataclass(frozen=True, slots=True)
class Climb:
    """A stair or lift of one plan, in metres; ``up`` and ``down`` are the words beside it, both false without words."""

    id: str
    kind: Kind
    footprint: Region
    up: bool = False
    down: bool = False


def read_climbs(
    shapes: Sequence[Shape], captions: Sequence[Caption], rooms: Sequence[Region], role: Callable[[str], Role | None]
) -> list[Climb]:
    """The stairs and lifts of a plan. ``rooms`` keep those on both sides of a wall apart."""
    words = [(caption, way) for caption in captions if (way := _WAY.fullmatch(folded(caption.text)))]
    tree = STRtree(list(rooms))
    drawn: dict[tuple[Kind, int], list[Shape]] = defaultdict(list)
    for shape in shapes:
        kind = _kind(shape, role)
        if kind is not None:
            around = tree.query(_line(shape).interpolate(0.5, normalized=True), predicate="within").tolist()
            drawn[kind, min(around, key=lambda index: rooms[index].area, default=-1)].append(shape)
    found = []
    for (kind, room), members in sorted(drawn.items()):
        for group in _touching(members):
            climb = _climb([members[index] for index in group], kind, words)
            if climb is None:
                continue
            within = shapely.intersection(climb.footprint, rooms[room]) if room >= 0 else climb.footprint
            if isinstance(within, Polygon) and not within.is_empty:
                found.append(replace(climb, footprint=within))
    return found


def _kind(shape: Shape, role: Callable[[str], Role | None]) -> Kind | None:
    if shape.curve.kind in ("hatch", "solid") or len(shape.points) < 2:
        return None
    own = role(shape.layer)
    if own in ("stair", "lift"):
        return own
    if own is not None:
        return None
    if any(_LIFT_WORD.search(block) for block in shape.blocks):
        return "lift"
    return "stair" if any(_STAIR_WORD.search(block) for block in shape.blocks) else None


def _line(shape: Shape) -> LineString:
    return LineString(np.vstack([shape.points, shape.points[:1]]) if shape.curve.closed else shape.points)


def _touching(shapes: Sequence[Shape]) -> list[list[int]]:
    lines = [_line(shape) for shape in shapes]
    one, other = STRtree(lines).query(lines, predicate="dwithin", distance=_APART_M)
    return connected(len(lines), one, other)


def _climb(shapes: Sequence[Shape], kind: Kind, words: Sequence[tuple[Caption, re.Match[str]]]) -> Climb | None:
    hull = MultiLineString([_line(shape) for shape in shapes]).convex_hull
    if not isinstance(hull, Polygon):
        return None
    id_ = min(shape.id for shape in shapes)
    treads = _most_treads(segments_of([s.points for s in shapes], closed=[s.curve.closed for s in shapes]))
    if kind == "lift" and treads < _FLIGHT:
        return Climb(id_, "lift", hull) if _LEAST_LIFT_M2 <= hull.area <= _MOST_LIFT_M2 else None
    reach = hull.buffer(_NEAR_M)
    beside = [found for caption, found in words if shapely.intersects_xy(reach, *caption.middle)]
    risers = max((int(found.group(2)) for found in beside if found.group(2)), default=0)
    enough = treads >= _FLIGHT or risers > _FLIGHT or (treads < 2 and bool(beside) and not risers)
    if hull.area < _LEAST_M2 or not enough:
        return None
    said = "".join(found.group(1).upper() for found in beside)
    return Climb(id_, "stair", hull, "上" in said or "UP" in said, "下" in said or "D" in said)


def _most_treads(segments: Segments) -> int:
    """The longest row of like lines side by side, a going apart, straight or winding."""
    way = segments[:, 1] - segments[:, 0]
    length = np.hypot(*way.T)
    fits = (length >= _TREAD_M[0]) & (length <= _TREAD_M[1])
    segments, way, length = segments[fits], way[fits], length[fits]
    if len(segments) < 2:
        return len(segments)
    way = way / length[:, None]
    middle = segments.mean(axis=1)
    points = shapely.points(middle)
    one, other = STRtree(points).query(points, predicate="dwithin", distance=_GOING_M[1])
    apart = middle[other] - middle[one]
    across = np.abs(apart[:, 0] * way[one][:, 1] - apart[:, 1] * way[one][:, 0])
    alike = np.minimum(length[one], length[other]) >= 0.75 * np.maximum(length[one], length[other])
    turned = np.abs(np.einsum("ij,ij->i", way[one], way[other])) >= np.cos(np.radians(25.0))
    chosen = (one < other) & alike & turned & (across >= _GOING_M[0])
    return max(len(_distinct(middle[group])) for group in connected(len(segments), one[chosen], other[chosen]))


def _distinct(places: np.ndarray) -> np.ndarray:
    """Places farther than a few centimetres apart: treads drawn twice count once."""
    return np.asarray(np.unique(np.round(places / 0.05), axis=0))


def is_arrival(climb: Climb, below: Sequence[Climb], above: Sequence[Climb]) -> bool:
    """Whether a stair only comes up to its floor.

    Its words say so; else the plan below shows it and the one above does not.
    """
    if climb.kind == "lift" or climb.up:
        return False
    return climb.down or (_among(climb, below) and not _among(climb, above))


def _among(climb: Climb, others: Sequence[Climb]) -> bool:
    def common(other: BaseGeometry) -> float:
        return float(shapely.intersection(climb.footprint, other).area)

    return any(
        other.kind == climb.kind
        and common(other.footprint) >= _SAME_PLACE * min(climb.footprint.area, other.footprint.area)
        for other in others
    )
