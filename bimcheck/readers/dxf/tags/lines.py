"""The lines of an ASCII DXF as pairs of group code and value, a piece of the file at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

PIECE_BYTES = 1 << 20
"""Small enough for the arrays of a piece to stay in the processor's cache."""
_NEWLINE, _RETURN = 10, 13
_WIDEST_CODE = 12
PARTS = (b"VERTEX", b"ATTRIB", b"SEQEND")
"""Entities that belong to the polyline or insert before them."""


class UnusualLayoutError(Exception):
    """The file is not laid out as programs lay out drawings, so that reading it by its bytes might misread it."""


@dataclass(frozen=True, slots=True)
class Tags:
    """A run of whole tags.

    ``codes`` (n,) are group codes, ``starts`` and ``stops`` (n,) the places of the values in ``data``, line ends left
    out; ``begins`` (n + 1,) where each tag's first line begins, and where the last one ends. ``offset`` is the place
    of ``data`` in the file.
    """

    data: bytes
    offset: int
    codes: NDArray[np.int32]
    begins: Numbers
    starts: Numbers
    stops: Numbers

    @property
    def buffer(self) -> NDArray[np.uint8]:
        """The bytes as numbers."""
        return np.frombuffer(self.data, np.uint8)

    def value(self, number: int) -> bytes:
        """The value of one tag as it stands in the file."""
        return self.data[int(self.starts[number]) : int(self.stops[number])]

    def values(self, numbers: Numbers) -> list[bytes]:
        """The values of several tags."""
        data = self.data
        spans = zip(self.starts[numbers].tolist(), self.stops[numbers].tolist(), strict=True)
        return [data[start:stop] for start, stop in spans]

    def upto(self, number: int) -> Tags:
        """The tags before one of them."""
        end = int(self.begins[number])
        return Tags(
            self.data[:end], self.offset, self.codes[:number], self.begins[: number + 1], self.starts[:number],
            self.stops[:number],
        )  # fmt: skip


def tags_of(data: bytes, offset: int = 0) -> Tags:
    """The whole tags at the beginning of ``data``; a tag that is not complete is left out.

    Raises:
        UnusualLayoutError: a group code is no plain number, or lines end in several ways.
    """
    buffer = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(buffer == _NEWLINE)
    ends = ends[: len(ends) // 2 * 2]
    if not len(ends):
        return Tags(data[:0], offset, np.empty(0, np.int32), np.zeros(1, np.int64), *np.empty((2, 0), np.int64))
    firsts = np.empty_like(ends)
    firsts[0] = 0
    firsts[1:] = ends[:-1] + 1
    lasts = ends
    if b"\r" in data:
        returns = (buffer[np.maximum(ends - 1, 0)] == _RETURN) & (ends > firsts)
        lasts = ends - returns
        if np.count_nonzero(buffer[: ends[-1]] == _RETURN) != np.count_nonzero(returns):
            raise UnusualLayoutError("a carriage return within a line")
    codes = _group_codes(data, firsts[::2], lasts[::2])
    begins = np.append(firsts[::2], ends[-1] + 1)
    return Tags(data, offset, codes, begins, firsts[1::2], lasts[1::2])


def _group_codes(data: bytes, firsts: Numbers, lasts: Numbers) -> NDArray[np.int32]:
    """Group codes from lines such as ``0``, ``  8`` or ``1070``: the last four bytes of each as one word.

    A blank and a digit differ in bit 4 (0x20, 0x30 to 0x39), so that all four bytes can be looked at together.
    """
    widths = lasts - firsts
    if widths.min() < 1 or widths.max() > _WIDEST_CODE:
        raise UnusualLayoutError("a group code that is no number")
    padded = b"    " + data[: int(lasts[0])]  # the first line has too few bytes before it
    words = np.ndarray((max(len(data) - 3, 1),), "<u4", data if len(data) > 3 else padded, 0, (1,))
    word = words[np.maximum(lasts - 4, 0)]
    word[0] = int.from_bytes(padded[-4:], "little")
    outside = (np.maximum(4 - widths, 0) * 8).astype(np.uint64)
    keep = np.uint64(0xFFFFFFFF) << outside
    word = ((word & keep) | (np.uint64(0x20202020) & ~keep)).astype(np.uint32)
    digits = (word >> 4) & 0x01010101
    low = word & 0x0F0F0F0F
    fine = (word & 0xE0E0E0E0) == 0x20202020
    fine &= (low & ~(digits * 15)) == 0  # what is no digit is a blank
    fine &= ((low + 0x06060606) & 0x10101010) == 0  # no digit is over 9
    fine &= ((digits << 8) & ~digits & 0x01010100) == 0  # no blank follows a digit
    fine &= digits >= 0x01000000
    for wide in np.flatnonzero(widths > 4).tolist():
        fine[wide] &= not data[int(firsts[wide]) : int(lasts[wide]) - 4].strip(b" ")
    if not fine.all():
        raise UnusualLayoutError("a group code that is no number")
    codes = (low >> 24) + 10 * ((low >> 16) & 15) + 100 * ((low >> 8) & 15) + 1000 * (low & 15)
    return np.asarray(codes, np.int32)


def read_tags(file: BinaryIO, start: int, stop: int, piece: int = PIECE_BYTES) -> Iterator[Tags]:
    """The tags between two places of a file, run by run; each run begins with an entity that stands for itself.

    Raises:
        UnusualLayoutError: the lines are no tags.
    """
    file.seek(start)
    carried = b""
    offset, left = start, stop - start
    while left > 0:
        read = file.read(min(left, max(piece, len(carried))))
        if not read:
            raise UnusualLayoutError("the file grew shorter while it was read")
        left -= len(read)
        data = carried + read
        if not left and not data.endswith(b"\n"):
            data += b"\n"
        if b"\0" in read:
            raise UnusualLayoutError("a zero byte")
        tags = tags_of(data, offset)
        whole = tags if not left else tags.upto(_last_head(tags))
        if len(whole.codes):
            yield whole
        used = int(whole.begins[-1])
        carried = data[used:]
        offset += used
    if carried.strip():
        raise UnusualLayoutError("a group code without a value")


def _last_head(tags: Tags) -> int:
    """The number of the last tag that begins an entity which is no part of the one before it; 0 where there is none."""
    for number in np.flatnonzero(tags.codes == 0)[::-1].tolist():
        if tags.value(number).strip() not in PARTS:
            return int(number)
    return 0
