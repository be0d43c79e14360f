"""What each door joins: by the plan alone, however rooms and walls are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from builders import carried, door, envelope, feature, model, room, space, straight_wall, wall, without
from shapely import LineString, Point, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief
from bimcheck.measures.connections import Connection, connect
from bimcheck.measures.enclosure import Place
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, Element, Opening, Space
from bimcheck.rooms.identify import identify


def joined(model_: BuildingModel, opening_id: str) -> set[str]:
    """What an opening joins: ids of spaces, and the kinds of other places."""
    found = next(c for c in connections(model_) if c.opening_id == opening_id)
    return {side.id if side.kind == "space" else side.kind for side in found.sides}


def connections(model_: BuildingModel) -> tuple[Connection, ...]:
    arrangement = arrange_levels(model_, Brief())
    return connect(model_, arrangement, identify(model_, Brief()))


def two_rooms(a: Space, b: Space, *more: Opening, walls: Sequence[Element] = ()) -> BuildingModel:
    """Outer faces 12 by 6, a wall of 200 on x = 6; doors to the street, between the rooms, and to the east."""
    openings = [door("front", (2, 0.12), (3.5, 0.12)), door("inner", (6, 2), (6, 3), 0.2)]
    openings += [door("east", (11.88, 4.5), (11.88, 5.6)), *more]
    walls = walls or [*envelope("w", 0, 0, 12, 6), straight_wall("party", (6, 0.24), (6, 5.76), 0.2)]
    return model(spaces=[a, b], elements=walls, openings=openings)


TO_FACES = two_rooms(room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76))


def test_rooms_drawn_to_wall_faces() -> None:
    assert joined(TO_FACES, "front") == {"a", "outdoors"}
    assert joined(TO_FACES, "inner") == {"a", "b"}
    assert joined(TO_FACES, "east") == {"b", "outdoors"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((0.12, 0.12, 6, 5.88), (6, 0.12, 11.88, 5.88)),
        ((0, 0, 6, 6), (6, 0, 12, 6)),
        ((0, 0, 6.1, 6), (6.1, 0, 12, 6)),
        ((-0.1, -0.1, 6.1, 6.1), (6.1, -0.1, 12.1, 6.1)),
        ((-0.4, -0.4, 6.1, 6.4), (6.1, -0.4, 12.4, 6.4)),
        ((0.4, 0.4, 5.75, 5.6), (6.25, 0.4, 11.6, 5.6)),
    ],
    ids=[
        "wall centres",
        "outer faces",
        "one room over the party wall",
        "over the insulation",
        "far out",
        "finish faces",
    ],
)
def test_doors_join_the_same_places_however_rooms_are_drawn(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> None:
    plan = two_rooms(room("a", *a), room("b", *b))
    reversed_axes = tuple(replace(o, axis=o.axis.reverse()) for o in plan.openings)
    for each in (plan, replace(plan, openings=reversed_axes)):
        assert joined(each, "front") == {"a", "outdoors"}
        assert joined(each, "inner") == {"a", "b"}
        assert joined(each, "east") == {"b", "outdoors"}


def test_a_deep_reveal_is_walked_through() -> None:
    """A wall of 900 with a recess drawn as part of the hole, and a pier beside the door."""
    walls = [wall("front", box(0, 0, 12, 0.9)), *envelope("w", 0, 0.4, 12, 6), wall("pier", box(1.2, -0.4, 1.9, 0))]
    plan = model(
        spaces=[room("a", 0.24, 0.9, 11.76, 5.76)], elements=walls, openings=[door("d", (2, 0.45), (3, 0.45), 0.9)]
    )
    assert joined(plan, "d") == {"a", "outdoors"}


def test_a_sliver_of_space_before_the_door_is_walked_through() -> None:
    """A lining 150 deep along the inside of the street wall, drawn as a space of its own."""
    lining = room("lining", 0.24, 0.24, 5.9, 0.39)
    plan = two_rooms(room("a", 0.24, 0.39, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76))
    assert joined(replace(plan, spaces=(*plan.spaces, lining)), "front") == {"a", "outdoors"}


def test_a_door_at_a_corner_leads_to_the_room_it_opens_to() -> None:
    """Its jamb touches the corner with the next room."""
    plan = two_rooms(
        room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76), door("c", (4.9, 0.12), (5.9, 0.12))
    )
    assert joined(plan, "c") == {"a", "outdoors"}


def test_a_door_in_a_curtain_wall_that_fills_no_hole() -> None:
    """The front is of thin parts with a gap where the door hangs; the door's plan is its own leaf of 60."""
    front = wall("glass", without(box(0.24, 0, 11.76, 0.15), box(4, -1, 5.8, 1)), kind="curtain-wall")
    leaf = replace(door("d", (4, 0.075), (5.8, 0.075), 0.06), operation="REVOLVING")
    walls = [front, *envelope("w", 0, 0, 12, 6)[1:]]
    plan = model(spaces=[room("a", 0.24, 0.15, 11.76, 5.76)], elements=walls, openings=[leaf])
    assert joined(plan, "d") == {"a", "outdoors"}


def test_a_gateway_without_a_door() -> None:
    gateway = replace(door("g", (8, 0.12), (10.4, 0.12)), kind="gateway")
    plan = two_rooms(room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76), gateway)
    assert joined(plan, "g") == {"b", "outdoors"}


def test_a_door_in_an_oblique_wall() -> None:
    plan = carried(TO_FACES, lambda g: affinity.rotate(g, 28.3, origin=(3, 1)))
    assert joined(plan, "front") == {"a", "outdoors"}


def test_a_door_in_a_curved_wall() -> None:
    """A round room of 5 m inside a wall of 300; the door's axis is a chord."""
    ring = without(Point(0, 0).buffer(5.3, quad_segs=32), Point(0, 0).buffer(5.0, quad_segs=32))
    plan = model(
        spaces=[space("round", Point(0, 0).buffer(5.0, quad_segs=32))],
        elements=[wall("ring", ring)],
        openings=[door("d", (-0.6, -5.12), (0.6, -5.12), 0.34)],
    )
    assert joined(plan, "d") == {"round", "outdoors"}


def test_an_air_lock_joins_outdoors_and_hall_by_two_doors_in_series() -> None:
    lock = room("lock", 2, 0.24, 4, 1.9, "门斗")
    hall = space("hall", without(box(0.24, 0.24, 11.76, 5.76), box(1.9, 0.24, 4.1, 2.0)))
    walls = [*envelope("w", 0, 0, 12, 6), wall("lock", without(box(1.9, 0.24, 4.1, 2.0), box(2, 0.24, 4, 1.9)))]
    openings = [door("outer", (2.4, 0.12), (3.6, 0.12)), door("second", (2.4, 1.95), (3.6, 1.95), 0.1)]
    plan = model(spaces=[lock, hall], elements=walls, openings=openings)
    assert joined(plan, "outer") == {"lock", "outdoors"}
    assert joined(plan, "second") == {"lock", "hall"}


def ring_building(roof: list[Element], *openings: Opening, spaces: Sequence[Space] = ()) -> BuildingModel:
    """A ring of four rooms, 24 by 24, around an area of 8 by 8."""
    rooms = [
        room("south", 0.24, 0.24, 23.76, 7.76),
        room("north", 0.24, 16.24, 23.76, 23.76),
        room("west", 0.24, 8.24, 7.76, 15.76),
        room("east", 16.24, 8.24, 23.76, 15.76),
    ]
    solid = without(box(0, 0, 24, 24), box(8, 8, 16, 16))
    walls = [wall("walls", without(solid, *(each.footprint for each in rooms)))]
    doors = [door("to-court", (11, 7.88), (13, 7.88)), door("street", (11, 0.12), (13, 0.12)), *openings]
    return model(spaces=[*rooms, *spaces], elements=[*walls, *roof], openings=doors)


OPEN_ROOF = [wall("roof", without(box(0, 0, 24, 24), box(8, 8, 16, 16)), kind="roof", z=(4.4, 4.5))]
WHOLE_ROOF = [wall("roof", box(0, 0, 24, 24), kind="roof", z=(4.4, 4.5))]


def test_a_court_open_to_the_sky_is_not_the_street_side() -> None:
    plan = ring_building(OPEN_ROOF)
    assert joined(plan, "to-court") == {"south", "courtyard"}
    assert joined(plan, "street") == {"south", "outdoors"}


def test_a_roofed_area_without_a_room_is_no_court() -> None:
    assert joined(ring_building(WHOLE_ROOF), "to-court") == {"south", "undrawn"}


def test_an_enclosed_area_without_any_roof_in_the_model_is_left_open() -> None:
    assert joined(ring_building([]), "to-court") == {"south", "hollow"}


def test_a_space_named_as_a_court_tells_what_the_area_is() -> None:
    plan = ring_building([], spaces=[room("yard", 8, 8, 16, 16, "内院")])
    assert joined(plan, "to-court") == {"south", "courtyard"}


def test_a_court_open_on_one_side_is_outdoors() -> None:
    """The east wing is missing, so the court is reached from outside without a door."""
    plan = ring_building(OPEN_ROOF)
    spaces = [s for s in plan.spaces if s.id != "east"]
    walls = [replace(e, footprint=without(e.footprint, box(16, 8, 24, 16))) for e in plan.elements if e.kind == "wall"]
    opened = replace(plan, spaces=tuple(spaces), elements=tuple(walls))
    assert joined(opened, "to-court") == {"south", "outdoors"}


def test_a_wall_around_the_plot_does_not_make_the_yard_a_court() -> None:
    walls = [*TO_FACES.elements, *envelope("plot", -20, -20, 40, 30)]
    assert joined(replace(TO_FACES, elements=tuple(walls)), "front") == {"a", "outdoors"}


@pytest.mark.parametrize("name", ["社区活动广场", "室外平台", "门廊", "停车位", "骑楼", "底层架空"])
def test_a_space_drawn_for_an_outdoor_area_is_outdoors(name: str) -> None:
    plan = replace(TO_FACES, spaces=(*TO_FACES.spaces, room("yard", 0, -6, 12, 0, name)))
    assert joined(plan, "front") == {"a", "outdoors"}


def test_a_room_in_the_stilt_floor_is_a_room() -> None:
    plan = replace(TO_FACES, spaces=(TO_FACES.spaces[0], room("b", 6.1, 0.24, 11.76, 5.76, "架空层活动室")))
    assert joined(plan, "inner") == {"a", "b"}


def test_a_space_of_type_external_is_outdoors() -> None:
    yard = replace(room("yard", 0, -6, 12, 0, "101"), predefined_type="EXTERNAL")
    assert joined(replace(TO_FACES, spaces=(*TO_FACES.spaces, yard)), "front") == {"a", "outdoors"}


def test_rooms_that_touch_without_a_wall_are_joined() -> None:
    """Of the 5.5 m between the rooms 1.5 m are open."""
    walls = [*envelope("w", 0, 0, 12, 6), straight_wall("party", (6, 1.74), (6, 5.76), 0.2)]
    plan = two_rooms(room("a", 0.24, 0.24, 6, 5.76), room("b", 6, 0.24, 11.76, 5.76), walls=walls)
    passages = [c for c in connections(plan) if c.opening_id is None]
    assert [{side.id for side in c.sides} for c in passages] == [{"a", "b"}]


def test_rooms_drawn_to_the_centre_of_a_whole_wall_are_not_joined_without_a_door() -> None:
    plan = two_rooms(room("a", 0.12, 0.12, 6, 5.88), room("b", 6, 0.12, 11.88, 5.88))
    assert not [c for c in connections(plan) if c.opening_id is None]


def test_an_opening_half_a_metre_wide_is_no_passage() -> None:
    walls = [*envelope("w", 0, 0, 12, 6), straight_wall("party", (6, 0.74), (6, 5.76), 0.2)]
    plan = two_rooms(room("a", 0.24, 0.24, 6, 5.76), room("b", 6, 0.24, 11.76, 5.76), walls=walls)
    assert not [c for c in connections(plan) if c.opening_id is None]


@pytest.mark.parametrize("walls", [[], [straight_wall("one", (0, 0), (4, 0), 0.2)]], ids=["no wall", "one wall"])
def test_area_blocks_without_walls_claim_no_passages(walls: list[Element]) -> None:
    plan = model(spaces=[room("a", 0, 0, 6, 6), room("b", 6, 0, 12, 6)], elements=walls)
    assert connections(plan) == ()


def test_wrong_space_boundaries_change_nothing_and_right_ones_are_confirmed() -> None:
    lying = tuple(replace(o, space_ids=("b",) if o.id == "front" else ("a", "b")) for o in TO_FACES.openings)
    plan = replace(TO_FACES, openings=lying)
    assert [c.sides for c in connections(plan)] == [c.sides for c in connections(TO_FACES)]
    assert [c.basis for c in connections(plan)] == ["geometry", "space-boundaries", "geometry"]


def test_a_door_stands_on_the_level_of_its_height_not_of_its_container() -> None:
    """A door listed on the second storey whose sill lies on the first."""
    upper = room("up", 0.24, 0.24, 11.76, 5.76, storey="S2")
    misplaced = tuple(replace(o, storey_id="S2") for o in TO_FACES.openings)
    plan = replace(TO_FACES, spaces=(*TO_FACES.spaces, upper), openings=misplaced)
    assert joined(plan, "front") == {"a", "outdoors"}


def test_a_frame_over_the_rooms_is_no_place_to_be() -> None:
    frame = replace(room("frame", 0, 0, 12, 6, "社区服务用房"), predefined_type="GFA", drawn="gross")
    named = [replace(s, labels=room("x", 0, 0, 1, 1, "会议室").labels, name="会议室") for s in TO_FACES.spaces]
    plan = replace(TO_FACES, spaces=(*named, frame))
    assert joined(plan, "front") == {"a", "outdoors"}
    assert joined(plan, "inner") == {"a", "b"}


def test_a_door_in_the_middle_of_nothing_is_outdoors_on_both_sides() -> None:
    plan = two_rooms(
        room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76), door("gate", (2, -6), (4, -6))
    )
    assert joined(plan, "gate") == {"outdoors"}


def test_a_door_without_a_level_is_not_found() -> None:
    lost = replace(door("lost", (2, 0.12), (3, 0.12)), storey_id=None, sill_z_m=None)
    plan = two_rooms(room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76), lost)
    found = next(c for c in connections(plan) if c.opening_id == "lost")
    assert found.sides == (Place("unknown"), Place("unknown"))
    assert found.basis == "not-found"


MOVES: dict[str, Callable[[BaseGeometry], BaseGeometry]] = {
    "turned": lambda g: affinity.rotate(g, 37, origin=(0, 0)),
    "mirrored": lambda g: affinity.scale(g, -1, 1, origin=(0, 0)),
    "moved": lambda g: affinity.translate(g, 812.37, -455.11),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("plan", [TO_FACES, ring_building(OPEN_ROOF)], ids=["two rooms", "court"])
def test_moving_turning_and_mirroring_change_nothing(
    plan: BuildingModel, move: Callable[[BaseGeometry], BaseGeometry]
) -> None:
    for opening in plan.openings:
        assert joined(carried(plan, move), opening.id) == joined(plan, opening.id)


def test_order_and_is_external_change_nothing() -> None:
    plan = ring_building(OPEN_ROOF)
    shuffled = replace(
        plan,
        spaces=plan.spaces[::-1],
        elements=plan.elements[::-1],
        openings=tuple(replace(o, external=o.id == "to-court") for o in plan.openings[::-1]),
    )
    for opening in plan.openings:
        assert joined(shuffled, opening.id) == joined(plan, opening.id)


def test_a_site_feature_is_no_wall() -> None:
    fenced = replace(TO_FACES, site=(feature("f", "fence", LineString([(-5, -1), (20, -1)])),))
    assert joined(fenced, "front") == {"a", "outdoors"}


def test_a_second_building_stands_on_the_same_plane() -> None:
    """A door between two buildings at a joint of 200: both sides are rooms."""
    other = envelope("v", 12.2, 0, 20, 6)
    through = door("through", (12.1, 2), (12.1, 3), 0.68)
    plan = two_rooms(room("a", 0.24, 0.24, 5.9, 5.76), room("b", 6.1, 0.24, 11.76, 5.76), through)
    plan = replace(plan, spaces=(*plan.spaces, room("c", 12.44, 0.24, 19.76, 5.76)), elements=(*plan.elements, *other))
    assert joined(plan, "through") == {"b", "c"}
