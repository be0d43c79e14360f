"""Every sample is reviewed and gives the verdict, the numbers and the statuses that its drawn dimensions call for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bimcheck.brief import Brief, load_brief
from bimcheck.review import Review

review = pytest.importorskip("bimcheck.pipeline", exc_type=ImportError).review

FOLDER = Path(__file__).parents[1] / "sample_models"
INDEX: list[dict[str, Any]] = tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))["sample"]
CASES = [
    pytest.param(sample, name, id=f"{name}-{sample.get('brief', 'no brief').removeprefix('briefs/')}")
    for sample in INDEX
    for name in (sample["file"], *sample["twins"])
]
TOLERANCE = {"m2": 0.01, "1": 0.0001, "piece": 0.0}


def _review(sample: dict[str, Any], name: str) -> Review:
    brief = load_brief(FOLDER / sample["brief"]) if "brief" in sample else Brief()
    outcome: Review = review(FOLDER / name, brief=brief, stage=sample["stage"])
    return outcome


@pytest.mark.parametrize(("sample", "name"), CASES)
def test_sample_measures_as_drawn(sample: dict[str, Any], name: str) -> None:
    """Areas to 0.01 m², shares to 0.0001, counts exactly."""
    found = _review(sample, name).measurements
    for key, expected in sample["measurements"].items():
        quantity = found[key]
        assert quantity.value is not None, f"{key}: {quantity.reason}"
        assert quantity.value == pytest.approx(expected, abs=TOLERANCE[quantity.unit]), key


@pytest.mark.parametrize(("sample", "name"), CASES)
def test_sample_is_judged_as_indexed(sample: dict[str, Any], name: str) -> None:
    """The statuses of the rules the sample is about, and the verdict on the whole."""
    outcome = _review(sample, name)
    status = {result.rule: (result.status, result.message.en) for result in outcome.results}
    for rule, expected in sample["rules"].items():
        assert status[rule][0] == expected, f"{rule}: {status[rule]}"
    if "verdict" in sample:
        open_rules = {rule: found for rule, found in status.items() if found[0] in ("fail", "undetermined")}
        assert outcome.verdict == sample["verdict"], open_rules
