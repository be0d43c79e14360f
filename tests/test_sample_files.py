"""The committed samples are what the script writes, and they are what they seem to be."""

from __future__ import annotations

import tomllib
from pathlib import Path

import ifcopenshell
import ifcopenshell.util.unit
import ifcopenshell.validate
import pytest
from ezdxf.filemanagement import readfile
from shapely import Polygon, set_precision, union_all

from bimcheck.brief import load_brief
from sample_models import make
from sample_models.drawing import Storey, area_frame

FOLDER = Path(make.__file__).parent
INDEX = tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))["sample"]
STOREYS = [
    pytest.param(storey, id=f"{name}-{storey.name}")
    for name, (design, _) in make.MODELS.items()
    for building in design().buildings
    for storey in building.storeys
]


@pytest.mark.parametrize("name", sorted(path.name for path in make.files(FOLDER)))
def test_the_committed_file_is_what_the_script_writes(name: str, tmp_path: Path) -> None:
    write = make.files(tmp_path)[tmp_path / name]
    assert (FOLDER / name).read_bytes() == write().read_bytes()


def test_index_and_folder_name_the_same_files() -> None:
    listed = {name for sample in INDEX for name in (sample["file"], *sample["twins"])}
    present = {path.name for pattern in ("*.ifc*", "*.dxf") for path in FOLDER.glob(pattern)}
    assert listed == present == {path.name for path in make.files(FOLDER)}


@pytest.mark.parametrize("sample", INDEX, ids=lambda sample: sample["file"])
def test_every_sample_says_what_it_is_and_its_brief_is_valid(sample: dict[str, str]) -> None:
    assert sample["zh"]
    assert sample["en"]
    if "brief" in sample:
        load_brief(FOLDER / sample["brief"])


@pytest.mark.parametrize("name", make.MODELS)
def test_ifc_follows_its_schema(name: str) -> None:
    """No error against the schema, and no relationship left empty."""
    log = ifcopenshell.validate.json_logger()  # type: ignore[no-untyped-call]  # the library has no annotations there
    ifcopenshell.validate.validate(ifcopenshell.open(FOLDER / name), log)
    assert log.statements == []


@pytest.mark.parametrize("name", make.MODELS)
def test_spaces_are_drawn_as_described(name: str) -> None:
    """The profile areas read back from the file are those of the described rooms, in square metres."""
    model = ifcopenshell.open(FOLDER / name)
    scale = ifcopenshell.util.unit.calculate_unit_scale(model)
    design, _ = make.MODELS[name]
    drawn = []
    for storey in model.by_type("IfcBuildingStorey"):
        for relation in storey.IsDecomposedBy:
            for space in relation.RelatedObjects:
                curve = space.Representation.Representations[0].Items[0].SweptArea.OuterCurve
                drawn.append((space.LongName, Polygon([p.Coordinates for p in curve.Points]).area * scale**2))
    rooms = [room for building in design().buildings for storey in building.storeys for room in storey.rooms]
    assert [name for name, _ in drawn] == [room.name for room in rooms]
    assert [area for _, area in drawn] == pytest.approx([Polygon(room.outline).area for room in rooms], abs=1e-4)


@pytest.mark.parametrize("storey", STOREYS)
def test_walls_and_rooms_fill_the_storey(storey: Storey) -> None:
    """Nothing is left open between walls and rooms, nothing lies outside, and no two rooms overlap."""
    assert storey.outline is not None
    rooms = [Polygon(room.outline) for room in storey.rooms]
    walls = [Polygon(wall.plan) for wall in (*storey.walls, *(front.line for front in storey.curtain_walls))]
    filled = union_all([set_precision(shape, 1e-6) for shape in (*rooms, *walls)])
    courts = [Polygon(hole) for slab in storey.all_slabs() if slab.kind == "FLOOR" for hole in slab.holes]
    whole = Polygon(storey.outline).difference(union_all(courts))
    assert filled.symmetric_difference(whole).area == pytest.approx(0.0, abs=1e-3)
    assert union_all(rooms).area == pytest.approx(sum(room.area for room in rooms), abs=1e-6)
    assert sum(Polygon(area_frame(room, storey)).area for room in storey.rooms) == pytest.approx(whole.area, abs=1e-6)


@pytest.mark.parametrize("name", sorted(path.name for path in make.files(FOLDER) if path.suffix == ".dxf"))
def test_dxf_shows_every_storey_and_every_room(name: str) -> None:
    """Each storey has its title, each room its name once, and frame drawings a frame for each room."""
    model = next(key for key in make.MODELS if Path(key).stem == name.split(".")[0])
    storeys = [s for b in make.MODELS[model][0]().buildings for s in b.storeys]
    space = readfile(FOLDER / name).modelspace()
    texts = [text.dxf.text for text in space.query("TEXT")]
    assert sum(text.endswith("层平面图") for text in texts) == len(storeys)
    names = sorted(room.name for storey in storeys for room in storey.rooms)
    assert sorted(text for text in texts if text in names) == names
    frames = space.query('LWPOLYLINE[layer=="面积框线"]')
    assert len(frames) == (len(names) if ".frames." in name else 0)


def test_descriptions_refuse_doors_without_a_wall() -> None:
    """A door that stands in no wall is a mistake in the description, said at once."""
    ground = make.MODELS["entrance_street.ifc"][0]().buildings[0].storeys[0]
    with pytest.raises(ValueError, match="no wall at"):
        ground.host((10.0, 10.0))
