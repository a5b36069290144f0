"""The pages and files beyond Pelican's own: places, actors, topics, tags, time, removed stories, search, data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pelican.generators import Generator
from pelican.writers import Writer

from dateline.articles.tombstones import Tombstone
from dateline.edtf import date_label
from dateline.facets import Entry, Facet, FacetIndex, Link, Period, PeriodGroup, StandingArticle, Views
from dateline.files import link_file, replace_file
from dateline.search import export_index, open_index
from dateline.site.search_pages import search_pages
from dateline.site.state import SiteState, state_of
from dateline.site.writer import canonical
from dateline.tagging import mention_json

ENTRIES_A_PAGE = 100
PAGES_OF_A_YEAR = 2  # a longer year is read by its months
ARTICLE_INDEX = "articles/index.html"
TIMELINE = "timeline.html"
SINGULAR = {"places": "place", "actors": "actor", "topics": "topic", "tags": "tag"}


class ArchiveGenerator(Generator):  # type: ignore[misc]  # Pelican is untyped
    """Writes what the archive adds to Pelican's pages."""

    def generate_output(self, writer: Writer) -> None:
        """Write the pages first, then the data and the search that name them."""
        state = state_of(self.settings)
        if state.views is None:
            return
        with state.timed("pages"):
            self._write_facets(writer, state.views)
            self._write_removed(writer, state.tombstones)
            self._write_article_index(writer, state.views)
            if self.settings["DATELINE_THEME"]:
                self._write_times(writer, state.views)
                self._write_not_found(writer)
                self._write_topic_feeds(writer, state.views)
            output = Path(self.output_path)
            write_data(output / "data", state.articles)
        with state.timed("search"):
            searched = self._write_search(writer, state)
        if self.settings["SITEURL"]:
            addresses = _addresses(state.views, self.context["pages"], ours=self.settings["DATELINE_THEME"])
            listed = (*addresses, *(url for url in searched if not url.startswith("search")))
            replace_file(output / "sitemap.xml", sitemap(self.settings["SITEURL"], listed))

    def _write_facets(self, writer: Writer, views: Views) -> None:
        ours = ("places", "actors", "topics", "tags") if self.settings["DATELINE_THEME"] else ("places", "actors")
        for family in ours:
            index: FacetIndex = getattr(views.archive, family)
            pages = [
                facet
                for facet in index.pages
                if facet.family == family  # the index of tags lists places and actors too
            ]
            for facet in pages:
                self._write_facet(writer, facet)
            if index.facets:
                self._write_page(writer, f"{family}/index.html", family, index=index)

    def _write_facet(self, writer: Writer, facet: Facet) -> None:
        """Write a facet's page, in parts that stay light however many articles it has."""
        parts = facet_parts(facet)
        urls = part_urls(facet.link.url, len(parts))
        for number, (url, shown) in enumerate(zip(urls, parts, strict=True), start=1):
            self._write_page(writer, url, SINGULAR[facet.family], facet=shown, number=number, urls=urls)

    def _write_article_index(self, writer: Writer, views: Views) -> None:
        """Write the list of all articles, in parts too."""
        if not self.settings["DATELINE_THEME"] or not views.archive.entries:
            return  # another theme lists them itself
        parts = _parts(views.archive.entries)
        urls = part_urls(ARTICLE_INDEX, len(parts))
        for number, (url, part) in enumerate(zip(urls, parts, strict=True), start=1):
            self._write_page(writer, url, "articles", entries=part, number=number, urls=urls)

    def _write_times(self, writer: Writer, views: Views) -> None:
        """Write a page, or several, for each month and year, and one that leads to them where any has something."""
        times = views.archive.times
        for period in times.periods:
            parts = period_parts(period)
            urls = part_urls(period.link.url, len(parts))
            cells = _cells_in_parts(period, parts, urls)
            for number, (url, part) in enumerate(zip(urls, parts, strict=True), start=1):
                shown = replace(period, groups=part, cells=cells)
                self._write_page(writer, url, "period", period=shown, number=number, urls=urls)
        if times.dated:
            self._write_page(writer, TIMELINE, "timeline", times=times)

    def _write_removed(self, writer: Writer, tombstones: Iterable[Tombstone]) -> None:
        """Write, at the address of each story that was removed, a page that says so and nothing more of it."""
        for tombstone in tombstones:
            url = str(self.settings["ARTICLE_SAVE_AS"]).replace("{slug}", tombstone.slug)
            if "{" in url:  # an address of another theme's site that only the article itself could tell
                continue
            on = date_label(tombstone.on) if tombstone.on else ""
            self._write_page(writer, url, "removed", tombstone=tombstone, on=on, canonical=None)

    def _write_search(self, writer: Writer, state: SiteState) -> list[str]:
        """Export the index, and write the pages that ask it and those that do without; return their addresses."""
        folder = Path(self.output_path) / "search"
        kept = state.cache / "search"
        with open_index(state.cache / "index") as index:
            exported = export_index(index, kept)
        for name in state.scripts.values():
            link_file(state.cache / "scripts" / name, folder / name)
        for name in exported.live:
            link_file(kept / name, folder / name)
        for name in exported.superseded:  # for open pages, those of the site that stands are kept
            (kept / name).unlink(missing_ok=True)
        scripts = {name: f"search/{file}" for name, file in state.scripts.items()}
        pages = search_pages(
            state.searched,
            state.values,
            scripts=[scripts["page"]],
            lazy_scripts=scripts,
            shards=exported.live,
            generation=exported.generation,
            api=self.settings.get("DATELINE_SEARCH_API", ""),
        )
        urls = []
        for url, template, values in pages:
            self._write_page(writer, url, template, **values)
            urls.append(url)
        return urls

    def _write_page(self, writer: Writer, save_as: str, template: str, **values: Any) -> None:
        name = template if self.settings["DATELINE_THEME"] else f"dateline/{template}"
        writer.write_file(
            save_as,
            self.get_template(name),
            self.context,
            relative_urls=self.settings["RELATIVE_URLS"],
            url=save_as,
            **values,
        )

    def _write_not_found(self, writer: Writer) -> None:
        """Write the one page that a server shows at any depth: its links start at the root of the site."""
        context = {**self.context, "SITEURL": urlsplit(self.settings["SITEURL"]).path.rstrip("/")}
        writer.write_file("404.html", self.get_template("404"), context, relative_urls=False, canonical=None)

    def _write_topic_feeds(self, writer: Writer, views: Views) -> None:
        pattern = self.settings.get("CATEGORY_FEED_ATOM")
        if not pattern:
            return
        by_slug = {article.slug: article for article in self.context["articles"]}
        for topic in views.archive.topics.facets:
            articles = [by_slug[entry.slug] for entry in topic.entries]
            path = str(pattern).format(slug=PurePosixPath(topic.link.url).stem)
            writer.write_feed(articles, self.context, path, path, feed_title=escape(topic.link.name))


def part_urls(first: str, count: int) -> tuple[str, ...]:
    """Return the addresses of the parts of a long page.

    >>> part_urls("places/lima.html", 2), part_urls("articles/index.html", 2)
    (('places/lima.html', 'places/lima/2.html'), ('articles/index.html', 'articles/page/2.html'))
    """
    folder = "articles/page" if first == ARTICLE_INDEX else first.removesuffix(".html")
    return (first, *(f"{folder}/{number}.html" for number in range(2, count + 1)))


def _parts(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    starts = range(0, max(len(entries), 1), ENTRIES_A_PAGE)
    return [tuple(entries[first : first + ENTRIES_A_PAGE]) for first in starts]


def facet_parts(facet: Facet) -> list[Facet]:
    """Return a facet in parts that stay light: the articles that name it, then those that name what lies below it."""
    own = len(facet.entries)
    parts = _parts((*facet.entries, *facet.entries_below))
    bounds = [min(max(own - number * ENTRIES_A_PAGE, 0), ENTRIES_A_PAGE) for number in range(len(parts))]
    return [
        replace(facet, entries=part[:bound], entries_below=part[bound:])
        for part, bound in zip(parts, bounds, strict=True)
    ]


def period_parts(period: Period) -> list[tuple[PeriodGroup, ...]]:
    """Return the groups of a period in parts that stay light.

    A year that two pages cannot hold lists only what is dated no closer; its months lead to the rest.
    """
    groups = period.groups
    if period.scale == "year" and period.link.count > PAGES_OF_A_YEAR * ENTRIES_A_PAGE:
        groups = tuple(group for group in groups if group.link is None)
    parts: list[tuple[PeriodGroup, ...]] = []
    part: list[PeriodGroup] = []
    room = ENTRIES_A_PAGE
    for group in groups:
        rest = group.entries
        while rest:
            if room == 0:
                parts.append(tuple(part))
                part, room = [], ENTRIES_A_PAGE
            part.append(replace(group, entries=rest[:room]))
            rest, room = rest[room:], max(0, room - len(rest))
    return [*parts, tuple(part)]


def _cells_in_parts(period: Period, parts: Sequence[tuple[PeriodGroup, ...]], urls: Sequence[str]) -> tuple[Link, ...]:
    """Return the cells of a period, those that lead to a heading within it with the page on which that begins."""
    where: dict[str, str] = {}
    for url, part in zip(urls, parts, strict=True):
        for group in part:
            where.setdefault(f"#{group.anchor}", url)
    return tuple(replace(cell, url=where.get(cell.url, "") + cell.url) for cell in period.cells)


def write_data(folder: Path, articles: Iterable[StandingArticle]) -> None:
    """Write the archive's data files, `articles.json` and `mentions.jsonl`, in archive order."""
    rows = [_article_row(article) for article in articles]
    replace_file(folder / "articles.json", json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    lines = [
        {
            "slug": article.slug,
            "mentions": [mention_json(mention, article.title, article.rendered.text) for mention in article.mentions],
        }
        for article in articles
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    replace_file(folder / "mentions.jsonl", text)


def _article_row(article: StandingArticle) -> dict[str, Any]:
    sources = [str(source.locator) for source in article.sources]
    sums = [source.sha256 for source in article.sources]
    imprint = article.imprint
    return {
        "slug": article.slug,
        "title": article.title,
        "topic": article.topic,
        "date": article.date.text if article.date else None,
        "date_basis": article.date_basis or None,
        "places": [{"id": record.id, "name": record.label} for record in article.places],
        "actors": [{"id": record.id, "name": record.label} for record in article.actors],
        "tags": [*(record.label for record in (*article.places, *article.actors)), *article.free_tags],
        "keywords": list(article.keywords),
        "source": sources[0] if len(sources) == 1 else sources or None,
        "sha256": sums[0] if len(sums) == 1 else sums or None,
        "url": article.url,
        "updated": imprint.updated.text if imprint.updated else None,
        "authors": list(imprint.authors),
        "dateline": imprint.dateline or None,
        "publication": imprint.publication or None,
        "original_url": imprint.url or None,
        "language": imprint.language or None,
        "rights": imprint.rights or None,
        "keyword_lists": {name: list(keywords) for name, keywords in article.keyword_lists},
        "enclosures": list(imprint.enclosures),
        "versions": list(article.versions),
    }


def sitemap(siteurl: str, addresses: Iterable[str]) -> str:
    """Return the sitemap (sitemaps.org 0.9) of the pages at `addresses`; it claims no date of change."""
    rows = "".join(f"<url><loc>{escape(canonical(siteurl, url))}</loc></url>\n" for url in addresses)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}</urlset>\n"
    )


def _addresses(views: Views, pages: Iterable[Any], *, ours: bool) -> Iterator[str]:
    archive = views.archive
    yield "index.html"
    yield from (page.url for page in pages)
    yield from (entry.url for entry in archive.entries)
    if ours and archive.entries:
        yield from part_urls(ARTICLE_INDEX, len(_parts(archive.entries)))
    if ours:
        yield from (url for period in archive.times.periods for url in _period_urls(period))
        if archive.times.dated:
            yield TIMELINE
    families = (
        (archive.places, archive.actors, archive.topics, archive.tags) if ours else (archive.places, archive.actors)
    )
    facets: list[Facet] = []
    for index in families:
        if index.facets:
            yield f"{index.family}/index.html"
        facets += index.pages
    urls = (url for facet in facets for url in part_urls(facet.link.url, len(facet_parts(facet))))
    yield from dict.fromkeys(urls)


def _period_urls(period: Period) -> tuple[str, ...]:
    return part_urls(period.link.url, len(period_parts(period)))
