"""What became of every service room since the stage before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bimcheck.chain.alignment import Alignment, storey_key
from bimcheck.chain.matching import MatchedBy, Place, match_places, shift_between
from bimcheck.chain.previous import PreviousReport, PreviousRoom
from bimcheck.history import PlaceChange, RoomChange, RoomThen
from bimcheck.model import Space
from bimcheck.notation import USES, clean
from bimcheck.review import Review, ReviewedRoom
from bimcheck.text import Text

AREA_NOISE_M2 = 0.005
"""Areas closer than this are written alike."""
ROOM_MOVED_M = 0.30
"""A room has moved where it stands further than the thickness of a wall from where it stood."""

ORDER: tuple[PlaceChange, ...] = ("lost", "shrunk", "moved", "grown", "new", "kept")
"""The worst change first."""


def compare_rooms(
    report: PreviousReport, review: Review, alignment: Alignment, *, proof: bool
) -> tuple[tuple[RoomChange, ...], dict[str, str]]:
    """The changes of all rooms that counted then or count now, and the present id of each previous one.

    ``proof`` says whether equal ids prove identity.
    """
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
    changes.sort(key=lambda c: (ORDER.index(c.change), c.storey, c.name, c.id))
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
    after = _area_under(room, standard) if room.counted else 0.0
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


def _area_under(room: ReviewedRoom, standard: str) -> float | None:
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
