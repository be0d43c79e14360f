"""Buildings whose areas are known by hand, described once for tests through files.

Each function's docstring says what is drawn and what must come out; metres throughout, the street to the south.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from sample_models.drawing import (
    Building,
    Column,
    CurtainWall,
    Door,
    Outdoor,
    Point,
    Project,
    Ring,
    Room,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    offset_ring,
    outer_walls,
    rect,
    stalls,
)

SERVICE = "社区服务用房"
SHOP = "商铺"


def _one(name: str, *storeys: Storey, outdoors: tuple[Outdoor, ...] = (), roof: bool = True) -> Project:
    return Project(name, (Building("1#楼", storeys, roof=roof),), outdoors)


def hall(insulation: float = 0.0) -> Project:
    """A free-standing hall 30×20 with outer walls 240 and an own partition of 200 on x = 15, 3.6 m high.

    Net 14.66×19.52 × 2 = 572.3264; gross 600.00. With 60 mm of insulation 600 + 100×0.06 = 606.00 by structure and
    insulation, 30.12×20.12 = 606.0144 by the outer face.
    """
    outline = rect(0.0, 0.0, 30.0, 20.0)
    storey = Storey(
        "1F",
        0.0,
        3.6,
        outline=outline,
        rooms=(
            Room(SERVICE, rect(0.24, 0.24, 14.9, 19.76), "101"),
            Room(SERVICE, rect(15.1, 0.24, 29.76, 19.76), "102"),
        ),
        walls=(*outer_walls(outline, insulation=insulation), Wall((15.0, 0.24), (15.0, 19.76), 0.2)),
        doors=(Door((7.5, 0.12)), Door((15.0, 10.0))),
        windows=(Window((22.5, 0.12)), Window((22.5, 19.88))),
    )
    return _one("独立大厅", storey)


def podium_half() -> Project:
    """The west half of a podium 48×18, the party wall of 200 on x = 24; 4.5 m high.

    Net 23.66×17.52 = 414.5232; gross 24×18 = 432.00; the shop 432.00; together 864.00.
    """
    outline = rect(0.0, 0.0, 48.0, 18.0)
    storey = Storey(
        "1F",
        0.0,
        4.5,
        outline=outline,
        rooms=(Room(SERVICE, rect(0.24, 0.24, 23.9, 17.76), "101"), Room(SHOP, rect(24.1, 0.24, 47.76, 17.76), "102")),
        walls=(*outer_walls(outline), Wall((24.0, 0.24), (24.0, 17.76), 0.2)),
        doors=(Door((12.0, 0.12), 1.8), Door((36.0, 0.12), 1.8)),
    )
    return _one("裙房西半", storey)


def shared_core(storeys: int = 3, front: str | None = None, *, tall: bool = False) -> Project:
    """Three storeys 40×20 around a public core 6×8 at the back (centre lines x 17 to 23, y 12 to 20), 3.9 m high.

    Service rooms: the bay x 0 to 17 on 1F and 2F, exclusive 17×20 = 340.00 each, 680.00 together; the core 48.00, the
    lobby before it 6×12 = 72.00, the east bay 340.00. Flats above. ``front`` names what stands in the lobby's place.
    ``tall`` draws the core as one room through all storeys.
    """
    outline = rect(0.0, 0.0, 40.0, 20.0)

    def level(number: int) -> Storey:
        west = SERVICE if number <= 2 else "住宅"
        core_height = 3.9 * storeys - 0.12 if tall else None
        core = Room("公共楼梯间", rect(17.1, 12.1, 22.9, 19.76), f"{number}03", height=core_height)
        return Storey(
            f"{number}F",
            3.9 * (number - 1),
            3.9,
            outline=outline,
            rooms=(
                Room(west, rect(0.24, 0.24, 16.9, 19.76), f"{number}01"),
                Room(front or ("公共门厅" if number == 1 else "公共前厅"), rect(17.1, 0.24, 22.9, 11.9), f"{number}02"),
                *((core,) if number == 1 or not tall else ()),
                Room(SHOP if number == 1 else "住宅", rect(23.1, 0.24, 39.76, 19.76), f"{number}04"),
            ),
            walls=(
                *outer_walls(outline),
                Wall((17.0, 0.24), (17.0, 19.76), 0.2),
                Wall((23.0, 0.24), (23.0, 19.76), 0.2),
                Wall((17.1, 12.0), (22.9, 12.0), 0.2),
            ),
            doors=(
                Door((20.0, 12.0)),
                Door((17.0, 6.0)),
                Door((23.0, 6.0)),
                *((Door((8.0, 0.12)), Door((20.0, 0.12)), Door((31.0, 0.12))) if number == 1 else ()),
            ),
            stairs=(Stair((17.6, 13.0, 19.2, 18.0)),),
        )

    return _one("三层核心筒", *(level(number) for number in range(1, storeys + 1)))


def _plate(
    number: int, elevation: float, height: float, void: tuple[float, float, float, float] | None = None
) -> Storey:
    """A service room filling a plate of 24×18."""
    outline = rect(0.0, 0.0, 24.0, 18.0)
    holes = (rect(*void),) if void else ()
    return Storey(
        f"{number}F",
        elevation,
        height,
        outline=outline,
        voids=holes,
        rooms=(Room(SERVICE, rect(0.24, 0.24, 23.76, 17.76), f"{number}01", holes=holes),),
        walls=outer_walls(outline),
        doors=(Door((6.0, 0.12)),) if number == 1 else (),
        windows=(Window((12.0, 17.88)),),
        stairs=(Stair((1.0, 10.0, 2.6, 16.0)),) if number == 1 else (),
    )


def low_upper_storey(height: float = 2.15) -> Project:
    """Two plates of 24×18 = 432, the lower 4.5 m high, the upper ``height``.

    At 2.15: GB/T 50353 counts half above, 648.00 and 66.67 % below; the others nothing, 432.00 and 100 %.
    At 2.20 exactly: 864.00 and 50.00 % by every standard.
    """
    return _one("低矮二层", _plate(1, 0.0, 4.5), _plate(2, 4.5, height))


def void_over_hall(drawn: Literal["hole", "across", "tall room", "void room"] = "hole") -> Project:
    """Two plates of 24×18 with a void of 6×8 in the upper floor: 432 + 432 − 48 = 816.00; 52.94 % below.

    The upper room is drawn with a hole; or across the void, which only the slab shows; or with a hole while the hall
    below is a second, tall room of its own; or with a room named 上空 in the hole.
    """
    void = rect(9.0, 5.0, 15.0, 13.0)
    ground, upper = _plate(1, 0.0, 4.5), _plate(2, 4.5, 4.5, (9.0, 5.0, 15.0, 13.0))
    whole = upper.rooms[0]
    if drawn == "across":
        upper = replace(upper, rooms=(replace(whole, holes=()),))
    elif drawn == "tall room":
        hall_below = Room("社区服务用房中庭", void, "102", height=8.88)
        ground = replace(ground, rooms=(replace(ground.rooms[0], holes=(void,)), hall_below))
    elif drawn == "void room":
        upper = replace(upper, rooms=(whole, Room("大厅上空", void, "202", frame=void)))
    return _one("大厅上空", ground, upper)


def arcade(depth: float = 3.0) -> Project:
    """A plate of 24×18 whose ground floor stands back from the street by an open arcade: 360 + 432 = 792.00; 45.45 %.

    Without the arcade (``depth=0``) 432 + 432 and 50.00 %.
    """
    upper = _plate(2, 4.5, 4.5)
    if depth == 0.0:
        return _one("无骑楼", _plate(1, 0.0, 4.5), upper)
    outline = rect(0.0, depth, 24.0, 18.0)
    ground = Storey(
        "1F",
        0.0,
        4.5,
        outline=outline,
        rooms=(Room(SERVICE, rect(0.24, depth + 0.24, 23.76, 17.76), "101"),),
        walls=outer_walls(outline),
        doors=(Door((6.0, depth + 0.12)),),
    )
    return _one("骑楼", ground, upper)


def own_stair(*, tall: bool = False) -> Project:
    """Two plates of 24×18 with an own stair room of 3×6 by its centre lines in the back corner of each.

    The stair counts on both storeys: 18.00 + 18.00 = 36.00 of 864.00. ``tall`` draws it as one room two storeys high.
    """

    def level(number: int) -> Storey:
        plate = _plate(number, 4.5 * (number - 1), 4.5)
        hall_ring = ((0.24, 0.24), (23.76, 0.24), (23.76, 17.76), (3.1, 17.76), (3.1, 11.9), (0.24, 11.9))
        zone = SERVICE
        height = 8.88 if tall else None
        stair = Room("社区服务用房楼梯间", rect(0.24, 12.1, 2.9, 17.76), f"{number}02", zone=zone, height=height)
        return replace(
            plate,
            rooms=(Room(SERVICE, hall_ring, f"{number}01", zone=zone), *((stair,) if number == 1 or not tall else ())),
            walls=(*plate.walls, Wall((0.24, 12.0), (3.1, 12.0), 0.2), Wall((3.0, 12.1), (3.0, 17.76), 0.2)),
            doors=(*plate.doors, Door((1.5, 12.0), 1.2)),
            stairs=(Stair((0.5, 13.0, 2.0, 17.0)),) if number == 1 else (),
        )

    return _one("自用楼梯", level(1), level(2))


def joint(*, connected: bool = True) -> Project:
    """Two blocks 12×18 with a deformation joint of 100 between them.

    Open to the inside, the joint counts: 24.1×18 = 433.80. Closed off, 2×216 = 432.00.
    """
    west, east = rect(0.0, 0.0, 12.0, 18.0), rect(12.1, 0.0, 24.1, 18.0)
    doors = (Door((6.0, 0.12)), Door((11.88, 9.0), 2.4, gateway=True), Door((12.22, 9.0), 2.4, gateway=True))
    storey = Storey(
        "1F",
        0.0,
        4.5,
        rooms=(
            Room(SERVICE, rect(0.24, 0.24, 11.76, 17.76), "101"),
            Room(SERVICE, rect(12.34, 0.24, 23.86, 17.76), "102"),
        ),
        walls=(*outer_walls(west), *outer_walls(east)),
        doors=doors if connected else (doors[0], Door((18.0, 0.12))),
        slabs=(Slab(west), Slab(east), Slab(west, top=4.5, kind="ROOF"), Slab(east, top=4.5, kind="ROOF")),
    )
    return _one("变形缝", storey, roof=False)


def mezzanine(clear_above: float = 2.40) -> Project:
    """A hall 20×15 with a mezzanine of 8×6 in its back corner, ``clear_above`` from its floor to the roof slab's top.

    300.00 below and 48.00 on the mezzanine: 348.00, 86.21 %. Under 2.20 it counts half (324.00) or not at all.
    """
    outline = rect(0.0, 0.0, 20.0, 15.0)
    height = 6.0
    ground = Storey(
        "1F",
        0.0,
        height,
        outline=outline,
        rooms=(Room(SERVICE, rect(0.24, 0.24, 19.76, 14.76), "101", height=height - 0.12),),
        walls=outer_walls(outline),
        doors=(Door((10.0, 0.12)),),
        slabs=(Slab(outline), Slab(outline, top=height, kind="ROOF", name="屋面板")),
    )
    level = height - clear_above
    gallery = rect(0.0, 9.0, 8.0, 15.0)
    above = Storey(
        "1F夹层",
        level,
        clear_above,
        rooms=(
            Room(
                "社区服务用房夹层",
                rect(0.24, 9.0, 8.0, 14.76),
                "111",
                height=clear_above - 0.12,
                frame=gallery,
            ),
        ),
        slabs=(Slab(gallery, name="夹层板"),),
    )
    return _one("夹层", ground, above, roof=False)


def insulated_l(insulation: float = 0.08) -> Project:
    """An L of 468.00 with a perimeter of 108 m and 80 mm of insulation.

    30×10 + 12×14 = 468.00; with insulation 468 + 108×0.08 = 476.64; the outer face 468 + 108×0.08 + 4×0.08² = 476.6656.
    """
    outline = ((0.0, 0.0), (30.0, 0.0), (30.0, 10.0), (12.0, 10.0), (12.0, 24.0), (0.0, 24.0))
    t = 0.24
    inner = ((t, t), (30 - t, t), (30 - t, 10 - t), (12 - t, 10 - t), (12 - t, 24 - t), (t, 24 - t))
    storey = Storey(
        "1F",
        0.0,
        4.5,
        outline=outline,
        rooms=(Room(SERVICE, inner, "101"),),
        walls=outer_walls(outline, t, insulation),
        doors=(Door((6.0, 0.12)),),
    )
    return _one("L形保温", storey)


def gable_attic(wall: float = 0.2, roof: float | None = None) -> Project:
    """A house of 12×10 by its outer faces with an attic on 2F; clear height 1.0 over the eaves to 3.0 at the ridge.

    The underside rises 1 : 3 from x = 0 to 6 and falls again. Clear height of 2.10 and more: 2×2.7×10 = 54; of 1.20 to
    2.10 half of 2×2.7×10: 27; together 81.00. To the top of a slab of 0.12, 2.20 and more: 2×2.76×10 = 55.20; clear
    2.20 and more: 2×2.4×10 = 48.00. Below 120.00. ``roof`` draws a slab of that thickness; else there is none.
    """
    outline = rect(0.0, 0.0, 12.0, 10.0)
    west, east, low = wall, 12.0 - wall, 1.0 + wall / 3
    south, north = wall, 10.0 - wall
    slopes = (
        ((west, south, low), (6.0, south, 3.0), (6.0, north, 3.0), (west, north, low)),
        ((6.0, south, 3.0), (east, south, low), (east, north, low), (6.0, north, 3.0)),
    )
    inside = rect(west, south, east, north)
    ground = Storey(
        "1F",
        0.0,
        3.3,
        outline=outline,
        rooms=(Room(SERVICE, inside, "101"),),
        walls=outer_walls(outline, wall),
        doors=(Door((6.0, wall / 2)),),
    )
    attic = Storey(
        "2F",
        3.3,
        3.12,
        outline=outline,
        rooms=(Room("社区服务用房阁楼", inside, "201", ceiling=slopes),),
        walls=tuple(replace(each, height=1.0) for each in outer_walls(outline, wall)),
        slabs=(
            Slab(outline),
            *(() if roof is None else (Slab(outline, top=3.0 + roof, thickness=roof, kind="ROOF", name="屋面板"),)),
        ),
    )
    return _one("坡屋顶", ground, attic, roof=False)


def with_part(
    name: str = "入口雨篷",
    outline: Ring = ((5.0, -2.1), (10.0, -2.1), (10.0, 0.0), (5.0, 0.0)),
    walls: tuple[Wall, ...] = (),
    columns: tuple[Column, ...] = (),
    recess: Ring | None = None,
    *,
    zone: bool = True,
) -> Project:
    """A service hall of 20×10 with a balcony, canopy or arcade on its south side (y = 0).

    The hall is 200.00, less the recess where there is one. The part belongs to the rooms by the zone of both, or by
    its name.
    """
    around = rect(0.0, 0.0, 20.0, 10.0)
    if recess is not None:
        (x0, y0), (x1, y1) = recess[0], recess[2]
        around = (around[0], (x0, y0), (x0, y1), (x1, y1), (x1, y0), *around[1:])
    group = SERVICE if zone else ""
    storey = Storey(
        "1F",
        0.0,
        3.6,
        rooms=(
            Room(SERVICE, offset_ring(around, -0.24), "101", zone=group),
            Room(name if zone else f"{SERVICE}{name}", outline, "102", zone=group, frame=outline),
        ),
        walls=(*outer_walls(around), *walls),
        columns=columns,
        slabs=(Slab(around), Slab(around, top=3.6, kind="ROOF", name="屋面板")),
        doors=(Door((2.5, 0.12)),),
    )
    return _one("附属部分", storey, roof=False)


def sunken(depth: float = 1.5, told_by: Literal["brief", "storey"] = "brief") -> Project:
    """A storey of 3.30 clear height, ``depth`` below the outdoor ground at 0.00, and one over it; 20×10 = 200.00 each.

    ``told_by`` "storey" puts a storey 室外地坪 at the ground's height. The lower one is called 1F where no more than a
    third of it is sunken.
    """
    outline = rect(0.0, 0.0, 20.0, 10.0)

    def level(name: str, elevation: float, height: float) -> Storey:
        return Storey(
            name,
            elevation,
            height,
            outline=outline,
            rooms=(Room(SERVICE, rect(0.24, 0.24, 19.76, 9.76), name, height=3.3),),
            walls=outer_walls(outline),
        )

    names = ("1F", "2F") if depth < 1.2 else ("B1", "1F")
    storeys = [level(names[0], -depth, 4.5), level(names[1], 4.5 - depth, 3.6)]
    if told_by == "storey":
        storeys.insert(0, Storey("室外地坪", 0.0, 0.0))
    return replace(_one("半地下", *storeys), ground=0.0)


def awkward(*, split: bool = False) -> Project:
    """Everything at once; its areas are put together by hand below (walls are 240 outside, 200 inside, unless said).

    1#楼, 1F, by outer faces: block A x 0 to 40, y 0 to 24 around a court x 16 to 24, y 9 to 15; block B x −12.1 to
    −0.1, y 0 to 24, behind a joint of 100 that a gateway crosses. In A, west of the court is the community's: its
    party walls run obliquely from (18, 0) to (20, 9) on centre, and on x = 20, 300 thick with columns of 500 in it,
    from the court's north face (y = 15) to y = 24, the last 2 m of it left out. Community in A:

        south of the court  (18 + 20) / 2 × 9 = 171, west of it 16 × 6 = 96, north of it 20 × 9 = 180: 447

    Block B is the community's, 12 × 24 = 288, and so is the joint, 0.1 × 24 = 2.4: 1F is 737.4. Its west wall, 200
    thick and declared internal, has nothing behind it: 0.1 × 24 = 2.4 of it may be a neighbour's. 2F is A alone, less
    the void x 4 to 10, y 3 to 8 over the hall: 447 − 30 = 417. The own stair 3 × 6 in the north-west corner and the
    own shaft beside it are parts of these. ``split`` divides the hall of 1F by a line nothing stands on.

    2#楼, turned by 20°, is the insulated L, one storey: 468 + 108 × 0.08 = 476.64 by GB/T 50353-2013.

    Together 737.4 + 417 + 476.64 = 1631.04, of which 737.4 + 476.64 = 1214.04 on the ground floor.
    """
    levels = tuple(_awkward_level(number, split=split and number == 1) for number in (1, 2))
    wing = replace(insulated_l().buildings[0], name="2#楼", at=(80.0, 10.0), turn_deg=20.0)
    return Project("综合楼", (Building("1#楼", levels), wing))


def _awkward_level(number: int, *, split: bool) -> Storey:
    outline, court = rect(0.0, 0.0, 40.0, 24.0), rect(16.0, 9.0, 24.0, 15.0)
    around_court = offset_ring(court, 0.24)
    slope = 9.0 / math.dist((18.0, 0.0), (20.0, 9.0))

    def oblique(y: float, side: float) -> Point:
        """The point of its centre line or of a face (``side`` metres to the east of it) at height y."""
        return (18.0 + 2.0 / 9.0 * y + side / slope, y)

    sw, low, high = around_court[0], around_court[0][1], around_court[2][1]
    hall = (
        (0.24, 0.24), oblique(0.24, -0.1), oblique(low, -0.1), (sw[0], low), (sw[0], high), (19.85, high),
        (19.85, 23.76), (5.2, 23.76), (5.2, 22.4), (3.1, 22.4), (3.1, 17.9), (0.24, 17.9),
    )  # fmt: skip
    south = ((0.0, 0.0), (18.0, 0.0), (20.0, 9.0), (16.0, 9.0))
    north = (
        (16.0, 15.0),
        (20.0, 15.0),
        (20.0, 24.0),
        (5.15, 24.0),
        (5.15, 22.35),
        (3.0, 22.35),
        (3.0, 18.0),
        (0.0, 18.0),
    )
    halls: tuple[Room, ...] = (Room(SERVICE, hall, f"{number}01", frame=(*south, *north)),)
    if split:
        lower = (*hall[:4], (sw[0], 12.0), (0.24, 12.0))
        upper = ((0.24, 12.0), (sw[0], 12.0), *hall[4:])
        halls = (
            Room(SERVICE, lower, "101", frame=(*south, (16.0, 12.0), (0.0, 12.0))),
            Room(SERVICE, upper, "101A", frame=((0.0, 12.0), (16.0, 12.0), *north)),
        )
    shop = (
        oblique(0.24, 0.1), (28.0, 0.24), (28.0, 0.15), (38.0, 0.15), (38.0, 0.24), (39.76, 0.24), (39.76, 23.76),
        (20.15, 23.76), (20.15, high), (24.24, high), (24.24, low), oblique(low, 0.1),
    )  # fmt: skip
    walls = [
        Wall((0.0, 0.12), (28.0, 0.12), 0.24, external=True),
        Wall((38.0, 0.12), (40.0, 0.12), 0.24, external=True),
        Wall((39.88, 0.24), (39.88, 24.0), 0.24, external=True),
        Wall((39.76, 23.88), (0.0, 23.88), 0.24, external=True),
        Wall((0.12, 23.76), (0.12, 0.24), 0.24, external=True),
        *(
            Wall(middle, nxt, 0.24, external=True, footprint=(a, b, d, c))
            for middle, nxt, a, b, c, d in _court_walls(court)
        ),
        Wall(
            oblique(0.24, 0.0), oblique(low, 0.0), 0.2,
            footprint=(oblique(0.24, 0.1), oblique(low, 0.1), oblique(low, -0.1), oblique(0.24, -0.1)),
        ),
        Wall((20.0, high), (20.0, 21.76), 0.3),
        Wall((0.24, 18.0), (3.1, 18.0), 0.2),
        Wall((3.0, 18.1), (3.0, 23.76), 0.2),
        Wall((3.1, 22.35), (5.2, 22.35), 0.1),
        Wall((5.15, 22.4), (5.15, 23.76), 0.1),
    ]  # fmt: skip
    stair = Room("社区服务用房楼梯间", rect(0.24, 18.1, 2.9, 23.76), f"{number}02", frame=rect(0.0, 18.0, 3.0, 24.0))
    shaft = Room("社区服务用房管井", rect(3.1, 22.4, 5.1, 23.76), f"{number}03", frame=rect(3.0, 22.35, 5.15, 24.0))
    theirs = (
        (18.0, 0.0),
        (40.0, 0.0),
        (40.0, 24.0),
        (20.0, 24.0),
        (20.0, 15.0),
        (24.0, 15.0),
        (24.0, 9.0),
        (20.0, 9.0),
    )
    rooms = [*halls, stair, shaft, Room(SHOP if number == 1 else "住宅", shop, f"{number}04", frame=theirs)]
    doors = [
        Door((1.6, 18.0), 1.2, name="LTM"),
        Door((12.0, 23.88), 1.8, name="M1"),
        Door((30.0, 23.88), 1.8, name="M2"),
    ]
    columns = [Column((10.0, 12.0)), Column((5.0, 12.0), round_=True), Column((20.0, 17.0)), Column((20.0, 20.0))]
    slabs = [Slab(outline, (court,) if number == 1 else (court, rect(4.0, 3.0, 10.0, 8.0)))]
    if number == 2:
        slabs.append(Slab(outline, (court,), top=3.6, kind="ROOF", name="屋面板"))
        columns = columns[1:]
    else:
        block = rect(-12.1, 0.0, -0.1, 24.0)
        walls += [
            Wall((-12.0, 0.24), (-12.0, 23.76), 0.2, name="分户墙"),
            Wall((-12.1, 0.12), (-0.1, 0.12), 0.24, external=True),
            Wall((-0.22, 0.24), (-0.22, 23.76), 0.24, external=True),
            Wall((-0.1, 23.88), (-12.1, 23.88), 0.24, external=True),
            Wall((-11.9, 10.0), (-6.0, 10.0), 0.2),
        ]
        rooms += [
            Room(SERVICE, rect(-11.9, 0.24, -0.34, 9.9), "105", frame=rect(-12.1, 0.0, -0.1, 10.0)),
            Room(SERVICE, rect(-11.9, 10.1, -0.34, 23.76), "106", frame=rect(-12.1, 10.0, -0.1, 24.0)),
        ]
        doors += [
            Door((-0.22, 5.0), 2.4, gateway=True, name="洞1"),
            Door((0.12, 5.0), 2.4, gateway=True, name="洞2"),
            Door((-6.0, 0.12), 1.8, name="M3"),
        ]
        slabs += [Slab(block), Slab(block, top=4.5, kind="ROOF", name="屋面板")]
    return Storey(
        f"{number}F",
        4.5 * (number - 1),
        4.5 if number == 1 else 3.6,
        rooms=tuple(rooms),
        walls=tuple(walls),
        curtain_walls=(CurtainWall((28.0, 0.075), (38.0, 0.075)),),
        doors=tuple(doors),
        windows=(Window((20.0, 9.0 - 0.12), 1.2), Window((35.0, 23.88))),
        columns=tuple(columns),
        slabs=tuple(slabs),
        stairs=(Stair((0.5, 18.5, 2.0, 23.0)),) if number == 1 else (),
    )


def _court_walls(court: Ring) -> tuple[tuple[Point, Point, Point, Point, Point, Point], ...]:
    """The four walls of 240 around a court, mitred: centre line, face towards the court, face towards the rooms."""
    middle, rooms = offset_ring(court, 0.12), offset_ring(court, 0.24)
    return tuple(
        (middle[i], middle[(i + 1) % 4], court[i], court[(i + 1) % 4], rooms[i], rooms[(i + 1) % 4]) for i in range(4)
    )


def entrances(
    *, fence: bool = False, upper_stair: bool = False, street_door: bool = True, lane_door: bool = False,
    lobby_door: bool = False,
) -> Project:  # fmt: skip
    """A block 24×18 of service rooms beside a lobby of flats, the street's red line 8 m south of it.

    ``street_door``: D1 at x 5.1 to 6.9 in the south wall (passes). ``lane_door``: D2 at y 8.1 to 9.9 in the west wall,
    to a lane inside the estate (not on the street). ``lobby_door``: D3, from the lobby of the flats, whose street door
    is at x 26.1 to 27.9 (not independent). ``upper_stair``: D4 on 2F with a stair outdoors (not at ground level: a
    person judges). ``fence``: an unbroken wall at y = −6 (blocked: a person judges).
    """
    outline = rect(0.0, 0.0, 30.0, 18.0)
    ground_doors = [Door((27.0, 0.12), 1.8, name="门厅门")]
    if street_door:
        ground_doors.append(Door((6.0, 0.12), 1.8, name="D1"))
    if lane_door:
        ground_doors.append(Door((0.12, 9.0), 1.8, name="D2"))
    if lobby_door:
        ground_doors.append(Door((24.0, 9.0), 1.8, name="D3"))

    def level(number: int, doors: list[Door]) -> Storey:
        lobby = "住宅门厅" if number == 1 else "住宅前厅"
        return Storey(
            f"{number}F",
            4.5 * (number - 1),
            4.5,
            outline=outline,
            rooms=(
                Room(SERVICE, rect(0.24, 0.24, 23.9, 17.76), f"{number}01"),
                Room(lobby, rect(24.1, 0.24, 29.76, 17.76), f"{number}02"),
            ),
            walls=(*outer_walls(outline), Wall((24.0, 0.24), (24.0, 17.76), 0.2)),
            doors=tuple(doors),
        )

    storeys = [level(1, ground_doors)]
    if upper_stair:
        storeys[0] = replace(storeys[0], stairs=(Stair((8.0, -2.0, 16.0, 0.0), "+x", name="室外楼梯"),))
        above = level(2, [Door((17.2, 0.12), 1.8, name="D4")])
        landing = Slab(rect(16.0, -2.0, 18.5, 0.0), kind="LANDING", name="室外平台")
        storeys.append(replace(above, slabs=(Slab(outline), landing)))
    site = [
        Outdoor("street", "文苑路", rect(-50.0, -32.0, 80.0, -8.0)),
        Outdoor("red-line", "文苑路道路红线", ((-50.0, -8.0), (80.0, -8.0)), area=False),
        Outdoor("internal-road", "小区内部道路", rect(-14.0, -8.0, -6.0, 40.0)),
        Outdoor("plaza", "活动广场", rect(0.0, 24.0, 20.0, 34.0)),
        *stalls(22.0, 24.0, 3),
    ]
    if fence:
        site.append(Outdoor("fence", "围墙", ((-50.0, -6.0), (80.0, -6.0)), area=False, height=2.2))
    return _one("出入口", *storeys, outdoors=tuple(site))
