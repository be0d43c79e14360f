"""The present review against the report of the previous stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapely import Point

from bimcheck.chain.alignment import Alignment, align, storey_key
from bimcheck.chain.context import context_notes
from bimcheck.chain.matching import DoorPlace, MatchedBy, Place, match_doors, match_places, shift_between
from bimcheck.chain.previous import Previous, PreviousEntrance, PreviousReport, PreviousRoom
from bimcheck.history import (
    Chain,
    ClauseChange,
    ClauseThenAndNow,
    EntranceChange,
    MeasureChange,
    PlaceChange,
    RoomChange,
    RoomThen,
)
from bimcheck.model import Space
from bimcheck.notation import USES, clean
from bimcheck.review import Entrance, Review, ReviewedRoom, RuleResult, Status
from bimcheck.text import Text

AREA_NOISE_M2 = 0.005
"""Areas closer than this are written alike."""
ROOM_MOVED_M = 0.30
"""A room has moved where it stands further than the thickness of a wall from where it stood."""
ENTRANCE_MOVED_M = 0.10

_DOOR_NEAR_M = 0.5
_NOISE = {"m2": AREA_NOISE_M2, "1": 5e-5, "m": AREA_NOISE_M2}
_MORE_IS_BETTER = (
    "service_area_m2",
    "party_centre_area_m2",
    "ground_floor_area_m2",
    "ground_floor_share",
    "street_entrances",
    "parking_spaces",
    "plaza_area_m2",
)
_COMPARED = (*_MORE_IS_BETTER, "office_share")
_RANK: Mapping[Status | None, int] = {"pass": 0, "manual": 1, "undetermined": 2, "fail": 3}
_ORDER: tuple[PlaceChange, ...] = ("lost", "shrunk", "moved", "grown", "new", "kept")


def compare(previous: Previous, review: Review) -> Chain:
    """Compare a review with the report of the stage before; nothing that got worse is left out."""
    report = previous.report
    alignment = align(report, review)
    proof = report.model.format == review.source.format == "IFC"
    rooms, partner = _compare_rooms(report, review, alignment, proof=proof)
    return Chain(
        previous=previous.identity,
        rooms=rooms,
        entrances=_compare_entrances(report, review, alignment, partner, proof=proof),
        clauses=_compare_clauses(report, review),
        measurements=_compare_measurements(report, review),
        notes=context_notes(previous, review, alignment),
    )


# ------------------------------------------------------------------ rooms


def _compare_rooms(
    report: PreviousReport, review: Review, alignment: Alignment, *, proof: bool
) -> tuple[tuple[RoomChange, ...], dict[str, str]]:
    """The changes of all rooms that counted then or count now, and the present id of each previous one."""
    keys_then = {level.id: storey_key(level.name, level.number) for level in report.levels}
    keys_now = {level.id: storey_key(level.name, level.number) for level in review.levels}

    def key_then(room: PreviousRoom) -> str:
        return keys_then.get(room.level_id or "", storey_key(room.storey))

    def key_now(room: ReviewedRoom) -> str:
        return keys_now.get(room.level_id or "", storey_key(room.storey))

    places_then = [
        Place(
            old.id,
            old.name,
            old.use,
            key_then(old),
            alignment.region(old.outline_m, key_then(old)),
            old.gross_area_m2,
            old.counted,
        )
        for old in report.rooms
    ]
    places_now = [
        Place(room.id, room.name, room.use, key_now(room), room.footprint, room.gross_area_m2, room.counted)
        for room in review.rooms
    ]
    old_by_id = {old.id: (old, place) for old, place in zip(report.rooms, places_then, strict=True)}
    new_by_id = {room.id: (room, place) for room, place in zip(review.rooms, places_now, strict=True)}
    pairs = match_places(places_then, places_now, ids_are_proof=proof)
    level_of = {key: id_ for id_, key in keys_now.items()}
    changes: list[RoomChange] = []
    for a, b, how in pairs:
        old, (room, _) = old_by_id[a.id][0], new_by_id[b.id]
        if old.counted or room.counted:
            then = _then(old, a, level_of)
            at = alignment.point(old.place_m, a.key) if a.outline is None else a.outline
            moved = shift_between(at, b.outline) if a.key == b.key else None
            changes.append(_changed(then, room, how, moved, report.area_standard, storeys_differ=a.key != b.key))
    matched_then, matched_now = {a.id for a, _, _ in pairs}, {b.id for _, b, _ in pairs}
    for old, place in old_by_id.values():
        if old.counted and old.id not in matched_then:
            changes.append(_lost(_then(old, place, level_of), review, level_of.get(place.key)))
    changes += [_new(room) for room in review.rooms if room.counted and room.id not in matched_now]
    changes.sort(key=lambda c: (_ORDER.index(c.change), c.storey, c.name, c.id))
    return tuple(changes), {a.id: b.id for a, b, _ in pairs}


def _then(old: PreviousRoom, place: Place, level_of: Mapping[str, str]) -> RoomThen:
    return RoomThen(
        id=old.id,
        name=old.name,
        use=old.use,
        counted=old.counted,
        storey=old.storey,
        ground_floor=old.ground_floor,
        gross_area_m2=old.gross_area_m2,
        outline=place.outline,
        level_id=level_of.get(place.key),
    )


def _changed(
    then: RoomThen,
    room: ReviewedRoom,
    how: MatchedBy,
    moved: float | None,
    standard: str,
    *,
    storeys_differ: bool,
) -> RoomChange:
    before = then.gross_area_m2 if then.counted else 0.0
    after = area_under(room, standard) if room.counted else 0.0
    difference = None if before is None or after is None else after - before
    shifted = storeys_differ or (moved is not None and moved > ROOM_MOVED_M)
    change: PlaceChange = "moved" if shifted else "kept"
    if not room.counted:
        change = "lost"
    elif not then.counted:
        change = "new"
    elif difference is not None and difference <= -AREA_NOISE_M2:
        change = "shrunk"
    elif difference is not None and difference >= AREA_NOISE_M2 and not shifted:
        change = "grown"
    off_ground = then.counted and then.ground_floor is True and room.ground_floor is not True
    centre_lost = then.use == "party_centre" and room.use != "party_centre"
    return RoomChange(
        id=room.id,
        name=room.name,
        storey=room.storey,
        change=change,
        matched_by=how,
        before=then,
        gross_area_m2=after if room.counted else None,
        difference_m2=difference,
        moved_m=moved if shifted else None,
        declined=change in ("lost", "shrunk") or off_ground or centre_lost,
        remarks=tuple(_remarks(then, room, storeys_differ=storeys_differ, unknown=difference is None)),
        level_id=room.level_id,
    )


def area_under(room: ReviewedRoom, standard: str) -> float | None:
    """A room's area under the standard the other report goes by, so that like is compared with like."""
    return room.readings.get(standard, room.gross_area_m2)


def _remarks(then: RoomThen, room: ReviewedRoom, *, storeys_differ: bool, unknown: bool) -> Iterable[Text]:
    if then.name != room.name:
        yield Text(f"原名“{clean(then.name)}”", f"was called “{clean(then.name)}”")
    if then.use != room.use:
        old, new = USES[then.use], USES[room.use]
        yield Text(f"功能由{old.zh}改为{new.zh}", f"use changed from {old.en} to {new.en}")
    if storeys_differ:
        yield Text(
            f"由 {clean(then.storey) or '？'} 移至 {clean(room.storey) or '？'}",
            f"moved from {clean(then.storey) or '?'} to {clean(room.storey) or '?'}",
        )
    if then.ground_floor is True and room.ground_floor is not True:
        yield Text("不再位于底层", "no longer on the ground storey")
    if then.counted and not room.counted:
        why = room.why_not or Text("不再认定为社区服务用房", "no longer recognised as a service room")
        yield Text(f"不再计入：{why.zh}", f"no longer counted: {why.en}")
    if room.counted and not then.counted:
        yield Text("上阶段未计入", "was not counted then")
    if unknown:
        yield Text("有一阶段面积不明，无法比较", "its area is unknown in one of the stages and cannot be compared")


def _lost(then: RoomThen, review: Review, level_id: str | None) -> RoomChange:
    area = then.gross_area_m2
    there = _standing_at(then, review, level_id)
    remark = (
        None if there is None else Text(f"此处现为“{clean(there.name)}”", f"“{clean(there.name)}” stands there now")
    )
    return RoomChange(
        id=then.id,
        name=then.name,
        storey=then.storey,
        change="lost",
        matched_by=None,
        before=then,
        gross_area_m2=None,
        difference_m2=None if area is None else -area,
        moved_m=None,
        declined=True,
        remarks=() if remark is None else (remark,),
        level_id=level_id,
    )


def _standing_at(then: RoomThen, review: Review, level_id: str | None) -> Space | None:
    """The space that takes up most of the place a lost room had."""
    level = next((level for level in review.levels if level.id == level_id), None)
    if then.outline is None or level is None:
        return None
    half = then.outline.area / 2
    return next(
        (
            space
            for space in review.model.spaces
            if space.storey_id in level.storey_ids
            and space.footprint is not None
            and space.footprint.intersection(then.outline).area > half
        ),
        None,
    )


def _new(room: ReviewedRoom) -> RoomChange:
    return RoomChange(
        id=room.id,
        name=room.name,
        storey=room.storey,
        change="new",
        matched_by=None,
        before=None,
        gross_area_m2=room.gross_area_m2,
        difference_m2=room.gross_area_m2,
        moved_m=None,
        declined=False,
        level_id=room.level_id,
    )


# ------------------------------------------------------------------ entrances


def _compare_entrances(
    report: PreviousReport, review: Review, alignment: Alignment, partner: Mapping[str, str], *, proof: bool
) -> tuple[EntranceChange, ...]:
    keys_then = {level.id: storey_key(level.name, level.number) for level in report.levels}
    keys_now = {level.id: storey_key(level.name, level.number) for level in review.levels}
    level_of = {key: id_ for id_, key in keys_now.items()}

    def then(old: PreviousEntrance) -> DoorPlace:
        key = keys_then.get(old.level_id or "", storey_key(old.storey))
        rooms = frozenset(partner[id_] for id_ in old.room_ids if id_ in partner)
        return DoorPlace(old.id, key, alignment.point(old.place_m, key), rooms)

    places_then = {old.id: then(old) for old in report.entrances}
    places_now = {
        door.id: DoorPlace(
            door.id,
            keys_now.get(door.level_id or "", storey_key(door.storey)),
            door.position,
            frozenset(door.room_ids),
        )
        for door in review.entrances
    }
    old_by_id = {old.id: old for old in report.entrances}
    new_by_id = {door.id: door for door in review.entrances}
    pairs = match_doors(list(places_then.values()), list(places_now.values()), ids_are_proof=proof, near_m=_DOOR_NEAR_M)
    changes = [_entrance(old_by_id[a.id], new_by_id[b.id], a, b) for a, b in pairs]
    seen_then, seen_now = {a.id for a, _ in pairs}, {b.id for _, b in pairs}
    for id_, old in old_by_id.items():
        if id_ not in seen_then:
            place = places_then[id_]
            changes.append(_gone(old, place.at, level_of.get(place.key)))
    changes += [_opened(door) for id_, door in new_by_id.items() if id_ not in seen_now]
    return tuple(sorted(changes, key=lambda c: (not c.declined, _ORDER.index(c.change), c.storey, c.id)))


def _entrance(old: PreviousEntrance, door: Entrance, a: DoorPlace, b: DoorPlace) -> EntranceChange:
    distance = None if a.at is None or b.at is None else float(a.at.distance(b.at))
    moved = distance is not None and distance > ENTRANCE_MOVED_M
    remarks = [
        Text(f"{zh}：{_said(was, 'zh')} → {_said(now, 'zh')}", f"{en}: {_said(was, 'en')} → {_said(now, 'en')}")
        for zh, en, was, now in (
            ("在地面", "at grade", old.ground_level, door.ground_level),
            ("沿街", "on a street", old.street_facing, door.street_facing),
            ("独立", "independent", old.independent, door.independent),
        )
        if was is not now
    ]
    return EntranceChange(
        id=door.id,
        name=door.name,
        storey=door.storey,
        change="moved" if moved or a.key != b.key else "kept",
        previous_id=old.id,
        qualified=old.qualifies,
        qualifies=door.qualifies,
        moved_m=distance if moved else None,
        declined=old.qualifies is True and door.qualifies is not True,
        remarks=tuple(remarks),
        place_then=a.at,
        level_id=door.level_id,
    )


def _said(answer: bool | None, language: str) -> str:  # noqa: FBT001  an answer of three values, not a switch
    zh, en = {True: ("是", "yes"), False: ("否", "no"), None: ("不明", "unknown")}[answer]
    return zh if language == "zh" else en


def _gone(old: PreviousEntrance, at: Point | None, level_id: str | None) -> EntranceChange:
    return EntranceChange(
        id=old.id,
        name=old.name,
        storey=old.storey,
        change="lost",
        previous_id=old.id,
        qualified=old.qualifies,
        qualifies=None,
        moved_m=None,
        declined=old.qualifies is True,
        place_then=at,
        level_id=level_id,
    )


def _opened(door: Entrance) -> EntranceChange:
    return EntranceChange(
        id=door.id,
        name=door.name,
        storey=door.storey,
        change="new",
        previous_id=None,
        qualified=None,
        qualifies=door.qualifies,
        moved_m=None,
        declined=False,
        level_id=door.level_id,
    )


# ------------------------------------------------------------------ clauses and measurements


def _compare_clauses(report: PreviousReport, review: Review) -> tuple[ClauseThenAndNow, ...]:
    before = {result.rule: result for result in report.results}
    answers = []
    for result in review.results:
        old = before.pop(result.rule, None)
        status = None if old is None else old.status
        answers.append(
            ClauseThenAndNow(
                rule=result.rule,
                clause=result.clause,
                title=result.title,
                change=_clause_change(status, result.status),
                before=status,
                after=result.status,
                value_before=old.measured.value if old is not None and old.measured is not None else None,
                value_after=result.measured.value if result.measured is not None else None,
                unit=_unit(result),
                declined=_RANK.get(status, 9) < _RANK.get(result.status, -1),
            )
        )
    for old in before.values():
        value = old.measured.value if old.measured is not None else None
        title = Text(old.title, old.title_en or old.title)
        unit = old.measured.unit if old.measured is not None else ""
        change = _clause_change(old.status, None)
        answers.append(
            ClauseThenAndNow(old.rule, old.clause, title, change, old.status, None, value, None, unit, declined=False)
        )
    return tuple(answers)


def _unit(result: RuleResult) -> str:
    return result.measured.unit if result.measured is not None else ""


def _clause_change(before: Status | None, after: Status | None) -> ClauseChange:
    findings = ("fail", "undetermined", "manual")
    if after in findings:
        return "persisting" if before in findings else "new"
    if before in findings:
        return "resolved" if after == "pass" else "not-rechecked"
    return "not-rechecked" if before == "pass" and after != "pass" else "clear"


def _compare_measurements(report: PreviousReport, review: Review) -> tuple[MeasureChange, ...]:
    changes = []
    for name in _COMPARED:
        quantity, figure = review.measurements.get(name), report.measurements.get(name)
        before = float(figure) if isinstance(figure, int | float) else None
        if quantity is None or (before is None and quantity.value is None):
            continue
        old = report.quantities.get(name)
        difference = None if before is None or quantity.value is None else quantity.value - before
        noise = _NOISE.get(quantity.unit, 1e-9)
        low, high = _bounds(report, name, before) if old is None else (old.low, old.high)
        changes.append(
            MeasureChange(
                name=name,
                unit=quantity.unit,
                before=before,
                after=quantity.value,
                low_before=low,
                high_before=high,
                low_after=quantity.value if quantity.low is None else quantity.low,
                high_after=quantity.value if quantity.high is None else quantity.high,
                difference=difference,
                declined=name in _MORE_IS_BETTER and difference is not None and difference <= -noise,
            )
        )
    return tuple(changes)


def _bounds(report: PreviousReport, name: str, value: float | None) -> tuple[float | None, float | None]:
    """The bounds a report states besides its quantities: those of the whole area; else the value itself."""
    if name != "service_area_m2":
        return value, value
    low, high = (report.measurements.get(f"service_area_{end}_m2") for end in ("low", "high"))
    return (
        float(low) if isinstance(low, int | float) else value,
        float(high) if isinstance(high, int | float) else value,
    )
