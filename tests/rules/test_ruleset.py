"""Rulesets: found, read and refused; what the shipped one quotes, and its identity."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import pytest

from bimcheck.errors import RulesetError
from bimcheck.measures.areas import AreaPolicy
from bimcheck.measures.site import SitePolicy
from bimcheck.measures.storeys import StoreyPolicy
from bimcheck.rules.listing import describe_ruleset, describe_rulesets, explain
from bimcheck.rules.ruleset import available_rulesets, digest_of, load_ruleset

HAINING = load_ruleset("haining/2023")

IDS = [
    "community-total-area", "party-centre-area", "concentration", "neighbourhood-centre", "site-selection",
    "main-entrance-position", "street-entrance", "ground-floor-share", "parking-provision", "plaza-provision",
    "office-share", "no-exhibition", "care-functions", "party-centre-concentrated", "parcel-quota", "shortfall-remedy",
    "pre-supply-requirements", "agreement", "joint-consent", "register", "title-registration", "monetised-settlement",
    "far-exclusion", "effective-date",
]  # fmt: skip


def test_haining_has_its_24_rules_numbered_in_order() -> None:
    assert [(rule.number, rule.id) for rule in HAINING.rules] == [(f"R{i:02d}", id_) for i, id_ in enumerate(IDS, 1)]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_quote_is_in_the_notice_word_for_word() -> None:
    notice = _plain(HAINING.path.with_name("2023.notice.txt").read_text("utf-8"))
    assert [rule.id for rule in HAINING.rules if _plain(rule.quote.zh) not in notice] == []


def test_numbers_stand_in_the_clauses_they_cite() -> None:
    """1500, 800, 50 %, 50, 300 and 30 are printed in the notice; presence minima are not numbers of the law."""
    values = {name: p.values[0].value for name, p in HAINING.file.parameters.items()}
    assert values == {
        "community_total_m2": 1500,
        "party_centre_m2": 800,
        "street_entrances_min": 1,
        "ground_floor_share_min": 0.5,
        "parking_spaces_min": 1,
        "plaza_above_m2": 0,
        "party_centre_clusters": 1,
        "parcel_rate_m2": 50,
        "parcel_minimum_m2": 300,
        "payment_days_max": 30,
        "in_force_days": 0,
    }
    assert all(p.values[0].since == date(2023, 3, 10) for p in HAINING.file.parameters.values())


def test_identity_names_document_date_and_digest() -> None:
    identity = HAINING.identity
    assert (identity.id, identity.document) == ("haining/2023", "海政办发〔2023〕7号")
    assert identity.effective_from == date(2023, 3, 10)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", identity.digest)


def test_the_digest_is_the_same_for_other_line_ends_and_another_for_other_words() -> None:
    assert digest_of(b"\xef\xbb\xbfa\r\nb\n") == digest_of(b"a\nb\n")
    assert digest_of(b"a\nb\n") != digest_of(b"a\nc\n")


def test_the_id_of_a_shipped_ruleset_is_its_path() -> None:
    assert [load_ruleset(name).file.id for name in available_rulesets()] == list(available_rulesets())


def test_policies_are_printed_and_fill_the_measuring() -> None:
    printed = {policy.id: policy for policy in HAINING.policies}
    assert printed["entrance.frontage_angle_deg"].value == "60.0"
    assert printed["entrance.frontage_max_m"].value == "30.0"
    assert printed["concentration.distance_m"].value == "—"
    assert HAINING.policy(StoreyPolicy) == StoreyPolicy(merge_m=0.10, mezzanine_rise_m=1.50, covered_rise_m=1.50)


@pytest.mark.parametrize("kind", [StoreyPolicy, AreaPolicy, SitePolicy])
def test_every_number_of_the_measuring_is_printed_as_a_policy(kind: type[object]) -> None:
    group = kind.__name__.removesuffix("Policy").lower()
    names = {f"{group}.{each.name}" for each in fields(kind)}  # type: ignore[arg-type] # policies are dataclasses
    assert names == {policy.id for policy in HAINING.policies if policy.id.startswith(f"{group}.")}
    assert HAINING.policy(kind) == kind()


@dataclass(frozen=True)
class EntrancePolicy:
    """A part of the tool that does not know all policies of its table."""

    frontage_angle_deg: float = 1.0


def test_a_policy_nobody_reads_is_an_error() -> None:
    with pytest.raises(RulesetError, match=r"policies\.entrance\.frontage_max_m"):
        HAINING.policy(EntrancePolicy)


def test_parameters_hold_from_their_day_on() -> None:
    parameter = HAINING.file.parameters["parcel_minimum_m2"]
    assert parameter.on(date(2023, 3, 9)) is None
    assert parameter.on(date(2023, 3, 10)) == 300


# -------------------------------------------------------------- loading


@pytest.mark.parametrize("name", ["nowhere/2000", "haining/2024", "../secrets", "haining", ""])
def test_an_unknown_ruleset_is_named_with_those_there_are(name: str) -> None:
    with pytest.raises(RulesetError, match="haining/2023"):
        load_ruleset(name)


def test_a_path_that_is_missing_or_no_toml_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="cannot read"):
        load_ruleset(str(tmp_path / "none.toml"))
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"a = \xff")
    with pytest.raises(RulesetError, match="not valid TOML"):
        load_ruleset(str(bad))


def test_every_problem_is_reported_at_once_with_its_key(tmp_path: Path) -> None:
    text = HAINING.path.read_text("utf-8")
    text = text.replace('document = "海政办发〔2023〕7号"', "colour = 1")
    text = text.replace('measure = "street_entrances"', 'measure = "street_exits"')
    text = text.replace('parameter = "parcel_minimum_m2"', 'parameter = "parcel_maximum_m2"')
    text = text.replace('id = "register"', 'id = "agreement"')
    text = text.replace('number = "R21"', 'number = "21"')
    text = text.replace('fact = "project.large"', 'fact = "project.huge"')
    text = text.replace('[defaults."settlement.mode"]', '[defaults."settlement.model"]')
    text = text.replace('value = "linear"', 'value = "roughly"')
    text = text.replace('failing = ["community-total-area", "party-centre-area"]', 'failing = ["effective-date"]')
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RulesetError) as caught:
        load_ruleset(str(path))
    for told in (
        "document is missing",
        "unknown key colour",
        "rules.street-entrance.require[0]: unknown measure street_exits",
        "rules.parcel-quota.require[0]: unknown parameter parcel_maximum_m2",
        "agreement is used twice",
        "rules.title-registration.number",
        "rules.main-entrance-position.applies_when: unknown fact project.huge",
        "defaults.settlement.model",
        "quota.household_reading must be one of",
        "effective-date is no earlier rule",
    ):
        assert told in caught.value.message.en, told


def test_no_error_of_a_ruleset_is_a_traceback(tmp_path: Path) -> None:
    for wrong in ("", "rules = 3", "rules = [3]", "[parameters]\na = 3\n[[rules]]\nid = 3", "policies = 1"):
        path = tmp_path / "x.toml"
        path.write_text(wrong, "utf-8")
        with pytest.raises(RulesetError):
            load_ruleset(str(path))


# -------------------------------------------------------------- listings


def test_listings_explain_every_rule_in_both_languages() -> None:
    assert "haining/2023" in describe_rulesets("zh")
    for language, word in (("zh", "每百户不少于 50.00 ㎡"), ("en", "at least 50.00 m² per hundred households")):
        text = describe_ruleset("haining/2023", language)  # type: ignore[arg-type] # the two languages
        assert all(f"{rule.number} {rule.id}" in text for rule in HAINING.rules)
        assert word in text
        assert "entrance.frontage_angle_deg = 60.0 °" in text


def test_a_listing_says_who_judges() -> None:
    listed = {rule.id: rule for rule in explain(HAINING)}
    assert listed["office-share"].asks == ()
    assert listed["office-share"].manual is not None
    assert [asked.zh for asked in listed["ground-floor-share"].asks] == ["底层面积占比不少于 50.00%"]
