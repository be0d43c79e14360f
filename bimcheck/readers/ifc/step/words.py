"""Numbers and keywords in text, eight bytes at a time, for whole arrays (SIMD within a register)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.step.schema import Words, mixed

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]


def _each(byte: int) -> np.uint64:
    return np.uint64(int.from_bytes(bytes([byte]) * 8, "little"))


_HIGH, _ONES = _each(0x80), _each(0x01)
_ZEROS, _ABOVE_NINE, _BRACKETS = _each(ord("0")), _each(0x76), _each(ord("("))
_N = [np.uint64(i) for i in range(65)]
_PAIRS, _FOURS, _EIGHT = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0000FFFF0000FFFF), np.uint64(0xFFFFFFFF)
_TEN, _HUNDRED, _MYRIAD = np.uint64(10), np.uint64(100), np.uint64(10_000)

DIGITS = 8
"""How many digits of a number are read."""


def words_of(store: Bytes) -> Words:
    """Each place's next eight bytes as one word; the last seven bytes are only followed."""
    return np.ndarray((len(store) - 7,), "<u8", store.data, 0, (1,))


def numbers(words: Words) -> tuple[Places, Places]:
    """The decimal numbers that words begin with, and how many digits they have (up to ``DIGITS``; 0 for none).

    The digits are shifted to the end of the word, then joined by two, four and eight.
    """
    values = words ^ _ZEROS
    other = ((values + _ABOVE_NINE) | values) & _HIGH  # the high bit of every byte that is no digit
    first = other & (~other + _N[1])
    inside = (first >> _N[7]) - _N[1]
    bits = np.bitwise_count(inside)
    values &= inside
    values <<= _N[64] - bits
    values = (values * _TEN + (values >> _N[8])) & _PAIRS
    values = (values * _HUNDRED + (values >> _N[16])) & _FOURS
    values = (values * _MYRIAD + (values >> _N[32])) & _EIGHT
    return values.view(np.intp), (bits >> 3).astype(np.intp)


def keyword_hashes(words: Words, places: Places) -> Words:
    """Hashes of the keywords that begin at places and end before a bracket, as a ``KeywordTable`` takes them."""
    part, ended = _before_bracket(words[places])
    hashes = mixed(np.zeros_like(part), part)
    going = np.flatnonzero(~ended)
    for step in range(8, 72, 8):
        if not len(going):
            break
        part, ended = _before_bracket(words[np.minimum(places.take(going) + step, len(words) - 1)])
        hashes[going] = mixed(hashes.take(going), part)
        going = going[~ended]
    hashes[going] = 0
    return hashes


def _before_bracket(words: Words) -> tuple[Words, npt.NDArray[np.bool_]]:
    """The bytes of words before their first opening bracket, zero after, and whether there is one."""
    rest = words ^ _BRACKETS
    found = (rest - _ONES) & ~rest & _HIGH
    first = found & (~found + _N[1])
    return words & ((first >> _N[7]) - _N[1]), found != 0
