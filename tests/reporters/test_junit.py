"""JUnit: one case a rule, and red exactly where the command line's exit code is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import review_factory

from bimcheck.reporters import render
from bimcheck.review import Review
from bimcheck.rules.evaluate import verdict
from bimcheck.terms import Status


def suite(review: Review | None = None) -> Element:
    text = render(review or review_factory.review(), "junit")
    assert isinstance(text, str)
    only = ElementTree.fromstring(text).find("testsuite")  # noqa: S314  our own XML
    assert only is not None
    return only


def outcomes(found: Element) -> list[str]:
    kinds = ("failure", "error", "skipped")
    return [next((kind for kind in kinds if case.find(kind) is not None), "passed") for case in found.iter("testcase")]


def only(status: Status, level: Literal["required", "advisory"], reason: str | None = None) -> Review:
    """A review of one more rule beside one that passes."""
    results = review_factory.RESULTS
    changed = replace(results[7], status=status, level=level, reason=reason)
    both = (results[6], changed)
    return review_factory.review(results=both, verdict=verdict(both))


def test_every_rule_is_a_case_in_the_ruleset_s_order() -> None:
    names = [case.get("name", "").split()[0] for case in suite().iter("testcase")]
    assert names == [f"R{number:02}" for number in range(1, 25)]


def test_the_counts_are_those_of_the_cases() -> None:
    found = suite()
    counted = Counter(outcomes(found))
    assert found.get("tests") == "24"
    assert [found.get(name) for name in ("failures", "errors", "skipped")] == [
        str(counted[kind]) for kind in ("failure", "error", "skipped")
    ]
    assert counted["failure"] == 1
    assert counted["error"] == 1


@pytest.mark.parametrize(
    ("status", "level", "reason", "kind"),
    [
        ("pass", "required", None, "passed"),
        ("fail", "required", None, "failure"),
        ("fail", "advisory", None, "skipped"),
        ("undetermined", "required", "missing-data", "error"),
        ("undetermined", "advisory", "missing-data", "skipped"),
        ("manual", "required", "needs-person", "skipped"),
        ("manual", "required", "readings-disagree", "error"),
        ("not_applicable", "required", "other-stage", "skipped"),
    ],
)
def test_red_is_exactly_what_the_exit_code_says(
    status: Status, level: Literal["required", "advisory"], reason: str | None, kind: str
) -> None:
    review = only(status, level, reason)
    found = outcomes(suite(review))
    assert found[1] == kind
    red = bool({"failure", "error"} & set(found))
    assert red == (review.exit_code != 0)


def test_a_review_that_checked_nothing_is_red() -> None:
    results = tuple(replace(r, status="not_applicable") for r in review_factory.RESULTS)
    review = review_factory.review(results=results, verdict=verdict(results))
    assert review.exit_code == 3
    assert "error" in outcomes(suite(review))


def test_a_failure_says_clause_finding_remedy_and_rooms() -> None:
    case = next(case for case in suite().iter("testcase") if case.get("name", "").startswith("R08"))
    failure = case.find("failure")
    assert failure is not None
    said = f"{failure.get('message')}\n{failure.text}"
    for part in ("不符合", "44.44%", "底层面积不少于项目总面积的50%", "至少 54.00 m²", "党群服务中心 (1pC$Entre_01)"):
        assert part in said


def test_text_of_the_model_is_escaped_and_cleaned() -> None:
    """The file's name holds mark-up; a parser that reads the report gets it back as text."""
    text = render(review_factory.review(), "junit")
    assert isinstance(text, str)
    assert "<b>" not in text
    assert "\x1b" not in text
    properties = {p.get("name"): p.get("value") for p in suite().iter("property")}
    assert properties["model"] == "文苑<b>里&一期.ifc"
    assert properties["model.sha256"] == "9f" * 32


def test_it_is_the_same_every_time() -> None:
    assert render(review_factory.review(), "junit") == render(review_factory.review(), "junit")
