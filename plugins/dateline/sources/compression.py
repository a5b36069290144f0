"""Compressed bytes, unpacked piece by piece: what comes before a damage is not lost with it.

No stream, however it was made, gets more memory than a piece needs.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, Protocol

PIECE_BYTES = 1024  # unpacked at once: what a damage can take with it

_CHUNK_BYTES = 8 * 1024
_MAX_XZ_MEMORY_BYTES = 128 * 1024 * 1024  # `xz -9` needs 65 MiB


class DamagedError(Exception):
    """What is packed is not whole."""


class UnreadableError(Exception):
    """What is whole cannot be unpacked all the same."""


# What is raised of bytes that are not what they claim to be.
DAMAGE = (
    DamagedError, EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, struct.error, ValueError,
    OverflowError, RecursionError,
)  # fmt: skip


def damage_of(error: Exception) -> str:
    """Return in a few words what is damaged."""
    return str(error)[:200] or type(error).__name__


def chunks(stream: BinaryIO, first: int = 0, size: int = sys.maxsize) -> Iterator[bytes]:
    """Yield the bytes of a stretch of a stream, whatever else reads that stream meanwhile."""
    while size > 0:
        stream.seek(first)
        chunk = stream.read(min(size, _CHUNK_BYTES))
        if not chunk:
            break
        first, size = first + len(chunk), size - len(chunk)
        yield chunk


def gunzip(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what the gzip streams of a file unpack to."""
    with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
        yield from iter(partial(unpacked.read1, PIECE_BYTES), b"")


def unxz(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what the xz streams of a file unpack to."""
    new = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, memlimit=_MAX_XZ_MEMORY_BYTES)
    try:
        yield from _decompress(chunks(stream), new, padding=b"\0")
    except lzma.LZMAError as error:
        if "limit" not in str(error):
            raise
        message = f"needs more than {_MAX_XZ_MEMORY_BYTES:,} bytes of memory to unpack; pack it with xz -9 or less"
        raise UnreadableError(message) from error


def bunzip2(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what bzip2 streams unpack to."""
    return _decompress(packed, bz2.BZ2Decompressor)


def inflate(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a bare deflate stream unpacks to."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        data, is_full = chunk, True
        while (data or is_full) and not inflater.eof:
            piece = inflater.decompress(data, PIECE_BYTES)
            data, is_full = inflater.unconsumed_tail, len(piece) == PIECE_BYTES
            yield piece
    if not inflater.eof:
        raise EOFError("it ends too early")


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _decompress(packed: Iterator[bytes], new: Callable[[], _Decompressor], *, padding: bytes = b"") -> Iterator[bytes]:
    decompressor, is_fresh = new(), True
    for chunk in packed:
        data = chunk.lstrip(padding) if is_fresh else chunk
        while data or not (is_fresh or decompressor.needs_input):
            yield decompressor.decompress(data, PIECE_BYTES)
            data, is_fresh = b"", False
            if decompressor.eof:
                data = decompressor.unused_data.lstrip(padding)
                decompressor, is_fresh = new(), True
    if not is_fresh:
        raise EOFError("it ends too early")
