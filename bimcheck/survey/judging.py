"""The survey's areas in place of the model's: at completion what was measured on site is judged, without tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bimcheck.errors import UsageError
from bimcheck.history import SurveyedRoom, SurveyFindings
from bimcheck.measures.ledger import Ledger
from bimcheck.measures.readings import area_standards
from bimcheck.model import BuildingModel, Note
from bimcheck.notation import clean
from bimcheck.review import ReviewedRoom
from bimcheck.survey.matching import BLOCKED, Matching, Share
from bimcheck.survey.table import Survey
from bimcheck.terms import Stage
from bimcheck.text import Text

_MISSING = Note(
    "survey-missing",
    "warning",
    Text(
        "竣工验收应以实测面积为准；未提供测绘表（--survey），本次按模型面积判定",
        "at completion the surveyed areas are to be judged; without a survey (--survey) the model's were",
    ),
)
_WIDELY = 2.0
"""A room surveyed at twice its modelled area, or at half of it, is another room or in another unit."""
_LIMITS = ((0.02, 0.0006), (0.04, 0.002), (0.08, 0.006))


def error_limits_m2(area_m2: float) -> tuple[float, float, float]:
    """The limits of error of an area in house surveys of class 1, 2 and 3 (GB/T 17986.1-2000), square metres."""
    first, second, third = (a * math.sqrt(area_m2) + b * area_m2 for a, b in _LIMITS)
    return first, second, third


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey, or its absence, adds to the notes; ``findings`` is ``None`` without a survey."""

    findings: SurveyFindings | None
    notes: tuple[Note, ...]


def judge_by_survey(
    ledger: Ledger, survey: Survey | None, model: BuildingModel, stage: Stage
) -> tuple[Ledger, Surveyed]:
    """The ledger with the survey's areas, and what the comparison found.

    A row's building area is judged. Where the survey tells a part of it that is no share of common space, the area is
    an interval between the two, because the share is not the community's own; a rule that turns on it needs a person.

    Raises:
        UsageError: a survey is given for another stage than completion.
    """
    if survey is None:
        return ledger, Surveyed(None, (_MISSING,) if stage == "completion" else ())
    if stage != "completion":
        raise UsageError("--survey 只用于竣工验收（--stage completion）", "--survey goes with --stage completion only")
    matched = Matching(ledger, survey, model)
    lines: list[ReviewedRoom] = []
    compared: list[SurveyedRoom] = []
    for room in ledger.rooms:
        share = matched.shares.get(room.id)
        if room.counted:
            compared.append(_compared(room, share))
        lines.append(room if share is None or not room.counted else _surveyed(room, share))
    findings = SurveyFindings(survey.file, survey.sha256, tuple(compared), matched.other_rows)
    return replace(ledger, rooms=tuple(lines)), Surveyed(
        findings, (*matched.notes, *_doubtful(compared), *_differences(compared))
    )


def _surveyed(room: ReviewedRoom, share: Share) -> ReviewedRoom:
    """The room with the survey's area under every standard: it was measured once, on site."""
    readings: Mapping[str, float] = MappingProxyType(
        dict.fromkeys((standard.id for standard in area_standards()), share.building_m2)
    )
    row = share.row
    remark = Text(f"竣工实测，测绘表第 {row.line} 行", f"as surveyed, row {row.line} of the survey")
    return replace(
        room,
        gross_area_m2=share.building_m2,
        gross_low_m2=share.low_m2,
        gross_high_m2=share.building_m2,
        readings=readings,
        area_method="survey",
        confidence="high",
        coefficient=None,
        remark=remark,
    )


def _compared(room: ReviewedRoom, share: Share | None) -> SurveyedRoom:
    model = room.gross_area_m2
    return SurveyedRoom(
        room_id=room.id,
        name=room.name,
        storey=room.storey,
        line=None if share is None else share.row.line,
        model_m2=model,
        survey_m2=None if share is None else share.building_m2,
        inner_m2=None if share is None or share.low_m2 >= share.building_m2 else share.low_m2,
        limits_m2=None if share is None else error_limits_m2(share.building_m2),
    )


def _doubtful(rooms: Sequence[SurveyedRoom]) -> Iterator[Note]:
    """A note where survey and model cannot be about the same room, which leaves the areas open."""
    for room in rooms:
        survey, model = room.survey_m2, room.model_m2
        if survey is None or model is None or model / _WIDELY <= survey <= model * _WIDELY:
            continue
        zh = (
            f"“{clean(room.name)}”实测 {survey:.2f} ㎡，模型 {model:.2f} ㎡，相差一倍以上："
            f"请核对测绘表第 {room.line} 行的单位和房间"
        )
        en = (
            f"“{clean(room.name)}” was surveyed at {survey:.2f} m², the model has {model:.2f} m², more than twice"
            f" or less than half: check the unit and the room of row {room.line} of the survey"
        )
        yield Note("survey-doubtful", "error", Text(zh, en), (room.room_id,), BLOCKED)


def _differences(rooms: Sequence[SurveyedRoom]) -> Iterator[Note]:
    """A note where survey and model differ by more than any survey's error."""
    for room in rooms:
        gap = room.difference_m2
        if gap is None or room.limits_m2 is None or abs(gap) <= room.limits_m2[2]:
            continue
        name, limit = clean(room.name), room.limits_m2[2]
        zh = (
            f"“{name}”实测 {room.survey_m2:.2f} ㎡，模型 {room.model_m2:.2f} ㎡，差 {gap:+.2f} ㎡，"
            f"超出三级测量限差 {limit:.2f} ㎡；以实测为准"
        )
        en = (
            f"“{name}” was surveyed at {room.survey_m2:.2f} m², the model has {room.model_m2:.2f} m²: {gap:+.2f} m²,"
            f" beyond the class 3 limit of {limit:.2f} m²; the survey is judged"
        )
        yield Note("survey-differs-from-model", "warning", Text(zh, en), (room.room_id,))
