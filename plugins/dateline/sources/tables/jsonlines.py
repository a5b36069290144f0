"""JSON: an object a line, an array of objects, or objects one after the other; `columns` tells what each key is.

A file is cut into its objects by their brackets before any is parsed: so each has its own place, memory holds one at
a time, and one that is damaged costs no other.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from dateline.errors import SourceError
from dateline.files import sha256
from dateline.records import Notice, Story, Unit
from dateline.sources.dates import is_in_numbers
from dateline.sources.encoding import fallback_encoding, find_encoding
from dateline.sources.lines import decoded, decoded_head, places, whole_lines
from dateline.sources.source import Format, Source
from dateline.sources.tables.columns import Row, RowReader, conclude_order, flat, is_telling, part_of
from dateline.sources.unpacking import NOT_READ

# A string that a line break cuts is damaged: its end is taken to be there, so that what follows is read.
_TOKEN = re.compile(rb'"(?:[^"\\\r\n]|\\.)*+(?P<closed>["\r\n])?|[{}\[\]]', re.DOTALL)
_OPENING = re.compile(r"\s*(?:\[\s*)?\{\s*\"")
_VALUE = re.compile(rb"\s*:\s*(?P<objects>\[\s*\{)?")
# The part that a key of an array is taken for, and that of a key within it, where the array is one of stories.
_STORY_KEYS = frozenset({("", "headline"), ("", "text"), ("text", "headline")})
_BETWEEN = b" \t\r\n,[]{}"
_HEAD_BYTES = 64 * 1024
_CHUNK_BYTES, _MAX_CHUNK_BYTES = 1024 * 1024, 16 * 1024 * 1024
_SAMPLE_ROWS = 100
_SAMPLE_LINES = 5
_DAMAGED, _BESIDE, _TOO_LONG, _SKIPPED = "damaged", "beside the stories", "too long", "skipped"
_NEXT_OBJECT = re.compile(rb"\n[ \t]*(?=\{)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Bytes of a source: an object, or what stands between objects, or one without its end."""

    raw: bytes
    start: int  # the byte, from 0
    line: int  # from 1
    kind: str = ""  # _BESIDE, _DAMAGED, _TOO_LONG, _SKIPPED (without its bytes) or, of an object, ""


def matches(head: bytes) -> bool:
    """Tell whether a file begins with an object, or an array of them, that has a headline or a text."""
    text = decoded_head(head)
    return bool(_OPENING.match(text)) and any(is_telling(key) for _, key, _ in _keys(text.encode("utf-8", "replace")))


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a JSON file in order, and notices of what is in none."""
    encoding, notice = find_encoding(source)
    if notice:
        yield notice
    reader = RowReader(source, _concluded_order(source, encoding))
    has_rows = False
    for item in _rows(source, encoding):
        if isinstance(item, Notice):
            yield item
            continue
        has_rows = True
        yield from reader.read(item)
    yield from reader.close()
    if not has_rows:
        raise SourceError(
            f'{source.name}: holds no object that can be read; a story is one like {{"title": …, "text": …}}, in UTF-8'
        )


def _concluded_order(source: Source, encoding: str) -> str:
    if source.sidecar.date_order:
        return ""
    sample = (row for row in islice(_rows(source, encoding), _SAMPLE_ROWS) if isinstance(row, Row))
    if not any(isinstance(value, str) and is_in_numbers(value) for row in sample for value in row.values.values()):
        return ""
    return conclude_order(source, (row.values for row in _rows(source, encoding) if isinstance(row, Row)))


def _rows(source: Source, encoding: str) -> Iterator[Row | Notice]:
    source.stream.seek(0)
    depth = _depth(source.stream.read(_HEAD_BYTES))
    if depth == 0 and _is_by_line(source, encoding):
        return _rows_of_lines(source, encoding)
    return _rows_of_pieces(source, encoding, depth)


def _keys(head: bytes) -> Iterator[tuple[int, str, bool]]:
    """Yield the keys of the first value: how deep each stands, its name, and whether it has an array of objects."""
    depth = 0
    for token in _TOKEN.finditer(head):
        mark = token[0][:1]
        if mark in b"{[":
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth <= 0:
                return
        elif (value := _VALUE.match(head, token.end())) is not None:
            yield depth, token[0][1:-1].decode("utf-8", "replace"), value["objects"] is not None


def _depth(head: bytes) -> int:
    """Return within how many brackets the stories stand: 1 in an array, 2 in an array of an object that wraps it."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return 1
    wraps, holder = False, None
    for depth, name, has_objects in _keys(head):
        part = part_of(name)
        if depth == 1 and part == "text" and not has_objects:
            return 0
        if depth == 1:
            holder = part if has_objects else None
        # What a key of stories holds has headlines; a text in blocks has none.
        wraps = wraps or (depth == 3 and (holder, part) in _STORY_KEYS)
    return 2 if wraps else 0


def _is_by_line(source: Source, encoding: str) -> bool:
    """Tell whether one of the first lines is an object by itself."""
    lines = (line for line in whole_lines(source, encoding) if isinstance(line, Notice) or line.text.strip())
    return any(
        not isinstance(line, Notice) and isinstance(_parsed(line.text), dict) for line in islice(lines, _SAMPLE_LINES)
    )


def _rows_of_lines(source: Source, encoding: str) -> Iterator[Row | Notice]:
    place = places(source, encoding)
    for line in whole_lines(source, encoding):
        if isinstance(line, Notice):
            yield line
        elif line.text.strip():
            where = f"{source.name} line {line.number}"
            values = _flat(source, line.text)
            if isinstance(values, str):
                yield _damaged(where, values, line.text)
            else:
                yield Row(values, where, *place.of(line, line, line.raw))


def _rows_of_pieces(source: Source, encoding: str, depth: int) -> Iterator[Row | Notice]:
    encodings = (encoding, fallback_encoding(source))
    for piece in _pieces(source, depth):
        where = f"{source.name} line {piece.line}"
        if piece.kind == _TOO_LONG:
            limit = f"{source.limits.document_bytes:,} bytes (document_bytes in DATELINE_LIMITS)"
            yield Notice(where, f"more than {limit} without the end of an object were set aside", reason=_TOO_LONG)
            continue
        if piece.kind == _SKIPPED:
            yield Notice(where, "what follows it, up to a line that begins an object, was set aside", reason=NOT_READ)
            continue
        text = decoded(piece.raw, encodings)
        if piece.kind == _BESIDE:
            yield Notice(where, "what stands beside the stories was set aside", text.strip(), _BESIDE)
            continue
        values = "it has no end" if piece.kind else _flat(source, text)
        if isinstance(values, str):
            yield _damaged(where, values, text)
        else:
            locator = source.at(piece.start, piece.start + len(piece.raw) - 1, Unit.BYTES)
            yield Row(values, where, locator, sha256(piece.raw))


def _damaged(where: str, fault: str, text: str) -> Notice:
    return Notice(where, f"is no object that can be read ({fault}); it was set aside", text.strip(), _DAMAGED)


def _flat(source: Source, text: str) -> dict[str, object] | str:
    """Return the values of an object under dotted names, or what is wrong with it."""
    parsed = _parsed(text)
    if isinstance(parsed, str):
        return parsed
    try:
        return dict(flat(parsed, source.limits.elements_deep))
    except (ValueError, RecursionError) as error:
        return str(error)


def _parsed(text: str) -> dict[str, object] | str:
    """Return the object that a text is, or why it is none."""
    try:
        value = json.loads(text.strip(), strict=False, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return str(error)
    return value if isinstance(value, dict) else "it is no object in braces"


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object with all its values: a key that was given before gets a number, `title (2)`."""
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    seen: Counter[str] = Counter()
    values = {}
    for key, value in pairs:
        seen[key] += 1
        values[key if seen[key] == 1 else f"{key} ({seen[key]})"] = value
    return values


class _Cutter:
    """Cuts a source into pieces: holds what was read and not yet cut, and its place in the source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.buffer = b""
        self.at = 0  # where in the buffer the next piece begins
        self.start, self.line = 0, 1  # the place of that in the source
        self.is_at_end = False
        source.stream.seek(0)

    @property
    def held(self) -> int:
        """How many bytes wait to be cut."""
        return len(self.buffer) - self.at

    def fill(self) -> int:
        """Read on, as much as is held, so that a long object is not scanned over and over; return the bytes let go."""
        chunk = self.source.stream.read(min(max(_CHUNK_BYTES, self.held), _MAX_CHUNK_BYTES))
        self.buffer, let_go = self.buffer[self.at :] + chunk, self.at
        self.at, self.is_at_end = 0, not chunk
        return let_go

    def take(self, end: int, kind: str = "") -> Iterator[_Piece]:
        """Yield the bytes up to `end` as a piece; between objects, only when they say something."""
        raw = self.buffer[self.at : end]
        kind = _TOO_LONG if len(raw) > self.source.limits.document_bytes else kind
        if kind != _BESIDE or raw.strip(_BETWEEN):
            yield _Piece(raw, self.start, self.line, kind)
        self.start += len(raw)
        self.line += raw.count(b"\n")
        self.at = end


def _pieces(source: Source, depth: int) -> Iterator[_Piece]:
    """Yield the objects of a source that stand within `depth` brackets, and what stands between them."""
    cutter = _Cutter(source)
    scanned, count, outer = 0, 0, -1  # outer: the count of brackets around the object that is open
    scanned_again = 0
    while not cutter.is_at_end:
        scanned -= cutter.fill()
        is_broken = False
        for token in _TOKEN.finditer(cutter.buffer, scanned):
            mark = cutter.buffer[token.start() : token.start() + 1]
            scanned = token.end()
            if mark == b'"':
                if token["closed"] is None and not cutter.is_at_end:
                    scanned = token.start()
                    break
            elif mark in b"{[":
                if outer < 0 and mark == b"{" and (count == depth or count < depth < 2):
                    yield from cutter.take(token.start(), _BESIDE)
                    outer = count
                count += 1
            else:
                count = max(0, count - 1)
                if count == outer and mark == b"]":
                    is_broken = True
                    break
                if count == outer:
                    yield from cutter.take(token.end())
                    outer = -1
        if outer >= 0 and (is_broken or cutter.is_at_end or cutter.held > source.limits.document_bytes):
            scanned_again += cutter.held
            yield from _recover(cutter, can_go_on=scanned_again <= source.limits.document_bytes)
            scanned, count, outer = cutter.at, outer, -1
    yield from cutter.take(len(cutter.buffer), _BESIDE)


def _recover(cutter: _Cutter, *, can_go_on: bool) -> Iterator[_Piece]:
    """Yield an object without its end as far as the next line that opens one; what goes on after it is skipped."""
    following = _NEXT_OBJECT.search(cutter.buffer, cutter.at + 1) if can_go_on else None
    yield from cutter.take(following.end() if following else len(cutter.buffer), _DAMAGED)
    skipped = _Piece(b"", cutter.start, cutter.line, _SKIPPED)
    while not following and not cutter.is_at_end:
        cutter.fill()
        following = _NEXT_OBJECT.search(cutter.buffer) if can_go_on else None
        list(cutter.take(following.end() if following else len(cutter.buffer), _SKIPPED))
    if cutter.start > skipped.start:
        yield skipped
    cutter.is_at_end = False  # what is left of the buffer is scanned again


FORMAT = Format("JSON", matches, read)
