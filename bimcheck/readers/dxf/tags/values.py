"""Values of many tags at once: numbers, and whether they are numbers at all."""

from __future__ import annotations

import warnings

import numpy as np
from ezdxf.lldxf.types import BYTES, DOUBLE, INT16, INT32, INT64, POINT_CODES
from numpy.typing import NDArray

from bimcheck.readers.dxf.tags.lines import Numbers, Tags, UnusualLayoutError

MOST_CODES = 1100


def table(codes: set[int] | frozenset[int] | range) -> NDArray[np.bool_]:
    """Which group codes are among some, to be indexed by code."""
    found = np.zeros(MOST_CODES, bool)
    found[sorted(code for code in codes if 0 <= code < MOST_CODES)] = True
    return found


NUMERIC = table(DOUBLE | INT16 | INT32 | INT64 | BYTES)
POINTS = table(frozenset(POINT_CODES))
_CLASSES = bytes(char not in b"0123456789+-.eE \r\n" for char in range(256))
"""Which bytes stand in no number."""


def require_numbers(tags: Tags) -> None:
    """See to it that every number of the format is one, and that x is followed by y, as ezdxf demands of a file.

    Raises:
        UnusualLayoutError: the file is damaged, or written in another order.
    """
    codes = np.minimum(tags.codes, MOST_CODES - 1)
    numeric = NUMERIC[codes]
    points = POINTS[codes]
    if points[-1] or (tags.codes[1:][points[:-1]] != tags.codes[:-1][points[:-1]] + 10).any():
        raise UnusualLayoutError("coordinates in another order")
    if (tags.stops[numeric] <= tags.starts[numeric]).any():
        raise UnusualLayoutError("a number is missing")
    classes = np.frombuffer(tags.data[: int(tags.begins[-1])].translate(_CLASSES), np.uint8)
    edges = np.flatnonzero(np.diff(numeric, prepend=False, append=False))  # runs of numbers, codes between them
    bounds = tags.begins[edges]
    if len(bounds) and bounds[-1] == len(classes):
        bounds = bounds[:-1]
    if len(bounds) and np.maximum.reduceat(classes, bounds)[::2].any():
        raise UnusualLayoutError("a number that is none")


def floats(tags: Tags, numbers: Numbers) -> NDArray[np.float64]:
    """The values of some tags as numbers, in the shape of ``numbers``.

    Raises:
        UnusualLayoutError: one of them is no number.
    """
    flat = numbers.reshape(-1)
    if not len(flat):
        return np.empty(numbers.shape)
    starts = tags.starts[flat]
    lengths = tags.stops[flat] - starts + 1  # with the first byte of the line's end, which parts the numbers
    ends = np.cumsum(lengths)
    places = np.repeat(starts - ends + lengths, lengths)
    places += np.arange(int(ends[-1]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = np.fromstring(tags.buffer[places].tobytes(), sep=" ")
        except (DeprecationWarning, ValueError):
            raise UnusualLayoutError("a number that is none") from None
    if len(found) != len(flat):
        raise UnusualLayoutError("a number that is none")
    return found.reshape(numbers.shape)
