"""A ruleset in plain words: which there are, and what each of its rules asks, of whom, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bimcheck.measures.catalogue import BRIEF_TITLES, MEASURES
from bimcheck.rules.grammar import Condition, Requirement, Rule
from bimcheck.rules.ruleset import Ruleset, available_rulesets, load_ruleset
from bimcheck.rules.wording import STAGE_NAMES, asked_for
from bimcheck.text import Language, Text

_LEVELS = {"required": Text("必须", "required"), "advisory": Text("提示", "advisory")}


@dataclass(frozen=True, slots=True)
class RuleListing:
    """One rule, explained: what it asks, when it applies, and what a person judges (``manual``)."""

    id: str
    number: str
    clause: str
    title: Text
    quote: Text
    rationale: Text
    level: Literal["required", "advisory"]
    stages: tuple[Text, ...]
    asks: tuple[Text, ...]
    conditions: tuple[Text, ...]
    required_when: tuple[Text, ...]
    manual: Text | None


def explain(ruleset: Ruleset) -> tuple[RuleListing, ...]:
    """Every rule of a ruleset with the thresholds that hold last."""
    return tuple(_listing(rule, ruleset) for rule in ruleset.rules)


def describe_rulesets(language: Language) -> str:
    """One line a ruleset: id, title, document, first day in force."""
    lines = []
    for name in available_rulesets():
        file = load_ruleset(name).file
        since = Text(f"{file.effective_from} 起施行", f"in force from {file.effective_from}").in_language(language)
        lines.append(f"{name}  {file.title.text.in_language(language)}  {file.document}  {since}")
    return "\n".join(lines)


def describe_ruleset(id_or_path: str, language: Language) -> str:
    """The whole ruleset as text: its identity, every rule, every policy."""
    ruleset = load_ruleset(id_or_path)
    file = ruleset.file

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    def words(texts: tuple[Text, ...]) -> str:
        return say("；", "; ").join(text.in_language(language) for text in texts)

    lines = [
        f"{file.id}  {file.title.text.in_language(language)}  {file.document}",
        say(f"{file.effective_from} 起施行", f"in force from {file.effective_from}"),
        ruleset.digest,
        "",
    ]
    for rule in explain(ruleset):
        level = _LEVELS[rule.level].in_language(language)
        lines.append(f"{rule.number} {rule.id}  {rule.title.in_language(language)}  [{rule.clause}, {level}]")
        entries = [
            (say("条文", "clause"), f"“{rule.quote.zh}”" + ("" if language == "zh" else f" — {rule.quote.en}")),
            (say("要求", "asks"), words(rule.asks)),
            (say("人工", "person"), rule.manual.in_language(language) if rule.manual else ""),
            (say("适用", "applies"), words(rule.conditions)),
            (say("必须", "required"), words(rule.required_when)),
            (say("阶段", "stages"), words(rule.stages) or say("无", "none")),
            (say("理由", "reason"), rule.rationale.in_language(language)),
        ]
        lines += [f"    {name}: {text}" for name, text in entries if text]
        lines.append("")
    lines.append(
        say("政策（条文未定、由本工具采用，均可在规则集中修改）", "Policies (left open by the law, chosen here)")
    )
    lines += [
        f"    {policy.id} = {policy.value}{policy.unit and ' ' + policy.unit}  {policy.title.in_language(language)}"
        for policy in ruleset.policies
    ]
    return "\n".join(lines)


def _listing(rule: Rule, ruleset: Ruleset) -> RuleListing:
    return RuleListing(
        id=rule.id,
        number=rule.number,
        clause=rule.clause,
        title=rule.title.text,
        quote=rule.quote.text,
        rationale=rule.rationale.text,
        level=rule.level,
        stages=tuple(STAGE_NAMES[stage] for stage in rule.stages),
        asks=tuple(_asked(need, ruleset) for need in rule.require),
        conditions=tuple(_condition(condition, ruleset) for condition in rule.applies_when),
        required_when=tuple(_condition(condition, ruleset) for condition in rule.required_when),
        manual=rule.manual.text if rule.manual is not None else None,
    )


def _asked(need: Requirement, ruleset: Ruleset) -> Text:
    measure = MEASURES[need.measure]
    if need.parameter is None:
        source = need.source.text if need.source is not None else Text("任务书", "the brief")
        return Text(
            f"{measure.title.zh}不少于{source.zh}所定（{need.brief}）",
            f"{measure.title.en}: at least what is stated in: {source.en} ({need.brief})",
        )
    parameter = ruleset.file.parameters[need.parameter]
    asked = asked_for(need.op, parameter.values[-1].value, measure.unit)
    rate = Text("每百户", " per hundred households") if need.times is not None else Text("", "")
    return Text(f"{measure.title.zh}{rate.zh}{asked.zh}", f"{measure.title.en}: {asked.en}{rate.en}")


def _condition(condition: Condition, ruleset: Ruleset) -> Text:
    if condition.fact is None:
        titles = [ruleset.rule(rule).title for rule in condition.failing]
        zh, en = "、".join(t.zh for t in titles), " or ".join(t.en for t in titles)
        return Text(f"{zh}不符合时", f"where this fails: {en}")
    title = BRIEF_TITLES.get(condition.fact, Text(condition.fact, condition.fact))
    values = ", ".join(str(value).lower() for value in condition.any_of)
    return Text(f"{title.zh}（{condition.fact}）= {values}", f"{title.en} ({condition.fact}) = {values}")
