"""A finished check is taken from the cache only where everything it depends on is the same, and then byte for byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bimcheck.cache import Cache, Identity, default_cache, identity
from bimcheck.cli import main
from bimcheck.isolation import Job, Limits, Outcome, attempt

SAMPLES = Path(__file__).parents[1] / "sample_models"
DAY = "2026-01-05"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = Cache.in_folder(tmp_path / "cache")
    assert found is not None
    return found


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose model and brief are small made-up files; nothing here opens them."""
    model, brief = tmp_path / "tower.ifc", tmp_path / "brief.toml"
    model.write_bytes(b"ISO-10303-21;" + bytes(8 << 20))
    brief.write_text("brief_version = 1\n")
    return Job((str(model),), ("json",), DAY, brief=str(brief))


def finished(job: Job, folder: Path, text: bytes = b"{}") -> Outcome:
    """What a check of the job would leave in the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_bytes(text)
    summary = {"model": {"sha256": Identity(job).content}}
    return Outcome("judged", 1, reports={"json": "report.json"}, summary=summary)


def taken(cache: Cache, job: Job, folder: Path) -> Outcome | None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return cache.find(Identity(job), folder)


@pytest.mark.parametrize("model", ["no_parking.ifc", "no_parking.frames.dxf", "parcel_quota_short.ifczip"])
def test_a_real_check_comes_back_byte_for_byte(cache: Cache, model: str, tmp_path: Path) -> None:
    job = Job((str(SAMPLES / model),), ("json", "html"), DAY)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    done = attempt(job, first, Limits())
    assert done.cause == "judged"
    cache.keep(Identity(job), done, first)
    again = taken(cache, job, second)
    assert again == done
    assert {p.name: p.read_bytes() for p in second.iterdir()} == {p.name: p.read_bytes() for p in first.iterdir()}


def change_one_byte_in_the_middle(job: Job) -> Job:
    with Path(job.models[0]).open("r+b") as file:
        file.seek(3_456_789)  # between the samples
        file.write(b"x")
    return job


def change_the_brief(job: Job) -> Job:
    Path(str(job.brief)).write_text("brief_version = 1\n[project]\nhouseholds = 900\n")
    return job


def name_the_model_otherwise(job: Job) -> Job:
    return replace(job, models=(str(Path(job.models[0]).rename(Path(job.models[0]).with_name("block.ifc"))),))


@pytest.mark.parametrize(
    "change",
    [
        change_one_byte_in_the_middle,
        change_the_brief,
        name_the_model_otherwise,
        lambda job: replace(job, as_of="2026-01-06"),
        lambda job: replace(job, stage="construction"),
        lambda job: replace(job, formats=("json", "html")),
        lambda job: replace(job, language="en"),
        lambda job: replace(job, unit="mm"),
        lambda job: replace(job, brief=None),
    ],
)
def test_nothing_is_taken_where_anything_differs(
    cache: Cache, job: Job, tmp_path: Path, change: Callable[[Job], Job]
) -> None:
    cache.keep(Identity(job), finished(job, tmp_path / "done"), tmp_path / "done")
    assert taken(cache, job, tmp_path / "same") is not None
    assert taken(cache, change(job), tmp_path / "other") is None


def test_nothing_is_taken_across_versions(
    cache: Cache, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.keep(Identity(job), finished(job, tmp_path / "done"), tmp_path / "done")
    with monkeypatch.context() as other:
        other.setattr(identity, "__version__", "99.0")
        assert taken(cache, job, tmp_path / "out") is None
    with monkeypatch.context() as other:
        other.setattr(identity, "version", lambda name: f"{name} of tomorrow")
        assert taken(cache, job, tmp_path / "out") is None
    assert taken(cache, job, tmp_path / "out") is not None


def test_the_look_of_the_terminal_concerns_only_what_is_shown_there(cache: Cache, job: Job, tmp_path: Path) -> None:
    cache.keep(Identity(job), finished(job, tmp_path / "done"), tmp_path / "done")
    assert taken(cache, replace(job, width=60, color=True), tmp_path / "out") is not None


@pytest.mark.parametrize("left", [0, 5, 20, 60, -1])
def test_an_entry_cut_short_or_damaged_is_none_and_is_replaced(
    cache: Cache, job: Job, tmp_path: Path, left: int
) -> None:
    done = finished(job, tmp_path / "done", b"report" * 100)
    cache.keep(Identity(job), done, tmp_path / "done")
    (entry,) = (tmp_path / "cache").iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(whole[:left])
    assert taken(cache, job, tmp_path / "out") is None
    entry.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert taken(cache, job, tmp_path / "out") is None
    assert not list((tmp_path / "out").iterdir())
    cache.keep(Identity(job), done, tmp_path / "done")
    assert taken(cache, job, tmp_path / "out") == done


def test_the_longest_unused_goes_first(job: Job, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", most_files=2)
    (tmp_path / "cache").mkdir()
    days = [replace(job, as_of=f"2026-01-0{day}") for day in (1, 2, 3)]
    for age, each in zip((300, 200), days[:2], strict=True):
        cache.keep(Identity(each), finished(each, tmp_path / "done"), tmp_path / "done")
        for entry in (tmp_path / "cache").iterdir():
            os.utime(entry, (entry.stat().st_atime, entry.stat().st_mtime - age))
    assert taken(cache, days[0], tmp_path / "out") is not None  # used just now, so the second is the oldest
    cache.keep(Identity(days[2]), finished(days[2], tmp_path / "done"), tmp_path / "done")
    assert [taken(cache, each, tmp_path / "out") is not None for each in days] == [True, False, True]


def test_the_cache_keeps_to_its_size(job: Job, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", most_bytes=5000)
    (tmp_path / "cache").mkdir()
    for day in range(1, 8):
        each = replace(job, as_of=f"2026-01-0{day}")
        cache.keep(Identity(each), finished(each, tmp_path / "done", bytes(1500)), tmp_path / "done")
    assert 0 < sum(entry.stat().st_size for entry in (tmp_path / "cache").iterdir()) <= 5000


@pytest.mark.skipif(os.name == "nt", reason="folders have no such permissions there")
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    assert Cache.in_folder(tmp_path / "open") is None
    assert Cache.in_folder(tmp_path / "own") is not None
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700


def test_the_cache_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIMCHECK_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("BIMCHECK_NO_CACHE", "1")
    assert default_cache() is None
    monkeypatch.delenv("BIMCHECK_NO_CACHE")
    assert default_cache() is not None


def test_a_check_without_a_review_is_not_kept(cache: Cache, job: Job, tmp_path: Path) -> None:
    cache.keep(Identity(job), Outcome("time", 2), tmp_path)
    assert taken(cache, job, tmp_path / "out") is None


def test_the_command_checks_once_and_reports_alike_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIMCHECK_NO_CACHE")
    monkeypatch.setenv("BIMCHECK_CACHE_DIR", str(tmp_path / "cache"))
    checks: list[Job] = []

    def check_here(job: Job, folder: Path, limits: Limits, progress: object) -> Outcome:
        checks.append(job)
        return attempt(job, folder, limits)

    monkeypatch.setattr("bimcheck.isolation.check_in_child", check_here)

    def run(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [str(SAMPLES / "no_parking.ifc"), "--format", "json", "--as-of", DAY, *more])
        return done.exit_code, done.stdout

    first = run("--no-cache")
    assert not (tmp_path / "cache").exists()
    assert run() == first
    assert run() == first
    assert len(checks) == 2
    assert run("--no-cache") == first
    assert len(checks) == 3
