"""Authority files, read row by row: what a row says, or a notice of what is wrong with it.

The files are opened in spreadsheets, so a byte order mark, CRLF and semicolons between cells are read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from dateline.errors import AuthorityError
from dateline.records import Kind, Notice, Record, RecordId

PLACE_TYPES = ("city", "region", "country", "continent", "water", "land", "area")
ACTOR_TYPES = (
    "person", "state", "government", "force", "group", "party", "company", "organisation", "media",
)  # fmt: skip
RULES = ("ignore", "means", "same-as", "not-same-as", "show-as", "hide")

RECORD_COLUMNS = (
    "id", "kind", "preferred", "variants", "broader", "latitude", "longitude", "same_as",
    "valid_from", "valid_to", "status", "note",
)  # fmt: skip
RULE_COLUMNS = ("rule", "name", "record", "article", "reason", "by", "on")

_TYPES = {Kind.PLACE: PLACE_TYPES, Kind.ACTOR: ACTOR_TYPES}
_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9][a-z0-9./_-]*")
_QUALIFIED = re.compile(r"(?P<preferred>.+?) \((?P<qualifier>[^()]+)\)")
_UNNAMED = "unnamed "
_EPITHET = "~"  # before a variant that finds the record and is not shown
_UNCLOSED = 'a quotation mark is not closed; inside a quoted cell it is written twice: "the ""Tiger"" forces"'
_ID_IN_BRACKETS = re.compile(r"\[[^\[\]]+\]$")

COMMENT = "#"  # a line that begins so is for people
MAX_NAME_CHARS = 200
MAX_LINE_CHARS = 120_000

Cells = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file, and the line with which it begins."""

    file: str
    line: int
    cells: Cells

    @property
    def where(self) -> str:
        """Tell people the file and the line."""
        return f"{self.file} line {self.line}"

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def values(self, column: str) -> tuple[str, ...]:
        """Return the list that a cell holds, parted by semicolons."""
        return tuple(value for part in self[column].split(";") if (value := part.strip()))


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of rules.csv, which reads as a sentence: "IS means actor:isis"."""

    rule: str
    name: str
    record: str
    article: str  # the slug of the one article where it holds; empty: everywhere
    reason: str
    by: str
    on: str
    line: int  # of rules.csv


def packaged_rows(name: str) -> list[Row]:
    """Return the rows of a file in the package's own data."""
    text = files("dateline").joinpath("data", name).read_text(encoding="utf-8")
    # Tests check these files, so that they are read without the care that an archive's own need.
    lines = ("\n" if line.startswith(COMMENT) else line for line in io.StringIO(text, newline=""))
    reader = csv.reader(lines)
    header = next(reader)
    return [
        Row(name, reader.line_num, dict(zip(header, map(_spaced, cells), strict=False)))
        for cells in reader
        if any(cells)
    ]


def _spaced(cell: str) -> str:
    return " ".join(cell.split())


def load_rows(path: Path, required: Iterable[str], *, keep_uneven: bool = False) -> tuple[list[Row], list[Notice]]:
    """Return the rows of an authority file, none when it is missing, and what is wrong with it.

    A row of more cells than the header is told, and is one of the rows only with `keep_uneven`.
    """
    where = f"{path.parent.name}/{path.name}"
    notices: list[Notice] = []
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [Notice(where, f"cannot be read: {error.strerror}")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        notices.append(Notice(f"{where} line {line}", "is not UTF-8 and is read as Windows-1252"))
        text = data.decode("cp1252", errors="replace")
    rows = list(read_rows(text, where, required, keep_uneven=keep_uneven))
    notices += [row for row in rows if isinstance(row, Notice)]
    return [row for row in rows if isinstance(row, Row)], notices


def read_rows(
    text: str, where: str, required: Iterable[str] = (), *, keep_uneven: bool = False
) -> Iterator[Row | Notice]:
    """Yield the rows of a CSV text, and a notice for each that does not fit its header."""
    header: list[str] | None = None
    for line, cells in _read_cells(text):
        if isinstance(cells, str):
            yield Notice(f"{where} line {line}", cells)
            if header is None:
                return
        elif not any(cells) or cells[0].startswith(COMMENT):
            continue
        elif header is None:
            header = [cell.casefold() for cell in cells]
            if missing := [column for column in required if column not in header]:
                yield Notice(f"{where} line {line}", f"the header lacks {', '.join(missing)}; no row is read")
                return
        elif any(cells[len(header) :]):
            message = f"has {len(cells)} cells, the header {len(header)}: quote a cell that holds {delimiter(text)!r}"
            yield Notice(f"{where} line {line}", message)
            if keep_uneven:
                yield Row(where, line, dict(zip(header, cells, strict=False)))
        else:
            yield Row(where, line, dict(zip(header, cells, strict=False)))
    if header is None:
        yield Notice(where, f"is empty: its first line should name its columns, {', '.join(required)} and more")


def _read_cells(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the cells of each row with its first line; of one that is not CSV, a sentence on why.

    Such a row may have swallowed what follows, so that reading goes on with the line after its first.
    """
    parts_cells = delimiter(text)
    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines):
        if lines[at].startswith(COMMENT):  # before it is read: what it says may hold a quotation mark
            at += 1
            continue
        if len(lines[at]) > MAX_LINE_CHARS:
            yield at + 1, f"has {len(lines[at]):,} characters; a line of a row has at most {MAX_LINE_CHARS:,}"
            at += 1
            continue
        reader = csv.reader((lines[number] for number in range(at, len(lines))), delimiter=parts_cells, strict=True)
        try:
            cells = [" ".join(cell.split()) for cell in next(reader)]
            if any(_begins_row(line, parts_cells) for line in lines[at + 1 : at + reader.line_num]):
                raise csv.Error("a later row's quotation mark closed this one's")
            yield at + 1, cells
            at += reader.line_num
        except csv.Error as error:
            yield at + 1, _UNCLOSED if '"' in lines[at] else f"is not CSV: {error}"
            at += 1


def _begins_row(line: str, parts_cells: str) -> bool:
    first = line.partition(parts_cells)[0].strip()
    return is_record_id(first) or first in RULES


def delimiter(text: str) -> str:
    """Return what parts the cells of a CSV text: a comma, or the semicolon of many a spreadsheet."""
    lines = (line for line in io.StringIO(text) if line.strip() and not line.startswith(COMMENT))
    header_line = next(lines, "")
    return ";" if header_line.count(";") > header_line.count(",") else ","


def _check_lengths(row: Row) -> None:
    """Refuse a name longer than any is: the lexicon holds the beginnings of each."""
    for column in ("preferred", "variants", "name", "record"):
        for name in row.values(column):
            if len(name) > MAX_NAME_CHARS:
                raise AuthorityError(
                    f"{column} has a name of {len(name):,} characters; one has at most {MAX_NAME_CHARS}"
                )


def read_each(rows: Iterable[Row], read: Callable[[Row], T]) -> tuple[list[T], list[Notice]]:
    """Return what `read` makes of each row, and a notice for each row that it refuses."""
    made: list[T] = []
    notices: list[Notice] = []
    for row in rows:
        try:
            _check_lengths(row)
            made.append(read(row))
        except AuthorityError as error:
            notices.append(Notice(row.where, str(error)))
    return made, notices


def is_record_id(text: str) -> bool:
    """Tell whether `text` has the form of a record's id: `place:tigris`."""
    return _ID.fullmatch(text) is not None


def read_record(kind: Kind, row: Row) -> Record:
    """Return the record of a row of places.csv or actors.csv. Raises AuthorityError."""
    if not is_record_id(row["id"]):
        raise AuthorityError(f"id {row['id']!r} is not of the form place:tigris")
    if not row["preferred"]:
        raise AuthorityError(f"{row['id']} has no preferred name")
    _check_listable("preferred", row["preferred"])
    given = row["kind"]
    type_ = given.removeprefix(_UNNAMED)
    if type_ not in _TYPES[kind]:
        raise AuthorityError(f"kind {given!r} is none of {', '.join(_TYPES[kind])}")
    if bool(row["latitude"]) != bool(row["longitude"]):
        raise AuthorityError("a latitude needs a longitude, and a longitude a latitude")
    preferred, qualifier = split_label(row["preferred"])
    return Record(
        id=RecordId(row["id"]),
        kind=kind,
        type=type_,
        preferred=preferred,
        qualifier=qualifier,
        variants=tuple(variant.removeprefix(_EPITHET) for variant in row.values("variants")),
        epithets=tuple(variant[1:] for variant in row.values("variants") if variant.startswith(_EPITHET)),
        broader=tuple(RecordId(value) for value in row.values("broader")),
        latitude=_degrees(row, "latitude", 90),
        longitude=_degrees(row, "longitude", 180),
        same_as=row.values("same_as"),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        status=row["status"],
        note=row["note"],
        unnamed=given.startswith(_UNNAMED),
    )


def split_label(label: str) -> tuple[str, str]:
    """Return the preferred name and the qualifier of a label.

    >>> split_label("Paris (Texas)")
    ('Paris', 'Texas')
    """
    qualified = _QUALIFIED.fullmatch(label)
    return (qualified["preferred"], qualified["qualifier"]) if qualified else (label, "")


def _degrees(row: Row, column: str, limit: int) -> float | None:
    value = row[column]
    if not value:
        return None
    try:
        degrees = float(value)
    except ValueError:
        hint = f"; write {value.replace(',', '.')}" if re.fullmatch(r"-?\d+,\d+", value) else ""
        raise AuthorityError(f"{column} {value!r} is not a number{hint}") from None
    if not -limit <= degrees <= limit:
        raise AuthorityError(f"{column} {value!r} is not between {-limit} and {limit}")
    return degrees


def read_rule(row: Row) -> Rule:
    """Return the rule of a row of rules.csv. Raises AuthorityError."""
    rule = Rule(**{column: row[column] for column in RULE_COLUMNS}, line=row.line)
    if rule.rule not in RULES:
        raise AuthorityError(f"rule {rule.rule!r} is none of {', '.join(RULES)}")
    if rule.rule != "hide" and not rule.name:
        raise AuthorityError(f"{rule.rule} needs a name")
    is_hidden_by_name = rule.rule == "hide" and rule.name
    if rule.rule != "ignore" and not rule.record and not is_hidden_by_name:
        raise AuthorityError(f"{rule.rule} needs a record")
    if rule.rule == "show-as" and rule.article:
        raise AuthorityError("show-as holds everywhere: a page has one name, so leave the article empty")
    if rule.rule == "show-as":
        _check_listable("name", rule.name)
    return rule


def _check_listable(column: str, name: str) -> None:
    """Raise AuthorityError for a name that an article's list of places or actors would not give back."""
    if ";" in name:
        raise AuthorityError(f"{column} {name!r} holds a semicolon, which parts the names in an article's list")
    if _ID_IN_BRACKETS.search(name):
        raise AuthorityError(f"{column} {name!r} ends in square brackets, in which an article's list has ids")


def mend_record(packaged: Record, row: Record) -> Record:
    """Return a packaged record as an archive's row mends it: filled cells replace, variants are added."""
    former = (packaged.preferred,) if row.preferred != packaged.preferred else ()
    return replace(
        packaged,
        preferred=row.preferred,
        qualifier=row.qualifier,
        variants=tuple(dict.fromkeys([*row.variants, *former, *packaged.variants])),
        broader=row.broader or packaged.broader,
        latitude=packaged.latitude if row.latitude is None else row.latitude,
        longitude=packaged.longitude if row.longitude is None else row.longitude,
        same_as=row.same_as or packaged.same_as,
        valid_from=row.valid_from or packaged.valid_from,
        valid_to=row.valid_to or packaged.valid_to,
        epithets=tuple(dict.fromkeys([*row.epithets, *packaged.epithets])),
        status=row.status or packaged.status,
        note=row.note or packaged.note,
    )
