"""What got worse since the stage before is on every sheet people sign or file, though it may still suffice."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import review_factory

from bimcheck.chain import compare, load_previous
from bimcheck.history import SurveyedRoom, SurveyFindings
from bimcheck.reporters import render
from bimcheck.reporters._consent import consent_sheet
from bimcheck.review import Review

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def shrunk(tmp_path: Path) -> Review:
    """The hand-made review, after a stage in which the elderly room had 90 m² and the toilet was there and larger."""
    now = review_factory.review()
    bigger = tuple(replace(r, gross_area_m2=90.0) if r.id == "1Elder000002" else r for r in now.rooms)
    lost = replace(now.rooms[2], id="gone", name="活动室", footprint=None, gross_area_m2=55.0)
    text = render(replace(now, stage="scheme", rooms=(*bigger, lost)), "json")
    assert isinstance(text, str)
    (tmp_path / "previous.json").write_text(json.dumps(json.loads(text)), "utf-8")
    return replace(now, chain=compare(load_previous(tmp_path / "previous.json"), now))


def cells(review: Review, sheet: str) -> list[list[Any]]:
    content = render(review, "xlsx")
    assert isinstance(content, bytes)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def test_the_workbook_tells_what_became_of_every_room_in_numbers(shrunk: Review) -> None:
    rows = {row[1]: row for row in cells(shrunk, "阶段比较") if row[0] == "房间"}
    elderly = rows["居家养老服务用房"]
    assert elderly[3] == "变小"
    assert (elderly[4], elderly[5], elderly[6], elderly[8]) == (90.0, pytest.approx(80.0), pytest.approx(-10.0), "是")
    assert (rows["活动室"][3], rows["活动室"][4], rows["活动室"][8]) == ("缺失", 55.0, "是")
    assert rows["党群服务中心"][8] in (None, "")


def test_the_consent_sheet_lists_only_what_got_worse(shrunk: Review) -> None:
    sheet = consent_sheet(shrunk, "zh")
    assert "变差" in sheet.changed
    subjects = {line.subject for line in sheet.changes}
    assert {"居家养老服务用房", "活动室"} <= subjects
    assert "党群服务中心" not in subjects
    content = render(shrunk, "docx")
    assert isinstance(content, bytes)
    document = pytest.importorskip("docx").Document(io.BytesIO(content))
    table = next(t for t in document.tables if t.rows[0].cells[0].text == "对象")
    assert [row.cells[0].text for row in table.rows[1:]] == [line.subject for line in sheet.changes]
    assert render(shrunk, "pdf")


def test_without_a_stage_before_or_a_survey_there_is_no_such_sheet() -> None:
    content = render(review_factory.review(), "xlsx")
    assert isinstance(content, bytes)
    assert not {"阶段比较", "竣工实测"} & set(openpyxl.load_workbook(io.BytesIO(content)).sheetnames)
    assert consent_sheet(review_factory.review(), "zh").changed == ""


def test_the_survey_stands_beside_the_model_and_an_unmeasured_room_is_a_dash() -> None:
    rooms = (
        SurveyedRoom("a", "党群服务中心", "1F", 2, 288.0, 287.4, None, (0.4, 0.9, 1.6)),
        SurveyedRoom("b", "智慧健康站", "1F", None, 40.0, None, None, None),
    )
    review = review_factory.review(survey=SurveyFindings("测绘.csv", "ab" * 32, rooms, 0))
    rows = {row[1]: row for row in cells(review, "竣工实测")}
    assert rows["党群服务中心"][2:5] == [287.4, 288.0, pytest.approx(-0.6)]
    assert rows["智慧健康站"][2] == "—"
    assert rows["合计"][2] == "—"
    assert rows["合计"][3] == 328.0
