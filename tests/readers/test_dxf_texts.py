"""Texts on drawings: format codes, stated areas, marks, names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.readers.dxf.texts import (
    declared_areas,
    level_m,
    may_name_a_room,
    opening_mark,
    plain_text,
    storey_height_m,
    without_areas,
)


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        (r"{\fSimSun|b0|i0|c134|p2;党群\P服务中心}", "党群\n服务中心"),
        (r"45.6m{\H0.7x;\S2^;}", "45.6m2"),
        (r"45.6m{\H0.7x;\S2^ ;}", "45.6m2"),
        (r"A\S1/2;", "A1/2"),
        (r"\pi0.5,xt3;办公室", "办公室"),
        (r"\U+793E\U+533A用房", "社区用房"),
    ],
)
def test_paragraph_codes_are_resolved(raw: str, reads: str) -> None:
    assert plain_text(raw, mtext=True) == reads


@pytest.mark.parametrize(
    ("raw", "reads"),
    [
        ("%%p0.000", "±0.000"),
        ("%%uKITCHEN", "KITCHEN"),
        ("%%c100", "Ø100"),
        ("4%%13210", "4Φ10"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_line_codes_are_resolved_and_no_lone_surrogate_leaves(raw: str, reads: str) -> None:
    assert plain_text(raw, mtext=False) == reads


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=80), st.booleans())
def test_plain_text_is_always_valid_unicode(raw: str, mtext: bool) -> None:  # noqa: FBT001  # drawn by hypothesis
    plain_text(raw, mtext=mtext).encode("utf-8")


@pytest.mark.parametrize(
    ("words", "rest", "areas"),
    [
        ("社区服务用房(面积 300㎡)", "社区服务用房", [(300.0, "unknown")]),
        ("社区服务用房（建筑面积：１，２３４.５㎡）", "社区服务用房", [(1234.5, "gross")]),
        ("会议室 45.6m2", "会议室", [(45.6, "unknown")]),
        ("S=45.60m2", "", [(45.6, "unknown")]),
        ("使用面积:42.10㎡ 建筑面积:50.00㎡", "", [(50.0, "gross"), (42.1, "net")]),
        ("套内建筑面积 88平方米", "", [(88.0, "unknown")]),
        ("建筑面积300", "", [(300.0, "gross")]),
        ("M1021", "M1021", []),
        ("8m宽道路", "8m宽道路", []),
        ("3000×2400", "3000×2400", []),
        ("面积 0m2", "面积 0m2", []),
    ],
)
def test_stated_areas_are_taken_with_their_kind(words: str, rest: str, areas: list[tuple[float, str]]) -> None:
    assert without_areas(words) == rest
    assert [(area.area_m2, area.kind) for area in declared_areas(words)] == areas


@given(
    st.sampled_from(["会议室", "党群服务中心", "社区服务用房"]),
    st.floats(1, 9999).map(lambda v: round(v, 2)),
    st.sampled_from(["{n} {a:.2f}㎡", "{n}(面积{a:.2f}m2)", "{n}\n建筑面积:{a:.2f}平方米", "{n} S={a:.2f}㎡"]),
)
def test_names_survive_the_areas_written_beside_them(name: str, area: float, form: str) -> None:
    words = form.format(n=name, a=area)
    assert without_areas(words).strip() == name
    assert [stated.area_m2 for stated in declared_areas(words)] == [area]


@given(st.text(max_size=60))
def test_any_text_can_be_asked(words: str) -> None:
    for area in declared_areas(words):
        assert area.area_m2 > 0
    may_name_a_room(words)
    opening_mark(words)
    storey_height_m(words)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("M1021", "door"), ("FM甲1021", "door"), ("甲FM1021", "door"), ("FJLM6030", "door"), ("TLM1824a", "door"),
        ("MC1824", "door"), ("C1815", "window"), ("TC1518", "window"), ("LC0915", "window"), ("MQ1", "window"),
        ("101", None), ("会议室", None), ("A", None),
    ],
)  # fmt: skip
def test_door_and_window_numbers_tell_doors_from_windows(words: str, kind: str | None) -> None:
    assert opening_mark(words) == kind


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("±0.000", 0.0),
        ("-0.450", -0.45),
        ("4.500", 4.5),
        ("标高：8.700", 8.7),
        ("+12.30", 12.3),
        ("4500", None),
        ("2.5%", None),
    ],
)
def test_level_marks_are_metres(words: str, level: float | None) -> None:
    assert level_m(words) == level


@pytest.mark.parametrize(
    ("words", "height"),
    [("层高4.500", 4.5), ("层高：4.5m", 4.5), ("本层层高为3900", 3.9), ("层高 90", None), ("净高3.0", None)],
)
def test_storey_heights_are_read_in_either_unit(words: str, height: float | None) -> None:
    assert storey_height_m(words) == height


@pytest.mark.parametrize(
    "words", ["101", "3600", "M1021", "±0.000", "上", "UP", "1:100", "A", "注：详见说明", "i=1%", "KEY=5", "12.5㎡"]
)
def test_numbers_marks_and_remarks_name_no_room(words: str) -> None:
    assert not may_name_a_room(words)


@pytest.mark.parametrize("words", ["会议室", "党群服务中心 812.00㎡", "WC", "Kitchen", "3#社区用房"])
def test_words_may_name_a_room(words: str) -> None:
    assert may_name_a_room(words)
