"""A source as its reader gets it: a stream of the bytes received, unpacked, with what the sidecar says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Locator, Notice, Story, Unit
from dateline.sources.limits import DEFAULT_LIMITS, Limits
from dateline.sources.sidecar import Sidecar

# Files by their labels, with where they lie on disk.
Files = Mapping[str, Path]


def _no_files(folder: str) -> Files:
    return {}


def beside_label(member: str) -> str:
    """Return a member's path with archives in archives as folders: `day.zip!/1.xml`."""
    return member.replace("!", "!/")


@dataclass(frozen=True, slots=True)
class Source:
    """A source file, or a member of an archive. `path` is its path below `content/`, joined by `/`."""

    path: str
    stream: BinaryIO  # seekable, of what was unpacked
    member: str | None = None
    sidecar: Sidecar = Sidecar()
    limits: Limits = DEFAULT_LIMITS
    # The files in a folder of the same archive, or of `sources`, by their labels: a page's table of contents.
    beside: Callable[[str], Files] = _no_files

    @property
    def name(self) -> str:
        """The name under which people are told of it: `sources/wire.zip!day/1.xml`."""
        return f"{self.path}!{self.member}" if self.member else self.path

    @property
    def label(self) -> str:
        """The path of it by which `beside` knows it: in its archive, or below `content/`."""
        return beside_label(self.member) if self.member else self.path

    def at(self, first: int, last: int, unit: Unit = Unit.LINES) -> Locator:
        """Return the locator of a stretch of this source."""
        return Locator(self.path, first, last, self.member, unit)


# A reader yields the stories of a source in order and, for everything that is in no story, a notice.
Reader = Callable[[Source], Iterator[Story | Notice]]


@dataclass(frozen=True, slots=True)
class Format:
    """A source format: its name, how its files begin, and its reader.

    `matches` gets the first 64 KiB of a file, in UTF-8 if it is in UTF-16, a byte order mark taken off, and tells
    whether it is of this format.
    """

    name: str
    matches: Callable[[bytes], bool]
    read: Reader


def source_of(data: bytes, path: str = "sources/source", sidecar: Sidecar = Sidecar()) -> Source:
    """Return a source that holds `data`."""
    return Source(path, io.BytesIO(data), sidecar=sidecar)


def read_whole(source: Source) -> bytes:
    """Return all bytes of a source that can only be read whole; raise SourceError beyond `limits.document_bytes`."""
    source.stream.seek(0)
    data = source.stream.read(source.limits.document_bytes + 1)
    if len(data) > source.limits.document_bytes:
        raise SourceError(
            f"{source.name}: has more than {source.limits.document_bytes:,} bytes, the most that is read of one "
            "document; raise document_bytes in DATELINE_LIMITS if it is what it should be"
        )
    return data


def whole(source: Source, data: bytes) -> tuple[Locator, str]:
    """Return the locator and hash of a story that is a whole file."""
    return source.at(0, max(0, len(data) - 1), Unit.BYTES), sha256(data)
