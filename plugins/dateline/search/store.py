"""What the index keeps beside Whoosh's postings and the articles: words, terms, names, values, order and figures.

One SQLite file a generation, which is written once and then only read: an update changes a copy.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search.contents import Place
from dateline.search.documents import DamageError
from dateline.search.names import Name, name_entries
from dateline.search.words import Word

_BATCH = 512  # rows a read: short, so that threads share a connection
_TROUBLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN")
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL, fingerprint BLOB NOT NULL, first INTEGER, last INTEGER,
  start INTEGER NOT NULL, given INTEGER NOT NULL, analysed INTEGER NOT NULL, tags TEXT NOT NULL);
CREATE TABLE words (word TEXT, terms TEXT, df INTEGER NOT NULL, PRIMARY KEY (word, terms)) WITHOUT ROWID;
CREATE TABLE terms (family TEXT, term TEXT, df INTEGER NOT NULL, PRIMARY KEY (family, term)) WITHOUT ROWID;
CREATE TABLE members (field TEXT, key TEXT, data TEXT NOT NULL, below INTEGER NOT NULL,
  PRIMARY KEY (field, key)) WITHOUT ROWID;
CREATE TABLE names (text TEXT, field TEXT, key TEXT, whole INTEGER NOT NULL,
  PRIMARY KEY (text, field, key)) WITHOUT ROWID;
"""


class Row(NamedTuple):  # made for each article at every update that changes something
    """What is known of a stored article without reading it."""

    id: int
    slug: str
    fingerprint: bytes
    first: int | None  # days since the year 1, as `date.toordinal` has them
    last: int | None
    start: int  # of its Place
    given: int
    analysed: int

    @property
    def place(self) -> Place:
        """Where the article stands in the contents."""
        return Place(self.start, self.given, self.analysed)


_COLUMNS = ", ".join(Row._fields)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a sentence: damage, or trouble that passes (a full disk, a lock)."""
    try:
        yield
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorname", "")
        if kind.startswith(_TROUBLE):
            raise SearchError(f"{path}: the search index cannot be read or written ({error}).") from error
        raise DamageError(f"{path}: the search index is damaged ({error}); `make html` writes it anew.") from error


class Store:
    """An open store; close it. Threads may share one that is read: each read is short and takes the lock."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Take over a connection, which is closed with the store."""
        self.path = path
        self._connection = connection
        self._lock = Lock()

    def close(self) -> None:
        """Give back the file."""
        self._connection.close()

    # Reading.

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query; SearchError where they cannot be read."""
        with _told(self.path), self._lock:
            return self._connection.execute(sql, values).fetchall()

    def fact(self, name: str) -> Any:
        """Return a fact as it was set; DamageError where there is none."""
        found = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        if not found:
            raise DamageError(f"{self.path}: the search index lacks its {name}; `make html` writes it anew.")
        return found[0][0]

    def parsed(self, name: str) -> Any:
        """Return a fact that is JSON."""
        try:
            return json.loads(self.fact(name))
        except (TypeError, ValueError) as error:
            raise DamageError(f"{self.path}: {name} is no JSON; `make html` writes it anew.") from error

    def numbers(self, name: str) -> array[int]:
        """Return a fact that is a list of numbers."""
        numbers = array("i")
        try:
            numbers.frombytes(self.fact(name))
        except (TypeError, ValueError) as error:
            raise DamageError(f"{self.path}: {name} is no list of numbers; `make html` writes it anew.") from error
        return numbers

    def documents(self) -> list[Row]:
        """Return what is known of each article, by id."""
        return list(map(Row._make, self.rows(f"SELECT {_COLUMNS} FROM documents ORDER BY id")))  # noqa: S608 - a constant

    def document(self, id_: int) -> Row:
        """Return what is known of an article; DamageError where it is not there."""
        for found in self.rows(f"SELECT {_COLUMNS} FROM documents WHERE id = ?", (id_,)):  # noqa: S608 - a constant
            return Row._make(found)
        raise DamageError(f"{self.path}: the search index lacks article {id_}; `make html` writes it anew.")

    def words(self, prefix: str) -> Iterator[Word]:
        """Yield the words that begin so, by code point."""
        word = prefix
        comparison = ">="
        while True:
            # All rows of a word come together; at most as many as it has spellings with other terms.
            sql = f"""SELECT word, sum(df), group_concat(terms, ' ') FROM words
                      WHERE word {comparison} ? GROUP BY word ORDER BY word LIMIT {_BATCH}"""  # noqa: S608 - the parts are constants
            batch = self.rows(sql, (word,))
            for word, df, terms in batch:
                if not word.startswith(prefix):
                    return
                yield Word(word, df, tuple(sorted(set(terms.split()))))
            if len(batch) < _BATCH:
                return
            comparison = ">"

    def names(self, prefix: str) -> Iterator[Name]:
        """Yield the names that begin so, by text, field and key."""
        last = (prefix, "", "")
        while True:
            sql = f"""SELECT text, field, key, whole FROM names WHERE (text, field, key) > (?, ?, ?)
                      ORDER BY text, field, key LIMIT {_BATCH}"""  # noqa: S608 - the parts are constants
            batch = self.rows(sql, last)
            for text, field, key, whole in batch:
                if not text.startswith(prefix):
                    return
                yield Name(text, bool(whole), field, key)
                last = (text, field, key)
            if len(batch) < _BATCH:
                return

    def has_below(self, field: str, key: str) -> bool:
        """Tell whether a value has others below it."""
        return bool(self.rows("SELECT 1 FROM members WHERE field = ? AND key = ? AND below", (field, key)))

    def value(self, field: str, key: str) -> SearchValue:
        """Return a value; SearchError where there is none."""
        found = self.rows("SELECT data FROM members WHERE field = ? AND key = ?", (field, key))
        if not found:
            raise SearchError(f"The archive has no {field} with the key {key!r}.")
        return _read_value(found[0][0])

    def values(self) -> list[SearchValue]:
        """Return all values, by field and key."""
        return [_read_value(data) for (data,) in self.rows("SELECT data FROM members ORDER BY field, key")]

    def tags(self) -> dict[int, str]:
        """Return what each article is tagged with, by id: JSON of fields, keys and counts."""
        return dict(self.rows("SELECT id, tags FROM documents"))

    def df(self, family: str, term: str) -> int:
        """Return how many articles have a term."""
        for (df,) in self.rows("SELECT df FROM terms WHERE family = ? AND term = ?", (family, term)):
            return int(df)
        return 0

    def count_words(self) -> int:
        """Return the number of distinct words."""
        return int(self.rows("SELECT count(DISTINCT word) FROM words")[0][0])

    # Writing.

    def write(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each row."""
        with _told(self.path):
            self._connection.executemany(sql, rows)

    def set_fact(self, name: str, value: object) -> None:
        """Keep a text, number or bytes under a name."""
        self.write("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(name, value)])

    def set_numbers(self, name: str, numbers: Iterable[int]) -> None:
        """Keep a list of numbers under a name."""
        self.set_fact(name, array("i", numbers).tobytes())

    def add_document(self, row: Row, values: Iterable[tuple[str, str, int]]) -> None:
        """Keep what is known of an article, and what it is tagged with."""
        self.write("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [(*row, json.dumps(list(values)))])

    def move_documents(self, rows: Iterable[Row]) -> None:
        """Keep where articles stand in other contents."""
        self.write("UPDATE documents SET start = ? WHERE id = ?", ((row.start, row.id) for row in rows))

    def remove_documents(self, ids: Iterable[int]) -> None:
        """Forget articles."""
        self.write("DELETE FROM documents WHERE id = ?", ((id_,) for id_ in ids))

    def add_words(self, words: Mapping[tuple[str, str], int]) -> None:
        """Add to the numbers of articles that have words, by word and terms; a word of none goes."""
        self.write(
            "INSERT INTO words VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET df = df + excluded.df",
            ((*word, df) for word, df in sorted(words.items()) if df),
        )
        less = (word for word, df in words.items() if df < 0)
        self.write("DELETE FROM words WHERE word = ? AND terms = ? AND df = 0", less)

    def add_terms(self, family: str, terms: Mapping[str, int]) -> None:
        """Add to the numbers of articles that have terms; a term of none goes."""
        self.write(
            "INSERT INTO terms VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET df = df + excluded.df",
            ((family, term, df) for term, df in sorted(terms.items()) if df),
        )
        less = ((family, term) for term, df in terms.items() if df < 0)
        self.write("DELETE FROM terms WHERE family = ? AND term = ? AND df = 0", less)

    def set_values(self, values: Iterable[SearchValue], parents: frozenset[tuple[str, str]]) -> None:
        """Keep the values and their names in place of those before; `parents` have something below them."""
        ordered = sorted(values, key=lambda value: (value.field, value.key))
        self.write("DELETE FROM members", [()])
        self.write("DELETE FROM names", [()])
        members = ((v.field, v.key, json.dumps(astuple(v)), (v.field, v.key) in parents) for v in ordered)
        self.write("INSERT INTO members VALUES (?, ?, ?, ?)", members)
        names = ((name.text, name.field, name.key, name.whole) for name in name_entries(ordered))
        self.write("INSERT INTO names VALUES (?, ?, ?, ?)", names)


def store_file(generation: int) -> str:
    """Return the name of the store of a generation."""
    return f"store_{generation}.sqlite"


def create_store(path: Path) -> Store:
    """Return an empty store in a new file that nobody reads yet. Raises OSError."""
    path.unlink(missing_ok=True)  # of a writer that was killed
    store = _connect_writer(path)
    for statement in _SCHEMA.split(";\n"):
        store.rows(statement)
    return store


def copy_store(stood: Path, path: Path) -> Store:
    """Return a copy of a store, to be changed; nobody reads it yet. Raises OSError."""
    shutil.copyfile(stood, path)
    return _connect_writer(path)


def finish_store(store: Store) -> None:
    """Write all that was changed, and close."""
    store.rows("COMMIT")
    store.close()


def open_store(path: Path) -> Store:
    """Return a store to be read; the caller has compared the file with what was written."""
    return _connect(path, "ro&immutable=1")


def _connect_writer(path: Path) -> Store:
    store = _connect(path, "rwc")
    # Nobody needs a half of it: what is not finished is thrown away.
    for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN"):
        store.rows(statement)
    return store


def _connect(path: Path, mode: str) -> Store:
    with _told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        return Store(path, connection)


def _read_value(data: str) -> SearchValue:
    return SearchValue(*(_tuples(value) for value in json.loads(data)))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
