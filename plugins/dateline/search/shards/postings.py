"""The postings of terms as columns, and the few best of a long list, with which a plain query is answered."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor, log2
from typing import NamedTuple

from whoosh.util.numeric import byte_to_length

from dateline.search.scoring import TITLE_WEIGHT, bm25
from dateline.search.shards.codec import Table, digits_of, encode_rising

BEST = 64
SHARED_LENGTHS = 16  # a list of more than a sixteenth of the articles leaves their lengths to the column
USUAL_LENGTH = 40  # Whoosh's byte for 70 words: up to 1,050 words have one digit then
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


def count_titled(shapes: Sequence[int]) -> int:
    """Return how many postings have the term in the title."""
    return sum([shape & _TITLE > 0 for shape in shapes])
