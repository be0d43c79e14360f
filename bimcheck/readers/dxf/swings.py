"""The swings of doors: arcs as such, arcs within polylines, and doors drawn on the layer of the walls."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bimcheck.readers.dxf.content import Shape
from bimcheck.readers.dxf.curves import Points

LEAF_M = (0.45, 1.80)
_LEAST_CHORDS = 5
_ALIKE = 0.05
_ROUND = 0.01


def swing_of(shape: Shape) -> Points | None:
    """The arc a shape is or has in it: centre, start and end, counter-clockwise, shape (3, 2)."""
    if shape.curve.arc is not None:
        return shape.curve.arc
    run = round_run(shape)
    if run is None:
        return None
    points = shape.points[run[0] : run[1] + 1]
    centre = _centre(points[0], points[len(points) // 2], points[-1])
    if centre is None:
        return None
    one, other = points[0] - centre, points[-1] - centre
    turns_left = _cross(points[1] - points[0], points[2] - points[1]) > 0
    start, end = (one, other) if turns_left else (other, one)
    return np.array([centre, centre + start, centre + end])


def round_run(shape: Shape) -> tuple[int, int] | None:
    """First and last point of the arc within a polyline: the longest row of equal chords that lie on one circle."""
    points = shape.points
    if shape.curve.kind != "polyline" or len(points) <= _LEAST_CHORDS:
        return None
    chords = np.hypot(*np.diff(points, axis=0).T)
    like_next = np.abs(np.diff(chords)) <= _ALIKE * np.maximum(chords[1:], 1e-12)
    best, start = (0, 0), 0
    for index in range(len(like_next) + 1):
        if index == len(like_next) or not like_next[index]:
            best = max(best, (start, index + 1), key=lambda run: run[1] - run[0])
            start = index + 1
    first, last = best
    if last - first < _LEAST_CHORDS:
        return None
    row = points[first : last + 1]
    centre = _centre(row[0], row[len(row) // 2], row[-1])
    if centre is None:
        return None
    radii = np.hypot(*(row - centre).T)
    return (first, last) if float(np.ptp(radii)) <= _ROUND * float(radii.mean()) else None


def without_doors(walls: Sequence[Shape]) -> tuple[list[Shape], list[Shape]]:
    """The shapes on wall layers without those that draw a door there, and those: swings with their leaves.

    A swing is an arc of a leaf's size with a line from its centre; a round wall has a second face about its centre.
    """
    arcs = [(index, arc) for index, shape in enumerate(walls) if (arc := shape.curve.arc) is not None]
    found: set[int] = set()
    for index, arc in arcs:
        centre, start, end = arc
        radius = math.dist(centre, start)
        if not LEAF_M[0] <= radius <= LEAF_M[1]:
            continue
        if any(
            other != index and math.dist(centre, rival[0]) < 0.05 and abs(math.dist(rival[0], rival[1]) - radius) < 0.7
            for other, rival in arcs
        ):
            continue
        leaves = [
            other
            for other, shape in enumerate(walls)
            if len(shape.points) == 2 and _joins(shape.points, centre, (start, end), 0.08 * radius)
        ]
        if leaves:
            found |= {index, *leaves}
    rest = [shape for index, shape in enumerate(walls) if index not in found]
    return rest, [walls[index] for index in sorted(found)]


def _joins(line: Points, centre: Points, ends: tuple[Points, Points], slack: float) -> bool:
    one, other = line
    return any(
        (math.dist(one, centre) <= slack and math.dist(other, end) <= slack)
        or (math.dist(other, centre) <= slack and math.dist(one, end) <= slack)
        for end in ends
    )


def _centre(one: Points, two: Points, three: Points) -> Points | None:
    """The centre of the circle through three points."""
    a, b = two - one, three - one
    twice = 2 * _cross(a, b)
    if abs(twice) < 1e-12:
        return None
    away = np.array([b[1] * (a @ a) - a[1] * (b @ b), a[0] * (b @ b) - b[0] * (a @ a)]) / twice
    return np.asarray(one + away)


def _cross(one: Points, other: Points) -> float:
    return float(one[0] * other[1] - one[1] * other[0])
