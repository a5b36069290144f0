"""Dates of sources: the day that words state, in any language, and none that they do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.edtf import parse_date
from dateline.sources.dates import certain_order, read_date, read_epoch, read_moment

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=OFFSETS)


@pytest.mark.parametrize(
    ("words", "day", "moment"),
    [
        ("2017-03-22", "2017-03-22", ""),
        ("2017-03", "2017-03", ""),
        ("2017", "2017", ""),
        ("2017-03?", "2017-03?", ""),
        ("20170322", "2017-03-22", ""),
        ("20170322T150100+0000", "2017-03-22", "2017-03-22T15:01:00+00:00"),
        ("20170322150100", "2017-03-22", "2017-03-22T15:01:00"),
        ("2017-03-22T15:01Z", "2017-03-22", "2017-03-22T15:01:00+00:00"),
        ("2017-03-22 15:01:02.5", "2017-03-22", "2017-03-22T15:01:02.500000"),
        ("2016-12-31T23:59:60Z", "2016-12-31", "2016-12-31T23:59:59+00:00"),  # a leap second
        ("Wed, 22 Mar 2017 15:01:00 GMT", "2017-03-22", "2017-03-22T15:01:00+00:00"),
        ("Wed, 22 Mar 2017 15:01 EST", "2017-03-22", "2017-03-22T15:01:00-05:00"),
        ("22 Mar 2017 15:01:00 +0100 (CET)", "2017-03-22", "2017-03-22T15:01:00+01:00"),
        ("Wed, 22 Mar 17 15:01:00 GMT", "2017-03-22", "2017-03-22T15:01:00+00:00"),  # RFC 822 has such years
        ("Wed, 22 Mar 2017 15:01:00 BST", "2017-03-22", "2017-03-22T15:01:00"),  # British, or Bangladesh's
        ("Wed Mar 22 15:01:00 2017", "2017-03-22", "2017-03-22T15:01:00"),
        ("Wed Mar 22 15:01:00 PDT 2017", "2017-03-22", "2017-03-22T15:01:00-07:00"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26", "1987-02-26T15:01:01.790000"),
        ("Sun, 31 Dec 2017 23:30:00 -0500", "2017-12-31", "2017-12-31T23:30:00-05:00"),
    ],
)
def test_what_machines_write_is_read_with_its_moment(words, day, moment):
    stated = read_moment(words)
    assert (stated.date, stated.moment, stated.words, stated.basis) == (day, moment, words, "stated")


@pytest.mark.parametrize(
    ("words", "day", "moment"),
    [
        ("22 March 2017", "2017-03-22", ""),
        ("Wednesday, 22nd\xa0March 2017", "2017-03-22", ""),
        ("Mar. 22, 2017", "2017-03-22", ""),
        ("Sept 2, 2017", "2017-09-02", ""),
        ("March 2017", "2017-03", ""),
        ("22 March 2017, 2.05 pm", "2017-03-22", "2017-03-22T14:05:00"),
        ("March 22, 2017 12:05 a.m. GMT", "2017-03-22", "2017-03-22T00:05:00+00:00"),
        ("March 22, 2017 at 9 PM CST", "2017-03-22", "2017-03-22T21:00:00"),  # America's, or China's
        ("14:05, 22 March 2017", "2017-03-22", "2017-03-22T14:05:00"),
        ("2017/3/22", "2017-03-22", ""),
        ("2017.03.22 14:05", "2017-03-22", "2017-03-22T14:05:00"),
        ("22/03/2017", "2017-03-22", ""),
        ("3/22/2017 1:30 PM", "2017-03-22", "2017-03-22T13:30:00"),
        ("3.3.2017", "2017-03-03", ""),  # either way
        ("22 mars 2017", "2017-03-22", ""),
        ("mercredi 1er mars 2017 à 14h05", "2017-03-01", "2017-03-01T14:05:00"),
        ("Mittwoch, 22. März 2017, 14:05 Uhr", "2017-03-22", "2017-03-22T14:05:00"),
        ("22 de março de 2017 às 14:05", "2017-03-22", "2017-03-22T14:05:00"),
        ("22 марта 2017 г.", "2017-03-22", ""),
        ("22 Mart 2017 Çarşamba", "2017-03-22", ""),
        ("22 مارس 2017", "2017-03-22", ""),
        ("٢٢ آذار ٢٠١٧", "2017-03-22", ""),  # as Syria names it
        ("2017年3月22日", "2017-03-22", ""),
        ("2017년 3월 22일", "2017-03-22", ""),
        ("2017. március 22.", "2017-03-22", ""),
    ],
)
def test_what_people_write_is_read_where_it_leaves_no_doubt(words, day, moment):
    stated = read_date(words)
    assert (stated.date, stated.moment) == (day, moment)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "tomorrow",
        "3 days ago",
        "22 March",
        "March 22",
        "April–May 2017",
        "04/05/2017",
        "04.05.2017",
        "22/03/17",
        "22 March 17",
        "170322",
        "1489000000",
        "31 February 2017",
        "2017-02-30",
        "2017-13",
        "0000-01-01",
        "31/02/2017",
        "13/13/2017",
        "31-MAR-1987 605:12:19.12",
        "22 March 2017 24:05",
        "22 March 2017 13:05 pm",
        "22 March 2017 9",
        "2017-03-22T15:01:61Z",
        "2017-03-22T15:01:00+99:00",
        "22 mars 2017 ou 2018",
        "22 12 mars",
        "12 فروردین ۱۳۹۶",  # 1396 of the Persian calendar
        "22 มีนาคม 2560",  # 2560 of the Thai one
        "the 22 mars 2017 bonjour",
        "listopad 2017 5",  # October in Croatian, November in Polish
        "5 listopada 2017",
        "²2 mars 2017",
        "22 March 2017" + " " * 5 + "x" * 1_000_000,
    ],
)
def test_what_states_no_date_or_a_wrong_or_doubtful_one_is_none(words):
    assert read_date(words) is None


@pytest.mark.parametrize(
    ("words", "order", "day"),
    [
        ("04/05/2017", "DMY", "2017-05-04"),
        ("04/05/2017", "MDY", "2017-04-05"),
        ("04/05/2017", "YMD", None),
        ("22/03/2017", "MDY", None),  # the source is known to be even: this date is wrong
        ("2017/04/05", "DMY", "2017-04-05"),
    ],
)
def test_a_known_order_decides_dates_of_three_numbers(words, order, day):
    stated = read_date(words, order=order)
    assert (stated and stated.date) == day


@pytest.mark.parametrize(("language", "day"), [("hr", "2017-10-05"), ("pl-PL", "2017-11-05"), ("xx", None)])
def test_a_known_language_decides_what_a_month_is_called(language, day):
    stated = read_date("5 listopada 2017", language=language)
    assert (stated and stated.date) == day


@pytest.mark.parametrize(("words", "order"), [("4/16/2017", "MDY"), ("16.4.2017", "DMY"), ("4/5/2017", ""), ("x", "")])
def test_a_number_over_twelve_shows_the_order(words, order):
    assert certain_order(words) == order


def test_a_count_of_seconds_is_a_day_of_utc_and_an_impossible_one_is_none():
    assert read_epoch(1490195045, "1490195045").moment == "2017-03-22T15:04:05+00:00"
    assert [read_epoch(seconds, "") for seconds in (1e30, float("nan"), float("-inf"))] == [None] * 3


@given(MOMENTS)
def test_every_moment_keeps_its_own_day_and_clock(moment):
    stated = read_moment(moment.isoformat())
    assert stated.date == moment.date().isoformat()
    assert datetime.fromisoformat(stated.moment) == moment


@given(MOMENTS.map(lambda moment: moment.replace(microsecond=0)))
def test_every_moment_of_a_feed_keeps_its_own_day_and_clock(moment):
    stated = read_moment(format_datetime(moment))
    assert stated.date == moment.date().isoformat()
    assert datetime.fromisoformat(stated.moment) == moment


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%A, %d %b. %Y", "%Y/%m/%d", "%Y%m%d"]))
def test_every_day_in_words_is_that_day(day, form):
    assert read_date(day.strftime(form)).date == day.isoformat()


@given(st.dates(date(1000, 1, 1)), st.sampled_from([("DMY", "%d/%m/%Y"), ("MDY", "%m/%d/%Y")]))
def test_a_day_in_numbers_is_right_or_none_without_the_order_and_right_with_it(day, order_and_form):
    order, form = order_and_form
    alone = read_date(day.strftime(form))
    assert alone is None or alone.date == day.isoformat()
    assert read_date(day.strftime(form), order=order).date == day.isoformat()


@given(st.floats(-1e18, 1e18))
def test_a_count_of_seconds_is_its_moment_or_none(seconds):
    stated = read_epoch(seconds, "")
    assert stated is None or abs(
        datetime.fromisoformat(stated.moment) - datetime.fromtimestamp(seconds, UTC)
    ) < timedelta(1)


@given(st.text(alphabet="0123456789 -/.:,TZapm年月日mars", max_size=30) | st.text(max_size=30))
def test_any_words_are_a_valid_date_or_none(words):
    stated = read_date(words)
    if stated is not None:
        assert parse_date(stated.date).text == stated.date
        assert stated.moment == "" or stated.moment.startswith(stated.date)
