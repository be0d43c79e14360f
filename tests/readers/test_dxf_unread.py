"""What a drawing holds besides lines and texts is read right, or said with its place and remedy: no silent zero."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, shell, text, title, walls
from ezdxf.document import Drawing
from ezdxf.layouts.base import BaseLayout
from ezdxf.render.forms import cube
from ezdxf.xclip import XClip
from shapely import box

from bimcheck.model import BuildingModel
from bimcheck.pipeline import review
from bimcheck.readers.dxf import read_dxf

WALLS = ((0, 0, 12000, 240), (0, 5760, 12000, 6000), (0, 240, 240, 5760), (11760, 240, 12000, 5760))
PARTY = (6880, 240, 7120, 5760)


def _two_rooms(space: BaseLayout) -> None:
    """42 m² of service rooms beside 30 m² of property management, to the outer faces and the party wall's middle."""
    walls(space, shell((0, 0, 12000, 6000)).union(box(6880, 0, 7120, 6000)))
    _names(space)


def _names(space: BaseLayout) -> None:
    text(space, "社区服务用房", (3500, 3000))
    text(space, "物业管理用房", (9500, 3000))


def _gross(document: Drawing, tmp_path: Path) -> dict[str, float | None]:
    title(document.modelspace(), "一层平面图", (6000, -5000))
    return {room.name: room.gross_area_m2 for room in review(save(document, tmp_path)).rooms}


def _read(document: Drawing, tmp_path: Path) -> BuildingModel:
    title(document.modelspace(), "一层平面图", (6000, -5000))
    return read_dxf(save(document, tmp_path))


def _blocks(model: BuildingModel) -> dict[str, tuple[str, ...]]:
    return {note.code: note.blocks for note in model.notes}


def _multilines(document: Drawing) -> None:
    style = document.mline_styles.new("W240")
    style.elements.append(0.5)
    style.elements.append(-0.5)
    middle = {"layer": "WALL", "scale_factor": 240, "style_name": "W240", "justification": 1}
    space = document.modelspace()
    space.add_mline(rect(120, 120, 11880, 5880), close=True, dxfattribs=middle)
    space.add_mline([(7000, 120), (7000, 5880)], dxfattribs=middle)


def _wide_polylines(document: Drawing) -> None:
    space = document.modelspace()
    space.add_lwpolyline(rect(120, 120, 11880, 5880), close=True, dxfattribs={"layer": "WALL", "const_width": 240})
    space.add_lwpolyline([(7000, 120), (7000, 5880)], dxfattribs={"layer": "WALL", "const_width": 240})


def _polylines_wide_at_vertices(document: Drawing) -> None:
    space = document.modelspace()
    for points, closed in ((rect(120, 120, 11880, 5880), True), ([(7000.0, 120.0), (7000.0, 5880.0)], False)):
        wide = [(x, y, 240, 240) for x, y in points]
        space.add_lwpolyline(wide, format="xyse", close=closed, dxfattribs={"layer": "WALL"})


def _old_polylines_wide_at_vertices(document: Drawing) -> None:
    space = document.modelspace()
    for points, closed in ((rect(120, 120, 11880, 5880), True), ([(7000.0, 120.0), (7000.0, 5880.0)], False)):
        entity = space.add_polyline2d(points, close=closed, dxfattribs={"layer": "WALL"})
        for vertex in entity.vertices:
            vertex.dxf.start_width = vertex.dxf.end_width = 240


def _faces(document: Drawing) -> None:
    for corners in (*WALLS, PARTY):
        document.modelspace().add_3dface(rect(*corners), dxfattribs={"layer": "WALL"})


@pytest.mark.parametrize(
    "draw", [_multilines, _wide_polylines, _polylines_wide_at_vertices, _old_polylines_wide_at_vertices, _faces]
)
def test_walls_count_with_their_thickness_however_they_are_drawn(
    draw: Callable[[Drawing], None], tmp_path: Path
) -> None:
    document = drawing("R2000")
    draw(document)
    _names(document.modelspace())
    found = _gross(document, tmp_path)
    assert found == {"社区服务用房": pytest.approx(42.0, rel=1e-6), "物业管理用房": pytest.approx(30.0, rel=1e-6)}


def test_walls_as_meshes_block_with_their_layer_and_remedy(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    for x0, y0, x1, y1 in (*WALLS, PARTY):
        mesh = cube().scale(x1 - x0, y1 - y0, 3000).translate((x0 + x1) / 2, (y0 + y1) / 2, 1500)
        mesh.render_polyface(space, dxfattribs={"layer": "WALL"})
    _names(space)
    (note,) = [note for note in _read(document, tmp_path).notes if note.code == "dxf-bodies-unread"]
    assert note.blocks == ("*",)
    assert "WALL" in note.text.zh
    assert "EXPLODE" in note.text.en


@pytest.mark.parametrize(
    ("layer", "blocks"),
    [("面积线", {"*"}), ("停车位", {"parking_spaces", "plaza_area_m2", "street_entrances"}), ("杂项", set())],
)
def test_regions_block_what_their_layer_is_for(layer: str, blocks: set[str], tmp_path: Path) -> None:
    document = drawing()
    _two_rooms(document.modelspace())
    document.modelspace().add_region(dxfattribs={"layer": layer}).sat = ["700 0 1 0"]
    assert blocks <= set(_blocks(_read(document, tmp_path))["dxf-bodies-unread"])


def test_solids_of_furniture_are_of_no_matter(tmp_path: Path) -> None:
    document = drawing()
    _two_rooms(document.modelspace())
    document.modelspace().add_3dsolid(dxfattribs={"layer": "家具"}).sat = ["700 0 1 0"]
    assert "dxf-bodies-unread" not in _blocks(_read(document, tmp_path))


def test_pictures_and_wipeouts_are_said(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _two_rooms(space)
    space.add_image(document.add_image_def("scan.png", (100, 100)), (0, 0), (12000, 6000), dxfattribs={"layer": "底图"})
    space.add_wipeout(rect(5000, 2000, 9000, 4000))
    notes = {note.code: note.text.zh for note in _read(document, tmp_path).notes}
    assert "底图" in notes["dxf-pictures-unread"]
    assert "WIPEOUT" in notes["dxf-wipeouts"]


@pytest.mark.parametrize(("turn", "mirrored"), [(0.0, False), (37.0, False), (90.0, True)])
def test_what_the_clipping_of_a_block_hides_is_not_submitted(turn: float, mirrored: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter
    """A third room of 120 m² stands outside the clip: it is neither measured nor named, and a note counts it."""
    document = drawing()
    block = document.blocks.new("平面")
    _two_rooms(block)
    walls(block, shell((20000, 0, 40000, 6000)))
    text(block, "社区服务用房", (30000, 3000))
    placed = {"rotation": turn, "xscale": -1 if mirrored else 1}
    insert = document.modelspace().add_blockref("平面", (0, 0), dxfattribs=placed)
    XClip(insert).set_block_clipping_path([(-1000, -1000), (15000, 8000)])
    model = _read(document, tmp_path)
    areas = sorted(space.footprint.area for space in model.spaces if space.footprint)
    assert areas == pytest.approx([4.64 * 5.52, 6.64 * 5.52], rel=1e-6)
    assert any(note.code == "dxf-blocks-clipped" and "9" in note.text.zh for note in model.notes)


def test_a_clip_switched_off_hides_nothing(tmp_path: Path) -> None:
    document = drawing()
    _two_rooms(document.blocks.new("平面"))
    clip = XClip(document.modelspace().add_blockref("平面", (0, 0)))
    clip.set_block_clipping_path([(-1000, -1000), (5000, 8000)])
    clip.disable_clipping()
    assert len(_read(document, tmp_path).spaces) == 2


def test_an_area_frame_cut_by_a_clip_blocks(tmp_path: Path) -> None:
    document = drawing()
    block = document.blocks.new("平面")
    ring(block, "面积线", rect(0, 0, 20000, 10000))
    insert = document.modelspace().add_blockref("平面", (0, 0))
    XClip(insert).set_block_clipping_path([(-1000, -1000), (15000, 12000)])
    text(document.modelspace(), "社区服务用房", (5000, 5000))
    assert _blocks(_read(document, tmp_path))["dxf-outline-clipped"] == ("*",)


def test_a_plan_in_paper_space_that_names_rooms_blocks_beside_one_in_model_space(tmp_path: Path) -> None:
    """The second storey stands in a layout: its rooms may not be taken for missing."""
    document = drawing()
    _two_rooms(document.modelspace())
    paper = document.layout("Layout1")
    walls(paper, shell((0, 0, 30000, 20000)))
    text(paper, "社区服务用房", (15000, 10000))
    assert _blocks(_read(document, tmp_path))["dxf-paper-space"] == ("*",)


def test_a_key_plan_in_paper_space_only_warns(tmp_path: Path) -> None:
    document = drawing()
    _two_rooms(document.modelspace())
    line(document.layout("Layout1"), "WALL", (0, 0), (10, 0))
    assert _blocks(_read(document, tmp_path))["dxf-paper-space"] == ()


@pytest.mark.parametrize("layer", ["面积表", "A-AREA-TABLE", "房间表"])
def test_the_cells_of_an_area_table_are_no_rooms(layer: str, tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    _two_rooms(space)
    for row in range(4):
        line(space, layer, (16000, row * 800), (25000, row * 800))
        line(space, layer, (16000 + row * 3000, 0), (16000 + row * 3000, 2400))
    text(space, "党群服务中心", (17500, 400))
    text(space, "800.00㎡", (20500, 400))
    found = _gross(document, tmp_path)
    assert found == {"社区服务用房": pytest.approx(42.0), "物业管理用房": pytest.approx(30.0)}
