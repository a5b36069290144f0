"""What is fuzzed: every format's reader and the parts that all of them share, each as a check of any bytes."""

from __future__ import annotations

import io
import tempfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dateline.errors import SourceError
from dateline.records import Notice
from dateline.sources import formats, load_sidecar, read_source
from dateline.sources.characters import carried_line
from dateline.sources.dates import read_date, read_moment
from dateline.sources.encoding import decoded_lines, find_encoding
from dateline.sources.markup import read_markup
from dateline.sources.sidecar import COLUMNS, Sidecar
from dateline.sources.source import Format, Source
from dateline.sources.unpacking import unpack
from fuzz.laws import (
    SMALL_LIMITS,
    BrokenLawError,
    check_blocks,
    check_date,
    check_items,
    check_notice,
    read_all,
    unpack_all,
)

Check = Callable[[bytes], object]

# What a maintainer may have said of a source; the input decides which, so that the same bytes are read the same way.
_SIDECARS = (
    Sidecar(),
    Sidecar(),
    Sidecar(encoding="cp1252", date_order="DMY", language="en", url="https://news.example/a/"),
    Sidecar(date_order="MDY", topic="Weather", received="2020-05", publication="The Daily Example"),
    Sidecar(columns=tuple((name, name) for name in COLUMNS), boundaries=(1, 5)),
    Sidecar(columns=(("headline", "1"), ("text", "2")), headlines=(3,), not_headlines=(1,)),
)


def targets() -> dict[str, Check]:
    """Return every target by its name: those of the formats first."""
    readers: dict[str, Check] = {format_.name: partial(_read, format_) for format_ in formats().values()}
    return readers | {
        "any source": _read_any,
        "unpacking": unpack_all,
        "sidecar": _load_sidecar,
        "encoding": _decode,
        "markup": _read_markup,
        "dates": _read_dates,
    }


def _read(format_: Format, data: bytes) -> None:
    read_all(format_, data, _SIDECARS[zlib.crc32(data) % len(_SIDECARS)])


def _read_any(data: bytes) -> None:
    """Unpack, tell the format and read, as `read_file` does."""
    for part in unpack(io.BytesIO(data), "sources/heap", SMALL_LIMITS):
        if isinstance(part, Notice):
            check_notice(part, "sources/heap")
            continue
        content = part.stream.read()
        source = Source("sources/heap", part.stream, part.member, limits=SMALL_LIMITS)
        try:
            items = list(read_source(source))
        except SourceError as error:
            if not str(error).startswith(source.name):
                raise BrokenLawError(f"an error that does not say where: {error}") from error
            continue
        check_items(items, content, source)


def _load_sidecar(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.txt")
        Path(folder, "a.txt.toml").write_bytes(data)
        try:
            _, notices = load_sidecar(path, "sources/a.txt")
        except SourceError as error:
            if not str(error).startswith("sources/a.txt.toml: "):
                raise BrokenLawError(f"an error that does not say where: {error}") from error
            return
    for notice in notices:
        check_notice(notice, "sources/a.txt.toml")


def _decode(data: bytes) -> None:
    source = Source("sources/heap", io.BytesIO(data), limits=SMALL_LIMITS)
    encoding, _ = find_encoding(source)
    if b"".join(line.raw for line in decoded_lines(source, encoding)) != data:
        raise BrokenLawError(f"lines in {encoding} that are not the source")


def _read_markup(data: bytes) -> None:
    blocks, notices = read_markup(data.decode("utf-8", "surrogateescape"), "sources/heap", base="https://news.example/")
    check_blocks(blocks)
    for notice in notices:
        check_notice(notice, "sources/heap")


def _read_dates(data: bytes) -> None:
    words, _ = carried_line(data.decode("utf-8", "replace"))
    for date in (read_moment(words), *(read_date(words, order=order) for order in ("", "DMY", "MDY", "YMD"))):
        if date:
            check_date(date)
