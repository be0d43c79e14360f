"""To which faces of their walls rooms are drawn, and all rooms brought to the same ones.

A room may be drawn to the finish in front of its wall, to the wall's face, to its centre line or to its outer face, and
its neighbour another way. Walls are divided between rooms only after all of them end at wall faces, so that the line
between two rooms is the wall's centre line however each of them was drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.partition import GRID_M, as_region, divide_walls, unite
from bimcheck.model import Element, Region
from bimcheck.text import Text

_BEFORE_WALL_M = 0.30
_FACE_M = 0.005
_DEEP_M = 0.03
_DEPTH_M = 1.00
_LEAST_KEPT = 0.10
_CONTACT = 0.25
_TOUCHES_M = 1e-4
_SOME = 1 / 8
_ROUND = 3
_SHARE_INSIDE = "T********"
_NO_WALL = Text("沿线没有墙", "no walls along it")
_GROSS_LINE = Text("外墙外皮、共用墙中线（建筑面积界线）", "outer faces and shared centres (the gross-area line)")
_FACES = {
    "finish": Text("完成面（墙面前）", "the finish in front of walls"),
    "inner": Text("墙内侧", "inner wall faces"),
    "centre": Text("墙中线", "wall centres"),
    "outer": Text("墙外皮", "outer wall faces"),
}


@dataclass(frozen=True, slots=True)
class DrawnTo:
    """To which faces a room's outline is drawn, by the length of its edges.

    ``reaches_in`` where walls lie inside the outline, so that its own area is not the clear one.
    """

    text: Text
    reaches_in: bool
    plain: bool


@lru_cache(maxsize=32)
def gaps_between(solid: BaseGeometry, width_m: float) -> BaseGeometry:
    """Slits narrower than ``width_m`` between parts of a region."""
    wide = shapely.buffer(solid, width_m / 2, join_style="mitre")
    closed = shapely.buffer(wide, -width_m / 2, join_style="mitre")
    gaps = shapely.get_parts(shapely.difference(closed, solid, grid_size=GRID_M))
    return shapely.union_all([gap for gap in gaps if isinstance(gap, Polygon) and gap.area > 1e-4])


@lru_cache(maxsize=2048)
def drawn_to(outline: Region, walls: BaseGeometry) -> DrawnTo:
    """Tell to which faces an outline is drawn.

    An edge on the face of a wall has the wall beyond it (inner face) or within (outer face); one inside a wall is
    taken for its centre line. Glazing and partitions of less than 60 mm have no such depth.
    """
    near = shapely.intersection(walls, shapely.buffer(outline, _BEFORE_WALL_M, join_style="mitre"))
    edge = shapely.boundary(outline)
    by_wall = shapely.intersection(edge, shapely.buffer(near, _BEFORE_WALL_M, quad_segs=_ROUND)).length
    if not by_wall:
        return DrawnTo(_NO_WALL, reaches_in=False, plain=True)
    at_wall = shapely.intersection(edge, shapely.buffer(near, _FACE_M, quad_segs=_ROUND)).length
    within = shapely.intersection(edge, shapely.buffer(near, -_DEEP_M, quad_segs=_ROUND)).length
    inner = shapely.buffer(outline, -2 * _DEEP_M, quad_segs=_ROUND)
    behind = shapely.intersection(shapely.boundary(inner), near).length
    lengths = {
        "finish": by_wall - at_wall,
        "inner": at_wall - max(behind, within),
        "centre": within,
        "outer": behind - within,
    }
    told = sorted((face for face in lengths if lengths[face] > _SOME * by_wall), key=lambda face: -lengths[face])
    reaches_in = max(behind, within) > _SOME * by_wall
    if len(told) == 1:
        return DrawnTo(_FACES[told[0]], reaches_in, plain=told[0] == "inner")
    if set(told) == {"outer", "centre"}:
        return DrawnTo(_GROSS_LINE, reaches_in, plain=False)
    mixed = Text("、".join(_FACES[face].zh for face in told), ", ".join(_FACES[face].en for face in told))
    return DrawnTo(Text(f"不一致：{mixed.zh}", f"mixed: {mixed.en}"), reaches_in, plain=False)


def clear_of_walls(outlines: Sequence[Region], walls: Sequence[Element]) -> list[Region]:
    """Outlines without the walls that they are drawn into.

    A wall across the middle of a room is the room's, and so are columns that stand free of walls. What is left beyond
    the wall, where an outline overshoots its far face, is none of the room.
    """
    solid = [element.footprint for element in walls]
    runs = _wall_runs(walls)
    if not outlines or not runs:
        return list(outlines)
    shapes, around = np.array([solid[i] for i in runs]), np.array(outlines)
    found, run = shapely.STRtree(shapes).query(outlines, predicate="intersects")
    reached = set(found[shapely.relate_pattern(around[found], shapes[run], _SHARE_INSIDE)].tolist())
    of_room: dict[int, list[Region]] = defaultdict(list)
    for room, number in zip(found.tolist(), run.tolist(), strict=True):
        if room in reached:  # one that walls only touch is clear of them
            of_room[room].append(shapes[number])
    return [_clear(outline, unite(of_room[n])) if n in of_room else outline for n, outline in enumerate(outlines)]


def _wall_runs(walls: Sequence[Element]) -> list[int]:
    """Walls and the columns that stand in or against them, by number."""
    run = [number for number, element in enumerate(walls) if element.kind != "column"]
    columns = [number for number, element in enumerate(walls) if element.kind == "column"]
    if not run or not columns:
        return run
    tree = shapely.STRtree([walls[number].footprint for number in run])
    shapes = [walls[number].footprint for number in columns]
    held = set(tree.query(shapes, predicate="dwithin", distance=_TOUCHES_M)[0].tolist())
    return run + [number for place, number in enumerate(columns) if place in held]


def _clear(outline: Region, walls: BaseGeometry) -> Region:
    inside = as_region(shapely.intersection(outline, walls))
    if inside is None or inside.area <= GRID_M:
        return outline
    middle = shapely.buffer(outline, -_DEPTH_M, join_style="mitre")
    kept = shapely.difference(outline, shapely.difference(inside, middle), grid_size=GRID_M)
    half = -_BEFORE_WALL_M / 2
    broad = [part for part in shapely.get_parts(kept) if not shapely.buffer(part, half, join_style="mitre").is_empty]
    clear = as_region(unite(broad)) if broad else None
    return clear if clear is not None and clear.area >= _LEAST_KEPT * outline.area else outline


def up_to_walls(cells: Sequence[Region], walls: Sequence[Region]) -> tuple[Region, ...]:
    """Disjoint cells with the gaps that finishes leave before their walls, halved where two rooms face one gap."""
    if not cells or not walls:
        return tuple(cells)
    found = shapely.STRtree(cells).query(walls, predicate="dwithin", distance=_BEFORE_WALL_M)[0]
    near, rooms = unite(walls[i] for i in np.unique(found).tolist()), unite(cells)
    # the cavity between two leaves of a wall is the wall's, though it may meet the gap before it at a corner
    solid = unite([rooms, near, gaps_between(near, _BEFORE_WALL_M)])
    open_gaps = gaps_between(solid, _BEFORE_WALL_M)
    if open_gaps.is_empty:
        return tuple(cells)
    edges = shapely.buffer(shapely.boundary(rooms), _TOUCHES_M)
    gaps = [
        gap
        for gap in shapely.get_parts(open_gaps)
        if shapely.intersection(gap.boundary, edges).length > _CONTACT * gap.length
    ]
    whole = as_region(unite([rooms, *gaps])) if gaps else None
    if whole is None:
        return tuple(cells)
    return tuple(
        cell if share is None else as_region(unite([cell, share])) or cell
        for cell, share in zip(cells, divide_walls(whole, cells).shares, strict=True)
    )
