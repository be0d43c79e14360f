"""Which room and which door of the previous stage is which now: by id, then by place and name.

An id proves identity in IFC files; in DXF drawings handles are dealt anew, so there the name or the place must agree.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

from shapely import Point
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Region
from bimcheck.rooms.vocabulary import normalise
from bimcheck.terms import Use

MatchedBy = Literal["id", "place", "name"]

_HALF = 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A room in either stage, as far as it tells it from others. ``key`` names its storey."""

    id: str
    name: str
    use: Use
    key: str
    outline: Region | None
    area_m2: float | None
    counted: bool = True

    def overlap(self, other: Place) -> float:
        """The common area, as a share of the larger outline; 0 where either is unknown."""
        return self._common(other, max)

    def covers(self, other: Place) -> float:
        """The common area, as a share of the smaller outline: 1 where one lies within the other."""
        return self._common(other, min)

    def _common(self, other: Place, whole: Callable[[float, float], float]) -> float:
        if self.outline is None or other.outline is None or self.key != other.key:
            return 0.0
        if not self.outline.intersects(other.outline):
            return 0.0
        return float(self.outline.intersection(other.outline).area) / whole(self.outline.area, other.outline.area)


def match_places(
    then: Sequence[Place], now: Sequence[Place], *, ids_are_proof: bool
) -> list[tuple[Place, Place, MatchedBy]]:
    """Pair the rooms of two stages; whoever is in no pair is lost, or new."""
    left, right = list(then), list(now)
    pairs: list[tuple[Place, Place, MatchedBy]] = []

    def take(how: MatchedBy, fit: Callable[[Place, Place], float]) -> None:
        pairs.extend((a, b, how) for a, b in _take_best(left, right, fit))

    def both_count(a: Place, b: Place) -> bool:
        return a.counted and b.counted

    take("id", lambda a, b: float(a.id == b.id and (ids_are_proof or _same_name(a, b) or a.overlap(b) > _HALF)))
    # Rooms that count are looked for among those that count first: a frame lies over rooms of the same name.
    for eligible in (both_count, lambda _a, _b: True):
        _by_place_and_name(left, right, eligible, take)
    return pairs


def _by_place_and_name(
    left: Sequence[Place],
    right: Sequence[Place],
    eligible: Callable[[Place, Place], bool],
    take: Callable[[MatchedBy, Callable[[Place, Place], float]], None],
) -> None:
    """Same name in the same place; a name both have once; the same place; a name, wherever it is nearest."""

    def of(fit: Callable[[Place, Place], float]) -> Callable[[Place, Place], float]:
        return lambda a, b: fit(a, b) if eligible(a, b) else 0.0

    take("place", of(lambda a, b: a.covers(b) if _same_name(a, b) and a.covers(b) > _HALF else 0.0))
    alone = _names_once(left) & _names_once(right)
    take("name", of(lambda a, b: float(_call(a) == _call(b) and _call(a) in alone)))
    take("place", of(lambda a, b: a.overlap(b) if a.overlap(b) > _HALF else 0.0))
    take("name", of(lambda a, b: _likeness(a, b) if _same_name(a, b) else 0.0))


def _take_best(left: list[T], right: list[T], fit: Callable[[T, T], float]) -> list[tuple[T, T]]:
    """Take pairs out of both lists, the best fit first and each thing once; a fit of 0 is none."""
    fits = [(value, i, k) for i, a in enumerate(left) for k, b in enumerate(right) if (value := fit(a, b)) > 0]
    taken: dict[int, int] = {}
    given: set[int] = set()
    for _, i, k in sorted(fits, key=lambda item: (-item[0], item[1], item[2])):
        if i not in taken and k not in given:
            taken[i] = k
            given.add(k)
    pairs = [(left[i], right[k]) for i, k in taken.items()]
    left[:] = [each for i, each in enumerate(left) if i not in taken]
    right[:] = [each for k, each in enumerate(right) if k not in given]
    return pairs


_plain = lru_cache(maxsize=4096)(normalise)


def _call(place: Place) -> tuple[str, str]:
    return place.key, _plain(place.name)


def _names_once(places: Sequence[Place]) -> set[tuple[str, str]]:
    counted = Counter(_call(place) for place in places)
    return {call for call, times in counted.items() if times == 1 and call[1]}


def _same_name(a: Place, b: Place) -> bool:
    return bool(a.name) and _plain(a.name) == _plain(b.name)


def _likeness(a: Place, b: Place) -> float:
    """Between rooms of one name: rather on the same storey, rather near, rather of the same size."""
    apart = 0.0
    if a.outline is not None and b.outline is not None:
        apart = a.outline.distance(b.outline)
    unlike = 1.0
    if a.area_m2 is not None and b.area_m2 is not None:
        unlike = abs(a.area_m2 - b.area_m2) / max(a.area_m2, b.area_m2, 1.0)
    return (1.0 if a.key == b.key else 0.5) / (1.0 + apart / 10.0 + unlike)


def shift_between(then: BaseGeometry | None, now: BaseGeometry | None) -> float | None:
    """How far a room stands from where it stood, metres; ``None`` where either place is unknown.

    Only what both opposite edges have in common counts: a room that one wall is moved into has shrunk, not moved, and
    one drawn to the other face of its walls has done neither.
    """
    if then is None or now is None:
        return None
    if isinstance(then, Point):
        return float(then.distance(now))
    a, b = then.bounds, now.bounds
    return math.hypot(_common(b[0] - a[0], b[2] - a[2]), _common(b[1] - a[1], b[3] - a[3]))


def _common(low: float, high: float) -> float:
    return min(abs(low), abs(high)) if low * high > 0 else 0.0


@dataclass(frozen=True, slots=True)
class DoorPlace:
    """A judged door in either stage; ``rooms`` are the present ids of the rooms it leads to."""

    id: str
    key: str
    at: Point | None
    rooms: frozenset[str]


def match_doors(
    then: Sequence[DoorPlace], now: Sequence[DoorPlace], *, ids_are_proof: bool, near_m: float
) -> list[tuple[DoorPlace, DoorPlace]]:
    """Pair the doors of two stages: by id, by place, then the nearest that leads to the same room."""
    left, right = list(then), list(now)

    def nearness(a: DoorPlace, b: DoorPlace) -> float:
        return 1.0 / (1.0 + _apart(a, b)) if a.at is not None and b.at is not None else 0.5

    def near(a: DoorPlace, b: DoorPlace) -> bool:
        return _apart(a, b) <= near_m

    return [
        *_take_best(left, right, lambda a, b: float(a.id == b.id and (ids_are_proof or near(a, b)))),
        *_take_best(left, right, lambda a, b: nearness(a, b) if a.key == b.key and near(a, b) else 0.0),
        *_take_best(left, right, lambda a, b: nearness(a, b) if a.key == b.key and a.rooms & b.rooms else 0.0),
    ]


def _apart(a: DoorPlace, b: DoorPlace) -> float:
    return math.inf if a.at is None or b.at is None else float(a.at.distance(b.at))
