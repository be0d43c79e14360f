"""External insulation: where the outer-face polygon and thickness by perimeter differ.

GB/T 50353-2013 3.0.24 counts net insulation thickness times the structure's perimeter; GB 55031-2022 3.1.1 takes the
outer surface, which at every outward corner is a square of the thickness more (and at every inward corner one less).
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.cells import LevelPlan, is_insulation
from bimcheck.measures.partition import unite
from bimcheck.model import Element, Region

_NEAR_M = 1e-3


@dataclass(frozen=True, slots=True)
class Insulation:
    """The insulation band around a level and the outline of the structure within it; thickness in metres."""

    band: BaseGeometry
    structure: BaseGeometry
    thickness_m: float

    def excess_m2(self, region: Region) -> float:
        """What the outer-face reading of a room has more than thickness by perimeter."""
        band = shapely.intersection(region, self.band).area
        edge = shapely.intersection(shapely.boundary(self.structure), shapely.buffer(region, _NEAR_M / 10)).length
        return float(band - edge * self.thickness_m)


def insulation_of(plan: LevelPlan, outline: Region) -> Insulation | None:
    """The level's external insulation, from elements of its own or from the layers of its outer walls."""
    separate = [wall.footprint for wall in plan.walls if is_insulation(wall)]
    if separate:
        band = shapely.intersection(outline, unite(separate))
        structure = shapely.difference(outline, band)
        mean = (outline.exterior.length if hasattr(outline, "exterior") else outline.length) / 2
        mean += sum(part.exterior.length for part in shapely.get_parts(structure) if hasattr(part, "exterior")) / 2
        return Insulation(band, structure, band.area / mean) if mean and band.area else None
    thicknesses = {round(t, 6) for wall in plan.walls if (t := _outer_layer_m(wall)) and _outer(wall, outline)}
    bare = any(not _outer_layer_m(wall) and _outer(wall, outline) for wall in plan.walls if wall.kind == "wall")
    if len(thicknesses) != 1 or bare:
        return None
    thickness = thicknesses.pop()
    structure = shapely.buffer(outline, -thickness, join_style="mitre")
    return Insulation(shapely.difference(outline, structure), structure, thickness)


def _outer_layer_m(wall: Element) -> float:
    return sum(layer.thickness_m for layer in wall.layers if layer.insulation)


def _outer(wall: Element, outline: Region) -> bool:
    return bool(shapely.distance(shapely.boundary(outline), wall.footprint) < _NEAR_M)
