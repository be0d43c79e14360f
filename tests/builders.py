"""Small models made by hand, so that a test shows its geometry on one screen. Metres throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from bimcheck.model import (
    BuildingModel,
    Element,
    ElementKind,
    Label,
    Opening,
    Region,
    ShapeMethod,
    SiteFeature,
    SiteKind,
    Source,
    Space,
    Storey,
)

SOURCE = Source("hand.ifc", "0" * 64, 1, "IFC", "IFC4", "m", "declared")


def region(geometry: BaseGeometry) -> Region:
    """What set operations of shapely give, known to be an area."""
    assert isinstance(geometry, (Polygon, MultiPolygon))
    return geometry


def space(
    id_: str,
    footprint: BaseGeometry | Sequence[tuple[float, float]] | None,
    *,
    name: str = "",
    storey: str = "S1",
    floor: float | None = 0.0,
    top: float | None = 3.0,
    labels: Iterable[Label] = (),
) -> Space:
    """A space named by its long name; ``footprint`` is a polygon or its corners."""
    drawn = Polygon(footprint) if isinstance(footprint, Sequence) else None if footprint is None else region(footprint)
    found = (Label("long-name", name, "LongName"), *labels) if name else tuple(labels)
    shape: ShapeMethod = "profile" if drawn is not None else "none"
    return Space(id_, f"#{id_}", name or id_, found, storey, drawn, floor, top, shape)


def room(id_: str, x0: float, y0: float, x1: float, y1: float, name: str = "", storey: str = "S1") -> Space:
    """A rectangular space on the floor at 0 (storey S1) or 4.5 m (storey S2)."""
    floor = 0.0 if storey == "S1" else 4.5
    return space(id_, box(x0, y0, x1, y1), name=name, storey=storey, floor=floor, top=floor + 3.0)


def wall(
    id_: str,
    footprint: BaseGeometry,
    *,
    kind: ElementKind = "wall",
    z: tuple[float, float] = (0.0, 4.5),
    storey: str = "S1",
    name: str = "",
) -> Element:
    """A wall (or another element) by its plan."""
    return Element(id_, f"#{id_}", kind, name, region(footprint), z[0], z[1], storey)


def straight_wall(
    id_: str, start: tuple[float, float], end: tuple[float, float], thickness: float, storey: str = "S1"
) -> Element:
    """A straight wall by its centre line, square at both ends."""
    footprint = LineString([start, end]).buffer(thickness / 2, cap_style="flat")
    z = (0.0, 4.5) if storey == "S1" else (4.5, 9.0)
    return wall(id_, footprint, z=z, storey=storey)


def door(
    id_: str,
    start: tuple[float, float],
    end: tuple[float, float],
    thickness: float = 0.24,
    *,
    storey: str = "S1",
    sill: float = 0.0,
    host: str | None = None,
) -> Opening:
    """A door by its jambs on the wall's centre line."""
    axis = LineString([start, end])
    hole = axis.buffer(thickness / 2, cap_style="flat")
    return Opening(id_, f"#{id_}", "door", id_, hole, axis, sill, sill + 2.1, storey, host)


def model(
    *,
    spaces: Iterable[Space] = (),
    elements: Iterable[Element] = (),
    openings: Iterable[Opening] = (),
    site: Iterable[SiteFeature] = (),
    storeys: Iterable[Storey] = (),
) -> BuildingModel:
    """A building of the given parts; storeys S1 (0.00) and S2 (4.50) unless others are given."""
    levels = tuple(storeys) or (Storey("S1", "1F", "B1", 0.0), Storey("S2", "2F", "B1", 4.5))
    return BuildingModel(
        source=SOURCE,
        storeys=levels,
        spaces=tuple(spaces),
        elements=tuple(elements),
        openings=tuple(openings),
        site=tuple(site),
    )


def without(region: BaseGeometry, *cut: BaseGeometry | None) -> Region:
    """What is left of a region; nothing is cut where there is nothing to cut."""
    for each in cut:
        region = region if each is None else region.difference(each)
    assert isinstance(region, Polygon | MultiPolygon)
    return region


def envelope(
    id_: str, x0: float, y0: float, x1: float, y1: float, thickness: float = 0.24, storey: str = "S1"
) -> list[Element]:
    """Four walls inside a rectangle of outer faces."""
    t = thickness / 2
    sides = [
        ((x0, y0 + t), (x1, y0 + t)),
        ((x1 - t, y0), (x1 - t, y1)),
        ((x1, y1 - t), (x0, y1 - t)),
        ((x0 + t, y1), (x0 + t, y0)),
    ]
    return [straight_wall(f"{id_}{n}", start, end, thickness, storey) for n, (start, end) in enumerate(sides)]


def feature(
    id_: str,
    kind: SiteKind,
    geometry: Polygon | LineString | Point,
    name: str = "",
    **more: Any,
) -> SiteFeature:
    """Something on the site, named by its id unless a name is given."""
    return SiteFeature(id_, f"#{id_}", kind, name or id_, geometry, **more)


Plan = TypeVar("Plan", bound=BaseGeometry)


def carried(model_: BuildingModel, move: Callable[[BaseGeometry], BaseGeometry]) -> BuildingModel:
    """The model with all its plan geometry carried along by a movement of the plane; true north turns with it."""

    def along(geometry: Plan) -> Plan:
        return cast("Plan", move(geometry))

    (x0, y0), (x1, y1) = (along(Point(p)).coords[0] for p in ((0.0, 0.0), model_.north))
    return replace(
        model_,
        spaces=tuple(s if s.footprint is None else replace(s, footprint=along(s.footprint)) for s in model_.spaces),
        elements=tuple(replace(e, footprint=along(e.footprint)) for e in model_.elements),
        openings=tuple(replace(o, footprint=along(o.footprint), axis=along(o.axis)) for o in model_.openings),
        site=tuple(replace(f, geometry=along(f.geometry)) for f in model_.site),
        north=(x1 - x0, y1 - y0),
    )
