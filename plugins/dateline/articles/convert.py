"""Convert: sources in, tagged Markdown out, merged with what people changed.

    sources ─read→ stories ─group→ with their repeats ─match→ the ledger's lines ─tag, render, merge→ articles

Articles are written before the ledger, so that a run that is killed is completed by the next one.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dateline.articles.ledger import LedgerLine, ledger_line, load_ledger, merge, write_ledger
from dateline.articles.markdown import (
    ArticleFile,
    escape_value,
    join_list,
    parse_file,
    render_body,
    render_file,
)
from dateline.articles.provenance import format_locator, format_values
from dateline.articles.slugs import assign_slugs, slugify
from dateline.authority import Authority, load_authority
from dateline.errors import SourceError
from dateline.files import replace_file, sha256
from dateline.records import Kind, Notice, Story
from dateline.sources import Sidecar, find_sources, load_source, read_source
from dateline.tagging import find_mentions
from dateline.text import fold, sentence_span

MAX_REPORTED_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class SourcedStory:
    """A story with what the sidecar says of its source, and its exact repeats elsewhere."""

    story: Story
    sidecar: Sidecar
    repeats: tuple[Story, ...] = ()

    @property
    def key(self) -> str:
        """The hash of headline and first sentence, by which a story is known again."""
        text = story_text(self.story)
        first_sentence = text[slice(*sentence_span(text, 0, 0))]
        return sha256(f"{fold(self.story.headline)}\n{fold(first_sentence)}")

    @property
    def content_hash(self) -> str:
        """The hash of headline and whole text, in which exact repeats agree."""
        return sha256(f"{self.story.headline}\n{story_text(self.story)}")


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

    @property
    def changed(self) -> int:
        """How many articles were written."""
        return self.made + self.updated


def story_text(story: Story) -> str:
    """Return a story's text as articles have it: blocks parted by an empty line."""
    return "\n\n".join(block.text for block in story.blocks)


def convert(content: Path, *, paths: Sequence[Path] = (), dry_run: bool = False) -> ConvertReport:
    """Turn the sources below `content`/sources (or those of `paths`) into articles, and write the ledger.

    With `dry_run` nothing is written and the report holds the differences. Raises ArchiveError when the
    ledger is damaged, OSError when a file cannot be written.
    """
    report = ConvertReport()
    ledger = load_ledger(content / "ledger.jsonl")
    authority, notices = load_authority(content / "authority")
    report.notices += notices
    stories, unread = _read_all(paths or find_sources(content), content, report)
    groups = _group_repeats(stories, report)
    shelf = _Shelf(content / "articles", ledger, report)
    known = _match(groups, ledger)
    _tell_vanished(ledger, known, groups, unread, restricted=bool(paths), report=report)
    slugs = _slugs_of_new(groups, known, shelf)
    lines = {line.slug: line for line in ledger}
    for group in groups:
        old = known.get(group)
        slug = old.slug if old else slugs[group]
        machine = machine_article(group, slug, authority)
        if shelf.write(slug, old, machine, dry_run=dry_run):
            lines[slug] = ledger_line(slug, group.key, machine)
    if not dry_run:
        write_ledger(content / "ledger.jsonl", lines.values())
    return report


def machine_article(group: SourcedStory, slug: str, authority: Authority) -> ArticleFile:
    """Return the article that the machine makes of a story: front matter and body."""
    story, sidecar = group.story, group.sidecar
    mentions = find_mentions(story.headline, story_text(story), authority, article=slug)
    tags = {(mention.kind, mention.record.label) for mention in mentions if mention.record and mention.makes_tag}
    origins = (story, *group.repeats)
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
        "Source": format_values([format_locator(origin.locator) for origin in origins]),
        "Source-SHA256": format_values([origin.sha256 for origin in origins]),
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
            for item in read_source(source):
                if isinstance(item, Notice):
                    report.notices.append(item)
                else:
                    stories.append(SourcedStory(item, source.sidecar))
        except SourceError as error:
            name = path.relative_to(content).as_posix()
            unread.add(name)
            where, _, message = str(error).partition(": ")
            report.notices.append(Notice(where, message))
    report.read = len(stories)
    return stories, unread


def _group_repeats(stories: Iterable[SourcedStory], report: ConvertReport) -> list[SourcedStory]:
    groups: dict[str, list[SourcedStory]] = {}
    for story in stories:
        groups.setdefault(story.content_hash, []).append(story)
    report.repeats = sum(len(group) - 1 for group in groups.values())
    return [
        SourcedStory(first.story, first.sidecar, tuple(other.story for other in others))
        for first, *others in groups.values()
    ]


def _match(groups: Sequence[SourcedStory], ledger: Sequence[LedgerLine]) -> dict[SourcedStory, LedgerLine]:
    """Find the ledger's line of each story that was converted before.

    A story is known by its source's id, by headline and first sentence (where several agree: by the hash of its
    bytes, then by its place), or by its place in a source that is otherwise as it was.
    """
    known: dict[SourcedStory, LedgerLine] = {}
    left = {line.slug: line for line in ledger}

    def claim(group: SourcedStory, lines: Sequence[LedgerLine]) -> None:
        candidates = [line for line in lines if line.slug in left]
        if candidates and group not in known:
            known[group] = left.pop(min(candidates, key=lambda line: _distance(group, line)).slug)

    by_id = _index(ledger, lambda line: line.fields.get("Source-Id", ""))
    by_key = _index(ledger, lambda line: line.story)
    for group in groups:
        if group.story.source_id:
            claim(group, by_id.get(escape_value(group.story.source_id), []))
    for group in groups:  # an exact repeat of what stood there first, so that equal headlines keep their slugs
        claim(
            group,
            [line for line in by_key.get(group.key, []) if line.fields.get("Source-SHA256") == group.story.sha256],
        )
    for group in groups:
        claim(group, by_key.get(group.key, []))
    for name, of_source in _by_source(groups).items():
        lines = sorted((line for line in ledger if line.locator.path == name), key=lambda line: line.locator.first_line)
        pairs = list(zip(of_source, lines, strict=False)) if len(lines) == len(of_source) else []
        changed = [(group, line) for group, line in pairs if known.get(group) is not line]
        for group, line in changed:
            is_only_change = len(changed) == 1 < len(pairs)
            if is_only_change or _is_half_same(group, line):
                claim(group, [line])
    return known


def _is_half_same(group: SourcedStory, line: LedgerLine) -> bool:
    """Tell whether a story keeps its headline or its whole text."""
    same_headline = line.fields.get("Title") == escape_value(group.story.headline)
    return same_headline or line.body == sha256(render_body(group.story.blocks))


def _distance(group: SourcedStory, line: LedgerLine) -> tuple[bool, bool, int, str]:
    here = group.story.locator
    return (
        line.fields.get("Source-SHA256") != group.story.sha256,
        line.locator.path != here.path,
        abs(line.locator.first_line - here.first_line),
        line.slug,
    )


def _index(ledger: Iterable[LedgerLine], key_of: Callable[[LedgerLine], str]) -> dict[str, list[LedgerLine]]:
    index: dict[str, list[LedgerLine]] = {}
    for line in ledger:
        if key := key_of(line):
            index.setdefault(key, []).append(line)
    return index


def _by_source(groups: Iterable[SourcedStory]) -> dict[str, list[SourcedStory]]:
    of_source: dict[str, list[SourcedStory]] = {}
    for group in groups:
        of_source.setdefault(group.story.locator.path, []).append(group)
    return of_source


def _tell_vanished(
    ledger: Iterable[LedgerLine],
    known: Mapping[SourcedStory, LedgerLine],
    groups: Iterable[SourcedStory],
    unread: set[str],
    *,
    restricted: bool,
    report: ConvertReport,
) -> None:
    """Report the stories that their source no longer holds; their articles stay."""
    found = {line.slug for line in known.values()}
    read_sources = {group.story.locator.path for group in groups}
    for line in ledger:
        path = line.locator.path
        if line.slug in found or path in unread or (restricted and path not in read_sources):
            continue
        report.notices.append(
            Notice(
                line.source,
                f"the story of articles/{line.slug}.md is no longer in its source; the article stays",
            )
        )


def _slugs_of_new(
    groups: Sequence[SourcedStory], known: Mapping[SourcedStory, LedgerLine], shelf: _Shelf
) -> dict[SourcedStory, str]:
    new = [group for group in groups if group not in known]
    adopted = {group: slug for group in new if (slug := shelf.slug_at(format_locator(group.story.locator)))}
    wanted = {group: slugify(group.story.headline) for group in new if group not in adopted}
    return adopted | assign_slugs(wanted, shelf.slugs, lambda group: group.content_hash)


class _Shelf:
    """The articles that stand on disk. A class because each write changes what stands."""

    def __init__(self, folder: Path, ledger: Iterable[LedgerLine], report: ConvertReport) -> None:
        self._folder = folder
        self._report = report
        self._articles: dict[Path, ArticleFile] = {}
        for path in sorted(folder.rglob("*.md")):
            try:
                self._articles[path] = parse_file(path.read_text("utf-8"))
            except UnicodeDecodeError as error:
                message = f"byte {error.start} is not UTF-8; the file is left as it is"
                report.notices.append(Notice(f"articles/{path.relative_to(folder).as_posix()}", message))
                self._articles[path] = ArticleFile((), "")
        self._by_slug = {self._slug_of(path): path for path in self._articles}
        self._by_source = {article.get("Source"): path for path, article in self._articles.items()}
        self._in_ledger = {line.slug for line in ledger}
        self.slugs = {*self._in_ledger, *self._by_slug, *(path.stem for path in self._articles)}

    def slug_at(self, source: str) -> str | None:
        """Return the slug of an article from exactly that place which the ledger does not know."""
        path = self._by_source.get(source)
        slug = self._slug_of(path) if path else None
        return None if slug in self._in_ledger else slug

    def write(self, slug: str, old: LedgerLine | None, machine: ArticleFile, *, dry_run: bool) -> bool:
        """Write the machine's article, merged with the one that stands; return False if it must stay deleted."""
        path = self._folder / f"{slug}.md"
        standing = path if path in self._articles else self._by_slug.get(slug) or self._moved(old)
        if standing is None and old is not None:
            self._report.deleted += 1
            return False
        if standing is None:
            self._report.made += 1
            self._put(path, "", render_file(machine), dry_run=dry_run)
            return True
        current = self._articles[standing]
        merged, conflicts = merge(current, old, machine)
        for key in conflicts:
            message = f"{key} was changed by hand and by its source or a newer tagger; the hand’s stands"
            self._report.notices.append(Notice(f"articles/{standing.name}", message))
        if merged == current:
            self._report.unchanged += 1
        else:
            self._report.updated += 1
            self._put(standing, standing.read_text("utf-8"), render_file(merged), dry_run=dry_run)
        return True

    def _moved(self, old: LedgerLine | None) -> Path | None:
        path = self._by_source.get(old.source) if old else None
        return path if path and self._slug_of(path) not in self._in_ledger else None

    def _slug_of(self, path: Path) -> str:
        return self._articles[path].get("Slug") or path.stem

    def _put(self, path: Path, before: str, after: str, *, dry_run: bool) -> None:
        name = f"articles/{path.relative_to(self._folder).as_posix()}"
        if not dry_run:
            replace_file(path, after)
            return
        diff = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
        self._report.diffs.append("".join(diff))
