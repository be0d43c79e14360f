"""The brief: what no model can know (households, the community's existing rooms, streets), from a TOML file.

Every key is optional and absent means unknown. An unknown key is an error, so that a typing mistake never
silently drops a number the verdict rests on.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from bimcheck.errors import BriefError


def _no_yes_or_no(value: object) -> object:
    """``true`` is no number, although Python takes it for 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("number_expected", "a number is expected, not true or false")
    return value


Metres2 = Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_no_yes_or_no)]
Metres = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_no_yes_or_no)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_no_yes_or_no)]
YesNo = Annotated[bool, Field(strict=True)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Side = Literal["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Project(_Table):
    """The project under review; ``type`` decides which quota applies."""

    name: str | None = None
    developer: str | None = None
    type: Literal["residential_grant", "allocated", "resettlement", "non_residential", "renovation"] | None = None
    land_grant_date: date | None = None
    households: Count | None = None
    large: YesNo | None = None


class Community(_Table):
    """The community (社区) the project lies in, its town (镇、街道), and the rooms it has, in gross square metres."""

    name: str | None = None
    town: str | None = None
    existing_total_m2: Metres2 | None = None
    existing_party_centre_m2: Metres2 | None = None
    to_be_replaced_m2: Metres2 | None = None
    this_project_must_complete: YesNo | None = None

    @model_validator(mode="after")
    def _centre_within_total(self) -> Community:
        total, centre = self.existing_total_m2, self.existing_party_centre_m2
        if total is not None and centre is not None and centre > total:
            raise PydanticCustomError("centre_above_total", "the party centre is part of existing_total_m2 and larger")
        return self


class PartyCentre(_Table):
    """Whether the party-and-masses service centre (党群服务中心) is to be delivered by this project."""

    assigned_here: YesNo | None = None
    required_m2: Metres2 | None = None


class Conditions(_Table):
    """What the planning conditions (规划条件) or the agreement with the town add."""

    service_area_m2: Metres2 | None = None
    named_in_planning_conditions: YesNo | None = None
    parking_spaces: Count | None = None
    plaza_m2: Metres2 | None = None


class Settlement(_Table):
    """Whether rooms are built or settled in money (货币化安置)."""

    mode: Literal["built", "monetised"] | None = None
    agreement: str | None = None
    presale_price: Metres2 | None = None
    delivery_filed_on: date | None = None
    paid_on: date | None = None


class Street(_Table):
    """A street, placed by exactly one of: a compass side, a drawing layer, or a line in model metres."""

    name: str
    public: YesNo = True
    side: Side | None = None
    layer: str | None = None
    line: Annotated[tuple[tuple[Metres, Metres], ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _placed_once(self) -> Street:
        if sum(place is not None for place in (self.side, self.layer, self.line)) != 1:
            raise PydanticCustomError("placed_once", "exactly one of side, layer, line must place the street")
        if self.line is not None and len(set(self.line)) < 2:
            raise PydanticCustomError("no_line", "the points of the line are all the same")
        return self


class SiteBrief(_Table):
    """The ground and the streets around the building."""

    outdoor_ground_m: Metres | None = None
    ground_storey: str | None = None
    streets: tuple[Street, ...] = ()


class Tags(_Table):
    """Extra words or exact ids of this project; they win over everything the model says."""

    service: tuple[Word, ...] = ()
    party_centre: tuple[Word, ...] = ()
    exclude: tuple[Word, ...] = ()


class Brief(_Table):
    """The whole brief. ``Brief()`` is the empty one: nothing known."""

    brief_version: Literal[1] = 1
    project: Project = Project()
    community: Community = Community()
    party_centre: PartyCentre = PartyCentre()
    conditions: Conditions = Conditions()
    settlement: Settlement = Settlement()
    site: SiteBrief = SiteBrief()
    tags: Tags = Tags()
    layers: dict[str, str] = Field(default_factory=dict)
    """How a drawing's layers are to be understood: layer name or pattern (``*``) to role; wins over what is known."""


def load_brief(path: Path) -> Brief:
    """Read a brief.

    Raises:
        BriefError: the file is missing, is not UTF-8 TOML, or has unknown keys or wrong values; all are named.
    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BriefError(
            f"读不到任务书 {path}：{error.strerror}", f"cannot read the brief {path}: {error.strerror}"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BriefError(
            f"任务书 {path} 不是有效的 TOML：{error}", f"the brief {path} is not valid TOML: {error}"
        ) from None
    try:
        return Brief.model_validate(data)
    except ValidationError as error:
        zh, en = zip(*map(_problem, error.errors()), strict=True)
        raise BriefError(f"任务书 {path}：" + "；".join(zh), f"brief {path}: " + "; ".join(en)) from None


_KINDS_ZH = {
    "number_expected": "须为数字，不是 true 或 false",
    "centre_above_total": "党群服务中心包含在现有总面积（existing_total_m2）之内，不应更大",
    "placed_once": "每条道路须由 side、layer、line 三者之一确定位置",
    "no_line": "line 的各点重合",
    "missing": "缺少此键",
    "greater_than_equal": "不得小于 {ge:g}",
    "finite_number": "须为有限的数",
    "literal_error": "须为以下之一：{expected}",
    "bool_type": "须为 true 或 false",
    "string_type": "须为文字，用引号括起",
    "string_too_short": "不得为空",
    "tuple_type": "须为列表，用方括号括起",
    "too_short": "至少须有 {min_length} 项",
    "model_type": "须为表",
    "int_from_float": "须为整数",
    "int_type": "须为整数",
    "int_parsing": "须为整数，不带单位",
    "float_type": "须为数字",
    "float_parsing": "须为数字，不带单位",
}
"""What is wrong with a value, by pydantic's name for it; dates have many names that all begin alike."""


def _problem(found: ErrorDetails) -> tuple[str, str]:
    key, kind = ".".join(str(part) for part in found["loc"]), found["type"]
    if kind == "extra_forbidden":
        return f"未知的键 {key}", f"unknown key {key}"
    known = "须为日期，如 2024-05-01" if kind.startswith("date") else _KINDS_ZH.get(kind, found["msg"])
    detail = known.format(**{"ge": 0, "min_length": 1, "expected": ""} | found.get("ctx", {}))
    return f"{key} 的值不对（{detail}）", f"{key} has a wrong value ({found['msg']})"
