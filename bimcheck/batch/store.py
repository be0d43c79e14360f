"""Results, each in a folder named for what it depends on, there whole or not at all.

A folder's name is a digest of the model's bytes and name, the brief, the earlier report, every option, the ruleset and
the version of bimcheck; so what is there need never be checked again, and a change of any of these is another folder.
A result is put together elsewhere and moved into place by one rename. Nothing in place is ever changed. Below a URL,
where there is no rename, the outcome is written last, and what has no outcome is not there.
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
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bimcheck.batch.location import Location, unreachable
from bimcheck.errors import UsageError
from bimcheck.isolation import Outcome
from bimcheck.isolation.crash import SUFFIX
from bimcheck.isolation.outcome import OUTCOME

if TYPE_CHECKING:
    from upath import UPath

CRASH = f"report{SUFFIX}"
"""The crash file of a result."""
_FLAT = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "memory")
"""Where there are no folders to make, only buckets to be made by mistake."""
_RESULTS, _UNFINISHED, _LOCK = "results", ".unfinished", ".lock"


def key_of(parts: Mapping[str, object]) -> str:
    """The name of a result that depends on these."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:40]


def place_of(key: str) -> str:
    """Where the result of this name stands, relative to its store."""
    return f"{_RESULTS}/{key[:2]}/{key}"


def store_at(location: Location) -> Store:
    """The store at a place."""
    if isinstance(location, Path):
        return Folder(location)
    return Folder(Path(location.path)) if location.protocol in ("file", "local") else Bucket(location)


class Store(Protocol):
    """The results below one place, and the lists of them."""

    folder: Location

    def opened(self) -> AbstractContextManager[None]:
        """Make ready to work there.

        Raises:
            UsageError: another batch is at work there, or it cannot be written to.
        """

    def workspace(self) -> AbstractContextManager[Path]:
        """An empty folder on this machine, gone afterwards."""

    def find(self, key: str) -> Outcome | None:
        """The outcome kept under this name."""

    def keep(self, finished: Path, key: str) -> None:
        """Put a finished folder into place; where the same result already stands, that one stays."""

    def write(self, name: str, content: bytes) -> None:
        """Write a list, whole."""


class Bucket:
    """The results below a URL. Nothing keeps two batches apart there: they would write the same things twice."""

    def __init__(self, url: UPath) -> None:
        self.folder: Location = url
        self._files = url.fs
        self._base = url.path.rstrip("/")
        self._flat = url.protocol in _FLAT

    @contextmanager
    def opened(self) -> Iterator[None]:
        """See :class:`Store`."""
        try:
            self._files.exists(f"{self._base}/index.html")
        except Exception as error:  # noqa: BLE001 # every file system has errors of its own
            raise UsageError(*unreachable(self.folder, error).message) from None
        yield

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """See :class:`Store`."""
        with tempfile.TemporaryDirectory(prefix="bimcheck-", ignore_cleanup_errors=True) as name:
            yield Path(name)

    def find(self, key: str) -> Outcome | None:
        """See :class:`Store`."""
        try:
            return Outcome.parsed(self._files.cat_file(self._at(f"{place_of(key)}/{OUTCOME}")).decode("ascii"))
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def keep(self, finished: Path, key: str) -> None:
        """See :class:`Store`."""
        if self.find(key) is None:
            for path in sorted(finished.iterdir(), key=lambda each: each.name == OUTCOME):  # the outcome last
                self.write(f"{place_of(key)}/{path.name}", path.read_bytes())

    def write(self, name: str, content: bytes) -> None:
        """See :class:`Store`: an object store takes an object whole or not at all."""
        place = self._at(name)
        try:
            if not self._flat:
                self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(place, content)
        except Exception as error:  # noqa: BLE001 # every file system has errors of its own
            why = getattr(error, "strerror", None) or type(error).__name__
            raise UsageError(f"无法写入 {self.folder}：{why}", f"cannot write {self.folder}: {why}") from None

    def _at(self, name: str) -> str:
        return f"{self._base}/{name}"


class Folder:
    """The results below one folder. One batch at a time works there."""

    def __init__(self, folder: Path) -> None:
        self.folder: Location = folder
        self._base = folder

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the folder, and clear away what a killed run left unfinished.

        Raises:
            UsageError: another batch is at work there, or it cannot be written to.
        """
        try:
            self._base.mkdir(parents=True, exist_ok=True)
            lock = (self._base / _LOCK).open("w")
        except OSError as error:
            raise UsageError(
                f"无法写入 {self._base}：{error.strerror}", f"cannot write {self._base}: {error.strerror}"
            ) from None
        with lock:
            _hold(lock.fileno(), self._base)
            shutil.rmtree(self._base / _UNFINISHED, ignore_errors=True)
            try:
                yield
            finally:
                shutil.rmtree(self._base / _UNFINISHED, ignore_errors=True)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """An empty folder on the same disk, gone afterwards."""
        unfinished = self._base / _UNFINISHED
        unfinished.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=unfinished))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def find(self, key: str) -> Outcome | None:
        """The outcome kept under this name."""
        return Outcome.read(self._base / place_of(key))

    def keep(self, finished: Path, key: str) -> None:
        """Move a finished folder into place; where the same result already stands, that one stays."""
        for path in finished.iterdir():
            _settle(path)
        _settle(finished)
        place = self._base / place_of(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            finished.rename(place)
        except OSError:
            if Outcome.read(place) is None:
                raise
        _settle(place.parent)

    def write(self, name: str, content: bytes) -> None:
        """See :class:`Store`; a killed run leaves nothing of it beside the lists."""
        partial = self._base / _UNFINISHED / name
        try:
            partial.parent.mkdir(exist_ok=True)
            partial.write_bytes(content)
            _settle(partial)
            partial.replace(self._base / name)
        except OSError as error:
            raise UsageError(
                f"无法写入 {self._base / name}：{error.strerror}", f"cannot write {self._base / name}: {error.strerror}"
            ) from None


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
