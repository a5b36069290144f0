"""Facets: what stands in the articles is grouped, sorted, counted and linked, whoever wrote the tag."""

from __future__ import annotations

import pytest

from dateline.articles.rendered import read_text
from dateline.authority import Authority, load_authority
from dateline.edtf import parse_date
from dateline.facets import SourceRef, StandingArticle, Views, gather, standing_tags
from dateline.records import Locator
from dateline.tagging import find_mentions


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
) -> StandingArticle:
    rendered = read_text(f"<p>{text}</p>")
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
        fields=(),
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
