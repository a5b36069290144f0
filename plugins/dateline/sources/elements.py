"""XML of unknown origin as trees of elements: cut into its items, item by item, so that none harms another.

No DOCTYPE ever reaches the parser, so there are no entities to expand, no files and no network to read from; what
an item's tree does not hold of its text is told.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.entities import html5
from typing import TYPE_CHECKING, BinaryIO

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Locator, Notice, Unit
from dateline.sources.limits import DEFAULT_LIMITS
from dateline.sources.source import Source, read_whole, whole
from dateline.text import fold_spaces

if TYPE_CHECKING:
    from lxml.etree import _Element

DAMAGED = "damaged"  # the reason of a notice on characters of an item that its tree does not hold
UNKNOWN = "unknown element"
STRAY = "stray text"
MANY = 1000  # elements unknown to a format that are told at once

_CHUNK_BYTES = 256 * 1024
_HEAD_BYTES = 64 * 1024
_LONGEST_MARK = 256  # of what `Window.search` looks for
_MAX_ANCESTORS = 64
_MAX_ANCESTOR_BYTES = 64 * 1024

_NAME = rb"(?:[\w.-]{1,99}:)?(?P<name>[\w.-]{1,99})"
_MARK = rb"<!--|<!\[CDATA\[|<\?|<!DOCTYPE|<(?P<end>/?)"
_ANY_MARK = re.compile(_MARK + _NAME, re.IGNORECASE)
_ENDS = {b"<!--": re.compile(rb"-->"), b"<![cdata[": re.compile(rb"\]\]>"), b"<?": re.compile(rb"\?>")}
_END_OF_DOCTYPE = re.compile(rb"\[|>")
_END_OF_SUBSET = re.compile(rb"\]\s{0,99}>")
_IN_TAG = {b"": re.compile(rb"[\"'<>]"), b'"': re.compile(rb"[\"<]"), b"'": re.compile(rb"['<]")}
_ENCODING = re.compile(r"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
# Before the first element: white space, declarations, comments, a DOCTYPE with what it declares.
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)((?:\s[^<>]*)?)")
# A CDATA section or comment that never ends runs to the end, so that each character is looked at once.
_LOOSE = re.compile(
    r"(?P<kept><!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))|&(?P<entity>[A-Za-z]\w{0,31};)"
    r"|&#(?P<number>x[0-9A-Fa-f]{1,8}|[0-9]{1,8});|(?:&(?!#\d|#x|[A-Za-z]\w{0,31};))+"
    r"|<(?![A-Za-z_:/?]|[^\x00-\x7f])",
    re.DOTALL,
)
_OF_XML = ("amp;", "lt;", "gt;", "quot;", "apos;")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<!\[CDATA\[|\]\]>|<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_WORD = re.compile(r"\w+")
_VOID = {"br", "hr", "img", "col", "wbr"}


@dataclass(frozen=True, slots=True)
class Item:
    """An element of a source that is read by itself: where it stands, its text, the tags that it stands in."""

    name: str
    text: str  # without the declaration and DOCTYPE of its document
    around: str
    locator: Locator
    sha256: str
    is_whole: bool  # its end was found


def root_of(head: bytes) -> tuple[str, str]:
    """Return the local name of the first element in a file's first bytes and its attributes, "" for no XML.

    >>> root_of(b'<?xml version="1.0"?><!DOCTYPE nitf><nitf change.date="1999">')
    ('nitf', ' change.date="1999"')
    """
    text = _decoded_head(head)
    start = text.find("<")
    if start < 0 or text[:start].strip("\ufeff \t\r\n"):
        return "", ""
    prolog = _PROLOG.match(text, start)
    root = _ROOT.match(text, prolog.end() if prolog else start)
    return (root[1], root[2]) if root else ("", "")


def read_items(source: Source, names: Collection[str]) -> Iterator[Item | Notice]:
    """Yield the outermost elements of those local names in their order, and a notice of the text around them.

    An item without its end goes to that of the source. One of over `limits.document_bytes` is a notice.
    """
    encoding, notice = _encoding(source)
    if notice:
        yield notice
    if encoding.startswith(("utf-16", "utf-32")):  # its marks are no bytes that could be looked for
        data = read_whole(source)
        text = data.decode(encoding, "replace").removeprefix("\ufeff")
        locator, digest = whole(source, data)
        for span in _spans(io.BytesIO(text.encode("utf-8", "replace")), names):
            inner = text.encode("utf-8", "replace")[span.first : span.last + 1].decode()
            yield Item(span.name, inner, span.around.decode(), locator, digest, span.is_whole)
        return
    around: list[bytes] = []
    after = 0
    for span in _spans(source.stream, names):
        around.append(_stretch(source, after, span.first))
        after = span.last + 1
        locator = source.at(span.first, span.last, Unit.BYTES)
        if span.last - span.first >= source.limits.document_bytes:
            message = f"has more than {source.limits.document_bytes:,} bytes, the most that is read of one item"
            yield Notice(str(locator), f"{message}; raise document_bytes in DATELINE_LIMITS", reason="too long")
            continue
        data = _stretch(source, span.first, after)
        text, fault = decode_item(data, encoding)
        if fault:
            yield Notice(str(locator), fault)
        outer = span.around.decode(encoding, "replace")
        yield Item(span.name, text, outer, locator, sha256(data), span.is_whole)
    if not after:
        return
    around.append(_stretch(source, after, source.stream.seek(0, 2)))
    if envelope := fold_spaces(_visible(decode_item(b" ".join(around), encoding)[0])):
        message = "what stands around the items tells how they were sent, and was left out"
        yield Notice(source.name, message, envelope, "envelope")


def _stretch(source: Source, first: int, end: int) -> bytes:
    """Return the bytes of a source from `first` to before `end`, at most as many as one document may have."""
    source.stream.seek(first)
    return source.stream.read(min(end - first, source.limits.document_bytes))


def parse_item(item: Item, depth: int) -> tuple[_Element | None, list[Notice]]:
    """Return the element of an item, and notices of what it does not hold; None where it holds nothing."""
    where = str(item.locator)
    names = _ANY_NAME.findall(item.around)
    closing = "".join(f"</{name}>" for name in reversed(names))
    root, notices = _parsed(f"{item.around}{item.text}{closing}", where)
    if root is not None:
        root = next((element for element in root.iter("{*}" + item.name)), None)
    if root is None:
        return None, [Notice(where, "is damaged: no element could be read", _visible(item.text), DAMAGED)]
    if _is_deeper(root, depth):
        message = f"has elements more than {depth} deep, one within another; it was set aside"
        return None, [Notice(where, message, fold_spaces(_visible(item.text)), "too deep")]
    if not item.is_whole:
        notices.append(Notice(where, f"ends before its end tag </{item.name}>; what there is of it was read"))
    return root, notices


def parse_document(source: Source) -> tuple[_Element, list[Notice], Locator, str]:
    """Return the root of a source that is one document; raise SourceError when it is none."""
    data = read_whole(source)
    encoding, notice = _encoding(source)
    text, fault = decode_item(data, encoding)
    prolog = _PROLOG.match(text)
    text = text[prolog.end() :] if prolog else text
    locator, digest = whole(source, data)
    root, notices = _parsed(text, source.name)
    if root is None or _is_deeper(root, source.limits.elements_deep):
        raise SourceError(f"{source.name}: is no XML whose elements can be read; well-formed XML would be right")
    told = [notice] if notice else []
    return root, [*told, *([Notice(source.name, fault)] if fault else []), *notices], locator, digest


def parse_text(text: str, where: str) -> tuple[_Element | None, list[Notice]]:
    """Return the root of XML that stands as text within another document, None when it has none."""
    prolog = _PROLOG.match(text)
    root, notices = _parsed(text[prolog.end() :] if prolog else text, where)
    if root is not None and _is_deeper(root, DEFAULT_LIMITS.elements_deep):
        return None, [Notice(where, "nests too deep; it was set aside", fold_spaces(_visible(text)), "too deep")]
    return root, notices


def local_name(element: _Element) -> str:
    """Return an element's name without its namespace, "" for a comment or the like."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: _Element | None) -> str:
    """Return all text of an element as one line."""
    return fold_spaces("".join(map(str, element.itertext()))) if element is not None else ""


def find(element: _Element | None, *path: str) -> _Element | None:
    """Return the first element at a path of local names."""
    return next(find_all(element, *path), None)


def find_all(element: _Element | None, *path: str) -> Iterator[_Element]:
    """Yield the elements at a path of local names, in any namespace; `*` is any name."""
    if element is not None:
        yield from element.iterfind("/".join("*" if name == "*" else "{*}" + name for name in path))


class Unknowns:
    """What of a source its format does not know. A class because it gathers over all items, so that none floods."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._texts: dict[str, list[str]] = {}
        self._kept: Counter[str] = Counter()
        self._count = 0

    def add(self, name: str, text: str) -> None:
        """Add an element or key that was left out with its text."""
        self._texts.setdefault(name, []).append(text)
        self._count += 1

    def add_kept(self, name: str) -> None:
        """Add an element whose text was read."""
        self._kept[name] += 1

    def notices(self, *, at_least: int = 0) -> Iterator[Notice]:
        """Yield a notice for each name, and forget them, once so many were left out."""
        if self._count < at_least:
            return
        for name, texts in sorted(self._texts.items()):
            message = f"{name} is not known to this format and was left out ({len(texts):,} times)"
            reason = STRAY if name == STRAY else UNKNOWN
            yield Notice(self._where, message, "\n".join(filter(None, texts)), reason, len(texts))
        for name, count in sorted(self._kept.items()):
            yield Notice(
                self._where, f"{name} is not known to this format; its text was read ({count:,} times)", count=count
            )
        self._texts, self._kept, self._count = {}, Counter(), 0


def collect_unknown(
    unknown: Unknowns,
    root: _Element,
    containers: Collection[str],
    known: Collection[str],
    *,
    mixed: Collection[str] = (),
) -> None:
    """Add the elements below containers that are not known, and text that stands between elements.

    What is in a known element is its reader's. In a `mixed` one, text and elements stand side by side, and what is in
    an unknown element is text too.
    """
    pending = [root]
    while pending:
        element = pending.pop()
        is_mixed = local_name(element) in mixed
        if not is_mixed:
            for text in filter(None, map(fold_spaces, (element.text or "", *(child.tail or "" for child in element)))):
                unknown.add(STRAY, text)
        for child in reversed(element):
            name = local_name(child)
            if name in containers or name in mixed:
                pending.append(child)
            elif name and name not in known and is_mixed:
                unknown.add_kept(f"element {name}")
            elif name and name not in known:
                unknown.add(f"element {name}", text_of(child))


def as_html(element: _Element, tags: Mapping[str, str] | None = None) -> str:
    """Return an element as HTML; with `tags`, under those names and without attributes but addresses.

    A tag that `tags` maps to "" is left out with all in it; of one that it does not name the content remains.
    """
    parts: list[str] = []
    _write_html(element, tags, parts)
    return "".join(parts)


def _write_html(element: _Element, tags: Mapping[str, str] | None, parts: list[str]) -> None:
    name = local_name(element)
    tag = name.lower() if tags is None else tags.get(name, "span")
    if not name or not tag:
        return
    attrib = [(str(key), str(value)) for key, value in element.attrib.items()]
    kept = [(key, value) for key, value in attrib if tags is None or key == "href"]
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in kept if "{" not in key and value)
    parts.append(f"<{tag}{attributes}>{escape(element.text or '', quote=False)}")
    for child in element:
        _write_html(child, tags, parts)
        parts.append(escape(child.tail or "", quote=False))
    if tag not in _VOID:
        parts.append(f"</{tag}>")


@dataclass(frozen=True, slots=True)
class _Span:
    """An item's name, its first and last byte, and the start tags of the elements around it."""

    name: str
    first: int
    last: int
    around: bytes
    is_whole: bool


class Window:
    """What was last read of a stream. A class because it keeps its place while others read the same stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = b""
        self._start = 0
        self._is_last = False

    @property
    def end(self) -> int:
        """The byte after the last that was read."""
        return self._start + len(self._data)

    def search(self, mark: re.Pattern[bytes], at: int) -> tuple[int, int, re.Match[bytes]] | None:
        """Return start, end and match of the next mark from byte `at` on; what is before it is forgotten."""
        while True:
            found = mark.search(self._data, at - self._start)
            # A mark that touches the end of what was read may go on after it.
            if found and (self._is_last or found.end() < len(self._data)):
                return found.start() + self._start, found.end() + self._start, found
            if self._is_last:
                return None
            at = self._start + found.start() if found else max(at, self.end - _LONGEST_MARK)
            self._read(at)

    def _read(self, keep_from: int) -> None:
        self._stream.seek(self.end)
        chunk = self._stream.read(_CHUNK_BYTES)
        self._is_last = not chunk
        self._data = self._data[keep_from - self._start :] + chunk
        self._start = keep_from


def _spans(stream: BinaryIO, names: Collection[str]) -> Iterator[_Span]:
    """Yield the outermost elements of those names; comments, CDATA, declarations and quoted `>` hide no tag."""
    alternatives = b"|".join(re.escape(name.encode()) for name in sorted(names))
    inner_mark = re.compile(_MARK + rb"(?:[\w.-]{1,99}:)?(?P<name>" + alternatives + rb")(?![\w.:-])", re.IGNORECASE)
    window, at = Window(stream), 0
    around: list[tuple[str, bytes]] = []
    name, first, depth = "", 0, 0  # of the item that is open
    while found := window.search(inner_mark if depth else _ANY_MARK, at):
        start, at, mark = found
        if mark["name"] is None:
            at = _end_of_other(window, mark[0].lower(), at)
            continue
        tag, closes = mark["name"].decode("latin-1"), bool(mark["end"])
        at, is_empty = _end_of_tag(window, stream, at)
        if depth:
            depth += 0 if tag != name or is_empty else -1 if closes else 1
            if not depth:
                yield _Span(name, first, at - 1, b"".join(raw for _, raw in around), is_whole=True)
        elif closes:
            _close(around, tag)
        elif tag in names:
            name, first, depth = tag, start, 0 if is_empty else 1
            if is_empty:
                yield _Span(name, first, at - 1, b"".join(raw for _, raw in around), is_whole=True)
        elif not is_empty and len(around) < _MAX_ANCESTORS and at - start < _MAX_ANCESTOR_BYTES:
            stream.seek(start)
            around.append((tag, stream.read(at - start)))
    if depth:
        yield _Span(name, first, stream.seek(0, 2) - 1, b"".join(raw for _, raw in around), is_whole=False)


def _close(around: list[tuple[str, bytes]], tag: str) -> None:
    """Take an element that closes off those that are open, with what was left open in it."""
    if any(name == tag for name, _ in around):
        while around.pop()[0] != tag:
            pass


def _end_of_other(window: Window, mark: bytes, at: int) -> int:
    if mark == b"<!doctype":
        found = window.search(_END_OF_DOCTYPE, at)
        if found and found[2][0] == b"[":
            found = window.search(_END_OF_SUBSET, found[1])
    else:
        found = window.search(_ENDS[mark], at)
    return found[1] if found else window.end


def _end_of_tag(window: Window, stream: BinaryIO, at: int) -> tuple[int, bool]:
    """Return the byte after a tag and whether it is an empty element's; a `<` within it shows that it has no end."""
    quote = b""
    while found := window.search(_IN_TAG[quote], at):
        start, at, mark = found
        if mark[0] == b"<":
            return start, False
        if mark[0] == b">":
            stream.seek(start - 1)
            return at, stream.read(1) == b"/"
        quote = b"" if quote else mark[0]
    return window.end, False


def _encoding(source: Source) -> tuple[str, Notice | None]:
    """Return the encoding of a document: its mark, the sidecar's, the one that it declares, UTF-8."""
    source.stream.seek(0)
    head = source.stream.read(_HEAD_BYTES)
    wide = wide_encoding(head)
    declared = _ENCODING.match(head[:1024].decode("latin-1").removeprefix("ï»¿"))
    told = wide or source.sidecar.encoding or (declared[1] if declared else "") or "utf-8"
    try:
        name = codecs.lookup(told).name
        "".encode(name)  # not a codec of bytes or of text to text
    except (LookupError, UnicodeError, TypeError, ValueError):
        message = f"declares the encoding {told!r}, which is none; it was read as UTF-8"
        return "utf-8", Notice(source.name, message)
    if name.startswith(("utf-16", "utf-32")) and not wide:  # the declaration was read byte by byte: it is not so
        return "utf-8", None
    return name, None


def wide_encoding(head: bytes) -> str:
    """Return the UTF-16 or UTF-32 that a file begins in, "" for an encoding in which ASCII is a byte each."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    return {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(head[:2], "")


def _decoded_head(head: bytes) -> str:
    wide = wide_encoding(head)
    return head.decode(wide, "ignore") if wide else head.decode("utf-8-sig", "replace")


def decode_item(data: bytes, encoding: str) -> tuple[str, str]:
    """Return the text of an item and what was wrong with it: a byte that is not of the encoding is cp1252's."""
    try:
        return data.decode(encoding).removeprefix("\ufeff"), ""
    except UnicodeDecodeError as error:
        text = data.decode(encoding, _AS_WESTERN)
        fault = f"byte 0x{data[error.start]:02x} is not {encoding.upper()}; what is not was read as cp1252"
        return text.removeprefix("\ufeff"), fault


def _western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


_AS_WESTERN = "dateline.cp1252"
codecs.register_error(_AS_WESTERN, _western)
_ANY_NAME = re.compile(r"<((?:[\w.-]+:)?[\w.-]+)(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*>")


def _parsed(text: str, where: str) -> tuple[_Element | None, list[Notice]]:
    from lxml import etree

    sound = _LOOSE.sub(_sound, text)
    # What XML cannot hold becomes a character that no page can carry either, and is told as one.
    sound = _NOT_XML.sub("\x7f", sound)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # the size is bounded, and nothing expands
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(sound.encode(), parser)
    except etree.XMLSyntaxError as error:
        return None, [Notice(where, f"is no XML ({error.msg})")]
    if root is None:
        return None, []
    faults = [entry for entry in parser.error_log if entry.domain_name != "NAMESPACE"]
    if not faults:
        return root, []
    lost = _lost(sound, root)
    message = f"is not well-formed XML: {fold_spaces(faults[0].message)}"
    if lost:
        return root, [Notice(where, f"{message}; words that it holds were lost with its order", lost, DAMAGED)]
    return root, [Notice(where, f"{message}; all its words were read")]


def _sound(loose: re.Match[str]) -> str:
    """Return what stands for a mark that only looks like XML: a named character, or the mark as text."""
    if loose["kept"] or loose["entity"] in _OF_XML:
        return loose[0]
    if number := loose["number"]:
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        return "\x7f" if code > sys.maxunicode or _NOT_XML.match(chr(code)) else loose[0]
    if loose["entity"]:
        return escape(html5.get(loose["entity"], loose[0]))
    return escape(loose[0])


def _visible(text: str) -> str:
    from html import unescape

    return unescape(_TAG.sub(" ", text))


def _lost(text: str, root: _Element) -> str:
    """Return the words of a text, tags taken off, that a tree does not hold, as often as it does not."""
    held = Counter(_WORD.findall(" ".join(map(str, root.itertext()))))
    lost = []
    for word in _WORD.findall(_visible(text)):
        if held[word]:
            held[word] -= 1
        else:
            lost.append(word)
    return " ".join(lost)


def _is_deeper(root: _Element, depth: int) -> bool:
    level = [root]
    for _ in range(depth):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
