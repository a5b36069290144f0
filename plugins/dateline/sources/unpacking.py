"""Unpacking: gzip, bzip2, xz, zip and tar become streams, within limits, and never files of a name they chose."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from dateline.errors import SourceError
from dateline.records import Notice
from dateline.sources.limits import Limits

NOT_READ = "not read"  # the reason of a notice on a file, or the rest of one, whose stories are not known

_CHUNK_BYTES = 1024 * 1024
_MAX_BYTES_IN_MEMORY = 8 * 1024 * 1024
_TAR_MAGIC_AT = 257
# Zip files that are documents, by a member that tells.
_DOCUMENTS = {"[Content_Types].xml": "an office document", "mimetype": "an office document or e-book"}
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, ValueError)

_OPENERS: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    b"BZh": lambda stream: cast(BinaryIO, bz2.BZ2File(stream)),
    b"\xfd7zXZ\x00": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What was unpacked: a stream at its start, and the name of the member that it is, None for the file itself."""

    member: str | None
    stream: BinaryIO


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked of one file. Not frozen: it is spent."""

    limits: Limits
    unpacked_bytes: int = 0
    members: int = 0


def unpack(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Part | Notice]:
    """Yield what a file holds: itself, or what it unpacks to, or its members, in their order.

    A stream is good until the next part is asked for. What cannot be unpacked is a notice, with the reason
    `NOT_READ`; what passes a limit is set aside whole, what is damaged is given as far as it goes.
    """
    yield from _unpack(stream, None, name, _Budget(limits), 0)


def _unpack(stream: BinaryIO, member: str | None, name: str, budget: _Budget, depth: int) -> Iterator[Part | Notice]:
    where = f"{name}!{member}" if member else name
    head = _head(stream)
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    is_packed = opener is not None or head.startswith(b"PK\x03\x04") or _is_tar(head)
    if not is_packed:
        yield Part(member, stream)
        return
    if depth >= budget.limits.depth:
        yield _not_read(where, f"is packed more than {budget.limits.depth} times, one file within another")
        return
    if opener is None:
        members = _tar_members if _is_tar(head) else _zip_members
        yield from _unpack_members(members(stream, where), member, name, budget, depth)
        return
    with tempfile.SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as spool:
        target = cast(BinaryIO, spool)
        try:
            damage = _copy(opener(stream), target, _size(stream), where, budget)
        except SourceError as error:
            yield _not_read(where, str(error))
            return
        if damage:
            yield _not_read(where, f"is damaged ({damage}); what comes before the damage was read")
        target.seek(0)
        yield from _unpack(target, member, name, budget, depth + 1)


# A member of an archive: its name, its size as packed, and how to open it (None: it is no file).
_Member = tuple[str, int, Callable[[], BinaryIO] | None]


def _unpack_members(
    members: Iterator[_Member | Notice], outer: str | None, name: str, budget: _Budget, depth: int
) -> Iterator[Part | Notice]:
    seen: Counter[str] = Counter()
    for item in members:
        if isinstance(item, Notice):
            yield item
            continue
        label, packed_bytes, opener = item
        seen[label] += 1
        label = label if seen[label] == 1 else f"{label}~{seen[label]}"
        member = f"{outer}!{label}" if outer else label
        where = f"{name}!{member}"
        budget.members += 1
        if budget.members > budget.limits.members:
            yield _not_read(where, f"and what follows it: the archive has over {budget.limits.members:,} members")
            return
        if opener is None:
            yield Notice(where, "is a link or a device, not a file; it was set aside", reason="no file")
            continue
        if any(part.startswith(".") or part == "__MACOSX" for part in label.split("/") if part not in (".", "..")):
            yield Notice(where, "is a hidden file; it was set aside", reason="hidden file")
            continue
        with tempfile.SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY) as spool:
            target = cast(BinaryIO, spool)
            try:
                with opener() as packed:
                    damage = _copy(packed, target, packed_bytes, where, budget)
            except (SourceError, *_DAMAGE, RuntimeError, NotImplementedError) as error:
                yield _not_read(where, str(error))
                continue
            if damage:
                yield _not_read(where, f"is damaged ({damage}); what comes before the damage was read")
            target.seek(0)
            yield from _unpack(target, member, name, budget, depth + 1)


def _zip_members(stream: BinaryIO, where: str) -> Iterator[_Member | Notice]:
    try:
        archive = zipfile.ZipFile(stream)
    except _DAMAGE as error:
        yield _not_read(where, f"cannot be read as a zip file ({error})")
        return
    with archive:
        infos = archive.infolist()
        kind = next((_DOCUMENTS[info.filename] for info in infos if info.filename in _DOCUMENTS), None)
        if kind:
            yield _not_read(where, f"is {kind}, which no reader takes; save it as plain text or HTML")
            return
        for info in infos:
            if not info.is_dir():
                yield _label(info.filename), info.compress_size, lambda info=info: cast(BinaryIO, archive.open(info))


def _tar_members(stream: BinaryIO, where: str) -> Iterator[_Member | Notice]:
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for info in archive:
                if info.isdir():
                    continue
                if not info.isreg():
                    yield _label(info.name), 0, None
                    continue
                # A sparse file claims bytes that the archive does not hold.
                packed_bytes = min(info.size, _size(stream))
                yield _label(info.name), packed_bytes, lambda info=info: cast(BinaryIO, archive.extractfile(info))
    except _DAMAGE as error:
        yield _not_read(where, f"cannot be read to its end as a tar file ({error})")


def _copy(source: BinaryIO, target: BinaryIO, packed_bytes: int, where: str, budget: _Budget) -> str:
    """Copy what unpacks to `target`; return what is wrong with the rest, "" for nothing. SourceError past a limit."""
    limits, unpacked = budget.limits, 0
    while True:
        try:
            chunk = source.read(_CHUNK_BYTES)
        except _DAMAGE as error:
            return str(error) or type(error).__name__
        if not chunk:
            return ""
        unpacked += len(chunk)
        budget.unpacked_bytes += len(chunk)
        if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed_bytes, 1):
            raise SourceError(
                f"unpacks to more than {limits.ratio} times its {packed_bytes:,} bytes, as a bomb does; raise ratio "
                "in DATELINE_LIMITS if it is what it should be"
            )
        if budget.unpacked_bytes > limits.unpacked_bytes:
            raise SourceError(
                f"unpacks to more than {limits.unpacked_bytes:,} bytes with what came before it; raise "
                "unpacked_bytes in DATELINE_LIMITS if it is what it should be"
            )
        target.write(chunk)


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(tarfile.BLOCKSIZE)
    stream.seek(0)
    return head


def _size(stream: BinaryIO) -> int:
    position = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(position)
    return size


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar"


def _label(name: str) -> str:
    """Return the name of a member as it can be written: bytes that are no UTF-8 stand as `\\xNN`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").removeprefix("./")


def _not_read(where: str, message: str) -> Notice:
    return Notice(where, message, reason=NOT_READ)
