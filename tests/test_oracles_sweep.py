"""One awkward estate through the whole pipeline: however its file is written and wherever it stands, the same areas.

Its truth is put together by hand in ``oracle_buildings.awkward``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import oracle_buildings as oracle
import pytest

from bimcheck.pipeline import review
from bimcheck.review import Review
from sample_models.drawing import Point, Project, Ring, Storey, write_ifc

Write = Callable[[Project, Path], Path]
SURVEY = (540123.456, 3371234.567)


def mirrored(project: Project) -> Project:
    """The project seen in a mirror: x becomes −x, and every ring runs anticlockwise again."""

    def at(point: Point) -> Point:
        return (-point[0], point[1])

    def ring(points: Ring) -> Ring:
        return tuple(at(point) for point in reversed(points))

    def storey(each: Storey) -> Storey:
        assert each.voids == ()
        return replace(
            each,
            outline=ring(each.outline) if each.outline else None,
            rooms=tuple(
                replace(room, outline=ring(room.outline), holes=tuple(ring(hole) for hole in room.holes))
                for room in each.rooms
            ),
            walls=tuple(
                replace(w, start=at(w.end), end=at(w.start), footprint=ring(w.footprint) if w.footprint else None)
                for w in each.walls
            ),
            curtain_walls=tuple(replace(c, start=at(c.end), end=at(c.start)) for c in each.curtain_walls),
            doors=tuple(replace(door, at=at(door.at)) for door in each.doors),
            windows=tuple(replace(window, at=at(window.at)) for window in each.windows),
            columns=tuple(replace(column, at=at(column.at)) for column in each.columns),
            slabs=tuple(
                replace(slab, outline=ring(slab.outline), holes=tuple(ring(hole) for hole in slab.holes))
                for slab in each.slabs
            )
            if each.slabs is not None
            else None,
            stairs=tuple(
                replace(stair, outline=(-stair.outline[2], stair.outline[1], -stair.outline[0], stair.outline[3]))
                for stair in each.stairs
            ),
        )

    return replace(
        project,
        buildings=tuple(
            replace(b, at=at(b.at), turn_deg=-b.turn_deg, storeys=tuple(storey(each) for each in b.storeys))
            for b in project.buildings
        ),
    )


def reordered(project: Project) -> Project:
    """The project written back to front."""
    return replace(
        project,
        buildings=tuple(
            replace(
                b,
                storeys=tuple(
                    replace(s, rooms=s.rooms[::-1], walls=s.walls[::-1], columns=s.columns[::-1], doors=s.doors[::-1])
                    for s in b.storeys[::-1]
                ),
            )
            for b in project.buildings[::-1]
        ),
    )


VARIANTS: dict[str, Write] = {
    "turned 37°": lambda p, path: write_ifc(p, path, rotation_deg=37.0),
    "turned 211.3°": lambda p, path: write_ifc(p, path, rotation_deg=211.3),
    "on survey coordinates": lambda p, path: write_ifc(p, path, offset=SURVEY),
    "turned on survey coordinates, in element placements": lambda p, path: write_ifc(
        p, path, rotation_deg=37.0, offset=SURVEY, survey="elements"
    ),
    "turned on survey coordinates, in points": lambda p, path: write_ifc(
        p, path, rotation_deg=37.0, offset=SURVEY, survey="points", unit="m"
    ),
    "mirrored": lambda p, path: write_ifc(mirrored(p), path),
    "metres": lambda p, path: write_ifc(p, path, unit="m"),
    "feet": lambda p, path: write_ifc(p, path, unit="ft"),
    "inches": lambda p, path: write_ifc(p, path, unit="in"),
    "IFC2X3": lambda p, path: write_ifc(p, path, "IFC2X3"),
    "IFC4X3": lambda p, path: write_ifc(p, path, "IFC4X3"),
    "spaces as breps": lambda p, path: write_ifc(p, path, space_shape="brep"),
    "spaces as face sets": lambda p, path: write_ifc(p, path, space_shape="faceset"),
    "spaces as mapped items": lambda p, path: write_ifc(p, path, space_shape="mapped"),
    "spaces as clipped solids": lambda p, path: write_ifc(p, path, space_shape="clipped"),
    "back to front": lambda p, path: write_ifc(reordered(p), path),
}


def figures(found: Review) -> dict[str, float]:
    """Everything measured in square metres: the sums with their bounds, every room and every level."""
    sums: dict[str, float | None] = {}
    for name in ("service_area_m2", "ground_floor_area_m2", "ground_floor_share"):
        quantity = found.measurements[name]
        assert None not in (quantity.low, quantity.value, quantity.high)
        sums |= {name: quantity.value, f"{name}, low": quantity.low, f"{name}, high": quantity.high}
    rooms = sorted((room.gross_area_m2 or -1.0) for room in found.rooms if room.counted)
    levels = sorted((level.outline_area_m2 or -1.0) for level in found.levels)
    return {
        **{name: value for name, value in sums.items() if value is not None},
        **{f"room {n}": value for n, value in enumerate(rooms)},
        **{f"level {n}": value for n, value in enumerate(levels)},
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return review(write_ifc(oracle.awkward(), tmp_path_factory.mktemp("plain") / "a.ifc"))


def test_the_estate_comes_to_its_truth_by_hand(plain: Review) -> None:
    found = figures(plain)
    assert found["service_area_m2"] == pytest.approx(1631.04, abs=0.01)
    assert found["ground_floor_area_m2"] == pytest.approx(1214.04, abs=0.01)
    assert found["ground_floor_share"] == pytest.approx(1214.04 / 1631.04, abs=1e-5)
    # the party wall behind which nothing is modelled: half of it, 0.1 × 24
    assert found["service_area_m2, low"] == pytest.approx(1631.04 - 2.4, abs=0.01)


def test_the_parts_of_every_storey_add_up_to_its_outline(plain: Review) -> None:
    """1F: 40 × 24 − 8 × 6 + 0.1 × 24 + 12 × 24 = 1202.40; 2F without the void 912 − 30 = 882; the L 476.6656."""
    for level in plain.levels:
        assert level.parts_area_m2 == pytest.approx(level.outline_area_m2, abs=0.01)
    outlines = sorted(level.outline_area_m2 or 0.0 for level in plain.levels)
    assert outlines == pytest.approx([476.6656, 882.0, 1202.4], abs=0.01)


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_area_depends_on_how_the_file_is_written(variant: str, plain: Review, tmp_path: Path) -> None:
    found = review(VARIANTS[variant](oracle.awkward(), tmp_path / "a.ifc"))
    assert figures(found) == pytest.approx(figures(plain), rel=1e-6)
    assert [(r.rule, r.status) for r in found.results] == [(r.rule, r.status) for r in plain.results]


def test_splitting_a_room_leaves_every_sum_as_it_was(plain: Review, tmp_path: Path) -> None:
    found, whole = figures(review(write_ifc(oracle.awkward(split=True), tmp_path / "a.ifc"))), figures(plain)
    for name, value in whole.items():
        if not name.startswith("room"):
            assert found[name] == pytest.approx(value, rel=1e-6), name


def test_the_other_standards_read_the_insulation_by_its_outer_face(tmp_path: Path) -> None:
    """GB 55031-2022 has the four squares of 0.08² more at the L's corners, net of the inward one: 476.6656."""
    path = write_ifc(oracle.awkward(), tmp_path / "a.ifc")
    found = review(path, area_standard_name="gb55031-2022")
    assert found.measurements["service_area_m2"].value == pytest.approx(1631.0656, abs=0.01)
