"""The consent sheet in Word and PDF: every clause, open boxes for people, nothing signed, nothing invented."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
import review_factory
from click.testing import CliRunner

from bimcheck.cli import main
from bimcheck.errors import UsageError
from bimcheck.history import Decided, Decision
from bimcheck.reporters import render
from bimcheck.reporters._consent import consent_sheet
from bimcheck.reporters._decided import obstacles, ready_to_sign
from bimcheck.reporters.docx import render as render_docx
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Language, Text

docx = pytest.importorskip("docx")
State = Literal["valid", "stale", "gone"]
Outcome = Literal["accepted", "refused", "revise"]


def word(review: Review, language: Language = "zh") -> bytes:
    content = render(review, "docx", language)
    assert isinstance(content, bytes)
    return content


def pdf(review: Review, language: Language = "zh") -> bytes:
    content = render(review, "pdf", language)
    assert isinstance(content, bytes)
    return content


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def text_of(content: bytes) -> str:
    """The text of a PDF without spaces and line breaks, which lie where the page breaks its lines."""
    pypdf = pytest.importorskip("pypdf")
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))


def decided(
    rule: str, outcome: Outcome | None = "accepted", state: State = "valid", name: str = "张敏", reason: str = "已核实"
) -> Decided:
    decision = Decision.model_validate(
        {
            "rule": rule,
            "kind": "waiver" if outcome is None else "decision",
            "outcome": outcome,
            "name": name,
            "role": "民政",
            "date": date(2026, 11, 20),
            "reason": reason,
            "model_sha256": "9f" * 32,
        }
    )
    return Decided(decision, state, (), Text(rule, rule), "manual", Text("模型文件已不同", "another model file"))


def one(status: Status, level: Literal["required", "advisory"], *decisions: Decided) -> Review:
    """A review of one rule, number 8."""
    result: RuleResult = replace(review_factory.RESULTS[7], status=status, level=level)
    return review_factory.review(results=(result,), decisions=decisions)


RULE = review_factory.RESULTS[7].rule


@pytest.mark.parametrize(
    ("status", "level", "decisions", "ready"),
    [
        ("pass", "required", (), True),
        ("not_applicable", "required", (), True),
        ("fail", "required", (), False),
        ("fail", "advisory", (), False),
        ("fail", "required", (decided(RULE, "accepted"),), False),
        ("fail", "required", (decided(RULE, None),), True),
        ("fail", "required", (decided(RULE, None, "stale"),), False),
        ("manual", "required", (), False),
        ("manual", "advisory", (), False),
        ("manual", "required", (decided(RULE, "accepted"),), True),
        ("manual", "required", (decided(RULE, "accepted", "stale"),), False),
        ("manual", "required", (decided(RULE, "refused"),), False),
        ("manual", "required", (decided(RULE, "revise"), decided(RULE, "accepted", name="李")), False),
        ("manual", "required", (decided("another-rule"),), False),
        ("undetermined", "required", (), False),
        ("undetermined", "advisory", (), True),
    ],
)
def test_a_sheet_is_ready_only_when_nothing_is_open(
    status: Status,
    level: Literal["required", "advisory"],
    decisions: tuple[Decided, ...],
    ready: bool,  # noqa: FBT001  a row of the table
) -> None:
    """No open failure, and a valid agreement on every clause for a person; a stale one or a refusal is none."""
    review = one(status, level, *decisions)
    assert ready_to_sign(review) is ready
    assert bool(obstacles(review)) is not ready
    assert ("可提交签署" in words_of(word(review))) is ready
    assert ("尚不具备签署条件" in words_of(word(review))) is not ready


def test_a_waiver_never_hides_a_failure() -> None:
    said = words_of(word(one("fail", "required", decided(RULE, None, reason="历史遗留"))))
    assert "不符合" in said
    assert "豁免：历史遗留（民政 张敏，2026-11-20）" in said


def test_a_stale_decision_is_shown_as_stale() -> None:
    said = words_of(word(one("manual", "required", decided(RULE, "accepted", "stale"))))
    assert "【已失效】同意：已核实" in said


def test_every_clause_has_its_row_and_rows_for_people_have_open_boxes() -> None:
    tables = docx.Document(io.BytesIO(word(review_factory.review()))).tables
    clauses = next(table for table in tables if table.rows[0].cells[0].text == "序号")
    rows = {row.cells[0].text: row.cells for row in clauses.rows[1:]}
    assert list(rows) == [f"R{number:02}" for number in range(1, 25)]
    boxes = {number for number, cells in rows.items() if "□ 同意" in cells[5].text}
    assert boxes == {r.number for r in review_factory.RESULTS if r.status == "manual"}
    assert "□ 整改后复审" in rows["R03"][5].text
    assert "差值 −5.56 个百分点" in rows["R08"][2].text


def test_the_parties_of_the_notice_are_there_and_nobody_has_signed() -> None:
    tables = docx.Document(io.BytesIO(word(review_factory.review()))).tables
    signing = next(table for table in tables if "签名（盖章）" in [c.text for c in table.rows[0].cells])
    names = [row.cells[0].text for row in signing.rows[1:]]
    assert names == [
        "住建部门", "资规部门", "民政部门",
        "镇（街道）规划工作负责人", "镇（街道）民政工作负责人", "项目所在社区负责人",
    ]  # fmt: skip
    assert all(row.cells[2].text == row.cells[3].text == "" for row in signing.rows[1:])
    assert "☑" not in words_of(word(review_factory.review()))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_forms_carry_the_hashes_of_model_and_rules_and_the_tool(language: Language) -> None:
    for said in (
        words_of(word(review_factory.review(), language)).replace(" ", ""),
        text_of(pdf(review_factory.review(), language)),
    ):
        assert "9f" * 32 in said
        assert "sha256:" + "4c" * 32 in said
        assert "bimcheck0.1.0" in said


def test_word_and_pdf_say_the_same() -> None:
    sheet = consent_sheet(review_factory.review(), "zh")
    in_word = re.sub(r"\s+", "", words_of(word(review_factory.review())))
    in_pdf = text_of(pdf(review_factory.review()))
    for row in sheet.rows:
        for part in (row.title, row.quote, row.finding, row.result, row.remedy):
            assert re.sub(r"\s+", "", part) in in_word
            assert re.sub(r"\s+", "", part) in in_pdf


def test_the_pdf_is_pdf_a_with_its_font_embedded() -> None:
    """The archive's level is declared in the metadata, and the one font has its outlines in the file."""
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(pdf(review_factory.review())))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part[>=\"]+2", metadata)
    assert re.search(r"pdfaid:conformance[>=\"]+A", metadata)
    fonts: dict[str, Any] = {}
    for page in reader.pages:
        fonts |= {font.get_object()["/BaseFont"]: font.get_object() for font in page["/Resources"]["/Font"].values()}
    assert fonts
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_forms_are_the_same_every_time(language: Language) -> None:
    review = review_factory.review()
    assert word(review, language) == word(review, language)
    assert pdf(review, language) == pdf(review, language)
    with zipfile.ZipFile(io.BytesIO(word(review, language))) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2026-11-23T00:00:00Z" in archive.read("docProps/core.xml")


HOSTILE = (
    "{{ 7*7 }}{% for x in y %}",
    "<w:p>&amp;]]>",
    '#eval("1") $x$ *b* @a \\ ` // /* ',
    "甲\x00\x1b\ud800\ufffe乙",
    "长" * 400,
    "A" * 3000,
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_text_and_nothing_else(name: str) -> None:
    """Neither Word's XML, nor the template's language, nor typst's mark-up takes a model's words for its own."""
    whole = review_factory.review()
    review = replace(
        whole, model=replace(whole.model, project_name=name), source=replace(whole.source, file=name),
    )  # fmt: skip
    shown = consent_sheet(review, "zh").identity[0].value
    assert shown in words_of(word(review))
    assert pdf(review).startswith(b"%PDF-1.7")
    assert "49" not in shown


def test_what_the_font_lacks_is_marked_and_named_in_the_pdf() -> None:
    whole = review_factory.review()
    review = replace(whole, model=replace(whole.model, project_name="龘\U00020000苑"))
    said = text_of(pdf(review))
    assert "〓苑" in said
    assert "U+20000" in said
    assert "龘\U00020000苑" in words_of(word(review))


def bureau_template(folder: Path, text: str) -> Path:
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(folder / "bureau.docx"))
    return folder / "bureau.docx"


def test_a_bureau_can_bring_its_own_template(tmp_path: Path) -> None:
    own = bureau_template(
        tmp_path, "本局：{{ stage }} {{ verdict }} {% for row in failing %}[{{ row.title }}]{% endfor %}"
    )
    said = words_of(render_docx(review_factory.review(), "zh", template=own))
    assert "本局：初步设计审查 不符合 [底层面积占比][党群服务中心面积]" in said


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing_of_the_kind }}",
        "{% for row in rows %}",
        "{{ title.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ],
)
def test_a_template_that_asks_for_what_is_not_there_ends_in_one_clear_line(tmp_path: Path, text: str) -> None:
    """Templates run in a sandbox, and a slip names the template."""
    with pytest.raises(UsageError, match=r"bureau\.docx"):
        render_docx(review_factory.review(), "zh", template=bureau_template(tmp_path, text))


def test_a_template_that_is_no_word_file_or_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"not a zip")
    with pytest.raises(UsageError, match=r"a\.docx"):
        render_docx(review_factory.review(), "zh", template=tmp_path / "a.docx")
    with pytest.raises(UsageError, match=r"b\.docx"):
        render_docx(review_factory.review(), "zh", template=tmp_path / "b.docx")


def test_a_review_that_found_nothing_has_a_sheet_without_zeros() -> None:
    said = words_of(word(review_factory.empty_review()))
    assert not re.search(r"(?<![\d.])0\.00 ?(㎡|m²)", said)
    assert "模型中没有房间" in said
    assert pdf(review_factory.empty_review())


SAMPLE = Path(__file__).parents[2] / "sample_models" / "quota_exact.frames.dxf"


def test_a_bureau_s_own_template_is_filled_from_the_command_line(tmp_path: Path) -> None:
    """Through the child process; what the bureau left out of the page still stands among the properties."""
    own = bureau_template(tmp_path, "本局：{{ stage }}{% for row in rows %}[{{ row.number }}]{% endfor %}")
    sheet = tmp_path / "sheet.docx"
    asked = ["check", str(SAMPLE), "--format", "docx", "--template", str(own), "-o", str(sheet)]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code in (0, 1, 3), result.output
    document = docx.Document(str(sheet))
    assert document.paragraphs[0].text == "本局：方案设计审查" + "".join(f"[R{n:02}]" for n in range(1, 25))
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() in document.core_properties.comments


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ verdikt }}", "verdikt"),
        ("{% for row in rows %}{{ row.title }}", "endfor"),
        ("{{ title | nosuchfilter }}", "nosuchfilter"),
        ("{{ title", "title"),
        ("审查意见表", "标签"),
    ],
    ids=["names nothing", "loop left open", "unknown filter", "tag left open", "no tags"],
)
def test_a_bad_template_is_refused_in_one_line_before_the_model_is_read(tmp_path: Path, text: str, said: str) -> None:
    """The model is not even there: had it been looked for first, the line would speak of it."""
    own = bureau_template(tmp_path, text)
    asked = ["check", str(tmp_path / "none.ifc"), "--no-isolation", "--format", "docx", "--template", str(own)]
    result = CliRunner().invoke(main, [*asked, "-o", str(tmp_path / "sheet.docx")])
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "bureau.docx" in result.output
    assert said in result.output
    assert not (tmp_path / "sheet.docx").exists()


def no_word_file(kind: str) -> bytes:
    """Files that have no business as a template, though some of them are archives."""
    if kind == "missing part":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
        return packed.getvalue()
    if kind == "workbook":
        written = render(review_factory.review(), "xlsx")
        assert isinstance(written, bytes)
        return written
    return {"text": "审查意见表".encode(), "empty": b"", "cut off": word(review_factory.review())[:4000]}[kind]


@pytest.mark.parametrize("kind", ["text", "empty", "cut off", "missing part", "workbook", "absent"])
def test_what_is_no_word_file_is_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    own = tmp_path / "bureau.docx"
    if kind != "absent":
        own.write_bytes(no_word_file(kind))
    asked = ["check", str(SAMPLE), "--no-isolation", "--format", "docx", "--template", str(own)]
    result = CliRunner().invoke(main, [*asked, "-o", str(tmp_path / "sheet.docx")])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "bureau.docx" in result.output


def test_a_template_without_a_sheet_to_make_is_said_and_not_passed_over(tmp_path: Path) -> None:
    own = bureau_template(tmp_path, "{{ title }}")
    asked = ["check", str(SAMPLE), "--no-isolation", "--format", "json", "--template", str(own)]
    result = CliRunner().invoke(main, asked)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "--format docx" in result.output
