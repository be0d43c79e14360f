"""A described building as an IFC file, structured as authoring programs export it."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from sample_models.drawing.ifc_elements import StoreyElements
from sample_models.drawing.ifc_shapes import METRES, Frame, SpaceShape, Unit
from sample_models.drawing.ifc_site import write_outdoors
from sample_models.drawing.ifc_writer import Declared, Survey, Writer
from sample_models.drawing.plan import Building, Project, Slab
from sample_models.drawing.step import Encoding, Enum, Ref, Schema, Step, Typed


def write_ifc(
    project: Project | Building,
    path: Path,
    schema: Schema = "IFC4",
    unit: Unit = "mm",
    *,
    rotation_deg: float = 0.0,
    offset: tuple[float, float] = (0.0, 0.0),
    survey: Survey = "site",
    space_shape: SpaceShape | Mapping[str, SpaceShape] = "profile",
    is_external: Declared = "true",
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
    writer = Writer(whole, Step(schema, encoding), unit, Frame.turned(*offset, rotation_deg), survey)
    writer.space_shape = space_shape
    writer.is_external = is_external
    writer.boundaries = boundaries
    writer.quantities = quantities
    _write_project(writer)
    name = path.with_suffix(".ifc").name
    text = writer.step.to_bytes(name, author)
    if path.suffix == ".ifczip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), text, zipfile.ZIP_DEFLATED)
    else:
        path.write_bytes(text)
    return path


def _write_project(writer: Writer) -> None:
    """Everything, from the project down."""
    writer.owner = _owner(writer.step)
    described, shapes = writer.project, writer.shapes
    root = (described.name,)
    model = writer.step.add(
        "IfcGeometricRepresentationContext",
        ContextType="Model",
        CoordinateSpaceDimension=3,
        Precision=1e-6,
        WorldCoordinateSystem=shapes.axes(Frame()),
        TrueNorth=shapes.direction(*described.true_north),
    )
    views = {"Body": "MODEL", "Axis": "GRAPH", "FootPrint": "MODEL", "Box": "MODEL", "Annotation": "PLAN"}
    for name, view in views.items():
        shapes.contexts[name] = writer.step.add(
            "IfcGeometricRepresentationSubContext",
            ContextIdentifier=name,
            ContextType="Model",
            ParentContext=model,
            TargetView=Enum(f"{view}_VIEW"),
        )
    project = writer.rooted(
        "IfcProject", root, Name=described.name, RepresentationContexts=[model], UnitsInContext=_units(writer)
    )
    placement = shapes.placement(writer.survey if writer.mode == "site" else Frame(), None)
    site = writer.rooted(
        "IfcSite",
        (*root, "site"),
        Name="场地",
        ObjectPlacement=placement,
        CompositionType=Enum("ELEMENT"),
        RefLatitude=(30, 31, 48, 0),
        RefLongitude=(120, 40, 48, 0),
        RefElevation=shapes.length(described.ground),
    )
    writer.relate("IfcRelAggregates", root, RelatingObject=project, RelatedObjects=[site])
    buildings = [_building(writer, building, (*root, building.name), placement) for building in described.buildings]
    if buildings:
        writer.relate("IfcRelAggregates", (*root, "site"), RelatingObject=site, RelatedObjects=buildings)
    writer.base = writer.survey
    write_outdoors(writer, (*root, "site"), site, placement)
    _groups(writer, root)


def _owner(step: Step) -> Ref:
    person = step.add("IfcPerson", FamilyName="设计师")
    office = step.add("IfcOrganization", Name="海宁市建筑设计院")
    program = step.add(
        "IfcApplication",
        ApplicationDeveloper=office,
        Version="1",
        ApplicationFullName="sample_models",
        ApplicationIdentifier="sample_models",
    )
    return step.add(
        "IfcOwnerHistory",
        OwningUser=step.add("IfcPersonAndOrganization", ThePerson=person, TheOrganization=office),
        OwningApplication=program,
        ChangeAction=Enum("ADDED"),
        CreationDate=1767600000,
    )


def _units(writer: Writer) -> Ref:
    step = writer.step

    def metric(kind: str, name: str, prefix: str | None = None) -> Ref:
        return step.add("IfcSIUnit", UnitType=Enum(kind), Name=Enum(name), Prefix=Enum(prefix) if prefix else None)

    def imperial(kind: str, name: str, base: str, power: int) -> Ref:
        factor = Typed("IfcRatioMeasure", METRES[writer.unit] ** power)
        exponents = ("Mass", "Time", "ElectricCurrent", "ThermodynamicTemperature", "AmountOfSubstance")
        none = dict.fromkeys((f"{name}Exponent" for name in (*exponents, "LuminousIntensity")), 0)
        return step.add(
            "IfcConversionBasedUnit",
            Dimensions=step.add("IfcDimensionalExponents", LengthExponent=power, **none),
            UnitType=Enum(kind),
            Name=name,
            ConversionFactor=step.add("IfcMeasureWithUnit", ValueComponent=factor, UnitComponent=metric(kind, base)),
        )

    if writer.unit == "ft":
        length = imperial("LENGTHUNIT", "FOOT", "METRE", 1)
        area = imperial("AREAUNIT", "SQUARE FOOT", "SQUARE_METRE", 2)
    elif writer.unit == "in":
        length = imperial("LENGTHUNIT", "INCH", "METRE", 1)
        area = metric("AREAUNIT", "SQUARE_METRE")
    else:
        length = metric("LENGTHUNIT", "METRE", {"m": None, "mm": "MILLI", "cm": "CENTI"}[writer.unit])
        area = metric("AREAUNIT", "SQUARE_METRE")
    units = [length, area, metric("VOLUMEUNIT", "CUBIC_METRE"), metric("PLANEANGLEUNIT", "RADIAN")]
    return step.add("IfcUnitAssignment", Units=units)


def _building(writer: Writer, building: Building, path: tuple[str, ...], parent: Ref) -> Ref:
    own = Frame.turned(*building.at, building.turn_deg)
    writer.base = writer.survey.inside(own)
    placement = writer.shapes.placement(own if writer.mode == "site" else Frame(), parent)
    result = writer.rooted(
        "IfcBuilding", path, Name=building.name, ObjectPlacement=placement, CompositionType=Enum("ELEMENT")
    )
    storeys: list[Ref] = []
    placements: list[Ref] = []
    for storey in building.storeys:
        placements.append(writer.shapes.placement(Frame(z=storey.elevation), placement))
        declared = storey.elevation if storey.declared_elevation is None else storey.declared_elevation
        storeys.append(
            writer.rooted(
                "IfcBuildingStorey",
                (*path, storey.name),
                Name=storey.name,
                ObjectPlacement=placements[-1],
                CompositionType=Enum("ELEMENT"),
                Elevation=writer.shapes.length(declared),
            )
        )
    writer.relate("IfcRelAggregates", path, RelatingObject=result, RelatedObjects=storeys)
    listed: dict[str, list[Ref]] = defaultdict(list)
    for i, storey in enumerate(building.storeys):
        where = (*path, storey.name)
        rooms: dict[int, Ref] = {}
        for room in storey.rooms:
            rooms[id(room)] = writer.space(room, storey.room_height(room), where, placements[i])
            listed[room.listed_on or storey.name].append(rooms[id(room)])
        stand = StoreyElements(writer, storey, where, placements[i], rooms)
        elements = list(stand.write())
        if building.roof and i == len(building.storeys) - 1 and storey.outline:
            elements.append(stand.slab(Slab(storey.outline, top=storey.height, kind="ROOF", name="屋面板")))
        if elements:
            writer.relate(
                "IfcRelContainedInSpatialStructure", where, RelatedElements=elements, RelatingStructure=storeys[i]
            )
    for storey, ref in zip(building.storeys, storeys, strict=True):
        if listed[storey.name]:
            where = (*path, storey.name, "spaces")
            writer.relate("IfcRelAggregates", where, RelatingObject=ref, RelatedObjects=listed[storey.name])
    return result


def _groups(writer: Writer, root: tuple[str, ...]) -> None:
    """Zones and classifications."""
    step = writer.step
    for name, members in writer.zones.items():
        where = (*root, "zone", name)
        zone = writer.rooted("IfcZone", where, Name=name, LongName=name)
        writer.relate("IfcRelAssignsToGroup", where, RelatedObjects=members, RelatingGroup=zone)
    code_key = "ItemReference" if step.schema == "IFC2X3" else "Identification"
    for (system, code, title), members in writer.references.items():
        source = step.share("IfcClassification", Source="住房和城乡建设部", Edition=system.split("-")[-1], Name=system)
        reference = step.add("IfcClassificationReference", Name=title, ReferencedSource=source, **{code_key: code})
        writer.relate(
            "IfcRelAssociatesClassification",
            (*root, system, code),
            RelatedObjects=members,
            RelatingClassification=reference,
        )
