"""What results show of articles, and what facets, filters by date and folding need of all of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from dateline.edtf import date_label
from dateline.records import SearchDocument, SearchValue
from dateline.search.fields import VALUE_FIELDS
from dateline.search.shards import columns
from dateline.search.shards.folder import ShardFolder, to_json
from dateline.search.shards.trees import cut
from dateline.search.snippet import Chunk, chunk_texts
from dateline.text import fold_spaces

RUN_ARTICLES = (64, 64, 256)


class Columns(Protocol):
    """What is asked here of an index."""

    @property
    def dates(self) -> Sequence[columns.Dates | None]:
        """By number: the first and last day as ISO dates; dated articles come first."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return what articles are tagged with."""


class Run(NamedTuple):
    """Cards that were written together."""

    first: str  # slug
    articles: int
    name: str
    cards: tuple[str, ...]  # their names below that


def write_runs(
    slugs: Sequence[str],
    changed: Container[int],
    kept: Mapping[str, Run],
    cards_of: Callable[[int], list[str]],
    shards: ShardFolder,
) -> list[Run]:
    """Write the cards of all articles, by number; `kept` are the runs that stand, by the slug they begin with."""
    runs = []
    for part in cut(enumerate(slugs), lambda article: article[1], lambda _: 1, RUN_ARTICLES):
        run = kept.get(part[0][1])
        if run and run.articles == len(part) and not any(number in changed for number, _ in part):
            shards.keep(f"{run.name}/{card}" for card in run.cards)
        else:
            cards = _numbered(cards_of(number) for number, _ in part)
            run = Run(part[0][1], len(part), shards.write_run(cards), tuple(name for name, _ in cards))
        runs.append(run)
    return runs


def write_columns(
    index: Columns,
    groups: Sequence[str],
    lengths: Sequence[bytes],
    keys: Mapping[str, Sequence[Sequence[str]]],
    shards: ShardFolder,
) -> dict[str, str]:
    """Write what is told of all articles in columns, and return their names."""
    names = {
        "dates": shards.write(columns.date_column(index.dates)),
        "groups": shards.write(columns.group_column(groups)),
        "lengths": shards.write([b"".join(lengths)]),
    }
    for field in VALUE_FIELDS:
        names[field] = shards.write(columns.value_column(values_of(index, field, keys[field]), keys[field]))
    return names


def values_of(index: Columns, field: str, articles: Iterable[Iterable[str]]) -> dict[str, SearchValue]:
    """Return the values that articles have, and all broader ones, by key."""
    own = {key: index.value(field, key) for key in sorted({key for keys in articles for key in keys})}
    broader = {key for value in own.values() for key in value.broader}
    return own | {key: index.value(field, key) for key in sorted(broader - own.keys())}


def cards_of(stored: SearchDocument, starts: Sequence[int]) -> list[str]:
    """Return the cards of an article, one a chunk of its text, these beginning at `starts`."""
    facts = [stored.slug, stored.url, stored.title, stored.topic, stored.date, date_label(stored.date), stored.group]
    if len(starts) == 1:
        return [to_json([*facts, fold_spaces(stored.body)])]
    chunks = [Chunk(0, start, end) for start, end in pairwise((*starts, len(stored.body)))]
    return [to_json([*facts, text]) for text in chunk_texts(stored.body, chunks)]


def _numbered(run: Iterable[list[str]]) -> list[tuple[str, str]]:
    """Return the cards of a run with their names in it."""
    return [
        (f"{number}-{chunk}" if chunk else str(number), card)
        for number, cards in enumerate(run)
        for chunk, card in enumerate(cards)
    ]
