"""The pages of search: the index of names that needs no script, and the list of all that the search may load."""

from __future__ import annotations

from collections import Counter

import pytest

from dateline.records import SearchValue
from dateline.site import search_pages
from dateline.site.search_pages import count_articles, index_names, names_letters, names_pages, used_spellings
from searching import document
from test_theme import Elements, render, text_of

ISIS = SearchValue("actor", "a:1", "ISIS", ("ISIS", "Daesh", "Isis", "Islamic State"), url="actors/isis.html")
SYRIA = SearchValue("place", "p:1", "Syria", ("Syria", "سوريا"), url="places/syria.html")
RAQQA = SearchValue("place", "p:2", "Raqqa", ("Raqqa", "al-Raqqa"), ("p:1",), "places/raqqa.html")
TAG = SearchValue("tag", "Raqqa", "Raqqa", ("Raqqa",), url="places/raqqa.html")
AUTHOR = SearchValue("author", "A. Writer", "A. Writer", ("A. Writer",))
UNNAMED = SearchValue("place", "p:3", "Lima", ("Lima",), url="places/lima.html")
VALUES = [ISIS, SYRIA, RAQQA, TAG, AUTHOR, UNNAMED]
DOCUMENTS = [
    document(
        "one",
        "Daesh leaves al-Raqqa",
        values=(("actor", "a:1", 2), ("place", "p:2", 1), ("tag", "Raqqa", 1), ("author", "A. Writer", 1)),
    ),
    document("two", body="The Islamic\u00a0State’s men left سوريا.", values=(("place", "p:1", 3), ("place", "p:2", 1))),
]


@pytest.fixture
def names():
    return index_names(VALUES, count_articles(DOCUMENTS, VALUES), used_spellings(DOCUMENTS, VALUES))


def test_an_article_counts_once_for_all_that_its_places_lie_in():
    counts = count_articles(DOCUMENTS, VALUES)
    assert (counts["place", "p:1"], counts["place", "p:2"], counts["place", "p:3"]) == (2, 2, 0)


def test_names_stand_a_to_z_with_their_other_spellings_among_them(names):
    assert [(entry.name, entry.field, [link.name for link in entry.links]) for entry in names] == [
        ("al-Raqqa", "", ["Raqqa"]),
        ("Daesh", "", ["ISIS"]),
        ("ISIS", "actor", ["ISIS"]),
        ("Islamic State", "", ["ISIS"]),
        ("Raqqa", "place", ["Raqqa"]),
        ("Syria", "place", ["Syria"]),
        ("سوريا", "", ["Syria"]),
    ]


def test_a_spelling_of_two_names_leads_to_both():
    values = [ISIS, SearchValue("place", "p:4", "Dash", ("Dash", "DAESH"), url="places/dash.html")]
    names = index_names(values, Counter({("actor", "a:1"): 1, ("place", "p:4"): 1}), {"daesh"})
    assert [link.name for entry in names if entry.name == "DAESH" for link in entry.links] == ["Dash", "ISIS"]


@pytest.mark.parametrize(
    ("name", "text", "is_used"),
    [
        ("‘Alaka", "It lies near ‘Ālaka’s harbour.", True),
        ("Islamic State", "The state, Islamic or not", False),
        ("al-Bab", "al-Babiri", False),
        ("東京", "東京都庁で", True),
        ("U.S.", "the U.S. Army", True),
        ("’", "It’s here.", False),
    ],
)
def test_a_spelling_is_listed_where_an_article_has_it(name, text, is_used):
    value = SearchValue("place", "p:9", "Label", ("Label", name), url="places/label.html")
    [label, *others] = sorted(
        index_names([value], Counter({("place", "p:9"): 1}), used_spellings([document("one", body=text)], [value])),
        key=lambda entry: entry.is_spelling,
    )
    assert label.name == "Label"
    assert [entry.name for entry in others] == [name] * is_used


def test_names_are_sorted_by_their_letters_whatever_sign_they_begin_with():
    labels = ["‘Akanaka", "ʻĀlaka", "Ma‘arrat", "Maab", "Aleppo", "(Bab)", "“Quoted”", "1st Army", "…"]
    values = [SearchValue("tag", label, label, (label,), url=f"tags/{at}.html") for at, label in enumerate(labels)]
    names = index_names(values, Counter({("tag", label): 1 for label in labels}), set())
    assert [entry.name for entry in names] == [
        *("1st Army", "‘Akanaka", "ʻĀlaka", "Aleppo", "(Bab)", "Maab", "Ma‘arrat", "…", "“Quoted”"),
    ]
    assert [letter for letter, _, _ in names_pages(names)[0].groups] == ["0–9", "A", "B", "M", "Other", "Q"]


def test_a_short_index_is_one_page_whose_letters_lead_down_it(names):
    (page,) = names_pages(names)
    assert [letter for letter, _, _ in page.groups] == ["A", "D", "I", "R", "S", "س"]
    assert names_letters([page])[2].url == "index-of-names/index.html#i"
    assert sum(link.count for link in names_letters([page])) == len(names)


def test_a_long_index_has_pages_for_its_letters_and_their_parts(names, monkeypatch):
    monkeypatch.setattr(search_pages, "NAMES_ON_ONE_PAGE", 1)
    pages = names_pages(names)
    urls = [page.url for page in pages]
    assert urls[:5] == [f"index-of-names/{name}.html" for name in ("index", "a", "d", "i", "i-2")]
    assert len(set(urls)) == len(urls)
    listed = [entry for page in pages for _, _, entries in page.groups for entry in entries]
    assert listed == names
    assert [link.url for link in names_letters(pages)][:3] == [f"index-of-names/{name}.html" for name in "adi"]


@pytest.fixture
def written():
    """The pages of search by their address, written with the theme."""
    pages = search_pages.search_pages(
        DOCUMENTS, VALUES, scripts=("theme/js/a.js",), lazy_scripts={"form": "theme/js/b.js"}, shards=["x/2.js", "meta.js"],
        generation="g1", api="api/search",
    )  # fmt: skip
    return {url: render(template, **values) for url, template, values in pages}


def test_the_index_tells_what_a_name_is_how_often_it_stands_and_where_else_to_look(written):
    page = written["index-of-names/index.html"]
    assert "Daesh, see ISIS" in text_of(page)
    assert "Raqqa place 2 articles" in text_of(page)
    assert "../places/raqqa.html" in Elements(page).values("href")


def test_one_page_leads_to_every_file_that_the_search_may_load(written):
    assert {"../search/meta.js", "../search/meta.js?g1", "../search/x/2.js"} <= set(
        Elements(written["search/files.html"]).values("href")
    )


def test_many_files_are_listed_on_several_light_pages(monkeypatch):
    monkeypatch.setattr(search_pages, "LINKS_A_PAGE", 2)
    pages = search_pages.search_pages([], [], scripts=(), lazy_scripts={}, shards=map(str, range(5)))
    files = {url: render(template, **values) for url, template, values in pages if "files" in url}
    assert list(files) == ["search/files.html", "search/files-2.html", "search/files-3.html"]
    assert "../search/files-3.html" in Elements(files["search/files-2.html"]).values("href")


def test_the_search_page_leads_on_without_scripts_and_tells_them_where_they_are(written):
    elements = Elements(written["search.html"])
    assert "../index-of-names/index.html" in elements.values("href")
    assert "../search/files.html" in elements.values("href")
    assert [attrs for tag, attrs in elements.elements if tag == "script"] == [
        {"defer": None, "src": "../theme/js/a.js"}
    ]
    assert elements.values("data-api") == ["../api/search"]
    assert elements.values("data-scripts") == ['{"form": "../theme/js/b.js"}']
    identifiers = elements.values("id")
    assert len(set(identifiers)) == len(identifiers)
