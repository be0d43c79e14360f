"""Bringing plans that stand beside each other on the sheet onto one origin, so that storeys lie over each other.

By grid axes where both plans carry labels, else by the lines of walls and rooms that both share; a site plan by
the outline of the building it shows.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import affine_transform, translate
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.content import Caption
from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.linework import Segments, lines_of
from bimcheck.readers.dxf.texts import folded

_AXIS_LABEL = re.compile(r"(?:[\w#]+-)?(?:\d{1,3}|[A-Z]{1,2})(?:/\d{1,2}|/[A-Z])?")
_BIN_M = 0.010
_MOST_LINES = 250
_MOST_PROPOSED = 12
_LEAST_SHARED = 0.20
_ALIKE = 0.98
_SAME_SHAPE = 0.95


Labels = dict[str, list[tuple[float, float]]]
"""Where each grid axis' label stands on a plan, metres; a label may stand at both ends of its axis."""


@dataclass(frozen=True, slots=True)
class Motion:
    """A turn (radians) about the origin and then a shift (metres) in plan."""

    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    certain: bool = True

    def matrix(self) -> np.ndarray:
        """The affine map, shape (3, 3)."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        return np.array([[c, -s, self.shift[0]], [s, c, self.shift[1]], [0.0, 0.0, 1.0]])


def axis_labels(captions: Sequence[Caption], role: Callable[[str], Role | None]) -> Labels:
    """The places of each grid axis' label on a plan."""
    found: Labels = defaultdict(list)
    for caption in captions:
        word = folded(caption.text).upper()
        if role(caption.layer) in ("axis", "axis-label") and _AXIS_LABEL.fullmatch(word):
            found[word].append(caption.middle)
    return found


def shift_by_axes(moved: Labels, fixed: Labels) -> tuple[float, float] | None:
    """The shift that brings equal labels together; at least two labels must agree on each coordinate.

    Axes that stand side by side along x tell x and no more: their labels may stand further out on one plan.
    """
    shared = sorted(moved.keys() & fixed.keys())
    telling = _telling(shared, fixed)
    found = [_agreed(telling[axis] or shared, moved, fixed, axis) for axis in (0, 1)]
    return None if None in found else (float(found[0] or 0.0), float(found[1] or 0.0))


def _telling(shared: Sequence[str], fixed: Labels) -> tuple[list[str], list[str]]:
    """The labels that tell x, and those that tell y: numbers for one, letters for the other."""
    telling: tuple[list[str], list[str]] = ([], [])
    for numbers in (True, False):
        group = [label for label in shared if label[-1].isdigit() is numbers]
        if len(group) > 1:
            places = np.array([np.median(fixed[label], axis=0) for label in group])
            telling[int(np.ptp(places, axis=0).argmax())].extend(group)
    return telling


def _agreed(labels: Sequence[str], moved: Labels, fixed: Labels, axis: int) -> float | None:
    """The difference in one coordinate that most labels agree on."""
    votes: dict[int, set[str]] = defaultdict(set)
    exact: dict[int, list[float]] = defaultdict(list)
    for label in labels:
        for one in moved[label]:
            for other in fixed[label]:
                difference = other[axis] - one[axis]
                votes[round(difference / _BIN_M)].add(label)
                exact[round(difference / _BIN_M)].append(difference)

    def support(key: int) -> set[str]:
        return votes[key] | votes.get(key - 1, set()) | votes.get(key + 1, set())

    most = max(sorted(votes), key=lambda key: (len(support(key)), len(votes[key]), -abs(key)), default=None)
    if most is None or len(support(most)) < 2:
        return None
    return float(np.median(exact[most]))


def shift_by_lines(moved: Segments, fixed: Segments) -> tuple[float, float] | None:
    """The shift under which the longest stretch of lines lies on lines; ``None`` where too little does.

    Corners that pair often propose shifts, and so do the plans' boxes; windows at even distances would win by corners
    alone. Of shifts that serve about equally well (a building of equal bays) the one that best lays box over box wins.
    """
    moved, fixed = _longest(moved), _longest(fixed)
    if not len(moved) or not len(fixed):
        return None
    proposed = _proposed(moved.reshape(-1, 2), fixed.reshape(-1, 2))
    zone = shapely.buffer(shapely.union_all(lines_of(fixed)), _BIN_M, cap_style="flat")
    drawn = shapely.union_all(lines_of(moved))
    served = np.array([shapely.length(shapely.intersection(zone, translate(drawn, *shift))) for shift in proposed])
    if served.max() < _LEAST_SHARED * min(shapely.length(drawn), shapely.length(shapely.union_all(lines_of(fixed)))):
        return None
    boxes = (fixed.min(axis=(0, 1)) + fixed.max(axis=(0, 1)) - moved.min(axis=(0, 1)) - moved.max(axis=(0, 1))) / 2
    best = [shift for shift, length in zip(proposed, served, strict=True) if length >= _ALIKE * served.max()]
    return min(best, key=lambda shift: math.dist(shift, boxes))


def _longest(segments: Segments) -> Segments:
    length = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    return np.asarray(segments[np.argsort(-length, kind="stable")[:_MOST_LINES]])


def _proposed(moved: Points, fixed: Points) -> list[tuple[float, float]]:
    """Shifts that bring many corners together, and those that lay the corners of the boxes over each other."""
    moved, fixed = np.unique(np.round(moved, 4), axis=0), np.unique(np.round(fixed, 4), axis=0)
    differences = (fixed[None, :, :] - moved[:, None, :]).reshape(-1, 2)
    _, inverse, counts = np.unique(
        np.round(differences / _BIN_M).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    often = np.argsort(-counts, kind="stable")[:_MOST_PROPOSED]
    found = [np.median(differences[inverse.reshape(-1) == index], axis=0) for index in often]
    ends = [(box.min(axis=0), box.max(axis=0)) for box in (moved, fixed)]
    found += [np.array([ends[1][i][0] - ends[0][i][0], ends[1][j][1] - ends[0][j][1]]) for i in (0, 1) for j in (0, 1)]
    return [(float(x), float(y)) for x, y in found]


def motion_by_outline(drawn: Sequence[Polygon], outline: BaseGeometry) -> Motion | None:
    """How a site plan must be moved so that the building it shows lies over the building of the floor plans.

    Args:
        drawn: outlines of buildings on the site plan.
        outline: the outer outline of the ground-floor plan.
    """
    own = [_hull_free(part) for part in shapely.get_parts(outline).tolist()]
    found: list[tuple[float, float, Motion]] = []
    for building in drawn:
        for part in own:
            if not _SAME_SHAPE <= building.area / part.area <= 1 / _SAME_SHAPE:
                continue
            for turn in _turns(building, part):
                c, s = math.cos(turn), math.sin(turn)
                turned = affine_transform(building, [c, -s, s, c, 0.0, 0.0])
                corner = np.array(part.bounds[:2]) - np.array(turned.bounds[:2])
                other = np.array(part.bounds[2:]) - np.array(turned.bounds[2:])
                shift = (corner + other) / 2
                motion = Motion(turn, (float(shift[0]), float(shift[1])))
                fit = _fit(drawn, own, motion)
                if fit >= _SAME_SHAPE:
                    found.append((round(fit, 3), -abs(turn), motion))
    if not found:
        return None
    fit, _, motion = max(found, key=lambda entry: entry[:2])
    rivals = [m for f, _, m in found if f >= fit - 0.01 and abs(m.turn - motion.turn) > 0.1]
    upright = abs(motion.turn) < math.radians(1.0)
    return Motion(motion.turn, motion.shift, certain=upright or not rivals)


def _hull_free(part: Polygon) -> Polygon:
    return Polygon(part.exterior)


def _turns(one: Polygon, other: Polygon) -> list[float]:
    base = _heading(other) - _heading(one)
    turns = [(base + quarter * math.pi / 2 + math.pi) % math.tau - math.pi for quarter in range(4)]
    return [0.0 if abs(turn) < 1e-4 else turn for turn in turns]


def _heading(polygon: Polygon) -> float:
    """The direction of the longest edge."""
    ring = shapely.get_coordinates(polygon.exterior)
    ways = np.diff(ring, axis=0)
    x, y = ways[int(np.hypot(*ways.T).argmax())]
    return math.atan2(float(y), float(x))


def _fit(drawn: Sequence[Polygon], own: Sequence[Polygon], motion: Motion) -> float:
    """The share of our buildings that lie over a building of the site plan."""
    (a, b, x), (c, d, y), _ = motion.matrix().tolist()
    placed = shapely.union_all([affine_transform(building, [a, b, c, d, x, y]) for building in drawn])
    covered = shapely.intersection(placed, shapely.union_all(own)).area
    return float(covered / sum(part.area for part in own))
