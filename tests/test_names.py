"""The lists of names and words are clean, and they load fast."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

import pytest

from dateline.authority.lexicon import name_key
from dateline.authority.names import FOLDED_NAME, Breaker, Title, load_names

DATA = files("dateline").joinpath("data")
MAX_BYTES = 600 * 1024


@pytest.fixture(scope="module")
def names():
    return load_names()


def rows(file):
    return list(csv.DictReader(io.StringIO(DATA.joinpath(file).read_text("utf-8"))))


@pytest.mark.parametrize(
    ("file", "also"),
    [
        ("given_names.csv", {"", "word", "place", "surname", "never"}),
        ("surnames.csv", {"", "word", "place", "given", "never"}),
    ],
)
def test_each_name_is_folded_and_listed_once_with_what_else_it_is(file, also):
    listed = rows(file)
    assert [row["name"] for row in listed] == sorted({row["name"] for row in listed})
    assert [row for row in listed if not FOLDED_NAME.fullmatch(row["name"]) or row["also"] not in also] == []


def test_each_common_word_is_small_and_listed_once():
    words = DATA.joinpath("common_words.txt").read_text("utf-8").splitlines()
    assert words == sorted(set(words))
    assert [word for word in words if not (word.isascii() and word.isalpha() and word.islower())] == []


def test_each_title_is_small_has_a_class_and_is_listed_once():
    listed = rows("titles.csv")
    assert [row["title"] for row in listed] == sorted({row["title"] for row in listed})
    assert [row for row in listed if not FOLDED_NAME.fullmatch(row["title"]) and row["title"] not in NUMBERED] == []
    assert {row["class"] for row in listed} == set(Title)


NUMBERED = {"1st lt", "2nd lt"}


def test_each_breaker_is_small_has_a_class_and_is_listed_once():
    listed = rows("name_breakers.csv")
    assert [row["word"] for row in listed] == sorted({row["word"] for row in listed})
    assert [row for row in listed if not FOLDED_NAME.fullmatch(row["word"])] == []
    assert {row["class"] for row in listed} == set(Breaker)
    assert [row for row in listed if (" " in row["word"]) != (row["class"] == "other")] == []


def test_each_known_person_is_listed_once_with_a_note():
    listed = rows("known_persons.csv")
    assert [row["surname"] for row in listed] == sorted({row["surname"] for row in listed})
    assert [row for row in listed if not row["note"] or not row["surname"][0].isupper()] == []


@pytest.mark.parametrize(
    "file", ["given_names.csv", "surnames.csv", "common_words.txt", "titles.csv", "name_breakers.csv"]
)
def test_no_list_is_larger_than_a_reader_of_the_repository_would_like(file):
    assert len(DATA.joinpath(file).read_bytes()) <= MAX_BYTES


@pytest.mark.parametrize("name", "fatima mohammed bashar recep volodymyr xiaoping siobhan elizabeth narendra".split())
def test_a_name_that_is_hardly_anything_else_is_plain(name, names):
    assert name in names.given and name not in names.weak_given


@pytest.mark.parametrize(
    ("name", "also"), [("mark", "word"), ("grant", "word"), ("paris", "place"), ("jordan", "place"), ("chad", "place")]
)
def test_a_name_that_is_often_something_else_says_what(name, also, names):
    assert names.weak_given[name] == also and name not in names.given


@pytest.mark.parametrize("name", "prince sheikh toshiba india".split())
def test_a_name_that_was_struck_out_is_none(name, names):
    assert name not in names.given and name not in names.weak_given


@pytest.mark.parametrize("surname", "erdogan hilton kissinger nguyen yamamoto".split())
def test_well_known_surnames_are_plain(surname, names):
    assert surname in names.surnames


@pytest.mark.parametrize("word", "reading nice of march the boulevard county brigade".split())
def test_words_that_open_sentences_or_close_other_names_are_common(word, names):
    assert word in names.common


@pytest.mark.parametrize(
    ("surname", "whole"),
    [("assad", "Bashar al-Assad"), ("thatcher", "Margaret Thatcher"), ("suu kyi", "Aung San Suu Kyi")],
)
def test_a_known_surname_leads_to_the_whole_name(surname, whole, names):
    assert names.known[surname] == whole
    assert name_key(whole).endswith(surname.replace(" ", ""))


@pytest.mark.parametrize(
    ("title", "class_"), [("mr", "honorific"), ("lt col", "rank"), ("prime minister", "office"), ("lawyer", "calling")]
)
def test_titles_have_the_class_that_reading_them_needs(title, class_, names):
    assert names.titles[title] is Title(class_)
