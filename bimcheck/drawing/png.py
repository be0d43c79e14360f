"""A drawing as a PNG picture, in the font that comes along, with some of what it shows picked out in red."""

from __future__ import annotations

import re
from collections.abc import Collection

from bimcheck.drawing.shapes import Drawing, Ref
from bimcheck.drawing.svg import anchor, style, svg
from bimcheck.drawing.typeface import FAMILY, font_file
from bimcheck.text import Language

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"--([\w-]+):([^;]+)")
_MARKED = "stroke:#d0021b;stroke-width:{width};stroke-dasharray:none"
_MARKED_PX = 3.6


def png(drawing: Drawing, language: Language = "zh", marked: Collection[Ref] = ()) -> bytes:
    """The drawing at its own size; ``marked`` is what the picture is about."""
    import resvg_py

    x0, y0, x1, y1 = drawing.view
    pixel = drawing.metres_per_pixel
    size = f'width="{round((x1 - x0) / pixel)}" height="{round((y1 - y0) / pixel)}"'
    text = svg(drawing).replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" {size} ', 1)
    hidden = "en" if language == "zh" else "zh"
    sheet = f"{_plain_style(1000 * pixel)}.{hidden}{{display:none}}{_marks(marked, 1000 * pixel)}"
    with font_file() as font:
        return resvg_py.svg_to_bytes(
            svg_string=text,
            style_sheet=sheet,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=[str(font)],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )


def _marks(marked: Collection[Ref], unit: float) -> str:
    names = sorted({anchor(ref) for ref in marked})
    body = _MARKED.format(width=f"{_MARKED_PX * unit:g}")
    # [class] and [d] say nothing but weigh more than the rules of plan.css
    return "".join(f'.plan a[data-ref="{name}"] path[class][d]{{{body}}}' for name in names)


def _plain_style(unit: float) -> str:
    """The style sheet of drawings in simple CSS: the renderer knows no variables and no line weights in pixels.

    ``unit`` is how many units of the drawing make a pixel.
    """
    rules = [(selector.strip(), body) for selector, body in _RULE.findall(style())]
    variables = [
        (one, dict(_VARIABLE.findall(body)))
        for selector, body in rules
        if body.startswith("--")
        for one in selector.split(",")
    ]
    plain = []
    for selector, body in rules:
        if body.startswith("--"):
            continue
        sized = re.sub(r"(stroke-(?:width|dasharray)):([^;]+)", lambda found: _scaled(found, unit), body)
        if "var(" not in sized:
            plain.append(f"{selector}{{{sized}}}")
            continue
        own = selector.removeprefix(".plan ")
        for owner, values in variables:
            told = sized
            for name, value in values.items():
                told = told.replace(f"var(--{name})", value)
            plain.append(f".plan {owner}{own},.plan {owner} {own}{{{told}}}")
    return "".join(plain)


def _scaled(found: re.Match[str], unit: float) -> str:
    lengths = re.sub(r"([\d.]+)(?:px)?", lambda length: f"{float(length[1]) * unit:g}", found[2])
    return f"{found[1]}:{lengths}"
