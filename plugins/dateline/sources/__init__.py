"""Sources: what was received, read as stories. One reader a format, chosen by what a file holds.

    file ─unpacking→ source ─format→ stories and notices

A reader yields the stories of a source and, for everything that is in no story, a notice that says
where it stands and why it was set aside: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources.beside import Beside
from dateline.sources.dumps import dump
from dateline.sources.encoding import evident_encoding
from dateline.sources.feeds import feed, jsonfeed
from dateline.sources.limits import DEFAULT_LIMITS, Limits
from dateline.sources.pages import page, saved, warc
from dateline.sources.scans import alto, mets
from dateline.sources.sidecar import Sidecar, load_sidecar
from dateline.sources.source import Format, Source, source_of
from dateline.sources.tables import jsonlines, table
from dateline.sources.unpacking import NOT_READ, unpack
from dateline.sources.wires import newsml, ninjs, nitf, reuters
from dateline.sources.wordpress import wxr

__all__ = [
    "DEFAULT_LIMITS",
    "ENTRY_POINTS",
    "NOT_READ",
    "Format",
    "Limits",
    "Sidecar",
    "Source",
    "depends_on_others",
    "find_format",
    "find_sources",
    "format_of_name",
    "formats",
    "load_sidecar",
    "read_file",
    "read_source",
    "source_name",
    "source_of",
]

ENTRY_POINTS = "dateline.formats"
_HEAD_BYTES = 64 * 1024

# In the order in which they are asked: the first that knows a file reads it.
_FORMATS: tuple[Format, ...] = (
    wxr.FORMAT,
    reuters.FORMAT,
    newsml.FORMAT,
    nitf.FORMAT,
    ninjs.FORMAT,
    mets.FORMAT,
    alto.FORMAT,
    jsonfeed.FORMAT,
    feed.FORMAT,
    warc.FORMAT,
    saved.FORMAT,
    page.FORMAT,
    jsonlines.FORMAT,
    table.FORMAT,
    saved.PART,
)
_LAST = dump.FORMAT  # any other text

# What no reader takes, so that none of it is torn apart as plain text.
_OTHERS = {
    b"%pdf-": "a PDF",
    b"{\\rtf": "a rich text file",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"rar!": "a RAR archive",
    b"(\xb5/\xfd": "a Zstandard file",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"gif8": "a picture",
    b"sqlite format 3": "a database",
}


@cache
def formats() -> dict[str, Format]:
    """Return all formats by name, those of other packages (entry points `dateline.formats`) first."""
    others = [point.load() for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)]
    return {format_.name: format_ for format_ in (*others, *_FORMATS, _LAST)}


def format_of_name(name: str) -> Format | None:
    """Return the format that is called so, in capitals or not."""
    return next((format_ for format_ in formats().values() if format_.name.casefold() == name.casefold()), None)


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


def source_name(path: Path, content: Path) -> str:
    """Return a source's path below `content`; raise SourceError for one that cannot be written down."""
    name = path.relative_to(content).as_posix()
    if not path.resolve().is_relative_to((content / "sources").resolve()):
        raise SourceError(f"{name}: is a link that leads out of the archive; put a copy of the file there")
    if ascii(name) != name and not name.isprintable():
        raise SourceError(f"{name!a}: the name of the file is not UTF-8 or does not print; rename it")
    return name


def read_file(
    path: Path, name: str, sidecar: Sidecar, *, limits: Limits = DEFAULT_LIMITS, format_name: str = ""
) -> Iterator[Story | Notice]:
    """Yield the stories of a source file, unpacked where it is packed, and notices of what is in none.

    `format_name` is that of a format which is taken unseen. What cannot be read, the file or a member of it, is a
    notice with the reason `NOT_READ`.
    """
    try:
        with path.open("rb") as stream, Beside(path, name, limits) as beside:
            for part in unpack(stream, name, limits):
                if isinstance(part, Notice):
                    yield part
                    continue
                around = beside.in_archive if part.member else beside.in_folder
                source = Source(name, part.stream, part.member, sidecar, limits, around)
                yield from _read_part(source, format_name or sidecar.format)
    except OSError as error:
        yield Notice(name, f"cannot be read ({error.strerror or error})", reason=NOT_READ)


def _read_part(source: Source, format_name: str) -> Iterator[Story | Notice]:
    try:
        yield from read_source(source, format_name)
    except SourceError as error:
        where, _, message = str(error).partition(": ")
        yield Notice(where, message, reason=NOT_READ)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  a reader's fault, perhaps of another package, costs one source
        fault = f"{type(error).__name__}: {error}"[:300]
        yield Notice(
            source.name, f"its reader failed ({fault}); what came before was read; please report it", reason=NOT_READ
        )


def depends_on_others(path: Path) -> bool:
    """Tell whether what a file says depends on files beside it, as a page of ALTO does on its METS; raises OSError."""
    with path.open("rb") as stream:
        head = _in_utf8(stream.read(_HEAD_BYTES))
    return alto.FORMAT.matches(head) or mets.FORMAT.matches(head)


def read_source(source: Source, format_name: str = "") -> Iterator[Story | Notice]:
    """Yield the stories of a source and notices of what is in none; raise SourceError where it cannot be read."""
    source.stream.seek(0)
    return find_format(source, format_name).read(source)


def find_format(source: Source, name: str = "") -> Format:
    """Return the format of that name, or else the one that a source's first bytes tell of."""
    known = formats()
    if name:
        if format_ := format_of_name(name):
            return format_
        raise SourceError(f"{source.name}: there is no format {name!r}; there are: {', '.join(known)}")
    source.stream.seek(0)
    head = source.stream.read(_HEAD_BYTES)
    source.stream.seek(0)
    lower = head[:64].lower()
    for opening, what in _OTHERS.items():
        if lower.startswith(opening):
            raise SourceError(
                f"{source.name}: looks like {what}, which no reader takes; there are readers for: {', '.join(known)}"
            )
    text = _in_utf8(head)
    last = _format_of_columns(text) if source.sidecar.columns else _LAST
    matching = (format_ for format_ in known.values() if format_ is not _LAST and format_.matches(text))
    return next(matching, last)


def _format_of_columns(head: bytes) -> Format:
    """Return the format of a file of which the sidecar tells the columns, whatever they are called."""
    return jsonlines.FORMAT if head.lstrip()[:1] in (b"{", b"[") else table.FORMAT


def _in_utf8(head: bytes) -> bytes:
    """Return the first bytes of a file as if it were in UTF-8 without a byte order mark, where it is in UTF-16."""
    encoding = evident_encoding(head)
    return head.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace") if encoding else head
