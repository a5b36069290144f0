"""What belongs to the index that stands: its sub-folder, its generation, and of each file how it was written.

`current` holds it, and is replaced in one step: a reader meets one state of the index or the next, whatever befalls
the writer. None of the files named is written again.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from unicodedata import unidata_version
from zlib import crc32

from whoosh import versionstring

from dateline.files import replace_file
from dateline.search.documents import ANALYSER_VERSION, DamageError

# Of our files, the terms, the letters that Python knows, Whoosh's pickles and packed numbers.
INDEX_VERSION = f"4 {ANALYSER_VERSION} {unidata_version} {versionstring()} {sys.byteorder} {array('I').itemsize}"
SINCE_WRITTEN = 1_000_000_000  # ns that a file is dated back, so that what alters it at once alters its time

_CURRENT = "current"
_CHUNK = 1 << 20


class FileState(NamedTuple):
    """A file as it was written."""

    size: int
    time: int  # of its last change, in ns
    crc: int  # CRC-32 of all bytes


class GrowingFile(NamedTuple):
    """A file that only grows, and of which every part has a checksum of its own."""

    name: str
    end: int  # of what belongs to this generation, in bytes
    time: int  # of its last change, in ns
    waste: int  # bytes that no generation names any more


@dataclass(frozen=True, slots=True)
class Manifest:
    """The index that stands in a folder."""

    folder: str  # its sub-folder
    generation: int  # rises with every update
    files: Mapping[str, FileState]
    contents: GrowingFile
    previous: tuple[str, ...] = ()  # files of the generation before, which a reader may be about to open

    @property
    def stamp(self) -> str:
        """What is another for any other state of the index."""
        return f"{self.folder} {self.generation}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files of this generation."""
        return (*self.files, self.contents.name)


def index_stamp(folder: Path) -> str:
    """Return what changes whenever the index in `folder` does; raises OSError where there is none."""
    first, *_ = (folder / _CURRENT).read_text(encoding="utf-8", errors="replace").split("\n", 1)
    return " ".join(first.split()[:2])


def load_manifest(folder: Path) -> Manifest:
    """Return what belongs to the index in `folder`; OSError where there is none, DamageError where it is not ours."""
    path = folder / _CURRENT
    first, _, rest = path.read_bytes().partition(b"\n")
    try:
        name, generation, crc = first.decode().split()
        if crc32(b" ".join((name.encode(), generation.encode(), rest))) != int(crc):
            raise DamageError(f"{path}: it is not as it was written; `make html` writes the search index anew.")
        found = json.loads(rest)
    except ValueError as error:
        raise DamageError(f"{path}: it names no search index; `make html` writes one.") from error
    if found["version"] != INDEX_VERSION:
        raise DamageError(
            f"{path}: the search index is of version {found['version']}, not {INDEX_VERSION}; "
            "`make html` writes it anew."
        )
    files = {name: FileState(*state) for name, state in found["files"].items()}
    return Manifest(name, int(generation), files, GrowingFile(*found["contents"]), tuple(found["previous"]))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make this the index that stands in `folder`. Raises OSError."""
    found = {
        "version": INDEX_VERSION,
        "files": manifest.files,
        "contents": manifest.contents,
        "previous": manifest.previous,
    }
    rest = json.dumps(found).encode()
    stamp = manifest.stamp.encode()
    replace_file(folder / _CURRENT, b"%s %d\n%s" % (stamp, crc32(b"%s %s" % (stamp, rest)), rest))


def seal_file(path: Path) -> FileState:
    """Return how a file was written that will not be written again. Raises OSError."""
    return FileState(*date_back(path), _file_crc(path))


def date_back(path: Path) -> tuple[int, int]:
    """Return size and time of a file; whatever is written to it from now on gives it another time. Raises OSError."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - SINCE_WRITTEN))
    return status.st_size, path.stat().st_mtime_ns


def check_file(path: Path, state: FileState, *, read: bool = False) -> None:
    """Raise DamageError where a file is not as it was written.

    One of the right size and time is not read again unless with `read`. One that is damaged gets another time, where
    that may be had, so that the next writer finds it too.
    """
    try:
        status = path.stat()
        if (status.st_size, status.st_mtime_ns) == state[:2] and not read:
            return
        if status.st_size == state.size and _file_crc(path) == state.crc:
            return
    except OSError as error:
        raise DamageError(f"{path}: a part of the search index cannot be read; `make html` writes it anew.") from error
    suspect_file(path)
    raise DamageError(f"{path}: the search index is not as it was written; `make html` writes it anew.")


def check_files(folder: Path, files: Mapping[str, FileState], *, read: Iterable[str] = ()) -> None:
    """Check files of a folder, those in `read` by all their bytes; DamageError names the first that is damaged."""
    wanted = frozenset(read)
    for name, state in files.items():
        check_file(folder / name, state, read=name in wanted)


def suspect_file(path: Path) -> None:
    """Give a file that was found damaged another time, where one may, so that the next writer reads it."""
    with suppress(OSError):
        os.utime(path)


def _file_crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            crc = crc32(chunk, crc)
    return crc
