"""Units of plain text: the lines of a source become paragraphs, whatever parts them, and what each stands beside.

A paragraph is a line; in text that was wrapped at a column it is the lines up to a blank one, an indented one, or
one that ends before it had to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from dateline.sources.encoding import RawLine
from dateline.sources.newsroom import Mark
from dateline.text import ends_sentence

LONG_LINE_CHARS = 160

_SENTENCE_INSIDE = re.compile(r"[a-z\d][.!?][’”\"'»)]*\s+[“‘\"'«(]?[^\W\d_a-z]")
_SAMPLE_LINES = 4000
_MAX_WRAP_COLUMN = 100
_MIN_WRAPPED_PAIRS = 4
_WRAPPED_SHARE = 0.4  # of lines with another below that stop within a sentence: under 0.1 in texts that are not wrapped
_SHORT_OF_COLUMN = 8
_MIN_INDENT = 2
_MAX_BLOCK_UNITS = 200
_MAX_BLOCK_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a source: its number, counted from 1, the bytes that it takes, and its folded text."""

    number: int
    start: int
    end: int  # the byte after its last
    text: str
    indent: int = 0  # blanks before the text


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or what looks like one, and what stands around it."""

    lines: tuple[Line, ...]
    text: str
    mark: Mark = Mark.NONE
    gap: int = 0  # blank lines before it
    opens: bool = True  # a block of lines with no blank one between them
    alone: bool = True  # in its block, but for marks
    below: str = ""  # the next text of its block
    speaks: bool = False  # a text below it in its block has a sentence
    before: Mark = Mark.NONE  # the mark that comes right after it, here or in the next block
    after: Mark = Mark.NONE  # the mark right before it
    listed: bool = False  # between two others that are short and no sentences either

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.lines[0].number

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.lines[-1].number


def wrap_column(lines: Iterable[Line]) -> int:
    """Return the column at which a text is wrapped, 0 for one whose lines are paragraphs; its first lines tell."""
    sample = list(islice(lines, _SAMPLE_LINES))
    widths = sorted(line.indent + len(line.text) for line in sample if line.text)
    if not widths:
        return 0
    column = widths[int(0.95 * (len(widths) - 1))]
    pairs = [above for above, below in pairwise(sample) if above.text and below.text]
    cut = [line for line in pairs if len(line.text) > column // 2 and not ends_sentence(line.text)]
    is_wrapped = len(pairs) >= _MIN_WRAPPED_PAIRS and len(cut) > _WRAPPED_SHARE * len(pairs)
    return column if is_wrapped and column <= _MAX_WRAP_COLUMN else 0


def unwrap(lines: Iterable[Line], column: int) -> Iterator[tuple[Line, ...]]:
    """Yield paragraphs as their lines, and blank lines each alone."""
    paragraph: list[Line] = []
    chars = 0
    for line in lines:
        if paragraph and (not column or not line.text or chars > _MAX_BLOCK_CHARS or _ends(paragraph, line, column)):
            yield tuple(paragraph)
            paragraph, chars = [], 0
        if line.text:
            paragraph.append(line)
            chars += len(line.text)
        else:
            yield (line,)
    if paragraph:
        yield tuple(paragraph)


def joined(lines: tuple[Line, ...]) -> str:
    """Return the text of a wrapped paragraph; a hyphen at a line's end joins it to the next.

    >>> joined((Line(1, 0, 9, "The well-"), Line(2, 9, 20, "known rain")))
    'The well-known rain'
    """
    text = lines[0].text
    for line in lines[1:]:
        is_hyphened = len(text) > 1 and text[-1] == "-" and text[-2].isalpha() and line.text[0].isalpha()
        text += line.text if is_hyphened else f" {line.text}"
    return text


def _ends(paragraph: list[Line], line: Line, column: int) -> bool:
    """Tell whether a new paragraph begins with `line`: it is indented, or its first word had room above."""
    above = paragraph[-1]
    if line.indent >= above.indent + _MIN_INDENT:
        return True
    had_room = above.indent + len(above.text) + 1 + len(line.text.split(" ", 1)[0]) <= column - _SHORT_OF_COLUMN
    return had_room and (len(paragraph) == 1 or ends_sentence(above.text))


def units_of(paragraphs: Iterable[tuple[Line, ...]], marking: Callable[[str], Mark]) -> Iterator[Unit]:
    """Yield the units of a text in order; `marking` tells what a line is by its wording."""
    units = (unit for block in _blocks(paragraphs) for unit in _of_block(*block, marking))
    above: Unit | None = None
    unit = next(units, None)
    position = 0
    while unit is not None:
        below = next(units, None)
        # The second may stand between a topic and a body without its full stop.
        is_listed = position > 1 and all(near and is_label(near.text) for near in (above, unit, below))
        before, after = below.mark if below else Mark.NONE, above.mark if above else Mark.NONE
        yield replace(unit, before=before, after=after, listed=is_listed)
        above, unit, position = unit, below, position + 1


def _blocks(paragraphs: Iterable[tuple[Line, ...]]) -> Iterator[tuple[list[tuple[Line, ...]], int, bool]]:
    """Yield blocks, the number of blank lines before each, and whether it is cut from the one before it.

    A block is cut where it grows too long to be held.
    """
    block: list[tuple[Line, ...]] = []
    gap, chars, is_cut = 0, 0, False
    for paragraph in paragraphs:
        is_blank = not paragraph[0].text
        if block and (is_blank or len(block) >= _MAX_BLOCK_UNITS or chars > _MAX_BLOCK_CHARS):
            yield block, gap, is_cut
            block, gap, chars, is_cut = [], 0, 0, not is_blank
        if is_blank:
            gap += 1
        else:
            block.append(paragraph)
            chars += sum(len(line.text) for line in paragraph)
    if block:
        yield block, gap, is_cut


def _of_block(block: list[tuple[Line, ...]], gap: int, is_cut: bool, marking: Callable[[str], Mark]) -> Iterator[Unit]:
    texts = [joined(paragraph) for paragraph in block]
    marks = [marking(text) for text in texts]
    plain = sum(mark is Mark.NONE for mark in marks)
    below, speaks, units = "", False, list[Unit]()
    for at in reversed(range(len(block))):
        is_first = at == 0
        is_text = marks[at] is Mark.NONE
        units.append(
            Unit(
                block[at],
                texts[at],
                marks[at],
                gap if is_first else 0,
                opens=is_first and not is_cut,
                alone=is_first and not is_cut and plain <= is_text,
                below=below,
                speaks=speaks,
            )
        )
        if is_text:
            below, speaks = texts[at], speaks or ends_sentence(texts[at]) or has_sentence_inside(texts[at])
    yield from reversed(units)


def has_sentence_inside(text: str) -> bool:
    """Tell whether a long text has a sentence in it, whatever it ends with."""
    return len(text) > LONG_LINE_CHARS and _SENTENCE_INSIDE.search(text) is not None


def is_label(text: str) -> bool:
    """Tell whether a text is short and no sentence, as headlines, captions and items of lists are."""
    return len(text) <= LONG_LINE_CHARS and not ends_sentence(text, question=False)


def line_of(raw: RawLine, text: str) -> Line:
    """Return a line with its folded text."""
    bare = raw.text.lstrip(" \t\xa0\u3000")
    return Line(raw.number, raw.start, raw.start + len(raw.raw), text, len(raw.text) - len(bare))
