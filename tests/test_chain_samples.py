"""The project of four stages: every stage is checked, its report handed on, and what its index says is found."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.element
import pytest
from click.testing import CliRunner

from bimcheck.brief import load_brief
from bimcheck.chain import Previous, load_previous
from bimcheck.cli import main
from bimcheck.decisions import load_decisions
from bimcheck.pipeline import review as check
from bimcheck.reporters import render
from bimcheck.review import Review
from bimcheck.survey import load_survey
from sample_models.chain import make

FOLDER = Path(make.__file__).parent
STAGES: list[dict[str, Any]] = tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))["stage"]
NUMBERS = pytest.mark.parametrize("number", range(len(STAGES)), ids=[stage["stage"] for stage in STAGES])


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> list[Review]:
    """The four reviews, each compared with the JSON report of the one before."""
    folder = tmp_path_factory.mktemp("chain")
    found: list[Review] = []
    previous: Previous | None = None
    for number, stage in enumerate(STAGES):
        review = check(
            FOLDER / stage["file"],
            brief=load_brief(FOLDER / "brief.toml"),
            stage=stage["stage"],
            previous=previous,
            survey=load_survey(FOLDER / stage["survey"]) if "survey" in stage else None,
            decisions=load_decisions(FOLDER / stage["decisions"]) if "decisions" in stage else (),
        )
        report = folder / f"{number}.json"
        report.write_text(str(render(review, "json")), "utf-8")
        previous = load_previous(report)
        found.append(review)
    return found


@NUMBERS
def test_verdict_and_area(reviews: list[Review], number: int) -> None:
    stage, review = STAGES[number], reviews[number]
    open_rules = [(r.rule, r.message.en) for r in review.results if r.status in ("fail", "undetermined")]
    assert review.verdict == stage["verdict"], open_rules
    assert review.measurements["service_area_m2"].value == pytest.approx(stage["service_area_m2"], abs=0.005)


@NUMBERS
def test_rooms_room_by_room(reviews: list[Review], number: int) -> None:
    chain = reviews[number].chain
    found = {} if chain is None else {room.name: room for room in chain.rooms}
    assert found.keys() == STAGES[number]["rooms"].keys()
    for name, expected in STAGES[number]["rooms"].items():
        assert found[name].change == expected["change"], name
        assert found[name].difference_m2 == pytest.approx(expected["difference_m2"], abs=0.005), name
        assert found[name].declined == (expected["difference_m2"] < -0.005)
        assert (found[name].moved_m or 0.0) == pytest.approx(expected.get("moved_m", 0.0), abs=0.005), name


@NUMBERS
def test_the_entrance(reviews: list[Review], number: int) -> None:
    chain, expected = reviews[number].chain, STAGES[number].get("entrance")
    if chain is None or expected is None:
        assert chain is expected
        return
    (entrance,) = chain.entrances
    assert entrance.change == expected["change"]
    assert (entrance.moved_m or 0.0) == pytest.approx(expected.get("moved_m", 0.0), abs=0.005)


@NUMBERS
def test_decisions_stay_or_go_stale(reviews: list[Review], number: int) -> None:
    found = {decided.decision.finding: decided.state for decided in reviews[number].decisions}
    assert found == STAGES[number]["decisions_found"]


def test_the_waiver_stands_beside_the_failure(reviews: list[Review]) -> None:
    """The row shows both; verdict and exit code are those of the failure."""
    last = reviews[-1]
    waiver = next(d for d in last.decisions if d.decision.kind == "waiver")
    assert (waiver.decision.finding, waiver.status) == ("parcel-quota", "fail")
    assert (last.verdict, last.exit_code) == ("fail", 1)
    page = str(render(last, "html"))
    assert "豁免：差 1.30 ㎡" in page
    assert 'class="verdict is-fail"' in page


def test_the_survey_is_judged_without_tolerance(reviews: list[Review]) -> None:
    """1.30 m² of 380 m² lie within the noise of any survey class, and the minimum is missed all the same."""
    last = reviews[-1]
    assert last.survey is not None
    assert last.survey.survey_m2 == pytest.approx(378.70)
    assert last.survey.model_m2 == pytest.approx(380.00, abs=0.005)
    assert all(abs(r.difference_m2 or 0.0) < (r.limits_m2 or (0, 0, 0))[2] for r in last.survey.rooms)
    quota = next(r for r in last.results if r.rule == "parcel-quota")
    assert quota.status == "fail"
    assert quota.margin == pytest.approx(-1.30)


def test_the_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    make.main(tmp_path)
    written = sorted(tmp_path.iterdir())
    assert {path.name for path in written} == {p.name for p in FOLDER.glob("[1-4]-*")}
    for path in written:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


def test_the_commands_of_the_documentation_run_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of every shell block, in order, in a copy of the samples' folder."""
    shutil.copytree(FOLDER, tmp_path / "chain")
    text = (Path(__file__).parents[1] / "docs" / "stages.md").read_text("utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert lines[0] == "cd sample_models/chain"
    monkeypatch.chdir(tmp_path / "chain")
    ended = []
    for line in lines[1:]:
        command, *arguments = shlex.split(line)
        assert command == "bimcheck"
        verb = [] if arguments[0] == "decide" else ["check", "--no-isolation"]
        result = CliRunner().invoke(main, [*verb, *arguments])
        ended.append(result.exit_code)
        assert result.exit_code in (0, 1), (line, result.output)
    assert ended == [0, 0, 0, 1, 0, 0]
    assert "三间用房仍相连" in result.output
    assert "竣工验收" in Path("4.html").read_text("utf-8")


def test_the_reviewed_copy_of_a_model_tells_what_was_decided_and_passes_the_same_review(
    tmp_path: Path, reviews: list[Review]
) -> None:
    """From the command line; the submitted file stays as it is, and the copy says the same when it is reviewed."""
    model, copy = FOLDER / "4-completion.ifc", tmp_path / "copy.ifc"
    before = model.read_bytes()
    (tmp_path / "3.json").write_text(str(render(reviews[2], "json")), "utf-8")
    asked = ["--stage", "completion", "--brief", str(FOLDER / "brief.toml"), "--survey", str(FOLDER / "4-survey.csv")]
    decided = ["--previous", str(tmp_path / "3.json"), "--decisions", str(FOLDER / "4-decisions.toml")]
    result = CliRunner().invoke(main, ["annotate", str(model), "-o", str(copy), *asked, *decided])
    assert result.exit_code == 1, result.output
    assert model.read_bytes() == before
    opened: Any = ifcopenshell.open(copy)
    values = ifcopenshell.util.element.get_psets(opened.by_type("IfcProject")[0])
    said = " ".join(str(value) for each in values.values() for value in each.values())
    assert "豁免：差 1.30 ㎡" in said
    assert "已失效" in said
    assert "R15 项目配建面积（不符合）" in said
    again = check(
        copy, brief=load_brief(FOLDER / "brief.toml"), stage="completion", survey=load_survey(FOLDER / "4-survey.csv")
    )
    assert [(r.rule, r.status) for r in again.results] == [(r.rule, r.status) for r in reviews[3].results]
