"""Drawings by their tags: what the reader needs is taken from the bytes at once, and the rest is left unread.

A DXF file is lines in pairs: a group code, and a value. ``lines`` finds them, ``entities`` groups them, ``bulk`` makes
curves, texts and inserts of the plain ones by array operations, and ``cut`` puts aside a smaller drawing with all that
is not plain, for ezdxf to read. Whatever is laid out in an unusual way makes the whole file unusual, and ezdxf reads
all of it: the same result, slower.
"""

from bimcheck.readers.dxf.tags.lines import UnusualLayoutError

__all__ = ["UnusualLayoutError"]
