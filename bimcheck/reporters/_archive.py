"""Zip archives that are the same byte for byte every time: fixed dates, fixed order, fixed attributes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16
_UNIX = 3
_PACKED_ALREADY = (".png", ".jpg", ".jpeg")


def archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive of named contents, in the order given."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            stored = name.lower().endswith(_PACKED_ALREADY)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return written.getvalue()


def without_dates(packed: bytes) -> bytes:
    """The same archive without the dates its writer put in, in the order it was written."""
    with zipfile.ZipFile(io.BytesIO(packed)) as source:
        return archive([(entry.filename, source.read(entry)) for entry in source.infolist()])
