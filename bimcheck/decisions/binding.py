"""Decisions beside the findings they were made on: still valid, stale, or about something that is gone.

A decision never changes a status: a waived failure stays a failure, with the waiver beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bimcheck.errors import BimcheckError
from bimcheck.history import Change, Decided, Decision
from bimcheck.model import Note
from bimcheck.notation import STATUSES, amount
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Text

_WRITTEN_ALIKE = {"m2": 0.005, "m": 0.005, "1": 5e-5}
_SNAPSHOT = ("status", "value", "evidence")
_KEYS = tuple(Decision.model_fields)


def finding_id(finding: RuleResult | Note) -> str:
    """The id of a finding, the same in every run: a rule's own, or a note's code with a hash of what it is about."""
    if isinstance(finding, RuleResult):
        return finding.rule
    if not finding.refs:
        return f"{finding.code}:"
    about = "\x1f".join(sorted(finding.refs))
    return f"{finding.code}:{hashlib.sha256(about.encode('utf-8', 'replace')).hexdigest()[:12]}"


def bind(
    decisions: Sequence[Decision], review: Review, carried: Iterable[Mapping[str, Any]] = ()
) -> tuple[Decided, ...]:
    """Lay decisions beside the findings of a review; ``carried`` are those of the previous report, as it has them.

    Where the same person has decided anew on a finding, the earlier decision is not carried on.

    Raises:
        BimcheckError: a decision names a rule that the ruleset does not have.
    """
    _know_the_rules(decisions, review)
    before = {(d.finding, d.name, d.role): d for d in map(_carried, carried) if d is not None}
    decisions = [_with_snapshot(d, before.pop((d.finding, d.name, d.role), None)) for d in decisions]
    found: dict[str, RuleResult | Note] = {finding_id(note): note for note in review.notes}
    found |= {finding_id(result): result for result in review.results}
    rows = [(decision, False) for decision in decisions] + [(decision, True) for decision in before.values()]
    return tuple(
        _decided(decision, found.get(decision.finding), review, carried=is_carried) for decision, is_carried in rows
    )


def decisions_on(review: Review, rule: str) -> tuple[Decided, ...]:
    """The decisions on a rule, stale ones included."""
    return tuple(decided for decided in review.decisions if decided.decision.finding == rule)


def decisions_beside_rules(review: Review) -> tuple[Decided, ...]:
    """The decisions on notes, and on findings that are gone: no row of a rule shows them."""
    rules = {result.rule for result in review.results}
    return tuple(decided for decided in review.decisions if decided.decision.finding not in rules)


def is_decided(review: Review, rule: str) -> bool:
    """Whether a person has decided on the rule as it now stands; a refusal is a decision too."""
    return any(decided.state == "valid" for decided in decisions_on(review, rule))


def _know_the_rules(decisions: Sequence[Decision], review: Review) -> None:
    rules = {result.rule for result in review.results}
    unknown = [
        (index, d.finding) for index, d in enumerate(decisions, 1) if ":" not in d.finding and d.finding not in rules
    ]
    if unknown:
        zh = "；".join(f"decision[{index}] 的规则 {name} 不存在" for index, name in unknown)
        en = "; ".join(f"decision[{index}] names no rule of the ruleset: {name}" for index, name in unknown)
        raise BimcheckError(f"决定文件：{zh}", f"decisions: {en}")


def _carried(data: Mapping[str, Any]) -> Decision | None:
    """A decision out of the previous report; ``None`` where it cannot be understood."""
    try:
        return Decision.model_validate({key: data[key] for key in _KEYS if data.get(key) is not None})
    except ValidationError:
        return None


def _with_snapshot(decision: Decision, earlier: Decision | None) -> Decision:
    """The decision with what the previous report knows of the day it was made."""
    if earlier is None or (earlier.model_sha256, earlier.date) != (decision.model_sha256, decision.date):
        return decision
    known = {key: getattr(earlier, key) for key in _SNAPSHOT if getattr(decision, key) is None}
    return decision.model_copy(update=known)


def _decided(decision: Decision, finding: RuleResult | Note | None, review: Review, *, carried: bool) -> Decided:
    if finding is None:
        why = Text("所决定的事项本次已不存在", "what was decided on is no longer there")
        return Decided(decision, "gone", (), Text(decision.finding, decision.finding), None, why, carried)
    status, value, unit, evidence = _state(finding)
    title = finding.title if isinstance(finding, RuleResult) else finding.text
    same_model = decision.model_sha256 == review.source.sha256
    changes: list[tuple[Change, Text]] = []
    if not same_model:
        changes.append(("model", Text("模型文件已不同", "the model file is another")))
    if decision.status is not None and decision.status != status:
        old, new = STATUSES[decision.status], STATUSES[status] if status is not None else Text("—", "—")
        changes.append(("status", Text(f"结论由{old.zh}变为{new.zh}", f"the result was “{old.en}”, now “{new.en}”")))
    if decision.value is not None and _differs(decision.value, value, unit):
        old, new = amount(decision.value, unit), amount(value, unit)
        changes.append(("value", Text(f"数值由 {old.zh} 变为 {new.zh}", f"the value was {old.en}, now {new.en}")))
    if decision.evidence is not None and set(decision.evidence) != set(evidence):
        changes.append(("evidence", Text("所依据的构件已不同", "it rests on other elements")))
    if same_model and not changes:
        # What it was made on is before us: written down in full, a later stage can say what changed.
        snapshot = dict(zip(_SNAPSHOT, (status, value, tuple(sorted(evidence))), strict=True))
        decision = decision.model_copy(update={k: v for k, v in snapshot.items() if getattr(decision, k) is None})
    if changes:
        why = Text(
            "决定之后有变化，须重新确认：" + "；".join(text.zh for _, text in changes),
            "changed since it was decided, to be confirmed anew: " + "; ".join(text.en for _, text in changes),
        )
    else:
        why = Text("与决定时一致", "as it was when decided")
    return Decided(
        decision, "stale" if changes else "valid", tuple(change for change, _ in changes), title, status, why, carried
    )


def _state(finding: RuleResult | Note) -> tuple[Status | None, float | None, str, tuple[str, ...]]:
    if isinstance(finding, Note):
        return None, None, "", finding.refs
    measured = finding.measured
    return (
        finding.status,
        None if measured is None else measured.value,
        "" if measured is None else measured.unit,
        finding.evidence,
    )


def _differs(then: float, now: float | None, unit: str) -> bool:
    return now is None or abs(then - now) >= _WRITTEN_ALIKE.get(unit, 1e-6)
