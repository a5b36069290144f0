"""The sidecar of a source, `<source>.toml`: what is known of it that its text does not say."""

from __future__ import annotations

import codecs
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from dateline.edtf import parse_date
from dateline.errors import ArticleError, SourceError

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


def _checked(sidecar: Sidecar, where: str) -> Sidecar:
    if sidecar.access and sidecar.access not in ACCESS_LEVELS:
        raise SourceError(f"{where}: access is {sidecar.access!r}, not one of {', '.join(ACCESS_LEVELS)}")
    if sidecar.encoding:
        try:
            codecs.lookup(sidecar.encoding)
        except LookupError as error:
            raise SourceError(f"{where}: encoding {sidecar.encoding!r} is not known; cp1252 is one") from error
    if sidecar.received:
        try:
            parse_date(sidecar.received)
        except ArticleError as error:
            raise SourceError(f"{where}: received {error}") from error
    return sidecar
