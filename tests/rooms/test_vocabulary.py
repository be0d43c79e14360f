"""Words of rooms: normalisation, the golden table of uses, the traps, and areas inside names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.rooms.vocabulary import declared_area_in, is_exhibition, meaning_of, normalise, says


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("党群服务中心", "party_centre"),
        ("党群中心", "party_centre"),
        ("社区综合服务中心", "party_centre"),
        ("社区服务中心", "party_centre"),
        ("便民服务中心(社区)", "party_centre"),
        ("社区服务用房", "service"),
        ("社区配套用房", "service"),
        ("居委会", "service"),
        ("邻里中心", "service"),
        ("警务室", "service"),
        ("退役军人服务站", "service"),
        ("应急物资储备", "service"),
        ("社区办公室", "office"),
        ("书记室", "office"),
        ("网格员工作室", "office"),
        ("办事大厅", "hall"),
        ("居民会客厅", "hall"),
        ("社区客厅", "hall"),
        ("邻里客厅", "hall"),
        ("老年人活动中心", "elderly"),
        ("党员活动室", "culture"),
        ("社工站", "service"),
        ("网格工作室", "office"),
        ("Police room", "service"),
        ("居家养老服务用房", "elderly"),
        ("社区食堂", "elderly"),
        ("日间照料中心", "elderly"),
        ("托育中心", "child"),
        ("妇女儿童服务驿站", "child"),
        ("四点半课堂", "child"),
        ("智慧健康站", "health"),
        ("社区卫生服务站", "health"),
        ("文化活动室", "culture"),
        ("城市书房", "culture"),
        ("新时代文明实践站", "culture"),
        ("Community Service Room", "service"),
        ("COMMUNITY CENTER", "service"),
        ("Party-Masses Service Centre", "party_centre"),
        ("Party and masses service center 101", "party_centre"),
        ("Elderly day-care", "elderly"),
        ("Day nursery", "child"),
        ("Nachbarschaftszentrum", "service"),
        ("黨群服務中心", "party_centre"),
        ("社區服務用房", "service"),
        ("社 区\n服务 用房", "service"),
        ("社区\\P服务用房", "service"),
        ("{\\fSimSun|b0|i0;社区}{\\H0.7x;服务用房}", "service"),
        ("１０１　党群服务中心（２Ｆ）", "party_centre"),
        ("S1-05 党群服务中心 45.6㎡", "party_centre"),
        ("101(党群服务中心)", "party_centre"),
        ("社区\u200b服务用房", "service"),
    ],
)
def test_service_words_speak_for_themselves(text: str, use: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert (meaning.use, meaning.strength) == (use, "strong")


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("物业用房", "property_management"),
        ("物业用房(社区共用)", "property_management"),
        ("社区服务用房(物业)", "property_management"),
        ("社区物业", "property_management"),
        ("物业服务大厅", "property_management"),
        ("业主委员会", "property_management"),
        ("业委会", "property_management"),
        ("Property Management Office", "property_management"),
        ("Hausverwaltung", "property_management"),
        ("社区商业", "commercial"),
        ("商铺3", "commercial"),
        ("社区超市", "commercial"),
        ("售楼处", "commercial"),
        ("社区用房(商业)", "commercial"),
        ("社区卫生服务中心", "other"),
        ("消控室", "other"),
        ("垃圾房", "other"),
        ("社区幼儿园", "other"),
        ("架空层社区活动空间", "other"),
    ],
)
def test_exclusions_come_before_inclusions(text: str, use: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert (meaning.use, meaning.strength) == (use, "never")


@pytest.mark.parametrize(
    "text",
    [
        "非社区服务用房",
        "非 社区用房",
        "原社区居委会",
        "商业(非社区用房)",
        "Non-community room",
        "Former community room",
        "社区用房(拆除)",
        "拟拆除社区用房",
        "Community room (to be demolished)",
    ],
)
def test_what_is_said_not_to_be_the_communitys_is_not(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert meaning.strength not in ("strong", "context")


@pytest.mark.parametrize("text", ["非社区服务用房", "Non-community room"])
def test_a_denial_is_still_listed_beside_the_rooms_of_the_community(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert meaning.community


@pytest.mark.parametrize(
    "text",
    [
        "社区用房(不含物业)",
        "社区服务用房（不含物业、商业、公厕）",
        "除物业外均为社区用房",
        "非住宅社区用房",
        "社区用房（非物业）",
        "Community room excl. property management",
        "Non-residential community room",
        "不计容社区用房",
        "太原社区居委会",
        "住宅楼社区用房",
        "社区用房（拆除重建）",
    ],
)
def test_excluding_another_use_takes_nothing_from_the_community(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert (meaning.use, meaning.strength) == ("service", "strong")


@pytest.mark.parametrize("text", ["业主会客厅", "业主书房", "住宅健身房"])
def test_amenities_of_the_owners_are_not_the_communitys(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert meaning.strength not in ("strong", "context")


@pytest.mark.parametrize("text", ["社区服务用房(地下车库上方)", "社区服务用房（原售楼处）", "爱心超市", "时间银行"])
def test_a_note_on_the_neighbourhood_or_the_past_excludes_nothing(text: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert meaning.strength == "strong"


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("会议室", "context"),
        ("办公室", "context"),
        ("Office 101", "context"),
        ("Library", "context"),
        ("社区会议室", "strong"),
        ("Community meeting room", "strong"),
        ("社区门厅", "strong"),
        ("门厅", "ancillary"),
        ("住宅门厅", "dwelling"),
        ("居民楼楼梯间", "dwelling"),
        ("文苑社区住宅楼梯间", "dwelling"),
        ("单元门厅", "dwelling"),
        ("Residential lobby", "dwelling"),
        ("3#住宅", "dwelling"),
        ("社区用房屋面", "outdoor"),
        ("Void over community hall", "void"),
        ("社区儿童活动区", "strong"),
        ("儿童活动区", "context"),
        ("卫生间", "ancillary"),
        ("客厅", "plain"),
        ("书房", "plain"),
        ("A户型书房", "plain"),
        ("Wohnzimmer", "plain"),
        ("社区储藏室", "plain"),
        ("社区花园", "outdoor"),
        ("活动广场", "outdoor"),
        ("健身广场", "outdoor"),
        ("服务大厅上空", "void"),
        ("中庭上空", "void"),
        ("挑空", "void"),
        ("办事大厅（上空）", "void"),
        ("社区用房出入口", "entrance"),
    ],
)
def test_how_much_a_word_is_worth(text: str, strength: str) -> None:
    meaning = meaning_of(text)
    assert meaning is not None
    assert meaning.strength == strength


@pytest.mark.parametrize("text", ["101", "S1-05", "文苑社区", "", "45.6㎡", "Room 3", "rushoffice"])
def test_what_says_nothing_means_nothing(text: str) -> None:
    assert meaning_of(text) is None


def test_a_party_centre_keeps_the_use_of_its_rooms_as_function() -> None:
    meaning = meaning_of("党群服务中心会议室")
    assert meaning is not None
    assert (meaning.use, meaning.function) == ("party_centre", "office")


@pytest.mark.parametrize(
    ("text", "area_m2"),
    [
        ("社区服务用房(面积 300㎡)", 300.0),
        ("社区服务用房（面积３００㎡）", 300.0),
        ("S=45.60m2", 45.6),
        ("党群服务中心\\P812.5m{\\H0.7x;\\S2^;}", 812.5),
        ("建筑面积:1,432.10平方米 使用面积:1300㎡", 1432.1),
        ("使用面积 1300㎡", 1300.0),
        ("约300㎡", 300.0),
        ("用地1.2万㎡", 12000.0),
        ("Community room 300 m²", 300.0),
        ("300 sq.m", 300.0),
        ("300㎡ 300㎡", 300.0),
        ("101", None),
        ("社区服务用房", None),
        ("不小于300㎡", None),
        ("≥300㎡", None),
        ("一层300㎡ 二层200㎡", None),
        ("宽3.6m", None),
    ],
)
def test_areas_inside_names(text: str, area_m2: float | None) -> None:
    assert declared_area_in(text) == area_m2


@given(st.text(max_size=60))
def test_any_text_is_read_without_complaint(text: str) -> None:
    meaning_of(text)
    declared_area_in(text)
    assert normalise(normalise(text)) == normalise(text) or "\\" in text or "%" in text


@given(st.sampled_from(["党群服务中心", "物业用房", "会议室", "客厅"]), st.integers(1, 9999))
def test_room_numbers_and_areas_change_no_meaning(word: str, number: int) -> None:
    assert meaning_of(f"{number} {word} {number}.5㎡") == meaning_of(word)


def test_exhibition_is_flagged() -> None:
    assert is_exhibition("党建展厅")
    assert is_exhibition("Exhibition Hall 2")
    assert not is_exhibition("会议室")


def test_a_brief_word_matches_latin_words_whole_and_chinese_anywhere() -> None:
    assert says("The Hub (north)", "hub")
    assert not says("Rehubilitation", "hub")
    assert says("红船 驿站二", "红船驿站")
