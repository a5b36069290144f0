"""Builds: the same bytes, whole files, nothing done twice."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import copy_archive
from dateline.build.lock import build_lock
from dateline.build.manifest import load_manifest, same_content, stamp_inputs
from dateline.build.publish import publish
from dateline.errors import SiteError
from dateline.site import signals
from dateline.site.build import build_site


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def copy(archive, tmp_path) -> Path:
    """A copy of the built archive that a test may change."""
    shutil.copytree(archive, tmp_path / "copy")
    return tmp_path / "copy"


def test_two_clean_builds_in_different_folders_give_the_same_bytes(archive, repository, tmp_path):
    folder = tmp_path / "an other folder"
    folder.mkdir()
    copy_archive(repository, folder)
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}
    environment["PYTHONPATH"] = str(repository / "plugins")
    subprocess.run([sys.executable, "-m", "dateline", "build"], cwd=folder, env=environment, check=True)
    assert tree(folder / "output") == tree(archive / "output")


def test_a_build_with_nothing_changed_says_so_and_touches_nothing(copy):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    summary = build_site(copy / "pelicanconf.py")
    assert summary.unchanged
    assert summary.counts["articles"] == 5
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_pelican_builds_the_site_again_over_its_own_files(copy, repository):
    environment = {**os.environ, "PYTHONPATH": str(repository / "plugins")}
    article = next((copy / "content/articles").glob("isis-retreating*.md"))
    shutil.rmtree(copy / "output")
    for change in ("fierce fighting", "heavy fighting"):
        article.write_text(article.read_text("utf-8").replace("fierce fighting", change), "utf-8")
        subprocess.run([sys.executable, "-m", "pelican"], cwd=copy, env=environment, check=True, timeout=60)
    meta = copy / "output/search/meta.js"
    assert meta.read_bytes() == (copy / ".cache/search/meta.js").read_bytes()


def test_a_touched_file_is_no_change_and_a_lost_page_is_one(copy):
    os.utime(copy / "pelicanconf.py", (1, 1))
    assert build_site(copy / "pelicanconf.py").unchanged
    (copy / "output/index.html").unlink()
    assert not build_site(copy / "pelicanconf.py").unchanged
    assert (copy / "output/index.html").exists()


def test_a_changed_article_rewrites_what_shows_it_and_nothing_else(copy):
    before = {path: path.stat().st_mtime_ns for path in (copy / "output").rglob("*.html")}
    for name in ("search.html", "search/files.html"):  # which name the generation, and the shards that changed
        del before[copy / "output" / name]
    path = next((copy / "content/articles").glob("isis-retreating*.md"))
    path.write_text(path.read_text("utf-8").replace("fierce fighting", "heavy fighting"), "utf-8")
    build_site(copy / "pelicanconf.py")
    changed = {path.name for path, mtime in before.items() if path.stat().st_mtime_ns != mtime}
    assert changed == {path.with_suffix(".html").name}


def test_a_page_whose_article_is_gone_goes_and_what_others_put_there_stays(copy):
    next((copy / "content/articles").glob("isis-retreating*.md")).unlink()
    (copy / "output/CNAME").write_text("news.example")
    build_site(copy / "pelicanconf.py")
    next((copy / "content/articles").glob("5000-*.md")).unlink()
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


def test_what_settings_import_and_where_they_point_is_watched(copy):
    settings = copy / "my_settings.py"
    text = (copy / "pelicanconf.py").read_text("utf-8").replace('PATH = "content"', 'PATH = "texts"')
    settings.write_text(f"from colophon import SITESUBTITLE  # noqa\n{text}".replace("SITESUBTITLE =", "_ ="), "utf-8")
    (copy / "colophon.py").write_text('SITESUBTITLE = "First"\n')
    (copy / "content").rename(copy / "texts")
    sys.path.insert(0, str(copy))
    try:
        build_site(settings)
        assert build_site(settings).unchanged
        for path in (settings, copy / "colophon.py", next((copy / "texts/articles").glob("*.md"))):
            path.write_text(path.read_text("utf-8") + "\n# changed\n", "utf-8")
            assert not build_site(settings).unchanged, path.name
    finally:
        sys.path.remove(str(copy))
        sys.modules.pop("colophon", None)


def test_a_source_that_changes_while_it_is_converted_is_converted_by_the_next_build(copy, monkeypatch):
    source = copy / "content/sources/new.txt"
    source.write_text("Rain\n\nIt rained.\n")
    convert = signals.convert

    def convert_and_edit(content: Path, **options: Any) -> object:
        report = convert(content, **options)
        source.write_text("Rain\n\nIt rained. It poured.\n")
        return report

    with monkeypatch.context() as patched:
        patched.setattr(signals, "convert", convert_and_edit)
        build_site(copy / "pelicanconf.py")
    assert not build_site(copy / "pelicanconf.py").unchanged
    assert "It poured." in (copy / "output/articles/rain.html").read_text("utf-8")


def test_a_build_beside_another_is_refused_in_a_sentence(copy):
    (copy / "content/pages/about.md").unlink()
    with build_lock(copy / ".cache"), pytest.raises(SiteError, match="another build is at work"):
        build_site(copy / "pelicanconf.py")
    assert not build_site(copy / "pelicanconf.py").unchanged


def test_pages_that_are_gone_go_also_when_the_cache_was_deleted(copy):
    shutil.rmtree(copy / ".cache")
    (copy / "output/CNAME").write_text("news.example")
    (copy / "output/data/mine.csv").write_text("a,b")
    next((copy / "content/articles").glob("isis-retreating*.md")).unlink()
    build_site(copy / "pelicanconf.py")
    assert not list((copy / "output/articles").glob("isis-retreating*"))
    assert (copy / "output/CNAME").exists()
    assert (copy / "output/data/mine.csv").exists()


def test_articles_in_a_linked_folder_are_watched_too(copy, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (copy / "content/articles/linked").symlink_to(tmp_path / "elsewhere")
    (copy / "content/articles/nowhere.md").symlink_to(tmp_path / "nowhere.md")
    build_site(copy / "pelicanconf.py")
    (tmp_path / "elsewhere/own.md").write_text("Title: Own\n\nIt rained.\n")
    assert not build_site(copy / "pelicanconf.py").unchanged
    assert (copy / "output/articles/own.html").is_file()


def test_an_output_on_another_file_system_is_written_too(copy, monkeypatch):
    shutil.rmtree(copy / "output")
    replace = os.replace

    def across(source: str, target: str) -> None:
        if Path(target).is_relative_to(copy / "output") and ".cache" in str(source):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        replace(source, target)

    monkeypatch.setattr(os, "replace", across)
    build_site(copy / "pelicanconf.py")
    assert (copy / "output/index.html").is_file()


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
    publish(generation("search/c.js"), output, last=second.names, superseded=second.superseded)
    assert set(tree(output)) == {"search/b.js", "search/c.js"}


def test_the_page_that_asks_for_the_new_search_is_published_after_it(tmp_path, monkeypatch):
    names = ("articles/new.html", "index.html", "search.html", "search/a.js", "search/meta.js", "theme/a.css")
    for name in names:
        (tmp_path / "staging" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "staging" / name).touch()
    replace, order = os.replace, []

    def noted(source: str, target: str) -> None:
        order.append(Path(target).relative_to(tmp_path / "output").as_posix())
        replace(source, target)

    monkeypatch.setattr(os, "replace", noted)
    publish(tmp_path / "staging", tmp_path / "output", last=(), superseded=())
    assert order[-4:] == ["articles/new.html", "index.html", "search/meta.js", "search.html"]
    assert sorted(order) == sorted(names)


def test_a_search_file_that_was_altered_is_published_again_and_one_that_was_touched_stays(tmp_path):
    new, old = tmp_path / "staging/search/a.js", tmp_path / "output/search/a.js"
    for content, written in (("same", 0), ("edit", 1)):
        for path, text in ((new, "same"), (old, content)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        os.utime(old, (5, 5))
        time = new.stat().st_mtime_ns
        assert publish(tmp_path / "staging", tmp_path / "output", last=(), superseded=()).written == written
        assert (old.read_text(), old.stat().st_mtime_ns) == ("same", time)


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
