"""Which entity of a run is read at once, which is only counted, and which is left to ezdxf."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bimcheck.readers.dxf.curves import CURVE_KINDS
from bimcheck.readers.dxf.encoding import Decoder, clean_text
from bimcheck.readers.dxf.tags.bulk import Bulk
from bimcheck.readers.dxf.tags.entities import COUNTED, KINDS, Entities, of_kinds
from bimcheck.readers.dxf.tags.lines import Numbers, UnusualLayoutError
from bimcheck.readers.dxf.tags.parts import Insert, Part

_BULK = ("LINE", "LWPOLYLINE", "ARC", "CIRCLE", "TEXT", "INSERT")
_INVISIBLE, _ON_PAPER, _FOLLOWS, _OWNER, _HANDLE, _LAYER = 60, 67, 66, 330, 5, 8


class Taker:
    """Takes what it can from the entities of blocks and layouts.

    Args:
        decoder: reads the texts of the file.
        unused: whether curves on a layer are of no use.
        old: whether the file is R12, which has no light polylines.
    """

    def __init__(self, decoder: Decoder, unused: Callable[[str], bool], *, old: bool) -> None:
        self.paper_space = b""
        """The handle that entities in the active paper space name as their owner, once it is known."""
        self._decoder = decoder
        self._unused = unused
        self._old = old
        self._indices: dict[bytes, int] = {}
        self._names = ["0"]
        self._useless = [False]

    def take(
        self, entities: Entities, parts: Sequence[Part], part_of: NDArray[np.int64], *, layout: Sequence[bool]
    ) -> list[int]:
        """Take entities of a run and give the numbers of those left to ezdxf, without the parts of inserts.

        Args:
            entities: the run.
            parts: where what is taken goes.
            part_of: for each entity the number of its part, -1 for what is not looked at.
            layout: whether a part is a layout, whose curves on layers of no use need no reading.

        Raises:
            UnusualLayoutError: an entity that is needed has no handle to be known by, or parts of entities stand alone.
        """
        _require_sound_parts(entities)
        mine = (part_of >= 0) & (entities.head == np.arange(len(entities)))
        handles, layers = _first(entities, _HANDLE), _only(entities, _LAYER)
        plain = mine & (layers >= 0) & ~self._flagged(entities)
        layer_of, unused = self._layers_of(entities, np.where(plain, layers, -1))
        if self._old:
            plain &= ~of_kinds(entities.kinds, "LWPOLYLINE")
        unread = plain & unused & of_kinds(entities.kinds, *CURVE_KINDS) & np.array(layout)[part_of]
        others = plain & of_kinds(entities.kinds, *COUNTED)
        self._count(entities, parts, part_of, layer_of, unread, others)
        waiting = np.flatnonzero(mine & ~unread & ~others)
        if (handles[waiting] < 0).any():
            raise UnusualLayoutError("an entity without a handle")
        candidates = plain & ~unread & of_kinds(entities.kinds, *_BULK)
        known = [self._names[index] for index in layer_of.tolist()]
        places = (entities.tags.offset + entities.tags.begins[entities.firsts[:-1]]).tolist()
        part_of_ = part_of.tolist()
        bulk = Bulk(entities, self._decoder, candidates)
        called = _Handles(entities, handles)
        for number, curve in bulk.curves():
            parts[part_of_[number]].curves.append((places[number], (called[number], known[number], curve)))
        for number, lettering in bulk.texts():
            part = parts[part_of_[number]]
            if lettering is None:
                part.others.add({(known[number], "TEXT"): 1}, places[number])
            else:
                part.texts.append((places[number], (called[number], known[number], lettering)))
        for number, block, placed, attributes in bulk.inserts():
            part = parts[part_of_[number]]
            x, y, wide, high, turn = placed
            words = tuple((lettering.tag, lettering.text) for _, lettering in attributes)
            part.inserts.append(
                (places[number], Insert(called[number], known[number], block, (x, y), (wide, high), turn, words))
            )
            for attribute, lettering in attributes:
                layer = self._names[self._index_of(entities.tags.value(int(layers[attribute])))]
                part.texts.append((places[number], (called[attribute], layer, lettering)))
        left = [int(number) for number in waiting[~bulk.done[waiting]]]
        for number in left:
            parts[part_of_[number]].left.append((places[number], called[number]))
        return left

    def _flagged(self, entities: Entities) -> NDArray[np.bool_]:
        """Entities said to be invisible or on paper, or owned by the paper space; parts tell of their head."""
        tags = entities.tags
        found = np.zeros(len(entities), bool)
        switches = np.flatnonzero((tags.codes == _INVISIBLE) | (tags.codes == _ON_PAPER))
        for number, value in zip(switches.tolist(), tags.values(switches), strict=True):
            found[entities.head[entities.owner[number]]] |= value.strip() != b"0"
        owners = np.flatnonzero(tags.codes == _OWNER)
        if self.paper_space and len(owners):
            long = len(self.paper_space)
            owners = owners[tags.stops[owners] - tags.starts[owners] == long]
            for place, char in enumerate(self.paper_space):
                owners = owners[tags.buffer[tags.starts[owners] + place] == char]
            found[entities.owner[owners]] = True
        return found

    def _count(
        self,
        entities: Entities,
        parts: Sequence[Part],
        part_of: Numbers,
        layer_of: Numbers,
        unread: NDArray[np.bool_],
        others: NDArray[np.bool_],
    ) -> None:
        """Count entities of the same part, kind and layer together."""
        chosen = np.flatnonzero(unread | others)
        groups = np.stack([part_of[chosen], entities.kinds[chosen], layer_of[chosen]], axis=1)
        distinct, first, counts = np.unique(groups, axis=0, return_index=True, return_counts=True)
        for (part, kind, layer), at, number in zip(distinct.tolist(), first.tolist(), counts.tolist(), strict=True):
            entity = int(chosen[at])
            name = KINDS[kind]
            if unread[entity]:
                parts[part].unread.add({(self._names[layer], CURVE_KINDS[name]): number}, entities.place(entity))
            else:
                parts[part].others.add({(self._names[layer], name): number}, entities.place(entity))

    def _layers_of(self, entities: Entities, layers: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """For each entity the number of its layer, and whether that is of no use."""
        there = np.flatnonzero(layers >= 0)
        found = np.zeros(len(entities), np.int64)
        found[there] = [self._index_of(name) for name in entities.tags.values(layers[there])]
        return found, np.array(self._useless)[found]

    def _index_of(self, raw: bytes) -> int:
        """The number that stands for a layer here."""
        found = self._indices.get(raw)
        if found is None:
            found = self._indices[raw] = len(self._names)
            name = clean_text(self._decoder.value(raw))
            self._names.append(name)
            self._useless.append(self._unused(name))
        return found


class _Handles:
    """The handles of entities as they stand in the file."""

    def __init__(self, entities: Entities, numbers: Numbers) -> None:
        self._tags = entities.tags
        self._numbers = numbers

    def __getitem__(self, entity: int) -> str:
        number = int(self._numbers[entity])
        handle = self._tags.value(number) if number >= 0 else b""
        if not handle.isalnum():
            raise UnusualLayoutError("an entity without a handle")
        return handle.decode("ascii")


def _first(entities: Entities, code: int) -> Numbers:
    """For each entity the number of its first tag with a group code, -1 where there is none."""
    numbers = np.flatnonzero(entities.tags.codes == code)[::-1]
    found = np.full(len(entities), -1)
    found[entities.owner[numbers]] = numbers
    return found


def _only(entities: Entities, code: int) -> Numbers:
    """For each entity the number of its one tag with a group code, -1 where there is none or several."""
    numbers = np.flatnonzero(entities.tags.codes == code)
    found = np.full(len(entities), -1)
    owner = entities.owner[numbers]
    found[owner] = numbers
    found[owner[1:][owner[1:] == owner[:-1]]] = -1
    return found


def _require_sound_parts(entities: Entities) -> None:
    """See to it that polylines and inserts have their parts, and close them.

    Raises:
        UnusualLayoutError: they have not; ezdxf may refuse such a file.
    """
    kinds, head, count = entities.kinds, entities.head, len(entities)
    is_part = of_kinds(kinds, "VERTEX", "ATTRIB", "SEQEND")
    last = np.append(~is_part[1:], True)
    ends = of_kinds(kinds, "SEQEND")
    sound = (ends == last) & (ends | (of_kinds(kinds, "VERTEX") == of_kinds(kinds[head], "POLYLINE")))
    sound &= of_kinds(kinds[head], "POLYLINE", "INSERT")
    announced = of_kinds(kinds, "POLYLINE")
    follows = np.flatnonzero(entities.tags.codes == _FOLLOWS)
    for number, value in zip(follows.tolist(), entities.tags.values(follows), strict=True):
        announced[entities.owner[number]] = announced[entities.owner[number]] or value.strip() != b"0"
    announced &= of_kinds(kinds, "POLYLINE", "INSERT")
    has_parts = np.zeros(count, bool)
    has_parts[head[is_part]] = True
    if not sound[is_part].all() or (announced != has_parts).any():
        raise UnusualLayoutError("parts of an entity that stand alone, or an entity without its parts")
