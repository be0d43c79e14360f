"""Many plain statements at once, straight from the text: lists of references, and points.

Only statements without blanks that hold nothing else are taken; the answer ``None`` means that they must be read one by
one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.step.mapped import MappedText
from bimcheck.readers.ifc.step.scan import Index
from bimcheck.readers.ifc.step.words import DIGITS, Bytes, Places, numbers, words_of

_NEAR = 1 << 13
_BATCH = 1 << 22
_PADDING = 8
_OPEN, _CLOSE, _COMMA, _HASH, _SEMICOLON = b"(),#;"


class Bulk:
    """Reads statements of one file by arrays of ids."""

    def __init__(self, text: MappedText, index: Index, names: Sequence[str]) -> None:
        self._text = text
        self._index = index
        self._codes = {name: code for code, name in enumerate(names)}

    def mask(self, ids: Places, class_name: str) -> npt.NDArray[np.bool_]:
        """Which instances are of a class itself (no subclass of it)."""
        return np.asarray(self._index.codes[ids] == self._codes[class_name])

    def are(self, ids: Places, *class_names: str) -> bool:
        """Whether all instances are of one of some classes."""
        codes = self._index.codes[ids]
        return bool(np.logical_or.reduce([codes == self._codes[name] for name in class_names]).all())

    def references(self, ids: Places, *closings: bytes) -> tuple[Places, Places] | None:
        """The references of statements ``#1=X((#2,#3…``: end to end, and how many each holds.

        After the last reference each statement must end in one of some closings, all equally long.
        """
        order = np.argsort(self._index.offsets[ids], kind="stable")
        pieces = [self._references(part, closings) for part in self._batches(ids[order])]
        if any(piece is None for piece in pieces):
            return None
        found = [piece for piece in pieces if piece is not None]
        flat, counts = (np.concatenate([piece[i] for piece in found]) for i in (0, 1))
        if bool((order[1:] > order[:-1]).all()):
            return flat, counts
        # from the order in the file back to the order asked for
        starts = np.cumsum(counts) - counts
        back = np.argsort(order)
        counts, starts = counts[back], starts[back]
        first = np.cumsum(counts) - counts
        return flat[np.repeat(starts - first, counts) + np.arange(len(flat))], counts

    def relations(self, ids: Places) -> tuple[Places, Places, Places] | None:
        """What statements ``…,(#1,#2),#3);`` relate: the last references, those of the lists, and how many each has.

        Strings before the list may hold anything: nothing but references follows a statement's last opening bracket.
        """
        if not bool((np.diff(self._index.offsets[ids].astype(np.int64)) > 0).all()):
            return None
        pieces = [self._relations(part) for part in self._batches(ids)]
        if any(piece is None for piece in pieces):
            return None
        found = [piece for piece in pieces if piece is not None]
        single, listed, counts = (np.concatenate([piece[i] for piece in found]) for i in range(3))
        return single, listed, counts

    def points(self, ids: Places) -> npt.NDArray[np.float64] | None:
        """The three coordinates of points, a row each, in the file's unit."""
        order = np.argsort(self._index.offsets[ids], kind="stable")
        pieces = [self._points(part) for part in self._batches(ids[order])]
        if any(piece is None for piece in pieces):
            return None
        found = np.empty((len(ids), 3))
        found[order] = np.concatenate([piece for piece in pieces if piece is not None])
        return found

    def _batches(self, ids: Places) -> list[Places]:
        """Ids in the order of the file, parted so that no batch needs much text at once."""
        gaps = np.diff(self._index.offsets[ids].astype(np.int64))
        batch = np.cumsum(np.minimum(gaps, _NEAR)) // _BATCH
        return np.split(ids, np.flatnonzero(np.diff(batch, prepend=0)) + 1)

    def _block(self, ids: Places) -> tuple[Bytes, Places, Places] | None:
        """The text of some statements and of what stands between near ones; where each begins and its line ends."""
        offsets = self._index.offsets[ids].astype(np.int64)
        bounds = np.concatenate([[0], np.flatnonzero(np.diff(offsets) > _NEAR) + 1, [len(ids)]])
        firsts = offsets[bounds[:-1]]
        pieces = [
            self._text[first : self._text.line_end(last) + 1]
            for first, last in zip(firsts.tolist(), offsets[bounds[1:] - 1].tolist(), strict=True)
        ]
        lengths = np.array([len(piece) for piece in pieces])
        starts = offsets - np.repeat(firsts - (np.cumsum(lengths) - lengths), np.diff(bounds))
        block = np.frombuffer(b"".join([*pieces, bytes(_PADDING)]), dtype=np.uint8)
        lines = np.flatnonzero(block == ord("\n"))
        ends = lines[np.searchsorted(lines, starts)]
        ends = ends - (block[ends - 1] == ord("\r"))
        return (block, starts, ends) if bool((block[ends - 1] == _SEMICOLON).all()) else None

    def _references(self, ids: Places, closings: Sequence[bytes]) -> tuple[Places, Places] | None:
        given = self._block(ids)
        if given is None:
            return None
        block, starts, ends = given
        brackets = np.flatnonzero(block == _OPEN)
        first = brackets[np.minimum(np.searchsorted(brackets, starts), len(brackets) - 1)]
        first = first + (block[first + 1] == _OPEN) + 1
        places = np.flatnonzero(block[:-_PADDING] == _HASH)
        low, high = np.searchsorted(places, first), np.searchsorted(places, ends)
        counts = high - low
        if int(counts.min()) < 1:
            return None
        at = places[np.repeat(low - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())]
        values, digits = numbers(words_of(block)[at + 1])
        if int(digits.min()) == 0 or int(digits.max()) == DIGITS:
            return None
        after = at + 1 + digits
        last = np.cumsum(counts) - 1
        inner = np.ones(len(at), dtype=bool)
        inner[last] = False
        # after a reference a comma and the next one, after the last the closing
        plain = bool((block[after[inner]] == _COMMA).all()) and bool((after[inner] + 1 == at[1:][inner[:-1]]).all())
        tails = block[np.minimum(after[last, None] + np.arange(len(closings[0])), len(block) - 1)]
        closed = np.logical_or.reduce([(tails == list(closing)).all(axis=1) for closing in closings])
        framed = (at[last - counts + 1] == first) & (after[last] + len(closings[0]) == ends) & closed
        return (values, counts) if plain and bool(framed.all()) else None

    def _relations(self, ids: Places) -> tuple[Places, Places, Places] | None:
        given = self._block(ids)
        if given is None:
            return None
        block, starts, ends = given
        brackets = np.flatnonzero(block == _OPEN)
        first = brackets[np.searchsorted(brackets, ends) - 1] + 1
        places = np.flatnonzero(block[:-_PADDING] == _HASH)
        low, high = np.searchsorted(places, first), np.searchsorted(places, ends)
        counts = high - low
        if int(counts.min()) < 2 or not bool((first > starts).all()):
            return None
        at = places[np.repeat(low - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())]
        values, digits = numbers(words_of(block)[at + 1])
        if int(digits.min()) == 0 or int(digits.max()) == DIGITS:
            return None
        after = at + 1 + digits
        last = np.cumsum(counts) - 1
        # between two references of the list a comma, before the last one the closing bracket and a comma
        gap = np.ones(len(at), dtype=np.intp)
        gap[last - 1] = 2
        inner = np.ones(len(at), dtype=bool)
        inner[last] = False
        framed = (at[last - counts + 1] == first) & (after[last] + 2 == ends) & (block[after[last]] == _CLOSE)
        framed &= (block[after[last - 1]] == _CLOSE) & (block[after[last - 1] + 1] == _COMMA)
        listed = inner.copy()
        listed[last - 1] = False
        plain = bool((block[after[listed]] == _COMMA).all())
        plain = plain and bool(((after + gap)[inner] == at[1:][inner[:-1]]).all())
        return (values[last], values[inner], counts - 1) if plain and bool(framed.all()) else None

    def _points(self, ids: Places) -> npt.NDArray[np.float64] | None:
        given = self._block(ids)
        if given is None:
            return None
        block, starts, ends = given
        brackets = np.flatnonzero(block == _OPEN)
        first = brackets[np.minimum(np.searchsorted(brackets, starts), len(brackets) - 1)] + 2
        closed = ends - 3
        commas = np.flatnonzero(block == _COMMA)
        three = np.searchsorted(commas, closed) - np.searchsorted(commas, first) == 2
        framed = (block[first - 1] == _OPEN) & (block[closed] == _CLOSE) & (block[closed + 1] == _CLOSE)
        if not bool((three & framed & (closed > first)).all()):
            return None
        text = block.tobytes()
        rows = [text[a:b] for a, b in zip(first.tolist(), closed.tolist(), strict=True)]
        joined = b",".join(rows)
        if b",." in joined or b"-." in joined or b"_" in joined or joined[:1] == b".":
            return None
        try:
            values = [float(each) for each in joined.split(b",")]
        except ValueError:
            return None
        return np.array(values).reshape(-1, 3) if all(map(math.isfinite, values)) else None
