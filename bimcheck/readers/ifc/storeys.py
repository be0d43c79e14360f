"""Buildings and storeys as the file declares them, at the heights where they really stand."""

from __future__ import annotations

from collections import defaultdict

from bimcheck.model import Building, Storey
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, text
from bimcheck.readers.ifc.reading import Reading, names
from bimcheck.readers.ifc.relations import instances
from bimcheck.storey_names import parse_storey_name, storey_numbers

_HEIGHTS = ("GrossHeight", "Height", "NominalHeight")


def read_buildings(reading: Reading) -> tuple[Building, ...]:
    """The buildings of the file."""
    found: list[Building] = []
    for building in instances(reading.model, "IfcBuilding"):
        identity = reading.identities.of(building)
        reading.building_ids[building.id()] = identity
        found.append(Building(identity, text(building, "LongName") or text(building, "Name")))
    return tuple(found)


def read_storeys(reading: Reading) -> tuple[Storey, ...]:
    """The storeys of the file; call after ``read_buildings``."""
    found = instances(reading.model, "IfcBuildingStorey")
    for storey in found:
        reading.storey_ids[storey.id()] = reading.identities.of(storey)
    number_of_storey: dict[int, int | None] = {}
    together: dict[str | None, list[Instance]] = defaultdict(list)
    for storey in found:
        together[reading.building_id(storey)].append(storey)
    for group in together.values():
        numbers = storey_numbers([_telling_name(storey) for storey in group])
        number_of_storey |= {storey.id(): number for storey, number in zip(group, numbers, strict=True)}
    lost: list[str] = []
    storeys = tuple(_storey(reading, storey, number_of_storey[storey.id()], lost) for storey in found)
    if lost:
        listed = names(lost)
        reading.note(
            "storey-placement-unusable",
            "warning",
            f"楼层 {listed.zh} 没有可用的定位，楼面标高取自其 Elevation 属性",
            f"{listed.en}: the storey has no usable placement; its height is taken from its Elevation",
        )
    return storeys


def _storey(reading: Reading, storey: Instance, number: int | None, lost: list[str]) -> Storey:
    parsed = parse_storey_name(_telling_name(storey))
    declared = number_of(attribute(storey, "Elevation"))
    declared_m = None if declared is None else declared * reading.units.length_m
    placement = reference(storey, "ObjectPlacement")
    matrix = None if placement is None else reading.placements.resolve(placement)
    if matrix is None:
        lost.append(text(storey, "Name") or f"#{storey.id()}")
    height = next((h for key in _HEIGHTS if (h := reading.properties.length_m(storey, key)) is not None), None)
    return Storey(
        id=reading.storey_ids[storey.id()],
        name=text(storey, "Name") or text(storey, "LongName"),
        building_id=reading.building_id(storey),
        elevation_m=declared_m if matrix is None else float(matrix[2, 3]),
        declared_elevation_m=declared_m,
        height_m=height,
        number=number,
        kind="storey" if parsed.kind == "typical" else parsed.kind,
    )


def _telling_name(storey: Instance) -> str:
    """The name that says which storey it is: mostly ``Name``, sometimes ``LongName``."""
    name, long_name = text(storey, "Name"), text(storey, "LongName")
    return long_name if parse_storey_name(name).kind == "unknown" and long_name else name
