"""WordPress exports (WXR 1.0 to 1.2): the published posts and pages of a blog, and nothing that was not public.

    stream ─wxr_elements→ the channel, items and their elements ─shortcodes, markup→ stories

Law: a post that is a draft, private or behind a password leaves its title and its place in a notice, no more; no
e-mail address and no comment of a reader is ever read.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Block, Keyword, Locator, Notice, StatedDate, Story, Unit
from dateline.sources.characters import carried_line, language_of
from dateline.sources.dates import read_moment
from dateline.sources.encoding import fallback_encoding
from dateline.sources.markup import absolute_address, read_markup
from dateline.sources.source import Format, Source
from dateline.sources.unpublished import standing
from dateline.sources.wordpress.elements import Element, elements_of, stretches
from dateline.sources.wordpress.shortcodes import expand_shortcodes
from dateline.text import fold_spaces, sentence_span

# What may stand before the first element: declarations, comments, a document type.
_PROLOGUE = re.compile(rb"(?s)\s*+(?:<\?.*?\?>\s*+|<!--.*?-->\s*+|<![A-Za-z][^>\[]*+(?:\[.*?\]\s*+)?>\s*+)*+")
# A `>` in quotation marks does not end a tag.
_OWN_NAMESPACE = re.compile(rb"<rss\b[^<]*wordpress\.org/export/", re.IGNORECASE)
_OWN_ELEMENT = re.compile(
    rb"<wp:(?:wxr_version|base_site_url|base_blog_url|author|category|tag|term|status|post_[a-z_]+)\s*+>"
)
# What begins so before them holds them as its text: a page, a feed of another kind, a web archive, JSON.
_HOLDER = re.compile(rb"""<html\b|<body\b|<!doctype html|<feed\b|\A\s*+(?:WARC/|\{|\[\s*+[\[{"\]])""", re.IGNORECASE)
_ROOT = re.compile(r"""<rss\b(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>|<rss\b[^<>]*>""", re.IGNORECASE)
_OF_PROLOGUE = re.compile(r"<![A-Za-z][^>\[]*+(?:\[.*?\]\s*+)?>", re.DOTALL)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z][\w.-]{1,40})["']""")
_STRAY_BYTES = re.compile("[\udc80-\udcff]+")
_ASCII = bytes(range(32, 127))

# The usual prefixes of namespaces; a tool that wrote an export anew may have chosen others.
_PREFIXES = {
    "excerpt": re.compile(r"https?://wordpress\.org/export/[\w.]+/excerpt/"),
    "wp": re.compile(r"https?://wordpress\.org/export/[\w.]+/"),
    "content": re.compile(r"http://purl\.org/rss/1\.0/modules/content/"),
    "dc": re.compile(r"http://purl\.org/dc/elements/1\.1/"),
    "wfw": re.compile(r"http://wellformedweb\.org/CommentAPI/"),
}

# Elements of an item of which a story is made, or that decide whether it is one.
_READ = frozenset(
    "title link pubDate dc:creator wp:author guid description content:encoded excerpt:encoded category enclosure "
    "wp:post_id wp:post_date wp:post_date_gmt wp:post_modified wp:post_modified_gmt wp:status wp:post_type "
    "wp:post_password wp:postmeta wp:comment".split()
)
# Addresses, settings and numbers that no reader sees.
_TECHNICAL = frozenset(
    "wfw:commentRss slash:comments comments wp:post_name wp:comment_status wp:ping_status wp:post_parent "
    "wp:menu_order wp:is_sticky wp:attachment_url".split()
)
_OF_CHANNEL = frozenset(
    "title link language pubDate lastBuildDate docs generator cloud ttl atom:link managingEditor webMaster "
    "wp:wxr_version wp:base_site_url wp:base_blog_url wp:author wp:wp_author sy:updatePeriod sy:updateFrequency "
    "image".split()
)
_TERMS = {
    "wp:category": ("wp:category_nicename", "wp:cat_name", "wp:category_description"),
    "wp:tag": ("wp:tag_slug", "wp:tag_name", "wp:tag_description"),
    "wp:term": ("wp:term_slug", "wp:term_name", "wp:term_description"),
}

_SCHEMES = {"category": "categories", "tag": "tags", "post_tag": "tags"}
_NO_TOPICS = ("uncategorized", "uncategorised")
_NO_DATES = ("", "0000-00-00", "-0001-11-30")  # WordPress's words for a day that is not set
_MOMENT = "%Y-%m-%d %H:%M:%S"
_NUMBERED_ADDRESS = re.compile(r"=(\d+)\Z")
_MAX_NUMBER_CHARS = 20
_MAX_OFFSET = timedelta(hours=15)
_MIN_OFFSET_STEP = timedelta(minutes=15)
_ENCLOSURE = "enclosure"
_NO_LOSS = ("attachment", "revision", "menu item", "style")  # told together
_MAX_CHARS_TOLD = 64 * 1024  # of them, held until they are told
_MAX_FIELD_NAMES = 200  # of custom fields that are counted by name


@dataclass(frozen=True, slots=True)
class _Blog:
    """What an export says of all its items."""

    title: str
    url: str
    language: str
    authors: Mapping[str, str]  # names by login
    terms: Mapping[str, str]  # names by slug
    prefixes: Mapping[str, str]  # the usual ones, by those that the export has
    encoding: str


@dataclass(slots=True)
class _LeftOut:
    """What is left out of many items and told once. Not frozen: it counts."""

    name: str  # of the source
    comments: int = 0
    commented: int = 0  # posts that have them
    custom_fields: Counter[str] = field(default_factory=Counter)
    others: dict[str, list[str]] = field(default_factory=dict)  # what items that are no post show, by their kind
    other_chars: int = 0

    def count(self, elements: Mapping[str, Sequence[Element]], keys: Iterable[str]) -> None:
        """Count the comments and custom fields of an item."""
        self.comments += len(elements.get("wp:comment", ()))
        self.commented += "wp:comment" in elements
        for key in keys:
            if not key or key == _ENCLOSURE or key.startswith("_"):  # what starts so is WordPress's own
                continue
            is_one_too_many = key not in self.custom_fields and len(self.custom_fields) >= _MAX_FIELD_NAMES
            self.custom_fields["others" if is_one_too_many else key] += 1

    def add_other(self, kind: str, text: str) -> None:
        """Add an item that is no post or page: nobody misses a menu item, and a blog has hundreds."""
        self.others.setdefault(kind, []).append(text)
        self.other_chars += len(text)

    def others_told(self, over_chars: int = -1) -> Iterator[Notice]:
        """Yield a notice for each kind of item once all have more text than `over_chars`, and forget them."""
        if self.other_chars <= over_chars:
            return
        for kind, texts in self.others.items():
            are = "item is" if len(texts) == 1 else "items are"
            message = f"{len(texts):,} {are} no post or page but of the kind “{kind}”; set aside"
            yield Notice(self.name, message, "\n".join(texts), kind, len(texts))
        self.others, self.other_chars = {}, 0

    def notices(self) -> Iterator[Notice]:
        """Yield what was counted."""
        yield from self.others_told()
        if self.comments:
            message = f"{self.comments:,} comments on {self.commented:,} items were left out"
            yield Notice(self.name, message, reason="comment", count=self.comments)
        if self.custom_fields:
            named = ", ".join(f"{key} ({count:,})" for key, count in sorted(self.custom_fields.items()))
            total = self.custom_fields.total()
            yield Notice(self.name, f"custom fields were left out: {named}", reason="custom field", count=total)


def matches(head: bytes) -> bool:
    """Tell whether a file has elements of WordPress's own, whatever a tool printed before them."""
    head = head.removeprefix(codecs.BOM_UTF8)
    head = head[2:] if head.startswith(_UTF_16) else head
    head = head.replace(b"\0", b"")
    own = _OWN_NAMESPACE.search(head) or _OWN_ELEMENT.search(head)
    if own is None:
        return False
    prologue = _PROLOGUE.match(head)
    is_root = prologue is not None and head[prologue.end() : prologue.end() + 4].lower() == b"<rss"
    return is_root or not _HOLDER.search(head, 0, own.start())


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the published posts and pages of an export in order, and a notice for each item that is none."""
    blog, notices = _read_channel(source)
    yield from notices
    left_out = _LeftOut(source.name)
    for stretch in stretches(source.stream):
        if not stretch.is_item:
            continue
        locator = source.at(stretch.first, stretch.end - 1, Unit.BYTES)
        size, most = stretch.end - stretch.first, source.limits.document_bytes
        if size > most:
            message = f"an item of {size:,} bytes was set aside; of one, {most:,} bytes are read"
            yield Notice(str(locator), message, reason="too large")
            continue
        source.stream.seek(stretch.first)
        yield from _read_item(source, blog, source.stream.read(size), locator, left_out)
        yield from left_out.others_told(over_chars=_MAX_CHARS_TOLD)
    yield from left_out.notices()


def _read_channel(source: Source) -> tuple[_Blog, list[Notice]]:
    """Read what stands outside of the items, before and after them."""
    most, outside = source.limits.document_bytes, bytearray()
    for stretch in stretches(source.stream):
        if not stretch.is_item and len(outside) < most:
            source.stream.seek(stretch.first)
            piece = source.stream.read(min(stretch.end - stretch.first, most - len(outside)))
            outside += piece if piece.strip() else b""  # between items there is white space
    data = bytes(outside)
    if data.startswith(_UTF_16):
        raise SourceError(f"{source.name}: is UTF-16; save it as UTF-8, as WordPress writes it")
    encoding = _encoding(source, data)
    text, notices = _decode(source, data, encoding, source.name)
    root = _ROOT.search(text)
    prefixes = _prefixes(root[0]) if root else {}
    _, before = elements_of(_OF_PROLOGUE.sub("", text[: root.start()])) if root else ([], "")
    text = text[root.end() :] if root else text
    outermost, _ = elements_of(text)
    elements, stray = _named(outermost[0].content if len(outermost) == 1 else text, prefixes)
    texts = {element.name: element.text for element in reversed(elements)}
    authors = [_parts(element, prefixes) for element in elements if element.name in ("wp:author", "wp:wp_author")]
    terms = [(_TERMS[element.name], _parts(element, prefixes)) for element in elements if element.name in _TERMS]
    language = fold_spaces(texts.get("language", "")).replace("_", "-")
    blog = _Blog(
        title=_line(texts.get("title", "")),
        url=absolute_address(texts.get("wp:base_blog_url") or texts.get("link", "")),
        language=language_of(language),
        authors={who.get("wp:author_login", ""): who.get("wp:author_display_name", "") for who in authors},
        terms={parts.get(slug, ""): parts.get(name, "") for (slug, name, _), parts in terms},
        prefixes=prefixes,
        encoding=encoding,
    )
    about = [_line(texts.get("description", ""))]
    about += [_parts(element, prefixes).get("title", "") for element in elements if element.name == "image"]
    about += [parts.get(key, "") for (_, *keys), parts in terms for key in keys]
    notices += _told(source.name, "text before the export's first element was left out", [before], "stray text")
    notices += _told(source.name, "the blog's own description and the names of its terms were left out", about, "blog")
    unknown = [element for element in elements if element.name not in _OF_CHANNEL | _TERMS.keys() | {"description"}]
    return blog, [*notices, *_unknown_notices(source.name, unknown, stray)]


def _read_item(
    source: Source, blog: _Blog, data: bytes, locator: Locator, left_out: _LeftOut
) -> Iterator[Story | Notice]:
    where = str(locator)
    text, notices = _decode(source, data, blog.encoding, where)
    found, stray = _named(text[text.find(">") + 1 : text.rfind("</item") if "</item" in text else None], blog.prefixes)
    elements: dict[str, list[Element]] = defaultdict(list)
    for element in found:
        elements[element.name].append(element)
    title, title_notices = read_markup(_first(elements, "title"), where)
    headline = " ".join(fold_spaces(block.text) for block in title)
    number = fold_spaces(_first(elements, "wp:post_id"))[:_MAX_NUMBER_CHARS]
    name = f"“{headline}”" if headline else f"item {number}" if number else "an item without title and number"
    reason, is_public = _standing(elements)
    if not is_public and reason in _NO_LOSS:
        left_out.add_other(reason, headline or name)
        return
    if not is_public:
        yield Notice(where, f"{name} was not public ({reason}); it was set aside", reason=reason)
        return
    yield from (*notices, *title_notices)
    url = absolute_address(fold_spaces(_first(elements, "link")), blog.url)
    blocks, body_notices = _body(_first(elements, "content:encoded"), where, url or blog.url)
    if reason:
        text = "\n".join(filter(None, (headline or name, *(block.text for block in blocks))))
        if reason in _NO_LOSS:
            left_out.add_other(reason, text)
        else:
            yield Notice(where, f"{name} is no post or page but a {reason}; it was set aside", text, reason)
        return
    yield from body_notices
    yield from _excerpt_notices(elements, blocks, where)
    yield from _unknown_notices(where, [element for element in found if element.name not in _READ | _TECHNICAL], stray)
    fields = [_parts(element, blog.prefixes) for element in elements["wp:postmeta"]]
    left_out.count(elements, (each.get("wp:meta_key", "") for each in fields))
    if not headline:
        headline, blocks = _headline_from(blocks)
    if not headline:
        yield Notice(
            where, f"a post without any text was set aside; its address is {url or 'not stated'}", reason="no text"
        )
        return
    published, date_notices = _date(elements, "wp:post_date", where)
    updated, more_date_notices = _date(elements, "wp:post_modified", where)
    yield from (*date_notices, *more_date_notices)
    keywords = tuple(_keywords(elements["category"], blog.terms))
    yield Story(
        headline=headline,
        blocks=blocks,
        locator=locator,
        sha256=sha256(data),
        topic=source.sidecar.topic or _topic(elements["category"], keywords),
        source_id=_source_id(elements),
        authors=_author_names(elements, blog),
        published=published,
        updated=updated if updated and published and updated.moment != published.moment else None,
        keywords=keywords,
        url=url,
        language=blog.language,
        publication=blog.title,
        enclosures=tuple(_enclosures(elements, fields)),
    )


def _standing(elements: Mapping[str, Sequence[Element]]) -> tuple[str, bool]:
    """Return why an item is no story, "" when it is one, and whether it was public; in doubt it was not."""
    kinds = {fold_spaces(element.text) for element in elements.get("wp:post_type", ())} or {""}
    statuses = {fold_spaces(element.text) for element in elements.get("wp:status", ())} or {""}
    is_locked = any(element.text for element in elements.get("wp:post_password", ()))
    return standing(kinds, statuses, is_locked=is_locked)


def _body(content: str, where: str, base: str) -> tuple[tuple[Block, ...], tuple[Notice, ...]]:
    """Return the blocks of a post. Blank lines part paragraphs as WordPress has it: not in its block markup."""
    is_block_markup = "<!-- wp:" in content
    markup, codes = expand_shortcodes(content.replace("<!--nextpage-->", "<hr>"))
    blocks, notices = read_markup(markup, where, base=base, by_blank_lines=not is_block_markup)
    return blocks, (*notices, *_told(where, "shortcodes were left out", codes, "shortcode"))


def _excerpt_notices(
    elements: Mapping[str, Sequence[Element]], blocks: Sequence[Block], where: str
) -> Iterator[Notice]:
    """Yield a notice of an excerpt that says other things than the post: lists of posts show it, the post does not."""
    shown = _words(block.text for block in blocks)
    for name, what in (("excerpt:encoded", "excerpt"), ("description", "description")):
        texts = [block.text for block in _body(_first(elements, name), where, "")[0]]
        if _words(texts) not in shown:
            yield from _told(where, f"the {what}, which the post itself does not show, was left out", texts, what)


def _words(texts: Iterable[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def _headline_from(blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """Take the first sentence of a text as its headline; it leaves the text."""
    if not blocks:
        return "", ()
    first, *rest = blocks
    cut = sentence_span(first.text, 0, 1)[1]
    cut = cut if first.text[cut:].strip() else len(first.text)
    start = len(first.text) - len(first.text[cut:].lstrip())
    links = tuple(
        replace(link, start=max(0, link.start - start), end=link.end - start)
        for link in first.links
        if link.end > start
    )
    remains = [Block(first.text[start:], first.kind, links)] if start < len(first.text) else []
    return fold_spaces(first.text[:cut]), (*remains, *rest)


def _date(elements: Mapping[str, Sequence[Element]], name: str, where: str) -> tuple[StatedDate | None, list[Notice]]:
    """Return a date in the blog's own zone, which the same moment in GMT tells."""
    local, utc = _line(_first(elements, name)), _line(_first(elements, f"{name}_gmt"))
    words, iso = local, local
    if _is_unset(local):
        words, iso = (utc, f"{utc}Z") if not _is_unset(utc) else ("", "")
        if not words and name == "wp:post_date":
            words = iso = _line(_first(elements, "pubDate"))
    elif not _is_unset(utc):
        iso = f"{local}{_offset(local, utc)}"
    if not words:
        return None, []
    date = read_moment(iso)
    if date is None:
        return None, [Notice(where, f"{name} {words[:60]!r} is no date; the post has none", words, "wrong date")]
    return replace(date, words=words), []


def _is_unset(words: str) -> bool:
    return words.partition(" ")[0] in _NO_DATES


def _offset(local: str, utc: str) -> str:
    try:
        ahead = datetime.strptime(local, _MOMENT) - datetime.strptime(utc, _MOMENT)
    except ValueError:
        return ""
    if abs(ahead) > _MAX_OFFSET or ahead % _MIN_OFFSET_STEP:
        return ""
    minutes = round(abs(ahead).total_seconds() / 60)
    return f"{'-' if ahead < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _keywords(categories: Sequence[Element], terms: Mapping[str, str]) -> Iterator[Keyword]:
    """Yield the keywords of a post, each once; formats ("Gallery") tell how it is set, not what it is about."""
    seen: set[str] = set()
    # WordPress up to 3.0 wrote each twice, first without saying what it is.
    for category in sorted(categories, key=lambda category: "domain" not in category.attributes):
        domain = category.attributes.get("domain", "category")
        name = _line(category.text) or terms.get(category.attributes.get("nicename", ""), "")
        is_repeat = name in seen and "domain" not in category.attributes
        if name and not is_repeat and domain != "post_format":
            seen.add(name)
            yield Keyword(name, _SCHEMES.get(domain, _line(domain)))


def _topic(categories: Sequence[Element], keywords: Iterable[Keyword]) -> str | None:
    defaults = {_line(each.text) for each in categories if each.attributes.get("nicename", "") in _NO_TOPICS}
    names = (keyword.name for keyword in keywords if keyword.scheme == "categories")
    return next((name for name in names if name not in defaults and name.lower() not in _NO_TOPICS), None)


def _author_names(elements: Mapping[str, Sequence[Element]], blog: _Blog) -> tuple[str, ...]:
    logins = [_line(each.text).strip("<> ") for name in ("dc:creator", "wp:author") for each in elements.get(name, ())]
    return tuple(dict.fromkeys(name for login in logins if (name := blog.authors.get(login) or login)))


def _source_id(elements: Mapping[str, Sequence[Element]]) -> str | None:
    """Return the address that WordPress gave the post for life, or its number where that address is another's."""
    guid, number = (_line(_first(elements, name)) for name in ("guid", "wp:post_id"))
    # Moved blogs have some addresses twice: "https://old.example/?p=7", of a post that has the number 8 by now.
    numbered = _NUMBERED_ADDRESS.search(guid)
    is_own = not number or numbered is None or numbered[1] == number
    return (guid if guid and is_own else number) or None


def _enclosures(elements: Mapping[str, Sequence[Element]], fields: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield the addresses of attached files; a podcast has them in a custom field."""
    stated = [element.attributes.get("url", "") for element in elements.get("enclosure", ())]
    stated += [
        each.get("wp:meta_value", "").partition(" ")[0] for each in fields if each.get("wp:meta_key") == _ENCLOSURE
    ]
    yield from filter(None, map(absolute_address, dict.fromkeys(stated)))


def _first(elements: Mapping[str, Sequence[Element]], name: str) -> str:
    return next((element.text for element in elements.get(name, ()) if element.text.strip()), "")


def _parts(element: Element, prefixes: Mapping[str, str]) -> dict[str, str]:
    return {part.name: _line(part.text) for part in _named(element.content, prefixes)[0]}


def _line(text: str) -> str:
    return carried_line(text)[0]


def _named(markup: str, prefixes: Mapping[str, str]) -> tuple[list[Element], str]:
    """Return the elements of a piece of XML under their usual names, and the text that stands in none."""
    elements, stray = elements_of(markup)
    if not prefixes:
        return elements, stray
    return [replace(element, name=_usual(element.name, prefixes)) for element in elements], stray


def _usual(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return f"{prefixes.get(prefix, prefix)}:{local}" if colon else name


def _prefixes(root: str) -> dict[str, str]:
    """Return the usual prefixes by those that the root element declares otherwise."""
    declared = re.findall(r"""\bxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""", root)
    usual = {
        prefix: next((name for name, uri in _PREFIXES.items() if uri.match(stated)), prefix)
        for prefix, stated in declared
    }
    return {prefix: name for prefix, name in usual.items() if prefix != name}


def _told(where: str, message: str, texts: Iterable[str], reason: str) -> list[Notice]:
    text = "\n".join(line for each in texts if (line := _line(each)))
    return [Notice(where, message, text, reason)] if text else []


def _unknown_notices(where: str, unknown: Sequence[Element], stray: str) -> list[Notice]:
    names = ", ".join(sorted({element.name[:60] for element in unknown}))
    texts = (element.text for element in unknown)
    return [
        *_told(where, f"elements that WordPress does not have were left out: {names}", texts, "unknown element"),
        *_told(where, "text that stands in no element was left out", [stray], "stray text"),
    ]


def _encoding(source: Source, head: bytes) -> str:
    """Return the encoding that is stated: by the sidecar, or by the export itself."""
    declared = _DECLARED_ENCODING.match(head.removeprefix(codecs.BOM_UTF8))
    name = source.sidecar.encoding or (declared[1].decode("ascii") if declared else "")
    try:
        return name if _ASCII.decode(name) == _ASCII.decode("ascii") else "utf-8"
    except (LookupError, UnicodeError, ValueError):
        return "utf-8"


def _decode(source: Source, data: bytes, encoding: str, where: str) -> tuple[str, list[Notice]]:
    """Decode a stretch of an export; stray bytes of another encoding, pasted in, are read in that."""
    text = data.removeprefix(codecs.BOM_UTF8).decode(encoding, "surrogateescape")
    if not _STRAY_BYTES.search(text):
        return text, []
    fallback = fallback_encoding(source)
    strays = _STRAY_BYTES.findall(text)

    def read_stray(match: re.Match[str]) -> str:
        return match[0].encode("utf-8", "surrogateescape").decode(fallback, "replace")

    message = f"{sum(map(len, strays)):,} bytes are not {encoding.upper()}; they were read as {fallback}"
    return _STRAY_BYTES.sub(read_stray, text), [Notice(where, message)]


FORMAT = Format("wxr", matches, read)
