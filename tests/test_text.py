"""Plain text: folding, spaces, and where a sentence begins and ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.text import ends_sentence, fold, fold_spaces, sentence_span


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("It rained. Troops left Lima. Then it snowed.", "Lima", "Troops left Lima."),
        ("He met Gen. Smith in Lima. It rained.", "Lima", "He met Gen. Smith in Lima."),
        ("“Leave Lima!” he said. It rained.", "Lima", "“Leave Lima!”"),
        ("Was it Lima? It was.", "Lima", "Was it Lima?"),
        ("First line\n\nIn Lima it rained\n\nLast line", "Lima", "In Lima it rained"),
        ("1. Mosul", "Mosul", "1. Mosul"),
        ("It cost 1.5 million in Lima. It rained.", "Lima", "It cost 1.5 million in Lima."),
        ("Lima", "Lima", "Lima"),
    ],
)
def test_a_sentence_is_cut_where_a_reader_would(text, word, sentence):
    start = text.index(word)
    assert text[slice(*sentence_span(text, start, start + len(word)))] == sentence


@given(st.text(), st.data())
def test_a_sentence_holds_its_mention_and_crosses_no_line(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = sentence_span(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert "\n" not in text[first:start] + text[end:last]


@pytest.mark.parametrize(
    ("line", "ends"),
    [("It rained.”", True), ("Troops leave the U.S.", False), ("Rain in Lima", False), ("He said: …", True)],
)
def test_a_line_is_a_sentence_by_its_last_mark(line, ends):
    assert ends_sentence(line) == ends


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold_spaces(fold_spaces(text)) == fold_spaces(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_spaces_loses_no_visible_character(text):
    assert "".join(fold_spaces(text).split()) == "".join(text.replace("\u200b", "").replace("\ufeff", "").split())
