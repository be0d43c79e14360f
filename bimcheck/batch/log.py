"""The log of one check: what was asked, how it ended, and what libraries had to say."""

from __future__ import annotations

from pathlib import Path

from bimcheck.batch.request import Request
from bimcheck.isolation import Outcome
from bimcheck.isolation.job import FAULT, LOG

_MOST_BYTES = 256 << 10


def write_log(check: Path, result: Path, request: Request, outcome: Outcome) -> None:
    """Write ``log.txt`` of a result from what the check left; no control characters, whatever a model is named."""
    lines = [
        f"input {request.label}",
        f"cause {outcome.cause}, exit {outcome.exit_code}",
        f"seconds {outcome.seconds}, peak memory {outcome.peak_memory_mb} MB",
    ]
    if outcome.message is not None:
        lines += [outcome.message.zh, outcome.message.en]
    for name, title in ((FAULT, "where it stood"), (LOG, "what libraries printed")):
        if text := beginning(check / name).strip():
            lines += ["", f"--- {title}", text]
    shown = "".join(c if c.isprintable() or c == "\n" else "�" for c in "\n".join(lines))
    (result / LOG).write_text(shown + "\n", "utf-8", "replace")


def beginning(path: Path) -> str:
    """The beginning of a file that a check may have left."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""
