"""Pages of ALTO become stories under what the METS of their issue says; every word is in one of them or told."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources import NOT_READ, find_format, read_file, source_of
from dateline.sources.beside import Beside
from dateline.sources.limits import Limits
from dateline.sources.scans.alto import FORMAT, read
from dateline.sources.sidecar import Sidecar


def string(content, **attributes):
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<String CONTENT="{content}"{extra}/>'


def line(*parts):
    """Words are parted by blanks; what begins with a tag stands as it is."""
    words = [part if part.startswith("<") else "<SP/>".join(map(string, part.split())) for part in parts]
    return f"<TextLine>{'<SP/>'.join(words)}</TextLine>"


def block(name, *lines, at=(0, 0), size=(100, 10), **attributes):
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    rows = "".join(row if row.startswith("<") else line(row) for row in lines)
    return f'<TextBlock ID="{name}" HPOS="{at[0]}" VPOS="{at[1]}" WIDTH="{size[0]}" HEIGHT="{size[1]}"{extra}>{rows}</TextBlock>'


def alto(*blocks, order="", page='PHYSICAL_IMG_NR="1"'):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description>'
        "<sourceImageInformation><fileName>scan-7.tif</fileName></sourceImageInformation></Description><Layout>"
        f"<Page {page}><PrintSpace>{''.join(blocks)}</PrintSpace></Page>{order}</Layout></alto>"
    )


def mets(*files, logical="", label="The Star, 1861-07-19"):
    pages = "".join(
        f'<div TYPE="np:page" DMDID="d{number}"><fptr FILEID="scan{number}"/><fptr FILEID="f{number}"/></div>'
        for number in range(len(files))
    )
    sections = "".join(
        f'<dmdSec ID="d{number}"><mods:mods><mods:part><mods:extent unit="pages"><mods:start>{number + 3}</mods:start>'
        "</mods:extent></mods:part></mods:mods></dmdSec>"
        for number in range(len(files))
    )
    listed = "".join(
        f'<file ID="scan{number}"><FLocat xlink:href="./{number}.tif"/></file><file ID="f{number}"><FLocat xlink:href="{name}"/></file>'
        for number, name in enumerate(files)
    )
    return f"""<mets xmlns="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3"
      xmlns:xlink="http://www.w3.org/1999/xlink" LABEL="{label}" OBJID="star-1">
      <dmdSec ID="issue"><mods:mods><mods:part><mods:detail type="volume"><mods:number>XVIII</mods:number></mods:detail></mods:part>
      <mods:originInfo><mods:dateIssued encoding="iso8601">1861-07-19</mods:dateIssued></mods:originInfo></mods:mods></dmdSec>
      {sections}<fileSec><fileGrp>{listed}</fileGrp></fileSec><structMap TYPE="PHYSICAL"><div TYPE="np:issue">{pages}</div></structMap>
      {logical}</mets>"""


def area(block_name, file="f0"):
    return f'<fptr><area FILEID="{file}" BEGIN="{block_name}" BETYPE="IDREF"/></fptr>'


def items(text, sidecar=Sidecar()):
    return list(read(source_of(text.encode(), sidecar=sidecar)))


def texts(text):
    (story,) = (item for item in items(text) if isinstance(item, Story))
    return [found.text for found in story.blocks]


def read_folder(folder, files, name):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return list(read_file(folder / name, f"sources/issue/{name}", Sidecar()))


def test_a_page_is_a_story_and_each_block_a_paragraph():
    (story,) = items(
        alto(block("a", "Talks opened", "in Lima."), block("b", "Nobody spoke.")), Sidecar(publication="The Star")
    )
    assert story.headline == "The Star, page 1"
    assert [found.text for found in story.blocks] == ["Talks opened in Lima.", "Nobody spoke."]
    assert story.published is None


def test_without_any_title_the_page_is_named_by_its_scan():
    (story,) = items(alto(block("a", "Text."), page=""))
    assert story.headline == "scan-7.tif"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        # marked as parts of a word
        ((line("das", string("Abon", SUBS_TYPE="HypPart1", SUBS_CONTENT="Abonnement"), "<HYP CONTENT='-'/>"),
          line(string("nement", SUBS_TYPE="HypPart2", SUBS_CONTENT="Abonnement"), "kostet")), "das Abonnement kostet"),
        ((line(string("well", SUBS_TYPE="HypPart1", SUBS_CONTENT="well-known"), "<HYP CONTENT='-'/>"),
          line(string("known,", SUBS_TYPE="HypPart2", SUBS_CONTENT="well-known"), "man")), "well-known, man"),
        ((line(string("Abon-", SUBS_TYPE="HypPart1", SUBS_CONTENT="Abonnement")),
          line(string("nement", SUBS_TYPE="HypPart2", SUBS_CONTENT="Abonnement"))), "Abonnement"),
        ((line(string("Zuk", SUBS_TYPE="HypPart1", SUBS_CONTENT="Zucker"), "<HYP CONTENT='-'/>"),
          line(string("ker", SUBS_TYPE="HypPart2", SUBS_CONTENT="Zucker"))), "Zucker"),
        # shown by a hyphen alone
        ((line("the for", "<HYP CONTENT='-'/>"), "mer king"), "the former king"),
        (("the for-", "mer king"), "the former king"),
        (("the for\u00ad", "mer king"), "the former king"),
        (("a well-known man, well-", "known"), "a well-known man, well-known"),
        ((line("Anglo", "<HYP CONTENT='-'/>"), "American"), "Anglo-American"),
        # no evidence of a broken word
        (("page 7 -", "the end"), "page 7 - the end"),
        (("Anglo-", "American"), "Anglo- American"),
        ((line("the end", "<HYP CONTENT='-'/>"),), "the end-"),
    ],
)  # fmt: skip
def test_words_that_a_line_breaks_are_joined_on_evidence(lines, text):
    assert texts(alto(block("a", *lines))) == [text]


def test_a_word_that_goes_on_in_the_next_block_is_whole_in_the_first():
    first = block(
        "a", line("das", string("Abon", SUBS_TYPE="HypPart1", SUBS_CONTENT="Abonnement"), "<HYP CONTENT='-'/>")
    )
    second = block("b", line(string("nement", SUBS_TYPE="HypPart2", SUBS_CONTENT="Abonnement"), "kostet"))
    assert texts(alto(first, second)) == ["das Abonnement", "kostet"]


def test_what_was_joined_without_marks_or_spelt_anew_is_told():
    found = items(alto(block("a", "the for-", "mer king")))
    assert [item.text for item in found if isinstance(item, Notice)] == ["former"]
    zuk = line(string("Zuk", SUBS_TYPE="HypPart1", SUBS_CONTENT="Zucker")), line(string("ker", SUBS_TYPE="HypPart2"))
    assert [item.text for item in items(alto(block("a", *zuk))) if isinstance(item, Notice)] == ["Zuk ker"]


COLUMNS = [  # two columns under a title, listed row by row
    block("title", "T", at=(0, 0), size=(200, 10)),
    block("a1", "A", at=(0, 20), size=(90, 10)),
    block("b1", "C", at=(110, 20), size=(90, 30)),
    block("a2", "B", at=(0, 40), size=(90, 10)),
    block("b2", "D", at=(110, 60), size=(90, 10)),
]


def test_blocks_listed_row_by_row_are_read_column_by_column():
    assert texts(alto(*COLUMNS)) == ["T", "A", "B", "C", "D"]


def test_blocks_in_any_other_order_are_read_as_they_stand():
    assert texts(alto(*COLUMNS[3:], *COLUMNS[:3])) == ["B", "D", "T", "A", "C"]


def test_the_order_that_a_page_states_comes_first():
    refs = "".join(f'<ElementRef REF="{name}"/>' for name in ("b2", "title", "a1", "a2", "b1"))
    order = f"<ReadingOrder><OrderedGroup>{refs}</OrderedGroup></ReadingOrder>"
    assert texts(alto(*COLUMNS, order=order)) == ["D", "T", "A", "B", "C"]
    chained = [block("a", "One", IDNEXT="c"), block("b", "Three"), block("c", "Two", IDNEXT="b")]
    assert texts(alto(*chained)) == ["One", "Two", "Three"]


@pytest.mark.parametrize(("blocks", "language"), [
    ([block("a", "Der Nordstern", LANG="de"), block("b", "News", LANG="en")], "de"),
    ([block("a", "Der Nordstern", language="ger")], "de"),
    ([block("a", "News", language="eng"), block("b", "Blatt", language="ger")], ""),
    ([block("a", "News")], ""),
])  # fmt: skip
def test_the_language_is_the_one_that_most_words_are_marked_with(blocks, language):
    (story,) = items(alto(*blocks))
    assert story.language == language


def test_a_low_confidence_and_pictures_are_told():
    words = line(string("doubtful", WC="0.4"), string("words", WC="0.6"))
    found = items(alto(block("a", words), '<Illustration ID="i"/>'))
    assert [item.message for item in found if isinstance(item, Notice)] == [
        "pictures on the page, without text: 1",
        "the OCR gives its words a low confidence, 0.50 of 1 over 2 words on average; check before quoting",
    ]


def test_an_id_that_comes_twice_makes_no_text_come_twice():
    assert texts(alto(block("a", "One"), block("a", "Two"), block("", "Three"))) == ["One", "Two", "Three"]


def test_a_page_without_text_is_told():
    (notice,) = items(alto())
    assert notice.reason == "no text"


def test_emoji_and_entities_are_text_and_what_no_page_carries_is_told():
    found = items(alto(block("a", "🌊 &amp; &#187; &lt;b&gt; \x02end")))
    (story,) = (item for item in found if isinstance(item, Story))
    assert story.blocks[0].text == "🌊 & » <b> end"
    assert [item.reason for item in found if isinstance(item, Notice)] == ["control characters"]


def test_the_mets_beside_a_page_gives_its_title_date_and_number(tmp_path):
    files = {"1861.xml": mets("./0001.xml", "./0002.xml"), "0001.xml": alto(block("a", "Text."))}
    (story,) = read_folder(tmp_path / "sources" / "issue", files, "0001.xml")
    assert story.headline == "The Star, 1861-07-19, page 3"
    assert (story.publication, story.published.date, story.published.basis) == ("The Star", "1861-07-19", "stated")


@pytest.mark.parametrize("href", ["alto/1.xml", "./alto/1.xml", "file://./alto/1.xml", "alto\\1.xml"])
def test_the_mets_may_stand_in_the_folder_around_its_pages(tmp_path, href):
    files = {"x-mets.xml": mets(href), "alto/1.xml": alto(block("a", "Text."))}
    (story,) = read_folder(tmp_path / "sources" / "issue", files, "alto/1.xml")
    assert story.headline == "The Star, 1861-07-19, page 3"


def test_a_mets_that_does_not_name_a_page_says_nothing_of_it(tmp_path):
    files = {"mets.xml": mets("./0009.xml"), "0001.xml": alto(block("a", "Text."))}
    (story,) = read_folder(tmp_path / "sources" / "issue", files, "0001.xml")
    assert story.headline == "scan-7.tif, page 1"


def test_a_mets_tells_which_of_its_pages_are_missing_and_what_no_field_holds(tmp_path):
    files = {"mets.xml": mets("./1.xml", "./2.xml"), "1.xml": alto(block("a", "Text."))}
    missing, rest = read_folder(tmp_path / "sources" / "issue", files, "mets.xml")
    assert "sources/issue/2.xml" in missing.message and "sources/issue/1.xml" not in missing.message
    assert rest.text == "XVIII"


def test_a_mets_without_its_pages_is_not_read(tmp_path):
    (notice,) = read_folder(tmp_path / "sources" / "issue", {"mets.xml": mets("../../../1.xml")}, "mets.xml")
    assert notice.reason == NOT_READ


ARTICLES = """<structMap TYPE="LOGICAL"><div TYPE="Newspaper"><div TYPE="ARTICLE" ID="a1"><div TYPE="HEADING">{heading}</div>
  <div TYPE="BODY">{body}</div></div></div></structMap>"""


def test_the_articles_of_a_mets_are_a_story_each_and_the_rest_of_the_page_one(tmp_path):
    logical = ARTICLES.format(heading=area("h"), body=area("b") + area("c", "f1"))
    files = {
        "mets.xml": mets("./1.xml", "./2.xml", logical=logical),
        "1.xml": alto(block("x", "An advertisement."), block("h", "Talks open"), block("b", "One.")),
        "2.xml": alto(block("c", "Two."), block("y", "Another.")),
    }
    folder = tmp_path / "sources" / "issue"
    first = read_folder(folder, files, "1.xml")
    second = read_folder(folder, files, "2.xml")
    assert [(story.headline, [found.text for found in story.blocks]) for story in (*first, *second)] == [
        ("Talks open", ["One.", "Two."]),
        ("The Star, 1861-07-19, page 3", ["An advertisement."]),
        ("The Star, 1861-07-19, page 4", ["Another."]),
    ]
    assert first[0].source_id == "star-1#a1"


def test_an_article_whose_first_page_is_missing_is_read_from_the_next(tmp_path):
    logical = ARTICLES.format(heading=area("h"), body=area("c", "f1"))
    files = {
        "mets.xml": mets("./1.xml", "./2.xml", logical=logical),
        "2.xml": alto(block("c", "Two."), block("d", "Three.")),
    }
    found = read_folder(tmp_path / "sources" / "issue", files, "2.xml")
    assert ["block h" in item.message for item in found if isinstance(item, Notice)] == [True]
    assert [(item.headline, [part.text for part in item.blocks]) for item in found if isinstance(item, Story)] == [
        ("The Star, 1861-07-19, page 4", ["Two."]),
        ("The Star, 1861-07-19, page 4", ["Three."]),
    ]


@pytest.mark.parametrize("kind", ["tar.gz", "zip", "zip in tar"])
def test_pages_and_mets_meet_in_archives_too(tmp_path, kind):
    files = {"issue/1.xml": alto(block("a", "Text.")), "issue/mets.xml": mets("./1.xml")}
    packed = io.BytesIO()
    if kind == "tar.gz":
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            _add(archive, files)
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            for name, text in files.items():
                archive.writestr(name.removeprefix("issue/"), text)
    if kind == "zip in tar":
        inner, packed = packed.getvalue(), io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            _add(archive, {"issue.zip": inner})
    path = tmp_path / "issue"
    path.write_bytes(packed.getvalue())
    story, rest = read_file(path, "sources/issue", Sidecar())
    assert story.headline == "The Star, 1861-07-19, page 3"
    assert rest.text == "XVIII"


def _add(archive, files):
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize("folder", ["", "..", "sources/..", "sources/../..", "/etc", "other", "sources/none"])
def test_no_folder_outside_the_sources_is_looked_into(tmp_path, folder):
    (tmp_path / "sources").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.xml").touch()
    assert Beside(tmp_path / "sources" / "a.xml", "sources/a.xml", Limits()).in_folder(folder) == {}


def test_what_is_no_alto_is_refused_and_not_taken_for_it():
    assert not FORMAT.matches(b"<html>")
    assert find_format(source_of(alto().encode())).name == "alto"
    assert find_format(source_of(mets().encode())).name == "mets"
    with pytest.raises(SourceError):
        items("")


_LINES = st.lists(st.text("abc- ", min_size=1, max_size=12).filter(lambda text: text.strip()), min_size=1, max_size=4)


@given(st.lists(st.tuples(_LINES, st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8))
def test_each_letter_of_a_page_is_in_its_story_once_wherever_it_stands(blocks):
    page = alto(*(block(f"b{number}", *lines, at=(left, top)) for number, (lines, left, top) in enumerate(blocks)))
    letters = sorted(char for lines, *_ in blocks for text in lines for char in text if char in "abc")
    assert sorted(char for text in texts(page) for char in text if char in "abc") == letters if letters else True


@given(st.integers(0, 900), st.integers(0, 60), st.binary(max_size=8))
def test_no_damage_stops_the_reader(at, cut, junk):
    data = alto(block("a", "the for-", "mer king"), *COLUMNS).encode()
    data = data[:at] + junk + data[at + cut :]
    try:
        assert all(isinstance(item, Story | Notice) for item in read(source_of(data)))
    except SourceError:
        assert not FORMAT.matches(data)


def test_the_samples_are_read_with_title_date_and_every_word(corpus):
    (path,) = corpus("alto-mets").glob("*.tar.xz")
    found = list(read_file(path, "sources/alto-sample.tar.xz", Sidecar()))
    stories = [item for item in found if isinstance(item, Story)]
    assert [(story.headline, story.published.date, story.language) for story in stories] == [
        ("The Evening star, 1861-07-19, page 1", "1861-07-19", ""),
        ("Der Nordstern (St. Cloud, Minn.), 1878-01-03, page 1", "1878-01-03", "de"),
    ]
    # Each of the 90 pairs of marked parts is one word; the emoji are parted from their word by a blank.
    assert [sum(len(found.text.split()) for found in story.blocks) for story in stories] == [9010, 2787 - 90 + 1]
    assert "fortzusetzen wünschen" in stories[1].blocks[8].text
    assert "🌊🤖🤭" in stories[1].blocks[1].text
