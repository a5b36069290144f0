"""Segmentation of a topic dump: which blocks are the topic, headlines and bodies, as the whole file suggests.

In shape (b) a headline opens its block. In shape (a) it has a block of its own; there the likeliest reading of all
blocks at once is chosen, each step of it having a price (Viterbi's algorithm). So a body without its full stop costs
one doubt, and does not shift what headlines and bodies are in the rest of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dateline.text import ends_sentence

MAX_SUBHEADING_CHARS = 120
LONG_LINE_CHARS = 160

_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
# A line under a headline that is none itself: who wrote it, where and when it appeared.
_CREDIT = re.compile(
    r"(?:By|Source:|Sources:|Reporting by|Editing by|Updated|Published|Posted|Photo:)\s+\S"
    rf"|(?:\w+day,?\s+)?(?:\d{{1,2}}\s+{_MONTH}|{_MONTH}\s+\d{{1,2}}),?\s+\d{{4}}\b.{{0,20}}\Z|\d{{4}}-\d\d-\d\d\b"
)
_SENTENCE_INSIDE = re.compile(r"[a-z][.!?][’”\"']*\s+[“‘\"']?[A-Z]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something to read on it: its number, counted from 1, and its folded text."""

    number: int
    text: str


Lines = tuple[Line, ...]  # a block: lines with no blank one between them


@dataclass(frozen=True, slots=True)
class Segments:
    """A dump taken apart: every line of it is in one of these."""

    topic: Lines
    stories: list[Lines]  # the headline, then the body
    orphans: Lines  # in no story
    doubtful: Lines  # read as text, though they may be headlines


def segment(blocks: Sequence[Lines]) -> Segments:
    """Take a dump apart; without stories when no block reads as a body, or none as a headline."""
    if all(_may_be_headline(block) for block in blocks):
        return Segments((), [], tuple(line for block in blocks for line in block), ())
    if _is_shape_b(blocks):
        return _segment_inside(blocks)
    return _segment_alone(blocks)


def is_subheading(line: Line) -> bool:
    """Tell whether a line of a body is a numbered sub-heading: "1. Mosul"."""
    return (
        len(line.text) <= MAX_SUBHEADING_CHARS
        and _NUMBERED.match(line.text) is not None
        and not ends_sentence(line.text)
    )


def _is_shape_b(blocks: Sequence[Lines]) -> bool:
    """Tell whether more blocks open with their own headline than follow one that stands alone."""
    alone = inside = 0
    previous: Lines = ()
    for position, block in enumerate(blocks):
        is_topic = position == 1 and len(blocks) > 2
        if previous and not is_topic and _may_be_headline(previous) and not _may_be_headline(block):
            alone += 1
        elif _opens_with_headline(block):
            inside += 1
        previous = block
    return inside > alone


def _segment_inside(blocks: Sequence[Lines]) -> Segments:
    topic = blocks[0] if _may_be_headline(blocks[0]) else ()
    orphans: list[Line] = []
    stories: list[list[Line]] = []
    for block in blocks[1:] if topic else blocks:
        if _opens_with_headline(block):
            stories.append(list(block))
        else:
            (stories[-1] if stories else orphans).extend(block)
    return Segments(topic, [tuple(story) for story in stories], tuple(orphans), ())


class _Part(Enum):
    """What a block of shape (a) can be."""

    PROLOGUE = "text before the first headline"
    TOPIC = "topic"
    HEADLINE = "headline"
    BODY = "body"


_FOLLOWS = {  # what may stand before each part; None is the start of the file
    _Part.PROLOGUE: (None, _Part.PROLOGUE),
    _Part.TOPIC: (None,),
    _Part.HEADLINE: (None, _Part.PROLOGUE, _Part.TOPIC, _Part.BODY),
    _Part.BODY: (_Part.HEADLINE, _Part.BODY),
}
_NEVER = float("inf")
# Prices, in doubts: an unpunctuated line read as text is one. A topic must be cheaper than that (the headline that
# follows it would else be its body), and so must a last headline that has no body.
_TOPIC_PRICE = 0.5
_ORPHAN_PRICE = 0.8
_SURE_TEXT_PRICE = 0.1
_UNLIKELY_HEADLINE_PRICE = 2.0


def _segment_alone(blocks: Sequence[Lines]) -> Segments:
    parts = _likeliest(blocks)
    topic: Lines = ()
    orphans: list[Line] = []
    doubtful: list[Line] = []
    stories: list[list[Line]] = []
    for block, part in zip(blocks, parts, strict=True):
        match part:
            case _Part.TOPIC:
                topic = block
            case _Part.PROLOGUE:
                orphans.extend(block)
            case _Part.HEADLINE:
                stories.append(list(block))
            case _Part.BODY:
                stories[-1].extend(block)
                doubtful += block if _price(block, _Part.BODY) >= 1 else ()
    if stories and len(stories[-1]) == 1:
        orphans += stories.pop()
    return Segments(topic, [tuple(story) for story in stories], tuple(orphans), tuple(doubtful))


def _likeliest(blocks: Sequence[Lines]) -> list[_Part]:
    """Return the cheapest reading of the blocks; of equal ones, that in which headlines come first."""
    numbered = _NUMBERED.match(blocks[0][0].text) is not None  # then numbers are no sign of a sub-heading
    steps: list[dict[_Part, tuple[float, _Part | None]]] = []
    prices: dict[_Part | None, float] = {None: 0.0}
    for block in blocks:
        step = {part: _cheapest_before(part, prices) for part in _Part}
        prices = {part: step[part][0] + _price(block, part, numbered=numbered) for part in _Part}
        steps.append(step)
    prices[_Part.HEADLINE] += _ORPHAN_PRICE
    last: _Part | None = min(_Part, key=lambda part: prices[part])
    parts: list[_Part] = []
    for step in reversed(steps):
        assert last is not None
        parts.append(last)
        last = step[last][1]
    return parts[::-1]


def _cheapest_before(part: _Part, prices: dict[_Part | None, float]) -> tuple[float, _Part | None]:
    options = [(prices.get(before, _NEVER), before) for before in _FOLLOWS[part]]
    return min(options, key=lambda option: option[0])


def _price(block: Lines, part: _Part, *, numbered: bool = False) -> float:
    first = block[0]
    is_sure_text = (is_subheading(first) and not numbered) or _is_sure_text(first)
    if part is _Part.BODY:
        if not _may_be_headline(block):
            return 0.0
        return _SURE_TEXT_PRICE if is_sure_text else 1.0
    if part is _Part.PROLOGUE:
        return _NEVER if _may_be_headline(block) else 0.0
    if not _may_be_headline(block) or (part is _Part.TOPIC and len(block) > 1):
        return _NEVER
    unlikely = _UNLIKELY_HEADLINE_PRICE if is_sure_text else 0.0
    length = _SURE_TEXT_PRICE if len(first.text) > LONG_LINE_CHARS else 0.0
    return unlikely + length + (_TOPIC_PRICE if part is _Part.TOPIC else 0.0)


def _is_sure_text(line: Line) -> bool:
    """Tell whether a line without its full stop is text all the same: a credit, a date, what leads to a quotation."""
    is_long = len(line.text) > LONG_LINE_CHARS and _SENTENCE_INSIDE.search(line.text) is not None
    return _CREDIT.match(line.text) is not None or line.text.endswith(":") or is_long


def _may_be_headline(block: Lines) -> bool:
    """Tell whether a block is one line that is no sentence, with nothing but credits below it."""
    is_credited = all(_CREDIT.match(line.text) for line in block[1:])
    return is_credited and not ends_sentence(block[0].text, question=False)


def _opens_with_headline(block: Lines) -> bool:
    first = block[0]
    return (
        len(block) > 1
        and not ends_sentence(first.text, question=False)
        and not is_subheading(first)
        and not _is_sure_text(first)
        and any(ends_sentence(line.text) for line in block[1:])
    )
