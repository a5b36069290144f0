"""An article as it was analysed: all that the index and the export need of it, kept so that it is done once."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, fields
from itertools import chain, islice
from typing import TypeVar

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.analysis import find_words
from dateline.search.fields import TEXT, VALUE_FIELDS, below

Value = TypeVar("Value")

CHUNK_WORDS = 250  # a longer body is parted, so that a result's snippet needs no long text
MAX_CHUNKS = 24
ANALYSER_VERSION = "3"  # to be raised when a text's terms change, so that all articles are analysed anew


class DamageError(SearchError):
    """The index is not as it was written, and must be made anew."""


class LateTable(Mapping[str, Value]):
    """A mapping that is put together when it is first asked: few who unpack an article ask for all of it."""

    __slots__ = ("_make", "_table")

    def __init__(self, make: Callable[[], dict[str, Value]]) -> None:
        """Take what puts the mapping together."""
        self._make = make
        self._table: dict[str, Value] | None = None

    def _made(self) -> dict[str, Value]:
        if self._table is None:
            self._table = self._make()
        return self._table

    def __getitem__(self, key: str) -> Value:
        return self._made()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def keys(self) -> KeysView[str]:
        """Return those of the dictionary, which are faster."""
        return self._made().keys()

    def values(self) -> ValuesView[Value]:
        """Return those of the dictionary, which are faster."""
        return self._made().values()

    def items(self) -> ItemsView[str, Value]:
        """Return those of the dictionary, which are faster."""
        return self._made().items()


class PackedPlaces(LateTable[tuple[int, ...]]):
    """Terms and where they stand, in columns, which the export takes as they are."""

    __slots__ = ("counts", "places", "terms")

    def __init__(self, terms: list[str], counts: array[int], places: array[int]) -> None:
        """Take the terms, how often each stands there, and where, one term after the other."""
        super().__init__(self._tuples)
        self.terms, self.counts, self.places = terms, counts, places

    def _tuples(self) -> dict[str, tuple[int, ...]]:
        rest = iter(self.places)
        return dict(zip(self.terms, [tuple(islice(rest, count)) for count in self.counts], strict=True))


@dataclass(frozen=True, slots=True)
class AnalysedDocument:
    """The terms of an article by field, with where they stand; positions are numbers of words, and rise."""

    slug: str
    title: Mapping[str, tuple[int, ...]]  # term → positions
    body: Mapping[str, tuple[int, ...]]
    title_length: int  # in words
    body_length: int
    words: Mapping[str, str]  # each word as written (folded) → its term, of both fields; several parted by a space
    values: Mapping[str, Mapping[str, int]]  # value field → key, or `below(key)`, → how often
    value_lengths: Mapping[str, int]  # value field → the sum of its own values' counts
    chunks: tuple[int, ...]  # of the body: the position of the first word of each chunk, the first chunk's being 0
    chunk_starts: tuple[int, ...]  # where in the body each chunk begins

    @property
    def lengths(self) -> dict[str, int]:
        """The exact length of each family that the article has: the words of its title and body, values by field."""
        lengths = {TEXT: self.title_length + self.body_length, **self.value_lengths}
        return {family: length for family, length in lengths.items() if length}

    @property
    def terms(self) -> dict[str, Collection[str]]:
        """The terms of the article by family, each once."""
        values = {field: terms.keys() for field, terms in self.values.items()}
        return {TEXT: self.title.keys() | self.body.keys(), **values}


def check_texts(record: SearchDocument | SearchValue) -> None:
    """Raise SearchError where an article or a value has a text that no file can hold."""
    for name, text in _texts(record):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            whose = record.slug if isinstance(record, SearchDocument) else f"{record.field} {record.key}"
            raise SearchError(
                f"{whose.encode(errors='backslashreplace').decode()}: its {name} has U+{ord(text[error.start]):04X}, "
                "which is half of a pair and no character; leave it out, or give the character."
            ) from error


def _texts(record: SearchDocument | SearchValue) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record, each with the name of its column."""
    for column in fields(record):
        found = getattr(record, column.name)
        texts = found if isinstance(found, tuple) else (found,)
        yield from ((column.name, text) for text in texts if isinstance(text, str))


def analyse_document(
    document: SearchDocument, broader: Mapping[tuple[str, str], tuple[str, ...]], *, language: str
) -> AnalysedDocument:
    """Return the terms of an article.

    `language` is the article's; `broader` gives for each value of the archive, by field and key, the keys under which
    its articles are found as lying below: of itself and of what it lies in, as far as something does lie below them.
    """
    from dateline.search.snippet import cut_chunks  # which takes the size of a chunk from here

    words: dict[str, str] = {}
    title, title_length = _positions(document.title, language, words)
    body, body_length = _positions(document.body, language, words)
    # A length is rounded up by a few words: a clearly shorter body needs no look.
    chunks = cut_chunks(document.body) if body_length > CHUNK_WORDS * 0.8 else ()
    values: dict[str, dict[str, int]] = {}
    value_lengths: dict[str, int] = {}
    for field, key, count in document.values:
        counts = values.setdefault(field, {})
        for term in (key, *map(below, broader[field, key])):
            counts[term] = counts.get(term, 0) + count
        value_lengths[field] = value_lengths.get(field, 0) + count
    fields = [field for field in VALUE_FIELDS if field in values]
    return AnalysedDocument(
        slug=document.slug,
        title=title,
        body=body,
        title_length=title_length,
        body_length=body_length,
        words=words,
        values={field: dict(sorted(values[field].items())) for field in fields},
        value_lengths={field: value_lengths[field] for field in fields},
        chunks=tuple(chunk.position for chunk in chunks) or (0,),
        chunk_starts=tuple(chunk.start for chunk in chunks) or (0,),
    )


def _positions(text: str, language: str, words: dict[str, str]) -> tuple[dict[str, tuple[int, ...]], int]:
    """Return the positions of each term of a text and its number of words; add to `words`."""
    found: dict[str, list[int]] = {}
    length = 0
    for position, word, term in find_words(text, language):
        length += 1
        if term in found:
            found[term].append(position)
        else:
            found[term] = [position]
        if words.setdefault(word, term) != term:
            # Spellings that accents part: "securite" and "sécurité" are one word and may be two terms.
            words[word] = " ".join(sorted({*words[word].split(), term}))
    return dict(zip(found, map(tuple, found.values()), strict=True)), length


def pack_document(document: AnalysedDocument) -> bytes:
    """Return an analysed document, without its slug, as bytes for this machine."""
    positions = [*document.title.values(), *document.body.values()]
    numbers = [*map(len, positions), *chain.from_iterable(positions)]
    code = "I" if numbers and max(numbers) > 0xFFFF else "H"
    head = [
        code,
        len(positions),
        " ".join(document.title),
        " ".join(document.body),
        " ".join(document.words),
        "\n".join(term if term != word else "" for word, term in document.words.items()),
        document.title_length,
        document.body_length,
        document.values,
        document.value_lengths,
        document.chunks,
        document.chunk_starts,
    ]
    return b"\0".join((json.dumps(head, separators=(",", ":")).encode(), array(code, numbers).tobytes()))


def unpack_document(slug: str, data: bytes) -> AnalysedDocument:
    """Return what `pack_document` packed."""
    head, _, tail = data.partition(b"\0")
    code, count, titles, bodies, words, terms, *rest_of_head = json.loads(head)
    title_length, body_length, values, value_lengths, chunks, chunk_starts = rest_of_head
    numbers = array(code, tail)
    title_terms, body_terms = titles.split(), bodies.split()
    counts, places = numbers[:count], numbers[count:]
    title_counts, body_counts = counts[: len(title_terms)], counts[len(title_terms) :]
    parted = sum(title_counts)
    return AnalysedDocument(
        slug=slug,
        title=PackedPlaces(title_terms, title_counts, places[:parted]),
        body=PackedPlaces(body_terms, body_counts, places[parted:]),
        title_length=title_length,
        body_length=body_length,
        words=LateTable(lambda: {word: term or word for word, term in _pairs(words.split(), terms)}),
        values=values,
        value_lengths=value_lengths,
        chunks=tuple(chunks),
        chunk_starts=tuple(chunk_starts),
    )


def _pairs(words: list[str], terms: str) -> Iterable[tuple[str, str]]:
    return zip(words, terms.split("\n"), strict=True) if words else ()
