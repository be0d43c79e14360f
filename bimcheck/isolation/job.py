"""What one check is asked to do, as it crosses to the process that does it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from bimcheck.isolation.limits import Limits
from bimcheck.text import Language

_FILE = "job.json"
LOG = "log.txt"
"""What libraries print, in the check's folder."""
FAULT = "fault.txt"
"""Where the interpreter stood when it was brought down or asked, in the check's folder."""
FILES = ("brief", "previous", "survey", "decisions", "template")
"""Options that name a file: a result depends on what it says."""


@dataclass(frozen=True, slots=True)
class Job:
    """One project to check and the reports wanted of it.

    ``models`` are read as one project. ``as_of`` is an ISO date. ``template`` is the bureau's own Word file for the
    docx format; ``width`` and ``color`` concern the terminal format alone.
    """

    models: tuple[str, ...]
    formats: tuple[str, ...]
    as_of: str
    language: Language = "zh"
    brief: str | None = None
    stage: str = "scheme"
    ruleset: str = "haining/2023"
    area_standard: str = "gbt50353-2013"
    unit: str | None = None
    previous: str | None = None
    survey: str | None = None
    decisions: str | None = None
    template: str | None = None
    full_read: bool = False
    width: int = 100
    color: bool = False

    def write(self, folder: Path, limits: Limits) -> None:
        """Leave the job for the child. Names that are no Unicode survive, as JSON escapes."""
        (folder / _FILE).write_text(json.dumps({"job": asdict(self), "limits": asdict(limits)}), "ascii")

    @classmethod
    def read(cls, folder: Path) -> tuple[Self, Limits]:
        """The job left in a folder."""
        data = json.loads((folder / _FILE).read_text("ascii"))
        lists = {key: tuple(data["job"][key]) for key in ("models", "formats")}
        return cls(**{**data["job"], **lists}), Limits(**data["limits"])
