"""What an export is to write: all articles, or what changed of them since an earlier export in the same order."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any, Protocol

from whoosh.util.numeric import byte_to_length

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.documents import CHUNK_WORDS, AnalysedDocument
from dateline.search.fields import FAMILIES, TEXT, VALUE_FIELDS
from dateline.search.names import Name
from dateline.search.scoring import Statistics
from dateline.search.shards import columns
from dateline.search.shards.cards import Run, cards_of, values_of
from dateline.search.shards.folder import ShardFolder, StaleStateError
from dateline.search.shards.inverting import Tables, add_contexts, common_terms, invert
from dateline.search.shards.postings import BEST, Postings, reference_average, reopen, replace_postings
from dateline.search.shards.state import Facts, State
from dateline.search.shards.tables import Entry, Table, shares_lengths
from dateline.search.words import Word

MAX_CHANGED = 0.1  # of the articles; beyond it all are as quickly exported anew

_IS_LONG = bytes(byte_to_length(byte) > CHUNK_WORDS for byte in range(256))


class SearchArchive(Protocol):
    """What the export needs of an open index."""

    @property
    def statistics(self) -> Statistics:
        """The live articles and the sums of their lengths."""

    @property
    def languages(self) -> Sequence[str]:
        """Those of its articles, in the order of `terms_of`."""

    @property
    def dates(self) -> Sequence[columns.Dates | None]:
        """By number: the first and last day as ISO dates; dated articles come first."""

    def fingerprints(self) -> Mapping[str, str]:
        """Return by slug, in archive order, what changes with anything that the index takes from an article."""

    def analysed(self) -> Iterable[AnalysedDocument]:
        """Return the articles in archive order."""

    def analysed_document(self, number: int) -> AnalysedDocument:
        """Return an article as it was analysed."""

    def stored(self, number: int) -> SearchDocument:
        """Return an article."""

    def words(self, prefix: str) -> Iterable[Word]:
        """Return the words that begin so, by code point."""

    def names(self, prefix: str) -> Iterable[Name]:
        """Return the names that begin so, by text, field and key."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return what articles are tagged with."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The articles to export, and of each term its postings, or its entry where that stands."""

    prints: Mapping[str, str]
    changed: Sequence[int]  # the numbers of the articles in `tables`
    tables: Tables
    common: list[str]
    text: Mapping[str, Entry | Postings]
    values: Mapping[str, Entry | Postings]
    gone: Sequence[str]  # terms that were there before
    lengths: Mapping[str, array[int]]
    keys: Mapping[str, list[list[str]]]
    groups: list[str]
    cards_of: Callable[[int], list[str]]  # which also fills in the group


def all_articles(index: SearchArchive) -> Draft:
    """Return the draft of a whole export."""
    prints = index.fingerprints()
    tables = invert(enumerate(index.analysed()))
    common = common_terms({term: len(postings.documents) for term, postings in tables.text.items()}, len(prints))
    add_contexts(tables, common)
    groups = [""] * len(prints)
    return Draft(
        prints,
        range(len(prints)),
        tables,
        common,
        tables.text,
        tables.values,
        (),
        tables.lengths,
        {field: list(map(list, keys)) for field, keys in tables.keys.items()},
        groups,
        _cards_maker(index, groups, lambda number: tables.chunk_starts[number]),
    )


def _cards_maker(
    index: SearchArchive, groups: list[str], starts_of: Callable[[int], Sequence[int]]
) -> Callable[[int], list[str]]:
    def make(number: int) -> list[str]:
        stored = index.stored(number)
        groups[number] = stored.group
        return cards_of(stored, starts_of(number))

    return make


def find_changed(index: SearchArchive, facts: Facts, name_chars: int) -> list[int]:
    """Return the numbers of the articles that are new or changed; StaleStateError where too much changed."""
    changed = _changed(facts, index.fingerprints())
    _check(index, facts, name_chars)
    return changed


def changed_articles(index: SearchArchive, changed: Sequence[int], state: State, shards: ShardFolder) -> Draft:
    """Return the draft of the articles that changed; StaleStateError where `state` does not tell enough for it."""
    facts, prints = state.facts, index.fingerprints()
    tables = invert((number, index.analysed_document(number)) for number in changed)
    before = [state.article(number) for number in changed if number < len(facts.slugs)]
    text = {entry.term: entry for entry in map(Entry._make, zip(*facts.text, strict=True))}
    values = {entry.term: entry for entry in map(Entry._make, zip(*facts.values, strict=True))}
    counts = _counts(text, chain.from_iterable(set(terms) for terms, _ in before), tables)
    common = common_terms(counts, len(prints))
    if common != facts.common:
        raise StaleStateError("Other words are the common ones.")
    add_contexts(tables, common)
    old_lengths = {family: array("B", bytes.fromhex(numbers)) for family, numbers in facts.lengths.items()}
    is_long = bytes(old_lengths[TEXT]).translate(_IS_LONG)
    flipped = [
        entry.term
        for entry in text.values()
        if entry.df > BEST and shares_lengths(entry.df, len(facts.slugs)) != shares_lengths(entry.df, len(prints))
    ]
    changed_text = {*chain.from_iterable(terms for terms, _ in before), *_terms(tables.text), *flipped}
    changed_values = {*chain.from_iterable(terms for _, terms in before), *_terms(tables.values)}

    def reopened(entry: Entry) -> Postings:
        masked = is_long if " " not in entry.term else bytes(len(is_long))  # values have no chunks
        if not entry.files:
            return reopen(state.columns(entry.term), is_long=masked)
        contents = (shards.read(name) for name in entry.files if name)
        block, *positions = ([column.encode() for column in content[:5]] for content in contents)
        return reopen([*block, *chain.from_iterable(positions)], is_long=masked)

    def replaced(
        entries: dict[str, Entry], terms: Iterable[str], new: Mapping[str, Postings]
    ) -> dict[str, Entry | Postings]:
        found: dict[str, Entry | Postings] = {**entries}
        for term in terms:
            postings = reopened(entries[term]) if term in entries else Postings()
            given = new.get(term, Postings())
            replace_postings(postings, changed, given)
            postings.digit = given.digit
            if postings.digit and term in entries and entries[term].df > BEST >= len(postings.documents):
                raise StaleStateError(
                    f"{term} has no contexts, and needs some."
                )  # long lists of common words have none
            found[term] = postings
            if not postings.documents:
                del found[term]
        return found

    groups = facts.groups + [""] * (len(prints) - len(facts.slugs))
    all_text, all_values = replaced(text, changed_text, tables.text), replaced(values, changed_values, tables.values)
    return Draft(
        prints,
        changed,
        tables,
        common,
        all_text,
        all_values,
        [*(text.keys() - all_text.keys()), *(values.keys() - all_values.keys())],
        {family: array("B", _merged(old_lengths[family], changed, tables.lengths[family])) for family in FAMILIES},
        {field: _merged(facts.keys[field], changed, map(list, tables.keys[field])) for field in VALUE_FIELDS},
        groups,
        _cards_maker(index, groups, lambda number: index.analysed_document(number).chunk_starts),
    )


def _changed(facts: Facts, prints: Mapping[str, str]) -> list[int]:
    """Return the numbers of the articles that are new or changed; StaleStateError where they are many, or some went."""
    stood = zip(facts.slugs, facts.prints, strict=True)
    changed = [number for number, (old, new) in enumerate(zip(stood, prints.items(), strict=False)) if old != new]
    changed += range(len(facts.slugs), len(prints))
    if len(prints) < len(facts.slugs) or len(changed) > MAX_CHANGED * len(prints):
        raise StaleStateError("Much has changed.")
    return changed


def _check(index: SearchArchive, facts: Facts, name_chars: int) -> None:
    """Raise StaleStateError where what all terms or leaves hang on is not as it was."""
    try:
        values = values_print(index, facts.keys)
    except SearchError as error:  # a value is gone with the last article that had it
        raise StaleStateError("The values are not those of before.") from error
    now = (name_chars, references_of(index), names_print(index), values)
    if now != (facts.name_chars, facts.references, facts.names_print, facts.values_print):
        raise StaleStateError("More has changed than articles.")


def references_of(index: SearchArchive) -> dict[str, float]:
    """Return the mean lengths by which the best postings are chosen, by family."""
    return {family: reference_average(index.statistics.average(family)) for family in FAMILIES}


def names_print(index: SearchArchive) -> str:
    """Return a hash of what a plain word may be widened to."""
    return _hash([list(index.names("")), list(index.languages)])


def values_print(index: SearchArchive, keys: Mapping[str, Iterable[Iterable[str]]]) -> str:
    """Return a hash of the values that articles have."""
    return _hash([sorted(values_of(index, field, keys[field]).items()) for field in VALUE_FIELDS])


def _hash(data: object) -> str:
    return sha256(repr(data).encode()).hexdigest()


def _counts(entries: Mapping[str, Entry], before: Iterable[str], tables: Tables) -> dict[str, int]:
    """Return of how many articles each term is now."""
    counts = Counter({term: entry.df for term, entry in entries.items()})
    counts.subtract(before)
    counts.update({term: len(postings.documents) for term, postings in tables.text.items()})
    return counts


def _terms(inverted: Mapping[str, Postings]) -> Iterator[str]:
    """Yield the terms that articles have."""
    return (term for term, postings in inverted.items() if postings.documents)


def _merged(old: Iterable[Any], numbers: Sequence[int], new: Iterable[Any]) -> list[Any]:
    """Return a column with `new` at `numbers`, of which those beyond its end follow each other."""
    column = list(old)
    for number, value in zip(numbers, new, strict=True):
        column[number : number + 1] = [value]
    return column


def facts_of(
    index: SearchArchive,
    draft: Draft,
    shards: ShardFolder,
    *,
    tables: tuple[Table, Table],
    runs: Sequence[Run],
    meta: str,
) -> Facts:
    """Return what the next export is to know of this one."""
    text, values = tables
    return Facts(
        name_chars=shards.name_chars,
        slugs=list(draft.prints),
        prints=list(draft.prints.values()),
        common=draft.common,
        references=references_of(index),
        names_print=names_print(index),
        values_print=values_print(index, draft.keys),
        lengths={family: bytes(lengths).hex() for family, lengths in draft.lengths.items()},
        keys=dict(draft.keys),
        groups=draft.groups,
        text=[list(column) for column in zip(*text.entries, strict=True)],
        values=[list(column) for column in zip(*values.entries, strict=True)],
        text_leaves=[list(leaf) for leaf in text.leaves],
        values_leaves=[list(leaf) for leaf in values.leaves],
        runs=[list(run) for run in runs],
        files=shards.files,
        meta=meta,
    )
