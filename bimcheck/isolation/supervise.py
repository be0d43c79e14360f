"""Watch one check from outside: time, memory and output, and an end to it when one runs over."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bimcheck.isolation.family import Family
from bimcheck.isolation.job import FAULT, LOG, Job
from bimcheck.isolation.limits import MEGABYTE, Limits
from bimcheck.isolation.outcome import Cause, Outcome, left_without_word, over_limit, signalled, written_bytes
from bimcheck.text import Text

Progress = Callable[[Text], None]
_TICK_S = 0.05
_LAST_WORD_S = 0.1


class Watched(Protocol):
    """A child while it runs."""

    pid: int

    def stream(self) -> int | None:
        """The descriptor its steps arrive on, readable when it ends; ``None`` where this system cannot wait on it."""

    def received(self, data: bytes) -> None:
        """Take what arrived; nothing when the other end was closed."""

    def status(self, wait_s: float) -> int | None:
        """How it ended (negative: the signal), ``None`` while it runs; waits at most so long."""


@dataclass(frozen=True, slots=True)
class End:
    """How a watched process ended: over a limit, or by itself with a status."""

    over: Cause | None
    status: int
    seconds: float
    peak_memory_mb: int | None


class Cancelled(BaseException):
    """The check was ended because its result is no longer wanted."""


def check_in_child(
    job: Job,
    folder: Path,
    limits: Limits,
    progress: Progress = lambda _: None,
    cancelled: threading.Event | None = None,
) -> Outcome:
    """Do one check in a process of its own; reports and log are then in the folder.

    The folder must be empty and nobody else's. Interruption ends the child first.

    Raises:
        Cancelled: the event was set.
    """
    job.write(folder, limits)
    command = [sys.executable, "-P", "-m", "bimcheck.isolation.child", str(folder)]
    with (folder / LOG).open("wb") as log:
        child = start(command, log.fileno(), progress)
    return outcome_of(watch(child, folder, limits, cancelled), job, folder, limits)


def start(command: Sequence[str], log: int, progress: Progress = lambda _: None) -> Spawned:
    """Start a command as the leader of its own session, with nothing to read and its errors going to a file."""
    return Spawned(
        subprocess.Popen(  # noqa: S603 # our own interpreter and a folder of our own making
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(),
            start_new_session=sys.platform != "win32",
        ),
        progress,
    )


def environment() -> dict[str, str]:
    """The child's environment: it finds the same bimcheck as this process, and its libraries start no threads."""
    package_root = str(Path(__file__).resolve().parents[2])
    found = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # ezdxf lists the machine's fonts in a cache at home as soon as it is loaded; reading needs none of them
    fontless = str(Path(__file__).resolve().parents[1] / "data" / "fontless")
    return {
        **os.environ,
        **single,
        "PYTHONPATH": os.pathsep.join(found),
        "PYTHONUTF8": "1",
        "XDG_CACHE_HOME": fontless,
    }


class Steps:
    """The steps a child tells, a JSON line each; anything else is left aside."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._rest = b""

    def take(self, data: bytes) -> list[dict[str, object]]:
        """Pass steps on and return every other message."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[-4096:]
        others: list[dict[str, object]] = []
        for line in lines:
            try:
                message = json.loads(line)
                if "step" in message:
                    zh, en = message["step"]
                    self._progress(Text(str(zh), str(en)))
                else:
                    others.append(message)
            except (ValueError, TypeError):
                continue
        return others


class Spawned:
    """A child started by this process."""

    def __init__(self, process: subprocess.Popen[bytes], progress: Progress) -> None:
        self.pid = process.pid
        self._process = process
        self._steps = Steps(progress)
        self._open = True

    def stream(self) -> int | None:
        """See :class:`Watched`."""
        if sys.platform == "win32" or not self._open or self._process.stdout is None:
            return None
        return self._process.stdout.fileno()

    def received(self, data: bytes) -> None:
        """See :class:`Watched`."""
        self._open = bool(data)
        self._steps.take(data)

    def status(self, wait_s: float) -> int | None:
        """See :class:`Watched`."""
        try:
            status = self._process.wait(wait_s) if wait_s else self._process.poll()
        except subprocess.TimeoutExpired:
            return None
        if status is not None and self._process.stdout is not None:
            self._process.stdout.close()
        return status


def watch(child: Watched, folder: Path, limits: Limits, cancelled: threading.Event | None = None) -> End:
    """Wait until the child ends, or end it. Nothing it started is left when this returns or raises.

    Raises:
        Cancelled: the event was set.
    """
    family = Family(child.pid)
    began = time.monotonic()
    peak: int | None = None
    over: Cause | None = None
    status: int | None = None
    told = 0
    try:
        while True:
            told += _listen(child)
            status = child.status(0.0)
            elapsed = time.monotonic() - began
            if status is not None:
                break
            if cancelled is not None and cancelled.is_set():
                raise Cancelled
            memory = family.memory_mb()
            if memory is not None:
                peak = max(peak or 0, memory)
            if elapsed > limits.time_s:
                over = "time"
            elif memory is not None and memory > limits.memory_mb:
                over = "memory"
            elif told + written_bytes(folder) > limits.output_mb * MEGABYTE:
                over = "output"
            if over is not None:
                status = _last_word(child, over)
                break
    finally:
        family.kill(leader_runs=status is None)
    while status is None:
        status = child.status(1.0)
    return End(over, status, time.monotonic() - began, peak)


def _listen(child: Watched) -> int:
    """Wait a moment for the child to say something or to end; how many bytes it said."""
    stream = child.stream()
    if stream is None:
        child.status(_TICK_S)
        return 0
    ready, _, _ = select.select([stream], [], [], _TICK_S)
    if not ready:
        return 0
    data = os.read(stream, 1 << 16)
    child.received(data)
    return len(data)


def _last_word(child: Watched, over: Cause) -> int | None:
    """Ask a child that takes too long where it is; it writes that down when the interpreter is still able to."""
    if over not in ("time", "processor") or sys.platform == "win32":
        return None
    try:
        os.kill(child.pid, signal.SIGTERM)
    except ProcessLookupError:
        return child.status(0.0)
    return child.status(_LAST_WORD_S)


def outcome_of(end: End, job: Job, folder: Path, limits: Limits) -> Outcome:
    """What the end of the child and what it left behind mean."""
    outcome = _outcome(end, folder, limits)
    if outcome.exit_code == 4 and outcome.crash is None:
        from bimcheck.isolation.crash import crash_record

        name = signal.Signals(-end.status).name if end.status < 0 else None
        fault = _read(folder / FAULT)
        outcome = replace(outcome, crash=crash_record(job, outcome.cause, fault=fault, signal=name))
    return outcome.measured(end.seconds, end.peak_memory_mb)


def _outcome(end: End, folder: Path, limits: Limits) -> Outcome:
    if end.over is not None:
        return over_limit(end.over, limits)
    if end.status < 0:
        if hasattr(signal, "SIGXCPU") and -end.status == signal.SIGXCPU:
            return over_limit("processor", limits)
        if -end.status == getattr(signal, "SIGXFSZ", None):
            return over_limit("output", limits)
        if "bad_alloc" in _read(folder / LOG):
            return over_limit("memory", limits)
        return signalled(-end.status)
    found = Outcome.read(folder)
    return found if found is not None and end.status == 0 else left_without_word(end.status)


def _read(path: Path) -> str:
    """The end of a file the child may have left."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - (1 << 16)))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
