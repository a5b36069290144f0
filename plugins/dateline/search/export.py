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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
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
    """What was written."""

    generation: str
    files: int
    bytes: int


def export_index(index: SearchIndex, folder: Path) -> ExportSummary:
    """Write the shards of `index` into `folder`, the file that names them last; others are left alone."""
    hashes: dict[str, str] = {}
    firsts: defaultdict[str, list[str]] = defaultdict(list)
    size = 0
    folder.mkdir(parents=True, exist_ok=True)
    # Their folder has a name once all are written: an archive's texts need not be in memory together.
    with TemporaryDirectory(dir=folder, prefix=".new-") as new:
        for shard in _shards(index):
            content = shard.script.encode()
            Path(new, f"{shard.name}.js").write_bytes(content)
            hashes[shard.name] = sha256(content)
            firsts[shard.series].append(shard.first)
            size += len(content)
        generation = sha256("\n".join(f"{name} {hash_}" for name, hash_ in sorted(hashes.items())))[:12]
        if hashes:
            (folder / generation).mkdir(exist_ok=True)
        for name in hashes:
            Path(new, f"{name}.js").replace(folder / generation / f"{name}.js")
    meta = _call("open", {"generation": generation, **_meta(index, firsts)}).encode()
    replace_file(folder / "meta.js", meta)
    return ExportSummary(generation, files=len(hashes) + 1, bytes=size + len(meta))


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
class _Shard:
    """A file of the export: one of a series, in which `first` is what it begins with."""

    series: str
    number: int
    script: str
    first: str = ""

    @property
    def name(self) -> str:
        return f"{self.series}-{self.number}"


def _meta(index: SearchIndex, firsts: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return what every query needs: the archive's figures, and with which term or word each shard begins."""
    return {
        "documents": index.searcher.doc_count_all(),
        "b": B,
        "k1": K1,
        "averages": {field: index.searcher.avg_field_length(field) or 1 for field in FIELDS},
        "lengths": _lengths(index),
        "prefixWords": MAX_PREFIX_WORDS,
        "families": {
            family: {
                "fields": fields,
                "terms": firsts.get(f"{family}-terms", []),
                "words": firsts.get(f"{family}-words", []),
            }
            for family, fields in FAMILIES.items()
        },
    }


def _shards(index: SearchIndex) -> Iterator[_Shard]:
    for family in FAMILIES:
        for number, terms in enumerate(_cut(_terms(index, family), _term_size)):
            idf = {df: value for term in terms for df, value in term.idf.items()}
            numbers = "".join(term.numbers for term in terms)
            data = [[term.term for term in terms], numbers, idf]
            yield _shard(f"{family}-terms", number, data, first=terms[0].term)
            yield _shard(f"{family}-positions", number, "".join(term.positions for term in terms))
        for number, words in enumerate(_cut(index.words(family), len)):
            yield _shard(f"{family}-words", number, words, first=words[0])
    for document, stored in index.searcher.reader().iter_docs():
        label = date_label(stored.get("date"))
        card = [stored["url"], stored.get("title", ""), stored.get("topic"), label, stored.get("body", "")]
        yield _shard("card", document, card)


def _shard(series: str, number: int, data: object, *, first: str = "") -> _Shard:
    return _Shard(series, number, _call("receive", f"{series}-{number}", data), first)


def _call(function: str, *values: object) -> str:
    arguments = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"dateline.shards.{function}({arguments});\n"


def _term_size(term: _Term) -> int:
    return len(term.term) + len(term.numbers)


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


def _cut(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Cut `items` into parts of about SHARD_CHARS; an item is never cut."""
    part: list[Item] = []
    filled = 0
    for item in items:
        part.append(item)
        filled += size(item)
        if filled >= SHARD_CHARS:
            yield part
            part, filled = [], 0
    if part:
        yield part
