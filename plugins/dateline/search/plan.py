"""A query's tree into a plan: which terms of the archive are asked for, and how they are put together.

The tree says “syr*” or “Daesh”; the plan says which terms these are in this archive. `theme/static/js/search/plan.js`
makes the same plan in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TermPlan:
    """Articles that have a term, scored by BM25F: in `TEXT`, the sum of title and body."""

    field: str  # TEXT or one of FIELDS
    term: str  # of a value field, a value's key, or `below(key)`
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class PhrasePlan:
    """Articles that have words in order, each at most `reach` places after the one before, in one text field.

    A word may be any of several terms. Scored as all its words wanted together (`AndPlan` of an `OrPlan` a word); in
    TEXT, the sum of title and body, each only where the phrase stands in it.
    """

    field: str  # TEXT, "title" or "body"
    words: tuple[tuple[str, ...], ...]  # two or more
    reach: int = 1
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class DatesPlan:
    """Articles whose date lies within bounds; each scores 1."""

    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class UndatedPlan:
    """Articles without a date; each scores 1."""


@dataclass(frozen=True, slots=True)
class AllPlan:
    """All articles; each scores 1."""


@dataclass(frozen=True, slots=True)
class NonePlan:
    """No article."""


@dataclass(frozen=True, slots=True)
class NotPlan:
    """Articles that `part` does not find; each scores 1. As a part of an `AndPlan` beside others it adds no score."""

    part: Plan


@dataclass(frozen=True, slots=True)
class AndPlan:
    """Articles that all parts find. Scores are summed in halves over the parts that are no `NotPlan`."""

    parts: tuple[Plan, ...]  # two or more


@dataclass(frozen=True, slots=True)
class OrPlan:
    """Articles that any part finds. Scores are summed in halves."""

    parts: tuple[Plan, ...]  # two or more


Plan = TermPlan | PhrasePlan | DatesPlan | UndatedPlan | AllPlan | NonePlan | NotPlan | AndPlan | OrPlan


def plan_json(plan: Plan) -> list[Any]:  # noqa: PLR0911 - one answer a kind of node
    """Return a plan as lists, as the browser has it.

    >>> plan_json(OrPlan((TermPlan("text", "daesh"), TermPlan("actor", "actor:isis"))))
    ['or', ['term', 'text', 'daesh', 1.0], ['term', 'actor', 'actor:isis', 1.0]]
    """
    match plan:
        case TermPlan(field, term, boost):
            return ["term", field, term, boost]
        case PhrasePlan(field, words, reach, boost):
            return ["phrase", field, [list(terms) for terms in words], reach, boost]
        case DatesPlan(first, last):
            return ["date", first, last]
        case UndatedPlan():
            return ["undated"]
        case AllPlan():
            return ["all"]
        case NonePlan():
            return ["none"]
        case NotPlan(part):
            return ["not", plan_json(part)]
        case AndPlan(parts):
            return ["and", *map(plan_json, parts)]
        case OrPlan(parts):
            return ["or", *map(plan_json, parts)]
