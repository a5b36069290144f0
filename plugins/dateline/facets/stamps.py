"""Stamps: the words of a date that a machine wrote, and that say no more to a reader than the date itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from dateline.edtf import EdtfDate

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})"
_ZONE = r"(?:\s*(?:z|[a-z]{2,4}|(?:utc|gmt)?[+-]\d\d?:?(?:\d\d)?)\b)"
_TIME = re.compile(
    rf"[\s,]*(?:\bt|(?<=\d)t|\s|,)\s*\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\b\.?)?{_ZONE}?(?:\s*\(\w+\))?"
    rf"|(?<=\d{{8}})t\d{{4}}(?:\d\d)?(?:[.,]\d+)?{_ZONE}?"
)
_WEEKDAY = re.compile(r"\A(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,.]+")
_BY_NAME = (
    re.compile(rf"(?P<day>\d\d?)(?P<gap>[\s-]){_MONTH}(?P=gap)(?P<year>\d{{4}})\Z"),
    re.compile(rf"{_MONTH}(?P<gap>\s+)(?P<day>\d\d?)\s*(?:[+-]\d{{4}})?,?\s*(?P<year>\d{{4}})\Z"),
)
_BY_NUMBER = re.compile(r"(\d{4})(?:([-/.])(\d\d?)\2(\d\d?)|(\d\d)(\d\d))\Z")
_YEAR_LAST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)\Z")
_SECONDS = re.compile(r"(\d{9,10})(?:\d{3}|\.\d+)?\Z")
_MAX_CHARS = 60
_ANOTHER_ZONE = timedelta(days=1)  # a moment near midnight is another day elsewhere


def is_stamp(words: str, stated: EdtfDate) -> bool:
    """Tell whether words are a machine's, or digits alone, and name the very day that is stated.

    >>> from dateline.edtf import parse_date
    >>> day = parse_date("1987-02-26")
    >>> [is_stamp(words, day) for words in ("26-FEB-1987 16:32:51.69", "2/26/1987", "2/25/1987", "26 February 1987")]
    [True, True, False, False]
    """
    if not stated.is_whole_day or len(words) > _MAX_CHARS:
        return False
    folded = " ".join(words.casefold().split())
    bare = _TIME.sub("", folded).strip(" ,")
    leeway = _ANOTHER_ZONE if bare != folded or _SECONDS.match(folded) else timedelta()
    return any(abs(day - stated.lower) <= leeway for day in _days(bare, has_time=bare != folded))


def _days(words: str, *, has_time: bool) -> Iterator[date]:
    """Yield the days that a stamp without its time can mean."""
    if match := _SECONDS.match(words):
        yield datetime.fromtimestamp(int(match[1]), UTC).date()
    words = _WEEKDAY.sub("", words)
    for pattern in _BY_NAME:
        # Without an hour, "26 Feb 1987" is a person's way of writing as well.
        if (match := pattern.match(words)) and (has_time or match["gap"] == "-"):
            yield from _day(match["year"], str(_MONTHS.index(match["name"]) + 1), match["day"])
    if match := _BY_NUMBER.match(words):
        yield from _day(match[1], match[3] or match[5], match[4] or match[6])
    if match := _YEAR_LAST.match(words):
        one, other, year = match[1], match[3], match[4]
        for century in ("",) if len(year) == 4 else ("19", "20"):
            yield from _day(century + year, one, other)
            yield from _day(century + year, other, one)


def _day(year: str, month: str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return
