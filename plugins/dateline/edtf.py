"""Dates as the archive states them: Extended Date/Time Format, level 1, with bounds and a label.

`2017-03-22` is a whole day, `2017-03` a month, `2017-03?` an uncertain one, `2016-10/2017-04` a span
(Library of Congress, https://www.loc.gov/standards/datetime/). Having no date is `None`, never a guess.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from time import struct_time

import edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from dateline.errors import ArticleError

_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_SIMPLE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%]?)\Z")
_PLAIN = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?[?~%]?\Z", re.ASCII)
_DOUBTS = {"": "", "?": " (uncertain)", "~": " (approximate)", "%": " (uncertain, approximate)"}
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A date as it was stated, with the first and last day that it can mean."""

    text: str
    lower: date
    upper: date

    @property
    def is_whole_day(self) -> bool:
        """Tell whether the date is one certain day."""
        return bool(_WHOLE_DAY.match(self.text))

    def __str__(self) -> str:
        return self.text


def parse_date(text: str) -> EdtfDate:
    """Return the date that an EDTF string states; raise ArticleError, with what would be right.

    >>> parse_date("2017-03?").upper
    datetime.date(2017, 3, 31)
    """
    wanted = "a date like 2017-03-22, 2017-03, 2017 or 2017-03? (EDTF)"
    if plain := _plain_date(text):  # the library takes some 20 ms for any of them
        return plain
    try:
        parsed = edtf.parse_edtf(text)
        lower, upper = _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, OverflowError, AttributeError, TypeError) as error:
        raise ArticleError(f"{text!r} is not {wanted}") from error
    # For an unknown start or end the library makes one up, ten years from the other.
    lower = upper if text.startswith("/") else lower
    upper = lower if text.endswith("/") else upper
    if lower is None or upper is None or lower > upper:
        raise ArticleError(f"{text!r} has no first and last day in the years 1 to 9999; write {wanted}")
    return EdtfDate(text, lower, upper)


def _plain_date(text: str) -> EdtfDate | None:
    """Return a year, month or day, certain or not, without a season; None for all else, be it a date or not."""
    match = _PLAIN.match(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        lower = date(year, month or 1, day or 1)
        upper = lower if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return EdtfDate(text, lower, upper)


def _day(bound: struct_time | float) -> date | None:
    if isinstance(bound, float):  # open ends are infinities
        assert math.isinf(bound)
        return None
    return date(bound.tm_year, bound.tm_mon, bound.tm_mday)


def date_label(text: str | None) -> str:
    """Return an EDTF date as readers see it.

    >>> date_label("2017-03-22"), date_label("2017-03?"), date_label(None)
    ('22 March 2017', 'March 2017 (uncertain)', 'Undated')
    """
    if text is None:
        return "Undated"
    if "/" in text:
        first, last = text.split("/")
        if not first or not last:
            return f"until {date_label(last)}" if last else f"from {date_label(first)}"
        return f"{date_label(first)} – {date_label(last)}"
    match = _SIMPLE.match(text)
    if not match:
        return text
    year, month, day, doubt = match.groups()
    words = [str(int(day)) if day else "", _month_name(month) if month else "", str(int(year))]
    return " ".join(word for word in words if word) + _DOUBTS[doubt]


def _month_name(month: str) -> str:
    # English whatever the builder's locale: the same input gives the same bytes.
    names = "January February March April May June July August September October November December".split()
    return names[int(month) - 1] if 1 <= int(month) <= 12 else _SEASONS.get(month, month)
