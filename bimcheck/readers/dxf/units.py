"""What one drawing unit is in metres: $INSUNITS, geometry and texts must agree, or nothing counts until the user says.

Geometry speaks through things whose size is known: walls are 50 to 600 mm thick, door leaves 0.5 to 1.6 m wide,
stalls 4.7 to 6.5 m long, stated areas equal drawn ones, Chinese survey coordinates have six and seven digits of
metres. $INSUNITS is often 0 or wrong in Chinese drawings, so neither is believed alone when both speak.
Where they contradict each other the plans are still read, but nothing measured is to be relied on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bimcheck.errors import UsageError
from bimcheck.readers.dxf.content import Caption, Shape
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.texts import declared_areas, opening_mark
from bimcheck.text import Text

Unit = Literal["mm", "cm", "dm", "m", "km", "inch", "foot"]

METRES: dict[Unit, float] = {
    "mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0, "inch": 0.0254, "foot": 0.3048,
}  # fmt: skip
_BY_INSUNITS: dict[int, Unit] = {1: "inch", 2: "foot", 4: "mm", 5: "cm", 6: "m", 7: "km", 14: "dm"}
_ALIASES: dict[str, Unit] = {
    "millimetre": "mm", "millimeter": "mm", "毫米": "mm", "centimetre": "cm", "centimeter": "cm", "厘米": "cm",
    "metre": "m", "meter": "m", "米": "m", "in": "inch", "inches": "inch", "ft": "foot", "feet": "foot",
}  # fmt: skip
_USUAL: tuple[Unit, ...] = ("mm", "m")
"""Units a drawing may have without saying so: GB/T 50001-2017 has plans in millimetres, sites in metres."""
_CLOSE = 0.25
_HEARSAY = 2.0
_LIKELY = 0.5
_VAST_M = 15_000.0


@dataclass(frozen=True, slots=True)
class Clue:
    """A measured quantity in drawing units (length, or area where ``power`` is 2) and its known size in metres."""

    what: Text
    value: float
    low: float
    high: float
    weight: float
    power: int = 1

    def fits(self, unit: Unit) -> bool:
        """Whether the quantity has its known size if this were the unit."""
        return self.low <= self.value * METRES[unit] ** self.power <= self.high


@dataclass(frozen=True, slots=True)
class Judgement:
    """The unit geometry speaks for (``None`` if it does not), and how well each unit fits (0 to 1).

    ``spread`` is how far the middle half of what is drawn reaches, in drawing units; strays do not move it.
    """

    unit: Unit | None
    shares: dict[Unit, float]
    clues: tuple[Clue, ...]
    spread: float = 0.0

    @property
    def speaks(self) -> bool:
        """Whether there is anything of known size: texts and the extent alone prove nothing."""
        return sum(clue.weight for clue in self.clues) > _HEARSAY

    def agrees(self, unit: Unit) -> bool:
        """Whether geometry speaks for this unit about as well as for any other, or does not speak.

        A plan wider than any town speaks against its unit whatever is drawn on it.
        """
        if self.spread * METRES[unit] > _VAST_M:
            return False
        return not self.speaks or self.shares[unit] >= max(self.shares.values()) - _CLOSE

    @property
    def likeliest(self) -> Unit | None:
        """The one unit that most of what is drawn fits; ``None`` where several do equally well, or none does."""
        most = max(self.shares.values())
        best = [unit for unit, share in self.shares.items() if share == most]
        usual = [unit for unit in best if unit in _USUAL]
        chosen = best if len(best) == 1 else usual
        return chosen[0] if len(chosen) == 1 and most >= _LIKELY else None

    def sizes(self, unit: Unit, rival: Unit) -> Text:
        """What tells two units apart, in metres if ``unit`` were the one: the two weightiest lengths at most."""
        lengths = [clue for clue in self.clues if clue.power == 1 and clue.low < clue.high]
        telling = [clue for clue in lengths if clue.fits(unit) != clue.fits(rival)] or lengths
        shown = sorted(telling, key=lambda clue: -clue.weight)[:2]
        return Text(
            "、".join(f"{clue.what.zh} {_figure(clue.value * METRES[unit])} m" for clue in shown),
            ", ".join(f"{clue.what.en} {_figure(clue.value * METRES[unit])} m" for clue in shown),
        )

    def excludes(self, unit: Unit) -> bool:
        """Whether nothing of known size fits, and all is more than ten times too large or too small."""
        known = [clue for clue in self.clues if clue.weight >= _HEARSAY]
        sizes = [(clue.value * METRES[unit] ** clue.power, clue) for clue in known]
        return bool(known) and all(size > 10 * clue.high or size < clue.low / 10 for size, clue in sizes)


def _figure(metres: float) -> str:
    """A length to three figures, without exponents."""
    return f"{metres:.0f}" if metres >= 100 else f"{metres:.3g}" if metres >= 1e-4 else f"{metres:.6f}"


def parse_unit(name: str) -> Unit:
    """The unit an option names.

    Raises:
        UsageError: there is no such unit.
    """
    word = name.strip().lower()
    known = _ALIASES.get(word) or next((unit for unit in METRES if unit == word), None)
    if known is None:
        raise UsageError(
            f"不认识的单位“{name}”，可用：{'、'.join(METRES)}", f"unknown unit {name!r}; known: {', '.join(METRES)}"
        )
    return known


def declared_unit(insunits: object) -> Unit | None:
    """The unit $INSUNITS states; ``None`` for unitless or odd codes."""
    return _BY_INSUNITS.get(insunits) if isinstance(insunits, int) else None


def judge(shapes: Sequence[Shape], captions: Sequence[Caption], role: Callable[[str], Role | None]) -> Judgement:
    """What the geometry of one plan says about its unit."""
    clues = tuple(_clues(shapes, captions, role))
    total = sum(clue.weight for clue in clues)
    shares: dict[Unit, float] = {
        unit: sum(clue.weight for clue in clues if clue.fits(unit)) / total if total else 0.0 for unit in METRES
    }
    ranked = sorted(_USUAL, key=lambda unit: -shares[unit])
    clear = total > _HEARSAY and shares[ranked[0]] >= 0.5 and shares[ranked[0]] - shares[ranked[1]] >= _CLOSE
    return Judgement(ranked[0] if clear else None, shares, clues, _spread(shapes, role))


def _clues(shapes: Sequence[Shape], captions: Sequence[Caption], role: Callable[[str], Role | None]) -> list[Clue]:
    roles = [role(shape.layer) for shape in shapes]
    found: list[Clue] = []

    def add(en: str, zh: str, values: list[float], low: float, high: float, weight: float, power: int = 1) -> None:
        values = [value for value in values if value > 0 and math.isfinite(value)]
        if values:
            found.append(Clue(Text(zh, en), float(np.median(values)), low, high, weight, power))

    walls = [shape for shape, r in zip(shapes, roles, strict=True) if r == "wall"]
    wide = [shape.curve.width for shape in walls if shape.curve.width > 0]
    add("wall thickness", "墙厚", wide or wall_thicknesses([shape.points for shape in walls]), 0.05, 0.65, 3)
    add(
        "door leaf", "门扇宽",
        [
            float(np.hypot(*(shape.curve.arc[1] - shape.curve.arc[0])))
            for shape, r in zip(shapes, roles, strict=True)
            if shape.curve.arc is not None and r in ("door", "opening")
        ],
        0.45, 1.8, 3,
    )  # fmt: skip
    stalls = [
        _longest_side(shape.points)
        for shape, r in zip(shapes, roles, strict=True)
        if r in ("parking", "parking-accessible", "parking-underground") and shape.curve.closed
    ]
    add("stall length", "车位长", stalls, 4.5, 7.0, 3)
    frames = [
        shape
        for shape, r in zip(shapes, roles, strict=True)
        if r in ("area-frame", "room") and shape.curve.closed and len(shape.points) > 2
    ]
    add("room size", "房间尺寸", [math.sqrt(_area(shape.points)) for shape in frames], 1.0, 150.0, 2)
    site = [shape for shape, r in zip(shapes, roles, strict=True) if r == "site-boundary" and shape.curve.closed]
    add("plot size", "用地尺寸", [math.sqrt(_area(shape.points)) for shape in site], 6.0, 2000.0, 2)
    add("stated area", "标注面积", _area_ratios(frames, captions), 0.95, 1.05, 4, power=2)
    heights = [caption.height for caption in captions if not opening_mark(caption.text)]
    add("text height", "字高", heights, 0.08, 1.2 if walls or frames else 6.0, 1)
    body = [shape.points for shape, r in zip(shapes, roles, strict=True) if r is not None and r != "ignore"]
    if body:
        low = np.min([points.min(axis=0) for points in body], axis=0)
        high = np.max([points.max(axis=0) for points in body], axis=0)
        add("extent of the plan", "图形范围", [float((high - low).max())], 2.5, 3000.0, 1)
        east, north = (low + high) / 2
        for scale in (1.0, 1000.0):  # six-digit eastings and seven-digit northings, with or without the belt number
            if 2e5 * scale <= east % (1e6 * scale) <= 8e5 * scale and 2.0e6 * scale <= north <= 5.9e6 * scale:
                add("survey coordinates", "测量坐标", [scale], 1.0, 1.0, 2)
    return found


def _spread(shapes: Sequence[Shape], role: Callable[[str], Role | None]) -> float:
    body = [shape.points for shape in shapes if role(shape.layer) not in (None, "ignore")]
    return float(np.ptp(np.percentile(np.concatenate(body), (25, 75), axis=0), axis=0).max()) if body else 0.0


def wall_thicknesses(polylines: Sequence[np.ndarray]) -> list[float]:
    """Distances between parallel lines that lie side by side next to each other, the most frequent ones only."""
    pieces = [np.stack([points[:-1], points[1:]], axis=1) for points in polylines if len(points) > 1]
    if not pieces:
        return []
    segments = np.concatenate(pieces)[:20000]
    way = segments[:, 1] - segments[:, 0]
    length = np.hypot(*way.T)
    keep = length >= np.percentile(length, 40)
    segments, way, length = segments[keep], way[keep], length[keep]
    angle = np.round(np.degrees(np.arctan2(way[:, 1], way[:, 0])) % 180.0, 0) % 180.0
    gaps: list[float] = []
    for direction in np.unique(angle):
        chosen = np.flatnonzero(angle == direction)
        if len(chosen) < 2:
            continue
        turn = math.radians(float(direction))
        along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
        offset = segments[chosen].mean(axis=1) @ across
        spans = np.sort(segments[chosen] @ along, axis=1)
        order = np.argsort(offset)
        for one, other in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
            beside = min(spans[one][1], spans[other][1]) - max(spans[one][0], spans[other][0])
            gap = float(offset[other] - offset[one])
            if gap > 1e-9 and beside > 2 * gap:
                gaps.append(gap)
    if not gaps:
        return []
    values, counts = np.unique(np.round(np.log10(gaps), 1), return_counts=True)
    usual = float(values[counts.argmax()])
    return [gap for gap in gaps if abs(math.log10(gap) - usual) <= 0.1]


def _area_ratios(frames: Sequence[Shape], captions: Sequence[Caption]) -> list[float]:
    """Drawn area over stated area, for frames with one stated area inside."""
    from shapely import Point, Polygon, STRtree

    stated = [(caption, areas[0].area_m2) for caption in captions if (areas := declared_areas(caption.text))]
    if not stated or not frames:
        return []
    tree = STRtree([Point(caption.middle) for caption, _ in stated])
    ratios = []
    for shape in frames[:2000]:
        polygon = Polygon(shape.points)
        if polygon.is_valid and polygon.area > 0:
            inside = tree.query(polygon, predicate="contains")
            if len(inside) == 1:
                ratios.append(polygon.area / stated[int(inside[0])][1])
    return ratios


def _area(points: np.ndarray) -> float:
    x, y = (points - points[0]).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _longest_side(points: np.ndarray) -> float:
    return float(np.hypot(*(np.roll(points, -1, axis=0) - points).T).max())
