"""The words that reviews, histories and rules share: stages, results, and what a room is used for."""

from __future__ import annotations

from typing import Literal

Status = Literal["pass", "fail", "undetermined", "manual", "not_applicable"]
Verdict = Literal["pass", "fail", "undetermined"]
Stage = Literal["scheme", "preliminary", "construction", "completion"]
Use = Literal[
    "party_centre", "service", "office", "hall", "elderly", "child", "health", "culture",
    "property_management", "commercial", "residential", "circulation", "other",
]  # fmt: skip
