"""Small drawings made by hand in millimetres, so that a test shows its drawing on one screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import ezdxf
import shapely
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.layouts.base import BaseLayout
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]


def drawing(version: str = "R2010", insunits: int = 4) -> Drawing:
    """An empty drawing; millimetres unless said otherwise (6 is metres, 0 is unitless)."""
    document: Drawing = ezdxf.new(version)  # type: ignore[attr-defined]  # re-exported without __all__
    document.header["$INSUNITS"] = insunits
    return document


def ring(space: BaseLayout, layer: str, points: Iterable[Sequence[float]], *, closed: bool = True) -> str:
    """A polyline; points may carry a bulge as third number. Returns its handle."""
    entity = space.add_lwpolyline(points, format="xyb", close=closed, dxfattribs={"layer": layer})
    return str(entity.dxf.handle)


def rect(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    """The corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def line(space: BaseLayout, layer: str, start: Point, end: Point) -> None:
    """One line."""
    space.add_line(start, end, dxfattribs={"layer": layer})


def text(space: BaseLayout, words: str, at: Point, layer: str = "PUB_TEXT", height: float = 350.0) -> str:
    """A line of text about a point. Returns its handle."""
    entity = space.add_text(words, height=height, dxfattribs={"layer": layer})
    entity.set_placement(at, align=TextEntityAlignment.MIDDLE_CENTER)
    return str(entity.dxf.handle)


def title(space: BaseLayout, words: str, at: Point) -> str:
    """A plan's title."""
    return text(space, words, at, "PUB_TITLE", 700.0)


def walls(space: BaseLayout, solid: BaseGeometry, layer: str = "WALL") -> None:
    """The outline of a wall area as separate lines, the way exploded walls are drawn."""
    for part in shapely.get_parts(solid).tolist():
        for border in (part.exterior, *part.interiors):
            corners = list(border.coords)
            for start, end in pairwise(corners):
                line(space, layer, start, end)


def swing(space: BaseLayout, hinge: Point, latch: Point, layer: str = "WINDOW", *, left: bool = True) -> None:
    """A door leaf standing open at a right angle, and its arc to the latch."""
    dx, dy = latch[0] - hinge[0], latch[1] - hinge[1]
    open_end = (hinge[0] - dy, hinge[1] + dx) if left else (hinge[0] + dy, hinge[1] - dx)
    line(space, layer, hinge, open_end)
    first, last = (latch, open_end) if left else (open_end, latch)
    arc = ezdxf.math.ConstructionArc.from_2p_angle(first, last, 90)
    arc.add_to_layout(space, dxfattribs={"layer": layer})


def shell(outer: tuple[float, float, float, float], thickness: float = 240.0) -> Polygon:
    """The walls around a rectangle, by its outer faces."""
    x0, y0, x1, y1 = outer
    t = thickness
    return Polygon(box(x0, y0, x1, y1).exterior, [box(x0 + t, y0 + t, x1 - t, y1 - t).exterior])


def save(document: Drawing, folder: Path, name: str = "plan.dxf", fmt: str = "asc") -> Path:
    """Write the drawing and return its path."""
    path = folder / name
    document.saveas(path, fmt=fmt)
    return path
