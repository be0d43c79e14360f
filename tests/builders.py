"""Small models made by hand, so that a test shows its geometry on one screen. Metres throughout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapely import LineString, Polygon, box

from bimcheck.model import (
    BuildingModel,
    Element,
    ElementKind,
    Label,
    Opening,
    Region,
    ShapeMethod,
    SiteFeature,
    Source,
    Space,
    Storey,
)

SOURCE = Source("hand.ifc", "0" * 64, 1, "IFC", "IFC4", "m", "declared")


def space(
    id_: str,
    footprint: Region | Sequence[tuple[float, float]] | None,
    *,
    name: str = "",
    storey: str = "S1",
    floor: float | None = 0.0,
    top: float | None = 3.0,
    labels: Iterable[Label] = (),
) -> Space:
    """A space named by its long name; ``footprint`` is a polygon or its corners."""
    region = Polygon(footprint) if isinstance(footprint, Sequence) else footprint
    found = (Label("long-name", name, "LongName"), *labels) if name else tuple(labels)
    shape: ShapeMethod = "profile" if region is not None else "none"
    return Space(id_, f"#{id_}", name or id_, found, storey, region, floor, top, shape)


def room(id_: str, x0: float, y0: float, x1: float, y1: float, name: str = "", storey: str = "S1") -> Space:
    """A rectangular space on the floor at 0 (storey S1) or 4.5 m (storey S2)."""
    floor = 0.0 if storey == "S1" else 4.5
    return space(id_, box(x0, y0, x1, y1), name=name, storey=storey, floor=floor, top=floor + 3.0)


def wall(
    id_: str,
    footprint: Region,
    *,
    kind: ElementKind = "wall",
    z: tuple[float, float] = (0.0, 4.5),
    storey: str = "S1",
    name: str = "",
) -> Element:
    """A wall (or another element) by its plan."""
    return Element(id_, f"#{id_}", kind, name, footprint, z[0], z[1], storey)


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
