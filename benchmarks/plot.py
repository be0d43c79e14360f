"""Seconds over megabytes on logarithmic axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.measure import Result

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _LEGEND = 860, 460, 60, 20, 40, 270
_COLOURS = ("#0072b2", "#56b4e9", "#999999", "#d55e00", "#e69f00", "#cc79a7", "#009e73", "#000000", "#f0e442")


def svg(results: Sequence[Result], suffix: str) -> str:
    """A line a contender; generated files only, so that sizes are all that differs."""
    own = [r for r in results if r.suffix == suffix and r.failed is None and r.file.startswith("block")]
    if not own:
        return ""
    x0, x1 = _decades([r.megabytes for r in own])
    y0, y1 = _decades([r.seconds for r in own])

    def x(megabytes: float) -> float:
        return _LEFT + (math.log10(megabytes) - x0) / (x1 - x0) * (_WIDTH - _LEFT - _LEGEND)

    def y(seconds: float) -> float:
        return _HEIGHT - _BOTTOM - (math.log10(seconds) - y0) / (y1 - y0) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for power in range(x0, x1 + 1):
        at = x(10**power)
        parts.append(f'<path d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{at:.1f}" y="{_HEIGHT - 22}" text-anchor="middle">{10.0**power:g} MB</text>')
    for power in range(y0, y1 + 1):
        at = y(10**power)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _LEGEND}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for number, name in enumerate(dict.fromkeys(r.name for r in own)):
        colour = _COLOURS[number % len(_COLOURS)]
        points = sorted((r.megabytes, r.seconds) for r in own if r.name == name)
        line = "L".join(f"{x(size):.1f} {y(seconds):.1f}" for size, seconds in points)
        heavy = 3 if name.startswith("**") else 1.5
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="{heavy}"/>')
        parts += [f'<circle cx="{x(s):.1f}" cy="{y(t):.1f}" r="3" fill="{colour}"/>' for s, t in points]
        row = _TOP + 14 + 20 * number
        parts.append(f'<path d="M{_WIDTH - _LEGEND + 14} {row - 4}h18" stroke="{colour}" stroke-width="{heavy}"/>')
        parts.append(f'<text x="{_WIDTH - _LEGEND + 38}" y="{row}">{escape(name.strip("*"))}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
