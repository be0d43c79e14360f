"""What layers mean, by dialect, by word and by the project's own map."""

from __future__ import annotations

from pathlib import Path

import pytest
from dxf_drawings import drawing, line, rect, ring, save, text
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.errors import UsageError
from bimcheck.readers.dxf import describe_layers, layer_table
from bimcheck.readers.dxf.layers import LayerMap, normalised
from bimcheck.readers.dxf.terms import frame_terms

ROLES = {
    "WALL": "wall",
    "a_wall": "wall",
    "A-Wall-Extr": "wall",
    "建-墙": "wall",
    "剪力墙": "wall",
    "幕墙": "wall",
    "plan$0$WALL": "wall",
    "xref-08$0$A-WALL": "wall",
    "file|A-DOOR": "door",
    "WINDOW": "opening",
    "WINDOW_TEXT": "ignore",
    "COLUMN": "column",
    "面积线": "area-frame",
    "某院面积框线": "area-frame",
    "A-AREA": "area-frame",
    "AD-AREA-OUTL": "area-frame",
    "SPACE": "room",
    "房间": "room",
    "房間": "room",
    "房间名称": "room-name",
    "AD-NAME": "room-name",
    "墙-填充": "ignore",
    "A-WALL-PATT": "ignore",
    "停车位编号": "ignore",
    "停车位": "parking",
    "A-Pkng": "parking",
    "DA_PARKING": "parking-accessible",
    "地下车位": "parking-underground",
    "TWO_WHEELER_PARKING": "bicycle",
    "围墙": "fence",
    "道路红线": "street",
    "道路中心线": "street-centre",
    "道路": "road",
    "小区道路": "internal-road",
    "用地红线": "site-boundary",
    "建筑控制线": "ignore",
    "活动场地": "plaza",
    "出入口": "entrance",
    "地下车库轮廓线": "ignore",
    "DOTE": "axis",
    "AXIS": "axis-label",
    "PUB_TITLE": "sheet",
    "BLK_1_FLR_-1_BLT_UP_AREA": "area-frame",
    "BLK_1_FLR_0_BLT_UP_AREA_DEDUCT": "area-deduct",
    "BLK_2_LVL_0_REAR_YARD": "ignore",
    "附属公建_主体_商业__1.0_1.0__c2^5__V2.2": "area-frame",
    "用地_规划净用地_500__V2.2": "site-boundary",
    "车场车位_室外车场_露天车场_小型汽车_2__V2.2": "parking",
    "0": None,
    "DRYWALL": None,
    "ANNEX": None,
}


@pytest.mark.parametrize("layer", ROLES)
def test_layers_are_understood(layer: str) -> None:
    assert LayerMap().role(layer) == ROLES[layer]


@given(st.sampled_from([name for name in ROLES if name.isascii()]), st.booleans(), st.sampled_from("-_. "))
def test_case_and_separators_do_not_matter(layer: str, upper: bool, mark: str) -> None:  # noqa: FBT001  # drawn by hypothesis
    other = layer.replace("_", mark).replace("-", mark) if "FLR_-1" not in layer else layer
    assert LayerMap().role(other.upper() if upper else other.lower()) == ROLES[layer]


@given(st.text(max_size=40))
def test_any_name_has_a_role_or_none(layer: str) -> None:
    mapped = LayerMap()
    assert mapped.role(layer) == mapped.role(layer)
    assert normalised(normalised(layer)) == normalised(normalised(normalised(layer)))


def test_the_project_map_wins_over_every_dialect() -> None:
    mapped = LayerMap({"WALL": "ignore", "社*": "area-frame"})
    assert mapped.role("WALL") == "ignore"
    assert mapped.role("社区用房-围墙") == "area-frame"
    assert mapped.is_mapped("社区用房-围墙")
    assert not mapped.is_mapped("围墙")
    assert mapped.role("A-WALL") == "wall"


def test_unknown_roles_in_the_map_are_all_named() -> None:
    with pytest.raises(UsageError, match=r"A = walls; B = rooom"):
        LayerMap({"B": "rooom", "A": "walls"})


@pytest.mark.parametrize(
    ("layer", "coefficient", "storeys"),
    [
        ("附属公建_主体_教育_幼儿园_1_1_0_c1^3_PUB1_V2.1", 1.0, (1, 2, 3)),
        ("附属公建_主体_商业__1.0_1.0__c2^5__V2.2", 1.0, (2, 3, 4, 5)),
        ("附属公建_架空_商业__0.5_0.5__c1__V2.2", 0.5, (1,)),
        ("住宅构件_套内_1.0_1.0_A_HT1_c3^9__V2.2", 1.0, (3, 4, 5, 6, 7, 8, 9)),
        ("附属公建_主体_车库__1.0_0.0__c-2^1__V2.2", 1.0, (-2, -1, 1)),
        ("BLK_3_FLR_0_BLT_UP_AREA", None, (1,)),
        ("BLK_3_FLR_2_BLT_UP_AREA_DEDUCT", None, (3,)),
        ("BLK_3_FLR_-1_BLT_UP_AREA", None, (-1,)),
        ("面积线", None, ()),
    ],
)
def test_area_layers_state_coefficients_and_storeys(
    layer: str, coefficient: float | None, storeys: tuple[int, ...]
) -> None:
    terms = frame_terms(layer)
    assert terms.coefficient == coefficient
    assert terms.storeys == storeys


@given(st.text(max_size=40))
def test_any_layer_name_has_terms(layer: str) -> None:
    terms = frame_terms(layer)
    assert 0 not in terms.storeys


def test_the_list_of_layers_shows_counts_and_what_was_not_understood(tmp_path: Path) -> None:
    document = drawing()
    space = document.modelspace()
    ring(space, "面积线", rect(0, 0, 6000, 4000))
    ring(space, "面积线", rect(7000, 0, 9000, 4000))
    text(space, "会议室", (3000, 2000), "面积线")
    line(space, "XYZ", (0, 0), (1, 1))
    document.layers.add("围墙").freeze()
    uses = {use.name: use for use in describe_layers(save(document, tmp_path))}
    assert uses["面积线"].role == "area-frame"
    assert dict(uses["面积线"].counts) == {"polyline": 2, "text": 1}
    assert uses["XYZ"].role is None
    assert uses["XYZ"].total == 1
    assert uses["围墙"].hidden
    table = layer_table(tuple(uses.values()), "zh")
    assert "? XYZ" in table
    assert "建筑面积框线" in table
    assert "gross-area frames" in layer_table(tuple(uses.values()), "en")


def test_the_table_tells_a_person_what_to_do(tmp_path: Path) -> None:
    """What was not understood comes first; with what stands on it, and how to map it, in words that can be copied."""
    document = drawing()
    space = document.modelspace()
    line(space, "QT", (0, 0), (1000, 0))
    ring(space, "停车位", rect(0, 0, 2500, 5300))
    document.layers.add("EMPTY")
    path = save(document, tmp_path)
    lines = layer_table(describe_layers(path), "zh").splitlines()
    assert "没有可见的墙、面积框线或房间轮廓图层" in lines[0]
    assert lines.index(next(each for each in lines if each.startswith("? QT"))) < lines.index(
        next(each for each in lines if "停车位" in each)
    )
    assert any("QT" in each and "直线 1" in each for each in lines)
    assert '  "QT" = "wall"' in lines
    assert any("EMPTY" in each for each in lines)
    assert "parking 停车位" in lines[-1]
    mapped = layer_table(describe_layers(path, {"QT": "wall"}), "zh")
    assert "没有可见的墙" not in mapped
    assert "? QT" not in mapped


def test_a_hidden_layer_that_the_map_names_is_said_to_be_read(tmp_path: Path) -> None:
    document = drawing()
    document.layers.add("WALL").freeze()
    line(document.modelspace(), "WALL", (0, 0), (1000, 0))
    path = save(document, tmp_path)
    assert "not read" in layer_table(describe_layers(path), "en")
    assert "read as it is named" in layer_table(describe_layers(path, {"WALL": "wall"}), "en")
