"""An article's file: whatever a source holds, the rendered article says just that."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import unquote

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from pelican.settings import DEFAULT_CONFIG

from dateline.articles.markdown import (
    ArticleFile,
    escape_value,
    join_list,
    parse_file,
    render_body,
    render_file,
    split_list,
    unescape_value,
)
from dateline.articles.rendered import read_text
from dateline.records import Block, BlockKind, Link
from dateline.text import fold_spaces

SYNTAX = """
\\ ` * _ [ ] { } ( ) # + - . ! < > & | ~ : = ^ " ' 1. 1) --- *** === ~~~ ``` <b> </p> &amp; &#60; <script> <!-- -->
<? ]]> {: .x} {#id} ![a](b) [a]: b *[a]: b [^1]: <a@b.c> http://x.y |a|b| {filename}x {{x}} {%x%} a_b_c
""".split()

PARAGRAPHS = (
    st.lists(
        st.one_of(
            st.sampled_from([*SYNTAX, " ", "    "]),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
        ),
        min_size=1,
        max_size=8,
    )
    .map("".join)
    .map(fold_spaces)
    .filter(bool)
)
ONE_LINE = [kind for kind in BlockKind if kind is not BlockKind.LAYOUT]
LAYOUTS = st.lists(PARAGRAPHS, min_size=1, max_size=4).map("\n  ".join)
ADDRESSES = st.text(st.sampled_from("abc/?&=;:_*[]()<>`\\'\"{}|%# é.~!-"), max_size=12).map(
    "https://n.example/".__add__
)


@st.composite
def linked(draw):
    text, kind = draw(PARAGRAPHS), draw(st.sampled_from(ONE_LINE))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()][::2]
    return Block(text, kind, tuple(Link(start, end, draw(ADDRESSES)) for start, end in spans))


BLOCKS = st.lists(
    st.one_of(linked(), st.builds(Block, LAYOUTS, st.just(BlockKind.LAYOUT))),
    min_size=1,
    max_size=5,
)
ELEMENTS = {"p", "h2", "ul", "li", "blockquote", "pre", "a"}


def render(text: str) -> str:
    """Render as stock Pelican does, with its own extensions."""
    configs = DEFAULT_CONFIG["MARKDOWN"]["extension_configs"]
    return Markdown(extensions=[*configs], extension_configs=configs, output_format="html").convert(text)


@given(BLOCKS)
def test_the_rendered_article_says_what_the_story_says_and_holds_no_other_element(blocks):
    article = ArticleFile((("Title", "Rain"),), render_body(blocks))
    rendered = render(render_file(article))
    assert fold_spaces(read_text(rendered).text) == fold_spaces(" ".join(block.text for block in blocks))
    assert set(re.findall(r"<(\w+)", rendered)) <= ELEMENTS


@given(BLOCKS)
def test_blocks_that_are_set_apart_in_the_story_are_apart_in_the_article(blocks):
    rendered = render(render_file(ArticleFile((("Title", "Rain"),), render_body(blocks))))
    assert len(re.findall(r"</(?:p|h2|li|pre)>", re.sub(r"</p>\s*</li>", "</li>", rendered))) == len(blocks)


@given(linked())
def test_a_link_of_the_story_leads_to_the_same_address_in_the_article(block):
    rendered = lxml.html.fragment_fromstring(render(f"Title: x\n\n{render_body([block])}"), create_parent="div")
    found = [(fold_spaces(a.text_content()), unquote(a.get("href"))) for a in rendered.iter("a")]
    assert found == [(fold_spaces(block.text[link.start : link.end]), unquote(link.href)) for link in block.links]


def test_each_kind_of_block_has_its_markdown():
    blocks = [
        Block("Who came", BlockKind.SUBHEADING),
        Block("one", BlockKind.ITEM),
        Block("two", BlockKind.ITEM),
        Block("We won.", BlockKind.QUOTATION),
        Block("The port & <bay>", BlockKind.CAPTION),
        Block("WHEAT ....  1.20\n\nRYE ......   .90", BlockKind.LAYOUT),
        Block("See the map.", links=(Link(4, 11, "https://n.example/a_(b)?c&d"),)),
    ]
    assert render_body(blocks) == (
        "## Who came\n\n- one\n- two\n\n> We won.\n\n"
        '<p class="caption">The port &amp; &lt;bay&gt;</p>\n\n'
        '<pre class="layout">\nWHEAT ....  1.20\n\nRYE ......   .90\n</pre>\n\n'
        "See [the map](<https://n.example/a_(b)?c&d>)."
    )


@given(BLOCKS, st.dictionaries(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), PARAGRAPHS))
def test_a_file_that_was_written_reads_back_as_it_was(blocks, fields):
    values = tuple((key, escape_value(value)) for key, value in fields.items()) or (("Title", "Rain"),)
    article = ArticleFile(values, render_body(blocks))
    assert parse_file(render_file(article)) == article


@given(PARAGRAPHS)
def test_a_value_that_was_escaped_is_text_again(text):
    assert "<" not in escape_value(text)
    assert unescape_value(escape_value(text)) == text


@given(st.lists(PARAGRAPHS.filter(lambda name: ";" not in name), unique=True))
def test_a_list_that_was_joined_splits_into_its_names(names):
    assert split_list(join_list(names)) == names


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("1. Mosul", "1\\. Mosul"),
        ("* starred *", "\\* starred \\*"),
        ("# not a heading", "\\# not a heading"),
        ("R&D <b>", "R&amp;D &lt;b>"),
        ("a plain sentence, with 5,000 “quotes” – and dashes.", "a plain sentence, with 5,000 “quotes” – and dashes."),
    ],
)
def test_only_what_would_be_syntax_is_escaped(text, body):
    assert render_body([Block(text)]) == body


def test_a_file_that_a_person_typed_is_read_as_pelican_reads_it():
    text = "---\nTitle: Rain\nTags: a, b\n    c\nDate: 2017-03-22\n---\n\nIt rained.\n\nNote: it snowed.\n"
    article = parse_file(text)
    assert article.fields == (("Title", "Rain"), ("Tags", "a, b\nc"), ("Date", "2017-03-22"))
    assert article.body == "It rained.\n\nNote: it snowed."
