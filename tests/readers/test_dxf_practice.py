"""Drawings as offices really deliver them: names of layers, blocks and titles, ways of drawing walls and doors."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from dxf_drawings import drawing, line, rect, ring, save, shell, swing, text, title, walls
from ezdxf.document import Drawing
from ezdxf.layouts.base import BaseLayout
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from bimcheck.model import BuildingModel
from bimcheck.pipeline import review
from bimcheck.readers.dxf import read_dxf

HOUSE = shell((0, 0, 12000, 6000)).union(box(6880, 0, 7120, 6000))
"""Two rooms, 42 m² and 30 m² to the outer faces and the middle of the party wall."""
GROSS = {"社区服务用房": pytest.approx(42.0, rel=1e-3), "物业管理用房": pytest.approx(30.0, rel=1e-3)}
GAP = box(2000, -1, 3000, 241)


def _named(space: BaseLayout, layer: str = "PUB_TEXT") -> None:
    text(space, "社区服务用房", (3500, 3000), layer)
    text(space, "物业管理用房", (9500, 3000), layer)


def _house(layer: str = "WALL", solid: BaseGeometry = HOUSE, version: str = "R2004") -> Drawing:
    document = drawing(version)
    walls(document.modelspace(), solid, layer)
    _named(document.modelspace())
    title(document.modelspace(), "一层平面图", (6000, -5000))
    return document


def _gross(document: Drawing, tmp_path: Path) -> dict[str, float | None]:
    return {room.name: room.gross_area_m2 for room in review(save(document, tmp_path)).rooms}


def _doors(document: Drawing, tmp_path: Path) -> list[tuple[str, float]]:
    return sorted((o.kind, round(o.width_m, 2)) for o in read_dxf(save(document, tmp_path)).openings)


# --------------------------------------------------------------------------------------------- layers and text


@pytest.mark.parametrize(
    "layer",
    [
        "WALL", "A-WALL-240", "WALL_240", "建筑墙体", "墙体-填充墙", "剪力墙", "A_WALL_EXT", "WALL-砖", "A$0$WALL",
        "建筑|WALL", "XREF$0$A$1$建-墙", "ｗａｌｌ",
    ],
)  # fmt: skip
def test_walls_are_known_by_the_names_offices_give_them(layer: str, tmp_path: Path) -> None:
    assert _gross(_house(layer), tmp_path) == GROSS


def _t3(document: Drawing) -> None:
    """What TArch leaves beside walls when a drawing is exported to T3."""
    space = document.modelspace()
    for number, x in enumerate((0, 7000, 12000), 1):
        line(space, "DOTE", (x, -2000), (x, 8000))
        space.add_circle((x, -2400), 400, dxfattribs={"layer": "AXIS"})
        text(space, str(number), (x, -2400), "AXIS_TEXT", 350)
    hatch = space.add_hatch(dxfattribs={"layer": "SPACE_HATCH"})
    hatch.paths.add_polyline_path(rect(240, 240, 6880, 5760), is_closed=True)
    line(space, "DOOR_FIRE", (2000, 0), (2000, -900))
    text(space, "1:100", (9000, -5000), "PUB_TITLE", 500)


def _hatched_over(document: Drawing) -> None:
    hatch = document.modelspace().add_hatch(dxfattribs={"layer": "PUB_HATCH"})
    hatch.paths.add_polyline_path(rect(0, 0, 12000, 6000), is_closed=True)


def _drawn_twice(document: Drawing) -> None:
    walls(document.modelspace(), HOUSE)


def _furnished(document: Drawing) -> None:
    space = document.modelspace()
    for x in (1000, 3000, 5000):
        ring(space, "家具", rect(x, 1000, x + 1400, 1700))
    text(space, "办公桌", (1700, 1350), "家具", 200)
    text(space, "42.00㎡", (3500, 2450))
    text(space, "±0.000", (3500, 4500))


@pytest.mark.parametrize("more", [_t3, _hatched_over, _drawn_twice, _furnished])
def test_what_stands_about_the_walls_changes_no_area(more: Callable[[Drawing], None], tmp_path: Path) -> None:
    document = _house()
    more(document)
    assert _gross(document, tmp_path) == GROSS


@pytest.mark.parametrize("words", ["社 区 服 务 用 房", "社区\n服务用房", "社区服务用房 (一期)"])
def test_a_name_is_read_however_it_is_spaced(words: str, tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    for row, part in enumerate(words.split("\n")):
        text(space, part, (6000, 3000 - 500 * row))
    title(space, "一层平面图", (6000, -5000))
    found = review(save(document, tmp_path))
    assert [room.gross_area_m2 for room in found.rooms if room.counted] == [pytest.approx(72.0)]


@pytest.mark.parametrize("turn", [0.0, 90.0, 210.0])
def test_a_name_exploded_into_its_characters_is_put_together(turn: float, tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 12000)))
    for number, character in enumerate("社区服务用房"):
        away = (number - 2.5) * 420
        at = (6000 + away * math.cos(math.radians(turn)), 6000 + away * math.sin(math.radians(turn)))
        text(space, character, at)
        space[-1].dxf.rotation = turn
    title(space, "一层平面图", (6000, -5000))
    assert [room.name for room in review(save(document, tmp_path)).rooms if room.counted] == ["社区服务用房"]


def test_a_name_and_area_in_one_paragraph_with_codes(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, HOUSE)
    codes = r"{\fSimSun|b0|i0|c134|p2;\H350;社区服务用房}\P{\H0.7x;S=42.00m{\H0.7x;\S2^;}}"
    centred = {"layer": "房间名", "char_height": 350, "attachment_point": 5}
    space.add_mtext(codes, dxfattribs=centred | {"insert": (3500, 3000)})
    space.add_mtext(r"\pxqc;物业管理用房\P建筑面积：30.00㎡", dxfattribs=centred | {"insert": (9500, 3000)})
    title(space, "１＃楼一层平面图", (6000, -5000))
    model = read_dxf(save(document, tmp_path))
    found = {(s.name, s.building_id): [(a.area_m2, a.kind) for a in s.declared] for s in model.spaces}
    assert found == {("社区服务用房", "1#"): [(42.0, "unknown")], ("物业管理用房", "1#"): [(30.0, "gross")]}


# --------------------------------------------------------------------------------------------- blocks


@pytest.mark.parametrize("scale", [(1, 1), (-1, 1), (0.001, 0.001)])
def test_blocks_within_blocks_turned_mirrored_and_scaled(scale: tuple[float, float], tmp_path: Path) -> None:
    """0.001: a plan in millimetres, inserted into a drawing in metres."""
    document = drawing(insunits=6 if scale[0] < 1 and scale[0] > 0 else 4)
    inner = document.blocks.new("A$C0001")
    walls(inner, HOUSE)
    _named(inner)
    title(inner, "一层平面图", (6000, -5000))
    document.blocks.new("单元").add_blockref("A$C0001", (0, 0), dxfattribs={"rotation": 30})
    placed = {"rotation": 17, "xscale": scale[0], "yscale": scale[1]}
    document.modelspace().add_blockref("单元", (100000 * scale[1], 50000 * scale[1]), dxfattribs=placed)
    assert _gross(document, tmp_path) == GROSS


def test_titles_as_attributes_of_frame_blocks(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    frame = document.blocks.new("A3图框")
    frame.add_lwpolyline(rect(0, 0, 42000, 29700), close=True)
    frame.add_lwpolyline(rect(2500, 500, 41500, 29200), close=True)
    frame.add_attdef("图名", (35000, 2000), height=500)
    for storey, words in enumerate(("一层平面图", "二层平面图")):
        up = 40000 * storey
        placed = space.add_blockref("A3图框", (-10000, up - 12000), dxfattribs={"layer": "图框"})
        placed.add_auto_attribs({"图名": words})
        walls(space, shell((0, up, 12000, up + 6000)))
        text(space, "社区服务用房", (3500, up + 3000))
    model = read_dxf(save(document, tmp_path))
    assert sorted(s.storey_id or "" for s in model.spaces) == ["1F", "2F"]


def test_stalls_as_arrays_and_as_anonymous_blocks_with_attributes(tmp_path: Path) -> None:
    document = _house()
    space = document.modelspace()
    document.blocks.new("停车位").add_lwpolyline(rect(0, 0, 2500, 5300), close=True)
    array = {"column_count": 4, "row_count": 2, "column_spacing": 2500, "row_spacing": 11000, "layer": "停车"}
    space.add_blockref("停车位", (50000, 0), dxfattribs=array)
    dynamic = document.blocks.new_anonymous_block(type_char="U")
    dynamic.add_lwpolyline(rect(0, 0, 2500, 5300), close=True)
    for number in range(3):
        placed = space.add_blockref(dynamic.name, (70000 + 2500 * number, 0), dxfattribs={"layer": "车位"})
        placed.add_attrib("编号", f"P{number + 1}", (71000 + 2500 * number, 2000), dxfattribs={"height": 300})
    ring(space, "用地红线", rect(-10000, -10000, 100000, 40000))
    title(space, "总平面图", (75000, -6000))
    assert review(save(document, tmp_path)).measurements["parking_spaces"].value == 11


# --------------------------------------------------------------------------------------------- walls and columns


@pytest.mark.parametrize("filled", ["hatch", "solid"])
def test_walls_that_stop_at_filled_columns(filled: str, tmp_path: Path) -> None:
    columns = [box(x, y, x + 500, y + 500) for x in (0, 6750, 11500) for y in (0, 5500)]
    document = drawing()
    space = document.modelspace()
    faces = HOUSE.difference(shapely.union_all(columns)).boundary.difference(shapely.union_all(columns).buffer(0.01))
    for part in shapely.get_parts(faces).tolist():
        space.add_lwpolyline(list(part.coords), dxfattribs={"layer": "WALL"})
    for column in columns:
        x0, y0, x1, y1 = column.bounds
        if filled == "hatch":
            hatch = space.add_hatch(dxfattribs={"layer": "COLUMN"})
            hatch.paths.add_polyline_path(rect(x0, y0, x1, y1), is_closed=True)
        else:
            space.add_solid([(x0, y0), (x1, y0), (x0, y1), (x1, y1)], dxfattribs={"layer": "柱"})
    _named(space)
    title(space, "一层平面图", (6000, -5000))
    assert _gross(document, tmp_path) == GROSS


def test_walls_of_unequal_thickness(tmp_path: Path) -> None:
    solid = Polygon(box(0, 0, 12000, 6000).exterior, [box(370, 240, 11700, 5800).exterior]).union(
        box(6900, 0, 7100, 6000)
    )
    assert _gross(_house(solid=solid), tmp_path) == GROSS


def test_walls_drawn_as_hatches_alone(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for part in ((0, 0, 12000, 240), (0, 5760, 12000, 6000), (0, 240, 240, 5760), (11760, 240, 12000, 5760)):
        space.add_hatch(dxfattribs={"layer": "墙"}).paths.add_polyline_path(rect(*part), is_closed=True)
    party = space.add_hatch(dxfattribs={"layer": "墙"})
    party.paths.add_polyline_path(rect(6880, 240, 7120, 5760), is_closed=True)
    _named(space)
    title(space, "一层平面图", (6000, -5000))
    assert _gross(document, tmp_path) == GROSS


def test_a_round_house_between_two_circles(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for radius in (5000, 5240):
        space.add_circle((6000, 6000), radius, dxfattribs={"layer": "WALL"})
    text(space, "社区服务用房", (6000, 6000))
    title(space, "一层平面图", (6000, -5000))
    assert _gross(document, tmp_path) == {"社区服务用房": pytest.approx(math.pi * 5.24**2, rel=1e-3)}


# --------------------------------------------------------------------------------------------- doors and windows


def _bulged_swing(space: BaseLayout, _: Drawing) -> None:
    points = [(2000, 120, 0), (2000, 1120, -math.tan(math.pi / 8)), (3000, 120, 0)]
    space.add_lwpolyline(points, format="xyb", dxfattribs={"layer": "WINDOW"})


def _bulged_swing_alone(space: BaseLayout, _: Drawing) -> None:
    line(space, "WINDOW", (2000, 120), (2000, 1120))
    points = [(2000, 1120, -math.tan(math.pi / 8)), (3000, 120, 0)]
    space.add_lwpolyline(points, format="xyb", dxfattribs={"layer": "WINDOW"})


def _stretched_block(space: BaseLayout, document: Drawing) -> None:
    leaf = document.blocks.new("DOOR90")
    leaf.add_line((0, 0), (0, 1))
    leaf.add_arc((0, 0), 1, 0, 90)
    placed = {"layer": "WINDOW", "xscale": 1000, "yscale": 900}
    space.add_blockref("DOOR90", (2000, 120), dxfattribs=placed)


def _tarch_block(space: BaseLayout, document: Drawing) -> None:
    leaf = document.blocks.new("$DorLib2D$00000001")
    leaf.add_line((-0.5, 0), (-0.5, 1))
    leaf.add_arc((-0.5, 0), 1, 0, 90)
    space.add_blockref(leaf.name, (2500, 120), dxfattribs={"layer": "WINDOW", "xscale": 1000, "yscale": 1000})


def _on_the_wall_layer(space: BaseLayout, _: Drawing) -> None:
    swing(space, (2000, 120), (3000, 120), "WALL")


def _two_leaves(space: BaseLayout, _: Drawing) -> None:
    swing(space, (2000, 120), (2500, 120))
    swing(space, (3000, 120), (2500, 120), left=False)


def _sliding(space: BaseLayout, _: Drawing) -> None:
    ring(space, "WINDOW", rect(2000, 100, 2540, 140))
    ring(space, "WINDOW", rect(2460, 140, 3000, 180))


def _shutter(space: BaseLayout, _: Drawing) -> None:
    line(space, "WINDOW", (2000, 120), (3000, 120))
    text(space, "JLM1024", (2500, -400), "WINDOW_TEXT", 250)


@pytest.mark.parametrize(
    "draw",
    [
        _bulged_swing, _bulged_swing_alone, _stretched_block, _tarch_block, _on_the_wall_layer, _two_leaves, _sliding,
        _shutter,
    ],
)  # fmt: skip
def test_a_door_of_one_metre_however_it_is_drawn(draw: Callable[[BaseLayout, Drawing], None], tmp_path: Path) -> None:
    document = _house(solid=HOUSE.difference(GAP))
    draw(document.modelspace(), document)
    assert _doors(document, tmp_path) == [("door", 1.0)]
    assert _gross(document, tmp_path) == GROSS


def _four_lines(space: BaseLayout, _: Drawing) -> None:
    for y in (0, 80, 160, 240):
        line(space, "WINDOW", (2000, y), (3000, y))


def _bay(space: BaseLayout, _: Drawing) -> None:
    for inward in (0, 80, 160, 240):
        bent = [(2000, 0), (2000, inward - 600), (3000, inward - 600), (3000, 0)]
        space.add_lwpolyline(bent, dxfattribs={"layer": "WINDOW"})


def _sliding_window(space: BaseLayout, _: Drawing) -> None:
    for y in (0, 240):
        line(space, "WINDOW", (2000, y), (3000, y))
    line(space, "WINDOW", (2000, 100), (2540, 100))
    line(space, "WINDOW", (2460, 140), (3000, 140))


def _two_lights(space: BaseLayout, _: Drawing) -> None:
    for y in (0, 80, 160, 240):
        line(space, "WINDOW", (2000, y), (2500, y))
        line(space, "WINDOW", (2500, y), (3000, y))


@pytest.mark.parametrize("draw", [_four_lines, _bay, _sliding_window, _two_lights])
def test_a_window_is_no_door(draw: Callable[[BaseLayout, Drawing], None], tmp_path: Path) -> None:
    document = _house(solid=HOUSE.difference(GAP))
    draw(document.modelspace(), document)
    assert _doors(document, tmp_path) == []
    assert _gross(document, tmp_path) == GROSS


def test_an_opening_without_a_leaf_is_a_gateway(tmp_path: Path) -> None:
    assert _doors(_house(solid=HOUSE.difference(GAP)), tmp_path) == [("gateway", 1.0)]


def test_a_round_niche_in_the_wall_is_no_door(tmp_path: Path) -> None:
    """Two faces about one centre are a round wall, even of a door's radius."""
    document = _house()
    space = document.modelspace()
    for radius in (1000, 1240):
        space.add_arc((14000, 2000), radius, 0, 90, dxfattribs={"layer": "WALL"})
    line(space, "WALL", (14000, 2000), (15000, 2000))
    assert _doors(document, tmp_path) == []


# --------------------------------------------------------------------------------------------- which plan counts


def _storeys(words: str, tmp_path: Path) -> tuple[list[str], BuildingModel]:
    document = _house()
    document.modelspace().delete_entity(document.modelspace()[-1])
    title(document.modelspace(), words, (6000, -5000))
    model = read_dxf(save(document, tmp_path))
    return [storey.id for storey in model.storeys], model


@pytest.mark.parametrize(
    ("words", "storeys"),
    [
        ("一  层  平  面  图", ["1F"]),
        ("%%u一层平面图%%u", ["1F"]),
        ("Ｆ１平面图", ["1F"]),
        ("１＃楼一层平面图", ["1#/1F"]),
        ("３～５层平面图", ["3F", "4F", "5F"]),
        ("标准层（3~5层）平面图", ["3F", "4F", "5F"]),
        ("5~9层(奇数层)平面图", ["5F", "7F", "9F"]),
        ("6-10层偶数层平面图", ["6F", "8F", "10F"]),
        ("总平面及一层平面图", ["1F"]),
        ("一层总平面图", ["1F"]),
        ("3#配套楼一层平面图", ["3#/1F"]),
    ],
)
def test_titles_as_they_are_written(words: str, storeys: list[str], tmp_path: Path) -> None:
    assert _storeys(words, tmp_path)[0] == storeys


@pytest.mark.parametrize("words", ["二层及以上平面图", "二层至顶层平面图", "三层以上平面图", "标准层平面图"])
def test_storeys_without_an_end_cannot_be_counted(words: str, tmp_path: Path) -> None:
    assert ("*",) in [note.blocks for note in _storeys(words, tmp_path)[1].notes]


def test_plans_of_other_trades_and_details_of_the_storey_are_left_out(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    titles = (
        "一层平面图", "一层防火分区示意图", "一层给排水平面图", "一层结构平面图", "一层家具布置图", "一层电气平面图",
        "一层吊顶平面图", "社区用房大样图 1:50", "社区服务用房平面详图", "1-1剖面图",
    )  # fmt: skip
    for number, words in enumerate(titles):
        x = 60000 * number
        walls(space, shell((x, 0, x + 20000, 10000)))
        text(space, "社区服务用房", (x + 10000, 5000))
        title(space, words, (x + 10000, -5000))
        ring(space, "PUB_TITLE", rect(x - 10000, -10000, x + 40000, 25000))
        text(space, words, (x + 36000, -8000), "PUB_TITLE", 250)
    found = review(save(document, tmp_path))
    assert [room.gross_area_m2 for room in found.rooms] == [pytest.approx(200.0)]
    assert "plan-ignored" in {note.code for note in found.notes}


@pytest.mark.parametrize(("other", "code"), [(HOUSE, "storey-drawn-twice"), (None, "storey-drawn-differently")])
def test_two_plans_of_one_storey(other: Polygon | None, code: str, tmp_path: Path) -> None:
    """The same rooms again are left out; other rooms may be those of another building, and nothing may pass or fail."""
    document = _house()
    space = document.modelspace()
    if other is not None:
        walls(space, shapely.affinity.translate(other, 40000))
        text(space, "社区服务用房", (43500, 3000))
    else:
        walls(space, shell((40000, 0, 60000, 10000)))
        text(space, "社区服务用房", (50000, 5000))
    title(space, "一层平面图", (46000, -5000))
    notes = {note.code: note.blocks for note in read_dxf(save(document, tmp_path)).notes}
    assert notes[code] == (() if other is not None else ("*",))


# --------------------------------------------------------------------------------------------- the site


def test_a_plaza_as_a_hatch_alone_and_a_turned_north_arrow(tmp_path: Path) -> None:
    document = _house()
    space = document.modelspace()
    ring(space, "用地红线", rect(50000, 0, 110000, 50000))
    hatch = space.add_hatch(dxfattribs={"layer": "铺装"})
    hatch.paths.add_polyline_path(rect(60000, 10000, 75000, 30000), is_closed=True)
    text(space, "活动广场", (67000, 20000), height=1000)
    document.blocks.new("指北针").add_line((0, -1000), (0, 1000))
    space.add_blockref("指北针", (105000, 45000), dxfattribs={"rotation": -30})
    title(space, "总平面图", (80000, -6000))
    path = save(document, tmp_path)
    assert review(path).measurements["plaza_area_m2"].value == pytest.approx(300.0)
    assert read_dxf(path).north == pytest.approx((math.sin(math.radians(30)), math.cos(math.radians(30))))


def test_a_small_room_named_from_outside_by_a_leader(tmp_path: Path) -> None:
    """The fire control room of 4.5 m² (to the middle of its partitions) is not the community's."""
    solid = shell((0, 0, 12000, 6000)).union(box(8880, 4380, 9120, 6000)).union(box(8880, 4380, 12000, 4620))
    document = drawing("R2000")
    space = document.modelspace()
    walls(space, solid)
    text(space, "社区服务用房", (3500, 3000))
    note = space.add_mtext("消控室", dxfattribs={"insert": (14000, 8000), "char_height": 300, "layer": "PUB_TEXT"})
    leader = space.add_leader([(10500, 5200), (13000, 8000)], dxfattribs={"layer": "PUB_TEXT"})
    leader.dxf.annotation_handle = note.dxf.handle
    title(space, "一层平面图", (6000, -5000))
    assert _gross(document, tmp_path) == {"社区服务用房": pytest.approx(72.0 - 3.0 * 1.5, rel=1e-3)}
