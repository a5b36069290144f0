"""The text of a rendered article, and links at places of that text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.articles.rendered import TextLink, insert_links, read_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>It  rained\nin Lima.</p>\n<p>It snowed.</p>", "It rained in Lima.\n\nIt snowed."),
        ("<p>R&amp;D &#60;b&gt; caf&eacute;</p>", "R&D <b> café"),
        ("<p>a <em>bold</em> claim<br>and more</p>", "a bold claim\nand more"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<p>seen</p><script>unseen</script><style>p</style>", "seen"),
        ("<p>never closed <b>at all", "never closed at all"),
        ("", ""),
    ],
)
def test_the_text_is_what_a_reader_sees(content, text):
    assert read_text(content).text == text


def link(content: str, *surfaces: str) -> str:
    rendered = read_text(content)
    links = []
    for surface in surfaces:
        start = rendered.text.index(surface)
        links.append(TextLink(start, start + len(surface), f'<a href="{len(links)}">'))
    return insert_links(rendered, links)


def test_a_link_stands_around_just_its_words():
    content = "<p>Syrian army’s 5th Legion &amp; allies near\nPalmyra.</p>"
    assert link(content, "5th Legion", "Syrian army", "Palmyra") == (
        '<p><a href="1">Syrian army</a>’s <a href="0">5th Legion</a> &amp; allies near\n<a href="2">Palmyra</a>.</p>'
    )


def test_a_link_may_hold_a_character_reference():
    assert link("<p>the R&amp;D unit</p>", "R&D") == '<p>the <a href="0">R&amp;D</a> unit</p>'


@pytest.mark.parametrize("content", ["<p>in <a href='x'>Lima</a></p>", "<p>Li<b>ma</b></p>", "<pre>Lima</pre>"])
def test_no_link_crosses_an_element_or_nests_in_one(content):
    assert link(content, "Lima") == content


@given(st.lists(st.sampled_from(["Lima", " ", "&amp;", "<b>", "</b>", "é", "\n", "<p>", "</p>", "&#x41;"])), st.data())
def test_links_change_no_text(pieces, data):
    rendered = read_text("".join(pieces))
    if not rendered.text:
        return
    start = data.draw(st.integers(0, len(rendered.text) - 1))
    end = data.draw(st.integers(start + 1, len(rendered.text)))
    linked = insert_links(rendered, [TextLink(start, end, "<a href='x'>")])
    assert read_text(linked).text == rendered.text
