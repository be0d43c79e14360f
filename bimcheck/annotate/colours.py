"""Colours of annotations: those of the plans, so that a room looks the same in a report and in the model."""

from __future__ import annotations

import re
from typing import Final

from bimcheck.drawing.svg import style
from bimcheck.review import Entrance, ReviewedRoom

Rgb = tuple[int, int, int]

NOT_COUNTED: Final[Rgb] = (150, 150, 150)
_ENTRANCES: dict[bool | None, Rgb] = {True: (29, 107, 58), False: (179, 38, 30), None: (138, 90, 0)}


def tint(room: ReviewedRoom) -> Rgb:
    """The fill of a room: its use's, or grey where it is not counted."""
    return _of_use(room, "tint")


def deep(room: ReviewedRoom) -> Rgb:
    """The outline of a room."""
    return _of_use(room, "deep")


def sign(entrance: Entrance) -> Rgb:
    """Green where a door qualifies, red where not, amber where nobody can tell."""
    return _ENTRANCES[entrance.qualifies]


def _of_use(room: ReviewedRoom, which: str) -> Rgb:
    found = re.search(rf"\.use-{room.use}\{{[^}}]*--{which}:#([0-9a-f]{{6}})", style())
    if found is None or not room.counted:
        return NOT_COUNTED
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue
