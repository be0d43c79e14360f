"""Draw the pictures of ``measuring.md`` with bimcheck itself: ``python -m docs.make_pictures`` in the checkout.

Every line and figure in them comes out of a review of a model, none is drawn by hand.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from shapely import MultiLineString, affinity
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from bimcheck.drawing.plan import draw_levels
from bimcheck.drawing.shapes import Drawing
from bimcheck.drawing.sheet import Sheet
from bimcheck.drawing.svg import svg
from bimcheck.model import Region
from bimcheck.notation import amount
from bimcheck.pipeline import review
from bimcheck.review import Review, ReviewedRoom, elements_on
from bimcheck.text import Text
from sample_models.drawing import (
    Building,
    Column,
    Project,
    Room,
    Storey,
    Wall,
    outer_walls,
    rect,
    write_ifc,
)

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "sample_models" / "community_pass.ifc"
ROOM = "居民会客厅"
SERVICE, SHOP = "社区服务用房", "商铺"
FACES = {
    "完成面 finish": (0.27, 7.87, 0.27),
    "墙内侧 wall faces": (0.24, 7.90, 0.24),
    "墙中线 centres": (0.12, 8.00, 0.12),
    "墙外皮 outer faces": (0.00, 8.10, 0.00),
}
"""West edge, east edge, and distance from the outer faces south and north, of a room drawn to each face."""


def pictures() -> dict[str, str]:
    """All pictures by file name."""
    found = review(SAMPLE, stage="preliminary")
    return {
        "storey.svg": svg(draw_levels(found)[0], standalone="zh"),
        "one-room.svg": svg(_one_room(found), standalone="zh"),
        "faces.svg": svg(_faces(), standalone="zh"),
        "junctions.svg": svg(_junctions(), standalone="zh"),
    }


def _one_room(found: Review) -> Drawing:
    """The parlour of the sample with its clear area, its share of the walls, and every length a surveyor needs."""
    room = next(room for room in found.rooms if room.name == ROOM)
    inner, outer = _shape(room.footprint).bounds, _shape(room.gross_region).bounds
    sheet = Sheet(0.0, (outer[0] - 4.0, outer[1] - 1.6, outer[2] + 4.0, outer[3] + 1.8))
    _plan(sheet, found, room.level_id)
    _rooms(sheet, found, [room])
    # along the south below the building, along the west inside the neighbour
    below, beside = outer[1] - 0.55, outer[0] - 0.75
    _measured(sheet, [outer[0], inner[0], inner[2], outer[2]], below, across=False)
    _measured(sheet, [outer[1], inner[1], inner[3], outer[3]], beside, across=True)
    _measured(sheet, [outer[0], outer[2]], outer[1] - 1.15, across=False)
    _measured(sheet, [outer[1], outer[3]], outer[0] - 2.0, across=True)
    title = Text(f"{ROOM}：净面积与墙体分摊", "The parlour: clear area and its share of walls")
    return sheet.drawing("one-room", title, title, (0.0, 1.0), None)


def _faces() -> Drawing:
    """One room drawn in four ways in four models, the neighbour always to its wall faces: the same area each time."""
    sheet = Sheet(0.0, (-1.0, -4.6, 43.0, 8.2))
    for place, (name, (west, east, edge)) in enumerate(FACES.items()):
        outline = rect(west, edge, east, 6.0 - edge)
        plate = rect(0.0, 0.0, 9.5, 6.0)
        storey = Storey(
            "1F",
            0.0,
            3.6,
            plate,
            rooms=(Room(SERVICE, outline), Room(SHOP, rect(8.1, 0.24, 9.26, 5.76))),
            walls=(*outer_walls(plate), Wall((8.0, 0.24), (8.0, 5.76), 0.2)),
        )
        found = _reviewed(storey)
        shift = 10.9 * place
        _plan(sheet, found, found.levels[0].id, shift)
        (room,) = _counted(found)
        _rooms(sheet, found, [room], shift)
        sheet.add("room-then", _moved(_shape(room.footprint).boundary, shift))
        said = Text(name, name)
        sheet.lettering.near([(shift + 4.75, -1.0)], [said], "service-room", None, 14.0)
        net, gross = amount(room.net_area_m2, "m2").zh, amount(room.gross_area_m2, "m2").zh
        figures = Text(f"净 {net}　建筑 {gross}", f"clear {net}, gross {gross}")
        sheet.lettering.near([(shift + 4.75, -2.2)], [figures], "site", None, 12.0)
    title = Text("同一房间，绘到不同的墙面：建筑面积相同", "One room drawn to four faces: the same gross area")
    return sheet.drawing("faces", title, title, (0.0, 1.0), None)


def _junctions() -> Drawing:
    """Walls of 200, 300 and 400 that meet each other and the outer walls, one of them obliquely; a column in one."""
    plate, west = rect(0.0, 0.0, 24.0, 12.0), rect(0.24, 0.24, 7.9, 11.76)
    walls = (
        *outer_walls(plate),
        Wall((8.0, 0.24), (8.0, 11.76), 0.2),
        Wall((8.1, 7.0), (23.76, 7.0), 0.4),
        Wall((14.0, 7.2), (14.0, 11.76), 0.3),
        # an oblique wall of 200 between the outer wall's inner face (y = 0.24) and the thick wall (y = 6.80)
        Wall((15.0, 0.24), (19.0, 6.8), 0.2, footprint=_oblique(-0.1, 0.1)),
    )
    right, left = _oblique(0.1, 0.1), _oblique(-0.1, -0.1)
    rooms = (
        Room(SERVICE, west),
        Room(SERVICE, rect(8.1, 7.2, 13.85, 11.76)),
        Room(SHOP, rect(14.15, 7.2, 23.76, 11.76)),
        Room(SERVICE, ((8.1, 0.24), left[0], left[1], (8.1, 6.8))),
        Room(SHOP, (right[0], (23.76, 0.24), (23.76, 6.8), right[1])),
    )
    found = _reviewed(Storey("1F", 0.0, 3.6, plate, rooms=rooms, walls=walls, columns=(Column((11.0, 7.0)),)))
    sheet = Sheet(0.0, (-1.0, -1.0, 25.0, 13.5))
    _plan(sheet, found, found.levels[0].id)
    _rooms(sheet, found, _counted(found))
    title = Text("墙体交接处：中线直通", "Where walls meet, centre lines run straight on")
    return sheet.drawing("junctions", title, title, (0.0, 1.0), None)


def _oblique(one: float, other: float) -> tuple[tuple[float, float], ...]:
    """A wall from (15, 0.24) to (19, 6.80) between two lines along it, metres across to the right."""
    (x0, y0), (x1, y1) = (15.0, 0.24), (19.0, 6.8)
    run = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    per_m = run / (y1 - y0)  # along x, for every metre across
    return ((x0 + one * per_m, y0), (x1 + one * per_m, y1), (x1 + other * per_m, y1), (x0 + other * per_m, y0))


def _reviewed(storey: Storey) -> Review:
    project = Project("图示", (Building("1#楼", (storey,)),))
    with tempfile.TemporaryDirectory() as folder:
        return review(write_ifc(project, Path(folder) / "a.ifc"))


def _counted(found: Review) -> list[ReviewedRoom]:
    return [room for room in found.rooms if room.counted]


def _shape(region: Region | None) -> Region:
    if region is None:
        raise ValueError("the sample has lost a shape")
    return region


def _moved(geometry: BaseGeometry, shift: float) -> BaseGeometry:
    return affinity.translate(geometry, shift)


def _plan(sheet: Sheet, found: Review, level_id: str | None, shift: float = 0.0) -> None:
    level = next(level for level in found.levels if level.id == level_id)
    elements, openings = elements_on(level, found.model)
    for element in elements:
        kind = {"wall": "wall", "curtain-wall": "curtain-wall", "column": "column"}.get(element.kind)
        if kind is not None:
            sheet.add(kind, _moved(element.footprint, shift))  # type: ignore[arg-type]  # one of three literals
    for opening in openings:
        sheet.add("door", _moved(opening.footprint, shift))


def _rooms(sheet: Sheet, found: Review, rooms: Iterable[ReviewedRoom], shift: float = 0.0) -> None:
    """Rooms clear of their walls, with the shares of the walls that count for them."""
    for room in rooms:
        level = next(level for level in found.levels if level.id == room.level_id)
        solid = unary_union([e.footprint for e in elements_on(level, found.model)[0] if e.kind in ("wall", "column")])
        whole = _moved(_shape(room.gross_region), shift)
        clear = _moved(_shape(room.footprint).difference(solid), shift).intersection(whole)
        sheet.add("wall-share", whole, use=room.use)
        sheet.add("service-room", clear, use=room.use)
        sheet.add("wall-edge", whole.boundary)
        sheet.lettering.inside(clear, room.name, amount(room.gross_area_m2, "m2").zh, "service-room", None)


def _measured(sheet: Sheet, stops: list[float], at: float, *, across: bool) -> None:
    """A chain of dimensions along x (or, ``across``, along y) with its ticks and lengths in millimetres."""

    def point(along: float, off: float) -> tuple[float, float]:
        return (at + off, along) if across else (along, at + off)

    ticks = [[point(stop, -0.12), point(stop, 0.12)] for stop in stops]
    sheet.add("wall-edge", MultiLineString([[point(stops[0], 0.0), point(stops[-1], 0.0)], *ticks]))
    for start, end in pairwise(stops):
        said = f"{round((end - start) * 1000)}"
        off = -0.42 if across else -0.24
        middle = (start + end) / 2
        sheet.lettering.near([point(middle, off), point(middle, -off)], [Text(said, said)], "site", None, 11.0)


def main() -> None:
    """Write the pictures."""
    folder = HERE / "img"
    folder.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (folder / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
