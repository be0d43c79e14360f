"""Several plans in one model space or in several files: told apart, put on storeys, laid over each other."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, text, title, walls
from ezdxf.layouts.base import BaseLayout
from shapely import box, union_all
from shapely.affinity import translate

from bimcheck.model import BuildingModel, Space
from bimcheck.readers.dxf import read_dxf


def _plan(space: BaseLayout, x: float, words: str, room: str = "社区用房", y: float = 0.0) -> None:
    """A frame of 20 m × 10 m with a name in it and a title below."""
    ring(space, "面积线", rect(x, y, x + 20000, y + 10000))
    text(space, room, (x + 10000, y + 5000))
    title(space, words, (x + 10000, y - 3000))


def _storeys(model: BuildingModel) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for space in model.spaces:
        found.setdefault(space.storey_id or "", []).append(space.name)
    return found


def _space(model: BuildingModel, name: str, storey: str | None = None) -> Space:
    (space,) = [s for s in model.spaces if s.name == name and storey in (None, s.storey_id)]
    return space


def test_titles_below_tell_plans_side_by_side_apart(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图", "党群服务中心")
    _plan(space, 40000, "二层平面图", "会议室")
    model = read_dxf(save(document, tmp_path))
    assert _storeys(model) == {"1F": ["党群服务中心"], "2F": ["会议室"]}


def test_titles_below_tell_plans_over_each_other_apart(tmp_path: Path) -> None:
    """Each title stands between two plans; it belongs to the one above it."""
    document = drawing()
    space = document.modelspace()
    for number, (words, room) in enumerate((("一层平面图", "甲"), ("二层平面图", "乙室"), ("三层平面图", "丙室"))):
        _plan(space, 0, words, f"{room}用房", y=16000.0 * number)
    model = read_dxf(save(document, tmp_path))
    assert _storeys(model) == {"1F": ["甲用房"], "2F": ["乙室用房"], "3F": ["丙室用房"]}


def test_titles_above_their_plans_are_understood_when_all_are(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for number, (words, room) in enumerate((("一层平面图", "甲用房"), ("二层平面图", "乙用房"))):
        ring(space, "面积线", rect(0, 30000 * number, 20000, 30000 * number + 10000))
        text(space, room, (10000, 30000 * number + 5000))
        title(space, words, (10000, 30000 * number + 12000))
    assert _storeys(read_dxf(save(document, tmp_path))) == {"1F": ["甲用房"], "2F": ["乙用房"]}


def test_frames_hold_title_and_plan_together_wherever_the_title_stands(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for x, words, room, at in ((0, "一层平面图", "甲用房", 14000), (40000, "二层平面图", "乙用房", -3000)):
        ring(space, "PUB_TITLE", rect(x - 5000, -6000, x + 25000, 16000))
        ring(space, "面积线", rect(x, 0, x + 20000, 10000))
        text(space, room, (x + 10000, 5000))
        title(space, words, (x + 10000, at))
    assert _storeys(read_dxf(save(document, tmp_path))) == {"1F": ["甲用房"], "2F": ["乙用房"]}


def test_a_turned_sheet_reads_like_a_level_one(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图", "甲用房")
    _plan(space, 0, "二层平面图", "乙用房", y=16000)
    for entity in space:
        entity.rotate_z(math.radians(90))
    assert _storeys(read_dxf(save(document, tmp_path))) == {"1F": ["甲用房"], "2F": ["乙用房"]}


def test_a_typical_plan_stands_for_each_of_its_storeys(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "二～四层平面图", "住宅")
    text(space, "层高3.000", (3000, 2000))
    text(space, "4.500", (3000, 4000), "DIM_ELEV")
    model = read_dxf(save(document, tmp_path))
    assert [(s.id, s.number, s.elevation_m, s.height_m) for s in model.storeys] == [
        ("2F", 2, 4.5, 3.0), ("3F", 3, 7.5, 3.0), ("4F", 4, 10.5, 3.0)
    ]  # fmt: skip
    assert len({space.id for space in model.spaces}) == 3
    assert [s.footprint.area for s in model.spaces if s.footprint] == [pytest.approx(200.0)] * 3


def test_levels_over_one_another_belong_to_the_storeys_of_a_typical_plan(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "二、三层平面图", "住宅")
    for row, level in enumerate(("4.500", "8.100")):
        text(space, level, (3000, 2000 + 600 * row), "DIM_ELEV")
    assert [s.elevation_m for s in read_dxf(save(document, tmp_path)).storeys] == [4.5, 8.1]


def test_a_typical_plan_without_numbers_cannot_be_counted(tmp_path: Path) -> None:
    document = drawing()
    _plan(document.modelspace(), 0, "标准层平面图", "住宅")
    notes = read_dxf(save(document, tmp_path)).notes
    assert any(note.code == "storey-typical-unnumbered" and "*" in note.blocks for note in notes)


def test_plans_of_other_trades_are_left_out_and_said(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图")
    for number, words in enumerate(("一层防火分区示意图", "一层给排水平面图", "一层家具布置图", "1-1剖面图")):
        _plan(space, 40000.0 * (number + 1), words)
    model = read_dxf(save(document, tmp_path))
    areas = [s for s in model.spaces if s.name == "社区用房"]
    assert len([s for s in areas if s.storey_id == "1F"]) == 1
    (note,) = [n for n in model.notes if n.code == "plan-ignored"]
    for words in ("一层防火分区示意图", "一层给排水平面图", "一层家具布置图", "1-1剖面图"):
        assert words in note.text.zh


@pytest.mark.parametrize("words", ["一层地面铺装图", "一层消防图"])
def test_a_trade_sheet_is_known_without_the_word_plan(words: str, tmp_path: Path) -> None:
    document = drawing()
    _plan(document.modelspace(), 0, "一层平面图")
    _plan(document.modelspace(), 40000, words)
    assert [space.storey_id for space in read_dxf(save(document, tmp_path)).spaces] == ["1F"]


@pytest.mark.parametrize("layer", ["0", "图层1"])
def test_a_storey_whose_walls_are_on_layers_nobody_knows_is_not_passed_over(layer: str, tmp_path: Path) -> None:
    """Its rooms are named without an area, so that no total and no share can be told; the layers are asked for."""
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 20000, 10000)), layer)
    text(space, "党群服务中心", (10000, 5000))
    title(space, "一层平面图", (10000, -3000))
    _plan(space, 40000, "二层平面图")
    model = read_dxf(save(document, tmp_path))
    lost = _space(model, "党群服务中心", "1F")
    assert (lost.footprint, lost.shape) == (None, "none")
    (note,) = [note for note in model.notes if note.code == "room-not-closed"]
    assert "bimcheck layers" in note.text.en


def test_a_room_whose_walls_never_close_is_named_even_where_no_other_room_is(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, box(0, 0, 20000, 240))
    walls(space, box(0, 9760, 20000, 10000))
    text(space, "党群服务中心", (10000, 5000))
    title(space, "一层平面图", (10000, -3000))
    assert _space(read_dxf(save(document, tmp_path)), "党群服务中心").footprint is None


@pytest.mark.parametrize("sheets", ["open", "in sheet borders"])
@pytest.mark.parametrize("beside", ["一层平面图", "总平面图"])
def test_a_plan_that_lost_its_title_is_no_part_of_the_plan_next_to_it(beside: str, sheets: str, tmp_path: Path) -> None:
    """It stands on a storey that nobody knows, which leaves the ground floor open; its rooms are all there."""
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图")
    if beside == "总平面图":
        ring(space, "用地红线", rect(100000, 0, 160000, 60000))
        title(space, beside, (130000, -3000))
    ring(space, "面积线", rect(60000, 0, 80000, 10000))
    text(space, "文化活动室", (70000, 5000))
    if sheets == "in sheet borders":
        for x in (0, 60000):
            ring(space, "PUB_TITLE", rect(x - 5000, -5000, x + 25000, 15000))
    model = read_dxf(save(document, tmp_path))
    assert _space(model, "社区用房").storey_id == "1F"
    assert _space(model, "文化活动室").storey_id != "1F"
    (note,) = [note for note in model.notes if note.code == "storey-unknown"]
    assert "ground_floor_share" in note.blocks
    assert "文化活动室" in note.text.zh
    assert "文化活动室" in note.text.en


def test_walls_parted_by_openings_in_which_nothing_is_drawn_are_one_plan(tmp_path: Path) -> None:
    """Doors and windows exploded onto layer 0 leave the walls in pieces; none of them is a plan of its own."""
    document = drawing()
    space = document.modelspace()
    rooms = [box(240 + x, 240, x + 5760, 11760) for x in (0, 6000, 12000)]
    openings = [box(x + 2000, y, x + 4000, y + 240) for x in (0, 6000, 12000) for y in (0, 11760)]
    walls(space, box(0, 0, 18000, 12000).difference(union_all([*rooms, *openings])))
    for room, name in zip(rooms, ("社区用房", "会议室", "物业用房"), strict=True):
        text(space, name, (room.centroid.x, 6000))
    title(space, "一层平面图", (9000, -4000))
    _plan(space, 60000, "二层平面图")
    model = read_dxf(save(document, tmp_path))
    assert {s.name for s in model.spaces if s.storey_id == "1F" and s.footprint} == {"社区用房", "会议室", "物业用房"}
    assert "storey-unknown" not in {note.code for note in model.notes}


def test_two_wings_over_one_title_are_one_plan(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for x in (0, 24000):
        ring(space, "面积线", rect(x, 0, x + 20000, 10000))
        text(space, "社区用房", (x + 10000, 5000))
    title(space, "一层平面图", (22000, -3000))
    _plan(space, 80000, "二层平面图")
    storeys = [space.storey_id for space in read_dxf(save(document, tmp_path)).spaces]
    assert sorted(map(str, storeys)) == ["1F", "1F", "2F"]


def test_the_same_storey_drawn_twice_counts_once(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图")
    _plan(space, 40000, "首层建筑平面图")
    model = read_dxf(save(document, tmp_path))
    assert len(model.spaces) == 1
    assert "storey-drawn-twice" in {note.code for note in model.notes}


def test_buildings_in_titles_are_told_apart(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "1#楼一层平面图", "甲用房")
    _plan(space, 40000, "2-3#楼一层平面图", "乙用房")
    model = read_dxf(save(document, tmp_path))
    assert sorted((s.building_id or "", s.number or 0) for s in model.storeys) == [("1#", 1), ("2#", 1), ("3#", 1)]
    assert sorted((s.name, s.building_id or "") for s in model.spaces) == [
        ("乙用房", "2#"), ("乙用房", "3#"), ("甲用房", "1#")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind", "number"),
    [
        ("一层夹层平面图", "mezzanine", 1),
        ("屋顶平面图", "roof", None),
        ("半地下室平面图", "semi-basement", None),
        ("地下一层平面图", "storey", -1),
    ],
)
def test_kinds_of_storeys_come_from_the_title(words: str, kind: str, number: int | None, tmp_path: Path) -> None:
    document = drawing()
    _plan(document.modelspace(), 0, words)
    (storey,) = read_dxf(save(document, tmp_path)).storeys
    assert (storey.kind, storey.number) == (kind, number)


def test_levels_and_heights_come_from_marks_and_from_the_storey_above(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for x, words, level in (
        (0, "一层平面图", "%%p0.000"),
        (40000, "二层平面图", "4.500"),
        (80000, "屋顶平面图", "8.700"),
    ):
        _plan(space, x, words)
        text(space, level, (x + 4000, 4000), "DIM_ELEV")
    text(space, "-0.450", (-1500, -1500), "DIM_ELEV")
    storeys = {s.number: (s.elevation_m, s.height_m) for s in read_dxf(save(document, tmp_path)).storeys}
    assert storeys[1] == (0.0, 4.5)
    assert storeys[2][0] == 4.5
    assert storeys[2][1] == pytest.approx(4.2)
    assert storeys[None] == (8.7, None)


def test_a_plan_without_a_title_leaves_the_ground_floor_open(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "面积线", rect(0, 0, 20000, 10000))
    (note,) = [n for n in read_dxf(save(document, tmp_path)).notes if n.code == "storey-unknown"]
    assert "ground_floor_share" in note.blocks


# --------------------------------------------------------------------------------------------- laid over each other


def _axes(space: BaseLayout, x: float, y: float, far: float = 0.0) -> None:
    for label, at in (
        ("1", (x, y - 2000 - far)),
        ("5", (x + 20000, y - 2000 - far)),
        ("A", (x - 2000 - far, y)),
        ("C", (x - 2000 - far, y + 10000)),
    ):
        space.add_circle(at, 400, dxfattribs={"layer": "AXIS"})
        text(space, label, at, "AXIS", 300)


def test_axis_labels_bring_an_upper_storey_over_the_lower(tmp_path: Path) -> None:
    """The upper storey covers only a part, and its bubbles stand further out: coordinates by axis still agree."""
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图", "甲用房")
    _axes(space, 0, 0)
    ring(space, "面积线", rect(47000, 5004000, 52000, 5008000))
    text(space, "乙用房", (49500, 5006000))
    title(space, "二层平面图", (50000, 4990000))
    _axes(space, 40000, 5000000, far=3000)
    model = read_dxf(save(document, tmp_path))
    assert _space(model, "乙用房").footprint.bounds == pytest.approx((7.0, 4.0, 12.0, 8.0))  # type: ignore[union-attr]  # a frame


def test_shared_corners_bring_storeys_over_each_other_without_axes(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    lower = shell((0, 0, 30000, 12000)).union(box(10000, 240, 10200, 11760)).union(box(17000, 240, 17200, 11760))
    upper = shell((9960, 0, 30000, 12000)).union(box(17000, 240, 17200, 11760))
    walls(space, lower)
    walls(space, translate(upper, 61234, 777))
    for x, name in ((5000, "甲用房"), (13000, "乙用房"), (25000, "丙用房")):
        text(space, name, (x, 6000))
    text(space, "丁用房", (61234 + 25000, 6777))
    title(space, "一层平面图", (15000, -4000))
    title(space, "二层平面图", (61234 + 20000, -3223))
    model = read_dxf(save(document, tmp_path))
    assert _space(model, "丁用房").footprint.bounds == pytest.approx(_space(model, "丙用房").footprint.bounds)  # type: ignore[union-attr]  # cells


def test_plans_that_share_nothing_are_said_not_to_be_aligned(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图")
    document.modelspace().add_circle((60000, 5000), 4000, dxfattribs={"layer": "面积线"})
    text(space, "乙用房", (60000, 5000))
    title(space, "二层平面图", (60000, -3000))
    (note,) = [note for note in read_dxf(save(document, tmp_path)).notes if note.code == "plans-not-aligned"]
    assert "party_centre_clusters" in note.blocks


def test_windows_at_even_distances_do_not_shift_a_storey(tmp_path: Path) -> None:
    """The same hall twice, 44 × 20 m; upstairs five equal windows stand 2 m further east than four of those below."""
    document = drawing()
    space = document.modelspace()
    for dx, first, wall in ((0, 4000, 24000), (70000, 6000, 20000)):
        solid = shell((dx, 0, dx + 44000, 20000)).union(box(dx + wall, 240, dx + wall + 200, 19760))
        for n in range(9):
            x = dx + first + 4000 * n
            solid = solid.difference(box(x, 0, x + 1800, 240)).difference(box(x, 19760, x + 1800, 20000))
            for y in (0, 80, 160, 240, 19760, 19840, 19920, 20000):
                line(space, "WINDOW", (x, y), (x + 1800, y))
        walls(space, solid)
        text(space, "西厅", (dx + 3000, 10000))
        text(space, "东厅", (dx + 40000, 10000))
    title(space, "一层平面图", (22000, -4000))
    title(space, "二层平面图", (92000, -4000))
    east = [
        s.footprint.bounds[2] for s in read_dxf(save(document, tmp_path)).spaces if s.footprint and s.name == "东厅"
    ]
    assert east == pytest.approx([43.76, 43.76])


def test_one_file_a_storey_and_a_site_plan_are_one_project(tmp_path: Path) -> None:
    """File names stand in for titles; ids stay unique; the site plan is laid under the building by its outline."""
    paths = []
    corners = [(0, 0), (12000, 0), (12000, 8000), (6000, 8000), (6000, 5000), (0, 5000)]
    for name, room in (("1f", "甲用房"), ("2f", "乙用房")):
        document = drawing()
        ring(document.modelspace(), "面积线", corners)
        text(document.modelspace(), room, (9000, 3000))
        paths.append(save(document, tmp_path, f"{name}.dxf"))
    document = drawing(insunits=6)
    space = document.modelspace()
    turn = math.radians(20)
    ring(space, "用地红线", rect(500000, 3370000, 500080, 3370080))
    c, s = math.cos(turn), math.sin(turn)
    outline = [(500030 + (c * x - s * y) / 1000, 3370030 + (s * x + c * y) / 1000) for x, y in corners]
    ring(space, "建筑轮廓", outline)
    line(space, "道路红线", (499900, 3369990), (500200, 3369990))
    text(space, "文苑路", (500040, 3369985), "道路名称", 2.0)
    paths.append(save(document, tmp_path, "site.dxf"))
    model = read_dxf(paths)
    assert model.source.file == "1f.dxf + 2f.dxf + site.dxf"
    assert [storey.number for storey in model.storeys] == [1, 2]
    assert len({space.id for space in model.spaces}) == 2
    (street,) = [f for f in model.site if f.kind == "street"]
    assert street.name == "文苑路"
    footprint = _space(model, "甲用房").footprint
    assert footprint is not None
    assert street.geometry.distance(footprint) == pytest.approx(
        40.0, abs=0.01
    )  # 3370030 − 3369990, however it is turned
    assert not any(f.kind == "building" for f in model.site), "our own outline is no other building"
    assert not any(note.code.startswith("site-") for note in model.notes)


def test_a_site_plan_that_fits_both_ways_round_leaves_the_street_open(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _plan(space, 0, "一层平面图")
    turn = math.radians(30)
    outline = [
        (90000 + x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        for x, y in rect(0, 0, 20000, 10000)
    ]
    ring(space, "建筑轮廓", outline)
    ring(space, "用地红线", rect(70000, -20000, 130000, 40000))
    title(space, "总平面图", (100000, -25000))
    notes = read_dxf(save(document, tmp_path)).notes
    assert any(note.code == "site-turn-ambiguous" and "street_entrances" in note.blocks for note in notes)
