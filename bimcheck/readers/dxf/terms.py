"""What the name of an area-frame layer says: coefficient, storeys, building.

Three dialects. Underscore terms of institute plug-ins: ``附属公建_主体_商业__0.5_0.5__c2^5__V2.2`` is coefficient 0.5
(the first number; the second belongs to the plot ratio) on storeys 2 to 5 (``c-1`` is the first basement). And the
permit rule ``BLK_1_FLR_0_BLT_UP_AREA``: building 1, ground floor, which is storey 1 here. And
plain words: ``面积线-0.5`` and ``半面积线`` count by half.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

_PLUGIN = re.compile(r"_V\d+(?:[._]\d+)*$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STOREYS = re.compile(r"c(-?\d+)(?:\^(-?\d+))?")
_PERMIT = re.compile(r"BLK_(\w+?)_FLR_(-?\d+)_", re.IGNORECASE)
_AREA = re.compile("面积|面積|AREA|GFA", re.IGNORECASE)
_STATED_HALF = re.compile(r"(?<![\d.])0\.50?(?![\d.])")
_HALF = re.compile(r"半(?:面积|计)|面积线?[-_ (]*半|[计算]半|一半|(?<![A-Z])HALF(?![A-Z])", re.IGNORECASE)
_MOST_STOREYS = 200


@dataclass(frozen=True, slots=True)
class FrameTerms:
    """What a layer name states; ``storeys`` are numbered 1 upwards and -1 downwards, empty where nothing is said."""

    coefficient: float | None = None
    storeys: tuple[int, ...] = ()
    building: str | None = None
    words: str = ""


def frame_terms(layer: str) -> FrameTerms:
    """Read the terms of a layer name; all empty for names of no known dialect."""
    name = re.sub(r"^.*(?:\$\d+\$|\|)(?=.)", "", layer.strip())
    permit = _PERMIT.match(name)
    if permit:
        floor = int(permit.group(2))
        return FrameTerms(storeys=(floor + 1 if floor >= 0 else floor,), building=permit.group(1))
    if not _PLUGIN.search(name):
        return FrameTerms(_plain_coefficient(name))
    terms = name.split("_")
    coefficient = None
    for one, other in pairwise(terms):
        if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other) and float(one) <= 1:
            coefficient = float(one)
            break
    storeys: tuple[int, ...] = ()
    for term in terms:
        found = _STOREYS.fullmatch(term)
        if found:
            storeys = _range(int(found.group(1)), int(found.group(2) or found.group(1)))
            break
    words = [term for term in terms[1:] if re.search(r"[\u4e00-\u9fff]", term)]
    return FrameTerms(coefficient, storeys, words=words[-1] if words else "")


def _plain_coefficient(name: str) -> float | None:
    """One half, where the layer of an area line says so; other numbers are as likely widths of pens."""
    word = unicodedata.normalize("NFKC", name)
    is_half = _AREA.search(word) and (_STATED_HALF.search(word) or _HALF.search(word))
    return 0.5 if is_half else None


def _range(first: int, last: int) -> tuple[int, ...]:
    """Storeys from first to last; there is no storey 0."""
    if last < first or last - first > _MOST_STOREYS:
        return (first,) if first else ()
    return tuple(number for number in range(first, last + 1) if number)
