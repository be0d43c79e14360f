"""Rooms as authors draw them, through files: to any face of their walls, with walls or neighbours left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import oracle_buildings as oracle
import pytest

from bimcheck.brief import Brief
from bimcheck.pipeline import review
from bimcheck.review import Review, ReviewedRoom, RuleResult
from sample_models.drawing import Door, Project, Ring, Room, Storey, Wall, outer_walls, rect, write_dxf, write_ifc

Write = Callable[[Project, Path], Path]

FILES: dict[str, Write] = {
    "IFC4 mm": lambda project, folder: write_ifc(project, folder / "a.ifc"),
    "IFC2X3 m breps 37°": lambda project, folder: write_ifc(
        project, folder / "a.ifc", "IFC2X3", "m", rotation_deg=37.0, offset=(540123.4, 3371234.5), space_shape="brep"
    ),
    "IFC4X3 ft mapped": lambda project, folder: write_ifc(
        project, folder / "a.ifc", "IFC4X3", "ft", space_shape="mapped"
    ),
}


@pytest.fixture(params=list(FILES.values()), ids=list(FILES))
def write(request: pytest.FixtureRequest) -> Write:
    found: Write = request.param
    return found


def on(storey: Storey, name: str = "裙房") -> Project:
    podium = oracle.podium_half()
    return replace(podium, name=name, buildings=(replace(podium.buildings[0], storeys=(storey,)),))


def judged(path: Path, least_m2: float) -> RuleResult:
    """The quota of a small estate whose planning conditions ask for this area."""
    asked = Brief.model_validate({"project": {"households": 100}, "conditions": {"service_area_m2": least_m2}})
    found = review(path, brief=asked, stage="preliminary")
    return next(result for result in found.results if result.rule == "parcel-quota")


def service(found: Review) -> ReviewedRoom:
    (room,) = (room for room in found.rooms if room.counted)
    return room


def bounds(found: Review) -> tuple[float | None, float | None, float | None]:
    total = found.measurements["service_area_m2"]
    return total.low, total.value, total.high


# ------------------------------------------------------------------------------------------------ faces

WEST: dict[str, Ring] = {
    "墙内侧": rect(0.24, 0.24, 23.9, 17.76),
    "完成面": rect(0.265, 0.265, 23.875, 17.735),
    "墙中线": rect(0.12, 0.12, 24.0, 17.88),
    "墙外皮": rect(0.0, 0.0, 24.1, 18.0),
    "外墙外皮、共用墙中线": rect(0.0, 0.0, 24.0, 18.0),
}
EAST = rect(24.1, 0.24, 47.76, 17.76)
EAST_FINISH = rect(24.125, 0.265, 47.735, 17.735)


@pytest.mark.parametrize("east", [EAST, EAST_FINISH], ids=["neighbour to wall faces", "neighbour to the finish"])
@pytest.mark.parametrize("faces", WEST)
def test_a_room_is_as_large_to_whichever_faces_it_is_drawn(
    faces: str, east: Ring, write: Write, tmp_path: Path
) -> None:
    """Half a podium is 24 × 18 = 432.00, and the ledger says to which faces its room was drawn."""
    storey = oracle.podium_half().buildings[0].storeys[0]
    west = replace(storey.rooms[0], outline=WEST[faces])
    found = review(write(on(replace(storey, rooms=(west, replace(storey.rooms[1], outline=east)))), tmp_path))
    room = service(found)
    assert bounds(found) == pytest.approx((432.0, 432.0, 432.0), abs=1e-3)
    assert (room.area_method, room.confidence) == ("rooms+walls", "high")
    assert room.net_area_m2 == pytest.approx(23.61 * 17.47 if faces == "完成面" else 23.66 * 17.52, abs=1e-3)
    if faces == "墙内侧":
        assert room.remark is None
    else:
        assert room.remark is not None
        assert f"房间绘至{faces}" in room.remark.zh
    assert not [note for note in found.notes if note.code == "rooms-overlap"]


# ------------------------------------------------------------------------------------------------ neighbours left out


def alone(*, slab_goes_on: bool = False, drawn: Ring = WEST["墙内侧"]) -> Project:
    """The western half of the podium and nothing else: outer walls of 240, the party wall of 200 on x = 24.

    24 × 18 = 432.00 if the party wall is shared, 24.1 × 18 = 433.80 if it is an outer wall.
    """
    south = Wall((0.24, 0.12), (24.1, 0.12), 0.24, external=True)
    north = Wall((0.24, 17.88), (24.1, 17.88), 0.24, external=True)
    west = Wall((0.12, 0.0), (0.12, 18.0), 0.24, external=True)
    party = Wall((24.0, 0.24), (24.0, 17.76), 0.2, name="分户墙")
    plate = rect(0.0, 0.0, 48.0 if slab_goes_on else 24.1, 18.0)
    rooms = (Room(oracle.SERVICE, drawn, "101"),)
    return on(
        Storey("1F", 0.0, 4.5, plate, rooms=rooms, walls=(south, north, west, party), doors=(Door((12.0, 0.12), 1.8),))
    )


def test_a_party_wall_declared_internal_leaves_half_of_it_open(write: Write, tmp_path: Path) -> None:
    found = review(write(alone(), tmp_path))
    assert bounds(found) == pytest.approx((432.0, 433.8, 433.8), abs=1e-3)
    assert service(found).confidence == "medium"


@pytest.mark.parametrize(
    ("least_m2", "status"), [(432.0, "pass"), (432.01, "undetermined"), (433.8, "undetermined"), (433.81, "fail")]
)
def test_a_verdict_between_shared_and_outer_wall_stays_open(least_m2: float, status: str, tmp_path: Path) -> None:
    found = judged(FILES["IFC4 mm"](alone(), tmp_path), least_m2)
    assert found.status == status
    if status == "undetermined":
        assert "墙体没有画全" in found.message.zh
        assert found.reason == "missing-data"


@pytest.mark.parametrize(
    ("project", "low"),
    [
        (alone(slab_goes_on=True), 432.0),
        (alone(drawn=WEST["外墙外皮、共用墙中线"]), 432.0),
        (alone(), 433.8),
    ],
    ids=["the slab goes on", "drawn to its centre", "nothing tells"],
)
def test_without_declarations_other_evidence_tells_a_party_wall(project: Project, low: float, tmp_path: Path) -> None:
    found = review(write_ifc(project, tmp_path / "a.ifc", is_external="absent"))
    assert bounds(found) == pytest.approx((low, 433.8, 433.8), abs=1e-3)


# ------------------------------------------------------------------------------------------------ walls left out


def test_rooms_without_any_walls_give_an_interval(write: Write, tmp_path: Path) -> None:
    """At least what is drawn, 23.66 × 17.52; at most with a wall of 240 around, 24.14 × 18.00."""
    storey = replace(alone().buildings[0].storeys[0], walls=(), doors=(), outline=None)
    found = review(write(on(storey), tmp_path))
    assert bounds(found) == pytest.approx((414.5232, 414.5232, 434.52), abs=1e-3)
    room = service(found)
    assert (room.area_method, room.confidence) == ("assumed-walls", "low")
    assert room.remark is not None


@pytest.mark.parametrize(
    ("least_m2", "status"), [(414.52, "pass"), (414.53, "undetermined"), (434.52, "undetermined"), (434.53, "fail")]
)
def test_a_clear_area_that_suffices_proves_a_pass(least_m2: float, status: str, tmp_path: Path) -> None:
    """And one that walls could not lift to the minimum proves a failure; between the two nothing is claimed."""
    storey = replace(alone().buildings[0].storeys[0], walls=(), doors=(), outline=None)
    found = judged(FILES["IFC4 mm"](on(storey), tmp_path), least_m2)
    assert found.status == status
    if status == "undetermined":
        assert "墙体没有画全" in found.message.zh
        assert found.reason == "missing-data"


@pytest.mark.parametrize(
    ("left_out", "drawn", "whole"),
    [
        ((1,), 29.76 * 20.0, 600.0),  # the east wall: the room ends 240 short of it
        ((0, 1), 29.76 * 19.76, 600.0),  # east and south
    ],
    ids=["one wall", "two walls"],
)
def test_a_wall_that_is_missing_leaves_the_area_open_to_where_it_would_stand(
    left_out: tuple[int, ...], drawn: float, whole: float, write: Write, tmp_path: Path
) -> None:
    """A hall of 30 × 20 without some of its outer walls of 240, square at the corners."""
    sides = (
        Wall((0.0, 0.12), (30.0, 0.12), 0.24, external=True),
        Wall((29.88, 0.24), (29.88, 19.76), 0.24, external=True),
        Wall((0.0, 19.88), (29.76, 19.88), 0.24, external=True),
        Wall((0.12, 0.24), (0.12, 19.76), 0.24, external=True),
    )
    # where the east wall is missing the south one ends at x = 29.76, as the north one does
    sides = (replace(sides[0], end=(29.76, 0.12)), *sides[1:]) if 1 in left_out else sides
    storey = Storey(
        "1F",
        0.0,
        3.6,
        rooms=(Room(oracle.SERVICE, rect(0.24, 0.24, 29.76, 19.76), "101"),),
        walls=tuple(side for number, side in enumerate(sides) if number not in left_out),
    )
    found = review(write(on(storey), tmp_path))
    low, value, high = bounds(found)
    assert (low, value) == pytest.approx((drawn, drawn), abs=1e-3)
    assert high == pytest.approx(whole, abs=0.06)
    assert high is not None
    assert high >= whole - 1e-3
    room = service(found)
    assert (room.area_method, room.confidence) == ("rooms+walls", "medium")
    assert room.remark is not None
    assert "没有墙" in room.remark.zh


def test_a_gap_in_a_shared_wall_is_closed_where_the_rooms_meet(write: Write, tmp_path: Path) -> None:
    """The party wall is drawn from y = 6 only; below, the two rooms face each other across 200: still 432.00 each."""
    storey = oracle.podium_half().buildings[0].storeys[0]
    walls = tuple(replace(w, start=(24.0, 6.0)) if w.start == (24.0, 0.24) else w for w in storey.walls)
    found = review(write(on(replace(storey, walls=walls)), tmp_path))
    assert bounds(found) == pytest.approx((432.0, 432.0, 432.0), abs=1e-3)


@pytest.mark.parametrize("style", ["wall-lines", "area-frames"])
def test_a_drawing_of_the_service_part_alone(style: Any, tmp_path: Path) -> None:
    """A drawing does not say which walls are internal: what is drawn counts, 433.80 by walls or by the frame."""
    storey = alone().buildings[0].storeys[0]
    if style == "area-frames":
        storey = replace(storey, rooms=(replace(storey.rooms[0], frame=rect(0.0, 0.0, 24.1, 18.0)),))
    found = review(write_dxf(on(storey), tmp_path / "a.dxf", style=style))
    assert found.measurements["service_area_m2"].value == pytest.approx(433.8, abs=0.01)


def test_walls_of_the_outline_alone_do_not_make_rooms(tmp_path: Path) -> None:
    """A storey with walls and no room has no service area, and none is invented."""
    storey = Storey("1F", 0.0, 3.6, walls=outer_walls(rect(0.0, 0.0, 30.0, 20.0)))
    found = review(write_ifc(on(storey), tmp_path / "a.ifc"))
    assert found.measurements["service_area_m2"].value is None
    assert found.verdict == "undetermined"
