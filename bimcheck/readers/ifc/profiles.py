"""Profiles (IfcProfileDef) as plane regions in metres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from bimcheck.model import Region
from bimcheck.readers.ifc.curves import Curves, Points, arc_points
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.placement import UnusableGeometryError, axes_matrix, operator_matrix
from bimcheck.readers.ifc.regions import PlaneRegion, closed_region, region_of, transformed, united
from bimcheck.readers.ifc.sections import SECTIONS, rounded

_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Profiles:
    """Reads profiles of one file."""

    curves: Curves

    def region(self, profile: Instance, depth: int = 0) -> PlaneRegion:
        """The region of a profile in its own plane.

        Raises:
            UnusableGeometryError: unknown kind, no area, or unusable numbers.
        """
        if profile is None or depth > _DEEPEST:
            raise UnusableGeometryError("profile")
        if profile.is_a("IfcArbitraryClosedProfileDef"):
            return self._arbitrary(profile)
        if profile.is_a("IfcCenterLineProfileDef"):
            line = LineString(self.curves.points(reference(profile, "Curve"))[:, :2])
            width = self._length(profile, "Thickness")
            return PlaneRegion(region_of(line.buffer(width / 2, cap_style="flat", join_style="mitre")))
        if profile.is_a("IfcCompositeProfileDef"):
            parts = [self.region(part, depth + 1) for part in references(profile, "Profiles")]
            return united(parts)
        if profile.is_a("IfcDerivedProfileDef"):
            return self._derived(profile, depth)
        if profile.is_a("IfcParameterizedProfileDef"):
            region = self._parametric(profile)
            matrix = axes_matrix(reference(profile, "Position"), self.curves.length_m)
            return PlaneRegion(transformed(region, matrix[:2, :2], matrix[:2, 3]))
        raise UnusableGeometryError(profile.is_a())

    def _length(self, profile: Instance, name: str) -> float:
        value = attribute(profile, name)
        if value is None or not math.isfinite(value) or value <= 0:
            raise UnusableGeometryError(name)
        return float(value) * self.curves.length_m

    def _radius(self, profile: Instance, *names: str) -> float:
        """The first radius given; none is 0."""
        for name in names:
            value = attribute(profile, name)
            if value is not None and math.isfinite(value) and value > 0:
                return float(value) * self.curves.length_m
        return 0.0

    def _arbitrary(self, profile: Instance) -> PlaneRegion:
        outer = closed_region(self.curves.points(reference(profile, "OuterCurve")))
        inner = [closed_region(self.curves.points(curve)) for curve in references(profile, "InnerCurves")]
        if not inner:
            return outer
        holes = shapely.union_all([hole.region for hole in inner])
        defects = outer.defects.union(*(hole.defects for hole in inner))
        doubtful = outer.doubtful or any(hole.doubtful for hole in inner)
        return PlaneRegion(region_of(outer.region.difference(holes)), defects, doubtful)

    def _derived(self, profile: Instance, depth: int) -> PlaneRegion:
        parent = self.region(reference(profile, "ParentProfile"), depth + 1)
        if profile.is_a("IfcMirroredProfileDef"):
            matrix, offset = np.array([[-1.0, 0.0], [0.0, 1.0]]), np.zeros(2)
        else:
            whole = operator_matrix(reference(profile, "Operator"), self.curves.length_m)
            matrix, offset = whole[:2, :2], whole[:2, 3]
        return PlaneRegion(transformed(parent.region, matrix, offset), parent.defects, parent.doubtful)

    def _parametric(self, profile: Instance) -> Region:
        kind = profile.is_a()
        if kind in ("IfcCircleProfileDef", "IfcCircleHollowProfileDef"):
            radius = self._length(profile, "Radius")
            inner = radius - self._length(profile, "WallThickness") if kind == "IfcCircleHollowProfileDef" else 0.0
            return _hollow(Polygon(_circle(radius)), Polygon(_circle(inner)) if inner > 0 else None)
        if kind == "IfcEllipseProfileDef":
            a, b = self._length(profile, "SemiAxis1"), self._length(profile, "SemiAxis2")
            return Polygon(_circle(max(a, b)) / max(a, b) * np.array([a, b]))
        if kind in ("IfcRectangleProfileDef", "IfcRoundedRectangleProfileDef", "IfcRectangleHollowProfileDef"):
            return self._rectangle(profile)
        build = SECTIONS.get(kind)
        if build is None:
            raise UnusableGeometryError(kind)
        return region_of(shapely.make_valid(Polygon(rounded(build(self._length, self._radius, profile)))))

    def _rectangle(self, profile: Instance) -> Region:
        width, depth = self._length(profile, "XDim"), self._length(profile, "YDim")
        if profile.is_a() == "IfcRectangleProfileDef":
            return _box(width, depth)
        outer = _box(width, depth, self._radius(profile, "RoundingRadius", "OuterFilletRadius"))
        if not profile.is_a("IfcRectangleHollowProfileDef"):
            return outer
        wall = self._length(profile, "WallThickness")
        if 2 * wall >= min(width, depth):
            return outer
        return _hollow(outer, _box(width - 2 * wall, depth - 2 * wall, self._radius(profile, "InnerFilletRadius")))


def _hollow(outer: Region, inner: Region | None) -> Region:
    return outer if inner is None else region_of(outer.difference(inner))


def _circle(radius: float) -> Points:
    return arc_points(radius, 0.0, 2 * math.pi)[:-1]


def _box(width: float, depth: float, radius: float = 0.0) -> Polygon:
    x, y = width / 2, depth / 2
    if radius <= 0:
        return shapely.polygons([(-x, -y), (x, -y), (x, y), (-x, y)])
    return Polygon(rounded([(-x, -y, radius), (x, -y, radius), (x, y, radius), (-x, y, radius)]))
