"""Every case of every shipped ruleset comes out as written, and the cases would notice a change of the law."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.errors import RulesetError
from bimcheck.rules.ruleset import Ruleset, available_rulesets, load_ruleset
from bimcheck.rules.selftest import Case, _run, describe_outcomes, load_cases, missing_cases, run_cases

HAINING = load_ruleset("haining/2023")


@pytest.mark.parametrize("ruleset", available_rulesets())
def test_every_case_comes_out_as_written(ruleset: str) -> None:
    outcomes = run_cases(ruleset)
    assert outcomes
    assert [(o.rule, o.name, o.problem) for o in outcomes if not o.ok] == []


@pytest.mark.parametrize("ruleset", available_rulesets())
def test_every_rule_has_each_kind_of_case_it_can_have(ruleset: str) -> None:
    assert missing_cases(load_ruleset(ruleset)) == ()


@pytest.mark.parametrize("rule", [rule for rule in HAINING.rules if rule.require and rule.otherwise == "fail"])
def test_every_machine_judged_rule_is_proven_able_to_fail(rule: object) -> None:
    name = getattr(rule, "id", "")
    assert any(case.rule == name and case.expect == "fail" for case in load_cases(HAINING))


def _text() -> str:
    return HAINING.path.read_text("utf-8")


def _changed(tmp_path: Path, old: str, new: str) -> Ruleset:
    """The shipped ruleset with one thing changed, and its own cases."""
    assert _text().count(old) >= 1
    path = tmp_path / "2023.toml"
    path.write_text(_text().replace(old, new), "utf-8")
    assert HAINING.cases is not None
    (tmp_path / "2023.cases.toml").write_bytes(HAINING.cases.read_bytes())
    return load_ruleset(str(path))


@pytest.mark.parametrize("name", sorted(HAINING.file.parameters))
@pytest.mark.parametrize("by", [-1, 1])
def test_the_cases_notice_any_change_of_a_number_of_the_law(tmp_path: Path, name: str, by: int) -> None:
    value = HAINING.file.parameters[name].values[0].value
    step = 0.01 if HAINING.file.parameters[name].unit in ("m2", "1", "m2 per 100 households") else 1
    head, tail = _text().split(f"[parameters.{name}]\n", 1)
    tail = tail.replace(f"value = {value:g},", f"value = {value + by * step!r},", 1)
    path = tmp_path / "2023.toml"
    path.write_text(f"{head}[parameters.{name}]\n{tail}", "utf-8")
    changed = load_ruleset(str(path))
    assert changed.file.parameters[name].values[0].value != value
    wrong = [case for case in load_cases(HAINING) if not _run(case, changed).ok]
    assert wrong


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value = "linear"', 'value = "ceil"'),
        ('value = "linear"', 'value = "floor"'),
        ('value = "residential_grant"\n', 'value = "non_residential"\n'),
        ('open_at = ["scheme"]', "open_at = []"),
        ('known_by = ["has_site"]', 'known_by = ["doors_in_model"]'),
        ('any_of = [true], unknown = "not"', 'any_of = [false], unknown = "not"'),
        ('judge = ["allocated", "resettlement"]', 'judge = ["allocated"]'),
        ('otherwise = "manual"', 'otherwise = "fail"'),
        ('stages = ["completion"]', 'stages = ["preliminary", "completion"]'),
    ],
)
def test_the_cases_notice_a_change_of_a_rule(tmp_path: Path, old: str, new: str) -> None:
    assert not all(outcome.ok for outcome in run_cases(_changed(tmp_path, old, new)))


def test_a_case_that_is_wrong_is_reported_with_the_difference() -> None:
    case = Case.model_validate(
        {
            "rule": "parcel-quota",
            "name": "wrong on purpose",
            "kind": "pass",
            "expect": "pass",
            "margin": 7,
            "says": ["never said"],
            "as_of": "2024-06-01",
            "measures": {"service_area_m2": 100},
        }
    )
    outcome = _run(case, HAINING)
    assert not outcome.ok
    assert outcome.problem is not None
    for part in ("status: pass ≠ fail", "margin: 7.0 ≠ -200.0", "never said"):
        assert part in outcome.problem.en
    assert "✗ parcel-quota" in describe_outcomes((outcome,), "en")


def test_cases_with_unknown_rules_keys_or_measures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(_text(), "utf-8")
    cases = tmp_path / "x.cases.toml"
    head = 'as_of = 2024-01-01\n[[cases]]\nname = "a"\nkind = "pass"\nexpect = "pass"\n'
    for wrong, told in (
        (head + 'rule = "nothing"\n', "nothing"),
        (head + 'rule = "parcel-quota"\nmeasures = { wings = 2 }\n', "wings"),
        (head + 'rule = "parcel-quota"\nbrief = { project = { wings = 2 } }\n', "wings"),
        (head + "rule = ", "TOML|Invalid|value"),
    ):
        cases.write_text(wrong, "utf-8")
        with pytest.raises(RulesetError, match=told):
            run_cases(str(path))


def test_a_ruleset_without_cases_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(_text(), "utf-8")
    assert run_cases(str(path)) == ()
