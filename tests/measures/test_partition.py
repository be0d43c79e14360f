"""Random plans with known truth: a plate cut again and again by walls on known centre lines.

Each leaf's true gross area is the area between centre lines (and outer faces), which needs no knowledge of how the
walls are divided. A raster of nearest rooms, an independent method, must agree within its own resolution.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from bimcheck.measures.partition import divide_walls


@dataclass(frozen=True)
class Leaf:
    """A part of the plate between centre lines, and the room in it."""

    truth: Polygon
    room: Polygon


def cut(leaf: Leaf, line: LineString, thickness: float) -> list[Leaf]:
    """Both sides of a wall of this thickness on this centre line; one leaf where it would leave no proper rooms."""
    truths = shapely.ops.split(leaf.truth, line).geoms
    rooms = leaf.room.difference(line.buffer(thickness / 2, cap_style="flat"))
    parts = [part for part in shapely.get_parts(rooms) if isinstance(part, Polygon)]
    if len(truths) != 2 or len(parts) != 2 or any(p.buffer(-0.6).is_empty for p in parts):
        return [leaf]
    halves = [half for half in truths if isinstance(half, Polygon)]
    return [Leaf(t, next(p for p in parts if t.contains(p.representative_point()))) for t in halves]


@st.composite
def plans(draw: st.DrawFn, *, oblique: bool) -> tuple[Polygon, list[Leaf]]:
    """A plate with outer walls, cut by up to six walls of various thicknesses."""
    width, depth = draw(st.integers(12, 40)), draw(st.integers(10, 30))
    outer_wall = draw(st.sampled_from([0.2, 0.24, 0.37]))
    plate = box(0, 0, width, depth)
    leaves = [Leaf(plate, plate.buffer(-outer_wall, join_style="mitre"))]
    for _ in range(draw(st.integers(1, 6))):
        index = draw(st.integers(0, len(leaves) - 1))
        leaf = leaves.pop(index)
        x0, y0, x1, y1 = leaf.truth.bounds
        at = draw(st.floats(0.25, 0.75))
        px, py = x0 + at * (x1 - x0), y0 + at * (y1 - y0)
        angle = math.radians(draw(st.sampled_from([0, 45, 90, 135] if oblique else [0, 90])))
        dx, dy = 100 * math.cos(angle), 100 * math.sin(angle)
        thickness = draw(st.sampled_from([0.1, 0.12, 0.2, 0.24, 0.3]))
        leaves += cut(leaf, LineString([(px - dx, py - dy), (px + dx, py + dy)]), thickness)
    if oblique:
        # within a wall's thickness of another junction an oblique wall has no one place to end
        corners = np.unique(np.vstack([shapely.get_coordinates(leaf.truth) for leaf in leaves]), axis=0)
        apart = [math.dist(a, b) for a, b in itertools.combinations(corners.tolist(), 2)]
        assume(all(gap < 1e-6 or gap > 1.5 for gap in apart))
    return plate, leaves


def gross(plate: Polygon, leaves: list[Leaf]) -> list[float]:
    shares = divide_walls(plate, [leaf.room for leaf in leaves]).shares
    return [
        leaf.room.area + (share.area if share is not None else 0.0) for leaf, share in zip(leaves, shares, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(plans(oblique=False))
def test_rectilinear_plans_come_out_between_their_centre_lines(plan: tuple[Polygon, list[Leaf]]) -> None:
    plate, leaves = plan
    found = gross(plate, leaves)
    assert sum(found) == pytest.approx(plate.area, abs=1e-6 * plate.area)
    for area, leaf in zip(found, leaves, strict=True):
        assert area == pytest.approx(leaf.truth.area, abs=0.002)


@settings(max_examples=60, deadline=None)
@given(plans(oblique=True))
def test_oblique_plans_come_out_between_their_centre_lines(plan: tuple[Polygon, list[Leaf]]) -> None:
    plate, leaves = plan
    found = gross(plate, leaves)
    assert sum(found) == pytest.approx(plate.area, abs=1e-6 * plate.area)
    for area, leaf in zip(found, leaves, strict=True):
        assert area == pytest.approx(leaf.truth.area, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(plans(oblique=True))
def test_a_raster_of_nearest_rooms_agrees(plan: tuple[Polygon, list[Leaf]]) -> None:
    plate, leaves = plan
    step = 0.05
    x0, y0, x1, y1 = plate.bounds
    xs, ys = np.meshgrid(np.arange(x0 + step / 2, x1, step), np.arange(y0 + step / 2, y1, step))
    nearest = shapely.STRtree([leaf.room for leaf in leaves]).nearest(shapely.points(xs.ravel(), ys.ravel()))
    raster = np.bincount(nearest, minlength=len(leaves)) * step**2
    found = gross(plate, leaves)
    assert sum(found) == pytest.approx(plate.area, abs=1e-6 * plate.area)
    for area, seen, leaf in zip(found, raster, leaves, strict=True):
        # a pixel along every edge may fall on either side
        assert area == pytest.approx(seen, abs=step * leaf.truth.length / 2)


@pytest.mark.parametrize("thick", [0.1, 0.2, 0.6])
def test_a_wall_of_any_thickness_ending_on_another_leaves_its_centre_line_straight(thick: float) -> None:
    """A wall of 120 on y = 5 across a plate of 10 × 10, and one on x = 4 ending on it from above."""
    half = thick / 2
    rooms = [box(0.2, 0.2, 9.8, 4.94), box(0.2, 5.06, 4 - half, 9.8), box(4 + half, 5.06, 9.8, 9.8)]
    shares = divide_walls(box(0, 0, 10, 10), rooms).shares
    found = [room.area + (share.area if share is not None else 0) for room, share in zip(rooms, shares, strict=True)]
    assert found == pytest.approx([50.0, 20.0, 30.0], abs=1e-6)


def test_an_oblique_wall_ending_on_another_meets_its_centre_line() -> None:
    """A wall of 200 on y = 10 across a tall plate; one of 240 meets it at 60°, far from any outer wall above.

    Below the centre line everything belongs to the lower room: 20 × 10 = 200.
    """
    plate = box(0, 0, 20, 30)
    inner = plate.buffer(-0.2, join_style="mitre")
    flat = LineString([(-1, 10), (21, 10)]).buffer(0.1, cap_style="flat")
    oblique = LineString([(10, 10), (10 + 30 / math.tan(math.radians(60)), 40)]).buffer(0.12, cap_style="flat")
    rooms = [p for p in shapely.get_parts(inner.difference(flat).difference(oblique)) if isinstance(p, Polygon)]
    shares = divide_walls(plate, rooms).shares
    lowest = min(range(len(rooms)), key=lambda i: rooms[i].centroid.y)
    share = shares[lowest]
    assert share is not None
    assert rooms[lowest].area + share.area == pytest.approx(200.0, abs=1e-6)


def test_rooms_meeting_at_a_corner_share_what_lies_beyond_it() -> None:
    """Two rooms touch on the diagonal of an octagon-like plate; by symmetry each takes half of the wall."""
    plate = Polygon([(0, 0), (10, 0), (10, 6), (6, 10), (0, 10)])
    inner = plate.buffer(-0.3, join_style="mitre")
    lower, upper = (inner.intersection(Polygon(p)) for p in ([(0, 0), (20, 0), (20, 20)], [(0, 0), (20, 20), (0, 20)]))
    assert isinstance(lower, Polygon)
    assert isinstance(upper, Polygon)
    shares = divide_walls(plate, [lower, upper]).shares
    for room, share in zip((lower, upper), shares, strict=True):
        assert share is not None
        assert room.area + share.area == pytest.approx(plate.area / 2, abs=1e-5)


def test_walls_beyond_the_reach_of_the_grid_are_divided_by_nobody() -> None:
    """Two rooms 3 km apart: the wall between them is said to be contested, not given away unseen."""
    rooms = [box(0, 0, 3, 10), box(3003, 0, 3006, 10)]
    found = divide_walls(box(0, 0, 3006, 10), rooms)
    assert found.contested_m2 == pytest.approx(30_000)


def test_the_order_in_which_rooms_come_changes_no_digit() -> None:
    """Ids put the rooms of equal storeys in different orders; each room keeps its own share, to the last bit.

    The fourth room is there twice, as a faulty file may have it.
    """
    rooms = [box(0.3, 0.3, 4, 5.7), box(4.24, 0.3, 9.7, 2.9), box(4.24, 3.1, 9.7, 5.7), box(20, 0, 24, 4)]
    outline = MultiPolygon([box(0, 0, 10, 6), box(19.7, -0.3, 24.3, 4.3)])
    rooms.append(rooms[-1])
    first = divide_walls(outline, rooms).shares
    for order in itertools.permutations(range(len(rooms))):
        again = divide_walls(outline, [rooms[place] for place in order]).shares
        for place, share in zip(order, again, strict=True):
            if place < 3:
                assert share == first[place]
