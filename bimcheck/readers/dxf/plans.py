"""Telling apart the plans that share one model space, by their titles and frames.

A plan's title stands below it (above it in some offices; whichever serves more titles is taken). Where sheets have
frames, title and plan stand in the same frame. Without any title the whole drawing is one plan.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.content import Caption, Content, Placement, Shape
from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.headings import Body, Headed, assign_titles, frame_of, turned
from bimcheck.readers.dxf.layers import SITE_ROLES, Role
from bimcheck.readers.dxf.linework import connected
from bimcheck.readers.dxf.texts import folded
from bimcheck.readers.dxf.titles import PlanTitle, parse_title

BODY_ROLES: frozenset[Role] = frozenset(
    {
        "wall", "column", "door", "window", "opening", "area-frame", "area-deduct", "room", "stair", "lift", "railing",
        "insulation",
    }
)  # fmt: skip
_AREA_ROLES: frozenset[Role] = SITE_ROLES | {"area-frame", "area-deduct", "room"}
_RIGHT_ANGLE_SLACK = 0.02
_AROUND = 0.30
_BESIDE = 10.0


@dataclass(slots=True)
class Plan:
    """One plan of a drawing, still in drawing units. ``title`` is ``None`` where none was found."""

    title: PlanTitle | None
    title_id: str = ""
    shapes: list[Shape] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How to speak of the plan in a note."""
        return self.title.text if self.title is not None else ""


def split_plans(content: Content, role: Callable[[str], Role | None]) -> list[Plan]:
    """The plans of one model space, each with everything that stands in or about it, in the order of their titles."""
    titles = _titles(content.captions)
    if not titles:
        return [Plan(None, "", content.shapes, content.captions, content.placements)]
    turn = math.radians(float(np.median([headed.caption.rotation for headed in titles])))
    bodies = _bodies(content, role, turn)
    frames = _frames(content.shapes, role, titles, bodies, turn)
    owner = assign_titles(bodies, titles, frames, turn)
    unserved = _unserved(titles, owner)
    if unserved:
        strange = _bodies(content, role, turn, on_unknown_layers=True)
        for body, k in zip(strange, assign_titles(strange, titles, frames, turn), strict=True):
            if k in unserved:
                bodies.append(body)
                owner.append(k)
    return _gather(content, role, bodies, titles, frames, owner, turn)


def _titles(captions: Sequence[Caption]) -> list[Headed]:
    """Texts that are plan titles. Of the same words written twice, the larger writing is the title."""
    found = [
        Headed(caption, title)
        for caption in captions
        if "\n" not in caption.text.strip() or len(caption.text) < 30
        if (title := parse_title(caption.text.replace("\n", ""))) is not None
    ]
    highest: dict[str, float] = {}
    for headed in found:
        words = folded(headed.title.text)
        highest[words] = max(highest.get(words, 0.0), headed.caption.height)
    return [headed for headed in found if headed.caption.height >= 0.6 * highest[folded(headed.title.text)]]


def _unserved(titles: Sequence[Headed], owner: Sequence[int | None]) -> set[int]:
    """Titles of storeys of which no plan was found, so that a plan on layers nobody knows is not passed over."""
    told = {titles[k].title.storey for k in owner if k is not None and titles[k].title.view == "floor"}
    served = set(owner)
    return {
        k
        for k, headed in enumerate(titles)
        if k not in served and headed.title.view == "floor" and headed.title.storey not in told
    }


# --------------------------------------------------------------------------------------------- bodies and frames


def _bodies(
    content: Content, role: Callable[[str], Role | None], turn: float, *, on_unknown_layers: bool = False
) -> list[Body]:
    """The pieces of plan on layers known to draw one, or those on layers of which nothing is known."""
    wanted = {None} if on_unknown_layers else BODY_ROLES | SITE_ROLES
    chosen = [index for index, shape in enumerate(content.shapes) if role(shape.layer) in wanted]
    if not chosen:
        return []
    points = [turned(content.shapes[index].points, turn) for index in chosen]
    geometries = [_solid(p, closed=content.shapes[i].curve.closed) for p, i in zip(points, chosen, strict=True)]
    heights = [caption.height for caption in content.captions if caption.height > 0]
    margin = 1.5 * float(np.median(heights)) if heights else 0.0
    tree = STRtree(geometries)
    one, other = tree.query(geometries, predicate="dwithin", distance=margin)
    bounds = shapely.bounds(np.array(geometries, dtype=object))
    bodies = []
    for members in connected(len(chosen), one, other):
        low, high = bounds[members, :2].min(axis=0), bounds[members, 2:].max(axis=0)
        mine = [chosen[index] for index in members]
        areas = any(role(content.shapes[index].layer) in _AREA_ROLES for index in mine)
        plan = any(role(content.shapes[index].layer) in BODY_ROLES for index in mine)
        bodies.append(Body((*low.tolist(), *high.tolist()), mine, areas, plan))
    return bodies


def _solid(points: Points, *, closed: bool) -> BaseGeometry:
    if closed and len(points) > 2:
        polygon = Polygon(points)
        return polygon if polygon.is_valid else polygon.envelope
    return LineString(points)


def _frames(
    shapes: Sequence[Shape],
    role: Callable[[str], Role | None],
    titles: Sequence[Headed],
    bodies: Sequence[Body],
    turn: float,
) -> list[Polygon]:
    """Rectangles around a plan and its title. Of borders within borders the innermost that holds a plan is the frame.

    One drawn as a sheet is a frame without a title too: what stands in it belongs to no title elsewhere.
    """
    places = [Point(*turned(np.array([headed.caption.middle]), turn)[0]) for headed in titles]
    middles = [body.middle for body in bodies]
    if not middles:
        return []
    found = []
    for shape in shapes:
        if not shape.curve.closed or not 4 <= len(shape.points) <= 5 or role(shape.layer) not in ("sheet", None):
            continue
        points = turned(shape.points, turn)
        polygon = Polygon(points)
        if not polygon.is_valid or polygon.area < (1 - _RIGHT_ANGLE_SLACK) * polygon.minimum_rotated_rectangle.area:
            continue
        titled = any(polygon.contains(place) for place in places)
        if (titled or role(shape.layer) == "sheet") and any(polygon.contains(middle) for middle in middles):
            found.append(polygon)
    return sorted(found, key=lambda polygon: polygon.area)


def _gather(
    content: Content,
    role: Callable[[str], Role | None],
    bodies: Sequence[Body],
    titles: Sequence[Headed],
    frames: Sequence[Polygon],
    owner: Sequence[int | None],
    turn: float,
) -> list[Plan]:
    """Give every shape, text and block to a plan: its body's, its frame's, or the one it stands next to."""
    plans = {k: Plan(headed.title, headed.caption.id) for k, headed in enumerate(titles)}
    orphan = len(titles)
    plans[orphan] = Plan(None)
    of_shape: dict[int, int] = {}
    boxes: dict[int, list[tuple[float, float, float, float]]] = defaultdict(list)
    for body, k in zip(bodies, owner, strict=True):
        key = orphan if k is None else k
        boxes[key].append(body.box)
        of_shape.update(dict.fromkeys(body.members, key))
    whole = {
        key: (min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found))
        for key, found in boxes.items()
    }
    title_frame = {
        k: frame_of(Point(*turned(np.array([t.caption.middle]), turn)[0]), frames) for k, t in enumerate(titles)
    }

    def plan_at(place: Points, around: float = _AROUND) -> int:
        x, y = float(place[0]), float(place[1])
        frame = frame_of(Point(x, y), frames)
        rivals = [k for k in whole if k != orphan and title_frame[k] == frame] if frame >= 0 else list(whole)
        near = []
        for k in rivals:
            low_x, low_y, high_x, high_y = whole[k]
            slack = around * max(high_x - low_x, high_y - low_y)
            away = math.hypot(max(low_x - x, 0.0, x - high_x), max(low_y - y, 0.0, y - high_y))
            if away <= slack or frame >= 0:
                near.append((away, k))
        return min(near)[1] if near else orphan

    for index, shape in enumerate(content.shapes):
        known = of_shape.get(index)
        key = known if known is not None else plan_at(turned(shape.points.mean(axis=0)[None, :], turn)[0])
        plans[key].shapes.append(shape)
    heads = STRtree([Point(headed.caption.middle) for headed in titles])

    def title_by(caption: Caption) -> int | None:
        """The title that a level or a storey height is written by, below a plan and out of its reach."""
        k = int(heads.nearest(Point(caption.middle)))
        near = math.dist(titles[k].caption.middle, caption.middle) <= _BESIDE * titles[k].caption.height
        return k if near and k in whole else None

    for caption in content.captions:
        place = turned(np.array([caption.middle]), turn)[0]
        around = math.inf if role(caption.layer) in ("axis", "axis-label") else _AROUND  # bubbles stand far out
        key = plan_at(place, 0.0)
        if key == orphan and (by := title_by(caption)) is not None:
            key = by
        plans[key if key != orphan else plan_at(place, around)].captions.append(caption)
    for placement in content.placements:
        centre = placement.corners.mean(axis=0) if placement.corners is not None else np.array(placement.position)
        plans[plan_at(turned(centre[None, :], turn)[0])].placements.append(placement)
    return [
        plan for key, plan in plans.items() if key in whole or (plan.title is not None and plan.title.view == "other")
    ]
