"""Lines as a planar graph: cleaned, noded, and asked for loose ends and faces.

Drawn lines do not meet exactly. Ends within 3 mm are one point; a loose end within 30 mm of another line is carried
on to it, and counted as healed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.readers.dxf.curves import Points

SNAP_M = 0.003
HEAL_M = 0.030
GRID_M = 1e-6

Segments = np.ndarray
"""Shape (n, 2, 2): segments, their two ends, x and y; metres."""


@dataclass(frozen=True, slots=True)
class Network:
    """Noded segments; ``ends`` (n, 2) are the node numbers of each and ``nodes`` (k, 2) their places."""

    nodes: Points
    ends: np.ndarray
    healed: int = 0

    @property
    def segments(self) -> Segments:
        """The noded segments, shape (n, 2, 2)."""
        return np.asarray(self.nodes[self.ends])

    def neighbours(self) -> dict[int, list[int]]:
        """The nodes each node is joined to."""
        joined: dict[int, list[int]] = defaultdict(list)
        for one, other in self.ends.tolist():
            joined[one].append(other)
            joined[other].append(one)
        return joined

    def faces(self) -> list[Polygon]:
        """The bounded faces of the plane that the segments cut out, holes taken out of each."""
        found = shapely.get_parts(shapely.polygonize(lines_of(self.segments)))
        return [face for face in found.tolist() if face.area > 1e-6]


def segments_of(polylines: Iterable[Points], *, closed: Iterable[bool]) -> Segments:
    """The straight pieces of polylines; a closed one also joins its last point to its first."""
    pieces = []
    for points, is_closed in zip(polylines, closed, strict=True):
        chain = np.vstack([points, points[:1]]) if is_closed else points
        if len(chain) > 1:
            pieces.append(np.stack([chain[:-1], chain[1:]], axis=1))
    if not pieces:
        return np.empty((0, 2, 2))
    found = np.concatenate(pieces)
    return np.asarray(found[np.hypot(*(found[:, 1] - found[:, 0]).T) > 1e-6])


def lines_of(segments: Segments) -> NDArray[np.object_]:
    """One line per segment."""
    return np.asarray(shapely.linestrings(segments), dtype=object)


def points_of(places: Points) -> NDArray[np.object_]:
    """One point per place, shape (n, 2)."""
    return np.asarray(shapely.points(places), dtype=object)


def build_network(segments: Segments) -> Network:
    """Snap, heal and node segments."""
    segments = _snap(segments)
    segments = segments[np.hypot(*(segments[:, 1] - segments[:, 0]).T) > 1e-9]
    connectors = _connectors(segments)
    if len(connectors):
        segments = np.concatenate([segments, connectors])
    return _node(segments, len(connectors))


def add_segments(network: Network, extra: Segments) -> Network:
    """The network with further segments, noded again."""
    if not len(extra):
        return network
    return _node(np.concatenate([network.segments, extra]), network.healed)


def _snap(segments: Segments) -> Segments:
    """Draw ends that lie within ``SNAP_M`` of each other to one of them."""
    if not len(segments):
        return segments
    ends = segments.reshape(-1, 2)
    points = points_of(ends)
    tree = STRtree(points)
    one, other = tree.query(points, predicate="dwithin", distance=SNAP_M)
    leader = np.arange(len(ends))
    for group in connected(len(ends), one, other):
        leader[group] = group[0]
    return np.asarray(ends[leader].reshape(-1, 2, 2))


def _root(leader: np.ndarray, index: int) -> int:
    while leader[index] != index:
        leader[index] = leader[leader[index]]
        index = int(leader[index])
    return index


def connected(count: int, one: np.ndarray, other: np.ndarray) -> list[list[int]]:
    """The numbers below ``count`` in groups joined by the pairs ``one[k], other[k]``; both in rising order."""
    leader = np.arange(count)
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        root_a, root_b = _root(leader, a), _root(leader, b)
        leader[max(root_a, root_b)] = min(root_a, root_b)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(count):
        groups[_root(leader, index)].append(index)
    return list(groups.values())


def _connectors(segments: Segments) -> Segments:
    """Short pieces that carry loose ends on to the line they stop short of."""
    if not len(segments):
        return np.empty((0, 2, 2))
    ends = segments.reshape(-1, 2)
    _, inverse, counts = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    loose = np.flatnonzero(counts[inverse.reshape(-1)] == 1)
    if not len(loose):
        return np.empty((0, 2, 2))
    tree = STRtree(lines_of(segments))
    which, near = tree.query(points_of(ends[loose]), predicate="dwithin", distance=HEAL_M)
    found: dict[int, tuple[float, Points]] = {}
    for index, line in zip(which.tolist(), near.tolist(), strict=True):
        end = int(loose[index])
        if line == end // 2:
            continue
        point, (start, stop) = ends[end], segments[line]
        along = stop - start
        share = float(np.clip(np.dot(point - start, along) / np.dot(along, along), 0.0, 1.0))
        foot = start + share * along
        far = float(np.hypot(*(foot - point)))
        if end not in found or far < found[end][0]:
            found[end] = (far, foot)
    pieces = [np.array([ends[end], foot]) for end, (far, foot) in found.items() if far > GRID_M]
    return np.stack(pieces) if pieces else np.empty((0, 2, 2))


def _node(segments: Segments, healed: int) -> Network:
    if not len(segments):
        return Network(np.empty((0, 2)), np.empty((0, 2), dtype=int), healed)
    noded = shapely.union_all(lines_of(segments), grid_size=GRID_M)
    coordinates, part = shapely.get_coordinates(shapely.get_parts(noded), return_index=True)
    inner = part[:-1] == part[1:]
    pieces = np.stack([coordinates[:-1][inner], coordinates[1:][inner]], axis=1)
    nodes, inverse = np.unique(np.round(pieces.reshape(-1, 2), 6), axis=0, return_inverse=True)
    ends = inverse.reshape(-1, 2)
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    return Network(nodes, ends, healed)


def covered_share(start: Points, end: Points, shapes: Sequence[BaseGeometry]) -> float:
    """The share of the way from ``start`` to ``end`` that lies beside some of the shapes (0 to 1)."""
    way = end - start
    length = float(np.hypot(*way))
    if not shapes or length <= 0:
        return 0.0
    spans = []
    for shape in shapes:
        along = (shapely.get_coordinates(shape) - start) @ way / length**2
        spans.append((max(0.0, float(along.min())), min(1.0, float(along.max()))))
    covered, reached = 0.0, 0.0
    for low, high in sorted(spans):
        if high > reached:
            covered += high - max(low, reached)
            reached = high
    return covered
