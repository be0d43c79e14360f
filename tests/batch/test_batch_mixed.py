"""A portal's night: good, broken and hostile models in one batch end as each would have ended alone."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mutants import mutant, samples

RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
SAME_DAY = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
OPTIONS = ("--format", "json", "--stage", "preliminary")
LARGEST = 6 << 20

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX systems")


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """The command, as a portal calls it."""
    command = [sys.executable, "-P", "-c", RUN, *map(str, arguments), *OPTIONS]
    return subprocess.run(command, env=SAME_DAY, capture_output=True, check=False)


def foreign(request: pytest.FixtureRequest, kind: str) -> list[Path]:
    """Other people's models of a kind, where they are at hand."""
    try:
        folder: Path = request.getfixturevalue("models_dir")
    except pytest.skip.Exception:
        return []
    found = (path for path in (folder / kind).rglob("*.*") if path.suffix.lower() in (".ifc", ".ifczip", ".dxf"))
    return sorted(path for path in found if path.stat().st_size < LARGEST)


def hostile(request: pytest.FixtureRequest) -> Iterator[tuple[str, bytes]]:
    """Noise, malformed files that others collected, then changed samples without end."""
    chance = random.Random(4)  # noqa: S311 # repeatable, not secret
    yield "noise.ifc", chance.randbytes(3000)
    found = foreign(request, "bad")
    chance.shuffle(found)
    for path in found[:12]:
        yield path.name, path.read_bytes()
    pool = samples()
    for number in itertools.count():
        made = mutant(20260101, number, pool)
        yield made.sample.path.name, made.data


def fill(inbox: Path, count: int, request: pytest.FixtureRequest) -> None:
    """As many models, of many a tenth hostile and of few a third."""
    real = foreign(request, "real")
    own = [sample.path for sample in samples()]
    small = sorted(own, key=lambda path: path.stat().st_size)
    good = itertools.chain(real + own, itertools.cycle(own)) if count > 100 else itertools.cycle(small)
    bad = hostile(request)
    for number in range(count):
        if number % (10 if count > 100 else 3) == 2:
            name, data = next(bad)
            (inbox / f"{number:03}-{name}").write_bytes(data)
        else:
            path = next(good)
            shutil.copyfile(path, inbox / f"{number:03}-{path.name}")


@pytest.mark.parametrize("count", [14, pytest.param(200, marks=pytest.mark.long)])
def test_every_model_of_a_mixed_batch_ends_as_it_would_alone(
    count: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One outcome each; the same exit code, and the same report to the byte, as the single command gives."""
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    fill(inbox, count, request)
    ran = run("batch", inbox, "-o", out)
    assert b"Traceback" not in ran.stderr
    rows = {row["input"]: row for row in map(json.loads, (out / "summary.jsonl").read_text().splitlines())}
    assert sorted(rows) == sorted(str(path) for path in inbox.iterdir())
    assert len(rows) == count
    with ThreadPoolExecutor(2) as pool:
        singles = dict(zip(rows, pool.map(run, rows), strict=True))
    for name, single in singles.items():
        row = rows[name]
        assert row["exit_code"] == single.returncode, name
        assert row["exit_code"] in (0, 1, 2, 3), name
        report = (out / row["files"]["json"]).read_bytes() if "json" in row["files"] else b""
        assert report == single.stdout, name
        if row["exit_code"] == 2:
            assert row["message"] in single.stderr.decode("utf-8", "replace"), name
    assert len(Counter(row["exit_code"] for row in rows.values())) > 2, "a mixture, not a heap of one kind"
