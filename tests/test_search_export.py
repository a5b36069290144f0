"""The export is small, whole and the same each time."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.search import SCRIPTS, build_index, export_index, open_index
from dateline.search.export import SHARD_CHARS, encode_numbers
from searching import document

STORIES = [
    document(f"story-{number}", f"Story {number}", " ".join(f"word{n}" for n in range(number, number + 200)))
    for number in range(100)
]


def export(documents, folder):
    build_index(documents, folder / "index")
    with open_index(folder / "index") as index:
        return export_index(index, folder / "search")


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def arguments(script):
    """What a shard hands over."""
    return json.loads("[" + script.partition("(")[2].removesuffix(");\n") + "]")


def decode(text):
    """Numbers out of base-64 VLQ, as the browser reads them."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    numbers, number, shift = [], 0, 0
    for digit in map(digits.index, text):
        number |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(number)
            number = shift = 0
    return numbers


@given(st.lists(st.integers(min_value=0, max_value=1 << 30)))
def test_numbers_are_read_as_they_were_written(numbers):
    assert decode(encode_numbers(numbers)) == numbers


def test_the_same_archive_gives_the_same_bytes(tmp_path):
    export(STORIES, tmp_path / "one")
    export(STORIES, tmp_path / "two")
    assert tree(tmp_path / "one/search") == tree(tmp_path / "two/search")


@pytest.mark.parametrize("changed", [
    document("story-0", "Story 0", "another text"),
    document("story-0", "Another title", STORIES[0].body),
    document("story-0", STORIES[0].title, STORIES[0].body, topic="Another topic"),
    document("story-0", STORIES[0].title, STORIES[0].body, places=("Lima",)),
    document("story-0", STORIES[0].title, STORIES[0].body, date="2017-03"),
])  # fmt: skip
def test_whatever_changes_gives_a_new_generation_beside_the_old(changed, tmp_path):
    before = export(STORIES, tmp_path)
    files = tree(tmp_path / "search")
    after = export([changed, *STORIES[1:]], tmp_path)
    assert before.generation != after.generation
    assert {name for name, data in files.items() if tree(tmp_path / "search").get(name) != data} == {"meta.js"}


def test_the_summary_counts_what_lies_there(tmp_path):
    summary = export(STORIES, tmp_path)
    files = tree(tmp_path / "search")
    assert (summary.files, summary.bytes) == (len(files), sum(map(len, files.values())))
    assert {path.name for path in (tmp_path / "search").iterdir()} == {summary.generation, "meta.js"}


def test_the_texts_of_an_archive_are_never_in_memory_together(tmp_path):
    count, chars = 100, 100_000
    build_index([document(f"story-{number}", body="- " * (chars // 2)) for number in range(count)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        tracemalloc.start()
        export_index(index, tmp_path / "search")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < count * chars / 4


def test_shards_are_small_and_hold_each_term_once(tmp_path):
    summary = export(STORIES, tmp_path)
    folder = tmp_path / "search" / summary.generation
    shards = [path.read_text(encoding="utf-8") for path in folder.glob("text-terms-*.js")]
    assert len(shards) > 1
    assert max(map(len, shards)) < 2 * SHARD_CHARS
    terms = [term for shard in shards for term in arguments(shard)[1][0]]
    assert sorted(terms) == sorted({f"word{number}" for number in range(299)} | {"stori", *map(str, range(100))})


def test_every_shard_is_one_call(tmp_path):
    export([document("x", "</script>\u2028", "“quoted” \\ text")], tmp_path)
    for path, data in tree(tmp_path / "search").items():
        text = data.decode()
        assert text.startswith(("dateline.shards.receive(", "dateline.shards.open({")), path
        assert text.endswith(");\n")
        assert arguments(text)


def test_an_empty_archive_is_exported_too(tmp_path):
    assert export([], tmp_path).files == 1


def test_the_theme_has_the_scripts_and_each_names_its_licence(repository):
    scripts = [repository / "theme/static" / script for script in SCRIPTS]
    assert set((repository / "theme/static/js/search").iterdir()) == set(scripts)
    for script in scripts:
        assert script.read_text(encoding="utf-8").startswith("// SPDX-License-Identifier: MIT\n")
