"""Other people's models: every storey's parts add up to its outline, which is what its walls and rooms fill."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import Polygon

from bimcheck.brief import Brief
from bimcheck.errors import UsageError
from bimcheck.measures.areas import Areas, measure_areas
from bimcheck.measures.cells import LevelPlan
from bimcheck.measures.stairwells import split_stairwells
from bimcheck.measures.storeys import arrange_levels
from bimcheck.pipeline import review
from bimcheck.readers import read_model
from bimcheck.rooms.identify import identify


@pytest.fixture(scope="module")
def real(models_dir: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted((models_dir / "real").rglob("*.ifc"))}


def measured(path: Path) -> Areas:
    model = read_model(path)
    split = split_stairwells(model, identify(model, Brief()), arrange_levels(model, Brief()))
    return measure_areas(split.model, split.rooms, split.arrangement)


def envelope_m2(plan: LevelPlan) -> float:
    """Walls and rooms united, everything between them filled: another way to a storey's outline."""
    solid = shapely.union_all([wall.footprint for wall in plan.walls] + list(plan.cells))
    return sum(Polygon(part.exterior).area for part in shapely.get_parts(solid) if isinstance(part, Polygon))


def test_parts_add_up_to_the_outline_on_every_storey(real: dict[str, Path]) -> None:
    """To 0.01 m², or a note says that they do not."""
    checked = 0
    for name, path in real.items():
        try:
            areas = measured(path)
        except UsageError:
            continue  # the file declares no unit
        doubted = {ref for note in areas.notes if note.code == "parts-do-not-add-up" for ref in note.refs}
        for level in areas.levels:
            if level.outline_area_m2 is None or level.parts_area_m2 is None or doubted & set(level.storey_ids):
                continue
            assert level.parts_area_m2 == pytest.approx(level.outline_area_m2, abs=0.01), (name, level.name)
            of_rooms = sum(areas.rooms[r.space.id].gross_m2 or 0.0 for r in areas.plans[level.id].rooms)
            if any(areas.rooms[r.space.id].method == "rooms+walls" for r in areas.plans[level.id].rooms):
                assert of_rooms + level.unallocated_m2 == pytest.approx(level.outline_area_m2, abs=0.01), name
                checked += 1
    assert checked >= 9


@pytest.mark.parametrize(
    ("name", "storeys"),
    [
        ("AC20-FZK-Haus.ifc", {"1F": 120.00, "Dachgeschoss": 120.00}),
        ("LargeBuilding.ifc", {"1F": 331.28}),
        ("TallBuilding.ifc", {"1F": 67.24}),
        ("SampleHouse4.ifc", {"1F": 85.59}),
        ("Duplex_A_20110907_georeferenced.ifc", {"1F": 156.64, "2F": 156.64}),
    ],
)
def test_the_outline_is_what_walls_and_rooms_fill(name: str, storeys: dict[str, float], real: dict[str, Path]) -> None:
    """12 × 10 m is 120.00 on both storeys of the house; the two stairs of the duplex are area upstairs, too."""
    areas = measured(real[name])
    found = {level.name: level for level in areas.levels}
    for storey, truth in storeys.items():
        level = found[storey]
        assert level.outline_area_m2 == pytest.approx(truth, abs=0.01)
        assert envelope_m2(areas.plans[level.id]) == pytest.approx(truth, abs=0.01)


@pytest.mark.parametrize(
    ("name", "service", "net", "gross"),
    [
        ("AC20-FZK-Haus.ifc", ["Schlafzimmer", "Bad", "Buero", "Wohnen", "Flur", "Küche"], 101.39, 120.00),
        ("LargeBuilding.ifc", ["Room"], 299.48, 331.28),
        ("TallBuilding.ifc", ["Room"], 58.52, 67.24),
        ("SampleHouse4.ifc", ["Living room", "Bedroom", "Entrance hall"], 76.11, 85.59),
    ],
)
def test_a_review_measures_what_other_programs_did(
    name: str, service: list[str], net: float, gross: float, real: dict[str, Path]
) -> None:
    """Rooms tagged in the brief; their clear areas within 0.1 % of what the file declares."""
    found = review(real[name], brief=Brief.model_validate({"tags": {"service": service}}))
    rooms = [room for room in found.rooms if room.counted]
    for room in rooms:
        assert room.net_area_m2 == pytest.approx(room.declared_area_m2, rel=1e-3)
        assert (room.area_method, room.confidence) == ("rooms+walls", "high")
    assert sum(room.net_area_m2 or 0.0 for room in rooms) == pytest.approx(net, abs=0.01)
    assert found.measurements["service_area_m2"].value == pytest.approx(gross, abs=0.01)
