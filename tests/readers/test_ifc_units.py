"""Units: declared in any way, overridden by option, missing, or contradicted by the drawing."""

from __future__ import annotations

from pathlib import Path

import pytest
from ifc_builder import IfcBuilder

from bimcheck.errors import UsageError
from bimcheck.readers.ifc import read_ifc


def room(unit: str | None, side: float, schema: str = "IFC4") -> IfcBuilder:
    """A square room of the given side, 0.6 as high, with a door a fifth as wide."""
    f = IfcBuilder(unit=unit, schema=schema)
    f.space(f.box(0, 0, side, side, 0.6 * side))
    wall = f.wall(0, -0.05 * side, side, 0, 0.6 * side)
    f.door(f.void(wall, f.box(0.1 * side, -0.05 * side, 0.3 * side, 0, 0.45 * side)), width=0.2 * side)
    return f


@pytest.mark.parametrize(("unit", "metre"), [("mm", 1000.0), ("cm", 100.0), ("m", 1.0), ("ft", 1 / 0.3048)])
@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4", "IFC4X3_ADD2"])
def test_a_room_of_25_square_metres_in_any_unit(unit: str, metre: float, schema: str, tmp_path: Path) -> None:
    model = read_ifc(room(unit, 5 * metre, schema).write(tmp_path))
    footprint = model.spaces[0].footprint
    assert footprint is not None
    assert footprint.area == pytest.approx(25, rel=1e-9)
    assert model.openings[0].width_m == pytest.approx(1)
    assert (model.source.length_unit, model.source.unit_basis) == (unit, "declared")


def test_no_unit_is_asked_for(tmp_path: Path) -> None:
    path = room(None, 5000).write(tmp_path)
    with pytest.raises(UsageError, match="--unit"):
        read_ifc(path)
    model = read_ifc(path, "mm")
    assert model.spaces[0].footprint is not None
    assert model.spaces[0].footprint.area == pytest.approx(25)
    assert (model.source.length_unit, model.source.unit_basis) == ("mm", "option")


def test_metres_declared_and_millimetres_drawn_is_asked_for(tmp_path: Path) -> None:
    path = room("m", 5000).write(tmp_path)
    with pytest.raises(UsageError, match=r"it may be mm \(--unit mm\)"):
        read_ifc(path)
    assert read_ifc(path, "mm").openings[0].width_m == pytest.approx(1)


def test_millimetres_declared_and_metres_drawn_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--unit m\)"):
        read_ifc(room("mm", 5).write(tmp_path))


def test_a_hall_is_not_taken_for_a_wrong_unit(tmp_path: Path) -> None:
    """80 m of hall with doors of its own scale is large but not absurd."""
    f = IfcBuilder()
    f.space(f.box(0, 0, 80_000, 60_000, 18_000))
    wall = f.wall(0, -300, 80_000, 0, 18_000)
    f.door(f.void(wall, f.box(1000, -300, 4000, 0, 3000)))
    assert len(read_ifc(f.write(tmp_path)).spaces) == 1


def test_an_option_that_names_no_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="furlong"):
        read_ifc(room("mm", 5000).write(tmp_path), "furlong")


def test_the_option_reaches_the_kernel(tmp_path: Path) -> None:
    """A revolved body declared in millimetres, read in centimetres, is ten times as large."""
    f = IfcBuilder()
    position = f.frame((0, 0, 0), (0, -1, 0), (1, 0, 0))
    axis = f.add("IFCAXIS1PLACEMENT", f.point(0, 0, 0), f.direction(0, 1, 0))
    profile = f.profile([(400, 0), (600, 0), (600, 300), (400, 300)])
    f.space(f.add("IFCREVOLVEDAREASOLID", profile, position, axis, "1.5707963267948966"))
    path = f.write(tmp_path)
    one, ten = (read_ifc(path, unit).spaces[0].footprint for unit in ("mm", "cm"))
    assert one is not None
    assert ten is not None
    assert ten.area == pytest.approx(100 * one.area)


def test_declared_areas_use_the_area_unit(tmp_path: Path) -> None:
    """100 square feet are 9.29 m²."""
    f = IfcBuilder(unit="ft")
    space = f.space(f.box(0, 0, 10, 10, 10))
    f.properties(space, "P", Area="IFCAREAMEASURE(100.)")
    assert read_ifc(f.write(tmp_path)).spaces[0].declared[0].area_m2 == pytest.approx(9.290304)


def test_storeys_stand_where_their_placements_are(tmp_path: Path) -> None:
    """The placement decides; the Elevation attribute is kept beside it; numbers come from the names."""
    f = IfcBuilder()
    upper = f.root(
        "IFCBUILDINGSTOREY", "'2F'", "$", "$", f.placed(f.placement, at=(0, 0, 4500)), "$", "$", ".ELEMENT.", "9999."
    )
    ground = f.root(
        "IFCBUILDINGSTOREY", "'\\X2\\5BA4591657305 76A\\X0\\'".replace(" ", ""), "$", "$",
        f.placed(f.placement, at=(0, 0, -450)), "$", "$", ".ELEMENT.", "-450.",
    )  # fmt: skip
    f.aggregate(f.building, [upper, ground])
    found = {
        s.name: (s.number, s.kind, s.elevation_m, s.declared_elevation_m) for s in read_ifc(f.write(tmp_path)).storeys
    }
    assert found == {
        "1F": (1, "storey", 0.0, 0.0),
        "2F": (2, "storey", 4.5, 9.999),
        "室外地坪": (None, "site", -0.45, -0.45),
    }


def test_true_north_and_origin(tmp_path: Path) -> None:
    f = IfcBuilder(north=(3.0, 4.0))
    place = f.placed("$", at=(512_345_678, 3_378_901_234, 0))
    f.space(f.box(0, 0, 5000, 4000, 3000), placement=place)
    model = read_ifc(f.write(tmp_path))
    assert model.north == pytest.approx((0.6, 0.8))
    assert model.origin_m == (512_000.0, 3_379_000.0)
    assert model.spaces[0].footprint is not None
    assert model.spaces[0].footprint.bounds == pytest.approx((345.678, -98.766, 350.678, -94.766))


def test_source_names_the_file_and_its_author(tmp_path: Path) -> None:
    f = IfcBuilder()
    who = f.add("IFCORGANIZATION", "$", "'X'", "$", "$", "$")
    f.add("IFCAPPLICATION", who, "'24'", "'Some CAD'", "'cad'")
    f.aggregate(f.storey, [f.space(f.box(0, 0, 5000, 4000, 3000))])
    f.on_storey.clear()
    path = f.write(tmp_path)
    source = read_ifc(path).source
    assert (source.file, source.bytes, source.format, source.schema) == (path.name, path.stat().st_size, "IFC", "IFC4")
    assert source.authoring_tool == "Some CAD 24"
