"""Stalls, plaza and distances: each requirement on a site drawn for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from builders import carried, door, envelope, feature, model, room
from shapely import LineString, Point, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief, SiteBrief
from bimcheck.measures.entrances import find_entrances
from bimcheck.measures.site import SiteFindings, measure_site
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, SiteFeature, Space, Storey
from bimcheck.rooms.identify import identify

HALL = room("hall", 0.24, 0.24, 23.76, 17.76, "党群服务中心")
STREET = feature("street", "street", LineString([(-50, -8), (80, -8)]), "文苑路")


def stall(n: int, x: float, name: str = "", **more: object) -> SiteFeature:
    """A bay of 2.5 by 5.5, its lower left corner at (x, 25)."""
    return feature(f"stall{n}", "parking", box(x, 25, x + 2.5, 30.5), name or f"停车位{n}", **more)


def estate(*site: SiteFeature, spaces: Iterable[Space] = (), storeys: Iterable[Storey] = ()) -> BuildingModel:
    """Service rooms 24 by 18 with a street door in the middle of the south side."""
    return model(
        spaces=[HALL, *spaces],
        elements=envelope("w", 0, 0, 24, 18),
        openings=[door("D1", (11, 0.12), (13, 0.12))],
        site=site,
        storeys=storeys,
    )


def measured(model_: BuildingModel, **site: object) -> SiteFindings:
    brief = Brief(site=SiteBrief.model_validate(site))
    rooms, arrangement = identify(model_, brief), arrange_levels(model_, brief)
    entrances = find_entrances(model_, rooms, arrangement, brief)
    return measure_site(model_, rooms, arrangement, entrances.entrances)


def value(findings: SiteFindings, name: str) -> float | None:
    return findings.quantities[name].value


def test_without_any_site_nothing_is_known() -> None:
    findings = measured(estate())
    assert not findings.has_site
    assert {q.value for q in findings.quantities.values()} == {None}
    reason = findings.quantities["plaza_area_m2"].reason
    assert reason is not None
    assert reason.en.startswith("no site elements in the model")
    assert "总平面" in reason.zh


def test_a_height_of_the_ground_or_an_entrance_mark_is_no_site() -> None:
    marks = [feature("g", "outdoor-ground", Point(0, 0), z_m=-0.3), feature("e", "entrance-mark", Point(12, 0))]
    assert not measured(estate(*marks)).has_site


def test_a_site_without_stalls_or_plaza_has_none() -> None:
    findings = measured(estate(STREET))
    names = ("parking_spaces", "accessible_spaces", "underground_parking_spaces", "bicycle_spaces", "plaza_area_m2")
    assert [value(findings, name) for name in names] == [0, 0, 0, 0, 0]
    assert value(findings, "parking_distance_m") is None


def test_stalls_side_by_side_are_counted_each_and_accessible_ones_among_them() -> None:
    row = [stall(n, 2.5 * n) for n in range(5)]
    row[0] = replace(row[0], accessible=True)
    findings = measured(estate(*row, stall(9, 30, "无障碍停车位")))
    assert (value(findings, "parking_spaces"), value(findings, "accessible_spaces")) == (6, 2)
    assert len(findings.parking) == 6


def test_a_car_drawn_in_a_bay_and_a_bay_drawn_twice_count_once() -> None:
    car = feature("car", "parking", box(0.35, 25.35, 2.15, 30.15))
    again = replace(stall(1, 0.05), id="again")
    text = feature("text", "parking", Point(1.2, 27), "P01")
    findings = measured(estate(stall(1, 0), car, again, text))
    assert value(findings, "parking_spaces") == 1


def test_the_duplicate_says_that_the_stall_is_accessible() -> None:
    sign = replace(feature("sign", "parking", box(0.5, 26, 2.0, 30.1)), accessible=True)
    assert value(measured(estate(stall(1, 0), sign)), "accessible_spaces") == 1


def test_stalls_on_points_count_each() -> None:
    points = [feature(f"p{n}", "parking", Point(2.5 * n, 27)) for n in range(3)]
    assert value(measured(estate(*points)), "parking_spaces") == 3


def test_underground_stalls_stand_apart() -> None:
    storeys = [Storey("B1", "-1F", "B", -3.9, number=-1), Storey("S1", "1F", "B", 0.0, number=1)]
    garage = room("garage", 0.24, 0.24, 23.76, 17.76, "地下车库", "B1")
    garage = replace(garage, floor_z_m=-3.9, top_z_m=-0.5)
    site = [
        stall(1, 0),
        replace(stall(2, 0), id="flag", underground=True),
        replace(stall(3, 5), id="low", z_m=-3.9),
        replace(stall(4, 10), id="listed", storey_id="B1"),
    ]
    findings = measured(estate(*site, spaces=[garage], storeys=storeys), outdoor_ground_m=-0.3)
    assert (value(findings, "parking_spaces"), value(findings, "underground_parking_spaces")) == (1, 3)


def test_bicycle_bays_stand_apart_whatever_they_were_drawn_as() -> None:
    site = [feature("b1", "bicycle", box(30, 0, 32, 6)), feature("b2", "parking", box(30, 8, 32, 14), "非机动车停车位")]
    findings = measured(estate(*site))
    assert (value(findings, "parking_spaces"), value(findings, "bicycle_spaces")) == (0, 2)


def test_an_undivided_car_park_is_not_a_stall_and_its_number_is_unknown_not_zero() -> None:
    findings = measured(estate(feature("lot", "parking", box(0, 25, 30, 40), "停车场")))
    assert value(findings, "parking_spaces") is None
    reason = findings.quantities["parking_spaces"].reason
    assert reason is not None
    assert "停车场" in reason.zh
    assert [n.code for n in findings.notes] == ["car-park-without-stalls"]


def test_a_car_park_with_its_stalls_drawn_counts_the_stalls() -> None:
    findings = measured(estate(feature("lot", "parking", box(0, 25, 30, 40), "停车场"), stall(1, 0), stall(2, 2.5)))
    assert value(findings, "parking_spaces") == 2
    assert findings.notes == ()


def test_a_scrap_is_no_stall() -> None:
    findings = measured(estate(stall(1, 0), feature("stop", "parking", box(10, 25, 12, 25.3))))
    assert value(findings, "parking_spaces") == 1
    assert [n.code for n in findings.notes] == ["too-small-for-a-stall"]


def test_spaces_drawn_for_stalls_and_plaza_count() -> None:
    spaces = [
        replace(room("s1", 0, 25, 2.5, 30.5, "P-01"), predefined_type="PARKING"),
        room("s2", 2.5, 25, 5, 30.5, "停车位02"),
        replace(room("s3", 5, 25, 8.7, 30.5, "无障碍车位03"), predefined_type="PARKING"),
        replace(room("plaza", -20, 0, -5, 18, "活动广场"), predefined_type="EXTERNAL"),
        room("balcony", 0, -1.5, 5, 0, "阳台"),
    ]
    findings = measured(estate(spaces=spaces))
    assert findings.has_site
    assert (value(findings, "parking_spaces"), value(findings, "accessible_spaces")) == (3, 1)
    assert value(findings, "plaza_area_m2") == pytest.approx(15 * 18)


def test_what_is_given_both_as_a_space_and_as_a_feature_counts_once() -> None:
    spaces = [
        replace(room("s1", 0, 25, 2.5, 30.5, "停车位01"), predefined_type="PARKING"),
        replace(room("b1", 30, 0, 32, 14, "非机动车停车位"), predefined_type="EXTERNAL"),
    ]
    site = [stall(1, 0), feature("b1", "bicycle", box(30, 0, 32, 14), underground=False)]
    findings = measured(estate(*site, spaces=spaces))
    assert (value(findings, "parking_spaces"), value(findings, "bicycle_spaces")) == (1, 1)


def test_plaza_area_is_counted_once_and_without_buildings_and_stalls() -> None:
    """20×20 and 20×20 overlapping by 5×20, less 4×20 under the building (its outer face is x = 0) and one stall."""
    site = [
        feature("p1", "plaza", box(-31, -2, -11, 18)),
        feature("p2", "plaza", box(-16, -2, 4, 18)),
        feature("house", "building", box(-31, 8, -27, 30)),
        feature("bay", "parking", box(-20, 0, -17.5, 5.5)),
    ]
    expected = 35 * 20 - 4 * 18 - 4 * 10 - 2.5 * 5.5
    assert value(measured(estate(*site)), "plaza_area_m2") == pytest.approx(expected)


def test_a_plaza_drawn_as_a_closed_line_has_an_area() -> None:
    ring = LineString([(-20, 0), (-10, 0), (-10, 10), (-20, 10), (-20, 0)])
    assert value(measured(estate(feature("p", "plaza", ring))), "plaza_area_m2") == pytest.approx(100)


def test_a_plaza_that_is_only_a_word_has_an_unknown_area() -> None:
    findings = measured(estate(feature("p", "plaza", Point(-10, 5), "活动广场")))
    assert value(findings, "plaza_area_m2") is None
    assert findings.quantities["plaza_area_m2"].reason is not None


def test_a_plaza_on_a_roof_is_not_counted() -> None:
    findings = measured(estate(STREET, feature("p", "plaza", box(0, 0, 10, 10), "屋顶活动广场", z_m=9.0)))
    assert value(findings, "plaza_area_m2") == 0
    assert [n.code for n in findings.notes] == ["plaza-not-on-ground"]


@pytest.mark.parametrize("datum_m", [-20.0, 0.0, 7.5])
def test_without_a_stated_outdoor_ground_the_ground_storey_tells_it_at_any_datum(datum_m: float) -> None:
    """Heights above sea level put no plaza on a roof and no stall in a basement."""
    site = [
        feature("p", "plaza", box(30, 0, 40, 10), "活动广场", z_m=datum_m - 0.3),
        feature("r", "plaza", box(0, 0, 10, 10), "屋顶活动广场", z_m=datum_m + 9.0),
        replace(stall(1, 0), z_m=datum_m - 0.3),
        replace(stall(2, 5), id="low", z_m=datum_m - 3.9),
    ]
    plan = estate(STREET, *site)
    plan = replace(
        plan,
        storeys=tuple(replace(s, elevation_m=(s.elevation_m or 0.0) + datum_m) for s in plan.storeys),
        spaces=tuple(replace(s, floor_z_m=datum_m, top_z_m=datum_m + 3.0) for s in plan.spaces),
        elements=tuple(replace(e, z_min_m=e.z_min_m + datum_m, z_max_m=e.z_max_m + datum_m) for e in plan.elements),
    )
    findings = measured(plan)
    assert value(findings, "plaza_area_m2") == 100
    assert (value(findings, "parking_spaces"), value(findings, "underground_parking_spaces")) == (1, 1)


def test_distances_are_straight_from_the_nearest_entrance() -> None:
    """From the middle of the door (12, 0.12): the plaza's corner (15, -3.88) is 5 away, the stall (12, 25) 24.88."""
    site = [
        feature("near", "plaza", box(15, -8, 30, -3.88)),
        feature("far", "plaza", box(60, 0, 70, 10)),
        stall(1, 11),
        stall(2, 40),
        feature("main", "main-entrance", Point(30, -8.24)),
    ]
    findings = measured(estate(*site))
    assert value(findings, "plaza_distance_m") == pytest.approx(5.0)
    assert value(findings, "parking_distance_m") == pytest.approx(24.88)
    # from the hall's corner (23.76, 0.24)
    assert value(findings, "main_entrance_distance_m") == pytest.approx((6.24**2 + 8.48**2) ** 0.5)
    assert findings.quantities["plaza_distance_m"].evidence == ("near",)


def test_distances_do_not_run_to_a_shared_lobby_door() -> None:
    """The lobby of the flats to the east leads into the hall too; the plaza lies before it."""
    lobby = room("lobby", 24.24, 0.24, 29.76, 17.76, "住宅门厅")
    plan = estate(feature("p", "plaza", box(26, -10, 28, -5)), spaces=[lobby])
    doors = (*plan.openings, door("L", (26, 0.12), (28, 0.12)), door("in", (24, 3), (24, 4), 0.48))
    shared = replace(plan, openings=doors, elements=(*plan.elements, *envelope("v", 24, 0, 30, 18)))
    assert value(measured(shared), "plaza_distance_m") == pytest.approx(((26 - 12) ** 2 + 5.12**2) ** 0.5)


def test_without_entrances_distances_are_unknown() -> None:
    plan = replace(estate(stall(1, 0)), openings=())
    assert value(measured(plan), "parking_distance_m") is None
    assert value(measured(plan), "parking_spaces") == 1


MOVES: dict[str, Callable[[BaseGeometry], BaseGeometry]] = {
    "turned": lambda g: affinity.rotate(g, 37, origin=(0, 0)),
    "mirrored": lambda g: affinity.scale(g, -1, 1, origin=(0, 0)),
    "moved": lambda g: affinity.translate(g, 812.37, -455.11),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_moving_turning_mirroring_and_reordering_change_nothing(move: Callable[[BaseGeometry], BaseGeometry]) -> None:
    plan = estate(
        stall(1, 0),
        stall(2, 2.5),
        feature("car", "parking", box(0.35, 25.35, 2.15, 30.15)),
        feature("p1", "plaza", box(-31, -2, -11, 18)),
        feature("p2", "plaza", box(-16, -2, 4, 18)),
        feature("main", "main-entrance", Point(30, -8.24)),
    )
    there = carried(replace(plan, site=plan.site[::-1]), move)
    here, moved = measured(plan).quantities, measured(there).quantities
    assert {n: q.value for n, q in moved.items()} == pytest.approx({n: q.value for n, q in here.items()}, rel=1e-6)
