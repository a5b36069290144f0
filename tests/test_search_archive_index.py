"""An open index tells what articles have, each and together, and stays as it was opened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search.archive_index import open_index
from dateline.search.fields import below
from dateline.search.manifest import index_stamp
from dateline.search.updating import update_index
from indexed import STORIES, VALUES, postings, story


@pytest.fixture
def folder(tmp_path):
    update_index(STORIES, VALUES, tmp_path)
    return tmp_path


def test_articles_are_numbered_by_date_and_undated_ones_come_last(tmp_path):
    update_index(STORIES[::-1], VALUES, tmp_path)
    with open_index(tmp_path) as index:
        assert list(index.fingerprints()) == ["old", "raqqa", "undated"]
        assert index.dates == [("2016-01-02", "2016-01-02"), ("2017-03-01", "2017-03-31"), None]


def test_an_index_holds_terms_with_their_positions(folder):
    with open_index(folder) as index:
        assert postings(index)["body", "armi"] == [(1, 2.0, (1, 4), 8), (2, 1.0, (3,), 5)]
        assert index.df("text", "armi") == 2
        assert index.statistics.totals == {"actor": 3, "place": 5, "text": 19}


@pytest.mark.parametrize(("field", "term", "df"), [
    ("place", "p:raqqa", 1),
    ("place", "p:syria", 2),
    ("place", below("p:syria"), 3),  # its own articles, and those of what lies in it
    ("place", below("p:raqqa"), 0),  # nothing lies in Raqqa
    ("actor", "a:isis", 1),
    ("actor", "nobody", 0),
])  # fmt: skip
def test_a_value_is_found_alone_and_with_all_that_lies_below_it(field, term, df, folder):
    with open_index(folder) as index:
        assert index.df(field, term) == df


def test_a_word_tells_its_articles_and_terms(folder):
    with open_index(folder) as index:
        assert [(word.word, word.df, word.terms) for word in index.words("cit")] == [
            ("cities", 1, ("citi",)), ("city", 1, ("citi",)),
        ]  # fmt: skip


def test_more_words_and_names_than_a_read_takes_are_all_told(tmp_path):
    words = [f"w{number:04}" for number in range(1500)]
    values = [SearchValue("topic", word, word.upper(), (word,)) for word in words]
    update_index([story("long", body=" ".join(words))], values, tmp_path)
    with open_index(tmp_path) as index:
        assert [word.word for word in index.words("w")] == words
        assert [name.text for name in index.names("w")] == words
        assert [word.word for word in index.words("w149")] == words[1490:]


def test_a_reader_keeps_the_state_that_it_opened(folder):
    with open_index(folder) as before:
        words, stories = list(before.words()), [before.stored(number) for number in range(3)]
        for _ in range(3):
            update_index([], [], folder)
            update_index([replace(document, body="Other words.") for document in STORIES], VALUES, folder)
        assert list(before.words()) == words
        assert [before.stored(number) for number in range(3)] == stories
        assert len(postings(before)["body", "armi"]) == 2
        assert index_stamp(folder) != before.stamp


def test_threads_share_a_reader(folder):
    def asked(index) -> tuple:
        return list(index.words()), index.stored(1), index.df("text", "armi"), list(index.analysed())

    with open_index(folder) as index, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: asked(index), range(64)))
        assert all(answer == asked(index) for answer in answers)


def test_a_missing_index_says_how_to_make_one(tmp_path):
    with pytest.raises(SearchError, match=r"no search index here; `make html` writes it"):
        open_index(tmp_path / "nowhere")
