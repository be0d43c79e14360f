"""Plan titles and storey marks as they are written on Chinese sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.readers.dxf.titles import parse_title, scale_of

GOLDEN = {
    "一层平面图": ((1,), "storey", ()),
    "首层平面图": ((1,), "storey", ()),
    "底层平面图": ((1,), "storey", ()),
    "1F平面图": ((1,), "storey", ()),
    "一 层 平 面 图": ((1,), "storey", ()),
    "１Ｆ平面图": ((1,), "storey", ()),
    "地下一层平面图": ((-1,), "storey", ()),
    "地下室平面图": ((-1,), "storey", ()),
    "B1层平面图": ((-1,), "storey", ()),
    "二～五层平面图": ((2, 3, 4, 5), "storey", ()),
    "二至五层平面图": ((2, 3, 4, 5), "storey", ()),
    "二、四、六层平面图": ((2, 4, 6), "storey", ()),
    "十一层平面图": ((11,), "storey", ()),
    "二十三层平面图": ((23,), "storey", ()),
    "标准层平面图": ((), "typical", ()),
    "一层夹层平面图": ((1,), "mezzanine", ()),
    "夹层平面图": ((), "mezzanine", ()),
    "架空层平面图": ((), "stilt", ()),
    "半地下室平面图": ((), "semi-basement", ()),
    "屋面平面图": ((), "roof", ()),
    "屋顶平面图": ((), "roof", ()),
    "机房层平面图": ((), "roof", ()),
    "1#楼一层平面图": ((1,), "storey", ("1#",)),
    "2-3#楼一层平面图": ((1,), "storey", ("2#", "3#")),
    "1#楼标准层（3～5层）平面图": ((3, 4, 5), "storey", ("1#",)),
    "社区用房一层平面图": ((1,), "storey", ()),
    "一层面积示意图": ((1,), "storey", ()),
    "一层建筑面积计算图": ((1,), "storey", ()),
}


@pytest.mark.parametrize("words", GOLDEN)
def test_floor_plans_state_their_storeys(words: str) -> None:
    title = parse_title(words)
    assert title is not None
    assert title.view == "floor"
    assert title.storey is not None
    assert (title.storey.numbers, title.storey.kind, title.storey.buildings) == GOLDEN[words]


def test_a_title_by_height_states_its_level() -> None:
    title = parse_title("±0.000标高平面图")
    assert title is not None
    assert title.storey is not None
    assert title.storey.elevation_m == 0.0


@pytest.mark.parametrize(
    "words",
    [
        "一层防火分区示意图", "一层给排水平面图", "一层结构平面图", "一层放大平面图", "一层吊顶平面", "一层家具布置图",
        "一层照明平面图", "首层墙柱平面布置图", "南立面图", "1-1剖面图", "楼梯详图", "消防总平面图",
    ],
)  # fmt: skip
def test_sheets_of_other_trades_and_views_are_no_area_plans(words: str) -> None:
    """Taking them for plans would count the same rooms twice."""
    title = parse_title(words)
    assert title is not None
    assert title.view == "other"
    assert title.reason is not None


@pytest.mark.parametrize("words", ["总平面图", "规划总平面图", "总平面布置图 1:500", "总图", "SITE PLAN"])
def test_site_plans_are_recognised(words: str) -> None:
    title = parse_title(words)
    assert title is not None
    assert title.view == "site"


@pytest.mark.parametrize(
    "words",
    [
        "会议室",
        "详见一层平面图",
        "做法同二层平面图",
        "党群服务中心",
        "一层",
        "1:100",
        "",
        "±0.000",
        "注：本图以一层平面图为准",
    ],
)
def test_rooms_and_references_are_no_titles(words: str) -> None:
    assert parse_title(words) is None


def test_the_scale_beside_a_title_is_read() -> None:
    title = parse_title("一层平面图  1：100")
    assert title is not None
    assert title.scale == 100
    assert scale_of("1:500") == 500
    assert scale_of("1:100层") is None


_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


@given(st.integers(1, 99), st.sampled_from(["{}层平面图", "{}层建筑平面图", "{}层平面图 1:100", "5#楼{}层平面图"]))
def test_every_storey_number_is_read_in_chinese_and_in_digits(number: int, form: str) -> None:
    for written in (_chinese(number), str(number)):
        title = parse_title(form.format(written))
        assert title is not None
        assert title.storey is not None
        assert title.storey.numbers == (number,)


@given(st.integers(2, 30), st.integers(1, 20), st.sampled_from("～~-至"))
def test_ranges_stand_for_every_storey_between(first: int, more: int, dash: str) -> None:
    title = parse_title(f"{first}{dash}{first + more}层平面图")
    assert title is not None
    assert title.storey is not None
    assert title.storey.numbers == tuple(range(first, first + more + 1))


@given(st.text(max_size=60))
def test_any_text_is_a_title_or_none(words: str) -> None:
    parse_title(words)
