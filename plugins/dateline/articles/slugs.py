"""Slugs: the name of an article's file and address, made from its headline, safe on every disk."""

from __future__ import annotations

import re
from collections.abc import Callable

from unidecode import unidecode

MAX_SLUG_CHARS = 100
HASH_CHARS = 8

_OTHER = re.compile(r"[^a-z0-9]+")
_SAFE = re.compile(r"\w[\w.-]{0,199}")
_INNER = re.compile(r"(?<=\w)['’‘](?=\w)|(?<=\d),(?=\d)")
# Names that Windows keeps for devices, and the one of each folder's index page.
_RESERVED = frozenset(
    [
        "index",
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
    ]
)


def slugify(headline: str) -> str:
    """Return the slug of a headline in ASCII, cut at a word; "" when nothing of it can be spelt so.

    >>> slugify("Syrian army’s 5th Legion: “Palmyra”")
    'syrian-armys-5th-legion-palmyra'
    """
    ascii_text = unidecode(_INNER.sub("", headline), errors="ignore").casefold()
    words = _OTHER.sub("-", ascii_text).strip("-")
    if len(words) <= MAX_SLUG_CHARS:
        return words
    cut = words[: MAX_SLUG_CHARS + 1].rpartition("-")[0]
    return cut or words[:MAX_SLUG_CHARS]


def is_safe_slug(text: str) -> bool:
    """Tell whether a text can name an article's page: no path, no reserved name.

    >>> is_safe_slug("rain-in-lima"), is_safe_slug("../index"), is_safe_slug("index")
    (True, False, False)
    """
    return _SAFE.fullmatch(text) is not None and text.casefold().partition(".")[0] not in _RESERVED


def free_slug(stem: str, sha256: str, is_taken: Callable[[str], bool]) -> str:
    """Return `stem` with as many characters of a hash as make it an address that nobody has."""
    length = HASH_CHARS
    while is_taken(slug := f"{stem or 'story'}-{sha256[:length]}") and length < len(sha256):
        length += 1
    return slug


def is_reserved(slug: str) -> bool:
    """Tell whether a slug can name no article: Windows keeps it for a device, or a folder for its index page."""
    return not slug or slug in _RESERVED
