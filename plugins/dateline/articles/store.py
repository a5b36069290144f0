"""The store, `.cache/convert.sqlite`: what convert read, knows and wrote, on disk rather than in memory.

It may be deleted at any time: the sources, the articles and the ledger say all of it again. A class would only
hide the connection: the functions here and in `matching`, `versions` and `shelf` are given it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import dateline
from dateline.articles.ledger import LedgerLine, format_line, read_ledger
from dateline.articles.machine import fields_of, story_text
from dateline.articles.markdown import render_body
from dateline.articles.provenance import format_locator
from dateline.articles.slugs import slugify
from dateline.articles.versions import sketch
from dateline.errors import ArchiveError
from dateline.files import file_sha256, sha256
from dateline.records import Locator, Notice, Story
from dateline.sources import ENTRY_POINTS, NOT_READ, Sidecar
from dateline.text import fold, sentence_span

MAX_REPORTED_CHARS = 10_000_000  # of one text set aside; its length is told whole

_PAGE_CACHE_KIB = 16_384
_SECONDS_TO_WAIT = 5.0
_SCHEMA = """
CREATE TABLE source (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, key TEXT NOT NULL, is_whole INTEGER NOT NULL,
    size INTEGER NOT NULL, changed INTEGER NOT NULL, seen INTEGER NOT NULL, sha256 TEXT NOT NULL,
    depends_on_others INTEGER NOT NULL
);
CREATE TABLE story (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: the sketch of one that is gone may still be there
    source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE, place INTEGER NOT NULL,
    locator TEXT NOT NULL, first INTEGER NOT NULL, sha256 TEXT NOT NULL,
    identity TEXT NOT NULL, opening TEXT NOT NULL, wanted TEXT NOT NULL,
    source_id TEXT NOT NULL, version_of TEXT NOT NULL, moment TEXT NOT NULL,
    marks INTEGER NOT NULL,
    headline TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL, body_sha256 TEXT NOT NULL, fields TEXT NOT NULL
);
CREATE INDEX story_source ON story (source, place);
CREATE INDEX story_identity ON story (identity);
CREATE TABLE sketch (mark INTEGER NOT NULL, story INTEGER NOT NULL, PRIMARY KEY (mark, story)) WITHOUT ROWID;
CREATE TABLE fresh_sketch (mark INTEGER NOT NULL, story INTEGER NOT NULL);  -- put into order all at once, when compared
CREATE TABLE common_mark (mark INTEGER PRIMARY KEY);
CREATE TABLE compared (story INTEGER PRIMARY KEY REFERENCES story ON DELETE CASCADE);
CREATE TABLE compared_state (state TEXT NOT NULL);
CREATE TABLE likeness (
    older INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    newer INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (older, newer)
) WITHOUT ROWID;
CREATE INDEX likeness_newer ON likeness (newer);
CREATE TABLE notice (
    source INTEGER REFERENCES source ON DELETE CASCADE, place INTEGER NOT NULL,
    told_of TEXT NOT NULL, message TEXT NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, pieces INTEGER NOT NULL,
    chars INTEGER NOT NULL
);
CREATE INDEX notice_source ON notice (source, place);
CREATE TABLE ledger (
    slug TEXT PRIMARY KEY, opening TEXT NOT NULL, source_id TEXT NOT NULL, path TEXT NOT NULL, first INTEGER NOT NULL,
    body_sha256 TEXT NOT NULL, vanished INTEGER NOT NULL, line TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX ledger_opening ON ledger (opening);
CREATE INDEX ledger_path ON ledger (path);
CREATE INDEX ledger_source_id ON ledger (source_id);
CREATE TABLE ledger_hash (
    slug TEXT NOT NULL REFERENCES ledger ON DELETE CASCADE, sha256 TEXT NOT NULL, PRIMARY KEY (slug, sha256)
) WITHOUT ROWID;
CREATE INDEX ledger_hash_sha256 ON ledger_hash (sha256);
CREATE TABLE ledger_file (sha256 TEXT NOT NULL);
CREATE TABLE article (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, seen INTEGER NOT NULL,
    slug TEXT NOT NULL, stem TEXT NOT NULL, fault TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX article_slug ON article (slug);
CREATE INDEX article_stem ON article (stem);
CREATE TABLE article_hash (
    path TEXT NOT NULL REFERENCES article ON DELETE CASCADE, sha256 TEXT NOT NULL, PRIMARY KEY (path, sha256)
) WITHOUT ROWID;
CREATE INDEX article_hash_sha256 ON article_hash (sha256);
CREATE TABLE written (
    slug TEXT PRIMARY KEY, key TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL,
    line TEXT NOT NULL  -- hash of the ledger's
) WITHOUT ROWID;
"""
# What one run finds out anew: the stories that stand for their repeats, in archive order, with their slugs.
_RUN_SCHEMA = """
CREATE TEMP TABLE leader (
    place INTEGER PRIMARY KEY, story INTEGER UNIQUE NOT NULL, identity TEXT UNIQUE NOT NULL, repeats INTEGER NOT NULL,
    slug TEXT UNIQUE, is_new INTEGER NOT NULL DEFAULT 0, kin INTEGER
);
CREATE INDEX temp.leader_kin ON leader (kin);
CREATE TEMP TABLE unread (name TEXT);  -- sources
CREATE TEMP TABLE removed (slug TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE removed_hash (sha256 TEXT PRIMARY KEY, slug TEXT NOT NULL) WITHOUT ROWID;
CREATE TEMP TABLE told (
    told_of TEXT, message TEXT, text TEXT, reason TEXT, pieces INTEGER, chars INTEGER
);
"""


@contextmanager
def open_store(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the store, made anew when it is damaged or of another version of Dateline.

    Raises ArchiveError when another run is at work on it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        db = _connect(path)
    except sqlite3.OperationalError as error:
        at_work = "; is another convert or build at work?" if error.sqlite_errorcode == sqlite3.SQLITE_BUSY else ""
        raise ArchiveError(f"{path}: cannot be used ({error}){at_work}") from error
    except sqlite3.DatabaseError:
        discard_store(path)
        db = _connect(path)
    with closing(db):
        yield db


def discard_store(path: Path) -> None:
    """Delete the store: what it holds can be read again."""
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
    try:
        for pragma in (
            "synchronous = OFF",
            f"cache_size = -{_PAGE_CACHE_KIB}",
            "foreign_keys = ON",
            "temp_store = FILE",
        ):
            db.execute(f"PRAGMA {pragma}")
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # for the whole run, from here on
        db.execute("BEGIN EXCLUSIVE")
        db.execute("COMMIT")
        version = int(sha256(_SCHEMA + code_hash())[:7], 16)
        if db.execute("PRAGMA user_version").fetchone() != (version,):
            _drop_all(db)
            db.executescript(_SCHEMA)
            db.execute(f"PRAGMA user_version = {version}")
        db.executescript(_RUN_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _drop_all(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    ours = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in db.execute(ours).fetchall():
        db.execute(f'DROP TABLE "{name}"')
    db.execute("PRAGMA foreign_keys = ON")


@cache
def code_hash() -> str:
    """Return a hash of Dateline itself, with the data that it carries: another one reads and tags anew."""
    package = Path(dateline.__file__).parent
    files = sorted([*package.rglob("*.py"), *(package / "data").rglob("*.csv")])
    ours = [f"{path.relative_to(package).as_posix()} {sha256(path.read_bytes())}" for path in files]
    others = [f"{point.value} {point.dist.version if point.dist else ''}" for point in entry_points(group=ENTRY_POINTS)]
    return sha256("\n".join([*ours, *sorted(others)]))


@dataclass(frozen=True, slots=True)
class Leader:
    """A story that stands for its repeats: what tells whether its article must be made anew."""

    story: int
    slug: str
    is_new: bool  # no article stands under the slug, and the ledger knows none
    kin: int | None
    identity: str  # hash of headline, text and date: exact repeats agree in it
    body_sha256: str
    fields: str  # as JSON
    repeats: int  # 1: none but itself
    origin: tuple[str, str]  # locator and hash of its own place


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A story as the store gives it back: what an article is made of."""

    headline: str
    text: str  # blocks parted by an empty line
    body: str  # the same as Markdown
    opening: str  # hash of headline and first sentence: by it a story is known again


def add_story(db: sqlite3.Connection, source: int, place: int, story: Story, sidecar: Sidecar) -> None:
    """Keep a story of a source."""
    text, body = story_text(story), render_body(story.blocks)
    first_sentence = text[slice(*sentence_span(text, 0, 0))]
    fields = fields_of(story, sidecar)
    marks = sketch(f"{story.headline}\n{text}")
    date = story.published.date if story.published else ""
    moment = _in_utc(story.published.moment or date) if story.published else ""
    cursor = db.execute(
        "INSERT INTO story (source, place, locator, first, sha256, identity, opening, wanted, source_id, version_of,"
        " moment, marks, headline, text, body, body_sha256, fields)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            source,
            place,
            format_locator(story.locator),
            story.locator.first,
            story.sha256,
            sha256(f"{story.headline}\n{text}\n{date}"),
            sha256(f"{fold(story.headline)}\n{fold(first_sentence)}"),
            slugify(story.headline),
            fields.get("Source-Id", ""),
            story.version_of,
            moment,
            len(marks),
            story.headline,
            text,
            body,
            sha256(body),
            json.dumps(fields, ensure_ascii=False),
        ),
    )
    db.executemany("INSERT INTO fresh_sketch VALUES (?, ?)", [(mark, cursor.lastrowid) for mark in marks])


def leaders(db: sqlite3.Connection) -> Iterator[Leader]:
    """Yield the stories that articles are made of, in the order of their sources."""
    place = 0
    while rows := db.execute(
        "SELECT leader.place, leader.story, slug, is_new, kin, leader.identity, body_sha256, fields, repeats, locator,"
        " sha256 FROM leader JOIN story ON story.id = leader.story WHERE leader.place > ? ORDER BY leader.place"
        " LIMIT 1000",
        (place,),
    ).fetchall():
        for _, story, slug, is_new, kin, identity, body_sha256, fields, repeats, *origin in rows:
            yield Leader(story, slug, bool(is_new), kin, identity, body_sha256, fields, repeats, (origin[0], origin[1]))
        place = rows[-1][0]


def _in_utc(moment: str) -> str:
    """Return a moment as text that sorts by time whatever the zone; a day, or a moment of no zone, as it is."""
    try:
        stated = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return stated.astimezone(UTC).isoformat() if stated.tzinfo else moment


def get_story(db: sqlite3.Connection, id_: int) -> StoredStory:
    """Return a story by its number in the store."""
    row = db.execute("SELECT headline, text, body, opening FROM story WHERE id = ?", (id_,)).fetchone()
    return StoredStory(*row)


def origins(db: sqlite3.Connection, identity: str) -> list[tuple[str, str]]:
    """Return the locator and hash of each place where a story stands, in archive order."""
    return db.execute(
        "SELECT locator, story.sha256 FROM story JOIN source ON source.id = story.source WHERE identity = ?"
        " ORDER BY source.name, story.place",
        (identity,),
    ).fetchall()


def add_source_notice(db: sqlite3.Connection, source: int, place: int, notice: Notice) -> None:
    """Keep a notice of a source for as long as the source stays as it is."""
    if notice.reason == NOT_READ:
        db.execute("UPDATE source SET is_whole = 0 WHERE id = ?", (source,))
    db.execute("INSERT INTO notice VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (source, place, *_notice_row(notice)))


def tell(db: sqlite3.Connection, notice: Notice) -> None:
    """Keep a notice of this run."""
    db.execute("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)", _notice_row(notice))


def _notice_row(notice: Notice) -> tuple[str, str, str, str, int, int]:
    text = _writable(notice.text[:MAX_REPORTED_CHARS])
    return _writable(notice.where), _writable(notice.message), text, notice.reason, notice.count, len(notice.text)


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def told(db: sqlite3.Connection, sources: Collection[str] = ()) -> Iterator[tuple[Notice, int]]:
    """Yield the notices of the sources, in archive order, and of this run, each with the length of its text.

    With `sources`, those of other sources are left out.
    """
    rows = db.execute(
        "SELECT source.name, told_of, message, text, reason, pieces, chars FROM notice"
        " JOIN source ON source.id = notice.source ORDER BY source.name, notice.place"
    )
    for name, *row, chars in rows:
        if not sources or name in sources:
            yield Notice(*row), chars
    for *row, chars in db.execute("SELECT told_of, message, text, reason, pieces, chars FROM told ORDER BY rowid"):
        yield Notice(*row), chars


def fill_ledger(db: sqlite3.Connection, path: Path) -> None:
    """Take the ledger at `path` into the store, unless it is what the store holds already."""
    hash_ = file_sha256(path) if path.exists() else ""
    if (hash_,) == db.execute("SELECT sha256 FROM ledger_file").fetchone():
        return
    db.execute("DELETE FROM ledger")
    for line in read_ledger(path):
        put_ledger_line(db, line, is_new=True)
    keep_ledger_hash(db, hash_)


def keep_ledger_hash(db: sqlite3.Connection, hash_: str) -> None:
    """Keep the hash of the ledger's file whose lines the store holds."""
    db.execute("DELETE FROM ledger_file")
    db.execute("INSERT INTO ledger_file VALUES (?)", (hash_,))


def put_ledger_line(db: sqlite3.Connection, line: LedgerLine, *, is_new: bool = False) -> str:
    """Keep a line of the ledger, in place of the one of its slug unless it `is_new`; return it as it is written."""
    locator: Locator = line.locator
    text = format_line(line)
    if not is_new:
        db.execute("DELETE FROM ledger WHERE slug = ?", (line.slug,))
    db.execute(
        "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            line.slug,
            line.story,
            line.fields.get("Source-Id", ""),
            locator.path,
            locator.first,
            line.body,
            line.vanished,
            text,
        ),
    )
    db.executemany("INSERT OR IGNORE INTO ledger_hash VALUES (?, ?)", [(line.slug, hash_) for hash_ in line.hashes])
    return text


def get_ledger_line(db: sqlite3.Connection, slug: str) -> LedgerLine | None:
    """Return the ledger's line of a slug, if there is one."""
    row = db.execute("SELECT line FROM ledger WHERE slug = ?", (slug,)).fetchone()
    return LedgerLine(**json.loads(row[0])) if row else None


def ledger_lines(db: sqlite3.Connection) -> Iterator[str]:
    """Yield the ledger as it is written, sorted by slug."""
    for (line,) in db.execute("SELECT line FROM ledger ORDER BY slug"):
        yield line
