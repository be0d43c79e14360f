"""Where lettering goes: inside its room, as large as it may be, over nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.shapes import Box, Label, LabelKind, Ref
from bimcheck.text import Text

LINE_HEIGHT = 1.25
"""Distance of two base lines, in em."""

_WIDE_EM, _NARROW_EM = 1.0, 0.57
_SIZES_PX = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
_SMALLEST_PX = _SIZES_PX[-1]
_COARSE = (0.5, 0.3, 0.7, 0.15, 0.85)


@lru_cache(maxsize=4096)
def width_em(text: str) -> float:
    """The width of a line of lettering in em: full for Han characters, a little over half for Latin ones."""
    return sum(_WIDE_EM if unicodedata.east_asian_width(c) in "WFA" else _NARROW_EM for c in text)


def wrapped(text: str, parts: int) -> list[str]:
    """The text cut into lines of about equal width, at spaces where it has them near the cut."""
    target = width_em(text) / parts
    lines: list[str] = []
    line = ""
    for index, character in enumerate(text):
        line += character
        rest = text[index + 1 :]
        breakable = character == " " or rest.startswith(" ") or unicodedata.east_asian_width(character) in "WF"
        if rest and len(lines) < parts - 1 and breakable and width_em(line) >= target - 0.6:
            lines.append(line.strip())
            line = ""
    return [*lines, line.strip()] if line.strip() else lines


class Lettering:
    """The labels of one sheet; it remembers what is taken, so that no two overlap."""

    def __init__(self, metres_per_pixel: float) -> None:
        self._pixel_m = metres_per_pixel
        self._taken = np.empty((64, 4))
        self._count = 0
        self.labels: list[Label] = []

    def keep_free(self, geometry: BaseGeometry) -> None:
        """Let no label lie over this."""
        if not geometry.is_empty:
            self._take(geometry.bounds)

    def inside(
        self, region: BaseGeometry, name: str, figure: str, kind: LabelKind, ref: Ref | None, largest_px: float = 14.0
    ) -> bool:
        """Write a name and a figure within a region, wrapping and shrinking as needed; tell whether they fit."""
        largest = _largest(region)
        if largest is None or not name + figure:
            return False
        x0, y0, x1, y1 = largest.bounds
        spots: list[tuple[float, float]] = []
        layouts = [wrapped(name, parts) + ([figure] if figure else []) for parts in (1, 2, 3)]
        for size_px in (size for size in _SIZES_PX if size <= largest_px):
            for lines in layouts:
                needed = self._box(0.0, 0.0, lines, size_px)
                if needed[2] - needed[0] > x1 - x0 or needed[3] - needed[1] > y1 - y0:
                    continue
                spots = spots or list(_spots(largest))
                for x, y in spots:
                    box = self._box(x, y, lines, size_px)
                    if largest.contains(shapely.box(*box)) and self._free(box):
                        self._write(kind, x, y, [Text(line, line) for line in lines], size_px, ref, box)
                        return True
        return False

    def sign(self, region: BaseGeometry, sign: str, kind: LabelKind, ref: Ref | None) -> bool:
        """Write a short sign in a region even where it overhangs; not over another label."""
        largest = _largest(region)
        if largest is None:
            return False
        for x, y in _spots(largest):
            box = self._box(x, y, [sign], _SMALLEST_PX + 1)
            if self._free(box):
                self._write(kind, x, y, [Text(sign, sign)], _SMALLEST_PX + 1, ref, box)
                return True
        return False

    def near(
        self,
        spots: Sequence[tuple[float, float]],
        lines: Sequence[Text],
        kind: LabelKind,
        ref: Ref | None,
        size_px: float = 12.0,
        within: Box | None = None,
    ) -> bool:
        """Write at the first of several spots that is free (and within bounds)."""
        widest = [max(line, key=width_em) for line in lines]
        for x, y in spots:
            box = self._box(x, y, widest, size_px)
            fits = within is None or shapely.box(*within).contains(shapely.box(*box))
            if fits and self._free(box):
                self._write(kind, x, y, lines, size_px, ref, box)
                return True
        return False

    def _box(self, x: float, y: float, lines: Sequence[str], size_px: float) -> Box:
        size = size_px * self._pixel_m
        half_width = max(width_em(line) for line in lines) * size / 2 + 0.2 * size
        half_height = (len(lines) - 1) * LINE_HEIGHT * size / 2 + 0.6 * size
        return x - half_width, y - half_height, x + half_width, y + half_height

    def _free(self, box: Box) -> bool:
        x0, y0, x1, y1 = self._taken[: self._count].T
        return not bool(np.any((box[0] < x1) & (x0 < box[2]) & (box[1] < y1) & (y0 < box[3])))

    def _take(self, box: Box) -> None:
        if self._count == len(self._taken):
            self._taken = np.concatenate([self._taken, np.empty_like(self._taken)])
        self._taken[self._count] = box
        self._count += 1

    def _write(
        self, kind: LabelKind, x: float, y: float, lines: Sequence[Text], size_px: float, ref: Ref | None, box: Box
    ) -> None:
        self._take(box)
        self.labels.append(Label(kind, x, y, tuple(lines), size_px * self._pixel_m, ref))


def _largest(region: BaseGeometry) -> Polygon | None:
    polygons = [part for part in shapely.get_parts(region) if isinstance(part, Polygon) and part.area > 0]
    largest = max(polygons, key=lambda part: part.area, default=None)
    if largest is not None:
        shapely.prepare(largest)
    return largest


def _spots(polygon: Polygon) -> Iterator[tuple[float, float]]:
    """Places worth trying for a label, the best first: the middle, the roomiest spot, and a coarse grid."""
    x0, y0, x1, y1 = polygon.bounds
    middle = polygon.centroid
    if polygon.contains(middle):
        yield middle.x, middle.y
    roomiest = shapely.maximum_inscribed_circle(polygon, tolerance=max(x1 - x0, y1 - y0) / 100)
    yield roomiest.coords[0][0], roomiest.coords[0][1]
    inner = polygon.representative_point()
    yield inner.x, inner.y
    row, column = np.meshgrid(_COARSE, _COARSE, indexing="ij")
    x, y = (x0 + column * (x1 - x0)).ravel(), (y0 + row * (y1 - y0)).ravel()
    within = shapely.contains_xy(polygon, x, y)
    yield from zip(x[within].tolist(), y[within].tolist(), strict=True)
