"""Reuters SGML: every record a story, its wire codes told, its tables kept."""

from __future__ import annotations

import hashlib
import html
import lzma
import re
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import BlockKind, Keyword, Notice, Story, Unit
from dateline.sources import DEFAULT_LIMITS, find_format
from dateline.sources.characters import carried
from dateline.sources.source import Source, source_of
from dateline.sources.wires.reuters import FORMAT

RECORD = b"""<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="7" NEWID="3">
<DATE> 3-MAR-1987 09:18:21.26</DATE>
<TOPICS><D>acq</D></TOPICS>
<PLACES><D>el-salvador</D><D>usa</D></PLACES>
<PEOPLE></PEOPLE>
<UNKNOWN>
&#5;&#5;&#5;F
&#22;&#22;&#1;f0704&#31;reute</UNKNOWN>
<TEXT>&#2;
<TITLE>ACME &lt;ACM> BUYS
BAKER &amp; SONS</TITLE>
<AUTHOR>    By Ann Author and Bo Writer, Reuters</AUTHOR>
<DATELINE>    CALGARY, Alberta,
    March 3 - </DATELINE><BODY>Acme said it would buy
its long-
term rival.
    It named no price.
 Item        1986    1987
 Sales        1.2     1.4
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
"""


def items_of(data: bytes) -> list[Story | Notice]:
    return list(FORMAT.read(source_of(data)))


def stories_of(data: bytes) -> list[Story]:
    return [item for item in items_of(data) if isinstance(item, Story)]


def record(text: str, before: str = "") -> bytes:
    return f'<REUTERS NEWID="1">{before}<TEXT>{text}</TEXT></REUTERS>\n'.encode()


def test_a_record_becomes_a_story():
    (story,) = stories_of(RECORD)
    assert story.headline == "ACME <ACM> BUYS BAKER & SONS"
    assert [(block.kind, block.text) for block in story.blocks] == [
        (BlockKind.PARAGRAPH, "Acme said it would buy its long-term rival."),
        (BlockKind.PARAGRAPH, "It named no price."),
        (BlockKind.LAYOUT, " Item        1986    1987\n Sales        1.2     1.4"),
        (BlockKind.PARAGRAPH, "Reuter"),
    ]
    assert story.dateline == "CALGARY, Alberta, March 3"
    assert story.authors == ("Ann Author", "Bo Writer")
    assert story.keywords == (Keyword("acq", "topics"), Keyword("el-salvador", "places"), Keyword("usa", "places"))
    assert (story.source_id, story.published.date, story.published.moment) == (
        "NEWID 3",
        "1987-03-03",
        "1987-03-03T09:18:21.260000",
    )


def test_wire_codes_and_controls_are_told_once_with_their_text():
    told = [item for item in items_of(RECORD + RECORD) if isinstance(item, Notice)]
    assert [item.count for item in told if item.reason == "wire codes"] == [2]
    assert {item.reason: item.text for item in told} == {
        "wire codes": "F f0704 reute\nF f0704 reute",
        "control characters": "\5\5\5\26\26\1\2\3" * 2,
    }


def test_a_story_is_known_by_its_lines_and_their_hash():
    (story,) = stories_of(RECORD)
    lines = RECORD.splitlines(keepends=True)
    assert str(story.locator) == f"sources/source#L2-L{len(lines)}"
    assert story.sha256 == hashlib.sha256(b"".join(lines[1:])).hexdigest()


def test_stories_that_share_a_line_are_known_by_their_bytes():
    data = record("<TITLE>A</TITLE>x").strip() + record("<TITLE>B</TITLE>y")
    for story in stories_of(data):
        assert story.locator.unit is Unit.BYTES
        assert hashlib.sha256(data[story.locator.first : story.locator.last + 1]).hexdigest() == story.sha256


@pytest.mark.parametrize(
    ("date", "stated", "basis"),
    [
        ("26-FEB-1987 15:01:01.79", "1987-02-26", "stated"),
        (" 3-MAR-1987  9:18:21.2", "1987-03-03", "stated"),
        ("27-MAR-1987 00:02:59.13&#5;&#5;&#5;RM", "1987-03-27", "stated"),
        ("9-APR-1987 00:00:00.00    # date added by an editor as guesswork ", "1987-04-09", "inferred"),
    ],
)
def test_a_date_is_read_with_what_trails_it(date, stated, basis):
    (story,) = stories_of(record("<TITLE>T</TITLE>x", f"<DATE>{date}</DATE>"))
    assert (story.published.date, story.published.basis) == (stated, basis)


def test_a_wrong_date_is_told_and_leaves_the_story_undated():
    notice, story = items_of(record("<TITLE>T</TITLE>x", "<DATE>31-MAR-1987 605:12:19.12</DATE>"))
    assert (notice.reason, notice.text, story.published) == ("wrong date", "31-MAR-1987 605:12:19.12", None)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann O'Author, Reuters", ("Ann O'Author",)),
        ("BY ANN AUTHOR, REUTERS", ("ANN AUTHOR",)),
        ("by Ann Author, Reuter.", ("Ann Author",)),
        ("By Ann Author", ("Ann Author",)),
        ("Reuters staff", ("Reuters staff",)),
    ],
)
def test_a_byline_is_its_names(byline, names):
    (story,) = stories_of(record(f"<TITLE>T</TITLE><AUTHOR>{byline}</AUTHOR>x"))
    assert story.authors == names


@pytest.mark.parametrize(
    ("text", "headline", "blocks"),
    [
        ("<TITLE>A\n</TITLE>Blah blah blah.", "A", ["Blah blah blah."]),
        ("<TITLE>A</TITLE>", "A", []),
        ("\nREPORT 1\n    Loans.....3\n\n Reuter\n", "REPORT 1", ["    Loans.....3\n\n Reuter"]),
        ("<BODY>It rained. It poured.\n    Then it stopped.</BODY>", "It rained.", ["It poured.", "Then it stopped."]),
        ("<TITLE>A</TITLE>  HEAVY LINE\n<BODY>x</BODY>", "A", ["HEAVY LINE", "x"]),
        ("<TITLE>A</TITLE><BODY>x</BODY><BODY>y</BODY>", "A", ["x", "y"]),
        ("<TITLE>A</TITLE><BODY>x</BODY><TITLE>B</TITLE><BODY>y</BODY>", "A", ["x", "B", "y"]),
        ("<TITLE>A<BODY>x", "A", ["x"]),
        ("<title>A</title><body>x</body>", "A", ["x"]),
        ("<TITLE>A</TITLE><BODY>Acme <ACM> rose, R&x; 3 < 4 &c</BODY>", "A", ["Acme <ACM> rose, R&x; 3 < 4 &c"]),
        ("<TITLE>A</TITLE><BODY>a <EM>big</EM> day</BODY>", "A", ["a big day"]),
        ("<TITLE>A</TITLE><BODY>M&uuml;ller &#150; &#252; &#9999999;</BODY>", "A", ["Müller – ü &#9999999;"]),
        ("<TITLE>A</TITLE><BODY>It ended.\nREUTER...\r\n</BODY>", "A", ["It ended.", "REUTER..."]),
    ],
)
def test_text_is_read_however_the_markup_stands(text, headline, blocks):
    (story,) = stories_of(record(text))
    assert (story.headline, [block.text for block in story.blocks]) == (headline, blocks)


def test_short_lines_between_the_rows_of_a_table_are_of_it():
    table = (
        " Minneapolis   2.65  2.71\n Denver        2.62  2.63\n Baltimore/\n Norf./Phil.   --    3.06\n\n"
        "             CORN  BRLY\n Port/\n Seattle     1.87  2.10"
    )
    (story,) = stories_of(
        record(f"<TITLE>Grain</TITLE><BODY>    Prices rose.\n{table}\n    They may fall.\n Reuter</BODY>")
    )
    assert [(block.kind, block.text) for block in story.blocks] == [
        (BlockKind.PARAGRAPH, "Prices rose."),
        (BlockKind.LAYOUT, table),
        (BlockKind.PARAGRAPH, "They may fall."),
        (BlockKind.PARAGRAPH, "Reuter"),
    ]


def test_a_sentence_between_two_tables_is_a_paragraph():
    rows = " Denver        2.62  2.63\n Toledo        2.60  2.71\n"
    (story,) = stories_of(record(f"<TITLE>Grain</TITLE><BODY>{rows}    Corn fell too.\n{rows}</BODY>"))
    kinds = [block.kind for block in story.blocks]
    assert kinds == [BlockKind.LAYOUT, BlockKind.PARAGRAPH, BlockKind.LAYOUT]


def test_a_bulletins_asterisks_are_wire_codes():
    items = items_of(record("******<TITLE>ACME BUYS</TITLE>Blah."))
    assert ("wire codes", "******") in [(item.reason, item.text) for item in items if isinstance(item, Notice)]


@pytest.mark.parametrize(
    ("data", "reason", "text"),
    [
        (record("<TITLE>T</TITLE>x", "<MKNOTE>Moved a tag</MKNOTE>"), "editor's note", "Moved a tag"),
        (record("<TITLE>T</TITLE>x", "<DATE>3-MAR-1987</DATE><DATE>4-MAR-1987</DATE>"), "second date", "4-MAR-1987"),
        (record("<TITLE>T</TITLE>x", "<SLUG>acme</SLUG>"), "unknown element", "acme"),
        (record("<TITLE>T</TITLE>x", "stray"), "unknown element", "stray"),
        (record("&#2;&#3;", "<PLACES><D>usa</D></PLACES>"), "no text", "usa"),
        (record("<TITLE>T</TITLE>x") + b"trailing words", "outside a story", "trailing words"),
    ],
)
def test_what_is_in_no_story_is_told(data, reason, text):
    assert (reason, text) in [(item.reason, item.text) for item in items_of(data) if isinstance(item, Notice)]


def test_an_unclosed_record_ends_where_the_next_begins():
    data = b'<REUTERS NEWID="1"><TEXT><TITLE>A</TITLE>x\n<REUTERS NEWID="2"><TEXT><TITLE>B</TITLE>y'
    assert [(story.headline, str(story.locator)) for story in stories_of(data)] == [
        ("A", "sources/source#L1-L1"),
        ("B", "sources/source#L2-L2"),
    ]


def test_a_record_over_the_limit_is_set_aside_and_the_next_is_read():
    source = replace(source_of(record("<TITLE>A</TITLE>" + "x\n" * 500) + record("<TITLE>B</TITLE>y")))
    limited = Source(source.path, source.stream, limits=replace(DEFAULT_LIMITS, document_bytes=400))
    notice, story = FORMAT.read(limited)
    assert (notice.reason, story.headline) == ("too long", "B")
    assert story.locator.first == 502


def test_a_file_without_records_is_no_collection():
    with pytest.raises(SourceError, match="holds no REUTERS element"):
        items_of(b"Nothing here.")


@pytest.mark.parametrize(
    "head",
    [RECORD, b"\r\n\t<reuters newid=1><text>", b"<?xml version='1.0'?><!-- wires --><LEWIS>\n<REUTERS>"],
)
def test_a_collection_is_known_by_its_first_element(head):
    assert FORMAT.matches(head)


@pytest.mark.parametrize("head", [b"<html><reuters>", b"Reuters said", b"<REUTERSX>", b"<!-- <REUTERS> -->\nText"])
def test_another_format_is_not_claimed(head):
    assert not FORMAT.matches(head)


MARKUP = st.sampled_from(
    "<REUTERS> </REUTERS> <TEXT> </TEXT> <TITLE> </TITLE> <BODY> </BODY> <D> <DATE> </DATE> <X> </X> &lt; &#2;".split()
)


@given(st.lists(MARKUP | st.text(alphabet="abc \n&;#\x00<", max_size=8), max_size=40).map("".join))
def test_every_letter_is_in_a_story_or_told(text):
    data = f"<REUTERS>{text}".encode()
    items = items_of(data)
    told = Counter(chain.from_iterable(map(_texts, items)))
    expected = Counter(_letters(text))
    assert {letter: told[letter] for letter in expected} == dict(expected)


def _letters(text: str) -> str:
    """The letters that are in no tag, reference or comment."""
    text = re.sub(r"</?(?:REUTERS|TEXT|TITLE|BODY|D|DATE|X)>|&lt;|&#2;", " ", text)
    return "".join(char for char in text if char in "abc")


def _texts(item: Story | Notice) -> str:
    if isinstance(item, Notice):
        return item.text
    return "".join((item.headline, *(block.text for block in item.blocks), *(k.name for k in item.keywords)))


@pytest.fixture(scope="module")
def collection(corpus):
    """All items of Reuters-21578, file by file."""
    items = {}
    for path in sorted(corpus("reuters21578").glob("reut2-*.sgm.xz")):
        with lzma.open(path) as stream:
            source = Source(f"sources/{path.stem}", stream)
            assert find_format(source).name == "Reuters SGML"
            items[path.stem] = list(FORMAT.read(source))
    return items


def test_the_whole_of_reuters_21578_is_read(collection):
    items = list(chain.from_iterable(collection.values()))
    stories = [item for item in items if isinstance(item, Story)]
    reasons = Counter(item.reason for item in items if isinstance(item, Notice))
    # One record, NEWID 12793, is a date and nothing else.
    assert (len(stories), reasons["no text"], reasons["wrong date"], reasons["editor's note"]) == (21_577, 1, 1, 3)
    assert len({story.source_id for story in stories}) == 21_577
    months = Counter(story.published.date[:7] for story in stories if story.published)
    assert months == {"1987-02": 229, "1987-03": 11_543, "1987-04": 5_660, "1987-06": 2_552, "1987-10": 1_592}


def test_the_keywords_of_reuters_21578_are_those_counted_in_it(collection):
    schemes = Counter(
        keyword.scheme
        for item in chain.from_iterable(collection.values())
        if isinstance(item, Story)
        for keyword in item.keywords
    )
    assert schemes == {"places": 22_791, "people": 1_391, "orgs": 986, "topics": 14_302, "exchanges": 523}


def test_every_visible_character_of_reuters_21578_is_carried_or_told(collection, corpus):
    for name, items in collection.items():
        with lzma.open(corpus("reuters21578") / f"{name}.xz", "rt", encoding="latin-1") as file:
            markup = file.read()
        # What the documentation leaves out: tags, the words around the names of a byline, the dash after a dateline.
        markup = re.sub(r"<AUTHOR>.*?</AUTHOR>|<!DOCTYPE[^>]*>|-\s*(?=</DATELINE>)", "", markup, flags=re.DOTALL)
        text = html.unescape(re.sub(r"&#\d+;|</?[A-Z]+(?: [^<>]*)?>", "", markup))
        told = Counter(chain.from_iterable(map(_visible, items)))
        assert told == Counter("".join(text.split())), name


def _visible(item: Story | Notice) -> str:
    if isinstance(item, Notice):
        return "".join(carried(item.text)[0].split())
    date = item.published.words if item.published else ""
    return "".join((_texts(item) + item.dateline + date).split())
