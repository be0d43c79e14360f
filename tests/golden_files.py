"""Reports kept as files: what a reader gets may change only on purpose. BIMCHECK_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "reporters" / "golden"


def assert_golden(name: str, text: str) -> None:
    """The text is the kept one, byte for byte."""
    path = FOLDER / name
    if os.environ.get("BIMCHECK_UPDATE_GOLDEN") == "1":
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8"), f"{name} has changed; BIMCHECK_UPDATE_GOLDEN=1 accepts it"
