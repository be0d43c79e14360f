"""Whether the declared length unit fits what is drawn: rooms, doors and storeys have sizes people can use.

Metres declared and millimetres drawn would give rooms of a million square metres. Nothing is corrected here: the user
is asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bimcheck.errors import UsageError
from bimcheck.model import Element, Opening, Space, Storey
from bimcheck.readers.ifc.units import LENGTHS_M, Units


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A typical size, metres, with the range in which it is believable."""

    zh: str
    en: str
    value_m: float
    least_m: float
    most_m: float

    def fits(self, factor: float = 1.0) -> bool:
        return self.least_m <= self.value_m * factor <= self.most_m


def check_plausible(
    units: Units,
    file_name: str,
    storeys: Sequence[Storey],
    spaces: Sequence[Space],
    elements: Sequence[Element],
    openings: Sequence[Opening],
) -> None:
    """Ask for the unit where most of what is drawn has absurd sizes under the declared one.

    Raises:
        UsageError: the declared unit contradicts the drawing.
    """
    if units.basis == "option":
        return
    evidence = _evidence(storeys, spaces, elements, openings)
    against = [each for each in evidence if not each.fits()]
    if not against or 2 * len(against) <= len(evidence):
        return
    worst = max(against, key=lambda each: abs(math.log(each.value_m / each.least_m)))
    better = next(
        (name for name, metres in _LIKELY.items() if all(each.fits(metres / units.length_m) for each in evidence)), None
    )
    hint_zh = f"可能应为 {better}（--unit {better}）" if better else "请用 --unit 指明"
    hint_en = f"it may be {better} (--unit {better})" if better else "name the unit with --unit"
    zh, en = f"{worst.zh} {worst.value_m:.4g} m", f"{worst.en} {worst.value_m:.4g} m"
    raise UsageError(
        f"{file_name} 声明的长度单位 {units.name} 与图形矛盾：{zh}；{hint_zh}",
        f"{file_name} declares {units.name}, which contradicts what is drawn: {en}; {hint_en}",
    )


_LIKELY = {name: LENGTHS_M[name] for name in ("mm", "m", "cm", "ft", "in")}


def _evidence(
    storeys: Sequence[Storey], spaces: Sequence[Space], elements: Sequence[Element], openings: Sequence[Opening]
) -> list[_Evidence]:
    levels = sorted({round(s.elevation_m, 3) for s in storeys if s.elevation_m is not None})
    doors = [o for o in openings if o.kind == "door"]
    sizes: tuple[tuple[str, str, list[float], float, float], ...] = (
        ("楼层间距", "storeys stand apart by", [b - a for a, b in pairwise(levels) if b - a > 0.5], 1.0, 60.0),
        ("房间边长", "rooms measure across", _spans(spaces), 0.3, 300.0),
        ("房间高度", "rooms are as high as", _heights(spaces), 0.8, 100.0),
        ("门宽", "doors are as wide as", [o.width_m for o in doors], 0.3, 15.0),
        ("墙高", "walls are as high as", _wall_heights(elements), 0.2, 150.0),
    )
    return [_Evidence(zh, en, median(v), low, high) for zh, en, v, low, high in sizes if v]


def _spans(spaces: Sequence[Space]) -> list[float]:
    return [math.sqrt(s.footprint.area) for s in spaces if s.footprint is not None]


def _heights(spaces: Sequence[Space]) -> list[float]:
    heights = [s.top_z_m - s.floor_z_m for s in spaces if s.top_z_m is not None and s.floor_z_m is not None]
    return [h for h in heights if h > 0]


def _wall_heights(elements: Sequence[Element]) -> list[float]:
    return [e.z_max_m - e.z_min_m for e in elements if e.kind == "wall" and e.z_max_m > e.z_min_m]
