"""Net and gross areas against plans whose truth is arithmetic in the comments."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import shapely
from builders import door, model, room, space, straight_wall, wall
from shapely import Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief
from bimcheck.measures.areas import Areas, measure_areas
from bimcheck.measures.storeys import arrange_levels
from bimcheck.model import BuildingModel, Element, Space
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text


def identified(model_: BuildingModel) -> tuple[IdentifiedRoom, ...]:
    """Every space as a counted service room: these tests are about areas alone."""
    nothing = Text("", "")
    return tuple(
        IdentifiedRoom(s, "service", counted=True, near_miss=False, basis="name", evidence=nothing)
        for s in model_.spaces
    )


def measured(model_: BuildingModel) -> Areas:
    return measure_areas(model_, identified(model_), arrange_levels(model_, Brief()))


def gross(areas: Areas, id_: str) -> float:
    value = areas.rooms[id_].gross_m2
    assert value is not None
    return value


def ring(x0: float, y0: float, x1: float, y1: float, thickness: float) -> Element:
    """Outer walls of a rectangle, given by its outer faces."""
    inner = box(x0 + thickness, y0 + thickness, x1 - thickness, y1 - thickness)
    return wall("ring", box(x0, y0, x1, y1).difference(inner))


def party(x: float, y0: float, y1: float, thickness: float = 0.2) -> Element:
    return wall(f"party{x}", box(x - thickness / 2, y0, x + thickness / 2, y1))


def podium() -> BuildingModel:
    """48 × 18 m, walls 240, party wall 200 on x = 24."""
    return model(
        spaces=[room("A", 0.24, 0.24, 23.9, 17.76), room("B", 24.1, 0.24, 47.76, 17.76)],
        elements=[ring(0, 0, 48, 18, 0.24), party(24, 0.24, 17.76)],
    )


def test_outer_walls_count_whole_and_shared_walls_half() -> None:
    areas = measured(podium())
    assert areas.rooms["A"].net_m2 == pytest.approx(23.66 * 17.52, abs=1e-9)  # 414.5232
    assert gross(areas, "A") == pytest.approx(24 * 18, abs=1e-6)
    assert gross(areas, "B") == pytest.approx(24 * 18, abs=1e-6)
    assert areas.rooms["A"].method == "rooms+walls"
    assert areas.rooms["A"].confidence == "high"
    assert areas.notes == ()


@pytest.mark.parametrize("turn_deg", [0.0, 37.0, 90.0, 211.3])
@pytest.mark.parametrize("mirror", [1.0, -1.0])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (812.345, -777.123)])
def test_moving_turning_and_mirroring_change_no_area(
    turn_deg: float, mirror: float, shift: tuple[float, float]
) -> None:
    """A core of 6 × 8 between walls of 200 in a plate of 40 × 20: 340, 48, 72, 340 m²."""
    cells = {"W": (0.24, 0.24, 16.9, 19.76), "C": (17.1, 12.1, 22.9, 19.76), "S": (17.1, 0.24, 22.9, 11.9)}
    cells["E"] = (23.1, 0.24, 39.76, 19.76)
    plan = box(0, 0, 40, 20).difference(shapely.union_all([box(*c) for c in cells.values()]))

    def place(geometry: Polygon) -> Polygon:
        turned = affinity.rotate(affinity.scale(geometry, mirror, 1, origin=(0, 0)), turn_deg, origin=(0, 0))
        moved = affinity.translate(turned, *shift)
        assert isinstance(moved, Polygon)
        return moved

    assert isinstance(plan, Polygon)
    spaces = [space(name, place(box(*c))) for name, c in cells.items()]
    areas = measured(model(spaces=spaces, elements=[wall("all", place(plan))]))
    for name, truth in {"W": 340.0, "C": 48.0, "S": 72.0, "E": 340.0}.items():
        assert gross(areas, name) == pytest.approx(truth, rel=1e-6)


def test_splitting_a_room_leaves_the_sum_as_it_was() -> None:
    whole = podium()
    split = model(
        spaces=[
            room("A1", 0.24, 0.24, 23.9, 9.0),
            room("A2", 0.24, 9.0, 10.0, 17.76),
            room("A3", 10.1, 9.0, 23.9, 17.76),
            *whole.spaces[1:],
        ],
        elements=[*whole.elements, wall("light", box(10.0, 9.0, 10.1, 17.76))],
    )
    areas = measured(split)
    assert gross(areas, "A1") + gross(areas, "A2") + gross(areas, "A3") == pytest.approx(432.0, rel=1e-9)
    assert gross(areas, "B") == pytest.approx(432.0, rel=1e-9)


@pytest.mark.parametrize("drawn_to", ["inner", "centre", "outer", "finish"])
def test_gross_area_does_not_depend_on_the_faces_rooms_are_drawn_to(drawn_to: str) -> None:
    west = {
        "inner": (0.24, 0.24, 23.9, 17.76),
        "finish": (0.26, 0.26, 23.88, 17.74),
        "centre": (0.12, 0.12, 24.0, 17.88),
        "outer": (0.0, 0.0, 24.0, 18.0),
    }[drawn_to]
    east = (48 - west[2], west[1], 48 - west[0], west[3])
    plan = podium()
    areas = measured(model(spaces=[room("A", *west), room("B", *east)], elements=plan.elements))
    assert gross(areas, "A") == pytest.approx(432.0, abs=1e-6)
    assert gross(areas, "B") == pytest.approx(432.0, abs=1e-6)
    words = {"inner": "墙内侧", "finish": "完成面", "centre": "墙中线", "outer": "外墙外皮、共用墙中线"}
    assert areas.rooms["A"].drawn.zh.startswith(words[drawn_to])
    assert (areas.rooms["A"].remark is None) == (drawn_to == "inner")
    assert areas.rooms["A"].confidence == "high"
    assert areas.notes == ()


TO_FACES = {"inner": (0.24, 23.9), "finish": (0.27, 23.87), "centre": (0.12, 24.0), "outer": (0.0, 24.1)}


@pytest.mark.parametrize("turn_deg", [0.0, 37.0])
@pytest.mark.parametrize("west", TO_FACES)
@pytest.mark.parametrize("east", TO_FACES)
def test_neighbours_may_be_drawn_to_different_faces(west: str, east: str, turn_deg: float) -> None:
    """432.00 each, however either is drawn; those drawn across the whole wall overlap in it, which is no mistake."""
    (a0, a1), (b0, b1) = TO_FACES[west], TO_FACES[east]
    plan = podium()
    shapes = {"A": box(a0, a0, a1, 18 - a0), "B": box(48 - b1, b0, 48 - b0, 18 - b0)}
    areas = measured(
        model(
            spaces=[space(id_, affinity.rotate(shape, turn_deg, (0, 0))) for id_, shape in shapes.items()],
            elements=[wall(e.id, affinity.rotate(e.footprint, turn_deg, (0, 0))) for e in plan.elements],
        )
    )
    assert (gross(areas, "A"), gross(areas, "B")) == pytest.approx((432.0, 432.0), abs=1e-4)
    net = {"inner": 23.66 * 17.52, "finish": 23.60 * 17.46, "centre": 23.66 * 17.52, "outer": 23.66 * 17.52}
    assert areas.rooms["A"].net_m2 == pytest.approx(net[west], abs=1e-4)
    words = {"inner": "墙内侧", "finish": "完成面", "centre": "墙中线", "outer": "墙外皮"}
    assert areas.rooms["A"].drawn.zh.startswith(words[west])
    assert areas.rooms["B"].drawn.zh.startswith(words[east])
    assert areas.notes == ()


def test_gross_outlines_run_along_outer_faces_and_party_centres() -> None:
    """The usual way to draw a gross area: 24 × 18 as it stands, and called what it is."""
    areas = measured(
        model(spaces=[room("A", 0, 0, 24, 18), room("B", 24.1, 0.24, 47.76, 17.76)], elements=podium().elements)
    )
    assert (gross(areas, "A"), gross(areas, "B")) == pytest.approx((432.0, 432.0), abs=1e-6)
    assert areas.rooms["A"].net_m2 == pytest.approx(23.66 * 17.52, abs=1e-9)
    assert areas.rooms["A"].drawn.zh.startswith("外墙外皮、共用墙中线")


def test_an_outline_past_the_far_face_of_a_shared_wall_gains_nothing() -> None:
    """Drawn 20 mm too far, to the neighbour's finish, and 20 mm into the render outside."""
    areas = measured(
        model(
            spaces=[room("A", -0.02, -0.02, 24.12, 18.02), room("B", 24.1, 0.24, 47.76, 17.76)],
            elements=podium().elements,
        )
    )
    assert (gross(areas, "A"), gross(areas, "B")) == pytest.approx((432.0, 432.0), abs=1e-6)


def test_a_colonnade_and_a_wall_within_a_room_drawn_to_outer_faces_stay_its_own() -> None:
    """Columns along the open side towards B, on A's side of the line; a wall of 200 across the middle of A.

    Plate 30 × 12; A and B meet on x = 18 without a wall: 18 × 12 = 216 and 12 × 12 = 144, as the line runs.
    """
    columns = [wall(f"c{y}", box(17.5, y, 18.0, y + 0.5), kind="column") for y in (3, 6, 9)]
    across = wall("across", box(8.0, 0.24, 8.2, 9.0))
    areas = measured(
        model(
            spaces=[room("A", 0, 0, 18, 12), room("B", 18, 0, 30, 12)],
            elements=[ring(0, 0, 30, 12, 0.24), across, *columns],
        )
    )
    assert (gross(areas, "A"), gross(areas, "B")) == pytest.approx((216.0, 144.0), abs=1e-6)
    assert areas.rooms["A"].drawn.zh.startswith("墙外皮")


@pytest.mark.parametrize("west", ["inner", "centre", "outer"])
@pytest.mark.parametrize("east", ["inner", "centre", "outer"])
def test_columns_in_a_party_wall_shift_its_centre_line_for_nobody(west: str, east: str) -> None:
    """Columns of 500 in the wall of 200 on x = 24, 150 proud of it on either side; rooms drawn past them or around."""
    plan = podium()
    columns = [box(23.75, y, 24.25, y + 0.5) for y in (5.0, 10.0)]
    (a0, a1), (b0, b1) = TO_FACES[west], TO_FACES[east]
    one: BaseGeometry = box(a0, a0, a1, 18 - a0)
    other: BaseGeometry = box(48 - b1, b0, 48 - b0, 18 - b0)
    if west == "inner":
        one = one.difference(shapely.union_all(columns))
    if east == "inner":
        other = other.difference(shapely.union_all(columns))
    elements = [*plan.elements, *(wall(f"c{n}", c, kind="column") for n, c in enumerate(columns))]
    areas = measured(model(spaces=[space("A", one), space("B", other)], elements=elements))
    assert (gross(areas, "A"), gross(areas, "B")) == pytest.approx((432.0, 432.0), abs=1e-6)


@pytest.mark.parametrize("west", ["inner", "centre", "outer"])
def test_an_oblique_party_wall_drawn_over(west: str) -> None:
    """A wall of 300 from (8, 0) to (12, 10) in a plate of 20 × 10: 100 each, drawn to near face, centre or far face."""

    def west_of(shift: float) -> BaseGeometry:
        # x on the line at height y, moved by the shift across a wall of slope 4 : 10
        across = shift * math.hypot(4, 10) / 10
        corners = [(0, 0), (8 + across, 0), (12 + across, 10), (0, 10)]
        return Polygon(corners)

    inner = box(0.2, 0.2, 19.8, 9.8)
    band = west_of(0.15) - west_of(-0.15)
    at = {"inner": -0.15, "centre": 0.0, "outer": 0.15}[west]
    left, right = west_of(at) & inner, inner - west_of(0.15)
    areas = measured(
        model(
            spaces=[space("L", left), space("R", right)],
            elements=[wall("o", box(0, 0, 20, 10) - inner), wall("p", band & inner)],
        )
    )
    assert gross(areas, "L") == pytest.approx(100.0, abs=1e-3)
    assert gross(areas, "R") == pytest.approx(100.0, abs=1e-3)


@pytest.mark.parametrize("drawn_to", TO_FACES)
def test_separate_insulation_counts_to_its_outer_face(drawn_to: str) -> None:
    """80 of insulation drawn as a covering around the podium: 24.08 × 18.16 to the party wall's centre line."""
    plan = podium()
    layer = wall("保温", box(-0.08, -0.08, 48.08, 18.08) - box(0, 0, 48, 18), kind="covering", name="外墙保温")
    a0, a1 = TO_FACES[drawn_to]
    areas = measured(model(spaces=[room("A", a0, a0, a1, 18 - a0), plan.spaces[1]], elements=[*plan.elements, layer]))
    assert gross(areas, "A") == pytest.approx(24.08 * 18.16, abs=1e-6)
    assert gross(areas, "B") == pytest.approx(24.08 * 18.16, abs=1e-6)


def test_an_oblique_party_wall_is_split_along_its_centre_line() -> None:
    """A 20 × 10 plate (walls 200) cut by a wall of 300 from (8, 0) to (12, 10): by symmetry 100 m² each."""
    band = shapely.LineString([(7.0, -2.5), (13.0, 12.5)]).buffer(0.15, cap_style="flat")
    inner = box(0.2, 0.2, 19.8, 9.8)
    left, right = sorted(shapely.get_parts(inner.difference(band)), key=lambda g: g.centroid.x)
    outer = box(0, 0, 20, 10).difference(inner)
    areas = measured(
        model(spaces=[space("L", left), space("R", right)], elements=[wall("o", outer), wall("p", band & inner)])
    )
    assert gross(areas, "L") == pytest.approx(100.0, abs=1e-3)
    assert gross(areas, "R") == pytest.approx(100.0, abs=1e-3)
    assert gross(areas, "L") + gross(areas, "R") == pytest.approx(200.0, abs=1e-5)


def test_walls_of_different_thickness_on_two_sides_of_a_room() -> None:
    """Rooms side by side: walls 100 (A|B) and 400 (B|C); outer faces at 0 and 20, depth 8, outer walls 200."""
    areas = measured(
        model(
            spaces=[room("A", 0.2, 0.2, 5, 7.8), room("B", 5.1, 0.2, 12, 7.8), room("C", 12.4, 0.2, 19.8, 7.8)],
            elements=[
                ring(0, 0, 20, 8, 0.2),
                wall("ab", box(5, 0.2, 5.1, 7.8)),
                wall("bc", box(12, 0.2, 12.4, 7.8)),
            ],
        )
    )
    assert gross(areas, "A") == pytest.approx(5.05 * 8, abs=1e-6)
    assert gross(areas, "B") == pytest.approx((12.2 - 5.05) * 8, abs=1e-6)
    assert gross(areas, "C") == pytest.approx((20 - 12.2) * 8, abs=1e-6)


def test_a_column_inside_a_room_belongs_to_it() -> None:
    column = box(5, 5, 5.6, 5.6)
    hollow = box(0.24, 0.24, 11.76, 9.76).difference(column)
    areas = measured(
        model(spaces=[space("A", hollow)], elements=[ring(0, 0, 12, 10, 0.24), wall("c", column, kind="column")])
    )
    assert gross(areas, "A") == pytest.approx(120.0, abs=1e-6)
    assert areas.rooms["A"].net_m2 == pytest.approx(11.52 * 9.52 - 0.36, abs=1e-9)


def test_a_garden_wall_and_a_pier_are_not_building_area() -> None:
    garden = wall("garden", box(12, 4, 30, 4.2))
    pier = wall("pier", box(5, -0.4, 5.4, 0.0))
    areas = measured(
        model(spaces=[room("A", 0.24, 0.24, 11.76, 9.76)], elements=[ring(0, 0, 12, 10, 0.24), garden, pier])
    )
    assert gross(areas, "A") == pytest.approx(120.0, abs=1e-6)


def test_an_area_nobody_drew_still_takes_its_half_of_the_walls() -> None:
    """The podium with the eastern room missing: its walls are there, so the party wall is still shared."""
    plan = podium()
    areas = measured(model(spaces=plan.spaces[:1], elements=plan.elements))
    assert gross(areas, "A") == pytest.approx(432.0, abs=1e-6)
    assert areas.levels[0].unallocated_m2 == pytest.approx(432.0, abs=1e-6)


def lone_half(drawn: tuple[float, float, float, float], slab: Polygon | None, *, external: bool | None) -> Areas:
    """The western half of the podium alone: its own walls, and the party wall of 200 (declared so, or not at all)."""
    west = box(0, 0, 23.9, 18).difference(box(0.24, 0.24, 23.9, 17.76))
    shared = replace(wall("party", box(23.9, 0, 24.1, 18)), external=external)
    elements = [wall("w", west), shared]
    if slab is not None:
        elements.append(wall("slab", slab, kind="slab", z=(-0.12, 0.0)))
    return measured(model(spaces=[room("A", *drawn)], elements=elements))


TO_WALL_FACES = (0.24, 0.24, 23.9, 17.76)
TO_PARTY_CENTRE = (0.0, 0.0, 24.0, 18.0)
PLATE, OWN_PLATE = box(0, 0, 48, 18), box(0, 0, 24.1, 18)


@pytest.mark.parametrize(
    ("external", "drawn", "slab"),
    [
        (False, TO_WALL_FACES, None),
        (None, TO_WALL_FACES, PLATE),
        (None, TO_PARTY_CENTRE, None),
    ],
    ids=["declared internal", "the slab goes on behind", "drawn to its centre, elsewhere to outer faces"],
)
def test_a_party_wall_with_nothing_behind_it_gives_an_interval(
    external: bool | None,  # noqa: FBT001  # a parameter of the test
    drawn: tuple[float, float, float, float],
    slab: Polygon | None,
) -> None:
    """Only the western part is drawn. If the wall is shared it is 24 × 18 = 432.00, if not 24.1 × 18 = 433.80."""
    found = lone_half(drawn, slab, external=external).rooms["A"]
    assert (found.low_m2, found.high_m2) == pytest.approx((432.0, 433.8), abs=1e-6)
    assert found.confidence == "medium"
    assert found.remark is not None


@pytest.mark.parametrize(
    ("external", "drawn", "slab"),
    [
        (True, TO_WALL_FACES, PLATE),
        (None, TO_WALL_FACES, OWN_PLATE),
        (None, (0.12, 0.12, 24.0, 17.88), OWN_PLATE),
        (None, TO_WALL_FACES, None),
    ],
    ids=["declared external", "the slab ends with it", "all walls drawn to their centres", "nothing tells"],
)
def test_an_outer_wall_is_not_doubted_without_cause(
    external: bool | None,  # noqa: FBT001  # a parameter of the test
    drawn: tuple[float, float, float, float],
    slab: Polygon | None,
) -> None:
    found = lone_half(drawn, slab, external=external).rooms["A"]
    assert (found.low_m2, found.gross_m2, found.high_m2) == pytest.approx((433.8, 433.8, 433.8), abs=1e-6)


def two_blocks(*, connected: bool) -> BuildingModel:
    """Two blocks of 12 × 18 with a joint of 100 between them, and perhaps a way through."""
    blocks = [box(0, 0, 12, 18), box(12.1, 0, 24.1, 18)]
    rooms = [box(0.24, 0.24, 11.76, 17.76), box(12.34, 0.24, 23.86, 17.76)]
    elements = [
        wall(f"w{i}", block.difference(hollow)) for i, (block, hollow) in enumerate(zip(blocks, rooms, strict=True))
    ]
    way = [door("D", (12.05, 8.0), (12.05, 9.8), 0.58)] if connected else []
    return model(spaces=[space(f"R{i}", r) for i, r in enumerate(rooms)], elements=elements, openings=way)


@pytest.mark.parametrize("turn_deg", [0.0, 37.0])
def test_a_side_without_its_wall_leaves_the_area_open_to_where_the_wall_would_stand(turn_deg: float) -> None:
    """Two rooms 24 and 16 m wide to outer faces and party centre, 18 m deep, walls 240, no north wall.

    As drawn they end at y = 17.76; with the wall they would come to 24 × 18 and 16 × 18.
    """
    walls = [(0, 0, 40, 0.24), (0, 0.24, 0.24, 17.76), (39.76, 0.24, 40, 17.76), (23.9, 0.24, 24.1, 17.76)]
    rooms = {"A": box(0.24, 0.24, 23.9, 17.76), "B": box(24.1, 0.24, 39.76, 17.76)}
    areas = measured(
        model(
            spaces=[space(id_, affinity.rotate(shape, turn_deg, (0, 0))) for id_, shape in rooms.items()],
            elements=[wall(f"w{n}", affinity.rotate(box(*w), turn_deg, (0, 0))) for n, w in enumerate(walls)],
        )
    )
    for id_, width in (("A", 24), ("B", 16)):
        found = areas.rooms[id_]
        assert (found.low_m2, found.gross_m2) == pytest.approx((width * 17.76, width * 17.76), abs=1e-4)
        assert found.high_m2 is not None
        assert width * 18 <= found.high_m2 + 1e-6 <= width * 18 + 0.1
        assert found.confidence == "medium"
        assert found.remark is not None


@pytest.mark.parametrize("turn_deg", [0.0, 37.0])
def test_what_a_room_has_beyond_its_outer_walls_is_open(turn_deg: float) -> None:
    """Two rooms of 12 × 10 m and 8 × 10 m to outer faces and party centre; A is drawn 5 m on to the west and south.

    Its own 12 × 10 m² stay certain, and nothing of what lies beyond.
    """
    rooms = {"A": box(-5, -5, 11.9, 9.76), "B": box(12.1, 0.24, 19.76, 9.76)}
    walls = [ring(0, 0, 20, 10, 0.24), party(12, 0.24, 9.76)]
    areas = measured(
        model(
            spaces=[space(id_, affinity.rotate(shape, turn_deg, (0, 0))) for id_, shape in rooms.items()],
            elements=[replace(w, footprint=affinity.rotate(w.footprint, turn_deg, (0, 0))) for w in walls],
        )
    )
    found = areas.rooms["A"]
    assert found.low_m2 == pytest.approx(120, abs=1e-4)
    assert gross(areas, "A") > 200
    assert areas.rooms["B"].low_m2 == pytest.approx(80, abs=1e-4)
    assert [(n.code, n.refs, n.blocks) for n in areas.notes] == [("room-beyond-walls", ("A",), ("street_entrances",))]


def test_a_hall_with_an_open_front_and_a_partition_is_all_its_own() -> None:
    """20 × 10 m, its south side open; the partition across has the same room on both sides."""
    walls = [wall("n", box(0, 9.76, 20, 10)), wall("w", box(0, 0, 0.24, 9.76)), wall("e", box(19.76, 0, 20, 9.76))]
    hall = model(spaces=[room("A", 0.24, 0, 19.76, 9.76)], elements=[*walls, wall("p", box(9.9, 0, 10.1, 9.76))])
    areas = measured(hall)
    assert areas.rooms["A"].low_m2 == pytest.approx(gross(areas, "A"))


def test_a_room_drawn_a_little_beyond_its_walls_lacks_none() -> None:
    """To the finish of the north wall, 60 mm beyond its structure."""
    areas = measured(model(spaces=[room("A", 0.0, 0.0, 12.0, 10.06)], elements=[ring(0, 0, 12, 10, 0.24)]))
    assert areas.rooms["A"].high_m2 == pytest.approx(gross(areas, "A"), abs=1e-9)


@pytest.mark.parametrize(("connected", "total"), [(True, 433.8), (False, 432.0)])
def test_a_deformation_joint_counts_only_where_it_is_open_to_the_inside(*, connected: bool, total: float) -> None:
    areas = measured(two_blocks(connected=connected))
    assert gross(areas, "R0") + gross(areas, "R1") == pytest.approx(total, abs=1e-6)


def test_a_void_over_a_hall_is_no_area_of_the_upper_storey() -> None:
    """A hall 6 × 8 reaches up two storeys in a plate of 24 × 18: above, 432 - 48 = 384 m² are left."""
    outer = box(0, 0, 24, 18)
    lower = outer.buffer(-0.24, join_style="mitre")
    hall = box(9, 5, 15, 13)
    upper = lower.difference(hall)
    walls = [wall("w1", outer - lower, z=(0, 4.5)), wall("w2", outer - lower, z=(4.5, 9))]
    spaces = [
        space("hall", hall, floor=0, top=9.0),
        space("low", lower.difference(hall), floor=0, top=4.3),
        space("up", upper, storey="S2", floor=4.5, top=8.8),
    ]
    areas = measured(model(spaces=spaces, elements=walls))
    assert gross(areas, "up") == pytest.approx(384.0, abs=1e-6)
    assert gross(areas, "low") + gross(areas, "hall") == pytest.approx(432.0, abs=1e-6)


@pytest.mark.parametrize("stair", [False, True])
def test_an_opening_in_the_slab_is_a_void_unless_a_stair_passes_it(*, stair: bool) -> None:
    """A room across an opening of 6 × 8 in its floor: 432 - 48 m², or all of it where the opening holds a stair."""
    plate, hole = box(0, 0, 24, 18), box(9, 5, 15, 13)
    inner = plate.buffer(-0.24, join_style="mitre")
    elements = [
        wall("w", plate - inner, z=(4.5, 9), storey="S2"),
        wall("slab", plate - hole, kind="slab", z=(4.38, 4.5), storey="S2"),
    ]
    if stair:
        elements.append(wall("stair", box(10, 6, 12, 12), kind="stair", z=(0, 4.5)))
    areas = measured(model(spaces=[space("up", inner, storey="S2", floor=4.5, top=8.8)], elements=elements))
    assert gross(areas, "up") == pytest.approx(432.0 if stair else 384.0, abs=1e-6)


def test_blocks_without_walls_give_an_interval_from_what_is_drawn() -> None:
    """A block of 10 × 20 with nothing around it: at least 200, at most with an assumed wall of 0.24."""
    found = measured(model(spaces=[room("A", 0, 0, 10, 20)])).rooms["A"]
    assert found.method == "assumed-walls"
    assert (found.low_m2, found.gross_m2) == pytest.approx((200.0, 200.0))
    assert found.high_m2 == pytest.approx(10.48 * 20.48)


def test_rooms_without_walls_keep_the_gap_between_them() -> None:
    """Two rooms 200 apart and no walls: the gap is a wall nobody drew, half for each."""
    found = measured(model(spaces=[room("A", 0, 0, 10, 20), room("B", 10.2, 0, 20, 20)])).rooms
    assert found["A"].gross_m2 == pytest.approx(10.1 * 20)
    assert found["B"].gross_m2 == pytest.approx(9.9 * 20)


@pytest.mark.parametrize("step", ["areas", "faces"])
def test_geometry_beyond_dividing_leaves_the_clear_area_as_a_lower_bound(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the geometry library gives up, nothing is claimed but what is certain, and the note says so."""

    def give_up(*_: object) -> None:
        raise shapely.errors.GEOSException("endpoints are equal")

    monkeypatch.setattr(f"bimcheck.measures.{step}.divide_walls", give_up)
    rooms = [room("A", 0.3, 0.3, 23.84, 17.7), room("B", 24.16, 0.3, 47.7, 17.7)]  # drawn to the finish
    areas = measured(replace(podium(), spaces=tuple(rooms)))
    found = areas.rooms["A"]
    assert found.low_m2 == pytest.approx(23.54 * 17.4)
    assert found.gross_m2 is None
    assert found.method == "net-only"
    assert [(note.code, note.refs) for note in areas.notes] == [("level-not-measured", ("A", "B"))]


def test_a_space_without_geometry_is_never_silently_zero() -> None:
    lost: Space = space("X", None, floor=None, top=None)
    plan = podium()
    areas = measured(model(spaces=[*plan.spaces, lost], elements=plan.elements))
    assert areas.rooms["X"].low_m2 is None
    assert [(n.code, n.refs) for n in areas.notes] == [("room-not-measured", ("X",))]
    assert "service_area_m2" in areas.notes[0].blocks


def test_overlapping_rooms_are_counted_once() -> None:
    plan = podium()
    areas = measured(model(spaces=[*plan.spaces, room("K", 1, 1, 4, 5)], elements=plan.elements))
    assert gross(areas, "K") == pytest.approx(12.0)
    assert gross(areas, "A") + gross(areas, "K") == pytest.approx(432.0)
    assert any(n.code == "rooms-overlap" for n in areas.notes)


def test_a_round_room_within_walls_of_constant_thickness() -> None:
    """A cylinder of radius 5 with a wall of 300 around: π · 5.3² within what the drawn polygon can hold."""
    inner = shapely.Point(0, 0).buffer(5, quad_segs=256)
    outer = shapely.Point(0, 0).buffer(5.3, quad_segs=256)
    areas = measured(model(spaces=[space("A", inner)], elements=[wall("w", outer - inner)]))
    assert gross(areas, "A") == pytest.approx(outer.area, rel=1e-7)
    assert gross(areas, "A") == pytest.approx(math.pi * 5.3**2, rel=1e-4)


def test_walls_may_stop_short_of_each_other_at_corners() -> None:
    """Four walls whose ends leave slits of 10 mm at the corners still make one outline."""
    walls = [
        straight_wall("s", (0.24, 0.12), (11.76, 0.12), 0.24),
        straight_wall("n", (0.24, 9.88), (11.76, 9.88), 0.24),
        straight_wall("w", (0.12, 0.0), (0.12, 10.0), 0.24),
        straight_wall("e", (11.89, 0.0), (11.89, 10.0), 0.22),
    ]
    areas = measured(model(spaces=[room("A", 0.24, 0.24, 11.76, 9.76)], elements=walls))
    assert gross(areas, "A") == pytest.approx(120.0, abs=0.02)
