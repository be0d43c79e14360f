"""Ways through walls: doors, by their openings where they fill one, and openings that nothing fills."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import STRtree

from bimcheck.model import Element, Opening, Region, Storey
from bimcheck.readers.ifc.curves import Points
from bimcheck.readers.ifc.holes import Hole, free_hole, hole_in
from bimcheck.readers.ifc.instance import Instance, attribute, number_of, reference, tag_of, text
from bimcheck.readers.ifc.placement import UnusableGeometryError
from bimcheck.readers.ifc.reading import Reading, name_of, names
from bimcheck.readers.ifc.relations import instances

_SILL_M = 0.10
_BELOW_FLOOR_M = 0.30
_LEAST_HEIGHT_M = 1.80
_LEAST_WIDTH_M = 0.60
_LEAF_M = 0.05
_SAME_HOLE = 0.5
_DOOR_AND_WINDOW = re.compile(r"门[联连带]窗|(?<![A-Z])MLC(?![A-Z])", re.IGNORECASE)


def read_openings(reading: Reading, elements: Sequence[Element], storeys: Sequence[Storey]) -> tuple[Opening, ...]:
    """All doors, and all openings in walls that a person can walk through."""
    return tuple(_Openings(reading, elements, storeys).read())


class _Openings:
    def __init__(self, reading: Reading, elements: Sequence[Element], storeys: Sequence[Storey]) -> None:
        self._reading = reading
        self._walls = {e.id: e for e in elements if e.kind in ("wall", "curtain-wall")}
        self._standing = [wall for wall in self._walls.values() if wall.kind == "wall"]
        self._tree = STRtree([wall.footprint for wall in self._standing])
        self._floors = [storey.elevation_m for storey in storeys if storey.elevation_m is not None]
        self._shapeless: list[Instance] = []

    def read(self) -> list[Opening]:
        windows = instances(self._reading.model, "IfcWindow")
        units = [*instances(self._reading.model, "IfcDoor"), *(each for each in windows if self._has_door(each))]
        doors = [found for unit in units if (found := self._door(unit)) is not None]
        if self._shapeless:
            listed = names([name_of(door) for door in self._shapeless])
            self._reading.note(
                "door-without-geometry",
                "warning",
                f"门 {listed.zh} 没有可用的几何，无法判断出入口",
                f"{listed.en}: the door has no usable geometry, so entrances cannot be judged by it",
                [self._reading.identities.of(door) for door in self._shapeless],
                ("street_entrances",),
            )
        gateways = self._gateways(doors)
        self._reading.unusable.clear()
        return doors + gateways

    # ------------------------------------------------------------------------------------------ doors

    def _has_door(self, window: Instance) -> bool:
        """Whether a window is the door-and-window unit that Chinese schedules call 门联窗 (MLC)."""
        type_ = self._reading.relations.type.get(window.id())
        said = (text(owner, key) for owner in (window, type_) for key in ("Name", "ObjectType") if owner is not None)
        return any(_DOOR_AND_WINDOW.search(each) for each in said)

    def _door(self, door: Instance) -> Opening | None:
        reading = self._reading
        void = reading.relations.opening.get(door.id())
        host = reading.relations.host.get(void.id()) if void is not None else None
        wall = self._walls.get(reading.identities.of(host)) if host is not None else None
        shape = reading.shape(void) if void is not None else None
        hole: Hole | None = None
        if shape is not None:
            hole = hole_in(wall.footprint, shape.region) if wall is not None else None
            hole = hole or free_hole(shape.region, self._width_axis(door))
            sill, head = shape.z_min_m, shape.z_max_m
        else:
            plan = self._own_plan(door)
            if plan is None:
                self._shapeless.append(door)
                return None
            region, sill, head = plan
            wall = wall or self._wall_around(region, sill)
            hole = hole_in(wall.footprint, region) if wall is not None else None
            hole = hole or free_hole(region, self._width_axis(door))
        host = host or reading.relations.whole.get(door.id())
        host_id = wall.id if wall is not None else None
        if host_id is None and host is not None and host.is_a("IfcElement"):
            host_id = reading.identities.of(host)
        return Opening(
            id=reading.identities.of(door),
            tag=tag_of(door),
            kind="door",
            name=text(door, "Name"),
            footprint=hole.footprint,
            axis=hole.axis,
            sill_z_m=sill,
            head_z_m=head,
            storey_id=reading.storey_id(door),
            host_id=host_id,
            space_ids=self._spaces(door, void),
            external=reading.properties.external(door),
            operation=self._operation(door),
        )

    def _width_axis(self, product: Instance) -> Points:
        """The direction of a door's width: the x axis of its placement."""
        try:
            axis = self._reading.shapes.matrix(product)[:2, 0]
        except UnusableGeometryError:
            axis = np.array([1.0, 0.0])
        return np.asarray(axis) if np.linalg.norm(axis) > 1e-6 else np.array([1.0, 0.0])

    def _own_plan(self, door: Instance) -> tuple[Region, float, float | None] | None:
        """The plan of a door that fills no opening: its body, else its placement and stated size."""
        shape = self._reading.shape(door)
        if shape is not None:
            return shape.region, shape.z_min_m, shape.z_max_m
        size = [number_of(attribute(door, key)) for key in ("OverallWidth", "OverallHeight")]
        if size[0] is None or not size[0] > 0 or reference(door, "ObjectPlacement") is None:
            return None
        try:
            matrix = self._reading.shapes.matrix(door)
        except UnusableGeometryError:
            return None
        width = size[0] * self._reading.units.length_m
        leaf = shapely.box(0, -_LEAF_M / 2, width, _LEAF_M / 2)
        region = shapely.transform(leaf, lambda points: points @ matrix[:2, :2].T + matrix[:2, 3])
        sill = float(matrix[2, 3])
        return region, sill, None if size[1] is None else sill + size[1] * self._reading.units.length_m

    def _wall_around(self, region: Region, sill: float) -> Element | None:
        """The wall a door stands in, where the file does not say."""
        middle = region.centroid
        for i in sorted(self._tree.query(middle, predicate="intersects")):
            wall: Element = self._standing[i]
            if wall.z_min_m - _SILL_M <= sill < wall.z_max_m:
                return wall
        return None

    def _spaces(self, *elements: Instance | None) -> tuple[str, ...]:
        """The spaces that declared boundaries say a door or opening joins."""
        found = (s for e in elements if e is not None for s in self._reading.relations.bounded_spaces.get(e.id(), ()))
        return tuple(dict.fromkeys(self._reading.identities.of(space) for space in found))

    def _operation(self, door: Instance) -> str:
        """How the door opens, from itself or its type."""
        owners = (door, self._reading.relations.type.get(door.id()))
        found = (attribute(owner, "OperationType") for owner in owners)
        said = next((str(each) for each in found if each and each != "NOTDEFINED"), "")
        return text(door, "UserDefinedOperationType") or said if said == "USERDEFINED" else said

    # ------------------------------------------------------------------------------------------ gateways

    def _gateways(self, doors: Sequence[Opening]) -> list[Opening]:
        found: list[Opening] = []
        for void in instances(self._reading.model, "IfcOpeningElement"):
            gateway = self._gateway(void)
            if gateway is not None and not _repeats(gateway, [*doors, *found]):
                found.append(gateway)
        return found

    def _gateway(self, void: Instance) -> Opening | None:
        """An opening that nothing fills, if one can walk through it."""
        reading = self._reading
        filled = reading.relations.fillings.get(void.id(), ())
        host = reading.relations.host.get(void.id())
        if filled or host is None or attribute(void, "PredefinedType") == "RECESS":
            return None
        wall = self._walls.get(reading.identities.of(host))
        # A garden wall is no element of the building, but its gates are ways to the street.
        fence = reading.shape(host) if wall is None and host.is_a("IfcWall") else None
        standing = wall or fence
        shape = reading.shape(void) if standing is not None else None
        if standing is None or standing.z_max_m is None or shape is None or shape.z_max_m is None:
            return None
        storey_id = reading.storey_id(host)
        sill, head = max(shape.z_min_m, standing.z_min_m), min(shape.z_max_m, standing.z_max_m)
        open_above = fence is not None and shape.z_max_m >= standing.z_max_m
        floors = [standing.z_min_m, *self._floors]
        if not (open_above or head - sill >= _LEAST_HEIGHT_M) or not any(
            -_BELOW_FLOOR_M <= sill - z <= _SILL_M for z in floors
        ):
            return None
        hole = hole_in(standing.footprint if isinstance(standing, Element) else standing.region, shape.region)
        if hole is None or not hole.through or hole.axis.length < _LEAST_WIDTH_M:
            return None
        return Opening(
            id=reading.identities.of(void),
            tag=tag_of(void),
            kind="gateway",
            name=text(void, "Name"),
            footprint=hole.footprint,
            axis=hole.axis,
            sill_z_m=sill,
            head_z_m=head,
            storey_id=storey_id,
            host_id=wall.id if wall is not None else reading.identities.of(host),
            space_ids=self._spaces(void),
            external=reading.properties.external(void),
        )


def _repeats(gateway: Opening, others: Sequence[Opening]) -> bool:
    """Whether another opening in the same wall already stands for this hole (some files cut it twice)."""
    for other in others:
        if other.host_id != gateway.host_id or not _same_height(gateway, other):
            continue
        common = gateway.footprint.intersection(other.footprint).area
        if common >= _SAME_HOLE * min(gateway.footprint.area, other.footprint.area):
            return True
    return False


def _same_height(one: Opening, other: Opening) -> bool:
    if one.sill_z_m is None or other.sill_z_m is None:
        return True
    return abs(one.sill_z_m - other.sill_z_m) < _LEAST_HEIGHT_M
