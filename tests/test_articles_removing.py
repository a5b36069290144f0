"""Removing: an article leaves, and word of it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dateline.articles.convert import convert
from dateline.articles.removing import remove_article
from dateline.articles.tombstones import Tombstone, load_tombstones
from dateline.errors import ArticleError


@pytest.fixture
def content(tmp_path: Path) -> Path:
    content = tmp_path / "content"
    (content / "sources").mkdir(parents=True)
    (content / "sources/rain.txt").write_text("Rain in Lima\n\nIt rained.\n\nSnow in Oslo\n\nIt snowed.\n")
    convert(content)
    return content


def test_a_removed_article_is_gone_is_told_of_and_does_not_come_back(content):
    removed = remove_article(content, "rain-in-lima", reason="Asked for, by the family.", on="2017-03-22", by="Jo")
    assert removed == "articles/rain-in-lima.md"
    (tombstone,), notices = load_tombstones(content)
    assert replace(tombstone, hashes=()) == Tombstone("rain-in-lima", "Asked for, by the family.", "2017-03-22", "Jo")
    assert (len(tombstone.hashes), notices) == (1, [])
    report = convert(content)
    assert (report.made, report.removed, report.deleted, report.unchanged) == (0, 1, 0, 1)
    assert [path.name for path in (content / "articles").iterdir()] == ["snow-in-oslo.md"]


def test_an_article_that_was_moved_is_found_by_its_slug(content):
    (content / "articles/rain-in-lima.md").rename(content / "articles/r.md")
    assert remove_article(content, "rain-in-lima", reason="Wrong.", on="2017-03-22") == "articles/r.md"


@pytest.mark.parametrize("header", ["slug;reason;on;by\r\n", "\ufeffslug,reason,on,by", "by,on,slug,reason\n"])
def test_a_row_is_added_as_the_file_is_written(content, header):
    (content / "removed.csv").write_bytes(header.encode())
    remove_article(content, "rain-in-lima", reason="Wrong, and; so on.", on="2017-03-22", by="Jo")
    tombstones, notices = load_tombstones(content)
    assert tombstones == [Tombstone("rain-in-lima", "Wrong, and; so on.", "2017-03-22", "Jo")]
    assert notices == []


def test_a_comma_without_quotation_marks_is_told_and_the_story_is_removed_all_the_same(content):
    (content / "removed.csv").write_text("slug,reason,on,by\nrain-in-lima,Asked for, by the family,2017,Jo\n")
    tombstones, notices = load_tombstones(content)
    assert [tombstone.slug for tombstone in tombstones] == ["rain-in-lima"]
    assert any("has 5 cells, the header 4" in notice.message for notice in notices)


@pytest.mark.parametrize(
    ("slug", "on", "said"),
    [
        ("sun-in-cairo", "2017-03-22", "no article has this slug"),
        ("../sources/rain", "2017-03-22", "no article has this slug"),
        ("rain-in-lima", "yesterday", "is not a date"),
        ("rain-in-lima", "2017-03", "must be a whole day like 2017-03-22"),
    ],
)
def test_what_cannot_be_removed_is_told_and_nothing_is_written(content, slug, on, said):
    with pytest.raises(ArticleError, match=said):
        remove_article(content, slug, reason="Wrong.", on=on)
    assert not (content / "removed.csv").exists()


def test_an_article_is_removed_once(content):
    remove_article(content, "rain-in-lima", reason="Wrong.", on="2017-03-22")
    with pytest.raises(ArticleError, match="is removed already"):
        remove_article(content, "rain-in-lima", reason="Wrong.", on="2017-03-22")


def test_a_removal_gives_a_reason(content):
    with pytest.raises(ArticleError, match="the reason is empty"):
        remove_article(content, "rain-in-lima", reason=" ", on="2017-03-22")


def test_an_article_whose_slug_a_person_changed_does_not_come_back_without_the_ledger(content):
    path = content / "articles/rain-in-lima.md"
    path.write_text(path.read_text().replace("Slug: rain-in-lima", "Slug: rain-again"))
    convert(content)
    remove_article(content, "rain-again", reason="Wrong.", on="2017-03-22")
    (content / "ledger.jsonl").unlink()
    assert convert(content).made == 0


def test_another_story_does_not_fall_to_the_tombstone_of_its_headline(content):
    remove_article(content, "rain-in-lima", reason="Wrong.", on="2017-03-22")
    (content / "ledger.jsonl").unlink()
    (content / "sources/rain.txt").write_text("Rain in Lima\n\nQuite another rain fell on another day.\n")
    report = convert(content)
    assert (report.made, report.removed) == (1, 0)


def test_a_file_that_a_spreadsheet_saved_is_added_to(content):
    (content / "removed.csv").write_bytes("slug,reason,on,by\r\nold,Café,2016-01-01,Jo\r\n".encode("cp1252"))
    remove_article(content, "rain-in-lima", reason="Wrong.", on="2017-03-22")
    assert [(stone.slug, stone.reason) for stone in load_tombstones(content)[0]] == [
        ("old", "Café"),
        ("rain-in-lima", "Wrong."),
    ]
