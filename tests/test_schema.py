"""The published schemas, and the brief that ``bimcheck init`` writes."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import BaseModel

from bimcheck.brief import Brief, Street, load_brief
from bimcheck.readers.dxf.layers import Role
from bimcheck.rules.ruleset import load_ruleset
from bimcheck.schema import schema_for

TEMPLATE = resources.files("bimcheck").joinpath("data", "brief_template.toml").read_text("utf-8")

REPORT: dict[str, Any] = {
    "report_version": "1",
    "tool": {"name": "bimcheck", "version": "0.1.0"},
    "model": {
        "file": "a.ifc",
        "sha256": "0" * 64,
        "bytes": 123,
        "format": "IFC",
        "schema": "IFC4",
        "length_unit": "mm",
        "unit_basis": "declared",
    },
    "ruleset": {
        "id": "haining/2023",
        "title": "海宁",
        "effective_from": "2023-03-10",
        "digest": "sha256:" + "0" * 64,
    },
    "stage": "scheme",
    "as_of": "2026-11-23",
    "area_standard": "gbt50353-2013",
    "verdict": "fail",
    "counts": {"pass": 5, "fail": 1, "undetermined": 0, "manual": 9, "not_applicable": 3},
    "measurements": {
        "service_area_m2": 1432.10,
        "service_area_low_m2": 1432.10,
        "service_area_high_m2": 1440.00,
        "party_centre_area_m2": 812.00,
        "ground_floor_area_m2": 700.00,
        "ground_floor_share": 0.4888,
        "ground_storey": "1F",
        "street_entrances": 1,
        "parking_spaces": 12,
        "plaza_area_m2": None,
        "office_share": 0.18,
    },
    "reasons": {"plaza_area_m2": "no site elements in the model"},
    "rooms": [
        {
            "id": "3Xy",
            "name": "党群服务中心",
            "use": "party_centre",
            "counted": True,
            "basis": "name",
            "evidence": "LongName '党群服务中心'",
            "storey": "1F",
            "ground_floor": True,
            "height_m": 3.9,
            "coefficient": 1.0,
            "net_area_m2": 400.1,
            "gross_area_m2": 421.0,
            "declared_area_m2": None,
            "area_method": "rooms+walls",
        }
    ],
    "entrances": [
        {
            "id": "2Ab",
            "storey": "1F",
            "room_ids": ["3Xy"],
            "ground_level": True,
            "street_facing": None,
            "independent": False,
            "street": "文苑路",
            "reason": "shares the residential lobby '住宅门厅'",
        }
    ],
    "results": [
        {
            "rule": "ground-floor-share",
            "clause": "三(二)",
            "title": "…",
            "level": "required",
            "status": "fail",
            "reason": None,
            "measured": {"value": 0.4888, "low": 0.4888, "high": 0.4888, "unit": "1"},
            "required": {"op": ">=", "value": 0.5, "unit": "1"},
            "margin": -0.0112,
            "message": "…",
            "evidence": ["3Xy"],
        }
    ],
    "notes": [{"code": "area-declared-differs", "severity": "warning", "text": "…", "refs": ["3Xy"]}],
}


def valid(report: object) -> bool:
    return jsonschema.Draft202012Validator(schema_for("report")).is_valid(report)


@pytest.mark.parametrize("kind", ["report", "brief", "ruleset"])
def test_schemas_are_schemas(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_for(kind))  # type: ignore[arg-type] # one of the kinds


def test_a_report_as_agreed_is_valid_and_may_hold_more() -> None:
    jsonschema.validate(REPORT, schema_for("report"))
    assert valid({**REPORT, "levels": [], "rooms": [{**REPORT["rooms"][0], "confidence": "high"}]})


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if path != ("reasons",):
                found.append((*path, key))
            found += _paths(item, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        found += _paths(value[0], (*path, 0))
    return found


@pytest.mark.parametrize("path", _paths(REPORT))
def test_no_key_of_the_report_may_be_missing(path: tuple[str | int, ...]) -> None:
    report: Any = copy.deepcopy(REPORT)
    place = report
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    assert not valid(report)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("verdict",), "manual"),
        (("stage",), "design"),
        (("measurements", "service_area_m2"), "1432.10"),
        (("measurements", "ground_floor_share"), 48.88),
        (("measurements", "parking_spaces"), 1.5),
        (("measurements", "office_share"), None),
        (("rooms", 0, "use"), "kitchen"),
        (("rooms", 0, "area_method"), "guess"),
        (("entrances", 0, "independent"), "maybe"),
        (("results", 0, "status"), "ok"),
        (("results", 0, "required", "op"), "=>"),
        (("results",), []),
        (("ruleset", "digest"), "md5:0"),
    ],
)
def test_wrong_values_are_refused(path: tuple[str | int, ...], wrong: object) -> None:
    """A measurement that is null without a reason is among them."""
    report: Any = copy.deepcopy(REPORT)
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    assert not valid(report)


def test_the_ruleset_and_the_brief_match_their_schemas() -> None:
    data = tomllib.loads(load_ruleset("haining/2023").path.read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(data, default=str)), schema_for("ruleset"))
    jsonschema.validate({"project": {"households": 724}}, schema_for("brief"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"project": {"house": 724}}, schema_for("brief"))


# -------------------------------------------------------------- the brief's template


def test_the_template_as_written_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "brief.toml"
    path.write_text(TEMPLATE, "utf-8")
    assert load_brief(path) == Brief()


def _filled_in() -> str:
    """The template with every commented assignment (and the lines of its lists) uncommented."""
    return re.sub(r'(?m)^# (?=\w+ = |"[^"]+" = |  \{ name = |\])', "", TEMPLATE)


def test_every_line_of_the_template_loads_when_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "brief.toml"
    path.write_text(_filled_in(), "utf-8")
    brief = load_brief(path)
    assert brief.project.households == 724
    assert len(brief.site.streets) == 3


def _keys(model: type[BaseModel]) -> set[str]:
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            keys |= {f"{name}.{key}" for key in type(field.default).model_fields}
        else:
            keys.add(name)
    return keys


def test_every_key_of_a_brief_stands_in_the_template() -> None:
    data = tomllib.loads(_filled_in())
    present = {
        f"{table}.{key}" if isinstance(entries, dict) else table
        for table, entries in data.items()
        for key in (entries if isinstance(entries, dict) else [""])
        if table != "layers"
    }
    assert present | {"layers"} == _keys(Brief)
    assert set(data["layers"].values()) <= set(get_args(Role))
    named = {key for street in data["site"]["streets"] for key in street}
    assert named == set(Street.model_fields)
