"""The built wheel, in a Pelican site that knows nothing of Dateline but one line of `PLUGINS`."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
import zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
MAX_WHEEL_BYTES = 30_000_000

DUMP = """\
Jordan <script>alert(1)</script>

Drought empties the wells of Azraq </title><script>alert(1)</script> & Zarqa

Farmers in Azraq said that half of their wells had run dry.

Traders in Amman expect prices to rise

"Higher"><script>alert(1)</script>, traders said of prices in Amman.
"""

PLACES = """\
id,kind,preferred,variants,broader,latitude,longitude,same_as,valid_from,valid_to,status,note
geonames:250441,city,Amman,,,31.95522,35.94503,,,,,
geonames:250774,city,Azraq,Al-Azraq,,31.83333,36.81667,,,,,
"""

SETTINGS = """\
SITENAME = "An ordinary site"
TIMEZONE = "UTC"
PATH = "content"
EDITION = "2026-11-01"
FEED_ALL_ATOM = "feeds/all.atom.xml"
PLUGINS = ["dateline"]
THEME = {theme!r}
"""

OWN_ARTICLE = """\
Title: An article of one's own
Date: 2020-02-29
Slug: own

It was there before the plugin.
"""


class Page(HTMLParser):
    """The text of a page, its dates, and the files that it links to or runs."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.root = next(folder for folder in path.parents if folder.name == "output")
        self.text = ""
        self.dates: list[str] = []
        self.links: set[Path] = set()
        self.scripts: list[Path] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        published = values.get("title") if values.get("class") == "published" else values.get("datetime")
        self.dates += [published] if published else []
        address = urlsplit(values.get("href" if tag == "a" else "src") or "")
        if tag in ("a", "script") and address.path and not address.netloc:
            folder = self.root if address.path.startswith("/") else self.path.parent
            path = (folder / unquote(address.path).lstrip("/")).resolve()
            self.links.add(path) if tag == "a" else self.scripts.append(path)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, repository) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=repository)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A folder to put on the path: the wheel is there, whatever else the environment holds."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--no-deps", "--no-index", "--target", folder, wheel, cwd=folder)
    return folder


@pytest.fixture(scope="module", params=["notmyidea", "simple"])
def output(request, installed, tmp_path_factory) -> Path:
    site = tmp_path_factory.mktemp(request.param)
    (site / "pelicanconf.py").write_text(SETTINGS.format(theme=request.param))
    for name, text in {
        "content/sources/jordan.txt": DUMP,
        "content/authority/places.csv": PLACES,
        "content/own.md": OWN_ARTICLE,
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    run(sys.executable, "-m", "pelican", "--fatal", "errors", cwd=site, PYTHONPATH=str(installed))
    return site / "output"


@pytest.fixture(scope="module")
def articles(output) -> dict[str, Page]:
    """The pages of the two stories, wherever the site's own settings put them."""
    pages = [Page(path) for path in output.rglob("*.html") if re.search("drought|traders", path.name)]
    return {page.path.name.partition("-")[0]: page for page in pages}


def test_the_wheel_carries_plugin_theme_data_and_licences(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "dateline/py.typed",
        "dateline/theme/templates/base.html",
        "dateline/theme/LICENSE",
        "dateline/requirements.lock",
    ):
        assert name in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert all(name.startswith(("dateline/", "pelican_dateline-")) for name in names)


def test_the_wheel_carries_each_data_file_as_it_is(wheel, repository):
    listed = run("git", "ls-files", "-z", "plugins/dateline/data", cwd=repository).strip("\0").split("\0")
    assert {"names.marisa", "names.bin", "rows.bin", "world_places.csv"} <= {Path(name).name for name in listed}
    with zipfile.ZipFile(wheel) as packed:
        carried = {name: zlib.crc32((repository / name).read_bytes()) for name in listed}
        assert {f"plugins/{one.filename}": one.CRC for one in packed.infolist()}.items() >= carried.items()


def test_the_wheel_is_small_enough_to_be_committed_with_an_archive(wheel):
    assert wheel.stat().st_size < MAX_WHEEL_BYTES


def test_the_site_is_built_by_the_wheel_itself(installed):
    where = "import dateline; print(dateline.__file__); print(dateline.theme_path())"
    module, theme = run(sys.executable, "-c", where, cwd=installed, PYTHONPATH=str(installed)).split()
    assert Path(module).is_relative_to(installed)
    assert Path(theme).is_relative_to(installed)


def test_stories_become_articles_beside_those_of_the_site(articles, output):
    assert articles.keys() == {"drought", "traders"}
    assert "half of their wells had run dry" in articles["drought"].text
    assert "It was there before the plugin." in Page(output / "own.html").text


def test_what_looks_like_html_in_a_source_is_text_wherever_a_theme_shows_it(articles, output):
    assert "wells of Azraq </title><script>alert(1)</script> & Zarqa" in articles["drought"].text
    assert [path.name for path in output.rglob("*.html") if "<script>alert" in path.read_text("utf-8")] == []


def test_sources_are_not_published(output):
    assert not list(output.rglob("jordan.txt"))
    assert not list(output.rglob("places.csv"))


def test_the_search_page_finds_its_scripts_in_a_theme_that_has_none_of_them(output):
    scripts = Page(output / "search.html").scripts
    assert [script.name.partition(".")[0] for script in scripts] == ["page"]
    assert [script for script in scripts if not script.is_file()] == []


@pytest.mark.parametrize(("place", "article"), [("amman", "traders"), ("azraq", "drought")])
def test_places_have_pages_in_the_theme_of_the_site_and_article_and_place_lead_to_each_other(
    place, article, articles, output
):
    page = Page(output / "places" / f"{place}.html")
    assert "An ordinary site" in page.text
    assert articles[article].path.resolve() in page.links
    assert page.path.resolve() in articles[article].links


def test_no_date_is_shown_where_none_is_known(articles, output):
    for page in [*articles.values(), Page(output / "places/amman.html")]:
        assert page.dates == []
        assert not re.search(r"\b(19|20)\d\d\b", page.text), page.path


def test_the_date_of_a_dated_article_stays(output):
    assert any(date.startswith("2020-02-29") for date in Page(output / "own.html").dates)


def test_feeds_give_undated_stories_the_edition_and_no_day_of_publication(output):
    feed = ET.parse(output / "feeds/all.atom.xml")
    entries = {entry.findtext(f"{ATOM}title"): entry for entry in feed.iter(f"{ATOM}entry")}
    published = {title for title, entry in entries.items() if entry.find(f"{ATOM}published") is not None}
    assert published == {"An article of one's own"}
    undated = entries["Traders in Amman expect prices to rise"]
    assert undated.findtext(f"{ATOM}updated", "").startswith("2026-11-01")
