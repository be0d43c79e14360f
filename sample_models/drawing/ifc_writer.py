"""What every IFC instance needs: identity, owner, properties, and its place under the chosen survey coordinates."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import ifcopenshell.guid

from sample_models.drawing.ifc_shapes import Frame, Shapes, SpaceShape, Unit
from sample_models.drawing.plan import Point, Point3, Project, Ring, Room
from sample_models.drawing.step import Enum, Ref, Step, Typed

NAMESPACE = uuid.UUID("6f1d3f0a-0c55-5a53-9a1e-3b0c7d0f2c11")
Path = tuple[str, ...]
Declared = Literal["true", "flipped", "absent"]
Survey = Literal["site", "elements", "points"]


def global_id(*path: str) -> str:
    """The GlobalId of the thing with this path: project, building, storey, kind, name and, for repeats, a count."""
    return str(ifcopenshell.guid.compress(uuid.uuid5(NAMESPACE, "/".join(path)).hex))


class Writer:
    """One file in the making. ``base`` places the building being written (or the site) in survey coordinates."""

    space_shape: SpaceShape | Mapping[str, SpaceShape] = "profile"
    is_external: Declared = "true"
    boundaries = False
    quantities = True

    def __init__(self, project: Project, step: Step, unit: Unit, survey: Frame, mode: Survey) -> None:
        self.project = project
        self.step = step
        self.unit: Unit = unit
        self.shapes = Shapes(step, unit)
        self.survey = survey
        self.base = survey
        self.mode = mode
        self.owner: Ref | None = None
        self.zones: dict[str, list[Ref]] = defaultdict(list)
        self.references: dict[tuple[str, str, str], list[Ref]] = defaultdict(list)
        self._paths: dict[Path, int] = defaultdict(int)

    def rooted(self, entity: str, path: Path, **attributes: object) -> Ref:
        """An instance with a GlobalId made of its path; attributes the schema lacks are left out."""
        self._paths[path] += 1
        number = self._paths[path]
        identity = global_id(*path) if number == 1 else global_id(*path, str(number))
        attributes = self.step.known(entity, attributes)
        return self.step.add(entity, GlobalId=identity, OwnerHistory=self.owner, **attributes)

    def relate(self, entity: str, path: Path, **attributes: object) -> None:
        """A relationship."""
        self.rooted(entity, (*path, entity), **attributes)

    def product(
        self, entity: str, path: Path, name: str, frame: Frame, parent: Ref, *solids: Ref, **more: object
    ) -> Ref:
        """A product whose body is the given solids."""
        return self.rooted(
            entity,
            path,
            Name=name,
            ObjectPlacement=self.shapes.placement(frame, parent),
            Representation=self.shapes.product(self.shapes.body(*solids)) if solids else None,
            **more,
        )

    def properties(self, owner: Ref, path: Path, name: str, values: Mapping[str, str | float | bool]) -> None:
        """A property set."""
        kinds = {bool: "IfcBoolean", str: "IfcLabel", float: "IfcReal", int: "IfcInteger"}
        rows = [
            self.step.add("IfcPropertySingleValue", Name=key, NominalValue=Typed(kinds[type(value)], value))
            for key, value in values.items()
        ]
        pset = self.rooted("IfcPropertySet", (*path, name), Name=name, HasProperties=rows)
        self.relate("IfcRelDefinesByProperties", (*path, name), RelatedObjects=[owner], RelatingPropertyDefinition=pset)

    def external(self, owner: Ref, path: Path, name: str, *, external: bool) -> None:
        """The IsExternal property as the file shall declare it."""
        if self.is_external != "absent":
            self.properties(owner, path, name, {"IsExternal": external != (self.is_external == "flipped")})

    def frame(self, origin: Point, direction: Point = (1.0, 0.0), z: float = 0.0) -> Frame:
        """The placement of a product in the axes of its container."""
        if self.mode == "points":
            return Frame(z=z)
        own = Frame(*origin, z, *direction)
        return own if self.mode == "site" else self.base.inside(own)

    def ring(self, frame: Frame, points: Sequence[Point]) -> Ring:
        """Points of the building in the axes of a product."""
        placed = points if self.mode == "site" else [self.base.world(point) for point in points]
        return tuple(frame.local(point) for point in placed)

    def _raised(self, frame: Frame, piece: Sequence[Point3]) -> tuple[Point3, ...]:
        plan = self.ring(frame, [(x, y) for x, y, _ in piece])
        return tuple((x, y, z) for (x, y), (_, _, z) in zip(plan, piece, strict=True))

    def space(self, room: Room, height: float, where: Path, parent: Ref) -> Ref:
        """A space with what its author declared about it."""
        path = (*where, "space", room.number or room.name)
        shape = self.space_shape
        kind = shape if isinstance(shape, str) else shape.get(room.name, "profile")
        frame = self.frame(room.outline[0], z=room.floor)
        outline = self.ring(frame, room.outline)
        holes = [self.ring(frame, hole) for hole in room.holes]
        predefined: str = room.predefined
        if self.step.schema == "IFC2X3":
            predefined = {"GFA": "NOTDEFINED", "PARKING": "EXTERNAL", "SPACE": "NOTDEFINED"}.get(predefined, predefined)
        result = self.rooted(
            "IfcSpace",
            path,
            Name=room.number or room.name,
            LongName=room.name,
            ObjectType=room.object_type or None,
            ObjectPlacement=self.shapes.placement(frame, parent),
            Representation=self.shapes.space(outline, holes, height, kind)
            if not room.ceiling
            else self.shapes.sloped([self._raised(frame, piece) for piece in room.ceiling], kind),
            CompositionType=Enum("ELEMENT"),
            PredefinedType=Enum(predefined),
            InteriorOrExteriorSpace=Enum(predefined),
        )
        common: dict[str, str | float | bool] = {"Reference": room.number or room.name, "IsExternal": room.external}
        self.properties(result, path, "Pset_SpaceCommon", common)
        grouped: dict[str, dict[str, str | float | bool]] = defaultdict(dict)
        for pset, name, value in room.properties:
            grouped[pset][name] = value
        for pset, values in grouped.items():
            self.properties(result, path, pset, values)
        if self.quantities:
            self._quantities(result, path, room, height)
        if room.zone:
            self.zones[room.zone].append(result)
        if room.classification:
            self.references[room.classification].append(result)
        return result

    def _quantities(self, space: Ref, path: Path, room: Room, height: float) -> None:
        drawn = abs(_area(room.outline)) - sum(abs(_area(hole)) for hole in room.holes)
        stated = {"NetFloorArea": drawn, "GrossFloorArea": drawn} if room.declared is None else room.declared
        if not stated:
            return
        square = 0.3048**2 if self.unit == "ft" else 1.0
        rows = [
            self.step.add("IfcQuantityArea", Name=name, AreaValue=round(value / square, 4))
            for name, value in stated.items()
        ]
        rows.append(self.step.add("IfcQuantityLength", Name="Height", LengthValue=self.shapes.length(height)))
        name = "BaseQuantities" if self.step.schema == "IFC2X3" else "Qto_SpaceBaseQuantities"
        quantities = self.rooted("IfcElementQuantity", (*path, name), Name=name, Quantities=rows)
        self.relate(
            "IfcRelDefinesByProperties", (*path, name), RelatedObjects=[space], RelatingPropertyDefinition=quantities
        )


def _area(ring: Ring) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2
