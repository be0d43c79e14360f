"""What the name of a storey, or the title of a plan, says: storey numbers, kind, buildings, height.

Pure text, shared by all readers. A name that says nothing gives ``StoreyName()``: no number is ever invented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

StoreyKind = Literal["storey", "mezzanine", "stilt", "semi-basement", "roof", "site", "typical", "unknown"]


@dataclass(frozen=True, slots=True)
class StoreyName:
    """What a storey's name says.

    ``numbers`` run from -1 downwards (地下一层) and from 1 upwards; one plan may stand for several. ``typical``
    (标准层) does not say for which. ``buildings`` are written ``1#`` or ``A``. ``elevation_m`` is a height the name
    states. ``counts_floors`` marks names in the manner of “Level 1” or “First Floor”, which mean the second storey
    where the same file has a “Level 0” or “Ground Floor” (see ``storey_numbers``).
    """

    numbers: tuple[int, ...] = ()
    kind: StoreyKind = "unknown"
    buildings: tuple[str, ...] = ()
    elevation_m: float | None = None
    counts_floors: bool = False

    @property
    def number(self) -> int | None:
        """The storey number where the name states exactly one."""
        return self.numbers[0] if len(self.numbers) == 1 else None


_MOST_STOREYS = 200
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUM = r"(?:[零〇一二两三四五六七八九十百]+|\d{1,3})"
_BREAK = r"[、,&/+和及与~至到-]"
_RANGE = frozenset("~至到-")
_SUFFIX = r"(?:层|楼(?![梯板面道电])|F(?:L|LOOR)?(?![A-Z]))"
_BELOW = r"地下室?|负|(?<![A-Z0-9\u4e00-\u9fff])-|(?<![A-Z])B"
_UP = r"地上|第|(?<![A-Z])F|(?<![A-Z])L|(?:LEVEL|LVL|LV|STOREY|STORY|FLOOR|标高)[-_#:]?"
_TERM = rf"(?P<sign>{_BELOW})?(?P<up>{_UP})?0*(?P<num>{_NUM})(?P<end>{_SUFFIX})?"
_FIRST = re.compile(_TERM)
_NEXT = re.compile(rf"(?P<break>{_BREAK})" + _TERM)
_MINUS_LEVEL = re.compile(r"(?:LEVEL|LVL|STOREY|FLOOR|标高)\s+-(\d{1,2})(?![.\d])")
_WESTERN = re.compile("LEVEL|LVL|LV|STOREY|STORY|FLOOR|L")

_BUILDING_ID = r"(?:[A-Z]{0,2}\d{1,3}|[A-Z]|[一二三四五六七八九十]+)"
_BUILDING = re.compile(
    rf"(?<![A-Z\d])({_BUILDING_ID}(?:#|号)?(?:{_BREAK}{_BUILDING_ID}(?:#|号)?)*)(?:#楼(?!梯)|#(?!楼)|号楼|[幢栋座]|号房)"
)
_BRACKETED = re.compile(r"(?<![\d零〇一二两三四五六七八九十百])[(\[【]([^()\[\]【】]{1,12})[)\]】](?=[层楼F])")
_SCALE = re.compile(r"\(?1[:/]\d{2,5}\)?")
_HEIGHT = re.compile(r"(?P<value>[±+-]?\d+\.\d+)M?(?![\d.])(?!M2|平)")
_AREA = re.compile(
    r"\(?(?:总|套内|使用)?(?:建筑)?面积(?:约|为|[:=])?\d+(?:\.\d+)?(?:M2|平方米|平米)?\)?|\d+(?:\.\d+)?(?:M2|平方米|平米)"
)

_ROOF = re.compile(r"屋面|屋顶|机房|天面|女儿墙|屋脊|檐口|ROOF|(?<![A-Z])RF(?![A-Z])|PARAPET|PENTHOUSE|TERRASSENDACH")
_SITE = re.compile(r"室外|总平面|总图|场地|自然地[面坪]|^地坪|^SITE|OUTDOOR|OUTSIDE|^GRADE$|TERRAIN|AUSSEN|GELÄNDE")
_SEMI = re.compile(r"半地下")
_BASEMENT = re.compile(r"地下(?:室|层|车库|平面)|地库|BASEMENT|CELLAR|KELLER|^KG$")
_MEZZANINE = re.compile(r"夹层|MEZZANINE|(?<=\dF)M(?![A-Z])|(?<=B\d)M(?![A-Z])")
_STILT = re.compile(r"架空|STILT|PILOTIS")
_TYPICAL = re.compile(r"标准层|TYPICAL")
_GROUND = re.compile(r"首层|底层|地面层|GROUNDFLOOR|GROUNDLEVEL|GROUNDSTOREY|^GF$|^GROUND$|BEGANEGROND")
_GERMAN_GROUND = re.compile(r"ERDGESCHO|(?<![A-Z])EG(?![A-Z])")
_GERMAN_UPPER = re.compile(r"(\d{1,2})\.?(?:OG(?![A-Z])|OBERGESCHO)")
_GERMAN_LOWER = re.compile(r"(\d{1,2})?\.?(?:UNTERGESCHO|KELLERGESCHO)|(\d{1,2})\.?UG(?![A-Z])")
_ORDINALS = ("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH")
_ORDINAL = re.compile(
    rf"(?:({'|'.join(_ORDINALS)})|(\d{{1,3}})(?:ST|ND|RD|TH))(?:FLOOR|STOREY|STORY|LEVEL|FL(?![A-Z]))"
)
_EVERY_OTHER = re.compile(r"(?P<odd>[奇单]数)|[偶双]数")
_OPEN_END = re.compile(r"(?:层|楼|F)(?:及其?以上|以上|起(?!居)|至顶层|[~-]顶层|及其?以下|以下)|AND(?:UP|ABOVE)")
_OTHER_STOREY = re.compile(r"顶层|设备层|避难层|转换层|阁楼|技术层|DACHGESCHO|ATTIC")


def parse_storey_name(text: str) -> StoreyName:
    """Read a storey's name or a plan's title (``2-3#楼一层平面图``, ``1F(建)``, ``B1``, ``二至五层``, ``Level 1``).

    What names no storey at all has no numbers and the kind ``"unknown"``.
    """
    word = _MINUS_LEVEL.sub(r"负\1层", unicodedata.normalize("NFKC", text).upper())
    word = re.sub(r"[\s_]+", "", word)
    word = word.replace("—", "-").replace("–", "-").replace("−", "-").replace("～", "~").replace("〜", "~")
    word = _BRACKETED.sub(r"\1", _AREA.sub("", _SCALE.sub("", word)))
    buildings, word = _take_buildings(word)
    word, elevation_m = _take_height(word)
    if _SITE.search(word):
        return StoreyName((), "site", buildings, elevation_m)
    if _ROOF.search(word):
        return StoreyName((), "roof", buildings, elevation_m)
    numbers, western = _numbers(word)
    if every_other := _EVERY_OTHER.search(word):
        numbers = tuple(number for number in numbers if number % 2 == bool(every_other["odd"]))
    if _OPEN_END.search(word):  # nobody but the project knows where it ends
        return StoreyName((), "typical", buildings, elevation_m)
    kind: StoreyKind
    if _MEZZANINE.search(word):
        kind = "mezzanine"
    elif _STILT.search(word):
        kind = "stilt"
    elif _SEMI.search(word):
        kind = "semi-basement"
    elif numbers or _OTHER_STOREY.search(word):
        kind = "storey"
    elif _TYPICAL.search(word):
        kind = "typical"
    else:
        kind = "storey" if elevation_m is not None and "标高" in word else "unknown"
    return StoreyName(numbers, kind, buildings, elevation_m, western)


def storey_numbers(names: Sequence[str]) -> tuple[int | None, ...]:
    """The numbers of storeys that stand together in one building.

    Where one of them is called “Level 0” or “Ground Floor”, then “Level 1” or “First Floor” beside it is the second.
    """
    parsed = [parse_storey_name(name) for name in names]
    from_zero = any(
        name.number == 0 or (name.number == 1 and _GROUND.search(re.sub(r"\s+", "", text).upper()))
        for name, text in zip(parsed, names, strict=True)
    )

    def number_of(name: StoreyName) -> int | None:
        if name.number is not None and from_zero and name.counts_floors and name.number >= 0:
            return name.number + 1
        return name.number or None

    return tuple(number_of(name) for name in parsed)


def _numbers(word: str) -> tuple[tuple[int, ...], bool]:
    """Storey numbers, and whether they count floors in the western manner (0 may occur only then)."""
    if _GERMAN_GROUND.search(word):
        return (1,), False
    if found := _GERMAN_UPPER.search(word):
        return (int(found[1]) + 1,), False
    if found := _GERMAN_LOWER.search(word):
        return (-int(found[1] or found[2] or 1),), False
    if found := _ORDINAL.search(word):
        return (_ORDINALS.index(found[1]) + 1 if found[1] else int(found[2]),), True
    if re.fullmatch(r"-?\d{1,2}", word):
        return (int(word),), True
    position = 0
    while first := _FIRST.search(word, position):
        terms, end = [first], first.end()
        while following := _NEXT.match(word, end):
            terms.append(following)
            end = following.end()
        if any(term["up"] or term["end"] or term["sign"] not in (None, "-") for term in terms):
            numbers = _expand(terms)
            western = all(_WESTERN.match(term["up"] or "") for term in terms)
            if numbers and (western or 0 not in numbers):
                return numbers, western
        position = first.end()
    if _GROUND.search(word):
        return (1,), False
    if _BASEMENT.search(word) and not _SEMI.search(word):
        return (-1,), False
    return (), False


def _expand(terms: Sequence[re.Match[str]]) -> tuple[int, ...]:
    """The numbers of a list such as ``二、四至六层``; a 地下 before the first holds for the rest of its list."""
    numbers: list[int] = []
    below = False
    for index, term in enumerate(terms):
        below = bool(term["sign"]) or (below and not term["up"])
        value = _value(term["num"])
        signed = -value if below else value
        if index and term["break"] in _RANGE and numbers:
            step = 1 if signed >= numbers[-1] else -1
            if abs(signed - numbers[-1]) > _MOST_STOREYS:
                return ()
            numbers += [n for n in range(numbers[-1] + step, signed + step, step) if n]
        else:
            numbers.append(signed)
        below = below and (term["sign"] or "地下").startswith("地下") and not term["end"]
    return tuple(dict.fromkeys(numbers))


def _value(number: str) -> int:
    """A number in Arabic or Chinese numerals below one thousand."""
    if number.isdecimal():
        return int(number)
    total = digit = 0
    for character in number:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def _take_buildings(word: str) -> tuple[tuple[str, ...], str]:
    """Buildings named (``2-3#楼``) and the rest of the word."""
    found = _BUILDING.search(word)
    if not found:
        return (), word
    names: list[str] = []
    for separator, name in re.findall(rf"({_BREAK})?({_BUILDING_ID})(?:#|号)?", found[1]):
        value = name if re.fullmatch("[A-Z]+", name) or not re.fullmatch(_NUM, name) else str(_value(name))
        last = names[-1].rstrip("#") if names else ""
        if separator in _RANGE and value.isdecimal() and last.isdecimal() and 0 < int(value) - int(last) <= 50:
            names += [f"{n}#" for n in range(int(last) + 1, int(value) + 1)]
        else:
            names.append(value if re.fullmatch("[A-Z]+", value) else f"{value}#")
    return tuple(dict.fromkeys(names)), word[: found.start()] + " " + word[found.end() :]


def _take_height(word: str) -> tuple[str, float | None]:
    """The word without stated heights (``±0.000``), and the first of them in metres."""
    found = _HEIGHT.search(word)
    if not found:
        return word, None
    return _HEIGHT.sub(" ", word), float(found["value"].replace("±", ""))
