"""What a ruleset file holds: dated parameters, policies, and rules that quote their clause.

The file is TOML and these classes are its whole grammar; an unknown key is an error. Thresholds never stand in a
rule: they are parameters, with unit, clause and the day they came into force.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bimcheck.terms import Stage
from bimcheck.text import Text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Fact = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
"""A key of the brief (``project.type``) or the name of a measure (``has_site``)."""


class Table(BaseModel):
    """A table of the file: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Table):
    """A sentence in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def text(self) -> Text:
        """The sentence as reports carry it."""
        return Text(self.zh, self.en)


class DatedValue(Table):
    """A value and the days it holds, both included; ``until`` is open where it still does."""

    value: Number
    since: date
    until: date | None = None


class Parameter(Table):
    """A number of the law. Values are added when the law changes, never edited away."""

    title: Words
    unit: Literal["m2", "m", "1", "piece", "day", "m2 per 100 households"]
    clause: str
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]

    def on(self, day: date) -> float | None:
        """The value in force on a day, ``None`` where there was none."""
        held = [v for v in self.values if v.since <= day and (v.until is None or day <= v.until)]
        return held[-1].value if held else None


class PolicyValue(Table):
    """A number or choice the law leaves open and the tool makes; every one is printed. No value: deliberately unset."""

    title: Words
    value: bool | int | float | str | None = None
    unit: str = ""
    why: Words | None = None


class Default(Table):
    """What is taken for a key of the brief that is absent, and the note that says so (none where it goes without)."""

    value: str | bool | int | float
    note: Words | None = None


class Condition(Table):
    """When a rule applies: what a fact must be, or which earlier rules must fail.

    ``any_of`` makes it apply, ``judge`` leaves it to a person, anything else makes it not apply. ``unknown`` says what
    an unstated fact means: ``open`` (cannot tell), ``applies`` or ``not``. ``still`` names keys of the brief: a number
    given there binds the project even where this condition keeps the clause itself from applying.
    """

    fact: Fact | None = None
    any_of: tuple[str | bool, ...] = ()
    judge: tuple[str | bool, ...] = ()
    failing: tuple[RuleId, ...] = ()
    still: tuple[Fact, ...] = ()
    unknown: Literal["open", "applies", "not"] = "open"
    otherwise: Words | None = None
    judge_why: Words | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.fact is None) == (not self.failing):
            raise ValueError("name either a fact or the failing rules")
        if self.fact is not None and not self.any_of:
            raise ValueError("any_of must name at least one value of the fact")
        if bool(self.judge) != (self.judge_why is not None):
            raise ValueError("judge and judge_why belong together")
        return self


class Requirement(Table):
    """One comparison; a rule holds when all of its requirements do.

    The threshold is a ``parameter``; or a parameter a hundred households (``times``, a key of the brief), read as the
    policy ``reading`` says (linear, ceil: started hundreds, floor: full hundreds); or a number the ``brief`` may
    give, without which the requirement does not exist. ``part`` and ``whole`` make a share exact: it is compared on
    their rounded areas.
    """

    measure: Name
    op: Literal[">=", "<=", ">", "<", "=="]
    parameter: Name | None = None
    times: Fact | None = None
    reading: str | None = None
    brief: Fact | None = None
    source: Words | None = None
    part: Name | None = None
    whole: Name | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if (self.parameter is None) == (self.brief is None):
            raise ValueError("the threshold must be either a parameter or a key of the brief")
        if (self.times is None) != (self.reading is None):
            raise ValueError("times and reading belong together")
        if self.times is not None and self.parameter is None:
            raise ValueError("times needs a parameter")
        if (self.part is None) != (self.whole is None):
            raise ValueError("part and whole belong together")
        return self


class NothingFound(Table):
    """What it means that the measure is zero.

    It is evidence of absence only where one of ``known_by`` (facts) is given; and at ``open_at`` stages the drawing
    need not show it yet, so that it is no failure there.
    """

    known_by: tuple[Fact, ...] = ()
    supply: Words
    open_at: tuple[Stage, ...] = ()


class Rule(Table):
    """One clause as a test. Without ``require`` a person must judge it, and ``manual`` says what.

    ``figures`` are measures and statements told in the message. ``otherwise`` is the status when a comparison does
    not hold. ``manual`` beside ``require`` is what a person must still judge when the comparison holds.
    """

    id: RuleId
    number: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
    clause: str
    title: Words
    quote: Words
    rationale: Words
    stages: tuple[Stage, ...]
    off_stage: Words | None = None
    level: Literal["required", "advisory"]
    required_when: tuple[Condition, ...] = ()
    applies_when: tuple[Condition, ...] = ()
    require: tuple[Requirement, ...] = ()
    nothing_found: NothingFound | None = None
    otherwise: Literal["fail", "manual"] = "fail"
    manual: Words | None = None
    remedy: Words | None = None
    figures: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _judged_somehow(self) -> Self:
        if not self.require and self.manual is None:
            raise ValueError("a rule needs either a requirement or what a person must judge (manual)")
        return self


class RulesetFile(Table):
    """The whole file."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9.-]+$")]
    title: Words
    document: str
    effective_from: date
    effective_until: date | None = None
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    policies: dict[Name, dict[Name, PolicyValue]] = Field(default_factory=dict)
    defaults: dict[Fact, Default] = Field(default_factory=dict)
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
