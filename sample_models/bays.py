"""Row houses of function: a storey as bays side by side from west to east, the street to the south.

Walls are drawn as in housing with a podium: outer walls 240, walls between bays and across them 200. Bays are given by
centre lines between them and outer faces at the ends, so a bay's gross area is its width times the depth of the
storey, and that of one of its rooms its width times the room's depth: sums a reader can do in the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sample_models.drawing import (
    CurtainWall,
    Door,
    Point,
    Room,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    rect,
)

OUTER_M, INNER_M, FRONT_M = 0.24, 0.20, 0.15
Front = Literal["door", "shopfront", "gateway", "window", "blank"]


@dataclass(frozen=True, slots=True)
class Bay:
    """A bay with its rooms from the street (south) to the back, each with its depth between centre lines.

    ``front`` and ``back`` are what leads out; ``through`` puts a door between its rooms, ``east`` one into the next
    bay's first room. ``stair`` draws a stair in the last room. ``zone`` groups its rooms.
    """

    width: float
    rooms: tuple[tuple[str, float], ...]
    front: Front = "window"
    back: Literal["door", "window", "blank"] = "blank"
    through: bool = True
    east: bool = False
    stair: bool = False
    zone: str = ""


def storey_of_bays(
    name: str, elevation: float, height: float, bays: tuple[Bay, ...], *, x0: float = 0.0, slabs: tuple[Slab, ...] = ()
) -> Storey:
    """The storey; ``slabs`` are drawn besides its own floor."""
    depth = sum(room_depth for _, room_depth in bays[0].rooms)
    edges = [x0]
    for bay in bays:
        edges.append(edges[-1] + bay.width)
    floor = "".join(character for character in name if character.isdigit()) or name
    west, east = edges[0], edges[-1]
    outline = rect(west, 0.0, east, depth)
    rooms: list[Room] = []
    walls: list[Wall] = [
        _outer((west, depth - OUTER_M / 2), (east, depth - OUTER_M / 2)),
        _outer((west + OUTER_M / 2, OUTER_M), (west + OUTER_M / 2, depth - OUTER_M)),
        _outer((east - OUTER_M / 2, OUTER_M), (east - OUTER_M / 2, depth - OUTER_M)),
    ]
    fronts: list[CurtainWall] = []
    doors: list[Door] = []
    windows: list[Window] = []
    stairs: list[Stair] = []
    for i, bay in enumerate(bays):
        first, last = i == 0, i == len(bays) - 1
        left, right = edges[i], edges[i + 1]
        inner = (left + (OUTER_M if first else INNER_M / 2), right - (OUTER_M if last else INNER_M / 2))
        glazed = bay.front == "shopfront"
        middle = (left + right) / 2
        if glazed:
            ends = (left + OUTER_M if first else left, right - OUTER_M if last else right)
            fronts.append(CurtainWall((ends[0], FRONT_M / 2), (ends[1], FRONT_M / 2), FRONT_M))
            walls += [
                _outer((x, OUTER_M / 2), (y, OUTER_M / 2)) for x, y in ((left, ends[0]), (ends[1], right)) if x < y
            ]
            doors.append(Door((middle, FRONT_M / 2), 1.8, 2.4))
        else:
            walls.append(_outer((left, OUTER_M / 2), (right, OUTER_M / 2)))
            if bay.front == "window":
                windows.append(Window((middle, OUTER_M / 2)))
            elif bay.front != "blank":
                gateway = bay.front == "gateway"
                doors.append(Door((middle, OUTER_M / 2), 2.4 if gateway else 1.8, 2.4, gateway=gateway))
        south = FRONT_M if glazed else OUTER_M
        if not last:
            # between two fronts of different depth the wall runs on to the thinner one
            meets = FRONT_M if glazed or bays[i + 1].front == "shopfront" else OUTER_M
            walls.append(Wall((right, meets), (right, depth - OUTER_M), INNER_M))
            if bay.east:
                doors.append(Door((right, min(bay.rooms[0][1], bays[i + 1].rooms[0][1]) / 2), 1.5, 2.1))
        y = 0.0
        for k, (room, room_depth) in enumerate(bay.rooms):
            top, back = y + room_depth, k == len(bay.rooms) - 1
            low = south if k == 0 else y + INNER_M / 2
            high = top - OUTER_M if back else top - INNER_M / 2
            number = f"{floor}{len(rooms) + 1:02d}"
            rooms.append(Room(room, rect(inner[0], low, inner[1], high), number, zone=bay.zone))
            if not back:
                walls.append(Wall((inner[0], top), (inner[1], top), INNER_M))
                if bay.through:
                    doors.append(Door((middle, top), 1.2, 2.1))
            elif bay.stair:
                stairs.append(Stair((inner[0] + 0.5, high - 5.6, inner[0] + 2.1, high - 1.4)))
            y = top
        if bay.back == "door":
            doors.append(Door((middle, depth - OUTER_M / 2), 1.5, 2.1))
        elif bay.back == "window":
            windows.append(Window((middle, depth - OUTER_M / 2)))
    return Storey(
        name,
        elevation,
        height,
        outline=outline,
        rooms=tuple(rooms),
        walls=tuple(walls),
        curtain_walls=tuple(fronts),
        doors=tuple(doors),
        windows=tuple(windows),
        stairs=tuple(stairs),
        slabs=(Slab(outline), *slabs) if slabs else None,
    )


def _outer(start: Point, end: Point) -> Wall:
    return Wall(start, end, OUTER_M, external=True)
