"""The index is brought up to date piece by piece, and is then as if it had been written at once, whatever befell it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from whoosh.filedb.filestore import FileStorage

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search import archive_index
from dateline.search.archive_index import index_stamp, open_index, update_index
from dateline.search.documents import analyse_document, pack_document, unpack_document
from dateline.search.fields import below

SYRIA = SearchValue("place", "p:syria", "Syria", ("Syria",))
RAQQA = SearchValue("place", "p:raqqa", "Raqqa", ("Raqqa", "Ar-Raqqah"), ("p:syria",))
ISIS = SearchValue("actor", "a:isis", "Islamic State", ("Islamic State", "Daesh"))
VALUES = [SYRIA, RAQQA, ISIS]


def story(slug: str, title: str = "", body: str = "", **more) -> SearchDocument:
    return SearchDocument(slug=slug, url=f"articles/{slug}.html", title=title, body=body, **more)


STORIES = [
    story("old", "An old city", "The city fell.", date="2016-01-02", values=(("place", "p:syria", 1),)),
    story(
        "raqqa", "Army near Raqqa", "The army’s men.\nArmy again.", date="2017-03", values=(("place", "p:raqqa", 2),)
    ),
    story("undated", "Cities", "Some say: the army.", values=(("actor", "a:isis", 3), ("place", "p:syria", 2))),
]


def postings(index) -> dict:
    """Every live posting: by field and term the articles, how often, where, and how long the field is."""
    found: dict = {}
    for searcher, offset in index.searcher.leaf_searchers():
        reader = searcher.reader()
        for field, text in reader.all_terms():
            matcher = reader.postings(field, text)
            while matcher.is_active():
                number = index.numbers[offset + matcher.id()]
                where = tuple(matcher.value_as("positions")) if field in {"title", "body"} else ()
                length = searcher.doc_field_length(matcher.id(), field, 1)
                found.setdefault((field, text.decode()), []).append((number, matcher.weight(), where, length))
                matcher.next()
    return {term: sorted(rows) for term, rows in found.items()}


def holdings(folder: Path) -> dict:
    """All that an index tells."""
    with open_index(folder) as index:
        found = postings(index)
        assert all(index.df(*term) == len(rows) for term, rows in found.items())
        return {
            "postings": found,
            "statistics": index.statistics,
            "languages": index.languages,
            "dates": index.dates,
            "words": list(index.words()),
            "names": list(index.names()),
            "values": [(value, index.has_below(value.field, value.key)) for value in index.values()],
            "fingerprints": list(index.fingerprints().items()),
            "stored": [index.stored(number) for number in range(index.statistics.documents)],
            "analysed": list(index.analysed()),
        }


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


@pytest.mark.parametrize("document", [
    story("empty"),
    story("long", "A title", "word " * 70_000),                         # positions above 16 bits
    story("accents", "Sécurité securite", "Été\n\nété", lang="fr"),
    story("tagged", values=(("place", "p:raqqa", 2), ("place", "p:syria", 1), ("actor", "a:isis", 1))),
])  # fmt: skip
def test_an_analysed_article_is_packed_and_unpacked_unchanged(document):
    broader = {("place", "p:raqqa"): ("p:syria",), ("place", "p:syria"): ("p:syria",), ("actor", "a:isis"): ()}
    analysed = analyse_document(document, broader, language=document.lang)
    assert unpack_document(document.slug, pack_document(analysed)) == analysed


def test_only_what_changed_is_written(folder):
    assert update_index(STORIES, VALUES, folder).written == 0
    changed = [replace(STORIES[0], body="The city stood."), *STORIES[1:]]
    assert update_index(changed, VALUES, folder).written == 1
    summary = update_index(changed[1:], VALUES, folder)
    assert (summary.documents, summary.written, summary.removed) == (2, 0, 1)


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
        return list(index.words()), index.stored(1), index.df("body", "armi"), list(index.analysed())

    with open_index(folder) as index, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: asked(index), range(64)))
        assert all(answer == asked(index) for answer in answers)


def test_small_segments_are_merged_in_time(tmp_path):
    stories = []
    for number in range(30):
        stories.append(story(f"s{number}", body=f"word number{number}"))
        update_index(stories, [], tmp_path)
        with open_index(tmp_path) as index:
            assert len(index.searcher.leaf_searchers()) <= archive_index.MAX_SEGMENTS + 1
    with TemporaryDirectory() as clean:
        update_index(stories, [], Path(clean))
        assert holdings(tmp_path) == holdings(Path(clean))


def test_a_large_archive_is_written_in_several_segments(tmp_path):
    stories = [story(f"s{number}", body=f"word number{number}") for number in range(20)]
    update_index(stories, [], tmp_path / "parts", max_postings=6)
    update_index(stories, [], tmp_path / "whole")
    with open_index(tmp_path / "parts") as index:
        assert len(index.searcher.leaf_searchers()) == 7
    assert holdings(tmp_path / "parts") == holdings(tmp_path / "whole")


@pytest.mark.parametrize(("stories", "message"), [
    ([story("one"), story("one")], "one: 2 articles have this slug; each needs its own"),
    ([story("one", values=(("place", "p:atlantis", 1),))], "one: the place 'p:atlantis' is no value of the archive"),
    ([story("one", values=(("place", "p:syria", 0),))], "one: the place 'p:syria' is named 0 times"),
])  # fmt: skip
def test_articles_that_contradict_each_other_are_refused(stories, message, tmp_path):
    with pytest.raises(SearchError, match=message):
        update_index(stories, VALUES, tmp_path)


def test_a_missing_index_says_how_to_make_one(tmp_path):
    with pytest.raises(SearchError, match=r"no search index here; `make html` writes it"):
        open_index(tmp_path / "nowhere")


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def altered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    path.write_bytes(b"\x00" * path.stat().st_size)


@pytest.mark.parametrize("damage", [shortened, altered, emptied, garbled, Path.unlink])
@pytest.mark.parametrize("pattern", ["*/*.seg", "*/*.toc"])
def test_a_damaged_part_is_told_when_opened_and_mended_by_the_next_build(damage, pattern, folder):
    whole = holdings(folder)
    for path in folder.glob(pattern):
        damage(path)
    with pytest.raises(SearchError, match="`make html` writes it anew"):
        open_index(folder)
    summary = update_index(STORIES, VALUES, folder)
    assert "`make html` writes it anew. This was done." in summary.notes[0]
    assert holdings(folder) == whole


@pytest.mark.parametrize("damage", [emptied, garbled, Path.unlink])
def test_a_damaged_store_is_told_when_opened_and_mended_by_the_next_build(damage, folder):
    whole = holdings(folder)
    damage(next(folder.glob("*/store.sqlite")))
    with pytest.raises(SearchError, match="`make html` writes it anew"):
        open_index(folder)
    assert len(update_index(STORIES, VALUES, folder).notes) == 1
    assert holdings(folder) == whole


@pytest.mark.parametrize("statement", [
    "UPDATE facts SET value = 'another' WHERE name = 'version'",
    "UPDATE facts SET value = '{' WHERE name IN ('totals', 'files')",
    "DELETE FROM facts WHERE name = 'order'",
    "DROP TABLE contents",
    "UPDATE contents SET analysed = x'00112233'",
])  # fmt: skip
def test_a_store_that_is_not_ours_is_mended_by_the_next_build(statement, folder):
    whole = holdings(folder)
    with sqlite3.connect(next(folder.glob("*/store.sqlite"))) as connection:
        connection.execute(statement)
    connection.close()
    changed = [replace(document, title=f"{document.title} again") for document in STORIES]
    assert len(update_index(changed, VALUES, folder).notes) == 1
    update_index(STORIES, VALUES, folder)
    assert holdings(folder) == whole


def test_an_index_of_the_former_kind_is_replaced(tmp_path):
    (tmp_path / "former").mkdir()
    (tmp_path / "current").write_text("former\n")
    update_index(STORIES, VALUES, tmp_path)
    assert not (tmp_path / "former").exists()
    with open_index(tmp_path) as index:
        assert index.statistics.documents == 3


@pytest.mark.parametrize("step", ["write_segments", "write_contents", "_record_files", "replace_file"])
def test_a_full_disk_is_told_and_leaves_a_whole_index(step, folder, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    whole = holdings(folder)
    changed = [replace(STORIES[0], body="Changed."), *STORIES[1:]]
    with monkeypatch.context() as patched:
        patched.setattr(archive_index, step, fail)
        with pytest.raises(SearchError, match="cannot be written"):
            update_index(changed, VALUES, folder)
    if step != "replace_file":  # all but the stamp is written by then
        assert holdings(folder) == whole
    update_index(STORIES, VALUES, folder)
    assert holdings(folder) == whole


def killed_at(step: str, stories: list[SearchDocument], folder: Path) -> None:
    """Write an index and die at a step, as when the machine is switched off."""
    setattr(archive_index, step, lambda *_arguments, **_options: os._exit(9))
    update_index(stories, VALUES, folder)


@pytest.mark.parametrize("first", [True, False], ids=["the first build", "a later build"])
@pytest.mark.parametrize("step", ["write_segments", "write_contents", "_record_files", "replace_file", "_tidy"])
def test_a_killed_writer_leaves_an_index_that_the_next_build_goes_on_from(step, first, tmp_path):
    folder, clean = tmp_path / "index", tmp_path / "clean"
    stories = STORIES if first else [replace(STORIES[0], body="Changed."), *STORIES[1:]]
    if not first:
        update_index(STORIES, VALUES, folder)
    child = multiprocessing.get_context("spawn").Process(target=killed_at, args=(step, stories, folder))
    child.start()
    child.join(30)
    assert child.exitcode == 9
    if not first:
        holdings(folder)  # one state or the next
    assert update_index(stories, VALUES, folder).notes == ()
    update_index(STORIES, VALUES, clean)
    update_index(stories, VALUES, clean)
    assert holdings(folder) == holdings(clean)
    [inner] = (path for path in folder.iterdir() if path.is_dir())
    assert not [path for path in inner.iterdir() if path.is_dir()]


def test_a_second_writer_says_that_another_writes(folder, monkeypatch):
    monkeypatch.setattr(archive_index, "BUSY_SECONDS", 0.0)
    lock = FileStorage(str(folder)).lock("writer.lock")
    assert lock.acquire()
    try:
        with pytest.raises(SearchError, match="another process writes the search index"):
            update_index(STORIES, VALUES, folder)
    finally:
        lock.release()


WORDS = ["army", "armies", "city", "cities", "Raqqa", "été", "\n", "the", "of"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
dates = st.sampled_from([None, "2016", "2016-05-01", "2017-03?", "2016-10/2017-04"])
tags = st.lists(st.tuples(st.sampled_from(["p:syria", "p:raqqa", "p:hama"]), st.integers(1, 3)), max_size=3)


class AnySequenceOfChanges(RuleBasedStateMachine):
    """Articles and values come, change and go; the index is then as one that was written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.folder = Path(self.temporary.name) / "index"
        self.stories: dict[str, SearchDocument] = {}
        self.values = {key: SearchValue("place", key, key[2:].title()) for key in ("p:syria", "p:raqqa", "p:hama")}

    def teardown(self) -> None:
        self.temporary.cleanup()

    def update(self) -> None:
        update_index(self.stories.values(), self.values.values(), self.folder, max_postings=20)

    @rule(
        number=st.integers(0, 9),
        text=st.tuples(texts, texts),
        date=dates,
        tagged=tags,
        lang=st.sampled_from(["en", "fr"]),
    )
    def add_or_change(self, number, text, date, tagged, lang) -> None:
        values = tuple(("place", key, count) for key, count in tagged)
        self.stories[f"s{number}"] = story(f"s{number}", *text, date=date, values=values, lang=lang)

    @rule(number=st.integers(0, 9))
    def remove(self, number) -> None:
        self.stories.pop(f"s{number}", None)

    @rule(random=st.randoms(use_true_random=False))
    def reorder(self, random) -> None:
        slugs = list(self.stories)
        random.shuffle(slugs)
        self.stories = {slug: self.stories[slug] for slug in slugs}

    @rule(key=st.sampled_from(["p:raqqa", "p:hama"]), broader=st.sampled_from([(), ("p:syria",)]), name=texts)
    def change_a_value(self, key, broader, name) -> None:
        self.values[key] = replace(self.values[key], broader=broader, names=(name,))

    @invariant()
    def is_as_if_written_at_once(self) -> None:
        self.update()
        with TemporaryDirectory() as clean:
            update_index(self.stories.values(), self.values.values(), Path(clean))
            assert holdings(self.folder) == holdings(Path(clean))


TestAnySequenceOfChanges = AnySequenceOfChanges.TestCase
TestAnySequenceOfChanges.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
