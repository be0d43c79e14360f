"""What a level encloses and what lies outdoors on it, found by geometry alone (``IsExternal`` is never asked).

A level is cut at door height. Rooms and walls, with doors and windows closed, are solid; what is left and reaches the
edge of the plan is outdoors. What they surround is a courtyard where roofs leave it open to the sky, an undrawn room
where they cover it, and a hollow where nothing tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Element, Opening, Region, Space
from bimcheck.review import Level
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.rooms.vocabulary import meaning_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_BAND_M = (0.60, 1.20)
_CRACK_M = 0.30
_LOW = 0.70
_LEAST_HOLLOW_M2 = 1.0
_SHAFT_M2 = 6.0
_COVERED, _OPEN = 0.60, 0.30
_NEAR_FLOOR_M = 0.40
_STOREY_M = 3.0
_GRID_M = 1e-6
_WALLS = ("wall", "curtain-wall", "column", "window")
_GARDEN_WALL = re.compile(r"围墙|院墙|挡墙|挡土墙|景墙|garden wall|boundary wall|site wall|retaining", re.IGNORECASE)
_OPEN_AIR = re.compile(
    r"室外|庭院|架空层?$|骑楼|门廊|檐廊|雨棚|雨篷|阳台|露台|\b(arcade|porch|portico|balcony|veranda|loggia|outdoors?)\b",
    re.IGNORECASE,
)

PlaceKind = Literal["space", "outdoors", "courtyard", "undrawn", "hollow", "unknown"]


class Place(NamedTuple):
    """Where one can be: a space (``id``), outdoors, or an area within the building that no space covers.

    A ``courtyard`` is open to the sky and surrounded by the building; an ``undrawn`` area is covered, so a room nobody
    drew; a ``hollow`` may be either; ``unknown`` is what could not be found.
    """

    kind: PlaceKind
    id: str = ""

    @property
    def open_air(self) -> bool:
        """Whether one stands (or may stand, in a hollow) in the open there."""
        return self.kind in ("outdoors", "courtyard", "hollow")


OUTDOORS = Place("outdoors")
UNKNOWN = Place("unknown")
SOLID = Place("unknown", "solid")
"""Within a wall or a gap too narrow for a person."""


@dataclass(frozen=True, slots=True)
class Hollow:
    """An area that the building surrounds and no space covers."""

    region: Polygon
    place: Place


@dataclass(frozen=True, slots=True)
class Plane:
    """The plan of one level, of all buildings that stand at its height.

    ``walls`` are all elements that stand up there; ``garden_walls`` those among them that enclose no building.
    ``open_air`` are spaces drawn for outdoor areas: they are not solid.
    """

    level: Level
    spaces: tuple[Space, ...]
    open_air: tuple[Space, ...]
    walls: tuple[Element, ...]
    openings: tuple[Opening, ...]
    solid: BaseGeometry
    hollows: tuple[Hollow, ...]
    space_tree: STRtree
    wall_tree: STRtree
    _areas: Floats = field(repr=False)

    def places(self, points: Floats) -> list[Place]:
        """Where each of the points (n, 2) lies; ``SOLID`` within walls. The smallest of overlapping spaces counts."""
        found = [SOLID] * len(points)
        where = np.asarray(shapely.points(points))
        owner = np.full(len(points), -1, dtype=np.int64)
        which, space = self.space_tree.query(where, predicate="intersects")
        smaller_last = np.argsort(-self._areas[space], kind="stable")
        owner[which[smaller_last]] = space[smaller_last]
        free = owner < 0
        free[free] = ~shapely.contains_xy(self.solid, points[free])
        rooms = [Place("space", space.id) for space in self.spaces]
        for index, room in zip(np.flatnonzero(owner >= 0).tolist(), owner[owner >= 0].tolist(), strict=True):
            found[index] = rooms[room]
        for index in np.flatnonzero(free).tolist():
            hollow = next((h for h in self.hollows if h.region.contains(where[index])), None)
            found[index] = OUTDOORS if hollow is None else hollow.place
        return found

    def footprints(self) -> list[Region]:
        """The footprints of ``spaces``, in their order."""
        return [space.footprint for space in self.spaces if space.footprint is not None]


def is_open_air(space: Space) -> bool:
    """Whether the file draws a space for an outdoor area, by its type and name (never by ``IsExternal``)."""
    if space.predefined_type.upper() in ("EXTERNAL", "PARKING"):
        return True
    for text in [label.text for label in space.labels if label.kind in ("long-name", "name")] or [space.name]:
        meaning = meaning_of(text)
        if _OPEN_AIR.search(text) and not (meaning is not None and meaning.strength == "strong"):
            return True
        if meaning is not None:
            return meaning.strength == "outdoor"
    return False


def _is_nameless_cell(space: Space) -> bool:
    """An area between the walls of a drawing with nothing written in it: as well a court or shaft as a room."""
    return space.shape == "wall-cell" and not space.name.strip() and not space.labels


def planes_of(
    model: BuildingModel, arrangement: Arrangement, rooms: Sequence[IdentifiedRoom] = ()
) -> Mapping[str, Plane]:
    """The plan of every level, by level id.

    ``rooms`` says which spaces are frames, voids or duplicates and so no places to be in; without it all are taken.
    """
    roles = {room.space.id: room.role for room in rooms}
    # a counted boundary is where the service rooms are, even where nobody drew the rooms inside it
    roles |= {room.space.id: "room" for room in rooms if room.counted and room.role == "frame"}
    drawn = [
        s
        for s in model.spaces
        if s.footprint is not None and roles.get(s.id, "room") in ("room", "outdoor") and not _is_nameless_cell(s)
    ]
    open_air = {s.id for s in drawn if roles.get(s.id) == "outdoor" or is_open_air(s)}
    on_level: dict[str, list[Opening]] = {}
    for opening in model.openings:
        level = level_of_opening(opening, model, arrangement)
        if level is not None:
            on_level.setdefault(level.id, []).append(opening)
    return {
        level.id: _plane(level, model, arrangement, drawn, open_air, on_level.get(level.id, []))
        for level in arrangement.levels
    }


def level_of_opening(opening: Opening, model: BuildingModel, arrangement: Arrangement) -> Level | None:
    """The level a door stands on: the one that lists it if the height agrees, else the one at its height."""
    listed = next((v for v in arrangement.levels if opening.storey_id in v.storey_ids), None)
    if opening.sill_z_m is None or (listed is not None and _rises_from(listed, opening.sill_z_m)):
        return listed
    building = next((s.building_id for s in model.storeys if s.id == opening.storey_id), None)
    fitting = [v for v in arrangement.levels if _rises_from(v, opening.sill_z_m)]
    same = [v for v in fitting if v.building_id == building] or fitting
    return min(same, key=lambda v: abs((v.floor_z_m or 0.0) - (opening.sill_z_m or 0.0)), default=listed)


def _rises_from(level: Level, sill_m: float) -> bool:
    if level.floor_z_m is None:
        return False
    top = level.top_z_m if level.top_z_m is not None else level.floor_z_m + _STOREY_M
    return level.floor_z_m - _NEAR_FLOOR_M <= sill_m < max(top - _NEAR_FLOOR_M, level.floor_z_m + _NEAR_FLOOR_M)


def _stands(low_m: float | None, high_m: float | None, storey_id: str | None, level: Level) -> bool:
    """Whether something stands at door height on the level."""
    if level.floor_z_m is None or low_m is None or high_m is None:
        return storey_id in level.storey_ids
    return low_m <= level.floor_z_m + _BAND_M[1] and high_m >= level.floor_z_m + _BAND_M[0]


def _plane(
    level: Level,
    model: BuildingModel,
    arrangement: Arrangement,
    drawn: Sequence[Space],
    open_air: set[str],
    openings: Sequence[Opening],
) -> Plane:
    here = [s for s in drawn if arrangement.level_of.get(s.id) == level.id or _reaches(s, level)]
    spaces = tuple(s for s in here if s.id not in open_air)
    outside = tuple(s for s in here if s.id in open_air)
    footprints = np.array([s.footprint for s in spaces], dtype=object)
    walls = tuple(e for e in model.elements if e.kind in _WALLS and _stands(e.z_min_m, e.z_max_m, e.storey_id, level))
    enclosing = [w.footprint for w in walls if not is_garden_wall(w, level)]
    solid = _closed((*footprints.tolist(), *enclosing, *(o.footprint for o in openings)))
    shapely.prepare(solid)
    space_tree = STRtree(footprints)
    return Plane(
        level=level,
        spaces=spaces,
        open_air=outside,
        walls=walls,
        openings=tuple(openings),
        solid=solid,
        hollows=tuple(_hollows(level, model, solid, footprints.tolist(), outside, space_tree)),
        space_tree=space_tree,
        wall_tree=STRtree([w.footprint for w in walls]),
        _areas=np.asarray(shapely.area(footprints), dtype=np.float64),
    )


def _reaches(space: Space, level: Level) -> bool:
    """Whether a space of another level or building stands at this level's door height too."""
    if space.floor_z_m is None or space.top_z_m is None or level.floor_z_m is None:
        return False
    return _stands(space.floor_z_m, space.top_z_m, None, level)


def is_garden_wall(wall: Element, level: Level) -> bool:
    """Whether a wall stands for itself: by its name, or because it is far lower than the storey."""
    if wall.kind != "wall":
        return False
    if _GARDEN_WALL.search(wall.name):
        return True
    height = level.height_m if level.height_m is not None else _STOREY_M
    return level.floor_z_m is not None and wall.z_max_m < level.floor_z_m + _LOW * height


@lru_cache(maxsize=16)
def _closed(parts: tuple[BaseGeometry, ...]) -> BaseGeometry:
    """The parts as one, cracks between them that no person passes closed; storeys that repeat are closed once."""
    wide = shapely.buffer(np.array(parts, dtype=object), _CRACK_M / 2, join_style="mitre")
    return shapely.buffer(shapely.union_all(wide), -_CRACK_M / 2, join_style="mitre")


def _hollows(
    level: Level,
    model: BuildingModel,
    solid: BaseGeometry,
    footprints: Sequence[Region],
    open_air: Sequence[Space],
    space_tree: STRtree,
) -> Iterable[Hollow]:
    regions: list[Polygon] = []
    for part in shapely.get_parts(solid):
        inhabited = len(space_tree.query(part, predicate="intersects")) > 0
        for ring in getattr(part, "interiors", ()):
            region = Polygon(ring)
            # a wall around a whole building makes a yard, which is outdoors
            yard = not inhabited and len(space_tree.query(region, predicate="contains_properly")) > 0
            if region.area >= _LEAST_HOLLOW_M2 and not yard:
                regions.append(region)
    if not regions:
        return
    roofs = _roofs(level, model)
    rooms = shapely.union_all(list(footprints), grid_size=_GRID_M)
    roofed = not rooms.is_empty and shapely.intersection(roofs, rooms).area >= _COVERED * rooms.area
    gardens = shapely.union_all([s.footprint for s in open_air if s.footprint is not None], grid_size=_GRID_M)
    climbs = [e.footprint.centroid for e in model.elements if e.kind in ("stair", "lift")]
    for number, region in enumerate(sorted(regions, key=lambda r: r.area), start=1):
        covered = shapely.intersection(roofs, region).area / region.area
        kind: PlaceKind = "hollow"
        if shapely.intersection(gardens, region).area >= 0.5 * region.area or (roofed and covered <= _OPEN):
            kind = "courtyard"
        elif covered >= _COVERED or region.area <= _SHAFT_M2 or any(region.covers(spot) for spot in climbs):
            kind = "undrawn"
        yield Hollow(region, Place(kind, f"{level.id}/{number}"))


def _roofs(level: Level, model: BuildingModel) -> BaseGeometry:
    """Slabs and roofs above the heads of people on the level."""
    if level.floor_z_m is None:
        return Polygon()
    over = level.floor_z_m + _BAND_M[1]
    plates = [e.footprint for e in model.elements if e.kind in ("slab", "roof") and e.z_max_m > over]
    return shapely.union_all(plates, grid_size=_GRID_M)
