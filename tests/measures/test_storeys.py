"""Levels, heights and the ground storey, each requirement on a building drawn for it."""

from __future__ import annotations

import pytest
from builders import model, space, wall
from shapely import box

from bimcheck.brief import Brief, SiteBrief
from bimcheck.errors import BriefError
from bimcheck.measures.storeys import Arrangement, arrange_levels
from bimcheck.model import BuildingModel, SiteFeature, Storey


def storey(id_: str, z: float | None, number: int | None = None, kind: str = "storey", name: str = "") -> Storey:
    return Storey(id_, name or id_, "B", z, number=number, kind=kind)  # type: ignore[arg-type] # tests write kinds plainly


def building(*storeys: Storey, site: tuple[SiteFeature, ...] = ()) -> BuildingModel:
    """One room and one slab on every storey that has a height."""
    plan = box(0, 0, 10, 8)
    spaces = [
        space(
            f"room {s.id}",
            plan,
            storey=s.id,
            floor=s.elevation_m,
            top=None if s.elevation_m is None else s.elevation_m + 2.6,
        )
        for s in storeys
        if s.kind != "site"
    ]
    slabs = [
        wall(f"slab {s.id}", plan, kind="slab", z=(s.elevation_m - 0.12, s.elevation_m), storey=s.id)
        for s in storeys
        if s.elevation_m is not None and s.kind != "site"
    ]
    return model(spaces=spaces, elements=slabs, storeys=storeys, site=site)


def arranged(model_: BuildingModel, **site: object) -> Arrangement:
    return arrange_levels(model_, Brief(site=SiteBrief.model_validate(site)))


def ground_names(arrangement: Arrangement) -> list[str]:
    return [level.name for level in arrangement.levels if level.ground]


def test_height_runs_from_floor_to_floor() -> None:
    levels = arranged(building(storey("a", 0.0, 1), storey("b", 4.5, 2), storey("c", 6.65, 3))).levels
    assert [level.height_m for level in levels[:2]] == pytest.approx([4.5, 2.15])


def test_top_storey_ends_at_the_roof_slab() -> None:
    roof = wall("roof", box(0, 0, 10, 8), kind="roof", z=(3.5, 3.6))
    plan = building(storey("a", 0.0, 1))
    found = arrange_levels(model(spaces=plan.spaces, elements=[*plan.elements, roof], storeys=plan.storeys), Brief())
    assert found.levels[0].height_m == pytest.approx(3.6)


def test_finish_and_structure_levels_are_one_storey() -> None:
    levels = arranged(building(storey("1F", 0.0, 1), storey("1F(结)", -0.05, 1), storey("2F", 4.5, 2))).levels
    assert [level.name for level in levels] == ["1F", "2F"]
    assert levels[0].storey_ids == ("1F(结)", "1F")


def test_storeys_further_apart_stay_two() -> None:
    assert len(arranged(building(storey("a", 0.0, 1), storey("b", 0.3))).levels) == 2


def test_a_reference_level_that_carries_nothing_does_not_cut_heights() -> None:
    plan = building(storey("a", 0.0, 1), storey("b", 4.5, 2))
    found = arranged(model(spaces=plan.spaces, elements=plan.elements, storeys=[*plan.storeys, storey("ref", 2.0)]))
    assert found.levels[0].height_m == pytest.approx(4.5)


def test_geometry_wins_over_containment() -> None:
    plan = building(storey("a", 0.0, 1), storey("b", 4.5, 2))
    wrong = space("lost", box(0, 0, 5, 5), storey="a", floor=4.5, top=7.0)
    found = arranged(model(spaces=[*plan.spaces, wrong], elements=plan.elements, storeys=plan.storeys))
    level = found.level(found.level_of["lost"])
    assert level is not None
    assert level.name == "2F"
    assert [(n.code, n.refs) for n in found.notes] == [("space-on-wrong-storey", ("lost",))]


def test_a_floor_halfway_up_is_a_mezzanine_of_its_own() -> None:
    """A plate 2.40 m above the hall's floor in a storey of 4.80 m leaves 2.40 m."""
    plan = building(storey("a", 0.0, 1), storey("b", 4.8, 2))
    loft = space("loft", box(0, 0, 4, 3), storey="a", floor=2.4, top=4.7)
    found = arranged(model(spaces=[*plan.spaces, loft], elements=plan.elements, storeys=plan.storeys))
    level = found.level(found.level_of["loft"])
    assert level is not None
    assert level.position == "mezzanine"
    assert level.height_m == pytest.approx(2.4)
    assert level.ground is False
    assert ground_names(found) == ["1F"]


def test_the_lowest_storey_above_ground_is_the_ground_storey() -> None:
    assert ground_names(arranged(building(storey("-1", -3.9, -1), storey("1", 0.0, 1), storey("2", 4.5, 2)))) == ["1F"]


def test_a_storey_of_which_nothing_is_known_is_not_lower_than_the_first() -> None:
    assert ground_names(arranged(building(storey("?", None), storey("1", None, 1), storey("2", None, 2)))) == ["1F"]


@pytest.mark.parametrize(
    ("depth", "position"),
    [(1.0, "above-ground"), (1.1, "above-ground"), (1.5, "semi-basement"), (1.65, "semi-basement"), (1.7, "basement")],
)
def test_half_and_third_of_the_clear_height_decide_what_is_below_ground(depth: float, position: str) -> None:
    """Clear height 3.30: 1.10 is exactly a third and does not exceed it; 1.65 is exactly a half."""
    plan = model(
        spaces=[
            space("low", box(0, 0, 10, 8), storey="a", floor=-depth, top=3.3 - depth),
            space("high", box(0, 0, 10, 8), storey="b", floor=3.9 - depth, top=7.0 - depth),
        ],
        storeys=[storey("a", -depth), storey("b", 3.9 - depth)],
    )
    found = arranged(plan, outdoor_ground_m=0.0)
    assert found.levels[0].position == position


def test_a_sunken_storey_whose_top_hardly_rises_above_the_ground_is_underground() -> None:
    """Floor 1.00 below ground, top slab 1.40 above it: only a third of it is sunk, but its slab lies low."""
    plan = model(
        spaces=[space("r", box(0, 0, 9, 9), storey="a", floor=-1.0, top=1.3)],
        storeys=[storey("a", -1.0), storey("b", 1.4, 1)],
    )
    with_upper = model(
        spaces=[*plan.spaces, space("u", box(0, 0, 9, 9), storey="b", floor=1.4, top=4.0)], storeys=plan.storeys
    )
    found = arranged(with_upper, outdoor_ground_m=0.0)
    assert found.levels[0].position == "semi-basement"
    assert ground_names(found) == ["1F"]


def test_the_brief_names_the_ground_storey() -> None:
    plan = building(storey("x", 0.0, 1), storey("y", 4.5, 2))
    assert ground_names(arranged(plan, ground_storey="2F")) == ["2F"]
    with pytest.raises(BriefError, match="ground_storey"):
        arranged(plan, ground_storey="9F")


def test_two_storeys_at_grade_on_a_slope_leave_the_ground_storey_open() -> None:
    grounds = tuple(SiteFeature(f"g{z}", "", "outdoor-ground", "", box(0, 0, 1, 1).centroid, z) for z in (-0.3, 3.9))
    found = arranged(building(storey("a", 0.0, 1), storey("b", 4.2, 2), site=grounds))
    assert {level.name: level.ground for level in found.levels} == {"1F": None, "2F": None}
    assert [n.code for n in found.notes] == ["ground-storey-unclear"]


def test_a_file_of_upper_storeys_has_no_ground_storey() -> None:
    found = arranged(building(storey("3", 9.0, 3), storey("4", 12.0, 4)))
    assert [level.ground for level in found.levels] == [None, False]


def test_a_first_number_below_the_storey_at_datum_leaves_the_ground_storey_open() -> None:
    """Level 0 at -3.90 with Level 1 at 0.00: the numbers name one storey, the heights the other."""
    sunken = arranged(building(storey("0", -3.9, 1), storey("1", 0.0, 2), storey("2", 4.0, 3)))
    assert [level.ground for level in sunken.levels] == [None, None, False]
    assert "ground-storey-unclear" in {note.code for note in sunken.notes}
    assert ground_names(arranged(building(storey("0", -3.9, 1), storey("1", 0.0, 2)), ground_storey="1F")) == ["1F"]


def test_every_building_has_its_own_ground_storey() -> None:
    storeys = [Storey("a1", "1F", "A", 0.0, number=1), Storey("b1", "1F", "B", 3.0, number=1)]
    spaces = [space("r", box(0, 0, 5, 5), storey="a1"), space("s", box(20, 0, 25, 5), storey="b1", floor=3.0, top=6.0)]
    found = arranged(model(spaces=spaces, storeys=storeys))
    assert [(level.building_id, level.ground) for level in found.levels] == [("A", True), ("B", True)]


def test_storeys_at_the_same_height_are_reported_and_block_the_ground_share() -> None:
    found = arranged(building(storey("a", 0.0, 1), storey("b", 0.0, 2)))
    assert found.notes[0].code == "storeys-same-elevation"
    assert "ground_floor_share" in found.notes[0].blocks


def test_storeys_without_heights_stand_in_the_order_of_their_numbers() -> None:
    found = arranged(building(storey("二层", None, 2), storey("一层", None, 1)))
    assert [level.name for level in found.levels] == ["1F", "2F"]
    assert [level.height_m for level in found.levels] == [None, None]
    assert ground_names(found) == ["1F"]
