"""Walls drawn as pairs of lines: openings closed, rooms as the clear cells between walls, walls as what is between.

A wall stops at a door or window with its two faces and usually a line across (the jamb). Such wall ends that face
each other are joined, where a door or window is drawn between them or the gap is no wider than a door; an end that
faces a wall or column is joined to it where a door or window fills the way. The lines then cut the plane into faces:
thin ones are wall, the others are cells. Nothing is offset or guessed: every edge of a cell is a line of the drawing
or closes an opening in its extension.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.linework import (
    HEAL_M,
    Network,
    Segments,
    add_segments,
    build_network,
    covered_share,
    lines_of,
)
from bimcheck.readers.dxf.wall_ends import THINNEST_M, WallEnd, unit, wall_ends

DOORWAY_M = 2.60
WIDEST_M = 15.0
_FILLED = 0.50
_JUNCTION = 0.72
"""The largest circle in a crossing of walls of thickness t has radius 0.71 t."""
_SHAFT_RADIUS_M = 0.12


@dataclass(frozen=True, slots=True)
class Gap:
    """An opening that was closed: ``footprint`` spans both faces of the wall, ``axis`` runs jamb to jamb."""

    footprint: Polygon
    axis: LineString
    thickness_m: float


@dataclass(frozen=True, slots=True)
class WallPlan:
    """Cells (clear inner polygons), wall pieces (openings closed), what clads them, and the gaps that were closed."""

    cells: tuple[Polygon, ...] = ()
    walls: tuple[Polygon, ...] = ()
    insulation: tuple[Polygon, ...] = ()
    gaps: tuple[Gap, ...] = ()
    thickness_m: float | None = None
    healed: int = 0


def close_walls(
    walls: Segments,
    columns: Sequence[Polygon] = (),
    fillings: Sequence[BaseGeometry] = (),
    insulation: Segments | None = None,
    named: Sequence[Point] = (),
) -> WallPlan:
    """Close walls and cut them into cells and wall pieces.

    Args:
        walls: face lines, shape (n, 2, 2), metres.
        columns: outlines of columns.
        fillings: what is drawn of doors and windows, one geometry each.
        insulation: lines of insulation outside the walls.
        named: places of room names; a face with a name in it is never a wall.
    """
    rings = [shapely.get_coordinates(column.exterior) for column in columns]
    outlines = [np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings]
    network = build_network(np.concatenate([walls, *outlines]) if outlines else walls)
    if not len(network.ends):
        return WallPlan()
    within = shapely.union_all(list(columns)) if columns else Polygon()
    ends = wall_ends(network, within)
    gaps = _gaps(ends, network, fillings)
    network = add_segments(network, _edges(gaps))
    loose = _unused(fillings, gaps)
    network = add_segments(network, loose)
    skin = insulation if insulation is not None and len(insulation) else np.empty((0, 2, 2))
    network = add_segments(network, skin)
    plan = _cut(network, within, gaps, ends, skin, named)
    passages = _passages(ends, plan, network, named)
    if not passages:
        return plan
    split = _cut(add_segments(network, _edges(passages)), within, [*gaps, *passages], ends, skin, named)
    return split if _nameless(split, named) <= _nameless(plan, named) else plan


# --------------------------------------------------------------------------------------------- closing the gaps


def _gaps(ends: Sequence[WallEnd], network: Network, fillings: Sequence[BaseGeometry]) -> list[Gap]:
    """Pair ends that face each other, then lead what is left to the wall or column it faces."""
    lines = lines_of(network.segments)
    tree, symbols = STRtree(lines), STRtree(list(fillings))
    candidates = _facing_pairs(ends)
    gaps: list[Gap] = []
    used: set[int] = set()
    for distance, i, j in candidates:
        if i in used or j in used:
            continue
        gap = _between(ends[i], ends[j])
        if gap is None or _obstructed(gap, tree):
            continue
        filled = _filled(gap, symbols, fillings) >= _FILLED
        plain = min(ends[i].thickness, ends[j].thickness) > 0 and not (ends[i].pier and ends[j].pier)
        if filled or (plain and distance <= DOORWAY_M):
            gaps.append(gap)
            used |= {i, j}
    for i, end in enumerate(ends):
        if i in used or end.thickness == 0:
            continue
        gap = _to_wall(end, tree, lines)
        if gap is not None and _filled(gap, symbols, fillings) >= _FILLED:
            gaps.append(gap)
    return gaps


def _facing_pairs(ends: Sequence[WallEnd]) -> list[tuple[float, int, int]]:
    """Pairs of ends that face each other, with the distance between them."""
    if not ends:
        return []
    middle = np.array([end.middle for end in ends])
    outward = np.array([end.outward for end in ends])
    thickness = np.array([end.thickness for end in ends])
    pairs: list[tuple[float, int, int]] = []
    for i in range(len(ends) - 1):
        way = middle[i + 1 :] - middle[i]
        along = way @ outward[i]
        aside = np.abs(way[:, 0] * outward[i, 1] - way[:, 1] * outward[i, 0])
        allowed = np.maximum(0.5 * np.maximum(thickness[i + 1 :], thickness[i]), HEAL_M)
        faces = (along > 1e-6) & (along <= WIDEST_M) & (aside <= allowed) & (outward[i + 1 :] @ outward[i] < -0.98)
        faces &= (thickness[i + 1 :] > 0) == (thickness[i] > 0)
        pairs += [(float(along[k]), i, i + 1 + k) for k in np.flatnonzero(faces).tolist()]
    return sorted(pairs)


def _passages(ends: Sequence[WallEnd], plan: WallPlan, network: Network, named: Sequence[Point]) -> list[Gap]:
    """Ways to close cells that hold several names: wall ends led to the wall they face, with no door drawn between."""
    if not named or not plan.cells:
        return []
    which, _ = STRtree(list(named)).query(list(plan.cells), predicate="contains")
    shared = [plan.cells[index] for index in np.flatnonzero(np.bincount(which, minlength=len(plan.cells)) > 1).tolist()]
    if not shared:
        return []
    lines = lines_of(network.segments)
    tree, rooms = STRtree(lines), shapely.union_all(shared)
    found = []
    for end in ends:
        if end.thickness > 0 and shapely.distance(rooms, Point(end.middle)) < 0.01:
            gap = _to_wall(end, tree, lines)
            if gap is not None and gap.axis.length <= DOORWAY_M and rooms.contains(gap.axis.centroid):
                found.append(gap)
    return found


def _nameless(plan: WallPlan, named: Sequence[Point]) -> int:
    tree = STRtree(list(named))
    return sum(not len(tree.query(cell, predicate="contains")) for cell in plan.cells)


def _between(end: WallEnd, mate: WallEnd) -> Gap | None:
    one, other = mate.one, mate.other
    side = np.array([-end.outward[1], end.outward[0]])
    if (np.dot(end.other - end.one, side) > 0) != (np.dot(other - one, side) > 0):
        one, other = other, one
    return _gap(end, one, other)


def _gap(end: WallEnd, one: Points, other: Points) -> Gap | None:
    axis = LineString([end.middle, (one + other) / 2])
    ring = Polygon([end.one, one, other, end.other])
    if end.thickness == 0:
        ring = axis.buffer(0.05, cap_style="flat")
    if axis.length < 1e-6 or not ring.is_valid or ring.area < 1e-9:
        return None
    return Gap(ring, axis, end.thickness)


def _obstructed(gap: Gap, tree: STRtree) -> bool:
    """Whether another wall stands in the gap."""
    if gap.thickness_m:
        inner: BaseGeometry = gap.footprint.buffer(-min(0.02, gap.thickness_m / 4))
    else:
        inner = shapely.ops.substring(gap.axis, 0.02, gap.axis.length - 0.02)
    return not inner.is_empty and bool(len(tree.query(inner, predicate="intersects")))


def _filled(gap: Gap, symbols: STRtree, fillings: Sequence[BaseGeometry]) -> float:
    zone = gap.footprint.buffer(0.10)
    near = [fillings[index] for index in symbols.query(zone, predicate="intersects").tolist()]
    start, end = shapely.get_coordinates(gap.axis)
    return covered_share(start, end, near)


def _to_wall(end: WallEnd, tree: STRtree, lines: np.ndarray) -> Gap | None:
    """From a wall's end straight on to the line it faces."""
    hits = []
    for start in (end.one, end.other):
        inward = end.middle - start
        from_ = start + 1e-3 * unit(inward) + 1e-4 * end.outward
        ray = LineString([from_, from_ + WIDEST_M * end.outward])
        near = tree.query(ray, predicate="intersects")
        if not len(near):
            return None
        points = shapely.get_coordinates(shapely.intersection(lines[near], ray))
        reach = (points - from_) @ end.outward
        hits.append(start + (float(reach.min()) + 1e-4) * end.outward)
    if abs(float(np.dot(hits[0] - hits[1], end.outward))) > max(end.thickness, HEAL_M):
        return None  # the two faces would end at different walls
    return _gap(end, hits[0], hits[1])


def _edges(gaps: Sequence[Gap]) -> Segments:
    """The outlines of closed gaps; a gap in a single line closes by its axis."""
    pieces = []
    for gap in gaps:
        source = gap.footprint.exterior if gap.thickness_m else gap.axis
        ring = shapely.get_coordinates(source)
        pieces.append(np.stack([ring[:-1], ring[1:]], axis=1))
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


def _unused(fillings: Sequence[BaseGeometry], gaps: Sequence[Gap]) -> Segments:
    """Straight lines of windows and glass fronts that fill no gap: they close the way between columns themselves."""
    taken = shapely.union_all([gap.footprint.buffer(0.05) for gap in gaps]) if gaps else Polygon()
    shapely.prepare(taken)
    pieces = []
    for filling in fillings:
        if shapely.intersects(taken, filling):
            continue
        for part in shapely.get_parts(filling).tolist():
            ring = shapely.get_coordinates(part)
            straight = np.stack([ring[:-1], ring[1:]], axis=1)
            if len(straight) > 16:
                continue  # a door's swing
            pieces.append(straight[np.hypot(*(straight[:, 1] - straight[:, 0]).T) >= 0.30])
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


# --------------------------------------------------------------------------------------------- cutting the plane


def _cut(
    network: Network,
    columns: BaseGeometry,
    gaps: Sequence[Gap],
    ends: Sequence[WallEnd],
    skin: Segments,
    named: Sequence[Point],
) -> WallPlan:
    faces = network.faces()
    if not faces:
        return WallPlan(gaps=tuple(gaps), healed=network.healed)
    inside = shapely.point_on_surface(np.array(faces, dtype=object))
    thick = _usual_thickness(network, ends)
    thin = [shapely.is_empty(face.buffer(-_JUNCTION * thick)) for face in faces]
    closed = shapely.union_all([gap.footprint for gap in gaps]) if gaps else Polygon()
    for area in (columns, closed):
        shapely.prepare(area)
    has_name = np.zeros(len(faces), dtype=bool)
    if named:
        has_name[np.unique(STRtree(faces).query(list(named), predicate="within")[1])] = True
    filled = shapely.contains(columns, inside) | shapely.contains(closed, inside)
    solid = (np.array(thin) & ~has_name) | filled
    solid &= ~_shafts(faces, solid, filled)
    clad = _cladding(faces, solid, skin)
    return WallPlan(
        cells=tuple(face for face, wall in zip(faces, solid.tolist(), strict=True) if not wall),
        walls=tuple(
            face
            for face, wall, in_column, skinned in zip(
                faces, solid.tolist(), shapely.contains(columns, inside).tolist(), clad, strict=True
            )
            if wall and not in_column and not skinned
        ),
        insulation=tuple(face for face, skinned in zip(faces, clad, strict=True) if skinned),
        gaps=tuple(gaps),
        thickness_m=thick,
        healed=network.healed,
    )


def _usual_thickness(network: Network, ends: Sequence[WallEnd]) -> float:
    """A thickness that most walls do not exceed: from wall ends and from parallel lines side by side."""
    segments = network.segments
    length = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    middle = segments.mean(axis=1)
    way = (segments[:, 1] - segments[:, 0]) / length[:, None]
    tree = STRtree(lines_of(segments))
    distances, weights = [], []
    long_ones = np.flatnonzero(length >= 0.5)
    for index in long_ones[:4000].tolist():
        normal = np.array([-way[index][1], way[index][0]])
        probe = LineString([middle[index] - 0.5 * normal, middle[index] + 0.5 * normal])
        near = [k for k in tree.query(probe, predicate="intersects").tolist() if k != index]
        parallel = [
            abs(float(np.dot(middle[k] - middle[index], normal)))
            for k in near
            if abs(float(np.dot(way[k], way[index]))) > 0.9999
        ]
        if parallel and min(parallel) >= THINNEST_M:
            distances.append(min(parallel))
            weights.append(length[index])
    distances += [end.thickness for end in ends if end.thickness > 0 and not end.pier]
    weights += [1.0 for end in ends if end.thickness > 0 and not end.pier]
    if not distances:
        return 0.20
    order = np.argsort(distances)
    running = np.cumsum(np.array(weights)[order])
    usual = float(np.array(distances)[order][np.searchsorted(running, 0.95 * running[-1])])
    return min(max(usual, 0.20), 0.50)


def _shafts(faces: Sequence[Polygon], solid: np.ndarray, filled: np.ndarray) -> np.ndarray:
    """Narrow faces with walls all around them: ducts and flues, not walls."""
    found = np.zeros(len(faces), dtype=bool)
    thin = np.flatnonzero(solid & ~filled)
    tree = STRtree(list(faces))
    for index in thin.tolist():
        face = faces[index]
        if face.interiors or shapely.is_empty(face.buffer(-_SHAFT_RADIUS_M)):
            continue
        box = shapely.minimum_rotated_rectangle(face)
        sides = np.hypot(*np.diff(shapely.get_coordinates(box), axis=0)[:2].T)
        if sides.max() > 4 * sides.min():
            continue
        around = [k for k in tree.query(face, predicate="intersects").tolist() if k != index and solid[k]]
        shared = sum(face.boundary.intersection(faces[k].boundary).length for k in around)
        found[index] = shared > 0.95 * face.length
    return found


def _cladding(faces: Sequence[Polygon], solid: np.ndarray, skin: Segments) -> list[bool]:
    """Which thin faces lie between an insulation line and the wall it covers."""
    if not len(skin):
        return [False] * len(faces)
    lines = shapely.union_all(lines_of(skin)).buffer(1e-4)
    return [
        bool(wall) and face.boundary.intersection(lines).length > 0.3 * face.length
        for face, wall in zip(faces, solid.tolist(), strict=True)
    ]
