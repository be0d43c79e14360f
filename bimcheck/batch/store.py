"""Results on disk, each in a folder named for what it depends on, there whole or not at all.

A folder's name is a digest of the model's bytes and name, the brief, the earlier report, every option, the ruleset and
the version of bimcheck; so what is there need never be checked again, and a change of any of these is another folder.
A result is put together elsewhere and moved into place by one rename. Nothing in place is ever changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bimcheck.errors import UsageError
from bimcheck.isolation import Outcome

_RESULTS, _UNFINISHED, _LOCK = "results", ".unfinished", ".lock"


def key_of(parts: Mapping[str, object]) -> str:
    """The name of a result that depends on these."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:40]


class Store:
    """The results below one folder. One batch at a time works there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the folder, and clear away what a killed run left unfinished.

        Raises:
            UsageError: another batch is at work there, or it cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("w")
        except OSError as error:
            raise UsageError(
                f"无法写入 {self.folder}：{error.strerror}", f"cannot write {self.folder}: {error.strerror}"
            ) from None
        with lock:
            _hold(lock.fileno(), self.folder)
            shutil.rmtree(self.folder / _UNFINISHED, ignore_errors=True)
            try:
                yield
            finally:
                shutil.rmtree(self.folder / _UNFINISHED, ignore_errors=True)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """An empty folder on the same disk, gone afterwards."""
        unfinished = self.folder / _UNFINISHED
        unfinished.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=unfinished))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def place(self, key: str) -> Path:
        """Where the result of this name stands, or will."""
        return self.folder / _RESULTS / key[:2] / key

    def find(self, key: str) -> Outcome | None:
        """The outcome kept under this name."""
        return Outcome.read(self.place(key))

    def keep(self, finished: Path, key: str) -> Path:
        """Move a finished folder into place; where the same result already stands, that one stays."""
        for path in finished.iterdir():
            _settle(path)
        _settle(finished)
        place = self.place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            finished.rename(place)
        except OSError:
            if Outcome.read(place) is None:
                raise
        _settle(place.parent)
        return place


def _settle(path: Path) -> None:
    """Make sure that it is on the disk and not only about to be, so that a rename never outruns it."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hold(handle: int, folder: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(f"另一个批处理正在使用 {folder}", f"another batch is at work in {folder}") from None
