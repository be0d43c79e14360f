"""Where the edge of a level has no wall, and what a wall there would add: it may be left out, or the side be open."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from bimcheck.measures.cells import LevelPlan
from bimcheck.measures.partition import unite
from bimcheck.model import Region

_FACE_M = 0.03
_BEYOND_M = 0.30
_LEAST_M = 0.50
_TOUCHES_M = 1e-4
_MOSTLY = 0.40
_LEAST_BEYOND_M2 = 2.0


class BareEdges:
    """The edges of a level's outline along which no wall stands.

    Edges towards voids, and those of mezzanines, are open by their nature. A room drawn a little beyond its wall, to
    the finish, is not without it.
    """

    def __init__(self, plan: LevelPlan, outline: BaseGeometry) -> None:
        self._outline = outline
        self._closed = closed = unite([plan.wall_area, plan.voids, *(opening.footprint for opening in plan.openings)])
        edge = shapely.difference(outline.boundary, shapely.buffer(closed, _FACE_M, join_style="mitre"))
        beyond = shapely.buffer(closed, _BEYOND_M, join_style="mitre")
        parts = [] if plan.level.position == "mezzanine" else shapely.get_parts(shapely.line_merge(edge)).tolist()
        bare = [part for part in parts if shapely.difference(part, beyond).length > _LEAST_M]
        # a wall there would reach on to those at its ends, and around the corner with them
        self._edges = [
            shapely.intersection(outline.boundary, shapely.buffer(part, _FACE_M, cap_style="square")) for part in bare
        ]
        self._tree = shapely.STRtree(self._edges)

    def area_m2(self, cell: Region, thickness_m: float) -> float:
        """What a wall along the room's bare edges would add to it, corners included, square metres."""
        near = [self._edges[i] for i in self._tree.query(cell, predicate="dwithin", distance=_TOUCHES_M)]
        if not near:
            return 0.0
        own = shapely.intersection(shapely.union_all(near), shapely.buffer(cell.boundary, _TOUCHES_M))
        wall = shapely.buffer(own, thickness_m, cap_style="square", join_style="mitre")
        return float(shapely.difference(wall, self._outline).area)

    def beyond_m2(self, drawn: Region) -> float:
        """How much of a room's outline lies on the far side of its own walls, with hardly a wall around it.

        A terrace drawn with the room behind it, or an outline dragged over the outer wall, is no enclosed area.
        """
        if self._tree.query(drawn, predicate="dwithin", distance=_FACE_M).size == 0:
            return 0.0
        pieces = [
            piece
            for piece in shapely.get_parts(shapely.difference(drawn, self._closed)).tolist()
            if piece.area > _LEAST_BEYOND_M2
        ]
        beyond = [piece for piece in pieces if self._bare_share(piece) > _MOSTLY]
        return sum(piece.area for piece in beyond) if len(beyond) < len(pieces) else 0.0

    def _bare_share(self, piece: Region) -> float:
        near = [self._edges[i] for i in self._tree.query(piece, predicate="dwithin", distance=_FACE_M)]
        bare = shapely.intersection(piece.boundary, shapely.buffer(shapely.union_all(near), _FACE_M))
        return float(bare.length / piece.length)
