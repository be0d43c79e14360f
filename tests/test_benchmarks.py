"""The benchmarks measure what they say: large files hold the small one's building, and tables show the runs."""

from __future__ import annotations

import sys
from pathlib import Path

import ifcopenshell
import pytest
from ezdxf.filemanagement import readfile

from benchmarks import block, bulk
from benchmarks.contenders import Contender
from benchmarks.measure import Result, compare
from benchmarks.plot import svg
from benchmarks.table import as_csv, exponent, markdown
from bimcheck.pipeline import review
from bimcheck.reporters import render
from bimcheck.review import Review
from sample_models.drawing import write_dxf, write_ifc

SMALL = block.block(1, 2, depth=1, service_storeys=1)


def figures(found: Review) -> dict[str, float | None]:
    return {name: quantity.value for name, quantity in found.measurements.items()}


def test_an_enlarged_ifc_file_is_sound_and_holds_the_same_building(tmp_path: Path) -> None:
    small = write_ifc(SMALL, tmp_path / "small.ifc")
    large = bulk.enlarge_ifc(small, tmp_path / "large.ifc", 0.6)
    assert 0.5e6 < large.stat().st_size < 0.8e6
    before, after = ifcopenshell.open(str(small)), ifcopenshell.open(str(large))
    for kind in ("IfcSpace", "IfcWall", "IfcDoor"):
        assert {e.GlobalId: e.Name for e in before.by_type(kind)} == {e.GlobalId: e.Name for e in after.by_type(kind)}
    roots = after.by_type("IfcRoot")
    assert len({root.GlobalId for root in roots}) == len(roots)
    chairs = after.by_type("IfcFurnishingElement")
    assert len(chairs) > 20
    assert all(chair.ContainedInStructure and chair.Representation and chair.IsDefinedBy for chair in chairs)
    assert figures(review([small])) == pytest.approx(figures(review([large])))


def test_an_enlarged_drawing_is_sound_and_holds_the_same_building(tmp_path: Path) -> None:
    small = write_dxf(SMALL, tmp_path / "small.dxf")
    large = bulk.enlarge_dxf(small, tmp_path / "large.dxf", 0.5)
    assert 0.4e6 < large.stat().st_size < 0.8e6
    drawing = readfile(large)
    assert not drawing.audit().errors
    assert len(drawing.modelspace()) > len(readfile(small).modelspace()) + 500
    assert figures(review([small])) == pytest.approx(figures(review([large])))


def test_a_building_of_rooms_has_so_many_service_rooms(tmp_path: Path) -> None:
    found = review([write_ifc(block.rooms(8, storeys=1), tmp_path / "rooms.ifc")])
    assert sum(room.counted for room in found.rooms) >= 8
    assert str(render(found, "json"))


def test_processes_are_measured_from_start_to_end_and_failures_told(tmp_path: Path) -> None:
    model = tmp_path / "block-1.ifc"
    model.write_bytes(bytes(100))
    sleeps = "import time; time.sleep(0.05); bytearray(60 << 20)"
    everybody = (
        Contender("sleeper", ".ifc", lambda *_: (sys.executable, "-S", "-c", sleeps), reference=True),
        Contender("failing", ".ifc", lambda *_: (sys.executable, "-S", "-c", "raise SystemExit(7)")),
        Contender("elsewhere", ".dxf", lambda *_: ("nothing",)),
    )
    sleeper, failing = compare(model, everybody, 1)
    assert sleeper.seconds > 0.05
    assert 60 < sleeper.memory_mb < 90
    assert (sleeper.failed, failing.failed) == (None, 7)
    shown = markdown([sleeper, failing])
    assert "sleeper" in shown
    assert "failing" not in shown


def results(seconds: dict[float, float], name: str, *, reference: bool = False) -> list[Result]:
    return [Result(name, f"block-{mb:g}.ifc", ".ifc", mb, s, s, 50, reference) for mb, s in seconds.items()]


def test_growth_is_the_exponent_of_size() -> None:
    assert exponent(results({10: 0.2, 100: 2.0, 500: 10.0}, "linear")) == pytest.approx(1.0)
    assert exponent(results({10: 1.0, 40: 2.0}, "root")) == pytest.approx(0.5)
    assert exponent(results({1: 0.4, 10: 1.0}, "too small to tell")) is None


def test_table_csv_and_plot_show_every_run_beside_the_reference() -> None:
    runs = results({10: 0.5, 100: 2.0}, "**own**") + results({10: 1.0, 100: 8.0}, "other & co", reference=True)
    table = markdown(runs)
    assert "0.50 · 0.50 · 50 | 2.00 · 0.25 · 50" in table
    assert as_csv(runs).splitlines()[1] == "own,block-10.ifc,10.000,0.500,0.500,50.000,"
    picture = svg(runs, ".ifc")
    assert picture.count("<circle") == 4
    assert "other &amp; co" in picture
