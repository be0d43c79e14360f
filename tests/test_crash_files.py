"""A defect met through the command: exit 4, one line, and a file to repeat it with that tells nothing of the model."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
SAMPLE = (ROOT / "sample_models" / "community_pass.ifc").read_bytes()
CHOKE = """
import sys, traceback
def choke(event, arguments):
    if event == "open" and str(arguments[0]).endswith("secret.ifc"):
        if any(frame.name == "read_model" for frame in traceback.extract_stack()):
            raise RuntimeError(f"cannot read 党群服务中心 in {arguments[0]}")
sys.addaudithook(choke)
"""
"""What no code of ours foresees: an exception that quotes the model, from where the model is opened."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX systems")


def words_of(data: bytes) -> set[str]:
    """Every text and every id that the model says, but words of the schema."""
    strings = re.findall(r"'((?:[^']|'')+)'", data.decode("ascii"))
    decoded = {
        re.sub(r"\\X2\\([0-9A-F]+)\\X0\\", lambda m: bytes.fromhex(m[1]).decode("utf-16-be"), s) for s in strings
    }
    return {word for word in decoded if len(word) > 3 and not word.upper().startswith(("IFC", "PSET", "QTO"))}


@pytest.mark.parametrize("way", ["single", "batch"])
def test_a_defect_leaves_what_repeats_it_and_nothing_of_the_model(tmp_path: Path, way: str) -> None:
    model, out = tmp_path / "project-x" / "secret.ifc", tmp_path / "out"
    model.parent.mkdir()
    model.write_bytes(SAMPLE)
    (tmp_path / "sitecustomize.py").write_text(CHOKE)
    brief = tmp_path / "brief.toml"
    brief.write_text('[project]\nname = "海宁文苑"\n')
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    options = ["--format", "json", "--stage", "completion", "--brief", str(brief), "-o", str(out), "--lang", "en"]
    command = [sys.executable, "-P", "-c", RUN, *(["batch"] if way == "batch" else []), str(model), *options]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert ran.returncode == 4, ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    (crash,) = out.rglob("*.bimcheck-crash.json")
    assert list(out.rglob("*report.json")) == []
    text = crash.read_text("utf-8")
    record = json.loads(text)
    assert record["models"] == [{"sha256": hashlib.sha256(SAMPLE).hexdigest(), "bytes": len(SAMPLE), "suffix": ".ifc"}]
    assert record["options"]["stage"] == "completion"
    assert record["options"]["brief"]["sha256"] == hashlib.sha256(brief.read_bytes()).hexdigest()
    assert {"bimcheck", "python", "ifcopenshell", "shapely"} <= set(record["versions"])
    (thrown,) = record["exceptions"]
    assert (thrown["type"], thrown["message"]) == ("RuntimeError", None)
    assert any(frame["function"] == "read_model" for frame in thrown["frames"])
    words = words_of(SAMPLE)
    assert len(words) > 50
    assert [word for word in (*words, "党群", "海宁文苑", "project-x", "secret", str(tmp_path)) if word in text] == []
