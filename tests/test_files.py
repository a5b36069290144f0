"""Files are put in place whole, and never written through."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dateline.files import link_file


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.js"
    path.write_text("new")
    return path


def test_a_file_is_put_in_a_second_place_once_and_again(source, tmp_path):
    target = tmp_path / "folder/target.js"
    for _ in range(2):
        link_file(source, target)
        assert target.samefile(source)


def test_what_stands_in_the_second_place_is_replaced_not_written_through(source, tmp_path):
    target, other = tmp_path / "target.js", tmp_path / "other.js"
    other.write_text("old")
    target.hardlink_to(other)
    link_file(source, target)
    assert (target.read_text(), other.read_text()) == ("new", "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.js", "source.js", "target.js"]


def test_without_links_a_copy_keeps_content_and_time(source, tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    target = tmp_path / "target.js"
    for content in ("old", "new"):
        source.write_text(content)
        link_file(source, target)
        assert target.read_text() == content
        assert target.stat().st_mtime_ns == source.stat().st_mtime_ns
        assert not target.samefile(source)
