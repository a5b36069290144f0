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
from dateline.sources.dates import day_in_words

_ISO_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
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
        day = day_in_words(date_line)
        if day is None:
            raise
        return parse_date(day)
