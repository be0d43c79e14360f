"""Street entrances of service rooms: each requirement on a plan drawn for it.

The plan of most tests: community rooms 24 by 18 with outer walls of 240, the street's red line 8 m to the south and
its centre line 20 m, an internal lane to the east from x = 30 to 36. Door D1 opens into the hall, D2 to the lane, D3
into the lobby of the flats (x 9.5 to 12.5, y 0 to 6), which has a door into the hall too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from builders import carried, door, envelope, feature, model, room, space, straight_wall, wall, without
from shapely import LineString, Point, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief, SiteBrief
from bimcheck.measures.entrances import EntranceFindings, EntrancePolicy, find_entrances
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, Element, Opening, SiteFeature, Space, Storey
from bimcheck.review import Entrance
from bimcheck.rooms.identify import identify

RED_LINE = feature("red", "street", LineString([(-50, -8), (80, -8)]), "文苑路")
CENTRE_LINE = feature("centre", "street", LineString([(-50, -20), (80, -20)]), "文苑路")
LANE = feature("lane", "internal-road", box(30, -50, 36, 60), "小区内部道路")
BOUNDARY = LineString([(-50, -6), (80, -6)])

D1 = door("D1", (5.1, 0.12), (6.9, 0.12))
D2 = door("D2", (23.88, 8.1), (23.88, 9.9))
D3 = door("D3", (10.1, 0.12), (11.9, 0.12))
TO_HALL = door("lobby-hall", (10.1, 6.0), (11.1, 6.0), 0.2)
LOBBY = room("lobby", 9.6, 0.24, 12.4, 5.9, "住宅门厅")
HALL = space("hall", without(box(0.24, 0.24, 23.76, 17.76), box(9.4, 0, 12.6, 6.1)), name="党群服务中心")
LOBBY_WALLS = wall("lobby-walls", without(box(9.4, 0.24, 12.6, 6.1), box(9.6, 0.24, 12.4, 5.9)))
WALLS = [*envelope("w", 0, 0, 24, 18), LOBBY_WALLS]


def community(
    *openings: Opening,
    site: Iterable[SiteFeature] = (RED_LINE, CENTRE_LINE),
    spaces: Sequence[Space] = (HALL, LOBBY),
    elements: Iterable[Element] = (),
) -> BuildingModel:
    return model(spaces=spaces, elements=[*WALLS, *elements], openings=openings or (D1,), site=site)


def found(model_: BuildingModel, policy: EntrancePolicy | None = None, **site: object) -> EntranceFindings:
    brief = Brief(site=SiteBrief.model_validate(site))
    return find_entrances(model_, identify(model_, brief), arrange_levels(model_, brief), brief, policy)


def entrance(findings: EntranceFindings, id_: str) -> Entrance:
    return next(e for e in findings.entrances if e.id == id_)


def verdict(findings: EntranceFindings) -> tuple[float | None, float | None, float | None]:
    """Value, low and high of the number of street entrances."""
    quantity = findings.street_entrances
    return quantity.value, quantity.low, quantity.high


def answers(one: Entrance) -> tuple[bool | None, bool | None, bool | None]:
    return one.ground_level, one.street_facing, one.independent


# ---------------------------------------------------------------- the four doors


def test_d1_into_the_hall_on_the_street_qualifies_with_its_sight_line() -> None:
    findings = found(community(D1))
    d1 = entrance(findings, "D1")
    assert answers(d1) == (True, True, True)
    assert (d1.street, d1.path, d1.room_ids) == ("文苑路", ("室外", "党群服务中心"), ("hall",))
    assert d1.sight_line is not None
    assert d1.sight_line.length == pytest.approx(8.0, abs=0.05)
    assert d1.outward == pytest.approx((0, -1))
    assert verdict(findings) == (1, 1, 1)


def test_what_is_missing_names_only_what_is_open() -> None:
    """The reason of an open count is what to supply, not what the door already satisfies."""
    open_ = found(community(D1, site=()))
    assert open_.street_entrances.value is None
    assert open_.street_entrances.reason is not None
    assert "site.streets" in open_.street_entrances.reason.zh
    assert "直接进入" not in open_.street_entrances.reason.zh
    assert "直接进入" in entrance(open_, "D1").reason.zh


def test_two_leaves_drawn_as_two_doors_are_one_entrance() -> None:
    """Jamb to jamb they are one way in; a pier of 300 between them makes two."""
    left, right = door("L", (5.1, 0.12), (6.0, 0.12)), door("R", (6.0, 0.12), (6.9, 0.12))
    apart = door("R", (6.3, 0.12), (7.2, 0.12))
    assert verdict(found(community(left, right))) == (1, 1, 1)
    assert verdict(found(community(left, apart))) == (2, 2, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"head_z_m": 1.0}, "1.00 m"),  # an inspection hatch
        ({"axis": LineString([(5.1, 0.12), (5.7, 0.12)])}, "0.60 m"),
        ({"sill_z_m": 0.9, "head_z_m": 2.7}, "0.90 m"),  # a window listed among the doors
    ],
)
def test_nobody_walks_in_through_a_hatch_or_a_window(change: dict[str, object], said: str) -> None:
    """Such a hole is no entrance; whether the drawing is wrong, a person must say."""
    findings = found(community(replace(D1, **change)))  # type: ignore[arg-type] # fields of the opening by name
    only = entrance(findings, "D1")
    assert only.ground_level is False
    assert said in only.reason.zh
    assert said in only.reason.en
    assert verdict(findings) == (0, 0, 1)


@pytest.mark.parametrize("change", [{"head_z_m": 1.8}, {"head_z_m": None}, {"sill_z_m": 0.45, "head_z_m": 2.55}])
def test_low_doors_and_steps_are_still_ways_in(change: dict[str, object]) -> None:
    assert verdict(found(community(replace(D1, **change)))) == (1, 1, 1)  # type: ignore[arg-type] # the same


def test_d2_to_an_internal_lane_does_not_face_a_street() -> None:
    findings = found(community(D2, site=[RED_LINE, CENTRE_LINE, LANE]))
    assert answers(entrance(findings, "D2")) == (True, False, True)
    assert verdict(findings) == (0, 0, 0)


@pytest.mark.parametrize(
    "street",
    [
        {"name": "环路", "side": "east"},
        {"name": "环路", "line": [[30, -50], [30, 60]]},
        {"name": "环路", "layer": "S-ROAD"},
    ],
    ids=["side", "line", "layer"],
)
def test_d2_faces_the_lane_once_the_brief_declares_it_public(street: dict[str, object]) -> None:
    lane = replace(LANE, layer="xref$0$s_road")
    findings = found(community(D2, site=[RED_LINE, CENTRE_LINE, lane]), streets=[street])
    assert answers(entrance(findings, "D2")) == (True, True, True)
    assert entrance(findings, "D2").street == "环路"


def test_internal_roads_count_where_the_policy_says_so() -> None:
    findings = found(community(D2, site=[RED_LINE, LANE]), EntrancePolicy(internal_roads_count=True))
    assert verdict(findings) == (1, 1, 1)


def test_d3_through_the_lobby_of_the_flats_is_the_counter_example() -> None:
    findings = found(community(D3, TO_HALL))
    d3 = entrance(findings, "D3")
    assert answers(d3) == (True, True, False)
    assert d3.path == ("室外", "住宅门厅", "党群服务中心")
    assert "住宅门厅" in d3.reason.zh
    assert verdict(findings) == (0, 0, 0)


def test_d3_is_listed_beside_a_door_that_qualifies() -> None:
    findings = found(community(D1, D3, TO_HALL))
    assert [e.id for e in findings.entrances] == ["D1", "D3"]
    assert verdict(findings) == (1, 1, 1)


UPPER_HALL = room("upper", 0.24, 0.24, 23.76, 17.76, "党群服务中心", "S2")
UPPER_WALLS = envelope("u", 0, 0, 24, 18, storey="S2")
D4 = door("D4", (5.1, 0.12), (6.9, 0.12), storey="S2", sill=4.5)
STAIR = wall("stair", box(7.5, -1.6, 14, -0.1), kind="stair", z=(0.0, 4.5))
SHOP = room("shop", 0.24, 0.24, 23.76, 17.76, "商铺")


def upstairs(*outside: Element, spaces: Sequence[Space] = (SHOP, UPPER_HALL)) -> BuildingModel:
    walls = [*envelope("w", 0, 0, 24, 18), *UPPER_WALLS, *outside]
    return model(
        spaces=spaces, elements=walls, openings=[door("shop-door", (5.1, 0.12), (6.9, 0.12)), D4], site=[RED_LINE]
    )


def test_d4_upstairs_by_an_outside_stair_is_for_a_person() -> None:
    landing = wall("landing", box(4.5, -1.6, 7.5, 0), kind="slab", z=(4.38, 4.5))
    findings = found(upstairs(STAIR, landing))
    assert answers(entrance(findings, "D4")) == (False, True, True)
    assert "室外楼梯" in entrance(findings, "D4").reason.zh
    assert verdict(findings) == (0, 0, 1)
    assert findings.for_person == ("D4",)


def test_a_balcony_door_upstairs_is_not() -> None:
    balcony = wall("balcony", box(3, -1.5, 9, 0), kind="slab", z=(4.38, 4.5))
    findings = found(upstairs(balcony))
    assert entrance(findings, "D4").ground_level is False
    assert verdict(findings) == (0, 0, 0)


def test_a_space_named_terrace_tells_the_same_without_slabs() -> None:
    terrace = room("terrace", 0, -3, 24, 0, "露台", "S2")
    assert verdict(found(upstairs(spaces=(SHOP, UPPER_HALL, terrace)))) == (0, 0, 0)


def test_an_upper_door_with_nothing_drawn_outside_is_for_a_person() -> None:
    assert verdict(found(upstairs())) == (0, 0, 1)


# ---------------------------------------------------------------- what stands in between


def test_a_continuous_wall_without_a_gate_is_for_a_person() -> None:
    findings = found(community(D1, site=[RED_LINE, CENTRE_LINE, feature("fence", "fence", BOUNDARY, "围墙")]))
    assert answers(entrance(findings, "D1")) == (True, False, True)
    assert "围墙" in entrance(findings, "D1").reason.zh
    assert verdict(findings) == (0, 0, 1)


def test_the_same_wall_drawn_as_a_wall_of_the_model() -> None:
    garden = wall("garden", BOUNDARY.buffer(0.12, cap_style="flat"), z=(-0.3, 2.0), storey="", name="")
    assert verdict(found(community(D1, elements=[garden]))) == (0, 0, 1)


def test_a_yard_walled_off_before_the_door_is_for_a_person_and_open_with_a_gate() -> None:
    """Walls 2.2 m high that start at the front of the building, listed on its ground storey."""
    yard = [((0, 0), (0, -5)), ((0, -5), (12, -5)), ((12, -5), (12, 0))]
    walls = [replace(straight_wall(f"y{n}", a, b, 0.2), z_min_m=-0.3, z_max_m=1.9) for n, (a, b) in enumerate(yard)]
    assert verdict(found(community(D1, elements=walls))) == (0, 0, 1)
    gate = replace(door("gate", (5, -5), (8, -5), sill=-0.3), kind="gateway")
    assert verdict(found(community(D1, gate, elements=walls))) == (1, 1, 1)


def test_a_wall_right_on_the_red_line_stands_in_between_too() -> None:
    fence = feature("fence", "fence", LineString([(-50, -8), (80, -8)]))
    assert verdict(found(community(D1, site=[RED_LINE, fence]))) == (0, 0, 1)


@pytest.mark.parametrize(
    "gate",
    [
        feature("gate", "gate", box(4, -6.2, 8, -5.8)),
        feature("gate", "gate", LineString([(4, -6), (8, -6)])),
        feature("gate", "gate", Point(6, -6)),
        feature("gate", "main-entrance", Point(6, -6)),
    ],
    ids=["area", "line", "point", "main entrance"],
)
def test_a_gate_before_the_door_opens_the_wall(gate: SiteFeature) -> None:
    fence = feature("fence", "fence", BOUNDARY)
    assert verdict(found(community(D1, site=[RED_LINE, fence, gate]))) == (1, 1, 1)


def test_a_gate_in_a_wall_of_the_model_opens_it() -> None:
    garden = wall("garden", BOUNDARY.buffer(0.12, cap_style="flat"), z=(-0.3, 2.0), storey="", name="围墙")
    gate = replace(door("gate", (4, -6), (8, -6), sill=-0.3), kind="gateway")
    assert verdict(found(community(D1, gate, elements=[garden]))) == (1, 1, 1)


def test_a_gate_elsewhere_does_not() -> None:
    fence, gate = feature("fence", "fence", BOUNDARY), feature("gate", "gate", LineString([(40, -6), (44, -6)]))
    assert verdict(found(community(D1, site=[RED_LINE, fence, gate]))) == (0, 0, 1)


def test_another_building_in_between_fails() -> None:
    findings = found(community(D1, site=[RED_LINE, feature("house", "building", box(-2, -7.5, 28, -3.5), "既有建筑")]))
    assert entrance(findings, "D1").street_facing is False
    assert "既有建筑" in entrance(findings, "D1").reason.zh
    assert verdict(findings) == (0, 0, 0)


def test_the_outline_of_the_own_building_on_the_site_plan_does_not_stand_in_between() -> None:
    own = feature("own", "building", box(-0.3, -0.3, 24.3, 18.3), "1#楼")
    assert verdict(found(community(D1, site=[RED_LINE, own]))) == (1, 1, 1)


def test_the_own_buildings_wing_stands_in_between() -> None:
    wing = [room("wing", 0.24, -6.76, 11.76, -3.24, "商铺")]
    walls = [*envelope("v", 0, -7, 12, -3)]
    findings = found(community(D1, spaces=(HALL, LOBBY, *wing), elements=walls))
    assert verdict(findings) == (0, 0, 0)
    assert "商铺" in entrance(findings, "D1").reason.zh


def test_a_column_before_the_door_does_not_block_but_a_row_of_them_side_by_side_does() -> None:
    column = wall("c1", box(5.75, -2.5, 6.25, -2), kind="column")
    assert verdict(found(community(D1, elements=[column]))) == (1, 1, 1)
    block = wall("c2", box(5, -2.5, 7, -2), kind="column")
    assert verdict(found(community(D1, elements=[column, block]))) == (0, 0, 0)


def test_canopy_steps_ramp_and_railing_are_no_obstacles() -> None:
    things = [
        wall("canopy", box(4, -2, 8, 0), kind="slab", z=(3.0, 3.12)),
        wall("steps", box(4, -2, 8, 0), kind="stair", z=(-0.45, 0.0)),
        wall("ramp", box(8, -2, 16, 0), kind="ramp", z=(-0.45, 0.0)),
        wall("rail", box(3, -2.1, 9, -2), kind="railing", z=(-0.45, 1.05)),
        wall("planter", box(0, -4.2, 12, -4), z=(-0.45, 0.3), storey=""),
    ]
    assert verdict(found(community(D1, elements=things))) == (1, 1, 1)


# ---------------------------------------------------------------- which way, how far, which street


def test_a_door_on_the_back_does_not_face_the_street() -> None:
    back = door("back", (5, 17.88), (6.5, 17.88))
    findings = found(community(back))
    assert answers(entrance(findings, "back")) == (True, False, True)
    assert verdict(findings) == (0, 0, 0)


@pytest.mark.parametrize(("angle", "facing"), [(55, True), (65, False)])
def test_the_angle_is_measured_between_the_normal_and_the_way_to_the_street(*, angle: float, facing: bool) -> None:
    """The street runs past, turned by the angle against the front."""
    turned = affinity.rotate(LineString([(-200, -10), (200, -10)]), angle, origin=(6, 0))
    findings = found(community(D1, site=[feature("street", "street", turned)]))
    assert entrance(findings, "D1").street_facing is facing


@pytest.mark.parametrize(("distance", "facing"), [(29.9, True), (30.2, False)])
def test_the_distance_has_a_limit(*, distance: float, facing: bool) -> None:
    street = feature("street", "street", LineString([(-50, -distance), (80, -distance)]))
    assert entrance(found(community(D1, site=[street])), "D1").street_facing is facing


def test_the_line_of_a_street_is_named_as_the_street() -> None:
    red = replace(RED_LINE, name="文苑路道路红线")
    assert entrance(found(community(D1, site=[red])), "D1").street == "文苑路"


def test_how_finely_a_street_is_drawn_changes_nothing() -> None:
    """A straight line of 1 m pieces does not come nearer to D2, which looks along it."""
    fine = feature("street", "street", LineString([(x, -8) for x in range(-50, 81)]))
    assert entrance(found(community(D2, site=[fine])), "D2").street_facing is False
    assert entrance(found(community(D1, site=[fine])), "D1").street_facing is True


def test_the_far_leg_of_a_street_around_the_corner_counts() -> None:
    corner = feature("street", "street", LineString([(-50, -4), (34, -4), (34, 60)]), "转角路")
    assert entrance(found(community(D2, site=[corner])), "D2").street_facing is True


@pytest.mark.parametrize("street", [box(-50, -32, 80, -8), box(-50, -32, 80, 2)], ids=["area", "area up to the front"])
def test_a_street_drawn_as_an_area(street: BaseGeometry) -> None:
    findings = found(community(D1, site=[feature("street", "street", street)]))  # type: ignore[arg-type] # a polygon
    assert verdict(findings) == (1, 1, 1)


def test_no_street_known_names_what_is_missing() -> None:
    findings = found(community(D1, site=[LANE]))
    assert answers(entrance(findings, "D1")) == (True, None, True)
    assert verdict(findings) == (None, 0, 1)
    assert findings.street_entrances.reason is not None
    assert "site.streets" in findings.street_entrances.reason.zh


def test_a_street_declared_not_public_is_none() -> None:
    findings = found(community(D1, site=[RED_LINE]), streets=[{"name": "文苑路", "public": False, "side": "south"}])
    assert entrance(findings, "D1").street_facing is None


def test_a_layer_that_holds_nothing_is_named() -> None:
    findings = found(community(D1, site=[]), streets=[{"name": "文苑路", "layer": "ROAD"}])
    assert [n.code for n in findings.notes] == ["street-layer-missing"]


def test_a_line_of_the_brief_is_in_model_coordinates() -> None:
    plan = replace(community(D1, site=[]), origin_m=(500_000.0, 3_350_000.0))
    line = [[499_950.0, 3_349_992.0], [500_080.0, 3_349_992.0]]
    assert verdict(found(plan, streets=[{"name": "文苑路", "line": line}])) == (1, 1, 1)
    away = [[-50.0, -8.0], [80.0, -8.0]]
    assert verdict(found(plan, streets=[{"name": "文苑路", "line": away}])) == (0, 0, 0)


def test_a_compass_side_follows_true_north() -> None:
    """With true north to the plan's left (west), the plan's lower side lies to the west."""
    plan = community(D1, site=[])
    assert verdict(found(plan, streets=[{"name": "文苑路", "side": "south"}])) == (1, 1, 1)
    turned = replace(plan, north=(-1.0, 0.0))
    assert verdict(found(turned, streets=[{"name": "文苑路", "side": "west"}])) == (1, 1, 1)
    assert verdict(found(turned, streets=[{"name": "文苑路", "side": "south"}])) == (0, 0, 0)


def test_on_a_compass_side_nothing_of_the_model_may_stand_in_the_way() -> None:
    fenced = community(D1, site=[feature("fence", "fence", BOUNDARY)])
    assert verdict(found(fenced, streets=[{"name": "文苑路", "side": "south"}])) == (0, 0, 1)
    housed = community(D1, site=[feature("house", "building", box(0, -20, 24, -12))])
    assert verdict(found(housed, streets=[{"name": "文苑路", "side": "south"}])) == (0, 0, 0)


# ---------------------------------------------------------------- whose way in it is


CORE = room("core", 9.6, 6.1, 12.4, 12, "住宅电梯厅")


@pytest.mark.parametrize(
    ("name", "behind", "independent"),
    [
        ("门厅", None, True),
        ("公共门厅", "住宅楼梯间", False),
        ("门厅", "商铺", False),
        ("门厅", "物业办公室", False),
        ("门厅", "储藏室", True),
        ("门厅", "X-12", None),
        ("住宅门厅", None, False),
    ],
)
def test_a_lobby_is_own_where_all_its_doors_lead_to_service_rooms(
    *, name: str, behind: str | None, independent: bool | None
) -> None:
    """The lobby lies between street and hall; ``behind`` is what its back door leads to."""
    lobby = room("lobby", 9.6, 0.24, 12.4, 5.9, name)
    to_hall = door("to-hall", (9.5, 2), (9.5, 3), 0.2)
    hall = space("hall", box(0.24, 0.24, 9.4, 17.76), name="党群服务中心")
    spaces, openings = [hall, lobby], [D3, to_hall]
    if behind is not None:
        spaces.append(room("behind", 9.6, 6.1, 12.4, 12, behind))
        openings.append(TO_HALL)
    d3 = entrance(found(community(*openings, spaces=spaces)), "D3")
    assert d3.independent is independent
    assert d3.room_ids == ("hall",)


def test_an_own_stair_leads_to_upper_service_rooms() -> None:
    """A lobby with a stair on the ground, service rooms above it, a shop beside it."""
    lobby = room("lobby", 9.6, 0.24, 12.4, 5.9, "门厅")
    shop = space("shop", without(box(0.24, 0.24, 23.76, 17.76), box(9.4, 0, 12.6, 6.1)), name="商铺")
    flight = wall("flight", box(9.8, 1.5, 11, 5.5), kind="stair", z=(0.0, 4.5))
    findings = found(community(D3, spaces=[shop, lobby, UPPER_HALL], elements=[*UPPER_WALLS, flight]))
    assert answers(entrance(findings, "D3")) == (True, True, True)
    assert entrance(findings, "D3").path == ("室外", "门厅", "党群服务中心")
    assert verdict(findings) == (1, 1, 1)


def test_stairwells_named_as_such_are_joined_without_a_stair_element() -> None:
    lower = room("st1", 9.6, 0.24, 12.4, 5.9, "楼梯间")
    upper = room("st2", 9.6, 0.24, 12.4, 5.9, "楼梯间", "S2")
    above = replace(UPPER_HALL, footprint=box(0.24, 0.24, 9.4, 17.76))
    walls = [*UPPER_WALLS, straight_wall("u", (9.5, 0.24), (9.5, 17.76), 0.2, "S2")]
    openings = [D3, door("in", (9.5, 2), (9.5, 3), 0.2, storey="S2", sill=4.5)]
    findings = found(community(*openings, spaces=[lower, upper, above], elements=walls))
    assert answers(entrance(findings, "D3")) == (True, True, True)


def test_upper_rooms_reached_only_by_a_shared_core_leave_it_to_a_person() -> None:
    """The ground floor has its own street door, the rooms upstairs only the stair of the flats."""
    stair = room("st1", 9.6, 0.24, 12.4, 5.9, "住宅楼梯间")
    upper_stair = room("st2", 9.6, 0.24, 12.4, 5.9, "住宅楼梯间", "S2")
    above = replace(UPPER_HALL, footprint=box(0.24, 0.24, 9.4, 17.76))
    walls = [*UPPER_WALLS, straight_wall("u", (9.5, 0.24), (9.5, 17.76), 0.2, "S2")]
    openings = [D1, D3, door("in", (9.5, 2), (9.5, 3), 0.2, storey="S2", sill=4.5)]
    findings = found(community(*openings, spaces=[HALL, stair, upper_stair, above], elements=walls))
    assert verdict(findings) == (1, 0, 1)
    assert findings.cut_off == ("upper",)
    assert "upper-rooms-through-shared-core" in [n.code for n in findings.notes]


def test_a_service_room_behind_a_shop_lists_the_shops_door() -> None:
    shop = room("shop", 0.24, 0.24, 11.9, 17.76, "商铺")
    hall = room("hall", 12.1, 0.24, 23.76, 17.76, "党群服务中心")
    walls = [straight_wall("p", (12, 0.24), (12, 17.76), 0.2)]
    through = door("through", (12, 8), (12, 9), 0.2)
    plan = model(
        spaces=[shop, hall], elements=[*envelope("w", 0, 0, 24, 18), *walls], openings=[D1, through], site=[RED_LINE]
    )
    assert answers(entrance(found(plan), "D1")) == (True, True, False)
    assert entrance(found(plan), "D1").path == ("室外", "商铺", "党群服务中心")


def test_doors_of_other_rooms_that_lead_nowhere_near_are_not_listed() -> None:
    shop = room("shop", 30.24, 0.24, 39.76, 9.76, "商铺")
    plan = community(
        D1, door("shop", (33, 0.12), (34, 0.12)), spaces=(HALL, LOBBY, shop), elements=envelope("v", 30, 0, 40, 10)
    )
    assert [e.id for e in found(plan).entrances] == ["D1"]


def test_the_roof_exit_of_a_stair_is_no_entrance_of_rooms_below() -> None:
    stair = room("st1", 9.6, 0.24, 12.4, 5.9, "楼梯间")
    upper_stair = room("st2", 9.6, 0.24, 12.4, 5.9, "楼梯间", "S2")
    exit_ = door("exit", (10.1, 6.0), (11.1, 6.0), 0.2, storey="S2", sill=4.5)
    walls = [replace(LOBBY_WALLS, id="up", z_min_m=4.5, z_max_m=9.0, storey_id="S2")]
    findings = found(community(D1, TO_HALL, exit_, spaces=[HALL, stair, upper_stair], elements=walls))
    assert [e.id for e in findings.entrances] == ["D1"]


def test_an_air_lock_of_the_service_rooms_is_their_own() -> None:
    lock = room("lock", 5, 0.24, 7, 1.9, "门斗")
    hall = space("hall", without(box(0.24, 0.24, 23.76, 17.76), box(4.9, 0, 7.1, 2)), name="党群服务中心")
    walls = [wall("lock", without(box(4.9, 0.24, 7.1, 2), box(5, 0.24, 7, 1.9)))]
    inner = door("inner", (5.4, 1.95), (6.6, 1.95), 0.1)
    findings = found(community(door("outer", (5.4, 0.12), (6.6, 0.12)), inner, spaces=[hall, lock], elements=walls))
    assert [e.id for e in findings.entrances] == ["outer"]
    assert verdict(findings) == (1, 1, 1)


# ---------------------------------------------------------------- ground level


@pytest.mark.parametrize(
    ("sill", "ground", "expected"),
    [(0.0, -0.45, True), (0.0, -1.5, True), (0.0, -1.6, False), (0.0, 0.3, True), (0.0, 0.35, False)],
)
def test_the_threshold_lies_at_the_outdoor_ground(*, sill: float, ground: float, expected: bool) -> None:
    plan = community(replace(D1, sill_z_m=sill))
    assert entrance(found(plan, outdoor_ground_m=ground, ground_storey="1F"), "D1").ground_level is expected


def test_without_an_outdoor_ground_the_ground_storey_decides_with_a_remark() -> None:
    d1 = entrance(found(community(D1)), "D1")
    assert d1.ground_level is True
    assert "室外地坪标高未给出" in d1.reason.zh


def test_an_unclear_ground_storey_leaves_it_open() -> None:
    site = [
        RED_LINE,
        feature("low", "outdoor-ground", Point(0, -5), z_m=-0.3),
        feature("high", "outdoor-ground", Point(0, 30), z_m=4.2),
    ]
    plan = community(D1, spaces=(HALL, LOBBY, UPPER_HALL), elements=UPPER_WALLS, site=site)
    assert entrance(found(plan), "D1").ground_level is None
    assert verdict(found(plan)) == (None, 0, 1)


# ---------------------------------------------------------------- courts, scheme stage, nothing there


def test_a_door_to_an_inner_court_faces_no_street() -> None:
    south = room("south", 0.24, 0.24, 23.76, 7.76, "党群服务中心")
    others = [
        room("north", 0.24, 16.24, 23.76, 23.76, "商铺"),
        room("west", 0.24, 8.24, 7.76, 15.76, "商铺"),
        room("east", 16.24, 8.24, 23.76, 15.76, "商铺"),
    ]
    solid = without(box(0, 0, 24, 24), box(8, 8, 16, 16))
    solid = without(solid, south.footprint, *(each.footprint for each in others))
    roof = wall("roof", without(box(0, 0, 24, 24), box(8, 8, 16, 16)), kind="roof", z=(4.4, 4.5))
    court = door("court", (11, 7.88), (13, 7.88))
    plan = model(spaces=[south, *others], elements=[wall("walls", solid), roof], openings=[court], site=[RED_LINE])
    findings = found(plan)
    assert answers(entrance(findings, "court")) == (True, False, True)
    assert verdict(findings) == (0, 0, 0)


@pytest.mark.parametrize(("way_out", "facing", "expected"), [(False, False, (0, 0, 0)), (True, None, (None, 0, 1))])
def test_a_nameless_area_between_door_and_street_may_be_a_lobby(
    *, way_out: bool, facing: bool | None, expected: tuple[float | None, float, float]
) -> None:
    """A drawing's cell without a name: enclosed for good it is no street; with a door out it may be an own lobby."""
    cell = replace(room("cell", 9.6, 0.24, 12.4, 5.9), name="", labels=(), shape="wall-cell")
    openings = [TO_HALL, *([D3] if way_out else [])]
    findings = found(community(*openings, spaces=[HALL, cell]))
    assert entrance(findings, "lobby-hall").street_facing is facing
    assert verdict(findings) == expected


def test_a_counted_frame_over_its_room_is_what_the_entrance_leads_to() -> None:
    """The gross outline is counted, the room under it is the place one walks into."""
    frame = replace(room("frame", 0, 0, 24, 18, "党群服务中心"), drawn="gross", shape="area-frame")
    under = room("under", 0.24, 0.24, 23.76, 17.76, "党群服务中心")
    plan = model(spaces=[frame, under], elements=envelope("w", 0, 0, 24, 18), openings=[D1], site=[RED_LINE])
    findings = found(plan)
    assert verdict(findings) == (1, 1, 1)
    assert entrance(findings, "D1").room_ids == ("frame",)


def test_a_counted_frame_without_rooms_drawn_in_it_is_the_place_itself() -> None:
    frame = replace(room("frame", 0, 0, 24, 18, "党群服务中心"), drawn="gross", shape="area-frame")
    toilet = room("wc", 0.24, 14, 3, 17.76, "卫生间")
    plan = model(spaces=[frame, toilet], elements=envelope("w", 0, 0, 24, 18), openings=[D1], site=[RED_LINE])
    assert verdict(found(plan)) == (1, 1, 1)


def scheme(*marks: SiteFeature) -> BuildingModel:
    """Area blocks without walls or doors: service rooms 22 wide, the lobby of the flats, shops."""
    spaces = [
        room("a", 0, 0, 22, 20, "社区服务用房"),
        room("b", 22, 0, 30, 20, "住宅门厅"),
        room("c", 30, 0, 50, 20, "商业"),
    ]
    return model(spaces=spaces, site=[RED_LINE, *marks])


def test_without_doors_nothing_can_be_told() -> None:
    findings = found(scheme())
    assert (findings.doors_in_model, verdict(findings)) == (0, (None, None, None))
    assert findings.street_entrances.reason is not None


@pytest.mark.parametrize(
    "mark",
    [Point(11, 0), Point(11, -1.5), box(10.4, -1, 11.6, 0), LineString([(11, -2), (11, -0.2)])],
    ids=["point on the front", "point before it", "triangle", "arrow"],
)
def test_a_mark_at_the_service_rooms_front_is_evidence_without_doors(mark: BaseGeometry) -> None:
    findings = found(scheme(feature("mark", "entrance-mark", mark, "社区用房出入口")))  # type: ignore[arg-type] # a plain geometry
    assert answers(entrance(findings, "mark")) == (True, True, True)
    assert verdict(findings) == (1, 1, 1)


def test_a_mark_at_somebody_elses_front_is_not() -> None:
    findings = found(scheme(feature("mark", "entrance-mark", Point(40, -0.5), "出入口")))
    assert entrance(findings, "mark").independent is False
    assert verdict(findings) == (0, 0, 0)


def test_a_mark_on_the_back_faces_no_street() -> None:
    findings = found(scheme(feature("mark", "entrance-mark", Point(11, 20.5), "社区用房出入口")))
    assert answers(entrance(findings, "mark")) == (True, False, True)


def test_no_service_rooms_no_entrances() -> None:
    findings = found(community(D1, spaces=[replace(HALL, name="商铺", labels=SHOP.labels)]))
    assert findings.entrances == ()
    assert findings.street_entrances.value is None


def test_doors_in_the_model_but_none_to_the_service_rooms_is_zero() -> None:
    shop = room("shop", 30.24, 0.24, 39.76, 9.76, "商铺")
    plan = community(door("shop", (33, 0.12), (34, 0.12)), spaces=(HALL, shop), elements=envelope("v", 30, 0, 40, 10))
    assert verdict(found(plan)) == (0, 0, 0)


def test_a_door_of_the_service_rooms_that_cannot_be_told_leaves_the_number_open() -> None:
    """It is in a wall 5 m thick, as when a solid block was drawn for a wall."""
    thick = wall("block", box(24, 0, 30, 18))
    findings = found(community(D2, elements=[thick]))
    assert verdict(findings) == (None, 0, 1)
    assert findings.street_entrances.reason is not None
    assert "D2" in findings.street_entrances.reason.zh


def test_service_rooms_without_geometry_leave_the_number_open() -> None:
    """The doors are there, but nobody can tell which of them lead to the room."""
    findings = found(community(D1, D2, spaces=[replace(HALL, footprint=None), LOBBY]))
    assert findings.street_entrances.value is None
    assert findings.street_entrances.reason is not None
    assert HALL.name in findings.street_entrances.reason.zh


# ---------------------------------------------------------------- nothing but the plan decides


def test_is_external_decides_nothing_and_its_disagreement_is_noted() -> None:
    plan = community(D1, D3, TO_HALL)
    flipped = replace(plan, openings=tuple(replace(o, external=o.id == "lobby-hall") for o in plan.openings))
    assert found(flipped).entrances == found(plan).entrances
    assert [(n.code, n.severity, set(n.refs)) for n in found(flipped).notes] == [
        ("is-external-differs", "info", {"D1", "D3", "lobby-hall"})
    ]


def test_space_boundaries_decide_nothing() -> None:
    plan = community(D1, D3, TO_HALL)
    claimed = replace(plan, openings=tuple(replace(o, space_ids=("hall",)) for o in plan.openings))
    assert found(claimed).entrances == found(plan).entrances


MOVES: dict[str, Callable[[BaseGeometry], BaseGeometry]] = {
    "turned": lambda g: affinity.rotate(g, 37, origin=(0, 0)),
    "mirrored": lambda g: affinity.scale(g, -1, 1, origin=(0, 0)),
    "moved": lambda g: affinity.translate(g, 812.37, -455.11),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_moving_turning_and_mirroring_change_no_answer(move: Callable[[BaseGeometry], BaseGeometry]) -> None:
    fence = feature("fence", "fence", LineString([(8, -6), (80, -6)]))
    plan = community(D1, D2, D3, TO_HALL, site=[RED_LINE, CENTRE_LINE, LANE, fence])
    here, there = found(plan), found(carried(plan, move))
    assert [(e.id, answers(e), e.path, e.street) for e in there.entrances] == [
        (e.id, answers(e), e.path, e.street) for e in here.entrances
    ]
    assert verdict(there) == verdict(here)


def test_order_changes_no_answer() -> None:
    plan = community(D1, D2, D3, TO_HALL, site=[RED_LINE, CENTRE_LINE, LANE])
    back = replace(
        plan,
        spaces=plan.spaces[::-1],
        elements=plan.elements[::-1],
        openings=plan.openings[::-1],
        site=plan.site[::-1],
    )
    assert {(e.id, answers(e), e.path) for e in found(back).entrances} == {
        (e.id, answers(e), e.path) for e in found(plan).entrances
    }


def test_several_buildings_each_have_their_own_ground() -> None:
    """A second building with a floor 0.9 m higher; its service room has a street door too."""
    other = space("other", box(30.24, 0.24, 39.76, 9.76), name="居家养老服务用房", storey="T1", floor=0.9, top=3.9)
    walls = [replace(w, z_min_m=0.9, z_max_m=5.4, storey_id="T1") for w in envelope("v", 30, 0, 40, 10)]
    second = replace(door("second", (33, 0.12), (34, 0.12), sill=0.9), storey_id="T1")
    plan = community(D1, second, spaces=(HALL, LOBBY, other), elements=walls)
    plan = replace(plan, storeys=(Storey("S1", "1F", "B1", 0.0, number=1), Storey("T1", "1F", "B2", 0.9, number=1)))
    findings = found(plan)
    assert [(e.id, answers(e)) for e in findings.entrances] == [("D1", (True,) * 3), ("second", (True,) * 3)]
    assert verdict(findings) == (2, 2, 2)
