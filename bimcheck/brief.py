"""The brief: what no model can know (households, the community's existing rooms, streets), from a TOML file.

Every key is optional and absent means unknown. An unknown key is an error, so that a typing mistake never
silently drops a number the verdict rests on.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bimcheck.errors import BriefError

Metres2 = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Metres = Annotated[float, Field(allow_inf_nan=False)]
Side = Literal["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Project(_Table):
    """The project under review; ``type`` decides which quota applies."""

    name: str | None = None
    developer: str | None = None
    type: Literal["residential_grant", "allocated", "resettlement", "non_residential", "renovation"] | None = None
    land_grant_date: date | None = None
    households: Annotated[int, Field(ge=0)] | None = None
    large: bool | None = None


class Community(_Table):
    """The community (社区) the project lies in, its town (镇、街道), and the rooms it has, in gross square metres."""

    name: str | None = None
    town: str | None = None
    existing_total_m2: Metres2 | None = None
    existing_party_centre_m2: Metres2 | None = None
    to_be_replaced_m2: Metres2 | None = None
    this_project_must_complete: bool | None = None


class PartyCentre(_Table):
    """Whether the party-and-masses service centre (党群服务中心) is to be delivered by this project."""

    assigned_here: bool | None = None
    required_m2: Metres2 | None = None


class Conditions(_Table):
    """What the planning conditions (规划条件) or the agreement with the town add."""

    service_area_m2: Metres2 | None = None
    named_in_planning_conditions: bool | None = None
    parking_spaces: Annotated[int, Field(ge=0)] | None = None
    plaza_m2: Metres2 | None = None


class Settlement(_Table):
    """Whether rooms are built or settled in money (货币化安置)."""

    mode: Literal["built", "monetised"] | None = None
    agreement: str | None = None
    presale_price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    delivery_filed_on: date | None = None
    paid_on: date | None = None


class Street(_Table):
    """A street, placed by exactly one of: a compass side, a drawing layer, or a line in model metres."""

    name: str
    public: bool = True
    side: Side | None = None
    layer: str | None = None
    line: Annotated[tuple[tuple[Metres, Metres], ...], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _placed_once(self) -> Street:
        if sum(place is not None for place in (self.side, self.layer, self.line)) != 1:
            raise ValueError("exactly one of side, layer, line must place the street")
        return self


class SiteBrief(_Table):
    """The ground and the streets around the building."""

    outdoor_ground_m: Metres | None = None
    ground_storey: str | None = None
    streets: tuple[Street, ...] = ()


class Tags(_Table):
    """Extra words or exact ids of this project; they win over everything the model says."""

    service: tuple[str, ...] = ()
    party_centre: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


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
        zh, en = zip(*(_problem(list(item["loc"]), item["type"], item["msg"]) for item in error.errors()), strict=True)
        raise BriefError(f"任务书 {path}：" + "；".join(zh), f"brief {path}: " + "; ".join(en)) from None


def _problem(location: list[int | str], kind: str, detail: str) -> tuple[str, str]:
    key = ".".join(str(part) for part in location)
    if kind == "extra_forbidden":
        return f"未知的键 {key}", f"unknown key {key}"
    return f"{key} 的值不对（{detail}）", f"{key} has a wrong value ({detail})"
