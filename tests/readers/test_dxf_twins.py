"""The sample buildings drawn in DXF, in every style, read back as they were described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import Polygon, set_precision
from shapely.geometry.base import BaseGeometry

from bimcheck.model import BuildingModel
from bimcheck.readers.dxf import read_dxf
from sample_models import designs
from sample_models.drawing import Project, Room, Storey, area_frame, write_dxf

WALLS: dict[str, dict[str, Any]] = {
    "millimetres": {},
    "metres": {"unit": "m"},
    "R2000 in GBK": {"version": "R2000", "encoding": "gbk"},
    "turned on survey coordinates": {"rotation_deg": 37.0, "offset": (540123.456, 3371234.567)},
    "no sheet borders": {"frames": False},
    "no axes": {"axes": False},
    "site plan of its own": {"site": "separate-mm"},
    "site plan of its own in metres": {"site": "separate-m"},
    "site plan in metres, no borders": {"site": "separate-m", "frames": False},
}
DESIGNS: dict[str, Callable[[], Project]] = {
    "community": designs.community,
    "shares": designs.ground_share_48,
    "lobby": designs.only_through_lobby,
    "behind a wall": designs.behind_wall,
    "behind a building": designs.behind_building,
    "shopfront": designs.shopfront,
    "gateway": designs.gateway,
    "outside stair": designs.outside_stair,
    "court": designs.inner_court,
}


@pytest.fixture(params=DESIGNS)
def project(request: pytest.FixtureRequest) -> Project:
    return DESIGNS[request.param]()


def _rooms(project: Project) -> Iterator[tuple[Storey, Room, BaseGeometry]]:
    for building in project.buildings:
        for storey in building.storeys:
            for room in storey.rooms:
                holes = shapely.union_all([Polygon(ring) for ring in (*storey.voids, *room.holes)])
                yield storey, room, holes


def _areas(model: BuildingModel, shape: str) -> list[tuple[str, str, float]]:
    return sorted(
        (space.storey_id or "", space.name, space.footprint.area)
        for space in model.spaces
        if space.shape == shape and space.footprint is not None and space.name and "上空" not in space.name
    )


def _same(found: list[tuple[str, str, float]], expected: list[tuple[str, str, float]]) -> None:
    assert [entry[:2] for entry in found] == [entry[:2] for entry in expected]
    assert [entry[2] for entry in found] == pytest.approx([entry[2] for entry in expected], rel=1e-5)


@pytest.mark.parametrize("variant", WALLS)
def test_rooms_between_wall_lines_are_the_rooms_described(project: Project, variant: str, tmp_path: Path) -> None:
    model = read_dxf(write_dxf(project, tmp_path / "twin.dxf", "wall-lines", **WALLS[variant]))
    expected = sorted(
        (storey.name, room.name, Polygon(room.outline).difference(holes).area)
        for storey, room, holes in _rooms(project)
    )
    # a court that the drawing names is read as a cell too; identification knows that it is no room
    _same([area for area in _areas(model, "wall-cell") if area[1] != "内院"], expected)
    doors = [door for building in project.buildings for storey in building.storeys for door in storey.doors]
    assert sorted(opening.width_m for opening in model.openings) == pytest.approx(
        sorted(d.width for d in doors), abs=1e-4
    )
    assert sum(o.kind == "gateway" for o in model.openings) == sum(door.gateway for door in doors)
    assert not [note.code for note in model.notes if note.blocks]


def test_wall_pieces_are_the_walls_described_openings_closed(project: Project, tmp_path: Path) -> None:
    model = read_dxf(write_dxf(project, tmp_path / "twin.dxf", "wall-lines"))
    (building,) = project.buildings
    for storey in building.storeys:
        drawn = [wall.plan for wall in storey.walls] + [front.line.plan for front in storey.curtain_walls]
        solid = shapely.union_all([set_precision(Polygon(ring), 1e-6) for ring in drawn])
        read = [e.footprint for e in model.elements if e.kind == "wall" and e.storey_id == storey.name]
        assert shapely.union_all(read).area == pytest.approx(solid.area, rel=1e-5)


@pytest.mark.parametrize("site", ["with-ground", "separate-m"])
def test_area_frames_are_the_gross_areas_described(project: Project, site: Any, tmp_path: Path) -> None:
    model = read_dxf(write_dxf(project, tmp_path / "twin.dxf", "area-frames", site=site))
    expected = sorted(
        (storey.name, room.name, Polygon(area_frame(room, storey)).difference(holes).area)
        for storey, room, holes in _rooms(project)
    )
    _same(_areas(model, "area-frame"), expected)


@pytest.mark.parametrize("variant", WALLS)
def test_the_site_is_read_and_lies_where_it_was_described(project: Project, variant: str, tmp_path: Path) -> None:
    """Counts by kind, the street's name, and the distance from every stall to the first room."""
    model = read_dxf(write_dxf(project, tmp_path / "twin.dxf", "wall-lines", **WALLS[variant]))
    kinds = Counter("street" if thing.kind == "red-line" else thing.kind for thing in project.outdoors)
    assert Counter(feature.kind for feature in model.site) == kinds
    streets = {thing.name for thing in project.outdoors if thing.kind == "street"}
    assert streets <= {feature.name for feature in model.site if feature.kind == "street"}
    (building,) = project.buildings
    ground = building.storeys[0]
    whole = shapely.union_all([Polygon(room.outline) for room in ground.rooms])
    read = shapely.union_all([s.footprint for s in model.spaces if s.storey_id == ground.name])
    described = sorted(Polygon(t.points).distance(whole) for t in project.outdoors if t.kind == "parking")
    found = sorted(f.geometry.distance(read) for f in model.site if f.kind == "parking")
    assert found == pytest.approx(described, abs=2e-3)


def test_storeys_lie_over_each_other_at_their_levels(tmp_path: Path) -> None:
    project = designs.community()
    model = read_dxf(write_dxf(project, tmp_path / "twin.dxf", "wall-lines"))
    (building,) = project.buildings
    assert [storey.name for storey in model.storeys] == [storey.name for storey in building.storeys]
    assert [s.elevation_m for s in model.storeys] == pytest.approx([s.elevation for s in building.storeys])
    assert [s.height_m for s in model.storeys] == pytest.approx([s.height for s in building.storeys])
    cores = [s.footprint for s in model.spaces if s.name == "住宅楼梯间" and s.footprint is not None]
    assert len(cores) == 3
    for core in cores[1:]:
        assert core.bounds == pytest.approx(cores[0].bounds, abs=1e-6)
