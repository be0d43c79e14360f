"""Parking stalls: outlines of a stall's size, rows with dividing lines, blocks and arrays of blocks, each once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from bimcheck.model import SiteFeature
from bimcheck.readers.dxf.content import Caption, Placement, Shape
from bimcheck.readers.dxf.layers import Role
from bimcheck.readers.dxf.linework import Network, Segments, add_segments, build_network, segments_of
from bimcheck.readers.dxf.regions import Repairs, outlines_of
from bimcheck.site_words import classify_site_name, is_accessible, is_underground

STALL_SHORT_M, STALL_LONG_M = (2.2, 3.9), (4.7, 6.5)
"""A stall's sides: from the smallest drawn to accessible ones with their transfer lane (JGJ 100-2015, 4.3.4)."""
_MAPPED_STALL_M2 = (8.0, 40.0)
_WIDEST_MOUTH = 2.0
"""Of a stall's width: so wide is the front of one that stands at 30° to its lane."""
_SAME_WAY = 0.999
_STRAIGHT_M = 0.05
_ROW = 3
_PARKING: tuple[Role, ...] = ("parking", "parking-accessible", "parking-underground")
_CARS = re.compile("CAR|汽车|小车|轿车|VEHICLE|SEDAN", re.IGNORECASE)
_STALL_BLOCK = re.compile("车位|停车|泊位|PARK|STALL", re.IGNORECASE)


def read_stalls(
    of_role: Mapping[Role, list[Shape]],
    placements: Sequence[Placement],
    captions: Sequence[Caption],
    mapped: Callable[[str], bool],
    role: Callable[[str], Role | None],
) -> tuple[list[SiteFeature], int]:
    """The stalls of a plan in metres, and how many outlines on parking layers are of no stall's size."""
    found: list[SiteFeature] = []
    odd = 0
    for stall_role in _PARKING:
        shapes = [s for s in of_role.get(stall_role, []) if not any(_CARS.search(b) for b in s.blocks)]
        for layer in sorted({shape.layer for shape in shapes}):
            members = [shape for shape in shapes if shape.layer == layer]
            regions = [(o.id, o.region) for o in outlines_of([m for m in members if m.curve.closed], Repairs())]
            regions += _between_lines([m for m in members if not m.curve.closed])
            for id_, region in regions:
                if is_stall(region) or (mapped(layer) and _MAPPED_STALL_M2[0] <= region.area <= _MAPPED_STALL_M2[1]):
                    found.append(_stall(id_, layer, region, stall_role))
                elif region.area >= 3.0:
                    odd += 1
    for placement in placements:
        block_role = role(placement.layer)
        fits = _STALL_BLOCK.search(placement.name) or block_role in _PARKING
        if (
            not fits
            or placement.corners is None
            or _CARS.search(placement.name)
            or classify_site_name(placement.name) == "bicycle"
        ):
            continue
        box = Polygon(placement.corners)
        if is_stall(box):
            found.append(_stall(placement.id, placement.layer, box, block_role or "parking"))
    return _described(_apart(found), captions), odd


def _between_lines(shapes: Sequence[Shape]) -> list[tuple[str, Polygon]]:
    """Stalls drawn as a row with dividing lines, closed in front or open to the lane."""
    if len(shapes) < 3:
        return []
    network = build_network(segments_of([s.points for s in shapes], closed=[False] * len(shapes)))
    faces = add_segments(network, _mouths(network)).faces() if len(network.ends) else []
    first = min(shape.id for shape in shapes)
    return [(f"{first}~{number + 1}", face) for number, face in enumerate(faces) if is_stall(face)]


def _mouths(network: Network) -> Segments:
    """Lines across the open fronts of stalls: between the free ends of dividing lines that point the same way."""
    joined = network.neighbours()
    free = [node for node, others in joined.items() if len(others) == 1]
    places = network.nodes[free]
    ways = places - network.nodes[[joined[node][0] for node in free]]
    ways = ways / np.hypot(*ways.T)[:, None] if len(free) else ways
    widest = _WIDEST_MOUTH * STALL_SHORT_M[1]
    ends = np.array([Point(place) for place in places], dtype=object)
    one, other = STRtree(ends).query(ends, predicate="dwithin", distance=widest)
    same_way = np.einsum("ij,ij->i", ways[one], ways[other]) > _SAME_WAY
    one, other = one[(one < other) & same_way], other[(one < other) & same_way]
    return np.stack([places[one], places[other]], axis=1)


def is_stall(region: BaseGeometry) -> bool:
    """Whether an outline has the shape and size of a car's stall: a rectangle, or a parallelogram."""
    if not isinstance(region, Polygon):
        return False
    sides = _slanted_sides(region)
    if sides is None:
        box = shapely.minimum_rotated_rectangle(region)
        if region.area < 0.80 * box.area:
            return False
        spans = np.hypot(*np.diff(shapely.get_coordinates(box), axis=0)[:2].T)
        sides = float(spans.min()), float(spans.max())
    short, long = sides
    slack = 0.06
    return (
        STALL_SHORT_M[0] - slack <= short <= STALL_SHORT_M[1] + slack
        and STALL_LONG_M[0] - slack <= long <= STALL_LONG_M[1] + slack
    )


def _slanted_sides(region: Polygon) -> tuple[float, float] | None:
    """Width across and length along a parallelogram; ``None`` for any other shape."""
    corners = shapely.get_coordinates(region.normalize().simplify(_STRAIGHT_M))[:-1]  # normal: a corner comes first
    if len(corners) != 4 or np.hypot(*(corners[0] - corners[1] + corners[2] - corners[3])) > _STRAIGHT_M:
        return None
    long = float(np.hypot(*np.diff(corners[:3], axis=0).T).max())
    return region.area / long, long


def _stall(id_: str, layer: str, region: Polygon | MultiPolygon, role: Role) -> SiteFeature:
    return SiteFeature(
        id_, id_, "parking", "", region, layer=layer,
        accessible=role == "parking-accessible", underground=True if role == "parking-underground" else None,
    )  # fmt: skip


def _apart(stalls: Sequence[SiteFeature]) -> list[SiteFeature]:
    """Stalls that overlap by half are one: drawn twice, or a block over its outline. Accessible ones are kept first."""
    order = sorted(stalls, key=lambda stall: (not stall.accessible, stall.id))
    kept: list[SiteFeature] = []
    tree = STRtree([stall.geometry for stall in order])
    gone: set[int] = set()
    for index, stall in enumerate(order):
        if index in gone:
            continue
        kept.append(stall)
        for other in tree.query(stall.geometry, predicate="intersects").tolist():
            rival = order[other].geometry
            common = shapely.intersection(stall.geometry, rival).area
            if other > index and common > 0.5 * min(stall.geometry.area, rival.area):
                gone.add(other)
    return sorted(kept, key=lambda stall: stall.id)


def _described(stalls: Sequence[SiteFeature], captions: Sequence[Caption]) -> list[SiteFeature]:
    tree = STRtree([Point(caption.middle) for caption in captions])
    described = []
    for stall in stalls:
        words = [captions[i].text for i in sorted(tree.query(stall.geometry, predicate="contains").tolist())]
        said = " ".join(words)
        described.append(
            replace(
                stall,
                name=words[0] if words else "",
                accessible=stall.accessible or is_accessible(said),
                underground=stall.underground or (True if is_underground(said) else None),
            )
        )
    return described


def is_parking_unread(shapes: Sequence[Shape], role: Callable[[str], Role | None]) -> bool:
    """Whether something looks like parking: asked where no stall was found.

    Open lines as long as a stall on parking layers, or a row of outlines of a stall's size on layers nobody knows.
    """
    rows = 0
    for shape in shapes:
        layer_role, closed = role(shape.layer), shape.curve.closed
        if layer_role is None and closed and len(shape.points) > 3:
            rows += is_stall(Polygon(shape.points))
        long = len(shape.points) > 1 and shapely.length(LineString(shape.points)) >= STALL_LONG_M[0]
        if layer_role in _PARKING and not closed and long:
            return True
    return rows >= _ROW


def lone_cars(placements: Sequence[Placement], stalls: Sequence[SiteFeature]) -> int:
    """How many car symbols stand in no stall."""
    tree = STRtree([stall.geometry for stall in stalls])
    count = 0
    for placement in placements:
        if _CARS.search(placement.name) and placement.corners is not None:
            middle = Point(*placement.corners.mean(axis=0))
            count += not len(tree.query(middle, predicate="within"))
    return count
