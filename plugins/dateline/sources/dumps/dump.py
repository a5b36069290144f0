"""The topic dump: a plain-text file of stories, one after the other or a single one.

Two shapes occur: (a) the headline alone in a block, its body in the next ones; (b) the headline as first
line of its block. The whole file's evidence decides. In both, a first block of one line that no body
follows is the topic, and each line of a body is a paragraph.

The file is read twice: to learn its layout, then to take it apart. Neither holds more than a story or two.

Law: every visible character is in one story's headline, body or fields, or in the topic, or in a notice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from dateline.errors import SourceError
from dateline.records import Block, BlockKind, Keyword, Notice, StatedDate, Story
from dateline.records import Unit as Counted
from dateline.sources.characters import carried_line, uncarried_notice
from dateline.sources.dumps.newsroom import (
    Mark,
    is_open_date,
    is_update,
    mark_of,
    read_dateline,
    read_particulars,
    read_tags,
)
from dateline.sources.dumps.segmentation import (
    Decision,
    Layout,
    Part,
    Rulings,
    continues,
    decide,
    is_subheading,
    survey,
)
from dateline.sources.dumps.units import Line, Unit, find_wrapping, is_label, line_of, units_of, unwrap
from dateline.sources.encoding import RawLine, counts_as_sed, decoded_lines, find_encoding
from dateline.sources.source import Format, Source

MAX_BINARY_SHARE = 0.01  # of control bytes in a file that is text

_ITEM_SIGNS = ("• ", "* ", "- ")

_CONTROL_BYTES = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1c\x1d\x1e\x1f"))) + b"\x7f"
_SAMPLE_BYTES = 1024 * 1024
_OF_WORDPRESS = re.compile(rb"<wp:(?:status|post_type|post_password)\s*+>")
_MAX_NOTICE_CHARS = 100_000
_WRONG_DATE = "the date cannot be one; the story is undated unless it states another"
_OPEN_DATE = 'either number of the date may be the day; date_order = "DMY" or "MDY" in the sidecar tells'
_ADVICE = (
    "the sidecar settles it by line numbers: headlines = [{line}] or not_headlines = [{line}], or boundaries = […] for "
    "all headlines of the file"
)


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a topic dump in order, and a notice for whatever is in none."""
    encoding, notice = find_encoding(source)
    if notice:
        yield notice
    _refuse_binary(source, encoding)
    _refuse_export(source)
    wrapping = find_wrapping(_lines(source, encoding, _ignore))
    marking = partial(mark_of, order=source.sidecar.date_order)
    layout = survey(units_of(unwrap(_lines(source, encoding, _ignore), wrapping), marking))
    rulings = Rulings(
        *map(frozenset, (source.sidecar.boundaries, source.sidecar.headlines, source.sidecar.not_headlines))
    )
    notices: list[Notice] = []
    units = units_of(unwrap(_lines(source, encoding, notices.append), wrapping), marking)
    reading = _Reading(source, layout, counts_as_sed(source, encoding))
    if layout.texts or layout.ruled or rulings != Rulings():
        for decision in decide(units, layout, rulings):
            yield from _drained(notices)
            yield from reading.take(decision)
        yield from reading.end()
    yield from _drained(notices)
    if not reading.stories:
        raise _no_story(source, encoding, reading)


def _refuse_binary(source: Source, encoding: str) -> None:
    source.stream.seek(0)
    sample = source.stream.read(_SAMPLE_BYTES)
    if encoding.startswith(("utf-16", "utf-32")):
        sample = sample.decode(encoding, "ignore").encode("utf-8", "ignore")
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    if controls > MAX_BINARY_SHARE * len(sample):
        raise SourceError(
            f"{source.name}: looks like a binary file ({controls} control bytes in {len(sample)}); "
            "a topic dump is plain text"
        )


def _refuse_export(source: Source) -> None:
    """Raise SourceError for a text with elements of a WordPress export, whose drafts would be published."""
    source.stream.seek(0)
    tail = b""
    while chunk := source.stream.read(_SAMPLE_BYTES):
        tail += chunk.replace(b"\0", b"")
        if _OF_WORDPRESS.search(tail):
            raise SourceError(
                f'{source.name}: holds elements of a WordPress export; say format = "wxr" in the sidecar if it is one'
            )
        tail = tail[-32:]


def _no_story(source: Source, encoding: str, reading: _Reading) -> SourceError:
    count = sum(bool(line.text) for line in _lines(source, encoding, _ignore))
    if not count:
        return SourceError(f"{source.name}: holds no text; a topic dump has headlines and bodies")
    paragraphs = reading.paragraphs or count
    return SourceError(
        f"{source.name}: 0 of {paragraphs:,} paragraphs became articles: none reads as a headline with a body; {_SHAPE}"
    )


def _ignore(notice: Notice) -> None:
    """Take a notice that the second reading of a source gives again."""


def _drained(notices: list[Notice]) -> Iterator[Notice]:
    yield from notices
    notices.clear()


def _lines(source: Source, encoding: str, tell: Callable[[Notice], None]) -> Iterator[Line]:
    """Yield the lines of a source with their text folded; `tell` gets what a line had to leave out."""
    is_rest = False
    for raw in decoded_lines(source, encoding):
        where = f"{source.name} line {raw.number}"
        if is_rest or raw.goes_on or len(raw.text) > source.limits.line_chars:
            tell(_too_long(raw, where, source.limits.line_chars))
            yield line_of(raw, "")
        else:
            text, dropped = carried_line(raw.text)
            if dropped:
                tell(uncarried_notice(where, dropped))
            yield line_of(raw, text)
        is_rest = raw.goes_on


def _too_long(raw: RawLine, where: str, limit: int) -> Notice:
    what = "a stretch of a line" if raw.goes_on else "a line"
    message = f"{what} of {len(raw.text):,} characters was set aside; the longest that is read has {limit:,}"
    return Notice(where, message, raw.text, reason="line too long")


@dataclass(slots=True)
class _Draft:
    """A story in the making: its headline, then what belongs to it."""

    units: list[Unit]  # the headline is the first; marks that came before it are in `lead`
    lead: list[Unit] = field(default_factory=list)
    chars: int = 0
    sections: set[int] = field(default_factory=set)  # places in `units` of the headlines of sections


@dataclass(slots=True)
class _Reading:
    """The stories of a source as the decisions on its paragraphs come in. Not frozen: it holds the last of them."""

    source: Source
    layout: Layout
    counts_lines: bool
    stories: int = 0
    topic: str = ""
    draft: _Draft | None = None
    waiting: _Draft | None = None  # complete, unless the next one is a section of it
    lead: list[Unit] = field(default_factory=list)  # marks before a headline
    aside: dict[str, list[Unit]] = field(default_factory=dict)  # by reason
    under: list[Unit] = field(default_factory=list)  # lines under headlines that were read as text
    signs: list[tuple[Unit, str]] = field(default_factory=list)  # what made a line an item of a list
    ruled: set[int] = field(default_factory=set)  # lines of the sidecar's rulings that hold text
    last: int = 0  # line that holds text
    paragraphs: int = 0
    chars: int = 0
    chars_aside: int = 0
    paragraphs_aside: int = 0

    def take(self, decision: Decision) -> Iterator[Story | Notice]:
        """Take the next paragraph; yield what is complete with it."""
        unit = decision.unit
        self.last = unit.last
        self.paragraphs += 1
        self.chars += len(unit.text)
        yield from self._check_rulings(unit)
        if decision.is_doubtful:
            yield self._doubt(decision)
        match decision.part:
            case Part.TOPIC:
                self.topic = unit.text
                if self.source.sidecar.topic not in ("", unit.text):
                    message = f"the topic was set aside for the sidecar's, {self.source.sidecar.topic!r}"
                    yield Notice(self._where(unit), message, unit.text, reason="another topic")
            case Part.PROLOGUE if unit.mark in _MARKS and self.layout.led:
                self.lead.append(unit)
            case Part.PROLOGUE:
                yield from self._set_aside(unit, "text before the first headline")
            case Part.ASIDE:
                yield from self._set_aside(unit, unit.mark.value)
            case Part.HEADLINE:
                yield from self._begin(unit)
            case Part.BODY:
                yield from self._add(unit)

    def end(self) -> Iterator[Story | Notice]:
        """Yield what is left when the source is read to its end."""
        yield from self._complete(last=True)
        for unit in self.lead:
            yield from self._set_aside(unit, "text before the first headline")
        yield from self._flush()
        yield from self._flush_lines()
        yield from self._unruled()
        is_much = self.paragraphs_aside > 2 and self.chars_aside > _MAX_SHARE_ASIDE * self.chars
        if self.stories and is_much:
            yield Notice(self.source.name, f"only {self.share()}; {_SHAPE}")

    def share(self) -> str:
        """Return how much of the source was read as stories, as words."""
        kept, chars = self.paragraphs - self.paragraphs_aside, self.chars - self.chars_aside
        percent = f" ({chars / self.chars:.0%} of the characters)" if kept and self.chars else ""
        return f"{kept:,} of {self.paragraphs:,} paragraphs became articles{percent}"

    def _check_rulings(self, unit: Unit) -> Iterator[Notice]:
        sidecar = self.source.sidecar
        for key, lines in (("boundaries", sidecar.boundaries), ("headlines", sidecar.headlines)):
            for line in (line for line in lines if unit.first <= line <= unit.last):
                if unit.mark in _NEVER_HEADLINES:
                    message = f"{key} names line {line}, which is a {unit.mark.value} and heads no story"
                    yield Notice(self._where(unit), f"{message}: “{unit.text[:60]}”")
                elif unit.mark is not Mark.NONE:
                    message = (
                        f"{key} names line {line}, which reads as a {unit.mark.value}; it is the headline all the same"
                    )
                    yield Notice(self._where(unit), f"{message}: “{unit.text[:60]}”")
        for line in (line for line in sidecar.not_headlines if unit.first <= line <= unit.last):
            if unit.mark is not Mark.NONE:
                message = f"not_headlines names line {line}, which reads as a {unit.mark.value} and needs no ruling"
                yield Notice(self._where(unit), f"{message}: “{unit.text[:60]}”")
        named = (*sidecar.boundaries, *sidecar.headlines, *sidecar.not_headlines)
        self.ruled.update(line for line in named if unit.first <= line <= unit.last)

    def _unruled(self) -> Iterator[Notice]:
        """Yield what is told of lines that the sidecar names and that hold no text."""
        sidecar = self.source.sidecar
        for key in ("boundaries", "headlines", "not_headlines"):
            for line in getattr(sidecar, key):
                if line in self.ruled:
                    continue
                what = "is blank" if line <= self.last else f"is past the last text, on line {self.last}"
                message = f"{key} names line {line}, which {what}; the number of a line with text would be right"
                yield Notice(f"{self.source.name} line {line}", message)

    def _flush_lines(self) -> Iterator[Notice]:
        """Yield what is told once of all lines under headlines, and of all list signs."""
        if self.under:
            first, count = self.under[0], len(self.under)
            these = "a line" if count == 1 else f"{count:,} lines"
            message = f"{these} under a headline, neither byline nor date, read as text: “{first.text[:60]}”"
            also = f", and more down to line {self.under[-1].last}" if count > 1 else ""
            yield Notice(self._where(first), message + also, count=count)
        if self.signs:
            first, count = self.signs[0][0], len(self.signs)
            signs = "\n".join(sign for _, sign in self.signs)
            message = f"the signs before {count:,} items of lists were set aside; a page sets its own"
            yield Notice(self._where(first), message, signs, "list sign", count)

    def _begin(self, unit: Unit) -> Iterator[Story | Notice]:
        lead = self.lead
        self.lead = []
        if self.layout.led and self.draft:
            while len(self.draft.units) > 1 and self.draft.units[-1].mark in _MARKS:
                lead.insert(0, self.draft.units.pop())
        yield from self._complete()
        self.draft = _Draft([unit], lead)

    def _add(self, unit: Unit) -> Iterator[Story | Notice]:
        draft = self.draft
        assert draft is not None  # a body follows a headline
        draft.chars += len(unit.text)
        if draft.chars > self.source.limits.story_chars:
            yield from self._set_aside(unit, "story too long")
        else:
            draft.units.append(unit)

    def _complete(self, *, last: bool = False) -> Iterator[Story | Notice]:
        """Close the draft. It waits for the next one, which may be a section of it."""
        draft, self.draft = self.draft, None
        if draft is not None:
            if not any(unit.mark not in _MARKS for unit in draft.units[1:]):
                for unit in (*draft.lead, *draft.units):
                    yield from self._set_aside(unit, "a headline without a body")
            elif self.waiting is not None and self._is_section(draft, self.waiting):
                yield self._section_notice(draft.units[0], self.waiting.units[0])
                self.waiting.sections.add(len(self.waiting.units))
                self.waiting.units += draft.units
                self.waiting.chars += draft.chars
            else:
                if self.waiting is not None:
                    yield from self._story(self.waiting)
                self.waiting = draft
        if last and self.waiting is not None:
            yield from self._story(self.waiting)
            self.waiting = None

    def _is_section(self, draft: _Draft, before: _Draft) -> bool:
        is_set_apart = self.layout.marked or self.layout.parted or self.layout.ruled or draft.lead
        is_ruled = any(draft.units[0].first <= line <= draft.units[0].last for line in self.source.sidecar.headlines)
        fits = before.chars + draft.chars <= self.source.limits.story_chars
        if is_set_apart or is_ruled or not fits or self.source.sidecar.boundaries:
            return False
        body = next(unit.text for unit in draft.units[1:] if unit.mark not in _MARKS)
        return continues(draft.units[0].text, body, " ".join(unit.text for unit in before.units), self.layout)

    def _is_no_headline(self, unit: Unit) -> bool:
        return any(unit.first <= line <= unit.last for line in self.source.sidecar.not_headlines)

    def _story(self, draft: _Draft) -> Iterator[Story | Notice]:
        headline, *rest = draft.units
        texts = [at for at, unit in enumerate(rest) if unit.mark not in _MARKS and not unit.under] or [len(rest)]
        items = _items(rest)
        fields = _Fields()
        for unit in draft.lead:
            if not fields.take(unit, self._order):
                yield from self._set_aside(unit, unit.mark.value)
        blocks: list[Block] = []
        for at, unit in enumerate(rest):
            is_outer = at < texts[0] or at > texts[-1]
            if is_outer and fields.take(unit, self._order):
                continue
            if unit.mark is Mark.WRONG_DATE and is_outer:
                message = _OPEN_DATE if is_open_date(unit.text) else _WRONG_DATE
                yield Notice(self._where(unit), message, unit.text, reason="wrong date")
                continue
            if unit.under and is_outer:
                self.under.append(unit)
            if at in items:
                sign, _, text = unit.text.partition(" ")
                self.signs.append((unit, sign))
                blocks.append(Block(text, BlockKind.ITEM))
                continue
            is_section = at + 1 in draft.sections or (at < texts[-1] and is_label(unit) and self._is_no_headline(unit))
            blocks.append(Block(unit.text, _kind(unit, is_section=is_section)))
        yield from (Notice(self._where(unit), *told) for unit, told in fields.notices)
        first, last = min((*draft.lead, headline), key=_start), max((headline, *rest), key=_start)
        start, end = first.lines[0].start, last.lines[-1].end
        locator = (
            self.source.at(first.first, last.last)
            if self.counts_lines
            else self.source.at(start, end - 1, Counted.BYTES)
        )
        self.stories += 1
        yield Story(
            headline=headline.text,
            blocks=tuple(blocks),
            locator=locator,
            sha256=_digest(self.source, start, end),
            topic=self.source.sidecar.topic or self.topic or None,
            authors=tuple(fields.authors),
            dateline=next((read_dateline(unit.text) for unit in rest if unit.mark is Mark.NONE), ""),
            published=fields.published,
            updated=fields.updated,
            keywords=tuple(fields.keywords),
        )

    @property
    def _order(self) -> str:
        return self.source.sidecar.date_order

    def _where(self, unit: Unit) -> str:
        return f"{self.source.name} line {unit.first}"

    def _doubt(self, decision: Decision) -> Notice:
        words = decision.unit.text[:60]
        advice = _ADVICE.format(line=decision.unit.first)
        if decision.part is Part.HEADLINE:
            message = f"“{words}” was read as a headline ({decision.certainty} % certain); {advice}"
        else:
            message = f"“{words}” may be a headline; it was read as text; {advice}"
        return Notice(self._where(decision.unit), message)

    def _section_notice(self, unit: Unit, before: Unit) -> Notice:
        message = f"“{unit.text[:60]}” was read as a section of “{before.text[:60]}”; {_ADVICE.format(line=unit.first)}"
        return Notice(self._where(unit), message)

    def _set_aside(self, unit: Unit, reason: str) -> Iterator[Notice]:
        if reason not in _NO_LOSS:
            self.paragraphs_aside += 1
            self.chars_aside += len(unit.text)
        units = self.aside.setdefault(reason, [])
        units.append(unit)
        if sum(len(unit.text) for unit in units) > _MAX_NOTICE_CHARS:
            yield from self._flush()

    def _flush(self) -> Iterator[Notice]:
        """Yield one notice for each reason for which something was set aside."""
        for reason, units in self.aside.items():
            also = f", and {len(units) - 1:,} more down to line {units[-1].last}" if len(units) > 1 else ""
            text = "\n".join(unit.text for unit in units)
            yield Notice(self._where(units[0]), f"{reason} was set aside{also}", text, reason=reason)
        self.aside.clear()


_NEVER_HEADLINES = (Mark.SEPARATOR, Mark.STORY, Mark.READ_MORE)
_NO_LOSS = tuple(mark.value for mark in _NEVER_HEADLINES)  # is as it should be
_MAX_SHARE_ASIDE = 0.5  # of a source's characters, before it is told that most of it was lost
_SHAPE = (
    "a dump has each headline on a line of its own, without a full stop, and its text after it; headlines = […] in the "
    "sidecar names their lines"
)
_MARKS = (Mark.BYLINE, Mark.DATE, Mark.WRONG_DATE, Mark.TAGS)  # what is no text, before a story's text and after it


@dataclass(slots=True)
class _Fields:
    """What the marks around a story's text say of it. Not frozen: each adds to it."""

    authors: list[str] = field(default_factory=list)
    published: StatedDate | None = None
    updated: StatedDate | None = None
    keywords: list[Keyword] = field(default_factory=list)
    notices: list[tuple[Unit, tuple[str, str, str]]] = field(default_factory=list)

    def take(self, unit: Unit, order: str) -> bool:
        """Take what a line beside a text says; False when it says nothing that is new, and so stays text."""
        if unit.mark in (Mark.BYLINE, Mark.DATE) or unit.under:
            return self._take_particulars(unit, order)
        if unit.mark is not Mark.TAGS:
            return False
        keywords = read_tags(unit.text)
        self.keywords += keywords
        if not keywords:
            message = "tags were set aside: nothing parts one from the next"
            self.notices.append((unit, (message, unit.text, "tags")))
        return True

    def _take_particulars(self, unit: Unit, order: str) -> bool:
        found = read_particulars(unit.text, order=order, loosely=unit.under)
        if found is None or (found.byline and self.authors):
            return False
        updated = [date for date in found.dates if is_update(date.words)]
        published = [date for date in found.dates if not is_update(date.words)]
        if len(updated) > (self.updated is None) or len(published) > (self.published is None):
            return False
        self.updated = updated[0] if updated else self.updated
        self.published = published[0] if published else self.published
        if found.byline:
            self.authors += found.byline.authors
            if found.byline.rest:
                message = "what the byline says beside the names was set aside"
                self.notices.append((unit, (message, found.byline.rest, "rest of a byline")))
        if found.rest:
            message = "what the line says beside its names and dates was set aside"
            self.notices.append((unit, (message, found.rest, "rest of a date line")))
        return True


def _items(units: list[Unit]) -> set[int]:
    """Return the places of the units that are items of a list: two or more in a row with the same sign before them."""
    places: set[int] = set()
    for at, (one, two) in enumerate(pairwise(units)):
        is_run = one.text[:1] == two.text[:1] and one.text.startswith(_ITEM_SIGNS) and two.text.startswith(_ITEM_SIGNS)
        places |= {at, at + 1} if is_run and one.mark is two.mark is Mark.NONE else set()
    return places


def _kind(unit: Unit, *, is_section: bool) -> BlockKind:
    if unit.mark is Mark.CAPTION:
        return BlockKind.CAPTION
    return BlockKind.SUBHEADING if is_section or is_subheading(unit.text) else BlockKind.PARAGRAPH


def _start(unit: Unit) -> int:
    return unit.lines[0].start


def _digest(source: Source, start: int, end: int) -> str:
    """Return the SHA-256 of a stretch of a source; its stream stays where it was."""
    position = source.stream.tell()
    source.stream.seek(start)
    digest = hashlib.sha256()
    while start < end and (chunk := source.stream.read(min(_SAMPLE_BYTES, end - start))):
        digest.update(chunk)
        start += len(chunk)
    source.stream.seek(position)
    return digest.hexdigest()


FORMAT = Format("topic dump", lambda head: False, read)
