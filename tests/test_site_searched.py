"""What the search is given of the articles that stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.articles.rendered import read_text
from dateline.authority import Authority, load_authority
from dateline.edtf import parse_date
from dateline.facets import Imprint, SourceRef, StandingArticle, gather, standing_tags
from dateline.records import Locator, SearchValue
from dateline.site.searched import search_documents, search_values
from dateline.tagging import find_mentions


@pytest.fixture(scope="module")
def authority(repository: Path) -> Authority:
    return load_authority(repository / "content/authority")[0]


def standing(authority: Authority, slug: str, text: str, **fields) -> StandingArticle:
    rendered = read_text(f"<p>{text}</p>")
    mentions = find_mentions("", rendered.text, authority)
    found = [mention.record for mention in mentions if mention.record and mention.makes_tag]
    labels = {kind: [record.label for record in found if record.kind == kind] for kind in ("place", "actor")}
    tags = standing_tags(labels["place"], labels["actor"], mentions, authority)
    given = {
        "topic": None,
        "date": None,
        "keywords": (),
        "sources": (SourceRef(Locator("sources/press.txt", 1, 2), "0" * 64),),
        **fields,
    }
    return StandingArticle(
        slug=slug,
        url=f"articles/{slug}.html",
        title=slug,
        rendered=rendered,
        topic_url="",
        date_basis="",
        date_words="",
        places=tags.places,
        actors=tags.actors,
        by_editor=tags.by_editor,
        mentions=tags.mentions,
        **given,
    )


def values(authority: Authority, *articles: StandingArticle) -> dict[tuple[str, str], SearchValue]:
    found = search_values(articles, gather(articles, authority, name="Archive"), authority)
    return {(value.field, value.label): value for value in found}


def test_a_value_counts_how_often_the_article_names_it(authority):
    article = standing(authority, "a", "Daesh left Raqqa. ISIS had held Raqqa for years, and Raqqa was in ruins.")
    (document,) = search_documents([article], language="en")
    assert {(field, count) for field, _, count in document.values if field in ("place", "actor")} == {
        ("place", 3),
        ("actor", 2),
    }


def test_a_record_is_found_under_every_spelling_it_has(authority):
    isis = values(authority, standing(authority, "a", "ISIS left Raqqa."))["actor", "ISIS"]
    assert {"ISIS", "Daesh", "Islamic State"} <= set(isis.names)
    assert isis.url == "actors/isis.html"


def test_what_a_place_lies_in_is_a_value_though_no_article_names_it(authority):
    found = values(authority, standing(authority, "a", "Shells fell on Raqqa."))
    assert found["place", "Syria"].key in found["place", "Raqqa"].broader


def test_topics_tags_sources_and_authors_name_themselves(authority):
    article = standing(
        authority,
        "a",
        "Rain fell.",
        topic="Weather",
        keywords=("rain",),
        imprint=Imprint(authors=("Ada Reed",), publication="The Daily"),
    )
    (document,) = search_documents([article], language="en")
    assert document.values == (
        ("topic", "Weather", 1),
        ("tag", "rain", 1),
        ("source", "The Daily", 1),
        ("source", "sources/press.txt", 1),
        ("author", "Ada Reed", 1),
    )
    found = values(authority, article)
    assert found["source", "sources/press.txt"].names == ("sources/press.txt", "press")
    assert found["topic", "Weather"].url.startswith("topics/")


def test_dates_languages_and_versions_are_handed_on(authority):
    first = standing(authority, "a", "Pluie.", date=parse_date("2017-03"), lang="fr", versions=("b", "a"))
    second = standing(authority, "b", "Rain.", versions=("b", "a"))
    alone = standing(authority, "c", "Snow.", versions=())
    documents = list(search_documents([first, second, alone], language="en"))
    assert [(document.date, document.lang, document.group) for document in documents] == [
        ("2017-03", "fr", "b"),
        (None, "en", "b"),
        (None, "en", ""),
    ]


def test_every_value_of_a_document_is_among_the_values(authority):
    article = standing(authority, "a", "Syrian army troops of the 5th Legion left Raqqa, Turkey said.", topic="War")
    (document,) = search_documents([article], language="en")
    known = {(value.field, value.key) for value in values(authority, article).values()}
    assert {(field, key) for field, key, _ in document.values} <= known
    assert all((value.field, key) in known for value in values(authority, article).values() for key in value.broader)
