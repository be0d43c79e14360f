"""The end of a drawing is looked at by itself, and its start falls where it may."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.readers import read_model

DRAWING = (Path(__file__).parents[2] / "sample_models" / "quota_exact.frames.dxf").read_bytes()


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_a_character_across_the_start_of_the_end_is_no_damage(tmp_path: Path, shift: int) -> None:
    """Three bytes a character, so one of the shifts cuts between characters and two within one."""
    end = DRAWING.rindex(b"  0\nEOF")
    remarks = ("999\n" + "社区服务用房" * 40 + "\n").encode() * 60
    path = tmp_path / "model.dxf"
    path.write_bytes(DRAWING[:end] + remarks + b"999\n" + b"x" * shift + b"\n" + DRAWING[end:])
    assert len(read_model(path).spaces) > 0
