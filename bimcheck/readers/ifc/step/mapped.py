"""The text of a large file, mapped: pages come when they are read, and are given back to the system again and again."""

from __future__ import annotations

import mmap

from bimcheck.readers.ifc.step.errors import UnusualFileError

_MOST_READS = 4096


class MappedText:
    """A file's bytes. A process counts as large as the pages it has mapped, so they are let go after some reads."""

    def __init__(self, pages: mmap.mmap) -> None:
        self._pages = pages
        self._reads = 0

    def __getitem__(self, part: slice) -> bytes:
        self._reads += 1
        if self._reads > _MOST_READS:
            self._reads = 0
            if hasattr(self._pages, "madvise") and hasattr(mmap, "MADV_DONTNEED"):
                self._pages.madvise(mmap.MADV_DONTNEED)
        return self._pages[part]

    def line_end(self, start: int) -> int:
        """Where the line that a place is in ends.

        Raises:
            UnusualFileError: the file ends before it does.
        """
        end = self._pages.find(b"\n", start)
        if end < 0:
            raise UnusualFileError("end")
        return end
