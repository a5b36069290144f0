"""Zip and tar files: their members in order, and in words what is wrong with the rest.

The directory of a zip file is read entry by entry: `zipfile` holds all of it, and takes none of it for one bad name.
"""

from __future__ import annotations

import re
import stat
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, cast

from dateline.sources.compression import (
    DAMAGE,
    PIECE_BYTES,
    DamagedError,
    UnreadableError,
    bunzip2,
    chunks,
    damage_of,
    inflate,
)

ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # how a zip file begins, and one without members

_MAX_NAME_CHARS = 400
_MAX_TAR_HEADER_BYTES = 1024 * 1024
_TAR_MAGIC = slice(257, 262)

# Of the header of a member: flags, method, checksum, sizes packed and unpacked, lengths of name and extra fields;
# of an entry of the directory, also the length of a comment, the mode and the place; of the end, the directory's
# size and place.
_ZIP_HEADER = struct.Struct("<4s2xHH4xLLLHH")
_ZIP_ENTRY = struct.Struct("<4s4xHH4xLLLHHH4xLL")
_ZIP_END = struct.Struct("<4s8xLL2x")
_ZIP64_END = struct.Struct("<4s36xQQ")
_ZIP64_LOCATOR_BYTES = 20
_ZIP_DESCRIPTOR_BYTES = 16
_ZIP_ELSEWHERE = 0xFFFFFFFF  # a number that is too large for its field
_ZIP_ENCRYPTED, _ZIP_SIZE_FOLLOWS, _ZIP_UTF8 = 1 << 0, 1 << 3, 1 << 11  # flags
_ZIP_SIGNATURE = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x07\x08)")
# Zip files that are documents, by a member that tells.
_DOCUMENTS = {"[Content_Types].xml": "an office document", "mimetype": "an office document or e-book"}


@dataclass(frozen=True, slots=True)
class Member:
    """A file that stands in an archive as it is, under a name that prints."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class PackedMember:
    """A file that is packed in an archive: what it unpacks to, and from how much."""

    name: str
    pieces: Iterator[bytes]
    packed_bytes: int


@dataclass(frozen=True, slots=True)
class NoFile:
    """A link or a device in an archive."""

    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an archive, or a stretch of it."""

    message: str


Members = Iterator[Member | PackedMember | NoFile | Fault]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory of a zip file says of a member, or else the header before its content."""

    name: str
    header_at: int
    packed_bytes: int
    flags: int
    method: int
    checksum: int | None
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where the directory of a zip file stands, and how many bytes stand before what it names."""

    start: int
    end: int
    bytes_before: int


def zip_members(stream: BinaryIO) -> Members:
    """Yield the members of a zip file; of one without its directory, those that stand one after the other."""
    try:
        directory = _find_directory(stream)
        packed_bytes = 0
        for entry in _entries(stream, directory):
            packed_bytes += entry.packed_bytes
            if kind := _DOCUMENTS.get(entry.name):
                yield Fault(f"is {kind}, which no reader takes; save it as plain text or HTML")
                return
        entries = _entries(stream, directory)
    except (DamagedError, struct.error) as error:
        yield Fault(f"has no directory that can be read ({damage_of(error)}); its members were read as far as they go")
        entries = _entries_by_headers(stream)
    else:
        if packed_bytes > directory.start:
            yield Fault("holds members that overlap, as in a bomb")
            return
        if directory.bytes_before:
            yield Fault(f"begins with {directory.bytes_before:,} bytes that its directory does not know")
    for entry in entries:
        if entry.is_link:
            yield NoFile(_printed(entry.name))
        elif not entry.name.endswith("/"):
            yield PackedMember(_printed(entry.name), _unzip(stream, entry), entry.packed_bytes)


def _find_directory(stream: BinaryIO) -> _Directory:
    size = stream.seek(0, 2)
    tail_at = max(0, size - _ZIP_END.size - 0xFFFF)  # a comment may follow
    tail = _read_at(stream, tail_at, size - tail_at)
    end = tail.rfind(ZIP[1])
    if end < 0:
        raise DamagedError("its end is missing")
    _, directory_bytes, directory_at = _ZIP_END.unpack_from(tail, end)
    end += tail_at
    if _ZIP_ELSEWHERE in (directory_bytes, directory_at):
        end -= _ZIP64_END.size + _ZIP64_LOCATOR_BYTES
        signature, directory_bytes, directory_at = _ZIP64_END.unpack(_read_at(stream, max(0, end), _ZIP64_END.size))
        if signature != b"PK\x06\x06":
            raise DamagedError("its zip64 end is missing")
    start = end - directory_bytes
    if start < directory_at:
        raise DamagedError("its directory is not where its end says")
    return _Directory(start, end, start - directory_at)


def _entries(stream: BinaryIO, directory: _Directory) -> Iterator[_Entry]:
    at = directory.start
    while at < directory.end:
        header = _read_at(stream, at, _ZIP_ENTRY.size)
        signature, flags, method, checksum, packed_bytes, unpacked_bytes, *lengths, mode, start = _ZIP_ENTRY.unpack(
            header
        )
        if signature != b"PK\x01\x02":
            raise DamagedError(f"its directory is damaged at byte {at}")
        name_bytes, extra_bytes, comment_bytes = lengths
        name, extra = stream.read(name_bytes), stream.read(extra_bytes)
        large = iter(_zip64_numbers(extra))
        _, packed_bytes, start = (
            next(large, 0) if number == _ZIP_ELSEWHERE else number for number in (unpacked_bytes, packed_bytes, start)
        )
        is_link = stat.S_ISLNK(mode >> 16)
        start += directory.bytes_before
        yield _Entry(_zip_name(name, flags), start, packed_bytes, flags, method, checksum, is_link)
        at += len(header) + name_bytes + extra_bytes + comment_bytes


def _zip64_numbers(extra: bytes) -> tuple[int, ...]:
    """Return the sizes and the place that are too large for their fields, in the order of those."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            data = extra[at + 4 : at + 4 + size]
            return struct.unpack_from(f"<{len(data) // 8}Q", data)
        at += 4 + size
    return ()


def _entries_by_headers(stream: BinaryIO) -> Iterator[_Entry]:
    at = 0
    while (header := _read_at(stream, at, _ZIP_HEADER.size)).startswith(ZIP[0]) and len(header) == _ZIP_HEADER.size:
        _, flags, method, checksum, packed_bytes, _, name_bytes, extra_bytes = _ZIP_HEADER.unpack(header)
        name = _zip_name(stream.read(name_bytes), flags)
        start = at + len(header) + name_bytes + extra_bytes
        if flags & _ZIP_SIZE_FOLLOWS or packed_bytes == _ZIP_ELSEWHERE:
            end = _find_signature(stream, start)
            yield _Entry(name, at, end - start, flags, method, None)
            at = end + (_ZIP_DESCRIPTOR_BYTES if _read_at(stream, end, 4) == b"PK\x07\x08" else 0)
        else:
            yield _Entry(name, at, packed_bytes, flags, method, checksum)
            at = start + packed_bytes


def _find_signature(stream: BinaryIO, start: int) -> int:
    """Return where the next header of a zip file stands, or the end of the file."""
    before = b""
    for chunk in chunks(stream, start):
        if match := _ZIP_SIGNATURE.search(before + chunk):
            return start - len(before) + match.start()
        before, start = chunk[-3:], start + len(chunk)
    return start


def _zip_name(name: bytes, flags: int) -> str:
    # Many write UTF-8 and do not say so; as good as no name in code page 437 is UTF-8 by chance.
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & _ZIP_UTF8 else "cp437", "backslashreplace")


def _unzip(stream: BinaryIO, entry: _Entry) -> Iterator[bytes]:
    if entry.flags & _ZIP_ENCRYPTED:
        raise UnreadableError("is encrypted; unpack it with its password")
    header = _read_at(stream, entry.header_at, _ZIP_HEADER.size)
    signature, *_, name_bytes, extra_bytes = _ZIP_HEADER.unpack(header)
    if signature != ZIP[0]:
        raise DamagedError("it is not where the directory says")
    packed = chunks(stream, entry.header_at + len(header) + name_bytes + extra_bytes, entry.packed_bytes)
    match entry.method:
        case zipfile.ZIP_STORED:
            pieces = packed
        case zipfile.ZIP_DEFLATED:
            pieces = inflate(packed)
        case zipfile.ZIP_BZIP2:
            pieces = bunzip2(packed)
        case method:
            raise UnreadableError(f"is packed by a method ({method}) that is not read; pack it with deflate")
    checksum = 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if entry.checksum not in (None, checksum):
        raise DamagedError("its checksum is another")


@dataclass(slots=True)
class _Rationed:
    """A stream as `tarfile` gets it to read headers: so many bytes and no more."""

    stream: BinaryIO
    left: int

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(self.left + 1 if size < 0 else min(size, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise DamagedError("its header is too large")
        return data

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()


def tar_members(stream: BinaryIO) -> Members:
    """Yield the members of a tar file, of several one after the other, and of what a damage left of it."""
    at, size = 0, stream.seek(0, 2)
    first_damaged, damaged_bytes = 0, 0
    pax_headers: dict[str, str] = {}
    while at < size:
        block = _read_at(stream, at, tarfile.BLOCKSIZE)
        if not block.strip(b"\0"):
            at += len(block)
            continue
        rationed = _Rationed(stream, _MAX_TAR_HEADER_BYTES)
        try:
            # One member at a time: a TarFile keeps those that it has read, and ends at the first damage.
            stream.seek(at)
            archive = tarfile.TarFile(
                fileobj=cast(BinaryIO, rationed), encoding="utf-8", errors="surrogateescape", pax_headers=pax_headers
            )
            info = archive.next()
        except DAMAGE:
            info = None
        if info is None or archive.offset <= at:  # a negative size leads back
            first_damaged = first_damaged if damaged_bytes else at
            damaged_bytes += len(block)
            at += len(block)
            continue
        rationed.left = sys.maxsize
        at = archive.offset
        if not info.isdir():
            yield _tar_member(stream, archive, info, size)
    if damaged_bytes:
        yield Fault(f"is damaged: from byte {first_damaged} on, {damaged_bytes:,} bytes are no member of it")


def _tar_member(
    stream: BinaryIO, archive: tarfile.TarFile, info: tarfile.TarInfo, size: int
) -> Member | PackedMember | NoFile:
    name = _printed(info.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    packed_bytes = archive.offset - info.offset_data
    if not info.isreg():
        return NoFile(name)
    if not info.issparse() and info.offset_data + info.size > size:
        return PackedMember(name, _cut_off(chunks(stream, info.offset_data)), packed_bytes)
    content = cast(BinaryIO, archive.extractfile(info))
    if info.issparse():  # it claims bytes that the archive does not hold
        return PackedMember(name, iter(partial(content.read, PIECE_BYTES), b""), packed_bytes)
    return Member(name, content)


def _cut_off(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield from pieces
    raise EOFError("the archive ends before it")


def is_tar(stream: BinaryIO) -> bool:
    """Tell a tar file by its magic, an old one, which has none, by its checksum, an empty one by its zeros."""
    head = _read_at(stream, 0, tarfile.BLOCKSIZE)
    if head[_TAR_MAGIC] == b"ustar":
        return True
    if not head.strip(b"\0"):
        end = _read_at(stream, 0, tarfile.RECORDSIZE + 1)
        return len(end) in range(2 * tarfile.BLOCKSIZE, tarfile.RECORDSIZE + 1) and not end.strip(b"\0")
    with suppress(tarfile.TarError, ValueError):
        return bool(tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape"))
    return False


def _read_at(stream: BinaryIO, at: int, size: int) -> bytes:
    stream.seek(at)
    return stream.read(size)


def _printed(name: str) -> str:
    """Return the name of a member as it can be written: in one line, of bounded length, never empty."""
    shown = (char if char.isprintable() else ascii(char)[1:-1] for char in name.removeprefix("./")[:_MAX_NAME_CHARS])
    return "".join(shown)[:_MAX_NAME_CHARS] or "unnamed"
