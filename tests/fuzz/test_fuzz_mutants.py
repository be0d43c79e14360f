"""A few seconds of mutants on every run of the suite; the long runs are ``python -m tests.fuzz.mutants``."""

from __future__ import annotations

import itertools
import sys

import pytest
from mutants import Verdict, mutant, run, samples

SEED = 20230310
SECONDS = 15.0


@pytest.mark.skipif(sys.platform != "linux", reason="quick only where checks are forked")
def test_every_mutant_ends_as_documented() -> None:
    """In a report that agrees with its exit code, or in one line that says why there is none; never in a crash."""
    heard: list[Verdict] = []
    run(SEED, itertools.count(), jobs=1, seconds=SECONDS, hear=heard.append)
    assert len(heard) > 5
    wrong = {
        f"mutant {each.mutant.number} of {each.mutant.sample.path.name}": (each.wrong, each.outcome.crash)
        for each in heard
        if each.wrong is not None
    }
    assert wrong == {}


def test_a_mutant_is_the_same_every_time_and_no_two_are_alike() -> None:
    pool = samples()
    first, again = ([mutant(SEED, number, pool) for number in range(40)] for _ in range(2))
    assert first == again
    assert len({each.data for each in first}) > 35
    assert sum(each.data != each.sample.path.read_bytes() for each in first) > 35
