"""A query into the answer that the command line, the server and, by `answer.js`, the page give.

query ─parser→ tree ─plan→ terms ─evaluate→ articles and scores ─here→ order, hits with their passages, facets
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dateline.edtf import date_label
from dateline.errors import SearchError
from dateline.search.evaluate import Ranked, evaluate
from dateline.search.facets import FACET_FIELDS, YEAR, Facets, count_facets, facets_json
from dateline.search.fields import BELOW, TEXT, TEXT_FIELDS
from dateline.search.parser import OPERATORS, parse_query
from dateline.search.plan import (
    AllPlan,
    AndPlan,
    OrPlan,
    PhrasePlan,
    Plan,
    Resolved,
    TermPlan,
    Widened,
    plain_words,
    resolve,
    some_of,
)
from dateline.search.snippet import Passage, chunk_texts, cut_chunks, find_marks, find_passage, name_words
from dateline.search.tree import Dated, Group, Leaf, Not, Tree
from dateline.search.words import suggest

if TYPE_CHECKING:
    from dateline.search.archive_index import SearchIndex

FEW_RESULTS = 10  # with fewer, articles that have some parts of the query follow
MAX_TERMS = 40  # told with the answer

Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, with the passage that shows why."""

    rank: int
    slug: str
    title: str
    title_marks: tuple[tuple[int, int], ...]
    topic: str | None
    date: str | None  # EDTF
    url: str
    score: float
    passage: Passage
    group: str  # shared by the versions of a story, "" where there is one
    is_partial: bool  # some parts of the query are missing


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query: some hits of `total` and `partial`, or the sentence that says why there is none."""

    query: str
    total: int = 0
    partial: int = 0  # articles that have some parts of the query, and follow the others
    sort: Sort = "relevance"
    hits: tuple[Hit, ...] = ()
    terms: tuple[str, ...] = ()  # what is marked: terms, and names with full stops between their words
    error: str | None = None
    note: str | None = None  # how the query was understood, where that may surprise
    widened: tuple[Widened, ...] = ()
    suggestion: str | None = None
    facets: Facets | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as it was understood."""

    tree: Tree
    resolved: Resolved
    note: str | None  # what was wrong with it

    def marked(self) -> tuple[set[str], list[tuple[str, ...]]]:
        """Return what is marked in the articles found: terms, and names as folded words."""
        names = dict.fromkeys(name_words(found.label) for found in self.resolved.widened)
        return wanted_terms(self.resolved.plan), [name for name in names if name]


def search(
    index: SearchIndex,
    query: str,
    *,
    limit: int | None = 10,
    offset: int = 0,
    sort: Sort = "relevance",
    widen: bool = True,
    facets: bool = False,
    budget: float | None = None,
) -> SearchResult:
    """Return the articles that match `query` in the order of `sort`, equal ones in archive order.

    With `widen`, words that are a name stand for all its spellings. `budget` is in seconds: a search that takes
    longer ends with an error.
    """
    is_over = _clock(budget)
    try:
        asked = _understand(query, index, widen=widen)
        found = evaluate(asked.resolved.plan, index, is_over=is_over)
        some = _some(asked, found, index, is_over)
        counted = _facets(asked, found, index, widen=widen, is_over=is_over) if facets else None
        suggestion = _suggestion(query, asked, index, widen=widen, is_over=is_over)
    except SearchError as error:
        return SearchResult(query, sort=sort, error=str(error))
    ordered = [*_ordered(found, sort, index), *_ordered(some, sort, index)]
    total = len(found.documents)
    hits = _hits(ordered, total, asked, index, offset=offset, limit=limit)
    terms, names = asked.marked()
    return SearchResult(
        query,
        total,
        len(some.documents),
        sort,
        tuple(hits),
        tuple(sorted(terms | set(map(".".join, names)))[:MAX_TERMS]),
        note=_note(asked, found=bool(ordered)),
        widened=asked.resolved.widened,
        suggestion=suggestion,
        facets=counted,
    )


def search_json(result: SearchResult) -> dict[str, Any]:
    """Return a result as programs get it: with `error`, `note`, `suggestion` and `facets` where there is one."""
    widened = [
        {"words": found.words, "field": found.field, "key": found.key, "label": found.label} for found in result.widened
    ]
    remarks = {
        "note": result.note,
        "error": result.error,
        "suggestion": result.suggestion,
        "facets": result.facets and facets_json(result.facets),
    }
    return {
        "query": result.query,
        "total": result.total,
        "partial": result.partial,
        "sort": result.sort,
        "widened": widened,
        "hits": [_hit_json(hit) for hit in result.hits],
        "terms": list(result.terms),
        **{name: remark for name, remark in remarks.items() if remark},
    }


def wanted_terms(plan: Plan) -> set[str]:
    """Return the terms of titles and texts that a plan looks for, which snippets mark."""
    match plan:
        case TermPlan(field, term) if field in {TEXT, *TEXT_FIELDS}:
            return {term}
        case PhrasePlan(_, words):
            return {term for terms in words for term in terms}
        case AndPlan(parts) | OrPlan(parts):
            return set().union(*map(wanted_terms, parts))
    return set()


def _clock(budget: float | None) -> Callable[[], bool]:
    if budget is None:
        return lambda: False
    end = time.monotonic() + budget
    return lambda: time.monotonic() > end


def _understand(query: str, index: SearchIndex, *, widen: bool) -> _Asked:
    """Return a query's tree and plan; of a malformed one, those of its words. SearchError where it has no word."""
    note = None
    try:
        tree = parse_query(query)
    except SearchError as error:
        words = plain_words(query)
        if words is None:
            raise
        tree, note = words, f"{error} Its words were looked for instead."
    return _Asked(tree, resolve(tree, index, widen=widen), note)


def _note(asked: _Asked, *, found: bool) -> str | None:
    notes = [*([asked.note] if asked.note else []), *asked.resolved.notes]
    operators = list(dict.fromkeys(_words_like_operators(asked.tree)))
    if found:  # “not” changes what was meant most
        operators = [operator for operator in operators if operator == "NOT"]
    if operators and not asked.note:
        notes.append(f"{' and '.join(operators)} between words must be in capitals.")
    return " ".join(notes) or None


def _words_like_operators(tree: Tree) -> Iterator[str]:
    """Yield the operators that stand in a query as words, because they are not in capitals."""
    match tree:
        case Group(_, parts):
            for part in parts:
                yield from _words_like_operators(part)
        case Not(part):
            yield from _words_like_operators(part)
        case Leaf("word", text) if text.upper() in OPERATORS:
            yield text.upper()


def _some(asked: _Asked, found: Ranked, index: SearchIndex, is_over: Callable[[], bool]) -> Ranked:
    """Return the articles that have some parts of a query of mere words that finds few."""
    plan = some_of(asked.tree, asked.resolved, index) if len(found.documents) < FEW_RESULTS else None
    if plan is None:
        return Ranked((), ())
    ranked = evaluate(plan, index, is_over=is_over)
    full = set(found.documents)
    rest = [pair for pair in zip(ranked.documents, ranked.scores, strict=True) if pair[0] not in full]
    return Ranked([number for number, _ in rest], [score for _, score in rest])


def _suggestion(
    query: str, asked: _Asked, index: SearchIndex, *, widen: bool, is_over: Callable[[], bool]
) -> str | None:
    """Return the query with likely words in place of those that no article has, if it then finds something."""
    suggestion = suggest(query, asked.resolved.unknown, index) if asked.resolved.unknown else None
    if suggestion is None:
        return None
    plan = _understand(suggestion, index, widen=widen).resolved.plan
    return suggestion if evaluate(plan, index, is_over=is_over).documents else None


def _ordered(ranked: Ranked, sort: Sort, index: SearchIndex) -> list[tuple[int, float]]:
    pairs = list(zip(ranked.documents, ranked.scores, strict=True))
    match sort:
        case "relevance":
            return sorted(pairs, key=lambda pair: -pair[1])
        case "newest":
            dated = [pair for pair in pairs if index.dates[pair[0]]]
            return [*reversed(dated), *pairs[len(dated) :]]
        case "oldest":
            return pairs


def _hits(
    ordered: Sequence[tuple[int, float]],
    total: int,
    asked: _Asked,
    index: SearchIndex,
    *,
    offset: int,
    limit: int | None,
) -> Iterator[Hit]:
    terms, names = asked.marked()
    end = len(ordered) if limit is None else offset + limit
    for rank, (number, score) in enumerate(ordered[offset:end], start=offset + 1):
        document = index.stored(number)
        yield Hit(
            rank=rank,
            slug=document.slug,
            title=document.title,
            title_marks=find_marks(document.title, terms, names=names, languages=index.languages),
            topic=document.topic,
            date=document.date,
            url=document.url,
            score=score,
            passage=_passage(number, document.body, terms, names, index),
            group=document.group,
            is_partial=rank > total,
        )


def _passage(number: int, body: str, terms: set[str], names: Sequence[Sequence[str]], index: SearchIndex) -> Passage:
    """Return the best passage of the chunk that has the most different terms, the first of several."""
    chunks = cut_chunks(body)
    best = 0
    if len(chunks) > 1:
        places = index.analysed_document(number).body
        counts: Counter[int] = Counter()
        for term in terms & places.keys():
            counts.update({sum(chunk.position <= place for chunk in chunks[1:]) for place in places[term]})
        best = max(range(len(chunks)), key=lambda chunk: counts[chunk])
    return find_passage(chunk_texts(body, chunks)[best], terms, names=names, languages=index.languages)


def _facets(asked: _Asked, found: Ranked, index: SearchIndex, *, widen: bool, is_over: Callable[[], bool]) -> Facets:
    """Count the result by facet; where the query chooses a value of one, or any of several, without that choice."""
    parts = asked.tree.parts if isinstance(asked.tree, Group) and asked.tree.op == "and" else (asked.tree,)
    chosen = list(map(_chosen_facet, parts))
    unfiltered = {}
    for facet in (*FACET_FIELDS, YEAR):
        if chosen.count(facet) != 1:  # those asked for one by one are all wanted
            continue
        others = tuple(part for part, other in zip(parts, chosen, strict=True) if other != facet)
        rest = Group("and", others) if len(others) > 1 else others[0] if others else None
        plan = resolve(rest, index, widen=widen).plan if rest else AllPlan()
        unfiltered[facet] = evaluate(plan, index, is_over=is_over).documents
    asked_names = {pair: leaf.text for part in parts for leaf in _names(part) for pair in _values(leaf, index)}
    return count_facets(index, found.documents, unfiltered, asked_names)


def _names(part: Tree) -> list[Leaf]:
    """Return the names that a part of a query asks for, or any of them, in the field of a facet."""
    leaves = part.parts if isinstance(part, Group) and part.op == "or" else (part,)
    return [
        leaf
        for leaf in leaves
        if isinstance(leaf, Leaf) and leaf.kind in {"word", "phrase"} and leaf.field in FACET_FIELDS
    ]


def _values(leaf: Leaf, index: SearchIndex) -> Iterator[tuple[str, str]]:
    """Yield field and key of the values that a name stands for."""
    plan = resolve(leaf, index).plan
    for term in plan.parts if isinstance(plan, OrPlan) else (plan,):
        if isinstance(term, TermPlan):
            yield term.field, term.term.removeprefix(BELOW)


def _chosen_facet(part: Tree) -> str | None:
    """Return the facet of which a part of a query chooses a value, or any of several, as a ticked box writes it."""
    leaves = part.parts if isinstance(part, Group) and part.op == "or" else (part,)
    facets = {_facet_of(leaf) for leaf in leaves}
    return facets.pop() if len(facets) == 1 else None


def _facet_of(leaf: Tree) -> str | None:
    match leaf:
        case Dated():
            return YEAR
        case Leaf("word" | "phrase", field=field, boost=1.0) if field in FACET_FIELDS:
            return field
    return None


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "slug": hit.slug,
        "title": hit.title,
        "title_marks": [list(mark) for mark in hit.title_marks],
        "topic": hit.topic,
        "date": hit.date,
        "label": date_label(hit.date),
        "url": hit.url,
        "score": hit.score,
        "snippet": hit.passage.text,
        "marks": [list(mark) for mark in hit.passage.marks],
        "group": hit.group,
        **({"partial": True} if hit.is_partial else {}),
    }
