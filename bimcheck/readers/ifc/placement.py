"""Placements as 4×4 matrices in metres, resolved without recursion so that no file can exhaust the stack.

A cycle, or a chain that leads nowhere, makes every placement in it unusable; what it places is then reported. The
geometry library is never asked: it crashes on cycles.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.instance import Instance, attribute, listed, reference

Matrix = npt.NDArray[np.float64]
Vector = tuple[float, float, float]

FARTHEST_M = 1e9
"""Beyond any place on earth, in metres from any origin."""

_FLAT = 1e-12


class UnusableGeometryError(ValueError):
    """A placement, coordinate or shape that cannot be used; the message says why, in a word or two."""


def coordinates(point: Instance, length_m: float) -> list[float]:
    """A point in metres with three coordinates.

    Raises:
        UnusableGeometryError: coordinates are missing, not numbers, or beyond any place on earth.
    """
    values = [value * length_m for value in listed(point, "Coordinates")]
    if not 2 <= len(values) <= 3 or not all(abs(value) < FARTHEST_M for value in values):
        raise UnusableGeometryError("coordinates")
    return [*values, 0.0][:3]


def direction(instance: Instance | None, default: Vector) -> Matrix:
    """A unit vector; the default where none is given or it has no length."""
    return np.array(_unit(instance, default))


def _unit(instance: Instance | None, default: Vector) -> Vector:
    ratios = [float(value) for value in listed(instance, "DirectionRatios")]
    if not ratios:
        return default
    x, y, z = [*ratios, 0.0, 0.0][:3]
    length = math.hypot(x, y, z)
    if not math.isfinite(length) or length < _FLAT:
        return default
    return x / length, y / length, z / length


def axes_matrix(axes: Instance | None, length_m: float) -> Matrix:
    """The matrix of an axis placement (2D, 3D or a point alone)."""
    if axes is None:
        return np.eye(4)
    location = reference(axes, "Location")
    origin = (0.0, 0.0, 0.0) if location is None else coordinates(location, length_m)
    upright = (0.0, 0.0, 1.0)
    axis = reference(axes, "Axis") if axes.is_a("IfcAxis2Placement3D") else None
    along = reference(axes, "RefDirection")
    if axis is None and along is None:
        matrix = np.eye(4)
        matrix[:3, 3] = origin
        return matrix
    z = _unit(axis, upright)
    x = _across(_unit(along, (1.0, 0.0, 0.0)), z)
    length = math.hypot(*x)
    if length < 1e-9:
        # the reference direction lies along the axis: the standard then takes the nearest world axis
        x = _across((1.0, 0.0, 0.0) if abs(z[0]) < 0.9 else (0.0, 1.0, 0.0), z)
        length = math.hypot(*x)
    x = x[0] / length, x[1] / length, x[2] / length
    y = z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]
    return np.array([*zip(x, y, z, origin, strict=True), (0.0, 0.0, 0.0, 1.0)])


def _across(vector: Vector, axis: Vector) -> Vector:
    """The part of a vector at a right angle to a unit axis."""
    along = vector[0] * axis[0] + vector[1] * axis[1] + vector[2] * axis[2]
    return vector[0] - axis[0] * along, vector[1] - axis[1] * along, vector[2] - axis[2] * along


def operator_matrix(operator: Instance, length_m: float) -> Matrix:
    """The matrix of a transformation operator: scales and mirrors included."""
    matrix = np.eye(4)
    x = direction(reference(operator, "Axis1"), (1.0, 0.0, 0.0))
    if operator.is_a("IfcCartesianTransformationOperator2D"):
        y = direction(reference(operator, "Axis2"), (-x[1], x[0], 0.0))
        y = y - x * float(x @ y)
        z = np.array([0.0, 0.0, 1.0])
    else:
        z = direction(reference(operator, "Axis3"), (0.0, 0.0, 1.0))
        x = x - z * float(x @ z)
        x = x / max(float(np.linalg.norm(x)), _FLAT)
        right = np.cross(z, x)
        y = direction(reference(operator, "Axis2"), (float(right[0]), float(right[1]), float(right[2])))
        y = y - z * float(y @ z) - x * float(y @ x)
    y = y / max(float(np.linalg.norm(y)), _FLAT)
    first = attribute(operator, "Scale")
    scale = 1.0 if first is None else float(first)
    scales = [scale] + [
        scale if (other := attribute(operator, name)) is None else float(other) for name in ("Scale2", "Scale3")
    ]
    if not all(math.isfinite(s) and s != 0 for s in scales):
        raise UnusableGeometryError("scale")
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = x * scales[0], y * scales[1], z * scales[2]
    origin = reference(operator, "LocalOrigin")
    if origin is not None:
        matrix[:3, 3] = coordinates(origin, length_m)
    return matrix


class Placements:
    """World matrices of object placements, each resolved once."""

    def __init__(self, length_m: float) -> None:
        self._length_m = length_m
        self._known: dict[int, Matrix | None] = {}
        self.cyclic: set[int] = set()

    def world(self, product: Instance) -> Matrix:
        """The world matrix of a product, in metres; the identity where it has no placement.

        Raises:
            UnusableGeometryError: its placement is part of a cycle or cannot be read.
        """
        placement = reference(product, "ObjectPlacement")
        matrix = np.eye(4) if placement is None else self.resolve(placement)
        if matrix is None:
            raise UnusableGeometryError("placement")
        return matrix

    def resolve(self, placement: Instance) -> Matrix | None:
        """The world matrix of a placement, or ``None`` where it cannot be used."""
        chain: list[Instance] = []
        visiting: set[int] = set()
        current: Instance | None = placement
        while current is not None and current.id() not in self._known:
            if current.id() in visiting:
                self.cyclic |= visiting
                for member in chain:
                    self._known[member.id()] = None
                return None
            visiting.add(current.id())
            chain.append(current)
            current = reference(current, "PlacementRelTo")
        matrix = np.eye(4) if current is None else self._known[current.id()]
        for member in reversed(chain):
            matrix = None if matrix is None else self._step(member, matrix)
            self._known[member.id()] = matrix
        return matrix

    def _step(self, placement: Instance, parent: Matrix) -> Matrix | None:
        try:
            if placement.is_a("IfcLocalPlacement"):
                return parent @ axes_matrix(reference(placement, "RelativePlacement"), self._length_m)
            if placement.is_a("IfcLinearPlacement"):
                fallback = reference(placement, "CartesianPosition")
                return None if fallback is None else parent @ axes_matrix(fallback, self._length_m)
            if placement.is_a("IfcGridPlacement"):
                return None
        except (TypeError, ValueError):
            return None
        return parent
