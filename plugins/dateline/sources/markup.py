"""HTML fragments, in whatever format they stand: the blocks that a reader sees, with their links.

    markup ─tokens→ open elements and runs of text ─→ blocks; notices of what is no text of the story

Law: every character that the markup shows is in one block or in the text of one notice, whatever the markup is.
Nothing is fetched and nothing runs: scripts, styles, frames and pictures are left out, and of all attributes only
the addresses of links count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from dateline.records import Block, BlockKind, Link, Notice
from dateline.sources.characters import carried, uncarried_notice
from dateline.sources.tokens import End, Start, Text, Unfinished, tokens
from dateline.text import fold_spaces

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
_CELLS = frozenset({"td", "th"})
CELL_SEPARATOR = " | "
# Elements that start on a line of their own and end it (HTML Living Standard, 15.3), cells apart.
_BLOCKS = (
    _HEADINGS
    | _PREFORMATTED
    | frozenset(
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
        "figure footer form frameset header hgroup hr html legend li main menu nav ol optgroup option p search section "
        "summary table tbody tfoot thead tr ul".split()
    )
)
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr".split()
)
_KINDS = {
    **dict.fromkeys(_HEADINGS, BlockKind.SUBHEADING),
    **dict.fromkeys(_PREFORMATTED, BlockKind.LAYOUT),
    "li": BlockKind.ITEM,
    "dd": BlockKind.ITEM,
    "blockquote": BlockKind.QUOTATION,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
}
_SILENT = "code"
# Elements whose text is no text of a story, and the reason that is reported; `_SILENT`: a reader never sees it.
_SET_ASIDE = {
    **dict.fromkeys(("script", "style"), _SILENT),
    **dict.fromkeys(
        ("button", "datalist", "label", "meter", "output", "progress", "select", "textarea"), "form control"
    ),
    **dict.fromkeys(
        "annotation annotation-xml applet audio canvas desc iframe metadata noembed noframes noscript object "
        "template title video".split(),
        "not shown",
    ),
}
_EMBEDDED = {
    "iframe": "src", "frame": "src", "embed": "src", "video": "src", "audio": "src", "source": "src", "object": "data",
}  # fmt: skip
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"(?:^|\s)wp-caption-(?:text|dd)(?:\s|$)")  # WordPress before it had figures

# What a start tag ends, and within what it does not look: (ended, fences). HTML Living Standard, 13.2.6.4.
_TABLES = frozenset({"table", "template"})
_FENCES = _TABLES | _CELLS | {"caption", "button", "object", "applet", "marquee"}
_LISTS = _FENCES | {"ul", "ol", "menu", "dir", "dl", "blockquote"}
_ENDED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(_BLOCKS, (frozenset({"p"}), _FENCES)),
    "li": (frozenset({"li"}), _LISTS),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd"}), _LISTS)),
    **dict.fromkeys(_CELLS, (_CELLS | {"caption"}, _TABLES | {"tr"})),
    "tr": (frozenset({"tr", "caption"}), _TABLES),
    **dict.fromkeys(("tbody", "thead", "tfoot"), (frozenset({"tbody", "thead", "tfoot", "caption"}), _TABLES)),
    **dict.fromkeys(("option", "optgroup"), (frozenset({"option"}), frozenset({"select"}))),
    "a": (frozenset({"a"}), _FENCES),
}
_ROWS = frozenset({"tr"})
_OF_TABLES = _CELLS | {"table", "template", "tr", "tbody", "thead", "tfoot", "caption"}
_TRACKED = _BLOCKS | _FENCES | {"a"}

_SPACES_IN_ADDRESS = re.compile(r"[\t\r\n]+")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f\s\u200b\ufeff]")
_SCHEMES = ("http", "https", "mailto")
_SOFT_HYPHEN = "\xad"
_BLANK_LINES = re.compile(r"\n[^\S\n]*+\n\s*+")
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\xad\u200b\ufeff\ud800-\udfff]")


def read_markup(
    markup: str, where: str, *, base: str = "", by_blank_lines: bool = False
) -> tuple[tuple[Block, ...], tuple[Notice, ...]]:
    """Return the blocks of an HTML fragment, and notices of what it shows that is in none; any string is one.

    Links are made absolute by `base`, the address of the page; `where` is what notices say. With `by_blank_lines`
    these part paragraphs too, as in what bloggers type.

    >>> [block.text for block in read_markup("<p>One<p>Two <b>and</b> three", "x")[0]]
    ['One', 'Two and three']
    """
    setter = _Setter(base, by_blank_lines)
    for token in tokens(markup):
        match token:
            case Text(text):
                setter.add(text)
            case Start():
                setter.start(token)
            case End(name):
                setter.end(name)
            case Unfinished(rest):
                setter.set_aside["unfinished markup"].append(rest)
    setter.close()
    return tuple(setter.blocks), tuple(_notices(setter, where))


def read_line(markup: str) -> str:
    """Return what a short piece of markup shows, a headline say, as one line.

    >>> read_line("Q&amp;A: <i>Lima</i>")
    'Q&A: Lima'
    """
    return " ".join(fold_spaces(block.text) for block in read_markup(markup, "")[0])


def absolute_address(address: str, base: str = "") -> str:
    """Return an address as a link of an article can have it, "" where it can have none: http, https or mailto.

    >>> absolute_address("../b c", "https://news.example/x/a"), absolute_address("javascript:alert(1)")
    ('https://news.example/b%20c', '')
    """
    try:
        joined = urljoin(base, _SPACES_IN_ADDRESS.sub("", address.strip()))
        parts = urlsplit(joined)
        rest = parts.path if parts.scheme == "mailto" else parts.hostname
    except ValueError:  # brackets that hold no address of a host
        return ""
    if parts.scheme not in _SCHEMES or not rest or "\ufffd" in joined:
        return ""
    return carried(_UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0]), joined))[0]


_EXPLANATIONS = {
    "form control": "the text of buttons and form fields was left out",
    "not shown": "text that a page does not show was left out",
    "unfinished markup": "the markup breaks off within a tag; what follows was left out",
    "picture": "pictures were left out; these are their addresses",
    "embedded": "frames, films and sounds were left out; these are their addresses",
    "link": "an article cannot link to these addresses; their text stays",
}


def _notices(setter: _Setter, where: str) -> list[Notice]:
    notices = [
        Notice(where, _EXPLANATIONS[reason], text, reason, text.count("\n") + 1)
        for reason, pieces in sorted(setter.set_aside.items())
        if (text := "\n".join(filter(None, map(fold_spaces, "".join(pieces).splitlines()))))
    ]
    if setter.dropped:
        notices.append(uncarried_notice(where, "".join(setter.dropped)))
    return notices


@dataclass(slots=True)
class _Open:
    """An element that is open. Not frozen: a list item is one only up to its first block."""

    name: str
    kind: BlockKind | None
    hidden: str | None  # why its text is set aside
    href: str | None


@dataclass(slots=True)
class _Setter:
    """Sets text in blocks as elements open and close around it."""

    base: str
    by_blank_lines: bool
    blocks: list[Block] = field(default_factory=list)
    set_aside: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    dropped: list[str] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _places: dict[str, list[int]] = field(default_factory=dict)  # in _open, by name, of those that are open
    _hidden: list[_Open] = field(default_factory=list)
    _kinds: list[_Open] = field(default_factory=list)
    _links: list[_Open] = field(default_factory=list)
    _runs: list[tuple[list[str], str]] = field(default_factory=list)  # of text with one address
    _breaks: int = 0  # in a row
    _is_row_begun: bool = False  # or another block
    _cells_due: int = 0  # begun since the last text of the row

    def add(self, text: str) -> None:
        """Set text where it stands."""
        if self._hidden:
            self._set_aside(text)
            return
        if self.by_blank_lines and not self._is_layout and (parts := _BLANK_LINES.split(text))[1:]:
            for part in parts[:-1]:
                self._add_shown(part)
                if not self._is_between_cells:
                    self.flush()
            text = parts[-1]
        self._add_shown(text)

    @property
    def _is_layout(self) -> bool:
        return bool(self._kinds) and self._kinds[-1].kind is BlockKind.LAYOUT

    @property
    def _is_between_cells(self) -> bool:
        return self._innermost(_ROWS) > self._innermost(_CELLS)

    def _add_shown(self, text: str) -> None:
        if _VISIBLE.search(text):
            self._breaks = 0
            if self._cells_due:
                self._append(CELL_SEPARATOR * self._cells_due, "")
                self._cells_due = 0
            self._is_row_begun = True
        self._append(text, self._links[-1].href or "" if self._links else "")

    def _set_aside(self, text: str) -> None:
        reason = self._hidden[-1].hidden
        if reason and reason != _SILENT:
            self.set_aside[reason].append(text)

    def _append(self, text: str, href: str) -> None:
        if self._runs and self._runs[-1][1] == href:
            self._runs[-1][0].append(text)
        else:
            self._runs.append(([text], href))

    def start(self, tag: Start) -> None:
        """Open an element, and close those that it cannot stand in."""
        name = tag.name
        attributes = tag.attributes() if tag.markup and not tag.markup.isspace() else {}
        if name in _ENDED_BY:
            self._end_one_of(*_ENDED_BY[name])
        self._note_address(name, attributes)
        if name == "br":
            self._break()
        elif name in _BLOCKS:
            self.flush()
        elif name in _CELLS and self._is_row_begun:
            self._cells_due += 1
        if name in _VOID or tag.is_empty:
            return
        href = self._link_address(attributes["href"]) if name == "a" and "href" in attributes else None
        element = _Open(name, _kind_of(name, attributes), _hidden_reason(name, attributes), href)
        # Of an element that changes nothing ("b"), the end matters only within another of its name.
        if name in _TRACKED or element.kind or element.hidden or self._places.get(name):
            self._push(element)

    def end(self, name: str) -> None:
        """Close the innermost element of that name, and those within it; without one, nothing closes."""
        if name == "br":
            self._break()
            return
        if name in _BLOCKS:
            self.flush()
        if name in _HEADINGS:
            self._end_one_of(_HEADINGS, _FENCES)
        elif name in self._places:
            self._end_one_of(frozenset({name}), (_TABLES if name in _OF_TABLES else _FENCES) - {name})

    def close(self) -> None:
        """Close what is still open."""
        self._close_from(0)
        self.flush()

    def flush(self) -> None:
        """End the block that text is being set in."""
        if self._hidden:
            self._set_aside("\n")
            return
        self._breaks = self._cells_due = 0
        self._is_row_begun = False
        if not self._runs:
            return
        runs, self._runs = self._runs, []
        kind = self._kinds[-1].kind if self._kinds else None
        joined = [("".join(pieces).replace(_SOFT_HYPHEN, ""), href) for pieces, href in runs]
        text, links = self._layout(joined) if kind is BlockKind.LAYOUT else self._line(joined)
        if not text:
            return
        self.blocks.append(Block(text, kind or BlockKind.PARAGRAPH, links))
        if kind is BlockKind.ITEM:  # what else stands in the item has no mark of its own
            self._kinds.pop().kind = None

    def _line(self, runs: list[tuple[str, str]]) -> tuple[str, tuple[Link, ...]]:
        pieces: list[str] = []
        links: list[Link] = []
        length, is_parted = 0, False
        for raw, href in runs:
            kept = self._carried(raw)
            line = fold_spaces(kept)
            if not line:
                is_parted = is_parted or bool(kept)
                continue
            if length and (is_parted or not fold_spaces(kept[0])):
                pieces.append(" ")
                length += 1
            pieces.append(line)
            if href:
                links.append(Link(length, length + len(line), href))
            length += len(line)
            is_parted = not fold_spaces(kept[-1])
        return "".join(pieces), tuple(links)

    def _layout(self, runs: list[tuple[str, str]]) -> tuple[str, tuple[Link, ...]]:
        kept = [(self._carried(raw).replace("\r\n", "\n").replace("\r", "\n"), href) for raw, href in runs]
        text = "".join(piece for piece, _ in kept)
        start, end = len(text) - len(text.lstrip("\n")), len(text.rstrip())
        links: list[Link] = []
        position = -start
        for piece, href in kept:
            first = max(0, position + len(piece) - len(piece.lstrip()))
            last = min(end - start, position + len(piece.rstrip()))
            if href and first < last:
                links.append(Link(first, last, href))
            position += len(piece)
        return text[start:end], tuple(links) if fold_spaces(text) else ()

    def _carried(self, raw: str) -> str:
        kept, dropped = carried(raw)
        if dropped:
            self.dropped.append(dropped)
        return kept

    def _break(self) -> None:
        """One line break is a space, as in a line that was broken by hand; two part paragraphs."""
        if self._hidden:
            return
        if self._is_layout:
            self.add("\n")
            return
        breaks = self._breaks + 1
        if breaks > 1:
            self.flush()
        self.add(" ")
        self._breaks = breaks

    def _link_address(self, href: str) -> str:
        address = absolute_address(href, self.base)
        if not address and href.strip() and not href.strip().startswith("#"):
            self.set_aside["link"].append(f"{href}\n")
        return address

    def _note_address(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("img", "image") and attributes.get("src"):
            self.set_aside["picture"].append(attributes["src"] + "\n")
        elif name in _EMBEDDED and attributes.get(_EMBEDDED[name]):
            self.set_aside["embedded"].append(attributes[_EMBEDDED[name]] + "\n")

    def _end_one_of(self, names: frozenset[str], fences: frozenset[str]) -> None:
        place = self._innermost(names)
        if place >= 0 and (place == len(self._open) - 1 or place > self._innermost(fences)):
            self._close_from(place)

    def _innermost(self, names: frozenset[str]) -> int:
        if names.isdisjoint(self._places):
            return -1
        return max(self._places[name][-1] for name in names.intersection(self._places))

    def _close_from(self, place: int) -> None:
        while len(self._open) > place:
            if self._open[-1].name in _BLOCKS or self._open[-1].hidden or self._open[-1].kind:
                self.flush()
            self._pop()

    def _push(self, element: _Open) -> None:
        self._places.setdefault(element.name, []).append(len(self._open))
        self._open.append(element)
        if element.hidden is not None:
            self._hidden.append(element)
        if element.kind is not None:
            self._kinds.append(element)
        if element.href is not None:
            self._links.append(element)

    def _pop(self) -> None:
        element = self._open.pop()
        places = self._places[element.name]
        places.pop()
        if not places:
            del self._places[element.name]
        for stack in (self._hidden, self._kinds, self._links):
            if stack and stack[-1] is element:
                stack.pop()


def _kind_of(name: str, attributes: dict[str, str]) -> BlockKind | None:
    if "class" in attributes and _CAPTION_CLASS.search(attributes["class"]):
        return BlockKind.CAPTION
    return _KINDS.get(name)


def _hidden_reason(name: str, attributes: dict[str, str]) -> str | None:
    if name in _SET_ASIDE:
        return _SET_ASIDE[name]
    is_closed_dialog = name == "dialog" and "open" not in attributes
    is_styled_away = "style" in attributes and _HIDING_STYLE.search(attributes["style"])
    return "not shown" if is_closed_dialog or is_styled_away or "hidden" in attributes else None
