"""The folder of finished checks: one file each, whole or not there, the longest unused thrown out first.

A file that is damaged, cut short or made by another version is as good as none, and is replaced. A folder that somebody
else owns or may write to is not used at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bimcheck.cache.identity import Identity
from bimcheck.isolation import Outcome
from bimcheck.text import Text

SWITCH = "BIMCHECK_NO_CACHE"
"""The environment variable that, set to anything, leaves the cache aside."""
FOLDER = "BIMCHECK_CACHE_DIR"
"""The environment variable that names another folder for it."""

_MOST_BYTES = 1 << 30
_MOST_FILES = 500
_HEAD = b"bimcheck check 1\n"
_DIGEST_BYTES = 32
_SUFFIX = ".check"


def default_cache() -> Cache | None:
    """The user's own cache; ``None`` where it is switched off or there is no safe place for it."""
    if os.environ.get(SWITCH):
        return None
    named = os.environ.get(FOLDER)
    if not named:
        from platformdirs import user_cache_path

        named = str(user_cache_path("bimcheck", appauthor=False))
    return Cache.in_folder(Path(named))


class Cache:
    """Finished checks in a folder of the user's."""

    def __init__(self, folder: Path, most_bytes: int = _MOST_BYTES, most_files: int = _MOST_FILES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_files = most_files

    @classmethod
    def in_folder(cls, folder: Path) -> Cache | None:
        """A cache there, where the folder can be made and nobody else may write to it."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            state = folder.stat()
        except OSError:
            return None
        if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
            return None
        return cls(folder)

    def find(self, identity: Identity, folder: Path) -> Outcome | None:
        """The outcome of the same check before, with its reports put into the folder; else ``None``.

        The model is hashed only where something like it was checked before.
        """
        try:
            place = self._place(identity)
            entry = _read(place)
            if entry is None:
                return None
            kept, reports = entry
            if kept["likeness"] != identity.likeness or kept["content"] != identity.content:
                return None
            for name, content in reports.items():
                (folder / name).write_bytes(content)
            with contextlib.suppress(OSError):
                os.utime(place)
            outcome = kept["outcome"]
            message = outcome.pop("message")
            return Outcome(**outcome, message=None if message is None else Text(*message))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, identity: Identity, outcome: Outcome, folder: Path) -> None:
        """Keep a finished check whose reports stand in the folder. What cannot be kept is not missed."""
        if outcome.cause != "judged":
            return
        with contextlib.suppress(OSError, KeyError, TypeError):
            reports = {name: (folder / name).read_bytes() for name in sorted(set(outcome.reports.values()))}
            # as the check itself read the model, should it have changed meanwhile
            content = outcome.summary["model"]["sha256"]
            kept = {"likeness": identity.likeness, "content": content, "outcome": asdict(outcome)}
            _write(self._place(identity), kept, reports)
            self._throw_out()

    def _place(self, identity: Identity) -> Path:
        return self._folder / f"{identity.likeness}{_SUFFIX}"

    def _throw_out(self) -> None:
        """Leave no more than there may be, the latest used first; forgotten pieces of broken writes go too."""
        found = []
        for path in self._folder.glob(f"*{_SUFFIX}*"):
            with contextlib.suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        total = 0
        for number, (_, size, path) in enumerate(sorted(found, reverse=True), start=1):
            total += size
            if total > self._most_bytes or number > self._most_files:
                with contextlib.suppress(OSError):
                    path.unlink()


def _write(place: Path, kept: Mapping[str, Any], reports: Mapping[str, bytes]) -> None:
    index = {**kept, "files": [[name, len(content)] for name, content in reports.items()]}
    body = json.dumps(index, ensure_ascii=True).encode("ascii") + b"\n" + b"".join(reports.values())
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD + hashlib.sha256(body).digest() + body)
        Path(temporary).replace(place)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _read(place: Path) -> tuple[dict[str, Any], dict[str, bytes]] | None:
    """An entry with its files, ``None`` where there is none or it is not as it was written."""
    try:
        data = memoryview(place.read_bytes())
    except OSError:
        return None
    start = len(_HEAD) + _DIGEST_BYTES
    body = data[start:]
    if bytes(data[: len(_HEAD)]) != _HEAD or hashlib.sha256(body).digest() != bytes(data[len(_HEAD) : start]):
        return None
    line, _, _ = bytes(body).partition(b"\n")
    index = json.loads(line)
    files: dict[str, bytes] = {}
    at = len(line) + 1
    for name, size in index.pop("files"):
        if Path(name).name != name:
            return None
        files[name] = bytes(body[at : at + size])
        at += size
    return index, files
