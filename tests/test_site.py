"""The built site, read as files: whole, true, linked, and asking nothing of anybody."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from conftest import copy_archive
from dateline.errors import SiteError
from dateline.files import sha256
from dateline.records import Kind, Record, RecordId
from dateline.site.build import build_site
from dateline.site.corrections import find_correction, load_mentions, mention_key, write_correction
from dateline.site.drawn import load_maps
from dateline.site.settings import listed_persons

ATOM = "{http://www.w3.org/2005/Atom}"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)


@pytest.fixture(scope="module")
def site(archive) -> Path:
    return archive / "output"


@pytest.fixture
def small(tmp_path) -> Path:
    """An archive without stories, for tests that write their own."""
    (tmp_path / "content/sources").mkdir(parents=True)
    settings = 'import dateline\nSITENAME = "Small"\nPATH = "content"\nPLUGINS = ["dateline"]\n'
    (tmp_path / "pelicanconf.py").write_text(f'{settings}THEME = dateline.theme_path()\nEDITION = "2020-01-02"\n')
    return tmp_path


def story_with(archive: Path, lines: str, story: str = "A\n\nIt rained.\n") -> list[dict]:
    """Convert a story, add front matter to its article by hand, build, and return the rows of the data file."""
    (archive / "content/sources/dump.txt").write_text(story)
    build_site(archive / "pelicanconf.py")
    path = archive / "content/articles/a.md"
    path.write_text(path.read_text().replace("\n\n", f"\n{lines}\n\n", 1))
    build_site(archive / "pelicanconf.py")
    return rows_of(archive)


def rows_of(archive: Path) -> list[dict]:
    return json.loads((archive / "output/data/articles.json").read_text("utf-8"))


class Page(HTMLParser):
    """What a page holds: elements with their attributes, ids, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def pages(site: Path) -> Iterator[tuple[str, Page]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), Page(path.read_text("utf-8"))


def scripts(page: Page) -> list[dict[str, str]]:
    """The scripts that run; a description for machines does not."""
    return [attributes for attributes in page.all("script") if attributes.get("type") != "application/ld+json"]


def links(page: Page) -> list[str]:
    return [
        attributes[key] for _, attributes in page.elements for key in ("href", "src", "action") if key in attributes
    ]


def test_every_link_is_relative_and_leads_to_a_file_and_an_anchor_that_are_there(site):
    ids = {name: set(page.ids) for name, page in pages(site)}
    broken = []
    for name, page in pages(site):
        if name == "404.html":  # shown at any depth by a server: its links start at the root
            continue
        for link in links(page):
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            inside = target.resolve().relative_to(site.resolve()).as_posix()
            is_whole = target.is_file() and (not parts.fragment or parts.fragment in ids[inside])
            if link.startswith("/") or not is_whole:
                broken.append((name, link))
    assert broken == []


def test_nothing_is_asked_of_another_host_and_no_script_or_style_stands_in_a_page(site):
    for name, page in pages(site):
        asked = [
            attributes.get("src") or attributes.get("href", "")
            for tag, attributes in page.elements
            if tag in ("script", "img", "link", "iframe", "source", "audio", "video", "object", "embed")
            and attributes.get("rel") != "canonical"
        ]
        assert not [link for link in asked if urlsplit(link).netloc], name
        assert all("src" in attributes for attributes in scripts(page)), name
        assert not page.all("style"), name
        assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")], name
        assert not [attributes for _, attributes in page.elements if "style" in attributes], name
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text("utf-8")), path.name


def test_every_page_states_the_content_security_policy(site):
    for name, page in pages(site):
        policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert policies == [POLICY], name


def test_ids_are_unique_on_each_page_and_each_has_one_headline(site):
    for name, page in pages(site):
        assert len(page.ids) == len(set(page.ids)), name
        assert len(page.all("h1")) == 1, name


def test_the_five_are_undated_everywhere_and_stand_in_source_order(site):
    rows = json.loads((site / "data/articles.json").read_text("utf-8"))
    assert [row["date"] for row in rows] == [None] * 5
    assert [row["source"] for row in rows] == [
        f"sources/deir-ezzor.txt#L{first}-L{last}" for first, last in ((3, 6), (8, 11), (13, 17), (19, 22), (24, 27))
    ]
    for name, page in pages(site):
        assert not page.all("time"), name
        if name.startswith("articles/"):
            assert "Undated" in page.text
    order = [row["title"] for row in rows]
    home = (site / "index.html").read_text("utf-8")
    assert sorted(order, key=home.index) == order


def test_feeds_hold_the_stories_in_order_with_no_date_of_theirs(site):
    titles = [row["title"] for row in json.loads((site / "data/articles.json").read_text("utf-8"))]
    for path in ("feeds/all.atom.xml", "feeds/topics/deir-ezzor.atom.xml"):
        feed = ET.parse(site / path).getroot()
        assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == titles
        assert not list(feed.iter(f"{ATOM}published"))
        assert {updated.text for updated in feed.iter(f"{ATOM}updated")} == {"2026-11-23T00:00:00+00:00"}
        ids = [element.text for element in feed.iter(f"{ATOM}id")]
        assert len(set(ids)) == 6
        assert all(re.fullmatch(r"urn:sha256:[0-9a-f]{64}", id_ or "") for id_ in ids)
        for link in feed.iter(f"{ATOM}link"):
            assert ((site / path).parent / link.attrib["href"]).exists()


def test_the_hash_of_each_article_is_that_of_the_lines_it_names(site, archive):
    for row in json.loads((site / "data/articles.json").read_text("utf-8")):
        path, first, last = re.fullmatch(r"(.+)#L(\d+)-L(\d+)", row["source"]).groups()
        lines = (archive / "content" / path).read_bytes().splitlines(keepends=True)
        assert sha256(b"".join(lines[int(first) - 1 : int(last)])) == row["sha256"]


def test_each_tag_shows_the_words_it_rests_on(site):
    mentions = [json.loads(line) for line in (site / "data/mentions.jsonl").read_text("utf-8").splitlines()]
    for article in mentions:
        page = Page((site / "articles" / f"{article['slug']}.html").read_text("utf-8"))
        text = " ".join(page.text.split())
        for mention in article["mentions"]:
            if mention["role"] in ("literal", "name"):
                assert " ".join(mention["quote"].split()) in text
                assert mention["surface"] in text
                assert f"{mention['score']:.2f}" in text


def test_sources_are_never_published(small):
    for name in ("page.html", "page.md", "dump.txt", "deep/post.md"):
        path = small / "content/sources" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Title: Secret\nDate: 2017-01-01\n\nA secret source.\n")
    (small / "content/authority").mkdir()
    (small / "content/authority/post.md").write_text("Title: Secret\nDate: 2017-01-01\n\nA secret.\n")
    build_site(small / "pelicanconf.py")
    published = {path.relative_to(small / "output").as_posix() for path in (small / "output").rglob("*")}
    ours = {name for name in published if name.startswith(("theme/", "search/"))}
    assert not [name for name in published - ours if "page" in name or "post" in name or "sources" in name]


@pytest.mark.parametrize(
    "headline", ["So <script>alert(1)</script>", "R&D <b>bold</b>", "a {{ 7*7 }} {% raw %}", "&lt;i>"]
)
def test_a_hostile_headline_is_text_on_every_page_and_in_the_feed(small, headline):
    (small / "content/sources/dump.txt").write_text(f"{headline}\n\nIt <img src=x onerror=alert(1)> rained.\n")
    build_site(small / "pelicanconf.py")
    output = small / "output"
    (row,) = json.loads((output / "data/articles.json").read_text("utf-8"))
    assert row["title"] == headline
    for name, page in pages(output):
        assert not page.all("b"), name
        assert all("src" in script for script in scripts(page)), name
        assert not page.all("img"), name
    article = Page((output / row["url"]).read_text("utf-8"))
    assert headline in article.text
    assert "It <img src=x onerror=alert(1)> rained." in article.text
    feed = ET.parse(output / "feeds/all.atom.xml").getroot()
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == headline


def test_dates_that_people_add_are_shown_as_they_were_stated(small):
    (small / "content/sources/dump.txt").write_text("A\n\nx.\n\nB\n\ny.\n\nC\n\nz.\n\nD\n\nw.\n\nE\n\nv.\n")
    build_site(small / "pelicanconf.py")
    lines = {
        "a": "Date: 2017-03-22",
        "b": "Published: 2017-03?",
        "c": "Date: 2017-03",  # stock Pelican makes a day of this
        "d": "Date: tomorrow",
    }
    for slug, line in lines.items():
        path = small / f"content/articles/{slug}.md"
        path.write_text(path.read_text().replace("\n\n", f"\n{line}\n\n", 1))
    summary = build_site(small / "pelicanconf.py")
    rows = json.loads((small / "output/data/articles.json").read_text("utf-8"))
    assert {row["slug"]: row["date"] for row in rows} == {
        "a": "2017-03-22",
        "b": "2017-03?",
        "c": "2017-03",
        "d": None,
        "e": None,
    }
    assert [row["slug"] for row in rows][-2:] == ["d", "e"]
    assert [(notice.where, "'tomorrow' is not a date" in notice.message) for notice in summary.notices] == [
        ("articles/d.md", True)
    ]
    feed = (small / "output/feeds/all.atom.xml").read_text("utf-8")
    assert re.findall("<published>(.*?)</published>", feed) == ["2017-03-22T00:00:00+00:00"]


def test_a_story_without_a_topic_gets_none(small):
    (small / "content/sources/dump.txt").write_text("Rain\n\nIt rained.\n")
    build_site(small / "pelicanconf.py")
    (row,) = json.loads((small / "output/data/articles.json").read_text("utf-8"))
    assert row["topic"] is None
    assert not (small / "output/topics").exists()
    assert "no topic" not in (small / "output/articles/rain.html").read_text("utf-8")


def test_an_archive_without_stories_is_a_site_too(small):
    summary = build_site(small / "pelicanconf.py")
    assert summary.counts["articles"] == 0
    assert "no articles yet" in (small / "output/index.html").read_text("utf-8")


def test_with_an_address_feeds_sitemap_and_canonical_links_are_absolute(archive, tmp_path, monkeypatch, repository):
    copy_archive(repository, tmp_path)
    monkeypatch.setenv("SITEURL", "https://news.example/archive")
    monkeypatch.chdir(tmp_path)
    build_site(tmp_path / "publishconf.py")
    output = tmp_path / "output"
    root = "https://news.example/archive/"
    locations = re.findall("<loc>(.*?)</loc>", (output / "sitemap.xml").read_text("utf-8"))
    assert len(locations) == len(set(locations)) == len(list(output.rglob("*.html"))) - 3  # 404, search and its files
    assert all(link.startswith(root) and (output / link.removeprefix(root)).is_file() for link in locations)
    for name, page in pages(output):
        canonical = [link["href"] for link in page.all("link") if link.get("rel") == "canonical"]
        assert canonical == ([] if name == "404.html" else [root + name])
    assert f'<link href="{root}articles/' in (output / "feeds/all.atom.xml").read_text("utf-8")
    assert Page((output / "404.html").read_text("utf-8")).all("a")[0]["href"].startswith(("/archive/", "#"))


def test_a_long_list_of_articles_stands_on_pages_that_lead_to_each_other(small, monkeypatch):
    monkeypatch.setattr("dateline.site.generator.ENTRIES_A_PAGE", 2)
    (small / "content/sources/dump.txt").write_text("A\n\nx.\n\nB\n\ny.\n\nC\n\nz.\n\nD\n\nw.\n\nE\n\nv.\n")
    build_site(small / "pelicanconf.py")
    lists = [small / "output/articles" / name for name in ("index.html", "page/2.html", "page/3.html")]
    titles = [re.findall(r'entry-title"[^>]*><a[^>]*>(\w)</a>', path.read_text("utf-8")) for path in lists]
    assert titles == [["A", "B"], ["C", "D"], ["E"]]
    assert {"../../articles/index.html", "../../articles/page/3.html"} <= set(links(Page(lists[1].read_text("utf-8"))))


def test_a_long_facet_stands_on_pages_too(small, monkeypatch):
    monkeypatch.setattr("dateline.site.generator.ENTRIES_A_PAGE", 2)
    (small / "content/sources/dump.txt").write_text("Peru\n\n" + "".join(f"{n}\n\nIn Peru.\n\n" for n in "ABCDE"))
    build_site(small / "pelicanconf.py")
    for family in ("places", "topics"):
        parts = [small / "output" / family / name for name in ("peru.html", "peru/2.html", "peru/3.html")]
        assert [len(re.findall('class="entry"', path.read_text("utf-8"))) for path in parts] == [2, 2, 1]


def test_a_country_gathers_its_places_on_pages_of_their_own_and_each_has_an_address(small, hand, monkeypatch):
    monkeypatch.setattr("dateline.site.generator.ENTRIES_A_PAGE", 2)
    for name, places in {"a": "Peru", "b": "Lima; Peru", "c": "Lima", "d": "Arequipa", "e": "Lyon"}.items():
        hand(name, f"Places: {places};")
    monkeypatch.setenv("SITEURL", "https://news.example")
    (small / "publishconf.py").write_text('from pelicanconf import *\nSITEURL = "https://news.example"\n')
    (small / "pelicanconf.py").write_text((small / "pelicanconf.py").read_text())
    monkeypatch.syspath_prepend(small)
    build_site(small / "publishconf.py")
    parts = [(small / "output/places" / name) for name in ("peru.html", "peru/2.html")]
    assert [titles(path) for path in parts] == [["a", "b"], ["c", "d"]]
    first, second = (" ".join(Page(path.read_text("utf-8")).text.split()) for path in parts)
    assert "2 of 4 articles name it, page 1 of 2" in first
    assert "2 articles name only places within it, page 2 of 2" in second
    sitemap = (small / "output/sitemap.xml").read_text("utf-8")
    for gathering in ("peru.html", "peru/2.html", "south-america.html", "france.html"):
        assert (small / "output/places" / gathering).is_file()
        assert f"/places/{gathering}<" in sitemap
    (row,) = [row for row in rows_of(small) if row["slug"] == "e"]
    assert [place["name"] for place in row["places"]] == ["Lyon"]  # what gathers makes no tag


AMINA = "id,kind,preferred\nactor:amina-vance,person,Amina Vance\n"


def test_a_person_whom_the_archive_lists_has_a_page_and_one_in_no_list_has_none(small, hand):
    (small / "content/authority").mkdir()
    (small / "content/authority/actors.csv").write_text(AMINA)
    hand("a", "Actors: Amina Vance;", "Amina Vance met Gloria Wambui.")
    build_site(small / "pelicanconf.py")
    assert [path.name for path in sorted((small / "output/actors").iterdir())] == ["amina-vance.html", "index.html"]


def test_only_the_archives_own_list_gives_persons_a_page_unless_the_settings_say_otherwise(tmp_path):
    (tmp_path / "actors.csv").write_text(AMINA)
    assert listed_persons({}, tmp_path) == {"actor:amina-vance"}
    assert listed_persons({}, tmp_path / "none") == frozenset()
    assert listed_persons({"ONLY_LISTED_PERSONS": False}, tmp_path) is None


@pytest.mark.parametrize("contact", ["desk@news.example", "mailto:desk@news.example", "https://news.example/form"])
def test_with_a_contact_each_piece_of_evidence_can_be_reported(small, hand, contact):
    settings = small / "pelicanconf.py"
    settings.write_text(settings.read_text() + f'CONTACT = "{contact}"\n')
    hand("a", "Places: Peru;", "It rained in Peru.")
    build_site(settings)
    (link,) = [link for link in links(Page((small / "output/articles/a.html").read_text("utf-8"))) if "Peru" in link]
    assert link.startswith(("mailto:desk@news.example?", "https://news.example/form?"))
    assert "geonames" in link


@pytest.mark.parametrize("contact", ["call us", "javascript:alert(1)", "http://news.example/form", "a@b?bcc=c@d"])
def test_a_contact_that_is_none_is_refused(small, contact):
    settings = small / "pelicanconf.py"
    settings.write_text(settings.read_text() + f'CONTACT = "{contact}"\n')
    with pytest.raises(SiteError, match=r"CONTACT is .*; write a mail address, or that of a form"):
        build_site(settings)


def test_a_published_page_asks_for_nothing_but_a_search(site):
    for name, page in pages(site):
        assert [form["action"].rpartition("/")[2] for form in page.all("form")] in (
            ["search.html"], ["search.html"] * 2,
        ), name  # fmt: skip
        assert not [form for form in page.all("form") if form["method"] != "get"], name
        assert not [link for link in links(page) if link.startswith("mailto:")], name


def test_each_mention_stands_once_in_the_evidence_of_its_article(site):
    for line in (site / "data/mentions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        page = (site / "articles" / f"{row['slug']}.html").read_text("utf-8")
        marks = re.findall(r"<!--mention (\S+) ([^>]*)-->", page)
        keys = [mention_key(mention) for mention in row["mentions"]]
        assert {slug for slug, _ in marks} == {row["slug"]}
        assert {key for _, key in marks} <= set(keys)
        repeats = len(re.findall('class="quotation"', page)) - len(marks)
        assert len(marks) + repeats == len(keys)


@pytest.mark.parametrize("choice", ["ignore", "ignore-here", "hide-here", "hide", "means-here-0", "means-0"])
def test_what_the_local_server_writes_holds_after_the_next_build(small, choice):
    (row,) = story_with(small, "Lang: en", "A\n\nIt rained in Alexandria.\n")
    ((key, mention),) = load_mentions(small / "output/data/mentions.jsonl", "a").items()
    assert [place["id"] for place in row["places"]] == [mention["record"]]
    correction = find_correction({key: mention}, "a", key, choice)
    assert write_correction(small / "content/authority/rules.csv", correction, on="2020-01-02")
    build_site(small / "pelicanconf.py")
    places = [place["id"] for row in rows_of(small) for place in row["places"]]
    assert places == ([mention["alternatives"][0]["record"]] if choice.startswith("means") else [])


LIMA = Record(RecordId("geonames:3936456"), Kind.PLACE, "city", "Lima", latitude=-12.04, longitude=-77.03)
SEA = Record(RecordId("place:nowhere"), Kind.PLACE, "water", "A sea without a point")


def test_a_map_is_drawn_once_and_forgotten_when_no_page_wants_it(tmp_path, monkeypatch):
    memory = tmp_path / ".cache/maps.sqlite"
    with load_maps(memory) as draw_map:
        drawn = draw_map(LIMA)
        assert draw_map(SEA) is None
    monkeypatch.setattr("dateline.site.drawn.locator_map", lambda *_, **__: Markup("anew"))
    with load_maps(memory) as draw_map:
        assert draw_map(LIMA) == drawn
        assert draw_map(replace(LIMA, preferred="Ciudad de los Reyes")) == "anew"
    with load_maps(memory):
        pass
    with load_maps(memory) as draw_map:
        assert draw_map(LIMA) == "anew"


def test_a_memory_of_maps_that_cannot_be_read_is_begun_anew(tmp_path):
    memory = tmp_path / "maps.sqlite"
    memory.write_bytes(b"This is no database, however long it may be." * 100)
    with load_maps(memory) as draw_map:
        assert "<svg" in draw_map(LIMA)
    with load_maps(memory) as draw_map:
        assert "<svg" in draw_map(LIMA)


@pytest.mark.parametrize("at", [0.01, 0.15, 0.5, 0.9])
def test_maps_that_were_damaged_are_drawn_anew(at, tmp_path):
    memory, points = tmp_path / "maps.sqlite", [(latitude, 36.0) for latitude in range(-60, 60, 20)]
    places = [replace(LIMA, latitude=latitude, longitude=longitude) for latitude, longitude in points]
    with load_maps(memory) as draw_map:
        drawn = [draw_map(place) for place in places]
    data = bytearray(memory.read_bytes())
    first = int(len(data) * at)
    data[first : first + 100] = bytes(100)
    memory.write_bytes(data)
    with load_maps(memory) as draw_map:
        assert [draw_map(place) for place in places] == drawn


def test_a_year_that_two_pages_hold_lists_its_months_on_them(small, hand, monkeypatch):
    monkeypatch.setattr("dateline.site.generator.ENTRIES_A_PAGE", 2)
    for number, month in enumerate((1, 1, 2)):
        hand(f"story-{number}", f"Date: 2017-{month:02}-01")
    build_site(small / "pelicanconf.py")
    parts = [small / "output/dates" / name for name in ("2017.html", "2017/2.html")]
    assert [len(re.findall('class="entry"', path.read_text("utf-8"))) for path in parts] == [2, 1]


def test_two_articles_with_one_slug_or_a_wrong_date_do_not_stop_the_rest(small):
    (small / "content/sources/dump.txt").write_text("A\n\nx.\n\nB\n\ny.\n")
    build_site(small / "pelicanconf.py")
    path = small / "content/articles/b.md"
    path.write_text(path.read_text().replace("Slug: b", "Slug: a"))
    (small / "content/articles/c.md").write_text("Title: C\nReceived: yesterday\n\nz.\n")
    summary = build_site(small / "pelicanconf.py")
    assert {row["slug"] for row in json.loads((small / "output/data/articles.json").read_text())} == {"a", "c"}
    assert {(notice.where, notice.message.split(";")[0]) for notice in summary.notices} == {
        ("articles/b.md", "Slug 'a' is that of articles/a.md too"),
        ("articles/c.md", "Received is 'yesterday', not a date like 2020-05-01"),
    }


def test_tags_typed_by_hand_are_shown_once_and_are_not_the_sources_keywords(small):
    (row,) = story_with(small, "Tags: peru; R&amp;D; war;\nKeywords: war; trade;", "A\n\nIn Peru.\n")
    assert row["tags"] == ["Peru", "war", "trade", "R&D"]
    assert row["keywords"] == ["war", "trade"]
    pages = {path.name for path in (small / "output/tags").iterdir()}
    assert pages == {"index.html", "r-d.html", "trade.html", "war.html"}


def test_without_an_edition_undated_stories_have_no_feed_and_no_link_to_one(small):
    settings = small / "pelicanconf.py"
    settings.write_text(settings.read_text().replace("EDITION", "_"))
    (small / "content/sources/dump.txt").write_text("A\n\nx.\n")
    summary = build_site(settings)
    assert [notice.where for notice in summary.notices] == ["EDITION"]
    assert "atom" not in (small / "output/index.html").read_text("utf-8")
    settings.write_text(settings.read_text() + 'EDITION = "yesterday"\n')
    with pytest.raises(SiteError, match="EDITION in the settings: 'yesterday' is not a date"):
        build_site(settings)


def test_a_tag_may_name_a_record_by_its_id(small):
    (row,) = story_with(small, "Places: Paris [geonames:4717560];")
    assert row["places"] == [{"id": "geonames:4717560", "name": "Paris (Texas)"}]


@pytest.mark.parametrize(
    "line", ["Modified: 2017-03", "Modified: yesterday", "Authors: ;", "Tags: ;", "Template: nope"]
)
def test_a_line_that_pelican_would_choke_on_or_fill_from_the_clock_stops_nothing(small, line):
    assert [row["slug"] for row in story_with(small, line)] == ["a"]
    updated = re.findall("<updated>(.*?)</updated>", (small / "output/feeds/all.atom.xml").read_text("utf-8"))
    assert set(updated) == {"2020-01-02T00:00:00+00:00"}


def test_a_modification_that_is_no_whole_day_is_told(small):
    story_with(small, "Modified: 2017-03")
    (notice,) = build_site(small / "pelicanconf.py").notices
    assert (notice.where, notice.message.split(",")[0]) == ("articles/a.md", "Modified is '2017-03'")


def test_a_whole_day_of_modification_is_shown_in_the_feed(small):
    story_with(small, "Modified: 2017-03-22")
    assert "<updated>2017-03-22T00:00:00+00:00</updated>" in (small / "output/feeds/all.atom.xml").read_text("utf-8")


def test_a_topic_line_left_empty_is_no_topic(small):
    (row,) = story_with(small, "Category:")
    assert row["topic"] is None
    assert not (small / "output/topics").exists()


def test_an_address_that_is_none_is_refused(small):
    settings = small / "pelicanconf.py"
    settings.write_text(settings.read_text() + 'SITEURL = "nonsense"\n')
    with pytest.raises(SiteError, match="an address begins with https://"):
        build_site(settings)


def test_a_tag_added_by_hand_says_who_added_it(small):
    story_with(small, "Places: Peru;")
    text = " ".join(Page((small / "output/articles/a.html").read_text("utf-8")).text.split())
    assert "dded by the archive’s editor" in text
    assert (small / "output/places/peru.html").is_file()


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("Published: 2017-03-22", "2017-03-22"),
        ("Published: 2017-03?", "2017-03?"),
        ("Date: 2017-03", "2017-03"),
        ("Date: 2017-03-22 14:05", "2017-03-22"),
        ("Date: 22 March 2017", "2017-03-22"),
        ("Date: 03/04/2017", None),
        ("Lang: en", None),
    ],
)
def test_an_article_written_by_hand_has_the_date_that_it_states(small, lines, date):
    (small / "content/articles").mkdir()
    (small / "content/articles/own.md").write_text(f"Title: Own\n{lines}\n\nIt rained.\n")
    build_site(small / "pelicanconf.py")
    (row,) = json.loads((small / "output/data/articles.json").read_text("utf-8"))
    assert row["date"] == date


@pytest.fixture
def hand(small) -> Callable[..., Path]:
    """Write an article by hand into the small archive, and return its file."""

    def write(slug: str, lines: str = "", text: str = "It rained.", title: str = "") -> Path:
        path = small / f"content/articles/{slug}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Title: {title or slug}\nSlug: {slug}\n{lines}\n\n{text}\n".replace("\n\n\n", "\n\n"))
        return path

    return write


def titles(path: Path) -> list[str]:
    return re.findall(r'entry-title"[^>]*><a[^>]*>([^<]*)</a>', path.read_text("utf-8"))


def test_dated_articles_make_pages_of_years_and_months_and_a_timeline(small, hand):
    for slug, line in {
        "day": "Date: 2017-03-22",
        "month": "Published: 2017-03?",
        "year": "Published: 2016",
        "span": "Published: 2015/2016",
        "none": "",
    }.items():
        hand(slug, line)
    build_site(small / "pelicanconf.py")
    output = small / "output"
    assert {path.name: titles(path) for path in sorted((output / "dates").iterdir())} == {
        "2016.html": ["year"],
        "2017-03.html": ["month", "day"],
        "2017.html": ["month", "day"],
        "several-years.html": ["span"],
        "undated.html": ["none"],
    }
    assert {"dates/2016.html", "dates/2017.html", "dates/2017-03.html", "dates/several-years.html"} <= {
        urlsplit(link).path.removeprefix("./") for link in links(Page((output / "timeline.html").read_text("utf-8")))
    }
    assert "../dates/2017-03.html" in links(Page((output / "articles/day.html").read_text("utf-8")))
    assert "Timeline" in Page((output / "index.html").read_text("utf-8")).text


def test_without_a_date_there_is_no_timeline_but_a_page_of_the_undated(site):
    assert not (site / "timeline.html").exists()
    assert [path.name for path in (site / "dates").iterdir()] == ["undated.html"]
    assert "dates/undated.html" in {link.removeprefix("./") for link in links(Page((site / "index.html").read_text()))}
    assert "Timeline" not in Page((site / "index.html").read_text("utf-8")).text


def test_a_long_month_stands_on_pages_and_its_calendar_leads_to_each(small, hand, monkeypatch):
    monkeypatch.setattr("dateline.site.generator.ENTRIES_A_PAGE", 2)
    for number, day in enumerate((1, 1, 1, 9, 9)):
        hand(f"story-{number}", f"Date: 2017-03-{day:02}")
    hand("year", "Published: 2017")
    build_site(small / "pelicanconf.py")
    parts = [small / "output/dates" / name for name in ("2017-03.html", "2017-03/2.html", "2017-03/3.html")]
    assert [titles(path) for path in parts] == [["story-0", "story-1"], ["story-2", "story-3"], ["story-4"]]
    for path in parts:
        days = [link for link in links(Page(path.read_text("utf-8"))) if "#d" in link]
        assert [link.rpartition("dates/")[2] for link in days] == ["2017-03.html#d01", "2017-03/2.html#d09"]
    assert titles(small / "output/dates/2017.html") == ["year"]  # the rest is found by its months


@pytest.mark.parametrize("siteurl", ["", "https://news.example"])
def test_every_link_of_a_dated_archive_leads_somewhere(small, hand, siteurl):
    hand("day", "Date: 2017-03-22\nVersions: day; older;\nSource-Topics: war;\nKeywords: war;")
    hand("older", "Date: 2017-03-21\nVersions: day; older;")
    hand("none")
    (small / "content/removed.csv").write_text("slug,reason,on,by\ngone,asked,2020-05-01,AB\n")
    settings = small / "pelicanconf.py"
    settings.write_text(f"{settings.read_text()}SITEURL = {siteurl!r}\n")
    build_site(settings)
    output = small / "output"
    if siteurl:
        located = re.findall("<loc>https://news.example/(.*?)</loc>", (output / "sitemap.xml").read_text("utf-8"))
        made = {path.relative_to(output).as_posix() for path in output.rglob("*.html")}
        assert sorted(located) == sorted(made - {"404.html", "search.html", "search/files.html", "articles/gone.html"})
    test_every_link_is_relative_and_leads_to_a_file_and_an_anchor_that_are_there(output)


def test_a_removed_story_leaves_a_page_that_says_so_and_nothing_else(small, hand):
    hand("kept", "Date: 2017-03-22")
    hand(
        "secret", "Date: 2017-03-22\nCategory: Hush\nKeywords: whisper;\nVersions: secret; kept;", "Murmured.", "Unsaid"
    )
    build_site(small / "pelicanconf.py")
    (small / "content/removed.csv").write_text("slug,reason,on,by\nsecret,A court order,2020-05-01,AB\n")
    summary = build_site(small / "pelicanconf.py")
    output = small / "output"
    page = Page((output / "articles/secret.html").read_text("utf-8"))
    assert "It was taken out on 1 May 2020." in page.text
    assert "A court order" in page.text
    assert [meta["content"] for meta in page.all("meta") if meta.get("name") == "robots"] == ["noindex"]
    assert [row["slug"] for row in rows_of(small)] == ["kept"]
    words = ("Unsaid", "Murmured", "murmur", "Hush", "whisper", "articles/secret")
    written = {path: path.read_bytes().decode("utf-8", "replace") for path in output.rglob("*") if path.is_file()}
    assert [(path.name, word) for path, text in written.items() for word in words if word in text] == []
    assert [(notice.where, notice.message.partition(":")[0]) for notice in summary.notices] == [
        ("articles/secret.md", "is not published")
    ]


def test_no_file_of_the_last_build_is_kept_with_a_story_that_was_removed_since(small, hand, tmp_path_factory):
    hand("kept")
    hand("secret", text="Murmured.")
    build_site(small / "pelicanconf.py")
    (small / "content/removed.csv").write_text("slug,reason,on,by\nsecret,,,\n")
    build_site(small / "pelicanconf.py")
    afresh = tmp_path_factory.mktemp("afresh")
    shutil.copytree(small / "content", afresh / "content")
    shutil.copy(small / "pelicanconf.py", afresh)
    build_site(afresh / "pelicanconf.py")
    files = [
        sorted(path.relative_to(root) for path in root.rglob("*")) for root in (small / "output", afresh / "output")
    ]
    assert files[0] == files[1]


def test_what_removed_csv_says_wrongly_is_told(small):
    (small / "content/removed.csv").write_text("slug,reason,on,by\n../x,,,\n")
    (notice,) = build_site(small / "pelicanconf.py").notices
    assert notice.where == "content/removed.csv line 2"
    assert not (small / "output/x.html").exists()


def test_the_data_file_says_what_the_source_says_of_an_article(small, hand):
    hand(
        "a",
        "Date: 2017-03-22\nUpdated: 2017-03-23\nAuthors: A. Writer; R&amp;D;\nDateline: LIMA (AP)\nPublication: Courier\n"
        "Original-URL: https://courier.example/?a=1&amp;b=2\nLang: es\nRights: Theirs\nSource-Topics: war; trade;\n"
        "Source-Media-Topics: x;\nSource-Id: 7\nEnclosures: https://courier.example/a.mp3;\nVersions: a; b;",
    )
    (row,) = (build_site(small / "pelicanconf.py"), rows_of(small))[1]
    said = {
        "date": "2017-03-22",
        "updated": "2017-03-23",
        "authors": ["A. Writer", "R&D"],
        "dateline": "LIMA (AP)",
        "publication": "Courier",
        "original_url": "https://courier.example/?a=1&b=2",
        "language": "es",
        "rights": "Theirs",
        "keyword_lists": {"Topics": ["war", "trade"], "Media topics": ["x"]},
        "enclosures": ["https://courier.example/a.mp3"],
        "versions": ["a", "b"],
    }
    assert said.items() <= row.items()


def test_a_change_that_states_no_date_is_told_and_left_out(small, hand):
    hand("a", "Updated: yesterday\nUpdated-Words: yesterday")
    (notice,) = build_site(small / "pelicanconf.py").notices
    assert (notice.where, notice.message.split(",")[0]) == ("articles/a.md", "Updated is 'yesterday'")
    assert rows_of(small)[0]["updated"] is None
    assert "Updated" not in Page((small / "output/articles/a.html").read_text("utf-8")).text
