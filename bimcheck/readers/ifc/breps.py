"""Boundary representations and face sets as plane faces, straight from their points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from bimcheck.readers.ifc.curves import Curves, Points
from bimcheck.readers.ifc.faces import Face
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.placement import UnusableGeometryError, coordinates


class NeedsKernelError(Exception):
    """The shape is sound but not one that can be taken straight from the file."""


@dataclass(slots=True)
class Breps:
    """Reads faces of one file; points are read once."""

    curves: Curves
    _points: dict[int, list[float]] = field(default_factory=dict)

    def faces(self, item: Instance) -> list[Face]:
        """The faces of a B-rep, surface model or face set, in metres in the item's own axes.

        Raises:
            NeedsKernelError: it has curved faces or edges.
            UnusableGeometryError: it holds unusable numbers.
        """
        if item.is_a("IfcTessellatedFaceSet"):
            return list(self._tessellated(item))
        if item.is_a("IfcManifoldSolidBrep"):
            shells = [reference(item, "Outer")]
        elif item.is_a("IfcShellBasedSurfaceModel"):
            shells = list(references(item, "SbsmBoundary"))
        elif item.is_a("IfcFaceBasedSurfaceModel"):
            shells = list(references(item, "FbsmFaces"))
        else:
            raise NeedsKernelError(item.is_a())
        return [face for shell in shells for face in self._shell(shell)]

    def _shell(self, shell: Instance) -> Iterator[Face]:
        for face in references(shell, "CfsFaces"):
            if face.is_a("IfcFaceSurface") and not reference(face, "FaceSurface").is_a("IfcPlane"):
                raise NeedsKernelError("curved face")
            bounds = references(face, "Bounds")
            # the outer bound first; where none is marked, the longest is the outer one
            rings = [self._ring(reference(bound, "Bound")) for bound in bounds]
            outer = next((i for i, bound in enumerate(bounds) if bound.is_a("IfcFaceOuterBound")), None)
            if outer is None and rings:
                outer = max(range(len(rings)), key=lambda i: float(np.ptp(rings[i], axis=0).sum()))
            rings = [rings[i] for i in sorted(range(len(rings)), key=lambda i: i != outer)]
            if rings and len(rings[0]) >= 3:
                yield Face(tuple(rings))

    def _ring(self, loop: Instance) -> Points:
        if loop.is_a("IfcPolyLoop"):
            return self._array(references(loop, "Polygon"))
        if not loop.is_a("IfcEdgeLoop"):
            return np.empty((0, 3))
        points: list[Instance] = []
        for oriented in references(loop, "EdgeList"):
            edge = reference(oriented, "EdgeElement")
            curve = reference(edge, "EdgeGeometry")
            if curve is not None and not curve.is_a("IfcLine") and not _two_points(curve):
                raise NeedsKernelError("curved edge")
            start = attribute(edge, "EdgeStart" if attribute(oriented, "Orientation") is not False else "EdgeEnd")
            points.append(reference(start, "VertexGeometry"))
        return self._array(points)

    def _array(self, points: Iterable[Instance]) -> Points:
        rows: list[list[float]] = []
        for point in points:
            number = point.id()
            row = self._points.get(number)
            if row is None:
                row = self._points[number] = coordinates(point, self.curves.length_m)
            rows.append(row)
        return np.array(rows).reshape(-1, 3)

    def _tessellated(self, item: Instance) -> Iterator[Face]:
        vertices = np.array(attribute(reference(item, "Coordinates"), "CoordList"), dtype=float) * self.curves.length_m
        if vertices.ndim != 2 or vertices.shape[1] != 3:
            raise UnusableGeometryError("coordinates")
        through = np.array(attribute(item, "PnIndex") or (), dtype=int)

        def corners(indices: object) -> Points:
            wanted = np.array(indices, dtype=int)
            if len(through):
                wanted = through[wanted - 1]
            if wanted.size == 0 or wanted.min() < 1 or wanted.max() > len(vertices):
                raise UnusableGeometryError("index")
            return np.asarray(vertices[wanted - 1])

        if item.is_a("IfcTriangulatedFaceSet"):
            yield from (Face((triangle,)) for triangle in corners(attribute(item, "CoordIndex")))
            return
        for face in references(item, "Faces"):
            inner = attribute(face, "InnerCoordIndices") or ()
            yield Face((corners(attribute(face, "CoordIndex")), *(corners(ring) for ring in inner)))


def _two_points(curve: Instance) -> bool:
    return bool(curve.is_a("IfcPolyline")) and len(references(curve, "Points")) == 2
