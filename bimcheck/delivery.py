"""Where the reports of checked models go: files beside each other, one file, or standard output."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bimcheck.errors import UsageError
from bimcheck.files import write_whole
from bimcheck.isolation import Outcome
from bimcheck.isolation.crash import SUFFIX as CRASH_SUFFIX


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the user asked for: formats, and a place for them (``None``: standard output)."""

    formats: tuple[str, ...]
    output: Path | None
    models: tuple[Path, ...]

    def __post_init__(self) -> None:
        written = [name for name in self.formats if name != "terminal"]
        if self.output is None and written and len(self.formats) > 1:
            raise UsageError("输出多种格式时请用 -o 指定文件夹", "several formats need -o with a folder")

    def place(self, index: int, format_: str, file: str) -> Path | None:
        """Where the report of one model in one format goes; ``file`` is its name in the check's folder."""
        if self.output is None or (format_ == "terminal" and len(self.formats) > 1):
            return None
        ending = file.removeprefix("report")
        if self._is_one_file(ending):
            return self.output
        return self.output / f"{self._stem(index)}{ending}"

    def crash_place(self, index: int) -> Path:
        """Where the crash file of one model goes: beside its reports, else among temporary files."""
        name = f"{self._stem(index)}{CRASH_SUFFIX}"
        if self.output is None:
            return Path(tempfile.gettempdir()) / name
        return (self.output if self.output.is_dir() or not self.output.suffix else self.output.parent) / name

    def _is_one_file(self, ending: str) -> bool:
        if self.output is None or self.output.is_dir() or len(self.models) > 1:
            return False
        files = [name for name in self.formats if name != "terminal" or len(self.formats) == 1]
        return len(files) == 1 and self.output.suffix.lower() == ending

    def _stem(self, index: int) -> str:
        """The model's name without its ending; a second model of the same name gets its number."""
        stem = self.models[index].stem
        twins = [model.stem.casefold() for model in self.models[:index]]
        return f"{stem}-{index + 1}" if stem.casefold() in twins else stem


def write_crash(outcome: Outcome, place: Path) -> Path:
    """Write the crash file, under another name among temporary files where its place cannot be written to."""
    content = json.dumps(outcome.crash, ensure_ascii=False, indent=1) + "\n"
    try:
        write_whole(place, content)
    except UsageError:
        place = Path(tempfile.mkdtemp(prefix="bimcheck-")) / place.name
        write_whole(place, content)
    return place


def json_array(parts: Sequence[bytes]) -> bytes:
    """Several JSON reports as one document."""
    return b"[\n" + b",\n".join(part.rstrip(b"\n") for part in parts) + b"\n]\n"
