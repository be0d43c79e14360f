"""Decisions and waivers: written by people, bound to a model and a finding, never stronger than the finding."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import review_factory as factory
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.chain import compare, load_previous
from bimcheck.cli import main
from bimcheck.decisions import Decision, as_toml, bind, decisions_on, finding_id, is_decided, load_decisions
from bimcheck.errors import BimcheckError
from bimcheck.history import Decided
from bimcheck.model import Note
from bimcheck.reporters import formats, render
from bimcheck.review import Quantity, Review
from bimcheck.text import Text

REVIEW = factory.review()
SHA = REVIEW.source.sha256
OTHER = "0" * 64
ENTRY = f"""
[[decision]]
rule = "concentration"
outcome = "accepted"
name = "沈某"
role = "民政部门"
date = 2026-05-06
reason = "三处相连，同意"
model_sha256 = "{SHA}"
"""


def decision(finding: str = "ground-floor-share", **changes: Any) -> Decision:
    """A waiver of a failing rule, unless changed."""
    keys: dict[str, Any] = {
        "finding": finding, "kind": "waiver", "name": "许某", "role": "镇规划", "date": date(2026, 5, 6),
        "reason": "另址补足", "model_sha256": SHA,
    }  # fmt: skip
    return Decision(**{**keys, **changes})


def read(text: str, folder: Path) -> tuple[Decision, ...]:
    path = folder / "decisions.toml"
    path.write_text(text, "utf-8")
    return load_decisions(path)


def one(made: Decision, review: Review = REVIEW) -> Decided:
    (decided,) = bind([made], review)
    return decided


def test_a_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    (made,) = read("decisions_version = 1\n" + ENTRY, tmp_path)
    assert (made.finding, made.kind, made.outcome, made.date) == (
        "concentration", "decision", "accepted", date(2026, 5, 6),
    )  # fmt: skip
    assert made.reason == "三处相连，同意"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ENTRY.replace("reason", "raison"), r"unknown key decision\[1\]\.raison"),
        (ENTRY + ENTRY.replace("role =", "rule2 ="), r"decision\[2\]\.role is missing"),
        (ENTRY.replace('rule = "concentration"', ""), r"decision\[1\].*rule, finding"),
        (ENTRY.replace("outcome", 'finding = "x"\noutcome'), r"decision\[1\].*rule, finding"),
        (ENTRY.replace('outcome = "accepted"', ""), r"decision\[1\].*outcome"),
        (ENTRY.replace("outcome", 'kind = "waiver"\noutcome'), r"decision\[1\].*outcome"),
        (ENTRY.replace('"accepted"', '"yes"'), r"decision\[1\]\.outcome"),
        (ENTRY.replace("2026-05-06", '"soon"'), r"decision\[1\]\.date"),
        (ENTRY.replace(SHA, "abc"), r"decision\[1\]\.model_sha256"),
        (ENTRY.replace("三处相连，同意", "   "), r"decision\[1\]\.reason"),
        ("decisions_version = 2", "decisions_version"),
        ("decision = 5", "decision"),
        ("[[decision", "TOML"),
    ],
)
def test_a_slip_is_named_by_its_key(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BimcheckError, match=words) as caught:
        read(text, tmp_path)
    assert "\n" not in caught.value.message.zh


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BimcheckError, match=r"gone\.toml"):
        load_decisions(tmp_path / "gone.toml")


def test_a_rule_that_does_not_exist_is_an_error_not_a_decision_lost() -> None:
    with pytest.raises(BimcheckError, match=r"decision\[1\].*concentraton"):
        bind([decision("concentraton")], REVIEW)


def test_on_the_same_model_it_is_valid_and_remembers_what_it_was_made_on() -> None:
    decided = one(decision())
    assert (decided.state, decided.changed, decided.status) == ("valid", (), "fail")
    assert decided.decision.status == "fail"
    assert decided.decision.value == pytest.approx(432 / 972)
    assert decided.decision.evidence == tuple(sorted(room.id for room in factory.ROOMS if room.counted))


def test_another_model_makes_it_stale() -> None:
    decided = one(decision(model_sha256=OTHER))
    assert (decided.state, decided.changed) == ("stale", ("model",))


@pytest.mark.parametrize(
    ("snapshot", "changed"),
    [
        ({"value": 0.4444}, ()),
        ({"value": 0.45}, ("value",)),
        ({"status": "manual"}, ("status",)),
        ({"evidence": ("1pC$Entre_01",)}, ("evidence",)),
        ({"value": 0.5, "status": "pass", "evidence": ()}, ("status", "value", "evidence")),
    ],
)
def test_it_is_stale_when_what_it_was_made_on_has_changed(snapshot: dict[str, Any], changed: tuple[str, ...]) -> None:
    """A value written with the digits of a report is the value; evidence is a set of elements."""
    assert one(decision(**snapshot)).changed == changed


def test_a_value_that_can_no_longer_be_told_has_changed() -> None:
    unknown = tuple(
        replace(r, measured=Quantity(None, "1")) if r.rule == "ground-floor-share" else r for r in factory.RESULTS
    )
    assert one(decision(value=0.4444), factory.review(results=unknown)).changed == ("value",)


def test_notes_can_be_decided_on_by_their_finding() -> None:
    note = next(note for note in REVIEW.notes if note.code == "area-declared-differs")
    decided = one(decision(finding_id(note)))
    assert (decided.state, decided.title) == ("valid", note.text)


def test_a_finding_that_is_gone_leaves_the_decision_shown() -> None:
    decided = one(decision("area-declared-differs:000000000000"))
    assert (decided.state, decided.status) == ("gone", None)


def test_finding_ids_depend_on_what_a_note_is_about_and_not_on_its_words() -> None:
    a = Note("x", "info", Text("一", "one"), ("r1", "r2"))
    b = Note("x", "info", Text("二", "two"), ("r2", "r1"))
    c = Note("x", "info", Text("一", "one"), ("r1", "r3"))
    assert finding_id(a) == finding_id(b) != finding_id(c)


@pytest.mark.parametrize("made", [decision(), decision("concentration", kind="decision", outcome="refused")])
def test_a_decision_changes_no_status_no_verdict_and_no_exit_code(made: Decision) -> None:
    decided = replace(REVIEW, decisions=bind([made], REVIEW))
    assert (decided.verdict, decided.exit_code, decided.results) == (REVIEW.verdict, REVIEW.exit_code, REVIEW.results)
    data = json.loads(render(decided, "json"))
    assert [(r["rule"], r["status"]) for r in data["results"]] == [(r.rule, r.status) for r in REVIEW.results]
    assert data["verdict"] == REVIEW.verdict


def test_a_manual_row_may_be_decided_while_the_decision_holds() -> None:
    valid = replace(REVIEW, decisions=bind([decision("concentration", kind="decision", outcome="accepted")], REVIEW))
    stale = replace(REVIEW, decisions=bind([decision("concentration", model_sha256=OTHER)], REVIEW))
    assert is_decided(valid, "concentration")
    assert not is_decided(stale, "concentration")
    assert not is_decided(valid, "office-share")
    assert [d.decision.name for d in decisions_on(stale, "concentration")] == ["许某"]


@pytest.mark.parametrize("format_", sorted({"terminal", "html", "json"} & set(formats())))
@pytest.mark.parametrize("stale", [False, True])
def test_every_report_shows_the_waiver_and_the_failure(format_: str, *, stale: bool) -> None:
    made = decision(reason="另址补足<b>", model_sha256=OTHER if stale else SHA)
    text = str(render(replace(REVIEW, decisions=bind([made], REVIEW)), format_))
    assert "另址补足" in text
    assert "许某" in text
    assert "另址补足<b>" not in text or format_ != "html"
    if format_ == "json":
        row = json.loads(text)["decisions"][0]
        assert (row["state"], row["status_now"]) == ("stale" if stale else "valid", "fail")
    else:
        assert ("已失效" in text) == stale


@pytest.mark.parametrize("format_", ["terminal", "html"])
def test_decisions_on_notes_and_on_what_is_gone_are_shown_too(format_: str) -> None:
    note = next(note for note in REVIEW.notes if note.code == "area-declared-differs")
    made = [decision(finding_id(note), reason="以实测为准"), decision("x:000000000000", reason="早已改正")]
    text = str(render(replace(REVIEW, decisions=bind(made, REVIEW)), format_))
    assert "以实测为准" in text
    assert "早已改正" in text
    assert "本次已不存在" in text


def test_decisions_travel_with_the_report_and_say_what_has_changed(tmp_path: Path) -> None:
    """Without the file at the next stage: what was valid then is stale now, with the value it was made on."""
    path = tmp_path / "previous.json"
    path.write_text(str(render(replace(REVIEW, decisions=bind([decision()], REVIEW)), "json")), "utf-8")
    previous = load_previous(path)
    share = Quantity(0.48, "1", 0.48, 0.48, None, factory.RESULTS[7].evidence)
    results = tuple(replace(r, measured=share) if r.rule == "ground-floor-share" else r for r in factory.RESULTS)
    now = factory.review(results=results, source=replace(REVIEW.source, sha256=OTHER))
    now = replace(now, chain=compare(previous, now))
    (carried,) = bind([], now, previous.report.decisions)
    assert carried.carried
    assert (carried.state, carried.changed) == ("stale", ("model", "value"))
    assert "44.44%" in carried.why.en
    (renewed,) = bind([decision(model_sha256=OTHER)], now, previous.report.decisions)
    assert (renewed.state, renewed.carried) == ("valid", False)


def test_the_file_itself_learns_from_the_report_what_it_was_made_on(tmp_path: Path) -> None:
    """The same entry, read again from its file: the previous report still knows the value of that day."""
    path = tmp_path / "previous.json"
    path.write_text(str(render(replace(REVIEW, decisions=bind([decision()], REVIEW)), "json")), "utf-8")
    results = tuple(replace(r, status="pass") if r.rule == "ground-floor-share" else r for r in factory.RESULTS)
    now = factory.review(results=results, source=replace(REVIEW.source, sha256=OTHER))
    (again,) = bind([decision()], now, load_previous(path).report.decisions)
    assert again.changed == ("model", "status")
    assert not again.carried


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.text(min_size=1, max_size=60).filter(str.strip))
def test_whatever_people_write_is_written_down_and_read_back(name: str, reason: str) -> None:
    import tomllib

    made = decision(name=name.encode("utf-8", "replace").decode(), reason=reason.encode("utf-8", "replace").decode())
    (entry,) = tomllib.loads(as_toml(made))["decision"]
    assert Decision.model_validate(entry) == made


def test_decide_writes_an_entry_that_the_next_check_reads(tmp_path: Path) -> None:
    report, file = tmp_path / "report.json", tmp_path / "decisions.toml"
    report.write_text(str(render(REVIEW, "json")), "utf-8")
    who = ["--name", "沈某", "--role", "民政部门", "--reason", "同意", "--date", "2026-05-06", "-o", str(file)]
    for arguments in (["concentration", "--outcome", "accepted"], ["ground-floor-share", "--waive"]):
        result = CliRunner().invoke(main, ["decide", str(report), *arguments, *who])
        assert result.exit_code == 0, result.output
    first, second = bind(load_decisions(file), REVIEW)
    assert [d.state for d in (first, second)] == ["valid", "valid"]
    assert (first.decision.outcome, second.decision.kind, second.decision.status) == ("accepted", "waiver", "fail")


@pytest.mark.parametrize(
    "arguments", [["no-such-rule", "--waive"], ["concentration"], ["concentration", "--waive", "--outcome", "refused"]]
)
def test_decide_refuses_what_is_no_decision(arguments: list[str], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(str(render(REVIEW, "json")), "utf-8")
    who = ["--name", "沈某", "--role", "民政部门", "--reason", "同意", "-o", str(tmp_path / "d.toml")]
    result = CliRunner().invoke(main, ["decide", str(report), *arguments, *who])
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert not (tmp_path / "d.toml").exists()
