"""A drawing before it is SVG, DXF or anything else: shapes, labels and what they stand for, in metres.

Sizes that belong to the sheet, not to the building (lettering, arrows), are worked out for a sheet of about
``SHEET`` CSS pixels and given in metres too, so that every back end draws the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from bimcheck.terms import Use
from bimcheck.text import Text

SHEET = (1040.0, 620.0)
"""Width and height, in CSS pixels, that a drawing is meant to be seen at."""

RefKind = Literal["room", "entrance", "site"]
Box = tuple[float, float, float, float]


class Ref(NamedTuple):
    """What a shape stands for: a room, an entrance or something on the site, by its id."""

    kind: RefKind
    id: str


ShapeKind = Literal[
    "floor",  # the level's outline
    "other-room",
    "wall",
    "curtain-wall",
    "column",
    "stair",
    "window",
    "wall-share",  # the part of the walls that counts for a service room
    "service-room",
    "near-miss",
    "wall-edge",
    "door",
    "door-line",
    "sight-line",
    "entrance-yes",
    "entrance-no",
    "entrance-unknown",
    "street",
    "street-line",
    "internal-road",
    "internal-road-line",
    "site-boundary",
    "fence",
    "gate",
    "building",
    "own-building",
    "parking",
    "bicycle",
    "plaza",
    "green",
    "mark",
    "lost-part",  # what a room had in the stage before
    "gained-part",
    "room-then",
    "entrance-then",
]


@dataclass(frozen=True, slots=True)
class Shape:
    """One piece of geometry. ``anchor`` marks the one shape of a drawing set that links to ``ref`` lead to."""

    kind: ShapeKind
    geometry: BaseGeometry
    ref: Ref | None = None
    use: Use | None = None
    title: Text | None = None
    anchor: bool = False


LabelKind = Literal["service-room", "near-miss", "other-room", "number", "entrance", "street", "site"]


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of lettering centred on a point; ``size_m`` is the height of the letters' em square."""

    kind: LabelKind
    x_m: float
    y_m: float
    lines: tuple[Text, ...]
    size_m: float
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a number or letter on the drawing stands for, where there was no room to write it."""

    sign: str
    text: Text
    ref: Ref


@dataclass(frozen=True, slots=True)
class Drawing:
    """One sheet. ``view`` is the part of the plan it shows; ``north`` points to true north as drawn.

    ``whole`` is the size of the full level where the sheet shows only a part of it.
    """

    id: str
    title: Text
    caption: Text
    view: Box
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    key: tuple[KeyEntry, ...]
    north: tuple[float, float]
    scale_bar_m: float
    whole: Text | None = None

    @property
    def metres_per_pixel(self) -> float:
        """How large a CSS pixel of the sheet is in the building."""
        return metres_per_pixel(self.view)


def metres_per_pixel(view: Box) -> float:
    """How large a pixel of the sheet is when the view fills it."""
    return max((view[2] - view[0]) / SHEET[0], (view[3] - view[1]) / SHEET[1])


def scale_bar_m(view: Box) -> float:
    """A round length of about an eighth of the sheet."""
    target = metres_per_pixel(view) * SHEET[0] / 8
    lengths = (length * 10.0**power for power in range(-1, 5) for length in (1, 2, 5))
    return max((length for length in lengths if length <= target), default=0.1)
