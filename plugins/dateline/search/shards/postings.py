"""The postings of terms as columns, and the few best of a long list, with which a plain query is answered."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import floor, log2
from typing import NamedTuple

from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.search.scoring import TITLE_WEIGHT, bm25
from dateline.search.shards.codec import Table, decode_column, digits_of, encode_rising, parts_of

BEST = 64
SHARED_LENGTHS = 16  # a list of more than a sixteenth of the articles leaves their lengths to the column
LESS_THAN_MEAN = (
    40  # in Whoosh's bytes: so the 76 lengths of one digit are most, from an eighth of the mean to 4 times it
)
_AVERAGE_STEPS = 64  # an octave

# A shape is all that a posting's digits tell but the article: how often in the title, how often in the body (or how
# often the value), and the mask of the body's chunks, in the bits of one number.
_BODY_BIT, _MASK_BIT = 16, 40
_TITLE, _COUNTS = (1 << _BODY_BIT) - 1, (1 << _MASK_BIT) - 1

LENGTHS = tuple(byte_to_length(byte) for byte in range(256))

Score = Callable[[int, int], float]  # of a shape and a length as Whoosh's byte


@dataclass(slots=True)
class Postings:
    """The articles that have a term, in order, and what shards tell of each, as far as it can be written at once."""

    documents: array[int] = field(default_factory=lambda: array("I"))
    shapes: array[int] = field(default_factory=lambda: array("Q"))
    title: bytearray = field(default_factory=bytearray)  # places, as the columns of positions have them
    body: bytearray = field(default_factory=bytearray)
    title_contexts: bytearray = field(default_factory=bytearray)
    body_contexts: bytearray = field(default_factory=bytearray)
    digit: int = 0  # of a common word: what contexts have for it


class Block(NamedTuple):  # made for each term
    """The five columns of some postings."""

    documents: bytes
    frequencies: bytes
    titled: bytes
    lengths: bytes
    masks: bytes


def shape_of(title: int, body: int, mask: int = 0) -> int:
    """Return the shape of a posting."""
    return title | body << _BODY_BIT | mask << _MASK_BIT


def usual_length(average: float) -> int:
    """Return the length, as Whoosh's byte, from which those of the text are counted, for a reference average."""
    return max(0, length_to_byte(round(average)) - LESS_THAN_MEAN)


def encode_length(length: int, usual: int) -> bytes:
    """Return a length as Whoosh's byte, counted round from the usual one, so that most have one digit."""
    return digits_of((length - usual) % 256)


def reference_average(average: float) -> float:
    """Return a mean length rounded so that it hardly ever changes: which postings are best hangs on it."""
    return float(2 ** (floor(log2(average or 1) * _AVERAGE_STEPS + 0.5) / _AVERAGE_STEPS))


def score_table(average: float) -> Mapping[tuple[int, int], float]:
    """Return the scores of postings under a mean length, by counts (of `counts_of`) and length as Whoosh's byte."""

    def score(key: tuple[int, int]) -> float:
        counts, length = key
        return bm25(1, (counts & _TITLE) * TITLE_WEIGHT + (counts >> _BODY_BIT), LENGTHS[length], average)

    return Table(score)


def best(postings: Postings, lengths: Sequence[int], scores: Mapping[tuple[int, int], float]) -> list[int]:
    """Return the places of the BEST postings by their score, equal ones in archive order; lengths are by article."""
    found = [
        scores[shape & _COUNTS, lengths[document]]
        for document, shape in zip(postings.documents, postings.shapes, strict=True)
    ]
    least = sorted(found)[-BEST]
    above = [place for place, score in enumerate(found) if score > least]
    equal = [place for place, score in enumerate(found) if score == least]
    return sorted(above + equal[: BEST - len(above)])


def encode_block(documents: Sequence[int], shapes: Sequence[int], lengths: Sequence[bytes] | None) -> Block:
    """Return postings as columns; `lengths` are the encoded ones by article, without them that column is empty."""
    return Block(
        encode_rising(documents),
        b"".join(map(_FREQUENCIES, shapes)),
        b"".join(map(_TITLED, shapes)),
        b"".join([lengths[document] for document in documents]) if lengths is not None else b"",
        b"".join(map(_MASKS, shapes)),
    )


_FREQUENCIES = Table[int, bytes](
    lambda shape: digits_of(((shape & _COUNTS) >> _BODY_BIT) * 2 + bool(shape & _TITLE))
).__getitem__
_TITLED = Table[int, bytes](lambda shape: digits_of((shape & _TITLE) - 1) if shape & _TITLE else b"").__getitem__
_MASKS = Table[int, bytes](lambda shape: digits_of(shape >> _MASK_BIT) if shape >> _MASK_BIT else b"").__getitem__


def reopen(columns: Sequence[bytes], *, is_long: Sequence[bool] | bytes) -> Postings:
    """Return postings from their columns: a block's, then places in title and body and both contexts, if any.

    `is_long` tells by article of which masks were written.
    """
    gaps, frequencies, titled, _, masks, *positions = columns
    documents = array("I", accumulate(decode_column(gaps), lambda before, gap: before + gap + 1))
    titles, chunks = iter(decode_column(titled)), iter(decode_column(masks))
    shapes = array(
        "Q",
        [
            shape_of(
                next(titles) + 1 if frequency & 1 else 0,
                frequency >> 1,
                next(chunks) if frequency > 1 and is_long[document] else 0,
            )
            for document, frequency in zip(documents, decode_column(frequencies), strict=True)
        ],
    )
    title, body, title_contexts, body_contexts = map(bytearray, (*positions, *[b""] * (4 - len(positions))))
    return Postings(documents, shapes, title, body, title_contexts, body_contexts)


def replace_postings(postings: Postings, numbers: Iterable[int], new: Postings) -> None:
    """Put what `new` has of the articles `numbers` in place of what `postings` has of them."""
    stood, given = _fields(postings), _fields(new)
    for number in numbers:
        place, other = _place(postings.documents, number), _place(new.documents, number)
        for own, of in zip(stood, given, strict=True):
            own.replace(own.span(postings.shapes, place), of, of.span(new.shapes, other))
        postings.documents[place] = new.documents[other]
        postings.shapes[place] = new.shapes[other]
    title, body = stood
    postings.title, postings.title_contexts = bytearray().join(title.parts), title.contexts
    postings.body, postings.body_contexts = bytearray().join(body.parts), body.contexts


def _place(documents: Sequence[int], number: int) -> slice:
    """Return where an article stands, or an empty slice where it would."""
    at = bisect_left(documents, number)
    return slice(at, at + (at < len(documents) and documents[at] == number))


@dataclass(frozen=True, slots=True)
class _Field:
    """The places of a field, number by number, and their contexts."""

    count: Callable[[int], int]  # of places, by shape
    parts: list[bytes]
    contexts: bytearray

    def span(self, shapes: Sequence[int], postings: slice) -> slice:
        """Return which places some postings have."""
        counts = list(map(self.count, shapes[: postings.stop]))
        return slice(sum(counts[: postings.start]), sum(counts))

    def replace(self, span: slice, other: _Field, of: slice) -> None:
        """Put places of another in place of some."""
        self.parts[span] = other.parts[of]
        self.contexts[4 * span.start : 4 * span.stop] = other.contexts[4 * of.start : 4 * of.stop]


def _fields(postings: Postings) -> tuple[_Field, _Field]:
    return (
        _Field(lambda shape: shape & _TITLE, parts_of(bytes(postings.title)), postings.title_contexts),
        _Field(lambda shape: (shape & _COUNTS) >> _BODY_BIT, parts_of(bytes(postings.body)), postings.body_contexts),
    )


def count_titled(shapes: Sequence[int]) -> int:
    """Return how many postings have the term in the title."""
    return sum([shape & _TITLE > 0 for shape in shapes])
