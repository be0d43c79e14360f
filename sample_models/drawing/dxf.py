"""A described building as a DXF drawing: plans side by side in one model space, the site around the ground floor."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from ezdxf._options import options
from ezdxf.document import Drawing
from ezdxf.filemanagement import new

from sample_models.drawing.dxf_storey import DOOR_BLOCK, Sheet, bounds, draw_area_frames, draw_walls
from sample_models.drawing.plan import Building, Outdoor, Point, Project, Ring, Storey

Style = Literal["area-frames", "wall-lines"]
Version = Literal["R2000", "R2004", "R2007", "R2010", "R2013", "R2018"]
SitePlan = Literal["with-ground", "separate-mm", "separate-m", "none"]
Plan = list[tuple[Building, Storey]]

GAP_M = 20.0
LAYERS = {
    "WALL": 9, "CURTWALL": 4, "WINDOW": 4, "WINDOW_TEXT": 7, "COLUMN": 9, "STAIR": 2, "HANDRAIL": 6, "DOTE": 1,
    "AXIS": 3, "PUB_TEXT": 7, "PUB_TITLE": 7, "DIM_ELEV": 3, "面积框线": 6, "道路红线": 1, "道路": 8, "小区道路": 8,
    "道路名称": 7, "用地红线": 1, "围墙": 30, "大门": 30, "建筑轮廓": 2, "现状建筑": 8,
    "无障碍车位": 5, "停车位": 5, "非机动车停车位": 5, "广场": 3,
    "绿地": 92, "出入口": 1, "指北针": 7,
}  # fmt: skip
SITE_LAYERS = {
    "street": "道路", "red-line": "道路红线", "internal-road": "小区道路", "site-boundary": "用地红线",
    "fence": "围墙", "gate": "大门", "building": "现状建筑", "parking": "停车位", "bicycle": "非机动车停车位",
    "plaza": "广场", "green": "绿地", "entrance-mark": "出入口", "main-entrance": "出入口",
}  # fmt: skip
DIGITS = "零一二三四五六七八九"


def write_dxf(
    project: Project | Building,
    path: Path,
    style: Style = "wall-lines",
    *,
    version: Version = "R2010",
    encoding: str = "utf-8",
    unit: Literal["mm", "m"] = "mm",
    site: SitePlan = "with-ground",
    by_building: bool = False,
    frames: bool = True,
    axes: bool = True,
    rotation_deg: float = 0.0,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Path:
    """Write the project as one drawing and return the path.

    Storeys of the same title share a plan, each building where it stands, or get one each (``by_building``). The site
    is drawn around the ground-floor plan, or on a plan of its own (总平面图) in millimetres or metres. ``frames``
    draws sheet borders. ``rotation_deg`` and ``offset`` (metres) put the whole drawing on survey coordinates.
    ``encoding`` matters before R2007 ("gbk").
    """
    whole = project if isinstance(project, Project) else Project(project.name, (project,))
    with _fixed_metadata():
        document = _new_document(version, encoding, unit)
    scale = 1000.0 if unit == "mm" else 1.0
    left = 0.0
    for title, plan in _plans(whole, by_building=by_building).items():
        ground = _is_ground(whole, plan) and site == "with-ground" and not by_building
        box = bounds([*_outlines(plan), *((o.points for o in whole.outdoors) if ground else ())])
        # the ground floor with the site keeps the coordinates of the description; others stand beside it
        shift = 0.0 if ground and left == 0.0 else left - box[0]
        sheet = _sheet(document, scale, (shift, 0.0), rotation_deg, offset)
        for building, storey in plan:
            (draw_area_frames if style == "area-frames" else draw_walls)(sheet, building, storey)
        if axes:
            _draw_axes(sheet, whole, plan)
        if ground:
            _draw_site(sheet, whole)
        _draw_title(sheet, title, plan, box, frames=frames)
        left = shift + box[2] + GAP_M
    if whole.outdoors and site.startswith("separate"):
        _separate_site(document, whole, left, 1000.0 if site == "separate-mm" else 1.0, scale, frames=frames)
    # registered here in order, because the library would register them in the order of a set
    document.classes.add_required_classes(document.dxfversion)
    document.classes.classes = dict(sorted(document.classes.classes.items()))
    with _fixed_metadata():
        document.saveas(path)
    return path


@contextmanager
def _fixed_metadata() -> Iterator[None]:
    """The same bytes every time: no dates and no random identifiers."""
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _new_document(version: Version, encoding: str, unit: Literal["mm", "m"]) -> Drawing:
    document = new(version)
    if version in ("R2000", "R2004"):
        document.encoding = encoding
    document.header["$INSUNITS"] = 4 if unit == "mm" else 6
    document.header["$MEASUREMENT"] = 1
    document.styles.add("HZTXT", font="simplex.shx", dxfattribs={"bigfont": "hztxt.shx"})
    for name, colour in LAYERS.items():
        document.layers.add(name, color=colour)
    leaf = document.blocks.new(DOOR_BLOCK)
    leaf.add_line((0, 0), (0, 1), dxfattribs={"layer": "0"})
    leaf.add_arc((0, 0), 1, 0, 90, dxfattribs={"layer": "0"})
    return document


def _sheet(document: Drawing, scale: float, shift: Point, turn_deg: float, offset: Point) -> Sheet:
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))

    def place(point: Point) -> Point:
        x, y = point[0] + shift[0], point[1] + shift[1]
        return (
            round((offset[0] + c * x - s * y) * scale, 6),
            round((offset[1] + s * x + c * y) * scale, 6),
        )

    return Sheet(document.modelspace(), place, scale, turn_deg)


def _plans(project: Project, *, by_building: bool) -> dict[str, Plan]:
    """What stands on each plan, the ground floor first."""
    plans: dict[str, Plan] = defaultdict(list)
    for building in project.buildings:
        for storey in building.storeys:
            title = storey.title or storey_title(storey.name)
            plans[f"{building.name}{title}" if by_building else title].append((building, storey))
    return dict(sorted(plans.items(), key=lambda item: abs(item[1][0][1].elevation)))


def _lowest(building: Building) -> Storey:
    return min(building.storeys, key=lambda storey: abs(storey.elevation))


def _is_ground(project: Project, plan: Plan) -> bool:
    lowest = min(abs(storey.elevation) for building in project.buildings for storey in building.storeys)
    return any(abs(storey.elevation) == lowest for _, storey in plan)


def storey_title(name: str) -> str:
    """The drawing title of a storey named as in a model: 1F 一层平面图, B1 地下一层平面图, 夹层 夹层平面图."""
    if found := re.fullmatch(r"(?:B(\d+)|-(\d+)F)", name):
        return f"地下{numeral(int(found[1] or found[2]))}层平面图"
    if found := re.fullmatch(r"(\d+)F", name):
        return f"{numeral(int(found[1]))}层平面图"
    return f"{name}平面图"


def numeral(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def _outlines(plan: Plan) -> Iterator[Ring]:
    """Everything a plan must have room for: the ground floor too, whose axes every plan shows."""
    for building, storey in plan:
        if below := _lowest(building).outline:
            yield tuple(building.place(point) for point in below)
        things = [room.outline for room in storey.rooms] + [wall.plan for wall in storey.walls]
        if storey.outline:
            things.append(storey.outline)
        for ring in things:
            yield tuple(building.place(point) for point in ring)


def _draw_title(sheet: Sheet, title: str, plan: Plan, box: tuple[float, float, float, float], *, frames: bool) -> None:
    x0, y0, x1, y1 = box
    middle = (x0 + x1) / 2
    sheet.text("PUB_TITLE", title, (middle, y0 - 6.0), 0.7)
    sheet.text("PUB_TITLE", "1:100", (middle + 5.0, y0 - 6.0), 0.5)
    sheet.ring("PUB_TITLE", ((middle - 4.0, y0 - 6.6), (middle + 6.5, y0 - 6.6)), closed=False)
    storey = plan[0][1]
    level = "%%p0.000" if storey.elevation == 0 else f"{storey.elevation:.3f}"
    sheet.text("DIM_ELEV", level, (middle - 3.0, y0 - 8.0), 0.3)
    sheet.text("PUB_TEXT", f"层高{storey.height:.2f}m", (middle + 2.0, y0 - 8.0), 0.3)
    if frames:
        corners = ((x0 - 6, y0 - 10), (x1 + 6, y0 - 10), (x1 + 6, y1 + 6), (x0 - 6, y1 + 6))
        sheet.ring("PUB_TITLE", corners)


def _draw_axes(sheet: Sheet, project: Project, plan: Plan) -> None:
    """The two outermost axes each way of every building's ground floor, the same on all its plans."""
    for building, _ in plan:
        lowest = _lowest(building)
        x0, y0, x1, y1 = bounds([room.outline for room in lowest.rooms] or [lowest.outline or ()])
        names = "" if building is project.buildings[0] else f"{building.name}-"
        for label, x in (("1", x0), ("9", x1)):
            ends = ((x, y0 - 3.0), (x, y1 + 3.0))
            sheet.line("DOTE", *(building.place(p) for p in ends))
            _bubble(sheet, names + label, building.place((x, y0 - 3.4)))
        for label, y in (("A", y0), ("F", y1)):
            ends = ((x0 - 3.0, y), (x1 + 3.0, y))
            sheet.line("DOTE", *(building.place(p) for p in ends))
            _bubble(sheet, names + label, building.place((x0 - 3.4, y)))


def _bubble(sheet: Sheet, label: str, at: Point) -> None:
    sheet.space.add_circle(sheet.place(at), 0.4 * sheet.scale, dxfattribs={"layer": "AXIS"})
    sheet.text("AXIS", label, at, 0.35)


def _draw_site(sheet: Sheet, project: Project) -> None:
    for thing in project.outdoors:
        layer = "无障碍车位" if "无障碍" in thing.name else SITE_LAYERS[thing.kind]
        if len(thing.points) == 1:
            _draw_mark(sheet, thing, layer)
        else:
            sheet.ring(layer, thing.points, closed=thing.area)
            if thing.kind in ("street", "red-line"):
                sheet.text("道路名称", thing.name, _middle(thing), 0.7)
            elif thing.kind not in ("parking", "bicycle"):
                sheet.text("PUB_TEXT", thing.name, _middle(thing), 0.5)
    if project.outdoors:
        x0, _, _, y1 = bounds(thing.points for thing in project.outdoors)
        north = (x0 + 2.0, y1 - 3.0)
        sheet.space.add_circle(sheet.place(north), 1.2 * sheet.scale, dxfattribs={"layer": "指北针"})
        nx, ny = project.true_north
        sheet.line("指北针", north, (north[0] + 1.2 * nx, north[1] + 1.2 * ny))
        sheet.text("指北针", "北", (north[0] + 1.8 * nx, north[1] + 1.8 * ny), 0.5)


def _draw_mark(sheet: Sheet, thing: Outdoor, layer: str) -> None:
    x, y = thing.points[0]
    sheet.ring(layer, ((x, y), (x - 0.4, y - 0.8), (x + 0.4, y - 0.8)))
    sheet.text(layer, thing.name, (x, y - 1.4), 0.5)


def _middle(thing: Outdoor) -> Point:
    """Where the name of a thing is written: in an area, beside the middle of a line or of a boundary's second side."""
    named = thing.points[1:3] if thing.kind == "site-boundary" else thing.points if thing.area else thing.points[:2]
    x0, y0, x1, y1 = bounds([named])
    return ((x0 + x1) / 2, (y0 + y1) / 2)


def _separate_site(
    document: Drawing, project: Project, left: float, site_scale: float, plan_scale: float, *, frames: bool
) -> None:
    """The site on a plan of its own to the right of the floor plans, with the outlines of the buildings."""
    grounds = [(building, _lowest(building)) for building in project.buildings]
    outlines = [tuple(b.place(p) for p in s.outline) for b, s in grounds if s.outline]
    box = bounds([*outlines, *(thing.points for thing in project.outdoors)])
    shift = left * plan_scale / site_scale - box[0]
    sheet = _sheet(document, site_scale, (shift, 0.0), 0.0, (0.0, 0.0))
    _draw_site(sheet, project)
    for (building, _), outline in zip([g for g in grounds if g[1].outline], outlines, strict=True):
        sheet.ring("建筑轮廓", outline)
        sheet.text(
            "PUB_TEXT", building.name, ((outline[0][0] + outline[2][0]) / 2, (outline[0][1] + outline[2][1]) / 2)
        )
    x0, y0, x1, y1 = box
    sheet.text("PUB_TITLE", "总平面图", ((x0 + x1) / 2, y0 - 6.0), 1.5)
    sheet.text("PUB_TITLE", "1:500", ((x0 + x1) / 2 + 8.0, y0 - 6.0), 1.0)
    if frames:
        sheet.ring("PUB_TITLE", ((x0 - 6, y0 - 10), (x1 + 6, y0 - 10), (x1 + 6, y1 + 6), (x0 - 6, y1 + 6)))
