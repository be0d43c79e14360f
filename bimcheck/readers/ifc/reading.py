"""One file being read: everything its readers share, and the notes they leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bimcheck.model import Note, Severity
from bimcheck.readers.ifc.instance import Instance, text
from bimcheck.readers.ifc.placement import Placements, UnusableGeometryError
from bimcheck.readers.ifc.properties import Properties
from bimcheck.readers.ifc.relations import Identities, Relations
from bimcheck.readers.ifc.shapes import BODIES, Shape, Shapes
from bimcheck.readers.ifc.units import Units
from bimcheck.text import Text

AREAS = (
    "service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share", "office_area_m2",
    "office_share",
)  # fmt: skip
"""The measurements that rest on the plans of rooms and walls."""

_LISTED = 5


@dataclass(slots=True)
class Reading:
    """A parsed file with its units, placements, shapes, relationships and properties.

    ``unusable`` collects products whose shape could not be read, by reason, for those who write the notes.
    """

    model: Instance
    units: Units
    placements: Placements
    shapes: Shapes
    relations: Relations
    properties: Properties
    identities: Identities
    origin_m: tuple[float, float] = (0.0, 0.0)
    notes: list[Note] = field(default_factory=list)
    storey_ids: dict[int, str] = field(default_factory=dict)
    building_ids: dict[int, str] = field(default_factory=dict)
    unusable: dict[str, list[Instance]] = field(default_factory=lambda: defaultdict(list))

    def storey_id(self, instance: Instance) -> str | None:
        """The storey an instance is listed on, through whatever contains it."""
        return next(
            (self.storey_ids[p.id()] for p in self.relations.parents(instance) if p.id() in self.storey_ids), None
        )

    def building_id(self, instance: Instance) -> str | None:
        """The building an instance belongs to."""
        parents = self.relations.parents(instance)
        return next((self.building_ids[p.id()] for p in parents if p.id() in self.building_ids), None)

    def shape(self, product: Instance, wanted: Sequence[str] = BODIES) -> Shape | None:
        """The shape of a product; ``None`` where it has none, or none that can be used, which is remembered."""
        try:
            return self.shapes.of(product, wanted)
        except UnusableGeometryError as error:
            if str(error) != "none":
                self.unusable[str(error)].append(product)
            return None

    def whole_shape(self, product: Instance) -> list[Shape]:
        """The product's own shape, or the shapes of all its parts: never both."""
        own = self.shape(product)
        if own is not None:
            return [own]
        shapes = (self.shape(part) for part in self.relations.descendants(product))
        return [shape for shape in shapes if shape is not None]

    def note(
        self, code: str, severity: Severity, zh: str, en: str, refs: Iterable[str] = (), blocks: tuple[str, ...] = ()
    ) -> None:
        """Leave a note."""
        self.notes.append(Note(code, severity, Text(zh, en), tuple(refs), blocks))


def name_of(product: Instance) -> str:
    """What to call a product in a sentence."""
    return text(product, "LongName") or text(product, "Name") or f"#{product.id()}"


def names(things: Sequence[str]) -> Text:
    """A few names and how many there are."""
    zh, en = "、".join(f"“{name}”" for name in things[:_LISTED]), ", ".join(f"“{name}”" for name in things[:_LISTED])
    if len(things) > _LISTED:
        return Text(f"{zh} 等 {len(things)} 个", f"{en} and {len(things) - _LISTED} more")
    return Text(zh, en)
