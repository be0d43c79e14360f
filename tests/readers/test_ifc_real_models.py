"""Other people's models: areas as their own programs declared them, and every damaged file ends as it should."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import shapely

from bimcheck.errors import BimcheckError, UnreadableModelError, UnsupportedModelError, UsageError
from bimcheck.model import BuildingModel
from bimcheck.readers import read_model
from bimcheck.readers.ifc import read_ifc

EXACT = {
    "AC20-FZK-Haus.ifc": ("BaseQuantities.GrossFloorArea", 7, 208.55),
    "SampleHouse4.ifc": ("BaseQuantities.GrossFloorArea", 4, 152.57),
    "LargeBuilding.ifc": ("BaseQuantities.NetFloorArea", 8, 299.48),
    "TallBuilding.ifc": ("BaseQuantities.NetFloorArea", 3, 58.52),
    "Standard Classroom CIC 6-2.8.0.ifc": ("Dimensions.Area", 1, 60.91),
}


@pytest.fixture(scope="module")
def real(models_dir: Path) -> dict[str, Path]:
    return {path.name: path for path in (models_dir / "real").rglob("*.ifc")}


@pytest.mark.parametrize("name", EXACT)
def test_measured_areas_are_the_declared_ones(name: str, real: dict[str, Path]) -> None:
    """Room by room within 0.1 %, and the sum as published."""
    quantity, rooms, total = EXACT[name]
    spaces = read_ifc(real[name]).spaces
    assert len(spaces) == rooms
    for space in spaces:
        declared = next(d.area_m2 for d in space.declared if d.name == quantity)
        assert space.footprint is not None
        assert space.footprint.area == pytest.approx(declared, rel=1e-3)
    assert sum(s.footprint.area for s in spaces if s.footprint is not None) == pytest.approx(total, abs=0.01)


def envelope(model: BuildingModel, storey_id: str) -> float:
    """Area of walls and rooms of a storey with everything between them filled."""
    shapes = [e.footprint for e in model.elements if e.storey_id == storey_id and e.kind in ("wall", "curtain-wall")]
    shapes += [s.footprint for s in model.spaces if s.storey_id == storey_id and s.footprint is not None]
    return sum(shapely.Polygon(part.exterior).area for part in parts(shapely.union_all(shapes)))


def parts(geometry: shapely.Geometry) -> Iterable[shapely.Polygon]:
    return [p for p in shapely.get_parts(geometry) if isinstance(p, shapely.Polygon)]


@pytest.mark.parametrize(
    ("name", "storey", "area"),
    [("AC20-FZK-Haus.ifc", 0, 120.0), ("AC20-FZK-Haus.ifc", 1, 120.0), ("LargeBuilding.ifc", 0, 331.28)],
)
def test_walls_and_rooms_fill_the_storey(name: str, storey: int, area: float, real: dict[str, Path]) -> None:
    """Openings leave no gaps in walls: 12 × 10 m is 120 m² on both storeys."""
    model = read_ifc(real[name])
    assert envelope(model, model.storeys[storey].id) == pytest.approx(area, abs=0.01)


def test_every_real_model_is_read(real: dict[str, Path]) -> None:
    for name, path in sorted(real.items()):
        model = read_model(path)
        assert all(space.footprint is None or space.footprint.is_valid for space in model.spaces), name
        assert not any("*" in note.blocks for note in model.notes), name


@pytest.mark.parametrize(
    ("name", "inside", "outside"), [("SampleHouse4.ifc", 2, 1), ("LargeBuilding.ifc", 8, 10)]
)  # fmt: skip
def test_doors_lie_in_walls(name: str, inside: int, outside: int, real: dict[str, Path]) -> None:
    """Every door's axis runs inside its wall, and the file's own externality is kept."""
    model = read_ifc(real[name])
    walls = {element.id: element.footprint for element in model.elements}
    for door in model.openings:
        assert door.host_id is not None
        assert walls[door.host_id].buffer(1e-6).contains(door.axis), door.name
    assert len(model.openings) == inside + outside


REFUSED: dict[str, type[BimcheckError]] = {
    "billion_laughs.ifcxml": UnsupportedModelError,
    "empty.ifc": UnreadableModelError,
    "garbage.ifc": UnreadableModelError,
    "schema_IFC99.ifc": UnsupportedModelError,
    "thatopen_unterminated-string.ifc": UnreadableModelError,
    "trunc_header.ifc": UnreadableModelError,
    "truncated.ifczip": UnreadableModelError,
    "unit_claims_metre_coords_mm.ifc": UsageError,
}
NOTED = {
    "coords_1e308.ifc": "space-geometry-unusable",
    "coords_overflow_1e999.ifc": "space-geometry-unusable",
    "dup_step_ids.ifc": "duplicate-instance-ids",
    "fuzzline_3.ifc": "instances-unreadable",
    "fuzzline_5.ifc": "duplicate-instance-ids",
    "fuzzline_7.ifc": "file-damaged",
    "huge_step_id.ifc": "ids-renumbered",
    "names_raw_gbk.ifc": "text-encoding",
    "names_unterminated_x2.ifc": "text-unfinished",
    "no_endsec.ifc": "file-truncated",
    "no_project.ifc": "references-missing",
    "nul_inside.ifc": "file-damaged",
    "placement_self_cycle.ifc": "placement-cycle",
    "profile_open.ifc": "space-outline-repaired",
    "profile_zero_area.ifc": "space-geometry-unusable",
    "schema_IFC2X_FINAL.ifc": "schema-read-as",
    "schema_ifc2x3.ifc": "schema-read-as",
    "spaces_no_placement.ifc": "space-unplaced",
    "spaces_same_guid.ifc": "duplicate-global-ids",
    "thatopen_cyclic-placement.ifc": "placement-cycle",
    "thatopen_missing-placement.ifc": "references-missing",
    "utf8_bom.ifc": "byte-order-mark",
}
SOUND = {
    "fuzzline_1.ifc", "guid_bad_chars.ifc", "names_ctrl.ifc", "names_html_script.ifc", "profile_clockwise.ifc",
    "schema_IFC4X3.ifc", "storeys_same_elevation.ifc",
}  # fmt: skip


def test_every_bad_file_ends_as_it_should(models_dir: Path) -> None:
    """In one clear line, in a note that names the damage, or, where nothing is lost, in a model."""
    found = {path.name: path for path in (models_dir / "bad").glob("*.ifc*")}
    assert set(found) == set(REFUSED) | set(NOTED) | SOUND, "a file nobody decided about"
    for name, path in found.items():
        if name in REFUSED:
            with pytest.raises(REFUSED[name]) as caught:
                read_model(path)
            assert "\n" not in caught.value.message.zh + caught.value.message.en
            continue
        notes = {note.code: note for note in read_model(path).notes}
        if name in NOTED:
            assert NOTED[name] in notes, name
        else:
            assert not any(note.severity == "error" for note in notes.values()), name


def test_names_written_in_raw_gbk_are_read(models_dir: Path) -> None:
    assert {s.name for s in read_ifc(models_dir / "bad" / "names_raw_gbk.ifc").spaces} == {"地下停车库"}
