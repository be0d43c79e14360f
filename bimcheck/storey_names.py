"""Names of storeys and titles of plans, in Chinese and European habits, read as storey numbers.

``一层``, ``二～五层平面图``, ``地下一层``, ``B1``, ``-1F``, ``1#楼一层``, ``标高 1``, ``Level 02``, ``Erdgeschoss``: which
storeys of which buildings, and what kind. Ranges are written out; a name that says 标准层 and no number stays without
one, because guessing the floors of a typical storey would multiply areas.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

StoreyKind = Literal["storey", "mezzanine", "stilt", "semi-basement", "roof", "site", "typical", "unknown"]

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HIGHEST = 200
_N = r"(?:\d{1,3}|[零〇一二两三四五六七八九十百]{1,5})"
_TO = r"(?:~|-|至|到|—|–)"
_RANGE = rf"{_N}(?:(?:层|F|楼)?\s*{_TO}\s*{_N})?"
_BUILDINGS = re.compile(
    rf"((?:\d+|[A-Z])#?(?:\s*(?:[、,，和及]|{_TO})\s*(?:\d+|[A-Z])#?)*)\s*(?:#\s*楼|#|号楼|栋|幢|座)(?:楼)?"
)
_BELOW = re.compile(
    rf"(?:地下|负|(?<![A-Z])B|(?<![\d~])-)\s*({_N})(?:\s*{_TO}\s*(?:地下|负|B|-)?\s*({_N}))?\s*(?:层|F|楼|$|(?=[^\w]))"
)
_LIST = re.compile(rf"((?:{_RANGE})(?:\s*(?:层|F|楼)?\s*[、,，及和]\s*(?:{_RANGE}))*)\s*(?:层|楼|F(?![A-Z]))")
_PREFIXED = re.compile(
    rf"(?:\bF|标高|楼层|LEVEL|FLOOR|STOREY|STORY|LVL|ETAGE|GESCHOSS|NIVEAU|L)\s*[.#_:]?\s*0*(\d{{1,3}})(?:\s*{_TO}\s*(?:F|L)?0*(\d{{1,3}}))?(?![\d.])"
)
_ORDINAL = re.compile(r"(?<!\d)0*(\d{1,3})\s*(?:\.|ST|ND|RD|TH)?\s*(?:FLOOR|FLR|STOREY|STORY|OG|OBERGESCHOSS|ETAGE)\b")
_ROOF = re.compile(r"屋面|屋顶|机房层|出屋面|女儿墙|ROOF|DACH|PARAPET|TOIT")
_SITE = re.compile(r"室外地坪|室外|场地|SITE|TERRAIN|GELÄNDE|GROUND LEVEL|地坪")
_WORDS = (
    (re.compile(r"首层|底层|ERDGESCHOSS|(?<![A-Z])EG(?![A-Z])|GROUND FLOOR|GROUND STOREY|REZ"), 1),
    (re.compile(r"地下室|BASEMENT|KELLER|(?<![A-Z])UG(?![A-Z])|SOUS-SOL"), -1),
    (re.compile(r"FIRST FLOOR"), 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoreyName:
    """What a name says: storey ``numbers`` (-1 first basement, 1 first storey), its kind, and the buildings it names.

    Several numbers mean a typical storey drawn once. ``kind`` ``"typical"`` without numbers needs somebody to say
    which storeys are meant.
    """

    numbers: tuple[int, ...] = ()
    kind: StoreyKind = "storey"
    buildings: tuple[str, ...] = ()


def parse_storey_name(text: str) -> StoreyName | None:
    """Read a storey's name or a plan's title; ``None`` where it names no storey at all."""
    name = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    name = name.replace("～", "~").replace("#搂", "#楼")
    buildings: tuple[str, ...] = ()
    if found := _BUILDINGS.search(name):
        buildings = _buildings(found.group(1))
        name = name[: found.start()] + " " + name[found.end() :]
    numbers = _numbers(name)
    kind = _kind(name, numbers)
    if kind == "unknown" and not numbers:
        return None
    if kind in ("roof", "site"):
        numbers = ()
    return StoreyName(numbers, kind, buildings)


def _kind(name: str, numbers: tuple[int, ...]) -> StoreyKind:
    if "夹层" in name or "MEZZANINE" in name:
        return "mezzanine"
    if "架空" in name:
        return "stilt"
    if "半地下" in name:
        return "semi-basement"
    if _ROOF.search(name):
        return "roof"
    if _SITE.search(name):
        return "site"
    if "标准层" in name or "TYPICAL" in name:
        return "storey" if numbers else "typical"
    return "storey" if numbers else "unknown"


def _numbers(name: str) -> tuple[int, ...]:
    if "半地下" in name:
        return ()
    if below := _BELOW.search(name):
        first, last = _value(below.group(1)), _value(below.group(2) or below.group(1))
        return tuple(-n for n in _span(first, last))
    if listed := _LIST.search(name):
        found: list[int] = []
        for part in re.split(r"[、,，及和]", listed.group(1)):
            ends = re.findall(_N, part)
            found += _span(_value(ends[0]), _value(ends[-1])) if ends else []
        return tuple(dict.fromkeys(found))
    for words, number in _WORDS:
        if words.search(name):
            return (number,)
    if ordinal := _ORDINAL.search(name):
        # the storey above the ground storey is the "1. OG"; English names vary by country and stay as they say
        shift = 1 if re.search(r"OG|OBERGESCHOSS", name) else 0
        return (int(ordinal.group(1)) + shift,)
    if prefixed := _PREFIXED.search(name):
        return _span(int(prefixed.group(1)), int(prefixed.group(2) or prefixed.group(1)))
    return ()


def _span(first: int | None, last: int | None) -> tuple[int, ...]:
    """All storeys from first to last; nothing for what cannot be a storey."""
    if first is None or last is None or not 0 < first <= last <= _HIGHEST:
        return ()
    return tuple(range(first, last + 1))


def _value(text: str) -> int | None:
    """A number in digits or in Chinese numerals up to 199."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
    return total + digit or None


def _buildings(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in re.split(r"[、,，和及]", text):
        ends = re.findall(r"\d+|[A-Z]", part)
        if len(ends) == 2 and all(end.isdigit() for end in ends) and int(ends[0]) < int(ends[1]) <= _HIGHEST:
            found += [f"{n}#" for n in range(int(ends[0]), int(ends[1]) + 1)]
        else:
            found += [f"{end}#" for end in ends]
    return tuple(dict.fromkeys(found))
