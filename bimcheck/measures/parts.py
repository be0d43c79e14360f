"""Balconies, canopies, arcades, open stilt floors: parts of a building that the standards count by rules of their own.

Which rule fits depends on what geometry shows: whether walls or windows enclose the part, whether it lies within the
main structure, and on how many columns it stands. The coefficients are data (``data/area_standards.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry.base import BaseGeometry

from bimcheck.model import Element, Region, Space
from bimcheck.text import Text

_ENCLOSED = 2 / 3
_INSIDE = 0.515
_EDGE_M = 0.05
_NEAR_M = 0.35
_PARAPET_M = 1.60


class _Case(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    coefficient: float
    enclosed: bool | None = None
    inside: bool | None = None
    columns: Literal["none", "row", "around"] | None = None
    overhang_m: float | None = None
    low: bool | None = None
    outline: Literal["own", "columns"] = "own"


class _Title(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class PartRule(BaseModel):
    """How one kind of part is counted: its words, and for each standard the cases in order.

    ``to_enclosure`` parts reach to the outer face of their own parapets and glazing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    title: _Title
    words: tuple[str, ...]
    to_enclosure: bool = False
    gbt50353: tuple[_Case, ...] = Field(alias="gbt50353-2013")
    gb55031: tuple[_Case, ...] = Field(alias="gb55031-2022")
    gbt17986: tuple[_Case, ...] = Field(alias="gbt17986.1-2000")

    @property
    def cases(self) -> dict[str, tuple[_Case, ...]]:
        """Cases by the standard's id."""
        return {"gbt50353-2013": self.gbt50353, "gb55031-2022": self.gb55031, "gbt17986.1-2000": self.gbt17986}


@dataclass(frozen=True, slots=True)
class Part:
    """A space that is such a part, with what geometry shows of it. ``overhang_m`` is its depth from the building."""

    rule: PartRule
    enclosed: bool
    inside: bool
    columns: Literal["none", "row", "around"]
    overhang_m: float
    column_outline_m2: float

    @property
    def remark(self) -> Text:
        """What the part was taken for, for the ledger."""
        zh = [self.rule.title.zh, "封闭" if self.enclosed else "不封闭"]
        en = [self.rule.title.en, "enclosed" if self.enclosed else "open"]
        if self.rule.kind in ("balcony", "porch"):
            zh.append("主体结构内" if self.inside else "主体结构外")
            en.append("inside the main structure" if self.inside else "outside the main structure")
        if self.rule.kind in ("canopy", "porch"):
            zh.append(
                {"none": f"无柱，外挑 {self.overhang_m:.2f} m", "row": "单排柱", "around": "四周有柱"}[self.columns]
            )
            en.append(
                {
                    "none": f"no columns, overhang {self.overhang_m:.2f} m",
                    "row": "one row of columns",
                    "around": "columns around",
                }[self.columns]
            )
        return Text("，".join(zh), ", ".join(en))

    def area_m2(self, standard_id: str, region: Region, *, low_storey: bool) -> float:
        """What the part counts under one standard."""
        for case in self.rule.cases[standard_id]:
            fits = (
                case.enclosed in (None, self.enclosed)
                and case.inside in (None, self.inside)
                and case.columns in (None, self.columns)
                and case.low in (None, low_storey)
                and (case.overhang_m is None or self.overhang_m >= case.overhang_m - 1e-6)
            )
            if fits:
                return case.coefficient * (self.column_outline_m2 if case.outline == "columns" else region.area)
        return 0.0


@cache
def part_rules() -> tuple[PartRule, ...]:
    """All kinds of parts."""
    data = tomllib.loads(resources.files("bimcheck.data").joinpath("area_standards.toml").read_text("utf-8"))
    return tuple(PartRule.model_validate(item) for item in data["part"])


def rule_for(space: Space) -> PartRule | None:
    """The kind of part a space is named as, if any."""
    texts = [space.name, *(label.text for label in space.labels if label.kind in ("name", "long-name", "space-type"))]
    said = " ".join(texts).lower()
    return next((rule for rule in part_rules() if any(word in said for word in rule.words)), None)


def part_of(space: Space, elements: Iterable[Element], body: BaseGeometry) -> Part | None:
    """What a space is, if it is a part with rules of its own; ``body`` is the storey's plain rooms and their walls."""
    rule = rule_for(space)
    if rule is None or space.footprint is None:
        return None
    near = [e for e in elements if shapely.distance(e.footprint, space.footprint) < _NEAR_M]
    edge = shapely.boundary(space.footprint)
    reach = shapely.buffer(body, _EDGE_M)
    attached = shapely.intersection(edge, reach).length
    free = shapely.difference(edge, reach)
    floor = space.floor_z_m or 0.0
    screens = [
        shapely.buffer(e.footprint, 0.10)
        for e in near
        if e.kind in ("wall", "curtain-wall", "window") and e.z_max_m - floor >= _PARAPET_M
    ]
    screened = shapely.intersection(free, shapely.union_all(screens)).length if screens else 0.0
    posts = [e.footprint for e in near if e.kind == "column"]
    outline = shapely.minimum_rotated_rectangle(shapely.union_all(posts)) if posts else None
    return Part(
        rule=rule,
        enclosed=free.length > 0 and screened >= _ENCLOSED * free.length,
        # more than half its depth stands back from the outer face: then more than half its edge is the building's
        inside=attached >= _INSIDE * edge.length,
        columns=_columns(posts, space.footprint),
        overhang_m=_depth(space.footprint, body),
        column_outline_m2=outline.area if outline is not None else 0.0,
    )


def _columns(posts: list[Region], footprint: Region) -> Literal["none", "row", "around"]:
    """Columns on all sides span an area; a single one or a row does not."""
    if not posts:
        return "none"
    span = shapely.minimum_rotated_rectangle(shapely.union_all([post.centroid for post in posts]))
    return "around" if span.area > 0.25 * footprint.area else "row"


def _depth(footprint: Region, body: BaseGeometry) -> float:
    """How far the part reaches out: its greatest distance from the outer face it hangs on."""
    corners = shapely.points(shapely.get_coordinates(footprint))
    if body.is_empty:
        return 0.0
    away = shapely.distance(corners, body)
    return float(away.max() - away.min())
