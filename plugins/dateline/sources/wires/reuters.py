"""Reuters SGML: wire collections marked up as Reuters-21578 is (DTD `lewis`), told as stories.

The markup is SGML by intent only: there is no root element, controls stand as character references, `<` is escaped
and `>` is not, tags may be left open. So a file is cut at its `REUTERS` tags, and a record is read tag by tag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from itertools import groupby, pairwise
from typing import BinaryIO

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Block, BlockKind, Keyword, Locator, Notice, StatedDate, Story, Unit
from dateline.sources.characters import carried, uncarried_notice
from dateline.sources.dates import read_moment
from dateline.sources.encoding import fallback_encoding, find_encoding
from dateline.sources.lines import decoded
from dateline.sources.source import Format, Source
from dateline.text import fold_spaces, sentence_span

_OPENING = re.compile(rb"(?:\s|<[!?][^<>]*>|</?lewis\b[^<>]*>)*<reuters[\s>]", re.IGNORECASE)
_RECORD_TAG = re.compile(rb"<reuters(?:\s[^<>]*)?>|(?P<end></reuters\s*>[^\S\n]*\n?)", re.IGNORECASE)
_TAG = re.compile(r"<(?:(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)(?P<attributes>[^<>]*)|[!?][^<>]*)>")
_ATTRIBUTE = re.compile(r"([A-Za-z]\w*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|([A-Za-z]\w{1,31}));")

# The elements, and what each stands in; `W`, for words, is looked through.
_LISTS = ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")
_TEXTS = ("TITLE", "HEAD", "AUTHOR", "DATELINE", "BODY")
_PARENTS = {
    **dict.fromkeys(("DATE", "TEXT", "UNKNOWN", "MKNOTE", *_LISTS), "REUTERS"),
    **dict.fromkeys(_TEXTS, "TEXT"),
}
_EMPTY_LIST = re.compile(rf"<({'|'.join(_LISTS)})></\1>\n?")  # a third of all tags
_LOOKED_THROUGH = ("REUTERS", "LEWIS", "D", "W")
_RUNNING_TEXT = ("TEXT", *_TEXTS)

_WIRE_CODES, _CONTROLS, _UNKNOWN_ELEMENT = "wire codes", "control characters", "unknown element"
_BULLETIN_MARK = re.compile(r"\s*\*+\s*")
_GUESSED_DATE = re.compile(r"(?P<date>[^#]*[^#\s])\s*#.*guess", re.IGNORECASE)
_BYLINE = re.compile(r"(?:by\s+)?(?P<names>\S.*?)(?:,?\s*\bReuters?d?\.?)?", re.IGNORECASE)
_PARAGRAPH_BREAK = re.compile(r"\n(?=\s|(?:reuters?|more)\.*\s*(?:\n|\Z))", re.IGNORECASE)
# Columns of a table are kept apart by blanks or dots.
_ROW = re.compile(r"\S {3,}\S|\.{5}")
_LIKELY_ROW = re.compile(r"\S {2,}\S|\.{4}")
_MAX_SHORT_LINES, _MAX_SHORT_CHARS = 3, 30  # between two rows of one table
_SENTENCE_END = re.compile(r"[a-z]{3}[.:;,]\s*\Z")  # no "mln." or "U.S."
_SIGN_OFF = re.compile(r"\s*(?:reuters?|more)\.*\s*", re.IGNORECASE)
# The wire broke lines at the hyphens of compounds, not within words.
_COMPOUND_BREAK = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")
_WIDE = ("utf-16", "utf-32")
_PIECE_BYTES = 256 * 1024
_MAX_TAG_LINES = 20
_MAX_CHARS_ASIDE = 64 * 1024  # held until they are told


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Bytes of a source from one `REUTERS` tag to the next; a record, when its own start tag opens it."""

    raw: bytes
    start: int
    first_line: int
    is_lines: bool  # it shares no line with another

    @property
    def is_record(self) -> bool:
        return (tag := _RECORD_TAG.match(self.raw)) is not None and not tag["end"]


@dataclass(slots=True)
class _Aside:
    """What is set aside in story after story, until it is told in one notice."""

    where: str
    texts: dict[str, list[str]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)  # elements, by name
    chars: int = 0

    def add(self, reason: str, text: str) -> None:
        self.texts.setdefault(reason, []).append(text)
        self.chars += len(text)

    def notices(self) -> Iterator[Notice]:
        for reason, texts in self.texts.items():
            if reason == _CONTROLS:
                yield uncarried_notice(self.where, "".join(texts))
            else:
                yield Notice(self.where, f"{len(texts):,} × {reason} set aside", "\n".join(texts), reason, len(texts))
        self.texts, self.chars = {}, 0


@dataclass(slots=True)
class _Parts:
    """What the elements of one record hold, in their order."""

    date: str = ""
    titles: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    datelines: list[str] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    texts: list[tuple[BlockKind, str]] = field(default_factory=list)
    has_body: bool = False


def matches(head: bytes) -> bool:
    """Tell whether a file opens with a `REUTERS` element."""
    return _OPENING.match(head) is not None


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a Reuters collection in order, and notices of what is in none."""
    encoding, notice = find_encoding(source)
    # A file that is cut at ASCII tags is in no encoding of wide characters, however many NULs it has.
    encodings = (fallback_encoding(source),) if encoding.startswith(_WIDE) else (encoding, fallback_encoding(source))
    if notice:
        yield notice
    aside = _Aside(source.name)
    records = 0
    for stretch in _stretches(source):
        if isinstance(stretch, Notice):
            yield stretch
            continue
        text = decoded(stretch.raw, encodings)
        if stretch.is_record:
            records += 1
            yield from _read_record(source, stretch, text, aside)
        elif outside := fold_spaces(carried(_resolved(_TAG.sub(" ", text)))[0]):
            where = f"{source.name} line {stretch.first_line}"
            yield Notice(where, "text outside any REUTERS element was set aside", outside, "outside a story")
        if aside.chars > _MAX_CHARS_ASIDE:
            yield from aside.notices()
    yield from aside.notices()
    for name, count in sorted(aside.unknown.items()):
        message = f"element {name} ({count:,} times) is unknown; text of it within a story's text was kept as text"
        yield Notice(source.name, message, count=count)
    if not records:
        raise SourceError(f"{source.name}: holds no REUTERS element; a Reuters collection has one for each story")


def _stretches(source: Source) -> Iterator[_Stretch | Notice]:
    """Yield a source cut before each start tag and after each end tag of a record; what is too long is a notice."""
    longest = source.limits.document_bytes
    pending: list[bytes] = []
    size, start, first_line, lines = 0, 0, 1, 0
    starts_line, ends_line = True, True
    source.stream.seek(0)
    for text in _whole_lines(source.stream):
        for piece, is_cut in _pieces(text):
            size += len(piece)
            ends_line = piece.endswith(b"\n") if piece else ends_line
            lines += piece.count(b"\n")
            if size <= longest:
                pending.append(piece)
            if is_cut and size:
                yield _stretch(source, pending, size, start, first_line, is_lines=starts_line and ends_line)
                start, first_line, starts_line = start + size, first_line + lines, ends_line
                pending, size, lines = [], 0, 0
    if size:
        yield _stretch(source, pending, size, start, first_line, is_lines=starts_line)


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream in pieces that end with a line, and not within a tag unless that has very many lines."""
    while piece := stream.read(_PIECE_BYTES):
        for _ in range(_MAX_TAG_LINES):
            if piece.endswith(b"\n") and piece.rfind(b"<") <= piece.rfind(b">"):
                break
            piece += stream.readline(_PIECE_BYTES)
        yield piece


def _pieces(text: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the pieces of a text, and whether a cut comes after them."""
    start = 0
    for tag in _RECORD_TAG.finditer(text):
        cut = tag.end() if tag["end"] else tag.start()
        yield text[start:cut], True
        start = cut
    if start < len(text):
        yield text[start:], False


def _stretch(
    source: Source, pieces: list[bytes], size: int, start: int, first_line: int, *, is_lines: bool
) -> _Stretch | Notice:
    if size > source.limits.document_bytes:
        message = (
            f"{size:,} bytes without the end of a record were set aside; the most that is read of one story is "
            f"{source.limits.document_bytes:,} (document_bytes in DATELINE_LIMITS)"
        )
        return Notice(f"{source.name} line {first_line}", message, reason="too long")
    return _Stretch(b"".join(pieces), start, first_line, is_lines)


def _read_record(source: Source, stretch: _Stretch, text: str, aside: _Aside) -> Iterator[Story | Notice]:
    where = f"{source.name} line {stretch.first_line}"
    if len(text) > source.limits.story_chars:
        limit = f"{source.limits.story_chars:,} (story_chars in DATELINE_LIMITS)"
        message = f"a story of {len(text):,} characters was set aside; the longest that is read has {limit}"
        yield Notice(where, message, text, "too long")
        return
    newid = _attributes(text.partition(">")[0]).get("NEWID", "")
    parts = _Parts()
    yield from _fill(parts, _runs(text, aside.unknown), where, aside)
    published = _published(parts.date) if parts.date else None
    if parts.date and published is None:
        yield Notice(where, f"“{parts.date[:60]}” is no date; the story is undated", parts.date, "wrong date")
    headline, blocks = _headline_and_blocks(parts)
    if not headline:
        rest = [
            published.words if published else "",
            *parts.authors,
            *parts.datelines,
            *(keyword.name for keyword in parts.keywords),
        ]
        yield Notice(
            where, "a record without a title or a text was set aside", "\n".join(filter(None, rest)), "no text"
        )
        return
    locator, digest = _place(source, stretch)
    yield Story(
        headline=headline,
        blocks=blocks,
        locator=locator,
        sha256=digest,
        source_id=f"NEWID {newid}" if newid.isdecimal() else None,
        authors=tuple(name for byline in parts.authors for name in _names(byline)),
        dateline=" / ".join(parts.datelines),
        published=published,
        keywords=tuple(parts.keywords),
    )


def _place(source: Source, stretch: _Stretch) -> tuple[Locator, str]:
    """Return the lines of a record, or its bytes when it shares a line with another."""
    if not stretch.is_lines:
        return source.at(stretch.start, stretch.start + len(stretch.raw) - 1, Unit.BYTES), sha256(stretch.raw)
    lines = stretch.raw.count(b"\n") + (not stretch.raw.endswith(b"\n"))
    return source.at(stretch.first_line, stretch.first_line + lines - 1), sha256(stretch.raw)


def _runs(text: str, unknown: Counter[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record in order, each with the element that it stands in; tags may be left open."""
    section, start = "REUTERS", 0
    text = _EMPTY_LIST.sub("", text)
    held: list[str] = []
    opened: set[str] = set()
    closed: set[str] | None = None
    for tag in _TAG.finditer(text):
        name = (tag["name"] or "").upper()
        within = section
        if name in _PARENTS:
            within = _PARENTS[name] if tag["end"] else name
        elif name and name not in _LOOKED_THROUGH:
            if closed is None:
                closed = {end.upper() for end in re.findall(r"</([A-Za-z][\w.-]*)", text)}
            if name not in (opened if tag["end"] else closed):
                continue  # no element: "<BAC>" is the code of a company
            opened.add(name)
            unknown[name] += not tag["end"]
            if section not in _RUNNING_TEXT:
                within = "REUTERS" if tag["end"] else name
        held.append(text[start : tag.start()])
        start = tag.end()
        if within == section and section in _RUNNING_TEXT:
            continue
        yield section, "".join(held)
        held, section = [], within
    yield section, "".join((*held, text[start:]))


def _fill(parts: _Parts, runs: Iterable[tuple[str, str]], where: str, aside: _Aside) -> Iterator[Notice]:
    """Put the texts of a record where they belong; yield notices of what belongs nowhere."""
    for section, run in runs:
        if not run or run.isspace():
            continue
        resolved = _resolved(run)
        text, dropped = carried(resolved)
        if dropped:
            aside.add(_CONTROLS, dropped)
        line = fold_spaces(text)
        if not line:
            continue
        if section == "DATE":
            words, codes = _date_and_codes(resolved)
            yield from _take_date(parts, words, where)
            if codes:
                aside.add(_WIRE_CODES, codes)
        elif section in _LISTS:
            parts.keywords.append(Keyword(line, section.lower()))
        elif (section in _RUNNING_TEXT and not _take_text(parts, section, text, line)) or section == "UNKNOWN":
            aside.add(_WIRE_CODES, line)
        elif section == "MKNOTE":
            yield Notice(where, "a note of the collection's editors was set aside", line, "editor's note")
        elif section not in _RUNNING_TEXT:
            aside.add(_UNKNOWN_ELEMENT, line)


def _take_date(parts: _Parts, words: str, where: str) -> Iterator[Notice]:
    if not parts.date:
        parts.date = words
    elif words:
        yield Notice(where, f"a second date, “{words[:60]}”, was set aside", words, "second date")


def _take_text(parts: _Parts, section: str, text: str, line: str) -> bool:
    """Take what is in a TEXT element; return False for the mark of a bulletin, "******", which is no text."""
    match section:
        case "TITLE" | "HEAD" if not parts.titles:
            parts.titles.append(line)
        case "TITLE" | "HEAD":
            parts.texts.append((BlockKind.SUBHEADING, line))
        case "AUTHOR":
            parts.authors.append(line)
        case "DATELINE":
            parts.datelines.append(line.removesuffix("-").rstrip() or line)
        case "TEXT" if not parts.titles and _BULLETIN_MARK.fullmatch(text):
            return False
        case _:
            parts.has_body = parts.has_body or section == "BODY"
            parts.texts.append((BlockKind.PARAGRAPH, text))
    return True


def _resolved(text: str) -> str:
    return _REFERENCE.sub(_referenced, text) if "&" in text else text


def _referenced(reference: re.Match[str]) -> str:
    if reference[2]:
        return html5.get(f"{reference[2]};", reference[0])
    code = int(reference[1])
    if 0x80 <= code < 0xA0:  # a character of Windows, as browsers take it
        return bytes([code]).decode("cp1252", "ignore") or chr(code)
    return chr(code) if code <= 0x10FFFF else reference[0]


def _attributes(text: str) -> dict[str, str]:
    return {name.upper(): one or other or bare for name, one, other, bare in _ATTRIBUTE.findall(text)}


def _date_and_codes(text: str) -> tuple[str, str]:
    """Return a date's own words, and the codes that a control character parts from them."""
    words, _, codes = re.sub(r"[\x00-\x08\x0e-\x1f]+", "\0", text.strip()).partition("\0")
    return fold_spaces(words), fold_spaces(codes.replace("\0", " "))


def _published(words: str) -> StatedDate | None:
    """Return the date that a record states; one that its editors call a guess is inferred."""
    guess = _GUESSED_DATE.match(words)
    stated = read_moment(guess["date"] if guess else words)
    if stated is None or guess is None:
        return stated
    return StatedDate(stated.date, words, "inferred")


def _names(byline: str) -> list[str]:
    """Return the names in a byline.

    >>> _names("By Jonathan Lynn and Anthony Williams, Reuters")
    ['Jonathan Lynn', 'Anthony Williams']
    """
    found = _BYLINE.fullmatch(byline)
    return re.split(r"\s+and\s+", found["names"], flags=re.IGNORECASE) if found else [byline]


def _headline_and_blocks(parts: _Parts) -> tuple[str, tuple[Block, ...]]:
    """Return a record's headline and blocks; without a title, its text begins with the headline."""
    if not parts.titles and not parts.has_body:
        lines = "\n".join(text for _, text in parts.texts).split("\n")
        while lines and not lines[0].strip():
            del lines[0]
        return (fold_spaces(lines[0]), _layout(lines[1:])) if lines else ("", ())
    blocks = [block for kind, text in parts.texts for block in _blocks(kind, text)]
    if parts.titles:
        return parts.titles[0], tuple(blocks)
    if not blocks:
        return "", ()
    first = blocks[0].text
    _, end = sentence_span(first, 0, 0)
    rest = first[end:].strip()
    return fold_spaces(first[:end]), (*([Block(rest, blocks[0].kind)] if rest else []), *blocks[1:])


def _blocks(kind: BlockKind, text: str) -> Iterator[Block]:
    """Yield the blocks of a hard-wrapped text: tables as they are set, paragraphs without their line ends."""
    if kind is BlockKind.SUBHEADING:
        yield Block(text, kind)
        return
    if _ROW.search(text) is None:
        yield from _paragraphs(text)
        return
    lines = text.split("\n")
    for is_table, group in groupby(zip(lines, _in_tables(lines), strict=True), key=lambda item: item[1]):
        of_group = [line for line, _ in group]
        yield from _layout(of_group) if is_table else _paragraphs("\n".join(of_group))


def _in_tables(lines: list[str]) -> list[bool]:
    """Tell of each line whether it is in a table: a row, what may be one beside a row, or what stands between rows."""
    sure = [False, *(_ROW.search(line) is not None for line in lines), False]
    likely = [False, *(_LIKELY_ROW.search(line) is not None for line in lines), False]
    rows = [
        (sure[at] and (likely[at - 1] or likely[at + 1])) or (likely[at] and (sure[at - 1] or sure[at + 1]))
        for at in range(1, len(lines) + 1)
    ]
    return _with_short_lines(lines, rows, sure[1:-1])


def _with_short_lines(lines: list[str], rows: list[bool], sure: list[bool]) -> list[bool]:
    """Take the short lines between the rows of a table into it: a name before its second half, a heading, a blank."""
    within = list(rows)
    places = [at for at, line in enumerate(lines) if rows[at] or (sure[at] and not _SENTENCE_END.search(line))]
    for before, after in pairwise(places):
        between = lines[before + 1 : after]
        if (within[before] or rows[after]) and len(between) <= _MAX_SHORT_LINES and all(map(_is_short, between)):
            within[before : after + 1] = [True] * (after + 1 - before)
    return within


def _is_short(line: str) -> bool:
    """Tell whether a line between rows is too short for a paragraph, and no sentence or sign-off."""
    return len(line.strip()) <= _MAX_SHORT_CHARS and not _SENTENCE_END.search(line) and not _SIGN_OFF.fullmatch(line)


def _layout(lines: list[str]) -> tuple[Block, ...]:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return (Block(text, BlockKind.LAYOUT),) if text else ()


def _paragraphs(text: str) -> Iterator[Block]:
    """Yield paragraphs: each begins with blanks or after an empty line, and a sign-off is one."""
    if "-\n" in text:
        text = _COMPOUND_BREAK.sub("-", text)
    for paragraph in _PARAGRAPH_BREAK.split(text):
        if line := fold_spaces(paragraph):
            yield Block(line)


FORMAT = Format("Reuters SGML", matches, read)
