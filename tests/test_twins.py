"""Every sample building drawn in DXF, in both styles and many ways, is reviewed like the same building in IFC."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from bimcheck.brief import Brief, load_brief
from bimcheck.pipeline import review
from bimcheck.review import Review
from bimcheck.terms import Stage
from sample_models.drawing import Style, write_dxf, write_ifc
from sample_models.make import MODELS

FOLDER = Path(__file__).parents[1] / "sample_models"
INDEX = {Path(s["file"]).stem: s for s in tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))["sample"]}
DESIGNS = {Path(name).stem: design for name, (design, _) in MODELS.items()}
STAGES: tuple[Stage, ...] = ("scheme", "preliminary")
VARIANTS: dict[str, dict[str, Any]] = {
    "metres": {"unit": "m"},
    "R2000 in GBK": {"version": "R2000", "encoding": "gbk"},
    "survey coordinates, 37°": {"rotation_deg": 37.0, "offset": (540123.456, 3371234.567)},
    "survey coordinates, 200°": {"rotation_deg": 200.0, "offset": (540123.456, 3371234.567)},
    "no borders": {"frames": False},
    "no axes": {"axes": False},
    "neither": {"frames": False, "axes": False},
    "site apart": {"site": "separate-mm"},
    "site apart in metres": {"site": "separate-m"},
    "site apart in metres, no borders": {"site": "separate-m", "frames": False},
}
VARIED = ("community_pass", "party_centre_short")
STYLES: tuple[Style, ...] = get_args(Style)
WITHOUT_WALLS = ("scheme_blocks",)
"""Described by areas alone: there is nothing to draw as wall lines."""
BY_WALLS = ("own_area_m2", "title_area_m2", "title_share_k")
"""Measured by the halves of outer walls, which gross frames do not show."""
TO_A_SYMBOL = ("main_entrance_distance_m",)
"""Measured to a mark, which has another size in IFC."""


@cache
def _brief(name: str) -> Brief:
    return load_brief(FOLDER / INDEX[name]["brief"]) if "brief" in INDEX[name] else Brief()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("twins")


@cache
def _described(name: str, stage: Stage, folder: Path) -> Review:
    path = folder / f"{name}.ifc"
    if not path.exists():
        write_ifc(DESIGNS[name](), path)
    return review(path, brief=_brief(name), stage=stage)


def _about(value: float | None, slack: float) -> object:
    return None if value is None else pytest.approx(value, rel=1e-3, abs=slack)


def _assert_alike(name: str, drawing: Path, style: Style, folder: Path) -> None:
    for stage in STAGES:
        twin, found = _described(name, stage, folder), review(drawing, brief=_brief(name), stage=stage)
        rooms = [sorted((r.storey, r.name, r.gross_area_m2) for r in one.rooms if r.counted) for one in (twin, found)]
        assert [room[:2] for room in rooms[1]] == [room[:2] for room in rooms[0]]
        assert [room[2] for room in rooms[1]] == pytest.approx([room[2] for room in rooms[0]], rel=1e-3)
        for key, quantity in twin.measurements.items():
            if key in BY_WALLS and style == "area-frames":
                continue
            other = found.measurements[key]
            slack = 0.5 if key in TO_A_SYMBOL else 0.0
            expected = [_about(value, slack) for value in (quantity.value, quantity.low, quantity.high)]
            assert [other.value, other.low, other.high] == expected, f"{key}: {other.reason}"
        statuses = [{result.rule: result.status for result in one.results} for one in (twin, found)]
        assert statuses[1] == statuses[0]
        assert found.verdict == twin.verdict


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DESIGNS)
def test_drawn_and_modelled_alike(name: str, style: Style, folder: Path) -> None:
    """Areas of rooms and measurements to 0.1 %, statuses of all rules, at scheme and preliminary design."""
    if name in WITHOUT_WALLS and style == "wall-lines":
        pytest.skip("the design has no walls")
    drawing = write_dxf(DESIGNS[name](), folder / f"{name}.{style}.dxf", style)
    _assert_alike(name, drawing, style, folder)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", VARIED)
@pytest.mark.parametrize("variant", VARIANTS)
def test_however_it_is_drawn(variant: str, name: str, style: Style, folder: Path) -> None:
    """Units, old encodings, survey coordinates, missing borders and axes, a site plan of its own: the same review."""
    drawing = write_dxf(DESIGNS[name](), folder / f"{name}.{style}.{variant}.dxf", style, **VARIANTS[variant])
    _assert_alike(name, drawing, style, folder)
