"""Solids as columns: pieces of plan, each between two planes.

Upright prisms, and everything cut from them by planes and by other upright prisms, can be held so exactly; their plan,
heights and ceilings are then read off.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Facet
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.regions import polygons_of, united_polygons

_EVEN = 1e-9
_THIN_M = 1e-6
_LEVEL_M = 1e-4
_LEVEL_SLOPE = 1e-12


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane that is not upright: ``z = a·x + b·y + c``, metres. An infinite ``c`` means no bound."""

    a: float
    b: float
    c: float

    @property
    def is_level(self) -> bool:
        """Whether all its points are equally high."""
        return self.a == 0.0 and self.b == 0.0

    def heights(self, points: Points) -> Points:
        """Heights over plan points."""
        return np.asarray(self.a * points[:, 0] + self.b * points[:, 1] + self.c)


BELOW_ALL = Plane(0.0, 0.0, -math.inf)
ABOVE_ALL = Plane(0.0, 0.0, math.inf)


@dataclass(frozen=True, slots=True)
class Column:
    """The solid over a plan outline between two planes."""

    outline: Polygon
    low: Plane
    high: Plane


@dataclass(frozen=True, slots=True)
class HalfPlane:
    """The plan points with ``x·nx + y·ny <= d``."""

    nx: float
    ny: float
    d: float

    def clip(self, polygon: Polygon) -> list[Polygon]:
        """The part of a polygon in the half-plane."""
        points = shapely.get_coordinates(polygon)
        side = points @ np.array([self.nx, self.ny]) - self.d
        if bool((side <= _EVEN).all()):
            return [polygon]
        if bool((side >= -_EVEN).all()):
            return []
        centre = points.mean(axis=0)
        reach = 4 * float(np.abs(points - centre).max()) + 1.0
        normal = np.array([self.nx, self.ny])
        along = np.array([-self.ny, self.nx])
        foot = centre - normal * (float(centre @ normal) - self.d)
        corners = [foot - along * reach, foot + along * reach]
        corners += [corners[1] - normal * 3 * reach, corners[0] - normal * 3 * reach]
        return polygons_of(polygon.intersection(Polygon(corners)))


@dataclass(frozen=True, slots=True)
class Cut:
    """A solid used to cut others: a column whose plan may be unbounded (``outline`` ``None``, or a half-plane)."""

    low: Plane
    high: Plane
    outline: Polygon | None = None
    half_plane: HalfPlane | None = None

    def inside(self, polygon: Polygon) -> list[Polygon]:
        """The part of a plan polygon that lies within the cut's plan."""
        parts = [polygon] if self.half_plane is None else self.half_plane.clip(polygon)
        return parts if self.outline is None else [q for p in parts for q in polygons_of(p.intersection(self.outline))]


def cut_of(column: Column) -> Cut:
    """A column used to cut others."""
    return Cut(column.low, column.high, column.outline)


def difference(columns: Iterable[Column], cut: Cut) -> list[Column]:
    """Columns without what lies in the cut."""
    result: list[Column] = []
    for column in columns:
        inside = cut.inside(column.outline)
        if not inside:
            result.append(column)
            continue
        outside = column.outline.difference(shapely.union_all(inside))
        result += [Column(part, column.low, column.high) for part in polygons_of(outside)]
        for part in inside:
            piece = Column(part, column.low, column.high)
            result += _below(piece, cut.low)
            result += _above(piece, cut.high)
    return result


def intersection(columns: Iterable[Column], cut: Cut) -> list[Column]:
    """What of the columns lies in the cut."""
    pieces = [Column(part, column.low, column.high) for column in columns for part in cut.inside(column.outline)]
    return [kept for piece in pieces for half in _below(piece, cut.high) for kept in _above(half, cut.low)]


def _below(column: Column, plane: Plane) -> Iterator[Column]:
    """The part of a column below a plane."""
    for part in _split(column.outline, column.low, plane)[0]:
        under, over = _split(part, plane, column.high)
        yield from (Column(piece, column.low, plane) for piece in under)
        yield from (Column(piece, column.low, column.high) for piece in over)


def _above(column: Column, plane: Plane) -> Iterator[Column]:
    """The part of a column above a plane."""
    for part in _split(column.outline, plane, column.high)[0]:
        over, under = _split(part, column.low, plane)
        yield from (Column(piece, plane, column.high) for piece in over)
        yield from (Column(piece, column.low, column.high) for piece in under)


def _split(polygon: Polygon, low: Plane, high: Plane) -> tuple[list[Polygon], list[Polygon]]:
    """Where one plane lies below another, and the rest; planes within a thousandth of a millimetre count as one."""
    if math.isinf(low.c) or math.isinf(high.c):
        return ([polygon], []) if low.c < high.c else ([], [polygon])
    a, b, c = low.a - high.a, low.b - high.b, low.c - high.c
    points = shapely.get_coordinates(polygon)
    gaps = a * points[:, 0] + b * points[:, 1] + c
    if bool((gaps < -_THIN_M).all()):
        return [polygon], []
    steep = math.hypot(a, b)
    if bool((gaps > -_THIN_M).all()) or steep < _LEVEL_SLOPE:
        return [], [polygon]
    less = HalfPlane(a / steep, b / steep, -c / steep).clip(polygon)
    return less, polygons_of(polygon.difference(shapely.union_all(less))) if less else [polygon]


def z_range(columns: Iterable[Column]) -> tuple[float, float]:
    """Lowest and highest point."""
    lows: list[float] = []
    highs: list[float] = []
    for column in columns:
        if column.low.is_level and column.high.is_level:
            lows.append(column.low.c)
            highs.append(column.high.c)
            continue
        points = shapely.get_coordinates(column.outline)
        lows.append(float(column.low.heights(points).min()))
        highs.append(float(column.high.heights(points).max()))
    return min(lows), max(highs)


def ceilings(columns: Sequence[Column]) -> tuple[Facet, ...]:
    """The upper faces as seen from above; empty where they are level."""
    if all(c.high.is_level and c.high.c == columns[0].high.c for c in columns):
        return ()
    return uneven([Facet(c.outline, c.high.a, c.high.b, c.high.c) for c in _uppermost(columns)])


def _uppermost(columns: Sequence[Column]) -> list[Column]:
    """Columns without the plan that lies under higher ones."""
    if (
        len(columns) < 2
        or sum(c.outline.area for c in columns) <= shapely.union_all([c.outline for c in columns]).area + _EVEN
    ):
        return list(columns)
    ordered = sorted(columns, key=lambda c: -float(c.high.heights(shapely.get_coordinates(c.outline.centroid))[0]))
    covered: BaseGeometry = Polygon()
    result: list[Column] = []
    for column in ordered:
        result += [Column(p, column.low, column.high) for p in polygons_of(column.outline.difference(covered))]
        covered = covered.union(column.outline)
    return result


def corner_heights(facets: Sequence[Facet]) -> Points:
    """Heights of the corners of all facets."""
    points, facet = shapely.get_coordinates([f.outline for f in facets], return_index=True)
    return heights_in(facets, facet, points)


def heights_in(facets: Sequence[Facet], facet: npt.NDArray[np.intp], points: Points) -> Points:
    """Heights over plan points, each in the plane of the facet with the given number."""
    a, b, c = np.array([(f.a, f.b, f.c) for f in facets])[facet].T
    return np.asarray(a * points[:, 0] + b * points[:, 1] + c)


def uneven(facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """The facets, those of one plane joined; nothing where together they are one level plane."""
    if all(f.a == f.b == 0.0 and f.c == facets[0].c for f in facets):
        return ()
    heights = corner_heights(facets)
    if not len(heights) or heights.max() - heights.min() <= _LEVEL_M:
        return ()
    in_plane: dict[tuple[float, float, float], list[Facet]] = defaultdict(list)
    for facet in facets:
        in_plane[round(facet.a, 7), round(facet.b, 7), round(facet.c, 5)].append(facet)
    joined: list[Facet] = []
    for group in in_plane.values():
        first = group[0]
        whole = [first.outline] if len(group) == 1 else polygons_of(united_polygons([f.outline for f in group]))
        joined += [Facet(outline, first.a, first.b, first.c) for outline in whole]
    return tuple(joined)
