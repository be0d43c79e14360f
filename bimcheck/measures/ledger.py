"""The ledger: one line for every community service room and every near miss, with each figure and where it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import shapely

from bimcheck.measures.areas import Areas, RoomArea, declared_of
from bimcheck.measures.insulation import Insulation, insulation_of
from bimcheck.measures.readings import AreaStandard, area_standards, counted_area
from bimcheck.measures.storeys import Arrangement
from bimcheck.model import BuildingModel, Note, Space
from bimcheck.review import Level, ReviewedRoom
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.text import Text

_DECLARED_DIFFERS = 0.005
_ASSUMED_ROOF_SLAB_M = 0.12


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines in plan order (level, then name), and what is to be said about them."""

    rooms: tuple[ReviewedRoom, ...]
    notes: tuple[Note, ...]

    @property
    def counted(self) -> tuple[ReviewedRoom, ...]:
        """The community service rooms."""
        return tuple(room for room in self.rooms if room.counted)

    @property
    def gross_areas(self) -> dict[str, float]:
        """Gross area of each counted room by id; declared where nothing else is known."""
        return {room.id: room.gross_area_m2 or room.gross_low_m2 or 0.0 for room in self.counted}


def keep_ledger(
    model: BuildingModel,
    rooms: Sequence[IdentifiedRoom],
    arrangement: Arrangement,
    areas: Areas,
    standard: AreaStandard,
) -> Ledger:
    """Write down every counted room and near miss; ``standard`` is the primary reading."""
    levels = {level.id: level for level in areas.levels}
    insulation = {
        level.id: insulation_of(areas.plans[level.id], level.outline)
        for level in areas.levels
        if level.outline is not None and level.id in areas.plans
    }
    lines: list[ReviewedRoom] = []
    notes: list[Note] = []
    order = {level.id: index for index, level in enumerate(areas.levels)}
    shown = [r for r in rooms if r.counted or r.near_miss]
    shown.sort(key=lambda r: (order.get(arrangement.level_of.get(r.space.id) or "", 999), not r.counted, r.space.id))
    for room in shown:
        level = levels.get(arrangement.level_of.get(room.space.id) or "")
        area = areas.rooms[room.space.id]
        line = _line(model, room, level, area, insulation.get(level.id) if level else None, standard)
        lines.append(line)
        if room.counted:
            notes += _remarks(line, area, level, room.space)
    return Ledger(tuple(lines), tuple(notes))


def _line(
    model: BuildingModel,
    room: IdentifiedRoom,
    level: Level | None,
    area: RoomArea,
    insulation: Insulation | None,
    standard: AreaStandard,
) -> ReviewedRoom:
    space = room.space
    readings: dict[str, float] = {}
    if area.gross_m2 is not None and area.low_m2 is not None:
        excess = insulation.excess_m2(area.region) if insulation is not None and area.region is not None else 0.0
        slab = _roof_slab_m(model, space)
        height = level.height_m if level is not None else None
        for each in area_standards():
            if area.part is not None and area.region is not None:
                is_low = height is not None and height < each.low_storey.below_m
                readings[each.id] = area.part.area_m2(each.id, area.region, low_storey=is_low)
            else:
                readings[each.id] = counted_area(each, area.region, area.gross_m2, space, height, slab, excess)
    gross = readings.get(standard.id)
    share = (area.low_m2 / area.gross_m2 if area.gross_m2 else 1.0) if area.low_m2 is not None else 0.0
    widen = (area.high_m2 / area.gross_m2 if area.gross_m2 else 1.0) if area.high_m2 is not None else 1.0
    low = min(readings.values()) * share if readings else area.low_m2
    high = max(readings.values()) * widen if readings else None
    declared = declared_of(space)
    return ReviewedRoom(
        id=space.id,
        name=space.name,
        use=room.use,
        counted=room.counted,
        why_not=room.why_not,
        basis=room.basis,
        evidence=room.evidence,
        level_id=level.id if level is not None else None,
        storey=level.name if level is not None else "",
        ground_floor=level.ground if level is not None else None,
        height_m=level.height_m if level is not None else None,
        coefficient=gross / area.gross_m2 if gross is not None and area.gross_m2 else None,
        net_area_m2=area.net_m2,
        gross_area_m2=gross if readings else (area.gross_m2 if area.method == "declared" else None),
        gross_low_m2=low,
        gross_high_m2=high,
        declared_area_m2=declared.area_m2 if declared is not None else None,
        declared_from=declared.name if declared is not None else "",
        area_method=area.method,
        confidence=area.confidence,
        remark=area.remark,
        footprint=space.footprint,
        gross_region=area.region,
        function=room.function,
        readings=MappingProxyType(readings),
    )


def _roof_slab_m(model: BuildingModel, space: Space) -> float:
    """Vertical thickness of the sloping roof over a space, from its layers; assumed where the model does not say."""
    if not space.ceiling or space.footprint is None:
        return 0.0
    steepest = max(facet.a**2 + facet.b**2 for facet in space.ceiling)
    for element in model.elements:
        if (
            element.kind in ("roof", "slab")
            and element.layers
            and shapely.intersects(element.footprint, space.footprint)
        ):
            above = space.top_z_m is not None and element.z_max_m >= space.top_z_m - 1e-3
            if above:
                return float(sum(layer.thickness_m for layer in element.layers) * (1 + steepest) ** 0.5)
    return _ASSUMED_ROOF_SLAB_M


def _remarks(line: ReviewedRoom, area: RoomArea, level: Level | None, space: Space) -> list[Note]:
    notes = []
    declared, own = line.declared_area_m2, _like_declared(space, area)
    if declared is not None and own is not None and abs(declared - own) > max(0.01, _DECLARED_DIFFERS * own):
        notes.append(
            Note(
                "area-declared-differs",
                "warning",
                Text(
                    f"“{line.name}”申报 {declared:.2f} ㎡（{line.declared_from}），量得 {own:.2f} ㎡，"
                    f"差 {declared - own:+.2f} ㎡；按量得面积计",
                    f"“{line.name}” declares {declared:.2f} m² ({line.declared_from}), measured {own:.2f} m²,"
                    f" {declared - own:+.2f} m²; the measured area counts",
                ),
                (line.id,),
            )
        )
    if level is None or level.height_m is None:
        notes.append(
            Note(
                "height-unknown",
                "info",
                Text(
                    f"“{line.name}”的层高不明，按不低于 2.20 m 计；请补充层高",
                    f"the storey height of “{line.name}” is unknown and taken as at least 2.20 m; please supply it",
                ),
                (line.id,),
            )
        )
    elif line.gross_low_m2 is not None and line.gross_high_m2 is not None and len(set(line.readings.values())) > 1:
        spread = max(line.readings.values()) - min(line.readings.values())
        if spread > 0.01:
            figures = "、".join(f"{name} {value:.2f}" for name, value in line.readings.items())
            notes.append(
                Note(
                    "standards-differ",
                    "warning",
                    Text(
                        f"“{line.name}”（层高 {level.height_m:.2f} m）按各标准面积不同：{figures} ㎡",
                        f"“{line.name}” (storey height {level.height_m:.2f} m) differs by standard: {figures} m²",
                    ),
                    (line.id,),
                )
            )
    return notes


def _like_declared(space: Space, area: RoomArea) -> float | None:
    """The measured figure a declared one is compared with: whichever of clear and gross area is nearer to it.

    Exporters write the clear area under the name of the gross one in most files, so the name proves nothing.
    """
    declared = declared_of(space)
    figures = [value for value in (area.net_m2, area.gross_m2) if value is not None and area.low_m2 is not None]
    if declared is None or not figures:
        return None
    return min(figures, key=lambda value: abs(value - declared.area_m2))
