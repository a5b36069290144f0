"""Wire items: what the IPTC's formats have in common, and the one way in which an item becomes a story, or none.

An item that its sender withheld, cancelled or put under embargo is set aside with all its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dateline.edtf import parse_date
from dateline.records import Block, BlockKind, Keyword, Locator, Notice, StatedDate, Story
from dateline.sources.characters import carried, carried_line, language_of, uncarried_notice
from dateline.sources.dates import read_moment
from dateline.sources.markup import absolute_address, read_markup
from dateline.sources.sidecar import Sidecar
from dateline.text import fold_spaces

WRONG_DATE = "wrong date"

_KINDS_OF_TEXT = ("", "text", "composite", "news")
_MAX_KIND_CHARS = 20
_MAX_SHOWN_CHARS = 200  # of an identifier, in a notice
_USABLE = ("", "usable")
_WITHDRAWN = {
    "canceled": "canceled",
    "cancelled": "canceled",
    "canned": "canceled",
    "killed": "canceled",
    "withheld": "withheld",
    "withdrawn": "withheld",
    "embargoed": "embargo",
}
_NAMES = {"summary": "summary", "other headline": "headline for another use", "note": "note to editors"}
_BYLINE_LEAD = re.compile(r"(?:by|von|par|por|da|av|door)\s+(?=[^\W\d_])", re.IGNORECASE)
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One of the forms in which an item gives its text; the others say the same."""

    blocks: tuple[Block, ...]
    notices: tuple[Notice, ...] = ()
    richness: int = 0  # of its marks: paragraphs, links


@dataclass(frozen=True, slots=True)
class WireItem:
    """What an item says of itself, in its own words; empty is "not said"."""

    id: str = ""
    kind: str = ""  # what it is: "text", "picture"
    version: str = ""
    status: str = ""  # "usable", "withheld", "canceled"
    embargo: str | None = None  # until when; "" for until further notice
    headline: str = ""
    decks: tuple[str, ...] = ()  # headlines below the headline
    other_headlines: tuple[str, ...] = ()  # for other uses: short, of the web
    renditions: tuple[Rendition, ...] = ()
    summaries: tuple[str, ...] = ()
    editor_notes: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    dateline: str = ""
    first_made: str = ""
    this_made: str = ""
    keywords: tuple[Keyword, ...] = ()
    url: str = ""
    language: str = ""
    publication: str = ""
    publisher: str = ""
    rights: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()


def item_stories(item: WireItem, locator: Locator, sha256: str, sidecar: Sidecar) -> Iterator[Story | Notice]:
    """Yield the story of an item and notices of what is not in it, or a notice that sets it aside."""
    where = str(locator)
    body, left = _body(item, where)
    if reason := _withdrawal(item, sidecar):
        yield Notice(where, _withdrawn(item, reason), _all_text(item, body, left), reason)
        return
    said = _letters(" ".join((item.headline, *item.decks, *(block.text for block in body))))
    summaries = [summary for summary in item.summaries if _letters(summary) not in said]
    access = ""
    if not body and summaries:
        body, summaries, access = _paragraphs("\n".join(summaries)), [], "excerpt"
    if not item.headline or not body:
        lacks = "text" if item.headline else "headline"
        message = f"item {item.id[:_MAX_SHOWN_CHARS] or 'without id'} has no {lacks}; it was set aside"
        yield Notice(where, message, _all_text(item, body, left), f"no {lacks}")
        return
    yield from left
    for texts, reason in (
        (summaries, "summary"),
        (item.other_headlines, "other headline"),
        (item.editor_notes, "note"),
    ):
        for text in texts:
            if _letters(text) not in said:
                yield Notice(where, f"the {_NAMES[reason]} is no part of the text and was left out", text, reason)
    published, updated, faults = _dates(item, where)
    yield from faults
    yield from carried_story(
        Story(
            item.headline,
            (*(Block(deck, BlockKind.SUBHEADING) for deck in item.decks), *body),
            locator,
            sha256,
            source_id=_source_id(item),
            version_of=item.id,
            authors=tuple(filter(None, map(_author, item.bylines))),
            dateline=item.dateline,
            published=published,
            updated=updated,
            keywords=tuple(dict.fromkeys(keyword for keyword in item.keywords if keyword.name)),
            url=absolute_address(item.url),
            language=item.language,
            publication=item.publication,
            publisher=item.publisher,
            rights="; ".join(dict.fromkeys(filter(None, item.rights))),
            access=access,
            enclosures=tuple(dict.fromkeys(filter(None, map(absolute_address, item.enclosures)))),
        )
    )


def carried_story(story: Story) -> Iterator[Story | Notice]:
    """Yield a story in characters that a page can carry, and a notice of those that it cannot."""
    left_out: list[str] = []

    def line(text: str) -> str:
        kept, dropped = carried_line(text)
        left_out.append(dropped)
        return kept

    yield replace(
        story,
        headline=line(story.headline),
        blocks=tuple(_carried_block(block, left_out) for block in story.blocks),
        source_id=line(story.source_id) if story.source_id else None,
        version_of=line(story.version_of),
        authors=tuple(map(line, story.authors)),
        dateline=line(story.dateline),
        keywords=tuple(Keyword(line(keyword.name), line(keyword.scheme)) for keyword in story.keywords),
        language=language_of(line(story.language)),
        publication=line(story.publication),
        publisher=line(story.publisher),
        rights=line(story.rights),
        url=line(story.url),
        enclosures=tuple(map(line, story.enclosures)),
    )
    if dropped := "".join(left_out):
        yield uncarried_notice(str(story.locator), dropped)


def _carried_block(block: Block, left_out: list[str]) -> Block:
    """Return a block that a page can carry; one that already is stays, with its links where they are."""
    kept, dropped = carried(block.text) if block.kind is BlockKind.LAYOUT else carried_line(block.text)
    left_out.append(dropped)
    return block if kept == block.text else replace(block, text=kept, links=())


def rendition(content: str, media_type: str, where: str) -> Rendition:
    """Return a text of that media type as blocks: HTML, or lines that are paragraphs."""
    if "html" in media_type or "xml" in media_type:
        blocks, notices = read_markup(content, where)
        richness = len(blocks) + sum(len(block.links) for block in blocks) + 1
        return Rendition(blocks, notices, richness if "html" in media_type else 0)  # what XML means is not known
    blocks = _paragraphs(content)
    return Rendition(blocks, richness=len(blocks))


def published_after(embargo: str, sidecar: Sidecar) -> bool:
    """Tell whether a source was received on a day after an embargo's end."""
    until = read_moment(embargo)
    return bool(until and sidecar.received and parse_date(sidecar.received).lower > parse_date(until.date).upper)


def _paragraphs(text: str) -> tuple[Block, ...]:
    lines = re.split(r"\r\n|[\n\r\u2028\u2029]", text)
    return tuple(Block(line) for line in (carried_line(line)[0] or line.strip() for line in lines) if line)


def _body(item: WireItem, where: str) -> tuple[tuple[Block, ...], list[Notice]]:
    """Return the richest rendition without its headline, and notices of what only the others say."""
    renditions = [form for form in item.renditions if form.blocks]
    if not renditions:
        return (), [notice for form in item.renditions for notice in form.notices]
    best = max(renditions, key=lambda form: form.richness)
    blocks = best.blocks
    if blocks[0].kind is not BlockKind.LAYOUT and _letters(blocks[0].text) == _letters(item.headline):
        blocks = blocks[1:]
    said = _letters(" ".join((item.headline, *(block.text for block in best.blocks))))
    notices = [notice for notice in best.notices if not notice.text or _letters(notice.text) not in said]
    others = [block.text for form in renditions if form is not best for block in form.blocks]
    only = [text for text in dict.fromkeys(others) if _letters(text) not in said]
    if only:
        message = "the item gives its text in several forms; what only another than the fullest says was left out"
        notices.append(Notice(where, message, "\n".join(only), "another form", len(only)))
    return blocks, notices


def _all_text(item: WireItem, body: Iterable[Block], left: Iterable[Notice]) -> str:
    texts = (
        item.headline,
        *item.decks,
        *item.other_headlines,
        *item.bylines,
        item.dateline,
        *item.summaries,
        *(block.text for block in body),
        *(notice.text for notice in left),
        *item.editor_notes,
    )
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _letters(text: str) -> str:
    """Return what two forms of a text share; of one without letters, all of it."""
    return _LETTERS.sub("", text).casefold() or fold_spaces(text)


def _withdrawal(item: WireItem, sidecar: Sidecar) -> str:
    """Return why an item is not published, "" when it is."""
    if item.kind not in _KINDS_OF_TEXT:
        return f"{item.kind} item" if item.kind.isalpha() and len(item.kind) <= _MAX_KIND_CHARS else "other item"
    status = item.status.rpartition(":")[2].strip().casefold()
    if status not in _USABLE:
        reason = _WITHDRAWN.get(status, "not usable")
        if reason != "embargo" or item.embargo is None:
            return reason
    return "embargo" if item.embargo is not None and not published_after(item.embargo, sidecar) else ""


def _withdrawn(item: WireItem, reason: str) -> str:
    version = f" version {item.version[:_MAX_SHOWN_CHARS]}" if item.version else ""
    name = f"item {item.id[:_MAX_SHOWN_CHARS] or 'without id'}{version}"
    if reason == "embargo":
        until = item.embargo or "its sender lifts it"
        return (
            f"{name} is under embargo until {until}; it was set aside. If that has passed, say in the sidecar when "
            "the source was received"
        )
    if reason.endswith(" item"):
        return f"{name} is no article; it was set aside"
    if reason == "not usable":
        return f"{name} has the status {item.status[:60]!r}, which is not known to be usable; it was set aside"
    return (
        f"{name} is {reason} by its sender; it was set aside. Earlier versions of it that are articles stay, with that "
        "Source-Id; take them out with `dateline remove`"
    )


def _dates(item: WireItem, where: str) -> tuple[StatedDate | None, StatedDate | None, list[Notice]]:
    """Return when the item was first made and when this version of it was, and notices of what is no date."""
    faults: list[Notice] = []
    found: list[StatedDate | None] = []
    for words in (item.first_made, item.this_made):
        date = read_moment(words) if words else None
        found.append(date)
        if words and date is None:
            faults.append(Notice(where, f"{words[:60]!r} is no date, like 2017-03-22T10:00:00Z", words, WRONG_DATE))
    first, this = found
    return first or this, this if first and this and this.moment != first.moment else None, faults


def _source_id(item: WireItem) -> str | None:
    if not item.id:
        return None
    return f"{item.id}:{item.version}" if item.version else item.id


def _author(byline: str) -> str:
    return _BYLINE_LEAD.sub("", byline.strip(), count=1) if _BYLINE_LEAD.match(byline.strip()) else byline.strip()


def keywords(names: Iterable[str], scheme: str) -> tuple[Keyword, ...]:
    """Return names as keywords of one list."""
    return tuple(Keyword(name, scheme) for name in names if name)
