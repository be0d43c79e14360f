"""Plans: what is drawn, where labels go, and that the picture is the building's, whichever way it stands."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from review_factory import LEVELS, ROOMS, building_model, empty_review, review
from shapely import Polygon, affinity, box

from bimcheck.drawing.labels import Lettering, width_em, wrapped
from bimcheck.drawing.plan import draw_levels, levels_to_draw
from bimcheck.drawing.shapes import Drawing, Label, Ref
from bimcheck.drawing.sheet import building_angle
from bimcheck.drawing.site import draw_site
from bimcheck.drawing.svg import anchor, svg
from bimcheck.review import Review


def site(of: Review) -> Drawing:
    drawing = draw_site(of)
    assert drawing is not None
    return drawing


def extent(label: Label) -> Polygon:
    """A cautious box of a label: its em square by its width in em."""
    half = max(width_em(max(line, key=width_em)) for line in label.lines) * label.size_m / 2
    tall = len(label.lines) * label.size_m / 2
    return box(label.x_m - half, label.y_m - tall, label.x_m + half, label.y_m + tall)


def test_service_rooms_are_drawn_with_their_wall_shares() -> None:
    """Clear room and wall share together are the gross area the ledger counts."""
    shapes = [shape for sheet in draw_levels(review()) for shape in sheet.shapes]
    for room in (room for room in ROOMS if room.counted):
        ref = Ref("room", room.id)
        parts = [s for s in shapes if s.ref == ref and s.kind in ("service-room", "wall-share")]
        assert {part.kind for part in parts} == {"service-room", "wall-share"}
        assert sum(part.geometry.area for part in parts) == pytest.approx(room.gross_area_m2)
        assert {part.use for part in parts} == {room.use}


def test_every_room_is_named_with_its_area_or_numbered_in_the_key() -> None:
    sheets = draw_levels(review())
    written = {label.ref: "".join(line.zh for line in label.lines) for sheet in sheets for label in sheet.labels}
    keyed = {entry.ref: entry for sheet in sheets for entry in sheet.key}
    for room in ROOMS:
        ref = Ref("room", room.id)
        if ref in keyed:
            assert keyed[ref].sign in written[ref]
        else:
            assert room.name in written[ref]
            assert not room.counted or f"{room.gross_area_m2:.2f} m²" in written[ref]


def test_a_closet_too_small_for_its_name_gets_a_number() -> None:
    closet = replace(ROOMS[3], footprint=box(22, 11, 22.4, 11.5), gross_region=box(22, 11, 22.4, 11.5))
    first = draw_levels(review(rooms=(*ROOMS[:3], closet, *ROOMS[4:])))[0]
    entry = next(entry for entry in first.key if entry.ref == Ref("room", closet.id))
    assert "无障碍卫生间" in entry.text.zh


def test_labels_lie_in_their_rooms_and_over_no_other_label() -> None:
    for sheet in (*draw_levels(review()), site(review())):
        for one, other in itertools.combinations(sheet.labels, 2):
            assert not extent(one).intersects(extent(other)), (one.lines, other.lines)
        rooms = {Ref("room", room.id): room.footprint for room in ROOMS}
        for label in sheet.labels:
            room = rooms.get(label.ref) if label.ref is not None else None
            if label.kind == "service-room" and room is not None:
                assert room.contains(extent(label))


def test_doors_are_judged_on_the_plan() -> None:
    ground = draw_levels(review())[0]
    kinds = {s.ref.id: s.kind for s in ground.shapes if s.ref and s.ref.kind == "entrance" and s.anchor}
    assert kinds == {"door-main": "entrance-yes", "door-lobby": "entrance-no", "door-north": "entrance-unknown"}


def test_the_arrow_of_an_entrance_stands_outdoors_and_its_sight_line_leaves_the_sheet() -> None:
    ground = draw_levels(review())[0]
    arrow = next(s.geometry for s in ground.shapes if s.kind == "entrance-yes")
    sight = next(s.geometry for s in ground.shapes if s.kind == "sight-line")
    outline = LEVELS[0].outline
    assert outline is not None
    assert outline.intersection(arrow).area == pytest.approx(0.0, abs=1e-6)
    assert sight.bounds[1] == pytest.approx(ground.view[1])
    assert any("文苑路" in line.zh for label in ground.labels for line in label.lines if label.kind == "street")


def test_a_turned_building_stands_square_on_the_sheet_and_north_turns_with_it() -> None:
    """The same building turned by 30° on its plot gives the same plan; only the north arrow differs."""
    angle = 30.0

    def turn(geometry: Polygon) -> Polygon:
        return affinity.rotate(geometry, angle, origin=(100, 50))

    straight = review(entrances=())
    model = straight.model
    turned_model = replace(
        model,
        spaces=tuple(replace(s, footprint=turn(s.footprint)) for s in model.spaces),  # type: ignore[arg-type]  # all have one
        elements=tuple(replace(e, footprint=turn(e.footprint)) for e in model.elements),  # type: ignore[arg-type]  # all are polygons
        openings=(),
    )
    rooms = tuple(
        replace(r, footprint=turn(r.footprint), gross_region=turn(r.gross_region))  # type: ignore[arg-type]  # all have one
        for r in ROOMS
    )
    levels = tuple(replace(v, outline=None if v.outline is None else turn(v.outline)) for v in LEVELS)  # type: ignore[arg-type]  # polygons
    one = draw_levels(replace(straight, model=replace(model, openings=())))[0]
    two = draw_levels(replace(straight, model=turned_model, rooms=rooms, levels=levels))[0]
    assert two.view[2] - two.view[0] == pytest.approx(one.view[2] - one.view[0])
    assert [label.lines for label in two.labels] == [label.lines for label in one.labels]
    assert two.north != pytest.approx(one.north)
    back = affinity.rotate(shapely.Point(two.north), angle, origin=(0, 0))
    assert (back.x, back.y) == pytest.approx(one.north)


@given(st.floats(min_value=-40, max_value=40))
def test_the_way_a_building_is_turned_is_found(angle: float) -> None:
    outline = affinity.rotate(Polygon([(0, 0), (40, 0), (40, 12), (25, 12), (25, 18), (0, 18)]), angle)
    assert building_angle([outline]) == pytest.approx(angle if abs(angle) > 0.25 else 0.0, abs=0.26)


def test_of_a_tower_only_the_levels_with_something_to_show_are_drawn() -> None:
    """Thirty storeys, service rooms on two: two sheets, and the ground level if it is none of them."""
    storeys = tuple(replace(LEVELS[1], id=f"T{n}", ground=False, number=n) for n in range(3, 31))
    tall = review(levels=(*LEVELS[:2], *storeys))
    assert [level.id for level in levels_to_draw(tall)] == ["S1", "S2"]
    upstairs = tuple(room for room in ROOMS if room.level_id == "S2")
    assert [level.id for level in levels_to_draw(replace(tall, rooms=upstairs, entrances=()))] == ["S1", "S2"]


def test_a_corner_of_a_large_level_is_drawn_large_and_says_so() -> None:
    wide = replace(LEVELS[0], outline=box(0, 0, 400, 300))
    sheet = draw_levels(review(levels=(wide, *LEVELS[1:]), rooms=ROOMS[:5]))[0]
    assert sheet.whole is not None
    assert "400.00 × 300.00 m" in sheet.whole.zh
    assert sheet.view[2] < 60
    assert draw_levels(review())[0].whole is None


def test_a_room_without_geometry_is_left_out_without_harm() -> None:
    lost = replace(ROOMS[0], footprint=None, gross_region=None)
    assert all(s.ref != Ref("room", lost.id) for d in draw_levels(review(rooms=(lost, *ROOMS[1:]))) for s in d.shapes)
    assert draw_levels(review(levels=(replace(LEVELS[0], outline=None),), rooms=(lost,), entrances=())) == ()


def test_nothing_found_draws_nothing() -> None:
    assert draw_levels(empty_review()) == ()
    assert draw_site(empty_review()) is None


def test_the_site_shows_stalls_plaza_streets_and_the_doors() -> None:
    drawing = site(review())
    kinds = [shape.kind for shape in drawing.shapes]
    assert kinds.count("parking") == 12
    assert {"plaza", "street", "internal-road-line", "site-boundary", "building", "own-building"} <= set(kinds)
    assert {"entrance-yes", "entrance-no", "entrance-unknown"} <= set(kinds)
    assert drawing.north == pytest.approx((0.0, 1.0))
    names = {line.zh for label in drawing.labels for line in label.lines}
    assert {"文苑路", "居民活动广场", "216.00 m²"} <= names


def test_stalls_below_ground_are_counted_in_the_caption_but_not_drawn() -> None:
    model = building_model()
    below = tuple(replace(f, underground=True) if f.id == "stall-05" else f for f in model.site)
    drawing = site(review(model=replace(model, site=below)))
    assert sum(shape.kind == "parking" for shape in drawing.shapes) == 11
    assert "地下 1 个不画" in drawing.caption.zh


def test_scale_bars_are_round_and_fit_the_sheet() -> None:
    for sheet in (*draw_levels(review()), site(review())):
        width = sheet.view[2] - sheet.view[0]
        assert sheet.scale_bar_m in (1, 2, 5, 10, 20, 50)
        assert 0.03 * width < sheet.scale_bar_m < 0.2 * width


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drawing_alone_is_well_formed_and_as_large_as_the_building(language: str) -> None:
    ground = draw_levels(review())[0]
    root = ET.fromstring(svg(ground, standalone="zh" if language == "zh" else "en"))  # noqa: S314  our own drawing
    _, _, width, height = (int(value) for value in root.attrib["viewBox"].split())
    assert width == pytest.approx((ground.view[2] - ground.view[0]) * 1000, abs=1)
    assert height == pytest.approx((ground.view[3] - ground.view[1]) * 1000, abs=1)


def test_coordinates_are_whole_millimetres_with_y_downwards() -> None:
    """The party centre's clear room, 0.24 to 15.88 m wide and 0.24 to 17.76 m deep, by its corners on the sheet."""
    ground = draw_levels(review(entrances=()))[0]
    x, y = -ground.view[0] * 1000, ground.view[3] * 1000
    root = ET.fromstring(svg(ground, standalone="zh"))  # noqa: S314  our own drawing
    space = "{http://www.w3.org/2000/svg}"
    group = next(e for e in root.iter(f"{space}a") if e.attrib.get("id") == "room-1pC$Entre_01")
    path = next(p.attrib["d"] for p in group.iter(f"{space}path") if "service-room" in p.attrib["class"])
    left, right, top, bottom = round(x + 240), round(x + 15880), round(y - 17760), round(y - 240)
    for figure in (left, right, top, bottom):
        assert str(figure) in path
    assert "." not in path


def test_text_of_the_model_is_escaped_in_a_drawing() -> None:
    text = svg(draw_levels(review())[0])
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@given(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8))
def test_different_ids_have_different_anchors_without_spaces(one: str, other: str) -> None:
    names = {anchor(Ref("room", one)), anchor(Ref("room", other))}
    assert len(names) == len({one, other})
    assert all(name.isascii() and name.isprintable() and " " not in name for name in names)


@given(st.text(alphabet="社区服务用房ab c", min_size=1, max_size=20), st.integers(min_value=1, max_value=3))
def test_wrapping_keeps_every_letter(text: str, parts: int) -> None:
    lines = wrapped(text, parts)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) <= parts


def test_lettering_shrinks_until_it_fits_and_refuses_what_never_will() -> None:
    lettering = Lettering(metres_per_pixel=0.05)
    assert lettering.inside(box(0, 0, 10, 5), "居家养老服务用房", "80.00 m²", "service-room", None)
    assert lettering.inside(box(20, 0, 22.6, 2.6), "居家养老服务用房", "80.00 m²", "service-room", None)
    assert not lettering.inside(box(40, 0, 40.5, 0.5), "居家养老服务用房", "80.00 m²", "service-room", None)
    large, small = lettering.labels
    assert small.size_m < large.size_m


def test_rooms_too_small_for_their_names_are_numbered_as_one_reads() -> None:
    """Two rows of three closets: the upper row first, each from the left, whatever the file calls them."""
    places = {"f": (0, 3), "b": (1, 3), "d": (2, 3), "a": (0, 0), "e": (1, 0), "c": (2, 0)}
    room = next(room for room in ROOMS if room.counted and room.ground_floor)
    closets = tuple(
        replace(
            room, id=id_, name=f"社区应急物资与防汛器材储备间{id_}", gross_area_m2=1.0,
            footprint=box(x, y, x + 0.9, y + 0.9), gross_region=box(x, y, x + 0.9, y + 0.9),
        )
        for id_, (x, y) in places.items()
    )  # fmt: skip
    sheet = draw_levels(review(rooms=closets))[0]
    assert "".join(entry.text.zh.split()[0][-1] for entry in sheet.key) == "fbdaec"
    assert [entry.sign for entry in sheet.key] == ["1", "2", "3", "4", "5", "6"]
