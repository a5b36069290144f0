"""The store tells words and names in order, and tells damage from trouble that passes."""

from __future__ import annotations

import pytest

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search.documents import DamageError
from dateline.search.store import copy_store, create_store, finish_store, open_store
from dateline.search.words import Word


@pytest.fixture
def store(tmp_path):
    created = create_store(tmp_path / "store.sqlite")
    yield created
    created.close()


def test_a_word_of_several_terms_tells_all_of_them(store):
    store.add_words({("securite", "securite"): 2, ("securite", "secur"): 3, ("sea", "sea"): 1})
    assert list(store.words("se")) == [Word("sea", 1, ("sea",)), Word("securite", 5, ("secur", "securite"))]


def test_words_are_told_by_code_point(store):
    words = ["z", "a", "\uffee", "\U0001f600", "é", "ab"]
    store.add_words({(word, word): 1 for word in words})
    assert [word.word for word in store.words("")] == sorted(words)


def test_a_word_that_no_article_has_any_more_goes(store):
    store.add_words({("army", "armi"): 2, ("city", "citi"): 1})
    store.add_words({("army", "armi"): -1, ("city", "citi"): -1})
    assert list(store.words("")) == [Word("army", 1, ("armi",))]


def test_values_take_the_place_of_those_before_with_their_names(store):
    syria = SearchValue("place", "p:syria", "Syria", ("Syria", "Al-Sham"))
    store.set_values([SearchValue("topic", "war", "War"), syria], frozenset())
    store.set_values([syria], frozenset({("place", "p:syria")}))
    assert [name.text for name in store.names("")] == ["al sham", "sham", "syria"]
    assert (store.values(), store.has_below("place", "p:syria")) == ([syria], True)
    with pytest.raises(SearchError, match="has no topic with the key 'war'"):
        store.value("topic", "war")


def test_a_full_disk_is_no_damage(store):
    [(pages,)] = store.rows("PRAGMA page_count")
    store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SearchError, match="cannot be read or written") as told:
        store.add_words({(f"word{number}", "x" * 100): 1 for number in range(5000)})
    assert not isinstance(told.value, DamageError)


def test_a_copy_is_changed_while_another_reads(store, tmp_path):
    store.add_words({("army", "armi"): 1})
    finish_store(store)
    reader = open_store(store.path)
    copied = copy_store(store.path, tmp_path / "copy.sqlite")
    copied.add_words({("army", "armi"): 1})
    finish_store(copied)
    assert list(reader.words("")) == [Word("army", 1, ("armi",))]
    with pytest.raises(SearchError, match="cannot be read or written"):
        reader.add_words({("army", "armi"): 1})
    reader.close()
    reader = open_store(copied.path)
    assert list(reader.words("")) == [Word("army", 2, ("armi",))]
    reader.close()


def test_a_term_that_no_article_has_any_more_goes(store):
    store.add_terms("text", {"armi": 2, "citi": 1})
    store.add_terms("text", {"armi": -1, "citi": -1})
    assert [store.df("text", term) for term in ("armi", "citi", "sea")] == [1, 0, 0]


def test_what_is_no_database_is_damage(tmp_path):
    (tmp_path / "store").write_text("not a database, but long enough to be read as one" * 100)
    store = open_store(tmp_path / "store")
    with pytest.raises(DamageError, match="is damaged"):
        store.fact("words")
    store.close()


def test_a_fact_or_an_article_that_is_not_there_is_damage(store):
    with pytest.raises(DamageError, match="lacks its order"):
        store.numbers("order")
    with pytest.raises(DamageError, match="lacks article 7"):
        store.document(7)
