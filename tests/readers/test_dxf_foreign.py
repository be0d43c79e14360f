"""Drawings that people elsewhere made, and drawings made to break readers. They lie outside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.errors import BimcheckError, UnreadableModelError, UnsupportedModelError
from bimcheck.model import BuildingModel
from bimcheck.readers.dxf import describe_layers, read_dxf

PERMIT_LAYERS = {
    "PLOT_BOUNDARY": "site-boundary",
    "NOTIFIED_ROAD": "street",
    "PARKING_SLOT": "parking",
    "DA_PARKING": "parking-accessible",
    "TWO_WHEELER_PARKING": "bicycle",
    "BLK_*_FLR_*_BLT_UP_AREA": "area-frame",
    "BLK_*_FLR_*_BLT_UP_AREA_EXISTING": "area-frame",
    "BLK_*_FLR_*_BLT_UP_AREA_DEDUCT": "area-deduct",
}


def _permit(models_dir: Path, name: str) -> BuildingModel:
    (path,) = (models_dir / "real").rglob(f"{name}.dxf")
    return read_dxf(path, layers=PERMIT_LAYERS)


@pytest.mark.parametrize(
    ("name", "plot", "stalls", "accessible"),
    [
        ("Sanity3", 248.91, 1, 1),
        ("Test10", 829.36, 0, 0),
        ("far_3_block", 2309.88, 0, 0),
        ("Parking-test", 321.94, 5, 1),
        ("FLAT", 306.48, 2, 1),
        ("mezzanine", 138.32, 0, 0),
    ],
)
def test_permit_drawings_give_their_plot_and_stalls(
    models_dir: Path, name: str, plot: float, stalls: int, accessible: int
) -> None:
    """Three of them freeze every layer; the map names what belongs to the submission."""
    model = _permit(models_dir, name)
    assert [f.geometry.area for f in model.site if f.kind == "site-boundary"] == [pytest.approx(plot, abs=0.01)]
    parking = [f for f in model.site if f.kind == "parking"]
    assert sum(not stall.accessible for stall in parking) == stalls
    assert sum(stall.accessible for stall in parking) == accessible


@pytest.mark.parametrize(
    ("name", "built", "deducted"),
    [
        ("Sanity3", 434.05, 0.0),
        ("Test10", 194.05, 0.0),
        ("far_3_block", 2837.47, 302.12),
        ("Parking-test", 658.53, 178.50),
    ],
)
def test_permit_drawings_give_their_built_up_area(models_dir: Path, name: str, built: float, deducted: float) -> None:
    """Areas to deduct leave their frames and are listed with coefficient 0: together they are what is drawn."""
    frames = [s for s in _permit(models_dir, name).spaces if s.shape == "area-frame" and s.footprint is not None]
    assert sum(s.footprint.area for s in frames if s.footprint) == pytest.approx(built, rel=1e-4)
    away = sum(s.footprint.area for s in frames if s.footprint and s.coefficient == 0)
    assert away == pytest.approx(deducted, abs=0.02)


def test_every_real_drawing_is_read(models_dir: Path) -> None:
    """Where the declared unit contradicts the sizes (inches drawn, millimetres declared) nothing measured counts."""
    disputed = []
    for path in sorted((models_dir / "real").rglob("*.dxf")):
        assert describe_layers(path)
        model = read_dxf(path)
        assert model.spaces or any("*" in note.blocks for note in model.notes), path.name
        disputed += [
            (path.stem, model.source.length_unit)
            for note in model.notes
            if note.code == "unit-disputed" and note.blocks == ("*",)
        ]
    assert disputed == [("floorplan", "inch"), ("eDcr_Phase02_layers", "m")]


def test_a_disputed_unit_can_be_settled(models_dir: Path) -> None:
    """A house drawn in inches under $INSUNITS = mm: rooms appear once the unit is given."""
    (path,) = (models_dir / "real").rglob("floorplan.dxf")
    model = read_dxf(path, unit="inch")
    assert model.source.unit_basis == "option"
    named = {space.name: space.footprint.area for space in model.spaces if space.footprint is not None and space.name}
    assert any(30 < area < 80 for name, area in named.items() if "GARAGE" in name), named


ENDS = {
    "binary_sentinel_only": UnreadableModelError,
    "block_self_insert": UnreadableModelError,
    "coords_inf": UnreadableModelError,
    "dwg_renamed": UnsupportedModelError,
    "garbage": UnreadableModelError,
    "trunc_half": UnreadableModelError,
}


@pytest.mark.parametrize("name", ENDS)
def test_hostile_files_end_in_one_clear_line(models_dir: Path, name: str) -> None:
    with pytest.raises(ENDS[name]) as caught:
        read_dxf(models_dir / "bad" / f"{name}.dxf")
    assert name in caught.value.message.zh
    assert "\n" not in caught.value.message.zh


@pytest.mark.parametrize(
    ("name", "area", "room"),
    [
        ("gbk_mislabelled_1252", 25.0, "地下停车库"),
        ("utf8_in_r2000", 25.0, "地下停车库"),
        ("r2010_utf8", 25.0, "地下停车库"),
        ("r2010_big5_bytes", 25.0, "地下停車庫"),
        ("georef_huge", 25.0, ""),
        ("ocs_mirrored", 25.0, ""),
        ("poly_bowtie", 10.0, ""),
        ("poly_closed_by_repeat", 25.0, ""),
        ("poly_duplicate", 25.0, ""),
    ],
)
def test_odd_files_are_read_right(models_dir: Path, name: str, area: float, room: str) -> None:
    (space,) = read_dxf(models_dir / "bad" / f"{name}.dxf").spaces
    assert space.footprint is not None
    assert space.footprint.area == pytest.approx(area, abs=1e-6)
    assert space.name == room


@pytest.mark.parametrize(("name", "code"), [("layer_frozen", "dxf-hidden"), ("room_in_paperspace", "dxf-paper-space")])
def test_rooms_that_are_not_submitted_are_named_and_nothing_passes(models_dir: Path, name: str, code: str) -> None:
    model = read_dxf(models_dir / "bad" / f"{name}.dxf")
    assert not model.spaces
    assert code in {note.code for note in model.notes}
    assert any("*" in note.blocks for note in model.notes)


def test_every_hostile_file_ends_as_documented(models_dir: Path) -> None:
    for path in sorted((models_dir / "bad").glob("*.dxf")):
        try:
            model = read_dxf(path)
        except BimcheckError:
            continue
        assert model.notes, path.name
