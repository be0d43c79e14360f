"""Every kind of hostile file through the command line, which ends in one line or in a report that names the damage.

No verdict that stands on what was damaged passes; no traceback, no connection, and no file but in the output.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hostile_files import DOUBTED, DXF, IFC, REFUSED, SAME

RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
ROOT = Path(__file__).parents[1]
LISTEN = """
import os, sys
def heard(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")) and event != "socket.gethostname":
        with open(os.environ["HEARD"], "a") as file:
            file.write(f"{event} {arguments!r}\\n")
sys.addaudithook(heard)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders and limits of POSIX systems")


class Night(NamedTuple):
    """A batch over all hostile files, with what it left on the machine."""

    rows: dict[str, dict[str, Any]]
    out: Path
    errors: bytes
    strange: set[Path]
    heard: str


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Home, working folder and temporary folder are watched; so is every connection Python code would open."""
    root = tmp_path_factory.mktemp("night")
    inbox, out = root / "inbox", root / "out"
    for name in ("inbox", "home", "work", "tmp", "code"):
        (root / name).mkdir()
    (root / "code" / "sitecustomize.py").write_text(LISTEN)
    files = {**REFUSED, **SAME, **{name: made for name, (made, _) in DOUBTED.items()}}
    for name, made in files.items():
        (inbox / name).write_bytes(made())
    (inbox / "sound.ifc").write_bytes(IFC)
    (inbox / "sound.dxf").write_bytes(DXF)
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": "1767225600",
        "PYTHONPATH": os.pathsep.join([str(root / "code"), str(ROOT)]),
        "HOME": str(root / "home"),
        "TMPDIR": str(root / "tmp"),
        "HEARD": str(root / "heard"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    (root / "heard").touch()
    before = set(root.rglob("*"))
    command = [sys.executable, "-P", "-c", RUN, "batch", str(inbox), "-o", str(out), "--format", "json", "--lang", "en"]
    ran = subprocess.run(command, cwd=root / "work", env=environment, capture_output=True, check=False)
    strange = {path for path in root.rglob("*") if path not in before and not path.is_relative_to(out)} - {out}
    rows = [json.loads(line) for line in (out / "summary.jsonl").read_text().splitlines()]
    by_name = {Path(row["input"]).name: row for row in rows}
    assert set(by_name) == {*files, "sound.ifc", "sound.dxf"}
    return Night(by_name, out, ran.stderr, strange, (root / "heard").read_text())


def report(night: Night, name: str) -> dict[str, Any]:
    """The report of one of them."""
    content: dict[str, Any] = json.loads((night.out / night.rows[name]["files"]["json"]).read_bytes())
    return content


def test_nothing_is_connected_to_and_nothing_written_but_in_the_output(night: Night) -> None:
    assert night.heard == ""
    assert night.strange == set()
    assert b"Traceback" not in night.errors
    assert len(night.errors.splitlines()) == 1


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(night: Night, name: str) -> None:
    row = night.rows[name]
    assert (row["exit_code"], row["verdict"]) == (2, None)
    assert name.partition(".")[0] in row["message_en"]
    assert all(line and "\n" not in line for line in (row["message"], row["message_en"]))


@pytest.mark.parametrize("name", SAME)
def test_what_is_only_written_oddly_reads_as_the_sample_does(night: Night, name: str) -> None:
    """Every room, figure and status is that of the sound file."""
    odd, sound = report(night, name), report(night, "sound.dxf" if name.endswith(".dxf") else "sound.ifc")
    assert odd["verdict"] == sound["verdict"]
    assert odd["measurements"] == pytest.approx(sound["measurements"])
    assert {r["rule"]: r["status"] for r in odd["results"]} == {r["rule"]: r["status"] for r in sound["results"]}
    named = [[(room["name"], room["use"], room["counted"]) for room in found["rooms"]] for found in (odd, sound)]
    assert sorted(named[0]) == sorted(named[1])


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in DOUBTED.items()])
def test_what_is_damaged_is_named_and_does_not_pass(night: Night, name: str, code: str) -> None:
    found = report(night, name)
    assert code in {note["code"] for note in found["notes"]}
    assert {r["rule"]: r["status"] for r in found["results"]}["ground-floor-share"] != "pass"
    assert found["verdict"] != "pass"


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here")
@pytest.mark.parametrize("data", [IFC, DXF], ids=["model.ifc", "model.dxf"])
def test_no_library_below_python_connects_or_writes_elsewhere_either(tmp_path: Path, data: bytes) -> None:
    """Every system call of a check with all reports, and of what it starts, as the kernel saw it."""
    model, log, out = tmp_path / "model.any", tmp_path / "calls", tmp_path / "out"
    model.write_bytes(data)
    (tmp_path / "tmp").mkdir()
    calls = "trace=socket,connect,sendto,/^(open|creat|rename|mkdir|unlink|link|symlink)"
    formats = [part for name in ("html", "pdf", "xlsx", "docx", "bcf", "sarif") for part in ("--format", name)]
    check = [sys.executable, "-P", "-B", "-c", RUN, str(model), "-o", str(out), *formats]
    command = ["strace", "-f", "-y", "-qq", "-s", "300", "-e", calls, "-o", str(log), *check]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, env=environment, capture_output=True, check=False)
    if not log.exists() or not log.stat().st_size:
        pytest.skip("tracing is not allowed here")
    assert ran.returncode in (0, 1, 3), ran.stderr
    lines = log.read_text("utf-8", "replace").splitlines()
    assert [line for line in lines if re.search(r"AF_INET|sendto\(", line)] == []
    writing = [
        line for line in lines
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|(creat|rename\w*|mkdir\w*|unlink\w*|symlink|link)\(", line)
        and " = -1 " not in line
    ]  # fmt: skip
    elsewhere = [line for line in writing if str(tmp_path) not in line and '"/dev/' not in line and ', "' in line]
    assert elsewhere == []
    assert len(writing) > 5
