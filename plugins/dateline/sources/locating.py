"""Locating: the bytes that a locator names, out of the file as received, packed or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from dateline.errors import SourceError
from dateline.records import Locator, Notice, Unit
from dateline.sources.limits import DEFAULT_LIMITS, Limits
from dateline.sources.unpacking import unpack

_CHUNK_BYTES = 1024 * 1024


def hash_located(path: Path, locators: Collection[Locator], limits: Limits = DEFAULT_LIMITS) -> dict[Locator, str]:
    """Return the SHA-256 of the bytes that each locator names in the file at `path`, in one reading of it.

    A locator of a member that is not there is left out; lines or bytes past the end are those that there are.
    Raises OSError.
    """
    by_member = {
        member: list(group)
        for member, group in groupby(sorted(locators, key=_order), key=lambda locator: locator.member)
    }
    hashes: dict[Locator, str] = {}
    with path.open("rb") as stream:
        for part in unpack(stream, path.name, limits):
            if isinstance(part, Notice) or part.member not in by_member:
                continue
            for locator, pieces in _cut(part.stream, by_member.pop(part.member)):
                digest = sha256()
                for piece in pieces:
                    digest.update(piece)
                hashes[locator] = digest.hexdigest()
            if not by_member:
                break
    return hashes


def read_located(path: Path, locator: Locator, limits: Limits = DEFAULT_LIMITS) -> Iterator[bytes]:
    """Yield, in pieces, the bytes that a locator names in the file at `path`; raise SourceError for no such member."""
    with path.open("rb") as stream:
        for part in unpack(stream, path.name, limits):
            if not isinstance(part, Notice) and part.member == locator.member:
                for _, pieces in _cut(part.stream, [locator]):
                    yield from pieces
                return
    raise SourceError(f"{locator.path}: holds no member {locator.member!r}")


def _order(locator: Locator) -> tuple[str, str, int, int]:
    return locator.member or "", locator.unit, locator.first, locator.last


def _cut(stream: BinaryIO, locators: Collection[Locator]) -> Iterator[tuple[Locator, Iterator[bytes]]]:
    """Yield each locator, given in the order of `_order`, with its bytes; they are read as they are asked for."""
    number, offset = 1, 0  # of a line, and where it begins
    for locator in locators:
        if locator.unit is Unit.BYTES:
            stream.seek(locator.first)
            yield locator, _read(stream, locator.last - locator.first + 1)
            continue
        if locator.first < number:
            number, offset = 1, 0
        stream.seek(offset)
        while number < locator.first and (line := stream.readline()):
            number, offset = number + 1, offset + len(line)
        yield locator, _read_lines(stream, locator.last - locator.first + 1)


def _read(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(min(size, _CHUNK_BYTES))):
        size -= len(piece)
        yield piece


def _read_lines(stream: BinaryIO, count: int) -> Iterator[bytes]:
    while count > 0 and (piece := stream.readline(_CHUNK_BYTES)):
        count -= piece.endswith(b"\n")
        yield piece
