"""Limits on what a source may ask for: a hostile file is set aside and told, it does not fill memory or disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from dateline.errors import SiteError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is read at all; the setting DATELINE_LIMITS overrides each by its name."""

    unpacked_bytes: int = 4096 * MEBIBYTE  # of one compressed file, or of one archive with all its members
    ratio: int = 200  # unpacked to packed bytes, once `ratio_from` bytes are unpacked
    ratio_from: int = 64 * MEBIBYTE
    members: int = 1_000_000  # of one archive
    depth: int = 3  # archives within archives
    document_bytes: int = 64 * MEBIBYTE  # of what must be held whole: a page, a feed, a record, a row
    line_chars: int = 1_000_000  # of a line of plain text
    story_chars: int = 10_000_000  # of a story's text
    elements_deep: int = 256  # of XML and JSON


DEFAULT_LIMITS = Limits()


def limits_from(settings: Mapping[str, object]) -> Limits:
    """Return the limits that DATELINE_LIMITS sets, the others as they are; raise SiteError for what is none.

    >>> limits_from({"members": 100}).members
    100
    """
    known = [field.name for field in fields(Limits)]
    if not isinstance(settings, Mapping):
        raise SiteError(f'DATELINE_LIMITS: is {settings!r}, not like {{"members": 100}}')
    for name, value in settings.items():
        if name not in known:
            raise SiteError(f"DATELINE_LIMITS: {name!r} is not one of {', '.join(known)}")
        if type(value) is not int or value < 1:
            raise SiteError(f"DATELINE_LIMITS: {name} is {value!r}, not a whole number of 1 or more")
    return replace(DEFAULT_LIMITS, **settings)  # type: ignore[arg-type]  # each value was checked
