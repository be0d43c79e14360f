"""The report for people: one page that needs nothing else, in both languages, with plans that link to the tables.

The page works from a file, on a phone, on paper and without scripts; nothing is fetched, and a content security policy
admits only the page's own style and script. Text of the model is escaped by the template, never trusted.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final

from markupsafe import Markup

from bimcheck import notation
from bimcheck.decisions import finding_id
from bimcheck.drawing.plan import draw_levels, levels_to_draw
from bimcheck.drawing.shapes import Drawing, Ref, RefKind
from bimcheck.drawing.sheet import entrance_letters
from bimcheck.drawing.site import draw_site
from bimcheck.drawing.svg import FONTS, anchor, style, svg
from bimcheck.model import Note
from bimcheck.readiness import readiness
from bimcheck.reporters import _changes as changes
from bimcheck.reporters import _tables as tables
from bimcheck.reporters._decided import beside_rules, on_rule
from bimcheck.reporters._templates import page as page_template
from bimcheck.review import Comparison, Entrance, Quantity, Review, RuleResult
from bimcheck.text import Language, Text

SUFFIX: Final = ".html"
MEDIA_TYPE: Final = "text/html"


def render(review: Review, language: Language = "zh") -> str:
    """The page; ``language`` is the one shown first, the reader may switch."""
    css = _resource("report.css").replace("FONTS", FONTS) + style()
    script = _resource("report.js")
    drawings = [sheet for sheet in (*draw_levels(review), draw_site(review)) if sheet is not None]
    return page_template().render(
        review=review,
        language=language,
        css=Markup(css),  # noqa: S704  our own style sheet, no text of the model in it
        script=Markup(script),  # noqa: S704  our own script, no text of the model in it
        policy=_security_policy(css, script),
        page=_Page(review, drawings),
        notation=notation,
        tables=tables,
        changes=changes,
    )


@cache
def _resource(name: str) -> str:
    return resources.files("bimcheck.data").joinpath("templates", name).read_text("utf-8")


def _security_policy(css: str, script: str) -> str:
    """Only this very style and script may run, and nothing may be fetched."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (css, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}';"
        " base-uri 'none'; form-action 'none'"
    )


class _Page:
    """What the template asks for: rows in their order, links to what is drawn, and the drawings."""

    def __init__(self, review: Review, drawings: list[Drawing]) -> None:
        self._review = review
        self._names = tables.Names(review)
        self._drawn = {shape.ref for sheet in drawings for shape in sheet.shapes if shape.anchor and shape.ref}
        self._kinds: dict[str, RefKind] = {feature.id: "site" for feature in (*review.parking, *review.plazas)}
        self._kinds |= {feature.id: "site" for feature in review.streets}
        self._kinds |= {entrance.id: "entrance" for entrance in review.entrances}
        self._kinds |= {room.id: "room" for room in review.rooms}
        self.drawings = drawings
        self.letters = entrance_letters(review.entrances)
        self.entrances = sorted(review.entrances, key=lambda e: int(self.letters[e.id][1:]))
        self.rooms = tables.rooms_in_order(review, counted=True)
        self.near_misses = tables.rooms_in_order(review, counted=False)
        self.failing = tables.with_status(review, "fail")
        self.unknown = tables.with_status(review, "undetermined")
        self.for_people = tables.with_status(review, "manual")
        self.conclusion = tables.conclusion(review)
        self.standards = tables.area_standards_of(review)
        self.area_blocks, self.area_total = tables.area_rows(review)
        severity = list(notation.SEVERITIES)
        self.notes = sorted(review.notes, key=lambda n: (severity.index(n.severity), n.code, n.refs, n.text))
        drawn = {level.id for level in levels_to_draw(review)}
        self.lacks = readiness(review)
        self.undrawn = [level for level in review.levels if level.id not in drawn]
        self._storeys = {level.name: level.title for level in review.levels}

    def required_of(self, quantity: Quantity | None, rule: str | None) -> Comparison | None:
        """What a rule asks of this very quantity; what it asks of the whole community stands in its own row."""
        found = (result for result in self._review.results if result.rule == rule and result.measured == quantity)
        return next((result.required for result in found if quantity is not None), None)

    def storey(self, name: str) -> Text:
        """A storey as the plans call it."""
        return self._storeys.get(name) or Text(name or "—", name or "—")

    def decisions(self, rule: str) -> list[tuple[Text, bool]]:
        """What people decided on a rule, and whether each still holds."""
        return on_rule(self._review, rule)

    def decisions_beside_rules(self) -> list[tuple[Text, Text, bool]]:
        """What people decided on anything else."""
        return beside_rules(self._review)

    @staticmethod
    def finding_id(note: Note) -> str:
        """By which a person can decide on a note."""
        return finding_id(note)

    def reason(self, measurement: str) -> Text:
        """Why a measurement is unknown, or that nothing was found."""
        quantity = self._review.measurements.get(measurement)
        found = None if quantity is None else quantity.reason
        return found or Text("没有找到。", "None found.")

    def doors_on(self, drawing: Drawing) -> list[Entrance]:
        """The judged doors that the sheet shows, when it is the sheet of their level."""
        shown = {
            shape.ref.id for shape in drawing.shapes if shape.anchor and shape.ref and shape.ref.kind == "entrance"
        }
        return [entrance for entrance in self.entrances if entrance.id in shown]

    def svg(self, drawing: Drawing) -> Markup:
        """The drawing; its own text is escaped where it is written."""
        return Markup(svg(drawing))  # noqa: S704  every text in it has passed html.escape

    def uses_on(self, drawing: Drawing) -> list[str]:
        """The uses of service rooms that the sheet shows, for its legend."""
        shown = {shape.use for shape in drawing.shapes if shape.kind == "service-room"}
        return [use for use in notation.USES if use in shown]

    def shows(self, drawing: Drawing, kind: str) -> bool:
        """Whether the sheet has a shape of this kind."""
        return any(shape.kind == kind for shape in drawing.shapes)

    def link(self, id_: str) -> str | None:
        """Where a reference leads: to the plan, else to its row; ``None`` where it is neither drawn nor listed."""
        kind = self._kinds.get(id_)
        if kind is None:
            return None
        ref = Ref(kind, id_)
        return anchor(ref) if ref in self._drawn else f"row-{anchor(ref)}"

    def name(self, id_: str) -> str:
        """What a reference is called."""
        letter = self.letters.get(id_)
        return f"{letter} {self._names[id_]}" if letter else self._names[id_]

    @staticmethod
    def first(ids: Sequence[str], most: int) -> tuple[Sequence[str], int]:
        """The first few of many references, and how many more there are."""
        return ids[:most], max(0, len(ids) - most)

    def measured(self, result: RuleResult) -> Text:
        """The measured value, beside what it is compared with."""
        return notation.measured(result.measured, result.required)

    def declared(self, result: RuleResult) -> Text:
        """What the file declares for the same rooms."""
        return notation.amount(tables.declared_for(self._review, result), "m2")

    def difference(self, result: RuleResult) -> Text:
        """Measured less required."""
        return tables.difference_of(result)
