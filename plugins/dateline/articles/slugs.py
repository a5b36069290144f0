"""Slugs: the name of an article's file and address, made from its headline, safe on every disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import TypeVar

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

Key = TypeVar("Key", bound=Hashable)


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


def assign_slugs(wanted: Mapping[Key, str], taken: Collection[str], hash_of: Callable[[Key], str]) -> dict[Key, str]:
    """Return a slug of its own for each key, whatever the order in which they come.

    A slug wanted once and free is given as it is. Where several want one, or it is taken or reserved, each gets
    it with the first characters of its hash.
    """
    counts: dict[str, int] = {}
    for slug in wanted.values():
        counts[slug] = counts.get(slug, 0) + 1
    given: dict[Key, str] = {}
    used = set(taken)
    plain = {
        key for key, slug in wanted.items() if slug and counts[slug] == 1 and slug not in used and slug not in _RESERVED
    }
    for key in plain:
        given[key] = wanted[key]
    used.update(given.values())
    for key in sorted((key for key in wanted if key not in plain), key=hash_of):
        stem = wanted[key] or "story"
        length = HASH_CHARS
        while (slug := f"{stem}-{hash_of(key)[:length]}") in used and length < len(hash_of(key)):
            length += 1
        given[key] = slug
        used.add(slug)
    return given
