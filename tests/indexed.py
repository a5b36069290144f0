"""What the tests of the index share: a few stories, and all that an index of them tells."""

from __future__ import annotations

from pathlib import Path

from dateline.records import SearchDocument, SearchValue
from dateline.search import open_index
from dateline.search.fields import TEXT, VALUE_FIELDS

SYRIA = SearchValue("place", "p:syria", "Syria", ("Syria",))
RAQQA = SearchValue("place", "p:raqqa", "Raqqa", ("Raqqa", "Ar-Raqqah"), ("p:syria",))
ISIS = SearchValue("actor", "a:isis", "Islamic State", ("Islamic State", "Daesh"))
VALUES = [SYRIA, RAQQA, ISIS]


def story(slug: str, title: str = "", body: str = "", **more) -> SearchDocument:
    return SearchDocument(slug=slug, url=f"articles/{slug}.html", title=title, body=body, **more)


STORIES = [
    story("old", "An old city", "The city fell.", date="2016-01-02", values=(("place", "p:syria", 1),)),
    story(
        "raqqa", "Army near Raqqa", "The army’s men.\nArmy again.", date="2017-03", values=(("place", "p:raqqa", 2),)
    ),
    story("undated", "Cities", "Some say: the army.", values=(("actor", "a:isis", 3), ("place", "p:syria", 2))),
]


def postings(index) -> dict:
    """Every live posting: by field and term the articles, how often, where, and how long the field is."""
    found: dict = {}
    for searcher, offset in index.searcher.leaf_searchers():
        reader = searcher.reader()
        for field, text in reader.all_terms():
            matcher = reader.postings(field, text)
            while matcher.is_active():
                number = index.numbers[offset + matcher.id()]
                where = tuple(matcher.value_as("positions")) if field in {"title", "body"} else ()
                length = searcher.doc_field_length(matcher.id(), field, 1)
                found.setdefault((field, text.decode()), []).append((number, matcher.weight(), where, length))
                matcher.next()
    return {term: sorted(rows) for term, rows in found.items()}


def articles_by_term(found: dict) -> dict:
    """By family and term the articles that have it, title and body being one."""
    articles: dict = {}
    for (field, term), rows in found.items():
        family = TEXT if field in {"title", "body"} else field
        articles.setdefault((family, term), set()).update(number for number, *_ in rows)
    return articles


def holdings(folder: Path) -> dict:
    """All that an index tells."""
    with open_index(folder) as index:
        found = postings(index)
        assert all(index.df(*term) == len(articles) for term, articles in articles_by_term(found).items())
        return {
            "postings": found,
            "statistics": index.statistics,
            "languages": index.languages,
            "dates": index.dates,
            "words": list(index.words()),
            "names": list(index.names()),
            "values": [(value, index.has_below(value.field, value.key)) for value in index.values()],
            "fingerprints": list(index.fingerprints().items()),
            "keys": [index.keys_of(field) for field in VALUE_FIELDS],
            "stored": [index.stored(number) for number in range(index.statistics.documents)],
            "analysed": list(index.analysed()),
        }
