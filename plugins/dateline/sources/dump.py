"""The topic dump: a plain-text file of stories, parted by blank lines.

Two shapes occur: (a) the headline alone in a block, its body in the next ones; (b) the headline as first
line of its block. The whole file's evidence decides. In both, a first block of one line that no body
follows is the topic, and each line of a body is a paragraph.

Law: every visible character is in one story's headline or body, or in the topic, or in a notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Block, BlockKind, Notice, Story
from dateline.sources.characters import carried_line, uncarried_notice
from dateline.sources.segmentation import Line, is_subheading, segment
from dateline.sources.source import Format, Source, read_whole

MAX_LINE_CHARS = 1_000_000
MAX_BINARY_SHARE = 0.01  # of control bytes in a file that is text

_CONTROL_BYTES = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1c\x1d\x1e\x1f"))) + b"\x7f"


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a topic dump in order, and a notice for whatever is in none."""
    *whole, rest = read_whole(source).split(b"\n")  # as sed and wc count lines
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
    segments = segment(blocks)
    topic, stories = segments.topic, segments.stories
    if not stories:
        raise SourceError(
            f"{source.name}: {sum(map(len, blocks))} lines, and none reads as a headline with a body; "
            "a dump has each headline on a line of its own, without a full stop, and its text after it"
        )
    topic_text = " ".join(line.text for line in topic)
    if topic and source.sidecar.topic not in ("", topic_text):
        reason = f"the topic was set aside for the sidecar's, {source.sidecar.topic!r}"
        yield Notice(f"{source.name} line {topic[0].number}", reason, topic_text)
    for line in segments.orphans:
        is_before = line.number < stories[0][0].number
        reason = "text before the first headline" if is_before else "a headline without a body"
        yield Notice(f"{source.name} line {line.number}", f"{reason} was set aside", line.text)
    for line in segments.doubtful:
        message = f"“{line.text[:60]}” may be a headline; it was read as text, having no body of its own"
        yield Notice(f"{source.name} line {line.number}", message)
    for headline, *body in stories:
        locator = source.at(headline.number, body[-1].number)
        yield Story(
            headline=headline.text,
            blocks=tuple(Block(line.text, BlockKind.SUBHEADING if is_subheading(line) else BlockKind.PARAGRAPH) for line in body),
            locator=locator,
            sha256=sha256(b"".join(raw[locator.first - 1 : locator.last])),
            topic=source.sidecar.topic or topic_text or None,
        )


def _decode(source: Source, raw: Sequence[bytes]) -> Iterator[str]:
    data = b"".join(raw)
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
    kept, dropped = carried_line(text)
    return Line(number, kept), uncarried_notice(f"{name} line {number}", dropped) if dropped else None


FORMAT = Format("topic dump", lambda head: False, read)
