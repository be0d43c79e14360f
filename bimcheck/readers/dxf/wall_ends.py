"""Where walls stop: the ends of double lines, closed by a jamb or left open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.curves import Points
from bimcheck.readers.dxf.linework import Network, points_of

THINNEST_M, THICKEST_M = 0.04, 0.65
_PIER_M = 1.20


@dataclass(frozen=True, slots=True)
class WallEnd:
    """Where a wall stops: its two face ends, and the unit vector it would go on by. A single line has both equal."""

    one: Points
    other: Points
    outward: Points
    pier: bool

    @property
    def middle(self) -> Points:
        """Halfway between the faces."""
        return np.asarray((self.one + self.other) / 2)

    @property
    def thickness(self) -> float:
        """From face to face, metres; 0 for a single line."""
        return float(np.hypot(*(self.other - self.one)))


def wall_ends(network: Network, columns: BaseGeometry) -> list[WallEnd]:
    """All ends of walls; lone loose lines are ends of no thickness. Ends against a column are none."""
    joined, nodes = network.neighbours(), network.nodes
    small = _small_parts(network)
    shapely.prepare(columns)
    found: list[WallEnd] = []
    paired: set[int] = set()
    for pair in network.ends.tolist():  # ends closed by a jamb, looked at from both sides
        for one, next_ in (pair, pair[::-1]):
            closed = _jamb(one, next_, joined, nodes)
            if closed is None:
                continue
            other, outward = closed
            middle = (nodes[one] + nodes[other]) / 2 - 0.01 * outward
            if not shapely.contains_xy(columns, *middle):
                found.append(WallEnd(nodes[one], nodes[other], outward, one in small))
    loose = [node for node, others in joined.items() if len(others) == 1]
    points = points_of(nodes[loose])
    near = STRtree(points).query(points, predicate="dwithin", distance=THICKEST_M)
    for first, second in sorted(zip(*near.tolist(), strict=True)):  # ends left open: two loose face lines side by side
        one, other = loose[first], loose[second]
        if first >= second or {one, other} & paired:
            continue
        along = unit(nodes[one] - nodes[joined[one][0]])
        across = nodes[other] - nodes[one]
        width = float(np.hypot(*across))
        same_way = float(np.dot(along, unit(nodes[other] - nodes[joined[other][0]]))) > 0.999
        if width >= THINNEST_M and same_way and abs(float(np.dot(along, across))) < 0.5 * width:
            found.append(WallEnd(nodes[one], nodes[other], along, pier=False))
            paired |= {one, other}
    found += [
        WallEnd(nodes[node], nodes[node], unit(nodes[node] - nodes[joined[node][0]]), pier=True)
        for node in loose
        if node not in paired
    ]
    return found


def _jamb(one: int, next_: int, joined: dict[int, list[int]], nodes: Points) -> tuple[int, Points] | None:
    """The other end of a jamb that starts with the edge ``one``-``next_``, and the way its wall would go on by.

    Lines within the wall (a middle line, a core) may end on the jamb; nothing may leave it outwards, and the wall's
    two faces leave it backwards at its ends. The wall lies to the right of the way from ``one`` to the other end.
    """
    across = unit(nodes[next_] - nodes[one])
    outward = np.array([-across[1], across[0]])
    behind = [far for far in joined[one] if far != next_]
    if not _faces_back(one, behind, across, outward, nodes):
        return None
    here, last = one, next_
    while True:
        if float(np.hypot(*(nodes[last] - nodes[one]))) > THICKEST_M:
            return None
        onward = [far for far in joined[last] if far != here]
        ahead = [far for far in onward if float(np.dot(unit(nodes[far] - nodes[last]), across)) > 0.9999]
        if not ahead:
            break
        if any(float(np.dot(unit(nodes[far] - nodes[last]), outward)) > 0.02 for far in onward):
            return None
        here, last = last, ahead[0]
    if float(np.hypot(*(nodes[last] - nodes[one]))) < THINNEST_M:
        return None
    return (last, outward) if _faces_back(last, onward, -across, outward, nodes) else None


def _faces_back(node: int, others: list[int], inward: Points, outward: Points, nodes: Points) -> bool:
    """Whether one line leaves the node backwards, square to the jamb, and none outwards or past the jamb's end."""
    ways = [unit(nodes[far] - nodes[node]) for far in others]
    if not any(float(np.dot(way, outward)) < -0.99 for way in ways):
        return False
    return not any(float(np.dot(way, outward)) > 0.1 or float(np.dot(way, inward)) < -0.99 for way in ways)


def _small_parts(network: Network) -> set[int]:
    """Nodes of parts no larger than a pier: rows of them are arcades, not walls with doors."""
    joined = network.neighbours()
    seen: set[int] = set()
    small: set[int] = set()
    for start in joined:
        if start in seen:
            continue
        part, queue = {start}, [start]
        while queue:
            for far in joined[queue.pop()]:
                if far not in part:
                    part.add(far)
                    queue.append(far)
        seen |= part
        places = network.nodes[list(part)]
        if float(np.ptp(places, axis=0).max()) < _PIER_M:
            small |= part
    return small


def unit(vector: Points) -> Points:
    """A vector of length 1."""
    return np.asarray(vector / (np.hypot(*vector) or 1.0))
