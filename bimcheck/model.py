"""The building as bimcheck sees it, whatever file it came from.

Plan geometry is in metres on a local origin (``BuildingModel.origin_m`` is what was taken away, so that survey
coordinates of 3 000 000 m keep their precision); heights ``z`` are metres above the model's datum. +Y is plan north
unless ``BuildingModel.north`` says otherwise. Absent is ``None`` or empty, never zero.

Neither ifcopenshell nor ezdxf is imported here or after here: only readers know file formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely import LineString, MultiPolygon, Point, Polygon

from bimcheck.text import Text

Region = Polygon | MultiPolygon
"""A valid, non-empty plan area in metres."""

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of the report should know about the data.

    ``blocks`` names the measurements that can no longer be trusted because of it (``"*"`` for all): a rule that
    rests on one of them can then not pass.
    """

    code: str
    severity: Severity
    text: Text
    refs: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The submitted file (or, for several plans read as one, their joint identity)."""

    file: str
    sha256: str
    bytes: int
    format: Literal["IFC", "DXF"]
    schema: str
    length_unit: str
    unit_basis: Literal["declared", "inferred", "option"]
    authoring_tool: str = ""


@dataclass(frozen=True, slots=True)
class Building:
    """A building of the project; ``name`` may be empty."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Storey:
    """A storey as the file declares it; ``bimcheck.measures.storeys`` decides which of them are real levels.

    ``elevation_m`` is the height of its placement in the world (IFC) or what its title or the brief states (DXF),
    ``None`` where nothing says; ``declared_elevation_m`` is the file's ``Elevation`` attribute, often wrong.
    ``number`` is the storey number read from the name (-1 first basement, 1 first storey), ``None`` if it has none.
    """

    id: str
    name: str
    building_id: str | None
    elevation_m: float | None
    declared_elevation_m: float | None = None
    height_m: float | None = None
    number: int | None = None
    kind: Literal["storey", "mezzanine", "stilt", "semi-basement", "roof", "site", "unknown"] = "storey"


LabelKind = Literal["tag", "zone", "classification", "property", "space-type", "long-name", "name", "layer"]


@dataclass(frozen=True, slots=True)
class Label:
    """A word in the file that may say what a space is for; ``where`` names its place (``Pset_X.功能``, ``IfcZone``)."""

    kind: LabelKind
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class DeclaredArea:
    """An area the file states; exporters often write the clear area under the name of the gross area."""

    name: str
    area_m2: float
    kind: Literal["net", "gross", "unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class Facet:
    """A plane piece of a ceiling: over ``outline`` the underside lies at ``z = a·x + b·y + c`` (metres)."""

    outline: Polygon
    a: float
    b: float
    c: float


ShapeMethod = Literal[
    "profile", "brep", "face-set", "kernel", "footprint", "bounding-box", "area-frame", "wall-cell", "none"
]


@dataclass(frozen=True, slots=True)
class Space:
    """A room, zone of area, or outdoor area that the file draws as a space.

    ``footprint`` is its plan projection (``None`` where the file has no usable geometry) and may be drawn to finish
    faces, wall centres or outer faces. ``drawn`` is ``"gross"`` only where the file itself says that the outline is
    a gross-area frame. ``ceiling`` is given only where the top is not level. ``coefficient`` is an area coefficient
    the drawing itself states. ``external`` is what the file declares, not what geometry shows. ``also_named`` are
    lesser texts in the outline that read like names of further rooms: no evidence of its use, but of a missing wall.
    """

    id: str
    tag: str
    name: str
    labels: tuple[Label, ...]
    storey_id: str | None
    footprint: Region | None
    floor_z_m: float | None
    top_z_m: float | None
    shape: ShapeMethod
    drawn: Literal["gross", "unknown"] = "unknown"
    ceiling: tuple[Facet, ...] = ()
    predefined_type: str = ""
    external: bool | None = None
    declared: tuple[DeclaredArea, ...] = ()
    coefficient: float | None = None
    building_id: str | None = None
    also_named: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialLayer:
    """One layer of a wall; ``insulation`` where its material name says so."""

    name: str
    thickness_m: float
    insulation: bool = False


ElementKind = Literal[
    "wall", "curtain-wall", "column", "slab", "roof", "stair", "ramp", "railing", "covering", "window", "lift"
]


@dataclass(frozen=True, slots=True)
class Element:
    """A building element in plan: its footprint with door and window openings left closed.

    ``external`` is the file's ``IsExternal``, which is unreliable. A curtain wall's footprint is the union of its
    parts. ``layers`` run from one face to the other. ``storey_id`` is the declared container.
    """

    id: str
    tag: str
    kind: ElementKind
    name: str
    footprint: Region
    z_min_m: float
    z_max_m: float
    storey_id: str | None
    predefined_type: str = ""
    external: bool | None = None
    layers: tuple[MaterialLayer, ...] = ()
    building_id: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A way through a wall: a door, or an opening nobody hung a door in (``"gateway"``).

    ``footprint`` is the plan of the hole through the full thickness of its wall (or the door's own plan where it
    fills none, as in curtain walls); ``axis`` runs along the wall through the middle of the hole, jamb to jamb, so a
    person walks across it. ``space_ids`` are the spaces the file's space boundaries claim it joins (may be wrong or
    empty). ``external`` is the declared ``IsExternal``.
    """

    id: str
    tag: str
    kind: Literal["door", "gateway"]
    name: str
    footprint: Region
    axis: LineString
    sill_z_m: float | None
    head_z_m: float | None
    storey_id: str | None
    host_id: str | None = None
    space_ids: tuple[str, ...] = ()
    external: bool | None = None
    operation: str = ""

    @property
    def width_m(self) -> float:
        """Clear width along the wall, metres."""
        return float(self.axis.length)


SiteKind = Literal[
    "street",  # a public road, its centre line or its red line (道路红线)
    "internal-road",  # a road inside the estate
    "site-boundary",  # the plot's edge (用地红线)
    "fence",
    "gate",
    "building",  # another building's outline
    "parking",
    "bicycle",
    "plaza",
    "green",
    "entrance-mark",  # a symbol or text that says: here is an entrance of the service rooms
    "main-entrance",  # the estate's main entrance
    "outdoor-ground",  # evidence of the outdoor ground level
]


@dataclass(frozen=True, slots=True)
class SiteFeature:
    """Something outdoors. ``geometry`` is a region, a line or a point, as the file draws it.

    ``accessible`` and ``underground`` concern parking stalls; ``layer`` is the drawing layer, for streets that the
    brief names by layer.
    """

    id: str
    tag: str
    kind: SiteKind
    name: str
    geometry: Polygon | MultiPolygon | LineString | Point
    z_m: float | None = None
    layer: str = ""
    accessible: bool = False
    underground: bool | None = None
    storey_id: str | None = None


@dataclass(frozen=True, slots=True)
class BuildingModel:
    """Everything the check needs from the submitted file.

    ``origin_m`` is what the reader subtracted from x and y; ``north`` is the unit vector of true north in plan.
    ``has_site`` is true where the file holds any outdoor element at all, so that "no stall found" means something.
    """

    source: Source
    project_name: str = ""
    buildings: tuple[Building, ...] = ()
    storeys: tuple[Storey, ...] = ()
    spaces: tuple[Space, ...] = ()
    elements: tuple[Element, ...] = ()
    openings: tuple[Opening, ...] = ()
    site: tuple[SiteFeature, ...] = ()
    notes: tuple[Note, ...] = ()
    origin_m: tuple[float, float] = (0.0, 0.0)
    north: tuple[float, float] = (0.0, 1.0)

    @property
    def has_site(self) -> bool:
        """Whether the file shows anything outdoors."""
        return bool(self.site)
