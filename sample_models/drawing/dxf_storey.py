"""One storey drawn in DXF the way Chinese architects draw it: as area frames, or as wall lines with doors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from ezdxf.enums import TextEntityAlignment
from shapely import Polygon, set_precision, union_all
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from sample_models.drawing.frames import area_frame
from sample_models.drawing.plan import Building, CurtainWall, Door, Point, Ring, Room, Stair, Storey, Wall, Window, rect

if TYPE_CHECKING:
    from ezdxf.layouts.layout import Modelspace

DOOR_BLOCK = "$DorLib2D$00000001"
Place = Callable[[Point], Point]
Region = BaseGeometry


class Sheet:
    """Draws on the model space; ``place`` takes metres of the site to drawing units of this plan."""

    def __init__(self, space: Modelspace, place: Place, scale: float, turn_deg: float) -> None:
        self.space = space
        self.place = place
        self.scale = scale
        self.turn_deg = turn_deg

    def line(self, layer: str, *points: Point) -> None:
        """Separate lines from point to point."""
        for start, end in pairwise(points):
            self.space.add_line(self.place(start), self.place(end), dxfattribs={"layer": layer})

    def ring(self, layer: str, points: Iterable[Point], *, closed: bool = True) -> None:
        """A polyline."""
        placed = [self.place(point) for point in points]
        self.space.add_lwpolyline(placed, close=closed, dxfattribs={"layer": layer})

    def text(self, layer: str, words: str, at: Point, height: float = 0.35) -> None:
        """A line of text about a point; ``height`` in metres of the building, as the plotted size needs it."""
        attributes = {"layer": layer, "height": height * self.scale, "style": "HZTXT", "rotation": self.turn_deg}
        entity = self.space.add_text(words, dxfattribs=attributes)
        entity.set_placement(self.place(at), align=TextEntityAlignment.MIDDLE_CENTER)

    def label(self, layer: str, lines: Iterable[str], area: Region, height: float = 0.35) -> None:
        """Lines of text inside an area."""
        inside = area.representative_point()
        for row, words in enumerate(lines):
            self.text(layer, words, (inside.x, inside.y - row * 1.6 * height), height)


def draw_area_frames(sheet: Sheet, building: Building, storey: Storey) -> None:
    """The plan, and over it every room as a closed frame of its gross area with name and area inside."""
    _draw_plan(sheet, building, storey)
    for room in storey.rooms:
        frame = [building.place(point) for point in area_frame(room, storey)]
        sheet.ring("面积框线", frame)
        area = _clear_of_voids(Polygon(frame), building, storey, room)
        sheet.label("PUB_TEXT", (room.name, f"{area.area:.2f}㎡"), area)
    for void in storey.voids:
        sheet.ring("面积框线", (building.place(point) for point in void))


def draw_walls(sheet: Sheet, building: Building, storey: Storey) -> None:
    """The plan with the names of the rooms and nothing else said about them."""
    _draw_plan(sheet, building, storey)
    for room in storey.rooms:
        area = _clear_of_voids(Polygon([building.place(p) for p in room.outline]), building, storey, room)
        sheet.label("PUB_TEXT", (room.name, room.number) if room.number else (room.name,), area)


def _clear_of_voids(area: Polygon, building: Building, storey: Storey, room: Room) -> Region:
    """The area without the storey's voids and the room's holes; a room that is itself the void keeps its own."""
    rings = (*storey.voids, *room.holes)
    left = area.difference(union_all([Polygon([building.place(point) for point in ring]) for ring in rings]))
    return area if left.is_empty else left


def _draw_plan(sheet: Sheet, building: Building, storey: Storey) -> None:
    """Walls as double lines cut at doors and windows, doors as blocks, columns, stairs, voids."""
    openings: list[Door | Window] = [*storey.doors, *storey.windows]
    hosts = [storey.host(opening.at) for opening in openings]
    holes = [h.hole(o.at, o.width) for o, h in zip(openings, hosts, strict=True) if isinstance(h, Wall)]
    solid = union_all([set_precision(Polygon(wall.plan), 1e-6) for wall in storey.walls])
    solid = solid.difference(union_all([Polygon(hole) for hole in holes])).simplify(1e-6)
    for part in getattr(solid, "geoms", [solid]):
        if not part.is_empty:
            for ring in (orient(part).exterior, *orient(part).interiors):
                sheet.line("WALL", *(building.place((x, y)) for x, y in ring.coords))
    for front in storey.curtain_walls:
        _draw_front(sheet, building, front, [d for d in storey.doors if storey.host(d.at) is front])
    for opening, host in zip(openings, hosts, strict=True):
        wall = host if isinstance(host, Wall) else host.line
        if not isinstance(opening, Door):
            a, b, c, d = wall.hole(opening.at, opening.width)
            for share in (0.0, 1 / 3, 2 / 3, 1.0):
                ends = (_between(a, d, share), _between(b, c, share))
                sheet.line("WINDOW", *(building.place(p) for p in ends))
        elif not opening.gateway:
            _draw_door(sheet, building, opening, wall)
    for column in storey.columns:
        (x, y), half, deep = column.at, column.size[0] / 2, column.size[1] / 2
        if column.round_:
            centre = sheet.place(building.place(column.at))
            sheet.space.add_circle(centre, half * sheet.scale, dxfattribs={"layer": "COLUMN"})
        else:
            sheet.ring("COLUMN", (building.place(p) for p in rect(x - half, y - deep, x + half, y + deep)))
    for stair in storey.stairs:
        _draw_stair(sheet, building, stair)
    for railing in storey.railings:
        sheet.ring("HANDRAIL", (building.place(p) for p in railing.line), closed=False)
    for void in storey.voids:
        corners = [building.place(point) for point in void]
        sheet.ring("HANDRAIL", corners)
        sheet.line("HANDRAIL", corners[0], corners[2])
        sheet.line("HANDRAIL", corners[1], corners[3])
        sheet.label("PUB_TEXT", ("大厅上空",), Polygon(corners))
    for court in (ring for slab in storey.slabs or () if slab.kind == "FLOOR" for ring in slab.holes):
        sheet.label("PUB_TEXT", ("内院",), Polygon([building.place(point) for point in court]))


def _draw_front(sheet: Sheet, building: Building, front: CurtainWall, doors: Iterable[Door]) -> None:
    line = front.line
    (dx, dy), (x, y) = line.direction, line.start
    cuts = [0.0]
    for middle, width in sorted(((d.at[0] - x) * dx + (d.at[1] - y) * dy, d.width) for d in doors):
        cuts += [middle - width / 2, middle + width / 2]
    cuts.append(line.length)
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        part = Wall((x + dx * start, y + dy * start), (x + dx * end, y + dy * end), front.thickness)
        a, b, c, d = part.plan
        sheet.line("CURTWALL", *(building.place(p) for p in (a, b, c, d, a)))
        sheet.line("CURTWALL", building.place(part.start), building.place(part.end))


def _draw_door(sheet: Sheet, building: Building, door: Door, wall: Wall) -> None:
    """One leaf, or two mirrored ones for double doors, hung on the jambs and opening to the left of the wall."""
    (x, y), (dx, dy), half = door.at, wall.direction, door.width / 2
    angle = math.degrees(math.atan2(dy, dx)) + building.turn_deg + sheet.turn_deg
    double = door.operation.startswith("DOUBLE")
    leaf = (half if double else door.width) * sheet.scale
    hung = [((x - dx * half, y - dy * half), 1.0)] + ([((x + dx * half, y + dy * half), -1.0)] if double else [])
    for hinge, way in hung:
        sheet.space.add_blockref(
            DOOR_BLOCK,
            sheet.place(building.place(hinge)),
            dxfattribs={"layer": "WINDOW", "xscale": way * leaf, "yscale": leaf, "rotation": angle},
        )
    name = door.name or f"M{round(door.width * 10):02d}{round(door.height * 10):02d}"
    beside = (x - dy * (wall.thickness / 2 + 0.3), y + dx * (wall.thickness / 2 + 0.3))
    sheet.text("WINDOW_TEXT", name, building.place(beside), 0.25)


def _draw_stair(sheet: Sheet, building: Building, stair: Stair) -> None:
    x0, y0, x1, y1 = stair.outline
    sheet.line("STAIR", *(building.place(p) for p in (*rect(*stair.outline), (x0, y0))))
    steps = max(2, round((x1 - x0 if stair.up.endswith("x") else y1 - y0) / 0.28))
    for i in range(1, steps):
        if stair.up.endswith("x"):
            ends = ((x0 + (x1 - x0) * i / steps, y0), (x0 + (x1 - x0) * i / steps, y1))
        else:
            ends = ((x0, y0 + (y1 - y0) * i / steps), (x1, y0 + (y1 - y0) * i / steps))
        sheet.line("STAIR", *(building.place(p) for p in ends))
    sheet.text("STAIR", "上", building.place(((x0 + x1) / 2, (y0 + y1) / 2)), 0.25)


def _between(a: Point, b: Point, share: float) -> Point:
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def bounds(rings: Iterable[Ring]) -> tuple[float, float, float, float]:
    """The box around all points."""
    points = [point for ring in rings for point in ring]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
