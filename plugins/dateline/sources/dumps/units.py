"""Units of plain text: the lines of a source become paragraphs, whatever parts them, and what each stands beside.

A paragraph is a line; in text that was wrapped at a column it is the lines up to a blank one, an indented one, or
one that ends before it had to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from dateline.sources.dumps.newsroom import Mark
from dateline.sources.encoding import RawLine
from dateline.text import ends_sentence

LONG_LINE_CHARS = 160
LIST_SIGNS = tuple("-–—•*·▪■█►>")
HEADED = (Mark.BYLINE, Mark.DATE, Mark.WRONG_DATE)  # what stands under headlines

_SENTENCE_INSIDE = re.compile(r"[a-z\d][.!?][’”\"'»)]*\s+[“‘\"'«(]?[^\W\d_a-z]")
_SAMPLE_LINES = 4000
_MIN_WRAP_COLUMN, _MAX_WRAP_COLUMN = 40, 100
_MIN_WRAPPED_PAIRS = 4
_WRAPPED_SHARE = 0.4  # of lines with another below that stop within a sentence: under 0.1 in texts that are not wrapped
_BEGUN_SHARE = 0.8  # of the lines below those, which begin as a sentence does
_SHORT_OF_COLUMN = 8
_MIN_INDENT = 2
_TAIL_CHARS = 80  # of a text, which tell whether it ends as a sentence does
_MAX_BLOCK_UNITS = 200
_MAX_STACKED_TEXTS, _MAX_STACKED_UNITS = 4, 8
_MAX_BLOCKS_AHEAD = 8
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
    is_sentence: bool  # at its end; a question or an exclamation may be a headline
    holds_sentence: bool  # it is long, and one ends within it
    mark: Mark = Mark.NONE
    gap: int = 0  # blank lines before it
    opens: bool = True  # a block of lines with no blank one between them, but for marks
    alone: bool = True  # in its block, but for marks
    below: str = ""  # the next text of its block
    speaks: bool = False  # a text below it in its block has a sentence
    before: Mark = Mark.NONE  # the mark that comes right after it, here or in the next block
    after: Mark = Mark.NONE  # the mark right before it
    listed: bool = False  # between two others that are short and no sentences either
    stacked: bool = False  # it opens a block of nothing but short lines, with a sentence in the next one
    headed: bool = False  # a byline or a date line stands right below it, or below one line of its kind
    under: bool = False  # a line below one that is stacked or headed, before a body

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.lines[0].number

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.lines[-1].number


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the lines of a text were wrapped: up to which column, and from which on; column 0, not at all."""

    column: int = 0
    margin: int = 0


def find_wrapping(lines: Iterable[Line]) -> Wrapping:
    """Return how a text is wrapped; its first lines tell."""
    sample = list(islice(lines, _SAMPLE_LINES))
    widths = sorted(line.indent + len(line.text) for line in sample if line.text)
    if not widths:
        return Wrapping()
    column = widths[int(0.95 * (len(widths) - 1))]
    pairs = [(above.text, below.text) for above, below in pairwise(sample) if above.text and below.text]
    cut = [below for above, below in pairs if len(above) > column // 2 and not ends_sentence(above)]
    is_wrapped = len(pairs) >= _MIN_WRAPPED_PAIRS and len(cut) > _WRAPPED_SHARE * len(pairs)
    begun = [below for below in cut if below[0].isupper() and not below.isupper()]
    is_wrapped = is_wrapped and len(begun) <= _BEGUN_SHARE * len(cut)
    if not is_wrapped or not _MIN_WRAP_COLUMN <= column <= _MAX_WRAP_COLUMN:
        return Wrapping()
    return Wrapping(column, min(line.indent for line in sample if line.text))


def unwrap(lines: Iterable[Line], wrapping: Wrapping) -> Iterator[tuple[Line, ...]]:
    """Yield paragraphs as their lines, and blank lines each alone."""
    paragraph: list[Line] = []
    chars = 0
    for line in lines:
        is_over = not wrapping.column or not line.text or chars > _MAX_BLOCK_CHARS
        if paragraph and (is_over or _begins_paragraph(line, paragraph, wrapping)):
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


def _begins_paragraph(line: Line, paragraph: list[Line], wrapping: Wrapping) -> bool:
    """Tell whether `line` is indented, or its first word had room above, and so it does not go on from there."""
    above = paragraph[-1]
    if line.indent >= wrapping.margin + _MIN_INDENT and (line.indent > above.indent or ends_sentence(above.text)):
        return True
    first_word = line.text.split(" ", 1)[0]
    had_room = above.indent + len(above.text) + 1 + len(first_word) <= wrapping.column - _SHORT_OF_COLUMN
    is_headline = len(paragraph) == 1 and not line.text[0].islower()
    return had_room and (is_headline or ends_sentence(above.text))


def units_of(paragraphs: Iterable[tuple[Line, ...]], marking: Callable[[str], Mark]) -> Iterator[Unit]:
    """Yield the units of a text in order; `marking` tells what a line is by its wording."""
    units = (unit for block in _stacked(_of_block(*block, marking) for block in _blocks(paragraphs)) for unit in block)
    above: Unit | None = None
    unit = next(units, None)
    position = 0
    while unit is not None:
        below = next(units, None)
        # The second may stand between a topic and a body without its full stop.
        is_listed = position > 1 and all(near and is_label(near) for near in (above, unit, below))
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


def _stacked(blocks: Iterable[list[Unit]]) -> Iterator[list[Unit]]:
    """Yield blocks in order; those of short lines that stand above a body are marked as stacked."""
    ahead: list[list[Unit]] = []  # a block, then those without text
    for block in blocks:
        text = next((unit for unit in block if unit.mark is Mark.NONE), None)
        if text is not None or len(ahead) > _MAX_BLOCKS_AHEAD:
            yield from _above(ahead, text)
            ahead = []
        ahead.append(block)
    yield from _above(ahead, None)


def _above(blocks: list[list[Unit]], text: Unit | None) -> list[list[Unit]]:
    """Return blocks of which at most the first has text, as they stand above the next text."""
    if not blocks or text is None or not _is_sentence(text):
        return blocks
    first, *others = blocks
    texts = [at for at, unit in enumerate(first) if unit.mark is Mark.NONE]
    if not 2 <= len(texts) <= _MAX_STACKED_TEXTS or len(first) > _MAX_STACKED_UNITS or not first[texts[0]].opens:
        return blocks
    if not all(_is_head_line(first[at]) for at in texts):
        return blocks
    stacked = [
        replace(unit, stacked=at == texts[0], under=at in texts[1:], headed=unit.headed and at == texts[0])
        for at, unit in enumerate(first)
    ]
    return [stacked, *others]


def _is_sentence(unit: Unit) -> bool:
    return len(unit.text) > LONG_LINE_CHARS or ends_sentence(unit.text[-_TAIL_CHARS:])


def _is_head_line(unit: Unit) -> bool:
    """Tell whether a text may be a headline or stand under one: short, no sentence, and it leads to nothing."""
    return is_label(unit) and not unit.text.endswith((":", ",", ";")) and not unit.text.startswith(LIST_SIGNS)


def _with_heads(units: list[Unit]) -> list[Unit]:
    """Return the units of a block, those that have a byline or a date line right below them marked as headed."""
    marked = list(units)
    for at, unit in enumerate(units):
        above = units[at - 1] if at else None
        is_open = above is None or above.mark is not Mark.NONE or ends_sentence(above.text[-_TAIL_CHARS:])
        if not is_open or (above and above.mark in HEADED) or unit.mark is not Mark.NONE or not _is_head_line(unit):
            continue
        below = units[at + 1 : at + 3]
        if below and below[0].mark in HEADED:
            marked[at] = replace(unit, headed=True)
        elif unit.opens and len(below) == 2 and _is_line_between(*below):
            marked[at], marked[at + 1] = replace(unit, headed=True), replace(below[0], under=True)
    return marked


def _is_line_between(line: Unit, below: Unit) -> bool:
    return line.mark is Mark.NONE and _is_head_line(line) and below.mark in HEADED


def _of_block(block: list[tuple[Line, ...]], gap: int, is_cut: bool, marking: Callable[[str], Mark]) -> list[Unit]:
    units = [_unit(paragraph, marking) for paragraph in block]
    texts = [at for at, unit in enumerate(units) if unit.mark is Mark.NONE]
    first_text = texts[0] if texts else 0
    below, speaks, placed = "", False, list[Unit]()
    for at in reversed(range(len(units))):
        unit = units[at]
        opens = at in (0, first_text) and not is_cut
        alone = opens and len(texts) <= (at == first_text)
        placed.append(replace(unit, gap=gap if opens else 0, opens=opens, alone=alone, below=below, speaks=speaks))
        if unit.mark is Mark.NONE:
            below = unit.text
            speaks = speaks or unit.is_sentence or unit.holds_sentence or ends_sentence(unit.text[-_TAIL_CHARS:])
    return _with_heads(placed[::-1])


def _unit(paragraph: tuple[Line, ...], marking: Callable[[str], Mark]) -> Unit:
    text = joined(paragraph)
    is_sentence = ends_sentence(text[-_TAIL_CHARS:], question=False)
    return Unit(paragraph, text, is_sentence, has_sentence_inside(text), marking(text))


def has_sentence_inside(text: str) -> bool:
    """Tell whether a long text has a sentence in it, whatever it ends with."""
    return len(text) > LONG_LINE_CHARS and _SENTENCE_INSIDE.search(text) is not None


def is_label(unit: Unit) -> bool:
    """Tell whether a text is short and no sentence, as headlines, captions and items of lists are."""
    return len(unit.text) <= LONG_LINE_CHARS and not unit.is_sentence


def line_of(raw: RawLine, text: str) -> Line:
    """Return a line with its folded text."""
    bare = raw.text.lstrip(" \t\xa0\u3000")
    return Line(raw.number, raw.start, raw.start + len(raw.raw), text, len(raw.text) - len(bare))
