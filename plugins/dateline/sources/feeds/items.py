"""What of a feed's item comes to feedparser, and what is left: nothing is overwritten, nothing dropped unseen.

feedparser keeps one value of most keys, the last or the first, and no text of what it does not know. So an item is
taken apart here; only elements of `_GROUPS` come to it, each as often as it keeps it, and the rest is named.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from dateline.sources.elements import DAMAGED, UNKNOWN
from dateline.sources.feeds.elements import canonical_name, elements_of, end_tag, name_of, namespaces_of, start_tag
from dateline.sources.feeds.texts import letters_of
from dateline.text import fold_spaces

Values = Any  # feedparser gives dictionaries of dictionaries

REPEATED = "a second value"

_MEDIA = ("media:group", "media:content")  # what is in them belongs to the item
_ALL = 999
# What of an item is read: the elements of each group, the first preferred, and how many of them feedparser keeps.
_GROUPS: dict[str, tuple[int, tuple[str, ...]]] = {
    "title": (1, ("title", "dc:title", "media:title")),
    "summary": (2, ("description", "summary", "abstract", "dc:description", "media:description", "itunes:summary")),
    "content": (9, ("content", "content:encoded", "fullitem", "body", "xhtml:body")),
    "id": (1, ("guid", "id")),
    "link": (_ALL, ("link", "feedburner:origlink")),
    "published": (1, ("published", "issued", "pubdate", "dcterms:issued", "dc:date")),
    "updated": (1, ("updated", "modified", "dcterms:modified")),
    "created": (1, ("created", "dcterms:created")),
    "author": (_ALL, ("author", "dc:creator", "dc:author", "itunes:author")),
    "category": (_ALL, ("category", "dc:subject", "keywords", "tags", "itunes:category", "media:category")),
    "keywords": (_ALL, ("itunes:keywords", "media:keywords")),
    "rights": (1, ("rights", "copyright", "dc:rights")),
    "language": (1, ("language", "dc:language")),
    "publisher": (1, ("dc:publisher",)),
    "source": (1, ("source",)),
    "enclosure": (_ALL, ("enclosure", "media:content", "media:player")),
}
_GROUP_OF = {name: group for group, (_, names) in _GROUPS.items() for name in names}
_TEXTS = ("title", "summary", "content")
# Elements whose text may be markup; those of a feed itself are only told.
_MAY_BE_MARKUP = {name for group in (*_TEXTS, "rights") for name in _GROUPS[group][1]} | {"subtitle", "tagline", "info"}
_DATES = ("published", "updated", "created")
_MAX_VALUE_CHARS = 4000  # of what is no text: an address, a name, a date

# What else an item may hold, by name or prefix, and why it is in no story.
_LEFT_OUT = {
    **dict.fromkeys(("comments", "slash", "wfw", "thr", "trackback", "pingback"), "about comments"),
    **dict.fromkeys(("georss", "geo", "gml", "icbm"), "a place on a map"),
    **dict.fromkeys(("media", "itunes", "psc", "image", "textinput"), "about pictures and sound"),
    **dict.fromkeys(("contributor", "dc:contributor"), "contributor"),
    **dict.fromkeys(("creativecommons", "cc"), "licence"),
    **dict.fromkeys(("expirationdate", "dcterms:valid"), "how long it holds"),
    "feedburner": "of the feed's service",
}
# Why something in an element that was read is in no story after all.
_LOST = {
    **dict.fromkeys(_TEXTS, DAMAGED),
    "author": "address of an author",
    "link": "another address",
    "enclosure": "about pictures and sound",
    "source": "of the feed it came from",
}

_BREAK = "\0"  # between two pieces of text
_MAX_PIECES = 2000  # of an element that are looked for one by one
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[!?/A-Za-z][^<>]*>")
_BASE64 = re.compile(r"""\b(?:mode\s*=\s*["']base64["']|type\s*=\s*["'](?!text/|[\w/.-]+[+/]xml["'])[\w.+-]+/)""")
# Its tags are the markup, or what looks like tags is text.
_NOT_ESCAPED = re.compile(r"""\btype\s*=\s*["'](?:xhtml|application/xhtml\+xml|text|text/plain)["']""")
_MAIL_ADDRESS = re.compile(r"\S+@\S+")
_WITH_ADDRESS = re.compile(r"\S+@\S+\s*\((?P<behind>[^()]+)\)|(?P<before>[^<>()]+?)\s*[<(]\s*\S+@\S+\s*[>)]")
_REFERENCE = re.compile(r"&#([xX][0-9A-Fa-f]{0,400}|[0-9]{1,400});?")
_CHARACTERS = range(1, 0x110000)
_SURROGATES = range(0xD800, 0xE000)
_ABOUT = re.compile(rb"""\babout\s*=\s*["']([^"']*)""", re.IGNORECASE)
_ENDS_IN_TAG = re.compile(r"</\s*([^\s<>/]+)\s*>\s*\Z")


@dataclass(frozen=True, slots=True)
class Child:
    """An element of a feed or of an item, as it stands in the XML; text beside elements has no name."""

    name: str
    xml: str


def children_of(item: bytes, namespaces: Mapping[bytes, str]) -> Iterator[Child]:
    """Yield the elements of an item, those of its media in their place, and text beside them."""
    known = {**namespaces, **namespaces_of([start_tag(item)])}
    own = canonical_name(name_of(start_tag(item)), known)
    for element in elements_of(io.BytesIO(item), (own,), (), namespaces):
        inner = item[element.first : element.end]
        if element.name in _MEDIA and not start_tag(inner).endswith(b"/>"):
            yield Child(element.name, (start_tag(inner)[:-1] + b"/>").decode("utf-8", "replace"))
            yield from children_of(inner, known)
        elif element.name != own:
            yield Child(element.name, inner.decode("utf-8", "replace"))


def choose(children: Sequence[Child]) -> tuple[list[Child], list[tuple[Child, str]]]:
    """Part elements into those that are read and, with the reason, those that are not."""
    rest: list[tuple[Child, str]] = []
    groups: dict[str, list[int]] = {}
    for at, child in enumerate(children):
        group = _GROUP_OF.get(child.name)
        if group is None:
            rest.append((child, _reason(child.name)))
        elif group not in _TEXTS and len(child.xml) > _MAX_VALUE_CHARS:
            rest.append((child, "too long"))
        else:
            groups.setdefault(group, []).append(at)
    chosen: list[int] = []
    for group, places in groups.items():
        most, names = _GROUPS[group]
        latest = -1 if group in _DATES else 1  # of two dates of one name the later one counts
        in_order = sorted(places, key=lambda at: (names.index(children[at].name), at * latest))
        chosen += in_order[:most]
        rest += [(children[at], REPEATED) for at in in_order[most:]]
    # feedparser takes a second summary for content, but only before it meets the content.
    chosen.sort(key=lambda at: (_GROUP_OF[children[at].name] != "summary", at))
    return [children[at] for at in chosen], rest


def parse_children(
    children: Iterable[Child], around: Sequence[bytes], *, doctype: bytes = b"", base: str = ""
) -> Values:
    """Return what feedparser makes of elements within the start tags `around` them; nothing, where it fails."""
    import feedparser  # type: ignore[import-untyped]  # it ships no types

    openings = [tag[:-2] + b">" if tag.endswith(b"/>") else tag for tag in around]
    inner = _REFERENCE.sub(_real, "".join(map(_closed, children))).encode("utf-8", "replace")
    closings = map(end_tag, reversed(openings))
    declaration = b'<?xml version="1.0" encoding="utf-8"?>\n'
    try:
        return feedparser.parse(
            io.BytesIO(b"".join([declaration, doctype, *openings, inner, *closings])),
            # Both are done by `read_markup`, which tells what it leaves out.
            resolve_relative_uris=False,
            sanitize_html=False,
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
        )
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # It trips over damaged elements of many kinds; that costs one item, whose text is told.
        return {"feed": {}, "entries": []}


def authors_of(children: Iterable[Child]) -> Iterator[str]:
    """Yield the names of authors in order; who has but an address has none."""
    # Not by feedparser: for it the last part of an address has four letters at most, and what follows is the name.
    for child in (child for child in children if _GROUP_OF.get(child.name) == "author"):
        parts = [part for part in children_of(child.xml.encode("utf-8", "replace"), {}) if part.name]
        names = [part for part in parts if part.name.rpartition(":")[2] == "name"]
        words = " ".join(map(shown, names if parts else [child]))
        found = _WITH_ADDRESS.fullmatch(words)
        name = (found["behind"] or found["before"] or "") if found else words
        if name and not _MAIL_ADDRESS.fullmatch(name):
            yield name


def shown(child: Child) -> str:
    """Return what an element shows, as one line."""
    return " ".join(_pieces(child.xml, is_markup=_is_markup(child)))


def id_and_update(item: bytes, namespaces: Mapping[bytes, str]) -> tuple[str, str]:
    """Return an item's identifier as it stands, and when it was updated; "" for none."""
    children = list(children_of(item, namespaces))
    id_, updated = (words_of(children, *_GROUPS[group][1]) for group in ("id", "updated"))
    about = _ABOUT.search(start_tag(item))
    return id_ or (about[1].decode("utf-8", "replace") if about else ""), updated


def words_of(children: Iterable[Child], *names: str) -> str:
    """Return what the elements of those names show."""
    return " ".join(shown(child) for child in children if child.name in names)


def lost(child: Child, carried: str) -> list[str]:
    """Return what an element shows whose letters are not in `carried`, piece by piece."""
    plain = _pieces(child.xml, is_markup=False)
    pieces = _pieces(child.xml, is_markup=True) if _is_markup(child) else plain
    if letters_of("".join(plain)) in carried or letters_of("".join(pieces)) in carried:
        return []
    if len(pieces) > _MAX_PIECES:
        return [" ".join(pieces)]
    return [piece for piece in pieces if letters_of(piece) not in carried]


def is_text(child: Child) -> bool:
    """Tell whether an element goes to the headline or the text of a story."""
    return _GROUP_OF.get(child.name) in _TEXTS


def reason_of_loss(child: Child) -> str:
    """Return why something in an element that was read is in no story."""
    return _LOST.get(_GROUP_OF[child.name], REPEATED)


def _reason(name: str) -> str:
    if not name:
        return "beside all elements"
    return _LEFT_OUT.get(name) or _LEFT_OUT.get(name.partition(":")[0], UNKNOWN)


def _closed(child: Child) -> str:
    opening = start_tag(child.xml.encode("utf-8", "replace"))
    name = name_of(opening).decode("utf-8", "replace")
    ending = _ENDS_IN_TAG.search(child.xml[-len(name) - 20 :])
    if child.name == "dc:date":  # which feedparser takes for an update, and feeds mean as the day of publication
        return f"<pubDate>{escape(shown(child))}</pubDate>"
    if opening.endswith(b"/>") or (ending and ending[1] == name):
        return child.xml
    return f"{child.xml}</{name}>"


def _real(reference: re.Match[str]) -> str:
    """Return a reference, or U+FFFD where it is to no character, as HTML does (13.2.5.84)."""
    digits = reference[1].lower()
    number = int(digits[1:] or "0", 16) if digits.startswith("x") else int(digits)
    return reference[0] if number in _CHARACTERS and number not in _SURROGATES else "\ufffd"


def _is_markup(child: Child) -> bool:
    """Tell whether the text of an element may be markup that was escaped."""
    return child.name in _MAY_BE_MARKUP and not _NOT_ESCAPED.search(child.xml, 0, child.xml.find(">") + 1)


def _pieces(xml: str, *, is_markup: bool) -> list[str]:
    """Return what an element of XML shows, tag by tag, and what markup that was escaped in it does."""
    parts = _CDATA.split(_CODE.sub(_BREAK, _COMMENT.sub("", xml)))
    value = "".join(part if at % 2 else unescape(_TAG.sub(_BREAK, part)) for at, part in enumerate(parts))
    if _BASE64.search(xml, 0, xml.find(">") + 1):
        value = _from_base64(value)
    if is_markup:
        value = unescape(_TAG.sub(_BREAK, _CODE.sub(_BREAK, value)))
    return [piece for part in value.split(_BREAK) if (piece := fold_spaces(part))]


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode(re.sub(r"[\s\0]+", "", value), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return value
