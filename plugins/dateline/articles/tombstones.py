"""Tombstones: stories removed on purpose. Their addresses say so, and they are never made again.

`removed.csv` has a row a story: `slug`, `reason`, `on` (the day), `by`, `sha256` (of its sources). It is read like the
authority files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dateline.articles.slugs import is_safe_slug
from dateline.authority.rows import Row, load_rows
from dateline.edtf import parse_date
from dateline.errors import ArticleError
from dateline.records import Notice

REMOVED = "removed.csv"
COLUMNS = ("slug", "reason", "on", "by", "sha256")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A story that was removed."""

    slug: str
    reason: str = ""
    on: str = ""  # EDTF
    by: str = ""
    hashes: tuple[str, ...] = ()  # SHA-256 of the bytes of its sources: by them it is known if the ledger is lost


def load_tombstones(content: Path) -> tuple[list[Tombstone], list[Notice]]:
    """Return the stories that an archive has removed, each once, and what is wrong with their rows.

    A row that is wrong in anything but its slug still removes its story.
    """
    rows, notices = load_rows(content / REMOVED, required=("slug",), keep_uneven=True)
    tombstones: dict[str, Tombstone] = {}
    for row in rows:
        slug = row["slug"]
        if not is_safe_slug(slug):
            message = f"slug {slug!r} is none: write the last part of the article's address, without .html"
            notices.append(Notice(row.where, message))
        elif slug in tombstones:
            notices.append(Notice(row.where, f"{slug} is removed by an earlier row"))
        else:
            tombstones[slug] = Tombstone(slug, row["reason"], _date(row, notices), row["by"], row.values("sha256"))
    return list(tombstones.values()), notices


def _date(row: Row, notices: list[Notice]) -> str:
    if not row["on"]:
        return ""
    try:
        return str(parse_date(row["on"]))
    except ArticleError as error:
        notices.append(Notice(row.where, f"on: {error}; the story is removed without a date"))
        return ""
