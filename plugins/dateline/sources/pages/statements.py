"""What a web page says of itself: statements in its head and its marks, with where each stands.

JSON-LD, OpenGraph and `article:` properties, Dublin Core and other meta names, microdata, links and `<time>`,
in the order in which they are believed. Nothing is read from the text that readers see, and nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline.sources.markup import absolute_address
from dateline.text import fold_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_CHARS = 10_000  # of one statement: a longer one is no name, date or address
_MAX_STATEMENTS = 1_000  # of one page
_MAX_DEPTH = 16  # of what JSON-LD nests
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|Review)\Z")
LIST_TYPES = ("CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage")  # of JSON-LD: pages of lists
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")

# Which field a meta element's name or property states; among the names of a field, the first is believed most.
_META: Mapping[str, str] = {
    "og:title": "headline", "dc.title": "headline", "dcterms.title": "headline", "twitter:title": "headline",
    "article:published_time": "published", "og:article:published_time": "published",
    "dc.date.issued": "published", "dcterms.issued": "published", "dc.date": "published", "dcterms.date": "published",
    "dcterms.created": "published", "prism.publicationdate": "published", "parsely-pub-date": "published",
    "sailthru.date": "published", "cxenseparse:recs:publishtime": "published", "publishdate": "published",
    "publish-date": "published", "publish_date": "published", "published_time": "published", "pubdate": "published",
    "publication_date": "published", "originalpublicationdate": "published", "article.published": "published",
    "citation_publication_date": "published", "date": "published",
    "article:modified_time": "updated", "og:updated_time": "updated", "dcterms.modified": "updated",
    "dc.date.modified": "updated", "lastmod": "updated", "last-modified": "updated",
    "author": "authors", "article:author": "authors", "dc.creator": "authors", "dcterms.creator": "authors",
    "byl": "authors", "sailthru.author": "authors", "parsely-author": "authors", "citation_author": "authors",
    "article:section": "topic", "parsely-section": "topic", "prism.section": "topic",
    "article:tag": "keywords", "news_keywords": "keywords", "keywords": "keywords", "parsely-tags": "keywords",
    "dc.subject": "keywords", "dcterms.subject": "keywords", "sailthru.tags": "keywords",
    "og:url": "url", "dc.identifier": "url", "dc.identifier.uri": "url", "parsely-link": "url",
    "og:site_name": "publication", "prism.publicationname": "publication", "application-name": "publication",
    "dc.publisher": "publisher", "dcterms.publisher": "publisher", "article:publisher": "publisher",
    "dc.rights": "rights", "dcterms.rights": "rights", "copyright": "rights",
    "og:locale": "language", "dc.language": "language", "dcterms.language": "language", "content-language": "language",
    "dateline": "dateline",
    "og:type": "type",
}  # fmt: skip
# The same of JSON-LD and microdata, which share schema.org's names.
_SCHEMA: Mapping[str, str] = {
    "headline": "headline", "name": "headline",
    "datePublished": "published", "dateModified": "updated", "author": "authors", "creator": "authors",
    "articleSection": "topic", "keywords": "keywords", "url": "url", "mainEntityOfPage": "url",
    "isPartOf": "publication", "publisher": "publisher", "copyrightNotice": "rights", "inLanguage": "language",
    "dateline": "dateline",
}  # fmt: skip
_MICRODATA = frozenset(_SCHEMA) - {"name", "url", "creator", "publisher", "isPartOf", "inLanguage", "mainEntityOfPage"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page says of one field, and where: `JSON-LD datePublished`."""

    field: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Statements:
    """All that a page says of itself, the most believable first."""

    all: tuple[Statement, ...]
    faults: tuple[str, ...] = ()  # what could not be read, as sentences

    def of(self, field: str) -> list[Statement]:
        """Return what is said of a field."""
        return [statement for statement in self.all if statement.field == field]

    def first(self, field: str) -> str:
        """Return what is said first of a field, "" for nothing."""
        return next((statement.value for statement in self.all if statement.field == field), "")


def find_statements(page: HtmlElement, address: str) -> Statements:
    """Return what a page says of itself; relative addresses are those of `address`."""
    faults: list[str] = []
    base = _base(page, address)
    found: list[Statement] = []
    seen: set[tuple[str, str]] = set()
    for statement in _statements(page, base, faults):
        value = _as_stated(statement, base)
        if value and (statement.field, value) not in seen and len(found) < _MAX_STATEMENTS:
            seen.add((statement.field, value))
            found.append(Statement(statement.field, value, statement.where))
    return Statements(tuple(found), tuple(faults))


def _statements(page: HtmlElement, base: str, faults: list[str]) -> Iterator[Statement]:
    canonical = _attribute(page, "//link[contains(@rel, 'canonical')]/@href")
    if canonical:
        yield Statement("url", canonical, "link rel=canonical")
    yield from _json_ld(page, web_address(canonical or "", base) or base, faults)
    yield from _meta(page)
    yield from _microdata(page)
    yield from _marks(page)


def _json_ld(page: HtmlElement, address: str, faults: list[str]) -> Iterator[Statement]:
    nodes: list[Mapping[str, object]] = []
    for script in page.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        try:
            # Line breaks within strings are as common as they are wrong.
            nodes += _nodes(json.loads(_bare_json(script.text), strict=False))
        except (ValueError, RecursionError) as error:
            faults.append(f"its JSON-LD cannot be read ({error})")
    named = {str(node["@id"]): node for node in reversed(nodes) if "@id" in node and len(node) > 1}
    article = _main_article(nodes, address)
    for node in nodes:
        for kind in _types(node):
            if kind in LIST_TYPES:
                yield Statement("type", kind, "JSON-LD @type")
    if article is None:
        return
    yield Statement("type", "article", "JSON-LD @type")
    for key, field in _SCHEMA.items():
        for value in _values(article.get(key), named):
            yield Statement(field, value, f"JSON-LD {key}")


def _bare_json(text: str) -> str:
    """Return JSON without the comment marks or the semicolon that pages set around it."""
    start = min((place for place in (text.find("{"), text.find("[")) if place >= 0), default=0)
    return text[start : max(text.rfind("}"), text.rfind("]")) + 1]


def _nodes(value: object, depth: int = 0) -> list[Mapping[str, object]]:
    """Return the objects of JSON-LD, each before those that it holds."""
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, list):
        return [node for item in value for node in _nodes(item, depth + 1)]
    if not isinstance(value, dict):
        return []
    held = (node for item in value.values() if isinstance(item, dict | list) for node in _nodes(item, depth + 1))
    return [value, *held]


def _types(node: Mapping[str, object]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _main_article(nodes: list[Mapping[str, object]], address: str) -> Mapping[str, object] | None:
    """Return the article that the page is about: of several, the one that names the page's own address."""
    articles = [node for node in nodes if any(_ARTICLE_TYPE.match(kind) for kind in _types(node))]
    own = (
        node
        for node in articles
        for key in ("mainEntityOfPage", "url", "@id")
        if address and address.partition("#")[0] in [value.partition("#")[0] for value in _values(node.get(key), {})]
    )
    return next(own, articles[0] if articles else None)


def _values(value: object, named: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the texts that a value of JSON-LD stands for: of a thing, its name or else its address."""
    if isinstance(value, list):
        return [text for item in value[:_MAX_STATEMENTS] for text in _values(item, named)]
    if isinstance(value, dict):
        thing = value if "name" in value else named.get(str(value.get("@id")), value)
        texts = (thing.get(key) for key in ("name", "@value", "url", "@id"))
        return next(([text] for text in texts if isinstance(text, str)), [])
    return [str(value)] if isinstance(value, str | int | float) and not isinstance(value, bool) else []


def _meta(page: HtmlElement) -> Iterator[Statement]:
    stated: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        content = meta.get("content")
        names = meta.get("property") or meta.get("name") or meta.get("http-equiv") or meta.get("itemprop")
        if content and names:
            for name in names.lower().split():  # several names may share an element
                stated.setdefault(name, []).append(content)
    for name, field in _META.items():
        for content in stated.get(name, ()):
            yield Statement(field, content, f"meta {name}")


def _microdata(page: HtmlElement) -> Iterator[Statement]:
    for scope in page.xpath("//*[@itemscope][@itemtype]"):
        kind = (scope.get("itemtype") or "").rstrip("/").rpartition("/")[2]
        if not _ARTICLE_TYPE.match(kind):
            continue
        yield Statement("type", "article", "microdata itemtype")
        for element in scope.xpath(".//*[@itemprop]"):
            for name in (element.get("itemprop") or "").split():
                if name in _MICRODATA:
                    yield Statement(_SCHEMA[name], _item_value(element), f"microdata {name}")
        return  # the first article is the page's


def _item_value(element: HtmlElement) -> str:
    for attribute in ("content", "datetime"):
        if value := element.get(attribute):
            return str(value)
    named = element.xpath(".//*[@itemprop='name']")
    return str((named[0] if named else element).text_content())


def _marks(page: HtmlElement) -> Iterator[Statement]:
    """Yield what elements of the page itself are marked as: an hAtom entry, a byline, a time of publication."""
    for element in page.xpath("//time[@pubdate][@datetime] | //time[contains(@class, 'published')][@datetime]"):
        yield Statement("published", element.get("datetime") or "", "time")
        break
    for element in page.xpath("//time[contains(@class, 'updated')][not(contains(@class, 'published'))][@datetime]"):
        yield Statement("updated", element.get("datetime") or "", "time class=updated")
        break
    # More than one is a list of teasers, whose times are those of other pages.
    times = page.xpath("//article//time[@datetime]")
    if len(times) == 1:
        yield Statement("published", times[0].get("datetime") or "", "time")
    for element in page.xpath("//*[@rel='author']")[:1]:
        yield Statement("authors", element.text_content(), "rel=author")
    for language in page.xpath("/html/@lang | /html/@*[name()='xml:lang']"):
        yield Statement("language", str(language), "html lang")
    if page.xpath("//html[@amp or @*[name()='⚡']]"):
        yield Statement("type", "amp", "html amp")


def _as_stated(statement: Statement, base: str) -> str:
    """Return a statement's value as the field holds it, "" for one that it cannot hold."""
    value = fold_spaces(statement.value) if len(statement.value) <= MAX_CHARS else ""
    match statement.field:
        case "url":
            return web_address(value, base)
        case "authors" | "publisher" | "publication" if _ADDRESS.match(value) or value.startswith("@"):
            return ""  # a profile's address is no name
        case "language":
            return value.replace("_", "-") if _LANGUAGE.match(value) else ""
    return value


def web_address(href: str, base: str = "") -> str:
    """Return an absolute http or https address without its fragment, "" for anything else.

    >>> web_address("/news/1#top", "https://news.example/index.html")
    'https://news.example/news/1'
    """
    address = absolute_address(href, base).partition("#")[0]
    return "" if address.startswith("mailto:") else address


def _base(page: HtmlElement, address: str) -> str:
    base = _attribute(page, "//base/@href")
    return web_address(base, address) or address if base else address


def _attribute(page: HtmlElement, path: str) -> str | None:
    values = page.xpath(path)
    return str(values[0]) if values else None
