"""Curves keep their area and their ends, however they are drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from dxf_drawings import drawing, ring
from ezdxf.math import BSpline
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from bimcheck.readers.dxf.curves import curves_of, unit_arc


def _area(entity: object) -> float:
    (curve,) = curves_of(entity)  # type: ignore[arg-type]  # ezdxf entities
    return float(Polygon(curve.points, curve.holes).area)


@given(st.floats(0, 7), st.floats(0.05, 2 * math.pi))
def test_an_arc_keeps_the_area_of_its_sector_and_its_ends(start: float, sweep: float) -> None:
    points = unit_arc(start, sweep)
    fan = np.vstack([[[0.0, 0.0]], points])
    x, y = fan.T
    area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
    assert area == pytest.approx(sweep / 2, rel=1e-9)
    assert points[0] == pytest.approx((math.cos(start), math.sin(start)), abs=1e-12)
    assert points[-1] == pytest.approx((math.cos(start + sweep), math.sin(start + sweep)), abs=1e-9)


def test_a_half_round_end_adds_a_half_circle() -> None:
    """10 m × 6 m with a half circle of radius 3 m at one end: 60 + 4.5π."""
    space = drawing().modelspace()
    ring(space, "A", [(0, 0), (10, 0, 1.0), (10, 6), (0, 6)])
    assert _area(space[0]) == pytest.approx(60 + 4.5 * math.pi, rel=1e-9)


def test_a_bulge_to_the_other_side_takes_it_away() -> None:
    space = drawing().modelspace()
    ring(space, "A", [(0, 0), (10, 0, -1.0), (10, 6), (0, 6)])
    assert _area(space[0]) == pytest.approx(60 - 4.5 * math.pi, rel=1e-9)


def test_circles_and_ellipses_are_exact() -> None:
    space = drawing().modelspace()
    assert _area(space.add_circle((5e5, 3e6), 3.0)) == pytest.approx(9 * math.pi, rel=1e-7)
    assert _area(space.add_ellipse((1, 2), major_axis=(3, 4), ratio=0.5)) == pytest.approx(12.5 * math.pi, rel=1e-9)


def test_a_closed_spline_encloses_the_integral_of_its_cubic_pieces() -> None:
    """Green's theorem on four cubic pieces, by Gauss quadrature that is exact for their degree."""
    k = 0.5522847498
    turns = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    pieces = [np.array([(c * x - s * y, s * x + c * y) for x, y in ((1, 0), (1, k), (k, 1), (0, 1))]) for c, s in turns]
    nodes, weights = np.polynomial.legendre.leggauss(8)
    t, exact = (nodes + 1) / 2, 0.0
    for p0, p1, p2, p3 in pieces:
        power = [p0, 3 * (p1 - p0), 3 * (p2 - 2 * p1 + p0), p3 - 3 * p2 + 3 * p1 - p0]
        place = np.sum([np.outer(t**n, c) for n, c in enumerate(power)], axis=0)
        way = np.sum([np.outer(n * t ** (n - 1), c) for n, c in enumerate(power) if n], axis=0)
        exact += float((weights / 4) @ (place[:, 0] * way[:, 1] - place[:, 1] * way[:, 0]))
    control = [(1.0, 0.0, 0.0), *((x, y, 0.0) for piece in pieces for x, y in piece[1:])]
    knots = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4]
    spline = drawing().modelspace().add_spline()
    spline.apply_construction_tool(BSpline(control, order=4, knots=knots))
    assert _area(spline) == pytest.approx(exact, rel=1e-6)


def test_a_mirrored_extrusion_mirrors_the_plan() -> None:
    space = drawing().modelspace()
    entity = space.add_lwpolyline([(0, 0), (10, 0), (10, 4)], close=True, dxfattribs={"extrusion": (0, 0, -1)})
    (curve,) = curves_of(entity)
    assert Polygon(curve.points).bounds == (-10.0, 0.0, 0.0, 4.0)


def test_a_hatch_has_its_holes() -> None:
    space = drawing().modelspace()
    hatch = space.add_hatch()
    hatch.paths.add_polyline_path([(0, 0), (10, 0), (10, 10), (0, 10)], is_closed=True)
    hatch.paths.add_polyline_path([(2, 2), (4, 2), (4, 4), (2, 4)], is_closed=True)
    edges = hatch.paths.add_edge_path()
    edges.add_arc((7, 7), 1, 0, 360)
    assert _area(hatch) == pytest.approx(100 - 4 - math.pi, rel=1e-9)


def test_coordinates_that_are_no_numbers_draw_nothing() -> None:
    space = drawing().modelspace()
    entity = space.add_lwpolyline([(0, 0), (math.nan, 0), (1, 1)], close=True)
    assert list(curves_of(entity)) == []
