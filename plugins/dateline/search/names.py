"""The archive's names: which places, actors, topics and so on a name stands for, in any spelling of the records.

`theme/static/js/engine/plan.js` looks the same names up in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from dateline.records import SearchValue
from dateline.search.analysis import find_tokens
from dateline.search.fields import BELOW
from dateline.search.words import MAX_EXPANSIONS

WIDENED_FIELDS = ("actor", "place")  # whose names a plain word may be, in the order of plans
SHORT_NAME_LETTERS = 3  # "US", "who": names only with a capital, where letters have case


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # some of which part texts in shards


@dataclass(frozen=True, slots=True)
class Name:
    """A spelling of a value, or its end from one of its later words on, folded."""

    text: str  # words joined by a space
    whole: bool  # and no other value's label, which then means that one alone
    field: str
    key: str


class NameBook(Protocol):
    """The names of an archive, and what they stand for."""

    def names(self, prefix: str) -> Iterable[Name]:
        """Return the names whose text begins so, by text, field and key."""

    def has_below(self, field: str, key: str) -> bool:
        """Tell whether another value of the archive lies in this one."""

    def value(self, field: str, key: str) -> SearchValue:
        """Return a value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The values that a name stands for, and whether there were more than may be."""

    keys: tuple[str, ...]
    capped: bool = False


def storable_key(key: str) -> str:
    r"""Return a value's key without control characters, and unlike that of what lies below a value.

    >>> storable_key("geonames:163843"), storable_key("<3"), storable_key("a\x7fb")
    ('geonames:163843', '\\<3', 'a\ufffdb')
    """
    key = _CONTROLS.sub("\ufffd", key)
    return f"\\{key}" if key.startswith((BELOW, "\\")) else key


def storable_value(value: SearchValue) -> SearchValue:
    """Return a value as an index keeps it: with storable keys, and spaces for control characters."""
    label, url, *names = (_CONTROLS.sub(" ", text) for text in (value.label, value.url, *value.names))
    broader = tuple(map(storable_key, value.broader))
    return replace(value, key=storable_key(value.key), label=label, names=tuple(names), broader=broader, url=url)


def name_entries(values: Iterable[SearchValue]) -> list[Name]:
    """Return all names of an archive's values, by text, field and key, each once; a whole name stands for its end.

    A name that is the label of one value and another spelling of a second is no whole name of the second: so a label
    finds what it is shown for.

    >>> value = SearchValue("place", "geonames:173576", "Deir ez-Zor", ("Deir ez-Zor",))
    >>> [(name.text, name.whole) for name in name_entries([value])]
    [('deir ez zor', True), ('ez zor', False), ('zor', False)]
    """
    values = list(values)
    labels = {(value.field, value.key): " ".join(folded_words(value.label)) for value in values}
    labelled = {(field, label) for (field, _), label in labels.items()}
    whole: dict[tuple[str, str, str], bool] = {}
    for value in values:
        for name in (value.label, *value.names):
            words = folded_words(name)
            for start in range(len(words)):
                text = " ".join(words[start:])
                entry = (text, value.field, value.key)
                is_own = text == labels[value.field, value.key] or (value.field, text) not in labelled
                whole[entry] = whole.get(entry, False) or (start == 0 and is_own)
    return [Name(text, whole[text, field, key], field, key) for text, field, key in sorted(whole)]


def folded_words(text: str) -> list[str]:
    """Return the words of a text as names have them."""
    return [token.word for token in find_tokens(text)]


def whole_names(text: str, book: NameBook) -> list[Name]:
    """Return the names that are exactly these folded words."""
    found = []
    for name in book.names(text):
        if name.text != text:
            break
        if name.whole:
            found.append(name)
    return found


def keys_called(text: str, field: str, book: NameBook) -> Keys:
    """Return the values of a field that are called so, or else those with a name that has these words together."""
    exact = tuple(name.key for name in whole_names(text, book) if name.field == field)
    if exact:
        return _first(exact)
    at_words = (name for name in book.names(text) if f"{name.text} ".startswith(f"{text} "))
    return _first(name.key for name in at_words if name.field == field)


def keys_begun(prefix: str, field: str, book: NameBook) -> Keys:
    """Return the values of a field with a name in which a word, and what follows it, begins so."""
    return _first(name.key for name in book.names(prefix) if name.field == field)


def _first(keys: Iterable[str]) -> Keys:
    """Return the first of the keys, each once."""
    found: dict[str, None] = {}
    for key in keys:
        if key not in found and len(found) == MAX_EXPANSIONS:
            return Keys(tuple(found), capped=True)
        found[key] = None
    return Keys(tuple(found))
