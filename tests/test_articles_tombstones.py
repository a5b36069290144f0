"""Tombstones: what removed.csv removes, however it was saved, and what it says of rows that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.articles.tombstones import Tombstone, load_tombstones

HEADER = "slug,reason,on,by\n"


def load(folder: Path, data: str | bytes) -> tuple[list[Tombstone], list[tuple[str, str]]]:
    (folder / "removed.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    tombstones, notices = load_tombstones(folder)
    return tombstones, [(notice.where.partition(" ")[2], notice.message) for notice in notices]


def test_an_archive_that_removed_nothing_has_no_tombstones(tmp_path: Path) -> None:
    assert load_tombstones(tmp_path) == ([], [])


@pytest.mark.parametrize(
    "data",
    [
        "slug,reason,on,by\nrain,\"A court, in Lima\",2020-05-01,AB\n",
        "\ufeffslug;reason;on;by\r\nrain;A court, in Lima;2020-05-01;AB\r\n",
        "by,on,reason,slug\nAB,2020-05-01,\"A court, in Lima\",rain\n\n",
    ],
)  # fmt: skip
def test_a_row_says_what_was_removed_when_by_whom_and_why(tmp_path: Path, data: str) -> None:
    assert load(tmp_path, data) == ([Tombstone("rain", "A court, in Lima", "2020-05-01", "AB")], [])


@pytest.mark.parametrize("on", ["yesterday", "01/05/2020", "2020-13"])
def test_a_wrong_date_is_told_and_the_story_removed_all_the_same(tmp_path: Path, on: str) -> None:
    tombstones, ((where, message),) = load(tmp_path, f"{HEADER}rain,asked,{on},\n")
    assert tombstones == [Tombstone("rain", "asked")]
    assert where == "line 2"
    assert message.startswith(f"on: {on!r} is not a date like 2017-03-22")


@pytest.mark.parametrize("slug", ["", "articles/rain.html", "../rain", "index", "a\\b", ".rain", "con", "rain%2f"])
def test_a_slug_that_is_no_pages_name_removes_nothing_and_is_told(tmp_path: Path, slug: str) -> None:
    tombstones, notices = load(tmp_path, f"{HEADER}{slug},asked,2020-05-01,\n")
    assert tombstones == []
    assert [message.partition(":")[0] for _, message in notices] == [f"slug {slug!r} is none"]


def test_a_story_removed_twice_has_one_tombstone(tmp_path: Path) -> None:
    tombstones, notices = load(tmp_path, f"{HEADER}rain,first,2020,\nrain,second,2021,\n")
    assert tombstones == [Tombstone("rain", "first", "2020")]
    assert notices == [("line 3", "rain is removed by an earlier row")]


def test_a_file_without_slugs_is_told(tmp_path: Path) -> None:
    assert load(tmp_path, "story,reason\nrain,asked\n") == ([], [("line 1", "the header lacks slug; no row is read")])
