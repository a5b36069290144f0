"""Queries for the laws of the query language: trees, trees as they are typed, and whatever else is typed."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from dateline.search.fields import FIELDS, TEXT_FIELDS
from dateline.search.tree import Dated, Group, Leaf, Not, Tree, Undated

TEXTS = st.text(st.sampled_from('ab ()"*?~^-:2“”&\n') | st.characters(exclude_categories=["Cs", "Cn"]), max_size=60)
WORD = st.text("abcdefé5", min_size=1, max_size=4)
BOOST = st.sampled_from([1.0, 2.0, 0.5])
ANY_FIELD = st.none() | st.sampled_from(FIELDS)
TEXT_FIELD = st.none() | st.sampled_from(TEXT_FIELDS)
LEAVES = st.one_of(
    st.builds(Leaf, kind=st.sampled_from(["word", "prefix"]), text=WORD, field=ANY_FIELD, boost=BOOST),
    st.builds(Leaf, kind=st.just("phrase"), text=WORD, field=ANY_FIELD, reach=st.just(1), boost=BOOST),
    st.builds(Leaf, kind=st.just("phrase"), text=WORD, field=TEXT_FIELD, reach=st.integers(1, 100), boost=BOOST),
    st.builds(Leaf, kind=st.just("fuzzy"), text=WORD, field=TEXT_FIELD, reach=st.sampled_from([0, 1, 2]), boost=BOOST),
    st.builds(
        Leaf,
        kind=st.just("wildcard"),
        text=st.tuples(WORD, st.sampled_from("*?"), WORD).map("".join),
        field=TEXT_FIELD,
        boost=BOOST,
    ),
)
DATES = st.dates().map(str)
RANGES = st.lists(DATES, min_size=1, max_size=2).flatmap(
    lambda days: st.sampled_from([(min(days), None), (None, min(days)), (min(days), max(days))])
)


def group(op: Literal["and", "or"], parts: list[Tree]) -> Group:
    """A group with its groups of the same kind dissolved in it."""
    flat = (part.parts if isinstance(part, Group) and part.op == op else (part,) for part in parts)
    return Group(op, tuple(part for parts in flat for part in parts))


TREES = st.recursive(
    LEAVES | RANGES.map(lambda bounds: Dated(*bounds)) | st.just(Undated()),
    lambda trees: (
        trees.map(lambda tree: tree.part if isinstance(tree, Not) else Not(tree))
        | st.builds(group, st.sampled_from(["and", "or"]), st.lists(trees, min_size=2, max_size=3))
    ),
    max_leaves=8,
)


def typed(tree: Tree) -> str:
    """A tree as a person would type it, with all its brackets."""
    match tree:
        case Leaf(kind, text, field, reach, boost):
            signs = {
                "word": text,
                "phrase": f'"{text}"~{reach}',
                "prefix": f"{text}*",
                "wildcard": text,
                "fuzzy": f"{text}~{reach or ''}",
            }
            return f"{f'{field}:' if field else ''}{signs[kind]}^{boost}"
        case Dated(first, last):
            return f"date:[{first or '*'} TO {last or '*'}]"
        case Undated():
            return "undated:yes"
        case Not(part):
            return f"NOT ({typed(part)})"
        case Group(op, parts):
            return f" {op.upper()} ".join(f"({typed(part)})" for part in parts)
