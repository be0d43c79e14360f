"""The rows that every report shows, in one order: which rule comes first, which room, what is summed by storey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bimcheck.notation import NOTHING, USES, clean, difference, is_presence
from bimcheck.review import Review, ReviewedRoom, RuleResult
from bimcheck.terms import Status, Use
from bimcheck.text import Text

_URGENCY: dict[tuple[Status, str], int] = {
    ("fail", "required"): 0,
    ("fail", "advisory"): 1,
    ("undetermined", "required"): 2,
    ("undetermined", "advisory"): 3,
    ("manual", "required"): 4,
    ("manual", "advisory"): 5,
}


def by_urgency(results: Iterable[RuleResult]) -> list[RuleResult]:
    """Failures first, then what cannot be told, then what a person decides; the rest in the ruleset's order."""
    return sorted(results, key=lambda r: (_URGENCY.get((r.status, r.level), 6 if r.status == "pass" else 7), r.number))


def with_status(review: Review, *statuses: Status) -> list[RuleResult]:
    """The results in these statuses, most urgent first."""
    return by_urgency(result for result in review.results if result.status in statuses)


def rooms_in_order(review: Review, *, counted: bool) -> list[ReviewedRoom]:
    """Service rooms (or near misses), lowest level first."""
    level = {each.id: index for index, each in enumerate(review.levels)}
    rooms = (room for room in review.rooms if room.counted is counted)
    return sorted(rooms, key=lambda r: (level.get(r.level_id or "", len(level)), r.name, r.id))


def difference_of(result: RuleResult) -> Text:
    """Measured less required, where the requirement is a number and not mere presence."""
    if result.required is None or is_presence(result.required):
        return NOTHING
    return difference(result.margin, result.required.unit)


def declared_for(review: Review, result: RuleResult) -> float | None:
    """What the file declares for the same rooms, where the measured area is the sum of just those rooms.

    ``None`` where one of them declares nothing: a partial sum would look like a discrepancy.
    """
    quantity = result.measured
    if quantity is None or quantity.value is None or quantity.unit != "m2":
        return None
    summed = set(quantity.evidence)
    rooms = [room for room in review.rooms if room.id in summed]
    declared = [room.declared_area_m2 for room in rooms if room.declared_area_m2 is not None]
    gross = sum(room.gross_area_m2 or 0.0 for room in rooms)
    whole = bool(rooms) and len(declared) == len(rooms) and abs(gross - quantity.value) < 0.005
    return sum(declared) if whole else None


def declared_difference(room: ReviewedRoom) -> tuple[float, Text] | None:
    """Measured less declared, against whichever of gross and clear area is nearer, and which that is.

    Most files write the clear area under the name of the gross one, so the name of the declared figure proves nothing.
    """
    if room.declared_area_m2 is None:
        return None
    figures = [(room.gross_area_m2, Text("建筑面积", "gross")), (room.net_area_m2, Text("净面积", "clear"))]
    known = [(value - room.declared_area_m2, kind) for value, kind in figures if value is not None]
    return min(known, key=lambda pair: abs(pair[0]), default=None)


def wall_share_m2(room: ReviewedRoom) -> float | None:
    """The walls counted for a room, before any coefficient."""
    if room.gross_region is None or room.net_area_m2 is None:
        return None
    return float(room.gross_region.area) - room.net_area_m2


def conclusion(review: Review) -> Text:
    """One sentence that says how the review stands."""
    required = [result for result in review.results if result.level == "required"]
    failing = sum(result.status == "fail" for result in required)
    unknown = sum(result.status == "undetermined" for result in required)
    people = sum(result.status == "manual" for result in review.results)
    zh, en = [], []
    if failing:
        zh.append(f"{failing} 条必须满足的要求不符合")
        en.append(f"{failing} required {'rule fails' if failing == 1 else 'rules fail'}")
    if unknown:
        zh.append(f"{unknown} 条因资料不足尚不能判定")
        en.append(f"{unknown} cannot be told for want of information")
    if review.verdict == "pass":
        zh.append("机器可判定的必须条款全部符合")
        en.append("every required rule that a machine can judge holds")
    if people:
        zh.append(f"{people} 条须由人判定")
        en.append(f"{people} {'is' if people == 1 else 'are'} for a person to judge")
    return (
        Text("；".join(zh) + "。", "; ".join(en).capitalize() + ".")
        if zh
        else Text("没有待办事项。", "Nothing is open.")
    )


NOT_GIVEN = Text("未填", "not given")
"""What stands where the brief does not say whom the project concerns."""


def project_name(review: Review) -> str:
    """What the project is called: by the brief, else by the model, else its file."""
    return clean(review.project.name or review.model.project_name or review.source.file)


def concerned(review: Review) -> list[tuple[Text, Text]]:
    """Whom the project concerns: developer, town and community, each with its name or that nobody gave it."""
    project = review.project
    named = (
        (Text("开发建设单位", "Developer"), project.developer),
        (Text("镇（街道）", "Town (street)"), project.town),
        (Text("社区", "Community"), project.community),
    )
    return [(label, Text(clean(name), clean(name)) if name else NOT_GIVEN) for label, name in named]


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Area of the rooms of one use on one level (or a sum), by area standard; ``None`` where a room has no figure."""

    storey: Text
    use: Use | None
    rooms: int
    net_m2: float | None
    by_standard: Mapping[str, float | None]


def area_standards_of(review: Review) -> tuple[str, ...]:
    """The area standards the rooms were read under, the primary one first."""
    found = {name for room in review.rooms for name in room.readings}
    return tuple(sorted(found, key=lambda name: (name != review.area_standard, name)))


def area_rows(review: Review) -> tuple[list[list[AreaRow]], AreaRow]:
    """Areas by storey and use (单体面积统计表): per storey its uses, then its sum; and the sum of all."""
    rooms = rooms_in_order(review, counted=True)
    standards = area_standards_of(review)
    uses = list(USES)
    titles = {level.id: level.title for level in review.levels}
    places: dict[tuple[str | None, str], list[ReviewedRoom]] = {}
    for room in rooms:
        places.setdefault((room.level_id, room.storey), []).append(room)
    blocks = []
    for (level_id, storey), there in places.items():
        title = titles.get(level_id or "", Text(storey or "楼层不明", storey or "storey unknown"))
        block = [
            _row(title, use, [room for room in there if room.use == use], standards)
            for use in sorted({room.use for room in there}, key=uses.index)
        ]
        blocks.append([*block, _row(title, None, there, standards)])
    return blocks, _row(Text("合计", "Total"), None, rooms, standards)


def _row(storey: Text, use: Use | None, rooms: list[ReviewedRoom], standards: tuple[str, ...]) -> AreaRow:
    def total(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) if values and len(known) == len(values) else None

    by_standard = {name: total([room.readings.get(name) for room in rooms]) for name in standards}
    return AreaRow(storey, use, len(rooms), total([room.net_area_m2 for room in rooms]), by_standard)


class Names:
    """What things are called, by their ids: a report names a room, not its identifier."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @cached_property
    def _names(self) -> dict[str, str]:
        review = self._review
        names = {feature.id: feature.name for feature in review.model.site}
        names |= {element.id: element.name for element in review.model.elements}
        names |= {opening.id: opening.name for opening in review.model.openings}
        names |= {storey.id: storey.name for storey in review.model.storeys}
        names |= {space.id: space.name for space in review.model.spaces}
        names |= {entrance.id: entrance.name for entrance in review.entrances}
        return names | {room.id: room.name for room in review.rooms}

    def __getitem__(self, id_: str) -> str:
        return clean(self._names.get(id_) or id_)
