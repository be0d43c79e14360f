"""What became of every judged entrance since the stage before."""

from __future__ import annotations

from collections.abc import Mapping

from shapely import Point

from bimcheck.chain.alignment import Alignment, storey_key
from bimcheck.chain.matching import DoorPlace, match_doors
from bimcheck.chain.previous import PreviousEntrance, PreviousReport
from bimcheck.chain.rooms import ORDER
from bimcheck.history import EntranceChange
from bimcheck.review import Entrance, Review
from bimcheck.text import Text

ENTRANCE_MOVED_M = 0.10
"""A door that stands further than this from where it stood has moved."""

_DOOR_NEAR_M = 0.5


def compare_entrances(
    report: PreviousReport, review: Review, alignment: Alignment, partner: Mapping[str, str], *, proof: bool
) -> tuple[EntranceChange, ...]:
    """The changes of all entrances judged then or now.

    ``partner`` gives the present id of each previous room; ``proof`` says whether equal ids prove identity.
    """
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
    return tuple(sorted(changes, key=lambda c: (not c.declined, ORDER.index(c.change), c.storey, c.id)))


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
