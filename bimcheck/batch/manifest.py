"""Manifests: a CSV file or JSON lines, a model a row, with the brief and the stage it is to be checked with.

Columns are ``model``, ``brief``, ``stage`` and ``previous`` (an earlier report of the same project); paths are relative
to the manifest, or URLs. An unknown column is an error: a misspelt ``breif`` must not leave models without theirs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bimcheck.batch.location import Location, located, unreachable
from bimcheck.batch.request import STAGES
from bimcheck.errors import UsageError
from bimcheck.text import Text

COLUMNS = ("model", "brief", "stage", "previous")
_ENCODINGS = ("utf-8-sig", "gb18030")  # spreadsheets on Chinese systems write the second


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: what to check, or the problem with the row."""

    label: str
    model: Location | None = None
    brief: Location | None = None
    stage: str | None = None
    previous: Location | None = None
    problem: Text | None = None


def read_manifest(path: Location) -> Iterator[Entry]:
    """The rows of a manifest file; CSV where its first line is no JSON object.

    Raises:
        UsageError: it cannot be read, has no column ``model``, or columns nobody knows.
    """
    try:
        raw = path.read_bytes()
    except Exception as error:  # noqa: BLE001 # every file system has errors of its own
        raise UsageError(*unreachable(path, error).message) from None
    text = _decoded(raw, path)
    if text.lstrip().startswith("{"):
        yield from read_lines(text, path.name, path.parent)
    else:
        yield from _read_csv(text, path)


def read_lines(text: str, name: str, base: Location) -> Iterator[Entry]:
    """Lines that are each a path or a JSON object; empty lines are left out.

    Raises:
        UsageError: an object has keys nobody knows.
    """
    separator = "\0" if "\0" in text else "\n"
    for number, line in enumerate(text.split(separator), 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        if not line.lstrip().startswith("{"):
            yield _entry({"model": line.rstrip("\r")}, where, base)
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            zh, en = f"{where} 不是有效的 JSON", f"{where} is not valid JSON"
            yield Entry(where, problem=Text(zh, en))
            continue
        _refuse_unknown(row, where)
        yield _entry(row, where, base)


def _read_csv(text: str, path: Location) -> Iterator[Entry]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        if "model" not in header:
            raise UsageError(
                f"清单 {path} 第一行应是列名，至少有 model",
                f"the first line of {path} must name columns, model among them",
            )
        _refuse_unknown(dict.fromkeys(header), str(path))
        reader.fieldnames = header
        for row in reader:
            where = f"{path.name}:{reader.line_num}"
            if row.pop("", None):
                yield Entry(where, problem=Text(f"{where} 的格子比列名多", f"{where} has more cells than columns"))
            else:
                yield _entry(row, where, path.parent)
    except csv.Error as error:
        raise UsageError(f"清单 {path} 不是有效的 CSV：{error}", f"{path} is not valid CSV: {error}") from None


def _decoded(raw: bytes, path: Location) -> str:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"清单 {path} 既非 UTF-8 也非 GBK", f"the manifest {path} is neither UTF-8 nor GBK")


def _refuse_unknown(row: Mapping[str, object], where: str) -> None:
    if unknown := sorted(set(row) - set(COLUMNS)):
        raise UsageError(
            f"{where}：未知的列 {'、'.join(unknown)}，可用：{'、'.join(COLUMNS)}",
            f"{where}: unknown column {', '.join(unknown)}; there are: {', '.join(COLUMNS)}",
        )


def _entry(row: Mapping[str, object], where: str, base: Location) -> Entry:
    if wrong := [key for key, value in row.items() if value is not None and not isinstance(value, str)]:
        zh, en = f"{where}：{wrong[0]} 应是文字", f"{where}: {wrong[0]} must be text"
        return Entry(where, problem=Text(zh, en))
    model, brief, stage, previous = (str(row.get(key) or "").strip() for key in COLUMNS)
    if not model or "\0" in model + brief + previous:
        return Entry(where, problem=Text(f"{where} 没有写模型", f"{where} names no model"))
    if stage and stage not in STAGES:
        known = ", ".join(STAGES)
        zh, en = f"{where}：未知的阶段 {stage}，可用：{known}", f"{where}: unknown stage {stage}; there are: {known}"
        return Entry(model, problem=Text(zh, en))
    try:
        brief_at, previous_at = (located(name, base) if name else None for name in (brief, previous))
        return Entry(model, located(model, base), brief_at, stage or None, previous_at)
    except UsageError as error:
        return Entry(model, problem=error.message)
