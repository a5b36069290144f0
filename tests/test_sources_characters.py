"""Characters: what a page can carry is kept, what it cannot is told, and nothing else happens to a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.sources.characters import carried, carried_line, uncarried_notice
from dateline.text import fold_spaces

ANY_TEXT = st.text(st.characters(codec=None) | st.characters(categories=["Cs", "Cc", "Cn", "Cf", "Zs"]))


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("Rain falls", "Rain falls", ""),
        ("\x02Rain\x03 falls\x7f", "Rain falls", "\x02\x03\x7f"),
        ("a\ud800b", "ab", "\ud800"),  # half of a pair
        ("a\ufffe\uffff\ufdd0\U0001ffff", "a", "\ufffe\uffff\ufdd0\U0001ffff"),  # noncharacters
        ("a\x80\x9fb", "ab", "\x80\x9f"),
        ("a\tb\nc\x85d", "a\tb\nc\x85d", ""),  # white space is no loss
        ("دير\u200fالزور", "دير\u200fالزور", ""),  # marks of direction belong to the text
        ("soft\u00adhyphen zero\u200djoiner", "soft\u00adhyphen zero\u200djoiner", ""),
        ("a\ue000\U000f0000", "a\ue000\U000f0000", ""),  # private use may be a letter to someone
        ("🔥\U0001f468\u200d\U0001f469", "🔥\U0001f468\u200d\U0001f469", ""),
    ],
)
def test_a_text_keeps_all_but_what_a_page_cannot_carry(text, kept, dropped):
    assert carried(text) == (kept, dropped)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" Rain \n\t falls\xa0", "Rain falls"),
        ("Rain\x00 \x00falls", "Rain falls"),  # what is dropped leaves no double space
        ("\x1f", ""),
        ("Rain\u2028falls\x85again", "Rain falls again"),
    ],
)
def test_a_line_has_single_spaces_and_no_breaks(text, line):
    assert carried_line(text)[0] == line


@given(ANY_TEXT)
def test_every_character_is_kept_in_its_order_or_dropped(text):
    kept, dropped = carried(text)
    rest = iter(text)
    assert all(char in rest for char in kept)
    assert sorted(kept + dropped) == sorted(text)
    assert carried(kept) == (kept, "")


@given(ANY_TEXT)
def test_what_is_dropped_never_shows(text):
    _, dropped = carried(text)
    assert {unicodedata.category(char) for char in dropped} <= {"Cc", "Cs", "Cn"}


@given(ANY_TEXT)
def test_a_line_is_the_folded_text_and_stays_as_it_is(text):
    line, dropped = carried_line(text)
    assert line == fold_spaces(carried(text)[0])
    assert carried_line(line) == (line, "")
    line.encode("utf-8")
    assert dropped == carried(text)[1]


def test_the_notice_names_each_character_once_and_holds_them_all():
    notice = uncarried_notice("sources/a.txt line 3", "\x02\x03\x02")
    assert notice.where == "sources/a.txt line 3"
    assert notice.message == "3 control characters that a page cannot carry were left out (U+0002, U+0003)"
    assert (notice.text, notice.reason) == ("\x02\x03\x02", "control characters")
