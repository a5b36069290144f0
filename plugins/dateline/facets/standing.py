"""Articles as their files stand, people's changes included: what the views are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dateline.articles.rendered import RenderedText
from dateline.articles.slugs import slugify
from dateline.authority import Authority, find_record
from dateline.edtf import EdtfDate
from dateline.facets.views import Imprint, SourceRef
from dateline.files import sha256
from dateline.records import Kind, Locator, Mention, Record, RecordId
from dateline.text import fold

_NAME_WITH_ID = re.compile(r"(?P<name>.*\S)\s*\[(?P<id>[^\]\s]+)\]\Z")


@dataclass(frozen=True, slots=True)
class StandingArticle:
    """An article as its file stands, people's changes included: what the views are made of."""

    slug: str
    url: str
    title: str
    rendered: RenderedText
    topic: str | None
    topic_url: str  # of the page that Pelican makes; "" where the archive makes its own
    date: EdtfDate | None
    date_basis: str
    date_words: str
    places: tuple[Record, ...]  # the records of the names on its Places line
    actors: tuple[Record, ...]
    by_editor: frozenset[RecordId]  # those that no mention supports
    mentions: tuple[Mention, ...]  # of the tags that stand, and those that make none
    keywords: tuple[str, ...]  # the source's own
    sources: tuple[SourceRef, ...]
    imprint: Imprint = field(default_factory=Imprint)
    keyword_lists: tuple[tuple[str, tuple[str, ...]], ...] = ()  # the source's own, by the name of the list
    versions: tuple[str, ...] = ()  # slugs of all versions of the story, newest first
    typed_tags: tuple[str, ...] = ()  # by hand
    lang: str = ""  # where it is not the site's

    @property
    def free_tags(self) -> tuple[str, ...]:
        """The keywords, and the tags typed by hand, that are no place or actor of the article."""
        labels = {fold(record.label) for record in (*self.places, *self.actors)}
        return tuple(tag for tag in dict.fromkeys([*self.keywords, *self.typed_tags]) if fold(tag) not in labels)

    @property
    def archive_order(self) -> tuple[bool, str, str, str, int, str]:
        """The key of archive order: date, undated last, then source, then place in it."""
        locator = self.sources[0].locator if self.sources else Locator("", 0, 0)
        lower = self.date.lower.isoformat() if self.date else ""
        return (self.date is None, lower, locator.path, locator.member or "", locator.first, self.slug)


@dataclass(frozen=True, slots=True)
class StandingTags:
    """The tags that an article's Places and Actors lines name, with what supports them."""

    places: tuple[Record, ...]
    actors: tuple[Record, ...]
    by_editor: frozenset[RecordId]
    mentions: tuple[Mention, ...]
    unknown: tuple[str, ...]  # names that no authority record has


def standing_tags(
    places: Iterable[str],
    actors: Iterable[str],
    mentions: Sequence[Mention],
    authority: Authority,
    *,
    article: str = "",
) -> StandingTags:
    """Return the tags that the lines of the article of that slug name, whoever wrote them.

    A mention whose tag was taken off the lines by hand is left out; a name that no record has gets a record of
    its own, so that it can be shown.
    """
    found = {mention.record.id: mention.record for mention in mentions if mention.record and mention.makes_tag}
    unknown: list[str] = []

    def records(kind: Kind, names: Iterable[str]) -> tuple[Record, ...]:
        near = [record for record in found.values() if record.kind is kind]
        standing: dict[RecordId, Record] = {}
        for name in names:
            record = find_record(authority, kind, name, near=near, article=article)
            if record is None:
                unknown.append(name)
                record = _record_of_unknown(kind, name)
            standing[record.id] = record
        return tuple(sorted(standing.values(), key=by_name))

    place_records, actor_records = records(Kind.PLACE, places), records(Kind.ACTOR, actors)
    tagged = {record.id for record in (*place_records, *actor_records)}
    return StandingTags(
        place_records,
        actor_records,
        frozenset(tagged - found.keys()),
        tuple(m for m in mentions if not m.makes_tag or (m.record and m.record.id in tagged)),
        tuple(unknown),
    )


def _record_of_unknown(kind: Kind, name: str) -> Record:
    if match := _NAME_WITH_ID.match(name):
        return Record(RecordId(match["id"]), kind, "", match["name"], note="not in the authority files")
    key = slugify(name) or sha256(name)[:8]
    return Record(RecordId(f"{kind.value}:unlisted-{key}"), kind, "", name, note="not in the authority files")


def by_name(record: Record) -> tuple[str, str]:
    """Return the key under which records stand A–Z."""
    return fold(record.label), record.id
