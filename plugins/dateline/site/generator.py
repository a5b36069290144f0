"""The pages and files beyond Pelican's own: places, actors, topics, tags, search, data, sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pelican.generators import Generator
from pelican.writers import Writer

from dateline.facets import Facet, FacetIndex, StandingArticle, Views
from dateline.files import replace_file
from dateline.records import SearchDocument
from dateline.search import SCRIPTS, export_index, open_index
from dateline.site.state import state_of
from dateline.site.writer import canonical
from dateline.tagging import mention_json

ENTRIES_A_PAGE = 200
SINGULAR = {"places": "place", "actors": "actor", "topics": "topic", "tags": "tag"}


class ArchiveGenerator(Generator):  # type: ignore[misc]
    """Writes what the archive adds to Pelican's pages."""

    def generate_output(self, writer: Writer) -> None:
        """Write the pages first, then the data and the search that name them."""
        state = state_of(self.settings)
        if state.views is None:
            return
        with state.timed("pages"):
            self._write_facets(writer, state.views)
            self._write_article_index(writer, state.views)
            self._write_page(writer, "search.html", "search", search_scripts=SCRIPTS)
            if self.settings["DATELINE_THEME"]:
                self._write_not_found(writer)
                self._write_topic_feeds(writer, state.views)
            output = Path(self.output_path)
            write_data(output / "data", state.articles)
            if self.settings["SITEURL"]:
                addresses = _addresses(state.views, self.context["pages"], ours=self.settings["DATELINE_THEME"])
                replace_file(output / "sitemap.xml", sitemap(self.settings["SITEURL"], addresses))
        with state.timed("search"), open_index(state.cache / "index") as index:
            export_index(index, output / "search")

    def _write_facets(self, writer: Writer, views: Views) -> None:
        ours = ("places", "actors", "topics", "tags") if self.settings["DATELINE_THEME"] else ("places", "actors")
        for family in ours:
            index: FacetIndex = getattr(views.archive, family)
            pages = [
                facet
                for facet in index.facets
                if facet.family == family  # the index of tags lists places and actors too
            ]
            for facet in pages:
                self._write_page(writer, facet.link.url, SINGULAR[family], facet=facet)
            if index.facets:
                self._write_page(writer, f"{family}/index.html", family, index=index)

    def _write_article_index(self, writer: Writer, views: Views) -> None:
        """Write the list of all articles, in pages that stay light however large the archive is."""
        if not self.settings["DATELINE_THEME"]:
            return  # the site's own theme lists them
        entries = views.archive.entries
        parts = [entries[first : first + ENTRIES_A_PAGE] for first in range(0, len(entries), ENTRIES_A_PAGE)]
        urls = [article_index_url(number) for number in range(1, len(parts) + 1)]
        for number, part in enumerate(parts, start=1):
            self._write_page(writer, urls[number - 1], "articles", entries=part, number=number, urls=urls)

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


def article_index_url(number: int) -> str:
    """Return the address of a page of the list of all articles."""
    return "articles/index.html" if number == 1 else f"articles/page/{number}.html"


def search_documents(articles: Iterable[StandingArticle]) -> Iterator[SearchDocument]:
    """Return articles, given in archive order, as the full-text index takes them."""
    for article in articles:
        yield SearchDocument(
            slug=article.slug,
            url=article.url,
            title=article.title,
            body=article.rendered.text,
            topic=article.topic,
            date=article.date.text if article.date else None,
            places=tuple(record.label for record in article.places),
            actors=tuple(record.label for record in article.actors),
            place_names=tuple(name for record in article.places for name in (record.label, *record.variants)),
            actor_names=tuple(name for record in article.actors for name in (record.label, *record.variants)),
        )


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
    return {
        "slug": article.slug,
        "title": article.title,
        "topic": article.topic,
        "date": article.date.text if article.date else None,
        "date_basis": article.date_basis or None,
        "places": [{"id": record.id, "name": record.label} for record in article.places],
        "actors": [{"id": record.id, "name": record.label} for record in article.actors],
        "tags": [
            *(record.label for record in (*article.places, *article.actors)),
            *article.keywords,
        ],
        "keywords": list(article.keywords),
        "source": sources[0] if len(sources) == 1 else sources or None,
        "sha256": sums[0] if len(sums) == 1 else sums or None,
        "url": article.url,
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
    if ours:
        pages_of_index = -(-len(archive.entries) // ENTRIES_A_PAGE)
        yield from (article_index_url(number) for number in range(1, pages_of_index + 1))
    families = (
        (archive.places, archive.actors, archive.topics, archive.tags) if ours else (archive.places, archive.actors)
    )
    facets: list[Facet] = []
    for index in families:
        if index.facets:
            yield f"{index.family}/index.html"
        facets += index.facets
    yield from dict.fromkeys(facet.link.url for facet in facets)
