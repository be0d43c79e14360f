"""Balconies, canopies, arcades, attics and sunken storeys through IFC files, against figures worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import ifcopenshell
import oracle_buildings as oracle
import pytest

from bimcheck.brief import Brief
from bimcheck.pipeline import review
from bimcheck.review import Review
from sample_models.drawing import Column, Project, Ring, Wall, rect, write_ifc

Write = Callable[[Project, Path], Path]
STANDARDS = ("gbt50353-2013", "gb55031-2022", "gbt17986.1-2000")
WAYS: dict[str, dict[str, Any]] = {
    "IFC4 mm": {},
    "IFC2X3 ft survey 37°": {
        "schema": "IFC2X3", "unit": "ft", "rotation_deg": 37.0, "offset": (540123.4, 3371234.5), "survey": "points",
    },
    "breps": {"space_shape": "brep"},
}  # fmt: skip


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def write(request: pytest.FixtureRequest) -> Write:
    options: dict[str, Any] = request.param
    return lambda project, folder: write_ifc(project, folder / "model.ifc", **options)


def readings_of(found: Review, name: str) -> list[float]:
    room = next(room for room in found.rooms if room.counted and room.name.endswith(name))
    return [room.readings[standard] for standard in STANDARDS]


# ------------------------------------------------------------------------------------------------ parts


def parapet(x0: float, y0: float, x1: float, height: float | None = 1.1) -> tuple[Wall, ...]:
    """A parapet of 100 (or glazed wall, of full height) whose outer face runs from (x0, 0) over y0 to (x1, 0)."""
    return (
        Wall((x0 + 0.05, 0.0), (x0 + 0.05, y0), 0.1, height=height),
        Wall((x0 + 0.1, y0 + 0.05), (x1 - 0.1, y0 + 0.05), 0.1, height=height),
        Wall((x1 - 0.05, y0), (x1 - 0.05, 0.0), 0.1, height=height),
    )


class Case(NamedTuple):
    """A part and what it counts under each standard."""

    name: str
    outline: Ring
    walls: tuple[Wall, ...]
    columns: tuple[Column, ...]
    areas: tuple[float, float, float]
    recess: Ring | None = None


def posts(*at: tuple[float, float]) -> tuple[Column, ...]:
    return tuple(Column(each, (0.4, 0.4)) for each in at)


CASES = {
    "open balcony, drawn over its parapet": Case(
        "阳台", rect(5, -1.5, 11, 0), parapet(5, -1.5, 11), (), (4.5, 4.5, 4.5)
    ),
    "open balcony, drawn inside its parapet": Case(
        "阳台", rect(5.1, -1.4, 10.9, 0), parapet(5, -1.5, 11), (), (4.5, 4.5, 4.5)
    ),
    "open balcony inside the main structure": Case(
        "阳台", rect(5, 0, 11, 1.5), (), (), (9.0, 4.5, 4.5), recess=rect(5, 0, 11, 1.5)
    ),
    "enclosed balcony": Case(
        "阳台", rect(5.1, -1.4, 10.9, 0), parapet(5, -1.5, 11, None), (), (4.5, 9.0, 9.0)
    ),
    "canopy on one row of columns": Case(
        "入口雨篷", rect(5, -3, 9, 0), (), posts((5.3, -2.7), (8.7, -2.7)), (6.0, 6.0, 6.0)
    ),
    "canopy on columns all around, their outer line 4×3, its plate 4.6×3.6": Case(
        "雨篷", rect(5, -3.6, 9.6, 0), (), posts((5.5, -3.1), (9.1, -3.1), (5.5, -0.5), (9.1, -0.5)), (8.28, 12.0, 12.0)
    ),
    "canopy of 2.00 without columns": Case("雨篷", rect(5, -2.0, 10, 0), (), (), (0.0, 0.0, 0.0)),
    "canopy of 2.10 without columns": Case("雨篷", rect(5, -2.1, 10, 0), (), (), (5.25, 0.0, 0.0)),
    "arcade open to the public": Case("骑楼", rect(0, -3, 20, 0), (), (), (0.0, 0.0, 0.0)),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES.values()), ids=list(CASES))
@pytest.mark.parametrize("zone", [True, False], ids=["by zone", "by name"])
def test_parts_count_by_rules_of_their_own(case: Case, *, zone: bool, write: Write, tmp_path: Path) -> None:
    """The part's three figures, and the hall behind it untouched."""
    project = oracle.with_part(case.name, case.outline, case.walls, case.columns, case.recess, zone=zone)
    found = review(write(project, tmp_path))
    assert readings_of(found, case.name) == pytest.approx(case.areas, abs=0.01)
    recess = 9.0 if case.recess is not None else 0.0
    total = found.measurements["service_area_m2"]
    assert total.value == pytest.approx(200.0 - recess + case.areas[0], abs=0.01)
    assert (total.low, total.high) == pytest.approx(
        (200.0 - recess + min(case.areas), 200.0 - recess + max(case.areas)), abs=0.01
    )


def test_a_part_of_somebody_else_is_not_counted(write: Write, tmp_path: Path) -> None:
    """A balcony in no zone and without a word of the community is nobody's here."""
    project = oracle.with_part("阳台", rect(5, -1.5, 11, 0), parapet(5, -1.5, 11))
    building = project.buildings[0]
    hall, balcony = building.storeys[0].rooms
    storey = replace(building.storeys[0], rooms=(hall, replace(balcony, zone="")))
    apart = replace(project, buildings=(replace(building, storeys=(storey,)),))
    assert review(write(apart, tmp_path)).measurements["service_area_m2"].value == pytest.approx(200.0, abs=0.01)


# ------------------------------------------------------------------------------------------------ attic


def test_an_attic_is_counted_in_bands_of_height(write: Write, tmp_path: Path) -> None:
    """81.00, 55.20 and 48.00 over a full storey of 120.00; drawn to inner faces, so walls lie under the slopes too."""
    found = review(write(oracle.gable_attic(), tmp_path))
    assert readings_of(found, "阁楼") == pytest.approx([81.0, 55.2, 48.0], abs=0.01)
    total = found.measurements["service_area_m2"]
    assert (total.low, total.value, total.high) == pytest.approx((168.0, 201.0, 201.0), abs=0.01)


def test_the_roof_slab_is_as_thick_as_its_layers(tmp_path: Path) -> None:
    """0.24 upright, 0.24 / √(1 + 1/9) across: height to the slab's top is 2.20 from x = 2.88, 2×3.12×10 = 62.40."""
    path = write_ifc(oracle.gable_attic(roof=0.24), tmp_path / "model.ifc")
    model = ifcopenshell.open(str(path))
    material = model.create_entity("IfcMaterial", Name="钢筋混凝土")
    layer = model.create_entity("IfcMaterialLayer", Material=material, LayerThickness=240.0 / (1 + 1 / 9) ** 0.5)
    model.create_entity(
        "IfcRelAssociatesMaterial",
        GlobalId=ifcopenshell.guid.new(),
        RelatedObjects=[slab for slab in model.by_type("IfcSlab") if slab.PredefinedType == "ROOF"],
        RelatingMaterial=model.create_entity("IfcMaterialLayerSet", MaterialLayers=[layer]),
    )
    model.write(str(path))
    assert readings_of(review(path), "阁楼") == pytest.approx([81.0, 62.4, 48.0], abs=0.01)


# ------------------------------------------------------------------------------------------------ below ground


@pytest.mark.parametrize("told_by", ["brief", "storey"])
@pytest.mark.parametrize(
    ("depth", "position"),
    [(1.0, "above-ground"), (1.1, "above-ground"), (1.5, "semi-basement"), (1.65, "semi-basement"), (1.7, "basement")],
)
def test_half_and_third_of_the_clear_height(depth: float, position: str, told_by: Any, tmp_path: Path) -> None:
    """Clear height 3.30: 1.10 is exactly a third and does not exceed it, 1.65 exactly a half.

    Below ground the storey is none of the ground floor, but its area counts.
    """
    project = oracle.sunken(depth, told_by)
    brief = {"site": {"outdoor_ground_m": 0.0}} if told_by == "brief" else {}
    found = review(write_ifc(project, tmp_path / "model.ifc"), brief=Brief.model_validate(brief))
    assert [level.position for level in found.levels] == [position, "above-ground"]
    assert [level.ground for level in found.levels] == [position == "above-ground", position != "above-ground"]
    assert found.measurements["service_area_m2"].value == pytest.approx(400.0, abs=0.01)
    assert found.measurements["ground_floor_area_m2"].value == pytest.approx(200.0, abs=0.01)
