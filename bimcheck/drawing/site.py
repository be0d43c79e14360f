"""The site: streets, the plot, buildings, parking, plazas, and which doors of the service rooms see a street."""

from __future__ import annotations

import math

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.shapes import SHEET, Box, Drawing, Ref, ShapeKind
from bimcheck.drawing.sheet import Sheet, entrance_letters, turned
from bimcheck.model import SiteFeature, SiteKind
from bimcheck.notation import amount, clean
from bimcheck.review import Review
from bimcheck.text import Text

_MARGIN_PX = 46.0
_ORDER: dict[SiteKind, ShapeKind] = {
    "street": "street",
    "internal-road": "internal-road",
    "green": "green",
    "plaza": "plaza",
    "parking": "parking",
    "bicycle": "bicycle",
    "building": "building",
    "fence": "fence",
    "site-boundary": "site-boundary",
    "gate": "gate",
    "main-entrance": "mark",
}
_AS_LINE: dict[ShapeKind, ShapeKind] = {"street": "street-line", "internal-road": "internal-road-line"}
_NAMED: tuple[SiteKind, ...] = ("plaza", "building", "main-entrance", "street", "internal-road", "green")


def draw_site(review: Review) -> Drawing | None:
    """The site plan, north up; ``None`` where the model shows nothing outdoors."""
    features = [f for f in review.model.site if f.kind in _ORDER and not f.geometry.is_empty]
    if not features:
        return None
    turn = math.degrees(math.atan2(-review.model.north[0], review.model.north[1]))
    sheet = Sheet(turn, _view(review, features, turn))
    order = list(_ORDER)
    listed = {feature.id for feature in (*review.parking, *review.plazas, *review.streets)}
    for feature in sorted(features, key=lambda f: order.index(f.kind)):
        if feature.underground is not True:
            _add(sheet, feature, listed=feature.id in listed)
    _add_building(sheet, review)
    letters = entrance_letters(review.entrances)
    for entrance in sorted(review.entrances, key=lambda e: letters[e.id]):
        if entrance.ground_level is not False:
            sheet.entrance(entrance, letters[entrance.id], anchor=False)
    for feature in sorted(features, key=lambda f: (_NAMED.index(f.kind) if f.kind in _NAMED else 99, f.id)):
        _name(sheet, feature)
    hidden = sum(feature.underground is True for feature in features)
    stalls, plazas = len(review.parking), len(review.plazas)
    plaza = amount(sum(feature.geometry.area for feature in review.plazas), "m2").en if plazas else ""
    zh = f"计入车位 {stalls} 个；活动广场 {plazas} 处{' ' + plaza if plaza else ''}"
    en = f"{stalls} parking spaces counted; {plazas} plaza{'s' * (plazas != 1)}{' of ' + plaza if plaza else ''}"
    if hidden:
        zh, en = f"{zh}；地下 {hidden} 个不画", f"{en}; {hidden} underground, not drawn"
    return sheet.drawing("site", Text("总平面", "Site plan"), Text(zh, en), review.model.north, None)


def _view(review: Review, features: list[SiteFeature], turn: float) -> Box:
    """Everything but the far ends of streets; so much of a street as the doors look to."""
    near: list[BaseGeometry] = [f.geometry for f in features if f.kind not in ("street", "internal-road")]
    near += [level.outline for level in review.levels if level.ground is not False and level.outline is not None]
    near += [e.sight_line for e in review.entrances if e.sight_line is not None and not e.sight_line.is_empty]
    near = [turned(geometry, turn) for geometry in near or (f.geometry for f in features)]
    x0, y0, x1, y1 = (float(value) for value in shapely.total_bounds(near))
    width, height = max(x1 - x0, 5.0), max(y1 - y0, 5.0)
    pixel = max(width / (SHEET[0] - 2 * _MARGIN_PX), height / (SHEET[1] - 2 * _MARGIN_PX))
    across, up = SHEET[0] * pixel / 2, (height + 2 * _MARGIN_PX * pixel) / 2
    x, y = x0 + width / 2, y0 + height / 2
    return x - across, y - up, x + across, y + up


def _add(sheet: Sheet, feature: SiteFeature, *, listed: bool) -> None:
    geometry = turned(feature.geometry, sheet.turn_degrees)
    kind = _ORDER[feature.kind]
    if not geometry.area:
        kind = _AS_LINE.get(kind, kind)
    if kind == "site-boundary":
        geometry = geometry.boundary if geometry.area else geometry
    if isinstance(geometry, Point):
        geometry = geometry.buffer(5 * sheet.pixel_m)
    name = clean(feature.name) or feature.id
    ref = Ref("site", feature.id) if listed else None
    sheet.add(kind, geometry, ref, title=Text(name, name), anchor=listed)


def _add_building(sheet: Sheet, review: Review) -> None:
    """The outline of the ground level and the service rooms in it, in their colours."""
    for level in review.levels:
        if level.ground is not False and level.outline is not None:
            sheet.add("own-building", turned(level.outline, sheet.turn_degrees))
            sheet.lettering.keep_free(turned(level.outline, sheet.turn_degrees).centroid)
    for room in sorted(review.rooms, key=lambda r: r.id):
        region = room.gross_region if room.gross_region is not None else room.footprint
        if room.counted and room.ground_floor is not False and region is not None:
            name = clean(room.name)
            placed = turned(region, sheet.turn_degrees)
            sheet.add("service-room", placed, Ref("room", room.id), use=room.use, title=Text(name, name))


def _name(sheet: Sheet, feature: SiteFeature) -> None:
    name = clean(feature.name)
    if feature.underground is True:
        return
    geometry = turned(feature.geometry, sheet.turn_degrees)
    seen = geometry.intersection(shapely.box(*sheet.view))
    if feature.kind in ("plaza", "parking", "building", "green"):
        figure = amount(geometry.area, "m2").en if feature.kind == "plaza" else ""
        sign = name if feature.kind != "parking" else "".join(c for c in name if c.isdigit())
        ref = Ref("site", feature.id) if feature.kind in ("plaza", "parking") else None
        sheet.lettering.inside(seen, sign, figure, "site", ref, largest_px=12.0)
    elif feature.kind in _NAMED and name:
        sheet.lettering.near(_beside(seen, sheet), [Text(name, name)], "street", None, 12.0, sheet.view)


def _beside(geometry: BaseGeometry, sheet: Sheet) -> list[tuple[float, float]]:
    """Places for the name of a street or a mark: along it, on it where it is broad, beside it where it is a line."""
    if geometry.is_empty:
        return []
    gap = 15 * sheet.pixel_m
    x0, y0, x1, y1 = geometry.bounds
    line = max(shapely.get_parts(geometry), key=lambda part: part.length)
    if isinstance(line, LineString):
        run = [line.interpolate(share, normalized=True) for share in (0.5, 0.25, 0.75, 0.12, 0.88)]
        return [(point.x, point.y + side * gap) for point in run for side in (1, -1)]
    if isinstance(line, Point):
        return [(line.x, line.y + side * gap * 1.5) for side in (1, -1)] + [(line.x + 5 * gap, line.y)]
    middle = line.representative_point()
    shares = (0.5, 0.3, 0.7, 0.15, 0.85)
    along = [(x0 + (x1 - x0) * share, middle.y) for share in shares] + [(middle.x, y0 + (y1 - y0) * s) for s in shares]
    return [(x, y) for x, y in along if line.contains(Point(x, y))]
