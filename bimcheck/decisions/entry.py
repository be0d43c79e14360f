"""A new decision, made on a report: what the finding said that day is written down with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from bimcheck.decisions.record import as_toml, load_decisions
from bimcheck.errors import UsageError
from bimcheck.history import Decision, Outcome

if TYPE_CHECKING:
    from bimcheck.chain import Previous

_MOST_NOTES = 20
_HEAD = "# 审查各方的决定与豁免 / decisions and waivers of the reviewing parties\ndecisions_version = 1\n"


def decide(
    report: Previous, finding: str, outcome: Outcome | None, *, name: str, role: str, on: date, reason: str
) -> Decision:
    """A decision on a finding of a report, or a waiver where there is no outcome.

    ``finding`` is a rule's id or its number (``R08``), or the id of a note.

    Raises:
        UsageError: the report has no such finding, or name, role or reason are blank.
    """
    asked = finding.strip()
    result = next((each for each in report.report.results if asked in (each.rule, each.number)), None)
    note = next((note for note in report.report.notes if note.finding == asked), None)
    if result is None and note is None:
        rules = [f"{each.number} {each.rule}".strip() for each in report.report.results]
        notes = [each.finding for each in report.report.notes if each.finding]
        known = ", ".join(rules + notes[:_MOST_NOTES]) + (" …" if len(notes) > _MOST_NOTES else "")
        raise UsageError(
            f"报告中没有“{finding}”；可以决定的有：{known}",
            f"the report has no finding “{finding}”; there are: {known}",
        )
    measured = result.measured if result is not None else None
    evidence = result.evidence if result is not None else note.refs if note is not None else ()
    try:
        return Decision(
            finding=result.rule if result is not None else asked,
            kind="waiver" if outcome is None else "decision",
            outcome=outcome,
            name=name,
            role=role,
            date=on,
            reason=reason,
            model_sha256=report.identity.model_sha256,
            status=result.status if result is not None else None,
            value=measured.value if measured is not None else None,
            evidence=tuple(sorted(evidence)),
        )
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        raise UsageError(f"{keys} 的值不对", f"{keys}: wrong value") from None


def with_entry(path: Path, decision: Decision) -> str:
    """The text of the decisions file with the decision at its end; a file that is not there begins anew.

    Raises:
        BimcheckError: the file there is no file of decisions.
    """
    if not path.exists():
        return _HEAD + as_toml(decision)
    load_decisions(path)
    return path.read_text("utf-8-sig").rstrip("\n") + "\n" + as_toml(decision)
