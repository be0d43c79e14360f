"""The gates, the arithmetic at the limit, and the verdict: oracles with literal numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.brief import Brief
from bimcheck.review import Quantity, RuleResult
from bimcheck.rules.comparison import rounded
from bimcheck.rules.evaluate import assumptions, evaluate, verdict
from bimcheck.rules.ruleset import load_ruleset
from bimcheck.terms import Stage
from bimcheck.text import Text

RULES = load_ruleset("haining/2023")
DAY = date(2024, 6, 1)


def m2(value: float) -> Quantity:
    return Quantity(value, "m2", value, value)


def pieces(value: float) -> Quantity:
    return Quantity(value, "piece", value, value)


def judged(
    measures: Mapping[str, Quantity], brief: Mapping[str, Any] | None = None, stage: Stage = "preliminary"
) -> dict[str, RuleResult]:
    found = evaluate(RULES, measures, Brief.model_validate(brief or {}), stage, DAY)
    return {result.rule: result for result in found}


def quota(area: float, households: int) -> RuleResult:
    return judged({"service_area_m2": m2(area)}, {"project": {"households": households}})["parcel-quota"]


# -------------------------------------------------------------- every rule, always


@pytest.mark.parametrize("stage", ["scheme", "preliminary", "construction", "completion"])
def test_every_rule_has_an_answer_even_when_nothing_is_known(stage: Stage) -> None:
    results = evaluate(RULES, {}, Brief(), stage, DAY)
    assert [result.rule for result in results] == [rule.id for rule in RULES.rules]
    assert not {"pass", "fail"} & {result.status for result in results}
    assert all(result.message.zh and result.message.en for result in results)
    assert verdict(results) == "undetermined"


def test_every_open_or_failing_rule_says_what_would_change_it() -> None:
    for measures in ({}, {"service_area_m2": m2(100), "ground_floor_area_m2": m2(10), "street_entrances": pieces(0)}):
        for result in judged(measures).values():
            if result.status in ("fail", "undetermined", "manual"):
                assert result.remedy is not None, result.rule
                assert result.remedy.zh
                assert result.remedy.en


# -------------------------------------------------------------- the parcel quota, 四(一)


@pytest.mark.parametrize(
    ("households", "required"),
    [
        (1, 300), (300, 300), (600, 300), (601, 300.5), (650, 325), (724, 362), (850, 425), (1000, 500),
        (2999, 1499.5), (3000, 1500), (3001, 1500.5),
    ],
)  # fmt: skip
def test_the_quota_is_300_or_50_per_hundred_households(households: int, required: float) -> None:
    at, below = quota(required, households), quota(required - 0.01, households)
    assert (at.status, below.status) == ("pass", "fail")
    assert at.required is not None
    assert at.required.value == required
    assert below.margin == pytest.approx(-0.01)


@pytest.mark.parametrize(
    ("households", "ceil", "floor"),
    [(601, 350, 300), (650, 350, 300), (724, 400, 350), (850, 450, 400), (2999, 1500, 1450), (3001, 1550, 1500)],
)
def test_other_readings_of_the_rate_are_shown_where_they_turn_the_verdict(
    households: int, ceil: float, floor: float
) -> None:
    between = households * 0.5
    assert f"{ceil:.2f} ㎡，则不符合" in quota(between, households).message.zh
    assert f"{floor:.2f} ㎡，则符合" in quota(between - 0.01, households).message.zh
    assert "则不符合" not in quota(ceil, households).message.zh


@pytest.mark.parametrize("households", [300, 600, 1000])
def test_readings_that_agree_are_not_mentioned(households: int) -> None:
    assert "百户按百户" not in quota(max(300, households * 0.5), households).message.zh


@pytest.mark.parametrize(
    ("area", "status"), [(361.99, "fail"), (362.0, "pass"), (361.995, "pass"), (361.99499999999995, "pass")]
)
def test_areas_are_rounded_half_up_before_they_are_compared(area: float, status: str) -> None:
    assert quota(area, 724).status == status


def test_a_hair_under_the_floor_rounds_to_it() -> None:
    assert quota(299.996, 420).status == "pass"
    assert quota(299.99, 420).status == "fail"
    assert "300.00 ㎡" in quota(299.996, 420).message.zh


def test_without_a_brief_a_residential_grant_is_assumed_and_said() -> None:
    under, over = judged({"service_area_m2": m2(299)}), judged({"service_area_m2": m2(450)})
    assert under["parcel-quota"].status == "fail"
    assert over["parcel-quota"].status == "undetermined"
    assert "900 户" in over["parcel-quota"].message.zh
    assert "900 households" in over["parcel-quota"].message.en
    assert [note.code for note in assumptions(RULES, Brief())] == ["assumed-project-type"]
    assert assumptions(RULES, Brief.model_validate({"project": {"type": "allocated"}})) == ()


def test_land_granted_before_the_rules_is_noted_and_left_to_a_person() -> None:
    brief = Brief.model_validate({"project": {"type": "residential_grant", "land_grant_date": date(2023, 3, 9)}})
    assert [note.code for note in assumptions(RULES, brief)] == ["granted-before-the-rules"]
    result = next(r for r in evaluate(RULES, {}, brief, "scheme", DAY) if r.rule == "effective-date")
    assert (result.status, result.level) == ("manual", "advisory")


def test_land_granted_under_the_rules_needs_no_confirming() -> None:
    result = judged({}, {"project": {"land_grant_date": date(2023, 3, 10)}})["effective-date"]
    assert result.status == "pass"
    assert "请确认" not in result.message.zh


def test_no_reason_is_told_twice() -> None:
    """A figure that is unknown for the very reason of the comparison adds nothing."""
    reason = Text("没有总平面", "no site plan")
    unknown = Quantity(None, "piece", reason=reason)
    measures = {"parking_spaces": unknown, "underground_parking_spaces": unknown}
    result = judged(measures | {"plaza_area_m2": replace(unknown, unit="m2")})
    assert result["parking-provision"].status == "undetermined"
    assert result["parking-provision"].message.zh.count(reason.zh) == 1
    assert "要求有" in result["plaza-provision"].message.zh


@pytest.mark.parametrize("kind", ["allocated", "resettlement"])
def test_housing_that_is_not_on_granted_land_is_for_a_person(kind: str) -> None:
    result = judged({"service_area_m2": m2(10)}, {"project": {"type": kind}})["parcel-quota"]
    assert (result.status, result.reason) == ("manual", "needs-person")


# -------------------------------------------------------------- whole briefs


def test_a_project_that_meets_everything_it_is_asked() -> None:
    results = judged(
        {
            "service_area_m2": m2(1400),
            "ground_floor_area_m2": m2(900),
            "ground_floor_share": Quantity(900 / 1400, "1"),
            "party_centre_area_m2": m2(950),
        },
        {
            "project": {"households": 1200},
            "community": {"existing_total_m2": 700, "existing_party_centre_m2": 0},
            "party_centre": {"assigned_here": True},
        },
    )
    for rule, value in (("parcel-quota", 1400), ("community-total-area", 2100), ("party-centre-area", 950)):
        result = results[rule]
        assert result.status == "pass"
        assert result.measured is not None
        assert result.measured.value == value
    assert results["parcel-quota"].required is not None
    assert results["parcel-quota"].required.value == 600
    assert results["ground-floor-share"].status == "pass"
    assert "64.29%" in results["ground-floor-share"].message.zh


def test_480_of_1000_on_the_ground_fails_by_20_square_metres() -> None:
    results = judged(
        {
            "service_area_m2": m2(1000),
            "ground_floor_area_m2": m2(480),
            "ground_floor_share": Quantity(0.48, "1", 0.48, 0.48),
        }
    )
    result = results["ground-floor-share"]
    assert result.status == "fail"
    assert result.margin == pytest.approx(-0.02)
    assert result.remedy is not None
    assert "20.00 ㎡" in result.remedy.zh


@pytest.mark.parametrize(
    ("existing", "centre", "status"), [(1400, 800, "fail"), (1500, 800, "pass"), (1500, 799.99, "fail")]
)
def test_settlement_in_money_needs_a_community_that_meets_the_standard(
    existing: float, centre: float, status: str
) -> None:
    brief = {
        "project": {"households": 724},
        "community": {"existing_total_m2": existing, "existing_party_centre_m2": centre},
        "settlement": {"mode": "monetised", "presale_price": 12000},
    }
    results = judged({"service_area_m2": m2(0)}, brief)
    assert results["monetised-settlement"].status == status
    assert results["monetised-settlement"].level == "required"
    assert "4344000.00 元" in results["monetised-settlement"].message.zh
    built = [r for r in results.values() if "R07" <= r.number <= "R15"]
    assert {r.status for r in built} == {"not_applicable"}
    assert verdict(tuple(results.values())) == status


# -------------------------------------------------------------- intervals and doubts


@pytest.mark.parametrize(
    ("low", "high", "status", "reason"),
    [
        (362, 370, "pass", None),
        (350, 361.99, "fail", None),
        (361.99, 362, "manual", "readings-disagree"),
    ],
)
def test_readings_decide_only_where_they_agree(low: float, high: float, status: str, reason: str | None) -> None:
    area = Quantity(high, "m2", low, high)
    result = judged({"service_area_m2": area}, {"project": {"households": 724}})["parcel-quota"]
    assert (result.status, result.reason) == (status, reason)


def test_a_disagreement_of_readings_shows_both_figures_and_keeps_the_verdict_open() -> None:
    results = judged({"service_area_m2": Quantity(370, "m2", 350, 370)}, {"project": {"households": 724}})
    result = results["parcel-quota"]
    assert "350.00 ㎡" in result.message.zh
    assert "370.00 ㎡" in result.message.zh
    assert verdict([result]) == "undetermined"


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(362, None, "pass"), (300, None, "undetermined"), (None, 361.99, "fail"), (None, 400, "undetermined")],
)
def test_known_bounds_of_an_unknown_area_decide_where_they_suffice(
    low: float | None, high: float | None, status: str
) -> None:
    area = Quantity(None, "m2", low, high, Text("没有墙体", "no walls"))
    assert judged({"service_area_m2": area}, {"project": {"households": 724}})["parcel-quota"].status == status


@pytest.mark.parametrize("area", [10.0, 5000.0])
def test_what_is_not_trusted_neither_passes_nor_fails(area: float) -> None:
    doubted = Quantity(area, "m2", area, area, Text("文件被截断", "the file is cut off"))
    result = judged({"service_area_m2": doubted}, {"project": {"households": 724}})["parcel-quota"]
    assert (result.status, result.reason) == ("undetermined", "untrusted-data")
    assert f"{area:.2f} ㎡" in result.message.zh
    assert "文件被截断" in result.message.zh


def test_a_share_is_not_trusted_when_its_areas_are_not() -> None:
    doubted = Quantity(1000, "m2", 1000, 1000, Text("缺房间", "rooms are missing"))
    results = judged(
        {
            "service_area_m2": doubted,
            "ground_floor_area_m2": m2(600),
            "ground_floor_share": Quantity(0.6, "1", 0.6, 0.6),
        }
    )
    assert results["ground-floor-share"].status == "undetermined"


def test_presence_at_each_stage() -> None:
    nothing = {"parking_spaces": pieces(0), "plaza_area_m2": m2(0), "street_entrances": pieces(0)}
    site = {"has_site": Quantity(1, "")}
    rules = ("parking-provision", "plaza-provision", "street-entrance")
    for stage, status in (("scheme", "undetermined"), ("preliminary", "fail"), ("completion", "fail")):
        results = judged({**nothing, **site}, stage=stage)  # type: ignore[arg-type] # a stage
        assert {results[rule].status for rule in rules} == {status}
    results = judged(nothing, stage="completion")
    assert {results[rule].status for rule in rules} == {"undetermined"}


def test_a_number_in_the_brief_is_judged_at_every_stage_once_something_is_drawn() -> None:
    brief = {"conditions": {"parking_spaces": 10}}
    measures = {"parking_spaces": pieces(9), "has_site": Quantity(1, "")}
    assert judged(measures, brief, "scheme")["parking-provision"].status == "fail"


# -------------------------------------------------------------- the verdict


def result_of(status: str, level: str = "required", reason: str | None = None) -> RuleResult:
    base = quota(400, 724)
    return replace(base, status=status, level=level, reason=reason)  # type: ignore[arg-type] # both are literals


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result_of("pass")], "pass"),
        ([result_of("pass"), result_of("fail", "advisory")], "pass"),
        ([result_of("pass"), result_of("undetermined", "advisory")], "pass"),
        ([result_of("pass"), result_of("manual", reason="needs-person")], "pass"),
        ([result_of("pass"), result_of("manual", reason="readings-disagree")], "undetermined"),
        ([result_of("pass"), result_of("undetermined")], "undetermined"),
        ([result_of("undetermined"), result_of("fail")], "fail"),
        ([result_of("not_applicable"), result_of("manual", reason="needs-person")], "undetermined"),
        ([], "undetermined"),
    ],
)
def test_the_verdict_is_the_worst_a_machine_found(results: list[RuleResult], expected: str) -> None:
    assert verdict(results) == expected


# -------------------------------------------------------------- properties


@given(st.floats(0, 1e6), st.integers(0, 20000))
def test_more_area_never_makes_the_quota_worse(area: float, households: int) -> None:
    order = {"fail": 0, "pass": 1}
    assert order[quota(area, households).status] <= order[quota(area + 1, households).status]


@given(st.integers(0, 10**9))
def test_rounding_is_half_up_in_hundredths(thousandths: int) -> None:
    assert rounded(thousandths / 1000, "m2") * 100 == (thousandths + 5) // 10


@given(st.floats(1, 1e5), st.floats(0, 1))
def test_no_message_contradicts_its_verdict(total: float, share: float) -> None:
    ground = total * share
    measures = {
        "service_area_m2": m2(total),
        "ground_floor_area_m2": m2(ground),
        "ground_floor_share": Quantity(ground / total, "1"),
    }
    result = judged(measures)["ground-floor-share"]
    if result.status == "fail":
        assert "占比 50.00%（" not in result.message.zh
