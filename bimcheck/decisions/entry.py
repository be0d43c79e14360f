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

_HEAD = "# 审查各方的决定与豁免 / decisions and waivers of the reviewing parties\ndecisions_version = 1\n"


def decide(
    report: Previous, finding: str, outcome: Outcome | None, *, name: str, role: str, on: date, reason: str
) -> Decision:
    """A decision on a finding of a report, or a waiver where there is no outcome.

    Raises:
        UsageError: the report has no such finding, or name, role or reason are blank.
    """
    result = next((result for result in report.report.results if result.rule == finding), None)
    note = next((note for note in report.report.notes if note.finding == finding), None)
    if result is None and note is None:
        known = ", ".join(result.rule for result in report.report.results)
        raise UsageError(
            f"报告中没有“{finding}”；可用规则编号：{known}，或报告中说明的 finding 编号",
            f"the report has no finding “{finding}”; there are the rules {known}, and the ids of its notes (finding)",
        )
    measured = result.measured if result is not None else None
    evidence = result.evidence if result is not None else note.refs if note is not None else ()
    try:
        return Decision(
            finding=finding,
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
