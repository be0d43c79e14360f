"""Fixtures that every part of the suite shares."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

os.environ["BIMCHECK_NO_CACHE"] = "1"  # a check in a test is done, not remembered; tests of the cache switch it on


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """A folder with other people's models (``real/`` and ``bad/``), for tests that go beyond our own samples.

    Named by BIMCHECK_MODELS, or standing in a sibling folder ``shared/models`` of the checkout; else the test skips.
    """
    named = os.environ.get("BIMCHECK_MODELS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "models"
    if not folder.is_dir():
        pytest.skip("no folder of foreign models here (set BIMCHECK_MODELS)")
    return folder


def pytest_configure() -> None:
    """Let programs that tests start hear Ctrl-C, also where the tests themselves run in a shell's background.

    A shell without job control starts background commands with SIGINT ignored, which every child inherits.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
