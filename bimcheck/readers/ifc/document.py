"""From a submitted file to an opened IFC document.

A sound file in the usual layout is read sparsely: only what is asked for, straight from its text. Any other is
unpacked, made fit, and parsed whole, with what the parser complained of.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import re
import tempfile
import threading
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bimcheck.errors import UnreadableModelError, UnsupportedModelError
from bimcheck.model import Note
from bimcheck.readers.ifc.instance import Instance
from bimcheck.readers.ifc.step import text as step
from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.step.frame import data_section
from bimcheck.readers.ifc.step.mapped import MappedText
from bimcheck.readers.ifc.step.scan import scan
from bimcheck.readers.ifc.step.schema import schema_named
from bimcheck.readers.ifc.step.sparse import SparseModel
from bimcheck.text import Text

_MOST_UNPACKED = 2 << 30
_MOST_RATIO = 100
_ALWAYS_FINE = 64 << 20

_DANGLING = re.compile(r"Instance reference #(\d+) used by instance #(\d+) .*not found")
_OVERWRITTEN = re.compile(r"Overwriting instance with name #(\d+)")
_UNKNOWN = re.compile(r"Entity with name '(\w*)' not found")
_LOST = re.compile(r"\[error\].*(?:Entity with name|invalid|not expected|Unexpected|token)", re.IGNORECASE)
# Losing these costs colours, materials and type names, never a room or a wall.
_DISPENSABLE = re.compile(
    r"IFC(?:.*STYLE|PRESENTATION|STYLED|MATERIAL|RELASSOCIATES|RELDEFINESBYTYPE|RELCONNECTS|OWNER|PERSON|ORGANI|APPLICATION"
    r"|DOCUMENT|IMAGE|TEXTURE|COLOU?R|DRAUGHTING|ANNOTATION)",
    re.IGNORECASE,
)
_LISTED = 5
_HASHED_AT_ONCE = 1 << 22


class Fingerprint(threading.Thread):
    """The SHA-256 of a file, computed beside its reading."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._hash = hashlib.sha256()
        self._problem: OSError | None = None
        self.start()

    def run(self) -> None:
        """Hash the file."""
        block = bytearray(_HASHED_AT_ONCE)
        try:
            with self._path.open("rb", buffering=0) as file, memoryview(block) as view:
                while count := file.readinto(block):
                    self._hash.update(view[:count])
        except OSError as error:
            self._problem = error

    def hexdigest(self) -> str:
        """The hash, once it is there.

        Raises:
            UnusualFileError: the file could not be read again.
        """
        self.join()
        if self._problem is not None:
            raise UnusualFileError("file changed")
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """An opened model with its identity. ``model`` is the file, ``schema`` what it was read as."""

    model: Instance
    fingerprint: Fingerprint
    size: int
    schema: str
    declared_schema: str
    notes: tuple[Note, ...]


def open_sparsely(path: Path) -> Document:
    """Open an ``.ifc`` without a parser, to read from it only what is asked for.

    Raises:
        UnusualFileError: it must be opened as a whole; this may also come later, when its attributes are read.
        UnsupportedModelError: an unknown schema.
    """
    try:
        with path.open("rb", buffering=0) as file:
            size = path.stat().st_size
            head, start, end = data_section(file, size)
            fingerprint = Fingerprint(path)
            notes: list[Note] = []
            declared, name, _ = step.known_schema(head, path.name, notes)
            schema = schema_named(name)
            index = scan(file, start, end, schema)
            text = MappedText(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise UnusualFileError(str(error)) from None
    return Document(SparseModel(text, index, name, schema), fingerprint, size, name, declared, tuple(notes))


def open_document(path: Path) -> Document:
    """Open an ``.ifc`` or ``.ifczip`` as a whole.

    Raises:
        UnreadableModelError: missing, empty, damaged, a zip bomb, or no STEP file at all.
        UnsupportedModelError: ifcXML, several models in one archive, or an unknown schema.
    """
    try:
        submitted = path.read_bytes()
    except OSError as error:
        raise UnreadableModelError(
            f"读不到文件 {path}：{error.strerror}", f"cannot read {path}: {error.strerror}"
        ) from None
    data = _unpacked(submitted, path.name) if submitted.startswith(b"PK") else submitted
    if not data.strip():
        raise UnreadableModelError(f"{path.name} 是空文件", f"{path.name} is empty")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UnsupportedModelError(
            f"{path.name} 是 ifcXML，不受支持；请从原软件导出为 .ifc（STEP 格式）",
            f"{path.name} is ifcXML, which is not read; export it as .ifc (STEP) from the authoring program",
        )
    text = step.prepare(data, path.name)
    model, notes = _parsed(text, path, untouched=text.data is submitted)
    return Document(
        model,
        Fingerprint(path),
        len(submitted),
        text.schema,
        text.declared_schema,
        (*text.notes, *notes),
    )


def _unpacked(archive: bytes, name: str) -> bytes:
    """The one model in an archive, read in memory and no further than a sound model can reach."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = [m for m in opened.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
            models = [m for m in members if PurePosixPath(m.filename.replace("\\", "/")).suffix.lower() == ".ifc"]
            if len(models) > 1:
                names = "、".join(m.filename for m in models[:_LISTED])
                raise UnsupportedModelError(
                    f"{name} 中有 {len(models)} 个模型（{names}），请每个压缩包只放一个",
                    f"{name} holds {len(models)} models ({names}); pack one model per archive",
                )
            if not models:
                kinds = "、".join(sorted({PurePosixPath(m.filename).suffix for m in members})) or "空"
                raise UnsupportedModelError(
                    f"{name} 中没有 .ifc 模型（内容：{kinds}）", f"{name} holds no .ifc model (it holds {kinds})"
                )
            limit = min(_MOST_UNPACKED, max(_ALWAYS_FINE, _MOST_RATIO * models[0].compress_size))
            with opened.open(models[0]) as member:
                data = member.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableModelError(
            f"{name} 压缩包已损坏或加密，无法解压（{error}）", f"{name} is a damaged or encrypted archive ({error})"
        ) from None
    if len(data) > limit:
        raise UnreadableModelError(
            f"{name} 解压后异常巨大，疑似压缩炸弹，已拒绝", f"{name} unpacks to an absurd size and was refused"
        )
    return data


def _parsed(text: step.StepText, path: Path, *, untouched: bool) -> tuple[Instance, list[Note]]:
    """Parse; where the parser refuses, repair statement by statement and parse again."""
    import ifcopenshell  # here, because most files need no parser

    try:
        return _parse(text.data, path if untouched else None)
    except (ifcopenshell.Error, RuntimeError):
        data, notes = step.repaired(text.data)
    try:
        model, more = _parse(data, None)
    except (ifcopenshell.Error, RuntimeError):
        raise UnreadableModelError(
            f"{path.name} 的数据段已损坏，无法读取", f"the data of {path.name} is damaged and cannot be read"
        ) from None
    return model, notes + more


def _parse(data: bytes, path: Path | None) -> tuple[Instance, list[Note]]:
    import ifcopenshell  # here for the same reason

    library: Instance = ifcopenshell  # its functions carry no types
    library.get_log()  # forget what earlier files left behind
    if path is not None:
        model = library.open(str(path), format=".ifc")
    else:
        with tempfile.NamedTemporaryFile(suffix=".ifc") as file:
            file.write(data)
            file.flush()
            model = library.open(file.name, format=".ifc")
    return model, _complaints(model, str(library.get_log()))


def _complaints(model: Instance, log: str) -> list[Note]:
    """What the parser only logs, as notes."""
    notes: list[Note] = []
    overwritten = sorted({int(found) for found in _OVERWRITTEN.findall(log)})
    if overwritten:
        shown = "、".join(f"#{number}" for number in overwritten[:_LISTED])
        zh = f"实例编号重复（{shown} 等 {len(overwritten)} 个），其中一份数据丢失；请重新导出"
        en = f"instance ids occur twice ({shown}; {len(overwritten)} in all), so data was lost; export the file again"
        notes.append(Note("duplicate-instance-ids", "error", Text(zh, en), blocks=("*",)))
    missing = Counter(_kind(model, int(user)) for _, user in _DANGLING.findall(log))
    needed = sorted(kind for kind in missing if not _DISPENSABLE.match(kind))
    if needed:
        count = sum(missing[kind] for kind in needed)
        where = ", ".join(needed[:_LISTED])
        zh = f"{count} 处引用的实例不存在（{where}），文件内容不完整；请重新导出"
        en = f"{count} references lead nowhere ({where}): the file is incomplete; export it again"
        notes.append(Note("references-missing", "error", Text(zh, en), blocks=("*",)))
    elif missing:
        where = ", ".join(sorted(missing)[:_LISTED])
        zh = f"{missing.total()} 处样式、材料或类型的引用不存在（{where}），不影响量算"
        en = f"{missing.total()} references to styles, materials or types lead nowhere ({where}); not measured"
        notes.append(Note("references-missing", "info", Text(zh, en)))
    lost = [line for line in log.splitlines() if _LOST.search(line) and not _DANGLING.search(line)]
    lost = [line for line in lost if not ((kind := _UNKNOWN.search(line)) and _DISPENSABLE.match(kind[1]))]
    if lost:
        zh = f"{len(lost)} 处数据无法识别，可能缺少内容；请重新导出"
        en = f"{len(lost)} places in the data cannot be understood, so something may be missing; export the file again"
        notes.append(Note("instances-unreadable", "error", Text(zh, en), blocks=("*",)))
    return notes


def _kind(model: Instance, number: int) -> str:
    try:
        return str(model.by_id(number).is_a())
    except RuntimeError:
        return f"#{number}"
