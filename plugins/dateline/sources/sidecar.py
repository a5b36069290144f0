"""The sidecar of a source, `<source>.toml`: what is known of it that its text does not say."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from dateline.edtf import parse_date
from dateline.errors import ArticleError, SourceError

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


def load_sidecar(source: Path, name: str) -> Sidecar:
    """Read the sidecar beside `source`, if there is one; raise SourceError naming the key that is wrong."""
    path = source.with_name(f"{source.stem}.toml")
    if not path.is_file():
        return Sidecar()
    where = f"{name.rpartition('/')[0]}/{path.name}"
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{where}: cannot be read as TOML ({error})") from error
    known = [field.name for field in fields(Sidecar)]
    for key, value in table.items():
        if key not in known:
            raise SourceError(f"{where}: key {key!r} is not one of {', '.join(known)}")
        if not isinstance(value, str | date):
            raise SourceError(f"{where}: {key} is {value!r}; it must be text in quotes")
    return _checked(Sidecar(**{key: " ".join(str(value).split()) for key, value in table.items()}), where)


def _check_encoding(encoding: str, where: str) -> None:
    """Raise SourceError for what is no encoding of text in which ASCII stays as it is, line by line."""
    try:
        is_plain = encoding not in _ESCAPES and _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError, ValueError):
        is_plain = False
    if not is_plain:
        raise SourceError(f"{where}: encoding {encoding!r} is none that a text file can have; cp1252 is one")


def _checked(sidecar: Sidecar, where: str) -> Sidecar:
    if sidecar.access and sidecar.access not in ACCESS_LEVELS:
        raise SourceError(f"{where}: access is {sidecar.access!r}, not one of {', '.join(ACCESS_LEVELS)}")
    if sidecar.encoding:
        _check_encoding(sidecar.encoding, where)
    if sidecar.language and not _LANGUAGE.match(sidecar.language):
        raise SourceError(f"{where}: language is {sidecar.language!r}; write a code like en or pt-BR (BCP 47)")
    if sidecar.received:
        try:
            parse_date(sidecar.received)
        except ArticleError as error:
            raise SourceError(f"{where}: received {error}") from error
    return sidecar
