"""The sidecar of a source, `<source>.toml`: what is known of it that its text does not say."""

from __future__ import annotations

import re
import tomllib
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


def load_sidecar(source: Path, name: str) -> tuple[Sidecar, list[Notice]]:
    """Read the sidecar of the source `name`, if there is one: `a.txt.toml`, or `a.toml`, beside `a.txt`.

    What is wrong in it is left out and told. Raises SourceError where the source must not be read without it: when
    the sidecar is no TOML, or names an encoding that is none.
    """
    names = (f"{source.name}.toml", f"{source.stem}.toml")
    path = next((path for path in map(source.with_name, names) if path.is_file()), None)
    if path is None:
        return Sidecar(), []
    where = f"{name.rpartition('/')[0]}/{path.name}"
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{where}: cannot be read as TOML ({error}); its source was not read") from error
    values: dict[str, str] = {}
    notices: list[Notice] = []
    for key, value in table.items():
        if fault := _fault(key, value):
            notices.append(Notice(where, f"{fault}; it was left out"))
        else:
            values[key] = " ".join(str(value).split())
    sidecar = Sidecar(**values)
    if sidecar.encoding and not _is_plain_text(sidecar.encoding):
        message = f"{where}: encoding {sidecar.encoding!r} is none that a text file can have; cp1252 is one"
        raise SourceError(message)
    return sidecar, notices


def _fault(key: str, value: object) -> str:
    """Return what is wrong with a line of a sidecar, "" for nothing."""
    known = [field.name for field in fields(Sidecar)]
    if key not in known:
        return f"key {key!r} is not one of {', '.join(known)}"
    if not isinstance(value, str | date):
        return f"{key} is {value!r}, not text in quotes"
    if key == "access" and value not in ACCESS_LEVELS:
        return f"access is {value!r}, not one of {', '.join(ACCESS_LEVELS)}"
    if key == "language" and not _LANGUAGE.match(str(value)):
        return f"language is {value!r}, not a code like en or pt-BR (BCP 47)"
    if key == "received":
        try:
            parse_date(str(value))
        except ArticleError as error:
            return f"received {error}"
    return ""


def _is_plain_text(encoding: str) -> bool:
    """Tell whether an encoding is one of text, in which ASCII stays as it is, line by line."""
    try:
        return encoding not in _ESCAPES and _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError, ValueError):
        return False
