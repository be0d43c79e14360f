"""One process measured from its start to its end: seconds on the clock and the most memory it held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import Contender

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took. ``memory_mb`` is the largest resident set of it or any process it waited for, MB."""

    seconds: float
    memory_mb: float
    status: int


@dataclass(frozen=True, slots=True)
class Result:
    """One contender on one file: the median of its runs; ``failed`` says with which status it ended otherwise."""

    name: str
    file: str
    suffix: str
    megabytes: float
    seconds: float
    fastest: float
    memory_mb: float
    reference: bool
    failed: int | None = None


def timed(command: Sequence[str], environment: dict[str, str]) -> Run:
    """Run a command to its end, its output thrown away."""
    runner = (sys.executable, "-I", "-S", str(Path(__file__).with_name("runner.py")), *command)
    done = subprocess.run(runner, capture_output=True, check=True, text=True, env=environment)  # noqa: S603 # our own
    seconds, kilobytes, status = done.stdout.split()
    return Run(float(seconds), int(kilobytes) * 1024 / MEGABYTE, int(status))


def compare(
    model: Path, everybody: Sequence[Contender], repeats: int, tell: Callable[[str], None] = lambda _: None
) -> list[Result]:
    """All contenders on one file, in turns, so that whatever else the machine does meets all of them alike."""
    size = model.stat().st_size / MEGABYTE
    here = [each for each in everybody if each.suffix == model.suffix.lower() and size <= each.most_mb]
    runs: dict[str, list[Run]] = {each.name: [] for each in here}
    with tempfile.TemporaryDirectory(prefix="bimcheck-bench-") as name:
        folder = Path(name)
        environment = {**os.environ, "BIMCHECK_CACHE_DIR": str(folder / "cache")}
        environment.pop("BIMCHECK_NO_CACHE", None)
        _read_once(model)
        for each in here:
            if each.warm:
                timed(each.command(model, folder), environment)
        for _ in range(repeats):
            for each in here:
                run = timed(each.command(model, folder), environment)
                runs[each.name].append(run)
                failed = "" if run.status in each.statuses else f"  failed with {run.status}"
                tell(f"{model.name}  {each.name}  {run.seconds:.2f} s  {run.memory_mb:.0f} MB{failed}")
    return [_result(each, model, size, runs[each.name]) for each in here]


def _read_once(model: Path) -> None:
    """Nobody pays for being the first to read the file from disk."""
    with model.open("rb") as file:
        while file.read(1 << 22):
            pass


def _result(each: Contender, model: Path, size: float, runs: Sequence[Run]) -> Result:
    times = [run.seconds for run in runs]
    failed = next((run.status for run in runs if run.status not in each.statuses), None)
    memory = max(run.memory_mb for run in runs)
    return Result(
        each.name, model.name, each.suffix, size, statistics.median(times), min(times), memory, each.reference, failed
    )
