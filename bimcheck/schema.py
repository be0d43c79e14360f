"""The published JSON Schemas (draft 2020-12) of report, brief and ruleset."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Literal

from bimcheck.brief import Brief
from bimcheck.rules.grammar import RulesetFile

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_for(kind: Literal["report", "brief", "ruleset"]) -> dict[str, Any]:
    """The schema of what bimcheck writes (``report``) or reads (``brief``, ``ruleset``: TOML seen as JSON)."""
    if kind == "report":
        text = resources.files("bimcheck").joinpath("data", "report.schema.json").read_text("utf-8")
        report: dict[str, Any] = json.loads(text)
        return report
    model = Brief if kind == "brief" else RulesetFile
    return {"$schema": _DIALECT, "$id": f"urn:bimcheck:{kind}:1", **model.model_json_schema()}
