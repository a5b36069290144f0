"""What the index keeps beside Whoosh's postings: articles, their analysed form, words, names, values and figures.

One SQLite file in WAL mode: a reader holds the state it opened while a writer commits the next one.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.documents import AnalysedDocument, DamageError, pack_document
from dateline.search.names import Name, name_entries
from dateline.search.words import Word

STORE_NAME = "store.sqlite"
STORE_VERSION = f"3 {sys.byteorder} {array('I').itemsize}"  # of tables and packed numbers
BUSY_SECONDS = 5.0

_BATCH = 512  # rows a read: short, so that threads share a connection
_TROUBLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN")
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, slug TEXT UNIQUE NOT NULL, fingerprint BLOB NOT NULL, language TEXT NOT NULL,
  first INTEGER, last INTEGER);
CREATE TABLE contents (id INTEGER PRIMARY KEY, document TEXT NOT NULL, analysed BLOB NOT NULL);
CREATE TABLE words (word TEXT, terms TEXT, df INTEGER NOT NULL, PRIMARY KEY (word, terms)) WITHOUT ROWID;
CREATE TABLE shared (term TEXT PRIMARY KEY, df INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gone (field TEXT, term TEXT, segment TEXT, df INTEGER NOT NULL,
  PRIMARY KEY (field, term, segment)) WITHOUT ROWID;
CREATE TABLE members (field TEXT, key TEXT, data TEXT NOT NULL, below INTEGER NOT NULL,
  PRIMARY KEY (field, key)) WITHOUT ROWID;
CREATE TABLE names (text TEXT, field TEXT, key TEXT, whole INTEGER NOT NULL,
  PRIMARY KEY (text, field, key)) WITHOUT ROWID;
"""


class Row(NamedTuple):  # made for each article at every update
    """What is known of a stored article without reading it."""

    id: int
    slug: str
    fingerprint: bytes
    language: str
    first: int | None  # days since the year 1, as `date.toordinal` has them
    last: int | None


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

    def check(self) -> None:
        """Raise DamageError where the tables cannot all be read, or lack a part of an article."""
        [(answer,)] = self.rows("PRAGMA quick_check(1)")
        [(lacking,)] = self.rows("SELECT count(*) FROM documents WHERE id NOT IN (SELECT id FROM contents)")
        if answer != "ok" or lacking:
            raise DamageError(f"{self.path}: the search index is damaged ({answer}); `make html` writes it anew.")

    def documents(self) -> list[Row]:
        """Return what is known of each article, by id."""
        sql = "SELECT id, slug, fingerprint, language, first, last FROM documents ORDER BY id"
        return list(map(Row._make, self.rows(sql)))

    def document(self, id_: int) -> SearchDocument:
        """Return an article as it was given."""
        [(data,)] = self.rows("SELECT document FROM contents WHERE id = ?", (id_,)) or [(None,)]
        if data is None:
            raise DamageError(f"{self.path}: the search index lacks article {id_}; `make html` writes it anew.")
        return _read_document(data)

    def packed(self, ids: Iterable[int]) -> Iterator[bytes]:
        """Yield the analysed form of articles, in the order of `ids`."""
        for batch in _batches(ids):
            marks = ",".join("?" * len(batch))
            found = dict(self.rows(f"SELECT id, analysed FROM contents WHERE id IN ({marks})", batch))  # noqa: S608 - the part is of question marks alone
            for id_ in batch:
                if id_ not in found:
                    raise DamageError(f"{self.path}: the search index lacks article {id_}; `make html` writes it anew.")
                yield found[id_]

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

    def gone(self, field: str, term: str) -> int:
        """Return how many articles that were deleted still count in Whoosh's document frequency of a term."""
        [(df,)] = self.rows("SELECT ifnull(sum(df), 0) FROM gone WHERE field = ? AND term = ?", (field, term))
        return int(df)

    def shared(self, term: str) -> int:
        """Return how many articles have a term in title and body both."""
        [(df,)] = self.rows("SELECT ifnull(max(df), 0) FROM shared WHERE term = ?", (term,))
        return int(df)

    def count_words(self) -> int:
        """Return the number of distinct words."""
        return int(self.rows("SELECT count(DISTINCT word) FROM words")[0][0])

    # Writing.

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all that is written within, or nothing."""
        with _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

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

    def add_document(self, row: Row, document: SearchDocument, analysed: AnalysedDocument) -> None:
        """Keep an article."""
        self.write("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", [row])
        data = json.dumps([getattr(document, field.name) for field in fields(document)])
        self.write("INSERT INTO contents VALUES (?, ?, ?)", [(row.id, data, pack_document(analysed))])

    def remove_documents(self, ids: Sequence[int]) -> None:
        """Forget articles."""
        for table in ("documents", "contents"):
            self.write(f"DELETE FROM {table} WHERE id = ?", ((id_,) for id_ in ids))  # noqa: S608 - both are constants

    def count(self, words: Mapping[tuple[str, str], int]) -> None:
        """Add to the numbers of articles that have words, by word and terms; a word of none goes."""
        self.write(
            "INSERT INTO words VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET df = df + excluded.df",
            ((*word, df) for word, df in sorted(words.items()) if df),
        )
        self.write(
            "DELETE FROM words WHERE word = ? AND terms = ? AND df = 0", (word for word, df in words.items() if df <= 0)
        )

    def count_shared(self, terms: Mapping[str, int]) -> None:
        """Add to the numbers of articles that have terms in title and body both."""
        self.write(
            "INSERT INTO shared VALUES (?, ?) ON CONFLICT DO UPDATE SET df = df + excluded.df",
            ((term, df) for term, df in sorted(terms.items()) if df),
        )
        self.write("DELETE FROM shared WHERE term = ? AND df = 0", ((term,) for term, df in terms.items() if df <= 0))

    def add_gone(self, gone: Mapping[tuple[str, str, str], int]) -> None:
        """Add to the articles deleted, by field, term and segment."""
        self.write(
            "INSERT INTO gone VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET df = df + excluded.df",
            ((*term, df) for term, df in sorted(gone.items())),
        )

    def set_values(self, values: Iterable[SearchValue], parents: frozenset[tuple[str, str]]) -> None:
        """Keep the values and their names in place of those before; `parents` have something below them."""
        ordered = sorted(values, key=lambda value: (value.field, value.key))
        self.write("DELETE FROM members", [()])
        self.write("DELETE FROM names", [()])
        members = ((v.field, v.key, json.dumps(astuple(v)), (v.field, v.key) in parents) for v in ordered)
        self.write("INSERT INTO members VALUES (?, ?, ?, ?)", members)
        names = ((name.text, name.field, name.key, name.whole) for name in name_entries(ordered))
        self.write("INSERT INTO names VALUES (?, ?, ?, ?)", names)


def create_store(folder: Path) -> Store:
    """Return an empty store in a new folder that nobody reads yet; a crash leaves it unfinished."""
    store = _connect(folder / STORE_NAME, "rwc")
    with _told(store.path):
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF"):
            store.rows(f"PRAGMA {pragma}")
        for statement in _SCHEMA.split(";\n"):
            store.rows(statement)
        store.set_fact("version", STORE_VERSION)
    return store


def finish_store(store: Store) -> None:
    """Make a new store fit for readers beside a writer."""
    store.rows("PRAGMA journal_mode = WAL")
    store.rows("PRAGMA synchronous = NORMAL")


def open_store(folder: Path, *, write: bool = False) -> Store:
    """Return the store in a folder, which stays as it is while it is read; DamageError where it is not ours."""
    path = folder / STORE_NAME
    if not path.is_file():
        raise DamageError(f"{path}: the search index lacks its store; `make html` writes it anew.")
    store = _open_store(path, "rw")
    try:
        version = store.fact("version")
        if version != STORE_VERSION:
            raise DamageError(
                f"{path}: the index is of version {version}, not {STORE_VERSION}; `make html` writes it anew."
            )
        if not write:
            store.rows("PRAGMA query_only = ON")
            store.rows("BEGIN")
            store.fact("version")  # the first read fixes the state that all others see
    except BaseException:
        store.close()
        raise
    return store


def _open_store(path: Path, mode: str) -> Store:
    store = _connect(path, mode)
    try:
        store.rows("SELECT count(*) FROM facts")
    except SearchError:
        store.close()
        # A folder that may not be written cannot hold WAL's shared memory; nobody writes it then.
        store = _connect(path, "ro&immutable=1")
    return store


def _connect(path: Path, mode: str) -> Store:
    with _told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        return Store(path, connection)


def _read_document(data: str) -> SearchDocument:
    values = json.loads(data)
    return SearchDocument(*(_tuples(value) for value in values))


def _read_value(data: str) -> SearchValue:
    return SearchValue(*(_tuples(value) for value in json.loads(data)))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for id_ in ids:
        batch.append(id_)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
