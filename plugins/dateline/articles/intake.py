"""Intake: the sources, read into the store where they, or what they depend on, changed.

A source is known by its bytes, what its sidecar says, the format and the limits; a page of a newspaper also by the
files that describe it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dateline.articles.shelf import is_settled
from dateline.articles.store import add_source_notice, add_story, tell
from dateline.errors import SourceError
from dateline.files import file_sha256, sha256
from dateline.records import Notice
from dateline.sources import (
    NOT_READ,
    Limits,
    Sidecar,
    depends_on_others,
    find_sources,
    load_sidecar,
    read_file,
    source_name,
)
from dateline.sources.sidecar import find_orphans

Progress = Callable[[str, int], None]  # a stage in a word or two, and how many stories it has done


@dataclass(frozen=True, slots=True)
class _File:
    """A source's file as it stands, and what decides whether it is read again."""

    path: Path
    name: str
    sidecar: Sidecar
    notices: tuple[Notice, ...]  # on the sidecar
    size: int
    changed: int  # nanoseconds
    seen: int  # nanoseconds
    sha256: str
    depends_on_others: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """How sources are to be read: those of `paths` for the format `format_name`, where one is named."""

    content: Path
    paths: tuple[Path, ...]
    format_name: str
    limits: Limits
    progress: Progress


def read_sources(db: sqlite3.Connection, intake: Intake) -> None:
    """Bring the store up to the sources: what is gone leaves it, what changed is read anew."""
    content = intake.content
    paths = find_sources(content)
    for notice in find_orphans(content, paths):
        tell(db, notice)
    files = [file for path in paths if (file := _look_at(db, content, path))]
    around = sha256("".join(f"{file.name} {file.sha256}\n" for file in files if file.depends_on_others))
    for file in files:
        _read_source(db, intake, file, around if file.depends_on_others else "")
    there = {path.relative_to(content).as_posix() for path in paths}
    for id_, name in db.execute("SELECT id, name FROM source").fetchall():
        if name not in there:
            db.execute("DELETE FROM source WHERE id = ?", (id_,))


def _look_at(db: sqlite3.Connection, content: Path, path: Path) -> _File | None:
    """Return a source's file as it stands; None for one that cannot be read, which is told."""
    name = path.relative_to(content).as_posix()
    try:
        source_name(path, content)
        sidecar, notices = load_sidecar(path, name)
        status, seen = path.stat(), time.time_ns()
        stamp = (status.st_size, status.st_ctime_ns)  # the time of change of a file can be set, that of its inode not
        known = db.execute(
            "SELECT sha256, depends_on_others, size, changed, seen FROM source WHERE name = ?", (name,)
        ).fetchone()
        if known and known[2:4] == stamp and is_settled(*known[3:]):
            hash_, depends = known[0], bool(known[1])
        else:
            hash_, depends = file_sha256(path), depends_on_others(path)
    except SourceError as error:
        _tell_unread(db, error, name)
        return None
    except OSError as error:
        _tell_unread(db, SourceError(f"{name}: cannot be read ({error.strerror or error})"), name)
        return None
    return _File(path, name, sidecar, tuple(notices), *stamp, seen, hash_, depends)


def _read_source(db: sqlite3.Connection, intake: Intake, file: _File, around: str) -> None:
    """Read a source, unless the store holds it as it is; `around` is a hash of what else it depends on."""
    format_name = intake.format_name if file.path in intake.paths else ""
    key = sha256(f"{file.sha256} {file.sidecar} {file.notices} {format_name} {intake.limits} {around}")
    known = db.execute("SELECT id, key FROM source WHERE name = ?", (file.name,)).fetchone()
    if known and known[1] == key:
        stamp = (file.size, file.changed, file.seen, known[0])
        db.execute("UPDATE source SET size = ?, changed = ?, seen = ? WHERE id = ?", stamp)
        intake.progress(file.name, 0)
        return
    db.execute("BEGIN IMMEDIATE")
    if known:
        db.execute("DELETE FROM source WHERE id = ?", (known[0],))
    source = db.execute(
        "INSERT INTO source (name, key, is_whole, size, changed, seen, sha256, depends_on_others)"
        " VALUES (?, ?, 1, ?, ?, ?, ?, ?)",
        (file.name, key, file.size, file.changed, file.seen, file.sha256, file.depends_on_others),
    ).lastrowid
    assert source is not None
    for place, notice in enumerate(file.notices, start=-len(file.notices)):
        add_source_notice(db, source, place, notice)
    count = 0
    items = read_file(file.path, file.name, file.sidecar, limits=intake.limits, format_name=format_name)
    for place, item in enumerate(items):
        if isinstance(item, Notice):
            add_source_notice(db, source, place, item)
            continue
        add_story(db, source, place, item, file.sidecar)
        count += 1
        intake.progress(file.name, count)
    db.execute("COMMIT")


def _tell_unread(db: sqlite3.Connection, error: SourceError, name: str) -> None:
    """Tell of a source that cannot be read; what was read of it before stands."""
    where, _, message = str(error).partition(": ")
    tell(db, Notice(where, message, reason=NOT_READ))
    db.execute("INSERT INTO unread VALUES (?)", (name.encode("utf-8", "backslashreplace").decode(),))
