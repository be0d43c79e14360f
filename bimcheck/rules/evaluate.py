"""The gates every rule goes through, always in the same order, and the verdict on the whole.

in force? → stage → does it apply? → is it for a person? → is the measure known? → do the readings agree? → comparison.

A measure that carries both a value and a reason is not trusted: neither its pass nor its failure counts, because what
was lost could change either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from bimcheck.brief import Brief
from bimcheck.measures.catalogue import STATEMENTS
from bimcheck.model import Note
from bimcheck.review import Comparison, Quantity, RuleResult
from bimcheck.rules.applicability import Applies, conditions_met, level_of
from bimcheck.rules.comparison import Compared, compare, exact, households_served, rounded, threshold_by_households
from bimcheck.rules.facts import ProjectFacts
from bimcheck.rules.grammar import Requirement, Rule
from bimcheck.rules.ruleset import Ruleset
from bimcheck.rules.wording import STAGE_NAMES, change_needed, figure, join, told, told_comparison
from bimcheck.terms import Stage, Status, Verdict
from bimcheck.text import Text

_READING_NAMES = {
    "linear": Text("按户数线性计算", "by a linear rate"),
    "ceil": Text("不足百户按百户计", "by started hundreds"),
    "floor": Text("只计整百户", "by full hundreds"),
}


def evaluate(
    ruleset: Ruleset, measurements: Mapping[str, Quantity], brief: Brief, stage: Stage, as_of: date
) -> tuple[RuleResult, ...]:
    """Answer every rule, in the order of the ruleset.

    ``measurements`` are the measures of the model by name; one that is absent counts as unknown, never as zero.
    """
    facts = ProjectFacts(ruleset.file, measurements, brief, as_of)
    results: dict[str, RuleResult] = {}
    for rule in ruleset.rules:
        results[rule.id] = _judge(rule, facts, stage, results)
    return tuple(results.values())


def verdict(results: Sequence[RuleResult]) -> Verdict:
    """The worst that a machine found among the required rules; where it found nothing to check, it cannot tell.

    Rules that a person must judge stay open and do not count, except where admissible readings disagree.
    """
    required = [result for result in results if result.level == "required"]
    if any(result.status == "fail" for result in required):
        return "fail"
    if any(r.status == "undetermined" or (r.status, r.reason) == ("manual", "readings-disagree") for r in required):
        return "undetermined"
    return "pass" if any(result.status == "pass" for result in required) else "undetermined"


def assumptions(ruleset: Ruleset, brief: Brief) -> tuple[Note, ...]:
    """What was assumed where the brief is silent, and whether the land was granted under earlier rules."""
    facts = ProjectFacts(ruleset.file, {}, brief, ruleset.file.effective_from)
    notes = [
        Note(f"assumed-{key.replace('.', '-').replace('_', '-')}", "info", default.note.text)
        for key, default in ruleset.file.defaults.items()
        if default.note is not None and facts.in_brief(key) is None
    ]
    granted = brief.project.land_grant_date
    if granted is not None and granted < ruleset.file.effective_from:
        day = ruleset.file.effective_from.isoformat()
        notes.append(
            Note(
                "granted-before-the-rules",
                "warning",
                Text(
                    f"土地于 {granted.isoformat()} 出让，早于实施日 {day}：请确认适用原文件还是出让时的规划条件",
                    f"the land was granted on {granted.isoformat()}, before these rules took effect on {day}: confirm"
                    " which document governs (the earlier one, or the planning conditions of the grant)",
                ),
            )
        )
    return tuple(notes)


def _judge(rule: Rule, facts: ProjectFacts, stage: Stage, earlier: Mapping[str, RuleResult]) -> RuleResult:
    answer = _Answer(rule, level_of(rule, facts, earlier))
    first, last = facts.rules.effective_from, facts.rules.effective_until
    if facts.as_of < first or (last is not None and facts.as_of > last) or _undated(rule, facts):
        return answer.close(
            "not_applicable",
            "not-in-force",
            Text(
                f"本规则自 {first.isoformat()} 起施行，{facts.as_of.isoformat()} 不适用",
                f"in force from {first.isoformat()}; not on {facts.as_of.isoformat()}",
            ),
        )
    if stage not in rule.stages:
        here = STAGE_NAMES[stage]
        default = Text(f"{here.zh}阶段不审查本条", f"not reviewed at the stage of {here.en}")
        return answer.close("not_applicable", "other-stage", rule.off_stage.text if rule.off_stage else default)
    applies = conditions_met(rule.applies_when, facts, earlier)
    binding = [need for need in rule.require if need.brief in applies.still and facts.in_brief(need.brief) is not None]
    if binding:
        return _compared(rule, facts, stage, answer, applies, binding)
    if applies.answer == "no":
        return answer.close("not_applicable", "condition-not-met", applies.why)
    if applies.answer == "judge":
        return answer.close("manual", "needs-person", join([applies.why, *_figures(rule, facts)]), remedy=applies.why)
    if not rule.require:
        return _for_a_person(rule, facts, answer, applies)
    if applies.answer == "open":
        return answer.close("undetermined", "missing-data", applies.why, remedy=_supply(applies.why))
    return _compared(rule, facts, stage, answer, applies, rule.require)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A rule's result in the making."""

    rule: Rule
    level: Literal["required", "advisory"]

    def close(
        self,
        status: Status,
        reason: str | None,
        message: Text,
        *,
        found: Compared | None = None,
        measured: Quantity | None = None,
        remedy: Text | None = None,
    ) -> RuleResult:
        """The finished result."""
        rule = self.rule
        quantity = found.quantity if found is not None else measured
        required = None
        if found is not None and found.threshold is not None:
            required = Comparison(found.need.op, float(found.threshold), found.unit)
        decided = status in ("pass", "fail", "manual")
        return RuleResult(
            rule=rule.id,
            number=rule.number,
            clause=rule.clause,
            quote=rule.quote.text,
            title=rule.title.text,
            level=self.level,
            status=status,
            reason=reason,
            measured=quantity,
            required=required,
            margin=float(found.margin) if found is not None and found.margin is not None and decided else None,
            message=join([message]),
            remedy=join([remedy]) if remedy is not None else None,
            evidence=quantity.evidence if quantity is not None else (),
        )


def _undated(rule: Rule, facts: ProjectFacts) -> bool:
    return any(need.parameter is not None and need.parameter not in facts.parameters for need in rule.require)


# ------------------------------------------------------------------ rules for a person


def _for_a_person(rule: Rule, facts: ProjectFacts, answer: _Answer, applies: Applies) -> RuleResult:
    manual = rule.manual.text if rule.manual is not None else Text("", "")
    unsure = applies.why if applies.answer == "open" else None
    measured = next((q for name in rule.figures if name not in STATEMENTS and (q := facts.measure(name))), None)
    message = join([manual, unsure, *_figures(rule, facts)])
    return answer.close("manual", "needs-person", message, measured=measured, remedy=manual)


def _figures(rule: Rule, facts: ProjectFacts, told_already: Text | None = None) -> list[Text]:
    """The measures and statements a message tells besides its own comparison, no reason twice."""
    texts: list[Text] = []
    for name in rule.figures:
        said: Text | None = None
        if name in STATEMENTS:
            said = STATEMENTS[name](facts)
        elif facts.measured(name) and (quantity := facts.measure(name)) is not None:
            unknown = quantity.value is None and quantity.reason is not None
            said = None if unknown and quantity.reason == told_already else told(name, quantity)
        if said is not None:
            texts.append(said)
    return texts


# ------------------------------------------------------------------ rules a machine judges


def _compared(
    rule: Rule, facts: ProjectFacts, stage: Stage, answer: _Answer, applies: Applies, needs: Sequence[Requirement]
) -> RuleResult:
    """The answer to these requirements of a rule; where the clause itself is left to a person, it stays so."""
    compared = [found for need in needs if (found := compare(need, facts)) is not None]
    if not compared:
        nothing = Text("没有可比较的数据", "there is nothing to compare")
        return answer.close("undetermined", "missing-data", nothing, remedy=rule.remedy.text if rule.remedy else None)
    said = [
        *_figures(rule, facts, compared[0].lacking),
        *applies.assumed,
        applies.why if applies.answer in ("no", "judge") else None,
    ]
    if (absent := _nothing_found(rule, facts, stage, compared[0])) is not None:
        why, supply = absent
        return answer.close("undetermined", "missing-data", join([why, *said]), found=compared[0], remedy=supply)
    found = _decisive(compared)
    # what a person judges besides a comparison that holds; with ``otherwise`` it is what to judge where it does not
    manual = rule.manual.text if rule.manual is not None else None
    beside = manual if rule.otherwise == "fail" else None
    message = [told_comparison(found), _enough_for(compared, found, facts), *_other_readings(compared, found, facts)]
    match found.outcome:
        case "pass" if applies.answer == "judge":
            text = join([*message, beside, *said])
            return answer.close("manual", "needs-person", text, found=found, remedy=applies.why)
        case "pass":
            return answer.close("pass", None, join([*message, beside, *said]), found=found)
        case "fail" if rule.otherwise == "manual":
            text = join([*message, manual, *said])
            return answer.close("manual", "needs-person", text, found=found, remedy=manual)
        case "fail":
            changes = [change_needed(found), rule.remedy.text if rule.remedy is not None else None]
            change = join(changes, end=False) if any(changes) else None
            text = join([*message, _with_share(found, facts), *said])
            return answer.close("fail", None, text, found=found, remedy=change)
        case "readings-disagree":
            change = change_needed(found) if found.part is None else None
            which = (
                Text("由审查人员确定采用的面积口径", "a person must decide which reading of the area holds")
                if found.unit in ("m2", "1")
                else Text("由审查人员核对图纸后认定", "a person must look at the drawing and decide")
            )
            ask = join([which, change], end=False)
            return answer.close("manual", "readings-disagree", join([*message, *said]), found=found, remedy=ask)
        case "untrusted":
            remedy = _supply(found.lacking)
            return answer.close("undetermined", "untrusted-data", join([*message, *said]), found=found, remedy=remedy)
        case _:
            shown = _with_known_threshold(found, compared)
            remedy = _supply(found.lacking, _still_needed(found))
            return answer.close("undetermined", "missing-data", join([*message, *said]), found=shown, remedy=remedy)


def _nothing_found(rule: Rule, facts: ProjectFacts, stage: Stage, found: Compared) -> tuple[Text, Text | None] | None:
    """Why a measure of zero is no failure here, where it is none, and what to supply."""
    absent = rule.nothing_found
    empty = found.value == 0 and not found.quantity.high and found.outcome == "fail"
    if absent is None or not empty:
        return None
    if absent.known_by and not any(facts.present(fact) for fact in absent.known_by):
        return absent.supply.text, absent.supply.text
    if stage not in absent.open_at:
        return None
    title, here = told(found.need.measure, found.quantity), STAGE_NAMES[stage]
    why = Text(
        f"{title.zh}：{here.zh}阶段的图纸可以尚未表达，不据此判为不符合",
        f"{title.en}; at the stage of {here.en} the drawing need not show it yet, so this is no failure",
    )
    return why, rule.remedy.text if rule.remedy is not None else None


def _decisive(compared: Sequence[Compared]) -> Compared:
    """The requirement that decides: a failure first, then what is open; the tightest of its kind."""
    for outcome in ("fail", "untrusted", "undetermined", "readings-disagree", "pass"):
        among = [found for found in compared if found.outcome == outcome]
        if among:
            return min(among, key=lambda found: found.margin if found.margin is not None else Decimal("-Infinity"))
    raise AssertionError  # pragma: no cover # every outcome is listed above


def _with_known_threshold(found: Compared, compared: Sequence[Compared]) -> Compared:
    """Where the threshold itself is open, the report shows the part of it that is known."""
    known = [other for other in compared if other.threshold is not None and other.need.measure == found.need.measure]
    if found.threshold is not None or not known:
        return found
    return max(known, key=lambda other: other.threshold or Decimal(0))


def _enough_for(compared: Sequence[Compared], decisive: Compared, facts: ProjectFacts) -> Text | None:
    """Up to how many households the area suffices for, where the quota goes by households."""
    by_rate = next((found for found in compared if found.need.times is not None), None)
    if by_rate is None or by_rate.low is None or decisive.need.measure != by_rate.need.measure:
        return None
    floors = [f.threshold for f in compared if f is not by_rate and f.threshold is not None]
    if any(by_rate.low < floor for floor in floors):
        return None
    households = households_served(by_rate.low, exact(facts.parameters[by_rate.need.parameter or ""]))
    return Text(f"此面积最多可满足 {households} 户", f"this area suffices for up to {households} households")


def _other_readings(compared: Sequence[Compared], decisive: Compared, facts: ProjectFacts) -> list[Text]:
    """The other readings of a household rate, where they would turn the answer round."""
    by_rate = next((found for found in compared if found.need.times is not None), None)
    if by_rate is None or by_rate.value is None or decisive.outcome not in ("pass", "fail"):
        return []
    count = facts.stated(by_rate.need.times or "")
    if count is None:
        return []
    rate, adopted = exact(facts.parameters[by_rate.need.parameter or ""]), facts.policy(by_rate.need.reading or "")
    others = [f.threshold for f in compared if f is not by_rate and f.threshold is not None]
    texts = []
    for reading, name in _READING_NAMES.items():
        if reading == adopted:
            continue
        least = max([threshold_by_households(rate, int(count), reading), *others])
        if (by_rate.value >= least) == (decisive.outcome == "pass"):
            continue
        shown = figure(least, by_rate.unit)
        zh, en = ("符合", "would hold") if by_rate.value >= least else ("不符合", "would not hold")
        texts.append(
            Text(
                f"本工具{_READING_NAMES[adopted].zh}；若{name.zh}，应为 {shown.zh}，则{zh}",
                f"read here {_READING_NAMES[adopted].en}; {name.en} {shown.en} would be required and it {en}",
            )
        )
    return texts


def _with_share(found: Compared, facts: ProjectFacts) -> Text | None:
    """Where a missed area is reached by the title area, with its share of common space: said, never counted.

    Rooms handed over separately take no share (GB/T 17986.1-2000), unless what was agreed says so.
    """
    title = facts.measure("title_area_m2") if found.need.measure == "service_area_m2" else None
    if title is None or title.value is None or found.threshold is None or rounded(title.value, "m2") < found.threshold:
        return None
    shown = figure(title.value, "m2")
    return Text(
        f"含公摊的产权面积 {shown.zh} 达到该数值，但公摊不是社区服务用房的面积；约定按产权面积计的，由审查人员认定",
        f"the title area with its share of common space, {shown.en}, reaches it, but that share is no service room;"
        " where title area was agreed, a person decides",
    )


def _still_needed(found: Compared) -> Text | None:
    """What would settle an open minimum, where a part of it is known."""
    if found.threshold is None or found.low is None or found.unit != "m2" or found.need.op != ">=":
        return None
    shown = figure(found.threshold - found.low, "m2")
    return Text(f"已知部分之外再有 {shown.zh} 即可判定符合", f"{shown.en} beyond what is known would make it hold")


def _supply(lacking: Text | None, more: Text | None = None) -> Text | None:
    if lacking is None:
        return more
    return join([Text(f"补齐资料后重审：{lacking.zh}", f"supply what is missing: {lacking.en}"), more], end=False)
