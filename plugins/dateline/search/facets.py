"""What a result consists of: its articles by place, actor, topic, year and month; `facets.js` counts the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dateline.search.archive_index import SearchIndex

FACET_FIELDS = ("place", "actor", "topic")


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
    """Count `documents`; fields in `unfiltered` over the articles there, which leave out the field's own filter.

    `asked` has the names by which the query asks for values, by field and key.
    A value counts for all that it lies in as well, once an article. An article whose date spans years (or months)
    counts in none.
    """
    documents = list(documents)
    dates = [index.dates[number] for number in documents]
    spans = [span for span in dates if span]
    years = Counter(first[:4] for first, last in spans if first[:4] == last[:4])
    months = Counter(first[:7] for first, last in spans if first[:7] == last[:7])
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
    return {**values, "year": years, "months": [list(month) for month in facets.months]}


def _count_values(
    index: SearchIndex, field: str, documents: Iterable[int], asked: Mapping[tuple[str, str], str]
) -> tuple[FacetCount, ...]:
    above: dict[str, frozenset[str]] = {}
    counts: Counter[str] = Counter()
    for number in documents:
        keys = index.values_of(number).get(field, ())
        for key in keys:
            if key not in above:
                above[key] = frozenset((key, *index.value(field, key).broader))
        counts.update(frozenset().union(*(above[key] for key in keys)))
    labels = {key: index.value(field, key).label for key in counts}
    names = {key: name for key in counts if (name := asked.get((field, key))) != labels[key]}
    entries = (FacetCount(key, labels[key], count, names.get(key)) for key, count in counts.items())
    return tuple(sorted(entries, key=lambda entry: (-entry.count, entry.label)))
