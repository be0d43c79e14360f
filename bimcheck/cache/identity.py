"""What a check's result depends on: model, options, the files beside it, and every part of the program that made it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bimcheck import __version__
from bimcheck.isolation import Job

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = (
    "ezdxf", "ifcopenshell", "numpy", "shapely", "pyvoronoi", "pydantic", "jinja2", "xlsxwriter", "docxtpl",
    "resvg-py", "rich", "typst",
)  # fmt: skip
_BESIDE = ("brief", "previous", "survey", "decisions", "template")
_SAMPLES, _SAMPLE_BYTES = 16, 1 << 16


@dataclass(frozen=True)
class Identity:
    """A check as it is asked for. Digests are made when they are needed: a large model is not hashed for nothing."""

    job: Job

    @cached_property
    def likeness(self) -> str:
        """All but the whole of the models: their names, sizes and samples of their bytes.

        Two checks that differ here differ in their results; two that agree may still differ.

        Raises:
            OSError: a file cannot be read.
        """
        options = {**asdict(self.job), "models": [], **dict.fromkeys(_BESIDE)}
        if "terminal" not in self.job.formats:
            options |= {"width": None, "color": None}
        beside = {kind: _named(getattr(self.job, kind)) for kind in _BESIDE}
        ruleset = _named(self.job.ruleset) if self.job.ruleset.endswith(".toml") else None
        models = [[Path(model).name, _sample(Path(model))] for model in self.job.models]
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        return _digest({"program": _program(), "job": options, "ruleset": ruleset, "beside": beside, "models": models,
                        "epoch": epoch})  # fmt: skip

    @cached_property
    def content(self) -> str:
        """The SHA-256 of the model, as reports state it; of several, that of their digests, a line each.

        Raises:
            OSError: a file cannot be read.
        """
        digests = [_file_digest(Path(model)) for model in self.job.models]
        return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _program() -> Mapping[str, Any]:
    """Versions of everything that takes part; of bimcheck the very files, for a checkout changes without a version."""
    files = sorted(
        [file.relative_to(folder).as_posix(), state.st_size, state.st_mtime_ns]
        for folder in (_PACKAGE, _PACKAGE.parent / "rulesets")
        for file in _files(folder)
        for state in (file.stat(),)
    )
    return {
        "bimcheck": __version__,
        "files": _digest(files),
        "python": [platform.python_implementation(), platform.python_version(), platform.machine()],
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        yield from (Path(place, name) for name in names if not name.endswith((".pyc", ".swp")))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _named(path: str | None) -> list[str] | None:
    return None if path is None else [Path(path).name, _file_digest(Path(path))]


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sample(path: Path) -> list[Any]:
    """Size and some bytes of a file, its beginning and end among them."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        for number in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            found.update(file.read(_SAMPLE_BYTES))
    return [size, found.hexdigest()]


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()
