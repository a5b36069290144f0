"""What can be searched: the fields of text, and those of values (names that an article is tagged with)."""

from __future__ import annotations

TEXT_FIELDS = ("title", "body")
VALUE_FIELDS = ("place", "actor", "topic", "tag", "source", "author")
FIELDS = (*TEXT_FIELDS, *VALUE_FIELDS)

TEXT = "text"  # title and body together, which a word without a field is looked for in
FAMILIES = (TEXT, *VALUE_FIELDS)  # of terms that share document frequencies and lengths


def family_of(field: str) -> str:
    """Return the family of a field, or TEXT for itself.

    >>> family_of("title"), family_of("place")
    ('text', 'place')
    """
    return TEXT if field in TEXT_FIELDS else field


# A value's key with what lies under it: "<place:1" is in every article that has the value or one below it.
BELOW = "<"


def below(key: str) -> str:
    """Return the term under which a value's articles, and those of all values below it, are found.

    >>> below("geonames:163843")
    '<geonames:163843'
    """
    return BELOW + key
