"""The same room under three standards, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from builders import space
from shapely import Polygon, box

from bimcheck.errors import UsageError
from bimcheck.measures.readings import area_standard, area_standards, counted_area
from bimcheck.model import Facet, Space


def read(room: Space, height: float | None, slab: float = 0.0) -> list[float]:
    assert room.footprint is not None
    return [counted_area(s, room.footprint, room.footprint.area, room, height, slab, 0.0) for s in area_standards()]


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (4.5, [432.0] * 3),
        (2.20, [432.0] * 3),
        (2.1999999999, [432.0] * 3),
        (2.15, [216.0, 0.0, 0.0]),
        (None, [432.0] * 3),
    ],
)
def test_a_storey_below_2_20_counts_half_or_nothing(height: float | None, expected: list[float]) -> None:
    assert read(space("A", box(0, 0, 24, 18)), height) == pytest.approx(expected)


def gable() -> Space:
    """Attic 12 × 10 m, clear height 1.0 at the eaves and 3.0 at the ridge: z = 1 + x/3 and z = 5 - x/3."""
    ceiling = (Facet(box(0, 0, 6, 10), 1 / 3, 0.0, 1.0), Facet(box(6, 0, 12, 10), -1 / 3, 0.0, 5.0))
    return replace(space("attic", box(0, 0, 12, 10), top=3.0), ceiling=ceiling)


def test_a_gable_attic_is_counted_in_bands_of_height() -> None:
    """≥ 2.10: 2·2.7·10 = 54, half of 1.20–2.10: 27; to the slab's top (0.12) ≥ 2.20: 55.2; clear ≥ 2.20: 48."""
    assert read(gable(), 3.2, slab=0.12) == pytest.approx([81.0, 55.2, 48.0])


def test_wall_shares_under_a_slope_follow_the_same_planes() -> None:
    """The same attic drawn to the inner faces of walls of 0.20 at the eaves, gross plan still 12 × 10."""
    room = gable()
    inner = replace(
        room,
        footprint=box(0.2, 0, 11.8, 10),
        ceiling=tuple(
            replace(f, outline=Polygon(shapely.get_coordinates(f.outline & box(0.2, 0, 11.8, 10))))
            for f in room.ceiling
        ),
    )
    figures = [counted_area(s, box(0, 0, 12, 10), 120.0, inner, 3.2, 0.12, 0.0) for s in area_standards()]
    assert figures == pytest.approx([81.0, 55.2, 48.0])


def test_a_coefficient_the_drawing_states_wins() -> None:
    assert read(replace(space("A", box(0, 0, 10, 10)), coefficient=0.5), 4.5) == pytest.approx([50.0] * 3)


def test_insulation_counts_by_perimeter_or_by_outer_face() -> None:
    """A 30 × 20 plate with 60 mm: 600 + 100 · 0.06 = 606.00 by perimeter, 30.12 · 20.12 = 606.0144 by outer face."""
    outer = box(-0.06, -0.06, 30.06, 20.06)
    room = space("A", outer)
    excess = 4 * 0.06**2
    figures = [counted_area(s, outer, outer.area, room, 3.6, 0.0, excess) for s in area_standards()]
    assert figures == pytest.approx([606.0, 606.0144, 606.0144])


def test_standards_go_by_id_or_by_its_beginning() -> None:
    assert area_standard("gb55031").id == "gb55031-2022"
    for wrong in ("", "gb", "din277"):
        with pytest.raises(UsageError):
            area_standard(wrong)
