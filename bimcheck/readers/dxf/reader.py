"""DXF drawings as a building model: the whole way from files to rooms, doors, storeys and site."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely

from bimcheck.model import Building, BuildingModel, Source
from bimcheck.readers.dxf.assemble import Parts, add_floor, raise_climbs
from bimcheck.readers.dxf.document import open_document
from bimcheck.readers.dxf.layers import LayerMap, LayerUse
from bimcheck.readers.dxf.notes import geometry_failed_note, nothing_found_note
from bimcheck.readers.dxf.rooms import read_floor
from bimcheck.readers.dxf.sheets import Reading, expand_document, in_metres, read_sheets
from bimcheck.readers.dxf.siting import Floor, align_floors, drawn_once, read_sites
from bimcheck.readers.dxf.units import METRES, parse_unit

_FAR_M = 10_000.0


def read_dxf(
    paths: Sequence[Path] | Path,
    unit: str | None = None,
    layers: Mapping[str, str] | None = None,
    *,
    full: bool = False,
) -> BuildingModel:
    """Read one drawing, or several (one a storey, and a site plan) as one project.

    Args:
        paths: the files; several are one project.
        unit: the length unit to believe instead of the files' own (``mm``, ``m`` …).
        layers: the project's own layer map, name or pattern (``*``) to role; it wins over everything, and layers it
            names are read although the drawing freezes them.
        full: load the whole of each file, which takes far longer and comes to the same.

    Raises:
        UnreadableModelError: a file is missing, damaged beyond recovery, or empty.
        UnsupportedModelError: a file is a DWG.
        UsageError: ``unit`` is no unit, or ``layers`` names a role that does not exist.
    """
    files = [paths] if isinstance(paths, Path) else list(paths)
    layer_map = LayerMap(layers)
    reading = read_sheets(files, layer_map, parse_unit(unit) if unit else None, full=full)
    origin = _origin(reading, layer_map)
    floors = [Floor(sheet, in_metres(sheet, origin)) for sheet in reading.sheets if sheet.view == "floor"]
    notes = list(reading.notes)
    align_floors(floors, layer_map, notes)
    parts = Parts()
    for floor in floors:
        try:
            floor.found = read_floor(floor.plan, layer_map.role)
        except shapely.errors.GEOSException:
            notes.append(geometry_failed_note(floor.sheet.where))
    for floor in drawn_once(floors, notes):
        add_floor(parts, floor.plan, floor.found, floor.sheet.where, layer_map.role)
    site, north = read_sites(reading, floors, origin, layer_map, notes, parts)
    notes += parts.notes
    storeys = parts.book.finish()
    if not parts.spaces and not any("*" in note.blocks for note in notes):
        notes.append(nothing_found_note(_unknown_layers(reading, layer_map)))
    return BuildingModel(
        source=_source(reading),
        project_name="",
        buildings=tuple(Building(name, name) for name in sorted(parts.buildings)),
        storeys=storeys,
        spaces=tuple(parts.spaces),
        elements=(*parts.elements, *raise_climbs(parts.climbs, storeys)),
        openings=tuple(parts.openings),
        site=site,
        notes=tuple(notes),
        origin_m=origin,
        north=north,
    )


def describe_layers(path: Path, layers: Mapping[str, str] | None = None, *, full: bool = False) -> tuple[LayerUse, ...]:
    """How every layer of a drawing is understood, with counts; those with most on them first.

    Raises:
        BimcheckError: the file cannot be read, or ``layers`` names a role that does not exist.
    """
    layer_map = LayerMap(layers)
    document = open_document(path, None if full else layer_map.is_unused)
    content, _ = expand_document(document, layer_map)
    declared = [str(layer.dxf.name) for layer in document.drawing.layers]
    concealed = [str(layer.dxf.name) for layer in document.drawing.layers if layer.is_frozen() or layer.is_off()]
    return layer_map.describe(content.counts, concealed, declared)


def _source(reading: Reading) -> Source:
    documents = reading.documents
    joint = documents[0].sha256
    if len(documents) > 1:
        joint = hashlib.sha256("\n".join(d.sha256 for d in documents).encode()).hexdigest()
    versions = sorted({document.version for document in documents})
    return Source(
        file=" + ".join(document.path.name for document in documents),
        sha256=joint,
        bytes=sum(document.size for document in documents),
        format="DXF",
        schema="+".join(versions),
        length_unit=reading.unit,
        unit_basis=reading.unit_basis,
    )


def _origin(reading: Reading, layers: LayerMap) -> tuple[float, float]:
    """Whole metres to take away, so that survey coordinates keep their precision; nothing near the origin."""
    for sheet in sorted(reading.sheets, key=lambda sheet: sheet.view):
        points = [s.points for s in sheet.plan.shapes if layers.role(s.layer) not in (None, "ignore")]
        if points:
            low = np.min([p.min(axis=0) for p in points], axis=0) * METRES[sheet.unit or "m"]
            if float(np.abs(low).max()) > _FAR_M:
                return (float(math.floor(low[0])), float(math.floor(low[1])))
            return (0.0, 0.0)
    return (0.0, 0.0)


def _unknown_layers(reading: Reading, layers: LayerMap) -> list[str]:
    counts: dict[str, int] = {}
    for content in reading.contents:
        for (layer, _), number in content.counts.items():
            if layers.role(layer) is None:
                counts[layer] = counts.get(layer, 0) + number
    return sorted(counts, key=lambda layer: (-counts[layer], layer))
