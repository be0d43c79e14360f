"""Plain entities straight from their tags: lines, polylines, arcs, circles, texts, and inserts with attributes.

Plain is what has each of its values once and none that changes how the others are to be read (another extrusion
direction, invisibility, embedded objects …). All numbers of one kind are read at once. What is not plain is left to
ezdxf, so both ways of reading agree by using the same constructions from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from ezdxf.enums import MAP_TEXT_ENUM_TO_ALIGN_FLAGS, TextEntityAlignment
from numpy.typing import NDArray

from bimcheck.readers.dxf.curves import FARTHEST, Curve, arc_curve, bulged, circle_curve, is_near, line_curve
from bimcheck.readers.dxf.curves import polyline_curve as polyline
from bimcheck.readers.dxf.encoding import Decoder, clean_text
from bimcheck.readers.dxf.lettering import Lettering, is_placed, line_of_text
from bimcheck.readers.dxf.tags.entities import NONE, Columns, Entities, of_kinds
from bimcheck.readers.dxf.tags.lines import Numbers
from bimcheck.readers.dxf.tags.values import table

Flags = NDArray[np.bool_]
Drawn = tuple[int, Curve]
"""The number of an entity, and the curve it draws."""

_UPRIGHT = ((210, 0.0), (220, 0.0), (230, 1.0))
"""The extrusion direction of what is drawn in plan."""
_ANY = frozenset(
    {0, 5, 6, 8, 48, 62, 67, 100, 210, 220, 230, 284, 330, 347, 348, 370, 390, 420, 430, 440, 999, *range(1000, 1072)}
)
_GROUPS = frozenset({102, 331, 360})
"""Reactors and extension dictionaries: of no matter, except to an insert, which may be clipped by one."""
_ELEVATION, _THICKNESS = 38, 39
_ALIGNMENTS = {(int(across), int(up)): name for name, (across, up) in MAP_TEXT_ENUM_TO_ALIGN_FLAGS.items()}


def _odd(codes: set[int]) -> Flags:
    return ~table(frozenset(_ANY | codes))


_LINE = _odd({10, 20, 30, 11, 21, 31, _THICKNESS, *_GROUPS})
_POLYLINE = _odd({10, 20, 40, 41, 42, 43, 70, 90, 91, _ELEVATION, _THICKNESS, *_GROUPS})
_ARC = _odd({10, 20, 30, 40, 50, 51, _THICKNESS, *_GROUPS})
_CIRCLE = _odd({10, 20, 30, 40, _THICKNESS, *_GROUPS})
_TEXT = _odd({1, 7, 10, 20, 30, 11, 21, 31, 40, 41, 50, 51, 71, 72, 73, _THICKNESS, *_GROUPS})
_ATTRIB = _odd({1, 2, 7, 10, 20, 30, 11, 21, 31, 40, 41, 50, 51, 70, 71, 72, 73, 74, 280, _THICKNESS, *_GROUPS})
_INSERT = _odd({2, 10, 20, 30, 41, 42, 43, 50, 66})
_WRITTEN, _CALLED = table(frozenset({1, 10, 11, 20, 21, 40, 41, 50, 72})), table(frozenset({2, 70, 74}))


class Bulk:
    """The plain ones among some entities of a run; ``done`` marks those that were taken."""

    def __init__(self, entities: Entities, decoder: Decoder, candidates: Flags) -> None:
        self._entities = entities
        self._tags = entities.tags
        self._decoder = decoder
        self._candidates = candidates
        self.done = np.zeros(len(entities), bool)

    def _columns(self, kind: str, odd: Flags) -> tuple[Columns, Flags]:
        """The candidates of one type, and which of them may be plain."""
        columns = Columns(self._entities, of_kinds(self._entities.kinds, kind) & self._candidates)
        plain = ~columns.having(odd)
        self._leave_tilted(columns, plain)
        return columns, plain

    @staticmethod
    def _leave_tilted(columns: Columns, plain: Flags) -> None:
        """Leave what is drawn in another plane, or seen from below, to ezdxf."""
        for code, upright in _UPRIGHT:
            numbers, rows = columns.of(code)
            plain[rows[columns.floats(numbers) != upright]] = False

    def curves(self) -> Iterator[Drawn]:
        """The curves of plain lines, polylines, arcs and circles."""
        for way in (self._lines, self._polylines, self._arcs, self._circles):
            for number, curve in way():
                if curve is not None and len(curve.points) > 1 and is_near(curve.points):
                    self.done[number] = True
                    yield number, curve

    def _lines(self) -> Iterator[Drawn]:
        columns, plain = self._columns("LINE", _LINE)
        ends = np.stack([columns.only(code) for code in (10, 20, 11, 21)], axis=1)
        plain &= (ends >= 0).all(axis=1)
        places = columns.floats(ends[plain]).reshape(-1, 2, 2)
        for number, place in zip(columns.rows[plain].tolist(), places, strict=True):
            yield number, line_curve(place)

    def _arcs(self) -> Iterator[tuple[int, Curve | None]]:
        columns, plain = self._columns("ARC", _ARC)
        found = np.stack([columns.only(code) for code in (10, 20, 40, 50, 51)], axis=1)
        plain &= (found >= 0).all(axis=1)
        numbers = columns.floats(found[plain])
        for number, (x, y, radius, start, end) in zip(columns.rows[plain].tolist(), numbers.tolist(), strict=True):
            yield number, arc_curve((x, y), radius, start, end)

    def _circles(self) -> Iterator[Drawn]:
        columns, plain = self._columns("CIRCLE", _CIRCLE)
        found = np.stack([columns.only(code) for code in (10, 20, 40)], axis=1)
        plain &= (found >= 0).all(axis=1)
        numbers = columns.floats(found[plain])
        for number, (x, y, radius) in zip(columns.rows[plain].tolist(), numbers.tolist(), strict=True):
            yield number, circle_curve((x, y), radius)

    def _polylines(self) -> Iterator[Drawn]:
        """Vertices follow each other; a bulge belongs to the vertex before it."""
        columns, plain = self._columns("LWPOLYLINE", _POLYLINE)
        vertices, row = columns.of(10)
        counts = np.bincount(row, minlength=len(columns))
        first = np.append(0, np.cumsum(counts))
        flags, width = columns.only(70), columns.only(43)
        markers, marked = columns.of(100)
        plain &= (counts > 0) & (flags >= NONE) & (width >= NONE)
        plain &= np.bincount(marked, minlength=len(columns)) == 2  # the entity's own class, then the polyline's
        for code in (40, 41):  # a width of its own at a vertex
            own, at = columns.of(code)
            own, at = own[plain[at]], at[plain[at]]
            plain[at[columns.floats(own) != 0]] = False
        last_marker = np.full(len(columns), NONE)
        last_marker[marked] = markers
        at_first = np.minimum(first[:-1], max(len(vertices) - 1, 0))
        if len(vertices):
            plain &= vertices[at_first] > last_marker
        used = plain[row]
        places = np.empty((len(vertices), 2))
        places[used] = columns.floats(np.stack([vertices[used], vertices[used] + 1], axis=1))
        bulges = np.zeros(len(vertices))
        bulge_tags, bulge_rows = columns.of(42)
        before = np.searchsorted(vertices, bulge_tags)
        mine = plain[bulge_rows] & (before > first[:-1][bulge_rows])
        bulges[before[mine] - 1] = columns.floats(bulge_tags[mine])
        round_ = np.zeros(len(columns), bool)
        round_[row[bulges != 0]] = True
        closed = columns.numbers_or(flags, plain, 0.0).astype(np.int64) & 1 == 1
        widths = columns.numbers_or(width, plain, 0.0)
        spans = zip(
            columns.rows[plain].tolist(), first[:-1][plain].tolist(), first[1:][plain].tolist(),
            closed[plain].tolist(), round_[plain].tolist(), widths[plain].tolist(), strict=True,
        )  # fmt: skip
        for number, begin, end, shut, has_bulge, wide in spans:
            points = places[begin:end]
            if has_bulge:
                with_bulges = np.column_stack([points, bulges[begin:end]]).tolist()
                points = bulged([(x, y, bulge) for x, y, bulge in with_bulges], closed=shut)
            yield number, polyline(points, closed=shut, width=wide)

    def texts(self) -> Iterator[tuple[int, Lettering | None]]:
        """The plain texts; ``None`` for one that says nothing."""
        columns, plain = self._columns("TEXT", _TEXT)
        for number, lettering in self._written(columns, plain, upright=73):
            if lettering is None or is_placed(lettering):
                self.done[number] = True
                yield number, lettering

    def inserts(self) -> Iterator[tuple[int, str, tuple[float, ...], list[tuple[int, Lettering]]]]:
        """The plain inserts: number, block, place and scale and rotation, and their attributes that can be seen."""
        columns, plain = self._columns("INSERT", _INSERT)
        name, x, y = columns.only(2), columns.only(10), columns.only(20)
        optional = [columns.only(code) for code in (41, 42, 50)]
        plain &= (name >= 0) & (x >= 0) & (y >= 0)
        for found in optional:
            plain &= found >= NONE
        head = self._entities.head
        parts = np.flatnonzero(self._candidates[head] & (head != np.arange(len(head))))
        attributes, whole = self._attributes(columns.rows[plain])
        broken = np.zeros(len(head), bool)
        broken[head[parts[~whole[parts]]]] = True
        plain &= ~broken[columns.rows]
        places = columns.floats(np.stack([x[plain], y[plain]], axis=1))
        wide, high, turn = (
            columns.numbers_or(found, plain, default)[plain]
            for found, default in zip(optional, (1.0, 1.0, 0.0), strict=True)
        )
        numbers = np.column_stack([places, wide, high, turn])
        named = self._tags.values(name[plain])
        for number, block, placed in zip(columns.rows[plain].tolist(), named, numbers.tolist(), strict=True):
            if all(abs(value) < FARTHEST for value in placed):
                self.done[number] = True
                yield number, clean_text(self._decoder.value(block)), tuple(placed), attributes.get(number, [])

    def _attributes(self, heads: Numbers) -> tuple[dict[int, list[tuple[int, Lettering]]], Flags]:
        """The attributes of some inserts that can be seen; and which entities of the run are sound parts."""
        entities = self._entities
        of_heads = np.zeros(len(entities), bool)
        of_heads[heads] = True
        chosen = of_heads[entities.head] & of_kinds(entities.kinds, "ATTRIB")
        columns = Columns(entities, chosen)
        plain = ~columns.having(_ATTRIB) & self._in_classes(columns)
        self._leave_tilted(columns, plain)
        tag, flags = columns.only(2), columns.only(70)
        plain &= (tag >= 0) & (flags >= NONE)
        unseen = columns.numbers_or(flags, plain, 0.0).astype(np.int64) & 1 == 1
        sound = of_kinds(entities.kinds, "SEQEND")
        called = dict(zip(columns.rows.tolist(), tag.tolist(), strict=True))
        concealed = set(columns.rows[unseen].tolist())
        found: dict[int, list[tuple[int, Lettering]]] = {}
        for number, lettering in self._written(columns, plain, upright=74):
            if number in concealed or lettering is None:
                sound[number] = True
            elif is_placed(lettering):
                sound[number] = True
                word = clean_text(self._decoder.value(self._tags.value(called[number])))
                found.setdefault(int(entities.head[number]), []).append((number, replace(lettering, tag=word)))
        return found, sound

    @staticmethod
    def _in_classes(columns: Columns) -> Flags:
        """Whether the values of attributes stand where ezdxf looks: the text's in the second class, its tag's after.

        Later releases repeat some of the text's values after the tag, where they say nothing; these are dropped.
        """
        markers, rows = columns.of(100)
        counts = np.bincount(rows, minlength=len(columns))
        first = np.append(0, np.cumsum(counts))[:-1]
        three = counts == 3
        start, stop = np.full(len(columns), -1), np.full(len(columns), -1)
        start[three], stop[three] = markers[first[three] + 1], markers[first[three] + 2]
        fine: Flags = three | (counts == 0)
        written, called, sure = _WRITTEN[columns.codes], _CALLED[columns.codes], three[columns.row]
        beyond = columns.numbers > stop[columns.row]
        astray = sure & ((written & (columns.numbers < start[columns.row])) | (called & ~beyond))
        fine[columns.row[astray]] = False
        columns.drop(sure & written & beyond)
        return fine

    def _written(self, columns: Columns, plain: Flags, upright: int) -> Iterator[tuple[int, Lettering | None]]:
        """Texts from rows of tags; ``upright`` is the code of the vertical alignment."""
        raw, x, y = columns.only(1), columns.only(10), columns.only(20)
        plain = plain & (raw >= 0) & (x >= 0) & (y >= 0)
        x2, y2 = columns.only(11), columns.only(21)
        plain &= (x2 >= NONE) & ((x2 >= 0) == (y2 >= 0))
        optional = [columns.only(code) for code in (40, 41, 50, 72, upright)]
        for found in optional:
            plain &= found >= NONE
        first = columns.floats(np.stack([x[plain], y[plain]], axis=1))
        aligned = x2[plain] >= 0
        second = first.copy()
        second[aligned] = columns.floats(np.stack([x2[plain][aligned], y2[plain][aligned]], axis=1))
        height, width, turn, across, up = (
            columns.numbers_or(found, plain, default)[plain].tolist()
            for found, default in zip(optional, (2.5, 1.0, 0.0, 0.0, 0.0), strict=True)
        )
        values = self._tags.values(raw[plain])
        for index, number in enumerate(columns.rows[plain].tolist()):
            align = _alignment(int(across[index]), int(up[index]))
            if align is TextEntityAlignment.LEFT:
                x0, y0 = first[index].tolist()
            elif align in (TextEntityAlignment.ALIGNED, TextEntityAlignment.FIT):
                x0, y0 = (first[index] + (second[index] - first[index]) * 0.5).tolist()
            else:
                x0, y0 = second[index].tolist()
            word = self._decoder.value(values[index])
            yield number, line_of_text(word, align, (x0, y0), height[index], width[index] or 1.0, turn[index])


def _alignment(across: int, up: int) -> TextEntityAlignment:
    return _ALIGNMENTS.get((across, 0 if across > 2 else up), TextEntityAlignment.LEFT)
