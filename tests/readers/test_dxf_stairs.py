"""Stairs and lifts in DXF plans: found by treads, shafts and words, and carried from floor to floor."""

from __future__ import annotations

import math
from pathlib import Path

import ezdxf
import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, text, title, walls
from ezdxf.document import Drawing
from ezdxf.layouts.base import BaseLayout
from shapely import box

from bimcheck.model import Element
from bimcheck.pipeline import review
from bimcheck.readers.dxf import read_dxf

Box = tuple[float, float, float, float]


def flight(space: BaseLayout, outer: Box, steps: int, layer: str = "STAIR") -> None:
    """A flight along x: an outline with treads across it, ``steps`` going parts."""
    x0, y0, x1, y1 = outer
    ring(space, layer, rect(*outer))
    for number in range(1, steps):
        x = x0 + (x1 - x0) * number / steps
        line(space, layer, (x, y0), (x, y1))


def hall(document: Drawing, storey: str, level: str, dx: float, *, height: str = "4.500") -> None:
    """A storey 24 × 18 m with its west corner at ``dx`` mm and a wall at 12 m."""
    space = document.modelspace()
    solid = shell((dx, 0, dx + 24000, 18000)).union(box(dx + 11900, 240, dx + 12100, 17760))
    walls(space, solid)
    text(space, "社区服务用房", (dx + 6000, 15000))
    text(space, "商铺", (dx + 18000, 15000))
    title(space, f"{storey}平面图", (dx + 12000, -4000))
    text(space, level, (dx + 12000, -5500), "DIM_ELEV")
    text(space, f"层高{height}", (dx + 16000, -5500))


def climbs(document: Drawing, folder: Path) -> list[Element]:
    found = read_dxf(save(document, folder)).elements
    return sorted((e for e in found if e.kind in ("stair", "lift")), key=lambda e: (e.kind, e.z_min_m))


def test_a_flight_reaches_from_its_floor_to_the_next(tmp_path: Path) -> None:
    document = drawing()
    hall(document, "一层", "%%p0.000", 0)
    hall(document, "二层", "4.500", 40000, height="3.600")
    flight(document.modelspace(), (1000, 1000, 8000, 2500), 25)
    (stair,) = climbs(document, tmp_path)
    assert stair.footprint.area == pytest.approx(7.0 * 1.5, rel=1e-6)
    assert (stair.z_min_m, stair.z_max_m) == pytest.approx((0.0, 4.5))


def test_steps_before_a_door_and_railings_are_no_stair(tmp_path: Path) -> None:
    """Three steps all around a door, marked 上3级, and the railing of a gallery with its posts."""
    document = drawing()
    space = document.modelspace()
    hall(document, "一层", "%%p0.000", 0)
    for n in range(3):
        ring(space, "STAIR", [(5000 - 300 * n, 0), (5000 - 300 * n, -900 - 300 * n), (7000 + 300 * n, -900 - 300 * n),
                              (7000 + 300 * n, 0)], closed=False)  # fmt: skip
    text(space, "上3级", (6000, -1700))
    for n in range(30):
        line(space, "HANDRAIL", (1000 + 250 * n, 9000), (1000 + 250 * n, 9900))
    assert not climbs(document, tmp_path)


def test_stairs_on_both_sides_of_a_wall_stay_apart(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    hall(document, "一层", "%%p0.000", 0)
    hall(document, "二层", "4.500", 40000)
    flight(space, (4880, 1000, 11880, 2500), 25)
    flight(space, (12120, 1000, 19120, 2500), 25)
    assert [stair.footprint.area for stair in climbs(document, tmp_path)] == pytest.approx([10.5, 10.5])


@pytest.mark.parametrize(("word", "top"), [("下", 4.5), ("上", 8.1), ("上下", 8.1), ("", 4.5)])
def test_what_only_arrives_leads_no_further(word: str, top: float, tmp_path: Path) -> None:
    """A stair shown on 1F and 2F of three storeys: without words it ends on 2F, for 3F does not show it."""
    document = drawing()
    space = document.modelspace()
    for number, (storey, level) in enumerate((("一层", "%%p0.000"), ("二层", "4.500"), ("三层", "8.100"))):
        hall(document, storey, level, 40000 * number, height="3.6" if number else "4.5")
    flight(space, (1000, 1000, 8000, 2500), 25)
    text(space, "上", (1500, 1750), "STAIR")
    flight(space, (41000, 1000, 48000, 2500), 25)
    if word:
        text(space, word, (47500, 1750), "STAIR")
    assert max(stair.z_max_m for stair in climbs(document, tmp_path)) == pytest.approx(top)


def test_a_lift_stops_on_every_storey_it_is_drawn_on(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for number, (storey, level) in enumerate((("一层", "%%p0.000"), ("二层", "4.500"))):
        hall(document, storey, level, 40000 * number)
        x = 40000 * number + 3000
        ring(space, "EVTR", rect(x, 8000, x + 1800, 9800))
        line(space, "EVTR", (x, 8000), (x + 1800, 9800))
        line(space, "EVTR", (x, 9800), (x + 1800, 8000))
    found = climbs(document, tmp_path)
    assert [(e.kind, e.z_min_m) for e in found] == [("lift", 0.0), ("lift", 4.5)]
    assert found[0].footprint.area == pytest.approx(1.8**2)


def test_a_winding_stair_in_a_mirrored_block(tmp_path: Path) -> None:
    """Twelve radial treads from 0.5 to 2.0 m through 180° in a block named 旋转楼梯, its content on layer 0."""
    document = drawing()
    hall(document, "一层", "%%p0.000", 0)
    hall(document, "二层", "4.500", 40000)
    block = document.blocks.new("旋转楼梯")
    for n in range(13):
        way = ezdxf.math.Vec2.from_deg_angle(15.0 * n)
        block.add_line(way * 500, way * 2000)
    block.add_arc((0, 0), 2000, 0, 180)
    block.add_arc((0, 0), 500, 0, 180)
    document.modelspace().add_blockref("旋转楼梯", (5000, 5000), {"xscale": -1, "rotation": 90})
    (stair,) = climbs(document, tmp_path)
    assert stair.footprint.area == pytest.approx(math.pi * 2.0**2 / 2, rel=0.01)


@pytest.mark.parametrize(("stair", "centre_in_one_place"), [(True, "pass"), (False, "manual")])
@pytest.mark.parametrize("levels", [True, False])
def test_a_stair_joins_the_rooms_of_a_party_centre(
    *, stair: bool, centre_in_one_place: str, levels: bool, tmp_path: Path
) -> None:
    """With or without level marks: storeys of unknown height still follow one another by number."""
    document = drawing()
    space = document.modelspace()
    hall(document, "一层", "%%p0.000", 0)
    hall(document, "二层", "4.500", 40000)
    for entity in list(space.query("TEXT")):
        if entity.dxf.text == "社区服务用房":
            entity.dxf.text = "党群服务中心"
        elif not levels and (entity.dxf.layer == "DIM_ELEV" or "层高" in entity.dxf.text):
            space.delete_entity(entity)
    if stair:
        flight(space, (1000, 1000, 8000, 2500), 25)
    found = review(save(document, tmp_path), stage="preliminary")
    assert next(r.status for r in found.results if r.rule == "party-centre-concentrated") == centre_in_one_place
