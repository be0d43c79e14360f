"""Where the outdoor ground lies, which levels are below it, and which one is the ground storey (底层).

GB/T 50353-2013 2.0.19/2.0.20: more than 1/2 of the clear height below outdoor ground makes a basement, more than 1/3 a
semi-basement; exactly 1/3 does not. The notice does not define 底层: here it is the lowest level that is neither, and
that holds ±0.00. Where two levels could be it, neither is chosen and both shares are shown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bimcheck.brief import Brief
from bimcheck.errors import BriefError
from bimcheck.model import BuildingModel, Note
from bimcheck.review import Level
from bimcheck.storey_names import parse_storey_name
from bimcheck.text import Text

_EPSILON = 1e-6
_AT_GRADE_M = (-0.30, 1.50)
_DATUM_M = 1.50
_SLOPE_M = 1.80
_DEFAULT_CLEAR_M = 3.0


@dataclass(frozen=True, slots=True)
class OutdoorGround:
    """Heights of the outdoor ground, lowest and highest, and who says so; ``None`` where nobody does."""

    low_m: float | None
    high_m: float | None
    source: str

    @property
    def slopes(self) -> bool:
        """Whether two storeys may each lie at grade on some side."""
        return self.low_m is not None and self.high_m is not None and self.high_m - self.low_m > _SLOPE_M

    @property
    def height_m(self) -> float | None:
        """One height: the mean on uneven ground, the low side on a slope (a storey open there is no basement)."""
        if self.low_m is None or self.high_m is None:
            return None
        return self.low_m if self.slopes else (self.low_m + self.high_m) / 2


def outdoor_ground(model: BuildingModel, brief: Brief) -> OutdoorGround:
    """The outdoor ground from the brief, else from the model's ground features, else unknown."""
    if brief.site.outdoor_ground_m is not None:
        return OutdoorGround(brief.site.outdoor_ground_m, brief.site.outdoor_ground_m, "brief")
    heights = [f.z_m for f in model.site if f.kind == "outdoor-ground" and f.z_m is not None]
    heights += [s.elevation_m for s in model.storeys if s.kind == "site" and s.elevation_m is not None]
    return OutdoorGround(min(heights), max(heights), "model") if heights else OutdoorGround(None, None, "")


def find_ground(
    levels: Sequence[Level],
    clear_heights_m: Mapping[str, float],
    ground: OutdoorGround,
    brief: Brief,
    covered_rise_m: float,
    notes: list[Note],
) -> list[Level]:
    """Mark every level as above ground or not, and one level of each building as its ground storey.

    Raises:
        BriefError: the brief names a ground storey that no building has.
    """
    placed = [
        _positioned(level, levels, clear_heights_m.get(level.id), ground, covered_rise_m, notes) for level in levels
    ]
    if brief.site.ground_storey is not None:
        return _as_ordered(placed, brief.site.ground_storey)
    of_building: dict[str | None, list[Level]] = defaultdict(list)
    for level in placed:
        of_building[level.building_id].append(level)
    return [level for group in of_building.values() for level in _ground_of_building(group, ground, notes)]


def _positioned(
    level: Level,
    levels: Sequence[Level],
    clear_height_m: float | None,
    ground: OutdoorGround,
    covered_rise_m: float,
    notes: list[Note],
) -> Level:
    if level.position in ("mezzanine", "roof"):
        return level
    named_below = (level.number is not None and level.number < 0) or "地下" in level.name
    if ground.height_m is None or level.floor_z_m is None:
        siblings = [v for v in levels if v.building_id == level.building_id and v.floor_z_m is not None]
        datum = any(abs(v.floor_z_m or 0.0) <= _DATUM_M / 3 for v in siblings)
        first = next((v.floor_z_m for v in siblings if v.number == 1), 0.0 if datum else None)
        numbered_up = level.number is not None and level.number > 0
        below = level.floor_z_m is not None and first is not None and level.floor_z_m < first - _DATUM_M
        return replace(level, position="basement") if named_below or (below and not numbered_up) else level
    clear = clear_height_m or level.height_m or _DEFAULT_CLEAR_M
    ratio = (ground.height_m - level.floor_z_m) / clear
    # With its top hardly above the ground a sunken storey is underground whatever its ratio says (Jiaxing art. 80).
    low_top = level.top_z_m is not None and level.top_z_m - ground.height_m <= covered_rise_m + _EPSILON
    if ratio > 1 / 2 + _EPSILON:
        placed = replace(level, position="basement")
    elif ratio > 1 / 3 + _EPSILON or (low_top and ratio > 0):
        placed = replace(level, position="semi-basement")
    else:
        placed = level
    if named_below and placed.position == "above-ground":
        notes.append(
            Note(
                "basement-above-ground",
                "warning",
                Text(
                    f"“{level.name}”名为地下层，但按室外地坪标高 {ground.height_m:.2f} m 属地上层，按几何计",
                    f"“{level.name}” is named a basement but stands above outdoor ground ({ground.height_m:.2f} m);"
                    " geometry decides",
                ),
                level.storey_ids,
            )
        )
    return placed


def _as_ordered(levels: Sequence[Level], wanted: str) -> list[Level]:
    name = parse_storey_name(wanted)
    number = name.numbers[0] if name is not None and len(name.numbers) == 1 else None

    def is_it(level: Level) -> bool:
        same_number = number is not None and level.number == number and level.position != "mezzanine"
        return same_number or wanted in (level.name, level.id, level.title.zh)

    if not any(is_it(level) for level in levels):
        names = "、".join(level.name for level in levels)
        raise BriefError(
            f"任务书 site.ground_storey = “{wanted}” 在模型中不存在（模型楼层：{names}）",
            f"brief: site.ground_storey = “{wanted}” is not a storey of the model (storeys: {names})",
        )
    return [replace(level, ground=is_it(level)) for level in levels]


def _ground_of_building(levels: Sequence[Level], ground: OutdoorGround, notes: list[Note]) -> list[Level]:
    """The lowest level above ground, if it is plausibly the one at ±0.00; on a slope with two at grade, none."""
    candidates = sorted(
        (level for level in levels if level.position == "above-ground"),
        key=_order,
    )
    if not candidates:
        return [replace(level, ground=False) for level in levels]
    lowest = candidates[0]
    doubtful = {lowest.id} if not _holds_datum(lowest, ground) else set[str]()
    datum = next((v for v in candidates[1:] if v.floor_z_m is not None and abs(v.floor_z_m) <= _DATUM_M / 3), None)
    if ground.height_m is None and datum is not None and (lowest.floor_z_m or 0.0) < -_DATUM_M:
        doubtful = {lowest.id, datum.id}  # its number says one thing, the level at ±0.00 another
    if ground.slopes and ground.low_m is not None and ground.high_m is not None:
        at_grade = {v.id for v in candidates if _at_grade(v, ground.low_m) or _at_grade(v, ground.high_m)}
        doubtful = at_grade | {lowest.id} if len(at_grade | {lowest.id}) > 1 else doubtful
    if doubtful:
        names = "、".join(v.name for v in candidates if v.id in doubtful)
        notes.append(
            Note(
                "ground-storey-unclear",
                "warning",
                Text(
                    f"无法确定底层（可能是 {names}）：请在任务书 site.ground_storey 中指明",
                    f"the ground storey cannot be told (it may be {names}); name it in the brief, site.ground_storey",
                ),
                tuple(doubtful),
            )
        )
    return [
        replace(level, ground=None if level.id in doubtful else level.id == lowest.id and not doubtful)
        for level in levels
    ]


def _order(level: Level) -> float:
    """How high a level stands, by its number where no height is known; with neither it is lower than no other."""
    if level.floor_z_m is not None:
        return level.floor_z_m
    return 4.0 * level.number if level.number is not None else math.inf


def _at_grade(level: Level, ground_m: float) -> bool:
    return level.floor_z_m is not None and _AT_GRADE_M[0] <= level.floor_z_m - ground_m <= _AT_GRADE_M[1]


def _holds_datum(level: Level, ground: OutdoorGround) -> bool:
    """Whether the lowest level may be the one at ±0.00; a file of upper storeys alone has no ground storey."""
    if level.number is not None:
        return level.number == 1
    if ground.height_m is not None:
        return _at_grade(level, ground.height_m)
    # Without number or ground, the lowest storey of the file counts as the first: heights may be absolute.
    return True
