"""Sources: what was received, read as stories. One reader a format, chosen by what a file holds.

A reader yields the stories of a source and, for everything that is in no story, a notice that says
where it stands and why it was set aside: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources import dump
from dateline.sources.sidecar import Sidecar, load_sidecar
from dateline.sources.source import Source

__all__ = [
    "READERS",
    "Reader",
    "Sidecar",
    "Source",
    "find_sources",
    "load_sidecar",
    "load_source",
    "read_source",
]

Reader = Callable[[Source], Iterator[Story | Notice]]

READERS: dict[str, Reader] = {"topic dump": dump.read}

# What other formats begin with, so that none of them is torn apart as plain text.
_OPENINGS = {
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<!doctype lewis": "Reuters SGML",
    b"<?xml": "XML",
    b"<rss": "an RSS feed",
    b"<feed": "an Atom feed",
    b"{": "JSON",
    b"[{": "JSON",
    b"warc/": "a WARC file",
    b"\x1f\x8b": "a gzip file",
    b"bzh": "a bzip2 file",
    b"\xfd7zxz": "an xz file",
    b"pk\x03\x04": "a zip file",
    b"%pdf-": "a PDF",
}


def find_sources(content: Path) -> list[Path]:
    """Return the source files below `content`/sources in the order in which they are read.

    Sidecars (`<source>.toml`) and hidden files are none.
    """
    folder = content / "sources"
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix != ".toml"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def load_source(path: Path, content: Path) -> Source:
    """Read a source file and its sidecar; raise SourceError when either cannot be read."""
    name = path.relative_to(content).as_posix()
    if ascii(name) != name and not name.isprintable():
        raise SourceError(f"{name!a}: the name of the file is not UTF-8 or does not print; rename it")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name}: cannot be read ({error.strerror})") from error
    sidecar, notices = load_sidecar(path, name)
    return Source(name, data, sidecar, tuple(notices))


def read_source(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a source and notices of what is in none; raise SourceError for no reader."""
    return READERS[_format_of(source)](source)


def _format_of(source: Source) -> str:
    head = source.data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for opening, name in _OPENINGS.items():
        if head.startswith(opening):
            raise SourceError(
                f"{source.name}: looks like {name}, which no reader takes; "
                f"readers there are for: {', '.join(sorted(READERS))}"
            )
    return "topic dump"
