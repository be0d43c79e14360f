"""Rooms drawn as area frames, outlines, hatches and blocks; their names, areas and repairs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, text, title, walls
from ezdxf.document import Drawing
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import affine_transform

from bimcheck.model import BuildingModel, Space
from bimcheck.readers.dxf import read_dxf


def _read(document: Drawing, tmp_path: Path, words: str = "一层平面图") -> BuildingModel:
    title(document.modelspace(), words, (10000, -6000))
    return read_dxf(save(document, tmp_path))


def _only(model: BuildingModel) -> Space:
    (space,) = model.spaces
    return space


def _area(space: Space) -> float:
    assert space.footprint is not None
    return float(space.footprint.area)


def _codes(model: BuildingModel) -> set[str]:
    return {note.code for note in model.notes}


def test_an_area_frame_is_a_gross_outline_with_its_name_and_stated_area(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    handle = ring(space, "面积框线", rect(0, 0, 20000, 10000))
    text(space, "党群服务中心", (10000, 5600))
    text(space, "建筑面积：200.00㎡", (10000, 5000), height=300)
    room = _only(_read(document, tmp_path))
    assert (room.id, room.name, room.shape, room.drawn) == (handle, "党群服务中心", "area-frame", "gross")
    assert _area(room) == pytest.approx(200.0)
    assert [(a.area_m2, a.kind) for a in room.declared] == [(200.0, "gross")]
    assert ("layer", "面积框线") in {(label.kind, label.text) for label in room.labels}


def test_a_room_outline_is_not_taken_for_gross(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "SPACE", rect(0, 0, 20000, 10000))
    room = _only(_read(document, tmp_path))
    assert (room.shape, room.drawn) == ("footprint", "unknown")


def test_curved_frames_are_exact(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", [(0, 0), (10000, 0, 1.0), (10000, 6000), (0, 6000)])
    space.add_circle((30000, 3000), 3000, dxfattribs={"layer": "面积线"})
    space.add_ellipse((50000, 3000), major_axis=(5000, 0), ratio=0.5, dxfattribs={"layer": "面积线"})
    areas = sorted(_area(room) for room in _read(document, tmp_path).spaces)
    assert areas == pytest.approx(sorted([60 + 4.5 * math.pi, 9 * math.pi, 12.5 * math.pi]), rel=1e-6)


def test_a_frame_of_separate_lines_and_an_arc_closes(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for start, end in (((0, 0), (10000, 0)), ((10000, 6000), (0, 6000)), ((0, 6000), (0, 0))):
        line(space, "面积线", start, end)
    space.add_arc((10000, 3000), 3000, -90, 90, dxfattribs={"layer": "面积线"})
    text(space, "社区用房", (5000, 3000))
    room = _only(_read(document, tmp_path))
    assert room.name == "社区用房"
    assert _area(room) == pytest.approx(60 + 4.5 * math.pi, rel=1e-6)


def test_a_gap_of_30_mm_is_closed_and_noted_and_more_is_not(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", [(0, 0), (10000, 0), (10000, 6000), (0, 6000), (0, 30)], closed=False)
    model = _read(document, tmp_path)
    assert _area(_only(model)) == pytest.approx(60.0, rel=1e-4)
    assert "outline-closed" in _codes(model)
    document = drawing()
    ring(document.modelspace(), "面积线", [(0, 0), (10000, 0), (10000, 6000), (0, 6000), (0, 200)], closed=False)
    model = _read(document, tmp_path)
    assert not model.spaces
    assert "outline-open" in _codes(model)


def test_a_bow_tie_keeps_both_halves(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "面积线", [(0, 0), (5000, 4000), (5000, 0), (0, 4000)])
    model = _read(document, tmp_path)
    assert _area(_only(model)) == pytest.approx(10.0)
    assert "outline-self-crossing" in _codes(model)


def test_a_spike_adds_nothing(tmp_path: Path) -> None:
    document = drawing()
    ring(document.modelspace(), "面积线", [(0, 0), (10000, 0), (10000, 6000), (10000, 9000), (10000, 6000), (0, 6000)])
    assert _area(_only(_read(document, tmp_path))) == pytest.approx(60.0)


def test_an_outline_drawn_twice_counts_once(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 10000, 6000))
    ring(space, "面积线", list(reversed(rect(0, 0, 10000, 6000))))
    hatch = space.add_hatch(dxfattribs={"layer": "面积线"})
    hatch.paths.add_polyline_path(rect(0, 0, 10000, 6000), is_closed=True)
    model = _read(document, tmp_path)
    assert len(model.spaces) == 1
    assert "outline-duplicate" in _codes(model)


def test_a_column_outlined_and_filled_is_no_fault_of_the_drawing(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    column = rect(0, 0, 400, 400)
    ring(space, "COLUMN", column)
    space.add_hatch(dxfattribs={"layer": "COLUMN"}).paths.add_polyline_path(column, is_closed=True)
    ring(space, "COLUMN", rect(6000, 3000, 6400, 3400)[:3], closed=False)
    assert _codes(_read(document, tmp_path)).isdisjoint({"outline-duplicate", "outline-open"})


def test_a_hatch_alone_is_a_room(tmp_path: Path) -> None:
    """A scheme in colour blocks."""
    document = drawing()
    space = document.modelspace()
    hatch = space.add_hatch(dxfattribs={"layer": "功能色块"})
    hatch.paths.add_polyline_path(rect(0, 0, 10000, 6000), is_closed=True)
    text(space, "社区服务用房", (5000, 3000))
    room = _only(_read(document, tmp_path))
    assert room.name == "社区服务用房"
    assert _area(room) == pytest.approx(60.0)


def test_frames_within_frames_are_both_kept_each_with_its_own_text(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 20000, 10000))
    ring(space, "面积线", rect(1000, 1000, 6000, 5000))
    text(space, "社区服务用房", (14000, 8000))
    text(space, "会议室", (3000, 3000))
    found = {room.name: _area(room) for room in _read(document, tmp_path).spaces}
    assert found == {"社区服务用房": pytest.approx(200.0), "会议室": pytest.approx(20.0)}


def test_a_frame_over_several_rooms_takes_only_the_text_that_states_its_area(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)).union(shell((5760, 0, 12000, 6000))))
    ring(space, "面积线", rect(0, 0, 12000, 6000))
    text(space, "办公室", (3000, 3000))
    text(space, "会议室", (9000, 3000))
    text(space, "党群服务中心 72.00㎡", (3000, 5000))
    found = {(room.shape, room.name) for room in _read(document, tmp_path).spaces}
    assert found == {("area-frame", "党群服务中心"), ("wall-cell", "办公室"), ("wall-cell", "会议室")}


@pytest.mark.parametrize("areas", [("31.36㎡", "32.32㎡"), ("31.36㎡", ""), ("", "")])
def test_rooms_keep_their_names_under_an_area_line_around_the_storey(areas: tuple[str, str], tmp_path: Path) -> None:
    """An area written in a room is the room's where it fits the room; the line around both rooms has no name then."""
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)).union(shell((5760, 0, 12000, 6000))))
    ring(space, "面积线", rect(0, 0, 12000, 6000))
    for name, area, x in (("社区服务用房", areas[0], 3000), ("物业用房", areas[1], 9000)):
        text(space, name, (x, 3000))
        if area:
            text(space, area, (x, 2400), height=300)
    found = {(room.shape, room.name) for room in _read(document, tmp_path).spaces}
    assert found == {("area-frame", ""), ("wall-cell", "社区服务用房"), ("wall-cell", "物业用房")}


def test_layer_terms_state_coefficient_and_storeys(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "附属公建_架空_社区用房__0.5_0.5__c2^4__V2.2", rect(0, 0, 20000, 10000))
    model = read_dxf(save(document, tmp_path))
    assert [(room.name, room.coefficient, room.storey_id) for room in model.spaces] == [
        ("社区用房", 0.5, "2F"), ("社区用房", 0.5, "3F"), ("社区用房", 0.5, "4F")
    ]  # fmt: skip
    assert len({room.id for room in model.spaces}) == 3
    assert "storey-unknown" not in _codes(model)


@pytest.mark.parametrize("layer", ["面积线-0.5", "半面积线", "建筑面积线（半）", "A-AREA-HALF"])
def test_area_lines_count_by_half_where_their_layer_says_so_and_that_is_said(layer: str, tmp_path: Path) -> None:
    document = drawing()
    handle = ring(document.modelspace(), layer, rect(0, 0, 9000, 4000))
    model = _read(document, tmp_path)
    assert _only(model).coefficient == 0.5
    assert [note.refs for note in model.notes if note.code == "frame-coefficient"] == [(handle,)]


@pytest.mark.parametrize("layer", ["面积线", "面积线1.0", "面积线_V2.0", "面积线-0.35", "不计容面积线", "半地下面积线"])
def test_other_words_and_numbers_of_a_layer_are_no_coefficient(layer: str, tmp_path: Path) -> None:
    """Numbers may be widths of pens, and what the plot ratio leaves out is floor area all the same."""
    document = drawing()
    ring(document.modelspace(), layer, rect(0, 0, 9000, 4000))
    assert _only(_read(document, tmp_path)).coefficient is None


def test_what_two_area_frames_claim_counts_once_and_is_said(tmp_path: Path) -> None:
    """Two frames of 300 m² that share 150 m² are 450 m² of floor."""
    document = drawing()
    space = document.modelspace()
    handles = {ring(space, "面积线", rect(x, 0, x + 12000, 25000)) for x in (0, 6000)}
    model = _read(document, tmp_path)
    assert sum(_area(room) for room in model.spaces) == pytest.approx(450.0)
    (note,) = [note for note in model.notes if note.code == "frames-overlap"]
    assert set(note.refs) == handles
    assert "150.00" in note.text.zh


def test_frames_of_other_storeys_lie_over_one_another_on_the_sheet_only(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "附属公建_主体_社区用房__1.0_1.0__c1__V2.2", rect(0, 0, 12000, 25000))
    ring(space, "附属公建_主体_社区用房__1.0_1.0__c2__V2.2", rect(6000, 0, 18000, 25000))
    assert [_area(room) for room in _read(document, tmp_path).spaces] == pytest.approx([300.0, 300.0])


def test_areas_to_deduct_leave_the_frame(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "BLK_1_FLR_0_BLT_UP_AREA", rect(0, 0, 20000, 10000))
    ring(space, "BLK_1_FLR_0_BLT_UP_AREA_DEDUCT", rect(2000, 2000, 4000, 5000))
    model = read_dxf(save(document, tmp_path))
    assert sorted((room.coefficient, round(_area(room), 6)) for room in model.spaces if room.coefficient == 0.0) == [
        (0.0, 6.0)
    ]
    assert [round(_area(room), 6) for room in model.spaces if room.coefficient is None] == [194.0]


def test_a_void_frame_is_named_and_taken_out_of_the_frame_around_it(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 20000, 10000))
    ring(space, "面积线", rect(2000, 2000, 6000, 7000))
    text(space, "社区用房", (14000, 5000))
    text(space, "门厅上空", (4000, 4500))
    found = {room.name: _area(room) for room in _read(document, tmp_path, "二层平面图").spaces}
    assert found == {"社区用房": pytest.approx(180.0), "门厅上空": pytest.approx(20.0)}


def test_a_leader_names_the_small_room_it_points_to(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 10000, 6000))
    ring(space, "面积线", rect(12000, 0, 13500, 1500))
    text(space, "社区用房", (5000, 3000))
    note = space.add_mtext("健康小屋", dxfattribs={"layer": "PUB_TEXT", "char_height": 350, "insert": (15000, 4000)})
    leader = space.add_leader([(12700, 700), (14800, 3900)], dxfattribs={"layer": "PUB_TEXT"})
    leader.dxf.annotation_handle = note.dxf.handle
    found = {room.name: _area(room) for room in _read(document, tmp_path).spaces}
    assert found == {"社区用房": pytest.approx(60.0), "健康小屋": pytest.approx(2.25)}


def test_a_long_name_written_from_outside_into_the_room_is_still_its_name(tmp_path: Path) -> None:
    """The insertion point lies in the neighbour, the middle of the text in the room."""
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 3000, 3000))
    ring(space, "面积线", rect(3000, 0, 9000, 3000))
    space.add_text("社区居家养老服务用房", height=400, dxfattribs={"layer": "PUB_TEXT", "insert": (2800, 1500)})
    named = {round(_area(room), 3): room.name for room in _read(document, tmp_path).spaces}
    assert named == {9.0: "", 18.0: "社区居家养老服务用房"}


def test_lines_of_one_name_are_joined(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 10000, 6000))
    text(space, "社区居家养老", (5000, 3600))
    text(space, "服务用房", (5000, 3000))
    assert _only(_read(document, tmp_path)).name == "社区居家养老服务用房"


def test_a_tag_block_names_the_room_it_stands_in(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    block = document.blocks.new("ROOMTAG")
    for tag, y in (("NAME", 0), ("NUMBER", -300), ("AREA", -600)):
        block.add_attdef(tag, (0, y), height=150)
    ring(space, "SPACE", rect(0, 0, 10000, 6000))
    insert = space.add_blockref("ROOMTAG", (5000, 3000))
    insert.add_auto_attribs({"NAME": "托育中心", "NUMBER": "1-03", "AREA": "60.00"})
    room = _only(_read(document, tmp_path))
    assert room.name == "托育中心"
    assert [(a.area_m2, a.kind) for a in room.declared] == [(60.0, "unknown")]


# --------------------------------------------------------------------------------------------- blocks


def test_frames_in_nested_turned_mirrored_blocks_stand_where_they_are_seen(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    document.blocks.new("UNIT").add_lwpolyline(rect(0, 0, 1, 2), close=True, dxfattribs={"layer": "0"})
    document.blocks.new("NEST").add_blockref(
        "UNIT", (5000, 0), dxfattribs={"layer": "0", "xscale": 3000, "yscale": 2000}
    )
    space.add_blockref("NEST", (1000, 500), dxfattribs={"layer": "x$0$面积线", "rotation": 90})
    space.add_blockref("NEST", (30000, 0), dxfattribs={"layer": "x|面积线", "xscale": -1})
    model = read_dxf(save(document, tmp_path))
    bounds = sorted(room.footprint.bounds for room in model.spaces if room.footprint)
    assert bounds[0] == pytest.approx((1.0 - 4.0, 0.5 + 5.0, 1.0, 0.5 + 8.0))
    assert bounds[1] == pytest.approx((30.0 - 8.0, 0.0, 30.0 - 5.0, 4.0))


def test_an_array_of_blocks_is_as_many_rooms_with_ids_of_their_own(tmp_path: Path) -> None:
    document = drawing()
    document.blocks.new("UNIT").add_lwpolyline(rect(0, 0, 3000, 4000), close=True, dxfattribs={"layer": "面积线"})
    grid = {"row_count": 2, "column_count": 3, "row_spacing": 5000, "column_spacing": 3500, "rotation": 90}
    document.modelspace().add_blockref("UNIT", (0, 0), dxfattribs=grid)
    model = read_dxf(save(document, tmp_path))
    assert len({room.id for room in model.spaces}) == 6
    corners = sorted(
        (round(r.footprint.bounds[0], 6), round(r.footprint.bounds[1], 6)) for r in model.spaces if r.footprint
    )
    assert corners == [(-9.0, 0.0), (-9.0, 3.5), (-9.0, 7.0), (-4.0, 0.0), (-4.0, 3.5), (-4.0, 7.0)]


# --------------------------------------------------------------------------------------------- metamorphic


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 6.28), st.sampled_from([1.0, -1.0]), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.booleans())
def test_moving_turning_and_mirroring_a_plan_changes_no_area(
    tmp_path_factory: pytest.TempPathFactory,
    turn: float,
    mirror: float,
    dx: float,
    dy: float,
    backwards: bool,  # noqa: FBT001  # drawn by hypothesis
) -> None:
    c, s = math.cos(turn), math.sin(turn)
    matrix = [c * mirror, -s, s * mirror, c, dx, dy]
    document = drawing()
    space = document.modelspace()
    walls(space, affine_transform(shell((0, 0, 12000, 6000)), matrix))
    frame = [(0, 0), (12000, 0), (12000, 6000), (4000, 6000), (4000, 4000), (0, 4000)]
    placed = [(matrix[0] * x + matrix[1] * y + dx, matrix[2] * x + matrix[3] * y + dy) for x, y in frame]
    ring(space, "面积线", placed[::-1] if backwards else placed)
    model = read_dxf(save(document, tmp_path_factory.mktemp("moved")))
    areas = {room.shape: _area(room) for room in model.spaces}
    assert areas["area-frame"] == pytest.approx(64.0, rel=1e-9)
    assert areas["wall-cell"] == pytest.approx(11.52 * 5.52, rel=1e-6)
