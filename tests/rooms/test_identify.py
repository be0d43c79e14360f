"""Which spaces count as community service rooms, on what evidence, and what lies over what."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from builders import model, room, space, straight_wall
from shapely import box

from bimcheck.brief import Brief
from bimcheck.model import BuildingModel, Element, Label, Space
from bimcheck.rooms.identify import IdentifiedRoom, identify, unheard_tags

NO_BRIEF = Brief()


def found(building: BuildingModel, brief: Brief = NO_BRIEF) -> dict[str, IdentifiedRoom]:
    return {each.space.id: each for each in identify(building, brief)}


def one(*labels: Label, brief: Brief = NO_BRIEF) -> IdentifiedRoom:
    return found(model(spaces=[space("a", box(0, 0, 5, 4), labels=labels)]), brief)["a"]


def walls_around(x0: float, y0: float, x1: float, y1: float) -> list[Element]:
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return [straight_wall(f"w{i}", corners[i], corners[i + 1], 0.24) for i in range(4)]


# -------------------------------------------------------------- labels


def test_every_space_is_answered_in_the_order_of_the_model() -> None:
    rooms = [room("b", 0, 0, 5, 5, "客厅"), room("a", 6, 0, 9, 5, "党群服务中心"), room("c", 10, 0, 12, 5)]
    assert [each.space.id for each in identify(model(spaces=rooms), NO_BRIEF)] == ["b", "a", "c"]


def test_the_evidence_names_where_and_what() -> None:
    answer = one(Label("long-name", "党群服务中心", "LongName"), Label("name", "101", "Name"))
    assert answer.counted
    assert answer.use == "party_centre"
    assert answer.basis == "long-name"
    assert answer.evidence.zh == "LongName “党群服务中心”"
    assert answer.why_not is None


ORDER = ["tag", "zone", "classification", "property", "space-type", "long-name", "name", "layer"]


@pytest.mark.parametrize(("stronger", "weaker"), list(pairwise(ORDER)))
def test_the_stronger_evidence_is_the_basis(stronger: str, weaker: str) -> None:
    labels = (Label(weaker, "社区服务用房", "weak"), Label(stronger, "社区用房", "strong"))  # type: ignore[arg-type] # kinds
    assert one(*labels).basis == stronger


def test_a_zone_makes_its_nameless_rooms_and_corridors_count() -> None:
    zone = Label("zone", "社区服务用房", "IfcZone")
    assert one(zone, Label("name", "101", "Name")).use == "service"
    assert one(zone, Label("long-name", "走廊", "LongName")).counted
    office = one(zone, Label("long-name", "会议室", "LongName"))
    assert (office.counted, office.use, office.basis) == (True, "office", "zone")
    assert "会议室" in office.evidence.zh
    assert "IfcZone" in office.evidence.zh


def test_rooms_of_a_party_centre_zone_are_party_centre_and_keep_their_function() -> None:
    zone = Label("zone", "党群服务中心", "IfcZone")
    answer = one(zone, Label("long-name", "会议室", "LongName"))
    assert (answer.use, answer.function) == ("party_centre", "office")


def test_a_narrower_name_in_a_service_zone_gives_the_use() -> None:
    zone = Label("zone", "社区服务用房", "IfcZone")
    assert one(zone, Label("long-name", "党群服务中心", "LongName")).use == "party_centre"
    assert one(zone, Label("long-name", "老年活动室", "LongName")).use == "elderly"


@pytest.mark.parametrize("name", ["住宅", "住宅门厅", "3#楼单元门厅", "Apartment 201", "公寓"])
def test_a_home_in_a_service_zone_does_not_count_and_is_listed(name: str) -> None:
    zone = Label("zone", "社区服务用房", "IfcZone")
    answer = one(zone, Label("long-name", name, "LongName"))
    assert (answer.counted, answer.near_miss) == (False, True)
    assert answer.why_not is not None
    assert "tags.service" in answer.why_not.zh


def test_a_service_room_of_a_residential_building_counts() -> None:
    building = Label("property", "住宅", "Pset.建筑功能")
    assert one(building, Label("long-name", "社区服务用房", "LongName")).counted
    assert one(Label("long-name", "1#住宅楼社区服务用房", "LongName")).counted


def test_a_home_inside_a_gross_boundary_is_cut_out_of_it() -> None:
    frame = replace(room("f", 0, 0, 20, 10, "社区服务用房"), predefined_type="GFA")
    flat = room("h", 0, 0, 5, 10, "住宅")
    answers = found(model(spaces=[frame, flat]))
    assert not answers["h"].counted
    assert answers["f"].space.footprint is not None
    assert answers["f"].space.footprint.area == pytest.approx(150.0)


def test_property_management_never_counts_whatever_zone_it_is_in() -> None:
    zone = Label("zone", "社区服务用房", "IfcZone")
    answer = one(zone, Label("long-name", "物业办公室", "LongName"))
    assert (answer.counted, answer.near_miss, answer.use) == (False, True, "property_management")
    assert answer.why_not is not None


def test_a_layer_excludes_only_where_nothing_else_speaks() -> None:
    layer = Label("layer", "附属公建_商业", "layer")
    assert one(layer, Label("name", "社区服务用房", "text")).counted
    assert one(layer, Label("name", "101", "text")).use == "commercial"


def test_an_office_without_community_evidence_is_a_near_miss() -> None:
    answer = one(Label("long-name", "会议室", "LongName"))
    assert (answer.counted, answer.near_miss, answer.use) == (False, True, "office")
    assert answer.why_not is not None
    assert "tags.service" in answer.why_not.zh


@pytest.mark.parametrize(
    ("name", "use", "role"),
    [
        ("客厅", "residential", "room"),
        ("住宅大堂", "circulation", "room"),
        ("楼梯间", "circulation", "room"),
        ("商铺", "commercial", "room"),
        ("Living Room", "residential", "room"),
        ("Lift lobby", "circulation", "room"),
        ("101", "other", "room"),
        ("中庭上空", "other", "void"),
        ("花园", "other", "outdoor"),
    ],
)
def test_every_space_is_classified_as_far_as_words_allow(name: str, use: str, role: str) -> None:
    answer = one(Label("long-name", name, "LongName"))
    assert (answer.counted, answer.near_miss, answer.use, answer.role) == (False, False, use, role)


@pytest.mark.parametrize(
    "name",
    ["服务大厅上空", "社区用房出入口", "社区花园", "社区商业", "社区卫生服务中心", "物业用房(社区共用)", "党建展厅"],
)
def test_traps_are_near_misses(name: str) -> None:
    answer = one(Label("long-name", name, "LongName"))
    if name == "党建展厅":  # 党建 says whose it is; the exhibition is flagged instead
        assert answer.counted
        assert answer.exhibition
        return
    assert (answer.counted, answer.near_miss) == (False, True)


def test_a_lone_exhibition_hall_is_a_near_miss_with_its_flag() -> None:
    answer = one(Label("long-name", "展厅", "LongName"))
    assert (answer.counted, answer.near_miss, answer.exhibition) == (False, True, True)


def test_parking_and_external_spaces_are_outdoors() -> None:
    stall = replace(room("p", 0, 0, 2.5, 5.5, "社区服务用房"), predefined_type="PARKING")
    answer = found(model(spaces=[stall]))["p"]
    assert (answer.counted, answer.role) == (False, "outdoor")


# -------------------------------------------------------------- the brief's tags


def brief(**tags: list[str]) -> Brief:
    return Brief.model_validate({"tags": tags})


def test_tags_override_everything_by_word_or_id() -> None:
    living = Label("long-name", "客厅", "LongName")
    assert one(living, brief=brief(service=["客厅"])).counted
    assert one(living, brief=brief(service=["a"])).basis == "tag"
    assert one(living, brief=brief(party_centre=["#a"])).use == "party_centre"
    centre = Label("long-name", "党群服务中心", "LongName")
    excluded = one(centre, brief=brief(exclude=["党群服务中心"], service=["党群服务中心"]))
    assert (excluded.counted, excluded.near_miss, excluded.basis) == (False, True, "tag")
    assert one(Label("long-name", "物业用房", "LongName"), brief=brief(service=["a"])).counted


def test_a_tagged_office_keeps_its_use() -> None:
    assert one(Label("long-name", "会议室", "LongName"), brief=brief(service=["会议室"])).use == "office"


def test_a_word_tag_makes_no_room_of_a_void() -> None:
    answer = one(Label("long-name", "驿站上空", "LongName"), brief=brief(service=["驿站"]))
    assert (answer.counted, answer.role) == (False, "void")


# -------------------------------------------------------------- spaces over spaces


def gross(id_: str, x0: float, y0: float, x1: float, y1: float, name: str) -> Space:
    return replace(room(id_, x0, y0, x1, y1, name), predefined_type="GFA", drawn="gross")


def test_a_gross_space_over_nameless_rooms_counts_once_and_the_rooms_are_listed() -> None:
    spaces = [gross("f", 0, 0, 20, 10, "社区服务用房"), room("a", 0.2, 0.2, 9.9, 9.8), room("b", 10.1, 0.2, 19.8, 9.8)]
    answers = found(model(spaces=spaces, elements=walls_around(0.12, 0.12, 19.88, 9.88)))
    assert (answers["f"].counted, answers["f"].role, answers["f"].use) == (True, "frame", "service")
    for inner in ("a", "b"):
        assert (answers[inner].counted, answers[inner].near_miss) == (False, True)
        why_not = answers[inner].why_not
        assert why_not is not None
        assert "社区服务用房" in why_not.zh


def test_rooms_that_fill_an_unmarked_boundary_and_have_walls_count_instead_of_it() -> None:
    spaces = [
        room("f", 0, 0, 20, 10, "社区服务用房"),
        room("a", 0.2, 0.2, 9.9, 9.8, "会议室"),
        room("b", 10.1, 0.2, 19.8, 9.8, "走廊"),
    ]
    answers = found(model(spaces=spaces, elements=walls_around(0.12, 0.12, 19.88, 9.88)))
    assert (answers["f"].counted, answers["f"].role, answers["f"].near_miss) == (False, "frame", True)
    assert (answers["a"].counted, answers["a"].use, answers["a"].basis) == (True, "office", "zone")
    assert (answers["b"].counted, answers["b"].use) == (True, "service")


def test_without_walls_the_unmarked_boundary_is_the_better_measure() -> None:
    spaces = [
        room("f", 0, 0, 20, 10, "社区服务用房"),
        room("a", 0.2, 0.2, 9.9, 9.8),
        room("b", 10.1, 0.2, 19.8, 9.8),
    ]
    answers = found(model(spaces=spaces))
    assert [answers[i].counted for i in "fab"] == [True, False, False]


def test_a_party_centre_within_a_filled_service_frame_keeps_its_area() -> None:
    spaces = [
        gross("f", 0, 0, 20, 10, "社区服务用房"),
        room("a", 0.2, 0.2, 9.9, 9.8, "党群服务中心"),
        room("b", 10.1, 0.2, 19.8, 9.8, "老年食堂"),
    ]
    answers = found(model(spaces=spaces, elements=walls_around(0.12, 0.12, 19.88, 9.88)))
    assert not answers["f"].counted
    assert (answers["a"].counted, answers["a"].use) == (True, "party_centre")
    assert (answers["b"].counted, answers["b"].use) == (True, "elderly")


def test_a_party_centre_in_a_frame_without_walls_is_cut_out_of_it() -> None:
    spaces = [gross("f", 0, 0, 20, 10, "社区服务用房"), room("a", 0, 0, 8, 10, "党群服务中心")]
    answers = found(model(spaces=spaces))
    frame, centre = answers["f"], answers["a"]
    assert frame.counted
    assert centre.counted
    assert frame.space.footprint is not None
    assert centre.space.footprint is not None
    assert frame.space.footprint.area == pytest.approx(120.0)
    assert centre.space.footprint.area == pytest.approx(80.0)
    assert centre.space.drawn == "gross"


def test_what_is_excluded_inside_a_counted_frame_is_cut_out_and_not_counted() -> None:
    spaces = [gross("f", 0, 0, 20, 10, "社区服务用房"), room("a", 0, 0, 5, 10, "物业用房")]
    answers = found(model(spaces=spaces))
    assert answers["f"].space.footprint is not None
    assert answers["f"].space.footprint.area == pytest.approx(150.0)
    assert not answers["a"].counted


def test_one_kind_of_room_filling_a_gross_frame_names_the_frames_use() -> None:
    spaces = [gross("f", 0, 0, 10, 10, "社区服务用房"), room("a", 0.3, 0.3, 9.7, 9.7, "党群服务中心")]
    answers = found(model(spaces=spaces, elements=walls_around(0.12, 0.12, 9.88, 9.88)))
    assert (answers["f"].counted, answers["f"].use) == (True, "party_centre")
    assert not answers["a"].counted


def test_frames_within_frames_count_once() -> None:
    spaces = [
        gross("f", 0, 0, 20, 10, "社区服务用房"),
        gross("g", 0, 0, 10, 10, "社区用房"),
        room("a", 0.2, 0.2, 9.8, 9.8, "101"),
    ]
    answers = found(model(spaces=spaces))
    assert [each for each in "fga" if answers[each].counted] == ["f"]


def test_a_storey_outline_over_everything_is_a_frame_and_changes_nothing() -> None:
    spaces = [
        room("f", 0, 0, 30, 10, "1F建筑轮廓"),
        room("a", 0.2, 0.2, 14.9, 9.8, "党群服务中心"),
        room("b", 15.1, 0.2, 29.8, 9.8, "商铺"),
    ]
    answers = found(model(spaces=spaces))
    assert (answers["f"].role, answers["f"].counted, answers["f"].near_miss) == ("frame", False, False)
    assert answers["a"].counted
    assert answers["b"].use == "commercial"


def test_a_commercial_frame_over_a_service_room_does_not_take_it_away() -> None:
    spaces = [
        gross("f", 0, 0, 30, 10, "商业裙房"),
        room("a", 0.2, 0.2, 14.9, 9.8, "社区服务用房"),
        room("b", 15.1, 0.2, 29.8, 9.8, "办公室"),
    ]
    answers = found(model(spaces=spaces))
    assert [answers[i].counted for i in "fab"] == [False, True, False]


def test_small_rooms_inside_a_hall_make_it_no_frame() -> None:
    spaces = [
        room("h", 0, 0, 20, 10, "办事大厅"),
        room("a", 1, 1, 2, 2, "管井"),
        room("b", 5, 1, 6, 2, "管井"),
    ]
    answers = found(model(spaces=spaces))
    assert (answers["h"].role, answers["h"].counted) == ("room", True)


def test_a_frame_on_another_storey_holds_nothing_here() -> None:
    spaces = [
        replace(gross("f", 0, 0, 20, 10, "社区服务用房"), storey_id="S2", floor_z_m=4.5, top_z_m=9.0),
        room("a", 0.2, 0.2, 9.9, 9.8, "会议室"),
        room("b", 10.1, 0.2, 19.8, 9.8, "走廊"),
    ]
    answers = found(model(spaces=spaces))
    assert [answers[i].counted for i in "fab"] == [True, False, False]


def test_a_room_exported_twice_counts_once() -> None:
    spaces = [room("b", 0, 0, 10, 10, "党群服务中心"), room("a", 0, 0, 10, 10, "党群服务中心")]
    answers = found(model(spaces=spaces))
    assert [answers[i].counted for i in "ab"] == [True, False]
    assert (answers["b"].role, answers["b"].near_miss) == ("duplicate", True)


def test_an_area_of_the_same_outline_names_the_room() -> None:
    spaces = [room("a", 0, 0, 10, 10, "101"), room("b", 0, 0, 10, 10, "党群服务中心")]
    answers = found(model(spaces=spaces))
    assert [answers[i].counted for i in "ab"] == [False, True]


def test_one_outline_named_both_service_and_property_does_not_count() -> None:
    spaces = [room("a", 0, 0, 10, 10, "社区服务用房"), room("b", 0, 0, 10, 10, "物业用房")]
    answers = found(model(spaces=spaces))
    assert not any(answer.counted for answer in answers.values())
    assert answers["a"].near_miss


def test_the_order_of_spaces_does_not_matter() -> None:
    spaces = [
        gross("f", 0, 0, 20, 10, "社区服务用房"),
        room("a", 0.2, 0.2, 9.9, 9.8, "党群服务中心"),
        room("b", 10.1, 0.2, 19.8, 9.8, "老年食堂"),
        room("c", 10.1, 0.2, 19.8, 9.8, "老年食堂"),
        room("d", 30, 0, 40, 10, "会议室"),
    ]
    walls = walls_around(0.12, 0.12, 19.88, 9.88)
    forwards = found(model(spaces=spaces, elements=walls))
    backwards = found(model(spaces=spaces[::-1], elements=walls))
    assert {i: (a.counted, a.use, a.role) for i, a in forwards.items()} == {
        i: (a.counted, a.use, a.role) for i, a in backwards.items()
    }


def test_a_tag_that_means_no_room_is_told() -> None:
    """A slip in the brief's tags would otherwise count a room or leave one out without a word."""
    building = model(spaces=[room("3Xy", 0, 0, 5, 5, "多功能厅"), room("b", 6, 0, 9, 5, "活动室")])
    heard = Brief.model_validate({"tags": {"service": ["活动室"], "exclude": ["3Xy"]}})
    assert unheard_tags(building, heard) == ()
    slipped = Brief.model_validate({"tags": {"service": ["活动宝"], "exclude": ["3xY"]}})
    notes = unheard_tags(building, slipped)
    assert [note.code for note in notes] == ["tag-means-nothing"] * 2
    assert "活动宝" in notes[0].text.zh
    assert "tags.exclude" in notes[1].text.en
