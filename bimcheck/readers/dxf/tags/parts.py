"""What is taken from the tags of one block or layout, to be joined with what ezdxf reads of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar

import numpy as np
from ezdxf.entities.dxfentity import DXFEntity

from bimcheck.readers.dxf.blocks import Block, Insertion, read_entity
from bimcheck.readers.dxf.curves import Curve
from bimcheck.readers.dxf.lettering import Lettering
from bimcheck.readers.dxf.tags.lines import UnusualLayoutError

Kind = tuple[str, str]
"""Layer and kind of entity."""
_Item = TypeVar("_Item")
Placed = tuple[int, _Item]
"""Something with where in the file it stood."""


@dataclass(frozen=True, slots=True)
class Insert:
    """A plain insert as its tags give it; ``rotation`` in degrees."""

    handle: str
    layer: str
    name: str
    place: tuple[float, float]
    scale: tuple[float, float]
    rotation: float
    attributes: tuple[tuple[str, str], ...] = ()

    def insertion(self, base: tuple[float, float]) -> Insertion:
        """With its affine map, for a block with this base point."""
        turn = math.radians(self.rotation)
        c, s = math.cos(turn), math.sin(turn)
        (x, y), (wide, high) = self.place, self.scale
        a, b, d, e = wide * c, -high * s, wide * s, high * c
        matrix = np.array(
            [[a, b, x - (a * base[0] + b * base[1])], [d, e, y - (d * base[0] + e * base[1])], [0.0, 0.0, 1.0]]
        )
        return Insertion(self.handle, self.layer, self.name, (matrix,), self.attributes)


class Tally:
    """Entities counted by layer and kind, in the order in which the first of each stands in the file."""

    def __init__(self, counted: Mapping[Kind, int] | None = None, first: Mapping[Kind, int] | None = None) -> None:
        self._counted = Counter(counted)
        self._first = dict(first or {})

    def add(self, counted: Mapping[Kind, int], place: int) -> None:
        """Count what stands at a place."""
        self._counted.update(counted)
        for kind in counted:
            self._first[kind] = min(self._first.get(kind, place), place)

    def copy(self) -> Tally:
        """One that can be added to."""
        return Tally(self._counted, self._first)

    def counter(self) -> Counter[Kind]:
        """The numbers by layer and kind."""
        return Counter({kind: self._counted[kind] for kind in sorted(self._counted, key=self._first.__getitem__)})


@dataclass(slots=True)
class Part:
    """The plain entities of one block or layout, each with where in the file it stood, in no order.

    Curves and texts come with handle and layer; ``unread`` are curves on layers of no use, ``others`` what draws
    neither curve nor text, ``left`` the handles of the entities that ezdxf has to read, in the order of the file.
    """

    curves: list[Placed[tuple[str, str, Curve]]] = field(default_factory=list)
    texts: list[Placed[tuple[str, str, Lettering]]] = field(default_factory=list)
    inserts: list[Placed[Insert]] = field(default_factory=list)
    unread: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)
    left: list[Placed[str]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many entities it has, those left to ezdxf not counted."""
        taken = len(self.curves) + len(self.texts) + len(self.inserts)
        return taken + self.unread.counter().total() + self.others.counter().total()

    def places_of(self, entities: Iterable[DXFEntity]) -> list[int]:
        """Where in the file the entities of ezdxf's layout stood.

        Raises:
            UnusualLayoutError: the layout holds an entity that was not left to ezdxf.
        """
        found = []
        left = iter(self.left)
        for entity in entities:
            place = next((place for place, handle in left if handle == entity.dxf.handle), None)
            if place is None:
                raise UnusualLayoutError("an entity that stands elsewhere than in its layout")
            found.append(place)
        return found

    def joined(
        self,
        entities: Sequence[DXFEntity],
        unused: Callable[[str], bool],
        base_of: Callable[[str], tuple[float, float]],
    ) -> Block:
        """The whole block, in the order of the file. ``base_of`` gives the base point of a block to be inserted."""
        block = Block()
        curves, texts, unread, others = list(self.curves), list(self.texts), self.unread.copy(), self.others.copy()
        inserts = [(place, insert.insertion(base_of(insert.name))) for place, insert in self.inserts]
        for place, entity in zip(self.places_of(entities), entities, strict=True):
            own = Block()
            read_entity(entity, unused, own)
            curves += [(place, item) for item in own.curves]
            texts += [(place, item) for item in own.texts]
            inserts += [(place, item) for item in own.inserts]
            unread.add(own.unread, place)
            others.add(own.others, place)
            block.proxies += own.proxies
            block.hidden += own.hidden
            block.not_finite += own.not_finite
            block.clipped += own.clipped
        block.curves, block.texts, block.inserts = _in_order(curves), _in_order(texts), _in_order(inserts)
        block.unread, block.others = unread.counter(), others.counter()
        return block


def _in_order(placed: list[Placed[_Item]]) -> list[_Item]:
    """By place; what one entity gave stays in its order."""
    placed.sort(key=itemgetter(0))
    return [item for _, item in placed]
