"""DXF curves as arrays of plan points whose enclosed area is exact.

An arc is drawn as chords whose inner vertices lie a little outside the true circle, by just as much as makes the
sector's area right: area frames with arcs need no thousands of vertices. Ends stay where they are, so neighbours
still meet. Ellipses are affine images of such circles; splines are flattened to less than a millionth of their size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np
from ezdxf.entities.arc import Arc
from ezdxf.entities.boundary_paths import ArcEdge, EdgePath, EllipseEdge, LineEdge, PolylinePath, SplineEdge
from ezdxf.entities.circle import Circle
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.ellipse import Ellipse
from ezdxf.entities.hatch import Hatch
from ezdxf.entities.line import Line
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mline import MLine
from ezdxf.entities.mpolygon import MPolygon
from ezdxf.entities.polyline import Polyline
from ezdxf.entities.solid import Face3d, Solid
from ezdxf.entities.spline import Spline
from ezdxf.math import OCS, ConstructionEllipse, Vec2, Vec3, bulge_to_arc
from numpy.typing import NDArray

Points = NDArray[np.float64]
CurveKind = Literal["line", "polyline", "arc", "circle", "ellipse", "spline", "hatch", "solid"]

CURVE_KINDS: Mapping[str, CurveKind] = {
    "LINE": "line", "LWPOLYLINE": "polyline", "POLYLINE": "polyline", "MLINE": "polyline", "ARC": "arc",
    "CIRCLE": "circle", "ELLIPSE": "ellipse", "SPLINE": "spline", "HELIX": "spline", "HATCH": "hatch",
    "MPOLYGON": "hatch", "SOLID": "solid", "TRACE": "solid", "3DFACE": "solid",
}  # fmt: skip
"""The types of entities that draw curves; a hatch may draw several, a multiline draws lines and arcs."""

SEGMENTS_PER_CIRCLE = 256
FARTHEST = 1e11
"""Drawing units: a hundred thousand kilometres in millimetres; survey coordinates in millimetres reach 4e9."""
_SPLINE_TOLERANCE = 2e-7
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve in plan. ``points`` has shape (n, 2); a closed curve does not repeat its first point.

    ``arc`` has shape (3, 2) for circular arcs: centre, start, end (counter-clockwise as drawn). ``holes`` are inner
    boundaries of a hatch. ``width`` is the constant width of a polyline, 0 for none.
    """

    kind: CurveKind
    points: Points
    closed: bool
    arc: Points | None = None
    holes: tuple[Points, ...] = ()
    width: float = 0.0


def curves_of(entity: DXFEntity) -> Iterator[Curve]:
    """The plan curves of one entity in world coordinates; nothing for entities that draw no curve.

    Curves with a coordinate that is no finite number, or lies beyond ``FARTHEST``, are left out.
    """
    for curve in _curves(entity):
        if len(curve.points) > 1 and is_near(curve.points):
            yield curve


def is_near(points: Points) -> bool:
    """Whether all coordinates are numbers that can be measured with (false for NaN)."""
    return bool((np.abs(points) < FARTHEST).all())


def _curves(entity: DXFEntity) -> Iterator[Curve]:
    reader = _READERS.get(entity.dxftype())
    if reader is not None:
        yield from reader(entity)


def _line(entity: Line) -> Iterator[Curve]:
    yield line_curve(np.array([_xy(entity.dxf.start), _xy(entity.dxf.end)]))


def line_curve(ends: Points) -> Curve:
    """A line between two points, shape (2, 2)."""
    return Curve("line", ends, closed=False)


def _lwpolyline(entity: LWPolyline) -> Iterator[Curve]:
    vertices = [(x, y, bulge) for x, y, bulge in entity.get_points("xyb")]
    points = bulged(vertices, closed=entity.closed)
    points = _to_world(points, entity.ocs(), entity.dxf.elevation)
    yield polyline_curve(points, closed=entity.closed, width=_width(entity))


def _polyline(entity: Polyline) -> Iterator[Curve]:
    if not (entity.is_2d_polyline or entity.is_3d_polyline):
        return
    if entity.is_2d_polyline:
        vertices = [
            (vertex.dxf.location.x, vertex.dxf.location.y, vertex.dxf.bulge)
            for vertex in entity.vertices
            if not vertex.dxf.flags & 16  # spline frame control points are not on the curve
        ]
        elevation = entity.dxf.elevation.z if entity.dxf.hasattr("elevation") else 0.0
        points = _to_world(bulged(vertices, closed=entity.is_closed), entity.ocs(), elevation)
        yield polyline_curve(points, closed=entity.is_closed, width=_width_2d(entity))
    else:
        points = np.array([_xy(vertex.dxf.location) for vertex in entity.vertices], dtype=float).reshape(-1, 2)
        yield polyline_curve(points, closed=entity.is_closed, width=0.0)


def _width(entity: LWPolyline) -> float:
    """The width of a polyline that is equally wide all along; 0 for one that tapers."""
    widths = {width for start, end in entity.get_points("se") for width in (start, end)}
    return float(widths.pop()) if len(widths) == 1 and widths != {0.0} else float(entity.dxf.const_width)


def _width_2d(entity: Polyline) -> float:
    default = (entity.dxf.default_start_width, entity.dxf.default_end_width)
    widths = {
        width
        for vertex in entity.vertices
        for width in (vertex.dxf.get("start_width", default[0]), vertex.dxf.get("end_width", default[1]))
    }
    return float(widths.pop()) if len(widths) == 1 else 0.0


def polyline_curve(points: Points, *, closed: bool, width: float) -> Curve:
    """A polyline through points, shape (n, 2); where the last one repeats the first, it is closed."""
    if len(points) > 2 and abs(points[0, 0] - points[-1, 0]) <= _SAME and abs(points[0, 1] - points[-1, 1]) <= _SAME:
        points, closed = points[:-1], True
    return Curve("polyline", points, closed and len(points) > 2, width=width)


def _arc(entity: Arc) -> Iterator[Curve]:
    start, end = entity.dxf.start_angle, entity.dxf.end_angle
    curve = arc_curve(_xy(entity.dxf.center), entity.dxf.radius, start, end)
    if curve is not None and curve.arc is not None:
        ocs, z = entity.ocs(), entity.dxf.center.z
        yield replace(curve, points=_to_world(curve.points, ocs, z), arc=_to_world(curve.arc, ocs, z))


def arc_curve(centre: tuple[float, float], radius: float, start: float, end: float) -> Curve | None:
    """A circular arc, counter-clockwise between two angles in degrees; ``None`` where they are no numbers."""
    begin = math.radians(start)
    sweep = (math.radians(end) - begin) % math.tau or math.tau
    if not all(map(math.isfinite, (begin, sweep, radius))):
        return None
    points = np.array(centre) + radius * unit_arc(begin, sweep)
    return Curve("arc", points, closed=False, arc=np.array([centre, points[0], points[-1]]))


def _circle(entity: Circle) -> Iterator[Curve]:
    curve = circle_curve(_xy(entity.dxf.center), entity.dxf.radius)
    yield replace(curve, points=_to_world(curve.points, entity.ocs(), entity.dxf.center.z))


def circle_curve(centre: tuple[float, float], radius: float) -> Curve:
    """A circle."""
    return Curve("circle", np.array(centre) + radius * unit_circle(), closed=True)


def _ellipse(entity: Ellipse) -> Iterator[Curve]:
    yield _ellipse_curve(entity.construction_tool())


def _ellipse_curve(tool: ConstructionEllipse) -> Curve:
    sweep = tool.param_span
    full = abs(sweep - math.tau) < 1e-9
    unit = unit_circle() if full else unit_arc(tool.start_param, sweep)
    axes = np.array([_xy(tool.major_axis), _xy(tool.minor_axis)])
    return Curve("ellipse", np.array(_xy(tool.center)) + unit @ axes, closed=full)


def _spline(entity: Spline) -> Iterator[Curve]:
    control = entity.control_points if len(entity.control_points) else entity.fit_points
    points = np.array([(point[0], point[1]) for point in control], dtype=float).reshape(-1, 2)
    if len(points) < 2 or not np.isfinite(points).all():
        return
    size = float(np.ptp(points, axis=0).max())
    if size <= 0:
        return
    flat = np.array([_xy(point) for point in entity.flattening(size * _SPLINE_TOLERANCE)])
    closed = entity.closed or bool(np.allclose(flat[0], flat[-1], rtol=0, atol=size * 1e-9))
    if closed and np.allclose(flat[0], flat[-1], rtol=0, atol=size * 1e-9):
        flat = flat[:-1]
    yield Curve("spline", flat, closed)


def _mline(entity: MLine) -> Iterator[Curve]:
    for part in entity.virtual_entities():
        yield from _curves(part)


def _solid(entity: Solid | Face3d) -> Iterator[Curve]:
    ring = [_xy(point) for point in entity.wcs_vertices()]
    yield Curve("solid", np.array(ring, dtype=float).reshape(-1, 2), closed=True)


def _hatch(entity: Hatch | MPolygon) -> Iterator[Curve]:
    """One closed curve per outer boundary, with the boundaries inside it as holes."""
    from shapely import Polygon

    rings: list[Points] = []
    ocs, elevation = entity.ocs(), entity.dxf.elevation.z if entity.dxf.hasattr("elevation") else 0.0
    for path in entity.paths:
        ring = _boundary(path)
        if len(ring) > 2 and np.isfinite(ring).all():
            rings.append(_to_world(ring, ocs, elevation))
    areas = [Polygon(ring).area for ring in rings]
    order = sorted(range(len(rings)), key=lambda index: -areas[index])
    outer: list[tuple[Points, list[Points]]] = []
    for index in order:
        ring = rings[index]
        middle = Polygon(ring).representative_point() if areas[index] > 0 else None
        if middle is None:
            continue
        parent = next((entry for entry in outer if Polygon(entry[0]).contains(middle)), None)
        if parent is not None and not any(Polygon(hole).contains(middle) for hole in parent[1]):
            parent[1].append(ring)
        elif parent is None:
            outer.append((ring, []))
    for ring, holes in outer:
        yield Curve("hatch", ring, closed=True, holes=tuple(holes))


def _boundary(path: PolylinePath | EdgePath) -> Points:
    if isinstance(path, PolylinePath):
        return bulged([(x, y, bulge) for x, y, bulge in path.vertices], closed=bool(path.is_closed))
    pieces: list[Points] = []
    for edge in path.edges:
        piece = _edge(edge)
        if piece is not None and pieces and len(piece) > 1:
            tail = pieces[-1][-1]
            if np.hypot(*(piece[-1] - tail)) < np.hypot(*(piece[0] - tail)):
                piece = piece[::-1]
        if piece is not None:
            pieces.append(piece)
    return np.vstack(pieces) if pieces else np.empty((0, 2))


def _edge(edge: object) -> Points | None:
    if isinstance(edge, LineEdge):
        return np.array([_xy(edge.start), _xy(edge.end)])
    if isinstance(edge, ArcEdge):
        start, end = math.radians(edge.start_angle), math.radians(edge.end_angle)
        sweep = (end - start) % math.tau or math.tau
        points: Points = np.array(_xy(edge.center)) + edge.radius * unit_arc(start, sweep)
        return points if edge.ccw else points[::-1]
    if isinstance(edge, EllipseEdge):
        points = _ellipse_curve(edge.construction_tool()).points
        return points if edge.ccw else points[::-1]
    if isinstance(edge, SplineEdge):
        tool = edge.construction_tool()
        size = float(np.ptp(np.array([_xy(point) for point in tool.control_points]), axis=0).max())
        return np.array([_xy(point) for point in tool.flattening(max(size, 1e-9) * _SPLINE_TOLERANCE)])
    return None


def bulged(vertices: list[tuple[float, float, float]], *, closed: bool) -> Points:
    """Vertices (x, y, bulge) as points; a bulge is the tangent of a quarter of the arc's angle."""
    if not any(bulge for _, _, bulge in vertices):
        return np.array([vertex[:2] for vertex in vertices], dtype=float).reshape(-1, 2)
    pieces: list[Points] = []
    following = vertices[1:] + vertices[:1] if closed else vertices[1:] + vertices[-1:]
    for (x, y, bulge), (next_x, next_y, _) in zip(vertices, following, strict=True):
        here = np.array([[x, y]], dtype=float)
        if abs(bulge) > 1e-9 and math.isfinite(bulge) and math.hypot(next_x - x, next_y - y) > 0:
            centre, start, end, radius = bulge_to_arc((x, y), (next_x, next_y), bulge)
            arc = np.array(_xy(centre)) + radius * unit_arc(start, (end - start) % math.tau)
            pieces.append(np.vstack([here, (arc if bulge > 0 else arc[::-1])[1:-1]]))
        else:
            pieces.append(here)
    return np.vstack(pieces)


def unit_arc(start: float, sweep: float) -> Points:
    """An arc of the unit circle from angle ``start`` (radians) over ``sweep`` > 0, sector area exact, ends exact."""
    count = max(2, math.ceil(sweep / math.tau * SEGMENTS_PER_CIRCLE))
    angles = start + sweep * np.arange(count + 1) / count
    sine = math.sin(sweep / count)
    if count == 2:
        radius = sweep / (2 * sine)
    else:  # first and last triangle have one side on the circle, the others none: a quadratic for the inner radius
        radius = (-sine + math.sqrt(sine * sine + (count - 2) * sine * sweep)) / ((count - 2) * sine)
    radii = np.full(count + 1, radius)
    radii[[0, -1]] = 1.0
    return np.asarray(radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))


@cache
def unit_circle() -> Points:
    """The unit circle as a polygon of area π."""
    angles = math.tau * np.arange(SEGMENTS_PER_CIRCLE) / SEGMENTS_PER_CIRCLE
    radius = math.sqrt(math.tau / (SEGMENTS_PER_CIRCLE * math.sin(math.tau / SEGMENTS_PER_CIRCLE)))
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def _xy(point: Vec2 | Vec3) -> tuple[float, float]:
    return (point.x, point.y)


def _to_world(points: Points, ocs: OCS, elevation: float) -> Points:
    if not ocs.transform or not len(points):
        return points
    return np.array([_xy(ocs.to_wcs(Vec3(x, y, elevation))) for x, y in points])


_READERS: dict[str, Callable[[Any], Iterator[Curve]]] = {
    "LINE": _line,
    "LWPOLYLINE": _lwpolyline,
    "POLYLINE": _polyline,
    "ARC": _arc,
    "CIRCLE": _circle,
    "ELLIPSE": _ellipse,
    "SPLINE": _spline,
    "HELIX": _spline,
    "HATCH": _hatch,
    "MPOLYGON": _hatch,
    "MLINE": _mline,
    "SOLID": _solid,
    "TRACE": _solid,
    "3DFACE": _solid,
}
