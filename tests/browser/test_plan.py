"""In a real Chromium queries become the plans that Python makes of them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from dateline.search.parser import parse_query
from dateline.search.plan import Resolved, plain_words, plan_json, resolve, some_of
from dateline.search.tree import Dated, Group, Leaf, Not, Tree, Undated, tree_json
from dateline.search.words import suggest
from planning import listed_archive, resolved_json, shards_json
from searching import SHARED

SCRIPTS = (
    "search/stemmer.js",
    "search/analysis.js",
    "search/regions.js",
    "search/stem/fr.js",
    "engine/parser.js",
    "engine/plan.js",
    "engine/rank.js",
    "engine/expand.js",
    "engine/some.js",
    "engine/fuzzy.js",
)
PLANS = json.loads((SHARED / "plans.json").read_text(encoding="utf-8"))
ARCHIVE = listed_archive(PLANS)
READER = """({ documents, languages, terms, words, names }) => {
    const begun = (entries, key) => async function* (prefix) {
        for (const entry of entries) if (entry[key].startsWith(prefix)) yield entry;
    };
    dateline.shards = {
        meta: async () => ({ documents }),
        term: async (family, key) => terms[`${family} ${key}`] ?? null,
        compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    };
    dateline.vocabulary = { words: begun(words, "word"), names: begun(names, "text") };
    dateline.lazy = async () => {};
    dateline.analysis.languages = languages;
}"""
PLAN = """(queries) => Promise.all(queries.map(async ([tree, query, widen]) => {
    tree ??= dateline.parser.parse(query);
    const resolved = await dateline.plan.resolve(tree, { widen });
    return { ...resolved, some: await dateline.some.plan(tree, resolved),
        suggestion: await dateline.fuzzy.suggest(query, resolved.unknown) };
}))"""
TYPED = (
    "army", "Army", "palmyra", "Palmyre", "tadmur", "deir", "ez-Zor", "al-Zour", "islamic", "state", "ISIS", "is", "IS",
    "Daesh", "US", "us", "al-Bab", "talks", "the", "fighters", "combattants", "l’armée", "türkiye", "Сирия", "rakka",
    "fightrs", "numbered", "springfield", "illinois", "2.5", "-", "ısı", "ÉTÉ", "U.S.-led", "", "numb00", "mosoul", "p",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(TYPED), min_size=1, max_size=3).map(" ".join)
BOOSTS = st.sampled_from([1.0, 1.0, 1.0, 2.0, 0.5])
PLAIN = st.builds(Leaf, st.just("word"), st.sampled_from(TYPED), boost=BOOSTS)
LEAVES = st.one_of(
    PLAIN,
    st.builds(Leaf, st.sampled_from(["word", "phrase", "prefix", "fuzzy"]), TEXTS,
              st.sampled_from([None, "title", "body"]), st.sampled_from([0, 1, 2]), BOOSTS),
    st.builds(Leaf, st.sampled_from(["word", "phrase", "prefix"]), TEXTS,
              st.sampled_from(["place", "actor", "topic", "tag", "source", "author"]), st.just(0), BOOSTS),
    st.builds(Leaf, st.just("wildcard"), st.from_regex(r"\A[a-zé][a-z?*]{0,5}\Z"), st.sampled_from([None, "title"])),
    st.builds(Dated, st.sampled_from([None, "2016-01-01"]), st.sampled_from([None, "2017-01-01"])),
    st.just(Undated()),
)  # fmt: skip
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(Group, st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=8,
)
NO_WORDS = (" OR ", "and", "NOT", "AND(", "date:", "DATE:[", "undated:no", "place:", "Title:", "ſource:", "^2.5", "~~")
RUNS = st.builds(Group, st.just("and"), st.lists(PLAIN, min_size=2, max_size=7).map(tuple))


@pytest.fixture(scope="module")
def page(browser: Browser, repository: Path) -> Iterator[Page]:
    """A page that can plan queries for the listed archive, and nothing else."""
    opened = browser.new_page()
    for script in SCRIPTS:
        opened.add_script_tag(path=repository / "theme/static/js" / script)
    opened.evaluate(READER, shards_json(ARCHIVE))
    yield opened
    opened.close()


def planned(tree: Tree, query: str, resolved: Resolved) -> dict[str, object]:
    """What the browser should say of a tree."""
    some = some_of(tree, resolved, ARCHIVE)
    suggestion = suggest(query, resolved.unknown, ARCHIVE)
    return {**resolved_json(resolved), "some": some and plan_json(some), "suggestion": suggestion}


def test_the_shared_cases_hold_in_the_browser(page):
    cases = PLANS["cases"]
    found = page.evaluate(PLAN, [[None, case["query"], case.get("widen", True)] for case in cases])
    for case, plan in zip(cases, found, strict=True):
        told = {key: case.get(key, []) for key in ("plan", "widened", "notes", "unknown")}
        assert plan == {**told, "some": case.get("some"), "suggestion": case.get("suggestion")}, case["query"]


@pytest.mark.parametrize("query", ["numb*", "title:numb*", "numb000~2", "topic:numbered", "topic:numb*", "-numb*"])
def test_what_stands_for_too_much_is_cut_at_the_same_place(page, query):
    tree = parse_query(query)
    assert page.evaluate(PLAN, [[None, query, True]]) == [planned(tree, query, resolve(tree, ARCHIVE))]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.one_of(TREES, RUNS), st.booleans()), min_size=20, max_size=40))
def test_trees_become_the_same_plans_as_in_python(page, trees):
    query = " ".join(random.Random(len(trees)).sample(TYPED, 5))
    found = page.evaluate(PLAN, [[tree_json(tree), query, widen] for tree, widen in trees])
    for (tree, widen), plan in zip(trees, found, strict=True):
        assert plan == planned(tree, query, resolve(tree, ARCHIVE, widen=widen))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from([*'ab1 -:*("’éßİ\n~^]–', *NO_WORDS]), max_size=90).map("".join))
def test_malformed_queries_have_the_same_words_as_in_python(page, text):
    tree = plain_words(text)
    assert page.evaluate("(text) => dateline.some.tree(text) ?? null", text) == (tree and tree_json(tree))
