"""Rooms between double lines: the clear cell, the wall between its faces, the doors in it. Dimensions by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import shapely
from dxf_drawings import drawing, line, rect, ring, save, shell, swing, text, title, walls
from ezdxf.document import Drawing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from bimcheck.model import BuildingModel
from bimcheck.readers.dxf import read_dxf
from bimcheck.readers.dxf.linework import segments_of
from bimcheck.readers.dxf.walls import close_walls

# Two rooms of 5660 × 5520 in outer walls of 240 with a partition of 200 between them.
SHELL = shell((0, 0, 12000, 6000)).union(box(5900, 240, 6100, 5760))
ROOM_M2 = 5.66 * 5.52
WALLS_M2 = 12 * 6 - 2 * ROOM_M2
FRONT = box(2000, 0, 2900, 240)
CORNER = box(5900, 4860, 6100, 5760)
WINDOW = box(8000, 5760, 9800, 6000)


def _named(document: Drawing, *, names: bool = True) -> Drawing:
    space = document.modelspace()
    if names:
        text(space, "社区办公室", (3000, 3000))
        text(space, "会议室", (9000, 3000))
    title(space, "一层平面图", (6000, -4000))
    return document


def _areas(model: BuildingModel) -> dict[str, float]:
    return {space.name: space.footprint.area for space in model.spaces if space.footprint is not None}


def _wall_m2(model: BuildingModel) -> float:
    return float(shapely.union_all([e.footprint for e in model.elements if e.kind == "wall"]).area)


def _two_rooms(model: BuildingModel) -> None:
    assert _areas(model) == {"社区办公室": pytest.approx(ROOM_M2), "会议室": pytest.approx(ROOM_M2)}
    assert all(space.shape == "wall-cell" and space.drawn == "unknown" for space in model.spaces)
    assert _wall_m2(model) == pytest.approx(WALLS_M2)


def test_doors_and_windows_are_closed_and_walls_are_whole(tmp_path: Path) -> None:
    """A door in the outer wall, a door beside the cross wall (no jamb there), a window of four lines."""
    document = drawing()
    space = document.modelspace()
    walls(space, SHELL.difference(shapely.union_all([FRONT, CORNER, WINDOW])))
    swing(space, (2000, 120), (2900, 120))
    swing(space, (6000, 4860), (6000, 5760), left=False)
    for y in (5760, 5840, 5920, 6000):
        line(space, "WINDOW", (8000, y), (9800, y))
    text(space, "M0921", (2450, -300), "WINDOW_TEXT", 250)
    text(space, "C1818", (8900, 6300), "WINDOW_TEXT", 250)
    model = read_dxf(save(_named(document), tmp_path))
    _two_rooms(model)
    doors = sorted((o.kind, round(o.width_m, 6), round(o.footprint.area, 6)) for o in model.openings)
    assert doors == [("door", 0.9, round(0.9 * 0.2, 6)), ("door", 0.9, round(0.9 * 0.24, 6))]
    front = next(o for o in model.openings if o.name == "M0921")
    assert [tuple(round(v, 6) for v in xy) for xy in front.axis.coords] == [(2.0, 0.12), (2.9, 0.12)]
    (window,) = [e for e in model.elements if e.kind == "window"]
    assert window.footprint.area == pytest.approx(1.8 * 0.24)
    assert window.name == "C1818"


def test_gaps_without_any_symbol_are_gateways(tmp_path: Path) -> None:
    """The gap beside the cross wall is closed because two names would else share one room."""
    document = drawing()
    walls(document.modelspace(), SHELL.difference(shapely.union_all([FRONT, CORNER])))
    model = read_dxf(save(_named(document), tmp_path))
    _two_rooms(model)
    assert sorted((o.kind, round(o.width_m, 3)) for o in model.openings) == [("gateway", 0.9), ("gateway", 0.9)]


def test_doors_over_unbroken_walls_are_found(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, SHELL)
    swing(space, (2000, 120), (2900, 120))
    swing(space, (6000, 2000), (6000, 2900), left=False)
    model = read_dxf(save(_named(document), tmp_path))
    _two_rooms(model)
    assert sorted(round(o.footprint.area, 6) for o in model.openings) == [round(0.9 * 0.2, 6), round(0.9 * 0.24, 6)]


def test_double_leaves_make_one_door(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, SHELL)
    swing(space, (2000, 120), (2900, 120))
    swing(space, (3800, 120), (2900, 120), left=False)
    model = read_dxf(save(_named(document), tmp_path))
    assert [round(o.width_m, 6) for o in model.openings] == [1.8]


def test_wall_lines_that_stop_open_and_short_are_closed(tmp_path: Path) -> None:
    """No jambs at the door, and one corner 20 mm short."""
    document = drawing()
    space = document.modelspace()
    for start, end in [
        ((0, 0), (4000, 0)), ((5000, 0), (10000, 0)), ((10000, 0), (10000, 8000)), ((10000, 8000), (0, 8000)),
        ((0, 8000), (0, 0)), ((200, 200), (4000, 200)), ((5000, 200), (9800, 200)), ((9800, 200), (9800, 7800)),
        ((9800, 7800), (200, 7800)), ((200, 7780), (200, 200)),
    ]:  # fmt: skip
        line(space, "WALL", start, end)
    text(space, "大厅", (5000, 4000))
    model = read_dxf(save(document, tmp_path))
    assert _areas(model) == {"大厅": pytest.approx(9.6 * 7.6, rel=1e-5)}
    assert [round(o.width_m, 3) for o in model.openings] == [1.0]
    assert "walls-healed" in {note.code for note in model.notes}


def test_walls_between_columns_and_a_glass_front(tmp_path: Path) -> None:
    """Walls of 240 on the axes stop at columns of 500; one bay is glazed. Hand-computed clear area."""
    document = drawing()
    space = document.modelspace()
    columns = [box(x - 250, y - 250, x + 250, y + 250) for x in (0, 6000, 12000) for y in (0, 6000)]
    for strip in (
        (250, -120, 5750, 120), (6250, -120, 11750, 120), (250, 5880, 5750, 6120), (-120, 250, 120, 5750),
        (11880, 250, 12120, 5750),
    ):  # fmt: skip
        walls(space, box(*strip))
    for column in columns:
        ring(space, "COLUMN", list(column.exterior.coords)[:-1])
    for y in (5900, 6000, 6100):
        line(space, "WINDOW", (6250, y), (11750, y))
    text(space, "大厅", (6000, 3000))
    model = read_dxf(save(document, tmp_path))
    clear = 11.76 * 5.76 - 4 * 0.13 * 0.13 - 2 * 0.5 * 0.13 + 5.5 * 0.02
    assert _areas(model) == {"大厅": pytest.approx(clear)}
    assert sum(e.kind == "column" for e in model.elements) == 6


def test_a_free_column_stays_a_hole_in_its_room(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    space.add_circle((6000, 3000), 300, dxfattribs={"layer": "COLUMN"})
    text(space, "大厅", (3000, 3000))
    model = read_dxf(save(document, tmp_path))
    assert _areas(model) == {"大厅": pytest.approx(11.52 * 5.52 - math.pi * 0.09, rel=1e-7)}


def test_round_walls_are_exact(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    space.add_circle((0, 0), 3000, dxfattribs={"layer": "WALL"})
    space.add_circle((0, 0), 3240, dxfattribs={"layer": "WALL"})
    text(space, "圆厅", (0, 0))
    model = read_dxf(save(document, tmp_path))
    assert _areas(model) == {"圆厅": pytest.approx(9 * math.pi, rel=1e-6)}
    assert _wall_m2(model) == pytest.approx(math.pi * (3.24**2 - 9), rel=1e-6)


def test_single_lines_are_rooms_to_the_wall_centre(tmp_path: Path) -> None:
    """A scheme drawn in single lines, with a gap under the door."""
    document = drawing()
    space = document.modelspace()
    for start, end in [
        ((0, 0), (2000, 0)), ((3000, 0), (12000, 0)), ((12000, 0), (12000, 6000)), ((12000, 6000), (0, 6000)),
        ((0, 6000), (0, 0)), ((6000, 0), (6000, 6000)),
    ]:  # fmt: skip
        line(space, "墙", start, end)
    swing(space, (2000, 0), (3000, 0))
    model = read_dxf(save(_named(document), tmp_path))
    assert _areas(model) == {"社区办公室": pytest.approx(36.0), "会议室": pytest.approx(36.0)}
    assert [round(o.width_m, 6) for o in model.openings] == [1.0]


def test_polylines_with_a_width_are_walls_of_that_width(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    space.add_lwpolyline(rect(120, 120, 11880, 5880), close=True, dxfattribs={"layer": "WALL", "const_width": 240})
    text(space, "大厅", (3000, 3000))
    assert _areas(read_dxf(save(document, tmp_path))) == {"大厅": pytest.approx(11.52 * 5.52)}


def test_multilines_are_walls(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    style = document.mline_styles.get("Standard")
    assert style is not None
    space.add_mline(
        rect(0, 0, 12000, 6000), close=True, dxfattribs={"layer": "WALL", "scale_factor": 240, "justification": 1}
    )
    text(space, "大厅", (3000, 3000))
    assert _areas(read_dxf(save(document, tmp_path))) == {"大厅": pytest.approx(11.76 * 5.76)}


def test_insulation_outside_a_wall_is_its_own_layer(tmp_path: Path) -> None:
    """60 mm around 12 m × 6 m: 2 · (12 + 6) · 0.06 + 4 · 0.06² of it, and the wall stays 240."""
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    ring(space, "保温", rect(-60, -60, 12060, 6060))
    text(space, "大厅", (3000, 3000))
    model = read_dxf(save(document, tmp_path))
    (strip,) = [e for e in model.elements if e.kind == "covering"]
    assert strip.footprint.area == pytest.approx(2 * 18 * 0.06 + 4 * 0.06**2)
    assert [(layer.insulation, round(layer.thickness_m, 4)) for layer in strip.layers] == [(True, 0.06)]
    assert _wall_m2(model) == pytest.approx(12 * 6 - 11.52 * 5.52)


def test_a_void_is_taken_out_of_the_room_around_it(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    hole = rect(7000, 1000, 11000, 5000)
    ring(space, "HANDRAIL", hole)
    line(space, "HANDRAIL", hole[0], hole[2])
    text(space, "活动室", (3000, 3000))
    text(space, "大厅上空", (9500, 2500))
    title(space, "二层平面图", (6000, -4000))
    assert _areas(read_dxf(save(document, tmp_path))) == {
        "活动室": pytest.approx(11.52 * 5.52 - 16.0),
        "大厅上空": pytest.approx(16.0),
    }


def test_rooms_without_a_name_are_cells_all_the_same(tmp_path: Path) -> None:
    """An omitted shaft would leak its walls to its neighbours."""
    document = drawing()
    walls(document.modelspace(), SHELL)
    model = read_dxf(save(_named(document, names=False), tmp_path))
    assert [s.footprint.area for s in model.spaces if s.footprint] == [pytest.approx(ROOM_M2)] * 2


def test_a_duct_between_walls_is_a_cell_and_not_a_wall(tmp_path: Path) -> None:
    """A flue of 500 × 400 within walls of 120 and 240."""
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)).union(box(240, 240, 860, 760)).difference(box(240, 240, 740, 640)))
    text(space, "大厅", (3000, 3000))
    model = read_dxf(save(document, tmp_path))
    assert sorted(round(s.footprint.area, 6) for s in model.spaces if s.footprint) == [
        0.2, round(11.52 * 5.52 - 0.62 * 0.52, 6)
    ]  # fmt: skip


def test_a_name_around_which_nothing_closes_is_a_room_without_area(tmp_path: Path) -> None:
    """Unknown is not zero: the room stays in the model, and a note names it."""
    document = drawing()
    space = document.modelspace()
    walls(space, SHELL)
    for start, end in (((12000, 0), (20000, 0)), ((12000, 6000), (20000, 6000)), ((20000, 0), (20000, 1000))):
        line(space, "WALL", start, end)
    text(space, "托育中心", (15000, 3000))
    model = read_dxf(save(_named(document), tmp_path))
    (lost,) = [s for s in model.spaces if s.name == "托育中心"]
    assert lost.footprint is None
    assert lost.shape == "none"
    (note,) = [n for n in model.notes if n.code == "room-not-closed"]
    assert lost.id in note.refs


def test_two_names_in_one_room_are_both_kept_and_noted(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    walls(space, shell((0, 0, 12000, 6000)))
    text(space, "社区服务大厅", (3000, 3000))
    text(space, "物业用房", (9000, 3000))
    model = read_dxf(save(document, tmp_path))
    (room,) = model.spaces
    assert {label.text for label in room.labels if label.kind == "name"} == {"社区服务大厅", "物业用房"}
    assert "room-names-several" in {note.code for note in model.notes}


# --------------------------------------------------------------------------------------------- any plan


@st.composite
def _grids(draw: st.DrawFn) -> tuple[list[float], list[float], float, float]:
    def widths() -> list[float]:
        found: list[float] = draw(st.lists(st.integers(24, 90).map(lambda n: n / 10), min_size=1, max_size=4))
        return found

    outer, inner = draw(st.sampled_from([0.2, 0.24, 0.3, 0.37])), draw(st.sampled_from([0.1, 0.12, 0.2]))
    return widths(), widths(), outer, inner


def _layout(
    grid: tuple[list[float], list[float], float, float],
) -> tuple[BaseGeometry, list[BaseGeometry], list[BaseGeometry]]:
    """Walls, rooms, and a door of 0.9 m in every partition between neighbours side by side."""
    columns, rows, outer, inner = grid
    rooms: list[BaseGeometry] = []
    doors: list[BaseGeometry] = []
    y = outer
    for row in rows:
        x = outer
        for number, column in enumerate(columns):
            rooms.append(box(x, y, x + column, y + row))
            if number:
                doors.append(box(x - inner - 1e-6, y + row / 3, x + 1e-6, y + row / 3 + 0.9))
            x += column + inner
        y += row + inner
    whole = box(0, 0, x - inner + outer, y - inner + outer)
    return whole.difference(shapely.union_all(rooms)), rooms, doors


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_grids(), st.floats(0, 90))
def test_any_grid_of_rooms_is_found_with_its_walls_and_doors(
    grid: tuple[list[float], list[float], float, float], turn: float
) -> None:
    solid, rooms, doors = _layout(grid)
    drawn = rotate(shapely.difference(solid, shapely.union_all(doors)), turn, origin=(0, 0))
    rings = [b for part in shapely.get_parts(drawn).tolist() for b in (part.exterior, *part.interiors)]
    lines = segments_of([shapely.get_coordinates(b)[:-1] for b in rings], closed=[True] * len(rings))
    named = [rotate(room.centroid, turn, origin=(0, 0)) for room in rooms]
    plan = close_walls(lines, named=[Point(p.x, p.y) for p in named])
    assert sorted(cell.area for cell in plan.cells) == pytest.approx(sorted(room.area for room in rooms), rel=1e-4)
    assert shapely.union_all(list(plan.walls)).area == pytest.approx(solid.area, rel=1e-4)
    assert len(plan.gaps) == len(doors)
    assert all(gap.axis.length == pytest.approx(0.9, abs=1e-4) for gap in plan.gaps)
