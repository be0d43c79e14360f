"""What a check found: rooms, levels, entrances, the site, the verdict on every rule. Reporters read only this.

Frozen and complete: two reporters can never disagree, because none of them computes anything.
Areas are square metres, lengths metres, ratios plain numbers; nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from shapely import LineString, Point

from bimcheck.model import BuildingModel, Element, Note, Opening, Region, SiteFeature, Source
from bimcheck.terms import Stage, Status, Use, Verdict
from bimcheck.text import Text

if TYPE_CHECKING:
    from bimcheck.brief import Brief
    from bimcheck.history import Chain, Decided, SurveyFindings

AreaMethod = Literal["area-frame", "gfa-space", "rooms+walls", "assumed-walls", "net-only", "declared", "survey"]
Confidence = Literal["high", "medium", "low", "none"]

SERVICE_USES: frozenset[Use] = frozenset(
    {"party_centre", "service", "office", "hall", "elderly", "child", "health", "culture"}
)
"""Uses that make a room a community service room (社区服务用房)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured value with the interval over all admissible readings and unknowns.

    ``value`` is ``None`` where it could not be measured; ``reason`` then says what is missing. ``low`` and ``high``
    equal ``value`` where nothing is in doubt. ``evidence`` are ids of rooms, doors or site elements. ``unsettled``
    names what the file leaves out (walls, say) where that, and not the choice of a reading alone, keeps it open.
    """

    value: float | None
    unit: Literal["m2", "m", "1", "piece", "yuan", "day", ""]
    low: float | None = None
    high: float | None = None
    reason: Text | None = None
    evidence: tuple[str, ...] = ()
    unsettled: Text | None = None

    @classmethod
    def unknown(cls, unit: Literal["m2", "m", "1", "piece", "yuan", "day", ""], zh: str, en: str) -> Quantity:
        """A quantity nobody can tell, with the reason."""
        return cls(None, unit, reason=Text(zh, en))

    @property
    def disputed(self) -> bool:
        """Whether the admissible readings differ (by more than rounding noise)."""
        return self.low is not None and self.high is not None and self.high - self.low > 1e-9


@dataclass(frozen=True, slots=True)
class Level:
    """A real level of one building: what a reviewer calls 层.

    ``height_m`` is structural height, floor to floor above; ``outline`` is the outer face of the level's walls and
    rooms; ``unallocated_m2`` is the part of it that belongs to no room (an omitted shaft, say). ``ground`` is ``None``
    where two levels may be the ground storey.
    """

    id: str
    name: str
    title: Text
    building_id: str | None
    floor_z_m: float | None
    top_z_m: float | None
    height_m: float | None
    height_basis: Text
    position: Literal["above-ground", "semi-basement", "basement", "mezzanine", "roof"]
    ground: bool | None
    storey_ids: tuple[str, ...]
    outline: Region | None = None
    outline_area_m2: float | None = None
    parts_area_m2: float | None = None
    unallocated_m2: float = 0.0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewedRoom:
    """One line of the ledger: a community service room, or a near miss (``counted`` false, ``why_not`` says why).

    ``gross_region`` is the plan area counted for the room, wall shares included, before any coefficient;
    ``readings`` gives its area under each area standard, coefficients applied; ``gross_area_m2`` is the primary one.
    ``function`` is the narrower use of a room inside a party centre.
    """

    id: str
    name: str
    use: Use
    counted: bool
    why_not: Text | None
    basis: str
    evidence: Text
    level_id: str | None
    storey: str
    ground_floor: bool | None
    height_m: float | None
    coefficient: float | None
    net_area_m2: float | None
    gross_area_m2: float | None
    gross_low_m2: float | None
    gross_high_m2: float | None
    declared_area_m2: float | None
    declared_from: str
    area_method: AreaMethod | None
    confidence: Confidence
    remark: Text | None = None
    footprint: Region | None = None
    gross_region: Region | None = None
    readings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    cluster: int | None = None
    function: Use | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """One outside door of the service rooms that was considered, and what was found about it.

    ``True``, ``False`` or ``None`` (cannot tell). ``path`` names what one walks through from outdoors to the service
    room (the counter-example when it is not independent); ``sight_line`` runs from the door to the street.
    """

    id: str
    name: str
    level_id: str | None
    storey: str
    room_ids: tuple[str, ...]
    ground_level: bool | None
    street_facing: bool | None
    independent: bool | None
    street: str
    reason: Text
    position: Point
    outward: tuple[float, float] | None
    width_m: float | None = None
    path: tuple[str, ...] = ()
    sight_line: LineString | None = None
    cluster: int | None = None

    @property
    def qualifies(self) -> bool | None:
        """Whether it is a ground-level, street-facing and independent entrance."""
        answers = (self.ground_level, self.street_facing, self.independent)
        if False in answers:
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True)
class Cluster:
    """Service rooms joined by a wall, a door or their own stair; distances run to the nearest other cluster."""

    number: int
    room_ids: tuple[str, ...]
    area_m2: float
    distance_m: float | None
    street_entrances: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A requirement: the measured value must stand in ``op`` to ``value``."""

    op: Literal[">=", "<=", ">", "<", "=="]
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The answer to one rule. Every rule has one, in every review.

    ``margin`` is measured minus required in the requirement's unit (negative where a minimum is missed);
    ``remedy`` is the smallest change that would make the rule hold, or what a person must decide or supply.
    """

    rule: str
    number: str
    clause: str
    quote: Text
    title: Text
    level: Literal["required", "advisory"]
    status: Status
    reason: str | None
    measured: Quantity | None
    required: Comparison | None
    margin: float | None
    message: Text
    remedy: Text | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesetIdentity:
    """Which rules were applied: a published edition never changes, and its digest proves it."""

    id: str
    title: Text
    document: str
    effective_from: date
    digest: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A number or choice the law leaves open and the tool had to make; every one is printed."""

    id: str
    title: Text
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class ProjectIdentity:
    """What the project is called and whom it concerns, as the brief says it; empty where it does not."""

    name: str = ""
    developer: str = ""
    town: str = ""
    community: str = ""
    agreement: str = ""

    @classmethod
    def of(cls, brief: Brief) -> ProjectIdentity:
        """The names a brief gives."""
        project, community = brief.project, brief.community
        names = (project.name, project.developer, community.town, community.name, brief.settlement.agreement)
        return cls(*((name or "").strip() for name in names))


@dataclass(frozen=True, slots=True)
class Review:
    """The whole outcome of one check.

    ``measurements`` holds every measure by name, those of the report contract among them. ``model`` is kept for
    drawing the plans. ``survey`` is the completion survey whose areas were judged, ``chain`` the comparison with the
    stage before, ``decisions`` what people decided, stale decisions among them; a decision changes neither a status
    nor the verdict.
    """

    tool_version: str
    source: Source
    ruleset: RulesetIdentity
    stage: Stage
    as_of: date
    area_standard: str
    verdict: Verdict
    results: tuple[RuleResult, ...]
    measurements: Mapping[str, Quantity]
    ground_storey: str | None
    levels: tuple[Level, ...]
    rooms: tuple[ReviewedRoom, ...]
    entrances: tuple[Entrance, ...]
    clusters: tuple[Cluster, ...]
    parking: tuple[SiteFeature, ...]
    plazas: tuple[SiteFeature, ...]
    streets: tuple[SiteFeature, ...]
    policies: tuple[Policy, ...]
    notes: tuple[Note, ...]
    model: BuildingModel
    survey: SurveyFindings | None = None
    chain: Chain | None = None
    decisions: tuple[Decided, ...] = ()
    project: ProjectIdentity = ProjectIdentity()

    @property
    def counts(self) -> dict[Status, int]:
        """How many rules ended in each status."""
        statuses: tuple[Status, ...] = ("pass", "fail", "undetermined", "manual", "not_applicable")
        return {status: sum(result.status == status for result in self.results) for status in statuses}

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 undetermined: the same as the verdict."""
        return {"pass": 0, "fail": 1, "undetermined": 3}[self.verdict]


def elements_on(level: Level, model: BuildingModel) -> tuple[tuple[Element, ...], tuple[Opening, ...]]:
    """The elements and openings that stand on a level, for drawing: those that cross the height 1.2 m above its floor.

    Where heights are unknown, those the file lists under one of the level's storeys.
    """
    storeys = set(level.storey_ids)
    cut = None if level.floor_z_m is None else level.floor_z_m + min(1.2, 0.5 * (level.height_m or 2.4))

    def stands(low: float | None, high: float | None, storey: str | None) -> bool:
        if cut is None or low is None or high is None:
            return storey in storeys
        return low <= cut <= high

    elements = tuple(e for e in model.elements if stands(e.z_min_m, e.z_max_m, e.storey_id))
    openings = tuple(o for o in model.openings if stands(o.sill_z_m, o.head_z_m, o.storey_id))
    return elements, openings
