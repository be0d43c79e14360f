"""``docs/measuring.md``: its pictures are what bimcheck draws now, and its figures are what bimcheck measures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from bimcheck.pipeline import review

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "measuring.md").read_text("utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_pictures", ROOT / "docs" / "make_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_those_that_bimcheck_draws(maker: ModuleType) -> None:
    """``python -m docs.make_pictures`` brings them up to date."""
    drawn = maker.pictures()
    folder = ROOT / "docs" / "img"
    assert sorted(path.name for path in folder.iterdir()) == sorted(drawn)
    for name, text in drawn.items():
        assert (folder / name).read_text("utf-8") == text + "\n", name
        assert f"(img/{name})" in PAGE


def test_the_room_done_by_hand_is_measured_alike() -> None:
    """The page's arithmetic, 7.80 × 11.66 and 8.00 × 12.00, and the sums of its storey."""
    found = review(ROOT / "sample_models" / "community_pass.ifc", stage="preliminary")
    (room,) = (room for room in found.rooms if room.name == "居民会客厅")
    assert room.net_area_m2 == pytest.approx(7.80 * 11.66, abs=1e-6)
    assert room.gross_area_m2 == pytest.approx(8.00 * 12.00, abs=1e-6)
    assert (room.height_m, room.coefficient) == pytest.approx((4.5, 1.0))
    ground = next(level for level in found.levels if level.name == "1F")
    assert ground.outline_area_m2 == pytest.approx(60.0 * 20.0, abs=1e-6)
    service = sum(room.gross_area_m2 or 0.0 for room in found.rooms if room.counted and room.storey == "1F")
    assert service == pytest.approx(800.0, abs=1e-6)
    for figure in ("90.95", "96.00", "1200.00", "800.00"):
        assert f"**{figure} ㎡**" in PAGE


def test_the_figures_in_the_pictures_are_the_page_s(maker: ModuleType) -> None:
    drawn = maker.pictures()
    assert drawn["faces.svg"].count("48.00") >= 4
    for figure in ("41.50", "42.28"):
        assert figure in drawn["faces.svg"]
        assert figure in PAGE
    assert "62.91" in drawn["junctions.svg"]
    assert "**62.91 ㎡**" in PAGE
