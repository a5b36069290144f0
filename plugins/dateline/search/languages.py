"""Words into stems, by language: which letters a language has, and whose rules take its endings away.

The stemmers are Whoosh's but for Arabic; `theme/static/js/search/stemmer.js` (English) and
`theme/static/js/search/stem/` follow them to the letter. A language without a row keeps its words whole.
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
    folded: bool = False  # whether the stemmer takes folded words; most need the accents
    respelt: tuple[str, str] = ("", "")  # letters of the language, and those that the stemmer has for them


STEMMINGS = {
    # Whoosh's own stemmer of Arabic, ISRI, goes back to roots, which makes one word of Syria and walls.
    "ar": Stemming("ء-ي", f"{__name__}:stem_arabic", folded=True),
    "da": Stemming("a-zäåæèéöøü", "whoosh.lang.snowball.danish:DanishStemmer"),
    "de": Stemming("a-zäöüß", "whoosh.lang.snowball.german:GermanStemmer"),
    "en": Stemming("a-z", "whoosh.lang.porter2:stem", folded=True),
    "es": Stemming("a-záéíóúüñ", "whoosh.lang.snowball.spanish:SpanishStemmer"),
    "fi": Stemming("a-zåäöšž", "whoosh.lang.snowball.finnish:FinnishStemmer"),
    "fr": Stemming("a-zàâçéèêëîïôöùûüÿ", "whoosh.lang.snowball.french:FrenchStemmer"),
    # Whoosh writes õ and û, as code pages without Hungarian did.
    "hu": Stemming("a-záéíóöúüőű", "whoosh.lang.snowball.hungarian:HungarianStemmer", respelt=("őű", "õû")),
    "it": Stemming("a-zàáèéìíîïòóùú", "whoosh.lang.snowball.italian:ItalianStemmer"),
    "nl": Stemming("a-zàáâäçèéêëíîïóôöúûü", "whoosh.lang.snowball.dutch:DutchStemmer"),
    "no": Stemming("a-zàäåæèéêòóôöøü", "whoosh.lang.snowball.norwegian:NorwegianStemmer"),
    "pt": Stemming("a-zàáâãçéêíóôõúü", "whoosh.lang.snowball.portugese:PortugueseStemmer"),
    # With a comma, as Romanian has been typed since 2003, and with Whoosh's cedilla.
    "ro": Stemming("a-zâîăşţșț", "whoosh.lang.snowball.romanian:RomanianStemmer", respelt=("șț", "şţ")),
    "ru": Stemming("а-яё", "whoosh.lang.snowball.russian:RussianStemmer"),
    "sv": Stemming("a-zàäåéöü", "whoosh.lang.snowball.swedish:SwedishStemmer"),
}
_WRITTEN_FORMS = {"nb": "no", "nn": "no"}  # Bokmål and Nynorsk

_ARABIC_PREFIX = re.compile(r"^(?:[وبكف]?ال|لل)(?=..)|^و(?=...)")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


def language_of_terms(tag: str) -> str:
    """Return the language whose rules make the terms of an article in `tag` (BCP 47): without region and script.

    >>> language_of_terms("en-GB"), language_of_terms("pt_BR"), language_of_terms("nb"), language_of_terms("tr")
    ('en', 'pt', 'no', 'tr')
    """
    language = tag.replace("_", "-").partition("-")[0].lower()
    return _WRITTEN_FORMS.get(language, language)


@cache
def is_stemmable(language: str) -> Callable[[str], re.Match[str] | None]:
    """Return the test of whether a lower-case word is of the letters of `language` alone."""
    stemming = STEMMINGS.get(language)
    # Without a row no word passes.
    return re.compile(f"[{stemming.letters}]{{{MIN_LETTERS},}}" if stemming else "(?!)").fullmatch


def takes_folded(language: str) -> bool:
    """Tell whether accents make no difference to the stems of `language`."""
    return language not in STEMMINGS or STEMMINGS[language].folded


@cache
def load_stemmer(language: str) -> Callable[[str], str]:
    """Return what takes the ending off a lower-case word of the letters of `language`.

    >>> load_stemmer("fr")("sécurité")
    'sécur'
    """
    stemming = STEMMINGS[language]
    module, name = stemming.stemmer.split(":")
    found = getattr(import_module(module), name)
    stem: Callable[[str], str] = found().stem if isinstance(found, type) else found
    if not stemming.respelt[0]:
        return stem
    letters = str.maketrans(*stemming.respelt)
    return lambda word: stem(word.translate(letters))


def stem_arabic(word: str) -> str:
    """Return a folded Arabic word without conjunction, article and endings.

    Light10 of Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information Retrieval" (2007), in the
    order of Lucene's ArabicStemmer.

    >>> stem_arabic("والمدنيين"), stem_arabic("الرقه")
    ('مدن', 'رق')
    """
    word = _ARABIC_PREFIX.sub("", word)
    for suffix in _ARABIC_SUFFIXES:
        if len(word) >= len(suffix) + 2:
            word = word.removesuffix(suffix)
    return word
