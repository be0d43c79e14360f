"""Where inputs and results may stand: paths of this machine, and URLs of whatever fsspec reaches (S3, memory, …).

A name with ``://`` is a URL, and means the same on every machine that knows its file system; every other name is a path
of this machine. Both sides offer ``open``, ``name``, ``suffix``, ``parent`` and ``/``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bimcheck.errors import UnreadableModelError, UsageError

if TYPE_CHECKING:
    from upath import UPath

Location: TypeAlias = "Path | UPath"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")


def is_url(name: str) -> bool:
    """Whether a name is a URL."""
    return _URL.match(name) is not None


def located(name: str, base: Location | None = None) -> Location:
    """The place that a name means, as seen from ``base``.

    Raises:
        UsageError: it is a URL of a file system that is not installed here.
    """
    if not is_url(name):
        return Path(name) if base is None else base / name
    try:
        from upath import UPath

        place = UPath(name)
        _ = place.fs  # fails now where its driver is missing
    except ImportError as error:
        raise UsageError(
            f"读取 {name} 需要 {error.name or 'fsspec'}；请安装 bimcheck[remote]",
            f"{name} needs {error.name or 'fsspec'}; install bimcheck[remote]",
        ) from None
    except Exception as error:  # noqa: BLE001 # every file system has errors of its own
        raise UsageError(f"不认识 {name}（{error}）", f"{name} is not understood ({error})") from None
    return place


def fetch(source: Location, folder: Path, name: str) -> Path:
    """A copy of a remote file in a folder of this machine, under this name.

    Raises:
        UnreadableModelError: it cannot be read; perhaps only now.
    """
    target = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as remote, target.open("xb") as file:
            shutil.copyfileobj(remote, file, 1 << 20)
    except Exception as error:  # noqa: BLE001 # every file system has errors of its own
        raise unreachable(source, error) from None
    return target


def unreachable(source: Location, error: Exception) -> UnreadableModelError:
    """What to say where a place cannot be read."""
    why = getattr(error, "strerror", None) or type(error).__name__
    return UnreadableModelError(f"读不到 {source}：{why}", f"cannot read {source}: {why}")
