"""NITF becomes stories: each element of its head and body is headline, block or field, or is told."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources import find_format, source_of
from dateline.sources.sidecar import Sidecar
from dateline.sources.wires.nitf import FORMAT, read

HEAD = """<head>
  <title>Talks open in Lima</title>
  <tobject><tobject.subject tobject.subject.type="Politics" tobject.subject.matter="Diplomacy"/></tobject>
  <docdata management-status="usable">
    <doc-id id-string="wire-17"/><date.issue norm="19991231T233000-0500"/><du-key key="talks" version="3"/>
    <doc.copyright year="1999" holder="Wire"/><key-list><keyword key="summit"/></key-list>
    <identified-content><person>Jo Smith</person><location>Lima</location><classifier value="Treaties"/></identified-content>
    <series series.name="The Summit"/>
  </docdata>
  <pubdata name="The Daily Example"/>
</head>"""
BODY_HEAD = """<body.head>
  <hedline><hl1>Talks open in Lima</hl1><hl2>Nobody speaks</hl2></hedline>
  <byline>By <person>Jo Smith</person></byline><distributor>Wire</distributor>
  <dateline><location>LIMA</location>, <story.date norm="19991231">Dec. 31</story.date></dateline>
</body.head>"""
CONTENT = """<block><p>Talks <em>opened</em> &mdash; late.</p><hl2>After hours</hl2>
  <media media-type="image"><media-reference source="a.jpg"/><media-caption>A table.</media-caption>
  <media-producer>Ann Lee</media-producer><media-object encoding="base64">AAAA</media-object></media>
  <bq><block><p>“Silence.”</p></block></bq><ul><li>One</li><li>Two</li></ul>
  <table><tr><td>Lima</td><td>2</td></tr></table></block>"""
END = "<body.end><tagline>Jo Smith is a reporter.</tagline></body.end>"


def document(content=CONTENT, *, head=HEAD, body_head=BODY_HEAD, end=END):
    return f"<nitf>{head}<body>{body_head}<body.content>{content}</body.content>{end}</body></nitf>"


def items(text, sidecar=Sidecar()):
    return list(read(source_of(text.encode(), sidecar=sidecar)))


def story(text):
    return next(item for item in items(text) if isinstance(item, Story))


def reasons(found):
    return [item.reason for item in found if isinstance(item, Notice)]


def test_the_head_gives_the_fields_of_a_story():
    (found,) = items(document())
    assert found.headline == "Talks open in Lima"
    assert (found.source_id, found.version_of) == ("talks:3", "talks")
    assert found.authors == ("Jo Smith",)
    assert found.dateline == "LIMA, Dec. 31"
    assert (found.published.date, found.published.moment) == ("1999-12-31", "1999-12-31T23:30:00-05:00")
    assert (found.publication, found.publisher, found.rights) == ("The Daily Example", "Wire", "© 1999 Wire")
    assert [(keyword.name, keyword.scheme) for keyword in found.keywords] == [
        ("Diplomacy", "subjects"),
        ("summit", "keywords"),
        ("Jo Smith", "people"),
        ("Lima", "places"),
        ("Treaties", "subjects"),
        ("The Summit", "series"),
    ]


def test_the_body_gives_blocks_of_their_kinds():
    assert [(block.kind.value, block.text) for block in story(document()).blocks] == [
        ("sub-heading", "Nobody speaks"),
        ("paragraph", "Talks opened — late."),
        ("sub-heading", "After hours"),
        ("caption", "A table."),
        ("caption", "Ann Lee"),
        ("quotation", "“Silence.”"),
        ("item", "One"),
        ("item", "Two"),
        ("paragraph", "Lima | 2"),
        ("paragraph", "Jo Smith is a reporter."),
    ]


def test_a_lead_that_the_full_text_repeats_stands_once():
    lead, full = (
        "<block class='lead_paragraph'><p>One.</p></block>",
        "<block class='full_text'><p>One.</p><p>Two.</p></block>",
    )
    found = story(document(lead + full, body_head="<body.head><hedline><hl1>H</hl1></hedline></body.head>", end=""))
    assert [block.text for block in found.blocks] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("status", "reason"),
    [("canceled", "canceled"), ("withheld", "withheld"), ("embargoed", "embargo"), ("draft", "not usable")],
)
def test_what_is_not_usable_is_set_aside_with_its_text(status, reason):
    (notice,) = items(document().replace('"usable"', f'"{status}"'))
    assert notice.reason == reason
    assert "Talks opened" in notice.text and "Nobody speaks" in notice.text


def test_a_release_on_a_later_day_is_an_embargo_until_then():
    text = document().replace("<doc-id", '<date.release norm="20000102T080000-0500"/><doc-id')
    assert reasons(items(text)) == ["embargo"]
    assert reasons(items(text, Sidecar(received="2000-01-03"))) == []


def test_an_unknown_element_of_the_body_is_told_and_its_text_read():
    found, notice = items(document("<p>One.</p><mood>grave</mood>", end=""))
    assert "mood" in notice.message and not notice.text
    assert [block.text for block in found.blocks][-2:] == ["One.", "grave"]


def test_an_unknown_element_of_the_head_is_told_with_its_text():
    found, notice = items(document().replace("<docdata", "<mood>grave</mood><docdata"))
    assert (notice.reason, notice.text) == ("unknown element", "grave")
    assert isinstance(found, Story)


def test_what_is_ill_formed_is_told_and_read():
    notice, found = items(document("<p>One.</p><p>Two <b>open</p>", end=""))
    assert "all its words were read" in notice.message
    assert [block.text for block in found.blocks][-2:] == ["One.", "Two open"]


def test_named_characters_are_read_and_declared_ones_are_never_expanded():
    declared = '<!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    found = story(declared + document("<p>S&atilde;o &b;&f; 1 < 2 & 3</p>", end=""))
    assert found.blocks[-1].text == "São &b;&f; 1 < 2 & 3"


@pytest.mark.parametrize("prolog", ["", '<?xml version="1.0"?>\n<!-- a > b -->\n<!DOCTYPE nitf SYSTEM "nitf.dtd">\n'])
def test_a_document_is_located_by_the_bytes_of_its_element(prolog):
    data = (prolog + document()).encode() + b"\n"
    (found,) = list(read(source_of(data)))
    stretch = data[found.locator.first : found.locator.last + 1]
    assert stretch == document().encode()
    assert found.sha256 == sha256(stretch).hexdigest()


def test_documents_in_a_row_are_a_story_each():
    assert [item.headline for item in items("<doc>" + document() * 2 + "</doc>")] == ["Talks open in Lima"] * 2


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_the_encoding_is_the_one_that_is_declared(encoding):
    data = (f'<?xml version="1.0" encoding="{encoding}"?>' + document("<p>Águas</p>", end="")).encode(encoding)
    assert FORMAT.matches(data)
    (found,) = list(read(source_of(data)))
    assert found.blocks[-1].text == "Águas"


def test_a_byte_that_is_not_of_the_encoding_is_told_and_read():
    data = document("<p>It\x92s late</p>", end="").replace("’", "").encode("latin-1")
    notice, found = list(read(source_of(data)))
    assert "0x92" in notice.message
    assert found.blocks[-1].text == "It’s late"


def test_a_document_without_an_end_is_read_as_far_as_it_goes():
    found = items(document()[:-40])
    assert any(isinstance(item, Story) for item in found)
    assert any("ends before its end tag" in item.message for item in found if isinstance(item, Notice))


def test_what_is_no_nitf_is_refused_and_not_taken_for_it():
    assert not FORMAT.matches(b"<html><nitf>")
    with pytest.raises(SourceError, match="nitf"):
        items("<html></html>")
    assert find_format(source_of(document().encode())).name == "nitf"


_WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join)
_TAGS = st.sampled_from(["p", "hl2", "bq", "note", "ul", "media-caption", "pre", "em", "mood", "block", "fn"])


@given(st.lists(st.tuples(_TAGS, _WORDS, _WORDS), min_size=1, max_size=8))
def test_each_word_of_a_body_is_in_the_story_or_told(parts):
    content = "".join(f"<{tag}>{inside}</{tag}>{after}" for tag, inside, after in parts)
    found = items(
        document(content, head="", end="", body_head="<body.head><hedline><hl1>§</hl1></hedline></body.head>")
    )
    said = [block.text for item in found if isinstance(item, Story) for block in item.blocks]
    told = [item.text for item in found if isinstance(item, Notice)]
    wanted = sorted(word for _, *texts in parts for text in texts for word in text.split())
    squeezed = "".join(sorted("".join(wanted)))
    assert "".join(sorted("".join(" ".join([*said, *told]).split()))) == squeezed


@given(st.integers(0, 1500), st.integers(0, 60), st.binary(max_size=8))
def test_no_damage_stops_the_reader(at, cut, junk):
    data = document().encode()
    data = data[:at] + junk + data[at + cut :]
    try:
        assert all(isinstance(item, Story | Notice) for item in read(source_of(data)))
    except SourceError:
        assert not FORMAT.matches(data)
