"""A new archive is ready: it builds, holds no stories, and pins what it was made with."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from dateline.errors import ArchiveError
from dateline.scaffold import new_archive, own_requirement, pins

TODAY = date(2026, 11, 23)

JORDAN = """\
Jordan

Jordanian troops reinforce the border near Ruwaished

Jordanian troops were sent to Ruwaished on Monday, a spokesman said in Amman.

Drought empties the wells of Azraq

Farmers in Azraq said that half of their wells had run dry.
Traders in Amman expect prices to rise.
"""


@pytest.fixture
def new(tmp_path):
    """The folder of a new archive."""
    new_archive(tmp_path / "lake-district", today=TODAY)
    return tmp_path / "lake-district"


@pytest.fixture
def dateline(tmp_path, repository):
    """The command as a file, run by the Python that runs the tests."""
    command = tmp_path / "dateline"
    run = "from dateline.cli import main; raise SystemExit(main())"
    command.write_text(f"#!/bin/sh\nPYTHONPATH='{repository / 'plugins'}' exec '{sys.executable}' -c '{run}' \"$@\"\n")
    command.chmod(0o755)
    return command


def make(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS"}}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def metadata(folder: Path, name: str, version: str, *requires: str) -> Distribution:
    """Write an installed distribution's metadata, as pip leaves it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {line}" for line in requires)]
    (info / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")
    return Distribution.at(info)


def test_every_file_is_returned_and_lies_in_the_archive(tmp_path):
    files = new_archive(tmp_path / "a", today=TODAY)
    on_disk = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert files == sorted(on_disk)


def test_the_settings_carry_the_name_of_the_folder_and_the_date_of_the_edition(new):
    settings: dict[str, object] = {}
    exec((new / "pelicanconf.py").read_text().partition("THEME")[0], settings)
    assert settings["SITENAME"] == "Lake district"
    assert settings["EDITION"] == "2026-11-23"


@pytest.mark.parametrize("name", ['it\'s "quoted"', "back\\slash", "$dollar", "Дейр-эз-Зор"])
def test_a_folder_of_any_name_gives_settings_that_can_be_read(name, tmp_path):
    new_archive(tmp_path / name, today=TODAY)
    compile((tmp_path / name / "pelicanconf.py").read_text(encoding="utf-8"), "pelicanconf.py", "exec")


@pytest.mark.parametrize("name", ["places.csv", "actors.csv", "rules.csv"])
def test_authority_files_have_the_headers_of_the_embedded_archive_and_no_rows(name, new, repository):
    [header] = csv.reader((new / "content/authority" / name).read_text("utf-8").splitlines())
    embedded = csv.reader((repository / "content/authority" / name).read_text("utf-8").splitlines())
    assert header == next(embedded)


def test_the_published_settings_are_those_of_the_embedded_archive(new, repository):
    assert (new / "publishconf.py").read_text() == (repository / "publishconf.py").read_text()


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    with pytest.raises(ArchiveError, match="not empty"):
        new_archive(tmp_path, today=TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match=r"file/archive cannot be made an archive: Not a directory"):
        new_archive(tmp_path / "file" / "archive", today=TODAY)


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (None, "pelican-dateline==1.2"),
        ({"url": "file:///src/dateline", "dir_info": {"editable": True}}, "-e file:///src/dateline"),
        ({"url": "file:///src/dateline", "dir_info": {}}, "pelican-dateline @ file:///src/dateline"),
        (
            {"url": "file:///wheels/dateline.whl", "archive_info": {}},
            "pelican-dateline @ file:///wheels/dateline.whl",
        ),
        (
            {"url": "https://git.example/d.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "pelican-dateline @ git+https://git.example/d.git@abc",
        ),
    ],
)
def test_a_new_archive_installs_dateline_from_where_it_came(origin, line, tmp_path):
    dateline = metadata(tmp_path, "pelican_dateline", "1.2")
    if origin:
        (tmp_path / "pelican_dateline-1.2.dist-info" / "direct_url.json").write_text(json.dumps(origin))
    assert own_requirement(dateline) == line


def test_what_dateline_needs_is_pinned_at_first_and_second_hand(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    metadata(tmp_path, "Site.Maker", "4.12", "ink>=1", "windows-only; sys_platform == 'win32'")
    metadata(tmp_path, "ink", "1.5", "site-maker")
    metadata(tmp_path, "pytest-of-an-extra", "9")
    dateline = metadata(tmp_path, "d", "1", "Site.Maker<5", "pytest-of-an-extra; extra == 'test'")
    assert pins(dateline) == ["ink==1.5", "site-maker==4.12"]


def test_an_empty_archive_and_then_one_with_another_text_build_with_make_html(new, dateline):
    empty = make(new, "html", f"DATELINE={dateline}")
    assert empty.returncode == 0, empty.stderr
    assert (new / "output/index.html").is_file()

    (new / "content/sources/jordan.txt").write_text(JORDAN, encoding="utf-8")
    built = make(new, "html", "STRICT=1", f"DATELINE={dateline}")
    assert built.returncode == 0, built.stderr
    pages = [page.read_text(encoding="utf-8") for page in (new / "output/articles").glob("*.html")]
    assert any("Drought empties the wells of Azraq" in page for page in pages)
    assert any("Jordanian troops were sent to Ruwaished" in page for page in pages)

    found = make(new, "search", "Q=wells azraq", f"DATELINE={dateline}")
    assert "Drought empties the wells of Azraq" in found.stdout


def test_an_address_is_asked_for_before_an_archive_is_published(new, dateline, monkeypatch):
    monkeypatch.delenv("SITEURL", raising=False)
    refused = make(new, "publish", f"DATELINE={dateline}")
    assert refused.returncode != 0
    assert "SITEURL is not set" in refused.stderr
    assert not (new / "output").exists()
