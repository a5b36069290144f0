"""Dates: the words of a source become the day that they state, or none; nothing is guessed from the rest.

`read_moment` reads what machines write (ISO 8601, RFC 822), `read_date` also what people write. The day is that of
the zone in which the source tells the time: 31 December 23:30 -0500 is the 31st.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, lru_cache

from dateline.records import StatedDate
from dateline.text import fold_spaces

_MAX_CHARS = 100  # of words that are a date and nothing else

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]}|\\.)?" for name in _MONTHS) + r"|Sept\.?)"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
# Names of zones only in capitals: in lower case they are words.
_ZONE = (
    r"(?:(?P<zone>(?-i:[A-Z]{1,5})(?![A-Za-z+-]))"
    r"|(?:UTC|GMT)?\s?(?P<sign>[+-])(?P<off_hours>\d{1,2})(?::?(?P<off_minutes>\d\d))?)(?:\s*\([^()]{0,40}\))?"
)
_SECONDS = r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
_CLOCK = rf"(?P<hour>\d{{1,2}}):(?P<minute>\d\d){_SECONDS}(?:\s*{_ZONE})?"
_SPOKEN_CLOCK = (
    rf"(?P<hour>\d{{1,2}})(?:[:.h](?P<minute>\d\d){_SECONDS})?(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*,?\s*{_ZONE})?"
)


def _patterns(*expressions: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression, re.IGNORECASE) for expression in expressions)


_OF_MACHINES = _patterns(
    # ISO 8601 and its profile W3CDTF, also with the doubts of EDTF level 1
    rf"{_YEAR}(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<doubt>[?~%])?",
    rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:T|\s+){_CLOCK}",
    rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?(?:{_ZONE})?)?",
    # RFC 822 and its successors: a year of two digits is theirs, but only beside a time
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s-]+{_YEAR}(?:\s+{_CLOCK})?",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s-]+(?P<short_year>\d\d)\s+{_CLOCK}",
    # C's asctime, and `date`'s with a zone before the year
    rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+{_YEAR}",
)
# One day, one month in letters, one year of four digits: all else leaves a doubt which number is which.
_DAYS_IN_WORDS = (rf"{_WEEKDAY}{_DAY}\s+{_MONTH},?\s+{_YEAR}", rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}")
_DAY_IN_WORDS = _patterns(*_DAYS_IN_WORDS)
_IN_WORDS = _patterns(
    *(rf"{day}(?:,?\s+(?:at\s+|-\s+|\|\s+)?{_SPOKEN_CLOCK})?" for day in _DAYS_IN_WORDS),
    *(rf"{_SPOKEN_CLOCK},?\s+(?:on\s+|-\s+|\|\s+)?{day}" for day in _DAYS_IN_WORDS),
    rf"{_MONTH},?\s+{_YEAR}",
    rf"{_YEAR}(?P<mark>[/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?:,?\s+{_SPOKEN_CLOCK})?",
    r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]"
    rf"(?:\s*{_SPOKEN_CLOCK})?",
)
_IN_NUMBERS = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second_number>\d{{1,2}})(?P=mark){_YEAR}(?:,?\s+{_SPOKEN_CLOCK})?",
    re.IGNORECASE,
)
# A time in any language, with the word that leads to it left to the date's own words: "à 14h05", "um 14:05 Uhr".
_CLOCK_WITHIN = re.compile(
    rf"\b(?P<hour>\d{{1,2}})[:h](?P<minute>\d\d){_SECONDS}(?:\s*{_ZONE})?(?:\s*Uhr)?", re.IGNORECASE
)
_CLOCK_LEADS = re.compile(r"[\s,|–-]*\b(?:à|um|a las?|às|alle|kl\.?|om|в|at)?[\s,|–-]*$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:er|[ºª°])(?![^\W\d_])")

# RFC 822, 5.1. In people's words most of them are ambiguous (CST is also China's): there only `_UTC` counts.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_UTC = ("UTC", "GMT", "UT", "Z")

# The languages of the press that dateparser knows; the Arabic of Syria, Algeria and Egypt names its months differently.
_LOCALES = """
    ar ar-SY ar-DZ bg bn ca cs da de el es et fa fi fil fr he hi hr hu id it ja ko lt lv mk ms nb nl pl pt ro ru sk
    sl sq sr sr-Latn sv sw ta th tr uk ur vi zh
""".split()
_PRESS_YEARS = range(1600, 2101)  # what else a year in words may be counts from another epoch
_PROBE_DAY, _PROBE_YEAR = 15, 2001


def read_moment(words: str) -> StatedDate | None:
    """Return the date that a machine wrote, by ISO 8601 or RFC 822; None when it is no such date, or no real one.

    >>> read_moment("Sun, 31 Dec 2017 23:30:00 EST").moment
    '2017-12-31T23:30:00-05:00'
    """
    said = fold_spaces(words)
    found = _first_match(_OF_MACHINES, said)
    return _stated(said, found.groupdict(""), _ZONES) if found else None


def read_epoch(seconds: float, words: str) -> StatedDate | None:
    """Return the date that a count of seconds since 1970 states, in UTC; the format must say that it is one."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return StatedDate(moment.date().isoformat(), words, moment=moment.isoformat())


def read_date(words: str, *, order: str = "", language: str = "") -> StatedDate | None:
    """Return the date that words state and nothing else; None when they state none, or leave its day in doubt.

    `order` ("DMY", "MDY") tells how a date of three numbers is written, where the source is known to be even;
    without it a number over 12 can tell. `language` (BCP 47) decides what a month's name means in one language and
    not in another: "listopada" is October in Croatian, November in Polish. A month alone is a month.

    >>> read_date("March 22, 2017").date, read_date("22 mars 2017").date, read_date("04/05/2017")
    ('2017-03-22', '2017-03-22', None)
    """
    said = fold_spaces(words)
    if moment := read_moment(said):
        return moment
    if len(said) > _MAX_CHARS:
        return None
    if found := _first_match(_IN_WORDS, said):
        return _stated(said, found.groupdict(""))
    if found := _IN_NUMBERS.fullmatch(said):
        return _in_numbers(said, found.groupdict(""), order)
    return _in_other_words(said, language)


def certain_order(words: str) -> str:
    """Return the order that a date of three numbers shows by itself, "DMY" or "MDY"; "" when it shows none.

    >>> certain_order("4/16/2017"), certain_order("4/5/2017")
    ('MDY', '')
    """
    found = _IN_NUMBERS.fullmatch(fold_spaces(words)[:_MAX_CHARS])
    return _order(int(found["first"]), int(found["second_number"])) if found else ""


def is_in_numbers(words: str) -> bool:
    """Tell whether words are a date of three numbers, the year last, which may be of two orders."""
    return len(words) <= _MAX_CHARS and _IN_NUMBERS.fullmatch(fold_spaces(words)) is not None


def day_in_words(words: str) -> str | None:
    """Return the day that English words state wholly, as "Wednesday, 22 March 2017" or "Mar. 22, 2017" do.

    The day may be one that no calendar has.
    """
    found = _first_match(_DAY_IN_WORDS, words.strip())
    return f"{found['year']}-{_month_number(found['month']):02}-{int(found['day']):02}" if found else None


def _first_match(patterns: Iterable[re.Pattern[str]], words: str) -> re.Match[str] | None:
    if len(words) > _MAX_CHARS:
        return None
    return next(filter(None, (pattern.fullmatch(words) for pattern in patterns)), None)


def _in_numbers(words: str, found: dict[str, str], order: str) -> StatedDate | None:
    first, second = found["first"], found["second_number"]
    by_day, by_month = {"day": first, "month": second}, {"day": second, "month": first}
    match order if order in ("DMY", "MDY") else _order(int(first), int(second)):
        case "DMY":
            return _stated(words, found | by_day)
        case "MDY":
            return _stated(words, found | by_month)
    return _stated(words, found | by_day) if int(first) == int(second) else None


def _order(first: int, second: int) -> str:
    if first > 12 >= second:
        return "DMY"
    return "MDY" if second > 12 >= first else ""


def _in_other_words(words: str, language: str) -> StatedDate | None:
    said = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in words)
    clock = _CLOCK_WITHIN.search(said)
    if clock:
        said = _CLOCK_LEADS.sub("", said[: clock.start()]) + said[clock.end() :]
    said = _ORDINAL.sub("", said)
    numbers = re.findall(r"\d+", said)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(numbers) != 2 or len(years) != 1 or len(days) != 1 or int(years[0]) not in _PRESS_YEARS:
        return None
    phrase = re.sub(r"\d+", lambda number: str(_PROBE_YEAR if len(number[0]) == 4 else _PROBE_DAY), said)
    month = _month_meant(phrase.strip(), language)
    if not month:
        return None
    return _stated(
        words, {**(clock.groupdict("") if clock else {}), "year": years[0], "month": str(month), "day": days[0]}
    )


@lru_cache(maxsize=4096)
def _month_meant(phrase: str, language: str) -> int:
    """Return the month that a date means in a language, or in all that know it; 0 where they disagree."""
    locales = _locales_of(language) if language else _LOCALES
    months = set(_months_meant(phrase, locales))
    return months.pop() if len(months) == 1 else 0


def _locales_of(language: str) -> list[str]:
    code = language.partition("-")[0].lower()
    return [locale for locale in _LOCALES if locale.partition("-")[0] == code] or [code]


def _months_meant(phrase: str, locales: Iterable[str]) -> Iterator[int]:
    for locale in locales:
        parsed = _parsed(phrase, locale)
        if parsed and (parsed.day, parsed.year) == (_PROBE_DAY, _PROBE_YEAR):
            yield parsed.month


def _parsed(phrase: str, locale: str) -> date | None:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # it ships no types

    settings = {
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],  # neither "yesterday" nor a count of seconds
    }
    try:
        parser = DateDataParser(locales=[locale], settings=settings)
        found = parser.get_date_data(phrase).date_obj
    except (ValueError, OverflowError, TypeError):  # a language that it does not know, or words that it trips over
        return None
    return found.date() if found else None


def _stated(words: str, found: dict[str, str], zones: dict[str, int] | None = None) -> StatedDate | None:
    """Return the date that the parts of a match make; None when there is no such day, month or time."""
    year = int(found.get("year") or _full_year(int(found["short_year"])))
    month, day = found["month"], found.get("day", "")
    try:
        first_day = date(year, _month_number(month) if month else 1, int(day or 1))
        moment = _moment(first_day, found, zones or {}) if found.get("hour") else ""
    except ValueError:
        return None
    stated = first_day.isoformat()[: 10 if day else 7 if month else 4]
    return StatedDate(stated + found.get("doubt", ""), words, moment=moment)


def _moment(day: date, found: dict[str, str], zones: dict[str, int]) -> str:
    """Return the ISO moment of the clock time in a match; raise ValueError when no clock shows it."""
    hour, half = int(found["hour"]), found.get("half", "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    if not half and not found["minute"]:
        raise ValueError(hour)  # "22 March 2017 9" tells no time
    hour = hour if not half else hour % 12 + (12 if half == "p" else 0)
    second = int(found["second"] or 0)
    clock = datetime(
        day.year,
        day.month,
        day.day,
        hour,
        int(found["minute"] or 0),
        59 if second == 60 else second,  # a leap second, which datetime does not know
        int(found["fraction"].ljust(6, "0")[:6]),
        _offset(found, zones),
    )
    return clock.isoformat()


def _offset(found: dict[str, str], zones: dict[str, int]) -> timezone | None:
    """Return the offset that a match tells; None for the name of a zone that may be several, or is none."""
    if found["sign"]:
        offset = timedelta(hours=int(found["off_hours"]), minutes=int(found["off_minutes"] or 0))
        return timezone(-offset if found["sign"] == "-" else offset)
    if found["zone"] in _UTC:
        return UTC
    hours = zones.get(found["zone"])
    return None if hours is None else timezone(timedelta(hours=hours))


def _full_year(short: int) -> int:
    return short + (2000 if short < 50 else 1900)  # RFC 2822, 4.3


@cache
def _month_number(month: str) -> int:
    """Return the number of a month in digits or English letters."""
    return int(month) if month.isdecimal() else [name[:3] for name in _MONTHS].index(month[:3].lower()) + 1
