"""What changed since the stage before, drawn over the plan: what rooms lost and gained, where doors stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.sheet import Sheet, turned
from bimcheck.history import Chain, EntranceChange, RoomChange
from bimcheck.model import Region
from bimcheck.notation import STAGES, amount, clean, difference
from bimcheck.review import Level, ReviewedRoom
from bimcheck.text import Text

_SLIVER_M = 0.15
"""Half of what is no change: rooms may be drawn to either face of their walls."""
_MARK_PX = 9.0


def outlines_then(chain: Chain | None, level: Level) -> list[Region]:
    """Where rooms of the level stood that are gone: the sheet must show these places too."""
    lost = [] if chain is None else [room for room in chain.rooms if room.change == "lost"]
    return [r.before.outline for r in lost if r.level_id == level.id and r.before is not None and r.before.outline]


def add_changes(sheet: Sheet, chain: Chain, level: Level, rooms: Iterable[ReviewedRoom]) -> None:
    """Draw the changes of one level over its plan."""
    footprints = {room.id: room.footprint for room in rooms if room.footprint is not None}
    stage = STAGES[chain.previous.stage]
    for room in chain.rooms:
        if room.before is not None and room.before.level_id == level.id:
            _add_room(sheet, room, footprints, stage)
        elif room.change == "new" and room.id in footprints:
            sheet.add("gained-part", turned(footprints[room.id], sheet.turn_degrees), title=_told(room, stage))
    for entrance in chain.entrances:
        if entrance.level_id == level.id and entrance.change in ("moved", "lost") and entrance.place_then is not None:
            _add_entrance(sheet, entrance, turned(entrance.place_then, sheet.turn_degrees), stage)


def _add_room(sheet: Sheet, room: RoomChange, footprints: Mapping[str, Region], stage: Text) -> None:
    then = None if room.before is None else room.before.outline
    if then is None or room.change in ("kept", "new"):
        return
    now = footprints.get(room.id) if room.change != "lost" else None
    title = _told(room, stage)
    sheet.add("lost-part", _without_slivers(then, now, sheet), title=title)
    if now is not None:
        sheet.add("gained-part", _without_slivers(now, then, sheet), title=title)
    sheet.add("room-then", turned(then.boundary, sheet.turn_degrees), title=title)


def _without_slivers(region: Region, taken: Region | None, sheet: Sheet) -> BaseGeometry:
    """What a region has beyond another, but for strips no wider than walls."""
    rest = region if taken is None else shapely.difference(region, taken)
    opened = rest.buffer(-_SLIVER_M, join_style="mitre").buffer(_SLIVER_M, join_style="mitre")
    return turned(opened, sheet.turn_degrees)


def _add_entrance(sheet: Sheet, entrance: EntranceChange, place: BaseGeometry, stage: Text) -> None:
    x, y, size = place.centroid.x, place.centroid.y, _MARK_PX * sheet.pixel_m
    name = clean(entrance.name) or clean(entrance.id)
    moved = amount(entrance.moved_m, "m")
    title = Text(f"{stage.zh}时的出入口“{name}”", f"entrance “{name}” at {stage.en.lower()}")
    if entrance.change == "moved":
        title = Text(f"{title.zh}，移动 {moved.zh}", f"{title.en}, moved by {moved.en}")
    sheet.add("entrance-then", place.centroid.buffer(size), title=title)
    sheet.add("entrance-then", LineString([(x - size, y), (x + size, y)]), title=title)


def _told(room: RoomChange, stage: Text) -> Text:
    name, by = clean(room.name), difference(room.difference_m2, "m2")
    return Text(f"“{name}”较{stage.zh}：{by.zh}", f"“{name}” since {stage.en.lower()}: {by.en}")
