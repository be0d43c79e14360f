"""What stands outdoors: streets, stalls, plazas, entrances, fences, other buildings, north."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, text, title
from ezdxf.document import Drawing
from shapely import Point

from bimcheck.model import BuildingModel, SiteFeature
from bimcheck.readers.dxf import read_dxf


def _read(document: Drawing, tmp_path: Path) -> BuildingModel:
    ring(document.modelspace(), "用地红线", rect(-40000, -40000, 100000, 100000))
    title(document.modelspace(), "总平面图", (30000, -46000))
    return read_dxf(save(document, tmp_path))


def _of(model: BuildingModel, kind: str) -> list[SiteFeature]:
    return [feature for feature in model.site if feature.kind == kind]


def test_the_plot_is_read_with_its_area(tmp_path: Path) -> None:
    (plot,) = _of(_read(drawing(), tmp_path), "site-boundary")
    assert plot.geometry.area == pytest.approx(140.0 * 140.0)


def test_stalls_drawn_as_outlines_rows_blocks_and_arrays_count_each_once(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "停车位", rect(0, 0, 2500, 5500))
    ring(space, "停车位", rect(0, 0, 2500, 5500))  # drawn twice
    for x in range(10000, 10000 + 4 * 2500 + 1, 2500):  # a row of four with dividing lines
        line(space, "停车位", (x, 0), (x, 5300))
    line(space, "停车位", (10000, 0), (20000, 0))
    line(space, "停车位", (10000, 5300), (20000, 5300))
    document.blocks.new("车位").add_lwpolyline(rect(0, 0, 2500, 5500), close=True)
    space.add_blockref("车位", (30000, 0), dxfattribs={"layer": "停车位", "rotation": 30})
    grid = {"row_count": 2, "column_count": 3, "row_spacing": 11500, "column_spacing": 2500, "layer": "停车位"}
    space.add_blockref("车位", (50000, 0), dxfattribs=grid)
    stalls = _of(_read(document, tmp_path), "parking")
    assert len(stalls) == 1 + 4 + 1 + 6
    assert len({stall.id for stall in stalls}) == len(stalls)


@pytest.mark.parametrize("turn", [0, 37])
@pytest.mark.parametrize("slant", [90, 60])
@pytest.mark.parametrize("base", ["kerb behind", "spine between two rows", "dividing lines alone"])
def test_stalls_open_to_the_lane_are_stalls(base: str, slant: int, turn: int, tmp_path: Path) -> None:
    """Seven dividing lines every 2.5 m of a row's width make six stalls, on either side of a spine twice as many."""
    document = drawing()
    space = document.modelspace()
    both = base == "spine between two rows"

    def at(x: float, y: float) -> tuple[float, float]:
        c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        return (x * c - y * s, x * s + y * c)

    pitch = 2500 / math.sin(math.radians(slant))
    reach_x, reach_y = 5300 * math.cos(math.radians(slant)), 5300 * math.sin(math.radians(slant))
    for number in range(7):
        x = number * pitch
        line(space, "停车位", at(x - reach_x * both, -reach_y * both), at(x + reach_x, reach_y))
    if base != "dividing lines alone":
        line(space, "停车位", at(0, 0), at(6 * pitch, 0))
    model = _read(document, tmp_path)
    assert len(_of(model, "parking")) == 6 * (1 + both)
    assert "stalls-unread" not in {note.code for note in model.notes}


def test_marks_of_parking_that_are_no_stalls_leave_their_number_open(tmp_path: Path) -> None:
    """A strip that nobody divided, or cars that stand in no outline, are not the same as no parking."""
    document = drawing()
    ring(document.modelspace(), "停车位", rect(0, 0, 5300, 50000))
    (note,) = [note for note in _read(document, tmp_path).notes if note.code == "stalls-unread"]
    assert "parking_spaces" in note.blocks


@pytest.mark.parametrize(("number", "codes"), [(2, set()), (3, {"stalls-unread"})])
def test_a_row_of_stalls_on_a_layer_nobody_knows_leaves_their_number_open(
    number: int, codes: set[str], tmp_path: Path
) -> None:
    """EXPLODE puts what was drawn in a block on layer 0."""
    document = drawing()
    for index in range(number):
        ring(document.modelspace(), "0", rect(index * 2500, 0, index * 2500 + 2500, 5300))
    model = _read(document, tmp_path)
    assert _of(model, "parking") == []
    assert {note.code for note in model.notes} & {"stalls-unread"} == codes


def test_cars_in_stalls_count_nothing_and_cars_outside_are_noted(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    document.blocks.new("CAR-1").add_lwpolyline(rect(0, 0, 2300, 4900), close=True)
    ring(space, "停车位", rect(0, 0, 2500, 5500))
    space.add_blockref("CAR-1", (100, 300), dxfattribs={"layer": "停车位"})
    space.add_blockref("CAR-1", (30000, 300), dxfattribs={"layer": "停车位"})
    model = _read(document, tmp_path)
    assert len(_of(model, "parking")) == 1
    assert "cars-without-stalls" in {note.code for note in model.notes}


@pytest.mark.parametrize(
    ("size", "is_stall"),
    [
        ((2500, 5500), True), ((2400, 5300), True), ((3700, 6000), True), ((2200, 4700), True), ((1800, 4800), False),
        ((600, 2000), False), ((3500, 12000), False), ((2500, 7000), False),
    ],
)  # fmt: skip
def test_only_outlines_of_a_stalls_size_are_stalls(size: tuple[int, int], is_stall: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter
    document = drawing()
    ring(document.modelspace(), "车位", rect(0, 0, *size))
    assert len(_of(_read(document, tmp_path), "parking")) == is_stall


def test_slanted_stalls_are_stalls(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "车位", [(0, 0), (2600, 0), (3500, 5300), (900, 5300)])
    assert len(_of(_read(document, tmp_path), "parking")) == 1


def test_accessible_underground_and_bicycle_places_are_told_apart(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "无障碍车位", rect(0, 0, 3700, 6000))
    ring(space, "停车位", rect(5000, 0, 7500, 5500))
    text(space, "无障碍", (6250, 2750), height=300)
    ring(space, "地下车位", rect(10000, 0, 12500, 5500))
    ring(space, "非机动车停车位", rect(15000, 0, 17000, 10000))
    model = _read(document, tmp_path)
    stalls = sorted(_of(model, "parking"), key=lambda stall: stall.geometry.bounds)
    assert [(stall.accessible, stall.underground) for stall in stalls] == [(True, None), (True, None), (False, True)]
    assert len(_of(model, "bicycle")) == 1


def test_streets_are_named_by_the_text_along_them_and_drives_are_not_streets(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    line(space, "道路红线", (-60000, -42000), (120000, -42000))
    text(space, "文苑路", (0, -50000), "道路名称", 3000)
    line(space, "道路中心线", (110000, -60000), (110000, 120000))
    text(space, "西山路道路中心线", (112000, 20000), "道路名称", 3000)
    ring(space, "道路", rect(20000, 10000, 80000, 16000))
    text(space, "小区道路", (50000, 13000), height=1500)
    ring(space, "道路", rect(20000, 30000, 80000, 34000))
    model = _read(document, tmp_path)
    assert {(f.name, f.layer) for f in _of(model, "street")} == {("文苑路", "道路红线"), ("西山路", "道路中心线")}
    assert sorted(f.name for f in _of(model, "internal-road")) == ["", "小区道路"]


def test_fences_stay_lines_and_plazas_have_names(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "围墙", rect(-39000, -39000, 99000, 99000))
    line(space, "围墙", (0, 50000), (50000, 50000))
    ring(space, "广场", rect(60000, 60000, 80000, 75000))
    text(space, "社区活动广场", (70000, 67000), height=1500)
    ring(space, "绿地", rect(0, 60000, 20000, 80000))
    model = _read(document, tmp_path)
    assert [f.geometry.geom_type for f in _of(model, "fence")] == ["LineString", "LineString"]
    (plaza,) = _of(model, "plaza")
    assert plaza.name == "社区活动广场"
    assert plaza.geometry.area == pytest.approx(300.0)
    assert len(_of(model, "green")) == 1


@pytest.mark.parametrize("outlined", [None, "线7", "活动广场"])
def test_a_plaza_that_is_written_but_not_outlined_is_not_the_same_as_none(outlined: str | None, tmp_path: Path) -> None:
    """Its area is left open, unless it is outlined on a layer that is known."""
    document = drawing()
    space = document.modelspace()
    if outlined:
        ring(space, outlined, rect(0, 0, 15000, 10000))
    text(space, "社区活动广场", (7000, 5000))
    notes = [note for note in _read(document, tmp_path).notes if note.code == "plaza-unread"]
    assert [note.blocks for note in notes] == ([] if outlined == "活动广场" else [("plaza_area_m2",)])


def test_entrance_marks_of_the_service_rooms_and_of_the_estate(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "出入口", [(0, 0), (-400, -800), (400, -800)])
    text(space, "社区用房出入口", (0, -1500), "出入口", 500)
    text(space, "小区主入口", (50000, -30000), "PUB_TEXT", 1500)
    ring(space, "出入口", [(20000, 0), (19600, -800), (20400, -800)])
    text(space, "住宅入口", (20000, -1500), "出入口", 500)
    text(space, "地下车库出入口", (40000, 0), "PUB_TEXT", 500)
    model = _read(document, tmp_path)
    (mark,) = _of(model, "entrance-mark")
    assert mark.name == "社区用房出入口"
    assert mark.geometry.distance(Point(0, 0)) == pytest.approx(0.0)
    assert [f.name for f in _of(model, "main-entrance")] == ["小区主入口"]


def test_the_outdoor_level_is_evidence(tmp_path: Path) -> None:
    document = drawing()
    text(document.modelspace(), "室外地坪 -0.450", (10000, 10000))
    (ground,) = _of(_read(document, tmp_path), "outdoor-ground")
    assert ground.z_m == -0.45


@pytest.mark.parametrize("turn", [0, 37, 200])
def test_the_north_arrow_turns_north(turn: int, tmp_path: Path) -> None:
    document = drawing()
    arrow = document.blocks.new("指北针")
    arrow.add_circle((0, 0), 1000)
    arrow.add_line((0, -1000), (0, 1000))
    document.modelspace().add_blockref("指北针", (90000, 90000), dxfattribs={"rotation": turn})
    expected = (-math.sin(math.radians(turn)), math.cos(math.radians(turn)))
    assert _read(document, tmp_path).north == pytest.approx(expected)


def test_a_loose_north_arrow_is_read_by_its_letter(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    space.add_circle((90000, 90000), 1000, dxfattribs={"layer": "指北针"})
    line(space, "指北针", (90000, 90000), (90600, 90800))
    text(space, "北", (90900, 91300), "指北针", 500)
    assert _read(document, tmp_path).north == pytest.approx((0.6, 0.8))


def test_stalls_of_a_basement_plan_are_underground(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 30000, 20000))
    ring(space, "停车位", rect(1000, 1000, 3500, 6500))
    title(space, "地下一层平面图", (15000, -5000))
    model = read_dxf(save(document, tmp_path))
    (stall,) = _of(model, "parking")
    assert stall.underground
    assert stall.storey_id == "B1"


def test_a_drawing_without_outdoor_things_has_no_site(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "面积线", rect(0, 0, 30000, 20000))
    assert not read_dxf(save(document, tmp_path)).has_site
