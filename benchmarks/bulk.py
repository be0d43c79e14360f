"""Files made as large as authoring programs make them: furniture and pipes between the elements, most of all bytes.

What is added changes nothing that a check looks at, so the reports of the small file and the large one agree.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

MEGABYTE = 1_000_000
_VARIANTS = 48
_SLOTS = 400
_REFERENCE = re.compile(rb"#(\d+)")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$"
_LAYERS = ("家具", "空调风管", "给排水", "填充", "天花")


def enlarge_ifc(source: Path, target: Path, megabytes: float, seed: int = 1) -> Path:
    """Write the IFC file (one of ``sample_models``) with furniture between its lines; numbers stay ascending."""
    head, _, rest = source.read_bytes().partition(b"DATA;\n")
    lines = rest.partition(b"ENDSEC;")[0].splitlines()
    random_ = random.Random(seed)  # noqa: S311 # shapes of chairs, no secrets
    owner = next(line for line in lines if b"=IFCOWNERHISTORY" in line).partition(b"=")[0]
    context = next(line for line in lines if b"'Body'" in line).partition(b"=")[0]
    storey = next(line for line in lines if b"=IFCBUILDINGSTOREY" in line).partition(b"=")[0]
    pieces = [_Furniture(random_) for _ in range(_VARIANTS)]
    each = sum(len(piece.text) + 4 * len(piece.numbers) for piece in pieces) / len(pieces)
    wanted = max(0, round((megabytes * MEGABYTE - len(head) - len(rest)) / each))
    every = max(1, len(lines) // max(1, min(_SLOTS, wanted // 4)))
    slots = -(-len(lines) // every)
    per_slot = -(-wanted // slots)
    size = pieces[0].count
    added = per_slot * size + 1 if per_slot else 0  # the furniture of a place, and the relation that lists it

    def renumbered(line: bytes) -> bytes:
        return _REFERENCE.sub(lambda m: b"#%d" % (int(m[1]) + (int(m[1]) - 1) // every * added), line)

    fixed = [int(renumbered(each)[1:]) for each in (owner, context, storey)]
    serial = 0
    with target.open("wb") as file:
        file.write(head + b"DATA;\n")
        for slot in range(slots):
            chunk = lines[slot * every : (slot + 1) * every]
            file.write(b"\n".join(map(renumbered, chunk)) + b"\n")
            if len(chunk) < every or not per_slot:
                continue
            first = (slot + 1) * every + slot * added + 1
            for number in range(per_slot):
                piece = pieces[(slot + number) % _VARIANTS]
                file.write(piece.written(first + number * size, fixed, serial))
                serial += 3
            chairs = ",".join(f"#{first + number * size + size - 1}" for number in range(per_slot))
            line = f"#{first + per_slot * size}=IFCRELCONTAINEDINSPATIALSTRUCTURE('{_guid(serial)}',#{fixed[0]},$,$,"
            file.write(f"{line}({chairs}),#{fixed[2]});\n".encode("ascii"))
            serial += 1
        file.write(b"ENDSEC;\nEND-ISO-10303-21;\n")
    return target


class _Furniture:
    """One piece of furniture as STEP text with its numbers left open; all pieces have as many instances."""

    def __init__(self, random_: random.Random, around: int = 12, rings: int = 6) -> None:
        self._lines: list[str] = []
        self.numbers: list[int] = []
        points = [
            self._add(
                f"IFCCARTESIANPOINT(({300 * math.cos(a) * math.sin(b) + random_.random():.4f},"
                f"{300 * math.sin(a) * math.sin(b) + random_.random():.4f},{300 * math.cos(b):.4f}))"
            )
            for b in (math.pi * (row + 1) / (rings + 1) for row in range(rings))
            for a in (2 * math.pi * column / around for column in range(around))
        ]
        faces = []
        for row in range(rings - 1):
            for column in range(around):
                corners = [row * around + column, row * around + (column + 1) % around]
                corners += [corners[1] + around, corners[0] + around]
                loop = self._add("IFCPOLYLOOP((#%d,#%d,#%d,#%d))", *(points[corner] for corner in corners))
                faces.append(self._add("IFCFACE((#%d))", self._add("IFCFACEOUTERBOUND(#%d,.T.)", loop)))
        for ring in (points[:around][::-1], points[-around:]):
            loop = self._add(f"IFCPOLYLOOP(({','.join(['#%d'] * around)}))", *ring)
            faces.append(self._add("IFCFACE((#%d))", self._add("IFCFACEOUTERBOUND(#%d,.T.)", loop)))
        shell = self._add(f"IFCCLOSEDSHELL(({','.join(['#%d'] * len(faces))}))", *faces)
        brep = self._add("IFCFACETEDBREP(#%d)", shell)
        shape = self._add("IFCSHAPEREPRESENTATION(#%d,'Body','Brep',(#%d))", -2, brep)
        product = self._add("IFCPRODUCTDEFINITIONSHAPE($,$,(#%d))", shape)
        x, y, z = (random_.random() * span for span in (90_000, 14_000, 40_000))
        place = self._add(f"IFCCARTESIANPOINT(({x:.4f},{y:.4f},{z:.4f}))")
        placement = self._add("IFCLOCALPLACEMENT($,#%d)", self._add("IFCAXIS2PLACEMENT3D(#%d,$,$)", place))
        values = [
            self._add(f"IFCPROPERTYSINGLEVALUE('{name}',$,IFCTEXT('{random_.random():.9f}'),$)")
            for name in (
                "Mark",
                "Comments",
                "Phase Created",
                "Workset",
                "Assembly Code",
                "Level Offset",
                "Area",
                "Host",
            )
        ]
        chair = len(self._lines) + 2
        listed = ",".join(["#%d"] * len(values))
        set_ = self._add(f"IFCPROPERTYSET('%s',#%d,'Identity Data',$,({listed}))", -1, *values)
        self._add("IFCRELDEFINESBYPROPERTIES('%s',#%d,$,$,(#%d),#%d)", -1, chair, set_)
        self._add("IFCFURNISHINGELEMENT('%s',#%d,'Chair',$,'Chair',#%d,#%d,'4711')", -1, placement, product)
        self.count = len(self._lines)
        self.text = "".join(self._lines)

    def _add(self, text: str, *references: int) -> int:
        """One instance; a reference below zero is to one of the model's own. Its number in the piece, from 0."""
        number = len(self._lines)
        self._lines.append(f"#%d={text};\n")
        self.numbers += [number, *references]
        return number

    def written(self, first: int, fixed: Sequence[int], serial: int) -> bytes:
        """The piece as it stands in the file, its first instance with this number."""
        own = (first + number if number >= 0 else fixed[-1 - number] for number in self.numbers)
        guids = iter(_guid(serial + i) for i in range(3))
        text = self.text.replace("'%s'", "'\0'") % tuple(own)
        return "".join(f"{part}{next(guids, '')}" for part in text.split("\0")).encode("ascii")


def _guid(serial: int) -> str:
    """A GlobalId of the project's own that no other element has."""
    value, digits = serial, []
    for _ in range(21):
        value, digit = divmod(value, 64)
        digits.append(_DIGITS[digit])
    return "3" + "".join(reversed(digits))


def enlarge_dxf(source: Path, target: Path, megabytes: float, seed: int = 1) -> Path:
    """Write the drawing (as ``sample_models`` writes them) with furniture, ducts and hatches between its entities."""
    text = source.read_text("utf-8")
    at = text.index("ENTITIES\n") + len("ENTITIES\n")
    end = text.index("  0\nENDSEC\n", at)
    entities = re.split(r"(?m)^(?=  0\n)", text[at:end])
    owners = re.search(r"330\n([0-9A-F]+)\n", text[at:end])
    owner = owners[1] if owners else "17"
    random_ = random.Random(seed)  # noqa: S311 # shapes of ducts, no secrets
    drawn = _drawn(random_, owner)
    each = sum(len(next(drawn)) for _ in range(200)) / 200
    wanted = max(0, round((megabytes * MEGABYTE - len(text.encode())) / each))
    starts = [
        i for i, entity in enumerate(entities) if not entity.startswith(("  0\nVERTEX", "  0\nSEQEND", "  0\nATTRIB"))
    ]
    step = max(1, len(starts) // _SLOTS)
    places = set(starts[::step])
    per_place = -(-wanted // len(places)) if wanted else 0
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(text[:at])
        for number, entity in enumerate(entities):
            if number in places:
                file.write("".join(next(drawn) for _ in range(per_place)))
            file.write(entity)
        file.write(text[end:])
    return target


def _drawn(random_: random.Random, owner: str) -> Iterator[str]:
    """Entities without end, on layers that mean nothing to a check."""
    handle = 0x1000000

    def entity(kind: str, layer: str, body: str) -> str:
        nonlocal handle
        handle += 1
        return f"  0\n{kind}\n  5\n{handle:X}\n330\n{owner}\n100\nAcDbEntity\n  8\n{layer}\n{body}"

    while True:
        x, y = random_.random() * 90_000, random_.random() * 14_000
        points = [(x + random_.random() * 3000, y + random_.random() * 3000) for _ in range(16)]
        listed = "".join(f" 10\n{px:.6f}\n 20\n{py:.6f}\n" for px, py in points)
        layer = _LAYERS[random_.randrange(len(_LAYERS))]
        yield entity("LWPOLYLINE", layer, f"100\nAcDbPolyline\n 90\n{len(points)}\n 70\n0\n 43\n0.0\n{listed}")
        for _ in range(6):
            (ax, ay), (bx, by) = random_.choice(points), random_.choice(points)
            ends = f" 10\n{ax:.6f}\n 20\n{ay:.6f}\n 30\n0.0\n 11\n{bx:.6f}\n 21\n{by:.6f}\n 31\n0.0\n"
            yield entity("LINE", layer, f"100\nAcDbLine\n{ends}")
        corners = "".join(
            f" 1{k}\n{px:.6f}\n 2{k}\n{py:.6f}\n 3{k}\n{random_.random() * 500:.6f}\n"
            for k, (px, py) in enumerate(points[:4])
        )
        yield entity("3DFACE", "空调风管", f"100\nAcDbFace\n{corners}")
        yield entity(
            "CIRCLE",
            "给排水",
            f"100\nAcDbCircle\n 10\n{x:.6f}\n 20\n{y:.6f}\n 30\n0.0\n 40\n{50 + random_.random():.6f}\n",
        )
