"""Entrances that a scheme marks by an arrow or a text where no doors are drawn yet (社区用房出入口)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString

from bimcheck.measures.enclosure import OUTDOORS, SOLID, Floats, Place, Plane
from bimcheck.measures.storeys import Arrangement
from bimcheck.measures.streets import Viewpoint
from bimcheck.model import BuildingModel, SiteFeature
from bimcheck.review import Level
from bimcheck.rooms.identify import IdentifiedRoom

_NEAR_M = 3.0
_PREFERRED_M = 1.0
_OUT_M = (0.05, 0.15, 0.30, 0.50, 0.80)
_ASSUMED_WIDTH_M = 1.5


@dataclass(frozen=True, slots=True)
class MarkedEntrance:
    """A mark with the room it stands at and the view from that room's outer wall there."""

    feature: SiteFeature
    inside: Place
    level: Level
    view: Viewpoint


def marked_entrances(
    model: BuildingModel, rooms: Sequence[IdentifiedRoom], arrangement: Arrangement, planes: Mapping[str, Plane]
) -> Iterable[MarkedEntrance]:
    """Every entrance mark within 3 m of a room that has an outer wall there, on the storey of the mark.

    A mark that names no storey belongs to the ground storey. A service room is preferred to another room at the same
    spot, because the mark is one of the service rooms.
    """
    service = {room.space.id for room in rooms if room.counted}
    for feature in model.site:
        if feature.kind != "entrance-mark":
            continue
        found: list[tuple[float, MarkedEntrance]] = []
        for level in arrangement.levels:
            named = feature.storey_id in level.storey_ids
            if not (named or (level.ground is not False and not _on_a_level(feature, arrangement))):
                continue
            plane = planes[level.id]
            for index in plane.space_tree.query(feature.geometry, predicate="dwithin", distance=_NEAR_M).tolist():
                space = plane.spaces[index]
                if space.footprint is None or arrangement.level_of.get(space.id) != level.id:
                    continue
                distance_m = space.footprint.distance(feature.geometry) - _PREFERRED_M * (space.id in service)
                view = _view(feature, space.footprint.boundary, plane)
                if view is not None:
                    found.append((distance_m, MarkedEntrance(feature, Place("space", space.id), level, view)))
        if found:
            yield min(found, key=lambda item: (item[0], item[1].inside))[1]


def _on_a_level(feature: SiteFeature, arrangement: Arrangement) -> bool:
    return any(feature.storey_id in level.storey_ids for level in arrangement.levels)


def _view(feature: SiteFeature, outline: shapely.Geometry, plane: Plane) -> Viewpoint | None:
    """Straight out of the piece of outline nearest to the mark that has the open air behind it."""
    sides: list[tuple[float, LineString]] = []
    for ring in shapely.get_parts(outline).tolist():
        points = shapely.get_coordinates(ring)
        sides += [(LineString(pair).distance(feature.geometry), LineString(pair)) for pair in pairwise(points)]
    for distance_m, side in sorted(sides, key=lambda item: item[0]):
        if distance_m > _NEAR_M + _PREFERRED_M:
            return None
        foot = shapely.get_coordinates(shapely.shortest_line(side, feature.geometry))[0]
        view = _out_of(side, foot, plane)
        if view is not None:
            return view
    return None


def _out_of(side: LineString, foot: Floats, plane: Plane) -> Viewpoint | None:
    along = np.diff(shapely.get_coordinates(side), axis=0)[0] / max(side.length, 1e-9)
    for normal in (np.array([-along[1], along[0]]), np.array([along[1], -along[0]])):
        points = foot + np.array(_OUT_M)[:, None] * normal
        met = next(
            ((point, place) for point, place in zip(points, plane.places(points), strict=True) if place != SOLID), None
        )
        if met is not None and met[1] == OUTDOORS:
            (x, y), (nx, ny) = met[0].tolist(), normal.tolist()
            return Viewpoint((x, y), (nx, ny), _ASSUMED_WIDTH_M)
    return None
