"""Queries become trees, as the shared cases and some laws say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SearchError
from dateline.search.query import FIELDS, MAX_QUERY_CHARS, Group, Leaf, Not, parse_query, tree_json
from searching import shared_cases

CASES = shared_cases("queries")

WORD = st.text("abcdefé5", min_size=1, max_size=4)
LEAVES = st.builds(
    Leaf,
    kind=st.sampled_from(["word", "phrase", "prefix"]),
    text=WORD,
    field=st.none() | st.sampled_from(FIELDS),
)


def groups(op, parts):
    """Groups that dissolve none of their parts."""
    kept = parts.filter(lambda part: not (isinstance(part, Group) and part.op == op))
    return st.builds(Group, op=st.just(op), parts=st.lists(kept, min_size=2, max_size=3).map(tuple))


TREES = st.recursive(
    LEAVES,
    lambda trees: (
        trees.filter(lambda tree: not isinstance(tree, Not)).map(Not) | groups("and", trees) | groups("or", trees)
    ),
    max_leaves=8,
)


def typed(tree):
    """A tree as a person would type it, with all its brackets."""
    match tree:
        case Leaf(kind, text, field):
            signs = {"word": text, "phrase": f'"{text}"', "prefix": f"{text}*"}
            return f"{field}:{signs[kind]}" if field else signs[kind]
        case Not(part):
            return f"NOT ({typed(part)})"
        case Group(op, parts):
            return f" {op.upper()} ".join(f"({typed(part)})" for part in parts)


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


@given(st.text(st.sampled_from('ab ()"*-:“”&\n') | st.characters(), max_size=60))
def test_whatever_is_typed_gives_a_tree_or_a_sentence(text):
    assert isinstance(reading(text), Leaf | Not | Group) or reading(text).endswith(".")


LEXEMES = ["AND", "OR", "NOT", "(", ")", "a", "b*", '"c d"', "place:", "-", "&"]


@given(st.lists(st.sampled_from(LEXEMES), max_size=20).map(" ".join))
def test_any_order_of_words_and_operators_gives_a_tree_or_a_sentence(text):
    assert isinstance(reading(text), Leaf | Not | Group) or reading(text).endswith(".")


def test_a_query_of_any_length_gets_a_sentence():
    with pytest.raises(SearchError, match="501 characters: 500 are the most"):
        parse_query("a" * 501)
