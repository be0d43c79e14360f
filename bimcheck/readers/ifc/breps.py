"""Boundary representations and face sets as plane faces, straight from their points.

Shells of plain faces (``IfcFace`` bounded by ``IfcPolyLoop``) in a sparsely read file are taken from its text all at
once; any other is read face by face.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bimcheck.readers.ifc.curves import Curves, Points
from bimcheck.readers.ifc.faces import Faces
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.placement import FARTHEST_M, UnusableGeometryError, coordinates
from bimcheck.readers.ifc.step.sparse import Entity


class NeedsKernelError(Exception):
    """The shape is sound but not one that can be taken straight from the file."""


@dataclass(slots=True)
class Breps:
    """Reads faces of one file; points are read once."""

    curves: Curves
    _points: dict[int, list[float]] = field(default_factory=dict)

    def faces(self, item: Instance) -> list[Faces]:
        """The faces of a B-rep, surface model or face set, in metres in the item's own axes; empty where it has none.

        Raises:
            NeedsKernelError: it has curved faces or edges.
            UnusableGeometryError: it holds unusable numbers.
        """
        if item.is_a("IfcTessellatedFaceSet"):
            return self._tessellated(item)
        if item.is_a("IfcManifoldSolidBrep"):
            shells = [reference(item, "Outer")]
        elif item.is_a("IfcShellBasedSurfaceModel"):
            shells = list(references(item, "SbsmBoundary"))
        elif item.is_a("IfcFaceBasedSurfaceModel"):
            shells = list(references(item, "FbsmFaces"))
        else:
            raise NeedsKernelError(item.is_a())
        return [faces for shell in shells for faces in self._shell(shell)]

    def _shell(self, shell: Instance) -> list[Faces]:
        if isinstance(shell, Entity):
            found = plain_shell(shell, self.curves.length_m)
            if found is not None:
                return [found]
        faces = [rings for face in references(shell, "CfsFaces") if (rings := self._face(face)) and len(rings[0]) >= 3]
        return [Faces.of(faces)] if faces else []

    def _face(self, face: Instance) -> list[Points]:
        """The rings of a face, the outer one first; where none is marked, the longest is the outer one."""
        if face.is_a("IfcFaceSurface") and not reference(face, "FaceSurface").is_a("IfcPlane"):
            raise NeedsKernelError("curved face")
        bounds = references(face, "Bounds")
        rings = [self._ring(reference(bound, "Bound")) for bound in bounds]
        return outer_first(rings, [bool(bound.is_a("IfcFaceOuterBound")) for bound in bounds])

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

    def _tessellated(self, item: Instance) -> list[Faces]:
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
            return [Faces.polygons(corners(attribute(item, "CoordIndex")))]
        faces = [
            [corners(attribute(face, "CoordIndex")), *map(corners, attribute(face, "InnerCoordIndices") or ())]
            for face in references(item, "Faces")
        ]
        return [Faces.of(faces)] if faces else []


def outer_first(rings: Sequence[Points], marked: Sequence[bool]) -> list[Points]:
    """The rings of a face, the outer one first: the first that is marked, else the one of the greatest extent."""
    if len(rings) < 2:
        return list(rings)
    extents = [float(np.ptp(ring, axis=0).sum()) if len(ring) else 0.0 for ring in rings]
    outer = marked.index(True) if any(marked) else extents.index(max(extents))
    return [rings[outer], *(ring for i, ring in enumerate(rings) if i != outer)]


def plain_shell(shell: Entity, length_m: float) -> Faces | None:
    """The faces of a shell straight from the text; ``None`` where they are not all plain, or too few to be worth it.

    Raises:
        UnusableGeometryError: its points are beyond any place on earth.
    """
    bulk = shell.model.bulk
    faces = bulk.references(np.array([shell.id()]), b"));")
    if faces is None or not bulk.are(faces[0], "IfcFace"):
        return None
    bounds = bulk.references(faces[0], b"));")
    if bounds is None or not bulk.are(bounds[0], "IfcFaceBound", "IfcFaceOuterBound"):
        return None
    loops = bulk.references(bounds[0], b",.T.);", b",.F.);")
    if loops is None or not bulk.are(loops[0], "IfcPolyLoop"):
        return None
    corners = bulk.references(loops[0], b"));")
    if corners is None or not bulk.are(corners[0], "IfcCartesianPoint"):
        return None
    used, inverse = np.unique(corners[0], return_inverse=True)
    points = bulk.points(used)
    if points is None:
        return None
    points *= length_m
    if not bool((np.abs(points) < FARTHEST_M).all()):
        raise UnusableGeometryError("coordinates")
    lengths = corners[1]
    if int(bounds[1].max()) == 1 and int(lengths.min()) >= 3:
        return Faces(points[inverse], np.cumsum(lengths) - lengths, np.arange(len(lengths)))
    rings = np.split(points[inverse], np.cumsum(lengths)[:-1])
    marked = bulk.mask(bounds[0], "IfcFaceOuterBound").tolist()
    found = []
    for first, count in zip((np.cumsum(bounds[1]) - bounds[1]).tolist(), bounds[1].tolist(), strict=True):
        ordered = outer_first(rings[first : first + count], marked[first : first + count])
        if len(ordered[0]) >= 3:
            found.append(ordered)
    return Faces.of(found) if found else None


def _two_points(curve: Instance) -> bool:
    return bool(curve.is_a("IfcPolyline")) and len(references(curve, "Points")) == 2
