"""Where on the sheet a room or a door is drawn: the way back from the model's metres to a drawing's own units.

Plans that stand beside each other on one sheet are laid over each other when they are read, each by its own shift.
Reading once more tells which plan a thing stands on and how that plan was moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.assemble import Parts, add_floor
from bimcheck.readers.dxf.layers import LayerMap
from bimcheck.readers.dxf.plans import Plan
from bimcheck.readers.dxf.rooms import read_floor
from bimcheck.readers.dxf.sheets import in_metres, read_sheets
from bimcheck.readers.dxf.siting import Floor, align_floors, drawn_once
from bimcheck.readers.dxf.units import parse_unit
from bimcheck.review import Review


@dataclass(frozen=True, slots=True)
class Placed:
    """How one plan lies on its sheet: a point of the model (metres, as x + iy) is ``(point - shift) / scale`` there."""

    scale: complex
    shift: complex

    @property
    def unit_m(self) -> float:
        """How many metres a unit of the drawing is."""
        return abs(self.scale)

    def on_sheet(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry as it lies on the sheet."""

        def back(points: np.ndarray) -> np.ndarray:
            found = (points[:, 0] + 1j * points[:, 1] - self.shift) / self.scale
            return np.column_stack((found.real, found.imag))

        return shapely.transform(geometry, back)

    def direction(self, vector: tuple[float, float]) -> tuple[float, float]:
        """A direction of the model on the sheet, of length 1 where it was."""
        turned = complex(*vector) / self.scale * abs(self.scale)
        return turned.real, turned.imag


def places(review: Review, original: Path, layers: Mapping[str, str] | None) -> dict[str, Placed]:
    """The plan each space and opening stands on, by its id.

    ``layers`` is the project's own layer map, as it was for the review.

    Raises:
        BimcheckError: the drawing cannot be read.
    """
    source, layer_map = review.source, LayerMap(layers)
    unit = parse_unit(source.length_unit) if source.unit_basis == "option" else None
    reading = read_sheets([original], layer_map, unit)
    sheets = [sheet for sheet in reading.sheets if sheet.view == "floor"]
    floors = [Floor(sheet, in_metres(sheet, review.model.origin_m)) for sheet in sheets]
    align_floors(floors, layer_map, [])
    for floor in floors:
        try:
            floor.found = read_floor(floor.plan, layer_map.role)
        except shapely.errors.GEOSException:
            continue  # the review has said so
    found: dict[str, Placed] = {}
    parts = Parts()
    for floor in drawn_once(floors, []):
        spaces, openings = len(parts.spaces), len(parts.openings)
        add_floor(parts, floor.plan, floor.found, floor.sheet.where, layer_map.role)
        placed = _placed(floor.sheet.plan, floor.plan)
        found |= {space.id: placed for space in parts.spaces[spaces:]}
        found |= {opening.id: placed for opening in parts.openings[openings:]}
    return found


def _placed(drawn: Plan, read: Plan) -> Placed:
    """The similarity between a plan as drawn and as read, by all its points at once."""
    pairs = [(one.points, other.points) for one, other in zip(drawn.shapes, read.shapes, strict=True)]
    spots = [(one.middle, other.middle) for one, other in zip(drawn.captions, read.captions, strict=True)]
    spots += [(one.position, other.position) for one, other in zip(drawn.placements, read.placements, strict=True)]
    pairs += [(np.array([one]), np.array([other])) for one, other in spots]
    if not pairs:
        return Placed(1 + 0j, 0j)  # an empty plan: nothing stands on it
    before, after = (np.vstack([pair[side] for pair in pairs]) for side in (0, 1))
    z, w = before[:, 0] + 1j * before[:, 1], after[:, 0] + 1j * after[:, 1]
    middle, goal = z.mean(), w.mean()
    spread = np.vdot(z - middle, z - middle).real
    scale = complex(np.vdot(z - middle, w - goal) / spread) if spread > 0 else 1 + 0j
    return Placed(scale, complex(goal - scale * middle))
