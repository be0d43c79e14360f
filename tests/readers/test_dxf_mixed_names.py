"""Several names in one enclosed area: whose area it is cannot be told, and nothing may be judged by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dxf_drawings import drawing, save, shell, text, title, walls

from bimcheck.brief import Brief
from bimcheck.pipeline import review
from bimcheck.review import Review

CELL = (0.0, 0.0, 30000.0, 20000.0)
Written = tuple[str, tuple[float, float], str, float]


def _reviewed(tmp_path: Path, *written: Written, brief: Brief | None = None) -> Review:
    """One cell of 600 m² gross, enough for the floor of 300 m², with texts in it."""
    document = drawing()
    space = document.modelspace()
    walls(space, shell(CELL))
    for words, at, layer, height in written:
        text(space, words, at, layer, height)
    title(space, "一层平面图", (15000, -4000))
    return review(save(document, tmp_path), brief=brief)


def _parcel(found: Review) -> str:
    return next(result.status for result in found.results if result.rule == "parcel-quota")


@pytest.mark.parametrize(
    "written",
    [
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("物业管理用房", (22000, 10000), "PUB_TEXT", 350)],
        [("物业管理用房", (22000, 10000), "PUB_TEXT", 350), ("社区服务用房", (8000, 10000), "PUB_TEXT", 350)],
        [("物业管理用房", (15000, 10500), "PUB_TEXT", 350), ("社区服务用房", (15000, 9975), "PUB_TEXT", 350)],
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 500), ("物业用房", (22000, 10000), "房间名2", 300)],
        [("物业用房", (8000, 10000), "PUB_TEXT", 500), ("社区服务用房", (22000, 10000), "PUB_TEXT", 300)],
        [("商业", (8000, 10000), "PUB_TEXT", 350), ("社区用房", (22000, 10000), "PUB_TEXT", 350)],
        [("社区服务用房/物业用房", (15000, 10000), "PUB_TEXT", 350)],
        [("社区用房、商业", (15000, 10000), "PUB_TEXT", 350)],
        [("社区用房＋住宅", (15000, 10000), "PUB_TEXT", 350)],
        [("物业及社区服务用房", (15000, 10000), "PUB_TEXT", 350)],
    ],
)
def test_names_of_two_parties_in_one_cell_block_and_are_both_named(written: list[Written], tmp_path: Path) -> None:
    """Neither the 600 m² nor none of it may be taken: the parcel quota is open, by an error that names both texts."""
    found = _reviewed(tmp_path, *written)
    assert _parcel(found) == "undetermined"
    (note,) = [note for note in found.notes if note.code == "room-shared"]
    assert note.severity == "error"
    for name in ("社区", next(word for word in ("物业", "商业", "住宅") if any(word in w[0] for w in written))):
        assert name in note.text.zh
        assert name in note.text.en
    assert "1F" in note.text.zh
    assert note.text.zh.count("TEXT ") == len(written)


@pytest.mark.parametrize(
    "written",
    [
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("卫生间", (22000, 10000), "PUB_TEXT", 350)],
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("储藏", (22000, 10000), "PUB_TEXT", 300)],
        [("社区服务", (15000, 10500), "PUB_TEXT", 350), ("用房", (15000, 9975), "PUB_TEXT", 350)],
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("会议室", (22000, 10000), "PUB_TEXT", 350)],
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("社区服务用房", (22000, 10000), "PUB_TEXT", 350)],
        [("社区服务用房", (8000, 10000), "PUB_TEXT", 350), ("垃圾桶", (22000, 10000), "PUB_TEXT", 200)],
        [("妇女和儿童之家", (15000, 10000), "PUB_TEXT", 350)],
    ],
)
def test_names_of_one_party_are_in_no_doubt(written: list[Written], tmp_path: Path) -> None:
    """A service room may hold its own toilet, store and office, and its name may run over two lines."""
    found = _reviewed(tmp_path, *written)
    assert not {"room-shared", "centre-shared"} & {note.code for note in found.notes}
    assert found.measurements["service_area_m2"].value == pytest.approx(600.0)


def test_a_party_centre_that_shares_its_outline_leaves_only_its_own_area_open(tmp_path: Path) -> None:
    found = _reviewed(
        tmp_path,
        ("党群服务中心", (8000, 10000), "PUB_TEXT", 350),
        ("居家养老服务用房", (22000, 10000), "PUB_TEXT", 350),
    )
    assert found.measurements["party_centre_area_m2"].reason is not None
    assert found.measurements["service_area_m2"].reason is None


def test_two_flats_in_one_cell_concern_nobody(tmp_path: Path) -> None:
    found = _reviewed(tmp_path, ("客厅", (8000, 10000), "PUB_TEXT", 350), ("卧室", (22000, 10000), "PUB_TEXT", 350))
    assert "room-shared" not in {note.code for note in found.notes}


def test_the_brief_settles_whose_it_is(tmp_path: Path) -> None:
    written = ("社区服务用房/物业用房", (15000.0, 10000.0), "PUB_TEXT", 350.0)
    (note,) = [note for note in _reviewed(tmp_path, written).notes if note.code == "room-shared"]
    id_ = note.text.en.split("by its id ")[1].split()[0]
    found = _reviewed(tmp_path, written, brief=Brief.model_validate({"tags": {"service": [id_]}}))
    assert "room-shared" not in {note.code for note in found.notes}
    assert found.measurements["service_area_m2"].value == pytest.approx(600.0)
