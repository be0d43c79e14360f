"""What the JSON report says of survey, chain of stages, decisions and readiness: plain values, both languages."""

from __future__ import annotations

from bimcheck.history import Chain, Decided, EntranceChange, RoomChange, SurveyFindings
from bimcheck.readiness import readiness
from bimcheck.review import Review
from bimcheck.text import Text


def stages(review: Review) -> dict[str, object]:
    """The keys ``chain``, ``survey`` (``null`` where there is none), ``decisions`` and ``readiness``."""
    return {
        "chain": None if review.chain is None else _chain(review.chain),
        "survey": None if review.survey is None else _survey(review.survey),
        "decisions": [_decided(decided) for decided in review.decisions],
        "readiness": [
            {
                "code": item.code,
                "blocking": item.blocking,
                **_both("lack", item.lack),
                **_both("repair", item.repair),
                "rules": item.rules,
                "refs": item.refs,
            }
            for item in readiness(review)
        ],
    }


def _both(key: str, text: Text | None) -> dict[str, object]:
    return {key: None if text is None else text.zh, f"{key}_en": None if text is None else text.en}


def _texts(key: str, texts: tuple[Text, ...]) -> dict[str, object]:
    return {key: [text.zh for text in texts], f"{key}_en": [text.en for text in texts]}


def _chain(chain: Chain) -> dict[str, object]:
    then = chain.previous
    return {
        "previous": {
            "file": then.file,
            "sha256": then.sha256,
            "stage": then.stage,
            "as_of": then.as_of,
            "verdict": then.verdict,
            "model_file": then.model_file,
            "model_sha256": then.model_sha256,
            "ruleset_id": then.ruleset_id,
            "ruleset_digest": then.ruleset_digest,
            "tool_version": then.tool_version,
        },
        "declines": chain.declines,
        "rooms": [_room(room) for room in chain.rooms],
        "entrances": [_entrance(entrance) for entrance in chain.entrances],
        "clauses": [
            {
                "rule": c.rule,
                "change": c.change,
                "before": c.before,
                "after": c.after,
                "value_before": c.value_before,
                "value_after": c.value_after,
                "unit": c.unit,
                "declined": c.declined,
            }
            for c in chain.clauses
        ],
        "measurements": [
            {
                "name": m.name,
                "unit": m.unit,
                "before": m.before,
                "low_before": m.low_before,
                "high_before": m.high_before,
                "after": m.after,
                "low_after": m.low_after,
                "high_after": m.high_after,
                "difference": m.difference,
                "declined": m.declined,
            }
            for m in chain.measurements
        ],
        "notes": [
            {"code": n.code, "severity": n.severity, **_both("text", n.text), "refs": n.refs} for n in chain.notes
        ],
    }


def _room(room: RoomChange) -> dict[str, object]:
    then = room.before
    return {
        "id": room.id,
        "name": room.name,
        "storey": room.storey,
        "change": room.change,
        "matched_by": room.matched_by,
        "previous_id": None if then is None else then.id,
        "previous_name": None if then is None else then.name,
        "previous_storey": None if then is None else then.storey,
        "previous_area_m2": None if then is None else then.gross_area_m2,
        "gross_area_m2": room.gross_area_m2,
        "difference_m2": room.difference_m2,
        "moved_m": room.moved_m,
        "declined": room.declined,
        **_texts("remarks", room.remarks),
    }


def _entrance(entrance: EntranceChange) -> dict[str, object]:
    return {
        "id": entrance.id,
        "name": entrance.name,
        "storey": entrance.storey,
        "change": entrance.change,
        "previous_id": entrance.previous_id,
        "qualified": entrance.qualified,
        "qualifies": entrance.qualifies,
        "moved_m": entrance.moved_m,
        "declined": entrance.declined,
        **_texts("remarks", entrance.remarks),
    }


def _survey(survey: SurveyFindings) -> dict[str, object]:
    return {
        "file": survey.file,
        "sha256": survey.sha256,
        "model_m2": survey.model_m2,
        "survey_m2": survey.survey_m2,
        "other_rows": survey.other_rows,
        "rooms": [
            {
                "id": room.room_id,
                "name": room.name,
                "storey": room.storey,
                "line": room.line,
                "model_m2": room.model_m2,
                "survey_m2": room.survey_m2,
                "inner_m2": room.inner_m2,
                "difference_m2": room.difference_m2,
                "error_limits_m2": room.limits_m2,
            }
            for room in survey.rooms
        ],
    }


def _decided(decided: Decided) -> dict[str, object]:
    made = decided.decision
    return {
        "finding": made.finding,
        "kind": made.kind,
        "outcome": made.outcome,
        "name": made.name,
        "role": made.role,
        "date": made.date.isoformat(),
        "reason": made.reason,
        "model_sha256": made.model_sha256,
        "status": made.status,
        "value": made.value,
        "evidence": made.evidence,
        "state": decided.state,
        "changed": decided.changed,
        "status_now": decided.status,
        "carried": decided.carried,
        **_both("why", decided.why),
    }
