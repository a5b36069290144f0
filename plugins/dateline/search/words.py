"""Words as the archive writes them: those that begin, look or sound like what was typed.

A prefix, a wildcard and a fuzzy word stand for words of the archive; the plan asks for the terms of these.
`theme/static/js/engine/fuzzy.js` finds the same words in the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from dateline.search.analysis import find_tokens

MAX_EXPANSIONS = 256  # words that a prefix, a wildcard or a fuzzy word stands for at the most
MAX_EDITS = 2
LETTERS_AN_EDIT = 3  # a suggestion keeps two letters of three
SHORT_WORD_LETTERS = 5  # up to these one edit is near, above two


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, folded, with the number of articles that have it and its terms."""

    word: str
    df: int
    terms: tuple[str, ...]  # one for each language that the word is found in, each once


class Vocabulary(Protocol):
    """The words of an archive."""

    def words(self, prefix: str) -> Iterable[Word]:
        """Return the words that begin so, by code point."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words that are looked for in place of one, and whether there were more than may be."""

    words: tuple[Word, ...]
    capped: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of the words, each once, in the order of the words."""
        return tuple(dict.fromkeys(term for word in self.words for term in word.terms))


def words_begun(prefix: str, vocabulary: Vocabulary) -> Expansion:
    """Return the words that begin with a folded prefix, the first by code point."""
    return _first(vocabulary.words(prefix))


def words_like(pattern: str, vocabulary: Vocabulary) -> Expansion:
    """Return the words that fit a folded pattern with `?` and `*`, the first by code point; a letter must open it."""
    start = literal_start(pattern)
    if not start:
        return Expansion(())
    return _first(word for word in vocabulary.words(start) if fits(pattern, word.word))


def words_near(word: str, max_edits: int, vocabulary: Vocabulary) -> Expansion:
    """Return the words with the same first letter and few edits: the nearest first, then the more frequent."""
    near = _near(word, max_edits, vocabulary)
    return Expansion(tuple(near[:MAX_EXPANSIONS]), len(near) > MAX_EXPANSIONS)


def nearest_word(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the word that was likeliest meant by one that the archive does not have."""
    max_edits = min(MAX_EDITS, len(word) // LETTERS_AN_EDIT)
    near = _near(word, max_edits, vocabulary) if max_edits else []
    return next((found.word for found in near if found.word != word), None)


def suggest(query: str, unknown: Iterable[str], vocabulary: Vocabulary) -> str | None:
    """Return a query with the folded words that the archive does not have replaced by the nearest that it has."""
    nearest = {word: found for word in unknown if (found := nearest_word(word, vocabulary))}
    suggestion, end = "", 0
    for token in find_tokens(query):
        # A word that a colon touches is the name of a field.
        if token.word in nearest and query[token.end : token.end + 1] != ":":
            suggestion += query[end : token.start] + nearest[token.word]
            end = token.end
    return suggestion + query[end:] if end else None


def default_edits(word: str) -> int:
    """Return the edits that `word~` allows."""
    return 1 if len(word) <= SHORT_WORD_LETTERS else MAX_EDITS


def literal_start(pattern: str) -> str:
    """Return what a pattern begins with before its first sign.

    >>> literal_start("pal?yr*")
    'pal'
    """
    return pattern.split("*", 1)[0].split("?", 1)[0]


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern: `?` is one character, `*` any number.

    Only the last star is tried again, so that the work is bounded by the product of the lengths.

    >>> fits("p*l?yra", "palmyra"), fits("pal?", "palmyra")
    (True, False)
    """
    at = here = 0
    star = retry = -1
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, retry = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in {"?", text[here]}:
            at += 1
            here += 1
        elif star >= 0:
            retry += 1
            at, here = star + 1, retry
        else:
            return False
    return not pattern[at:].strip("*")


def count_edits(first: str, second: str, limit: int) -> int:
    """Return the edits between two words, or `limit` + 1 where there are more.

    Optimal string alignment: letters put in, left out, changed, and neighbours swapped.

    >>> count_edits("mosul", "mosoul", 2), count_edits("palmyra", "plamyra", 2), count_edits("hama", "homs", 1)
    (1, 1, 2)
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        row = [i]
        for j, other in enumerate(second, 1):
            edits = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
        # Two rows, because a swap steps over one.
        if min(*row, *above) > limit:
            return limit + 1
        before, above = above, row
    return min(above[-1], limit + 1)


def frequency_class(df: int) -> int:
    """Return a word's frequency as the browser knows it: the power of two not above the number of its articles."""
    return df.bit_length() - 1


def _near(word: str, max_edits: int, vocabulary: Vocabulary) -> list[Word]:
    near = [
        (edits, -frequency_class(found.df), found.word, found)
        for found in vocabulary.words(word[:1])
        if (edits := count_edits(word, found.word, max_edits)) <= max_edits
    ]
    return [found for *_, found in sorted(near, key=lambda entry: entry[:3])]


def _first(words: Iterable[Word]) -> Expansion:
    found: Iterator[Word] = iter(words)
    first = tuple(islice(found, MAX_EXPANSIONS))
    return Expansion(first, next(found, None) is not None)
