"""The ledger, `content/ledger.jsonl`: what convert last wrote, so that people's changes are told from its own.

It is committed with the archive, sorted, one line a story. A line of an article's front matter that equals the
ledger's is the machine's and is refreshed; a different one is the maintainer's and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dateline.articles.markdown import ArticleFile, split_values
from dateline.articles.provenance import parse_locator
from dateline.errors import ArchiveError
from dateline.files import sha256
from dateline.records import Locator

PROVENANCE = ("Source", "Source-SHA256")
_DATE_LINES = ("date", "published", "published-basis", "published-words")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What convert last wrote of one story."""

    slug: str
    story: str  # hash of its headline and first sentence
    fields: dict[str, str]  # the machine's front matter
    body: str  # SHA-256 of the machine's Markdown
    vanished: bool = False  # its source no longer holds the story

    @property
    def source(self) -> str:
        """The Source line: where the story stood when it was last read."""
        return self.fields.get("Source", "")

    @property
    def hashes(self) -> list[str]:
        """The SHA-256 of the bytes at each place where the story stood."""
        return split_values(self.fields.get("Source-SHA256", ""))

    @property
    def locator(self) -> Locator:
        """The first place that the Source line names."""
        return parse_locator(split_values(self.source)[0])


def ledger_line(slug: str, story: str, article: ArticleFile) -> LedgerLine:
    """Return the ledger's line for an article as the machine makes it."""
    return LedgerLine(slug, story, dict(article.fields), sha256(article.body))


def read_ledger(path: Path) -> Iterator[LedgerLine]:
    """Yield the lines of the ledger; no file is an empty one. Raises ArchiveError for a line that is damaged."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="\n") as stream:
        for number, text in enumerate(stream, start=1):
            if text.strip("\n"):
                yield _parse_line(text, f"{path.name} line {number}")


def _parse_line(text: str, where: str) -> LedgerLine:
    try:
        line = LedgerLine(**json.loads(text))
        line.locator  # noqa: B018  a ledger that names no source is damaged too
    except (ValueError, TypeError, AttributeError, IndexError, ArchiveError) as error:
        raise ArchiveError(
            f"{where}: is not a line of the ledger; restore the file from version control, "
            "or delete it to let convert take the articles that stand as its own"
        ) from error
    return line


def format_line(line: LedgerLine) -> str:
    """Return a line as the ledger holds it, without its end."""
    row: dict[str, object] = {"slug": line.slug, "story": line.story, "fields": line.fields, "body": line.body}
    if line.vanished:
        row["vanished"] = True
    return json.dumps(row, ensure_ascii=False)


def merge(current: ArticleFile, base: LedgerLine | None, machine: ArticleFile) -> tuple[ArticleFile, list[str]]:
    """Bring the machine's new values into an article without touching what a person changed.

    Returns the merged article, and the keys ("body" for the text) in which both changed: the hand's stands.
    """
    now = {key.lower(): value for key, value in current.fields}
    new = {key.lower(): value for key, value in machine.fields}
    # An article that the ledger does not know is the story's by its bytes: where these stand is not the hand's.
    written = base.fields if base else {key: now[key.lower()] for key in PROVENANCE if key.lower() in now}
    old = {key.lower(): value for key, value in written.items()}
    names = {key.lower(): key for key, _ in machine.fields} | {key.lower(): key for key in written}
    conflicts = [name for key, name in names.items() if _is_conflict(now.get(key), old.get(key), new.get(key))]
    if any(
        now.get(key) != old.get(key) for key in _DATE_LINES[:2]
    ):  # a hand's date: the machine's words go with its own
        new = {key: value for key, value in new.items() if key not in _DATE_LINES}
    merged: list[tuple[str, str]] = []
    for key, value in current.fields:
        kept = value if value != old.get(key.lower()) else new.get(key.lower())
        if kept is not None:
            merged.append((key, kept))
    for position, (key, value) in enumerate(machine.fields):
        if key.lower() in new and key.lower() not in now and key.lower() not in old:
            merged.insert(_place_after(merged, [name for name, _ in machine.fields[:position]]), (key, value))
    body = machine.body
    if base is None or sha256(current.body) != base.body:
        body = current.body
        if body != machine.body and (base is None or base.body != sha256(machine.body)):
            conflicts.append("body")
    return ArticleFile(tuple(merged), body), conflicts


def _is_conflict(now: str | None, old: str | None, new: str | None) -> bool:
    return now not in (old, new) and new != old


def _place_after(fields: list[tuple[str, str]], earlier: list[str]) -> int:
    places = [index for index, (key, _) in enumerate(fields) if key in earlier]
    return places[-1] + 1 if places else 0
