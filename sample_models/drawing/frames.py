"""Gross-area frames as a drawing shows them: outer faces of outer walls, centre lines of walls between rooms."""

from __future__ import annotations

from shapely import LineString, Polygon

from sample_models.drawing.plan import Point, Ring, Room, Storey

STEP_M = 0.01


def area_frame(room: Room, storey: Storey) -> Ring:
    """The room's outline moved out, side by side, to the outer face or the centre line of the wall along it.

    A side along which the wall changes must be drawn as two sides with a corner between them.

    Raises:
        ValueError: a side runs along different walls, so that the description must state the frame.
    """
    if room.frame is not None:
        return room.frame
    ring = room.outline
    sides = [_reach(a, b, room, storey) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
    corners: list[Point] = []
    for i, here in enumerate(ring):
        before, after = ring[i - 1], ring[(i + 1) % len(ring)]
        (ax, ay), (bx, by) = _outward(before, here), _outward(here, after)
        cross = ax * by - ay * bx
        if abs(cross) > 1e-9:
            # the point that lies ``reach`` beyond both sides
            u, v = sides[i - 1], sides[i]
            corners.append((here[0] + (u * by - v * ay) / cross, here[1] + (v * ax - u * bx) / cross))
        else:
            corners += [
                (here[0] + reach * ax, here[1] + reach * ay) for reach in dict.fromkeys((sides[i - 1], sides[i]))
            ]
    return tuple(corners)


def _reach(start: Point, end: Point, room: Room, storey: Storey) -> float:
    """How far the frame lies outside one side of the room."""
    nx, ny = _outward(start, end)
    found = set()
    for share in (0.2, 0.5, 0.8):
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        found.add(round(_wall_depth((x, y), (nx, ny), storey), 6))
    if len(found) > 1:
        raise ValueError(f"{room.name}: the side {start} to {end} runs along different walls")
    return found.pop()


def _wall_depth(point: Point, outward: Point, storey: Storey) -> float:
    (x, y), (nx, ny) = point, outward
    walls = [*storey.walls, *(front.line for front in storey.curtain_walls)]
    probe = LineString([(x + nx * STEP_M / 2, y + ny * STEP_M / 2), (x + nx * STEP_M, y + ny * STEP_M)])
    ray = LineString([(x - nx * STEP_M, y - ny * STEP_M), (x + nx, y + ny)])
    for wall in walls:
        plan = Polygon(wall.plan)
        if plan.covers(probe):
            depth = float(ray.intersection(plan).length)
            return depth if wall.external else depth / 2
    return 0.0


def _outward(start: Point, end: Point) -> Point:
    """Unit normal to the right of start → end: outwards for an anticlockwise ring."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    return ((end[1] - start[1]) / length, (start[0] - end[0]) / length)
