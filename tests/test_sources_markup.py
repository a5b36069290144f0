"""HTML fragments: what a reader sees is in the blocks, or told; whatever the markup, at any length."""

from __future__ import annotations

import time
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dateline.records import BlockKind
from dateline.sources.markup import CELL_SEPARATOR, absolute_address, read_line, read_markup
from dateline.sources.tokens import End, Start, Text, Unfinished, tokens
from dateline.text import fold_spaces

PARAGRAPH, SUBHEADING, ITEM = BlockKind.PARAGRAPH, BlockKind.SUBHEADING, BlockKind.ITEM
QUOTATION, CAPTION, LAYOUT = BlockKind.QUOTATION, BlockKind.CAPTION, BlockKind.LAYOUT


def blocks_of(markup):
    return [(block.kind, block.text) for block in read_markup(markup, "page")[0]]


def texts_of(markup):
    return [text for _, text in blocks_of(markup)]


def notices_of(markup):
    return {notice.reason: notice.text for notice in read_markup(markup, "page")[1]}


def links_of(markup, base=""):
    return [
        (block.text[link.start : link.end], link.href)
        for block in read_markup(markup, "page", base=base)[0]
        for link in block.links
    ]


@pytest.mark.parametrize(("markup", "blocks"), [
    ("Talks opened.", [(PARAGRAPH, "Talks opened.")]),  # text outside any block
    ("<p>Talks <b>opened</b>\n in Lima.<p>It rained.", [(PARAGRAPH, "Talks opened in Lima."), (PARAGRAPH, "It rained.")]),
    ("before<div>within<p>deeper</div>after", [(PARAGRAPH, "before"), (PARAGRAPH, "within"), (PARAGRAPH, "deeper"), (PARAGRAPH, "after")]),
    ("<h3>Markets</h2>Shares fell.", [(SUBHEADING, "Markets"), (PARAGRAPH, "Shares fell.")]),
    ("<ul><li>One<li>Two</ul>", [(ITEM, "One"), (ITEM, "Two")]),
    ("<ul><li><p>One</p><p>more of it</p></li></ul>", [(ITEM, "One"), (PARAGRAPH, "more of it")]),
    ("<ol><li>One<ul><li>Half</ul>again<li>Two</ol>", [(ITEM, "One"), (ITEM, "Half"), (PARAGRAPH, "again"), (ITEM, "Two")]),
    ("<dl><dt>GDP<dd>What a country makes<dt>CPI</dl>", [(PARAGRAPH, "GDP"), (ITEM, "What a country makes"), (PARAGRAPH, "CPI")]),
    ("<blockquote><p>Never.<p>Ever.</blockquote>He left.", [(QUOTATION, "Never."), (QUOTATION, "Ever."), (PARAGRAPH, "He left.")]),
    ("<blockquote>Take <ul><li>water</ul></blockquote>", [(QUOTATION, "Take"), (ITEM, "water")]),
    ("<figure><img src=a.jpg><figcaption>The <i>bridge</i></figcaption></figure>", [(CAPTION, "The bridge")]),
    ('<div class="wp-caption"><img src=a.jpg><p class="wp-caption-text">The bridge</p></div>', [(CAPTION, "The bridge")]),
    ("<pre>\n  a   1\n  b  20\n</pre>", [(LAYOUT, "  a   1\n  b  20")]),
    ("<pre>one<br>two</pre>", [(LAYOUT, "one\ntwo")]),
    ("one<hr>two", [(PARAGRAPH, "one"), (PARAGRAPH, "two")]),
    ("<b>one<p>two</b> three", [(PARAGRAPH, "one"), (PARAGRAPH, "two three")]),
    ("<p><table><tr><td>one</p>two</table>", [(PARAGRAPH, "one"), (PARAGRAPH, "two")]),
])  # fmt: skip
def test_each_element_becomes_the_block_that_it_is(markup, blocks):
    assert blocks_of(markup) == blocks


@pytest.mark.parametrize(("markup", "texts"), [
    ("Two roads diverged,<br>and sorry I was", ["Two roads diverged, and sorry I was"]),
    ("one<br><br/>two", ["one", "two"]),
    ("one<br>&nbsp;<br>two</br></br>three", ["one", "two", "three"]),
    ("<br><br><br>", []),
])  # fmt: skip
def test_one_line_break_is_a_space_and_two_part_paragraphs(markup, texts):
    assert texts_of(markup) == texts


@pytest.mark.parametrize(("markup", "texts"), [
    ("<table><tr><th>Team<th>Goals<tr><td>Peru<td>2</table>", ["Team | Goals", "Peru | 2"]),
    ("<tr><td>Peru<td>&nbsp;<td>2<td>", ["Peru | | 2"]),
    ("<table><tr><td> <td>only</table>", ["only"]),
    ("<table><tr><td><p>one</p><p>two</p><td>three</table>", ["one", "two", "three"]),  # a page set in a table
    ("<table><tr><td>Peru<td><div>Lima</div></table>", ["Peru", "Lima"]),
])  # fmt: skip
def test_a_row_of_a_table_is_a_paragraph(markup, texts):
    assert texts_of(markup) == texts


@pytest.mark.parametrize(("markup", "text"), [
    ("AT&T rose 3 < 5 &lt; 7 & <3", "AT&T rose 3 < 5 < 7 & <3"),
    ("caf&eacute; &#8211; &#x80; &notanentity;", "café – € ¬anentity;"),
    ("one<!-- <p>two -- > --> three<!---->.", "one three."),
    ("<!DOCTYPE html><?php 1 ?>Lima</ not a tag>", "Lima"),
    ("<![CDATA[a < b]]> and c", "a < b and c"),
    ("co&shy;operation<wbr>al", "cooperational"),
    ('<a title="1 > 0" href=x>Lima</a>', "Lima"),
    ("<o:p>Lima</o:p><unknown x>, Peru</unknown>", "Lima, Peru"),
    ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
    ("&#" + "9" * 5000 + ";", "\ufffd"),
])  # fmt: skip
def test_text_is_what_a_browser_shows(markup, text):
    assert texts_of(markup) == [text]


@pytest.mark.parametrize(("markup", "texts", "told"), [
    ("<p hidden>Draft<p>Lima", ["Lima"], {"not shown": "Draft"}),
    ('La<span style="color:red; display : none">dy</span>ma', ["Lama"], {"not shown": "dy"}),
    ("<span hidden>a<span>b</span>c</span>d", ["d"], {"not shown": "abc"}),
    ("<blockquote>one<span hidden>two</blockquote>three", ["one", "three"], {"not shown": "two"}),
    ("<noscript>Allow <b>scripts</b></noscript><template>x</template>y", ["y"], {"not shown": "Allow scripts x"}),
    ("<select><option>1<option>2</select><button>Go</button>x", ["x"], {"form control": "1 2 Go"}),
    ("<script>if (a < b) f('</p>')</script><style>p {}</style>x", ["x"], {}),
    ("<img src=a.jpg alt=bridge><img src=b.jpg>x", ["x"], {"picture": "a.jpg b.jpg"}),
    ("<iframe src=//v.example/1/>fallback</iframe>x", ["x"], {"embedded": "//v.example/1/", "not shown": "fallback"}),
    ('<iframe src="//v.example/1"/>x', ["x"], {"embedded": "//v.example/1"}),
    ("<p>x <a href='http", ["x"], {"unfinished markup": "<a href='http"}),
    ("<p onclick=alert(1)>x</p>", ["x"], {}),
    ("a\x00\x02b\ud800", ["ab"], {"control characters": "\x00\x02\ud800"}),
])  # fmt: skip
def test_what_is_no_text_of_the_story_is_told(markup, texts, told):
    assert texts_of(markup) == texts
    assert {
        reason: fold_spaces(text) if reason != "control characters" else text
        for reason, text in notices_of(markup).items()
    } == told


@pytest.mark.parametrize(("markup", "links"), [
    ("<a href=../a?b=1&amp;c=2>Lima</a>", [("Lima", "https://news.example/a?b=1&c=2")]),
    ("see <a href=' //other.example/x y '> the <b>report</b></a>.", [("the report", "https://other.example/x%20y")]),
    ("<a href=mailto:desk@news.example>desk</a>", [("desk", "mailto:desk@news.example")]),
    ("<a href=/1>one<a href=/2>two", [("one", "https://news.example/1"), ("two", "https://news.example/2")]),
    ("<a href=/1><p>one<p>two</a>three", [("one", "https://news.example/1"), ("two", "https://news.example/1")]),
    ("<p><a href=/1>one<p>two", [("one", "https://news.example/1")]),  # an open link ends with its paragraph
    ("<a href=/1><img src=a.jpg></a>", []),
    ("<pre>x <a href=/1>one\n</a></pre>", [("one", "https://news.example/1")]),
])  # fmt: skip
def test_links_are_absolute(markup, links):
    assert links_of(markup, "https://news.example/x/y") == links


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "tel:1",
        "a.html",
        "http://[",
        "http:///x",
        "mailto:",
    ],
)
def test_a_link_that_an_article_cannot_have_is_told_and_its_text_stays(href):
    markup = f'<a href="{href}">x</a>'
    assert texts_of(markup) == ["x"]
    assert links_of(markup) == []
    assert notices_of(markup) == {"link": fold_spaces(href.replace("\n", "\n"))} or "\n" in href
    assert absolute_address(href) == ""


def test_a_line_of_markup_is_one_line():
    assert read_line(" Q&amp;A:<br> <i>Lima</i><p>2 ") == "Q&A: Lima 2"


# What no text tells of, and what does.
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=4)
_INLINE = [
    "b",
    "i",
    "a href=x",
    "a href='https://a.example/'",
    "span class=c",
    "abbr",
    "sup",
    "q",
    "font color=red",
    "unknown",
]
_BLOCK = [
    "p",
    "div",
    "h2",
    "ul",
    "li",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "figure",
    "figcaption",
    "dl",
    "dd",
    "section",
    "form",
    "details",
]
_ASIDE = [
    "button",
    "select",
    "noscript",
    "template",
    "p hidden",
    "div style='display:none'",
    "video",
    "object",
    "dialog",
    "label",
]


def _element(tag, children):
    return f"<{tag}>{''.join(children)}</{tag.split()[0]}>"


_MARKUP = st.recursive(
    st.one_of(
        _WORDS.map(escape),
        st.sampled_from([" ", "\n", "<br>", "<hr/>", "<!-- c -->", "<img alt=a>", "<script>s()</script>", "<wbr>"]),
    ),
    lambda markup: st.builds(_element, st.sampled_from([*_INLINE, *_BLOCK, *_ASIDE]), st.lists(markup, max_size=4)),
    max_leaves=20,
)


def _letters(text):
    return sorted(char for char in text.replace(CELL_SEPARATOR.strip(), "") if not char.isspace())


@settings(max_examples=300, deadline=None)
@given(st.lists(_MARKUP, max_size=4).map("".join))
def test_every_visible_character_is_in_one_block_or_told(markup):
    parser = etree.HTMLParser()
    tree = etree.fromstring(f"<body>{markup}</body>", parser)
    etree.strip_elements(tree, "script", etree.Comment, with_tail=False)
    shown = "".join(tree.itertext())
    blocks, notices = read_markup(markup, "page")
    kept = [block.text for block in blocks] + [
        notice.text for notice in notices if notice.reason in ("not shown", "form control")
    ]
    assert _letters("".join(kept)) == _letters(shown)


class _Shown:
    """What libxml2, a parser by other hands, takes for text."""

    def __init__(self):
        self.pieces = []

    def start(self, name, attributes):
        pass

    def end(self, name):
        pass

    def data(self, text):
        self.pieces.append(text)

    def comment(self, text):
        pass

    def close(self):
        return "".join(self.pieces)


_SCRAPS = st.sampled_from([*"<<<>>/!?-=ab \n'\"&#;é", "<p>", "</p>", "<a href=", "<!--", "-->", "--!>", "&lt", "&amp;", "<title>", "</title>", "<xmp>", "</xmp", "<textarea>", "</textarea>", "<style>", "</style>", "<i/>", "</ ", "<?"])  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(_SCRAPS, max_size=20).map("".join))
def test_any_string_is_cut_as_another_parser_cuts_it(markup):
    parser = etree.HTMLParser(target=_Shown())
    parser.feed("<body>")
    parser.feed(markup)
    ours = "".join(token.text for token in tokens(markup) if isinstance(token, Text))
    assert "".join(ours.split()) == "".join(parser.close().split())


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(_SCRAPS, max_size=30).map("".join), st.text(max_size=20))
def test_any_string_is_markup(markup, base):
    blocks, notices = read_markup(markup, "page", base=base)
    for block in blocks:
        assert fold_spaces(block.text)
        assert block.kind is LAYOUT or block.text == fold_spaces(block.text)
        ends = [place for link in block.links for place in (link.start, link.end)]
        assert ends == sorted(ends)
        assert not ends or ends[-1] <= len(block.text)
    assert all(notice.text and notice.reason for notice in notices)


def test_a_start_tag_gives_its_attributes_as_a_browser_reads_them():
    (start,) = tokens("<A Href='a&amp;b' hidden x = y href=second =odd>")
    assert start.name == "a"
    assert start.attributes() == {"href": "a&b", "hidden": "", "x": "y", "=odd": ""}


def test_a_tag_that_never_ends_is_told_whole():
    assert list(tokens('one<b>two</b><a href="x>three')) == [
        Text("one"),
        Start("b"),
        Text("two"),
        End("b"),
        Unfinished('<a href="x>three'),
    ]


@pytest.mark.parametrize("markup", [
    "<a x='" + "y" * 20_000_000 + "'>deep",
    "<div>" * 50_000 + "deep" + "</div>" * 50_000,
    "<p><button>" + "<div>" * 50_000 + "</button></p>deep",
    "<table><tr>" + "<td> " * 50_000 + "deep",
    "<div hidden>x<p>" * 20_000 + "deep",
    "<b>" * 50_000 + "</i>" * 50_000 + "deep",
    "<table>" * 20_000 + "</td>" * 20_000 + "deep",
    "<" * 200_000 + " deep",
    "&" * 200_000 + "deep",
    "<a '" * 200_000 + "deep",
    '<a ="' * 200_000 + "deep",
    "<a" + " =" * 500_000 + "deep",
    "<title>" * 200_000 + "deep",
])  # fmt: skip
def test_hostile_markup_takes_time_by_its_length(markup):
    start = time.process_time()
    blocks, notices = read_markup(markup, "page")
    assert time.process_time() - start < 8
    assert any("deep" in item.text for item in (*blocks, *notices))
