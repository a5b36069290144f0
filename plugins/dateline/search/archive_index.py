"""The archive's full-text index, open for the command line, the server and the export; `updating` writes it.

An index folder holds `current` (see `manifest`) and a sub-folder: Whoosh's segments, the store and the contents. A file
that a generation names is never written again, so that a reader keeps the state that it opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.contents import Contents, Place, open_contents
from dateline.search.documents import AnalysedDocument, DamageError
from dateline.search.manifest import Manifest, check_files, index_stamp, load_manifest
from dateline.search.names import Name
from dateline.search.scoring import K1, B, Statistics
from dateline.search.segment import load_segments, open_reader
from dateline.search.store import Store, open_store, store_file
from dateline.search.words import Word

if TYPE_CHECKING:
    from types import TracebackType

_ATTEMPTS = 3  # of a reader that finds the index replaced while it opens it


class SearchIndex:
    """An open index, which stays as it was when it was opened; close it, or use it in a `with` statement.

    Threads may share one: every read of a file is short and takes a lock, Whoosh's readers map files that do not
    change, and all else is made once. Articles are numbered in archive order: by first day, undated ones last.
    """

    def __init__(self, inner: Path, manifest: Manifest, searcher: Searcher, store: Store, contents: Contents) -> None:
        """Take over what belongs to one generation, which is closed with the index."""
        self.searcher = searcher
        self.stamp = manifest.stamp  # of `index_stamp`, when it was opened
        self.numbers = store.numbers("numbers")  # by Whoosh's number: the number in archive order, -1 of a deleted one
        self.languages: tuple[str, ...] = tuple(store.parsed("languages"))
        self._inner, self._manifest = inner, manifest
        self._store, self._contents = store, contents
        self._ids = store.numbers("order")
        self._places: dict[int, Place] = {}
        self._dfs: dict[tuple[str, str], int] = {}
        self._values: dict[tuple[str, str], SearchValue] = {}
        self.statistics = Statistics(len(self._ids), store.parsed("totals"))

    def __enter__(self) -> SearchIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the files."""
        self.searcher.close()
        self._store.close()
        self._contents.close()

    def check(self) -> None:
        """Raise DamageError where a file that answers come from is not as it was written; reads all of them."""
        files = self._manifest.files
        check_files(self._inner, files, read=files)

    @cached_property
    def dates(self) -> list[tuple[str, str] | None]:
        """The first and last day of each article's date (ISO), by number; None of an undated one."""
        days = self._store.numbers("days")
        spans = list(zip(days[::2], days[1::2], strict=True))
        iso = {
            span: (date.fromordinal(span[0]).isoformat(), date.fromordinal(span[1]).isoformat()) if span[0] else None
            for span in set(spans)
        }
        return [iso[span] for span in spans]

    def df(self, family: str, term: str) -> int:
        """Return the number of articles that have a term, in title or body (TEXT) or in a field of values."""
        found = self._dfs.get((family, term))
        if found is None:
            found = self._dfs[family, term] = self._store.df(family, term)
        return found

    def words(self, prefix: str = "") -> Iterator[Word]:
        """Yield the words of titles and texts that begin so, by code point."""
        return self._store.words(prefix)

    def names(self, prefix: str = "") -> Iterator[Name]:
        """Yield the names of values that begin so, by text, field and key."""
        return self._store.names(prefix)

    def has_below(self, field: str, key: str) -> bool:
        """Tell whether another value of the archive lies in this one."""
        return self._store.has_below(field, key)

    def value(self, field: str, key: str) -> SearchValue:
        """Return a value; SearchError where the archive has none."""
        found = self._values.get((field, key))
        if found is None:
            found = self._values[field, key] = self._store.value(field, key)
        return found

    def values(self) -> list[SearchValue]:
        """Return all values, by field and key."""
        return self._store.values()

    def stored(self, number: int) -> SearchDocument:
        """Return an article as it was given."""
        return self._contents.given(self._store.document(self._ids[number]).place)

    def keys_of(self, field: str) -> list[tuple[str, ...]]:
        """Return the keys of the values of a field that each article is tagged with, by number; each key once."""
        return [keys.get(field, ()) for keys in self._keys]

    @cached_property
    def _keys(self) -> list[dict[str, tuple[str, ...]]]:
        """By number: field → keys. Articles with the same values share one."""
        keys: dict[str, dict[str, tuple[str, ...]]] = {}
        tags = self._store.tags()
        for text in set(tags.values()):
            found: dict[str, dict[str, None]] = {}
            for field, key, _ in json.loads(text):
                found.setdefault(field, {})[key] = None
            keys[text] = {field: tuple(of) for field, of in found.items()}
        return [keys[tags[id_]] for id_ in self._ids]

    def analysed(self) -> Iterator[AnalysedDocument]:
        """Yield every article as it was analysed, in archive order."""
        rows = {row.id: row for row in self._store.documents()}
        for id_ in self._ids:
            yield self._contents.analysed(rows[id_].slug, rows[id_].place)

    def analysed_document(self, number: int) -> AnalysedDocument:
        """Return an article as it was analysed."""
        row = self._store.document(self._ids[number])
        return self._contents.analysed(row.slug, row.place)

    def fingerprints(self) -> dict[str, str]:
        """Return a hash of all that the index takes from each article, by slug, in archive order."""
        rows = {row.id: row for row in self._store.documents()}
        return {rows[id_].slug: rows[id_].fingerprint.hex() for id_ in self._ids}


def open_index(folder: Path) -> SearchIndex:
    """Return the index in `folder`; SearchError says when there is none that can be read."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            manifest = load_manifest(folder)
        except OSError as error:
            raise SearchError(f"{folder}: no search index here; `make html` writes it.") from error
        try:
            return _open(folder / manifest.folder, manifest)
        except DamageError:
            if attempt == _ATTEMPTS or index_stamp(folder) == manifest.stamp:
                raise
    raise AssertionError  # the last attempt returns or raises


@contextmanager
def whoosh_told(inner: Path, manifest: Manifest) -> Iterator[None]:
    """Turn what Whoosh raises while it opens files into DamageError."""
    try:
        yield
    except Exception as error:  # whatever a damaged file makes it raise
        check_files(inner, manifest.files, read=manifest.files)
        raise DamageError(f"{inner}: the search index cannot be read ({error}); `make html` writes it anew.") from error


def _open(inner: Path, manifest: Manifest) -> SearchIndex:
    name = store_file(manifest.generation)
    check_files(inner, manifest.files, read=[name])  # the store is small
    with ExitStack() as opened:
        store = open_store(inner / name)
        opened.callback(store.close)
        contents = open_contents(inner / manifest.contents.name)
        opened.callback(contents.close)
        with whoosh_told(inner, manifest):
            segments = load_segments(inner, manifest.generation)
            reader = open_reader(inner, segments, manifest.generation)
        index = SearchIndex(inner, manifest, Searcher(reader, weighting=BM25F(B=B, K1=K1)), store, contents)
        opened.pop_all()
        return index
