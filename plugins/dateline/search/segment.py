"""Analysed documents into Whoosh's segments, in one pass: inverted in memory, then given to the codec in order.

Whoosh's own writer sorts single postings through a pool on disk, and looks each length up again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from whoosh.codec import default_codec
from whoosh.fields import KEYWORD, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import TOC
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader
from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.search.documents import AnalysedDocument
from dateline.search.fields import FIELDS, TEXT_FIELDS, VALUE_FIELDS, family_of

INDEX_NAME = "archive"
MAX_POSTINGS = 3_000_000  # of one segment: some 300 MB while it is written

# By field and term: the documents, how often each has it, and what Whoosh keeps of the positions.
Posting = tuple[int, int, bytes]


def archive_schema() -> Schema:
    """Return the fields as Whoosh has them: terms with positions, values with counts; nothing is stored."""
    texts = {field: TEXT(stored=False) for field in TEXT_FIELDS}
    values = {field: KEYWORD(scorable=True) for field in VALUE_FIELDS}
    return Schema(**texts, **values)


def write_segments(
    folder: Path, documents: Iterable[AnalysedDocument], *, max_postings: int = MAX_POSTINGS
) -> Iterator[tuple[Any, int]]:
    """Write documents into segments, none above `max_postings` by more than a document; yield each and its size.

    Raises OSError.
    """
    storage = FileStorage(str(folder))
    waiting = iter(documents)
    while (first := next(waiting, None)) is not None:
        yield _write_segment(storage, first, waiting, max_postings)


def write_contents(folder: Path, segments: list[Any], generation: int) -> Path:
    """Write Whoosh's table of contents of a generation, and return its file."""
    contents_file(folder, generation).unlink(missing_ok=True)  # of a writer that was killed before it was done
    TOC(archive_schema(), segments, generation).write(FileStorage(str(folder)), INDEX_NAME)
    return contents_file(folder, generation)


def contents_file(folder: Path, generation: int) -> Path:
    """Return the path of the table of contents of a generation."""
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def segment_file(folder: Path, name: str) -> Path:
    """Return the path of a segment."""
    return folder / f"{name}.seg"


def load_segments(folder: Path, generation: int) -> list[Any]:
    """Return the segments of a generation. They are pickles: the caller has compared the file with what was written."""
    contents = TOC.read(FileStorage(str(folder)), INDEX_NAME, gen=generation, schema=archive_schema())
    return list(contents.segments)


def open_reader(folder: Path, segments: list[Any], generation: int) -> IndexReader:
    """Return a reader of segments; all their files are open, and may go while it reads."""
    storage, schema = FileStorage(str(folder)), archive_schema()
    readers: list[IndexReader] = [
        SegmentReader(storage, schema, segment, generation=generation) for segment in segments
    ]
    if not readers:
        return EmptyReader(schema)
    return readers[0] if len(readers) == 1 else MultiReader(readers, generation=generation)


def _write_segment(
    storage: FileStorage, first: AnalysedDocument, waiting: Iterator[AnalysedDocument], max_postings: int
) -> tuple[Any, int]:
    codec, schema = default_codec(), archive_schema()
    segment = codec.new_segment(storage, INDEX_NAME)
    per_document = codec.per_document_writer(storage, segment)
    inverted: dict[str, dict[str, list[Posting]]] = {field: {} for field in FIELDS}
    lengths = {field: array("I") for field in FIELDS}
    number = postings = 0
    document: AnalysedDocument | None = first
    while document is not None:
        per_document.start_doc(number)
        exact = document.lengths
        for field in FIELDS:
            length = exact.get(family_of(field), 0)  # title and body both have that of the article
            lengths[field].append(_rounded(length))
            if length:
                per_document.add_field(field, schema[field], None, length)
        per_document.finish_doc()
        postings += _invert(document, number, inverted, schema)
        number += 1
        document = next(waiting, None) if postings < max_postings else None
    per_document.close()
    segment.set_doc_count(number)
    writer = codec.field_writer(storage, segment)
    for field in sorted(FIELDS):
        if inverted[field]:
            _write_field(writer, field, schema[field], inverted.pop(field), lengths[field])
    writer.close()
    segment.create_compound_file(storage)
    return segment, number


def _invert(
    document: AnalysedDocument, number: int, inverted: Mapping[str, dict[str, list[Posting]]], schema: Schema
) -> int:
    """Add a document's postings to `inverted` and return how many there are."""
    added = 0
    for field, terms in (("title", document.title), ("body", document.body)):
        index = inverted[field]
        for term, positions in terms.items():
            value = _one_position(positions[0]) if len(positions) == 1 else _encode(positions)
            posting = (number, len(positions), value)
            if term in index:
                index[term].append(posting)
            else:
                index[term] = [posting]
        added += len(terms)
    for field, counts in document.values.items():
        index = inverted[field]
        for term, count in counts.items():
            index.setdefault(term, []).append((number, count, count.to_bytes(4, "big")))
        added += len(counts)
    return added


def _write_field(writer: Any, name: str, field: Any, terms: dict[str, list[Posting]], lengths: array[int]) -> None:
    writer.start_field(name, field)
    add = writer.add
    # By UTF-8, in which code points keep their order.
    for term in sorted(terms):
        writer.start_term(term.encode())
        for number, count, value in terms[term]:
            add(number, count, value, lengths[number])
        writer.finish_term()
    writer.finish_field()


_POSITIONS = Positions()


def _encode(positions: tuple[int, ...]) -> bytes:
    encoded: bytes = _POSITIONS.encode(positions)
    return encoded


@lru_cache(maxsize=1 << 14)
def _one_position(position: int) -> bytes:
    """Most postings have one position: each is kept in memory once."""
    return _encode((position,))


@lru_cache(maxsize=1 << 14)
def _rounded(length: int) -> int:
    return int(byte_to_length(length_to_byte(length)))
