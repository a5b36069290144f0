"""Pelican's way of needing a date, met without a false one.

Every Pelican article has a `date`, a datetime. Ours is one that knows what was stated: shown as text it gives the
stated date or "Undated", never the moment that it holds for sorting.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from dateline.edtf import EdtfDate, date_label, parse_date
from dateline.errors import ArticleError

_ISO_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = r"(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]}|\\.)?" for name in _MONTHS) + r"|Sept\.?)"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# One day, one month in letters, one year of four digits: all else leaves a doubt which number is which.
_IN_WORDS = tuple(
    re.compile(_WEEKDAY + order + r",?\s+(?P<year>\d{4})", re.IGNORECASE)
    for order in (rf"{_DAY}\s+{_MONTH}", rf"{_MONTH}\s+{_DAY}")
)


class ArchiveDate(datetime):
    """The date of an article as Pelican carries it: sorts by its first possible day, undated ones before all."""

    stated: EdtfDate | None

    @classmethod
    def of(cls, stated: EdtfDate | None) -> ArchiveDate:
        """Return the date that Pelican gets for what an article states."""
        day = datetime.combine(stated.lower, time()) if stated else datetime.min
        date = cls(day.year, day.month, day.day, tzinfo=UTC)
        date.stated = stated
        return date

    @property
    def is_whole_day(self) -> bool:
        """Tell whether the article states a whole day."""
        return self.stated is not None and self.stated.is_whole_day

    def strftime(self, format: str) -> str:  # noqa: A002  its name in the standard library
        """Return the stated date in the site's format when it is a whole day, else in words."""
        return super().strftime(format) if self.is_whole_day else date_label(str(self.stated) if self.stated else None)

    def isoformat(self, *args: Any, **kwargs: Any) -> str:
        """Return the stated date as it was stated; "" for none."""
        return str(self.stated) if self.stated else ""

    __str__ = isoformat


def stated_date(date_line: str, published_line: str) -> EdtfDate | None:
    """Return what an article's Date and Published lines state; raise ArticleError where they state no date.

    A moment, or a day in words, states its day; what leaves a day, month or year open states no whole day.
    """
    if published_line:
        return parse_date(published_line)
    if not date_line:
        return None
    if moment := _ISO_MOMENT.fullmatch(date_line):
        return parse_date(moment[1])
    try:
        return parse_date(date_line)
    except ArticleError:
        day = _day_in_words(date_line)
        if day is None:
            raise
        return parse_date(day)


def _day_in_words(text: str) -> str | None:
    """Return the day that words state wholly, like "Wednesday, 22 March 2017" or "Mar. 22, 2017"."""
    found = next(filter(None, (pattern.fullmatch(text.strip()) for pattern in _IN_WORDS)), None)
    if found is None:
        return None
    month = [name[:3].casefold() for name in _MONTHS].index(found["month"][:3].casefold()) + 1
    return f"{found['year']}-{month:02}-{int(found['day']):02}"
