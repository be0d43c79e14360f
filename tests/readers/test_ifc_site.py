"""What stands outdoors, in whatever class a program writes it; names decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from ifc_builder import IfcBuilder, refs, zh

from bimcheck.model import SiteFeature
from bimcheck.readers.ifc import read_ifc


def site(builder: IfcBuilder, folder: Path) -> list[SiteFeature]:
    return list(read_ifc(builder.write(folder)).site)


@pytest.mark.parametrize(
    ("entity", "name", "kind"),
    [
        ("IFCBUILDINGELEMENTPROXY", "文苑路", "street"),
        ("IFCBUILDINGELEMENTPROXY", "小区内部道路", "internal-road"),
        ("IFCGEOGRAPHICELEMENT", "海昌大道", "street"),
        ("IFCGEOGRAPHICELEMENT", "集中绿地", "green"),
        ("IFCCIVILELEMENT", "消防车道", "internal-road"),
        ("IFCFURNISHINGELEMENT", "停车位:2500x5500:123", "parking"),
        ("IFCSLAB", "社区活动广场", "plaza"),
        ("IFCWALL", "小区围墙", "fence"),
        ("IFCRAILING", "围栏", "fence"),
        ("IFCBUILDINGELEMENTPROXY", "既有沿街建筑", "building"),
        ("IFCBUILDINGELEMENTPROXY", "小区大门", "gate"),
    ],
)
def test_elements_by_name(entity: str, name: str, kind: str, tmp_path: Path) -> None:
    f = IfcBuilder()
    tail = () if entity == "IFCFURNISHINGELEMENT" else ("$",)
    f.element(entity, f.box(0, 0, 5500, 2500, 100), name=zh(name), tail=tail)
    model = read_ifc(f.write(tmp_path))
    assert [(s.kind, s.name) for s in model.site] == [(kind, name)]
    assert model.site[0].geometry.area == pytest.approx(13.75)
    assert model.elements == (), "what belongs to the site is no element of the building"
    assert model.has_site


def test_ordinary_elements_are_no_site(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.wall(0, 0, 5000, 200)
    f.element("IFCSLAB", f.box(0, 0, 5000, 5000, 120), name=zh("楼板"), tail=("$",))
    f.element("IFCFURNISHINGELEMENT", f.box(0, 0, 900, 900, 700), name=zh("会议桌"))
    f.element("IFCRAILING", f.box(0, 0, 900, 60, 1100), name=zh("楼梯栏杆"), tail=("$",))
    assert site(f, tmp_path) == []


@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4"])
def test_outdoor_spaces(schema: str, tmp_path: Path) -> None:
    """PARKING where the schema has it; names of stalls and plazas everywhere; a room beside stalls is none."""
    f = IfcBuilder(schema=schema)
    kind = ".PARKING." if schema == "IFC4" else ".EXTERNAL."
    for i, name in enumerate(("停车位01", "无障碍车位02", "活动广场", "车位管理室")):
        f.space(f.box(6000 * i, 0, 6000 * i + 5500, 2500, 2200), long_name=zh(name), predefined=kind if i < 2 else "$")
    found = site(f, tmp_path)
    assert [(s.kind, s.accessible, s.underground) for s in found] == [
        ("parking", False, False), ("parking", True, False), ("plaza", False, None),
    ]  # fmt: skip


def test_each_repeated_stall_counts(tmp_path: Path) -> None:
    """One proxy that maps the same stall four times holds four stalls."""
    f = IfcBuilder()
    source = f.add("IFCREPRESENTATIONMAP", f.axes, f.representation(f.box(0, 0, 2500, 5500, 50)))
    moves = [
        f.add("IFCCARTESIANTRANSFORMATIONOPERATOR3D", "$", "$", f.point(2500 * i, 0, 0), "$", "$") for i in range(4)
    ]
    items = [f.add("IFCMAPPEDITEM", source, move) for move in moves]
    shape = f.shape(*items, kind="MappedRepresentation")
    f.element("IFCBUILDINGELEMENTPROXY", shape=shape, name=zh("停车位"), tail=("$",))
    found = site(f, tmp_path)
    assert [s.kind for s in found] == ["parking"] * 4
    assert len({s.id for s in found}) == 4
    assert sum(s.geometry.area for s in found) == pytest.approx(55)


def test_a_stall_drawn_twice_counts_once(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.box(0, 0, 2500, 5500, 2200), long_name=zh("车位1"), predefined=".PARKING.")
    f.element("IFCBUILDINGELEMENTPROXY", f.box(0, 0, 2500, 5500, 50), name=zh("停车位"), tail=("$",))
    assert [s.kind for s in site(f, tmp_path)] == ["parking"]


def test_a_car_park_without_stalls_leaves_the_count_open(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.element("IFCSLAB", f.box(0, 0, 30_000, 16_000, 100), name=zh("地面停车场"), tail=("$",))
    f.element("IFCBUILDINGELEMENTPROXY", f.box(0, 0, 30_000, 16_000, 100), name=zh("地面停车场"), tail=("$",))
    model = read_ifc(f.write(tmp_path))
    assert model.site == ()
    assert [(n.code, n.blocks) for n in model.notes] == [("car-park-undivided", ("parking_spaces",))]


def test_stalls_below_ground_and_bicycles_stand_apart(tmp_path: Path) -> None:
    f = IfcBuilder()
    names = {"地下车位B-1": ("parking", True), "非机动车停车位": ("bicycle", False), "车位2": ("parking", False)}
    for i, name in enumerate(names):
        f.space(f.box(6000 * i, 0, 6000 * i + 2500, 5500, 2200), long_name=zh(name), predefined=".PARKING.")
    assert {s.name: (s.kind, s.underground) for s in site(f, tmp_path)} == names


def test_annotations_keep_their_lines_and_texts(tmp_path: Path) -> None:
    """A red line stays a line, the plot's edge becomes a region, a text stands at its point."""
    f = IfcBuilder()
    red = f.polyline([(0, 0), (50_000, 0)], close=False)
    f.root("IFCANNOTATION", f"'{zh('文苑路道路红线')}'", "$", "$", f.placement, f.shape(red, name="Annotation"))
    plot = f.polyline([(0, 0), (50_000, 0), (50_000, 40_000), (0, 40_000)])
    lines = f.add("IFCGEOMETRICCURVESET", refs([plot]))
    f.root("IFCANNOTATION", f"'{zh('用地红线')}'", "$", "$", f.placement, f.shape(lines, name="Annotation"))
    at = f.add("IFCAXIS2PLACEMENT3D", f.point(7000, 8000, 0), "$", "$")
    mark = f.add("IFCTEXTLITERAL", f"'{zh('社区用房出入口')}'", at, ".RIGHT.")
    f.root("IFCANNOTATION", "'Text'", "$", "$", f.placement, f.shape(mark, name="Annotation"))
    found = {s.kind: s.geometry for s in site(f, tmp_path)}
    assert {kind: geometry.geom_type for kind, geometry in found.items()} == {
        "street": "LineString", "site-boundary": "Polygon", "entrance-mark": "Point",
    }  # fmt: skip
    assert found["street"].length == pytest.approx(50)
    assert found["site-boundary"].area == pytest.approx(2000)
    assert found["entrance-mark"].wkt == "POINT (7 8)"


def test_a_road_is_a_street_whatever_its_name(tmp_path: Path) -> None:
    f = IfcBuilder(schema="IFC4X3_ADD2")
    f.element("IFCROAD", f.box(0, 0, 50_000, 7000, 100), name="R1", tail=("$", "$"))
    assert [s.kind for s in site(f, tmp_path)] == ["street"]


@pytest.mark.parametrize(("name", "kinds"), [("文苑路", ["street"]), ("A1", [])])
def test_an_alignment_is_a_street_if_its_name_says_so(name: str, kinds: list[str], tmp_path: Path) -> None:
    """Railways and pipes have alignments too."""
    f = IfcBuilder(schema="IFC4X3_ADD2")
    axis = f.polyline([(-50_000, -20_000), (80_000, -20_000)], close=False)
    f.root("IFCALIGNMENT", f"'{zh(name)}'", "$", "$", f.placement, f.shape(axis, name="Axis"), "$")
    found = site(f, tmp_path)
    assert [s.kind for s in found] == kinds
    assert [s.geometry.length for s in found] == [130.0] * len(kinds)


def test_the_layer_is_kept(tmp_path: Path) -> None:
    f = IfcBuilder()
    drawn = f.representation(f.polyline([(0, 0), (9000, 0)], close=False), name="Annotation")
    shape = f.add("IFCPRODUCTDEFINITIONSHAPE", "$", "$", refs([drawn]))
    f.root("IFCANNOTATION", f"'{zh('文苑路')}'", "$", "$", f.placement, shape)
    f.add("IFCPRESENTATIONLAYERASSIGNMENT", "'ROAD-RED'", "$", refs([drawn]), "$")
    assert [s.layer for s in site(f, tmp_path)] == ["ROAD-RED"]


def test_level_terrain_is_the_outdoor_ground(tmp_path: Path) -> None:
    f = IfcBuilder()
    ground = f.shape(f.box(-50_000, -50_000, 50_000, 50_000, 1000, -1450))
    f.element("IFCGEOGRAPHICELEMENT", shape=ground, name="T", tail=(".TERRAIN.",))
    (found,) = site(f, tmp_path)
    assert found.kind == "outdoor-ground"
    assert found.z_m == pytest.approx(-0.45)


def test_sloping_terrain_gives_its_heights_beside_the_building(tmp_path: Path) -> None:
    """Ground falling 0.1 per metre along x under a 10 m wall: about 1.1 m apart at its ends (0.5 m beyond each)."""
    f = IfcBuilder()
    points = f.add(
        "IFCCARTESIANPOINTLIST3D",
        "((-50000.,-50000.,5000.),(50000.,-50000.,-5000.),(50000.,50000.,-5000.),(-50000.,50000.,5000.))",
    )
    mesh = f.add("IFCTRIANGULATEDFACESET", points, "$", ".F.", "((1,2,3),(1,3,4))", "$")
    terrain = f.shape(mesh, kind="Tessellation")
    f.element("IFCGEOGRAPHICELEMENT", shape=terrain, name="T", tail=(".TERRAIN.",))
    f.wall(0, 0, 10_000, 200)
    heights = sorted(s.z_m for s in site(f, tmp_path) if s.z_m is not None)
    assert heights == pytest.approx([-1.05, 0.05], abs=1e-6)


def test_a_building_of_masses_is_another_building(tmp_path: Path) -> None:
    """A second IfcBuilding that holds nothing but a mass: its outline may block a view."""
    f = IfcBuilder()
    f.space(f.box(0, 0, 5000, 4000, 3000))
    other = f.root("IFCBUILDING", "'2#'", "$", "$", f.placement, "$", "$", ".ELEMENT.", *["$"] * 3)
    f.aggregate(f.site, [other])
    mass = f.root(
        "IFCBUILDINGELEMENTPROXY",
        "'Mass'",
        "$",
        "$",
        f.placement,
        f.shape(f.box(0, 9000, 8000, 15_000, 9000)),
        "$",
        "$",
    )
    f.root("IFCRELCONTAINEDINSPATIALSTRUCTURE", "$", "$", refs([mass]), other)
    (found,) = site(f, tmp_path)
    assert (found.kind, found.name) == ("building", "2#")
    assert found.geometry.area == pytest.approx(48)
