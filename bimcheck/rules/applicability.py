"""Whether a rule applies to a project, in three values and a fourth: yes, no, open, or for a person to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bimcheck.measures.catalogue import missing
from bimcheck.review import RuleResult
from bimcheck.rules.facts import ProjectFacts
from bimcheck.rules.grammar import Condition, Rule
from bimcheck.text import Text


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether conditions are met; ``assumed`` tells what was taken for granted where the brief is silent.

    ``still`` are the keys of the brief whose numbers bind the project though the clause does not apply.
    """

    answer: Literal["yes", "no", "open", "judge"]
    why: Text
    assumed: tuple[Text, ...] = ()
    still: tuple[str, ...] = ()


def conditions_met(conditions: Sequence[Condition], facts: ProjectFacts, earlier: Mapping[str, RuleResult]) -> Applies:
    """All conditions together: one that is not met decides, then one a person must judge, then one that is open."""
    answers = [_condition(condition, facts, earlier) for condition in conditions]
    for decisive in ("no", "judge", "open"):
        for answer in answers:
            if answer.answer == decisive:
                return answer
    return Applies("yes", Text("", ""), tuple(text for answer in answers for text in answer.assumed))


def _condition(condition: Condition, facts: ProjectFacts, earlier: Mapping[str, RuleResult]) -> Applies:
    otherwise = condition.otherwise.text if condition.otherwise else Text("条件不成立", "its condition is not met")
    if condition.fact is None:
        return _after(condition, earlier, otherwise)
    value = facts.stated(condition.fact)
    if value is None:
        unknown: dict[str, Literal["yes", "no", "open"]] = {"applies": "yes", "not": "no", "open": "open"}
        answer = unknown[condition.unknown]
        return Applies(answer, otherwise if answer == "no" else missing(condition.fact))
    if value in condition.any_of:
        default = facts.rules.defaults.get(condition.fact)
        by_default = facts.in_brief(condition.fact) is None and default is not None and default.note is not None
        return Applies("yes", Text("", ""), (default.note.text,) if by_default and default and default.note else ())
    if value in condition.judge and condition.judge_why is not None:
        return Applies("judge", condition.judge_why.text, still=condition.still)
    return Applies("no", otherwise, still=condition.still)


def _after(condition: Condition, earlier: Mapping[str, RuleResult], otherwise: Text) -> Applies:
    """A rule that follows from others' failing."""
    statuses = {rule: earlier[rule].status for rule in condition.failing}
    if "fail" in statuses.values():
        return Applies("yes", Text("", ""))
    if all(status in ("pass", "not_applicable") for status in statuses.values()):
        return Applies("no", otherwise)
    open_rules = [earlier[rule].title for rule, status in statuses.items() if status not in ("pass", "not_applicable")]
    return Applies(
        "open",
        Text(
            f"{'、'.join(title.zh for title in open_rules)}尚无结论",
            f"{', '.join(title.en for title in open_rules)}: not decided yet",
        ),
    )


def level_of(rule: Rule, facts: ProjectFacts, earlier: Mapping[str, RuleResult]) -> Literal["required", "advisory"]:
    """Whether a rule is required of this project, or only advises."""
    if rule.required_when:
        return "required" if conditions_met(rule.required_when, facts, earlier).answer == "yes" else "advisory"
    return rule.level
