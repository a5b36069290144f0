"""The topic dump: a plain-text file of stories, parted by blank lines.

Two shapes occur: (a) the headline alone in a block, its body in the next ones; (b) the headline as first
line of its block. The whole file's evidence decides. In both, a first block of one line that no body
follows is the topic, and each line of a body is a paragraph.

Law: every visible character is in one story's headline or body, or in the topic, or in a notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Block, Locator, Notice, Story
from dateline.sources.source import Source
from dateline.text import ends_sentence, fold_spaces

MAX_LINE_CHARS = 1_000_000
MAX_BINARY_SHARE = 0.01  # of control bytes in a file that is text

_CONTROL_BYTES = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1c\x1d\x1e\x1f"))) + b"\x7f"
# Characters that HTML cannot carry: controls, surrogates and noncharacters (HTML Living Standard, 13.1.4).
_UNCARRIED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
MAX_SUBHEADING_CHARS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something to read on it: its number, counted from 1, and its folded text."""

    number: int
    text: str


Lines = tuple[Line, ...]  # a block: lines with no blank one between them


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a topic dump in order, and a notice for whatever is in none."""
    *whole, rest = source.data.split(b"\n")  # as sed and wc count lines
    raw = [*(line + b"\n" for line in whole), rest]
    lines: list[Line] = []
    for number, text in enumerate(_decode(source, raw), start=1):
        line, notice = _clean(text, number, source.name)
        lines.append(line)
        if notice:
            yield notice
    blocks = [tuple(group) for has_text, group in groupby(lines, key=lambda line: bool(line.text)) if has_text]
    if not blocks:
        raise SourceError(f"{source.name}: holds no text; a topic dump has headlines and bodies")
    topic, parts, orphans = _split(blocks)
    if not parts:
        raise SourceError(
            f"{source.name}: {sum(map(len, blocks))} lines, and none reads as a headline with a body; "
            "a dump has each headline on a line of its own, without a full stop, and its text after it"
        )
    topic_text = " ".join(line.text for line in topic)
    if topic and source.sidecar.topic not in ("", topic_text):
        reason = f"the topic was set aside for the sidecar's, {source.sidecar.topic!r}"
        yield Notice(f"{source.name} line {topic[0].number}", reason, topic_text)
    for line in orphans:
        reason = "text before the first headline" if line.number < parts[0][0].number else "a headline without a body"
        yield Notice(f"{source.name} line {line.number}", f"{reason} was set aside", line.text)
    for headline, *body in parts:
        last = body[-1].number if body else headline.number
        locator = Locator(source.name, headline.number, last)
        yield Story(
            headline=headline.text,
            blocks=tuple(Block(line.text, _is_subheading(line)) for line in body),
            locator=locator,
            sha256=sha256(b"".join(raw[locator.first_line - 1 : locator.last_line])),
            topic=source.sidecar.topic or topic_text or None,
        )


def _decode(source: Source, raw: Sequence[bytes]) -> Iterator[str]:
    data = source.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{source.name}: is UTF-16; save it as UTF-8")
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > MAX_BINARY_SHARE * len(data):
        raise SourceError(
            f"{source.name}: looks like a binary file ({controls} control bytes in {len(data)}); "
            "a topic dump is plain text"
        )
    if b"\r" in data and b"\n" not in data:
        raise SourceError(f"{source.name}: its lines end in CR, as on old Macs; save it with LF")
    encoding = source.sidecar.encoding or "utf-8"
    for number, line in enumerate(raw, start=1):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{source.name} line {number}: byte 0x{line[error.start]:02x} is not {encoding.upper()}; "
                f'save the file as UTF-8, or name its encoding in the sidecar: encoding = "cp1252"'
            ) from error
        yield text.removeprefix("\ufeff") if number == 1 else text


def _clean(text: str, number: int, name: str) -> tuple[Line, Notice | None]:
    if len(text) > MAX_LINE_CHARS:
        notice = Notice(
            f"{name} line {number}",
            f"a line of {len(text):,} characters was set aside; the longest that is read has {MAX_LINE_CHARS:,}",
            text,
        )
        return Line(number, ""), notice
    dropped = _UNCARRIED.findall(text)
    line = Line(number, fold_spaces(_UNCARRIED.sub("", text)))
    if not dropped:
        return line, None
    codes = ", ".join(sorted({f"U+{ord(char):04X}" for char in dropped}))
    message = f"{len(dropped)} control characters that a page cannot carry were left out ({codes})"
    return line, Notice(f"{name} line {number}", message, "".join(dropped))


def _split(blocks: Sequence[Lines]) -> tuple[Lines, list[Lines], Lines]:
    """Return the topic, each story as its headline followed by its body, and the lines of neither."""
    if all(_may_be_headline(block) for block in blocks):
        return (), [], ()
    topic, rest = _take_topic(blocks)
    starts = _headlines_in_blocks(rest) if _is_shape_b(rest) else _headlines_alone(rest)
    orphans: list[Line] = []
    stories: list[list[Line]] = []
    for index, block in enumerate(rest):
        if index in starts:
            stories.append(list(block))
        else:
            (stories[-1] if stories else orphans).extend(block)
    orphans.extend(story[0] for story in stories if len(story) == 1)
    return topic, [tuple(story) for story in stories if len(story) > 1], tuple(orphans)


def _take_topic(blocks: Sequence[Lines]) -> tuple[Lines, Sequence[Lines]]:
    if len(blocks) < 2 or not _may_be_headline(blocks[0]):
        return (), blocks
    follows_headline = _may_be_headline(blocks[1])
    follows_story = _is_shape_b(blocks[1:]) and _opens_with_headline(blocks[1]) and len(blocks) > 2
    return (blocks[0], blocks[1:]) if follows_headline or follows_story else ((), blocks)


def _is_shape_b(blocks: Sequence[Lines]) -> bool:
    """Tell whether more blocks open with their own headline than follow one that stands alone."""
    alone = inside = 0
    previous: Lines = ()
    for block in blocks:
        if previous and _may_be_headline(previous) and not _may_be_headline(block):
            alone += 1
        elif _opens_with_headline(block):
            inside += 1
        previous = block
    return inside > alone


def _headlines_alone(blocks: Sequence[Lines]) -> set[int]:
    """Return the blocks of shape (a) that are headlines: one line, and a body after it.

    Of several such lines in a row the first is the headline; the others, a byline say, belong to the body.
    """
    numbered = _NUMBERED.match(blocks[0][0].text) is not None
    starts: set[int] = set()
    after_body = True
    for index, block in enumerate(blocks):
        is_headline = _may_be_headline(block) and (numbered or not _is_subheading(block[0]))
        if is_headline and after_body:
            starts.add(index)
        after_body = not is_headline
    return starts


def _headlines_in_blocks(blocks: Sequence[Lines]) -> set[int]:
    """Return the blocks of shape (b) that open with a headline."""
    return {index for index, block in enumerate(blocks) if _opens_with_headline(block)}


def _may_be_headline(block: Lines) -> bool:
    """Tell whether a block is one line that is no sentence."""
    return len(block) == 1 and not ends_sentence(block[0].text, question=False)


def _opens_with_headline(block: Lines) -> bool:
    first = block[0]
    return (
        len(block) > 1
        and not ends_sentence(first.text, question=False)
        and not _is_subheading(first)
        and any(ends_sentence(line.text) for line in block[1:])
    )


def _is_subheading(line: Line) -> bool:
    """Tell whether a line of a body is a numbered sub-heading: "1. Mosul"."""
    return (
        len(line.text) <= MAX_SUBHEADING_CHARS
        and _NUMBERED.match(line.text) is not None
        and not ends_sentence(line.text)
    )
