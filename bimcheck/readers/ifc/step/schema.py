"""The classes of an IFC schema: names, ancestors, attributes and enumerations.

The tables in ``schemas/`` are the published EXPRESS schemas, as the parser's library holds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint16]

_MIX = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
_SLOT_BITS = 18


@dataclass(frozen=True, slots=True)
class Class:
    """A class (or, for typed values, a type): ``position`` of each attribute, literals where it is an enumeration."""

    name: str
    ancestors: frozenset[str]
    position: Mapping[str, int]
    literals: tuple[frozenset[str] | None, ...]
    keyword: str


class Schema:
    """One schema. ``code`` numbers its entity classes from 1; ``classes[code]`` is the class."""

    def __init__(self, name: str) -> None:
        table = json.loads(files(__package__).joinpath("schemas", f"{name}.json").read_text("ascii"))
        self._entities: dict[str, tuple[str, str]] = table["entities"]
        self._enumerations = {key: frozenset(items.split()) for key, items in table["enumerations"].items()}
        self.names = ["", *sorted(self._entities)]
        self.types = {each.upper(): each for each in table["types"].split()}
        self._known: dict[str, Class] = {}
        self._below: dict[str, list[int]] = {}
        self.keywords = KeywordTable(each.upper().encode() for each in self.names[1:])

    def named(self, name: str) -> Class:
        """A class by its name."""
        found = self._known.get(name)
        if found is None:
            above, own = self._entities[name]
            parent = self.named(above) if above else Class("", frozenset(), {}, (), "")
            attributes = [attribute.partition(":") for attribute in own.split()]
            position = dict(parent.position)
            position |= {key: len(position) + i for i, (key, _, _) in enumerate(attributes)}
            literals = (*parent.literals, *(self._enumerations.get(kind) for _, _, kind in attributes))
            found = self._known[name] = Class(name, parent.ancestors | {name}, position, literals, name.upper())
        return found

    def codes(self, name: str) -> list[int]:
        """The numbers of a class and of all its subclasses; empty for unknown classes."""
        if name not in self._below:
            self._below[name] = [i for i, each in enumerate(self.names) if each and name in self.named(each).ancestors]
        return self._below[name]


@cache
def schema_named(name: str) -> Schema:
    """A schema by its name (``IFC2X3``, ``IFC4``, ``IFC4X3_ADD2``)."""
    return Schema(name)


class KeywordTable:
    """Tells the number of a keyword from its 64-bit hash, for whole arrays; 0 for unknown ones.

    Hashes come from ``mixed``; no two keywords of the table share a slot.
    """

    def __init__(self, keywords: Iterable[bytes]) -> None:
        hashes = [0, *(_hash_of(keyword) for keyword in keywords)]
        self._hashes = np.array(hashes, dtype=np.uint64)
        self._codes = np.zeros(1 << _SLOT_BITS, dtype=np.uint16)
        self._shift = next(shift for shift in range(64) if len(set(self._slots(shift).tolist())) == len(hashes) - 1)
        self._codes[self._slots(self._shift)] = np.arange(1, len(hashes))

    def _slots(self, shift: int) -> npt.NDArray[np.intp]:
        return _slots(self._hashes[1:], shift)

    def codes(self, hashes: Words) -> Codes:
        """Keyword numbers of hashes."""
        codes = self._codes.take(_slots(hashes, self._shift))
        codes[self._hashes.take(codes) != hashes] = 0
        return codes


def _slots(hashes: Words, shift: int) -> npt.NDArray[np.intp]:
    return ((hashes >> np.uint64(shift)) & np.uint64((1 << _SLOT_BITS) - 1)).view(np.intp)


def mixed(hashes: Words, words: Words) -> Words:
    """Hashes of keywords extended by their next eight bytes (zero after the end)."""
    found = hashes ^ words
    found *= np.uint64(_MIX)
    found ^= found >> np.uint64(32)
    return found


def _hash_of(keyword: bytes) -> int:
    value = 0
    for start in range(0, len(keyword) + 1, 8):
        value = (value ^ int.from_bytes(keyword[start : start + 8], "little")) * _MIX & _WORD
        value ^= value >> 32
    return value
