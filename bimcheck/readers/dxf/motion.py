"""Curves and texts under affine maps: all points of many curves at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bimcheck.readers.dxf.content import Affine
from bimcheck.readers.dxf.curves import Curve, Points

_CIRCULAR = 1e-6


def apply(matrix: Affine, points: Points) -> Points:
    """Points, shape (n, 2), under an affine map, shape (3, 3)."""
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])


def scale_of(matrix: Affine) -> float:
    """The square root of what an area is multiplied by."""
    return math.sqrt(abs(_determinant(matrix)))


def move_curves(curves: Sequence[Curve], matrix: Affine) -> Iterator[Curve]:
    """The curves under an affine map; an arc that is scaled unevenly is no arc any longer."""
    if not curves:
        return
    moved = apply(matrix, np.concatenate([part for curve in curves for part in _parts(curve)]))
    scale, mirrored = scale_of(matrix), _determinant(matrix) < 0
    at = 0

    def take(count: int) -> Points:
        nonlocal at
        at += count
        return moved[at - count : at]

    for curve in curves:
        points = take(len(curve.points))
        arc = None if curve.arc is None else _arc(take(3), mirrored=mirrored)
        holes = tuple(take(len(hole)) for hole in curve.holes)
        yield Curve(curve.kind, points, curve.closed, arc, holes, curve.width * scale)


def _parts(curve: Curve) -> Iterator[Points]:
    yield curve.points
    if curve.arc is not None:
        yield curve.arc
    yield from curve.holes


def _arc(arc: Points, *, mirrored: bool) -> Points | None:
    """Centre, start and end of an arc that was moved; mirrored, it runs counter-clockwise from its other end."""
    (x, y), start, end = arc.tolist()
    if not math.isclose(math.hypot(start[0] - x, start[1] - y), math.hypot(end[0] - x, end[1] - y), rel_tol=_CIRCULAR):
        return None
    return arc[[0, 2, 1]] if mirrored else arc


def _determinant(matrix: Affine) -> float:
    (a, b, _), (c, d, _), _ = matrix.tolist()
    return float(a * d - b * c)
