"""Models as strangers send them, each made of a sound sample by one act of damage or malice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import ezdxf
from ezdxf.document import Drawing

_SAMPLES = Path(__file__).resolve().parents[2] / "sample_models"
IFC = (_SAMPLES / "quota_exact.ifc").read_bytes()
DXF = (_SAMPLES / "quota_exact.frames.dxf").read_bytes()
ROOM = "社区服务用房"
_ROOM_IN_IFC = b"'\\X2\\793E533A670D52A17528623F\\X0\\'"
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">{}]><ifcXML>&j;</ifcXML>'.format(
    "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
)
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ifcXML>&e;</ifcXML>'


def _ifc(old: bytes, new: bytes) -> bytes:
    assert IFC.count(old) == 1, old
    return IFC.replace(old, new)


def _statement(number: int, new: str, *more: str) -> bytes:
    """The sample with one statement replaced, and further ones behind it."""
    changed, count = re.subn(rf"#{number}=.*;".encode(), lambda _: "\n".join((new, *more)).encode(), IFC)
    assert count == 1
    return changed


def _deep() -> bytes:
    links = [f"#{n}=IFCLOCALPLACEMENT(#{n + 1},#7);" for n in range(1_000_000, 1_050_000)]
    return _statement(33, "#33=IFCLOCALPLACEMENT(#1000000,#32);", *links, "#1050000=IFCLOCALPLACEMENT(#26,#7);")


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _drawn(change: Callable[[Drawing], object]) -> bytes:
    drawing = ezdxf.read(io.StringIO(DXF.decode()))  # type: ignore[attr-defined] # ezdxf exports it without saying so
    change(drawing)
    out = io.StringIO()
    drawing.write(out)
    return out.getvalue().encode("utf-8", "surrogateescape")


def _self_insert(drawing: Drawing) -> None:
    drawing.blocks.new("AGAIN").add_blockref("AGAIN", (1, 1))
    drawing.modelspace().add_blockref("AGAIN", (0, 0))


def _insert_in_turn(drawing: Drawing) -> None:
    drawing.blocks.new("ONE").add_blockref("TWO", (1, 1))
    drawing.blocks.new("TWO").add_blockref("ONE", (1, 1))
    drawing.modelspace().add_blockref("ONE", (0, 0))


def _nested(depth: int, inserts: int) -> Callable[[Drawing], None]:
    def change(drawing: Drawing) -> None:
        drawing.blocks.new("B0").add_line((0, 0), (1, 0))
        for level in range(1, depth):
            block = drawing.blocks.new(f"B{level}")
            for place in range(inserts):
                block.add_blockref(f"B{level - 1}", (place, 0))
        drawing.modelspace().add_blockref(f"B{depth - 1}", (0, 0))

    return change


def empty_layers(count: int) -> bytes:
    """A drawing with so many layers on which nothing stands."""
    layers = "".join(f"  0\nLAYER\n  2\nEMPTY{n}\n 70\n0\n 62\n7\n  6\nCONTINUOUS\n" for n in range(count))
    start = DXF.index(b"\nLAYER\n", DXF.index(b"\nTABLE\n  2\nLAYER\n") + 20) - 3
    return DXF[:start] + layers.encode() + DXF[start:]


def _vertex(old: bytes, new: bytes) -> bytes:
    """The service room's frame with one coordinate changed."""
    start = DXF.index(b"LWPOLYLINE")
    assert old in DXF[start:]
    return DXF[:start] + DXF[start:].replace(old, new, 1)


REFUSED: dict[str, Callable[[], bytes]] = {
    "empty.ifc": lambda: b"",
    "blank.dxf": lambda: b"\r\n \r\n",
    "header_alone.ifc": lambda: IFC[:150],
    "noise.dxf": lambda: bytes(range(256)) * 40,
    "laughs.ifcxml": lambda: _LAUGHS.encode(),
    "laughs.ifc": lambda: _LAUGHS.encode(),
    "outside.ifcxml": lambda: _OUTSIDE.encode(),
    "outside_packed.ifczip": lambda: _zipped({"a.ifcxml": _OUTSIDE.encode()}),
    "bomb.ifczip": lambda: _zipped({"a.ifc": IFC + bytes(200 << 20)}),
    "two.ifczip": lambda: _zipped({"a.ifc": IFC, "b.ifc": IFC}),
    "cut.ifczip": lambda: _zipped({"a.ifc": IFC})[:4000],
    "no_data.ifc": lambda: IFC[: IFC.index(b"DATA;")],
    "other_schema.ifc": lambda: _ifc(b"'IFC2X3'", b"'AP214'"),
    "no_units.ifc": lambda: _statement(19, "").replace(b"(#9),#19);", b"(#9),$);"),
    "two_units.ifc": lambda: _statement(
        19, "#19=IFCUNITASSIGNMENT((#15,#2000000,#16));", "#2000000=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);"
    ),
    "metres_said_millimetres_drawn.ifc": lambda: _statement(15, "#15=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);"),
    "cut.dxf": lambda: DXF[: len(DXF) * 3 // 4],
    "dwg_renamed.dxf": lambda: b"AC1032" + bytes(4000),
}
"""One line says why there is no report."""

SAME: dict[str, Callable[[], bytes]] = {
    "raw_gbk.ifc": lambda: _ifc(_ROOM_IN_IFC, b"'" + ROOM.encode("gbk") + b"'"),
    "raw_utf8.ifc": lambda: _ifc(_ROOM_IN_IFC, b"'" + ROOM.encode() + b"'"),
    "bom.ifc": lambda: b"\xef\xbb\xbf" + IFC,
    "utf16_le.ifc": lambda: IFC.decode().encode("utf-16"),
    "utf16_be.ifc": lambda: b"\xfe\xff" + IFC.decode().encode("utf-16-be"),
    "old_mac_lines.ifc": lambda: IFC.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "deep_placements.ifc": _deep,
    "climbing.ifczip": lambda: _zipped({"../../../climbing.ifc": IFC}),
    "rooted.ifczip": lambda: _zipped({"/etc/cron.d/rooted.ifc": IFC}),
    "whole_in_its_part.ifc": lambda: _statement(
        28,
        "#28=IFCRELAGGREGATES('2q2IllZbXUMhhXWxK9xUd3',#5,$,$,#25,(#27));",
        "#2000000=IFCRELAGGREGATES('1q2IllZbXUMhhXWxK9xUd3',#5,$,$,#27,(#25));",
    ),
    "same_id_twice.ifc": lambda: _ifc(b"3QwdEMBfnJeeO$3fIcHXZR", b"0nva_sWb9Lf862UGgCMFPQ"),
    "bom.dxf": lambda: b"\xef\xbb\xbf" + DXF,
    "utf16.dxf": lambda: DXF.decode().encode("utf-16"),
    "self_insert.dxf": lambda: _drawn(_self_insert),
    "insert_in_turn.dxf": lambda: _drawn(_insert_in_turn),
    "empty_layers.dxf": lambda: empty_layers(20_000),
}
"""Nothing the verdict needs was touched, so every room, figure and status is the sample's own."""

DOUBTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut.ifc": (lambda: IFC[: len(IFC) * 2 // 3], "file-truncated"),
    "own_placement.ifc": (lambda: _statement(33, "#33=IFCLOCALPLACEMENT(#33,#32);"), "placement-cycle"),
    "placements_in_turn.ifc": (lambda: _statement(26, "#26=IFCLOCALPLACEMENT(#33,#7);"), "placement-cycle"),
    "not_a_number.ifc": (lambda: _statement(36, "#36=IFCCARTESIANPOINT((NaN,19520.));"), "room-not-measured"),
    "beyond_floats.ifc": (lambda: _statement(36, "#36=IFCCARTESIANPOINT((1e999,19520.));"), "numbers-invalid"),
    "bow_tie.ifc": (lambda: _statement(38, "#38=IFCPOLYLINE((#34,#36,#35,#37,#34));"), "space-outline-repaired"),
    "same_number_twice.ifc": (
        lambda: _statement(36, "#36=IFCCARTESIANPOINT((9.,9.));", "#36=IFCCARTESIANPOINT((8.,8.));"),
        "duplicate-instance-ids",
    ),
    "nested_to_8_million.dxf": (lambda: _drawn(_nested(24, 2)), "dxf-too-many-entities"),
    "nested_3000_deep.dxf": (lambda: _drawn(_nested(3000, 1)), "dxf-too-many-entities"),
}  # fmt: skip
"""A report with a note of this code, and no pass for what stands on the touched geometry: the ground-floor share."""
