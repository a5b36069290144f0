"""Where an article comes from, as its `Source` line says it: `sources/a.zip!b.txt#L3-L6`, `…#bytes=0-99`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from dateline.articles.markdown import join_list, split_values
from dateline.errors import ArticleError
from dateline.records import Locator, Unit

_LOCATOR = re.compile(
    r"(?P<path>[^#!]+)(?:!(?P<member>[^#]+))?#(?P<unit>L|bytes=)(?P<first>\d+)(?:-L?(?P<last>\d+))?\Z"
)
# What has a meaning in the line or in front matter, and white space that would be folded.
_RESERVED = re.compile(r"[%#!;&<\x00-\x1f\x7f]|[^\S ]|(?<= ) |^ | $")


def format_locator(locator: Locator) -> str:
    """Return a locator in one line; characters with a meaning of their own are percent-encoded."""
    member = _encode(locator.member) if locator.member else None
    return str(replace(locator, path=_encode(locator.path), member=member))


def _encode(path: str) -> str:
    return _RESERVED.sub(lambda match: quote(match[0], safe=""), path)


def parse_locator(text: str) -> Locator:
    """Return the locator that a line names; raise ArticleError where it names none.

    >>> parse_locator("sources/a.txt#L3-L6")
    Locator(path='sources/a.txt', first=3, last=6, member=None, unit=<Unit.LINES: 'lines'>)
    """
    match = _LOCATOR.match(text)
    if match is None:
        raise ArticleError(f"Source is {text!r}; it must read like sources/a.txt#L3-L6 or sources/a.xml#bytes=0-99")
    member = unquote(match["member"]) if match["member"] else None
    unit = Unit.LINES if match["unit"] == "L" else Unit.BYTES
    return Locator(unquote(match["path"]), int(match["first"]), int(match["last"] or match["first"]), member, unit)


def format_values(values: Sequence[str]) -> str:
    """Return one value as it is and several as a list, as the Source lines hold them."""
    return values[0] if len(values) == 1 else join_list(values)


def parse_sources(source: str, hashes: str) -> list[tuple[Locator, str]]:
    """Return each place that an article comes from with its SHA-256 ("" where it states none)."""
    locators = [parse_locator(text) for text in split_values(source)]
    sums = split_values(hashes)
    return list(zip(locators, [*sums, *[""] * (len(locators) - len(sums))], strict=False))
