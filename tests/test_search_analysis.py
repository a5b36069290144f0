"""Texts become terms, as the shared cases and some laws say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.search.analysis import (
    MAX_INITIALS,
    MAX_WORD_CHARS,
    find_tokens,
    find_words,
    fold_word,
    term_of,
    terms_of,
)
from dateline.search.languages import STEMMINGS
from searching import shared_cases

WORDS = st.text(st.characters(categories=["L", "N", "M"]), min_size=1, max_size=12)


def terms(text: str) -> list[str]:
    return [term for _, _, term in find_words(text, "en")]


@pytest.mark.parametrize("case", shared_cases("analysis"), ids=lambda case: case["text"][:30])
def test_a_text_has_the_terms_that_the_browser_finds_too(case):
    assert terms(case["text"]) == case["terms"]


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


@pytest.mark.parametrize(("beginning", "word"), [("Λασ", "Λασίθι"), ("ΛΑΣ", "Λασίθι"), ("ὈΔΥΣ", "Ὀδυσσεύς")])
def test_the_folded_beginning_of_a_greek_word_begins_it(beginning, word):
    assert fold_word(word).startswith(fold_word(beginning))


@pytest.mark.parametrize("part", ["政府", "国政", "中国政府"])
def test_what_is_written_without_spaces_holds_its_parts_as_phrases(part):
    words = [token.word for token in find_tokens("北京：中国政府今天。")]
    sought = [token.word for token in find_tokens(part)]
    assert sought in [words[at : at + len(sought)] for at in range(len(words))]


@given(WORDS)
def test_case_makes_no_difference(word):
    assert fold_word(word.upper()) == fold_word(word.upper().lower())


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
    ("us", "U.S."),
    ("US", "U.S"),
    ("us-led", "U.S.-led"),
    ("un", "U.N.’s"),
    ("lodz", "Łódź"),
    ("diyarbakir", "DİYARBAKIR"),
    ("горбачев", "Горбачёв"),
    ("اسلام", "إسلام"),
    ("مدينه", "مدينة"),
    ("2017", "٢٠١٧"),
    ("strasse", "Straße"),
    ("finance", "ﬁnance"),
    ("un", "ＵＮ"),
    ("fighter", "fighters’"),
    ("Λασ Λασί", "ΛΑΣ ΛΑΣΊ"),
])  # fmt: skip
def test_what_is_typed_plainly_finds_what_is_written_fully(typed, written):
    assert terms(typed) == terms(written)


@pytest.mark.parametrize(
    ("one", "other"), [("news", "new"), ("us", "u"), ("Syria", "Syrian"), ("2.5", "25"), ("end.of", "endof")]
)
def test_different_words_stay_apart(one, other):
    assert terms(one) != terms(other)


@pytest.mark.parametrize("case", shared_cases("stems"), ids=lambda case: case["language"])
def test_words_have_the_terms_of_their_language(case):
    assert {word: term_of(word, case["language"]) for word in case["terms"]} == case["terms"]


def test_every_language_with_a_stemmer_has_its_cases_and_its_script(repository):
    scripts = (repository / "theme/static/js/search/stem").glob("*.js")
    assert sorted(STEMMINGS) == sorted(case["language"] for case in shared_cases("stems") if case["language"] != "tr")
    assert sorted(STEMMINGS) == sorted(["en", *(script.stem for script in scripts)])


@pytest.mark.parametrize(("surface", "languages", "expected"), [
    ("nations", ("en",), ("nation",)),
    ("nations", ("en", "fr"), ("nation",)),  # the same in both, once
    ("armées", ("fr", "en"), ("arme",)),
    ("elections", ("en", "es"), ("elect", "elections")),
    ("fighters", ("tr",), ("fighters",)),
    ("Москвы", ("en", "ru"), ("москвы", "москв")),
    ("’", ("en",), ()),
])  # fmt: skip
def test_a_word_of_a_query_stands_for_its_terms_in_all_languages_of_the_archive(surface, languages, expected):
    assert terms_of(surface, languages) == expected


@given(st.text())
def test_what_the_index_reads_is_what_the_tokens_say(text):
    tokens = list(find_tokens(text))
    for language in ("en", "fr", "tr"):
        assert list(find_words(text, language)) == [
            (token.position, token.word, term_of(token.surface, language)) for token in tokens
        ]


@given(st.text(), st.sampled_from([*STEMMINGS, "tr"]))
def test_a_word_without_a_term_is_no_word(surface, language):
    assert bool(term_of(surface, language)) == bool(fold_word(surface))


@given(WORDS, st.sampled_from([*STEMMINGS, "tr"]))
def test_a_term_is_folded(word, language):
    assert fold_word(term_of(word, language)) == term_of(word, language)


@given(st.text(), st.text(st.characters(codec="ascii")))
def test_an_ascii_text_has_the_words_that_it_has_beside_others(other, text):
    alone = [token.surface for token in find_tokens(text)]
    beside = [token.surface for token in find_tokens(f"{text}\nŁ")]
    assert [*alone, "Ł"] == beside


# Text that a slip in an expression would take quadratic time to part: then this test would not end.
@pytest.mark.parametrize("piece", [
    "x", "'", "a'", "a.", "1,", "123,", "\u0301", "a\u0301", "\u00ad", "l’", "ß", "U.S.’s", "\u0645\u064e", ".",
])  # fmt: skip
def test_a_hostile_text_is_parted_in_words_of_bounded_length(piece):
    text = piece * (1_000_000 // len(piece))
    longest = max((len(token.surface) for token in find_tokens(text)), default=0)
    assert longest <= max(3 * (MAX_WORD_CHARS + 1), 2 * MAX_INITIALS + 2)
