"""Names as they are compared: what the gazetteer stores and what a text is sought by go through `toponym_key`."""

from __future__ import annotations

import re

from dateline.text import fold

_JOINERS = str.maketrans(dict.fromkeys("-‐‑‒–—/_,;:()[]&", " ") | dict.fromkeys("'’‘ʼʻʽʿʾ`´′.", None))
# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ə": "e", "ŋ": "n"}
)
_OTHER = re.compile(r"[\W_]+")
_WHOLE_WORDS = {"st": "saint", "ste": "saint", "sainte": "saint", "ft": "fort", "mt": "mount"}


def toponym_key(surface: str) -> str:
    """Return the form under which the gazetteer knows a name: folded words parted by single spaces.

    Hyphens part words, apostrophes and full stops vanish, "St" is "saint", "Ft" "fort" and "Mt" "mount". The key of
    several words is their keys joined by spaces, so that a text's words may be folded one by one.

    >>> toponym_key("Deir ez-Zor"), toponym_key("St. John’s"), toponym_key("Malmö")
    ('deir ez zor', 'saint johns', 'malmo')
    """
    if surface.isascii():
        bare = surface.lower()
        if bare.isalnum():  # one word as it is: nothing to part
            return _WHOLE_WORDS.get(bare, bare)
        bare = _OTHER.sub(" ", bare.translate(_JOINERS))
    else:
        bare = _OTHER.sub(" ", fold(surface.translate(_JOINERS)).translate(_LETTERS).translate(_JOINERS))
    return " ".join([_WHOLE_WORDS.get(word, word) for word in bare.split()])
