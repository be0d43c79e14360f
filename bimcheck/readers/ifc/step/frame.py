"""The frame of a STEP file: a header as the standard writes it, one data section, and the end mark."""

from __future__ import annotations

import re
from io import FileIO

from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.step.text import HEAD_BYTES

_TAIL_BYTES = 4096
_MASK = re.compile(rb"/\*.*?\*/|('(?:[^']|'')*')|\s+", re.DOTALL)
_HEADER = re.compile(
    rb"ISO-10303-21;HEADER;FILE_DESCRIPTION\(\((?:S(?:,S)*)?\),S\);"
    rb"FILE_NAME\(S,S,\((?:S(?:,S)*)?\),\((?:S(?:,S)*)?\),S,S,S\);FILE_SCHEMA\(\(S\)\);ENDSEC;DATA;"
)
_DATA = re.compile(rb"\bENDSEC\s*;(?:\s|/\*.*?\*/)*DATA\s*;", re.DOTALL)
_END = re.compile(rb"\nENDSEC;\s*END-ISO-10303-21;\s*\Z")


def data_section(file: FileIO, size: int) -> tuple[bytes, int, int]:
    """The file's head, and where its data begin and end.

    Raises:
        UnusualFileError: the frame is not complete, or not laid out as usual.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    data = _DATA.search(head)
    if data is None or not head.isascii():
        raise UnusualFileError("header")
    masked = _MASK.sub(lambda found: b"S" if found[1] else b"", head[: data.end()])
    if not _HEADER.fullmatch(masked.replace(b"$", b"S")):
        raise UnusualFileError("header")
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    end = _END.search(tail)
    start, finish = data.end(), size - len(tail) + end.start() + 1 if end is not None else 0
    if finish <= start:
        raise UnusualFileError("end")
    return head, start, finish
