"""SARIF 2.1.0, which code hosts and submission portals list as findings.

Every rule is described; a result stands for each one that fails, cannot be told or is a person's to judge. Portals go
by the level, and most of them take no notice of a result's kind. So what holds or does not apply makes no result, and
level and message tell apart what fails (``error``, or ``warning`` where the rule is advisory), what cannot be told
(``warning``, or ``note``) and what a person must judge (``note``). Kinds are left out: the standard allows a level
other than ``none`` only without them.

What people decided is said in the message, and in full among the run's properties. It is no ``suppression``: portals
hide a suppressed result, and a waiver never hides a failure.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from bimcheck.notation import STAGES, STATUSES, clean
from bimcheck.reporters._decided import decision_texts, every_decision
from bimcheck.reporters._findings import finding_guid
from bimcheck.reporters._tables import Names, project_name, with_status
from bimcheck.review import Review, RuleResult
from bimcheck.terms import Status
from bimcheck.text import Language, Text

SUFFIX: Final = ".sarif"
MEDIA_TYPE: Final = "application/sarif+json"

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[tuple[Status, str], str] = {
    ("fail", "required"): "error",
    ("fail", "advisory"): "warning",
    ("undetermined", "required"): "warning",
    ("undetermined", "advisory"): "note",
    ("manual", "required"): "note",
    ("manual", "advisory"): "note",
}
_MOST_PLACES = 50


def render(review: Review, language: Language = "zh") -> str:
    """The log: one run with all rules and all results."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(review, language)]}
    return json.dumps(log, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _run(review: Review, language: Language) -> dict[str, object]:
    source, names = review.source, Names(review)
    listed = with_status(review, "fail", "undetermined", "manual")
    return {
        "tool": {
            "driver": {
                "name": "bimcheck",
                "semanticVersion": review.tool_version,
                "rules": [_rule(result, language) for result in review.results],
            },
            "extensions": [
                {
                    "name": review.ruleset.id,
                    "fullName": clean(review.ruleset.title.in_language(language)),
                    "version": review.ruleset.effective_from.isoformat(),
                    "properties": {"document": clean(review.ruleset.document), "digest": review.ruleset.digest},
                }
            ],
        },
        "language": "zh-CN" if language == "zh" else "en",
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"bimcheck/{review.ruleset.id}/{review.stage}/"},
        "artifacts": [{"location": _artifact(review), "length": source.bytes, "hashes": {"sha-256": source.sha256}}],
        "invocations": [{"executionSuccessful": True}],
        "properties": {
            "project": project_name(review),
            "stage": STAGES[review.stage].in_language(language),
            "asOf": review.as_of.isoformat(),
            "verdict": review.verdict,
            "areaStandard": review.area_standard,
            "decisions": [
                {
                    "finding": clean(decided.decision.finding),
                    "kind": decided.decision.kind,
                    "outcome": decided.decision.outcome,
                    "state": decided.state,
                    "subject": clean(subject.in_language(language)),
                    "text": line.in_language(language),
                }
                for decided, (subject, line) in zip(review.decisions, every_decision(review), strict=True)
            ],
        },
        "results": [_result(review, result, names, language) for result in listed],
    }


def _artifact(review: Review) -> dict[str, object]:
    """The model by its own name: where it lay on the machine is nobody's business."""
    return {"uri": quote(clean(review.source.file)), "index": 0}


def _rule(result: RuleResult, language: Language) -> dict[str, object]:
    return {
        "id": result.rule,
        "name": "".join(part.capitalize() for part in result.rule.split("-")),
        "shortDescription": {"text": clean(f"{result.clause} {result.title.in_language(language)}")},
        "fullDescription": {"text": clean(result.quote.in_language(language))},
        "defaultConfiguration": {"level": "error" if result.level == "required" else "warning"},
        "properties": {"number": result.number, "clause": clean(result.clause), "level": result.level},
    }


def _result(review: Review, result: RuleResult, names: Names, language: Language) -> dict[str, object]:
    guid = finding_guid(review, result.rule)
    shown = result.evidence[:_MOST_PLACES]
    said = [f"◆ {line}" for line in decision_texts(review, result.rule, language)]
    return {
        "ruleId": result.rule,
        "ruleIndex": review.results.index(result),
        "level": _LEVELS[result.status, result.level],
        "message": {"text": "\n".join([clean(_message(result).in_language(language)), *said])},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": _artifact(review)},
                "logicalLocations": [
                    {"name": names[id_], "fullyQualifiedName": clean(id_), "kind": "element"} for id_ in shown
                ],
            }
        ],
        "partialFingerprints": {"finding/v1": guid, "primaryLocationLineHash": guid},
        "properties": {
            "status": result.status,
            "reason": result.reason,
            "evidenceCount": len(result.evidence),
        },
    }


def _message(result: RuleResult) -> Text:
    status = STATUSES[result.status]
    zh, en = f"{status.zh}：{result.message.zh}", f"{status.en}: {result.message.en}"
    if result.remedy is None:
        return Text(zh, en)
    return Text(f"{zh}。{result.remedy.zh}", f"{en}. {result.remedy.en}")
