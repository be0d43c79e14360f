"""Which outside doors lead to the service rooms, and whether they do so for nobody else (独立的出入口)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bimcheck.measures.access import Access, Quarter
from bimcheck.measures.connections import Connection
from bimcheck.measures.enclosure import Place
from bimcheck.measures.storeys import Arrangement
from bimcheck.text import Text


@dataclass(frozen=True, slots=True)
class WayIn:
    """A door to the open air with its inner side."""

    door: Connection
    inside: Place


@dataclass(frozen=True, slots=True)
class Independence:
    """Whether a way in serves the service rooms alone, the path to the nearest of them, and all it leads to."""

    holds: bool | None
    reason: Text
    path: tuple[Place, ...]
    rooms: tuple[Place, ...]


def ways_in(connections: Sequence[Connection], access: Access, arrangement: Arrangement) -> list[WayIn]:
    """The outside doors to consider, in the model's order.

    Every outside door of a service room; those of lobbies from which one gets to a service room by lobbies alone; and
    for rooms with neither, the doors from which the fewest rooms have to be crossed.
    """
    outer = [WayIn(c, place) for c in connections if c.opening_id is not None and (place := _inner_side(c)) is not None]
    direct = [way for way in outer if access.is_service(way.inside)]
    lobbies = [way for way in outer if _through_lobbies(way, access, arrangement)]
    reached = {way.inside for way in direct}
    reached.update(room for way in lobbies for room in access.quarter_of[way.inside].service)
    chosen = {way.door.opening_id for way in (*direct, *lobbies, *_nearest(outer, access, reached))}
    return [way for way in outer if way.door.opening_id in chosen]


def _inner_side(connection: Connection) -> Place | None:
    """The side indoors of a door to the open air, ``None`` for other doors."""
    one, other = connection.sides
    if one.open_air == other.open_air or "unknown" in (one.kind, other.kind):
        return None
    return other if one.open_air else one


def _through_lobbies(way: WayIn, access: Access, arrangement: Arrangement) -> bool:
    """Whether lobbies and corridors alone lead on to a service room.

    On upper storeys (roof exits, galleries) only where the service room lies on that storey too.
    """
    if way.inside not in access.quarter_of or not access.is_way(way.inside):
        return False
    path = access.path(way.inside, access.is_service, access.is_way)
    level = arrangement.level(way.door.level_id)
    if path is None or level is None or level.ground is not False:
        return path is not None
    return arrangement.level_of.get(path[-1].id) == level.id


def _nearest(outer: Iterable[WayIn], access: Access, reached: set[Place]) -> Iterable[WayIn]:
    """For quarters whose service rooms have no door so far: the ways in that cross the fewest places."""
    ways: dict[frozenset[Place], list[tuple[int, WayIn]]] = defaultdict(list)
    for way in outer:
        quarter = access.quarter_of.get(way.inside)
        if quarter is not None and quarter.service and not reached.intersection(quarter.service):
            ways[quarter.places].append((len(_path(way.inside, quarter, access)), way))
    for found in ways.values():
        fewest = min(crossed for crossed, _ in found)
        yield from (way for crossed, way in found if crossed == fewest)


def _path(inside: Place, quarter: Quarter, access: Access) -> tuple[Place, ...]:
    return access.path(inside, access.is_service, lambda place: place in quarter.places) or (inside,)


def independence_of(inside: Place, access: Access) -> Independence:
    """Whether who steps in at ``inside`` gets to the service rooms without crossing anybody else's space.

    The path is the proof, or the counter-example.
    """
    lobby = access.name(inside)
    if access.is_service(inside):
        reason = Text(f"直接进入“{lobby}”", f"leads straight into “{lobby}”")
        return Independence(holds=True, reason=reason, path=(inside,), rooms=(inside,))
    quarter = access.quarter_of.get(inside) or access.alone(inside)
    path = _path(inside, quarter, access)
    other = next((place for place in path if place in quarter.others), next(iter(quarter.others), None))
    if other is not None and other == inside:
        reason = Text(f"须经他人使用的“{lobby}”", f"leads through “{lobby}”, which is used by others")
    elif other is not None:
        also = access.name(other)
        reason = Text(
            f"须经“{lobby}”，它也通往他人使用的“{also}”",
            f"leads through “{lobby}”, which also leads to “{also}” of others",
        )
    elif quarter.unclear:
        unclear = access.name(quarter.unclear[0])
        reason = Text(
            f"经“{lobby}”，其中“{unclear}”用途不明，不能判断是否独立；请写明该房间的名称和用途",
            f"leads through “{lobby}”; the use of “{unclear}” is unknown, so independence is open; name that room",
        )
    else:
        reason = Text(
            f"经只通往社区服务用房的“{lobby}”进入", f"leads in through “{lobby}”, which serves the service rooms alone"
        )
    return Independence(quarter.exclusive, reason, path, quarter.service)
