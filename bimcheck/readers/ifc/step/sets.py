"""Property sets straight from their text, where their properties stand together and are plain."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.step.sparse import Entity
from bimcheck.readers.ifc.step.statements import Typed, string_of

_ROWS = re.compile(r".*\((#\d+(?:,#\d+)*)\)\)", re.DOTALL)
_SINGLE = re.compile(
    r"#(\d+)\s*=\s*IFCPROPERTYSINGLEVALUE\(('[^']*'),(?:\$|'[^']*'),(\w+)\(('[^']*'|[^(),'\s]+)\),\$\)"
)
_FARTHEST = 1 << 16
_NESTED = ("IfcComplexProperty", "IfcPhysicalComplexQuantity")


def may_hold(definition: Entity, word: str) -> bool:
    """False where none of the properties that a set lists holds the word anywhere, be it as name or value."""
    ids = _rows(definition)
    if ids is None:
        return True
    model = definition.model
    if any(bool(model.bulk.mask(ids, name).any()) for name in model.known(_NESTED)):
        return True
    text = model.span(ids, _FARTHEST)
    return text is None or word.encode() in text


def single_values(definition: Entity) -> list[tuple[str, Typed]] | None:
    """Names and values of the properties that a set lists; ``None`` where they are not all single values without unit.

    Raises:
        UnusualFileError: the values cannot be read.
    """
    ids = _rows(definition)
    text = None if ids is None else definition.model.span(ids, _FARTHEST)
    if ids is None or text is None:
        return None
    found = {int(match[1]): match for match in _SINGLE.finditer(text.decode("ascii"))}
    places = definition.model.places(ids)
    first = min(places)
    rows: list[tuple[str, Typed]] = []
    for number, place in zip(ids.tolist(), places, strict=True):
        match = found.get(number)
        if match is None or match.start() != place - first:
            return None
        typed = definition.model.typed(match[3], match[4])
        if typed is None:
            return None
        rows.append((string_of(match[2]), typed))
    return rows


def _rows(definition: Entity) -> npt.NDArray[np.intp] | None:
    """The ids in a set's list, which stands at its end."""
    rows = _ROWS.fullmatch(definition.model.statement(definition.id()))
    return None if rows is None else np.array(rows[1][1:].split(",#"), dtype=np.intp)
