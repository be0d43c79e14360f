"""Start checks quickly: a process that has the libraries loaded and forks one child per check.

Each check still is a process of its own with limits of its own; only the loading is shared. The nursery reads no model
and runs nothing else. Where forking after loading is not safe (macOS, Windows), every check starts afresh.

The nursery is ``python -P -m bimcheck.isolation.nursery``: it takes folders on standard input, a JSON string a line,
and answers with ``{"started": pid}`` and ``{"ended": status}``; steps of the child come in between.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bimcheck.isolation.job import LOG, Job
from bimcheck.isolation.limits import Limits
from bimcheck.isolation.outcome import Outcome, signalled
from bimcheck.isolation.supervise import Progress, Steps, check_in_child, environment, outcome_of, watch

_LOADING_S = 120.0


class Nursery:
    """One child at a time, started by a process that is kept ready; for one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def check(
        self,
        job: Job,
        folder: Path,
        limits: Limits,
        cancelled: threading.Event | None = None,
        progress: Progress = lambda _: None,
    ) -> Outcome:
        """Do one check; like :func:`check_in_child`.

        Raises:
            Cancelled: the event was set; the child has been ended.
        """
        if sys.platform != "linux":
            return check_in_child(job, folder, limits, progress, cancelled)
        job.write(folder, limits)
        (folder / LOG).touch()
        child = self._start(folder, progress)
        if child is None:
            self.close()
            return _lost()
        try:
            end = watch(child, folder, limits, cancelled)
        except BaseException:
            self.close()
            raise
        if child.lost:
            self.close()
        return outcome_of(end, job, folder, limits)

    def close(self) -> None:
        """End the nursery, and with it any child."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self, folder: Path, progress: Progress) -> _Forked | None:
        """The child at work in the folder; ``None`` where the nursery is gone."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bimcheck.isolation.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
                bufsize=0,
            )
        assert self._process.stdin is not None  # noqa: S101 # a pipe was asked for
        assert self._process.stdout is not None  # noqa: S101 # a pipe was asked for
        stream = self._process.stdout.fileno()
        steps = Steps(progress)
        deadline = time.monotonic() + _LOADING_S
        try:
            self._process.stdin.write(json.dumps(str(folder.absolute())).encode("ascii") + b"\n")
            while time.monotonic() < deadline:
                if select.select([stream], [], [], 1.0)[0]:
                    data = os.read(stream, 1 << 16)
                    messages = steps.take(data)
                    for number, message in enumerate(messages):
                        if "started" in message:
                            return _Forked(int(str(message["started"])), stream, steps, messages[number + 1 :])
                    if not data:
                        return None
        except OSError:
            return None
        return None


class _Forked:
    """A child of the nursery."""

    def __init__(self, pid: int, stream: int, steps: Steps, messages: list[dict[str, Any]]) -> None:
        self.pid = pid
        self.lost = False
        self._stream = stream
        self._steps = steps
        self._status: int | None = None
        self._take(messages)

    def stream(self) -> int | None:
        return None if self.lost else self._stream

    def received(self, data: bytes) -> None:
        self._take(self._steps.take(data))
        if not data:  # the nursery is gone, and the system ends its child
            self.lost = True
            self._status = -9

    def status(self, wait_s: float) -> int | None:
        deadline = time.monotonic() + wait_s
        while self._status is None and (left := deadline - time.monotonic()) > 0:
            if select.select([self._stream], [], [], left)[0]:
                self.received(os.read(self._stream, 1 << 16))
        return self._status

    def _take(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            if "ended" in message:
                self._status = int(message["ended"])


def _lost() -> Outcome:
    return signalled(9)


def main() -> None:
    """Be a nursery until the standard input ends."""
    from bimcheck.isolation import child
    from bimcheck.isolation.loading import load, reporter_modules
    from bimcheck.reporters import formats

    child.die_with_parent()
    load(["readers.ifc", "readers.dxf", *reporter_modules(formats())])
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        for line in iter(sys.stdin.buffer.readline, b""):
            folder = Path(json.loads(line))
            pid = os.fork()
            if pid == 0:
                os.setsid()
                nothing = os.open(os.devnull, os.O_RDONLY)
                os.dup2(nothing, 0)
                child.main(folder)
            _say({"started": pid})
            _, status = os.waitpid(pid, 0)
            _say({"ended": os.waitstatus_to_exitcode(status)})


def _say(message: dict[str, int]) -> None:
    os.write(1, json.dumps(message).encode("ascii") + b"\n")


if __name__ == "__main__":
    main()
