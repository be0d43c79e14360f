"""The page in a real browser, worked as people do: mouse, keyboard, phone, paper; no script is added to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import review_factory
from browser import CHROMIUM, Browser

from bimcheck import pipeline
from bimcheck.reporters import html, render
from bimcheck.watch import live_page

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine to drive the page with")
SAMPLE = Path(__file__).parents[2] / "sample_models" / "community_pass.ifc"
MARKED = "[...new Set([...document.querySelectorAll('.highlighted')].map(e => e.dataset.ref))]"
REFS = ("room-1pC$Entre_01", "room-2Child000009", "entrance-door-lobby", "site-stall-03", "site-plaza-1")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(str(render(review_factory.review(), "html")), "utf-8")
    return path


@pytest.mark.parametrize("ref", REFS)
def test_a_click_on_a_row_marks_its_room_entrance_stall_or_plaza_in_the_plan(
    browser: Browser, file: Path, ref: str
) -> None:
    browser.open(file)
    assert browser.run(MARKED) == []
    browser.click(f'[id="row-{ref}"] a[href="#{ref}"]')
    browser.until(MARKED, [ref])
    shape = f"document.querySelector('a[id=\"{ref}\"]')"
    assert browser.run(f"{shape}.classList.contains('highlighted') && {shape}.closest('svg') !== null")
    seen = f"(r => r.bottom > 0 && r.top < innerHeight)({shape}.getBoundingClientRect())"
    assert browser.run(seen), "the plan is scrolled into view"


def test_a_link_to_a_room_marks_its_shape_its_label_and_its_row(browser: Browser, file: Path) -> None:
    browser.open(file, "#room-1Elder000002")
    tags = "[...new Set([...document.querySelectorAll('.highlighted')].map(e => e.localName))].sort().join()"
    browser.until(tags, "a,g,tr")


def test_a_click_anywhere_in_a_row_goes_to_the_plan(browser: Browser, file: Path) -> None:
    browser.open(file)
    browser.click('[id="row-room-2Child000009"] td:last-child')
    browser.until(MARKED, ["room-2Child000009"])


def test_a_click_on_a_room_in_the_plan_leads_back_to_its_row(browser: Browser, file: Path) -> None:
    ref = "room-2Child000009"
    browser.open(file)
    browser.click(f'svg a[id="{ref}"]')
    browser.until(MARKED, [ref])
    assert browser.run("decodeURIComponent(location.hash)") == f"#row-{ref}"


def test_the_keyboard_alone_reaches_a_row_and_marks_its_room(browser: Browser, file: Path) -> None:
    """Tab by Tab from the heading of the room schedule to the first link, then Enter."""
    browser.open(file)
    browser.run("(h => { h.tabIndex = -1; h.focus(); })(document.querySelector('#rooms h2'))")
    browser.press("Tab")
    target = str(browser.run("document.activeElement.getAttribute('href')"))
    assert target.startswith("#room-")
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") != "none", "where one is can be seen"
    browser.press("Enter")
    browser.until(MARKED, [target[1:]])


def test_the_keyboard_switches_the_language(browser: Browser, file: Path) -> None:
    browser.open(file)
    head = "document.querySelector('h1').innerText"
    assert browser.run(head) == "社区服务用房审查报告"
    browser.run("document.activeElement.blur()")
    browser.press("Tab")
    browser.press("ArrowRight")
    assert browser.run(head) == "Review of community service rooms"


def test_the_mouse_switches_the_language_and_back(browser: Browser, file: Path) -> None:
    browser.open(file)
    for label, title in (("en", "Review of community service rooms"), ("zh", "社区服务用房审查报告")):
        browser.click(f"label[for=language-{label}]")
        assert browser.run("document.querySelector('h1').innerText") == title
        hidden = "zh" if label == "en" else "en"
        assert browser.run(
            f"[...document.querySelectorAll('main .{hidden}')].every(e => e.getClientRects().length === 0)"
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_never_scrolls_sideways(browser: Browser, file: Path, language: str) -> None:
    """390 pixels wide, in either language, with every list that can be opened open."""
    browser.open(file, width=390)
    browser.click(f"label[for=language-{language}]")
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert browser.run("document.documentElement.scrollWidth") <= 390


def test_a_phone_never_scrolls_sideways_over_a_real_review(browser: Browser, tmp_path: Path) -> None:
    """All policies, clauses and notes of a sample, with the longest ids."""
    page = tmp_path / "page.html"
    page.write_text(html.render(pipeline.review(SAMPLE, stage="preliminary"), "zh"), "utf-8")
    for language in ("zh", "en"):
        browser.open(page, width=390)
        browser.click(f"label[for=language-{language}]")
        browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert browser.run("document.documentElement.scrollWidth") <= 390


def test_on_paper_the_page_is_a4_and_says_what_fails_before_the_plans(browser: Browser, file: Path) -> None:
    pypdf: Any = pytest.importorskip("pypdf")
    browser.open(file)
    pages = pypdf.PdfReader(io.BytesIO(browser.paper())).pages
    assert {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages} == {(595, 842)}
    first = pages[0].extract_text()
    assert "不符合" in first
    assert "54.00" in first, "what would mend it stands on the first page"
    assert "English" not in "".join(page.extract_text() for page in pages), "no switches on paper"


def test_an_open_live_page_takes_up_what_is_saved(browser: Browser, tmp_path: Path) -> None:
    page = str(render(review_factory.review(), "html"))
    file = tmp_path / "live.html"
    file.write_text(live_page(page, seconds=1), "utf-8")
    browser.open(file)
    assert browser.run("document.getElementById('readiness').open")
    file.write_text(live_page(page.replace("社区服务用房审查报告", "第二次保存"), seconds=1), "utf-8")
    browser.until("document.querySelector('h1')?.innerText", "第二次保存", seconds=20)
