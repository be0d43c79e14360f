"""The drawn ground, and buildings that are drawn as an envelope only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import STRtree

from bimcheck.model import Element, SiteFeature, Space
from bimcheck.readers.ifc.columns import corner_heights, heights_in
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.instance import Instance, attribute, tag_of, text
from bimcheck.readers.ifc.reading import Reading
from bimcheck.readers.ifc.regions import polygons_of, united_polygons
from bimcheck.readers.ifc.relations import instances
from bimcheck.readers.ifc.shapes import Shape
from bimcheck.site_words import classify_site_name

_UNEVEN_M = 0.05
_BESIDE_M = 0.5


def other_buildings(reading: Reading, spaces: Sequence[Space], elements: Sequence[Element]) -> Iterator[SiteFeature]:
    """Buildings that have neither rooms nor walls: by their own shape, or by the masses that stand for them."""
    built = {space.building_id for space in spaces} | {element.building_id for element in elements}
    masses: dict[str, list[Instance]] = defaultdict(list)
    for proxy in instances(reading.model, "IfcBuildingElementProxy"):
        building_id = reading.building_id(proxy)
        if building_id is not None and classify_site_name(text(proxy, "Name")) is None:
            masses[building_id].append(proxy)
    for building in instances(reading.model, "IfcBuilding"):
        identity = reading.building_ids[building.id()]
        if identity in built:
            continue
        own = reading.shape(building)
        shapes = [own] if own is not None else [s for proxy in masses[identity] for s in reading.whole_shape(proxy)]
        if shapes:
            name = text(building, "LongName") or text(building, "Name")
            region = united_polygons([polygon for shape in shapes for polygon in polygons_of(shape.region)])
            low = min(shape.z_min_m for shape in shapes)
            yield SiteFeature(identity, tag_of(building), "building", name, region, low)


def terrain(reading: Reading, elements: Sequence[Element]) -> Iterator[SiteFeature]:
    """The ground: its height beside the building, lowest and highest where it is uneven."""
    for ground in (*instances(reading.model, "IfcSite"), *_terrain_elements(reading.model)):
        shape = reading.shape(ground)
        if shape is None:
            continue
        heights = _heights_beside(shape, elements)
        low, high = float(heights.min()), float(heights.max())
        identity = reading.identities.of(ground)
        name = text(ground, "LongName") or text(ground, "Name")
        yield SiteFeature(identity, tag_of(ground), "outdoor-ground", name, shape.region, low)
        if high - low > _UNEVEN_M:
            own = reading.identities.unique(f"{identity}/high")
            yield SiteFeature(own, tag_of(ground), "outdoor-ground", name, shape.region, high)


def _terrain_elements(model: Instance) -> Iterator[Instance]:
    for class_name in ("IfcGeographicElement", "IfcBuildingElementProxy", "IfcSlab", "IfcCovering"):
        for product in instances(model, class_name):
            named = classify_site_name(text(product, "Name")) == "outdoor-ground"
            if named or attribute(product, "PredefinedType") == "TERRAIN":
                yield product


def _heights_beside(shape: Shape, elements: Sequence[Element]) -> Points:
    """Heights of the ground's surface around the building's walls, or over all of it where there are none."""
    if not shape.ceiling:
        return np.array([shape.z_max_m if shape.z_max_m is not None else shape.z_min_m])
    walls = [e.footprint for e in elements if e.kind in ("wall", "curtain-wall")]
    if walls:
        around = shapely.get_coordinates(shapely.union_all(walls).convex_hull.buffer(_BESIDE_M))
        tree = STRtree([facet.outline for facet in shape.ceiling])
        point, facet = tree.query(shapely.points(around), predicate="intersects")
        if len(point):
            return heights_in(shape.ceiling, facet, around[point])
    return corner_heights(shape.ceiling)
