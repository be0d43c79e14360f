"""Decisions and waivers: written by people, bound to a model and a finding, never stronger than the finding."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
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


def words_in(format_: str, review: Review) -> str:
    """What a reader of the report can read, whatever kind of file it is; lines run into one another."""
    content = render(review, format_)
    if isinstance(content, str):
        return html.unescape(content) if format_ in ("html", "junit") else content
    if format_ == "pdf":
        pages = pytest.importorskip("pypdf").PdfReader(io.BytesIO(content)).pages
        return re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if not name.endswith((".png", ".jpg", ".jpeg"))]
    return html.unescape(re.sub(r"<[^>]+>", "", b"\n".join(parts).decode("utf-8")))


@pytest.mark.parametrize("format_", formats())
@pytest.mark.parametrize("stale", [False, True])
def test_every_report_shows_the_waiver_and_the_failure(format_: str, *, stale: bool) -> None:
    """Who waived it and why, that it fails all the same, and whether the waiver still holds."""
    made = decision(reason="另址补足<b>", model_sha256=OTHER if stale else SHA)
    said = words_in(format_, replace(REVIEW, decisions=bind([made], REVIEW)))
    assert "另址补足<b>" in said
    assert "许某" in said
    if format_ == "json":
        row = json.loads(said)["decisions"][0]
        assert (row["state"], row["status_now"]) == ("stale" if stale else "valid", "fail")
    else:
        assert "不符合" in said
        assert ("已失效" in said) == stale


@pytest.mark.parametrize("format_", sorted(set(formats()) - {"bcf", "bcf3"}))
def test_decisions_on_notes_and_on_what_is_gone_are_shown_too(format_: str) -> None:
    """A BCF topic is a finding of a rule that is open, so there they have no place."""
    note = next(note for note in REVIEW.notes if note.code == "area-declared-differs")
    made = [decision(finding_id(note), reason="以实测为准"), decision("x:000000000000", reason="早已改正")]
    said = words_in(format_, replace(REVIEW, decisions=bind(made, REVIEW)))
    assert "以实测为准" in said
    assert "早已改正" in said
    assert "本次已不存在" in said


@pytest.mark.parametrize("format_", sorted(set(formats()) - {"bcf", "bcf3"}))
def test_a_decision_on_a_rule_that_holds_now_is_not_dropped(format_: str) -> None:
    made = decision("street-entrance", reason="门厅共用，同意", model_sha256=OTHER)
    assert "门厅共用，同意" in words_in(format_, replace(REVIEW, decisions=bind([made], REVIEW)))


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


@pytest.mark.parametrize("asked", ["R08", "ground-floor-share", " R08 "])
def test_decide_takes_the_number_a_report_shows(asked: str, tmp_path: Path) -> None:
    report, file = tmp_path / "report.json", tmp_path / "decisions.toml"
    report.write_text(str(render(REVIEW, "json")), "utf-8")
    who = ["--name", "沈某", "--role", "民政部门", "--reason", "同意", "-o", str(file)]
    assert CliRunner().invoke(main, ["decide", str(report), asked, "--waive", *who]).exit_code == 0
    (made,) = load_decisions(file)
    assert made.finding == "ground-floor-share"


def test_a_wrong_finding_is_answered_with_those_there_are(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(str(render(REVIEW, "json")), "utf-8")
    who = ["--name", "沈某", "--role", "民政部门", "--reason", "同意", "-o", str(tmp_path / "d.toml")]
    said = CliRunner().invoke(main, ["decide", str(report), "ground-share", "--waive", *who]).output
    assert said.count("\n") == 1
    assert "R08 ground-floor-share" in said
    assert all(finding_id(note) in said for note in REVIEW.notes)


@pytest.mark.parametrize("format_", ["terminal", "html", "json"])
def test_reports_show_the_ids_by_which_a_person_decides(format_: str) -> None:
    said = words_in(format_, REVIEW)
    open_rules = [result.rule for result in REVIEW.results if result.status in ("fail", "undetermined", "manual")]
    assert all(name in said for name in (*open_rules, *map(finding_id, REVIEW.notes)))
