"""What came out of a batch, worst first: a page for people, CSV for spreadsheets, JSON lines for programs."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bimcheck import __version__
from bimcheck.batch.gather import Gathered
from bimcheck.batch.request import Request
from bimcheck.batch.run import Row
from bimcheck.batch.store import CRASH, Store, place_of
from bimcheck.isolation.job import LOG
from bimcheck.text import Language, Text

_WORST_FIRST = (4, 1, 3, 2, None, 0)
_TITLES: Mapping[int | None, Text] = {
    4: Text("程序缺陷", "defect"),
    1: Text("不符合", "fail"),
    3: Text("资料不足", "undetermined"),
    2: Text("无法审查", "could not be checked"),
    None: Text("未审查", "not checked yet"),
    0: Text("符合", "pass"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Overview:
    """All inputs of a batch with what became of them; those without a row were not reached."""

    def __init__(self, found: Gathered, stage: str, store: Store) -> None:
        self._store = store
        self._found = found
        self._stage = stage
        self._rows: dict[Request, Row] = {}

    def add(self, row: Row) -> None:
        """Take what became of one input."""
        self._rows[row.request] = row

    @property
    def exit_codes(self) -> list[int]:
        """Of the inputs that were reached."""
        return [row.outcome.exit_code for row in self._rows.values()]

    def in_short(self) -> Text:
        """How many ended how, and where to read on."""
        counts = Counter(self.exit_codes)
        parts = [(title, counts[code]) for code, title in _TITLES.items() if code is not None and counts[code]]
        zh = "，".join(f"{title.zh} {count}" for title, count in parts)
        en = ", ".join(f"{title.en} {count}" for title, count in parts)
        page = self._store.folder / "index.html"
        return Text(
            f"{len(self._found.requests)} 个输入：{zh}；见 {page}",
            f"{len(self._found.requests)} inputs: {en}; see {page}",
        )

    def write(self, language: Language) -> None:
        """Write ``index.html``, ``summary.csv`` and ``summary.jsonl`` beside the results, each whole."""
        records = self.records()
        self._store.write("summary.jsonl", _json_lines(records).encode("ascii"))
        self._store.write("summary.csv", _csv(records))
        self._store.write("index.html", self._page(records, language).encode("utf-8"))

    def records(self) -> list[dict[str, Any]]:
        """One record per input, worst first, then by name."""
        found = [self._record(request) for request in self._found.requests]
        return sorted(found, key=lambda record: (_WORST_FIRST.index(record["exit_code"]), record["input"]))

    def _record(self, request: Request) -> dict[str, Any]:
        row = self._rows.get(request)
        outcome = row.outcome if row is not None else None
        summary = outcome.summary if outcome is not None else {}
        message = outcome.message if outcome is not None else None
        return {
            "input": request.label,
            "exit_code": outcome.exit_code if outcome is not None else None,
            "verdict": summary.get("verdict"),
            "cause": outcome.cause if outcome is not None else "not-reached",
            "message": message.zh if message is not None else None,
            "message_en": message.en if message is not None else None,
            "fails": summary.get("fails", []),
            "open": summary.get("open", []),
            "missing": summary.get("missing", []),
            "counts": summary.get("counts"),
            "measurements": summary.get("measurements"),
            "stage": request.stage or self._stage,
            "brief": str(request.brief) if request.brief is not None else None,
            "sha256": row.sha256 if row is not None else None,
            "bytes": row.bytes if row is not None else None,
            "seconds": outcome.seconds if outcome is not None else None,
            "peak_memory_mb": outcome.peak_memory_mb if outcome is not None else None,
            "reused": row.reused if row is not None else False,
            "files": dict(self._files(row)) if row is not None else {},
        }

    def _files(self, row: Row) -> Iterator[tuple[str, str]]:
        """The files of a result, by format, relative to the overview."""
        if row.key is None:
            return
        base = place_of(row.key)
        for format_, name in row.outcome.reports.items():
            yield format_, f"{base}/{name}"
        yield "log", f"{base}/{LOG}"
        if row.outcome.crash is not None:
            yield "crash", f"{base}/{CRASH}"

    def _titles(self) -> dict[str, Text]:
        """What the rules named in the records are called."""
        summaries = [row.outcome.summary for row in self._rows.values()]
        return {rule: Text(*title) for summary in summaries for rule, title in summary.get("titles", {}).items()}

    def _page(self, records: Sequence[Mapping[str, Any]], language: Language) -> str:
        from importlib import resources

        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup

        css = resources.files("bimcheck.data").joinpath("templates", "batch.css").read_text("utf-8")
        environment = Environment(
            loader=PackageLoader("bimcheck.data", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"shown": shown, "href": quote}
        counts = Counter(record["exit_code"] for record in records)
        return environment.get_template("batch.html.j2").render(
            css=Markup(css),  # noqa: S704 # our own style sheet, no text of a model in it
            css_hash=base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii"),
            language=language,
            records=records,
            rules={rule: title.in_language(language) for rule, title in self._titles().items()},
            titles={code: title.in_language(language) for code, title in _TITLES.items()},
            counts=[(code, counts[code]) for code in _WORST_FIRST if counts[code]],
            ignored=self._found.ignored,
            version=__version__,
        )


def shown(text: str) -> str:
    """A name from outside without characters that reorder, hide or command: each becomes a visible mark."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _json_lines(records: Sequence[Mapping[str, Any]]) -> str:
    """ASCII, so that names that are no Unicode and line separators survive as escapes."""
    return "".join(json.dumps(record, ensure_ascii=True) + "\n" for record in records)


def _csv(records: Sequence[Mapping[str, Any]]) -> bytes:
    """For spreadsheets: with a byte-order mark, and nothing from outside that they would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ["input", "exit_code", "verdict", "cause", "message", "fails", "open", "service_area_m2", "ground_floor_share",
         "street_entrances", "stage", "brief", "sha256", "bytes", "seconds", "report"]
    )  # fmt: skip
    for record in records:
        measured = record["measurements"] or {}
        files = record["files"]
        cells = [
            record["input"], record["exit_code"], record["verdict"], record["cause"], record["message"],
            " ".join(record["fails"]), " ".join(record["open"]), measured.get("service_area_m2"),
            measured.get("ground_floor_share"), measured.get("street_entrances"), record["stage"], record["brief"],
            record["sha256"], record["bytes"], record["seconds"], files.get("html") or files.get("json"),
        ]  # fmt: skip
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = shown(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
