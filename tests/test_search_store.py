"""The store tells words and names in order, and parts damage from trouble that passes."""

from __future__ import annotations

import pytest

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search.documents import DamageError
from dateline.search.store import create_store, finish_store, open_store
from dateline.search.words import Word


@pytest.fixture
def store(tmp_path):
    created = create_store(tmp_path)
    yield created
    created.close()


def test_a_word_of_several_terms_tells_all_of_them(store):
    store.count({("securite", "securite"): 2, ("securite", "secur"): 3, ("sea", "sea"): 1})
    assert list(store.words("se")) == [Word("sea", 1, ("sea",)), Word("securite", 5, ("secur", "securite"))]


def test_words_are_told_by_code_point(store):
    words = ["z", "a", "\uffee", "\U0001f600", "é", "ab"]
    store.count({(word, word): 1 for word in words})
    assert [word.word for word in store.words("")] == sorted(words)


def test_a_word_that_no_article_has_any_more_goes(store):
    store.count({("army", "armi"): 2, ("city", "citi"): 1})
    store.count({("army", "armi"): -1, ("city", "citi"): -1})
    assert list(store.words("")) == [Word("army", 1, ("armi",))]


def test_values_take_the_place_of_those_before_with_their_names(store):
    syria = SearchValue("place", "p:syria", "Syria", ("Syria", "Al-Sham"))
    store.set_values([SearchValue("topic", "war", "War"), syria], frozenset())
    store.set_values([syria], frozenset({("place", "p:syria")}))
    assert [name.text for name in store.names("")] == ["al sham", "sham", "syria"]
    assert (store.values(), store.has_below("place", "p:syria")) == ([syria], True)
    with pytest.raises(SearchError, match="has no topic with the key 'war'"):
        store.value("topic", "war")


def test_what_fails_half_way_is_not_written(store):
    def counting():
        yield ("army", "armi", 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), store.writing():
        store.write("INSERT INTO words VALUES (?, ?, ?)", counting())
    assert list(store.words("")) == []


def test_a_full_disk_is_no_damage(store):
    [(pages,)] = store.rows("PRAGMA page_count")
    store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SearchError, match="cannot be read or written") as told, store.writing():
        store.count({(f"word{number}", "x" * 100): 1 for number in range(5000)})
    assert not isinstance(told.value, DamageError)


def test_a_reader_may_not_write_and_keeps_its_state(store, tmp_path):
    store.count({("army", "armi"): 1})
    finish_store(store)
    reader = open_store(tmp_path)
    with store.writing():
        store.count({("army", "armi"): 1})
    assert list(reader.words("")) == [Word("army", 1, ("armi",))]
    with pytest.raises(SearchError, match="cannot be read or written"):
        reader.count({("army", "armi"): 1})
    reader.close()


def test_a_store_of_another_version_is_told(store, tmp_path):
    finish_store(store)
    store.set_fact("version", "0")
    with pytest.raises(DamageError, match="is of version 0, not"):
        open_store(tmp_path)


def test_what_is_no_database_is_damage(tmp_path):
    (tmp_path / "store.sqlite").write_text("not a database, but long enough to be read as one" * 100)
    with pytest.raises(DamageError, match="is damaged"):
        open_store(tmp_path)


def test_an_article_without_its_text_is_damage(store):
    store.write("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", [(1, "one", b"", "en", None, None)])
    with pytest.raises(DamageError):
        store.check()
