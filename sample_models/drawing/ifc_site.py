"""Streets, stalls, plaza and fences of the site in IFC."""

from __future__ import annotations

from sample_models.drawing.ifc_writer import Path, Writer
from sample_models.drawing.plan import Form, Outdoor, Room, along
from sample_models.drawing.step import Enum, Ref

ENTITIES: dict[Form, str] = {
    "proxy": "IfcBuildingElementProxy",
    "slab": "IfcSlab",
    "geographic": "IfcGeographicElement",
    "civil": "IfcCivilElement",
    "railing": "IfcRailing",
    "wall": "IfcWall",
    "road": "IfcRoad",
    "furniture": "IfcFurnishingElement",
}


def write_outdoors(writer: Writer, where: Path, site: Ref, parent: Ref) -> None:
    """Everything on the site: spaces and roads as its parts, elements as its contents."""
    contained: list[Ref] = []
    parts: list[Ref] = []
    for thing in writer.project.outdoors:
        form = _form(writer, thing) if thing.form == "auto" else thing.form
        (parts if form in ("space", "road") else contained).append(_outdoor(writer, thing, form, where, parent))
    if parts:
        writer.relate("IfcRelAggregates", (*where, "outdoors"), RelatingObject=site, RelatedObjects=parts)
    if contained:
        writer.relate("IfcRelContainedInSpatialStructure", where, RelatedElements=contained, RelatingStructure=site)


def _form(writer: Writer, thing: Outdoor) -> Form:
    """The class that suits the kind and that the schema knows."""
    schema = writer.step.schema
    if thing.kind == "fence":
        return "railing"
    if not thing.area or thing.kind in ("red-line", "site-boundary", "entrance-mark", "main-entrance"):
        return "annotation"
    match thing.kind:
        case "parking" | "bicycle":
            return "proxy" if schema == "IFC2X3" else "space"
        case "plaza":
            return "slab" if schema == "IFC2X3" else "space"
        case "street" if schema == "IFC4X3":
            return "road"
        case "street" | "internal-road" | "green":
            return "proxy" if schema == "IFC2X3" else "geographic"
    return "proxy"


def _outdoor(writer: Writer, thing: Outdoor, form: Form, where: Path, parent: Ref) -> Ref:
    path = (*where, thing.kind, thing.name)
    shapes = writer.shapes
    z = writer.project.ground if thing.z is None else thing.z
    if form == "space":
        room = Room(
            thing.name,
            thing.points,
            floor=z,
            predefined="PARKING" if thing.kind == "parking" else "EXTERNAL",
            external=True,
            object_type=thing.note,
        )
        return writer.space(room, thing.height or 2.2, where, parent)
    frame = writer.frame(thing.points[0], z=z)
    note: dict[str, object] = {"ObjectType": thing.note or None}
    if form == "annotation":
        line = (*thing.points, thing.points[0]) if thing.area else thing.points
        if len(thing.points) == 1:
            x, y = thing.points[0]
            line = ((x, y), (x - 0.6, y - 1.0), (x + 0.6, y - 1.0), (x, y))
        curve = shapes.polyline(writer.ring(frame, line), 0.0)
        curves = writer.step.add("IfcGeometricCurveSet", Elements=[curve])
        drawn = shapes.representation("Annotation", "GeometricCurveSet", [curves])
        placement = shapes.placement(frame, parent)
        return writer.rooted(
            "IfcAnnotation",
            path,
            Name=thing.name,
            ObjectPlacement=placement,
            Representation=shapes.product(drawn),
            **note,
        )
    plan = writer.ring(frame, thing.points if thing.area else along(thing.points, 0.2))
    height = thing.height or (1.8 if thing.kind == "fence" else 0.05)
    if form == "mapped":
        return writer.rooted(
            "IfcBuildingElementProxy",
            path,
            Name=thing.name,
            ObjectPlacement=shapes.placement(frame, parent),
            Representation=shapes.repeated(plan, height),
            **note,
        )
    if form == "geographic":
        note = {"PredefinedType": Enum("USERDEFINED"), "ObjectType": thing.note or thing.name}
    if form == "road":
        note |= {"LongName": thing.name, "CompositionType": Enum("ELEMENT")}
    return writer.product(ENTITIES[form], path, thing.name, frame, parent, shapes.prism(plan, height), **note)
