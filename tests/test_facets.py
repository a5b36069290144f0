"""Facets: what stands in the articles is grouped, sorted, counted and linked, whoever wrote the tag."""

from __future__ import annotations

import json

import pytest

from dateline.articles.rendered import read_text
from dateline.authority import Authority, load_authority
from dateline.edtf import parse_date
from dateline.facets import Chart, Imprint, Period, SourceRef, StandingArticle, Views, gather, standing_tags
from dateline.facets.stamps import is_stamp
from dateline.records import Locator
from dateline.tagging import find_mentions

NO_IMPRINT = Imprint()


@pytest.fixture(scope="module")
def authority(repository) -> Authority:
    return load_authority(repository / "content/authority")[0]


def article(
    authority: Authority,
    text: str,
    *,
    slug: str = "a",
    title: str = "A story",
    places: str = "",
    actors: str = "",
    keywords: tuple[str, ...] = (),
    date: str | None = None,
    line: int = 1,
    topic: str | None = None,
    imprint: Imprint = NO_IMPRINT,
    keyword_lists: tuple[tuple[str, tuple[str, ...]], ...] = (),
    versions: tuple[str, ...] = (),
) -> StandingArticle:
    rendered = read_text(text if text.startswith("<") else f"<p>{text}</p>")
    mentions = find_mentions(title, rendered.text, authority)
    tags = standing_tags(
        places.split("; ") if places else [], actors.split("; ") if actors else [], mentions, authority
    )
    return StandingArticle(
        slug=slug,
        url=f"articles/{slug}.html",
        title=title,
        rendered=rendered,
        topic=topic,
        topic_url="topics/t.html" if topic else "",
        date=parse_date(date) if date else None,
        date_basis="",
        date_words="",
        places=tags.places,
        actors=tags.actors,
        by_editor=tags.by_editor,
        mentions=tags.mentions,
        keywords=keywords,
        sources=(SourceRef(Locator("sources/a.txt", line, line), "0" * 64),),
        imprint=imprint,
        keyword_lists=keyword_lists,
        versions=versions,
    )


def views(authority: Authority, *articles: StandingArticle) -> Views:
    ordered = sorted(articles, key=lambda article: article.archive_order)
    return gather(ordered, authority, name="Archive")


def test_a_tag_shows_each_sentence_that_it_rests_on(authority):
    text = "It rained. Troops left Palmyra. They returned to Palmyra later."
    view = views(authority, article(authority, text, places="Palmyra")).articles["a"]
    (tag,) = view.places
    assert [(e.quotation.before, e.quotation.surface, e.quotation.after) for e in tag.evidence] == [
        ("Troops left ", "Palmyra", "."),
        ("They returned to ", "Palmyra", " later."),
    ]
    assert not tag.by_editor


def test_only_the_first_mention_of_a_record_is_linked(authority):
    text = "Troops left Palmyra. They returned to Palmyra."
    view = views(authority, article(authority, text, places="Palmyra")).articles["a"]
    assert str(view.content) == (
        '<p>Troops left <a class="mention" href="../places/palmyra.html">Palmyra</a>. They returned to Palmyra.</p>'
    )


def test_a_tag_without_words_in_the_text_is_the_editors(authority):
    view = views(authority, article(authority, "It rained.", places="Palmyra")).articles["a"]
    assert view.places[0].by_editor
    assert view.places[0].evidence == ()


def test_a_tag_that_was_taken_off_by_hand_is_neither_linked_nor_shown(authority):
    built = views(authority, article(authority, "Troops left Palmyra for Raqqa.", places="Raqqa"))
    assert "palmyra" not in str(built.articles["a"].content)
    assert [facet.link.name for facet in built.archive.places.facets] == ["Raqqa"]


def test_a_name_that_no_record_has_is_shown_all_the_same_and_told(authority):
    tags = standing_tags(["Atlantis"], [], [], authority)
    assert tags.unknown == ("Atlantis",)
    built = views(authority, article(authority, "It rained.", places="Atlantis"))
    assert built.archive.places.facets[0].link.url == "places/atlantis.html"


def test_a_unit_is_part_of_its_force_and_the_force_leads_to_it(authority):
    text = "Syrian army’s 5th Legion advanced."
    built = views(authority, article(authority, text, actors="5th Legion; Syrian Army"))
    legion, army = built.archive.actors.facets
    assert (legion.link.name, legion.link.qualifier) == ("5th Legion", "part of Syrian Army")
    assert legion.broader[0].url == army.link.url
    assert [link.name for link in army.narrower] == ["5th Legion"]


def test_an_unnamed_party_is_quoted_and_has_no_page(authority):
    built = views(authority, article(authority, "Turkey’s Jihadi allies and Jihadi sources agree.", actors="Turkey"))
    surfaces = [evidence.mention.surface for evidence in built.articles["a"].descriptions]
    assert surfaces == ["Turkey’s Jihadi allies", "Jihadi sources"]
    assert [facet.link.name for facet in built.archive.actors.facets] == ["Turkey"]


def test_archive_order_is_by_first_possible_day_then_undated_by_place_in_the_source(authority):
    stories = [
        article(authority, "x", slug="undated-2", line=9),
        article(authority, "x", slug="undated-1", line=2),
        article(authority, "x", slug="day", date="2017-03-22", line=5),
        article(authority, "x", slug="month", date="2017-03", line=7),
        article(authority, "x", slug="year", date="2016?", line=8),
    ]
    entries = views(authority, *stories).archive.entries
    assert [entry.slug for entry in entries] == ["year", "month", "day", "undated-1", "undated-2"]
    assert [entry.date_label for entry in entries][:3] == ["2016 (uncertain)", "March 2017", "22 March 2017"]


def test_the_front_page_shows_the_newest_first_and_what_has_no_date_last(authority):
    stories = [
        article(authority, "x", slug="undated-2", line=9),
        article(authority, "x", slug="undated-1", line=2),
        article(authority, "x", slug="older", date="2016"),
        *(article(authority, "x", slug=f"day-{day}", date=f"2017-03-{day}") for day in range(10, 15)),
    ]
    latest = views(authority, *stories).archive.latest
    expected = ["day-14", "day-13", "day-12", "day-11", "day-10", "older", "undated-1", "undated-2"]
    assert [entry.slug for entry in latest] == expected


def test_the_front_page_shows_thirty_of_a_large_archive(authority):
    stories = [article(authority, "x", slug=f"day-{day}", date=f"2017-03-{day:02}") for day in range(1, 32)]
    latest = views(authority, *stories).archive.latest
    assert (len(latest), latest[0].slug, latest[-1].slug) == (30, "day-31", "day-2")


def test_indexes_stand_a_to_z_by_count_and_by_country(authority):
    built = views(
        authority,
        article(authority, "x", slug="a", places="Raqqa; Mosul; Tigris"),
        article(authority, "x", slug="b", places="Raqqa"),
    )
    index = built.archive.places
    assert [facet.link.name for facet in index.facets] == ["Mosul", "Raqqa", "Tigris"]
    assert (index.by_count[0].link.name, index.by_count[0].link.count) == ("Raqqa", 2)
    assert {group.heading: [facet.link.name for facet in group.facets] for group in index.by_country} == {
        "Across borders": ["Tigris"],
        "Iraq": ["Mosul"],
        "Syria": ["Raqqa"],
    }


def test_what_is_named_beside_is_counted_without_itself(authority):
    built = views(
        authority,
        article(authority, "x", slug="a", places="Raqqa; Mosul"),
        article(authority, "x", slug="b", places="Raqqa; Mosul; Palmyra"),
    )
    raqqa = next(facet for facet in built.archive.places.facets if facet.link.name == "Raqqa")
    assert [(link.name, link.count) for link in raqqa.places_beside] == [("Mosul", 2), ("Palmyra", 1)]


def test_a_keyword_that_is_a_place_leads_to_that_place_and_one_that_is_a_tag_is_shown_once(authority):
    built = views(
        authority,
        article(authority, "x", slug="a", places="Palmyra", keywords=("palmyra", "ruins")),
        article(authority, "x", slug="b", keywords=("palmyra",)),
    )
    assert [link.url for link in built.articles["a"].keywords] == ["tags/ruins.html"]
    assert [link.url for link in built.articles["b"].keywords] == ["places/palmyra.html"]


def test_neighbours_follow_archive_order(authority):
    built = views(authority, *(article(authority, "x", slug=slug, line=line) for line, slug in enumerate("abc", 1)))
    middle = built.articles["b"]
    assert (middle.older.url, middle.newer.url) == ("articles/a.html", "articles/c.html")
    assert built.articles["a"].older is None
    assert built.articles["c"].newer is None


def test_a_facet_quotes_the_sentence_that_names_it_or_says_that_the_headline_does(authority):
    built = views(
        authority,
        article(authority, "It rained. Troops left Palmyra.", slug="a", places="Palmyra", line=1),
        article(authority, "It rained.", slug="b", title="Palmyra falls", places="Palmyra", line=2),
        article(authority, "It rained.", slug="c", places="Palmyra", line=3),
    )
    (palmyra,) = built.archive.places.facets
    assert [entry.quotation is not None for entry in palmyra.entries] == [True, False, False]
    assert [entry.in_headline_only for entry in palmyra.entries] == [False, True, False]


@pytest.mark.parametrize(
    ("date", "page"),
    [
        ("2017-03-22", "dates/2017-03.html"),
        ("2017-03-22~", "dates/2017-03.html"),
        ("2017-03?", "dates/2017-03.html"),
        ("2017-03-02/2017-03-09", "dates/2017-03.html"),
        ("2017-03-30/2017-04-02", "dates/2017.html"),
        ("2017", "dates/2017.html"),
        ("2017-21", "dates/2017.html"),  # spring
        ("2016-12/2017-01", "dates/several-years.html"),
        ("201X", "dates/several-years.html"),
        (None, "dates/undated.html"),
    ],
)
def test_an_article_stands_on_the_page_of_the_narrowest_period_that_holds_its_date(authority, date, page):
    built = views(authority, article(authority, "x", date=date))
    link = built.articles["a"].period
    assert (link.url, link.count) == (page, 1)
    (period,) = [period for period in built.archive.times.periods if period.link.url == page]
    assert [entry.slug for group in period.groups for entry in group.entries] == ["a"]


def slugs(period: Period) -> dict[str, list[str]]:
    return {group.heading: [entry.slug for entry in group.entries] for group in period.groups}


def test_a_year_counts_what_its_months_hold_and_lists_what_is_dated_no_closer_first(authority):
    times = views(
        authority,
        article(authority, "x", slug="day", date="2017-03-22"),
        article(authority, "x", slug="month", date="2017-03"),
        article(authority, "x", slug="year", date="2017"),
        article(authority, "x", slug="other", date="2016-12-31"),
    ).archive.times
    assert [(year.link.name, year.link.count) for year in times.years] == [("2016", 1), ("2017", 3)]
    assert slugs(times.years[1]) == {"2017": ["year"], "March 2017": ["month", "day"]}
    assert slugs(times.months[1]) == {"March 2017": ["month"], "22 March 2017": ["day"]}
    assert [(cell.name, cell.count) for cell in times.years[1].cells] == [("March 2017", 2)]
    assert times.dated == 4


def test_months_follow_one_another_over_the_years_and_skip_what_is_empty(authority):
    dates = ("2016-11-02", "2017-03-01", "2017-03-09", "2017-04")
    times = views(authority, *(article(authority, "x", slug=date, date=date) for date in dates)).archive.times
    november, march, april = times.months
    assert (november.before, november.after) == (None, march.link)
    assert (march.before, march.after) == (november.link, april.link)
    assert march.within == times.years[1].link
    assert times.label == "November 2016 – April 2017"


def test_a_month_has_a_cell_for_each_day_and_begins_on_its_weekday(authority):
    (march,) = views(authority, article(authority, "x", date="2017-03-22")).archive.times.months
    assert len(march.cells) == 31
    assert [cell.name for cell in march.cells if cell.url] == ["22 March 2017"]
    assert march.first_weekday == 3  # a Wednesday


def test_the_chart_is_of_the_months_or_where_those_are_too_many_of_the_years(authority):
    def chart(*dates):
        articles = (article(authority, "x", slug=f"{date}-{at}", date=date) for at, date in enumerate(dates))
        return views(authority, *articles).archive.times.chart

    assert chart("2017-03-01", "2017-04-01") is None
    by_month = chart("2016-11-02", "2017-02-02", "2017-03-01", "2017-03-02", "2017")
    assert (by_month.unit, by_month.highest, by_month.fullest) == ("month", 2, "March 2017")
    by_year = chart("1912-04-15", "2016-05-05", "2017-03-01", "2017-04-01")
    assert (by_year.unit, by_year.highest, by_year.fullest) == ("year", 2, "2017")
    assert chart("2015", "2016", "2017-01-01").unit == "year"


def test_a_bar_is_as_long_as_its_share(authority):
    assert [Chart("year", 400, "1987").share(count) for count in (400, 100, 1)] == [100, 25, 0.2]
    assert [Chart("year", 400, "1987", is_rooted=True).share(count) for count in (400, 100, 1)] == [100, 50, 5]


@pytest.mark.parametrize(("fullest", "is_rooted"), [(20, False), (21, True)])
def test_one_big_month_does_not_flatten_the_others(authority, fullest, is_rooted):
    dates = ["2017-01-01", "2017-02-01", *["2017-03-01"] * fullest]
    articles = [article(authority, "x", slug=f"s{at}", date=date) for at, date in enumerate(dates)]
    times = views(authority, *articles).archive.times
    assert times.chart.is_rooted is times.years[0].chart.is_rooted is is_rooted


def test_an_archive_without_dates_has_no_timeline_but_a_page_of_the_undated(authority):
    times = views(authority, article(authority, "x")).archive.times
    assert (times.dated, times.years, times.chart, times.label) == (0, (), None, "")
    assert [period.link.url for period in times.periods] == ["dates/undated.html"]


def test_versions_are_linked_newest_first_and_those_that_are_gone_are_passed_over(authority):
    line = ("new", "gone", "old")
    built = views(
        authority,
        article(authority, "x", slug="old", date="2017-03-21", versions=line),
        article(authority, "x", slug="new", date="2017-03-22", versions=line),
        article(authority, "x", slug="lone", date="2017-03-23", versions=("lone", "gone")),
        article(authority, "x", slug="astray", date="2017-03-24", versions=("new", "old")),
    )
    old, new, lone, astray = (built.articles[slug] for slug in ("old", "new", "lone", "astray"))
    assert [entry.slug for entry in old.versions] == [entry.slug for entry in new.versions] == ["new", "old"]
    assert (old.newest_version.slug, new.newest_version) == ("new", None)
    assert lone.versions == astray.versions == ()
    assert [entry.slug for entry in built.archive.entries if entry.is_older_version] == ["old"]


@pytest.mark.parametrize(
    ("dateline", "text", "shown"),
    [
        ("", "It rained.", "<p>It rained.</p>"),
        ("LIMA (R&D)", "It rained.", '<p><span class="placeline" dir="auto">LIMA (R&amp;D) –</span> It rained.</p>'),
        ("LIMA -", "It rained.", '<p><span class="placeline" dir="auto">LIMA -</span> It rained.</p>'),
        (
            "LIMA",
            '<pre class="layout">1  2</pre>',
            '<p><span class="placeline" dir="auto">LIMA –</span></p>\n<pre class="layout" tabindex="0">1  2</pre>',
        ),
    ],
)
def test_the_dateline_stands_before_the_first_words_as_newspapers_print_it(authority, dateline, text, shown):
    built = views(authority, article(authority, text, imprint=Imprint(dateline=dateline)))
    assert str(built.articles["a"].content) == shown


@pytest.mark.parametrize(
    ("dateline", "text", "is_printed"),
    [
        ("ALBANY, New York (Reuters)", "ALBANY, New York (Reuters) - The town board met.", False),
        ("ALBANY, New York (Reuters) –", "Albany,  New York (Reuters)— The town board met.", False),
        ("ALBANY, New York (Reuters)", "ALBANY, New York (Reuters) The town board met.", False),
        ("PORT‑AU‑PRINCE", "PORT-AU-PRINCE: The town board met.", False),
        ("LIMA, March 3", "LIMA, March 3</p><p>The town board met.", False),
        ("دمشق (رويترز)", "دمشق (رويترز) - اجتمع المجلس.", False),
        ("LIMA", "Lima waited for rain.", True),
        ("LIMA", "LIMAVADY - It rained.", True),
        ("LIMA (Reuters)", "LIMA (AFP) - It rained.", True),
    ],
)
def test_a_dateline_that_the_text_begins_with_is_not_printed_twice(authority, dateline, text, is_printed):
    built = views(authority, article(authority, text, imprint=Imprint(dateline=dateline)))
    assert ("placeline" in built.articles["a"].content) is is_printed


@pytest.mark.parametrize(
    ("words", "date", "is_a_machines"),
    [
        ("2021-11-04T06:12:00+00:00", "2021-11-04", True),
        ("2021-11-04T23:30:00-05:00", "2021-11-05", True),  # the same moment, in the time of elsewhere
        ("2021-11-04 06:12:00", "2021-11-04", True),
        ("2002-09-28T20:01:19Z", "2002-09-28", True),
        ("20211104T061200Z", "2021-11-04", True),
        ("20211104", "2021-11-04", True),
        ("Thu, 04 Nov 2021 06:12:00 +0000", "2021-11-04", True),
        ("Thu, 4 Nov 2021 06:12:00 GMT", "2021-11-04", True),
        ("Thu Nov 04 06:12:00 +0000 2021", "2021-11-04", True),
        ("26-FEB-1987 16:32:51.69", "1987-02-26", True),
        ("26-FEB-1987", "1987-02-26", True),
        ("4/4/2017", "2017-04-04", True),
        ("7/10/2016", "2016-07-10", True),
        ("7/10/2016 5:30 PM", "2016-10-07", True),
        ("04.11.21", "2021-11-04", True),
        ("1636006320", "2021-11-04", True),
        ("4/5/2017", "2017-04-04", False),  # another day
        ("2021-11-04T06:12:00+00:00", "2021-11-07", False),
        ("7/10/2016", "2016-07", False),
        ("26 Feb 1987", "1987-02-26", False),
        ("4 November 2021", "2021-11-04", False),
        ("Thursday, November 4, 2021", "2021-11-04", False),
        ("22 آذار", "2017-03-22", False),
        ("", "2017-03-22", False),
        ("31/31/2017", "2017-03-31", False),
    ],
)
def test_a_stamp_is_a_machines_and_names_the_day_that_is_stated(words, date, is_a_machines):
    assert is_stamp(words, parse_date(date)) is is_a_machines


def test_the_sources_lists_of_keywords_lead_to_the_pages_that_gather_them(authority):
    listed = (("Topics", ("ruins", "trade")), ("Places", ("palmyra",)))
    built = views(
        authority, article(authority, "x", places="Palmyra", keywords=("ruins", "war"), keyword_lists=listed)
    ).articles["a"]
    assert [
        (keywords.name, [(link.name, link.url) for link in keywords.links]) for keywords in built.keyword_lists
    ] == [
        ("Topics", [("ruins", "tags/ruins.html"), ("trade", "")]),
        ("Places", [("Palmyra", "places/palmyra.html")]),
    ]
    assert [link.name for link in built.keywords] == ["war"]


def described(authority: Authority, story: StandingArticle, **values: str) -> dict[str, object]:
    view = gather([story], authority, name="Archive", **values).articles[story.slug]
    return json.loads(str(view.described))


def test_json_ld_says_what_is_known_and_nothing_else(authority):
    assert described(authority, article(authority, "It rained.")) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "A story",
    }


def test_json_ld_names_author_place_and_where_the_story_comes_from(authority):
    imprint = Imprint(("A. Writer",), "LIMA -", "Courier", "R&D", "https://courier.example/1", parse_date("2017-03-23"))
    story = article(
        authority, "In Palmyra ISIS lost.", date="2017-03-22", imprint=imprint, places="Palmyra", actors="ISIS"
    )
    said = described(authority, story, siteurl="https://news.example")
    assert said["url"] == "https://news.example/articles/a.html"
    assert (said["datePublished"], said["dateModified"]) == ("2017-03-22", "2017-03-23")
    assert said["author"] == [{"name": "A. Writer"}]
    assert said["isBasedOn"] == "https://courier.example/1"
    (place,), (actor,) = said["contentLocation"], said["mentions"]
    assert (place["@type"], place["name"], place["sameAs"]) == ("Place", "Palmyra", "https://sws.geonames.org/163808/")
    assert (actor["@type"], actor["name"]) == ("Organization", "ISIS")


@pytest.mark.parametrize(
    ("date", "iso"),
    [("2017-03-22", "2017-03-22"), ("2017-03", "2017-03"), ("2017", "2017"),
     ("2017-03?", None), ("2017-21", None), ("2016/2017", None), (None, None)],
)  # fmt: skip
def test_only_a_date_that_is_certain_is_given_to_machines(authority, date, iso):
    story = article(authority, "x", date=date)
    assert described(authority, story).get("datePublished") == iso
    core = dict(views(authority, story).articles["a"].dublin_core)
    assert core.get("DC.date") == iso


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!-- & -->", "ديـر"])
def test_no_headline_ends_the_element_that_describes_it(authority, title):
    story = article(authority, "x", title=title)
    view = views(authority, story).articles["a"]
    assert not set("<>&") & set(str(view.described))
    assert json.loads(str(view.described))["headline"] == title


def test_dublin_core_makes_a_newspaper_article_of_it(authority):
    story = article(authority, "x", imprint=Imprint(authors=("A", "B"), publication="Courier"), keywords=("war",))
    assert views(authority, story).articles["a"].dublin_core == (
        ("DC.type", "newspaperArticle"),
        ("DC.title", "A story"),
        ("DC.creator", "A"),
        ("DC.creator", "B"),
        ("DC.subject", "war"),
        ("prism.publicationName", "Courier"),
    )
