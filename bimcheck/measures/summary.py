"""The measures of the whole project, by name: what the rules and the reports ask for.

Each carries an interval over the area standards and over what geometry leaves open, evidence, and a reason where it is
unknown. The value itself follows the primary standard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import Literal

from bimcheck.measures.catalogue import Unit
from bimcheck.measures.entrances import EntranceFindings
from bimcheck.measures.ledger import Ledger
from bimcheck.measures.readings import AreaStandard, area_standards
from bimcheck.measures.site import SiteFindings
from bimcheck.measures.title import TitleArea
from bimcheck.model import BuildingModel, Note
from bimcheck.review import Quantity, ReviewedRoom
from bimcheck.rooms.vocabulary import is_exhibition
from bimcheck.terms import Stage
from bimcheck.text import Text

_USES = ("office", "hall", "elderly", "child", "health", "culture")


def summarise(
    model: BuildingModel,
    ledger: Ledger,
    standard: AreaStandard,
    stage: Stage,
    entrances: EntranceFindings,
    site: SiteFindings,
    clusters: Mapping[str, Quantity],
    title: TitleArea | None,
    notes: Iterable[Note],
) -> dict[str, Quantity]:
    """Every measure by name, those that a note makes untrustworthy with its reason."""
    measures = area_measures(ledger, standard, len(model.spaces), stage)
    measures |= {"street_entrances": _street_entrances(entrances, ledger, stage), **site.quantities, **clusters}
    measures |= {
        "doors_in_model": _exactly(entrances.doors_in_model, "piece"),
        "entrances_considered": _exactly(len(entrances.entrances), "piece"),
        "has_site": _exactly(int(site.has_site), ""),
    }
    if title is not None:
        measures |= {
            "own_area_m2": _exactly(title.own_m2, "m2"),
            "title_share_k": _exactly(title.k, "1"),
            "title_area_m2": _exactly(title.title_m2, "m2"),
        }
    others = {space.id for space in model.spaces} - {room.id for room in ledger.counted}
    return _with_doubts(measures, [note for note in notes if "*" in note.blocks or not _only_about(note, others)])


def _street_entrances(found: EntranceFindings, ledger: Ledger, stage: Stage) -> Quantity:
    """From the preliminary design on a drawing must show its doors: then a model without any has no entrance.

    A mere list of rooms, none of them drawn, is no drawing.
    """
    drawn = any(room.footprint is not None for room in ledger.counted)
    undrawn = found.doors_in_model == 0 and not found.entrances and drawn
    return _exactly(0, "piece") if undrawn and stage != "scheme" else found.street_entrances


def _only_about(note: Note, spaces: set[str]) -> bool:
    """Whether a note is about these spaces alone: a faulty outline in a flat puts no service room in doubt."""
    return bool(note.refs) and spaces.issuperset(note.refs)


def _exactly(value: float, unit: Unit) -> Quantity:
    return Quantity(float(value), unit, float(value), float(value))


def area_measures(ledger: Ledger, standard: AreaStandard, spaces_in_model: int, stage: Stage) -> dict[str, Quantity]:
    """Areas of all service rooms, of their kinds, and on the ground floor."""
    rooms = ledger.counted
    if not rooms:
        missing = _nothing_found(ledger, spaces_in_model)
        names = ("service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "office_area_m2")
        unknown = {name: Quantity(None, "m2", reason=missing) for name in names}
        shares = {name: Quantity(None, "1", reason=missing) for name in ("ground_floor_share", "office_share")}
        return unknown | shares
    measures = {"service_area_m2": _sum(rooms, standard, stage)}
    measures["party_centre_area_m2"] = _of_use(rooms, "party_centre", standard, stage)
    for use in _USES:
        measures[f"{use}_area_m2"] = _of_use(rooms, use, standard, stage)
    ground, share = _ground_floor(rooms, standard, stage)
    measures |= {"ground_floor_area_m2": ground, "ground_floor_share": share}
    exhibiting = [room for room in rooms if is_exhibition(room.name)]
    measures["exhibition_area_m2"] = _sum(exhibiting, standard, stage) if exhibiting else _exactly(0.0, "m2")
    measures["office_share"] = _share(measures["office_area_m2"], measures["service_area_m2"])
    return measures


def _nothing_found(ledger: Ledger, spaces_in_model: int) -> Text:
    if spaces_in_model == 0:
        return Text("模型中没有房间（空间）对象", "the model has no rooms (spaces)")
    near = "、".join(f"“{room.name}”" for room in ledger.rooms[:5])
    hint_zh = f"；相近但不计入的：{near}" if near else ""
    hint_en = f"; near misses: {near}" if near else ""
    return Text(
        f"模型的 {spaces_in_model} 个房间中没有找到社区服务用房，请核对房间名称或在任务书 [tags] 中指明{hint_zh}",
        f"none of the model's {spaces_in_model} rooms is recognised as a community service room; check their names or"
        f" name them in the brief, [tags]{hint_en}",
    )


def _reading(room: ReviewedRoom, standard_id: str) -> float | None:
    return room.readings.get(standard_id)


def _sum(rooms: Sequence[ReviewedRoom], standard: AreaStandard, stage: Stage) -> Quantity:
    """The sum over rooms; unmeasured rooms leave it unknown but keep the sum of the others as a lower bound.

    At the scheme stage a figure the file merely declares is accepted, with its note.
    """
    evidence = tuple(room.id for room in rooms)
    declared_only = [room for room in rooms if not room.readings and room.gross_low_m2 is None]
    taken_m2 = fsum(room.declared_area_m2 or 0.0 for room in declared_only)
    complete = all(room.readings for room in rooms)
    if not complete and stage == "scheme" and all(room.readings or room.declared_area_m2 for room in rooms):
        complete = True
    low_m2 = fsum(room.gross_low_m2 or 0.0 for room in rooms)
    if not complete:
        lost = "、".join(f"“{room.name}”" for room in rooms if not room.readings)
        reason = Text(f"无法量取 {lost} 的面积", f"the area of {lost} cannot be measured")
        return Quantity(None, "m2", low=low_m2, reason=reason, evidence=evidence)
    by_standard = [
        (
            fsum(_bound(room, each.id, "low") for room in rooms) + taken_m2,
            fsum(_bound(room, each.id, "high") for room in rooms) + taken_m2,
        )
        for each in area_standards()
    ]
    value = fsum(_reading(room, standard.id) or 0.0 for room in rooms) + taken_m2
    lows, highs = zip(*by_standard, strict=True)
    return Quantity(value, "m2", min(*lows, value), max(*highs, value), None, evidence, _unsettled(rooms))


def _bound(room: ReviewedRoom, standard_id: str, side: Literal["low", "high"]) -> float:
    """One reading of a room at the edge of what its geometry leaves open.

    The room's own bounds belong to its smallest and largest reading; the others keep the same proportion.
    """
    reading = _reading(room, standard_id)
    if reading is None:
        return 0.0
    extreme = (min if side == "low" else max)(room.readings.values())
    bound = room.gross_low_m2 if side == "low" else room.gross_high_m2
    return reading * (bound / extreme) if bound is not None and extreme > 0 else reading


def _of_use(rooms: Sequence[ReviewedRoom], use: str, standard: AreaStandard, stage: Stage) -> Quantity:
    """The area of one kind of room. Rooms of no narrower kind may hold it too, which leaves its upper bound open.

    A party centre is made of halls, offices and activity rooms, so that any room may belong to one nobody named.
    """
    of_kind = [room for room in rooms if use in (room.use, room.function)]
    if of_kind:
        return _sum(of_kind, standard, stage)
    any_use = use == "party_centre"
    general = [r for r in rooms if any_use or (r.use in ("service", "party_centre") and r.function is None)]
    if not general:
        return Quantity(0.0, "m2", 0.0, 0.0, None, ())
    possible = _sum(general, standard, stage)
    names = "、".join(f"“{room.name}”" for room in general[:5])
    reason = Text(
        f"没有房间以此功能命名，可能包含在 {names} 内", f"no room is named for this use; it may be part of {names}"
    )
    return Quantity(None, "m2", 0.0, possible.high, reason, possible.evidence)


def _ground_floor(rooms: Sequence[ReviewedRoom], standard: AreaStandard, stage: Stage) -> tuple[Quantity, Quantity]:
    """Ground-floor area and its share (三(二)); both stay open where the ground storey does."""
    total = _sum(rooms, standard, stage)
    certain = [room for room in rooms if room.ground_floor]
    open_rooms = [room for room in rooms if room.ground_floor is None]
    ground = _sum(certain, standard, stage) if certain else Quantity(0.0, "m2", 0.0, 0.0)
    if total.value is None:
        reason = total.reason
        return Quantity(None, "m2", low=ground.low, reason=reason), Quantity(None, "1", reason=reason)
    if open_rooms:
        most = _sum([*certain, *open_rooms], standard, stage)
        names = "、".join(sorted({room.storey or "？" for room in open_rooms}))
        reason = Text(
            f"不能确定 {names} 是否为底层；请在任务书 site.ground_storey 中指明",
            f"cannot tell whether {names} is the ground storey; name it in the brief, site.ground_storey",
        )
        unknown = Quantity(None, "m2", ground.low, most.high, reason, most.evidence)
        low, high = _bounds(ground, total), _bounds(most, total)
        return unknown, Quantity(None, "1", low[0], high[1], reason, total.evidence)
    shares = [
        share
        for each in area_standards()
        if (
            share := _ratio(
                (_reading(r, each.id) or 0.0 for r in certain), (_reading(r, each.id) or 0.0 for r in rooms)
            )
        )
        is not None
    ]
    value = (ground.value or 0.0) / total.value if total.value else None
    if value is None:
        return ground, Quantity(None, "1", reason=Text("总面积为零", "the total area is zero"))
    geometric = _bounds(ground, total) if _geometry_open(rooms) else (value, value)
    own = _ratio((r.gross_low_m2 or 0.0 for r in certain), (r.gross_low_m2 or 0.0 for r in rooms))
    inner = [own] if own is not None and all(room.area_method == "survey" for room in rooms) else []
    figures = [value, *geometric, *shares, *inner]
    return ground, Quantity(value, "1", min(figures), max(figures), None, total.evidence, _unsettled(rooms))


def _unsettled(rooms: Iterable[ReviewedRoom]) -> Text | None:
    """Which rooms lack the walls, or what is behind them, that would tell their area."""
    names = [f"“{room.name}”" for room in rooms if _geometry_open([room])]
    if not names:
        return None
    shown = "、".join(dict.fromkeys(names[:5])) + (" 等" if len(names) > 5 else "")
    return Text(
        f"{shown}的墙体没有画全（或共用墙另一侧未建模），面积只知上下限，请补画",
        f"walls of {shown} (or what is behind a shared one) are not drawn, so that only bounds of the area are known;"
        " draw them",
    )


def _geometry_open(rooms: Iterable[ReviewedRoom]) -> bool:
    """Whether any room's own outline leaves its area open (not merely the choice of standard).

    A surveyed room has no open outline: with and without its share of common space are two readings of all rooms alike.
    """
    return any(
        room.readings
        and room.area_method != "survey"
        and room.gross_low_m2 is not None
        and room.gross_high_m2 is not None
        and room.gross_high_m2 - room.gross_low_m2 > max(room.readings.values()) - min(room.readings.values()) + 1e-6
        for room in rooms
    )


def _bounds(part: Quantity, whole: Quantity) -> tuple[float, float]:
    """The extreme shares: the part small and the rest large, and the reverse."""
    part_low, part_high = part.low or 0.0, part.high or 0.0
    rest_low = max(0.0, (whole.low or 0.0) - part_low)
    rest_high = max(0.0, (whole.high or 0.0) - part_high)
    low = part_low / (part_low + rest_high) if part_low + rest_high > 0 else 0.0
    high = part_high / (part_high + rest_low) if part_high + rest_low > 0 else 1.0
    return min(low, high), max(low, high)


def _ratio(part: Iterable[float], whole: Iterable[float]) -> float | None:
    total = fsum(whole)
    return fsum(part) / total if total > 0 else None


def _share(part: Quantity, whole: Quantity) -> Quantity:
    if part.value is None or not whole.value:
        return Quantity(None, "1", reason=part.reason or whole.reason)
    value = part.value / whole.value
    return Quantity(value, "1", value, value, None, part.evidence)


def _with_doubts(measures: Mapping[str, Quantity], notes: Iterable[Note]) -> dict[str, Quantity]:
    """Measures with the notes that make them untrustworthy: value kept, reason given; a doubtful zero is unknown."""
    doubted = dict(measures)
    for note in notes:
        for name in measures if "*" in note.blocks else note.blocks:
            if name in doubted and doubted[name].reason is None:
                found = doubted[name]
                doubted[name] = (
                    replace(found, reason=note.text)
                    if found.value
                    else Quantity(None, found.unit, found.low, None, note.text, found.evidence)
                )
            elif name in doubted and doubted[name].value is None:  # bounds of what is unknown prove nothing any more
                doubted[name] = replace(doubted[name], low=None, high=None)
    return doubted
