"""One sheet in the making: geometry turned square to it, arrows and signs of entrances, and the finished drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import shapely
from shapely import LineString, MultiLineString, Point, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from bimcheck.drawing.labels import Lettering
from bimcheck.drawing.shapes import Box, Drawing, KeyEntry, Ref, Shape, ShapeKind, metres_per_pixel, scale_bar_m
from bimcheck.notation import clean
from bimcheck.review import Entrance
from bimcheck.terms import Use
from bimcheck.text import Text

_SIMPLIFY_M = 0.002
_ARROW_PX = 13.0
_SIGN_PX = 13.0


class Sheet:
    """Gathers shapes and labels. ``turn_degrees`` is how far the building stands turned against the sheet."""

    def __init__(self, turn_degrees: float, view: Box) -> None:
        self.turn_degrees = turn_degrees
        self.view = view
        self.pixel_m = metres_per_pixel(view)
        self.shapes: list[Shape] = []
        self.lettering = Lettering(self.pixel_m)
        self.key: list[KeyEntry] = []
        self._window = shapely.box(*view)

    def add(
        self,
        kind: ShapeKind,
        geometry: BaseGeometry | None,
        ref: Ref | None = None,
        *,
        use: Use | None = None,
        title: Text | None = None,
        anchor: bool = False,
    ) -> None:
        """Add geometry that already lies on the sheet; what is out of view or too fine to see is left out."""
        if geometry is None or geometry.is_empty or not geometry.intersects(self._window):
            return
        simple = geometry.simplify(min(_SIMPLIFY_M, self.pixel_m / 4))
        self.shapes.append(Shape(kind, geometry if simple.is_empty else simple, ref, use, title, anchor))

    def entrance(self, entrance: Entrance, letter: str, *, anchor: bool) -> None:
        """Draw a judged door: an arrow where it qualifies, a cross where not, a circle where nobody can tell."""
        door = turned(entrance.position, self.turn_degrees).centroid
        outward = _direction(entrance.outward, self.turn_degrees)
        ref = Ref("entrance", entrance.id)
        qualifies = entrance.qualifies
        if entrance.sight_line is not None and not entrance.sight_line.is_empty and qualifies is not False:
            sight = turned(entrance.sight_line, self.turn_degrees)
            self.add("sight-line", sight.intersection(self._window), ref)
        title = Text(
            clean(f"{letter} {entrance.name}：{entrance.reason.zh}"),
            clean(f"{letter} {entrance.name}: {entrance.reason.en}"),
        )
        size = _ARROW_PX * self.pixel_m
        if qualifies:
            self.add("entrance-yes", _arrow(door, outward, size), ref, title=title, anchor=anchor)
        elif qualifies is False:
            self.add("entrance-no", _cross(door, size * 0.62), ref, title=title, anchor=anchor)
        else:
            self.add("entrance-unknown", door.buffer(size * 0.5), ref, title=title, anchor=anchor)
        sign = {True: f"{letter} ✓", False: f"{letter} ✗", None: f"{letter} ?"}[qualifies]
        # Half the sign's extent along and across the way out, so that it stands clear of the wall and of the arrow.
        (u, v), half_width, half_height = outward, 1.6 * size, 0.6 * size
        out = abs(u) * half_width + abs(v) * half_height
        aside = abs(v) * half_width + abs(u) * half_height + 0.9 * size
        spots = [
            (door.x + reach * u + side * v, door.y + reach * v - side * u)
            for reach in (0.5 * size + out, 2.2 * size + out, 3.4 * size + out)
            for side in ((aside, -aside, 0.0) if qualifies else (0.0, aside, -aside))
        ]
        self.lettering.near(spots, [Text(sign, sign)], "entrance", ref, _SIGN_PX, self.view)

    def drawing(self, id_: str, title: Text, caption: Text, north: tuple[float, float], whole: Text | None) -> Drawing:
        """The finished sheet."""
        return Drawing(
            id=id_,
            title=title,
            caption=caption,
            view=self.view,
            shapes=tuple(self.shapes),
            labels=tuple(self.lettering.labels),
            key=tuple(self.key),
            north=_direction(north, self.turn_degrees),
            scale_bar_m=scale_bar_m(self.view),
            whole=whole,
        )


def turned(geometry: BaseGeometry, turn_degrees: float) -> BaseGeometry:
    """Geometry of the model as it lies on a sheet for a building turned so far."""
    return affinity.rotate(geometry, -turn_degrees, origin=(0, 0)) if turn_degrees else geometry


def building_angle(regions: Sequence[BaseGeometry]) -> float:
    """How far a building is turned from the sheet's axes, degrees in (-45, 45]: the way most of its edge runs."""
    sine = cosine = 0.0
    for part in (part for region in regions for part in shapely.get_parts(region) if isinstance(part, Polygon)):
        corners = shapely.get_coordinates(part.exterior)
        for (x0, y0), (x1, y1) in pairwise(corners):
            angle, length = math.atan2(y1 - y0, x1 - x0), math.hypot(x1 - x0, y1 - y0)
            sine += length * math.sin(4 * angle)
            cosine += length * math.cos(4 * angle)
    angle = math.degrees(math.atan2(sine, cosine) / 4)
    return angle if abs(angle) > 0.25 else 0.0


def entrance_letters(entrances: Sequence[Entrance]) -> dict[str, str]:
    """E1, E2 … for the judged doors, in one order for every sheet and table."""
    ordered = sorted(entrances, key=lambda e: (e.storey, e.qualifies is not True, e.id))
    return {entrance.id: f"E{number}" for number, entrance in enumerate(ordered, 1)}


def _direction(vector: tuple[float, float] | None, turn_degrees: float) -> tuple[float, float]:
    x, y = vector or (0.0, -1.0)
    length, angle = math.hypot(x, y) or 1.0, -math.radians(turn_degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    return (x * cosine - y * sine) / length, (x * sine + y * cosine) / length


def _arrow(door: Point, outward: tuple[float, float], size: float) -> Polygon:
    """A broad arrow outside the door that points in."""
    u, v = outward
    reach = [(0.35, 0.0), (1.15, 0.55), (1.15, 0.2), (1.95, 0.2), (1.95, -0.2), (1.15, -0.2), (1.15, -0.55)]
    return Polygon([(door.x + size * (a * u - b * v), door.y + size * (a * v + b * u)) for a, b in reach])


def _cross(door: Point, size: float) -> MultiLineString:
    x, y = door.x, door.y
    return MultiLineString(
        [
            LineString([(x - size, y - size), (x + size, y + size)]),
            LineString([(x - size, y + size), (x + size, y - size)]),
        ]
    )
