"""A stage against the one before: nothing that got worse goes unseen, and nothing is made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import review_factory as factory
from shapely import Point, affinity, box
from shapely.geometry.base import BaseGeometry

from bimcheck.chain import Previous, compare, decline_notes, load_previous
from bimcheck.errors import BimcheckError
from bimcheck.history import Chain
from bimcheck.model import Region
from bimcheck.reporters import render
from bimcheck.review import Review, ReviewedRoom
from bimcheck.text import Text


def stored(review: Review, folder: Path, **changes: Any) -> Previous:
    """The review as the report of a previous stage; ``changes`` replace keys of the JSON."""
    path = folder / "previous.json"
    data = json.loads(render(review, "json"))
    path.write_text(json.dumps({**data, **changes}, ensure_ascii=False), "utf-8")
    return load_previous(path)


def with_rooms(change: Callable[[ReviewedRoom], ReviewedRoom | None], **more: Any) -> Review:
    """The review of the factory with rooms changed, or left out where ``change`` gives nothing."""
    rooms = tuple(new for room in factory.ROOMS if (new := change(room)) is not None)
    return factory.review(rooms=rooms, **more)


def placed(room: ReviewedRoom, clear: Region, gross_m2: float) -> ReviewedRoom:
    """The room on another footprint, with another area."""
    return replace(room, footprint=clear, gross_area_m2=gross_m2, readings=dict.fromkeys(room.readings, gross_m2))


def only(id_: str, change: Callable[[ReviewedRoom], ReviewedRoom | None]) -> Callable[[ReviewedRoom], Any]:
    return lambda room: change(room) if room.id == id_ else room


def changes_of(chain: Chain) -> dict[str, str]:
    """Room id to change, without what was kept."""
    return {room.id: room.change for room in chain.rooms if room.change != "kept"}


@pytest.fixture
def then(tmp_path: Path) -> Previous:
    return stored(factory.review(stage="preliminary"), tmp_path)


def test_the_same_building_again_shows_no_change(then: Previous) -> None:
    chain = compare(then, factory.review(stage="construction"))
    assert changes_of(chain) == {}
    assert {entrance.change for entrance in chain.entrances} == {"kept"}
    assert {measure.difference for measure in chain.measurements} == {0.0}
    assert chain.declines == 0
    assert decline_notes(chain) == ()
    assert {note.code for note in chain.notes} == {"stage-same-model", "stage-previous-open"}


def test_a_room_that_gave_up_a_metre_has_shrunk_and_not_moved(then: Previous) -> None:
    """240 mm walls: 16 m wide and 18 m deep before, 15 m wide now, so 288 m² have become 270 m²."""
    now = with_rooms(only("1pC$Entre_01", lambda r: placed(r, box(0.24, 0.24, 14.88, 17.76), 270.0)))
    chain = compare(then, now)
    room = next(room for room in chain.rooms if room.id == "1pC$Entre_01")
    assert (room.change, room.matched_by, room.moved_m) == ("shrunk", "id", None)
    assert room.difference_m2 == pytest.approx(-18.0)
    assert room.declined
    assert [(note.code, note.refs) for note in decline_notes(chain)] == [("stage-room-shrunk", ("1pC$Entre_01",))]


def test_any_shrinkage_that_can_be_written_is_shown(then: Previous) -> None:
    """A centimetre of a square metre is a decline; binary noise is none."""
    for change, expected in ((-0.01, "shrunk"), (-1e-9, "kept"), (0.01, "grown")):
        now = with_rooms(only("1Toilet00004", lambda r, by=change: placed(r, r.footprint, 12.0 + by)))  # type: ignore[misc]  # bound per turn
        assert {r.id: r.change for r in compare(then, now).rooms}["1Toilet00004"] == expected


def test_shrinkage_is_no_less_seen_where_another_room_made_up_for_it(then: Previous) -> None:
    swap = {"1Toilet00004": 10.0, "1Store000005": 14.0}

    def traded(room: ReviewedRoom) -> ReviewedRoom:
        return replace(room, gross_area_m2=swap[room.id], readings={}) if room.id in swap else room

    chain = compare(then, with_rooms(traded))
    assert changes_of(chain) == {"1Toilet00004": "shrunk", "1Store000005": "grown"}
    assert chain.declines == 1


def test_a_lost_room_says_what_stands_in_its_place(then: Previous) -> None:
    model = factory.building_model()
    taken = tuple(replace(s, name="商铺 9") if s.id == "1Health00003" else s for s in model.spaces)
    now = with_rooms(only("1Health00003", lambda _: None), model=replace(model, spaces=taken))
    chain = compare(then, now)
    assert changes_of(chain) == {"1Health00003": "lost"}
    lost = chain.rooms[0]
    assert lost.gross_area_m2 is None
    assert lost.difference_m2 == pytest.approx(-40.0)
    assert lost.remarks == (Text("此处现为“商铺 9”", "“商铺 9” stands there now"),)


def test_a_room_that_no_longer_counts_is_lost_though_it_is_still_there(then: Previous) -> None:
    why = Text("改作展厅", "an exhibition now")
    now = with_rooms(only("2Hall0000007", lambda r: replace(r, counted=False, why_not=why)))
    lost = compare(then, now).rooms[0]
    assert (lost.id, lost.change, lost.declined) == ("2Hall0000007", "lost", True)
    assert "改作展厅" in lost.remarks[0].zh


def test_rooms_are_found_by_place_and_name_where_ids_are_new(then: Previous) -> None:
    """Another export gives every element another id; nothing else changed, so nothing is reported."""
    now = with_rooms(lambda r: replace(r, id=f"new-{r.id}"))
    chain = compare(then, now)
    assert changes_of(chain) == {}
    assert {room.matched_by for room in chain.rooms} == {"place"}


def test_a_renamed_room_is_the_same_room(then: Previous) -> None:
    now = with_rooms(only("2Child000009", lambda r: replace(r, id="x", name="托育点")))
    room = next(room for room in compare(then, now).rooms if room.id == "x")
    assert (room.change, room.matched_by) == ("kept", "place")
    assert room.remarks == (Text("原名“儿童之家”", "was called “儿童之家”"),)


def test_a_room_moved_to_the_other_end_is_found_by_its_name(then: Previous) -> None:
    """From x 21–24 to x 41–44: twenty metres."""
    far = box(41.12, 10.12, 43.88, 13.88)
    now = with_rooms(only("1Toilet00004", lambda r: replace(placed(r, far, 12.0), id="y")))
    room = next(room for room in compare(then, now).rooms if room.id == "y")
    assert (room.change, room.matched_by) == ("moved", "name")
    assert room.moved_m == pytest.approx(20.0)


def test_a_room_that_left_the_ground_storey_has_declined(then: Previous) -> None:
    """The same area upstairs is worth less: the ground-floor share rests on it."""
    up = only("1Elder000002", lambda r: replace(r, level_id="S2", storey="2F", ground_floor=False))
    chain = compare(then, with_rooms(up))
    room = next(room for room in chain.rooms if room.id == "1Elder000002")
    assert (room.change, room.declined) == ("moved", True)
    assert Text("不再位于底层", "no longer on the ground storey") in room.remarks
    assert [note.code for note in decline_notes(chain)] == ["stage-room-declined"]


def test_a_new_origin_is_no_move(then: Previous, tmp_path: Path) -> None:
    """The same drawing on survey coordinates: every file coordinate differs, nothing has moved."""
    model = replace(factory.building_model(), origin_m=(540_123.4, 3_371_234.5))
    chain = compare(then, factory.review(model=model))
    assert changes_of(chain) == {}
    assert {entrance.change for entrance in chain.entrances} == {"kept"}
    assert "stage-origin-shifted" in {note.code for note in chain.notes}


def test_the_order_of_rooms_does_not_matter(then: Previous) -> None:
    now = with_rooms(only("1Toilet00004", lambda r: placed(r, box(21.12, 10.12, 22.88, 13.88), 8.0)))
    backwards = replace(now, rooms=now.rooms[::-1], entrances=now.entrances[::-1])
    assert compare(then, now) == compare(then, backwards)


def test_a_turned_sheet_changes_nothing(tmp_path: Path) -> None:
    """Both stages turned by 30° about the same point: places are compared where they are, not along the axes."""

    def turned(geometry: BaseGeometry | None) -> Any:
        return None if geometry is None else affinity.rotate(geometry, 30, origin=(0, 0))

    rooms = tuple(replace(r, footprint=turned(r.footprint), gross_region=turned(r.gross_region)) for r in factory.ROOMS)
    levels = tuple(replace(level, outline=turned(level.outline)) for level in factory.LEVELS)
    doors = tuple(replace(e, position=turned(e.position)) for e in factory.ENTRANCES)
    whole = factory.review(rooms=rooms, levels=levels, entrances=doors)
    chain = compare(stored(whole, tmp_path), whole)
    assert changes_of(chain) == {}
    assert chain.declines == 0


def test_in_a_drawing_a_handle_alone_proves_nothing(tmp_path: Path) -> None:
    """DXF handles are dealt anew: another room under the handle of a lost one is not that room."""
    dxf = replace(factory.building_model().source, format="DXF")
    old = stored(factory.review(source=dxf), tmp_path)
    lost, other = "1Elder000002", "2Offic000008"

    def dealt(room: ReviewedRoom) -> ReviewedRoom | None:
        return None if room.id == lost else replace(room, id=lost) if room.id == other else room

    found = {c.before.id: c.change for c in compare(old, with_rooms(dealt, source=dxf)).rooms if c.before is not None}
    assert found[lost] == "lost"
    assert found[other] == "kept"


def test_an_entrance_moves_opens_closes_and_stops_qualifying(then: Previous) -> None:
    main, lobby, north = factory.ENTRANCES
    new = replace(lobby, id="door-new", position=Point(44.0, 0.12), room_ids=("1Store000005",))
    doors = (replace(main, position=Point(11.2, 0.12), independent=False), new, north)
    chain = compare(then, factory.review(entrances=doors))
    found = {e.id: e for e in chain.entrances}
    assert {id_: e.change for id_, e in found.items()} == {
        "door-main": "moved", "door-lobby": "lost", "door-new": "new", "door-north": "kept",
    }  # fmt: skip
    assert found["door-main"].moved_m == pytest.approx(3.0)
    assert found["door-main"].declined
    assert not found["door-lobby"].declined  # it never was a street entrance of its own
    assert found["door-main"].remarks == (Text("独立：是 → 否", "independent: yes → no"),)


def test_clauses_are_new_persisting_resolved_or_not_rechecked(then: Previous) -> None:
    changed = {"street-entrance": "fail", "ground-floor-share": "pass", "site-selection": "not_applicable"}
    results = tuple(
        replace(r, status=changed[r.rule]) if r.rule in changed else r  # type: ignore[arg-type]  # statuses of the table
        for r in factory.RESULTS
        if r.rule != "agreement"
    )
    clauses = {c.rule: c for c in compare(then, factory.review(results=results)).clauses}
    assert {rule: clauses[rule].change for rule in (*changed, "agreement", "party-centre-area", "effective-date")} == {
        "street-entrance": "new", "ground-floor-share": "resolved", "site-selection": "not-rechecked",
        "agreement": "not-rechecked", "party-centre-area": "persisting", "effective-date": "clear",
    }  # fmt: skip
    assert [c.rule for c in clauses.values() if c.declined] == ["street-entrance"]
    assert clauses["agreement"].after is None


def test_measurements_are_compared_both_ways(then: Previous) -> None:
    now = dict(factory.MEASUREMENTS)
    now["service_area_m2"] = replace(now["service_area_m2"], value=960.0, low=950.0, high=970.0)
    now["plaza_area_m2"] = replace(now["plaza_area_m2"], value=300.0, low=300.0, high=300.0)
    found = {m.name: m for m in compare(then, factory.review(measurements=now)).measurements}
    area, plaza = found["service_area_m2"], found["plaza_area_m2"]
    assert (area.difference, area.declined, area.low_after, area.high_after) == (-12.0, True, 950.0, 970.0)
    assert plaza.difference == pytest.approx(300.0 - 216.0)
    assert not plaza.declined


def test_other_rules_other_standard_other_tool_and_a_later_stage_are_noted(tmp_path: Path) -> None:
    data = json.loads(render(factory.review(stage="completion"), "json"))
    old = stored(
        factory.review(stage="completion"), tmp_path,
        ruleset={**data["ruleset"], "digest": "sha256:" + "0" * 64}, tool={"name": "bimcheck", "version": "0.0.9"},
        area_standard="gb55031-2022", model={**data["model"], "project": "别的项目", "sha256": "1" * 64},
    )  # fmt: skip
    codes = {note.code for note in compare(old, factory.review()).notes}
    assert codes >= {
        "stage-order", "stage-other-rules", "stage-other-standard", "stage-other-tool", "stage-other-project",
    }  # fmt: skip
    assert "stage-same-model" not in codes


def test_a_report_of_the_bare_contract_suffices(tmp_path: Path) -> None:
    """Another program's report has no outlines, places, readings or levels: rooms go by id and name, and it is said."""
    data = json.loads(render(factory.review(), "json"))
    extra = {"place_m", "outline_m", "readings", "level_id", "cluster"}
    bare = {
        "rooms": [{k: v for k, v in room.items() if k not in extra} for room in data["rooms"]],
        "entrances": [{k: v for k, v in door.items() if k not in extra} for door in data["entrances"]],
        "levels": [],
        "quantities": {},
    }
    chain = compare(stored(factory.review(), tmp_path, **bare), factory.review())
    assert changes_of(chain) == {}
    assert "stage-places-unknown" in {note.code for note in chain.notes}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "0 models"),
        (b"{}", "report_version"),
        (b'{"report_version": "2"}', "report_version"),
        (b"[" * 100_000, "JSON"),
        (b'"x"', "no report"),
    ],
)
def test_what_is_no_report_is_refused_in_one_line(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(BimcheckError, match=words) as caught:
        load_previous(path)
    assert "\n" not in caught.value.message.zh
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gross_area_m2", -5.0),
        ("gross_area_m2", float("nan")),
        ("gross_area_m2", "viel"),
        ("outline_m", [[[[1e300, 0], [1e300, 1], [0, 1e300]]]]),
        ("place_m", [0.0]),
        ("use", "palace"),
        ("readings", {"gbt50353-2013": -1.0}),
    ],
)
def test_a_report_that_was_tampered_with_is_refused_by_the_key(key: str, value: object, tmp_path: Path) -> None:
    rooms = json.loads(render(factory.review(), "json"))["rooms"]
    rooms[0][key] = value
    with pytest.raises(BimcheckError, match=rf"rooms\.0\.{key}"):
        stored(factory.review(), tmp_path, rooms=rooms)


@pytest.mark.parametrize(
    "outline",
    [[], [[]], [[[[0, 0], [1, 1]]]], [[[[0, 0], [10, 10], [10, 0], [0, 10]]]]],
    ids=["nothing", "no ring", "a line", "a bow tie"],
)
def test_an_outline_that_is_no_area_is_done_without(outline: object, tmp_path: Path) -> None:
    """The room is still known by its id, and nothing that got worse is missed."""
    rooms = json.loads(render(factory.review(), "json"))["rooms"]
    rooms[0]["outline_m"] = outline
    rooms[0]["gross_area_m2"] += 10.0
    rooms[0]["readings"] = {name: area + 10.0 for name, area in rooms[0]["readings"].items()}
    chain = compare(stored(factory.review(), tmp_path, rooms=rooms), factory.review(stage="completion"))
    assert changes_of(chain) == {rooms[0]["id"]: "shrunk"}


def test_a_room_split_in_two_and_two_made_one_are_told_with_what_stands_there(then: Previous) -> None:
    """The elderly room is halved under new ids, the toilet goes to the health station: no area is lost unseen."""
    elder, health, toilet = (next(r for r in factory.ROOMS if r.name.startswith(n)) for n in ("居家", "智慧", "无障"))
    halves = (
        replace(placed(elder, box(16.12, 0.24, 23.88, 5.0), 40.96), id="half-1", name="居家养老一"),
        replace(placed(elder, box(16.12, 5.24, 23.88, 9.88), 39.04), id="half-2", name="居家养老二"),
    )
    joined = placed(health, health.footprint.union(box(21.12, 10.12, 23.88, 13.88)), 52.0)  # type: ignore[union-attr, arg-type]  # a rectangle
    rooms = [joined if room is health else room for room in factory.ROOMS if room not in (elder, toilet)]
    chain = compare(then, factory.review(stage="construction", rooms=(*rooms, *halves)))
    assert changes_of(chain) == {
        elder.id: "lost", toilet.id: "lost", health.id: "grown", "half-1": "new", "half-2": "new",
    }  # fmt: skip
    assert all(room.remarks for room in chain.rooms if room.change == "lost")
    total = next(measure for measure in chain.measurements if measure.name == "service_area_m2")
    assert not total.declined


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(BimcheckError, match="gone"):
        load_previous(tmp_path / "gone.json")


@pytest.mark.parametrize("format_", ["json", "html", "terminal"])
def test_every_report_tells_of_a_decline(then: Previous, format_: str) -> None:
    now = with_rooms(only("1Toilet00004", lambda r: placed(r, box(21.12, 10.12, 22.88, 13.88), 8.0)))
    chain = compare(then, now)
    text = str(render(replace(now, chain=chain, notes=(*now.notes, *decline_notes(chain))), format_))
    assert "shrunk" in text or "变小" in text
    assert "8.00 ㎡" in text


def test_the_plan_shows_where_a_lost_room_stood(then: Previous) -> None:
    now = with_rooms(only("1Toilet00004", lambda _: None))
    page = str(render(replace(now, chain=compare(then, now)), "html"))
    assert 'class="lost-part"' in page
    assert 'class="room-then"' in page
