"""Whole briefs through files: a building of known area, a brief, and the verdict that must come of the two.

Bays are 20 m deep and their gross area is width times depth, so a width of 18.1 m is 362.00 m².
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bimcheck import pipeline
from bimcheck.brief import Brief
from bimcheck.model import Note
from bimcheck.pipeline import review
from bimcheck.readers import read_model
from bimcheck.review import Review, RuleResult
from bimcheck.text import Text
from sample_models.bays import Bay, storey_of_bays
from sample_models.designs import project, small_centre
from sample_models.drawing import Project, write_ifc


def judged(design: Project, folder: Path, **brief: Any) -> Review:
    return review(write_ifc(design, folder / "m.ifc"), brief=Brief.model_validate(brief), stage="preliminary")


def rule(found: Review, name: str) -> RuleResult:
    return next(result for result in found.results if result.rule == name)


@pytest.mark.parametrize(
    ("households", "required"),
    [(1, 300.0), (300, 300.0), (600, 300.0), (601, 300.5), (650, 325.0), (724, 362.0), (850, 425.0), (1000, 500.0),
     (2999, 1499.5), (3000, 1500.0), (3001, 1500.5)],
)  # fmt: skip
def test_quota_is_linear_in_households_with_a_floor(households: int, required: float, tmp_path: Path) -> None:
    found = rule(judged(small_centre("配额", 25.0), tmp_path, project={"households": households}), "parcel-quota")
    assert found.required is not None
    assert found.required.value == pytest.approx(required)
    assert found.status == ("pass" if required <= 500.0 else "fail")


@pytest.mark.parametrize(
    ("households", "width", "status"),
    [
        (724, 18.0995, "fail"),  # 361.99 of 362.00
        (724, 18.1, "pass"),
        (420, 14.9995, "fail"),  # 299.99 of 300
        (420, 14.9998, "pass"),  # 299.996 is 300.00 once rounded to 0.01
    ],
)
def test_areas_are_rounded_to_a_hundredth_before_they_are_compared(
    households: int, width: float, status: str, tmp_path: Path
) -> None:
    found = judged(small_centre("限值", width), tmp_path, project={"households": households})
    assert found.measurements["service_area_m2"].value == pytest.approx(20 * width, abs=0.001)
    assert rule(found, "parcel-quota").status == status


def test_started_hundreds_are_mentioned_where_they_would_change_the_verdict(tmp_path: Path) -> None:
    found = rule(judged(small_centre("读法", 18.1), tmp_path, project={"households": 724}), "parcel-quota")
    assert "400.00" in found.message.zh


def test_ground_share_below_one_half_fails(tmp_path: Path) -> None:
    found = rule(judged(small_centre("底层", 24.0, 26.0), tmp_path), "ground-floor-share")
    assert found.status == "fail"
    assert found.measured is not None
    assert found.measured.value == pytest.approx(0.48, abs=1e-6)


def test_property_rooms_are_not_service_rooms(tmp_path: Path) -> None:
    """300 of service rooms and 200 of property management: exactly 300 count."""
    storey = storey_of_bays(
        "1F",
        0.0,
        4.5,
        (Bay(15.0, (("社区服务用房", 20.0),), front="door"), Bay(10.0, (("物业用房", 20.0),), front="door")),
    )
    found = judged(project("物业", storey), tmp_path, project={"households": 600})
    assert found.measurements["service_area_m2"].value == pytest.approx(300.0, abs=0.005)
    assert rule(found, "parcel-quota").status == "pass"
    assert "物业用房" in [room.name for room in found.rooms if not room.counted]


def test_a_whole_community(tmp_path: Path) -> None:
    """900 below (the party centre 600 of it) and 500 above (350 of it) with 700 kept: 2100, 950, 64.29 %, quota 600."""
    ground = storey_of_bays(
        "1F", 0.0, 4.5,
        (Bay(30.0, (("党群服务中心", 20.0),), front="door", stair=True, east=True),
         Bay(15.0, (("社区服务用房", 20.0),), front="door")),
    )  # fmt: skip
    upper = storey_of_bays(
        "2F", 4.5, 4.2, (Bay(17.5, (("党群服务中心", 20.0),), east=True), Bay(7.5, (("社区服务用房", 20.0),)))
    )
    found = judged(
        project("社区", ground, upper),
        tmp_path,
        project={"households": 1200},
        community={"existing_total_m2": 700.0, "existing_party_centre_m2": 0.0},
        party_centre={"assigned_here": True},
    )
    assert found.measurements["service_area_m2"].value == pytest.approx(1400.0, abs=0.01)
    assert found.measurements["party_centre_area_m2"].value == pytest.approx(950.0, abs=0.01)
    assert found.measurements["ground_floor_share"].value == pytest.approx(900 / 1400, abs=1e-5)
    for name in ("parcel-quota", "community-total-area", "party-centre-area", "ground-floor-share"):
        assert rule(found, name).status == "pass", rule(found, name).message
    assert rule(found, "party-centre-area").level == "required"


@pytest.mark.parametrize(
    ("total", "centre", "status"), [(1400.0, 800.0, "fail"), (1500.0, 799.99, "fail"), (1500.0, 800.0, "pass")]
)
def test_settling_in_money_needs_a_community_that_has_its_rooms(
    total: float, centre: float, status: str, tmp_path: Path
) -> None:
    found = judged(
        small_centre("货币化", 5.0),
        tmp_path,
        project={"households": 724},
        community={"existing_total_m2": total, "existing_party_centre_m2": centre},
        settlement={"mode": "monetised", "presale_price": 12000.0},
    )
    assert rule(found, "monetised-settlement").status == status
    assert found.measurements.get("settlement_amount_yuan") is None or status == "pass"
    if status == "pass":
        assert "4344000" in rule(found, "monetised-settlement").message.zh.replace(",", "")
    for name in ("street-entrance", "ground-floor-share", "parking-provision", "plaza-provision", "parcel-quota"):
        assert rule(found, name).status == "not_applicable"


@pytest.mark.parametrize(("name", "status"), [("住宅门厅", "pass"), ("社区服务用房", "undetermined")])
def test_a_faulty_outline_blocks_only_what_rests_on_it(
    name: str, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_ifc(small_centre("轮廓", 25.0), tmp_path / "m.ifc")
    model = read_model(path)
    faulty = next(space.id for space in model.spaces if space.name == name)
    note = Note("outline", "error", Text("轮廓自交", "self-crossing"), (faulty,), ("ground_floor_share",))
    monkeypatch.setattr(pipeline, "read_model", lambda *_, **__: replace(model, notes=(note,)))
    assert rule(review(path, stage="preliminary"), "ground-floor-share").status == status
