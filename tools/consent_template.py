"""Make the Word template of the consent sheet: ``bimcheck/data/templates/consent.docx``.

A bureau changes the file in Word, or brings its own (``--template``); this only makes the one that comes along::

    pip install python-docx
    python tools/consent_template.py
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bimcheck.reporters._archive import without_dates

OUTPUT = Path(__file__).parents[1] / "bimcheck" / "data" / "templates" / "consent.docx"

BODY, HEAD = "宋体", "黑体"
_WIDTH_CM = 17.4


def _font(run: Run, name: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _write(
    paragraph: Paragraph, text: str, *, name: str = BODY, size: float = 9, centre: bool = False, bold: bool = False
) -> Paragraph:
    _font(paragraph.add_run(text), name, size, bold=bold)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    return paragraph


def _cell(cell: _Cell, *lines: str, name: str = BODY, size: float = 9, centre: bool = False) -> None:
    for index, line in enumerate(lines):
        _write(cell.paragraphs[0] if index == 0 else cell.add_paragraph(), line, name=name, size=size, centre=centre)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _table(document: Word, widths_cm: tuple[float, ...]) -> Table:
    table: Table = document.add_table(rows=0, cols=len(widths_cm))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    return table


def _row(table: Table, widths_cm: tuple[float, ...]) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # one of few the library forgot
    for cell, width in zip(row.cells, widths_cm, strict=True):
        cell.width = Cm(width)
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    return row


def _loop(table: Table, widths_cm: tuple[float, ...], statement: str) -> None:
    """A row of its own for the start or the end of a loop; it vanishes when the sheet is made."""
    _cell(_row(table, widths_cm).cells[0], f"{{%tr {statement} %}}")


def _repeat(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _heading(document: Word, text: str) -> None:
    paragraph = _write(document.add_paragraph(), text, name=HEAD, size=11)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(9), Pt(3)
    paragraph.paragraph_format.keep_with_next = True


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        _font(run, BODY, 8)
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._element.append(mark)


def template() -> Word:
    """The document."""
    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(2024, 1, 1)  # noqa: DTZ001  Word knows no zones here
    document.core_properties.author = document.core_properties.comments = ""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.6)
    _write(document.add_paragraph(), "{{ title }}", name=HEAD, size=18, centre=True)
    _write(document.add_paragraph(), "（{{ stage }}）", size=12, centre=True).paragraph_format.space_after = Pt(6)
    _pairs(document, "identity_pairs", (2.4, 6.9, 2.4, 5.7))
    _result(document)
    _heading(document, "{{ words.clauses }}")
    _clauses(document)
    _changes(document, (3.6, 2.0, 1.6, 3.0, 3.0, 2.2, 2.0))
    _signing(document)
    _appendix(document)
    footer = _write(section.footer.paragraphs[0], "{{ title }} · {{ short_hash }} · ", size=8, centre=True)
    _field(footer, "PAGE")
    _write(footer, " / ", size=8)
    _field(footer, "NUMPAGES")
    return document


def _pairs(document: Word, name: str, widths: tuple[float, ...]) -> None:
    """Labels and values, two pairs a row."""
    table = _table(document, widths)
    _loop(table, widths, f"for left, right in {name}")
    texts = ("{{ left.label }}", "{{ left.value }}", "{{ right.label }}", "{{ right.value }}")
    for index, (cell, text) in enumerate(zip(_row(table, widths).cells, texts, strict=True)):
        _cell(cell, text, name=BODY if index % 2 else HEAD)
    _loop(table, widths, "endfor")


def _result(document: Word) -> None:
    _heading(document, "{{ words.summary }}")
    widths = (2.4, _WIDTH_CM - 2.4)
    table = _table(document, widths)
    cells = _row(table, widths).cells
    _cell(cells[0], "{% cellbg verdict_colour %}{{ verdict }}", name=HEAD, size=14, centre=True)
    _cell(
        cells[1],
        "{{ conclusion }}",
        "{%p for row in failing %}",
        "{{ row.result }} {{ row.number }} {{ row.title }}{{ words.colon }}{{ row.remedy or row.finding }}",
        "{%p endfor %}",
        "{{ readiness }}{{ obstacles | join('；') }}",
        size=10,
    )
    _heading(document, "{{ words.measured_head }}")
    _pairs(document, "measured_pairs", (4.4, 4.3, 4.4, 4.3))


def _clauses(document: Word) -> None:
    widths = (1.1, 4.4, 3.0, 2.1, 4.5, 2.3)
    table = _table(document, widths)
    head = _row(table, widths)
    _repeat(head)
    for cell, word in zip(head.cells, ("no", "clause", "figures", "result", "finding", "decision"), strict=True):
        _cell(cell, f"{{{{ words.{word} }}}}", name=HEAD, centre=True)
    _loop(table, widths, "for row in rows")
    cells = _row(table, widths).cells
    _cell(cells[0], "{{ row.number }}", size=8, centre=True)
    _cell(cells[1], "{{ row.clause }} {{ row.title }}", name=HEAD)
    _write(cells[1].add_paragraph(), "{{ row.quote }}", size=8)
    _cell(
        cells[2],
        "{% if row.required != '—' %}{{ words.required }} {{ row.required }}\n{% endif %}"
        "{% if row.measured != '—' %}{{ words.found }} {{ row.measured }}{% endif %}"
        "{% if row.declared != '—' %}\n{{ words.declared }} {{ row.declared }}{% endif %}"
        "{% if row.difference != '—' %}\n{{ words.difference }} {{ row.difference }}{% endif %}",
        size=8,
    )
    _cell(cells[3], "{% cellbg row.colour %}{{ row.result }}", name=HEAD, centre=True)
    _cell(
        cells[4],
        "{{ row.finding }}{% if row.remedy %}\n{{ words.remedy }}{{ words.colon }}{{ row.remedy }}{% endif %}"
        "{% if row.evidence %}\n{{ words.evidence }}{{ words.colon }}{{ row.evidence }}{% endif %}",
        size=8,
    )
    _cell(
        cells[5],
        "{{ row.decisions }}{% if row.decisions and row.choices %}\n{% endif %}{{ row.choices }}",
        size=8,
    )
    _loop(table, widths, "endfor")


def _changes(document: Word, widths: tuple[float, ...]) -> None:
    """What got worse since the stage before; nothing where there was none."""
    _write(document.add_paragraph(), "{%p if changed %}", size=4)
    _heading(document, "{{ words.changes }}")
    _write(document.add_paragraph(), "{{ changed }}")
    _write(document.add_paragraph(), "{%p if changes %}", size=4)
    table = _table(document, widths)
    head = _row(table, widths)
    _repeat(head)
    words = ("subject", "clause_place", "change", "before", "after", "difference", "remarks_head")
    for cell, word in zip(head.cells, words, strict=True):
        _cell(cell, f"{{{{ words.{word} }}}}", name=HEAD, centre=True)
    _loop(table, widths, "for row in changes")
    names = ("subject", "place", "change", "before", "after", "difference", "remarks")
    for cell, name in zip(_row(table, widths).cells, names, strict=True):
        _cell(cell, f"{{{{ row.{name} }}}}", size=8)
    _loop(table, widths, "endfor")
    _write(document.add_paragraph(), "{%p endif %}", size=4)
    _write(document.add_paragraph(), "{%p endif %}", size=4)


def _signing(document: Word) -> None:
    _heading(document, "{{ words.signing }}")
    widths = (2.4, _WIDTH_CM - 2.4)
    table = _table(document, widths)
    cells = _row(table, widths).cells
    _cell(cells[0], "{{ words.opinion }}", name=HEAD, centre=True)
    _cell(cells[1], "{% for choice in choices %}{{ choice }}　　{% endfor %}", size=11)
    row = _row(table, widths)
    row.height = Cm(2.2)
    _cell(row.cells[0], "{{ words.remarks }}", name=HEAD, centre=True)
    _write(document.add_paragraph(), "", size=4)
    _signatures(document, (5.2, 4.8, 4.6, 2.8))
    _write(document.add_paragraph(), "{{ disclaimer }}", size=8).paragraph_format.space_before = Pt(4)


def _signatures(document: Word, widths: tuple[float, ...]) -> None:
    """A line for each party; all of them on one page."""
    table = _table(document, widths)
    head = _row(table, widths)
    _repeat(head)
    for cell, word in zip(head.cells, ("party", "role", "signature", "date"), strict=True):
        _cell(cell, f"{{{{ words.{word} }}}}", name=HEAD, centre=True)
    _loop(table, widths, "for party in parties")
    row = _row(table, widths)
    row.height = Cm(1.25)
    _cell(row.cells[0], "{{ party.name }}", size=10)
    _cell(row.cells[1], "{{ party.role }}")
    for cell in (head.cells[0], row.cells[0]):
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    _loop(table, widths, "endfor")


def _appendix(document: Word) -> None:
    for words, items, line in (
        ("other_decisions", "other_decisions", "{{ item.label }}{{ words.colon }}{{ item.value }}"),
        ("notes", "notes", "{{ item }}"),
        ("policies", "policies", "{{ item.label }}{{ words.colon }}{{ item.value }}"),
        ("hashes", "hashes", "{{ item.label }}{{ words.colon }}{{ item.value }}"),
    ):
        _write(document.add_paragraph(), f"{{%p if {items} %}}")
        _heading(document, f"{{{{ words.{words} }}}}")
        _write(document.add_paragraph(), f"{{%p for item in {items} %}}")
        _write(document.add_paragraph(), line, size=8)
        _write(document.add_paragraph(), "{%p endfor %}")
        _write(document.add_paragraph(), "{%p endif %}")


def main() -> None:
    """Write the template."""
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    document = template()
    document.save(str(OUTPUT))
    OUTPUT.write_bytes(without_dates(OUTPUT.read_bytes()))


if __name__ == "__main__":
    main()
