"""The export is a function of the live articles; unchanged files stay, and numbers come back as they were."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dateline.records import SearchValue
from dateline.search import documents, manifest, open_index, update_index
from dateline.search.analysis import find_words
from dateline.search.shards import export_index, state, write_scripts
from dateline.search.shards.codec import DIGITS, MAX_NUMBER, decode_column, encode_column, encode_gaps, encode_number
from dateline.search.shards.trees import cut
from sharding import STORIES, VALUES, Archive, story


def files(folder: Path, live: frozenset[str]) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in sorted(live)}


@given(st.integers(0, MAX_NUMBER))
def test_a_number_comes_back_from_its_digits(number):
    digits = encode_number(number)
    first, *rest = (DIGITS.index(digit) for digit in digits)
    form = next(at for at, end in enumerate((76, 88, 91, 92, 93)) if first < end)
    base, before = ((0, 0), (76, 76), (88, 1192), (91, 27139), (92, 831496))[form]
    value = first - base
    for digit in rest:
        value = value * 93 + digit
    assert (len(rest), before + value) == (form, number)


@given(st.lists(st.integers(0, MAX_NUMBER)))
def test_a_column_comes_back_from_its_digits(numbers):
    assert decode_column(encode_column(numbers)) == numbers


def test_a_number_too_large_for_a_shard_is_refused():
    with pytest.raises(ValueError, match="the most that a shard can hold"):
        encode_number(MAX_NUMBER + 1)


def test_digits_need_no_escape_in_a_script():
    assert len(DIGITS) == 93
    assert not set(DIGITS) & set('"\\')


def test_a_rising_column_is_written_as_gaps():
    assert encode_gaps([4, 5, 9]) == DIGITS[4] + DIGITS[0] + DIGITS[3]


@given(st.lists(st.text("abc", min_size=1), unique=True, max_size=300), st.integers(0, 300))
def test_a_new_entry_moves_few_cuts(keys, at):
    keys.sort()
    bounds = (5, 10, 40)
    changed = sorted({*keys, f"b{at}"})
    before, after = (
        [tuple(part) for part in cut(items, str, lambda key: 1, bounds)] for items in (keys, changed)
    )  # fmt: skip
    assert [key for part in after for key in part] == changed
    assert all(len(part) >= bounds[0] for part in after[:-1])
    assert all(len(part) <= bounds[2] for part in after)
    first = next((place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), 0)
    assert before[:first] == after[:first]


def test_an_export_is_the_same_wherever_and_whenever_it_is_made(tmp_path):
    once = export_index(Archive(STORIES), tmp_path / "once")
    again = export_index(Archive(STORIES), tmp_path / "again")
    assert files(tmp_path / "once", once.live) == files(tmp_path / "again", again.live)


def test_an_export_of_the_same_articles_writes_nothing(tmp_path):
    export_index(Archive(STORIES), tmp_path)
    again = export_index(Archive(STORIES), tmp_path)
    assert again.written == 0
    assert not again.superseded


def test_a_changed_article_leaves_most_files_as_they_are(tmp_path):
    first = export_index(Archive(STORIES), tmp_path)
    changed = [*STORIES[:75], replace(STORIES[75], body=STORIES[75].body + " newcomer"), *STORIES[76:]]
    second = export_index(Archive(changed), tmp_path)
    table_files = {name for name in first.live if "/" not in name}
    assert len(table_files - second.live) < len(table_files) / 2
    assert second.superseded == first.live - second.live


stories = st.lists(
    st.builds(story, st.integers(0, 30), st.integers(0, 30)), unique_by=lambda stored: stored.slug, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(st.lists(stories, min_size=1, max_size=4))
def test_after_any_changes_the_live_files_are_those_of_a_clean_export(tmp_path_factory, versions):
    grown, clean = tmp_path_factory.mktemp("grown"), tmp_path_factory.mktemp("clean")
    summaries = [export_index(Archive(version), grown) for version in versions]
    expected = export_index(Archive(versions[-1]), clean)
    assert files(grown, summaries[-1].live) == files(clean, expected.live)
    standing = {path.relative_to(grown).as_posix() for path in grown.rglob("*.js")}
    assert standing == summaries[-1].live | summaries[-1].superseded


class Unread(Archive):
    """An archive of which the export may read single articles alone."""

    @property
    def statistics(self):
        return Archive(self.documents).statistics

    def words(self, prefix):
        return Archive(self.documents).words(prefix)

    def analysed(self):
        raise AssertionError("all articles were read")


def edited(number: int, **changes) -> list:
    return [*STORIES[:number], replace(STORIES[number], **changes), *STORIES[number + 1 :]]


@pytest.mark.parametrize("documents", [
    STORIES,
    edited(75, body=STORIES[75].body + " newcomer"),
    edited(75, body="It rained."),  # without the words that most have
    edited(3, title="Army story 3 again", group="story-1"),
    edited(4, values=(("place", "syria", 2), ("topic", "war", 1))),
    edited(149, slug="another", url="elsewhere.html"),
    [*STORIES, replace(STORIES[1], slug="last")],
])  # fmt: skip
def test_articles_that_stand_are_not_read_again(tmp_path, documents):
    export_index(Archive(STORIES), tmp_path / "grown")
    grown = export_index(Unread(documents), tmp_path / "grown")
    clean = export_index(Archive(documents), tmp_path / "clean")
    assert files(tmp_path / "grown", grown.live) == files(tmp_path / "clean", clean.live)


@pytest.mark.parametrize("number", [64, 65])
def test_a_common_word_that_leaves_or_joins_the_short_lists_is_written_as_in_a_clean_export(tmp_path, number):
    def archive(stories: int) -> Archive:
        """An archive of 100 articles of which so many have the common words."""
        return Archive([*STORIES[:stories], *(replace(stored, body="It rained.") for stored in STORIES[stories:100])])

    export_index(archive(number), tmp_path / "grown")
    grown = export_index(archive(129 - number), tmp_path / "grown")
    clean = export_index(archive(129 - number), tmp_path / "clean")
    assert files(tmp_path / "grown", grown.live) == files(tmp_path / "clean", clean.live)


def exported(folder: Path, documents, values) -> tuple[str, dict[str, bytes]]:
    """Bring index and shards in a folder to these articles, and return the generation and all files."""
    update_index(documents, values, folder / "index")
    with open_index(folder / "index") as index:
        summary = export_index(index, folder / "shards")
    return summary.generation, files(folder / "shards", summary.live)


def test_a_value_may_go_with_the_last_article_that_had_it(tmp_path):
    untagged = [replace(stored, values=()) for stored in STORIES[:30]]
    tagged = [*untagged[:5], replace(untagged[5], values=(("tag", "foo", 1),)), *untagged[6:]]
    exported(tmp_path / "grown", tagged, [SearchValue("tag", "foo", "foo", ("foo",))])
    assert exported(tmp_path / "grown", untagged, []) == exported(tmp_path / "clean", untagged, [])


def test_the_generation_is_another_where_only_meta_is(tmp_path):
    english, french = (
        export_index(Archive(STORIES[:3], languages=(language,)), tmp_path / language) for language in ("en", "fr")
    )
    assert english.live == french.live
    assert english.generation != french.generation


def test_a_state_that_is_damaged_or_gone_does_no_harm(tmp_path):
    export_index(Archive(STORIES), tmp_path / "grown")
    state = tmp_path / "grown" / "state.sqlite"
    whole = state.read_bytes()
    documents = edited(75, body="An army of newcomers")
    clean = export_index(Archive(documents), tmp_path / "clean")
    expected = files(tmp_path / "clean", clean.live)
    middle = len(whole) // 2
    damaged = [
        b"",
        whole[:middle],
        *(whole[:at] + b"\xff\x00" + whole[at + 2 :] for at in range(20, len(whole), len(whole) // 23)),
    ]
    for content in damaged:
        state.write_bytes(content)
        grown = export_index(Archive(documents), tmp_path / "grown")
        assert files(tmp_path / "grown", grown.live) == expected
    state.unlink()
    assert export_index(Archive(documents), tmp_path / "grown").live == clean.live


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10])


def flip_a_bit(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])


@pytest.mark.parametrize("has_state", [True, False])
@pytest.mark.parametrize("damage", [truncate, flip_a_bit])
def test_a_shard_that_is_damaged_is_written_again_under_its_name(damage, has_state, tmp_path):
    first = export_index(Archive(STORIES), tmp_path)
    whole = files(tmp_path, first.live)
    cards = sorted(name for name in first.live if "/" in name)
    for name in (*sorted(first.live - {*cards})[::9], cards[0], "meta.js"):
        damage(tmp_path / name)
        if not has_state:
            (tmp_path / "state.sqlite").unlink()
        assert export_index(Archive(STORIES), tmp_path).written == 1
        assert files(tmp_path, first.live) == whole


def test_shards_of_which_only_the_time_is_another_are_read_and_stay(tmp_path):
    first = export_index(Archive(STORIES), tmp_path)
    for name in first.live:
        os.utime(tmp_path / name, (5, 5))
    for _ in range(2):
        assert export_index(Archive(STORIES), tmp_path).written == 0


def test_what_was_left_unfinished_or_empty_is_cleared_away(tmp_path):
    first = export_index(Archive(STORIES), tmp_path)
    run = next(name for name in sorted(first.live) if "/" in name).partition("/")[0]
    left = [tmp_path / ".0123456789ab", tmp_path / ".meta.js.0123456789ab", tmp_path / run / ".0123456789ab"]
    for path in left:
        path.touch()
    (tmp_path / "emptied").mkdir()
    export_index(Archive(STORIES), tmp_path)
    assert not [path for path in (*left, tmp_path / "emptied") if path.exists()]


def test_terms_of_another_version_are_not_kept(tmp_path, monkeypatch):
    def terms(text, language):
        return ((place, word, f"{term}s") for place, word, term in find_words(text, language))

    with monkeypatch.context() as earlier:
        earlier.setattr(documents, "find_words", terms)
        earlier.setattr(manifest, "INDEX_VERSION", "earlier")
        earlier.setattr(state, "STATE_VERSION", "earlier")
        before = exported(tmp_path / "grown", STORIES, VALUES)
    after = exported(tmp_path / "grown", STORIES, VALUES)
    assert before != after
    assert after == exported(tmp_path / "clean", STORIES, VALUES)


@pytest.mark.parametrize("part", [manifest.INDEX_VERSION, state.STATE_VERSION])
def test_what_is_kept_tells_the_version_of_the_analyser_and_of_the_letters(part):
    assert {documents.ANALYSER_VERSION, unicodedata.unidata_version} <= set(part.split())


def test_a_shard_that_is_gone_is_written_again(tmp_path):
    first = export_index(Archive(STORIES), tmp_path)
    for name in sorted(first.live)[::7]:
        (tmp_path / name).unlink()
        assert export_index(Archive(STORIES), tmp_path).live == first.live
        assert (tmp_path / name).is_file()


changes = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["", "Army story", "w0x1 of the army army", "story7"]),
        "body": st.builds(
            lambda number, words: story(number, words).body, st.integers(0, 30), st.sampled_from([3, 280])
        ),
        "values": st.sampled_from([(), (("place", "raqqa", 2),), (("place", "syria", 1), ("topic", "war", 3))]),
        "group": st.just("story-1"),
        "slug": st.just("another"),
    },
)


class AnyExports(RuleBasedStateMachine):
    """Articles change in place, come at the end and elsewhere, and go; the shards are those of a clean export."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.stories = STORIES[:70]
        self.values = list(VALUES)

    def teardown(self) -> None:
        self.temporary.cleanup()

    @rule(at=st.integers(0, 69), changes=changes)
    def change(self, at, changes) -> None:
        if at < len(self.stories) and not ("slug" in changes and "another" in {stored.slug for stored in self.stories}):
            self.stories = [*self.stories[:at], replace(self.stories[at], **changes), *self.stories[at + 1 :]]

    @rule(at=st.sampled_from([0, 35, 1000]), number=st.integers(100, 999))
    def add(self, at, number) -> None:
        if all(stored.slug != f"story-{number}" for stored in self.stories):
            self.stories = [*self.stories[:at], story(number), *self.stories[at:]]

    @rule(at=st.integers(0, 99))
    def remove(self, at) -> None:
        self.stories = [stored for place, stored in enumerate(self.stories) if place != at]

    @rule(label=st.sampled_from(["Raqqa", "Ar-Raqqah"]), broader=st.sampled_from([(), ("syria",)]))
    def change_a_value(self, label, broader) -> None:
        self.values[1] = replace(self.values[1], label=label, broader=broader)

    @invariant()
    def is_as_a_clean_export(self) -> None:
        archive = Archive(self.stories, tuple(self.values))
        grown = export_index(archive, self.folder)
        with TemporaryDirectory() as clean:
            expected = export_index(archive, Path(clean))
            assert (grown.files, grown.bytes) == (expected.files, expected.bytes)
            assert files(self.folder, grown.live) == files(Path(clean), expected.live)
        for name in grown.superseded:
            (self.folder / name).unlink()


TestAnyExports = AnyExports.TestCase
TestAnyExports.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)


KNOWN = {
    ("place", "syria"): VALUES[0],
    ("place", "raqqa"): VALUES[1],
    **{("tag", key): SearchValue("tag", key, key, (key,)) for key in ("oil", "<b>", "\\<b>", "a\x7fb", "été")},
}


class AnyUpdates(RuleBasedStateMachine):
    """Articles of an index come, change and go, and with them languages, days and values, as a site gives them.

    The shards, the meta that names them and the generation that it goes by are those of a clean index and export.
    """

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.stories = {stored.slug: replace(stored, values=()) for stored in STORIES[:40]}

    def teardown(self) -> None:
        self.temporary.cleanup()

    @rule(
        number=st.integers(0, 45),
        changes=st.fixed_dictionaries(
            {},
            optional={
                "title": st.sampled_from(["", "12", "Armées", "Army story"]),
                "body": st.sampled_from(["", "34 56", "It rained.", STORIES[3].body]),
                "lang": st.sampled_from(["en", "fr"]),
                "date": st.sampled_from([None, "2017", "2017-03-22"]),
            },
        ),
        tagged=st.lists(st.tuples(st.sampled_from(sorted(KNOWN)), st.integers(1, 2)), max_size=4),
    )
    def add_or_change(self, number, changes, tagged) -> None:
        stored = self.stories.get(f"story-{number}", STORIES[number])
        values = tuple((*value, count) for value, count in tagged)
        self.stories[stored.slug] = replace(stored, values=values, **changes)

    @rule(gone=st.sampled_from(sorted(KNOWN)))
    def drop_a_value(self, gone) -> None:
        for slug, stored in self.stories.items():
            if any(value[:2] == gone for value in stored.values):
                kept = tuple(value for value in stored.values if value[:2] != gone)
                self.stories[slug] = replace(stored, values=kept)

    @rule(number=st.integers(0, 45))
    def remove(self, number) -> None:
        self.stories.pop(f"story-{number}", None)

    @invariant()
    def is_as_a_clean_export_of_a_clean_index(self) -> None:
        stories = list(self.stories.values())
        named = {(field, key) for stored in stories for field, key, _ in stored.values}
        named |= {("place", key) for value in named for key in KNOWN[value].broader}
        values = [KNOWN[value] for value in sorted(named)]
        with TemporaryDirectory() as clean:
            assert exported(self.folder, stories, values) == exported(Path(clean), stories, values)


TestAnyUpdates = AnyUpdates.TestCase
TestAnyUpdates.settings = settings(
    max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_names_grow_when_two_shards_would_have_the_same(tmp_path):
    summary = export_index(Archive(STORIES), tmp_path, name_chars=2)
    names = {name.split("/")[0].removesuffix(".js") for name in summary.live - {"meta.js"}}
    assert {len(name) for name in names} != {2}
    assert len({len(name) for name in names}) == 1


def test_a_shard_says_its_own_name(tmp_path):
    summary = export_index(Archive(STORIES), tmp_path)
    stamps = {name: re.match(r'dateline\.shard\("([^"]+)"', (tmp_path / name).read_text()) for name in summary.live}
    assert all(stamp and f"{stamp[1]}.js" == name for name, stamp in stamps.items())


def test_scripts_are_named_by_what_they_hold_and_bundled_without_comments(tmp_path, repository):
    names = write_scripts(repository / "theme/static", tmp_path, ["en", "fr"])
    engine = (tmp_path / names["engine"]).read_text(encoding="utf-8")
    assert "SPDX" not in engine
    assert "dateline.shards=" in engine
    assert {"parser", "fuzzy", "stem/fr"} <= names.keys()
    assert write_scripts(repository / "theme/static", tmp_path, ["en", "fr"]) == names


def test_scripts_beside_the_shards_are_none_of_them(tmp_path, repository):
    write_scripts(repository / "theme/static", tmp_path, ["en"])
    assert not export_index(Archive(STORIES), tmp_path).superseded
