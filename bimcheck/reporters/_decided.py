"""What people decided, as reports show it, and whether everything is ready to be signed.

A decision stands beside a result and never replaces it. One that was made on another model, value or evidence is
stale and counts for nothing until it is confirmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bimcheck.decisions import decisions_beside_rules, decisions_on
from bimcheck.notation import STATUSES, clean
from bimcheck.review import Review, RuleResult
from bimcheck.text import Language, Text

if TYPE_CHECKING:
    from bimcheck.history import Decided

OUTCOMES = {
    "accepted": Text("同意", "Agreed"),
    "refused": Text("不同意", "Not agreed"),
    "revise": Text("整改后复审", "Revise and resubmit"),
    None: Text("豁免", "Waived"),
}


def ready_to_sign(review: Review) -> bool:
    """Whether no failure is open and every clause for a person carries a person's agreement.

    Careful readings: what is required and cannot be told is open too until somebody decides on it; a refusal is a
    decision, but no consent; only a waiver, not an agreement, closes a failure.
    """
    return not obstacles(review)


def obstacles(review: Review) -> list[Text]:
    """What still stands in the way of signing, one line for each rule."""
    return [text for result in review.results if (text := _obstacle(review, result)) is not None]


def waived(review: Review) -> list[RuleResult]:
    """Failures that somebody has validly waived; they remain failures."""
    return [r for r in review.results if r.status == "fail" and "waiver" in _valid_kinds(review, r.rule)]


def decision_texts(review: Review, rule: str, language: Language) -> list[str]:
    """Every decision on a rule as a line: what was said, by whom, when and why, and whether it still holds."""
    return [decision_line(decided, language) for decided in decisions_on(review, rule)]


def on_rule(review: Review, rule: str) -> list[tuple[Text, bool]]:
    """Every decision on a rule in both languages, and whether it still holds."""
    return [(_line(decided), decided.state == "valid") for decided in decisions_on(review, rule)]


def every_decision(review: Review) -> list[tuple[Text, Text]]:
    """Every decision there is beside what it is on, those on notes and on what is gone among them.

    A rule is named with its result as it stands, which the decision leaves alone.
    """
    rules = {result.rule: result for result in review.results}
    return [(_subject(decided, rules.get(decided.decision.finding)), _line(decided)) for decided in review.decisions]


def beside_rules(review: Review) -> list[tuple[Text, Text, bool]]:
    """Decisions that no clause's row shows, as finding, decision, and whether it holds: those on notes, those gone."""
    return [(decided.title, _line(decided), decided.state == "valid") for decided in decisions_beside_rules(review)]


def _subject(decided: Decided, result: RuleResult | None) -> Text:
    if result is None:
        return decided.title
    status = STATUSES[result.status]
    return Text(f"{result.number} {result.title.zh}（{status.zh}）", f"{result.number} {result.title.en} ({status.en})")


def _line(decided: Decided) -> Text:
    return Text(decision_line(decided, "zh"), decision_line(decided, "en"))


def _valid_kinds(review: Review, rule: str) -> set[str]:
    """What validly stands of decisions on a rule: “waiver”, or the outcome of a decision."""
    return {decided.decision.outcome or "waiver" for decided in decisions_on(review, rule) if decided.state == "valid"}


def _obstacle(review: Review, result: RuleResult) -> Text | None:
    said = _valid_kinds(review, result.rule)
    name = Text(f"{result.number} {result.title.zh}", f"{result.number} {result.title.en}")
    if said & {"refused", "revise"}:
        return Text(f"{name.zh}：审查人未同意", f"{name.en}: not agreed to")
    closing = {"waiver"} if result.status == "fail" else {"waiver", "accepted"}
    must_act = result.status in ("fail", "manual") or (result.status == "undetermined" and result.level == "required")
    if not must_act or said & closing:
        return None
    status = STATUSES[result.status]
    stale = any(decided.state == "stale" for decided in decisions_on(review, result.rule))
    note = Text("，原意见已失效", ", the decision is stale") if stale else Text("", "")
    return Text(f"{name.zh}：{status.zh}{note.zh}", f"{name.en}: {status.en}{note.en}")


def decision_line(decided: Decided, language: Language) -> str:
    """A decision as a line: what was said, why, by whom and when; what has gone stale says so first, and why last."""
    made = decided.decision
    outcome = OUTCOMES[made.outcome].in_language(language)
    line = f"{outcome}：{made.reason}（{made.role} {made.name}，{made.date.isoformat()}）"
    if language == "en":
        line = f"{outcome}: {made.reason} ({made.role} {made.name}, {made.date.isoformat()})"
    if decided.state == "valid":
        return clean(line)
    stale = Text("已失效", "STALE").in_language(language)
    return clean(f"【{stale}】{line} {decided.why.in_language(language)}")
