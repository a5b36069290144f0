"""A new archive is ready: it builds, holds no stories, and stands on its own wherever its folder goes."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from importlib.metadata import Distribution

import pytest

from dateline.errors import ArchiveError
from dateline.files import sha256
from dateline.scaffold import build_wheel, new_archive, origin_of
from dateline.site.settings import contact_of, listed_persons

TODAY = date(2026, 11, 23)

JORDAN = """\
Jordan

Jordanian troops reinforce the border near Ruwaished

Jordanian troops were sent to Ruwaished on Monday, a spokesman said in Amman.

Drought empties the wells of Azraq

Farmers in Azraq said that half of their wells had run dry.
Traders in Amman expect prices to rise.
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a new archive, and the files that were named when it was made."""
    folder = tmp_path_factory.mktemp("made") / "lake-district"
    return folder, new_archive(folder, today=TODAY)


@pytest.fixture
def new(made, tmp_path):
    """The folder of a new archive of the test's own, in another place than where it was made."""
    return shutil.copytree(made[0], tmp_path / "moved")


@pytest.fixture
def dateline(tmp_path, repository):
    """The command as a file, run by the Python that runs the tests."""
    run = f"PYTHONPATH='{repository / 'plugins'}' exec '{sys.executable}' -m dateline \"$@\""
    return script(tmp_path / "dateline", run)


@pytest.fixture
def echo(tmp_path):
    """A command that prints what it was given, one argument a line."""
    return script(tmp_path / "echo", 'printf "%s\\n" "$@"')


def script(path, lines):
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return path


def make(folder, *arguments, **variables):
    """Run make as from a shell of its own, with these variables in its environment."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    }
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment | variables, capture_output=True, text=True, check=False
    )


def requirements(folder):
    """The lines of an archive's requirements, without comments."""
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_file_is_returned_and_lies_in_the_archive(made):
    folder, files = made
    assert files == sorted(path for path in folder.rglob("*") if path.is_file())


def test_the_settings_carry_the_name_of_the_folder_and_the_date_of_the_edition(made):
    settings: dict[str, object] = {}
    exec((made[0] / "pelicanconf.py").read_text().partition("THEME")[0], settings)
    assert settings["SITENAME"] == "Lake district"
    assert settings["EDITION"] == "2026-11-23"


def test_settings_that_wait_behind_a_sign_are_ones_that_the_site_reads(made):
    lines = (made[0] / "pelicanconf.py").read_text(encoding="utf-8").splitlines()
    settings: dict[str, object] = {}
    exec("\n".join(line.removeprefix("# ") for line in lines if re.match(r"# [A-Z_]+ = ", line)), settings)
    assert contact_of(settings) == "desk@news.example"
    assert listed_persons(settings, made[0] / "content/authority") is None


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


def test_the_policy_on_names_is_that_of_the_embedded_archive(new, repository):
    assert (new / "content/pages/names.md").read_text() == (repository / "content/pages/names.md").read_text()


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
    ("noted", "origin"),
    [
        (None, "pelican-dateline==1.2"),
        ({"url": "file:///src/dateline", "dir_info": {"editable": True}}, "file:///src/dateline"),
        ({"url": "file:///wheels/dateline.whl", "archive_info": {}}, "file:///wheels/dateline.whl"),
        (
            {"url": "https://git.example/d.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "git+https://git.example/d.git@abc",
        ),
    ],
)
def test_the_wheel_of_a_new_archive_is_had_from_where_dateline_came(noted, origin, tmp_path):
    info = tmp_path / "pelican_dateline-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pelican-dateline\nVersion: 1.2\n")
    if noted:
        (info / "direct_url.json").write_text(json.dumps(noted))
    assert origin_of(Distribution.at(info)) == origin


def test_a_new_archive_made_with_the_wheel_of_another_carries_that_wheel(made):
    [wheel] = made[0].glob("wheels/*.whl")
    assert build_wheel(wheel.as_uri()) == (wheel.name, wheel.read_bytes())


def test_a_place_that_holds_no_dateline_is_told_in_a_sentence_with_its_cause(tmp_path):
    with pytest.raises(ArchiveError, match=r"/gone: no wheel of Dateline can be had there .*\(.+\); install Dateline"):
        build_wheel((tmp_path / "gone").as_uri())


def test_all_that_is_required_has_its_version_and_hash(made, repository):
    wheel, *pinned = requirements(made[0])
    name, digest = wheel.split(" --hash=sha256:")
    assert sha256((made[0] / name).read_bytes()) == digest
    lock = (repository / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert pinned == [line for line in lock if line and "#" not in line]


def test_no_file_of_a_new_archive_names_a_folder_of_the_machine_that_made_it(made, repository):
    folder, files = made
    texts = {path.name: path.read_bytes() for path in files if path.suffix != ".whl"}
    with zipfile.ZipFile(*folder.glob("wheels/*.whl")) as wheel:
        texts |= {name: wheel.read(name) for name in wheel.namelist()}
    places = [str(place).encode() for place in (repository, folder.parent)]
    assert [(name, place) for name, text in texts.items() for place in places if place in text] == []


def test_a_moved_archive_is_installed_and_built_without_what_made_it(new, tmp_path):
    (tmp_path / "own.txt").write_text(requirements(new)[0])
    (new / "content/sources/jordan.txt").write_text(JORDAN, encoding="utf-8")
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    hashed = ["--no-deps", "--no-index", "--require-hashes", "--requirement", str(tmp_path / "own.txt")]
    subprocess.run([*pip, *hashed, "--target", installed], cwd=new, check=True)

    assert (installed / "dateline/cli/__init__.py").is_file()
    run = f"import sys; sys.path.insert(0, '{installed}'); from dateline.cli import main; sys.exit(main())"
    dateline = script(tmp_path / "dateline", f'exec \'{sys.executable}\' -c "{run}" "$@"')
    built = make(new, "html", "STRICT=1", f"DATELINE={dateline}")
    assert built.returncode == 0, built.stderr
    assert (new / "output/articles/drought-empties-the-wells-of-azraq.html").is_file()


@pytest.mark.parametrize("query", ["mayor's", '"5th Legion"', "$HOME $(shell touch made)", "`touch made`'; touch made"])
@pytest.mark.parametrize("where", ["argument", "environment"])
def test_a_query_reaches_the_search_as_it_was_typed(query, where, new, echo):
    arguments, variables = ([f"Q={query}"], {}) if where == "argument" else ([], {"Q": query})
    searched = make(new, "search", f"DATELINE={echo}", *arguments, **variables)
    assert searched.stdout == f"search\n--\n{query}\n", searched.stderr
    assert not (new / "made").exists()


@pytest.mark.parametrize(("given", "ran"), [
    (["search", "Q=mayor", "SORT=newest", "FACETS=1"], ["search", "--sort", "newest", "--facets", "--", "mayor"]),
    (["search", "Q=mayor", "SORT=`touch made`"], ["search", "--sort", "`touch made`", "--", "mayor"]),
    (["serve"], ["serve", "--port", "8000"]),
    (["serve", "PORT=8472"], ["serve", "--port", "8472"]),
])  # fmt: skip
def test_what_make_is_told_reaches_the_command(given, ran, new, echo):
    done = make(new, f"DATELINE={echo}", *given)
    assert done.stdout.splitlines() == ran, done.stderr
    assert not (new / "made").exists()


def test_an_environment_that_is_a_link_is_never_cleared(new, tmp_path):
    shared = tmp_path / "shared"
    (shared / "bin").mkdir(parents=True)
    script(shared / "bin/python", "touch .venv/bin/dateline")
    (new / ".venv").symlink_to(shared)
    installed = make(new, ".venv/bin/dateline", "PYTHON=false")
    assert installed.returncode == 0, installed.stderr
    assert (shared / "bin/python").is_file()


def test_an_environment_of_the_archive_is_made_anew(new, tmp_path):
    (new / ".venv/bin").mkdir(parents=True)
    script(new / ".venv/bin/python", "touch .venv/bin/dateline")
    python = script(tmp_path / "python", 'echo "$@" >> asked')
    installed = make(new, ".venv/bin/dateline", f"PYTHON={python}")
    assert installed.returncode == 0, installed.stderr
    assert (new / "asked").read_text() == "-m venv --clear .venv\n"


def test_an_empty_archive_and_then_one_with_another_text_build_with_make_html(new, dateline):
    empty = make(new, "html", f"DATELINE={dateline}")
    assert empty.returncode == 0, empty.stderr
    assert (new / "output/index.html").is_file()
    assert (new / "output/names.html").is_file()
    assert 'names.html">Names</a>.' in (new / "output/about.html").read_text(encoding="utf-8")

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
