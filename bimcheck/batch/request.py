"""One input of a batch: a model and what is to be done with it, or why nothing can be."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bimcheck.batch.location import Location
from bimcheck.text import Text

STAGES = ("scheme", "preliminary", "construction", "completion")
_RESERVED = frozenset('<>:"/\\|?*')
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Request:
    """A model to check.

    ``label`` is what lists show. ``member`` is the place in an archive at ``path``. ``brief``, ``stage`` and
    ``previous`` are those of a manifest's row, ``None`` for the batch's own. ``problem`` says why there is nothing to
    check.
    """

    label: str
    path: Location
    member: int | None = None
    brief: Location | None = None
    stage: str | None = None
    previous: Location | None = None
    problem: Text | None = None


def refused(label: str, path: Location, zh: str, en: str) -> Request:
    """An input that cannot be checked, with the reason."""
    return Request(label, path, problem=Text(zh, en))


def file_name(name: str) -> str:
    """A name from an archive as the name of one file: no folder, nothing hidden, nothing a terminal would obey."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    clean = "".join("_" if c in _RESERVED or not c.isprintable() else c for c in last).strip(". ")
    stem, dot, suffix = clean.rpartition(".")
    if not dot:
        stem, suffix = clean, ""
    while len(f"{stem}{dot}{suffix}".encode()) > _LONGEST and stem:
        stem = stem[:-1]
    return f"{stem or 'model'}{dot}{suffix[:16]}"
