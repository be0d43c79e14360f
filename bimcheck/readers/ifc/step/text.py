"""The STEP text of a model made fit for the parser, and what was wrong with it.

The parser is lenient to the point of silence: a truncated file opens with a part of its rooms, a NUL byte or an
unfinished comment swallows what follows. What can be told from the text alone is told here, before it is opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bimcheck.errors import UnreadableModelError, UnsupportedModelError
from bimcheck.model import Note
from bimcheck.readers.ifc.encoding import plain_ascii
from bimcheck.readers.ifc.instance import text_of
from bimcheck.text import Text

_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*(?:'([^']*)'[\s,]*)", re.IGNORECASE)
_READ_AS = (
    (re.compile(r"IFC2X3|IFC2X2|IFC2X(?![4-9])"), "IFC2X3"),
    (re.compile(r"IFC4X[23]"), "IFC4X3_ADD2"),
    (re.compile(r"IFC4(?!\d)"), "IFC4"),
)
_SUPPORTED = ("IFC2X3", "IFC4", "IFC4X3_ADD2")
_END = b"END-ISO-10303-21"

HEAD_BYTES = 200_000
"""How far into a file its header is looked for."""
_HEAD_BYTES = 1 << 16  # comments may stand before the first word

_STATEMENT_END = re.compile(rb";[ \t]*(?:/\*.*?\*/)?[ \t]*(?:[\r\n]+\s*|(?=#\d))", re.DOTALL)
_STRING = re.compile(rb"'(?:[^']|'')*'")
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_INSTANCE = re.compile(rb"#(\d+)\s*=\s*[A-Za-z]\w*\s*\(.*\)", re.DOTALL)
_HIGHEST_ID = 2**31 - 1
_LONG_ID = re.compile(rb"#(\d{10,})")
_DEFINED_ID = re.compile(rb"^#(\d{10,})\s*=", re.MULTILINE)
_WIDE_TEXT = re.compile(rb"\\X([24])\\([0-9A-Fa-f]*)(\\X0\\)?")
_NO_NUMBER = re.compile(
    rb"(?<=[(,])\s*[+-]?(?:\d+\.?\d*#\w+|nan|inf(?:inity)?|\d+\.?\d*e\+?(?:[4-9]\d\d|3[1-9]\d|309|\d{4,}))\s*(?=[,)])",
    re.IGNORECASE,
)
# Far beyond any building: geometry that uses it is refused with a note.
_UNUSABLE = b"1.E300"


@dataclass(frozen=True, slots=True)
class StepText:
    """A STEP file ready to be parsed; ``declared_schema`` is what it called itself, ``schema`` what it is read as."""

    data: bytes
    schema: str
    declared_schema: str
    notes: tuple[Note, ...]


def prepare(data: bytes, name: str) -> StepText:
    """Make submitted bytes fit for the parser.

    Raises:
        UnreadableModelError: the bytes are no STEP file, or break off before any data.
        UnsupportedModelError: a STEP file of another schema.
    """
    data, notes = plain_ascii(data)
    if b"ISO-10303-21" not in data[:_HEAD_BYTES].upper():
        raise UnreadableModelError(
            f"{name} 不是 IFC 文件（没有 STEP 文件头）", f"{name} is no IFC file: it has no STEP header"
        )
    declared, schema, place = known_schema(data, name, notes)
    data = data[: place.start] + schema.encode() + data[place.stop :] if declared != schema else data
    data = _whole(data, name, notes)
    return StepText(data, schema, declared, tuple(notes))


def known_schema(head: bytes, name: str, notes: list[Note]) -> tuple[str, str, slice]:
    """What a file calls its schema, what it is read as, and where in its header that stands.

    Raises:
        UnreadableModelError: it names none.
        UnsupportedModelError: it names another.
    """
    found = _SCHEMA.search(_COMMENT.sub(lambda m: b" " * len(m.group()), head[:HEAD_BYTES]))
    if found is None:
        raise UnreadableModelError(
            f"{name} 在文件头处中断，没有可读的内容", f"{name} breaks off in its header; nothing in it can be read"
        )
    declared = text_of(found[1].decode("ascii", "replace"))[:40]
    schema = next((known for form, known in _READ_AS if form.match(declared.upper())), None)
    if schema is None:
        raise UnsupportedModelError(
            f"{name} 的格式版本 {declared or '（空）'} 不受支持；请导出为 IFC2X3、IFC4 或 IFC4X3",
            f"{name} has schema {declared or '(none)'}, which is not supported; export it as IFC2X3, IFC4 or IFC4X3",
        )
    if declared != schema and declared.upper() != "IFC4X3":
        zh, en = f"格式版本 {declared} 按最接近的 {schema} 读取", f"schema {declared} is read as {schema}, the nearest"
        notes.append(Note("schema-read-as", "info", Text(zh, en)))
    return declared, schema, slice(*found.span(1))


def _whole(data: bytes, name: str, notes: list[Note]) -> bytes:
    """The data closed properly; a file that breaks off, or ends in an open comment, is noted."""
    begin = data.find(b"DATA;")
    if begin < 0 and not re.search(rb"\bDATA\s*(?:\([^;]*\))?\s*;", data):
        raise UnreadableModelError(f"{name} 没有数据段", f"{name} has no data section")
    end = data.rfind(_END)
    if end >= 0:
        opened = data.rfind(b"/*", begin)
        if opened > data.rfind(b"*/", begin) and _outside_strings(data, opened):
            zh, en = (
                "文件中有未结束的注释，其后的内容丢失",
                "the file has a comment that never ends; what follows it is lost",
            )
            notes.append(Note("file-damaged", "error", Text(zh, en), blocks=("*",)))
            return data[:opened] + b"\nENDSEC;\n" + _END + b";\n"
        return data
    last = max(data.rfind(b");\n"), data.rfind(b");\r"), data.rfind(b") ;"), begin)
    zh = "文件不完整（缺少结束标记 END-ISO-10303-21），可能少了房间；请重新导出或重新上传"
    en = "the file is truncated (no END-ISO-10303-21), so rooms may be missing; export or upload it again"
    notes.append(Note("file-truncated", "error", Text(zh, en), blocks=("*",)))
    keep = data[: last + 2] if last > begin else data[: begin + 5]
    return keep + b"\nENDSEC;\n" + _END + b";\n"


def _outside_strings(data: bytes, position: int) -> bool:
    """Whether a position lies outside every string of its statement (quotes before it come in pairs)."""
    start = data.rfind(b"\n#", 0, position)
    return data.count(b"'", max(start, 0), position) % 2 == 0


def repaired(data: bytes) -> tuple[bytes, list[Note]]:
    """Statement by statement, what the parser refuses made readable or left out, and what was done.

    Slow, and only for files that the parser rejects: numbers beyond all limits, ids beyond 31 bits, text escapes
    without an end, statements cut in the middle.
    """
    head, mark, body = data.partition(b"DATA;")
    body = body[: body.rfind(b"ENDSEC")] if b"ENDSEC" in body else body
    kept: list[bytes] = []
    dropped = overflowing = unfinished = 0
    for statement in _STATEMENT_END.split(body):
        bare = _COMMENT.sub(b" ", statement).strip().removesuffix(b";")
        if not bare:
            continue
        masked = _STRING.sub(lambda m: b"'" + b"x" * (len(m.group()) - 2) + b"'", bare)
        balanced = masked.count(b"(") == masked.count(b")") and masked.count(b"'") % 2 == 0
        if not balanced or not _INSTANCE.fullmatch(masked):
            dropped += 1
            continue
        if b"\\X2\\" in bare or b"\\X4\\" in bare:
            bare, count = _closed_text(bare)
            unfinished += count
        if _NO_NUMBER.search(masked):
            bare = _NO_NUMBER.sub(_UNUSABLE, bare)
            overflowing += 1
        kept.append(bare)
    text, renumbered = _short_ids(b";\n".join(kept))
    notes = _repair_notes(dropped, overflowing, unfinished, renumbered)
    return head + mark + b"\n" + text + b";\nENDSEC;\n" + _END + b";\n", notes


def _closed_text(statement: bytes) -> tuple[bytes, int]:
    """Wide-text escapes cut to whole characters and closed."""
    count = 0

    def close(found: re.Match[bytes]) -> bytes:
        nonlocal count
        width = 4 if found[1] == b"2" else 8
        digits = found[2][: len(found[2]) // width * width]
        count += digits != found[2] or not found[3]
        return b"\\X" + found[1] + b"\\" + digits + b"\\X0\\" if digits else b""

    return _WIDE_TEXT.sub(close, statement), count


def _short_ids(text: bytes) -> tuple[bytes, int]:
    """Ids beyond what the parser takes, given unused smaller ones."""
    long = {found for found in _DEFINED_ID.findall(text) if int(found) > _HIGHEST_ID}
    if not long:
        return text, 0
    used = {int(found) for found in re.findall(rb"#(\d{1,10})(?!\d)", text)}
    free = (number for number in range(_HIGHEST_ID - 1, 0, -1) if number not in used)
    new = {old: str(number).encode() for old, number in zip(sorted(long), free, strict=False)}
    return _LONG_ID.sub(lambda m: b"#" + new.get(m[1], m[1]), text), len(long)


def _repair_notes(dropped: int, overflowing: int, unfinished: int, renumbered: int) -> list[Note]:
    notes: list[Note] = []
    if dropped:
        zh, en = f"{dropped} 条数据语法错误，无法读取", f"{dropped} statements have syntax errors and cannot be read"
        notes.append(Note("instances-unreadable", "error", Text(zh, en), blocks=("*",)))
    if overflowing:
        zh = f"{overflowing} 条数据含有无效数值（超出范围或非数），相关构件无法量取"
        en = f"{overflowing} statements hold numbers beyond all limits or none; what uses them cannot be measured"
        notes.append(Note("numbers-invalid", "warning", Text(zh, en)))
    if unfinished:
        zh, en = (
            f"{unfinished} 处文字编码不完整，已补全",
            f"{unfinished} text escapes were not closed; they were closed",
        )
        notes.append(Note("text-unfinished", "warning", Text(zh, en)))
    if renumbered:
        zh, en = (
            f"{renumbered} 个实例编号超出范围，已重新编号",
            f"{renumbered} instance ids were out of range; renumbered",
        )
        notes.append(Note("ids-renumbered", "info", Text(zh, en)))
    return notes
