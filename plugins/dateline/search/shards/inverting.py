"""Articles by term: what was analysed article by article, put together term by term for the shards."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, repeat
from operator import sub

from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.search.documents import CHUNK_WORDS, AnalysedDocument, PackedPlaces
from dateline.search.fields import BELOW, FAMILIES, TEXT, VALUE_FIELDS
from dateline.search.shards.codec import DIGITS, digits_of, encode_rising
from dateline.search.shards.postings import BEST, Postings, shape_of

COMMON_TERMS = 30  # at most; of those in more than a quarter of the articles
_NONE = DIGITS[0].encode()

Places = tuple[int, ...]
Inverted = defaultdict[str, Postings]
_Field = tuple[list[Postings], PackedPlaces]


@dataclass(slots=True)
class Tables:
    """The articles by term: those of the text, and those of values as `<field> <key>`."""

    text: Inverted = field(default_factory=lambda: defaultdict(Postings))
    values: Inverted = field(default_factory=lambda: defaultdict(Postings))
    lengths: Mapping[str, array[int]] = field(default_factory=lambda: {name: array("B") for name in FAMILIES})
    keys: Mapping[str, list[tuple[str, ...]]] = field(default_factory=lambda: {name: [] for name in VALUE_FIELDS})
    chunk_starts: list[Places] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)  # of the text of each article, parted by spaces, some twice
    value_terms: list[list[str]] = field(default_factory=list)  # of each article
    # Of each article title and body: its terms and where they stand, until the common ones are known.
    standing: list[tuple[_Field, _Field]] = field(default_factory=list)


def invert(articles: Iterable[tuple[int, AnalysedDocument]]) -> Tables:
    """Return articles, given with their numbers in archive order, by term."""
    tables = Tables()
    for number, article in articles:
        _add_text(tables, number, article)
        _add_values(tables, number, article)
        tables.chunk_starts.append(article.chunk_starts)
    return tables


def _add_text(tables: Tables, number: int, article: AnalysedDocument) -> None:
    words = article.title_length + article.body_length
    length = length_to_byte(words)
    tables.lengths[TEXT].append(length)
    table, body = tables.text, _columns(article.body)
    bits = _chunk_bits(article.chunks, body.places) if byte_to_length(length) > CHUNK_WORDS else None
    entries = [table[term] for term in body.terms]
    end = 0
    for entry, count in zip(entries, body.counts, strict=True):
        start, end = end, end + count
        entry.documents.append(number)
        if count == 1:
            entry.body += digits_of(body.places[start])
            entry.shapes.append(_ONCE | bits[start] if bits else _ONCE)
        else:
            entry.body += encode_rising(body.places[start:end])
            entry.shapes.append(shape_of(0, count) | (sum(set(bits[start:end])) if bits else 0))
    title = _columns(article.title)
    titles = [table[term] for term in title.terms]
    end = 0
    for entry, count in zip(titles, title.counts, strict=True):
        start, end = end, end + count
        entry.title += encode_rising(title.places[start:end])
        if entry.documents and entry.documents[-1] == number:
            entry.shapes[-1] |= shape_of(count, 0)
        else:
            entry.documents.append(number)
            entry.shapes.append(shape_of(count, 0))
    tables.terms.append(" ".join((*title.terms, *body.terms)))
    tables.standing.append(((titles, title), (entries, body)))


_ONCE = shape_of(0, 1)


def _columns(field: Mapping[str, Places]) -> PackedPlaces:
    if isinstance(field, PackedPlaces):
        return field
    counts = array("I", map(len, field.values()))
    return PackedPlaces([*field], counts, array("I", chain.from_iterable(field.values())))


def _chunk_bits(chunks: Places, places: Sequence[int]) -> list[int]:
    """Return for each place in a body the shape that tells of its chunk alone; `chunks` are by first place."""
    sizes = map(sub, (*chunks[1:], max(places, default=0) + 1), chunks)
    bits = list(chain.from_iterable(repeat(shape_of(0, 0, 1 << at), size) for at, size in enumerate(sizes)))
    return [bits[place] for place in places]


def _add_values(tables: Tables, number: int, article: AnalysedDocument) -> None:
    terms = []
    for name in VALUE_FIELDS:
        counts = article.values.get(name, {})
        tables.lengths[name].append(length_to_byte(article.value_lengths.get(name, 0)))
        tables.keys[name].append(tuple(key for key in counts if not key.startswith(BELOW)))
        for key, count in counts.items():
            terms.append(f"{name} {key}")
            postings = tables.values[terms[-1]]
            postings.documents.append(number)
            postings.shapes.append(shape_of(0, count))
    tables.value_terms.append(terms)


def common_terms(counts: Mapping[str, int], documents: int) -> list[str]:
    """Return the terms of so many articles that contexts are told for them, by code point: so they seldom change."""
    often = [term for term, count in counts.items() if count * 4 > documents]
    return sorted(sorted(often, key=lambda term: (-counts[term], term))[:COMMON_TERMS])


def add_contexts(tables: Tables, common: Sequence[str]) -> None:
    """Fill in which common words stand around each place, and forget where terms stand."""
    for number, term in enumerate(common, start=1):
        tables.text[term].digit = ord(DIGITS[number])
    for title, body in tables.standing:
        for postings, contexts in zip(title[0], _contexts(*title), strict=True):
            postings.title_contexts += contexts
        for postings, contexts in zip(body[0], _contexts(*body), strict=True):
            postings.body_contexts += contexts
    tables.standing.clear()


def _contexts(terms: Sequence[Postings], columns: PackedPlaces) -> Iterator[bytes | bytearray]:
    """Yield of each term the common words two and one before each place, one and two after it.

    The long lists of common words themselves have none; a short list, as a small archive's, shares a file with others.
    """
    places = columns.places
    size = max(places, default=0) + 1
    text = bytearray(_NONE) * (size + 4)
    spans = list(zip(terms, columns.counts, accumulate(columns.counts), strict=True))
    for postings, count, end in spans:
        if postings.digit:
            for place in places[end - count : end]:
                text[place + 2] = postings.digit
    around = bytearray(4 * size)
    for target, source in enumerate((0, 1, 3, 4)):
        around[target::4] = text[source : source + size]
    for postings, count, end in spans:
        if postings.digit and len(postings.documents) > BEST:
            yield b""
        elif count == 1:
            place = 4 * places[end - 1]
            yield around[place : place + 4]
        else:
            yield b"".join([around[4 * place : 4 * place + 4] for place in places[end - count : end]])
