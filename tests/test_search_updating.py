"""The index is brought up to date piece by piece, and is then as if it had been written at once, whatever befell it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
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
from dateline.search import manifest, updating
from dateline.search.archive_index import open_index
from dateline.search.contents import Contents, Place
from dateline.search.updating import update_index
from indexed import STORIES, VALUES, holdings, story


@pytest.fixture
def folder(tmp_path):
    update_index(STORIES, VALUES, tmp_path)
    return tmp_path


def test_only_what_changed_is_written(folder):
    assert update_index(STORIES, VALUES, folder).written == 0
    changed = [replace(STORIES[0], body="The city stood."), *STORIES[1:]]
    assert update_index(changed, VALUES, folder).written == 1
    summary = update_index(changed[1:], VALUES, folder)
    assert (summary.documents, summary.written, summary.removed) == (2, 0, 1)


def test_small_segments_are_merged_in_time(tmp_path):
    stories = []
    for number in range(30):
        stories.append(story(f"s{number}", body=f"word number{number}"))
        update_index(stories, [], tmp_path)
        with open_index(tmp_path) as index:
            assert len(index.searcher.leaf_searchers()) <= updating.MAX_SEGMENTS + 1
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


def every_file(folder: Path) -> list[Path]:
    return [folder / "current", *sorted(path for path in folder.glob("*/*"))]


def complaint(folder: Path, whole: dict) -> str:
    """What is wrong with an index, as far as those who read all of it are told; "" where it tells what it should."""
    try:
        found = holdings(folder)
    except SearchError as error:
        return "make html" if "; `make html` writes" in str(error) else str(error)
    return "" if found == whole else "It tells something else."


def test_whatever_byte_is_altered_answers_are_right_or_there_is_a_sentence_and_a_rebuild(folder):
    update_index([*STORIES, story("new", body="Another army.")], VALUES, folder)
    stories = [*STORIES[1:], story("new", body="Another army.")]
    update_index(stories, VALUES, folder)
    whole = holdings(folder)
    untouched = {path: path.read_bytes() for path in every_file(folder)}
    for path, data in untouched.items():
        for at in {*range(0, len(data), max(1, len(data) // 25)), len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            assert complaint(folder, whole) in {"", "make html"}
            update_index(stories, VALUES, folder)
            assert holdings(folder) == whole
            if every_file(folder) != list(untouched):  # it was built anew: go on with what it was
                clear(folder)
            restore(untouched)


def clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def restore(files: dict[Path, bytes]) -> None:
    for path, data in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


@pytest.mark.parametrize("damage", [shortened, emptied, garbled, Path.unlink])
@pytest.mark.parametrize("pattern", ["current", "*/store*", "*/contents*"])
def test_a_damaged_file_is_told_by_the_next_build_which_mends_it(damage, pattern, folder):
    whole = holdings(folder)
    for path in folder.glob(pattern):
        damage(path)
    with pytest.raises(SearchError, match="`make html` writes"):
        holdings(folder)
    notes = update_index(STORIES, VALUES, folder).notes
    assert len(notes) == (not (damage is Path.unlink and pattern == "current"))
    assert holdings(folder) == whole


def test_an_article_that_decayed_unseen_is_found_when_it_is_read_and_then_mended(folder):
    whole = holdings(folder)
    path = next(folder.glob("*/contents*"))
    status = path.stat()
    altered(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert update_index(STORIES, VALUES, folder).notes == ()  # its size and time are as they were
    with pytest.raises(SearchError, match="an article in it is damaged; `make html` writes the search index anew"):
        holdings(folder)
    assert len(update_index(STORIES, VALUES, folder).notes) == 1
    assert holdings(folder) == whole


def test_an_index_of_another_version_is_written_anew(folder, monkeypatch):
    whole = holdings(folder)
    with monkeypatch.context() as patched:
        patched.setattr(manifest, "INDEX_VERSION", "0")
        update_index(STORIES, VALUES, folder)
    with pytest.raises(SearchError, match="is of version 0, not"):
        open_index(folder)
    assert update_index(STORIES, VALUES, folder).written == 3
    assert holdings(folder) == whole


def test_the_index_has_the_rights_that_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        update_index(STORIES, VALUES, tmp_path / "index")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "index").rglob("*") if path.name != "writer.lock"}
    assert modes == {0o750, 0o640}


def test_what_articles_leave_behind_is_cleared_away_in_time(folder):
    for number in range(20):
        update_index([replace(document, body=f"Text {number}. " * 50) for document in STORIES], VALUES, folder)
    assert sum(path.stat().st_size for path in folder.glob("*/contents*")) < 50_000
    with TemporaryDirectory() as clean:
        update_index([replace(document, body="Text 19. " * 50) for document in STORIES], VALUES, Path(clean))
        assert holdings(folder) == holdings(Path(clean))


class Title(str):
    """A text of a class of its own, as template engines make them."""

    __slots__ = ()


def test_texts_of_any_class_may_be_given(folder):
    changed = [replace(STORIES[0], title=Title("A new city")), *STORIES[1:]]
    assert update_index(changed, VALUES, folder).written == 1
    assert update_index(changed, VALUES, folder).written == 0


@pytest.mark.parametrize("change", [
    {"url": "articles/elsewhere.html"}, {"title": "An old town"}, {"body": "The city fell!"}, {"topic": "War"},
    {"date": "2016-01-03"}, {"date": None}, {"lang": "fr"}, {"values": (("place", "p:syria", 2),)}, {"values": ()},
    {"group": "raqqa"},
])  # fmt: skip
def test_a_change_of_any_field_is_seen(change, folder):
    changed = [replace(STORIES[0], **change), *STORIES[1:]]
    assert update_index(changed, VALUES, folder).written == 1
    with open_index(folder) as index:
        assert sorted(changed, key=lambda document: document.slug) == sorted(
            map(index.stored, range(3)), key=lambda document: document.slug
        )


def test_the_words_of_a_country_s_language_have_the_terms_of_the_language(tmp_path):
    update_index([story("a", body="Fighters", lang="en-GB"), story("b", body="soldater", lang="nb")], [], tmp_path)
    with open_index(tmp_path) as index:
        assert index.languages == ("en", "no")
        assert [index.df("text", term) for term in ("fighter", "soldat")] == [1, 1]


def test_an_index_of_the_former_kind_is_replaced(tmp_path):
    (tmp_path / "former").mkdir()
    (tmp_path / "current").write_text("former\n")
    update_index(STORIES, VALUES, tmp_path)
    assert not (tmp_path / "former").exists()
    with open_index(tmp_path) as index:
        assert index.statistics.documents == 3


@pytest.mark.parametrize("step", ["write_segments", "write_contents", "seal_file", "write_manifest"])
def test_a_full_disk_is_told_and_leaves_a_whole_index(step, folder, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    whole = holdings(folder)
    changed = [replace(STORIES[0], body="Changed."), *STORIES[1:]]
    with monkeypatch.context() as patched:
        patched.setattr(updating, step, fail)
        with pytest.raises(SearchError, match="cannot be written"):
            update_index(changed, VALUES, folder)
    assert holdings(folder) == whole
    update_index(STORIES, VALUES, folder)
    assert holdings(folder) == whole


def killed_at(step: str, stories: list[SearchDocument], folder: Path) -> None:
    """Write an index and die at a step, as when the machine is switched off."""
    setattr(updating, step, lambda *_arguments, **_options: os._exit(9))
    update_index(stories, VALUES, folder)


@pytest.mark.parametrize("first", [True, False], ids=["the first build", "a later build"])
@pytest.mark.parametrize("step", ["write_segments", "write_contents", "seal_file", "write_manifest", "_tidy"])
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


def test_articles_are_read_once_after_a_killed_writer_not_at_every_build(folder, monkeypatch):
    [inner] = (path for path in folder.iterdir() if path.is_dir())
    contents = next(inner.glob("contents_*.bin"))
    size, whole = contents.stat().st_size, holdings(folder)
    with contents.open("ab") as stream:
        stream.write(b"half an article")
    read: list[Place] = []
    check = Contents.check

    def noted(self, places) -> None:
        rows = list(places)
        read.extend(rows)
        check(self, rows)

    monkeypatch.setattr(Contents, "check", noted)
    for _ in range(2):
        assert update_index(STORIES, VALUES, folder).notes == ()
        assert (contents.stat().st_size, len(read)) == (size, len(STORIES))
    assert holdings(folder) == whole


@pytest.mark.parametrize(("stories", "values", "message"), [
    ([story("a\ud800")], [], r"^a\\ud800: its slug has U\+D800, which is half of a pair"),
    ([story("a", title="x", body="It \udfff rained.")], [], r"^a: its body has U\+DFFF"),
    ([], [SearchValue("tag", "\ud83d", "x")], r"^tag \\ud83d: its key has U\+D83D"),
    ([], [SearchValue("tag", "x", "x", ("x", "\ud83d"))], r"^tag x: its names has U\+D83D"),
], ids=["slug", "body", "key", "names"])  # fmt: skip
def test_half_a_pair_of_surrogates_is_told_and_leaves_the_index_as_it_was(stories, values, message, folder):
    whole = holdings(folder)
    with pytest.raises(SearchError, match=message):
        update_index([*STORIES, *stories], [*VALUES, *values], folder)
    assert holdings(folder) == whole


def test_a_second_writer_says_that_another_writes(folder, monkeypatch):
    monkeypatch.setattr(updating, "BUSY_SECONDS", 0.0)
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
