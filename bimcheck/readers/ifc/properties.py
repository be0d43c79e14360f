"""Property sets and quantities of an object, its own before those of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bimcheck.model import DeclaredArea
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, references, text, text_of
from bimcheck.readers.ifc.relations import Relations
from bimcheck.readers.ifc.step.sets import SetText, text_of_set
from bimcheck.readers.ifc.step.sparse import Entity
from bimcheck.readers.ifc.units import Units, unit_factor

_DEEPEST = 4
_YES = frozenset({"是", "有", "true", "yes", "y", "√", "1", "t"})
_NO = frozenset({"否", "无", "false", "no", "n", "0", "f"})
_ANSWERS = _YES | _NO
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_OTHER_SURFACES = re.compile(
    r"wall|ceil|wand|decke|opening|door|window|türen|fenster|oberfl|surface|side|lateral|墙|顶|门|窗|侧|踢脚|外表|perimeter"
    r"|volume|\bper\b|人均|每人",
    re.IGNORECASE,
)
_GROSS = re.compile(r"gross|brutto|(?<!套内)建筑面积|\bGFA\b|\bBGF\b", re.IGNORECASE)
_NET = re.compile(r"\b[Nn]et\b|Net(?=[A-Z])|NET_|[Nn]etto|[Uu]sable|使用面积|套内|净面积|\bNGF\b|\bNRF\b|\bNUF\b")
_LONGEST = 120
_SIZES = frozenset({"IfcAreaMeasure", "IfcLengthMeasure"})
_AREA_MEASURES = frozenset({"IfcAreaMeasure", "IfcReal", "IfcNumericMeasure", "IfcInteger"})


class Property(NamedTuple):
    """One property: its set, its name, its value and the value's measure type (``IfcLabel``)."""

    set_name: str
    name: str
    value: object
    measure: str
    unit: Instance = None


class Properties:
    """Reads property sets of one file; each set is read once."""

    def __init__(self, relations: Relations, units: Units) -> None:
        self._relations = relations
        self._units = units
        self._sets: dict[int, list[Property]] = {}

    def of(self, thing: Instance) -> list[Property]:
        """All properties and quantities of an object and of its type."""
        return [each for definition in self._definitions(thing) for each in self._set(definition)]

    def named(self, thing: Instance, name: str) -> Iterator[Property]:
        """The properties and quantities with a name (one word); sets that cannot hold it are not read."""
        for definition in self._definitions(thing):
            found = self._sets.get(definition.id())
            if found is None:
                written = text_of_set(definition) if isinstance(definition, Entity) else None
                if written is not None and not written.may_hold(name):
                    continue
                found = self._read_set(definition, written)
            yield from [each for each in found if each.name == name]

    def _definitions(self, thing: Instance) -> list[Instance]:
        own = self._relations.definitions.get(thing.id(), ())
        return [*own, *references(self._relations.type.get(thing.id()), "HasPropertySets")]

    def _set(self, definition: Instance) -> list[Property]:
        found = self._sets.get(definition.id())
        if found is None:
            found = self._read_set(definition, text_of_set(definition) if isinstance(definition, Entity) else None)
        return found

    def _read_set(self, definition: Instance, written: SetText | None) -> list[Property]:
        plain = None
        if written is not None and definition.is_a("IfcPropertySet"):
            plain = written.single_values()
        elif written is not None and definition.is_a("IfcElementQuantity"):
            quantities = written.quantities()
            plain = quantities and [each for each in quantities if each[1] in _SIZES]
        if written is not None and plain is not None:
            own = written.name()
            name = text(definition, "Name") if own is None else text_of(own)
            found = [Property(name, text_of(key), value, measure) for key, measure, value in plain]
        else:
            name = text(definition, "Name")
            rows = references(definition, "HasProperties") or references(definition, "Quantities")
            found = [each for row in rows for each in _read(row, name, 0)]
        self._sets[definition.id()] = found
        return found

    def external(self, thing: Instance) -> bool | None:
        """The declared ``IsExternal``."""
        return next((p.value for p in self.named(thing, "IsExternal") if isinstance(p.value, bool)), None)

    def length_m(self, thing: Instance, name: str) -> float | None:
        """A positive length among the quantities, in metres."""
        for each in self.named(thing, name):
            value = number_of(each.value)
            if each.measure == "IfcLengthMeasure" and value is not None and value > 0:
                return value * self._units.length_m
        return None

    def texts(self, thing: Instance) -> Iterator[tuple[str, str]]:
        """Where a text stands (``Pset.key``) and what it says. A property that is only affirmed says its own name."""
        for each in self.of(thing):
            if each.value is not True and not isinstance(each.value, str):
                continue
            said = text_of(each.value)
            folded = said.casefold()
            if (each.value is True or folded in _YES) and _CHINESE.search(each.name):
                yield f"{each.set_name}.{each.name}", each.name
            elif said and len(said) <= _LONGEST and folded not in _ANSWERS and _LETTER.search(said):
                yield f"{each.set_name}.{each.name}", said

    def areas(self, thing: Instance) -> tuple[DeclaredArea, ...]:
        """The floor areas an object declares, named ``Set.Name``, in square metres."""
        found: dict[str, DeclaredArea] = {}
        for each in self.of(thing):
            if each.measure not in _AREA_MEASURES:
                continue
            value = number_of(each.value)
            if value is None or value <= 0 or _OTHER_SURFACES.search(each.name):
                continue
            if each.measure == "IfcAreaMeasure":
                own = unit_factor(each.unit) if each.unit is not None else None
                area = value * (own or self._units.declared_area_m2)
            elif "面积" in each.name:
                area = value
            else:
                continue
            name = f"{each.set_name}.{each.name}"
            found.setdefault(name, DeclaredArea(name, area, _kind(each.name)))
        return tuple(found.values())


def _kind(name: str) -> Literal["net", "gross", "unknown"]:
    if _NET.search(name):
        return "net"
    return "gross" if _GROSS.search(name) else "unknown"


def _read(row: Instance, set_name: str, depth: int) -> Iterator[Property]:
    name = text(row, "Name")
    if row.is_a("IfcPropertySingleValue"):
        yield from _value(set_name, name, reference(row, "NominalValue"), reference(row, "Unit"))
    elif row.is_a("IfcPropertyEnumeratedValue") or row.is_a("IfcPropertyListValue"):
        for value in references(row, "EnumerationValues") or references(row, "ListValues"):
            yield from _value(set_name, name, value, reference(row, "Unit"))
    elif row.is_a("IfcQuantityArea"):
        yield Property(set_name, name, attribute(row, "AreaValue"), "IfcAreaMeasure", reference(row, "Unit"))
    elif row.is_a("IfcQuantityLength"):
        yield Property(set_name, name, attribute(row, "LengthValue"), "IfcLengthMeasure", reference(row, "Unit"))
    elif depth < _DEEPEST and (row.is_a("IfcComplexProperty") or row.is_a("IfcPhysicalComplexQuantity")):
        for inner in references(row, "HasProperties") or references(row, "HasQuantities"):
            yield from _read(inner, set_name, depth + 1)


def _value(set_name: str, name: str, value: Instance, unit: Instance) -> Iterator[Property]:
    if value is not None:
        yield Property(set_name, name, attribute(value, "wrappedValue"), value.is_a(), unit)
