"""Articles as they were given and as they were analysed, one after the other in a file that only grows.

Each has a checksum, looked at whenever it is read. Where an article stands is told by the store; what no generation
names any more stays behind until the file is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from dateline.records import SearchDocument
from dateline.search.documents import AnalysedDocument, DamageError, pack_document, unpack_document
from dateline.search.manifest import suspect_file

_CRC_BYTES = 4
_columns_of = attrgetter(*(field.name for field in fields(SearchDocument)))


class Place(NamedTuple):
    """Where an article stands in the file: as it was given, and right behind that as it was analysed."""

    start: int
    given: int  # bytes
    analysed: int

    @property
    def size(self) -> int:
        """The bytes of both."""
        return self.given + self.analysed


class Contents:
    """The open file; close it. Threads may share it: each read takes the lock."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        """Take over a stream, which is closed with it."""
        self.path = path
        self._stream = stream
        self._lock = Lock()

    def close(self) -> None:
        """Give back the file."""
        self._stream.close()

    def given(self, place: Place) -> SearchDocument:
        """Return an article as it was given; DamageError where the bytes are not as they were written."""
        values = json.loads(self._unsealed(place.start, place.given))
        return SearchDocument(*map(_tuples, values))

    def analysed(self, slug: str, place: Place) -> AnalysedDocument:
        """Return an article as it was analysed; DamageError where the bytes are not as they were written."""
        return unpack_document(slug, self._unsealed(place.start + place.given, place.analysed))

    def check(self, places: Iterable[Place]) -> None:
        """Raise DamageError where any of these articles is not as it was written."""
        for place in places:
            self._unsealed(place.start, place.given)
            self._unsealed(place.start + place.given, place.analysed)

    def copy(self, place: Place, target: BinaryIO) -> None:
        """Write the bytes of an article to another such file. Raises OSError, and DamageError as the others do."""
        self.check([place])
        target.write(self._bytes(place.start, place.size))

    def _bytes(self, start: int, size: int) -> bytes:
        with self._lock:
            self._stream.seek(start)
            return self._stream.read(size)

    def _unsealed(self, start: int, size: int) -> bytes:
        found = self._bytes(start, size)
        data = found[_CRC_BYTES:]
        if len(found) < size or crc32(data) != int.from_bytes(found[:_CRC_BYTES], "big"):
            suspect_file(self.path)
            raise DamageError(f"{self.path}: an article in it is damaged; `make html` writes the search index anew.")
        return data


class ContentsWriter:
    """Puts articles behind those that stand in a file; close it."""

    def __init__(self, path: Path, stream: BinaryIO, end: int, waste: int) -> None:
        """Take over a stream of which the first `end` bytes stand, and `waste` of these are needed no more."""
        self.path = path
        self.end, self.waste = end, waste
        self._stream = stream
        stream.truncate(end)  # of what a writer left behind that was killed
        stream.seek(end)

    def add(self, document: SearchDocument, analysed: AnalysedDocument) -> Place:
        """Write an article and return where it stands. Raises OSError."""
        given, found = _sealed(json.dumps(_columns_of(document)).encode()), _sealed(pack_document(analysed))
        place = Place(self.end, len(given), len(found))
        self._stream.write(given)
        self._stream.write(found)
        self.end += place.size
        return place

    def copy(self, contents: Contents, place: Place) -> int:
        """Write an article that stands in other contents, and return where it begins here. Raises OSError."""
        start = self.end
        contents.copy(place, self._stream)
        self.end += place.size
        return start

    def close(self) -> None:
        """Write all, and give back the file. Raises OSError."""
        self._stream.close()


def open_contents(path: Path) -> Contents:
    """Return the contents in a file; DamageError where there is none."""
    try:
        return Contents(path, path.open("rb", buffering=0))
    except OSError as error:
        raise DamageError(f"{path}: a part of the search index cannot be read; `make html` writes it anew.") from error


def write_contents_file(path: Path, end: int, waste: int) -> ContentsWriter:
    """Return what adds articles to a file of which the first `end` bytes stand. Raises OSError."""
    path.touch()
    return ContentsWriter(path, path.open("r+b"), end, waste)


def _sealed(data: bytes) -> bytes:
    return crc32(data).to_bytes(_CRC_BYTES, "big") + data


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
