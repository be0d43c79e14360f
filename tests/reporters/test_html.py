"""The page for people: complete, in two languages, safe, linked, and alive in a real browser where there is one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from golden_files import assert_golden
from review_factory import ENTRANCES, NOTES, POLICIES, RESULTS, ROOMS, STALLS, building_model, review

from bimcheck.reporters.html import render
from bimcheck.text import Language

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """The elements of a page, its visible text by language, and whether every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = {"zh": "", "en": ""}
        self._open: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.feed(text)
        self.faults += [tag for tag, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and open it."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            classes = (dict(attrs).get("class") or "").split()
            self._open.append((tag, "zh" if "zh" in classes else "en" if "en" in classes else ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        if not self._open or self._open.pop()[0] != tag:
            self.faults.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Gather text under the languages that show it."""
        if any(tag in ("style", "script") for tag, _ in self._open):
            return
        inside = {language for _, language in self._open if language}
        for language in ("zh", "en"):
            if not inside or inside == {language}:
                self.text[language] += data

    def attributes(self, name: str) -> list[str]:
        """The values of one attribute, in the order of the page."""
        return [value for _, attributes in self.elements if (value := attributes.get(name)) is not None]


@pytest.fixture(scope="module")
def text() -> str:
    return render(review())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_element_is_closed_where_it_should_be(page: Page) -> None:
    assert page.faults == []


def test_ids_are_unique_and_every_link_leads_somewhere(page: Page) -> None:
    ids = Counter(page.attributes("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    links = [href for href in page.attributes("href") if href.startswith("#")]
    assert len(links) > 50
    assert [href for href in links if href[1:] not in ids] == []
    uses = re.findall(r"url\(#([^)]+)\)", render(review()))
    assert uses
    assert set(uses) <= ids.keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages_say_everything(page: Page, language: Language) -> None:
    said = re.sub(r"\s+", " ", page.text[language])
    for result in RESULTS:
        for sentence in (result.title, result.quote, result.message, result.remedy):
            assert sentence is None or sentence.in_language(language) in said
    for entrance in ENTRANCES:
        assert entrance.reason.in_language(language) in said
    for policy in POLICIES:
        assert policy.title.in_language(language) in said


def test_sentences_of_one_language_are_hidden_in_the_other(page: Page) -> None:
    assert "逐条审查表" in page.text["zh"]
    assert "逐条审查表" not in page.text["en"]
    assert "Clause by clause" not in page.text["zh"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_language_asked_for_is_the_one_shown_first(language: Language) -> None:
    page = Page(render(review(), language))
    checked = [attributes["id"] for tag, attributes in page.elements if tag == "input" and "checked" in attributes]
    assert checked == [f"language-{language}"]
    assert page.elements[0] == ("html", {"lang": "zh-Hans" if language == "zh" else "en"})


def test_every_rule_room_entrance_and_stall_has_a_row(page: Page) -> None:
    ids = set(page.attributes("id"))
    assert {f"rule-{result.rule}" for result in RESULTS} <= ids
    assert {f"row-room-{room.id}" for room in ROOMS} <= ids
    assert {f"row-entrance-{entrance.id}" for entrance in ENTRANCES} <= ids
    assert {f"row-site-{stall.id}" for stall in STALLS} <= ids


def test_rows_and_plans_point_at_each_other(page: Page) -> None:
    """A room's row carries the same reference as its shape in the plan; the shape links to the row."""
    parts = [(tag, a) for tag, a in page.elements if a.get("data-ref") == "room-1pC$Entre_01"]
    assert {"tr", "a", "g"} <= {tag for tag, _ in parts}
    shape = next(a for tag, a in parts if tag == "a" and a.get("id"))
    assert (shape["id"], shape["href"]) == ("room-1pC$Entre_01", "#row-room-1pC$Entre_01")


def test_the_verdict_stands_before_failures_decisions_and_the_clause_table(page: Page) -> None:
    ids = page.attributes("id")
    order = [ids.index(name) for name in ("failures", "unknown", "decisions", "clauses", "plans", "rooms", "notes")]
    assert order == sorted(order)
    said = page.text["zh"]
    assert said.index("不符合") < said.index("把至少 54.00 m² 从楼上移到底层")


def test_areas_are_summed_by_storey_and_use(page: Page) -> None:
    said = page.text["zh"]
    table = said[said.index("单体面积统计表") : said.index("校核")]
    for figure in ("432.00", "540.00", "972.00", "GB 55031-2022"):
        assert figure in table


def test_hashes_stage_and_date_are_in_the_page(page: Page) -> None:
    said = page.text["en"]
    for fact in ("9f" * 32, "sha256:" + "4c" * 32, "bimcheck 0.1.0", "Preliminary design review", "2026-11-23"):
        assert fact in said


def test_text_of_the_model_never_becomes_markup(text: str, page: Page) -> None:
    assert '<script>alert("x")' not in text
    assert "<b>里" not in text
    assert "<beta>" not in text
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert '物业用房 <script>alert("x")</script> &' in page.text["zh"]


def test_names_that_try_to_leave_an_attribute_stay_in_it() -> None:
    """Ids and names go into attributes too; quotes and spaces there must not open new ones."""
    evil = '" onmouseover="alert(1)" x="'
    rooms = (replace(ROOMS[0], id=evil, name=evil), *ROOMS[1:])
    page = Page(render(review(rooms=rooms)))
    assert page.faults == []
    assert page.attributes("onmouseover") == []
    ids = Counter(page.attributes("id"))
    assert max(ids.values()) == 1
    assert not any(" " in name for name in ids)


def test_the_page_fetches_nothing_and_runs_only_its_own_script(text: str, page: Page) -> None:
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a)
    assert policy is not None
    assert "default-src 'none'" in policy
    for name in ("script", "style"):
        body = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert page.attributes("src") == []
    assert page.attributes("style") == []
    assert all(href.startswith("#") for href in page.attributes("href"))
    assert not re.search(r"url\((?!#)|@import|https?://", text)


def test_notes_say_what_they_make_untrustworthy(page: Page) -> None:
    assert "因此不能采信：社区服务用房建筑面积" in page.text["zh"]
    assert len(NOTES) == sum(f"[{n.code}]" in page.text["zh"] or n.code in page.text["zh"] for n in NOTES)


def test_levels_without_service_rooms_are_named_but_not_drawn(page: Page) -> None:
    assert "没有社区服务用房的楼层不画图：3层" in page.text["zh"]


def test_a_model_without_a_site_has_a_page_without_a_site_plan() -> None:
    bare = review(model=replace(building_model(), site=()), parking=(), plazas=(), streets=())
    page = Page(render(bare))
    assert page.faults == []
    assert "总平面" not in page.text["zh"]


def test_the_page_has_not_changed(text: str) -> None:
    assert_golden("report.html", text)


def test_a_figure_shows_only_what_is_asked_of_itself(text: str) -> None:
    """The tile of this project's centre says nothing of the 800 m² that the community's centre must have."""
    found = review()
    asked = next(result for result in found.results if result.rule == "party-centre-area")
    assert asked.measured is not None
    assert asked.measured.value is not None
    community = replace(asked.measured, value=asked.measured.value + 600)
    others = tuple(replace(r, measured=community) if r is asked else r for r in found.results)

    def tile(page: str) -> str:
        start = page.index('<dl class="figures">')
        tiles: list[str] = re.findall(r"<div>.*?</div>", page[start : page.index("</dl>", start)], re.DOTALL)
        return tiles[1]

    assert "≥ 800" in tile(text)
    assert "≥ 800" not in tile(render(replace(found, results=others)))
