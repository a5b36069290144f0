"""The topic dump: what becomes headline, body and topic, and that nothing is lost on the way."""

from __future__ import annotations

import re
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Block, BlockKind, Notice, StatedDate, Story, Unit
from dateline.sources import DEFAULT_LIMITS, Limits, Sidecar, read_source, source_of

SEED = Path(__file__).parent.parent / "content/sources/deir-ezzor.txt"


def read(text: str | bytes, **sidecar: Any) -> tuple[list[Story], list[Notice]]:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    items = list(read_source(source_of(data, "sources/dump.txt", Sidecar(**sidecar)), "topic dump"))
    stories = [item for item in items if isinstance(item, Story)]
    return stories, [item for item in items if isinstance(item, Notice)]


def outline(text: str) -> list[tuple[str | None, str, list[str]]]:
    stories, _ = read(text)
    return [(story.topic, story.headline, [block.text for block in story.blocks]) for story in stories]


def test_the_seed_holds_five_stories_on_deir_ezzor_and_nothing_is_set_aside():
    stories, notices = read(SEED.read_bytes())
    assert [story.headline for story in stories] == [
        "ISIS ‘pulling back’ its fighters from Deir Ezzor as Syrian army captures Deir Hafer, closes on Raqqa",
        "Syrian army’s 5th Legion continues offensive against ISIS after retaking Palmyra",
        "ISIS ‘retreating on almost every front’",
        "DEVELOPING: Syrian army ‘less than 20 km from Palmyra’",
        "5,000 ISIS fighters ‘trapped’ in Syria’s Al-Bab",
    ]
    assert {story.topic for story in stories} == {"Deir Ezzor"}
    assert [len(story.blocks) for story in stories] == [2, 2, 3, 2, 2]
    assert notices == []


def test_a_numbered_line_is_a_subheading_with_its_spaces_folded():
    story = read(SEED.read_bytes())[0][2]
    assert story.blocks[1] == Block("1. Mosul", BlockKind.SUBHEADING)
    assert story.blocks[2].kind is BlockKind.PARAGRAPH


def test_the_hash_is_of_exactly_the_lines_that_the_locator_names():
    data = SEED.read_bytes()
    for story in read(data)[0]:
        lines = data.split(b"\n")[story.locator.first - 1 : story.locator.last]
        ends_with_file = story.locator.last == data.count(b"\n") + 1
        assert story.sha256 == sha256(b"\n".join(lines) + (b"" if ends_with_file else b"\n"))


@pytest.mark.parametrize(
    ("text", "stories"),
    [
        # (a) the headline alone, its paragraphs parted by line breaks or by blank lines
        (
            "Topic\n\nRain falls\n\nIt rained.\nIt poured.",
            [("Topic", "Rain falls", ["It rained.", "It poured."])],
        ),
        ("Rain falls\n\nIt rained.\n\nIt poured.", [(None, "Rain falls", ["It rained.", "It poured."])]),
        (
            "Rain falls\n\nIt rained.\n\nSnow falls\n\nIt snowed.",
            [(None, "Rain falls", ["It rained."]), (None, "Snow falls", ["It snowed."])],
        ),
        # (b) the headline as first line of its block
        (
            "Weather\n\nRain falls\nIt rained.\n\nSnow falls\nIt snowed.\n\nIt was cold.",
            [
                ("Weather", "Rain falls", ["It rained."]),
                ("Weather", "Snow falls", ["It snowed.", "It was cold."]),
            ],
        ),
        # a byline between headline and body is no text
        ("T\n\nRain falls\n\nBy Ann Lee\n\nIt rained.", [("T", "Rain falls", ["It rained."])]),
        # a numbered line in a block of its own is still a sub-heading of its story
        (
            "Rain\n\nIt rained.\n\n1. Lima\n\nIt poured.",
            [(None, "Rain", ["It rained.", "1. Lima", "It poured."])],
        ),
        # a body without its full stop shifts nothing, wherever it stands
        (
            "Alpha\n\nIt began.\n\nBeta\n\nIt went on\n\nGamma\n\nIt stood.\n\nOmega\n\nIt ended.",
            [
                (None, "Alpha", ["It began."]),
                (None, "Beta", ["It went on"]),
                (None, "Gamma", ["It stood."]),
                (None, "Omega", ["It ended."]),
            ],
        ),
        (
            "Alpha\n\nIt began\n\nBeta\n\nIt went on.\n\n🔥\n\nIt burned.",
            [(None, "Alpha", ["It began"]), (None, "Beta", ["It went on."]), (None, "🔥", ["It burned."])],
        ),
        (
            "Topic\n\nAlpha\n\nIt began\n\nBeta\n\nIt went on.",
            [("Topic", "Alpha", ["It began"]), ("Topic", "Beta", ["It went on."])],
        ),
        (
            "1. Rain\n\nIt rained.\n\n2. Snow\n\nIt snowed.",
            [(None, "1. Rain", ["It rained."]), (None, "2. Snow", ["It snowed."])],
        ),
        # what leads to a quotation or a list is text
        (
            "Palmyra\n\nArmy takes town\n\nA spokesman said the town had fallen. He went on, adding:\n\n“We are in.”\n\n"
            "Snow falls\n\nIt snowed.",
            [
                (
                    "Palmyra",
                    "Army takes town",
                    ["A spokesman said the town had fallen. He went on, adding:", "“We are in.”"],
                ),
                ("Palmyra", "Snow falls", ["It snowed."]),
            ],
        ),
        # dates and credits below a headline are no headlines
        (
            "Rain falls\n\n22 March 2017\n\nIt rained.\n\nSnow falls\n\n23 March 2017\n\nIt snowed.",
            [
                (None, "Rain falls", ["It rained."]),
                (None, "Snow falls", ["It snowed."]),
            ],
        ),
        (
            "T\n\nRain falls\nBy Ann Lee\n\nIt rained.\n\nSnow falls\nBy Bo Ek\n\nIt snowed.",
            [("T", "Rain falls", ["It rained."]), ("T", "Snow falls", ["It snowed."])],
        ),
        # an abbreviation or an ellipsis ends no sentence; an agency's name is no part of one
        (
            "Field sold to Acme Inc.\n\nIt was sold. (AFP)\n\nAnd now for Raqqa …\n\nIt fell. (AFP)",
            [
                (None, "Field sold to Acme Inc.", ["It was sold. (AFP)"]),
                (None, "And now for Raqqa …", ["It fell. (AFP)"]),
            ],
        ),
        ("Who won?\n\nNobody did.", [(None, "Who won?", ["Nobody did."])]),
        ("\ufeffRain\r\n\r\nIt rained.\r\n", [(None, "Rain", ["It rained."])]),
        ("دير الزور\n\nانسحب المقاتلون من المدينة.", [(None, "دير الزور", ["انسحب المقاتلون من المدينة."])]),
        ("🔥🔥\n\nIt burned.", [(None, "🔥🔥", ["It burned."])]),
        ("../../etc/passwd\n\nIt leaked.", [(None, "../../etc/passwd", ["It leaked."])]),
        ("<script>x</script>\n\nIt ran.", [(None, "<script>x</script>", ["It ran."])]),
        ("word " * 100 + "\n\nIt was long.", [(None, ("word " * 100).strip(), ["It was long."])]),
        ("Rain\n\n- one\u00a0 thing.\n\n# two things.", [(None, "Rain", ["- one thing.", "# two things."])]),
    ],
)
def test_headlines_bodies_and_topics_are_told_apart(text, stories):
    assert outline(text) == stories


def test_a_line_that_may_be_a_headline_and_was_read_as_text_is_named():
    _, notices = read("Alpha\n\nIt began\n\nBeta\n\nIt went on.")
    assert [(notice.where, notice.text) for notice in notices] == [("sources/dump.txt line 3", "")]
    assert "“It began” may be a headline" in notices[0].message


def test_the_topic_of_the_sidecar_wins():
    stories, notices = read("Lima\n\nRain\n\nIt rained.", topic="Weather")
    assert stories[0].topic == "Weather"
    assert [notice.text for notice in notices] == ["Lima"]


def test_a_headline_without_a_body_is_set_aside_and_named():
    stories, notices = read("Rain\n\nIt rained.\n\nSnow falls")
    assert [story.headline for story in stories] == ["Rain"]
    assert [(notice.where, notice.text) for notice in notices] == [("sources/dump.txt line 5", "Snow falls")]


def test_text_before_the_first_headline_is_set_aside_and_named():
    stories, notices = read("This is a preface.\n\nRain\n\nIt rained.")
    assert [story.headline for story in stories] == ["Rain"]
    assert [(notice.where, notice.text) for notice in notices] == [("sources/dump.txt line 1", "This is a preface.")]


def test_characters_that_a_page_cannot_carry_are_left_out_and_named():
    stories, notices = read("Rain\n\nIt \x07rained." + " It rained." * 50)
    assert stories[0].blocks[0].text.startswith("It rained.")
    assert (notices[0].where, notices[0].text) == ("sources/dump.txt line 3", "\x07")
    assert "U+0007" in notices[0].message


def test_a_line_beyond_the_limit_is_set_aside_and_the_rest_is_read():
    stories, notices = read("Rain\n\nIt rained.\n" + "x" * (DEFAULT_LIMITS.line_chars + 1))
    assert [block.text for block in stories[0].blocks] == ["It rained."]
    assert "1,000,001 characters" in notices[0].message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no text"),
        (b" \n\xc2\xa0\n", "holds no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "binary"),
        (b"Rain\n\nSnow\n\nWind", "none reads as a headline with a body"),
        (b"It rained.\n\nIt snowed.", "none reads as a headline with a body"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_in_a_sentence(data, said):
    with pytest.raises(SourceError, match=said):
        read(data)


def test_an_encoding_named_in_the_sidecar_is_used():
    stories, _ = read(b"Rain\n\nIt rained in Malm\xf6.", encoding="cp1252")
    assert stories[0].blocks[0].text == "It rained in Malmö."


REPORTED = """\
Rain falls
By Ann Lee in Beirut
Published: 4 January 2019
Updated: 5 January 2019 10:30 GMT

Photo: A. Lee

BEIRUT (Reuters) - It rained.

Read more: Snow

It poured.

Reporting by Bo Ek; editing by Al Oz

Tags: Rain, Beirut

Snow falls
By Bo Ek
Published: 31 February 2019

It snowed.
"""


def test_what_stands_around_a_text_becomes_fields_and_leaves_it():
    rain, snow = read(REPORTED)[0]
    assert rain.authors == ("Ann Lee",)
    assert rain.published == StatedDate("2019-01-04", "Published: 4 January 2019")
    assert rain.updated is not None
    assert rain.updated.moment == "2019-01-05T10:30:00+00:00"
    assert rain.dateline == "BEIRUT (Reuters)"
    assert [keyword.name for keyword in rain.keywords] == ["Rain", "Beirut"]
    assert rain.blocks == (
        Block("Photo: A. Lee", BlockKind.CAPTION),
        Block("BEIRUT (Reuters) - It rained."),
        Block("It poured."),
        Block("Reporting by Bo Ek; editing by Al Oz"),
    )
    assert (snow.authors, snow.published, snow.blocks) == (("Bo Ek",), None, (Block("It snowed."),))


def test_what_leads_on_a_wrong_date_and_the_rest_of_a_byline_are_set_aside_each_with_its_reason():
    _, notices = read(REPORTED)
    assert sorted((notice.reason, notice.text) for notice in notices) == [
        ("read more", "Read more: Snow"),
        ("rest of a byline", "in Beirut"),
        ("wrong date", "Published: 31 February 2019"),
    ]


def test_a_date_line_within_a_story_is_text():
    (story,), _ = read("How it went\n\nIt began.\n\n4 March 2017\n\nIt rained.")
    assert story.published is None
    assert [block.text for block in story.blocks] == ["It began.", "4 March 2017", "It rained."]


def test_a_date_in_a_sentence_or_without_its_year_dates_nothing():
    (story,), _ = read("Rain falls\n\nLIMA, March 3 - It rained on 4 March 2017.")
    assert (story.published, story.dateline) == (None, "LIMA, March 3")


def test_dates_above_the_headlines_are_those_of_the_story_below():
    stories, notices = read("".join(f"{day} March 2017\nRain in {day}\n\nIt rained.\n\n" for day in (4, 5, 6)))
    assert [story.published.date for story in stories if story.published] == ["2017-03-04", "2017-03-05", "2017-03-06"]
    assert [story.locator.first for story in stories] == [1, 6, 11]
    assert notices == []


def test_rules_between_stories_part_them_and_are_set_aside_together():
    stories, notices = read(
        "Rain fell.\n\nIt rained.\n\n-----\n\nSnow falls\n\nIt snowed.\n\n-----\n\nWind\n\nIt blew."
    )
    assert [story.headline for story in stories][-2:] == ["Snow falls", "Wind"]
    assert [notice.text for notice in notices if notice.reason == "separator"] == ["-----\n-----"]


def test_the_sidecar_settles_a_doubtful_boundary():
    text = "Rain\n\nIt rained.\n\nBackground\n\nIt rains often."
    assert [story.headline for story in read(text)[0]] == ["Rain", "Background"]
    (story,), notices = read(text, not_headlines=(5,))
    assert story.blocks[1] == Block("Background", BlockKind.SUBHEADING)
    assert notices == []
    assert [story.headline for story in read(text, boundaries=(3,))[0]] == ["It rained."]


def test_a_section_joins_the_story_before_it_and_a_line_number_parts_them():
    text = "\n\n".join(f"Heavy rain floods town number {number}\nIt rained." for number in range(9))
    text = f"{text}\n\nPrices\nBut prices rose."
    *_, last = read(text)[0]
    assert last.blocks == (Block("It rained."), Block("Prices", BlockKind.SUBHEADING), Block("But prices rose."))
    assert "was read as a section of" in read(text)[1][-1].message
    assert read(text, headlines=(28,))[0][-1].headline == "Prices"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_is_read_and_hashes_are_of_the_bytes_that_the_locator_names(encoding):
    data = "Rain\n\nIt rained.\n\nSnow\n\nIt snowed.".encode(encoding)
    stories, notices = read(data)
    assert ([story.headline for story in stories], notices) == (["Rain", "Snow"], [])
    for story in stories:
        if story.locator.unit is Unit.BYTES:
            assert story.sha256 == sha256(data[story.locator.first : story.locator.last + 1])
        else:
            lines = data.split(b"\n")[story.locator.first - 1 : story.locator.last]
            assert story.sha256 in (sha256(b"\n".join(lines)), sha256(b"\n".join(lines) + b"\n"))


def test_a_latin_1_byte_is_read_and_told():
    stories, notices = read(b"Rain\n\nIt rained in Malm\xf6.")
    assert stories[0].blocks[0].text == "It rained in Malmö."
    assert "byte 0xf6 is not UTF-8" in notices[0].message


def test_a_story_beyond_the_limit_is_cut_and_the_rest_of_it_set_aside():
    data = ("Rain\n\n" + "It rained.\n" * 20 + "\nSnow falls\n\nIt snowed.").encode()
    source = replace(source_of(data), limits=Limits(story_chars=100))
    items = list(read_source(source, "topic dump"))
    stories = [item for item in items if isinstance(item, Story)]
    assert [(story.headline, len(story.blocks)) for story in stories] == [("Rain", 10), ("Snow falls", 1)]
    (notice,) = (item for item in items if isinstance(item, Notice) and item.reason == "story too long")
    assert notice.text == "\n".join(["It rained."] * 10)


def test_memory_does_not_grow_with_the_source():
    def peak(stories: int) -> int:
        data = b"".join(b"Rain in town %d\n\nIt rained and rained.\n\n" % number for number in range(stories))
        source = source_of(data)
        tracemalloc.start()
        for _ in read_source(source, "topic dump"):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)  # what is loaded once
    assert peak(2_500) < peak(500) + 1_000_000


def test_of_200_hand_marked_blocks_of_a_real_dump_as_many_are_right_as_before(corpus, repository):
    gold_share = run_path(str(repository / "tests/bench/dumps.py"))["gold_share"]
    right, total = gold_share(corpus("abc-rural").parent, repository / "tests/gold/abc-rural.csv")
    assert total == 200
    assert right >= 198


FRAME = "\n\n".join(f"Heavy rain floods town {n}\n{{by}}\n{{date}}\n\nIt rained.\nIt poured in {n}." for n in range(10))


@pytest.mark.parametrize(
    ("by", "date", "authors", "days"),
    [
        ("By Ann Lee", "Last updated on 22 March 2017 at 10:15 GMT", ("Ann Lee",), ("", "2017-03-22")),
        ("By Ann Lee", "Published 22 March 2017, updated 30 March 2017", ("Ann Lee",), ("2017-03-22", "2017-03-30")),
        ("By Ann Lee", "Published: 22 March 2017 | Updated: 23 March 2017", ("Ann Lee",), ("2017-03-22", "2017-03-23")),
        ("Ann Lee, Beirut", "22 March 2017", ("Ann Lee",), ("2017-03-22", "")),
        (
            "Par Le Monde avec AFP",
            "Publié le 27 mars 2019 à 18h04, mis à jour le 28 mars 2019 à 09h12",
            (),
            ("2019-03-27", "2019-03-28"),
        ),
        ("بقلم: أحمد", "نشر في 22 مارس 2017", ("أحمد",), ("2017-03-22", "")),
        ("STAFF REPORTER", "31 February 2019", (), ("", "")),
        ("Rain since Monday", "22 March 2017", (), ("2017-03-22", "")),
        ("Rain since Monday", "A view from the hills", (), ("", "")),
    ],
)
@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_line_under_the_headlines_costs_at_most_that_line(count, by, date, authors, days):
    text = "\n\n".join(FRAME.format(by=by, date=date).split("\n\n")[: 2 * count])
    stories, _ = read(text)
    assert [story.headline for story in stories] == [f"Heavy rain floods town {number}" for number in range(count)]
    for number, story in enumerate(stories):
        stated = [found.date if found else "" for found in (story.published, story.updated)]
        assert (story.authors, tuple(stated)) == (authors, days)
        assert [block.text for block in story.blocks][-2:] == ["It rained.", f"It poured in {number}."]


def test_lines_under_headlines_that_are_neither_byline_nor_date_stay_text_and_are_told_once():
    stories, notices = read(FRAME.format(by="By Ann Lee", date="A view from the hills"))
    assert {story.blocks[0].text for story in stories} == {"A view from the hills"}
    assert [(notice.where, notice.count) for notice in notices] == [("sources/dump.txt line 3", 10)]
    assert "“A view from the hills”" in notices[0].message


@pytest.mark.parametrize(
    ("line", "reason"),
    [("31 February 2019", "wrong date"), ("By Ann Lee in Albany and Tom O'Hara", "rest of a byline")],
)
def test_a_story_of_its_own_file_is_kept_whatever_stands_under_its_headline(line, reason):
    (story,), notices = read(f"Rain falls\n{line}\n\nIt rained.")
    assert story.headline == "Rain falls"
    assert [notice.reason for notice in notices] == [reason]


def test_a_date_whose_day_is_open_is_told_with_the_key_that_settles_it():
    text = "Rain falls\nMis à jour le 03/04/2019 à 09:12\n\nIt rained."
    (story,), (notice,) = read(text)
    assert story.updated is None
    assert "date_order" in notice.message
    (story,), notices = read(text, date_order="DMY")
    assert (story.updated and story.updated.date, notices) == ("2019-04-03", [])


SMALL_DUMPS = {
    "mixed": (
        "Lake dispute\n\nBoard closes dam\nBy Ann Lee\nPublished: 22 March 2017\nTags: water, dams\n\nIt voted.\nIt left."
        "\n\nFarmers sue\nLast updated on 3 April 2017 at 10:15 GMT\nBy STAFF REPORTER\n\nThey sued.\n\n"
        "Snow closes schools\n\nIt snowed.\nIt froze.",
        ["Board closes dam", "Farmers sue", "Snow closes schools"],
    ),
    "no blank line": (
        "Tram line approved\nBy Jo Smith, Transport Correspondent\n14 February 2019\nIt was. It is.\nIt cost.\nRead more\n"
        "Ferry returns\nBy Ingrid Vale\n15 February 2019\nIt sailed.\nFILE - The ferry in 2018.\n"
        "Bread prices rise\nBy Maria Costa\n31 February 2019\nBread costs more.",
        ["Tram line approved", "Ferry returns", "Bread prices rise"],
    ),
    "French": (
        "Le pont fermé\nPar Claire Dubois, envoyée spéciale à Sète\nPublié le 12 mars 2019 à 18h04, mis à jour le 13 mars 2019 "
        "à 09h12\n\nIl est fermé.\nIl rouvrira.\n\nLes pêcheurs bloquent le port\nLe 1er avril 2019\nPar la rédaction avec AFP"
        "\n\nIls bloquent.\n\nGrève à l'hôpital\n\nElles sont en grève.\nElles demandent.",
        ["Le pont fermé", "Les pêcheurs bloquent le port", "Grève à l'hôpital"],
    ),
    "Arabic": (
        "أخبار دير الزور\n\nإغلاق الجسر\nبقلم: أحمد الخطيب\nنشر في 22 مارس 2017\n\nأغلق الجسر.\nوأضاف.\n\n"
        "عودة المدارس\n١٥ شباط ٢٠١٩\n\nعاد التلاميذ.\n\nارتفاع الأسعار\n\nارتفعت.",
        ["إغلاق الجسر", "عودة المدارس", "ارتفاع الأسعار"],
    ),
}


@pytest.mark.parametrize(("text", "headlines"), SMALL_DUMPS.values(), ids=list(SMALL_DUMPS))
def test_small_dumps_that_mix_what_stands_under_headlines_are_parted(text, headlines):
    assert [story.headline for story in read(text)[0]] == headlines


def test_the_example_of_the_documentation_reads_as_it_says(repository):
    docs = (repository / "docs/sources.md").read_text(encoding="utf-8")
    lines = docs.partition("## Topic dump")[2].partition("## ")[0].split("\n")
    block = [line for line in lines if line.startswith("    ") or not line]
    text = "\n".join(re.split(r"\s{3,}", line.strip())[0] for line in block).strip()
    (first, second), notices = read(text)
    assert {first.topic, second.topic} == {"Deir Ezzor"}
    assert first.headline == "ISIS ‘pulling back’ its fighters"
    assert first.authors == ("Ann Lee",)
    assert first.published == StatedDate("2017-03-22", "Published: 22 March 2017")
    assert (first.dateline, len(first.blocks)) == ("BEIRUT (Reuters)", 2)
    assert second.headline == "Syrian army’s 5th Legion advances"
    assert [block.kind for block in second.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.SUBHEADING,
        BlockKind.PARAGRAPH,
    ]
    assert sorted(notice.reason for notice in notices) == ["read more", "rest of a byline"]


def test_a_source_that_gives_no_story_is_told_with_the_share_that_became_articles():
    with pytest.raises(SourceError, match=r"0 of 12 paragraphs became articles.*full stop"):
        read("It rained.\n\n" * 12)


def test_a_source_that_loses_most_of_its_text_is_told_with_the_share_that_became_articles():
    stories, notices = read("It rained and rained.\n\n" * 9 + "Snow falls\n\nIt snowed.")
    assert [story.headline for story in stories] == ["Snow falls"]
    assert "only 2 of 11 paragraphs became articles (10% of the characters)" in notices[-1].message


@pytest.mark.parametrize(
    ("rulings", "said"),
    [
        ({"headlines": (3,)}, "headlines names line 3, which is blank"),
        ({"headlines": (99,)}, "headlines names line 99, which is past the last text, on line 8"),
        ({"boundaries": (1, 2)}, "boundaries names line 2, which reads as a byline; .*“By Ann Lee”"),
        ({"boundaries": (1, 6)}, "boundaries names line 6, which is a separator .*“-----”"),
        ({"not_headlines": (2,)}, "not_headlines names line 2, which reads as a byline"),
        ({"not_headlines": (5,)}, "not_headlines names line 5, which is blank"),
    ],
)
def test_a_ruling_on_a_line_that_cannot_be_a_headline_is_told_with_what_stands_there(rulings, said):
    _, notices = read("Rain falls\nBy Ann Lee\n\nIt rained.\n\n-----\n\nIt poured.", **rulings)
    assert any(re.search(said, notice.message) for notice in notices)


def test_lines_with_the_sign_of_a_list_are_items_where_two_or_more_follow_each_other():
    (story,), (notice,) = read("Rain falls\n\nIt rained.\n•  The first.\n•  The second.\nIt ended.\n- It did.")
    assert story.blocks[1:] == (
        Block("The first.", BlockKind.ITEM),
        Block("The second.", BlockKind.ITEM),
        Block("It ended."),
        Block("- It did."),
    )
    assert (notice.text, notice.reason, notice.count) == ("•\n•", "list sign", 2)


LINES = st.one_of(
    st.just(""),
    st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        [
            *("Rain falls", "It rained.", "1. Lima", "Who won?", "\u00a0", "\x0c", "a\x85b.", "x\u2028y"),
            *("4 March 2017", "Published: 31 February 2019", "Read more", "-----", "Photo: A. Lee", "Source: Lima"),
            *("BEIRUT (Reuters) - It rained.", "    Indented and wrapped at a column of", "its own, as wires were,"),
        ]
    ),
)


@given(st.lists(LINES, max_size=14).map("\n".join))
def test_every_visible_character_is_in_one_story_or_topic_or_notice(text):
    try:
        stories, notices = read(text)
    except SourceError:  # the whole file is set aside, and said so
        return
    kept = [part for story in stories for part in (story.headline, *(block.text for block in story.blocks))]
    dates = [date.words for story in stories for date in (story.published, story.updated) if date]
    topics = [story.topic for story in stories[:1] if story.topic]
    set_aside = [notice.text for notice in notices]
    assert visible("".join(kept + dates + topics + set_aside)) == visible(text)


def visible(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace() and char not in "\u200b\ufeff")


WORDS = st.sampled_from("rain snow wind fell river bridge town army north south road hills".split())
HEADLINES = st.lists(WORDS, min_size=4, max_size=6).map(lambda words: " ".join(words).capitalize())
PARAGRAPHS = st.lists(WORDS, min_size=8, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")
STORIES = st.lists(st.tuples(HEADLINES, st.lists(PARAGRAPHS, min_size=2, max_size=4)), min_size=3, max_size=6)


@pytest.mark.parametrize(
    ("below_headline", "between"), [("\n\n", "\n"), ("\n\n", "\n\n"), ("\n", "\n"), ("\n", "\n\n")]
)
@given(STORIES)
def test_stories_that_are_set_as_a_dump_are_read_again_as_they_were(below_headline, between, stories):
    text = "\n\n".join(headline + below_headline + between.join(body) for headline, body in stories)
    assert outline(text) == [(None, headline, body) for headline, body in stories]
