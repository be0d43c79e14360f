"""Clusters of service rooms: what joins them, what keeps them apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from builders import carried, door, envelope, model, room, straight_wall, wall
from shapely import LineString, affinity, box

from bimcheck.brief import Brief
from bimcheck.measures.clusters import cluster_measures, find_clusters, party_centre_clusters, with_entrances
from bimcheck.measures.entrances import find_entrances
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, Element, Opening, SiteFeature, Space
from bimcheck.review import Cluster, Quantity
from bimcheck.rooms.identify import identify


def plan(spaces: Sequence[Space], openings: Iterable[Opening] = (), elements: Iterable[Element] = ()) -> BuildingModel:
    street = SiteFeature("street", "#street", "street", "文苑路", LineString([(-50, -8), (80, -8)]))
    return model(spaces=spaces, openings=openings, elements=elements, site=[street])


def clusters(model_: BuildingModel) -> tuple[Cluster, ...]:
    brief = Brief()
    rooms, arrangement = identify(model_, brief), arrange_levels(model_, brief)
    entrances = find_entrances(model_, rooms, arrangement, brief)
    areas = {r.space.id: r.space.footprint.area for r in rooms if r.space.footprint is not None}
    return find_clusters(model_, rooms, arrangement, entrances.connections, areas)


def groups(model_: BuildingModel) -> set[frozenset[str]]:
    return {frozenset(cluster.room_ids) for cluster in clusters(model_)}


A = room("a", 0.24, 0.24, 9.9, 9.76, "党群服务中心")


def next_to_a(gap: float, y0: float = 0.24, y1: float = 9.76, name: str = "居家养老服务用房") -> Space:
    return room("b", 9.9 + gap, y0, 20, y1, name)


def test_rooms_on_both_sides_of_a_wall_are_one_cluster() -> None:
    found = clusters(plan([A, next_to_a(0.24)]))
    assert [(set(c.room_ids), c.distance_m) for c in found] == [({"a", "b"}, None)]
    assert found[0].area_m2 == pytest.approx(9.66 * 9.52 + (20 - 10.14) * 9.52)


@pytest.mark.parametrize(("gap", "joined"), [(0.0, True), (0.6, True), (0.7, False), (3.0, False)])
def test_a_wall_is_at_most_600_thick(*, gap: float, joined: bool) -> None:
    assert len(groups(plan([A, next_to_a(gap)]))) == (1 if joined else 2)


def test_rooms_that_only_meet_at_a_corner_stay_apart() -> None:
    assert len(groups(plan([A, next_to_a(0.24, 10.0, 20.0)]))) == 2
    assert len(groups(plan([A, next_to_a(0.0, 9.76, 20.0)]))) == 2


@pytest.mark.parametrize(("shared", "joined"), [(0.45, False), (0.55, True)])
def test_they_must_face_each_other_over_half_a_metre(*, shared: float, joined: bool) -> None:
    assert len(groups(plan([A, next_to_a(0.24, 9.76 - shared, 20.0)]))) == (1 if joined else 2)


def test_a_shop_between_keeps_them_apart_and_the_clear_distance_is_told() -> None:
    found = clusters(
        plan([A, room("s", 10.1, 0.24, 14, 9.76, "商铺"), room("b", 14.2, 0.24, 20, 9.76, "社区服务用房")])
    )
    assert [c.distance_m for c in found] == pytest.approx([4.3, 4.3])
    assert [c.number for c in found] == [1, 2]
    assert found[0].room_ids == ("a",)


def corridor(name: str, *more: Opening, spaces: Sequence[Space] = ()) -> BuildingModel:
    """Two service rooms 2.4 m apart, each with a door to the corridor between them."""
    way = room("way", 10.1, 0.24, 12.1, 9.76, name)
    walls = [
        *envelope("w", 0, 0, 20, 10),
        straight_wall("l", (10, 0.24), (10, 9.76), 0.2),
        straight_wall("r", (12.2, 0.24), (12.2, 9.76), 0.2),
    ]
    doors = [door("l", (10, 3), (10, 4), 0.2), door("r", (12.2, 3), (12.2, 4), 0.2)]
    return plan([A, way, room("b", 12.3, 0.24, 19.76, 9.76, "社区服务用房"), *spaces], [*doors, *more], walls)


def test_their_own_corridor_joins_them() -> None:
    assert groups(corridor("走廊")) == {frozenset(("a", "b"))}


def test_a_corridor_that_also_leads_to_a_shop_does_not() -> None:
    shop = room("shop", 10.1, 10.24, 12.1, 15, "商铺")
    assert len(groups(corridor("走廊", door("s", (10.5, 10), (11.5, 10), 0.48), spaces=[shop]))) == 2


def test_a_door_joins_rooms_whatever_stands_between() -> None:
    """A wall of 900 between them."""
    walls = [*envelope("w", 0, 0, 20, 10), wall("thick", box(9.9, 0.24, 10.8, 9.76))]
    through = door("t", (10.35, 3), (10.35, 4), 0.9)
    assert groups(plan([A, next_to_a(0.9)], [through], walls)) == {frozenset(("a", "b"))}


UP = room("up", 0.24, 0.24, 9.9, 9.76, "党群服务中心", "S2")


def test_an_own_stair_joins_storeys() -> None:
    flight = wall("flight", box(2, 2, 3.5, 7), kind="stair", z=(0.0, 4.5))
    assert groups(plan([A, UP], elements=[flight])) == {frozenset(("a", "up"))}


def test_storeys_without_a_stair_between_stay_apart_with_no_distance_in_plan() -> None:
    found = clusters(plan([A, UP]))
    assert [(c.room_ids, c.distance_m) for c in found] == [(("a",), 0.0), (("up",), 0.0)]


def centre(model_: BuildingModel) -> Quantity:
    return party_centre_clusters(clusters(model_), identify(model_, Brief()))


def test_a_party_centre_in_one_cluster_is_concentrated() -> None:
    assert (centre(plan([A, next_to_a(0.24, name="党群服务中心")])).value) == 1


def test_a_party_centre_in_two_places_is_not() -> None:
    quantity = centre(plan([A, next_to_a(5.0, name="党群服务中心")]))
    assert (quantity.value, quantity.low, quantity.high) == (2, 2, 2)


@pytest.mark.parametrize("top", [3.0, None], ids=["clear height known", "drawn without heights"])
def test_a_party_centre_on_two_storeys_without_a_stair_drawn_is_left_to_a_person(top: float | None) -> None:
    quantity = centre(plan([replace(A, top_z_m=top), replace(UP, top_z_m=None if top is None else 7.5)]))
    assert (quantity.value, quantity.low, quantity.high) == (2, 1, 2)


def test_a_frame_and_the_rooms_under_it_are_one_cluster_with_the_rooms_its_door_leads_to() -> None:
    """Two frames 3 m apart whose rooms a corridor of their own joins."""
    spaces = [
        replace(room("fa", 0, 0, 10, 10, "党群服务中心"), drawn="gross", shape="area-frame"),
        replace(room("fb", 12.2, 0, 20, 10, "社区服务用房"), drawn="gross", shape="area-frame"),
    ]
    framed = corridor("走廊", spaces=spaces)
    assert groups(framed) == {frozenset(("fa", "fb"))}


def test_no_party_centre_is_unknown() -> None:
    assert centre(plan([next_to_a(0.24)])).value is None


def test_each_cluster_has_its_own_entrances() -> None:
    """Two service rooms with a shop between; only the first has a street door."""
    spaces = [A, room("s", 10.1, 0.24, 14, 9.76, "商铺"), room("b", 14.2, 0.24, 19.76, 9.76, "社区服务用房")]
    inner = [straight_wall("l", (10, 0.24), (10, 9.76), 0.2), straight_wall("r", (14.1, 0.24), (14.1, 9.76), 0.2)]
    model_ = plan(spaces, [door("D1", (3, 0.12), (5, 0.12))], [*envelope("w", 0, 0, 20, 10), *inner])
    brief = Brief()
    rooms, arrangement = identify(model_, brief), arrange_levels(model_, brief)
    findings = find_entrances(model_, rooms, arrangement, brief)
    found = find_clusters(model_, rooms, arrangement, findings.connections, {"a": 100.0, "b": 60.0}, findings.access)
    counted, numbered = with_entrances(found, findings.entrances)
    assert [(c.room_ids, c.street_entrances) for c in counted] == [(("a",), 1), (("b",), 0)]
    assert [e.cluster for e in numbered] == [1]
    measures = cluster_measures(found, rooms, findings)
    assert {name: q.value for name, q in measures.items()} == {
        "clusters": 2,
        "largest_cluster_area_m2": 100,
        "party_centre_clusters": 1,
        "clusters_without_entrance": 1,
    }


def test_turning_and_reordering_change_nothing() -> None:
    spaces = [A, next_to_a(0.24), room("c", 30, 3, 34, 9, "社区服务用房"), UP]
    here = clusters(plan(spaces))
    there = clusters(carried(plan(spaces[::-1]), lambda g: affinity.rotate(g, 37, origin=(0, 0))))
    assert {frozenset(c.room_ids) for c in there} == {frozenset(c.room_ids) for c in here}
    assert sorted(c.distance_m or 0 for c in there) == pytest.approx(sorted(c.distance_m or 0 for c in here))
