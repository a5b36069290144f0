"""Builds: the same bytes, whole files, nothing done twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from conftest import copy_archive
from dateline.build.manifest import load_manifest, same_content, stamp_inputs
from dateline.build.publish import publish
from dateline.errors import SiteError
from dateline.site.build import build_site


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def copy(archive, tmp_path) -> Path:
    """A copy of the built archive that a test may change."""
    shutil.copytree(archive, tmp_path / "copy")
    return tmp_path / "copy"


def test_two_clean_builds_in_different_folders_give_the_same_bytes(archive, repository, tmp_path, monkeypatch):
    folder = tmp_path / "an other folder"
    folder.mkdir()
    copy_archive(repository, folder)
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    build_site(folder / "pelicanconf.py")
    assert tree(folder / "output") == tree(archive / "output")


def test_a_build_with_nothing_changed_says_so_and_touches_nothing(copy):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    summary = build_site(copy / "pelicanconf.py")
    assert summary.unchanged
    assert summary.counts["articles"] == 5
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_a_touched_file_is_no_change_and_a_lost_page_is_one(copy):
    os.utime(copy / "pelicanconf.py", (1, 1))
    assert build_site(copy / "pelicanconf.py").unchanged
    (copy / "output/index.html").unlink()
    assert not build_site(copy / "pelicanconf.py").unchanged
    assert (copy / "output/index.html").exists()


def test_a_changed_article_rewrites_what_shows_it_and_nothing_else(copy):
    before = {path: path.stat().st_mtime_ns for path in (copy / "output").rglob("*.html")}
    path = next((copy / "content/articles").glob("isis-retreating*.md"))
    path.write_text(path.read_text("utf-8").replace("fierce fighting", "heavy fighting"), "utf-8")
    build_site(copy / "pelicanconf.py")
    changed = {path.name for path, mtime in before.items() if path.stat().st_mtime_ns != mtime}
    assert changed == {path.with_suffix(".html").name}


def test_a_page_whose_article_is_gone_goes_and_what_others_put_there_stays(copy):
    next((copy / "content/articles").glob("isis-retreating*.md")).unlink()
    (copy / "output/CNAME").write_text("news.example")
    build_site(copy / "pelicanconf.py")
    assert not list((copy / "output/articles").glob("isis-retreating*"))
    assert not (copy / "output/places/mosul.html").exists()
    assert (copy / "output/CNAME").read_text() == "news.example"


@pytest.mark.parametrize("moment", [0, 1, 7, 30])
def test_a_build_killed_while_publishing_leaves_whole_files_and_the_next_completes_it(copy, monkeypatch, moment):
    path = copy / "pelicanconf.py"
    path.write_text(path.read_text("utf-8").replace('SITENAME = "Deir Ezzor"', 'SITENAME = "Renamed"'), "utf-8")
    old = tree(copy / "output")
    replace, calls = os.replace, [0]

    def killed_at_moment(source: str, target: str) -> None:
        if Path(target).is_relative_to(copy / "output"):
            if calls[0] == moment:
                raise KeyboardInterrupt
            calls[0] += 1
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed_at_moment)
        with pytest.raises(KeyboardInterrupt):
            build_site(path)
    halfway = tree(copy / "output")
    build_site(path)
    new = tree(copy / "output")
    assert "Renamed" in new["index.html"].decode()
    assert all(halfway[name] in (old.get(name), new.get(name)) for name in halfway)


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("/proc/no-such-folder/x")])
def test_an_output_folder_that_cannot_be_written_is_told_before_anything_is_built(copy, make):
    shutil.rmtree(copy / "output")
    make(copy / "output")
    (copy / ".cache/build.json").unlink()
    with pytest.raises(SiteError, match=r"output: the site cannot be written there \(.+\); make it a folder"):
        build_site(copy / "pelicanconf.py")


def test_settings_that_are_missing_or_broken_are_told(tmp_path):
    with pytest.raises(SiteError, match="there are no settings"):
        build_site(tmp_path / "pelicanconf.py")


def test_superseded_search_files_stay_for_one_build_more(tmp_path):
    def generation(*names: str) -> Path:
        staging = tmp_path / "staging"
        shutil.rmtree(staging, ignore_errors=True)
        for name in names:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).write_text(name)
        return staging

    output = tmp_path / "output"
    publish(generation("search/a.js", "old.html"), output, last=(), superseded=())
    second = publish(generation("search/b.js"), output, last=tree(output), superseded=())
    assert (set(tree(output)), second.superseded) == ({"search/a.js", "search/b.js"}, ("search/a.js",))
    publish(generation("search/c.js"), output, last=tree(output), superseded=second.superseded)
    assert set(tree(output)) == {"search/b.js", "search/c.js"}


def test_a_damaged_manifest_is_an_empty_one(tmp_path):
    for text in ("", "{", "[]", '{"version": 1}', '{"version": 99}'):
        (tmp_path / "build.json").write_text(text)
        assert load_manifest(tmp_path / "build.json").inputs == {}


def test_inputs_are_the_same_by_content_not_by_time(tmp_path):
    (tmp_path / "a").write_text("x")
    first = stamp_inputs({"a": tmp_path}, {})
    os.utime(tmp_path / "a", (5, 5))
    assert same_content(stamp_inputs({"a": tmp_path}, first), first)
    (tmp_path / "a").write_text("y")
    assert not same_content(stamp_inputs({"a": tmp_path}, first), first)
