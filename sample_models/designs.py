"""The sample buildings: housing of Haining with a podium, each made to pass or to fail one thing.

Every function returns a description; ``make.py`` says which files it becomes, ``index.toml`` what a check must find.
"""

from __future__ import annotations

from dataclasses import replace

from sample_models.bays import Bay, Front, storey_of_bays
from sample_models.drawing import (
    Building,
    Door,
    Outdoor,
    Project,
    Railing,
    Room,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    rect,
    stalls,
)

CENTRE = "党群服务中心"
LOBBY = Bay(
    8.0, (("住宅门厅", 10.0), ("住宅电梯井", 3.0), ("住宅楼梯间", 7.0)), front="door", through=False, stair=True
)


def surroundings(
    length: float, depth: float = 20.0, *, parking: int = 12, plaza: bool = True, street: bool = True
) -> tuple[Outdoor, ...]:
    """The site: 文苑路 to the south, stalls to the north, the plaza to the west, a fence on the three other sides."""
    west, east, north = -24.0, length + 12.0, depth + 32.0
    things = [
        Outdoor("site-boundary", "用地红线", rect(west, -8.0, east, north)),
        Outdoor("fence", "围墙", ((west, -8.0), (west, north), (east, north), (east, -8.0)), area=False),
        Outdoor("internal-road", "小区内部道路", rect(west + 1.0, depth + 12.0, east - 1.0, depth + 18.0)),
        Outdoor("green", "集中绿地", rect(0.0, depth + 20.0, length, depth + 30.0)),
    ]
    if street:
        things += [
            Outdoor("street", "文苑路", rect(west - 20.0, -32.0, east + 20.0, -8.0)),
            Outdoor("red-line", "文苑路道路红线", ((west - 20.0, -8.0), (east + 20.0, -8.0)), area=False),
        ]
    if parking:
        row = stalls(0.0, depth + 6.0, parking)
        things += [replace(row[0], name="无障碍停车位01"), *row[1:]]
    if plaza:
        things.append(Outdoor("plaza", "社区活动广场", rect(-22.0, 0.0, -4.0, 20.0)))
    return tuple(things)


def project(name: str, *storeys: Storey, outdoors: tuple[Outdoor, ...] | None = None) -> Project:
    """One building of these storeys on the usual site."""
    ground = storeys[0].outline or ()
    length, depth = max(x for x, _ in ground), max(y for _, y in ground)
    site = surroundings(length, depth) if outdoors is None else outdoors
    return Project(f"海宁市{name}", (Building("1#楼", storeys),), site)


def community() -> Project:
    """A podium with a whole community centre on two storeys, shops, property office and a tower above the core."""
    ground = storey_of_bays(
        "1F",
        0.0,
        4.5,
        (
            Bay(24.0, ((CENTRE, 20.0),), front="door", back="window", east=True, stair=True, zone="社区服务用房"),
            Bay(8.0, (("居民会客厅", 12.0), ("智慧健康站", 8.0)), back="window", east=True, zone="社区服务用房"),
            Bay(8.0, (("老年食堂", 12.0), ("妇女儿童服务驿站", 8.0)), front="door", back="window", zone="社区服务用房"),
            replace(LOBBY, back="door"),
            Bay(6.0, (("商铺", 14.0), ("物业管理用房", 6.0)), front="shopfront", back="door", through=False),
            Bay(6.0, (("便利店", 14.0), ("消防控制室", 6.0)), front="shopfront", back="door", through=False),
        ),
    )
    upper = storey_of_bays(
        "2F",
        4.5,
        4.2,
        (
            Bay(24.0, ((CENTRE, 20.0),), back="window", east=True, zone="社区服务用房"),
            Bay(8.0, (("社区办公室", 10.0), ("托育服务站", 10.0)), back="window", zone="社区服务用房"),
            Bay(8.0, (("商业", 20.0),), back="window", east=True),
            Bay(8.0, (("电梯厅", 10.0), ("住宅电梯井", 3.0), ("住宅楼梯间", 7.0)), through=False, stair=True),
            Bay(12.0, (("商业", 20.0),), back="window"),
        ),
    )
    tower = storey_of_bays(
        "3F",
        8.7,
        2.9,
        (
            Bay(8.0, (("住宅A户型", 20.0),), back="window"),
            Bay(8.0, (("电梯厅", 10.0), ("住宅电梯井", 3.0), ("住宅楼梯间", 7.0)), through=False),
            Bay(12.0, (("住宅B户型", 20.0),), back="window"),
        ),
        x0=32.0,
        slabs=(Slab(rect(0.0, 0.0, 32.0, 20.0), kind="ROOF", name="裙房屋面板"),),
    )
    site = (
        *surroundings(60.0),
        Outdoor("building", "2#住宅楼", rect(-22.0, 40.0, -4.0, 51.0), height=54.0),
        Outdoor("main-entrance", "小区主入口", ((66.0, -8.0),)),
        Outdoor("bicycle", "非机动车停车位", rect(62.0, 4.0, 64.0, 18.0)),
    )
    return project("海昌街道文苑路北侧地块住宅小区", ground, upper, tower, outdoors=site)


def small_centre(
    name: str,
    ground_m: float = 24.0,
    upper_m: float = 0.0,
    *,
    service: str = "社区服务用房",
    front: Front = "door",
    outdoors: tuple[Outdoor, ...] | None = None,
    depth: float = 20.0,
) -> Project:
    """Service rooms of this length on one or two storeys, beside lobby and shop; every service bay is 20 m deep."""
    rear = replace(LOBBY, rooms=(("住宅门厅", depth - 10.0), *LOBBY.rooms[1:]))
    shop = Bay(12.0, (("商铺", depth),), front="shopfront")
    first = Bay(ground_m, ((service, depth),), front=front, back="window", stair=upper_m > 0)
    ground = storey_of_bays("1F", 0.0, 4.5, (first, rear, shop))
    if not upper_m:
        return project(name, ground, outdoors=outdoors)
    rest = ground_m + 20.0 - upper_m
    second = Bay(upper_m, ((service, depth),), back="window")
    upper = storey_of_bays("2F", 4.5, 4.2, (second, Bay(rest, (("商业", depth),), back="window")))
    return project(name, ground, upper, outdoors=outdoors)


def community_total_short() -> Project:
    """Enough for its parcel, too little for its community: 24 and 20 m of rooms on two storeys."""
    return small_centre("硖石街道西山社区配建项目", 24.0, 20.0)


def party_centre_short() -> Project:
    """A party-and-masses service centre just short of 800 m²: 24 and 15.98 m of rooms."""
    return small_centre("马桥街道党群服务中心配建项目", 24.0, 15.98, service=CENTRE)


def ground_share_48() -> Project:
    """Less below than above: 24 m of rooms below, 26 m above."""
    return small_centre("海洲街道广顺路地块住宅小区", 24.0, 26.0)


def ground_share_50() -> Project:
    """Exactly as much below as above: 24 m of rooms each."""
    return small_centre("海洲街道水月亭路地块住宅小区", 24.0, 24.0)


def parcel_quota_short() -> Project:
    """A fifth of a square metre less than 724 households need: 18.09 m of rooms."""
    return small_centre("斜桥镇榨菜路地块住宅小区", 18.09)


def quota_floor_short() -> Project:
    """Under the 300 m² that every new estate owes: 14.9 m of rooms."""
    return small_centre("丁桥镇海潮路地块住宅小区", 14.9)


def quota_exact() -> Project:
    """Exactly 300 m² of service rooms beside 200 m² of property office, which never counts."""
    ground = storey_of_bays(
        "1F",
        0.0,
        4.5,
        (
            Bay(15.0, (("社区服务用房", 20.0),), front="door", back="window"),
            Bay(10.0, (("物业管理用房", 20.0),), front="door", back="window"),
            LOBBY,
            Bay(12.0, (("商铺", 20.0),), front="shopfront"),
        ),
    )
    return project("许村镇人民大道地块住宅小区", ground)


def no_parking() -> Project:
    """A site with plaza and street but without a stall."""
    return small_centre("长安镇青年路地块住宅小区", outdoors=surroundings(44.0, parking=0))


def no_plaza() -> Project:
    """A site with stalls and street but without a plaza."""
    return small_centre("袁花镇花溪路地块住宅小区", outdoors=surroundings(44.0, plaza=False))


def conditions_short() -> Project:
    """Six stalls where the planning conditions ask for ten."""
    return small_centre("盐官镇宣德路地块住宅小区", outdoors=surroundings(44.0, parking=6))


def office_and_exhibition() -> Project:
    """A centre of which a third is offices, with a hall of honour that nobody asked for."""
    ground = storey_of_bays(
        "1F",
        0.0,
        4.5,
        (
            Bay(12.0, ((CENTRE, 20.0),), front="door", back="window", east=True, zone="社区服务用房"),
            Bay(8.0, (("社区办公室", 20.0),), back="window", zone="社区服务用房"),
            Bay(4.0, (("社区荣誉室", 20.0),), zone="社区服务用房"),
            LOBBY,
            Bay(12.0, (("商铺", 20.0),), front="shopfront"),
        ),
    )
    return project("黄湾镇尖山路地块住宅小区", ground)


def nothing_built() -> Project:
    """Shops and flats only: the developer settles in money."""
    ground = storey_of_bays(
        "1F", 0.0, 4.5, (Bay(24.0, (("商铺", 20.0),), front="shopfront"), LOBBY, Bay(12.0, (("物业管理用房", 20.0),)))
    )
    return project("海昌街道隆兴路地块住宅小区", ground)


def survey() -> Project:
    """The usual small centre, for the file on survey coordinates."""
    return small_centre("周王庙镇之江路地块住宅小区", 24.0, 10.0)


def street_door() -> Project:
    """A door of their own on the street."""
    return small_centre("文苑路北侧地块住宅小区")


def shopfront() -> Project:
    """A door in a glazed front."""
    return small_centre("工人路南侧地块住宅小区", front="shopfront")


def gateway() -> Project:
    """An opening in the street wall without a door in it."""
    return small_centre("由拳路北侧地块住宅小区", front="gateway")


def no_street() -> Project:
    """A street door, but no street in the model and none in the brief."""
    return small_centre("待命名道路地块住宅小区", outdoors=surroundings(44.0, street=False))


def only_through_lobby() -> Project:
    """Service rooms whose only door leads into the hall of the flats."""
    service = Bay(24.0, (("社区服务用房", 20.0),), front="window", back="window", east=True)
    ground = storey_of_bays("1F", 0.0, 4.5, (service, LOBBY, Bay(12.0, (("商铺", 20.0),), front="shopfront")))
    return project("洛塘河东侧地块住宅小区", ground)


def inner_court() -> Project:
    """A ring of building around a court of 12 by 12; the service rooms open to the court only.

    Outer faces 36 by 36, the court from 12 to 24 each way; the service rooms are the south wing, 36 by 12.
    """
    outer, court = rect(0.0, 0.0, 36.0, 36.0), rect(12.0, 12.0, 24.0, 24.0)
    t = 0.24
    walls = [
        Wall((0.0, t / 2), (36.0, t / 2), t, external=True),
        Wall((0.0, 36 - t / 2), (36.0, 36 - t / 2), t, external=True),
        Wall((t / 2, t), (t / 2, 36 - t), t, external=True),
        Wall((36 - t / 2, t), (36 - t / 2, 36 - t), t, external=True),
        Wall((12.0 - t, 12 - t / 2), (24.0 + t, 12 - t / 2), t, external=True),
        Wall((12.0 - t, 24 + t / 2), (24.0 + t, 24 + t / 2), t, external=True),
        Wall((12 - t / 2, 12.0), (12 - t / 2, 24.0), t, external=True),
        Wall((24 + t / 2, 12.0), (24 + t / 2, 24.0), t, external=True),
        # the wings meet in walls of 200 centred on the lines of the court's south and north faces
        Wall((t, 12.0), (12.0 - t, 12.0), 0.2),
        Wall((24.0 + t, 12.0), (36 - t, 12.0), 0.2),
        Wall((t, 24.0), (12.0 - t, 24.0), 0.2),
        Wall((24.0 + t, 24.0), (36 - t, 24.0), 0.2),
    ]
    # their faces lie before those of the court's walls of 240, so the wings step at the court's corners
    south = (
        (t, t),
        (36 - t, t),
        (36 - t, 11.9),
        (24 + t, 11.9),
        (24 + t, 12 - t),
        (12 - t, 12 - t),
        (12 - t, 11.9),
        (t, 11.9),
    )
    north = tuple((x, 36 - y) for x, y in reversed(south))
    rooms = (
        Room("社区服务用房", south, "101", frame=rect(0.0, 0.0, 36.0, 12.0)),
        Room("商铺", rect(t, 12.1, 12 - t, 23.9), "102"),
        Room("商铺", rect(24 + t, 12.1, 36 - t, 23.9), "103"),
        Room("商铺", north, "104", frame=rect(0.0, 24.0, 36.0, 36.0)),
    )
    doors = (
        Door((18.0, 12 - t / 2), 1.8),
        Door((t / 2, 18.0), 1.8),
        Door((36 - t / 2, 18.0), 1.8),
        Door((18.0, 36 - t / 2), 1.8),
    )
    windows = (Window((8.0, t / 2)), Window((18.0, t / 2)), Window((28.0, t / 2)))
    ground = Storey(
        "1F", 0.0, 4.5, outline=outer, voids=(court,), rooms=rooms, walls=tuple(walls), doors=doors, windows=windows
    )
    # the roof is open over the court as the floor is
    roof = Slab(outer, (court,), top=4.5, kind="ROOF", name="屋面板")
    ground = replace(ground, slabs=(Slab(outer, (court,)), roof), voids=())
    return Project("海宁市南关厢地块住宅小区", (Building("1#楼", (ground,), roof=False),), surroundings(36.0, 36.0))


def wrong_side() -> Project:
    """A door of their own, but to the north, towards the inside of the estate."""
    service = Bay(24.0, (("社区服务用房", 20.0),), front="window", back="door")
    ground = storey_of_bays("1F", 0.0, 4.5, (service, LOBBY, Bay(12.0, (("商铺", 20.0),), front="shopfront")))
    return project("碧云路南侧地块住宅小区", ground)


def behind_wall() -> Project:
    """A street door behind an unbroken wall along the street."""
    wall = Outdoor("fence", "围墙", ((-24.0, -6.0), (56.0, -6.0)), area=False, height=2.2)
    return small_centre("西山路西侧地块住宅小区", outdoors=(*surroundings(44.0), wall))


def behind_building() -> Project:
    """A street door with another building between it and the street."""
    house = Outdoor("building", "既有沿街建筑", rect(-2.0, -7.5, 28.0, -3.5), height=7.0)
    return small_centre("钱江路北侧地块住宅小区", outdoors=(*surroundings(44.0), house))


def outside_stair() -> Project:
    """Service rooms on the second storey, reached by a stair outdoors from the street; shops below."""
    below = Bay(24.0, (("商铺", 20.0),), front="shopfront")
    ground = storey_of_bays("1F", 0.0, 4.5, (below, LOBBY, Bay(12.0, (("商铺", 20.0),), front="shopfront")))
    service = Bay(24.0, (("社区服务用房", 20.0),), front="door", back="window")
    flats = Bay(8.0, (("电梯厅", 10.0), ("住宅电梯井", 3.0), ("住宅楼梯间", 7.0)), through=False)
    upper = storey_of_bays("2F", 4.5, 4.2, (service, flats, Bay(12.0, (("商业", 20.0),))))
    landing = Slab(rect(10.5, -2.0, 13.5, 0.0), kind="LANDING", name="室外平台")
    upper = replace(
        upper,
        slabs=(*upper.all_slabs(), landing),
        railings=(Railing(((13.45, 0.0), (13.45, -1.95), (10.55, -1.95)), name="平台栏杆"),),
    )
    ground = replace(ground, stairs=(*ground.stairs, Stair((3.0, -2.0, 10.5, 0.0), "+x", 4.5, "室外楼梯")))
    return project("联合路东侧地块住宅小区", ground, upper)


def scheme_blocks() -> Project:
    """A scheme of bare area blocks, drawn to outer faces and centre lines, without a wall or a door.

    Along the street: service block 22 by 20, lobby 8 by 20, shops 20 by 20; above it service 12 by 20 and shops.
    """

    def block(name: str, x0: float, x1: float, number: str) -> Room:
        return Room(name, rect(x0, 0.0, x1, 20.0), number, predefined="GFA", declared={}, height=4.38)

    ground = Storey(
        "1F",
        0.0,
        4.5,
        outline=rect(0.0, 0.0, 50.0, 20.0),
        rooms=(
            block("社区服务用房", 0.0, 22.0, "A1"),
            block("住宅门厅及核心筒", 22.0, 30.0, "A2"),
            block("商业", 30.0, 50.0, "A3"),
        ),
    )
    upper = Storey(
        "2F",
        4.5,
        4.5,
        outline=rect(0.0, 0.0, 50.0, 20.0),
        rooms=(block("社区服务用房", 0.0, 12.0, "B1"), block("商业", 12.0, 50.0, "B2")),
    )
    mark = Outdoor("entrance-mark", "社区用房出入口", ((11.0, 0.0),))
    return project("鹃湖南侧地块方案", ground, upper, outdoors=(*surroundings(50.0), mark))
