"""The postings of terms as columns, and the few best of a long list, with which a plain query is answered."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import floor, log2

from whoosh.util.numeric import byte_to_length

from dateline.search.scoring import bm25, natural_log
from dateline.search.shards.codec import DIGITS, encode_gaps, encode_numbers

BEST = 64
SHARED_LENGTHS = 16  # a list of more than a sixteenth of the articles leaves their lengths to the column
_DOCUMENTS_STEPS, _AVERAGE_STEPS = 8, 64  # an octave, of the figures behind the reference score

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

    title: array[int] = field(default_factory=lambda: array("B"))
    body: array[int] = field(default_factory=lambda: array("B"))
    chunks: list[Places] = field(default_factory=list)  # () for a body of one chunk
    # A digit a word, after two that are none: its place among the common words.
    title_contexts: list[str] = field(default_factory=list)
    body_contexts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reference:
    """The archive's figures, rounded so that they hardly ever change: which postings are best hangs on them."""

    documents: float
    title_average: float
    body_average: float

    @classmethod
    def of(cls, documents: int, title_average: float, body_average: float) -> Reference:
        """Round the true figures."""
        return cls(
            _rounded(documents, _DOCUMENTS_STEPS),
            _rounded(title_average, _AVERAGE_STEPS),
            _rounded(body_average, _AVERAGE_STEPS),
        )


def _rounded(value: float, steps: int) -> float:
    return float(2 ** (floor(log2(value or 1) * steps + 0.5) / steps))


LENGTHS = tuple(byte_to_length(byte) for byte in range(256))


def best(postings: Postings, articles: Articles, reference: Reference) -> Postings:
    """Return the BEST postings by their score under the reference figures, equal ones in archive order."""
    title_idf, body_idf = idfs(reference.documents, *frequencies(postings))
    scores: dict[tuple[int, int, int, int], float] = {}
    ranked = []
    for place, (document, title, body) in enumerate(
        zip(postings.documents, postings.title, postings.body, strict=True)
    ):
        shape = (len(title), articles.title[document] if title else 0, len(body), articles.body[document])
        score = scores.get(shape)
        if score is None:
            title_tf, title_byte, body_tf, body_byte = shape
            score = scores[shape] = (
                bm25(title_idf, title_tf, LENGTHS[title_byte], reference.title_average) if title_tf else 0.0
            ) + (bm25(body_idf, body_tf, LENGTHS[body_byte], reference.body_average) if body_tf else 0.0)
        ranked.append((-score, place))
    ranked.sort()
    places = sorted(place for _, place in ranked[:BEST])
    return Postings(
        [postings.documents[place] for place in places],
        [postings.title[place] for place in places],
        [postings.body[place] for place in places],
    )


def frequencies(postings: Postings) -> tuple[int, int]:
    """Return how many articles have the term in the title, and in the body."""
    return sum(map(bool, postings.title)), sum(map(bool, postings.body))


def idfs(documents: float, *dfs: int) -> list[float]:
    """Return the weights of a term by how many articles have it in each field."""
    return [natural_log(documents / (df + 1)) + 1 for df in dfs]


def encode_block(terms: Sequence[Postings], articles: Articles, *, lengths: bool = True) -> list[str]:
    """Return the postings of `terms` as six columns."""
    documents = "".join([encode_gaps(postings.documents) for postings in terms])
    triples = [triple for postings in terms for triple in postings.triples()]
    titled = [(document, title) for document, title, _ in triples if title]
    shapes = encode_numbers([len(body) * 2 + bool(title) for _, title, body in triples])
    title_frequencies = encode_numbers([len(title) - 1 for _, title in titled])
    masks = encode_numbers(
        [
            chunk_mask(body, articles.chunks[document])
            for document, _, body in triples
            if body and articles.chunks[document]
        ]
    )
    if not lengths:
        return [documents, shapes, title_frequencies, "", "", masks]
    return [
        documents,
        shapes,
        title_frequencies,
        encode_numbers([articles.title[document] for document, _ in titled]),
        encode_numbers([articles.body[document] for document, _, body in triples if body]),
        masks,
    ]


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
        words: list[dict[int, str]] = [{} for _ in articles.title]
        for number, postings in enumerate(common, start=1):
            for document, places in zip(postings.documents, getattr(postings, attribute), strict=True):
                words[document].update(dict.fromkeys(places, DIGITS[number]))
        contexts.extend(map(_context, words))


def _context(words: dict[int, str]) -> str:
    text = [DIGITS[0]] * (max(words, default=-3) + 3)
    for place, digit in words.items():
        text[place + 2] = digit
    return "".join(text)
