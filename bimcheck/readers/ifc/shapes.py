"""Products in plan: region, heights and ceiling from whichever of their representations can be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.errors import ShapelyError

from bimcheck.model import Facet, Region, ShapeMethod
from bimcheck.readers.ifc.columns import ceilings, z_range
from bimcheck.readers.ifc.curves import Curves, Points
from bimcheck.readers.ifc.faces import plan_of
from bimcheck.readers.ifc.instance import Instance, attribute, reference, references
from bimcheck.readers.ifc.kernel import Kernel
from bimcheck.readers.ifc.placement import Placements, UnusableGeometryError
from bimcheck.readers.ifc.regions import Defect, PlaneRegion, united_polygons
from bimcheck.readers.ifc.solids import Body, Solids, outline_of
from bimcheck.text import Text

GEOMETRY_ERRORS = (
    ValueError, TypeError, AttributeError, IndexError, KeyError, ArithmeticError, RuntimeError, ShapelyError,
)  # fmt: skip
"""What reading geometry may raise: the parser checks neither types nor counts of attributes."""

BODIES = ("Body", "Facetation", "Tessellation", "Mesh", "Body-FallBack", "", "FootPrint", "Surface", "Box")
_FARTHEST_M = 1e7

_REASONS = {
    "coordinates": Text("坐标无效", "invalid coordinates"),
    "placement": Text("定位无效（循环或缺失）", "an unusable placement (cyclic or missing)"),
    "zero-area": Text("轮廓没有面积", "an outline without area"),
    "cycle": Text("几何循环引用", "geometry that refers to itself"),
    "nesting": Text("几何嵌套过深", "geometry nested too deeply"),
    "none": Text("没有几何图形", "no geometry"),
}


def reason_text(reason: str) -> Text:
    """Why a shape could not be used, in words."""
    return _REASONS.get(reason, Text(f"几何无法识别（{reason}）", f"geometry that cannot be read ({reason})"))


@dataclass(frozen=True, slots=True)
class Shape:
    """A product in plan. ``z_max_m`` is ``None`` where only an outline is drawn.

    ``defects`` were repaired; ``doubtful`` where the repair is only one reading of the outline.
    """

    region: Region
    z_min_m: float
    z_max_m: float | None
    method: ShapeMethod
    ceiling: tuple[Facet, ...] = ()
    defects: frozenset[Defect] = frozenset()
    doubtful: bool = False


class Shapes:
    """Reads the shapes of one file relative to a local origin (world metres that are taken away)."""

    def __init__(self, curves: Curves, kernel: Kernel, placements: Placements, origin_m: tuple[float, float]) -> None:
        self._solids = Solids(curves, kernel)
        self._placements = placements
        self._origin = np.array([*origin_m, 0.0])

    def matrix(self, product: Instance) -> Points:
        """The placement of a product in local metres.

        Raises:
            UnusableGeometryError: it has no usable placement.
        """
        matrix = self._placements.world(product).copy()
        matrix[:3, 3] -= self._origin
        return matrix

    def of(self, product: Instance, wanted: Sequence[str] = BODIES) -> Shape:
        """The shape of a product from the first of its representations that can be used.

        Raises:
            UnusableGeometryError: none can; the message is the reason of the first that was tried.
        """
        reason = ""
        for representation in representations(product, wanted):
            try:
                return self._shape(references(representation, "Items"), self.matrix(product))
            except UnusableGeometryError as error:
                reason = reason or str(error)
            except GEOMETRY_ERRORS as error:
                reason = reason or type(error).__name__
        raise UnusableGeometryError(reason or "none")

    def parts(self, product: Instance) -> list[Shape]:
        """The shapes of the separate items of a product's body, for things that repeat within one product."""
        shapes: list[Shape] = []
        for representation in representations(product, BODIES)[:1]:
            for item in references(representation, "Items"):
                try:
                    shapes.append(self._shape([item], self.matrix(product)))
                except GEOMETRY_ERRORS:
                    continue
        return shapes

    def lines(self, product: Instance, wanted: Sequence[str]) -> list[Points]:
        """The curves a product draws, as points in space.

        Raises:
            UnusableGeometryError: it draws none.
        """
        for representation in representations(product, wanted):
            try:
                body = self._body(references(representation, "Items"), self.matrix(product))
            except GEOMETRY_ERRORS:
                continue
            if body.lines:
                return body.lines
        raise UnusableGeometryError("none")

    def _body(self, items: Iterable[Instance], matrix: Points) -> Body:
        body = Body()
        for item in items:
            self._solids.add(body, item, matrix)
        return body

    def _shape(self, items: Iterable[Instance], matrix: Points) -> Shape:
        body = self._body(items, matrix)
        method = _method(body)
        if not body.columns and not body.faces:
            if not body.lines:
                raise UnusableGeometryError("none")
            drawn = outline_of(body.lines)
            return _checked(
                Shape(drawn.region, float(body.lines[0][0, 2]), None, method, (), drawn.defects, drawn.doubtful)
            )
        regions: list[PlaneRegion] = []
        lows: list[float] = []
        highs: list[float] = []
        ceiling: tuple[Facet, ...] = ()
        if body.columns:
            regions.append(PlaneRegion(united_polygons([column.outline for column in body.columns])))
            low, high = z_range(body.columns)
            lows.append(low)
            highs.append(high)
            ceiling += ceilings(body.columns)
        if body.faces:
            plan = plan_of(body.faces)
            regions.append(PlaneRegion(plan.region))
            lows.append(plan.z_min_m)
            highs.append(plan.z_max_m)
            ceiling += plan.ceiling
        region = (
            regions[0].region if len(regions) == 1 else united_polygons([p for r in regions for p in _parts(r.region)])
        )
        return _checked(Shape(region, min(lows), max(highs), method, ceiling, frozenset(body.defects), body.doubtful))


def _parts(region: Region) -> list[shapely.Polygon]:
    return [region] if isinstance(region, shapely.Polygon) else list(region.geoms)


def _checked(shape: Shape) -> Shape:
    if not np.abs(shapely.get_coordinates(shape.region)).max() < _FARTHEST_M or not abs(shape.z_min_m) < _FARTHEST_M:
        raise UnusableGeometryError("coordinates")
    return shape


def _method(body: Body) -> ShapeMethod:
    order: tuple[ShapeMethod, ...] = ("kernel", "brep", "face-set", "profile", "bounding-box", "footprint")
    return next((method for method in order if method in body.methods), "none")


def representations(product: Instance, wanted: Sequence[str]) -> list[Instance]:
    """The representations of a product with the wanted identifiers, in that order; others are left out."""
    shapes = references(reference(product, "Representation"), "Representations")
    rank = _ranks(tuple(wanted))
    found = [(rank[key], shape) for shape in shapes if (key := _identifier(shape)) in rank]
    return [shape for _, shape in sorted(found, key=lambda pair: pair[0])]


@cache
def _ranks(wanted: tuple[str, ...]) -> dict[str, int]:
    return {name.lower(): i for i, name in enumerate(wanted)}


def _identifier(shape: Instance) -> str:
    name = attribute(shape, "RepresentationIdentifier")
    return name.strip().lower() if isinstance(name, str) else ""
