"""The page of promises names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = re.search(r"\| promise \| proved by \|\n.*?\n((?:\|.*\n)+)", (ROOT / "docs" / "security.md").read_text("utf-8"))
ROWS = [line.strip("| \n").split(" | ") for line in TABLE[1].splitlines()] if TABLE is not None else []


@pytest.mark.parametrize(("promise", "proof"), ROWS)
def test_every_promise_names_tests_that_stand_where_it_says(promise: str, proof: str) -> None:
    named = re.findall(r"`(tests/[^`]+\.py)`: ((?:`test_\w+`(?:, )?)+)", proof)
    assert named, f"no test is named for: {promise}"
    for file, tests in named:
        source = (ROOT / file).read_text("utf-8")
        for test in re.findall(r"`(\w+)`", tests):
            assert f"def {test}(" in source


def test_there_are_promises() -> None:
    assert len(ROWS) > 15
