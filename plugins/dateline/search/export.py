"""The index into shards: small scripts from which the browser ranks as Whoosh does, also from disk.

This is the one description of what Python writes and `theme/static/js/search/shards.js` reads.

    meta.js                               dateline.shards.open({…}): see `_meta`
    <generation>/<family>-terms-<n>.js    dateline.shards.receive(name, [terms, numbers, idf by df])
    <generation>/<family>-positions-<n>.js                     … (name, numbers)
    <generation>/<family>-words-<n>.js                         … (name, words)
    <generation>/card-<document>.js       … (name, [url, title, topic, date label, text])

A family is a group of fields that are searched together. Its terms, sorted by code point, are cut into
shards; for each term and each field of the family in turn, `numbers` has the document frequency df, then
three columns of df numbers: documents (as differences), term frequencies, places in the table of field
lengths. A positions shard has, for the same terms in the same order, the positions in each document (as
differences). Words are what prefixes are looked up in. `numbers` are unsigned, in the base-64 VLQ of source
maps: five bits a character, least significant first; the sixth bit says that more follow. Documents are
numbered in archive order.

`generation` is a hash of all shards, so that their names need no list and a change never mixes two indexes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from dateline.edtf import date_label
from dateline.files import replace_file, sha256
from dateline.search.index import K1, MAX_PREFIX_WORDS, B, SearchIndex
from dateline.search.query import FAMILIES, FIELDS

# What a search page includes from the theme's static files, in this order: each uses those before it.
SCRIPTS = tuple(
    f"js/search/{name}.js" for name in ("stemmer", "analysis", "query", "shards", "rank", "snippet", "view")
)

SHARD_CHARS = 6000  # before compression, which leaves about half

Item = TypeVar("Item")

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written: files, and their bytes as stored and as a web server compresses them."""

    generation: str
    files: int
    bytes: int
    compressed_bytes: int


def export_index(index: SearchIndex, folder: Path) -> ExportSummary:
    """Write the shards of `index` into `folder`, the file that names them last; others are left alone."""
    families = {name: _Family(_term_shards(index, name), _word_shards(index, name)) for name in FAMILIES}
    shards = dict(_shards(index, families))
    generation = sha256("\n".join(f"{name} {sha256(text)}" for name, text in sorted(shards.items())))[:12]
    files = {f"{generation}/{name}.js": text for name, text in shards.items()}
    files["meta.js"] = _call("open", {"generation": generation, **_meta(index, families)})
    for name, text in files.items():
        replace_file(folder / name, text)
    contents = [text.encode() for text in files.values()]
    return ExportSummary(
        generation=generation,
        files=len(files),
        bytes=sum(map(len, contents)),
        compressed_bytes=sum(len(zlib.compress(content)) for content in contents),
    )


def encode_numbers(numbers: Iterable[int]) -> str:
    """Return unsigned numbers in base-64 VLQ.

    >>> encode_numbers([0, 31, 32, 1000])
    'AfgBof'
    """
    return "".join(map(_encode_number, numbers))


@cache
def _encode_number(number: int) -> str:
    digits = ""
    while number > 31:
        digits += _DIGITS[number & 31 | 32]
        number >>= 5
    return digits + _DIGITS[number]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term with its postings in each field of its family."""

    term: str
    numbers: str
    positions: str
    idf: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Family:
    terms: list[list[_Term]]
    words: list[list[str]]


def _meta(index: SearchIndex, families: Mapping[str, _Family]) -> dict[str, Any]:
    """Return what every query needs: the archive's figures, and with which term or word each shard begins."""
    return {
        "documents": index.searcher.doc_count_all(),
        "b": B,
        "k1": K1,
        "averages": {field: index.searcher.avg_field_length(field) or 1 for field in FIELDS},
        "lengths": _lengths(index),
        "prefixWords": MAX_PREFIX_WORDS,
        "families": {
            name: {
                "fields": FAMILIES[name],
                "terms": [shard[0].term for shard in family.terms],
                "words": [shard[0] for shard in family.words],
            }
            for name, family in families.items()
        },
    }


def _shards(index: SearchIndex, families: Mapping[str, _Family]) -> Iterator[tuple[str, str]]:
    for name, family in families.items():
        for number, terms in enumerate(family.terms):
            idf = {df: value for term in terms for df, value in term.idf.items()}
            numbers = "".join(term.numbers for term in terms)
            yield _shard(f"{name}-terms-{number}", [[term.term for term in terms], numbers, idf])
            yield _shard(f"{name}-positions-{number}", "".join(term.positions for term in terms))
        for number, words in enumerate(family.words):
            yield _shard(f"{name}-words-{number}", words)
    for document, stored in index.searcher.reader().iter_docs():
        label = date_label(stored.get("date"))
        card = [stored["url"], stored.get("title", ""), stored.get("topic"), label, stored.get("body", "")]
        yield _shard(f"card-{document}", card)


def _shard(name: str, data: object) -> tuple[str, str]:
    return name, _call("receive", name, data)


def _call(function: str, *values: object) -> str:
    arguments = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"dateline.shards.{function}({arguments});\n"


def _term_shards(index: SearchIndex, family: str) -> list[list[_Term]]:
    return _cut(_terms(index, family), lambda term: len(term.term) + len(term.numbers))


def _word_shards(index: SearchIndex, family: str) -> list[list[str]]:
    return _cut(index.words(family), len)


def _terms(index: SearchIndex, family: str) -> Iterator[_Term]:
    """Yield the terms of a family of fields by code point."""
    reader, fields = index.searcher.reader(), FAMILIES[family]
    places = {length: place for place, length in enumerate(_lengths(index))}
    for text in sorted({str(text) for field in fields for text in reader.field_terms(field)}):
        numbers, positions, idf = "", "", {}
        for field in fields:
            postings = list(_postings(index, field, text))
            numbers += encode_numbers(
                [
                    len(postings),
                    *_differences(posting.document for posting in postings),
                    *(len(posting.positions) for posting in postings),
                    *(places[posting.length] for posting in postings),
                ]
            )
            positions += "".join(encode_numbers(_differences(posting.positions)) for posting in postings)
            if postings:
                idf[len(postings)] = index.searcher.idf(field, text)
        yield _Term(text, numbers, positions, idf)


@dataclass(frozen=True, slots=True)
class _Posting:
    document: int
    length: int  # of the field, as Whoosh rounds it
    positions: list[int]


def _postings(index: SearchIndex, field: str, text: str) -> Iterator[_Posting]:
    reader = index.searcher.reader()
    if not reader.doc_frequency(field, text):
        return
    matcher = reader.postings(field, text)
    while matcher.is_active():
        document = matcher.id()
        yield _Posting(document, reader.doc_field_length(document, field, 1), matcher.value_as("positions"))
        matcher.next()


def _lengths(index: SearchIndex) -> list[int]:
    """Return the lengths that fields have, as Whoosh rounds them, shortest first."""
    reader = index.searcher.reader()
    documents = list(reader.all_doc_ids())
    lengths = {reader.doc_field_length(document, field, 1) for document in documents for field in FIELDS}
    return sorted(filter(None, lengths))  # Whoosh has no length where one document lacks what another has


def _differences(numbers: Iterable[int]) -> Iterator[int]:
    """Yield the first of some rising numbers, then by how much each is greater than the one before."""
    before = 0
    for number in numbers:
        yield number - before
        before = number


def _cut(items: Iterable[Item], size: Callable[[Item], int]) -> list[list[Item]]:
    """Cut `items` into parts of about SHARD_CHARS; an item is never cut."""
    parts: list[list[Item]] = []
    filled = SHARD_CHARS
    for item in items:
        if filled >= SHARD_CHARS:
            parts.append([])
            filled = 0
        parts[-1].append(item)
        filled += size(item)
    return parts
