"""Write the shards of an index: a function of its live articles alone, whatever was exported before."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from dateline.files import replace_file
from dateline.records import SearchDocument, SearchValue
from dateline.search.analysis import terms_of
from dateline.search.documents import AnalysedDocument
from dateline.search.fields import BELOW, FAMILIES, TEXT, VALUE_FIELDS
from dateline.search.names import Name
from dateline.search.scoring import Statistics
from dateline.search.shards import columns
from dateline.search.shards.cards import write_documents
from dateline.search.shards.codec import DIGITS, TEXT_END, count_shared, encode_column, encode_numbers, encode_sorted
from dateline.search.shards.folder import META, CollisionError, ShardFolder, script
from dateline.search.shards.inverting import Tables, add_contexts, common_terms, invert
from dateline.search.shards.postings import (
    BEST,
    LENGTHS,
    SHARED_LENGTHS,
    USUAL_LENGTH,
    Block,
    Postings,
    best,
    count_titled,
    encode_block,
    reference_average,
    score_table,
)
from dateline.search.shards.trees import Child, cut, grow_tree, separator
from dateline.search.words import Word, frequency_class

NAME_CHARS = 10
LEAF_CHARS = (600, 250, 1500)  # at least, more in the mean, at most: about 0.8 KB as gzip
PART_END = "\x9f"
NAMED_FIELDS = ("place", "actor")  # whose names a plain word is widened to


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

    def analysed(self) -> Iterable[AnalysedDocument]:
        """Return the articles in archive order."""

    def stored(self, number: int) -> SearchDocument:
        """Return an article."""

    def words(self, prefix: str) -> Iterable[Word]:
        """Return the words that begin so, by code point."""

    def names(self, prefix: str) -> Iterable[Name]:
        """Return the names that begin so, by text, field and key."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return what articles are tagged with."""


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What the folder holds now: files of this export, and others, which open pages may still ask for."""

    files: int
    bytes: int
    live: frozenset[str]  # paths in the folder, with "/"
    superseded: frozenset[str]
    written: int  # files that were not there before

    @property
    def generation(self) -> str:
        """Return what changes with any file of the export."""
        return sha256("\n".join(sorted(self.live)).encode()).hexdigest()[:NAME_CHARS]


def export_index(index: SearchArchive, folder: Path, *, name_chars: int = NAME_CHARS) -> ExportSummary:
    """Write the shards of `index` into `folder`, the file that names them last; files that are there stay.

    Raises OSError; SearchError for an archive that shards cannot hold.
    """
    shards = ShardFolder(folder, name_chars)
    try:
        meta = _write_shards(index, shards)
    except CollisionError:
        return export_index(index, folder, name_chars=name_chars + 2)
    content = script("meta", meta).encode()
    written = shards.written + replace_file(folder / META, content)
    live = frozenset((*shards.sizes, META))
    size = sum(shards.sizes.values()) + len(content)
    return ExportSummary(len(live), size, live, frozenset(shards.standing) - live, written)


def _write_shards(index: SearchArchive, shards: ShardFolder) -> dict[str, object]:
    """Write all shards but meta, and return that."""
    tables = invert(index.analysed())
    documents = len(tables.chunk_starts)
    common = common_terms(tables.text, documents)
    add_contexts(tables, common)
    names = list(index.names(""))
    averages = {family: index.statistics.average(family) for family in FAMILIES}
    lengths = {family: _lengths_of(tables, family, averages[family]) for family in FAMILIES}
    named = _name_terms(names, index.languages)
    text = _write_terms(
        (
            _write_text_entry(term, tables.text[term], lengths[TEXT], shards, is_named=term in named)
            for term in sorted(tables.text)
        ),
        lambda part: _write_positions(part, shards),
        shards,
    )
    values = _write_terms(
        (
            _write_value_entry(term, tables.values[term], lengths[term.partition(" ")[0]], shards)
            for term in sorted(tables.values)
        ),
        lambda part: _labels(part, index.value),
        shards,
    )
    return {
        "documents": documents,
        "dated": sum(days is not None for days in index.dates),
        "averages": averages,
        "languages": list(index.languages),
        "common": common,
        "lengths": encode_numbers(LENGTHS[: max(max(lengths, default=0) for lengths in tables.lengths.values()) + 1]),
        "usualLength": USUAL_LENGTH,
        "nameChars": shards.name_chars,
        "roots": {
            "text": text,
            "values": shards.write(values),
            "words": shards.write(_write_words(index.words(""), shards)),
            "names": shards.write(_write_names(names, shards)),
        },
        **write_documents(index, tables, shards),
    }


def _name_terms(names: Iterable[Name], languages: Sequence[str]) -> frozenset[str]:
    """Return the terms with which the name of a place or an actor begins."""
    words = {name.text.partition(" ")[0] for name in names if name.whole and name.field in NAMED_FIELDS}
    return frozenset(term for word in words for term in terms_of(word, languages))


@dataclass(frozen=True, slots=True)
class _Lengths:
    """The lengths of all articles in a family of terms."""

    quantised: Sequence[int]  # as Whoosh's bytes
    encoded: Sequence[bytes]
    scores: Mapping[tuple[int, int], float]  # under the reference average


def _lengths_of(tables: Tables, family: str, average: float) -> _Lengths:
    scores = score_table(reference_average(average))
    return _Lengths(tables.lengths[family], tables.encoded_lengths(family), scores)


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as its leaf has it: all its postings when they are few, else the best and the name of the list of all."""

    term: str
    head: int
    list_name: str
    block: Block
    size: int
    positions: tuple[bytes, ...] = ()  # of few: of title and body, and their contexts


def _write_text_entry(
    term: str, postings: Postings, lengths: _Lengths, shards: ShardFolder, *, is_named: bool
) -> Entry:
    """Return a term of the text; a long list is written."""
    df = len(postings.documents)
    if df <= BEST:
        return _entry(term, df, "", postings, lengths, is_named=is_named)
    encoded = lengths.encoded if df * SHARED_LENGTHS <= len(lengths.quantised) else None
    block = encode_block(postings.documents, postings.shapes, encoded)
    places = shards.write([bytes(postings.title), bytes(postings.body)])
    contexts = [bytes(postings.title_contexts), bytes(postings.body_contexts)]
    name = shards.write([*block, places, "" if postings.digit else shards.write(contexts)])
    return _entry(term, df, name, _best_of(postings, lengths), lengths, is_named=is_named)


def _write_value_entry(term: str, postings: Postings, lengths: _Lengths, shards: ShardFolder) -> Entry:
    """Return a term of a field of values; a long list is written."""
    df = len(postings.documents)
    if df <= BEST:
        return _entry(term, df, "", postings, lengths)
    name = shards.write(encode_block(postings.documents, postings.shapes, lengths.encoded))
    return _entry(term, df, name, _best_of(postings, lengths), lengths)


def _best_of(postings: Postings, lengths: _Lengths) -> Postings:
    places = best(postings, lengths.quantised, lengths.scores)
    return Postings(
        array("I", [postings.documents[place] for place in places]),
        array("Q", [postings.shapes[place] for place in places]),
    )


def _entry(
    term: str, df: int, list_name: str, postings: Postings, lengths: _Lengths, *, is_named: bool = False
) -> Entry:
    """Return a term of some postings; where they are few they say where it stands."""
    block = encode_block(postings.documents, postings.shapes, lengths.encoded)
    size = len(term) + 3 + len(postings.documents) * 3 + count_titled(postings.shapes) + len(list_name)
    columns = (postings.title, postings.body, postings.title_contexts, postings.body_contexts)
    positions = () if list_name else tuple(map(bytes, columns))
    return Entry(term, df * 4 + bool(list_name) * 2 + is_named, list_name, block, size, positions)


def _write_terms(entries: Iterable[Entry], first: Callable[[list[Entry]], str], shards: ShardFolder) -> list[object]:
    """Write the leaves and nodes of a table of terms and return the root; `first` gives what a leaf begins with."""

    def leaf(part: list[Entry]) -> list[object]:
        return [
            first(part),
            encode_sorted(entry.term for entry in part),
            encode_column([entry.head for entry in part]),
            "".join(entry.list_name for entry in part),
            *(b"".join(column) for column in zip(*(entry.block for entry in part), strict=True)),
        ]

    return _write_leaves(entries, lambda entry: entry.term, lambda entry: entry.size, leaf, shards)


def _write_positions(part: list[Entry], shards: ShardFolder) -> str:
    """Write where the short terms of a leaf stand, and return the file's name."""
    short = [entry.positions for entry in part if not entry.list_name]
    return shards.write([b"".join(column) for column in zip(*short, strict=True)]) if short else ""


def _labels(part: list[Entry], value: Callable[[str, str], SearchValue]) -> str:
    keys = [(field, key) for field, _, key in (entry.term.partition(" ") for entry in part)]
    return TEXT_END.join(value(field, key).label for field, key in keys if not key.startswith(BELOW))


def _write_leaves(
    entries: Iterable[Any],
    key: Callable[[Any], str],
    size: Callable[[Any], int],
    leaf: Callable[[list[Any]], list[object]],
    shards: ShardFolder,
) -> list[object]:
    children = []
    before = None
    for part in cut(entries, key, size, LEAF_CHARS):
        children.append(Child(separator(before, key(part[0])), shards.write(leaf(part))))
        before = key(part[-1])
    return grow_tree(children, shards.write)


def _write_words(words: Iterable[Word], shards: ShardFolder) -> list[object]:
    return _write_pairs(((word.word, _word_value(word)) for word in words), shards)


def _word_value(word: Word) -> str:
    rank = DIGITS[frequency_class(word.df)]
    return rank + " ".join(_front_coded(word.word, term) for term in word.terms)


def _front_coded(word: str, term: str) -> str:
    shared = count_shared(word, term)
    return DIGITS[shared + 1] + term[shared:]


def _write_names(names: Iterable[Name], shards: ShardFolder) -> list[object]:
    return _write_pairs(
        ((text, PART_END.join(map(_name_value, group))) for text, group in groupby(names, lambda name: name.text)),
        shards,
    )


def _name_value(name: Name) -> str:
    return DIGITS[VALUE_FIELDS.index(name.field) * 2 + name.whole] + name.key


def _write_pairs(pairs: Iterable[tuple[str, str]], shards: ShardFolder) -> list[object]:
    """Write a table of texts and their values and return the root of its tree."""

    def leaf(part: list[tuple[str, str]]) -> list[object]:
        return [encode_sorted(key for key, _ in part), TEXT_END.join(value for _, value in part)]

    return _write_leaves(pairs, lambda pair: pair[0], lambda pair: len(pair[0]) + len(pair[1]) + 2, leaf, shards)
