"""What the pages show: articles with their tags and evidence, and the facets that gather them.

Templates choose words and place; everything here arrives grouped, sorted and counted. Every `url` is relative to
the root of the site, every text is plain (templates escape it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from dateline.records import Locator, Mention, Record

Family = Literal["places", "actors", "topics", "tags"]


@dataclass(frozen=True, slots=True)
class Link:
    """A name and the page that it leads to; `count` is the number of articles concerned."""

    name: str
    url: str
    count: int = 0
    qualifier: str = ""  # tells it from another of the same name: "part of the Syrian Army"
    lang: str = ""  # of the name, where it is a headline in another language than the site's


@dataclass(frozen=True, slots=True)
class Quotation:
    """The sentence in which a mention stands, cut around its surface."""

    before: str
    surface: str
    after: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention with the sentence that holds it."""

    mention: Mention
    quotation: Quotation


@dataclass(frozen=True, slots=True)
class ArticleTag:
    """A place or actor of an article, with what the tag rests on."""

    record: Record
    link: Link
    evidence: tuple[Evidence, ...]  # empty when the archive's editor added the tag
    by_editor: bool


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where an article comes from: `locator` and the hash of exactly those bytes."""

    locator: Locator
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as lists show it."""

    slug: str
    url: str
    title: str
    topic: Link | None
    date: str | None  # EDTF; None: undated
    date_label: str  # "22 March 2017", "March 2017 (uncertain)", "Undated"
    opening: str  # first words of the text
    quotation: Quotation | None = None  # on a facet's page: the sentence that names the record
    in_headline_only: bool = False  # on a facet's page: no sentence does, but the headline
    lang: str = ""  # where it is not the site's


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as its page shows it."""

    entry: Entry
    content: Markup  # the text, the first mention of each record linked
    places: tuple[ArticleTag, ...]
    actors: tuple[ArticleTag, ...]
    keywords: tuple[Link, ...]  # the source's keywords and tags typed by hand
    descriptions: tuple[Evidence, ...]  # unnamed parties, quoted as the source's words
    sources: tuple[SourceRef, ...]
    fields: tuple[tuple[str, str], ...]  # what else is known: ("Byline", "…"), ("Rights", "…")
    date_basis: str  # "stated", "inferred" or ""
    date_words: str
    newer: Link | None  # neighbours in archive order
    older: Link | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A place, actor, topic or tag with the articles that carry it, in archive order."""

    family: Family
    link: Link
    entries: tuple[Entry, ...]
    record: Record | None = None  # of places and actors
    broader: tuple[Link, ...] = ()  # the way up: (Syria, Middle East), without those that have no page
    broader_names: tuple[str, ...] = ()  # the same as plain names, page or not
    narrower: tuple[Link, ...] = ()
    country: str = ""  # of places
    places_beside: tuple[Link, ...] = ()  # tags of the same articles, by count
    actors_beside: tuple[Link, ...] = ()
    surfaces: tuple[str, ...] = ()  # spellings found in the articles
    map: Markup | None = None  # a locator map as inline SVG with its own title and description


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The facets of an index under one letter, or under one country."""

    heading: str
    anchor: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class FacetIndex:
    """An index page: the same facets A–Z, by count and, for places, by country."""

    family: Family
    facets: tuple[Facet, ...]  # A–Z
    by_letter: tuple[LetterGroup, ...]
    by_count: tuple[Facet, ...]
    by_country: tuple[LetterGroup, ...]  # empty but for places


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The whole archive, given to every template as `archive`."""

    name: str
    description: str
    edition: str | None  # date of this edition, EDTF
    entries: tuple[Entry, ...]  # in archive order
    places: FacetIndex
    actors: FacetIndex
    topics: FacetIndex
    tags: FacetIndex
    undated: int  # how many articles have no date
    word_count: int  # distinct words indexed for search
    latest: tuple[Entry, ...] = ()  # for the front page: newest first, then the undated in archive order
