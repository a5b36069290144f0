"""What a result consists of: its articles by place, actor, topic, year and month; `facets.js` counts the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dateline.search.archive_index import SearchIndex

FACET_FIELDS = ("place", "actor", "topic")
YEAR = "year"  # and its months


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet, or a year, and the articles of a result that have it."""

    key: str
    label: str
    count: int
    asked: str | None = None  # another name of it, by which the query asks for it


@dataclass(frozen=True, slots=True)
class Facets:
    """The articles of a result by value (the most frequent first), by year and by month (in order of time)."""

    values: Mapping[str, tuple[FacetCount, ...]]  # one of FACET_FIELDS → counts
    years: tuple[FacetCount, ...]
    months: tuple[tuple[str, int], ...]  # "1987-03"


def count_facets(
    index: SearchIndex,
    documents: Iterable[int],
    unfiltered: Mapping[str, Iterable[int]],
    asked: Mapping[tuple[str, str], str],
) -> Facets:
    """Count `documents`; facets in `unfiltered` over the articles there, which leave out the facet's own filter.

    `asked` has the names by which the query asks for values, by field and key.
    A value counts for all that it lies in as well, once an article. An article whose date spans years (or months)
    counts in none.
    """
    documents = list(documents)
    spans = Counter(map(index.dates.__getitem__, unfiltered.get(YEAR, documents)))
    years: Counter[str] = Counter()
    months: Counter[str] = Counter()
    for span, count in spans.items():
        if span and span[0][:4] == span[1][:4]:
            years[span[0][:4]] += count
        if span and span[0][:7] == span[1][:7]:
            months[span[0][:7]] += count
    return Facets(
        {field: _count_values(index, field, unfiltered.get(field, documents), asked) for field in FACET_FIELDS},
        tuple(FacetCount(year, year, count) for year, count in sorted(years.items())),
        tuple(sorted(months.items())),
    )


def facets_json(facets: Facets) -> dict[str, Any]:
    """Return facets as the search gives them to programs."""
    values = {
        field: [
            {"key": entry.key, "label": entry.label, "count": entry.count}
            | ({"asked": entry.asked} if entry.asked else {})
            for entry in entries
        ]
        for field, entries in facets.values.items()
    }
    years = [{"label": entry.label, "count": entry.count} for entry in facets.years]
    return {**values, YEAR: years, "months": [list(month) for month in facets.months]}


def _count_values(
    index: SearchIndex, field: str, documents: Iterable[int], asked: Mapping[tuple[str, str], str]
) -> tuple[FacetCount, ...]:
    # Few combinations of values are had by many articles.
    together = Counter(map(index.keys_of(field).__getitem__, documents))
    tagged = frozenset(chain.from_iterable(together))
    above = {key: (key, *index.value(field, key).broader) for key in tagged}
    counts: Counter[str] = Counter()
    for keys, articles in together.items():
        for higher in frozenset(chain.from_iterable(above[key] for key in keys)):
            counts[higher] += articles
    labels = {key: index.value(field, key).label for key in counts}
    names = {key: name for key in counts if (name := asked.get((field, key))) != labels[key]}
    entries = (FacetCount(key, labels[key], count, names.get(key)) for key, count in counts.items())
    return tuple(sorted(entries, key=lambda entry: (-entry.count, entry.label, entry.key)))
