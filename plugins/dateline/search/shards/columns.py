"""What facets, filters by date and folding need of all articles, by number: files that are loaded once.

    place actor topic tag source author
              [labels, keys, urls, «broader», «numbers», «values»]: values, those of most articles first, then by
              label and key; for each how many are broader and which, the nearest first; for each article how many
              values it has and which
    dates     [«days», «more»]: for each dated article its first day, from the year 1, as the difference to the one
              before (× 2, and 1 less than that below 0), and by how many days the last is later
    groups    [«articles», «groups»]: the gaps, less 1, to each article that has a group, and the group's number
    lengths   [«lengths»]: of every article, as in the list that leaves it out

Texts in lists are joined by U+007F.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dateline.records import SearchValue
from dateline.search.shards.codec import TEXT_END, encode_gaps, encode_numbers

Dates = tuple[str | None, str | None]


def value_column(values: Mapping[str, SearchValue], articles: Sequence[Sequence[str]]) -> list[object]:
    """Return a column of values from each article's keys; `values` has all of them, and all broader ones."""
    counts = Counter(key for keys in articles for key in _with_broader(keys, values))
    ordered = sorted(counts, key=lambda key: (-counts[key], values[key].label, key))
    places = {key: place for place, key in enumerate(ordered)}
    broader = [[places[other] for other in values[key].broader if other in places] for key in ordered]
    return [
        TEXT_END.join(values[key].label for key in ordered),
        TEXT_END.join(ordered),
        TEXT_END.join(values[key].url for key in ordered),
        encode_numbers([number for others in broader for number in (len(others), *others)]),
        encode_numbers([len(keys) for keys in articles]),
        encode_numbers([places[key] for keys in articles for key in sorted(keys, key=places.__getitem__)]),
    ]


def _with_broader(keys: Iterable[str], values: Mapping[str, SearchValue]) -> set[str]:
    return {other for key in keys for other in (key, *(key for key in values[key].broader if key in values))}


def date_column(dates: Iterable[Dates | None]) -> list[object]:
    """Return the days of dated articles, which come first in archive order."""
    before = 0
    firsts: list[int] = []
    more: list[int] = []
    for days in dates:
        if days is None:
            continue
        first = _day(days[0], date.min)
        step = first - before
        firsts.append(step * 2 if step >= 0 else -step * 2 - 1)
        more.append(max(0, _day(days[1], date.max) - first))
        before = first
    return [encode_numbers(firsts), encode_numbers(more)]


def _day(text: str | None, bound: date) -> int:
    return (date.fromisoformat(text) if text else bound).toordinal()


def group_column(groups: Sequence[str]) -> list[object]:
    """Return which articles are versions of a story of which there are several."""
    grouped = [document for document, group in enumerate(groups) if group]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(filter(None, groups)))}
    return [encode_gaps(grouped), encode_numbers([numbers[groups[document]] for document in grouped])]
