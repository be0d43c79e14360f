"""Known answers, drawn in DXF and carried through the whole check. Areas follow from the drawn dimensions by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, swing, text, title, walls
from ezdxf.document import Drawing
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from bimcheck.pipeline import review
from bimcheck.review import Review

ROOM = "社区服务用房"


def _plan(
    document: Drawing, words: str, level: str, height: str, solid: BaseGeometry, name_at: tuple[float, float]
) -> None:
    """Walls, a name, the level and the storey height beside it, the title below."""
    space = document.modelspace()
    walls(space, solid)
    x, y = name_at
    text(space, ROOM, name_at)
    text(space, level, (x, y + 2000), "DIM_ELEV")
    text(space, f"层高{height}", (x, y + 3000))
    low = solid.bounds[1]
    title(space, words, ((solid.bounds[0] + solid.bounds[2]) / 2, low - 4000))


def _review(document: Drawing, tmp_path: Path) -> Review:
    return review(save(document, tmp_path), stage="preliminary")


def _value(found: Review, measure: str) -> float:
    value = found.measurements[measure].value
    assert value is not None
    return value


def test_a_shared_wall_splits_at_its_centre(tmp_path: Path) -> None:
    """48 × 18 m, a party wall on x = 24: 24 × 18 each."""
    document = drawing()
    _plan(
        document,
        "一层平面图",
        "%%p0.000",
        "4.5",
        shell((0, 0, 48000, 18000)).union(box(23900, 240, 24100, 17760)),
        (12000, 9000),
    )
    text(document.modelspace(), "商铺", (36000, 9000))
    assert _value(_review(document, tmp_path), "service_area_m2") == pytest.approx(432.0, abs=0.005)


@pytest.mark.parametrize(
    ("height", "low", "high", "share"), [("2.15", 432.0, 648.0, 2 / 3), ("2.20", 864.0, 864.0, 0.5)]
)
def test_a_storey_below_2_20_m_counts_by_standard(
    height: str, low: float, high: float, share: float, tmp_path: Path
) -> None:
    document = drawing()
    _plan(document, "一层平面图", "%%p0.000", "4.5", shell((0, 0, 24000, 18000)), (12000, 9000))
    _plan(document, "二层平面图", "4.500", height, shell((40000, 0, 64000, 18000)), (52000, 9000))
    found = _review(document, tmp_path)
    area = found.measurements["service_area_m2"]
    assert area.low == pytest.approx(low)
    assert area.high == pytest.approx(high)
    assert _value(found, "ground_floor_share") == pytest.approx(share)


def test_a_void_over_the_hall_is_no_area_upstairs(tmp_path: Path) -> None:
    """432 + (432 − 6 × 8) = 816; 52.94 % on the ground floor."""
    document = drawing()
    _plan(document, "一层平面图", "%%p0.000", "4.5", shell((0, 0, 24000, 18000)), (6000, 9000))
    _plan(document, "二层平面图", "4.500", "3.6", shell((40000, 0, 64000, 18000)), (46000, 9000))
    ring(document.modelspace(), "HANDRAIL", rect(52000, 5000, 58000, 13000))
    text(document.modelspace(), "大厅上空", (55000, 9000))
    found = _review(document, tmp_path)
    assert _value(found, "service_area_m2") == pytest.approx(816.0, abs=0.005)
    assert _value(found, "ground_floor_share") == pytest.approx(432 / 816)


def test_an_arcade_tips_the_ground_share(tmp_path: Path) -> None:
    """3 m of public arcade under a full upper storey: 360 of 792."""
    document = drawing()
    space = document.modelspace()
    _plan(document, "一层平面图", "%%p0.000", "4.5", shell((0, 3000, 24000, 18000)), (12000, 9000))
    for x in (0, 6000, 12000, 18000, 23500):
        ring(space, "COLUMN", rect(x, 0, x + 500, 500))
    text(space, "骑楼", (12000, 1500))
    _plan(document, "二层平面图", "4.500", "3.6", shell((40000, 0, 64000, 18000)), (52000, 9000))
    found = _review(document, tmp_path)
    assert _value(found, "ground_floor_share") == pytest.approx(360 / 792)
    assert next(r.status for r in found.results if r.rule == "ground-floor-share") == "fail"


def test_insulation_counts_by_perimeter_or_by_outline(tmp_path: Path) -> None:
    """An L of 468 m² and 108 m around, 80 mm of insulation: 476.64 by perimeter, 476.6656 by the outer face."""
    outer = Polygon([(0, 0), (30000, 0), (30000, 10000), (12000, 10000), (12000, 24000), (0, 24000)])
    document = drawing()
    solid = outer.difference(outer.buffer(-240, join_style="mitre"))
    _plan(document, "一层平面图", "%%p0.000", "3.6", solid, (6000, 6000))
    skin = outer.buffer(80, join_style="mitre")
    assert isinstance(skin, Polygon)
    ring(document.modelspace(), "保温层", list(skin.exterior.coords)[:-1])
    (room,) = [room for room in _review(document, tmp_path).rooms if room.counted]
    assert room.readings["gbt50353-2013"] == pytest.approx(476.64, abs=1e-3)
    assert room.readings["gb55031-2022"] == pytest.approx(476.6656, abs=1e-3)


@pytest.mark.parametrize(("fence", "entrances"), [(False, 1.0), (True, 0.0)])
def test_a_door_on_the_street_is_seen_and_a_fence_hides_it(fence: bool, entrances: float, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter
    document = drawing()
    space = document.modelspace()
    solid = shell((0, 0, 24000, 18000)).difference(box(5100, 0, 6900, 240))
    _plan(document, "一层平面图", "%%p0.000", "4.5", solid, (12000, 9000))
    swing(space, (5100, 120), (6000, 120))
    swing(space, (6900, 120), (6000, 120), left=False)
    line(space, "道路红线", (-50000, -8000), (80000, -8000))
    text(space, "文苑路", (-20000, -12000), "道路名称", 1500)
    if fence:
        line(space, "围墙", (-50000, -6000), (80000, -6000))
    found = _review(document, tmp_path)
    assert _value(found, "street_entrances") == entrances
    (entrance,) = found.entrances
    assert entrance.street == "文苑路"
