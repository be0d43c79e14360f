"""What a drawing shows once its blocks are expanded: shapes, captions, placed blocks, and what was not read."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from bimcheck.readers.dxf.curves import Curve, Points

Affine = np.ndarray
"""Shape (3, 3), acting on column vectors (x, y, 1)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A curve as drawn, in drawing units; ``id`` is the handle, prefixed by the handles of the inserts it came by."""

    id: str
    layer: str
    curve: Curve
    blocks: tuple[str, ...] = ()

    @property
    def points(self) -> Points:
        """The curve's points, shape (n, 2)."""
        return self.curve.points


@dataclass(frozen=True, slots=True)
class Caption:
    """A text as drawn: its middle, its insertion point, and where a leader points if it has one."""

    id: str
    layer: str
    text: str
    middle: tuple[float, float]
    anchor: tuple[float, float]
    height: float
    rotation: float
    tag: str = ""
    tips: tuple[tuple[float, float], ...] = ()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """One placed copy of a block: ``corners`` (4, 2) is the box around its content, turned and scaled with it."""

    id: str
    layer: str
    name: str
    position: tuple[float, float]
    matrix: Affine
    corners: Points | None
    attributes: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...] = ()

    @property
    def up(self) -> tuple[float, float]:
        """The unit vector the block's own +Y points to."""
        x, y = self.matrix[0, 1], self.matrix[1, 1]
        length = math.hypot(x, y) or 1.0
        return (float(x / length), float(y / length))


@dataclass(slots=True)
class Content:
    """What was found in one space of a drawing, and what was not read."""

    shapes: list[Shape] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    revealed: Counter[str] = field(default_factory=Counter)
    proxies: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing_blocks: Counter[str] = field(default_factory=Counter)
    recursive_blocks: set[str] = field(default_factory=set)
    left_out: int = 0
    not_finite: int = 0
    clipped: int = 0
    clipped_away: int = 0
    cut_outlines: Counter[str] = field(default_factory=Counter)
