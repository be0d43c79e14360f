"""What stands beside a review: the stage before, the completion survey, and what people decided.

Frozen answers, as a review's own parts are; they are made in ``chain``, ``survey`` and ``decisions``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from shapely import Point

from bimcheck.model import Note, Region
from bimcheck.terms import Stage, Status, Use, Verdict
from bimcheck.text import Text

# ------------------------------------------------------------------ the stage before
#
# Differences are now less before, in both directions: what grew is told as well as what shrank. ``declined`` marks
# what got worse, whether or not the rules still hold.

PlaceChange = Literal["lost", "shrunk", "moved", "grown", "new", "kept"]
"""What became of a room or an entrance, the worst first; an entrance neither shrinks nor grows."""
ClauseChange = Literal["new", "persisting", "resolved", "not-rechecked", "clear"]
"""``new``, ``persisting`` and ``resolved`` speak of findings: clauses that do not simply hold. ``not-rechecked`` was
answered then and is not asked now; ``clear`` held then and holds now, or was not asked then."""


@dataclass(frozen=True, slots=True)
class PreviousStage:
    """The report that was compared with: what it said of itself, and the hash of the report file."""

    file: str
    sha256: str
    stage: Stage
    as_of: str
    verdict: Verdict
    model_file: str
    model_sha256: str
    ruleset_id: str
    ruleset_digest: str
    tool_version: str


@dataclass(frozen=True, slots=True)
class RoomThen:
    """A room as the previous report has it; ``outline`` lies in the present model's plan, ``None`` where unknown."""

    id: str
    name: str
    use: Use
    counted: bool
    storey: str
    ground_floor: bool | None
    gross_area_m2: float | None
    outline: Region | None = None
    level_id: str | None = None


@dataclass(frozen=True, slots=True)
class RoomChange:
    """One service room through two stages. ``id`` is its id now, or then where it is lost.

    ``change`` is the worst of what became of it; ``moved_m`` and ``difference_m2`` tell a move and a difference beside
    each other. ``remarks`` tell what else changed: name, use, storey, no longer counted. ``level_id`` is where it
    stands now, or stood, where that level is still there.
    """

    id: str
    name: str
    storey: str
    change: PlaceChange
    matched_by: Literal["id", "place", "name"] | None
    before: RoomThen | None
    gross_area_m2: float | None
    difference_m2: float | None
    moved_m: float | None
    declined: bool
    remarks: tuple[Text, ...] = ()
    level_id: str | None = None


@dataclass(frozen=True, slots=True)
class EntranceChange:
    """One judged entrance through two stages; ``qualified`` and ``qualifies`` are the answers then and now."""

    id: str
    name: str
    storey: str
    change: PlaceChange
    previous_id: str | None
    qualified: bool | None
    qualifies: bool | None
    moved_m: float | None
    declined: bool
    remarks: tuple[Text, ...] = ()
    place_then: Point | None = None
    level_id: str | None = None


@dataclass(frozen=True, slots=True)
class ClauseThenAndNow:
    """One rule in both reports; a status is ``None`` where that report has no such rule."""

    rule: str
    clause: str
    title: Text
    change: ClauseChange
    before: Status | None
    after: Status | None
    value_before: float | None
    value_after: float | None
    unit: str
    declined: bool


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measurement in both reports, with the bounds of each; ``difference`` is now less before."""

    name: str
    unit: str
    before: float | None
    after: float | None
    low_before: float | None
    high_before: float | None
    low_after: float | None
    high_after: float | None
    difference: float | None
    declined: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The comparison with the previous stage. ``notes`` tell of other rules, standards, coordinates or models."""

    previous: PreviousStage
    rooms: tuple[RoomChange, ...]
    entrances: tuple[EntranceChange, ...]
    clauses: tuple[ClauseThenAndNow, ...]
    measurements: tuple[MeasureChange, ...]
    notes: tuple[Note, ...]

    @property
    def declines(self) -> int:
        """How many rooms, entrances, measurements and clauses got worse."""
        declined = [
            *(room.declined for room in self.rooms),
            *(entrance.declined for entrance in self.entrances),
            *(measure.declined for measure in self.measurements),
            *(clause.declined for clause in self.clauses),
        ]
        return sum(declined)

    def counts(self) -> dict[PlaceChange, int]:
        """How many rooms were kept, moved and so on."""
        kinds: tuple[PlaceChange, ...] = ("lost", "shrunk", "moved", "grown", "new", "kept")
        return {kind: sum(room.change == kind for room in self.rooms) for kind in kinds}


# ------------------------------------------------------------------ the completion survey


@dataclass(frozen=True, slots=True)
class SurveyedRoom:
    """A service room in the model and in the survey, square metres; ``line`` is the survey's, ``None`` where none is.

    ``limits_m2`` are the limits of survey error (twice the standard error) of classes 1, 2 and 3 for a room of this
    size: a difference within them may be noise, and none of them lowers a minimum.
    """

    room_id: str
    name: str
    storey: str
    line: int | None
    model_m2: float | None
    survey_m2: float | None
    inner_m2: float | None
    limits_m2: tuple[float, float, float] | None

    @property
    def difference_m2(self) -> float | None:
        """The survey's figure less the model's."""
        if self.survey_m2 is None or self.model_m2 is None:
            return None
        return self.survey_m2 - self.model_m2


@dataclass(frozen=True, slots=True)
class SurveyFindings:
    """Model against survey, room by room. ``other_rows`` is how many rows were about anything else."""

    file: str
    sha256: str
    rooms: tuple[SurveyedRoom, ...]
    other_rows: int

    @property
    def model_m2(self) -> float | None:
        """What the model gives for all service rooms; ``None`` where one is unknown."""
        return _total([room.model_m2 for room in self.rooms])

    @property
    def survey_m2(self) -> float | None:
        """What the survey gives for all service rooms; ``None`` where one is missing."""
        return _total([room.survey_m2 for room in self.rooms])


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if values and len(known) == len(values) else None


# ------------------------------------------------------------------ decisions

Said = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(lambda text: _said(text))]
Outcome = Literal["accepted", "refused", "revise"]
"""同意, 不同意, 整改后复审."""


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text.strip()


class Decision(BaseModel):
    """A person's decision on a rule or a finding, or a waiver of it.

    ``finding`` is the rule's id, or the id a report gives a note. ``status``, ``value`` and ``evidence`` are what the
    finding said when it was decided, ``None`` where nobody wrote them down. ``outcome`` is a decision's; a waiver
    has none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    finding: Said
    kind: Literal["decision", "waiver"]
    outcome: Outcome | None = None
    name: Said
    role: Said
    date: date
    reason: Said
    model_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    status: Status | None = None
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    evidence: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _named_once(cls, data: Any) -> Any:  # noqa: ANN401  whatever stands in the file
        """``rule`` is another word for ``finding``; a decision is a decision unless it says waiver."""
        if not isinstance(data, dict):
            return data
        named = [key for key in ("rule", "finding") if key in data]
        if len(named) != 1:
            raise ValueError("exactly one of rule, finding must be given")
        rest = {key: value for key, value in data.items() if key not in named}
        return {"kind": "decision", **rest, "finding": data[named[0]]}

    @model_validator(mode="after")
    def _outcome_of_a_decision(self) -> Decision:
        if (self.kind == "decision") != (self.outcome is not None):
            raise ValueError("outcome must be given for a decision, and only there")
        return self


Change = Literal["model", "status", "value", "evidence"]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision beside its finding as it is now.

    ``state`` is ``stale`` where anything it was made on has ``changed``, ``gone`` where there is no such finding any
    more. ``status`` is the rule's own status now, which the decision leaves as it is. ``carried`` decisions come from
    the report of the previous stage.
    """

    decision: Decision
    state: Literal["valid", "stale", "gone"]
    changed: tuple[Change, ...]
    title: Text
    status: Status | None
    why: Text
    carried: bool = False
