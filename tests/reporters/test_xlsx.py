"""The workbook, read back by another library: numbers are numbers, text is text, nothing unknown is zero."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import review_factory

from bimcheck.reporters import render
from bimcheck.review import ProjectIdentity, Review
from bimcheck.text import Language

openpyxl = pytest.importorskip("openpyxl")

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("http://x")', "{=1}", "http://example.org")


def packed(review: Review, language: Language = "zh") -> bytes:
    content = render(review, "xlsx", language)
    assert isinstance(content, bytes)
    return content


def opened(review: Review, language: Language = "zh") -> Any:
    return openpyxl.load_workbook(io.BytesIO(packed(review, language)))


def table(sheet: Any, first_head: str) -> list[dict[str, Any]]:
    """The rows below the head that begins with a word, as cells by their heads."""
    rows = list(sheet.iter_rows())
    start = next(i for i, row in enumerate(rows) if row[0].value == first_head)
    heads = [cell.value for cell in rows[start]]
    return [dict(zip(heads, row, strict=True)) for row in rows[start + 1 :] if row[0].value is not None or row[1].value]


def renamed(name: str) -> Review:
    whole = review_factory.review()
    rooms = (replace(whole.rooms[0], name=name), *whole.rooms[1:])
    return replace(
        whole, rooms=rooms, source=replace(whole.source, file=name), model=replace(whole.model, project_name=name)
    )


def test_the_four_sheets_are_there() -> None:
    assert opened(review_factory.review()).sheetnames == ["审查意见", "房间明细", "单体面积统计表", "管理清册"]


def test_every_clause_has_its_row_failures_first() -> None:
    rows = table(opened(review_factory.review())["审查意见"], "条款")
    assert len(rows) == len(review_factory.RESULTS)
    assert {row["事项"].value for row in rows} == {r.title.zh for r in review_factory.RESULTS}
    assert [row["结论"].value for row in rows[:2]] == ["不符合", "不符合"]


def test_figures_are_numbers_with_formats_and_full_precision() -> None:
    rows = table(opened(review_factory.review())["审查意见"], "条款")
    share = next(row for row in rows if row["事项"].value == "底层面积占比")
    assert share["实测"].value == pytest.approx(432 / 972, abs=1e-12)
    assert share["实测"].number_format == "0.00%"
    assert share["要求值"].value == 0.5
    assert share["差值"].value == pytest.approx(432 / 972 - 0.5, abs=1e-12)
    area = next(row for row in rows if row["事项"].value == "党群服务中心面积")
    assert (area["实测"].value, area["要求值"].value, area["差值"].value) == (360.0, 800.0, -440.0)
    assert area["实测"].number_format == "#,##0.00"


def test_a_clause_for_a_person_has_an_empty_cell_with_the_three_choices() -> None:
    sheet = opened(review_factory.review())["审查意见"]
    manual = [row for row in table(sheet, "条款") if row["结论"].value == "需人工判定"]
    assert manual
    assert all(not row["人工意见"].value for row in manual)
    lists = {str(cells): each.formula1 for each in sheet.data_validations.dataValidation for cells in each.sqref.ranges}
    assert {lists[row["人工意见"].coordinate] for row in manual} == {'"同意,不同意,整改后复审"'}


def test_rooms_sum_to_the_service_area_and_near_misses_are_told_why() -> None:
    rows = table(opened(review_factory.review())["房间明细"], "序号")
    counted = [row for row in rows if row["计入"].value == "是"]
    assert sum(row["建筑面积 (㎡)"].value for row in counted) == pytest.approx(972.0)
    total = next(row for row in rows if row["房间名称"].value == "合计（计入）")
    assert total["建筑面积 (㎡)"].value == pytest.approx(972.0)
    (miss,) = [row for row in rows if row["计入"].value == "否"]
    assert "物业管理用房不是社区服务用房" in miss["备注"].value


def test_an_unknown_area_is_a_dash_and_makes_its_sum_unknown() -> None:
    whole = review_factory.review()
    unknown = replace(whole.rooms[0], gross_area_m2=None, readings=MappingProxyType({}))
    rows = table(opened(replace(whole, rooms=(unknown, *whole.rooms[1:])))["房间明细"], "序号")
    assert next(row for row in rows if row["房间名称"].value == "党群服务中心")["建筑面积 (㎡)"].value == "—"
    assert next(row for row in rows if row["房间名称"].value == "合计（计入）")["建筑面积 (㎡)"].value == "—"


def test_the_area_table_has_subtotals_under_every_standard_and_the_foot_to_sign() -> None:
    sheet = opened(review_factory.review())["单体面积统计表"]
    rows = table(sheet, "楼层")
    heads = [head for head in rows[0] if head and head.startswith("建筑面积")]
    assert [head.split("\n")[1] for head in heads] == ["GB/T 50353-2013（主用）", "GB 55031-2022", "GB/T 17986.1-2000"]
    sums = {row["楼层"].value: row[heads[0]].value for row in rows if row["用途"].value in ("小计", "—")}
    assert sums == {"1层": pytest.approx(432.0), "2层": pytest.approx(540.0), "合计": pytest.approx(972.0)}
    foot = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert all(word in foot for word in ("校核", "检查", "日期"))


def test_each_building_has_its_own_area_table() -> None:
    """单体 means one building."""
    whole = review_factory.review()
    levels = tuple(replace(level, building_id="B2") if level.id == "S2" else level for level in whole.levels)
    model = replace(
        whole.model, buildings=(*whole.model.buildings, replace(whole.model.buildings[0], id="B2", name="2号楼"))
    )
    sheet = opened(replace(whole, levels=levels, model=model))["单体面积统计表"]
    totals = [row[4].value for row in sheet.iter_rows() if row[0].value == "合计"]
    assert totals == [pytest.approx(432.0), pytest.approx(540.0)]


def test_a_building_whose_rooms_have_no_figures_has_dashes_under_every_standard() -> None:
    """Another building's rooms may have been read under standards that this one's were not."""
    whole = review_factory.review()
    levels = tuple(replace(level, building_id="B2") if level.id == "S2" else level for level in whole.levels)
    rooms = tuple(replace(r, readings=MappingProxyType({})) if r.level_id == "S2" else r for r in whole.rooms)
    sheet = opened(replace(whole, levels=levels, rooms=rooms))["单体面积统计表"]
    assert [row[4].value for row in sheet.iter_rows() if row[0].value == "合计"] == [pytest.approx(432.0), "—"]


def test_the_register_row_carries_the_figures_and_leaves_what_the_town_knows_to_the_town() -> None:
    """What the brief could have said and does not is said to be missing; the rest is empty."""
    (row, *_) = table(opened(review_factory.review())["管理清册"], "序号")
    assert row["建筑面积 (㎡)"].value == 972.0
    assert row["底层占比"].value == pytest.approx(432 / 972)
    assert row["沿街独立出入口 (个)"].value == 1
    assert row["模型 SHA-256"].value == "9f" * 32
    assert {row[head].value for head in ("镇（街道）", "社区", "开发建设单位", "协议书编号")} == {"未填"}
    assert not any(row[head].value for head in ("配备方式", "不动产权证号", "移交日期"))


def test_the_register_row_names_whom_the_brief_names() -> None:
    named = ProjectIdentity("文苑里", "文苑置业", "海洲街道", "文苑社区", "协议 2024-17")
    (row, *_) = table(opened(review_factory.review(project=named))["管理清册"], "序号")
    heads = ("项目名称", "开发建设单位", "镇（街道）", "社区", "协议书编号")
    assert [row[head].value for head in heads] == ["文苑里", "文苑置业", "海洲街道", "文苑社区", "协议 2024-17"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_room_named_like_a_formula_stays_text(name: str) -> None:
    """No formula, no link and no number is made of what a model says."""
    book = opened(renamed(name))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    named = [cell for cell in cells if cell.value == name]
    assert named
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in named)
    assert not any(cell.data_type == "f" for cell in cells)


def test_control_characters_and_surrogates_do_not_break_the_file() -> None:
    book = opened(renamed("甲\x00\x1b乙\ud800\ufffe"))
    names = {cell.value for row in book["房间明细"].iter_rows() for cell in row}
    assert "甲\ufffd\ufffd乙\ufffd\ufffd" in names


def test_heads_stay_in_view_and_pages_are_a4() -> None:
    for sheet in opened(review_factory.review()):
        assert sheet.freeze_panes
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_the_same_every_time_and_bears_no_date_but_the_review_s(language: Language) -> None:
    one = packed(review_factory.review(), language)
    assert one == packed(review_factory.review(), language)
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2026-11-23T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_review_that_found_nothing_shows_no_zero_areas(language: Language) -> None:
    for sheet in opened(review_factory.empty_review(), language):
        areas = [c for row in sheet.iter_rows() for c in row if c.number_format == "#,##0.00" and c.data_type == "n"]
        assert not any(cell.value == 0 for cell in areas)
