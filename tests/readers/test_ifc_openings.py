"""Doors and gateways: the hole through the whole wall, the axis along it, and what the file says about them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from ifc_builder import IfcBuilder, refs, zh

from bimcheck.model import Opening
from bimcheck.readers.ifc import read_ifc


def openings(builder: IfcBuilder, folder: Path) -> list[Opening]:
    return list(read_ifc(builder.write(folder)).openings)


def ends(opening: Opening) -> list[tuple[float, ...]]:
    return sorted(tuple(round(v, 6) for v in point) for point in opening.axis.coords)


@pytest.mark.parametrize("depth", [(-100, 300), (0, 200), (120, 300)])
def test_a_door_hole_goes_through_the_whole_wall(depth: tuple[float, float], tmp_path: Path) -> None:
    """Whether its opening is deeper than the wall, as deep, or a rebate on one side."""
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    f.door(f.void(wall, f.box(1000, depth[0], 1900, depth[1], 2100, 150)))
    (door,) = openings(f, tmp_path)
    assert door.footprint.bounds == pytest.approx((1, 0, 1.9, 0.2))
    assert ends(door) == [(1.0, 0.1), (1.9, 0.1)]
    assert door.kind == "door"
    assert (door.sill_z_m, door.head_z_m) == pytest.approx((0.15, 2.25))
    assert door.width_m == pytest.approx(0.9)


def test_a_door_narrower_than_its_wall_is_thick_still_runs_along_the_wall(tmp_path: Path) -> None:
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 1200)
    f.door(f.void(wall, f.box(2000, -50, 2700, 1250, 2100)))
    (door,) = openings(f, tmp_path)
    assert ends(door) == [(2.0, 0.6), (2.7, 0.6)]


def test_a_door_in_a_turned_wall(tmp_path: Path) -> None:
    """A wall from the origin at 30°, 0.24 m thick about its axis; the door lies 2 to 3 m along it."""
    f = IfcBuilder()
    c, s = math.cos(math.pi / 6), math.sin(math.pi / 6)
    place = f.placed(f.placement, at=(0, 0, 0), x=(c, s, 0))
    wall = f.element("IFCWALL", f.box(0, -120, 6000, 120, 3000), tail=("$",), placement=place)
    void = f.root("IFCOPENINGELEMENT", "$", "$", "$", place, f.shape(f.box(2000, -300, 3000, 300, 2100)), "$", "$")
    f.root("IFCRELVOIDSELEMENT", "$", "$", wall, void)
    f.door(void)
    (door,) = openings(f, tmp_path)
    assert ends(door) == [(round(2 * c, 6), round(2 * s, 6)), (round(3 * c, 6), round(3 * s, 6))]
    assert door.footprint.area == pytest.approx(0.24)


def test_a_door_in_a_curved_wall_has_its_chord(tmp_path: Path) -> None:
    """Ring wall of radii 5 and 5.2 m; a radial hole one metre wide about the x axis."""
    f = IfcBuilder()
    rings = [f.add("IFCCIRCLE", f.add("IFCAXIS2PLACEMENT2D", f.point(0, 0), "$"), r) for r in ("5200.", "5000.")]
    profile = f.add("IFCARBITRARYPROFILEDEFWITHVOIDS", ".AREA.", "$", rings[0], refs([rings[1]]))
    wall = f.element("IFCWALL", f.extrusion(profile, 3000), tail=("$",))
    f.door(f.void(wall, f.box(4500, -500, 5500, 500, 2100)))
    (door,) = openings(f, tmp_path)
    assert [y for _, y in ends(door)] == pytest.approx([-0.5, 0.5], abs=1e-3)
    assert all(4.9 < x < 5.2 for x, _ in ends(door))
    assert door.width_m == pytest.approx(1.0, abs=1e-3)


def test_a_door_without_an_opening_finds_its_wall(tmp_path: Path) -> None:
    """Some programs draw the leaf in a solid wall: the hole is still as deep as the wall."""
    f = IfcBuilder()
    f.wall(0, 0, 5000, 200)
    f.door(None, f.box(1000, 80, 1900, 120, 2100))
    (door,) = openings(f, tmp_path)
    assert door.footprint.bounds == pytest.approx((1, 0, 1.9, 0.2))
    assert door.host_id is not None


def test_a_door_in_a_curtain_wall_has_its_own_plan(tmp_path: Path) -> None:
    f = IfcBuilder()
    pane = f.root("IFCPLATE", "'P'", "$", "$", f.placement, f.shape(f.box(0, 0, 1000, 50, 3000)), "$", "$")
    door = f.root(
        "IFCDOOR", "'D'", "$", "$", f.placement, f.shape(f.box(1000, 0, 2800, 50, 2400)), "$", "2400.", "1800.",
        ".DOOR.", ".DOUBLE_DOOR_SINGLE_SWING.", "$",
    )  # fmt: skip
    wall = f.element("IFCCURTAINWALL", tail=("$",))
    f.aggregate(wall, [pane, door])
    model = read_ifc(f.write(tmp_path))
    (found,) = model.openings
    assert ends(found) == [(1.0, 0.025), (2.8, 0.025)]
    assert found.host_id == model.elements[0].id
    assert found.operation == "DOUBLE_DOOR_SINGLE_SWING"
    assert found.storey_id == model.storeys[0].id


@pytest.mark.parametrize(
    ("box", "walkable"),
    [
        ((1000, -50, 2500, 250, 2400, 0), True),
        ((1000, -50, 2500, 250, 2400, 90), True),
        ((1000, -50, 2500, 250, 1500, 900), False),  # a hatch
        ((1000, -50, 2500, 250, 1700, 0), False),  # too low
        ((1000, -50, 1500, 250, 2400, 0), False),  # too narrow
        ((1000, -50, 2500, 100, 2400, 0), False),  # a niche
    ],
)
def test_an_opening_nothing_fills_is_a_gateway_if_one_can_walk_through(
    box: tuple[float, ...],
    walkable: bool,  # noqa: FBT001  # a pytest parameter
    tmp_path: Path,
) -> None:
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    f.void(wall, f.box(*box))
    found = openings(f, tmp_path)
    assert [o.kind for o in found] == (["gateway"] if walkable else [])
    if walkable:
        assert found[0].footprint.bounds == pytest.approx((1, 0, 2.5, 0.2))


@pytest.mark.parametrize(("height", "open_"), [(2200, True), (1500, False)])
def test_a_gap_in_a_garden_wall_is_a_gate_however_low_the_wall(height: float, open_: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a pytest parameter
    """A garden wall (围墙) of 1.6 m: cut down to the ground from its top it lets people pass, a hatch does not."""
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200, height=1600, name="小区围墙")
    f.void(wall, f.box(1000, -50, 2500, 250, height))
    found = openings(f, tmp_path)
    assert [o.kind for o in found] == (["gateway"] if open_ else [])
    if open_:
        assert found[0].footprint.bounds == pytest.approx((1, 0, 2.5, 0.2))


def test_a_hole_cut_twice_is_one_door(tmp_path: Path) -> None:
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    f.void(wall, f.box(1000, -50, 1900, 250, 2100))
    f.door(f.void(wall, f.box(1000, -50, 1900, 250, 2100)))
    assert [o.kind for o in openings(f, tmp_path)] == ["door"]


def test_a_window_is_an_element_and_no_way_through(tmp_path: Path) -> None:
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    void = f.void(wall, f.box(1000, 0, 2500, 200, 2000, 0))
    window = f.element("IFCWINDOW", name="C1", tail=("2000.", "1500.", "$", "$", "$"))
    f.root("IFCRELFILLSELEMENT", "$", "$", void, window)
    model = read_ifc(f.write(tmp_path))
    assert model.openings == ()
    assert [(e.kind, e.footprint.area) for e in model.elements] == [("wall", 1.0), ("window", pytest.approx(0.3))]


@pytest.mark.parametrize(
    ("name", "kinds"), [("MLC1524", ["door"]), ("门联窗-3", ["door"]), ("LC1524", []), ("XMLC", [])]
)
def test_a_window_unit_with_a_door_in_it_is_a_way_through(name: str, kinds: list[str], tmp_path: Path) -> None:
    """Schedules call it 门联窗 (MLC), and programs that know no such thing write it as a window."""
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    void = f.void(wall, f.box(1000, 0, 2500, 200, 2400, 0))
    window = f.element("IFCWINDOW", name=zh(name), tail=("2400.", "1500.", "$", "$", "$"))
    f.root("IFCRELFILLSELEMENT", "$", "$", void, window)
    model = read_ifc(f.write(tmp_path))
    assert [o.kind for o in model.openings] == kinds
    assert [e.kind for e in model.elements] == ["wall", "window"]


def test_declared_boundaries_and_externality_are_kept(tmp_path: Path) -> None:
    f = IfcBuilder()
    room = f.space(f.box(0, 200, 5000, 4000, 3000))
    wall = f.wall(0, 0, 5000, 200)
    door = f.door(f.void(wall, f.box(1000, 0, 1900, 200, 2100)))
    f.properties(door, "Pset_DoorCommon", IsExternal="IFCBOOLEAN(.T.)")
    f.root("IFCRELSPACEBOUNDARY", "$", "$", room, door, "$", ".PHYSICAL.", ".EXTERNAL.")
    model = read_ifc(f.write(tmp_path))
    (found,) = model.openings
    assert (found.space_ids, found.external) == ((model.spaces[0].id,), True)


def test_a_door_without_any_geometry_is_named(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.root("IFCDOOR", "'M1'", "$", "$", "$", "$", "$", "$", "$", "$", "$", "$")
    model = read_ifc(f.write(tmp_path))
    assert model.openings == ()
    assert [(n.code, n.blocks) for n in model.notes] == [("door-without-geometry", ("street_entrances",))]


def test_width_is_in_metres_whatever_the_unit(tmp_path: Path) -> None:
    f = IfcBuilder(unit="ft")
    wall = f.wall(0, 0, 20, 1, 10)
    f.door(f.void(wall, f.box(4, 0, 7, 1, 7)), width=3)
    (door,) = openings(f, tmp_path)
    assert door.width_m == pytest.approx(3 * 0.3048)
