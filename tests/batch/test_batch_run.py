"""The batch as a portal runs it: the command itself, on good, bad and hostile files, and killed at bad moments."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bimcheck.batch.store import Folder, place_of
from bimcheck.errors import UsageError
from bimcheck.isolation import Outcome

SAMPLES = Path(__file__).parents[2] / "sample_models"
GOOD = ("ground_share_48.frames.dxf", "quota_exact.frames.dxf", "no_plaza.frames.dxf", "nothing_built.frames.dxf")
RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
COMMAND = [sys.executable, "-P", "-c", RUN]
SAME_DAY = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and links of POSIX systems")


def run(*arguments: object, cwd: Path | None = None, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """The command, as a portal calls it."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=cwd, input=stdin, env=SAME_DAY, capture_output=True, check=False
    )


def records(out: Path) -> dict[str, dict[str, Any]]:
    """What the summary says of each input."""
    rows = [json.loads(line) for line in (out / "summary.jsonl").read_text().splitlines()]
    found = {row["input"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def whole(out: Path) -> int:
    """Assert that everything that stands in the folder is whole; how many results do."""
    results = list((out / "results").glob("*/*"))
    for result in results:
        outcome = Outcome.read(result)
        assert outcome is not None, result
        for file in outcome.reports.values():
            text = (result / file).read_text("utf-8")
            if file.endswith(".json"):
                assert json.loads(text)["report_version"] == "1"
            else:
                assert text.rstrip().endswith("</html>")
        assert (result / "log.txt").read_text("utf-8").endswith("\n")
    if (out / "index.html").exists():
        assert (out / "index.html").read_text("utf-8").rstrip().endswith("</html>")
    if (out / "summary.jsonl").exists():
        records(out)
    return len(results)


class Mixed(NamedTuple):
    """A batch that was run once over good, broken and hostile models."""

    inbox: Path
    out: Path
    ran: subprocess.CompletedProcess[bytes]
    before: set[Path]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    """Good models, broken ones, hostile ones, and an archive of both, in one batch."""
    root = tmp_path_factory.mktemp("mixed")
    inbox, out = root / "inbox", root / "out"
    inbox.mkdir()
    for name in GOOD:
        shutil.copy(SAMPLES / name, inbox)
    data = (SAMPLES / GOOD[0]).read_bytes()
    (inbox / "empty.ifc").touch()
    (inbox / "cut.ifc").write_bytes((SAMPLES / "quota_exact.ifc").read_bytes()[:200])
    (inbox / "garbage.dxf").write_bytes(random.Random(1).randbytes(4000))  # noqa: S311 # repeatable, not secret
    (inbox / "<img src=x onerror=alert(1)>.dxf").write_bytes(data)
    (inbox / "=cmd|' !A0'.dxf").write_bytes(b"nonsense")
    (inbox / "\x1b[2J\u202egnp.dxf").write_bytes(b"nonsense")
    (inbox / os.fsdecode(b"\xb5\xb3\xc8\xba.dxf")).write_bytes(b"nonsense")
    os.mkfifo(inbox / "pipe.ifc")
    with zipfile.ZipFile(inbox / "upload.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SAMPLES / GOOD[1], "../../climbing.dxf")
        archive.writestr("bomb.ifc", bytes(100 << 20))
    before = set(root.rglob("*"))
    return Mixed(inbox, out, run("batch", inbox, "-o", out, "--stage", "preliminary"), before)


def test_every_input_gets_an_outcome_and_one_bad_file_stops_nothing(mixed: Mixed) -> None:
    inbox, out, ran, before = mixed
    found = records(out)
    assert len(found) == len(GOOD) + 7 + 1 + 2
    assert {record["exit_code"] for record in found.values()} <= {0, 1, 2, 3}
    assert ran.returncode == 1, "ground_share_48 fails, and that is the worst"
    assert b"Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    after = {path for path in inbox.parent.rglob("*") if not path.is_relative_to(out)}
    assert after == before, "nothing outside the output"
    assert sorted(path.name for path in out.iterdir()) == [
        ".lock",
        "index.html",
        "results",
        "summary.csv",
        "summary.jsonl",
    ]
    whole(out)
    for name in GOOD:
        single = run(inbox / name, "--format", "json", "--stage", "preliminary")
        record = found[str(inbox / name)]
        assert record["exit_code"] == single.returncode
        assert (out / record["files"]["json"]).read_bytes() == single.stdout


def test_lists_are_safe_to_open_and_show_the_worst_first(mixed: Mixed) -> None:
    out = mixed.out
    page = (out / "index.html").read_text("utf-8")
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", page)
    assert "default-src 'none'" in page
    assert "不符合：底层面积占比" in page, "rules by what they are called, not by id"
    assert "ground-floor-share" not in page
    for link in re.findall(r'href="([^"]+)"', page):
        assert (out / link).is_file(), link
    order = [record["exit_code"] for record in map(json.loads, (out / "summary.jsonl").read_text().splitlines())]
    assert order == sorted(order, key=[4, 1, 3, 2, 0].index)
    raw = (out / "summary.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == len(order) + 1
    assert not any(cell.startswith(("=", "+", "@", "-")) or "\x1b" in cell for row in rows for cell in row)


def test_a_second_run_checks_only_what_is_new_or_changed(tmp_path: Path) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    for name in GOOD[:3]:
        shutil.copy(SAMPLES / name, inbox)
    run("batch", inbox, "-o", out)
    assert not any(record["reused"] for record in records(out).values())
    shutil.copy(SAMPLES / GOOD[3], inbox)
    shutil.copy(SAMPLES / GOOD[3], inbox / GOOD[0])
    run("batch", inbox, "-o", out)
    fresh = {Path(name).name for name, record in records(out).items() if not record["reused"]}
    assert fresh == {GOOD[0], GOOD[3]}
    run("batch", inbox, "-o", out, "--stage", "completion")
    assert not any(record["reused"] for record in records(out).values()), "another stage is another question"


def test_a_changed_brief_is_another_question(tmp_path: Path) -> None:
    model, brief, out = SAMPLES / GOOD[0], tmp_path / "brief.toml", tmp_path / "out"
    brief.write_text("[project]\nhouseholds = 100\n")
    run("batch", model, "-o", out, "--brief", brief)
    brief.write_text("[project]\nhouseholds = 200\n")
    run("batch", model, "-o", out, "--brief", brief)
    assert [record["reused"] for record in records(out).values()] == [False]
    assert whole(out) == 2


def test_the_same_model_twice_is_checked_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(SAMPLES / GOOD[0], tmp_path / folder)
    run("batch", tmp_path / "a", tmp_path / "b", "-o", tmp_path / "out", "--jobs", 2)
    assert sorted(record["reused"] for record in records(tmp_path / "out").values()) == [False, True]
    assert whole(tmp_path / "out") == 1


def test_a_check_that_ran_over_its_limit_is_done_again_with_a_wider_one(tmp_path: Path) -> None:
    model, out = SAMPLES / GOOD[0], tmp_path / "out"
    narrow = run("batch", model, "-o", out, "--timeout", 0.02)
    (record,) = records(out).values()
    assert (record["cause"], record["exit_code"], narrow.returncode) == ("time", 2, 2)
    assert "0.02" in record["message_en"]
    run("batch", model, "-o", out, "--timeout", 0.02)
    assert next(iter(records(out).values()))["reused"]
    run("batch", model, "-o", out)
    assert next(iter(records(out).values()))["cause"] == "judged"


def test_every_row_of_a_manifest_is_checked_with_its_own_brief_and_stage(tmp_path: Path) -> None:
    sample, brief, out = SAMPLES / GOOD[1], SAMPLES / "briefs/community.toml", tmp_path / "out"
    (tmp_path / "list.csv").write_text(
        f"model,brief,stage\n{sample},{brief},preliminary\n{sample},,scheme\n{sample},gone.toml,scheme\n"
    )
    ran = run("batch", "--manifest", tmp_path / "list.csv", "-o", out)
    rows = [json.loads(line) for line in (out / "summary.jsonl").read_text().splitlines()]
    by_brief = {row["brief"] and Path(row["brief"]).name: row for row in rows}
    for name, options in (("community.toml", ("--brief", brief, "--stage", "preliminary")), (None, ())):
        single = run(sample, "--format", "json", *options)
        assert by_brief[name]["exit_code"] == single.returncode
        assert (out / by_brief[name]["files"]["json"]).read_bytes() == single.stdout
    assert by_brief["gone.toml"]["exit_code"] == 2
    assert ran.returncode in (1, 3)


def test_a_list_on_standard_input(tmp_path: Path) -> None:
    ran = run("batch", "-", "-o", tmp_path / "out", stdin=f"{SAMPLES / GOOD[1]}\n{SAMPLES / 'gone.ifc'}\n".encode())
    assert ran.returncode == 3, "one was judged, one could not be read"
    assert len(records(tmp_path / "out")) == 2


@pytest.mark.parametrize(
    ("content", "code"), [((b"", b""), 2), ((b"", None), 3)], ids=["none can be read", "one of two can be read"]
)
def test_unreadable_models_decide_the_exit_code_only_among_themselves(
    tmp_path: Path, content: tuple[bytes | None, ...], code: int
) -> None:
    for number, data in enumerate(content):
        model = tmp_path / f"{number}.dxf"
        model.write_bytes((SAMPLES / "nothing_built.frames.dxf").read_bytes() if data is None else data)
    assert run("batch", tmp_path, "-o", tmp_path / "out").returncode == code


@pytest.mark.parametrize(
    "wrong",
    [
        ["--ruleset", "nowhere/1"],
        ["--brief", "gone.toml"],
        ["--format", "fax"],
        ["--area-standard", "own"],
        ["--manifest", "gone.csv"],
    ],
)
def test_what_would_fail_for_every_model_fails_once_and_writes_nothing(tmp_path: Path, wrong: list[str]) -> None:
    ran = run("batch", SAMPLES / GOOD[0], "-o", "out", *wrong, cwd=tmp_path)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """The command in the background."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], env=SAME_DAY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def children_of_checks(out: Path) -> list[int]:
    """Processes that work for the batch in this folder: those that name it or hold a file in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            named = [(process / "cmdline").read_text("utf-8", "replace")]
            named += [str(link.readlink()) for link in (process / "fd").iterdir()]
        except OSError:
            continue
        if state not in "ZX" and any(str(out) in each for each in named):
            found.append(int(process.name))
    return found


def test_a_batch_killed_in_the_middle_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Kill -9 at random moments, again and again; then the same command completes it, like one that was left alone."""
    chance = random.Random(7)  # noqa: S311 # repeatable, not secret
    inbox, out, calm = tmp_path / "inbox", tmp_path / "out", tmp_path / "calm"
    inbox.mkdir()
    for number in range(10):
        shutil.copy(SAMPLES / GOOD[number % 4], inbox / f"{number}.dxf")
    (inbox / "bad.ifc").write_text("nonsense")
    for kills in range(6):
        batch = start("batch", inbox, "-o", out)
        time.sleep(chance.uniform(0.3, 2.0))
        batch.kill()
        batch.communicate()
        kept = whole(out)
        if kept == 11:
            break
        assert kills < 6
    last = run("batch", inbox, "-o", out)
    undisturbed = run("batch", inbox, "-o", calm)
    assert last.returncode == undisturbed.returncode
    assert not (out / ".unfinished").exists()
    assert whole(out) == whole(calm) == 11
    disturbed = {str(p.relative_to(out)): p.read_bytes() for p in (out / "results").rglob("report.*")}
    assert disturbed == {str(p.relative_to(calm)): p.read_bytes() for p in (calm / "results").rglob("report.*")}
    deadline = time.monotonic() + 5
    while children_of_checks(out) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children_of_checks(out) == [], "no check outlives its batch"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_batch_ends_its_checks_and_says_what_was_not_reached(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    for each in range(30):
        shutil.copy(SAMPLES / GOOD[each % 4], inbox / f"{each}.dxf")
    batch = start("batch", inbox, "-o", out, "--jobs", 2)
    deadline = time.monotonic() + 30
    while not list((out / "results").glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    batch.send_signal(number)
    _, errors = batch.communicate(timeout=20)
    assert batch.returncode == code
    assert b"Traceback" not in errors
    assert children_of_checks(out) == []
    assert not (out / ".unfinished").exists()
    found = records(out)
    assert len(found) == 30
    reached = [record for record in found.values() if record["exit_code"] is not None]
    assert 0 < len(reached) <= whole(out) < 30


def test_one_report_is_the_old_one_or_the_new_one_whenever_the_command_is_killed(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311 # repeatable, not secret
    report, model = tmp_path / "report.json", SAMPLES / GOOD[0]
    run(model, "--format", "json", "-o", report)
    new, old = report.read_bytes(), b'{"report_version": "1", "old": true}\n'
    seen = set()
    for _ in range(12):
        report.write_bytes(old)
        command = start(model, "--format", "json", "-o", report)
        time.sleep(chance.uniform(0.0, 1.2))
        command.kill()
        command.communicate()
        assert report.read_bytes() in (old, new)
        seen.add(report.read_bytes())
    assert hashlib.sha256(new).digest() != hashlib.sha256(old).digest()
    assert old in seen


def test_two_batches_never_share_a_folder(tmp_path: Path) -> None:
    store = Folder(tmp_path / "out")
    with store.opened():
        second = run("batch", SAMPLES / GOOD[0], "-o", tmp_path / "out")
        assert second.returncode == 2
        assert b"Traceback" not in second.stderr
    with pytest.raises(UsageError), Folder(Path("/dev/null/x")).opened():
        pass


def test_a_result_in_place_is_never_changed(tmp_path: Path) -> None:
    """Two runs that come to the same result: the first one stays, byte for byte."""
    store = Folder(tmp_path)
    with store.opened():
        for text in ("first", "second"):
            with store.workspace() as workspace:
                finished = workspace / "result"
                finished.mkdir()
                (finished / "report.json").write_text(text)
                Outcome("judged", 0).write(finished)
                store.keep(finished, "ab" * 20)
    assert (tmp_path / place_of("ab" * 20) / "report.json").read_text() == "first"


def test_a_verb_is_no_path_and_a_path_no_verb(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / GOOD[0], tmp_path / "batch")
    single = run("./batch", "--format", "json", "--unit", "mm", cwd=tmp_path)
    assert single.returncode in (0, 1, 3)
    assert run("batch", cwd=tmp_path).returncode == 2
