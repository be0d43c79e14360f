"""Who can walk where: spaces joined by doors, passages, stairs and lifts, and whose space each of them is.

A lobby, corridor or stair belongs to the service rooms where it leads to nobody else; it is shared where it also
leads to flats, shops or the property office, whichever of its doors does so.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.connections import Connection
from bimcheck.measures.enclosure import Place, Plane
from bimcheck.model import BuildingModel, Element
from bimcheck.review import Level
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.rooms.vocabulary import meaning_of

Owner = Literal["service", "neutral", "others", "unclear"]
"""Whose a space is: the service rooms', a way or side room for whoever it serves, somebody else's, or not clear."""

_OTHERS = re.compile(
    r"住宅|单元|居民楼|公寓|宿舍|酒店|宾馆|商业|商铺|商场|物业|写字楼"
    r"|\b(residential|residents?|apartments?|flats?|housing|dwelling|hotel|shops?|retail|commercial)\b",
    re.IGNORECASE,
)
_STAIR = re.compile(
    r"楼梯|梯间|电梯|扶梯|\b(stairs?|staircase|stairway|stairwell|lift|elevator|treppe|treppenhaus)\b", re.IGNORECASE
)
_VERTICAL = ("stair", "lift", "ramp")
_SIDE_ROOM_M2 = 12.0
_STANDS_IN = 0.20
_REACH_M = 0.35
_CONTACT_M = 0.60
_STACKED = 0.50
_SLACK_M = 0.60


@dataclass(frozen=True, slots=True)
class Quarter:
    """Places that hang together without crossing a service room or the open air.

    ``service`` are the service rooms it leads to, ``others`` and ``unclear`` its places that are somebody else's or of
    unknown use.
    """

    places: frozenset[Place]
    service: tuple[Place, ...]
    others: tuple[Place, ...]
    unclear: tuple[Place, ...]

    @property
    def exclusive(self) -> bool | None:
        """Whether it serves the service rooms alone; ``None`` where that cannot be told."""
        if self.others:
            return False
        return None if self.unclear else True


@dataclass(frozen=True, slots=True)
class Access:
    """The graph of places.

    By space id: ``owners``, ``names``, and ``counted``, the counted space that a service room is or is measured with.
    """

    links: Mapping[Place, tuple[Place, ...]]
    owners: Mapping[str, Owner]
    names: Mapping[str, str]
    counted: Mapping[str, str]
    passable: frozenset[str]
    quarter_of: Mapping[Place, Quarter]

    def is_service(self, place: Place) -> bool:
        """Whether it is a community service room."""
        return place.kind == "space" and self.owners.get(place.id) == "service"

    def is_way(self, place: Place) -> bool:
        """Whether it is a lobby, corridor, stair or the like (whoever uses it), or a room nobody drew."""
        return place.kind == "undrawn" or (place.kind == "space" and place.id in self.passable)

    def path(
        self, start: Place, goal: Callable[[Place], bool], through: Callable[[Place], bool]
    ) -> tuple[Place, ...] | None:
        """The way with the fewest places from ``start`` to a goal; those in between must satisfy ``through``."""
        before: dict[Place, Place | None] = {start: None}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if goal(here):
                steps: list[Place] = []
                step: Place | None = here
                while step is not None:
                    steps.append(step)
                    step = before[step]
                return tuple(reversed(steps))
            if here == start or through(here):
                for there in self.links.get(here, ()):
                    if there not in before:
                        before[there] = here
                        queue.append(there)
        return None

    def reachable(self, starts: Iterable[Place], through: Callable[[Place], bool]) -> frozenset[Place]:
        """All places that can be reached from the starts by places that satisfy ``through``, these included."""
        queue = deque(starts)
        reached = set(queue)
        while queue:
            for there in self.links.get(queue.popleft(), ()):
                if there not in reached and through(there):
                    reached.add(there)
                    queue.append(there)
        return frozenset(reached)

    def alone(self, place: Place) -> Quarter:
        """A place that nothing leads out of."""
        owner = self.owners.get(place.id, "unclear") if place.kind == "space" else "unclear"
        others, unclear = (place,) * (owner == "others"), (place,) * (owner != "others")
        return Quarter(frozenset((place,)), (), others, unclear)

    def name(self, place: Place) -> str:
        """What a reader calls the place."""
        names = {"outdoors": "室外", "courtyard": "内院", "undrawn": "未建模的空间", "hollow": "围合区域"}
        return self.names.get(place.id) or names.get(place.kind, place.id)


def lay_out(
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    planes: Mapping[str, Plane],
    connections: Sequence[Connection],
) -> Access:
    """Make the graph of a model."""
    ways: dict[Place, list[Place]] = defaultdict(list)
    pairs = [c.sides for c in connections if "unknown" not in (c.sides[0].kind, c.sides[1].kind)]
    for one, other in [*pairs, *_climbs(model, planes)]:
        if one != other:
            ways[one].append(other)
            ways[other].append(one)
    links = {place: tuple(dict.fromkeys(there)) for place, there in ways.items()}
    owners = {room.space.id: owner_of(room) for room in rooms}
    areas = {h.place: h.region.area for plane in planes.values() for h in plane.hollows}
    passable = frozenset(r.space.id for r in rooms if r.use == "circulation" and not r.counted)
    names = {room.space.id: room.space.name for room in rooms}
    counted = {r.space.id: r.counted_with or r.space.id for r in rooms if owners[r.space.id] == "service"}
    return Access(links, owners, names, counted, passable, _quarters(links, owners, areas))


def owner_of(room: IdentifiedRoom) -> Owner:
    """Whose a space is, by its use and its name."""
    if room.counted or room.counted_with is not None:
        return "service"
    if room.use in ("residential", "commercial", "property_management") or _OTHERS.search(room.space.name):
        return "others"
    if room.use == "circulation":
        return "neutral"
    meaning = meaning_of(room.space.name)
    if room.use != "other" or meaning is None:
        return "unclear"
    return "others" if meaning.strength == "never" else "neutral"


def _quarters(
    links: Mapping[Place, Sequence[Place]], owners: Mapping[str, Owner], areas_m2: Mapping[Place, float]
) -> dict[Place, Quarter]:
    def inner(place: Place) -> bool:
        service = place.kind == "space" and owners.get(place.id) == "service"
        return not service and not place.open_air

    quarter_of: dict[Place, Quarter] = {}
    for start in links:
        if start in quarter_of or not inner(start):
            continue
        members, queue, service = {start}, [start], dict[Place, None]()
        while queue:
            for there in links.get(queue.pop(), ()):
                if not inner(there):
                    if there.kind == "space":
                        service[there] = None
                elif there not in members:
                    members.add(there)
                    queue.append(there)
        ordered = sorted(members)
        quarter = Quarter(
            frozenset(members),
            tuple(service),
            tuple(p for p in ordered if p.kind == "space" and owners.get(p.id) == "others"),
            tuple(
                p
                for p in ordered
                if (p.kind == "space" and owners.get(p.id, "unclear") == "unclear")
                or (p.kind == "undrawn" and areas_m2.get(p, 0.0) > _SIDE_ROOM_M2)
            ),
        )
        quarter_of |= dict.fromkeys(members, quarter)
    return quarter_of


def _climbs(model: BuildingModel, planes: Mapping[str, Plane]) -> Iterable[tuple[Place, Place]]:
    """Places one above the other that a stair, lift or ramp joins, or that are stacked parts of one stairwell."""
    showing = {id_: plane.level for plane in planes.values() for id_ in plane.level.storey_ids}
    for element in model.elements:
        if element.kind in _VERTICAL:
            shown = showing.get(element.storey_id or "")
            stops = [_stops(element, plane) for plane in planes.values() if _serves(element, shown, plane.level)]
            for below, above in pairwise(stop for stop in stops if stop):
                yield from ((one, other) for one in below for other in above)
    yield from _stairwells(planes)


def _serves(element: Element, shown: Level | None, level: Level) -> bool:
    """Whether it stops at a level: by height; where heights are unknown, on the storey that shows it and the next."""
    if level.floor_z_m is not None and (shown is None or shown.floor_z_m is not None):
        return element.z_min_m - _SLACK_M <= level.floor_z_m <= element.z_max_m + _SLACK_M
    if shown is None or shown.number is None or shown.building_id != level.building_id:
        return False
    return level.number in (shown.number, shown.number + 1 or 1)


def _stops(element: Element, plane: Plane) -> list[Place]:
    """The places of a level where the stair stands; else those beside it with no wall between."""
    footprints = np.array(plane.footprints(), dtype=object)
    near = plane.space_tree.query(element.footprint, predicate="dwithin", distance=_REACH_M).tolist()
    within = [
        i
        for i in near
        if shapely.intersection(footprints[i], element.footprint).area >= _STANDS_IN * element.footprint.area
    ]
    if within:
        return [Place("space", plane.spaces[i].id) for i in within]
    inside = [h.place for h in plane.hollows if h.region.covers(element.footprint.centroid)]
    if inside:
        return inside
    reach = shapely.buffer(element.footprint, _REACH_M)
    beside = []
    for i in near:
        walls = [plane.walls[w].footprint for w in plane.wall_tree.query(reach, predicate="intersects").tolist()]
        edge = shapely.intersection(footprints[i].boundary, reach)
        if shapely.difference(edge, shapely.buffer(shapely.union_all(walls), 0.03)).length >= _CONTACT_M:
            beside.append(Place("space", plane.spaces[i].id))
    return beside


def _stairwells(planes: Mapping[str, Plane]) -> Iterable[tuple[Place, Place]]:
    """Spaces named as stair or lift, each with the next one above it on the same spot."""
    wells = [
        (plane.level.floor_z_m, space.id, space.footprint)
        for plane in planes.values()
        for space in plane.spaces
        if plane.level.floor_z_m is not None and space.footprint is not None and _STAIR.search(space.name)
    ]
    wells.sort(key=lambda well: (well[0], well[1]))
    footprints: list[BaseGeometry] = [footprint for _, _, footprint in wells]
    tree = STRtree(footprints)
    for floor, id_, footprint in wells:
        over = [
            j
            for j in sorted(tree.query(footprint, predicate="intersects").tolist())
            if wells[j][0] > floor + _SLACK_M
            and wells[j][1] != id_
            and shapely.intersection(footprint, footprints[j]).area
            >= _STACKED * min(footprint.area, footprints[j].area)
        ]
        if over:
            yield Place("space", id_), Place("space", wells[over[0]][1])
