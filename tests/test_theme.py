"""The templates: plain text stays text, links lead on within the site, and nothing is inline or from elsewhere."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conftest import REPOSITORY
from dateline.articles.tombstones import Tombstone
from dateline.edtf import parse_date
from dateline.facets import (
    ArchiveView,
    ArticleTag,
    ArticleView,
    Branch,
    Chart,
    Entry,
    Evidence,
    Facet,
    FacetIndex,
    Imprint,
    KeywordList,
    LetterGroup,
    Link,
    Period,
    PeriodGroup,
    Quotation,
    SourceRef,
    TimeIndex,
    UnlistedName,
)
from dateline.maps import locator_map
from dateline.records import SIGN_OFF, Alternative, Kind, Locator, Mention, Record, RecordId, Role, Unit

THEME = REPOSITORY / "theme"
FALLBACK = REPOSITORY / "plugins" / "dateline" / "templates"
HOSTILE = "<script>alert(1)</script> & “Lima”"

LIMA = Record(
    RecordId("geonames:3936456"), Kind.PLACE, "city", "Lima", variants=("Ciudad de los Reyes",),
    latitude=-12.0432, longitude=-77.0282, same_as=("wikidata:Q2868",),
)  # fmt: skip
UNLISTED = Record(RecordId("place:unlisted-x"), Kind.PLACE, "", HOSTILE)
ARMY = Record(RecordId("actor:pe/army"), Kind.ACTOR, "force", "Peruvian Army")

TOPIC = Link("Peru & Chile", "topics/peru-chile.html", 2)
QUOTE = Quotation("Troops of the ", "Peruvian Army", " reached Lima.")
MENTION = Mention(
    "text", 14, 27, "Peruvian Army", Kind.ACTOR, Role.NAME, ARMY, "name in actors.csv", 0.9, "force",
    (Alternative(LIMA, 0.2, "An army has soldiers."),),
)  # fmt: skip
PERU = Record(RecordId("geonames:3932488"), Kind.PLACE, "country", "Peru", status="disputed", valid_from="1821-07-28")
NATIONALITY = Mention("text", 14, 22, "Peruvian", Kind.PLACE, Role.DEMONYM, PERU, "nationality", 0.95, "country")
NAMELESS = Mention("text", 30, 34, "Lima", Kind.ACTOR, Role.NAME, None, "given name + surname", 0.7, "person")
DESCRIBED = Mention("text", 0, 6, "Troops", Kind.ACTOR, Role.DESCRIPTION, None, "epithet + noun", 0.5)

UNDATED = Entry("a", "articles/a.html", HOSTILE, TOPIC, None, "Undated", "Troops of the Peruvian Army", QUOTE)
DATED = Entry("b", "articles/b.html", "دير الزور", None, "2017-03-22", "22 March 2017", "المدينة", lang="ar")

LIMA_FACET = Facet(
    "places", Link("Lima", "places/lima.html", 1), (UNDATED,), LIMA, (Link("Peru", "places/peru.html"),), ("Peru",),
    country="Peru", actors_beside=(Link("Peruvian Army", "actors/peruvian-army.html", 1),), surfaces=("Lima",),
    map=locator_map(LIMA, title="Where Lima lies"),
)  # fmt: skip
UNLISTED_FACET = Facet("places", Link(HOSTILE, "places/unlisted.html", 1), (DATED,), UNLISTED)
ARMY_FACET = Facet("actors", Link("Peruvian Army", "actors/peruvian-army.html", 1), (UNDATED,), ARMY)
TOPIC_FACET = Facet("topics", TOPIC, (UNDATED, DATED))

ARTICLE = ArticleView(
    UNDATED, Markup('<p>Troops of the <a href="../actors/peruvian-army.html">Peruvian Army</a>.</p>'),
    places=(ArticleTag(LIMA, LIMA_FACET.link, (), by_editor=True),),
    actors=(ArticleTag(ARMY, ARMY_FACET.link, (Evidence(MENTION, QUOTE),), by_editor=False),),
    keywords=(Link("flood", "tags/flood.html", 1),),
    descriptions=(Evidence(DESCRIBED, Quotation("", "Troops", " of the Peruvian Army.")),),
    sources=(SourceRef(Locator("sources/a dump's copy.txt", 3, 6), "ab" * 32),),
    imprint=Imprint(authors=("A. Writer", HOSTILE)), date_basis="", date_words="", newer=DATED, older=None,
    described=Markup('{"@type": "NewsArticle"}'), dublin_core=(("DC.title", HOSTILE),),
    untagged=(ArticleTag(PERU, Link("Peru", ""), (), by_editor=False, beside=(Evidence(NATIONALITY, QUOTE),)),),
    unlisted=(UnlistedName(HOSTILE, "person", (Evidence(NAMELESS, QUOTE, (QUOTE, QUOTE)),)),),
)  # fmt: skip
WIRE = replace(
    ARTICLE, entry=DATED, date_words="22 آذار", date_basis="stated", newer=None, older=UNDATED,
    period=Link("March 2017", "dates/2017-03.html", 1), versions=(DATED, replace(UNDATED, is_older_version=True)),
    sources=(SourceRef(Locator("sources/wire's.zip", 0, 99, "a b.xml", Unit.BYTES), "cd" * 32),),
    keyword_lists=(KeywordList("Topics", (Link("flood", "tags/flood.html", 1), Link("tide", ""))),),
    imprint=Imprint(
        authors=("سلمى حداد",), dateline="دمشق (رويترز)", publication="الشاطئ", publisher="R&D", rights="All reserved",
        url="https://wire.example/1?a=1&b=2", updated=parse_date("2017-03-23"), updated_words="Thursday",
        source_id="tag:1", access="excerpt", received="2020-05-01", enclosures=("https://wire.example/a.mp3", "javascript:alert(1)"),
    ),
)  # fmt: skip

MARCH, YEAR = Link("March 2017", "dates/2017-03.html", 1), Link("2017", "dates/2017.html", 2)
MONTHS = (MARCH, Link("April 2017", "dates/2017-04.html", 4))
MONTH_PERIOD = Period(
    "month", MARCH, (PeriodGroup("22 March 2017", "d22", (DATED,)),), first_weekday=3, within=YEAR,
    cells=tuple(Link(f"{day} March 2017", "#d22" if day == 22 else "", int(day == 22)) for day in range(1, 32)),
    after=Link("April 2017", "dates/2017-04.html", 1), actors_beside=(Link("Peruvian Army", "actors/peruvian-army.html", 1),),
)  # fmt: skip
YEAR_PERIOD = Period(
    "year", YEAR, (PeriodGroup("2017", "m0", (DATED,)), PeriodGroup("March 2017", "m3", (DATED,), MARCH)), MONTHS,
    chart=Chart("month", 4, "April 2017"),
)  # fmt: skip
UNDATED_PERIOD = Period("undated", Link("Undated", "dates/undated.html", 1), (PeriodGroup("", "all", (UNDATED,)),))
TIMES = TimeIndex((YEAR_PERIOD,), (MONTH_PERIOD,), None, UNDATED_PERIOD, 2, "March 2017")


def index_of(family: Any, *facets: Facet) -> FacetIndex:
    group = (LetterGroup("L", "l", facets),) if facets else ()
    branches = tuple(Branch(facet.link, "city") for facet in facets)
    peru = Branch(Link("Peru", "places/peru.html", 2), "country", branches, len(branches))
    return FacetIndex(family, facets, group, facets, tree=(peru, *branches) if family == "places" else ())


ARCHIVE = ArchiveView(
    "Peru & Chile", "What was reported.", "2026-11-23", (UNDATED, DATED),
    index_of("places", LIMA_FACET, UNLISTED_FACET), index_of("actors", ARMY_FACET), index_of("topics", TOPIC_FACET),
    index_of("tags"), undated=1, word_count=1204, latest=(DATED, UNDATED), times=TIMES,
)  # fmt: skip

PAGE = SimpleNamespace(title="Names &amp; words", slug="names", url="names.html", content="<p>How &amp; why</p>")
WHOLE: dict[str, Any] = {"number": 1, "urls": ("lima.html",)}  # a list in one part
PAGES: dict[str, dict[str, Any]] = {
    "index": {},
    "article": {"article": SimpleNamespace(view=ARTICLE)},
    "page": {"page": PAGE},
    "timeline": {"times": TIMES},
    "period": {"period": MONTH_PERIOD, "number": 1, "urls": ("dates/2017-03.html",)},
    "removed": {"tombstone": Tombstone("a", HOSTILE, "2026-11-02"), "on": "2 November 2026"},
    "place": {"facet": LIMA_FACET, **WHOLE},
    "actor": {"facet": ARMY_FACET, **WHOLE},
    "topic": {"facet": TOPIC_FACET, **WHOLE},
    "tag": {"facet": Facet("tags", Link("flood", "tags/flood.html", 1), (DATED,)), **WHOLE},
    "places": {"index": ARCHIVE.places},
    "actors": {"index": ARCHIVE.actors},
    "topics": {"index": ARCHIVE.topics},
    "articles": {
        "entries": (UNDATED, DATED),
        "number": 2,
        "urls": ("articles/index.html", "articles/page/2.html", "articles/page/3.html"),
    },
    "tags": {"index": index_of("tags", LIMA_FACET)},
    "search": {
        "search_scripts": ("search/engine.0123.js",),
        "search_lazy": {},
        "search_generation": "",
        "search_api": "",
    },
    "404": {},
}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.elements if attribute in attrs]


def render(name: str, *folders: Path, archive: ArchiveView = ARCHIVE, siteurl: str = "..", **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(folders or (THEME / "templates", FALLBACK)),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    given = {
        "archive": archive, "SITENAME": archive.name, "SITEURL": siteurl, "DATELINE_VERSION": "1", "DEFAULT_LANG": "en",
        "pages": [PAGE], "canonical": None, "feeds": (("Feed", "feeds/all.atom.xml"),), "search_scripts": (),
    }  # fmt: skip
    return environment.get_template(f"{name}.html").render({**given, **values})


def text_of(page: str) -> str:
    return " ".join(Elements(page).text.split())


def facts_of(page: str) -> dict[str, str]:
    """What the lists of facts on a page say, by their terms."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {text_of(term): text_of(fact) for term, fact in pairs}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return render(request.param, **PAGES[request.param])


def test_a_page_names_no_other_host_but_in_links_that_a_reader_may_follow(page: str) -> None:
    loaded = [
        attrs.get("src") or attrs.get("href") or ""
        for tag, attrs in Elements(page).elements
        if tag in {"script", "link", "img", "source", "iframe"} and attrs.get("type") != "application/ld+json"
    ]
    assert loaded
    assert [address for address in loaded if not address.startswith("../")] == []


def test_nothing_is_inline_that_the_security_policy_forbids(page: str) -> None:
    elements = Elements(page)
    policies = [attrs for tag, attrs in elements.elements if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert [attrs["content"] for attrs in policies] == [
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    ]
    assert elements.values("style") == []
    assert [name for _, attrs in elements.elements for name in attrs if name.startswith("on")] == []
    assert [attrs for tag, attrs in elements.elements if tag == "style"] == []
    scripts = [attrs for tag, attrs in elements.elements if tag == "script"]
    assert all(attrs.get("src") or attrs.get("type") == "application/ld+json" for attrs in scripts)


def test_a_page_has_one_main_heading_and_no_id_twice(page: str) -> None:
    elements = Elements(page)
    assert [tag for tag, _ in elements.elements].count("h1") == 1
    ids = elements.values("id")
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in elements.values("href") if href.startswith("#")]
    assert set(targets) <= set(ids)


def test_every_field_has_its_label(page: str) -> None:
    elements = Elements(page)
    fields = {attrs.get("id") for tag, attrs in elements.elements if tag == "input"}
    assert fields <= {attrs.get("for") for tag, attrs in elements.elements if tag == "label"}


@pytest.mark.parametrize("name", ["index", "article", "place", "places", "topic"])
def test_a_title_that_looks_like_markup_stays_text(name: str) -> None:
    shown = render(name, **PAGES[name])
    assert "<script>alert" not in shown
    assert HOSTILE in text_of(shown)


def test_the_title_of_a_page_written_by_hand_is_escaped_once() -> None:
    shown = render("page", page=PAGE)
    assert "<title>Names &amp; words · Peru &amp; Chile</title>" in shown
    assert "How &amp; why" in shown


def test_a_menu_entry_appears_when_it_has_something_to_say() -> None:
    menu = re.search(r'<nav class="menu".*?</nav>', render("index"), re.DOTALL)
    assert menu is not None
    assert text_of(menu[0]) == "Articles Timeline Topics Places Actors"


@pytest.mark.parametrize(
    ("entries", "undated", "sentence"),
    [
        ((UNDATED,) * 5, 5, "The five articles carry no date; they stand in the order of their source."),
        ((UNDATED,), 1, "The one article carries no date; it stands as in its source."),
        (
            (UNDATED,) * 1200,
            1200,
            "The 1,200 articles carry no date; they stand in the order of their source.",
        ),
        ((DATED, UNDATED), 1, "1 of 2 articles carries no date and stands last, in the order of the source."),
    ],
)
def test_the_front_page_says_how_the_dates_stand(entries: tuple[Entry, ...], undated: int, sentence: str) -> None:
    nothing = index_of("topics")
    archive = ArchiveView("A", "", None, entries, nothing, nothing, nothing, nothing, undated, 0, entries[:30])
    assert sentence in text_of(render("index", archive=archive))


def test_the_front_page_of_dated_articles_says_nothing_of_dates() -> None:
    nothing = index_of("topics")
    archive = ArchiveView("A", "", None, (DATED,), nothing, nothing, nothing, nothing, 0, 0, (DATED,))
    assert "no date" not in text_of(render("index", archive=archive))


def test_the_front_page_of_a_large_archive_stays_small() -> None:
    many = replace(ARCHIVE, entries=(UNDATED,) * 20_000, latest=(UNDATED,) * 30, undated=20_000)
    shown = render("index", archive=many)
    assert len(shown) < 60_000
    assert "All 20,000 articles" in text_of(shown)


@pytest.mark.parametrize(
    ("held", "latest", "heading"),
    [
        (2, (DATED, UNDATED), "The articles"),
        (40, (DATED, UNDATED), "Latest articles"),
        (40, (UNDATED,), "From the articles"),
    ],
)
def test_the_front_page_shows_what_its_heading_says(held: int, latest: tuple[Entry, ...], heading: str) -> None:
    shown = render("index", archive=replace(ARCHIVE, entries=(UNDATED,) * held, latest=latest))
    assert f'class="label">{heading}</h2>' in shown
    titles = re.findall(r'<h3 class="entry-title".*?</h3>', shown)
    assert [text_of(title) for title in titles] == [entry.title for entry in latest]


def test_an_empty_archive_has_a_front_page() -> None:
    nothing = index_of("topics")
    archive = ArchiveView("A", "", None, (), nothing, nothing, nothing, nothing, 0, 0)
    assert "The archive holds no articles yet." in text_of(render("index", archive=archive))


def test_only_a_whole_day_is_given_to_machines_as_a_time() -> None:
    assert Elements(render("topic", **PAGES["topic"])).values("datetime") == ["2017-03-22"]


def test_a_tag_shows_its_words_its_rule_and_what_it_is_not() -> None:
    shown = text_of(render("article", **PAGES["article"]))
    assert "Troops of the Peruvian Army reached Lima." in shown
    assert "Certain (0.90 of 1). In the text: a name on the archive’s list of actors." in shown
    assert "Not taken for Lima, the city (0.20). An army has soldiers." in shown
    assert "Added by the archive’s editor; the words of the article do not name it." in shown


def test_what_a_tag_lies_in_and_where_its_runner_up_is_stand_in_the_evidence() -> None:
    tag = replace(ARTICLE.actors[0], broader_names=("Peru", "South America"))
    told = replace(tag, evidence=(replace(tag.evidence[0], runner_up_country="Peru"),))
    shown = text_of(render("article", article=SimpleNamespace(view=replace(ARTICLE, actors=(told,)))))
    assert "Part of" in shown and "Peru, South America" in shown
    assert "Not taken for Lima, Peru, the city (0.20)." in shown


@pytest.mark.parametrize(
    ("score", "words"),
    [(1.0, "Certain (1.00 of 1)"), (0.9, "Certain (0.90 of 1)"), (0.6, "Likely (0.60 of 1)"), (0.59, "A guess (0.59 of 1)")],
)  # fmt: skip
def test_how_sure_a_tag_is_stands_in_words_beside_the_figure(score: float, words: str) -> None:
    told = replace(ARTICLE, descriptions=(Evidence(replace(DESCRIBED, score=score), QUOTE),))
    assert f"{words}. In the text: a description" in text_of(render("article", article=SimpleNamespace(view=told)))


def test_a_place_of_many_spellings_shows_few_until_the_rest_is_asked_for() -> None:
    many = replace(LIMA, variants=tuple(f"Spelling {at}" for at in range(60)))
    shown = render("place", facet=replace(LIMA_FACET, record=many), **WHOLE)
    assert "Spelling 7 52 moreSpelling 8, Spelling 9" in facts_of(shown)["Also written"]
    tags = (ArticleTag(many, LIMA_FACET.link, (), by_editor=True),)
    told = facts_of(render("article", article=SimpleNamespace(view=replace(ARTICLE, places=tags))))
    assert told["Also written"].endswith("Spelling 7 and 52 more")


def test_a_medium_that_signs_a_text_is_said_to_be_its_source() -> None:
    wire = Record(RecordId("actor:wire"), Kind.ACTOR, "media", "The Wire")
    signed = Mention("text", 14, 27, "The Wire", Kind.ACTOR, Role.NAME, wire, SIGN_OFF, 0.9, "media")
    tag = ArticleTag(wire, Link("The Wire", ""), (), by_editor=False, beside=(Evidence(signed, QUOTE),))
    shown = text_of(render("article", article=SimpleNamespace(view=replace(ARTICLE, untagged=(tag,)))))
    assert "media, as the source" in shown
    assert "a medium that signs the text" in shown


def test_names_that_make_no_tag_are_listed_apart_with_their_evidence() -> None:
    shown = render("article", **PAGES["article"])
    text = text_of(shown)
    assert "Named, not tagged 1 name Peru Peru: country, as a nationality" in text
    assert "Named, without a record 1 name" in text
    assert f"{HOSTILE}: person, 3 mentions" in text
    assert "2 times more, read the same way" in text


def test_evidence_says_how_many_of_its_repeats_it_quotes() -> None:
    told = replace(ARTICLE, descriptions=(Evidence(DESCRIBED, QUOTE, (QUOTE, QUOTE), more=1998),))
    text = text_of(render("article", article=SimpleNamespace(view=told)))
    assert "2,000 times more, read the same way" in text
    assert "The first 2 of them." in text


def test_evidence_can_be_corrected_only_where_the_server_puts_a_form() -> None:
    shown = render("article", **PAGES["article"])
    assert "<!--mention a text 14 27 actor name-->" in shown
    assert [attrs.get("method") for tag, attrs in Elements(shown).elements if tag == "form"] == ["get"]  # the search


def test_an_error_is_reported_only_where_there_is_a_contact() -> None:
    assert "Report an error" not in render("article", **PAGES["article"])
    told = replace(
        ARTICLE, descriptions=(Evidence(DESCRIBED, QUOTE, report="mailto:desk@news.example?subject=a&body=b"),)
    )
    elements = Elements(render("article", article=SimpleNamespace(view=told)))
    assert "mailto:desk@news.example?subject=a&body=b" in elements.values("href")


def test_an_article_of_many_mentions_folds_what_makes_no_tag() -> None:
    names = tuple(UnlistedName(f"Name {at}", "person", (Evidence(NAMELESS, QUOTE),)) for at in range(150))
    shown = render("article", article=SimpleNamespace(view=replace(ARTICLE, unlisted=names)))
    assert "Named, without a record 150 names" in text_of(shown)
    assert [attrs for tag, attrs in Elements(shown).elements if tag == "details" and "open" in attrs] == []


def test_the_evidence_leads_to_the_policy_on_names_where_the_archive_has_one() -> None:
    assert "How names are chosen, and how to object" in text_of(render("article", **PAGES["article"]))
    assert "How names are chosen" not in text_of(render("article", pages=[], **PAGES["article"]))


def test_each_rule_of_the_gold_stories_is_told_in_words() -> None:
    with (REPOSITORY / "tests/gold/deir-ezzor.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule"] for row in csv.DictReader(file)}
    assert rules
    for rule in sorted(rules):
        told = replace(ARTICLE, descriptions=(Evidence(replace(DESCRIBED, rule=rule), QUOTE),))
        evidence = text_of(render("article", article=SimpleNamespace(view=told)))
        assert "In the text: a " in evidence
        assert f"In the text: {rule}." not in evidence


def test_no_rule_that_is_told_in_words_is_told_with_the_signs_of_its_name() -> None:
    macros = (THEME / "templates/_macros.html").read_text(encoding="utf-8")
    words = dict(re.findall(r'^  "([^"]+)": "([^"]+)",$', macros, re.MULTILINE))
    assert len(words) > 50
    assert [words[rule] for rule in words if "+" in words[rule] or words[rule].endswith(".")] == []


def test_a_rule_that_the_theme_has_no_words_for_speaks_for_itself() -> None:
    told = replace(ARTICLE, descriptions=(Evidence(replace(DESCRIBED, rule="by the moon"), QUOTE),))
    assert "In the text: by the moon." in text_of(render("article", article=SimpleNamespace(view=told)))


def test_an_unnamed_party_is_quoted_and_has_no_page() -> None:
    shown = render("article", **PAGES["article"])
    assert "Described in the source, not tagged" in shown
    assert "“Troops”" in text_of(shown)
    assert [href for href in Elements(shown).values("href") if "troops" in href.lower()] == []


def test_the_line_that_checks_a_source_survives_a_shell() -> None:
    shown = text_of(render("article", **PAGES["article"]))
    assert """sed -n 3,6p 'content/sources/a dump'"'"'s copy.txt' | sha256sum""" in shown
    shown = text_of(render("article", article=SimpleNamespace(view=WIRE)))
    assert """dateline cat 'sources/wire'"'"'s.zip!a b.xml#bytes=0-99' | sha256sum""" in shown
    assert "sources/wire's.zip, a b.xml, bytes 0–99" in shown


@pytest.mark.parametrize(
    ("locator", "command"),
    [
        (Locator("sources/a.txt", 3, 6), "sed -n 3,6p content/sources/a.txt | sha256sum"),
        (Locator("sources/a.txt", 4, 4), "sed -n 4p content/sources/a.txt | sha256sum"),
        (Locator("sources/a.txt.gz", 3, 6), "dateline cat 'sources/a.txt.gz#L3-L6' | sha256sum"),
        (Locator("sources/a.tar", 3, 6, "b.txt"), "dateline cat 'sources/a.tar!b.txt#L3-L6' | sha256sum"),
        (Locator("sources/a#1.xml", 0, 9, None, Unit.BYTES), "dateline cat 'sources/a%231.xml#bytes=0-9' | sha256sum"),
    ],
)
def test_lines_of_a_plain_file_are_checked_with_sed_and_all_else_with_dateline(locator: Locator, command: str) -> None:
    assert SourceRef(locator, "").check_command == command


def test_an_article_says_who_wrote_and_published_it_when_and_with_which_rights() -> None:
    shown = render("article", article=SimpleNamespace(view=WIRE))
    text = text_of(shown)
    assert (
        "By سلمى حداد, الشاطئ 22 March 2017, stated as “22 آذار”. Updated 23 March 2017, stated as “Thursday”." in text
    )
    stated = {"Publisher": "R&D", "Rights": "All reserved", "Access": "an excerpt of the text"}
    stated["Identifier in the source"] = "tag:1"
    assert stated.items() <= facts_of(shown).items()
    elements = Elements(shown)
    assert elements.values("datetime").count("2017-03-23") == 1
    assert "../dates/2017-03.html" in elements.values("href")
    assert [href for href in elements.values("href") if "wire.example" in href] == [
        "https://wire.example/1?a=1&b=2",
        "https://wire.example/a.mp3",
    ]
    assert "javascript:alert(1)" in text
    assert [href for href in elements.values("href") if "javascript" in href] == []


def test_a_machines_date_stands_with_the_source_and_a_persons_words_under_the_headline() -> None:
    stamped = replace(
        WIRE,
        date_words="22-MAR-2017 16:32:51.69",
        imprint=replace(WIRE.imprint, updated_words="2017-03-23T09:00:00+00:00"),
    )
    shown = render("article", article=SimpleNamespace(view=stamped))
    assert "22 March 2017. Updated 23 March 2017. " in text_of(shown)
    facts = facts_of(shown)
    assert facts["Date in the source"] == "22-MAR-2017 16:32:51.69"
    assert facts["Update in the source"] == "2017-03-23T09:00:00+00:00"
    inferred = replace(stamped, date_basis="inferred")
    shown = render("article", article=SimpleNamespace(view=inferred))
    assert "22 March 2017, inferred from “22-MAR-2017 16:32:51.69”." in text_of(shown)
    assert "Date in the source" not in facts_of(shown)


def test_a_cited_title_keeps_its_quotation_marks_in_its_own_direction_and_the_address_in_one_piece() -> None:
    shown = render("article", article=SimpleNamespace(view=WIRE))
    assert '<bdi lang="ar">“دير الزور”،</bdi> 22 March 2017, in: ' in shown
    assert '<span class="cited-address">articles/b.html</span> of this archive (from ' in shown
    assert ".citation bdi" not in (THEME / "static/css/style.css").read_text(encoding="utf-8")  # all in one line
    assert f"“{HOSTILE}”, undated, in: " in text_of(render("article", **PAGES["article"]))


def test_a_headline_of_two_authors_joins_them() -> None:
    assert f"By A. Writer and {HOSTILE}" in text_of(render("article", **PAGES["article"]))


def test_the_sources_own_keywords_stand_by_list_and_lead_where_a_page_gathers_them() -> None:
    shown = render("article", article=SimpleNamespace(view=WIRE))
    assert facts_of(shown)["Topics"] == "flood, tide"
    assert "../tags/flood.html" in Elements(shown).values("href")


def test_versions_are_listed_newest_first_and_an_older_one_leads_to_the_newest() -> None:
    newest = text_of(render("article", article=SimpleNamespace(view=WIRE)))
    assert f"Versions of this story 22 March 2017 دير الزور this page Undated {HOSTILE}" in newest
    assert "A newer version" not in newest
    view = replace(ARTICLE, entry=WIRE.versions[1], versions=WIRE.versions)
    older = text_of(render("article", article=SimpleNamespace(view=view)))
    assert "A newer version of this story: دير الزور, 22 March 2017" in older
    assert f"Undated {HOSTILE} this page" in older


def test_a_list_of_all_articles_in_parts_shows_headlines_alone() -> None:
    whole = render("articles", entries=(replace(UNDATED, quotation=None),), number=1, urls=("articles/index.html",))
    part = render("articles", **PAGES["articles"])
    assert [UNDATED.opening in text_of(shown) for shown in (whole, part)] == [True, False]
    assert HOSTILE in text_of(part)


def test_a_list_marks_an_older_version_quietly() -> None:
    older = replace(UNDATED, is_older_version=True)
    assert "Undated older version" in text_of(render("topic", facet=replace(TOPIC_FACET, entries=(older,)), **WHOLE))
    assert "older version" not in text_of(render("topic", **PAGES["topic"]))


def test_an_article_is_described_for_machines_in_its_head() -> None:
    head = render("article", **PAGES["article"]).partition("</head>")[0]
    assert '<script type="application/ld+json">{"@type": "NewsArticle"}</script>' in head
    (title,) = [attrs for _, attrs in Elements(head).elements if attrs.get("name") == "DC.title"]
    assert title["content"] == HOSTILE


@pytest.mark.parametrize(
    ("tombstone", "on", "said"),
    [
        (Tombstone("a", "Asked by R&D", "2026-11-02"), "2 November 2026", "It was taken out on 2 November 2026. Reason: Asked by R&D"),
        (Tombstone("a", "", "2026"), "2026", "It was taken out 2026. No reason is recorded."),
        (Tombstone("a"), "", "The day is not recorded. No reason is recorded."),
    ],
)  # fmt: skip
def test_a_tombstone_says_when_and_why_and_asks_not_to_be_found(tombstone: Tombstone, on: str, said: str) -> None:
    shown = render("removed", tombstone=tombstone, on=on)
    assert said in text_of(shown)
    robots = [attrs["content"] for _, attrs in Elements(shown).elements if attrs.get("name") == "robots"]
    assert robots == ["noindex"]


def test_a_month_has_a_calendar_that_leads_to_its_days() -> None:
    elements = Elements(render("period", **PAGES["period"]))
    (day,) = [attrs for _, attrs in elements.elements if attrs.get("href") == "#d22"]
    assert day["aria-label"] == "22 March 2017: 1 article"
    assert {"../dates/2017.html", "../dates/2017-04.html", "../timeline.html"} <= set(elements.values("href"))


def test_under_the_heading_of_its_day_an_article_does_not_repeat_the_date_unless_in_doubt() -> None:
    doubtful = replace(DATED, date="2017-03-22?", date_label="22 March 2017 (uncertain)")
    groups = (PeriodGroup("22 March 2017", "d22", (DATED, doubtful)),)
    values = {**PAGES["period"], "period": replace(MONTH_PERIOD, groups=groups)}
    kickers = re.findall(r'<p class="kicker">.*?</p>', render("period", **values), re.DOTALL)
    assert [text_of(kicker) for kicker in kickers[1:]] == ["22 March 2017 (uncertain)"]


def test_a_year_shows_its_months_with_their_counts() -> None:
    shown = render("period", period=YEAR_PERIOD, number=1, urls=("dates/2017.html",))
    assert "2017 the month is not stated for certain" in text_of(shown)
    (month,) = [attrs for _, attrs in Elements(shown).elements if attrs.get("aria-label") == "March 2017: 1 article"]
    assert month["href"] == "../dates/2017-03.html"
    assert Elements(shown).values("height")[:2] == ["25.0%", "100%"]  # a bar, and what fills it
    assert "Bars grow evenly with the number of articles; the longest, April 2017, has 4." in text_of(shown)


def test_the_timeline_leads_to_years_months_and_what_has_no_date() -> None:
    hrefs = Elements(render("timeline", **PAGES["timeline"])).values("href")
    assert {"../dates/2017.html", "../dates/2017-03.html", "../dates/undated.html"} <= set(hrefs)


def test_a_year_too_long_for_a_list_says_that_its_months_lead_on() -> None:
    shown = render("period", period=replace(YEAR_PERIOD, groups=()), number=1, urls=("dates/2017.html",))
    assert "Too many for one list: each month above leads to its own." in text_of(shown)


def test_each_bar_of_the_timeline_has_its_number_as_text_and_the_scale_is_said() -> None:
    years = tuple(replace(YEAR_PERIOD, link=Link(f"{year}", "", count)) for year, count in ((1987, 900), (2017, 9)))
    chart = Chart("year", 900, "1987", is_rooted=True)
    shown = render("timeline", times=replace(TIMES, years=years, chart=chart))
    assert [width for width in Elements(shown).values("width") if width != "100%"] == ["100.0%", "10.0%"]
    told = "Bars grow with the square root of the number of articles, so that small ones are seen; the longest, 1987,"
    assert f"{told} has 900. 1987 900 articles Mar 1 Apr 4 2017 9 articles Mar 1" in text_of(shown)


def test_an_archive_without_dates_has_no_timeline_in_its_menu_and_a_sentence_that_leads_to_the_undated() -> None:
    undated = replace(ARCHIVE, times=TimeIndex(undated=UNDATED_PERIOD), entries=(UNDATED,), latest=(UNDATED,))
    elements = Elements(render("index", archive=undated))
    assert "../timeline.html" not in elements.values("href")
    assert "../dates/undated.html" in elements.values("href")


def test_a_place_shows_its_map_its_coordinates_and_where_it_is_catalogued() -> None:
    shown = render("place", **PAGES["place"])
    assert '<svg class="map"' in shown
    assert "12°03′ S, 77°02′ W -12.0432, -77.0282" in text_of(shown).replace("\xa0", " ")
    assert {"https://www.geonames.org/3936456", "https://www.wikidata.org/wiki/Q2868"} <= set(
        Elements(shown).values("href")
    )


def test_a_country_lists_what_names_it_and_then_what_names_only_places_within_it() -> None:
    through = replace(DATED, named_through=LIMA_FACET.link)
    country = replace(
        LIMA_FACET, link=Link("Peru", "places/peru.html", 1), record=PERU, entries_below=(through,), total=2,
        narrower=(LIMA_FACET.link,), broader=(), broader_names=("South America",),
    )  # fmt: skip
    shown = text_of(render("place", facet=country, **WHOLE))
    assert "1 of 2 articles names it" in shown
    assert "1 article names only places within it 22 March 2017 names Lima دير الزور" in shown
    assert "Places within it Lima 1 article" in shown
    assert "Country, from 1821" in shown
    assert "Status: disputed. How disputed names and borders are shown" in shown
    assert "PlacesSouth America Peru" in shown


def test_a_continent_leads_on_to_its_countries() -> None:
    peru = Link("Peru", "places/peru.html", 120)
    continent = replace(LIMA_FACET, entries=(), link=Link("South America", "x.html"), total=120, narrower=(peru,),
                        across_countries=True)  # fmt: skip
    shown = text_of(render("place", facet=continent, **WHOLE))
    assert "120 articles name places within it They stand on the pages of the places within it." in shown
    assert "Places within it Peru 120 articles" in shown


def test_a_disputed_region_is_not_said_to_be_in_the_country_that_it_is_listed_under() -> None:
    region = replace(LIMA, type="region", status="disputed")
    assert "Region, disputed, listed under Peru" in text_of(
        render("place", facet=replace(LIMA_FACET, record=region), **WHOLE)
    )


def test_the_index_of_places_is_a_tree_of_what_lies_in_what() -> None:
    shown = render("places", **PAGES["places"])
    assert "Peru 2 articles, 2 places Lima city 1 article" in text_of(shown)
    assert "../places/peru.html" in Elements(shown).values("href")


def test_an_index_of_thousands_is_folded_and_stays_light() -> None:
    links = [Link(f"Place number {at}", f"places/place-number-{at}.html", 1) for at in range(5000)]
    facets = tuple(Facet("places", link, (), replace(LIMA, id=RecordId(link.url))) for link in links)
    groups = tuple(
        LetterGroup(letter, letter, facets[at::26]) for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    )
    towns = tuple(Branch(link, "city") for link in links)
    countries = tuple(
        Branch(Link(f"Country {at}", f"places/{at}.html", 50), "country", towns[at::100], 50) for at in range(100)
    )
    tree = (Branch(Link("Asia", "places/asia.html", 5000), "continent", countries, 5100),)
    shown = render("places", index=FacetIndex("places", facets, groups, facets, tree=tree))
    details = [attrs for tag, attrs in Elements(shown).elements if tag == "details"]
    assert len(details) == 126
    assert not any("open" in attrs for attrs in details)
    assert "The hundred named most" in text_of(shown)
    assert len(shown) < 2_200_000


def test_a_place_that_no_authority_lists_has_a_page() -> None:
    assert HOSTILE in text_of(render("place", facet=UNLISTED_FACET, **WHOLE))


def test_only_what_is_in_another_language_is_said_to_be() -> None:
    view = replace(ARTICLE, entry=DATED)
    marked = Elements(render("article", article=SimpleNamespace(view=view))).elements
    assert [(tag, attrs.get("class")) for tag, attrs in marked if attrs.get("lang") == "ar"] == [
        ("h1", None),
        ("div", "prose"),
        ("q", "quotation"),
        ("span", "described"),
        ("q", "quotation"),
        ("q", "quotation"),  # of what is named, and not tagged
        ("span", "tag"),  # a name without a record
        *[("q", "quotation")] * 3,
        ("bdi", None),
        ("span", "title"),  # the next article's
    ]
    listed = Elements(render("topic", **PAGES["topic"])).elements
    assert [tag for tag, attrs in listed if attrs.get("lang") == "ar"] == ["h2", "p"]


def test_a_headline_that_would_fill_the_page_is_set_smaller() -> None:
    long = replace(DATED, title="word " * 100)
    for name, values in (
        ("article", {"article": SimpleNamespace(view=replace(ARTICLE, entry=long))}),
        ("topic", {"facet": replace(TOPIC_FACET, entries=(long,)), **WHOLE}),
    ):
        assert len(Elements(render(name, **values)).values("data-long")) == 1
        assert Elements(render(name, **PAGES[name])).values("data-long") == []


def test_an_article_can_be_cited_from_an_archive_without_an_address() -> None:
    assert "articles/a.html of this archive (from sources/" in text_of(render("article", **PAGES["article"]))
    shown = text_of(render("article", canonical="https://archive.example/articles/a.html", **PAGES["article"]))
    assert "https://archive.example/articles/a.html (from sources/" in shown


@pytest.mark.parametrize("folders", [(), (FALLBACK,)])
@pytest.mark.parametrize("facet", [LIMA_FACET, ARMY_FACET])
def test_a_long_list_comes_in_parts_that_lead_to_one_another(
    facet: Facet, folders: tuple[Path, ...], tmp_path: Path
) -> None:
    (tmp_path / "base.html").write_text("{% block content %}{% endblock %}", encoding="utf-8")
    name = f"dateline/{facet.family[:-1]}" if folders else facet.family[:-1]
    urls = ("x/lima.html", "x/lima/2.html", "x/lima/3.html")
    pages = [
        render(name, *((tmp_path, *folders) if folders else ()), number=number, urls=urls,
               facet=replace(facet, link=replace(facet.link, count=401)))
        for number in (1, 2, 3)
    ]  # fmt: skip
    for number, page in enumerate(pages, start=1):
        assert f"401 articles, page {number} of 3" in text_of(page)
        assert {
            f"../{urls[near - 1]}" for near in (1, number - 1, number + 1) if 1 <= near <= 3 and near != number
        } <= {*Elements(page).values("href")}
    assert ["Record" in text_of(page) for page in pages] == [True, False, False]


def test_the_page_for_lost_addresses_starts_its_links_at_the_root() -> None:
    links = Elements(render("404", siteurl="")).values("href") + Elements(render("404", siteurl="")).values("action")
    assert [link for link in links if not link.startswith(("/", "#"))] == []


@pytest.mark.parametrize("name", ["place", "actor", "places", "actors", "search", "removed"])
def test_a_site_with_another_theme_gets_plain_pages_in_its_own_frame(name: str, tmp_path: Path) -> None:
    frame = "<title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}<body>{% block content %}{% endblock %}</body>"
    (tmp_path / "base.html").write_text(frame, encoding="utf-8")
    shown = render(f"dateline/{name}", tmp_path, FALLBACK, **PAGES[name])
    elements = Elements(shown)
    body = [(tag, attrs) for tag, attrs in elements.elements if tag != "meta"]
    assert [tag for tag, _ in body][:3] == ["title", "body", "section"]
    frame_of_pelicans_own_themes = {"id": "content", "class": "body"}
    assert frame_of_pelicans_own_themes.items() <= body[2][1].items()
    assert [tag for tag, _ in elements.elements].count("h1") == 1
    assert "<script>alert" not in shown
    assert elements.values("style") == []
