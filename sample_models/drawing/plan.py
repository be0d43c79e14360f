"""A building described once, in metres, to be written as IFC and as DXF.

Plan points are metres in the building's own axes (+Y is plan north); heights are metres. A storey's elevation is its
structural floor top above the building's ±0.00; rooms, walls and doors measure their heights from their storey.
Nothing here computes an area: the truth a test compares with is the arithmetic of the drawn dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from shapely import LineString, Polygon, STRtree
from shapely import Point as ShapelyPoint

Point = tuple[float, float]
Point3 = tuple[float, float, float]
Ring = tuple[Point, ...]

SLAB_M = 0.12
"""Thickness of floor slabs: a room is this much lower than its storey unless it states its own height."""


def rect(x0: float, y0: float, x1: float, y1: float) -> Ring:
    """The corners of a rectangle, anticlockwise."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


@dataclass(frozen=True, slots=True)
class Room:
    """A space. ``outline`` is drawn as the author of the model drew it: to wall faces unless the test says otherwise.

    ``name`` is what is written in the room (IFC LongName), ``number`` its room number (IFC Name). ``height`` is the
    clear height, the storey's height less the slab by default. ``declared`` are area quantities by name; by default
    the area of the outline under NetFloorArea and, as most exporters write it, under GrossFloorArea too.
    ``properties`` are (property set, name, value). ``listed_on`` names another storey that wrongly contains the room.
    """

    name: str
    outline: Ring
    number: str = ""
    holes: tuple[Ring, ...] = ()
    height: float | None = None
    floor: float = 0.0
    zone: str = ""
    predefined: Literal["INTERNAL", "EXTERNAL", "PARKING", "GFA", "SPACE", "NOTDEFINED"] = "INTERNAL"
    external: bool = False
    object_type: str = ""
    properties: tuple[tuple[str, str, str | float | bool], ...] = ()
    classification: tuple[str, str, str] | None = None
    """System, code and title, such as ("GB/T 51269-2017", "12-…", "社区服务用房")."""
    declared: Mapping[str, float] | None = None
    listed_on: str = ""
    frame: Ring | None = None
    """The gross-area frame a drawing shows, where the walls around the room do not give it plainly."""
    ceiling: tuple[tuple[Point3, ...], ...] = ()
    """Plane pieces of a ceiling that is not level, anticlockwise, heights above the room's floor (IFC only).

    Together they cover the outline, and meet edge to edge.
    """


@dataclass(frozen=True, slots=True)
class Wall:
    """A straight wall by its centre line; ``footprint`` replaces the plain rectangle (mitred corners, say).

    ``layers`` are (material, thickness) from the left face of the direction start → end to the right one; empty for a
    single material. ``height`` reaches up to the next storey by default.
    """

    start: Point
    end: Point
    thickness: float = 0.2
    external: bool = False
    name: str = ""
    footprint: Ring | None = None
    layers: tuple[tuple[str, float], ...] = ()
    base: float = 0.0
    height: float | None = None

    @property
    def length(self) -> float:
        """Length of the centre line."""
        return math.dist(self.start, self.end)

    @property
    def direction(self) -> Point:
        """Unit vector from start to end."""
        return ((self.end[0] - self.start[0]) / self.length, (self.end[1] - self.start[1]) / self.length)

    @property
    def plan(self) -> Ring:
        """The wall's footprint."""
        if self.footprint is not None:
            return self.footprint
        (dx, dy), half = self.direction, self.thickness / 2
        nx, ny = -dy * half, dx * half
        (ax, ay), (bx, by) = self.start, self.end
        return ((ax - nx, ay - ny), (bx - nx, by - ny), (bx + nx, by + ny), (ax + nx, ay + ny))

    def hole(self, at: Point, width: float) -> Ring:
        """The plan of an opening through the whole thickness, wherever in the wall ``at`` lies."""
        (x, y), (dx, dy) = at, self.direction
        sides = [(py - y) * dx - (px - x) * dy for px, py in self.plan]
        corners = rect(-width / 2, min(sides), width / 2, max(sides))
        return tuple((x + dx * u - dy * v, y + dy * u + dx * v) for u, v in corners)


@dataclass(frozen=True, slots=True)
class CurtainWall:
    """A glazed front of panes and mullions along a centre line, without a body of its own."""

    start: Point
    end: Point
    thickness: float = 0.15
    name: str = "玻璃幕墙"
    pane: float = 1.5
    height: float | None = None

    @property
    def line(self) -> Wall:
        """The same front as a plain wall."""
        return Wall(self.start, self.end, self.thickness, external=True, name=self.name, height=self.height)


@dataclass(frozen=True, slots=True)
class Door:
    """A door by the middle of its opening; it belongs to the wall or curtain wall that ``at`` lies in.

    ``gateway`` is an opening without a door. ``external`` is what the file declares: by default what the plan shows.
    """

    at: Point
    width: float = 1.5
    height: float = 2.4
    name: str = ""
    sill: float = 0.0
    gateway: bool = False
    external: bool | None = None
    operation: str = "DOUBLE_DOOR_SINGLE_SWING"


@dataclass(frozen=True, slots=True)
class Window:
    """A window by the middle of its opening in a wall."""

    at: Point
    width: float = 1.8
    height: float = 1.8
    sill: float = 0.9
    name: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A rectangular column by its centre (round with the diameter ``size[0]`` where ``round_``)."""

    at: Point
    size: Point = (0.5, 0.5)
    round_: bool = False
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Slab:
    """A slab; ``top`` is the height of its upper face above its storey."""

    outline: Ring
    holes: tuple[Ring, ...] = ()
    top: float = 0.0
    thickness: float = SLAB_M
    kind: Literal["FLOOR", "ROOF", "BASESLAB", "LANDING"] = "FLOOR"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stair:
    """A straight flight on a rectangle; it climbs ``rise`` (the storey's height by default) along ``up``."""

    outline: tuple[float, float, float, float]
    up: Literal["+x", "-x", "+y", "-y"] = "+y"
    rise: float | None = None
    name: str = "楼梯"


@dataclass(frozen=True, slots=True)
class Railing:
    """A railing along a line (balcony, gallery edge)."""

    line: Ring
    height: float = 1.1
    name: str = "栏杆"


@dataclass(frozen=True, slots=True)
class Storey:
    """A storey with all that stands on it.

    ``outline`` is the outer face of its structure; where given and ``slabs`` is ``None``, a floor slab with the holes
    ``voids`` is drawn under it. ``declared_elevation`` is a wrong Elevation attribute for tests. ``title`` is the
    drawing title of its plan, 一层平面图 and the like by default.
    """

    name: str
    elevation: float
    height: float
    outline: Ring | None = None
    voids: tuple[Ring, ...] = ()
    rooms: tuple[Room, ...] = ()
    walls: tuple[Wall, ...] = ()
    curtain_walls: tuple[CurtainWall, ...] = ()
    doors: tuple[Door, ...] = ()
    windows: tuple[Window, ...] = ()
    columns: tuple[Column, ...] = ()
    slabs: tuple[Slab, ...] | None = None
    stairs: tuple[Stair, ...] = ()
    railings: tuple[Railing, ...] = ()
    declared_elevation: float | None = None
    title: str = ""

    def room_height(self, room: Room) -> float:
        """Clear height of a room."""
        return self.height - SLAB_M - room.floor if room.height is None else room.height

    def all_slabs(self) -> tuple[Slab, ...]:
        """The stated slabs, or the floor slab of the outline."""
        if self.slabs is not None:
            return self.slabs
        return () if self.outline is None else (Slab(self.outline, self.voids),)

    def host(self, at: Point) -> Wall | CurtainWall:
        """The wall or curtain wall a door or window at this point belongs to.

        Raises:
            ValueError: nothing stands there; the description is wrong.
        """
        spot = ShapelyPoint(at)
        near = [int(i) for i in _standing(self.walls, self.curtain_walls).query(spot, "dwithin", 0.005)]
        every: list[Wall | CurtainWall] = [*self.walls, *self.curtain_walls]
        if not near:
            raise ValueError(f"no wall at {at} on {self.name}")
        plans = {i: Polygon(_plan_of(every[i])) for i in near}
        return every[min(sorted(near), key=lambda i: plans[i].distance(spot))]

    def joins(self, door: Door) -> tuple[Room | None, Room | None]:
        """The rooms on the left and on the right of the wall a door is in; ``None`` is outdoors."""
        host = self.host(door.at)
        wall = host if isinstance(host, Wall) else host.line
        (dx, dy), reach = wall.direction, wall.thickness + 0.15

        def room_at(x: float, y: float) -> Room | None:
            spot = ShapelyPoint(x, y)
            near = sorted(int(i) for i in _floors(tuple(room.outline for room in self.rooms)).query(spot))
            found = [room for room in (self.rooms[i] for i in near) if Polygon(room.outline, room.holes).covers(spot)]
            return min(found, key=lambda room: float(Polygon(room.outline).area), default=None)

        x, y = door.at
        return room_at(x - dy * reach, y + dx * reach), room_at(x + dy * reach, y - dx * reach)


def _plan_of(host: Wall | CurtainWall) -> Ring:
    return host.plan if isinstance(host, Wall) else host.line.plan


@lru_cache(maxsize=4)
def _standing(walls: tuple[Wall, ...], fronts: tuple[CurtainWall, ...]) -> STRtree:
    """Plans of the walls, then of the curtain walls, to be found by place."""
    return STRtree([Polygon(plan) for plan in (*map(_plan_of, walls), *map(_plan_of, fronts))])


@lru_cache(maxsize=4)
def _floors(outlines: tuple[Ring, ...]) -> STRtree:
    return STRtree([Polygon(outline) for outline in outlines])


@dataclass(frozen=True, slots=True)
class Building:
    """A building; ``at`` and ``turn_deg`` place it on the site. ``roof`` puts a slab over the top storey."""

    name: str
    storeys: tuple[Storey, ...]
    at: Point = (0.0, 0.0)
    turn_deg: float = 0.0
    roof: bool = True

    def place(self, point: Point) -> Point:
        """A point of the building in the axes of the site."""
        c, s = math.cos(math.radians(self.turn_deg)), math.sin(math.radians(self.turn_deg))
        return (self.at[0] + c * point[0] - s * point[1], self.at[1] + s * point[0] + c * point[1])


OutdoorKind = Literal[
    "street", "red-line", "internal-road", "site-boundary", "fence", "gate", "building",
    "parking", "bicycle", "plaza", "green", "entrance-mark", "main-entrance",
]  # fmt: skip
Form = Literal[
    "auto",
    "space",
    "proxy",
    "mapped",
    "slab",
    "geographic",
    "civil",
    "annotation",
    "railing",
    "wall",
    "road",
    "furniture",
]


@dataclass(frozen=True, slots=True)
class Outdoor:
    """Something on the site, in the axes of the site: an area, a line (``area=False``) or one point.

    ``form`` is the IFC class it is written as; "auto" takes what suits the kind and the schema. ``height`` makes
    fences, walls and other buildings stand up. ``note`` goes into ObjectType.
    """

    kind: OutdoorKind
    name: str
    points: Ring
    area: bool = True
    form: Form = "auto"
    height: float = 0.0
    z: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Everything one file holds. ``ground`` is the outdoor ground level, metres above ±0.00."""

    name: str
    buildings: tuple[Building, ...]
    outdoors: tuple[Outdoor, ...] = ()
    ground: float = -0.15
    true_north: Point = (0.0, 1.0)
    extra: Mapping[str, str] = field(default_factory=dict)
    """Rows of the table of technical and economic indicators, such as 总户数."""


def offset_ring(ring: Ring, distance: float) -> Ring:
    """The ring moved outwards (positive) or inwards, corner by corner; a simple anticlockwise polygon."""
    moved: list[Point] = []
    for before, here, after in zip((ring[-1], *ring[:-1]), ring, (*ring[1:], ring[0]), strict=True):
        in_x, in_y = _unit(before, here)
        out_x, out_y = _unit(here, after)
        share = distance / (1 + in_x * out_x + in_y * out_y)
        moved.append((here[0] + share * (in_y + out_y), here[1] - share * (in_x + out_x)))
    return tuple(moved)


def outer_walls(
    outline: Ring,
    thickness: float = 0.24,
    insulation: float = 0.0,
    material: str = "蒸压加气混凝土砌块",
    skip: Sequence[int] = (),
) -> tuple[Wall, ...]:
    """The outer walls behind the anticlockwise ``outline`` of the structure, mitred at the corners.

    Insulation is laid on outside the outline. ``skip`` leaves out sides (0 is the one from the first corner).
    """
    inner, outer = offset_ring(outline, -thickness), offset_ring(outline, insulation)
    middle = offset_ring(outline, (insulation - thickness) / 2)
    layers = ((material, thickness), ("岩棉保温板", insulation)) if insulation else ((material, thickness),)
    walls = []
    for side in range(len(outline)):
        nxt = (side + 1) % len(outline)
        if side not in skip:
            frame = (outer[side], outer[nxt], inner[nxt], inner[side])
            walls.append(
                Wall(middle[side], middle[nxt], thickness + insulation, external=True, footprint=frame, layers=layers)
            )
    return tuple(walls)


def _unit(start: Point, end: Point) -> Point:
    length = math.dist(start, end)
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length)


def stalls(
    x: float, y: float, count: int, *, size: Point = (2.5, 5.5), form: Form = "auto", first: int = 1
) -> tuple[Outdoor, ...]:
    """A row of parking stalls along +X, without gaps, numbered from ``first``."""
    width, depth = size
    return tuple(
        Outdoor(
            "parking",
            f"停车位{first + i:02d}",
            rect(x + i * width, y, x + (i + 1) * width, y + depth),
            form=form,
        )
        for i in range(count)
    )


def along(line: Ring, width: float) -> Ring:
    """The strip of this width along a line (a street by its centre line)."""
    strip = LineString(line).buffer(width / 2, cap_style="flat", join_style="mitre")
    return tuple((float(x), float(y)) for x, y in strip.exterior.coords[:-1])
