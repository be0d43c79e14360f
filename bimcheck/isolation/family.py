"""A process and everything it has started: what they use together, and an end to all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

_LOOK_AGAIN_S = 0.25
_PROC = Path("/proc")
_COUNTED = ("RssAnon:", "RssShmem:")


class _Entry(NamedTuple):
    parent: int
    session: int
    started: str


class Family:
    """A process that leads a session of its own, with its descendants, wherever they have gone since.

    A descendant that leaves the session is still found through its parent, or because it was seen before.
    """

    def __init__(self, pid: int) -> None:
        self._leader = pid
        self._known: dict[int, str] = {}
        self._looked = float("-inf")

    def memory_mb(self) -> int | None:
        """Memory nobody else uses, of all of them, in MiB; ``None`` where this system does not tell."""
        if sys.platform == "win32":
            return None
        if not _PROC.is_dir():
            return _memory_by_ps(self._leader)
        if time.monotonic() - self._looked > _LOOK_AGAIN_S:
            self._look()
        return sum(_private_kb(pid) for pid in {self._leader, *self._known}) >> 10

    def kill(self, *, leader_runs: bool) -> None:
        """End all of them. Repeated, because one may start another while it is being ended.

        A leader that has ended is left alone: its number may be somebody else's by now.
        """
        if sys.platform == "win32":
            subprocess.run(  # noqa: S603 # a fixed command and a number
                ["taskkill", "/F", "/T", "/PID", str(self._leader)],  # noqa: S607 # found on every Windows
                check=False,
                capture_output=True,
            )
            return
        if leader_runs:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._leader, signal.SIGKILL)
        for _ in range(3):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._leader, signal.SIGKILL)
            if not _PROC.is_dir():
                return
            self._look()
            if not self._known:
                return
            for pid in self._known:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.005)

    def _look(self) -> None:
        """Find the descendants there are now; one that ended is forgotten, so that its number is free for others."""
        self._looked = time.monotonic()
        table = _process_table()
        found = {pid for pid, started in self._known.items() if pid in table and table[pid].started == started}
        found |= {pid for pid, entry in table.items() if entry.session == self._leader}
        found.add(self._leader)
        grown = True
        while grown:
            more = {pid for pid, entry in table.items() if entry.parent in found} - found
            found |= more
            grown = bool(more)
        found.discard(self._leader)
        self._known = {pid: table[pid].started for pid in found if pid in table}


def _process_table() -> dict[int, _Entry]:
    """All living processes; those that ended and were not collected yet are left out."""
    table: dict[int, _Entry] = {}
    for name in os.listdir(_PROC):  # noqa: PTH208 # names alone, several times a second
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (_PROC / name / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                if fields[0] not in "ZX":
                    table[int(name)] = _Entry(int(fields[1]), int(fields[3]), fields[19])
    return table


def _private_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text("ascii", "replace").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(_COUNTED))
    except (OSError, ValueError, IndexError):
        return 0


def _memory_by_ps(leader: int) -> int:
    """The resident memory of the leader's process group, from ``ps``: what other systems than Linux offer."""
    listing = subprocess.run(["/bin/ps", "-axo", "pgid=,rss="], check=False, capture_output=True, text=True)
    rows = [line.split() for line in listing.stdout.splitlines()]
    return sum(int(row[1]) for row in rows if len(row) == 2 and row[0] == str(leader)) >> 10
