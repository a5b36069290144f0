"""Gathering: articles in archive order become views of themselves, of places, actors, topics and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import groupby
from posixpath import dirname, relpath
from typing import Protocol
from urllib.parse import quote

from markupsafe import Markup, escape

from dateline.articles.rendered import TextLink, insert_links
from dateline.articles.slugs import slugify
from dateline.authority import Authority, ancestors
from dateline.edtf import date_label
from dateline.facets.described import dublin_core, json_ld
from dateline.facets.evidence import ArticleEvidence, gather_evidence, quote_mention
from dateline.facets.hierarchy import Hierarchy, arrange
from dateline.facets.links import keyword_links, record_links, topic_links
from dateline.facets.standing import StandingArticle, by_name
from dateline.facets.times import gather_times, period_key, period_links
from dateline.facets.views import (
    ArchiveView,
    ArticleTag,
    ArticleView,
    Branch,
    Entry,
    Facet,
    FacetIndex,
    Family,
    KeywordList,
    LetterGroup,
    Link,
)
from dateline.files import sha256
from dateline.records import DISPUTED, Kind, Mention, Record, RecordId
from dateline.text import fold

MAX_OPENING_CHARS = 220
_DASHES = "-‐‑‒–—―:"
_ONE_DASH = str.maketrans(dict.fromkeys("‐‑‒–—―", "-"))
MAX_BESIDE = 12
MAX_LATEST = 30


class DrawMap(Protocol):
    """Draws the map of a place, which may lie in a region whose status is disputed; None where it has no point."""

    def __call__(self, record: Record, *, in_disputed: bool = False) -> Markup | None:
        """Return the map as inline SVG."""


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
    contact: str = "",
    listed: Container[RecordId] | None = None,
    draw_map: DrawMap = lambda record, *, in_disputed=False: None,
) -> Views:
    """Gather articles, given in archive order, by place, actor, topic, tag and time.

    `siteurl` is the absolute address of the site, where it has one, `contact` a mail address or that of a form to
    which errors are reported. Of persons only those of the ids `listed` have a page; None: all have.
    """
    topic_pages = topic_links(articles)
    versions = _standing_versions(articles)
    entries = {article.slug: _entry(article, topic_pages, versions) for article in articles}
    records = {record.id: record for article in articles for record in (*article.places, *article.actors)}
    hierarchy = arrange((record for record in records.values() if record.kind is Kind.PLACE), authority)
    records |= hierarchy.records
    links = record_links(
        records.values(),
        articles,
        authority,
        has_page=lambda record: listed is None or record.type != "person" or record.id in listed,
    )
    keyword_pages = keyword_links(articles, records.values(), links)
    named = {article.slug: _named(article) for article in articles}
    places = _place_facets(articles, entries, links, named, hierarchy=hierarchy, draw_map=draw_map)
    actors = _actor_facets(articles, entries, links, named, authority=authority)
    topics = _named_facets("topics", articles, entries, links, topic_pages)
    keywords = [
        facet
        for facet in _named_facets("tags", articles, entries, links, keyword_pages)
        if facet.link.url.startswith("tags/")
    ]
    periods = period_links(articles)

    def beside(within: Sequence[StandingArticle]) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
        return _beside(Kind.PLACE, within, links), _beside(Kind.ACTOR, within, links)

    archive = ArchiveView(
        name=name,
        description=description,
        edition=edition,
        entries=tuple(entries.values()),
        places=_place_index(places, hierarchy),
        actors=_index("actors", actors),
        topics=_index("topics", topics),
        tags=_index("tags", sorted([*(f for f in places if f.entries), *actors, *keywords], key=_a_to_z)),
        undated=sum(article.date is None for article in articles),
        word_count=word_count,
        latest=_latest(list(entries.values())),
        times=gather_times(articles, entries, periods, beside),
    )
    pages = _Pages(entries, links, keyword_pages, periods, versions, siteurl, contact, _remembered_way_up(authority))
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


@dataclass(slots=True)
class _Named:
    """How an article names a record that is its tag."""

    surfaces: set[str]
    in_text: Mention | None = None  # the first


def _named(article: StandingArticle) -> dict[RecordId, _Named]:
    """Return how an article names the records of its tags."""
    named: dict[RecordId, _Named] = {}
    for mention in article.mentions:
        if mention.record and mention.makes_tag:
            known = named.setdefault(mention.record.id, _Named(set()))
            known.surfaces.add(" ".join(mention.surface.split()))
            if mention.field == "text" and known.in_text is None:
                known.in_text = mention
    return named


def _place_facets(
    articles: Sequence[StandingArticle],
    entries: Mapping[str, Entry],
    links: Mapping[RecordId, Link],
    named: Mapping[str, Mapping[RecordId, _Named]],
    *,
    hierarchy: Hierarchy,
    draw_map: DrawMap,
) -> list[Facet]:
    """Return the facets of the places that articles name, and of those that gather them."""
    carrying = _carrying(Kind.PLACE, articles)
    below = _naming_only_below(articles, hierarchy)
    lying_in: dict[RecordId, list[RecordId]] = {}
    for id_, all_above in hierarchy.above.items():
        for above in all_above:
            lying_in.setdefault(above, []).append(id_)
    totals = {id_: len(carrying.get(id_, ())) + len(below.get(id_, ())) for id_ in hierarchy.records}
    facets = []
    for id_, record in hierarchy.records.items():
        own, gathered = carrying.get(id_, []), below.get(id_, [])
        is_listed_below = id_ not in hierarchy.across_countries and record.type != "continent"
        listed = gathered if is_listed_below else []
        within = [*own, *(article for article, _ in listed)]
        way_up = hierarchy.way_up[id_]
        facets.append(
            Facet(
                family="places",
                link=links[id_],
                entries=tuple(_named_entry(entries[article.slug], article, id_, named) for article in own),
                record=record,
                broader=tuple(links[above.id] for above in way_up if above.id in links),
                broader_names=_names(way_up),
                narrower=tuple(replace(links[part], count=totals[part]) for part in hierarchy.children.get(id_, ())),
                entries_below=tuple(
                    replace(_named_entry(entries[article.slug], article, place, named), named_through=links[place])
                    for article, place in listed
                ),
                total=totals[id_],
                across_countries=not is_listed_below,
                country=_country(record, way_up),
                places_beside=_beside(Kind.PLACE, within, links, {id_, *lying_in.get(id_, ())}),
                actors_beside=_beside(Kind.ACTOR, within, links),
                surfaces=_surfaces(id_, own, named),
                map=draw_map(record, in_disputed=any(map(_is_disputed_land, way_up))),
            )
        )
    return facets


def _naming_only_below(
    articles: Iterable[StandingArticle], hierarchy: Hierarchy
) -> dict[RecordId, list[tuple[StandingArticle, RecordId]]]:
    """Return, by place, the articles that name none but places within it, each with the first of these."""
    below: dict[RecordId, list[tuple[StandingArticle, RecordId]]] = {}
    for article in articles:
        counted = {record.id for record in article.places}
        for record in article.places:
            for above in hierarchy.above[record.id] - counted:
                below.setdefault(above, []).append((article, record.id))
            counted |= hierarchy.above[record.id]
    return below


def _actor_facets(
    articles: Sequence[StandingArticle],
    entries: Mapping[str, Entry],
    links: Mapping[RecordId, Link],
    named: Mapping[str, Mapping[RecordId, _Named]],
    *,
    authority: Authority,
) -> list[Facet]:
    carrying = _carrying(Kind.ACTOR, articles)
    records = {r.id: r for article in articles for r in article.actors if links[r.id].url}
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
                family="actors",
                link=links[record.id],
                entries=tuple(_named_entry(entries[article.slug], article, record.id, named) for article in within),
                record=record,
                broader=tuple(links[parent.id] for parent in way_up if parent.id in links),
                broader_names=_names(way_up),
                narrower=tuple(sorted(narrower.get(record.id, ()), key=lambda link: fold(link.name))),
                total=len(within),
                places_beside=_beside(Kind.PLACE, within, links),
                actors_beside=_beside(Kind.ACTOR, within, links, {record.id}),
                surfaces=_surfaces(record.id, within, named),
            )
        )
    return facets


def _carrying(kind: Kind, articles: Iterable[StandingArticle]) -> dict[RecordId, list[StandingArticle]]:
    carrying: dict[RecordId, list[StandingArticle]] = {}
    for article in articles:
        for record in article.places if kind is Kind.PLACE else article.actors:
            carrying.setdefault(record.id, []).append(article)
    return carrying


def _named_entry(
    entry: Entry, article: StandingArticle, id_: RecordId, named: Mapping[str, Mapping[RecordId, _Named]]
) -> Entry:
    """Return an entry with the sentence of the text that names a record; the headline stands above it already."""
    mine = named[article.slug].get(id_)
    if mine and mine.in_text:
        return replace(entry, quotation=quote_mention(article, mine.in_text))
    return replace(entry, in_headline_only=mine is not None)


def _is_disputed_land(place: Record) -> bool:
    """Tell whether it is disputed whose a place is; a state that not all recognise is its own."""
    return place.status == DISPUTED and place.type != "country"


def _country(record: Record, way_up: Sequence[Record]) -> str:
    countries = [place.preferred for place in (record, *way_up) if place.type == "country"]
    return countries[0] if len(countries) == 1 else ""


def _country_around(record: Record, way_up: Sequence[Record]) -> str:
    """Return the country that a place lies in; "" for a country itself, and for what is disputed."""
    if record.kind is not Kind.PLACE or record.type == "country" or any(map(_is_disputed_land, (record, *way_up))):
        return ""
    return _country(record, way_up)


def _names(way_up: Iterable[Record]) -> tuple[str, ...]:
    return tuple(record.preferred for record in way_up)


def _beside(
    kind: Kind, articles: Iterable[StandingArticle], links: Mapping[RecordId, Link], but: Container[RecordId] = ()
) -> tuple[Link, ...]:
    """Return the tags that the same articles carry, most frequent first, with how many of them do."""
    counts = Counter(
        record.id for article in articles for record in (article.places if kind is Kind.PLACE else article.actors)
    )
    linked = [(count, links[id_]) for id_, count in counts.items() if id_ not in but and links[id_].url]
    most = nsmallest(MAX_BESIDE, linked, key=lambda pair: (-pair[0], _folded(pair[1].name), pair[1].url))
    return tuple(replace(link, count=count) for count, link in most)


_folded = lru_cache(maxsize=1 << 17)(fold)  # the same names stand beside thousands of others


def _surfaces(
    id_: RecordId, articles: Iterable[StandingArticle], named: Mapping[str, Mapping[RecordId, _Named]]
) -> tuple[str, ...]:
    surfaces = {surface for article in articles if (mine := named[article.slug].get(id_)) for surface in mine.surfaces}
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
            places_beside=_beside(Kind.PLACE, within, links),
            actors_beside=_beside(Kind.ACTOR, within, links),
        )
        for name, within in sorted(carrying.items(), key=lambda item: (fold(item[0]), item[0]))
    ]


def _a_to_z(facet: Facet) -> tuple[str, str]:
    return fold(facet.link.name), facet.link.url


def _index(family: Family, facets: Sequence[Facet]) -> FacetIndex:
    by_count = sorted(facets, key=lambda facet: -facet.link.count)  # stable: A–Z among equals
    return FacetIndex(family, tuple(facets), _by_letter(facets), tuple(by_count))


def _place_index(facets: Sequence[Facet], hierarchy: Hierarchy) -> FacetIndex:
    by_id = {facet.record.id: facet for facet in facets if facet.record}
    branches: dict[RecordId, Branch] = {}

    def branch(id_: RecordId) -> Branch:
        """Return a place with all below it; one that lies in two others shows what lies in it once."""
        if id_ in branches:
            return replace(branches[id_], branches=(), places=0)
        facet = by_id[id_]
        below = tuple(branch(part) for part in hierarchy.children.get(id_, ()))
        places = sum(1 + part.places for part in below)
        branches[id_] = Branch(replace(facet.link, count=facet.total), _note(facet), below, places)
        return branches[id_]

    index = _index("places", [facet for facet in facets if facet.entries])
    gathering = tuple(facet for facet in facets if not facet.entries)
    return replace(index, gathering=gathering, tree=tuple(branch(root) for root in hierarchy.roots))


def _note(facet: Facet) -> str:
    """Return what the index says of a place beside its name."""
    if facet.record is None:
        return ""
    return ", ".join(filter(None, (facet.record.type, facet.years, facet.record.status)))


def _initial(name: str) -> str:
    first = next((char for char in fold(name) if char.isalnum()), "")
    return "0–9" if first.isdigit() else first.upper() or "Other"


def _by_letter(facets: Iterable[Facet]) -> tuple[LetterGroup, ...]:
    keyed = [(_initial(facet.link.name), facet) for facet in facets]
    ordered = sorted(keyed, key=lambda pair: (fold(pair[0]), _a_to_z(pair[1])))
    return tuple(
        LetterGroup(letter, slugify(letter) or f"group-{sha256(letter)[:8]}", tuple(facet for _, facet in group))
        for letter, group in groupby(ordered, key=lambda pair: pair[0])
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
    contact: str
    way_up: Callable[[Record], tuple[Record, ...]]  # what a record lies in, the nearest first


def _remembered_way_up(authority: Authority) -> Callable[[Record], tuple[Record, ...]]:
    """Return what tells the records above one: thousands of articles ask it of the same."""
    known: dict[RecordId, tuple[Record, ...]] = {}

    def way_up(record: Record) -> tuple[Record, ...]:
        if record.id not in known:
            known[record.id] = tuple(ancestors(authority, record))
        return known[record.id]

    return way_up


def _article_views(articles: Sequence[StandingArticle], pages: _Pages) -> dict[str, ArticleView]:
    in_order = [None, *(pages.entries[article.slug] for article in articles), None]
    return {
        article.slug: _article_view(article, pages, older=older, newer=newer)
        for article, older, newer in zip(articles, in_order, in_order[2:], strict=False)
    }


def _article_view(article: StandingArticle, pages: _Pages, *, older: Entry | None, newer: Entry | None) -> ArticleView:
    url = f"{pages.siteurl}/{quote(article.url)}" if pages.siteurl else ""
    listed = {fold(name) for _, names in article.keyword_lists for name in names}
    evidence = gather_evidence(article, lambda record: _country_around(record, pages.way_up(record)), pages.contact)
    return ArticleView(
        entry=pages.entries[article.slug],
        content=_linked_content(article, pages.records),
        places=_article_tags(article, article.places, pages, evidence),
        actors=_article_tags(article, article.actors, pages, evidence),
        untagged=_untagged(article, pages, evidence),
        unlisted=evidence.unlisted,
        keywords=tuple(pages.keywords[keyword] for keyword in article.free_tags if fold(keyword) not in listed),
        keyword_lists=_keyword_lists(article, pages),
        descriptions=evidence.descriptions,
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
    article: StandingArticle,
    records: Iterable[Record],
    pages: _Pages,
    evidence: ArticleEvidence,
) -> tuple[ArticleTag, ...]:
    return tuple(
        ArticleTag(
            record,
            pages.records[record.id],
            evidence.tagging.get(record.id, ()),
            record.id in article.by_editor,
            evidence.beside.get(record.id, ()),
            _names(pages.way_up(record)),
        )
        for record in records
    )


def _untagged(article: StandingArticle, pages: _Pages, evidence: ArticleEvidence) -> tuple[ArticleTag, ...]:
    """Return the records that an article names only as a nationality, within a name, or for a government."""
    tagged = {record.id for record in (*article.places, *article.actors)}
    named = [record for id_, record in evidence.records.items() if id_ not in tagged]
    return tuple(
        ArticleTag(
            record,
            pages.records.get(record.id, Link(record.label, "")),
            (),
            by_editor=False,
            beside=evidence.beside.get(record.id, ()),
            broader_names=_names(pages.way_up(record)),
        )
        for record in sorted(named, key=by_name)
    )


def _linked_content(article: StandingArticle, links: Mapping[RecordId, Link]) -> Markup:
    """Return the article's HTML with the first mention of each record linked."""
    first: dict[RecordId, TextLink] = {}
    taken_until = 0
    for mention in sorted(article.mentions, key=lambda mention: (mention.start, -mention.end)):
        record = mention.record
        if mention.field != "text" or record is None or not mention.makes_tag or record.id in first:
            continue
        if not links[record.id].url:  # a person without a page
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
