"""Tags grouped by the entities they describe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bimcheck.readers.dxf.tags.lines import PARTS, Numbers, Tags, UnusualLayoutError
from bimcheck.readers.dxf.tags.values import MOST_CODES, floats

NONE, SEVERAL = -1, -2


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities of a run of tags.

    ``firsts`` (n + 1,) is the number of the tag each begins with, and of the one after the last; ``owner`` has the
    number of the entity of every tag; ``head`` the number of the entity that each is a part of: of itself, or of the
    insert or polyline before it.
    """

    tags: Tags
    types: tuple[bytes, ...]
    firsts: Numbers
    owner: NDArray[np.int32]
    head: Numbers

    def __len__(self) -> int:
        """How many there are, parts included."""
        return len(self.types)

    def raw(self, first: int, last: int) -> bytes:
        """The lines of the entities from one up to another, as they stand in the file."""
        begins = self.tags.begins
        return self.tags.data[int(begins[self.firsts[first]]) : int(begins[self.firsts[last]])]

    def place(self, number: int) -> int:
        """Where an entity begins in the file."""
        return self.tags.offset + int(self.tags.begins[self.firsts[number]])


def entities_of(tags: Tags) -> Entities:
    """Group the tags of a run; comments may stand before the first entity.

    Raises:
        UnusualLayoutError: anything else stands there.
    """
    firsts = np.flatnonzero(tags.codes == 0)
    if not len(firsts) or (tags.codes[: firsts[0]] != 999).any():
        raise UnusualLayoutError("tags before the first entity")
    types = tuple([value.strip() for value in tags.values(firsts)])
    bounds = np.append(firsts, len(tags.codes))
    owner = np.repeat(np.arange(len(firsts), dtype=np.int32), np.diff(bounds))
    if firsts[0]:
        owner = np.concatenate([np.full(firsts[0], 0, np.int32), owner])
    parts = np.array([kind in PARTS for kind in types])
    head = np.maximum.accumulate(np.where(parts, 0, np.arange(len(types))))
    return Entities(tags, types, bounds, owner, head)


class Columns:
    """The tags of some entities by group code: one row an entity, numbered from 0."""

    def __init__(self, entities: Entities, chosen: NDArray[np.bool_]) -> None:
        self.tags = entities.tags
        self.rows = np.flatnonzero(chosen)
        """The number of each row's entity."""
        self.numbers = np.flatnonzero(chosen[entities.owner])
        """The numbers of all their tags."""
        self.codes = np.minimum(entities.tags.codes[self.numbers], MOST_CODES - 1)
        row_of = np.cumsum(chosen, dtype=np.int64) - 1
        self.row = row_of[entities.owner[self.numbers]]
        """The row of each of these tags."""

    def __len__(self) -> int:
        """How many entities there are."""
        return len(self.rows)

    def of(self, code: int) -> tuple[Numbers, Numbers]:
        """The tags with a group code: their numbers, and their rows."""
        found = np.flatnonzero(self.codes == code)
        return self.numbers[found], self.row[found]

    def only(self, code: int) -> Numbers:
        """For each row the number of its one tag with a group code, ``NONE`` or ``SEVERAL``."""
        numbers, rows = self.of(code)
        found = np.full(len(self), NONE)
        found[rows] = numbers
        if len(numbers) != np.count_nonzero(found >= 0):
            found[np.bincount(rows, minlength=len(self)) > 1] = SEVERAL
        return found

    def having(self, codes: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a row has any tag with one of some group codes."""
        found = np.zeros(len(self), bool)
        found[self.row[codes[self.codes]]] = True
        return found

    def floats(self, numbers: Numbers, default: float) -> NDArray[np.float64]:
        """The values of one tag a row; the default where there is none."""
        found = np.full(len(numbers), default)
        there = numbers >= 0
        found[there] = floats(self.tags, numbers[there])
        return found
