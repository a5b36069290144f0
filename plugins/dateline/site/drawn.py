"""Maps drawn once: a map takes as long as tagging ten articles, and the next build wants nearly all of them again."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from markupsafe import Markup

from dateline import maps
from dateline.facets.gather import DrawMap
from dateline.files import file_sha256, sha256
from dateline.maps import load_atlas, locator_map
from dateline.records import Record

_ATLAS = Path(maps.__file__).parent.parent / "data" / "atlas"


@contextmanager
def load_maps(path: Path) -> Iterator[DrawMap]:
    """Yield what draws the map of a place, or takes it from the file `path`, which then holds the maps asked for.

    A file that cannot be read is begun anew: nothing in it is needed.
    """
    made_by = _made_by()
    path.parent.mkdir(parents=True, exist_ok=True)
    asked: dict[str, None] = {}
    with closing(_open(path)) as database:

        def draw(record: Record, *, in_disputed: bool = False) -> Markup | None:
            key = sha256(f"{made_by}\n{record!r} {in_disputed}")
            asked[key] = None
            found = database.execute("SELECT svg FROM maps WHERE key = ?", (key,)).fetchone()
            with suppress(zlib.error):  # damaged: drawn anew
                if found:
                    return Markup(zlib.decompress(found[0]).decode()) if found[0] else None
            drawn = locator_map(record, title=record.label, in_disputed=in_disputed, atlas=load_atlas())
            packed = zlib.compress(drawn.encode(), 1) if drawn else b""
            database.execute("INSERT OR REPLACE INTO maps VALUES (?, ?)", (key, packed))
            return drawn

        yield draw
        database.execute("CREATE TEMP TABLE asked (key TEXT PRIMARY KEY)")
        database.executemany("INSERT INTO asked VALUES (?)", ((key,) for key in asked))
        database.execute("DELETE FROM maps WHERE key NOT IN (SELECT key FROM asked)")
        database.commit()


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError:
        path.unlink()
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        database.execute("CREATE TABLE IF NOT EXISTS maps (key TEXT PRIMARY KEY, svg BLOB)")
        database.execute("SELECT key, svg FROM maps LIMIT 1").fetchone()
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _made_by() -> str:
    """Return a hash of what a map depends on beside its record: the code that draws and the atlas."""
    files = [*sorted(Path(maps.__file__).parent.glob("*.py")), *sorted(_ATLAS.iterdir())]
    return sha256("\n".join(file_sha256(path) for path in files if path.is_file()))
