"""Outside doors of other people's models, against what one sees in their plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.brief import Brief
from bimcheck.measures.connections import connect
from bimcheck.measures.storeys import arrange_levels
from bimcheck.readers import read_model
from bimcheck.rooms.identify import identify

OUTSIDE = {
    "SampleHouse4.ifc": ["Entrance hall"],
    "AC20-FZK-Haus.ifc": ["Flur", "Wohnen"],
    # two flats, each with a front door and a glass door to the garden
    "Duplex_A_20110907_georeferenced.ifc": ["Foyer", "Foyer", "Living Room", "Living Room"],
    # two buildings; all its doors, outer ones too, are of the type “Inside Door” and declared internal
    "LargeBuilding.ifc": ["Room"] * 10,
}


@pytest.mark.parametrize("file", OUTSIDE)
def test_outside_doors_are_those_that_the_plan_shows(file: str, models_dir: Path) -> None:
    path = next(models_dir.rglob(file), None)
    if path is None:
        pytest.skip(f"{file} is not among the foreign models here")
    model = read_model(path)
    rooms, arrangement = identify(model, Brief()), arrange_levels(model, Brief())
    names = {space.id: space.name for space in model.spaces}
    behind = []
    for connection in connect(model, arrangement, rooms):
        kinds = [side.kind for side in connection.sides]
        if connection.opening_id is not None and "outdoors" in kinds:
            inside = next(side for side in connection.sides if side.kind != "outdoors")
            behind.append(names[inside.id])
    assert sorted(behind) == OUTSIDE[file]
