r"""One statement's attribute values: ``('a',#2,(1.,2.),IFCLABEL('b'),.T.,$)``.

Values become what the parser's library makes of them: strings decoded, ``$`` and ``*`` ``None``, lists tuples,
``.T.`` and ``.F.`` booleans, other literals their names, typed values ``Typed``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bimcheck.readers.ifc.step.errors import UnusualFileError

_STRING = r"'[^']*(?:''[^']*)*'"
_PIECE = re.compile(rf"({_STRING}|[^(),'\s]*)([(),])")
_ATOM = re.compile(rf"{_STRING}|[^(),'\s]+")
_ATOMS = rf"(?:{_ATOM.pattern})(?:,(?:{_ATOM.pattern}))*"
_FLAT = re.compile(rf"\(({_ATOMS})\)")
_LISTED_LAST = re.compile(rf"\((?:({_ATOMS}),)?\((#\d+(?:,#\d+)*)\)\)")
_DECIMAL = r"-?\d{1,20}\.\d{0,40}(?:E[-+]?\d{1,2})?"
_DECIMALS = re.compile(rf"\(\(({_DECIMAL}(?:,{_DECIMAL})*)\)\)")
_PROPERTY = re.compile(r"\(('[^']*'),(\$|'[^']*'),(\w+)\(('[^']*'|[^(),'\s]+)\),\$\)")
_BLANKS = re.compile(rf"\s*({_STRING}|[(),])\s*")
_ESCAPE = re.compile(
    r"\\(?:X2\\((?:[0-9A-F]{4})+)\\X0\\|X4\\((?:[0-9A-F]{8})+)\\X0\\|X\\([0-9A-F]{2})|S\\([ -~])|(\\))|\\"
)
_LITERALS = {".T.": True, ".F.": False, ".U.": "UNKNOWN"}
_SHORT = 160
_LARGEST = 2**31

_NUMBERS = {int, float}
_PLAIN = {int, float, str, bool, tuple, type(None)}

Literals = Sequence[frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with its type: ``IfcLabel('b')``."""

    type_name: str
    wrappedValue: object  # noqa: N815  # the name the library gives it

    def is_a(self, name: str | None = None) -> str | bool:
        """The name of its type, or whether it is of one."""
        return self.type_name if name is None else self.type_name == name

    def id(self) -> int:
        """0: it is no instance."""
        return 0

    def __iter__(self) -> Iterator[object]:
        return iter((self.wrappedValue,))


def values_of(
    text: str, refer: Callable[[int], object], types: Mapping[str, str], literals: Literals
) -> tuple[object, ...]:
    """The attribute values of a statement.

    Args:
        text: the statement from its opening to its closing bracket.
        refer: gives the instance of an id.
        types: the names of types by their keywords.
        literals: for each attribute the literals it may hold, ``None`` where it is no enumeration.

    Raises:
        UnusualFileError: it holds anything else, or not as many values as there are attributes.
    """
    usual = _usual_values(text, refer, types, literals)
    if usual is not None:
        return usual
    pieces: list[tuple[str, str]] = _PIECE.findall(text)
    if len("".join([atom for atom, _ in pieces])) + len(pieces) != len(text):
        stripped = _BLANKS.sub(r"\1", text)
        if stripped == text:
            raise UnusualFileError(text[:80])
        return values_of(stripped, refer, types, literals)
    outer: list[tuple[list[object], str]] = []
    here: list[object] = []
    closed = False  # whether a list or typed value has just ended: no atom may follow it
    for atom, mark in pieces:
        if mark == "(":
            if closed or (atom and atom not in types) or (here and not outer):
                raise UnusualFileError(text[:80])
            outer.append((here, atom))
            here = []
            continue
        if atom:
            known = literals[len(here)] if len(outer) == 1 and len(here) < len(literals) else None
            here.append(value_of(atom, refer, known))
        if closed == bool(atom) and (atom or here or mark == ","):
            raise UnusualFileError(text[:80])
        closed = mark == ")"
        if closed:
            found = tuple(here)
            if not outer:
                raise UnusualFileError(text[:80])
            here, keyword = outer.pop()
            if keyword and len(found) != 1:
                raise UnusualFileError(text[:80])
            if outer and not keyword and _is_mixed(found):
                raise UnusualFileError(text[:80])
            here.append(Typed(types[keyword], found[0]) if keyword else found)
    values = here[0] if closed and not outer and len(here) == 1 else None
    if not isinstance(values, tuple) or len(values) != len(literals):
        raise UnusualFileError(text[:80])
    return values


def _usual_values(
    text: str, refer: Callable[[int], object], types: Mapping[str, str], literals: Literals
) -> tuple[object, ...] | None:
    """The values of what most statements are; ``None`` for others.

    These are points and directions, single properties, and statements without lists or with one list of references at
    their end.
    """
    matched = _DECIMALS.fullmatch(text)
    if matched is not None:
        return (tuple(map(float, matched[1].split(","))),) if len(literals) == 1 else None
    matched = _FLAT.fullmatch(text)
    if matched is not None:
        return _flat(matched[1], refer, literals)
    matched = _PROPERTY.fullmatch(text)
    if matched is not None and len(literals) == 4 and matched[3] in types:
        name, description, keyword, value = matched.groups()
        typed = Typed(types[keyword], value_of(value, refer))
        return value_of(name, refer), value_of(description, refer), typed, None
    matched = _LISTED_LAST.fullmatch(text)
    if matched is None:
        return None
    listed = tuple([refer(int(number)) for number in matched[2][1:].split(",#")])
    if matched[1] is None:
        return (listed,) if len(literals) == 1 else None
    return (*_flat(matched[1], refer, literals[:-1]), listed)


def _flat(atoms: str, refer: Callable[[int], object], literals: Literals) -> tuple[object, ...]:
    found: list[str] = _ATOM.findall(atoms) if "'" in atoms else atoms.split(",")
    if len(found) != len(literals):
        raise UnusualFileError(atoms[:80])
    return tuple([value_of(atom, refer, known) for atom, known in zip(found, literals, strict=True)])


def value_of(atom: str, refer: Callable[[int], object], known: frozenset[str] | None = None) -> object:
    """A value that is no list: string, number, reference, literal (one of those known), or none.

    Raises:
        UnusualFileError: it is none of these.
    """
    if atom == "$":
        return None
    first = atom[0]
    if first == "#":
        number = atom[1:]
        if not number.isdigit():
            raise UnusualFileError(atom)
        return refer(int(number))
    if first == "'":
        return string_of(atom) if "\\" in atom or "'" in atom[1:-1] else atom[1:-1]
    if atom == "*":
        return None
    return _literal(atom, known) if first == "." else _number(atom)


def _is_mixed(items: tuple[object, ...]) -> bool:
    """Whether a list holds plain values of several kinds, or plain values beside instances."""
    kinds = set(map(type, items))
    return len(kinds) > 1 and not kinds <= _NUMBERS and not kinds.isdisjoint(_PLAIN)


def _number(atom: str) -> float:
    try:
        if atom.isdigit():
            value: float = int(atom)
        elif "." in atom and "_" not in atom:
            value = float(atom)
        else:
            value = int(atom)
    except ValueError:
        raise UnusualFileError(atom) from None
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) >= _LARGEST):
        raise UnusualFileError(atom)
    return value


def _literal(atom: str, known: frozenset[str] | None) -> object:
    name = atom[1:-1]
    if known is not None and name in known and atom[-1] == ".":
        return name
    if atom not in _LITERALS:
        raise UnusualFileError(atom)
    return _LITERALS[atom]


def string_of(atom: str) -> str:
    r"""A string in quotes, with its doubled quotes and its escapes (``\X2\…\X0\``, ``\S\a``, ``\\``) read.

    Raises:
        UnusualFileError: it holds escapes of any other kind.
    """
    return _decoded(atom) if len(atom) > _SHORT else _decoded_once(atom)


def _decoded(atom: str) -> str:
    text = atom[1:-1].replace("''", "'")
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


_decoded_once = lru_cache(maxsize=1 << 14)(_decoded)  # names of properties come again and again


def _unescaped(found: re.Match[str]) -> str:
    two, four, one, shifted, backslash = found.groups()
    if backslash:
        return "\\"
    if shifted:
        return chr(ord(shifted) + 128)
    if one:
        return chr(int(one, 16))
    try:
        if two:
            return bytes.fromhex(two).decode("utf-16-be")
        if four:
            return bytes.fromhex(four).decode("utf-32-be")
    except UnicodeDecodeError:
        pass
    raise UnusualFileError(found.string[:80])
