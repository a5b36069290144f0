"""The postings of terms as columns, and the few best of a long list, with which a plain query is answered."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import floor, log2

from whoosh.util.numeric import byte_to_length

from dateline.search.scoring import TITLE_WEIGHT, bm25
from dateline.search.shards.codec import DIGITS, encode_gaps, encode_numbers

BEST = 64
SHARED_LENGTHS = 16  # a list of more than a sixteenth of the articles leaves their lengths to the column
USUAL_LENGTH = 40  # Whoosh's byte for 70 words: up to 1,050 words have one digit then
_AVERAGE_STEPS = 64  # an octave

Places = tuple[int, ...]


@dataclass(slots=True)
class Postings:
    """The articles that have a term, in order, and where in each it stands in title and body."""

    documents: list[int] = field(default_factory=list)
    title: list[Places] = field(default_factory=list)
    body: list[Places] = field(default_factory=list)

    def triples(self) -> Iterator[tuple[int, Places, Places]]:
        """Return document, places in the title, places in the body of each."""
        return zip(self.documents, self.title, self.body, strict=True)


@dataclass(slots=True)
class Articles:
    """What postings need to know of all articles, by number: lengths as Whoosh's bytes, chunks, common words."""

    lengths: array[int] = field(default_factory=lambda: array("B"))
    usual_length: int = 0
    chunks: list[Places] = field(default_factory=list)  # () for an article of one chunk
    # A digit a word, after two that are none: its place among the common words.
    title_contexts: list[str] = field(default_factory=list)
    body_contexts: list[str] = field(default_factory=list)


LENGTHS = tuple(byte_to_length(byte) for byte in range(256))


def reference_average(average: float) -> float:
    """Return a mean length rounded so that it hardly ever changes: which postings are best hangs on it."""
    return float(2 ** (floor(log2(average or 1) * _AVERAGE_STEPS + 0.5) / _AVERAGE_STEPS))


def best(postings: Postings, articles: Articles, average: float) -> Postings:
    """Return the BEST postings by their score under a mean length, equal ones in archive order."""
    scores: dict[tuple[int, int, int], float] = {}
    ranked = []
    for place, (document, title, body) in enumerate(postings.triples()):
        shape = (len(title), len(body), articles.lengths[document])
        score = scores.get(shape)
        if score is None:
            score = scores[shape] = bm25(1, len(title) * TITLE_WEIGHT + len(body), LENGTHS[shape[2]], average)
        ranked.append((-score, place))
    ranked.sort()
    places = sorted(place for _, place in ranked[:BEST])
    return Postings(
        [postings.documents[place] for place in places],
        [postings.title[place] for place in places],
        [postings.body[place] for place in places],
    )


def encode_block(terms: Sequence[Postings], articles: Articles, *, lengths: bool = True) -> list[str]:
    """Return the postings of `terms` as five columns; without `lengths`, that one is empty."""
    triples = [triple for postings in terms for triple in postings.triples()]
    masked = [(body, articles.chunks[document]) for document, _, body in triples if articles.chunks[document]]
    return [
        "".join([encode_gaps(postings.documents) for postings in terms]),
        encode_numbers([len(body) * 2 + bool(title) for _, title, body in triples]),
        encode_numbers([len(title) - 1 for _, title, _ in triples if title]),
        encode_lengths((document for document, _, _ in triples), articles) if lengths else "",
        encode_numbers([chunk_mask(body, chunks) for body, chunks in masked if body]),
    ]


def encode_lengths(documents: Iterable[int], articles: Articles) -> str:
    """Return lengths as Whoosh's bytes, counted round from the usual one, so that most have one digit."""
    return encode_numbers([(articles.lengths[document] - articles.usual_length) % 256 for document in documents])


def chunk_mask(places: Places, chunks: Places) -> int:
    """Return in which chunks, given by their first places, some places lie, the first as the lowest bit.

    >>> chunk_mask((3, 70), (0, 50, 100))
    3
    """
    mask = 0
    for place in places:
        mask |= 1 << max(0, bisect_right(chunks, place) - 1)
    return mask


def encode_positions(terms: Sequence[Postings]) -> list[str]:
    """Return where the terms stand in titles, and in bodies."""
    return [
        "".join([encode_gaps(places) for postings in terms for places in postings.title if places]),
        "".join([encode_gaps(places) for postings in terms for places in postings.body if places]),
    ]


def encode_contexts(terms: Sequence[Postings], articles: Articles) -> list[str]:
    """Return for each position which common words stand two and one before it, one and two after it."""
    return [
        "".join(
            chain.from_iterable(_contexts(postings, postings.title, articles.title_contexts) for postings in terms)
        ),
        "".join(chain.from_iterable(_contexts(postings, postings.body, articles.body_contexts) for postings in terms)),
    ]


def _contexts(postings: Postings, column: list[Places], contexts: list[str]) -> Iterator[str]:
    for document, places in zip(postings.documents, column, strict=True):
        text = contexts[document] if places else ""
        for place in places:
            around = text[place : place + 5].ljust(5, DIGITS[0])
            yield around[:2]
            yield around[3:]


def write_contexts(common: Sequence[Postings], articles: Articles) -> None:
    """Fill in the contexts of all articles from the postings of the common words."""
    for attribute, contexts in (("title", articles.title_contexts), ("body", articles.body_contexts)):
        words: list[dict[int, str]] = [{} for _ in articles.lengths]
        for number, postings in enumerate(common, start=1):
            for document, places in zip(postings.documents, getattr(postings, attribute), strict=True):
                words[document].update(dict.fromkeys(places, DIGITS[number]))
        contexts.extend(map(_context, words))


def _context(words: dict[int, str]) -> str:
    text = [DIGITS[0]] * (max(words, default=-3) + 3)
    for place, digit in words.items():
        text[place + 2] = digit
    return "".join(text)
