"""Dates: stated ones as stated, none invented, whatever Pelican asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.edtf import date_label, parse_date
from dateline.errors import ArticleError
from dateline.site.dates import ArchiveDate, stated_date


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("2017-03-22", "2017-03-22"),
        ("2017-03-22 14:05", "2017-03-22"),
        ("2017-03-22T14:05:00+02:00", "2017-03-22"),
        ("22 March 2017", "2017-03-22"),
        ("Wednesday, 22nd March 2017", "2017-03-22"),
        ("Mar. 22, 2017", "2017-03-22"),
        ("Sept 2, 2017", "2017-09-02"),
        ("2017-03-22 14:05:30 +0200", "2017-03-22"),
        ("2017-03", "2017-03"),
        ("2017?", "2017?"),
    ],
)
def test_a_date_line_is_read_as_it_was_stated(line, stated):
    assert str(stated_date(line, "")) == stated


@pytest.mark.parametrize(
    "line",
    [
        "tomorrow",
        "March 2017",
        "22 March",
        "2017-02-30",
        "12:30",
        "../2017",
        "99999999",
        "03/04/2017",
        "12.05.2017",
        "10/11/12",
        "170322",
    ],
)
def test_what_states_no_whole_date_is_refused_in_a_sentence(line):
    with pytest.raises(ArticleError, match="a date like 2017-03-22"):
        stated_date(line, "")


def test_the_published_line_wins_and_none_is_none():
    assert str(stated_date("2017-03-22", "2017-03?")) == "2017-03?"
    assert stated_date("", "") is None


@pytest.mark.parametrize(
    ("stated", "words", "iso"),
    [(None, "Undated", ""), ("2017-03", "March 2017", "2017-03"), ("2017-03-22", "22.03.2017", "2017-03-22")],
)
def test_pelicans_date_shows_only_what_was_stated(stated, words, iso):
    date = ArchiveDate.of(parse_date(stated) if stated else None)
    assert (date.strftime("%d.%m.%Y"), date.isoformat(), str(date)) == (words, iso, iso)


def test_undated_stories_sort_before_all_dated_ones_for_pelican():
    dates = [ArchiveDate.of(parse_date("0002-01-01")), ArchiveDate.of(None), ArchiveDate.of(parse_date("2017"))]
    assert [date.stated is None for date in sorted(dates)] == [True, False, False]


@given(st.dates())
def test_every_day_parses_to_itself(day):
    parsed = parse_date(day.isoformat())
    assert parsed.lower == parsed.upper == day
    assert parsed.is_whole_day
    assert date_label(parsed.text).endswith(str(day.year))


@given(st.text(max_size=12))
def test_no_text_is_more_than_a_date_or_a_sentence(text):
    try:
        parsed = parse_date(text)
    except ArticleError:
        return
    assert parsed.lower <= parsed.upper
