"""NITF, the News Industry Text Format: head and body of an article, alone or as the text of a NewsML item."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from dateline.errors import SourceError
from dateline.records import Block, Keyword, Notice, Story
from dateline.sources.dates import read_moment
from dateline.sources.elements import (
    MANY,
    Unknowns,
    as_html,
    collect_unknown,
    find,
    find_all,
    local_name,
    parse_item,
    parse_text,
    read_items,
    root_of,
    text_of,
)
from dateline.sources.markup import read_markup
from dateline.sources.source import Format, Source
from dateline.sources.wires.wire import Rendition, WireItem, item_stories

if TYPE_CHECKING:
    from lxml.etree import _Element

# What the elements of a body are in HTML; what is not here is part of the line that it stands in.
_AS_HTML = {
    "block": "div", "p": "p", "hl1": "h2", "hl2": "h3", "ul": "ul", "ol": "ol", "li": "li", "dl": "dl", "dt": "dt",
    "dd": "dd", "bq": "blockquote", "credit": "p", "pre": "pre", "br": "br", "hr": "hr", "a": "a", "fn": "div",
    "note": "div", "media": "figure", "media-caption": "figcaption", "media-producer": "figcaption", "table": "table",
    "caption": "caption", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot", "tr": "tr", "th": "th", "td": "td",
    "nitf-table": "div", "custom-table": "div", "datasource": "p", "tagline": "p", "bibliography": "p",
    "abstract": "div", "hedline": "div", "body.content": "div", "body.end": "div", "body": "div",
    # A picture's own bytes, its data for machines, and what describes a table's columns.
    "media-object": "", "media-metadata": "", "media-reference": "", "nitf-table-metadata": "", "nitf-colspan": "",
}  # fmt: skip
_IN_LINE = {
    "a", "alt-code", "br", "chron", "classifier", "copyrite", "copyrite.holder", "copyrite.year", "denom", "em",
    "event", "frac", "function", "lang", "location", "sublocation", "city", "state", "region", "country", "money",
    "name.family", "name.given", "num", "numer", "object.title", "org", "person", "postaddr", "addressee", "care.of",
    "delivery.point", "delivery.office", "postcode", "pronounce", "q", "sub", "sup", "virtloc", "col", "colgroup",
    "frac-sep", "story.date", "strong", "b", "i", "u", "span", "img",
}  # fmt: skip
_CONTAINERS = {"nitf", "head", "docdata", "body", "body.head"}
_KNOWN = {
    "title", "meta", "tobject", "iim", "ds", "pubdata", "revision-history", "correction", "evloc", "doc-id",
    "del-list", "urgency", "fixture", "date.issue", "date.release", "date.expire", "doc-scope", "series", "ed-msg",
    "du-key", "doc.copyright", "doc.rights", "key-list", "identified-content", "hedline", "rights", "byline",
    "distributor", "dateline", "note", "abstract", "media-reference", "media-metadata", "media-object",
    "nitf-table-metadata", "nitf-colspan", *_IN_LINE,
}  # fmt: skip
# The lists of keywords that the elements of `identified-content` are from.
_IDENTIFIED = {
    "person": "people", "org": "organisations", "location": "places", "event": "events", "object.title": "objects",
    "classifier": "subjects", "function": "functions", "virtloc": "addresses",
}  # fmt: skip
_SUBJECT_PARTS = ("tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type")
_NORMALISED = "normalized"  # a byline that repeats another, for sorting


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the story of each NITF document in a source, and notices of what is in none."""
    found, unknown = False, Unknowns(source.name)
    for item in read_items(source, {"nitf"}):
        found = found or not isinstance(item, Notice) or bool(item.reason)
        if isinstance(item, Notice):
            yield item
            continue
        root, notices = parse_item(item, source.limits.elements_deep)
        yield from notices
        if root is not None:
            where = str(item.locator)
            collect_unknown(unknown, root, _CONTAINERS, _KNOWN, mixed=_AS_HTML)
            yield from item_stories(nitf_item(root, where), item.locator, item.sha256, source.sidecar)
        yield from unknown.notices(at_least=MANY)
    yield from unknown.notices()
    if not found:
        raise SourceError(f"{source.name}: holds no element nitf; NITF would")


def nitf_rendition(markup: str, where: str) -> Rendition:
    """Return the text of a NITF document that is part of another."""
    root, notices = parse_text(markup, where)
    if root is None:
        return Rendition((), tuple(notices))
    (form,) = nitf_item(root, where).renditions
    return Rendition(form.blocks, (*notices, *form.notices), form.richness)


def nitf_item(root: _Element, where: str) -> WireItem:
    """Return what a `nitf` element says of itself."""
    docdata, head = find(root, "head", "docdata"), find(root, "body", "body.head")
    hedline = find(head, "hedline")
    headlines = [text_of(element) for element in find_all(hedline, "hl1")]
    title = text_of(find(root, "head", "title"))
    main, *others = filter(None, headlines) if any(headlines) else [title]
    blocks, notices = _blocks(root, where)
    key, doc_id = find(docdata, "du-key"), _attribute(find(docdata, "doc-id"), "id-string")
    issued = _norm(docdata, "date.issue")
    return WireItem(
        id=_attribute(key, "key") or doc_id,
        version=_attribute(key, "version") or (doc_id if key is not None and _attribute(key, "key") else ""),
        status=_attribute(docdata, "management-status"),
        embargo=_embargo(docdata, issued),
        headline=main,
        decks=tuple(filter(None, map(text_of, find_all(hedline, "hl2")))),
        other_headlines=tuple(others),
        renditions=(Rendition(blocks, notices, len(blocks) + sum(len(block.links) for block in blocks)),),
        summaries=tuple(filter(None, map(text_of, find_all(head, "abstract")))),
        editor_notes=tuple(_editor_notes(root, docdata)),
        bylines=tuple(
            text_of(byline)
            for byline in find_all(head, "byline")
            if not byline.get("class", "").startswith(_NORMALISED)
        ),
        dateline=text_of(find(head, "dateline")),
        this_made=_attribute(find(root, "head", "pubdata"), "date.publication")
        or issued
        or _attribute(find(head, "dateline", "story.date"), "norm"),
        keywords=tuple(_keywords(root, docdata)),
        language=_language(root),
        publication=_attribute(find(root, "head", "pubdata"), "name"),
        publisher=text_of(find(head, "distributor")),
        rights=(_copyright(docdata), text_of(find(docdata, "doc.rights")), text_of(find(head, "rights"))),
    )


def _blocks(root: _Element, where: str) -> tuple[tuple[Block, ...], tuple[Notice, ...]]:
    """Return the notes before the text, the text, and what ends it."""
    parts = [
        *find_all(root, "body", "body.head", "note"),
        *find_all(root, "body", "body.content"),
        *find_all(root, "body", "body.end"),
    ]
    for part in parts:
        _drop_repeated_lead(part)
    return read_markup("".join(as_html(part, _AS_HTML) for part in parts), where)


def _drop_repeated_lead(content: _Element) -> None:
    """Take out a block that the next one begins with, as a text is given twice: its lead, then all of it."""
    blocks = list(find_all(content, "block"))
    for lead, full in pairwise(blocks):
        paragraphs = [text_of(child) for child in lead]
        if paragraphs and paragraphs == [text_of(child) for child in full][: len(paragraphs)]:
            content.remove(lead)


def _embargo(docdata: _Element | None, issued: str) -> str | None:
    """Return the day of release, where it is after that of issue: until then the text is not public."""
    released = _norm(docdata, "date.release")
    release, issue = read_moment(released), read_moment(issued)
    return released if release and issue and release.date > issue.date else None


def _editor_notes(root: _Element, docdata: _Element | None) -> Iterator[str]:
    for element in find_all(docdata, "ed-msg"):
        yield _attribute(element, "info") or text_of(element)
    for element in find_all(docdata, "correction"):
        yield _attribute(element, "info")


def _keywords(root: _Element, docdata: _Element | None) -> Iterator[Keyword]:
    for subject in find_all(root, "head", "tobject", "tobject.subject"):
        parts = [
            _attribute(subject, key) for key in (*_SUBJECT_PARTS, "tobject.subject.code", "tobject.subject.refnum")
        ]
        yield Keyword(next(filter(None, parts), ""), "subjects")
    for keyword in find_all(docdata, "key-list", "keyword"):
        yield Keyword(_attribute(keyword, "key") or text_of(keyword), "keywords")
    for element in find_all(docdata, "identified-content", "*"):
        scheme = _IDENTIFIED.get(local_name(element), "subjects")
        yield Keyword(text_of(element) or _attribute(element, "value"), scheme)
    for series in find_all(docdata, "series"):
        yield Keyword(_attribute(series, "series.name"), "series")
    for fixture in find_all(docdata, "fixture"):
        yield Keyword(_attribute(fixture, "fix-id"), "fixture")
    for place in find_all(docdata, "evloc"):
        parts = [_attribute(place, key) for key in ("city", "county-dist", "state-prov", "iso-cc")]
        yield Keyword(text_of(place) or ", ".join(filter(None, parts)), "places")


def _copyright(docdata: _Element | None) -> str:
    element = find(docdata, "doc.copyright")
    said = " ".join(filter(None, (_attribute(element, "year"), _attribute(element, "holder"))))
    return f"© {said}" if said else ""


def _language(root: _Element) -> str:
    for element in (root, find(root, "body"), find(root, "body", "body.content")):
        if element is not None and (code := element.get("{http://www.w3.org/XML/1998/namespace}lang")):
            return str(code)
    return ""


def _norm(docdata: _Element | None, name: str) -> str:
    element = find(docdata, name)
    return _attribute(element, "norm") or text_of(element)


def _attribute(element: _Element | None, name: str) -> str:
    return str(element.get(name, "")).strip() if element is not None else ""


def matches(head: bytes) -> bool:
    """Tell whether a file's first element is `nitf`."""
    return root_of(head)[0] == "nitf"


FORMAT = Format("nitf", matches, read)
