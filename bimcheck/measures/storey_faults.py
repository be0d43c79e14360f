"""What files get wrong about storeys: heights, and which rooms stand on them. Geometry wins, and a note says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bimcheck.model import Note, Space, Storey
from bimcheck.review import Level
from bimcheck.storey_names import parse_storey_name
from bimcheck.text import Text

_DIFFERS_M = 0.10
_LISTED = 5
_SEVERAL_STOREYS = 1.8


def elevation_notes(storeys: Sequence[Storey]) -> list[Note]:
    """Storeys of a building whose ``Elevation`` is not where they stand.

    Elevations may count from any zero: the one that most storeys agree on, else the lowest storey's.
    """
    shifts = {
        storey: storey.elevation_m - storey.declared_elevation_m
        for storey in storeys
        if storey.elevation_m is not None and storey.declared_elevation_m is not None
    }

    def agreeing(storey: Storey) -> tuple[int, float]:
        own = shifts[storey]
        return sum(abs(each - own) <= _DIFFERS_M for each in shifts.values()), -(storey.elevation_m or 0.0)

    zero = shifts[max(shifts, key=agreeing)] if shifts else 0.0
    wrong = [(storey, shift - zero) for storey, shift in shifts.items() if abs(shift - zero) > _DIFFERS_M]
    if not wrong:
        return []
    zh, en = [], []
    for storey, off in wrong[:_LISTED]:
        name, said = storey.name or storey.id, storey.declared_elevation_m or 0.0
        zh.append(f"“{name}”申报 {said:.2f} m、实际 {said + off:.2f} m")
        en.append(f"“{name}” declares {said:.2f} m and stands at {said + off:.2f} m")
    more_zh, more_en = _more(len(wrong))
    return [
        Note(
            "storey-elevation-differs",
            "warning",
            Text(
                f"楼层标高属性（Elevation）与楼层定位不符：{'；'.join(zh)}{more_zh}；按定位计，请在模型中改正该属性",
                f"Elevation attributes do not say where storeys stand: {'; '.join(en)}{more_en}; measured where they"
                " stand; correct the attribute",
            ),
            tuple(storey.id for storey, _ in wrong),
        )
    ]


def same_height_note(storeys: Sequence[Storey]) -> Note:
    """Storeys of different numbers at one height: which rooms stand on the ground floor cannot be told."""
    names = "、".join(storey.name for storey in storeys)
    return Note(
        "storeys-same-elevation",
        "error",
        Text(
            f"{names} 的标高相同，无法分清楼层；请在模型中改正楼层标高",
            f"{names} lie at the same height, so storeys cannot be told apart; correct their elevations",
        ),
        tuple(storey.id for storey in storeys),
        ("ground_floor_area_m2", "ground_floor_share", "service_area_m2"),
    )


def typical_storey_notes(
    storeys: Sequence[Storey], spaces: Sequence[Space], level_of: Mapping[str, str | None], levels: Sequence[Level]
) -> list[Note]:
    """Storeys modelled once that stand for several (标准层, 2~5F), though none of the others is there.

    Their rooms would count once instead of on every storey, and the ground-floor share would come out too high.
    """
    storey_of = {storey.id: storey for storey in storeys}
    numbers = {(storey.building_id, storey.number) for storey in storeys}
    notes = []
    for level in levels:
        named = [storey_of[id_] for id_ in level.storey_ids if id_ in storey_of]
        here = [space for space in spaces if level_of.get(space.id) == level.id]
        for storey in named:
            said = parse_storey_name(storey.name)
            others = [number for number in said.numbers if (storey.building_id, number) not in numbers]
            nameless = said.kind == "typical" and _much_higher(level, here)
            if here and (nameless or (len(said.numbers) > 1 and len(others) > 1)):
                notes.append(_typical_storey_note(storey, here))
    return notes


def _much_higher(level: Level, spaces: Sequence[Space]) -> bool:
    """Whether the level leaves room for further storeys over its rooms."""
    clear = [s.top_z_m - s.floor_z_m for s in spaces if s.top_z_m is not None and s.floor_z_m is not None]
    return bool(clear) and level.height_m is not None and level.height_m > _SEVERAL_STOREYS * max(clear)


def _typical_storey_note(storey: Storey, spaces: Sequence[Space]) -> Note:
    return Note(
        "typical-storey-once",
        "error",
        Text(
            f"楼层“{storey.name}”代表多个楼层，但模型只建了一次，其面积不能按一层计；请逐层建模",
            f"the storey “{storey.name}” stands for several but is modelled once, and its areas do not count for one"
            " alone; model every storey",
        ),
        tuple(space.id for space in spaces),
        ("service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share"),
    )


def containment_notes(misplaced: Sequence[tuple[Space, Level]]) -> list[Note]:
    """Spaces that the file lists on one storey and that stand on another level."""
    if not misplaced:
        return []
    shown = [f"“{space.name}”→{level.name}" for space, level in misplaced[:_LISTED]]
    more_zh, more_en = _more(len(misplaced))
    return [
        Note(
            "space-on-wrong-storey",
            "warning",
            Text(
                f"{'、'.join(shown)}{more_zh}：所列楼层与实际标高不符，按实际标高计",
                f"{', '.join(shown)}{more_en}: their height is that of another storey; measured where they stand",
            ),
            tuple(space.id for space, _ in misplaced),
        )
    ]


def _more(count: int) -> tuple[str, str]:
    """What a note adds after the first few things it lists."""
    return (f" 等 {count} 个", f" and {count - _LISTED} more") if count > _LISTED else ("", "")
