"""Which row of the survey is which room of the model: by id, then by number and storey, then by name and storey.

Whatever finds no partner, on either side, is noted and leaves the areas open: a sum over the wrong rooms proves
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bimcheck.measures.ledger import Ledger
from bimcheck.model import BuildingModel, Note, Space
from bimcheck.notation import clean
from bimcheck.review import SERVICE_USES, ReviewedRoom
from bimcheck.rooms.vocabulary import meaning_of, normalise
from bimcheck.storey_names import parse_storey_name
from bimcheck.survey.table import Survey, SurveyRow
from bimcheck.text import Text

BLOCKED = (
    "service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share", "office_area_m2",
    "office_share", "hall_area_m2", "elderly_area_m2", "child_area_m2", "health_area_m2", "culture_area_m2",
    "exhibition_area_m2",
)  # fmt: skip
"""The measures that rest on the survey's areas."""

_SEVERAL = re.compile(r"[、,;；，+]")


@dataclass(frozen=True, slots=True)
class Share:
    """What the survey gives one room: its row's areas, or its part of them."""

    row: SurveyRow
    building_m2: float
    low_m2: float


class Matching:
    """Rows and rooms brought together; what is left over becomes notes."""

    def __init__(self, ledger: Ledger, survey: Survey, model: BuildingModel) -> None:
        self.notes: list[Note] = []
        self.shares: dict[str, Share] = {}
        self.other_rows = 0
        self._rooms = {room.id: room for room in ledger.counted}
        self._uncounted = {room.id: room for room in ledger.rooms if not room.counted}
        self._spaces = {space.id: space for space in model.spaces}
        self._buildings = {building.id: building.name for building in model.buildings}
        taken: dict[str, SurveyRow] = {}
        pending: list[SurveyRow] = []
        for row in survey.rows:
            rooms = self._named(row)
            if rooms:
                self._take(row, rooms, taken)
            else:
                pending.append(row)
        self._by_names(pending, taken)
        for room in self._rooms.values():
            if room.id not in taken:
                self._note(
                    "survey-room-missing", f"测绘表中没有“{clean(room.name)}”（{clean(room.storey) or '？'}）",
                    f"the survey has no row for “{clean(room.name)}” ({clean(room.storey) or '?'})", (room.id,),
                )  # fmt: skip

    def _note(self, code: str, zh: str, en: str, refs: tuple[str, ...] = (), blocks: tuple[str, ...] = BLOCKED) -> None:
        self.notes.append(Note(code, "error", Text(zh, en), refs, blocks))

    def _named(self, row: SurveyRow) -> list[ReviewedRoom]:
        """The counted rooms that a row names by id or number; all it names, or none."""
        ids = [part for part in map(str.strip, _SEVERAL.split(row.id)) if part]
        if ids:
            return [self._rooms[id_] for id_ in ids] if all(id_ in self._rooms for id_ in ids) else []
        numbers = [part for part in map(str.strip, _SEVERAL.split(row.number)) if part]
        found = [
            [room for room in self._at(row) if number in self._signs(self._spaces[room.id])]
            for number in map(normalise, numbers)
        ]
        return [rooms[0] for rooms in found] if found and all(len(rooms) == 1 for rooms in found) else []

    def _at(self, row: SurveyRow) -> Iterator[ReviewedRoom]:
        """The counted rooms on the row's storey and in its building, as far as it names them."""
        for room in self._rooms.values():
            if row.storey and not _same_storey(row.storey, room.storey):
                continue
            building = self._buildings.get(self._spaces[room.id].building_id or "", "")
            if row.building and building and not _same_building(row.building, building):
                continue
            yield room

    @staticmethod
    def _signs(space: Space) -> set[str]:
        """What is written in a room besides its use: its number, among others."""
        return {normalise(label.text) for label in space.labels if label.kind in ("name", "long-name")}

    def _take(self, row: SurveyRow, rooms: Sequence[ReviewedRoom], taken: dict[str, SurveyRow]) -> None:
        ids = tuple(room.id for room in rooms)
        names = "、".join(f"“{clean(room.name)}”" for room in rooms)
        twice = [taken[id_].line for id_ in ids if id_ in taken]
        for id_ in ids:
            taken[id_] = row
        if twice:
            zh = f"测绘表第 {twice[0]} 行与第 {row.line} 行都是{names}"
            self._note("survey-row-repeated", zh, f"rows {twice[0]} and {row.line} of the survey are both {names}", ids)
            return
        if _is_service(row) is False:
            said = clean(row.usage or row.name)
            zh = f"测绘表第 {row.line} 行将{names}记为“{said}”，与模型不符"
            en = f"row {row.line} of the survey says “{said}” where the model has {names}"
            self._note("survey-use-differs", zh, en, ids)
        elsewhere = [room for room in rooms if row.storey and not _same_storey(row.storey, room.storey)]
        if elsewhere:
            there = clean(elsewhere[0].storey)
            zh = f"测绘表第 {row.line} 行{names}在“{clean(row.storey)}”，模型中在“{there}”"
            en = f"row {row.line} of the survey puts {names} on “{clean(row.storey)}”, the model on “{there}”"
            self._note("survey-storey-differs", zh, en, ids, ("ground_floor_area_m2", "ground_floor_share"))
        if row.building_m2 is None:
            zh = f"测绘表第 {row.line} 行{names}没有建筑面积"
            self._note("survey-area-missing", zh, f"row {row.line} of the survey has no building area: {names}", ids)
            return
        self._divide(row, row.building_m2, rooms, names)

    def _divide(self, row: SurveyRow, building_m2: float, rooms: Sequence[ReviewedRoom], names: str) -> None:
        """A row of one room is its area; a row of several is divided as the model divides them."""
        ids = tuple(room.id for room in rooms)
        weights = [room.gross_area_m2 for room in rooms]
        whole = sum(weight or 0.0 for weight in weights)
        if len(rooms) > 1 and (None in weights or whole <= 0):
            zh = f"测绘表第 {row.line} 行合计了{names}，模型中有面积不明的，无法分开"
            en = f"row {row.line} of the survey sums up {names}, of which the model does not know every area"
            self._note("survey-row-indivisible", zh, en, ids)
            return
        low = row.low_m2 if row.low_m2 is not None else building_m2
        for room, weight in zip(rooms, weights, strict=True):
            part = (weight or 0.0) / whole if len(rooms) > 1 else 1.0
            self.shares[room.id] = Share(row, building_m2 * part, low * part)
        kinds = {(room.use, room.ground_floor) for room in rooms}
        if len(rooms) > 1 and len(kinds) > 1:
            zh = f"测绘表第 {row.line} 行合计了用途或楼层不同的{names}，按模型比例分开；请提供分项面积"
            en = f"row {row.line} of the survey sums up {names}, which differ in use or storey; supply each area"
            self._note("survey-row-mixed", zh, en, ids, tuple(n for n in BLOCKED if n != "service_area_m2"))

    def _by_names(self, rows: Sequence[SurveyRow], taken: dict[str, SurveyRow]) -> None:
        """Rows that give no id or number that fits: by name and storey; several alike are paired by size."""
        groups: dict[tuple[str, ...], list[SurveyRow]] = {}
        for row in rows:
            rooms = () if row.id else tuple(sorted(r.id for r in self._at(row) if r.id not in taken and _fits(row, r)))
            groups.setdefault(rooms or (f"line {row.line}", ""), []).append(row)
        for ids, alike in groups.items():
            alike_rooms = [self._rooms[id_] for id_ in ids if id_ in self._rooms]
            if alike_rooms and len(alike_rooms) == len(alike):
                alike_rooms.sort(key=lambda room: (room.gross_area_m2 or 0.0, room.id))
                alike.sort(key=lambda row: (row.building_m2 or 0.0, row.line))
                for row, room in zip(alike, alike_rooms, strict=True):
                    self._take(row, [room], taken)
            else:
                for row in alike:
                    self._left_over(row)

    def _left_over(self, row: SurveyRow) -> None:
        known = self._uncounted.get(row.id)
        if not _is_service(row):
            self.other_rows += 1
            return
        said = clean(" ".join(part for part in (row.storey, row.number, row.name or row.usage, row.id) if part))
        if known is not None:
            zh = f"测绘表第 {row.line} 行“{said}”在模型中不计入社区服务用房"
            en = f"row {row.line} of the survey, “{said}”, is not counted as a service room in the model"
            self._note("survey-row-not-counted", zh, en, (known.id,))
            return
        zh = f"测绘表第 {row.line} 行“{said}”在模型中找不到唯一对应的房间"
        en = f"row {row.line} of the survey, “{said}”, has no single room in the model"
        self._note("survey-row-unmatched", zh, en)


def _fits(row: SurveyRow, room: ReviewedRoom) -> bool:
    said = normalise(row.name or row.usage)
    return bool(said) and said == normalise(room.name)


def _is_service(row: SurveyRow) -> bool | None:
    """Whether a row speaks of a community service room; ``None`` where it says nothing. The usage goes first."""
    for text in (row.usage, row.name):
        meaning = meaning_of(text) if text else None
        if meaning is not None:
            own = meaning.strength in ("strong", "context", "ancillary")
            if meaning.strength == "strong" or not own:
                return own and meaning.use in SERVICE_USES
    return None


def _same_storey(a: str, b: str) -> bool:
    """Whether two names are of one storey; a bare number is a storey's number."""
    numbers = [int(name) if re.fullmatch(r"-?\d{1,3}", name) else parse_storey_name(name).number for name in (a, b)]
    if None in numbers:
        return normalise(a) == normalise(b)
    return numbers[0] == numbers[1]


def _same_building(a: str, b: str) -> bool:
    bare = [re.sub(r"[#号楼幢栋座\s]", "", normalise(name)) for name in (a, b)]
    return bare[0] in bare[1] or bare[1] in bare[0]
