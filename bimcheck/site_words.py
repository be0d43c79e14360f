"""What a name says about a thing outdoors: a street, a fence, a stall. The words are data (``site_words.toml``).

For names of things already known to stand outdoors, or drawn as markings; a room's name is read by ``vocabulary``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from bimcheck.model import SiteKind

_Words = re.Pattern[str]
_AFTER_ROAD = r"(?:[东西南北中上下内外]{0,2}段|[东西南北]侧)?(?:[(\[【].*)?$"


@dataclass(frozen=True, slots=True)
class _Group:
    kind: SiteKind
    words: _Words
    needs: _Words | None
    unless: _Words | None


@dataclass(frozen=True, slots=True)
class _SiteWords:
    never: _Words
    accessible: _Words
    underground: _Words
    car_park: _Words
    groups: tuple[_Group, ...]


@lru_cache(maxsize=1 << 16)  # each thing's name is asked about several times
def classify_site_name(text: str) -> SiteKind | None:
    """The kind of outdoor thing a name speaks of, or ``None``.

    A whole car park (停车场) is no stall and gives ``None``; see ``names_car_park``.
    """
    words, name = _site_words(), _normal(text)
    if words.never.search(name) or (words.car_park.search(name) and not re.search("车位|泊位", name)):
        return None
    for group in words.groups:
        asked = group.needs is None or group.needs.search(name)
        if group.words.search(name) and asked and not (group.unless and group.unless.search(name)):
            return group.kind
    return None


def is_accessible(text: str) -> bool:
    """Whether a name says that a stall is for people with disabilities (无障碍)."""
    return bool(_site_words().accessible.search(_normal(text)))


def is_underground(text: str) -> bool:
    """Whether a name says that something lies below ground."""
    return bool(_site_words().underground.search(_normal(text)))


def names_car_park(text: str) -> bool:
    """Whether a name speaks of a car park as a whole, so that its stalls cannot be counted."""
    return bool(_site_words().car_park.search(_normal(text)))


def _normal(text: str) -> str:
    """Compatibility forms folded; spaces kept only between Latin words."""
    folded = re.sub(r"[\s_\-]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
    return re.sub(r"(?<=[^a-zäöüß]) | (?=[^a-zäöüß])", "", folded)


def _pattern(words: Iterable[str], endings: Iterable[str] = ()) -> _Words:
    """Latin words match whole, Chinese ones anywhere, endings at the end of the name of a road."""
    parts = [
        rf"(?<![a-zäöüß]){re.escape(word.casefold())}(?![a-zäöüß])"
        if re.match("[a-z]", word, re.I)
        else re.escape(word)
        for word in words
    ]
    parts += [rf"(?<=[\u4e00-\u9fffa-z0-9]){re.escape(ending)}{_AFTER_ROAD}" for ending in endings]
    return re.compile("|".join(parts))


@cache
def _site_words() -> _SiteWords:
    data = tomllib.loads(resources.files("bimcheck.data").joinpath("site_words.toml").read_text("utf-8"))

    def listed(key: str) -> _Words:
        return _pattern([*data[key], *data[f"latin_{key}"]])

    groups = tuple(
        _Group(
            group["kind"],
            _pattern([*group["zh"], *group["latin"]], group.get("endings", ())),
            _pattern(group["needs"]) if "needs" in group else None,
            _pattern(group["unless"]) if "unless" in group else None,
        )
        for group in data["group"]
    )
    return _SiteWords(listed("never"), listed("accessible"), listed("underground"), listed("car_park"), groups)
