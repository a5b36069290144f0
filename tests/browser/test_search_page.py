"""The search page as a reader has it, also from disk: typing, keys, choices, downloads, and an article that is opened.

The answers are written down here: what the page makes of them is tested, not how they are found.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dateline.edtf import date_label
from test_theme import render

TITLE = "Army near Palmyra"
ENGINE = ("search/stemmer", "search/analysis", "answers", "engine/page")
SCRIPTS = [f"theme/js/{name}.js" for name in ENGINE]

# The client of the search, and what loads scripts, with answers by query; an answer waits while `held` has its query.
CLIENT = """"use strict";
dateline.answers = ANSWERS;
dateline.asked = [];
dateline.held = new Map();
dateline.client = () => ({
  async search(query, { limit = 10, offset = 0, ...options }) {
    dateline.asked.push([query, { limit, offset, ...options }]);
    await dateline.held.get(query);
    const known = dateline.answers[query] ?? { total: 0, hits: [] };
    if (known.stale) throw Object.assign(new Error("A shard is missing."), { name: "StaleArchive" });
    const hits = known.hits.slice(offset, offset + limit);
    const widened = options.widen ? (known.widened ?? []) : [];
    const total = options.widen ? known.total : (known.unwidened ?? known.total);
    return { query, partial: 0, terms: [], ...known, total, widened, sort: options.sort, hits };
  },
  facets: async ({ query }) => dateline.answers[query].counts ?? {},
});
dateline.loaded = {};
dateline.lazy = (name) => dateline.loaded[name] ??= new Promise((resolve) => {
  document.head.append(Object.assign(document.createElement("script"), { src: `theme/js/engine/${name}.js`, onload: resolve }));
});
"""


def hit(number: int, title: str = "", **fields) -> dict:
    given = {
        "slug": f"story-{number}",
        "rank": number,
        "title": title or f"Story {number}",
        "topic": "War",
        "date": "2017-03-22",
    }
    passage = {"snippet": "The army moved on Palmyra.", "marks": [[18, 25]], "title_marks": [], "group": ""}
    label = date_label(fields.get("date", given["date"]))
    return {**given, "label": label, "url": f"articles/story-{number}.html", **passage, **fields}


COUNTS = {
    "place": [{"key": f"p:{number}", "label": f"Town {number}", "count": 60 - number} for number in range(60)],
    "actor": [{"key": "a:1", "label": "ISIS", "count": 20}, {"key": "a:2", "label": "Syrian Army", "count": 9}],
    "topic": [],
    "year": [{"label": "2016", "count": 10}, {"label": "2017", "count": 15}],
    "months": [["2016-10", 4], ["2016-12", 6], ["2017-03", 15]],
}
ANSWERS = {
    "palmyra": {"total": 25, "hits": [hit(number) for number in range(25)], "counts": COUNTS, "terms": ["palmyra"]},
    "army": {"total": 1, "hits": [hit(1, TITLE, title_marks=[[0, 4]])], "counts": COUNTS, "terms": ["armi"]},
    "isis": {
        "total": 2,
        "unwidened": 1,
        "hits": [hit(1)],
        "widened": [{"words": "isis", "field": "actor", "key": "a:1", "label": "ISIS"}],
        "note": "A note.",
    },
    "daesh": {"total": 1, "hits": [hit(1)], "widened": [{"label": "ISIS"}]},
    "army pizza": {"total": 0, "partial": 1, "hits": [hit(1, partial=True)]},
    "zzz": {"total": 0, "hits": []},
    "date:1950": {"total": 0, "hits": []},
    "x" * 600: {"total": 0, "hits": [], "note": f"A word of {'x' * 600}."},
    'palmyra place:"Lapland"': {"total": 0, "hits": [], "note": "No place of the archive is called “Lapland”."},
    "palmira": {"total": 0, "hits": [], "suggestion": "palmyra"},
    "army zzz": {"total": 0, "hits": []},
    "versions": {"total": 3, "hits": [hit(1, group="g"), hit(2), hit(3, group="g")]},
    "some words": {"total": 1, "partial": 1, "hits": [hit(1), hit(2, partial=True)]},
    "old": {"stale": True},
    "many": {"total": 1005, "hits": [hit(number) for number in range(1005)], "counts": {}},
    "$&wheat": {"total": 1, "hits": [hit(1)], "counts": {}},
    "palmyra date:2017-03": {"total": 15, "hits": [hit(1)], "counts": COUNTS},
    "palmyra date:[2017-02 TO 2017-03]": {"total": 15, "hits": [hit(1)], "counts": COUNTS},
    "palmyra date:[2017-01 TO 2017-03]": {"total": 15, "hits": [hit(1)], "counts": COUNTS},
    "=1+1": {
        "total": 4,
        "hits": [
            hit(1, '=HYPERLINK("x")', date="2017-03", topic="R&D, 100%"),
            hit(2, "A {brace}\nand \\ “quotes”", date=None, topic=None),
            hit(3, "＝1+1 and a } alone", date="1987-XX", slug="مصر"),
            hit(4, date="198X", slug="قطر"),
        ],
    },
    'palmyra actor:"ISIS"': {"total": 20, "hits": [hit(1)], "counts": COUNTS},
    'palmyra actor:"Syrian Army"': {"total": 9, "hits": [hit(1)], "counts": COUNTS},
    'palmyra actor:("ISIS" OR "Syrian Army")': {"total": 25, "hits": [hit(1)], "counts": COUNTS},
    'palmyra actor:"ISIS" actor:"Syrian Army"': {"total": 9, "hits": [hit(1)], "counts": COUNTS},
    "palmyra (date:2017-03 OR date:2016)": {"total": 25, "hits": [hit(1)], "counts": COUNTS},
    "palmyra date:2016": {"total": 10, "hits": [hit(1)], "counts": COUNTS},
    "palmyra actor:daesh": {
        "total": 20,
        "hits": [hit(1)],
        "counts": {"actor": [{"key": "a:1", "label": "ISIS", "count": 20, "asked": "daesh"}]},
    },
    "": {"counts": {"actor": [{"key": "a:3", "label": "Red Cross", "count": 300}]}},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A site of the search page and an article."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(repository / "theme/static", folder / "theme")
    (folder / "theme/js/answers.js").write_text(CLIENT.replace("ANSWERS", json.dumps(ANSWERS), 1), encoding="utf-8")
    page = render("search", siteurl=".", search_scripts=SCRIPTS, search_lazy={}, search_generation="", search_api="")
    (folder / "search.html").write_text(page, encoding="utf-8")
    (folder / "articles").mkdir()
    body = "<p>The army moved on Palmyra.</p><p>Armies <a href='x'>of Palmyra</a> fled.</p>"
    article = f"""<!DOCTYPE html><html lang="en"><head><title>x</title><meta charset="utf-8">
    <link rel="stylesheet" href="../theme/css/style.css">
    <script defer src="../theme/js/find.js" data-scripts="../theme/js/search/stemmer.js ../theme/js/search/analysis.js"></script></head>
    <body><main id="main" tabindex="-1"><h1>{TITLE}</h1><div class="prose">{body}</div></main>
    <form role="search" action="../search.html"><input name="q" aria-label="In another field"></form></body></html>"""
    for number in range(25):
        (folder / f"articles/story-{number}.html").write_text(article, encoding="utf-8")
    return folder


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


@pytest.fixture
def visit(context: BrowserContext, site: Path) -> Iterator[Callable[[str], Page]]:
    """Open the search page from disk; no script may fail and no rule of the page be broken."""
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(5000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))

    def open_page(address: str = "") -> Page:
        page.goto(f"{(site / 'search.html').as_uri()}{address}")
        return page

    yield open_page
    assert complaints == []


def query_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def test_a_question_is_answered_while_it_is_typed_and_kept_in_the_address(visit):
    page = visit()
    page.locator("#q").press_sequentially("palmyra", delay=10)
    expect(page.locator("#search-status")).to_contain_text("25 articles for palmyra")
    assert query_of(page) == "palmyra"
    assert [query for query, _ in page.evaluate("dateline.asked")] == ["palmyra"]


def test_the_old_list_stands_until_the_new_one_does(visit):
    page = visit("?q=palmyra")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.evaluate("dateline.held.set('army', new Promise((resolve) => (dateline.release = resolve)))")
    page.locator("#q").fill("army")
    expect(page.locator("#search-status")).to_have_attribute("data-state", "busy")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.evaluate("dateline.release()")
    expect(page.locator("#search-results > li")).to_have_count(1)


def test_a_list_under_a_moving_pointer_waits_until_the_pointer_leaves(visit):
    page = visit("?q=palmyra")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.locator("#search-results a").first.hover()
    page.locator("#search-results a").nth(1).hover()
    page.evaluate("void dateline.page.go({ query: 'army' })")
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.mouse.move(1, 1)
    expect(page.locator("#search-results > li")).to_have_count(1)


@pytest.mark.parametrize("way", ["a key", "back"])
def test_a_key_or_the_way_back_ends_the_waiting(visit, way):
    page = visit("?q=palmyra")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.evaluate("dateline.page.go({ query: 'palmyra', sort: 'oldest' })")
    expect(page.locator("#search-status")).to_contain_text("oldest first")
    for place in (0, 1):
        page.locator("#search-results a").nth(place).hover()
    if way == "back":
        page.go_back()
        expect(page.locator("#search-status")).to_have_text("25 articles for palmyra")
    else:
        page.locator("#search-order").press("ArrowUp")
        expect(page.locator("#search-status")).to_contain_text("newest first")
    expect(page.locator("#search-results")).not_to_have_attribute("aria-busy", "true")


def test_each_question_is_one_step_back(visit):
    page = visit()
    box, status = page.locator("#q"), page.locator("#search-status")
    for query, how in (("palmyra", "Enter"), ("army", "Enter"), ("isis", "")):
        box.fill("")
        box.press_sequentially(query[:2])
        expect(page).to_have_url(re.compile(f"q={query[:2]}$"))
        box.press_sequentially(query[2:])
        expect(status).to_contain_text(f"for {query}")
        if how:
            box.press(how)
    for query in ("army", "palmyra"):
        page.go_back()
        expect(status).to_contain_text(f"for {query}")
    page.go_back()
    expect(box).to_have_value("")


def test_what_was_typed_and_not_asked_is_forgotten_on_the_way_back(visit):
    page = visit("?q=palmyra")
    page.evaluate("dateline.page.go({ query: 'army' })")
    expect(page.locator("#search-status")).to_contain_text("for army")
    page.evaluate("""async () => {
        const back = new Promise((resolve) => addEventListener("popstate", resolve));
        const box = document.getElementById("q");
        box.value = "isis";
        box.dispatchEvent(new Event("input"));
        history.back();
        await back;
        await new Promise((resolve) => setTimeout(resolve, 400)); // longer than the pause before a question
    }""")
    expect(page.locator("#search-status")).to_contain_text("for palmyra")
    assert query_of(page) == "palmyra"


def test_text_that_an_input_method_composes_is_asked_as_well(visit, context):
    page = visit()
    page.locator("#q").focus()
    keys = context.new_cdp_session(page)
    for end in range(1, len("palmyra")):
        keys.send("Input.imeSetComposition", {"text": "palmyra"[:end], "selectionStart": end, "selectionEnd": end})
    keys.send("Input.insertText", {"text": "palmyra"})
    expect(page.locator("#search-status")).to_contain_text("25 articles for palmyra")


@pytest.mark.parametrize("query", ["$&wheat", "Search · x"])
def test_the_title_of_the_page_has_the_question_as_it_is(visit, query):
    page = visit()
    name = page.title()
    page.locator("#q").fill(query)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{query} · {name}")
    page.evaluate("dateline.page.go({ query: 'palmyra' })")
    expect(page).to_have_title(f"palmyra · {name}")


def test_an_answer_that_comes_too_late_is_dropped(visit):
    page = visit()
    page.evaluate("dateline.held.set('army', new Promise((resolve) => (dateline.release = resolve)))")
    page.evaluate("void dateline.page.go({ query: 'army' })")
    page.evaluate("dateline.page.go({ query: 'palmyra' })")
    page.evaluate("dateline.release()")
    expect(page.locator("#search-status")).to_contain_text("25 articles")
    expect(page.locator("#search-results > li")).to_have_count(10)


def test_a_question_is_announced_once(visit):
    page = visit()
    page.evaluate("""() => {
        dateline.told = 0;
        const seen = new MutationObserver(() => (dateline.told += 1));
        seen.observe(document.getElementById("search-status"), { childList: true, subtree: true, characterData: true });
    }""")
    page.locator("#q").fill("isis")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_have_text(
        "2 articles for isisA note.With the articles tagged ISIS · only the words"
    )
    expect(page.locator("#search-facets")).to_be_hidden()
    assert page.evaluate("dateline.told") == 1


def test_other_names_can_be_left_out_and_taken_back(visit):
    page = visit("?q=isis")
    page.get_by_role("link", name="only the words").click()
    expect(page.get_by_role("link", name="also what is tagged so")).to_be_visible()
    assert urlsplit(page.url).query == "q=isis&names=exact"
    assert page.evaluate("dateline.asked.at(-1)[1].widen") is False
    page.go_back()
    expect(page.get_by_role("link", name="only the words")).to_be_visible()


def test_a_remark_on_other_names_that_changes_nothing_is_left_out(visit):
    page = visit("?q=daesh")
    expect(page.locator("#search-status")).to_have_text("1 article for daesh")


def test_the_button_says_how_many_results_are_shown(visit):
    page = visit("?q=palmyra")
    more = page.locator("#search-more")
    expect(more).to_have_text("More results (10 of 25 are shown)")
    more.click()
    expect(more).to_have_text("More results (20 of 25 are shown)")


def test_more_results_keep_the_address_and_go_on_from_the_last(visit):
    page = visit("?q=palmyra&sort=newest")
    page.get_by_role("button", name="More results").click()
    expect(page.locator("#search-results > li")).to_have_count(20)
    expect(page.locator(".result-title a").nth(10)).to_be_focused()
    assert parse_qs(urlsplit(page.url).query) == {"q": ["palmyra"], "sort": ["newest"], "show": ["20"]}
    page.reload()
    expect(page.locator("#search-results > li")).to_have_count(20)
    expect(page.locator("#search-status")).to_contain_text("newest first")


def test_a_list_of_a_thousand_says_that_it_ends(visit):
    page = visit("?q=many&show=995")
    results = page.locator("#search-results > .result")
    expect(results).to_have_count(995)
    page.get_by_role("button", name="More results").click()
    expect(results).to_have_count(1000)
    assert parse_qs(urlsplit(page.url).query)["show"] == ["1000"]
    page.get_by_role("button", name="More results").click()
    expect(page.locator(".search-advice")).to_have_text(re.compile("^1,000 are listed: "))
    expect(page.locator(".search-advice")).to_be_focused()
    expect(results).to_have_count(1000)
    assert len(set(page.evaluate("[...document.querySelectorAll('.result-title a')].map((a) => a.href)"))) == 1000


def test_versions_of_a_story_are_folded_under_the_best(visit):
    page = visit("?q=versions")
    expect(page.locator("#search-results > li")).to_have_count(2)
    folded = page.locator("#search-results > li").first.locator("details")
    expect(folded.get_by_role("link")).to_be_hidden()
    folded.get_by_text("2 versions").click()
    expect(folded.get_by_role("link", name="Story 3")).to_be_visible()


def test_articles_with_some_of_the_words_stand_under_a_heading_of_their_own(visit):
    page = visit("?q=some+words")
    expect(page.locator("#search-status")).to_contain_text("1 article for some words; 1 with some of the words")
    expect(page.locator("#search-results > li")).to_have_count(1)
    expect(page.locator("#search-partly").get_by_role("link", name="Story 2")).to_be_visible()


def test_nothing_found_tells_why_and_what_would_find_something(visit):
    page = visit("?q=army+zzz")
    expect(page.locator("#search-results")).to_contain_text("No article has “zzz”.")
    page.get_by_role("link", name="without “zzz”").click()
    expect(page.locator("#search-status")).to_contain_text("1 article for army")
    page = visit("?q=palmira")
    page.get_by_role("link", name="palmyra").click()
    expect(page.locator("#search-status")).to_contain_text("25 articles for palmyra")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("zzz", "No article has “zzz”."),
        ("date:1950", "The dated articles of the archive: March 2017."),
    ],
)
def test_nothing_found_by_one_word_or_date_tells_why(visit, query, told):
    page = visit(f"?q={query}")
    expect(page.locator(".search-advice")).to_contain_text(told)
    expect(page.locator(".search-advice")).not_to_contain_text("Fewer words")


def test_where_some_words_are_found_the_status_tells_which_is_in_no_article(visit):
    page = visit("?q=army+pizza")
    expect(page.locator("#search-status")).to_contain_text("No article has “pizza”.")


def test_an_empty_page_tells_what_is_here_and_takes_the_first_key(visit):
    page = visit()
    expect(page.locator("#q")).to_be_focused()
    about = page.locator("#search-about")
    expect(about).to_contain_text("2 articles, March 2017; 1 undated.")
    expect(about.get_by_role("link").first).to_have_attribute("href", re.compile(r"^search\.html\?q=Lima"))
    page.keyboard.type("palmyra")
    expect(about).to_be_hidden()


def test_a_very_long_word_does_not_widen_the_page(visit):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 800})
    page = visit(f"?q={'x' * 600}")
    expect(page.locator("#search-status")).to_contain_text("A word of")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_a_link_leads_to_the_filters_and_a_choice_back_to_the_count(visit):
    page = visit()
    page.set_viewport_size({"width": 390, "height": 800})
    page = visit("?q=palmyra")
    side = page.get_by_role("complementary", name="Narrow the results")
    expect(side).not_to_be_in_viewport()
    page.get_by_role("button", name="Filters").click()
    expect(side).to_be_focused()
    expect(page.get_by_label("Town 1", exact=True)).to_be_in_viewport()
    page.get_by_label("ISIS", exact=True).click()
    expect(page.locator("#search-chips li")).to_have_count(1)
    expect(page.get_by_label("ISIS", exact=True)).to_be_checked()
    expect(page.get_by_label("ISIS", exact=True)).to_be_focused()
    expect(page.locator(".search-count")).to_have_text("20 articles")
    expect(page.locator(".search-count")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()


def test_a_page_of_an_archive_that_was_replaced_asks_to_be_loaded_anew(visit):
    page = visit("?q=old")
    expect(page.locator("#search-status")).to_have_text("The archive was updated: reload.")


@pytest.mark.parametrize(("script", "button"), [("controls", "More results"), ("exports", "CSV")])
def test_a_script_that_is_missing_is_told_and_the_list_stays(visit, script, button):
    page = visit("?q=palmyra")
    expect(page.get_by_label("ISIS", exact=True)).to_be_visible()
    page.evaluate(f"""() => {{
        dateline.loaded.{script} = Promise.reject(new Error("https://host/search/{script}.js could not be loaded."));
        dateline.loaded.{script}.catch(() => null);
    }}""")
    page.locator("#search-export > summary").click()
    page.get_by_role("button", name=button, exact=button == "CSV").click()
    expect(page.locator("#search-status")).to_have_text("A script is missing: reload.")
    expect(page.locator("#search-results > li")).to_have_count(10)


@pytest.mark.parametrize("button", ["More results", "CSV"])
def test_what_cannot_be_fetched_is_told_and_the_list_stays(visit, button):
    page = visit("?q=palmyra")
    expect(page.get_by_label("ISIS", exact=True)).to_be_visible()
    page.evaluate("""() => {
        dateline.held.set("palmyra", Promise.reject(new Error("The connection is gone.")));
        dateline.held.get("palmyra").catch(() => null);
    }""")
    page.locator("#search-export > summary").click()
    page.get_by_role("button", name=button, exact=button == "CSV").click()
    expect(page.locator("#search-status")).to_have_text("The connection is gone.")
    expect(page.locator("#search-results > li")).to_have_count(10)
    expect(page.get_by_role("button", name=button, exact=button == "CSV")).to_be_enabled()


def test_keys_lead_to_the_box_through_the_results_and_back(visit):
    page = visit("?q=palmyra")
    titles = page.locator(".result-title a")
    expect(titles).to_have_count(10)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    for place in (0, 1):
        page.keyboard.press("ArrowDown")
        expect(titles.nth(place)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    expect(titles).to_have_count(0)


def test_the_single_key_can_be_switched_off_for_good(visit):
    page = visit()
    page.get_by_text("How to ask").click()
    page.get_by_label("single keys: / goes to the search box").click()
    page = visit("?q=army")
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.locator(".result-title a").click()
    bar = page.get_by_role("region", name="Words found")
    expect(bar).to_contain_text("3 hits")
    page.keyboard.press("n")
    expect(bar).to_contain_text("3 hits")
    bar.get_by_role("button", name="next").focus()
    page.keyboard.press("n")
    expect(bar).to_contain_text("1 of 3")


def test_the_first_press_of_a_key_does_no_more_than_it_says(visit):
    page = visit("?q=palmyra")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_have_value("palmyra")
    expect(page.locator("#search-results > li")).to_have_count(10)
    page.locator("#q").focus()
    prevented = "new Promise((resolve) => addEventListener('keydown', (event) => resolve(event.defaultPrevented)))"
    page.evaluate(f"void (dateline.prevented = {prevented})")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("dateline.prevented")


def test_a_name_in_another_spelling_ticks_its_box_and_leaves_with_it(visit):
    page = visit("?q=palmyra+actor:daesh")
    box = page.get_by_label("ISIS", exact=True)
    expect(box).to_be_checked()
    expect(page.get_by_role("group", name="Actors").get_by_role("checkbox")).to_have_count(1)
    box.click()
    expect(page.locator("#search-status")).to_contain_text("25 articles")
    assert query_of(page) == "palmyra"


def test_nothing_of_an_older_answer_stays_beside_none(visit):
    page = visit("?q=palmyra+actor:daesh")
    expect(page.locator(".facet")).to_have_count(1)
    page.evaluate("void dateline.page.go({ query: 'palmira' })")
    expect(page.locator("#search-status")).to_contain_text("Nothing was found")
    expect(page.locator(".facet")).to_have_count(0)
    expect(page.locator("#search-chips")).to_be_hidden()


def test_the_form_offers_names_of_the_archive_where_there_is_no_result(visit):
    page = visit()
    page.locator("#search-narrow > summary").click()
    page.get_by_label("Actor", exact=True).focus()
    expect(page.locator("#narrow-actor-names option")).to_have_attribute("value", "Red Cross")
    page = visit("?q=palmyra")
    expect(page.get_by_label("ISIS", exact=True)).to_be_visible()
    page.locator("#search-narrow > summary").click()
    page.get_by_label("Actor", exact=True).focus()
    expect(page.locator("#narrow-actor-names option")).to_have_count(2)


def test_a_chosen_name_is_part_of_the_query_and_can_be_taken_out(visit):
    page = visit("?q=palmyra")
    page.get_by_label("ISIS", exact=True).click()
    expect(page.locator("#search-status")).to_contain_text("20 articles")
    assert query_of(page) == 'palmyra actor:"ISIS"'
    page.get_by_label("Syrian Army", exact=True).click()
    expect(page.locator("#search-chips li")).to_have_count(2)
    assert query_of(page) == 'palmyra actor:("ISIS" OR "Syrian Army")'
    expect(page.get_by_label("any of them")).to_be_checked()
    page.get_by_role("button", name="actor: Syrian Army, remove").click()
    expect(page.locator("#search-chips li")).to_have_count(1)
    page.get_by_role("button", name="actor: ISIS, remove").click()
    expect(page.locator("#search-status")).to_contain_text("25 articles")
    assert query_of(page) == "palmyra"


def test_the_focus_stays_where_something_was_chosen(visit):
    page = visit("?q=palmyra")
    place = page.get_by_label("Syrian Army", exact=True)
    place.focus()
    page.keyboard.press("Space")
    expect(page.locator("#search-chips li")).to_have_count(1)
    expect(page.get_by_role("group", name="Actors").get_by_role("checkbox").first).to_have_accessible_name(
        "Syrian Army"
    )
    expect(place).to_be_focused()


def test_the_focus_goes_from_a_chip_that_leaves_to_the_next_and_to_the_box(visit):
    page = visit('?q=palmyra actor:("ISIS" OR "Syrian Army")')
    page.get_by_role("button", name="actor: ISIS, remove").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#search-chips li")).to_have_count(1)
    expect(page.get_by_role("button", name="actor: Syrian Army, remove")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#search-chips")).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()


def test_any_of_the_names_or_all_of_them(visit):
    page = visit('?q=palmyra+actor:("ISIS" OR "Syrian Army")')
    page.get_by_label("all of them").click()
    expect(page).to_have_url(re.compile("q=palmyra\\+actor%3A%22ISIS%22\\+actor"))
    assert query_of(page) == 'palmyra actor:"ISIS" actor:"Syrian Army"'


def test_a_long_list_of_names_opens_by_and_by(visit):
    page = visit("?q=palmyra")
    places = page.get_by_role("group", name="Places")
    expect(places.get_by_role("checkbox")).to_have_count(8)
    places.get_by_role("button", name="40 more").click()
    expect(places.get_by_role("checkbox")).to_have_count(48)
    expect(places.get_by_label("Town 8", exact=True)).to_be_focused()


def test_time_is_narrowed_with_the_pointer_and_with_the_keyboard(visit):
    page = visit("?q=palmyra")
    chart = page.get_by_role("img", name="Articles from October 2016 to March 2017, most in March 2017: 15")
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 5)
    page.mouse.up()
    expect(page).to_have_url(re.compile("2016-12.TO.2017-03"))
    assert query_of(page) == "palmyra date:[2016-12 TO 2017-03]"
    page = visit("?q=palmyra")
    page.get_by_label("To", exact=True).and_(page.get_by_role("slider")).press("ArrowLeft")
    assert query_of(page) == "palmyra date:[2016-10 TO 2017-02]"


@pytest.mark.parametrize(
    ("side", "to_bar", "query"),
    [(1, 4, "date:[2016-10 TO 2017-01]"), (-1, 3, "date:[2017-01 TO 2017-03]")],
)
def test_each_thumb_lies_beside_the_bar_that_it_chooses(visit, side, to_bar, query):
    page = visit("?q=palmyra")
    chart = page.locator(".histogram").bounding_box()
    track = page.locator(".sliders").bounding_box()
    expect(page.locator(".histogram-scale > span")).to_have_text(["Oct 2016", "Mar 2017"])
    beside = side * (track["width"] - chart["width"]) / 4  # half a thumb
    left, y = chart["x"] + beside, track["y"] + track["height"] / 2
    page.mouse.move(left + (chart["width"] if side > 0 else 0), y)
    page.mouse.down()
    page.mouse.move(left + chart["width"] * to_bar / 6, y, steps=5)
    page.mouse.up()
    expect(page.locator("#q")).to_have_value(f"palmyra {query}")


def test_the_sliders_widen_again_and_make_one_step_back(visit):
    page = visit("?q=palmyra+date:2017-03")
    slider = page.get_by_label("From", exact=True).and_(page.get_by_role("slider"))
    expect(slider).to_have_value("5")
    slider.focus()
    for first in ("2017-02", "2017"):
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#search-chips")).to_have_text(f"from {first} to 2017-03")
        expect(page.locator("#search-results")).not_to_have_attribute("aria-busy", "true")
        expect(slider).to_be_focused()
    page.go_back()
    expect(page.locator("#q")).to_have_value("palmyra date:2017-03")


def test_a_year_is_chosen_and_let_go(visit):
    page = visit("?q=palmyra")
    page.get_by_label("2016", exact=True).click()
    assert query_of(page) == "palmyra date:2016"


def test_a_month_is_none_of_the_years(visit):
    page = visit("?q=palmyra+date:2017-03")
    expect(page.locator("#search-chips")).to_have_text("2017-03")
    expect(page.get_by_role("group", name="Years").get_by_role("listitem")).to_have_text(
        [re.compile("^2016"), re.compile("^2017")]
    )
    page.get_by_label("2016", exact=True).click()
    assert query_of(page) == "palmyra (date:2017-03 OR date:2016)"


def test_the_form_writes_the_query(visit):
    page = visit("?q=palmyra")
    expect(page.get_by_label("ISIS", exact=True)).to_be_visible()
    page.locator("#search-narrow > summary").click()
    page.get_by_label("Actor", exact=True).fill("ISIS")
    page.get_by_label("From", exact=True).and_(page.get_by_role("textbox")).fill("2016-13")
    page.get_by_role("button", name="Narrow down").click()
    expect(page.get_by_role("alert")).to_contain_text("“2016-13” is no date")
    page.get_by_label("From", exact=True).and_(page.get_by_role("textbox")).fill("2016-10")
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("#q")).to_have_value('palmyra actor:"ISIS" date:[2016-10 TO *]')


def test_the_form_says_that_a_name_is_unknown(visit):
    page = visit("?q=palmyra")
    page.locator("#search-narrow > summary").click()
    page.get_by_label("Place", exact=True).fill("Lapland")
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("#narrow-error")).to_have_text("No place of the archive is called “Lapland”.")


def test_the_form_keeps_what_was_chosen_beside_the_results(visit):
    page = visit("?q=palmyra")
    expect(page.get_by_label("ISIS", exact=True)).to_be_visible()
    page.locator("#search-narrow > summary").click()
    page.get_by_label("From", exact=True).and_(page.get_by_role("textbox")).fill("2016-10")
    page.get_by_role("group", name="Actors").get_by_label("ISIS", exact=True).click()
    expect(page.get_by_label("Actor", exact=True)).to_have_value("ISIS")
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("#q")).to_have_value('palmyra actor:"ISIS" date:[2016-10 TO *]')
    page.get_by_label("Actor", exact=True).fill("")
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("#q")).to_have_value("palmyra date:[2016-10 TO *]")


def saved(page: Page, kind: str) -> str:
    page.locator("#search-export > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path()).read_bytes().decode("utf-8")


def test_a_spreadsheet_takes_the_whole_list_and_runs_none_of_it(visit):
    rows = list(csv.DictReader(io.StringIO(saved(visit("?q=%3D1%2B1"), "CSV").removeprefix("\ufeff"), newline="")))
    assert [row["title"] for row in rows][:2] == ['\'=HYPERLINK("x")', "A {brace} and \\ “quotes”"]
    assert rows[2]["title"].startswith("'＝")
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0]["url"].endswith("/articles/story-1.html")
    assert len(list(csv.reader(io.StringIO(saved(visit("?q=palmyra"), "CSV"))))) == 26


def test_a_file_of_the_results_has_none_with_only_some_of_the_words(visit):
    rows = list(csv.DictReader(io.StringIO(saved(visit("?q=some+words"), "CSV").removeprefix("\ufeff"), newline="")))
    assert [row["title"] for row in rows] == ["Story 1"]


def test_reference_managers_take_the_list(visit):
    ris = saved(visit("?q=%3D1%2B1"), "RIS").split("ER  - \r\n")
    assert ris[0].startswith(
        'TY  - NEWS\r\nTI  - =HYPERLINK("x")\r\nT2  - Peru & Chile\r\nPY  - 2017\r\nDA  - 2017/03//\r\n'
    )
    assert "KW  - R&D, 100%\r\nID  - story-1\r\nUR  - file://" in ris[0]
    assert "PY  - 1987\r\nDA  - 1987///\r\n" in ris[2]
    assert len(ris) == 5


def test_bibtex_takes_the_list(visit):
    entries = saved(visit("?q=%3D1%2B1"), "BibTeX").split("\n\n")
    assert "title = {{A \\textbraceleft{}brace\\textbraceright{} and \\textbackslash{} “quotes”}}" in entries[1]
    assert "keywords = {R\\&D, 100\\%}" in entries[0]
    assert "journal = {{Peru \\& Chile}}" in entries[0]
    assert all(entry.count("{") == entry.count("}") for entry in entries)
    assert ["date = {2017-03}" in entries[0], "date = {1987}" in entries[2], "date" in entries[3]] == [
        True,
        True,
        False,
    ]
    keys = [re.match(r"\n?@article\{([\w:.-]+),", entry)[1] for entry in entries]
    assert len(set(keys)) == len(keys) == 4


def test_an_opened_article_shows_where_the_words_are(visit):
    page = visit("?q=army")
    expect(page.locator(".result-title mark")).to_have_text("Army")
    page.locator(".result-title a").click()
    expect(page.locator("mark.hit")).to_have_text(["Army", "army", "Armies"])
    bar = page.get_by_role("region", name="Words found")
    expect(bar).to_contain_text("3 hits")
    page.keyboard.press("n")
    expect(page.locator("mark.here")).to_have_text("Army")
    page.keyboard.press("n")
    expect(bar).to_contain_text("2 of 3")
    page.keyboard.press("p")
    expect(bar).to_contain_text("1 of 3")
    bar.get_by_role("button", name="close").click()
    expect(page.locator("mark.hit")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator("mark.here")).to_have_count(0)
    assert page.evaluate("typeof dateline") == "object"


def test_the_bar_is_near_for_the_keyboard_and_leads_back_to_the_results(visit):
    page = visit("?q=army&sort=oldest")
    page.locator(".result-title a").click()
    bar = page.get_by_role("region", name="Words found")
    expect(bar).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(bar.get_by_role("button", name="previous")).to_be_focused()
    page.get_by_label("In another field").press("n")
    expect(bar).to_contain_text("3 hits")
    bar.get_by_role("link", name="back to the results").click()
    expect(page.locator("#search-status")).to_contain_text("1 article for army, oldest first")


def test_an_opened_article_shows_a_name_where_its_words_stand_together(visit, site):
    page = visit()
    page.goto(f"{(site / 'articles/story-1.html').as_uri()}?find=army.moved")
    expect(page.locator("mark.hit")).to_have_text(["army", "moved"])


def test_an_article_that_was_not_searched_for_loads_nothing_more(visit, site):
    page = visit()
    page.goto((site / "articles/story-1.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof dateline") == "undefined"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_open_to_all(visit, width, scheme):
    page = visit()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page = visit('?q=palmyra+actor:("ISIS" OR "Syrian Army")')
    expect(page.get_by_label("any of them")).to_be_visible()
    for details in page.locator(".search-all > details > summary").all():
        details.click()
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_a_box_that_could_not_be_answered_is_not_shown(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q=palmyra")
    expect(page.locator("#q")).to_be_hidden()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("Searching needs scripts")
    assert notice.bounding_box()["width"] <= 704
    expect(page.locator("#search-about")).to_contain_text("2 articles")
    context.close()
