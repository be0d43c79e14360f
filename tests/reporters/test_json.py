"""The report for machines: the keys, types and null rules that portals read."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib import resources
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest
from golden_files import assert_golden
from review_factory import MEASUREMENTS, RESULTS, ROOMS, empty_review, review

from bimcheck.reporters import render
from bimcheck.review import Quantity, Review

NUMBER = (int, float)
MEASURES = {
    "service_area_m2", "service_area_low_m2", "service_area_high_m2", "party_centre_area_m2", "ground_floor_area_m2",
    "ground_floor_share", "ground_storey", "street_entrances", "parking_spaces", "plaza_area_m2", "office_share",
}  # fmt: skip


def report(of: Review | None = None) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    text = render(of or review(), "json")
    assert isinstance(text, str)
    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


def test_the_top_level_has_every_key_of_the_contract() -> None:
    found = report()
    assert found["report_version"] == "1"
    assert found["tool"] == {"name": "bimcheck", "version": "0.1.0"}
    assert found["stage"] == "preliminary"
    assert found["as_of"] == "2026-11-23"
    assert found["area_standard"] == "gbt50353-2013"
    assert found["verdict"] == "fail"
    assert found["counts"] == {"pass": 4, "fail": 2, "undetermined": 2, "manual": 9, "not_applicable": 7}
    assert {"measurements", "reasons", "rooms", "entrances", "results", "notes"} <= found.keys()


def test_model_and_ruleset_are_identified_by_their_digests() -> None:
    found = report()
    model, ruleset = found["model"], found["ruleset"]
    assert model["sha256"] == "9f" * 32
    assert (model["bytes"], model["format"], model["schema"]) == (1_482_113, "IFC", "IFC4")
    assert (model["length_unit"], model["unit_basis"]) == ("mm", "declared")
    assert model["file"] == "文苑<b>里&一期.ifc"
    assert (ruleset["id"], ruleset["effective_from"]) == ("haining/2023", "2023-03-10")
    assert ruleset["digest"] == "sha256:" + "4c" * 32
    assert "title" in ruleset


def test_measurements_keep_full_precision_and_counts_are_whole() -> None:
    measured = report()["measurements"]
    assert measured.keys() >= MEASURES
    assert measured["ground_floor_share"] == 432 / 972
    assert measured["service_area_m2"] == measured["service_area_low_m2"] == 972.0
    assert (measured["street_entrances"], type(measured["street_entrances"])) == (1, int)
    assert (measured["parking_spaces"], type(measured["parking_spaces"])) == (12, int)
    assert measured["ground_storey"] == "1F"


@pytest.mark.parametrize("of", [review(), empty_review()], ids=["full", "empty"])
def test_exactly_the_unknown_measurements_have_a_reason(of: Review) -> None:
    found = report(of)
    unknown = {name for name, value in found["measurements"].items() if value is None}
    assert found["reasons"].keys() == unknown
    assert all(found["reasons"].values())
    assert found["reasons_en"].keys() == unknown


def test_not_a_number_is_unknown_and_never_written() -> None:
    broken = MappingProxyType({**MEASUREMENTS, "plaza_area_m2": Quantity(math.nan, "m2", math.inf, -math.inf)})
    found = report(review(measurements=broken, rooms=(replace(ROOMS[0], net_area_m2=math.nan),)))
    assert found["measurements"]["plaza_area_m2"] is None
    assert "plaza_area_m2" in found["reasons"]
    assert found["rooms"][0]["net_area_m2"] is None


def test_a_value_kept_in_doubt_is_no_unknown() -> None:
    """A note may take the trust from a figure; the figure stays, and the doubt stands beside it."""
    doubt = replace(MEASUREMENTS["plaza_area_m2"], reason=MEASUREMENTS["households"].reason)
    found = report(review(measurements=MappingProxyType({**MEASUREMENTS, "plaza_area_m2": doubt})))
    assert found["measurements"]["plaza_area_m2"] == 216.0
    assert "plaza_area_m2" not in found["reasons"]
    assert found["quantities"]["plaza_area_m2"]["reason"]


def test_every_room_and_near_miss_is_listed_with_every_key() -> None:
    rooms = {room["id"]: room for room in report()["rooms"]}
    assert rooms.keys() == {room.id for room in ROOMS}
    wanted = {
        "id", "name", "use", "counted", "basis", "evidence", "storey", "ground_floor", "height_m", "coefficient",
        "net_area_m2", "gross_area_m2", "declared_area_m2", "area_method",
    }  # fmt: skip
    assert all(room.keys() >= wanted for room in rooms.values())
    near_miss = rooms["1Prop0000006"]
    assert (near_miss["counted"], near_miss["use"]) == (False, "property_management")
    assert near_miss["why_not"]
    assert rooms["1Health00003"]["declared_area_m2"] is None
    assert rooms["2Child000009"]["ground_floor"] is False
    assert rooms["1pC$Entre_01"]["readings"]["gb55031-2022"] == 288.0


def test_places_are_given_in_the_coordinates_of_the_file() -> None:
    place = next(room["place_m"] for room in report()["rooms"] if room["id"] == "1pC$Entre_01")
    assert 520_000 < place[0] < 520_016
    assert 3_370_000 < place[1] < 3_370_018


def test_an_entrance_answers_true_false_or_null() -> None:
    doors = {door["id"]: door for door in report()["entrances"]}
    assert doors.keys() == {"door-main", "door-lobby", "door-north"}
    assert doors["door-lobby"]["independent"] is False
    assert doors["door-north"]["street_facing"] is None
    assert doors["door-main"]["qualifies"] is True
    assert doors["door-main"]["room_ids"] == ["1pC$Entre_01"]
    assert doors["door-lobby"]["reason"]


def test_every_rule_has_one_result_with_every_key() -> None:
    results = report()["results"]
    assert [result["rule"] for result in results] == [result.rule for result in RESULTS]
    for result in results:
        assert result["status"] in ("pass", "fail", "undetermined", "manual", "not_applicable")
        assert result["level"] in ("required", "advisory")
        assert {"clause", "title", "reason", "measured", "required", "margin", "message", "evidence"} <= result.keys()
        for key in ("title", "quote", "message"):
            assert result[key]
            assert result[f"{key}_en"]


def test_a_comparison_shows_measured_required_and_margin() -> None:
    result = next(r for r in report()["results"] if r["rule"] == "ground-floor-share")
    assert result["measured"] == {"value": 432 / 972, "low": 432 / 972, "high": 432 / 972, "unit": "1"}
    assert result["required"] == {"op": ">=", "value": 0.5, "unit": "1"}
    assert result["margin"] == pytest.approx(-1 / 18)
    assert result["remedy"]


def test_notes_carry_code_severity_and_references() -> None:
    notes = {note["code"]: note for note in report()["notes"]}
    assert notes["area-declared-differs"]["refs"] == ["1Elder000002"]
    assert notes["space-without-geometry"]["severity"] == "error"
    assert "\ufffd" in notes["name-has-markup"]["text"]


@pytest.mark.parametrize("of", [review(), empty_review()], ids=["full", "empty"])
def test_the_report_follows_the_published_schema(of: Review) -> None:
    schema = json.loads(resources.files("bimcheck.data").joinpath("report.schema.json").read_text("utf-8"))
    jsonschema.validate(report(of), schema, format_checker=jsonschema.FormatChecker())


def test_text_is_utf_8_with_a_line_break_at_the_end() -> None:
    text = render(review(), "json")
    assert isinstance(text, str)
    assert text.endswith("}\n")
    assert "党群服务中心" in text


def test_the_report_has_not_changed() -> None:
    text = render(review(), "json")
    assert isinstance(text, str)
    assert_golden("report.json", text)
