"""The report for machines: every key of the published contract, full precision, nothing rounded.

Figures that are unknown are ``null`` and named under ``reasons``; not-a-number and infinity are unknown too.
Sentences are Chinese under the contract's key and English under the same key with ``_en``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from bimcheck.decisions import finding_id
from bimcheck.model import Region, SiteFeature
from bimcheck.notation import clean
from bimcheck.reporters._stages import stages
from bimcheck.reporters._tables import rooms_in_order
from bimcheck.review import Entrance, Level, Quantity, Review, ReviewedRoom, RuleResult
from bimcheck.text import Language, Text

SUFFIX: Final = ".json"
MEDIA_TYPE: Final = "application/json"
REPORT_VERSION: Final = "1"

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_CONTRACT = (
    "service_area_m2", "party_centre_area_m2", "ground_floor_area_m2", "ground_floor_share",
    "street_entrances", "parking_spaces", "plaza_area_m2", "office_share",
)  # fmt: skip
_NOT_MEASURED = Text("没有量取", "not measured")


def render(review: Review, language: Language = "zh") -> str:  # noqa: ARG001  one signature for all formats; both languages are inside
    """The review as JSON text, UTF-8, two spaces, a line break at the end."""
    return json.dumps(_plain(_report(review)), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(value: object) -> Plain:
    """The value with cleaned text and without numbers JSON does not know."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a report")


def _both(key: str, text: Text | None) -> dict[str, object]:
    return {key: None if text is None else text.zh, f"{key}_en": None if text is None else text.en}


def _report(review: Review) -> dict[str, object]:
    source, ruleset = review.source, review.ruleset
    places = _Places(review.model.origin_m)
    rooms = [*rooms_in_order(review, counted=True), *rooms_in_order(review, counted=False)]
    notes = sorted(review.notes, key=lambda note: (note.code, note.refs, note.text))
    return {
        "report_version": REPORT_VERSION,
        "tool": {"name": "bimcheck", "version": review.tool_version},
        "model": {
            "file": source.file,
            "sha256": source.sha256,
            "bytes": source.bytes,
            "format": source.format,
            "schema": source.schema,
            "length_unit": source.length_unit,
            "unit_basis": source.unit_basis,
            "authoring_tool": source.authoring_tool,
            "project": review.model.project_name,
        },
        "project": {
            key: getattr(review.project, key) or None for key in ("name", "developer", "town", "community", "agreement")
        },
        "ruleset": {
            "id": ruleset.id,
            **_both("title", ruleset.title),
            "document": ruleset.document,
            "effective_from": ruleset.effective_from.isoformat(),
            "digest": ruleset.digest,
        },
        "stage": review.stage,
        "as_of": review.as_of.isoformat(),
        "area_standard": review.area_standard,
        "verdict": review.verdict,
        "counts": review.counts,
        **_measurements(review),
        "rooms": [places.room(room) for room in rooms],
        "entrances": [
            places.entrance(entrance) for entrance in sorted(review.entrances, key=lambda e: (e.storey, e.id))
        ],
        "results": [{**_result(result), "finding": finding_id(result)} for result in review.results],
        "notes": [
            {
                "code": n.code,
                "severity": n.severity,
                **_both("text", n.text),
                "refs": n.refs,
                "blocks": n.blocks,
                "finding": finding_id(n),
            }
            for n in notes
        ],
        "levels": [places.level(level) for level in review.levels],
        "clusters": [
            {
                "number": c.number,
                "room_ids": c.room_ids,
                "area_m2": c.area_m2,
                "distance_m": c.distance_m,
                "street_entrances": c.street_entrances,
            }
            for c in review.clusters
        ],
        "parking": [places.feature(feature) for feature in review.parking],
        "plazas": [places.feature(feature) for feature in review.plazas],
        "streets": [places.feature(feature) for feature in review.streets],
        "policies": [
            {"id": p.id, **_both("title", p.title), "value": p.value, "unit": p.unit} for p in review.policies
        ],
        **stages(review),
    }


def _number(value: float | None, unit: str) -> float | int | None:
    """Counts are whole numbers; not-a-number is unknown."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if unit == "piece" and float(value).is_integer() else value


def _quantity(quantity: Quantity) -> dict[str, object]:
    """Value and bounds; bounds nobody gave are the value itself."""
    value, unit = _number(quantity.value, quantity.unit), quantity.unit
    low, high = _number(quantity.low, unit), _number(quantity.high, unit)
    return {
        "value": value,
        "low": value if low is None else low,
        "high": value if high is None else high,
        "unit": unit,
    }


def _measurements(review: Review) -> dict[str, object]:
    """The measures by name, why some are unknown, and each with its interval and evidence."""
    found = dict(review.measurements)
    for name in _CONTRACT:
        found.setdefault(name, Quantity(None, "", reason=_NOT_MEASURED))
    quantities = {name: found[name] for name in (*_CONTRACT, *sorted(set(found) - set(_CONTRACT)))}
    values: dict[str, object] = {}
    reasons: dict[str, Text] = {}
    for name, quantity in quantities.items():
        figures = _quantity(quantity)
        values[name] = figures["value"]
        if figures["value"] is None:
            reasons[name] = quantity.reason or _NOT_MEASURED
        if name == "service_area_m2":
            values |= {"service_area_low_m2": figures["low"], "service_area_high_m2": figures["high"]}
            for bound in ("low", "high"):
                if figures[bound] is None:
                    reasons[f"service_area_{bound}_m2"] = quantity.reason or _NOT_MEASURED
        if name == "ground_floor_share":
            values["ground_storey"] = review.ground_storey
    if review.ground_storey is None:
        reasons["ground_storey"] = found["ground_floor_area_m2"].reason or Text(
            "不能确定底层", "the ground storey is not certain"
        )
    return {
        "measurements": values,
        "reasons": {name: text.zh for name, text in reasons.items()},
        "reasons_en": {name: text.en for name, text in reasons.items()},
        "quantities": {
            name: {**_quantity(quantity), **_both("reason", quantity.reason), "evidence": quantity.evidence}
            for name, quantity in quantities.items()
        },
    }


def _result(result: RuleResult) -> dict[str, object]:
    required = result.required
    return {
        "rule": result.rule,
        "number": result.number,
        "clause": result.clause,
        **_both("title", result.title),
        **_both("quote", result.quote),
        "level": result.level,
        "status": result.status,
        "reason": result.reason,
        "measured": None if result.measured is None else _quantity(result.measured),
        "required": None
        if required is None
        else {"op": required.op, "value": _number(required.value, required.unit), "unit": required.unit},
        "margin": _number(result.margin, "" if required is None else required.unit),
        **_both("message", result.message),
        **_both("remedy", result.remedy),
        "evidence": result.evidence,
    }


def _level(level: Level) -> dict[str, object]:
    return {
        "id": level.id,
        "name": level.name,
        **_both("title", level.title),
        "building_id": level.building_id,
        "number": level.number,
        "position": level.position,
        "ground": level.ground,
        "floor_z_m": level.floor_z_m,
        "top_z_m": level.top_z_m,
        "height_m": level.height_m,
        **_both("height_basis", level.height_basis),
        "outline_area_m2": level.outline_area_m2,
        "parts_area_m2": level.parts_area_m2,
        "unallocated_m2": level.unallocated_m2,
        "storey_ids": level.storey_ids,
    }


@dataclass(frozen=True, slots=True)
class _Places:
    """Writes what has a place in plan; places are given in the file's own coordinates, metres."""

    origin_m: tuple[float, float]

    def _at(self, geometry: BaseGeometry | None) -> list[float] | None:
        if geometry is None or geometry.is_empty:
            return None
        point = geometry.representative_point()
        return [point.x + self.origin_m[0], point.y + self.origin_m[1]]

    def _outline(self, region: Region | None) -> list[list[list[list[float]]]] | None:
        """Polygons, each its outer ring and its holes, each a list of corners without the first one repeated."""
        if region is None:
            return None
        x, y = self.origin_m
        polygons = region.geoms if isinstance(region, MultiPolygon) else (region,)
        return [
            [[[px + x, py + y] for px, py in ring.coords[:-1]] for ring in (polygon.exterior, *polygon.interiors)]
            for polygon in polygons
        ]

    def level(self, level: Level) -> dict[str, object]:
        """A level with the extremes of its outline."""
        bounds = None
        if level.outline is not None:
            x0, y0, x1, y1 = level.outline.bounds
            x, y = self.origin_m
            bounds = [x0 + x, y0 + y, x1 + x, y1 + y]
        return {**_level(level), "bounds_m": bounds}

    def room(self, room: ReviewedRoom) -> dict[str, object]:
        return {
            "id": room.id,
            "name": room.name,
            "use": room.use,
            "counted": room.counted,
            **_both("why_not", room.why_not),
            "basis": room.basis,
            **_both("evidence", room.evidence),
            "storey": room.storey,
            "level_id": room.level_id,
            "ground_floor": room.ground_floor,
            "height_m": room.height_m,
            "coefficient": room.coefficient,
            "net_area_m2": room.net_area_m2,
            "gross_area_m2": room.gross_area_m2,
            "gross_low_m2": room.gross_low_m2,
            "gross_high_m2": room.gross_high_m2,
            "declared_area_m2": room.declared_area_m2,
            "declared_from": room.declared_from,
            "area_method": room.area_method,
            "confidence": room.confidence,
            "readings": dict(sorted(room.readings.items())),
            "cluster": room.cluster,
            **_both("remark", room.remark),
            "place_m": self._at(room.footprint),
            "outline_m": self._outline(room.footprint),
        }

    def entrance(self, entrance: Entrance) -> dict[str, object]:
        return {
            "id": entrance.id,
            "name": entrance.name,
            "storey": entrance.storey,
            "level_id": entrance.level_id,
            "room_ids": entrance.room_ids,
            "ground_level": entrance.ground_level,
            "street_facing": entrance.street_facing,
            "independent": entrance.independent,
            "qualifies": entrance.qualifies,
            "street": entrance.street,
            **_both("reason", entrance.reason),
            "path": entrance.path,
            "width_m": entrance.width_m,
            "cluster": entrance.cluster,
            "place_m": self._at(entrance.position),
        }

    def feature(self, feature: SiteFeature) -> dict[str, object]:
        geometry = feature.geometry
        return {
            "id": feature.id,
            "kind": feature.kind,
            "name": feature.name,
            "area_m2": geometry.area if geometry.area > 0 else None,
            "accessible": feature.accessible,
            "underground": feature.underground,
            "place_m": self._at(geometry),
        }
