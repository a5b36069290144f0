"""Web archives: the pages that a crawler or a browser recorded, in WARC or in its forerunner ARC.

Each record is found by its own header and read alone, so that memory holds one record and a damaged one costs no
other. Pages that were answered with status 200 become stories; everything else is counted and told.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Notice, Story, Unit
from dateline.sources.dates import read_moment
from dateline.sources.pages.page import MEDIA_TYPES, Capture, read_page
from dateline.sources.pages.page import matches as is_page
from dateline.sources.source import Format, Source
from dateline.sources.unpacking import NOT_READ

NO_PAGE = "no page"
_HEADER_BYTES = 64 * 1024  # of a record, or of an HTTP answer
_CHUNK_BYTES = 1024 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_WARC_START = re.compile(rb"WARC/\d\.\d+\r?\n")
# Version 1 has five fields, version 2 ten: address, IP, date, type, …, length.
_ARC_START = re.compile(
    rb"[a-z][a-z0-9+.-]{1,20}:[^\s]{1,8000} [0-9a-fA-F.:]{1,45} \d{14} \S{1,200} (?:\S{1,8000} ){0,5}\d{1,15}\r?\n"
)
_NEXT_START = re.compile(rb"\n(?:" + _WARC_START.pattern + b"|" + _ARC_START.pattern + b")")
_OVERLAP_BYTES = 32 * 1024  # more than the longest start of a record
_UNTOLD_TYPES = ("", "text/plain", "application/octet-stream", "unk", "no-type", "application/http")
# What belongs to a page and holds no text of its own; of these only the number is told.
_PARTS_OF_PAGES = re.compile(
    r"image/|font/|audio/|video/|text/css|(?:text|application)/(?:x-)?(?:javascript|ecmascript)|application/(?:font|x-font|wasm|vnd\.ms-fontobject)"
)
_OTHER_RECORDS = ("warcinfo", "request", "metadata", "continuation", "arc header")
_PAGE_RECORDS = ("response", "resource", "conversion")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record's place in the archive, and what its header says."""

    first: int
    content: int  # the first byte after its header
    end: int  # the first byte after its content
    kind: str  # WARC-Type
    address: str
    media_type: str  # of an ARC's content, or of a WARC's that is no HTTP message
    headers: Mapping[str, str]
    damage: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server answered."""

    status: int
    media_type: str
    charset: str
    body: bytes


@dataclass(slots=True)
class _Tally:
    """What is told once at the end. Not frozen: it counts."""

    parts: Counter[str] = field(default_factory=Counter)  # of pages, by media type
    statuses: Counter[int] = field(default_factory=Counter)  # other than 200
    others: Counter[str] = field(default_factory=Counter)  # records that are no answers, by kind
    repeats: int = 0  # revisits of a page in the same archive


def matches(head: bytes) -> bool:
    """Tell whether a file begins as a WARC or an ARC does."""
    head = head.lstrip(b"\r\n")
    return bool(_WARC_START.match(head)) or head.startswith(b"filedesc://")


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of the pages in a web archive, and notices of the rest."""
    tally = _Tally()
    # On disk: an archive may hold millions of pages.
    with closing(sqlite3.connect("", isolation_level=None)) as seen:
        seen.execute("CREATE TABLE page (key TEXT PRIMARY KEY) WITHOUT ROWID")
        for record in _records(source):
            if isinstance(record, Notice):
                yield record
                continue
            if record.damage:
                yield Notice(_where(source, record), record.damage, reason="damaged record")
            yield from _read_record(source, record, seen, tally)
    yield from _summary(source, tally)


def _read_record(source: Source, record: _Record, seen: sqlite3.Connection, tally: _Tally) -> Iterator[Story | Notice]:
    keys = _keys(record)
    if record.kind == "revisit":
        if any(seen.execute("SELECT 1 FROM page WHERE key = ?", (key,)).fetchone() for key in keys):
            tally.repeats += 1
        else:
            message = (
                f"{record.address} was found unchanged, and the page that it repeats is not before it in this file"
            )
            yield Notice(_where(source, record), message, reason="revisit")
        return
    if record.kind not in _PAGE_RECORDS:
        tally.others[record.kind if record.kind in _OTHER_RECORDS else "unknown"] += 1
        return
    size = record.end - record.first
    if size > source.limits.document_bytes:
        advice = f"at most {source.limits.document_bytes:,} are read; raise document_bytes in DATELINE_LIMITS"
        yield Notice(_where(source, record), f"{record.address} has {size:,} bytes, and {advice}", reason=NOT_READ)
        return
    source.stream.seek(record.first)
    raw = source.stream.read(size)
    try:
        answer = _answer(record, raw[record.content - record.first :], source.limits.document_bytes)
    except SourceError as error:
        yield Notice(_where(source, record), f"{record.address} {error}", reason=NOT_READ)
        return
    if answer.status != 200:
        tally.statuses[answer.status] += 1
    elif part := _PARTS_OF_PAGES.match(answer.media_type):
        tally.parts[part[0].strip("/")] += 1
    elif not _is_page(answer):
        kind = answer.media_type or "of no stated type"
        message = f"{record.address} is {kind}, no page; to have it read, save it as a file of its own"
        yield Notice(_where(source, record), message, reason=NO_PAGE)
    else:
        seen.executemany("INSERT OR IGNORE INTO page VALUES (?)", ((key,) for key in keys))
        locator = source.at(record.first, record.end - 1, Unit.BYTES)
        capture = Capture(answer.body, locator, sha256(raw), str(locator), record.address, answer.charset)
        try:
            received = _day(record.headers.get("warc-date", ""))
            for item in read_page(capture, source):
                yield replace(item, received=received) if isinstance(item, Story) else item
        except SourceError as error:
            yield Notice(_where(source, record), str(error).partition(": ")[2], reason=NOT_READ)


def _day(moment: str) -> str:
    """Return the day of the moment at which a record was made, of WARC or ARC (20170322150100); "" for none."""
    stated = read_moment(moment)
    return stated.date if stated and len(stated.date) == len("2017-03-22") else ""


def _records(source: Source) -> Iterator[_Record | Notice]:
    """Yield the records in their order; what lies between them and is none is a notice."""
    stream = source.stream
    size = stream.seek(0, 2)
    position = 0
    while (position := _skip_blank(stream, position)) < size:
        record = _record_at(stream, position, size)
        if record is None:
            following = _next_start(stream, position + 1, size)
            message = "is no record of a web archive; what follows it was read"
            yield Notice(str(source.at(position, following - 1, Unit.BYTES)), message, reason="damaged record")
            position = following
            continue
        yield record
        position = record.end


def _record_at(stream: BinaryIO, first: int, size: int) -> _Record | None:
    """Return the record that begins at a byte, None when none does."""
    stream.seek(first)
    head = stream.read(_HEADER_BYTES)
    if _WARC_START.match(head):
        blank = _BLANK_LINE.search(head)
        if blank is None or _NEXT_START.search(head, 0, blank.end()):
            return None
        headers = _headers(head[: blank.start()])
        address = headers.get("warc-target-uri", "").strip("<> ").replace(" ", "%20")
        media_type = headers.get("content-type", "")
        content, length, kind = blank.end(), headers.get("content-length", ""), headers.get("warc-type", "").lower()
    elif (line := head.partition(b"\n")[0] + b"\n") and (_ARC_START.match(line) or line.startswith(b"filedesc:")):
        fields = line.decode("latin-1").split()
        address, media_type, length = fields[0], fields[3] if len(fields) > 3 else "", fields[-1]
        kind = "arc header" if address.startswith("filedesc:") else "response"
        headers, content = {"warc-date": fields[2] if len(fields) > 2 else ""}, len(line)
    else:
        return None
    if not (length.isascii() and length.isdecimal()) or len(length) > 15:
        return None
    end = first + content + int(length)
    damage = ""
    if end > size or not _ends_at(stream, end, size):
        end = _next_start(stream, first + content, size)
        damage = (
            f"has not the {int(length):,} bytes that it says it has; what is there, {end - first - content:,}, was read"
        )
    return _Record(first, first + content, end, kind, address, media_type, headers, damage)


def _headers(lines: bytes) -> dict[str, str]:
    """Return the fields of a header by their names in lower case; of several of a name, the first."""
    found: dict[str, str] = {}
    name = ""
    for line in lines.decode("utf-8", "replace").splitlines()[1:]:
        if line[:1] in (" ", "\t"):  # goes on from the line before
            if name:
                found[name] += " " + line.strip()
            continue
        key, _, value = line.partition(":")
        name = key.strip().lower()
        found.setdefault(name, value.strip())
    return found


def _ends_at(stream: BinaryIO, end: int, size: int) -> bool:
    """Tell whether a record may end at a byte: the archive does, or blank lines and another record follow."""
    following = _skip_blank(stream, end)
    if following >= size:
        return True
    stream.seek(following)
    head = stream.read(_OVERLAP_BYTES)
    # Some writers leave out the line between two records.
    return bool(_WARC_START.match(head) or _ARC_START.match(head))


def _skip_blank(stream: BinaryIO, position: int) -> int:
    stream.seek(position)
    while chunk := stream.read(_HEADER_BYTES):
        rest = chunk.lstrip(b"\r\n")
        position += len(chunk) - len(rest)
        if rest:
            break
    return position


def _next_start(stream: BinaryIO, position: int, size: int) -> int:
    """Return where the next record begins at or after a byte, `size` for nowhere."""
    before = max(0, position - 1)
    while before < size:
        stream.seek(before)
        chunk = stream.read(_CHUNK_BYTES + _OVERLAP_BYTES)
        if found := _NEXT_START.search(chunk):
            return before + found.start() + 1
        before += _CHUNK_BYTES
    return size


def _answer(record: _Record, content: bytes, max_bytes: int) -> _Answer:
    """Return what a record's content answers; raise SourceError when it cannot be unpacked."""
    if not content.startswith(b"HTTP/"):
        media_type, charset = _media_type(record.media_type)
        return _Answer(200, media_type, charset, content)
    blank = _BLANK_LINE.search(content, 0, _HEADER_BYTES)
    head = content[: blank.start()] if blank else content[:_HEADER_BYTES]
    headers = _headers(head)
    status = re.match(rb"HTTP/[\d.]+ +(\d{3})", head)
    body = content[blank.end() :] if blank else b""
    media_type, charset = _media_type(headers.get("content-type", ""))
    code = int(status[1]) if status else 0
    body = _unpacked(body, headers, max_bytes) if code == 200 else b""
    return _Answer(code, media_type, charset, body)


def _unpacked(body: bytes, headers: Mapping[str, str], max_bytes: int) -> bytes:
    from warcio.bufferedreaders import BufferedReader, ChunkedDataReader  # type: ignore[import-untyped]  # it ships no types

    packing = headers.get("content-encoding", "").lower().strip()
    if packing in ("", "identity", "utf-8"):  # the last is a common mistake
        packing = ""
    elif packing not in BufferedReader.get_supported_decompressors():
        raise SourceError(f"is packed as {packing}, which cannot be read here")
    reader_type = ChunkedDataReader if headers.get("transfer-encoding", "").lower() == "chunked" else BufferedReader
    reader = reader_type(BytesIO(body), decomp_type=packing or None)
    unpacked = bytearray()
    try:
        while len(unpacked) <= max_bytes and (chunk := reader.read(_HEADER_BYTES)):
            unpacked += chunk
    except (OSError, ValueError, EOFError, zlib.error) as error:
        if not unpacked:
            raise SourceError(f"cannot be unpacked ({error or type(error).__name__})") from error
    if len(unpacked) > max_bytes:
        raise SourceError(f"unpacks to more than {max_bytes:,} bytes; raise document_bytes in DATELINE_LIMITS")
    return bytes(unpacked)


def _media_type(value: str) -> tuple[str, str]:
    """Return the media type and the charset that a Content-Type states."""
    media_type, _, rest = value.partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", rest, re.IGNORECASE)
    return media_type.strip().lower(), charset[1] if charset else ""


def _is_page(answer: _Answer) -> bool:
    if answer.media_type in _UNTOLD_TYPES:
        return is_page(answer.body[:_HEADER_BYTES])
    return answer.media_type in MEDIA_TYPES


def _keys(record: _Record) -> list[str]:
    """Return what a page and a later visit to it have in common."""
    headers = record.headers
    address, date = record.address, headers.get("warc-date", "")
    if record.kind == "revisit":
        address = headers.get("warc-refers-to-target-uri", "").strip("<>")
        date = headers.get("warc-refers-to-date", "")
    return [key for key in (headers.get("warc-payload-digest", ""), f"{address} {date}") if key.strip()]


def _summary(source: Source, tally: _Tally) -> Iterator[Notice]:
    if tally.parts:
        message = f"{tally.parts.total():,} records are parts of pages that hold no text: {_listed(tally.parts)}"
        yield Notice(source.name, message, reason=NO_PAGE, count=tally.parts.total())
    if tally.statuses:
        message = f"{tally.statuses.total():,} answers have another status than 200: {_listed(tally.statuses)}"
        yield Notice(source.name, message, reason="other status", count=tally.statuses.total())
    if tally.others:
        message = f"{tally.others.total():,} records are no answers of a server: {_listed(tally.others)}"
        yield Notice(source.name, message, count=tally.others.total())
    if tally.repeats:
        message = f"{tally.repeats:,} visits found a page of this file unchanged"
        yield Notice(source.name, message, reason="revisit", count=tally.repeats)


def _listed(counts: Counter[str] | Counter[int]) -> str:
    return ", ".join(
        f"{count:,} {kind}" for kind, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    )


def _where(source: Source, record: _Record) -> str:
    return str(source.at(record.first, max(record.first, record.end - 1), Unit.BYTES))


FORMAT = Format("web archive", matches, read)
