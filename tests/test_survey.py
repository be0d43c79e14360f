"""The completion survey: read as offices write it, matched to the model's rooms, judged without tolerance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import review_factory as factory
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.errors import BimcheckError, UsageError
from bimcheck.history import SurveyFindings
from bimcheck.measures.ledger import Ledger
from bimcheck.measures.readings import area_standard
from bimcheck.measures.summary import area_measures
from bimcheck.model import BuildingModel, Label, Note
from bimcheck.review import ReviewedRoom
from bimcheck.survey import error_limits_m2, judge_by_survey, load_survey
from bimcheck.survey.matching import BLOCKED

MODEL = factory.building_model()
HEAD = "楼层,房号,名称,用途,建筑面积"
NUMBERS = {"1pC$Entre_01": "101", "1Elder000002": "102", "1Health00003": "103"}


def three_rooms() -> tuple[Ledger, BuildingModel]:
    """Three service rooms of the factory's ground floor (288, 80 and 40 m²) and the property office, with numbers."""
    rooms = tuple(room for room in factory.ROOMS if room.id in NUMBERS or not room.counted)
    labelled = tuple(
        replace(s, labels=(Label("long-name", s.name, "LongName"), Label("name", NUMBERS.get(s.id, "9"), "Name")))
        for s in MODEL.spaces
    )
    return Ledger(rooms, ()), replace(MODEL, spaces=labelled)


def judged(table: str, folder: Path) -> tuple[Ledger, SurveyFindings, tuple[Note, ...]]:
    path = folder / "survey.csv"
    path.write_text(table, "utf-8")
    ledger, model = three_rooms()
    ledger, surveyed = judge_by_survey(ledger, load_survey(path), model, "completion")
    assert surveyed.findings is not None
    return ledger, surveyed.findings, surveyed.notes


def areas(ledger: Ledger) -> dict[str, float | None]:
    return {room.id: room.gross_area_m2 for room in ledger.counted}


GOOD = f"""{HEAD}
1F,101,党群服务中心,社区服务用房,287.50
1F,102,居家养老服务用房,养老服务,80.10
1F,103,智慧健康站,健康服务,39.90
"""
RIGHT = {"1pC$Entre_01": 287.50, "1Elder000002": 80.10, "1Health00003": 39.90}


def test_surveyed_areas_take_the_place_of_the_models(tmp_path: Path) -> None:
    ledger, findings, notes = judged(GOOD, tmp_path)
    assert areas(ledger) == RIGHT
    assert {room.area_method for room in ledger.counted} == {"survey"}
    assert all(set(room.readings.values()) == {RIGHT[room.id]} for room in ledger.counted)
    assert notes == ()
    assert findings.survey_m2 == pytest.approx(407.50)
    assert findings.model_m2 == pytest.approx(288.0 + 80.0 + 40.0)
    assert findings.rooms[0].difference_m2 == pytest.approx(-0.50)


@pytest.mark.parametrize(
    "table",
    [
        GOOD.replace("1F", "一层"),
        GOOD.replace("1F", "1"),
        GOOD.replace(",101,", ",,").replace(",102,", ",,").replace(",103,", ",,"),
        GOOD.replace(HEAD, "Storey,Room No.,Name,Usage,Building_Area (m²)"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", ";"),
        "竣工实测面积表,,,,\n测绘单位：某某,,,,\n" + GOOD + "合计,,,,407.50\n,,,,\n",
        GOOD.replace("287.50", "２８７．５０㎡"),
        GOOD.replace("287.50", '"287.50 平方米"'),
        "\ufeff" + GOOD.replace("\n", "\r\n"),
    ],
    ids=["chinese-storeys", "bare-storeys", "by-name", "english", "tabs", "semicolons", "title-and-sum", "full-width",
         "unit", "windows"],
)  # fmt: skip
def test_tables_are_read_as_offices_write_them(table: str, tmp_path: Path) -> None:
    ledger, _, notes = judged(table, tmp_path)
    assert areas(ledger) == RIGHT
    assert notes == ()


def test_gbk_is_read_like_utf8(tmp_path: Path) -> None:
    utf8, gbk = tmp_path / "a.csv", tmp_path / "b.csv"
    utf8.write_bytes(GOOD.encode("utf-8"))
    gbk.write_bytes(GOOD.encode("gbk"))
    assert load_survey(utf8).rows == load_survey(gbk).rows


def test_an_id_wins_over_a_number(tmp_path: Path) -> None:
    table = "GlobalId,房号,建筑面积\n1Health00003,101,39.90\n1pC$Entre_01,103,287.50\n1Elder000002,,80.10\n"
    ledger, _, notes = judged(table, tmp_path)
    assert areas(ledger) == RIGHT
    assert notes == ()


def test_rows_of_other_peoples_rooms_are_left_out(tmp_path: Path) -> None:
    _, findings, notes = judged(GOOD + "1F,110,商铺,商业,120.00\n2F,201,,住宅,98.00\n", tmp_path)
    assert findings.other_rows == 2
    assert notes == ()


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (GOOD.replace("1F,103,智慧健康站,健康服务,39.90\n", ""), "survey-room-missing"),
        (GOOD + "1F,109,儿童之家,社区服务用房,50.00\n", "survey-row-unmatched"),
        (GOOD + "1F,101,党群服务中心,社区服务用房,10.00\n", "survey-row-repeated"),
        (GOOD.replace("健康服务", "商业"), "survey-use-differs"),
        (GOOD.replace("39.90", "—"), "survey-area-missing"),
        ("GlobalId,名称,用途,建筑面积\n1Prop0000006,物业用房,社区服务用房,92\n", "survey-row-not-counted"),
    ],
    ids=["room-missing", "row-unmatched", "row-twice", "other-use", "no-area", "not-counted"],
)
def test_whatever_does_not_match_is_noted_and_blocks_the_areas(table: str, code: str, tmp_path: Path) -> None:
    _, _, notes = judged(table, tmp_path)
    note = next(note for note in notes if note.code == code)
    assert note.blocks == BLOCKED
    assert note.severity == "error"


def test_another_storey_blocks_the_ground_share_alone(tmp_path: Path) -> None:
    table = "GlobalId,楼层,建筑面积\n1pC$Entre_01,2F,287.50\n1Elder000002,1F,80.10\n1Health00003,1F,39.90\n"
    _, _, (note,) = judged(table, tmp_path)
    assert (note.code, note.blocks) == ("survey-storey-differs", ("ground_floor_area_m2", "ground_floor_share"))


def test_one_row_may_sum_up_several_rooms(tmp_path: Path) -> None:
    """A survey of whole units: 408 m² of the model were surveyed at 404 m²; the rooms share it as drawn."""
    ledger, findings, notes = judged(f"{HEAD}\n1F,101、102、103,社区服务用房,社区服务用房,404.00\n", tmp_path)
    assert sum(area or 0.0 for area in areas(ledger).values()) == pytest.approx(404.0)
    assert areas(ledger)["1Health00003"] == pytest.approx(404.0 * 40.0 / 408.0)
    assert findings.survey_m2 == pytest.approx(404.0)
    (note,) = notes  # the party centre's own part of it is an estimate
    assert note.code == "survey-row-mixed"
    assert "service_area_m2" not in note.blocks
    assert "party_centre_area_m2" in note.blocks


def test_rooms_of_one_name_are_paired_by_size(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("名称,用途,建筑面积\n活动室,社区服务用房,30\n活动室,社区服务用房,70\n", "utf-8")
    rooms = tuple(replace(r, name="活动室") for r in factory.ROOMS if r.id in ("1Elder000002", "1Health00003"))
    ledger, surveyed = judge_by_survey(Ledger(rooms, ()), load_survey(path), MODEL, "completion")
    assert areas(ledger) == {"1Elder000002": 70.0, "1Health00003": 30.0}
    assert {note.code for note in surveyed.notes} == {"survey-differs-from-model"}  # 80 and 40 m² in the model


def test_a_share_of_common_space_leaves_an_interval(tmp_path: Path) -> None:
    """300 m² of which 24 m² are a share: a minimum of 290 m² turns on whose the share is, so a person decides."""
    table = f"{HEAD},套内建筑面积,分摊面积\n1F,101,,,212,196,16\n1F,102,,,58,53,5\n1F,103,,,30,27,3\n"
    ledger, findings, _ = judged(table, tmp_path)
    measures = area_measures(ledger, area_standard("gbt50353-2013"), 9, "completion")
    area, share = measures["service_area_m2"], measures["ground_floor_share"]
    assert [area.value, area.low, area.high] == pytest.approx([300.0, 276.0, 300.0])
    assert (share.low, share.high) == (1.0, 1.0)
    assert [room.inner_m2 for room in findings.rooms] == [196.0, 53.0, 27.0]


def test_the_ground_share_reads_all_rooms_alike() -> None:
    """Half the area below, with or without shares of common space: the share is 50 % either way, and no interval."""

    def surveyed(id_: str, *, ground: bool) -> ReviewedRoom:
        readings = MappingProxyType(dict.fromkeys(factory.ROOMS[0].readings, 200.0))
        room = replace(factory.ROOMS[0], id=id_, gross_area_m2=200.0, readings=readings, area_method="survey")
        return replace(room, gross_low_m2=180.0, gross_high_m2=200.0, ground_floor=ground)

    ledger = Ledger((surveyed("a", ground=True), surveyed("b", ground=False)), ())
    share = area_measures(ledger, area_standard("gbt50353-2013"), 2, "completion")["ground_floor_share"]
    assert (share.low, share.value, share.high) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("area_m2", "limits"),
    [(300.0, (0.53, 1.29, 3.19)), (800.0, (1.05, 2.73, 7.06)), (1500.0, (1.67, 4.55, 12.10))],
)
def test_limits_of_error_by_class(area_m2: float, limits: tuple[float, float, float]) -> None:
    """0.02√S + 0.0006S, 0.04√S + 0.002S and 0.08√S + 0.006S, worked out by hand."""
    assert error_limits_m2(area_m2) == pytest.approx(limits, abs=0.0051)


@pytest.mark.parametrize(
    "title", ["(㎡)", "（平方米）", "(m²)", "(单位：平方米)", "[sq m]", "(sqm)", "(m2)", "(含分摊)"]
)
def test_square_metres_are_square_metres_however_they_are_written(title: str, tmp_path: Path) -> None:
    ledger, _, notes = judged(GOOD.replace("建筑面积", f"建筑面积{title}"), tmp_path)
    assert (areas(ledger), notes) == (RIGHT, ())


@pytest.mark.parametrize("figure", ["39900000", "0.06", "0", "80.01", "19.99"])
def test_an_area_twice_the_model_s_or_half_of_it_is_another_unit_or_room_and_proves_nothing(
    figure: str, tmp_path: Path
) -> None:
    """40 m² in the model; square millimetres, 亩, nothing, and just beyond either bound."""
    _, _, notes = judged(GOOD.replace("39.90", figure), tmp_path)
    (note,) = (note for note in notes if note.code == "survey-doubtful")
    assert (note.severity, note.refs, note.blocks) == ("error", ("1Health00003",), BLOCKED)


def test_a_difference_beyond_any_class_is_noted_and_blocks_nothing(tmp_path: Path) -> None:
    """40 m²: the class 3 limit is 0.51 + 0.24 = 0.75 m²."""
    _, _, (note,) = judged(GOOD.replace("39.90", "39.20"), tmp_path)
    assert (note.code, note.refs, note.blocks) == ("survey-differs-from-model", ("1Health00003",), ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "building_area"),
        (b"a,b\n1,2\n", "building_area"),
        ("建筑面积\n10\n".encode(), "number, name or id"),
        ("房号,建筑面积\n101,-5\n".encode(), "line 2.*-5"),
        ("房号,建筑面积\n101,12,5\n101,12x\n".encode(), "line 3.*12x"),
        ("房号,建筑面积,面积,建筑面积\n".encode(), "repeats"),
        ("房号,建筑面积\n".encode(), "no rows"),
        ("房号,建筑面积,套内面积\n101,100,101\n".encode(), "exceed"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x81\x00\xff", "UTF-8 or GBK"),
        ('房号,建筑面积\n"101,5\n'.encode(), "CSV"),
        ("房号,建筑面积（亩）\n101,0.5\n".encode(), "亩, not in square metres"),
        ("房号,建筑面积(单位:公顷)\n101,0.5\n".encode(), "公顷"),
        (b"number,building_area (sq ft)\n101,500\n", "sq ft"),
        (b"number,building_area [ft2]\n101,500\n", "ft2"),
        ("房号,建筑面积(mm²)\n101,500\n".encode(), "mm2"),
        ("房号,建筑面积(平方毫米)\n101,500\n".encode(), "平方毫米"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_by_line(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BimcheckError, match=words) as caught:
        load_survey(path)
    assert "\n" not in str(caught.value)


@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda t: ("房号,建筑面积\n" + t).encode("utf-8", "replace"))
)
def test_no_file_brings_the_reader_down(content: bytes) -> None:
    """Whatever the bytes: rows, or one clear error."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        problem, rows = "", 1
        try:
            rows = len(load_survey(path).rows)
        except BimcheckError as error:
            problem = error.message.en
        assert rows > 0
        assert "\n" not in problem


def test_a_survey_belongs_to_completion(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(GOOD, "utf-8")
    ledger, model = three_rooms()
    with pytest.raises(UsageError, match="completion"):
        judge_by_survey(ledger, load_survey(path), model, "construction")


def test_a_completion_without_a_survey_says_so() -> None:
    ledger, model = three_rooms()
    same, surveyed = judge_by_survey(ledger, None, model, "completion")
    assert same == ledger
    assert [note.code for note in surveyed.notes] == ["survey-missing"]
