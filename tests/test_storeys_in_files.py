"""Storeys through files: what files say wrongly about them, several buildings, repeated and typical storeys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import oracle_buildings as oracle
import pytest

from bimcheck.pipeline import review
from bimcheck.review import Review
from sample_models.drawing import Building, Project, Storey, write_dxf, write_ifc

TWO_PLATES = oracle.low_upper_storey(4.5).buildings[0]
"""Two storeys of 24 × 18 = 432 each."""


def project(*storeys: Storey) -> Project:
    return Project("楼层", (replace(TWO_PLATES, storeys=storeys),))


def areas(found: Review) -> tuple[float | None, float | None]:
    """Total and ground-floor area."""
    return found.measurements["service_area_m2"].value, found.measurements["ground_floor_area_m2"].value


def codes(found: Review) -> dict[str, str]:
    return {note.code: note.text.en for note in found.notes}


# ------------------------------------------------------------------------------------------------ wrong attributes


@pytest.mark.parametrize("rotation_deg", [0.0, 37.0])
def test_a_wrong_elevation_is_reported_and_geometry_wins(rotation_deg: float, tmp_path: Path) -> None:
    """Both storeys declare 0.00; the upper one stands at 4.50."""
    ground, upper = TWO_PLATES.storeys
    said = project(ground, replace(upper, declared_elevation=0.0))
    found = review(write_ifc(said, tmp_path / "a.ifc", rotation_deg=rotation_deg))
    assert areas(found) == pytest.approx((864.0, 432.0), abs=0.01)
    assert "“2F” declares 0.00 m and stands at 4.50 m" in codes(found)["storey-elevation-differs"]
    assert "1F" not in codes(found)["storey-elevation-differs"]


@pytest.mark.parametrize("zero_m", [0.0, 57.3, -2.0])
def test_elevations_may_count_from_another_zero(zero_m: float, tmp_path: Path) -> None:
    storeys = [replace(s, declared_elevation=s.elevation + zero_m) for s in TWO_PLATES.storeys]
    assert "storey-elevation-differs" not in codes(review(write_ifc(project(*storeys), tmp_path / "a.ifc")))


@pytest.mark.parametrize(("off_m", "reported"), [(0.09, False), (0.11, True)])
def test_elevations_may_be_those_of_the_finish(off_m: float, reported: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter
    """Up to 100 mm are the floor's finish."""
    ground, upper = TWO_PLATES.storeys
    said = project(ground, replace(upper, declared_elevation=4.5 + off_m))
    assert ("storey-elevation-differs" in codes(review(write_ifc(said, tmp_path / "a.ifc")))) is reported


def test_the_storey_that_most_others_contradict_is_the_wrong_one(tmp_path: Path) -> None:
    """Three storeys; the lowest says −1.00."""
    ground, upper = TWO_PLATES.storeys
    top = replace(upper, name="3F", elevation=9.0)
    said = project(replace(ground, declared_elevation=-1.0), upper, top)
    found = review(write_ifc(said, tmp_path / "a.ifc"))
    assert "“1F” declares -1.00 m and stands at 0.00 m;" in codes(found)["storey-elevation-differs"]
    assert "2F" not in codes(found)["storey-elevation-differs"]


def test_a_foreign_file_that_declares_every_storey_at_zero_is_reported(models_dir: Path) -> None:
    found = review(models_dir / "bad" / "storeys_same_elevation.ifc")
    assert "storey-elevation-differs" in codes(found)


def test_a_room_listed_on_the_wrong_storey_counts_where_it_stands(tmp_path: Path) -> None:
    ground, upper = TWO_PLATES.storeys
    lost = replace(upper, rooms=tuple(replace(room, listed_on="1F") for room in upper.rooms))
    found = review(write_ifc(project(ground, lost), tmp_path / "a.ifc"))
    assert areas(found) == pytest.approx((864.0, 432.0), abs=0.01)
    assert "space-on-wrong-storey" in codes(found)


@pytest.mark.parametrize("gap_m", [0.02, 0.05, 0.10])
def test_finish_and_structure_levels_are_one_storey(gap_m: float, tmp_path: Path) -> None:
    """Rooms on a finish level, walls on a structure level below it."""
    ground, upper = TWO_PLATES.storeys
    finish = replace(ground, name="1F 建筑", walls=(), doors=(), windows=(), stairs=(), slabs=())
    structure = replace(ground, name="1F 结构", elevation=-gap_m, rooms=())
    found = review(write_ifc(project(structure, finish, upper), tmp_path / "a.ifc"))
    assert areas(found) == pytest.approx((864.0, 432.0), abs=0.01)
    assert [level.ground for level in found.levels] == [True, False]


# ------------------------------------------------------------------------------------------------ several buildings


def estate() -> Project:
    """Two storeys beside a turned one-storey building that stands 3 m higher; 432 each: 864 of 1296 on the ground."""
    ground = TWO_PLATES.storeys[0]
    hill = Building("2#楼", (replace(ground, elevation=3.0),), at=(60.0, 10.0), turn_deg=30.0)
    return Project("两栋", (replace(TWO_PLATES, name="1#楼"), hill))


@pytest.mark.parametrize("options", [{}, {"space_shape": "mapped"}, {"rotation_deg": 37.0, "unit": "ft"}])
def test_each_building_has_its_own_ground_storey(options: dict[str, Any], tmp_path: Path) -> None:
    """The share is that of the project."""
    found = review(write_ifc(estate(), tmp_path / "a.ifc", **options))
    assert areas(found) == pytest.approx((1296.0, 864.0), abs=0.01)
    assert found.measurements["ground_floor_share"].value == pytest.approx(2 / 3, abs=1e-5)
    assert len({level.building_id for level in found.levels if level.ground}) == 2


def test_buildings_of_one_type_are_each_measured(tmp_path: Path) -> None:
    """Three buildings whose rooms are mapped from one shape, apart and turned: 3 × 864."""
    turns = ((0.0, 0.0, 0.0), (50.0, 0.0, 90.0), (90.0, 25.0, 217.0))
    every = tuple(
        replace(TWO_PLATES, name=f"{n}#楼", at=(x, y), turn_deg=turn) for n, (x, y, turn) in enumerate(turns, 1)
    )
    found = review(write_ifc(Project("三栋", every), tmp_path / "a.ifc", space_shape="mapped"))
    assert areas(found) == pytest.approx((2592.0, 1296.0), abs=0.01)


# ------------------------------------------------------------------------------------------------ typical, mezzanine


@pytest.mark.parametrize("style", ["wall-lines", "area-frames"])
def test_a_plan_of_two_storeys_counts_twice(style: Any, tmp_path: Path) -> None:
    """One plan 二~三层平面图: 432 on the ground, 2 × 432 above."""
    ground, upper = TWO_PLATES.storeys
    both = replace(upper, name="2~3F", title="二~三层平面图", height=3.6)
    found = review(write_dxf(project(ground, both), tmp_path / "a.dxf", style=style))
    assert areas(found) == pytest.approx((1296.0, 432.0), abs=0.01)
    assert [level.name for level in found.levels] == ["1F", "2F", "3F"]


def typical(name: str, elevation: float, **more: Any) -> Storey:
    """The upper storey again, 3.60 high."""
    return replace(TWO_PLATES.storeys[1], name=name, elevation=elevation, height=3.6, **more)


@pytest.mark.parametrize(
    "options", [{"space_shape": "mapped"}, {"schema": "IFC2X3", "unit": "ft", "rotation_deg": 37.0}]
)
def test_typical_storeys_modelled_one_by_one_count_each(options: dict[str, Any], tmp_path: Path) -> None:
    """Five alike over the ground floor, their rooms mapped from one shape: 6 × 432, a sixth of it below."""
    ground = TWO_PLATES.storeys[0]
    every = (typical(f"{number}F", 4.5 + 3.6 * (number - 2)) for number in range(2, 7))
    found = review(write_ifc(project(ground, *every), tmp_path / "a.ifc", **options))
    assert areas(found) == pytest.approx((2592.0, 432.0), abs=0.01)
    assert found.measurements["ground_floor_share"].value == pytest.approx(1 / 6, abs=1e-5)
    assert "typical-storey-once" not in codes(found)


@pytest.mark.parametrize("name", ["2~5F", "二至五层平面", "标准层"])
def test_a_typical_storey_modelled_once_proves_nothing(name: str, tmp_path: Path) -> None:
    """Counted once it would make a ground share of a half out of 432 ÷ (5 × 432)."""
    ground = TWO_PLATES.storeys[0]
    flats = typical("6F", 4.5 + 4 * 3.6)
    flats = replace(flats, rooms=tuple(replace(room, name="住宅") for room in flats.rooms))
    found = review(write_ifc(project(ground, typical(name, 4.5), flats), tmp_path / "a.ifc"), stage="preliminary")
    assert "model every storey" in codes(found)["typical-storey-once"]
    assert found.measurements["ground_floor_share"].reason is not None
    assert next(result for result in found.results if result.rule == "ground-floor-share").status == "undetermined"


def test_a_typical_storey_of_flats_modelled_once_harms_nothing(tmp_path: Path) -> None:
    ground = TWO_PLATES.storeys[0]
    flats = typical("2~5F", 4.5)
    flats = replace(flats, rooms=tuple(replace(room, name="住宅") for room in flats.rooms))
    found = review(write_ifc(project(ground, flats), tmp_path / "a.ifc"), stage="preliminary")
    assert found.measurements["service_area_m2"].reason is None
    assert areas(found) == pytest.approx((432.0, 432.0), abs=0.01)


def test_buildings_of_one_type_on_a_slope_have_a_ground_floor_each(tmp_path: Path) -> None:
    """Three buildings of two storeys, mapped from one shape, each 2.4 m above the last and turned: half is ground."""
    every = tuple(
        replace(
            TWO_PLATES,
            name=f"{n}#楼",
            at=(45.0 * n, 8.0 * n),
            turn_deg=35.0 * n,
            storeys=tuple(replace(s, elevation=s.elevation + 2.4 * n) for s in TWO_PLATES.storeys),
        )
        for n in range(3)
    )
    found = review(write_ifc(Project("坡地", every), tmp_path / "a.ifc", space_shape="mapped", schema="IFC4X3"))
    assert areas(found) == pytest.approx((2592.0, 1296.0), abs=0.01)
    assert found.measurements["ground_floor_share"].value == pytest.approx(0.5, abs=1e-6)
    assert next(result for result in found.results if result.rule == "ground-floor-share").status == "pass"


def test_a_mezzanine_in_a_drawing_of_area_frames_is_none_of_the_ground_floor(tmp_path: Path) -> None:
    """300 below and 48 on the mezzanine."""
    found = review(write_dxf(oracle.mezzanine(), tmp_path / "a.dxf", style="area-frames"))
    assert areas(found) == pytest.approx((348.0, 300.0), abs=0.01)
    assert [level.position for level in found.levels] == ["above-ground", "mezzanine"]
