"""Which reader takes a file: its first bytes decide, whatever it is named and whatever stands before them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.errors import UnsupportedModelError
from bimcheck.model import BuildingModel
from bimcheck.readers import read_model

SAMPLE = (Path(__file__).parents[2] / "sample_models" / "quota_exact.ifc").read_bytes()


@pytest.mark.parametrize(
    "before",
    [
        b"\r\n\n \t",
        b"/* exported on monday */\r\n",
        b"\xef\xbb\xbf/* one */ /* two\n * lines */\n\n",
        b"/* " + b"long " * 4000 + b"*/",
        "/* 社区 */".encode("gbk"),
    ],
)
@pytest.mark.parametrize("name", ["model.dat", "model.dxf", "model"])
def test_an_ifc_is_known_behind_blank_lines_and_comments(tmp_path: Path, before: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(before + SAMPLE)
    model = read_model(tmp_path / name)
    assert model.source.format == "IFC"
    assert len(model.spaces) == len(_plain(tmp_path).spaces)


def _plain(folder: Path) -> BuildingModel:
    (folder / "plain.ifc").write_bytes(SAMPLE)
    return read_model(folder / "plain.ifc")


def test_a_comment_that_never_ends_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"/* " + SAMPLE)
    with pytest.raises(UnsupportedModelError):
        read_model(tmp_path / "model")
