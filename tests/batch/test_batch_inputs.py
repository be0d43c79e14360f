"""What a batch's arguments name: every input once, in order, and none without an answer."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from bimcheck.batch import Gathered, Request, gather
from bimcheck.errors import UsageError


def taken(found: Gathered) -> list[str]:
    """Names of the files that will be checked."""
    return [request.path.name for request in found.requests if request.problem is None]


def problems(found: Gathered) -> list[Request]:
    """Inputs that cannot be checked."""
    return [request for request in found.requests if request.problem is not None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portal's folder: models in subfolders, other things beside them."""
    inbox = tmp_path / "inbox"
    (inbox / "b").mkdir(parents=True)
    (inbox / ".hidden").mkdir()
    for name in ("b/two.IFC", "one.dxf", "three.ifczip", "four.dwg", "readme.txt", ".five.ifc", ".hidden/six.ifc"):
        (inbox / name).write_text("x")
    return inbox


def gathered(*arguments: object, output: Path, lines: str | None = None) -> Gathered:
    """What these arguments stand for."""
    return gather([str(each) for each in arguments], output=output, lines=lines)


def test_a_folder_gives_its_models_by_name_and_counts_the_rest(folder: Path, tmp_path: Path) -> None:
    found = gathered(folder, output=tmp_path / "out")
    assert taken(found) == ["four.dwg", "one.dxf", "three.ifczip", "two.IFC"]
    assert found.ignored == 2, "readme.txt and the hidden file"


def test_results_within_the_input_folder_are_no_inputs(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "kept.ifc").touch()
    assert "kept.ifc" not in taken(gathered(folder, output=folder / "out"))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_a_folder_above_is_no_endless_walk(folder: Path, tmp_path: Path) -> None:
    (folder / "b" / "loop").symlink_to(folder)
    assert len(taken(gathered(folder, output=tmp_path / "out"))) == 4


def test_a_pattern_and_a_folder_that_name_the_same_file_name_it_once(folder: Path, tmp_path: Path) -> None:
    found = gathered(f"{folder}/**/*.IFC", folder, folder / "b" / "two.IFC", output=tmp_path / "out")
    assert taken(found).count("two.IFC") == 1


def test_a_name_that_looks_like_a_pattern_but_exists_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1].ifc").touch()
    (tmp_path / "a1.ifc").touch()
    assert taken(gathered(tmp_path / "a[1].ifc", output=tmp_path / "out")) == ["a[1].ifc"]


@pytest.mark.parametrize("name", ["gone.ifc", "none*.ifc", "\0.ifc"])
def test_what_is_not_there_is_an_input_with_a_problem(tmp_path: Path, name: str) -> None:
    (found,) = gathered(tmp_path / name, output=tmp_path / "out").requests
    assert found.problem is not None


def test_a_folder_without_models_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (found,) = gathered(tmp_path / "empty", output=tmp_path / "out").requests
    assert found.problem is not None
    assert "empty" in found.problem.en


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.ifc")
    (found,) = gathered(tmp_path, output=tmp_path / "out").requests
    assert found.problem is not None


def test_nothing_named_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        gathered(output=tmp_path)
    with pytest.raises(UsageError):
        gathered("-", lines="\n\n", output=tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_manifest_gives_each_model_its_brief_and_stage(folder: Path, tmp_path: Path, encoding: str) -> None:
    """As spreadsheets write it here: with a byte-order mark, or in GBK; paths are relative to the manifest."""
    (folder / "党群.ifc").write_text("x")
    manifest = folder / "list.csv"
    manifest.write_bytes('model, stage,brief\r\n党群.ifc,completion,a.toml\r\n"one.dxf",,\r\n'.encode(encoding))
    first, second = gathered(manifest, output=tmp_path / "out").requests
    assert (first.path, first.stage, first.brief) == (folder / "党群.ifc", "completion", folder / "a.toml")
    assert (second.path, second.stage, second.brief) == (folder / "one.dxf", None, None)


def test_a_manifest_of_json_lines_says_the_same(folder: Path, tmp_path: Path) -> None:
    rows = [{"model": "one.dxf", "stage": "preliminary", "previous": "old.json"}, {"model": "b"}]
    manifest = folder / "list.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    first, second = gathered(manifest, output=tmp_path / "out").requests
    assert (first.path.name, first.stage, first.previous) == ("one.dxf", "preliminary", folder / "old.json")
    assert second.path.name == "two.IFC", "a row may name a folder"


@pytest.mark.parametrize("text", ["model,breif\na.ifc,b.toml\n", "file\na.ifc\n", '{"model": "a.ifc", "breif": "b"}\n'])
def test_an_unknown_column_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """A misspelt column would leave every model without its brief."""
    manifest = tmp_path / "list.csv"
    manifest.write_text(text)
    with pytest.raises(UsageError, match=r"breif|model"):
        gathered(manifest, output=tmp_path / "out")


def test_a_bad_row_does_not_cost_the_others_their_answer(folder: Path, tmp_path: Path) -> None:
    manifest = folder / "list.jsonl"
    manifest.write_text(
        '{"model": "one.dxf", "stage": "approval"}\n{"model": \n{"model": 3}\n{"brief": "x.toml"}\n'
        '{"model": "one.dxf"}\n'
    )
    found = gathered(manifest, output=tmp_path / "out")
    assert taken(found) == ["one.dxf"]
    assert len(problems(found)) == 4
    assert "approval" in str(problems(found)[0].problem)


def test_a_csv_row_with_too_many_cells_is_no_guess(folder: Path, tmp_path: Path) -> None:
    (folder / "list.csv").write_text("model,stage\none.dxf,scheme,b.toml\n")
    (found,) = gathered(folder / "list.csv", output=tmp_path / "out").requests
    assert found.problem is not None


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\0"])
def test_a_list_on_standard_input_ends_names_by_line_or_nul(folder: Path, tmp_path: Path, separator: str) -> None:
    lines = separator.join([str(folder / "one.dxf"), str(folder / "b" / "two.IFC"), ""])
    assert taken(gathered("-", lines=lines, output=tmp_path / "out")) == ["one.dxf", "two.IFC"]


def test_the_same_model_with_two_briefs_is_two_inputs(folder: Path, tmp_path: Path) -> None:
    manifest = folder / "list.csv"
    manifest.write_text("model,brief\none.dxf,a.toml\none.dxf,b.toml\none.dxf,a.toml\n")
    assert len(gathered(manifest, output=tmp_path / "out").requests) == 2
