"""What holds of whatever a reader makes of any bytes: a broken law is a `BrokenLawError`, which says what was found."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from urllib.parse import urlsplit

from dateline.edtf import parse_date
from dateline.errors import ArticleError, SourceError
from dateline.files import sha256
from dateline.records import Block, BlockKind, Locator, Notice, StatedDate, Story, Unit
from dateline.sources.characters import carried, carried_line
from dateline.sources.limits import DEFAULT_LIMITS, Limits
from dateline.sources.sidecar import ACCESS_LEVELS, Sidecar
from dateline.sources.source import Format, Source
from dateline.sources.unpacking import unpack

# Small, so that small inputs come to them.
SMALL_LIMITS = replace(
    DEFAULT_LIMITS,
    unpacked_bytes=1024 * 1024,
    ratio_from=64 * 1024,
    members=50,
    document_bytes=96 * 1024,
    line_chars=2_000,
    story_chars=20_000,
    elements_deep=32,
)

_PATH = "sources/heap"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SCHEMES = ("http", "https", "mailto")


class BrokenLawError(AssertionError):
    """A law does not hold."""


def read_all(
    format_: Format, data: bytes, sidecar: Sidecar = Sidecar(), limits: Limits = SMALL_LIMITS
) -> list[Story | Notice]:
    """Read `data` as that format and hold what comes of it to the laws; return it."""
    source = Source(_PATH, io.BytesIO(data), "part", sidecar, limits)
    items: list[Story | Notice] = []
    try:
        for item in format_.read(source):
            items.append(item)  # noqa: PERF402  # what was read before an error counts as well
    except SourceError as error:
        _hold(str(error).startswith(source.name), f"an error that does not say where: {error}")
    check_items(items, data, source)
    return items


def unpack_all(data: bytes, limits: Limits = SMALL_LIMITS) -> list[tuple[str | None, bytes] | Notice]:
    """Unpack `data` and hold what comes of it to the laws; return the members with their bytes, and the notices."""
    items: list[tuple[str | None, bytes] | Notice] = []
    for part in unpack(io.BytesIO(data), _PATH, limits):
        if isinstance(part, Notice):
            check_notice(part, _PATH)
            items.append(part)
            continue
        _hold(part.stream.tell() == 0, "a part that is not at its start")
        items.append((part.member, part.stream.read(limits.unpacked_bytes + 1)))
    members = [item[0] for item in items if not isinstance(item, Notice)]
    _hold(len(members) == len(set(members)), f"two members of one name: {members}")
    _hold(all(member is None or member.isprintable() for member in members), f"a name that is no text: {members!a}")
    if None not in members:
        unpacked = sum(len(item[1]) for item in items if not isinstance(item, Notice))
        _hold(unpacked <= limits.unpacked_bytes + len(data), f"{unpacked} bytes were unpacked")
    return items


def check_items(items: Iterable[Story | Notice], data: bytes, source: Source) -> None:
    """Hold the stories and notices of a source that holds `data` to the laws."""
    lines = data.count(b"\n") + 1
    chars = count = 0
    for item in items:
        count += 1
        chars += sum(map(len, _texts(item)))
        if isinstance(item, Notice):
            check_notice(item, source.name)
        else:
            _check_story(item, data, lines, source)
    # Each story names its source and each notice has its sentence; beyond that, nothing comes of nothing.
    _hold(count <= len(data) // 2 + 20, f"{count} stories and notices of {len(data)} bytes")
    _hold(chars <= 20 * len(data) + 500 * count + 1_000, f"{chars} characters of {len(data)} bytes")


def check_notice(notice: Notice, name: str) -> None:
    """Hold a notice to its laws: it says where, and what."""
    _hold(notice.where.startswith(name), f"a notice that does not say where: {notice}")
    _hold(bool(notice.message.strip()), f"a notice without a message: {notice}")
    _hold(len(notice.message) < 20_000, f"a message of {len(notice.message)} characters: {notice.message[:200]}")
    _hold(len(notice.where) < 2_000, f"a place of {len(notice.where)} characters: {notice.where[:200]}")
    _hold(notice.reason == notice.reason.strip() and len(notice.reason) < 60, f"no reason of a table: {notice.reason}")


def check_blocks(blocks: Iterable[Block]) -> None:
    """Hold the blocks of a story to their laws: text that a page can carry, and links within it."""
    for block in blocks:
        _hold(bool(block.text.strip()), f"an empty block: {block}")
        if block.kind is BlockKind.LAYOUT:
            _hold(carried(block.text)[0] == block.text, f"characters that no page carries: {block.text!a}")
        else:
            _check_line(block.text, "blocks")
        end = 0
        for link in block.links:
            _hold(end <= link.start < link.end <= len(block.text), f"a link that is not in its block: {block}")
            _check_address(link.href, _SCHEMES)
            end = link.end


def check_date(date: StatedDate) -> None:
    """Hold a date to its laws: it is one, it rests on words, and its moment is on that day."""
    try:
        parse_date(date.date)
    except ArticleError as error:
        raise BrokenLawError(f"{date}: {error}") from error
    _hold(bool(date.words.strip()), f"a date that rests on nothing: {date}")
    _check_line(date.words, "date")
    if date.moment:
        try:
            moment = datetime.fromisoformat(date.moment)
        except ValueError as error:
            raise BrokenLawError(f"{date}: {error}") from error
        _hold(date.date[:10] in moment.date().isoformat(), f"a moment on another day: {date}")


def _check_story(story: Story, data: bytes, lines: int, source: Source) -> None:
    _check_locator(story.locator, data, lines, source)
    _hold(bool(_SHA256.match(story.sha256)), f"no hash: {story.sha256}")
    _hold(story.sha256 == sha256(_located(story.locator, data)), f"a hash of other bytes: {story.locator}")
    _hold(bool(story.headline), f"a story without a headline at {story.locator}")
    for field in fields(Story):
        if field.name != "blocks":
            for text in _texts(getattr(story, field.name)):
                _check_line(text, field.name)
    check_blocks(story.blocks)
    for date in (story.published, story.updated):
        if date:
            check_date(date)
    _hold(not story.language or bool(_LANGUAGE.match(story.language)), f"no language: {story.language!a}")
    _hold(story.access in ("", *ACCESS_LEVELS), f"no access: {story.access!a}")
    _hold(story.topic != "", "a topic that is empty")
    _hold(story.source_id != "", "an identifier that is empty")
    _hold(all(story.authors), f"an author without a name: {story.authors}")
    _hold(all(keyword.name for keyword in story.keywords), f"an empty keyword: {story.keywords}")
    for address in (story.url, *story.enclosures):
        if address:
            _check_address(address, ())


def _check_locator(locator: Locator, data: bytes, lines: int, source: Source) -> None:
    _hold((locator.path, locator.member) == (source.path, source.member), f"another file: {locator}")
    if locator.unit is Unit.LINES:
        _hold(1 <= locator.first <= locator.last <= lines, f"no lines of {lines}: {locator}")
    else:
        _hold(0 <= locator.first <= locator.last < max(1, len(data)), f"no bytes of {len(data)}: {locator}")


def _located(locator: Locator, data: bytes) -> bytes:
    if locator.unit is Unit.BYTES:
        return data[locator.first : locator.last + 1]
    lines = data.split(b"\n")
    text = b"\n".join(lines[locator.first - 1 : locator.last])
    return text if locator.last == len(lines) else text + b"\n"


def _check_address(address: str, schemes: tuple[str, ...]) -> None:
    _check_line(address, "address")
    try:
        scheme = urlsplit(address).scheme
    except ValueError as error:
        raise BrokenLawError(f"no address: {address!a} ({error})") from error
    _hold(not schemes or scheme in schemes, f"an address that a page must not lead to: {address!a}")
    _hold(scheme not in ("javascript", "data", "file", "vbscript"), f"an address that is none: {address!a}")


def _check_line(text: str, what: str) -> None:
    _hold(
        carried_line(text) == (text, ""), f"{what} is not a line of folded text that a page can carry: {text[:200]!a}"
    )


def _texts(record: object) -> Iterator[str]:
    """Yield every text that a record or what it holds carries, kinds and hashes left out."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, tuple):
        for part in record:
            yield from _texts(part)
    elif hasattr(record, "__dataclass_fields__") and not isinstance(record, Locator):
        for field in fields(record):
            if field.name not in ("sha256", "kind", "basis"):
                yield from _texts(getattr(record, field.name))


def _hold(holds: bool, message: str) -> None:
    if not holds:
        raise BrokenLawError(message)
