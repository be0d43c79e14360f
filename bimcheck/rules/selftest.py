"""The cases of a ruleset: what each rule must say of given facts. ``bimcheck selftest`` runs them all.

A case stands beside the law in plain words: stage, brief, measures, and the status that must come out.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bimcheck.brief import Brief
from bimcheck.errors import RulesetError
from bimcheck.measures.catalogue import MEASURES
from bimcheck.review import Quantity, RuleResult
from bimcheck.rules.evaluate import evaluate
from bimcheck.rules.grammar import Name, Number, RuleId, Table
from bimcheck.rules.ruleset import Ruleset, load_ruleset
from bimcheck.terms import Stage, Status
from bimcheck.text import Language, Text

Kind = Literal["pass", "fail", "limit", "unknown", "readings", "person", "not_applicable"]


class Reading(Table):
    """A measure that is not one plain number: bounds, or the reason why it is unknown or not trusted."""

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    because: str | None = None


class Case(Table):
    """What one rule must say. ``kind`` tells what the case proves; ``says`` must stand in message or remedy (zh)."""

    rule: RuleId
    name: Annotated[str, Field(min_length=1)]
    kind: Kind
    expect: Status
    stage: Stage = "preliminary"
    as_of: date | None = None
    reason: str | None = None
    level: Literal["required", "advisory"] | None = None
    required: Number | None = None
    margin: Number | None = None
    says: tuple[str, ...] = ()
    brief: Brief = Brief()
    measures: dict[Name, Number | Reading] = Field(default_factory=dict)


class _CasesFile(Table):
    as_of: date
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What came of one case; ``problem`` says what differs, ``None`` where all is as it must be."""

    rule: str
    name: str
    kind: Kind
    expected: Status
    got: Status
    problem: Text | None

    @property
    def ok(self) -> bool:
        """Whether the rule said what it must."""
        return self.problem is None


def load_cases(ruleset: Ruleset) -> tuple[Case, ...]:
    """The cases of a ruleset, none where it has no file of them.

    Raises:
        RulesetError: the file is not TOML or its cases do not hold together; every problem is named.
    """
    if ruleset.cases is None:
        return ()
    try:
        data = tomllib.loads(ruleset.cases.read_bytes().decode("utf-8-sig"))
        file = _CasesFile.model_validate(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesetError(f"算例 {ruleset.cases}：{error}", f"cases {ruleset.cases}: {error}") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RulesetError(f"算例 {ruleset.cases.name}：{told}", f"cases {ruleset.cases.name}: {told}") from None
    known = {rule.id for rule in ruleset.rules}
    wrong = [case.rule for case in file.cases if case.rule not in known]
    wrong += [name for case in file.cases for name in case.measures if name not in MEASURES]
    if wrong:
        names = ", ".join(sorted(set(wrong)))
        raise RulesetError(
            f"算例 {ruleset.cases.name}：未知的规则或量 {names}",
            f"cases {ruleset.cases.name}: unknown rule or measure {names}",
        )
    return tuple(
        case if case.as_of is not None else case.model_copy(update={"as_of": file.as_of}) for case in file.cases
    )


def run_cases(ruleset: Ruleset | str) -> tuple[CaseOutcome, ...]:
    """Run every case of a ruleset (or of its id or path), in the order of the file.

    Raises:
        RulesetError: the ruleset or its cases do not hold together.
    """
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    return tuple(_run(case, rules) for case in load_cases(rules))


def missing_cases(ruleset: Ruleset) -> tuple[Text, ...]:
    """What the cases leave unproved: every rule needs each kind of case it can have."""
    have = {(case.rule, case.kind) for case in load_cases(ruleset)}
    gaps = []
    for rule in ruleset.rules:
        kinds: list[Kind] = ["pass", "fail", "limit", "unknown"] if rule.require else ["person"]
        if rule.otherwise == "manual":
            kinds.remove("fail")
            kinds.append("person")
        if not rule.stages:
            kinds = []
        if rule.applies_when or len(rule.stages) < 4:  # the notice has four stages
            kinds.append("not_applicable")
        gaps += [
            Text(f"{rule.id} 缺少“{kind}”算例", f"{rule.id} has no case of kind “{kind}”")
            for kind in kinds
            if (rule.id, kind) not in have
        ]
    return tuple(gaps)


def describe_outcomes(outcomes: tuple[CaseOutcome, ...], language: Language) -> str:
    """One line a case, and the count of those that came out right."""
    lines = []
    for outcome in outcomes:
        mark = "✓" if outcome.ok else "✗"
        line = f"{mark} {outcome.rule}  {outcome.name}  → {outcome.got}"
        lines.append(line if outcome.problem is None else f"{line}  {outcome.problem.in_language(language)}")
    right = sum(outcome.ok for outcome in outcomes)
    total = Text(f"{len(outcomes)} 例中 {right} 例正确", f"{right} of {len(outcomes)} cases right")
    return "\n".join([*lines, total.in_language(language)])


def _run(case: Case, ruleset: Ruleset) -> CaseOutcome:
    measures = {name: _quantity(name, given) for name, given in case.measures.items()}
    as_of = case.as_of or ruleset.file.effective_from
    results = evaluate(ruleset, measures, case.brief, case.stage, as_of)
    result = next(result for result in results if result.rule == case.rule)
    return CaseOutcome(case.rule, case.name, case.kind, case.expect, result.status, _difference(case, result))


def _quantity(name: str, given: float | Reading) -> Quantity:
    unit = MEASURES[name].unit
    if isinstance(given, Reading):
        because = Text(given.because, given.because) if given.because is not None else None
        if given.value is None and because is None:
            because = Text("未知", "unknown")
        return Quantity(given.value, unit, given.low, given.high, because)
    return Quantity(given, unit, given, given)


def _difference(case: Case, result: RuleResult) -> Text | None:
    told = result.message.zh + (result.remedy.zh if result.remedy is not None else "")
    pairs: list[tuple[str, object, object]] = [("status", case.expect, result.status)]
    for name, wanted, got in (
        ("reason", case.reason, result.reason),
        ("level", case.level, result.level),
        ("required", case.required, result.required.value if result.required is not None else None),
        ("margin", case.margin, round(result.margin, 6) if result.margin is not None else None),
    ):
        if wanted is not None:
            pairs.append((name, wanted, got))
    pairs += [("says", words, told) for words in case.says if words not in told]
    wrong = [f"{name}: {wanted} ≠ {got}" for name, wanted, got in pairs if wanted != got]
    return Text("；".join(wrong), "; ".join(wrong)) if wrong else None
