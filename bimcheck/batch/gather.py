"""What the arguments of a batch name: files, folders, patterns, archives, manifests, and the standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bimcheck.batch.archive import list_archive
from bimcheck.batch.location import Location, located, unreachable
from bimcheck.batch.manifest import Entry, read_lines, read_manifest
from bimcheck.batch.request import Request, refused
from bimcheck.errors import UsageError

if TYPE_CHECKING:
    from upath import UPath

MODELS = (".ifc", ".ifczip", ".ifcxml", ".dxf", ".dwg")
"""Files of a folder or an archive that are inputs; those that cannot be read get an outcome that says so."""
MANIFESTS = (".csv", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The inputs, each once, and how many other files stood beside them."""

    requests: tuple[Request, ...]
    ignored: int


@dataclass(slots=True)
class _Gathering:
    output: Location
    ignored: int = 0
    found: dict[tuple[object, ...], Request] = field(default_factory=dict)

    def add(self, requests: Iterable[Request]) -> None:
        for request in requests:
            place = _absolute(request.path)
            own = (request.brief, request.stage, request.previous)
            self.found.setdefault((place, request.member, request.problem, own), request)


def gather(
    arguments: Sequence[str], *, manifests: Sequence[Location] = (), lines: str | None = None, output: Location
) -> Gathered:
    """All inputs, in the order given; a folder's in order of name.

    Args:
        arguments: paths, patterns or URLs of either; ``-`` stands for ``lines``.
        manifests: files that list models, CSV or JSON lines, whatever their names end with.
        lines: what the standard input holds: a path or a JSON object a line.
        output: the folder of results, which is never an input.

    Raises:
        UsageError: nothing is named; or a manifest cannot be read, or has columns nobody knows.
    """
    if not arguments and not manifests:
        raise UsageError("请指明模型、文件夹或清单", "name models, folders or a manifest")
    gathering = _Gathering(output.absolute() if isinstance(output, Path) else output)
    for manifest in manifests:
        _take_entries(gathering, read_manifest(manifest))
    for argument in arguments:
        if argument == "-":
            _take_entries(gathering, read_lines(lines or "", "-", Path()))
            continue
        place = located(argument)
        if place.suffix.lower() in MANIFESTS and (not isinstance(place, Path) or place.is_file()):
            _take_entries(gathering, read_manifest(place))
        else:
            gathering.add(_named(argument, place, gathering))
    if not gathering.found:
        raise UsageError("清单中没有模型", "the list names no models")
    return Gathered(tuple(gathering.found.values()), gathering.ignored)


def _take_entries(gathering: _Gathering, entries: Iterable[Entry]) -> None:
    for entry in entries:
        if entry.problem is not None or entry.model is None:
            gathering.add([Request(entry.label, Path(entry.label), problem=entry.problem)])
            continue
        requests = _named(entry.label, entry.model, gathering)
        gathering.add(
            replace(request, brief=entry.brief, stage=entry.stage, previous=entry.previous) for request in requests
        )


def _absolute(path: Location) -> str:
    return os.path.abspath(path) if isinstance(path, Path) else str(path)  # noqa: PTH100 # links stay as they are named


def _named(label: str, path: Location, gathering: _Gathering) -> Iterator[Request]:
    """What one path, URL or pattern stands for; a name that exists is never taken for a pattern."""
    if not isinstance(path, Path):
        yield from _remote(label, path, gathering)
        return
    try:
        exists = os.path.lexists(path)
    except ValueError:  # a NUL in the name
        exists = False
    if not exists and glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 # patterns may be absolute
        if not matches:
            yield refused(label, path, f"没有与 {label} 相符的文件", f"nothing matches {label}")
        for match in matches:
            yield from _existing(match, Path(match), gathering)
    elif not exists:
        yield refused(label, path, f"没有文件 {label}", f"there is no file {label}")
    else:
        yield from _existing(label, path, gathering)


def _existing(label: str, path: Path, gathering: _Gathering) -> Iterator[Request]:
    if path.is_dir():
        found = False
        for inner in _files_below(path, gathering):
            found = True
            yield from _file(str(inner), inner)
        if not found:
            yield refused(label, path, f"文件夹 {label} 中没有模型", f"the folder {label} holds no model")
    else:
        yield from _file(label, path)


def _files_below(folder: Path, gathering: _Gathering) -> Iterator[Path]:
    """Models and archives in a folder and below, by name; links to folders are not followed."""
    for base, folders, names in os.walk(folder):
        here = Path(base)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (here / name).absolute() != gathering.output
        )
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in (*MODELS, ".zip"):
                yield here / name
            else:
                gathering.ignored += 1


def _remote(label: str, url: UPath, gathering: _Gathering) -> Iterator[Request]:
    """What one URL stands for. An object store has no folders, only names that begin alike."""
    files = url.fs
    try:
        if files.isfile(url.path):
            found = [url.path]
        else:
            found = files.glob(url.path) if glob.has_magic(url.path) else files.find(url.path)
            named = [_suffix(each) in (*MODELS, ".zip") and not _hidden(each, url.path) for each in found]
            gathering.ignored += named.count(False)
            found = [each for each, is_input in zip(found, named, strict=True) if is_input]
    except Exception as error:  # noqa: BLE001 # every file system has errors of its own
        yield Request(label, url, problem=unreachable(url, error).message)
        return
    places = [located(files.unstrip_protocol(each)) for each in sorted(found)]
    inputs = [each for each in places if not str(each).startswith(f"{gathering.output}/")]
    if not inputs:
        yield refused(label, url, f"{label} 处没有模型", f"there is no model at {label}")
    for place in inputs:
        yield from _file(str(place), place)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _hidden(name: str, base: str) -> bool:
    return any(part.startswith(".") for part in name.removeprefix(base).split("/"))


def _file(label: str, path: Location) -> Iterator[Request]:
    if isinstance(path, Path) and not path.is_file():  # a pipe or a device could be read for ever
        yield refused(label, path, f"{label} 不是普通文件", f"{label} is not a regular file")
    elif path.suffix.lower() == ".zip":
        yield from list_archive(label, path, MODELS)
    else:
        yield Request(label, path)
