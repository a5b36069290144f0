"""The pages that names lead to: their addresses, with how many articles are found there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dateline.articles.slugs import slugify
from dateline.authority import Authority, ancestors
from dateline.facets.standing import StandingArticle, by_name
from dateline.facets.views import Family, Link
from dateline.files import sha256
from dateline.records import Kind, Record, RecordId
from dateline.text import fold

FAMILY_OF: dict[Kind, Family] = {Kind.PLACE: "places", Kind.ACTOR: "actors"}


def record_links(
    records: Iterable[Record], articles: Sequence[StandingArticle], authority: Authority
) -> dict[RecordId, Link]:
    """Return each record's page. A page's name depends on its record alone, but where two would share one."""
    counts = Counter(record.id for article in articles for record in (*article.places, *article.actors))
    by_slug: dict[tuple[Kind, str], list[Record]] = {}
    for record in sorted(records, key=by_name):
        by_slug.setdefault((record.kind, _record_slug(record)), []).append(record)
    links: dict[RecordId, Link] = {}
    for (kind, slug), sharing in by_slug.items():
        for record in sharing:
            own = (
                slug if len(sharing) == 1 and slug not in ("", "index") else f"{slug}-{sha256(record.id)[:8]}"
            )
            url = f"{FAMILY_OF[kind]}/{own.strip('-')}.html"
            links[record.id] = Link(record.label, url, counts[record.id], _qualifier(record, authority))
    return links


def _record_slug(record: Record) -> str:
    return slugify(record.label)


def _qualifier(record: Record, authority: Authority) -> str:
    parents = [parent.preferred for parent in ancestors(authority, record)][:1]
    return f"part of {parents[0]}" if parents and record.kind is Kind.ACTOR and record.type == "force" else ""


def topic_links(articles: Iterable[StandingArticle]) -> dict[str, Link]:
    counts = Counter(article.topic for article in articles if article.topic)
    urls = {article.topic: article.topic_url for article in articles if article.topic}
    return {topic: Link(topic, urls[topic], count) for topic, count in counts.items()}


def keyword_links(
    articles: Iterable[StandingArticle], records: Iterable[Record], links: Mapping[RecordId, Link]
) -> dict[str, Link]:
    """Return the page of each keyword; one that is the name of a place or an actor leads to that page."""
    by_name = {fold(record.label): links[record.id] for record in records}
    counts = Counter(keyword for article in articles for keyword in article.keywords)
    slugs = {keyword: slugify(keyword) for keyword in counts}
    shared = Counter(slugs.values())
    pages: dict[str, Link] = {}
    for keyword, count in counts.items():
        slug = slugs[keyword]
        if shared[slug] > 1 or slug in ("", "index"):
            slug = f"{slug}-{sha256(keyword)[:8]}".strip("-")
        pages[keyword] = by_name.get(fold(keyword)) or Link(keyword, f"tags/{slug}.html", count)
    return pages
