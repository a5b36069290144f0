"""The ledger, `content/ledger.jsonl`: what convert last wrote, so that people's changes are told from its own.

It is committed with the archive, sorted, one line a story. A line of an article's front matter that equals the
ledger's is the machine's and is refreshed; a different one is the maintainer's and stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from dateline.articles.markdown import ArticleFile, split_values
from dateline.articles.provenance import parse_locator
from dateline.errors import ArchiveError
from dateline.files import replace_file, sha256
from dateline.records import Locator

PROVENANCE = ("Source", "Source-SHA256")


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


def load_ledger(path: Path) -> list[LedgerLine]:
    """Read the ledger; none is an empty one. Raises ArchiveError for a line that is damaged."""
    if not path.exists():
        return []
    lines = []
    for number, text in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not text:
            continue
        try:
            line = LedgerLine(**json.loads(text))
            line.locator  # noqa: B018  a ledger that names no source is damaged too
            lines.append(line)
        except (ValueError, TypeError, AttributeError, IndexError, ArchiveError) as error:
            raise ArchiveError(
                f"{path.name} line {number}: is not a line of the ledger; restore the file from version control, "
                "or delete it to let convert take the articles that stand as its own"
            ) from error
    return lines


def write_ledger(path: Path, lines: Iterable[LedgerLine]) -> bool:
    """Write the ledger, sorted by slug; return whether that changed it."""
    rows = []
    for line in sorted(lines, key=lambda line: line.slug):
        row = {key: value for key, value in asdict(line).items() if key != "vanished" or value}
        rows.append(json.dumps(row, ensure_ascii=False) + "\n")
    return replace_file(path, "".join(rows))


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
    merged: list[tuple[str, str]] = []
    for key, value in current.fields:
        kept = value if value != old.get(key.lower()) else new.get(key.lower())
        if kept is not None:
            merged.append((key, kept))
    for position, (key, value) in enumerate(machine.fields):
        if key.lower() not in now and key.lower() not in old:
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
