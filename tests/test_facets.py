"""Facets: what stands in the articles is grouped, sorted, counted and linked, whoever wrote the tag."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dateline.articles.rendered import read_text
from dateline.authority import Authority, load_authority
from dateline.authority.places import Places
from dateline.edtf import parse_date
from dateline.facets import (
    Branch,
    Chart,
    Facet,
    Imprint,
    Period,
    SourceRef,
    StandingArticle,
    Views,
    gather,
    standing_tags,
)
from dateline.facets.evidence import MAX_REPEATS
from dateline.facets.hierarchy import arrange
from dateline.facets.stamps import is_stamp
from dateline.records import Kind, Locator, Mention, Record, RecordId, Role
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


def views(authority: Authority, *articles: StandingArticle, **values: Any) -> Views:
    ordered = sorted(articles, key=lambda article: article.archive_order)
    return gather(ordered, authority, name="Archive", **values)


def place_of(built: Views, name: str) -> Facet:
    (place,) = [facet for facet in built.archive.places.pages if facet.link.name == name]
    return place


def test_a_tag_shows_each_sentence_that_it_rests_on_and_folds_the_words_that_come_again(authority):
    text = "It rained. Troops left Palmyra. They returned to Palmyra later. Tadmur was dark."
    view = views(authority, article(authority, text, places="Palmyra")).articles["a"]
    (tag,) = view.places
    assert [
        [(quote.before, quote.surface, quote.after) for quote in (item.quotation, *item.repeats)]
        for item in tag.evidence
    ] == [
        [("Troops left ", "Palmyra", "."), ("They returned to ", "Palmyra", " later.")],
        [("", "Tadmur", " was dark.")],
    ]
    assert tag.mention_count == 3
    assert not tag.by_editor


def test_of_words_that_come_a_thousand_times_the_first_are_quoted_and_all_are_counted(authority):
    (tag,) = views(authority, article(authority, "They left Palmyra. " * 1000, places="Palmyra")).articles["a"].places
    (item,) = tag.evidence
    assert (len(item.repeats), tag.mention_count) == (MAX_REPEATS, 1000)


def test_words_that_make_no_tag_stand_beside_the_tag_of_the_same_record_or_with_what_is_not_tagged(authority):
    text = "Syrian troops left Syria. Iraqi troops stayed."
    view = views(authority, article(authority, text, places="Syria", actors="Syrian Army; Iraqi Army")).articles["a"]
    (syria,) = view.places
    assert [(item.mention.surface, item.mention.role) for item in syria.beside] == [("Syrian", "demonym")]
    assert [(tag.record.label, [item.mention.surface for item in tag.beside]) for tag in view.untagged] == [
        ("Iraq", ["Iraqi"])
    ]


def test_the_evidence_says_what_a_record_lies_in_and_which_country_the_runner_up_is_in(authority):
    story = article(authority, "It rained in London. Turkish troops left.", places="London", actors="Turkish Army")
    view = views(authority, story).articles["a"]
    (place,), (army,) = view.places, view.actors
    assert "United Kingdom" in place.broader_names
    assert (place.evidence[0].mention.alternatives[0].record.label, place.evidence[0].runner_up_country) == (
        "London (Ontario)",
        "Canada",
    )
    assert army.broader_names[0] == "Turkey"
    assert [(tag.record.label, tag.broader_names[0]) for tag in view.untagged] == [("Turkey", "Middle East")]


def test_names_without_a_record_are_listed_with_what_they_are_and_make_no_page(authority):
    story = article(authority, "Amina Vance spoke. It rained on Amina  Vance.")
    mentions = [
        Mention(
            "text", start, start + len(name), name, Kind.ACTOR, Role.NAME, None, "given name + surname", 0.8, "person"
        )
        for start, name in ((0, "Amina Vance"), (32, "Amina Vance"))
    ]
    built = views(authority, replace(story, mentions=tuple(mentions)))
    (name,) = built.articles["a"].unlisted
    assert (name.name, name.type, name.mention_count) == ("Amina Vance", "person", 2)
    assert built.archive.actors.pages == ()


@pytest.mark.parametrize(
    ("contact", "begins", "query"),
    [
        ("", "", {}),
        (
            "desk@news.example",
            "mailto:desk@news.example?",
            {
                "subject": ["Error in “a”: Palmyra"],
                "body": ["What is wrong?\r\n\r\n\r\narticle: a\r\nwords: Palmyra\r\nfield: text\r\nstart: 12\r\nend: 19\r\n"
                         "record: geonames:163808\r\n"],
            },
        ),
        (
            "https://news.example/form?kind=tag",
            "https://news.example/form?",
            {"kind": ["tag"], "article": ["a"], "words": ["Palmyra"], "field": ["text"], "start": ["12"],
             "end": ["19"], "record": ["geonames:163808"]},
        ),
    ],
)  # fmt: skip
def test_an_error_is_reported_with_the_article_the_words_and_the_record(authority, contact, begins, query):
    story = article(authority, "Troops left Palmyra.", places="Palmyra")
    (tag,) = views(authority, story, contact=contact).articles["a"].places
    report = tag.evidence[0].report
    assert report.startswith(begins)
    assert parse_qs(urlsplit(report).query) == query


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
    tags = standing_tags(["Nowhereville"], [], [], authority)
    assert tags.unknown == ("Nowhereville",)
    built = views(authority, article(authority, "It rained.", places="Nowhereville"))
    assert built.archive.places.facets[0].link.url == "places/nowhereville.html"


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


def tree(branches: Iterable[Branch]) -> dict[str, Any]:
    """The names of a tree of places with their counts, and what lies below each."""
    return {f"{branch.link.name} {branch.link.count}": tree(branch.branches) for branch in branches}


def test_indexes_stand_a_to_z_by_count_and_as_a_tree(authority):
    built = views(
        authority,
        article(authority, "x", slug="a", places="Raqqa; Mosul; Tigris; Dallas"),
        article(authority, "x", slug="b", places="Raqqa; Austin"),
    )
    index = built.archive.places
    assert [facet.link.name for facet in index.facets] == ["Austin", "Dallas", "Mosul", "Raqqa", "Tigris"]
    assert (index.by_count[0].link.name, index.by_count[0].link.count) == ("Raqqa", 2)
    assert tree(index.tree) == {
        "Middle East 2": {
            "Iraq 1": {"Nineveh Province 1": {"Mosul 1": {}}},
            "Syria 2": {"Raqqa Province 2": {"Raqqa 2": {}}},
            "Tigris 1": {},
        },
        "North America 2": {"United States 2": {"Texas 2": {"Austin 1": {}, "Dallas 1": {}}}},
    }


def test_a_place_that_lies_in_two_others_is_listed_in_both_and_what_lies_in_it_once(authority):
    built = views(authority, article(authority, "x", places="Soviet Union; Lyon; Mongolia"))
    assert tree(built.archive.places.tree) == {
        "Asia 1": {"Mongolia 1": {}, "Soviet Union 1": {}},
        "Europe 1": {"France 1": {"Auvergne-Rhône-Alpes 1": {"Lyon 1": {}}}, "Soviet Union 1": {}},
    }


def test_a_country_gathers_the_articles_of_its_places_after_those_that_name_it(authority):
    built = views(
        authority,
        article(authority, "The rains reached Dallas and Austin.", slug="a", places="Austin; Dallas", line=1),
        article(authority, "x", slug="b", places="United States; Austin", line=2),
        article(authority, "x", slug="c", places="Lyon", line=3),
    )
    country = place_of(built, "United States")
    assert [entry.slug for entry in country.entries] == ["b"]
    assert [(entry.slug, entry.named_through.name) for entry in country.entries_below] == [("a", "Austin")]
    assert country.entries_below[0].quotation.surface == "Austin"
    assert (country.link.count, country.total) == (1, 2)
    assert [(link.name, link.count) for link in country.narrower] == [("Texas", 2)]
    assert [link.name for link in country.places_beside] == []


def test_a_town_is_drawn_in_a_disputed_region_however_far_up_that_is(authority):
    drawn = {}

    def draw_map(record: Record, *, in_disputed: bool = False) -> None:
        drawn[record.preferred] = in_disputed

    views(authority, article(authority, "x", places="Lyon; Sevastopol; Simferopol; Taipei"), draw_map=draw_map)
    assert {name for name, in_disputed in drawn.items() if in_disputed} == {"Sevastopol", "Simferopol"}
    assert {"Lyon", "Taipei", "Taiwan", "Ukraine"} <= drawn.keys()


def test_a_region_that_no_article_names_has_a_page_when_something_in_it_is_named(authority):
    built = views(authority, article(authority, "x", places="Austin"))
    assert [facet.link.name for facet in built.archive.places.gathering] == [
        "North America", "Texas", "United States",
    ]  # fmt: skip
    assert [link.name for link in place_of(built, "Austin").broader] == ["Texas", "United States", "North America"]
    assert place_of(built, "Austin").broader_names[0] == "Travis County"
    assert [facet.link.name for facet in built.archive.places.facets] == ["Austin"]


def test_a_continent_leads_on_to_its_countries_and_lists_only_articles_that_name_it(authority):
    built = views(
        authority,
        article(authority, "x", slug="a", places="Lyon", line=1),
        article(authority, "x", slug="b", places="Europe", line=2),
    )
    europe = place_of(built, "Europe")
    assert [entry.slug for entry in europe.entries] == ["b"]
    assert (europe.entries_below, europe.total, europe.across_countries) == ((), 2, True)


def test_a_former_state_tells_its_years(authority):
    built = views(authority, article(authority, "x", places="Soviet Union; Crimea"))
    assert place_of(built, "Soviet Union").years == "1922–1991"
    assert {branch.link.name: branch.note for branch in built.archive.places.tree[0].branches} == {
        "Soviet Union": "country, 1922–1991",
    }
    assert place_of(built, "Crimea").record.status == "disputed"


class Counting(dict):
    """Records that count how often they are asked for."""

    asked = 0

    def get(self, key, default=None):
        self.asked += 1
        return super().get(key, default)


def test_what_lies_above_many_places_is_looked_up_once(authority):
    gazetteer = authority.places.gazetteer
    records = [gazetteer.record(row) for row in range(len(gazetteer) - 3000, len(gazetteer))]
    counting = Counting(authority.records)
    hierarchy = arrange(records, replace(authority, places=Places(gazetteer, counting, ())))
    above = {above.id for way in hierarchy.way_up.values() for above in way}
    assert 0 < counting.asked <= len(above)
    assert set(hierarchy.records) > {record.id for record in records}


PERSON = Record(RecordId("actor:amina-vance"), Kind.ACTOR, "person", "Amina Vance")


@pytest.mark.parametrize(
    ("listed", "has_page"), [(frozenset(), False), (frozenset({PERSON.id}), True), (None, True)]
)  # fmt: skip
def test_a_person_has_a_page_only_when_the_archive_lists_them(authority, listed, has_page):
    words = Mention("text", 0, 11, "Amina Vance", Kind.ACTOR, Role.NAME, PERSON, "name in actors.csv", 1.0, "person")
    story = replace(
        article(authority, "Amina Vance spoke of ISIS.", actors="ISIS", keywords=("amina vance",)), mentions=(words,)
    )
    story = replace(story, actors=(*story.actors, PERSON))
    built = views(authority, story, listed=listed)
    tag = next(tag for tag in built.articles["a"].actors if tag.record == PERSON)
    page = "actors/amina-vance.html" if has_page else ""
    assert (tag.link.name, tag.link.url, tag.mention_count) == ("Amina Vance", page, 1)
    assert (page in {facet.link.url for facet in built.archive.actors.pages}) is has_page
    assert ("amina-vance.html" in built.articles["a"].content) is has_page
    (isis,) = [facet for facet in built.archive.actors.facets if facet.link.name == "ISIS"]
    assert [link.name for link in isis.actors_beside] == (["Amina Vance"] if has_page else [])


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
