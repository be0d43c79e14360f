"""What the words in a name say about a room: ``meaning_of`` one text, and the area a text declares.

The words themselves are data (``data/vocabulary.toml``). A word inside a longer known word does not speak
(客厅 inside 会客厅); exclusions are heard before inclusions (社区物业 is property management).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from bimcheck.terms import Use

_AMENITIES: frozenset[Use] = frozenset({"culture", "hall"})

Strength = Literal["never", "strong", "context", "ancillary", "dwelling", "plain", "outdoor", "void", "entrance"]

_MTEXT = (
    (re.compile(r"\\S([^;^/#]*)[\^/#]([^;]*);"), r"\1\2"),  # stacked text: the 2 of m²
    (re.compile(r"\\[ACcFfHhQTWp][^;\\]*;"), ""),
    (re.compile(r"\\[PNn~]"), " "),
    (re.compile(r"\\[LlOoKkX]"), ""),
    (re.compile(r"%%(\d{3}|[cdpuoCDPUO])"), ""),
    (re.compile(r"[{}]"), ""),
)
_SPELLINGS = (("center", "centre"), ("neighbor", "neighbour"))
_NUMBER = r"\d+(?:[.,]\d+)*"
_AREA_UNIT = r"(?:m2|m\^2|平方米|平米|sqm|sq\.?\s?m|qm)"
_AREA_WORD = r"(?:建筑面积|使用面积|套内面积|面积|gfa|bgf|area|\bs)"
_AREA = re.compile(
    rf"(?P<word>{_AREA_WORD})?\s*[:=]?\s*(?P<bound>约|不小于|不少于|至少|>=?|≥|≧)?\s*"
    rf"(?P<number>{_NUMBER})\s*(?P<myriad>万)?\s*(?P<unit>{_AREA_UNIT})?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[<【《「〈]([^)\]>】》」〉]*)(?:[)\]>】》」〉]|$)")
_ROOM_NUMBER = re.compile(
    r"^(?:[a-z]{0,2}\d+[a-z]?(?:[-.#/_]?\d+[a-z]?)*[#号]?|[-._#/、:]+)+|(?:[-._#/、:]|#?[a-z]?\d+[a-z]?#?)+$"
)
_SEPARATORS = re.compile(r"[\s\-_·・,;:./\\|&+\"'“”‘’]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text says. ``use`` is the narrowest use it names, ``word`` the word that decided.

    ``function`` is what goes on inside a party centre (党群服务中心会议室: an office), ``None`` where nothing narrower
    is said. ``community`` marks a text that speaks of the community at all, so that a near miss can be told.
    """

    use: Use
    strength: Strength
    word: str
    function: Use | None = None
    community: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    use: Use
    strength: Strength
    latin: bool
    exact: bool = False


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    words: tuple[_Word, ...]
    traditional: dict[int, str]
    markers: tuple[str, ...]
    latin_markers: tuple[str, ...]
    room_endings: tuple[str, ...]
    former: tuple[str, ...]
    denied: re.Pattern[str]
    gone: re.Pattern[str]
    exhibition: tuple[str, ...]
    latin_exhibition: tuple[str, ...]
    characters: frozenset[str]
    latin_beginnings: re.Pattern[str]


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(resources.files("bimcheck").joinpath("data", "vocabulary.toml").read_text("utf-8"))
    words = []
    for group in data["group"]:
        kind = (group["use"], group["strength"])
        words += [_Word(word, *kind, latin=False) for word in group.get("zh", ())]
        words += [_Word(word, *kind, latin=False, exact=True) for word in group.get("exact", ())]
        words += [_Word(_latin(word), *kind, latin=True) for word in group.get("latin", ())]
    pairs = data["traditional"]
    latin_markers = tuple(_latin(word) for word in data["latin_markers"])
    beginnings = {w.split()[0] for w in (*latin_markers, *(word.text for word in words if word.latin))}
    chinese = (*data["markers"], *(word.text for word in words if not word.latin))
    return _Vocabulary(
        words=tuple(words),
        traditional={ord(old): new for old, new in zip(pairs[::2], pairs[1::2], strict=True)},
        markers=tuple(data["markers"]),
        latin_markers=latin_markers,
        room_endings=tuple(data["room_endings"]),
        former=tuple(data["former"]),
        denied=_denials(data),
        gone=re.compile(rf"^(?!.*(?:{'|'.join(data['rebuilt'])})).*(?:{'|'.join(data['gone'])})"),
        exhibition=tuple(data["exhibition"]),
        latin_exhibition=tuple(_latin(word) for word in data["latin_exhibition"]),
        characters=frozenset("".join(chinese)),
        latin_beginnings=re.compile("|".join(map(re.escape, sorted(beginnings)))),
    )


def _denials(data: Mapping[str, Any]) -> re.Pattern[str]:
    """What a text says a room is not, or no longer: 非社区用房, 不含物业, 原社区用房, non-community.

    Denying the community denies all that follows; denying another use (非物业) only that use.
    """
    marker, latin_marker = "|".join(data["markers"]), "|".join(data["latin_markers"])
    other, latin_other = "|".join(data["deniable"]), "|".join(data["latin_deniable"])
    excluding, latin_excluding = "|".join(data["excluding"]), "|".join(data["latin_excluding"])
    return re.compile(
        rf"(?:{excluding})(?:.*?外|.*)|(?:非|无|除)\s*(?:{other})|(?:非|无|除|^\s*原)\s*(?={marker}).*"
        rf"|\b(?:{latin_excluding})\b.*|\bnon[\s-]*(?:{latin_other})\b|\b(?:non|not|no|former)\b[\s-]*(?={latin_marker}).*"
    )


def normalise(text: str) -> str:
    """The text in one spelling: NFKC, simplified characters, lower case, no drawing codes, single spaces."""
    for pattern, replacement in _MTEXT:
        text = pattern.sub(replacement, text)
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFKC", text)
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(text.translate(_vocabulary().traditional).lower().split())


def declared_area_in(text: str) -> float | None:
    """The area in square metres that a text declares (“社区服务用房(面积 300㎡)” → 300), ``None`` without a clear one.

    A figure counts where an area word or an area unit stands by it. 建筑面积 wins over other areas; a lower bound
    (“不小于 300㎡”) is a requirement and no area; several different figures cancel each other.
    """
    found: dict[bool, set[float]] = {True: set(), False: set()}
    for match in _AREA.finditer(normalise(text)):
        if not (match["unit"] or match["word"]) or match["bound"] not in (None, "约"):
            continue
        area_m2 = _number(match["number"]) * (10_000 if match["myriad"] else 1)
        found[(match["word"] or "").startswith("建筑面积")].add(area_m2)
    figures = found[True] or found[False]
    return figures.pop() if len(figures) == 1 else None


def _number(text: str) -> float:
    """A figure with a decimal point or comma, and with thousands separators."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    head, *tail = text.replace(",", ".").split(".")
    return float(f"{head}.{''.join(tail)}" if tail else head)


def says(text: str, word: str) -> bool:
    """Whether a text holds a word: Latin words as whole words, Chinese ones anywhere, spelling evened out."""
    latin, plain = _latin(normalise(word)), _compact(normalise(word))
    if latin.isascii():
        return bool(latin) and _says(_latin(normalise(text)), latin)
    return plain in _compact(normalise(text))


def is_exhibition(text: str) -> bool:
    """Whether a name speaks of an exhibition room (展陈性场所, which 三(三) asks to avoid)."""
    words = _vocabulary()
    plain, latin = _compact(normalise(text)), _latin(normalise(text))
    return any(w in plain for w in words.exhibition) or any(_says(latin, w) for w in words.latin_exhibition)


@lru_cache(maxsize=65536)
def meaning_of(text: str) -> Meaning | None:
    """What a text says a space is; ``None`` where it says nothing known."""
    words = _vocabulary()
    plain = normalise(_without_areas(normalise(text)))
    if words.characters.isdisjoint(plain) and words.gone.search(plain) is None:
        spoken = (_latin(plain), _latin(_BRACKETS.sub(" ", plain)))
        if not any(words.latin_beginnings.search(each) for each in spoken):
            return None  # most texts of a model are numbers and codes
    notes = [note.strip() for note in _BRACKETS.findall(plain)]
    notes = [note for note in notes if note and not note.startswith(words.former)]
    main = _BRACKETS.sub(" ", plain).strip()
    if gone := words.gone.search(plain):
        return Meaning("other", "plain", gone[0].strip(), community=_speaks_of_community(plain))
    if denied := [found[0].strip() for part in (main, *notes) if (found := words.denied.search(part))]:
        main, *notes = (words.denied.sub(" ", part).strip() for part in (main, *notes))
    whole = f"{main} {' '.join(notes)}".strip()
    community = _speaks_of_community(whole)
    # A note may tell of the neighbourhood (“地下车库上方”), so only what it says of the room itself excludes.
    heard = _hits(main)
    strong = any(hit.strength == "strong" for hit in heard)
    for note in notes:
        said = _hits(note)
        brief = [hit for hit in said if len(_compact(note)) <= len(_compact(hit.text)) + 2]
        telling = [hit for hit in said if hit.use == "property_management" or hit in brief]
        heard += telling if strong else said
    meaning = _decide(heard, main or whole, community=community)
    if meaning is None and any(_speaks_of_community(part) for part in denied):
        return Meaning("other", "plain", denied[0], community=True)
    return meaning


def _speaks_of_community(text: str) -> bool:
    """Whether a text names the community at all."""
    words, plain, latin = _vocabulary(), _compact(text), _latin(text)
    return any(m in plain for m in words.markers) or any(_says(latin, m) for m in words.latin_markers)


def _decide(hits: list[_Word], main: str, *, community: bool) -> Meaning | None:
    words = _vocabulary()
    by_strength: dict[Strength, list[_Word]] = {}
    for hit in hits:
        by_strength.setdefault(hit.strength, []).append(hit)
    if never := by_strength.get("never"):
        first = next((hit for hit in never if hit.use == "property_management"), never[0])
        speaks = community or "strong" in by_strength
        return Meaning(first.use, "never", first.text, community=speaks)
    service = [hit for hit in hits if hit.strength in ("strong", "context")]
    for ending in ("void", "outdoor", "entrance"):
        if found := by_strength.get(ending):
            return Meaning(found[0].use, found[0].strength, found[0].text, community=community or bool(service))
    ancillary, homes = by_strength.get("ancillary", []), by_strength.get("dwelling", [])
    plain = [*homes, *by_strength.get("plain", [])]
    dwelling = next((hit for hit in plain if hit.use == "residential"), None)
    if strong := by_strength.get("strong"):
        # A study or fitness room named as part of a dwelling (户型A书房) is nobody else's.
        if dwelling is not None and not community and all(hit.use in _AMENITIES for hit in strong):
            return Meaning("residential", "plain", dwelling.text, community=True)
        return _service(strong, service)
    named = service or (ancillary if not plain else [])
    if community and (named or (not plain and _compact(main).endswith(words.room_endings))):
        return _service([_Word("社区", "service", "strong", latin=False)], service)
    rest = [*by_strength.get("context", []), *ancillary, *plain]
    if not rest:
        return None
    of_homes = bool(homes) and not service  # the lobby of a block of flats (住宅门厅) is the flats', whoever claims it
    return Meaning(rest[0].use, "dwelling" if of_homes else rest[0].strength, rest[0].text, community=community)


def _service(strong: list[_Word], service: list[_Word]) -> Meaning:
    narrow = next((hit.use for hit in service if hit.use not in ("service", "party_centre")), None)
    centre = next((hit for hit in strong if hit.use == "party_centre"), None)
    if centre is not None:
        return Meaning("party_centre", "strong", centre.text, function=narrow, community=True)
    return Meaning(narrow or "service", "strong", strong[0].text, community=True)


def _hits(text: str) -> list[_Word]:
    """The known words in a text, those inside a longer known word left out, in the order of the vocabulary."""
    plain, latin = _compact(text), _latin(text)
    bare = _ROOM_NUMBER.sub("", plain)
    bare_latin = re.sub(r"[\s\d]+$", "", latin)
    found: list[tuple[_Word, int, int]] = []
    for word in _vocabulary().words:
        if word.strength in ("void", "outdoor", "entrance"):
            name = bare_latin if word.latin else bare
            # the void over something is named from either end (大厅上空, void over hall)
            ends = name.endswith(word.text) or (word.strength == "void" and name.startswith(word.text))
            if ends and (not word.latin or _says(latin, word.text)):
                found.append((word, -1, -1))
        elif word.exact:
            if bare == word.text:
                found.append((word, 0, len(plain) + 1))
        elif word.latin:
            if word.text in latin:  # spares most of the patterns
                found += [(word, m.start(), m.end()) for m in _latin_pattern(word.text).finditer(latin)]
        else:
            start = plain.find(word.text)
            while start >= 0:
                found.append((word, start, start + len(word.text)))
                start = plain.find(word.text, start + 1)
    kept: list[_Word] = []
    for word, start, end in found:
        inside = any(
            other.latin == word.latin and b <= start and end <= e and e - b > end - start for other, b, e in found
        )
        if (start < 0 or not inside) and word not in kept:
            kept.append(word)
    return kept


def _without_areas(text: str) -> str:
    return _AREA.sub(lambda m: " " if m["unit"] or (m["word"] and m["word"] != "s") else m[0], text)


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _latin(text: str) -> str:
    """Latin words in one spelling, separated by single spaces; ``'s`` and other marks are dropped."""
    text = unicodedata.normalize("NFKC", text).lower().replace("'s ", "s ").replace("’s ", "s ")
    for old, new in _SPELLINGS:
        text = text.replace(old, new)
    return " ".join(re.sub(r"[\W_]+", " ", text.replace("'", "").replace("’", "")).split())


@cache
def _latin_pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){re.escape(word)}s?(?![^\W\d_])")


def _says(text: str, word: str) -> bool:
    return _latin_pattern(word).search(text) is not None
