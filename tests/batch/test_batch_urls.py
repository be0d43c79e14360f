"""Inputs and results below URLs: what holds for folders holds there, with what an object store can and cannot do."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bimcheck.batch import Batch, Here, Overview, Row, gather, run_batch, store_at
from bimcheck.batch.location import Location, located
from bimcheck.batch.store import Bucket, Folder, place_of
from bimcheck.errors import UsageError
from bimcheck.isolation import Job, Limits, Outcome

pytest.importorskip("upath")

SAMPLES = Path(__file__).parents[2] / "sample_models"
GOOD = ("ground_share_48.frames.dxf", "nothing_built.frames.dxf")
JOB = Job((), ("json",), "2026-01-01")


@pytest.fixture
def inbox() -> Iterator[Location]:
    """A bucket with two models below one prefix, a bad one, an archive, a note, and a list with a brief."""
    from upath import UPath

    files = UPath("memory://in").fs
    for name in GOOD:
        files.pipe_file(f"/in/2026/{name}", (SAMPLES / name).read_bytes())
    files.pipe_file("/in/bad.ifc", b"nonsense")
    files.pipe_file("/in/readme.txt", b"no model")
    files.pipe_file("/in/.hidden/a.ifc", b"no model of anybody")
    with files.open("/in/upload.zip", "wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.write(SAMPLES / GOOD[0], "../../within.dxf")
    files.pipe_file("/in/brief.toml", b"[project]\nhouseholds = 100\n")
    files.pipe_file("/in/list.csv", f"model,brief\n2026/{GOOD[0]},brief.toml\nnosuch://x/y.dxf,\n".encode())
    yield located("memory://in")
    files.rm("/in", recursive=True)
    if files.exists("/out"):
        files.rm("/out", recursive=True)


def checked(*inputs: str, out: str = "memory://out") -> dict[str, Row]:
    """The rows of a batch, by the last part of each input's name."""
    place = located(out)
    found, store = gather(list(inputs), output=place), store_at(place)
    rows: dict[str, Row] = {}
    overview = Overview(found, JOB.stage, store)
    with store.opened(), closing(Here()) as runner:
        heard = (overview.add, lambda row: rows.update({row.request.label.rpartition("/")[2]: row}))
        run_batch(found.requests, Batch.prepared(JOB, Limits()), store, heard, runner, 1)
        overview.write("zh")
    return rows


def test_a_bucket_is_checked_into_a_bucket_and_not_twice(inbox: Location, tmp_path: Path) -> None:
    """Every model below the prefix and in its archives, as if they stood in a folder; the second run does nothing."""
    rows = checked("memory://in")
    assert set(rows) == {*GOOD, "bad.ifc", "within.dxf"}
    assert {name for name, row in rows.items() if row.outcome.cause == "judged"} == {*GOOD, "within.dxf"}
    report = located("memory://out") / place_of(str(rows[GOOD[0]].key)) / "report.json"
    (tmp_path / "local").mkdir()
    local = checked(str(SAMPLES / GOOD[0]), out=str(tmp_path / "local"))[GOOD[0]]
    assert local.key == rows[GOOD[0]].key
    assert report.read_bytes() == (tmp_path / "local" / place_of(str(local.key)) / "report.json").read_bytes()
    assert b"</html>" in (located("memory://out") / "index.html").read_bytes()
    again = checked("memory://in", "memory://in/2026/*.dxf")
    assert all(row.reused for row in again.values())
    assert {name: row.outcome for name, row in again.items()} == {name: row.outcome for name, row in rows.items()}


def test_a_list_below_a_url_names_models_and_briefs_beside_it(inbox: Location) -> None:
    rows = checked("memory://in/list.csv")
    assert (rows[GOOD[0]].outcome.cause, rows["y.dxf"].outcome.cause) == ("judged", "model")
    assert rows[GOOD[0]].key != checked(f"memory://in/2026/{GOOD[0]}")[GOOD[0]].key, "another brief, another result"


@pytest.mark.parametrize("name", ["memory://in/gone.ifc", "memory://empty", "memory://in/*.dwg"])
def test_what_is_not_there_gets_an_outcome(inbox: Location, name: str) -> None:
    (row,) = checked(name).values()
    assert row.outcome.exit_code == 2
    assert row.outcome.message is not None
    assert name in row.outcome.message.zh


def test_a_result_without_its_outcome_is_not_there(inbox: Location, tmp_path: Path) -> None:
    """The outcome is written last: what a killed upload left is no result, and the next one completes it."""
    bucket = Bucket(located("memory://out"))  # type: ignore[arg-type] # a URL, and so no path of this machine
    for name in ("report.json", "outcome.json"):
        (tmp_path / name).write_text("{}")
    bucket.write(f"{place_of('ab' * 20)}/report.json", b"{")
    assert bucket.find("ab" * 20) is None
    Outcome("judged", 0).write(tmp_path)
    bucket.keep(tmp_path, "ab" * 20)
    assert bucket.find("ab" * 20) == Outcome("judged", 0)
    (tmp_path / "report.json").write_text("other")
    bucket.keep(tmp_path, "ab" * 20)
    report = located("memory://out") / place_of("ab" * 20) / "report.json"
    assert report.read_text() == "{}", "what stands is never changed"


def test_a_place_that_cannot_be_written_to_ends_the_batch(inbox: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Forbidden")

    monkeypatch.setattr("fsspec.implementations.memory.MemoryFileSystem.pipe_file", refuse)
    with pytest.raises(UsageError, match="Forbidden"):
        checked(f"memory://in/2026/{GOOD[0]}")


def test_a_file_url_for_results_is_a_folder(tmp_path: Path) -> None:
    """Object stores write whole, folders rename: a folder named by URL keeps the safer way."""
    assert isinstance(store_at(located(f"file://{tmp_path}")), Folder)


def test_an_unknown_kind_of_url_is_wrong_usage() -> None:
    with pytest.raises(UsageError):
        located("nosuch://place/model.ifc")
