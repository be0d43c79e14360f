"""STEP text (ISO 10303-21) of IFC instances, the same bytes on every machine and with every version of a library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

import ifcopenshell

Schema = Literal["IFC2X3", "IFC4", "IFC4X3"]
Encoding = Literal["escaped", "utf-8", "gbk"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an instance."""

    number: int


@dataclass(frozen=True, slots=True)
class Enum:
    """An enumeration value, written between full stops."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with its defined type, such as IfcLabel('…')."""

    type: str
    value: object


class Step:
    """Collects instances; attributes are given by name and put into the order of the schema."""

    def __init__(self, schema: Schema, encoding: Encoding = "escaped") -> None:
        self.schema = schema
        self.encoding = encoding
        self._lines: list[str] = []
        self._same: dict[str, Ref] = {}

    def add(self, entity: str, **attributes: object) -> Ref:
        """Add an instance.

        Raises:
            ValueError: the schema does not know the entity or one of the attributes.
        """
        order = _order(self.schema, entity)
        unknown = attributes.keys() - dict(order).keys()
        if unknown:
            raise ValueError(f"{self.schema} {entity} has no {', '.join(sorted(unknown))}")
        values = ",".join("*" if derived else self._text(attributes.get(name)) for name, derived in order)
        self._lines.append(f"{entity.upper()}({values});")
        return Ref(len(self._lines))

    def share(self, entity: str, **attributes: object) -> Ref:
        """Add a resource (a direction, a point) once and hand out the same instance again."""
        key = f"{entity}{attributes}"
        if key not in self._same:
            self._same[key] = self.add(entity, **attributes)
        return self._same[key]

    def known(self, entity: str, attributes: Mapping[str, object]) -> dict[str, object]:
        """Those of the attributes that the entity has in this schema."""
        names = dict(_order(self.schema, entity))
        return {name: value for name, value in attributes.items() if name in names}

    def has(self, entity: str) -> bool:
        """Whether the schema knows the entity."""
        try:
            _order(self.schema, entity)
        except ValueError:
            return False
        return True

    def to_bytes(self, file_name: str, author: str) -> bytes:
        """The whole file."""
        name = "IFC4X3_ADD2" if self.schema == "IFC4X3" else self.schema
        view = "CoordinationView_V2.0" if self.schema == "IFC2X3" else "ReferenceView_V1.2"
        head = (
            "ISO-10303-21;",
            "HEADER;",
            f"FILE_DESCRIPTION(('ViewDefinition [{view}]'),'2;1');",
            f"FILE_NAME({self._text(file_name)},'2026-01-05T09:00:00',({self._text('设计师')}),"
            f"({self._text('海宁市建筑设计院')}),'sample_models',{self._text(author)},'');",
            f"FILE_SCHEMA(('{name}'));",
            "ENDSEC;",
            "DATA;",
        )
        body = (f"#{number}={line}" for number, line in enumerate(self._lines, 1))
        text = "\n".join((*head, *body, "ENDSEC;", "END-ISO-10303-21;", ""))
        return text.encode("ascii" if self.encoding == "escaped" else self.encoding)

    def _text(self, value: object) -> str:
        match value:
            case None:
                return "$"
            case bool():
                return ".T." if value else ".F."
            case Ref():
                return f"#{value.number}"
            case Enum():
                return f".{value.name}."
            case Typed():
                return f"{value.type.upper()}({self._text(value.value)})"
            case str():
                return f"'{self._escaped(value)}'"
            case int():
                return str(value)
            case float():
                return _real(value)
            case tuple() | list():
                return "(" + ",".join(self._text(item) for item in value) + ")"
        raise TypeError(f"cannot write {value!r}")

    def _escaped(self, text: str) -> str:
        text = text.replace("\\", "\\\\").replace("'", "''")
        if self.encoding != "escaped":
            return text
        return "".join(_escape(code, "".join(run)) for code, run in groupby(text, _code))


def _code(character: str) -> str:
    """The STEP control directive a character needs: none for printable ASCII."""
    if " " <= character <= "~":
        return ""
    return "X2" if ord(character) < 0x10000 else "X4"


def _escape(code: str, text: str) -> str:
    if not code:
        return text
    return f"\\{code}\\{text.encode('utf-16-be' if code == 'X2' else 'utf-32-be').hex().upper()}\\X0\\"


def _real(value: float) -> str:
    """A real with a decimal point, to a millionth of a millionth of the largest digit."""
    text = repr(round(value, 9) + 0.0)
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa if '.' in mantissa else mantissa + '.'}E{int(exponent)}"
    return text.removesuffix("0") if text.endswith(".0") else text


@cache
def _order(schema: Schema, entity: str) -> tuple[tuple[str, bool], ...]:
    """Attribute names of an entity in order, each with whether it is derived (and written ``*``)."""
    try:
        declared = ifcopenshell.schema_by_name("IFC4X3_ADD2" if schema == "IFC4X3" else schema)
        declaration = declared.declaration_by_name(entity).as_entity()
        if declaration is None:
            raise ValueError(f"{entity} is a type, not an entity")
    except RuntimeError:
        raise ValueError(f"{schema} has no {entity}") from None
    names = (attribute.name() for attribute in declaration.all_attributes())
    return tuple(zip(names, declaration.derived(), strict=True))
