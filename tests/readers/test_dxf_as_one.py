"""One drawing a storey and a site plan of its own, reviewed as one project through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, swing, text, walls
from ezdxf.layouts.base import BaseLayout
from shapely import box
from shapely.affinity import scale, translate
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf import read_dxf

OUTER = (0.0, 0.0, 24000.0, 18000.0)


def _axes(space: BaseLayout, dx: float, dy: float, unit: float) -> None:
    for label, x in (("1", 0), ("2", 12000), ("3", 24000)):
        text(space, label, ((x + dx) * unit, (-3000 + dy) * unit), "AXIS_TEXT", 350 * unit)
    for label, y in (("A", 0), ("B", 18000)):
        text(space, label, ((-3000 + dx) * unit, (y + dy) * unit), "AXIS_TEXT", 350 * unit)


def _floor(folder: Path, name: str, storey: str, level: str, *, insunits: int, shift: tuple[float, float]) -> Path:
    """A storey of 24 m × 18 m between outer faces, in millimetres or (6) in metres, somewhere on the sheet."""
    unit = 0.001 if insunits == 6 else 1.0
    dx, dy = shift
    document = drawing(insunits=insunits)
    space = document.modelspace()
    solid: BaseGeometry = shell(OUTER)
    if storey == "一层":
        solid = solid.union(box(17880, 0, 18120, 18000)).difference(box(5100, 0, 6900, 240))
        text(space, "物业管理用房", ((21000 + dx) * unit, (9000 + dy) * unit), height=350 * unit)
    walls(space, scale(translate(solid, dx, dy), unit, unit, origin=(0, 0)))
    text(space, "社区服务用房", ((9000 + dx) * unit, (9000 + dy) * unit), height=350 * unit)
    text(space, level, ((9000 + dx) * unit, (4000 + dy) * unit), "DIM_ELEV", 300 * unit)
    if storey == "一层":
        for hinge, left in ((5100, True), (6900, False)):
            swing(space, ((hinge + dx) * unit, (120 + dy) * unit), ((6000 + dx) * unit, (120 + dy) * unit), left=left)
    _axes(space, dx, dy, unit)
    text(space, f"{storey}平面图", ((12000 + dx) * unit, (-7000 + dy) * unit), "PUB_TITLE", 700 * unit)
    return save(document, folder, name)


def _site(folder: Path) -> Path:
    """Metres in survey coordinates, no unit declared: a street 8 m south, three stalls, a plaza of 300 m²."""
    document = drawing(insunits=0)
    space = document.modelspace()
    x, y = 540123.0, 3371234.0
    ring(space, "用地红线", rect(x - 30, y - 8, x + 60, y + 40))
    ring(space, "拟建建筑", rect(x, y, x + 24, y + 18))
    line(space, "道路红线", (x - 60, y - 8), (x + 90, y - 8))
    text(space, "文苑路", (x + 12, y - 11), "道路", 2.0)
    for bay in range(3):
        ring(space, "停车位", rect(x + 30 + 2.5 * bay, y, x + 32.5 + 2.5 * bay, y + 5.5))
    ring(space, "活动广场", rect(x + 30, y + 10, x + 50, y + 25))
    text(space, "总平面图 1:500", (x + 15, y - 20), "PUB_TITLE", 3.0)
    return save(document, folder, "site.dxf")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("as_one")
    return [
        _floor(folder, "1f.dxf", "一层", "%%p0.000", insunits=4, shift=(0, 0)),
        _floor(folder, "2f.dxf", "二层", "4.200", insunits=6, shift=(137400, -55200)),
        _site(folder),
    ]


def _run(*arguments: object) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-c", "from bimcheck.cli import main; main()", *map(str, arguments), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_storeys_and_site_of_different_units_are_one_project(files: list[Path]) -> None:
    """1F 18 m × 18 m, 2F 24 m × 18 m: 756 m², of which 324 on the ground; the door is 8 m from the street."""
    code, report = _run(*files, "--as-one", "--stage", "preliminary")
    found = report["measurements"]
    assert found["service_area_m2"] == pytest.approx(756.0, rel=1e-3)
    assert found["ground_floor_area_m2"] == pytest.approx(324.0, rel=1e-3)
    assert found["ground_floor_share"] == pytest.approx(324 / 756, rel=1e-3)
    assert (found["ground_storey"], found["street_entrances"]) == ("1F", 1)
    assert (found["parking_spaces"], found["plaza_area_m2"]) == (3, pytest.approx(300.0, rel=1e-3))
    assert report["model"]["file"] == "1f.dxf + 2f.dxf + site.dxf"
    assert next(door for door in report["entrances"] if door["street_facing"])["street"] == "文苑路"
    assert (code, report["verdict"]) == (1, "fail")  # the share is 42.9 %


def test_storeys_stack_by_their_axes(files: list[Path]) -> None:
    """The rooms of 2F lie over those of 1F although the sheets have other origins and units."""
    model = read_dxf(files)
    first, second = (
        next(s.footprint for s in model.spaces if s.storey_id == storey and s.name == "社区服务用房")
        for storey in ("1F", "2F")
    )
    assert first is not None
    assert second is not None
    assert second.intersection(first).area == pytest.approx(first.area, rel=1e-6)
    assert len({space.id for space in model.spaces}) == len(model.spaces)


def test_the_order_of_the_files_does_not_matter(files: list[Path]) -> None:
    one, other = read_dxf(files), read_dxf([files[2], files[1], files[0]])
    areas = [
        sorted((s.storey_id or "", s.name, round(s.footprint.area, 6)) for s in model.spaces if s.footprint)
        for model in (one, other)
    ]
    assert areas[0] == areas[1]
    assert sum(f.kind == "parking" for f in other.site) == 3
