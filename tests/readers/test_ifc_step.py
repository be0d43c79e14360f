"""STEP text as it really arrives: encodings, damage, schemas, archives."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ifc_builder import IfcBuilder

from bimcheck.errors import BimcheckError, ModelError, UnreadableModelError, UnsupportedModelError
from bimcheck.model import BuildingModel
from bimcheck.readers.ifc import read_ifc

NAME = "党群服务中心"


def sample(name: str = "Hall", schema: str = "IFC4") -> str:
    f = IfcBuilder(schema=schema)
    f.space(f.box(0, 0, 5000, 4000, 3000), long_name=name)
    f.wall(0, -200, 5000, 0)
    return f.text()


def read_bytes(data: bytes, folder: Path, name: str = "m.ifc") -> BuildingModel:
    path = folder / name
    path.write_bytes(data)
    return read_ifc(path)


def codes(model: BuildingModel) -> list[str]:
    return [note.code for note in model.notes]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_raw_text_is_read_in_whatever_encoding_it_was_written(encoding: str, tmp_path: Path) -> None:
    model = read_bytes(sample(NAME).encode(encoding), tmp_path)
    assert model.spaces[0].name == NAME
    assert {"text-encoding", "byte-order-mark"} >= set(codes(model)) != set()


def test_raw_latin_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    model = read_bytes(sample("Küche und Büro für Gäste").encode("cp1252"), tmp_path)
    assert model.spaces[0].name == "Küche und Büro für Gäste"


def test_rare_characters_beyond_the_basic_plane(tmp_path: Path) -> None:
    assert read_bytes(sample("𠮷野家").encode(), tmp_path).spaces[0].name == "𠮷野家"


@pytest.mark.parametrize(
    ("declared", "read_as"),
    [
        ("IFC2X3_FINAL", "IFC2X3"), ("IFC2X2_FINAL", "IFC2X3"), ("ifc2x3", "IFC2X3"), ("IFC2X3_TC1", "IFC2X3"),
        ("IFC4X1", "IFC4"), ("IFC4RC4", "IFC4"), ("IFC4_ADD2_TC1", "IFC4"), ("Ifc4", "IFC4"),
        ("IFC4X3", "IFC4X3"), ("IFC4X3_ADD1", "IFC4X3"), ("IFC4X3_RC2", "IFC4X3"), ("IFC4X3_TC1", "IFC4X3"),
    ],
)  # fmt: skip
def test_near_schema_names_are_read_as_the_nearest(declared: str, read_as: str, tmp_path: Path) -> None:
    text = sample(schema=read_as if read_as != "IFC4X3" else "IFC4X3_ADD2")
    text = text.replace("FILE_SCHEMA(('IFC4X3_ADD2'))", "FILE_SCHEMA(('IFC4X3'))")
    model = read_bytes(text.replace(f"(('{read_as}'))", f"(('{declared}'))").encode(), tmp_path)
    assert model.source.schema == read_as
    assert model.spaces[0].footprint is not None
    assert codes(model) == ([] if declared == "IFC4X3" else ["schema-read-as"])


@pytest.mark.parametrize("schema", ["IFC99", "IFC5", "AUTOMOTIVE_DESIGN", ""])
def test_unknown_schemas_are_refused(schema: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError):
        read_bytes(sample().replace("'IFC4'", f"'{schema}'").encode(), tmp_path)


def test_a_truncated_file_says_so_and_blocks_everything(tmp_path: Path) -> None:
    text = sample()
    model = read_bytes(text[: text.index("IFCWALL") - 3].encode(), tmp_path)
    assert [(n.code, n.severity, n.blocks) for n in model.notes if n.code == "file-truncated"] == [
        ("file-truncated", "error", ("*",))
    ]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda t: t.replace("IFCWALL(", "IFC\0\0\0WALL("), "file-damaged"),
        (lambda t: t.replace("ENDSEC;\nEND-ISO", "/* open\nENDSEC;\nEND-ISO"), "file-damaged"),
        (lambda t: t.replace("\nENDSEC;\nEND-ISO", "\n#5=IFCDIRECTION((1.,0.,0.));\nENDSEC;\nEND-ISO"),
         "duplicate-instance-ids"),
        (lambda t: t.replace("IFCEXTRUDEDAREASOLID(#", "IFCEXTRUDEDAREASOLID(#9999"), "references-missing"),
    ],
)  # fmt: skip
def test_damage_the_parser_passes_over_blocks_everything(edit, code: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # a function from text to text
    model = read_bytes(edit(sample()).encode(), tmp_path)
    assert [n.blocks for n in model.notes if n.code == code] == [("*",)]


def test_numbers_beyond_all_limits_spoil_only_what_uses_them(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.extrusion(f.profile([(0, 0), (5000, 0), (5000, 4000)]), 3000), name="good")
    f.space(f.extrusion(f.profile([(0, 0), (7777, 0), (5000, 4000)]), 3000), name="bad")
    for wrong in ("1.E999", "NAN", "1.#INF", "-1.E400", "1.E308"):
        model = read_bytes(f.text().replace("7777.0", wrong).encode(), tmp_path)
        usable = {s.labels[-1].text: s.footprint is not None for s in model.spaces}
        assert usable == {"good": True, "bad": False}, wrong


def test_ids_beyond_31_bits_are_renumbered(tmp_path: Path) -> None:
    f = IfcBuilder()
    f.space(f.box(0, 0, 5000, 4000, 3000))
    solid = next(i for i, line in enumerate(f.lines, 1) if line.startswith("IFCEXTRUDEDAREASOLID"))
    text = f.text().replace(f"#{solid}=", "#99999999999=").replace(f"(#{solid})", "(#99999999999)")
    model = read_bytes(text.encode(), tmp_path)
    assert model.spaces[0].footprint is not None
    assert codes(model) == ["ids-renumbered"]


def test_text_escapes_without_an_end_are_closed(tmp_path: Path) -> None:
    model = read_bytes(sample("\\X2\\5730").encode(), tmp_path)
    assert model.spaces[0].name == "地"
    assert codes(model) == ["text-unfinished"]


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"\x00" * 500, b"hello", b"ISO-10303-21;\nHEADER;", b"ISO-10303-21;"]
)
def test_what_is_no_model_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableModelError) as caught:
        read_bytes(content, tmp_path)
    assert "\n" not in caught.value.message.zh + caught.value.message.en


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModelError):
        read_ifc(tmp_path / "none.ifc")


def test_xml_is_refused_saying_what_to_export(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModelError, match=r"export it as \.ifc"):
        read_bytes(b'<?xml version="1.0"?><ifcXML/>', tmp_path, "m.ifcxml")


def pack(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "m.ifczip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_archive_gives_the_same_model(tmp_path: Path) -> None:
    data = sample(NAME).encode()
    plain = read_bytes(data, tmp_path)
    packed = read_ifc(pack(tmp_path, {"../../folder/m.ifc": data, "readme.txt": b"x", "__MACOSX/._m.ifc": b"x"}))
    assert [s.name for s in packed.spaces] == [s.name for s in plain.spaces] == [NAME]
    assert packed.source.sha256 != plain.source.sha256, "the submitted bytes are hashed"


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"a.ifc": sample().encode(), "b.IFC": sample().encode()}, UnsupportedModelError),
        ({"a.txt": b"x"}, UnsupportedModelError),
        ({}, UnsupportedModelError),
        ({"a.ifc": b"ISO-10303-21;" + b" " * (80 << 20)}, UnreadableModelError),
    ],
)
def test_archives_that_are_refused(members: dict[str, bytes], error: type[BimcheckError], tmp_path: Path) -> None:
    with pytest.raises(error):
        read_ifc(pack(tmp_path, members))


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    data = pack(tmp_path, {"a.ifc": sample().encode()}).read_bytes()
    with pytest.raises(UnreadableModelError):
        read_bytes(data[: len(data) // 2], tmp_path, "half.ifczip")
    with pytest.raises(UnreadableModelError):
        read_bytes(data[:200] + data[300:], tmp_path, "directory_points_before_the_file.ifczip")


def test_deep_placements_are_walked_without_exhausting_the_stack(tmp_path: Path) -> None:
    """50,000 placements, each a millimetre on from the one before."""
    f = IfcBuilder()
    step = f.frame((1, 0, 0))
    place = f.placement
    for _ in range(50_000):
        place = f.add("IFCLOCALPLACEMENT", place, step)
    f.space(f.box(0, 0, 5000, 4000, 3000), placement=place)
    footprint = read_ifc(f.write(tmp_path)).spaces[0].footprint
    assert footprint is not None
    assert footprint.bounds == pytest.approx((50, 0, 55, 4))


def test_cyclic_placements_are_named_and_block_everything(tmp_path: Path) -> None:
    f = IfcBuilder()
    number = len(f.lines) + 1
    cyclic = f.add("IFCLOCALPLACEMENT", f"#{number}", f.axes)
    f.space(f.box(0, 0, 5000, 4000, 3000), placement=cyclic)
    model = read_ifc(f.write(tmp_path))
    assert model.spaces[0].footprint is None
    assert [n.blocks for n in model.notes if n.code == "placement-cycle"] == [("*",)]


@pytest.mark.parametrize("kind", ["mapped", "boolean", "composite"])
def test_geometry_that_contains_itself_is_refused(kind: str, tmp_path: Path) -> None:
    """Without reaching the geometry library, which would crash."""
    f = IfcBuilder()
    following = len(f.lines) + 1
    if kind == "mapped":
        target = f.add("IFCCARTESIANTRANSFORMATIONOPERATOR3D", "$", "$", f.point(0, 0, 0), "$", "$")
        following = len(f.lines) + 1
        f.add("IFCMAPPEDITEM", f"#{following + 1}", target)
        f.add("IFCREPRESENTATIONMAP", f.axes, f"#{following + 2}")
        f.representation(f"#{following}", kind="MappedRepresentation")
    elif kind == "boolean":
        f.add("IFCBOOLEANRESULT", ".UNION.", f"#{following}", f"#{following}")
    else:
        f.add("IFCCOMPOSITECURVESEGMENT", ".CONTINUOUS.", ".T.", f"#{following + 1}")
        f.add("IFCCOMPOSITECURVE", f"(#{following})", ".F.")
    f.space(f"#{following + (kind == 'composite')}")
    model = read_ifc(f.write(tmp_path))
    assert model.spaces[0].footprint is None
    assert codes(model) == ["space-geometry-unusable"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4)
)
def test_mutants_end_in_a_model_or_in_one_line(cuts: list[tuple[int, int, bytes]], tmp_path: Path) -> None:
    """Bytes replaced anywhere never end in anything but a model or an error of the user's."""
    data = sample(NAME).encode()
    for at, length, new in cuts:
        at %= len(data)
        data = data[:at] + new + data[at + length :]
    problem = refusal(data, tmp_path)
    if problem is not None:
        assert "\n" not in problem.message.en
        assert isinstance(problem, ModelError) or "--unit" in problem.message.en


def refusal(data: bytes, folder: Path) -> BimcheckError | None:
    try:
        read_bytes(data, folder)
    except BimcheckError as error:
        return error
    return None


def test_a_declared_area_beyond_all_limits_is_not_declared(tmp_path: Path) -> None:
    f = IfcBuilder()
    space = f.space(f.box(0, 0, 5000, 4000, 3000))
    for number, area in enumerate(("1.E999", "NaN", "21.5")):
        quantity = f.add("IFCQUANTITYAREA", f"'GrossFloorArea{number}'", "$", "$", area, "$")
        held = f.add("IFCELEMENTQUANTITY", f"'{number:022}'", "$", "'Q'", "$", "$", f"({quantity})")
        f.add("IFCRELDEFINESBYPROPERTIES", f"'{number + 9:022}'", "$", "$", "$", f"({space})", held)
    (found,) = read_ifc(f.write(tmp_path)).spaces
    assert [(each.name, each.area_m2) for each in found.declared] == [("Q.GrossFloorArea2", 21.5)]
