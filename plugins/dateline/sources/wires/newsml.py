"""NewsML, the IPTC's envelope for news: version 1 with its components, and G2 with its items and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dateline.errors import SourceError
from dateline.records import Block, BlockKind, Keyword, Notice, Story
from dateline.sources.elements import (
    MANY,
    Item,
    Unknowns,
    as_html,
    collect_unknown,
    find,
    find_all,
    local_name,
    parse_item,
    read_items,
    root_of,
    text_of,
)
from dateline.sources.source import Format, Source
from dateline.sources.wires.nitf import nitf_item, nitf_rendition
from dateline.sources.wires.wire import Rendition, WireItem, item_stories, rendition

if TYPE_CHECKING:
    from lxml.etree import _Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_G2_NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
# The items of NewsML-G2 that are no article, and what they are.
_NO_ARTICLES = {
    "packageItem": "package",
    "conceptItem": "concept",
    "knowledgeItem": "knowledge",
    "planningItem": "planning",
    "catalogItem": "catalog",
}
_G2_ITEMS = {"newsItem", *_NO_ARTICLES}
_G2_CONTAINERS = {"newsItem", "rightsInfo", "itemMeta", "contentMeta", "contentSet"}
_G2_KNOWN = {
    # fields
    "copyrightHolder", "copyrightNotice", "usageTerms", "itemClass", "provider", "versionCreated", "firstCreated",
    "embargoed", "pubStatus", "title", "edNote", "located", "creator", "by", "language", "genre", "keyword", "subject",
    "slugline", "headline", "dateline", "creditline", "description", "infoSource", "inlineXML", "inlineData",
    "remoteContent",
    # left out: of the item as a thing that is sent, of its makers, of other items
    "catalogRef", "catalog", "hopHistory", "role", "fileName", "generator", "profile", "service", "memberOf",
    "instanceOf", "signal", "altRep", "deliverableOf", "hash", "expires", "origRep", "incomingFeedId",
    "metadataCreator", "link", "urgency", "contentCreated", "contentModified", "digitalSourceType", "contributor",
    "audience", "exclAudience", "altId", "rating", "userInteraction", "icon", "timeDelim", "partMeta", "assert",
    "inlineRef", "derivedFrom", "derivedFromValue", "accountable", "rightsInfoExtProperty", "itemMetaExtProperty",
    "contentMetaExtProperty", "newsItemExtProperty", "sameAs", "alternative",
}  # fmt: skip
# The lists of keywords, by the type of a G2 subject.
_LISTS = {
    "person": "people", "organisation": "organisations", "geoarea": "places", "poi": "places", "event": "events",
    "object": "objects",
}  # fmt: skip

_COMPONENT_CONTAINERS = {"NewsItem", "NewsComponent", "NewsLines", "ContentItem", "NewsManagement"}
_COMPONENT_KNOWN = {
    # fields
    "Identification", "FirstCreated", "ThisRevisionCreated", "Status", "StatusWillChange", "HeadLine", "SubHeadLine",
    "ByLine", "DateLine", "CreditLine", "CopyrightLine", "RightsLine", "SeriesLine", "SlugLine", "KeywordLine",
    "NewsLine", "DataContent", "Metadata", "DescriptiveMetadata", "RightsMetadata", "AdministrativeMetadata",
    # left out: of the item as a thing that is sent, of what the components are to one another, of other items
    "NewsItemType", "Urgency", "RevisionHistory", "DerivedFrom", "AssociatedWith", "Instruction", "Property",
    "Comment", "Catalog", "BasisForChoice", "Role", "Format", "MediaType", "MimeType", "Notation",
    "Characteristics", "Encoding", "TopicSet", "TopicSetRef", "NewsItemRef", "Topic", "Update",
}  # fmt: skip
_NOT_TEXT = {"stylesheet", "photo", "picture", "logo", "graphic", "video", "audio", "thumbnail", "caption"}
_ROLES_IN_ORDER = ("subheadline", "", "contact")  # the text itself, whatever its role is called, in the middle


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a source's items, and notices of what is in none."""
    source.stream.seek(0)
    is_g2 = _is_g2(source.stream.read(64 * 1024))
    names, stories = (_G2_ITEMS, _g2_stories) if is_g2 else ({"NewsItem"}, _component_stories)
    found, unknown = False, Unknowns(source.name)
    for item in read_items(source, names):
        found = found or not isinstance(item, Notice) or bool(item.reason)
        if isinstance(item, Notice):
            yield item
            continue
        root, notices = parse_item(item, source.limits.elements_deep)
        yield from notices
        if root is not None:
            containers, known = (_G2_CONTAINERS, _G2_KNOWN) if is_g2 else (_COMPONENT_CONTAINERS, _COMPONENT_KNOWN)
            if item.name not in _NO_ARTICLES:
                collect_unknown(unknown, root, containers, known)
            yield from stories(root, item, source)
        yield from unknown.notices(at_least=MANY)
    yield from unknown.notices()
    if not found:
        raise SourceError(f"{source.name}: holds no item that can be read; NewsML has newsItem or NewsItem")


def _g2_stories(root: _Element, item: Item, source: Source) -> Iterator[Story | Notice]:
    where = str(item.locator)
    if item.name in _NO_ARTICLES:
        kind = _NO_ARTICLES[item.name]
        message = f"{item.name} {root.get('guid', 'without guid')} is no article; it was set aside"
        yield Notice(where, message, text_of(root), f"{kind} item")
        return
    yield from item_stories(_g2_item(root, where), item.locator, item.sha256, source.sidecar)


def _g2_item(root: _Element, where: str) -> WireItem:
    # Wherever they stand: in a damaged item one may be within another.
    meta, content, rights = (next(root.iter("{*}" + name), None) for name in ("itemMeta", "contentMeta", "rightsInfo"))
    language = _attribute(find(content, "language"), "tag") or root.get(_LANG, "")
    parts = list(_g2_parts(root, where))
    inner = next((part.item for part in parts if part.item), WireItem())
    headlines = list(filter(None, map(text_of, find_all(content, "headline"))))
    titles = list(filter(None, map(text_of, find_all(meta, "title"))))
    subs = [text_of(element) for element in find_all(content, "headline") if "sub" in element.get("role", "").lower()]
    mains = [headline for headline in headlines if headline not in subs] or [inner.headline]
    headline = next(filter(None, (*mains, *titles)), "")
    status = (
        _attribute(find(meta, "pubStatus"), "qcode") or _attribute(find(meta, "pubStatus"), "uri").rpartition("/")[2]
    )
    embargo = find(meta, "embargoed")
    dateline = text_of(find(content, "dateline")) or inner.dateline
    kinds = [_code(find(meta, "itemClass")), *(part.kind for part in parts)]
    return WireItem(
        id=root.get("guid", ""),
        kind=next((kind for kind in kinds if kind not in ("", "text", "composite")), ""),
        version=root.get("version", ""),
        status=status or inner.status,
        embargo=text_of(embargo) if embargo is not None else inner.embargo,
        headline=headline,
        decks=(*subs, *(deck for deck in inner.decks if deck not in subs)),
        other_headlines=(
            *(other for other in (*mains, inner.headline) if other != headline),
            *inner.other_headlines,
        ),
        renditions=tuple(part.rendition for part in parts),
        summaries=(*map(text_of, find_all(content, "description")), *inner.summaries),
        editor_notes=(*filter(None, map(text_of, find_all(meta, "edNote"))), *inner.editor_notes),
        bylines=tuple(_bylines(content)) or inner.bylines,
        dateline=dateline,
        first_made=text_of(find(meta, "firstCreated")),
        this_made=text_of(find(meta, "versionCreated")) or inner.this_made,
        keywords=(*_g2_keywords(content, language, with_place=not dateline), *inner.keywords),
        language=language or inner.language,
        publication=inner.publication,
        publisher=_party(find(meta, "provider")) or _party(find(content, "infoSource")) or inner.publisher,
        rights=(
            *_lines(find_all(rights, "copyrightNotice")),
            *([] if find(rights, "copyrightNotice") is not None else _names(find_all(rights, "copyrightHolder"))),
            *_lines(find_all(rights, "usageTerms")),
            *_lines(find_all(content, "creditline")),
            *inner.rights,
        ),
        enclosures=tuple(_attribute(remote, "href") for remote in root.iter("{*}remoteContent")),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A text of a content set: its blocks, and what a NITF document says beside them."""

    rendition: Rendition
    item: WireItem | None = None
    kind: str = ""  # what it is when it is no text


def _g2_parts(root: _Element, where: str) -> Iterator[_Part]:
    for inline in root.iter("{*}inlineXML"):
        children = [child for child in inline if local_name(child)]
        if not children and text_of(inline):
            yield _Part(rendition(text_of(inline), "text/plain", where))
        for child in children:
            yield _xml_part(child, where)
    for inline in root.iter("{*}inlineData"):
        yield _data_part(inline, where)


def _xml_part(element: _Element, where: str) -> _Part:
    match local_name(element).lower():
        case "nitf":
            item = nitf_item(element, where)
            return _Part(item.renditions[0], item)
        case "html" | "body" | "div" | "section" | "article" | "p":
            return _Part(rendition(as_html(element), "text/html", where))
        case "events" | "event" as name:
            text = text_of(element)
            return _Part(Rendition((Block(text),) if text else ()), kind=name.removesuffix("s"))
    return _Part(replace(rendition(as_html(element), "text/html", where), richness=0))


def _data_part(inline: _Element, where: str) -> _Part:
    if inline.get("encoding"):
        message = f"data in the encoding {inline.get('encoding')} is no text and was left out"
        return _Part(Rendition((), (Notice(where, message, reason="data"),)))
    return _Part(rendition("".join(map(str, inline.itertext())), inline.get("contenttype", "text/plain"), where))


def _g2_keywords(content: _Element | None, language: str, *, with_place: bool) -> Iterator[Keyword]:
    for subject in find_all(content, "subject"):
        list_name = _LISTS.get(subject.get("type", "").rpartition(":")[2].lower(), "subjects")
        yield Keyword(_named(subject, language), list_name)
    for name, list_name in (("genre", "genres"), ("keyword", "keywords"), ("slugline", "slugline")):
        for element in find_all(content, name):
            yield Keyword(_named(element, language) if name == "genre" else text_of(element), list_name)
    for located in find_all(content, "located") if with_place else ():
        yield Keyword(_named(located, language), "located")


def _named(element: _Element, language: str) -> str:
    """Return the name of a concept in a language, or its first, or its code."""
    names = list(find_all(element, "name"))
    wanted = language.partition("-")[0]
    best = next((name for name in names if name.get(_LANG, language).partition("-")[0] == wanted), None)
    if best is None and names:
        best = names[0]
    return text_of(best) or element.get("literal", "") or _code(element) or element.get("uri", "")


def _code(element: _Element | None) -> str:
    """Return what a `qcode` names in its scheme: `text` of `ninat:text`."""
    return _attribute(element, "qcode").rpartition(":")[2] or _attribute(element, "uri").rpartition("/")[2]


def _bylines(content: _Element | None) -> Iterator[str]:
    if any(text_of(by) for by in find_all(content, "by")):
        yield from filter(None, map(text_of, find_all(content, "by")))
    else:
        yield from _names(find_all(content, "creator"))


def _names(elements: Iterable[_Element]) -> Iterator[str]:
    yield from filter(None, (text_of(find(element, "name")) for element in elements))


def _party(element: _Element | None) -> str:
    return text_of(find(element, "name")) or _attribute(element, "literal") or _code_only(element)


def _code_only(element: _Element | None) -> str:
    return _attribute(element, "qcode").rpartition(":")[2]


def _lines(elements: Iterable[_Element]) -> Iterator[str]:
    yield from filter(None, map(text_of, elements))


def _component_stories(root: _Element, item: Item, source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a NewsML 1 item, and of those within it."""
    where = str(item.locator)
    for news_item in [root, *root.iterdescendants("{*}NewsItem")]:
        for wire in _component_items(news_item, where):
            yield from item_stories(wire, item.locator, item.sha256, source.sidecar)
        yield from _texts_outside(news_item, where)


def _component_items(news_item: _Element, where: str) -> Iterator[WireItem]:
    """Yield an item for each component that has a headline and a text, or one for what has none."""
    components = list(_story_components(news_item)) or [news_item]
    for number, component in enumerate(components, start=1):
        wire = _component_item(news_item, component, where)
        name = component.get("Duid") or wire.language or str(number)
        yield wire if len(components) == 1 else replace(wire, id=f"{wire.id}#{name}")


def _texts_outside(news_item: _Element, where: str) -> Iterator[Notice]:
    """Yield a notice of texts that stand beside the components with a headline."""
    components = set(_story_components(news_item))
    for data in news_item.iterdescendants("{*}DataContent") if components else ():
        within = set(data.iterancestors())
        if not within & components and text_of(data) and next(data.iterancestors("{*}NewsItem")) is news_item:
            message = "stands beside the components that have a headline; it was left out"
            yield Notice(where, message, text_of(data), "no headline")


def _story_components(element: _Element) -> Iterator[_Element]:
    """Yield the outermost components that have a headline, and a text in them or in what they hold."""
    for component in find_all(element, "NewsComponent"):
        if text_of(find(component, "NewsLines", "HeadLine")) and _role(component) not in _NOT_TEXT:
            yield component
        else:
            yield from _story_components(component)


def _component_item(root: _Element, component: _Element, where: str) -> WireItem:
    identifier, management = find(root, "Identification", "NewsIdentifier"), find(root, "NewsManagement")
    around = [component, *component.iterancestors("{*}NewsComponent")]

    def lines(name: str) -> list[str]:
        return [text for outer in around for text in _lines(find_all(outer, "NewsLines", name))]

    revision = text_of(find(identifier, "RevisionId"))
    public = text_of(find(identifier, "PublicIdentifier"))
    status, embargo = _component_status(management)
    dateline = next(iter(lines("DateLine")), "")
    headlines = lines("HeadLine")
    return WireItem(
        id=public.removesuffix(f":{revision}") if revision else public,
        version=revision,
        status=status,
        embargo=embargo,
        headline=headlines[0] if headlines else "",
        decks=tuple(lines("SubHeadLine")),
        other_headlines=tuple(headlines[1:]),
        renditions=_text_of_component(component, where),
        editor_notes=tuple(_other_lines(around)),
        bylines=tuple(lines("ByLine")),
        dateline=dateline,
        first_made=text_of(find(management, "FirstCreated")),
        this_made=text_of(find(management, "ThisRevisionCreated")),
        keywords=tuple(_component_keywords(around)),
        language=_first_name(around, "DescriptiveMetadata", "Language"),
        publisher=_first_name(around, "AdministrativeMetadata", "Provider", "Party")
        or _first_name(around, "AdministrativeMetadata", "Source", "Party"),
        rights=(*lines("CopyrightLine"), *lines("RightsLine"), *lines("CreditLine")),
        enclosures=tuple(content.get("Href", "") for content in component.iter("{*}ContentItem")),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of a component in the fullest of its forms, its role, and the other forms."""

    role: str
    best: Rendition
    others: tuple[Rendition, ...] = ()


def _text_of_component(component: _Element, where: str) -> tuple[Rendition, ...]:
    """Return the text of a component and all in it, in the order of its roles, and the other forms of its parts."""
    pieces = sorted(_pieces(component, where), key=lambda piece: _rank(piece.role))
    blocks = tuple(block for piece in pieces for block in piece.best.blocks)
    notices = tuple(notice for piece in pieces for notice in piece.best.notices)
    others = tuple(replace(other, richness=-1) for piece in pieces for other in piece.others)
    return (Rendition(blocks, notices), *others)


def _rank(role: str) -> int:
    return _ROLES_IN_ORDER.index(role) if role in _ROLES_IN_ORDER else 3 if role in _NOT_TEXT else 1


def _pieces(component: _Element, where: str) -> Iterator[_Piece]:
    role = _role(component)
    forms = [form for content in find_all(component, "ContentItem") for form in _content(content, where)]
    if role == "headline":  # what NewsLines say, in another form
        yield _Piece(role, Rendition(()), tuple(forms))
    elif forms:
        best = max(forms, key=lambda form: form.richness)
        yield _Piece(role, best, tuple(form for form in forms if form is not best))
    if role in _NOT_TEXT:
        captions = tuple(
            Block(text, BlockKind.CAPTION) for text in _lines(find_all(component, "NewsLines", "HeadLine"))
        )
        yield _Piece(role, Rendition(captions))
    inner = [list(_pieces(child, where)) for child in find_all(component, "NewsComponent")]
    if component.get("EquivalentsList") == "yes" and len(inner) > 1:
        best_pieces = max(inner, key=lambda pieces: sum(piece.best.richness for piece in pieces))
        yield from best_pieces
        others = [piece.best for pieces in inner if pieces is not best_pieces for piece in pieces]
        yield _Piece(role, Rendition(()), tuple(others))
    else:
        for pieces in inner:
            yield from pieces


def _content(content: _Element, where: str) -> Iterator[Rendition]:
    """Yield the text of a content item, none for a style sheet or the like."""
    form = " ".join(
        _attribute(find(content, name), "FormalName").lower() for name in ("MimeType", "Format", "MediaType")
    )
    if encoded := find(content, "Encoding", "DataContent"):
        message = (
            f"data in the encoding {_attribute(find(content, 'Encoding'), 'Notation')} is no text and was left out"
        )
        yield Rendition((), (Notice(where, message, reason="data"),) if encoded.text else ())
    data = find(content, "DataContent")
    if data is None or "css" in form or "script" in form:
        return
    children = [child for child in data if local_name(child)]
    text = "".join(map(str, data.itertext()))
    if nitf := next((child for child in children if local_name(child) == "nitf"), None):
        yield nitf_item(nitf, where).renditions[0]
    elif children:
        yield rendition(as_html(data), "text/html", where)
    elif root_of(text.encode("utf-8", "replace"))[0] == "nitf":
        yield nitf_rendition(text, where)
    else:
        yield rendition(text, form, where)


def _component_status(management: _Element | None) -> tuple[str, str | None]:
    """Return an item's status, and until when it is under embargo."""
    status = _attribute(find(management, "Status"), "FormalName")
    if status.casefold() != "embargoed":
        return status, None
    return status, text_of(find(management, "StatusWillChange", "DateAndTime"))


def _component_keywords(around: Iterable[_Element]) -> Iterator[Keyword]:
    for component in around:
        for name, list_name in (("KeywordLine", "keywords"), ("SlugLine", "slugline"), ("SeriesLine", "series")):
            yield from (Keyword(text, list_name) for text in _lines(find_all(component, "NewsLines", name)))
        for keyword in find_all(component, "Metadata", "Property"):
            if "keyword" in keyword.get("FormalName", "").lower():
                yield Keyword(keyword.get("Value", ""), keyword.get("FormalName", ""))
        for genre in find_all(component, "DescriptiveMetadata", "Genre"):
            yield Keyword(genre.get("FormalName", ""), "genres")
        for subject in find_all(component, "DescriptiveMetadata", "SubjectCode", "*"):
            yield Keyword(subject.get("FormalName", ""), "subjects")
        for place in find_all(component, "DescriptiveMetadata", "Location", "Property"):
            yield Keyword(place.get("Value", ""), "places")


def _other_lines(around: Iterable[_Element]) -> Iterator[str]:
    for component in around:
        for line in find_all(component, "NewsLines", "NewsLine"):
            kind = _attribute(find(line, "NewsLineType"), "FormalName")
            yield from (f"{kind}: {text}" if kind else text for text in _lines(find_all(line, "NewsLineText")))


def _first_name(around: Iterable[_Element], *path: str) -> str:
    """Return the first FormalName at a path in components, the innermost first."""
    names = (element.get("FormalName", "") for component in around for element in find_all(component, *path))
    return next(filter(None, names), "")


def _role(component: _Element) -> str:
    return _attribute(find(component, "Role"), "FormalName").lower()


def _attribute(element: _Element | None, name: str) -> str:
    return str(element.get(name, "")).strip() if element is not None else ""


def _is_g2(head: bytes) -> bool:
    name, attributes = root_of(head)
    return _G2_NAMESPACE in attributes or name in {"newsMessage", *_G2_ITEMS}


def matches(head: bytes) -> bool:
    """Tell whether a file's first element is of NewsML, version 1 or G2."""
    return root_of(head)[0] in {"NewsML", "newsMessage", *_G2_ITEMS}


FORMAT = Format("newsml", matches, read)
