"""Every DXF opens or ends in one clear line: versions, encodings, damage, hostile blocks."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dxf_drawings import drawing, rect, ring, save, shell, text, title, walls
from ezdxf.document import Drawing

from bimcheck.errors import ModelError, UnreadableModelError, UnsupportedModelError
from bimcheck.model import BuildingModel
from bimcheck.readers.dxf import describe_layers, read_dxf
from bimcheck.readers.dxf.encoding import clean_text, decode_drawing
from bimcheck.readers.dxf.expand import Expansion

NAME = "社区服务用房"


def _plan(version: str = "R2010") -> Drawing:
    document = drawing(version)
    space = document.modelspace()
    if version == "R12":
        space.add_polyline2d(rect(0, 0, 10000, 6000), close=True, dxfattribs={"layer": "ROOM"})
    else:
        ring(space, "ROOM", rect(0, 0, 10000, 6000))
    text(space, NAME, (5000, 3000))
    title(space, "一层平面图", (5000, -4000))
    return document


def _check(model: BuildingModel) -> None:
    (space,) = model.spaces
    assert space.name == NAME
    assert space.footprint is not None
    assert space.footprint.area == pytest.approx(60.0)
    assert [storey.number for storey in model.storeys] == [1]


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018"])
@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_every_version_reads_alike_in_text_and_binary(version: str, fmt: str, tmp_path: Path) -> None:
    document = _plan(version)
    if version in ("R12", "R2000", "R2004"):
        document.encoding = "gbk"
    _check(read_dxf(save(document, tmp_path, fmt=fmt)))


def _recoded(tmp_path: Path, encoding: str, version: str = "R2000", codepage: str = "ANSI_936") -> Path:
    """A drawing whose bytes are in ``encoding`` while its header says otherwise."""
    source = _plan("R2010")
    words = save(source, tmp_path).read_text("utf-8")
    if version == "R2000":
        words = words.replace("AC1024", "AC1015")
    words = words.replace("ANSI_1252", codepage)
    path = tmp_path / "recoded.dxf"
    path.write_bytes(words.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "version", "codepage"),
    [
        ("gbk", "R2000", "ANSI_936"),
        ("gbk", "R2000", "ANSI_1252"),
        ("gbk", "R2000", ""),
        ("gbk", "R2010", "ANSI_1252"),
        ("utf-8", "R2000", "ANSI_936"),
        ("utf-8-sig", "R2010", "ANSI_936"),
        ("utf-16", "R2010", "ANSI_1252"),
    ],
)
def test_text_is_right_whatever_code_page_the_header_names(
    encoding: str, version: str, codepage: str, tmp_path: Path
) -> None:
    _check(read_dxf(_recoded(tmp_path, encoding, version, codepage)))


def test_big5_bytes_are_told_from_gbk() -> None:
    words = "  1\n地下停車庫平面圖 車庫面積\n"
    assert decode_drawing(words.encode("big5"))[:2] == (words, "big5hkscs")


def test_western_text_stays_western() -> None:
    words = "$DWGCODEPAGE\n  3\nANSI_1252\n  1\nCafé Küche façade\n"
    assert decode_drawing(words.encode("cp1252"))[0] == words


def test_one_line_in_another_encoding_does_not_spoil_the_rest() -> None:
    data = "党群服务中心\n一层平面图\n".encode() + "会议室\n".encode("gbk")
    assert decode_drawing(data)[0] == "党群服务中心\n一层平面图\n会议室\n"


@pytest.mark.parametrize("form", ["\\U+{0:04X}", "\\M+5{1:02X}{2:02X}"])
def test_escaped_characters_are_read(form: str, tmp_path: Path) -> None:
    words = save(_plan("R2010"), tmp_path).read_text("utf-8").replace("AC1024", "AC1015")
    for char in sorted({char for char in words if ord(char) > 0x3000}):
        words = words.replace(char, form.format(ord(char), *char.encode("gbk")))
    path = tmp_path / "escaped.dxf"
    path.write_text(words, "ascii")
    _check(read_dxf(path))


@pytest.mark.parametrize("version", ["R12", "R2000", "R2010"])
@pytest.mark.parametrize("form", ["U", "M", "gbk", "gbk under ANSI_1252", "gbk, no code page"])
def test_names_of_layers_blocks_and_attributes_are_decoded_like_texts(form: str, version: str, tmp_path: Path) -> None:
    """A layer 面积框线 written by escapes or in GBK is still a layer of area frames."""
    document = drawing(version)
    space = document.modelspace()
    corners = {"layer": "面积框线"}
    if version == "R12":
        space.add_polyline2d(rect(0, 0, 20000, 10000), close=True, dxfattribs=corners)
    else:
        space.add_lwpolyline(rect(0, 0, 20000, 10000), close=True, dxfattribs=corners)
    document.blocks.new("房间名称块").add_line((0, 0), (100, 0))
    named = space.add_blockref("房间名称块", (10000, 5000), dxfattribs={"layer": "房间名"})
    named.add_attrib("名称", NAME, (10000, 5000), dxfattribs={"height": 300})
    named.add_attrib("编号", "社区商业", (10000, 4000), dxfattribs={"height": 300})
    title(space, "一层平面图", (10000, -3000))
    stream = io.StringIO()
    document.write(stream)
    words = re.sub(r"\\U\+(....)", lambda found: chr(int(found[1], 16)), stream.getvalue())
    if form in ("U", "M"):
        escaped = (
            (lambda c: f"\\U+{ord(c):04X}") if form == "U" else (lambda c: "\\M+5" + c.encode("gbk").hex().upper())
        )
        words = re.sub(r"[^\x00-\x7f]", lambda found: escaped(found[0]), words)
    elif "1252" in form:
        words = words.replace("ANSI_936", "ANSI_1252")
    elif "no code" in form:
        words = re.sub(r"  9\n\$DWGCODEPAGE\n  3\n\S+\n", "", words)
    path = tmp_path / "plan.dxf"
    path.write_bytes(words.encode("gbk"))
    (space_read,) = read_dxf(path).spaces
    assert (space_read.name, space_read.drawn) == (NAME, "gross")
    assert {use.name for use in describe_layers(path)} >= {"面积框线", "房间名"}


def test_escapes_of_controls_and_format_codes_are_left_to_the_text() -> None:
    """An escaped line feed or backslash must not break a tag or become a code."""
    assert decode_drawing(rb"a\U+000Ab\U+005CP\u+4E00")[0] == "a\\U+000Ab\\U+005CP一"


def test_a_lone_surrogate_becomes_a_replacement_character(tmp_path: Path) -> None:
    words = save(_plan(), tmp_path).read_text("utf-8").replace("社区", "社\\U+D800")
    path = tmp_path / "surrogate.dxf"
    path.write_text(words, "utf-8")
    assert read_dxf(path).spaces[0].name == "社\ufffd服务用房"
    assert clean_text("\ud840\udc0b") == "\U0002000b"


# --------------------------------------------------------------------------------------------- damage


def test_a_missing_file_and_an_empty_one_are_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModelError, match="cannot read"):
        read_dxf(tmp_path / "none.dxf")
    (tmp_path / "empty.dxf").write_bytes(b" \n")
    with pytest.raises(UnreadableModelError, match="empty"):
        read_dxf(tmp_path / "empty.dxf")


@pytest.mark.parametrize("name", ["plan.dwg", "plan.dxf"])
@pytest.mark.parametrize(
    ("version", "release"),
    [("AC1015", "2000"), ("AC1018", "2004"), ("AC1024", "2010"), ("AC1032", "2018"), ("AC1009", "")],
)
def test_a_dwg_says_how_to_export_dxf(
    name: str, version: str, release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line names the file, its release and the way out, whatever the file is called."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / name
    path.write_bytes(version.encode() + bytes(200))
    with pytest.raises(UnsupportedModelError, match="DWG") as caught:
        read_dxf(path)
    assert name in caught.value.message.zh
    assert f"AutoCAD {release}" in caught.value.message.zh
    assert "\n" not in caught.value.message.en


def _converter(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program called dwg2dxf on the search path."""
    program = folder / "bin" / "dwg2dxf"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize("name", ["plan.dwg", "renamed.dxf"])
def test_a_dwg_is_read_through_an_installed_converter(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is about the DWG, and says which program made the DXF that was read."""
    made = save(_plan(), tmp_path, "made.dxf")
    _converter(tmp_path, monkeypatch, f'[ "$1" = -y ] && [ "$2" = -o ] && cp "{made}" "$3"')
    path = tmp_path / name
    path.write_bytes(b"AC1032" + bytes(200))
    model = read_dxf(path)
    _check(model)
    assert (model.source.file, model.source.bytes) == (name, 206)
    assert model.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "LibreDWG" in next(note.text.zh for note in model.notes if note.code == "dwg-converted")


def test_where_no_program_may_be_started_the_command_to_run_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A confined check is refused the converter; the line says what to run before it."""
    _converter(tmp_path, monkeypatch, "exit 0")
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1032" + bytes(200))

    def refused(*_: object, **__: object) -> None:
        raise PermissionError("a check starts no program")

    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(UnsupportedModelError, match=r"dwg2dxf -o plan\.dxf plan\.dwg"):
        read_dxf(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize("script", ["exit 1", "exit 0", 'echo garbage > "$3"'])
def test_a_converter_that_fails_ends_in_one_line(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _converter(tmp_path, monkeypatch, script)
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1032" + bytes(200))
    with pytest.raises(UnreadableModelError) as caught:
        read_dxf(path)
    assert "plan.dwg" in caught.value.message.zh
    assert "\n" not in caught.value.message.zh


def test_a_drawing_without_anything_is_an_error_not_an_empty_building(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModelError):
        read_dxf(save(drawing(), tmp_path))


def test_a_truncated_drawing_is_unreadable_or_blocks_every_measurement(tmp_path: Path) -> None:
    whole = save(_plan(), tmp_path).read_bytes()
    entities = whole.index(b"ENTITIES")
    for share in (0.2, 0.5, 0.8, 0.95, 0.999):
        path = tmp_path / "cut.dxf"
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            model = read_dxf(path)
        except ModelError:
            continue
        assert int(len(whole) * share) > entities
        assert any(note.code == "dxf-truncated" and "*" in note.blocks for note in model.notes)


def test_what_was_repaired_is_noted(tmp_path: Path) -> None:
    """A section without its end mark: recovery closes it, nothing is lost, and the report says so."""
    words = save(_plan(), tmp_path).read_text("utf-8")
    path = tmp_path / "damaged.dxf"
    path.write_text(words.replace("  0\nENDSEC\n  0\nSECTION\n  2\nENTITIES", "  0\nSECTION\n  2\nENTITIES"), "utf-8")
    model = read_dxf(path)
    _check(model)
    (note,) = [note for note in model.notes if note.code == "dxf-repaired"]
    assert not note.blocks


def test_a_file_of_which_only_parts_can_be_made_out_is_read_and_blocks_every_verdict(tmp_path: Path) -> None:
    """A lost line shifts every tag after it."""
    lines = save(_plan(), tmp_path).read_text("utf-8").split("\n")
    first = lines.index("ENTITIES")
    del lines[lines.index("AcDbPolyline", first)]
    path = tmp_path / "shifted.dxf"
    path.write_text("\n".join(lines), "utf-8")
    try:
        notes = read_dxf(path).notes
    except UnreadableModelError:
        return
    assert any(note.code == "dxf-damaged" and "*" in note.blocks for note in notes)


@pytest.mark.parametrize("number", ["nan", "1e999", "-1e999"])
def test_coordinates_that_are_no_numbers_block_and_never_measure(number: str, tmp_path: Path) -> None:
    document = _plan()
    ring(document.modelspace(), "ROOM", [(0, 0), (123456.5, 0), (123456.5, 1), (0, 1)])
    words = save(document, tmp_path).read_text("utf-8").replace("123456.5", number)
    path = tmp_path / "odd.dxf"
    path.write_text(words, "utf-8")
    model = read_dxf(path)
    _check(model)
    assert any(note.code == "dxf-coordinates-invalid" and "*" in note.blocks for note in model.notes)


# --------------------------------------------------------------------------------------------- hostile blocks


def test_a_block_inserted_in_itself_is_not_followed(tmp_path: Path) -> None:
    document = _plan()
    loop = document.blocks.new("LOOP")
    loop.add_lwpolyline(rect(0, 0, 1, 1), close=True)
    loop.add_blockref("OTHER", (0, 0))
    document.blocks.new("OTHER").add_blockref("LOOP", (0, 0))
    document.modelspace().add_blockref("LOOP", (50000, 0))
    model = read_dxf(save(document, tmp_path))
    _check(model)
    assert "dxf-block-recursive" in {note.code for note in model.notes}


def test_blocks_that_multiply_to_millions_cost_nothing_and_block_the_verdict(tmp_path: Path) -> None:
    document = _plan()
    inner = "ROOM"
    document.blocks.new("ROOM").add_lwpolyline(rect(0, 0, 10, 10), close=True, dxfattribs={"layer": "ROOM"})
    for depth in range(23):
        block = document.blocks.new(f"B{depth}")
        block.add_blockref(inner, (0, 0))
        block.add_blockref(inner, (10000, 0))
        inner = f"B{depth}"
    document.modelspace().add_blockref(inner, (0, 0))
    path = save(document, tmp_path)
    started = time.perf_counter()
    model = read_dxf(path)
    assert time.perf_counter() - started < 5
    assert any(note.code == "dxf-too-many-entities" and "*" in note.blocks for note in model.notes)


def test_an_array_of_a_billion_copies_is_left_out(tmp_path: Path) -> None:
    document = _plan()
    document.blocks.new("Q").add_lwpolyline(rect(0, 0, 10, 10), close=True)
    spread = {"row_count": 30000, "column_count": 30000, "row_spacing": 20, "column_spacing": 20}
    document.modelspace().add_blockref("Q", (0, 0), dxfattribs=spread)
    model = read_dxf(save(document, tmp_path))
    assert any(note.code == "dxf-too-many-entities" and "*" in note.blocks for note in model.notes)


def test_a_reference_that_was_not_bound_blocks_the_verdict(tmp_path: Path) -> None:
    document = _plan()
    document.add_xref_def("C:/x/walls.dwg", "XR-WALLS")
    document.modelspace().add_blockref("XR-WALLS", (0, 0))
    (note,) = [n for n in read_dxf(save(document, tmp_path)).notes if n.code == "dxf-reference-missing"]
    assert "*" in note.blocks
    assert "XR-WALLS" in note.text.zh


# --------------------------------------------------------------------------------------------- hidden and foreign


def test_what_a_drawing_hides_is_not_read_and_is_counted(tmp_path: Path) -> None:
    document = _plan()
    space = document.modelspace()
    document.layers.add("面积线").freeze()
    document.layers.add("房间").off()
    ring(space, "面积线", rect(20000, 0, 30000, 6000))
    ring(space, "房间", rect(40000, 0, 50000, 6000))
    space.add_lwpolyline(rect(60000, 0, 70000, 6000), close=True, dxfattribs={"layer": "ROOM", "invisible": 1})
    model = read_dxf(save(document, tmp_path))
    _check(model)
    (note,) = [n for n in model.notes if n.code == "dxf-hidden"]
    assert "3 个图形" in note.text.zh


def test_a_hidden_layer_that_the_project_map_names_is_read(tmp_path: Path) -> None:
    document = drawing()
    document.layers.add("KC").freeze()
    ring(document.modelspace(), "KC", rect(0, 0, 10000, 6000))
    model = read_dxf(save(document, tmp_path), layers={"KC": "area-frame"})
    assert [space.footprint.area for space in model.spaces if space.footprint] == [pytest.approx(60.0)]
    assert "dxf-hidden-but-mapped" in {note.code for note in model.notes}


def test_rooms_in_paper_space_are_named_and_block_where_model_space_is_empty(tmp_path: Path) -> None:
    document = drawing()
    ring(document.layout("Layout1"), "ROOM", rect(0, 0, 10000, 6000))
    model = read_dxf(save(document, tmp_path))
    assert not model.spaces
    assert any(note.code == "dxf-paper-space" and "*" in note.blocks for note in model.notes)


@pytest.mark.parametrize(
    ("entity", "layer", "blocks"),
    [
        ("TCH_WALL", "WALL", True),
        ("TCH_SPACE", "SPACE", True),
        ("TCH_TEXT", "PUB_TEXT", True),
        ("TCH_DIMENSION2", "PUB_DIM", False),
        ("ACAD_PROXY_ENTITY", "SPACE", True),
        ("ACAD_PROXY_ENTITY", "PUB_DIM", False),
    ],
)
def test_custom_objects_are_counted_and_those_for_rooms_and_walls_block(
    entity: str,
    layer: str,
    blocks: bool,  # noqa: FBT001  # a parameter of the test
    tmp_path: Path,
) -> None:
    """Never a silent zero: the remedy is named (图形导出 T3, EXPORTTOAUTOCAD)."""
    words = save(_plan(), tmp_path).read_text("utf-8")
    end = words.rindex("  0\nENDSEC", 0, words.index("OBJECTS"))
    custom = f"  0\n{entity}\n  5\nFFF0\n330\n1F\n100\nAcDbEntity\n  8\n{layer}\n100\nAcDbX\n 90\n1\n"
    path = tmp_path / "custom.dxf"
    path.write_text(words[:end] + custom + words[end:], "utf-8")
    model = read_dxf(path)
    _check(model)
    notes = [note for note in model.notes if note.code in ("dxf-custom-objects", "dxf-custom-annotation")]
    assert len(notes) == 1
    assert ("*" in notes[0].blocks) is blocks
    assert entity in notes[0].text.zh
    assert "T3" in notes[0].text.zh
    assert "EXPORTTOAUTOCAD" in notes[0].text.zh


def test_nothing_recognised_is_unknown_and_not_zero(tmp_path: Path) -> None:
    document = drawing()
    walls(document.modelspace(), shell((0, 0, 12000, 6000)), layer="层1")
    model = read_dxf(save(document, tmp_path))
    (note,) = [n for n in model.notes if n.code == "dxf-no-rooms"]
    assert "*" in note.blocks
    assert "层1" in note.text.zh


def test_a_layout_whose_record_was_lost_while_loading_is_empty() -> None:
    """As happens where a damaged file names two layouts by one record."""
    document = drawing("R2010")
    layout = document.layout("Layout1")
    layout.block_record.destroy()  # type: ignore[no-untyped-call]  # ezdxf leaves it unannotated
    assert Expansion(document).read(layout).shapes == []
