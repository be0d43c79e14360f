"""Clusters of service rooms (相对集中; 集中配备): joined by a wall, a door, or stairs and lobbies of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

from bimcheck.measures.access import Access, lay_out
from bimcheck.measures.connections import Connection
from bimcheck.measures.enclosure import Place, planes_of
from bimcheck.measures.entrances import EntranceFindings
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Region, Space
from bimcheck.review import Cluster, Entrance, Quantity, ReviewedRoom
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text

Shapes = npt.NDArray[np.object_]

_WALL_M = 0.60
_FACING_M = 0.50
_SLANT_M = 0.05
_SLAB_M = 1.50
_LEAST_STOREY_M, _MOST_STOREY_M = 1.50, 7.00
_OVER_M2 = 1.0
_STOREY_M = 7.0


def find_clusters(
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    arrangement: Arrangement,
    connections: Sequence[Connection],
    gross_area_of: Mapping[str, float],
    access: Access | None = None,
) -> tuple[Cluster, ...]:
    """The clusters, largest first. ``gross_area_of`` gives each room's gross area by its id, square metres.

    Rooms belong together that face each other across one wall on a storey, that a door joins, or that lobbies, stairs
    and lifts join which serve nobody else. ``access`` saves finding again who can walk where.
    """
    service = [room.space for room in rooms if room.counted and room.role in ("room", "frame")]
    if access is None:
        access = lay_out(model, rooms, planes_of(model, arrangement, rooms), connections)
    joined = _Groups(space.id for space in service)
    for one, other in _across_walls(service, arrangement):
        joined.unite(one.id, other.id)
    for connection in connections:
        ids = [access.counted[side.id] for side in connection.sides if access.is_service(side)]
        if len(ids) == 2:
            joined.unite(*ids)
    for id_, counted in access.counted.items():
        for there in access.links.get(Place("space", id_), ()):
            quarter = access.quarter_of.get(there)
            for next_room in (there,) if quarter is None else quarter.service if quarter.exclusive else ():
                if access.is_service(next_room):
                    joined.unite(counted, access.counted[next_room.id])
    groups = joined.groups()
    areas = [sum(gross_area_of.get(id_, 0.0) for id_ in group) for group in groups]
    ranked = sorted(zip(areas, groups, strict=True), key=lambda item: (-round(item[0], 6), item[1]))
    apart = _distances([group for _, group in ranked], {s.id: s.footprint for s in service if s.footprint is not None})
    return tuple(
        Cluster(number, tuple(group), area, distance)
        for number, ((area, group), distance) in enumerate(zip(ranked, apart, strict=True), start=1)
    )


class _Groups:
    """Ids that belong together, in the order they were given."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._head = {id_: id_ for id_ in ids}

    def _root(self, id_: str) -> str:
        while self._head[id_] != id_:
            self._head[id_] = self._head[self._head[id_]]
            id_ = self._head[id_]
        return id_

    def unite(self, one: str, other: str) -> None:
        if one in self._head and other in self._head:
            self._head[self._root(one)] = self._root(other)

    def groups(self) -> list[list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in self._head:
            found[self._root(id_)].append(id_)
        return list(found.values())


def _across_walls(service: Sequence[Space], arrangement: Arrangement) -> Iterable[tuple[Space, Space]]:
    """Rooms of one height whose edges run along each other no further apart than a wall."""
    drawn = [space for space in service if space.footprint is not None]
    shapes = np.array([space.footprint for space in drawn], dtype=object)
    if not drawn:
        return
    (x0, y0, x1, y1), reach = shapely.bounds(shapes).T, _WALL_M + 1e-6
    one, other = STRtree(shapes).query(shapely.box(x0 - reach, y0 - reach, x1 + reach, y1 + reach))
    low = np.array([space.floor_z_m for space in drawn], dtype=np.float64)  # unknown is NaN, and no reason to leave out
    high = np.array([space.top_z_m for space in drawn], dtype=np.float64)
    apart = np.minimum(high[one], high[other]) - np.maximum(low[one], low[other]) <= _FACING_M
    one, other = one[(one < other) & ~apart], other[(one < other) & ~apart]
    close = shapely.dwithin(shapes[one], shapes[other], reach)
    level = [
        (a, b)
        for a, b in zip(one[close].tolist(), other[close].tolist(), strict=True)
        if _side_by_side(drawn[a], drawn[b], arrangement)
    ]
    if level:
        pairs = np.array(level)
        for a, b in pairs[_facing(shapes[pairs[:, 0]], shapes[pairs[:, 1]])].tolist():
            yield drawn[a], drawn[b]


def _side_by_side(one: Space, other: Space, arrangement: Arrangement) -> bool:
    if None in (one.floor_z_m, one.top_z_m, other.floor_z_m, other.top_z_m):
        return arrangement.level_of.get(one.id) == arrangement.level_of.get(other.id)
    low = max(one.floor_z_m or 0.0, other.floor_z_m or 0.0)
    return min(one.top_z_m or 0.0, other.top_z_m or 0.0) - low > _FACING_M


def _facing(rooms: Shapes, others: Shapes) -> npt.NDArray[np.bool_]:
    """Whether at least 0.5 m of a room's edge has the other within a wall's thickness straight before it, pair by pair.

    Rooms that only meet at a corner do not: the part of an edge near another room's corner is short.
    """
    gap = shapely.distance(rooms, others)
    near = shapely.length(shapely.intersection(shapely.boundary(rooms), shapely.buffer(others, gap + _SLANT_M)))
    beyond = np.sqrt(2 * gap * _SLANT_M + _SLANT_M**2)  # what is near to the other's last corner but not before it
    over = shapely.area(shapely.intersection(rooms, others)) > _FACING_M**2
    return np.asarray((near - beyond >= _FACING_M) | over, dtype=np.bool_)


def _distances(groups: Sequence[Sequence[str]], footprints: Mapping[str, Region]) -> list[float | None]:
    """The clear distance in plan from each group to the nearest other one; ``None`` where there is no other."""
    drawn = [i for i, group in enumerate(groups) if any(id_ in footprints for id_ in group)]
    found: list[float | None] = [None] * len(groups)
    if len(drawn) < 2:
        return found
    wholes = [shapely.union_all([footprints[id_] for id_ in groups[i] if id_ in footprints]) for i in drawn]
    tree = STRtree(wholes)
    for position, (i, whole) in enumerate(zip(drawn, wholes, strict=True)):
        meets = [other for other in tree.query(whole, predicate="intersects").tolist() if other != position]
        if meets:
            found[i] = 0.0
        else:
            _, gaps = tree.query_nearest(whole, exclusive=True, return_distance=True, all_matches=False)
            found[i] = float(gaps[0])
    return found


def with_entrances(
    clusters: Sequence[Cluster], entrances: Sequence[Entrance]
) -> tuple[tuple[Cluster, ...], tuple[Entrance, ...]]:
    """Clusters with the number of their qualifying entrances, and entrances with the number of their cluster."""
    number_of = {id_: cluster.number for cluster in clusters for id_ in cluster.room_ids}
    numbered = tuple(
        replace(e, cluster=next((number_of[id_] for id_ in e.room_ids if id_ in number_of), None)) for e in entrances
    )
    counted = tuple(
        replace(c, street_entrances=sum(bool(e.qualifies) and e.cluster == c.number for e in numbered))
        for c in clusters
    )
    return counted, numbered


def numbered(rooms: Sequence[ReviewedRoom], clusters: Sequence[Cluster]) -> tuple[ReviewedRoom, ...]:
    """Rooms with the number of their cluster."""
    number_of = {id_: cluster.number for cluster in clusters for id_ in cluster.room_ids}
    return tuple(replace(room, cluster=number_of.get(room.id)) for room in rooms)


def cluster_measures(
    clusters: Sequence[Cluster], rooms: Sequence[IdentifiedRoom], findings: EntranceFindings
) -> dict[str, Quantity]:
    """``clusters``, ``largest_cluster_area_m2``, ``party_centre_clusters`` and ``clusters_without_entrance``."""
    if not clusters:
        absent = Text("没有找到社区服务用房", "no community service rooms were found")
        unknown = {
            name: Quantity(None, "piece", reason=absent)
            for name in ("clusters", "party_centre_clusters", "clusters_without_entrance")
        }
        return unknown | {"largest_cluster_area_m2": Quantity(None, "m2", reason=absent)}
    largest = max(clusters, key=lambda cluster: cluster.area_m2)
    return {
        "clusters": _pieces(clusters),
        "largest_cluster_area_m2": Quantity(
            largest.area_m2, "m2", largest.area_m2, largest.area_m2, None, largest.room_ids
        ),
        "party_centre_clusters": party_centre_clusters(clusters, rooms),
        "clusters_without_entrance": _without_entrance(clusters, findings),
    }


def _without_entrance(clusters: Sequence[Cluster], findings: EntranceFindings) -> Quantity:
    """Clusters to which no qualifying entrance leads: the careful reading asks for one to each (三(二))."""
    if findings.street_entrances.value is None:
        return Quantity(None, "piece", reason=findings.street_entrances.reason)
    numbered, entrances = with_entrances(clusters, findings.entrances)
    bare = [cluster for cluster in numbered if not cluster.street_entrances]
    maybe = {e.cluster for e in entrances if e.qualifies is None or e.id in findings.for_person}
    certain = sum(cluster.number not in maybe for cluster in bare)
    return replace(_pieces(bare), low=float(certain))


def party_centre_clusters(clusters: Sequence[Cluster], rooms: Sequence[IdentifiedRoom]) -> Quantity:
    """In how many clusters the rooms of the party-and-masses service centre (党群服务中心) lie; one is concentrated.

    ``low`` takes clusters that lie one above the other as one: a stair between them may only not be drawn.
    """
    spaces = {room.space.id: room.space for room in rooms if room.counted and room.use == "party_centre"}
    if not spaces:
        return Quantity.unknown(
            "piece", "没有房间以党群服务中心命名", "no room is named as the party-and-masses service centre"
        )
    holding = [cluster for cluster in clusters if spaces.keys() & set(cluster.room_ids)]
    cluster_of = {id_: str(cluster.number) for cluster in holding for id_ in cluster.room_ids}
    stacks = _Groups(str(cluster.number) for cluster in holding)
    all_service = [room.space for room in rooms if room.space.id in cluster_of]
    for one, other in _stacked(all_service):
        stacks.unite(cluster_of[one.id], cluster_of[other.id])
    return replace(_pieces(holding), low=float(len(stacks.groups())))


def _stacked(spaces: Sequence[Space]) -> Iterable[tuple[Space, Space]]:
    """Spaces of neighbouring storeys that lie over each other."""
    drawn = [s for s in spaces if s.footprint is not None]
    shapes = np.array([s.footprint for s in drawn], dtype=object)
    low, high = STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(low.tolist(), high.tolist(), strict=True):
        bottom, top, floor = drawn[a].floor_z_m, drawn[a].top_z_m, drawn[b].floor_z_m
        if bottom is None or floor is None:  # how far apart their storeys lie is unknown
            follows = drawn[a].storey_id != drawn[b].storey_id
        elif top is not None:
            follows = -_FACING_M <= floor - top <= _SLAB_M
        else:
            follows = 0 < floor - bottom <= _STOREY_M
        if follows and shapely.intersection(shapes[a], shapes[b]).area >= _OVER_M2:
            yield drawn[a], drawn[b]


def _pieces(clusters: Sequence[Cluster]) -> Quantity:
    count = float(len(clusters))
    evidence = tuple(id_ for cluster in clusters for id_ in cluster.room_ids)
    return Quantity(count, "piece", count, count, None, evidence)
