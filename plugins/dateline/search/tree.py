"""A query as it was read: what was asked, before the archive is asked for it.

`docs/search/asking.md` specifies the language; the browser's parser gives the same tree in the form of `tree_json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

LeafKind = Literal["word", "phrase", "prefix", "wildcard", "fuzzy"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is looked for in one field, or in title and body.

    `text` stands as it was typed, without quotation marks, the star that ends a prefix, and the tilde.
    """

    kind: LeafKind
    text: str
    field: str | None = None  # one of `fields.FIELDS`; None: title or body
    # Of a phrase, how many words further on the next may stand (1: side by side); of a fuzzy word, edits (0: as many as
    # its length allows).
    reach: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Dated:
    """Articles whose date lies within the days from `first` to `last`, whatever day it means; None: no bound."""

    first: str | None  # "2016-10-01"
    last: str | None


@dataclass(frozen=True, slots=True)
class Undated:
    """Articles without a date."""


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but `part`."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Group:
    """Two parts or more, none of which is a group of the same kind."""

    op: Literal["and", "or"]
    parts: tuple[Tree, ...]


Tree = Leaf | Dated | Undated | Not | Group


def tree_json(tree: Tree) -> list[Any]:
    """Return a tree as lists, as the browser has it.

    >>> tree_json(Group("and", (Leaf("prefix", "syr"), Not(Leaf("word", "Raqqa", "place")))))
    ['and', ['prefix', 'syr', None, 0, 1.0], ['not', ['word', 'Raqqa', 'place', 0, 1.0]]]
    >>> tree_json(Dated("2017-03-01", "2017-03-31")), tree_json(Undated())
    (['date', '2017-03-01', '2017-03-31'], ['undated'])
    """
    match tree:
        case Leaf(kind, text, field, reach, boost):
            return [kind, text, field, reach, boost]
        case Dated(first, last):
            return ["date", first, last]
        case Undated():
            return ["undated"]
        case Not(part):
            return ["not", tree_json(part)]
        case Group(op, parts):
            return [op, *map(tree_json, parts)]
