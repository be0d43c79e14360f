r"""Text encodings of STEP files: everything that is not plain ASCII is written as ``\X2\…\X0\``.

The standard (ISO 10303-21, 6.4) allows ASCII alone, but Chinese programs write GBK or UTF-8 bytes straight into
strings, and parsers then return an empty string without an error. Which encoding it was is decided by the bytes.
"""

from __future__ import annotations

import re

from bimcheck.model import Note
from bimcheck.text import Text

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_GB2312_PAIRS = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_ENOUGH_RUNS = 2000


def plain_ascii(data: bytes) -> tuple[bytes, list[Note]]:
    """The same STEP text in ASCII without byte-order mark or NUL bytes, and what was done to it."""
    notes: list[Note] = []
    data = _from_utf16(data, notes)
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        zh, en = "文件开头有 UTF-8 字节顺序标记（BOM），已忽略", "the file starts with a UTF-8 byte-order mark; ignored"
        notes.append(Note("byte-order-mark", "info", Text(zh, en)))
    if b"\0" in data:
        zh = f"文件中有 {data.count(0)} 个空字节（NUL），部分内容已损坏；请从原软件重新导出"
        en = f"the file holds {data.count(0)} NUL bytes where data was lost; export it again"
        notes.append(Note("file-damaged", "error", Text(zh, en), blocks=("*",)))
        data = data.replace(b"\0", b" ")
    if data.isascii():
        return data, notes
    text, name = _decoded(data)
    zh = f"文字未按 IFC 标准转义，已按 {name} 解码"
    en = f"text is not escaped as IFC asks; it was decoded as {name}"
    notes.append(Note("text-encoding", "info" if name == "UTF-8" else "warning", Text(zh, en)))
    return _NON_ASCII.sub(_escaped, text).encode("ascii"), notes


def _from_utf16(data: bytes, notes: list[Note]) -> bytes:
    """UTF-16 text, with or without a mark, as UTF-8; anything else unchanged."""
    head = data[:400]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16"
    elif len(head) >= 20 and head[1::2].count(0) > 0.9 * len(head[1::2]):
        codec = "utf-16-le"
    elif len(head) >= 20 and head[::2].count(0) > 0.9 * len(head[::2]):
        codec = "utf-16-be"
    else:
        return data
    notes.append(Note("text-encoding", "info", Text("文件为 UTF-16 编码，已转换", "the file is in UTF-16; converted")))
    return data.decode(codec, "replace").encode("utf-8", "replace")


def _decoded(data: bytes) -> tuple[str, str]:
    """Bytes above 0x7F as text: UTF-8 where valid, else GBK where the pairs look like it, else Windows-1252."""
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    runs = _HIGH_RUNS.findall(data)[:_ENOUGH_RUNS]
    # Chinese text is runs of whole pairs; accented Latin letters stand alone among ASCII letters.
    if 2 * sum(bool(_GB2312_PAIRS.fullmatch(run)) for run in runs) >= len(runs):
        return data.decode("gb18030", "replace"), "GBK"
    return data.decode("cp1252", "replace"), "Windows-1252"


def _escaped(found: re.Match[str]) -> str:
    text = found.group()
    if max(text) > "\uffff":
        return f"\\X4\\{text.encode('utf-32-be').hex().upper()}\\X0\\"
    return f"\\X2\\{text.encode('utf-16-be').hex().upper()}\\X0\\"
