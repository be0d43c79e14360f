"""The report of the previous stage, read back from its JSON.

Only what the published contract promises is demanded; places, outlines and decisions are used where they stand.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bimcheck.errors import BimcheckError
from bimcheck.history import PreviousStage
from bimcheck.terms import Stage, Status, Use, Verdict

_MOST_BYTES = 256 * 1024 * 1024
_MOST_PROBLEMS = 3

Name = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
_Metres = Annotated[float, Field(ge=-1e8, le=1e8)]
_Area = Annotated[float, Field(ge=0)]
Point2 = tuple[_Metres, _Metres]
"""A coordinate further out than the Earth is wide is no coordinate."""
Rings = tuple[tuple[Point2, ...], ...]


class _Part(BaseModel):
    """A part of the report; keys that nobody here asks for are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Tool(_Part):
    version: str


class _Model(_Part):
    file: str
    sha256: str
    format: str
    project: str = ""


class _Project(_Part):
    name: str | None = None


class _Ruleset(_Part):
    id: str
    digest: str


class PreviousRoom(_Part):
    """A room of the previous report; ``outline_m`` are its polygons, each its rings, in the file's coordinates."""

    id: str
    name: Name
    use: Use
    counted: bool
    storey: Name
    ground_floor: bool | None
    gross_area_m2: _Area | None
    level_id: str | None = None
    readings: dict[str, _Area] = {}
    place_m: Point2 | None = None
    outline_m: tuple[Rings, ...] | None = None
    area_method: str | None = None


class PreviousEntrance(_Part):
    """An entrance of the previous report."""

    id: str
    name: Name = ""
    storey: Name
    room_ids: tuple[str, ...]
    ground_level: bool | None
    street_facing: bool | None
    independent: bool | None
    level_id: str | None = None
    place_m: Point2 | None = None

    @property
    def qualifies(self) -> bool | None:
        """Whether it was a ground-level, street-facing and independent entrance."""
        answers = (self.ground_level, self.street_facing, self.independent)
        return False if False in answers else None if None in answers else True


class PreviousQuantity(_Part):
    """A measured value with its bounds."""

    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""


class PreviousResult(_Part):
    """A clause of the previous report."""

    rule: str
    number: str = ""
    clause: str
    title: str
    title_en: str | None = None
    status: Status
    measured: PreviousQuantity | None
    evidence: tuple[str, ...] = ()


class PreviousNote(_Part):
    """A note of the previous report, by which it can be decided on."""

    finding: str | None = None
    refs: tuple[str, ...] = ()


class PreviousLevel(_Part):
    """A level of the previous report; ``bounds_m`` are the extremes of its outline in the file's coordinates."""

    id: str
    name: str
    number: int | None = None
    bounds_m: tuple[float, float, float, float] | None = None


class PreviousReport(_Part):
    """The whole previous report, as far as it is compared. ``decisions`` are handed on as they stand."""

    report_version: Literal["1"]
    tool: _Tool
    model: _Model
    project: _Project = _Project()
    ruleset: _Ruleset
    stage: Stage
    as_of: str
    area_standard: str
    verdict: Verdict
    measurements: dict[str, float | str | None]
    quantities: dict[str, PreviousQuantity] = {}
    rooms: tuple[PreviousRoom, ...]
    entrances: tuple[PreviousEntrance, ...]
    results: tuple[PreviousResult, ...]
    notes: tuple[PreviousNote, ...] = ()
    levels: tuple[PreviousLevel, ...] = ()
    decisions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Previous:
    """A previous report with what identifies its file."""

    identity: PreviousStage
    report: PreviousReport


def load_previous(path: Path) -> Previous:
    """Read the report of the previous stage.

    Raises:
        BimcheckError: the file cannot be read, is no JSON, or is no report of one model; the first problems are named.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BimcheckError(f"上阶段报告 {path} 过大", f"the previous report {path} is too large")
        content = path.read_bytes()
    except OSError as error:
        raise BimcheckError(
            f"读不到上阶段报告 {path}：{error.strerror}", f"cannot read the previous report {path}: {error.strerror}"
        ) from None
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BimcheckError(
            f"上阶段报告 {path} 不是 JSON 文件；请用 --format json 输出的报告",
            f"the previous report {path} is not JSON; give a report made with --format json",
        ) from None
    if isinstance(data, list):
        raise BimcheckError(
            f"上阶段报告 {path} 含 {len(data)} 个模型的报告；请只给一个",
            f"the previous report {path} holds the reports of {len(data)} models; give one of them",
        )
    try:
        report = PreviousReport.model_validate(data)
    except ValidationError as error:
        problems = [
            ".".join(str(part) for part in item["loc"]) or item["msg"] for item in error.errors()[:_MOST_PROBLEMS]
        ]
        raise BimcheckError(
            f"上阶段报告 {path} 不是 bimcheck 的报告（缺少或有误：{'、'.join(problems)}）",
            f"the previous report {path} is no report of bimcheck (missing or wrong: {', '.join(problems)})",
        ) from None
    identity = PreviousStage(
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        stage=report.stage,
        as_of=report.as_of,
        verdict=report.verdict,
        model_file=report.model.file,
        model_sha256=report.model.sha256,
        ruleset_id=report.ruleset.id,
        ruleset_digest=report.ruleset.digest,
        tool_version=report.tool.version,
    )
    return Previous(identity, report)
