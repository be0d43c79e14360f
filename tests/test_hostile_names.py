"""Names that would act where they are shown, from the model through the command into every form of report.

Markup in a page, a formula in a sheet, an escape sequence on a terminal, a mark that turns the line around, a control
character in XML: each is shown as text or as nothing, and the reports are sound documents of their kind.
"""

from __future__ import annotations

import html
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import ezdxf
import ifcopenshell
import pypdf
import pytest
from hostile_files import DXF, IFC, ROOM
from openpyxl import load_workbook  # type: ignore[import-untyped] # ships no types

RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
FORMATS = ("terminal", "json", "html", "xlsx", "docx", "pdf", "bcf", "bcf3", "sarif", "junit", "readiness")
SAME_DAY = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
TAG, FORMULA, LINK = "<img src=x onerror=alert(1)>", "=HYPERLINK(1)", "{{7*7}}"
NAMES = (f"{ROOM}{TAG}", f"{FORMULA}{ROOM}", f"{ROOM}\u202e\u2066\x1b[2J\x07{LINK}", f"@SUM(1){ROOM}&amp;]]>")
"""All of them are service rooms, so that every report shows them."""


def encoded(name: str) -> bytes:
    """As a STEP string says it."""
    return b"'\\X2\\" + name.encode("utf-16-be").hex().upper().encode() + b"\\X0\\'"


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """The command."""
    command = [sys.executable, "-P", "-c", RUN, *map(str, arguments)]
    return subprocess.run(command, env=SAME_DAY, capture_output=True, check=False)


@pytest.fixture(scope="module", params=["ifc", "dxf"])
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every form of report of a model whose rooms are named so, and the model with the review in it."""
    folder = tmp_path_factory.mktemp("names")
    model, out = folder / f"model.{request.param}", folder / "out"
    model.write_bytes(hostile_ifc() if request.param == "ifc" else hostile_dxf())
    options = [part for name in FORMATS[1:] for part in ("--format", name)]
    ran = run(model, "-o", out, "--stage", "preliminary", *options)
    assert ran.returncode in (0, 1, 3), ran.stderr
    found = {path.name.partition(".")[2]: path.read_bytes() for path in out.iterdir()}
    found["terminal"] = run(model, "--stage", "preliminary").stdout
    copy = folder / f"copy.{request.param}"
    assert run("annotate", model, "-o", copy, "--stage", "preliminary").returncode == ran.returncode
    return {**found, "copy": copy.read_bytes(), "kind": request.param.encode()}


def hostile_ifc() -> bytes:
    rooms = re.findall(rb"'\\X2\\[0-9A-F]+\\X0\\'(?=,\.ELEMENT\.,\.INTERNAL\.)", IFC)
    data = IFC
    for room, name in zip(rooms, NAMES, strict=False):
        data = data.replace(room, encoded(name))
    return data


def hostile_dxf() -> bytes:
    drawing = ezdxf.read(io.StringIO(DXF.decode()))  # type: ignore[attr-defined] # ezdxf exports it without saying so
    texts = drawing.modelspace().query("TEXT").entities
    rooms = [text for text in texts if re.search("用房|门厅|楼梯|电梯|商铺", text.dxf.text)]
    assert len(rooms) >= len(NAMES)
    for text, name in zip(rooms, NAMES, strict=False):
        text.dxf.text = name.replace("\x1b", "^[").replace("\x07", "^G")  # as DXF writes control characters
    out = io.StringIO()
    drawing.write(out)
    return out.getvalue().encode("utf-8", "surrogateescape")


def acting(text: str) -> set[str]:
    """Characters that hide, reorder or command."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\r\t\u200b\ufeff"}


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def test_the_names_are_there_to_be_shown(reports: dict[str, bytes]) -> None:
    """Else all that follows would prove nothing."""
    counted = [room["name"] for room in json.loads(reports["json"])["rooms"] if room["counted"]]
    assert sum(ROOM in name for name in counted) >= len(NAMES)
    for sign in (TAG, FORMULA, LINK):
        assert any(sign in name for name in counted), sign


@pytest.mark.parametrize("form", ["terminal", "json", "html", "readiness.txt", "sarif", "xml"])
def test_text_holds_no_character_that_acts(reports: dict[str, bytes], form: str) -> None:
    text = reports[form].decode("utf-8")
    assert acting(text) == set()
    if form in ("json", "sarif"):
        assert acting(json.dumps(json.loads(text), ensure_ascii=False)) == set()


def test_a_page_shows_markup_as_text_and_runs_nothing(reports: dict[str, bytes]) -> None:
    page = reports["html"].decode("utf-8")
    assert TAG not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert LINK in page, "and nothing filled it in"
    assert "default-src 'none'" in html.unescape(page)


def test_a_sheet_holds_no_formula_made_of_a_name(reports: dict[str, bytes]) -> None:
    book = load_workbook(io.BytesIO(reports["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    named = [cell for cell in cells if ROOM in cell.value]
    assert len(named) >= len(NAMES)
    assert {cell.data_type for cell in named} == {"s"}
    assert all(cell.hyperlink is None for cell in named)
    assert all(acting(cell.value) == set() for cell in cells)


@pytest.mark.parametrize("form", ["xlsx", "docx", "bcfzip", "bcf"])
def test_packed_reports_hold_plain_names_and_sound_xml(reports: dict[str, bytes], form: str) -> None:
    for name, content in parts(reports[form]):
        assert not name.startswith(("/", "\\"))
        assert ".." not in name
        assert name.isascii()
        assert name.isprintable()
        if name.endswith((".xml", ".bcf", ".bcfv", ".version", ".rels")):
            text = "".join(ET.fromstring(content).itertext())  # noqa: S314 # our own report
            assert acting(text) == set(), name
            assert b"<img" not in content


def test_a_printed_report_has_no_action_and_no_script(reports: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(reports["pdf"]))
    assert ROOM in "".join(page.extract_text() for page in reader.pages)
    root = reader.root_object
    assert not {"/OpenAction", "/AA", "/JavaScript"} & set(root)
    assert "/JavaScript" not in root.get("/Names", {})
    assert not [page for page in reader.pages if "/AA" in page]


def test_the_junit_report_is_sound_xml(reports: dict[str, bytes]) -> None:
    root = ET.fromstring(reports["xml"])  # noqa: S314 # our own report
    said = "".join(value for element in root.iter() for value in element.attrib.values())
    assert acting(said + "".join(root.itertext())) == set()


def test_the_annotated_copy_is_a_sound_model(reports: dict[str, bytes], tmp_path: Path) -> None:
    kind = reports["kind"].decode()
    copy = tmp_path / f"copy.{kind}"
    copy.write_bytes(reports["copy"])
    if kind == "ifc":
        assert len(ifcopenshell.open(str(copy)).by_type("IfcSpace")) == IFC.count(b"=IFCSPACE(")
        again = json.loads(run(copy, "--stage", "preliminary", "--format", "json").stdout)
        assert again["measurements"] == json.loads(reports["json"])["measurements"]
    else:
        assert not ezdxf.readfile(copy).audit().errors  # type: ignore[attr-defined] # ezdxf exports it without saying so
