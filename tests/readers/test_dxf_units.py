"""The unit of a drawing: declared, shown by things of known size, or disputed, and then nothing measured counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, swing, text, title, walls
from shapely.affinity import scale

from bimcheck.errors import UsageError
from bimcheck.pipeline import review
from bimcheck.readers.dxf import read_dxf


def _walls(tmp_path: Path, insunits: int, factor: float) -> Path:
    """A room of 11.52 m × 5.52 m between walls of 240 mm, drawn at ``factor`` times millimetres."""
    document = drawing(insunits=insunits)
    space = document.modelspace()
    walls(space, scale(shell((0, 0, 12000, 6000)), factor, factor, origin=(0, 0)))
    swing(space, (2000 * factor, 0), (2900 * factor, 0))
    text(space, "社区用房", (6000 * factor, 3000 * factor), height=350 * factor)
    return save(document, tmp_path)


@pytest.mark.parametrize(
    ("insunits", "factor"), [(4, 1.0), (6, 1e-3), (5, 0.1), (1, 1 / 25.4), (2, 1 / 304.8), (14, 0.01)]
)
def test_a_declared_unit_that_the_sizes_bear_out_is_believed(insunits: int, factor: float, tmp_path: Path) -> None:
    model = read_dxf(_walls(tmp_path, insunits, factor))
    assert model.source.unit_basis == "declared"
    assert [s.footprint.area for s in model.spaces if s.footprint] == [pytest.approx(11.52 * 5.52, rel=1e-6)]


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "mm"), (1e-3, "m")])
def test_an_undeclared_unit_is_read_from_the_sizes_and_said(factor: float, unit: str, tmp_path: Path) -> None:
    model = read_dxf(_walls(tmp_path, 0, factor))
    assert (model.source.length_unit, model.source.unit_basis) == (unit, "inferred")
    assert "unit-inferred" in {note.code for note in model.notes}
    assert [s.footprint.area for s in model.spaces if s.footprint] == [pytest.approx(11.52 * 5.52, rel=1e-6)]


@pytest.mark.parametrize(
    ("insunits", "factor", "unit"), [(6, 1.0, "mm"), (4, 1e-3, "m"), (4, 1 / 25.4, "inch"), (4, 1 / 304.8, "foot")]
)
def test_sizes_that_contradict_the_declared_unit_are_reported_and_nothing_measured_counts(
    insunits: int, factor: float, unit: str, tmp_path: Path
) -> None:
    """The plan is read by the unit its sizes fit, and one note names both units, their sizes and both remedies."""
    path = _walls(tmp_path, insunits, factor)
    model = read_dxf(path)
    assert (model.source.length_unit, model.source.unit_basis) == (unit, "inferred")
    (note,) = [note for note in model.notes if note.code == "unit-disputed"]
    assert (note.severity, note.blocks) == ("error", ("*",))
    declared = {4: "mm", 6: "m"}[insunits]
    for words in (f"--unit {unit}", f"--unit {declared}", "0.24 m", "plan.dxf"):
        assert words in note.text.zh
        assert words in note.text.en
    assert not any(note.code == "unit-disputed" for note in read_dxf(path, unit=unit).notes)


@pytest.mark.parametrize("lost", [False, True])
def test_no_rule_passes_or_fails_by_disputed_sizes(tmp_path: Path, lost: bool) -> None:  # noqa: FBT001  # a parameter
    """1,600 m² would meet 1500 and 800; a room that does not close leaves a lower bound, which proves no more."""
    document = drawing(insunits=6)
    space = document.modelspace()
    walls(space, shell((0, 0, 40000, 40000)))
    text(space, "社区党群服务中心", (20000, 20000))
    title(space, "一层平面图", (20000, -3000))
    ring(space, "停车位", rect(50000, 0, 52500, 5500))
    ring(space, "活动广场", rect(60000, 0, 70000, 10000))
    if lost:
        line(space, "WALL", (50000, 10000), (50000, 16000))
        line(space, "WALL", (45000, 16000), (50000, 16000))
        text(space, "社区用房", (47000, 13000))
    path = save(document, tmp_path)
    for stage in ("scheme", "preliminary"):
        found = review(path, stage=stage)
        assert found.verdict == "undetermined"
        assert [result.rule for result in found.results if result.status in ("pass", "fail")] == []


def test_a_plan_as_wide_as_a_county_is_not_measured_in_its_declared_unit(tmp_path: Path) -> None:
    """Nothing of known size is drawn, but 40 km across in metres is no building; a stray line far off is no plan."""
    document = drawing(insunits=6)
    space = document.modelspace()
    ring(space, "WALL", rect(0, 0, 40000, 30000))
    assert "unit-disputed" in {note.code for note in read_dxf(save(document, tmp_path)).notes}
    document = drawing()
    walls(document.modelspace(), shell((0, 0, 40000, 40000)))
    line(document.modelspace(), "WALL", (1e9, 1e9), (1e9 + 5000, 1e9))
    assert "unit-disputed" not in {note.code for note in read_dxf(save(document, tmp_path)).notes}


def test_an_option_that_the_sizes_speak_against_is_believed_but_said(tmp_path: Path) -> None:
    notes = read_dxf(_walls(tmp_path, 4, 1.0), unit="cm").notes
    assert [(n.severity, n.blocks) for n in notes if n.code == "unit-option-doubtful"] == [("warning", ())]


def test_an_option_that_makes_walls_of_240_m_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="240 m"):
        read_dxf(_walls(tmp_path, 4, 1.0), unit="m")


def test_the_option_settles_the_question(tmp_path: Path) -> None:
    model = read_dxf(_walls(tmp_path, 6, 1.0), unit="mm")
    assert (model.source.length_unit, model.source.unit_basis) == ("mm", "option")
    assert [s.footprint.area for s in model.spaces if s.footprint] == [pytest.approx(11.52 * 5.52, rel=1e-6)]


def test_unknown_units_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="parsec"):
        read_dxf(_walls(tmp_path, 4, 1.0), unit="parsec")


def test_a_stated_area_speaks_for_the_unit(tmp_path: Path) -> None:
    document = drawing(insunits=0)
    ring(document.modelspace(), "面积线", rect(0, 0, 20, 10))
    text(document.modelspace(), "社区用房 200.00㎡", (10, 5), height=0.4)
    assert read_dxf(save(document, tmp_path)).source.length_unit == "m"


def test_without_anything_of_known_size_every_measurement_is_blocked(tmp_path: Path) -> None:
    document = drawing(insunits=0)
    text(document.modelspace(), "社区用房", (0, 0))
    notes = read_dxf(save(document, tmp_path)).notes
    assert any(note.code == "unit-unknown" and "*" in note.blocks for note in notes)


def test_a_site_plan_in_metres_beside_plans_in_millimetres(tmp_path: Path) -> None:
    """Both are read at their true size, and the report says that units differ."""
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 20000, 10000))
    text(space, "社区用房", (10000, 5000))
    title(space, "一层平面图", (10000, -3000))
    ring(space, "用地红线", rect(50000, 0, 50060, 50))
    for bay in range(3):
        ring(space, "停车位", rect(50000 + 2.5 * bay, 0, 50002.5 + 2.5 * bay, 5.5))
    text(space, "总平面图", (50030, -6), height=2.0)
    model = read_dxf(save(document, tmp_path))
    plot = next(f for f in model.site if f.kind == "site-boundary")
    assert plot.geometry.area == pytest.approx(3000.0)
    assert sum(f.kind == "parking" for f in model.site) == 3
    assert model.spaces[0].footprint is not None
    assert model.spaces[0].footprint.area == pytest.approx(200.0)
    assert "unit-mixed" in {note.code for note in model.notes}


def test_survey_coordinates_keep_their_precision(tmp_path: Path) -> None:
    """CGCS2000 metres near Haining: whole metres are taken away and returned as the origin."""
    document = drawing(insunits=0)
    space = document.modelspace()
    ring(space, "用地红线", rect(540123.456, 3371234.567, 540183.456, 3371284.567))
    line(space, "道路中心线", (540100, 3371200), (540200, 3371200))
    text(space, "总平面图", (540150, 3371190), height=2.0)
    model = read_dxf(save(document, tmp_path))
    assert model.source.length_unit == "m"
    assert model.origin_m == (540100.0, 3371200.0)
    plot = next(f for f in model.site if f.kind == "site-boundary")
    assert plot.geometry.bounds == pytest.approx((23.456, 34.567, 83.456, 84.567), abs=1e-6)
