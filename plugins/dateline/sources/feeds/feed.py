"""Feeds: RSS of all versions, Atom, RDF and CDF become stories, one an item.

    bytes ─feed_elements→ items ─feed_items, feedparser→ values ─feed_texts→ story

An item is cut out of the bytes, so a feed of any size is read, and a damage costs no more than the item that has it.
feedparser gets one item at a time, without a DOCTYPE but for plain words that the feed's declares; it fetches
nothing.
"""

from __future__ import annotations

import calendar
import codecs
import io
import re
import time
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from dateline.files import sha256
from dateline.records import Keyword, Locator, Notice, StatedDate, Story, Unit
from dateline.sources.characters import language_of
from dateline.sources.dates import read_date, read_moment
from dateline.sources.elements import root_of
from dateline.sources.encoding import fallback_encoding, find_encoding
from dateline.sources.feeds.elements import Element, elements_of, namespaces_of, start_tag
from dateline.sources.feeds.items import (
    REPEATED,
    Child,
    Values,
    authors_of,
    children_of,
    choose,
    id_and_update,
    is_text,
    lost,
    parse_children,
    reason_of_loss,
    shown,
    words_of,
)
from dateline.sources.feeds.texts import Text, letters_of, titled
from dateline.sources.markup import absolute_address, read_line
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import Format, Source, read_whole, whole
from dateline.sources.telling import LeftOut, Teller
from dateline.sources.unpublished import set_aside, standing

OF_FEED = "of the feed, not of a story"
NO_TEXT = "no headline and no text"

_AROUND = ("rss", "rdf:rdf", "channel", "feed")
_ITEMS = ("item", "entry")
_HEAD_BYTES = 64 * 1024
_MAX_FEED_BYTES = 4 * 1024 * 1024  # of what a feed says of itself
MAX_TOLD_CHARS = 1_000_000  # of one kind at once
_MAX_GROWTH = 1_000_000  # characters that declared words add to an item
_YEARS = range(1900, 2101)  # of dates that only feedparser reads

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    # `<` without a mark
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    b"\x4c\x6f\xa7\x94": "cp037",  # `<?xm` in EBCDIC
}
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932"}
_DECLARED_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s*)?([\w.-]+)\s+([^>]*)>")
_PLAIN_ENTITY = re.compile(rb"""["'](&#\w{1,8};|[^&"'<>%]{0,200})["']\s*\Z""")
_OF_WORDPRESS = ("wp:status", "wp:post_type", "wp:post_password")
_TEXT_TYPES = ("", "application/xhtml+xml")


def matches(head: bytes) -> bool:
    """Tell whether a file is a feed: its first element says so. An export of WordPress is none."""
    name = root_of(head)[0].lower()
    if name == "rdf":
        return any(mark in head for mark in (b"/rss/1.0/", b"/rdf/simple/0.9/", b"<item", b"/rss091#"))
    return name in ("rss", "feed", "channel") and b"wordpress.org/export/" not in head


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield a story for each item of a feed in order, and notices of what is in none."""
    document, notices = _document(source)
    yield from notices
    feed = yield from _read_feed(document)
    feed = replace(feed, shared_ids=shared_ids(_ids(document)))
    left_out = LeftOut(source.name)
    elements = elements_of(document.stream, _AROUND, _ITEMS)
    for number, element in enumerate((element for element in elements if element.name in _ITEMS), start=1):
        where = f"{source.name} item {number}"
        if element.end - element.first > source.limits.story_chars:
            message = f"has more than {source.limits.story_chars:,} bytes, the most that is read of one story"
            yield Notice(where, f"{message}; raise story_chars in DATELINE_LIMITS", reason="too long")
            continue
        yield from _read_item(document, element, feed, left_out, Teller(where))
        yield from left_out.told(MAX_TOLD_CHARS)
    yield from left_out.told()


@dataclass(frozen=True, slots=True)
class _Document:
    """A feed as bytes in which tags can be looked for, and how to read them."""

    source: Source
    stream: BinaryIO
    encoding: str  # of `stream`
    whole: tuple[Locator, str] | None = None  # of a feed that was recoded, whose items have no bytes of their own
    doctype: bytes = b""  # of the plain words that the feed's declares
    words: tuple[tuple[bytes, int], ...] = ()  # these, and how long what they stand for is

    def bytes_of(self, element: Element) -> bytes:
        """Return the bytes of an element."""
        self.stream.seek(element.first)
        return self.stream.read(element.end - element.first)

    def text_of(self, raw: bytes) -> tuple[str, str]:
        """Return the text of some bytes, and their encoding, where it is not the feed's."""
        for encoding in (self.encoding, "utf-8", fallback_encoding(self.source)):
            try:
                return raw.decode(encoding), encoding if encoding != self.encoding else ""
            except UnicodeDecodeError:
                continue
        return raw.decode("latin-1"), "latin-1"


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says of itself that holds for its items."""

    title: str
    id: str
    base: str  # the address by which links are made absolute
    language: str
    rights: str
    publisher: str
    authors: tuple[str, ...]
    shared_ids: Collection[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a feed as feedparser reads it, its authors, and where it stands."""

    values: Values
    authors: tuple[str, ...]
    locator: Locator
    sha256: str
    shares_id: bool  # with another item, of which it is no version


def _document(source: Source) -> tuple[_Document, list[Notice]]:
    encoding, notices = _encoding(source)
    document = _Document(source, source.stream, encoding)
    if not _is_searchable(encoding):
        data = read_whole(source)
        text = data.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
        document = _Document(source, cast(BinaryIO, io.BytesIO(text)), "utf-8", whole(source, data))
    document.stream.seek(0)
    head = document.stream.read(_HEAD_BYTES)
    doctype = _DOCTYPE.match(head, max(0, head.upper().find(b"<!DOCTYPE")))  # the first alone counts
    if not doctype or not doctype[1]:
        return document, notices
    words: dict[bytes, bytes] = {}
    refused: list[bytes] = []
    for percent, name, value in _ENTITY.findall(doctype[1]):
        plain = _PLAIN_ENTITY.match(value)
        if plain and not percent:
            words.setdefault(name, plain[1])
        else:
            refused.append(name + b" " + value)
    if refused:
        message = "declares entities that are more than plain words; they were not read"
        notices.append(Notice(source.name, message, b"\n".join(refused).decode("utf-8", "replace"), "entity"))
    declared = b"".join(b'<!ENTITY %b "%b">\n' % item for item in words.items())
    return replace(
        document,
        doctype=b"<!DOCTYPE feed [\n%b]>\n" % declared if words else b"",
        words=tuple((b"&%b;" % name, len(value)) for name, value in words.items()),
    ), notices


def _encoding(source: Source) -> tuple[str, list[Notice]]:
    """Return the encoding of a feed: of its mark, the sidecar's, the one it declares, or else as of any text."""
    source.stream.seek(0)
    head = source.stream.read(1024)
    marked = next((name for mark, name in _MARKS.items() if head.startswith(mark)), "")
    if marked:
        return marked, []
    declared = _DECLARED_ENCODING.match(head)
    told = source.sidecar.encoding or (declared[1].decode("ascii", "replace").lower() if declared else "")
    if _is_searchable(told):
        return _SUPERSETS.get(told, told), []
    encoding, notice = find_encoding(source)
    notices = [notice] if notice else []
    if told:
        notices.insert(
            0, Notice(source.name, f"declares the encoding {told!r}, in which it cannot be; {encoding} is read")
        )
    return encoding, notices


def _is_searchable(encoding: str) -> bool:
    """Tell whether tags can be looked for in the bytes of an encoding: `<` is one, and never part of another."""
    try:
        name = codecs.lookup(encoding).name
        return "<a>".encode(name) == b"<a>" and not name.startswith(("iso2022", "hz", "utf-7", "raw", "unicode"))
    except (LookupError, UnicodeError, TypeError, ValueError):
        return False


def _read_feed(document: _Document) -> Generator[Notice, None, _Feed]:
    """Return what a feed says of itself, before, between and after its items; tell what no story carries of it."""
    source, around = document.source, tuple[bytes, ...]()
    children: list[Child] = []
    size = items = 0
    for element in elements_of(document.stream, _AROUND, _ITEMS):
        around = max(around, element.openings, key=len)
        if element.name in _ITEMS:
            items += 1
            continue
        size += element.end - element.first
        if size > _MAX_FEED_BYTES:
            message = f"says more of itself than {_MAX_FEED_BYTES:,} bytes; the rest of that was not read"
            yield Notice(source.name, message, reason="too long")
            break
        children.append(Child(element.name, document.text_of(document.bytes_of(element))[0]))
    chosen, _ = choose(children)
    values = parse_children(chosen, around, doctype=document.doctype, base=source.sidecar.url)["feed"]
    teller = Teller(source.name)
    feed = _Feed(
        title=_line(values, "title", teller),
        id=teller.line(values.get("id") or values.get("link")),
        base=source.sidecar.url or _own_address(values),
        language=language_of(values.get("language") or ""),
        rights=_line(values, "rights", teller),
        publisher=teller.line(values.get("publisher")),
        # Atom says that the authors of a feed are those of its entries; in RSS they may be anyone.
        authors=tuple(map(teller.line, authors_of(chosen))) if b"feed" in b"".join(around[:1]) else (),
    )
    fields = [feed.title, feed.language, feed.rights, feed.publisher, *feed.authors] if items else []
    letters = letters_of("".join(fields))
    said = [f"{child.name or 'text'}: {' '.join(pieces)}" for child in children if (pieces := lost(child, letters))]
    links = [link["href"] for link in values.get("links", []) if link.get("href")]
    said += [f"link: {link}" for link in dict.fromkeys(links) if link not in "".join(said)]
    if said:
        yield Notice(source.name, "what the feed says of itself is in no story", "\n".join(said), OF_FEED)
    yield from teller.told()
    return feed


def _ids(document: _Document) -> Iterator[tuple[str, str, bytes]]:
    """Yield the identifier of each item, when it was updated, and its bytes."""
    for element in elements_of(document.stream, _AROUND, _ITEMS):
        if element.name in _ITEMS and element.end - element.first <= document.source.limits.story_chars:
            raw = document.bytes_of(element)
            data = document.text_of(raw)[0].encode("utf-8", "replace")
            yield *id_and_update(data, namespaces_of(element.openings)), raw


def shared_ids(items: Iterable[tuple[str, str, bytes | str]]) -> set[tuple[str, str]]:
    """Return the identifiers, with an update, that items have which are not the same: an address of the site, say.

    >>> shared_ids([("1", "", b"A"), ("2", "", b"B"), ("1", "", b"C"), ("2", "", b"B"), ("1", "2017", b"D")])
    {('1', '')}
    """
    known: dict[int, int] = {}
    shared = set()
    for id_, updated, item in items:
        if id_ and known.setdefault(hash((id_, updated)), hash(item)) != hash(item):
            shared.add((id_, updated))
    return shared


def _read_item(
    document: _Document, element: Element, feed: _Feed, left_out: LeftOut, teller: Teller
) -> Iterator[Story | Notice]:
    raw = document.bytes_of(element)
    text, encoding = document.text_of(raw)
    if encoding:
        yield Notice(teller.where, f"has bytes that are not {document.encoding.upper()}; it was read as {encoding}")
    data = text.encode("utf-8", "replace")
    namespaces = namespaces_of(element.openings)
    children = list(children_of(data, namespaces))
    reason, is_public = _standing(children, text)
    if reason:
        yield set_aside(teller.where, words_of(children, "title"), reason, map(shown, children) if is_public else ())
        return
    chosen, rest = choose(children)
    growth = sum(data.count(word) * size for word, size in document.words)
    values = parse_children(
        chosen,
        [*element.openings, start_tag(data)],
        doctype=document.doctype if growth < _MAX_GROWTH else b"",
        base=feed.base,
    )
    entry = values["entries"][0] if values["entries"] else {}
    locator, digest = document.whole or (document.source.at(element.first, element.end - 1, Unit.BYTES), sha256(raw))
    authors = tuple(dict.fromkeys(map(teller.line, authors_of(chosen))))
    shares_id = id_and_update(data, namespaces) in feed.shared_ids
    story = _story(_Item(entry, authors, locator, digest, shares_id), feed, document.source.sidecar, teller)
    if story is None:
        texts = [f"{child.name}: {text}" for child in children if (text := shown(child))]
        texts += filter(None, [_address(entry, feed.base), *_enclosures(entry, feed.base)])
        yield Notice(teller.where, "has neither a headline nor a text; it was set aside", "\n".join(texts), NO_TEXT)
        return
    told = teller.told()
    yield from told
    yield story
    for child in chosen:
        for piece in _uncarried(child, story, told, feed):
            left_out.add(child.name, reason_of_loss(child), piece)
    for child, reason in rest:
        for piece in _uncarried(child, story, told, feed) if reason == REPEATED else [shown(child)]:
            left_out.add(child.name, reason, piece)


def _standing(children: Sequence[Child], text: str) -> tuple[str, bool]:
    """Return why an item of WordPress's is no story, "" for any other, and whether it was public."""
    found = {name: [shown(child) for child in children if child.name == name] for name in _OF_WORDPRESS}
    # In an item that is damaged they may stand where they are no elements of it.
    statuses, kinds, passwords = (values or [""] * (f"<{name}>" in text) for name, values in found.items())
    return standing(kinds, statuses, is_locked=any(passwords))


def _uncarried(child: Child, story: Story, told: Iterable[Notice], feed: _Feed) -> list[str]:
    """Return what an element that was read shows, and its story does not carry where such an element goes."""
    inherited = (feed.title, feed.publisher, feed.rights, feed.language, *feed.authors)
    text, fields = carried_by(story)
    if not is_text(child) and letters_of(shown(child)) in map(letters_of, fields):
        return []
    own = text if is_text(child) else "".join(field for field in fields if field not in inherited)
    return lost(child, letters_of(own + "".join(notice.text for notice in told)))


def _story(item: _Item, feed: _Feed, sidecar: Sidecar, teller: Teller) -> Story | None:
    """Return the story of an item, None for one without headline and text."""
    entry = item.values
    headline, blocks, is_record = titled(_line(entry, "title", teller), _texts(entry, teller), teller)
    if not headline:
        return None
    language = language_of(entry.get("language") or _stated_language(entry)) or feed.language
    dates = {key: _date(entry, key, sidecar, language, teller) for key in ("published", "updated", "created")}
    origin = entry.get("source") or {}
    id_ = teller.line(entry.get("id"))
    return Story(
        headline=headline,
        blocks=blocks,
        locator=item.locator,
        sha256=item.sha256,
        topic=sidecar.topic or None,
        source_id=id_ or None,
        version_of="" if item.shares_id else full_id(id_, feed.id),
        authors=item.authors or feed.authors,
        published=dates["published"] or inferred(dates["updated"] or dates["created"]),
        updated=dates["updated"],
        keywords=_keywords(entry, teller),
        url=_address(entry, feed.base),
        language=language,
        publication=_line(origin, "title", teller) or feed.title,
        publisher=teller.line(entry.get("publisher")) or feed.publisher,
        rights=_line(entry, "rights", teller) or _line(origin, "rights", teller) or feed.rights,
        access="record" if is_record else "",
        enclosures=_enclosures(entry, feed.base),
    )


def _texts(entry: Values, teller: Teller) -> Iterator[Text]:
    """Yield the texts of an item, its summary first; content that is no text is told."""
    contents = entry.get("content") or []
    summary = entry.get("summary_detail") or ({} if contents else {"value": entry.get("summary")})
    for detail in (summary, *contents):
        value, type_ = detail.get("value") or "", detail.get("type", "")
        if type_ in _TEXT_TYPES or type_.startswith("text/"):
            yield Text(value, is_markup=type_ != "text/plain", base=detail.get("base") or "")
        elif value:
            teller.tell(f"content of the type {type_} is no text", value, "no text")


def _line(values: Values, key: str, teller: Teller) -> str:
    """Return a value of a feed or an item as one line, whatever it is written in."""
    value, detail = values.get(key) or "", values.get(f"{key}_detail") or {}
    return teller.line(value) if detail.get("type", "text/plain") == "text/plain" else read_line(value)


def _keywords(entry: Values, teller: Teller) -> tuple[Keyword, ...]:
    keywords = (
        Keyword(teller.line(tag.get("label") or tag.get("term")), teller.line(tag.get("scheme")))
        for tag in entry.get("tags", [])
    )
    return tuple(dict.fromkeys(keyword for keyword in keywords if keyword.name))


def _address(entry: Values, base: str) -> str:
    address = entry.get("feedburner_origlink") or entry.get("link")
    pages = [link["href"] for link in entry.get("links", []) if link.get("rel") == "alternate" and link.get("href")]
    if pages and any(link.get("href") == address for link in entry["links"] if link.get("rel") == "enclosure"):
        address = pages[0]
    return absolute_address(address, base) if address else ""


def _enclosures(entry: Values, base: str) -> tuple[str, ...]:
    links = [link.get("href") for link in entry.get("links", []) if link.get("rel") == "enclosure"]
    media = [content.get("url") or content.get("href") for content in entry.get("media_content", [])]
    player = entry.get("media_player") or {}
    contents = [content.get("src") for content in entry.get("content") or []]
    addresses = [*links, *media, player.get("url") or player.get("href"), *contents]
    absolute = (absolute_address(address, base) for address in addresses if address)
    return tuple(dict.fromkeys(address for address in absolute if address))


def _own_address(feed: Values) -> str:
    """Return the address of a feed, or else of the pages that it is of: from there its relative links lead."""
    links = feed.get("links", [])
    own = [link.get("href") or "" for rel in ("self", "alternate") for link in links if link.get("rel") == rel]
    return next(filter(None, map(absolute_address, own)), "")


def _stated_language(entry: Values) -> str:
    details = [*(entry.get("content") or []), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    return next((detail["language"] for detail in details if detail.get("language")), "")


def full_id(id_: str, feed_id: str) -> str:
    """Return an identifier that holds beyond its feed: many have an item "1". A feed without an address lends none."""
    return f"{feed_id} {id_}" if id_ and ":" not in id_ and ":" in feed_id else id_


def inferred(date: StatedDate | None) -> StatedDate | None:
    """Return when an item was published, as far as another date of it tells."""
    return replace(date, basis="inferred") if date else None


def _date(entry: Values, key: str, sidecar: Sidecar, language: str, teller: Teller) -> StatedDate | None:
    words = teller.line(entry[key]) if key in entry else ""  # `get` would give one date for another
    if not words:
        return None
    date = (
        read_moment(words)
        or read_date(words, order=sidecar.date_order, language=language)
        or _odd_date(words, entry.get(f"{key}_parsed"))
    )
    if date is None:
        teller.tell(f"{words!r} is no date; it was left out", words, "wrong date")
    return date


def _odd_date(words: str, parsed: time.struct_time | None) -> StatedDate | None:
    """Return the date of words that only feedparser reads, if they name the day: it makes up what it misses.

    It gives the day in UTC; the one that the words name may be the next or the last.
    """
    numbers = sorted(int(number) for number in re.findall(r"\d{1,4}", words[:100])[:3])
    if parsed is None or parsed.tm_year not in _YEARS:
        return None
    seconds = calendar.timegm(parsed)
    for day in (time.gmtime(seconds + shift) for shift in (0, 86_400, -86_400)):
        if sorted([day.tm_year, day.tm_mon, day.tm_mday]) == numbers:
            return StatedDate(time.strftime("%Y-%m-%d", day), words)
    return None


def carried_by(story: Story) -> tuple[str, list[str]]:
    """Return the text of a story, and the words in its other fields."""
    dates = (date.words for date in (story.published, story.updated) if date)
    names = (keyword.name for keyword in story.keywords)
    addresses = (story.url, story.source_id or "", *story.enclosures)
    told = (story.language, story.publication, story.publisher, story.rights)
    return " ".join([story.headline, *(block.text for block in story.blocks)]), [
        *story.authors, *dates, *names, *addresses, *told,
    ]  # fmt: skip


FORMAT = Format("feed", matches, read)
