"""The passage of a text that shows why it was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.search.analysis import find_tokens, term_of
from dateline.search.documents import CHUNK_WORDS, MAX_CHUNKS
from dateline.search.snippet import PASSAGE_WORDS, chunk_texts, cut_chunks, find_passage

FILLER = "It rained all day. " * 30


def marked(passage):
    return [passage.text[start:end] for start, end in passage.marks]


def test_the_words_found_are_marked_as_they_are_written():
    assert marked(find_passage("The army’s Retreat, “retreating” still.", {"retreat", "armi"})) == [
        "army’s", "Retreat", "retreating",
    ]  # fmt: skip


def test_the_passage_with_most_different_words_is_chosen():
    text = f"Raqqa, Raqqa, Raqqa. {FILLER}Palmyra and Raqqa fell. {FILLER}"
    assert marked(find_passage(text, {"raqqa", "palmyra"})) == ["Palmyra", "Raqqa"]


def test_a_name_is_marked_where_its_words_stand_together_and_counts_as_one_word():
    text = f"The state of Islam. {FILLER}Raqqa. {FILLER}Islamic State’s Raqqa. {FILLER}"
    assert marked(find_passage(text, {"raqqa"}, names=[("islamic", "state")])) == ["Islamic", "State’s", "Raqqa"]
    assert marked(find_passage("An Islamic state", {"state"}, names=[("islamic", "state")])) == ["Islamic", "state"]
    assert marked(find_passage("An Islamic", set(), names=[("islamic", "state")])) == []


def test_a_passage_of_writing_without_spaces_is_as_short_as_others():
    passage = find_passage(f"{'今天下雨。' * 90}中国政府{'今天下雨。' * 90}", {"政", "府"})
    assert marked(passage) == ["政", "府"]
    assert len(passage.text) < 60


def test_a_passage_from_the_middle_says_so():
    passage = find_passage(f"{FILLER}“Palmyra!” {FILLER}", {"palmyra"}).text
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert " “Palmyra!” " in passage


def test_a_text_without_the_words_shows_its_opening():
    passage = find_passage(f"Talks opened. {FILLER}", {"palmyra"})
    assert (passage.text[:13], passage.marks) == ("Talks opened.", ())


@pytest.mark.parametrize(
    "between", ["\n\n", " \n\xa0\n ", "\r\n", "  ", "\x85", "\x1c", "\u2029", "\ufeff", "\u200b\n"]
)
def test_whatever_white_space_parts_two_words_shows_as_one_space(between):
    assert find_passage(f"Talks opened.{between}Lima waited.", set()).text == "Talks opened. Lima waited."


@pytest.mark.parametrize("text", ["", "—", " \n "])
def test_a_text_without_words_has_a_passage_without_marks(text):
    assert find_passage(text, {"palmyra"}).marks == ()


@given(
    st.lists(st.sampled_from(["a", "b", "c’s", "retreats", "\n", "—", "🎉"])).map(" ".join),
    st.sets(st.sampled_from("abc")),
)
def test_every_mark_is_a_word_that_was_looked_for(text, terms):
    passage = find_passage(text, terms)
    assert {term_of(surface.split("’")[0], "en") for surface in marked(passage)} <= terms
    assert len(list(find_tokens(passage.text))) <= PASSAGE_WORDS
    assert "\n" not in passage.text


def test_a_short_text_is_one_chunk():
    assert [(chunk.position, chunk.start, chunk.end) for chunk in cut_chunks("Talks\nopened.")] == [(0, 0, 13)]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (f"{'word ' * 120}word.\n“Lima {'word ' * 179}", "“Lima"),
        (f"{'word ' * 120}word.” Lima {'word ' * 179}", "Lima"),
        (f"{'word ' * 120}word.\nCusco fell. {'word ' * 179}", "Cusco"),  # a line's end before a sentence's
        (f"{'word ' * 149}word Lima {'word ' * 149}", "Lima"),
    ],
)
def test_a_long_text_is_cut_where_a_line_ends_else_a_sentence_else_a_word(text, second):
    chunks = cut_chunks(text)
    assert [text[chunk.start :].split()[0] for chunk in chunks[:2]] == ["word", second]


def test_chunks_tell_that_the_text_goes_on():
    first, *_, last = chunk_texts(FILLER * 5, cut_chunks(FILLER * 5))
    assert (first[:8], first[-2:]) == ("It raine", " …")
    assert (last[:2], last[-4:]) == ("… ", "day.")


@given(st.lists(st.tuples(st.sampled_from(["a", "l’État", "5,000", "—", "🎉"]), st.sampled_from(" \n.!")), max_size=60),
       st.integers(1, 300))  # fmt: skip
def test_chunks_follow_each_other_without_a_gap_and_count_their_words(words, times):
    text = "".join(f"{word}{sign} " for word, sign in words) * times
    chunks, tokens = cut_chunks(text), list(find_tokens(text))
    assert "".join(text[chunk.start : chunk.end] for chunk in chunks) == text
    assert len(chunks) <= MAX_CHUNKS
    for chunk in chunks[1:]:
        assert next(token for token in tokens if token.start >= chunk.start).position == chunk.position
    fewest = min((sum(chunk.start <= token.start < chunk.end for token in tokens) for chunk in chunks[:-1]), default=99)
    assert fewest > CHUNK_WORDS / 4
