"""A query's tree becomes a plan of terms: by tables, and by laws."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.records import SearchValue
from dateline.search.names import name_entries
from dateline.search.parser import parse_query
from dateline.search.plan import NonePlan, OrPlan, TermPlan, plain_words, plan_json, resolve, some_of
from dateline.search.tree import Group, Leaf
from dateline.search.words import MAX_EXPANSIONS, count_edits, fits, suggest
from planning import listed_archive, resolved_json
from searching import SHARED

PLANS = json.loads((SHARED / "plans.json").read_text(encoding="utf-8"))
ARCHIVE = listed_archive(PLANS)
LETTERS = st.text("ab", max_size=6)


@pytest.mark.parametrize("case", PLANS["cases"], ids=lambda case: case["query"])
def test_queries_become_plans(case):
    tree = parse_query(case["query"])
    resolved = resolve(tree, ARCHIVE, widen=case.get("widen", True))
    some = some_of(tree, resolved, ARCHIVE)
    told = {key: case.get(key, []) for key in ("plan", "widened", "notes", "unknown")}
    assert resolved_json(resolved) == told
    assert (some and plan_json(some)) == case.get("some")
    assert suggest(case["query"], resolved.unknown, ARCHIVE) == case.get("suggestion")


@pytest.mark.parametrize(
    ("query", "field"),
    [("numb*", "text"), ("title:numb*", "title"), ("topic:numbered", "topic"), ("topic:numb*", "topic")],
)
def test_what_stands_for_too_much_is_cut_and_says_so(query, field):
    resolved = resolve(parse_query(query), ARCHIVE)
    assert isinstance(resolved.plan, OrPlan)
    assert len(resolved.plan.parts) == MAX_EXPANSIONS
    assert {part.field for part in resolved.plan.parts if isinstance(part, TermPlan)} == {field}
    shown = query.rpartition(":")[2]
    most = "stands for more than 256 words or names: 256 of them were looked for."
    assert resolved.notes == (f"“{shown}” {most}",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(mosul AND", ["mosul"]),
        ("mosul OR", ["mosul"]),
        ("mosul –date:2017-0", ["mosul"]),
        ("-(NOT isis) OR orders", ["isis", "orders"]),
        ("place:Raqqa^9999", ["Raqqa"]),
        ("mosul date:2018-0", ["mosul"]),
        ("mosul Undated:maybe date:[2016-1 TO", ["mosul"]),
        ("title:body: workplace: 5~10 and not", ["workplace", "5", "and", "not"]),
        ("OR", []),
        ("al-Bab~~", ["al", "Bab"]),
        ("w " * 40, ["w"] * 32),
        ("“*?", []),
    ],
)
def test_a_malformed_query_has_its_words(text, words):
    tree = plain_words(text)
    leaves = tree.parts if isinstance(tree, Group) else [tree] if tree else []
    assert [leaf.text for leaf in leaves if isinstance(leaf, Leaf)] == words


def test_a_name_has_an_entry_for_each_word_it_may_begin_at():
    value = SearchValue("place", "p2", "Deir ez-Zor", ("Deir ez-Zor", "Zor"))
    assert [(name.text, name.whole) for name in name_entries([value])] == [
        ("deir ez zor", True),
        ("ez zor", False),
        ("zor", True),
    ]


def test_a_plan_of_signs_alone_finds_nothing():
    assert resolve(Leaf("word", "--"), ARCHIVE).plan == NonePlan()


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_edits_are_those_of_the_definition_up_to_their_limit(first, second, limit):
    assert count_edits(first, second, limit) == min(edits_by_definition(first, second), limit + 1)


@given(st.text("ab?*", max_size=6), LETTERS)
def test_a_pattern_fits_what_it_is_read_to_fit(pattern, text):
    assert fits(pattern, text) == fits_by_definition(pattern, text)


@given(st.text("ab", min_size=2, max_size=5))
def test_swapped_neighbours_are_one_edit(word):
    swapped = word[1] + word[0] + word[2:]
    assert count_edits(word, swapped, 2) <= 1


@given(st.permutations(["army", "palmyra", "talks"]), st.booleans())
def test_the_order_of_words_changes_no_part_of_the_plan(words, widen):
    plan = plan_json(resolve(parse_query(" ".join(words)), ARCHIVE, widen=widen).plan)
    orders = [
        plan_json(resolve(parse_query(" ".join(order)), ARCHIVE, widen=widen).plan) for order in permutations(words)
    ]
    assert all(sorted(map(str, order[1:])) == sorted(map(str, plan[1:])) for order in orders)


def edits_by_definition(first: str, second: str) -> int:
    """The edits between two words: the last letters put in, left out, changed, or swapped."""
    if not first or not second:
        return len(first) + len(second)
    ways = [
        edits_by_definition(first[:-1], second) + 1,
        edits_by_definition(first, second[:-1]) + 1,
        edits_by_definition(first[:-1], second[:-1]) + (first[-1] != second[-1]),
    ]
    if len(first) > 1 and first[-2:] == second[-2:][::-1]:
        ways.append(edits_by_definition(first[:-2], second[:-2]) + 1)
    return min(ways)


def fits_by_definition(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern, every star tried with every length."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits_by_definition(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and fits_by_definition(pattern[1:], text[1:])
