"""Articles and values into the index: what changed is written as the next generation, beside the one that stands.

The manifest is replaced last. What is not as it was written is made anew in another sub-folder.
"""

from __future__ import annotations

import json
import marshal
import os
import secrets
import shutil
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import date
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.util.filelock import try_for

from dateline.edtf import parse_date
from dateline.errors import SearchError
from dateline.records import SearchDocument, SearchValue
from dateline.search.archive_index import whoosh_told
from dateline.search.contents import Contents, ContentsWriter, open_contents, write_contents_file
from dateline.search.documents import AnalysedDocument, DamageError, analyse_document, check_texts
from dateline.search.fields import FAMILIES
from dateline.search.languages import language_of_terms
from dateline.search.manifest import (
    GrowingFile,
    Manifest,
    check_files,
    date_back,
    load_manifest,
    seal_file,
    write_manifest,
)
from dateline.search.names import storable_value
from dateline.search.segment import (
    MAX_POSTINGS,
    contents_file,
    load_segments,
    segment_file,
    write_contents,
    write_segments,
)
from dateline.search.store import Row, Store, copy_store, create_store, finish_store, open_store, store_file

MAX_SEGMENTS = 8
SMALL_SEGMENT = 1000  # articles; two of this size may always be one
MAX_DELETED = 0.2  # of a segment's articles
MAX_WASTE = 0.5  # of the bytes of the contents
BUSY_SECONDS = 5.0

_LOCK = "writer.lock"
_columns_of = attrgetter(*(field.name for field in fields(SearchDocument)))
_UNDATED = date.max.toordinal() + 1

Pair = tuple[str, str]  # of a value: its field and key


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
    members: Mapping[Pair, SearchValue]
    parents: frozenset[Pair]  # the values that have others below them
    broader: Mapping[Pair, tuple[str, ...]]  # as `analyse_document` takes them
    language: str  # of articles which state none
    prints: Mapping[str, bytes]  # by slug, in the order given
    members_print: bytes
    max_postings: int

    @property
    def fingerprint(self) -> bytes:
        """A hash of all of it, its order among it."""
        return sha256(b"".join((self.members_print, *self.prints.values()))).digest()

    def language_of(self, document: SearchDocument) -> str:
        return language_of_terms(document.lang or self.language)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What parts the articles given from those stored."""

    kept: Mapping[str, Row]  # by slug
    new: tuple[SearchDocument, ...]
    gone: tuple[Row, ...]
    days: Mapping[str, tuple[int | None, int | None]]  # first and last of the new ones, by slug
    order: tuple[str, ...]  # slugs of all that are given, in archive order


@dataclass(frozen=True, slots=True)
class _Counts:
    """What the articles have together, counted up and down as they come and go."""

    totals: Counter[str]  # as Statistics has them
    words: Counter[tuple[str, str]] = field(default_factory=Counter)  # the change of df, by word and terms
    terms: dict[str, Counter[str]] = field(default_factory=lambda: {family: Counter() for family in FAMILIES})

    def add(self, article: AnalysedDocument) -> None:
        self.totals.update(article.lengths)
        self.words.update(article.words.items())
        for family, terms in article.terms.items():
            self.terms[family].update(terms)

    def remove(self, article: AnalysedDocument) -> None:
        self.totals.subtract(article.lengths)
        self.words.subtract(article.words.items())
        for family, terms in article.terms.items():
            self.terms[family].subtract(terms)


@dataclass(slots=True)
class _Draft:
    """The next generation while it is written."""

    inner: Path
    manifest: Manifest  # of the generation that stands
    store: Store  # its copy, which is changed
    contents: Contents  # where the articles that stand are read
    segments: list[Any]
    ids: dict[str, list[int]] = field(init=False)  # by segment: its articles by number, 0 of a deleted one
    counts: _Counts = field(init=False)
    rows: dict[str, Row] = field(default_factory=dict)  # of the articles that it has, by slug
    written: list[int] = field(default_factory=list)  # articles of the segment that is being written

    def __post_init__(self) -> None:
        self.ids = self.store.parsed("segments")
        self.counts = _Counts(Counter(self.store.parsed("totals")))

    @property
    def generation(self) -> int:
        return self.manifest.generation + 1


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
        except OSError as error:
            raise SearchError(f"{folder}: the search index cannot be written ({error}).") from error


def _update(given: _Given, folder: Path) -> IndexSummary:
    """Change the index that stands, or write one where there is none, or a damaged one."""
    try:
        manifest = load_manifest(folder)
    except FileNotFoundError:
        return _build(given, folder)
    except DamageError as damage:
        return replace(_build(given, folder), notes=(f"{damage} This was done.",))
    try:
        return _change(given, folder, manifest)
    except DamageError as damage:
        return replace(_build(given, folder), notes=(f"{damage} This was done.",))


def _change(given: _Given, folder: Path, manifest: Manifest) -> IndexSummary:
    """Write the next generation, where there is a change; DamageError where what stands cannot be changed."""
    inner, name = folder / manifest.folder, store_file(manifest.generation)
    check_files(inner, manifest.files, read=[name])
    _tidy(folder, manifest)
    with closing(open_store(inner / name)) as stood, closing(open_contents(inner / manifest.contents.name)) as contents:
        manifest = _checked_contents(contents, manifest, stood, folder)
        if stood.fact("given") == given.fingerprint:
            return IndexSummary(len(given.documents), stood.fact("words"))
        changes = _compare(stood.documents(), given)
        if _is_same(stood, given, changes):
            return IndexSummary(len(given.documents), stood.fact("words"))
        with whoosh_told(inner, manifest):
            segments = load_segments(inner, manifest.generation)
        with closing(copy_store(inner / name, inner / store_file(manifest.generation + 1))) as store:
            return _write(given, changes, folder, _Draft(inner, manifest, store, contents, segments))


def _build(given: _Given, folder: Path) -> IndexSummary:
    """Write the index anew in a sub-folder of its own, and put it in place of the one that stands."""
    inner = folder / secrets.token_hex(6)
    inner.mkdir()  # with the rights that the umask gives: who serves it may be another than who builds it
    manifest = Manifest(inner.name, 0, {}, GrowingFile("contents_1.bin", 0, 0, 0))
    path = inner / manifest.contents.name
    try:
        path.touch()
        with closing(create_store(inner / store_file(1))) as store, closing(open_contents(path)) as contents:
            for name, value in {"segments": "{}", "totals": "{}", "members": b"", "next_id": 1}.items():
                store.set_fact(name, value)
            return _write(given, _compare([], given), folder, _Draft(inner, manifest, store, contents, []))
    except BaseException:
        shutil.rmtree(inner, ignore_errors=True)
        raise


def _write(given: _Given, changes: _Changes, folder: Path, draft: _Draft) -> IndexSummary:
    """Write what changed, then the manifest that names it."""
    records: tuple[SearchDocument | SearchValue, ...] = (*changes.new, *given.members.values())
    for record in records:
        check_texts(record)
    draft.rows |= changes.kept
    _remove(changes.gone, draft)
    moved = _take_merged(draft, changes.kept)
    with closing(_contents_writer(draft, changes)) as writer:
        articles = chain(_add_articles(given, changes, draft, writer), _read_again(moved, draft))
        for segment, size in write_segments(draft.inner, articles, max_postings=given.max_postings):
            draft.ids[segment.segment_id()], draft.written[:size] = draft.written[:size], []
            draft.segments.append(segment)
    words = _record(given, [draft.rows[slug] for slug in changes.order], draft)
    finish_store(draft.store)
    write_contents(draft.inner, draft.segments, draft.generation)
    manifest = _following(draft, writer)
    write_manifest(folder, manifest)
    _tidy(folder, manifest)
    removed = len(changes.gone) - sum(row.slug in given.prints for row in changes.gone)
    return IndexSummary(len(given.documents), words, len(changes.new), removed)


def _remove(gone: Sequence[Row], draft: _Draft) -> None:
    """Take articles out of the store and the counts, and mark them in their segments."""
    segments = {segment.segment_id(): segment for segment in draft.segments}
    places = {id_: (name, at) for name, members in draft.ids.items() for at, id_ in enumerate(members)} if gone else {}
    for row in gone:
        name, at = places[row.id]
        segments[name].delete_document(at)
        draft.ids[name][at] = 0
        draft.counts.remove(draft.contents.analysed(row.slug, row.place))
    draft.store.remove_documents(row.id for row in gone)


def _take_merged(draft: _Draft, kept: Mapping[str, Row]) -> list[Row]:
    """Take out the segments that are to be written anew, and return the articles that they had."""
    moved = [id_ for name in _merged(draft.ids) for id_ in draft.ids.pop(name) if id_]
    draft.segments = [segment for segment in draft.segments if segment.segment_id() in draft.ids]
    rows = {row.id: row for row in kept.values()} if moved else {}
    return [rows[id_] for id_ in moved]


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


def _contents_writer(draft: _Draft, changes: _Changes) -> ContentsWriter:
    """Return what adds articles to the contents; where too much of these is waste, to new ones, with those kept."""
    stood = draft.manifest.contents
    waste = stood.waste + sum(row.place.size for row in changes.gone)
    if waste <= MAX_WASTE * stood.end:
        return write_contents_file(draft.inner / stood.name, stood.end, waste)
    writer = write_contents_file(draft.inner / f"contents_{draft.generation}.bin", 0, 0)
    for row in changes.kept.values():
        draft.rows[row.slug] = row._replace(start=writer.copy(draft.contents, row.place))
    draft.store.move_documents(draft.rows.values())
    return writer


def _add_articles(
    given: _Given, changes: _Changes, draft: _Draft, writer: ContentsWriter
) -> Iterator[AnalysedDocument]:
    """Yield the new articles as the store and the contents take them."""
    next_id = draft.store.fact("next_id")
    for id_, document in enumerate(changes.new, next_id):
        slug = document.slug
        found = analyse_document(document, given.broader, language=given.language_of(document))
        place = writer.add(document, found)
        row = Row(id_, slug, given.prints[slug], *changes.days[slug], *place)
        draft.store.add_document(row, document.values)
        draft.rows[slug] = row
        draft.counts.add(found)
        draft.written.append(id_)
        yield found
    draft.store.set_fact("next_id", next_id + len(changes.new))


def _read_again(moved: Iterable[Row], draft: _Draft) -> Iterator[AnalysedDocument]:
    """Yield the articles of segments that are merged."""
    for row in moved:
        draft.written.append(row.id)
        yield draft.contents.analysed(row.slug, row.place)


def _record(given: _Given, rows: Sequence[Row], draft: _Draft) -> int:
    """Keep what the articles have together, with their order, and return the number of words."""
    store, counts = draft.store, draft.counts
    store.add_words(counts.words)
    for family, terms in counts.terms.items():
        store.add_terms(family, terms)
    if store.fact("members") != given.members_print:
        store.set_values(given.members.values(), given.parents)
        store.set_fact("members", given.members_print)
    numbers = {row.id: number for number, row in enumerate(rows)}
    store.set_numbers("order", numbers)
    store.set_numbers("days", (day or 0 for row in rows for day in (row.first, row.last)))
    store.set_numbers("numbers", (numbers.get(id_, -1) for members in draft.ids.values() for id_ in members))
    store.set_fact("segments", json.dumps(draft.ids))
    store.set_fact("totals", json.dumps({family: total for family, total in sorted(counts.totals.items()) if total}))
    store.set_fact("languages", json.dumps(sorted(set(map(given.language_of, given.documents)))))
    store.set_fact("given", given.fingerprint)
    words = store.count_words()
    store.set_fact("words", words)
    return words


def _following(draft: _Draft, writer: ContentsWriter) -> Manifest:
    """Return the manifest of the draft, all of which is written."""
    inner, generation = draft.inner, draft.generation
    segments = (segment_file(inner, segment.segment_id()) for segment in draft.segments)
    paths = (inner / store_file(generation), contents_file(inner, generation), *segments)
    files = {path.name: draft.manifest.files.get(path.name) or seal_file(path) for path in paths}
    size, time = date_back(writer.path)
    growing = GrowingFile(writer.path.name, size, time, writer.waste)
    return Manifest(inner.name, generation, files, growing, draft.manifest.names)


def _checked_contents(contents: Contents, manifest: Manifest, store: Store, folder: Path) -> Manifest:
    """Raise DamageError where the contents are not as they were written; those of the right size and time are.

    Where others are, what a killed writer added is cut off, and the manifest that is returned tells the time of it.
    """
    path, stood = contents.path, manifest.contents
    status = path.stat()
    if (status.st_size, status.st_mtime_ns) == (stood.end, stood.time):
        return manifest
    contents.check(row.place for row in store.documents())
    if status.st_size > stood.end:
        os.truncate(path, stood.end)
    size, time = date_back(path)
    checked = replace(manifest, contents=stood._replace(end=size, time=time))
    write_manifest(folder, checked)
    return checked


def _read_given(
    documents: tuple[SearchDocument, ...], values: Iterable[SearchValue], *, language: str, max_postings: int
) -> _Given:
    """Return articles and values with what follows from them; SearchError where they contradict each other."""
    given = list(values)
    stored = list(map(storable_value, given))
    members = {(value.field, value.key): value for value in stored}
    renamed = {(old.field, old.key): new.key for old, new in zip(given, stored, strict=True) if old.key != new.key}
    if renamed:
        documents = tuple(_with_keys(document, renamed) for document in documents)
    _check(documents, members)
    parents = frozenset((value.field, key) for value in members.values() for key in value.broader)
    broader = {
        (field, key): tuple(above for above in dict.fromkeys((key, *value.broader)) if (field, above) in parents)
        for (field, key), value in members.items()
    }
    prints = {
        document.slug: _fingerprint(
            (
                language_of_terms(document.lang or language),
                _columns_of(document),
                [broader[field, key] for field, key, _ in document.values],
            )
        )
        for document in documents
    }
    members_print = _fingerprint([astuple(value) for _, value in sorted(members.items())])
    return _Given(documents, members, parents, broader, language, prints, members_print, max_postings)


def _with_keys(document: SearchDocument, renamed: Mapping[Pair, str]) -> SearchDocument:
    values = ((name, renamed.get((name, key), key), count) for name, key, count in document.values)
    return replace(document, values=tuple(values))


def _check(given: Sequence[SearchDocument], members: Mapping[Pair, SearchValue]) -> None:
    """Raise SearchError where articles or values contradict each other."""
    if len({document.slug for document in given}) < len(given):
        [(slug, count)] = Counter(document.slug for document in given).most_common(1)
        raise SearchError(f"{slug}: {count} articles have this slug; each needs its own.")
    # The same few values are named again and again.
    named = set(chain.from_iterable(document.values for document in given))
    if all((name, key) in members and count > 0 for name, key, count in named):
        return
    for document in given:
        for name, key, count in document.values:
            if (name, key) not in members:
                raise SearchError(f"{document.slug}: the {name} {key!r} is no value of the archive; give it with them.")
            if count < 1:
                raise SearchError(f"{document.slug}: the {name} {key!r} is named {count} times; once is the least.")


def _fingerprint(content: Any) -> bytes:
    """Return a hash of tuples, lists, texts and numbers."""
    try:
        # A third of the time that `repr` takes; version 2 of the format is the same for equal values.
        data = marshal.dumps(content, 2)
    except ValueError:  # a text of a class of its own
        data = repr(content).encode("utf-8", "surrogatepass")
    return sha256(data).digest()


def _compare(stood: Iterable[Row], given: _Given) -> _Changes:
    """Return which articles stand as they are given, which are to be written and which to be removed."""
    stored = {row.slug: row for row in stood}
    kept = {slug: row for slug, row in stored.items() if given.prints.get(slug) == row.fingerprint}
    new = tuple(document for document in given.documents if document.slug not in kept)
    gone = tuple(row for slug, row in stored.items() if slug not in kept)
    days = {document.slug: _days(document) for document in new}
    first = {slug: row.first or _UNDATED for slug, row in kept.items()}
    first |= {slug: day or _UNDATED for slug, (day, _) in days.items()}
    return _Changes(kept, new, gone, days, tuple(sorted(given.prints, key=first.__getitem__)))


def _is_same(stood: Store, given: _Given, changes: _Changes) -> bool:
    """Tell whether nothing is to be written, though articles were given in another order."""
    if changes.new or changes.gone or stood.fact("members") != given.members_print:
        return False
    return stood.numbers("order") == array("i", (changes.kept[slug].id for slug in changes.order))


def _days(document: SearchDocument) -> tuple[int | None, int | None]:
    """Return the first and last day of an article's date, as days since the year 1."""
    if document.date is None:
        return None, None
    day = parse_date(document.date)
    return day.lower.toordinal(), day.upper.toordinal()


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


def _tidy(folder: Path, manifest: Manifest) -> None:
    """Remove what a writer left behind that was killed, and what no reader can be opening any more."""
    inner = folder / manifest.folder
    for path in folder.iterdir():
        if path.is_dir() and path != inner:
            shutil.rmtree(path, ignore_errors=True)
    needed = {*manifest.names, *manifest.previous}
    for path in inner.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in needed:
            with suppress(OSError):  # another system's reader keeps it
                path.unlink()
