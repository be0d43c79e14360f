"""Tags grouped by the entities they describe."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bimcheck.readers.dxf.curves import CURVE_KINDS
from bimcheck.readers.dxf.tags.lines import PARTS, Numbers, Tags, UnusualLayoutError
from bimcheck.readers.dxf.tags.values import MOST_CODES, floats

NONE, SEVERAL = -1, -2
COUNTED = (
    "DIMENSION", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION", "POINT", "3DSOLID", "REGION", "BODY", "RAY", "XLINE",
    "TOLERANCE", "IMAGE", "WIPEOUT", "ATTDEF", "MESH", "OLE2FRAME", "SHAPE",
)  # fmt: skip
"""Types that draw neither a curve nor a text that the check could use."""
_PARTS = tuple(part.decode() for part in PARTS)
_STRUCTURE = ("SECTION", "ENDSEC", "EOF", "BLOCK_RECORD", "BLOCK", "ENDBLK")
KINDS: tuple[str, ...] = ("", *_STRUCTURE, *_PARTS, "INSERT", "TEXT", *CURVE_KINDS, *COUNTED)
"""The types that are told apart, by number; the first stands for all others."""
NUMBER_OF = {kind: number for number, kind in enumerate(KINDS)}
_NUMBER_OF = {kind.encode(): number for kind, number in NUMBER_OF.items()}


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities of a run of tags.

    ``kinds`` (n,) are the numbers of their types; ``firsts`` (n + 1,) is the number of the tag each begins with, and
    of the one after the last; ``owner`` has the number of the entity of every tag; ``head`` the number of the entity
    that each is a part of: of itself, or of the insert or polyline before it.
    """

    tags: Tags
    kinds: NDArray[np.int16]
    firsts: Numbers
    owner: NDArray[np.int32]
    head: Numbers

    def __len__(self) -> int:
        """How many there are, parts included."""
        return len(self.kinds)

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
    types = [_NUMBER_OF.get(value) for value in tags.values(firsts)]
    kinds = np.array(
        [_NUMBER_OF.get(tags.value(firsts[n]).strip(), 0) if k is None else k for n, k in enumerate(types)]
    )
    bounds = np.append(firsts, len(tags.codes))
    owner = np.repeat(np.arange(len(firsts), dtype=np.int32), np.diff(bounds))
    if firsts[0]:  # comments before the first entity are taken for its own
        owner = np.concatenate([np.zeros(int(firsts[0]), np.int32), owner])
    head = np.maximum.accumulate(np.where(of_kinds(kinds, *_PARTS), 0, np.arange(len(kinds))))
    return Entities(tags, kinds.astype(np.int16), bounds, owner, head)


def of_kinds(kinds: NDArray[np.int16], *names: str) -> NDArray[np.bool_]:
    """Which of some kinds, by number, are among those named."""
    chosen = np.zeros(len(KINDS), bool)
    chosen[[NUMBER_OF[name] for name in names]] = True
    return np.asarray(chosen[kinds])


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

    def drop(self, tags: NDArray[np.bool_]) -> None:
        """Forget some of the tags."""
        self.numbers, self.codes, self.row = self.numbers[~tags], self.codes[~tags], self.row[~tags]

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

    def floats(self, numbers: Numbers) -> NDArray[np.float64]:
        """The values of tags as numbers."""
        return floats(self.tags, numbers)

    def numbers_or(self, numbers: Numbers, chosen: NDArray[np.bool_], default: float) -> NDArray[np.float64]:
        """For each row the value of its tag; the default where it has none, or is not chosen."""
        found = np.full(len(numbers), default)
        there = chosen & (numbers >= 0)
        found[there] = floats(self.tags, numbers[there])
        return found
