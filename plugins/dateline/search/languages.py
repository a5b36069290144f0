"""Words into stems, by language: which letters a language has, and whose rules take its endings away.

The stemmers are Whoosh's; `theme/static/js/search/stemmer.js` (English) and `theme/static/js/search/stem/` follow
them to the letter. A language without a row keeps its words whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

MIN_LETTERS = 3  # shorter words have no ending to lose


@dataclass(frozen=True, slots=True)
class Stemming:
    """How the words of a language lose their endings."""

    letters: str  # of a regular expression's set: a word with any other stays whole
    stemmer: str  # "module:function" or "module:class with a method stem"


STEMMINGS = {
    "de": Stemming("a-zäöüß", "whoosh.lang.snowball.german:GermanStemmer"),
    "en": Stemming("a-z", "whoosh.lang.porter2:stem"),
    "es": Stemming("a-záéíóúüñ", "whoosh.lang.snowball.spanish:SpanishStemmer"),
    "fr": Stemming("a-zàâçéèêëîïôöùûüÿ", "whoosh.lang.snowball.french:FrenchStemmer"),
    "ru": Stemming("а-яё", "whoosh.lang.snowball.russian:RussianStemmer"),
}


@cache
def is_stemmable(language: str) -> Callable[[str], re.Match[str] | None]:
    """Return the test of whether a lower-case word is of the letters of `language` alone."""
    stemming = STEMMINGS.get(language)
    # Without a row no word passes.
    return re.compile(f"[{stemming.letters}]{{{MIN_LETTERS},}}" if stemming else "(?!)").fullmatch


@cache
def load_stemmer(language: str) -> Callable[[str], str]:
    """Return what takes the ending off a lower-case word of the letters of `language`.

    >>> load_stemmer("fr")("sécurité")
    'sécur'
    """
    module, name = STEMMINGS[language].stemmer.split(":")
    found = getattr(import_module(module), name)
    stem: Callable[[str], str] = found().stem if isinstance(found, type) else found
    return stem
