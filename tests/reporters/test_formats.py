"""Formats: a module in the folder is a format, none is imported to be listed, all are pure."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from review_factory import NASTY, empty_review, review

from bimcheck.errors import UsageError
from bimcheck.reporters import formats, render, reporter
from bimcheck.text import Language


def test_the_formats_of_the_main_job_are_there() -> None:
    assert {"terminal", "json", "html"} <= set(formats())


def test_listing_formats_imports_no_template_engine_and_no_terminal_library() -> None:
    code = (
        "import sys, bimcheck.reporters as r; r.formats();"
        "print([m for m in ('jinja2', 'rich', 'shapely') if m in sys.modules])"
    )
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert listed.stdout.strip() == "[]"


@pytest.mark.parametrize("format_", formats())
def test_every_format_says_what_kind_of_file_it_is(format_: str) -> None:
    module = reporter(format_)
    assert module.SUFFIX.startswith(".")
    assert "/" in module.MEDIA_TYPE


def test_an_unknown_format_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"odt.*html"):
        render(review(), "odt")


def test_a_module_for_internal_use_is_no_format() -> None:
    with pytest.raises(UsageError):
        reporter("_tables")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format_", ["json", "terminal", "html"])
def test_the_same_review_gives_the_same_bytes(format_: str, language: Language) -> None:
    assert render(review(), format_, language) == render(review(), format_, language)


@pytest.mark.parametrize("format_", ["json", "terminal", "html"])
def test_the_order_in_which_a_file_lists_its_rooms_and_doors_does_not_matter(format_: str) -> None:
    whole = review()
    turned = replace(
        whole,
        rooms=whole.rooms[::-1],
        entrances=whole.entrances[::-1],
        notes=whole.notes[::-1],
    )
    assert render(turned, format_) == render(whole, format_)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format_", ["json", "terminal", "html"])
def test_a_review_that_found_nothing_still_has_a_report_in_which_no_unknown_is_zero(
    format_: str, language: Language
) -> None:
    text = render(empty_review(), format_, language)
    assert isinstance(text, str)
    assert not re.search(r"(?<![\d.])0\.00 (m²|㎡)", text)
    assert ("模型中没有房间" if language == "zh" else "the model has no rooms") in text


@pytest.mark.parametrize("format_", ["json", "terminal", "html"])
def test_no_control_character_surrogate_or_direction_override_reaches_the_reader(format_: str) -> None:
    text = render(review(), format_)
    assert isinstance(text, str)
    text.encode("utf-8")
    bad = {c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c in "\u202e\u200f\u2066"}
    assert bad == set()
    assert "\x1b" in NASTY
