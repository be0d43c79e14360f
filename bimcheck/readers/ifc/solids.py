"""Representation items as solids in local metres: as columns where that is exact, else as faces."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, Polygon

from bimcheck.model import ShapeMethod
from bimcheck.readers.ifc.breps import Breps, NeedsKernelError
from bimcheck.readers.ifc.columns import (
    ABOVE_ALL,
    BELOW_ALL,
    Column,
    Cut,
    HalfPlane,
    Plane,
    cut_of,
    difference,
    intersection,
)
from bimcheck.readers.ifc.curves import Curves, Points
from bimcheck.readers.ifc.faces import Faces
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.kernel import Kernel
from bimcheck.readers.ifc.placement import UnusableGeometryError, axes_matrix, coordinates, direction, operator_matrix
from bimcheck.readers.ifc.profiles import Profiles
from bimcheck.readers.ifc.regions import Defect, PlaneRegion, closed_region, polygons_of

_UPRIGHT = 1e-7
_MOST_OPERATIONS = 400
_DEEPEST = 6
_MOST_ITEMS = 20_000
_FLAT = 1e-9


@dataclass(slots=True)
class Body:
    """What the items of one representation come to.

    ``lines`` are curves that only draw an outline, as points in space; ``methods`` says how each part was read.
    """

    columns: list[Column] = field(default_factory=list)
    faces: list[Faces] = field(default_factory=list)
    lines: list[Points] = field(default_factory=list)
    methods: set[ShapeMethod] = field(default_factory=set)
    defects: set[Defect] = field(default_factory=set)
    doubtful: bool = False
    items: int = 0


class Solids:
    """Reads representation items of one file."""

    def __init__(self, curves: Curves, kernel: Kernel) -> None:
        self.curves = curves
        self._profiles = Profiles(curves)
        self._breps = Breps(curves)
        self._kernel = kernel

    def add(self, body: Body, item: Instance, matrix: Points, depth: int = 0) -> None:
        """Add an item, placed by a matrix, to a body.

        Raises:
            UnusableGeometryError: it cannot be used.
        """
        body.items += 1
        if item is None or depth > _DEEPEST or body.items > _MOST_ITEMS:
            raise UnusableGeometryError("nesting")
        if item.is_a("IfcMappedItem"):
            source = reference(item, "MappingSource")
            inner = matrix @ operator_matrix(reference(item, "MappingTarget"), self.curves.length_m)
            inner = inner @ axes_matrix(reference(source, "MappingOrigin"), self.curves.length_m)
            for part in references(reference(source, "MappedRepresentation"), "Items"):
                self.add(body, part, inner, depth + 1)
        elif item.is_a("IfcCsgSolid"):
            self.add(body, reference(item, "TreeRootExpression"), matrix, depth + 1)
        elif item.is_a("IfcGeometricSet"):
            for element in references(item, "Elements"):
                if element.is_a("IfcCurve"):
                    self.add(body, element, matrix, depth + 1)
        elif item.is_a("IfcCurve"):
            body.lines.append(self.curves.points(item) @ matrix[:3, :3].T + matrix[:3, 3])
            body.methods.add("footprint")
        elif item.is_a("IfcAnnotationFillArea"):
            for curve in (reference(item, "OuterBoundary"), *references(item, "InnerBoundaries")):
                self.add(body, curve, matrix, depth + 1)
        elif item.is_a("IfcBoundingBox"):
            self._box(body, item, matrix)
        elif (
            item.is_a("IfcSolidModel")
            or item.is_a("IfcBooleanResult")
            or item.is_a("IfcCsgPrimitive3D")
            or _has_faces(item)
        ):
            self._solid(body, item, matrix)
        elif not item.is_a("IfcPoint") and not item.is_a("IfcTextLiteral"):
            raise UnusableGeometryError(item.is_a())

    def _solid(self, body: Body, item: Instance, matrix: Points) -> None:
        try:
            if item.is_a("IfcExtrudedAreaSolid") and not item.is_a("IfcExtrudedAreaSolidTapered"):
                region, frame, sweep = self._extrusion(body, item, matrix)
                columns = _columns(region, frame, sweep)
                if columns is None:
                    body.faces += _prism_faces(region, frame, sweep)
                else:
                    body.columns += columns
                body.methods.add("profile")
            elif item.is_a("IfcBooleanResult"):
                body.columns += self._boolean(body, item, matrix)
                body.methods.add("profile")
            else:
                body.faces += [faces.moved(matrix) for faces in self._breps.faces(item)]
                body.methods.add("brep" if item.is_a("IfcManifoldSolidBrep") else "face-set")
        except NeedsKernelError:
            body.faces += [faces.moved(matrix) for faces in self._kernel.faces(item)]
            body.methods.add("kernel")

    def _extrusion(self, body: Body, item: Instance, matrix: Points) -> tuple[PlaneRegion, Points, Points]:
        """The profile of an extrusion, the frame its plane lies in, and the way it is swept."""
        region = self._profiles.region(reference(item, "SweptArea"))
        body.defects |= region.defects
        body.doubtful |= region.doubtful
        depth = attribute(item, "Depth")
        if depth is None or not math.isfinite(depth) or not 0 < depth * self.curves.length_m < 1e5:
            raise UnusableGeometryError("depth")
        frame = matrix @ axes_matrix(reference(item, "Position"), self.curves.length_m)
        along = direction(reference(item, "ExtrudedDirection"), (0.0, 0.0, 1.0))
        return region, frame, np.asarray(frame[:3, :3] @ along * float(depth) * self.curves.length_m)

    def _box(self, body: Body, item: Instance, matrix: Points) -> None:
        corner = np.array(coordinates(reference(item, "Corner"), self.curves.length_m))
        x, y, z = (float(attribute(item, name)) * self.curves.length_m for name in ("XDim", "YDim", "ZDim"))
        frame = matrix.copy()
        frame[:3, 3] = matrix[:3, :3] @ corner + matrix[:3, 3]
        region = PlaneRegion(shapely.box(0, 0, x, y))
        columns = _columns(region, frame, np.asarray(frame[:3, 2] * z))
        if columns is None:
            body.faces += _prism_faces(region, frame, np.asarray(frame[:3, 2] * z))
        else:
            body.columns += columns
        body.methods.add("bounding-box")

    # ------------------------------------------------------------------------------------------ booleans

    def _boolean(self, body: Body, item: Instance, matrix: Points, depth: int = 0) -> list[Column]:
        """The columns of a boolean result, operation by operation from its innermost first operand.

        Raises:
            NeedsKernelError: an operand is no set of columns.
        """
        operations: list[tuple[Literal["DIFFERENCE", "INTERSECTION", "UNION"], Instance]] = []
        current, seen = item, set[int]()
        while current.is_a("IfcBooleanResult"):
            if current.id() in seen or len(operations) > _MOST_OPERATIONS or depth > _DEEPEST:
                raise UnusableGeometryError("cycle")
            seen.add(current.id())
            operations.append((attribute(current, "Operator"), reference(current, "SecondOperand")))
            current = reference(current, "FirstOperand")
        columns = self._operand(body, current, matrix, depth)
        for operator, second in reversed(operations):
            if second.is_a("IfcHalfSpaceSolid"):
                cuts = [self._half_space(second, matrix)]
            else:
                cuts = [cut_of(column) for column in self._operand(Body(), second, matrix, depth + 1)]
            if operator == "DIFFERENCE":
                for cut in cuts:
                    columns = difference(columns, cut)
            elif operator == "INTERSECTION":
                columns = [part for cut in cuts for part in intersection(columns, cut)]
            elif second.is_a("IfcHalfSpaceSolid"):
                raise UnusableGeometryError("unbounded")
            else:
                for cut in cuts:
                    columns = difference(columns, cut)
                columns += self._operand(Body(), second, matrix, depth + 1)
        if not columns:
            raise UnusableGeometryError("zero-area")
        return columns

    def _operand(self, body: Body, operand: Instance, matrix: Points, depth: int) -> list[Column]:
        if operand.is_a("IfcBooleanResult"):
            return self._boolean(body, operand, matrix, depth + 1)
        if operand.is_a("IfcExtrudedAreaSolid") and not operand.is_a("IfcExtrudedAreaSolidTapered"):
            columns = _columns(*self._extrusion(body, operand, matrix))
            if columns is not None:
                return columns
        raise NeedsKernelError(operand.is_a())

    def _half_space(self, half: Instance, matrix: Points) -> Cut:
        surface = reference(half, "BaseSurface")
        if surface is None or not surface.is_a("IfcPlane"):
            raise NeedsKernelError("half space")
        axes = axes_matrix(reference(surface, "Position"), self.curves.length_m)
        normal = np.linalg.inv(matrix[:3, :3]).T @ axes[:3, 2]
        normal = normal / np.linalg.norm(normal)
        point = matrix[:3, :3] @ axes[:3, 3] + matrix[:3, 3]
        # with the agreement flag the normal points away from the material
        if attribute(half, "AgreementFlag") is not False:
            normal = -normal
        outline = self._boundary(half, matrix)
        # material lies where (p - point)·normal >= 0
        level = float(normal @ point)
        if abs(normal[2]) < _UPRIGHT:
            side = HalfPlane(-float(normal[0]), -float(normal[1]), -level)
            return Cut(BELOW_ALL, ABOVE_ALL, outline, side)
        plane = Plane(float(-normal[0] / normal[2]), float(-normal[1] / normal[2]), level / float(normal[2]))
        if normal[2] > 0:
            return Cut(plane, ABOVE_ALL, outline)
        return Cut(BELOW_ALL, plane, outline)

    def _boundary(self, half: Instance, matrix: Points) -> Polygon | None:
        """The plan outline of a bounded half space, ``None`` for an unbounded one."""
        if not half.is_a("IfcPolygonalBoundedHalfSpace"):
            return None
        frame = matrix @ axes_matrix(reference(half, "Position"), self.curves.length_m)
        if not _is_upright(frame):
            raise NeedsKernelError("half space")
        region = closed_region(self.curves.points(reference(half, "PolygonalBoundary"))).region
        polygons = polygons_of(shapely.transform(region, lambda p: p @ frame[:2, :2].T + frame[:2, 3]))
        if len(polygons) != 1:
            raise NeedsKernelError("half space")
        return polygons[0]


def outline_of(lines: list[Points]) -> PlaneRegion:
    """The region that curves draw: closed curves inside others are holes; open ones are joined.

    Raises:
        UnusableGeometryError: they enclose nothing.
    """
    closed = [line for line in lines if np.linalg.norm(line[0, :2] - line[-1, :2]) <= 1e-4 and len(line) > 3]
    loose = [LineString(line[:, :2]) for line in lines if not any(line is each for each in closed) and len(line) >= 2]
    rings = [closed_region(line) for line in closed]
    found = [polygon for ring in rings for polygon in polygons_of(ring.region)]
    if loose:
        found += list(shapely.get_parts(shapely.polygonize([shapely.union_all(loose, grid_size=1e-5)])))
    region: shapely.geometry.base.BaseGeometry = Polygon()
    for polygon in sorted(found, key=lambda p: -p.area):
        region = region.symmetric_difference(polygon) if region.contains(polygon) else region.union(polygon)
    polygons = polygons_of(region)
    if not polygons:
        raise UnusableGeometryError("zero-area")
    defects = frozenset[Defect]().union(*(ring.defects for ring in rings))
    whole = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return PlaneRegion(whole, defects, any(ring.doubtful for ring in rings))


def _has_faces(item: Instance) -> bool:
    kinds = ("IfcTessellatedFaceSet", "IfcFaceBasedSurfaceModel", "IfcShellBasedSurfaceModel")
    return any(item.is_a(kind) for kind in kinds) or bool(item.is_a("IfcSurface"))


def _is_upright(frame: Points) -> bool:
    """Whether the plane of a frame is level (its normal upright)."""
    (p, q, a, _), (r, s, b, _), (c, d, up, _), _ = frame.tolist()
    if a == b == c == d == 0.0 and math.isfinite(p + q + r + s + up):
        return True
    sideways = float(np.abs(frame[:2, 2]).max()) + float(np.abs(frame[2, :2]).max())
    return sideways <= _UPRIGHT * float(np.abs(frame[:3, :3]).max())


def _columns(region: PlaneRegion, frame: Points, sweep: Points) -> list[Column] | None:
    """An upright prism as columns; ``None`` where it is not upright."""
    if not _is_upright(frame) or float(np.abs(sweep[:2]).max()) > _UPRIGHT * abs(float(sweep[2])):
        return None
    moved_region = shapely.transform(region.region, lambda p: p @ frame[:2, :2].T + frame[:2, 3])
    low, high = sorted((float(frame[2, 3]), float(frame[2, 3] + sweep[2])))
    return [Column(polygon, Plane(0, 0, low), Plane(0, 0, high)) for polygon in polygons_of(moved_region)]


def _prism_faces(region: PlaneRegion, frame: Points, sweep: Points) -> list[Faces]:
    """The faces of a prism in any direction."""
    found: list[Faces] = []
    for polygon in polygons_of(region.region):
        flat = [np.array(ring.coords)[:-1] for ring in (polygon.exterior, *polygon.interiors)]
        rings = [ring[:, :2] @ frame[:3, :2].T + frame[:3, 3] for ring in flat]
        found.append(Faces.of([rings, [ring + sweep for ring in rings]]))
        for ring in rings:
            following = np.roll(ring, -1, axis=0)
            found.append(Faces.polygons(np.stack([ring, following, following + sweep, ring + sweep], axis=1)))
    return found
