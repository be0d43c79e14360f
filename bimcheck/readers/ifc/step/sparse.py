"""A STEP file of which only what is asked for is read, with the interface of the parser's library.

``SparseModel`` stands for the file, ``Entity`` for an instance. A statement is taken apart when one of its attributes
is first asked for, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bimcheck.readers.ifc.step.bulk import Bulk
from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.step.mapped import MappedText
from bimcheck.readers.ifc.step.scan import Index
from bimcheck.readers.ifc.step.schema import Class, Schema
from bimcheck.readers.ifc.step.statements import value_of, values_of

_SEMICOLON = ord(";")


class Entity:
    """An instance; its attributes have the names of the schema."""

    __slots__ = ("_class", "_model", "_number", "_values")

    def __init__(self, model: SparseModel, number: int) -> None:
        self._model = model
        self._number = number
        self._class: Class | None = None
        self._values: tuple[object, ...] | None = None

    def id(self) -> int:
        """The number of the instance in the file."""
        return self._number

    def is_a(self, name: str | None = None) -> str | bool:
        """The name of its class, or whether it is of a class or a subclass of it."""
        class_ = self._class or self.class_
        return class_.name if name is None else name in class_.ancestors

    @property
    def class_(self) -> Class:
        """Its class."""
        self._class = class_ = self._model.class_of(self._number)
        return class_

    @property
    def values(self) -> tuple[object, ...]:
        """Its attributes in the order of the schema."""
        if self._values is None:
            self._values = self._model.values_of(self._number)
        return self._values

    @property
    def model(self) -> SparseModel:
        """The file it is in."""
        return self._model

    def __getattr__(self, name: str) -> object:
        position = (self._class or self.class_).position.get(name)
        if position is None:
            raise AttributeError(name)
        return (self._values or self.values)[position]

    def __iter__(self) -> Iterator[object]:
        return iter(self.values)

    def __repr__(self) -> str:
        return f"#{self._number}={self.is_a()}"


class _Entities(dict[int, Entity]):
    """The instances asked for so far, by their numbers; others come when they are looked up."""

    def __init__(self, model: SparseModel) -> None:
        super().__init__()
        self._model = model

    def __missing__(self, number: int) -> Entity:
        if not self._model.has(number):
            raise UnusualFileError(f"#{number}")
        entity = self[number] = Entity(self._model, number)
        return entity


class SparseModel:
    """A file by its index and its text, which stays on disk."""

    def __init__(self, text: MappedText, index: Index, schema_name: str, schema: Schema) -> None:
        self.schema = schema_name
        self.text = text
        self.bulk = Bulk(text, index, schema.names)
        self._index = index
        self._schema = schema
        self._classes: dict[int, Class] = {}
        self._present = np.bincount(index.codes, minlength=len(schema.names))
        self._ids: dict[str, npt.NDArray[np.intp]] = {}
        self._entities = _Entities(self)

    def by_type(self, name: str) -> list[Entity]:
        """The instances of a class and its subclasses, by their ids.

        Raises:
            RuntimeError: the schema has no such class.
        """
        return [self.by_id(number) for number in self.ids(name).tolist()]

    def ids(self, name: str) -> npt.NDArray[np.intp]:
        """The ids of the instances of a class and its subclasses, ascending.

        Raises:
            RuntimeError: the schema has no such class.
        """
        found = self._ids.get(name)
        if found is None:
            codes = self._schema.codes(name)
            if not codes:
                raise RuntimeError(f"no class {name}")
            present = [self._index.codes == code for code in codes if self._present[code]]
            found = np.flatnonzero(np.logical_or.reduce(present)) if present else np.empty(0, dtype=np.intp)
            self._ids[name] = found
        return found

    def by_id(self, number: int) -> Entity:
        """The instance with a number.

        Raises:
            UnusualFileError: there is none.
        """
        return self._entities[number]

    def has(self, number: int) -> bool:
        """Whether there is an instance with a number."""
        return number < len(self._index.offsets) and bool(self._index.offsets[number])

    def class_of(self, number: int) -> Class:
        """The class of an instance."""
        code = int(self._index.codes[number])
        class_ = self._classes.get(code)
        if class_ is None:
            class_ = self._classes[code] = self._schema.named(self._schema.names[code])
        return class_

    def span(self, ids: Sequence[int], longest: int) -> tuple[list[int], bytes] | None:
        """The text from the first of some instances to the last, and where in it each begins.

        ``None`` where it is longer than wanted.
        """
        offsets = self._index.offsets[ids].tolist()
        first, last = min(offsets), max(offsets)
        if first <= 0 or last - first > longest:
            return None
        end = last + len(self.statement(ids[offsets.index(last)]))
        return ([offset - first for offset in offsets], self.text[first:end]) if end - first <= longest else None

    def typed(self, keyword: str, atom: str) -> tuple[str, object] | None:
        """The type and value of a typed value of one atom; ``None`` where the schema has no such type."""
        name = self._schema.types.get(keyword)
        return None if name is None else (name, value_of(atom, self.by_id))

    def statement(self, number: int) -> str:
        """The text of an instance, without its semicolon."""
        start = int(self._index.offsets[number])
        end = self.text.line_end(start)
        text = self.text[start:end].rstrip()
        while text[-1] != _SEMICOLON:
            end = self.text.line_end(end + 1)
            text = self.text[start:end].rstrip()
        return text[:-1].decode("ascii")

    def values_of(self, number: int) -> tuple[object, ...]:
        """The attributes of an instance.

        Raises:
            UnusualFileError: they are not what the schema asks for.
        """
        text = self.statement(number)
        start = text.index("(")
        class_ = self.class_of(number)
        if text[text.index("=") + 1 : start].strip() != class_.keyword:
            raise UnusualFileError(text[:80])
        return values_of(text[start:].rstrip(), self._entities.__getitem__, self._schema.types, class_.literals)
