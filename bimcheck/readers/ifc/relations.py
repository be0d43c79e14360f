"""How the instances of a file belong together, from its relationship objects, each kind gathered once.

Files may hold cycles (a wall that is part of itself) and relationships without ends; every walk here ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from bimcheck.readers.ifc.instance import Instance, reference, references, text
from bimcheck.readers.ifc.step.sparse import Entity, SparseModel


def instances(model: Instance, kind: str) -> list[Instance]:
    """The instances of a class and its subclasses in the order of their ids, none twice; empty for unknown classes."""
    try:
        if isinstance(model, SparseModel):
            return model.by_type(kind)  # so already
        found = model.by_type(kind)
    except RuntimeError:
        return []
    return [pair[1] for pair in sorted({each.id(): each for each in found}.items())]


# the kinds that end in the list of the many and the one
_LISTED_FIRST = frozenset({"IfcRelDefinesByProperties", "IfcRelDefinesByType", "IfcRelAssociatesMaterial"})

_Many = dict[int, list[Instance]]


class Relations:
    """The relationships of one file."""

    def __init__(self, model: Instance) -> None:
        self._model = model
        self.container: dict[int, Instance] = {}
        self.whole: dict[int, Instance] = {}
        self.parts: _Many = defaultdict(list)
        self.contents: _Many = defaultdict(list)
        self.openings: _Many = defaultdict(list)
        self.host: dict[int, Instance] = {}
        self.fillings: _Many = defaultdict(list)
        self.opening: dict[int, Instance] = {}
        self.definitions: _Many = defaultdict(list)
        self.type: dict[int, Instance] = {}
        self.groups: _Many = defaultdict(list)
        self.classifications: _Many = defaultdict(list)
        self.material: dict[int, Instance] = {}
        self.bounded_spaces: _Many = defaultdict(list)
        self._decompositions()
        self._voids()
        self._properties()
        self._associations()

    def _each(self, kind: str, one: str, many: str) -> Iterator[tuple[Instance, Instance]]:
        """Pairs of the one end of a relationship and each of its other ends."""
        found = _told(self._model, kind) if kind in _LISTED_FIRST and isinstance(self._model, SparseModel) else None
        if found is not None:
            yield from found
            return
        for relation in instances(self._model, kind):
            single = reference(relation, one)
            if single is not None:
                yield from ((single, other) for other in references(relation, many))

    def _decompositions(self) -> None:
        for structure, element in self._each(
            "IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements"
        ):
            self.container.setdefault(element.id(), structure)
            self.contents[structure.id()].append(element)
        for kind in ("IfcRelAggregates", "IfcRelNests"):
            for whole, part in self._each(kind, "RelatingObject", "RelatedObjects"):
                if part.id() != whole.id() and part.id() not in self.whole:
                    self.whole[part.id()] = whole
                    self.parts[whole.id()].append(part)

    def _voids(self) -> None:
        for host, opening in self._each("IfcRelVoidsElement", "RelatingBuildingElement", "RelatedOpeningElement"):
            self.openings[host.id()].append(opening)
            self.host.setdefault(opening.id(), host)
        for opening, filling in self._each("IfcRelFillsElement", "RelatingOpeningElement", "RelatedBuildingElement"):
            self.fillings[opening.id()].append(filling)
            self.opening.setdefault(filling.id(), opening)

    def _properties(self) -> None:
        for definition, thing in self._each(
            "IfcRelDefinesByProperties", "RelatingPropertyDefinition", "RelatedObjects"
        ):
            # IFC4 may give several sets as one value
            several = not isinstance(definition, Entity) and definition.is_a("IfcPropertySetDefinitionSet")
            self.definitions[thing.id()] += references(definition, "wrappedValue") if several else [definition]
        for type_, thing in self._each("IfcRelDefinesByType", "RelatingType", "RelatedObjects"):
            self.type.setdefault(thing.id(), type_)

    def _associations(self) -> None:
        for group, thing in self._each("IfcRelAssignsToGroup", "RelatingGroup", "RelatedObjects"):
            self.groups[thing.id()].append(group)
        for zone, thing in self._each("IfcRelReferencedInSpatialStructure", "RelatingStructure", "RelatedElements"):
            if zone.is_a("IfcSpatialZone"):
                self.groups[thing.id()].append(zone)
        for code, thing in self._each("IfcRelAssociatesClassification", "RelatingClassification", "RelatedObjects"):
            self.classifications[thing.id()].append(code)
        for material, thing in self._each("IfcRelAssociatesMaterial", "RelatingMaterial", "RelatedObjects"):
            self.material.setdefault(thing.id(), material)
        for relation in instances(self._model, "IfcRelSpaceBoundary"):
            space, element = reference(relation, "RelatingSpace"), reference(relation, "RelatedBuildingElement")
            if space is not None and element is not None and space.is_a("IfcSpace"):
                self.bounded_spaces[element.id()].append(space)

    def parents(self, instance: Instance) -> Iterator[Instance]:
        """What an instance is part of or contained in, upwards; openings belong to what they void."""
        seen = {instance.id()}
        current: Instance | None = instance
        while current is not None:
            number = current.id()
            current = self.whole.get(number) or self.container.get(number)
            current = current or self.host.get(number) or self.opening.get(number)
            if current is None or current.id() in seen:
                return
            seen.add(current.id())
            yield current

    def depth(self, instance: Instance) -> int:
        """How many wholes an instance is a part of, one within the other."""
        return sum(1 for parent in self.parents(instance) if parent.id() in self.parts)

    def ancestor(self, instance: Instance, kind: str) -> Instance | None:
        """The nearest ancestor of a class."""
        return next((parent for parent in self.parents(instance) if parent.is_a(kind)), None)

    def descendants(self, instance: Instance) -> Iterator[Instance]:
        """All parts of an instance, parts of parts included."""
        seen = {instance.id()}
        pending = list(reversed(self.parts.get(instance.id(), ())))
        while pending:
            part: Instance = pending.pop()
            if part.id() not in seen:
                seen.add(part.id())
                yield part
                pending += reversed(self.parts.get(part.id(), ()))

    def all_groups(self, instance: Instance) -> list[Instance]:
        """The groups an instance is in, and the groups those are in."""
        seen: dict[int, Instance] = {}
        pending = list(self.groups.get(instance.id(), ()))
        while pending:
            group = pending.pop(0)
            if group.id() not in seen:
                seen[group.id()] = group
                pending += self.groups.get(group.id(), ())
        return list(seen.values())


def _told(model: SparseModel, kind: str) -> list[tuple[Instance, Instance]] | None:
    """The pairs of a kind of relationship straight from the text; ``None`` where they are not plain."""
    ids = model.ids(kind)
    found = model.bulk.relations(ids) if len(ids) else None
    if found is None:
        return None
    single, listed, counts = found
    pairs = zip(np.repeat(single, counts).tolist(), listed.tolist(), strict=True)
    return [(model.by_id(one), model.by_id(other)) for one, other in pairs]


class Identities:
    """Ids that are unique in the model: the GlobalId, and for each repetition of one a counted suffix."""

    def __init__(self) -> None:
        self._given: dict[int, str] = {}
        self._used: set[str] = set()
        self.repeated: dict[str, int] = {}

    def of(self, instance: Instance) -> str:
        """The id of an instance, the same each time."""
        number = instance.id()
        if number not in self._given:
            self._given[number] = self.unique(text(instance, "GlobalId") or f"#{number}")
        return self._given[number]

    def unique(self, wanted: str) -> str:
        """An id that nothing else has."""
        if wanted not in self._used:
            self._used.add(wanted)
            return wanted
        self.repeated[wanted] = count = self.repeated.get(wanted, 1) + 1
        return self.unique(f"{wanted}~{count}")
