"""The present review against the report of the previous stage."""

from __future__ import annotations

from collections.abc import Mapping

from bimcheck.chain.alignment import align
from bimcheck.chain.context import context_notes
from bimcheck.chain.doors import compare_entrances
from bimcheck.chain.previous import Previous, PreviousReport
from bimcheck.chain.rooms import AREA_NOISE_M2, compare_rooms
from bimcheck.history import Chain, ClauseChange, ClauseThenAndNow, MeasureChange
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Text

_NOISE = {"m2": AREA_NOISE_M2, "1": 5e-5, "m": AREA_NOISE_M2}
_MORE_IS_BETTER = (
    "service_area_m2",
    "party_centre_area_m2",
    "ground_floor_area_m2",
    "ground_floor_share",
    "street_entrances",
    "parking_spaces",
    "plaza_area_m2",
)
_COMPARED = (*_MORE_IS_BETTER, "office_share")
_RANK: Mapping[Status | None, int] = {"pass": 0, "manual": 1, "undetermined": 2, "fail": 3}


def compare(previous: Previous, review: Review) -> Chain:
    """Compare a review with the report of the stage before; nothing that got worse is left out."""
    report = previous.report
    alignment = align(report, review)
    proof = report.model.format == review.source.format == "IFC"
    rooms, partner = compare_rooms(report, review, alignment, proof=proof)
    return Chain(
        previous=previous.identity,
        rooms=rooms,
        entrances=compare_entrances(report, review, alignment, partner, proof=proof),
        clauses=_compare_clauses(report, review),
        measurements=_compare_measurements(report, review),
        notes=context_notes(previous, review, alignment),
    )


def _compare_clauses(report: PreviousReport, review: Review) -> tuple[ClauseThenAndNow, ...]:
    before = {result.rule: result for result in report.results}
    answers = []
    for result in review.results:
        old = before.pop(result.rule, None)
        status = None if old is None else old.status
        answers.append(
            ClauseThenAndNow(
                rule=result.rule,
                clause=result.clause,
                title=result.title,
                change=_clause_change(status, result.status),
                before=status,
                after=result.status,
                value_before=old.measured.value if old is not None and old.measured is not None else None,
                value_after=result.measured.value if result.measured is not None else None,
                unit=_unit(result),
                declined=_RANK.get(status, 9) < _RANK.get(result.status, -1),
            )
        )
    for old in before.values():
        value = old.measured.value if old.measured is not None else None
        title = Text(old.title, old.title_en or old.title)
        unit = old.measured.unit if old.measured is not None else ""
        change = _clause_change(old.status, None)
        answers.append(
            ClauseThenAndNow(old.rule, old.clause, title, change, old.status, None, value, None, unit, declined=False)
        )
    return tuple(answers)


def _unit(result: RuleResult) -> str:
    return result.measured.unit if result.measured is not None else ""


def _clause_change(before: Status | None, after: Status | None) -> ClauseChange:
    findings = ("fail", "undetermined", "manual")
    if after in findings:
        return "persisting" if before in findings else "new"
    if before in findings:
        return "resolved" if after == "pass" else "not-rechecked"
    return "not-rechecked" if before == "pass" and after != "pass" else "clear"


def _compare_measurements(report: PreviousReport, review: Review) -> tuple[MeasureChange, ...]:
    changes = []
    for name in _COMPARED:
        quantity, figure = review.measurements.get(name), report.measurements.get(name)
        before = float(figure) if isinstance(figure, int | float) else None
        if quantity is None or (before is None and quantity.value is None):
            continue
        old = report.quantities.get(name)
        difference = None if before is None or quantity.value is None else quantity.value - before
        noise = _NOISE.get(quantity.unit, 1e-9)
        low, high = _bounds(report, name, before) if old is None else (old.low, old.high)
        changes.append(
            MeasureChange(
                name=name,
                unit=quantity.unit,
                before=before,
                after=quantity.value,
                low_before=low,
                high_before=high,
                low_after=quantity.value if quantity.low is None else quantity.low,
                high_after=quantity.value if quantity.high is None else quantity.high,
                difference=difference,
                declined=name in _MORE_IS_BETTER and difference is not None and difference <= -noise,
            )
        )
    return tuple(changes)


def _bounds(report: PreviousReport, name: str, value: float | None) -> tuple[float | None, float | None]:
    """The bounds a report states besides its quantities: those of the whole area; else the value itself."""
    if name != "service_area_m2":
        return value, value
    low, high = (report.measurements.get(f"service_area_{end}_m2") for end in ("low", "high"))
    return (
        float(low) if isinstance(low, int | float) else value,
        float(high) if isinstance(high, int | float) else value,
    )
