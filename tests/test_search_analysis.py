"""Texts become terms, as the shared cases and some laws say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.search.analysis import MAX_WORD_CHARS, find_terms, find_tokens, fold_word, stem_word
from searching import shared_cases

WORDS = st.text(st.characters(categories=["L", "N", "M"]), min_size=1, max_size=12)


@pytest.mark.parametrize("case", shared_cases("analysis"), ids=lambda case: case["text"][:30])
def test_a_text_has_the_terms_that_the_browser_finds_too(case):
    assert find_terms(case["text"]) == case["terms"]


@given(st.text())
def test_a_token_s_span_cuts_out_its_word(text):
    assert [fold_word(text[token.start : token.end]) for token in find_tokens(text)] == [
        token.word for token in find_tokens(text)
    ]


@given(st.text())
def test_tokens_are_in_order_and_apart(text):
    tokens = list(find_tokens(text))
    assert all(one.end <= other.start and one.position < other.position for one, other in pairwise(tokens))


@given(st.text(), st.text())
def test_words_of_two_lines_are_never_neighbours(first, second):
    tokens = list(find_tokens(f"{first}\n{second}"))
    across = [(a, b) for a, b in pairwise(tokens) if a.end <= len(first) < b.start]
    assert all(b.position - a.position > 1 for a, b in across)


@given(WORDS)
def test_case_makes_no_difference(word):
    assert fold_word(word.upper()) == fold_word(word.upper().lower())


@given(st.text(st.characters(codec="ascii", categories=["L"]), max_size=20))
def test_every_latin_word_has_a_stem(word):
    folded = fold_word(word)
    assert bool(stem_word(folded)) == bool(folded)


def test_a_run_of_letters_without_end_becomes_words_of_bounded_length():
    assert [len(token.word) for token in find_tokens("x" * 1000)] == [MAX_WORD_CHARS] * 15 + [40]


@pytest.mark.parametrize(("typed", "written"), [
    ("fighter", "fighters"),
    ("evacuate", "evacuated"),
    ("city", "cities"),
    ("Sanaa", "Sana’a"),
    ("turkey", "Turkey’s"),
    ("5000", "5,000"),
    ("zurich", "ZÜRICH"),
    ("الرقة", "الرَّقَّة"),
])  # fmt: skip
def test_what_is_typed_plainly_finds_what_is_written_fully(typed, written):
    assert find_terms(typed) == find_terms(written)


@pytest.mark.parametrize(("one", "other"), [("news", "new"), ("us", "u"), ("Syria", "Syrian"), ("2.5", "25")])
def test_different_words_stay_apart(one, other):
    assert find_terms(one) != find_terms(other)
