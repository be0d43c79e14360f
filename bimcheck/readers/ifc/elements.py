"""Building elements in plan: walls with their openings left closed, curtain walls as one, stairs as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shapely import LineString

from bimcheck.model import Element, ElementKind, Region
from bimcheck.readers.ifc.instance import Instance, attribute, reference, tag_of, text
from bimcheck.readers.ifc.layers import layer_offset, layers_of
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.reading import AREAS, Reading, name_of, names
from bimcheck.readers.ifc.regions import polygons_of, region_of, united_polygons
from bimcheck.readers.ifc.relations import instances
from bimcheck.readers.ifc.shapes import BODIES, GEOMETRY_ERRORS, Shape, reason_text
from bimcheck.site_words import classify_site_name

_KINDS: tuple[tuple[str, ElementKind], ...] = (
    ("IfcCurtainWall", "curtain-wall"),
    ("IfcStair", "stair"),
    ("IfcRamp", "ramp"),
    ("IfcWall", "wall"),
    ("IfcColumn", "column"),
    ("IfcRoof", "roof"),
    ("IfcSlab", "slab"),
    ("IfcStairFlight", "stair"),
    ("IfcRampFlight", "ramp"),
    ("IfcRailing", "railing"),
    ("IfcCovering", "covering"),
    ("IfcWindow", "window"),
    ("IfcTransportElement", "lift"),
    ("IfcPlate", "curtain-wall"),
    ("IfcMember", "curtain-wall"),
    ("IfcBuildingElementProxy", "wall"),
)
_CONSUMING: frozenset[ElementKind] = frozenset({"curtain-wall", "stair", "ramp", "wall", "lift"})
"""Kinds whose parts are part of them and not elements of their own (the slabs of a roof without a shape stay so)."""

_PROXIES: tuple[tuple[re.Pattern[str], ElementKind], ...] = (
    (re.compile(r"幕墙|curtain ?wall", re.IGNORECASE), "curtain-wall"),
    (re.compile(r"电梯|升降机|\blift\b|elevator|aufzug", re.IGNORECASE), "lift"),
    (re.compile(r"楼梯|\bstairs?\b|treppe", re.IGNORECASE), "stair"),
    (re.compile(r"结构柱|框架柱|柱$|^柱|\bcolumn\b|stütze", re.IGNORECASE), "column"),
    (re.compile(r"楼板|屋面板|\bslab\b", re.IGNORECASE), "slab"),
    (re.compile(r"墙体|[外内隔砌]墙|墙$|^墙|\bwall\b", re.IGNORECASE), "wall"),
)
_OUTDOOR_PARTS = frozenset({"fence", "plaza", "parking", "bicycle", "green", "street", "internal-road"})
_ASSUMED_HEIGHT_M = 3.0
_DRAWN = tuple(name for name in BODIES if name != "Box")


def read_elements(reading: Reading) -> tuple[Element, ...]:
    """The elements of the building that the measures use."""
    consumed: set[int] = set()
    found: list[Element] = []
    for class_name, kind in _KINDS:
        # wholes before their parts
        for product in sorted(instances(reading.model, class_name), key=reading.relations.depth):
            if product.id() in consumed:
                continue
            actual = _kind(product, class_name, kind)
            if actual is None:
                continue
            if actual in _CONSUMING or (actual == "roof" and reference(product, "Representation") is not None):
                consumed.update(
                    part.id() for part in reading.relations.descendants(product) if not part.is_a("IfcDoor")
                )
            consumed.add(product.id())
            element = _element(reading, product, actual)
            if element is not None:
                found.append(element)
    _report(reading, found)
    return tuple(found)


def is_outdoor(product: Instance, name: str) -> bool:
    """Whether a wall, slab or railing is named as a part of the site (围墙, 活动广场)."""
    kind = classify_site_name(name)
    walls = ("IfcWall", "IfcRailing")
    if any(product.is_a(each) for each in walls):
        return kind == "fence"
    return bool(product.is_a("IfcSlab") or product.is_a("IfcCovering")) and kind in _OUTDOOR_PARTS


def _kind(product: Instance, class_name: str, kind: ElementKind) -> ElementKind | None:
    """What a product is to the measures; ``None`` for nothing."""
    name = " ".join(text(product, key) for key in ("Name", "ObjectType"))
    predefined = str(attribute(product, "PredefinedType") or "")
    if is_outdoor(product, name):
        return None
    if class_name == "IfcBuildingElementProxy":
        if classify_site_name(name) is not None:
            return None
        return next((other for words, other in _PROXIES if words.search(name)), None)
    if class_name in ("IfcPlate", "IfcMember"):
        return kind if predefined in ("CURTAIN_PANEL", "MULLION") else None
    if class_name == "IfcSlab" and predefined == "ROOF":
        return "roof"
    if class_name == "IfcSlab" and predefined == "LANDING":
        return "stair"
    if class_name == "IfcTransportElement" and predefined in ("ESCALATOR", "MOVINGWALKWAY"):
        return "stair"
    return kind


def _element(reading: Reading, product: Instance, kind: ElementKind) -> Element | None:
    shapes = _shapes(reading, product, kind)
    if not shapes:
        return None
    footprint = united([shape.region for shape in shapes])
    low = min(shape.z_min_m for shape in shapes)
    high = max(shape.z_max_m if shape.z_max_m is not None else shape.z_min_m for shape in shapes)
    if high <= low and kind in ("wall", "curtain-wall", "column"):
        high = low + (reading.properties.length_m(product, "Height") or _ASSUMED_HEIGHT_M)
    return Element(
        id=reading.identities.of(product),
        tag=tag_of(product),
        kind=kind,
        name=text(product, "Name"),
        footprint=footprint,
        z_min_m=low,
        z_max_m=high,
        storey_id=reading.storey_id(product),
        predefined_type=str(attribute(product, "PredefinedType") or ""),
        external=reading.properties.external(product),
        layers=layers_of(reading, product) if kind in ("wall", "curtain-wall", "slab", "roof") else (),
        building_id=reading.building_id(product),
    )


def _shapes(reading: Reading, product: Instance, kind: ElementKind) -> list[Shape]:
    if kind == "window":
        opening = reading.relations.opening.get(product.id())
        shape = reading.shape(opening) if opening is not None else None
        return [shape] if shape is not None else reading.whole_shape(product)
    if kind == "roof" and product.is_a("IfcRoof") and reference(product, "Representation") is None:
        return []  # its slabs are elements of their own
    if kind == "wall" and reference(product, "Representation") is not None:
        shape = reading.shape(product, _DRAWN) or _from_axis(reading, product) or reading.shape(product, ("Box",))
        if shape is not None:
            return [shape]
    return reading.whole_shape(product)


def _from_axis(reading: Reading, product: Instance) -> Shape | None:
    """A wall drawn by its axis alone, as thick as its material layers say."""
    layers = layers_of(reading, product)
    thickness = sum(layer.thickness_m for layer in layers)
    if thickness <= 0:
        return None
    try:
        lines = reading.shapes.lines(product, ("Axis",))
        middle = layer_offset(reading, product, thickness)
        parts = []
        for line in lines:
            axis = LineString(line[:, :2])
            centre = axis.offset_curve(middle, join_style="mitre") if abs(middle) > 1e-9 else axis
            parts += polygons_of(centre.buffer(thickness / 2, cap_style="flat", join_style="mitre"))
        region = united_polygons(parts)
    except (UnusableGeometryError, *GEOMETRY_ERRORS):
        return None
    low = float(lines[0][0, 2])
    height = reading.properties.length_m(product, "Height") or _ASSUMED_HEIGHT_M
    return Shape(region, low, low + height, "footprint")


def united(regions: Sequence[Region]) -> Region:
    """Several regions as one."""
    if len(regions) == 1:
        return regions[0]
    return united_polygons([polygon for region in regions for polygon in polygons_of(region_of(region))])


def _report(reading: Reading, found: Sequence[Element]) -> None:
    """Name what could not be used; walls and columns among it make areas untrustworthy."""
    known = {element.id for element in found}
    for reason, products in sorted(reading.unusable.items()):
        lost = list(_lost(reading, products, known))
        if not lost:
            continue
        said, listed = reason_text(reason), names([name_of(product) for product in lost])
        bearing = any(product.is_a(kind) for product in lost for kind in ("IfcWall", "IfcColumn", "IfcCurtainWall"))
        reading.note(
            "element-geometry-unusable",
            "warning",
            f"构件 {listed.zh} 的几何无法使用：{said.zh}",
            f"{listed.en}: the element's geometry is unusable because of {said.en}",
            [reading.identities.of(product) for product in lost],
            AREAS if bearing else (),
        )
    reading.unusable.clear()


def _lost(reading: Reading, products: Sequence[Instance], known: set[str]) -> Iterator[Instance]:
    """Products that ended without any shape, each once."""
    for product in dict.fromkeys(products):
        if reading.identities.of(product) not in known and not product.is_a("IfcOpeningElement"):
            yield product
