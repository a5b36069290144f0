"""A row more in an authority file: written as the file is, so that whoever keeps it in a spreadsheet finds it so."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence

from dateline.authority.rows import COMMENT, Row, delimiter, read_rows
from dateline.errors import AuthorityError

# A cell that begins so is a formula to a spreadsheet, unless it is a number.
_FORMULA = re.compile(r"[=+@-](?!\d+(?:\.\d+)?$)")


def append_row(data: bytes, columns: Sequence[str], row: Mapping[str, str]) -> bytes:
    r"""Return an authority file's bytes with `row` after its last one; `columns` are the header of a new file.

    Byte order mark, line ends, delimiter, the order of columns and Windows-1252 are kept. A row that the file holds
    is not written twice. Raises AuthorityError where the header lacks a column that the row fills, where a
    spreadsheet would run a cell, or where the row would be taken for a remark.

    >>> append_row(b"name;rule\r\nOf;ignore\r\n", ["rule", "name"], {"rule": "ignore", "name": "Nice"})
    b'name;rule\r\nOf;ignore\r\nNice;ignore\r\n'
    """
    cells = {column: " ".join(value.split()) for column, value in row.items() if value.strip()}
    if formula := next((value for value in cells.values() if _FORMULA.match(value)), None):
        raise AuthorityError(f"{formula!r} is not written: a spreadsheet would take it for a formula")
    text, encoding = _decode(data)
    line_end = "\r\n" if "\r\n" in text else "\n"
    header = _header(text)
    if header is None:
        header, text = list(columns), ",".join(columns) + line_end
    if missing := sorted(cells.keys() - set(header)):
        raise AuthorityError(f"the header lacks {', '.join(missing)}: add it to the first line")
    if cells.get(header[0], "").startswith(COMMENT):
        raise AuthorityError(f"{cells[header[0]]!r} is not written: a line that begins with {COMMENT} is for people")
    if any(_filled(known) == cells for known in read_rows(text, "") if isinstance(known, Row)):
        return data
    text += "" if text.endswith(("\n", "\r")) else line_end
    text += _line([cells.get(column, "") for column in header], parted_by=delimiter(text)) + line_end
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        return mark + text.encode(encoding)
    except UnicodeEncodeError:  # a name that Windows-1252 cannot hold
        return mark + text.encode()


def _decode(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _header(text: str) -> list[str] | None:
    """Return the columns of the first line that names any."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    for cells in reader:
        if any(cell.strip() for cell in cells) and not cells[0].startswith(COMMENT):
            return [" ".join(cell.split()).casefold() for cell in cells]
    return None


def _filled(row: Row) -> dict[str, str]:
    return {column: value for column, value in row.cells.items() if value}


def _line(cells: Sequence[str], *, parted_by: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=parted_by, lineterminator="").writerow(cells)
    return stream.getvalue()
