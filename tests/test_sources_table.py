"""Tables: each row a story, whatever marks it is written with, and no column lost unsaid."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import BlockKind, Keyword, Notice, Story, Unit
from dateline.sources import DEFAULT_LIMITS, find_format
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source, source_of
from dateline.sources.tables.columns import find_columns
from dateline.sources.tables.table import FORMAT

TABLE = """id,title,text,date,authors,category,tags,url,labels
7,Rain in Lima,"It rained.

It poured, ""heavily"".",2017-03-22,By Ann Author and Bo Writer,Weather,rain; floods,https://news.example/7,1
"""


def items_of(table: str | bytes, **sidecar: object) -> list[Story | Notice]:
    data = table.encode() if isinstance(table, str) else table
    return list(FORMAT.read(source_of(data, sidecar=Sidecar(**sidecar))))


def stories_of(table: str | bytes, **sidecar: object) -> list[Story]:
    return [item for item in items_of(table, **sidecar) if isinstance(item, Story)]


def notices_of(table: str | bytes, **sidecar: object) -> list[Notice]:
    return [item for item in items_of(table, **sidecar) if isinstance(item, Notice)]


def texts_of(story: Story) -> tuple[str, list[str]]:
    return story.headline, [block.text for block in story.blocks]


def test_a_row_becomes_a_story():
    (story,) = stories_of(TABLE)
    assert texts_of(story) == ("Rain in Lima", ["It rained.", 'It poured, "heavily".'])
    assert (story.published.date, story.topic, story.url) == ("2017-03-22", "Weather", "https://news.example/7")
    assert story.keywords == (Keyword("rain", "tags"), Keyword("floods", "tags"))
    assert story.authors == ("Ann Author and Bo Writer",)
    assert story.source_id == "7"


def test_a_row_is_known_by_its_lines_and_their_hash():
    (story,) = stories_of(TABLE)
    lines = TABLE.encode().splitlines(keepends=True)
    assert str(story.locator) == "sources/source#L2-L4"
    assert story.sha256 == hashlib.sha256(b"".join(lines[1:4])).hexdigest()


def test_columns_that_are_nothing_to_a_story_are_named_in_one_notice():
    (notice,) = notices_of(TABLE)
    assert (notice.reason, "labels (1 values)" in notice.message) == ("unmapped column", True)
    assert notice.count == 1  # column


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_known_and_read_however_it_is_written(delimiter, line_end, encoding):
    rows = [["title", "text"], ["Räin", f"It{delimiter} rained."], ["Sun", "It shone."]]
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    data = file.getvalue().encode(encoding)
    assert FORMAT.matches(data.removeprefix(b"\xef\xbb\xbf"))
    assert [texts_of(story) for story in stories_of(data)] == [
        (title, [" ".join(text.split())]) for title, text in rows[1:]
    ]


def test_rows_whose_lines_sed_would_count_differently_are_known_by_their_bytes():
    data = "title,text\nRain,It rained.\n".encode("utf-16")
    (story,) = stories_of(data)
    assert story.locator.unit is Unit.BYTES
    assert hashlib.sha256(data[story.locator.first : story.locator.last + 1]).hexdigest() == story.sha256


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        ('A,"It rained\nB,It shone.', [("A", ['"It rained']), ("B", ["It shone."])]),
        ('A,"open\nB,"closed"\nC,x', [("A", ['"open']), ("B", ["closed"]), ("C", ["x"])]),
        ('A,"the "best", so far"', [("A", ['the "best', ' so far"'.strip()])]),
        ('"A" day,x', [('"A" day', ["x"])]),
        ('A 5" pipe,x', [('A 5" pipe', ["x"])]),
        ('A, "x, y"', [("A", ["x, y"])]),
        ("A\0,x and a text long enough to be no UTF-16", [("A", ["x and a text long enough to be no UTF-16"])]),
        ('A,"x\ry"', [("A", ["x", "y"])]),
        ("A,x\n\n  \nB,y\n", [("A", ["x"]), ("B", ["y"])]),
        ("A", [("A", [])]),
        (",x. Then y.", [("x.", ["Then y."])]),
        (",\n", []),
    ],
)
def test_no_mark_out_of_place_swallows_a_row(rows, texts):
    read = [texts_of(story) for story in stories_of(f"title,text\n{rows}")]
    if "so far" in rows:  # its count of cells is beyond saving; the rest of it is told
        assert [title for title, _ in read] == ["A"]
    else:
        assert read == texts


def test_cells_beyond_the_last_column_are_told():
    notices = {item.reason: item.text for item in notices_of("title,text\nA,x,y,z\n")}
    assert notices == {"ragged row": "y\nz"}


def test_excels_separator_line_is_obeyed_and_no_row():
    table = "sep=;\r\ntitle;text\r\nA, B;x\r\n"
    assert FORMAT.matches(table.encode())
    assert [texts_of(story) for story in stories_of(table)] == [("A, B", ["x"])]


def test_a_name_given_twice_is_two_columns():
    assert [texts_of(story) for story in stories_of("title,text,title\nA,x,B\n")] == [("A", ["x"])]
    assert "title (2)" in notices_of("title,text,title\nA,x,B\n")[0].message


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("Article_Title ArticleContent publish_date byline outlet", "headline text date authors publication"),
        ("headline description body", "headline - text"),
        ("title description", "headline text"),
        ("metadata.title metadata.pubDate content", "headline date text"),
        ("headline title text", "headline - text"),
        ("source.name source.id text", "publication - text"),
        ("_id.$oid created_at.$date full_text", "id date text"),
    ],
)
def test_common_names_are_guessed(names, found):
    columns = {column: part for part, column in find_columns(tuple(names.split())).items()}
    assert [columns.get(name, "-") for name in names.split()] == found.split()


def test_the_sidecar_decides_what_a_column_is_by_name_or_number():
    table = "Kopf,title,Inhalt\nA,not this,x\n"
    for columns in ({"headline": "Kopf", "text": "Inhalt"}, {"headline": "1", "text": "3"}):
        assert [texts_of(story) for story in stories_of(table, columns=tuple(columns.items()))] == [("A", ["x"])]


KOPF = "Kopf;Inhalt;Tag;Wer\nBrand, in der Altstadt;Ein Feuer, zwei Häuser.;4/5/2017;Eva Stein\n"


def test_a_file_whose_columns_are_told_is_a_table_whatever_they_are_called():
    told = (("headline", "Kopf"), ("text", "Inhalt"), ("date", "Tag"), ("authors", "Wer"))
    assert find_format(source_of(KOPF.encode())).name == "topic dump"
    assert find_format(source_of(KOPF.encode(), sidecar=Sidecar(columns=told))) == FORMAT
    (story,) = stories_of(KOPF, columns=told, date_order="DMY")
    assert texts_of(story) == ("Brand, in der Altstadt", ["Ein Feuer, zwei Häuser."])
    assert (story.published.date, story.authors) == ("2017-05-04", ("Eva Stein",))
    objects = b'{"Kopf": "A", "Inhalt": "x"}'
    assert find_format(source_of(objects, sidecar=Sidecar(columns=told))).name == "JSON"


def test_a_column_that_is_not_there_is_told_and_the_rest_is_read():
    told = (("headline", "Kopf"), ("text", "Inhalt"), ("date", "Datum"))
    story, notice, _ = items_of(KOPF, columns=told)
    assert texts_of(story) == ("Brand, in der Altstadt", ["Ein Feuer, zwei Häuser."])
    assert notice.message == "columns: date is 'Datum', which the table has not; it has Kopf, Inhalt, Tag, Wer"


def test_a_table_without_a_header_is_read_by_numbers_alone():
    table = "17,Rain in Lima,It rained.\n18,Sun in Lima,It shone.\n"
    columns = (("headline", "2"), ("text", "3"))
    assert [story.headline for story in stories_of(table, columns=columns)] == ["Rain in Lima", "Sun in Lima"]
    with pytest.raises(SourceError, match="names no column of a headline"):
        items_of(table)
    with pytest.raises(SourceError, match="headline is 'Kopf', which the table has not; it has 17"):
        items_of(table, columns=(("headline", "Kopf"),))


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (["4/16/2017", "4/5/2017"], [("2017-04-16", "stated"), ("2017-04-05", "inferred")]),
        (["16/4/2017", "4/5/2017", "4/4/2017"], [("2017-04-16", "stated"), ("2017-05-04", "inferred"), ("2017-04-04", "stated")]),
        (["16/4/2017", "4/16/2017", "4/5/2017"], [("2017-04-16", "stated"), ("2017-04-16", "stated"), None]),
        (["4/5/2017"], [None]),
        (["1490195045", "1490195045000"], [("2017-03-22", "stated")] * 2),
        (["2017-02-30", "soon"], [None, None]),
    ],
)  # fmt: skip
def test_a_whole_column_tells_the_order_of_its_dates(dates, read):
    stories = stories_of("title,date\n" + "".join(f"A{at},{date}\n" for at, date in enumerate(dates)))
    published = [story.published and (story.published.date, story.published.basis) for story in stories]
    assert published == read


def test_the_sidecars_order_of_dates_is_stated():
    (story,) = stories_of("title,date\nA,4/5/2017\n", date_order="DMY")
    assert (story.published.date, story.published.basis) == ("2017-05-04", "stated")


@pytest.mark.parametrize(
    ("row", "reason", "text"),
    [
        ("A,31/31/2017,,", "wrong date", "31/31/2017"),
        ("A,4/5/2017,,", "doubtful date", "4/5/2017"),
        ("A,,English,", "no language", "English"),
        ("A,,,javascript:x", "no address", "javascript:x"),
        (",2017-03-22,en,", "no text", "2017-03-22\nen"),
    ],
)
def test_what_a_cell_cannot_mean_is_told(row, reason, text):
    assert [(item.reason, item.text) for item in notices_of(f"title,date,language,url\n{row}\n")] == [(reason, text)]


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("By Ann Author", ("Ann Author",)),
        ("Author, Ann", ("Author, Ann",)),
        ("Ann Author, Bo Writer", ("Ann Author", "Bo Writer")),
        ("Author, Ann; Writer, Bo", ("Author, Ann", "Writer, Bo")),
        ("['Ann Author', 'Bo Writer']", ("Ann Author", "Bo Writer")),
        ("[Ann", ("[Ann",)),
    ],
)
def test_names_in_a_cell_are_kept_apart(cell, authors):
    (story,) = stories_of(f'title,authors\nA,"{cell}"\n')
    assert story.authors == authors


def test_html_in_a_cell_is_read_as_html_and_other_text_is_not():
    story, other = stories_of(
        'title,text\nA,"<h2>B</h2><p>x &amp; <a href=""/y"">y</a></p><script>z</script>"\nB,a < b &amp; c\n'
    )
    assert [(block.kind, block.text) for block in story.blocks] == [
        (BlockKind.SUBHEADING, "B"),
        (BlockKind.PARAGRAPH, "x & y"),
    ]
    assert other.blocks[0].text == "a < b &amp; c"


def test_a_row_over_the_limit_is_set_aside_and_the_next_is_read():
    data = b"title,text\nA," + b"x" * 3000 + b"\nB,y\n"
    limits = replace(DEFAULT_LIMITS, document_bytes=1000, line_chars=100)
    items = list(FORMAT.read(Source("t", io.BytesIO(data), limits=limits)))
    assert [item.reason if isinstance(item, Notice) else item.headline for item in items] == ["too long", "B"]


@pytest.mark.parametrize(
    "text",
    [
        "Deir Ezzor\n\nRain in Lima\n\nIt rained, and it poured.\n",
        "Title, text and date\n\nThe words are three.\n",
        "Title\n\nText, of a story.\n",
        "a,b,c\n1,2,3\n",
        '{"title": "A", "text": "x"}\n',
        'load({"a": 1, "b": 2, title, text});',
        "<html><title>a,b</title>\n",
        "title,text\n\nNothing here is a table.\nNot at all, and, again, not.\nNo.\nNever.\n",
        "",
        "\0" * 100,
    ],
)
def test_what_is_no_table_is_not_claimed(text):
    assert not FORMAT.matches(text.encode())


LONG_ROW = ("z", "z" * 600)  # so that a NUL or two do not look like UTF-16
CELLS = st.text(alphabet="ab\"',;\n\r\t \0é", max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.sampled_from(",;\t|"))
def test_every_letter_of_a_well_formed_table_is_in_a_story(rows, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("title", "text"), LONG_ROW, *rows])
    stories = stories_of(file.getvalue())
    written = Counter("".join("".join(row) for row in rows))
    carried = Counter("".join(story.headline + "".join(block.text for block in story.blocks) for story in stories))
    assert [carried[letter] for letter in "abé\"',;"] == [written[letter] for letter in "abé\"',;"]


@given(st.lists(CELLS, max_size=20))
def test_every_letter_of_any_table_is_in_a_story_or_told(lines):
    items = items_of("title,text\n" + ",".join(LONG_ROW) + "\n" + "\n".join(lines))
    carried = Counter()
    for item in items:
        carried.update(
            item.text if isinstance(item, Notice) else item.headline + "".join(block.text for block in item.blocks)
        )
    written = Counter("".join(lines))
    assert [carried[letter] for letter in "abé"] == [written[letter] for letter in "abé"]


def read_corpus(path) -> list[Story | Notice]:
    with path.open("rb") as stream:
        source = Source(f"sources/{path.name}", stream)
        assert find_format(source) == FORMAT
        return list(FORMAT.read(source))


def test_fa_kes_is_read_whole_and_its_order_of_dates_concluded(corpus):
    items = read_corpus(corpus("fa-kes-a") / "fa-kes-a.csv")
    stories = [item for item in items if isinstance(item, Story)]
    assert len(stories) == 414
    assert Counter(story.published.basis for story in stories) == {"stated": 248, "inferred": 166}
    assert {item.reason for item in items if isinstance(item, Notice)} == {"", "control characters", "unmapped column"}


def test_wikinews_keeps_its_paragraphs_and_masakhane_its_quotation_marks(corpus):
    stories = read_corpus(corpus("wikinews-en-2019") / "wikinews_2019.csv")
    assert (len(stories), min(len(story.blocks) for story in stories)) == (171, 4)
    assert all(story.blocks[0].text.endswith(story.published.date[:4]) for story in stories)
    french = read_corpus(corpus("masakhane-fra-dev") / "dev.tsv")
    assert (len(french), {len(story.blocks) for story in french}) == (211, {1})


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("post_status", "draft", "draft"),
        ("status", "private", "private"),
        ("Post Status", "inherit", "part of another"),
        ("protected", "TRUE", "password-protected"),
        ("protected", "0", ""),
        ("status", "", ""),
        ("status", "publish", ""),
    ],
)
def test_a_row_that_was_not_public_leaves_its_headline_alone(column, value, reason):
    found = items_of(f"id,title,text,{column}\n7,Rain,Not yet.,{value}\n")
    assert sum(isinstance(item, Story) for item in found) == (0 if reason else 1)
    notices = [item for item in found if isinstance(item, Notice) and item.reason != "unmapped column"]
    assert [(notice.reason, notice.text) for notice in notices] == ([(reason, "")] if reason else [])
