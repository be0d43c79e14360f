"""IFC curves as points in metres.

Arcs become chords whose inner vertices stand a little outside, so that the area under them is that of the arc:
areas of profiles with arcs are exact, and outlines stay within half a millimetre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.placement import UnusableGeometryError, axes_matrix, coordinates, direction, operator_matrix

Points = npt.NDArray[np.float64]

_SAGITTA_M = 0.0005
_MOST_CHORDS = 720
_DEEPEST = 4
_JOINT_M = 1e-6
_SPLINE_STEP_M = 0.02
_FARTHEST_M = 1e9


def arc_points(radius: float, start: float, end: float) -> Points:
    """Points of a circular arc about the origin from one angle to another, ends exact, area under it exact."""
    sweep = end - start
    chords = _chords(radius, sweep)
    angles = start + sweep * np.arange(chords + 1) / chords
    step = abs(sweep) / chords
    if math.isclose(abs(sweep), 2 * math.pi, rel_tol=1e-12):
        radii = np.full(chords + 1, radius * math.sqrt(step / math.sin(step)))
    else:
        ratio = abs(sweep) / math.sin(step)
        inner = ratio / 2 if chords == 2 else (math.sqrt(1 + (chords - 2) * ratio) - 1) / (chords - 2)
        radii = np.full(chords + 1, radius * inner)
        radii[[0, -1]] = radius
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])


def _chords(radius: float, sweep: float) -> int:
    finest = 2 * math.acos(max(0.0, 1 - min(1.0, _SAGITTA_M / max(radius, _SAGITTA_M))))
    count = abs(sweep) / min(max(finest, 2 * math.pi / _MOST_CHORDS), math.pi / 8)
    return max(2, math.ceil(count - 1e-9))


@dataclass(frozen=True, slots=True)
class Curves:
    """Reads curves of one file; lengths and angles by its units."""

    length_m: float
    angle_rad: float

    def points(self, curve: Instance, depth: int = 0) -> Points:
        """The points of a curve, in three coordinates and metres; closed curves repeat their first point.

        Raises:
            UnusableGeometryError: the curve is of an unknown kind, nested without end, or holds unusable numbers.
        """
        if curve is None or depth > _DEEPEST:
            raise UnusableGeometryError("curve")
        kind = curve.is_a()
        if kind == "IfcPolyline":
            found = self._coordinates(point for point in references(curve, "Points"))
        elif kind == "IfcIndexedPolyCurve":
            found = self._indexed(curve)
        elif kind in ("IfcCircle", "IfcEllipse"):
            found = self._conic(curve, 0.0, 2 * math.pi)
            found[-1] = found[0]
        elif kind == "IfcTrimmedCurve":
            found = self._trimmed(curve)
        elif curve.is_a("IfcCompositeCurve"):
            found = self._composite(curve, depth)
        elif curve.is_a("IfcBSplineCurve"):
            found = self._spline(curve)
        else:
            raise UnusableGeometryError(kind)
        if len(found) < 2 or not bool((np.abs(found) < _FARTHEST_M).all()):
            raise UnusableGeometryError("coordinates")
        return found

    def transformed(self, operator: Instance, points: Points) -> Points:
        """Points under a transformation operator."""
        matrix = operator_matrix(operator, self.length_m)
        return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])

    def _coordinates(self, points: Instance) -> Points:
        return np.array([coordinates(point, self.length_m) for point in points]).reshape(-1, 3)

    def _indexed(self, curve: Instance) -> Points:
        rows = np.array(attribute(reference(curve, "Points"), "CoordList"), dtype=float) * self.length_m
        if rows.ndim != 2 or rows.shape[1] not in (2, 3) or not bool((np.abs(rows) < _FARTHEST_M).all()):
            raise UnusableGeometryError("coordinates")
        vertices = rows if rows.shape[1] == 3 else np.column_stack([rows, np.zeros(len(rows))])
        segments = attribute(curve, "Segments")
        if not segments:
            return np.asarray(vertices)
        pieces: list[Points] = []
        for segment in segments:
            indices = np.array(attribute(segment, "wrappedValue"), dtype=int) - 1
            if indices.min() < 0 or indices.max() >= len(vertices):
                raise UnusableGeometryError("index")
            corner = vertices[indices]
            pieces.append(_through(*corner) if segment.is_a("IfcArcIndex") and len(corner) == 3 else corner)
        return _joined(pieces)

    def _conic(self, conic: Instance, start: float, end: float) -> Points:
        a, b = self._radii(conic)
        flat = arc_points(max(a, b), start, end) / max(a, b) * np.array([a, b])
        matrix = axes_matrix(reference(conic, "Position"), self.length_m)
        return np.asarray(flat @ matrix[:3, :2].T + matrix[:3, 3])

    def _radii(self, conic: Instance) -> tuple[float, float]:
        if conic.is_a("IfcCircle"):
            a = b = float(attribute(conic, "Radius")) * self.length_m
        else:
            a, b = (float(attribute(conic, name)) * self.length_m for name in ("SemiAxis1", "SemiAxis2"))
        if not (0 < a < _FARTHEST_M and 0 < b < _FARTHEST_M):
            raise UnusableGeometryError("radius")
        return a, b

    def _trimmed(self, curve: Instance) -> Points:
        basis = reference(curve, "BasisCurve")
        forward = attribute(curve, "SenseAgreement") is not False
        if basis.is_a("IfcLine"):
            return np.array([self._on_line(basis, curve, trim) for trim in ("Trim1", "Trim2")])
        if not basis.is_a("IfcConic") or basis.is_a() not in ("IfcCircle", "IfcEllipse"):
            raise UnusableGeometryError(basis.is_a())
        start, end = (self._angle(basis, curve, trim) for trim in ("Trim1", "Trim2"))
        if forward:
            sweep = (end - start) % (2 * math.pi)
            return self._conic(basis, start, start + (sweep if sweep > 1e-9 else 2 * math.pi))
        sweep = (start - end) % (2 * math.pi)
        return self._conic(basis, start, start - (sweep if sweep > 1e-9 else 2 * math.pi))

    def _trim(self, curve: Instance, name: str) -> tuple[Points | None, float | None]:
        """A trim as a point, a parameter, or both."""
        point: Points | None = None
        parameter: float | None = None
        for value in references(curve, name):
            if value.is_a("IfcCartesianPoint"):
                point = np.array(coordinates(value, self.length_m))
            else:
                parameter = float(attribute(value, "wrappedValue"))
        if attribute(curve, "MasterRepresentation") == "PARAMETER" and parameter is not None:
            return None, parameter
        return point, parameter

    def _on_line(self, line: Instance, curve: Instance, name: str) -> Points:
        point, parameter = self._trim(curve, name)
        if point is not None:
            return point
        if parameter is None:
            raise UnusableGeometryError("trim")
        along = reference(line, "Dir")
        magnitude = float(attribute(along, "Magnitude") or 1.0) * self.length_m
        origin = np.array(coordinates(reference(line, "Pnt"), self.length_m))
        return np.asarray(origin + parameter * magnitude * direction(reference(along, "Orientation"), (1.0, 0.0, 0.0)))

    def _angle(self, conic: Instance, curve: Instance, name: str) -> float:
        point, parameter = self._trim(curve, name)
        if point is not None:
            matrix = axes_matrix(reference(conic, "Position"), self.length_m)
            local = matrix[:3, :3].T @ (point - matrix[:3, 3])
            a, b = self._radii(conic)
            return math.atan2(local[1] / b, local[0] / a)
        if parameter is None or not math.isfinite(parameter):
            raise UnusableGeometryError("trim")
        return parameter * self.angle_rad

    def _composite(self, curve: Instance, depth: int) -> Points:
        pieces: list[Points] = []
        for segment in references(curve, "Segments"):
            piece = self.points(reference(segment, "ParentCurve"), depth + 1)
            if attribute(segment, "SameSense") is False:
                piece = piece[::-1]
            pieces.append(piece)
        if not pieces:
            raise UnusableGeometryError("curve")
        return _joined(pieces)

    def _spline(self, curve: Instance) -> Points:
        control = self._coordinates(references(curve, "ControlPointsList"))
        degree = int(attribute(curve, "Degree"))
        weights = np.array(attribute(curve, "WeightsData") or np.ones(len(control)), dtype=float)
        if not 1 <= degree < len(control) or len(control) != len(weights):
            raise UnusableGeometryError("spline")
        if curve.is_a("IfcBSplineCurveWithKnots"):
            knots = np.repeat(
                np.array(attribute(curve, "Knots"), dtype=float),
                np.array(attribute(curve, "KnotMultiplicities"), dtype=int),
            )
        else:
            inner = np.linspace(0, 1, len(control) - degree + 1)
            knots = np.concatenate([np.zeros(degree), inner, np.ones(degree)])
        if len(knots) != len(control) + degree + 1 or bool((np.diff(knots) < 0).any()):
            raise UnusableGeometryError("spline")
        length = float(np.linalg.norm(np.diff(control, axis=0), axis=1).sum())
        count = int(np.clip(length / _SPLINE_STEP_M, 64, 4096))
        return _de_boor(control, weights, knots, degree, count)


def _through(start: Points, middle: Points, end: Points) -> Points:
    """An arc through three points; a straight line where they are in line."""
    u, v = middle - start, end - start
    normal = np.cross(u, v)
    area2 = float(normal @ normal)
    if area2 < 1e-18 * max(1.0, float(v @ v)) ** 2 or float(v @ v) < 1e-18:
        return np.array([start, middle, end])
    centre = start + (np.cross(normal, u) * float(v @ v) + np.cross(v, normal) * float(u @ u)) / (2 * area2)
    x = start - centre
    radius = float(np.linalg.norm(x))
    if radius > 1e5:
        return np.array([start, middle, end])
    x = x / radius
    y = np.cross(normal / math.sqrt(area2), x)
    sweep = math.atan2(float((end - centre) @ y), float((end - centre) @ x)) % (2 * math.pi)
    flat = arc_points(radius, 0.0, sweep)
    points = centre + np.outer(flat[:, 0], x) + np.outer(flat[:, 1], y)
    points[0], points[-1] = start, end
    return np.asarray(points)


def _joined(pieces: list[Points]) -> Points:
    """Pieces end to end; a piece that only fits the other way round is turned."""
    first, *rest = pieces
    if rest and _gap(first[-1], rest[0]) > _JOINT_M and _gap(first[0], rest[0]) <= _JOINT_M:
        first = first[::-1]
    points = [first]
    for piece in rest:
        end = points[-1][-1]
        if np.linalg.norm(piece[0] - end) > _JOINT_M and np.linalg.norm(piece[-1] - end) <= _JOINT_M:
            piece = piece[::-1]
        points.append(piece[1:] if np.linalg.norm(piece[0] - end) <= _JOINT_M else piece)
    return np.concatenate(points)


def _gap(point: Points, piece: Points) -> float:
    return float(min(np.linalg.norm(piece[0] - point), np.linalg.norm(piece[-1] - point)))


def _de_boor(control: Points, weights: Points, knots: Points, degree: int, count: int) -> Points:
    """Points of a (rational) B-spline, evenly spread over its knot spans."""
    low, high = knots[degree], knots[-degree - 1]
    breaks = np.unique(knots[(knots >= low) & (knots <= high)])
    if len(breaks) < 2:
        raise UnusableGeometryError("spline")
    each = max(8, count // (len(breaks) - 1))
    parameters = np.unique(np.concatenate([np.linspace(a, b, each + 1) for a, b in pairwise(breaks)]))
    homogeneous = np.column_stack([control * weights[:, None], weights])
    spans = np.clip(np.searchsorted(knots, parameters, side="right") - 1, degree, len(control) - 1)
    work = np.stack([homogeneous[spans - degree + j] for j in range(degree + 1)])
    for r in range(1, degree + 1):
        for j in range(degree, r - 1, -1):
            left, right = knots[spans - degree + j], knots[spans + 1 + j - r]
            width = np.where(right > left, right - left, 1.0)
            alpha = np.where(right > left, (parameters - left) / width, 0.0)[:, None]
            work[j] = (1 - alpha) * work[j - 1] + alpha * work[j]
    return np.asarray(work[degree][:, :3] / work[degree][:, 3:])
