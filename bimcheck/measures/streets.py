"""Which public streets there are, and whether a door looks on to one with nothing in between (沿路沿街).

A street is public where the brief says so or the model draws a street (道路红线, centre line, area); a road inside the
estate is none unless the brief declares it. A door looks to a street when the way from the door to a point where the
street comes nearest lies within an angle of the door's outward normal and within a distance, and is not blocked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.brief import Brief, Side
from bimcheck.measures.enclosure import Floats, Plane, is_garden_wall
from bimcheck.model import BuildingModel, Note, SiteFeature
from bimcheck.text import Text

_BEARINGS: dict[Side, int] = {
    "north": 0,
    "north-east": 45,
    "east": 90,
    "south-east": 135,
    "south": 180,
    "south-west": 225,
    "west": 270,
    "north-west": 315,
}
_SIDES_ZH: dict[Side, str] = {
    "north": "北",
    "north-east": "东北",
    "east": "东",
    "south-east": "东南",
    "south": "南",
    "south-west": "西南",
    "west": "西",
    "north-west": "西北",
}
_LANES = (0.0, -0.35, 0.35)
_OF_BUILDING_M = 0.75
_CLEAR_M = 0.02
_THIN_M = 0.50
_ONTO_M = 0.30
_GATE_M = {"area": 0.3, "line": 0.5, "point": 2.0, "main-entrance": 3.0}
_OWN_OUTLINE = 0.20

Barrier = Literal["building", "wall"]


@dataclass(frozen=True, slots=True)
class Street:
    """A public street: drawn (``feature``) or lying on a compass side (``side``, as a unit vector in plan)."""

    name: str
    feature: SiteFeature | None = None
    side: tuple[float, float] | None = None
    side_name: Text | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Whether a door looks to a street; ``for_person`` where a wall or fence leaves it to a person's judgement."""

    facing: bool | None
    street: str
    reason: Text
    line: LineString | None = None
    for_person: bool = False


def public_streets(
    model: BuildingModel, brief: Brief, *, internal_roads_count: bool = False
) -> tuple[tuple[Street, ...], tuple[Note, ...]]:
    """The public streets of the brief and the model, and notes on what the brief names but the model lacks."""
    found: list[Street] = []
    notes: list[Note] = []
    taken: set[str] = set()
    for number, entry in enumerate(brief.site.streets):
        if entry.layer is not None:
            features = [f for f in model.site if _layer(f.layer) == _layer(entry.layer) and not _is_point(f)]
            taken |= {f.id for f in features}
            if not features:
                notes.append(_no_such_layer(entry.name, entry.layer))
            if entry.public:
                found += [Street(entry.name, feature=f) for f in features]
        elif not entry.public:
            taken |= {f.id for f in model.site if f.name == entry.name}
        elif entry.side is not None:
            bearing = math.radians(_BEARINGS[entry.side])
            (nx, ny), c, s = model.north, math.cos(bearing), math.sin(bearing)
            length = math.hypot(nx, ny) or 1.0
            side = ((nx * c + ny * s) / length, (ny * c - nx * s) / length)
            found.append(Street(entry.name, side=side, side_name=Text(_SIDES_ZH[entry.side], entry.side)))
        elif entry.line is not None:
            x0, y0 = model.origin_m
            line = LineString([(x - x0, y - y0) for x, y in entry.line])
            id_ = f"brief:streets[{number}]"
            found.append(Street(entry.name, feature=SiteFeature(id_, id_, "street", entry.name, line)))
    kinds = ("street", "internal-road") if internal_roads_count else ("street",)
    drawn = [f for f in model.site if f.kind in kinds and f.id not in taken and not _is_point(f)]
    return (*found, *(Street(_street_name(f.name), feature=f) for f in drawn)), tuple(notes)


def _street_name(name: str) -> str:
    """The street whose line a feature is: 文苑路 of 文苑路道路红线."""
    return re.sub(r"(?<=.)(道路)?(红线|中心线|中线|边线|边界)$", "", name) or name


def _layer(name: str) -> str:
    """A layer name without the prefix of an attached drawing, case and dashes evened out."""
    return re.split(r"\$\d+\$|\|", name)[-1].strip().lower().replace("-", "_")


def _is_point(feature: SiteFeature) -> bool:
    return isinstance(feature.geometry, Point)


def _no_such_layer(name: str, layer: str) -> Note:
    return Note(
        "street-layer-missing",
        "warning",
        Text(
            f"任务书 site.streets 中“{name}”所指图层 {layer} 在模型中没有内容",
            f"brief, site.streets: the layer {layer} of “{name}” has nothing on it in the model",
        ),
    )


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Where a door looks out: a point just outside, the outward unit normal, and the door's width in metres."""

    at: tuple[float, float]
    outward: tuple[float, float]
    width_m: float


class Surroundings:
    """What may stand between the doors of a level and a street."""

    def __init__(self, model: BuildingModel, plane: Plane, gates: Iterable[BaseGeometry] = ()) -> None:
        """``gates`` are openings in garden walls."""
        self._plane = plane
        self._rooms = plane.footprints()
        self._gates = shapely.union_all([*(shapely.buffer(g, 0.1) for g in gates), *_gates(model)])
        self._fences = [
            (f.name, shapely.difference(_barrier(f.geometry), self._gates)) for f in model.site if f.kind == "fence"
        ]
        self._buildings = [
            (f.name, f.geometry)
            for f in model.site
            if f.kind == "building"
            and isinstance(f.geometry, (Polygon, MultiPolygon))
            and self._room_area_in(f.geometry) < _OWN_OUTLINE * f.geometry.area
        ]

    def _room_area_in(self, outline: BaseGeometry) -> float:
        """How much of an outline rooms of the level cover: much in that of the own building."""
        near = self._plane.space_tree.query(outline, predicate="intersects").tolist()
        return float(sum(shapely.intersection(outline, self._rooms[i]).area for i in near))

    def barrier(self, view: Viewpoint, way: Floats) -> tuple[Barrier, str] | None:
        """What blocks the way from a door, with its name; ``None`` where any lane across its width is free.

        A building blocks for good, a wall or fence that belongs to no building may have to be judged by a person.
        """
        across = np.array([-view.outward[1], view.outward[0]]) * view.width_m
        length = float(np.hypot(*way))
        if length <= 2 * _CLEAR_M:
            return None
        onto_street = way * (_ONTO_M / length)  # a wall right on the red line stands in between too
        met: list[tuple[Barrier, str]] = []
        for lane in _LANES:
            start = np.array(view.at) + lane * across
            hit = self._hit(LineString([start, start + way + onto_street]))
            if hit is None:
                return None
            met.append(hit)
        return next((hit for hit in met if hit[0] == "wall"), met[0])

    def _hit(self, ray: LineString) -> tuple[Barrier, str] | None:
        plane = self._plane
        soft: tuple[Barrier, str] | None = None
        for index in plane.space_tree.query(ray, predicate="intersects").tolist():
            if shapely.intersection(ray, self._rooms[index]).length > _CLEAR_M:
                return "building", plane.spaces[index].name
        start = Point(ray.coords[0])
        for name, outline in self._buildings:
            if outline.intersects(ray) and not outline.covers(start):
                return "building", name
        for index in sorted(plane.wall_tree.query(ray, predicate="intersects").tolist()):
            wall = plane.walls[index]
            hit = shapely.difference(shapely.intersection(ray, wall.footprint), self._gates)
            if hit.is_empty:
                continue
            if not is_garden_wall(wall, plane.level) and (wall.kind != "wall" or self._of_building(hit)):
                return "building", wall.name
            soft = ("wall", wall.name)
        for name, fence in self._fences:
            if soft is None and fence.intersects(ray):
                soft = ("wall", name)
        return soft

    def _of_building(self, hit: BaseGeometry) -> bool:
        """Whether a piece of wall bounds a room, drawn or not."""
        plane = self._plane
        near_room = len(plane.space_tree.query(hit, predicate="dwithin", distance=_OF_BUILDING_M)) > 0
        return near_room or any(shapely.dwithin(h.region, hit, _OF_BUILDING_M) for h in plane.hollows)


def _gates(model: BuildingModel) -> Iterable[BaseGeometry]:
    for feature in model.site:
        if feature.kind == "gate":
            shape: str = {"Point": "point", "LineString": "line"}.get(feature.geometry.geom_type, "area")
            yield shapely.buffer(feature.geometry, _GATE_M[shape])
        elif feature.kind == "main-entrance":
            yield shapely.buffer(feature.geometry, _GATE_M["main-entrance"])


def _barrier(geometry: BaseGeometry) -> BaseGeometry:
    """A fence drawn as a strip is solid; one drawn as a closed line has an inside that is free."""
    wide = isinstance(geometry, (Polygon, MultiPolygon)) and geometry.area > _THIN_M * geometry.length / 2
    return geometry.boundary if wide else geometry


def look(
    view: Viewpoint, streets: Sequence[Street], around: Surroundings, *, angle_deg: float, distance_m: float
) -> Look:
    """Whether a door looks to one of the streets, and the best reason there is."""
    looks: list[tuple[int, float, Look]] = []
    for street in streets:
        ways = _ways(view, street, distance_m)
        looks += [_judge(view, way, street, around, angle_deg, distance_m) for way in ways]
    if not looks:
        reason = Text(
            "模型与任务书均未给出公共道路，不能判断是否沿街；请在任务书 site.streets 写明道路（side、layer 或 line）",
            "neither the model nor the brief shows a public street, so street-facing cannot be told; name the street in"
            " the brief, site.streets (side, layer or line)",
        )
        return Look(facing=None, street="", reason=reason)
    return min(looks, key=lambda item: item[:2])[2]


def _ways(view: Viewpoint, street: Street, distance_m: float) -> list[Floats]:
    """The ways to try: straight out for a street on a compass side, else to each point where it comes nearest."""
    if street.feature is None:
        return [np.array(view.outward) * distance_m]
    geometry = street.feature.geometry
    start = np.array(view.at)
    if isinstance(geometry, (Polygon, MultiPolygon)) and geometry.covers(Point(view.at)):
        return [np.array(view.outward) * 2 * _CLEAR_M]
    return [foot - start for foot in _feet(geometry, start)]


def _feet(geometry: BaseGeometry, start: Floats) -> list[Floats]:
    """The points of lines where the distance from ``start`` has a local minimum, however finely they are drawn."""
    feet: list[Floats] = []
    lines = geometry.boundary if isinstance(geometry, (Polygon, MultiPolygon)) else geometry
    for line in shapely.get_parts(lines).tolist():
        points = shapely.get_coordinates(line)
        points = points[np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]]
        if len(points) < 2:
            continue
        along = np.diff(points, axis=0)
        share = np.einsum("ij,ij->i", start - points[:-1], along) / np.einsum("ij,ij->i", along, along)
        inside = (share > 0) & (share < 1)
        feet += list(points[:-1][inside] + share[inside, None] * along[inside])
        closed = bool(np.all(points[0] == points[-1]))
        before = np.r_[share[-1] if closed else 1.0, share]
        after = np.r_[share, share[0] if closed else 0.0]
        corner = (before >= 1) & (after <= 0)
        feet += list(points[corner][: -1 if closed and corner[-1] else None])
    return feet


def _judge(
    view: Viewpoint, way: Floats, street: Street, around: Surroundings, angle_deg: float, distance_m: float
) -> tuple[int, float, Look]:
    """One way to a street: how good it is (0 best), how long, and what to say."""
    length = float(np.hypot(*way))
    aim = np.array(street.side) if street.side is not None else way / length
    turned = math.degrees(math.acos(float(np.clip(aim @ np.array(view.outward), -1, 1))))
    name = street.name or "道路"
    if turned > angle_deg + 1e-6:
        reason = Text(
            f"背向或侧向“{name}”（偏离 {turned:.0f}°，限 {angle_deg:.0f}°）",
            f"turned away from “{name}” by {turned:.0f}° (limit {angle_deg:.0f}°)",
        )
        return 4, length, Look(facing=False, street="", reason=reason)
    if length > distance_m + 1e-6:
        reason = Text(
            f"距“{name}” {length:.1f} m，超过 {distance_m:.0f} m",
            f"“{name}” is {length:.1f} m away (limit {distance_m:.0f} m)",
        )
        return 3, length, Look(facing=False, street="", reason=reason)
    start = np.array(view.at)
    line = LineString([start, start + way])
    barrier = around.barrier(view, way)
    if barrier is None:
        if street.side_name is not None:
            reason = Text(
                f"朝{street.side_name.zh}面向“{name}”，{distance_m:.0f} m 内无遮挡",
                f"looks {street.side_name.en} to “{name}”, nothing in between for {distance_m:.0f} m",
            )
        else:
            reason = Text(
                f"面向“{name}”，距离 {length:.1f} m，中间无遮挡",
                f"looks to “{name}” at {length:.1f} m, nothing in between",
            )
        return 0, length, Look(facing=True, street=name, reason=reason, line=line)
    kind, what = barrier[0], f"“{barrier[1]}”" if barrier[1] else ""
    if kind == "building":
        reason = Text(f"与“{name}”之间隔着建筑{what}", f"the building {what} stands between it and “{name}”")
        return 2, length, Look(facing=False, street=name, reason=reason, line=line)
    reason = Text(
        f"与“{name}”之间有墙或围栏{what}，此处没有门，是否沿街由人工判定",
        f"the wall or fence {what} stands between it and “{name}” with no gate there; a person must judge",
    )
    return 1, length, Look(facing=False, street=name, reason=reason, line=line, for_person=True)
