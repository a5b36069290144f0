"""What the pages show: articles with their tags and evidence, and the facets that gather them.

Templates choose words and place; everything here arrives grouped, sorted and counted. Every `url` is relative to
the root of the site, every text is plain (templates escape it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import sqrt
from shlex import quote
from typing import Literal

from markupsafe import Markup

from dateline.articles.provenance import format_locator
from dateline.edtf import EdtfDate, date_label, parse_date
from dateline.facets.stamps import is_stamp
from dateline.records import Locator, Mention, Record, Unit

Family = Literal["places", "actors", "topics", "tags"]
Scale = Literal["month", "year", "years", "undated"]

_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)
_PACKED = (".gz", ".bz2", ".xz", ".zip", ".tar", ".tgz", ".tbz2", ".txz")


# What a score is called: it says how far a rule and a choice are trusted, not how often they are right.
_CONFIDENCES = ((0.9, "Certain"), (0.6, "Likely"), (0.0, "A guess"))


def confidence_of(score: float) -> str:
    """Return what a score is called, by its two digits as they are shown.

    >>> confidence_of(0.897), confidence_of(0.6), confidence_of(0.594)
    ('Certain', 'Likely', 'A guess')
    """
    return next(word for least, word in _CONFIDENCES if round(score, 2) >= least)


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address that a page may link to.

    >>> is_web_address("https://example.org/1"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return _WEB_ADDRESS.match(text) is not None


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
    """A mention with the sentence that holds it, and where the same words are read the same way again."""

    mention: Mention
    quotation: Quotation
    repeats: tuple[Quotation, ...] = ()  # the first of them
    more: int = 0  # repeats that are counted, not quoted
    report: str = ""  # the address that reports an error, where the archive has a contact
    runner_up_country: str = ""  # in which the place lies that it was not taken for

    @property
    def confidence(self) -> str:
        """How sure the reading is, in a word."""
        return confidence_of(self.mention.score)

    @property
    def count(self) -> int:
        """How many mentions it stands for."""
        return 1 + len(self.repeats) + self.more

    @property
    def key(self) -> str:
        """What tells the mention from all others of its article."""
        mention = self.mention
        return f"{mention.field} {mention.start} {mention.end} {mention.kind} {mention.role}"


@dataclass(frozen=True, slots=True)
class ArticleTag:
    """A place or actor of an article, with what the tag rests on."""

    record: Record
    link: Link  # without an address when the record has no page
    evidence: tuple[Evidence, ...]  # empty when the archive's editor added the tag
    by_editor: bool
    beside: tuple[Evidence, ...] = ()  # mentions of the record that make no tag: as a nationality, in a name
    broader_names: tuple[str, ...] = ()  # what it lies in or belongs to, the nearest first

    @property
    def mention_count(self) -> int:
        """How many mentions the tag rests on."""
        return sum(item.count for item in self.evidence)


@dataclass(frozen=True, slots=True)
class UnlistedName:
    """A name of an article that no record has."""

    name: str
    type: str  # "person", "organisation", "city", …
    evidence: tuple[Evidence, ...]

    @property
    def mention_count(self) -> int:
        """How often the article has it."""
        return sum(item.count for item in self.evidence)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where an article comes from: `locator` and the hash of exactly those bytes."""

    locator: Locator
    sha256: str

    @property
    def check_command(self) -> str:
        """The command that prints the hash, run in the archive's own folder."""
        locator = self.locator
        if locator.unit is Unit.LINES and not locator.member and not locator.path.lower().endswith(_PACKED):
            lines = f"{locator.first}" if locator.first == locator.last else f"{locator.first},{locator.last}"
            return f"sed -n {lines}p {quote(f'content/{locator.path}')} | sha256sum"
        return f"dateline cat {quote(format_locator(locator))} | sha256sum"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is said of an article beside its text: who wrote and published it, where, and under which rights."""

    authors: tuple[str, ...] = ()
    dateline: str = ""  # "BEIRUT, March 3 (Reuters)", as it stands
    publication: str = ""
    publisher: str = ""
    url: str = ""  # the original address
    updated: EdtfDate | None = None
    updated_words: str = ""
    source_id: str = ""
    rights: str = ""
    access: str = ""
    received: str = ""  # EDTF
    enclosures: tuple[str, ...] = ()  # addresses
    language: str = ""  # BCP 47, also where it is the site's

    @property
    def updated_label(self) -> str:
        """When the source says that it was changed, as readers see it."""
        return date_label(self.updated.text) if self.updated else ""

    @property
    def updated_stamp(self) -> str:
        """The words of that date, where a machine wrote them: they stand with the source, not under the headline."""
        return self.updated_words if self.updated and is_stamp(self.updated_words, self.updated) else ""

    @property
    def address(self) -> str:
        """The original address, where it is one that a reader can follow."""
        return self.url if is_web_address(self.url) else ""


@dataclass(frozen=True, slots=True)
class KeywordList:
    """A list of the source's own keywords, like "Topics"; a name that no page gathers has no address."""

    name: str
    links: tuple[Link, ...]


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
    named_through: Link | None = None  # on a place's page: the place within it that the article names
    lang: str = ""  # where it is not the site's
    is_older_version: bool = False  # a newer one of the same story is in the archive


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as its page shows it."""

    entry: Entry
    content: Markup  # the text, the first mention of each record linked, after the dateline
    places: tuple[ArticleTag, ...]
    actors: tuple[ArticleTag, ...]
    keywords: tuple[Link, ...]  # the source's keywords that are in no list of it, and tags typed by hand
    descriptions: tuple[Evidence, ...]  # unnamed parties, quoted as the source's words
    sources: tuple[SourceRef, ...]
    imprint: Imprint
    date_basis: str  # "stated", "inferred" or ""
    date_words: str
    newer: Entry | None  # neighbours in archive order
    older: Entry | None
    keyword_lists: tuple[KeywordList, ...] = ()  # the source's own
    period: Link | None = None  # the page of its month, or else year; None: the archive has no such page
    versions: tuple[Entry, ...] = ()  # of the same story, newest first, itself included; empty when it is the only one
    described: Markup = field(default_factory=Markup)  # in JSON-LD
    dublin_core: tuple[tuple[str, str], ...] = ()
    untagged: tuple[ArticleTag, ...] = ()  # records that the article names, but not so that they are its tags
    unlisted: tuple[UnlistedName, ...] = ()  # names without a record

    @property
    def date_stamp(self) -> str:
        """The words of the date, where a machine wrote them: they stand with the source, not under the headline."""
        if not self.entry.date or self.date_basis == "inferred":
            return ""
        return self.date_words if is_stamp(self.date_words, parse_date(self.entry.date)) else ""

    @property
    def newest_version(self) -> Entry | None:
        """The newest version of the story, where that is not this one."""
        return self.versions[0] if self.entry.is_older_version else None


@dataclass(frozen=True, slots=True)
class Facet:
    """A place, actor, topic or tag with the articles that carry it, in archive order."""

    family: Family
    link: Link
    entries: tuple[Entry, ...]
    record: Record | None = None  # of places and actors
    broader: tuple[Link, ...] = ()  # the way up: (Syria, Middle East), without those that have no page
    broader_names: tuple[str, ...] = ()  # the same as plain names, page or not
    narrower: tuple[Link, ...] = ()  # A–Z; of places each with the number of articles with what lies below it
    entries_below: tuple[Entry, ...] = ()  # of a place: articles that name only places within it
    total: int = 0  # of a place: how many articles name it or a place within it
    across_countries: bool = False  # its countries list the articles, in its place
    country: str = ""  # of places
    places_beside: tuple[Link, ...] = ()  # tags of the same articles, by count
    actors_beside: tuple[Link, ...] = ()
    surfaces: tuple[str, ...] = ()  # spellings found in the articles
    map: Markup | None = None  # a locator map as inline SVG with its own title and description

    @property
    def years(self) -> str:
        """When a place or an actor existed, in years: "1922–1991"; empty when its record does not say."""
        return years_of(self.record) if self.record else ""


def years_of(record: Record) -> str:
    """Return the years in which what a record stands for existed; "" when it does not say.

    >>> from dateline.records import Kind, RecordId
    >>> years_of(Record(RecordId("place:x"), Kind.PLACE, "country", "X", valid_from="0395", valid_to="1453-05-29"))
    '395–1453'
    """
    first, last = (text[:4].lstrip("0") for text in (record.valid_from, record.valid_to))
    if first and last:
        return f"{first}–{last}"
    return f"from {first}" if first else f"until {last}" if last else ""


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The facets of an index under one letter."""

    heading: str
    anchor: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A place in the tree of places, with those that lie in it."""

    link: Link  # `count`: of articles that name it or a place within it
    note: str  # what it is: "city", "country, 1922–1991"
    branches: tuple[Branch, ...] = ()
    places: int = 0  # how many places lie below it


@dataclass(frozen=True, slots=True)
class FacetIndex:
    """An index page: the same facets A–Z, by count and, for places, as a tree."""

    family: Family
    facets: tuple[Facet, ...]  # A–Z
    by_letter: tuple[LetterGroup, ...]
    by_count: tuple[Facet, ...]
    gathering: tuple[Facet, ...] = ()  # places that no article names, but places within them
    tree: tuple[Branch, ...] = ()  # empty but for places

    @property
    def pages(self) -> tuple[Facet, ...]:
        """All that have a page."""
        return (*self.facets, *self.gathering)


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """The articles of a period under one heading: of a day, a month, or dated no closer than the period."""

    heading: str  # "22 March 2017", "March 2017", "2017"
    anchor: str
    entries: tuple[Entry, ...]
    link: Link | None = None  # the page of that month


@dataclass(frozen=True, slots=True)
class Chart:
    """The scale on which months or years are drawn as bars; their figures stand beside them as text."""

    unit: Literal["month", "year"]
    highest: int  # how many articles the longest bar stands for
    fullest: str  # the name of its month or year
    is_rooted: bool = False  # bars grow with the square root of the number, so that small ones are seen

    def share(self, count: int) -> float:
        """Return how long a bar is, in hundredths of the longest."""
        share = count / self.highest
        return round(100 * (sqrt(share) if self.is_rooted else share), 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a year, or the articles that no year holds, in order of time."""

    scale: Scale
    link: Link  # `count`: of all articles, also those listed on the pages of its months
    groups: tuple[PeriodGroup, ...]
    cells: tuple[Link, ...] = ()  # the days of a month, without an address where empty; the months of a year, if not
    first_weekday: int = 0  # of a month, 1 is Monday
    within: Link | None = None  # the year of a month
    before: Link | None = None  # the nearest of the same scale that holds articles
    after: Link | None = None
    places_beside: tuple[Link, ...] = ()
    actors_beside: tuple[Link, ...] = ()
    chart: Chart | None = None  # of the months of a year


@dataclass(frozen=True, slots=True)
class TimeIndex:
    """The articles by time."""

    years: tuple[Period, ...] = ()
    months: tuple[Period, ...] = ()
    across: Period | None = None  # dates that span several years
    undated: Period | None = None
    dated: int = 0  # how many articles have a date
    label: str = ""  # "March 2016 – April 2017"
    chart: Chart | None = None

    @property
    def periods(self) -> tuple[Period, ...]:
        """All that have a page."""
        return (*self.years, *self.months, *filter(None, (self.across, self.undated)))


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
    times: TimeIndex = TimeIndex()
