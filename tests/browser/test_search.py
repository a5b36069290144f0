"""In a real Chromium the search finds what Whoosh finds, in Whoosh's order, also from disk."""

from __future__ import annotations

import contextlib
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dateline.errors import SearchError
from dateline.records import SearchDocument
from dateline.search import SCRIPTS, SearchIndex, build_index, export_index, open_index, search
from dateline.search.analysis import find_terms, stem_word
from dateline.search.index import rank
from dateline.search.query import parse_query
from dateline.search.snippet import find_passage
from dateline.text import fold_spaces
from searching import document, every_word, fa_kes, many_queries, shared_cases, wikinews

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'self'"
)
STORIES = [
    document("mosul", "Retreat in Mosul", "Fighters were retreating from “Mosul”, the army’s goal.", topic="Iraq"),
    document("palmyra", "Army near Palmyra", "The Syrian army moved <b>on</b> Palmyra & Tadmur.", date="2017-03-22"),
    *(document(f"list-{number}", f"Number {number}", "One of many.") for number in range(45)),
]

# Rank by rank what each query finds: document numbers and scores, or the sentence for a malformed one.
RANK = """async (queries) => Promise.all(queries.map(async (query) => {
    try {
        const { hits } = await dateline.rank.search(query);
        return hits.map((hit) => [hit.document, hit.score]);
    } catch (error) {
        return error.message;
    }
}))"""
PASSAGES = """async (queries) => Promise.all(queries.map(async (query) => {
    const { hits, terms } = await dateline.rank.search(query);
    return Promise.all(hits.slice(0, 3).map(async (hit) => {
        const { text } = await dateline.shards.card(hit.document);
        return dateline.snippet.findPassage(text, terms);
    }));
}))"""


def write_site(folder: Path, index: SearchIndex, repository: Path) -> Path:
    """Write a site that is nothing but a search page, and return that page."""
    export_index(index, folder / "search")
    shutil.copytree(repository / "theme/static/js", folder / "theme/js")
    scripts = "\n".join(f'<script defer src="theme/{script}"></script>' for script in SCRIPTS)
    page = folder / "search.html"
    page.write_text(
        f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Search</title>
        <meta http-equiv="Content-Security-Policy" content="{POLICY}">{scripts}</head>
        <body data-search="search/"><form role="search" action="search.html"><input type="search" name="q"></form>
        <div id="search-status" role="status" aria-live="polite"></div><ol id="search-results"></ol></body></html>""",
        encoding="utf-8",
    )
    return page


@pytest.fixture(scope="module")
def archive_of(
    tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> Iterator[Callable[[Sequence[SearchDocument]], tuple[SearchIndex, Path]]]:
    """Index documents; the open index, and the search page of their archive."""
    with contextlib.ExitStack() as stack:

        def make(documents: Sequence[SearchDocument]) -> tuple[SearchIndex, Path]:
            folder = tmp_path_factory.mktemp("archive")
            build_index(documents, folder / "index")
            index = stack.enter_context(open_index(folder / "index"))
            return index, write_site(folder / "site", index, repository)

        yield make


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which no script fails."""
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert errors == []


@pytest.fixture(scope="module")
def stories(archive_of) -> Path:
    return archive_of(STORIES)[1]


@pytest.fixture(scope="module", params=["from disk", "over http"])
def address(request, stories) -> Iterator[str]:
    """The search page of STORIES, opened by double click and on a server."""
    if request.param == "from disk":
        yield stories.as_uri()
        return
    handler = partial(SilentHandler, directory=stories.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/search.html"
        server.shutdown()
        thread.join()


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def ranked(index: SearchIndex, query: str) -> list[list[float]] | str:
    """What the command line finds, in the form of RANK."""
    try:
        return [list(pair) for pair in rank(index, parse_query(query))]
    except SearchError as error:
        return str(error)


def assert_ranks_agree(page: Page, index: SearchIndex, queries: Sequence[str]) -> None:
    for start in range(0, len(queries), 200):
        part = queries[start : start + 200]
        for query, found in zip(part, page.evaluate(RANK, part), strict=True):
            assert found == ranked(index, query), query


def test_every_word_of_the_archive_ranks_as_in_whoosh(archive, page):
    page.goto((archive / "output/search.html").as_uri())
    with open_index(archive / ".cache/index") as index:
        assert_ranks_agree(page, index, every_word(index))


def test_queries_of_every_kind_rank_as_in_whoosh(archive, page):
    page.goto((archive / "output/search.html").as_uri())
    with open_index(archive / ".cache/index") as index:
        assert_ranks_agree(
            page, index, [*many_queries(index, 600), *(case["query"] for case in shared_cases("queries"))]
        )


@pytest.mark.parametrize(("name", "read"), [("wikinews-en-2019", wikinews), ("fa-kes-a", fa_kes)])
def test_a_real_archive_ranks_as_in_whoosh_to_the_last_result(name, read, corpus, archive_of, page):
    index, search_page = archive_of(read(corpus(name)))
    page.goto(search_page.as_uri())
    words = list(index.words("text"))
    assert_ranks_agree(page, index, [*words[::5], *many_queries(index, 400)])
    assert page.evaluate("(words) => words.map(dateline.analysis.stemWord)", words) == [
        stem_word(word) for word in words
    ]
    queries = [query for query in many_queries(index, 130) if rank(index, parse_query(query))]
    for query, passages in zip(queries, page.evaluate(PASSAGES, queries), strict=True):
        expected = [hit.passage for hit in search(index, query, limit=3).hits]
        assert ["".join(piece["text"] for piece in pieces) for pieces in passages] == [
            passage.text for passage in expected
        ], query
        assert [[piece["text"] for piece in pieces if piece["marked"]] for pieces in passages] == [
            [passage.text[start:end] for start, end in passage.marks] for passage in expected
        ], query


def test_the_browser_finds_the_same_terms(stories, page):
    page.goto(stories.as_uri())
    cases = shared_cases("analysis")
    found = page.evaluate("(texts) => texts.map(dateline.analysis.findTerms)", [case["text"] for case in cases])
    assert found == [case["terms"] for case in cases]


def test_the_browser_folds_every_letter_alike(stories, page):
    page.goto(stories.as_uri())
    points = chain(range(0x3400), range(0xA000, 0xAC00), range(0xD7B0, 0x20000))  # all but ideographs and Hangul
    letters = [char for char in map(chr, points) if unicodedata.category(char)[0] in "LNM"]
    texts = [f"a{letter}a {letter}" for letter in letters]
    assert page.evaluate("(texts) => texts.map(dateline.analysis.findTerms)", texts) == [*map(find_terms, texts)]


def test_the_browser_folds_every_space_alike(stories, page):
    page.goto(stories.as_uri())
    texts = [f"{char}a {char}\n{char}b{char}" for char in map(chr, chain(range(0xD800), range(0xE000, 0x10000)))]
    assert page.evaluate("(texts) => texts.map(dateline.analysis.foldSpaces)", texts) == [*map(fold_spaces, texts)]


def test_the_browser_cuts_a_passage_at_the_same_spaces(stories, page):
    page.goto(stories.as_uri())
    spaces = ["\n\n", " \n\xa0\n", "\t", "\x1c", "\x85", "\u2028", "\ufeff", "\u200b", "\u00ad", "\u180e"]
    texts = [f"“It rained.”{space}" * 40 + f"“Mosul!”{space}" + f"“It rained.”{space}" * 40 for space in spaces]
    cut = """(texts) => texts.map((text) =>
        dateline.snippet.findPassage(text, new Set(["mosul"])).map((piece) => piece.text).join(""))"""
    assert page.evaluate(cut, texts) == [find_passage(text, {"mosul"}).text for text in texts]


def test_the_browser_reads_the_same_queries(stories, page):
    page.goto(stories.as_uri())
    cases = shared_cases("queries")
    read = """(queries) => queries.map((query) => {
        try { return { query, tree: dateline.query.parse(query) }; }
        catch (error) { return { query, error: error.message }; }
    })"""
    assert page.evaluate(read, [case["query"] for case in cases]) == cases


def test_the_address_asks(address, page):
    page.goto(f"{address}?q=palmyra")
    expect(page.locator("#search-status")).to_have_text("1 article for palmyra")
    result = page.locator("#search-results > li")
    expect(result.locator("a")).to_have_attribute("href", "articles/palmyra.html")
    expect(result.locator(".result-facts")).to_have_text("22 March 2017")
    expect(result.locator(".result-snippet")).to_have_text("The Syrian army moved <b>on</b> Palmyra & Tadmur.")
    assert result.locator("mark").all_text_contents() == ["Palmyra", "Palmyra"]


def test_the_form_changes_the_address_and_back_returns(address, page):
    page.goto(f"{address}?q=palmyra")
    box = page.get_by_role("searchbox")
    box.fill("retreat")
    box.press("Enter")
    expect(page.locator("#search-status")).to_have_text("1 article for retreat")
    assert page.url == f"{address}?q=retreat"
    page.go_back()
    expect(page.locator("#search-status")).to_have_text("1 article for palmyra")
    expect(box).to_have_value("palmyra")
    page.go_forward()
    expect(page.locator("#search-results .result-facts")).to_have_text("Iraq · Undated")


def test_results_come_in_steps_and_the_address_knows_how_many(address, page):
    page.goto(f"{address}?q=many")
    results, more = page.locator("#search-results > li"), page.get_by_role("button", name="More results")
    expect(results).to_have_count(20)
    more.click()
    expect(results).to_have_count(40)
    expect(results.nth(20).locator("a")).to_be_focused()
    more.click()
    expect(results).to_have_count(45)
    expect(more).to_be_hidden()
    page.reload()
    expect(results).to_have_count(45)


def test_a_malformed_query_gets_its_sentence(address, page):
    page.goto(f"{address}?q=palmyra+AND")
    expect(page.locator("#search-status")).to_have_text("AND needs a word on each side.")
    expect(page.locator("#search-results > li")).to_have_count(0)


def test_an_empty_query_gets_its_sentence_and_no_query_none(address, page):
    page.goto(address)
    expect(page.locator("#search-status[data-state=idle]")).to_have_text("")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#search-status")).to_have_text("The query is empty: type a word, or several.")


def test_a_vain_query_with_or_in_small_letters_is_told_as_on_the_terminal(archive_of, page):
    index, search_page = archive_of(STORIES)
    for query in ("mosul or xyzzy", "-(mosul or many) Not palmyra or army", "xyzzy", "on OR or"):
        page.goto(search_page.as_uri())
        found = page.evaluate("(query) => dateline.rank.search(query)", query)
        assert found["note"] == search(index, query).note
    page.goto(f"{search_page.as_uri()}?q=mosul+or+xyzzy")
    expect(page.locator("#search-status")).to_contain_text("OR between words must be in capitals.")


def test_nothing_found_says_so_and_what_may_be_tried(address, page):
    page.goto(f"{address}?q=xyzzy")
    expect(page.locator("#search-status")).to_contain_text("Nothing was found for xyzzy. Fewer words")


def test_markup_in_a_query_or_a_story_is_text(address, page):
    page.goto(f"{address}?q=%3Cimg+src=x%3E+OR+%22moved+b%22")
    expect(page.locator("#search-status")).to_have_text('1 article for <img src=x> OR "moved b"')
    assert page.locator("main img, b").count() == 0


def test_escape_empties_the_box(address, page):
    page.goto(f"{address}?q=palmyra")
    box = page.get_by_role("searchbox")
    box.press("Escape")
    expect(box).to_have_value("")


def test_search_data_that_is_missing_is_told(stories, page, tmp_path):
    shutil.copytree(stories.parent, tmp_path / "site")
    shutil.rmtree(next(path for path in (tmp_path / "site/search").iterdir() if path.is_dir()))
    page.goto((tmp_path / "site/search.html").as_uri() + "?q=palmyra")
    expect(page.locator("#search-status")).to_have_text("The search data could not be loaded; please reload the page.")
