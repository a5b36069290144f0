"""What results show of articles, and what facets, filters by date and folding need of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from dateline.edtf import date_label
from dateline.records import SearchDocument, SearchValue
from dateline.search.fields import TEXT, VALUE_FIELDS
from dateline.search.shards import columns
from dateline.search.shards.codec import encode_numbers
from dateline.search.shards.folder import ShardFolder, to_json
from dateline.search.shards.inverting import Places, Tables
from dateline.search.shards.trees import cut
from dateline.search.snippet import Chunk, chunk_texts
from dateline.text import fold_spaces

RUN_ARTICLES = (64, 64, 256)


class StoredArticles(Protocol):
    """What is asked here of an index."""

    @property
    def dates(self) -> Sequence[columns.Dates | None]:
        """By number: the first and last day as ISO dates; dated articles come first."""

    def stored(self, number: int) -> SearchDocument:
        """Return an article."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return what articles are tagged with."""


def write_documents(index: StoredArticles, tables: Tables, shards: ShardFolder) -> dict[str, object]:
    """Write cards and columns, and return their names as `meta` has them."""
    groups: list[str] = []

    def articles() -> Iterator[tuple[str, list[str]]]:
        for number, starts in enumerate(tables.chunk_starts):
            stored = index.stored(number)
            groups.append(stored.group)
            yield stored.slug, _cards(stored, starts)

    runs = [
        (len(run), shards.write_run(_numbered(cards for _, cards in run)))
        for run in cut(articles(), lambda article: article[0], lambda article: 1, RUN_ARTICLES)
    ]
    names: dict[str, str] = {
        "dates": shards.write(columns.date_column(index.dates)),
        "groups": shards.write(columns.group_column(groups)),
        "lengths": shards.write([b"".join(tables.encoded_lengths(TEXT))]),
    }
    for field in VALUE_FIELDS:
        names[field] = shards.write(columns.value_column(_values(index, field, tables.keys[field]), tables.keys[field]))
    return {
        "runs": shards.write([encode_numbers([count for count, _ in runs]), "".join(name for _, name in runs)]),
        "columns": names,
    }


def _values(index: StoredArticles, field: str, articles: Iterable[Iterable[str]]) -> dict[str, SearchValue]:
    own = {key: index.value(field, key) for key in sorted({key for keys in articles for key in keys})}
    broader = {key for value in own.values() for key in value.broader}
    return own | {key: index.value(field, key) for key in sorted(broader - own.keys())}


def _cards(stored: SearchDocument, starts: Places) -> list[str]:
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
