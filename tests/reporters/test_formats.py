"""Formats: a module in the folder is a format, none is imported to be listed, all are pure."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from review_factory import NASTY, empty_review, review

from bimcheck.errors import UsageError
from bimcheck.reporters import formats, render, reporter
from bimcheck.review import ProjectIdentity
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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("format_", ["terminal", "html"])
def test_the_head_says_whom_the_project_concerns_or_that_nobody_said(format_: str, language: Language) -> None:
    """By the brief; a project's name there wins over the one in the model."""
    missing = "未填" if language == "zh" else "not given"
    assert str(render(review(), format_, language)).count(missing) >= 3
    named = review(project=ProjectIdentity("文苑里二期", "文苑置业", "海洲街道", "文苑社区"))
    text = str(render(named, format_, language))
    assert missing not in text
    assert all(name in text for name in ("文苑里二期", "文苑置业", "海洲街道", "文苑社区"))
    assert "文苑里一期" not in text.split("SHA-256")[0]


def test_json_has_null_for_names_nobody_gave() -> None:
    text = str(render(review(project=ProjectIdentity(town="海洲街道")), "json"))
    assert json.loads(text)["project"] == {
        "name": None, "developer": None, "town": "海洲街道", "community": None, "agreement": None,
    }  # fmt: skip


SAMPLES = Path(__file__).parents[2] / "sample_models"
DIGESTS = """
import hashlib, sys, time
from datetime import date
from pathlib import Path
from bimcheck.annotate import annotated
from bimcheck.brief import load_brief
from bimcheck.decisions import load_decisions
from bimcheck.pipeline import review
from bimcheck.reporters import formats, render
later, clock, local = float(sys.argv[2]), time.time, time.localtime
time.time = lambda: clock() + later
time.localtime = lambda seconds=None: local(time.time() if seconds is None else seconds)
chain = Path(sys.argv[1])
model = chain / "2-preliminary.ifc"
found = review(
    model, brief=load_brief(chain / "brief.toml"), stage="preliminary", as_of=date(2026, 1, 1),
    decisions=load_decisions(chain / "2-decisions.toml"),
)
made = {name: render(found, name) for name in formats()} | {"annotated": annotated(found, model)}
for name, content in made.items():
    data = content.encode() if isinstance(content, str) else content
    print(name, hashlib.sha256(data).hexdigest())
"""


def test_every_form_is_the_same_byte_for_byte_in_another_process_at_another_time() -> None:
    """Other hash seeds, another time zone, and a clock a year on; from reading the model to the finished file."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DIGESTS, str(SAMPLES / "chain"), later],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        )
        for seed, zone, later in (("1", "UTC", "0"), ("2", "Pacific/Kiritimati", "31536000"))
    ]
    seen = [dict(line.split() for line in process.communicate()[0].splitlines()) for process in running]
    assert set(seen[0]) == {*formats(), "annotated"}
    assert {name for name in seen[0] if seen[0][name] != seen[1][name]} == set()
