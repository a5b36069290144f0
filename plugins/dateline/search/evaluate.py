"""A plan into the articles that it finds, each with its score: Whoosh's postings, our own statistics.

`theme/static/js/engine/rank.js` comes to the same articles and, to the bit, the same scores. Sums of floats depend on
their order, so they are made as binary trees, cut in the middle. Each term's postings are read once, into a table of
articles and scores: of a hundred terms that is ten times as fast as Whoosh's matchers, which step through all at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from whoosh.matching import Matcher

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

Scores = dict[int, float]  # by article: its number in a segment
Among = Sequence[int] | None  # articles that are enough to be looked at, rising; None for all


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a plan finds: numbers of articles in archive order, rising, each with its score."""

    documents: Sequence[int]
    scores: Sequence[float]


def evaluate(plan: Plan, index: SearchIndex, *, is_over: Callable[[], bool] = lambda: False) -> Ranked:
    """Return the articles that a plan finds; SearchError when `is_over` says that the time for it is."""
    found: Scores = {}
    numbers = index.numbers
    for searcher, offset in index.searcher.leaf_searchers():
        scores = _Segment(index, searcher, offset, is_over).scores(plan)
        found.update((numbers[offset + document], score) for document, score in scores.items())
    found.pop(-1, None)  # deleted ones
    documents = sorted(found)
    return Ranked(array("I", documents), array("d", map(found.__getitem__, documents)))


def stand_near(places: Sequence[Collection[int]], reach: int) -> bool:
    """Tell whether words stand in order, each at most `reach` places after the one before.

    >>> stand_near([[3, 9], [1, 5]], 1), stand_near([[3, 9], [1, 5]], 2)
    (False, True)
    """
    ends = set(places[0])
    for following in places[1:]:
        ends = {place for place in following if any(place - step in ends for step in range(1, reach + 1))}
    return bool(ends)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A part of the index, of which a plan finds articles."""

    index: SearchIndex
    searcher: Any
    offset: int  # of its articles among those of the whole index
    is_over: Callable[[], bool]

    def scores(self, plan: Plan, among: Among = None) -> Scores:  # noqa: PLR0911 - one answer a kind of node
        """Return the articles that a plan finds, with their scores; `among` some, these and perhaps others."""
        match plan:
            case TermPlan(field, term, boost):
                return self.term(field, term, boost, among)
            case PhrasePlan():
                return self.phrase(plan, among)
            case AndPlan(parts):
                return self.both(parts, among)
            case OrPlan(parts):
                return _in_halves(_either, [self.scores(part, among) for part in parts])
            case NotPlan(part):
                unwanted = self.scores(part)
                return {document: 1.0 for document in self.live() if document not in unwanted}
            case DatesPlan(first, last):
                return self.dated(lambda dates: dates is not None and _within(dates, first, last))
            case UndatedPlan():
                return self.dated(lambda dates: dates is None)
            case AllPlan():
                return dict.fromkeys(self.live(), 1.0)
            case NonePlan():
                return {}

    def term(self, name: str, term: str, boost: float, among: Among = None) -> Scores:
        """Return the articles that have a term in a field, or in title and body as one (TEXT)."""
        if self.is_over():
            raise SearchError("The search took too long: more particular words, or fewer, are quicker.")
        counts = reduce(_either, [self.counts(field, term, among) for field in _fields(name)])
        family = family_of(name)
        statistics, length_of, field = self.index.statistics, self.searcher.doc_field_length, _fields(name)[0]
        idf, average = statistics.idf(self.index.df(family, term)), statistics.average(family)
        return {
            document: bm25(idf, count, length_of(document, field, 1), average) * boost
            for document, count in counts.items()
        }

    def counts(self, field: str, term: str, among: Among) -> Scores:
        """Return how much a term counts in each article that has it in a field."""
        counts: Scores = {}
        weight = TITLE_WEIGHT if field == "title" else 1.0
        # A step to an article costs about as much as reading two postings.
        is_short = among is None or 2 * len(among) > self.searcher.reader().doc_frequency(field, term)
        for matcher in self.postings(field, [term]):
            if among is None or is_short:
                while matcher.is_active():
                    counts[matcher.id()] = matcher.weight() * weight
                    matcher.next()
            else:
                counts.update(
                    (document, matcher.weight() * weight) for document in among if _goes_to(matcher, document)
                )
        return counts

    def postings(self, field: str, terms: Sequence[str]) -> list[Matcher]:
        """Return the postings of those terms that articles of the segment have."""
        reader = self.searcher.reader()
        return [reader.postings(field, term.encode()) for term in terms if (field, term.encode()) in reader]

    def both(self, parts: Sequence[Plan], among: Among) -> Scores:
        """Return the articles that all parts find; those of a NotPlan add no score."""
        wanted = [part for part in parts if not isinstance(part, NotPlan)]
        found = _in_halves(_both, self.together(wanted, among)) if wanted else self.scores(AllPlan())
        for part in parts:
            if isinstance(part, NotPlan) and found:
                unwanted = self.scores(part.part, sorted(found))
                found = {document: score for document, score in found.items() if document not in unwanted}
        return found

    def together(self, parts: Sequence[Plan], among: Among) -> list[Scores]:
        """Return what each part finds: of the rarest all, of the others what those before have found as well."""
        found: list[Scores] = [{}] * len(parts)
        for at in sorted(range(len(parts)), key=lambda at: self.size(parts[at])):
            found[at] = self.scores(parts[at], among)
            among = sorted(found[at] if among is None else found[at].keys() & set(among))
            if not among:
                return [{}]
        return found

    def size(self, plan: Plan) -> int:
        """Return about how many articles of the archive a plan finds."""
        match plan:
            case TermPlan(field, term):
                return self.index.df(family_of(field), term)
            case PhrasePlan(field, words):
                return min(sum(self.index.df(family_of(field), term) for term in terms) for terms in words)
            case OrPlan(parts):
                return sum(map(self.size, parts))
            case AndPlan(parts):
                return min(map(self.size, parts))
        return self.index.statistics.documents

    def phrase(self, plan: PhrasePlan, among: Among) -> Scores:
        """Return the articles that have the words of a phrase where it wants them, scored as its words."""
        words = [_any_of([TermPlan(plan.field, term, plan.boost) for term in terms]) for terms in plan.words]
        found = _in_halves(_both, self.together(words, among))
        near = {document for field in _fields(plan.field) for document in self.near(plan, field, sorted(found))}
        return {document: score for document, score in found.items() if document in near}

    def near(self, plan: PhrasePlan, field: str, among: Sequence[int]) -> Iterator[int]:
        """Yield the articles in a field of which the words of a phrase stand as it wants them."""
        lists = [self.postings(field, terms) for terms in plan.words]
        for document in among:
            if stand_near([_places(matchers, document) for matchers in lists], plan.reach):
                yield document

    def live(self) -> Iterator[int]:
        """Yield the articles that are not deleted."""
        for document in range(self.searcher.reader().doc_count_all()):
            if self.index.numbers[self.offset + document] >= 0:
                yield document

    def dated(self, is_wanted: Callable[[tuple[str, str] | None], bool]) -> Scores:
        """Return the articles whose date is wanted."""
        numbers, dates = self.index.numbers, self.index.dates
        return {document: 1.0 for document in self.live() if is_wanted(dates[numbers[self.offset + document]])}


def _any_of(parts: Sequence[Plan]) -> Plan:
    return OrPlan(tuple(parts)) if len(parts) > 1 else parts[0]


def _in_halves(join: Callable[[Scores, Scores], Scores], parts: Sequence[Scores]) -> Scores:
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(_in_halves(join, parts[:middle]), _in_halves(join, parts[middle:]))


def _either(first: Scores, second: Scores) -> Scores:
    """Return the articles of either, the scores of those in both added; changes one of the tables."""
    if len(second) > len(first):  # a sum of two is the same either way
        first, second = second, first
    for document, score in second.items():
        first[document] = first[document] + score if document in first else score
    return first


def _both(first: Scores, second: Scores) -> Scores:
    """Return the articles of both, their scores added."""
    if len(second) < len(first):
        first, second = second, first
    return {document: score + second[document] for document, score in first.items() if document in second}


def _fields(field: str) -> tuple[str, ...]:
    return TEXT_FIELDS if field == TEXT else (field,)


def _places(matchers: Sequence[Matcher], document: int) -> set[int]:
    """Return where any of a word's terms stands in a document, given in rising order from call to call."""
    places: set[int] = set()
    for matcher in matchers:
        if _goes_to(matcher, document):
            places.update(matcher.value_as("positions"))
    return places


def _goes_to(matcher: Matcher, document: int) -> bool:
    """Take postings to a document, given in rising order from call to call; return whether they have it."""
    if matcher.is_active() and matcher.id() < document:
        matcher.skip_to(document)
    return matcher.is_active() and matcher.id() == document


def _within(dates: tuple[str, str], first: str | None, last: str | None) -> bool:
    return (first is None or first <= dates[0]) and (last is None or dates[1] <= last)
