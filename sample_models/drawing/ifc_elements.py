"""Walls, fronts, doors, columns, slabs and stairs of one storey in IFC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sample_models.drawing.ifc_shapes import Frame
from sample_models.drawing.ifc_writer import Path, Writer
from sample_models.drawing.plan import (
    Column,
    CurtainWall,
    Door,
    Point,
    Railing,
    Ring,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    along,
    rect,
)
from sample_models.drawing.step import Enum, Ref

LEAF_M = 0.05
MULLION_M = 0.05


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element with its placement, for what is placed relative to it."""

    element: Ref
    placement: Ref
    frame: Frame


class StoreyElements:
    """Writes what stands on a storey; ``rooms`` are the spaces already written, by the identity of their rooms."""

    def __init__(self, writer: Writer, storey: Storey, where: Path, parent: Ref, rooms: dict[int, Ref]) -> None:
        self.writer = writer
        self.step = writer.step
        self.shapes = writer.shapes
        self.storey = storey
        self.where = where
        self.parent = parent
        self.rooms = rooms

    def write(self) -> Iterator[Ref]:
        """The elements the storey contains; openings are written with their walls but not contained."""
        walls = {id(wall): self.wall(wall) for wall in self.storey.walls}
        for placed in walls.values():
            yield placed.element
        for front in self.storey.curtain_walls:
            yield self.curtain_wall(front, [door for door in self.storey.doors if self.storey.host(door.at) is front])
        for door in self.storey.doors:
            host = self.storey.host(door.at)
            if isinstance(host, Wall):
                yield from self.door(door, host, walls[id(host)])
        for window in self.storey.windows:
            host = self.storey.host(window.at)
            if isinstance(host, Wall):
                yield self.window(window, host, walls[id(host)])
        yield from (self.column(column) for column in self.storey.columns)
        yield from (self.slab(slab) for slab in self.storey.all_slabs())
        yield from (self.stair(stair) for stair in self.storey.stairs)
        yield from (self.railing(railing) for railing in self.storey.railings)

    def wall(self, wall: Wall) -> _Placed:
        """A wall with its axis, its body and its material layers."""
        name = wall.name or f"{'外墙' if wall.external else '内墙'}-{round(wall.thickness * 1000)}"
        path = (*self.where, "wall", name)
        frame = self.writer.frame(wall.start, wall.direction, wall.base)
        placement = self.shapes.placement(frame, self.parent)
        height = self.storey.height - wall.base if wall.height is None else wall.height
        axis = self.shapes.polyline(self.writer.ring(frame, (wall.start, wall.end)))
        result = self.writer.rooted(
            "IfcWall" if self.step.schema == "IFC4X3" else "IfcWallStandardCase",
            path,
            Name=name,
            ObjectPlacement=placement,
            Representation=self.shapes.product(
                self.shapes.representation("Axis", "Curve2D", [axis]),
                self.shapes.body(self.shapes.prism(self.writer.ring(frame, wall.plan), height)),
            ),
        )
        self.writer.external(result, path, "Pset_WallCommon", external=wall.external)
        self._layers(result, path, wall)
        return _Placed(result, placement, frame)

    def _layers(self, owner: Ref, path: Path, wall: Wall) -> None:
        rows = wall.layers or (("钢筋混凝土" if wall.external else "蒸压加气混凝土砌块", wall.thickness),)
        layers = [
            self.step.share(
                "IfcMaterialLayer",
                Material=self.step.share("IfcMaterial", Name=name),
                LayerThickness=self.shapes.length(thickness),
            )
            for name, thickness in rows
        ]
        usage = self.step.share(
            "IfcMaterialLayerSetUsage",
            ForLayerSet=self.step.share("IfcMaterialLayerSet", MaterialLayers=layers),
            LayerSetDirection=Enum("AXIS2"),
            DirectionSense=Enum("NEGATIVE"),
            OffsetFromReferenceLine=self.shapes.length(wall.thickness / 2),
        )
        self.writer.relate("IfcRelAssociatesMaterial", path, RelatedObjects=[owner], RelatingMaterial=usage)

    def door(self, door: Door, wall: Wall, host: _Placed) -> Iterator[Ref]:
        """A door in its opening; nothing but the opening for a gateway."""
        name = door.name or f"M{round(door.width * 10):02d}{round(door.height * 10):02d}"
        path = (*self.where, "door", name)
        opening = self._opening(door, wall, host, path)
        passage = opening.element
        if not door.gateway:
            operation = {"PredefinedType": Enum("DOOR"), "OperationType": Enum(door.operation)}
            passage = self._fill("IfcDoor", path, name, opening, door, wall, operation)
            yield passage
        self._passage(door, passage, path)

    def window(self, window: Window, wall: Wall, host: _Placed) -> Ref:
        """A window in its opening."""
        name = window.name or f"C{round(window.width * 10):02d}{round(window.height * 10):02d}"
        path = (*self.where, "window", name)
        opening = self._opening(window, wall, host, path)
        result = self._fill("IfcWindow", path, name, opening, window, wall, {"PredefinedType": Enum("WINDOW")})
        self.writer.external(result, path, "Pset_WindowCommon", external=wall.external)
        return result

    def _opening(self, hole: Door | Window, wall: Wall, host: _Placed, path: Path) -> _Placed:
        """The hole through the whole thickness of the wall, wherever in it the door was set."""
        x, y = hole.at
        dx, dy = wall.direction
        half = hole.width / 2
        frame = self.writer.frame((x - dx * half, y - dy * half), wall.direction, wall.base + hole.sill)
        placement = self.shapes.placement(frame.relative_to(host.frame), host.placement)
        solid = self.shapes.prism(self.writer.ring(frame, wall.hole(hole.at, hole.width)), hole.height)
        opening = self.writer.rooted(
            "IfcOpeningElement",
            (*path, "opening"),
            Name="洞口",
            ObjectPlacement=placement,
            Representation=self.shapes.product(self.shapes.body(solid)),
            PredefinedType=Enum("OPENING"),
        )
        self.writer.relate(
            "IfcRelVoidsElement", path, RelatingBuildingElement=host.element, RelatedOpeningElement=opening
        )
        return _Placed(opening, placement, frame)

    def _fill(
        self, entity: str, path: Path, name: str, opening: _Placed, hole: Door | Window, wall: Wall,
        more: dict[str, Enum],
    ) -> Ref:  # fmt: skip
        (x, y), (dx, dy), half = hole.at, wall.direction, hole.width / 2
        leaf = Wall((x - dx * half, y - dy * half), (x + dx * half, y + dy * half), LEAF_M).plan
        result = self.writer.product(
            entity,
            path,
            name,
            Frame(),
            opening.placement,
            self.shapes.prism(self.writer.ring(opening.frame, leaf), hole.height),
            Tag=name,
            OverallHeight=self.shapes.length(hole.height),
            OverallWidth=self.shapes.length(hole.width),
            **more,
        )
        self.writer.relate(
            "IfcRelFillsElement", path, RelatingOpeningElement=opening.element, RelatedBuildingElement=result
        )
        return result

    def _passage(self, door: Door, passage: Ref, path: Path) -> None:
        """What the file declares about a way through a wall."""
        sides = self.storey.joins(door)
        if not door.gateway:
            outside = None in sides if door.external is None else door.external
            self.writer.external(passage, path, "Pset_DoorCommon", external=outside)
        if not self.writer.boundaries:
            return
        for side in sides:
            if side is not None:
                self.writer.relate(
                    "IfcRelSpaceBoundary",
                    path,
                    RelatingSpace=self.rooms[id(side)],
                    RelatedBuildingElement=passage,
                    PhysicalOrVirtualBoundary=Enum("VIRTUAL" if door.gateway else "PHYSICAL"),
                    InternalOrExternalBoundary=Enum("EXTERNAL" if None in sides else "INTERNAL"),
                )

    def curtain_wall(self, front: CurtainWall, doors: Sequence[Door]) -> Ref:
        """A front of panes, mullions and doors; the doors are parts of it, in no opening."""
        line = front.line
        (dx, dy), (x, y) = line.direction, front.start
        path = (*self.where, "curtain wall", front.name)
        height = self.storey.height if front.height is None else front.height
        frame = self.writer.frame(front.start, line.direction)
        placement = self.shapes.placement(frame, self.parent)
        result = self.writer.rooted("IfcCurtainWall", path, Name=front.name, ObjectPlacement=placement)
        self.writer.external(result, path, "Pset_CurtainWallCommon", external=True)

        def part(entity: str, name: str, span: Point, depth: float, heights: Point, **more: object) -> Ref:
            ends = [(x + dx * u, y + dy * u) for u in span]
            own = self.writer.frame(ends[0], line.direction, heights[0])
            plan = self.writer.ring(own, Wall(ends[0], ends[1], depth).plan)
            solid = self.shapes.prism(plan, heights[1] - heights[0])
            return self.writer.product(entity, (*path, name), name, own.relative_to(frame), placement, solid, **more)

        half = MULLION_M / 2
        parts: list[Ref] = []
        posts: set[float] = set()
        for (start, end), head in _bays(front, doors):
            posts |= {round(start, 6), round(end, 6)}
            if end - start > 2 * MULLION_M and head < height:
                parts.append(part("IfcPlate", "玻璃嵌板", (start + half, end - half), 0.03, (head, height)))
        for post in sorted(posts):
            middle = min(max(post, half), line.length - half)
            parts.append(part("IfcMember", "竖梃", (middle - half, middle + half), front.thickness, (0.0, height)))
        for door in doors:
            middle = (door.at[0] - x) * dx + (door.at[1] - y) * dy
            name = door.name or f"MLM{round(door.width * 10):02d}{round(door.height * 10):02d}"
            leaf = part(
                "IfcDoor",
                name,
                (middle - door.width / 2 + half, middle + door.width / 2 - half),
                LEAF_M,
                (0.0, door.height),
                OverallHeight=self.shapes.length(door.height),
                OverallWidth=self.shapes.length(door.width),
                PredefinedType=Enum("DOOR"),
                OperationType=Enum(door.operation),
            )
            parts.append(leaf)
            self._passage(door, leaf, (*path, name))
        self.writer.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=parts)
        return result

    def column(self, column: Column) -> Ref:
        """A column."""
        frame = self.writer.frame(column.at)
        height = self.storey.height if column.height is None else column.height
        if column.round_:
            middle = self.shapes.point(*self.writer.ring(frame, (column.at,))[0])
            profile = self.step.add(
                "IfcCircleProfileDef",
                ProfileType=Enum("AREA"),
                Radius=self.shapes.length(column.size[0] / 2),
                Position=self.step.share("IfcAxis2Placement2D", Location=middle),
            )
        else:
            (x, y), (a, b) = column.at, (column.size[0] / 2, column.size[1] / 2)
            profile = self.shapes.profile(self.writer.ring(frame, rect(x - a, y - b, x + a, y + b)))
        solid = self.shapes.extrusion(profile, height)
        return self.writer.product("IfcColumn", (*self.where, "column"), "框架柱", frame, self.parent, solid)

    def slab(self, slab: Slab) -> Ref:
        """A slab with its holes."""
        frame = self.writer.frame(slab.outline[0], z=slab.top - slab.thickness)
        holes = [self.writer.ring(frame, hole) for hole in slab.holes]
        solid = self.shapes.prism(self.writer.ring(frame, slab.outline), slab.thickness, holes=holes)
        name = slab.name or f"楼板-{round(slab.thickness * 1000)}"
        path = (*self.where, "slab", name)
        return self.writer.product("IfcSlab", path, name, frame, self.parent, solid, PredefinedType=Enum(slab.kind))

    def stair(self, stair: Stair) -> Ref:
        """A stair of one flight with real steps (a plain block where points carry the survey coordinates)."""
        x0, y0, x1, y1 = stair.outline
        start, direction, run, width = {
            "+x": ((x0, y0), (1.0, 0.0), x1 - x0, y1 - y0),
            "-x": ((x1, y1), (-1.0, 0.0), x1 - x0, y1 - y0),
            "+y": ((x1, y0), (0.0, 1.0), y1 - y0, x1 - x0),
            "-y": ((x0, y1), (0.0, -1.0), y1 - y0, x1 - x0),
        }[stair.up]
        rise = self.storey.height if stair.rise is None else stair.rise
        risers = max(2, round(rise / 0.16))
        path = (*self.where, "stair", stair.name)
        frame = self.writer.frame(start, direction)
        if self.writer.mode == "points":
            steps = self.shapes.prism(self.writer.ring(frame, rect(x0, y0, x1, y1)), rise)
        else:
            steps = self.shapes.vertical_prism(_steps(run, rise, risers), width)
        placement = self.shapes.placement(frame, self.parent)
        straight = {"ShapeType": Enum("STRAIGHT_RUN_STAIR"), "PredefinedType": Enum("STRAIGHT_RUN_STAIR")}
        result = self.writer.rooted("IfcStair", path, Name=stair.name, ObjectPlacement=placement, **straight)
        count = "NumberOfRiser" if self.step.schema == "IFC2X3" else "NumberOfRisers"
        measures = {
            count: risers,
            "RiserHeight": self.shapes.length(rise / risers),
            "TreadLength": self.shapes.length(run / risers),
        }
        flight = self.writer.product("IfcStairFlight", (*path, "flight"), "梯段", Frame(), placement, steps, **measures)
        self.writer.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=[flight])
        return result

    def railing(self, railing: Railing) -> Ref:
        """A railing."""
        frame = self.writer.frame(railing.line[0])
        solid = self.shapes.prism(self.writer.ring(frame, along(railing.line, 0.06)), railing.height)
        path = (*self.where, "railing", railing.name)
        return self.writer.product("IfcRailing", path, railing.name, frame, self.parent, solid)


def _bays(front: CurtainWall, doors: Sequence[Door]) -> Iterator[tuple[Point, float]]:
    """The bays of a front along its line, each with the height at which its pane begins (above a door)."""
    (dx, dy), (x, y) = front.line.direction, front.start
    last = 0.0
    ends = [((d.at[0] - x) * dx + (d.at[1] - y) * dy, d) for d in doors]
    for middle, door in sorted(ends, key=lambda pair: pair[0]):
        yield from _panes(last, middle - door.width / 2, front.pane)
        yield (middle - door.width / 2, middle + door.width / 2), door.height
        last = middle + door.width / 2
    yield from _panes(last, front.line.length, front.pane)


def _panes(start: float, end: float, width: float) -> Iterator[tuple[Point, float]]:
    count = max(1, round((end - start) / width))
    for i in range(count):
        yield (start + (end - start) * i / count, start + (end - start) * (i + 1) / count), 0.0


def _steps(run: float, rise: float, risers: int) -> Ring:
    """The section of a flight: steps above, a sloping soffit below."""
    section: list[Point] = [(0.0, 0.0)]
    for i in range(risers):
        top = rise * (i + 1) / risers
        section += [(run * i / risers, top), (run * (i + 1) / risers, top)]
    return (*section, (run, rise - 0.3), (0.3 * run / rise, 0.0))
