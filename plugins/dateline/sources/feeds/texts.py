"""The texts of a feed's item: what its summary and its content become together, and a headline where it has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dateline.records import Block, BlockKind, Link, Notice
from dateline.sources.characters import carried, carried_line, uncarried_notice
from dateline.sources.markup import read_markup
from dateline.sources.telling import Teller
from dateline.text import fold_spaces, sentence_span

MAX_HEADLINE_CHARS = 200  # of one that is made of an item's first words

_BLANK_LINES = re.compile(r"\n[ \t\r]*\n")
_NO_LETTERS = re.compile(r"[\W_]+")
# How a summary that is the opening of the content ends: "… [more]".
_ELLIPSIS = re.compile(
    r"(?:\[?\s*(?:…|\.\.\.|\u22ef)\s*\]?|\[&hellip;\])\s*(?:\(?more\)?|read more)?\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an item as it stands in the feed."""

    value: str
    is_markup: bool
    base: str = ""  # the address by which its links are made absolute


def titled(title: str, texts: Iterable[Text], teller: Teller) -> tuple[str, tuple[Block, ...], bool]:
    """Return headline and blocks of an item, and whether it has no text; the headline is "" where it has neither.

    Without a title the first sentence of the text is the headline, and no more in the text.
    """
    blocks, notices = set_texts(texts, teller.where)
    teller.notices += notices
    if title:
        return title, blocks, not blocks
    headline, addresses, rest = part_headline(blocks)
    if addresses:
        teller.tell("links of the text that became the headline were left out", "\n".join(addresses), "link")
    return headline, rest, False


def set_texts(texts: Iterable[Text], where: str) -> tuple[tuple[Block, ...], list[Notice]]:
    """Return the blocks of an item's texts in order, and notices of what they show that is in none.

    What another of them holds, as the content does most summaries, is set once.
    """
    set_: list[tuple[Block, ...]] = []
    notices: list[Notice] = []
    for text in texts:
        blocks, told = read_markup(text.value, where, base=text.base) if text.is_markup else _plain(text.value, where)
        set_.append(blocks)
        notices += told
    letters = [letters_of(_without_ellipsis(blocks)) for blocks in set_]
    whole = [letters_of("".join(block.text for block in blocks)) for blocks in set_]
    kept = [
        blocks
        for at, blocks in enumerate(set_)
        if not any(
            letters[at] and letters[at] in other and (len(whole[at]) < len(other) or rival < at)
            for rival, other in enumerate(whole)
            if rival != at
        )
    ]
    return tuple(block for blocks in kept for block in blocks), notices


def part_headline(blocks: Sequence[Block]) -> tuple[str, list[str], tuple[Block, ...]]:
    """Return the first sentence of a text as its headline, where its links led, and the text without it.

    A sentence that is too long for a headline is parted at a space. Without a text the headline is "".

    >>> headline, _, rest = part_headline([Block("Rain fell. Rivers rose.")])
    >>> headline, rest[0].text
    ('Rain fell.', 'Rivers rose.')
    """
    if not blocks:
        return "", [], ()
    first, *rest = blocks
    line = fold_spaces(first.text) if first.kind is BlockKind.LAYOUT else first.text
    end = sentence_span(line, 0, 1)[1]
    if end > MAX_HEADLINE_CHARS:
        space = line.rfind(" ", 1, MAX_HEADLINE_CHARS)
        end = space if space > 0 else MAX_HEADLINE_CHARS
    start = end + len(line[end:]) - len(line[end:].lstrip())
    addresses = [link.href for link in first.links if link.start < end]
    if start >= len(line):
        return line[:end], addresses, tuple(rest)
    links = tuple(
        Link(max(0, link.start - start), link.end - start, link.href) for link in first.links if link.end > start
    )
    return line[:end], addresses, (replace(first, text=line[start:], links=links), *rest)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text: what is compared to tell whether it stands elsewhere."""
    return _NO_LETTERS.sub("", text)


def _without_ellipsis(blocks: Sequence[Block]) -> str:
    text = " ".join(block.text for block in blocks)
    return text[:-40] + _ELLIPSIS.sub("", text[-40:])


def _plain(value: str, where: str) -> tuple[tuple[Block, ...], list[Notice]]:
    """Set plain text: blank lines part its paragraphs."""
    kept, dropped = carried(value)
    lines = (carried_line(paragraph)[0] for paragraph in _BLANK_LINES.split(kept))
    return tuple(Block(line) for line in lines if line), [uncarried_notice(where, dropped)] if dropped else []
