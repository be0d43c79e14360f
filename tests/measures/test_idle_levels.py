"""In large models what no verdict rests on is left out, and said to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.block import block
from bimcheck.measures import areas
from bimcheck.pipeline import review
from bimcheck.review import Review
from sample_models.drawing import Building, write_ifc


def estate(folder: Path) -> Path:
    """A house with service rooms below and homes above, and one of homes alone, 60 m to the east."""
    design = block(2, 2, depth=1, service_storeys=1)
    homes = block(2, 2, depth=1, service_storeys=0).buildings[0].storeys
    both = (*design.buildings, Building("2#楼", homes, at=(60.0, 0.0)))
    return write_ifc(replace(design, buildings=both), folder / "estate.ifc")


def without_levels(found: Review) -> Review:
    notes = tuple(note for note in found.notes if note.code != "levels-not-measured")
    return replace(found, levels=(), notes=notes)


def test_only_upper_storeys_of_buildings_without_service_rooms_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = estate(tmp_path)
    whole = review([model])
    assert all(level.outline_area_m2 for level in whole.levels)
    monkeypatch.setattr(areas, "_MANY_ROOMS", 3)
    spared = review([model])
    service = next(room for room in spared.rooms if room.counted)
    own = next(level.building_id for level in spared.levels if level.id == service.level_id)
    for level in spared.levels:
        assert (level.outline_area_m2 is None) == (level.building_id != own and not level.ground)
    (note,) = (note for note in spared.notes if note.code == "levels-not-measured")
    assert note.severity == "info"
    assert not note.blocks
    assert without_levels(spared) == without_levels(whole)
