"""Closed outlines as drawn (polylines, arcs, circles, hatches, loose lines) turned into valid plan areas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Region
from bimcheck.readers.dxf.content import Shape
from bimcheck.readers.dxf.linework import build_network, segments_of

CLOSE_M = 0.030
_LEAST_M2 = 0.01
_SAME = 0.999


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed area with the entity it was drawn by."""

    id: str
    layer: str
    region: Region


@dataclass(slots=True)
class Repairs:
    """Entities whose outline had to be put right: how, and which."""

    closed: list[str] = field(default_factory=list)
    untangled: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    open_left: list[str] = field(default_factory=list)


def outlines_of(shapes: Iterable[Shape], repairs: Repairs) -> list[Outline]:
    """The areas that shapes enclose, each once.

    A polyline whose ends are at most 30 mm apart is closed; loose lines and arcs are put together where they close.
    Self-crossing outlines keep every part they enclose.
    """
    found: list[Outline] = []
    loose: list[Shape] = []
    for shape in shapes:
        points = shape.points
        gap = float(np.hypot(*(points[0] - points[-1])))
        if shape.curve.closed:
            pass
        elif len(points) > 3 and gap <= CLOSE_M:
            repairs.closed += [shape.id] if gap > 1e-6 else []
        else:
            loose.append(shape)
            continue
        region = _region(shape, repairs)
        if region is not None:
            found.append(Outline(shape.id, shape.layer, region))
    return _once([*found, *_from_loose(loose, repairs)], repairs)


def as_region(geometry: BaseGeometry) -> Region | None:
    """The areas of a geometry; ``None`` where it has none."""
    parts = [part for part in shapely.get_parts(geometry).tolist() if isinstance(part, Polygon) and part.area > 1e-4]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _region(shape: Shape, repairs: Repairs) -> Region | None:
    polygon = Polygon(shape.points, [hole for hole in shape.curve.holes if len(hole) > 2])
    if not polygon.is_valid:
        repaired = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
        if abs(repaired.area - polygon.area) > 1e-6 * max(repaired.area, 1e-9):
            repairs.untangled.append(shape.id)
        parts = [part for part in shapely.get_parts(repaired).tolist() if isinstance(part, Polygon)]
        bow = shapely.make_valid(polygon)
        if bow.area > repaired.area * (1 + 1e-9):
            parts = [part for part in shapely.get_parts(bow).tolist() if isinstance(part, Polygon)]
        if not parts:
            return None
        return MultiPolygon(parts) if len(parts) > 1 else parts[0]
    return polygon if polygon.area >= _LEAST_M2 else None


def _from_loose(shapes: Sequence[Shape], repairs: Repairs) -> list[Outline]:
    """Areas enclosed by separate lines and arcs on one layer."""
    found: list[Outline] = []
    for layer in sorted({shape.layer for shape in shapes}):
        members = [shape for shape in shapes if shape.layer == layer]
        network = build_network(segments_of([m.points for m in members], closed=[False] * len(members)))
        faces = [face for face in network.faces() if face.area >= 0.5] if len(network.ends) else []
        tree = STRtree([LineString(m.points) for m in members])
        used: set[int] = set()
        for face in faces:
            touching = tree.query(face.exterior.buffer(1e-3), predicate="intersects").tolist()
            used |= set(touching)
            if touching:
                found.append(Outline(min(members[index].id for index in touching), layer, Polygon(face.exterior)))
        repairs.open_left += [m.id for index, m in enumerate(members) if index not in used and _nearly_closed(m)]
    ids: dict[str, int] = {}
    unique = []
    for outline in found:  # one line may bound several areas
        ids[outline.id] = ids.get(outline.id, 0) + 1
        id_ = outline.id if ids[outline.id] == 1 else f"{outline.id}~{ids[outline.id]}"
        unique.append(Outline(id_, outline.layer, outline.region))
    return unique


def _nearly_closed(shape: Shape) -> bool:
    """Whether an open polyline was meant to run all around: its ends are close, measured by its length."""
    length = float(np.hypot(*np.diff(shape.points, axis=0).T).sum())
    return len(shape.points) > 3 and float(np.hypot(*(shape.points[0] - shape.points[-1]))) < 0.25 * length


def _once(outlines: Sequence[Outline], repairs: Repairs) -> list[Outline]:
    """Outlines drawn twice are kept once."""
    kept: list[Outline] = []
    tree = STRtree([outline.region for outline in outlines])
    dropped: set[int] = set()
    for index, outline in enumerate(outlines):
        if index in dropped:
            continue
        kept.append(outline)
        for other in tree.query(outline.region, predicate="intersects").tolist():
            if other > index and other not in dropped and _same(outline.region, outlines[other].region):
                dropped.add(other)
                repairs.duplicates.append(outlines[other].id)
    return kept


def _same(one: Region, other: Region) -> bool:
    if not _SAME <= one.area / other.area <= 1 / _SAME:
        return False
    return bool(shapely.intersection(one, other).area >= _SAME * max(one.area, other.area))
