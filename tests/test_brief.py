"""The brief: every mistake in it is one clear line that names the key, and nothing in it is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bimcheck.brief import load_brief
from bimcheck.errors import BriefError


def refused(text: str, folder: Path) -> BriefError:
    path = folder / "brief.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BriefError) as caught:
        load_brief(path)
    return caught.value


@pytest.mark.parametrize(
    ("text", "key", "said_zh"),
    [
        ("[project]\nhouseholdz = 3\n", "project.householdz", "未知的键"),
        ("[projekt]\nhouseholds = 3\n", "projekt", "未知的键"),
        ("[project]\nhouseholds = -1\n", "project.households", "不得小于 0"),
        ("[project]\nhouseholds = 724.5\n", "project.households", "须为整数"),
        ('[project]\nhouseholds = "724户"\n', "project.households", "不带单位"),
        ("[project]\nhouseholds = true\n", "project.households", "须为数字"),
        ('[community]\nexisting_total_m2 = "1500㎡"\n', "community.existing_total_m2", "不带单位"),
        ("[community]\nexisting_total_m2 = -0.01\n", "community.existing_total_m2", "不得小于 0"),
        ("[community]\nexisting_total_m2 = false\n", "community.existing_total_m2", "须为数字"),
        ("[conditions]\nplaza_m2 = inf\n", "conditions.plaza_m2", "有限的数"),
        ('[party_centre]\nassigned_here = "yes"\n', "party_centre.assigned_here", "true 或 false"),
        ("[party_centre]\nassigned_here = 1\n", "party_centre.assigned_here", "true 或 false"),
        ('[project]\ntype = "住宅出让"\n', "project.type", "residential_grant"),
        ('[project]\nland_grant_date = "2024/5/1"\n', "project.land_grant_date", "须为日期"),
        ("[project]\nland_grant_date = 20240501\n", "project.land_grant_date", "须为日期"),
        ('[settlement]\nmode = "monetized"\n', "settlement.mode", "monetised"),
        ('[site]\nstreets = [{ side = "south" }]\n', "site.streets.0.name", "缺少"),
        ('[site]\nstreets = [{ name = "a", side = "南" }]\n', "site.streets.0.side", "south"),
        ('[site]\nstreets = [{ name = "a", line = [[1, 2], [1, 2]] }]\n', "site.streets.0", "重合"),
        ("[site]\nground_storey = 1\n", "site.ground_storey", "引号"),
        ('[tags]\nservice = "活动室"\n', "tags.service", "列表"),
        ('[tags]\nservice = [" "]\n', "tags.service.0", "不得为空"),
    ],
)
def test_a_mistake_is_named_in_one_line_of_either_language(tmp_path: Path, text: str, key: str, said_zh: str) -> None:
    error = refused(text, tmp_path)
    assert key in error.message.zh
    assert said_zh in error.message.zh
    assert key in error.message.en
    assert "\n" not in error.message.zh + error.message.en


@pytest.mark.parametrize("place", ["", ', side = "south", layer = "ROAD"'])
def test_a_street_is_placed_exactly_once(tmp_path: Path, place: str) -> None:
    error = refused(f'[site]\nstreets = [{{ name = "文苑路"{place} }}]\n', tmp_path)
    assert "side、layer、line" in error.message.zh


def test_the_centre_is_part_of_what_the_community_has(tmp_path: Path) -> None:
    error = refused("[community]\nexisting_total_m2 = 799.99\nexisting_party_centre_m2 = 800.0\n", tmp_path)
    assert "existing_total_m2" in error.message.zh
    path = tmp_path / "brief.toml"
    path.write_text("[community]\nexisting_total_m2 = 800\nexisting_party_centre_m2 = 800\n", "utf-8")
    assert load_brief(path).community.existing_party_centre_m2 == 800


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    error = refused('[project]\nhouseholds = -1\nlage = true\n[settlement]\nmode = "x"\n', tmp_path)
    assert all(key in error.message.zh for key in ("project.households", "project.lage", "settlement.mode"))


@pytest.mark.parametrize("content", ["[community]\nname = '文苑'\n".encode("gbk"), "[a]\n".encode("utf-16"), b"{}"])
def test_what_is_no_toml_in_utf8_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "brief.toml"
    path.write_bytes(content)
    with pytest.raises(BriefError, match=r"TOML"):
        load_brief(path)


def test_an_empty_brief_knows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "brief.toml"
    path.write_bytes(b"\xef\xbb\xbf")
    brief = load_brief(path)
    assert brief.project.households is None
    assert brief.settlement.mode is None
