"""Convert: sources in, tagged Markdown out, merged with what people changed.

    sources ─read→ stories ─matching→ the ledger's lines ─tag, render, merge→ articles

Articles are written before the ledger, so that a run that is killed is completed by the next one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dateline.articles.ledger import LedgerLine, ledger_line, load_ledger, merge, write_ledger
from dateline.articles.markdown import (
    ArticleFile,
    escape_value,
    join_list,
    parse_file,
    render_body,
    render_file,
    split_values,
)
from dateline.articles.matching import SourcedStory, group_repeats, match_stories, sourced, story_text
from dateline.articles.provenance import format_locator, format_values
from dateline.articles.slugs import assign_slugs, slugify
from dateline.authority import Authority, load_authority
from dateline.errors import SourceError
from dateline.files import replace_file
from dateline.records import Kind, Notice
from dateline.sources import find_sources, load_source, read_source
from dateline.tagging import find_mentions

MAX_REPORTED_CHARS = 1_000


@dataclass(slots=True)
class ConvertReport:
    """What a run of convert did, in counts and in notices for the maintainer."""

    read: int = 0
    repeats: int = 0
    made: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0  # by hand, and left so
    notices: list[Notice] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)


def convert(content: Path, *, paths: Collection[Path] = (), dry_run: bool = False) -> ConvertReport:
    """Turn the sources below `content`/sources into articles, and write the ledger.

    With `paths` only the articles of those sources are written. With `dry_run` nothing is written and the report
    holds the differences. Raises ArchiveError when the ledger is damaged, OSError when a file cannot be written.
    """
    report = ConvertReport()
    ledger = load_ledger(content / "ledger.jsonl")
    authority, report.notices = load_authority(content / "authority")
    stories, unread = _read_all(find_sources(content), content, report)
    groups = group_repeats(stories)
    report.repeats = len(stories) - len(groups)
    shelf = _Shelf(content / "articles", ledger, report)
    known = match_stories(groups, ledger, shelf.text_of)
    slugs = {group: line.slug for group, line in known.items()} | _slugs_of_new(groups, known, shelf)
    lines = {line.slug: line for line in _tell_vanished(ledger, known, unread, report)}
    chosen = {path.relative_to(content).as_posix() for path in paths}
    for group in groups:
        if chosen and not any(locator.path in chosen for locator in group.locators):
            continue
        slug, old = slugs[group], known.get(group)
        machine = machine_article(group, slug, authority)
        if shelf.write(slug, old, machine, dry_run=dry_run):
            lines[slug] = ledger_line(slug, group.opening_hash, machine)
    if not dry_run:
        write_ledger(content / "ledger.jsonl", lines.values())
    return report


def machine_article(group: SourcedStory, slug: str, authority: Authority) -> ArticleFile:
    """Return the article that the machine makes of a story: front matter and body."""
    story, sidecar = group.story, group.sidecar
    mentions = find_mentions(story.headline, story_text(story), authority, article=slug)
    tags = {(mention.kind, mention.record.label) for mention in mentions if mention.record and mention.makes_tag}
    fields = {
        "Title": escape_value(story.headline),
        "Slug": slug,
        "Category": escape_value(story.topic or ""),
        "Places": join_list(sorted(label for kind, label in tags if kind is Kind.PLACE)),
        "Actors": join_list(sorted(label for kind, label in tags if kind is Kind.ACTOR)),
        "Authors": join_list([sidecar.author] if sidecar.author else []),
        "Lang": sidecar.language,
        "Publication": escape_value(sidecar.publication),
        "Publisher": escape_value(sidecar.publisher),
        "Original-URL": escape_value(sidecar.url),
        "Rights": escape_value(sidecar.rights),
        "Access": sidecar.access,
        "Received": sidecar.received,
        "Source-Id": escape_value(story.source_id or ""),
        "Source": format_values([format_locator(locator) for locator in group.locators]),
        "Source-SHA256": format_values(group.hashes),
    }
    return ArticleFile(tuple((key, value) for key, value in fields.items() if value), render_body(story.blocks))


def write_report(path: Path, report: ConvertReport) -> None:
    """Write the notices of a run as JSON lines; of a long text set aside, its length and first characters."""
    rows = [
        {
            "where": notice.where,
            "message": notice.message,
            "text": notice.text[:MAX_REPORTED_CHARS],
            "chars": len(notice.text),
        }
        for notice in report.notices
    ]
    replace_file(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _read_all(paths: Iterable[Path], content: Path, report: ConvertReport) -> tuple[list[SourcedStory], set[str]]:
    """Return the stories of all sources, and the names of the sources that could not be read."""
    stories: list[SourcedStory] = []
    unread: set[str] = set()
    for path in paths:
        try:
            source = load_source(path, content)
            report.notices += source.notices
            for item in read_source(source):
                if isinstance(item, Notice):
                    report.notices.append(item)
                else:
                    stories.append(sourced(item, source.sidecar))
        except SourceError as error:
            unread.add(path.relative_to(content).as_posix())
            where, _, message = str(error).partition(": ")
            report.notices.append(Notice(where, message))
    report.read = len(stories)
    return stories, unread


def _tell_vanished(
    ledger: Iterable[LedgerLine], known: Mapping[SourcedStory, LedgerLine], unread: set[str], report: ConvertReport
) -> Iterator[LedgerLine]:
    """Yield the ledger's lines, those marked whose story its source no longer holds; their articles stay."""
    found = {line.slug for line in known.values()}
    for line in ledger:
        if line.slug in found or line.locator.path in unread:
            yield line
            continue
        message = f"the story of articles/{line.slug}.md is no longer in its source; the article stays"
        report.notices.append(Notice(line.source, message))
        yield replace(line, vanished=True)


def _slugs_of_new(
    groups: Sequence[SourcedStory], known: Mapping[SourcedStory, LedgerLine], shelf: _Shelf
) -> dict[SourcedStory, str]:
    new = [group for group in groups if group not in known]
    adopted = {group: slug for group in new if (slug := shelf.slug_of_bytes(group.hashes))}
    wanted = {group: slugify(group.story.headline) for group in new if group not in adopted}
    return adopted | assign_slugs(wanted, shelf.slugs, lambda group: group.content_hash)


def _conflict(key: str, current: ArticleFile, machine: ArticleFile) -> str:
    if key == "body":
        return "the text was changed by hand, and differs from what its source now says; the hand’s stands"
    here, there = current.get(key) or "no line", machine.get(key) or "no line"
    return f"{key} was changed by hand to {here!r}, and its source or the tagger now gives {there!r}; the hand’s stands"


class _Shelf:
    """The articles that stand on disk. A class because each write changes what stands."""

    def __init__(self, folder: Path, ledger: Iterable[LedgerLine], report: ConvertReport) -> None:
        self._folder = folder
        self._report = report
        self._articles: dict[Path, ArticleFile] = {}
        self._unreadable: set[Path] = set()
        for path in sorted(path for path in folder.rglob("*.md") if path.is_file()):
            try:
                self._articles[path] = parse_file(path.read_text("utf-8"))
            except UnicodeDecodeError as error:
                message = f"byte {error.start} is not UTF-8; the file is left as it is"
                report.notices.append(Notice(f"articles/{path.relative_to(folder).as_posix()}", message))
                self._articles[path] = ArticleFile((), "")
                self._unreadable.add(path)
        self._by_slug = {self._slug_of(path): path for path in self._articles}
        self._in_ledger = {line.slug for line in ledger}
        self._unknown_by_hash = {
            sha256: path
            for path, article in self._articles.items()
            if self._slug_of(path) not in self._in_ledger
            for sha256 in split_values(article.get("Source-SHA256"))
        }
        self.slugs = {*self._in_ledger, *self._by_slug, *(path.stem for path in self._articles)}

    def text_of(self, slug: str) -> str:
        """Return the headline and text of the article with a slug, "" when there is none."""
        path = self._by_slug.get(slug)
        return f"{self._articles[path].get('Title')}\n{self._articles[path].body}" if path else ""

    def slug_of_bytes(self, hashes: Iterable[str]) -> str | None:
        """Return the slug of an article made of just these bytes that the ledger does not know."""
        path = self._unknown(hashes)
        return self._slug_of(path) if path else None

    def _unknown(self, hashes: Iterable[str]) -> Path | None:
        return next((self._unknown_by_hash[sha256] for sha256 in hashes if sha256 in self._unknown_by_hash), None)

    def write(self, slug: str, old: LedgerLine | None, machine: ArticleFile, *, dry_run: bool) -> bool:
        """Write the machine's article, merged with the one that stands; return False if it must stay deleted."""
        path = self._folder / f"{slug}.md"
        standing = path if path in self._articles else self._by_slug.get(slug)
        if standing is None and old is not None:
            standing = self._unknown(old.hashes)  # renamed by hand
        if standing is None and old is not None:
            self._report.deleted += 1
            return False
        if standing is None:
            self._report.made += 1
            self._put(path, "", render_file(machine), dry_run=dry_run)
            return True
        if standing in self._unreadable:
            return False
        current = self._articles[standing]
        merged, conflicts = merge(current, old, machine)
        for key in conflicts:
            self._report.notices.append(Notice(f"articles/{standing.name}", _conflict(key, current, machine)))
        if merged == current:
            self._report.unchanged += 1
        else:
            self._report.updated += 1
            self._put(standing, standing.read_text("utf-8"), render_file(merged), dry_run=dry_run)
        return True

    def _slug_of(self, path: Path) -> str:
        return self._articles[path].get("Slug") or path.stem

    def _put(self, path: Path, before: str, after: str, *, dry_run: bool) -> None:
        name = f"articles/{path.relative_to(self._folder).as_posix()}"
        if not dry_run:
            replace_file(path, after)
            return
        diff = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
        self._report.diffs.append("".join(diff))
