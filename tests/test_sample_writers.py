"""However a description is written, the file holds the same building: checked by the libraries of both formats."""

from __future__ import annotations

import inspect
import math
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.validate
import numpy as np
import oracle_buildings
import pytest
from ezdxf.filemanagement import readfile
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, union_all

from sample_models.drawing import (
    Encoding,
    Project,
    Room,
    Schema,
    SpaceShape,
    Storey,
    Survey,
    Unit,
    Version,
    area_frame,
    write_dxf,
    write_ifc,
)

ORACLES = [
    pytest.param(function(), id=name)
    for name, function in inspect.getmembers(oracle_buildings, inspect.isfunction)
    if function.__module__ == oracle_buildings.__name__ and not name.startswith("_")
    if name not in ("rect", "stalls", "outer_walls")
]
TURN_DEG, OFFSET = 37.0, (540123.456, 3371234.567)


def _boxes(path: Path, kind: str) -> list[tuple[str, NDArray[np.float64]]]:
    """Name and box (two rows, lower and upper corner) of every product of a kind, turned and moved back, in metres."""
    settings: Any = ifcopenshell.geom.settings()  # type: ignore[no-untyped-call]  # no annotations in the library
    settings.set("use-world-coords", True)  # noqa: FBT003  # the library takes it so
    c, s = math.cos(math.radians(TURN_DEG)), math.sin(math.radians(TURN_DEG))
    back = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    # the model must outlive its products, or the library reads freed memory
    model: Any = ifcopenshell.open(path)
    found = []
    for product in model.by_type(kind):
        shape: Any = ifcopenshell.geom.create_shape(settings, product)
        points = (np.array(shape.geometry.verts).reshape(-1, 3) - (*OFFSET, 0.0)) @ back
        found.append((product.Name, np.array([points.min(axis=0), points.max(axis=0)])))
    return found


def _room_box(room: Room, storey: Storey) -> NDArray[np.float64]:
    x0, y0, x1, y1 = Polygon(room.outline).bounds
    floor = storey.elevation + room.floor
    return np.array([[x0, y0, floor], [x1, y1, floor + storey.room_height(room)]])


@pytest.mark.parametrize(
    ("schema", "unit", "survey", "space_shape"),
    [
        ("IFC2X3", "mm", "site", "profile"),
        ("IFC2X3", "ft", "elements", "brep"),
        ("IFC2X3", "m", "points", "clipped"),
        ("IFC4", "mm", "points", "profile"),
        ("IFC4", "ft", "site", "faceset"),
        ("IFC4", "cm", "elements", "mapped"),
        ("IFC4X3", "mm", "elements", "faceset"),
        ("IFC4X3", "ft", "points", "brep"),
        ("IFC4X3", "m", "site", "clipped"),
    ],
)
def test_the_same_building_in_every_schema_unit_and_shape(
    schema: Schema, unit: Unit, survey: Survey, space_shape: SpaceShape, tmp_path: Path
) -> None:
    """Spaces and doors stand where the description says, to a millimetre, as the geometry kernel sees them."""
    project = oracle_buildings.shared_core(2)
    storeys = project.buildings[0].storeys
    path = write_ifc(
        project, tmp_path / "a.ifc", schema, unit, rotation_deg=TURN_DEG, offset=OFFSET, survey=survey,
        space_shape=space_shape, boundaries=True,
    )  # fmt: skip
    rooms = {room.number: _room_box(room, storey) for storey in storeys for room in storey.rooms}
    spaces = dict(_boxes(path, "IfcSpace"))
    assert spaces.keys() == rooms.keys()
    for number, box in rooms.items():
        np.testing.assert_allclose(spaces[number], box, atol=1e-3)
    doors = [[*door.at, storey.elevation + 1.2] for storey in storeys for door in storey.doors]
    np.testing.assert_allclose([box.mean(axis=0) for _, box in _boxes(path, "IfcDoor")], doors, atol=1e-3)


@pytest.mark.parametrize("project", ORACLES)
@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4", "IFC4X3"])
def test_oracle_buildings_follow_the_schema(project: Project, schema: Schema, tmp_path: Path) -> None:
    """No oracle building breaks its schema, space boundaries included."""
    path = write_ifc(project, tmp_path / "a.ifc", schema, boundaries=True)
    log = ifcopenshell.validate.json_logger()  # type: ignore[no-untyped-call]  # the library has no annotations there
    ifcopenshell.validate.validate(ifcopenshell.open(path), log)
    assert log.statements == []


@pytest.mark.parametrize("shape", ["footprint", "bbox", "none"])
def test_spaces_without_a_body(shape: SpaceShape, tmp_path: Path) -> None:
    """Poor exports: a plan curve only, a box only, no geometry at all."""
    path = write_ifc(oracle_buildings.hall(), tmp_path / "a.ifc", space_shape=shape)
    space = ifcopenshell.open(path).by_type("IfcSpace")[0]
    names = [r.RepresentationIdentifier for r in space.Representation.Representations] if space.Representation else []
    assert names == {"footprint": ["FootPrint"], "bbox": ["Box"], "none": []}[shape]


@pytest.mark.parametrize(("encoding", "codec"), [("escaped", "ascii"), ("utf-8", "utf-8"), ("gbk", "gbk")])
def test_chinese_names_are_written_in_the_encoding_asked_for(encoding: Encoding, codec: str, tmp_path: Path) -> None:
    """Escaped names are plain ASCII; raw ones are the bytes that careless exporters write."""
    path = write_ifc(oracle_buildings.hall(), tmp_path / "a.ifc", encoding=encoding)
    text = path.read_bytes().decode(codec)
    assert ("\\X2\\793E533A670D52A17528623F\\X0\\" if encoding == "escaped" else "社区服务用房") in text


@pytest.mark.parametrize("project", ORACLES)
def test_area_frames_of_oracle_buildings_fill_their_storeys(project: Project) -> None:
    """Frames drawn at outer faces and centre lines neither overlap nor leave a gap, where the storey has an outline."""
    for building in project.buildings:
        for storey in building.storeys:
            frames = [Polygon(area_frame(room, storey)) for room in storey.rooms]
            whole = union_all(frames)
            assert whole.area == pytest.approx(sum(frame.area for frame in frames), abs=1e-6)
            if storey.outline and not any(wall.layers[1:] for wall in storey.walls):
                assert whole.symmetric_difference(Polygon(storey.outline)).area == pytest.approx(0.0, abs=1e-6)


def test_wall_lines_stop_at_doors_and_doors_hang_there(tmp_path: Path) -> None:
    """In a drawing of wall lines every door is a gap between wall lines with a block hung on its jamb."""
    project = oracle_buildings.podium_half()
    storey = project.buildings[0].storeys[0]
    space = readfile(write_dxf(project, tmp_path / "a.dxf")).modelspace()
    lines = union_all(
        [LineString([line.dxf.start.vec2, line.dxf.end.vec2]) for line in space.query('LINE[layer=="WALL"]')]
    )
    hinges = [Point(insert.dxf.insert.vec2) for insert in space.query('INSERT[layer=="WINDOW"]')]
    for door in storey.doors:
        middle = Point(door.at[0] * 1000, door.at[1] * 1000)
        assert lines.distance(middle) == pytest.approx(door.width * 500, abs=1e-3)
        assert min(hinge.distance(middle) for hinge in hinges) == pytest.approx(door.width * 500, abs=1e-3)
    inner = Polygon([(240, 240), (23900, 240), (23900, 17760), (240, 17760)])
    assert not lines.crosses(inner.buffer(-1))


@pytest.mark.parametrize(("version", "encoding", "code_page"), [("R2000", "gbk", "ANSI_936"), ("R2010", "utf-8", None)])
def test_dxf_text_is_readable_in_old_and_new_versions(
    version: Version, encoding: str, code_page: str | None, tmp_path: Path
) -> None:
    """Before R2007 the code page carries the Chinese, afterwards UTF-8 does."""
    path = write_dxf(oracle_buildings.hall(), tmp_path / "a.dxf", version=version, encoding=encoding)
    drawing = readfile(path)
    assert "一层平面图" in [text.dxf.text for text in drawing.modelspace().query("TEXT")]
    assert code_page is None or drawing.header["$DWGCODEPAGE"] == code_page
