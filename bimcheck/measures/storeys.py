"""Which storeys of the file are real levels, how high they are, and where each space stands.

Levels come from the world height of placements, not from names or the ``Elevation`` attribute alone; a space stands
on the level its own height says, not on the storey that lists it. Structural height (结构层高, GB/T 50353-2013 2.0.3)
runs from floor to floor above, under the roof to the top of its slab.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bimcheck.brief import Brief
from bimcheck.measures.ground import find_ground, outdoor_ground
from bimcheck.measures.storey_faults import (
    containment_notes,
    elevation_notes,
    same_height_note,
    typical_storey_notes,
)
from bimcheck.model import BuildingModel, Element, Note, Space, Storey
from bimcheck.review import Level
from bimcheck.text import Text

_SLAB_NEAR_M = 0.35
_THIN_M = 0.80
_LOWEST_STOREY_M = 1.50


@dataclass(frozen=True, slots=True)
class StoreyPolicy:
    """The numbers behind the arrangement; the ruleset prints them.

    ``merge_m``: storeys closer than this are one level (finish and structure levels). ``mezzanine_rise_m``: a space
    whose floor lies this much above its level stands on a mezzanine. ``covered_rise_m``: a top slab at most this much
    above outdoor ground keeps a storey underground (Jiaxing planning rules 2018, art. 80).
    """

    merge_m: float = 0.10
    mezzanine_rise_m: float = 1.50
    covered_rise_m: float = 1.50


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The levels of all buildings, lowest first, and the level each space stands on (by geometry, not containment).

    ``outdoor_ground_m`` is the height of the outdoor ground where anything says it.
    """

    levels: tuple[Level, ...]
    level_of: Mapping[str, str | None]
    notes: tuple[Note, ...] = ()
    outdoor_ground_m: float | None = None

    def level(self, level_id: str | None) -> Level | None:
        """The level with this id, if any."""
        return next((level for level in self.levels if level.id == level_id), None)

    @property
    def ground_storey(self) -> str | None:
        """The ground storey's name, ``None`` where it is open or the buildings' ground storeys have several names."""
        names = {level.name for level in self.levels if level.ground}
        return names.pop() if len(names) == 1 else None


def arrange_levels(model: BuildingModel, brief: Brief, policy: StoreyPolicy | None = None) -> Arrangement:
    """Arrange the model's storeys into levels, place every space, and find each building's ground storey.

    Raises:
        BriefError: the brief names a ground storey that the model does not have.
    """
    policy = policy or StoreyPolicy()
    notes: list[Note] = []
    of_building: dict[str | None, list[Storey]] = defaultdict(list)
    for storey in model.storeys:
        if storey.kind != "site":
            of_building[storey.building_id].append(storey)
    levels: list[Level] = []
    for building_id, storeys in of_building.items():
        notes += elevation_notes(storeys)
        levels += _levels_of_building(building_id, storeys, model, policy, notes)
    levels, level_of = _place_spaces(model, levels, policy, notes)
    if model.source.format == "IFC":  # a drawing of several storeys is counted on each by its reader
        notes += typical_storey_notes(model.storeys, model.spaces, level_of, levels)
    ground = outdoor_ground(model, brief)
    clear_heights = _clear_heights(model, level_of)
    levels = find_ground(levels, clear_heights, ground, brief, policy.covered_rise_m, notes)
    levels.sort(key=lambda level: (level.building_id or "", _order(level), level.id))
    return Arrangement(tuple(levels), level_of, tuple(notes), ground.height_m)


def _order(level: Level) -> float:
    if level.floor_z_m is not None:
        return level.floor_z_m
    return 4.0 * (level.number or 0) + (2.0 if level.position == "mezzanine" else 0.0)


@dataclass(slots=True)
class _Band:
    """Storeys that are one level."""

    storeys: list[Storey] = field(default_factory=list)

    @property
    def floor_m(self) -> float | None:
        heights = [s.elevation_m for s in self.storeys if s.elevation_m is not None]
        return min(heights) if heights else None

    @property
    def named(self) -> Storey:
        """The storey that names the band: the one with a number, else the first."""
        return next((s for s in self.storeys if s.number is not None), self.storeys[0])

    @property
    def kinds(self) -> set[str]:
        return {s.kind for s in self.storeys}


def _levels_of_building(
    building_id: str | None, storeys: Sequence[Storey], model: BuildingModel, policy: StoreyPolicy, notes: list[Note]
) -> list[Level]:
    bands = [band for band in _bands(storeys, policy, notes) if _is_used(band, model)]
    levels = []
    for index, band in enumerate(bands):
        mezzanine = "mezzanine" in band.kinds
        above = next(
            (b for b in bands[index + 1 :] if b.floor_m is not None and (mezzanine or "mezzanine" not in b.kinds)), None
        )
        top, basis = _top(band, above, model, building_id)
        floor = band.floor_m
        stated = next((s.height_m for s in band.storeys if s.height_m is not None), None)
        height = top - floor if top is not None and floor is not None else stated
        if height is stated and stated is not None:
            basis = Text("图中标注的层高", "the storey height the drawing states")
        levels.append(
            Level(
                id="+".join(s.id for s in band.storeys),
                name=_short_name(band.named),
                title=_title(band.named),
                building_id=building_id,
                floor_z_m=floor,
                top_z_m=top if top is not None else (floor + stated if floor is not None and stated else None),
                height_m=height,
                height_basis=basis,
                position="mezzanine" if mezzanine else "roof" if "roof" in band.kinds else "above-ground",
                ground=None,
                storey_ids=tuple(s.id for s in band.storeys),
                number=band.named.number,
            )
        )
    return levels


def _bands(storeys: Sequence[Storey], policy: StoreyPolicy, notes: list[Note]) -> list[_Band]:
    """Storeys grouped by height, lowest first; those without a height stand alone, in the order of their numbers."""
    bands: list[_Band] = []
    known = [s for s in storeys if s.elevation_m is not None]
    for storey in sorted(known, key=lambda s: (s.elevation_m or 0.0, s.number or 0, s.id)):
        last = bands[-1].storeys[-1].elevation_m if bands else None
        if last is not None and (storey.elevation_m or 0.0) - last <= policy.merge_m + 1e-9:
            bands[-1].storeys.append(storey)
        else:
            bands.append(_Band([storey]))
    for band in bands:
        numbers = {s.number for s in band.storeys if s.number is not None}
        if len(numbers) > 1:
            notes.append(same_height_note(band.storeys))
    rest = sorted((s for s in storeys if s.elevation_m is None), key=lambda s: (s.number or 0, s.name, s.id))
    return bands + [_Band([s]) for s in rest]


def _is_used(band: _Band, model: BuildingModel) -> bool:
    """Whether anything stands on the band: reference levels that carry nothing are not storeys."""
    ids = {s.id for s in band.storeys}
    if any(s.storey_id in ids for s in model.spaces) or any(e.storey_id in ids for e in model.elements):
        return True
    floor = band.floor_m
    return floor is not None and any(
        s.floor_z_m is not None and abs(s.floor_z_m - floor) <= _SLAB_NEAR_M for s in model.spaces
    )


def _is_plate(element: Element) -> bool:
    return element.kind in ("slab", "roof") and element.z_max_m - element.z_min_m <= _THIN_M


def _top(band: _Band, above: _Band | None, model: BuildingModel, building_id: str | None) -> tuple[float | None, Text]:
    """Where the level ends upwards, and by what; slabs of other buildings lie over nothing here."""
    floor = band.floor_m
    if floor is None:
        return None, Text("图中没有层高依据", "nothing in the drawing tells the storey height")
    if above is not None and above.floor_m is not None:
        return above.floor_m, Text(f"至上层“{above.named.name}”楼面", f"to the floor of “{above.named.name}” above")
    ids = {s.id for s in band.storeys}
    building_of = {storey.id: storey.building_id for storey in model.storeys}
    plates = [
        e.z_max_m
        for e in model.elements
        if _is_plate(e)
        and e.z_max_m > floor + _LOWEST_STOREY_M
        and (e.building_id or building_of.get(e.storey_id or "", building_id)) == building_id
    ]
    if plates:
        return min(plates), Text("至屋面板顶", "to the top of the roof slab")
    walls = [e.z_max_m for e in model.elements if e.kind in ("wall", "curtain-wall") and e.storey_id in ids]
    if walls and max(walls) > floor + _LOWEST_STOREY_M:
        return max(walls), Text("至墙顶（无屋面板）", "to the top of the walls (no roof slab)")
    spaces = [s.top_z_m for s in model.spaces if s.top_z_m is not None and s.storey_id in ids]
    if spaces and max(spaces) > floor:
        return max(spaces), Text(
            "至房间净高顶（无上层、无屋面板）", "to the rooms' clear height (no storey or roof above)"
        )
    return None, Text("模型中没有层高依据", "nothing in the model tells the storey height")


def _short_name(storey: Storey) -> str:
    if storey.number is None or storey.kind in ("mezzanine", "roof"):
        return storey.name or storey.id
    return f"{storey.number}F" if storey.number > 0 else f"B{-storey.number}"


def _title(storey: Storey) -> Text:
    if storey.number is None or storey.kind in ("mezzanine", "roof"):
        return Text(storey.name or storey.id, storey.name or storey.id)
    if storey.number > 0:
        return Text(f"{storey.number}层", f"Storey {storey.number}")
    return Text(f"地下{-storey.number}层", f"Basement {-storey.number}")


def _place_spaces(
    model: BuildingModel, levels: list[Level], policy: StoreyPolicy, notes: list[Note]
) -> tuple[list[Level], dict[str, str | None]]:
    """The level of every space, by the heights it reaches through; a floor halfway up makes a mezzanine."""
    building_of = {s.id: s.building_id for s in model.storeys}
    listed = {storey: level for level in levels for storey in level.storey_ids}
    level_of: dict[str, str | None] = {}
    mezzanines: dict[tuple[str, int], Level] = {}
    misplaced: list[tuple[Space, Level]] = []
    for space in model.spaces:
        declared = listed.get(space.storey_id or "")
        level = declared
        if space.floor_z_m is not None:
            building = space.building_id or building_of.get(space.storey_id or "")
            near = [v for v in levels if building is None or v.building_id == building] or levels
            level = _level_at(space, [v for v in near if v.floor_z_m is not None]) or declared
        if level is not None and space.floor_z_m is not None and level.floor_z_m is not None:
            if level is not declared and declared is not None and declared.floor_z_m is not None:
                misplaced.append((space, level))
            rise = space.floor_z_m - level.floor_z_m
            room_above = (level.height_m or 0.0) - rise
            if rise >= policy.mezzanine_rise_m and room_above > 0 and level.position != "mezzanine":
                level = mezzanines.setdefault((level.id, round(rise * 10)), _mezzanine(level, space.floor_z_m))
        level_of[space.id] = level.id if level is not None else None
    notes += containment_notes(misplaced)
    return levels + list(mezzanines.values()), level_of


def _level_at(space: Space, levels: Iterable[Level]) -> Level | None:
    """The level through which most of the space's height runs; the nearest floor breaks ties and takes the rest."""
    floor = space.floor_z_m or 0.0
    # A hall may be several storeys high: it stands where its lowest part stands.
    top = min(space.top_z_m, floor + 2.0) if space.top_z_m is not None and space.top_z_m > floor else floor + 2.0

    def fit(level: Level) -> tuple[float, float]:
        level_floor = level.floor_z_m or 0.0
        level_top = level.top_z_m if level.top_z_m is not None else level_floor + 3.0
        return round(max(0.0, min(top, level_top) - max(floor, level_floor)), 3), -abs(floor - level_floor)

    return max(levels, key=fit, default=None)


def _mezzanine(host: Level, floor_m: float) -> Level:
    return replace(
        host,
        id=f"{host.id}:mezzanine{floor_m:+.2f}",
        name=f"{host.name}夹层",
        title=Text(f"{host.title.zh}夹层", f"Mezzanine of {host.title.en}"),
        floor_z_m=floor_m,
        height_m=None if host.top_z_m is None else host.top_z_m - floor_m,
        height_basis=Text("夹层楼面至上层楼面", "from the mezzanine floor to the floor above"),
        position="mezzanine",
        storey_ids=(),
        number=None,
    )


def _clear_heights(model: BuildingModel, level_of: Mapping[str, str | None]) -> dict[str, float]:
    """The greatest clear height of the rooms on each level."""
    heights: dict[str, float] = {}
    for space in model.spaces:
        level = level_of[space.id]
        if level is not None and space.floor_z_m is not None and space.top_z_m is not None:
            heights[level] = max(heights.get(level, 0.0), space.top_z_m - space.floor_z_m)
    return {level: height for level, height in heights.items() if height > 0}
