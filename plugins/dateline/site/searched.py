"""What the search is given: each article as a document, and what articles are tagged with as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from dateline.authority import Authority, ancestors
from dateline.facets import StandingArticle, Views
from dateline.records import Kind, Record, SearchDocument, SearchValue


def search_documents(articles: Iterable[StandingArticle], *, language: str) -> Iterator[SearchDocument]:
    """Return articles, given in archive order, as the full-text index takes them; `language` is the site's."""
    for article in articles:
        yield SearchDocument(
            slug=article.slug,
            url=article.url,
            title=article.title,
            body=article.rendered.text,
            topic=article.topic,
            date=article.date.text if article.date else None,
            lang=article.lang or language,
            values=tuple(_values_of(article)),
            group=article.versions[0] if len(article.versions) > 1 else "",
        )


def search_values(articles: Sequence[StandingArticle], views: Views, authority: Authority) -> list[SearchValue]:
    """Return all that the articles are tagged with, and what lies above it, by field and key."""
    archive = views.archive
    urls = {facet.record.id: facet.link.url for facet in (*archive.places.pages, *archive.actors.pages) if facet.record}
    tagged = [record for article in articles for record in (*article.places, *article.actors)]
    ways = {record.id: tuple(ancestors(authority, record)) for record in tagged}
    records = {record.id: record for way in ways.values() for record in way}
    records |= {record.id: record for record in tagged}
    found: dict[tuple[str, str], SearchValue] = {}
    for id_, record in records.items():
        way = ways[id_] if id_ in ways else tuple(ancestors(authority, record))
        value = _record_value(record, tuple(above.id for above in way), urls.get(id_, ""))
        found[value.field, value.key] = value
    pages = {
        (field, facet.link.name): facet.link.url
        for field, index in (("topic", archive.topics), ("tag", archive.tags))
        for facet in index.pages
    }
    for article in articles:
        for field, names in _plain_names(article).items():
            for name in names:
                found.setdefault((field, name), _plain_value(field, name, pages))
    return [value for _, value in sorted(found.items())]


def _values_of(article: StandingArticle) -> Iterator[tuple[str, str, int]]:
    """Yield field, key and count of what an article is tagged with."""
    counts = Counter(mention.record.id for mention in article.mentions if mention.record and mention.makes_tag)
    for record in (*article.places, *article.actors):
        yield _field_of(record), record.id, counts[record.id] or 1
    for field, names in _plain_names(article).items():
        for name in names:
            yield field, name, 1


def _plain_names(article: StandingArticle) -> dict[str, tuple[str, ...]]:
    """Return by field what names itself: a topic, tags of every kind, where the article is from and by whom."""
    imprint = article.imprint
    files = (source.locator.path for source in article.sources)
    labels = (record.label for record in (*article.places, *article.actors))
    names: dict[str, Iterable[str]] = {
        "topic": (article.topic or "",),
        "tag": (*labels, *article.free_tags),
        "source": (imprint.publication, imprint.publisher, *files),
        "author": imprint.authors,
    }
    return {field: tuple(dict.fromkeys(filter(None, of_field))) for field, of_field in names.items()}


def _field_of(record: Record) -> str:
    return "place" if record.kind is Kind.PLACE else "actor"


def _record_value(record: Record, broader: tuple[str, ...], url: str) -> SearchValue:
    names = tuple(dict.fromkeys((record.label, record.preferred, *record.variants)))
    return SearchValue(_field_of(record), record.id, record.label, names, broader, url)


def _plain_value(field: str, name: str, pages: Mapping[tuple[str, str], str]) -> SearchValue:
    names = (name, PurePosixPath(name).stem) if field == "source" and "/" in name else (name,)
    return SearchValue(field, name, name, names, url=pages.get((field, name), ""))
