"""One pass over a STEP file: where each instance stands and of which class it is.

Block by block, small enough to stay in the processor's cache, the whole data section is checked by array operations:
plain ASCII; every line one statement ``#id=CLASS(…);`` (statements wrapped over lines, blank lines and lines of comment
included); ids used once; classes known; strings closed; brackets even; every reference leading to an instance. What
differs in any of these raises ``UnusualFileError``. The numbers and literals of instances that are never read are not
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.step.schema import Schema, Words
from bimcheck.readers.ifc.step.words import DIGITS, Bytes, Places, keyword_hashes, numbers, words_of

_BLOCK = 1 << 18
_LARGEST_FILE = 1 << 32
_MOST_SPARE_IDS = 1 << 24
_PADDING = 80
_COMMENT_LINE = re.compile(rb"^[ \t]*/\*[^\n]*?\*/[ \t\r]*$", re.MULTILINE)
_NEWLINE, _RETURN, _SPACE, _TAB, _QUOTE, _OPEN, _CLOSE = b"\n\r \t'()"
_SEMICOLON, _HASH, _EQUALS, _SLASH = b";#=/"


@dataclass(frozen=True, slots=True)
class Index:
    """Where instances stand: by id, the offset in the file (0 for none) and the number of the class."""

    offsets: npt.NDArray[np.uint32]
    codes: npt.NDArray[np.uint16]


def scan(file: FileIO, start: int, end: int, schema: Schema) -> Index:
    """Index the data section of a file, from the end of ``DATA;`` to its ``ENDSEC;``.

    Raises:
        UnusualFileError: it is not laid out as usual, or not sound.
    """
    if end >= _LARGEST_FILE:
        raise UnusualFileError("size")
    scanner = _Scanner(schema, end - start)
    for store, length, offset in _blocks(file, start, end):
        scanner.add(store, length, offset)
    return scanner.index()


def _blocks(file: FileIO, start: int, end: int) -> Iterator[tuple[bytearray, int, int]]:
    """The section in blocks of whole statements: the store, how much of it counts, and its place in the file.

    The store is used again for the next block.
    """
    store = bytearray(2 * _BLOCK + _PADDING)
    file.seek(start)
    kept, offset = 0, start
    while True:
        wanted = min(max(_BLOCK, kept), end - offset - kept)
        if kept + wanted + _PADDING > len(store):
            store.extend(bytes(kept + wanted))  # a statement longer than a block
        with memoryview(store) as view:
            got = file.readinto(view[kept : kept + wanted]) if wanted else 0
        length = kept + got
        if wanted and not got:
            raise UnusualFileError("file changed")
        last = offset + length >= end
        cut = length if last else max(store.rfind(b";\n", 0, length) + 2, store.rfind(b";\r\n", 0, length) + 3)
        if cut > 3 or last:
            yield store, cut, offset
            store[: length - cut] = store[cut:length]
            kept, offset = length - cut, offset + cut
        else:
            kept = length
        if last:
            return


class _Scanner:
    def __init__(self, schema: Schema, size: int) -> None:
        self._keywords = schema.keywords
        self._most_ids = size // 8 + _MOST_SPARE_IDS
        self._offsets = np.zeros(size // 40 + 1024, dtype=np.uint32)
        self._codes = np.zeros(len(self._offsets), dtype=np.uint16)
        self._count = 0
        self._pending: list[Places] = []

    def index(self) -> Index:
        """The index, once every block is added."""
        if np.count_nonzero(self._offsets) != self._count:
            raise UnusualFileError("ids occur twice")
        if self._pending and not bool(self._known(np.concatenate(self._pending)).all()):
            raise UnusualFileError("references lead nowhere")
        return Index(self._offsets, self._codes)

    def add(self, store: bytearray, length: int, offset: int) -> None:
        """Check and index one block."""
        whole = np.frombuffer(store, dtype=np.uint8)
        block = whole[:length]
        if bool((block == _SLASH).any()) and store.find(b"/*", 0, length) >= 0:
            _blank_comments(store, length)
        if length and int(block.view(np.int8).min()) <= 0:
            raise UnusualFileError("no plain text")
        words = words_of(whole)
        starts, ends, newlines = _statements(block)
        if not len(starts):
            return
        quotes = _quotes(block, newlines)
        _check_structure(block, starts, ends, quotes)
        self._enter(block, words, starts, offset)
        self._refer(block, words, starts, quotes)

    def _enter(self, block: Bytes, words: Words, starts: Places, offset: int) -> None:
        ids, digits = numbers(words[starts + 1])
        places = starts + 1 + digits
        if int(digits.min()) == 0 or int(digits.max()) == DIGITS or int(ids.min()) == 0:
            raise UnusualFileError("id")
        places = _skip_blanks(block, places)
        if bool((block.take(places, mode="clip") != _EQUALS).any()):
            raise UnusualFileError("no instance")
        places = _skip_blanks(block, places + 1)
        codes = self._keywords.codes(keyword_hashes(words, places))
        if not bool(codes.all()):
            raise UnusualFileError("class")
        highest = int(ids.max())
        if highest >= len(self._offsets):
            self._grow(highest)
        self._offsets[ids] = starts + offset
        self._codes[ids] = codes
        self._count += len(starts)

    def _refer(self, block: Bytes, words: Words, starts: Places, quotes: Places) -> None:
        """Note references to instances that have not come yet; what only looks like a reference stands in a string."""
        marks = block == _HASH
        marks[starts] = False
        places = np.flatnonzero(marks)
        ids, digits = numbers(words[places + 1])
        doubtful = np.flatnonzero(~self._known(ids) | (digits == 0) | (digits == DIGITS))
        if not len(doubtful):
            return
        if len(quotes):
            doubtful = doubtful[np.searchsorted(quotes, places.take(doubtful)) % 2 == 0]
        digits = digits.take(doubtful)
        if bool(((digits == 0) | (digits == DIGITS)).any()):
            raise UnusualFileError("reference")
        self._pending.append(np.unique(ids.take(doubtful)))

    def _known(self, ids: Places) -> npt.NDArray[np.bool_]:
        return np.asarray((self._offsets.take(ids, mode="clip") != 0) & (ids < len(self._offsets)))

    def _grow(self, highest: int) -> None:
        if highest > self._most_ids:
            raise UnusualFileError("ids far apart")
        size = max(highest + 1, len(self._offsets) * 3 // 2)
        self._offsets = np.append(self._offsets, np.zeros(size - len(self._offsets), dtype=np.uint32))
        self._codes = np.append(self._codes, np.zeros(size - len(self._codes), dtype=np.uint16))


def _blank_comments(store: bytearray, length: int) -> None:
    """Overwrite lines that are nothing but a comment; other comments are not usual."""
    text = bytes(memoryview(store)[:length])
    blank = _COMMENT_LINE.sub(lambda found: b" " * len(found.group()), text)
    place = blank.find(b"/*")
    while place >= 0:
        line = blank.rfind(b"\n", 0, place) + 1
        if blank.count(b"'", line, place) % 2 == 0:
            raise UnusualFileError("comment")
        place = blank.find(b"/*", place + 2)
    store[:length] = blank


def _statements(block: Bytes) -> tuple[Places, Places, Places]:
    """Where statements start, where their semicolons stand, and where lines end."""
    newlines = np.flatnonzero(block == _NEWLINE)
    ends = newlines if len(newlines) and newlines[-1] == len(block) - 1 else np.append(newlines, len(block))
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = block.take(np.maximum(ends - 1, 0))
    if bool((last == _SEMICOLON).all()):
        return starts, ends - 1, newlines
    ends = ends - (last == _RETURN)
    last = block.take(np.maximum(ends - 1, 0))
    # blank lines are left out; what ends without a semicolon goes on in the next line
    filled = ends > starts
    for i in np.flatnonzero((last == _SPACE) | (last == _TAB)):
        text = block[starts[i] : ends[i]].tobytes().rstrip(b" \t")
        filled[i] = bool(text)
        ends[i] = starts[i] + len(text)
    starts, ends = starts[filled], ends[filled]
    complete = block.take(np.maximum(ends - 1, 0)) == _SEMICOLON
    if len(complete) and not complete[-1]:
        raise UnusualFileError("statement without end")
    begins = np.concatenate([[True], complete[:-1]])[: len(starts)]
    return starts[begins], ends[complete] - 1, newlines


def _quotes(block: Bytes, newlines: Places) -> Places:
    """Where quotes stand; no string goes on over a line."""
    quotes = np.flatnonzero(block == _QUOTE)
    if len(quotes) % 2:
        raise UnusualFileError("string")
    lines = np.searchsorted(newlines, quotes)
    if bool((lines[::2] != lines[1::2]).any()):
        raise UnusualFileError("string")
    return quotes


def _check_structure(block: Bytes, starts: Places, ends: Places, quotes: Places) -> None:
    """Statements begin with an id and end in a bracket; no other semicolon and no odd bracket outside strings."""
    if bool((block.take(starts) != _HASH).any()):
        raise UnusualFileError("no instance")
    before = block.take(ends - 1)
    if bool((before != _CLOSE).any()) and any(
        block[: ends[i]].tobytes()[-80:].rstrip()[-1:] != b")" for i in np.flatnonzero(before != _CLOSE)
    ):
        raise UnusualFileError("statement without end")
    if np.count_nonzero(block == _SEMICOLON) != len(ends):
        others = np.setdiff1d(np.flatnonzero(block == _SEMICOLON), ends, assume_unique=True)
        if bool((np.searchsorted(quotes, others) % 2 == 0).any()):
            raise UnusualFileError("several statements")
    if np.count_nonzero(block == _OPEN) != np.count_nonzero(block == _CLOSE):
        counts = [
            np.count_nonzero(np.searchsorted(quotes, np.flatnonzero(block == bracket)) % 2 == 0)
            for bracket in (_OPEN, _CLOSE)
        ]
        if counts[0] != counts[1]:
            raise UnusualFileError("brackets")


def _skip_blanks(block: Bytes, places: Places) -> Places:
    for _ in range(8):
        blank = block.take(places, mode="clip") == _SPACE
        if not bool(blank.any()):
            break
        places = places + blank
    return places
