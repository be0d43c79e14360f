"""A batch over a cluster: the scheduler and workers are real processes on this machine, and one worker is killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("distributed")

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_models"
DRAWINGS = sorted(SAMPLES.glob("*.frames.dxf"))[:6]
RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
HERE = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "PYTHONPATH": str(ROOT)}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and folders of POSIX systems")


class Machines(NamedTuple):
    """A scheduler with its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """The command, ended."""
    command = [sys.executable, "-P", "-c", RUN, *map(str, arguments)]
    return subprocess.run(command, env=HERE, capture_output=True, check=False, timeout=60)


def until(condition: Callable[[], object], seconds: float = 40.0) -> bool:
    """Wait for something to come true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers of one check at a time."""
    folder = tmp_path_factory.mktemp("cluster")
    contact = folder / "scheduler.json"

    def start(module: str, *options: object) -> subprocess.Popen[bytes]:
        given = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", contact, *options]
        command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, given)]
        return subprocess.Popen(
            command, cwd=folder, env=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    with ExitStack() as stack:

        def started(module: str, *options: object) -> subprocess.Popen[bytes]:
            process = start(module, *options)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        scheduler = started("dask_scheduler", "--port", 0)
        alone = ("--nthreads", 1, "--no-nanny", "--death-timeout", 60)
        workers = [started("dask_worker", *alone, "--local-directory", folder / f"worker{n}") for n in range(2)]
        assert until(lambda: contact.exists() and contact.read_text().endswith("}"))
        yield Machines(json.loads(contact.read_text())["address"], scheduler, workers, folder)


def reports(out: Path) -> dict[str, bytes]:
    """Every report, under the name of its place."""
    return {str(path.relative_to(out)): path.read_bytes() for path in (out / "results").rglob("report.*")}


def endings(out: Path) -> dict[str, tuple[Any, ...]]:
    """What the summary says of each input, by its name."""
    rows = [json.loads(line) for line in (out / "summary.jsonl").read_text().splitlines()]
    found = {Path(row["input"]).name: (row["exit_code"], row["verdict"], row["cause"], row["sha256"]) for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good and bad models, with names that try something."""
    folder = tmp_path_factory.mktemp("inbox")
    for path in DRAWINGS:
        shutil.copy(path, folder)
    shutil.copy(SAMPLES / "quota_exact.ifc", folder / "党群 $(x) %s.ifc")
    (folder / "cut.ifc").write_bytes((SAMPLES / "quota_exact.ifc").read_bytes()[:20_000])
    (folder / os.fsdecode(b"\xb5\xb3.dxf")).write_bytes(b"nonsense")
    return folder


@pytest.fixture(scope="module")
def alone(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same batch on one machine."""
    out = tmp_path_factory.mktemp("alone")
    run("batch", inbox, "-o", out, "--stage", "preliminary", "--format", "json")
    return out


def test_a_killed_worker_costs_no_result_and_changes_none(
    machines: Machines, inbox: Path, alone: Path, tmp_path: Path
) -> None:
    """A worker is killed with a check in it; that check is done by the other one, and no report differs by a byte."""
    out = tmp_path / "out"
    options = ["--stage", "preliminary", "--format", "json", "--scheduler", machines.address]
    command = [sys.executable, "-P", "-c", RUN, "batch", str(inbox), "-o", str(out), *options]
    batch = subprocess.Popen(command, env=HERE, stderr=subprocess.PIPE)
    doomed = machines.folder / "worker0"
    assert until(lambda: list((out / "results").glob("*/*")) and list(doomed.rglob("check/job.json")))
    machines.workers[0].kill()
    _, errors = batch.communicate(timeout=60)
    assert batch.returncode == 1, errors
    assert len(errors.splitlines()) == 1
    assert reports(out) == reports(alone)
    assert endings(out) == endings(alone)
    assert len(list((out / "results").glob("*/*"))) == len(endings(out)) == len(DRAWINGS) + 3
    single = run(inbox / DRAWINGS[0].name, "--stage", "preliminary", "--format", "json")
    assert single.stdout in reports(out).values()


def test_inputs_and_results_may_be_urls_that_workers_read(
    machines: Machines, inbox: Path, alone: Path, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(f"model\n{inbox.as_uri()}/{DRAWINGS[0].name}\n{inbox.as_uri()}/gone.dxf\n")
    where = ("-o", f"file://{tmp_path}/out", "--scheduler", machines.address, "--format", "json")
    ran = run("batch", "--manifest", f"file://{tmp_path}/list.csv", *where, "--stage", "preliminary")
    assert ran.returncode in (1, 3), ran.stderr
    found = endings(tmp_path / "out")
    assert found[DRAWINGS[0].name] == endings(alone)[DRAWINGS[0].name]
    assert found["gone.dxf"][:3] == (2, None, "model")
    (report,) = reports(tmp_path / "out").values()
    assert report in reports(alone).values()


@pytest.mark.parametrize("address", ["nowhere", "carrier-pigeon://roof"])
def test_an_address_that_leads_nowhere_is_one_line(tmp_path: Path, address: str) -> None:
    ran = run("batch", DRAWINGS[0], "-o", tmp_path / "out", "--scheduler", address)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert address in ran.stderr.decode()


def test_a_scheduler_that_goes_away_leaves_what_was_done(machines: Machines, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-P", "-c", RUN, "batch", str(inbox), "-o", str(out), "--scheduler", machines.address]
    batch = subprocess.Popen(command, env=HERE, stderr=subprocess.PIPE)
    assert until(lambda: list((out / "results").glob("*/*")))
    machines.scheduler.kill()
    _, errors = batch.communicate(timeout=60)
    assert batch.returncode == 2
    assert len(errors.splitlines()) == 1
    rows = [json.loads(line) for line in (out / "summary.jsonl").read_text().splitlines()]
    assert {row["cause"] for row in rows} >= {"judged", "not-reached"}
    assert run("batch", inbox, "-o", out).returncode == 3, "the same folder, without the cluster"
