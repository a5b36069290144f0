"""In a real Chromium queries are read as Python reads them, letter by letter, and written as they are read."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from dateline.errors import SearchError
from dateline.search.parser import MAX_QUERY_CHARS, parse_query
from dateline.search.tree import Tree, tree_json
from querying import TEXTS, TREES, typed
from searching import shared_cases

SCRIPTS = ("search/stemmer.js", "search/analysis.js", "engine/parser.js", "engine/compose.js", "engine/plain.js")
CASES = shared_cases("parses")
READ = """(queries) => queries.map((query) => {
    try { return dateline.parser.parse(query); }
    catch (error) { if (error instanceof dateline.parser.QueryError) return error.message; throw error; }
})"""
PARTS = (
    "a", "b", "palmyra", "al-bab", "Sana’a", "5,000", "U.S.", "تدمر", "ısı", "é", "😀", "_", "&", "–", "−", "—", "AND", "OR", "NOT",
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
    found = page.evaluate(READ, [case["query"] for case in CASES])
    assert found == [case.get("tree", case.get("error")) for case in CASES]


def test_the_browser_reads_whatever_is_typed_alike(page):
    assert_read_alike(page, made_queries(6000))


def test_the_browser_reads_sound_queries_alike(page):
    queries = [*sound_queries(4000)]
    assert sum(isinstance(reading(query), list) for query in queries) > 2000
    assert_read_alike(page, queries)


@pytest.mark.parametrize("queries", [TEXTS, TREES.map(typed)], ids=["texts", "trees"])
def test_queries_without_a_pattern_are_read_alike(queries, page):
    @settings(max_examples=100, deadline=None)
    @given(st.lists(queries, max_size=20))
    def read_alike(part: list[str]) -> None:
        assert_read_alike(page, part)

    read_alike()


def test_any_tree_that_is_written_is_read_again(page):
    @settings(max_examples=100, deadline=None)
    @given(st.lists(TREES, max_size=20))
    def written_is_read(trees: list[Tree]) -> None:
        texts = page.evaluate("(trees) => trees.map(dateline.compose.text)", [*map(tree_json, trees)])
        for tree, text in zip(trees, texts, strict=True):
            assert len(text) > MAX_QUERY_CHARS or parse_query(text) == tree

    written_is_read()


@pytest.mark.parametrize(
    "query",
    ["palmyra", " deir\xa0ezzor ", "Who won?", "al-Bab, Sana’a", "5,000 U.S. troops", "تدمر", "and or not", "a " * 250],
)
def test_plain_words_need_no_parser(query, page):
    assert page.evaluate("(query) => dateline.plain.parse(query)", query) == reading(query)


@pytest.mark.parametrize("query", ["", "a AND b", "-a", '"a b"', "a*", "a?b", "a~", "a^2", "a:b", "(a)", "a &", "ʹ a"])
def test_all_but_plain_words_are_left_to_the_parser(query, page):
    assert page.evaluate("(query) => dateline.plain.parse(query)", query) is None


def test_what_needs_no_parser_is_read_as_the_parser_reads_it(page):
    read = """(queries) => queries.map((query) => {
        const tree = dateline.plain.parse(query);
        return tree && [tree, dateline.parser.parse(query)];
    })"""
    made = [*made_queries(4000), *(f"{char}a b{char} {char}" for char in map(chr, range(1, 0x3000)))]
    plain = [pair for pair in page.evaluate(read, made) if pair]
    assert len(plain) > 500
    assert all(tree == parsed for tree, parsed in plain)


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


WRITE = """(queries) => queries.flatMap((query) => {
    try { return [[query, dateline.compose.text(dateline.parser.parse(query))]]; }
    catch (error) { if (error instanceof dateline.parser.QueryError) return []; throw error; }
})"""


@pytest.mark.parametrize("make", [made_queries, sound_queries, lambda _: [case["query"] for case in CASES]])
def test_a_tree_that_is_written_is_read_again(make, page):
    written = page.evaluate(WRITE, list(make(3000)))
    assert len(written) > 200
    for query, text in written:
        assert reading(text) == reading(query), (query, text)


def test_a_tree_of_one_field_takes_no_more_room_than_it_had(page):
    query = f"place:({' '.join(['raqqa'] * 80)})^2"
    assert page.evaluate(WRITE, [query]) == [[query, query]]


NOTHING = {"words": "", "filters": [], "from": None, "to": None, "undated": None}


def names(field: str, *labels: str, op: str = "or") -> dict:
    return {"field": field, "labels": list(labels), "op": op}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {}),
        ("palmyra army", {"words": "palmyra army"}),
        ('palmyra place:"Deir ez-Zor" army', {"words": "palmyra army", "filters": [names("place", "Deir ez-Zor")]}),
        ('place:("A" OR B)', {"filters": [names("place", "A", "B")]}),
        ('place:"A" place:B', {"filters": [names("place", "A", "B", op="and")]}),
        ('place:("A" B)', {"filters": [names("place", "A", "B", op="and")]}),
        ("place:A place:(B OR C)", {"filters": [names("place", "A"), names("place", "B", "C")]}),
        ("place:A actor:B", {"filters": [names("place", "A"), names("actor", "B")]}),
        ("place:(A OR actor:B)", {"words": "place:A OR actor:B"}),
        ("(place:A OR b) c", {"words": "(place:A OR b) c"}),
        ("place:raq* place:A^2 -place:B", {"words": "place:raq* place:A^2 -place:B"}),
        ("date:2017-03 a", {"words": "a", "from": "2017-03", "to": "2017-03"}),
        ("date:[2016-10-01 TO 2017]", {"from": "2016-10", "to": "2017"}),
        ("date:[* TO 2017-03-22]", {"to": "2017-03-22"}),
        ("date:2016 date:[2015 TO 2017]", {"words": "date:2016 date:[2015 TO 2017]"}),
        ("undated:yes undated:no", {"words": "undated:yes undated:no"}),
        ("(date:2016 OR date:2015-02) a", {"words": "a", "filters": [names("date", "2016", "2015-02")]}),
        ("a undated:yes", {"words": "a", "undated": "yes"}),
        ("undated:no", {"undated": "no"}),
        ("(undated:yes OR a) b", {"words": "(undated:yes OR a) b"}),
        ("a OR b", {"words": "a OR b"}),
        ("-a", {"words": "-a"}),
        ("title:(a b) c", {"words": "title:a title:b c"}),
        ('a "b', {"words": 'a "b'}),
    ],
)
def test_a_query_is_taken_apart_and_put_together(query, found, page):
    apart = page.evaluate("dateline.compose.filters", query)
    assert apart == NOTHING | found
    again = page.evaluate("dateline.compose.write", apart)
    assert page.evaluate("dateline.compose.filters", again) == apart


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ({}, ""),
        ({"words": " palmyra  army "}, "palmyra army"),
        ({"words": "a OR b"}, "a OR b"),
        ({"words": "a OR b", "filters": [names("place", "Syria")]}, '(a OR b) place:"Syria"'),
        ({"words": "-a", "from": "2017", "to": "2017"}, "-a date:2017"),
        ({"from": "2016-10", "to": ""}, "date:[2016-10 TO *]"),
        ({"from": None, "to": "2017"}, "date:[* TO 2017]"),
        ({"filters": [names("place", "A", "B")]}, 'place:("A" OR "B")'),
        ({"filters": [names("place", "A", "B", op="and")]}, 'place:"A" place:"B"'),
        ({"filters": [names("date", "2016", "2017")]}, "(date:2016 OR date:2017)"),
        ({"filters": [names("actor", 'The "M*A*S*H" unit', "—")]}, 'actor:"The M A S H unit"'),
        ({"words": "OR b", "undated": "no"}, "(OR b) undated:no"),
    ],
)
def test_a_form_writes_a_query(form, query, page):
    assert page.evaluate("dateline.compose.write", form) == query


def test_every_query_taken_apart_and_put_together_asks_for_the_same(page):
    queries = [query for query in sound_queries(2000) if isinstance(reading(query), list)]
    again = page.evaluate(
        """(queries) => queries.map((query) => {
            const apart = dateline.compose.filters(query);
            return [apart, dateline.compose.filters(dateline.compose.write(apart))];
        })""",
        queries,
    )
    for query, (apart, rewritten) in zip(queries, again, strict=True):
        assert rewritten == apart, query
