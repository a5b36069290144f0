"""Time: articles gathered under the narrowest month or year that certainly holds their dates."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median
from typing import Literal

from dateline.edtf import EdtfDate, date_label
from dateline.facets.standing import StandingArticle
from dateline.facets.views import Chart, Entry, Link, Period, PeriodGroup, TimeIndex

SEVERAL_YEARS = "years"
UNDATED = "undated"
MAX_MONTHS_IN_CHART = 60
MIN_BARS = 3  # fewer say no more than their figures do
MAX_TIMES_THE_MEDIAN = 20  # beyond, one bar would leave nothing of the others to see

Dated = tuple[EdtfDate | None, Entry]
Beside = Callable[[Sequence[StandingArticle]], tuple[tuple[Link, ...], tuple[Link, ...]]]


def period_key(date: EdtfDate | None) -> str:
    """Return the narrowest period that holds each day that a date can mean.

    >>> from dateline.edtf import parse_date
    >>> [period_key(parse_date(text)) for text in ("2017-03-22", "2017-03?", "2017-03-31/2017-04-01", "2016/2017")]
    ['2017-03', '2017-03', '2017', 'years']
    """
    if date is None:
        return UNDATED
    if date.lower.year != date.upper.year:
        return SEVERAL_YEARS
    year = f"{date.lower.year:04}"
    return f"{year}-{date.lower.month:02}" if date.lower.month == date.upper.month else year


def period_links(articles: Iterable[StandingArticle]) -> dict[str, Link]:
    """Return the pages of the periods that hold articles, by their keys; a year holds what its months do."""
    counts: Counter[str] = Counter()
    for article in articles:
        key = period_key(article.date)
        counts.update({key, key[:4]} if key[0].isdigit() else {key})
    return {key: Link(_name(key), f"dates/{_stem(key)}.html", counts[key]) for key in sorted(counts)}


def gather_times(
    articles: Sequence[StandingArticle], entries: Mapping[str, Entry], links: Mapping[str, Link], beside: Beside
) -> TimeIndex:
    """Gather articles, given in archive order, by month and year; `beside` names the places and actors of some."""
    held: dict[str, list[StandingArticle]] = {}
    for article in articles:
        key = period_key(article.date)
        held.setdefault(key, []).append(article)
        if "-" in key:
            held.setdefault(key[:4], []).append(article)

    def period(key: str) -> Period:
        within = held[key]
        places, actors = beside(within)
        made = _period(key, [(article.date, entries[article.slug]) for article in within], links)
        return replace(made, places_beside=places, actors_beside=actors)

    years = _in_a_row([period(key) for key in links if key.isdigit()])
    months = _in_a_row([period(key) for key in links if "-" in key])
    by_month = bool(months) and all(group.link for year in years for group in year.groups)
    ends = [end.link.name for end in (months if by_month else years)]
    return TimeIndex(
        years=years,
        months=months,
        across=period(SEVERAL_YEARS) if SEVERAL_YEARS in links else None,
        undated=period(UNDATED) if UNDATED in links else None,
        dated=sum(article.date is not None for article in articles),
        label=(" – " if by_month else "–").join(dict.fromkeys([*ends[:1], *ends[-1:]])),
        chart=_chart_of_all(links),
    )


def _name(key: str) -> str:
    return {SEVERAL_YEARS: "Several years", UNDATED: "Undated"}.get(key) or date_label(key)


def _stem(key: str) -> str:
    return "several-years" if key == SEVERAL_YEARS else key


def _period(key: str, within: Sequence[Dated], links: Mapping[str, Link]) -> Period:
    if key == UNDATED:
        return Period("undated", links[key], (_whole(within),))
    if key == SEVERAL_YEARS:
        return Period("years", links[key], (_whole(within),))
    return _month(key, within, links) if "-" in key else _year(key, within, links)


def _whole(within: Sequence[Dated]) -> PeriodGroup:
    return PeriodGroup("", "all", tuple(entry for _, entry in within))


def _month(key: str, within: Sequence[Dated], links: Mapping[str, Link]) -> Period:
    first_weekday, length = monthrange(int(key[:4]), int(key[5:]))
    groups = _groups(within, lambda date: f"{date.lower:%d}" if date.lower == date.upper else "")
    return Period(
        scale="month",
        link=links[key],
        groups=tuple(
            PeriodGroup(date_label(f"{key}-{day}") if day else links[key].name, f"d{day or 0}", group)
            for day, group in groups.items()
        ),
        cells=tuple(
            Link(date_label(f"{key}-{day}"), f"#d{day}" if day in groups else "", len(groups.get(day, ())))
            for day in (f"{number:02}" for number in range(1, length + 1))
        ),
        first_weekday=first_weekday + 1,
        within=links[key[:4]],
    )


def _year(key: str, within: Sequence[Dated], links: Mapping[str, Link]) -> Period:
    groups = _groups(within, lambda date: f"{date.lower:%m}" if date.lower.month == date.upper.month else "")
    months = _months_of(key, links)
    return Period(
        scale="year",
        link=links[key],
        groups=tuple(
            PeriodGroup(_name(f"{key}-{month}"), f"m{month}", group, links[f"{key}-{month}"])
            if month
            else PeriodGroup(links[key].name, "m0", group)
            for month, group in groups.items()
        ),
        cells=months,
        chart=_chart("month", months),
    )


def _groups(within: Iterable[Dated], key_of: Callable[[EdtfDate], str]) -> dict[str, tuple[Entry, ...]]:
    """Return entries by day or month, in order; those that are dated no closer come first, under ""."""
    keyed = [(key_of(date), entry) for date, entry in within if date]
    keyed.sort(key=lambda pair: pair[0])  # stable: archive order within a group
    return {key: tuple(entry for _, entry in pairs) for key, pairs in groupby(keyed, key=lambda pair: pair[0])}


def _in_a_row(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return periods, given in order of time, each with the links of its neighbours."""
    row = list(periods)
    for at, (earlier, later) in enumerate(pairwise(periods)):
        row[at] = replace(row[at], after=later.link)
        row[at + 1] = replace(row[at + 1], before=earlier.link)
    return tuple(row)


def _months_of(year: str, links: Mapping[str, Link]) -> tuple[Link, ...]:
    return tuple(link for key, link in links.items() if key.startswith(f"{year}-"))


def _chart_of_all(links: Mapping[str, Link]) -> Chart | None:
    """Return a chart of the months, or of the years where the months from the first to the last are too many."""
    months = [key for key in links if "-" in key]
    span = _month_number(months[-1]) - _month_number(months[0]) if months else 0
    each_year_has_months = all(key[:4] in {month[:4] for month in months} for key in links if key.isdigit())
    if each_year_has_months and span < MAX_MONTHS_IN_CHART:
        return _chart("month", [links[month] for month in months])
    return _chart("year", [link for key, link in links.items() if key.isdigit()])


def _month_number(key: str) -> int:
    return 12 * int(key[:4]) + int(key[5:])


def _chart(unit: Literal["month", "year"], periods: Sequence[Link]) -> Chart | None:
    if len(periods) < MIN_BARS:
        return None
    fullest = max(periods, key=lambda period: period.count)
    usual = median(period.count for period in periods)
    return Chart(unit, fullest.count, fullest.name, fullest.count > MAX_TIMES_THE_MEDIAN * usual)
