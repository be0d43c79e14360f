"""Entrances through files: a block of service rooms beside a lobby of flats, the street's red line 8 m to the south."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import oracle_buildings as oracle
import pytest

from bimcheck.brief import Brief
from bimcheck.pipeline import review
from bimcheck.review import Entrance, Review
from sample_models.drawing import Building, Project, Room, Storey, rect, write_dxf, write_ifc

Write = Callable[[Project, Path], Path]

FILES: dict[str, Write] = {
    "IFC4": lambda p, f: write_ifc(p, f / "m.ifc"),
    "IFC2X3 flipped IsExternal": lambda p, f: write_ifc(p, f / "m.ifc", schema="IFC2X3", is_external="flipped"),
    "IFC4X3 survey, boundaries": lambda p, f: write_ifc(
        p, f / "m.ifc", schema="IFC4X3", unit="m", rotation_deg=37.0, offset=(540123.4, 3371234.5), boundaries=True
    ),
    "DXF walls": lambda p, f: write_dxf(p, f / "m.dxf", style="wall-lines"),
}


@pytest.fixture(params=list(FILES.values()), ids=list(FILES))
def write(request: pytest.FixtureRequest) -> Write:
    chosen: Write = request.param
    return chosen


def checked(project: Project, write: Write, folder: Path, **brief: Any) -> Review:
    return review(write(project, folder), brief=Brief.model_validate(brief), stage="preliminary")


def only(found: Review) -> Entrance:
    assert len(found.entrances) == 1, [entrance.name for entrance in found.entrances]
    return found.entrances[0]


def status(found: Review) -> str:
    return next(result.status for result in found.results if result.rule == "street-entrance")


def test_a_door_on_the_street_qualifies(write: Write, tmp_path: Path) -> None:
    found = checked(oracle.entrances(), write, tmp_path)
    assert only(found).qualifies is True
    assert found.measurements["street_entrances"].value == 1
    assert status(found) == "pass"


def test_a_door_on_an_internal_lane_is_on_no_street(write: Write, tmp_path: Path) -> None:
    found = checked(oracle.entrances(street_door=False, lane_door=True), write, tmp_path)
    assert (only(found).street_facing, only(found).independent) == (False, True)
    assert status(found) == "fail"


def test_a_door_into_the_shared_lobby_is_not_independent(write: Write, tmp_path: Path) -> None:
    found = checked(oracle.entrances(street_door=False, lobby_door=True), write, tmp_path)
    assert all(entrance.independent is not True for entrance in found.entrances)
    assert status(found) == "fail"


def test_an_upper_door_by_an_outside_stair_is_for_a_person(write: Write, tmp_path: Path) -> None:
    design = oracle.entrances(street_door=False, upper_stair=True)
    found = checked(design, write, tmp_path)
    assert [entrance.ground_level for entrance in found.entrances] == [False]
    assert status(found) == "manual"


def test_a_wall_without_a_gate_is_for_a_person(write: Write, tmp_path: Path) -> None:
    found = checked(oracle.entrances(fence=True), write, tmp_path)
    assert only(found).street_facing is False
    assert status(found) == "manual"


def test_a_lane_declared_public_is_a_street(tmp_path: Path) -> None:
    design = oracle.entrances(street_door=False, lane_door=True)
    lane = {"name": "西侧巷道", "public": True, "side": "west"}
    found = checked(design, FILES["IFC4"], tmp_path, site={"streets": [lane]})
    assert only(found).street_facing is True
    assert status(found) == "pass"


@pytest.mark.parametrize(("stage", "expected"), [("scheme", "undetermined"), ("preliminary", "fail")])
def test_a_model_without_any_door_fails_once_doors_are_due(stage: Any, expected: str, tmp_path: Path) -> None:
    design = oracle.entrances(street_door=False)
    shut = replace(
        design,
        buildings=tuple(replace(b, storeys=tuple(replace(s, doors=()) for s in b.storeys)) for b in design.buildings),
    )
    assert status(review(write_ifc(shut, tmp_path / "m.ifc"), stage=stage)) == expected


def test_a_list_of_rooms_that_draws_none_of_them_tells_nothing_of_entrances(tmp_path: Path) -> None:
    """Rooms with declared areas alone are no drawing in which a door could be missing."""
    storey = Storey("1F", 0.0, 4.5, rooms=(Room("社区服务用房", rect(0, 0, 24, 18)),))
    path = write_ifc(Building("1#楼", (storey,), roof=False), tmp_path / "m.ifc", space_shape="none")
    street = Brief.model_validate({"site": {"streets": [{"name": "文苑路", "side": "south"}]}})
    found = review(path, brief=street, stage="preliminary")
    assert [room.footprint for room in found.rooms] == [None]
    assert status(found) == "undetermined"
