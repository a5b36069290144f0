"""The records that pass between the stages, from a source's story to a reader's page.

Everything here is frozen and holds no behaviour beyond what follows from its own fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NewType

RecordId = NewType("RecordId", str)
Field = Literal["title", "text"]


class Kind(StrEnum):
    """The two families of names that the archive keeps authority records for."""

    PLACE = "place"
    ACTOR = "actor"

    __hash__ = str.__hash__  # as what it equals has


class Role(StrEnum):
    """What a name does where it stands (DESIGN of the `tag` command).

    Of places only `LITERAL` makes a tag, where it is no `SEAT`; of actors every role but `DESCRIPTION` does, where it
    is no `SIGN_OFF`.
    """

    LITERAL = "literal"  # the place itself
    METONYM = "metonym"  # the name stands for a state or government: "Moscow said"
    EMBEDDED = "embedded"  # inside an actor's name: "Bank of Lebanon"
    DEMONYM = "demonym"  # "Syrian", with the country's record
    NAME = "name"
    TITLE = "title"
    SHORT = "short"
    DESCRIPTION = "description"  # an unnamed party, in the source's own words

    __hash__ = str.__hash__  # as what it equals has


class Unit(StrEnum):
    """What a locator counts."""

    LINES = "lines"  # from 1
    BYTES = "bytes"  # from 0


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a story stands: a file under `content/`, and its first and last line or byte there.

    A `member` is a file within an archive. What is compressed counts as it is when unpacked.
    """

    path: str
    first: int
    last: int
    member: str | None = None
    unit: Unit = Unit.LINES

    def __str__(self) -> str:
        member = f"!{self.member}" if self.member else ""
        if self.unit is Unit.BYTES:
            return f"{self.path}{member}#bytes={self.first}-{self.last}"
        return f"{self.path}{member}#L{self.first}-L{self.last}"


class BlockKind(StrEnum):
    """What a block of a story is set as."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "sub-heading"
    ITEM = "item"  # of a list
    QUOTATION = "quotation"
    CAPTION = "caption"  # of a picture
    LAYOUT = "layout"  # lines and blanks as they are: a table set with dots and blanks


@dataclass(frozen=True, slots=True)
class Link:
    """Where characters `start` to `end` of a block's text lead to; `href` is an http, https or mailto address."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or what else a story is set in: one line of folded text; of `LAYOUT`, lines as they stand."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    links: tuple[Link, ...] = ()  # in order, without overlap


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that the source itself gives a story, with the list it is from ("topics"), where it names one."""

    name: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a source gives, and what it rests on."""

    date: str  # EDTF level 1
    words: str  # as they stand in the source
    basis: Literal["stated", "inferred"] = "stated"
    moment: str = ""  # ISO 8601, with an offset where the source names a zone: for order within a day


@dataclass(frozen=True, slots=True)
class Story:
    """What a reader of a source format found: one headline and what belongs to it.

    What the source does not say is empty.
    """

    headline: str
    blocks: tuple[Block, ...]
    locator: Locator
    sha256: str  # of exactly the bytes that `locator` names
    topic: str | None = None
    source_id: str | None = None  # the source's own identifier of this very text, where it has one
    version_of: str = ""  # the identifier that the source gives to all versions of the story
    authors: tuple[str, ...] = ()
    dateline: str = ""  # "BEIRUT, March 3 (Reuters)", as it stands
    published: StatedDate | None = None
    updated: StatedDate | None = None
    keywords: tuple[Keyword, ...] = ()
    url: str = ""
    language: str = ""  # BCP 47
    publication: str = ""
    publisher: str = ""
    rights: str = ""
    access: str = ""  # one of the sidecar's ACCESS_LEVELS
    received: str = ""  # EDTF: when a crawler fetched it
    enclosures: tuple[str, ...] = ()  # addresses of files that the source attaches


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the maintainer: where, what was found, and what would be right."""

    where: str
    message: str
    text: str = ""  # the characters set aside, when some were
    reason: str = ""  # when something was set aside: why, in a few words that are one row of the report's table
    count: int = 1  # of the pieces that the notice tells of


DISPUTED = "disputed"  # the status of a place whose belonging is; a map takes no side


@dataclass(frozen=True, slots=True)
class Record:
    """An authority record: a place or an actor, under a stable id."""

    id: RecordId
    kind: Kind
    type: str  # city, region, country, …; state, force, group, …
    preferred: str
    variants: tuple[str, ...] = ()
    broader: tuple[RecordId, ...] = ()
    latitude: float | None = None  # degrees north
    longitude: float | None = None  # degrees east
    same_as: tuple[str, ...] = ()
    valid_from: str = ""  # EDTF
    valid_to: str = ""
    status: str = ""
    note: str = ""
    qualifier: str = ""  # tells it from another record of the same preferred name
    unnamed: bool = False  # a generic but referring name: "Kurdish militia"
    epithets: tuple[str, ...] = ()  # variants that texts use and the archive does not show as its own: "Assad regime"

    @property
    def shown_variants(self) -> tuple[str, ...]:
        """The variants that pages show."""
        return tuple(variant for variant in self.variants if variant not in self.epithets)

    @property
    def label(self) -> str:
        """The name under which articles list the record: `Paris (Texas)`."""
        return f"{self.preferred} ({self.qualifier})" if self.qualifier else self.preferred


@dataclass(frozen=True, slots=True)
class Alternative:
    """A record that a mention was not given, and why."""

    record: Record
    score: float
    why_not: str


SEAT = "seat of an organisation"  # the rule of a place in "Britain-based", which makes no tag either
SIGN_OFF = "sign-off of the source"  # the rule of a mention by which a medium signs a text, and which makes no tag


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a story's title or text that names, or describes, a place or an actor.

    `start` and `end` count Unicode characters of the field; the slice between them is `surface`.
    """

    field: Field
    start: int
    end: int
    surface: str
    kind: Kind
    role: Role
    record: Record | None  # None: an unnamed party
    rule: str  # the rule that found it, as a short phrase for people
    score: float = 1.0  # 0 to 1
    type: str = ""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def makes_tag(self) -> bool:
        """Tell whether an article that holds the mention carries its record as a tag."""
        if self.record is None:
            return False
        if self.kind is Kind.PLACE:
            return self.role is Role.LITERAL and self.rule != SEAT
        return self.role is not Role.DESCRIPTION and self.rule != SIGN_OFF


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """An article as the full-text index takes it, in archive order."""

    slug: str
    url: str  # relative to the root of the site
    title: str
    body: str  # lines are paragraphs
    topic: str | None = None  # as results show it
    date: str | None = None  # EDTF
    lang: str = "en"  # BCP 47
    values: tuple[tuple[str, str, int], ...] = ()  # search field, key of the value, how often the article names it
    group: str = ""  # the slug of the newest version of the story, where there are several


@dataclass(frozen=True, slots=True)
class SearchValue:
    """What articles are tagged with, as a search field: a place, an actor, a topic, a tag, a source or an author."""

    field: str
    key: str  # unique in its field, and stable: "geonames:163843"
    label: str  # unique in its field
    names: tuple[str, ...] = ()  # every spelling under which it is found, the label among them
    broader: tuple[str, ...] = ()  # keys of all that it lies in, or is part of, the nearest first
    url: str = ""  # of its page, "" where it has none
