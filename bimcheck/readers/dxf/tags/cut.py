"""A drawing cut in two: what is read from its tags at once, and a smaller drawing of the rest for ezdxf.

The file is walked once from front to back; its blocks are walked again when it is known which of them are placed.
Left out altogether are blocks that nothing places (the graphics of dimensions among them), previews and solids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from bimcheck.readers.dxf.encoding import Decoder
from bimcheck.readers.dxf.tags.entities import KINDS, Entities, entities_of, of_kinds
from bimcheck.readers.dxf.tags.lines import PIECE_BYTES, Tags, UnusualLayoutError, read_tags
from bimcheck.readers.dxf.tags.parts import Part
from bimcheck.readers.dxf.tags.taking import Taker
from bimcheck.readers.dxf.tags.values import require_numbers

MODEL_SPACE = "*model_space"
_PAPER_SPACE = "*paper_space"
_OLD_LAYOUTS = ("$model_space", "$paper_space")
_ORDER = ("HEADER", "CLASSES", "TABLES", "BLOCKS", "ENTITIES", "OBJECTS")
_TEXT_FRAMES = b"ACAD_MTEXT_TEXT_BORDERS"
_NAME, _HANDLE, _UTF8 = 2, 5, ("ascii", "utf-8")


@dataclass(slots=True)
class Cut:
    """``text`` is the smaller drawing; ``parts`` what was taken, by the name of block or layout in lower case."""

    text: str
    parts: dict[str, Part]


@dataclass(slots=True)
class _Definition:
    """A block as seen on the first walk: which others it places."""

    places: set[str] = field(default_factory=set)
    empty: bool = True


def cut_drawing(
    file: BinaryIO,
    start: int,
    size: int,
    decoder: Decoder,
    unused: Callable[[str], bool],
    *,
    old: bool,
    piece: int = PIECE_BYTES,
) -> Cut:
    """Cut an ASCII DXF.

    Args:
        file: the drawing, opened for bytes.
        start: where its first line begins.
        size: where it ends.
        decoder: reads its texts.
        unused: whether curves on a layer are of no use.
        old: whether it is R12.
        piece: how many bytes are looked at together.

    Raises:
        UnusualLayoutError: the drawing has to be read as a whole.
    """
    return _Walk(file, decoder, Taker(decoder, unused, old=old), piece).walk(start, size)


class _Walk:
    def __init__(self, file: BinaryIO, decoder: Decoder, taker: Taker, piece: int) -> None:
        self._file = file
        self._decoder = decoder
        self._taker = taker
        self._piece = piece
        self._section = ""
        self._seen: list[str] = []
        self._kept: dict[str, list[bytes]] = {}
        self._tables: list[tuple[str | None, bytes]] = []
        self._blocks: dict[str, _Definition] = {}
        self._block: str | None = None
        self._from, self._to = 0, 0
        self._placed_by_rest: list[str] = []
        self._parts: dict[str, Part] = {MODEL_SPACE: Part()}
        self._ended = False

    def walk(self, start: int, size: int) -> Cut:
        for tags in read_tags(self._file, start, size, self._piece):
            if _TEXT_FRAMES in tags.data:
                raise UnusualLayoutError("frames around texts, which are no lines of the drawing")
            self._look_at_text(tags)
            require_numbers(tags)
            self._pass(entities_of(tags))
            if self._ended:
                break
        if not self._ended or "ENTITIES" not in self._seen:
            raise UnusualLayoutError("no end, or nothing before it")
        placed = self._placed()
        self._read_blocks(placed)
        return Cut(self._decoder.text(b"".join(self._rest(placed))), self._parts)

    def _look_at_text(self, tags: Tags) -> None:
        """Have every line that is not plain ASCII decoded, so that those that cannot be are known."""
        if self._decoder.encoding in _UTF8:
            return
        foreign = np.flatnonzero(tags.buffer[: int(tags.begins[-1])] >= 128)
        for number in np.unique(np.searchsorted(tags.begins, foreign, side="right") - 1).tolist():
            self._decoder.see(tags.value(number))

    # ------------------------------------------------------------------ the first walk

    def _pass(self, entities: Entities) -> None:
        at = 0
        marks = np.flatnonzero(of_kinds(entities.kinds, "SECTION", "ENDSEC", "EOF")).tolist()
        for mark in [*marks, len(entities)]:
            if mark > at:
                self._content(entities, at, mark)
            if mark == len(entities):
                return
            kind = KINDS[entities.kinds[mark]]
            if kind == "EOF":
                self._ended = not self._section
                if not self._ended:
                    raise UnusualLayoutError("an end within a section")
                return
            if kind == "SECTION":
                self._open(entities, mark)
            elif self._section:
                if self._section == "BLOCKS":
                    self._to = entities.place(mark)
                self._section = ""
            else:
                raise UnusualLayoutError("the end of no section")
            at = mark + 1

    def _open(self, entities: Entities, number: int) -> None:
        name = _name(entities, number).decode("ascii", "replace")
        if self._section or name in self._seen:
            raise UnusualLayoutError("sections in each other, or twice")
        order = [_ORDER.index(each) for each in (*self._seen, name) if each in _ORDER]
        if order != sorted(order) or self._block is not None:
            raise UnusualLayoutError("sections in another order")
        self._section = name
        self._seen.append(name)
        if name == "HEADER":
            self._kept[name] = [entities.raw(number, number + 1)]
        elif name in _ORDER:
            self._kept[name] = [b"  0\nSECTION\n  2\n" + name.encode() + b"\n"]
        if name == "BLOCKS":
            self._from = entities.place(number + 1)

    def _content(self, entities: Entities, first: int, last: int) -> None:
        if not self._section:
            raise UnusualLayoutError("entities outside of all sections")
        if self._section == "ENTITIES":
            part_of = np.full(len(entities), -1)
            part_of[first:last] = 0
            left = self._taker.take(entities, [self._parts[MODEL_SPACE]], part_of, layout=[True])
            self._kept["ENTITIES"] += [_whole(entities, number) for number in left]
            self._placed_by_rest += [self._key(_name(entities, number)) for number in _inserts(entities, left)]
        elif self._section == "TABLES":
            for number in range(first, last):
                record = KINDS[entities.kinds[number]] == "BLOCK_RECORD"
                name = self._key(_name(entities, number)) if record else None
                self._tables.append((name, entities.raw(number, number + 1)))
                if name == _PAPER_SPACE:
                    self._taker.paper_space = _value(entities, number, _HANDLE) or b""
        elif self._section == "BLOCKS":
            self._list_blocks(entities, first, last)
        elif self._section in self._kept:
            self._kept[self._section].append(entities.raw(first, last))

    def _list_blocks(self, entities: Entities, first: int, last: int) -> None:
        for number in range(first, last):
            kind = KINDS[entities.kinds[number]]
            if kind == "BLOCK":
                name = self._key(_name(entities, number))
                if self._block is not None or not name or name in self._blocks:
                    raise UnusualLayoutError("blocks in each other, or twice")
                self._block = name
                self._blocks[name] = _Definition()
            elif self._block is None:
                raise UnusualLayoutError("an entity outside of all blocks")
            elif kind == "ENDBLK":
                self._block = None
            else:
                self._blocks[self._block].empty = False
                if kind == "INSERT":
                    self._blocks[self._block].places.add(self._key(_name(entities, number)))

    def _key(self, name: bytes) -> str:
        return self._decoder.value(name).lower()

    # ------------------------------------------------------------------ blocks

    def _placed(self) -> set[str]:
        """The blocks that layouts place, and those that these place in turn."""
        for layout in (MODEL_SPACE, _PAPER_SPACE, *_OLD_LAYOUTS):
            if layout in self._blocks and not self._blocks[layout].empty:
                raise UnusualLayoutError("a layout drawn among the blocks")
        found: set[str] = set()
        waiting = [name for name in self._blocks if name.startswith((MODEL_SPACE, _PAPER_SPACE, *_OLD_LAYOUTS))]
        waiting += [insert.name.lower() for _, insert in self._parts[MODEL_SPACE].inserts]
        waiting += self._placed_by_rest
        while waiting:
            name = waiting.pop()
            if name not in found and name in self._blocks:
                found.add(name)
                waiting += self._blocks[name].places
        return found

    def _read_blocks(self, placed: set[str]) -> None:
        """The second walk: take what can be taken from the blocks that are placed."""
        names = {name: number for number, name in enumerate(sorted(placed))}
        parts = [Part() for _ in names]
        layout = [name.startswith(_PAPER_SPACE) for name in sorted(placed)]
        self._taker.paper_space = b""
        current = -1
        for tags in read_tags(self._file, self._from, self._to, self._piece) if placed else ():
            entities = entities_of(tags)
            part_of = np.full(len(entities), -1)
            shown: list[int] = []
            first = 0
            for number in np.flatnonzero(of_kinds(entities.kinds, "BLOCK", "ENDBLK")).tolist():
                if KINDS[entities.kinds[number]] == "BLOCK":
                    current = names.get(self._key(_name(entities, number)), -1)
                    first = number + 1
                    shown += [number] if current >= 0 else []
                else:
                    part_of[first:number] = current
                    shown += [number] if current >= 0 else []
                    current, first = -1, number + 1
            part_of[first:] = current
            shown += self._taker.take(entities, parts, part_of, layout=layout)
            self._kept["BLOCKS"] += [_whole(entities, number) for number in sorted(shown)]
        mine = zip(sorted(placed), parts, strict=True)
        self._parts.update((name, part) for name, part in mine if name not in (MODEL_SPACE, _PAPER_SPACE))

    def _rest(self, placed: set[str]) -> Iterator[bytes]:
        """The smaller drawing."""
        for name in _ORDER:
            if name in self._kept:
                yield from self._kept[name]
                if name == "TABLES":
                    yield from (raw for block, raw in self._tables if block is None or self._keeps(block, placed))
                yield b"  0\nENDSEC\n"
        yield b"  0\nEOF\n"

    def _keeps(self, block: str, placed: set[str]) -> bool:
        return block in placed or block not in self._blocks


def _value(entities: Entities, number: int, code: int) -> bytes | None:
    first, stop = int(entities.firsts[number]), int(entities.firsts[number + 1])
    found = np.flatnonzero(entities.tags.codes[first:stop] == code)
    return entities.tags.value(first + int(found[0])) if len(found) else None


def _name(entities: Entities, number: int) -> bytes:
    """What a section, block, record or insert is called.

    Raises:
        UnusualLayoutError: it is not called anything.
    """
    name = _value(entities, number, _NAME)
    if name is None:
        raise UnusualLayoutError("something without its name")
    return name


def _inserts(entities: Entities, chosen: list[int]) -> list[int]:
    inserts = of_kinds(entities.kinds, "INSERT")
    return [number for number in chosen if inserts[number]]


def _whole(entities: Entities, number: int) -> bytes:
    """The lines of an entity with its parts."""
    following = np.searchsorted(entities.head, number, side="right")
    return entities.raw(number, int(following))
