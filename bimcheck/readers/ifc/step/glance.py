"""Whether the text of a property set holds a word at all, without taking its statements apart."""

from __future__ import annotations

import re

import numpy as np

from bimcheck.readers.ifc.step.sparse import Entity

_ROWS = re.compile(r".*\((#\d+(?:,#\d+)*)\)\)", re.DOTALL)
_FARTHEST = 1 << 16
_NESTED = ("IfcComplexProperty", "IfcPhysicalComplexQuantity")


def may_hold(definition: Entity, word: str) -> bool:
    """False where none of the properties that the set lists holds the word anywhere, be it as name or value."""
    rows = _ROWS.fullmatch(definition.model.statement(definition.id()))
    if rows is None:
        return True
    ids = np.array(rows[1][1:].split(",#"), dtype=np.intp)
    if any(bool(definition.model.bulk.mask(ids, name).any()) for name in definition.model.known(_NESTED)):
        return True
    text = definition.model.span(ids, _FARTHEST)
    return text is None or word.encode() in text
