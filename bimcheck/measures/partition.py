"""Walls divided among the rooms they bound: every point of a wall goes to the nearest room, junctions stay straight.

The wall area of a level is what its outline holds beyond its rooms. Dividing it by nearest room gives outer walls to
their room and splits shared walls at the centre line, for walls of any direction and unequal thickness, and the parts
add up to the outline by construction. The division is the Voronoi diagram of the rooms' edges (computed exactly on a
grid of 1 µm), not a sampling.

One thing is changed: where a wall ends on another one, nearest-room borders bend into parabolas, because corners
are points. A surveyor runs the centre lines straight to their meeting point instead, so each such junction is redrawn
as straight lines to the point nearest to all its centre lines. Likewise a centre line that reaches an outer wall runs
straight on to the outer face.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyvoronoi
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.surroundings import Surroundings
from bimcheck.model import Region

GRID_M = 1e-6
"""Grid of all coordinates here: a micrometre, far below any drawing's precision and exact in the diagram's integers."""

_FRAME_MARGIN_M = 50.0
_MANY_POINTS = 100
_WIDEST_M = 2000.0  # what the diagram's integers hold on that grid
_OUTSIDE = -1
_CURVE_STEPS = 8
_WELL_CONDITIONED = 0.05
_THICKEST_M = 1.50
_COLLINEAR = 0.9999
_SAME_LINE_M = 1e-4
_HAIR_M = 1e-4
_ROUNDING_M = 5e-6
_DIRECTION_STEP = np.pi / 2 / 9000
_FACING = -0.9  # cosine between outward normals: the two faces of one wall look at each other within 26°
_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]
_Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Partition:
    """The walls' shares: ``shares[i]`` belongs to ``cells[i]``, ``None`` where a cell gets none.

    ``contested_m2`` is wall area that touches several rooms with no dividing line between them (geometry beyond
    repair); it went to the room with the longest contact, and should be nothing.
    """

    shares: tuple[Region | None, ...]
    contested_m2: float


def as_region(geometry: BaseGeometry) -> Region | None:
    """The polygonal part of a geometry, or ``None`` where there is none."""
    if isinstance(geometry, (Polygon, MultiPolygon)):
        return None if geometry.is_empty else geometry
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, (Polygon, MultiPolygon))]
    return as_region(shapely.union_all(parts)) if parts else None


def unite(regions: Iterable[BaseGeometry]) -> BaseGeometry:
    """Union on the grid. Without a grid a rare defect of GEOS can lose one of two adjacent rectangles."""
    some = [region for region in regions if not region.is_empty]
    united = tuple(some[place] for place in _in_order(some))
    return _few_united(united) if np.sum(shapely.get_num_coordinates(united)) < _MANY_POINTS else _many_united(united)


def _in_order(geometries: Sequence[BaseGeometry]) -> list[int]:
    """Places of geometries in an order of their own, whatever the ids are by which they came.

    Storeys that repeat are then one and the same question, which is answered once.
    """
    drawn: list[bytes] = np.asarray(shapely.to_wkb(list(geometries)), dtype=object).tolist()
    return sorted(range(len(drawn)), key=drawn.__getitem__)


@lru_cache(maxsize=4096)
def _few_united(regions: tuple[BaseGeometry, ...]) -> BaseGeometry:
    return shapely.union_all(regions, grid_size=GRID_M)


@lru_cache(maxsize=128)
def _many_united(regions: tuple[BaseGeometry, ...]) -> BaseGeometry:
    """The same walls and rooms are united time and again, on one level and on those above that repeat it."""
    if not all(isinstance(region, (Polygon, MultiPolygon)) for region in regions):
        return shapely.union_all(regions, grid_size=GRID_M)
    # all edges noded at once, where GEOS would unite two by two and node what it has anew every time
    noded = shapely.union_all(shapely.boundary(regions), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    covered = shapely.STRtree(regions).query(shapely.point_on_surface(faces), predicate="intersects")[0]
    return shapely.coverage_union_all(faces[np.unique(covered)])


def divide_walls(outline: Region, cells: Sequence[Region]) -> Partition:
    """Divide what ``outline`` holds beyond ``cells`` among the cells.

    Args:
        outline: outer face of the level's walls and rooms, metres. Beyond 2 km across (the grid's range) no lines are
            drawn: walls between rooms count as contested.
        cells: the level's enclosed cells, mutually disjoint.
    """
    order = _in_order(cells)
    divided = _divided_walls(outline, tuple(cells[place] for place in order))
    share_of = dict(zip(order, divided.shares, strict=True))
    return Partition(tuple(share_of[place] for place in range(len(cells))), divided.contested_m2)


@lru_cache(maxsize=32)
def _divided_walls(outline: Region, cells: tuple[Region, ...]) -> Partition:
    """Storeys that repeat exactly are divided once."""
    squared, back = _squared_up((outline, *cells))
    area, *local = _evened([shapely.transform(geometry, squared) for geometry in (outline, *cells)])
    walls = shapely.difference(area, unite(local), grid_size=GRID_M)
    if not cells or shapely.area(walls) <= GRID_M:
        return Partition((None,) * len(cells), 0.0)
    edges = _exposed_edges(local)
    faces = _faces(walls, _dividing_lines(edges, walls))
    owners, contested_m2 = _owners(faces, edges)
    shares: list[Region | None] = [None] * len(cells)
    for owner in np.unique(owners).tolist():
        shares[owner] = as_region(shapely.transform(unite(faces[owners == owner]), back))
    return Partition(tuple(shares), contested_m2)


_Map = Callable[[_Floats], _Floats]


def _squared_up(geometries: Sequence[BaseGeometry]) -> tuple[_Map, _Map]:
    """A turn and shift that bring most edges along the axes, near the origin; and the way back.

    The grid then meets a building the same way wherever and however it stands, so areas do not depend on it.
    """
    pairs = _segments(shapely.geometrycollections(list(geometries)))
    along = pairs[:, 1] - pairs[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    angle = np.arctan2(along[:, 1], along[:, 0]) % (np.pi / 2)
    bins = np.round(angle / _DIRECTION_STEP).astype(np.int64) % round(np.pi / 2 / _DIRECTION_STEP)
    main = int(np.bincount(bins, weights=length).argmax())
    # the longest edge within the main direction gives the angle: most exactly known, and not a mean over wrap-around
    turn = float(angle[bins == main][length[bins == main].argmax()])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shift = (pairs.reshape(-1, 2) @ rotation).min(axis=0)
    return (lambda p: p @ rotation - shift), (lambda p: (p + shift) @ rotation.T)


def _evened(geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Squared-up geometries on the grid, what differs in x or in y by rounding alone made equal.

    Set operations on a grid that stands askew to the building leave its edges a micrometre out of line.
    """
    points = shapely.get_coordinates(geometries)
    columns = []
    for values in points.T:
        ordered, place = np.unique(values, return_inverse=True)
        group = np.concatenate([[0], np.cumsum(np.diff(ordered) > _ROUNDING_M)])
        means = np.bincount(group, weights=ordered) / np.bincount(group)
        columns.append(means[group[place]])
    moved = shapely.set_coordinates(np.array(geometries, dtype=object), np.stack(columns, axis=1))
    try:
        return list(shapely.set_precision(moved, GRID_M))
    except shapely.errors.GEOSException:  # rings that touch themselves once their points are on the grid
        rounded = shapely.make_valid(shapely.set_precision(moved, GRID_M, mode="pointwise"))
        return [as_region(each) or Polygon() for each in rounded]


class _Edges(NamedTuple):
    """Cell edges with no other cell behind them: ends (n, 2, 2), outward unit normals (n, 2), owning cells (n,)."""

    ends: _Floats
    outward: _Floats
    owner: _Ints


def _segments(geometry: BaseGeometry) -> _Floats:
    """All two-point pieces of the geometry's lines, (n, 2, 2)."""
    parts = shapely.get_parts(geometry)
    rings = np.concatenate([shapely.get_rings(parts), parts[shapely.get_dimensions(parts) == 1]])
    coordinates, index = shapely.get_coordinates(rings, return_index=True)
    pairs: _Floats = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[index[1:] == index[:-1]]
    return pairs[np.any(pairs[:, 0] != pairs[:, 1], axis=1)]


def _exposed_edges(cells: Sequence[BaseGeometry]) -> _Edges:
    """Noding makes touching cells share whole edges, which have a cell on both sides and drop out."""
    pairs = _segments(shapely.union_all([cell.boundary for cell in cells], grid_size=GRID_M))
    along = pairs[:, 1] - pairs[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / length
    middle, step = pairs.mean(axis=1), np.minimum(5 * GRID_M, length) * normal
    tree = shapely.STRtree(cells)

    def cell_at(points: _Floats) -> _Ints:
        found = np.full(len(points), _OUTSIDE, dtype=np.int64)
        which, cell = tree.query(shapely.points(points), predicate="intersects")
        found[which] = cell
        return found

    left, right = cell_at(middle + step), cell_at(middle - step)
    exposed = (left == _OUTSIDE) != (right == _OUTSIDE)
    outward = np.where((left == _OUTSIDE)[:, None], normal, -normal)
    return _Edges(pairs[exposed], outward[exposed], np.maximum(left, right)[exposed])


class _Border(NamedTuple):
    """A Voronoi edge between two owners: its end vertices and the two edges (by number) it lies between."""

    start: int
    end: int
    sites: tuple[int, int]
    kind: str  # "centre" (between faces of one wall), "bend" (straight, in a junction), "curve" (parabola, there too)


class _Where(NamedTuple):
    """Where lines may run (the walls, a hair wider) and where they must not end (the edges of rooms)."""

    walls: BaseGeometry
    near: Surroundings
    room_edges: BaseGeometry


class _Diagram(NamedTuple):
    vertices: _Floats
    borders: list[_Border]
    corners: dict[tuple[int, int], _Floats]  # grid position of each cell corner → farthest vertex of its region


def _voronoi(edges: _Edges) -> _Diagram:
    diagram = pyvoronoi.Pyvoronoi(round(1 / GRID_M))
    ends = edges.ends
    x0, y0 = (ends.min(axis=(0, 1)) - _FRAME_MARGIN_M).tolist()
    x1, y1 = (ends.max(axis=(0, 1)) + _FRAME_MARGIN_M).tolist()
    frame = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]  # so that no border near the building is endless
    for pair in ends.tolist() + [frame[i : i + 2] for i in range(4)]:
        diagram.AddSegment(pair)
    diagram.Construct()
    vertices = np.array([(v.X, v.Y) for v in diagram.GetVertices()], dtype=np.float64).reshape(-1, 2)
    cells, halves = diagram.GetCells(), diagram.GetEdges()
    owner = edges.owner.tolist() + [_OUTSIDE] * 4
    known: _Bools = np.all(np.isfinite(vertices), axis=1)  # edges that all but coincide can meet nowhere
    borders = []
    for number, half in enumerate(halves):
        if number > half.twin or not half.is_primary or half.start < 0 or half.end < 0:
            continue
        if not (known[half.start] and known[half.end]):
            continue
        one, other = cells[half.cell], cells[halves[half.twin].cell]
        a, b = owner[one.site], owner[other.site]
        if a != b and _OUTSIDE not in (a, b):
            sites = (one.site, other.site) if one.contains_segment else (other.site, one.site)
            facing = float(edges.outward[one.site] @ edges.outward[other.site]) < _FACING
            straight = one.contains_segment and other.contains_segment and facing
            kind = "centre" if straight else "bend" if half.is_linear else "curve"
            borders.append(_Border(half.start, half.end, sites, kind))
    corners: dict[tuple[int, int], _Floats] = {}
    for cell in cells:
        if cell.contains_point and cell.site < len(ends):
            point = ends[cell.site][_end_of(cell)]
            seen = vertices[[v for v in cell.vertices if v >= 0 and known[v]]]
            corners[_key(point)] = seen[np.hypot(*(seen - point).T).argmax()] if len(seen) else point
    return _Diagram(vertices, borders, corners)


def _end_of(cell: Any) -> int:  # noqa: ANN401 - pyvoronoi ships no types
    """Which end of its segment a corner's cell stands for: source category 1 is the start, 2 the end."""
    return int(cell.source_category) - 1


def _key(point: _Floats) -> tuple[int, int]:
    return round(float(point[0]) / GRID_M), round(float(point[1]) / GRID_M)


def _dividing_lines(edges: _Edges, walls: BaseGeometry) -> list[BaseGeometry]:
    """The lines along which walls are divided: centre lines, run straight through junctions."""
    if np.abs(edges.ends).max() > _WIDEST_M:
        return []
    diagram = _voronoi(edges)
    wider = shapely.buffer(walls, 2 * GRID_M, join_style="mitre")
    where = _Where(wider, Surroundings(wider), MultiLineString(list(edges.ends)))
    shapely.prepare(where.walls)
    shapely.prepare(where.room_edges)
    # rounding breaks a hair off the ends of centre lines, which says nothing about their direction
    spans = np.diff(diagram.vertices[[(b.start, b.end) for b in diagram.borders]], axis=1).reshape(-1, 2)
    long_enough = (np.hypot(spans[:, 0], spans[:, 1]) > _HAIR_M).tolist()
    along: list[_Border] = []
    across: list[_Border] = []
    for border, is_long in zip(diagram.borders, long_enough, strict=True):
        (along if border.kind == "centre" and is_long else across).append(border)
    ends_here: dict[int, list[_Border]] = defaultdict(list)
    for border in along:
        ends_here[border.start].append(border)
        ends_here[border.end].append(border)
    centres = np.array([(b.start, b.end) for b in along], dtype=np.int64).reshape(-1, 2)
    lines: list[BaseGeometry] = _lines(diagram.vertices[centres])
    inside: _Bools = np.asarray(shapely.intersects(where.walls, shapely.points(diagram.vertices)))
    for junction in _junctions(across, inside):
        lines += _redrawn(junction, ends_here, diagram.vertices, inside, where) or [
            _as_drawn(border, diagram.vertices, edges) for border in junction
        ]
    return lines + _corner_rays(edges, diagram.corners)


def _lines(ends: _Floats) -> list[BaseGeometry]:
    """Straight lines between two ends each, (n, 2, 2)."""
    lines: list[BaseGeometry] = np.asarray(shapely.linestrings(ends)).tolist()
    return lines


def _junctions(borders: Sequence[_Border], inside: _Bools) -> list[list[_Border]]:
    """Borders between the ends of centre lines, grouped where they hang together within the walls.

    Out of the walls (in a court, say) the diagram joins what has nothing to do with each other.
    """
    parent: dict[int, int] = {}

    def root(vertex: int) -> int:
        while parent.setdefault(vertex, vertex) != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for border in borders:
        if inside[border.start] and inside[border.end]:
            parent[root(border.start)] = root(border.end)
    groups: dict[int, list[_Border]] = defaultdict(list)
    for number, border in enumerate(borders):
        end = next((vertex for vertex in (border.start, border.end) if inside[vertex]), None)
        groups[-1 - number if end is None else root(end)].append(border)
    return list(groups.values())


def _redrawn(
    junction: Sequence[_Border],
    ends_here: Mapping[int, list[_Border]],
    vertices: _Floats,
    inside: _Bools,
    where: _Where,
) -> list[BaseGeometry] | None:
    """A junction with its centre lines run straight: to their meeting point, or on to the outer face.

    ``None`` where it must stay as it is, because such lines would leave the walls or run into a room.
    """
    degree: dict[int, int] = defaultdict(int)
    for border in junction:
        degree[border.start] += 1
        degree[border.end] += 1
    arms = [(vertex, border) for vertex in degree if inside[vertex] for border in ends_here.get(vertex, ())]
    if not arms:
        return None
    ends = vertices[[vertex for vertex, _ in arms]]
    along = np.array([vertices[v] - vertices[b.start if v == b.end else b.end] for v, b in arms]).reshape(-1, 2)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    closed = all(inside[vertex] and (count > 1 or vertex in ends_here) for vertex, count in degree.items())
    if closed and len(arms) > 1:
        feet = _feet_on_through_line(ends, along)
        if feet is None:
            meeting = _meeting_point(ends, np.stack([-along[:, 1], along[:, 0]], axis=1))
            feet = np.broadcast_to(meeting, ends.shape)
        spokes = _lines(np.stack([ends, feet], axis=1))
        if np.all(shapely.covers(where.walls, spokes)):
            return spokes
    rays = [_to_outer_face(end, direction, where) for end, direction in zip(ends, along, strict=True)]
    return None if None in rays else [ray for ray in rays if ray is not None]


def _to_outer_face(end: _Floats, direction: _Floats, where: _Where) -> BaseGeometry | None:
    """A centre line run on through an outer wall; ``None`` where it would run into a room instead."""
    ray = LineString([end, end + direction * _THICKEST_M])
    parts = shapely.get_parts(shapely.intersection(where.near.near(ray), ray))
    start = shapely.points(end)
    piece = next((part for part in parts if shapely.distance(part, start) < 10 * GRID_M), None)
    if piece is None or piece.length >= _THICKEST_M - GRID_M:
        return None
    far = max(shapely.get_coordinates(piece), key=lambda p: float(np.hypot(*(p - end))))
    return piece if shapely.distance(Point(far), where.room_edges) > 100 * GRID_M else None


def _feet_on_through_line(ends: _Floats, along: _Floats) -> _Floats | None:
    """Where a wall runs straight through, the others end on its centre line, each where its own line meets it."""
    for i in range(len(ends)):
        across = np.array([-along[i, 1], along[i, 0]])
        opposite = [
            j
            for j in range(i + 1, len(ends))
            if along[i] @ along[j] < -_COLLINEAR and abs(across @ (ends[j] - ends[i])) < _SAME_LINE_M
        ]
        if opposite:
            j = opposite[0]
            feet = ends.copy()
            feet[i] = ends[j]
            for k in set(range(len(ends))) - {i, j}:
                slope = across @ along[k]
                if abs(slope) < _WELL_CONDITIONED:
                    return None
                # a hair beyond the line, so that rounding to the grid cannot leave the two apart
                feet[k] = ends[k] + along[k] * ((across @ (ends[i] - ends[k])) / slope + 10 * GRID_M)
            return feet
    return None


def _meeting_point(ends: _Floats, normals: _Floats) -> _Floats:
    """The point with the least squared distance to all centre lines; halfway where they are all but parallel."""
    matrix = normals.T @ normals
    target = normals.T @ np.einsum("ij,ij->i", normals, ends)
    if np.linalg.eigvalsh(matrix)[0] < _WELL_CONDITIONED:
        matrix = matrix + _WELL_CONDITIONED * np.eye(2) * len(ends)
        target = target + _WELL_CONDITIONED * ends.sum(axis=0)
    point: _Floats = np.linalg.solve(matrix, target)
    return point


def _as_drawn(border: _Border, vertices: _Floats, edges: _Edges) -> BaseGeometry:
    """The border itself; a parabola through enough of its points that the rest is far below a square millimetre."""
    start, end = vertices[border.start], vertices[border.end]
    if border.kind != "curve":
        return LineString([start, end])
    a, b = edges.ends[border.sites[0]]
    along = (b - a) / np.hypot(*(b - a))
    across = np.array([-along[1], along[0]])
    focus = min(edges.ends[border.sites[1]], key=lambda p: abs(np.hypot(*(p - start)) - abs((start - a) @ across)))
    height = (focus - a) @ across
    if abs(height) < GRID_M:
        return LineString([start, end])
    feet = np.linspace((start - a) @ along, (end - a) @ along, _CURVE_STEPS + 1)
    rise = ((feet - (focus - a) @ along) ** 2 + height**2) / (2 * height)
    points = a + feet[:, None] * along + rise[:, None] * across
    points[0], points[-1] = start, end
    return LineString(points)


def _corner_rays(edges: _Edges, farthest: Mapping[tuple[int, int], _Floats]) -> list[BaseGeometry]:
    """Where two cells touch at a corner, what lies beyond the corner is divided along the bisector.

    It ends in the very vertex it runs to, which rounding puts a hair beside the bisector.
    """
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, pair in enumerate(edges.ends):
        at[_key(pair[0])].append(number)
        at[_key(pair[1])].append(number)
    rays: list[BaseGeometry] = []
    for key, numbers in at.items():
        direction = edges.outward[numbers].sum(axis=0)
        length = float(np.hypot(*direction))
        if len(set(edges.owner[numbers].tolist())) > 1 and length > _WELL_CONDITIONED:
            origin = np.array(key) * GRID_M
            vertex = farthest.get(key, origin)
            end = origin + direction * (float(np.hypot(*(vertex - origin))) / length)
            rays.append(LineString([origin, vertex if float(np.hypot(*(vertex - end))) < _HAIR_M else end]))
    return rays


def _faces(walls: BaseGeometry, lines: Sequence[BaseGeometry]) -> _Geometries:
    """The pieces into which the lines cut the walls."""
    noded = shapely.union_all([walls.boundary, *lines], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(walls)
    inside: _Geometries = faces[shapely.contains(walls, shapely.point_on_surface(faces))]
    return inside


def _owners(faces: _Geometries, edges: _Edges) -> tuple[_Ints, float]:
    """The cell each piece lies along (or nearest to), and the area of pieces that lie along several cells."""
    tree = shapely.STRtree(np.asarray(shapely.linestrings(edges.ends)))
    nearest = tree.nearest(shapely.point_on_surface(faces))
    owners = edges.owner[nearest].copy()
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    pairs = np.stack([coordinates[:-1], coordinates[1:]], axis=1)[joined]
    face = face_of_ring[ring[:-1][joined]]
    which, edge = tree.query(shapely.points(pairs.mean(axis=1)), predicate="dwithin", distance=2 * GRID_M)
    length = np.hypot(*(pairs[:, 1] - pairs[:, 0]).T)[which]
    count = int(edges.owner.max()) + 1
    key, position = np.unique(face[which] * count + edges.owner[edge], return_inverse=True)
    contact = np.bincount(position, weights=length, minlength=len(key))
    contested_m2 = 0.0
    longest: dict[int, float] = defaultdict(float)
    for pair_key, metres in zip(key.tolist(), contact.tolist(), strict=True):
        number, owner = divmod(pair_key, count)
        if min(metres, longest[number]) > 1000 * GRID_M:
            contested_m2 += float(shapely.area(faces[number]))
        if metres > longest[number]:
            longest[number], owners[number] = metres, owner
    return owners, contested_m2
