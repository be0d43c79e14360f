"""The shapes of parametric profiles (I, L, T, U, C, Z, trapezium) as outlines with rounded corners, in metres."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from bimcheck.readers.ifc.curves import Points, arc_points
from bimcheck.readers.ifc.instance import Instance, attribute

Corner = tuple[float, float, float]
"""A corner of an outline, metres, and the radius it is rounded with."""


def rounded(corners: Iterable[Corner]) -> Points:
    """An outline whose corners are rounded with their radii."""
    listed_corners = list(corners)
    points: list[Points] = []
    for i, (x, y, radius) in enumerate(listed_corners):
        here = np.array([x, y])
        before, after = np.array(listed_corners[i - 1][:2]), np.array(listed_corners[(i + 1) % len(listed_corners)][:2])
        u, v = before - here, after - here
        lengths = float(np.linalg.norm(u)), float(np.linalg.norm(v))
        if radius <= 0 or min(lengths) < 1e-9:
            points.append(here.reshape(1, 2))
            continue
        u, v = u / lengths[0], v / lengths[1]
        half = math.acos(float(np.clip(u @ v, -1, 1))) / 2
        tangent = min(radius / math.tan(half), *lengths) if half < math.pi / 2 - 1e-9 else 0.0
        reach = tangent * math.tan(half)
        middle = here + (u + v) / np.linalg.norm(u + v) * math.hypot(tangent, reach)
        start, end = here + u * tangent - middle, here + v * tangent - middle
        first = math.atan2(start[1], start[0])
        sweep = (math.atan2(end[1], end[0]) - first + math.pi) % (2 * math.pi) - math.pi
        points.append(middle + arc_points(reach, first, first + sweep))
    return np.concatenate(points)


_Length = Callable[[Instance, str], float]
_Radius = Callable[..., float]


def _i_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    symmetric = profile.is_a() == "IfcIShapeProfileDef"
    width = length(profile, "OverallWidth" if symmetric or attribute(profile, "OverallWidth") else "BottomFlangeWidth")
    bottom = length(profile, "FlangeThickness" if attribute(profile, "FlangeThickness") else "BottomFlangeThickness")
    top_width = width if symmetric else length(profile, "TopFlangeWidth")
    top = bottom if symmetric or not attribute(profile, "TopFlangeThickness") else length(profile, "TopFlangeThickness")
    r = radius(profile, "FilletRadius", "BottomFlangeFilletRadius")
    d, w = length(profile, "OverallDepth") / 2, length(profile, "WebThickness") / 2
    b, t = width / 2, top_width / 2
    right = [(b, -d, 0.0), (b, -d + bottom, 0.0), (w, -d + bottom, r), (w, d - top, r), (t, d - top, 0.0), (t, d, 0.0)]
    return right + [(-x, y, f) for x, y, f in reversed(right)]


def _l_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    d, t = length(profile, "Depth") / 2, length(profile, "Thickness")
    b = length(profile, "Width") / 2 if attribute(profile, "Width") else d
    r, e = radius(profile, "FilletRadius"), radius(profile, "EdgeRadius")
    return [(-b, -d, 0.0), (b, -d, 0.0), (b, -d + t, e), (-b + t, -d + t, r), (-b + t, d, e), (-b, d, 0.0)]


def _t_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    d, b = length(profile, "Depth") / 2, length(profile, "FlangeWidth") / 2
    w, t, r = length(profile, "WebThickness") / 2, length(profile, "FlangeThickness"), radius(profile, "FilletRadius")
    right = [(w, -d, 0.0), (w, d - t, r), (b, d - t, 0.0), (b, d, 0.0)]
    return right + [(-x, y, f) for x, y, f in reversed(right)]


def _u_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    d, b = length(profile, "Depth") / 2, length(profile, "FlangeWidth") / 2
    w, t, r = length(profile, "WebThickness"), length(profile, "FlangeThickness"), radius(profile, "FilletRadius")
    return [
        (-b, -d, 0.0), (b, -d, 0.0), (b, -d + t, 0.0), (-b + w, -d + t, r),
        (-b + w, d - t, r), (b, d - t, 0.0), (b, d, 0.0), (-b, d, 0.0),
    ]  # fmt: skip


def _c_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    d, b = length(profile, "Depth") / 2, length(profile, "Width") / 2
    t, g = length(profile, "WallThickness"), length(profile, "Girth")
    r = radius(profile, "InternalFilletRadius")
    o = r + t if r else 0.0
    return [
        (-b, -d, o), (b, -d, o), (b, -d + g, 0.0), (b - t, -d + g, 0.0), (b - t, -d + t, r), (-b + t, -d + t, r),
        (-b + t, d - t, r), (b - t, d - t, r), (b - t, d - g, 0.0), (b, d - g, 0.0), (b, d, o), (-b, d, o),
    ]  # fmt: skip


def _z_shape(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    d, b = length(profile, "Depth") / 2, length(profile, "FlangeWidth")
    w, t, r = length(profile, "WebThickness") / 2, length(profile, "FlangeThickness"), radius(profile, "FilletRadius")
    half = [(-w, -d, 0.0), (b - w, -d, 0.0), (b - w, -d + t, 0.0), (w, -d + t, r)]
    return half + [(-x, -y, f) for x, y, f in half]


def _trapezium(length: _Length, radius: _Radius, profile: Instance) -> list[Corner]:
    del radius
    bottom, top, y = length(profile, "BottomXDim"), length(profile, "TopXDim"), length(profile, "YDim") / 2
    offset = float(attribute(profile, "TopXOffset") or 0.0) * (bottom / float(attribute(profile, "BottomXDim")))
    left = -bottom / 2
    return [(left, -y, 0.0), (-left, -y, 0.0), (left + offset + top, y, 0.0), (left + offset, y, 0.0)]


SECTIONS: Mapping[str, Callable[[_Length, _Radius, Instance], list[Corner]]] = {
    "IfcIShapeProfileDef": _i_shape,
    "IfcAsymmetricIShapeProfileDef": _i_shape,
    "IfcLShapeProfileDef": _l_shape,
    "IfcTShapeProfileDef": _t_shape,
    "IfcUShapeProfileDef": _u_shape,
    "IfcCShapeProfileDef": _c_shape,
    "IfcZShapeProfileDef": _z_shape,
    "IfcTrapeziumProfileDef": _trapezium,
}
"""Outlines by class of profile; each is given the profile and how to read its lengths and radii."""
