"""Texts into terms: the one analysis of index, query and snippet.

`theme/static/js/search/analysis.js` does the same in the browser; `tests/shared/analysis.json` holds both
to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken
from whoosh.lang.porter2 import stem as porter2

MAX_WORD_CHARS = 64  # a longer run of letters is several words, so that no term can fill a shard

# Soft hyphens, joiners and direction marks.
_IGNORED = "\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069"
_APOSTROPHES = "'’‘"
_ENGLISH = re.compile(r"[a-z]{3,}")
_POSSESSIVE = re.compile(r"['’‘ʼ]s$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands: `text[start:end]`, folded to `word`."""

    word: str
    start: int
    end: int
    position: int  # neighbours differ by one; a line break lies between, so that no phrase crosses it


def find_tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` in order.

    >>> [token.word for token in find_tokens("Turkey’s 5,000 fighters left al-Bab")]
    ['turkey', '5000', 'fighters', 'left', 'al', 'bab']
    """
    for position, match in enumerate(_token_pattern().finditer(text)):
        if word := fold_word(match.group()):
            yield Token(word, match.start(), match.end(), position)


@lru_cache(maxsize=1 << 16)
def fold_word(surface: str) -> str:
    """Return the form in which a word is compared: no case, accent, vowel mark, apostrophe or possessive ’s.

    >>> fold_word("Sana’a"), fold_word("ISIS’s"), fold_word("5,000"), fold_word("Élysée")
    ('sanaa', 'isis', '5000', 'elysee')
    """
    # Up and down again: JavaScript has no casefold(), and this also joins ß with ss and ς with σ.
    bare = _pointing_pattern().sub("", unicodedata.normalize("NFKD", surface)).upper().lower()
    return _separator_pattern().sub("", _POSSESSIVE.sub("", bare))


@lru_cache(maxsize=1 << 16)
def stem_word(word: str) -> str:
    """Return the term under which a folded word is indexed: English endings go, other scripts stay whole.

    >>> stem_word("fighters"), stem_word("retreating"), stem_word("news"), stem_word("5th")
    ('fighter', 'retreat', 'news', '5th')
    """
    return str(porter2(word)) if _ENGLISH.fullmatch(word) else word


def find_terms(text: str) -> list[str]:
    """Return the terms of `text`, one a word, in order."""
    return [stem_word(token.word) for token in find_tokens(text)]


class StemAnalyzer(Analyzer):
    """What Whoosh indexes for searching: terms with their positions."""

    def __call__(self, value: str, **options: Any) -> Iterator[WhooshToken]:
        """Yield one and the same token again and again, as Whoosh expects."""
        return _whoosh_tokens(value, stemmed=True, options=options)


class WordAnalyzer(Analyzer):
    """What Whoosh indexes for prefixes: the words as they are written, folded."""

    def __call__(self, value: str, **options: Any) -> Iterator[WhooshToken]:
        """Yield one and the same token again and again, as Whoosh expects."""
        return _whoosh_tokens(value, stemmed=False, options=options)


def _whoosh_tokens(value: str, *, stemmed: bool, options: dict[str, Any]) -> Iterator[WhooshToken]:
    whoosh_token = WhooshToken(**options)
    for token in find_tokens(value):
        whoosh_token.text = stem_word(token.word) if stemmed else token.word
        whoosh_token.pos = token.position
        yield whoosh_token


@cache
def _token_pattern() -> re.Pattern[str]:
    """A line break, a figure with its thousands, an elided article (l’État), or a word."""
    letters = rf"\w[\w{_marks()}{_IGNORED}]{{0,{MAX_WORD_CHARS - 1}}}"
    return re.compile(
        r"\n"
        r"|[0-9]{1,3}(?:,[0-9]{3})+(?!\w)"
        rf"|(?:[CDJLMNSTcdjlmnst]|[Qq]u)(?=[{_APOSTROPHES}]\w)"
        rf"|{letters}(?:[{_APOSTROPHES}]{letters}){{0,2}}"
    )


@cache
def _pointing_pattern() -> re.Pattern[str]:
    """What is written or left out at will: accents, Hebrew points, Arabic vowels, tatweel, ʿayn and hamza."""
    latin = r"\u02b9-\u02bb\u02bd-\u02bf\u0300-\u036f"
    return re.compile(rf"[{latin}\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")


@cache
def _separator_pattern() -> re.Pattern[str]:
    return re.compile(rf"[^\w{_marks()}]|\u02bc")


@cache
def _marks() -> str:
    r"""Combining marks, which `\w` leaves out and which would cut a word in decomposed or Indic writing."""
    code_points = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    return "".join(chr(point) for point in code_points if unicodedata.category(chr(point)).startswith("M"))
