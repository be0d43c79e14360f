"""Balconies, canopies and arcades under three standards, drawn at the edge of a plain room."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from builders import model, room, space, wall
from shapely import Polygon, box

from bimcheck.brief import Brief
from bimcheck.identify import IdentifiedRoom
from bimcheck.measures.areas import measure_areas
from bimcheck.measures.ledger import keep_ledger
from bimcheck.measures.readings import area_standard
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import Element
from bimcheck.text import Text

HALL = room("hall", 0.24, 0.24, 19.76, 9.76)
OUTER = wall("outer", box(0, 0, 20, 10).difference(box(0.24, 0.24, 19.76, 9.76)))


def readings(name: str, footprint: Polygon, extra: Sequence[Element] = ()) -> list[float]:
    """The part's area under GB/T 50353, GB 55031, GB/T 17986; the hall must stay 200 m²."""
    plan = model(spaces=[HALL, space("part", footprint, name=name)], elements=[OUTER, *extra])
    rooms = [
        IdentifiedRoom(s, "service", counted=True, near_miss=False, basis="name", evidence=Text("", ""))
        for s in plan.spaces
    ]
    arrangement = arrange_levels(plan, Brief())
    areas = measure_areas(plan, rooms, arrangement)
    lines = {r.id: r for r in keep_ledger(plan, rooms, arrangement, areas, area_standard("gbt50353")).rooms}
    assert lines["hall"].gross_area_m2 == pytest.approx(200.0)
    return list(lines["part"].readings.values())


def post(x: float, y: float) -> Element:
    return wall(f"post{x}{y}", box(x - 0.2, y - 0.2, x + 0.2, y + 0.2), kind="column")


BALCONY = box(5, -1.5, 11, 0)


def test_open_balcony_outside_the_main_structure() -> None:
    assert readings("阳台", BALCONY) == pytest.approx([4.5, 4.5, 4.5])


def test_enclosed_balcony_outside_the_main_structure() -> None:
    glass = wall("glass", box(4.9, -1.6, 11.1, 0).difference(box(5, -1.5, 11, 0)), kind="curtain-wall")
    assert readings("阳台", BALCONY, [glass]) == pytest.approx([4.5, 9.0, 9.0])


def test_open_balcony_inside_the_main_structure() -> None:
    """A recess: the building's walls stand on three of its sides."""
    sides = [wall("l", box(4.76, -1.5, 5, 0)), wall("r", box(11, -1.5, 11.24, 0))]
    flank = [room("L", 0.24, -3, 4.76, 0), room("R", 11.24, -3, 19.76, 0)]
    plan = model(spaces=[HALL, *flank, space("part", BALCONY, name="阳台")], elements=[OUTER, *sides])
    rooms = [
        IdentifiedRoom(s, "service", counted=True, near_miss=False, basis="name", evidence=Text("", ""))
        for s in plan.spaces
    ]
    arrangement = arrange_levels(plan, Brief())
    areas = measure_areas(plan, rooms, arrangement)
    lines = {r.id: r for r in keep_ledger(plan, rooms, arrangement, areas, area_standard("gbt50353")).rooms}
    assert list(lines["part"].readings.values()) == pytest.approx([9.0, 4.5, 4.5])


@pytest.mark.parametrize(("depth", "expected"), [(2.00, [0, 0, 0]), (2.10, [5.25, 0, 0])])
def test_canopy_without_columns_counts_from_2_10_of_overhang(depth: float, expected: list[float]) -> None:
    assert readings("入口雨篷", box(5, -depth, 10, 0)) == pytest.approx(expected)


def test_canopy_on_one_row_of_columns() -> None:
    assert readings("雨篷", box(5, -3, 9, 0), [post(5.3, -2.7), post(8.7, -2.7)]) == pytest.approx([6.0] * 3)


def test_canopy_on_columns_all_around_is_measured_to_their_outer_line() -> None:
    """Plate 4.6 × 3.6, columns' outer line 4 × 3."""
    posts = [post(x, y) for x in (5.5, 9.1) for y in (-3.1, -0.5)]
    assert readings("雨篷", box(5, -3.6, 9.6, 0), posts) == pytest.approx([8.28, 12.0, 12.0])


def test_a_public_arcade_is_no_building_area() -> None:
    assert readings("骑楼", box(0, -3, 20, 0)) == pytest.approx([0.0] * 3)


def test_a_terrace_is_no_building_area() -> None:
    assert readings("屋顶露台", box(0, -3, 20, 0)) == pytest.approx([0.0] * 3)
