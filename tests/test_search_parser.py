"""Queries become trees, as the shared cases and some laws say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SearchError
from dateline.search.parser import MAX_QUERY_CHARS, parse_query
from dateline.search.tree import Dated, Group, tree_json
from querying import TEXTS, TREES, typed
from searching import shared_cases

CASES = shared_cases("parses")


@pytest.mark.parametrize("case", [case for case in CASES if "tree" in case], ids=lambda case: case["query"])
def test_a_query_is_read_as_the_browser_reads_it(case):
    assert tree_json(parse_query(case["query"])) == case["tree"]


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["query"])
def test_a_malformed_query_gets_a_sentence(case):
    with pytest.raises(SearchError) as caught:
        parse_query(case["query"])
    assert str(caught.value) == case["error"]


@given(TREES.filter(lambda tree: len(typed(tree)) <= MAX_QUERY_CHARS))
def test_a_tree_that_is_typed_is_read_again(tree):
    assert parse_query(typed(tree)) == tree


def reading(text):
    """The tree of a query, or the sentence that it gets."""
    try:
        return parse_query(text)
    except SearchError as error:
        return str(error)


@given(TEXTS)
def test_whatever_is_typed_gives_a_tree_or_a_sentence(text):
    assert not isinstance(reading(text), str) or reading(text).endswith(".")


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day):
    assert parse_query(f"date:{day}") == Dated(str(day), str(day))


@given(st.dates(), st.dates())
def test_a_range_runs_from_its_first_day_to_its_last(day, other):
    first, last = sorted((day, other))
    assert parse_query(f"date:[{first} TO {last}]") == Dated(str(first), str(last))


@pytest.mark.parametrize("text", ["a" * 501, "😀" * 501])
def test_a_query_of_any_length_gets_a_sentence(text):
    with pytest.raises(SearchError, match="501 characters: 500 are the most"):
        parse_query(text)


def test_a_query_may_have_as_many_words_as_it_has_room_for():
    tree = parse_query("a " * 250)
    assert isinstance(tree, Group)
    assert len(tree.parts) == 250
