"""The spellings of a place's name: which of a source's are of use, and how newspapers write those of Arabic.

Used when the gazetteer is compiled, so that a text's words are only looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product

from dateline.gazetteer.keys import toponym_key

# Where names come through Arabic or Persian letters, each romanised in several ways.
TRANSLITERATED = frozenset("AE AF BH DZ EG IL IQ IR JO KW LB LY MA MR OM PS QA SA SD SO SY TN YE".split())

MAX_NAME_CHARS = 60
_MIN_CHARS = 4  # of a spelling that is not a place's own name
_MAX_SPELLINGS = 64  # of one name
_MAX_PARTS = 5  # of a word: two that newspapers write in their own way

_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ\u0259\u02bb\u02bc\u02bd\u02be\u02bf'’‘`´ .,()/&–-]+")
_PLAIN = str.maketrans(
    dict.fromkeys("’‘ʻʼʽʾʿ`´") | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i", "ə": "e", "Ə": "A"}
)

_ARTICLES = frozenset("al el ul ad ar as at az an ash ath adh ed er es et ez en esh eth edh ud ur us ut uz un".split())
_ASSIMILATING = re.compile("sh|th|dh|[tdrzsln]")
_DOUBLED = re.compile(r"([bcdfghjklmnpqrstvwxyz])\1")
_ENDING = re.compile(r"(iyyah|iyah|iyya|iya|ah|eh|a)$")
_ENDINGS = {
    "iyyah": ("iyyah", "iyah", "iya", "iyeh", "iyya", "ia"),
    "iyah": ("iyah", "iyyah", "iya", "iyeh", "iyya", "ia"),
    "iyya": ("iya", "iyya", "iyah", "ia"),
    "iya": ("iya", "iyah", "iyeh", "iyya"),
    "ah": ("ah", "a", "eh"),
    "eh": ("eh", "ah", "a"),
    "a": ("a", "ah"),
}
# Letters of the strict romanisation, and how newspapers write them.
_LETTERS = {
    "ay": ("ay", "ei", "ai", "ey"),
    "aw": ("aw", "au", "o", "ou"),
    "u": ("u", "ou", "o", "oo"),
    "q": ("q", "k"),
}
_LETTER = re.compile("ay|aw|u|q")
_LONG_I = re.compile("i(?=[nrdl]$)")
# Words that begin many names, as newspapers write them.
_WORDS = {
    "abu": ("abu", "abou"),
    "ayn": ("ayn", "ain", "ein"),
    "bayt": ("bayt", "beit", "bait"),
    "burj": ("burj", "bourj", "borj"),
    "dayr": ("dayr", "deir", "dair", "der"),
    "husayn": ("husayn", "hussein", "hussain", "husain"),
    "jabal": ("jabal", "jebel", "jabel"),
    "kafr": ("kafr", "kfar", "kafar", "kufr", "kfr"),
    "khan": ("khan",),
    "maarrat": ("maarrat", "maarat", "maaret", "maraat", "marat"),
    "muhammad": ("muhammad", "mohammed", "mohammad", "muhammed"),
    "qalat": ("qalat", "qalaat", "kalaat"),
    "qasr": ("qasr", "kasr"),
    "salih": ("salih", "saleh"),
    "shaykh": ("shaykh", "sheikh", "cheikh", "shaikh", "sheik"),
    "tall": ("tall", "tal", "tel", "tell", "til"),
    "umm": ("umm", "um", "om", "oum"),
}


def is_latin(name: str) -> bool:
    """Tell whether a name is written in Latin letters only."""
    return _LATIN.fullmatch(name) is not None


def is_useful(name: str) -> bool:
    """Tell whether one of a source's alternate names may be sought in a text.

    Codes of airports, names of a letter or two and machine romanisations ("mdynt hms") are not.

    >>> [is_useful(name) for name in ("Raqqa", "QHS", "mdynt hms", "al-Bab", "Ur")]
    [True, False, False, True, False]
    """
    if not is_latin(name) or len(name) > MAX_NAME_CHARS:
        return False
    key = toponym_key(name)
    if len(key.replace(" ", "")) < _MIN_CHARS:
        return False
    return any(char.isupper() for char in name)


def is_kin(alternate: str, name: str) -> bool:
    """Tell whether an alternate name holds all words of the name: a former name or that of a quarter does not.

    >>> is_kin("Saint Paul City", "St. Paul"), is_kin("Waterloo", "Austin")
    (True, False)
    """
    return set(toponym_key(name).split()) <= set(toponym_key(alternate).split())


def is_part(alternate: str, name: str) -> bool:
    """Tell whether an alternate name is some words of the name, whose article alone may be missing.

    >>> is_part("Robert", "Le Robert"), is_part("Raqqah", "Ar Raqqah")
    (True, False)
    """
    words = toponym_key(name).split()
    kept = toponym_key(alternate).split()
    return set(kept) < {word for word in words if word not in _ARTICLES}


def plain(name: str) -> str:
    """Return a romanised name without the marks that English newspapers leave out.

    >>> plain("Al Ḩasakah"), plain("Dar‘ā"), plain("Biên Hòa")
    ('Al Hasakah', 'Daraa', 'Bien Hoa')
    """
    decomposed = unicodedata.normalize("NFKD", name.replace("‘ā", "aa")).translate(_PLAIN)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def has_article(name: str) -> bool:
    """Tell whether a name holds the Arabic article: "Deir ez-Zor"."""
    return not _ARTICLES.isdisjoint(toponym_key(name).split()[:-1])


def newspaper_keys(name: str) -> list[str]:
    """Return other keys under which newspapers write a romanised name: its article, its vowels, its ending.

    >>> keys = newspaper_keys("Dayr az Zawr")
    >>> {"deir ez zor", "deir al zour", "deir ezzor"} <= set(keys)
    True
    >>> {"raqqa", "al raqqa", "ar raqqa"} <= set(newspaper_keys("Ar Raqqah"))
    True
    """
    key = toponym_key(name)
    words = key.split()
    if not words or len(words) > 5:
        return []
    options: list[tuple[str, ...]] = []
    for index, word in enumerate(words):
        if index + 1 < len(words) and word in _ARTICLES:
            options.append(_article_forms(words[index + 1], first=index == 0))
        else:
            options.append(tuple(dict.fromkeys(_word_forms(word))))
    joined = (_join(forms) for forms in product(*_ranked(options)))
    made = dict.fromkeys(islice(joined, _MAX_SPELLINGS * 4))
    return [other for other in made if other != key and len(other) >= _MIN_CHARS][:_MAX_SPELLINGS]


def _ranked(options: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the options of each word, fewer where many words have some: their product grows fast."""
    listed = list(options)
    varied = sum(len(forms) > 1 for forms in listed)
    most = {0: 32, 1: 32, 2: 10, 3: 6}.get(varied, 3)
    return [forms[:most] for forms in listed]


def _article_forms(noun: str, *, first: bool) -> tuple[str, ...]:
    """Return the ways to write the article before `noun`; "+" joins it to the noun, "" leaves it out."""
    forms = ["al", "el"]
    if sound := _ASSIMILATING.match(noun):
        forms += [f"a{sound[0]}", f"e{sound[0]}"]
        forms += [f"{form}+" for form in forms[2:]]
    return ("", *forms, "al+") if first else (*forms[2:], *forms[:2])


def _join(words: Iterable[str]) -> str:
    return " ".join(word for word in words if word).replace("+ ", "")


def _word_forms(word: str) -> Iterator[str]:
    """Yield a word as it is, then with newspapers' vowels, single consonants and endings."""
    if word in _WORDS:
        yield from _WORDS[word]
        return
    ending = _ENDING.search(word) if len(word) > 3 else None
    stem = word[: ending.start()] if ending else word
    endings = _ENDINGS[ending[0]] if ending else ("",)
    stems = [_DOUBLED.sub(r"\1", stem), _LONG_I.sub("ee", stem)]
    parts = _parts(stem)
    stems += ["".join(chosen) for chosen in product(*parts)] if len(parts) <= _MAX_PARTS else []
    stems += [_DOUBLED.sub(r"\1", stem) for stem in stems]
    yield word
    for last in endings:
        for stem in dict.fromkeys(stems):
            yield stem + last


def _parts(stem: str) -> list[tuple[str, ...]]:
    """Return the pieces of a word, each with the ways to write it."""
    parts: list[tuple[str, ...]] = []
    end = 0
    for letter in _LETTER.finditer(stem):
        parts += [(stem[end : letter.start()],), _LETTERS[letter[0]]]
        end = letter.end()
    return [*parts, (stem[end:],)]
