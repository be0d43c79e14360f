"""Placements and shapes in IFC: profiles, solids, face sets, mapped items."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sample_models.drawing.plan import Point, Point3, Ring
from sample_models.drawing.step import Enum, Ref, Step

SpaceShape = Literal["profile", "brep", "faceset", "mapped", "clipped", "footprint", "bbox", "none"]
Unit = Literal["m", "mm", "cm", "ft", "in"]
METRES: dict[Unit, float] = {"m": 1.0, "mm": 0.001, "cm": 0.01, "ft": 0.3048, "in": 0.0254}


@dataclass(frozen=True, slots=True)
class Frame:
    """A placement in plan: origin, height and the direction of its x axis."""

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    cos: float = 1.0
    sin: float = 0.0

    def local(self, point: Point) -> Point:
        """A point in the axes of this frame."""
        dx, dy = point[0] - self.x, point[1] - self.y
        return (self.cos * dx + self.sin * dy, self.cos * dy - self.sin * dx)

    def world(self, point: Point) -> Point:
        """A point of this frame in the axes around it."""
        return (self.x + self.cos * point[0] - self.sin * point[1], self.y + self.sin * point[0] + self.cos * point[1])

    def inside(self, frame: Frame) -> Frame:
        """A frame given in the axes of this one, in the axes around this one."""
        x, y = self.world((frame.x, frame.y))
        cos, sin = self.cos * frame.cos - self.sin * frame.sin, self.sin * frame.cos + self.cos * frame.sin
        return Frame(x, y, self.z + frame.z, cos, sin)

    def relative_to(self, parent: Frame) -> Frame:
        """This frame seen from a parent in the same axes."""
        x, y = parent.local((self.x, self.y))
        cos, sin = parent.cos * self.cos + parent.sin * self.sin, parent.cos * self.sin - parent.sin * self.cos
        return Frame(x, y, self.z - parent.z, cos, sin)

    @classmethod
    def turned(cls, x: float, y: float, degrees: float) -> Frame:
        """A frame at a point, turned anticlockwise."""
        return cls(x, y, 0.0, math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


class Shapes:
    """Writes geometry of metres in the length unit of the file."""

    def __init__(self, step: Step, unit: Unit) -> None:
        self.step = step
        self._metres = METRES[unit]
        self._maps: dict[tuple[Ring, float], Ref] = {}
        self.contexts: dict[str, Ref] = {}

    def length(self, metres: float) -> float:
        """A length in the file's unit."""
        return float(metres) / self._metres

    def point(self, *metres: float) -> Ref:
        """A point; equal points are one instance."""
        return self.step.share("IfcCartesianPoint", Coordinates=tuple(round(self.length(m), 7) for m in metres))

    def direction(self, *ratios: float) -> Ref:
        """A direction; equal directions are one instance."""
        return self.step.share("IfcDirection", DirectionRatios=tuple(round(float(r), 15) + 0.0 for r in ratios))

    def axes(self, frame: Frame) -> Ref:
        """A horizontal axis placement."""
        if frame == Frame():
            return self.step.share("IfcAxis2Placement3D", Location=self.point(0, 0, 0))
        return self.step.share(
            "IfcAxis2Placement3D",
            Location=self.point(frame.x, frame.y, frame.z),
            Axis=self.direction(0, 0, 1),
            RefDirection=self.direction(frame.cos, frame.sin, 0),
        )

    def placement(self, frame: Frame, parent: Ref | None) -> Ref:
        """A local placement in its parent."""
        return self.step.add("IfcLocalPlacement", PlacementRelTo=parent, RelativePlacement=self.axes(frame))

    def polyline(self, points: Iterable[Point], z: float | None = None) -> Ref:
        """An open line (repeat the first point to close it), in the plane or at a height."""
        placed = [self.point(*p) if z is None else self.point(*p, z) for p in points]
        return self.step.add("IfcPolyline", Points=placed)

    def profile(self, outline: Ring, holes: Sequence[Ring] = ()) -> Ref:
        """A closed profile, with voids where there are holes."""
        curve = self.polyline((*outline, outline[0]))
        if not holes:
            return self.step.add("IfcArbitraryClosedProfileDef", ProfileType=Enum("AREA"), OuterCurve=curve)
        inner = [self.polyline((*hole, hole[0])) for hole in holes]
        return self.step.add(
            "IfcArbitraryProfileDefWithVoids", ProfileType=Enum("AREA"), OuterCurve=curve, InnerCurves=inner
        )

    def extrusion(self, profile: Ref, depth: float, position: Ref | None = None) -> Ref:
        """A solid upwards from a profile."""
        return self.step.add(
            "IfcExtrudedAreaSolid",
            SweptArea=profile,
            Position=position or self.axes(Frame()),
            ExtrudedDirection=self.direction(0, 0, 1),
            Depth=self.length(depth),
        )

    def prism(self, outline: Ring, depth: float, z: float = 0.0, holes: Sequence[Ring] = ()) -> Ref:
        """A solid on a plan outline."""
        return self.extrusion(self.profile(outline, holes), depth, self.axes(Frame(z=z)))

    def vertical_prism(self, section: Ring, width: float) -> Ref:
        """A section in the x-z plane, drawn out ``width`` along +y (a flight of steps)."""
        # local x stays x, local y becomes z; their cross product is -y, so the solid starts at y = width
        position = self.step.add(
            "IfcAxis2Placement3D",
            Location=self.point(0, width, 0),
            Axis=self.direction(0, -1, 0),
            RefDirection=self.direction(1, 0, 0),
        )
        return self.extrusion(self.profile(section), width, position)

    def body(self, *solids: Ref, kind: str = "SweptSolid") -> Ref:
        """A body of solids."""
        return self.representation("Body", kind, solids)

    def representation(self, name: str, kind: str, items: Sequence[Ref]) -> Ref:
        """A shape representation in the context of that name."""
        return self.step.add(
            "IfcShapeRepresentation",
            ContextOfItems=self.contexts[name],
            RepresentationIdentifier=name,
            RepresentationType=kind,
            Items=items,
        )

    def product(self, *representations: Ref) -> Ref:
        """The shape of a product."""
        return self.step.add("IfcProductDefinitionShape", Representations=representations)

    def space(self, outline: Ring, holes: Sequence[Ring], height: float, shape: SpaceShape) -> Ref | None:
        """The shape of a space in one of the ways that exporters use."""
        holes = [hole if _clockwise(hole) else hole[::-1] for hole in holes]
        match shape:
            case "none":
                return None
            case "profile":
                return self.product(self.body(self.prism(outline, height, holes=holes)))
            case "clipped":
                # drawn half as high again and cut by a horizontal plane, as rooms under a roof are
                solid = self.prism(outline, 1.5 * height, holes=holes)
                plane = self.step.add("IfcPlane", Position=self.axes(Frame(z=height)))
                half = self.step.add("IfcHalfSpaceSolid", BaseSurface=plane, AgreementFlag=False)
                clipped = self.step.add(
                    "IfcBooleanClippingResult", Operator=Enum("DIFFERENCE"), FirstOperand=solid, SecondOperand=half
                )
                return self.product(self.body(clipped, kind="Clipping"))
            case "brep":
                return self.product(self.body(self._brep(outline, holes, height), kind="Brep"))
            case "faceset":
                return self.product(self.body(self._face_set(outline, holes, height), kind="Tessellation"))
            case "mapped":
                source = self.body(self.prism(outline, height, holes=holes))
                return self.product(self.body(self._mapped(self._map(source)), kind="MappedRepresentation"))
            case "footprint":
                closed = [self.polyline((*ring, ring[0])) for ring in (outline, *holes)]
                curves = self.step.add("IfcGeometricCurveSet", Elements=closed)
                return self.product(self.representation("FootPrint", "GeometricCurveSet", [curves]))
            case "bbox":
                xs, ys = [p[0] for p in outline], [p[1] for p in outline]
                box = self.step.add(
                    "IfcBoundingBox",
                    Corner=self.point(min(xs), min(ys), 0),
                    XDim=self.length(max(xs) - min(xs)),
                    YDim=self.length(max(ys) - min(ys)),
                    ZDim=self.length(height),
                )
                return self.product(self.representation("Box", "BoundingBox", [box]))

    def sloped(self, ceiling: Sequence[Sequence[Point3]], shape: SpaceShape) -> Ref:
        """The shape of a space under plane pieces of ceiling: a boundary of faces, or a block cut by their planes."""
        outline = _around(ceiling)
        if shape == "brep":
            faces = [[(x, y, 0.0) for (x, y, _), _ in reversed(outline)], *ceiling]
            faces += [[(a[0], a[1], 0.0), (b[0], b[1], 0.0), b, a] for a, b in outline]
            shell = self.step.add("IfcClosedShell", CfsFaces=[self._flat_face(face) for face in faces])
            return self.product(self.body(self.step.add("IfcFacetedBrep", Outer=shell), kind="Brep"))
        top = max(z for piece in ceiling for _, _, z in piece)
        solid = self.prism(tuple((x, y) for (x, y, _), _ in outline), top + 1.0)
        for piece in ceiling:
            position = self.step.add(
                "IfcAxis2Placement3D",
                Location=self.point(*piece[0]),
                Axis=self.direction(*_upward(piece)),
                RefDirection=self.direction(*(b - a for a, b in zip(piece[0], piece[1], strict=True))),
            )
            half = self.step.add(
                "IfcHalfSpaceSolid", BaseSurface=self.step.add("IfcPlane", Position=position), AgreementFlag=False
            )
            solid = self.step.add(
                "IfcBooleanClippingResult", Operator=Enum("DIFFERENCE"), FirstOperand=solid, SecondOperand=half
            )
        return self.product(self.body(solid, kind="Clipping"))

    def _flat_face(self, points: Sequence[Point3]) -> Ref:
        loop = self.step.add("IfcPolyLoop", Polygon=[self.point(*p) for p in points])
        return self.step.add("IfcFace", Bounds=[self.step.add("IfcFaceOuterBound", Bound=loop, Orientation=True)])

    def repeated(self, outline: Ring, height: float) -> Ref:
        """A body that all products of the same outline share through one representation map."""
        key = (outline, height)
        if key not in self._maps:
            self._maps[key] = self._map(self.body(self.prism(outline, height)))
        return self.product(self.body(self._mapped(self._maps[key]), kind="MappedRepresentation"))

    def _map(self, source: Ref) -> Ref:
        return self.step.add("IfcRepresentationMap", MappingOrigin=self.axes(Frame()), MappedRepresentation=source)

    def _mapped(self, source: Ref) -> Ref:
        target = self.step.share("IfcCartesianTransformationOperator3D", LocalOrigin=self.point(0, 0, 0), Scale=1.0)
        return self.step.add("IfcMappedItem", MappingSource=source, MappingTarget=target)

    def _brep(self, outline: Ring, holes: Sequence[Ring], height: float) -> Ref:
        def loop(points: Sequence[tuple[float, float, float]], kind: str) -> Ref:
            poly = self.step.add("IfcPolyLoop", Polygon=[self.point(*p) for p in points])
            return self.step.add(kind, Bound=poly, Orientation=True)

        def level(z: float) -> list[Ref]:
            rings = [[(x, y, z) for x, y in ring] for ring in (outline, *holes)]
            if z == 0:
                rings = [ring[::-1] for ring in rings]
            return [loop(ring, "IfcFaceBound" if i else "IfcFaceOuterBound") for i, ring in enumerate(rings)]

        faces = [level(0.0), level(height)]
        for ring in (outline, *holes):
            for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
                side = [(ax, ay, 0.0), (bx, by, 0.0), (bx, by, height), (ax, ay, height)]
                faces.append([loop(side, "IfcFaceOuterBound")])
        shell = self.step.add("IfcClosedShell", CfsFaces=[self.step.add("IfcFace", Bounds=b) for b in faces])
        return self.step.add("IfcFacetedBrep", Outer=shell)

    def _face_set(self, outline: Ring, holes: Sequence[Ring], height: float) -> Ref:
        rings = (outline, *holes)
        plan = [point for ring in rings for point in ring]
        points = [tuple(self.length(m) for m in (x, y, z)) for z in (0.0, height) for x, y in plan]
        starts = [sum(len(ring) for ring in rings[:i]) + 1 for i in range(len(rings))]
        below = [list(range(start, start + len(ring))) for start, ring in zip(starts, rings, strict=True)]
        above = [[index + len(plan) for index in ring] for ring in below]
        faces = [self._face([ring[::-1] for ring in below]), self._face(above)]
        for low, high in zip(below, above, strict=True):
            for i in range(len(low)):
                j = (i + 1) % len(low)
                faces.append(self._face([[low[i], low[j], high[j], high[i]]]))
        coordinates = self.step.add("IfcCartesianPointList3D", CoordList=points)
        return self.step.add("IfcPolygonalFaceSet", Coordinates=coordinates, Closed=True, Faces=faces)

    def _face(self, rings: Sequence[Sequence[int]]) -> Ref:
        if len(rings) == 1:
            return self.step.add("IfcIndexedPolygonalFace", CoordIndex=list(rings[0]))
        return self.step.add(
            "IfcIndexedPolygonalFaceWithVoids",
            CoordIndex=list(rings[0]),
            InnerCoordIndices=[list(r) for r in rings[1:]],
        )


def _around(ceiling: Sequence[Sequence[Point3]]) -> list[tuple[Point3, Point3]]:
    """The outer edges of ceiling pieces, one after the other: those that no other piece runs the other way."""
    edges = {edge for piece in ceiling for edge in zip(piece, (*piece[1:], piece[0]), strict=True)}
    following = dict(edge for edge in edges if edge[::-1] not in edges)
    here = min(following)
    around = []
    while following:
        there = following.pop(here)
        around.append((here, there))
        here = there
    return around


def _upward(piece: Sequence[Point3]) -> Point3:
    """The normal of a plane piece drawn anticlockwise."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = piece[:3]
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    return (uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)


def _clockwise(ring: Ring) -> bool:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True)) < 0
