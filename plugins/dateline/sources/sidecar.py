"""The sidecar of a source, `<source>.toml`: what is known of it that its text does not say."""

from __future__ import annotations

import codecs
import reprlib
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from dateline.edtf import parse_date
from dateline.errors import ArticleError, SourceError
from dateline.records import Notice
from dateline.sources.characters import carried_line, language_of

_ASCII = bytes(range(32, 127))
_NO_TEXT = ("unicode-escape", "raw-unicode-escape", "idna", "punycode", "utf-7")  # as codecs names them
_WIDE = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}  # a byte order mark counts before
_PACKED = (".gz", ".bz2", ".xz", ".zip")
_MAX_SHOWN_CHARS = 80

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
        except (OSError, ValueError, RecursionError) as error:
            raise SourceError(f"{where}: cannot be read as TOML ({error}); its source was not read") from error
        for key, stated in table.items():
            value, wrong = _known_columns(stated) if key == "columns" else (stated, "")
            fault = _fault(key, value)
            if fault or wrong:
                notices.append(Notice(where, f"{fault or wrong}; it was left out"))
            if not fault and (value or not wrong):
                values.setdefault(key, _tidy(value))
        if "encoding" in values and not (encoding := _text_encoding(str(values["encoding"]))):
            message = f"encoding {_shown(values['encoding'])} is none that a text file can have; cp1252 is one"
            raise SourceError(f"{where}: {message}")
        if "encoding" in values:
            values["encoding"] = encoding
    return Sidecar(**values), notices  # type: ignore[arg-type]  # each value was checked for its key


def _sidecars_of(source: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the sidecars of a source, its own first, and where they stand."""
    folder = name.rpartition("/")[0]
    beside = sidecar_names(source.name)
    while True:
        path = next((path for path in map(source.with_name, beside) if path.is_file()), None)
        if path is not None:
            yield path, f"{folder}/{path.name}"
        if "/" not in folder:  # `sources` itself
            return
        source, folder = source.parent, folder.rpartition("/")[0]
        beside = [f"{source.name}.toml"]


def sidecar_names(source: str) -> list[str]:
    """Return the names that the sidecar of a source file may have, the most telling first.

    >>> sidecar_names("wire.txt.gz")
    ['wire.txt.gz.toml', 'wire.txt.toml', 'wire.toml']
    """
    path = Path(source)
    names = [path.name, path.stem]
    if path.suffix in _PACKED:
        names.append(Path(path.stem).stem)
    return [f"{name}.toml" for name in dict.fromkeys(names)]


def find_orphans(content: Path, sources: Iterable[Path]) -> list[Notice]:
    """Return a notice for each sidecar below `content`/sources that belongs to no source and no folder of them."""
    folder = content / "sources"
    known: set[Path] = set()
    for source in sources:
        known.update(source.with_name(name) for name in sidecar_names(source.name))
        known.update(parent.with_name(f"{parent.name}.toml") for parent in source.parents if folder in parent.parents)
    message = "belongs to no source; it has the name of one, as wire.txt.toml or wire.toml beside wire.txt"
    return [
        Notice(path.relative_to(content).as_posix(), message)
        for path in sorted(folder.rglob("*.toml"))
        if path not in known and path.is_file()
    ]


def _tidy(value: object) -> object:
    match value:
        case dict():
            return tuple((key, str(column)) for key, column in value.items())
        case list():
            return tuple(value)
    return carried_line(str(value))[0]


def _fault(key: str, value: object) -> str:
    """Return what is wrong with a line of a sidecar, "" for nothing."""
    known = [field.name for field in fields(Sidecar)]
    if key not in known:
        return f"key {_shown(key)} is not one of {', '.join(known)}"
    if key == "columns":
        return _columns_fault(value)
    if key in ("boundaries", "headlines", "not_headlines"):
        is_lines = isinstance(value, list) and all(type(line) is int and line > 0 for line in value)
        return "" if is_lines else f"{key} is {_shown(value)}, not a list of line numbers like [3, 12]"
    if not isinstance(value, str | date):
        return f"{key} is {_shown(value)}, not text in quotes"
    return _FAULTS.get(key, _no_fault)(str(value))


def _columns_fault(value: object) -> str:
    if not isinstance(value, dict) or not all(map(_is_column, value.values())):
        return f'columns is {_shown(value)}, not a table like {{ headline = "title", text = 3 }}'
    return ""


def _known_columns(value: object) -> tuple[object, str]:
    """Return the columns that a story can have, and what is wrong with the others."""
    wrong = [key for key in value if key not in COLUMNS] if isinstance(value, dict) else []
    if not isinstance(value, dict) or not wrong:
        return value, ""
    known = {key: column for key, column in value.items() if key in COLUMNS}
    return known, f"columns has {_shown(', '.join(wrong))}; a column is one of {', '.join(COLUMNS)}"


def _is_column(value: object) -> bool:
    """Tell whether a value names a column, or is its number from 1."""
    return isinstance(value, str) or (type(value) is int and value > 0)


def _no_fault(value: str) -> str:
    return ""


def _language_fault(value: str) -> str:
    return "" if language_of(value) == value else f"language is {_shown(value)}, not a code like en or pt-BR (BCP 47)"


def _received_fault(value: str) -> str:
    try:
        parse_date(value)
    except ArticleError as error:
        return f"received {error}"
    return ""


def _url_fault(value: str) -> str:
    try:
        is_web = urlsplit(value).scheme in ("http", "https")
    except ValueError:
        is_web = False
    return "" if is_web else f"url is {_shown(value)}, not an address like https://news.example/"


def _one_of(key: str, allowed: tuple[str, ...]) -> Callable[[str], str]:
    return lambda value: "" if value in allowed else f"{key} is {_shown(value)}, not one of {', '.join(allowed)}"


_FAULTS: dict[str, Callable[[str], str]] = {
    "language": _language_fault,
    "received": _received_fault,
    "url": _url_fault,
    "access": _one_of("access", ACCESS_LEVELS),
    "date_order": _one_of("date_order", DATE_ORDERS),
}


def _shown(value: object) -> str:
    shown = reprlib.Repr()
    shown.maxstring = shown.maxother = _MAX_SHOWN_CHARS
    return shown.repr(value)


def _text_encoding(name: str) -> str:
    """Return Python's name of an encoding of text, "" for what is none.

    In all but the wide ones ASCII stays as it is, so that lines can be told before they are decoded.
    """
    try:
        encoding = codecs.lookup(name).name
        if encoding in _NO_TEXT:
            return ""
        is_text = encoding.startswith(("utf-16", "utf-32")) or _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError, ValueError):
        return ""
    return _WIDE.get(encoding, encoding) if is_text else ""
