"""Removing: an article is taken out for good, and its address will say when and why."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dateline.articles.markdown import parse_file
from dateline.articles.slugs import is_safe_slug
from dateline.articles.tombstones import COLUMNS, REMOVED, load_tombstones
from dateline.edtf import parse_date
from dateline.errors import ArticleError
from dateline.files import replace_file


def remove_article(content: Path, slug: str, *, reason: str, on: str, by: str = "") -> str:
    """Write a row into removed.csv and delete the article's file; return that file's path below `content`.

    `on` is an EDTF date. Raises ArticleError for a date that is none, a story that is removed already, and a slug
    that no article has.
    """
    parse_date(on)
    if any(tombstone.slug == slug for tombstone in load_tombstones(content)[0]):
        raise ArticleError(f"{slug}: is removed already, as {REMOVED} says")
    path = _find(content, slug)
    if path is None or not is_safe_slug(slug):
        raise ArticleError(f"{slug}: no article has this slug; it is the last part of its address, without .html")
    replace_file(content / REMOVED, _with_row(content / REMOVED, (slug, reason, on, by)))
    path.unlink()
    return path.relative_to(content).as_posix()


def _find(content: Path, slug: str) -> Path | None:
    named = content / "articles" / f"{slug}.md"
    others = (path for path in sorted((content / "articles").rglob("*.md")) if path != named)
    for path in (named, *others):
        if path.is_file() and (parse_file(path.read_text("utf-8", "replace")).get("Slug") or path.stem) == slug:
            return path
    return None


def _with_row(path: Path, row: tuple[str, ...]) -> str:
    """Return the file with a row after its last, parted as its header is: a spreadsheet may have written it."""
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    text = text or f"{','.join(COLUMNS)}\n"
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().strip('"').casefold() for name in header.removeprefix("\ufeff").split(delimiter)]
    cells = dict(zip(COLUMNS, row, strict=True))
    ending = "\r\n" if header.endswith("\r") else "\n"
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=ending).writerow([cells.get(name, "") for name in names])
    return f"{text}{'' if text.endswith(chr(10)) else ending}{line.getvalue()}"
