"""Lines of a source held whole, for formats in which a record is a line or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dateline.files import sha256
from dateline.records import Locator, Notice, Unit
from dateline.sources.encoding import RawLine, counts_as_sed, decoded_lines
from dateline.sources.source import Source


@dataclass(frozen=True, slots=True)
class Line:
    """A line as `sed` and `wc` count them."""

    number: int  # from 1
    start: int  # the byte, from 0, at which it begins
    raw: bytes
    text: str


def whole_lines(source: Source, encoding: str) -> Iterator[Line | Notice]:
    """Yield the lines of a source; one of over `limits.document_bytes` is a notice."""
    held: list[RawLine] = []
    size = 0
    for piece in decoded_lines(source, encoding):
        size += len(piece.raw)
        if size <= source.limits.document_bytes:
            held.append(piece)
        if piece.goes_on:
            continue
        if size > source.limits.document_bytes:
            message = (
                f"a line of {size:,} bytes was set aside; the longest that is read has "
                f"{source.limits.document_bytes:,} (document_bytes in DATELINE_LIMITS)"
            )
            yield Notice(f"{source.name} line {piece.number}", message, reason="too long")
        else:
            yield _joined(held)
        held, size = [], 0


def _joined(pieces: list[RawLine]) -> Line:
    first = pieces[0]
    if len(pieces) == 1:
        return Line(first.number, first.start, first.raw, first.text)
    raw, text = b"".join(piece.raw for piece in pieces), "".join(piece.text for piece in pieces)
    return Line(first.number, first.start, raw, text)


@dataclass(frozen=True, slots=True)
class Places:
    """Where lines of a source stand: by their numbers, or by bytes where `sed` would count others."""

    source: Source
    by_number: bool

    def of(self, first: Line, last: Line, raw: bytes) -> tuple[Locator, str]:
        """Return the locator and hash of the bytes `raw` of the lines from `first` to `last`."""
        if self.by_number:
            return self.source.at(first.number, last.number), sha256(raw)
        return self.source.at(first.start, first.start + len(raw) - 1, Unit.BYTES), sha256(raw)


def places(source: Source, encoding: str) -> Places:
    """Return how lines of a source are located."""
    return Places(source, counts_as_sed(source, encoding))


def decoded(raw: bytes, encodings: Iterable[str]) -> str:
    """Return bytes as text, in the first of the encodings that takes them, or else in Latin-1, which takes all."""
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def decoded_head(head: bytes) -> str:
    """Return the beginning of a text in UTF-8 or UTF-16, whatever is wrong in it."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:200].count(0) > len(head[:200]) * 0.4:
        wide = "utf-16-be" if head.startswith((b"\xfe\xff", b"\0")) else "utf-16-le"
        return head.decode(wide, "replace").removeprefix("\ufeff")
    return head.decode("utf-8", "replace").removeprefix("\ufeff")
