"""What the texts of a drawing say: room names, declared areas, levels, storey heights, door and window numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from ezdxf.lldxf.encoding import decode_dxf_unicode
from ezdxf.tools.text import fast_plain_mtext
from ezdxf.tools.text import plain_text as _plain_line

from bimcheck.model import DeclaredArea
from bimcheck.readers.dxf.encoding import clean_text

_CODED = re.compile(r"[%^\\]")
"""What begins a format code in a line of text."""
_STACK = re.compile(r"\\S([^;]*);")
_NUMBERED_GLYPH = re.compile(r"%%(\d{3})")
_REBAR = {130, 131, 132, 133}  # 天正 and hztxt glyphs for steel grades


def plain_text(raw: str, *, mtext: bool) -> str:
    r"""The text as it reads on the sheet: format codes, stacks and ``%%`` codes resolved, lines split by ``\n``."""
    if not mtext and raw.isprintable() and not _CODED.search(raw):
        return raw.strip()
    if "\\U+" in raw:
        raw = decode_dxf_unicode(raw)
    if mtext:
        raw = _STACK.sub(lambda found: re.sub(r"\s*[\^/#]\s*", _stack_joint, found.group(1)), raw)
        raw = raw.replace(r"\~", " ")
        raw = str(fast_plain_mtext(raw)).replace("%%u", "").replace("%%U", "").replace("%%o", "").replace("%%O", "")
    else:
        raw = _plain_line(raw)
    raw = _NUMBERED_GLYPH.sub(lambda found: "Φ" if int(found.group(1)) in _REBAR else "", raw)
    return "\n".join(line.strip() for line in clean_text(raw).splitlines()).strip()


def _stack_joint(found: re.Match[str]) -> str:
    """``2^`` and ``^2`` are superscript and subscript; anything with both sides is a fraction."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    return "/" if before.strip() and after.strip() else ""


@lru_cache(1 << 15)
def folded(text: str) -> str:
    """Compatibility forms and white space taken out: ``１＃ 楼`` reads ``1#楼``."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


# --------------------------------------------------------------------------------------------- declared areas

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNIT = r"(?:m2|m\^2|㎡|平方米|平方|平米|sqm|sq\.?m)"
_KINDS: tuple[tuple[str, Literal["net", "gross", "unknown"]], ...] = (
    (r"套内建筑面积", "unknown"),
    (r"(?:总|总计|合计)?(?:分户|单层|本层)?(?:总)?建筑面积|gross\s*(?:floor)?\s*area|gfa", "gross"),
    (r"(?:套内)?(?:使用|净|室内)(?:净)?面积|套内面积|net\s*(?:floor)?\s*area", "net"),
    (r"面积|area|s(?=\s*[=:])", "unknown"),
)
_DECLARED = [
    (re.compile(rf"({words})\s*[:=为约]*\s*{_NUMBER}\s*(?:{_UNIT})?", re.IGNORECASE), kind) for words, kind in _KINDS
]
_BARE = re.compile(rf"(?<![\d.×x*+-]){_NUMBER}\s*{_UNIT}", re.IGNORECASE)


def declared_areas(text: str) -> tuple[DeclaredArea, ...]:
    """The areas a text states in square metres, with what kind it says they are."""
    return _split_areas(text)[1]


def without_areas(text: str) -> str:
    """The text with stated areas (and the brackets that held them) taken out."""
    return _split_areas(text)[0]


def _split_areas(text: str) -> tuple[str, tuple[DeclaredArea, ...]]:
    rest = unicodedata.normalize("NFKC", text)
    found: list[DeclaredArea] = []

    def take(match: re.Match[str], kind: Literal["net", "gross", "unknown"], name: str, number: str) -> str:
        area = float(number.replace(",", ""))
        if area > 0:
            found.append(DeclaredArea(name, area, kind))
        return "\x00" if area > 0 else match.group()

    for pattern, kind in _DECLARED:
        rest = pattern.sub(lambda m, kind=kind: take(m, kind, m.group(1), m.group(2)), rest)  # type: ignore[misc]  # kind is bound per loop
    rest = _BARE.sub(lambda m: take(m, "unknown", "面积", m.group(1)), rest)
    rest = re.sub(r"[(\[【][\x00\s,;、]*\x00[\x00\s,;、]*[)\]】]", "", rest)
    rest = re.sub(r"[,;:、\s]*\x00", "", rest)
    return rest.strip(), tuple(found)


# --------------------------------------------------------------------------------------------- kinds of text

_OPENING_MARK = re.compile(
    r"(?:[甲乙丙])?(?P<kind>FHJLM|FJLM|TLM|FDM|FGM|FHM|RFM|GFM|HFM|BFM|FM|JLM|JM|LM|MC|MLC|SM|DM|GM|YM|PM|XM|MM|ZM|M|"
    r"TLC|BYC|GC|FC|LC|TC|PC|BC|JC|XC|YC|C|MQ|DK|D)"
    r"[甲乙丙]?-?\d{1,5}[a-zA-Z]?['’]?(?:\(.*\))?[甲乙丙]?",
)
_LEVEL = re.compile(r"(?:H|标高|EL\.?|▽)?[:=]?([±+-]?)(\d{1,3}\.\d{2,3})(?:m|\(.*\))?", re.IGNORECASE)
_HEIGHT = re.compile(r"层高(?:为|均为)?[:=]?(\d{4}|\d{1,2}(?:\.\d+)?)(mm|m)?", re.IGNORECASE)
_NOT_A_NAME = re.compile(
    r"""[\d\s.,+±×x*/:=()%~-]+ |            # numbers, dimensions, levels
        [A-Za-z]{0,3}-?\d+[A-Za-z]? |       # axis, door and room numbers
        [A-Za-z] |
        (?:上|下|上下|UP|DN|下\d+级|上\d+级) |
        \d+[:：]\d+ |
        [A-Za-z_]{2,}=.* |                  # keys and values of permit drawings
    i=.* | R=?\d+.* | [Φφ].*""",
    re.VERBOSE | re.IGNORECASE,
)


def opening_mark(text: str) -> Literal["door", "window"] | None:
    """What a door or window number (``M1021``, ``FM甲1021``, ``C1815``) stands for; ``None`` for other texts."""
    found = _OPENING_MARK.fullmatch(folded(text).upper())
    if not found:
        return None
    kind = found.group("kind")
    return "window" if kind.endswith("C") and kind not in ("MC", "MLC") else ("window" if kind == "MQ" else "door")


def level_m(text: str) -> float | None:
    """The level in metres a level mark states (``±0.000``, ``-0.450``, ``标高4.500``)."""
    found = _LEVEL.fullmatch(folded(text))
    if not found:
        return None
    return -float(found.group(2)) if found.group(1) == "-" else float(found.group(2))


def storey_height_m(text: str) -> float | None:
    """The storey height a text states (``层高4.500``, ``层高：4500``)."""
    found = _HEIGHT.search(folded(text))
    if not found:
        return None
    value = float(found.group(1))
    millimetres = found.group(2) == "mm" or (found.group(2) is None and value >= 1000)
    height = value / 1000 if millimetres else value
    return height if 1.5 <= height <= 30 else None


def may_name_a_room(text: str) -> bool:
    """Whether a text can be the name of a room: words, not a number, dimension, mark or long remark."""
    words = folded(without_areas(text))
    if not words or len(words) > 40 or opening_mark(words) or level_m(words) is not None:
        return False
    if words.startswith(("注:", "说明", "备注", "NOTE")) or "层高" in words:
        return False
    return not _NOT_A_NAME.fullmatch(words)
