"""Own and title areas against hand-computed plans."""

from __future__ import annotations

import pytest
from builders import model, room, space, wall
from shapely import Polygon, box, union_all

from bimcheck.brief import Brief
from bimcheck.measures.areas import measure_areas
from bimcheck.measures.storeys import arrange_levels
from bimcheck.measures.title import TitleArea, title_area
from bimcheck.model import BuildingModel, Storey
from bimcheck.rooms.identify import IdentifiedRoom
from bimcheck.terms import Use
from bimcheck.text import Text


def titled(plan: BuildingModel, uses: dict[str, Use]) -> TitleArea:
    rooms = []
    for each in plan.spaces:
        use: Use = uses.get(each.name, "other")
        rooms.append(
            IdentifiedRoom(each, use, counted=use == "service", near_miss=False, basis="name", evidence=Text("", ""))
        )
    found = title_area(rooms, measure_areas(plan, rooms, arrange_levels(plan, Brief())))
    assert found is not None
    return found


def test_half_of_a_podium() -> None:
    """48 × 18, outer walls 240, party wall 200 on x = 24: own 23.88 × 17.76; common is the outer half wall."""
    rooms = [room("A", 0.24, 0.24, 23.9, 17.76, name="A"), room("B", 24.1, 0.24, 47.76, 17.76, name="B")]
    solid = box(0, 0, 48, 18).difference(union_all([r.footprint for r in rooms]))
    assert isinstance(solid, Polygon)
    found = titled(model(spaces=rooms, elements=[wall("w", solid)]), {"A": "service"})
    assert found.own_m2 == pytest.approx(424.1088, abs=1e-4)
    assert found.k == pytest.approx(15.7824 / 848.2176, abs=1e-6)
    assert found.title_m2 == pytest.approx(432.0, abs=1e-3)


def test_two_of_three_storeys_beside_a_public_core() -> None:
    """Three storeys 40 × 20 with a core of 6 × 8; the rooms west of x = 17 on two of them."""
    cells = {"W": (0.24, 0.24, 16.9, 19.76), "core": (17.1, 12.1, 22.9, 19.76), "S": (17.1, 0.24, 22.9, 11.9)}
    cells["E"] = (23.1, 0.24, 39.76, 19.76)
    spaces, walls, storeys = [], [], []
    for index in range(3):
        z = 3.9 * index
        storeys.append(Storey(f"S{index + 1}", f"{index + 1}F", "B", z, number=index + 1))
        spaces += [
            space(f"{name}{index}", box(*c), name=f"{name}{index}", storey=f"S{index + 1}", floor=z, top=z + 3.6)
            for name, c in cells.items()
        ]
        solid = box(0, 0, 40, 20).difference(union_all([box(*c) for c in cells.values()]))
        assert isinstance(solid, Polygon)
        walls.append(wall(f"w{index}", solid, z=(z, z + 3.9), storey=f"S{index + 1}"))
    uses: dict[str, Use] = {f"core{i}": "circulation" for i in range(3)}
    uses |= {"W0": "service", "W1": "service"}
    found = titled(model(spaces=spaces, elements=walls, storeys=storeys), uses)
    assert found.own_m2 == pytest.approx(667.0976, abs=0.01)
    assert found.k == pytest.approx(0.08345649, abs=1e-4)
    assert found.title_m2 == pytest.approx(722.7712, abs=0.01)
