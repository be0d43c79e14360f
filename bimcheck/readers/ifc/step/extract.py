"""A part of a sparsely read file as the parser's library holds it, for its geometry kernel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bimcheck.readers.ifc.instance import Instance
from bimcheck.readers.ifc.step.sparse import Entity, SparseModel

_FRAME = (
    "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n"
    "FILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n{data}\nENDSEC;\nEND-ISO-10303-21;\n"
)


def loaded(item: Entity) -> tuple[Instance, Instance]:
    """The same instance, parsed with all it refers to and with the file's units and contexts; and the file it is in.

    The file must be kept for as long as the instance is used.
    """
    import ifcopenshell  # here, because few files need it

    library: Instance = ifcopenshell
    model = item.model
    wanted = _reached([item, *model.by_type("IfcProject"), *model.by_type("IfcUnitAssignment")], model)
    text = _FRAME.format(schema=model.schema, data="\n".join(f"{statement};" for statement in wanted))
    file = library.file.from_string(text)
    return file.by_id(item.id()), file


def _reached(roots: Iterable[Entity], model: SparseModel) -> Iterator[str]:
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        entity = pending.pop()
        if entity.id() in seen:
            continue
        seen.add(entity.id())
        yield model.statement(entity.id())
        pending += _references(entity)


def _references(entity: Iterable[object]) -> Iterator[Entity]:
    for value in entity:
        if isinstance(value, Entity):
            yield value
        elif isinstance(value, tuple):
            yield from _references(value)
