"""What is known about a project when its rules are judged: measures, the brief, and the numbers in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel

from bimcheck.brief import Brief
from bimcheck.measures.catalogue import MEASURES
from bimcheck.review import Quantity
from bimcheck.rules.grammar import RulesetFile
from bimcheck.text import Text


def has_key(key: str) -> bool:
    """Whether the brief has such a key (``project.type``)."""
    table, _, name = key.partition(".")
    kind = Brief.model_fields.get(table)
    return kind is not None and isinstance(kind.default, BaseModel) and name in type(kind.default).model_fields


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of one project under one ruleset on one day. Absent is ``None``, never zero."""

    rules: RulesetFile
    measurements: Mapping[str, Quantity]
    brief: Brief
    as_of: date
    parameters: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        dated = {name: parameter.on(self.as_of) for name, parameter in self.rules.parameters.items()}
        held = {name: value for name, value in dated.items() if value is not None}
        object.__setattr__(self, "parameters", held)

    @property
    def effective_from(self) -> date:
        """The first day of the rules."""
        return self.rules.effective_from

    def measure(self, name: str) -> Quantity | None:
        """A measure, measured or derived; ``None`` where there is nothing to measure.

        A measure of the model that nobody supplied is unknown.
        """
        if name in self.measurements:
            return self.measurements[name]
        known = MEASURES[name]
        if known.derive is not None:
            return known.derive(self)
        reason = Text(f"未量测：{known.title.zh}", f"not measured: {known.title.en}")
        return Quantity(None, known.unit, reason=reason)

    def measured(self, name: str) -> bool:
        """Whether anything can be said of a measure: it was supplied, or it is derived."""
        return name in self.measurements or MEASURES[name].derive is not None

    def in_brief(self, key: str) -> Any:  # noqa: ANN401 # a brief's values are of many types
        """What the brief itself says under a key, ``None`` where it is silent."""
        table, _, name = key.partition(".")
        return getattr(getattr(self.brief, table), name)

    def stated(self, key: str) -> Any:  # noqa: ANN401 # the same
        """What the brief says under a key, or the ruleset's default for it."""
        value = self.in_brief(key)
        if value is None and key in self.rules.defaults:
            return self.rules.defaults[key].value
        return value

    def policy(self, key: str) -> str:
        """A policy's choice (``quota.household_reading`` → ``linear``)."""
        group, _, name = key.partition(".")
        return str(self.rules.policies[group][name].value)

    def present(self, fact: str) -> bool:
        """Whether a fact is there at all: a filled key of the brief, or a measure that is not zero."""
        if "." in fact:
            return bool(self.stated(fact))
        quantity = self.measurements.get(fact)
        return quantity is not None and bool(quantity.value)
