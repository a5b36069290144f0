"""What an export keeps for the next: of each term its columns, of each article its terms, and what was written where.

One SQLite file in the folder of the shards. It tells nothing that the index does not: where it is missing or damaged,
or fits the index no longer, everything is exported anew. Every part has a checksum.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from itertools import starmap
from pathlib import Path
from typing import Any
from zlib import crc32

from dateline.search.manifest import INDEX_VERSION
from dateline.search.shards.folder import Mark, StaleStateError

STATE = "state.sqlite"
# Of these tables, to be raised whenever the same articles give other shards; and of the index, whose fingerprints of
# articles stay as they are when their terms become others.
STATE_VERSION = f"4 {INDEX_VERSION}"

_CRC_BYTES = 4
_COLUMN_END = b"\x7f"
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE terms (term TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was exported, but for the terms themselves; all of it as JSON has it."""

    name_chars: int
    slugs: list[str]
    prints: list[str]
    common: list[str]
    references: dict[str, float]  # by family: the mean length by which the best postings were chosen
    names_print: str  # of the names of values, and the languages
    values_print: str  # of the values that articles have
    lengths: dict[str, str]  # by family: of each article, in hexadecimal
    keys: dict[str, list[list[str]]]  # by field of values, of each article
    groups: list[str]
    text: list[list[Any]]  # entries, column by column
    values: list[list[Any]]
    text_leaves: list[list[Any]]
    values_leaves: list[list[Any]]
    runs: list[list[Any]]
    files: dict[str, Mark]  # of shards, by path
    meta: str  # a hash of META


TermRow = tuple[str, Sequence[bytes]]
ArticleRow = tuple[int, str, Sequence[str]]


class State:
    """What an earlier export kept, open; to be closed."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Take over a connection."""
        self._path = path
        self._connection = connection
        self.facts = self._load_facts()

    def close(self) -> None:
        """Give back the file."""
        self._connection.close()

    def columns(self, term: str) -> tuple[bytes, ...]:
        """Return the columns of a term as its entry had them."""
        return tuple(self._data("terms", "term", term).split(_COLUMN_END))

    def article(self, number: int) -> tuple[list[str], list[str]]:
        """Return the terms of an article's text, and those of its values."""
        text, _, values = self._data("articles", "number", number).decode().partition("\n")
        return text.split(), json.loads(values)

    def save(self, facts: Facts, terms: Iterable[TermRow], gone: Iterable[str], articles: Iterable[ArticleRow]) -> None:
        """Write what has changed; StaleStateError where that cannot be done."""
        try:
            with self._connection:
                _write_rows(self._connection, facts, terms, articles)
                self._connection.executemany("DELETE FROM terms WHERE term = ?", ((term,) for term in gone))
        except sqlite3.Error as error:
            raise StaleStateError(f"{self._path}: it cannot be written ({error}).") from error

    def _load_facts(self) -> Facts:
        facts = json.loads(self._data("facts", "name", "facts"))
        if facts.pop("version", None) != STATE_VERSION:
            raise StaleStateError(f"{self._path}: this is of another version.")
        files = dict(zip(facts["files"], starmap(Mark, facts["files"].values()), strict=True))
        return Facts(**facts | {"files": files})

    def _data(self, table: str, key: str, value: str | int) -> bytes:
        try:
            found = self._connection.execute(f"SELECT data FROM {table} WHERE {key} = ?", (value,)).fetchone()  # noqa: S608 - both are constants
        except sqlite3.Error as error:
            raise StaleStateError(f"{self._path}: it cannot be read ({error}).") from error
        if not found or not isinstance(found[0], bytes):
            raise StaleStateError(f"{self._path}: it lacks {value}.")
        data: bytes = found[0][_CRC_BYTES:]
        if _sum_of(value, data) != found[0][:_CRC_BYTES]:
            raise StaleStateError(f"{self._path}: {value} is damaged.")
        return data


def open_state(folder: Path) -> State:
    """Return the state in a folder; StaleStateError where there is none that can be used."""
    path = folder / STATE
    if not path.is_file():
        raise StaleStateError(f"{path}: there is none.")
    try:
        connection = sqlite3.connect(path)
    except sqlite3.Error as error:
        raise StaleStateError(f"{path}: it cannot be read ({error}).") from error
    try:
        return State(path, connection)
    except BaseException:
        connection.close()
        raise


def write_state(folder: Path, facts: Facts, terms: Iterable[TermRow], articles: Iterable[ArticleRow]) -> None:
    """Write a whole state in one step; raises OSError."""
    path = folder / STATE
    aside = folder / f".{secrets.token_hex(6)}"
    try:
        with closing(sqlite3.connect(aside)) as connection:
            connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
            with connection:
                _write_rows(connection, facts, terms, articles)
        _forget_state(folder)  # with what a killed writer left to be undone
        aside.replace(path)
    except sqlite3.Error as error:
        raise OSError(f"{path}: {error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _forget_state(folder: Path) -> None:
    """Remove the state of a folder."""
    for name in (STATE, f"{STATE}-journal"):
        with suppress(FileNotFoundError):
            (folder / name).unlink()


def _write_rows(
    connection: sqlite3.Connection, facts: Facts, terms: Iterable[TermRow], articles: Iterable[ArticleRow]
) -> None:
    rows: Iterator[tuple[str | int, bytes]] = ((term, _COLUMN_END.join(columns)) for term, columns in terms)
    connection.executemany("REPLACE INTO terms VALUES (?, ?)", map(_summed, rows))
    rows = ((number, f"{text}\n{json.dumps(values)}".encode()) for number, text, values in articles)
    connection.executemany("REPLACE INTO articles VALUES (?, ?)", map(_summed, rows))
    kept = {"version": STATE_VERSION, **{name.name: getattr(facts, name.name) for name in fields(facts)}}
    data = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    connection.execute("REPLACE INTO facts VALUES (?, ?)", _summed(("facts", data)))


def _summed(row: tuple[str | int, bytes]) -> tuple[str | int, bytes]:
    key, data = row
    return key, _sum_of(key, data) + data


def _sum_of(key: str | int, data: bytes) -> bytes:
    return crc32(data, crc32(str(key).encode())).to_bytes(_CRC_BYTES, "big")
