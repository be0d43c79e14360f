"""Where things of the previous model stand in the present one's plan, though the file's origin may have changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from shapely import MultiPolygon, Point, Polygon, affinity, make_valid

from bimcheck.chain.previous import PreviousLevel, PreviousReport, PreviousRoom, Rings
from bimcheck.model import Region
from bimcheck.review import Level, Review
from bimcheck.storey_names import parse_storey_name

_SAME_SIZE_M = 0.05
_TOGETHER_M = 0.5
_LEAST_PAIRS = 3

Vector = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How far plans must be shifted, ``None`` where nothing tells; ``by_storey`` where storeys tell it themselves.

    Only shifts are found: a model turned against the previous one has no places in common with it.
    """

    origin_m: Vector
    shift_m: Vector | None
    by_storey: dict[str, Vector] = field(default_factory=dict)

    def region(self, rings: Sequence[Rings] | None, storey: str) -> Region | None:
        """An outline of the previous report in the present plan."""
        shift = self._shift(storey)
        if not rings or shift is None:
            return None
        polygons = [
            Polygon(polygon[0], [hole for hole in polygon[1:] if len(hole) >= 3])
            for polygon in rings
            if polygon and len(polygon[0]) >= 3
        ]
        found = make_valid(MultiPolygon(polygons)) if polygons else None
        if not isinstance(found, Polygon | MultiPolygon) or found.is_empty:
            return None
        whole = found.geoms[0] if isinstance(found, MultiPolygon) and len(found.geoms) == 1 else found
        return affinity.translate(whole, shift[0], shift[1])

    def point(self, place: Vector | None, storey: str) -> Point | None:
        """A place of the previous report in the present plan."""
        shift = self._shift(storey)
        return None if place is None or shift is None else Point(place[0] + shift[0], place[1] + shift[1])

    def _shift(self, storey: str) -> Vector | None:
        shift = self.by_storey.get(storey, self.shift_m)
        return None if shift is None else (shift[0] - self.origin_m[0], shift[1] - self.origin_m[1])


def storey_key(name: str, number: int | None = None) -> str:
    """What two stages have in common of a storey's name: its number where it has one (一层, 1F → 1)."""
    said = parse_storey_name(name)
    number = said.number if number is None else number
    kind = "" if said.kind in ("storey", "unknown") else f" {said.kind}"
    return name.strip().casefold() if number is None else f"{number}{kind}"


def align(report: PreviousReport, review: Review) -> Alignment:
    """Find how far the present plan is shifted against the previous one, in the files' own coordinates.

    A storey whose outline kept its size tells it; else rooms of the same name that all moved alike. Where the files
    overlap as they are, nothing is shifted.
    """
    origin = review.model.origin_m
    by_storey = _by_outlines(report.levels, review.levels, origin)
    if by_storey:
        xs, ys = zip(*by_storey.values(), strict=True)
        return Alignment(origin, (median(xs), median(ys)), by_storey)
    moves = _moves_of_rooms(report.rooms, review)
    if not moves:
        return Alignment(origin, None)
    if any(math.hypot(*move) <= _TOGETHER_M for move in moves):
        return Alignment(origin, (0.0, 0.0))
    common = (median(x for x, _ in moves), median(y for _, y in moves))
    alike = all(math.dist(move, common) <= _TOGETHER_M for move in moves)
    return Alignment(origin, common if alike and len(moves) >= _LEAST_PAIRS else None)


def _by_outlines(then: Sequence[PreviousLevel], now: Sequence[Level], origin: Vector) -> dict[str, Vector]:
    shifts: dict[str, Vector] = {}
    bounds = {storey_key(level.name, level.number): level.bounds_m for level in then if level.bounds_m is not None}
    for level in now:
        key = storey_key(level.name, level.number)
        old = bounds.get(key)
        if old is None or level.outline is None or key in shifts:
            continue
        x0, y0, x1, y1 = level.outline.bounds
        size = math.dist((x1 - x0, y1 - y0), (old[2] - old[0], old[3] - old[1]))
        if size <= _SAME_SIZE_M:
            shift = (x0 + origin[0] - old[0], y0 + origin[1] - old[1])
            shifts[key] = shift if math.hypot(*shift) > _SAME_SIZE_M else (0.0, 0.0)
    return shifts


def _moves_of_rooms(then: Sequence[PreviousRoom], review: Review) -> list[Vector]:
    """How far each room moved whose id or name both reports have exactly once."""
    moves = []
    for old in then:
        twins = [room for room in review.rooms if room.id == old.id] or [
            room for room in review.rooms if room.name == old.name
        ]
        alone = sum(other.name == old.name for other in then) == 1 or (twins and twins[0].id == old.id)
        if len(twins) == 1 and alone and old.place_m is not None and twins[0].footprint is not None:
            place = twins[0].footprint.representative_point()
            x, y = place.x + review.model.origin_m[0], place.y + review.model.origin_m[1]
            moves.append((x - old.place_m[0], y - old.place_m[1]))
    return moves
