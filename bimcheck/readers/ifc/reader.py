"""The IFC reader itself: a file becomes a ``BuildingModel``."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bimcheck.model import BuildingModel, Source
from bimcheck.readers.ifc.curves import Curves
from bimcheck.readers.ifc.document import Document, open_document, open_sparsely
from bimcheck.readers.ifc.elements import read_elements
from bimcheck.readers.ifc.instance import Instance, attribute, listed, number_of, reference, text
from bimcheck.readers.ifc.kernel import Kernel
from bimcheck.readers.ifc.openings import read_openings
from bimcheck.readers.ifc.placement import Placements, UnusableGeometryError, coordinates
from bimcheck.readers.ifc.plausibility import check_plausible
from bimcheck.readers.ifc.properties import Properties
from bimcheck.readers.ifc.reading import Reading, names
from bimcheck.readers.ifc.relations import Identities, Relations, instances
from bimcheck.readers.ifc.shapes import GEOMETRY_ERRORS, Shapes
from bimcheck.readers.ifc.site import read_site
from bimcheck.readers.ifc.spaces import read_spaces
from bimcheck.readers.ifc.step.errors import UnusualFileError
from bimcheck.readers.ifc.storeys import read_buildings, read_storeys
from bimcheck.readers.ifc.units import Units, read_units

_FAR_M = 10_000.0
_ORIGIN_STEP_M = 1000.0
_LEVELS = 24
_SCHEMA_NAMES = {"IFC4X3_ADD2": "IFC4X3"}


@np.errstate(all="ignore")  # numbers of hostile files may overflow; every shape is checked to be finite
def read_ifc(path: Path, unit: str | None = None, *, full: bool = False) -> BuildingModel:
    """Read an ``.ifc`` or ``.ifczip`` file.

    ``unit`` (``mm``, ``m``, ``ft``, …) is believed instead of the length unit the file declares. Plan geometry comes
    relative to ``origin_m``: (0, 0) for models near their own origin, a multiple of one kilometre for others.
    ``full`` parses the whole file even where reading a part of it gives the same.

    Raises:
        UnreadableModelError: missing, empty, damaged beyond use, or no IFC file.
        UnsupportedModelError: ifcXML, an unknown schema, or several models in one archive.
        UsageError: the length unit is missing, contradicts what is drawn, or the option names none.
    """
    if not full:
        try:
            return _read(open_sparsely(path), path, unit)
        except UnusualFileError:
            pass
    return _read(open_document(path), path, unit)


def _read(document: Document, path: Path, unit: str | None) -> BuildingModel:
    units = read_units(document.model, unit, path.name)
    reading = _reading(document.model, units)
    buildings = read_buildings(reading)
    storeys = read_storeys(reading)
    spaces = read_spaces(reading)
    elements = read_elements(reading)
    openings = read_openings(reading, elements, storeys)
    check_plausible(units, path.name, storeys, spaces, elements, openings)
    site = read_site(reading, spaces, elements, storeys)
    _note_damage(reading)
    return BuildingModel(
        source=_source(document, path, units),
        project_name=_project_name(document.model),
        buildings=buildings,
        storeys=storeys,
        spaces=spaces,
        elements=elements,
        openings=openings,
        site=site,
        notes=(*document.notes, *reading.notes),
        origin_m=reading.origin_m,
        north=_north(document.model),
    )


def _reading(model: Instance, units: Units) -> Reading:
    placements = Placements(units.length_m)
    origin_m = _origin(model, units, placements)
    kernel = Kernel(units.length_m / units.declared_m if units.declared_m else units.length_m)
    relations = Relations(model)
    return Reading(
        model=model,
        units=units,
        placements=placements,
        shapes=Shapes(Curves(units.length_m, units.angle_rad), kernel, placements, origin_m),
        relations=relations,
        properties=Properties(relations, units),
        identities=Identities(),
        origin_m=origin_m,
    )


def _origin(model: Instance, units: Units, placements: Placements) -> tuple[float, float]:
    """What to take away from x and y: nothing for models near their origin, whole kilometres for those far off.

    The first space (else wall, else storey) with usable geometry decides, by its placement and its first point.
    """
    for class_name in ("IfcSpace", "IfcWall", "IfcBuildingElementProxy", "IfcBuildingStorey"):
        for product in instances(model, class_name):
            try:
                matrix = placements.world(product)
                point = np.array([*_first_point(product, units.length_m), 1.0])
            except (UnusableGeometryError, *GEOMETRY_ERRORS):
                continue
            x, y = (matrix @ point)[:2]
            if max(abs(x), abs(y)) <= _FAR_M:
                return 0.0, 0.0
            return (
                math.floor(x / _ORIGIN_STEP_M + 0.5) * _ORIGIN_STEP_M,
                math.floor(y / _ORIGIN_STEP_M + 0.5) * _ORIGIN_STEP_M,
            )
    return 0.0, 0.0


def _first_point(product: Instance, length_m: float) -> list[float]:
    """The farthest of the points a product's shape is made of: raw survey coordinates may hide in any of them."""
    representation = reference(product, "Representation")
    if representation is None:
        return [0.0, 0.0, 0.0]
    farthest = [0.0, 0.0, 0.0]
    for each in _reached(representation):
        if each.is_a("IfcCartesianPoint"):
            point = coordinates(each, length_m)
        elif each.is_a("IfcCartesianPointList"):
            point = [*(value * length_m for value in listed(each, "CoordList")[0]), 0.0][:3]
        else:
            continue
        if max(map(abs, point)) > max(map(abs, farthest)):
            farthest = point
    return farthest


def _reached(root: Instance) -> Iterator[Instance]:
    """An instance and what it refers to, level by level, each once."""
    seen: set[int] = set()
    level: list[Instance] = [root]
    for _ in range(_LEVELS):
        following: list[Instance] = []
        for value in level:
            if isinstance(value, tuple):
                following += value
            elif hasattr(value, "is_a") and value.id() not in seen:
                seen.add(value.id())
                yield value
                following += value
        level = following


def _source(document: Document, path: Path, units: Units) -> Source:
    return Source(
        file=path.name,
        sha256=document.fingerprint.hexdigest(),
        bytes=document.size,
        format="IFC",
        schema=_SCHEMA_NAMES.get(document.schema, document.schema),
        length_unit=units.name,
        unit_basis=units.basis,
        authoring_tool=_authoring_tool(document.model),
    )


def _authoring_tool(model: Instance) -> str:
    applications = instances(model, "IfcApplication")
    if not applications:
        return ""
    said = (text(applications[0], key) for key in ("ApplicationFullName", "Version"))
    return " ".join(part for part in said if part)


def _project_name(model: Instance) -> str:
    projects = instances(model, "IfcProject")
    return next((n for p in projects for n in (text(p, "LongName"), text(p, "Name")) if n), "")


def _north(model: Instance) -> tuple[float, float]:
    """True north in plan: as the model's context states it, else from its map conversion, else +Y."""
    for context in instances(model, "IfcGeometricRepresentationContext"):
        if context.is_a("IfcGeometricRepresentationSubContext"):
            continue
        ratios = [number_of(v) for v in listed(reference(context, "TrueNorth"), "DirectionRatios")[:2]]
        found = _unit(*ratios) if len(ratios) == 2 else None
        if found is not None:
            return found
    for conversion in instances(model, "IfcMapConversion"):
        found = _unit(
            number_of(attribute(conversion, "XAxisOrdinate")), number_of(attribute(conversion, "XAxisAbscissa"))
        )
        if found is not None:
            return found
    return 0.0, 1.0


def _unit(x: float | None, y: float | None) -> tuple[float, float] | None:
    if x is None or y is None or math.hypot(x, y) < 1e-9:
        return None
    return x / math.hypot(x, y), y / math.hypot(x, y)


def _note_damage(reading: Reading) -> None:
    """Damage that concerns the whole file: cyclic placements, repeated ids, no project."""
    if reading.placements.cyclic:
        count = len(reading.placements.cyclic)
        zh = f"{count} 个定位（ObjectPlacement）循环引用，其上的构件无法定位；请在原软件中修复后重新导出"
        en = f"{count} placements refer to each other in a circle, so what they place cannot be located; export again"
        reading.note("placement-cycle", "error", zh, en, blocks=("*",))
    repeated = reading.identities.repeated
    if repeated:
        listed_ids = names(sorted(repeated))
        zh = f"GlobalId 重复：{listed_ids.zh}；重复者已加后缀 ~2、~3 区分"
        en = f"GlobalIds occur more than once: {listed_ids.en}; repetitions were given the suffix ~2, ~3"
        reading.note("duplicate-global-ids", "warning", zh, en, sorted(repeated))
    if not instances(reading.model, "IfcProject"):
        reading.note("no-project", "warning", "文件中没有项目（IfcProject）", "the file has no project (IfcProject)")
