"""One measured quantity against one threshold: exact decimal arithmetic on the figures a survey would state.

Areas and lengths are rounded half-up to 0.01 before they are compared (GB/T 17986.1-2000), counts and days to whole
numbers; a share is compared by the rounded areas it is made of. Binary noise below a millionth does not decide.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Literal

from bimcheck.measures.catalogue import MEASURES, missing
from bimcheck.review import Quantity
from bimcheck.rules.facts import ProjectFacts
from bimcheck.rules.grammar import Requirement
from bimcheck.text import Text

Outcome = Literal["pass", "fail", "undetermined", "untrusted", "readings-disagree"]

_NOISE = Decimal("1e-6")
_ANY_SIZE = Context(prec=400)  # the largest float has 309 digits before the point
_STEP = {
    "m2": Decimal("0.01"),
    "m": Decimal("0.01"),
    "yuan": Decimal("0.01"),
    "piece": Decimal(1),
    "day": Decimal(1),
    "1": _NOISE,
    "": _NOISE,
}
_HUNDRED = Decimal(100)
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """How one requirement came out.

    ``threshold`` is ``None`` where it cannot be told (households unknown), ``margin`` measured minus required.
    ``lacking`` names what is missing or not to be trusted. ``origin`` says where the threshold comes from.
    """

    need: Requirement
    unit: str
    quantity: Quantity
    outcome: Outcome
    threshold: Decimal | None
    margin: Decimal | None
    origin: Text
    lacking: Text | None = None
    part: Decimal | None = None
    whole: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """The measured value as it is compared."""
        return None if self.quantity.value is None else rounded(self.quantity.value, self.unit)

    @property
    def low(self) -> Decimal | None:
        """The least it can be."""
        low = self.quantity.low if self.quantity.low is not None else self.quantity.value
        return None if low is None else rounded(low, self.unit)

    @property
    def high(self) -> Decimal | None:
        """The most it can be."""
        high = self.quantity.high if self.quantity.high is not None else self.quantity.value
        return None if high is None else rounded(high, self.unit)


def rounded(value: float, unit: str) -> Decimal:
    """A figure rounded half-up to the step in which its unit is stated (0.01 m², whole pieces)."""
    even = Decimal(repr(float(value))).quantize(_NOISE, ROUND_HALF_EVEN, _ANY_SIZE)
    return even.quantize(_STEP.get(unit, _NOISE), ROUND_HALF_UP, _ANY_SIZE)


def exact(value: float) -> Decimal:
    """A figure as it was written, free of binary noise."""
    return Decimal(repr(float(value)))


def compare(need: Requirement, facts: ProjectFacts) -> Compared | None:
    """Compare; ``None`` where the requirement does not exist (the brief does not state it, or nothing to measure)."""
    quantity = facts.measure(need.measure)
    if quantity is None or (need.brief is not None and facts.in_brief(need.brief) is None):
        return None
    unit = MEASURES[need.measure].unit
    threshold, origin, lacking = _threshold(need, facts)
    if threshold is None:
        return Compared(need, unit, quantity, "undetermined", None, None, origin, lacking)
    part, whole, doubt = _share(need, facts)
    found = Compared(need, unit, quantity, "undetermined", threshold, None, origin, quantity.reason, part, whole)
    margin = None if quantity.value is None else _margin(found, threshold)
    outcome = _outcome(found, threshold, doubt)
    lacking = quantity.reason or doubt or quantity.unsettled
    if outcome == "undetermined" and lacking is None:
        title = MEASURES[need.measure].title
        lacking = Text(f"未量测：{title.zh}", f"not measured: {title.en}")
    return Compared(need, unit, quantity, outcome, threshold, margin, origin, lacking, part, whole)


def threshold_by_households(rate: Decimal, households: int, reading: str) -> Decimal:
    """A rate by hundred households: linear, by started hundreds (ceil) or by full hundreds (floor)."""
    hundreds = Decimal(households) / _HUNDRED
    if reading == "ceil":
        hundreds = hundreds.to_integral_value(ROUND_CEILING)
    elif reading == "floor":
        hundreds = hundreds.to_integral_value(ROUND_FLOOR)
    return rate * hundreds


def households_served(area: Decimal, rate: Decimal) -> int:
    """Up to how many households an area suffices for at a rate by hundred households (linear)."""
    return int((area * _HUNDRED / rate).to_integral_value(ROUND_FLOOR))


def _threshold(need: Requirement, facts: ProjectFacts) -> tuple[Decimal | None, Text, Text | None]:
    if need.brief is not None:
        source = need.source.text if need.source is not None else Text("任务书", "the brief")
        return exact(facts.in_brief(need.brief)), source, None
    name = need.parameter or ""
    parameter = facts.rules.parameters[name]
    title = Text(f"{parameter.title.zh}，{parameter.clause}", f"{parameter.title.en}, {parameter.clause}")
    if need.times is None:
        return exact(facts.parameters[name]), title, None
    households = facts.stated(need.times)
    if households is None:
        return None, title, missing(need.times)
    rate = exact(facts.parameters[name])
    origin = Text(
        f"{households} 户 × 每百户 {rate.normalize():f} ㎡，{parameter.clause}",
        f"{households} households × {rate.normalize():f} m² per 100, {parameter.clause}",
    )
    return threshold_by_households(rate, int(households), facts.policy(need.reading or "")), origin, None


def _share(need: Requirement, facts: ProjectFacts) -> tuple[Decimal | None, Decimal | None, Text | None]:
    """The rounded areas a share is made of, and what makes either of them untrustworthy."""
    if need.part is None or need.whole is None:
        return None, None, None
    part, whole = facts.measure(need.part), facts.measure(need.whole)
    if part is None or whole is None or part.value is None or not whole.value:
        return None, None, None
    return rounded(part.value, "m2"), rounded(whole.value, "m2"), part.reason or whole.reason


def _outcome(found: Compared, threshold: Decimal, doubt: Text | None) -> Outcome:
    quantity = found.quantity
    if quantity.value is not None and (quantity.reason is not None or doubt is not None):
        return "untrusted"

    def holds(end: float | None, *, unbounded: bool) -> bool:
        """Whether the comparison holds at one end; an end nobody knows is as far out as can be."""
        return unbounded if end is None else _holds(found, end, threshold)

    low = quantity.low if quantity.low is not None else quantity.value
    high = quantity.high if quantity.high is not None else quantity.value
    if found.need.op == "==":
        known = low is not None and low == high
        return ("pass" if holds(low, unbounded=False) else "fail") if known else _equal_within(found, threshold)
    upward = found.need.op in (">=", ">")
    worst, best = (low, high) if upward else (high, low)
    if holds(worst, unbounded=False):
        return "pass"
    if not holds(best, unbounded=True):
        return "fail"
    return "undetermined" if quantity.value is None or quantity.unsettled is not None else "readings-disagree"


def _equal_within(found: Compared, threshold: Decimal) -> Outcome:
    """Equality with an interval: it fails only where the threshold lies outside."""
    outside = (found.low is not None and found.low > threshold) or (found.high is not None and found.high < threshold)
    if outside:
        return "fail"
    return "undetermined" if found.quantity.value is None else "readings-disagree"


def _holds(found: Compared, end: float, threshold: Decimal) -> bool:
    compares = _OPERATORS[found.need.op]
    if found.part is None or found.whole is None:
        return compares(rounded(end, found.unit), threshold)
    value = found.quantity.value
    same = value is not None and abs(end - value) <= 1e-9
    part = found.part if same else rounded(end * float(found.whole), "m2")
    return compares(part, threshold * found.whole)


def _margin(found: Compared, threshold: Decimal) -> Decimal:
    if found.unit == "1":
        return exact(found.quantity.value or 0.0) - threshold
    return (found.value or Decimal(0)) - threshold
