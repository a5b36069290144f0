"""What the tests of shards share: a small archive in memory, analysed as an index has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.analysis import find_words, term_of
from dateline.search.documents import AnalysedDocument
from dateline.search.fields import VALUE_FIELDS, below
from dateline.search.names import Name, name_entries
from dateline.search.scoring import Statistics
from dateline.search.snippet import cut_chunks
from dateline.search.words import Word
from searching import document

VALUES = (
    SearchValue("place", "syria", "Syria", ("Syria", "Syrie")),
    SearchValue("place", "raqqa", "Raqqa", ("Raqqa", "Ar-Raqqah"), broader=("syria",)),
    SearchValue("topic", "war", "War", ("War",)),
)


@dataclass(frozen=True)
class Archive:
    """Articles in archive order, analysed as an index has them."""

    documents: Sequence[SearchDocument]
    known: Sequence[SearchValue] = VALUES
    languages: tuple[str, ...] = ("en",)

    @cached_property
    def statistics(self) -> Statistics:
        totals: Counter[str] = Counter()
        for analysed in self.analysed():
            totals.update(analysed.lengths)
        return Statistics(len(self.documents), totals)

    @property
    def dates(self) -> list[tuple[str, str] | None]:
        return [(stored.date, stored.date) if stored.date else None for stored in self.documents]

    def analysed(self) -> list[AnalysedDocument]:
        return [analyse(stored, tuple(self.known)) for stored in self.documents]

    def analysed_document(self, number: int) -> AnalysedDocument:
        return analyse(self.documents[number], tuple(self.known))

    def fingerprints(self) -> dict[str, str]:
        return {stored.slug: repr((stored, self._below(stored))) for stored in self.documents}

    def _below(self, stored: SearchDocument) -> list[tuple[str, ...]]:
        return [self.value(field, key).broader for field, key, _ in stored.values]

    def stored(self, number: int) -> SearchDocument:
        return self.documents[number]

    def words(self, prefix: str) -> list[Word]:
        dfs = Counter(word for analysed in self.analysed() for word in analysed.words)
        return [Word(word, dfs[word], (term_of(word, "en"),)) for word in sorted(dfs) if word.startswith(prefix)]

    def names(self, prefix: str) -> list[Name]:
        return [name for name in name_entries(self.known) if name.text.startswith(prefix)]

    def value(self, field: str, key: str) -> SearchValue:
        return find_value(self.known, field, key)


def find_value(known: Sequence[SearchValue], field: str, key: str) -> SearchValue:
    for value in known:
        if (value.field, value.key) == (field, key):
            return value
    raise SearchError(f"The archive has no {field} with the key {key!r}.")


@lru_cache(maxsize=4096)
def analyse(stored: SearchDocument, known: tuple[SearchValue, ...]) -> AnalysedDocument:
    title, body = terms(stored.title), terms(stored.body)
    counts: dict[str, dict[str, int]] = {field: {} for field in VALUE_FIELDS}
    for field, key, count in stored.values:
        counts[field][key] = count
    lengths = {field: sum(own.values()) for field, own in counts.items()}
    for field, key, count in stored.values:
        for other in (key, *find_value(known, field, key).broader):
            if field == "place":
                counts[field][below(other)] = counts[field].get(below(other), 0) + count
    return AnalysedDocument(
        stored.slug,
        title,
        body,
        sum(map(len, title.values())),
        sum(map(len, body.values())),
        {word: term for text in (stored.title, stored.body) for _, word, term in find_words(text, "en")},
        counts,
        lengths,
        tuple(chunk.position for chunk in cut_chunks(stored.body)),
        tuple(chunk.start for chunk in cut_chunks(stored.body)),
    )


def terms(text: str) -> dict[str, tuple[int, ...]]:
    places: dict[str, list[int]] = {}
    for position, _, term in find_words(text, "en"):
        places.setdefault(term, []).append(position)
    return {term: tuple(found) for term, found in places.items()}


def story(number: int, words: int = 40) -> SearchDocument:
    """An article with words that many have, some have, and none else has."""
    body = " ".join(f"w{number * 7 % (place + 2)}x{place}" for place in range(words))
    return document(
        f"story-{number}", f"Army story {number}", f"The army of story{number} saw\n{body}", date="2017-03-22",
        values=(("place", "raqqa", 2), ("topic", "war", 1)) if number % 3 else (),
    )  # fmt: skip


STORIES = [story(number) for number in range(150)]
