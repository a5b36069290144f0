"""Texts into terms: the one analysis of index, query and snippet.

`theme/static/js/search/analysis.js` does the same in the browser; `tests/shared/analysis.json` holds both
to it. Rules of writing (accents, case, initialisms) make a *word*, the rules of a language make it a *term*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple, TypeVar

from dateline.search.languages import is_stemmable, load_stemmer, takes_folded

MAX_WORD_CHARS = 64  # a longer run of letters is several words, so that no term can fill a shard
MAX_INITIALS = 16
MAX_CACHED_SURFACES = 1 << 17  # some 30 MB; Reuters has 70,000

Value = TypeVar("Value")

# Soft hyphens, joiners and direction marks.
_IGNORED = "\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069"
_APOSTROPHES = "'’‘"
_POSSESSIVE = re.compile(r"['’‘ʼ]s$")
# Letters of Thai, Lao, Burmese and Khmer, ideographs and Hiragana: writing that has no spaces between words. Each is a
# word, as in Unicode's default word boundaries (UAX 29) and Lucene's StandardTokenizer; several are then a phrase.
_UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17d7\u17dc"
    "\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")

# Letters that Unicode does not take apart, and whose plain spelling readers type. A ta marbuta is a ha and an alef
# maqsura a ya, as in Lucene's and Solr's normalisation of Arabic; Persian keyboards have a kaf and a ya of their own.
_PLAIN_LETTERS: dict[int, str | int] = {
    **str.maketrans("øłđðħŧςٱةىیک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "olddhtσاهييك01234567890123456789"),
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}


class Token(NamedTuple):  # in a third of a frozen dataclass's time, and an archive has millions
    """A word where it stands: `surface`, that is `text[start:end]`, folded to `word`."""

    word: str
    surface: str
    start: int
    end: int
    position: int  # neighbours differ by one; a line break lies between, so that no phrase crosses it


def find_tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` in order.

    >>> [token.word for token in find_tokens("Turkey’s 5,000 U.S.-led fighters left al-Bab")]
    ['turkey', '5000', 'us', 'led', 'fighters', 'left', 'al', 'bab']
    """
    for position, match in enumerate(_pattern_for(text).finditer(text)):
        surface = match.group()
        if word := fold_word(surface):
            yield Token(word, surface, *match.span(), position)


def find_words(text: str, language: str) -> Iterator[tuple[int, str, str]]:
    """Yield position, word and term of each token of an article in `language`: all that an index needs, and faster.

    >>> list(find_words("Rebels retreated", "en"))
    [(0, 'rebels', 'rebel'), (1, 'retreated', 'retreat')]
    """
    terms = _terms(language)
    for position, surface in enumerate(_pattern_for(text).findall(text)):
        word, term = terms[surface]
        if word:
            yield position, word, term


def fold_word(surface: str) -> str:
    """Return the form in which a word is compared: no case, accent, vowel mark, apostrophe or possessive ’s.

    >>> fold_word("Sana’a"), fold_word("ISIS’s"), fold_word("5,000"), fold_word("Élysée"), fold_word("Łódź")
    ('sanaa', 'isis', '5000', 'elysee', 'lodz')
    """
    return _FOLDED[surface]


def term_of(surface: str, language: str) -> str:
    """Return the term under which an article in `language` has the word `surface`; of no letters: "".

    >>> term_of("fighters", "en"), term_of("Sécurité", "fr"), term_of("fighters", "tr"), term_of("5th", "en")
    ('fighter', 'secur', 'fighters', '5th')
    """
    return _terms(language)[surface][1]


def terms_of(surface: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the terms that the word `surface` of a query stands for in an archive of `languages`, each once.

    >>> terms_of("nations", ("en", "fr")), terms_of("elections", ("en", "es"))
    (('nation',), ('elect', 'elections'))
    """
    return tuple(dict.fromkeys(term for language in languages if (term := term_of(surface, language))))


def is_unspaced(char: str) -> bool:
    """Tell whether a letter is a word by itself, because its writing has no spaces.

    >>> is_unspaced("政"), is_unspaced("ก"), is_unspaced("シ"), is_unspaced("a")
    (True, True, False, False)
    """
    return bool(_UNSPACED_LETTER.match(char))


class _Computed(dict[str, Value]):
    """What a function makes of each word, kept: a look-up costs no call once the word is known."""

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Value:
        if len(self) >= MAX_CACHED_SURFACES:
            self.clear()
        value = self[key] = self._make(key)
        return value


def _fold(surface: str) -> str:
    if surface.isascii() and surface.isalnum():
        return surface.lower()
    # Up and down again: JavaScript has no casefold(), and this also joins ß with ss. A last σ comes down as ς.
    bare = _pointing_pattern().sub("", unicodedata.normalize("NFKD", surface)).upper().lower()
    return _separator_pattern().sub("", _POSSESSIVE.sub("", bare.translate(_PLAIN_LETTERS)))


_FOLDED = _Computed(_fold)


@cache
def _terms(language: str) -> _Computed[tuple[str, str]]:
    return _Computed(lambda surface: (fold_word(surface), _term(surface, language)))


def _term(surface: str, language: str) -> str:
    word = fold_word(surface) if takes_folded(language) else _composed(surface)
    stemmed = load_stemmer(language)(word) if is_stemmable(language)(word) else ""
    return fold_word(stemmed or surface)


def _composed(surface: str) -> str:
    """Return the word in small letters with its accents, which the endings of most languages need."""
    composed = _pointing_pattern().sub("", unicodedata.normalize("NFKC", surface)).lower().replace("œ", "oe")
    return _separator_pattern().sub("", _POSSESSIVE.sub("", composed))


def _pattern_for(text: str) -> re.Pattern[str]:
    """Return the pattern of a text's tokens. What the text has not is left out of it, to save time."""
    if text.isascii():
        return _token_pattern(ascii_only=True, spaced=True)
    return _token_pattern(ascii_only=False, spaced=not _UNSPACED_LETTER.search(text))


@cache
def _token_pattern(*, ascii_only: bool, spaced: bool) -> re.Pattern[str]:
    """A line break, an initialism, a figure with its thousands, an elided article (l’État), or a word.

    Unless the text is `spaced` throughout, a letter of a script without spaces is a word.
    """
    marks, ignored, apostrophes = ("", "", "'") if ascii_only else (_marks(), _IGNORED, _APOSTROPHES)
    first, other = (r"\w", rf"[\w{marks}{ignored}]")
    alone = ""
    if not spaced:
        alone = rf"|[{_UNSPACED}][{marks}{ignored}]{{0,{MAX_WORD_CHARS - 1}}}"
        first = rf"[^\W{_UNSPACED}]"
        other = rf"(?:{first}|[{marks}{ignored}])"
    letters = rf"{first}{other}{{0,{MAX_WORD_CHARS - 1}}}"
    return re.compile(
        r"\n"
        rf"|[^\W\d_](?:\.[^\W\d_]){{1,{MAX_INITIALS - 1}}}(?![\w{marks}])\.?(?:[{apostrophes}]s(?!\w))?"
        r"|[0-9]{1,3}(?:,[0-9]{3}){1,8}(?!\w)"
        rf"|(?:[CDJLMNSTcdjlmnst]|[Qq]u)(?=[{apostrophes}]\w)"
        rf"{alone}|{letters}(?:[{apostrophes}]{letters}){{0,2}}",
        re.ASCII if ascii_only else 0,
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
