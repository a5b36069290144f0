"""Feeds: every item is a story, and whatever is in none is told."""

from __future__ import annotations

import json
import re
import tarfile
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.files import sha256
from dateline.records import Keyword, Notice, StatedDate, Story, Unit
from dateline.sources import find_format
from dateline.sources.feeds import jsonfeed
from dateline.sources.feeds.feed import matches, read
from dateline.sources.limits import Limits
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source, source_of

RSS = '<rss version="2.0"><channel><title>The Example</title>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Example</title>{}</feed>'
DUBLIN_CORE = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def told_and_made(data: bytes | str, sidecar: Sidecar = Sidecar()) -> tuple[list[Story], list[Notice]]:
    source = source_of(data.encode() if isinstance(data, str) else data, sidecar=sidecar)
    items = list(find_format(source).read(source))
    return [item for item in items if isinstance(item, Story)], [item for item in items if isinstance(item, Notice)]


def story_of(item: str, feed: str = RSS, sidecar: Sidecar = Sidecar()) -> Story:
    (story,), _ = told_and_made(feed.format(item), sidecar)
    return story


def texts(story: Story) -> list[str]:
    return [block.text for block in story.blocks]


@pytest.mark.parametrize(
    ("head", "is_feed"),
    [
        (b'<?xml version="1.0"?>\n<!-- news -->\n<rss version="2.0">', True),
        (b'\n\n <feed xmlns="http://www.w3.org/2005/Atom">', True),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>', True),
        (b'<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/">', True),
        (b'<rdf:RDF xmlns:rdf="x" xmlns:foaf="http://xmlns.com/foaf/0.1/">', False),
        (b'<CHANNEL HREF="http://news.example/">', True),
        ('<?xml version="1.0"?><rss>'.encode("utf-16"), True),
        (b'<rss xmlns:wp="http://wordpress.org/export/1.2/">', False),
        (b'<opml version="1.0"><body>', False),
        (b"<!DOCTYPE html><html><head>", False),
        (b"<p>An <rss> element", False),
        (b"A plain text on <rss> feeds", False),
        (b"", False),
    ],
)
def test_a_feed_is_known_by_its_first_element(head, is_feed):
    assert matches(head) is is_feed


def test_an_item_of_rss_becomes_a_story():
    item = (
        f"<item {DUBLIN_CORE}><title>Rain &amp;amp; wind</title><link>/rain</link><guid isPermaLink='false'>7</guid>"
        "<description>&lt;p&gt;Rain fell in &lt;a href='lima'&gt;Lima&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;It stopped.&lt;/p&gt;"
        "</description><pubDate>Sun, 31 Dec 2017 23:30:00 -0500</pubDate><dc:creator>Ana Ruiz</dc:creator>"
        '<category domain="http://news.example/topics">Weather</category><dc:language>en-PE</dc:language>'
        '<enclosure url="/rain.mp3" type="audio/mpeg" length="1"/><source url="http://other.example/">Other</source></item>'
    )
    story = story_of(item, sidecar=Sidecar(url="http://news.example/feed/"))
    assert (story.headline, texts(story)) == ("Rain & wind", ["Rain fell in Lima.", "It stopped."])
    assert [link.href for link in story.blocks[0].links] == ["http://news.example/feed/lima"]
    assert (story.url, story.source_id, story.version_of) == (
        "http://news.example/rain",
        "7",
        "7",
    )
    assert story.published == StatedDate(
        "2017-12-31", "Sun, 31 Dec 2017 23:30:00 -0500", moment="2017-12-31T23:30:00-05:00"
    )
    assert (story.authors, story.language, story.publication) == (("Ana Ruiz",), "en-PE", "Other")
    assert story.keywords == (Keyword("Weather", "http://news.example/topics"),)
    assert story.enclosures == ("http://news.example/rain.mp3",)


def test_an_entry_of_atom_becomes_a_story():
    entry = (
        '<entry xml:base="http://news.example/x/"><id>tag:news.example,2017:1</id><title type="html">&lt;b&gt;Rain&lt;/b&gt;'
        '</title><link href="../rain"/><updated>2017-03-02T01:00:00+09:00</updated><published>2017-03-01</published>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Lima</h2><p>It <a href="y">rained</a>.</p>'
        '</div></content><category term="wx" label="Weather"/></entry>'
    )
    story = story_of(entry + "<author><name>Ana Ruiz</name></author>", ATOM)
    assert (story.headline, texts(story)) == ("Rain", ["Lima", "It rained."])
    assert [link.href for link in story.blocks[1].links] == ["http://news.example/x/y"]
    assert (story.url, story.publication) == ("http://news.example/rain", "The Example")
    assert (story.version_of, story.source_id) == (
        "tag:news.example,2017:1",
        "tag:news.example,2017:1",
    )
    assert story.published is not None and story.published.date == "2017-03-01"
    assert story.updated is not None and story.updated.date == "2017-03-02"  # in the zone of its source
    assert (story.authors, story.keywords) == (("Ana Ruiz",), (Keyword("Weather"),))


@pytest.mark.parametrize(
    ("type_", "words", "headline"),
    [
        ("text", "1 &lt; 2", "1 < 2"),
        ("html", "1 &amp;lt; 2 &lt;i&gt;now&lt;/i&gt;", "1 < 2 now"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">1 &lt; 2 <i>now</i></div>', "1 < 2 now"),
    ],
)
def test_a_title_is_text_whatever_it_is_written_in(type_, words, headline):
    assert story_of(f'<entry><title type="{type_}">{words}</title></entry>', ATOM).headline == headline


@pytest.mark.parametrize(
    ("summary", "content", "paragraphs"),
    [
        ("Rain fell.", "Rain fell. Rivers rose.", ["Rain fell. Rivers rose."]),
        ("Rain fell. Riv […]", "Rain fell. Rivers rose.", ["Rain fell. Rivers rose."]),
        ("A wet day.", "Rain fell. Rivers rose.", ["A wet day.", "Rain fell. Rivers rose."]),
        ("", "Rain fell.", ["Rain fell."]),
        ("Rain fell.", "", ["Rain fell."]),
        ("Rain fell.", "Rain fell.", ["Rain fell."]),
    ],
)
def test_content_is_the_text_and_a_summary_opens_it_when_it_says_more(summary, content, paragraphs):
    item = f"<description>{summary}</description><fullitem>{content}</fullitem>"
    assert texts(story_of(f"<item><title>Lima</title>{item}</item>")) == paragraphs


def test_without_a_title_the_first_sentence_is_the_headline_and_leaves_the_text():
    story = story_of("<item><description>&lt;p&gt;Rain fell. Rivers rose.&lt;/p&gt;</description></item>")
    assert (story.headline, texts(story)) == ("Rain fell.", ["Rivers rose."])


def test_an_item_with_a_headline_alone_is_a_record():
    story = story_of("<item><title>Rain in Lima</title></item>")
    assert (story.headline, story.blocks, story.access) == ("Rain in Lima", (), "record")


def test_an_item_without_headline_and_text_is_set_aside():
    stories, notices = told_and_made(RSS.format("<item><link>http://news.example/1</link></item>"))
    assert not stories
    assert ("no headline and no text", "link: http://news.example/1\nhttp://news.example/1") in [
        (notice.reason, notice.text) for notice in notices
    ]


@pytest.mark.parametrize(
    ("feed", "version_of"),
    [
        ("", "1"),
        ("<title>News: all</title>", "1"),
        ("<link>http://news.example/</link>", "http://news.example/ 1"),
    ],
)
def test_a_bare_identifier_holds_beyond_its_feed_by_the_address_of_that_alone(feed, version_of):
    (story,), _ = told_and_made(
        f"<rss><channel>{feed}<item><title>Rain</title><guid isPermaLink='false'>1</guid></item></channel></rss>"
    )
    assert (story.source_id, story.version_of) == ("1", version_of)


def entry(title: str, id_: str, updated: str) -> str:
    return f"<entry><title>{title}</title><id>{id_}</id><updated>{updated}</updated></entry>"


@pytest.mark.parametrize(
    ("items", "are_versions"),
    [
        ([("Rain", "tag:a", "2017-03-01"), ("Wind", "tag:b", "2017-03-01")], [True, True]),
        ([("Rain", "tag:a", "2017-03-01"), ("Rain again", "tag:a", "2017-03-02")], [True, True]),
        ([("Rain", "tag:a", "2017-03-01"), ("Rain", "tag:a", "2017-03-01")], [True, True]),
        ([("Rain", "tag:a", "2017-03-01"), ("Wind", "tag:a", "2017-03-01")], [False, False]),
        (
            [("Rain", "tag:a", "2017-03-01"), ("Wind", "tag:a", "2017-03-01"), ("Hail", "tag:b", "")],
            [False, False, True],
        ),
    ],
)
def test_items_that_share_an_identifier_are_versions_where_their_updates_differ(items, are_versions):
    stories, _ = told_and_made(ATOM.format("".join(entry(*item) for item in items)))
    assert [bool(story.version_of) for story in stories] == are_versions
    members = [{"title": title, "id": id_, "date_modified": updated} for title, id_, updated in items]
    feed = {"version": "https://jsonfeed.org/version/1", "items": members}
    assert [bool(story.version_of) for story in told_and_made(json.dumps(feed))[0]] == are_versions


def test_items_of_rdf_are_known_by_what_they_are_about():
    item = "<item rdf:about='http://a.example/{0}'><title>{0}</title></item>"
    stories, _ = told_and_made(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        + item.format("rain") + item.format("wind") + "</rdf:RDF>"
    )  # fmt: skip
    assert [story.version_of for story in stories] == ["http://a.example/rain", "http://a.example/wind"]


# Behind what is looked at to tell a format, elements of WordPress show in the items of a feed alone.
LONG_CHANNEL = f"<description>{'x' * 70_000}</description>"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ("<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>", ""),
        ("<wp:status><![CDATA[publish]]></wp:status><wp:post_password></wp:post_password>", ""),
        ("<wp:status>private</wp:status><wp:post_type>post</wp:post_type>", "private"),
        ("<wp:status><![CDATA[draft]]></wp:status>", "draft"),
        ("<wp:post_password>sesame</wp:post_password>", "password-protected"),
        ("<wp:status>publish</wp:status><wp:post_type>attachment</wp:post_type>", "attachment"),
        ("<description><![CDATA[It rained.<wp:status>publish</wp:status>", "status not stated"),
    ],
)
def test_an_item_that_a_blog_did_not_publish_is_set_aside(elements, reason):
    stories, notices = told_and_made(RSS.format(LONG_CHANNEL + f"<item><title>Rain</title>{elements}</item>"))
    assert [story.headline for story in stories] == ([] if reason else ["Rain"])
    assert [notice.reason for notice in notices if "“Rain”" in notice.message] == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("author", "names", "is_told"),
    [
        ("<author>ana@news.example (Ana Ruiz)</author>", ("Ana Ruiz",), True),
        ("<author>ana@news.example</author>", (), True),
        ("<author>Ana Ruiz</author>", ("Ana Ruiz",), False),
        (f"<dc:creator {DUBLIN_CORE}>Ana Ruiz</dc:creator><author>Ben Poe</author>", ("Ana Ruiz", "Ben Poe"), False),
    ],
)
def test_an_author_is_a_name_and_an_address_is_told(author, names, is_told):
    stories, notices = told_and_made(RSS.format(f"<item><title>Lima</title>{author}</item>"))
    assert stories[0].authors == names
    assert any("ana@news.example" in notice.text for notice in notices) is is_told


@pytest.mark.parametrize(
    ("dates", "published", "basis"),
    [
        ("<pubDate>Sun, 31 Dec 2017 23:30:00 -0500</pubDate>", "2017-12-31", "stated"),
        (f"<dc:date {DUBLIN_CORE}>2017-12-31T23:30:00-05:00</dc:date>", "2017-12-31", "stated"),
        ("<updated>2017-12-31T23:30:00-05:00</updated>", "2017-12-31", "inferred"),
        ("<pubDate>2004-05-25 오후 11:23:17</pubDate>", "2004-05-25", "stated"),
        ("<pubDate>Fri, 2006/09/15 23:19:53 EDT</pubDate>", "2006-09-15", "stated"),
        ("<pubDate>Κυρ, 11 Ιούλ 2004 12:00:00 EST</pubDate>", "2004-07-11", "stated"),
    ],
)
def test_the_day_is_that_of_the_zone_in_which_it_is_stated(dates, published, basis):
    story = story_of(f"<item><title>Lima</title>{dates}</item>")
    assert story.published is not None
    assert (story.published.date, story.published.basis) == (published, basis)


@pytest.mark.parametrize("words", ["31 Feb 2017", "2004-július-01T9:15-05:00", "yesterday", "1500000000", "03-04-05"])
def test_a_wrong_date_is_told_and_none_is_given(words):
    stories, notices = told_and_made(RSS.format(f"<item><title>Lima</title><pubDate>{words}</pubDate></item>"))
    assert stories[0].published is None
    assert [notice.text for notice in notices if notice.reason == "wrong date"] == [words]


def test_a_story_names_the_bytes_of_its_item():
    feed = RSS.format("\n<item><title>Größe</title></item> <item><title>Zwei</title></item>").encode()
    stories, _ = told_and_made(feed)
    for story, title in zip(stories, ("Größe", "Zwei"), strict=True):
        raw = feed[story.locator.first : story.locator.last + 1]
        assert story.locator.unit is Unit.BYTES
        assert raw.decode() == f"<item><title>{title}</title></item>"
        assert story.sha256 == sha256(raw)


@pytest.mark.parametrize(
    "items",
    [
        "<item><title>One</title><item><title>Two</title></item>",  # the first was left open
        "<item><title>One</title></item><item><title>Two</title>",  # the last was
        "<item><title>One<item><title>Two",
        "<!-- <item> --><item><title>One</title></item><item><title><![CDATA[Two</item>]]></title></item>",
        "<item><title>One</title><link>http://news.example/?a=1&b=2</link></item><item><title>Two</title></item>",
        "<item a='1>2'><title>One</title></item><item><title>Two</title></item>",
    ],
)
def test_items_of_a_damaged_feed_are_read_one_by_one(items):
    stories, _ = told_and_made(RSS.format(items))
    assert [re.sub(r"\W.*", "", story.headline) for story in stories] == ["One", "Two"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "iso-8859-1", "cp1251", "shift_jis"])
def test_a_feed_is_read_in_the_encoding_that_it_declares(encoding):
    title = {"cp1251": "Дождь", "shift_jis": "東京の雨"}.get(encoding, "Größe")
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + RSS.format(
        f"<item><title>{title}</title></item>"
    )
    stories, _ = told_and_made(text.encode(encoding))
    assert [story.headline for story in stories] == [title]


def test_bytes_in_another_encoding_than_the_declared_are_read_and_told():
    text = '<?xml version="1.0" encoding="utf-8"?>' + RSS.format("<item><title>Größe</title></item>")
    stories, notices = told_and_made(text.encode("cp1252"))
    assert stories[0].headline == "Größe"
    assert any("not UTF-8" in notice.message for notice in notices)


def test_plain_words_that_a_doctype_declares_are_read_and_no_others():
    doctype = (
        '<!DOCTYPE rss [<!ENTITY city "Lima"><!ENTITY two "&city;&city;"><!ENTITY passwd SYSTEM "file:///etc/passwd">]>'
    )
    stories, notices = told_and_made(doctype + RSS.format("<item><title>&city; &two; &passwd;</title></item>"))
    assert stories[0].headline == "Lima &two; &passwd;"
    assert [notice.text for notice in notices if notice.reason == "entity"] == [
        'two "&city;&city;"\npasswd SYSTEM "file:///etc/passwd"'
    ]


def test_what_a_story_has_no_field_for_is_told_once_for_all_items():
    item = "<item><title>Lima</title><slash:comments xmlns:slash='http://purl.org/rss/1.0/modules/slash/'>{}</slash:comments><mood>wet</mood></item>"
    _, notices = told_and_made(RSS.format("".join(item.format(count) for count in (41, 42))))
    told = {(notice.reason, notice.text) for notice in notices}
    assert ("about comments", "41\n42") in told
    assert ("unknown element", "wet\nwet") in told


def test_of_two_values_for_one_field_the_other_is_told():
    feed = RSS.format("<item><title>Lima</title><title>Cusco</title><mood/></item>")
    stories, notices = told_and_made(feed)
    assert stories[0].headline == "Lima"
    assert ("a second value", "Cusco") in {(notice.reason, notice.text) for notice in notices}


def test_scripts_and_handlers_of_an_item_are_in_no_story():
    story = story_of(
        "<item><title>Lima</title><description>&lt;p onclick='x()'&gt;Rain&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</description></item>"
    )
    assert texts(story) == ["Rain"]


def test_the_address_of_an_item_is_one_that_a_page_can_link_to():
    assert story_of("<item><title>Lima</title><link>javascript:alert(1)</link></item>").url == ""


WORDS = st.text(st.characters(categories=["L", "Nd", "P", "S", "Zs"]), min_size=1, max_size=30)
NAMES = st.sampled_from(
    ["title", "description", "summary", "link", "guid", "author", "pubDate", "category", "mood", "content", "comments"]
)


@given(st.lists(st.tuples(NAMES, WORDS, st.booleans()), max_size=8), WORDS)
def test_every_letter_of_an_item_is_in_its_story_or_told(elements, beside):
    item = "".join(f"<{name}>{_written(name, words, in_cdata)}</{name}>" for name, words, in_cdata in elements)
    stories, notices = told_and_made(RSS.format(f"<item>{item}{escape(beside)}</item>"))
    carried = [
        *(notice.text for notice in notices),
        *(part for story in stories for part in (story.headline, *texts(story), story.url, story.version_of)),
        *(name for story in stories for name in (*story.authors, *(keyword.name for keyword in story.keywords))),
        *(date.words for story in stories for date in (story.published, story.updated) if date),
    ]
    for words in (beside, *(words for _, words, _ in elements)):
        assert _letters(words) in _letters("".join(carried))


def _written(name: str, words: str, in_cdata: bool) -> str:
    markup = escape(words) if name in ("title", "description", "summary", "content") else words
    return f"<![CDATA[{markup}]]>" if in_cdata and "]]>" not in markup else escape(markup)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


@given(st.binary(max_size=300))
def test_no_bytes_within_a_feed_crash_the_reader(data):
    list(read(source_of(b"<rss><channel><item><title>Lima</title>" + data + b"</item></channel></rss>")))
    list(read(source_of(b"<feed><entry>" + data)))


@given(st.text("<>/!-[]'\"&;=? aitemtlCDAT", max_size=200))
def test_no_markup_within_a_feed_crashes_the_reader(text):
    list(read(source_of(f"<rss><channel><item>{text}</item></channel></rss>".encode())))


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        "<a '",
        '<a "',
        "<!--",
        "<![CDATA[",
        "<?",
        "<!",
        "</",
        "&",
        "&#",
        "<item>",
        "</channel>",
        "<a><b>",
        "]]>",
        "<description>",
        "<a b='<'>",
    ],
)
def test_hostile_repetition_takes_time_by_its_length(unit):
    start = time.process_time()
    list(read(source_of(f"<rss><channel><item><title>Lima</title><description>{unit * 5_000}".encode())))
    assert time.process_time() - start < 20


@pytest.mark.parametrize("reference", ["&#xD800;", "&#99999999;", "&#0;", "&#x110000;", "&#x;"])
def test_a_reference_to_no_character_costs_no_more_than_itself(reference):
    assert story_of(f"<item><title>Lima & {reference} Cusco</title></item>").headline.endswith("Cusco")


def test_an_item_over_which_feedparser_trips_is_told_and_the_next_is_read():
    trip = '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter></psc:chapters>'
    stories, notices = told_and_made(
        RSS.format(f"<item><author>Ana<a>{trip}</author></item><item><title>Lima</title></item>")
    )
    assert [story.headline for story in stories] == ["Lima"]
    assert any("Ana" in notice.text for notice in notices)


def test_an_item_that_passes_the_limit_is_set_aside_and_the_next_is_read():
    feed = RSS.format(f"<item><title>{'x' * 2000}</title></item><item><title>Lima</title></item>").encode()
    source = source_of(feed)
    limited = Source(source.path, source.stream, limits=Limits(story_chars=1000))
    items = list(read(limited))
    assert [item.headline for item in items if isinstance(item, Story)] == ["Lima"]
    assert [item.reason for item in items if isinstance(item, Notice) and item.reason == "too long"] == ["too long"]


def test_a_json_feed_becomes_stories():
    feed = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Example", "home_page_url": "http://news.example/",
      "items": [{"id": "1", "title": "Größe", "content_html": "<p>Rain in <a href='lima'>Lima</a>.</p>", "url": "/rain/",
      "summary": "A wet day.", "date_published": "2017-12-31T23:30:00-05:00", "tags": ["Weather"], "language": "de",
      "authors": [{"name": "Ana Ruiz", "url": "http://ana.example/"}], "attachments": [{"url": "a.mp3"}], "_mood": "wet"}]}"""
    (story,), notices = told_and_made(feed)
    assert (story.headline, texts(story)) == ("Größe", ["A wet day.", "Rain in Lima."])
    assert [link.href for link in story.blocks[1].links] == ["http://news.example/rain/lima"]
    assert (story.url, story.source_id) == ("http://news.example/rain/", "1")
    assert story.version_of == "http://news.example/ 1"
    assert story.published is not None and story.published.date == "2017-12-31"
    assert (story.keywords, story.authors, story.language) == ((Keyword("Weather"),), ("Ana Ruiz",), "de")
    assert (story.publication, story.enclosures) == ("The Example", ("http://news.example/a.mp3",))
    assert feed.encode()[story.locator.first : story.locator.last + 1].endswith(b'"_mood": "wet"}')
    assert ("unknown element", "wet") in {(notice.reason, notice.text) for notice in notices}
    assert ("address of an author", "http://ana.example/") in {(notice.reason, notice.text) for notice in notices}


def test_what_precedes_a_damage_in_a_json_feed_is_read():
    feed = '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "Lima"}, {"title" "Cusco"}]}'
    stories, notices = told_and_made(feed)
    assert [story.headline for story in stories] == ["Lima"]
    assert [notice.text for notice in notices if notice.reason == "damaged"] == ['{"title" "Cusco"}]}']


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["id", "title", "authors", "tags", "attachments", "date_published", "x"]), inner
            )
        ),
    )
)
def test_no_value_within_a_json_feed_crashes_the_reader(value):

    list(
        jsonfeed.read(
            source_of(json.dumps({"version": "", "items": [value], "authors": value, "title": value}).encode())
        )
    )


def test_feedparsers_own_feeds_are_read_without_a_crash(corpus: Callable[[str], Path]):
    with tarfile.open(corpus("feeds-feedparser") / "feeds-a.tar.xz") as archive:
        feeds = [stream.read() for member in archive if (stream := archive.extractfile(member))]
    assert all(matches(feed.removeprefix(b"\xef\xbb\xbf")[: 64 * 1024]) for feed in feeds)
    damaged = [
        notice
        for feed in feeds
        for notice in read(source_of(feed))
        if isinstance(notice, Notice) and notice.reason == "damaged"
    ]
    assert not damaged
