"""The same room read by each area standard: coefficients for low storeys, sloped roofs and external insulation.

The standards agree on ordinary rooms. Where they do not, each gives its own figure, and a verdict that depends on
which one is right is left to a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal

import shapely
from pydantic import BaseModel, ConfigDict
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bimcheck.errors import UsageError
from bimcheck.model import Facet, Region, Space
from bimcheck.text import Text

_EPSILON_M = 1e-6
_FAR_M = 1e5


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _LowStorey(_Table):
    below_m: float
    coefficient: float
    clause: str


class _Sloped(_Table):
    measured: Literal["clear", "slab-top"]
    full_m: float
    half_m: float | None = None
    clause: str


class _Insulation(_Table):
    rule: Literal["thickness-by-perimeter", "outer-face"]
    clause: str


class _Title(_Table):
    zh: str
    en: str


class AreaStandard(_Table):
    """One area standard: what it is called, and its coefficients with their clauses."""

    id: str
    title: _Title
    low_storey: _LowStorey
    sloped: _Sloped
    insulation: _Insulation

    @property
    def name(self) -> Text:
        """The standard's number and title."""
        return Text(self.title.zh, self.title.en)


@cache
def area_standards() -> tuple[AreaStandard, ...]:
    """All standards, the default one first."""
    data = tomllib.loads(resources.files("bimcheck.data").joinpath("area_standards.toml").read_text("utf-8"))
    return tuple(AreaStandard.model_validate(item) for item in data["standard"])


def area_standard(name: str) -> AreaStandard:
    """The standard with this id, or with an id that starts so (``gb55031``).

    Raises:
        UsageError: no standard, or several, go by that name.
    """
    found = [s for s in area_standards() if s.id == name] or [s for s in area_standards() if s.id.startswith(name)]
    if len(found) != 1 or not name:
        known = ", ".join(s.id for s in area_standards())
        raise UsageError(f"未知的面积标准“{name}”，可用：{known}", f"unknown area standard “{name}”; known: {known}")
    return found[0]


def counted_area(
    standard: AreaStandard,
    region: Region | None,
    area_m2: float,
    space: Space,
    height_m: float | None,
    slab_m: float,
    insulation_excess_m2: float,
) -> float:
    """The area one room contributes under one standard.

    Args:
        standard: the reading.
        region: the room's gross plan, ``None`` where only a figure is known.
        area_m2: its area, outer face to outer face.
        space: for its sloped ceiling and a coefficient the drawing states.
        height_m: structural height of its storey; unknown counts as high enough (the ledger says so).
        slab_m: vertical thickness of a sloping roof slab.
        insulation_excess_m2: what the outer-face polygon has more than thickness by perimeter (its corner squares).
    """
    if space.coefficient is not None:
        return space.coefficient * area_m2
    if standard.insulation.rule == "thickness-by-perimeter":
        area_m2 -= insulation_excess_m2
    if space.ceiling and region is not None and space.floor_z_m is not None:
        return _sloped_area(standard.sloped, region, space.ceiling, space.floor_z_m, slab_m)
    if height_m is not None and height_m < standard.low_storey.below_m - _EPSILON_M:
        return standard.low_storey.coefficient * area_m2
    return area_m2


def _sloped_area(rule: _Sloped, region: Region, ceiling: Sequence[Facet], floor_z_m: float, slab_m: float) -> float:
    """Bands of clear height (or height to the slab's top) under a sloping roof, exact for plane pieces.

    Wall shares lie beyond the ceiling's pieces; each piece of them follows the nearest ceiling plane.
    """
    lift = slab_m if rule.measured == "slab-top" else 0.0
    full = half = 0.0
    for facet, part in _under(region, ceiling):
        high = _at_least(part, facet, floor_z_m + rule.full_m - lift).area
        full += high
        if rule.half_m is not None:
            half += _at_least(part, facet, floor_z_m + rule.half_m - lift).area - high
    return full + half / 2


def _under(region: Region, ceiling: Sequence[Facet]) -> list[tuple[Facet, BaseGeometry]]:
    """The region cut up by the ceiling's pieces; what lies under none goes to the plane that is lowest there."""
    parts = [(facet, shapely.intersection(region, facet.outline)) for facet in ceiling]
    rest: BaseGeometry = shapely.difference(region, shapely.union_all([facet.outline for facet in ceiling]))
    if rest.area <= _EPSILON_M:
        return parts
    for index, facet in enumerate(ceiling):
        lowest = rest
        for other_index, other in enumerate(ceiling):
            same = (facet.a, facet.b, facet.c) == (other.a, other.b, other.c)
            if other_index == index or (same and other_index > index):
                continue
            if same:
                lowest = Polygon()
                break
            plane = Facet(facet.outline, other.a - facet.a, other.b - facet.b, other.c - facet.c)
            lowest = _at_least(lowest, plane, 0.0)
        parts.append((facet, lowest))
    return parts


def _at_least(part: BaseGeometry, plane: Facet, z_m: float) -> BaseGeometry:
    """The part of a region over which the plane lies at ``z_m`` or higher."""
    slope = (plane.a**2 + plane.b**2) ** 0.5
    if part.is_empty:
        return part
    if slope < _EPSILON_M:
        return part if plane.c >= z_m - _EPSILON_M else Polygon()
    ux, uy = plane.a / slope, plane.b / slope
    offset = (z_m - plane.c) / slope  # the plane reaches z on the line ux·x + uy·y = offset
    x, y = ux * offset, uy * offset
    far = _FAR_M
    half_plane = Polygon(
        [
            (x - uy * far, y + ux * far),
            (x - uy * far + ux * far, y + ux * far + uy * far),
            (x + uy * far + ux * far, y - ux * far + uy * far),
            (x + uy * far, y - ux * far),
        ]
    )
    return shapely.intersection(part, half_plane)
