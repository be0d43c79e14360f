"""Property sets straight from their text, where their properties stand together and are plain."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bimcheck.readers.ifc.step.sparse import Entity
from bimcheck.readers.ifc.step.statements import string_of, value_of

_ROWS = re.compile(r".*\((#\d+(?:,#\d+)*)\)\)", re.DOTALL)
_NAMED = re.compile(
    r"#\d+\s*=\s*IFCPROPERTYSET\('[^'\\]*',(?:#\d+|\$),('[^']*(?:''[^']*)*'),(?:\$|'[^'\\]*'),\(#\d+(?:,#\d+)*\)\)"
)
_SINGLE = re.compile(
    r"#(\d+)\s*=\s*IFCPROPERTYSINGLEVALUE\(('[^']*'),(?:\$|'[^']*'),(\w+)\(('[^']*'|[^(),'\s]+)\),\$\)"
)
_QUANTITY = re.compile(
    r"#(\d+)\s*=\s*IFCQUANTITY(AREA|LENGTH|VOLUME|COUNT)\("
    r"('[^']*'),(?:\$|'[^']*'),\$,([^(),'\s]+)(,(?:\$|'[^']*'))?\)"
)
_FARTHEST = 1 << 16
_NESTED = (b"IFCCOMPLEXPROPERTY", b"IFCPHYSICALCOMPLEXQUANTITY")


@dataclass(frozen=True, slots=True)
class SetText:
    """The statement of a set, and the text that the properties it lists stand in, from ``first`` on."""

    definition: Entity
    statement: str
    rows: list[int]
    places: list[int]
    text: bytes

    def may_hold(self, word: str) -> bool:
        """False where none of the properties holds the word anywhere, be it as name or value."""
        return word.encode() in self.text or any(nested in self.text for nested in _NESTED)

    def name(self) -> str | None:
        """The set's name; ``None`` where its statement must be read as a whole."""
        named = _NAMED.fullmatch(self.statement)
        return None if named is None else string_of(named[1])

    def single_values(self) -> list[tuple[str, str, object]] | None:
        """Names, types and values; ``None`` where the properties are not all single values without unit.

        Raises:
            UnusualFileError: the values cannot be read.
        """
        model = self.definition.model
        values: list[tuple[str, str, object]] = []
        for _, name, keyword, atom in self._matched(_SINGLE):
            typed = model.typed(keyword, atom)
            if typed is None:
                return None
            values.append((string_of(name), *typed))
        return values if len(values) == len(self.rows) else None

    def quantities(self) -> list[tuple[str, str, object]] | None:
        """Names, types and values; ``None`` where they are not all simple quantities without unit.

        Raises:
            UnusualFileError: the values cannot be read.
        """
        model = self.definition.model
        values: list[tuple[str, str, object]] = []
        for _, kind, name, atom, formula in self._matched(_QUANTITY):
            if bool(formula) == (model.schema == "IFC2X3"):  # formulas came with IFC4
                return None
            values.append((string_of(name), f"Ifc{kind.title()}Measure", value_of(atom, model.by_id)))
        return values if len(values) == len(self.rows) else None

    def _matched(self, pattern: re.Pattern[str]) -> list[tuple[str, ...]]:
        """The parts of the properties that match a pattern, in their order."""
        found = {int(match[1]): match for match in pattern.finditer(self.text.decode("ascii"))}
        matches = [(found.get(number), place) for number, place in zip(self.rows, self.places, strict=True)]
        return [match.groups("") for match, place in matches if match is not None and match.start() == place]


def text_of_set(definition: Entity) -> SetText | None:
    """The text of a property or quantity set; ``None`` where its properties stand too far apart."""
    statement = definition.model.statement(definition.id())
    rows = _ROWS.fullmatch(statement)
    if rows is None:
        return None
    ids = [int(number) for number in rows[1][1:].split(",#")]
    span = definition.model.span(ids, _FARTHEST)
    return None if span is None else SetText(definition, statement, ids, *span)
