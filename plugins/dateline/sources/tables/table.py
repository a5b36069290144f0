"""Tables: CSV, TSV and their kin with `;` or `|`, a row a story; `columns` tells what each column is.

Real tables are uneven: quotation marks left open or in force nowhere, rows too short or too long, names given twice.
A row is read by the rules of CSV where it keeps them, and line by line where it does not, so that a mark left open
swallows no story.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from dateline.errors import SourceError
from dateline.records import Notice, Story
from dateline.sources.dates import is_in_numbers
from dateline.sources.encoding import find_encoding
from dateline.sources.lines import Line, decoded_head, places, whole_lines
from dateline.sources.source import Format, Source
from dateline.sources.tables.columns import (
    Row,
    RowReader,
    conclude_order,
    find_columns,
    is_telling,
    missing_columns,
    part_of,
)

_DELIMITERS = ",\t;|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's own first line
_MAX_NAME_CHARS = 64  # of a column
_SAMPLE_ROWS = 100
_HEAD_BYTES = 64 * 1024
_MIN_EVEN_SHARE = 0.5  # of the rows of a table that have as many cells as its first


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a table is written."""

    delimiter: str
    skips_blanks: bool  # before a quotation mark: `a, "b"`
    columns: int
    max_bytes: int  # of a record in several lines


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a record, and the lines that it stands in."""

    cells: list[str]
    lines: tuple[Line, ...]
    fault: str = ""  # what is wrong with its quotation marks


def matches(head: bytes) -> bool:
    """Tell whether a file begins with the names of columns, known ones among them, and goes on in even rows."""
    text = decoded_head(head)
    if not text:
        return False
    _, rows = _sample(text)
    names = rows[0] if rows else []
    known, _ = _known_and_all(names)
    if len(names) < 2 or not any(map(is_telling, names)) or not all(map(_may_be_name, names)):
        return False
    others = rows[1:]
    even = sum(len(row) == len(names) for row in others)
    return even >= max(1, _MIN_EVEN_SHARE * len(others)) if others else known > 1


def read(source: Source) -> Iterator[Story | Notice]:
    """Yield the stories of a table in order, and notices of what is in none."""
    encoding, notice = find_encoding(source)
    if notice:
        yield notice
    table = _Table(source, encoding)
    reader = RowReader(source, table.concluded_order(), dict.fromkeys(table.names), "the table")
    for item in table.records():
        if isinstance(item, Notice):
            yield item
            continue
        yield from _faults(source, table.names, item)
        yield from reader.read(table.row(item))
    yield from reader.close()


class _Table:
    """A table of a source: its delimiter, the names of its columns, and its records, read as often as asked."""

    def __init__(self, source: Source, encoding: str) -> None:
        self.source, self.encoding = source, encoding
        self.places = places(source, encoding)
        source.stream.seek(0)
        head = source.stream.read(_HEAD_BYTES).decode(encoding, "replace").removeprefix("\ufeff")
        delimiter, sample = _sample(head, {column for _, column in source.sidecar.columns})
        first = sample[0] if sample else []
        self.names, self.has_header = _names(source, first)
        skips_blanks = f'{delimiter} "' in head and f'{delimiter}"' not in head
        self.dialect = _Dialect(delimiter, skips_blanks, len(self.names), source.limits.story_chars)

    def records(self) -> Iterator[_Cells | Notice]:
        """Yield the records below the header, and notices of what is too long to be one."""
        skipped = not self.has_header
        for record in _records(self.source, self.encoding, self.dialect):
            if not skipped and isinstance(record, _Cells):
                skipped = True
                continue
            yield record

    def row(self, record: _Cells) -> Row:
        """Return a record as a row of named values."""
        first, last = record.lines[0], record.lines[-1]
        raw = b"".join(line.raw for line in record.lines)
        return Row(
            dict(zip(self.names, record.cells, strict=False)),
            f"{self.source.name} line {first.number}",
            *self.places.of(first, last, raw),
        )

    def concluded_order(self) -> str:
        """Return the order on which all dates of three numbers agree, where the sidecar names none."""
        if self.source.sidecar.date_order or not any(
            is_in_numbers(cell) for values in islice(self._values(), _SAMPLE_ROWS) for cell in values.values()
        ):
            return ""
        return conclude_order(self.source, self._values())

    def _values(self) -> Iterator[Mapping[str, str]]:
        for record in self.records():
            if isinstance(record, _Cells):
                yield dict(zip(self.names, record.cells, strict=False))


def _may_be_name(cell: str) -> bool:
    return len(cell) <= _MAX_NAME_CHARS and not set(cell) & set("{}[]<>=")


def _names(source: Source, first: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Return the names of a table's columns, each once, and whether its first row gives them."""
    told = source.sidecar.columns
    unique = _unique(first)
    is_named = any(column in unique for _, column in told) or any(map(is_telling, first))
    if is_named and {"headline", "text"} & find_columns(unique, told).keys():
        return unique, True
    numbers = [int(column) - 1 for _, column in told if column.isdecimal()]
    if is_named or not numbers:
        fault = missing_columns(told, unique, "the table") or "its first row names no column of a headline or a text"
        raise SourceError(
            f"{source.name}: {fault}; name those of a headline and a text in the sidecar, as in "
            'columns = { headline = "title", text = "body" }, or by their numbers, from 1'
        )
    is_header = all(at < len(first) and len(first[at].split()) == 1 and not first[at][:1].isdigit() for at in numbers)
    return (unique if is_header else tuple(map(str, range(1, len(first) + 1)))), is_header


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns; one that was given before gets a number: `title (2)`.

    >>> _unique(["title", "", "title"])
    ('title', 'column 2', 'title (2)')
    """
    seen: Counter[str] = Counter()
    unique = []
    for number, stated in enumerate(names, start=1):
        name = " ".join(stated.split()) or f"column {number}"
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)


def _faults(source: Source, names: Sequence[str], record: _Cells) -> Iterator[Notice]:
    where = f"{source.name} line {record.lines[0].number}"
    if record.fault:
        yield Notice(where, record.fault)
    if extra := [cell for cell in record.cells[len(names) :] if cell.strip()]:
        message = f"{len(record.cells)} cells in a table of {len(names)} columns; those left over were set aside"
        yield Notice(where, message, "\n".join(extra), "ragged row", len(extra))


def _sample(text: str, told: Collection[str] = ()) -> tuple[str, list[list[str]]]:
    """Return the delimiter of a table's beginning, and the rows that it makes; the names in the first one decide.

    `told` are those that the sidecar names.
    """
    first_line, _, rest = text.partition("\n")
    if separator := _SEPARATOR_LINE.fullmatch(first_line):
        return separator[1], _rows(rest, separator[1])
    samples = ((delimiter, _rows(text, delimiter)) for delimiter in _DELIMITERS)
    return max(samples, key=lambda sample: _known_and_all(sample[1][0], told) if sample[1] else (0, 0))


def _known_and_all(names: Sequence[str], told: Collection[str] = ()) -> tuple[int, int]:
    return sum(name.strip() in told or bool(part_of(name)) for name in names), len(names)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = text.lstrip().splitlines(keepends=True)
    try:
        rows = [row for row in csv.reader(map(_tidy, lines), delimiter=delimiter) if row]
    except csv.Error:
        rows = [_lenient_cells(line, delimiter) for line in lines if line.strip()]
    # The last one may go on after the sample.
    return (rows[:-1] if len(rows) > 1 and not text.endswith("\n") else rows)[: _SAMPLE_ROWS + 1]


def _records(source: Source, encoding: str, dialect: _Dialect) -> Iterator[_Cells | Notice]:
    """Yield the records of a table in order, its header too; lines without text are none."""
    # The library's own limit, for the whole process, is 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), source.limits.document_bytes))
    lines = whole_lines(source, encoding)
    waiting: deque[Line | Notice] = deque()
    is_first = True
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        if isinstance(line, Notice):
            yield line
            continue
        if not line.text.strip() or (is_first and _SEPARATOR_LINE.fullmatch(line.text)):
            continue
        is_first = False
        if '"' not in line.text:
            yield _Cells(line.text.rstrip("\r\n").split(dialect.delimiter), (line,))
            continue
        yield _quoted_record(line, waiting, lines, dialect)


def _quoted_record(
    first: Line, waiting: deque[Line | Notice], lines: Iterator[Line | Notice], dialect: _Dialect
) -> _Cells:
    """Return the record that begins with a line, by the rules of CSV where they hold; other lines stay waiting."""
    pulled: list[Line] = []

    def feed() -> Iterator[str]:
        line: Line | Notice | None = first
        size = 0
        while isinstance(line, Line) and size <= dialect.max_bytes:
            pulled.append(line)
            size += len(line.raw)
            yield _tidy(line.text)
            line = waiting.popleft() if waiting else next(lines, None)
        if line is not None:
            waiting.appendleft(line)

    try:
        cells = next(
            csv.reader(feed(), delimiter=dialect.delimiter, skipinitialspace=dialect.skips_blanks, strict=True)
        )
    except (csv.Error, StopIteration):
        cells = []
    own = _lenient_cells(first.text, dialect.delimiter)
    if cells and (len(pulled) == 1 or len(cells) == dialect.columns or len(own) != dialect.columns):
        return _Cells(cells, tuple(pulled))
    waiting.extendleft(reversed(pulled[1:]))
    fault = "a quotation mark is open or out of place; the line was read on its own, with its marks"
    return _Cells(own, (first,), fault)


def _lenient_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line in which quotation marks are out of place: a cell's are those at both its ends.

    >>> _lenient_cells('1,"the "best", so far",open "end', ",")
    ['1', 'the "best', ' so far"', 'open "end']
    """
    line = line.rstrip("\r\n")
    cells, start = [], 0
    while start <= len(line):
        quoted_end = line.find(f'"{delimiter}', start + 1) if line.startswith('"', start) else -1
        if line.startswith('"', start) and quoted_end < 0 and line.endswith('"') and len(line) > start + 1:
            quoted_end = len(line) - 1
        if quoted_end > start:
            cells.append(line[start + 1 : quoted_end].replace('""', '"'))
            start = quoted_end + 2
            continue
        end = line.find(delimiter, start)
        end = end if end >= 0 else len(line)
        cells.append(line[start:end])
        start = end + 1
    return cells


def _tidy(text: str) -> str:
    """Return a line for the csv module, to which a carriage return within a cell is an error."""
    return text.rstrip("\r\n").replace("\r", "\v") + "\n"


FORMAT = Format("table", matches, read)
