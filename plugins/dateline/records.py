"""The records that pass between the stages, from a source's story to a reader's page.

Everything here is frozen and holds no behaviour beyond what follows from its own fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NewType

RecordId = NewType("RecordId", str)
Field = Literal["title", "text"]


class Kind(StrEnum):
    """The two families of names that the archive keeps authority records for."""

    PLACE = "place"
    ACTOR = "actor"


class Role(StrEnum):
    """What a name does where it stands (DESIGN of the `tag` command).

    Of places only `LITERAL` makes a tag; of actors every role but `DESCRIPTION` does.
    """

    LITERAL = "literal"  # the place itself
    METONYM = "metonym"  # the name stands for a state or government: "Moscow said"
    EMBEDDED = "embedded"  # inside an actor's name: "Bank of Lebanon"
    DEMONYM = "demonym"  # "Syrian", with the country's record
    NAME = "name"
    TITLE = "title"
    SHORT = "short"
    DESCRIPTION = "description"  # an unnamed party, in the source's own words


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a story stands: a file under `content/`, and its lines there, counted from 1."""

    path: str
    first_line: int
    last_line: int
    member: str | None = None

    def __str__(self) -> str:
        member = f"!{self.member}" if self.member else ""
        return f"{self.path}{member}#L{self.first_line}-L{self.last_line}"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or sub-heading of a story: one line of folded text."""

    text: str
    subheading: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """What a reader of a source format found: one headline and what belongs to it."""

    headline: str
    blocks: tuple[Block, ...]
    locator: Locator
    sha256: str  # of exactly the bytes that `locator` names
    topic: str | None = None
    source_id: str | None = None  # the source's own identifier, where it has one


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the maintainer: where, what was found, and what would be right."""

    where: str
    message: str
    text: str = ""  # the characters set aside, when some were


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
            return self.role is Role.LITERAL
        return self.role is not Role.DESCRIPTION


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """An article as the full-text index takes it, in archive order."""

    slug: str
    url: str  # relative to the root of the site
    title: str
    body: str
    topic: str | None = None
    date: str | None = None  # EDTF
    places: tuple[str, ...] = ()  # labels
    actors: tuple[str, ...] = ()
    place_names: tuple[str, ...] = field(default=())  # every spelling of the tagged records
    actor_names: tuple[str, ...] = field(default=())
