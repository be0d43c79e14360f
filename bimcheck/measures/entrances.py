"""Entrances of the community service rooms: 地面沿路沿街有独立的出入口 (三(二)), door by door, with the proof.

A door counts where it stands at ground level, looks to a public street, and leads to service rooms without crossing
anybody else's space or a lobby that also serves others. Each part may stay open; the reason then names what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shapely import Point

from bimcheck.brief import Brief
from bimcheck.measures.access import Access, lay_out
from bimcheck.measures.connections import Connection, connections_on, is_gate
from bimcheck.measures.enclosure import OUTDOORS, Place, Plane, planes_of
from bimcheck.measures.independence import WayIn, independence_of, ways_in
from bimcheck.measures.marks import MarkedEntrance, marked_entrances
from bimcheck.measures.storeys import Arrangement
from bimcheck.measures.streets import Look, Street, Surroundings, Viewpoint, look, public_streets
from bimcheck.measures.thresholds import Grounds, Threshold, no_way_through
from bimcheck.model import BuildingModel, Note, Opening, Region, SiteFeature
from bimcheck.review import Entrance, Level, Quantity
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text

_LISTED = 5
_MULLION_M = 0.15
_ALIGNED = 0.99


@dataclass(frozen=True, slots=True)
class EntrancePolicy:
    """What the notice leaves open; the ruleset states and prints these numbers.

    ``frontage_angle_deg`` and ``frontage_max_m``: a door looks to a street within this angle of its outward normal and
    this distance (a setback-sized value). ``threshold_max_rise_m`` and ``threshold_max_drop_m``: a threshold this much
    above or below the outdoor ground still is at ground level, by steps or a ramp; 1.5 m is the most that ±0.00 may
    rise above the ground over a basement in the planning rules of the region. ``least_width_m``, ``least_height_m`` and
    ``inner_step_m``: a hole narrower or lower, or so far above the floor inside, is a hatch or a window rather than a
    way in. ``internal_roads_count``: whether roads inside the estate are streets though nobody declared them public.
    """

    frontage_angle_deg: float = 60.0
    frontage_max_m: float = 30.0
    threshold_max_rise_m: float = 1.5
    threshold_max_drop_m: float = 0.3
    least_width_m: float = 0.7
    least_height_m: float = 1.8
    inner_step_m: float = 0.45
    internal_roads_count: bool = False


@dataclass(frozen=True, slots=True)
class EntranceFindings:
    """The entrances that were considered and what they come to.

    ``street_entrances`` counts those that qualify for certain in ``low``, those that may in ``high``; its value is
    ``None`` where something is missing that could decide. ``for_person`` are the doors that a person may accept though
    the policy does not (an outside stair, a wall without a gate). ``cut_off`` are service rooms on upper storeys that
    are reached through other people's space only: with them ``low`` is 0, for a person to judge. ``connections`` is
    what every opening joins, ``access`` who can walk where.
    """

    entrances: tuple[Entrance, ...]
    street_entrances: Quantity
    notes: tuple[Note, ...]
    streets: tuple[SiteFeature, ...]
    doors_in_model: int
    connections: tuple[Connection, ...]
    access: Access
    for_person: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()


def find_entrances(
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    arrangement: Arrangement,
    brief: Brief,
    policy: EntrancePolicy | None = None,
) -> EntranceFindings:
    """Consider every outside door that leads to service rooms; where the model has no doors, every entrance mark."""
    policy = policy or EntrancePolicy()
    planes = planes_of(model, arrangement, rooms)
    connections = connections_on(model, planes)
    access = lay_out(model, rooms, planes, connections)
    streets, notes = public_streets(model, brief, internal_roads_count=policy.internal_roads_count)
    gates = [o.footprint for c, o in zip(connections, model.openings, strict=False) if is_gate(c)]
    grounds = Grounds(model, arrangement, brief, policy.threshold_max_rise_m, policy.threshold_max_drop_m)
    judge = _Judge(model, policy, grounds, gates, planes, access, streets)
    if model.openings:
        openings = {opening.id: opening for opening in model.openings}
        ways = ways_in(connections, access, arrangement)
        judged = [judge.door(way, openings[way.door.opening_id or ""]) for way in ways]
    else:
        judged = [judge.mark(mark) for mark in marked_entrances(model, rooms, arrangement, planes)]
    cut_off = _cut_off(judged, access, rooms, arrangement)
    untold = [c for c in connections if c.basis == "not-found" and any(access.is_service(side) for side in c.sides)]
    return EntranceFindings(
        entrances=tuple(each.entrance for each in judged),
        street_entrances=_count(judged, model, rooms, cut_off, untold),
        notes=(*notes, *_external_notes(model, connections), *_cut_off_notes(cut_off, access)),
        streets=tuple(dict.fromkeys(s.feature for s in streets if s.feature is not None)),
        doors_in_model=len(model.openings),
        connections=connections,
        access=access,
        for_person=tuple(each.entrance.id for each in judged if each.for_person),
        cut_off=cut_off,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """An entrance, whether a person may accept it though the policy does not, and what lies behind it.

    ``lacking`` is what keeps it open, without what is already settled.
    """

    entrance: Entrance
    for_person: bool
    inside: Place
    lacking: Text


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges one entrance after the other; what stands around a level is gathered when first asked for."""

    model: BuildingModel
    policy: EntrancePolicy
    grounds: Grounds
    gates: Sequence[Region]
    planes: Mapping[str, Plane]
    access: Access
    streets: Sequence[Street]
    around: dict[str, Surroundings] = field(default_factory=dict)

    def door(self, way: WayIn, opening: Opening) -> _Judged:
        """Judge a door between the inside and the open air."""
        leftwards = way.door.sides[1] == way.inside
        sign = 1.0 if leftwards else -1.0
        outward = (sign * way.door.normal[0], sign * way.door.normal[1])
        view = Viewpoint(way.door.points[0 if leftwards else 1], outward, opening.width_m)
        level = self.grounds.arrangement.level(way.door.level_id)
        plane = self.planes[level.id] if level is not None else None
        policy, floor_m = self.policy, self._floor_m(way.inside, level)
        least_m = (policy.least_width_m, policy.least_height_m)
        threshold = no_way_through(opening, floor_m, least_m, policy.inner_step_m) or self.grounds.threshold(
            opening.sill_z_m, view.at, level, plane
        )
        look_ = self._look(view, level, way.door.beyond(way.inside))
        judged = self._judged(opening, level, way.inside, view, threshold, look_)
        middle = opening.axis.interpolate(0.5, normalized=True)
        return replace(judged, entrance=replace(judged.entrance, position=middle, width_m=opening.width_m))

    def mark(self, mark: MarkedEntrance) -> _Judged:
        """Judge an entrance that a drawing marks without a door."""
        threshold = self.grounds.threshold(None, mark.view.at, mark.level, self.planes[mark.level.id])
        look_ = self._look(mark.view, mark.level, OUTDOORS)
        return self._judged(mark.feature, mark.level, mark.inside, mark.view, threshold, look_)

    def _judged(
        self,
        drawn: Opening | SiteFeature,
        level: Level | None,
        inside: Place,
        view: Viewpoint,
        threshold: Threshold,
        look_: Look,
    ) -> _Judged:
        independence = independence_of(inside, self.access)
        parts = (
            (independence.holds, independence.reason),
            (look_.facing, look_.reason),
            (threshold.holds, threshold.reason),
        )
        # what speaks against it first, then what is open
        lacking = [reason for holds, reason in parts if holds is None]
        reasons = [reason for _, reason in sorted(parts, key=lambda part: (False, None, True).index(part[0]))]
        entrance = Entrance(
            id=drawn.id,
            name=drawn.name or drawn.tag,
            level_id=level.id if level is not None else None,
            storey=level.name if level is not None else "",
            room_ids=tuple(dict.fromkeys(self.access.counted[place.id] for place in independence.rooms)),
            ground_level=threshold.holds,
            street_facing=look_.facing,
            independent=independence.holds,
            street=look_.street,
            reason=_together(reasons),
            position=Point(view.at),
            outward=view.outward,
            path=("室外", *(self.access.name(place) for place in independence.path)),
            sight_line=look_.line,
        )
        barred = (
            independence.holds is False
            or (look_.facing is False and not look_.for_person)
            or (threshold.holds is False and not threshold.for_person)
        )
        return _Judged(entrance, entrance.qualifies is False and not barred, inside, _together(lacking))

    def _floor_m(self, inside: Place, level: Level | None) -> float | None:
        """The floor one steps on: of the room where it states its own, else of the level."""
        if level is None:
            return None
        own = next((s.floor_z_m for s in self.planes[level.id].spaces if s.id == inside.id), None)
        return own if own is not None else level.floor_z_m

    def _look(self, view: Viewpoint, level: Level | None, outside: Place) -> Look:
        if outside.kind == "courtyard":
            inner = Text("开向建筑围合的内院，不临路", "opens to a courtyard inside the building, not to a street")
            return Look(facing=False, street="", reason=inner)
        if outside.kind == "hollow" or level is None:
            inner = Text(
                "开向建筑围合的区域（内院或没有名称的房间），不临路",
                "opens to an area inside the building (a courtyard or a room without a name), not to a street",
            )
            way_out = OUTDOORS in self.access.links.get(outside, ())
            unnamed = Text(
                "经建筑围合的区域通向室外，不知它是内院还是门厅；请为该区域建模并命名",
                "leads out through an area inside the building, a courtyard or a lobby; draw it as a space and name it",
            )
            return Look(facing=None if way_out else False, street="", reason=unnamed if way_out else inner)
        if level.id not in self.around:
            self.around[level.id] = Surroundings(self.model, self.planes[level.id], self.gates)
        return look(
            view,
            self.streets,
            self.around[level.id],
            angle_deg=self.policy.frontage_angle_deg,
            distance_m=self.policy.frontage_max_m,
        )


def _together(reasons: Sequence[Text]) -> Text:
    return Text("；".join(reason.zh for reason in reasons), "; ".join(reason.en for reason in reasons))


def _count(
    judged: Sequence[_Judged],
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    cut_off: Sequence[str],
    untold: Sequence[Connection],
) -> Quantity:
    """How many entrances qualify, with the interval over what is open."""
    if not any(room.counted for room in rooms):
        return Quantity.unknown("piece", "没有找到社区服务用房", "no community service rooms were found")
    if not model.openings and not judged:
        return Quantity.unknown(
            "piece",
            "模型中没有门，也没有出入口标注，不能判断出入口",
            "the model has no doors and marks no entrance, so entrances cannot be told",
        )
    judged = _each_once(judged)
    certain = [each.entrance for each in judged if each.entrance.qualifies]
    open_ = [each for each in judged if each.entrance.qualifies is None]
    possible = len(certain) + len(open_) + len(untold) + sum(each.for_person for each in judged)
    evidence = tuple(each.id for each in certain) or tuple(each.entrance.id for each in judged)
    low = 0.0 if cut_off else float(len(certain))
    lost = [room.space for room in rooms if room.counted and room.space.footprint is None]
    if lost and not certain:
        names = "、".join(f"“{space.name}”" for space in lost[:_LISTED])
        reason = Text(
            f"{names} 没有可用的几何，不知道哪些门通向它",
            f"{names} has no usable geometry, so that nobody can tell which doors lead to it",
        )
        return Quantity(None, "piece", 0.0, float(possible + len(model.openings)), reason, tuple(s.id for s in lost))
    if certain or not (open_ or untold):
        return Quantity(float(len(certain)), "piece", low, float(possible), None, evidence)
    if open_:
        return Quantity(None, "piece", 0.0, float(possible), open_[0].lacking, evidence)
    doors = tuple(c.opening_id for c in untold if c.opening_id is not None)
    names = "、".join(f"“{o.name or o.tag}”" for o in model.openings if o.id in doors[:_LISTED])
    reason = Text(
        f"门 {names} 两侧是什么无法由几何判断，请核对门与房间的位置",
        f"what lies on both sides of the doors {names} cannot be told; check where doors and rooms stand",
    )
    return Quantity(None, "piece", 0.0, float(possible), reason, doors)


def _each_once(judged: Sequence[_Judged]) -> list[_Judged]:
    """Entrances without the further leaves of one: doors drawn jamb to jamb that lead into the same place."""
    kept: list[_Judged] = []
    for each in sorted(judged, key=lambda each: (False, None, True).index(each.entrance.qualifies), reverse=True):
        if not any(each.inside == other.inside and _jamb_to_jamb(each.entrance, other.entrance) for other in kept):
            kept.append(each)
    return kept


def _jamb_to_jamb(one: Entrance, other: Entrance) -> bool:
    if one.width_m is None or other.width_m is None or one.outward is None or other.outward is None:
        return False
    aligned = one.outward[0] * other.outward[0] + one.outward[1] * other.outward[1] > _ALIGNED
    apart_m = one.position.distance(other.position) - (one.width_m + other.width_m) / 2
    return aligned and one.level_id == other.level_id and apart_m <= _MULLION_M


def _cut_off(
    judged: Sequence[_Judged], access: Access, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement
) -> tuple[str, ...]:
    """Service rooms on upper storeys that no independent entrance leads to, but a shared core does."""

    def own(place: Place) -> bool:
        quarter = access.quarter_of.get(place)
        return access.is_service(place) or (quarter is not None and quarter.exclusive is not False)

    reached = access.reachable(
        [each.inside for each in judged if each.entrance.independent and each.entrance.ground_level is not False], own
    )
    found = []
    for room in rooms:
        place, level = Place("space", room.space.id), arrangement.level(arrangement.level_of.get(room.space.id))
        shared = any(
            quarter.exclusive is False
            for there in access.links.get(place, ())
            if (quarter := access.quarter_of.get(there)) is not None
        )
        if access.is_service(place) and place not in reached and shared and level is not None and level.ground is False:
            found.append(access.counted[room.space.id])
    return tuple(dict.fromkeys(found))


def _cut_off_notes(cut_off: Sequence[str], access: Access) -> list[Note]:
    if not cut_off:
        return []
    shown = "、".join(f"“{access.names.get(id_, id_)}”" for id_ in cut_off[:_LISTED])
    return [
        Note(
            "upper-rooms-through-shared-core",
            "warning",
            Text(
                f"{shown} 等 {len(cut_off)} 间楼上用房只能经与他人共用的门厅、楼梯或电梯到达，是否独立由人工判定",
                f"{len(cut_off)} rooms upstairs ({shown}) are reached only through a lobby, stair or lift shared with"
                " others; a person must judge whether that is independent",
            ),
            tuple(cut_off),
        )
    ]


def _external_notes(model: BuildingModel, connections: Sequence[Connection]) -> list[Note]:
    """Doors whose declared IsExternal is not what the plan shows; the plan decides."""
    wrong = []
    for connection, opening in zip(connections, model.openings, strict=False):
        kinds = {side.kind for side in connection.sides}
        if opening.external is None or kinds & {"unknown", "hollow"}:
            continue
        if opening.external != (len(kinds) > 1 and any(side.open_air for side in connection.sides)):
            wrong.append(opening)
    if not wrong:
        return []
    names = "、".join(f"“{o.name or o.tag}”" for o in wrong[:_LISTED])
    return [
        Note(
            "is-external-differs",
            "info",
            Text(
                f"{names} 等 {len(wrong)} 樘门声明的 IsExternal 与平面不符，按平面几何计",
                f"{len(wrong)} doors ({names}) declare another IsExternal than the plan shows; the plan decides",
            ),
            tuple(o.id for o in wrong),
        )
    ]
