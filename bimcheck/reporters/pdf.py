"""PDF/A for the archive: the consent sheet as Word has it, in an embedded font, the same on every machine.

Level A-2a: tagged, so that it can be read aloud and searched. A character that the font lacks is set as 〓, and the
sheet says which ones those are; Word shows them.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

from bimcheck.drawing.typeface import FAMILY, MISSING, font_file, lacking, printable
from bimcheck.notation import clean
from bimcheck.reporters._consent import consent_sheet
from bimcheck.review import Review
from bimcheck.text import Language, Text

SUFFIX: Final = ".pdf"
MEDIA_TYPE: Final = "application/pdf"

_STANDARD: Final = "a-2a"
_BREAK = "\u200b"
_LONG_WORD = re.compile(r"[!-~]{25,}")


def render(review: Review, language: Language = "zh") -> bytes:
    """The sheet as PDF/A; it bears the review's date and no other."""
    import typst

    data = json.dumps(_data(review, language), ensure_ascii=False)
    layout = resources.files("bimcheck.data").joinpath("templates", "consent.typ").read_text("utf-8")
    day = datetime(review.as_of.year, review.as_of.month, review.as_of.day, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="bimcheck-") as name, font_file() as font:
        folder = Path(name)
        (folder / "consent.typ").write_text(layout, "utf-8")
        (folder / "sheet.json").write_text(data, "utf-8")
        made = typst.compile(
            str(folder / "consent.typ"),
            root=name,
            format="pdf",
            font_paths=[str(font.parent)],
            ignore_system_fonts=True,
            pdf_standards=_STANDARD,
            timestamp=int(day.timestamp()),
        )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__}, not a file")
    return made


def _data(review: Review, language: Language) -> dict[str, Any]:
    """The sheet as plain values that the font can set."""
    sheet: dict[str, Any] = asdict(consent_sheet(review, language))
    sheet |= {"file": clean(review.source.file), "short_hash": f"SHA-256 {review.source.sha256[:16]}", "font": FAMILY}
    missing = lacking("".join(_texts(sheet)).replace("\n", ""))
    codes = " ".join(f"U+{ord(character):04X}" for character in missing)
    said = Text(f"字库所缺的字以{MISSING}代替：{codes}", f"Characters the font lacks are set as {MISSING}: {codes}")
    printed: dict[str, Any] = _printed(sheet)
    printed["hashes"] = sheet["hashes"]  # to be copied: nothing may stand within them
    return {**printed, "lacking": said.in_language(language) if missing else ""}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def _printed(value: Any) -> Any:  # noqa: ANN401  any value that JSON knows
    """The same value with every text fit for the page."""
    if isinstance(value, str):
        return "\n".join(_breakable(printable(line)) for line in value.split("\n"))
    if isinstance(value, dict):
        return {key: _printed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printed(item) for item in value]
    return value


def _breakable(text: str) -> str:
    """Let what no line holds (file names, hashes, keys of the brief) break anywhere; Han text breaks by itself."""
    return _LONG_WORD.sub(lambda found: _BREAK.join(found[0]), text)
