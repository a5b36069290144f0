"""The elements of a feed, found in its bytes: whole or damaged, in one pass, of a source of any size.

No XML parser names the bytes of an element, and each stops at the first error, where most feeds that broke are well
readable: an item left open, a stray `&`, an entity of HTML. Here an item ends at its end tag, or where the next one
begins, or where the feed ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

_WINDOW_BYTES = 1024 * 1024
_MAX_TAG_BYTES = 16 * 1024  # a longer tag is text: no feed has one
_MAX_AROUND = 6  # elements around an item: with their start tags each item is read
_BLANK = b" \t\r\n\xef\xbb\xbf"  # and a byte order mark

_OPENING = re.compile(rb"<(?:!--|!\[CDATA\[|[?!]|/?[A-Za-z_])")
_ATTRIBUTES = rb"""[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+"""
_TAG = re.compile(rb"<(/?)([^\s<>/\"'=]++)(" + _ATTRIBUTES + rb")>")
_BROKEN_TAG = re.compile(rb"<(/?)([^\s<>/\"'=]++)([^<>]*+)>")  # its quotation marks do not pair
_CLOSINGS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>", b"<!": b">"}
_LONGEST_OPENING = 16
_NAMESPACE = re.compile(rb"""\bxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True, slots=True)
class Element:
    """An element, or text beside elements (its name is empty), and where it stands in the stream."""

    name: str  # as known to feed readers, in lower case: "title", "dc:date"
    first: int  # its first byte, from 0
    end: int  # the byte after its last
    openings: tuple[bytes, ...] = ()  # the start tags around it


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    name: bytes = b""  # empty: a comment, a declaration, the end of the stream
    text: bytes = b""
    closes: bool = False
    is_empty: bool = False  # `<br/>`
    is_text: bool = False  # a CDATA section


@dataclass(frozen=True, slots=True)
class _Around:
    """An element whose inside is cut: its name, its start tag, the prefixes that hold in it."""

    name: bytes
    tag: bytes
    namespaces: Mapping[bytes, str]


# Prefixes by which the namespaces are known that feeds use; in the first ones stand the feeds themselves.
_PREFIXES = {
    "http://backend.userland.com/rss": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://purl.org/rss/1.0/modules/rss091#": "",
    "http://purl.org/atom/ns#": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.opengis.net/gml": "gml",
    "http://madskills.com/public/xml/rss/module/trackback/": "trackback",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://podlove.org/simple-chapters": "psc",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    **{f"http://wordpress.org/export/1.{minor}/": "wp" for minor in range(3)},
}


def elements_of(
    stream: BinaryIO,
    around: Collection[str],
    items: Collection[str] = (),
    namespaces: Mapping[bytes, str] | None = None,
) -> Iterator[Element]:
    """Yield the outermost elements of a stream in order, but for those named in `around`: of these, what is within.

    One of `items` begins wherever its start tag stands, and ends what is open. Text beside the elements comes as an
    element without a name.
    """
    outer = [_Around(b"", b"", dict(namespaces or {}))]
    name, own, first, depth, after = "", b"", 0, 0, 0  # of the element that is open
    for tag in _tags(stream):
        openings = tuple(element.tag for element in outer[1:])
        if not depth and (end := tag.end if tag.is_text else tag.start) > after and _is_text(stream, after, end):
            yield Element("", after, end)
        after = tag.end
        if not tag.name:
            if depth and tag.start == tag.end:  # the end of the stream
                yield Element(name, first, tag.end, openings)
            continue
        is_item = not tag.closes and _is_item(tag, outer[-1], items)
        if depth and tag.name == own and not is_item:
            depth += 0 if tag.is_empty else -1 if tag.closes else 1
            if not depth:
                yield Element(name, first, tag.end, openings)
        elif tag.closes:
            if _close(outer, tag.name) and depth:
                yield Element(name, first, tag.start, openings)
                depth = 0
        elif not depth or is_item:
            if depth:
                yield Element(name, first, tag.start, openings)
            known = _declared(outer[-1].namespaces, tag.text)
            name, own, first, depth = canonical_name(tag.name, known), tag.name, tag.start, 1
            if tag.is_empty:
                yield Element(name, first, tag.end, openings)
                depth = 0
            elif name in around and len(outer) < _MAX_AROUND:
                outer.append(_Around(tag.name, tag.text, known))
                depth = 0


def canonical_name(name: bytes, namespaces: Mapping[bytes, str]) -> str:
    """Return the name of an element with the prefix by which its namespace is known, in lower case."""
    prefix, colon, local = name.lower().rpartition(b":")
    known = namespaces.get(prefix, "" if not colon else prefix.decode("ascii", "replace"))
    text = local.decode("ascii", "replace")
    return f"{known}:{text}" if known else text


def namespaces_of(openings: Collection[bytes]) -> dict[bytes, str]:
    """Return the known prefix of each prefix that start tags declare."""
    known: Mapping[bytes, str] = {}
    for opening in openings:
        known = _declared(known, opening)
    return dict(known)


def start_tag(raw: bytes) -> bytes:
    """Return the start tag with which the bytes of an element begin."""
    found = _tag_at(raw, 0)
    return found[0] if found else b""


def name_of(opening: bytes) -> bytes:
    """Return the name in a start tag, as it stands."""
    found = _tag_at(opening, 0)
    return found[2] if found else b""


def end_tag(opening: bytes) -> bytes:
    """Return the end tag of a start tag."""
    found = _tag_at(opening, 0)
    return b"</" + found[2] + b">" if found else b""


def _is_item(tag: _Tag, within: _Around, items: Collection[str]) -> bool:
    if tag.name.lower().rpartition(b":")[2].decode("ascii", "replace") not in items:
        return False
    return canonical_name(tag.name, _declared(within.namespaces, tag.text)) in items


def _close(outer: list[_Around], name: bytes) -> bool:
    """Close the innermost element of that name, and those in it; tell whether there is one."""
    at = next((at for at in reversed(range(1, len(outer))) if outer[at].name == name), 0)
    if at:
        del outer[at:]
    return bool(at)


def _declared(known: Mapping[bytes, str], tag: bytes) -> Mapping[bytes, str]:
    if b"xmlns" not in tag:
        return known
    found = dict(known)
    for prefix, *address in _NAMESPACE.findall(tag):
        uri = b"".join(address).decode("utf-8", "replace").lower()
        if "backend.userland.com/rss" in uri:  # whatever its version
            found[prefix.lower()] = ""
        elif uri in _PREFIXES:
            found[prefix.lower()] = _PREFIXES[uri]
        else:
            found.pop(prefix.lower(), None)
    return found


def _is_text(stream: BinaryIO, start: int, end: int) -> bool:
    stream.seek(start)
    return end - start > _WINDOW_BYTES or bool(stream.read(end - start).strip(_BLANK))


def _tags(stream: BinaryIO) -> Iterator[_Tag]:
    """Yield the tags of a stream, comments, declarations and CDATA sections among them, and at last its end."""
    window, base, at, is_last = b"", 0, 0, False
    missing: set[bytes] = set()  # endings that occur no more: they are searched once
    while True:
        if not is_last and at + _MAX_TAG_BYTES > base + len(window):
            stream.seek(at)
            window, base = stream.read(_WINDOW_BYTES), at
            is_last = len(window) < _WINDOW_BYTES
        found = _OPENING.search(window, at - base)
        if found is None:
            if is_last:
                yield _Tag(base + len(window), base + len(window))
                return
            at = max(at, base + len(window) - _LONGEST_OPENING)
            continue
        start = found.start()
        if not is_last and start + _MAX_TAG_BYTES > len(window):
            at = base + start
            continue
        at = base + found.end()
        if found[0] in _CLOSINGS:
            closing = _declaration_end(window, start) if found[0] == b"<!" else _CLOSINGS[found[0]]
            end = -1 if closing in missing else _find(stream, closing, at)
            if end < 0:
                missing.add(closing)
                continue
            at = end + len(closing)
            yield _Tag(base + start, at, is_text=found[0] == b"<![CDATA[")
        elif match := _tag_at(window, start):
            at = base + match.end()
            yield _Tag(base + start, at, match[2], match[0], bool(match[1]), match[3].endswith(b"/"))


def _tag_at(window: bytes, start: int) -> re.Match[bytes] | None:
    end = start + _MAX_TAG_BYTES
    return _TAG.match(window, start, end) or _BROKEN_TAG.match(window, start, end)


def _declaration_end(window: bytes, start: int) -> bytes:
    """Return what ends a declaration: a DOCTYPE's own declarations stand in brackets."""
    bracket, end = window.find(b"[", start, start + 1000), window.find(b">", start)
    return b"]>" if 0 <= bracket < end else b">"


def _find(stream: BinaryIO, what: bytes, start: int) -> int:
    """Return where `what` next stands from `start` on, -1 for nowhere."""
    size = 4096  # most comments are short
    while True:
        stream.seek(start)
        window = stream.read(size)
        at = window.find(what)
        if at >= 0:
            return start + at
        if len(window) < size:
            return -1
        start += len(window) - len(what)
        size = _WINDOW_BYTES
