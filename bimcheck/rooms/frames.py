"""Area boundaries drawn over rooms, and outlines drawn twice: each floor area counts once.

A service area that lies over rooms (a GFA space, an area frame, an area plan exported as spaces) is either counted
itself, or its rooms are:

- its rooms, where they fill it and can be measured by their walls, and counting it would lose something: a party
  centre or another narrower use inside, a room that is excluded, or the file does not say that it is a gross area;
- else the boundary. Rooms inside are then listed with it. A party centre inside is counted as its own part of the
  boundary and cut out of it; so is what is excluded, which is not counted.

What lies inside a service boundary is the community's, so offices, corridors and nameless rooms there count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from bimcheck.model import BuildingModel, Region, Space
from bimcheck.rooms.candidates import Candidate, Standing
from bimcheck.rooms.overlaps import find_overlaps
from bimcheck.rooms.vocabulary import normalise
from bimcheck.text import Text

_FILLS = 0.80
"""Rooms fill a boundary when they cover this share of it: walls take up to a fifth of small rooms."""
_LIES_OVER = 0.50
"""A space the file does not call a boundary is one only when the rooms inside cover at least half of it."""

_ORDER: tuple[Standing, ...] = (
    "never", "strong", "context", "ancillary", "dwelling", "plain", "entrance", "unknown", "outdoor", "void",
)  # fmt: skip


def settle_overlaps(candidates: Sequence[Candidate], model: BuildingModel) -> None:
    """Decide, where spaces lie over each other, which of them count."""
    rooms = [candidate for candidate in candidates if candidate.role == "room"]
    overlaps = find_overlaps([room.space for room in rooms])
    for first, second in overlaps.twins:
        _settle_twins(rooms[first], rooms[second])
    parts = {
        i: [k for k in inner if rooms[k].role == "room"]
        for i, inner in enumerate(overlaps.inner)
        if rooms[i].role == "room"
    }
    frames = {i: inner for i, inner in parts.items() if _is_boundary(rooms[i], [rooms[k] for k in inner])}
    holder: dict[int, int] = {}
    for i in sorted(frames, key=lambda i: (-_area(rooms[i].space), rooms[i].space.id)):
        rooms[i].role = "frame"
        for k in frames[i]:
            holder[k] = i  # the smallest boundary comes last and keeps it
    children: dict[int, list[int]] = defaultdict(list)
    for k, i in sorted(holder.items()):
        children[i].append(k)
    tree = _Boundaries(rooms, children, _walls(model))
    for i in frames:
        if i not in holder:
            tree.settle(i)


def _settle_twins(first: Candidate, second: Candidate) -> None:
    """One outline drawn twice counts once, as the stronger of the two names; an exclusion is the strongest."""
    if "duplicate" in (first.role, second.role):
        return
    first_leads = (not first.settled, _ORDER.index(first.standing), not first.marked_gross) <= (
        not second.settled,
        _ORDER.index(second.standing),
        not second.marked_gross,
    )
    kept, other = (first, second) if first_leads else (second, first)
    if kept.is_service:
        _take_narrower_use(kept, other)
        if kept.marked_gross is False and other.marked_gross:
            kept.space = replace(kept.space, drawn="gross")
    listed = other.counted or other.near_miss or kept.counted
    other.role = "duplicate"
    other.counted_with = kept.space.id if kept.is_service else None
    if normalise(first.space.name) == normalise(second.space.name):
        other.leave_out(
            f"与“{kept.space.name}”（{kept.space.id}）重复绘制，只计一次",
            f"drawn twice, the same as “{kept.space.name}” ({kept.space.id}); counted once",
            near_miss=listed,
        )
    else:
        other.leave_out(
            f"与“{kept.space.name}”（{kept.space.id}）为同一范围，按后者认定",
            f"the same outline as “{kept.space.name}” ({kept.space.id}), by which it is judged",
            near_miss=listed,
        )


def _take_narrower_use(kept: Candidate, other: Candidate) -> None:
    if other.standing not in ("strong", "context"):
        return
    if other.use == "party_centre" and kept.use != "party_centre":
        kept.function = None if kept.use == "service" else kept.use
        kept.use = "party_centre"
    elif kept.use == "service" and other.use != "service":
        kept.use = other.use
    else:
        return
    kept.evidence = Text(f"{kept.evidence.zh}；{other.evidence.zh}", f"{kept.evidence.en}; {other.evidence.en}")


def _is_boundary(space: Candidate, inner: Sequence[Candidate]) -> bool:
    """Whether a space is drawn over the others: rooms inside a hall with no hole cut for them make it no boundary."""
    if not inner:
        return False
    if space.marked_gross:
        return True
    return _filled(space.space, [each.space for each in inner]) >= (_FILLS if len(inner) == 1 else _LIES_OVER)


class _Boundaries:
    """Boundaries with what lies directly inside each, settled from the outermost inwards."""

    def __init__(self, rooms: Sequence[Candidate], children: dict[int, list[int]], walls: _Walls) -> None:
        self._rooms = rooms
        self._children = children
        self._walls = walls

    def settle(self, i: int) -> None:
        """Decide one boundary and all that lies inside it."""
        frame, inside = self._rooms[i], [self._rooms[k] for k in self._children[i]]
        if not frame.is_service:
            self._leave_frame(frame)
            for k in self._children[i]:
                if k in self._children:
                    self.settle(k)
            return
        if self._count_rooms_instead(frame, inside):
            frame.leave_out(
                f"面积范围，其内房间已逐间计入（{len(inside)} 间），不重复计",
                f"an area boundary; the {len(inside)} rooms inside are counted one by one, so it is not",
            )
            for k in self._children[i]:
                self._count_inside(k, frame)
            return
        self._count_frame(i, frame, inside)

    def _leave_frame(self, frame: Candidate) -> None:
        if frame.standing in ("never", "context") and frame.why_not is not None:
            return
        frame.leave_out(
            "覆盖多个房间的面积范围，不是房间，不重复计",
            "an area boundary over rooms, no room of its own; not counted twice",
            near_miss=frame.community,
        )

    def _count_rooms_instead(self, frame: Candidate, inside: Sequence[Candidate]) -> bool:
        if _filled(frame.space, [room.space for room in inside]) < _FILLS:
            return False
        narrower = {room.use for room in inside if room.standing in ("strong", "context") and room.use != "service"}
        excluded = any(room.is_excluded for room in inside)
        named = [room for room in inside if room.standing not in ("ancillary", "unknown")]
        if len(narrower) == 1 and not excluded and all(room.use in narrower for room in named):
            if frame.use == "service":
                _take_narrower_use(frame, named[0])
            narrower = set()
        measurable = all(room.marked_gross for room in inside) or self._walls.touch(frame.space)
        return measurable and (bool(narrower - {frame.use}) or excluded or not frame.marked_gross)

    def _count_inside(self, k: int, frame: Candidate) -> None:
        room = self._rooms[k]
        if not room.settled and not room.is_excluded:
            _belong(room, frame)
        if k in self._children:
            self.settle(k)

    def _count_frame(self, i: int, frame: Candidate, inside: Sequence[Candidate]) -> None:
        cut: list[Region] = []
        for k, room in zip(self._children[i], inside, strict=True):
            apart = room.is_excluded or (room.use == "party_centre" and frame.use != "party_centre")
            if apart and room.space.footprint is not None:
                cut.append(room.space.footprint)
            if apart and not room.is_excluded:
                room.space = replace(room.space, drawn="gross")
                room.evidence = Text(
                    f"{room.evidence.zh}；从面积范围“{frame.space.name}”中按所绘范围划出",
                    f"{room.evidence.en}; cut out of the area boundary “{frame.space.name}” as drawn",
                )
                if k in self._children:
                    self.settle(k)
                continue
            for inner in (room, *self._within(k)):
                if not inner.is_excluded:
                    inner.counted_with = frame.space.id
                    inner.leave_out(
                        f"已由面积范围“{frame.space.name}”计入，不重复计",
                        f"measured by its area frame “{frame.space.name}”; not counted twice",
                    )
        frame.counted, frame.near_miss, frame.why_not = True, False, None
        remainder = shapely.difference(frame.space.footprint, shapely.union_all(cut)) if cut else None
        if remainder is not None and isinstance(remainder, Region) and not remainder.is_empty:
            frame.space = replace(frame.space, footprint=remainder)
            taken = f"{_drawn_area(cut):.2f}"
            frame.evidence = Text(
                f"{frame.evidence.zh}；已扣除其内另计或不计的房间 {taken} ㎡",
                f"{frame.evidence.en}; {taken} m² of rooms inside that count apart or not at all are taken off",
            )

    def _within(self, i: int) -> Iterator[Candidate]:
        for k in self._children.get(i, ()):
            yield self._rooms[k]
            yield from self._within(k)


def _belong(room: Candidate, frame: Candidate) -> None:
    """Make what lies inside a counted service boundary the community's."""
    named = room.use if room.standing in ("strong", "context") else None
    within = f"“{frame.space.name}”"
    if not room.is_service:
        room.basis = "zone"
        room.evidence = Text(
            f"位于面积范围{within}内（{frame.evidence.zh}）；{room.evidence.zh}",
            f"inside the area boundary {within} ({frame.evidence.en}); {room.evidence.en}",
        )
    if frame.use == "party_centre":
        room.function = room.function or (named if named not in (None, "service", "party_centre") else None)
        room.use = "party_centre"
    else:
        room.use = named or "service"
    room.standing, room.counted, room.near_miss, room.why_not = "strong", True, False, None


class _Walls:
    """The walls of the model, asked whether any stands where a boundary is drawn."""

    def __init__(self, shapes: Sequence[BaseGeometry], heights: Sequence[tuple[float, float, str | None]]) -> None:
        self._tree = shapely.STRtree(list(shapes))
        self._heights = heights

    def touch(self, space: Space) -> bool:
        """Whether a wall of the space's own floor crosses it or stands along it."""
        if space.footprint is None:
            return False
        near = self._tree.query(space.footprint, predicate="intersects").tolist()
        if space.floor_z_m is None:
            return any(self._heights[i][2] == space.storey_id for i in near)
        cut = space.floor_z_m + 1.0
        return any(self._heights[i][0] <= cut <= self._heights[i][1] for i in near)


def _walls(model: BuildingModel) -> _Walls:
    walls = [element for element in model.elements if element.kind in ("wall", "curtain-wall")]
    return _Walls([w.footprint for w in walls], [(w.z_min_m, w.z_max_m, w.storey_id) for w in walls])


def _filled(space: Space, inner: Sequence[Space]) -> float:
    """The share of a space that others inside it cover."""
    shapes = [each.footprint for each in inner if each.footprint is not None]
    if space.footprint is None or not shapes:
        return 0.0
    return float(shapely.intersection(shapely.union_all(shapes), space.footprint).area / space.footprint.area)


def _area(space: Space) -> float:
    return space.footprint.area if space.footprint is not None else 0.0


def _drawn_area(regions: Sequence[Region]) -> float:
    return float(shapely.union_all(list(regions)).area)
