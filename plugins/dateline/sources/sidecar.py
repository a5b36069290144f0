"""The sidecar of a source, `<source>.toml`: what is known of it that its text does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from dateline.edtf import parse_date
from dateline.errors import ArticleError, SourceError
from dateline.records import Notice

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_ASCII = bytes(range(32, 127))
_ESCAPES = ("unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7", "utf_7")

ACCESS_LEVELS = ("full", "excerpt", "record")
DATE_ORDERS = ("DMY", "MDY", "YMD")
# What a column of a table can hold.
COLUMNS = (
    "headline", "text", "date", "updated", "authors", "dateline", "topic", "keywords", "url", "id", "language",
    "publication", "publisher", "rights",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a maintainer states of a source; an empty string is "not known"."""

    publication: str = ""
    publisher: str = ""
    author: str = ""
    url: str = ""
    language: str = ""  # BCP 47: "en", "ar"
    rights: str = ""
    access: str = ""  # one of ACCESS_LEVELS
    received: str = ""  # EDTF
    collector: str = ""
    topic: str = ""
    encoding: str = ""
    note: str = ""
    format: str = ""  # the name of one, for a file that is taken for another
    date_order: str = ""  # one of DATE_ORDERS: how dates of three numbers are written
    columns: tuple[tuple[str, str], ...] = ()  # of a table: what is read from which column
    boundaries: tuple[int, ...] = ()  # of a dump: the lines, counted from 1, that are headlines, and no others are
    headlines: tuple[int, ...] = ()  # of a dump: lines that are headlines, beside those that are found
    not_headlines: tuple[int, ...] = ()


def load_sidecar(source: Path, name: str) -> tuple[Sidecar, list[Notice]]:
    """Read the sidecar of the source `name`, if there is one: `a.txt.toml`, or `a.toml`, beside `a.txt`.

    What it does not say is taken from the sidecar of the nearest folder around it that has one, up to `sources`:
    `site.toml` beside the folder `site`. What is wrong in them is left out and told. Raises SourceError where the
    source must not be read without it: when a sidecar is no TOML, or names an encoding that is none.
    """
    values: dict[str, object] = {}
    notices: list[Notice] = []
    for path, where in _sidecars_of(source, name):
        try:
            table = tomllib.loads(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SourceError(f"{where}: cannot be read as TOML ({error}); its source was not read") from error
        for key, value in table.items():
            if fault := _fault(key, value):
                notices.append(Notice(where, f"{fault}; it was left out"))
            else:
                values.setdefault(key, _tidy(value))
        if not _is_plain_text(str(values.get("encoding", "ascii"))):
            message = f"encoding {values['encoding']!r} is none that a text file can have; cp1252 is one"
            raise SourceError(f"{where}: {message}")
    return Sidecar(**values), notices  # type: ignore[arg-type]  # each value was checked for its key


def _sidecars_of(source: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the sidecars of a source, its own first, and where they stand."""
    folder = name.rpartition("/")[0]
    beside = [f"{source.name}.toml", f"{source.stem}.toml"]
    while True:
        path = next((path for path in map(source.with_name, beside) if path.is_file()), None)
        if path is not None:
            yield path, f"{folder}/{path.name}"
        if "/" not in folder:  # `sources` itself
            return
        source, folder = source.parent, folder.rpartition("/")[0]
        beside = [f"{source.name}.toml"]


def _tidy(value: object) -> object:
    match value:
        case dict():
            return tuple((key, str(column)) for key, column in value.items())
        case list():
            return tuple(value)
    return " ".join(str(value).split())


def _fault(key: str, value: object) -> str:
    """Return what is wrong with a line of a sidecar, "" for nothing."""
    known = [field.name for field in fields(Sidecar)]
    if key not in known:
        return f"key {key!r} is not one of {', '.join(known)}"
    if key == "columns":
        return _columns_fault(value)
    if key in ("boundaries", "headlines", "not_headlines"):
        is_lines = isinstance(value, list) and all(type(line) is int and line > 0 for line in value)
        return "" if is_lines else f"{key} is {value!r}, not a list of line numbers like [3, 12]"
    if not isinstance(value, str | date):
        return f"{key} is {value!r}, not text in quotes"
    if key == "language" and not _LANGUAGE.match(str(value)):
        return f"language is {value!r}, not a code like en or pt-BR (BCP 47)"
    allowed = {"access": ACCESS_LEVELS, "date_order": DATE_ORDERS}.get(key, ())
    if allowed and value not in allowed:
        return f"{key} is {value!r}, not one of {', '.join(allowed)}"
    if key == "received":
        try:
            parse_date(str(value))
        except ArticleError as error:
            return f"received {error}"
    return ""


def _columns_fault(value: object) -> str:
    if not isinstance(value, dict) or not all(isinstance(column, str | int) for column in value.values()):
        return f'columns is {value!r}, not a table like {{ headline = "title", text = "body" }}'
    wrong = [key for key in value if key not in COLUMNS]
    return f"columns has {', '.join(map(repr, wrong))}; a column is one of {', '.join(COLUMNS)}" if wrong else ""


def _is_plain_text(encoding: str) -> bool:
    """Tell whether an encoding is one of text, in which ASCII stays as it is, line by line."""
    try:
        return encoding not in _ESCAPES and _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError, ValueError):
        return False
