"""What a coordination program is to show of a review: one topic per finding that somebody must act on.

What passes makes no topic, nor does an advisory rule that merely lacks information.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from bimcheck.decisions import decisions_on
from bimcheck.drawing.plan import draw_levels, levels_to_draw
from bimcheck.drawing.png import png
from bimcheck.drawing.shapes import Drawing, Ref
from bimcheck.drawing.site import draw_site
from bimcheck.history import Decided
from bimcheck.notation import LEVELS, STAGES, STATUSES, clean
from bimcheck.reporters._decided import decision_line
from bimcheck.reporters._findings import NAMESPACE, finding_guid, open_findings
from bimcheck.review import Level, Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Language, Text

COLOURS: Final[dict[Status, str]] = {"fail": "D0021B", "manual": "E39B00", "undetermined": "7A7A7A"}
"""How a viewer is to colour what a finding rests on, RGB."""

_KINDS: dict[Status, str] = {"fail": "Error", "manual": "Request", "undetermined": "Warning"}
_IFC_GUID = re.compile(r"[0-3][0-9A-Za-z_$]{21}")
_AROUND = 1.15
_LEAST_M = 6.0
_ABOVE_M = 30.0
_CUT_M = 1.2


@dataclass(frozen=True, slots=True)
class Component:
    """An element of the model, by its IFC GlobalId where it has a proper one, else by the id its program knows."""

    ifc_guid: str | None
    own_id: str


@dataclass(frozen=True, slots=True)
class View:
    """A plan view straight down, in the model's world coordinates, metres; ``up`` is where the sheet's top is.

    ``cut_z_m`` is the height above which everything is cut away, ``None`` for a view of the site.
    """

    guid: str
    centre_m: tuple[float, float, float]
    up: tuple[float, float]
    height_m: float
    aspect: float
    cut_z_m: float | None
    snapshot: bytes


@dataclass(frozen=True, slots=True)
class Comment:
    """A person's decision on the finding, in both languages; a waiver leaves the topic open."""

    guid: str
    author: str
    day: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One finding that is open."""

    guid: str
    title: str
    kind: str
    priority: str
    labels: tuple[str, ...]
    stage: str
    description: str
    colour: str
    components: tuple[Component, ...]
    views: tuple[View, ...]
    comments: tuple[Comment, ...]


def topics(review: Review, language: Language) -> list[Topic]:
    """The open findings, the most urgent first."""
    sheets = _Sheets(review, language)
    return [_topic(review, result, sheets, language) for result in open_findings(review)]


def _topic(review: Review, result: RuleResult, sheets: _Sheets, language: Language) -> Topic:
    guid = finding_guid(review, result.rule)
    title = Text(f"{result.title.zh}：{STATUSES[result.status].zh}", f"{result.title.en}: {STATUSES[result.status].en}")
    urgent = result.level == "required"
    return Topic(
        guid=guid,
        title=clean(f"{result.number} {result.clause} {title.in_language(language)}"),
        kind=_KINDS[result.status],
        priority="High" if urgent and result.status == "fail" else "Normal" if urgent else "Low",
        labels=(clean(result.clause), result.rule, LEVELS[result.level].in_language(language)),
        stage=STAGES[review.stage].in_language(language),
        description=_description(review, result),
        colour=COLOURS[result.status],
        components=tuple(_components(review, result)),
        views=tuple(sheets.views(guid, result.evidence)),
        comments=tuple(_comment(guid, decided) for decided in decisions_on(review, result.rule)),
    )


def _comment(topic: str, decided: Decided) -> Comment:
    """Known again by who decided what and when, so that a second import updates it, as where it has gone stale."""
    made = decided.decision
    author = clean(f"{made.role} {made.name}")
    about = "\n".join((topic, author, made.date.isoformat(), made.outcome or made.kind, made.reason))
    return Comment(
        guid=str(uuid.uuid5(NAMESPACE, about.encode("utf-8", "replace").decode("utf-8"))),
        author=author,
        day=made.date.isoformat(),
        text="\n".join(decision_line(decided, language) for language in ("zh", "en")),
    )


def _description(review: Review, result: RuleResult) -> str:
    """The clause, what was found and what to do, in Chinese and then in English, and what was checked."""
    status, lines = STATUSES[result.status], []
    for language, words in (("zh", ("条款", "结论", "处理")), ("en", ("Clause", "Finding", "To do"))):
        said: Language = "zh" if language == "zh" else "en"
        colon = "：" if said == "zh" else ": "
        finding = f"{status.in_language(said)}{colon}{result.message.in_language(said)}"
        lines += [f"{words[0]}{colon}{result.clause} {result.quote.in_language(said)}", f"{words[1]}{colon}{finding}"]
        if result.remedy is not None:
            lines.append(f"{words[2]}{colon}{result.remedy.in_language(said)}")
        lines.append("")
    lines.append(f"{review.source.file} · sha256 {review.source.sha256}")
    lines.append(f"{review.ruleset.id} · {review.ruleset.digest} · bimcheck {review.tool_version}")
    return "\n".join(clean(line) for line in lines)


def _components(review: Review, result: RuleResult) -> Iterator[Component]:
    seen: set[str] = set()
    for id_ in result.evidence:
        own = clean(id_.split("@", maxsplit=1)[0])
        if own and own not in seen:
            seen.add(own)
            proper = review.source.format == "IFC" and _IFC_GUID.fullmatch(own)
            yield Component(own if proper else None, own)


class _Sheets:
    """The drawings of a review as views: each with its camera and a picture that marks the evidence."""

    def __init__(self, review: Review, language: Language) -> None:
        self._review = review
        self._language = language
        self._pictures: dict[tuple[str, frozenset[Ref]], bytes] = {}

    @cached_property
    def _drawn(self) -> list[tuple[Drawing, Level | None]]:
        levels = {f"plan-{number}": level for number, level in enumerate(levels_to_draw(self._review), 1)}
        drawn: list[tuple[Drawing, Level | None]] = [(sheet, levels[sheet.id]) for sheet in draw_levels(self._review)]
        site = draw_site(self._review)
        return drawn if site is None else [*drawn, (site, None)]

    @cached_property
    def _places(self) -> dict[str, BaseGeometry]:
        """Where each thing a finding may name stands in plan."""
        review, model = self._review, self._review.model
        places: dict[str, BaseGeometry] = {feature.id: feature.geometry for feature in model.site}
        places |= {element.id: element.footprint for element in model.elements}
        places |= {opening.id: opening.footprint for opening in model.openings}
        places |= {space.id: space.footprint for space in model.spaces if space.footprint is not None}
        for room in review.rooms:
            region = room.gross_region if room.gross_region is not None else room.footprint
            if region is not None:
                places[room.id] = region
        return {id_: place for id_, place in places.items() if not place.is_empty}

    def views(self, topic: str, evidence: tuple[str, ...]) -> Iterator[View]:
        """The sheets that are about the evidence; where none is, the first there is.

        The site plan shows rooms, but is not about them; it is about doors, which look to a street.
        """
        wanted = set(evidence)
        shown = [(sheet, level, _marked(sheet, wanted)) for sheet, level in self._drawn]
        chosen = [(sheet, level, marked) for sheet, level, marked in shown if _is_about(sheet, marked)] or shown[:1]
        for sheet, level, marked in chosen:
            on_sheet = [self._places[ref.id] for ref in marked if ref.id in self._places]
            yield self._view(topic, sheet, level, marked, on_sheet)

    def _view(
        self, topic: str, sheet: Drawing, level: Level | None, marked: frozenset[Ref], places: list[BaseGeometry]
    ) -> View:
        x0, y0, x1, y1 = sheet.view
        turn = _turn(self._review.model.north, sheet.north)
        aspect = (x1 - x0) / (y1 - y0)
        if places:
            x0, y0, x1, y1 = shapely.total_bounds([affinity.rotate(place, -turn, origin=(0, 0)) for place in places])
        height = max(y1 - y0, (x1 - x0) / aspect, _LEAST_M) * _AROUND
        middle = affinity.rotate(shapely.Point((x0 + x1) / 2, (y0 + y1) / 2), turn, origin=(0, 0))
        floor = 0.0 if level is None or level.floor_z_m is None else level.floor_z_m
        top = max((each.top_z_m for each in self._review.levels if each.top_z_m is not None), default=floor)
        origin, angle = self._review.model.origin_m, math.radians(turn)
        return View(
            guid=str(uuid.uuid5(NAMESPACE, f"{topic}\n{'' if level is None else level.id}\n{sheet.id}")),
            centre_m=(middle.x + origin[0], middle.y + origin[1], max(floor, top) + _ABOVE_M),
            up=(-math.sin(angle), math.cos(angle)),
            height_m=float(height),
            aspect=aspect,
            cut_z_m=None
            if level is None or level.floor_z_m is None
            else floor + min(_CUT_M, (level.height_m or 2.4) / 2),
            snapshot=self._picture(sheet, marked),
        )

    def _picture(self, sheet: Drawing, marked: frozenset[Ref]) -> bytes:
        key = (sheet.id, marked)
        if key not in self._pictures:
            self._pictures[key] = png(sheet, self._language, marked)
        return self._pictures[key]


def _is_about(sheet: Drawing, marked: frozenset[Ref]) -> bool:
    return any(
        shape.ref in marked and (shape.anchor or shape.ref.kind == "entrance") for shape in sheet.shapes if shape.ref
    )


def _marked(sheet: Drawing, wanted: set[str]) -> frozenset[Ref]:
    return frozenset(shape.ref for shape in sheet.shapes if shape.ref is not None and shape.ref.id in wanted)


def _turn(north: tuple[float, float], drawn: tuple[float, float]) -> float:
    """How far the sheet is turned against the model, degrees: the angle from north as drawn to north as modelled."""
    return math.degrees(math.atan2(north[1], north[0]) - math.atan2(drawn[1], drawn[0]))
