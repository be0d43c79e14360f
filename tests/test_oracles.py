"""Worked examples through files: buildings whose figures are arithmetic, written as IFC and as DXF, then reviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import oracle_buildings as oracle
import pytest

from bimcheck.brief import Brief
from bimcheck.pipeline import review
from bimcheck.review import Review
from sample_models.drawing import Project, write_dxf, write_ifc

Write = Callable[[Project, Path], Path]


def _ifc(**options: Any) -> Write:
    return lambda project, folder: write_ifc(project, folder / "model.ifc", **options)


def _dxf(**options: Any) -> Write:
    return lambda project, folder: write_dxf(project, folder / "model.dxf", **options)


IFC = {
    "IFC4 mm": _ifc(),
    "IFC2X3 m": _ifc(schema="IFC2X3", unit="m"),
    "IFC4X3 ft survey 37°": _ifc(schema="IFC4X3", unit="ft", rotation_deg=37.0, offset=(540123.4, 3371234.5)),
    "breps": _ifc(space_shape="brep"),
    "mapped": _ifc(space_shape="mapped"),
}
DXF = {
    "DXF walls": _dxf(style="wall-lines"),
    "DXF frames": _dxf(style="area-frames"),
    "DXF walls survey 37°": _dxf(style="wall-lines", rotation_deg=37.0, offset=(540123.4, 3371234.5)),
    "DXF frames, site apart in m": _dxf(style="area-frames", site="separate-m", frames=False, axes=False),
}
FILES = IFC | DXF


def checked(project: Project, write: Write, folder: Path, standard: str = "gbt50353-2013", **brief: Any) -> Review:
    return review(write(project, folder), brief=Brief.model_validate(brief), area_standard_name=standard)


def value(found: Review, name: str) -> float:
    quantity = found.measurements[name]
    assert quantity.value is not None, quantity.reason
    return quantity.value


@pytest.fixture(params=list(IFC.values()), ids=list(IFC))
def ifc(request: pytest.FixtureRequest) -> Write:
    write: Write = request.param
    return write


@pytest.fixture(params=list(FILES.values()), ids=list(FILES))
def file(request: pytest.FixtureRequest) -> Write:
    write: Write = request.param
    return write


def test_hall_with_its_own_partition(file: Write, tmp_path: Path) -> None:
    """30 × 20 outside: 600.00 gross, though its two rooms add up to 572.33 only."""
    found = checked(oracle.hall(), file, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(600.0, abs=0.01)


def test_hall_net_area_between_wall_lines(tmp_path: Path) -> None:
    """A drawing of wall lines has the same clear cells."""
    found = checked(oracle.hall(), DXF["DXF walls"], tmp_path)
    assert sum(room.net_area_m2 or 0 for room in found.rooms if room.counted) == pytest.approx(572.3264, abs=0.01)


def test_hall_net_area(ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.hall(), ifc, tmp_path)
    assert sum(room.net_area_m2 or 0 for room in found.rooms if room.counted) == pytest.approx(572.3264, abs=0.01)


@pytest.mark.parametrize(("standard", "area"), [("gbt50353-2013", 606.0), ("gb55031-2022", 606.0144)])
def test_insulation(standard: str, area: float, ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.hall(0.06), ifc, tmp_path, standard)
    assert value(found, "service_area_m2") == pytest.approx(area, abs=0.001)


def test_half_of_a_podium(file: Write, tmp_path: Path) -> None:
    found = checked(oracle.podium_half(), file, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(432.0, abs=0.01)
    assert found.levels[0].outline_area_m2 == pytest.approx(864.0, abs=0.01)


def test_rooms_beside_a_public_core(file: Write, tmp_path: Path) -> None:
    """340.00 on each of two storeys; the title area with its share of the core is shown beside, 722.77."""
    found = checked(oracle.shared_core(), file, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(680.0, abs=0.01)


def test_title_area_beside_a_public_core(ifc: Write, tmp_path: Path) -> None:
    """The core alone is common; what lies before it is a shop."""
    found = checked(oracle.shared_core(front="商铺"), ifc, tmp_path)
    assert value(found, "own_area_m2") == pytest.approx(667.0976, abs=0.01)
    assert value(found, "title_area_m2") == pytest.approx(722.7712, abs=0.02)


@pytest.mark.parametrize(
    ("standard", "total", "share"),
    [("gbt50353-2013", 648.0, 2 / 3), ("gb55031-2022", 432.0, 1.0), ("gbt17986.1-2000", 432.0, 1.0)],
)
def test_low_upper_storey(standard: str, total: float, share: float, file: Write, tmp_path: Path) -> None:
    found = checked(oracle.low_upper_storey(), file, tmp_path, standard)
    assert value(found, "service_area_m2") == pytest.approx(total, abs=0.01)
    assert value(found, "ground_floor_share") == pytest.approx(share, abs=1e-4)
    total_area = found.measurements["service_area_m2"]
    assert (total_area.low, total_area.high) == pytest.approx((432.0, 648.0), abs=0.01)


@pytest.mark.parametrize("standard", ["gbt50353-2013", "gb55031-2022", "gbt17986.1-2000"])
def test_upper_storey_of_exactly_2_20(standard: str, file: Write, tmp_path: Path) -> None:
    found = checked(oracle.low_upper_storey(2.20), file, tmp_path, standard)
    assert value(found, "service_area_m2") == pytest.approx(864.0, abs=0.01)
    assert next(r for r in found.results if r.rule == "ground-floor-share").status == "pass"


@pytest.mark.parametrize("drawn", ["hole", "across", "tall room", "void room"])
def test_void_over_a_hall(drawn: Any, ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.void_over_hall(drawn), ifc, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(816.0, abs=0.01)
    assert value(found, "ground_floor_share") == pytest.approx(432 / 816, abs=1e-4)


@pytest.mark.parametrize("drawn", ["hole", "void room"])
@pytest.mark.parametrize("write", DXF.values(), ids=list(DXF))
def test_void_over_a_hall_in_a_drawing(drawn: Any, write: Write, tmp_path: Path) -> None:
    found = checked(oracle.void_over_hall(drawn), write, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(816.0, abs=0.01)
    assert value(found, "ground_floor_share") == pytest.approx(432 / 816, abs=1e-4)


def test_an_arcade_tips_the_ground_share(file: Write, tmp_path: Path) -> None:
    found = checked(oracle.arcade(), file, tmp_path)
    assert value(found, "ground_floor_area_m2") == pytest.approx(360.0, abs=0.01)
    assert value(found, "service_area_m2") == pytest.approx(792.0, abs=0.01)
    assert next(r for r in found.results if r.rule == "ground-floor-share").status == "fail"


def test_own_stair_counts_on_every_storey(file: Write, tmp_path: Path) -> None:
    found = checked(oracle.own_stair(), file, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(864.0, abs=0.01)


def test_own_stair_counts_on_every_storey_though_drawn_as_one_tall_room(ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.own_stair(tall=True), ifc, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(864.0, abs=0.01)
    assert value(found, "ground_floor_area_m2") == pytest.approx(432.0, abs=0.01)
    stairs = [(room.storey, room.gross_area_m2) for room in found.rooms if room.name == "社区服务用房楼梯间"]
    assert [storey for storey, _ in stairs] == ["1F", "2F"]
    assert [area for _, area in stairs] == pytest.approx([18.0, 18.0], abs=0.01)
    assert value(found, "clusters") == 1


def test_rooms_beside_a_public_core_drawn_as_one_tall_room(ifc: Write, tmp_path: Path) -> None:
    """The wall to the core is shared on upper storeys too."""
    found = checked(oracle.shared_core(tall=True), ifc, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(680.0, abs=0.01)


@pytest.mark.parametrize(("connected", "total"), [(True, 433.8), (False, 432.0)])
def test_deformation_joint(*, connected: bool, total: float, ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.joint(connected=connected), ifc, tmp_path)
    assert value(found, "service_area_m2") == pytest.approx(total, abs=0.01)


@pytest.mark.parametrize(
    ("clear", "standard", "total"),
    [
        (2.40, "gbt50353-2013", 348.0),
        (2.10, "gbt50353-2013", 324.0),
        (2.10, "gb55031-2022", 300.0),
        (2.10, "gbt17986.1-2000", 300.0),
    ],
)
def test_mezzanine(clear: float, standard: str, total: float, ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.mezzanine(clear), ifc, tmp_path, standard)
    assert value(found, "service_area_m2") == pytest.approx(total, abs=0.01)
    assert value(found, "ground_floor_area_m2") == pytest.approx(300.0, abs=0.01)


@pytest.mark.parametrize(("standard", "total"), [("gbt50353-2013", 476.64), ("gb55031-2022", 476.6656)])
def test_insulated_l(standard: str, total: float, ifc: Write, tmp_path: Path) -> None:
    found = checked(oracle.insulated_l(), ifc, tmp_path, standard)
    assert value(found, "service_area_m2") == pytest.approx(total, abs=0.001)


PUBLIC_LANE = {"streets": [{"name": "环路", "public": True, "side": "west"}]}


@pytest.mark.parametrize(
    ("drawn", "site", "answers", "status"),
    [
        pytest.param({}, {}, (True, True, True), "pass", id="D1 on the street"),
        pytest.param({"lane_door": True}, {}, (True, False, True), "fail", id="D2 on a lane of the estate"),
        pytest.param({"lane_door": True}, PUBLIC_LANE, (True, True, True), "pass", id="D2, the lane declared public"),
        pytest.param({"lobby_door": True}, {}, (True, True, False), "fail", id="D3 through the lobby of the flats"),
        pytest.param({"upper_stair": True}, {}, (False, True, True), "manual", id="D4 upstairs by a stair outdoors"),
        pytest.param({"fence": True}, {}, (True, False, True), "manual", id="D1 behind an unbroken fence"),
    ],
)
def test_one_entrance(
    drawn: dict[str, bool],
    site: dict[str, Any],
    answers: tuple[bool, bool, bool],
    status: str,
    file: Write,
    tmp_path: Path,
) -> None:
    """At ground level, on the street, independent; and what the rule says at preliminary design."""
    own = not drawn or "fence" in drawn
    path = file(oracle.entrances(street_door=own, **drawn), tmp_path)
    found = review(path, brief=Brief.model_validate({"site": site}), stage="preliminary")
    (entrance,) = found.entrances
    assert (entrance.ground_level, entrance.street_facing, entrance.independent) == answers
    assert next(r.status for r in found.results if r.rule == "street-entrance") == status


def test_all_entrances_at_once(file: Write, tmp_path: Path) -> None:
    """D1 to D4 together: one qualifies, each of the others for its own reason does not."""
    found = checked(oracle.entrances(lane_door=True, lobby_door=True, upper_stair=True), file, tmp_path)
    assert value(found, "street_entrances") == 1
    answers = [(entrance.ground_level, entrance.street_facing, entrance.independent) for entrance in found.entrances]
    assert sorted(answers) == [(False, True, True), (True, False, True), (True, True, False), (True, True, True)]
