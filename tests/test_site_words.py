"""Names of things outdoors, as models and drawings write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.model import SiteKind
from bimcheck.site_words import classify_site_name, is_accessible, is_underground, names_car_park

NAMES: dict[SiteKind, str] = {
    "street": "文苑路 文苑路道路红线 海昌大道 建设东路(城市支路) 工人路西段 Main_Street 规划道路 由拳弄 广场路",
    "internal-road": "小区内部道路 消防车道 宅间路 车行道 小区内环路 internal-road driveway",
    "site-boundary": "用地红线 地块边界 site-boundary",
    "fence": "围墙 小区围墙 铁艺围栏 Fence-01",
    "gate": "大门 小区大门 Gate",
    "parking": "停车位 机动车停车位01 车位-12 泊位 parking-space 无障碍停车位 地下停车位 微型车位",
    "bicycle": "自行车停车位 非机动车停车位 电动车充电车位 bicycle-parking",
    "plaza": "社区活动广场 广场 室外活动场地 plaza",
    "green": "集中绿地 绿化 lawn",
    "entrance-mark": "社区用房出入口 党群服务中心主入口 社区服务用房入口 community-entrance",
    "main-entrance": "小区主入口 小区主出入口 main-entrance",
    "building": "既有沿街建筑 住宅楼",
    "outdoor-ground": "室外地坪 Terrain Toposolid",
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names.split()])
def test_known_names(kind: SiteKind, name: str) -> None:
    assert classify_site_name(name) == kind


@pytest.mark.parametrize(
    "name",
    ["路灯", "人行通道", "汽车坡道", "建筑控制线", "地下车库出入口", "消防登高场地", "台阶", "停车场", "外围墙", ""],
)  # fmt: skip
def test_names_that_are_no_part_of_the_site(name: str) -> None:
    assert classify_site_name(name) is None


def test_stalls_for_the_disabled_and_below_ground_are_told_apart() -> None:
    assert is_accessible("无障碍停车位")
    assert is_accessible("Accessible parking")
    assert not is_accessible("停车位")
    assert is_underground("地下车位 B1-013")
    assert not is_underground("地面停车位")


def test_a_car_park_is_not_a_stall() -> None:
    assert names_car_park("地面停车场")
    assert not names_car_park("停车位")


@given(st.text(max_size=30))
def test_any_text_can_be_classified(text: str) -> None:
    classify_site_name(text)
