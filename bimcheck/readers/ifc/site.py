"""What stands or lies outdoors: streets, fences, stalls, plazas, other buildings, and the ground itself.

Classes say little here (a stall may be a space, a proxy, furniture or four lines), so names decide, by the words of
``site_words``; a road or terrain is taken for one whatever its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from bimcheck.model import Element, SiteFeature, SiteKind, Space, Storey
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.elements import is_outdoor
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references, tag_of, text
from bimcheck.readers.ifc.placement import UnusableGeometryError, axes_matrix
from bimcheck.readers.ifc.reading import Reading
from bimcheck.readers.ifc.regions import polygons_of
from bimcheck.readers.ifc.relations import instances
from bimcheck.readers.ifc.shapes import BODIES, GEOMETRY_ERRORS, Shape
from bimcheck.readers.ifc.terrain import other_buildings, terrain
from bimcheck.site_words import classify_site_name, is_accessible, is_underground, names_car_park

_NAMED = (
    "IfcGeographicElement", "IfcCivilElement", "IfcAnnotation", "IfcBuildingElementProxy", "IfcSlab", "IfcCovering",
    "IfcFurnishingElement", "IfcRailing", "IfcWall", "IfcRoad", "IfcRoadPart", "IfcFacilityPart", "IfcPavement",
    "IfcCourse", "IfcElementAssembly", "IfcPlate", "IfcDoor", "IfcAlignment",
)  # fmt: skip
_NAMING = ("space-type", "name", "long-name")
_LINES = ("Annotation", "FootPrint", "Plan", "Axis", "Body", "")
_STALLS: frozenset[SiteKind] = frozenset({"parking", "bicycle"})
_AREAS: frozenset[SiteKind] = frozenset({"parking", "bicycle", "plaza", "green", "site-boundary", "building"})
_UPRIGHT: frozenset[SiteKind] = frozenset({"fence", "gate", "building"})
_LARGEST_STALL_M2 = 60.0
_SMALLEST_STALL_M2 = 0.5
_SAME_STALL = 0.6
_STACKED_M = 1.5


def read_site(
    reading: Reading, spaces: Sequence[Space], elements: Sequence[Element], storeys: Sequence[Storey]
) -> tuple[SiteFeature, ...]:
    """Everything outdoors; ``spaces`` and ``elements`` are what was read of the building."""
    return tuple(_Site(reading, spaces, elements, storeys).read())


class _Site:
    def __init__(
        self, reading: Reading, spaces: Sequence[Space], elements: Sequence[Element], storeys: Sequence[Storey]
    ) -> None:
        self._reading = reading
        self._spaces = spaces
        self._elements = elements
        self._storeys = {storey.id: storey for storey in storeys}
        self._layers = _layers(reading.model)
        self._car_parks: list[str] = []

    def read(self) -> list[SiteFeature]:
        features = [f for space in self._spaces if (f := self._of_space(space)) is not None]
        taken: set[int] = set()
        for class_name in _NAMED:
            for product in instances(self._reading.model, class_name):
                if product.id() not in taken:
                    taken.add(product.id())
                    features += self._of_product(product)
        features += other_buildings(self._reading, self._spaces, self._elements)
        features += terrain(self._reading, self._elements)
        if self._car_parks and not any(feature.kind == "parking" for feature in features):
            self._reading.note(
                "car-park-undivided",
                "warning",
                "停车场按整块绘制，未划分车位，无法计数；请逐个绘制车位或在任务书中说明",
                "a car park is drawn as one piece without stalls, so they cannot be counted; draw each stall",
                self._car_parks,
                ("parking_spaces",),
            )
        self._reading.unusable.clear()
        return _without_repeats(features)

    # ------------------------------------------------------------------------------------------ spaces

    def _of_space(self, space: Space) -> SiteFeature | None:
        """An outdoor space, or one that is a stall or plaza by its name."""
        said = [
            space.name,
            *(label.text for label in space.labels if label.kind in ("space-type", "name", "long-name")),
        ]
        kind = next((found for each in said if (found := classify_site_name(each)) is not None), None)
        if space.predefined_type == "PARKING":
            kind = kind if kind in _STALLS else "parking"
        elif space.predefined_type != "EXTERNAL" and not (kind in ("parking", "plaza") and _ends_as_named(said)):
            return None
        if kind is None or space.footprint is None or kind == "outdoor-ground":
            return None
        if kind == "parking" and space.footprint.area > _LARGEST_STALL_M2:
            self._car_parks.append(space.id)
            return None
        return SiteFeature(
            id=space.id,
            tag=space.tag,
            kind=kind,
            name=space.name,
            geometry=space.footprint,
            z_m=space.floor_z_m,
            accessible=any(is_accessible(each) for each in said),
            underground=self._underground(said, space.storey_id) if kind in _STALLS else None,
            storey_id=space.storey_id,
        )

    def _underground(self, said: Iterable[str], storey_id: str | None) -> bool | None:
        storey = self._storeys.get(storey_id or "")
        if any(is_underground(each) for each in said):
            return True
        if storey is None:
            return False
        return (
            (storey.number is not None and storey.number < 0)
            or storey.kind == "semi-basement"
            or is_underground(storey.name)
        )

    # ------------------------------------------------------------------------------------------ products

    def _of_product(self, product: Instance) -> Iterator[SiteFeature]:
        said = self._names(product)
        kind = self._kind(product, said)
        if kind is None:
            if any(names_car_park(each) for each in said) and not any(classify_site_name(each) for each in said):
                self._car_parks.append(self._reading.identities.of(product))
            return
        drawn = list(self._drawn(product, kind))
        for index, (geometry, z_m) in enumerate(drawn):
            identity = self._reading.identities.of(product)
            storey_id = self._reading.storey_id(product)
            yield SiteFeature(
                id=identity if index == 0 else self._reading.identities.unique(f"{identity}/{index + 1}"),
                tag=tag_of(product),
                kind=kind,
                name=said[0] if said else "",
                geometry=geometry,
                z_m=z_m,
                layer=self._layer(product),
                accessible=any(is_accessible(each) for each in said),
                underground=self._underground(said, storey_id) if kind in _STALLS else None,
                storey_id=storey_id,
            )

    def _names(self, product: Instance) -> list[str]:
        """Everything the product is called, its own name first; the words of a text count as a name."""
        type_ = self._reading.relations.type.get(product.id())
        found = [text(product, key) for key in ("Name", "LongName", "ObjectType", "Description")]
        found += [text(type_, "Name")]
        if product.is_a("IfcAnnotation"):
            found += [text(item, "Literal") for item in _items(product) if item.is_a("IfcTextLiteral")]
        return [each for each in found if each]

    def _kind(self, product: Instance, said: Sequence[str]) -> SiteKind | None:
        kind = next((found for each in said if (found := classify_site_name(each)) is not None), None)
        if any(product.is_a(each) for each in ("IfcWall", "IfcRailing", "IfcSlab", "IfcCovering")):
            return kind if any(is_outdoor(product, each) for each in said) else None
        if product.is_a("IfcDoor") or product.is_a("IfcPlate"):
            return kind if kind == "gate" and self._reading.relations.opening.get(product.id()) is None else None
        if product.is_a("IfcRoad"):
            return kind if kind in ("internal-road", "plaza", "parking") else "street"
        if product.is_a("IfcRoadPart") or product.is_a("IfcFacilityPart"):
            road = self._reading.relations.ancestor(product, "IfcRoad")
            own = reference(road, "Representation") is not None
            return None if road is None or own else kind or self._kind(road, self._names(road))
        if product.is_a("IfcGeographicElement") and attribute(product, "PredefinedType") == "TERRAIN":
            return kind if kind not in (None, "outdoor-ground") else None
        if product.is_a("IfcFurnishingElement") and kind not in _STALLS:
            return None
        return None if kind == "outdoor-ground" else kind

    def _layer(self, product: Instance) -> str:
        shapes = references(reference(product, "Representation"), "Representations")
        return next((self._layers[s.id()] for s in shapes if s.id() in self._layers), "")

    def _drawn(
        self, product: Instance, kind: SiteKind
    ) -> Iterator[tuple[Polygon | shapely.MultiPolygon | LineString | Point, float | None]]:
        """The geometry: each repeated stall apart, regions for areas, lines and points as they are drawn."""
        if product.is_a("IfcAnnotation") or (drawn := self._reading.whole_shape(product)) == []:
            yield from self._lines(product, kind)
            return
        if kind in _STALLS:
            parts = self._reading.shapes.parts(product) or drawn
            stalls = [(polygon, part) for part in parts for polygon in polygons_of(part.region)]
            stalls = [pair for pair in stalls if pair[0].area >= _SMALLEST_STALL_M2]
            if kind == "parking" and any(polygon.area > _LARGEST_STALL_M2 for polygon, _ in stalls):
                self._car_parks.append(self._reading.identities.of(product))
                return
            yield from ((polygon, _height(part, kind)) for polygon, part in stalls)
            return
        for shape in drawn:
            yield shape.region, _height(shape, kind)

    def _lines(
        self, product: Instance, kind: SiteKind
    ) -> Iterator[tuple[Polygon | shapely.MultiPolygon | LineString | Point, float | None]]:
        if kind in _AREAS and (shape := self._reading.shape(product, ("Annotation", *BODIES, "Plan"))) is not None:
            for polygon in polygons_of(shape.region):
                yield polygon, shape.z_min_m
            return
        try:
            for line in self._reading.shapes.lines(product, _LINES):
                yield LineString(line[:, :2]), float(line[0, 2])
        except UnusableGeometryError:
            point = self._point(product)
            if point is not None:
                yield Point(point[:2]), float(point[2])

    def _point(self, product: Instance) -> Points | None:
        """Where a text or symbol without lines stands."""
        try:
            matrix = self._reading.shapes.matrix(product)
            literal = next((item for item in _items(product) if item.is_a("IfcTextLiteral")), None)
            own = axes_matrix(reference(literal, "Placement"), self._reading.units.length_m)
        except GEOMETRY_ERRORS:
            return None
        return np.asarray((matrix @ own)[:3, 3]) if reference(product, "ObjectPlacement") is not None else None


def _without_repeats(features: Sequence[SiteFeature]) -> list[SiteFeature]:
    """Features without stalls that lie on another stall at the same height (a bay drawn as space and as surface)."""
    kept: list[SiteFeature] = []
    stalls: list[SiteFeature] = []
    for feature in features:
        if feature.kind in _STALLS:
            if any(_repeats(feature, stall) for stall in stalls):
                continue
            stalls.append(feature)
        kept.append(feature)
    return kept


def _repeats(one: SiteFeature, other: SiteFeature) -> bool:
    if one.kind != other.kind or abs((one.z_m or 0.0) - (other.z_m or 0.0)) > _STACKED_M:
        return False
    least = min(one.geometry.area, other.geometry.area)
    return least > 0 and one.geometry.intersection(other.geometry).area >= _SAME_STALL * least


def _ends_as_named(said: Iterable[str]) -> bool:
    """Whether a name ends in the word for a stall or plaza, so that it is no room beside one (车位管理室)."""
    endings = ("车位", "泊位", "广场", "场地", "parking", "space", "stall", "bay", "plaza", "square")
    return any(each.rstrip("0123456789-#号 ）)").casefold().endswith(endings) for each in said)


def _height(shape: Shape, kind: SiteKind) -> float | None:
    """The height that counts: the foot of what stands upright, the top of what lies flat."""
    return shape.z_min_m if kind in _UPRIGHT or shape.z_max_m is None else shape.z_max_m


def _items(product: Instance) -> Iterator[Instance]:
    for shape in references(reference(product, "Representation"), "Representations"):
        yield from references(shape, "Items")


def _layers(model: Instance) -> dict[int, str]:
    """The presentation layer of each representation that is assigned to one."""
    found: dict[int, str] = {}
    for layer in instances(model, "IfcPresentationLayerAssignment"):
        for item in references(layer, "AssignedItems"):
            found.setdefault(item.id(), text(layer, "Name"))
    return found
