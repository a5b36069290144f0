"""`python tests/bench/feeds.py FEEDS.tar.xz`: feedparser's own test feeds, and what of their expectations stories meet.

Each feed begins with a comment such as `Expect: not bozo and entries[0]['title'] == 'Example'`. Of each comparison
that concerns title, link, date, author, content or summary, the path is looked up in the stories that the reader
makes of the feed:

    entries[i] title, title_detail.value       headline
    … summary, description, content[n].value   text of the blocks and the addresses that they link to; a set-aside text
    … link, links[n].href, enclosures[n].href  url, enclosures
    … author, author_detail, authors[n].name   authors; an e-mail or web address of theirs: in the notices
    … published, updated, … and …_parsed       words of the dates; their moment in UTC
    … source.title                             publication
    feed title, link, author, subtitle, …      publication, authors; the notice of what the feed says of itself

Markup is compared by the text that it shows. An item without title and text is no story: it is given a headline.
"""

from __future__ import annotations

import ast
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

from dateline.errors import SourceError
from dateline.records import Notice, StatedDate, Story
from dateline.sources.feeds.feed import read
from dateline.sources.sidecar import Sidecar
from dateline.sources.source import source_of

HOME = "http://127.0.0.1:8097/"  # the address from which feedparser's tests fetch
HEADLINE = "A headline"

PathOf = tuple[str | int, ...]
TEXTS = ("summary", "description", "content", "subtitle", "tagline", "info")
LINKS = ("link", "links", "enclosures")
AUTHORS = ("author", "author_detail", "authors", "publisher", "publisher_detail")
DATES = ("published", "updated", "created", "issued", "modified", "date")
KEYS = ("title", *TEXTS, *LINKS, *AUTHORS, *DATES)
# What may differ, and why.
DETAILS = ("type", "language", "base", "rel", "length", "title")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a feed's comment says that a path of feedparser's result equals."""

    path: PathOf
    expected: object


def main(archive: str) -> int:
    """Print how many expectations are met, and those that are not."""
    counts: Counter[str] = Counter()
    unmet: list[str] = []
    for name, data in _feeds(Path(archive)):
        about = [comparison for comparison in _comparisons(data) if _is_about_stories(comparison.path)]
        if not about:
            counts["not about these"] += 1
            continue
        stories, notices = _read(data, about)
        failed = [comparison for comparison in about if not _is_met(comparison, stories, notices)]
        unmet += [f"{name}: {_path(comparison.path)} is not {comparison.expected!r}" for comparison in failed]
        is_in_stories = all(_is_met(comparison, stories, ()) for comparison in about)
        counts["not met" if failed else "met by stories" if is_in_stories else "met by the report"] += 1
    for label in ("met by stories", "met by the report", "not met", "not about these"):
        print(f"{counts[label]:5} {label}")
    print(*unmet, sep="\n")
    return 1 if unmet else 0


def _feeds(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if (stream := tar.extractfile(member)) is not None:
                yield member.name, stream.read()


def _read(data: bytes, comparisons: Sequence[Comparison]) -> tuple[list[Story], list[Notice]]:
    header = re.search(rb"Content-Location:\s*(http\S+|/\S+)", data[:2000])
    sidecar = Sidecar(url=urljoin(HOME, header[1].decode()) if header else HOME)
    if not any("title" in str(comparison.path[:3]) for comparison in comparisons):
        data = re.sub(
            rb"(?i)<(\w+:)?(item|entry)\b[^>]*>", rb"\g<0><\1title>" + HEADLINE.encode() + rb"</\1title>", data
        )
    try:
        items = list(read(source_of(data, sidecar=sidecar)))
    except SourceError as error:
        items = [Notice("", str(error))]
    stories = [item for item in items if isinstance(item, Story)]
    return stories, [item for item in items if isinstance(item, Notice)]


def _comparisons(data: bytes) -> Iterator[Comparison]:
    for encoding in ("utf-8", "utf-16", "utf-32", "cp037", "latin-1"):
        text = data.decode(encoding, "replace")
        if found := re.search(r"Expect:\s*(.+)", text):
            break
    else:
        return
    try:
        tree = ast.parse(found[1].strip(), mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not all(isinstance(op, ast.Eq) for op in node.ops):
            continue
        sides = [node.left, *node.comparators]
        values = [value for side in sides if (value := _literal(side)) is not NotImplemented]
        yield from (Comparison(path, values[0]) for side in sides if values and (path := _path_of(side)))


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        pass
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left), _literal(node.right)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
    return NotImplemented


def _path_of(node: ast.expr) -> PathOf:
    match node:
        case ast.Name(id="entries" | "feed" as name):
            return (name,)
        case ast.Attribute(value=value, attr=key):
            inner = _path_of(value)
        case ast.Subscript(value=value, slice=ast.Constant(value=str() | int() as key)):
            inner = _path_of(value)
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str() as key), *_]):
            inner = _path_of(value)
        case _:
            return ()
    return (*inner, key) if inner else ()


def _path(path: PathOf) -> str:
    return str(path[0]) + "".join(f"[{key!r}]" for key in path[1:])


def _is_about_stories(path: PathOf) -> bool:
    keys = [str(key).removesuffix("_parsed").removesuffix("_detail") for key in path[1:] if isinstance(key, str)]
    if not keys or (len(keys) > 1 and keys[-1] in DETAILS and keys[0] != "source"):
        return False
    if path[0] == "feed" and keys[0] in DATES:
        return False  # they are told in their words
    return keys[0] in KEYS or keys in (["source", "title"], ["source", "title", "value"])


def _is_met(comparison: Comparison, stories: Sequence[Story], notices: Sequence[Notice]) -> bool:
    path, expected = comparison.path, _address_of(comparison.expected)
    told = "\n".join(notice.text for notice in notices)
    if path[0] == "feed":
        fields = [name for story in stories for name in (story.publication, *story.authors)]
        return any(_same_text(expected, name) for name in fields) or _is_within(expected, told)
    if not isinstance(path[1], int) or path[1] >= len(stories):
        return isinstance(expected, str) and not "".join(_Shown.of(expected).pieces).strip()  # what shows nothing
    return _holds(str(path[2]).removesuffix("_detail"), expected, stories[path[1]], told)


def _holds(key: str, expected: object, story: Story, told: str) -> bool:
    if key.removesuffix("_parsed") in DATES:
        return _has_date(expected, story)
    if key in ("title", "source"):
        return _same_text(expected, story.headline if key == "title" else story.publication)
    if key in LINKS:
        return expected in (story.url, *story.enclosures) or _is_within(expected, told)
    if key in AUTHORS:
        names = "\n".join([*story.authors, story.publisher, told])
        return all(_is_within(part, names) for part in str(expected).removesuffix(")").split(" ("))
    return _has_text(expected, story, told)


def _address_of(expected: object) -> object:
    return expected.get("href", expected) if isinstance(expected, dict) else expected


def _has_date(expected: object, story: Story) -> bool:
    dates = [date for date in (story.published, story.updated) if date]
    if isinstance(expected, str):
        return any(date.words == expected for date in dates)
    if not isinstance(expected, Sequence):
        return False
    parts = ((date, 6 if date.moment else 3) for date in dates)
    return any(_in_utc(date)[:known] == tuple(expected)[:known] for date, known in parts)


def _in_utc(date: StatedDate) -> tuple[int, ...]:
    moment = datetime.fromisoformat(date.moment or date.date)
    return tuple((moment if moment.tzinfo is None else moment.astimezone(UTC)).timetuple())


def _has_text(expected: object, story: Story, told: str) -> bool:
    own = "" if story.headline == HEADLINE else story.headline
    text = " ".join([own, *(block.text for block in story.blocks)])
    shown = _Shown.of(str(expected))
    told = "\n".join([told, *story.enclosures])
    links = {link.href for block in story.blocks for link in block.links}
    if set(shown.links) - links:
        return False
    return _same_text(expected, text) or _is_within(expected, f"{text} {told}")


def _same_text(expected: object, text: str) -> bool:
    shown = _Shown.of(str(expected))
    return _folded(text) in (_folded(str(expected)), _folded("".join(shown.pieces)))


def _is_within(expected: object, text: str) -> bool:
    """Tell whether a text holds all that is expected, piece by piece; what shows nothing is in any."""
    whole = _folded(text)
    pieces = list(map(_folded, _Shown.of(str(expected)).pieces))
    return _folded(str(expected)) in whole or all(piece in whole for piece in pieces)


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


@dataclass(slots=True)
class _Pieces:
    pieces: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class _Shown(HTMLParser):
    """What markup shows, by another parser than the reader's."""

    def __init__(self) -> None:
        super().__init__()
        self.found = _Pieces()
        self._is_code = False

    @classmethod
    def of(cls, markup: str) -> _Pieces:
        """Return the texts that markup shows, and the addresses that it links to."""
        parser = cls()
        parser.feed(markup)
        parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag in ("script", "style")
        if tag == "a" and (href := dict(attrs).get("href")) and href.startswith(("http:", "https:", "mailto:")):
            self.found.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.found.pieces.append(data)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
