"""IFC files written line by line, so that a test shows the very STEP text it is about. Lengths in the file's unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

XY = tuple[float, float]
UNITS = {
    "mm": "IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.)",
    "cm": "IFCSIUNIT(*,.LENGTHUNIT.,.CENTI.,.METRE.)",
    "m": "IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.)",
}


def number(value: float) -> str:
    """A STEP real."""
    text = repr(float(value)).upper()
    return text if "." in text or "E" not in text else text.replace("E", ".E")


def numbers(values: Iterable[float]) -> str:
    """A STEP list of reals."""
    return "(" + ",".join(number(v) for v in values) + ")"


def refs(items: Iterable[str]) -> str:
    """A STEP list of references."""
    return "(" + ",".join(items) + ")"


def zh(text: str) -> str:
    """Chinese text as STEP wants it."""
    return "\\X2\\" + text.encode("utf-16-be").hex().upper() + "\\X0\\"


class IfcBuilder:
    """One small file: project, site, building and one storey are there; the rest is added."""

    def __init__(self, schema: str = "IFC4", unit: str | None = "mm", north: XY | None = None) -> None:
        self.schema = schema
        self.lines: list[str] = []
        self.on_storey: list[str] = []
        self.in_storey: list[str] = []
        self._guid = 0
        self.axes = self.add("IFCAXIS2PLACEMENT3D", self.point(0, 0, 0), "$", "$")
        true_north = "$" if north is None else self.add("IFCDIRECTION", numbers(north))
        self.context = self.add(
            "IFCGEOMETRICREPRESENTATIONCONTEXT", "$", "'Model'", "3", "1.E-5", self.axes, true_north
        )
        units = []
        if unit == "ft":
            metre = self.add("IFCSIUNIT", "*", ".LENGTHUNIT.", "$", ".METRE.")
            foot = self.add("IFCMEASUREWITHUNIT", "IFCLENGTHMEASURE(0.3048)", metre)
            size = self.add("IFCDIMENSIONALEXPONENTS", "1", "0", "0", "0", "0", "0", "0")
            units.append(self.add("IFCCONVERSIONBASEDUNIT", size, ".LENGTHUNIT.", "'FOOT'", foot))
        elif unit is not None:
            units.append(self.line(UNITS[unit]))
        units.append(self.add("IFCSIUNIT", "*", ".PLANEANGLEUNIT.", "$", ".RADIAN."))
        assigned = self.add("IFCUNITASSIGNMENT", refs(units))
        self.project = self.root("IFCPROJECT", "'P'", "$", "$", "$", "$", refs([self.context]), assigned)
        self.placement = self.placed()
        self.site = self.root("IFCSITE", "'Site'", "$", "$", self.placement, "$", "$", ".ELEMENT.", *["$"] * 5)
        self.building = self.root("IFCBUILDING", "'B'", "$", "$", self.placement, "$", "$", ".ELEMENT.", *["$"] * 3)
        self.storey = self.root("IFCBUILDINGSTOREY", "'1F'", "$", "$", self.placement, "$", "$", ".ELEMENT.", "0.")
        self.aggregate(self.project, [self.site])
        self.aggregate(self.site, [self.building])
        self.aggregate(self.building, [self.storey])

    # ------------------------------------------------------------------------------------------ text

    def line(self, statement: str) -> str:
        """A raw instance; returns its reference."""
        self.lines.append(statement)
        return f"#{len(self.lines)}"

    def add(self, entity: str, *attributes: str) -> str:
        """An instance of an entity."""
        return self.line(f"{entity}({','.join(attributes)})")

    def root(self, entity: str, *attributes: str, guid: str | None = None) -> str:
        """An instance with a GlobalId and no owner history."""
        self._guid += 1
        return self.add(entity, f"'{guid or f'{self._guid:022d}'}'", "$", *attributes)

    def text(self) -> str:
        """The whole file."""
        lines = list(self.lines)
        if self.on_storey:
            lines.append(f"IFCRELAGGREGATES('{9 * 10**20:022d}',$,$,$,{self.storey},{refs(self.on_storey)})")
        if self.in_storey:
            lines.append(
                f"IFCRELCONTAINEDINSPATIALSTRUCTURE('{8 * 10**20:022d}',$,$,$,{refs(self.in_storey)},{self.storey})"
            )
        data = "\n".join(f"#{i}={line};" for i, line in enumerate(lines, 1))
        return (
            "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n"
            "FILE_NAME('t.ifc','2026-01-01T00:00:00',(''),(''),'','','');\n"
            f"FILE_SCHEMA(('{self.schema}'));\nENDSEC;\nDATA;\n{data}\nENDSEC;\nEND-ISO-10303-21;\n"
        )

    def write(self, folder: Path, name: str = "model.ifc") -> Path:
        """Write the file."""
        path = folder / name
        path.write_bytes(self.text().encode("utf-8"))
        return path

    # ------------------------------------------------------------------------------------------ geometry

    def point(self, *values: float) -> str:
        """A point."""
        return self.add("IFCCARTESIANPOINT", numbers(values))

    def direction(self, *values: float) -> str:
        """A direction."""
        return self.add("IFCDIRECTION", numbers(values))

    def frame(
        self, at: Sequence[float] = (0, 0, 0), z: Sequence[float] | None = None, x: Sequence[float] | None = None
    ) -> str:
        """An axis placement in space."""
        z_axis = "$" if z is None else self.direction(*z)
        x_axis = "$" if x is None else self.direction(*x)
        return self.add("IFCAXIS2PLACEMENT3D", self.point(*at), z_axis, x_axis)

    def placed(self, parent: str = "$", **axes: Sequence[float]) -> str:
        """A local placement."""
        return self.add("IFCLOCALPLACEMENT", parent, self.frame(**axes) if axes else self.axes)

    def polyline(self, points: Sequence[Sequence[float]], *, close: bool = True) -> str:
        """A polyline, closed by repeating its first point."""
        made = [self.point(*p) for p in points]
        return self.add("IFCPOLYLINE", refs([*made, made[0]] if close else made))

    def profile(self, points: Sequence[XY], *, close: bool = True) -> str:
        """A closed profile."""
        return self.add("IFCARBITRARYCLOSEDPROFILEDEF", ".AREA.", "$", self.polyline(points, close=close))

    def extrusion(
        self,
        profile: str,
        depth: float,
        position: str | None = None,
        along: Sequence[float] = (0, 0, 1),
    ) -> str:
        """An extruded solid."""
        return self.add("IFCEXTRUDEDAREASOLID", profile, position or self.axes, self.direction(*along), number(depth))

    def box(self, x0: float, y0: float, x1: float, y1: float, height: float, z: float = 0.0) -> str:
        """An upright box."""
        outline = self.profile([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
        return self.extrusion(outline, height, self.frame((0, 0, z)))

    def shape(self, *items: str, name: str = "Body", kind: str = "SweptSolid") -> str:
        """A product shape of one representation."""
        return self.add(
            "IFCPRODUCTDEFINITIONSHAPE", "$", "$", refs([self.representation(*items, name=name, kind=kind)])
        )

    def representation(self, *items: str, name: str = "Body", kind: str = "SweptSolid") -> str:
        """A representation."""
        return self.add("IFCSHAPEREPRESENTATION", self.context, f"'{name}'", f"'{kind}'", refs(items))

    # ------------------------------------------------------------------------------------------ products

    def aggregate(self, whole: str, parts: Sequence[str]) -> None:
        """Parts of a whole."""
        self.root("IFCRELAGGREGATES", "$", "$", whole, refs(parts))

    def space(
        self, *items: str, name: str = "101", long_name: str = "Room", shape: str | None = None, **more: str
    ) -> str:
        """A space on the storey with these items as its body."""
        form = shape or (self.shape(*items) if items else "$")
        tail = [".INTERNAL.", "$"] if self.schema == "IFC2X3" else [more.get("predefined", ".SPACE."), "$"]
        place = more.get("placement", self.placement)
        made = self.root(
            "IFCSPACE", f"'{name}'", "$", more.get("object_type", "$"), place, form, f"'{long_name}'", ".ELEMENT.",
            *tail,
            guid=more.get("guid"),
        )  # fmt: skip
        self.on_storey.append(made)
        return made

    def element(
        self, entity: str, *items: str, name: str = "E", tail: Sequence[str] = (), shape: str | None = None,
        placement: str | None = None,
    ) -> str:  # fmt: skip
        """A building element on the storey; ``tail`` are the attributes after Tag."""
        form = shape or (self.shape(*items) if items else "$")
        made = self.root(entity, f"'{name}'", "$", "$", placement or self.placement, form, "$", *tail)
        self.in_storey.append(made)
        return made

    def wall(self, x0: float, y0: float, x1: float, y1: float, height: float = 3000, **more: str) -> str:
        """A wall from corner to corner."""
        tail = () if self.schema == "IFC2X3" else ("$",)
        return self.element("IFCWALL", self.box(x0, y0, x1, y1, height), tail=tail, name=more.get("name", "Wall"))

    def void(self, host: str, *items: str) -> str:
        """An opening in a host."""
        tail = () if self.schema == "IFC2X3" else ("$",)
        opening = self.root("IFCOPENINGELEMENT", "$", "$", "$", self.placement, self.shape(*items), "$", *tail)
        self.root("IFCRELVOIDSELEMENT", "$", "$", host, opening)
        return opening

    def door(self, opening: str | None = None, *items: str, width: float = 900, name: str = "M0921") -> str:
        """A door, filling an opening if one is given."""
        tail = [number(2100), number(width)] + ([] if self.schema == "IFC2X3" else [".DOOR.", "$", "$"])
        made = self.element("IFCDOOR", *items, name=name, tail=tail)
        if opening is not None:
            self.root("IFCRELFILLSELEMENT", "$", "$", opening, made)
        return made

    def properties(self, owner: str, set_name: str, **values: str) -> None:
        """A property set of raw STEP values (``IFCLABEL('…')``)."""
        rows = [self.add("IFCPROPERTYSINGLEVALUE", f"'{key}'", "$", value, "$") for key, value in values.items()]
        made = self.root("IFCPROPERTYSET", f"'{set_name}'", "$", refs(rows))
        self.root("IFCRELDEFINESBYPROPERTIES", "$", "$", refs([owner]), made)
