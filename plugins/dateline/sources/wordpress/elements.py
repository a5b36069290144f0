"""A WordPress export, cut: bytes into items, an item into its elements, an element into its text.

It is not read as XML. A stray `&`, a control character or an end tag that is missing, which plugins and old versions
of WordPress do write, would end the reading there, or lose text; here damage stays within its element, or its item.
No entities are known but those of HTML, so none expands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from dateline.sources.tokens import unescape

_CHUNK_BYTES = 1024 * 1024
_MAX_GAP_BYTES = 64  # between the end of an item and the next one

_CDATA_OPENS, _CDATA_ENDS, _COMMENT_OPENS, _COMMENT_ENDS = b"<![CDATA[", b"]]>", b"<!--", b"-->"
_ITEM_OPENS, _ITEM_ENDS = b"<item", b"</item"
_MARK = re.compile(rb"<!\[CDATA\[|\]\]>|<!--|-->|<item(?=[\s>/])|</item\s{0,8}>")
_LONGEST_MARK = len(b"</item>") + 8

_START_TAG = re.compile(r"""<([A-Za-z_][\w.:-]*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
_END_TAG = re.compile(r"</([A-Za-z_][\w.:-]*+)\s*+>")
_ATTRIBUTE = re.compile(r"""([\w.:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_MARKUP_OF_NOTHING = re.compile(r"(?s)<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|</[^<>]*+>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_CDATA_AT_ONCE = re.compile(rf"\s*+{_CDATA.pattern}", re.DOTALL)
_OPENS, _ENDS = "<![CDATA[", "]]>"
_SPLIT = "]]]]><![CDATA[>"  # how "]]>" is written within CDATA


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of an export from `first` up to `end`: an item, or what stands between items."""

    first: int
    end: int
    is_item: bool


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an item or of the channel, its content as it stands."""

    name: str
    attributes: Mapping[str, str]
    content: str

    @property
    def text(self) -> str:
        """The characters of the content: of CDATA as they stand, else with references resolved."""
        return text_of(self.content)


def stretches(stream: BinaryIO) -> Iterator[Stretch]:
    """Cut an export into its items and what is between them; together they are all of its bytes.

    An item ends where its end tag stands, or the next one begins. In CDATA and comments neither counts, unless the
    CDATA never ends in its own item: then an item ends and another begins in it, before CDATA opens again.
    """
    first, is_item, within = 0, False, b""
    broken_off = next_item = -1
    for place, end, mark in _marks(stream):
        if within == _COMMENT_OPENS:
            within = b"" if mark == _COMMENT_ENDS else within
        elif within == _CDATA_OPENS:
            if mark == _CDATA_ENDS:
                within, broken_off, next_item = b"", -1, -1
            elif mark == _ITEM_ENDS:
                broken_off, next_item = end, -1
            elif mark == _ITEM_OPENS and 0 <= broken_off >= place - _MAX_GAP_BYTES:
                next_item = place
            elif mark == _CDATA_OPENS and is_item and next_item >= 0:
                yield Stretch(first, broken_off, is_item=True)
                yield Stretch(broken_off, next_item, is_item=False)
                first, broken_off, next_item = next_item, -1, -1
        elif mark in (_CDATA_OPENS, _COMMENT_OPENS):
            within = mark
        elif mark == _ITEM_OPENS or (mark == _ITEM_ENDS and is_item):
            cut = place if mark == _ITEM_OPENS else end
            yield Stretch(first, cut, is_item)
            first, is_item = cut, mark == _ITEM_OPENS
    yield Stretch(first, stream.seek(0, 2), is_item)


def _marks(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield what may part items: its first byte, the byte after it, and which mark it is."""
    offset, pending = 0, b""
    while True:
        stream.seek(offset + len(pending))  # in between, others read items from it
        chunk = stream.read(_CHUNK_BYTES)
        if not chunk:
            return
        pending += chunk
        seen = max(0, len(pending) - _LONGEST_MARK)
        for match in _MARK.finditer(pending):
            seen = max(seen, match.end())
            mark = _ITEM_ENDS if match[0].startswith(_ITEM_ENDS) else match[0]
            yield offset + match.start(), offset + match.end(), mark
        offset, pending = offset + seen, pending[seen:]


def elements_of(markup: str) -> tuple[list[Element], str]:
    """Return the elements at the top of a piece of XML, and the text that stands in none of them.

    One without an end tag ends where the next one begins. CDATA right behind a start tag ends with the element, also
    where it holds another CDATA: WordPress wrote such things.
    """
    found: list[Element] = []
    stray: list[str] = []
    ends = _EndTags.of(markup)
    position = 0
    while (opening := markup.find("<", position)) >= 0:
        if not (between := markup[position:opening]).isspace():
            stray.append(unescape(between))
        if tag := _START_TAG.match(markup, opening):
            attributes = (
                {key: unescape(one or other) for key, one, other in _ATTRIBUTE.findall(tag[2])} if tag[2] else {}
            )
            content, position = "", tag.end()
            if not tag[2].endswith("/"):
                content, position = _content(markup, position, tag[1], ends)
            found.append(Element(tag[1], attributes, content))
        elif cdata := _CDATA.match(markup, opening):
            stray.append(cdata[1])
            position = cdata.end()
        elif nothing := _MARKUP_OF_NOTHING.match(markup, opening):
            position = nothing.end()
        else:
            stray.append("<")
            position = opening + 1
    stray.append(unescape(markup[position:]))
    return found, "".join(stray)


@dataclass(frozen=True, slots=True)
class _EndTags:
    """Where the end tags of a piece of XML stand, by name, in order: all, and those right behind CDATA."""

    all: Mapping[str, list[tuple[int, int]]]
    behind_cdata: Mapping[str, list[tuple[int, int]]]

    @classmethod
    def of(cls, markup: str) -> _EndTags:
        """Find them, in one pass."""
        found = cls(defaultdict(list), defaultdict(list))
        for tag in _END_TAG.finditer(markup):
            found.all[tag[1]].append(tag.span())
            before = tag.start()
            while before and markup[before - 1].isspace():
                before -= 1
            if markup.endswith(_ENDS, 0, before):
                found.behind_cdata[tag[1]].append(tag.span())
        return found


def _content(markup: str, start: int, name: str, ends: _EndTags) -> tuple[str, int]:
    """Return the content of an element that begins at `start`, and where what follows the element does."""
    inner = start
    if cdata := _CDATA_AT_ONCE.match(markup, start):
        if end := _next(ends.behind_cdata.get(name), start):
            return markup[start : end[0]], end[1]
        inner = cdata.end()
    if end := _next(ends.all.get(name), inner):
        return markup[start : end[0]], end[1]
    stop = markup.find("<", inner)
    stop = len(markup) if stop < 0 else stop
    return markup[start:stop], stop


def _next(places: Sequence[tuple[int, int]] | None, start: int) -> tuple[int, int] | None:
    index = bisect_left(places, (start, 0)) if places else 0
    return places[index] if places and index < len(places) else None


def text_of(content: str) -> str:
    """Return the characters of an element's content.

    >>> text_of(" <![CDATA[AT&T <b>]]> "), text_of("AT&amp;T &lt;b&gt;")
    ('AT&T <b>', 'AT&T <b>')
    """
    bare = content.strip().replace(_SPLIT, "]]>")
    if bare.startswith(_OPENS) and bare.endswith(_ENDS):
        inner = bare[len(_OPENS) : -len(_ENDS)]
        # One CDATA, whatever it holds, unless it ends before another opens.
        if not 0 <= inner.find(_ENDS) < inner.find(_OPENS):
            return inner
    pieces: list[str] = []
    position = 0
    for cdata in _CDATA.finditer(bare):
        pieces += (unescape(bare[position : cdata.start()]), cdata[1])
        position = cdata.end()
    return "".join((*pieces, unescape(bare[position:])))
