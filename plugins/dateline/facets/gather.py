"""Gathering: articles in archive order become views of themselves, of places, actors, topics and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from posixpath import dirname, relpath
from urllib.parse import quote

from markupsafe import Markup, escape

from dateline.articles.rendered import TextLink, insert_links
from dateline.articles.slugs import slugify
from dateline.authority import Authority, ancestors
from dateline.edtf import date_label
from dateline.facets.described import dublin_core, json_ld
from dateline.facets.links import FAMILY_OF, keyword_links, record_links, topic_links
from dateline.facets.standing import StandingArticle, by_name
from dateline.facets.times import gather_times, period_key, period_links
from dateline.facets.views import (
    ArchiveView,
    ArticleTag,
    ArticleView,
    Entry,
    Evidence,
    Facet,
    FacetIndex,
    Family,
    KeywordList,
    LetterGroup,
    Link,
    Quotation,
)
from dateline.files import sha256
from dateline.records import Kind, Mention, Record, RecordId
from dateline.text import fold, sentence_span

MAX_OPENING_CHARS = 220
_DASHES = "-‐‑‒–—―:"
_ONE_DASH = str.maketrans(dict.fromkeys("‐‑‒–—―", "-"))
MAX_BESIDE = 12
MAX_LATEST = 30


@dataclass(frozen=True, slots=True)
class Views:
    """All that the pages show."""

    archive: ArchiveView
    articles: Mapping[str, ArticleView]  # by slug


def gather(
    articles: Sequence[StandingArticle],
    authority: Authority,
    *,
    name: str,
    description: str = "",
    edition: str | None = None,
    word_count: int = 0,
    siteurl: str = "",
    draw_map: Callable[[Record], Markup | None] = lambda record: None,
) -> Views:
    """Gather articles, given in archive order, by place, actor, topic, tag and time.

    `siteurl` is the absolute address of the site, where it has one.
    """
    topic_pages = topic_links(articles)
    versions = _standing_versions(articles)
    entries = {article.slug: _entry(article, topic_pages, versions) for article in articles}
    records = {record.id: record for article in articles for record in (*article.places, *article.actors)}
    links = record_links(list(records.values()), articles, authority)
    keyword_pages = keyword_links(articles, records.values(), links)
    by_family = {
        family: _record_facets(kind, articles, entries, links, authority=authority, draw_map=draw_map)
        for kind, family in FAMILY_OF.items()
    }
    topics = _named_facets("topics", articles, entries, links, topic_pages)
    keywords = [
        facet
        for facet in _named_facets("tags", articles, entries, links, keyword_pages)
        if facet.link.url.startswith("tags/")
    ]
    periods = period_links(articles)

    def beside(within: Sequence[StandingArticle]) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
        return _beside(Kind.PLACE, within, links, None), _beside(Kind.ACTOR, within, links, None)

    archive = ArchiveView(
        name=name,
        description=description,
        edition=edition,
        entries=tuple(entries.values()),
        places=_index("places", by_family["places"]),
        actors=_index("actors", by_family["actors"]),
        topics=_index("topics", topics),
        tags=_index("tags", sorted([*by_family["places"], *by_family["actors"], *keywords], key=_a_to_z)),
        undated=sum(article.date is None for article in articles),
        word_count=word_count,
        latest=_latest(list(entries.values())),
        times=gather_times(articles, entries, periods, beside),
    )
    pages = _Pages(entries, links, keyword_pages, periods, versions, siteurl)
    return Views(archive, _article_views(articles, pages))


def _standing_versions(articles: Sequence[StandingArticle]) -> dict[str, tuple[str, ...]]:
    """Return the slugs of the versions that are in the archive, by the article that names them, where it has others."""
    slugs = {article.slug for article in articles}
    standing = {article.slug: tuple(slug for slug in article.versions if slug in slugs) for article in articles}
    return {slug: versions for slug, versions in standing.items() if slug in versions and len(versions) > 1}


def _entry(article: StandingArticle, topic_pages: Mapping[str, Link], versions: Mapping[str, tuple[str, ...]]) -> Entry:
    date = article.date.text if article.date else None
    topic = topic_pages[article.topic] if article.topic else None
    opening = _shorten(article.rendered.text.partition("\n\n")[0], MAX_OPENING_CHARS)
    return Entry(
        article.slug,
        article.url,
        article.title,
        topic,
        date,
        date_label(date),
        opening,
        lang=article.lang,
        is_older_version=article.slug in versions and versions[article.slug][0] != article.slug,
    )


def _latest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the newest of entries given in archive order, then undated ones."""
    dated = [entry for entry in entries if entry.date]
    undated = [entry for entry in entries if not entry.date]
    return (*reversed(dated), *undated)[:MAX_LATEST]


def _shorten(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit + 1].rpartition(" ")[0].rstrip(",;:–- ") + " …" if " " in text[:limit] else text[:limit] + "…"


def _record_facets(
    kind: Kind,
    articles: Sequence[StandingArticle],
    entries: Mapping[str, Entry],
    links: Mapping[RecordId, Link],
    *,
    authority: Authority,
    draw_map: Callable[[Record], Markup | None],
) -> list[Facet]:
    carrying = _carrying(kind, articles)
    records = {r.id: r for article in articles for r in (*article.places, *article.actors) if r.kind is kind}
    narrower: dict[RecordId, list[Link]] = {}
    for record in records.values():
        for parent in record.broader:
            narrower.setdefault(parent, []).append(links[record.id])
    facets = []
    for record in sorted(records.values(), key=by_name):
        way_up = list(ancestors(authority, record))
        within = carrying[record.id]
        facets.append(
            Facet(
                family=FAMILY_OF[kind],
                link=links[record.id],
                entries=tuple(_named_entry(entries[article.slug], article, record) for article in within),
                record=record,
                broader=tuple(links[parent.id] for parent in way_up if parent.id in links),
                broader_names=tuple(parent.preferred for parent in way_up),
                narrower=tuple(sorted(narrower.get(record.id, ()), key=lambda link: fold(link.name))),
                country=_country(record, way_up) if kind is Kind.PLACE else "",
                places_beside=_beside(Kind.PLACE, within, links, record.id),
                actors_beside=_beside(Kind.ACTOR, within, links, record.id),
                surfaces=_surfaces(record, within),
                map=draw_map(record) if kind is Kind.PLACE else None,
            )
        )
    return facets


def _carrying(kind: Kind, articles: Iterable[StandingArticle]) -> dict[RecordId, list[StandingArticle]]:
    carrying: dict[RecordId, list[StandingArticle]] = {}
    for article in articles:
        for record in article.places if kind is Kind.PLACE else article.actors:
            carrying.setdefault(record.id, []).append(article)
    return carrying


def _named_entry(entry: Entry, article: StandingArticle, record: Record) -> Entry:
    """Return an entry with the sentence of the text that names a record; the headline stands above it already."""
    mine = [mention for mention in article.mentions if mention.makes_tag and mention.record == record]
    in_text = next((mention for mention in mine if mention.field == "text"), None)
    if in_text:
        return replace(entry, quotation=_quotation(article, in_text))
    return replace(entry, in_headline_only=bool(mine))


def _quotation(article: StandingArticle, mention: Mention) -> Quotation:
    text = article.title if mention.field == "title" else article.rendered.text
    first, last = sentence_span(text, mention.start, mention.end)
    return Quotation(text[first : mention.start], mention.surface, text[mention.end : last])


def _country(record: Record, way_up: Sequence[Record]) -> str:
    countries = [place.preferred for place in (record, *way_up) if place.type == "country"]
    return countries[0] if len(countries) == 1 else ""


def _beside(
    kind: Kind, articles: Iterable[StandingArticle], links: Mapping[RecordId, Link], but: RecordId | None
) -> tuple[Link, ...]:
    """Return the tags that the same articles carry, most frequent first, with how many of them do."""
    counts = Counter(
        record.id for article in articles for record in (article.places if kind is Kind.PLACE else article.actors)
    )
    counted = [replace(links[id_], count=count) for id_, count in counts.items() if id_ != but]
    return tuple(sorted(counted, key=lambda link: (-link.count, fold(link.name), link.url))[:MAX_BESIDE])


def _surfaces(record: Record, articles: Iterable[StandingArticle]) -> tuple[str, ...]:
    surfaces = {
        " ".join(mention.surface.split())
        for article in articles
        for mention in article.mentions
        if mention.makes_tag and mention.record == record
    }
    return tuple(sorted(surfaces, key=lambda surface: (fold(surface), surface)))


def _named_facets(
    family: Family,
    articles: Sequence[StandingArticle],
    entries: Mapping[str, Entry],
    links: Mapping[RecordId, Link],
    pages: Mapping[str, Link],
) -> list[Facet]:
    """Return the facets of topics or keywords."""
    carrying: dict[str, list[StandingArticle]] = {}
    for article in articles:
        names = [article.topic] if family == "topics" else article.free_tags
        for name in names:
            if name:
                carrying.setdefault(name, []).append(article)
    return [
        Facet(
            family=family,
            link=pages[name],
            entries=tuple(entries[article.slug] for article in within),
            places_beside=_beside(Kind.PLACE, within, links, None),
            actors_beside=_beside(Kind.ACTOR, within, links, None),
        )
        for name, within in sorted(carrying.items(), key=lambda item: (fold(item[0]), item[0]))
    ]


def _a_to_z(facet: Facet) -> tuple[str, str]:
    return fold(facet.link.name), facet.link.url


def _index(family: Family, facets: Sequence[Facet]) -> FacetIndex:
    by_count = sorted(facets, key=lambda facet: -facet.link.count)  # stable: A–Z among equals
    countries = [facet for facet in facets if family == "places"]
    return FacetIndex(
        family,
        tuple(facets),
        _groups(facets, lambda facet: _initial(facet.link.name)),
        tuple(by_count),
        _groups(countries, lambda facet: facet.country or "Across borders"),
    )


def _initial(name: str) -> str:
    first = next((char for char in fold(name) if char.isalnum()), "")
    return "0–9" if first.isdigit() else first.upper() or "Other"


def _groups(facets: Iterable[Facet], heading_of: Callable[[Facet], str]) -> tuple[LetterGroup, ...]:
    ordered = sorted(facets, key=lambda facet: (fold(heading_of(facet)), fold(facet.link.name), facet.link.url))
    return tuple(
        LetterGroup(heading, slugify(heading) or f"group-{sha256(heading)[:8]}", tuple(group))
        for heading, group in groupby(ordered, key=heading_of)
    )


@dataclass(frozen=True, slots=True)
class _Pages:
    """What an article's page leads to."""

    entries: Mapping[str, Entry]
    records: Mapping[RecordId, Link]
    keywords: Mapping[str, Link]
    periods: Mapping[str, Link]
    versions: Mapping[str, tuple[str, ...]]
    siteurl: str


def _article_views(articles: Sequence[StandingArticle], pages: _Pages) -> dict[str, ArticleView]:
    in_order = [None, *(pages.entries[article.slug] for article in articles), None]
    return {
        article.slug: _article_view(article, pages, older=older, newer=newer)
        for article, older, newer in zip(articles, in_order, in_order[2:], strict=False)
    }


def _article_view(article: StandingArticle, pages: _Pages, *, older: Entry | None, newer: Entry | None) -> ArticleView:
    url = f"{pages.siteurl}/{quote(article.url)}" if pages.siteurl else ""
    listed = {fold(name) for _, names in article.keyword_lists for name in names}
    return ArticleView(
        entry=pages.entries[article.slug],
        content=_linked_content(article, pages.records),
        places=_article_tags(article, article.places, pages.records),
        actors=_article_tags(article, article.actors, pages.records),
        keywords=tuple(pages.keywords[keyword] for keyword in article.free_tags if fold(keyword) not in listed),
        keyword_lists=_keyword_lists(article, pages),
        descriptions=tuple(
            Evidence(mention, _quotation(article, mention))
            for mention in article.mentions
            if mention.role == "description"
        ),
        sources=article.sources,
        imprint=article.imprint,
        date_basis=article.date_basis,
        date_words=article.date_words,
        older=older,
        newer=newer,
        period=pages.periods[period_key(article.date)],
        versions=tuple(pages.entries[slug] for slug in pages.versions.get(article.slug, ())),
        described=json_ld(article, url),
        dublin_core=dublin_core(article, url),
    )


def _keyword_lists(article: StandingArticle, pages: _Pages) -> tuple[KeywordList, ...]:
    """Return the source's own lists, each name with the page that gathers it."""
    gathered = {fold(name): link for name, link in pages.keywords.items()}
    gathered |= {fold(record.label): pages.records[record.id] for record in (*article.places, *article.actors)}
    return tuple(
        KeywordList(name, tuple(gathered.get(fold(keyword)) or Link(keyword, "") for keyword in keywords))
        for name, keywords in article.keyword_lists
    )


def _article_tags(
    article: StandingArticle, records: Iterable[Record], links: Mapping[RecordId, Link]
) -> tuple[ArticleTag, ...]:
    return tuple(
        ArticleTag(
            record,
            links[record.id],
            tuple(
                Evidence(mention, _quotation(article, mention))
                for mention in article.mentions
                if mention.makes_tag and mention.record and mention.record.id == record.id
            ),
            record.id in article.by_editor,
        )
        for record in records
    )


def _linked_content(article: StandingArticle, links: Mapping[RecordId, Link]) -> Markup:
    """Return the article's HTML with the first mention of each record linked."""
    first: dict[RecordId, TextLink] = {}
    taken_until = 0
    for mention in sorted(article.mentions, key=lambda mention: (mention.start, -mention.end)):
        record = mention.record
        if mention.field != "text" or record is None or not mention.makes_tag or record.id in first:
            continue
        if mention.start < taken_until:  # a place within an actor's name: one link there
            continue
        href = relpath(links[record.id].url, dirname(article.url) or ".")
        opening = f'<a class="mention" href="{escape(href)}">'
        first[record.id] = TextLink(mention.start, mention.end, opening)
        taken_until = mention.end
    content = insert_links(article.rendered, list(first.values()))
    # A table that is wider than the page is scrolled, also with the keyboard.
    scrollable = content.replace('<pre class="layout">', '<pre class="layout" tabindex="0">')
    dateline = article.imprint.dateline
    if begins_with_dateline(article.rendered.text, dateline):
        return Markup(scrollable)
    return _after_dateline(dateline, Markup(scrollable))


def begins_with_dateline(text: str, dateline: str) -> bool:
    """Tell whether a text has its dateline before its first words, however that is spelt and dashed.

    A town that the first sentence begins with is no dateline: a dash, a bracket or the line's end must close it.

    >>> begins_with_dateline("Albany, N.Y. (Reuters) - The board met.", "ALBANY, N.Y. (Reuters) –")
    True
    >>> begins_with_dateline("Lima waited.", "LIMA")
    False
    """
    opening, named = _comparable(text.partition("\n")[0]), _comparable(dateline).rstrip(_DASHES + " ")
    if not named or not opening.startswith(named):
        return False
    rest = opening.removeprefix(named).lstrip()
    return not rest or rest[0] in _DASHES or named[-1] == ")"


def _comparable(text: str) -> str:
    return fold(text.translate(_ONE_DASH))


def _after_dateline(dateline: str, content: Markup) -> Markup:
    """Return a text with its dateline before its first words, as newspapers print it."""
    if not dateline:
        return content
    dash = "" if dateline[-1] in _DASHES else " –"
    printed = Markup('<span class="placeline" dir="auto">{}{}</span>').format(dateline, dash)
    if content.startswith("<p>"):
        return Markup("<p>") + printed + " " + content.removeprefix("<p>")
    return Markup("<p>") + printed + Markup("</p>\n") + content
