"""ninjs, the IPTC's news in JSON, versions 1 to 3: an item, an array of items, or items one after another."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Keyword, Locator, Notice, Story, Unit
from dateline.sources.elements import MANY, UNKNOWN, Unknowns, Window, decode_item, root_of, wide_encoding
from dateline.sources.source import Format, Source, read_whole, whole
from dateline.sources.wires.nitf import nitf_rendition
from dateline.sources.wires.wire import Rendition, WireItem, item_stories, rendition

_OPENING = re.compile(r"\ufeff?[\s\[]*\{")
_URI = re.compile(r'"uri"\s*:')
# What of an item no other JSON has beside a "uri".
_OF_NINJS = re.compile(
    r'"(?:body_(?:text|x?html\w*)|bodies|headlines|versioncreated|pubstatus|representationtype|copyrightholder)"\s*:'
    r'|"name"\s*:\s*"ninjs"',
    re.IGNORECASE,
)
_STRUCTURE = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'\\.|["\n]', re.DOTALL)
_BETWEEN = " \t\r\n,[]\ufeff\x1e"
_LONGEST_CHARACTER = 4  # bytes in UTF-8
_CUT_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")  # or a whole one, which goes to the next piece

# The lists of keywords, by the keys of all versions; the name is that of version 3.
_KEYWORD_LISTS = {
    "subject": "subjects", "subjects": "subjects", "person": "people", "people": "people",
    "organisation": "organisations", "organisations": "organisations", "place": "places", "places": "places",
    "event": "events", "events": "events", "object": "objects", "objects": "objects", "genre": "genres",
    "genres": "genres",
}  # fmt: skip
_FIELDS = {
    "uri", "type", "version", "versioncreated", "firstcreated", "contentcreated", "embargoed", "embargoedreason",
    "pubstatus", "language", "byline", "by", "dateline", "located", "headline", "headlines", "bodies",
    "descriptions", "title", "slugline", "ednote", "copyrightholder", "copyrightnotice", "usageterms",
    "infosource", "infosources", "keywords",
}  # fmt: skip
# Of the item as a thing that is sent, and other items; docs/sources.md says why each is left out.
_LEFT_OUT = {
    "$schema", "$standard", "standard", "mimetype", "contenttype", "representationtype", "profile", "urgency",
    "priority", "charcount", "wordcount", "associations", "renditions", "altids", "expires", "signals", "servicecode",
    "services", "trustindicators", "rightsinfo", "eventdetails", "plancoverage", "contactinfo", "assignedto",
    "coverageitems", "derivedfrom", "hascontent", "iscopiedfrom", "links", "ttr",
}  # fmt: skip
_BODY_KEY = re.compile(r"body_(\w+)\Z")
_DESCRIPTION_KEY = re.compile(r"description_(\w+)\Z")
_MAIN_ROLES = ("main", "")
_DECK_ROLES = ("sub", "subhead", "subheadline", "subtitle", "deck", "secondary")


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of the items in a source, and notices of what is in none."""
    found = False
    unknown = Unknowns(source.name)
    for part in _objects(source):
        found = True
        if isinstance(part, Notice):
            yield part
            continue
        value = _parsed(part, source.limits.elements_deep)
        if isinstance(value, Notice):
            yield value
            continue
        where = str(part.locator)
        items = list(_items(value))
        for item in items:
            for name, text in _unknown_keys(item):
                unknown.add(name, text)
            yield from item_stories(_wire_item(item, where), part.locator, part.sha256, source.sidecar)
        if not items:
            yield Notice(where, "is no news item: it has no uri", _shown(value), UNKNOWN)
        yield from unknown.notices(at_least=MANY)
    yield from unknown.notices()
    if not found:
        raise SourceError(f"{source.name}: holds no object of JSON that can be read; ninjs is JSON")


@dataclass(frozen=True, slots=True)
class _Object:
    text: str
    locator: Locator
    sha256: str
    depth: int  # of what it nests


def _objects(source: Source) -> Iterator[_Object | Notice]:
    """Yield the outermost objects of a source and notices of what stands between them."""
    source.stream.seek(0)
    wide = _wide(source.stream.read(4))
    if wide:
        data = read_whole(source)
        locator, digest = whole(source, data)
        stream: BinaryIO = io.BytesIO(data.decode(wide, "replace").encode("utf-8", "replace"))
    else:
        stream = source.stream
    after = 0
    end = stream.seek(0, 2)
    for first, last, depth in chain(_spans(stream), [(end, end - 1, 0)]):
        yield from _between(source, stream, after, first)
        after = last + 1
        if last < first:
            return
        if last - first >= source.limits.document_bytes:
            message = f"has more than {source.limits.document_bytes:,} bytes, the most that is read of one item"
            where = str(source.at(first, last, Unit.BYTES))
            yield Notice(where, f"{message}; raise document_bytes in DATELINE_LIMITS", reason="too long")
            continue
        stream.seek(first)
        data = stream.read(last + 1 - first)
        text, fault = decode_item(data, "utf-8")
        if not wide:
            locator, digest = source.at(first, last, Unit.BYTES), sha256(data)
        if fault:
            yield Notice(str(locator), fault)
        yield _Object(text, locator, digest, depth)


def _between(source: Source, stream: BinaryIO, first: int, end: int) -> Iterator[Notice]:
    """Yield what stands between two items, in pieces where it is long."""
    while first < end:
        stream.seek(first)
        data = stream.read(min(end - first, max(source.limits.line_chars, _LONGEST_CHARACTER)))
        if first + len(data) < end:  # it is cut, but not within a character
            data = _CUT_CHARACTER.sub(b"", data) or data
        if text := decode_item(data, "utf-8")[0].strip(_BETWEEN):
            where = str(source.at(first, first + len(data) - 1, Unit.BYTES))
            yield Notice(where, "stands outside the items and was left out", text, "outside items")
        first += len(data)


def _wide(head: bytes) -> str:
    """Return the UTF-16 or UTF-32 of a file, which begins with ASCII; "" for another encoding."""
    nuls = {(True, False): "utf-16-be", (False, True): "utf-16-le"}
    return wide_encoding(head) or nuls.get((head[:1] == b"\0", head[1:2] == b"\0"), "")


def _spans(stream: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """Yield first and last byte of each outermost object, and how deep it nests.

    A string that goes over a line's end is damaged: its object ends there, and the next line is read.
    """
    window, at = Window(stream), 0
    first, depth, deepest = 0, 0, 0
    while found := window.search(_STRUCTURE, at):
        start, at, mark = found
        match mark[0]:
            case b'"':
                at, is_sound = _end_of_string(window, at)
                if depth and not is_sound:
                    yield first, at - 1, deepest
                    depth = 0
            case b"{" | b"[" if depth or mark[0] == b"{":
                first, deepest = (first, deepest) if depth else (start, 0)
                depth += 1
                deepest = max(deepest, depth)
            case b"}" | b"]" if depth:
                depth -= 1
                if not depth:
                    yield first, start, deepest
    if depth:
        yield first, window.end - 1, deepest


def _end_of_string(window: Window, at: int) -> tuple[int, bool]:
    while found := window.search(_IN_STRING, at):
        _, at, mark = found
        if not mark[0].startswith(b"\\"):
            return at, mark[0] == b'"'
    return window.end, False


def _parsed(part: _Object, depth: int) -> dict[str, object] | Notice:
    where = str(part.locator)
    if part.depth > depth:
        return Notice(where, f"nests more than {depth} deep; it was set aside", part.text, "too deep")
    try:
        value = json.loads(part.text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        return Notice(where, f"is no JSON ({error}); it was set aside", part.text, "damaged")
    assert isinstance(value, dict)  # it begins with a brace
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object whose keys are in lower case; one that comes again is another key, so that it is told."""
    unique: dict[str, object] = {}
    for key, value in pairs:
        name = key.lower()
        while name in unique:
            name += "~"
        unique[name] = value
    return unique


def _items(value: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield the item that an object is, or those in the lists of an answer that holds items."""
    if "uri" in value:
        yield value
        return
    for inner in value.values():
        for item in inner if isinstance(inner, list) else ():
            if isinstance(item, dict) and "uri" in item:
                yield item


def _wire_item(item: Mapping[str, object], where: str) -> WireItem:
    headlines = [("main", _text(item.get("headline"))), *_by_role(item.get("headlines"))]
    headlines = [(role, text) for role, text in headlines if text]
    main = next((text for role, text in headlines if role in _MAIN_ROLES), headlines[0][1] if headlines else "")
    rest = [(role, text) for role, text in headlines if text != main]
    located, dateline, title = _text(item.get("located")), _text(item.get("dateline")), _text(item.get("title"))
    return WireItem(
        id=_text(item.get("uri")),
        kind=_text(item.get("type")),
        version=_text(item.get("version")),
        status=_text(item.get("pubstatus")),
        embargo=_text(item["embargoed"]) if item.get("embargoed") is not None else None,
        headline=main or title,
        decks=tuple(text for role, text in rest if role in _DECK_ROLES),
        other_headlines=tuple(text for role, text in rest if role not in _DECK_ROLES),
        renditions=tuple(_renditions(item, where)),
        summaries=tuple(_descriptions(item, where)),
        editor_notes=tuple(filter(None, (_text(item.get("ednote")), _text(item.get("embargoedreason"))))),
        bylines=tuple(filter(None, (_text(item.get("byline")), _text(item.get("by"))))),
        dateline=dateline,
        first_made=_text(item.get("firstcreated")),
        this_made=_text(item.get("versioncreated")),
        keywords=(
            *(keyword for key in sorted(_KEYWORD_LISTS) for keyword in _keywords(item.get(key), _KEYWORD_LISTS[key])),
            *_keywords(item.get("keywords"), "keywords"),
            Keyword(_text(item.get("slugline")), "slugline"),
            Keyword("" if dateline else located, "located"),
        ),
        language=_text(item.get("language")),
        publisher=_text(item.get("copyrightholder")) or _names(item.get("infosources") or item.get("infosource")),
        rights=(_text(item.get("copyrightnotice")), _text(item.get("usageterms"))),
    )


def _renditions(item: Mapping[str, object], where: str) -> Iterator[Rendition]:
    for key, value in item.items():
        if (form := _BODY_KEY.match(key)) and _text(value):
            yield rendition(_text(value), form[1], where)
    for body in _dicts(item.get("bodies")):
        media_type = _text(body.get("contenttype") or body.get("role"))
        if text := _text(body.get("value")):
            yield (
                nitf_rendition(text, where)
                if root_of(text.encode("utf-8", "replace"))[0] == "nitf"
                else rendition(text, media_type, where)
            )


def _descriptions(item: Mapping[str, object], where: str) -> Iterator[str]:
    texts = [(form[1], _text(value)) for key, value in item.items() if (form := _DESCRIPTION_KEY.match(key))]
    texts += [
        (_text(entry.get("contenttype") or entry.get("role")), _text(entry.get("value")))
        for entry in _dicts(item.get("descriptions"))
    ]
    for form_name, text in texts:
        blocks = rendition(text, form_name, where).blocks
        if blocks:
            yield "\n".join(block.text for block in blocks)


def _keywords(value: object, scheme: str) -> Iterator[Keyword]:
    for entry in value if isinstance(value, list) else [value]:
        match entry:
            case str():
                yield Keyword(entry, scheme)
            case dict():
                yield Keyword(_name(entry), scheme)


def _name(entry: Mapping[str, object]) -> str:
    return next(filter(None, (_text(entry.get(key)) for key in ("name", "literal", "code", "uri"))), "")


def _names(value: object) -> str:
    return "; ".join(keyword.name for keyword in _keywords(value, "") if keyword.name)


def _by_role(value: object) -> Iterator[tuple[str, str]]:
    for entry in _dicts(value):
        yield _text(entry.get("role")).lower(), _text(entry.get("value"))


def _dicts(value: object) -> list[Mapping[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _unknown_keys(item: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in item.items():
        known = key in _FIELDS or key in _LEFT_OUT or key in _KEYWORD_LISTS
        if not known and not _BODY_KEY.match(key) and not _DESCRIPTION_KEY.match(key):
            yield f"key {key!r}", _shown(value)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def matches(head: bytes) -> bool:
    """Tell whether a file begins as ninjs: an object, or an array of them, with a uri and what only news has."""
    wide = _wide(head)
    text = head.decode(wide, "ignore") if wide else head.decode("utf-8", "replace")
    return bool(_OPENING.match(text) and _URI.search(text) and _OF_NINJS.search(text))


FORMAT = Format("ninjs", matches, read)
