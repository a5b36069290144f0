"""Encodings: in which one a source of plain text is written, and its lines in it.

What is told (a byte order mark, the sidecar) counts before what is seen: UTF-8 is proved by its own rules,
anything else is a likelihood and is said to be one. Decoding never fails and never changes what can be read:
a line that is not in the encoding of the rest is read on its own.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import BinaryIO

from dateline.records import Notice
from dateline.sources.source import Source

WESTERN = "cp1252"

# UTF-32 before UTF-16, whose mark its own begins with.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# The single-byte encoding in which most texts of a language were written that are not in Unicode.
_BY_LANGUAGE = {
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl"), "cp1250"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("az", "tr"), "cp1254"),
    "el": "cp1253",
    "he": "cp1255",
    "th": "cp874",
    "vi": "cp1258",
}
# Encodings of scripts other than Latin; letters of theirs are bytes over 127, in Latin ones few are.
_OTHER_SCRIPTS = [
    "cp1251", "koi8_r", "cp866", "iso8859_5", "cp1256", "cp1253", "cp1255", "cp874", "gb18030", "big5", "cp932",
    "euc_jp", "cp949",
]  # fmt: skip
_MAX_LATIN_SHARE = 0.3  # of bytes over 127 in the words of a Latin script: Vietnamese has the most
_MIN_LETTERS = 12  # over 127, to tell scripts by: a few stray bytes are no script
_SAMPLE_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_MAX_CHAR_BYTES = 4


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as `sed` and `wc` count them, or a stretch of one that is too long to be held whole."""

    number: int  # from 1
    start: int  # the byte, from 0, at which it begins
    raw: bytes  # with its line end
    text: str  # decoded, with its line end, without a byte order mark
    goes_on: bool = False  # the next one is more of the same line


def find_encoding(source: Source) -> tuple[str, Notice | None]:
    """Return the encoding of a source of plain text, and a notice where it, or a line of it, had to be guessed.

    A byte order mark tells it, or the sidecar; else it is UTF-8 when that fits, and when it fits but for a few
    lines; else it is guessed.
    """
    source.stream.seek(0)
    head = source.stream.read(_SAMPLE_BYTES)
    told = evident_encoding(head)
    encoding = told or source.sidecar.encoding or "utf-8"
    if encoding.startswith(("utf-16", "utf-32")) or _fits(source.stream, encoding):
        return encoding, None
    survey = _survey(source, encoding)
    rest = fallback_encoding(source)
    how = f"as {rest}" if rest != encoding else "with a control character in its place"
    if told or source.sidecar.encoding or survey.proved >= survey.wrong:
        return encoding, Notice(
            f"{source.name} line {survey.first}",
            f"byte 0x{survey.byte:02x} is not {encoding.upper()}, as the rest of the file is; {_lines(survey.wrong)} "
            f"read {how}. If that is wrong, name the encoding of the file in the sidecar",
        )
    guess = _guess(source, survey.sample)
    return guess, Notice(
        f"{source.name} line {survey.first}",
        f"byte 0x{survey.byte:02x} is not UTF-8; the file was read as {guess}, the likeliest. If that is wrong, name "
        'its encoding in the sidecar, such as encoding = "cp1250"',
    )


def evident_encoding(head: bytes) -> str:
    """Return the encoding that the first bytes of a file give away, by a mark or by the NULs of UTF-16, or ""."""
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), "") or _wide_encoding(head)


def decoded_lines(source: Source, encoding: str) -> Iterator[RawLine]:
    """Yield the lines of a source from its start; their `raw` bytes, joined, are those of the source.

    A line that is not in `encoding` is read in that of the source's language, or else the Western one. Lines end in
    LF; where there is none they end in CR. One of over four times `limits.line_chars` bytes comes in stretches.
    """
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    rest = _single_byte_table(fallback_encoding(source))
    number, start = 1, 0
    for raw, goes_on in _raw_lines(source, encoding):
        try:
            text = decoder.decode(raw, final=not goes_on)
        except UnicodeDecodeError:
            decoder.reset()
            text = codecs.charmap_decode(raw, "strict", rest)[0]
        yield RawLine(number, start, raw, text.removeprefix("\ufeff") if start == 0 else text, goes_on)
        start += len(raw)
        number += not goes_on


def counts_as_sed(source: Source, encoding: str) -> bool:
    """Tell whether line numbers of a source are those that `sed` and `wc` count: not in UTF-16, nor of CR alone."""
    return _line_end(source.stream, encoding) == b"\n"


def fallback_encoding(source: Source) -> str:
    """Return the single-byte encoding of the lines of a source that are in no other."""
    return _BY_LANGUAGE.get(source.sidecar.language.partition("-")[0].lower(), WESTERN)


def _wide_encoding(head: bytes) -> str:
    """Return the UTF-16 of a text without its mark, "" for another: every other byte of its ASCII is NUL."""
    nuls = [head[parity::2].count(0) for parity in (0, 1)]
    if max(nuls) <= len(head) * 0.05 or min(nuls) > max(nuls) * 0.01:
        return ""
    return "utf-16-le" if nuls[1] > nuls[0] else "utf-16-be"


def _fits(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        for chunk in iter(partial(stream.read, _CHUNK_BYTES), b""):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Survey:
    """How the lines of a source fit an encoding."""

    first: int  # the first line that does not
    byte: int  # its first byte that does not
    wrong: int  # lines that do not
    proved: int  # lines that do, by more than ASCII
    sample: bytes  # of what does not


def _survey(source: Source, encoding: str) -> _Survey:
    first, byte, wrong, proved = 0, 0, 0, 0
    sample = bytearray()
    number = 1
    for raw, goes_on in _raw_lines(source, encoding):
        if not raw.isascii():
            try:
                raw.decode(encoding)
                proved += 1
            except UnicodeDecodeError as error:
                if not goes_on or error.end < len(raw) - _MAX_CHAR_BYTES:  # else a character that goes on
                    first, byte = first or number, byte if first else raw[error.start]
                    wrong += 1
                    sample += raw[max(0, error.start - 100) :][: max(0, _SAMPLE_BYTES - len(sample))]
        number += not goes_on
    return _Survey(first, byte, wrong, proved, bytes(sample))


def _guess(source: Source, sample: bytes) -> str:
    words = [byte for byte in sample if byte > 127 or chr(byte).isalpha()]
    high = sum(byte > 127 for byte in words)
    fallback = fallback_encoding(source)
    if fallback != WESTERN or high < _MIN_LETTERS or high <= _MAX_LATIN_SHARE * len(words):
        return fallback
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_OTHER_SCRIPTS).best()
    return best.encoding if best else WESTERN


def _raw_lines(source: Source, encoding: str) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, or stretches of one, and whether the line goes on after them."""
    end = _line_end(source.stream, encoding)
    longest = _MAX_CHAR_BYTES * source.limits.line_chars
    pending = b""
    source.stream.seek(0)
    for chunk in iter(partial(source.stream.read, _CHUNK_BYTES), b""):
        pending += chunk
        start = 0
        while (stop := _find_end(pending, end, start)) >= 0:
            while stop - start > longest:
                yield pending[start : start + longest], True
                start += longest
            yield pending[start:stop], False
            start = stop
        pending = pending[start:]
        while len(pending) > longest:
            yield pending[:longest], True
            pending = pending[longest:]
    if pending:
        yield pending, False


def _find_end(data: bytes, end: bytes, start: int) -> int:
    """Return where the line that begins at `start` ends, -1 for not within `data`; wide characters are kept whole."""
    at = data.find(end, start)
    while at >= 0 and (at - start) % len(end):
        at = data.find(end, at + 1)
    return at + len(end) if at >= 0 else -1


def _line_end(stream: BinaryIO, encoding: str) -> bytes:
    line_feed, carriage_return = "\n".encode(encoding), "\r".encode(encoding)
    stream.seek(0)
    head = stream.read(_CHUNK_BYTES)
    return carriage_return if carriage_return in head and line_feed not in head else line_feed


@cache
def _single_byte_table(encoding: str) -> str:
    """Return the characters of all bytes; those that the encoding leaves open are controls, as in browsers."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in range(256))


def _lines(count: int) -> str:
    return "this line was" if count == 1 else f"{count:,} such lines were"
