"""A drawing as SVG text. Coordinates are whole millimetres from the sheet's upper left corner, y downwards.

Colours and line weights come from classes (``plan.css``), which a page includes once; ``standalone`` puts them into
the picture itself.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby

import numpy as np
import shapely
from shapely import LinearRing, LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.labels import LINE_HEIGHT
from bimcheck.drawing.shapes import Box, Drawing, Label, Ref, Shape
from bimcheck.text import Language, Text

FONTS = (
    'system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",'
    '"Noto Sans SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif'
)
"""Fonts of the system that hold Han characters, one of which every desktop has."""


def anchor(ref: Ref) -> str:
    """The name a link leads to; every id, however odd, has its own."""
    plain = re.sub(r"[^A-Za-z0-9_$.-]", lambda match: f"~{ord(match[0]):x}~", ref.id)
    return f"{ref.kind}-{plain}"


@cache
def style() -> str:
    """The style sheet of drawings."""
    return resources.files("bimcheck.data").joinpath("templates", "plan.css").read_text("utf-8")


def svg(drawing: Drawing, *, standalone: Language | None = None) -> str:
    """The drawing as an ``<svg>`` element.

    Args:
        drawing: the sheet.
        standalone: the language of a file of its own (with name space, size and style); ``None`` for a part of a
            page, which brings ``plan.css`` and shows one language of the two.
    """
    x0, y0, x1, y1 = drawing.view
    width, height = _mm(x1 - x0), _mm(y1 - y0)
    pixel = drawing.metres_per_pixel
    head = f'<svg class="plan" viewBox="0 0 {width} {height}" role="group" aria-label="{_both(drawing.title)}"'
    if standalone:
        size = f'width="{round((x1 - x0) / pixel)}" height="{round((y1 - y0) / pixel)}"'
        head += f' xmlns="http://www.w3.org/2000/svg" {size}'
    body = [head + ">"]
    if standalone:
        hidden = "en" if standalone == "zh" else "zh"
        body.append(f"<style>{style()}.plan{{font-family:{FONTS}}}.{hidden}{{display:none}}</style>")
    body.append(_hatches(drawing))
    for ref, shapes in groupby(drawing.shapes, key=lambda shape: shape.ref):
        body.append(_group(ref, list(shapes), drawing))
    body += [_label(label, drawing.view) for label in drawing.labels]
    body += [_north_arrow(drawing), _scale_bar(drawing), "</svg>"]
    return "\n".join(body)


def _mm(metres: float) -> int:
    return round(metres * 1000)


def _both(text: Text) -> str:
    return escape(text.zh if text.zh == text.en else f"{text.zh} / {text.en}")


def _hatches(drawing: Drawing) -> str:
    """One diagonal hatch per use on the sheet, five pixels apart."""
    step = _mm(5 * drawing.metres_per_pixel)
    uses = sorted({shape.use for shape in drawing.shapes if shape.kind == "wall-share" and shape.use is not None})
    patterns = "".join(
        f'<pattern id="{drawing.id}-{use}" class="use-{use}" width="{step}" height="{step}"'
        f' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect class="tint" width="{step}" height="{step}"/><path class="hatch" d="M0,0V{step}"/></pattern>'
        for use in uses
    )
    return f"<defs>{patterns}</defs>"


def _group(ref: Ref | None, shapes: list[Shape], drawing: Drawing) -> str:
    """Shapes that stand for the same thing, linked to its row."""
    paths = "".join(_shape(shape, drawing) for shape in shapes)
    if ref is None:
        return paths
    name = anchor(ref)
    title = next((f"<title>{_both(shape.title)}</title>" for shape in shapes if shape.title is not None), "")
    id_ = f' id="{escape(name)}"' if any(shape.anchor for shape in shapes) else ""
    return f'<a{id_} href="#row-{escape(name)}" data-ref="{escape(name)}">{title}{paths}</a>'


def _shape(shape: Shape, drawing: Drawing) -> str:
    path = _path(shape.geometry, drawing.view)
    if not path:
        return ""
    classes = shape.kind if shape.use is None else f"{shape.kind} use-{shape.use}"
    hatched = shape.kind == "wall-share" and shape.use is not None
    fill = f' fill="url(#{drawing.id}-{shape.use})"' if hatched else ""
    title = f"<title>{_both(shape.title)}</title>" if shape.title is not None and shape.ref is None else ""
    if title:
        return f'<path class="{classes}" d="{path}">{title}</path>'
    return f'<path class="{classes}"{fill} d="{path}"/>'


def _path(geometry: BaseGeometry, view: Box) -> str:
    pieces = []
    for part in shapely.get_parts(geometry):
        if isinstance(part, Polygon):
            pieces += [_line(ring, view, closed=True) for ring in (part.exterior, *part.interiors)]
        elif isinstance(part, LineString | LinearRing):
            pieces.append(_line(part, view, closed=False))
        elif isinstance(part, Point):
            pieces.append(_line(part.buffer(0.05, quad_segs=4).exterior, view, closed=True))
        elif isinstance(part, MultiPolygon | MultiLineString):
            pieces.append(_path(part, view))
    return "".join(pieces)


def _line(line: LineString, view: Box, *, closed: bool) -> str:
    points = np.rint((shapely.get_coordinates(line) - (view[0], view[3])) * (1000, -1000)).astype(int).tolist()
    if closed:
        points = points[:-1]
    first, *rest = points
    text = f"M{first[0]},{first[1]}"
    x, y = first
    for nx, ny in rest:
        text += f"V{ny}" if nx == x else f"H{nx}" if ny == y else f"L{nx},{ny}"
        x, y = nx, ny
    return text + ("Z" if closed else "")


def _label(label: Label, view: Box) -> str:
    """Lettering; a line that differs by language is written twice, one of them shown."""
    size = _mm(label.size_m)
    x, y = _mm(label.x_m - view[0]), _mm(view[3] - label.y_m)
    top = y - (len(label.lines) - 1) * LINE_HEIGHT * size / 2 + 0.36 * size
    texts = []
    if label.kind == "number":
        texts.append(f'<circle class="number-disc" cx="{x}" cy="{y}" r="{round(0.85 * size)}"/>')
    for index, line in enumerate(label.lines):
        place = f'x="{x}" y="{round(top + index * LINE_HEIGHT * size)}"'
        if line.zh == line.en:
            texts.append(f"<text {place}>{escape(line.zh)}</text>")
        else:
            texts.append(f'<text class="zh" {place}>{escape(line.zh)}</text>')
            texts.append(f'<text class="en" {place}>{escape(line.en)}</text>')
    ref = "" if label.ref is None else f' data-ref="{escape(anchor(label.ref))}"'
    weight = f'font-size="{size}" stroke-width="{round(size * 0.22)}"'
    return f'<g class="label {label.kind}-label"{ref} {weight}>{"".join(texts)}</g>'


def _north_arrow(drawing: Drawing) -> str:
    """A needle in the upper right corner that points to true north."""
    x0, _, x1, _ = drawing.view
    size = _mm(17 * drawing.metres_per_pixel)
    x, y = _mm(x1 - x0) - round(1.75 * size), round(1.9 * size)
    u, v = drawing.north[0], -drawing.north[1]

    def at(along: float, across: float) -> str:
        return f"{round(x + size * (along * u - across * v))},{round(y + size * (along * v + across * u))}"

    letter_x, letter_y = x + 1.42 * size * u, y + 1.42 * size * v + 0.24 * size
    return (
        f'<g class="north"><title>指北针 / north</title>'
        f'<path class="needle" d="M{at(1, 0)}L{at(-1, 0.42)}L{at(-0.68, 0)}Z"/>'
        f'<path class="needle-light" d="M{at(1, 0)}L{at(-1, -0.42)}L{at(-0.68, 0)}Z"/>'
        f'<text x="{round(letter_x)}" y="{round(letter_y)}" font-size="{round(0.7 * size)}">N</text></g>'
    )


def _scale_bar(drawing: Drawing) -> str:
    """A bar in four parts in the lower left corner, with its length."""
    _, y0, _, y1 = drawing.view
    pixel = drawing.metres_per_pixel
    length, thick = _mm(drawing.scale_bar_m), _mm(4 * pixel)
    x, y, size = _mm(14 * pixel), _mm(y1 - y0 - 12 * pixel), _mm(10 * pixel)
    quarter = length / 4
    dark = "".join(f"M{round(x + n * quarter)},{y}h{round(quarter)}v{-thick}h{-round(quarter)}Z" for n in (0, 2))
    end = f"{drawing.scale_bar_m:g} m"
    return (
        f'<g class="scale-bar"><path class="bar-light" d="M{x},{y}h{length}v{-thick}h{-length}Z"/>'
        f'<path class="bar-dark" d="{dark}"/><text x="{x}" y="{y - round(1.7 * thick)}" font-size="{size}">0</text>'
        f'<text x="{x + length}" y="{y - round(1.7 * thick)}" font-size="{size}" text-anchor="middle">{end}</text></g>'
    )
