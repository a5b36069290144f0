"""Removing: an article is taken out for good, and its address will say when and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

from dateline.articles.ledger import read_ledger
from dateline.articles.markdown import parse_file, split_values
from dateline.articles.slugs import is_safe_slug
from dateline.articles.tombstones import COLUMNS, REMOVED, load_tombstones
from dateline.edtf import parse_date
from dateline.errors import ArticleError
from dateline.files import replace_file


def remove_article(content: Path, slug: str, *, reason: str, on: str, by: str = "") -> str:
    """Write a row into removed.csv and delete the article's file; return that file's path below `content`.

    `on` is a day, `reason` a sentence for readers. Raises ArticleError for a day or reason that is none, a story that
    is removed already, and a slug that no article has.
    """
    if not parse_date(on).is_whole_day:
        raise ArticleError(f"the day of the removal is {on!r}; it must be a whole day like 2017-03-22")
    if not reason.strip():
        raise ArticleError("the reason is empty; say in a sentence why the story was removed")
    if any(tombstone.slug == slug for tombstone in load_tombstones(content)[0]):
        raise ArticleError(f"{slug}: is removed already, as {REMOVED} says")
    path = _find(content, slug)
    if path is None or not is_safe_slug(slug):
        raise ArticleError(f"{slug}: no article has this slug; it is the last part of its address, without .html")
    hashes = split_values(parse_file(path.read_text("utf-8", "replace")).get("Source-SHA256"))
    for removed in (slug, *_other_slugs(content, slug, hashes)):
        row = (removed, reason, on, by, "; ".join(dict.fromkeys(hashes)))
        replace_file(content / REMOVED, _with_row(content / REMOVED, row))
    path.unlink()
    return path.relative_to(content).as_posix()


def _other_slugs(content: Path, slug: str, hashes: Collection[str]) -> list[str]:
    """Return the slug under which the machine knows an article whose Slug a person changed."""
    lines = read_ledger(content / "ledger.jsonl")
    others = [line.slug for line in lines if line.slug != slug and {*hashes} & {*line.hashes}]
    return [other for other in others if _find(content, other) is None]


def _find(content: Path, slug: str) -> Path | None:
    named = content / "articles" / f"{slug}.md"
    others = (path for path in sorted((content / "articles").rglob("*.md")) if path != named)
    for path in (named, *others):
        if path.is_file() and (parse_file(path.read_text("utf-8", "replace")).get("Slug") or path.stem) == slug:
            return path
    return None


def _with_row(path: Path, row: tuple[str, ...]) -> str:
    """Return the file with a row after its last, parted as its header is: a spreadsheet may have written it."""
    data = path.read_bytes() if path.exists() else b""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:  # as a spreadsheet saved it
        text = data.decode("cp1252", "replace")
    text = text or f"{','.join(COLUMNS)}\n"
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().strip('"').casefold() for name in header.removeprefix("\ufeff").split(delimiter)]
    cells = dict(zip(COLUMNS, row, strict=True))
    ending = "\r\n" if header.endswith("\r") else "\n"
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=ending).writerow([cells.get(name, "") for name in names])
    return f"{text}{'' if text.endswith(chr(10)) else ending}{line.getvalue()}"
