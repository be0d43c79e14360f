"""A reviewed copy of an IFC: property sets on the project, the rooms and the doors, and the plans' colours.

Nothing of the submitted model is removed or renamed; a colour of its own that a room had gives way to ours. Areas are
stated with their own unit (m²), whatever unit the model uses.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import ifcopenshell
import ifcopenshell.guid

from bimcheck.annotate.colours import Rgb, sign, tint
from bimcheck.notation import AREA_METHODS, STAGES, STATUSES, USES, VERDICTS, clean
from bimcheck.readers.ifc.document import open_document
from bimcheck.readers.ifc.instance import Instance, attribute, listed
from bimcheck.reporters._decided import every_decision
from bimcheck.review import Entrance, Review, ReviewedRoom
from bimcheck.text import Text

ROOM_SET: Final = "Bimcheck_Room"
ENTRANCE_SET: Final = "Bimcheck_Entrance"
REVIEW_SET: Final = "Bimcheck_Review"
"""Names of the property sets; “Pset_” is buildingSMART's own."""

_NAMESPACE = uuid.UUID("2c9f7a52-6d0c-5b0e-8a5e-5f0f4a9f2b41")
_TRANSPARENCY = 0.35

Value = str | float | int | bool | None
Values = list[tuple[str, str, Value]]
"""Properties: name, IFC measure, value; ``None`` is left out."""


def reviewed_copy(review: Review, original: Path) -> bytes:
    """The content of the copy.

    Raises:
        ModelError: the file cannot be read.
    """
    model = open_document(original).model
    pen = _Pen(model, review)
    project = next(iter(model.by_type("IfcProject")), None)
    if project is not None:
        pen.attach(project, REVIEW_SET, _review_values(review))
    tags = {space.id: space.tag for space in review.model.spaces}
    tags |= {opening.id: opening.tag for opening in review.model.openings}
    for room in review.rooms:
        instance = _instance(model, tags.get(room.id, ""))
        if instance is not None:
            pen.attach(instance, ROOM_SET, _room_values(room))
            pen.colour(instance, tint(room))
    for entrance in review.entrances:
        instance = _instance(model, tags.get(entrance.id, ""))
        if instance is not None:
            pen.attach(instance, ENTRANCE_SET, _entrance_values(entrance))
            pen.colour(instance, sign(entrance))
    description = model.header.file_description
    said = f"reviewed copy by bimcheck {review.tool_version}, submitted file sha256 {review.source.sha256}"
    description.description = (*description.description, said)
    with tempfile.TemporaryDirectory(prefix="bimcheck-") as folder:
        path = Path(folder) / "copy.ifc"
        model.write(str(path))
        return path.read_bytes()


def _instance(model: Instance, tag: str) -> Instance | None:
    """The instance a tag such as ``#123`` names."""
    if not tag.removeprefix("#").isdecimal():
        return None
    try:
        return model.by_id(int(tag.removeprefix("#")))
    except RuntimeError:
        return None


def _both(text: Text) -> str:
    return clean(text.zh if text.zh == text.en else f"{text.zh} / {text.en}")


def _review_values(review: Review) -> Values:
    values: Values = [
        ("Verdict", "IfcLabel", _both(VERDICTS[review.verdict])),
        ("Stage", "IfcLabel", _both(STAGES[review.stage])),
        ("AsOf", "IfcLabel", review.as_of.isoformat()),
        ("Ruleset", "IfcLabel", clean(review.ruleset.id)),
        ("RulesetDigest", "IfcText", review.ruleset.digest),
        ("ModelSha256", "IfcText", review.source.sha256),
        ("Tool", "IfcLabel", f"bimcheck {review.tool_version}"),
        ("AreaStandard", "IfcLabel", review.area_standard),
    ]
    for name, unit in (("service_area_m2", "m2"), ("ground_floor_area_m2", "m2"), ("ground_floor_share", "1")):
        quantity = review.measurements.get(name)
        measure = "IfcAreaMeasure" if unit == "m2" else "IfcRatioMeasure"
        values.append((name, measure, None if quantity is None else quantity.value))
    for result in review.results:
        said = f"{STATUSES[result.status].zh} / {STATUSES[result.status].en} · {result.clause} · {result.message.zh}"
        values.append((f"{result.number} {result.rule}", "IfcText", clean(said)))
    for number, (subject, line) in enumerate(every_decision(review), 1):
        values.append((f"Decision {number}", "IfcText", f"{_both(subject)} · {_both(line)}"))
    return values


def _room_values(room: ReviewedRoom) -> Values:
    return [
        ("Counted", "IfcBoolean", room.counted),
        ("Use", "IfcLabel", _both(USES[room.use])),
        ("GrossArea", "IfcAreaMeasure", room.gross_area_m2),
        ("GrossAreaLow", "IfcAreaMeasure", room.gross_low_m2),
        ("GrossAreaHigh", "IfcAreaMeasure", room.gross_high_m2),
        ("NetArea", "IfcAreaMeasure", room.net_area_m2),
        ("DeclaredArea", "IfcAreaMeasure", room.declared_area_m2),
        ("Coefficient", "IfcRatioMeasure", room.coefficient),
        ("GroundFloor", "IfcLogical", _logical(room.ground_floor)),
        ("Method", "IfcLabel", None if room.area_method is None else _both(AREA_METHODS[room.area_method])),
        ("KnownBy", "IfcText", _both(room.evidence)),
        ("WhyNot", "IfcText", None if room.why_not is None else _both(room.why_not)),
        ("Remark", "IfcText", None if room.remark is None else _both(room.remark)),
    ]


def _entrance_values(entrance: Entrance) -> Values:
    return [
        ("Qualifies", "IfcLogical", _logical(entrance.qualifies)),
        ("GroundLevel", "IfcLogical", _logical(entrance.ground_level)),
        ("StreetFacing", "IfcLogical", _logical(entrance.street_facing)),
        ("Independent", "IfcLogical", _logical(entrance.independent)),
        ("Street", "IfcLabel", clean(entrance.street) or None),
        ("Reason", "IfcText", _both(entrance.reason)),
    ]


def _logical(answer: bool | None) -> bool | str:  # noqa: FBT001  it is the value itself
    return "UNKNOWN" if answer is None else answer


class _Pen:
    """Writes into the copy; ids are made of what they stand for, so that two copies are the same."""

    def __init__(self, model: Instance, review: Review) -> None:
        self._model = model
        self._review = review
        self._history = self._owner_history()
        self._square_metre = model.create_entity("IfcSIUnit", UnitType="AREAUNIT", Name="SQUARE_METRE")
        self._styles: dict[Rgb, Instance] = {}

    def attach(self, instance: Instance, name: str, values: Iterable[tuple[str, str, Value]]) -> None:
        """Give an instance a property set."""
        properties = [self._property(*each) for each in values if each[2] is not None]
        key = f"{self._review.source.sha256}\n{instance.id()}\n{name}"
        made = self._model.create_entity(
            "IfcPropertySet", self._guid(key), self._history, name, None, HasProperties=properties
        )
        self._model.create_entity(
            "IfcRelDefinesByProperties",
            self._guid(f"{key}\nrelation"),
            self._history,
            RelatedObjects=[instance],
            RelatingPropertyDefinition=made,
        )

    def _property(self, name: str, measure: str, value: Value) -> Instance:
        unit = self._square_metre if measure == "IfcAreaMeasure" else None
        nominal = self._model.create_entity(
            measure, value[:255] if isinstance(value, str) and measure == "IfcLabel" else value
        )
        return self._model.create_entity("IfcPropertySingleValue", Name=name, NominalValue=nominal, Unit=unit)

    def colour(self, instance: Instance, colour: Rgb) -> None:
        """Colour every body of an instance."""
        shape = attribute(instance, "Representation")
        for representation in listed(shape, "Representations"):
            if attribute(representation, "RepresentationIdentifier") in ("Axis", "Box", "FootPrint", "Annotation"):
                continue
            for item in listed(representation, "Items"):
                self._style(item, self._surface(colour))

    def _style(self, item: Instance, style: Instance) -> None:
        styled = next(iter(listed(item, "StyledByItem")), None)
        if styled is not None:
            styled.Styles = [style]
        elif item.is_a("IfcRepresentationItem"):
            self._model.create_entity("IfcStyledItem", Item=item, Styles=[style])

    def _surface(self, colour: Rgb) -> Instance:
        if colour not in self._styles:
            make = self._model.create_entity
            red, green, blue = (part / 255 for part in colour)
            rgb = make("IfcColourRgb", None, red, green, blue)
            rendering = make(
                "IfcSurfaceStyleRendering",
                SurfaceColour=rgb,
                Transparency=_TRANSPARENCY,
                ReflectanceMethod="NOTDEFINED",
            )
            style = make("IfcSurfaceStyle", f"bimcheck {bytes(colour).hex()}", "BOTH", [rendering])
            if self._model.schema == "IFC2X3":
                style = make("IfcPresentationStyleAssignment", [style])
            self._styles[colour] = style
        return self._styles[colour]

    def _guid(self, key: str) -> str:
        return str(ifcopenshell.guid.compress(uuid.uuid5(_NAMESPACE, key).hex))

    def _owner_history(self) -> Instance | None:
        """Whoever owns the model owns the copy; IFC2X3 cannot do without an owner."""
        known = next(iter(self._model.by_type("IfcOwnerHistory")), None)
        if known is not None or self._model.schema != "IFC2X3":
            return known
        make, day = self._model.create_entity, self._review.as_of
        company = make("IfcOrganization", None, "bimcheck")
        person = make("IfcPersonAndOrganization", make("IfcPerson", None, "bimcheck"), company)
        tool = make("IfcApplication", company, self._review.tool_version, "bimcheck", "bimcheck")
        moment = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return make("IfcOwnerHistory", person, tool, None, "ADDED", CreationDate=moment)
