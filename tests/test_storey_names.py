"""Storey names and plan titles as they are written in practice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.storey_names import StoreyName, parse_storey_name, storey_numbers

NUMBERED = [
    *((name, (1,)) for name in ("一层平面图", "首层平面图", "底层平面图", "1F平面图", "F1", "1层", "一楼")),
    *((name, (1,)) for name in ("1F(建)", "1F(结)", "标高 1", "Level 1", "1F (±0.000)", "第一层", "01F", "A-1F")),
    *((name, (1,)) for name in ("EG", "00 EG", "Erdgeschoss", "Ground Floor")),
    *((name, (-1,)) for name in ("地下一层平面图", "负一层", "B1", "-1F", "地下室平面图", "B1F", "-1层")),
    *((name, (-1,)) for name in ("Basement", "Level -1", "标高 -1", "Kellergeschoss")),
    *((name, (2, 3, 4, 5)) for name in ("二～五层平面图", "2-5层", "二至五层", "F2-F5", "2F~5F", "2层至5层")),
    ("二、四、六层平面图", (2, 4, 6)),
    *((name, (2, 3, 4, 5)) for name in ("（二～五）层平面图", "(2-5)层平面图")),
    ("三、五至七层平面图", (3, 5, 6, 7)),
    ("十一层", (11,)),
    ("二十三层", (23,)),
    ("一百零二层", (102,)),
    ("地下一至二层平面图", (-1, -2)),
    ("地下一、二层", (-1, -2)),
    ("地下一层、一层平面图", (-1, 1)),
    ("-1~3层", (-1, 1, 2, 3)),
    ("B2", (-2,)),
    ("2. Obergeschoss", (3,)),
    ("2.OG", (3,)),
    ("12F", (12,)),
    ("一层平面图 1:100", (1,)),
    ("FIRST FLOOR PLAN", (1,)),
    ("Level 2 Living Rm.", (2,)),
]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["一层平面图（建筑面积480.00㎡）", "一层平面图 建筑面积:480.00m2", "一层平面图(480.00平方米)"]
)
def test_an_area_in_a_title_is_no_height(name: str) -> None:
    found = parse_storey_name(name)
    assert (found.numbers, found.kind, found.elevation_m) == ((1,), "storey", None)


@pytest.mark.parametrize(("name", "numbers"), NUMBERED)
def test_numbered_names(name: str, numbers: tuple[int, ...]) -> None:
    """Every way of writing a storey gives its numbers."""
    found = parse_storey_name(name)
    assert (found.numbers, found.kind, found.buildings) == (numbers, "storey", ())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("夹层", StoreyName((), "mezzanine")),
        ("一层夹层平面图", StoreyName((1,), "mezzanine")),
        ("架空层平面图", StoreyName((), "stilt")),
        ("半地下室平面图", StoreyName((), "semi-basement")),
        ("标准层平面图", StoreyName((), "typical")),
        ("室外地坪", StoreyName((), "site")),
        ("室外地坪 -0.450", StoreyName((), "site", (), -0.45)),
        *((name, StoreyName((), "roof")) for name in ("屋面", "屋顶平面图", "机房层", "出屋面层", "Roof")),
        ("一层屋面平面图", StoreyName((), "roof")),
        ("±0.000标高平面图", StoreyName((), "storey", (), 0.0)),
        ("4.500标高平面图", StoreyName((), "storey", (), 4.5)),
        ("1#楼一层平面图", StoreyName((1,), "storey", ("1#",))),
        ("2-3#楼一层平面图", StoreyName((1,), "storey", ("2#", "3#"))),
        ("1#、3#楼二至四层平面图", StoreyName((2, 3, 4), "storey", ("1#", "3#"))),
        ("A座首层平面图", StoreyName((1,), "storey", ("A",))),
        ("三号楼地下一层", StoreyName((-1,), "storey", ("3#",))),
        ("3#楼平面图", StoreyName((), "unknown", ("3#",))),
        *((name, StoreyName()) for name in ("T.O. Footing", "门窗表", "", "1#楼梯详图", "会议室", "1-2轴")),
        ("Level 1.5", StoreyName(elevation_m=1.5)),
        ("顶层平面图", StoreyName((), "storey")),
    ],
)  # fmt: skip
def test_other_names(name: str, expected: StoreyName) -> None:
    """Kinds, buildings and stated heights; nothing said is nothing read."""
    assert parse_storey_name(name) == expected


def test_floors_counted_from_the_ground_floor_shift_by_one() -> None:
    """“Level 1” is the second storey only beside a “Level 0” or “Ground Floor”."""
    assert storey_numbers(["Ground Floor", "First Floor", "Second Floor", "Roof"]) == (1, 2, 3, None)
    assert storey_numbers(["Level 0", "Level 1"]) == (1, 2)
    assert storey_numbers(["Level 1", "Level 2"]) == (1, 2)
    assert storey_numbers(["首层", "2F", "B1"]) == (1, 2, -1)


@given(st.integers(1, 99), st.sampled_from(["{}层", "{}F", "F{}", "第{}层平面图", "{}楼", "标高 {}", "Level {}"]))
def test_any_number_any_form(number: int, form: str) -> None:
    found = parse_storey_name(form.format(number))
    assert found.numbers == (number,)


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from("~-至"))
def test_ranges_are_every_storey_between(first: int, more: int, sign: str) -> None:
    found = parse_storey_name(f"{first}{sign}{first + more}层")
    assert found.numbers == tuple(range(first, first + more + 1))


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    """No text raises, and storey 0 never stands beside others."""
    found = parse_storey_name(text)
    assert 0 not in found.numbers or found.counts_floors
