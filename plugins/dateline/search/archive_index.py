"""The archive's full-text index: brought up to date by a build, asked by the command line, the server and the export.

An index folder holds `current`, which names a sub-folder and its generation, and that sub-folder: Whoosh's segments
and the store. The store is committed last and says which files belong to its generation, so that a reader meets one
state or the next, whatever befalls the writer. What is not as it was written is made anew in another sub-folder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from whoosh.filedb.filestore import FileStorage
from whoosh.scoring import BM25F
from whoosh.searching import Searcher
from whoosh.util.filelock import try_for

from dateline.edtf import parse_date
from dateline.errors import SearchError
from dateline.files import replace_file
from dateline.records import SearchDocument, SearchValue
from dateline.search.documents import AnalysedDocument, DamageError, analyse_document, unpack_document
from dateline.search.fields import TEXT, TEXT_FIELDS
from dateline.search.names import Name
from dateline.search.scoring import K1, B, Statistics
from dateline.search.segment import (
    MAX_POSTINGS,
    contents_file,
    load_segments,
    open_reader,
    segment_file,
    write_contents,
    write_segments,
)
from dateline.search.store import BUSY_SECONDS, STORE_NAME, Row, Store, create_store, finish_store, open_store
from dateline.search.words import Word

if TYPE_CHECKING:
    from types import TracebackType

ANALYSER_VERSION = "1"  # to be raised when a text's terms change, so that all articles are analysed anew
MAX_SEGMENTS = 8
SMALL_SEGMENT = 1000  # articles; two of this size may always be one
MAX_DELETED = 0.2  # of a segment's articles

_CURRENT = "current"
_LOCK = "writer.lock"
_columns_of_document = attrgetter(*(field.name for field in fields(SearchDocument)))
_UNDATED = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an index holds, and what was done for it."""

    documents: int
    words: int  # distinct words of titles and texts, as written
    written: int = 0  # articles that were analysed, being new or changed
    removed: int = 0
    notes: tuple[str, ...] = ()  # what was found damaged, and mended


@dataclass(frozen=True, slots=True)
class _Given:
    """What the index is to hold."""

    documents: tuple[SearchDocument, ...]
    members: Mapping[tuple[str, str], SearchValue]
    parents: frozenset[tuple[str, str]]  # the values that have others below them
    broader: Mapping[tuple[str, str], tuple[str, ...]]  # as `analyse_document` takes them
    languages: Mapping[str, str]  # by slug
    prints: Mapping[str, bytes]
    members_print: str
    max_postings: int


@dataclass(frozen=True, slots=True)
class _Changes:
    """What parts the articles given from those stored."""

    kept: Mapping[str, Row]  # by slug
    new: tuple[SearchDocument, ...]
    gone: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the articles have together, counted up and down as they come and go."""

    totals: Counter[str]  # as Statistics has them
    words: Counter[tuple[str, str]]  # the change in how many have a word, by word and terms
    shared: Counter[str]  # the change in how many have a term in title and body both

    def add(self, article: AnalysedDocument) -> None:
        self.totals.update(article.lengths)
        self.words.update(article.words.items())
        self.shared.update(article.title.keys() & article.body.keys())

    def remove(self, article: AnalysedDocument) -> None:
        self.totals.subtract(article.lengths)
        self.words.subtract(article.words.items())
        self.shared.subtract(article.title.keys() & article.body.keys())


class SearchIndex:
    """An open index, which stays as it was when it was opened; close it, or use it in a `with` statement.

    Threads may share one: every read of the store is short and takes a lock, Whoosh's readers map files that do not
    change, and all else is made once. Articles are numbered in archive order: by first day, undated ones last.
    """

    def __init__(self, store: Store, searcher: Searcher, stamp: str) -> None:
        """Take over a store and a searcher of the same generation, which are closed with the index."""
        self.searcher = searcher
        self.stamp = stamp  # of `index_stamp`, when it was opened
        self.numbers = store.numbers("numbers")  # by Whoosh's number: the number in archive order, -1 of a deleted one
        self.languages: tuple[str, ...] = tuple(store.parsed("languages"))
        self._store = store
        self._ids = store.numbers("order")
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

    @cached_property
    def dates(self) -> list[tuple[str, str] | None]:
        """The first and last day of each article's date (ISO), by number; None of an undated one."""
        days = self._store.numbers("days")
        iso: dict[int, str] = {day: date.fromordinal(day).isoformat() for day in set(days) if day}
        return [(iso[days[at]], iso[days[at + 1]]) if days[at] else None for at in range(0, len(days), 2)]

    def df(self, family: str, term: str) -> int:
        """Return the number of articles that have a term, in title or body (TEXT) or in a field of values."""
        if family != TEXT:
            return self._df(family, term)
        return sum(self._df(field, term) for field in TEXT_FIELDS) - self._store.shared(term)

    def _df(self, field: str, term: str) -> int:
        return int(self.searcher.reader().doc_frequency(field, term)) - self._store.gone(field, term)

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
        return self._store.value(field, key)

    def values(self) -> list[SearchValue]:
        """Return all values, by field and key."""
        return self._store.values()

    def stored(self, number: int) -> SearchDocument:
        """Return an article as it was given."""
        return self._store.document(self._ids[number])

    def values_of(self, number: int) -> dict[str, dict[str, int]]:
        """Return what an article is tagged with, by field and key, and how often."""
        found: dict[str, dict[str, int]] = {}
        for field, key, count in self.stored(number).values:
            counts = found.setdefault(field, {})
            counts[key] = counts.get(key, 0) + count
        return found

    def analysed(self) -> Iterator[AnalysedDocument]:
        """Yield every article as it was analysed, in archive order."""
        for slug, data in zip(self.fingerprints(), self._store.packed(self._ids), strict=True):
            yield unpack_document(slug, data)

    def analysed_document(self, number: int) -> AnalysedDocument:
        """Return an article as it was analysed."""
        id_ = self._ids[number]
        [(slug,)] = self._store.rows("SELECT slug FROM documents WHERE id = ?", (id_,))
        return unpack_document(slug, next(self._store.packed([id_])))

    def fingerprints(self) -> dict[str, str]:
        """Return a hash of all that the index takes from each article, by slug, in archive order."""
        rows = {row.id: row for row in self._store.documents()}
        return {rows[id_].slug: rows[id_].fingerprint.hex() for id_ in self._ids}


def open_index(folder: Path) -> SearchIndex:
    """Return the index in `folder`; SearchError says when there is none that can be read."""
    try:
        stamp = index_stamp(folder)
        return _open_index(folder / stamp.split()[0], stamp)
    except (OSError, IndexError) as error:
        raise SearchError(f"{folder}: no search index here; `make html` writes it.") from error


def index_stamp(folder: Path) -> str:
    """Return what changes whenever the index in `folder` does; raises OSError where there is none."""
    return (folder / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()


def update_index(
    documents: Iterable[SearchDocument],
    values: Iterable[SearchValue],
    folder: Path,
    *,
    language: str = "en",
    max_postings: int = MAX_POSTINGS,
) -> IndexSummary:
    """Bring the index in `folder` to these articles and values, and write no more than what changed.

    `language` (BCP 47) is that of articles which state none. An article may name only values that are given, each
    slug stands once. SearchError where another process writes the index, or the disk is full: what stood still stands.
    """
    given = _read_given(tuple(documents), values, language=language, max_postings=max_postings)
    with _locked(folder):
        try:
            return _update(given, folder)
        except DamageError as damage:
            notes = (f"{damage} This was done.",) if (folder / _CURRENT).exists() else ()
            return replace(_build(given, folder), notes=notes)
        except OSError as error:
            raise SearchError(f"{folder}: the search index cannot be written ({error}).") from error


def _update(given: _Given, folder: Path) -> IndexSummary:
    """Change the index that stands; DamageError where it cannot be changed."""
    try:
        name = index_stamp(folder).split()[0]
    except (OSError, IndexError) as error:
        raise DamageError(f"{folder}: no search index here.") from error
    inner = folder / name
    store = open_store(inner, write=True)
    try:
        for fact in ("numbers", "days", "order"):
            store.numbers(fact)
        store.check()
        segments = _load_checked_segments(inner, store)
        summary = _commit(store, inner, segments, given)
        replace_file(folder / _CURRENT, f"{name} {store.fact('generation')}\n")
        _tidy(folder, inner, store)
    finally:
        store.close()
    return summary


def _build(given: _Given, folder: Path) -> IndexSummary:
    """Write the index anew in a sub-folder of its own, and put it in place of the one that stands."""
    inner = Path(tempfile.mkdtemp(dir=folder))
    try:
        store = create_store(inner)
        try:
            with store.writing():
                _set_up(store, inner)
            summary = _commit(store, inner, [], given)
            finish_store(store)
            replace_file(folder / _CURRENT, f"{inner.name} {store.fact('generation')}\n")
            _tidy(folder, inner, store)
        finally:
            store.close()
    except OSError as error:
        shutil.rmtree(inner, ignore_errors=True)
        raise SearchError(f"{folder}: the search index cannot be written ({error}).") from error
    except BaseException:
        shutil.rmtree(inner, ignore_errors=True)
        raise
    return summary


def _set_up(store: Store, inner: Path) -> None:
    """State the facts of an index without articles."""
    empty = {"files": "{}", "segments": "{}", "members": "", "languages": "[]", "totals": "{}", "next_id": 1}
    for name, value in empty.items():
        store.set_fact(name, value)
    for name in ("order", "numbers", "days"):
        store.set_numbers(name, ())
    write_contents(inner, [], 0)
    _record_files(store, inner, [], 0)


def _commit(store: Store, inner: Path, segments: list[Any], given: _Given) -> IndexSummary:
    """Write what changed as the next generation: new segments, the table of contents, then the store."""
    changes = _compare(store, given)
    generation, stood = store.fact("generation"), store.numbers("order")
    ids: dict[str, list[int]] = store.parsed("segments")
    first_days = {slug: row.first for slug, row in changes.kept.items()}
    new_days = {document.slug: _days(document) for document in changes.new}
    first_days |= {slug: first for slug, (first, _) in new_days.items()}
    order = sorted(given.prints, key=lambda slug: first_days[slug] or _UNDATED)
    same = not changes.new and not changes.gone and store.fact("members") == given.members_print
    if same and stood == array("i", (changes.kept[slug].id for slug in order)):
        return IndexSummary(len(given.documents), store.count_words())
    rows = dict(changes.kept)
    counts = _Counts(Counter(store.parsed("totals")), Counter(), Counter())

    def analysed() -> Iterator[AnalysedDocument]:
        """Yield the new articles as the store takes them."""
        next_id = store.fact("next_id")
        for id_, document in enumerate(changes.new, next_id):
            slug = document.slug
            found = analyse_document(document, given.broader, language=given.languages[slug])
            rows[slug] = Row(id_, slug, given.prints[slug], given.languages[slug], *new_days[slug])
            store.add_document(rows[slug], document, found)
            counts.add(found)
            written.append(id_)
            yield found
        store.set_fact("next_id", next_id + len(changes.new))

    def rewritten(slugs: Mapping[int, str], moved: list[int]) -> Iterator[AnalysedDocument]:
        """Yield the articles of segments that are merged."""
        for id_, data in zip(moved, store.packed(moved), strict=True):
            written.append(id_)
            yield unpack_document(slugs[id_], data)

    written: list[int] = []
    with store.writing():
        _remove(store, changes.gone, segments, ids, counts)
        merged = _merged(ids)
        moved = [id_ for name in merged for id_ in ids.pop(name) if id_]
        store.write("DELETE FROM gone WHERE segment = ?", ((name,) for name in merged))
        segments = [segment for segment in segments if segment.segment_id() in ids]
        slugs = {row.id: row.slug for row in changes.kept.values()} if moved else {}
        for segment, size in write_segments(
            inner, chain(analysed(), rewritten(slugs, moved)), max_postings=given.max_postings
        ):
            ids[segment.segment_id()], written = written[:size], written[size:]
            segments.append(segment)
        store.count(counts.words)
        store.count_shared(counts.shared)
        if store.fact("members") != given.members_print:
            store.set_values(given.members.values(), given.parents)
            store.set_fact("members", given.members_print)
        _record_order(store, [rows[slug] for slug in order], ids)
        store.set_fact("totals", json.dumps({field: total for field, total in sorted(counts.totals.items()) if total}))
        store.set_fact("languages", json.dumps(sorted(set(given.languages.values()))))
        write_contents(inner, segments, generation + 1)
        _record_files(store, inner, segments, generation + 1)
        store.set_fact("segments", json.dumps(ids))
    removed = len(changes.gone) - sum(row.slug in given.prints for row in changes.gone)
    return IndexSummary(len(given.documents), store.count_words(), len(changes.new), removed)


def _read_given(
    documents: tuple[SearchDocument, ...], values: Iterable[SearchValue], *, language: str, max_postings: int
) -> _Given:
    """Return articles and values with what follows from them; SearchError where they contradict each other."""
    members = {(value.field, value.key): value for value in values}
    _check(documents, members)
    parents = frozenset((value.field, key) for value in members.values() for key in value.broader)
    broader = {
        (field, key): tuple(above for above in dict.fromkeys((key, *value.broader)) if (field, above) in parents)
        for (field, key), value in members.items()
    }
    languages = {document.slug: document.lang or language for document in documents}
    prints = {document.slug: _fingerprint(document, languages[document.slug], broader) for document in documents}
    members_print = _hash(repr([value for _, value in sorted(members.items())])).hexdigest()
    return _Given(documents, members, parents, broader, languages, prints, members_print, max_postings)


def _check(given: Sequence[SearchDocument], members: Mapping[tuple[str, str], SearchValue]) -> None:
    """Raise SearchError where articles or values contradict each other."""
    slugs = Counter(document.slug for document in given)
    if twice := [slug for slug, count in slugs.items() if count > 1]:
        raise SearchError(f"{twice[0]}: {slugs[twice[0]]} articles have this slug; each needs its own.")
    for document in given:
        for field, key, count in document.values:
            if (field, key) not in members:
                raise SearchError(
                    f"{document.slug}: the {field} {key!r} is no value of the archive; give it with them."
                )
            if count < 1:
                raise SearchError(f"{document.slug}: the {field} {key!r} is named {count} times; once is the least.")


def _compare(store: Store, given: _Given) -> _Changes:
    """Return which articles stand as they are given, which are to be written and which to be removed."""
    stored = {row.slug: row for row in store.documents()}
    kept = {slug: row for slug, row in stored.items() if given.prints.get(slug) == row.fingerprint}
    new = tuple(document for document in given.documents if document.slug not in kept)
    return _Changes(kept, new, tuple(row for slug, row in stored.items() if slug not in kept))


def _fingerprint(document: SearchDocument, language: str, broader: Mapping[tuple[str, str], tuple[str, ...]]) -> bytes:
    """Return a hash of all on which the index of an article depends."""
    below = [broader[field, key] for field, key, _ in document.values]
    return _hash(repr((ANALYSER_VERSION, language, _columns_of_document(document), below))).digest()


def _hash(text: str) -> hashlib.blake2b:
    return hashlib.blake2b(text.encode(), digest_size=16)


def _days(document: SearchDocument) -> tuple[int | None, int | None]:
    """Return the first and last day of an article's date, as days since the year 1."""
    if document.date is None:
        return None, None
    day = parse_date(document.date)
    return day.lower.toordinal(), day.upper.toordinal()


def _remove(
    store: Store,
    gone: Sequence[Row],
    segments: Sequence[Any],
    ids: dict[str, list[int]],
    counts: _Counts,
) -> None:
    """Take articles out of the store and the counts, and mark them in their segments."""
    if not gone:
        return
    by_name = {segment.segment_id(): segment for segment in segments}
    places = {id_: (name, at) for name, members in ids.items() for at, id_ in enumerate(members) if id_}
    terms: Counter[tuple[str, str, str]] = Counter()
    for row, data in zip(gone, store.packed([row.id for row in gone]), strict=True):
        analysed = unpack_document(row.slug, data)
        name, at = places[row.id]
        by_name[name].delete_document(at)
        ids[name][at] = 0
        terms.update((field, term, name) for field, term in analysed.terms())
        counts.remove(analysed)
    store.add_gone(terms)
    store.remove_documents([row.id for row in gone])


def _merged(ids: Mapping[str, Sequence[int]]) -> list[str]:
    """Return the segments that are to be written anew: of many deleted articles, and the small ones when too many."""
    live = {name: sum(map(bool, members)) for name, members in ids.items()}
    merged = [name for name, members in ids.items() if len(members) - live[name] > MAX_DELETED * len(members)]
    large = max([SMALL_SEGMENT, *live.values()])
    small = sorted((name for name in ids if name not in merged and live[name] * 2 < large), key=lambda name: live[name])
    if len(small) < MAX_SEGMENTS:
        return merged
    total = 0
    for taken, name in enumerate(small):
        # A segment is written anew only beside others that are half its size together.
        if taken > MAX_SEGMENTS // 2 and live[name] > 2 * total:
            break
        merged.append(name)
        total += live[name]
    return merged


def _record_order(store: Store, rows: Sequence[Row], ids: Mapping[str, Sequence[int]]) -> None:
    """Keep the archive's order: articles and days by number, numbers by Whoosh's."""
    numbers = {row.id: number for number, row in enumerate(rows)}
    store.set_numbers("order", numbers)
    store.set_numbers("days", (day or 0 for row in rows for day in (row.first, row.last)))
    store.set_numbers("numbers", (numbers.get(id_, -1) for members in ids.values() for id_ in members))


def _record_files(store: Store, inner: Path, segments: Sequence[Any], generation: int) -> None:
    """Keep what belongs to a generation: its number, and of each file the size, the time and a checksum."""
    before = store.parsed("files")
    paths = [contents_file(inner, generation), *(segment_file(inner, segment.segment_id()) for segment in segments)]
    files = {path.name: before.get(path.name) or _file_state(path) for path in paths}
    store.set_fact("previous", json.dumps(sorted(before)))
    store.set_fact("files", json.dumps(files))
    store.set_fact("generation", generation)


def _file_state(path: Path) -> list[int]:
    """Return size, time of change (ns) and CRC-32 of a file."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, crc32(path.read_bytes())]


def _load_checked_segments(inner: Path, store: Store) -> list[Any]:
    """Return the segments of the store's generation, whose files are as they were written; else DamageError.

    A file of the right size and time is not read again.
    """
    for name, state in store.parsed("files").items():
        path = inner / name
        try:
            status = path.stat()
            if [status.st_size, status.st_mtime_ns] != state[:2] and _file_state(path)[::2] != state[::2]:
                raise DamageError(f"{path}: the search index is not as it was written; `make html` writes it anew.")
        except OSError as error:
            raise DamageError(
                f"{path}: a part of the search index cannot be read; `make html` writes it anew."
            ) from error
    try:
        return load_segments(inner, store.fact("generation"))
    except Exception as error:  # whatever a file of another Whoosh makes it raise
        raise DamageError(f"{inner}: the search index cannot be read ({error}); `make html` writes it anew.") from error


def _open_index(inner: Path, stamp: str) -> SearchIndex:
    store = open_store(inner)
    try:
        segments = _load_checked_segments(inner, store)
        try:
            reader = open_reader(inner, segments, store.fact("generation"))
        except Exception as error:  # whatever a file of another Whoosh makes it raise
            raise DamageError(
                f"{inner}: the search index cannot be read ({error}); `make html` writes it anew."
            ) from error
        return SearchIndex(store, Searcher(reader, weighting=BM25F(B=B, K1=K1)), stamp)
    except BaseException:
        store.close()
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Write alone; SearchError where another process does for longer than a moment."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileStorage(str(folder)).lock(_LOCK)
        if not try_for(lock.acquire, timeout=BUSY_SECONDS, delay=0.05):
            raise SearchError(f"{folder}: another process writes the search index; try again when it has ended.")
    except OSError as error:
        raise SearchError(f"{folder}: the search index cannot be written ({error}).") from error
    try:
        yield
    finally:
        lock.release()


def _tidy(folder: Path, inner: Path, store: Store) -> None:
    """Remove what a writer left behind that was killed, and what no reader can be opening any more."""
    for path in folder.iterdir():
        if path.is_dir() and path != inner:
            shutil.rmtree(path, ignore_errors=True)
    needed = {*store.parsed("files"), *store.parsed("previous")}
    for path in inner.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in needed and not path.name.startswith(STORE_NAME):
            with suppress(OSError):  # another system's reader keeps it
                path.unlink()
