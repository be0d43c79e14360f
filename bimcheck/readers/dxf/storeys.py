"""Which storeys a plan stands for, how high they lie, and how high they are, from its title and level marks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bimcheck.model import Storey
from bimcheck.readers.dxf.content import Caption
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.plans import Plan
from bimcheck.readers.dxf.texts import level_m, storey_height_m
from bimcheck.storey_names import StoreyKind, StoreyName

_UNKNOWN = StoreyName()
_NEAR_TITLE = 14.0


@dataclass(slots=True)
class StoreyBook:
    """The storeys of a project as they turn up, one for each building and number."""

    entries: dict[str, Storey] = field(default_factory=dict)

    def storey(self, building: str | None, number: int | None, name: StoreyName, title: str) -> Storey:
        """The storey of this building and number, entered if it is new."""
        kind = name.kind
        key = storey_id(building, number, kind, title)
        if key not in self.entries:
            self.entries[key] = Storey(
                key, _storey_name(number, kind, title), building, None, number=number, kind=_model_kind(kind)
            )
        return self.entries[key]

    def measure(self, storey: Storey, elevation_m: float | None, height_m: float | None) -> Storey:
        """Note where a storey lies and how high it is; what was stated first stays."""
        known = self.entries[storey.id]
        self.entries[storey.id] = replace(
            known,
            elevation_m=known.elevation_m if known.elevation_m is not None else elevation_m,
            height_m=known.height_m if known.height_m is not None else height_m,
        )
        return self.entries[storey.id]

    def finish(self) -> tuple[Storey, ...]:
        """All storeys, lowest number first; a height that follows from the storey above is filled in."""
        ordered = sorted(
            self.entries.values(), key=lambda s: (s.building_id or "", s.number if s.number is not None else 999, s.id)
        )
        done = []
        for storey in ordered:
            above = [
                other.elevation_m
                for other in ordered
                if other.building_id == storey.building_id
                and other.elevation_m is not None
                and storey.elevation_m is not None
                and other.elevation_m > storey.elevation_m + 1.5
                and other.kind != "mezzanine"
            ]
            follows = (
                storey.height_m is None and above and storey.elevation_m is not None and _next_drawn(storey, ordered)
            )
            done.append(replace(storey, height_m=min(above) - storey.elevation_m) if follows else storey)  # type: ignore[operator]  # known, see follows
        return tuple(done)


def _next_drawn(storey: Storey, all_: Sequence[Storey]) -> bool:
    """Whether the next storey up is drawn, so that the next level above is its floor."""
    if storey.number is None:
        return False
    following = storey.number + 1 or 1
    return any(
        other.building_id == storey.building_id
        and other.elevation_m is not None
        and (other.number == following or (other.kind == "roof" and other.number is None))
        for other in all_
    )


def storey_id(building: str | None, number: int | None, kind: StoreyKind, title: str) -> str:
    """A stable id: ``1F``, ``B1``, ``1#/2F``, ``1F/夹层``; the title where there is no number."""
    base = _short(number) if number is not None else title or "?"
    if kind == "mezzanine" and number is not None:
        base += "/夹层"
    return f"{building}/{base}" if building else base


def _short(number: int) -> str:
    return f"{number}F" if number > 0 else f"B{-number}"


def _storey_name(number: int | None, kind: StoreyKind, title: str) -> str:
    if number is None or kind != "storey":
        return title
    return _short(number)


def _model_kind(
    kind: StoreyKind,
) -> Literal["storey", "mezzanine", "stilt", "semi-basement", "roof", "site", "unknown"]:
    return "unknown" if kind == "typical" else kind


def name_of(plan: Plan) -> StoreyName:
    """What a plan's title says about its storey."""
    return plan.title.storey if plan.title is not None and plan.title.storey is not None else _UNKNOWN


def levels_of(plan: Plan, role: Callable[[str], Role | None], count: int) -> list[float]:
    """The floor levels a plan states for its storeys, lowest first; ``count`` is how many storeys it stands for.

    A level in the title, or written by it, is the plan's own; else ±0.000 where it occurs; else the commonest mark.
    Several levels written over each other by one mark belong to the storeys of a typical plan.
    """
    stated = name_of(plan).elevation_m
    if stated is not None and count == 1:
        return [stated]
    marks = [
        (caption, value)
        for caption in plan.captions
        if role(caption.layer) != "room-name"
        for line in caption.text.splitlines()
        if (value := level_m(line.strip("()（） "))) is not None and -60 <= value <= 600
    ]
    if not marks:
        return []
    if count > 1:
        stacked = max((_stack(caption, marks) for caption, _ in marks), key=len)
        if len(stacked) == count:
            return stacked
    title = next((c for c in plan.captions if c.id == plan.title_id), None)
    if title is not None:
        near = [(math.dist(c.middle, title.middle), v) for c, v in marks]
        away, value = min(near)
        if away <= _NEAR_TITLE * title.height:
            return [value]
    values = Counter(round(value, 3) for _, value in marks)
    if 0.0 in values:
        return [0.0]
    most = max(values.values())
    return [max(value for value, times in values.items() if times == most)]


def _stack(caption: Caption, marks: Sequence[tuple[Caption, float]]) -> list[float]:
    """The levels written over one another in a column with this one."""
    column = {
        value
        for other, value in marks
        if abs(other.middle[0] - caption.middle[0]) <= 4 * caption.height
        and abs(other.middle[1] - caption.middle[1]) <= 3.0 * caption.height * len(marks)
        and abs(other.height - caption.height) <= 0.05 * caption.height
    }
    return sorted(column)


def height_of(plan: Plan) -> float | None:
    """The storey height (层高) a plan states, where it states one only."""
    stated = {h for caption in plan.captions if (h := storey_height_m(caption.text)) is not None}
    return stated.pop() if len(stated) == 1 else None
