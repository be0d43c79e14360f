"""SARIF: what somebody must act on, at the right level, recognisable in the next submission."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import unquote

import pytest
import review_factory

from bimcheck.reporters import render
from bimcheck.review import Review
from bimcheck.terms import Status


def run(review: Review | None = None) -> dict[str, Any]:
    text = render(review or review_factory.review(), "sarif")
    assert isinstance(text, str)
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    return dict(only)


def with_status(status: Status, level: Literal["required", "advisory"]) -> Review:
    whole = review_factory.review()
    return replace(whole, results=(replace(whole.results[7], status=status, level=level),))


def test_every_rule_is_described_and_what_needs_action_is_a_result() -> None:
    only = run()
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == [r.rule for r in review_factory.RESULTS]
    acted_on = {r.rule for r in review_factory.RESULTS if r.status in ("fail", "undetermined", "manual")}
    assert {result["ruleId"] for result in only["results"]} == acted_on
    for result in only["results"]:
        assert only["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("status", "level", "shown"),
    [
        ("fail", "required", "error"),
        ("fail", "advisory", "warning"),
        ("undetermined", "required", "warning"),
        ("undetermined", "advisory", "note"),
        ("manual", "required", "note"),
        ("manual", "advisory", "note"),
    ],
)
def test_levels_tell_failures_from_what_is_merely_open(
    status: Status, level: Literal["required", "advisory"], shown: str
) -> None:
    (result,) = run(with_status(status, level))["results"]
    assert result["level"] == shown
    assert result["properties"]["status"] == status


@pytest.mark.parametrize("status", ["pass", "not_applicable"])
def test_what_holds_or_does_not_apply_raises_no_alert(status: Status) -> None:
    assert run(with_status(status, "required"))["results"] == []


def test_no_level_contradicts_a_kind() -> None:
    """SARIF 2.1.0 §3.27.10: a result of another kind than “fail” has the level “none”."""
    assert all(result.get("kind", "fail") == "fail" or result["level"] == "none" for result in run()["results"])


def test_the_artifact_carries_the_hash_and_a_proper_uri() -> None:
    (artifact,) = run()["artifacts"]
    assert artifact["hashes"]["sha-256"] == "9f" * 32
    uri = artifact["location"]["uri"]
    assert uri.isascii()
    assert "<" not in uri
    assert unquote(uri) == "文苑<b>里&一期.ifc"


def test_fingerprints_survive_a_new_submission_and_tell_rules_apart() -> None:
    first = review_factory.review()
    changed = replace(first.source, sha256="00" * 32)
    prints = [result["partialFingerprints"] for result in run(first)["results"]]
    assert prints == [r["partialFingerprints"] for r in run(replace(first, source=changed))["results"]]
    assert len({each["finding/v1"] for each in prints}) == len(prints)


def test_evidence_is_named_and_the_message_says_what_would_mend_it() -> None:
    result = next(r for r in run()["results"] if r["ruleId"] == "ground-floor-share")
    assert "44.44%" in result["message"]["text"]
    assert "至少 54.00 m²" in result["message"]["text"]
    places = result["locations"][0]["logicalLocations"]
    assert {"name": "党群服务中心", "fullyQualifiedName": "1pC$Entre_01", "kind": "element"} in places


def test_it_is_the_same_every_time_and_pure_text() -> None:
    text = render(review_factory.review(), "sarif")
    assert text == render(review_factory.review(), "sarif")
    assert isinstance(text, str)
    text.encode("utf-8")
    assert "\\ud800" not in text
    assert "\\u001b" not in text
