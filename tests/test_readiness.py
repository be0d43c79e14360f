"""The designer's list: whatever keeps a rule open is on it, once, with its repair, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
import review_factory as factory

from bimcheck.readiness import Lack, readiness
from bimcheck.reporters import render
from bimcheck.review import Review


def found(review: Review) -> dict[str, Lack]:
    items = readiness(review)
    assert len({item.code for item in items}) == len(items)
    return {item.code: item for item in items}


def test_open_rules_and_blocking_notes_are_listed_required_ones_first() -> None:
    items = readiness(factory.review())
    assert [(item.code, item.blocking) for item in items] == [
        ("parcel-quota", True), ("space-without-geometry", True), ("community-total-area", False),
    ]  # fmt: skip
    assert "project.households" in items[0].repair.en


def test_a_complete_model_has_an_empty_list() -> None:
    closed = tuple(r for r in factory.RESULTS if r.status != "undetermined")
    assert readiness(factory.review(results=closed, notes=())) == ()


def test_rules_that_ask_for_the_same_are_one_item() -> None:
    same = factory.RESULTS[14].remedy
    results = tuple(replace(r, remedy=same) if r.status == "undetermined" else r for r in factory.RESULTS)
    item = found(factory.review(results=results))["community-total-area"]
    assert item.rules == ("community-total-area", "parcel-quota")
    assert item.blocking


@pytest.mark.parametrize(
    ("code", "lacking"),
    [
        ("no-rooms", {"spaces": ()}),
        ("site-missing", {"site": ()}),
        ("doors-missing", {"openings": ()}),
    ],
)
def test_what_the_model_has_none_of_is_named(code: str, lacking: dict[str, tuple[()]]) -> None:
    model = replace(factory.building_model(), **lacking)  # type: ignore[arg-type]  # fields by name
    item = found(factory.review(model=model, stage="preliminary"))[code]
    assert item.blocking
    assert item.repair.zh


def test_a_scheme_need_not_show_doors() -> None:
    model = replace(factory.building_model(), openings=())
    assert "doors-missing" not in found(factory.review(model=model, stage="scheme"))


def test_rooms_that_lack_the_same_are_one_item_with_all_of_them() -> None:
    rooms = tuple(replace(r, height_m=None) if r.ground_floor else r for r in factory.ROOMS)
    item = found(factory.review(rooms=rooms))["height-missing"]
    assert len(item.refs) == sum(r.counted and bool(r.ground_floor) for r in factory.ROOMS)
    assert item.lack.en.startswith("5 service rooms")


def test_a_completion_lacks_its_survey() -> None:
    assert found(factory.review(stage="completion"))["survey-missing"].blocking


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_is_a_report_of_its_own(language: str) -> None:
    text = str(render(factory.review(), "readiness", language))  # type: ignore[arg-type]  # both languages
    assert text.splitlines()[0].endswith("3 项" if language == "zh" else "3 things missing")
    assert text.count("→") == 3
    assert "\x1b" not in text
