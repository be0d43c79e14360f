"""From bytes to an ezdxf document: what kind of file it is, and recovery of damaged ones."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import ezdxf
from ezdxf import recover
from ezdxf.audit import Auditor
from ezdxf.document import Drawing
from ezdxf.lldxf.tagger import binary_tags_loader
from ezdxf.lldxf.types import DXFBinaryTag
from ezdxf.tools.codepage import toencoding

from bimcheck.errors import UnreadableModelError
from bimcheck.model import Note
from bimcheck.readers.dxf.dwg import converted
from bimcheck.readers.dxf.encoding import (
    HEAD_BYTES,
    UTF8_MARK,
    Decoder,
    clean_text,
    decode_drawing,
    encoding_of_file,
)
from bimcheck.readers.dxf.tags import UnusualLayoutError
from bimcheck.readers.dxf.tags.cut import Cut, cut_drawing
from bimcheck.readers.dxf.tags.parts import Part
from bimcheck.text import Text

BINARY_SENTINEL = b"AutoCAD Binary DXF\r\n\x1a\x00"
_TAIL_BYTES = 1 << 15
DWG_MAGIC = re.compile(rb"(AC10\d\d|AC1\.\d|AC2\.\d\d|MC0\.0)")


@dataclass(frozen=True, slots=True)
class Document:
    """An opened drawing with its identity and with what had to be repaired to open it.

    ``parts`` is what was read from the tags of the file, and is not in ``drawing`` any more, by the name of block or
    layout in lower case; nothing where the drawing was opened as a whole.
    """

    drawing: Drawing
    path: Path
    sha256: str
    size: int
    version: str
    encoding: str
    notes: tuple[Note, ...]
    parts: dict[str, Part] = field(default_factory=dict)

    def release(self) -> None:
        """Give back the memory of what was read from the tags, when it has been expanded."""
        self.parts.clear()


def open_document(path: Path, unused: Callable[[str], bool] | None = None) -> Document:
    """Open an ASCII or binary DXF of any version from R12 on.

    Args:
        path: the file.
        unused: whether curves on a layer are of no use. Where this is given, plain entities are read from the bytes of
            the file instead of being loaded, if the file is laid out in the usual way.

    Raises:
        UnreadableModelError: the file is missing, empty, damaged beyond recovery, or holds nothing.
        UnsupportedModelError: the file is a DWG.
    """
    try:
        if unused is not None and (document := _open_in_parts(path, unused)) is not None:
            return document
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableModelError(
            f"读不到文件 {path}：{error.strerror}", f"cannot read {path}: {error.strerror}"
        ) from None
    if not data.strip():
        raise UnreadableModelError(f"{path.name} 是空文件", f"{path.name} is empty")
    if DWG_MAGIC.match(data):
        return _open_dwg(path)
    return _open_bytes(data, path)


def _open_in_parts(path: Path, unused: Callable[[str], bool]) -> Document | None:
    """Open a drawing with its plain entities read from the bytes; ``None`` where it must be opened as a whole."""
    size = path.stat().st_size
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        head = file.read(HEAD_BYTES)
        if not head.strip() or head.startswith((BINARY_SENTINEL, b"\xff\xfe", b"\xfe\xff")) or DWG_MAGIC.match(head):
            return None
        digest = beside.submit(_sha256, path)
        decoder = Decoder(encoding_of_file(file))
        version = _version(head.decode("latin-1"))
        start = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
        try:
            cut = cut_drawing(file, start, size, decoder, unused, old=version < "AC1012")
            drawing = _load_rest(cut)
        except UnusualLayoutError:
            return None
        file.seek(max(start, size - _TAIL_BYTES))
        tail = decoder.text(file.read().partition(b"\n")[2])  # from a whole line on, never from within a character
    if not any(len(part) for part in cut.parts.values()) and not any(len(layout) for layout in drawing.layouts):
        return None
    notes = _text_notes(path, decoder.doubtful, tail)
    return Document(drawing, path, digest.result(), size, version, decoder.encoding, tuple(notes), cut.parts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load_rest(cut: Cut) -> Drawing:
    """The smaller drawing, if it and what was cut out of it fit together.

    Raises:
        UnusualLayoutError: they do not, or it cannot be loaded as it is.
    """
    with _silence():
        try:
            drawing = _sound(_read(cut.text))
        except Exception as error:  # noqa: BLE001  # damaged files raise whatever the broken tag leads to
            raise UnusualLayoutError(str(error)) from None
    whole = (layout for layout in drawing.blocks if layout.block_record.is_alive)
    layouts = {layout.block_record.dxf.name.lower(): layout for layout in whole}
    for name, part in cut.parts.items():
        if name not in layouts and len(part):
            raise UnusualLayoutError("a block that was not loaded")
        part.places_of(layouts.get(name, ()))
    return drawing


def _open_dwg(path: Path) -> Document:
    """What a converter makes of it, under the DWG's own identity."""
    data, note = converted(path)
    document = _open_bytes(data, path)
    return replace(document, sha256=_sha256(path), size=path.stat().st_size, notes=(note, *document.notes))


def _open_bytes(data: bytes, path: Path) -> Document:
    sha256 = hashlib.sha256(data).hexdigest()
    content = _as_ascii_tags(data, path) if data.startswith(BINARY_SENTINEL) else data
    text, encoding, doubtful = decode_drawing(content)
    notes = _text_notes(path, doubtful, text)
    drawing, repairs, lossy = _load(text, path)
    if repairs:
        notes.append(_repair_note(path, repairs, lossy=lossy))
    if not any(len(layout) for layout in drawing.layouts):
        raise UnreadableModelError(
            f"{path.name} 里没有任何图形（文件损坏或被截断），请重新导出",
            f"{path.name} holds no entity at all (damaged or truncated): export it again",
        )
    return Document(drawing, path, sha256, len(data), _version(text), encoding, tuple(notes))


def _text_notes(path: Path, doubtful: int, text: str) -> list[Note]:
    """What is wrong with a text or its end."""
    notes = [_doubtful_text_note(path, doubtful)] if doubtful else []
    if not re.search(r"(?:^|\n)[ \t]*0[ \t]*\n[ \t]*EOF[ \t]*(?:\n|$)", text[-4096:]):
        notes.append(
            Note(
                "dxf-truncated",
                "error",
                Text(
                    f"{path.name} 没有结束标记 EOF，文件不完整：缺失的部分无法审查，请重新导出",
                    f"{path.name} has no EOF mark, so a part of it is missing and cannot be checked: export it again",
                ),
                blocks=("*",),
            )
        )
    return notes


@contextmanager
def _silence() -> Iterator[None]:
    """Keep ezdxf from telling what it finds wrong."""
    log = logging.getLogger("ezdxf")
    level, log.level = log.level, logging.CRITICAL
    try:
        yield
    finally:
        log.level = level


def _read(text: str) -> Drawing:
    return ezdxf.read(io.StringIO(text))  # type: ignore[attr-defined]  # re-exported without __all__


def _load(text: str, path: Path) -> tuple[Drawing, list[str], bool]:
    """Load strictly, else by recovery, else by picking out whatever still looks like a tag.

    Returns the drawing, what had to be repaired, and whether parts of it may be lost.
    """
    with _silence():
        try:
            return _sound(_read(text)), [], False
        except Exception as strict:  # noqa: BLE001  # damaged files raise whatever the broken tag leads to
            reason = clean_text(f"{type(strict).__name__}: {strict}")[:120].replace("\n", " ")
        plain = _escape(text)
        for lossy in (False, True):
            try:
                drawing, auditor = _pick_out(plain) if lossy else recover.read(io.BytesIO(plain))
                _sound(drawing)
            except Exception:  # noqa: BLE001, S112  # the same; the next way may still succeed
                continue
            repairs = [reason, *(entry.message for entry in (*auditor.fixes, *auditor.errors))]
            return drawing, repairs, lossy
    raise UnreadableModelError(
        f"{path.name} 不是可读的 DXF，或已损坏到无法恢复（{reason}）",
        f"{path.name} is not a readable DXF, or is damaged beyond recovery ({reason})",
    )


def _sound(drawing: Drawing) -> Drawing:
    """The drawing, if its layouts and layers can be walked at all; damage may show only here."""
    _ = len(drawing.modelspace())
    for layout in drawing.layouts:
        _ = layout.name, len(layout)
    for layer in drawing.layers:
        _ = layer.dxf.name, layer.is_frozen(), layer.is_off()
    return drawing


def _pick_out(data: bytes) -> tuple[Drawing, Auditor]:
    """Everything that still looks like a tag; ezdxf offers this for files only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.dxf"
        path.write_bytes(data)
        return recover.explore(path)


def _repair_note(path: Path, repairs: list[str], *, lossy: bool) -> Note:
    shown = "；".join(clean_text(repair)[:120].replace("\n", " ") for repair in repairs[:3])
    if lossy:
        text = Text(
            f"{path.name} 严重损坏，只读出了仍可辨认的部分（{shown}），其余内容丢失：请重新导出 DXF",
            f"{path.name} is badly damaged; only what could still be made out was read ({shown}) and the rest is lost: "
            "export the DXF again",
        )
        return Note("dxf-damaged", "error", text, blocks=("*",))
    return Note(
        "dxf-repaired",
        "warning",
        Text(
            f"{path.name} 已损坏，经修复后读取，共 {len(repairs)} 处（{shown}）：请核对图形是否完整",
            f"{path.name} is damaged and was read after {len(repairs)} repairs ({shown}): check that nothing is lost",
        ),
    )


def _doubtful_text_note(path: Path, lines: int) -> Note:
    return Note(
        "dxf-text-undecodable",
        "warning",
        Text(
            f"{path.name} 有 {lines} 行文字无法按任何编码解读，已用“\ufffd”代替",
            f"{path.name} has {lines} lines of text that no encoding can read; \ufffd stands in for them",
        ),
    )


def _version(text: str) -> str:
    found = re.search(r"\$ACADVER\s+1\s+(AC\d{4})", text[:20000])
    return found.group(1) if found else "AC1009"


def _as_ascii_tags(data: bytes, path: Path) -> bytes:
    """The tags of a binary DXF as lines, so that both kinds go the same way from here."""
    lines: list[bytes] = []
    declared = re.search(rb"\$DWGCODEPAGE\x00.{1,2}?(ANSI_\w+|[\w-]+)\x00", data[:40000], re.DOTALL)
    version = re.search(rb"AC\d{4}", data[:4000])
    codepage = toencoding(declared.group(1).decode("ascii", "replace")) if declared else "cp1252"
    encoding = "utf-8" if version and version.group() >= b"AC1021" else codepage
    try:
        for code, value in (
            (tag.code, tag.tostring() if isinstance(tag, DXFBinaryTag) else tag.value)
            for tag in binary_tags_loader(data)
        ):
            if isinstance(value, str):
                raw = value.encode(encoding, "surrogateescape").replace(b"\r", b" ").replace(b"\n", b" ")
            else:
                raw = repr(value).encode("ascii")
            lines += (str(code).encode("ascii"), raw)
    except Exception:  # noqa: BLE001  # a truncated binary stream fails in struct, by index, or by code
        if len(lines) < 4:
            raise UnreadableModelError(
                f"{path.name} 是损坏的二进制 DXF", f"{path.name} is a damaged binary DXF"
            ) from None
    return b"\n".join(lines) + b"\n"


def _escape(text: str) -> bytes:
    r"""Pure ASCII with ``\U+xxxx`` escapes, which ezdxf reads alike whatever code page the header names."""
    if text.isascii():
        return text.encode("ascii")
    wide = re.sub(r"[^\x00-\x7f]", lambda found: _code_units(found.group()), text)
    return wide.encode("ascii")


def _code_units(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\U+{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))
