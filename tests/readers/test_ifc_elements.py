"""Walls with their openings left closed, curtain walls and stairs as one, wall layers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from ifc_builder import IfcBuilder, numbers, refs

from bimcheck.model import Element
from bimcheck.readers.ifc import read_ifc


def elements(builder: IfcBuilder, folder: Path) -> list[Element]:
    return list(read_ifc(builder.write(folder)).elements)


def test_a_wall_keeps_the_plan_of_its_openings(tmp_path: Path) -> None:
    """5 m × 0.2 m with a door in it is still 1 m² of wall."""
    f = IfcBuilder()
    wall = f.wall(0, 0, 5000, 200)
    f.door(f.void(wall, f.box(1000, -100, 1900, 300, 2100)))
    (found,) = elements(f, tmp_path)
    assert found.kind == "wall"
    assert found.footprint.area == pytest.approx(1.0)
    assert (found.z_min_m, found.z_max_m) == pytest.approx((0, 3))


def test_a_roof_cut_does_not_shrink_the_plan_but_a_mitre_does(tmp_path: Path) -> None:
    """A 4 m wall cut by a sloping plane from above keeps its length; an upright plane at 3 m takes a metre off."""
    f = IfcBuilder()

    def cut(solid: str, point: tuple[float, ...], normal: tuple[float, ...]) -> str:
        half = f.add("IFCHALFSPACESOLID", f.add("IFCPLANE", f.frame(point, normal)), ".F.")
        return f.add("IFCBOOLEANCLIPPINGRESULT", ".DIFFERENCE.", solid, half)

    solid = cut(cut(f.box(0, 0, 4000, 200, 3000), (0, 0, 1000), (-1, 0, 2)), (3000, 0, 0), (1, 0, 0))
    f.element("IFCWALL", shape=f.shape(solid, kind="Clipping"), tail=("$",))
    (found,) = elements(f, tmp_path)
    assert found.footprint.bounds == pytest.approx((0, 0, 3, 0.2))
    assert found.z_max_m == pytest.approx(2.5)


def test_a_wall_drawn_lying_down(tmp_path: Path) -> None:
    """An elevation with a doorway, drawn out through the thickness: the plan is the whole wall, doorway included."""
    f = IfcBuilder()
    elevation = f.profile(
        [(0, 0), (1000, 0), (1000, 2100), (1900, 2100), (1900, 0), (5000, 0), (5000, 3000), (0, 3000)]
    )
    lying = f.frame((0, 200, 0), (0, -1, 0), (1, 0, 0))
    f.element("IFCWALL", f.extrusion(elevation, 200, lying), tail=("$",))
    (found,) = elements(f, tmp_path)
    assert found.footprint.bounds == pytest.approx((0, 0, 5, 0.2))
    assert found.footprint.area == pytest.approx(1.0)
    assert (found.z_min_m, found.z_max_m) == pytest.approx((0, 3))


def test_a_wall_of_axis_and_layers(tmp_path: Path) -> None:
    """A 5 m axis with 200 + 60 mm of layers laid to its left; the insulation is told by its name."""
    f = IfcBuilder()
    axis = f.polyline([(0, 0), (5000, 0)], close=False)
    wall = f.element("IFCWALL", shape=f.shape(axis, name="Axis", kind="Curve2D"), tail=("$",))
    layers = [
        f.add("IFCMATERIALLAYER", f.add("IFCMATERIAL", name, "$", "$"), thickness, "$", "$", "$", "$", "$")
        for name, thickness in (("'Beton'", "200."), ("'\\X2\\63245851677F\\X0\\'", "60."))
    ]
    layer_set = f.add("IFCMATERIALLAYERSET", refs(layers), "$", "$")
    usage = f.add("IFCMATERIALLAYERSETUSAGE", layer_set, ".AXIS2.", ".POSITIVE.", "0.", "$")
    f.root("IFCRELASSOCIATESMATERIAL", "$", "$", refs([wall]), usage)
    (found,) = elements(f, tmp_path)
    assert found.footprint.bounds == pytest.approx((0, 0, 5, 0.26))
    assert [(layer.thickness_m, layer.insulation) for layer in found.layers] == [(0.2, False), (0.06, True)]


def test_a_curtain_wall_is_the_union_of_its_parts(tmp_path: Path) -> None:
    """Pane and mullion side by side are one element; neither is an element of its own."""
    f = IfcBuilder()
    tail = ("$",)
    pane = f.root(
        "IFCPLATE", "'P'", "$", "$", f.placement, f.shape(f.box(0, 0, 1000, 50, 3000)), "$", ".CURTAIN_PANEL."
    )
    post = f.root("IFCMEMBER", "'M'", "$", "$", f.placement, f.shape(f.box(1000, 0, 1050, 150, 3200)), "$", ".MULLION.")
    wall = f.element("IFCCURTAINWALL", tail=tail)
    f.aggregate(wall, [pane, post])
    (found,) = elements(f, tmp_path)
    assert found.kind == "curtain-wall"
    assert found.footprint.area == pytest.approx(0.05 + 0.0075)
    assert found.z_max_m == pytest.approx(3.2)


def test_a_whole_with_a_body_does_not_count_its_parts(tmp_path: Path) -> None:
    f = IfcBuilder()
    part = f.root("IFCWALL", "'part'", "$", "$", f.placement, f.shape(f.box(0, 0, 4000, 100, 3000)), "$", "$")
    whole = f.wall(0, 0, 4000, 200)
    f.aggregate(whole, [part])
    (found,) = elements(f, tmp_path)
    assert found.footprint.area == pytest.approx(0.8)


def test_stairs_are_one_with_their_flights_and_roofs_leave_their_slabs(tmp_path: Path) -> None:
    f = IfcBuilder()
    flights = [
        f.root(
            "IFCSTAIRFLIGHT", "'F'", "$", "$", f.placement, f.shape(f.box(0, y, 3000, y + 1200, 1500, y)), *["$"] * 6
        )
        for y in (0, 1500)
    ]
    f.aggregate(f.element("IFCSTAIR", tail=("$",)), flights)
    slab = f.root("IFCSLAB", "'S'", "$", "$", f.placement, f.shape(f.box(0, 0, 9000, 9000, 200, 3000)), "$", ".ROOF.")
    f.aggregate(f.element("IFCROOF", tail=("$",)), [slab])
    found = {element.kind: element.footprint.area for element in elements(f, tmp_path)}
    assert found == {"stair": pytest.approx(7.2), "roof": pytest.approx(81)}


def test_a_part_that_contains_itself_ends(tmp_path: Path) -> None:
    """Aggregation in a circle is read as far as it goes."""
    f = IfcBuilder()
    one, two = f.wall(0, 0, 4000, 200), f.wall(0, 5000, 4000, 5200)
    f.aggregate(one, [two])
    f.aggregate(two, [one])
    assert {element.kind for element in elements(f, tmp_path)} == {"wall"}


def test_a_curved_wall(tmp_path: Path) -> None:
    """A quarter ring of radii 5 and 5.2 m."""
    f = IfcBuilder()
    h = math.sqrt(0.5)
    points = [(5200, 0), (5200 * h, 5200 * h), (0, 5200), (0, 5000), (5000 * h, 5000 * h), (5000, 0)]
    listed = f.add("IFCCARTESIANPOINTLIST2D", "(" + ",".join(numbers(p) for p in points) + ")")
    order = "(IFCARCINDEX((1,2,3)),IFCLINEINDEX((3,4)),IFCARCINDEX((4,5,6)),IFCLINEINDEX((6,1)))"
    curve = f.add("IFCINDEXEDPOLYCURVE", listed, order, ".F.")
    profile = f.add("IFCARBITRARYCLOSEDPROFILEDEF", ".AREA.", "$", curve)
    f.element("IFCWALL", f.extrusion(profile, 3000), tail=("$",))
    (found,) = elements(f, tmp_path)
    assert found.footprint.area == pytest.approx(math.pi / 4 * (5.2**2 - 5**2), abs=1e-6)


def test_proxies_count_only_where_their_name_is_clear(tmp_path: Path) -> None:
    f = IfcBuilder()
    names = {"\\X2\\5916 5899\\X0\\".replace(" ", ""): "wall", "Elevator 1": "lift", "Table": None}
    for i, name in enumerate(names):
        f.element("IFCBUILDINGELEMENTPROXY", f.box(3000 * i, 0, 3000 * i + 2000, 200, 3000), name=name, tail=("$",))
    assert [element.kind for element in elements(f, tmp_path)] == [kind for kind in names.values() if kind]


def test_an_unusable_wall_is_named(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.element("IFCWALL", f.extrusion(f.profile([(0, 0), (1e300, 0), (0, 1)]), 3000), tail=("$",), name="W7")
    model = read_ifc(f.write(tmp_path))
    assert model.elements == ()
    (note,) = model.notes
    assert (note.code, "W7" in note.text.en, "service_area_m2" in note.blocks) == (
        "element-geometry-unusable", True, True,
    )  # fmt: skip
