"""In a real Chromium queries are read as Python reads them, letter by letter."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dateline.errors import SearchError
from dateline.search.parser import parse_query
from dateline.search.tree import tree_json
from searching import shared_cases

SCRIPTS = ("search/stemmer.js", "search/analysis.js", "engine/parser.js")
READ = """(queries) => queries.map((query) => {
    try { return dateline.parser.parse(query); }
    catch (error) { if (error instanceof dateline.parser.QueryError) return error.message; throw error; }
})"""
PARTS = (
    "a", "b", "palmyra", "al-bab", "Sana’a", "5,000", "تدمر", "ısı", "é", "😀", "_", "&", "AND", "OR", "NOT",
    "(", "(", ")", ")", '"', '"', "“", "”", "-", "^", "^2", "^0.5", "^200", "~", "~1", "~2", "~5", "*", "?", ":", "/",
    "title:", "Place:", "place:", "actor:", "foo:", "date:", "date:2017", "date:2017-02-29", "date:[", "]", " TO ",
    "date:[2016 TO 2017-03]", "2017", "2016-13", "undated:", "undated:yes", "no", "12:30", "https://x", " ", " ", " ",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser, repository: Path) -> Iterator[Page]:
    """A page that can read queries, and nothing else."""
    opened = browser.new_page()
    for script in SCRIPTS:
        opened.add_script_tag(path=repository / "theme/static/js" / script)
    yield opened
    opened.close()


def reading(query: str) -> object:
    """What a query is in Python: a tree, or a sentence."""
    try:
        return tree_json(parse_query(query))
    except SearchError as error:
        return str(error)


def made_queries(number: int) -> Iterator[str]:
    """Queries put together from all that the language knows, most of them malformed; the same each time."""
    chance = random.Random(5)
    for _ in range(number):
        yield "".join(chance.choices(PARTS, k=chance.randint(1, 12)))


def sound_queries(number: int) -> Iterator[str]:
    """Queries as the grammar makes them; the same each time."""
    chance = random.Random(2017)

    def leaf() -> str:
        word = chance.choice(("palmyra", "Army", "al-bab", "5,000", "won?", "~100", "Syria:", "Q&A", "عرب", "ſ"))
        text = (word, f"{word}*", "s?ria", "pal*ra", "mosoul~", "mosoul~2", '"a b"~5', f'"{word} b"', "date:2016")
        field = chance.choice(("", "", "", "title:", "Body:"))
        return f"{field}{chance.choice(text)}{chance.choice(('', '', '', ' ^2', '^2', '^0.5'))}"

    def value() -> str:
        field = chance.choice(("place", "actor", "topic", "tag", "source", "author"))
        names = chance.choice(("raqqa", '"Deir ez-Zor"', '("A b" OR c)', "(a -b*)", "syr*", '"a"^3'))
        return f"{field}:{names}"

    def grouped(depth: int) -> str:
        if depth == 0 or chance.random() < 0.2:
            return chance.choice((leaf, leaf, value, lambda: chance.choice(DATES)))()
        parts = [grouped(depth - 1) for _ in range(chance.randint(1, 3))]
        before = chance.choice(("", "", "-", "NOT ", "title:"))
        return f"{before}({chance.choice((' ', ' AND ', ' OR ', ' NOT ')).join(parts)}){chance.choice(('', '', '^2'))}"

    yield from (grouped(chance.randint(0, 4)) for _ in range(number))


DATES = (
    "date:2017", "date:2016-02-29", "date:[2016-10 TO *]", "date:[* TO *]", "date:[2016 TO 2017-04]", "undated:no",
    "undated:yes",
)  # fmt: skip


def assert_read_alike(page: Page, queries: Iterable[str]) -> None:
    asked = list(queries)
    for start in range(0, len(asked), 500):
        part = asked[start : start + 500]
        for query, found in zip(part, page.evaluate(READ, part), strict=True):
            assert found == reading(query), query


def test_the_browser_reads_the_same_queries(page):
    cases = shared_cases("parses")
    found = page.evaluate(READ, [case["query"] for case in cases])
    assert found == [case.get("tree", case.get("error")) for case in cases]


def test_the_browser_reads_whatever_is_typed_alike(page):
    assert_read_alike(page, made_queries(6000))


def test_the_browser_reads_sound_queries_alike(page):
    queries = [*sound_queries(4000)]
    assert sum(isinstance(reading(query), list) for query in queries) > 2000
    assert_read_alike(page, queries)


def test_every_letter_and_sign_plays_the_same_part(page):
    points = (point for point in range(1, 0x20000) if not 0xD800 <= point < 0xE000)
    blocks = (range(0x3500, 0x9F00), range(0xAC10, 0xD700), range(0x17010, 0x18C00), range(0xE010, 0xF8F0))
    chars = [
        char
        for char in map(chr, points)
        if not any(ord(char) in block for block in blocks) and unicodedata.category(char) != "Cn"
    ]
    assert_read_alike(page, (f"{char}:a -{char} s?{char}" for char in chars if char not in '()"'))
    assert_read_alike(page, (f'a{char}b*{char} "a*{char}" title{char}' for char in chars if char not in '()"'))
