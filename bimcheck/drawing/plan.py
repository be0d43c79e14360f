"""The plan of a level: service rooms with their wall shares, what surrounds them, doors and judged entrances.

The sheet is turned so that the building stands square on it; its north arrow says where north is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.changes import add_changes, outlines_then
from bimcheck.drawing.shapes import SHEET, Box, Drawing, KeyEntry, LabelKind, Ref, ShapeKind, metres_per_pixel
from bimcheck.drawing.sheet import Sheet, building_angle, entrance_letters, turned
from bimcheck.model import BuildingModel, ElementKind, Space
from bimcheck.notation import amount, clean, decimal
from bimcheck.review import Level, Review, ReviewedRoom, elements_on
from bimcheck.text import Text

_MARGIN_PX = 64.0
_AROUND_M = 6.0
_MOST_LEVELS = 12
_DETAIL_BELOW = 0.6

_ELEMENTS: dict[ElementKind, ShapeKind] = {
    "wall": "wall",
    "curtain-wall": "curtain-wall",
    "column": "column",
    "stair": "stair",
    "ramp": "stair",
    "lift": "stair",
    "window": "window",
}


def draw_levels(review: Review) -> tuple[Drawing, ...]:
    """The sheets of all levels that have something to show, lowest first."""
    outlines = [level.outline for level in review.levels if level.outline is not None]
    turn = building_angle(outlines or [room.footprint for room in review.rooms if room.footprint is not None])
    sheets = (_draw(review, level, f"plan-{n}", turn) for n, level in enumerate(levels_to_draw(review), 1))
    return tuple(sheet for sheet in sheets if sheet is not None)


def levels_to_draw(review: Review) -> tuple[Level, ...]:
    """Levels with service rooms or entrances; then ground levels and levels with near misses while sheets last."""
    drawn = {room.level_id for room in review.rooms if room.counted} | {e.level_id for e in review.entrances}
    if review.chain is not None:
        drawn |= {room.level_id for room in review.chain.rooms}
    near = {room.level_id for room in review.rooms}
    further = [level for level in review.levels if level.ground is True and level.outline is not None]
    further += [level for level in review.levels if level.id in near]
    for level in further:
        if len(drawn) < _MOST_LEVELS:
            drawn.add(level.id)
    return tuple(level for level in review.levels if level.id in drawn)


def _draw(review: Review, level: Level, id_: str, turn: float) -> Drawing | None:
    rooms = [room for room in review.rooms if room.level_id == level.id]
    entrances = [entrance for entrance in review.entrances if entrance.level_id == level.id]
    shown = [region for room in rooms for region in (room.footprint, room.gross_region) if region is not None]
    shown += outlines_then(review.chain, level)
    focus = [turned(geometry, turn) for geometry in (*shown, *(entrance.position for entrance in entrances))]
    outline = None if level.outline is None else turned(level.outline, turn)
    view, detail = _view(focus, outline)
    if view is None:
        return None
    sheet = Sheet(turn, view)
    if outline is not None:
        sheet.add("floor", outline)
    own = {room.id for room in rooms}
    others = [space for space in _spaces_on(level, review.model) if space.id not in own]
    for space in others:
        sheet.add("other-room", turned(space.footprint, turn), title=_same(clean(space.name)))  # type: ignore[arg-type]  # only spaces with a footprint are listed
    _add_elements(sheet, review.model, level, rooms)
    if review.chain is not None:
        add_changes(sheet, review.chain, level, rooms)
    letters = entrance_letters(review.entrances)
    for entrance in entrances:
        sheet.lettering.keep_free(turned(entrance.position, turn).buffer(8 * sheet.pixel_m).envelope)
    for entrance in sorted(entrances, key=lambda e: letters[e.id]):
        sheet.entrance(entrance, letters[entrance.id], anchor=True)
        _street_name(
            sheet, entrance.sight_line, entrance.street if entrance.qualifies else "", Ref("entrance", entrance.id)
        )
    _label_rooms(sheet, rooms)
    for space in others:
        region = turned(space.footprint, turn)  # type: ignore[arg-type]  # only spaces with a footprint are listed
        sheet.lettering.inside(region, clean(space.name), "", "other-room", None, largest_px=10.5)
    return sheet.drawing(id_, _title(review, level), _caption(level, rooms), review.model.north, detail)


def _view(focus: list[BaseGeometry], outline: BaseGeometry | None) -> tuple[Box | None, Text | None]:
    """What the sheet shows: the whole level, or only the surroundings of the rooms where the level is far larger."""
    everything = [geometry for geometry in (*focus, outline) if geometry is not None and not geometry.is_empty]
    if not everything:
        return None, None
    whole = shapely.total_bounds(everything)
    part = shapely.total_bounds(focus) if focus else whole
    near = (
        max(whole[0], part[0] - _AROUND_M), max(whole[1], part[1] - _AROUND_M),
        min(whole[2], part[2] + _AROUND_M), min(whole[3], part[3] + _AROUND_M),
    )  # fmt: skip
    size = f"{decimal(whole[2] - whole[0])} × {decimal(whole[3] - whole[1])} m"
    detail = metres_per_pixel(near) < _DETAIL_BELOW * metres_per_pixel(tuple(whole))
    x0, y0, x1, y1 = near if detail else (float(value) for value in whole)
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    pixel = max(width / (SHEET[0] - 2 * _MARGIN_PX), height / (SHEET[1] - 2 * _MARGIN_PX))
    margin = _MARGIN_PX * pixel
    view = (float(x0 - margin), float(y0 - margin), float(x0 + width + margin), float(y0 + height + margin))
    return view, Text(f"局部平面；全层 {size}", f"a part of the level, which measures {size}") if detail else None


def _spaces_on(level: Level, model: BuildingModel) -> list[Space]:
    """The spaces that a reader sees on the level, by the height a plan is cut at."""
    storeys = set(level.storey_ids)
    building_of = {storey.id: storey.building_id for storey in model.storeys}
    cut = None if level.floor_z_m is None else level.floor_z_m + min(1.2, 0.5 * (level.height_m or 2.4))

    def stands(space: Space) -> bool:
        if cut is None or space.floor_z_m is None or space.top_z_m is None:
            return space.storey_id in storeys
        building = space.building_id or building_of.get(space.storey_id or "")
        return space.floor_z_m <= cut <= space.top_z_m and _same_building(level, building)

    return [space for space in model.spaces if space.footprint is not None and stands(space)]


def _same_building(level: Level, building_id: str | None) -> bool:
    return level.building_id is None or building_id is None or building_id == level.building_id


def _add_elements(sheet: Sheet, model: BuildingModel, level: Level, rooms: Iterable[ReviewedRoom]) -> None:
    """Walls under the rooms' shares, their edges over them; then what stands in rooms, and the doors."""
    turn = sheet.turn_degrees
    building_of = {storey.id: storey.building_id for storey in model.storeys}
    elements, openings = elements_on(level, model)
    elements = tuple(e for e in elements if _same_building(level, e.building_id or building_of.get(e.storey_id or "")))
    openings = tuple(o for o in openings if _same_building(level, building_of.get(o.storey_id or "")))
    pieces = [(_ELEMENTS[e.kind], turned(e.footprint, turn)) for e in elements if e.kind in _ELEMENTS]
    for kind, geometry in pieces:
        if kind in ("wall", "curtain-wall"):
            sheet.add(kind, geometry)
    for room in sorted(rooms, key=lambda r: (r.counted, r.id)):
        _add_room(sheet, room)
    sheet.add("wall-edge", _edge_of(tuple(geometry for kind, geometry in pieces if kind == "wall")))
    for wanted in ("stair", "column"):
        for kind, geometry in pieces:
            if kind == wanted:
                sheet.add(kind, geometry)
                if kind == "column":
                    sheet.lettering.keep_free(geometry)
    for opening in openings:
        sheet.add("door", turned(opening.footprint, turn))
        sheet.add("door-line", turned(opening.axis, turn))
    for kind, geometry in pieces:
        if kind == "window":
            sheet.add(kind, geometry)


@lru_cache(maxsize=8)
def _edge_of(walls: tuple[BaseGeometry, ...]) -> BaseGeometry:
    """The edge of all walls as one; storeys that repeat share it."""
    return shapely.union_all(walls, grid_size=1e-4).boundary


def _add_room(sheet: Sheet, room: ReviewedRoom) -> None:
    ref, title = Ref("room", room.id), _room_title(room)
    footprint = None if room.footprint is None else turned(room.footprint, sheet.turn_degrees)
    gross = None if room.gross_region is None else turned(room.gross_region, sheet.turn_degrees)
    if not room.counted:
        sheet.add(
            "near-miss", footprint if footprint is not None else gross, ref, use=room.use, title=title, anchor=True
        )
        return
    if gross is not None and footprint is not None:
        sheet.add("wall-share", shapely.difference(gross, footprint), ref, use=room.use, title=title)
    sheet.add(
        "service-room", footprint if footprint is not None else gross, ref, use=room.use, title=title, anchor=True
    )


def _room_title(room: ReviewedRoom) -> Text:
    name, figure = clean(room.name), amount(room.gross_area_m2, "m2")
    if not room.counted and room.why_not is not None:
        return Text(clean(f"{name}：不计入，{room.why_not.zh}"), clean(f"{name}: not counted, {room.why_not.en}"))
    net = amount(room.net_area_m2, "m2")
    return Text(f"{name}：建筑面积 {figure.zh}，净面积 {net.zh}", f"{name}: gross {figure.en}, clear {net.en}")


def _label_rooms(sheet: Sheet, rooms: Iterable[ReviewedRoom]) -> None:
    """Name and area in each room; a number, explained below the plan, where there is no room for them.

    Numbers run as one reads: line by line from the top, each line from the left.
    """
    unnamed: list[tuple[BaseGeometry, str, Ref]] = []
    for room in sorted(rooms, key=lambda r: (not r.counted, -(r.gross_area_m2 or 0.0), r.id)):
        region = room.footprint if room.footprint is not None else room.gross_region
        if region is None:
            continue
        ref, place = Ref("room", room.id), turned(region, sheet.turn_degrees)
        name, figure = clean(room.name), amount(room.gross_area_m2, "m2").en if room.counted else ""
        kind: LabelKind = "service-room" if room.counted else "near-miss"
        if sheet.lettering.inside(place, name, figure, kind, ref, 14.0 if room.counted else 11.0):
            continue
        unnamed.append((place, f"{name} {figure}".strip(), ref))
    unnamed.sort(key=lambda each: (-round(each[0].bounds[3]), each[0].bounds[0], each[2].id))
    for number, (place, said, ref) in enumerate(unnamed, 1):
        sheet.lettering.sign(place, str(number), "number", ref)
        sheet.key.append(KeyEntry(str(number), _same(said), ref))


def _street_name(sheet: Sheet, sight_line: LineString | None, street: str, ref: Ref) -> None:
    """The street's name where the line of sight leaves the sheet."""
    if sight_line is None or not street:
        return
    seen = turned(sight_line, sheet.turn_degrees).intersection(shapely.box(*sheet.view))
    if not isinstance(seen, LineString) or seen.is_empty:
        return
    end, step = seen.interpolate(1.0, normalized=True), 10 * sheet.pixel_m
    name = Text(f"面向{clean(street)}", f"to {clean(street)}")
    spots = [(end.x + dx * step, end.y + dy * step) for dy in (1, 0, -1, 2.5, -2.5) for dx in (5.5, -5.5, 7.5, -7.5)]
    sheet.lettering.near(spots, [name], "street", ref, 11.0, sheet.view)


def _title(review: Review, level: Level) -> Text:
    buildings = {building.id: clean(building.name) for building in review.model.buildings}
    name = buildings.get(level.building_id or "", "") if len(buildings) > 1 else ""
    zh, en = clean(level.title.zh), clean(level.title.en)
    return Text(f"{name} {zh}平面".strip(), f"{name} {en}, plan".strip())


def _caption(level: Level, rooms: Iterable[ReviewedRoom]) -> Text:
    counted = [room for room in rooms if room.counted]
    areas = [room.gross_area_m2 for room in counted]
    total = amount(None if None in areas else sum(area or 0.0 for area in areas), "m2")
    height = amount(level.height_m, "m")
    if not counted:
        return Text(
            f"本层没有计入的社区服务用房；层高 {height.zh}", f"no counted service room here; storey height {height.en}"
        )
    return Text(
        f"社区服务用房 {len(counted)} 间，建筑面积 {total.zh}；层高 {height.zh}",
        f"{len(counted)} service room{'s' * (len(counted) > 1)}, gross {total.en}; storey height {height.en}",
    )


def _same(text: str) -> Text:
    return Text(text, text)
