"""Findings that somebody must act on, and ids by which programs know one again in the next submission."""

from __future__ import annotations

import uuid

from bimcheck.reporters._tables import by_urgency
from bimcheck.review import Review, RuleResult

NAMESPACE = uuid.UUID("7d0c6f0e-3f63-5d5c-9d0a-6a0f2b5f9c11")
"""The name space of every id made here (version 5: from names, so that they never change)."""


def open_findings(review: Review) -> list[RuleResult]:
    """What fails, what a person must judge, and what is required and cannot be told; the most urgent first."""
    return [result for result in by_urgency(review.results) if _is_open(result)]


def _is_open(result: RuleResult) -> bool:
    return result.status in ("fail", "manual") or (result.status == "undetermined" and result.level == "required")


def finding_guid(review: Review, rule: str) -> str:
    """The id of a rule's finding, the same over all submissions and stages of a project.

    The model's hash is left out on purpose. A project is known by the ids of its buildings, which authoring programs
    keep, else by its name, else by the file's name.
    """
    ids = sorted(building.id for building in review.model.buildings if building.id)
    project = "|".join(ids) or review.model.project_name or review.source.file
    name = "\n".join((project, review.ruleset.id, rule))
    return str(uuid.uuid5(NAMESPACE, name.encode("utf-8", "replace").decode("utf-8")))


def project_guid(review: Review) -> str:
    """The id of the project, on the same grounds."""
    return finding_guid(review, "")
