"""A workbook in the style of the reviews: A4 pages, frozen heads, real numbers, and text that never becomes a formula.

Every text is written as a string whatever it begins with, and cleaned; a number that is unknown is a dash, never 0.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import xlsxwriter  # type: ignore[import-untyped]  # the library carries no types

from bimcheck.drawing.labels import width_em
from bimcheck.notation import NOTHING, clean
from bimcheck.text import Language, Text

FONT: Final = "宋体"
"""Every Chinese office has it, and documents are set in it."""

_FONT_SIZE = 10
_LONGEST = 32_767
_A4 = 9
_LINE, _PADDING, _HIGHEST = 13.0, 5.0, 409.0

NumberFormat = Literal["m2", "m", "1", "piece", "yuan", "day", ""]
_NUMBER_FORMATS: dict[str, str] = {
    "m2": "#,##0.00",
    "m": "0.00",
    "1": "0.00%",
    "piece": "0",
    "day": "0",
    "yuan": "#,##0.00",
    "": "0.00",
}

UNITS: Final[dict[str, Text]] = {
    "m2": Text("㎡", "m²"),
    "m": Text("m", "m"),
    "1": Text("%", "%"),
    "piece": Text("个", "pcs"),
    "yuan": Text("元", "yuan"),
    "day": Text("天", "days"),
    "": NOTHING,
}
"""What stands in a column of units."""

Style = Literal[
    "title", "label", "value", "head", "text", "centre", "sum", "input", "note",
    "pass", "fail", "undetermined", "manual", "not_applicable",
]  # fmt: skip
_BOX: dict[str, Any] = {"border": 1, "border_color": "#8C8C8C", "text_wrap": True, "valign": "vcenter"}
_CENTRE: dict[str, Any] = {**_BOX, "align": "center"}
_STYLES: dict[Style, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "label": {**_BOX, "bg_color": "#F2F2F2"},
    "value": {**_BOX, "align": "left"},
    "head": {**_CENTRE, "bold": True, "bg_color": "#DDE6EF"},
    "text": _BOX,
    "centre": _CENTRE,
    "sum": {**_BOX, "bold": True, "bg_color": "#F2F2F2"},
    "input": {**_BOX, "bg_color": "#FFFBE6"},
    "note": {"text_wrap": False, "valign": "vcenter", "font_color": "#404040"},
    "pass": {**_CENTRE, "font_color": "#1D6B3A"},
    "fail": {**_CENTRE, "bold": True, "font_color": "#B3261E", "bg_color": "#FBE3E1"},
    "undetermined": {**_CENTRE, "bold": True, "font_color": "#8A5A00", "bg_color": "#FFF0D6"},
    "manual": {**_CENTRE, "bold": True, "font_color": "#1F4E8C", "bg_color": "#E4EDF8"},
    "not_applicable": {**_CENTRE, "font_color": "#6B6B6B"},
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in its unit; ``signed`` for differences. Unknown is ``None``."""

    value: float | None
    unit: str = "m2"
    signed: bool = False


Cell = str | Number | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head and its width in Latin characters (a Han character takes two)."""

    head: Text
    width: float
    style: Style = "text"


@dataclass(slots=True)
class Sheet:
    """One sheet in the making; ``row`` is the next free one, counted from 0."""

    book: Book
    worksheet: Any
    row: int = 0
    columns: int = 1

    def say(self, column: int, cell: Cell, style: Style = "text", *, bold: bool = False) -> None:
        """Write a cell of the current row."""
        if isinstance(cell, Number):
            self._number(column, cell, style, bold=bold)
        else:
            text = "\n".join(clean(line) for line in (cell or "").split("\n"))[:_LONGEST]
            self.worksheet.write_string(self.row, column, text, self.book.format(style, bold=bold))

    def _number(self, column: int, cell: Number, style: Style, *, bold: bool) -> None:
        align = "center" if style == "centre" and cell.unit == "piece" else "right"
        if cell.value is None:
            self.worksheet.write_string(self.row, column, NOTHING.zh, self.book.format(style, bold=bold, align=align))
            return
        plain = _NUMBER_FORMATS[cell.unit]
        shown = f"+{plain};[Red]-{plain};{plain}" if cell.signed else plain
        look = self.book.format(style, bold=bold, align=align, num_format=shown)
        self.worksheet.write_number(self.row, column, cell.value, look)

    def title(self, text: str, height: float = 30) -> None:
        """A line over all columns."""
        self.worksheet.set_row(self.row, height)
        self.worksheet.merge_range(self.row, 0, self.row, self.columns - 1, "", self.book.format("title"))
        self.worksheet.write_string(self.row, 0, clean(text), self.book.format("title"))
        self.row += 1

    def pairs(self, pairs: Sequence[tuple[str, str]], spans: tuple[int, int, int, int]) -> None:
        """Labels with their values, two pairs a row; ``spans`` are how many columns each of the four parts takes."""
        for start in range(0, len(pairs), 2):
            column = 0
            line = [part for pair in pairs[start : start + 2] for part in pair]
            line += [""] * (4 - len(line))
            for index, (text, span) in enumerate(zip(line, spans, strict=True)):
                look = self.book.format("value" if index % 2 else "label")
                if span > 1:
                    self.worksheet.merge_range(self.row, column, self.row, column + span - 1, "", look)
                self.worksheet.write_string(self.row, column, clean(text), look)
                column += span
            self.worksheet.set_row(self.row, 18)
            self.row += 1

    def head(self, columns: Sequence[Column], *, frozen: bool = True, height: float = 30) -> None:
        """The head of a table; it stays in view and is printed on every page."""
        self.worksheet.set_row(self.row, height)
        for index, column in enumerate(columns):
            self.say(index, column.head.in_language(self.book.language), "head")
        if frozen:
            self.worksheet.freeze_panes(self.row + 1, 0)
            self.worksheet.repeat_rows(self.row)
        self.row += 1

    def line(
        self,
        columns: Sequence[Column],
        cells: Sequence[Cell],
        *,
        bold: bool = False,
        styles: dict[int, Style] | None = None,
    ) -> None:
        """A row of a table, as high as its longest text wraps."""
        wraps = [
            sum(math.ceil(max(1.0, 2 * width_em(part) / (column.width - 1))) for part in cell.split("\n"))
            for column, cell in zip(columns, cells, strict=True)
            if isinstance(cell, str)
        ]
        self.worksheet.set_row(self.row, min(_HIGHEST, _PADDING + _LINE * max(wraps, default=1)))
        for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self.say(index, cell, (styles or {}).get(index, "sum" if bold else column.style), bold=bold)
        self.row += 1

    def note(self, text: str) -> None:
        """A line of small print below a table."""
        self.say(0, text, "note")
        self.row += 1


@dataclass(slots=True)
class Book:
    """A workbook in one language."""

    workbook: Any
    language: Language
    footer: str
    _formats: dict[object, Any] = field(default_factory=dict)

    def format(self, style: Style, **more: object) -> Any:  # noqa: ANN401  the library carries no types
        """The library's format of a style; each is made once."""
        wanted = {name: value for name, value in more.items() if value not in (False, None)}
        key = (style, tuple(sorted(wanted.items(), key=str)))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": _FONT_SIZE, **_STYLES[style], **wanted}
            self._formats[key] = self.workbook.add_format(base)
        return self._formats[key]

    def sheet(self, name: Text, columns: Sequence[Column], *, landscape: bool = True) -> Sheet:
        """A new sheet on A4, as wide as its columns, one page wide in print."""
        worksheet = self.workbook.add_worksheet(name.in_language(self.language))
        for index, column in enumerate(columns):
            worksheet.set_column(index, index, column.width)
        worksheet.set_paper(_A4)
        if landscape:
            worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.center_horizontally()
        worksheet.set_footer(f"&L&8{self.footer.replace('&', '&&')}&R&8&P / &N")
        worksheet.hide_gridlines(2)
        return Sheet(self, worksheet, columns=len(columns))


@contextmanager
def workbook(language: Language, title: str, as_of: date, footer: str) -> Iterator[tuple[Book, io.BytesIO]]:
    """A workbook and the bytes it becomes on leaving; it bears the review's date and no other."""
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(written, options) as opened:
        created = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).replace(tzinfo=None)
        opened.set_properties({"title": title, "author": "bimcheck", "created": created})
        yield Book(opened, language, footer), written
