"""Which title heads which piece of a drawing: the one below it (or above it) in the same sheet frame.

Sides are compared, and whichever serves more titles is taken. A plan that lost its title stays without one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.content import Caption
from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.linework import connected
from bimcheck.readers.dxf.titles import PlanTitle

_TO_SCALE = 0.05
_APART = 0.5
_ALIKE = 0.02
_OPENING = 8.0
"""In heights of the title's letters: no opening is wider, and plans stand farther apart for their dimensions."""


@dataclass(frozen=True, slots=True)
class Headed:
    """A text that is a plan's title."""

    caption: Caption
    title: PlanTitle


@dataclass(slots=True)
class Body:
    """A connected piece of plan: its box, the shapes in it, and what they draw.

    ``has_plan`` says that some are walls, rooms or the like, ``has_areas`` that some are areas or things of the site.
    """

    box: tuple[float, float, float, float]
    members: list[int]
    has_areas: bool
    has_plan: bool

    @property
    def middle(self) -> Point:
        """The middle of its box."""
        return Point((self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2)


def turned(points: Points, turn: float) -> Points:
    """Points in axes in which the titles read level."""
    c, s = math.cos(turn), math.sin(turn)
    return np.asarray(points @ np.array([[c, -s], [s, c]]))


def frame_of(place: Point, frames: Sequence[Polygon]) -> int:
    """The innermost frame around a place (frames come smallest first), or -1."""
    return next((index for index, frame in enumerate(frames) if frame.contains(place)), -1)


def assign_titles(
    bodies: Sequence[Body], titles: Sequence[Headed], frames: Sequence[Polygon], turn: float
) -> list[int | None]:
    """The title of each body. Sides are compared: titles below their plans, or above them."""
    places = [turned(np.array([headed.caption.middle]), turn)[0] for headed in titles]
    title_frame = [frame_of(Point(*place), frames) for place in places]
    body_frame = [frame_of(body.middle, frames) for body in bodies]
    choices = []
    for below in (True, False):
        owner: list[int | None] = []
        cost = 0.0
        for body, frame in zip(bodies, body_frame, strict=True):
            rivals = [k for k in range(len(titles)) if title_frame[k] == frame]
            if frame >= 0 and len(rivals) == 1:
                owner.append(rivals[0])
                continue
            costs = [
                (c, k)
                for k in rivals
                if (c := _cost(body, places[k], below=below)) is not None and _may_head(titles[k], body, c)
            ]
            if costs:
                best, k = min(costs)
                owner.append(k)
                cost += best
            else:
                owner.append(None)
        served = len({k for k in owner if k is not None})
        choices.append((-served, cost if below else 1.5 * cost, owner))
    owner = min(choices, key=lambda choice: choice[:2])[2]
    owner = _without_strays(bodies, titles, places, owner)
    return _with_surroundings(bodies, owner) if len(titles) == 1 else owner


def _without_strays(
    bodies: Sequence[Body], titles: Sequence[Headed], places: Sequence[Points], owner: Sequence[int | None]
) -> list[int | None]:
    """Plans whose own title is missing are nobody's, rather than part of the plan that stands next to them.

    Such a plan stands beside the one right above (or below) its neighbour's title, is no outbuilding by its size, and
    stands far away or has the very size of the other. Beside a site plan it stands apart from all that is site.
    """
    kept = list(owner)
    for k, headed in enumerate(titles):
        x, is_site = float(places[k][0]), headed.title.view == "site"
        groups = _groups([index for index, body in enumerate(bodies) if owner[index] == k], bodies, headed)
        own = [g for g in groups if (not g.has_plan if is_site else g.box[0] <= x <= g.box[2])]
        if not own:
            continue
        whole = shapely.union_all([shapely.box(*group.box) for group in own]).envelope
        for group in groups:
            if group.has_plan and group not in own and _is_apart(group, own, whole):
                kept = [None if index in group.members else title for index, title in enumerate(kept)]
    return kept


def _groups(mine: Sequence[int], bodies: Sequence[Body], headed: Headed) -> list[Body]:
    """Bodies put together across doors and windows that nothing is drawn in; ``members`` are bodies here."""
    if not mine:
        return []
    boxes = np.array([bodies[index].box for index in mine])
    shapes = [shapely.box(*box) for box in boxes.tolist()]
    one, other = STRtree(shapes).query(shapes, predicate="dwithin", distance=_OPENING * headed.caption.height)
    plan = np.array([bodies[index].has_plan for index in mine], dtype=bool)
    alike = plan[one] == plan[other]
    found = []
    for group in connected(len(mine), one[alike], other[alike]):
        low, high = boxes[group, :2].min(axis=0), boxes[group, 2:].max(axis=0)
        box, members = (*low.tolist(), *high.tolist()), [mine[number] for number in group]
        found.append(Body(box, members, has_areas=False, has_plan=bool(plan[group].any())))
    return found


def _is_apart(group: Body, own: Sequence[Body], whole: BaseGeometry) -> bool:
    gap = float(shapely.distance(shapely.box(*group.box), whole))
    size = max(_sides(group))
    largest = max(own, key=lambda other: max(_sides(other)))
    if not largest.has_plan:  # a site plan, perhaps to another scale
        return gap > _APART * size
    alike = all(abs(a - b) <= _ALIKE * b for a, b in zip(_sides(group), _sides(largest), strict=True))
    return gap > 0 and size >= 0.5 * max(_sides(largest)) and (alike or gap > _APART * max(_sides(largest)))


def _sides(body: Body) -> tuple[float, float]:
    return body.box[2] - body.box[0], body.box[3] - body.box[1]


def _with_surroundings(bodies: Sequence[Body], owner: Sequence[int | None]) -> list[int | None]:
    """What stands about the only plan with a title (its streets and fences) belongs to it, if drawn to its scale."""
    own = [shapely.box(*body.box) for body, k in zip(bodies, owner, strict=True) if k is not None]
    if not own:
        return list(owner)
    whole = shapely.union_all(own).envelope
    reach = math.dist(whole.bounds[:2], whole.bounds[2:])

    def is_about(body: Body) -> bool:
        size = math.dist(body.box[:2], body.box[2:])
        return size >= _TO_SCALE * reach and float(shapely.distance(whole, shapely.box(*body.box))) <= reach

    return [
        0 if k is None and not body.has_plan and is_about(body) else k for body, k in zip(bodies, owner, strict=True)
    ]


def _may_head(headed: Headed, body: Body, cost: float) -> bool:
    """Elevations and sections show no areas and stand close to their titles; other titles may be anyone's."""
    if headed.title.view != "other" or headed.title.storey is not None:
        return True
    high = body.box[3] - body.box[1]
    return not body.has_areas and cost <= high + 15 * headed.caption.height


def _cost(body: Body, place: Points, *, below: bool) -> float | None:
    """How far a title stands from a body, seen as its title; ``None`` on the wrong side."""
    low_x, low_y, high_x, high_y = body.box
    x, y = float(place[0]), float(place[1])
    reach = 0.35 * (high_y - low_y)
    if (below and y > low_y + reach) or (not below and y < high_y - reach):
        return None
    aside = max(low_x - x, 0.0, x - high_x)
    away = max(low_y - y, 0.0) if below else max(y - high_y, 0.0)
    return away + 2 * aside
