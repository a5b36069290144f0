"""The passage of a text that best shows why it was found; `snippet.js` chooses the same in the browser.

A long text is parted into chunks first, so that the browser loads one of them and not the whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import ceil

from whoosh.util.numeric import byte_to_length, length_to_byte

from dateline.search.analysis import Token, find_tokens, is_unspaced, terms_of
from dateline.search.documents import CHUNK_WORDS, MAX_CHUNKS
from dateline.text import fold_spaces

PASSAGE_WORDS = 36
LEAD_WORDS = 6  # kept before the first word found, for the sense

_LEAST_FILL = 0.75  # of a chunk
_LARGE_CHUNKS = MAX_CHUNKS - 8  # that a long text would have if all were full: filled to the least, they are 23
_SENTENCE_END = re.compile(r"[.!?…؟۔।։][’”\"'»)\]]*\s|[。！？]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text, its lines as one, and the spans of the words found in it."""

    text: str
    marks: tuple[tuple[int, int], ...]


def name_words(label: str) -> tuple[str, ...]:
    """Return the folded words of a name, as `find_passage` takes it, without what is added to it in brackets.

    >>> name_words("Islamic State (Iraq)")
    ('islamic', 'state')
    """
    return tuple(token.word for token in find_tokens(label.partition(" (")[0]))


def find_passage(
    text: str, terms: Set[str], *, names: Iterable[Sequence[str]] = (), languages: Sequence[str] = ("en",)
) -> Passage:
    """Return the passage with the most different `terms` and `names`, then the most words of them, then the first.

    A word is found whose term in any of `languages` is among the terms, a name where its folded words stand together.

    >>> find_passage("Talks opened in Lima.", {"lima"})
    Passage(text='Talks opened in Lima.', marks=((16, 20),))
    """
    text = fold_spaces(text)
    tokens = list(find_tokens(text))
    if not tokens:
        return Passage(text, ())
    found = _found(tokens, terms, names, languages)
    first = _densest(found, len(tokens))
    last = min(first + PASSAGE_WORDS, len(tokens)) - 1
    start = _widened(text, tokens[first].start, step=-1) if first else 0
    end = _widened(text, tokens[last].end, step=1) if last < len(tokens) - 1 else len(text)
    return _cut(text, start, end, [tokens[place] for place in found if first <= place <= last])


def find_marks(
    text: str, terms: Set[str], *, names: Iterable[Sequence[str]] = (), languages: Sequence[str] = ("en",)
) -> tuple[tuple[int, int], ...]:
    """Return the spans of the words that `find_passage` would find in a text.

    >>> find_marks("Islamic State leaves State House", {"hous"}, names=[("islamic", "state")])
    ((0, 7), (8, 13), (27, 32))
    """
    tokens = list(find_tokens(text))
    return tuple((tokens[place].start, tokens[place].end) for place in _found(tokens, terms, names, languages))


def _found(
    tokens: Sequence[Token], terms: Set[str], names: Iterable[Sequence[str]], languages: Sequence[str]
) -> dict[int, str]:
    """Return the number of each token that was looked for, in order, with its term or the name that it is part of."""
    words = [token.word for token in tokens]
    found: dict[int, str] = {}
    for name in names:
        for place in range(len(words) - len(name) + 1):
            if words[place : place + len(name)] == list(name):
                found |= dict.fromkeys(range(place, place + len(name)), ".".join(name))
    for place, token in enumerate(tokens):
        term = next((term for term in terms_of(token.surface, languages) if term in terms), None)
        if term:
            found[place] = term
    return dict(sorted(found.items()))


def _densest(found: Mapping[int, str], count: int) -> int:
    """Return the number of the token with which the best passage begins; `found` has the terms of some of `count`."""
    places = list(found)
    best, best_worth = 0, (0, 0)
    for at, place in enumerate(places):
        start = max(0, min(place - LEAD_WORDS, count - PASSAGE_WORDS))
        inside = places[at : bisect_left(places, start + PASSAGE_WORDS)]
        worth = (len({found[other] for other in inside}), len(inside))
        if worth > best_worth:
            best, best_worth = start, worth
    return best


def _widened(text: str, at: int, *, step: int) -> int:
    """Move `at` outwards over the signs that touch the word there: quotation marks, full stops."""
    beside = -1 if step < 0 else 0
    while 0 < at < len(text) and text[at + beside] != " " and not is_unspaced(text[at + beside]):
        at += step
    return at


def _cut(text: str, start: int, end: int, tokens: list[Token]) -> Passage:
    head, tail = "… " if start > 0 else "", " …" if end < len(text) else ""
    offset = len(head) - start
    marks = tuple((token.start + offset, token.end + offset) for token in tokens)
    return Passage(head + text[start:end] + tail, marks)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a text, `text[start:end]`."""

    position: int  # of its first word among those of the text; 0 for the first chunk
    start: int
    end: int


def cut_chunks(text: str) -> tuple[Chunk, ...]:
    """Part a text of more than `CHUNK_WORDS` words, by Whoosh's rounding: at line ends, else sentences, else words.

    Chunks follow each other without a gap. A shorter text is one chunk.
    """
    tokens = list(find_tokens(text))
    if byte_to_length(length_to_byte(len(tokens))) <= CHUNK_WORDS:
        return (Chunk(0, 0, len(text)),)
    firsts = list(_chunk_starts(text, tokens))
    starts = [0, *(_after_space(text, tokens[first - 1].end, tokens[first].start) for first in firsts)]
    positions = [0, *(tokens[first].position for first in firsts)]
    return tuple(map(Chunk, positions, starts, [*starts[1:], len(text)]))


def chunk_texts(text: str, chunks: Sequence[Chunk]) -> list[str]:
    """Return what results show of each chunk: its lines as one, and dots where the text goes on.

    >>> chunk_texts("Talks opened in Lima.", [Chunk(0, 0, 13), Chunk(2, 13, 21)])
    ['Talks opened …', '… in Lima.']
    """
    last = len(chunks) - 1
    return [
        f"{'… ' if place else ''}{fold_spaces(text[chunk.start : chunk.end])}{' …' if place < last else ''}"
        for place, chunk in enumerate(chunks)
    ]


def _chunk_starts(text: str, tokens: list[Token]) -> Iterator[int]:
    """Yield the number of the token with which each chunk but the first begins."""
    most = max(CHUNK_WORDS, ceil(len(tokens) / _LARGE_CHUNKS))
    first = 0
    while (left := len(tokens) - first) > most:
        size = ceil(left / ceil(left / most))  # the rest in equal parts, so that the last is not a stump
        ends = range(first + ceil(size * _LEAST_FILL), first + size + 1)
        gaps = {at: text[tokens[at - 1].end : tokens[at].start] for at in ends}
        lines = [at for at, gap in gaps.items() if "\n" in gap]
        sentences = [at for at, gap in gaps.items() if _SENTENCE_END.match(gap)]
        first = (lines or sentences or ends)[-1]
        yield first


def _after_space(text: str, start: int, end: int) -> int:
    """Return where the last white space between two words ends; without any, where the later word begins."""
    return next((at for at in range(end, start, -1) if text[at - 1].isspace()), end)
