"""Segmentation: which paragraphs are headlines, told from the layout of the file; certainty, rulings and memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.sources.dumps.newsroom import Mark, mark_of, read_byline, read_date_line, read_dateline, read_tags
from dateline.sources.dumps.segmentation import Decision, Layout, Part, Rulings, Shape, continues, decide, survey
from dateline.sources.dumps.units import Line, Unit, Wrapping, find_wrapping, joined, units_of, unwrap
from dateline.text import fold_spaces

OPEN = Rulings()


def lines(text: str) -> list[Line]:
    return [
        Line(number, 0, 0, fold_spaces(line), len(line) - len(line.lstrip()))
        for number, line in enumerate(text.split("\n"), start=1)
    ]


def units(text: str) -> list[Unit]:
    return list(units_of(unwrap(lines(text), find_wrapping(lines(text))), mark_of))


def decisions(text: str, rulings: Rulings = OPEN) -> list[Decision]:
    return list(decide(units(text), survey(units(text)), rulings))


def headlines(text: str, rulings: Rulings = OPEN) -> list[str]:
    return [decision.unit.text for decision in decisions(text, rulings) if decision.part is Part.HEADLINE]


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("By Ann Lee", Mark.BYLINE),
        ("BY ANN LEE AND BO EK", Mark.BYLINE),
        ("Ann Lee, Reuters", Mark.BYLINE),
        ("Par Anne Dupont", Mark.BYLINE),
        ("بقلم سامي علي", Mark.BYLINE),
        ("By Tuesday it had rained.", Mark.NONE),
        ("By far the wettest day", Mark.NONE),
        ("Friday, January 4, 2019", Mark.DATE),
        ("Published: 4 January 2019", Mark.DATE),
        ("٤ يناير 2019", Mark.DATE),
        ("Vendredi 4 janvier 2019", Mark.DATE),
        ("Published: 31 February 2019", Mark.WRONG_DATE),
        ("31 February 2019", Mark.WRONG_DATE),
        ("04/05/2017", Mark.WRONG_DATE),  # one of two days
        ("By Ann Lee | 22 March 2017", Mark.BYLINE),
        ("Published 22 March 2017, updated 30 March 2017", Mark.DATE),
        ("Best of 2019: 31 films", Mark.NONE),
        ("Ann Lee, Beirut", Mark.NONE),
        ("World Cup 2018", Mark.NONE),
        ("2019", Mark.NONE),
        ("Read more", Mark.READ_MORE),
        ("READ ALSO: Snow falls", Mark.READ_MORE),
        ("Click here to subscribe", Mark.READ_MORE),
        ("اقرأ أيضا: المطر", Mark.READ_MORE),
        ("Read more than ten books", Mark.NONE),
        ("Photo: Ann Lee", Mark.CAPTION),
        ("FILE - Troops in Lima", Mark.CAPTION),
        ("[AFP]", Mark.CAPTION),
        ("Image copyright Example", Mark.CAPTION),
        ("Image problem for mayor", Mark.NONE),
        ("Photo finish at derby", Mark.NONE),
        ("Reporting by Ann Lee; editing by Bo Ek", Mark.CREDIT),
        ("Tags: Lima, rain", Mark.TAGS),
        ("* * *", Mark.SEPARATOR),
        ("-----", Mark.SEPARATOR),
        ("=== story ===", Mark.STORY),
        ("🔥🔥🔥", Mark.NONE),
    ],
)
def test_a_line_is_known_by_its_wording(line, mark):
    assert mark_of(line) is mark


@pytest.mark.parametrize(
    ("line", "authors", "rest"),
    [
        ("By Ann Lee and Bo de Ek in Beirut", ("Ann Lee", "Bo de Ek"), "in Beirut"),
        ("Ann Lee, Reuters", ("Ann Lee",), "Reuters"),
        ("Ann Lee; BBC News", ("Ann Lee",), "BBC News"),
        ("By Jo Smith, Transport Correspondent", ("Jo Smith",), "Transport Correspondent"),
        ("By Ann Lee in Albany and Tom O'Hara", ("Ann Lee", "Tom O'Hara"), "in Albany"),
        ("By Ann Lee in New York and Los Angeles", ("Ann Lee",), "in New York, Los Angeles"),
        ("By Ann Lee, Beirut", ("Ann Lee",), "Beirut"),
        ("By The Associated Press", (), "The Associated Press"),
        ("STAFF REPORTER", (), "STAFF REPORTER"),
        ("Par la rédaction avec AFP", (), "la rédaction avec AFP"),
        ("Par Claire Dubois (avec AFP)", ("Claire Dubois",), "(avec AFP)"),
        ("بقلم: أحمد الخطيب", ("أحمد الخطيب",), ""),
    ],
)
def test_a_byline_gives_its_authors_and_the_rest_of_its_words(line, authors, rest):
    byline = read_byline(line)
    assert byline is not None
    assert (byline.authors, byline.rest) == (authors, rest)


def test_a_date_line_keeps_its_words():
    stated = read_date_line("Published: 4 January 2019")
    assert stated is not None
    assert (stated.date, stated.words) == ("2019-01-04", "Published: 4 January 2019")


def test_numbers_are_a_date_only_in_an_order_that_is_told():
    assert read_date_line("04/05/2017") is None
    stated = read_date_line("04/05/2017", order="DMY")
    assert stated is not None
    assert stated.date == "2017-05-04"


@pytest.mark.parametrize(
    ("paragraph", "dateline"),
    [
        ("BEIRUT (Reuters) - It rained.", "BEIRUT (Reuters)"),
        ("SALVADOR, Feb 26 - It rained.", "SALVADOR, Feb 26"),
        ("CALGARY, Alberta, March 3 - It rained.", "CALGARY, Alberta, March 3"),
        ("Washington — It rained.", "Washington"),
        ("بيروت (رويترز) - هطل المطر.", "بيروت (رويترز)"),
        ("Rain - a lot of it - fell.", ""),
        ("Al-Bab - it is said - fell.", ""),
        ("He said it rained.", ""),
    ],
)
def test_a_dateline_opens_a_paragraph(paragraph, dateline):
    assert read_dateline(paragraph) == dateline


def test_tags_that_nothing_parts_are_no_keywords():
    assert [tag.name for tag in read_tags("Tags: Saudi Arabia, rain")] == ["Saudi Arabia", "rain"]
    assert read_tags("Tags Saudi Arabia rain") == ()


WRAPPED = """\
Snow falls on the
northern provinces of the country

The snow came from the north and covered the roads, the rail-
ways and the fields, and cut off nine villages in the hills of
the east.

Rivers froze, and two bridges were closed to all traffic in the
morning, said the mayor.
"""
INDENTED = """\
RAIN FALLS
    LIMA, March 3 - The rain began on Monday and went on through
the night, and nobody in the capital could remember the like of
it, said the mayor.
    Rivers rose.
    Two bridges were closed to traffic in the morning while the
army was asked to help.
"""


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        (WRAPPED, ["Snow falls on the northern", "The snow came from the nor", "Rivers froze, and two brid"]),
        (INDENTED, ["RAIN FALLS", "LIMA, March 3 - The rain b", "Rivers rose.", "Two bridges were closed to"]),
        ("Rain\nIt rained.\nIt poured.\nIt stopped.\nIt began.", ["Rain", "It rained.", "It poured.", "It stopped.", "It began."]),
    ],
)  # fmt: skip
def test_wrapped_lines_are_joined_to_paragraphs_and_others_are_not(text, openings):
    assert [unit.text[:26] for unit in units(text)] == openings


def test_headlines_right_above_paragraphs_that_begin_sentences_are_no_wrapped_lines():
    text = "\n\n".join(
        "Rain falls on every hill\nRain fell on the hills, all forty of them.\nIt went on." for _ in range(4)
    )
    assert len(units(text)) == 12


def test_a_hyphen_at_the_end_of_a_wrapped_line_joins_it_to_the_next():
    assert "the rail-ways and" in units(WRAPPED)[1].text


STORIES = [
    (f"Rain falls in town {number}", [f"It rained in {number}.", f"It poured in {number}."]) for number in range(9)
]


@pytest.mark.parametrize(
    ("layout", "shape"),
    [
        ("\n\n".join(f"{head}\n\n{body[0]}\n{body[1]}" for head, body in STORIES), Shape.ALONE),
        ("\n\n".join(f"{head}\n\n{body[0]}\n\n{body[1]}" for head, body in STORIES), Shape.ALONE),
        ("\n\n".join(f"{head}\n{body[0]}\n{body[1]}" for head, body in STORIES), Shape.INSIDE),
        ("\n\n".join(f"{head}\n{body[0]}\n\n{body[1]}" for head, body in STORIES), Shape.INSIDE),
        ("\n".join(f"{head}\n{body[0]} It went on.\n{body[1]}" for head, body in STORIES), Shape.ANYWHERE),
    ],
)
def test_the_layout_of_the_file_is_learnt_and_all_headlines_are_found(layout, shape):
    assert survey(units(layout)).shape is shape
    assert headlines(layout) == [head for head, _ in STORIES]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"Rain fell in {number}.\n\nIt rained.\nIt poured.\n\n----\n\n" for number in range(4)),
        "".join(f"Rain fell in {number}.\nBy Ann Lee\n\nIt rained.\n\nIt poured.\n\n" for number in range(1)),
    ],
)
def test_a_sentence_alone_makes_no_headline_out_of_nothing(text):
    assert headlines(text) == []


def test_a_sentence_is_a_headline_where_the_layout_asks_for_one():
    text = "\n\n".join(f"Town {number} floods\nBy Ann Lee\n\nIt rained.\n\nIt poured." for number in range(5))
    spoken = text.replace("Town 3 floods", "“We are all drowning.”")
    assert headlines(spoken)[3] == "“We are all drowning.”"


def test_a_label_between_paragraphs_is_no_headline_where_all_others_are_dated():
    text = "\n\n".join(
        f"Town {number} floods\n\n{number + 1} March 2017\n\nIt rained.\n\nIt poured." for number in range(5)
    )
    assert len(headlines(text.replace("It poured.", "Background\n\nIt poured."))) == 5


def test_headlines_in_capitals_are_told_from_labels_that_are_not():
    text = "\n\n".join(f"TOWN {number} FLOODS\n\nIt rained.\n\nIt poured." for number in range(5))
    assert len(headlines(text.replace("It poured.", "Background\n\nIt poured.", 1))) == 5


def test_names_between_paragraphs_are_no_headline_where_none_has_lines_under_it():
    text = "\n\n".join(f"Town {number} floods\n\nIt rained.\nIt poured." for number in range(9))
    listed = text.replace("It poured.", "It poured.\n\nBo Ek of Lima\nAl Oz of Quito\n\nThey drowned.", 1)
    assert len(headlines(listed)) == 9


def test_rulings_settle_headlines_by_line_numbers():
    text = "Rain\n\nIt rained.\n\nBackground\n\nIt rains often.\n\nIt snowed.\n\nIt froze."
    assert headlines(text) == ["Rain", "Background"]
    assert headlines(text, Rulings(not_headlines=frozenset({5}))) == ["Rain"]
    assert headlines(text, Rulings(headlines=frozenset({9}))) == ["Rain", "Background", "It snowed."]
    assert headlines(text, Rulings(boundaries=frozenset({1, 9}))) == ["Rain", "It snowed."]


def test_a_story_mark_settles_that_the_next_line_is_a_headline_and_no_other_is():
    assert headlines("=== story ===\nRain fell.\nIt rained.\n\nAll day\n\n=== Story ===\n\nSnow\n\nIt fell.") == [
        "Rain fell.",
        "Snow",
    ]


def test_an_ordinary_headline_is_surer_than_a_sentence_that_was_taken_for_one():
    text = "\n\n".join(f"Town {number} floods\n\nIt rained.\nIt poured." for number in range(9))
    by_text = {decision.unit.text: decision for decision in decisions(text.replace("Town 4 floods", "It was wet."))}
    assert by_text["Town 3 floods"].certainty >= 95
    assert not by_text["Town 3 floods"].is_doubtful
    assert by_text["It was wet."].part is Part.HEADLINE
    assert by_text["It was wet."].is_doubtful


@pytest.mark.parametrize(
    ("headline", "body", "is_section"),
    [
        ("Support", "Growers support the board.", True),
        ("Grain prices", "But an analyst expects prices to fall.", True),
        ("Floods cut the northern highway", "The river has cut the highway.", False),
    ],
)
def test_a_section_is_known_by_its_label_and_by_what_it_shares(headline, body, is_section):
    story = "Board denies knowledge of payments The board of growers denied it paid."
    assert continues(headline, body, story, Layout(usual_chars=45)) is is_section


TEXTS = st.lists(
    st.sampled_from(["", "", "Rain falls", "It rained.", "1. Lima", "By Ann Lee", "4 March 2017", "----", "Who won?"])
)


@given(TEXTS.map("\n".join))
def test_each_paragraph_is_decided_once_and_in_order(text):
    assert [decision.unit for decision in decisions(text)] == units(text)


@given(TEXTS.map("\n".join))
def test_a_topic_comes_first_and_a_body_after_its_headline(text):
    parts = [decision.part for decision in decisions(text) if decision.part is not Part.ASIDE]
    for before, part in zip([None, *parts], parts, strict=False):
        assert part is not Part.TOPIC or before is None
        assert part is not Part.BODY or before in (Part.HEADLINE, Part.BODY)


@settings(max_examples=40, deadline=None)  # the first date of a run loads what reads dates
@given(TEXTS.filter(any))
def test_decisions_given_early_are_those_of_the_whole_file(texts):
    """Long after the text, in one stream, the same paragraphs are read in the same way."""
    text = "\n".join(texts)
    layout = survey(units(text))
    long = text + "\n\nSnow falls\n\nIt snowed.\nIt froze." * 60
    short = text + "\n\nSnow falls\n\nIt snowed.\nIt froze." * 2
    count = len(units(text))
    assert [d.part for d in decide(units(long), layout)][:count] == [d.part for d in decide(units(short), layout)][
        :count
    ]


def test_decisions_come_before_the_file_is_read_to_its_end():
    taken = 0

    def stream() -> Iterator[Unit]:
        nonlocal taken
        for unit in units("Snow falls\n\nIt snowed.\n\nIt froze.\n\n" * 2000):
            taken += 1
            yield unit

    stories = decide(stream(), Layout(texts=1))
    for _ in range(100):
        next(stories)
    assert taken < 300


def test_wrapped_text_without_end_is_cut_and_none_of_it_is_lost():
    endless: Iterable[Line] = [Line(number, 0, 0, "word " * 10) for number in range(30_000)]
    paragraphs = list(unwrap(endless, Wrapping(60)))
    assert len(paragraphs) > 1
    assert sum(map(len, paragraphs)) == 30_000
    assert all(len(joined(paragraph)) < 2_000_000 for paragraph in paragraphs)
