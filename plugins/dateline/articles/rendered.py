"""The text of a rendered article, and links put back into its HTML at places of that text."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol p pre section table td th tr ul".split()
)
_NO_LINKS = frozenset("a button code pre script style summary textarea title".split())
_UNSEEN = frozenset(("script", "style", "template"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that stands in one HTML text node or character reference.

    `text_start` counts characters of the text, `html_start` and `html_end` those of the HTML.
    """

    text_start: int
    text: str
    html_start: int
    html_end: int
    node: int  # runs of one node may be linked together
    takes_links: bool


@dataclass(frozen=True, slots=True)
class RenderedText:
    """The text that a reader of the HTML sees: blocks parted by an empty line, white space folded."""

    html: str
    text: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class TextLink:
    """A link to put around the characters from `start` to `end` of the text."""

    start: int
    end: int
    opening: str  # the HTML of its opening tag


def read_text(content: str) -> RenderedText:
    """Return the text of an article's HTML, and where in the HTML each of its characters stands."""
    reader = _TextReader(content)
    reader.feed(content)
    reader.close()
    return RenderedText(content, "".join(run.text for run in reader.runs), tuple(reader.runs))


def insert_links(rendered: RenderedText, links: Sequence[TextLink]) -> str:
    """Return the HTML with `links` put in; a link that would cross an element or nest in one is left out."""
    insertions: list[tuple[int, str]] = []
    for link in links:
        runs = [
            run
            for run in rendered.runs
            if run.text_start < link.end and run.text_start + len(run.text) > link.start and run.text
        ]
        if not runs or len({run.node for run in runs}) != 1 or not all(run.takes_links for run in runs):
            continue
        insertions += [
            (_html_offset(runs[0], link.start), link.opening),
            (_html_offset(runs[-1], link.end), "</a>"),
        ]
    pieces: list[str] = []
    done = 0
    for offset, tag in sorted(insertions, key=lambda insertion: (insertion[0], insertion[1] != "</a>")):
        pieces += [rendered.html[done:offset], tag]
        done = offset
    return "".join([*pieces, rendered.html[done:]])


def _html_offset(run: Run, text_offset: int) -> int:
    within = text_offset - run.text_start
    if within == len(run.text):
        return run.html_end
    return run.html_start + (within if run.html_end - run.html_start == len(run.text) else 0)


class _TextReader(HTMLParser):
    """Collects the runs of a document. A class because HTMLParser reports by methods."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=False)
        self.runs: list[Run] = []
        self._length = 0
        self._node = 0
        self._open: list[str] = []
        self._pending = ""  # white space that counts only if text follows
        self._line_starts = [0]
        for line in content.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._node += 1
        if tag not in _VOID:
            self._open.append(tag)
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._node += 1
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._node += 1
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._pending = "\n\n"
        elif tag == "br" and not self._pending.startswith("\n"):
            self._pending = "\n"

    def handle_data(self, data: str) -> None:
        start = self._offset()
        position = 0
        for word in data.split():
            found = data.index(word, position)
            if found > position:
                self._space()
            self._append(word, start + found, start + found + len(word))
            position = found + len(word)
        if position < len(data):
            self._space()

    def handle_charref(self, name: str) -> None:
        self._reference(f"#{name}")

    def handle_entityref(self, name: str) -> None:
        self._reference(name)

    def _reference(self, name: str) -> None:
        start = self._offset()
        source = f"&{name}"
        if self.rawdata_at(start + len(source)) == ";":
            source += ";"
        character = html.unescape(source)
        if character.isspace():
            self._space()
        else:
            self._append(character, start, start + len(source))

    def rawdata_at(self, offset: int) -> str:
        """Return the character of the document at `offset`."""
        return self._content[offset : offset + 1]

    def feed(self, data: str) -> None:
        """Read the whole document at once."""
        self._content = data
        super().feed(data)

    def _space(self) -> None:
        if self._length and not self._pending:
            self._pending = " "

    def _append(self, text: str, start: int, end: int) -> None:
        if any(tag in _UNSEEN for tag in self._open):
            return
        takes_links = not any(tag in _NO_LINKS for tag in self._open)
        if self._pending and self._length:
            self.runs.append(Run(self._length, self._pending, start, start, self._node, takes_links))
            self._length += len(self._pending)
        self._pending = ""
        self.runs.append(Run(self._length, text, start, end, self._node, takes_links))
        self._length += len(text)
