"""HTML pages: one file, one story, when the page is an article; else it is set aside with what speaks against it.

    page ─┬─ statements → date, authors, address, language, publication, section, keywords
          └─ blocks     → headline, text, byline and date line; the rest is page furniture, and told

Law: every character that the page shows is in the headline or a block, in a field, or in one notice.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.records import Block, BlockKind, Keyword, Locator, Notice, StatedDate, Story
from dateline.sources.characters import carried_line
from dateline.sources.dates import read_date
from dateline.sources.dumps.newsroom import is_update, read_byline, read_date_line, read_dateline
from dateline.sources.encoding import decoded_lines, find_encoding
from dateline.sources.markup import read_markup
from dateline.sources.pages.statements import LIST_TYPES, Statement, Statements, find_statements, web_address
from dateline.sources.pages.text import is_prose, letters, link_share, main_text, part_cells
from dateline.sources.source import Format, Source, read_whole, whole
from dateline.text import fold_spaces

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MEDIA_TYPES = ("text/html", "application/xhtml+xml")
NO_ARTICLE = "no article"
FURNITURE = "page furniture"

_TAG = re.compile(rb"<[^<>]*>")
_META_BYTES = 4096  # browsers look at the first 1024 for a charset, some pages open with long comments
_META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
# What browsers read under a name that says less (WHATWG Encoding Standard, 4.2).
_LABELS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "l1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "ksc5601"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "dos-874", "windows-874"), "cp874"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-8-i", "logical"), "iso8859_8"),
    **dict.fromkeys(("x-cp1250", "x-cp1251"), ""),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac_roman"),
    # A page whose bytes say so in ASCII is in neither.
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode", "ucs-2"), "utf-8"),
}  # fmt: skip
_OPENING_TAGS = re.compile(
    r"<(?:!doctype\s+html|html|head|title|meta|link|base|body|frameset|script|style|div|p|h[1-6]|article|main|section|header|nav"
    r"|table|center|font|ul|ol|br|hr|a|b|i|em|strong|span|img|blockquote|figure|amp-\w+)\b",
    re.IGNORECASE,
)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,4000})\s*-->", re.IGNORECASE)
_TITLE_JOINTS = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|»]\s*|: ")
_NOT_FOUND = re.compile(
    r"(?:40[34]|410|50[0-9])\b.*|(?:.{0,80}\b)?(?:page not found|not found|access denied|forbidden|page introuvable"
    r"|página no encontrada|seite nicht gefunden|just a moment|object moved|moved permanently|302 found)\b.{0,80}\Z",
    re.IGNORECASE,
)
# What WordPress and its kin call the body of a list of articles; `single` is one article.
_LIST_CLASSES = frozenset(
    {"archive", "category", "tag", "search", "search-results", "search-no-results", "error404", "home", "blog"}
)
_LIST_PATH = re.compile(
    r"/(?:tag|tags|category|categories|author|authors|search|topics?|archives?|page)(?:/[^/]*)?(?:/page/\d+)?/?\Z|/feed/?\Z"
)
_MAX_HEADLINE_CHARS = 300
_MAX_AUTHOR_CHARS = 200
_MAX_KEYWORDS = 200
_NEAR = 6  # blocks before the headline in which a byline or a date line stands
_AFTER_LEDE = 3  # blocks after the first paragraph, likewise: it may be a standfirst
_MAX_CELLS = 50  # of a page, outermost first, that are asked whether they hold it
_BY = re.compile(
    r"(?:by|par|von|por|di|door|av|af|author|autor|auteur|text|written by|posted by|بقلم|автор)\s*:?\s+", re.IGNORECASE
)
_AND = re.compile(r"\s*;\s*|\s+(?:and|&|et|und|y)\s+")


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was received, and what was told of it: a file, or an answer in a web archive."""

    data: bytes
    locator: Locator
    sha256: str
    where: str
    address: str = ""
    charset: str = ""  # as the server named it


@dataclass(frozen=True, slots=True)
class _Page:
    """A page in parts: each of its blocks is the headline, of the text, a field's, or furniture."""

    headline: str
    text: tuple[Block, ...]
    furniture: tuple[Block, ...]
    authors: tuple[str, ...] = ()  # of a visible byline
    published: StatedDate | None = None  # of a visible date line
    updated: StatedDate | None = None


def matches(head: bytes) -> bool:
    """Tell whether a file begins as an HTML page does, after comments and declarations."""
    text = _opening(head)
    place = 0
    while True:
        place += len(text[place:]) - len(text[place:].lstrip("\ufeff \t\r\n\f\x00"))
        end = "-->" if text.startswith("<!--", place) else "?>" if text.startswith("<?", place) else ""
        if not end:
            return bool(_OPENING_TAGS.match(text, place))
        found = text.find(end, place)
        if found < 0:
            return False
        place = found + len(end)


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the story of an HTML page and notices of what is not of it, or a notice that it is no article."""
    data = read_whole(source)
    locator, digest = whole(source, data)
    yield from read_page(Capture(data, locator, digest, source.name), source)


def read_page(capture: Capture, source: Source) -> Iterator[Story | Notice]:
    """Yield the story of a page and notices of what is not of it; the sidecar of `source` holds for it."""
    markup, notice = _decoded(capture, source)
    if notice:
        yield replace(notice, where=capture.where)
    saved = _SAVED_FROM.search(markup[:_META_BYTES])
    tree = _tree(markup)
    address = web_address(capture.address) or (web_address(saved[1]) if saved else "")
    statements = find_statements(tree, address)
    base = str(next(iter(tree.xpath("//base/@href")), ""))
    own_address, faults = _address(statements, address)
    blocks, left_out = read_markup(markup, capture.where, base=web_address(base, own_address) or address or own_address)
    if _is_set_by_tables(tree):
        blocks = tuple(part_cells(blocks))
    is_main = main_text(markup, blocks)
    page = _parted(blocks, is_main, statements, tree, source.sidecar.date_order)
    signs = _signs(page, statements, tree, own_address)
    is_article = sum(points for points, _ in signs) > 0 or source.sidecar.format == FORMAT.name
    if not (page.headline and page.text and is_article):
        yield _no_article(capture, blocks, left_out, signs)
        return
    published, wrong = _first_date(statements.of("published"), page.published, source)
    updated, also_wrong = _first_date(statements.of("updated"), page.updated, source)
    authors = page.authors or _authors(statements)
    updated = updated if updated and not _agree(updated, published) else None
    yield Story(
        headline=page.headline,
        blocks=page.text,
        locator=capture.locator,
        sha256=capture.sha256,
        topic=source.sidecar.topic or _line(statements.first("topic")) or None,
        # An address is no id of this very text: another capture of it may have another.
        version_of="" if _is_part(tree) else own_address,
        authors=authors,
        dateline=_line(statements.first("dateline"))
        or next((read_dateline(block.text) for block in page.text[:1]), ""),
        published=published,
        updated=updated,
        keywords=_keywords(statements),
        url=own_address,
        language=statements.first("language"),
        publication=_line(statements.first("publication")),
        publisher=_line(statements.first("publisher")),
        rights=_line(statements.first("rights")),
    )
    yield from left_out
    for statement in (*wrong, *also_wrong):
        message = f"{statement.where} is {statement.value!r}, which is no date; it was left out"
        yield Notice(capture.where, message, statement.value, "wrong date")
    disagreements = [*faults, *statements.faults, *_disagreements(page, statements, published, authors)]
    if disagreements:
        yield Notice(capture.where, "; ".join(disagreements))
    unused = [date.words for date in (page.published, page.updated) if date and date not in (published, updated)]
    furniture = [*(block.text for block in page.furniture), *unused]
    if furniture:
        message = f"{len(furniture)} pieces of text around the article were set aside: menus, teasers and the like"
        yield Notice(capture.where, message, "\n".join(furniture), FURNITURE, len(furniture))


def _opening(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if head[:64:2].count(0) > 24 or head[1:64:2].count(0) > 24:  # UTF-16 without its mark
        return head.replace(b"\0", b"").decode("latin-1")
    return head.decode("latin-1").removeprefix("ï»¿")


def _decoded(capture: Capture, source: Source) -> tuple[str, Notice | None]:
    """Return the markup of a page, and a notice where its encoding had to be guessed or is not what it says."""
    page = replace(source, stream=io.BytesIO(capture.data))
    stated = _codec(capture.charset) or _stated_codec(capture.data)
    is_wide = _opening(capture.data[:64]) != capture.data[:64].decode("latin-1").removeprefix("ï»¿")
    if source.sidecar.encoding or is_wide or stated in ("", "utf-8"):
        # Tags are ASCII in any encoding; among them, a guess would take the letters of another script for few.
        bare = capture.data if is_wide else _TAG.sub(lambda tag: b"\n" * tag[0].count(b"\n"), capture.data)
        encoding, notice = find_encoding(replace(source, stream=io.BytesIO(bare)))
        return "".join(line.text for line in decoded_lines(page, encoding)), notice
    try:
        # Browsers save a page as UTF-8 and leave what it says of its encoding; no other text is UTF-8 by chance.
        markup = capture.data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        notice = Notice(capture.where, f"says that it is {stated.upper()} and is UTF-8; it was read as that")
        return markup, None if capture.data.isascii() else notice
    try:
        return capture.data.decode(stated), None
    except UnicodeDecodeError:
        markup = capture.data.decode(stated, "replace")
        wrong = markup.count("\ufffd")
        return markup, Notice(
            capture.where, f"says that it is {stated.upper()}; {wrong:,} characters are not, and stand as \ufffd"
        )


def _stated_codec(data: bytes) -> str:
    found = _META_CHARSET.search(data, 0, _META_BYTES)
    return _codec(found[1].decode("latin-1")) if found else ""


def _codec(label: str) -> str:
    """Return the codec that browsers take for a charset's name, "" for none that is known."""
    name = label.strip().lower()
    name = _LABELS.get(name, name)
    try:
        codec = codecs.lookup(name)
        codec.decode(b"<p>")
    except (LookupError, UnicodeError, ValueError):
        return ""
    return codec.name if _is_text_codec(codec) else ""


def _is_text_codec(codec: codecs.CodecInfo) -> bool:
    return codec.decode(b"<p>")[0] == "<p>"


def _tree(markup: str) -> HtmlElement:
    from lxml import html
    from lxml.etree import ParserError

    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    data = markup.replace("\0", "").encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=parser)
    except (ParserError, ValueError):  # nothing in it
        return html.Element("html")


def _address(statements: Statements, address: str) -> tuple[str, list[str]]:
    """Return the address of the page itself, and what is wrong with those that it states."""
    stated = [statement.value for statement in statements.of("url")]
    faults = []
    for value in stated:
        # A common mistake of templates: every page names the site's front page.
        if address and _is_front(value) and not _is_front(address):
            faults.append(f"it names {value} as its address, which is the front page's")
            continue
        return value, faults
    return address, faults


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/", "/index.html", "/index.htm", "/index.php") and not parts.query


def _is_part(tree: HtmlElement) -> bool:
    """Tell whether a page is one of several that an article is spread over: they are no versions of each other."""
    return bool(tree.xpath("//link[@rel='next' or @rel='prev'] | //a[@rel='next' or @rel='prev'][ancestor::article]"))


def _is_set_by_tables(tree: HtmlElement) -> bool:
    """Tell whether a cell of a table holds the page's paragraphs, as was usual before style sheets."""
    cells = tree.xpath("//td[.//p or .//table or .//br]")
    whole_page = sum(len(element.text_content()) for element in tree.xpath("//body"))
    return any(2 * len(cell.text_content()) > whole_page for cell in cells[:_MAX_CELLS])


def _parted(
    blocks: Sequence[Block], is_main: Sequence[bool], statements: Statements, tree: HtmlElement, order: str
) -> _Page:
    """Part the blocks of a page."""
    text_places = [place for place, main in enumerate(is_main) if main]
    first = next((place for place in text_places if is_prose(blocks[place])), text_places[0] if text_places else 0)
    title = _title(tree)
    at = _headline_place(blocks, first, statements, title, _headings(tree))
    headline = fold_spaces(blocks[at].text) if at is not None else _stated_headline(statements, title)
    taken = {at} if at is not None else set()
    start = at if at is not None else first
    near = [
        place
        for place in range(max(0, min(start, first) - _NEAR), min(len(blocks), max(start, first) + _AFTER_LEDE))
        if place != at
    ]
    stated_authors = _authors(statements)
    authors: tuple[str, ...] = ()
    dates: dict[bool, StatedDate] = {}
    for place in near:
        line = blocks[place].text
        if not authors and (named := _byline(line, stated_authors)):
            authors = named
            taken.add(place)
        elif (date := read_date_line(line, order=order)) and is_update(line) not in dates:
            dates[is_update(line)] = date
            taken.add(place)
    # What stands above the headline and is no sentence names a section, as menus do.
    is_text = [
        main and (at is None or place > at or block.kind is BlockKind.CAPTION or is_prose(block))
        for place, (block, main) in enumerate(zip(blocks, is_main, strict=True))
    ]
    if not headline and text_places and len(blocks[text_places[0]].text) <= _MAX_HEADLINE_CHARS:
        headline = fold_spaces(blocks[text_places[0]].text)  # which may be set with line ends
        taken.add(text_places[0])
    return _Page(
        headline,
        tuple(block for place, block in enumerate(blocks) if is_text[place] and place not in taken),
        tuple(block for place, block in enumerate(blocks) if not is_text[place] and place not in taken),
        authors,
        dates.get(False),
        dates.get(True),
    )


def _title(tree: HtmlElement) -> str:
    return _line(str(next(iter(tree.xpath("//head/title/text()")), "")))


def _headings(tree: HtmlElement) -> set[str]:
    marked = "//h1 | //*[contains(concat(' ', @class, ' '), ' entry-title ')] | //*[@itemprop='headline']"
    return {letters(element.text_content()) for element in tree.xpath(marked)}


def _headline_place(
    blocks: Sequence[Block], first: int, statements: Statements, title: str, headings: set[str]
) -> int | None:
    """Return which block is the headline: the one that the page's own statements and marks agree on most."""
    stated = {letters(statement.value) for statement in statements.of("headline")}
    titles = {letters(title), *(letters(part) for part in _TITLE_JOINTS.split(title))}
    site = letters(statements.first("publication"))
    best: tuple[int, int, int] | None = None
    for place, block in enumerate(blocks[: first + 1]):
        key = letters(block.text)
        if (
            not key
            or key == site
            or len(block.text) > _MAX_HEADLINE_CHARS
            or (is_prose(block) and key not in stated | titles)
        ):
            continue
        points = 4 * (key in stated) + 3 * (key in titles) + 2 * (key in headings)
        points += 2 * any(len(key) >= 12 and key in other for other in stated | titles) if not points else 0
        if points and (best is None or (points, len(key), place) > best):
            best = points, len(key), place
    return best[2] if best else None


def _stated_headline(statements: Statements, title: str) -> str:
    """Return the headline of a page that shows none: what it states, or its title without the site's name."""
    if stated := _line(statements.first("headline")):
        return stated
    site = letters(statements.first("publication"))
    for joint in _TITLE_JOINTS.finditer(title):
        if site and site == letters(title[joint.end() :]):
            return title[: joint.start()]
        if site and site == letters(title[: joint.start()]):
            return title[joint.end() :]
    return title


def _byline(line: str, stated: Sequence[str]) -> tuple[str, ...]:
    """Return whom a visible line names as authors: it says "by", or it holds those that the page states and no more."""
    if len(line) > _MAX_AUTHOR_CHARS:
        return ()
    if found := read_byline(line):
        return () if found.rest else found.authors
    names = _AND.split(_BY.sub("", line, count=1).replace(", ", ";"))
    is_stated = bool(stated) and {letters(name) for name in names} == {letters(name) for name in stated}
    return tuple(names) if is_stated else ()


def _authors(statements: Statements) -> tuple[str, ...]:
    """Return the authors of the first place that names them."""
    where = next((statement.where for statement in statements.of("authors") if _names(statement.value)), "")
    values = [statement.value for statement in statements.of("authors") if statement.where == where]
    return tuple(dict.fromkeys(name for value in values for name in _names(value)))


def _names(value: str) -> list[str]:
    line = _BY.sub("", _line(value), count=1) if len(value) <= _MAX_AUTHOR_CHARS else ""
    names = _AND.split(line)
    if all(len(part.split()) > 1 for part in line.split(", ")):  # else "Lee, Ann"
        names = [part for name in names for part in name.split(", ")]
    return [name.strip() for name in names if name.strip() and "@" not in name]


def _keywords(statements: Statements) -> tuple[Keyword, ...]:
    names: dict[str, str] = {}
    for statement in statements.of("keywords"):
        for name in re.split(r"\s*[,;،、]\s*", _line(statement.value)):
            if name:
                names.setdefault(letters(name) or name, name)
    return tuple(Keyword(name) for name in list(names.values())[:_MAX_KEYWORDS])


def _first_date(
    stated: Sequence[Statement], shown: StatedDate | None, source: Source
) -> tuple[StatedDate | None, list[Statement]]:
    """Return the first date that is one, that which readers see coming last, and the statements that are none."""
    wrong: list[Statement] = []
    found: StatedDate | None = None
    for statement in stated:
        date = read_date(statement.value, order=source.sidecar.date_order)
        if date is None:
            wrong.append(statement)
        found = found or date
    return found or shown, wrong


def _agree(one: StatedDate | None, other: StatedDate | None) -> bool:
    """Tell whether two dates may be the same: one says no more than the other, or both name one moment."""
    if one is None or other is None:
        return one is other
    if one.date.startswith(other.date) or other.date.startswith(one.date):
        return not (one.moment and other.moment) or one.date != other.date or one.moment[:16] == other.moment[:16]
    return bool(one.moment and other.moment) and _instant(one) == _instant(other)


def _instant(date: StatedDate) -> float | None:
    moment = datetime.fromisoformat(date.moment)
    return moment.timestamp() if moment.tzinfo else None


def _disagreements(
    page: _Page, statements: Statements, published: StatedDate | None, authors: Sequence[str]
) -> Iterator[str]:
    """Yield what the page states in two ways, in words."""
    headlines = [page.headline, *(statement.value for statement in statements.of("headline"))]
    others = dict.fromkeys(line for line in map(_line, headlines[1:]) if not _say_the_same(line, page.headline))
    for line in others:
        yield f"its headline is also given as “{line}”"
    for statement in statements.of("published"):
        date = read_date(statement.value)
        if date and published and not _same_day(date, published):
            yield f"{statement.where} says {statement.value!r}, and the date of the story is {published.words!r}"
    if page.published and published and not _same_day(page.published, published):
        yield f"the page shows {page.published.words!r}, and the date of the story is {published.words!r}"
    if page.authors and (stated := _authors(statements)) and {*map(letters, stated)} != {*map(letters, authors)}:
        yield f"its author is also given as {', '.join(stated)}"
    languages = dict.fromkeys(statement.value.partition("-")[0].lower() for statement in statements.of("language"))
    for one, other in list(combinations(languages, 2))[:1]:
        yield f"its language is given as {one} and as {other}"
    addresses = dict.fromkeys(statement.value for statement in statements.of("url"))
    if len(addresses) > 1:
        yield f"its address is given as {' and as '.join(list(addresses)[:5])}"


def _say_the_same(one: str, other: str) -> bool:
    return letters(one) in letters(other) or letters(other) in letters(one)


def _same_day(one: StatedDate, other: StatedDate) -> bool:
    return one.date.startswith(other.date) or other.date.startswith(one.date) or _agree(one, other)


def _signs(page: _Page, statements: Statements, tree: HtmlElement, address: str) -> list[tuple[int, str]]:
    """Return what speaks for a page being an article, and against it, with points."""
    prose = [block for block in page.text if is_prose(block)]
    teasers = sum(block.kind is BlockKind.SUBHEADING and link_share([block]) > 0.8 for block in page.text)
    kinds = [statement.value for statement in statements.of("type")]
    classes = set(" ".join(map(str, tree.xpath("//body/@class")))[:10_000].split())
    path = urlsplit(address).path
    title = _title(tree)
    is_stated = "article" in kinds
    candidates = [
        (3, "it says that it is an article", is_stated),
        (1, "it states a date of publication", bool(statements.first("published") or page.published)),
        (1, "it has a headline", bool(page.headline)),
        (2, "its text is long", len(prose) >= 3 or sum(len(block.text) for block in prose) >= 500),
        (-3, "it has no paragraph of text", not prose),
        (-3, "most of its text is links", link_share(page.text) > 0.5),
        (-3, f"{teasers} of its headings are links", teasers >= 3),
        (-4, "its title is that of an error", bool(_NOT_FOUND.match(title) or _NOT_FOUND.match(page.headline))),
        (-4, "its body is marked as a list", bool(classes & _LIST_CLASSES) and "single" not in classes),
        (-3, "its address is that of a front page", bool(address) and _is_front(address)),
        (-3, "its address is that of a list", bool(_LIST_PATH.search(path))),
        (-1, "it says that it is a website", "website" in kinds and not is_stated),
        (-2, "it says that it is a list", bool({*LIST_TYPES} & {*kinds}) and not is_stated),
        (-5, "it is a set of frames", bool(tree.xpath("//frameset"))),
        (-5, "it leads to another page", _is_redirect(tree) and not prose),
    ]  # fmt: skip
    return [(points, sign) for points, sign, holds in candidates if holds]


def _is_redirect(tree: HtmlElement) -> bool:
    return any(
        meta.get("http-equiv", "").lower() == "refresh" and "url" in meta.get("content", "").lower()
        for meta in tree.iter("meta")
    )


def _no_article(
    capture: Capture, blocks: Sequence[Block], left_out: Sequence[Notice], signs: Sequence[tuple[int, str]]
) -> Notice:
    """Return the notice of a page that is no article, with all that it shows."""
    total = sum(points for points, _ in signs)
    why = ", ".join(f"{sign} ({points:+})" for points, sign in signs)
    message = f"is no article, by {total} points: {why}"
    texts = [*(block.text for block in blocks), *(notice.text for notice in left_out if notice.text)]
    return Notice(capture.where, message, "\n".join(texts), NO_ARTICLE)


def _line(text: str) -> str:
    return carried_line(text)[0]


FORMAT = Format("HTML page", matches, read)
