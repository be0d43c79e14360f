"""What is needed to repeat a crash, without the model's content.

Exceptions love to quote what they choked on, and that is the model: a room's name, a line of the file. So a message is
kept only where it is, word for word, a constant of our own code; of foreign exceptions the type and the place are kept.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from bimcheck import __version__
from bimcheck.isolation.job import Job

SUFFIX = ".bimcheck-crash.json"
_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("ifcopenshell", "ezdxf", "shapely", "numpy", "pydantic", "pyvoronoi")
_MOST_FRAMES = 60
_FAULT_FRAME = re.compile(r'^\s*File "(?P<file>[^"]*)", line (?P<line>\d+) in (?P<function>.*)$')


def crash_record(
    job: Job,
    cause: str,
    *,
    exceptions: Sequence[Mapping[str, Any]] = (),
    fault: str = "",
    signal: str | None = None,
) -> dict[str, Any]:
    """The content of a crash file.

    ``fault`` is what the interpreter wrote when a native library brought it down. Options are kept; of the brief and a
    ruleset of one's own only the digest.
    """
    own_ruleset = Path(job.ruleset).suffix == ".toml"
    return {
        "crash_version": "1",
        "cause": cause,
        "signal": signal,
        "versions": {"python": platform.python_version(), **versions()},
        "platform": {"system": sys.platform, "machine": platform.machine()},
        "options": {
            "stage": job.stage,
            "ruleset": _identity(job.ruleset) if own_ruleset else job.ruleset,
            "area_standard": job.area_standard,
            "unit": job.unit,
            "as_of": job.as_of,
            "formats": list(job.formats),
            "language": job.language,
            "brief": _identity(job.brief) if job.brief is not None else None,
        },
        "models": [{**_identity(model), "suffix": Path(model).suffix.lower()} for model in job.models],
        "exceptions": list(exceptions),
        "frames": list(_fault_frames(fault)),
    }


def describe_exception(error: BaseException) -> list[dict[str, Any]]:
    """An exception and what led to it, first the last: types, places, and messages that are constants of our code."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(chain) < 10:
        seen.add(id(current))
        frames = [
            {"file": _place(frame.filename), "line": frame.lineno, "function": frame.name}
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        if len(frames) > _MOST_FRAMES:  # an endless recursion: both ends tell, the middle repeats
            frames = frames[: _MOST_FRAMES // 2] + frames[-_MOST_FRAMES // 2 :]
        chain.append({"type": _type_name(current), "message": _own_message(current), "frames": frames})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _type_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _own_message(error: BaseException) -> str | None:
    """The message where it is a constant of the function of ours that raised it, and so holds nothing of the model."""
    last: TracebackType | None = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    message = str(error)
    if last is None or not message:
        return None
    code = last.tb_frame.f_code
    ours = Path(code.co_filename).resolve().is_relative_to(_PACKAGE)
    return message if ours and message in _constants(code) else None


def _constants(code: CodeType) -> set[str]:
    return {constant for constant in code.co_consts if isinstance(constant, str)}


def _fault_frames(fault: str) -> Iterator[dict[str, Any]]:
    for line in fault.splitlines()[:_MOST_FRAMES]:
        if match := _FAULT_FRAME.match(line):
            yield {"file": _place(match["file"]), "line": int(match["line"]), "function": match["function"]}


def _place(file: str) -> str:
    """A source file without the folders of this machine."""
    path = Path(file)
    for marker in ("site-packages", "dist-packages"):
        if marker in path.parts:
            return "/".join(path.parts[path.parts.index(marker) + 1 :])
    if path.is_relative_to(_PACKAGE.parent):
        return path.relative_to(_PACKAGE.parent).as_posix()
    return path.name


@cache
def versions() -> dict[str, str]:
    """What a result depends on besides its input: bimcheck and the libraries that read, measure and validate."""
    found = {"bimcheck": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _identity(name: str) -> dict[str, Any]:
    """Digest and size of a file: enough to recognise it, nothing of what it says."""
    path = Path(name)
    try:
        if not path.is_file():
            return {"sha256": None, "bytes": None}
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return {"sha256": digest, "bytes": os.fstat(file.fileno()).st_size}
    except OSError:
        return {"sha256": None, "bytes": None}
