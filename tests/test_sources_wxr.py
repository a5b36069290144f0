"""WordPress exports: what a blog published becomes stories, damage stays where it is, and nothing private is read."""

from __future__ import annotations

import io
import lzma
import tracemalloc
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import BlockKind, Keyword, Link, Notice, Story
from dateline.sources import find_format, read_source, source_of
from dateline.sources.limits import Limits
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Source
from dateline.sources.wordpress.elements import stretches, text_of
from dateline.sources.wordpress.shortcodes import expand_shortcodes
from dateline.sources.wordpress.wxr import FORMAT, matches

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- generator="WordPress/6.1" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The Harbour Post</title><link>https://post.example</link><description>News of the port</description>
<language>en-GB</language><wp:base_blog_url>https://post.example</wp:base_blog_url>
<wp:author><wp:author_login>ana</wp:author_login><wp:author_email>ana@post.example</wp:author_email>
<wp:author_display_name><![CDATA[Ana Ruiz]]></wp:author_display_name></wp:author>
<wp:category><wp:category_nicename>port</wp:category_nicename><wp:cat_name><![CDATA[Port]]></wp:cat_name></wp:category>
"""
TAIL = "</channel>\n</rss>\n"


def item(title="Cranes return", content="Two cranes came back.", more="", *, status="publish", kind="post", **fields):
    values = {
        "link": "https://post.example/cranes", "dc:creator": "ana", "guid": "https://post.example/?p=7", "wp:post_id": "7",
        "wp:post_date": "2017-12-31 23:30:00", "wp:post_date_gmt": "2018-01-01 04:30:00",
        **{name.replace("__", ":"): value for name, value in fields.items()},
    }  # fmt: skip
    elements = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    cdata = content.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<item><title>{escape(title)}</title>{elements}<content:encoded><![CDATA[{cdata}]]></content:encoded>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{more}</item>\n"
    )


def export(*items, head=HEAD, tail=TAIL):
    return (head + "".join(items) + tail).encode()


def read(data, **sidecar):
    found = list(FORMAT.read(source_of(data, sidecar=Sidecar(**sidecar))))
    return [each for each in found if isinstance(each, Story)], [each for each in found if isinstance(each, Notice)]


def story_of(*args, **kwargs):
    (story,), _ = read(export(item(*args, **kwargs)))
    return story


def told(notices):
    return {notice.reason: notice.text for notice in notices if notice.reason != "blog"}


def texts(story):
    return [block.text for block in story.blocks]


def test_a_published_post_becomes_a_story():
    categories = (
        '<category domain="category" nicename="uncategorized">Uncategorized</category>'
        '<category domain="category" nicename="port"><![CDATA[Port]]></category>'
        '<category domain="post_tag" nicename="crane"><![CDATA[cranes & lifts]]></category>'
        '<category domain="post_format" nicename="post-format-aside">Aside</category>'
    )
    story = story_of(content='<p>Two <a href="/cranes">cranes</a> came.</p>', more=categories)
    assert story.headline == "Cranes return"
    assert texts(story) == ["Two cranes came."]
    assert story.blocks[0].links == (Link(4, 10, "https://post.example/cranes"),)
    assert story.authors == ("Ana Ruiz",)
    assert story.topic == "Port"
    assert story.keywords == (
        Keyword("Uncategorized", "categories"),
        Keyword("Port", "categories"),
        Keyword("cranes & lifts", "tags"),
    )
    assert (story.source_id, story.url) == ("https://post.example/?p=7", "https://post.example/cranes")
    assert (story.publication, story.language) == ("The Harbour Post", "en-GB")


def test_the_locator_names_the_bytes_of_the_item():
    data = export(item(), item("Second", guid="2"))
    for story in read(data)[0]:
        stretch = data[story.locator.first : story.locator.last + 1]
        assert stretch.startswith(b"<item>")
        assert stretch.endswith(b"</item>")
        assert story.sha256 == sha256(stretch)


@pytest.mark.parametrize(("local", "gmt", "date", "moment"), [
    ("2017-12-31 23:30:00", "2018-01-01 04:30:00", "2017-12-31", "2017-12-31T23:30:00-05:00"),
    ("2017-06-01 05:00:00", "2017-05-31 23:30:00", "2017-06-01", "2017-06-01T05:00:00+05:30"),
    ("2017-06-01 05:00:00", "0000-00-00 00:00:00", "2017-06-01", "2017-06-01T05:00:00"),
    ("2017-06-01 05:00:00", "2015-01-01 00:00:00", "2017-06-01", "2017-06-01T05:00:00"),  # no zone is years off
    ("0000-00-00 00:00:00", "2017-06-01 05:00:00", "2017-06-01", "2017-06-01T05:00:00+00:00"),
])  # fmt: skip
def test_a_post_has_the_day_of_the_blogs_own_zone(local, gmt, date, moment):
    published = story_of(wp__post_date=local, wp__post_date_gmt=gmt).published
    assert (published.date, published.moment) == (date, moment)


def test_a_date_that_is_none_is_told_and_one_that_is_not_set_is_not():
    (story,), notices = read(export(item(wp__post_date="2017-02-31 10:00:00")))
    assert story.published is None
    assert told(notices) == {"wrong date": "2017-02-31 10:00:00"}
    (story,), notices = read(export(item(wp__post_date="0000-00-00 00:00:00", wp__post_date_gmt="")))
    assert story.published is None
    assert told(notices) == {}


def test_a_post_that_was_changed_later_says_when():
    changed = {"wp__post_modified": "2018-02-01 10:00:00", "wp__post_modified_gmt": "2018-02-01 15:00:00"}
    assert story_of(**changed).updated.moment == "2018-02-01T10:00:00-05:00"
    unchanged = {"wp__post_modified": "2017-12-31 23:30:00", "wp__post_modified_gmt": "2018-01-01 04:30:00"}
    assert story_of(**unchanged).updated is None


SECRET = "The merger is off"


@pytest.mark.parametrize(("item_of", "reason"), [
    ({"status": "draft"}, "draft"),
    ({"status": "auto-draft"}, "draft"),
    ({"status": "pending"}, "pending"),
    ({"status": "private"}, "private"),
    ({"status": "future"}, "scheduled"),
    ({"status": "trash"}, "trash"),
    ({"status": "archived"}, "custom status"),
    ({"status": ""}, "status not stated"),
    ({"status": "inherit", "kind": "revision"}, "revision"),
    ({"status": "inherit", "kind": "attachment"}, "attachment"),
    ({"status": "draft", "kind": "event"}, "draft"),
    ({"wp__post_password": "sesame"}, "password-protected"),
    ({"more": "<wp:status>private</wp:status>"}, "private"),  # in doubt, it was not public
])  # fmt: skip
def test_of_what_was_not_public_only_the_title_is_told(item_of, reason):
    comment = "<wp:comment><wp:comment_author_email>jo@mail.example</wp:comment_author_email></wp:comment>"
    item_of = {**item_of, "more": item_of.get("more", "") + comment}
    stories, notices = read(
        export(item("Merger", f"<p hidden>{SECRET}</p>{SECRET} [x y=1]<img src=secret.jpg>", **item_of))
    )
    (notice,) = [notice for notice in notices if notice.reason != "blog"]
    assert stories == []
    assert notice.reason == reason
    assert "Merger" in notice.message + notice.text
    assert "#bytes=" in notice.where or reason in ("revision", "attachment")  # of which there is one notice
    assert not any(SECRET in each.text + each.message or "secret" in each.text for each in notices)


@pytest.mark.parametrize(("kind", "reason"), [
    ("event", "custom type"), ("wp_block", "reusable block"), ("nav_menu_item", "menu item"), ("", "type not stated"),
])  # fmt: skip
def test_what_is_public_but_no_post_is_set_aside_with_its_text(kind, reason):
    stories, notices = read(export(item("Fair", "On the quay.", kind=kind)))
    assert stories == []
    assert told(notices) == {reason: "Fair\nOn the quay."}


def test_a_page_is_a_story_too():
    assert story_of(kind="page").headline == "Cranes return"


def test_no_address_of_a_reader_or_author_is_carried():
    comment = (
        "<wp:comment><wp:comment_author>Jo</wp:comment_author><wp:comment_author_email>jo@mail.example</wp:comment_author_email>"
        "<wp:comment_author_IP>192.0.2.7</wp:comment_author_IP><wp:comment_content><![CDATA[Hello]]></wp:comment_content></wp:comment>"
    )
    stories, notices = read(export(item(more=comment * 2), item(guid="2", more=comment)))
    assert "@" not in repr(stories + notices)
    assert "192.0.2.7" not in repr(stories + notices)
    assert [notice.message for notice in notices if notice.reason == "comment"] == [
        "3 comments on 2 items were left out"
    ]


@pytest.mark.parametrize(("title", "headline"), [
    ("Q&amp;A: <em>Cranes</em>", "Q&A: Cranes"),
    ("Ports & piers", "Ports & piers"),
    ("5 < 6", "5 < 6"),
    ("  spread\n over ", "spread over"),
])  # fmt: skip
def test_a_title_is_read_as_the_page_shows_it(title, headline):
    assert story_of(title).headline == headline


def test_without_a_title_the_first_sentence_is_the_headline():
    story = story_of("", 'It rained. Then <a href="https://a.example/">it snowed</a>.\n\nNo more.')
    assert story.headline == "It rained."
    assert texts(story) == ["Then it snowed.", "No more."]
    assert story.blocks[0].links == (Link(5, 14, "https://a.example/"),)


def test_a_post_without_any_text_is_told():
    stories, notices = read(export(item("", "<img src=https://post.example/a.jpg>")))
    assert stories == []
    assert set(told(notices)) == {"picture", "no text"}


@pytest.mark.parametrize(("content", "blocks"), [
    ("One\nline.\n\nTwo.\n \r\n\nThree.", ["One line.", "Two.", "Three."]),
    ("<b>One</b>\n\n<i>two</i>\n\n&nbsp;\n\nthree", ["One", "two", "three"]),
    ("<pre>one\n\ntwo</pre>", ["one\n\ntwo"]),
    ("<table><tr>\n\n<td>one</td>\n\n<td>two</td>\n\n</tr></table>", ["one | two"]),
    ("<!-- wp:paragraph -->\n<p>One\n\nstill one</p>\n<!-- /wp:paragraph -->", ["One still one"]),
    ("One<!--more-->\n\nTwo<!--nextpage-->Three", ["One", "Two", "Three"]),
    ('[caption id="a" width="3"]<a href="#"><img src="a.jpg"/></a> The <i>quay</i>[/caption]\nText', ["The quay", "Text"]),
])  # fmt: skip
def test_blank_lines_part_paragraphs_where_wordpress_has_it_so(content, blocks):
    assert texts(story_of(content=content)) == blocks


def test_the_caption_of_a_picture_is_a_caption():
    story = story_of(content='[caption id="a"]<img src="a.jpg"/> The quay[/caption]')
    assert story.blocks[0].kind is BlockKind.CAPTION


@pytest.mark.parametrize(("content", "markup", "left_out"), [
    ("He said so [sic], [1] and [John].", "He said so [sic], [1] and [John].", []),
    ('a [map x="1"] b [gallery] c', "a  b  c", ['[map x="1"]', "[gallery]"]),
    ("[box]text[/box]", "text", ["[box]", "[/box]"]),
    ("[youtube=https://v.example/1]", "", ["[youtube=https://v.example/1]"]),
    ("[embed]https://v.example/1[/embed]", "<p>https://v.example/1</p>", []),
    ("write [[gallery]] so", "write [gallery] so", []),
    ("[caption]never closed", "never closed", ["[caption]"]),
    ('[caption caption="Old way"]<img>[/caption]', "<figure><figcaption>Old way<img></figcaption></figure>", []),
    ("[code]a  b[/code]", "<pre>a  b</pre>", []),
    ("x[/y]", "x[/y]", []),
])  # fmt: skip
def test_shortcodes_leave_their_text_and_are_told(content, markup, left_out):
    assert expand_shortcodes(content) == (markup, left_out)


def test_an_excerpt_is_told_where_the_post_does_not_say_it():
    other = "<excerpt:encoded><![CDATA[Cranes are <b>big</b>]]></excerpt:encoded>"
    same = "<excerpt:encoded><![CDATA[Two   cranes]]></excerpt:encoded>"
    assert told(read(export(item(more=other)))[1]) == {"excerpt": "Cranes are big"}
    assert told(read(export(item(more=same)))[1]) == {}


def test_what_wordpress_does_not_write_is_told():
    _, notices = read(export(item(more="<acme:note>Mind the gap</acme:note> by hand")))
    assert told(notices) == {"unknown element": "Mind the gap", "stray text": "by hand"}


def test_a_podcasts_file_is_an_enclosure_and_other_custom_fields_are_counted():
    field = "<wp:postmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value><![CDATA[{}]]></wp:meta_value></wp:postmeta>"
    fields = (
        field.format("enclosure", "https://post.example/1.mp3\n123\naudio/mpeg")
        + field.format("mood", "glad")
        + field.format("_edit_last", "1")
    )
    (story,), notices = read(export(item(more=fields)))
    assert story.enclosures == ("https://post.example/1.mp3",)
    assert [notice.message for notice in notices if notice.reason == "custom field"] == [
        "custom fields were left out: mood (1)"
    ]


def test_menu_items_attachments_and_revisions_are_told_once_a_kind_by_title_or_number():
    menu = [item(title, kind="nav_menu_item", wp__post_id=number) for title, number in (("", "8"), ("Home", "9"))]
    others = [item("a.jpg", kind="attachment", status="inherit")]
    notices = [notice for notice in read(export(*menu, item(), *others))[1] if notice.reason != "blog"]
    assert [(notice.reason, notice.count) for notice in notices] == [("menu item", 2), ("attachment", 1)]
    assert "2 items are no post or page" in notices[0].message
    assert notices[0].text.splitlines()[0] == "item 8"
    assert "Home" in notices[0].text.splitlines()
    assert notices[1].text == "a.jpg"  # and nothing of its description


def test_an_item_without_a_title_is_told_by_its_number():
    (notice,) = [
        notice for notice in read(export(item("", kind="event", wp__post_id="8")))[1] if notice.reason == "custom type"
    ]
    assert notice.message.startswith("item 8 is no post or page")


def test_a_post_without_an_address_of_its_own_has_its_number():
    assert story_of(guid="").source_id == "7"


def test_of_two_posts_of_one_address_the_other_has_its_number():
    data = export(
        item(guid="https://old.example/?p=7"), item("Second", guid="https://old.example/?p=7", wp__post_id="8")
    )
    assert [story.source_id for story in read(data)[0]] == ["https://old.example/?p=7", "8"]


def test_an_address_in_words_is_the_identifier_without_our_additions():
    assert story_of(guid="https://post.example/2017/cranes").source_id == "https://post.example/2017/cranes"


def test_the_first_exports_named_each_category_twice():
    categories = "<category><![CDATA[Port]]></category><category domain='category' nicename='port'><![CDATA[Port]]></category><category domain='tag'><![CDATA[crane]]></category>"
    assert story_of(more=categories).keywords == (Keyword("Port", "categories"), Keyword("crane", "tags"))


@pytest.mark.parametrize("broken", [
    "<item><title>Cut",
    "<item><title>Cut</title><content:encoded><![CDATA[Never closed</item>",
    "<item><title>Cut</title><content:encoded><![CDATA[Never <!-- closed</item>",
    "<item><title>Cut</title></content:encoded></wp:x><wp:status>publish</item>",
    "<item><title><![CDATA[a]]> & < <b 'c\"</title><wp:status/></item>",
    "<item><title>\x00\x08 &bogus; &#xFFFF;</title></item>",
    "<item/>",
])  # fmt: skip
def test_a_damaged_item_takes_no_other_with_it(broken):
    data = export(
        item("Before", guid="1"), broken, "\n\t", item("After", "<![CDATA[ too", guid="2"), item("Last", guid="3")
    )
    stories, _ = read(data)
    assert [story.headline for story in stories if story.headline != "Cut"] == ["Before", "After", "Last"]


def test_items_within_cdata_and_comments_are_text():
    inner = "<pre>&lt;channel></pre></item><item><title>No</title></item>"
    (story,), _ = read(
        export(item(content=f"An example: {inner} ]]> end"), "<!-- <item><title>gone</title></item> -->")
    )
    assert " ".join(texts(story)).endswith("]]> end")


def test_an_export_that_breaks_off_gives_what_came_before():
    stories, notices = read(export(item(), item("Second"))[: -len(TAIL) - 120])
    assert [story.headline for story in stories] == ["Cranes return"]
    assert list(told(notices).values()) == [""]  # whether it was public is not known


@pytest.mark.parametrize(("content", "text"), [
    (" <![CDATA[a < b]]> ", "a < b"),
    ("<![CDATA[end ]]]]><![CDATA[> of it]]>", "end ]]> of it"),
    ("<![CDATA[with <![CDATA[ inside ]]> it]]>", "with <![CDATA[ inside ]]> it"),
    ("<![CDATA[one]]> &amp; <![CDATA[&amp;]]>", "one & &amp;"),
    ("AT&T &nbsp;&lt;b&gt;", "AT&T \xa0<b>"),
])  # fmt: skip
def test_text_of_an_element_is_what_was_meant(content, text):
    assert text_of(content) == text


def test_no_entity_expands_and_none_is_fetched():
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>\n<rss'
    (story,), _ = read(
        export(item(content="&b; &c;", more="<category>&b;</category>"), head=HEAD.replace("<rss", bomb, 1))
    )
    assert texts(story) == ["&b; &c;"]
    assert story.keywords == (Keyword("&b;", "categories"),)


def test_bytes_of_another_encoding_are_read_and_told():
    (story,), notices = read(export(item(content="caf\u00e9 na\u00efve")).replace("é".encode(), b"\xe9"))
    assert texts(story) == ["café naïve"]
    assert [notice.message for notice in notices if "cp1252" in notice.message] == [
        "1 bytes are not UTF-8; they were read as cp1252"
    ]


def test_a_stated_encoding_is_followed():
    data = export(item(content="Ελλάδα")).replace(b"UTF-8", b"ISO-8859-7")
    data = data.decode().encode("iso-8859-7")
    assert texts(read(data)[0][0]) == ["Ελλάδα"]


def test_prefixes_may_be_others():
    data = export(item())
    for usual, other in ((b"wp", b"ns1"), (b"content", b"ns2"), (b"dc", b"ns3")):
        data = data.replace(usual + b":", other + b":").replace(b"xmlns:" + usual, b"xmlns:" + other)
    (story,), _ = read(data)
    assert (story.headline, story.authors, texts(story)) == ("Cranes return", ("Ana Ruiz",), ["Two cranes came back."])


def test_the_channel_may_stand_behind_its_items():
    head, _, rest = HEAD.partition("<title>")
    (story,), _ = read(export(item(), head=head, tail=f"<title>{rest}{TAIL}"))
    assert (story.publication, story.authors) == ("The Harbour Post", ("Ana Ruiz",))


def test_an_item_over_the_limit_is_set_aside_and_the_next_one_read():
    data = export(item("Long", "word " * 1000), item("Short", guid="2"))
    source = Source("sources/x.xml", io.BytesIO(data), limits=Limits(document_bytes=3000))
    found = list(FORMAT.read(source))
    assert [each.headline for each in found if isinstance(each, Story)] == ["Short"]
    assert [each.reason for each in found if isinstance(each, Notice) and each.reason != "blog"] == ["too large"]


@pytest.mark.parametrize(("head", "is_export"), [
    (export(item()), True),
    (b"\xef\xbb\xbf\n" + export(item()), True),
    (export(item()).decode().encode("utf-16"), True),
    (HEAD.replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss", 1).encode(), True),
    (b"<rss><channel><wp:wxr_version>1.0</wp:wxr_version>", True),
    (b'<rss version="2.0"><channel><generator>https://wordpress.org/?v=6</generator><item>', False),
    (b"<html><body><rss xmlns:wp='http://wordpress.org/export/1.2/'>", False),
    (b"A text on http://wordpress.org/export/1.2/", False),
    (b"PHP Deprecated:  Optional parameter before $b in x.php on line 7\n" + export(item()), True),
    (b"[23-Nov-2018 05:15:38 UTC] PHP Warning: x\n" + export(item()), True),
    (b"<br />\n<b>Warning</b>: x<br />\n" + export(item()), True),
    (b"\0" + export(item()), True),
    (export(item()).replace(b"<rss ", b'<rss a=">" '), True),
    (b"<rss><channel>" + item(status="private").encode(), True),
    (b"<channel>" + item(status="private").encode(), True),
    (item(status="private").encode(), True),
    (b"<!DOCTYPE html><title>On exports</title><script>" + export(item()), False),
    (b"<!-- <html> -->" + export(item()), True),
    (b"WARC/1.0\r\n\r\n" + export(item()), False),
    (b'[{"title": "' + export(item()), False),
    (b"<!--" * 16000, False),
    (b"", False),
])  # fmt: skip
def test_an_export_is_known_by_its_own_elements(head, is_export):
    assert matches(head) is is_export


@pytest.mark.parametrize(("before", "words"), [
    (b"PHP Deprecated:  Parameter $b\n", "PHP Deprecated: Parameter $b"),
    (b"<br />\n<b>Warning</b>: x<br />\n", ": x"),
    (b"\0", ""),
])  # fmt: skip
def test_what_a_tool_printed_before_an_export_is_told_and_no_draft_is_published(before, words):
    source = source_of(before + export(item(), item("Secret", "Not yet.", status="draft")))
    found = list(read_source(source))
    assert [each.headline for each in found if isinstance(each, Story)] == ["Cranes return"]
    assert "Not yet." not in repr(found)
    reasons = told(each for each in found if isinstance(each, Notice))
    assert (reasons.get("stray text", ""), "draft" in reasons) == (words, True)


def test_a_tag_may_hold_a_mark_of_its_end():
    data = export(item(), item("Secret", status="draft")).replace(b"<rss ", b'<rss a=">" ').replace(b"wp:", b"ns1:")
    stories, notices = read(data.replace(b"xmlns:wp", b"xmlns:ns1"))
    assert ([story.headline for story in stories], "draft" in told(notices)) == (["Cranes return"], True)


def test_an_export_whose_elements_stand_deep_in_it_is_refused_as_a_text():
    comment = b"<!--" + b"x" * 70_000 + b"-->"
    with pytest.raises(SourceError, match="wxr"):
        list(read_source(source_of(comment + export(item("Secret", status="private")))))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<item", b"x ", b"</item\n>"]),
        max_size=12,
    )
)
def test_an_export_is_cut_without_loss(pieces):
    data = b"".join(pieces)
    cut = list(stretches(io.BytesIO(data)))
    assert b"".join(data[stretch.first : stretch.end] for stretch in cut) == data


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5000), st.binary(max_size=6), st.integers(0, 40))
def test_damage_anywhere_stops_nothing(place, junk, length):
    data = export(
        item(),
        item("Second", guid="2"),
        item("Third", guid="3", more="<wp:comment><wp:comment_id>1</wp:comment_id></wp:comment>"),
    )
    place %= len(data)
    for each in FORMAT.read(source_of(data[:place] + junk + data[place + length :])):
        assert isinstance(each, Story | Notice)


def test_memory_does_not_grow_with_the_export():
    def peak(count):
        data = io.BytesIO(
            export(
                *(item(f"Post {number}", "word " * 100 + "w" * 200_000, guid=str(number)) for number in range(count))
            )
        )
        tracemalloc.start()
        stories = sum(isinstance(each, Story) for each in FORMAT.read(Source("sources/x.xml", data)))
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert stories == count
        return memory

    peak(5)
    assert peak(60) < 1.1 * peak(20)


@pytest.mark.parametrize(("name", "stories", "reasons"), [
    ("small-export", 9, {"draft": 1, "private": 1, "comment": 1, "custom field": 1}),
    ("valid-wxr-1.1", 2, {"comment": 1}),
    ("slashes", 1, {"comment": 1}),
    ("crazy-cdata", 1, {"custom field": 1}),
    ("wxr-simple", 1, {}),
    ("malformed", 0, {}),
    ("missing-version-tag", 0, {}),
    ("term-formats", 0, {}),
])  # fmt: skip
def test_the_importers_own_samples_are_read(corpus, name, stories, reasons):
    source = source_of((corpus("wxr") / f"importer-{name}.xml").read_bytes())
    assert find_format(source) is FORMAT
    found = list(read_source(source))
    counted = [each.reason for each in found if isinstance(each, Notice) and each.reason != "blog"]
    assert sum(isinstance(each, Story) for each in found) == stories
    assert {reason: counted.count(reason) for reason in counted} == reasons


def test_the_theme_unit_test_is_read_whole(corpus):
    data = lzma.decompress((corpus("wxr") / "themeunittestdata.wordpress.xml.xz").read_bytes())
    stories, notices = read(data)
    reasons = [notice.reason for notice in notices]
    # 58 posts and 21 pages, of which one is a draft, one scheduled and one behind a password.
    assert len(stories) == 58 + 21 - 3
    assert {notice.reason: notice.count for notice in notices if notice.reason in ("attachment", "menu item")} == {
        "attachment": 37,
        "menu item": 70,
    }
    assert sum(map(reasons.count, ("draft", "scheduled", "password-protected"))) == 3
    assert all(story.headline and story.published for story in stories)
    assert {story.authors for story in stories} == {("Theme Buster",), ("Theme Reviewer",)}
    assert all(sha256(data[story.locator.first : story.locator.last + 1]) == story.sha256 for story in stories)
    assert "@gmail" not in repr(stories) + repr(notices)
    assert len({story.source_id for story in stories}) == len(stories)
