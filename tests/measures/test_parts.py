"""Balconies, canopies and arcades under three standards, drawn at the edge of a plain room."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from builders import model, room, space, wall
from shapely import Polygon, box

from bimcheck.brief import Brief
from bimcheck.measures.areas import measure_areas
from bimcheck.measures.ledger import keep_ledger
from bimcheck.measures.readings import area_standard
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, Element
from bimcheck.review import ReviewedRoom
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text

HALL = room("hall", 0.24, 0.24, 19.76, 9.76)
OUTER = wall("outer", box(0, 0, 20, 10).difference(box(0.24, 0.24, 19.76, 9.76)))


def reviewed(plan: BuildingModel) -> dict[str, ReviewedRoom]:
    """The ledger's lines by space id, every space counted."""
    rooms = [
        IdentifiedRoom(s, "service", counted=True, near_miss=False, basis="name", evidence=Text("", ""))
        for s in plan.spaces
    ]
    arrangement = arrange_levels(plan, Brief())
    areas = measure_areas(plan, rooms, arrangement)
    return {r.id: r for r in keep_ledger(plan, rooms, arrangement, areas, area_standard("gbt50353")).rooms}


def readings(name: str, footprint: Polygon, extra: Sequence[Element] = ()) -> list[float]:
    """The part's area under GB/T 50353, GB 55031, GB/T 17986; the hall must stay 200 m²."""
    lines = reviewed(model(spaces=[HALL, space("part", footprint, name=name)], elements=[OUTER, *extra]))
    assert lines["hall"].gross_area_m2 == pytest.approx(200.0)
    return list(lines["part"].readings.values())


def post(x: float, y: float) -> Element:
    return wall(f"post{x}{y}", box(x - 0.2, y - 0.2, x + 0.2, y + 0.2), kind="column")


BALCONY = box(5, -1.5, 11, 0)


def test_open_balcony_outside_the_main_structure() -> None:
    assert readings("阳台", BALCONY) == pytest.approx([4.5, 4.5, 4.5])


@pytest.mark.parametrize("drawn", [BALCONY, box(5.1, -1.4, 10.9, 0)], ids=["over its glazing", "inside it"])
def test_enclosed_balcony_outside_the_main_structure(drawn: Polygon) -> None:
    """Glazing of 100 with its outer face on a line of 6.0 × 1.5."""
    glass = wall("glass", BALCONY.difference(box(5.1, -1.4, 10.9, 0)), kind="curtain-wall")
    assert readings("阳台", drawn, [glass]) == pytest.approx([4.5, 9.0, 9.0])


def test_balconies_side_by_side_share_the_wall_between_them() -> None:
    """Two of 3.0 × 1.5 by outer faces and the centre line of a wall of 200; their parapets are 100."""
    inner = box(5.1, -1.4, 7.9, 0), box(8.1, -1.4, 10.9, 0)
    screens = wall("screens", BALCONY.difference(inner[0]).difference(inner[1]), z=(0.0, 1.1))
    plan = model(
        spaces=[HALL, *(space(f"part{i}", part, name="阳台") for i, part in enumerate(inner))],
        elements=[OUTER, screens],
    )
    lines = reviewed(plan)
    assert [lines[f"part{i}"].readings["gbt50353-2013"] for i in (0, 1)] == pytest.approx([2.25, 2.25])


def test_a_garden_wall_ending_on_a_balcony_is_no_part_of_it() -> None:
    """Of a wall of 200 that runs away from the balcony only what lies within its parapet's reach could count."""
    garden = wall("garden", box(7.9, -30, 8.1, -1.5))
    assert readings("阳台", BALCONY, [garden])[0] == pytest.approx(4.5, abs=0.05)


@pytest.mark.parametrize("width", [3.0, 16.0])
def test_a_recess_is_inside_the_main_structure_however_wide(width: float) -> None:
    """Rooms on three sides of a balcony of 1.2 depth: GB/T 50353 counts all of it, the others half."""
    hole = box(2, 0, 2 + width, 1.2)
    rest = box(0, 0, 20, 10).difference(hole)
    inner = rest.buffer(-0.24, join_style="mitre")
    plan = model(
        spaces=[space("hall", inner), space("part", hole, name="阳台")],
        elements=[wall("outer", rest.difference(inner))],
    )
    area = 1.2 * width
    assert list(reviewed(plan)["part"].readings.values()) == pytest.approx([area, area / 2, area / 2])


def test_open_balcony_inside_the_main_structure() -> None:
    """A recess: the building's walls stand on three of its sides."""
    sides = [wall("l", box(4.76, -1.5, 5, 0)), wall("r", box(11, -1.5, 11.24, 0))]
    flank = [room("L", 0.24, -3, 4.76, 0), room("R", 11.24, -3, 19.76, 0)]
    plan = model(spaces=[HALL, *flank, space("part", BALCONY, name="阳台")], elements=[OUTER, *sides])
    assert list(reviewed(plan)["part"].readings.values()) == pytest.approx([9.0, 4.5, 4.5])


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
