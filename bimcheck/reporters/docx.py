"""Word: the consent sheet (审查意见表), filled into a template that a bureau may replace.

A template is a Word file with Jinja tags (docxtpl). It may use every field of ``ConsentSheet`` by its name
(``{{ title }}``, ``{%tr for row in rows %}`` … ``{%tr endfor %}``, ``{{ row.finding }}``), and besides:
``identity_pairs`` and ``measured_pairs`` (two at a time), ``short_hash``, ``verdict_colour`` and ``row.colour`` for
``{% cellbg %}``. Templates run in a sandbox: they can show the sheet and do nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bimcheck.reporters._archive import without_dates
from bimcheck.reporters._consent import ConsentSheet, consent_sheet
from bimcheck.reporters._word_template import check_template, fill
from bimcheck.review import Review
from bimcheck.text import Language

SUFFIX: Final = ".docx"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_COLOURS = {
    "fail": "FBE3E1",
    "undetermined": "FFF0D6",
    "manual": "E4EDF8",
    "pass": "E7F3EA",
    "not_applicable": "FFFFFF",
}
_WORD_ONLY = frozenset({"identity_pairs", "measured_pairs", "short_hash", "verdict_colour"})
_LONGEST_COMMENT = 255


def render(review: Review, language: Language = "zh", *, template: Path | None = None) -> bytes:
    """The sheet as a Word file.

    Raises:
        UsageError: the template is no Word file, or asks for something that is not there.
    """
    sheet = consent_sheet(review, language)
    document = fill(template, _context(sheet, review))
    properties = document.docx.core_properties  # get_docx() would load the template anew
    day = datetime(review.as_of.year, review.as_of.month, review.as_of.day)  # noqa: DTZ001  Word knows no zones here
    properties.created = properties.modified = day
    properties.title, properties.author, properties.revision = sheet.title, "bimcheck", 1
    properties.comments = "\n".join(f"{pair.label} {pair.value}" for pair in sheet.hashes)[:_LONGEST_COMMENT]
    written = io.BytesIO()
    document.save(written)
    return without_dates(written.getvalue())


def check(template: Path) -> None:
    """Try a bureau's template before a review is made for it.

    Raises:
        UsageError: it cannot be used.
    """
    check_template(template, frozenset({field.name for field in fields(ConsentSheet)} | _WORD_ONLY))


def _context(sheet: ConsentSheet, review: Review) -> dict[str, Any]:
    """The fields of the sheet as plain values, and what only Word needs."""
    context: dict[str, Any] = asdict(sheet)
    for rows in ("rows", "failing", "unknown", "for_people"):
        for row in context[rows]:
            row["colour"] = _COLOURS[row["status"]]
    return {
        **context,
        "identity_pairs": _by_two(context["identity"]),
        "measured_pairs": _by_two(context["measured"]),
        "short_hash": f"SHA-256 {review.source.sha256[:16]}",
        "verdict_colour": _COLOURS[sheet.verdict_status],
    }


def _by_two(pairs: Sequence[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Two pairs a row; the last is filled up."""
    padded = [*pairs, {"label": "", "value": ""}]
    return [(padded[start], padded[start + 1]) for start in range(0, len(pairs), 2)]
