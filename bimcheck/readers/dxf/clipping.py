"""Clipped blocks (XCLIP): what the clipping hides is not submitted, and is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from ezdxf.entities.insert import Insert
from ezdxf.xclip import XClip
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.content import Affine, Content, Shape
from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.motion import apply


@dataclass(frozen=True, slots=True)
class Clip:
    """Where a block shows: ``outline`` (n, 2) in the axes of what it is inserted in; outside of it if ``inverted``."""

    outline: Points
    inverted: bool

    def region(self, matrix: Affine | None) -> Polygon:
        """The outline where its copy stands; empty where it encloses nothing."""
        polygon = Polygon(self.outline if matrix is None else apply(matrix, self.outline))
        repaired = polygon if polygon.is_valid else polygon.buffer(0)
        return repaired if isinstance(repaired, Polygon) else Polygon(polygon.convex_hull)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the lists of a content had grown before a block was placed."""

    shapes: int
    captions: int
    placements: int

    @classmethod
    def of(cls, content: Content) -> Mark:
        """The present lengths."""
        return cls(len(content.shapes), len(content.captions), len(content.placements))


def clip_of(insert: Insert) -> Clip | None:
    """How an insert is clipped; ``None`` where it is not, or its clipping is switched off."""
    if not insert.has_extension_dict or "ACAD_FILTER" not in insert.get_extension_dict():
        return None
    clip = XClip(insert)
    if not clip.is_clipping_enabled:
        return None
    path = clip.get_wcs_clipping_path()
    outline = path.inverted_clip if path.is_inverted_clip else path.vertices
    points = np.array([(vertex.x, vertex.y) for vertex in outline], dtype=float).reshape(-1, 2)
    return Clip(points, path.is_inverted_clip) if len(points) > 2 else None


def cut(content: Content, since: Mark, clip: Clip, matrix: Affine | None) -> None:
    """Leave out what was placed since the mark and does not show; lines across the edge end there.

    Closed outlines across the edge are counted by layer: what they enclose can no longer be told.
    """
    region = clip.region(matrix)
    shapely.prepare(region)

    def shows(place: tuple[float, float]) -> bool:
        return bool(region.covers(Point(place))) is not clip.inverted

    before = len(content.shapes) + len(content.captions)
    content.shapes[since.shapes :] = [
        part for shape in content.shapes[since.shapes :] for part in _parts(shape, region, clip, content)
    ]
    content.captions[since.captions :] = [
        caption for caption in content.captions[since.captions :] if shows(caption.middle)
    ]
    content.placements[since.placements :] = [
        placement
        for placement in content.placements[since.placements :]
        if shows(placement.position if placement.corners is None else tuple(placement.corners.mean(axis=0)))
    ]
    content.clipped_away += max(0, before - len(content.shapes) - len(content.captions))


def _parts(shape: Shape, region: Polygon, clip: Clip, content: Content) -> Iterator[Shape]:
    curve = shape.curve
    line = LineString(np.vstack([curve.points, curve.points[:1]]) if curve.closed else curve.points)
    inside: BaseGeometry = shapely.difference(line, region) if clip.inverted else shapely.intersection(line, region)
    if inside.length >= line.length * (1 - 1e-9):
        yield shape
        return
    if curve.closed and inside.length > 0:
        content.cut_outlines[shape.layer] += 1
    for part in shapely.get_parts(shapely.line_merge(inside)).tolist():
        if isinstance(part, LineString) and part.length > 0:
            cut_curve = replace(
                curve, kind="polyline", points=shapely.get_coordinates(part), closed=False, arc=None, holes=()
            )
            yield replace(shape, curve=cut_curve)
