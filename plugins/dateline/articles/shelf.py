"""The shelf, `content/articles/`: the articles that stand, known by their front matter, read when they changed."""

from __future__ import annotations

import difflib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dateline.articles.markdown import ArticleFile, parse_file, render_file, split_values
from dateline.files import replace_file

_SETTLED_NANOSECONDS = 2_000_000_000


def is_settled(changed: int, seen: int) -> bool:
    """Tell whether a file's time of change tells of every later change: not while a second one may carry it too."""
    return changed < seen - _SETTLED_NANOSECONDS


def refresh_shelf(db: sqlite3.Connection, folder: Path) -> None:
    """Bring what the store knows of the articles below `folder` up to what stands there."""
    known = "SELECT size, changed, seen FROM article WHERE path = ?"
    db.execute("CREATE TEMP TABLE IF NOT EXISTS standing (path TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute("DELETE FROM standing")
    for path in _articles_below(folder):
        name = path.relative_to(folder).as_posix()
        db.execute("INSERT INTO standing VALUES (?)", (name,))
        status = path.stat()
        row = db.execute(known, (name,)).fetchone()
        if row and row[:2] == (status.st_size, status.st_ctime_ns) and is_settled(*row[1:]):
            continue
        _take(db, path, name)
    db.execute("DELETE FROM article WHERE path NOT IN (SELECT path FROM standing)")


def _take(db: sqlite3.Connection, path: Path, name: str) -> None:
    seen, status = time.time_ns(), path.stat()
    try:
        article, fault = parse_file(path.read_text("utf-8")), ""
    except UnicodeDecodeError as error:
        article, fault = ArticleFile((), ""), f"byte {error.start} is not UTF-8; the file is left as it is"
    stamp = (status.st_size, status.st_ctime_ns, seen)
    _know(db, name, article, stamp=stamp, fault=fault)


def _know(
    db: sqlite3.Connection, path: str, article: ArticleFile, *, stamp: tuple[int, int, int], fault: str = ""
) -> None:
    stem = path.rpartition("/")[2].removesuffix(".md")
    slug = article.get("Slug") or stem
    db.execute("DELETE FROM article WHERE path = ?", (path,))
    db.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)", (path, *stamp, slug, stem, fault))
    hashes = dict.fromkeys(split_values(article.get("Source-SHA256")))
    db.executemany("INSERT INTO article_hash VALUES (?, ?)", [(path, sha256) for sha256 in hashes])


def find_article(db: sqlite3.Connection, slug: str) -> str | None:
    """Return the path, below the shelf, of the article that has a slug: the file of its name first."""
    row = db.execute("SELECT path FROM article WHERE path = ?", (f"{slug}.md",)).fetchone()
    row = row or db.execute("SELECT path FROM article WHERE slug = ? ORDER BY path", (slug,)).fetchone()
    return str(row[0]) if row else None


def has_strangers(db: sqlite3.Connection) -> bool:
    """Tell whether an article stands that names its source and that the ledger does not know."""
    row = db.execute(
        "SELECT 1 FROM article_hash JOIN article USING (path) WHERE slug NOT IN (SELECT slug FROM ledger) LIMIT 1"
    ).fetchone()
    return row is not None


def find_stranger(db: sqlite3.Connection, sha256: str) -> tuple[str, str] | None:
    """Return path and slug of an article made of just these bytes that the ledger does not know."""
    row = db.execute(
        "SELECT path, slug FROM article_hash JOIN article USING (path)"
        " WHERE sha256 = ? AND slug NOT IN (SELECT slug FROM ledger) ORDER BY path",
        (sha256,),
    ).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def article_fault(db: sqlite3.Connection, path: str) -> str:
    """Return what keeps an article from being read, "" for nothing."""
    row = db.execute("SELECT fault FROM article WHERE path = ?", (path,)).fetchone()
    return str(row[0]) if row else ""


def faulty_articles(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield path and fault of each article that cannot be read."""
    yield from db.execute("SELECT path, fault FROM article WHERE fault != '' ORDER BY path").fetchall()


def load_article(folder: Path, path: str) -> ArticleFile:
    """Read an article of the shelf."""
    return parse_file((folder / path).read_text("utf-8"))


def article_text(db: sqlite3.Connection, folder: Path, slug: str) -> str:
    """Return headline and text of the article that has a slug, "" when there is none to read."""
    path = find_article(db, slug)
    if path is None or article_fault(db, path):
        return ""
    with suppress(OSError):
        article = load_article(folder, path)
        return f"{article.get('Title')}\n{article.body}"
    return ""


def put_article(db: sqlite3.Connection, folder: Path, path: str, article: ArticleFile) -> None:
    """Write an article's file, and know it."""
    file = (folder / path).resolve()  # a link stays one
    replace_file(file, _in_form_of(file, render_file(article)))
    status = file.stat()
    _know(db, path, article, stamp=(status.st_size, status.st_ctime_ns, time.time_ns()))


def _in_form_of(file: Path, text: str) -> str:
    """Return an article's text with the fences around its front matter, and the line ends, that its file has."""
    if not file.is_file():
        return text
    before = file.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    if before.startswith("---"):
        head, _, body = text.partition("\n\n")
        text = f"---\n{head}\n---\n\n{body}"
    return text.replace("\n", "\r\n") if before.partition("\n")[0].endswith("\r") else text


def article_difference(folder: Path, path: str, article: ArticleFile) -> str:
    """Return what writing an article would change, as a unified diff."""
    file, text = folder / path, render_file(article)
    before = file.read_text("utf-8") if file.is_file() else ""
    name = f"articles/{path}"
    return "".join(difflib.unified_diff(before.splitlines(True), text.splitlines(True), f"a/{name}", f"b/{name}"))


def _articles_below(folder: Path) -> Iterator[Path]:
    """Yield the articles of a folder and those in it, in no order: there may be more than fit into memory."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _articles_below(folder / entry.name)
            elif entry.name.endswith(".md") and entry.is_file():
                yield folder / entry.name
