"""A described building as an IFC file, structured as authoring programs export it."""

from __future__ import annotations

import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import ifcopenshell.guid

from sample_models.drawing.ifc_shapes import Frame, Shapes, SpaceShape, Unit
from sample_models.drawing.plan import (
    Building,
    Column,
    CurtainWall,
    Door,
    Outdoor,
    Point,
    Project,
    Ring,
    Room,
    Slab,
    Stair,
    Storey,
    Wall,
    Window,
    along,
)
from sample_models.drawing.step import Encoding, Enum, Ref, Schema, Step, Typed

NAMESPACE = uuid.UUID("6f1d3f0a-0c55-5a53-9a1e-3b0c7d0f2c11")
LEAF_M = 0.05


def global_id(*path: str) -> str:
    """The GlobalId of the thing with this path: project, building, storey, kind, name and, for repeats, a count."""
    return str(ifcopenshell.guid.compress(uuid.uuid5(NAMESPACE, "/".join(path)).hex))


def write_ifc(
    project: Project | Building,
    path: Path,
    schema: Schema = "IFC4",
    unit: Unit = "mm",
    *,
    rotation_deg: float = 0.0,
    offset: tuple[float, float] = (0.0, 0.0),
    survey: Literal["site", "elements", "points"] = "site",
    space_shape: SpaceShape | Mapping[str, SpaceShape] = "profile",
    is_external: Literal["true", "flipped", "absent"] = "true",
    boundaries: bool = False,
    quantities: bool = True,
    encoding: Encoding = "escaped",
    author: str = "sample_models",
) -> Path:
    """Write the project; a path ending in ``.ifczip`` is packed. Returns the path.

    ``rotation_deg`` and ``offset`` (metres) put the building on survey coordinates: in the placement of the site, in
    the placement of every element, or (``"points"``) in the raw points of every shape, under identity placements.
    ``space_shape`` is how spaces are drawn, for all or by room name ("profile" for those not named). ``is_external``
    is the declared property of walls and doors. ``boundaries`` adds space boundaries of doors and gateways.
    """
    whole = project if isinstance(project, Project) else Project(project.name, (project,))
    writer = _Writer(whole, Step(schema, encoding), unit, Frame.turned(*offset, rotation_deg), survey)
    writer.space_shape = space_shape
    writer.is_external = is_external
    writer.boundaries = boundaries
    writer.quantities = quantities
    writer.write()
    text = writer.step.to_bytes(path.with_suffix(".ifc").name, author)
    if path.suffix == ".ifczip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(path.with_suffix(".ifc").name, (2026, 1, 5, 9, 0, 0)), text, 8)
    else:
        path.write_bytes(text)
    return path


class _Writer:
    """One file in the making; the current building and storey are state, as in the file."""

    space_shape: SpaceShape | Mapping[str, SpaceShape] = "profile"
    is_external: Literal["true", "flipped", "absent"] = "true"
    boundaries = False
    quantities = True

    def __init__(self, project: Project, step: Step, unit: Unit, survey: Frame, mode: str) -> None:
        self.project = project
        self.step = step
        self.unit: Unit = unit
        self.shapes = Shapes(step, unit)
        self.survey = survey
        self.mode = mode
        self.ids: dict[str, int] = defaultdict(int)
        self.zones: dict[str, list[Ref]] = defaultdict(list)
        self.references: dict[tuple[str, str, str], list[Ref]] = defaultdict(list)
        self.classifications: dict[str, Ref] = {}
        self.owner = Ref(0)

    # -- what everything needs --------------------------------------------------------------------------------------

    def rooted(self, entity: str, path: Sequence[str], **attributes: object) -> Ref:
        """An instance with a GlobalId made of its path; attributes the schema lacks are left out."""
        key = "/".join(path)
        self.ids[key] += 1
        number = self.ids[key]
        identity = global_id(*path) if number == 1 else global_id(*path, str(number))
        attributes = self.step.known(entity, attributes)
        return self.step.add(entity, GlobalId=identity, OwnerHistory=self.owner, **attributes)

    def relate(self, entity: str, path: Sequence[str], **attributes: object) -> None:
        """A relationship."""
        self.rooted(entity, (*path, entity), **attributes)

    def properties(self, owner: Ref, path: Sequence[str], name: str, values: Mapping[str, str | float | bool]) -> None:
        """A property set."""
        kinds = {bool: "IfcBoolean", str: "IfcLabel", float: "IfcReal", int: "IfcInteger"}
        rows = [
            self.step.add("IfcPropertySingleValue", Name=key, NominalValue=Typed(kinds[type(value)], value))
            for key, value in values.items()
        ]
        pset = self.rooted("IfcPropertySet", (*path, name), Name=name, HasProperties=rows)
        self.relate("IfcRelDefinesByProperties", (*path, name), RelatedObjects=[owner], RelatingPropertyDefinition=pset)

    def external(self, owner: Ref, path: Sequence[str], name: str, *, external: bool) -> None:
        """The IsExternal property as the file shall declare it."""
        if self.is_external != "absent":
            self.properties(owner, path, name, {"IsExternal": external != (self.is_external == "flipped")})

    # -- where things stand -----------------------------------------------------------------------------------------

    def at(self, point: Point) -> Point:
        """A point of the building (or site) in the axes of the container's placement."""
        return point if self.mode == "site" else self.base.world(point)

    def frame(self, origin: Point, direction: Point = (1.0, 0.0), z: float = 0.0) -> Frame:
        """The placement of a product in the axes of its container."""
        if self.mode == "points":
            return Frame(z=z)
        own = Frame(*origin, z, *direction)
        return own if self.mode == "site" else self.base.inside(own)

    def ring(self, frame: Frame, points: Sequence[Point]) -> Ring:
        """Points of the building in the axes of a product."""
        return tuple(frame.local(self.at(point)) for point in points)

    # -- the file ---------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Everything, from the project down."""
        self.owner = self._owner()
        root = (self.project.name,)
        world = self.shapes.axes(Frame())
        north = self.shapes.direction(*self.project.true_north)
        model = self.step.add(
            "IfcGeometricRepresentationContext",
            ContextType="Model",
            CoordinateSpaceDimension=3,
            Precision=1e-6,
            WorldCoordinateSystem=world,
            TrueNorth=north,
        )
        for name, view in (
            ("Body", "MODEL_VIEW"), ("Axis", "GRAPH_VIEW"), ("FootPrint", "MODEL_VIEW"), ("Box", "MODEL_VIEW"),
            ("Annotation", "PLAN_VIEW"),
        ):  # fmt: skip
            self.shapes.contexts[name] = self.step.add(
                "IfcGeometricRepresentationSubContext",
                ContextIdentifier=name,
                ContextType="Model",
                ParentContext=model,
                TargetView=Enum(view),
            )
        project = self.rooted(
            "IfcProject", root, Name=self.project.name, RepresentationContexts=[model], UnitsInContext=self._units()
        )
        placed = self.survey if self.mode == "site" else Frame()
        site_placement = self.shapes.placement(placed, None)
        site = self.rooted(
            "IfcSite",
            (*root, "site"),
            Name="场地",
            ObjectPlacement=site_placement,
            CompositionType=Enum("ELEMENT"),
            RefLatitude=(30, 31, 48, 0),
            RefLongitude=(120, 40, 48, 0),
            RefElevation=self.shapes.length(self.project.ground),
        )
        self.relate("IfcRelAggregates", root, RelatingObject=project, RelatedObjects=[site])
        buildings = [
            self._building(building, (*root, building.name), site_placement) for building in self.project.buildings
        ]
        if buildings:
            self.relate("IfcRelAggregates", (*root, "site"), RelatingObject=site, RelatedObjects=buildings)
        self.base = self.survey
        self._outdoors((*root, "site"), site, site_placement)
        self._groups(root)

    def _owner(self) -> Ref:
        person = self.step.add("IfcPerson", FamilyName="设计师")
        office = self.step.add("IfcOrganization", Name="海宁市建筑设计院")
        both = self.step.add("IfcPersonAndOrganization", ThePerson=person, TheOrganization=office)
        program = self.step.add(
            "IfcApplication",
            ApplicationDeveloper=office,
            Version="1",
            ApplicationFullName="sample_models",
            ApplicationIdentifier="sample_models",
        )
        return self.step.add(
            "IfcOwnerHistory",
            OwningUser=both,
            OwningApplication=program,
            ChangeAction=Enum("ADDED"),
            CreationDate=1767600000,
        )

    def _units(self) -> Ref:
        def metric(kind: str, name: str, prefix: str | None = None) -> Ref:
            return self.step.add(
                "IfcSIUnit", UnitType=Enum(kind), Name=Enum(name), Prefix=Enum(prefix) if prefix else None
            )

        def converted(kind: str, name: str, factor: float, base: Ref, power: int) -> Ref:
            measure = self.step.add(
                "IfcMeasureWithUnit", ValueComponent=Typed("IfcRatioMeasure", factor), UnitComponent=base
            )
            exponents = {"LengthExponent": power, "MassExponent": 0, "TimeExponent": 0, "ElectricCurrentExponent": 0,
                         "ThermodynamicTemperatureExponent": 0, "AmountOfSubstanceExponent": 0,
                         "LuminousIntensityExponent": 0}  # fmt: skip
            return self.step.add(
                "IfcConversionBasedUnit",
                Dimensions=self.step.add("IfcDimensionalExponents", **exponents),
                UnitType=Enum(kind),
                Name=name,
                ConversionFactor=measure,
            )

        angle = metric("PLANEANGLEUNIT", "RADIAN")
        if self.unit == "ft":
            length = converted("LENGTHUNIT", "FOOT", 0.3048, metric("LENGTHUNIT", "METRE"), 1)
            area = converted("AREAUNIT", "SQUARE FOOT", 0.3048**2, metric("AREAUNIT", "SQUARE_METRE"), 2)
        else:
            length = metric("LENGTHUNIT", "METRE", {"m": None, "mm": "MILLI", "cm": "CENTI"}[self.unit])
            area = metric("AREAUNIT", "SQUARE_METRE")
        return self.step.add("IfcUnitAssignment", Units=[length, area, metric("VOLUMEUNIT", "CUBIC_METRE"), angle])

    def _area(self, square_metres: float) -> float:
        return square_metres / 0.3048**2 if self.unit == "ft" else float(square_metres)

    def _building(self, building: Building, path: tuple[str, ...], parent: Ref) -> Ref:
        own = Frame.turned(*building.at, building.turn_deg)
        self.base = self.survey.inside(own)
        placement = self.shapes.placement(own if self.mode == "site" else Frame(), parent)
        result = self.rooted(
            "IfcBuilding", path, Name=building.name, ObjectPlacement=placement, CompositionType=Enum("ELEMENT")
        )
        storeys: list[Ref] = []
        placements: list[Ref] = []
        for storey in building.storeys:
            placements.append(self.shapes.placement(Frame(z=storey.elevation), placement))
            declared = storey.elevation if storey.declared_elevation is None else storey.declared_elevation
            storeys.append(
                self.rooted(
                    "IfcBuildingStorey",
                    (*path, storey.name),
                    Name=storey.name,
                    ObjectPlacement=placements[-1],
                    CompositionType=Enum("ELEMENT"),
                    Elevation=self.shapes.length(declared),
                )
            )
        if storeys:
            self.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=storeys)
        spaces: dict[str, list[Ref]] = defaultdict(list)
        for i, storey in enumerate(building.storeys):
            where = (*path, storey.name)
            rooms = {id(room): self._space(room, storey, where, placements[i]) for room in storey.rooms}
            for room in storey.rooms:
                spaces[room.listed_on or storey.name].append(rooms[id(room)])
            elements = list(self._elements(storey, where, placements[i], rooms))
            if building.roof and i == len(building.storeys) - 1 and storey.outline:
                roof = Slab(storey.outline, top=storey.height, kind="ROOF", name="屋面板")
                elements.append(self._slab(roof, where, placements[i]))
            if elements:
                self.relate(
                    "IfcRelContainedInSpatialStructure",
                    where,
                    RelatedElements=elements,
                    RelatingStructure=storeys[i],
                )
        for i, storey in enumerate(building.storeys):
            if spaces[storey.name]:
                self.relate(
                    "IfcRelAggregates",
                    (*path, storey.name, "spaces"),
                    RelatingObject=storeys[i],
                    RelatedObjects=spaces[storey.name],
                )
        return result

    def _groups(self, root: tuple[str, ...]) -> None:
        for name, members in self.zones.items():
            zone = self.rooted("IfcZone", (*root, "zone", name), Name=name, LongName=name)
            self.relate("IfcRelAssignsToGroup", (*root, "zone", name), RelatedObjects=members, RelatingGroup=zone)
        for (system, code, title), members in self.references.items():
            if system not in self.classifications:
                named = self.step.known("IfcClassification", {"Source": "MOHURD", "Edition": system.split("-")[-1]})
                self.classifications[system] = self.step.add("IfcClassification", Name=system, **named)
            code_key = "ItemReference" if self.step.schema == "IFC2X3" else "Identification"
            reference = self.step.add(
                "IfcClassificationReference",
                Name=title,
                ReferencedSource=self.classifications[system],
                **{code_key: code},
            )
            self.relate(
                "IfcRelAssociatesClassification",
                (*root, system, code),
                RelatedObjects=members,
                RelatingClassification=reference,
            )

    # -- spaces -----------------------------------------------------------------------------------------------------

    def _space(self, room: Room, storey: Storey, where: tuple[str, ...], parent: Ref) -> Ref:
        shape = self.space_shape
        kind = shape if isinstance(shape, str) else shape.get(room.name, "profile")
        return self._space_at(room, storey.room_height(room), where, parent, kind)

    def _space_at(self, room: Room, height: float, where: tuple[str, ...], parent: Ref, kind: SpaceShape) -> Ref:
        path = (*where, "space", room.number or room.name)
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
            Representation=self.shapes.space(outline, holes, height, kind),
            CompositionType=Enum("ELEMENT"),
            PredefinedType=Enum(predefined),
            InteriorOrExteriorSpace=Enum(predefined),
        )
        self.properties(
            result, path, "Pset_SpaceCommon", {"Reference": room.number or room.name, "IsExternal": room.external}
        )
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

    def _quantities(self, space: Ref, path: tuple[str, ...], room: Room, height: float) -> None:
        drawn = abs(_area(room.outline)) - sum(abs(_area(hole)) for hole in room.holes)
        stated = {"NetFloorArea": drawn, "GrossFloorArea": drawn} if room.declared is None else room.declared
        if not stated:
            return
        rows = [
            self.step.add("IfcQuantityArea", Name=name, AreaValue=self._area(value)) for name, value in stated.items()
        ]
        rows.append(self.step.add("IfcQuantityLength", Name="Height", LengthValue=self.shapes.length(height)))
        name = "BaseQuantities" if self.step.schema == "IFC2X3" else "Qto_SpaceBaseQuantities"
        qto = self.rooted("IfcElementQuantity", (*path, name), Name=name, Quantities=rows)
        self.relate("IfcRelDefinesByProperties", (*path, name), RelatedObjects=[space], RelatingPropertyDefinition=qto)

    # -- elements ---------------------------------------------------------------------------------------------------

    def _elements(self, storey: Storey, where: tuple[str, ...], parent: Ref, rooms: dict[int, Ref]) -> Iterator[Ref]:
        """Everything that stands on a storey; openings are written with it but not contained."""
        walls: dict[int, tuple[Ref, Ref, Frame]] = {}
        for wall in storey.walls:
            walls[id(wall)] = self._wall(wall, storey, where, parent)
            yield walls[id(wall)][0]
        for front in storey.curtain_walls:
            doors = [door for door in storey.doors if storey.host(door.at) is front]
            yield from self._curtain_wall(front, doors, storey, where, parent, rooms)
        for door in storey.doors:
            host = storey.host(door.at)
            if isinstance(host, Wall):
                yield from self._door(door, host, walls[id(host)], storey, where, rooms)
        for window in storey.windows:
            host = storey.host(window.at)
            if isinstance(host, Wall):
                yield self._window(window, host, walls[id(host)], where)
        for column in storey.columns:
            yield self._column(column, storey, where, parent)
        for slab in storey.all_slabs():
            yield self._slab(slab, where, parent)
        for stair in storey.stairs:
            yield self._stair(stair, storey, where, parent)
        for railing in storey.railings:
            frame = self.frame(railing.line[0])
            body = self.shapes.prism(self.ring(frame, along(railing.line, 0.06)), railing.height)
            yield self._product("IfcRailing", (*where, "railing", railing.name), railing.name, frame, parent, body)

    def _product(
        self, entity: str, path: tuple[str, ...], name: str, frame: Frame, parent: Ref, *solids: Ref, **more: object
    ) -> Ref:
        return self.rooted(
            entity,
            path,
            Name=name,
            ObjectPlacement=self.shapes.placement(frame, parent),
            Representation=self.shapes.product(self.shapes.body(*solids)) if solids else None,
            **more,
        )

    def _wall(self, wall: Wall, storey: Storey, where: tuple[str, ...], parent: Ref) -> tuple[Ref, Ref, Frame]:
        name = wall.name or f"{'外墙' if wall.external else '内墙'}-{round(wall.thickness * 1000)}"
        path = (*where, "wall", name)
        frame = self.frame(wall.start, wall.direction, wall.base)
        placement = self.shapes.placement(frame, parent)
        height = storey.height - wall.base if wall.height is None else wall.height
        axis = self.shapes.polyline(self.ring(frame, (wall.start, wall.end)))
        result = self.rooted(
            "IfcWall" if self.step.schema == "IFC4X3" else "IfcWallStandardCase",
            path,
            Name=name,
            ObjectPlacement=placement,
            Representation=self.shapes.product(
                self.shapes.representation("Axis", "Curve2D", [axis]),
                self.shapes.body(self.shapes.prism(self.ring(frame, wall.plan), height)),
            ),
        )
        self.external(result, path, "Pset_WallCommon", external=wall.external)
        self._layers(result, path, wall)
        return result, placement, frame

    def _layers(self, owner: Ref, path: tuple[str, ...], wall: Wall) -> None:
        rows = wall.layers or (("钢筋混凝土" if wall.external else "蒸压加气混凝土砌块", wall.thickness),)
        layers = [
            self.step.share(
                "IfcMaterialLayer",
                Material=self.step.share("IfcMaterial", Name=name),
                LayerThickness=self.shapes.length(thickness),
            )
            for name, thickness in rows
        ]
        usage = self.step.share(
            "IfcMaterialLayerSetUsage",
            ForLayerSet=self.step.share("IfcMaterialLayerSet", MaterialLayers=layers),
            LayerSetDirection=Enum("AXIS2"),
            DirectionSense=Enum("NEGATIVE"),
            OffsetFromReferenceLine=self.shapes.length(wall.thickness / 2),
        )
        self.relate("IfcRelAssociatesMaterial", path, RelatedObjects=[owner], RelatingMaterial=usage)

    def _opening(
        self,
        at: Point,
        width: float,
        height: float,
        sill: float,
        wall: Wall,
        host: tuple[Ref, Ref, Frame],
        path: tuple[str, ...],
    ) -> tuple[Ref, Ref, Frame]:
        element, placement, wall_frame = host
        dx, dy = wall.direction
        frame = self.frame((at[0] - dx * width / 2, at[1] - dy * width / 2), wall.direction, wall.base + sill)
        # across the whole plan thickness of the wall, wherever in it the door was set
        across = _across(wall, at)
        hole = tuple(
            (at[0] + dx * u - dy * v, at[1] + dy * u + dx * v)
            for u, v in (
                (-width / 2, across[0]),
                (width / 2, across[0]),
                (width / 2, across[1]),
                (-width / 2, across[1]),
            )
        )
        own = self.shapes.placement(frame.relative_to(wall_frame), placement)
        opening = self.rooted(
            "IfcOpeningElement",
            (*path, "opening"),
            Name="洞口",
            ObjectPlacement=own,
            Representation=self.shapes.product(self.shapes.body(self.shapes.prism(self.ring(frame, hole), height))),
            PredefinedType=Enum("OPENING"),
        )
        self.relate("IfcRelVoidsElement", path, RelatingBuildingElement=element, RelatedOpeningElement=opening)
        return opening, own, frame

    def _fill(self, entity: str, path: tuple[str, ...], opening: tuple[Ref, Ref, Frame], leaf: Ring, height: float,
              name: str, width: float, **more: object) -> Ref:  # fmt: skip
        element, placement, frame = opening
        own = Frame() if self.mode == "points" else frame.relative_to(frame)
        result = self.rooted(
            entity,
            path,
            Name=name,
            Tag=name,
            ObjectPlacement=self.shapes.placement(own, placement),
            Representation=self.shapes.product(self.shapes.body(self.shapes.prism(self.ring(frame, leaf), height))),
            OverallHeight=self.shapes.length(height),
            OverallWidth=self.shapes.length(width),
            **more,
        )
        self.relate("IfcRelFillsElement", path, RelatingOpeningElement=element, RelatedBuildingElement=result)
        return result

    def _door(
        self, door: Door, wall: Wall, host: tuple[Ref, Ref, Frame], storey: Storey, where: tuple[str, ...],
        rooms: dict[int, Ref],
    ) -> Iterator[Ref]:  # fmt: skip
        name = door.name or f"M{round(door.width * 10):02d}{round(door.height * 10):02d}"
        path = (*where, "door", name)
        opening = self._opening(door.at, door.width, door.height, door.sill, wall, host, path)
        passage = opening[0]
        if not door.gateway:
            leaf = Wall(*_ends(door.at, door.width, wall), LEAF_M).plan
            passage = self._fill(
                "IfcDoor", path, opening, leaf, door.height, name, door.width,
                PredefinedType=Enum("DOOR"), OperationType=Enum(door.operation),
            )  # fmt: skip
            yield passage
        self._passage(door, passage, storey, path, rooms, gateway=door.gateway)

    def _passage(self, door: Door, passage: Ref, storey: Storey, path: tuple[str, ...], rooms: dict[int, Ref], *,
                 gateway: bool) -> None:  # fmt: skip
        """What the file declares about a way through a wall."""
        sides = storey.joins(door)
        outside = None in sides if door.external is None else door.external
        if not gateway:
            self.external(passage, path, "Pset_DoorCommon", external=outside)
        if self.boundaries:
            for side in sides:
                if side is not None:
                    self.relate(
                        "IfcRelSpaceBoundary",
                        path,
                        RelatingSpace=rooms[id(side)],
                        RelatedBuildingElement=passage,
                        PhysicalOrVirtualBoundary=Enum("VIRTUAL" if gateway else "PHYSICAL"),
                        InternalOrExternalBoundary=Enum("EXTERNAL" if None in sides else "INTERNAL"),
                    )

    def _window(self, window: Window, wall: Wall, host: tuple[Ref, Ref, Frame], where: tuple[str, ...]) -> Ref:
        name = window.name or f"C{round(window.width * 10):02d}{round(window.height * 10):02d}"
        path = (*where, "window", name)
        opening = self._opening(window.at, window.width, window.height, window.sill, wall, host, path)
        pane = Wall(*_ends(window.at, window.width, wall), LEAF_M).plan
        result = self._fill(
            "IfcWindow", path, opening, pane, window.height, name, window.width, PredefinedType=Enum("WINDOW")
        )
        self.external(result, path, "Pset_WindowCommon", external=wall.external)
        return result

    def _curtain_wall(
        self, front: CurtainWall, doors: Sequence[Door], storey: Storey, where: tuple[str, ...], parent: Ref,
        rooms: dict[int, Ref],
    ) -> Iterator[Ref]:  # fmt: skip
        """The front of panes, mullions and doors; the doors are parts of it, in no opening."""
        line = front.line
        path = (*where, "curtain wall", front.name)
        height = storey.height if front.height is None else front.height
        frame = self.frame(front.start, line.direction)
        placement = self.shapes.placement(frame, parent)
        result = self.rooted("IfcCurtainWall", path, Name=front.name, ObjectPlacement=placement)
        self.external(result, path, "Pset_CurtainWallCommon", external=True)
        dx, dy = line.direction

        def part(entity: str, name: str, u0: float, u1: float, depth: float, z0: float, z1: float, **more: object) -> Ref:
            ends = [(front.start[0] + dx * u, front.start[1] + dy * u) for u in (u0, u1)]
            own = self.frame(ends[0], line.direction, z0)
            solid = self.shapes.prism(self.ring(own, Wall(ends[0], ends[1], depth).plan), z1 - z0)
            relative = own if self.mode == "points" else own.relative_to(frame)
            return self._product(entity, (*path, name), name, relative, placement, solid, **more)

        middles = sorted(
            ((door.at[0] - front.start[0]) * dx + (door.at[1] - front.start[1]) * dy, door.width, door.height)
            for door in doors
        )
        spans, last = [], 0.0
        for middle, width, head in middles:
            spans.append((last, middle - width / 2, 0.0))
            spans.append((middle - width / 2, middle + width / 2, head))
            last = middle + width / 2
        spans.append((last, line.length, 0.0))
        parts: list[Ref] = []
        mullions: set[float] = set()
        for start, end, head in spans:
            count = 1 if head else max(1, round((end - start) / front.pane))
            for i in range(count):
                u0, u1 = start + (end - start) * i / count, start + (end - start) * (i + 1) / count
                mullions |= {round(u0, 6), round(u1, 6)}
                if u1 - u0 > 0.06 and height - head > 0:
                    parts.append(part("IfcPlate", "玻璃嵌板", u0 + 0.025, u1 - 0.025, 0.03, head, height))
        half = 0.025
        for u in sorted(mullions):
            centre = min(max(u, half), line.length - half)
            parts.append(part("IfcMember", "竖梃", centre - half, centre + half, front.thickness, 0.0, height))
        for door in doors:
            middle = (door.at[0] - front.start[0]) * dx + (door.at[1] - front.start[1]) * dy
            name = door.name or f"MLM{round(door.width * 10):02d}{round(door.height * 10):02d}"
            leaf = part(
                "IfcDoor", name, middle - door.width / 2 + half, middle + door.width / 2 - half, LEAF_M, 0.0,
                door.height, OverallHeight=self.shapes.length(door.height), OverallWidth=self.shapes.length(door.width),
                PredefinedType=Enum("DOOR"), OperationType=Enum(door.operation),
            )  # fmt: skip
            parts.append(leaf)
            self._passage(door, leaf, storey, (*path, name), rooms, gateway=False)
        self.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=parts)
        yield result

    def _column(self, column: Column, storey: Storey, where: tuple[str, ...], parent: Ref) -> Ref:
        width, depth = column.size
        size = {key: self.shapes.length(value) for key, value in (("XDim", width), ("YDim", depth))}
        frame = self.frame(column.at)
        height = storey.height if column.height is None else column.height
        if self.mode == "points":
            x, y = column.at
            corners = ((x - width / 2, y - depth / 2), (x + width / 2, y - depth / 2), (x + width / 2, y + depth / 2),
                       (x - width / 2, y + depth / 2))  # fmt: skip
            profile = self.shapes.profile(self.ring(frame, corners))
        elif column.round_:
            profile = self.step.add(
                "IfcCircleProfileDef", ProfileType=Enum("AREA"), Radius=self.shapes.length(width / 2),
                Position=self._flat(),
            )  # fmt: skip
        else:
            profile = self.step.add("IfcRectangleProfileDef", ProfileType=Enum("AREA"), Position=self._flat(), **size)
        solid = self.shapes.extrusion(profile, height)
        return self._product("IfcColumn", (*where, "column"), "框架柱", frame, parent, solid)

    def _flat(self) -> Ref:
        return self.step.share("IfcAxis2Placement2D", Location=self.shapes.point(0, 0))

    def _slab(self, slab: Slab, where: tuple[str, ...], parent: Ref) -> Ref:
        frame = self.frame(slab.outline[0], z=slab.top - slab.thickness)
        holes = [self.ring(frame, hole) for hole in slab.holes]
        solid = self.shapes.prism(self.ring(frame, slab.outline), slab.thickness, holes=holes)
        name = slab.name or f"楼板-{round(slab.thickness * 1000)}"
        return self._product(
            "IfcSlab", (*where, "slab", name), name, frame, parent, solid, PredefinedType=Enum(slab.kind)
        )

    def _stair(self, stair: Stair, storey: Storey, where: tuple[str, ...], parent: Ref) -> Ref:
        """A stair of one flight with real steps."""
        x0, y0, x1, y1 = stair.outline
        start, direction, run, width = {
            "+x": ((x0, y0), (1.0, 0.0), x1 - x0, y1 - y0),
            "-x": ((x1, y1), (-1.0, 0.0), x1 - x0, y1 - y0),
            "+y": ((x1, y0), (0.0, 1.0), y1 - y0, x1 - x0),
            "-y": ((x0, y1), (0.0, -1.0), y1 - y0, x1 - x0),
        }[stair.up]
        rise = storey.height if stair.rise is None else stair.rise
        risers = max(2, round(rise / 0.16))
        path = (*where, "stair", stair.name)
        if self.mode == "points":
            frame = self.frame(start)
            steps = self.shapes.prism(self.ring(frame, ((x0, y0), (x1, y0), (x1, y1), (x0, y1))), rise)
        else:
            frame = self.frame(start, direction)
            section: list[Point] = [(0.0, 0.0)]
            for i in range(risers):
                section += [
                    (run * i / risers, rise * (i + 1) / risers),
                    (run * (i + 1) / risers, rise * (i + 1) / risers),
                ]
            section += [(run, rise - 0.3), (0.3 * run / rise, 0.0)]
            steps = self.shapes.vertical_prism(tuple(section), width)
        placement = self.shapes.placement(frame, parent)
        result = self.rooted(
            "IfcStair",
            path,
            Name=stair.name,
            ObjectPlacement=placement,
            ShapeType=Enum("STRAIGHT_RUN_STAIR"),
            PredefinedType=Enum("STRAIGHT_RUN_STAIR"),
        )
        count = "NumberOfRiser" if self.step.schema == "IFC2X3" else "NumberOfRisers"
        flight = self._product(
            "IfcStairFlight", (*path, "flight"), "梯段", Frame(), placement, steps,
            **{count: risers, "RiserHeight": self.shapes.length(rise / risers),
               "TreadLength": self.shapes.length(run / risers)},
        )  # fmt: skip
        self.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=[flight])
        return result

    # -- the site ---------------------------------------------------------------------------------------------------

    def _outdoors(self, where: tuple[str, ...], site: Ref, parent: Ref) -> None:
        contained: list[Ref] = []
        decomposed: list[Ref] = []
        for thing in self.project.outdoors:
            form = self._form(thing)
            result = self._outdoor(thing, form, where, parent)
            (decomposed if form in ("space", "road") else contained).append(result)
        if decomposed:
            self.relate("IfcRelAggregates", (*where, "outdoors"), RelatingObject=site, RelatedObjects=decomposed)
        if contained:
            self.relate("IfcRelContainedInSpatialStructure", where, RelatedElements=contained, RelatingStructure=site)

    def _form(self, thing: Outdoor) -> str:
        if thing.form != "auto":
            return thing.form
        if thing.kind == "fence":
            return "railing"
        if not thing.area or thing.kind in ("red-line", "site-boundary", "entrance-mark", "main-entrance"):
            return "annotation"
        old = self.step.schema == "IFC2X3"
        match thing.kind:
            case "parking" | "bicycle":
                return "proxy" if old else "space"
            case "plaza":
                return "slab" if old else "space"
            case "street":
                return "road" if self.step.schema == "IFC4X3" else "proxy" if old else "geographic"
            case "internal-road" | "green":
                return "proxy" if old else "geographic"
        return "proxy"

    def _outdoor(self, thing: Outdoor, form: str, where: tuple[str, ...], parent: Ref) -> Ref:
        path = (*where, thing.kind, thing.name)
        z = self.project.ground if thing.z is None else thing.z
        frame = self.frame(thing.points[0], z=z)
        if form == "space":
            predefined: object = "PARKING" if thing.kind == "parking" else "EXTERNAL"
            room = Room(thing.name, thing.points, floor=z, predefined=predefined, external=True, object_type=thing.note)
            return self._space_at(room, thing.height or 2.2, where, parent, "profile")
        more: dict[str, Any] = {"ObjectType": thing.note or None}
        if form == "annotation":
            line = thing.points if not thing.area else (*thing.points, thing.points[0])
            if len(line) == 1:
                x, y = line[0]
                line = ((x, y), (x - 0.6, y - 1.0), (x + 0.6, y - 1.0), (x, y))
            curve = self.shapes.polyline(self.ring(frame, line), 0.0)
            curves = self.step.add("IfcGeometricCurveSet", Elements=[curve])
            return self.rooted(
                "IfcAnnotation",
                path,
                Name=thing.name,
                ObjectPlacement=self.shapes.placement(frame, parent),
                Representation=self.shapes.product(
                    self.shapes.representation("Annotation", "GeometricCurveSet", [curves])
                ),
                **more,
            )
        outline = thing.points if thing.area else along(thing.points, 0.2)
        plan = self.ring(frame, outline)
        height = thing.height or (1.8 if thing.kind == "fence" else 0.05)
        if form == "mapped":
            return self.rooted(
                "IfcBuildingElementProxy",
                path,
                Name=thing.name,
                ObjectPlacement=self.shapes.placement(frame, parent),
                Representation=self.shapes.repeated(plan, height),
                **more,
            )
        entity = {
            "proxy": "IfcBuildingElementProxy", "slab": "IfcSlab", "geographic": "IfcGeographicElement",
            "civil": "IfcCivilElement", "railing": "IfcRailing", "wall": "IfcWall", "road": "IfcRoad",
            "furniture": "IfcFurnishingElement",
        }[form]  # fmt: skip
        if form == "geographic":
            more = {"PredefinedType": Enum("USERDEFINED"), "ObjectType": thing.note or thing.name}
        if form == "road":
            more = {**more, "LongName": thing.name, "CompositionType": Enum("ELEMENT")}
        return self._product(entity, path, thing.name, frame, parent, self.shapes.prism(plan, height), **more)


def _area(ring: Ring) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2


def _across(wall: Wall, at: Point) -> tuple[float, float]:
    """How far the wall's plan reaches to the right and left of a point, across its direction."""
    dx, dy = wall.direction
    sides = [(y - at[1]) * dx - (x - at[0]) * dy for x, y in wall.plan]
    return min(sides), max(sides)


def _ends(at: Point, width: float, wall: Wall) -> tuple[Point, Point]:
    """The jambs of an opening on the line through ``at`` along the wall."""
    dx, dy = wall.direction
    return (at[0] - dx * width / 2, at[1] - dy * width / 2), (at[0] + dx * width / 2, at[1] + dy * width / 2)
