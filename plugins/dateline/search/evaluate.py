"""A plan into the articles that it finds, each with its score: Whoosh's postings and matchers, our own statistics.

`theme/static/js/engine/rank.js` comes to the same articles and, to the bit, the same scores. Sums of floats depend on
their order, so queries are built as binary trees, cut in the middle: Whoosh orders longer lists by size. Frequencies of
title and body are added in a matcher of our own, since Whoosh knows no term of two fields.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whoosh.matching import InverseMatcher, ListMatcher, Matcher, NullMatcher, UnionMatcher, WrappingMatcher
from whoosh.query import And, NullQuery, Or, Query, Require, Term

from dateline.errors import SearchError
from dateline.search.fields import TEXT, TEXT_FIELDS, family_of
from dateline.search.plan import (
    AllPlan,
    AndPlan,
    DatesPlan,
    NonePlan,
    NotPlan,
    OrPlan,
    PhrasePlan,
    Plan,
    TermPlan,
    UndatedPlan,
)
from dateline.search.scoring import TITLE_WEIGHT, bm25

if TYPE_CHECKING:
    from dateline.search.archive_index import SearchIndex

_CHECK_EVERY = 512  # articles between two looks at the clock


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a plan finds: numbers of articles in archive order, rising, each with its score."""

    documents: Sequence[int]
    scores: Sequence[float]


def evaluate(plan: Plan, index: SearchIndex, *, is_over: Callable[[], bool] = lambda: False) -> Ranked:
    """Return the articles that a plan finds; SearchError when `is_over` says that the time for it is."""
    found: list[tuple[int, float]] = []
    context = index.searcher.boolean_context()  # terms are scored by _Scored
    for searcher, offset in index.searcher.leaf_searchers():
        segment = _Segment(index, searcher, offset)
        matcher = segment.query(plan).matcher(searcher, context)
        while matcher.is_active():
            if len(found) % _CHECK_EVERY == 0 and is_over():
                raise SearchError("The search took too long: more particular words, or fewer, are quicker.")
            found.append((index.numbers[offset + matcher.id()], matcher.score()))
            matcher.next()
    found.sort()
    return Ranked(array("I", (number for number, _ in found)), array("d", (score for _, score in found)))


def stand_near(places: Sequence[Collection[int]], reach: int) -> bool:
    """Tell whether words stand in order, each at most `reach` places after the one before.

    >>> stand_near([[3, 9], [1, 5]], 1), stand_near([[3, 9], [1, 5]], 2)
    (False, True)
    """
    ends = set(places[0])
    for following in places[1:]:
        ends = {place for place in following if any(place - step in ends for step in range(1, reach + 1))}
    return bool(ends)


class _Scored(WrappingMatcher):
    """Articles that have a term, scored by the statistics of live articles.

    Whoosh's own weighting counts deleted ones until they are merged away, and scores each field by itself.
    """

    def __init__(self, child: Matcher, score: Callable[[int, float], float], boost: float) -> None:
        super().__init__(child, boost)  # type: ignore[no-untyped-call]
        self._score = score  # of an article, by its number and how much the term counts in it

    def _replacement(self, newchild: Matcher) -> Matcher:
        return _Scored(newchild, self._score, self.boost)

    def score(self) -> float:
        boost: float = self.boost
        return self._score(self.child.id(), self.child.weight()) * boost


class _LiveTerm(Query):
    """A term in a field of the index, or in title and body as one (TEXT)."""

    def __init__(self, index: SearchIndex, name: str, term: str, boost: float) -> None:
        self.index, self.name, self.term, self.boost = index, name, term, boost

    def estimate_size(self, reader: Any) -> int:
        return sum(int(reader.doc_frequency(field, self.term)) for field in _fields(self.name))

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        matchers = {field: Term(field, self.term).matcher(searcher, context) for field in _fields(self.name)}
        if "title" in matchers:
            matchers["title"] = WrappingMatcher(matchers["title"], TITLE_WEIGHT)
        parts = [matcher for matcher in matchers.values() if matcher.is_active()] or [NullMatcher()]
        # The weight of a union is the sum of its parts' weights.
        child: Matcher = UnionMatcher(*parts) if len(parts) > 1 else parts[0]  # type: ignore[abstract]
        return _Scored(child, self.scorer(searcher), self.boost)

    def scorer(self, searcher: Any) -> Callable[[int, float], float]:
        family = family_of(self.name)
        statistics, length_of = self.index.statistics, searcher.doc_field_length
        idf, average = statistics.idf(self.index.df(family, self.term)), statistics.average(family)
        field = _fields(self.name)[0]
        return lambda number, count: bm25(idf, count, length_of(number, field, 1), average)


class _Listed(Query):
    """Articles of a segment by number, each scoring 1."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    def estimate_size(self, reader: Any) -> int:
        return len(self.ids)

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        return ListMatcher(self.ids) if self.ids else NullMatcher()


class _Without(Query):
    """Every article but some, each scoring 1; Whoosh's own Not means something else within an Or."""

    def __init__(self, part: Query) -> None:
        self.part = part

    def estimate_size(self, reader: Any) -> int:
        return int(reader.doc_count())

    def matcher(self, searcher: Any, context: Any = None) -> Matcher:
        reader = searcher.reader()
        part = self.part.matcher(searcher, searcher.boolean_context())
        return InverseMatcher(part, reader.doc_count_all(), missing=reader.is_deleted)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of the index, for which a plan becomes a Whoosh query."""

    index: SearchIndex
    searcher: Any
    offset: int  # of its articles among those of the whole index

    def query(self, plan: Plan) -> Query:  # noqa: PLR0911 - one answer a kind of node
        match plan:
            case TermPlan(field, term, boost):
                return _LiveTerm(self.index, field, term, boost)
            case PhrasePlan():
                return self.phrase(plan)
            case AndPlan(parts):
                return self.both(parts)
            case OrPlan(parts):
                return _halves(Or, [self.query(part) for part in parts])
            case NotPlan(part):
                return _Without(self.query(part))
            case DatesPlan(first, last):
                return self.listed(lambda dates: dates is not None and _within(dates, first, last))
            case UndatedPlan():
                return self.listed(lambda dates: dates is None)
            case AllPlan():
                return self.listed(lambda _: True)
            case NonePlan():
                return NullQuery

    def both(self, parts: Sequence[Plan]) -> Query:
        wanted = [self.query(part) for part in parts if not isinstance(part, NotPlan)]
        unwanted = [self.query(part.part) for part in parts if isinstance(part, NotPlan)]
        if not unwanted:
            return _halves(And, wanted)
        # Not AndNot, which forgets to leave out the first match when the unwanted list begins before it.
        without = _Without(_halves(Or, unwanted))
        return Require(_halves(And, wanted), without) if wanted else without

    def phrase(self, plan: PhrasePlan) -> Query:
        words = [
            _halves(Or, [_LiveTerm(self.index, plan.field, term, plan.boost) for term in terms]) for terms in plan.words
        ]
        near = {document for field in _fields(plan.field) for document in self.near(plan, field)}
        return Require(_halves(And, words), _Listed(sorted(near)))

    def near(self, plan: PhrasePlan, field: str) -> Iterator[int]:
        """Yield the articles in a field of which the words of a phrase stand as it wants them."""
        reader = self.searcher.reader()
        lists = [
            [reader.postings(field, term.encode()) for term in terms if (field, term.encode()) in reader]
            for terms in plan.words
        ]
        words = [_halves(Or, [Term(field, term) for term in terms]) for terms in plan.words]
        together = _halves(And, words).matcher(self.searcher, self.searcher.boolean_context())
        for document in together.all_ids():
            if stand_near([_places(matchers, document) for matchers in lists], plan.reach):
                yield document

    def listed(self, is_wanted: Callable[[tuple[str, str] | None], bool]) -> Query:
        reader, numbers, dates = self.searcher.reader(), self.index.numbers, self.index.dates
        live = (number for number in range(reader.doc_count_all()) if not reader.is_deleted(number))
        return _Listed([number for number in live if is_wanted(dates[numbers[self.offset + number]])])


def _halves(operator: type[And] | type[Or], parts: Sequence[Query]) -> Query:
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return operator([_halves(operator, parts[:middle]), _halves(operator, parts[middle:])])


def _fields(field: str) -> tuple[str, ...]:
    return TEXT_FIELDS if field == TEXT else (field,)


def _places(matchers: Sequence[Matcher], document: int) -> set[int]:
    """Return where any of a word's terms stands in a document, given in rising order from call to call."""
    places: set[int] = set()
    for matcher in matchers:
        if matcher.is_active() and matcher.id() < document:
            matcher.skip_to(document)
        if matcher.is_active() and matcher.id() == document:
            places.update(matcher.value_as("positions"))
    return places


def _within(dates: tuple[str, str], first: str | None, last: str | None) -> bool:
    return (first is None or first <= dates[0]) and (last is None or dates[1] <= last)
