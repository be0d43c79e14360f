"""Storey names and plan titles as they are really written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.storey_names import parse_storey_name

GOLDEN: dict[str, tuple[int, ...]] = {
    "一层平面图": (1,), "首层平面图": (1,), "底层平面图": (1,), "1F平面图": (1,), "F1": (1,), "1层": (1,), "一楼": (1,),
    "地下一层平面图": (-1,), "负一层": (-1,), "B1": (-1,), "-1F": (-1,), "地下室平面图": (-1,), "地下二层": (-2,),
    "二～五层平面图": (2, 3, 4, 5), "2-5层": (2, 3, 4, 5), "二至五层": (2, 3, 4, 5), "一~三层": (1, 2, 3),
    "二、四、六层平面图": (2, 4, 6), "十一层": (11,), "二十三层": (23,), "十二至十四层": (12, 13, 14),
    "1F(建)": (1,), "1F(结)": (1,), "标高 1": (1,), "Level 1": (1,), "Level 02": (2,), "标高 -1": (-1,), "L3": (3,),
    "Erdgeschoss": (1,), "00 EG": (1,), "1. OG": (2,), "Ground Floor": (1,), "一层平面图 1:100": (1,),
    "3~5层标准层平面图": (3, 4, 5), "Ｂ２": (-2,),
}  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), GOLDEN.items())
def test_numbers(text: str, numbers: tuple[int, ...]) -> None:
    found = parse_storey_name(text)
    assert found is not None
    assert (found.numbers, found.kind, found.buildings) == (numbers, "storey", ())


@pytest.mark.parametrize(
    ("text", "kind", "numbers"),
    [
        ("标准层平面图", "typical", ()),
        ("夹层", "mezzanine", ()),
        ("一层夹层平面图", "mezzanine", (1,)),
        ("架空层平面图", "stilt", ()),
        ("半地下室平面图", "semi-basement", ()),
        ("屋面", "roof", ()),
        ("出屋面层", "roof", ()),
        ("机房层", "roof", ()),
        ("室外地坪", "site", ()),
    ],
)
def test_kinds(text: str, kind: str, numbers: tuple[int, ...]) -> None:
    found = parse_storey_name(text)
    assert found is not None
    assert (found.kind, found.numbers) == (kind, numbers)


@pytest.mark.parametrize(
    ("text", "buildings"), [("1#楼一层平面图", ("1#",)), ("2-3#楼一层平面图", ("2#", "3#")), ("A座1层", ("A#",))]
)
def test_building_numbers_are_not_storey_numbers(text: str, buildings: tuple[str, ...]) -> None:
    found = parse_storey_name(text)
    assert found is not None
    assert (found.buildings, found.numbers) == (buildings, (1,))


@pytest.mark.parametrize("text", ["", "T/FDN", "±0.000标高平面图", "总平面图", "Level 1.5", "设计说明", "会议室"])
def test_what_names_no_storey(text: str) -> None:
    assert parse_storey_name(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error_and_bounded(text: str) -> None:
    found = parse_storey_name(text)
    assert found is None or len(found.numbers) <= 400
