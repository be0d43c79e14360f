"""The annotated copy of a drawing: our own layers over the plans, in the right place, the rest as submitted."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from shapely import Polygon

from bimcheck.annotate import annotate, annotated
from bimcheck.annotate.dxf import AREAS, DOORS, FINDINGS, LAYERS, NEAR_MISSES, ROOMS
from bimcheck.errors import BimcheckError, UsageError
from bimcheck.pipeline import review

SAMPLES = Path(__file__).parents[2] / "sample_models"
FRAMES = SAMPLES / "community_pass.frames.dxf"
WALLS = SAMPLES / "entrance_lobby.walls.dxf"
MM2 = 1e6
"""Square millimetres in a square metre: the samples are drawn in millimetres."""


def opened(content: bytes) -> Any:
    return ezdxf.read(io.StringIO(content.decode("utf-8")))  # type: ignore[attr-defined]  # re-exported without __all__


@pytest.fixture(scope="module", params=[FRAMES, WALLS], ids=["frames", "walls"])
def case(request: pytest.FixtureRequest) -> tuple[Path, Any, Any]:
    path: Path = request.param
    found = review(path, stage="preliminary")
    return path, found, opened(annotated(found, path))


def polygons(copy: Any, kind: str, layer: str) -> list[Polygon]:
    entities = copy.modelspace().query(f'{kind}[layer=="{layer}"]')
    if kind == "HATCH":
        return [Polygon([v[:2] for v in path.vertices]) for e in entities for path in e.paths if path.vertices]
    return [Polygon(entity.get_points("xy")) for entity in entities]


def test_every_service_room_is_hatched_with_its_gross_area(case: tuple[Path, Any, Any]) -> None:
    """In the drawing's own units, walls included."""
    _, found, copy = case
    hatched = sorted(polygon.area / MM2 for polygon in polygons(copy, "HATCH", ROOMS))
    assert hatched == pytest.approx(sorted(r.gross_region.area for r in found.rooms if r.counted), abs=0.01)


def test_a_hatch_lies_over_the_very_frame_the_room_is_known_by(tmp_path: Path) -> None:
    """Plans stand side by side on the sheet: each room's outline is where its own polyline is, by its handle."""
    found = review(FRAMES, stage="preliminary")
    annotate(found, FRAMES, tmp_path / "copy.dxf")
    copy: Any = ezdxf.readfile(tmp_path / "copy.dxf")  # type: ignore[attr-defined]  # re-exported without __all__
    outlines = polygons(copy, "LWPOLYLINE", ROOMS)
    counted = [room for room in found.rooms if room.counted]
    assert len({room.storey for room in counted}) > 1
    for room in counted:
        frame = Polygon(copy.entitydb[room.id].get_points("xy"))
        nearest = max(outlines, key=lambda outline: outline.intersection(frame).area)
        assert nearest.symmetric_difference(frame).area < 1e-3 * frame.area


def test_leaders_start_at_the_doors(case: tuple[Path, Any, Any]) -> None:
    """The other plans are laid over the ground floor, so its doors stand where the model says, in millimetres."""
    _, found, copy = case
    leaders = list(copy.modelspace().query(f'LEADER[layer=="{DOORS}"]'))
    starts = sorted(tuple(round(value) for value in leader.vertices[0][:2]) for leader in leaders)
    assert starts == sorted((round(e.position.x * 1000), round(e.position.y * 1000)) for e in found.entrances)
    assert starts


def test_areas_and_reasons_are_written_beside_rooms(case: tuple[Path, Any, Any]) -> None:
    _, found, copy = case
    written = "\n".join(text.plain_text() for text in copy.modelspace().query(f'MTEXT[layer=="{AREAS}"]'))
    for room in found.rooms:
        if room.counted:
            assert f"建筑面积 {room.gross_area_m2:.2f} ㎡" in written


def test_the_findings_stand_clear_of_the_plans_with_the_hash(case: tuple[Path, Any, Any]) -> None:
    _, found, copy = case
    (text,) = copy.modelspace().query(f'MTEXT[layer=="{FINDINGS}"]')
    assert found.source.sha256 in text.plain_text()
    failing = [result for result in found.results if result.status == "fail"]
    assert all(result.message.zh in text.plain_text() for result in failing)
    highest = max(polygon.bounds[3] for polygon in polygons(copy, "HATCH", ROOMS))
    assert text.dxf.insert.y > highest


def test_lettering_stands_out_from_a_dark_ground_and_from_a_light_one(case: tuple[Path, Any, Any]) -> None:
    """Programs show colour 7 black on white and white on black; any other colour is lost on one of them."""
    texts = [text for layer in LAYERS for text in case[2].modelspace().query(f'MTEXT[layer=="{layer}"]')]
    assert len(texts) > 2
    assert all(text.dxf.color == 7 and not text.dxf.hasattr("true_color") for text in texts)


def test_nothing_submitted_is_lost_or_changed(case: tuple[Path, Any, Any]) -> None:
    path, _, copy = case
    original: Any = ezdxf.readfile(path)  # type: ignore[attr-defined]  # re-exported without __all__
    kept = [entity for entity in copy.modelspace() if entity.dxf.layer not in LAYERS]
    before = list(original.modelspace())
    assert Counter(e.dxftype() for e in kept) == Counter(e.dxftype() for e in before)
    assert {e.dxf.handle: e.dxf.layer for e in kept} == {e.dxf.handle: e.dxf.layer for e in before}


def test_the_copy_is_sound(case: tuple[Path, Any, Any]) -> None:
    assert case[2].audit().errors == []


def test_a_review_of_the_copy_finds_the_same(case: tuple[Path, Any, Any], tmp_path: Path) -> None:
    """Our layers are not mistaken for rooms."""
    path, found, _ = case
    annotate(found, path, tmp_path / "copy.dxf")
    again = review(tmp_path / "copy.dxf", stage="preliminary")
    assert [(r.rule, r.status) for r in again.results] == [(r.rule, r.status) for r in found.results]
    areas = [[room.gross_area_m2 for room in each.rooms if room.counted] for each in (again, found)]
    assert areas[0] == pytest.approx(areas[1])


def test_it_is_the_same_every_time(case: tuple[Path, Any, Any]) -> None:
    path, found, _ = case
    assert annotated(found, path) == annotated(found, path)


def drawing(tmp_path: Path, version: str, name: str) -> Path:
    """A single room in a drawing of some release."""
    document: Any = ezdxf.new(version)  # type: ignore[attr-defined]  # re-exported without __all__
    document.encoding = "gbk"
    if version != "R12":
        document.header["$INSUNITS"] = 4
    document.layers.add("社区用房")
    space = document.modelspace()
    for x0, y0, x1, y1 in ((0, 0, 12000, 8000),):
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        room = {"layer": "面积框线"}
        if version == "R12":
            space.add_polyline2d(corners, close=True, dxfattribs=room)
        else:
            space.add_lwpolyline(corners, close=True, dxfattribs=room)
    space.add_text(name, height=300, dxfattribs={"layer": "房间名称", "insert": (3000, 4000)})
    space.add_text("一层平面图", height=700, dxfattribs={"layer": "图名", "insert": (4000, -3000)})
    document.saveas(tmp_path / "a.dxf")
    return tmp_path / "a.dxf"


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2018"])
def test_old_releases_are_raised_to_one_with_true_colours_and_unicode(tmp_path: Path, version: str) -> None:
    path = drawing(tmp_path, version, "社区服务用房")
    found = review(path)
    assert [room.counted for room in found.rooms] == [True]
    copy = opened(annotated(found, path))
    assert copy.dxfversion >= "AC1021"
    assert copy.audit().errors == []
    (hatch,) = polygons(copy, "HATCH", ROOMS)
    assert hatch.area == pytest.approx(96 * MM2)


def test_a_name_that_looks_like_formatting_is_written_as_it_is(tmp_path: Path) -> None:
    path = drawing(tmp_path, "R2018", r"社区服务用房{\H99;大}^J\P2")
    found = review(path)
    (text,) = opened(annotated(found, path)).modelspace().query(f'MTEXT[layer=="{AREAS}"]')
    first = text.plain_text().split("\n")[0]
    assert first.replace("^ ", "^").replace(" ", "") == found.rooms[0].name.replace(" ", "")


def test_near_misses_are_outlined_and_not_hatched(tmp_path: Path) -> None:
    path = drawing(tmp_path, "R2018", "物业管理用房")
    copy = opened(annotated(review(path), path))
    assert len(polygons(copy, "LWPOLYLINE", NEAR_MISSES)) == 1
    assert polygons(copy, "HATCH", ROOMS) == []


def test_several_drawings_reviewed_as_one_are_refused(tmp_path: Path) -> None:
    one = drawing(tmp_path, "R2018", "社区服务用房")
    two = tmp_path / "b.dxf"
    two.write_bytes(one.read_bytes().replace("一层".encode(), "二层".encode()))
    with pytest.raises(UsageError, match="each file by itself"):
        annotated(review([one, two]), one)


def test_drawings_of_other_programs_and_damaged_ones_take_annotations(models_dir: Path) -> None:
    """Whatever could be reviewed can be annotated, and every service room with an outline is hatched."""
    seen = 0
    for path in sorted([*(models_dir / "bad").glob("*.dxf"), *(models_dir / "real").rglob("*.dxf")]):
        if path.stat().st_size > 1_000_000:
            continue
        try:
            found = review(path)
        except BimcheckError:
            continue
        copy = opened(annotated(found, path))
        counted = [room for room in found.rooms if room.counted and room.footprint is not None and "@" not in room.id]
        assert len(polygons(copy, "HATCH", ROOMS)) >= len(counted)
        seen += 1
    assert seen
