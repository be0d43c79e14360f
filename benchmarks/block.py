"""The building that is measured: a housing block whose lower storeys hold the community's rooms."""

from __future__ import annotations

from sample_models.bays import Bay, Front, storey_of_bays
from sample_models.designs import surroundings
from sample_models.drawing import Building, Project, Storey

BAY_M, ROOM_M, STOREY_M = 6.0, 5.0, 3.6
_SERVICE = ("社区服务用房", "老年食堂", "智慧健康站", "居民会客厅", "社区办公室")
_HOME = ("起居室", "卧室", "厨房", "卫生间", "阳台间")


def block(storeys: int = 12, bays: int = 16, *, depth: int = 3, service_storeys: int = 2) -> Project:
    """A block of so many storeys and bays; in each bay ``depth`` rooms of 5 m × 6 m behind each other."""

    def storey(number: int) -> Storey:
        names = _SERVICE if number < service_storeys else _HOME
        front: Front = "door" if number == 0 else "window"
        rooms = tuple((names[k % len(names)], ROOM_M) for k in range(depth))
        row = tuple(
            Bay(BAY_M, rooms, front=front, back="window", east=bay % 3 == 0, stair=bay % 8 == 0) for bay in range(bays)
        )
        return storey_of_bays(f"{number + 1}F", STOREY_M * number, STOREY_M, row)

    building = Building("1#楼", tuple(storey(number) for number in range(storeys)))
    return Project("海宁市住宅小区", (building,), surroundings(bays * BAY_M, depth * ROOM_M))


def rooms(count: int, *, storeys: int = 40) -> Project:
    """A building of so many service rooms and nothing else."""
    depth = 5
    bays = -(-count // (storeys * depth))
    return block(storeys, bays, depth=depth, service_storeys=storeys)
