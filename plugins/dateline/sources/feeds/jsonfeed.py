"""JSON Feed, versions 1 and 1.1: a feed written in JSON becomes stories, one an item.

The items are decoded one by one where they stand, so each story names its own bytes.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Keyword, Locator, Notice, StatedDate, Story, Unit
from dateline.sources.characters import language_of
from dateline.sources.dates import read_date, read_moment
from dateline.sources.elements import UNKNOWN
from dateline.sources.feeds.feed import (
    MAX_TOLD_CHARS,
    NO_TEXT,
    OF_FEED,
    carried_by,
    full_id,
    inferred,
    shared_ids,
)
from dateline.sources.feeds.items import REPEATED
from dateline.sources.feeds.texts import Text, letters_of, titled
from dateline.sources.markup import absolute_address
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Format, Source, read_whole
from dateline.sources.telling import LeftOut, Teller

_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1')
_SPACES = re.compile("[ \\t\\r\\n\\ufeff]*+")

# What of an item becomes part of a story.
_READ = (
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published",
    "date_modified", "author", "authors", "tags", "language", "attachments",
)  # fmt: skip
# Why something of an item is in no story.
_LEFT_OUT = {
    **dict.fromkeys(("image", "banner_image", "attachments"), "about pictures and sound"),
    **dict.fromkeys(("author", "authors"), "address of an author"),
    **dict.fromkeys(("url", "external_url"), "another address"),
    **dict.fromkeys((*_READ[3:9], "tags", "language"), REPEATED),
}


def matches(head: bytes) -> bool:
    """Tell whether a file is a JSON Feed: an object whose version says so in its first bytes."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{") and bool(_VERSION.search(head))


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield a story for each item of a feed in order, and notices of what is in none."""
    data = read_whole(source)
    # What is not UTF-8 becomes surrogates, which are told as what a page cannot carry.
    parts = _taken_apart(data.decode("utf-8", "surrogateescape"), source.name)
    feed = _feed(parts.members, source.sidecar, Teller(source.name))
    carried = [feed.title, feed.language, *feed.authors] if parts.items else []
    leaves = [(key, leaf) for key in parts.members for leaf in _leaves(parts.members[key])]
    said = [f"{key}: {leaf}" for key, leaf in leaves if leaf not in carried]
    if said:
        yield Notice(source.name, "what the feed says of itself is in no story", "\n".join(said), OF_FEED)
    left_out = LeftOut(source.name)
    shared = shared_ids(_ids(parts))
    place = at = 0
    for number, (start, end) in enumerate(parts.items, start=1):
        first = place + _size(parts.text[at:start])
        place, at = first + _size(parts.text[start:end]), end
        item = json.loads(parts.text[start:end], object_pairs_hook=_pairs)
        teller = Teller(f"{source.name} item {number}")
        found = source.at(first, place - 1, Unit.BYTES), sha256(data[first:place])
        story = _story(item, feed, source.sidecar, found, teller) if isinstance(item, dict) else None
        if story is not None and _id_and_update(item) in shared:
            story = replace(story, version_of="")
        if story is None:
            message = "has neither a headline nor a text; it was set aside"
            yield Notice(teller.where, message, "\n".join(_leaves(item)), NO_TEXT)
            continue
        told = teller.told()
        yield from told
        yield story
        text, fields = carried_by(story)
        letters = letters_of("".join([text, *fields, *(notice.text for notice in told)]))
        for key in (key for key in item if key != "content_html"):  # of which markup itself is told
            for leaf in _leaves(item[key]):
                if key not in _READ or letters_of(leaf) not in letters:
                    left_out.add(key, _LEFT_OUT.get(key, UNKNOWN), leaf)
        yield from left_out.told(MAX_TOLD_CHARS)
    yield from left_out.told()
    if parts.rest:
        message = f"is damaged ({parts.damage}); what follows was not read"
        yield Notice(f"{source.name} item {len(parts.items) + 1}", message, parts.rest, "damaged")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A feed taken apart: what it says of itself, where its items stand, and what cannot be read."""

    text: str
    members: Mapping[str, Any]
    items: Sequence[tuple[int, int]]
    rest: str = ""
    damage: str = ""


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says of itself that holds for its items."""

    title: str
    id: str
    base: str
    language: str
    authors: tuple[str, ...]


def _feed(members: Mapping[str, Any], sidecar: Sidecar, teller: Teller) -> _Feed:
    addresses = [teller.line(_text(members.get(key))) for key in ("feed_url", "home_page_url")]
    return _Feed(
        title=teller.line(_text(members.get("title"))),
        id=next(filter(None, addresses), ""),
        base=sidecar.url or next(filter(None, map(absolute_address, addresses)), ""),
        language=language_of(_text(members.get("language"))),
        authors=tuple(_authors(members, teller)),
    )


def _ids(parts: _Parts) -> Iterator[tuple[str, str, str]]:
    """Yield the identifier of each item, when it was updated, and its text."""
    for start, end in parts.items:
        text = parts.text[start:end]
        yield *_id_and_update(json.loads(text, object_pairs_hook=_pairs)), text


def _id_and_update(item: Any) -> tuple[str, str]:
    return (_text(item.get("id")), _text(item.get("date_modified"))) if isinstance(item, dict) else ("", "")


def _story(
    item: Mapping[str, Any], feed: _Feed, sidecar: Sidecar, found: tuple[Locator, str], teller: Teller
) -> Story | None:
    """Return the story of an item, None for one without headline and text."""
    url = _address(item, feed.base)
    texts = [
        Text(_text(item.get("summary")), is_markup=False),
        Text(_text(item.get("content_html")), is_markup=True, base=url or feed.base),
        Text(_text(item.get("content_text")), is_markup=False),
    ]
    headline, blocks, is_record = titled(teller.line(_text(item.get("title"))), texts, teller)
    if not headline:
        return None
    language = language_of(_text(item.get("language"))) or feed.language
    published, updated = (_date(item, f"date_{key}", sidecar, language, teller) for key in ("published", "modified"))
    id_ = teller.line(_text(item.get("id")))
    return Story(
        headline=headline,
        blocks=blocks,
        locator=found[0],
        sha256=found[1],
        topic=sidecar.topic or None,
        source_id=id_ or None,
        version_of=full_id(id_, feed.id),
        authors=tuple(_authors(item, teller)) or feed.authors,
        published=published or inferred(updated),
        updated=updated,
        keywords=tuple(Keyword(tag) for tag in dict.fromkeys(map(teller.line, _leaves(item.get("tags")))) if tag),
        url=url,
        language=language,
        publication=feed.title,
        access="record" if is_record else "",
        enclosures=tuple(dict.fromkeys(_attachments(item, feed.base))),
    )


def _authors(holder: Mapping[str, Any], teller: Teller) -> Iterator[str]:
    """Yield names of authors; version 1 has one author, 1.1 a list of them."""
    authors = holder.get("authors") or [holder.get("author")]
    for author in authors if isinstance(authors, list) else []:
        if isinstance(author, dict) and (name := teller.line(_text(author.get("name")))):
            yield name


def _address(item: Mapping[str, Any], base: str) -> str:
    stated = (_text(item.get(key)) for key in ("url", "external_url"))
    return next((address for words in stated if words and (address := absolute_address(words, base))), "")


def _attachments(item: Mapping[str, Any], base: str) -> Iterator[str]:
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, dict) and (address := absolute_address(_text(attachment.get("url")), base)):
            yield address


def _date(item: Mapping[str, Any], key: str, sidecar: Sidecar, language: str, teller: Teller) -> StatedDate | None:
    words = teller.line(_text(item.get(key)))
    date = read_moment(words) or read_date(words, order=sidecar.date_order, language=language)
    if words and date is None:
        teller.tell(f"{words!r} is no date; it was left out", words, "wrong date")
    return date


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _leaves(value: object) -> Iterator[str]:
    """Yield every text and number within a value of JSON."""
    pending = [value]
    while pending:
        match pending.pop():
            case dict() as members:
                pending += reversed(members.values())
            case list() as values:
                pending += reversed(values)
            case str() | int() | float() as leaf if not isinstance(leaf, bool):
                yield str(leaf)


def _taken_apart(text: str, name: str) -> _Parts:
    """Find the members and the items of a feed; raise SourceError where there is none."""
    decode = json.JSONDecoder(object_pairs_hook=_pairs).raw_decode
    members: list[tuple[str, Any]] = []
    items: list[tuple[int, int]] = []
    at = 0
    try:
        at = _after(text, at, "{")
        while not text.startswith("}", at):
            key, end = decode(text, at)
            start = _after(text, end, ":")
            if key == "items" and text.startswith("[", start):
                at = _after(text, start, "[")
                while not text.startswith("]", at):
                    items.append((at, decode(text, at)[1]))
                    at = _next(text, items[-1][1], "]")
                end = at + 1
            else:
                value, end = decode(text, start)
                members.append((str(key), value))
            at = _next(text, end, "}")
    except (ValueError, RecursionError) as error:
        if not members and not items:
            raise SourceError(
                f"{name}: is no JSON that can be read ({error}); an object with items would be"
            ) from error
        at = max(at, items[-1][1] if items else 0)
        return _Parts(text, _pairs(members), items, text[at:], str(error))
    return _Parts(text, _pairs(members), items)


def _after(text: str, at: int, mark: str) -> int:
    """Return where what follows a mark begins; raise ValueError when the mark does not stand there."""
    start = _past_spaces(text, at)
    if not text.startswith(mark, start):
        raise ValueError(f"{mark} is missing at character {start}")
    return _past_spaces(text, start + len(mark))


def _next(text: str, at: int, closing: str) -> int:
    """Return where the next value begins, or where the closing bracket stands."""
    start = _past_spaces(text, at)
    return start if text.startswith(closing, start) else _after(text, start, ",")


def _past_spaces(text: str, at: int) -> int:
    found = _SPACES.match(text, at)
    assert found is not None  # it matches nothing, too
    return found.end()


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; what stands under a key for the second time comes under a name of its own."""
    members: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for key, value in pairs:
        seen[key] += 1
        members[key if seen[key] == 1 else f"{key}~{seen[key]}"] = value
    return members


FORMAT = Format("JSON feed", matches, read)
