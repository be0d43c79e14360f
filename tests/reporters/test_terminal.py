"""The report for a terminal: what matters first, columns that line up, nothing that drives the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from golden_files import assert_golden
from review_factory import RESULTS, ROOMS, review
from rich.cells import cell_len

from bimcheck.reporters.terminal import render
from bimcheck.review import Quantity
from bimcheck.text import Language


def test_the_verdict_comes_before_everything_that_was_judged() -> None:
    text = render(review())
    assert text.index("✗ 不符合") < text.index("底层面积占比") < text.index("逐条审查")


def test_failures_come_before_open_questions_and_these_before_what_holds() -> None:
    table = render(review()).split("逐条审查")[1].split("社区服务用房\n")[0]
    places = [table.index(word) for word in ("✗ 不符合", "? 资料不足", "☐ 需人工判定", "✓ 符合", "– 不适用")]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_has_a_row(language: Language) -> None:
    text = render(review(), language, width=160)
    table = text.split("逐条审查" if language == "zh" else "Clause by clause")[1]
    for result in RESULTS:
        assert f"{result.clause} {result.title.in_language(language)}" in table


def test_what_would_change_it_is_said_with_the_failure() -> None:
    text = render(review())
    failure = text.index("低于 50%")
    assert failure < text.index("→ 把至少 54.00 m² 从楼上移到底层") < text.index("逐条审查")


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal_with_han_characters_taking_two_columns(
    language: Language, width: int
) -> None:
    assert max(cell_len(line) for line in render(review(), language, width=width).splitlines()) <= width


@pytest.mark.parametrize("width", [20, 80, 100])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_is_never_cut(language: Language, width: int) -> None:
    """A narrow terminal may break words but shows each figure whole, wide intervals too."""
    wide = Quantity(12_345.678, "m2", 11_111.11, 22_222.22)
    results = (replace(RESULTS[0], measured=wide), *RESULTS[1:])
    text = render(review(results=results), language, width=width)
    for figure in ("288.00", "274.01", "−10.00", "44.44%", "12345.68", "11111.11–22222.22", "1500.00"):
        assert figure in text


def test_columns_of_figures_line_up_whatever_script_stands_before_them() -> None:
    rows = [line for line in render(review(), width=120).splitlines() if re.search(r"\b[12]F\b.*房间加墙体", line)]
    ends = {cell_len(row[: row.index("房间加墙体")]) for row in rows}
    assert len(rows) == sum(room.counted for room in ROOMS)
    assert len(ends) == 1


def test_escape_sequences_of_the_model_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in render(review())
    coloured = render(review(), color=True)
    assert "\x1b[31m值班" not in coloured
    assert "\x1b[" in coloured


def test_markup_of_the_terminal_library_in_a_name_is_plain_text() -> None:
    loud = replace(ROOMS[0], name="[bold red]党群[/] :warning:")
    assert "[bold red]党群[/] :warning:" in render(review(rooms=(loud,)), width=140)


def test_hashes_and_versions_close_the_report() -> None:
    text = render(review())
    assert "9f" * 32 in text
    assert "sha256:" + "4c" * 32 in text
    assert "bimcheck 0.1.0" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_has_not_changed(language: Language) -> None:
    assert_golden(f"report.{language}.txt", render(review(), language))
