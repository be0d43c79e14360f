"""Plans as authoring programs really leave them: the service room is half of a plate 40 × 10, or what the case says.

Walls are 240 outside and 200 between the rooms unless a case says otherwise; the west room's gross area is 20 × 10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import shapely
from builders import door, model, space, wall
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief
from bimcheck.measures.areas import Areas, measure_areas
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import Element, Opening
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text


def around(x0: float, y0: float, x1: float, y1: float, thickness: float) -> list[BaseGeometry]:
    """Four walls inside a rectangle of outer faces, butting at the corners."""
    t = thickness
    sides = [(x0, y0, x1, y0 + t), (x0, y1 - t, x1, y1), (x0, y0 + t, x0 + t, y1 - t), (x1 - t, y0 + t, x1, y1 - t)]
    return [box(*side) for side in sides]


OUTER = around(0, 0, 40, 10, 0.24)
PARTY = box(19.9, 0.24, 20.1, 9.76)
WALLS = [*OUTER, PARTY]
WEST, EAST = box(0.24, 0.24, 19.9, 9.76), box(20.1, 0.24, 39.76, 9.76)


def disc(radius: float, sides: int, at: tuple[float, float] = (0.0, 0.0)) -> Polygon:
    turns = [2 * math.pi * i / sides for i in range(sides)]
    return Polygon([(at[0] + radius * math.cos(t), at[1] + radius * math.sin(t)) for t in turns])


@dataclass(frozen=True)
class Case:
    """The service room, other rooms, walls and columns as drawn, and the service room's gross area."""

    service: BaseGeometry
    others: Sequence[BaseGeometry] = (EAST,)
    walls: Sequence[BaseGeometry] = tuple(WALLS)
    columns: Sequence[BaseGeometry] = ()
    truth: float = 200.0
    low: Sequence[BaseGeometry] = field(default=())  # walls one sees over
    openings: Sequence[Opening] = ()


def leaves(service: BaseGeometry, other: BaseGeometry) -> Case:
    """Every wall two leaves, 100 and 200 (100 and 100 between the rooms), with a cavity of 20 drawn as nothing."""
    walls = [*around(0, 0, 40, 10, 0.1), *around(0.12, 0.12, 39.88, 9.88, 0.2)]
    return Case(service, (other,), [*walls, box(19.89, 0.32, 19.99, 9.68), box(20.01, 0.32, 20.11, 9.68)])


STONE = [*around(0, 0, 40, 10, 0.8), box(19.6, 0.8, 20.4, 9.2)]
COLUMNS = [box(x - 0.3, y - 0.3, x + 0.3, y + 0.3) for x, y in ((0.2, 0.2), (20, 0.2), (20, 5), (0.1, 9.8), (10, 0))]
TRIANGLE = Polygon([(0, 0), (30, 0), (0, 17.32)])
CORE = box(8, 3, 12, 7)
_PLATE = box(0.24, 0.24, 39.76, 9.76)


def arc(radius: float) -> Polygon:
    """About a point right of the middle, so that a wall along it bulges into the west room."""
    return disc(radius, 256, (30.0, 5.0))


CASES = {
    "walls that overlap at the corners": Case(
        WEST, walls=[box(0, 0, 40, 0.24), box(0, 9.76, 40, 10), box(0, 0, 0.24, 10), box(39.76, 0, 40, 10), PARTY]
    ),
    "walls that end where their centre lines meet": Case(
        WEST,
        walls=[
            box(0.12, 0, 39.88, 0.24), box(0.12, 9.76, 39.88, 10), box(0, 0.12, 0.24, 9.88), box(39.76, 0.12, 40, 9.88),
            PARTY,
        ],
    ),
    "walls that stop 10 mm short of each other": Case(
        WEST, (box(20.1, 0.24, 39.76, 4.9), box(20.1, 5.1, 39.76, 9.76)),
        [*OUTER, box(19.9, 0.25, 20.1, 9.75), box(20.11, 4.9, 39.75, 5.1)],
    ),
    "walls that run through each other": Case(
        WEST, (box(20.1, 0.24, 39.76, 4.9), box(20.1, 5.1, 39.76, 9.76)),
        [*OUTER, box(19.9, 0, 20.1, 10), box(19.9, 4.9, 40, 5.1)],
    ),
    "every wall twice, 2 mm apart": Case(WEST, walls=[*WALLS, *(affinity.translate(w, 0.002) for w in WALLS)]),
    "walls of two leaves and a cavity": leaves(box(0.32, 0.32, 19.89, 9.68), box(20.11, 0.32, 39.68, 9.68)),
    "walls of two leaves, rooms to the finish": leaves(
        box(0.335, 0.335, 19.875, 9.665), box(20.16, 0.37, 39.63, 9.63)
    ),
    "two walls of 240 that touch": Case(
        box(0.24, 0.24, 19.76, 9.76), (box(20.24, 0.24, 39.76, 9.76),),
        [*around(0, 0, 20, 10, 0.24), *around(20, 0, 40, 10, 0.24)],
    ),
    "render drawn as walls of 20 on one side": Case(
        box(0.26, 0.26, 19.88, 9.74), walls=[*WALLS, *around(0.24, 0.24, 19.9, 9.76, 0.02)]
    ),
    "both rooms reach into the door's reveal": Case(
        WEST | box(19.8, 4, 20, 5.2), (EAST | box(20, 4, 20.2, 5.2),)
    ),
    "one room reaches through the door": Case(WEST | box(19.8, 4, 20.1, 5.2)),
    "a spike 3 mm wide through the outer wall": Case(WEST | box(-1, 5, 0.3, 5.003)),
    "rooms 5 mm into their walls": Case(box(0.235, 0.235, 19.905, 9.765), (box(20.095, 0.235, 39.765, 9.765),)),
    "rooms 3 mm short of their walls": Case(box(0.243, 0.243, 19.897, 9.757), (box(20.102, 0.241, 39.757, 9.758),)),
    "rooms that overlap by 5 mm, no wall": Case(
        box(0.24, 0.24, 20.0025, 9.76), (box(19.9975, 0.24, 39.76, 9.76),), OUTER
    ),
    "a duct nobody drew": Case(WEST - box(10, 8.9, 10.6, 9.76)),
    # 4 × 4 by its outer faces, a wall of 200: the room takes half of it
    "a public core in the middle of the room": Case(
        WEST - CORE, (EAST, box(8.2, 3.2, 11.8, 6.8)), [*WALLS, *around(8, 3, 12, 7, 0.2)], truth=200 - 3.8 * 3.8
    ),
    "columns of 600 everywhere, rooms over them": Case(WEST, columns=COLUMNS),
    "columns of 600 everywhere, rooms around them": Case(
        WEST - shapely.union_all(COLUMNS), (EAST - shapely.union_all(COLUMNS),), columns=COLUMNS
    ),
    "columns on the open line between the rooms": Case(
        box(0.24, 0.24, 20, 9.76), (box(20, 0.24, 39.76, 9.76),), OUTER, [box(19.75, y, 20.25, y + 0.5) for y in (2, 7)]
    ),
    "a party wall of 200 that widens to 400": Case(
        box(0.24, 0.24, 19.9, 5) | box(0.24, 5, 19.8, 9.76), (box(20.1, 0.24, 39.76, 5) | box(20.2, 5, 39.76, 9.76),),
        [*OUTER, box(19.9, 0.24, 20.1, 5), box(19.8, 5, 20.2, 9.76)],
    ),
    # centre lines at x = 20.0 and 20.1
    "a party wall that widens to one side": Case(
        WEST, (box(20.1, 0.24, 39.76, 5) | box(20.3, 5, 39.76, 9.76),),
        [*OUTER, box(19.9, 0.24, 20.1, 5), box(19.9, 5, 20.3, 9.76)], truth=20 * 5 + 20.1 * 5,
    ),
    "stone walls of 800, one room over all of its walls": Case(
        box(0, 0, 20.4, 10), (box(20.4, 0.8, 39.2, 9.2),), STONE
    ),
    "a glass partition of 12": Case(
        box(0.24, 0.24, 20, 9.76), (box(20, 0.24, 39.76, 9.76),), [*OUTER, box(19.994, 0.24, 20.006, 9.76)]
    ),
    "a counter against the party wall": Case(WEST, low=[box(19.5, 2, 19.9, 6), box(5, 3, 9, 3.2)]),
    "corners of 90, 60 and 30 degrees": Case(
        TRIANGLE.buffer(-0.24, join_style="mitre"), (), [TRIANGLE - TRIANGLE.buffer(-0.24, join_style="mitre")],
        truth=30 * 17.32 / 2,
    ),
    "a round room drawn with 24 sides in a round wall": Case(
        disc(8.0, 24), (), [disc(8.3, 96) - disc(8.0, 96)], truth=math.pi * 8.3**2
    ),
    "a party wall along an arc": Case(
        (_PLATE - arc(10.1)) & box(0, 0, 30, 10), (_PLATE & arc(9.9), (_PLATE - arc(10.1)) & box(30, 0, 40, 10)),
        [*OUTER, (_PLATE & arc(10.1)) - arc(9.9)],
        # the plate's half left of x = 30 less the half disc of radius 10 cut off at y = 0 and y = 10
        truth=30 * 10 - (5 * math.sqrt(100 - 25) + 100 * math.asin(0.5)),
    ),
    "a front of folding doors": Case(
        box(0.24, 0.1, 19.9, 9.76), walls=[box(20, 0, 40, 0.24), *OUTER[1:], PARTY, box(19.9, 0, 20.1, 0.24)],
        openings=[door("front", (0.24, 0.05), (19.9, 0.05), 0.1)],
    ),
}  # fmt: skip


def measured(case: Case, turn_deg: float = 0.0) -> Areas:
    def placed(geometry: BaseGeometry) -> BaseGeometry:
        return affinity.rotate(geometry, turn_deg, (0, 0))

    shapes = {"S": case.service, **{f"R{n}": other for n, other in enumerate(case.others)}}
    elements: list[Element] = [wall(f"w{n}", placed(each)) for n, each in enumerate(case.walls)]
    elements += [wall(f"c{n}", placed(each), kind="column") for n, each in enumerate(case.columns)]
    elements += [wall(f"l{n}", placed(each), z=(0.0, 0.9)) for n, each in enumerate(case.low)]
    whole = model(
        spaces=[space(id_, placed(shape)) for id_, shape in shapes.items()],
        elements=elements,
        openings=case.openings if not turn_deg else (),
    )
    nothing = Text("", "")
    rooms = [
        IdentifiedRoom(s, "service" if s.id == "S" else "commercial", counted=s.id == "S", near_miss=False,
                       basis="name", evidence=nothing)
        for s in whole.spaces
    ]  # fmt: skip
    return measure_areas(whole, rooms, arrange_levels(whole, Brief()))


@pytest.mark.parametrize("name", CASES)
def test_within_a_fifth_of_a_percent_of_the_truth(name: str) -> None:
    case = CASES[name]
    areas = measured(case)
    found = areas.rooms["S"]
    assert found.gross_m2 == pytest.approx(case.truth, rel=2e-3)
    assert found.method == "rooms+walls"
    for level in areas.levels:
        if level.outline_area_m2 is not None:
            assert level.parts_area_m2 == pytest.approx(level.outline_area_m2, abs=0.01)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.openings])
def test_turned_the_area_is_the_same(name: str) -> None:
    case = CASES[name]
    straight, turned = measured(case).rooms["S"].gross_m2, measured(case, 37.0).rooms["S"].gross_m2
    assert turned == pytest.approx(straight, rel=1e-6)
