"""Tall spaces: which are stairwells, counted on every storey, and which are halls with a void above."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from builders import model, room, space, wall
from shapely import box

from bimcheck.brief import Brief
from bimcheck.measures.stairwells import Split, split_stairwells
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import Element, Space, Storey
from bimcheck.rooms.identify import identify

STOREYS = (Storey("S1", "1F", "B1", 0.0), Storey("S2", "2F", "B1", 4.5), Storey("S3", "3F", "B1", 9.0))
PLAN = box(0, 0, 3, 6)
HALLS = [
    space(f"hall{s.id}", box(10, 0, 20, 10), storey=s.id, floor=s.elevation_m, top=(s.elevation_m or 0.0) + 4.0)
    for s in STOREYS
]


def split(*spaces: Space, elements: Sequence[Element] = (), storeys: Sequence[Storey] = STOREYS) -> Split:
    plan = model(spaces=[*HALLS, *spaces], elements=elements, storeys=storeys)
    return split_stairwells(plan, identify(plan, Brief()), arrange_levels(plan, Brief()))


def stands(found: Split, id_: str) -> dict[str, tuple[float | None, float | None]]:
    """Floor and top of the pieces, by the name of their level."""
    names = {level.id: level.name for level in found.arrangement.levels}
    return {
        names[found.arrangement.level_of[s.id] or ""]: (s.floor_z_m, s.top_z_m)
        for s in found.model.spaces
        if s.id == id_ or s.id.startswith(f"{id_}~")
    }


@pytest.mark.parametrize("name", ["楼梯间", "2#电梯井", "Stairwell", "管道井", "Treppenhaus"])
def test_a_space_named_a_stair_lift_or_shaft_stands_on_every_storey_it_passes(name: str) -> None:
    found = split(space("x", PLAN, name=name, top=13.0))
    assert stands(found, "x") == {"1F": (0.0, 4.5), "2F": (4.5, 9.0), "3F": (9.0, 13.0)}
    assert [r.space.id for r in found.rooms if r.space.name == name] == ["x", "x~2F", "x~3F"]


def test_a_nameless_space_full_of_flights_is_a_stairwell() -> None:
    flight = wall("flight", box(0.5, 1, 2.5, 5), kind="stair", z=(0.0, 4.5))
    assert len(stands(split(space("x", PLAN, name="Room 12", top=8.9), elements=[flight]), "x")) == 2


def test_a_hall_with_a_stair_in_it_is_a_hall() -> None:
    flight = wall("flight", box(0.5, 1, 2.5, 5), kind="stair", z=(0.0, 4.5))
    hall = space("x", box(0, 0, 9, 9), name="门厅", top=8.9)
    assert stands(split(hall, elements=[flight]), "x") == {"1F": (0.0, 8.9)}


@pytest.mark.parametrize("top", [4.4, 5.0])
def test_a_stair_that_ends_below_the_next_storeys_doors_stays_one(top: float) -> None:
    assert len(stands(split(space("x", PLAN, name="楼梯间", top=top)), "x")) == 1


def test_a_room_drawn_across_the_stairwell_keeps_its_place() -> None:
    """Half of the stairwell lies under a landing that the upper corridor includes."""
    upper = room("corridor", 0, 3, 3, 12, storey="S2")
    found = split(space("x", PLAN, name="楼梯间", top=8.9), upper)
    (above,) = [s for s in found.model.spaces if s.id == "x~2F"]
    assert above.footprint is not None
    assert above.footprint.equals(box(0, 0, 3, 3))


def test_a_declared_area_is_that_of_the_lowest_storey_only() -> None:
    """A sum over the pieces must not multiply it."""
    found = split(space("x", PLAN, name="楼梯间 18㎡", top=13.0))
    assert [s.declared for s in found.model.spaces if s.id.startswith("x~")] == [(), ()]


def test_a_stair_does_not_pass_the_storeys_of_another_building() -> None:
    """Its own building is one storey high, the one beside it three."""
    own = Storey("T1", "1F", "B2", 0.0)
    found = split(space("x", PLAN, name="楼梯间", storey="T1", top=8.9), storeys=(*STOREYS, own))
    assert len(stands(found, "x")) == 1
