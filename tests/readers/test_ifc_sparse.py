"""Reading a part of a file gives the model that reading all of it gives: sound, awkward and damaged files alike."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

import ifcopenshell
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ifc_builder import IfcBuilder

from bimcheck.errors import BimcheckError
from bimcheck.model import BuildingModel
from bimcheck.readers.ifc import read_ifc
from bimcheck.readers.ifc.document import open_sparsely
from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.step.schema import schema_named
from bimcheck.readers.ifc.step.statements import string_of, values_of

SAMPLES = sorted((Path(__file__).parents[2] / "sample_models").glob("*.ifc"))


def outcome(path: Path, *, full: bool) -> BuildingModel | tuple[str, str]:
    try:
        return read_ifc(path, full=full)
    except BimcheckError as error:
        return type(error).__name__, str(error)


def differences(one: object, other: object, where: str = "model") -> list[str]:
    """Where two values differ; numbers and coordinates by more than 1e-9."""
    if isinstance(one, shapely.Geometry) and isinstance(other, shapely.Geometry):
        return [] if shapely.equals_exact(one, other, 1e-9) else [where]
    if is_dataclass(one) and type(one) is type(other):
        names = [field.name for field in fields(one)]
        return [d for n in names for d in differences(getattr(one, n), getattr(other, n), f"{where}.{n}")]
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return [d for i, pair in enumerate(zip(one, other, strict=True)) for d in differences(*pair, f"{where}[{i}]")]
    if isinstance(one, float) and isinstance(other, float):
        return [] if math.isclose(one, other, rel_tol=0, abs_tol=1e-9) else [f"{where}: {one} {other}"]
    return [] if one == other else [f"{where}: {one!r} {other!r}"]


def is_sparse(path: Path) -> bool:
    try:
        open_sparsely(path)
    except UnusualFileError:
        return False
    return True


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_read_in_part_are_as_read_whole(path: Path) -> None:
    assert is_sparse(path)
    assert differences(outcome(path, full=False), outcome(path, full=True)) == []


@pytest.mark.parametrize("folder", ["real", "bad"])
def test_foreign_models_read_in_part_are_as_read_whole(folder: str, models_dir: Path) -> None:
    paths = [path for path in (models_dir / folder).rglob("*") if path.suffix in (".ifc", ".ifczip", ".ifcxml")]
    found = {path.name: differences(outcome(path, full=False), outcome(path, full=True)) for path in paths}
    assert {name: different for name, different in found.items() if different} == {}


def test_usual_foreign_files_need_no_parser(models_dir: Path) -> None:
    """The fast way is the usual way: nearly every sound file of other programs takes it."""
    paths = list((models_dir / "real").rglob("*.ifc"))
    assert sum(map(is_sparse, paths)) >= 0.85 * len(paths)


# ------------------------------------------------------------------------------------------ layouts


def sample() -> str:
    f = IfcBuilder(schema="IFC4")
    f.space(f.box(0, 0, 5000, 4000, 3000), long_name="It''s #7=IFCSPACE(''x'');(")
    f.wall(0, -200, 5000, 0)
    f.wall(0, 4000, 5000, 4200)
    return f.text()


def lines_of(text: str) -> tuple[str, list[str], str]:
    head, mark, rest = text.partition("DATA;\n")
    body, end, tail = rest.rpartition("ENDSEC;")
    return head + mark, body.splitlines(), end + tail


def _each(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda lines: [change(line) for line in lines]


def _one(change: Callable[[str], str], index: int = 12) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:index], change(lines[index]), *lines[index + 1 :]]


LAYOUTS: dict[str, tuple[Callable[[list[str]], list[str]], bool]] = {
    "as written": (lambda lines: lines, True),
    "ids from the last to the first": (lambda lines: lines[::-1], True),
    "blanks around the sign": (_each(lambda s: s.replace("=", " = ", 1)), True),
    "blank lines between": (_each(lambda s: s + "\n\n"), True),
    "comment lines between": (_each(lambda s: "/* #9=IFCWALL('x'); it */\n" + s), True),
    "blanks at the ends": (_each(lambda s: s + "  "), True),
    "wrapped after commas": (_each(lambda s: re.sub(r",(?=[#$.\d])", ",\n  ", s)), True),
    "wrapped before the semicolon": (_each(lambda s: s[:-1] + "\n;"), True),
    "comments in statements": (_each(lambda s: s[:-1] + "/* end */;"), False),
    "two statements on a line": (lambda lines: [lines[0] + lines[1], *lines[2:]], False),
    "all on one line": (lambda lines: ["".join(lines)], False),
    "lower-case keywords": (_each(lambda s: re.sub(r"=\w+", lambda m: m.group().lower(), s, count=1)), False),
    "indented": (_each(lambda s: "  " + s), False),
    "an id twice": (lambda lines: [*lines, lines[5]], False),
    "an unknown class": (_one(lambda s: re.sub(r"=\w+", "=IFCWALLS", s, count=1)), False),
    "a reference to nothing": (lambda lines: [re.sub(r",#5\b", ",#99999", s) for s in lines], False),
    "a statement cut short": (_one(lambda s: s[: len(s) // 2]), False),
    "a string without end": (_one(lambda s: s.replace("(", "('", 1)), False),
    "a bracket too few": (_one(lambda s: s.replace(");", ";")), False),
    "an id of nine digits": (_one(lambda s: s.replace("#13", "#123456789", 1)), False),
    "no id": (_one(lambda s: s.replace("#13", "#", 1)), False),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_layouts(layout: str, newline: str, tmp_path: Path) -> None:
    """Usual layouts are read in part, others whole, and all give the same."""
    change, usual = LAYOUTS[layout]
    head, lines, tail = lines_of(sample())
    path = tmp_path / "m.ifc"
    path.write_bytes((head + "\n".join(change(lines)) + "\n" + tail).replace("\n", newline).encode())
    assert is_sparse(path) == usual
    assert differences(outcome(path, full=False), outcome(path, full=True)) == []


@pytest.mark.parametrize("size", [64, 300, 1000])
def test_blocks_end_where_statements_end(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the blocks of the scan, and statements longer than one included, the model is the same."""
    path = tmp_path / "m.ifc"
    path.write_text(sample(), "ascii")
    whole = outcome(path, full=True)
    monkeypatch.setattr("bimcheck.readers.ifc.step.scan._BLOCK", size)
    assert is_sparse(path)
    assert differences(outcome(path, full=False), whole) == []


@pytest.mark.parametrize(("near", "batch"), [(16, 1 << 22), (16, 64), (1 << 13, 64)])
def test_relationships_far_apart_are_read_as_near_ones(
    near: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands between two relationships, and however many are read at once, the model is the same."""
    f = IfcBuilder(schema="IFC4")
    for i in range(6):
        space = f.space(f.box(5000 * i, 0, 5000 * i + 4800, 4000, 3000))
        f.properties(space, f"Pset_{i}", 用途=f"IFCLABEL('{i}F')", 位置="IFCTEXT('\\X2\\4E8C\\X0\\')")
    path = f.write(tmp_path)
    whole = outcome(path, full=True)
    monkeypatch.setattr("bimcheck.readers.ifc.step.bulk._NEAR", near)
    monkeypatch.setattr("bimcheck.readers.ifc.step.bulk._BATCH", batch)
    assert differences(outcome(path, full=False), whole) == []


QUANTITIES = {
    "an area and a length": ["IFCQUANTITYAREA('NetFloorArea',$,$,{a}", "IFCQUANTITYLENGTH('Height',$,$,2800.{f}"],
    "kinds that measure neither": ["IFCQUANTITYCOUNT('n',$,$,3.{f}", "IFCQUANTITYAREA('GrossFloorArea',$,$,{a}"],
    "a weight among them": ["IFCQUANTITYWEIGHT('w',$,$,3.{f}", "IFCQUANTITYAREA('GrossFloorArea',$,$,{a}"],
    "a name in escapes": ["IFCQUANTITYAREA('\\X2\\9762\\X0\\','it''s',$,{a}", "IFCQUANTITYVOLUME('V','x',$,60.{f}"],
    "no value": ["IFCQUANTITYAREA('NetFloorArea',$,$,${f}", "IFCQUANTITYLENGTH('Height',$,$,*{f}"],
    "no number": ["IFCQUANTITYAREA('NetFloorArea',$,$,.X.{f}", "IFCQUANTITYAREA('Gross',$,$,1.E999{f}"],
    "an attribute too few": ["IFCQUANTITYAREA('NetFloorArea',$,{a}"],
    "an attribute too many": ["IFCQUANTITYAREA('NetFloorArea',$,$,{a},$"],
}


@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4"])
@pytest.mark.parametrize("rows", QUANTITIES)
def test_quantities_read_in_part_are_as_read_whole(rows: str, schema: str, tmp_path: Path) -> None:
    f = IfcBuilder(schema=schema)
    space = f.space(f.box(0, 0, 5000, 4000, 3000))
    formula = ",$" if schema == "IFC4" else ""
    given = [f.line(row.format(a=f"20.{formula}", f=formula) + ")") for row in QUANTITIES[rows]]
    quantities = f.root("IFCELEMENTQUANTITY", "'Qto'", "$", "$", f"({','.join(given)})")
    f.root("IFCRELDEFINESBYPROPERTIES", "$", "$", f"({space})", quantities)
    path = f.write(tmp_path)
    assert differences(outcome(path, full=False), outcome(path, full=True)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_is_told_alike(data: st.DataObject, tmp_path: Path) -> None:
    """Bytes overwritten, put in or taken out: the same model, notes or refusal either way."""
    text = bytearray(sample().encode())
    first = text.index(b"DATA;")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(first, len(text) - 1))
        junk = data.draw(
            st.sampled_from(
                [b"", b"'", b"(", b")", b";", b"#", b"\n", b",", b"/*", b"$", b" ", b"9", b"\xb5\xb3", b"X"]
            )
        )
        text[place : place + data.draw(st.integers(0, 3))] = junk
    path = tmp_path / "m.ifc"
    path.write_bytes(bytes(text))
    assert differences(outcome(path, full=False), outcome(path, full=True)) == []


# ------------------------------------------------------------------------------------------ statements


@pytest.mark.parametrize("name", ["IFC2X3", "IFC4", "IFC4X3_ADD2"])
def test_class_tables_are_those_of_the_library(name: str) -> None:
    declared = ifcopenshell.ifcopenshell_wrapper.schema_by_name(name)
    schema = schema_named(name)
    assert {each.name() for each in declared.entities()} == set(schema.names[1:])
    for each in declared.entities():
        class_ = schema.named(each.name())
        assert list(class_.position) == [attribute.name() for attribute in each.all_attributes()]
        above = each.supertype()
        assert above is None or above.name() in class_.ancestors


@pytest.mark.parametrize(
    "atom",
    ["'a'", "''", "'It''s'", r"'\X2\515A7FA4\X0\ A'", r"'\X4\0001F600\X0\'", r"'\X\E4\S\d\\'", r"'a\\X2\\'", "''''"],
)
def test_strings_say_what_they_say_to_the_library(atom: str) -> None:
    head, _, tail = lines_of(sample())
    file = ifcopenshell.file.from_string(f"{head}#1=IFCPERSON($,{atom},$,$,$,$,$,$);\n{tail}")
    assert string_of(atom) == file.by_id(1)[1]


@pytest.mark.parametrize(
    "text",
    [
        "(1,,2)",
        "(1,2,)",
        "(,1)",
        "(1)(2)",
        "((1)2)",
        "(1",
        "1)",
        "(a)",
        "('a'b)",
        "(.X.)",
        "(1E9)",
        "(1.E999)",
        "(nan)",
        "(IFCX(1))",
        "()",
        r"('\Q',1)",
    ],
)
def test_statements_that_are_none_are_left_to_the_parser(text: str) -> None:
    with pytest.raises(UnusualFileError):
        values_of(text, lambda number: number, {"IFCREAL": "IfcReal"}, (None, None))
