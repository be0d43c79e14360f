"""Drawings read from their tags give what loading the whole of them gives: every shape, text, block, count and note."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pytest
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.layouts.layout import Modelspace
from ezdxf.xclip import XClip
from hypothesis import given, settings
from hypothesis import strategies as st

from bimcheck.errors import BimcheckError
from bimcheck.readers.dxf import describe_layers, read_dxf
from bimcheck.readers.dxf.content import Content
from bimcheck.readers.dxf.document import Document, open_document
from bimcheck.readers.dxf.layers import LayerMap
from bimcheck.readers.dxf.sheets import expand_document

SAMPLES = Path(__file__).parents[2] / "sample_models"
LAYERS = LayerMap()
BIG = 400_000
"""Bytes beyond which foreign drawings are left to those who have the time."""


def _document(path: Path, *, full: bool = False) -> Document:
    return open_document(path, None if full else LAYERS.is_unused)


def _contents(document: Document) -> list[Content]:
    content, expansion = expand_document(document, LAYERS)
    papers = sorted((one for one in document.drawing.layouts if one.name != "Model"), key=lambda one: str(one.name))
    return [content, *(expansion.read(paper) for paper in papers)]


def _taken(document: Document) -> int:
    return sum(len(part) for part in document.parts.values())


def _differences(one: object, other: object, where: str = "") -> list[str]:
    """Where two results differ: numbers by more than a billionth of their size, all else at all."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        a, b = np.asarray(one), np.asarray(other)
        alike = a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-9)
        return [] if alike else [f"{where}: {one} {other}"]
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        names = [field.name for field in dataclasses.fields(one)]
        return [d for name in names for d in _differences(getattr(one, name), getattr(other, name), f"{where}.{name}")]
    if isinstance(one, float) and isinstance(other, float):
        return [] if math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) else [f"{where}: {one} {other}"]
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        if len(one) != len(other):
            return [f"{where}: {len(one)} against {len(other)}"]
        pairs = enumerate(zip(one, other, strict=True))
        return [difference for n, pair in pairs for difference in _differences(*pair, f"{where}[{n}]")]
    if isinstance(one, Counter) and isinstance(other, Counter):
        return _differences(list((+one).items()), list((+other).items()), where)
    return [] if one == other else [f"{where}: {one!r} {other!r}"]


def _opened(path: Path, *, full: bool) -> Document | BimcheckError:
    try:
        return _document(path, full=full)
    except BimcheckError as error:
        return error


def _must_agree(path: Path) -> Document | None:
    """See that both ways of reading a file agree; gives the document that was cut, if it could be read at all."""
    cut, whole = _opened(path, full=False), _opened(path, full=True)
    if isinstance(whole, BimcheckError) or isinstance(cut, BimcheckError):
        assert str(cut) == str(whole)
        return None
    assert not whole.parts
    assert _differences(_contents(cut), _contents(whole)) == []
    for name in ("sha256", "size", "version", "encoding", "notes"):
        assert getattr(cut, name) == getattr(whole, name), name
    return cut


def _foreign(models_dir: Path) -> list[Path]:
    return [path for path in sorted(models_dir.rglob("*.[dD][xX][fF]")) if path.stat().st_size < BIG]


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.dxf"))[::3], ids=lambda path: path.name)
def test_samples_are_read_alike(path: Path) -> None:
    """Every third sample, so that the three ways of drawing them come in turn."""
    document = _must_agree(path)
    assert document is not None
    assert _taken(document) > 20


def test_foreign_and_damaged_drawings_are_read_alike(models_dir: Path) -> None:
    cut = [_must_agree(path) for path in _foreign(models_dir)]
    assert sum(document is not None and bool(document.parts) for document in cut) > 0.7 * len(cut)


def test_models_and_layers_agree_with_their_notes(models_dir: Path) -> None:
    """The whole way to the model, for one sample of each way of drawing and some foreign ones."""
    names = ("ground_share_48.walls.dxf", "survey_feet_rotated.frames.dxf")
    for path in [*(SAMPLES / name for name in names), *_foreign(models_dir)[::9]]:
        try:
            whole = read_dxf(path, full=True)
        except BimcheckError:
            continue
        model = read_dxf(path)
        assert _differences(model.notes, whole.notes) == []
        assert [space.id for space in model.spaces] == [space.id for space in whole.spaces]
        areas = [[s.footprint.area for s in each.spaces if s.footprint is not None] for each in (model, whole)]
        assert areas[0] == pytest.approx(areas[1], rel=1e-9)
        assert describe_layers(path) == describe_layers(path, full=True)


# --------------------------------------------------------------------------------------------- kinds of entities


def _save(document: Drawing, path: Path) -> Path:
    document.saveas(path)
    return path


def _drawing(version: str = "R2018") -> Drawing:
    document = ezdxf.new(version)  # type: ignore[attr-defined]  # re-exported without __all__
    document.units = 4
    for layer in ("WALL", "家具", "DIM", "门", "SPACE-TEXT"):
        document.layers.add(layer)
    return document


def _later_kinds(space: Modelspace, y: float, on: dict[str, Any]) -> None:
    """Entities that R12 does not know."""
    space.add_lwpolyline([(0, y, 0.5), (500, y, 0), (500, y + 300, -0.3)], "xyb", close=True, dxfattribs=on)
    space.add_lwpolyline([(0, y), (500, y), (0, y)], dxfattribs=on | {"const_width": 200, "elevation": 3})
    space.add_lwpolyline([(0, y, 0, 0, 1), (9, y, 1, 2, 0)], dxfattribs=on | {"extrusion": (0, 0, -1)})
    space.add_mtext(f"会议室 {y}\\P{{\\fSimSun;大厅}}", on | {"insert": (50, y), "char_height": 300})
    space.add_hatch(dxfattribs=on).paths.add_polyline_path([(0, y), (9, y), (9, y + 9)])
    space.add_spline([(0, y), (5, y + 5), (10, y)], dxfattribs=on)
    space.add_ellipse((0, y), (9, 0), 0.5, dxfattribs=on)


def _everything(document: Drawing) -> None:
    """Plain entities, and each of those that are not plain beside them."""
    space = document.modelspace()
    door = document.blocks.new("M0921", base_point=(10, 20))
    door.add_polyline2d([(0, 0), (900, 0), (900, 40)], close=True, dxfattribs={"layer": "0"})
    door.add_arc((0, 0), 900, 0, 90, dxfattribs={"layer": "家具"})
    chair = document.blocks.new("CHAIR")
    chair.add_line((0, 0), (400, 0), {"layer": "0"})
    chair.add_circle((200, 200), 150, {"layer": "WALL"})
    tag = document.blocks.new("TAG")
    tag.add_attdef("NAME", (0, 0), "")
    nested = document.blocks.new("NESTED")
    nested.add_blockref("CHAIR", (100, 0), {"layer": "家具", "rotation": 30})
    nested.add_blockref("M0921", (0, 100), {"layer": "0", "xscale": -1})
    unplaced = document.blocks.new("UNPLACED")
    unplaced.add_line((0, 0), (1, 1), {"layer": "WALL"})
    for n, layer in enumerate(("WALL", "家具", "0", "DIM")):
        y, on = 5000.0 * n, dict[str, Any](layer=layer)
        space.add_line((0, y), (3000.123456789012, y), on)
        space.add_line((0, y), (3000, y), on | {"extrusion": (0, 0, -1)})
        space.add_line((0, y), (10, y), on | {"invisible": 1})
        if document.dxfversion > "AC1009":
            _later_kinds(space, y, on)
        space.add_arc((1, y), 800, 350, 20, dxfattribs=on)
        space.add_arc((1, y), 800, 350, 20, dxfattribs=on | {"extrusion": (0, 0, -1)})
        space.add_circle((2, y), 100, on)
        space.add_polyline2d([(0, y), (100, y), (100, y + 100)], close=True, dxfattribs=on)
        space.add_polyline3d([(0, y, 1), (100, y, 2)], dxfattribs=on)
        space.add_3dface([(0, y), (1, y), (1, y + 1)], dxfattribs=on)
        space.add_point((0, y), on)
        space.add_linear_dim((0, y + 50), (0, y), (100, y), dxfattribs=on).render()
        space.add_blockref("CHAIR", (9, y), on | {"rotation": 45, "xscale": 2, "yscale": -1})
        space.add_blockref("NESTED", (20, y), on)
        space.add_blockref("M0921", (30, y), on | {"row_count": 2, "column_count": 3, "row_spacing": 50})
        space.add_blockref("M0921", (30, y), on | {"extrusion": (0, 0, -1)})
        space.add_blockref("NOWHERE", (0, y), on)
        insert = space.add_blockref("TAG", (40, y), on)
        insert.add_attrib("NAME", "党群服务中心", (41, y), on | {"height": 300})
        insert.add_attrib("NO", "101", (41, y), on | {"height": 300, "flags": 1})
        insert.add_attrib("AREA", "", (41, y), on)
        document.layout("Layout1").add_line((0, y), (5, y), on)


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2007", "R2018"])
def test_every_kind_of_entity_is_read_alike(version: str, tmp_path: Path) -> None:
    document = _drawing(version)
    _everything(document)
    cut = _must_agree(_save(document, tmp_path / "all.dxf"))
    assert cut is not None
    model = cut.parts["*model_space"]
    assert "unplaced" not in cut.parts
    assert len(model.texts) == 4
    assert model.unread.counter()["家具", "line"] >= 2
    assert len(model.curves) >= 8


@pytest.mark.parametrize("align", list(TextEntityAlignment))
def test_texts_stand_where_they_are_aligned_to(align: TextEntityAlignment, tmp_path: Path) -> None:
    document = _drawing()
    for turn in (0, 37.5):
        text = document.modelspace().add_text("一层 %%p0.000", height=350, rotation=turn, dxfattribs={"width": 0.8})
        text.set_placement((100, 200), (900, 300), align)
    document.modelspace().add_text("", dxfattribs={"layer": "DIM"})
    cut = _must_agree(_save(document, tmp_path / "texts.dxf"))
    assert cut is not None
    assert not cut.parts["*model_space"].left


_NUMBERS = st.floats(-1e7, 1e7, allow_subnormal=False) | st.integers(-5, 5).map(float) | st.just(1e12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(_NUMBERS, _NUMBERS, _NUMBERS), min_size=1, max_size=9), st.booleans(), st.booleans())
def test_any_numbers_are_read_alike(
    tmp_path_factory: pytest.TempPathFactory,
    places: list[tuple[float, float, float]],
    closed: bool,  # noqa: FBT001  # hypothesis fills it
    bulged: bool,  # noqa: FBT001  # the same
) -> None:
    """Numbers of any length, in exponents, and too far away to be measured with."""
    document = _drawing()
    space = document.modelspace()
    door = document.blocks.new("D", base_point=places[0])
    door.add_line((0, 0), (1, 2), {"layer": "WALL"})
    space.add_lwpolyline([(x, y, z / 1e7 if bulged else 0) for x, y, z in places], "xyb", close=closed)
    for x, y, z in places:
        space.add_line((x, y), (z, x), {"layer": "WALL"})
        space.add_arc((x, y), abs(z), x, y)
        space.add_circle((x, y), abs(z))
        space.add_text("房间", height=abs(x) + 1, rotation=z).set_placement((x, y))
        space.add_blockref("D", (x, y), {"xscale": z, "yscale": 1.5, "rotation": y})
    assert _must_agree(_save(document, tmp_path_factory.mktemp("cut") / "any.dxf")) is not None


# --------------------------------------------------------------------------------------------- layouts of files


def _text(tmp_path: Path, version: str = "R2018") -> str:
    document = _drawing(version)
    _everything(document)
    return _save(document, tmp_path / "plain.dxf").read_text("utf-8")


def _respaced(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line.strip().rjust(1 + n % 6) if n % 2 == 0 else line for n, line in enumerate(lines))


def _commented(text: str) -> str:
    return "999\nmade by hand\n" + text.replace("\n  0\nLINE\n", "\n999\n  0\n  0\nLINE\n999\nLINE\n")


_REWRITINGS: dict[str, Callable[[str], bytes]] = {
    "returns": lambda text: text.replace("\n", "\r\n").encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "codes anywhere": lambda text: _respaced(text).encode(),
    "comments": lambda text: _commented(text).encode(),
    "GBK": lambda text: text.encode("gb18030"),
    "GBK with a line of UTF-8": lambda text: text.encode("gb18030").replace(
        "会议室".encode("gb18030"), "会议室".encode()
    ),
    "wide characters": lambda text: text.encode("utf-16"),
    "escapes": lambda text: text.replace("家具", r"\U+5BB6\U+5177").encode(),
    "bytes of no script": lambda text: text.encode("gb18030").replace("会议室".encode("gb18030"), b"\xff\xfe\x81"),
}


@pytest.mark.parametrize("way", list(_REWRITINGS))
def test_other_ways_of_writing_are_read_alike(way: str, tmp_path: Path) -> None:
    """The ordinary ones are cut; what is not ordinary is loaded as a whole, which comes to the same."""
    path = tmp_path / "rewritten.dxf"
    path.write_bytes(_REWRITINGS[way](_text(tmp_path)))
    cut = _must_agree(path)
    assert cut is not None
    assert bool(cut.parts) is (way != "wide characters")


_DAMAGES: dict[str, Callable[[str], str]] = {
    "a word for a coordinate": lambda text: text.replace("3000.123456789012", "30oo.123", 1),
    "an empty number": lambda text: text.replace("3000.123456789012", "", 1),
    "y without x": lambda text: text.replace("\n 20\n", "\n 21\n", 1),
    "a code that is no number": lambda text: text.replace("\n  8\nWALL", "\n  x\nWALL", 1),
    "half of the file": lambda text: text[: len(text) // 2],
    "no end": lambda text: text.replace("  0\nEOF\n", ""),
    "a zero byte": lambda text: text.replace("WALL", "WA\0LL", 3),
    "a return in a line": lambda text: text.replace("WALL", "WA\rLL", 1),
    "an attribute alone": lambda text: text.replace("\n 66\n1\n", "\n 66\n0\n", 1),
    "no handles": lambda text: text.replace("\nLINE\n  5\n", "\nLINE\n999\n"),
    "one handle twice": lambda text: text.replace("\nCIRCLE\n  5\n", "\nCIRCLE\n999\nx\n  5\n1F\n999\n"),
    "two layers": lambda text: text.replace("  8\nWALL\n", "  8\nWALL\n  8\nDIM\n"),
    "a second section of entities": lambda text: text.replace(
        "  0\nEOF\n", "  0\nSECTION\n  2\nENTITIES\n  0\nENDSEC\n  0\nEOF\n"
    ),
    "a number over all bounds": lambda text: text.replace("3000.123456789012", "1e999", 1),
}


@pytest.mark.parametrize("damage", list(_DAMAGES))
def test_damaged_files_are_read_alike(damage: str, tmp_path: Path) -> None:
    text = _text(tmp_path)
    broken = _DAMAGES[damage](text)
    assert broken != text
    path = tmp_path / "broken.dxf"
    path.write_text(broken, "utf-8", newline="")
    _must_agree(path)


def test_what_stands_on_layers_of_no_use_does_not_block(tmp_path: Path) -> None:
    """A chair with broken coordinates is counted; a wall with broken coordinates is missed."""
    document = _drawing()
    document.modelspace().add_line((0, 0), (1e300, 0), {"layer": "家具"})
    document.modelspace().add_line((0, 0), (9000, 0), {"layer": "WALL"})
    content, _ = expand_document(_document(_save(document, tmp_path / "chair.dxf")), LAYERS)
    assert content.not_finite == 0
    assert content.counts["家具", "line"] == 1
    document.modelspace().add_line((0, 0), (1e300, 0), {"layer": "WALL"})
    content, _ = expand_document(_document(_save(document, tmp_path / "wall.dxf")), LAYERS)
    assert content.not_finite == 1


def test_furniture_is_counted_where_it_is_placed_and_not_drawn(tmp_path: Path) -> None:
    document = _drawing()
    chair = document.blocks.new("CHAIR")
    chair.add_lwpolyline([(0, 0), (4, 0), (4, 4)], close=True, dxfattribs={"layer": "0"})
    chair.add_line((0, 0), (1, 1), {"layer": "WALL"})
    for x in range(3):
        document.modelspace().add_blockref("CHAIR", (10 * x, 0), {"layer": "家具"})
    content, _ = expand_document(_document(_save(document, tmp_path / "chairs.dxf")), LAYERS)
    assert content.counts["家具", "polyline"] == 3
    assert [shape.layer for shape in content.shapes] == ["WALL"] * 3
    assert len(content.placements) == 3


def test_frames_around_texts_are_no_lines_of_the_drawing(tmp_path: Path) -> None:
    """Older releases draw such a frame as a polyline of its own, which only the text's extended data tells of."""
    document = _drawing("R2010")
    space = document.modelspace()
    frame = space.add_lwpolyline([(0, 0), (9, 0), (9, 3), (0, 3)], close=True, dxfattribs={"layer": "WALL"})
    begin, end = (1000, "ACAD_MTEXT_TEXT_BORDERS_BEGIN"), (1000, "ACAD_MTEXT_TEXT_BORDERS_END")
    text = space.add_mtext("会议室")
    text.set_xdata("ACAD", [begin, (1070, 80), (1005, frame.dxf.handle), end])
    space.add_line((0, 0), (9, 9), {"layer": "WALL"})
    path = _save(document, tmp_path / "framed.dxf")
    cut = _must_agree(path)
    assert cut is not None
    assert [shape.curve.kind for shape in _contents(cut)[0].shapes] == ["line"]


def test_clipped_and_array_inserts_are_read_alike(tmp_path: Path) -> None:
    document = _drawing("R2018")
    block = document.blocks.new("PLAN")
    block.add_line((0, 0), (100, 0), {"layer": "WALL"})
    block.add_text("会议室", height=3).set_placement((80, 1))
    clipped = document.modelspace().add_blockref("PLAN", (0, 0))
    XClip(clipped).set_block_clipping_path([(0, -1), (50, 1)])
    document.modelspace().add_blockref("PLAN", (0, 50), {"row_count": 3, "row_spacing": 7.5, "rotation": 12})
    cut = _must_agree(_save(document, tmp_path / "clipped.dxf"))
    assert cut is not None
    assert len(cut.parts["*model_space"].left) == 2
    assert sum(len(shape.points) for shape in _contents(cut)[0].shapes) == 8
