"""The pages that names lead to: their addresses, with how many articles are found there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from dateline.articles.slugs import slugify
from dateline.authority import Authority, ancestors
from dateline.facets.standing import StandingArticle, by_name
from dateline.facets.views import Family, Link
from dateline.files import sha256
from dateline.records import Kind, Record, RecordId
from dateline.text import fold

Name = TypeVar("Name", bound=str)

FAMILY_OF: dict[Kind, Family] = {Kind.PLACE: "places", Kind.ACTOR: "actors"}


def record_links(
    records: Iterable[Record],
    articles: Sequence[StandingArticle],
    authority: Authority,
    *,
    has_page: Callable[[Record], bool] = lambda record: True,
) -> dict[RecordId, Link]:
    """Return the page of each record, no address for one that has none; it depends on the record alone."""
    records = list(records)
    counts = Counter(record.id for article in articles for record in (*article.places, *article.actors))
    parents = {record.id: next(ancestors(authority, record), None) for record in records}
    links: dict[RecordId, Link] = {}
    for kind, family in FAMILY_OF.items():
        mine = sorted((record for record in records if record.kind is kind), key=by_name)
        slugs = {record.id: _record_slug(record, parents[record.id]) for record in mine if has_page(record)}
        urls = _addresses(family, slugs)
        for record in mine:
            parent = parents[record.id]
            qualifier = f"part of {parent.preferred}" if parent and record.type == "force" else ""
            links[record.id] = Link(record.label, urls.get(record.id, ""), counts[record.id], qualifier)
    return links


def _record_slug(record: Record, parent: Record | None) -> str:
    # More than one army has a 5th Legion, and the first to come must not have to give up its address.
    is_unit = parent is not None and record.type == parent.type == "force"
    return slugify(f"{record.label} {parent.label}" if parent and is_unit else record.label)


def topic_links(articles: Iterable[StandingArticle]) -> dict[str, Link]:
    """Return the page of each topic: Pelican's where it has given one, else ours."""
    counts = Counter(article.topic for article in articles if article.topic)
    given = {article.topic: article.topic_url for article in articles if article.topic and article.topic_url}
    urls = _addresses("topics", {topic: slugify(topic) for topic in counts}) | given
    return {topic: Link(topic, urls[topic], count) for topic, count in counts.items()}


def keyword_links(
    articles: Iterable[StandingArticle], records: Iterable[Record], links: Mapping[RecordId, Link]
) -> dict[str, Link]:
    """Return the page of each keyword; one that is the name of a place or an actor leads to that page."""
    by_name = {fold(record.label): links[record.id] for record in records if links[record.id].url}
    counts = Counter(keyword for article in articles for keyword in article.free_tags)
    urls = _addresses("tags", {keyword: slugify(keyword) for keyword in counts})
    return {
        keyword: by_name.get(fold(keyword)) or Link(keyword, urls[keyword], count) for keyword, count in counts.items()
    }


def _addresses(family: Family, slugs: Mapping[Name, str]) -> dict[Name, str]:
    """Return an address for each name; those that would share one, or have none, get a hash of the name."""
    shared = Counter(slugs.values())
    return {
        name: f"{family}/{slug}.html"
        if shared[slug] == 1 and slug not in ("", "index")
        else f"{family}/{'-'.join(filter(None, (slug, sha256(name)[:8])))}.html"
        for name, slug in slugs.items()
    }
