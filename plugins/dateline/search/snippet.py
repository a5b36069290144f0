"""The passage of a text that best shows why it was found; `snippet.js` chooses the same in the browser."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Set
from dataclasses import dataclass

from dateline.search.analysis import Token, find_tokens, stem_word
from dateline.text import fold_spaces

PASSAGE_WORDS = 36
LEAD_WORDS = 6  # kept before the first word found, for the sense


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text, its lines as one, and the spans of the words found in it."""

    text: str
    marks: tuple[tuple[int, int], ...]


def find_passage(text: str, terms: Set[str]) -> Passage:
    """Return the passage with the most different `terms`, then the most of them, then the first.

    >>> find_passage("Talks opened in Lima.", {"lima"})
    Passage(text='Talks opened in Lima.', marks=((16, 20),))
    """
    text = fold_spaces(text)
    tokens = list(find_tokens(text))
    if not tokens:
        return Passage(text, ())
    found = [place for place, token in enumerate(tokens) if stem_word(token.word) in terms]
    first = _densest(tokens, found)
    last = min(first + PASSAGE_WORDS, len(tokens)) - 1
    start = _widened(text, tokens[first].start, step=-1) if first else 0
    end = _widened(text, tokens[last].end, step=1) if last < len(tokens) - 1 else len(text)
    return _cut(text, start, end, [tokens[place] for place in found if first <= place <= last])


def _densest(tokens: list[Token], found: list[int]) -> int:
    """Return the number of the token with which the best passage begins."""
    best, best_worth = 0, (0, 0)
    for at, place in enumerate(found):
        start = max(0, min(place - LEAD_WORDS, len(tokens) - PASSAGE_WORDS))
        inside = found[at : bisect_left(found, start + PASSAGE_WORDS)]
        worth = (len({stem_word(tokens[other].word) for other in inside}), len(inside))
        if worth > best_worth:
            best, best_worth = start, worth
    return best


def _widened(text: str, at: int, *, step: int) -> int:
    """Move `at` outwards over the signs that touch the word there: quotation marks, full stops."""
    beside = -1 if step < 0 else 0
    while 0 < at < len(text) and text[at + beside] != " ":
        at += step
    return at


def _cut(text: str, start: int, end: int, tokens: list[Token]) -> Passage:
    head, tail = "… " if start > 0 else "", " …" if end < len(text) else ""
    offset = len(head) - start
    marks = tuple((token.start + offset, token.end + offset) for token in tokens)
    return Passage(head + text[start:end] + tail, marks)
