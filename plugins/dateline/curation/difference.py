"""Difference: what the next build would alter, told before it is built; nothing is written.

Convert runs dry. Its articles as they would stand, with what their names mean now, are set against those that stand
and against the site that was built last.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dateline.articles.convert import convert
from dateline.articles.markdown import ArticleFile, parse_file, split_list
from dateline.articles.tombstones import load_tombstones
from dateline.authority import Authority, find_record, load_authority
from dateline.authority.lexicon import name_key
from dateline.curation.reading import ReadArticle, load_articles, read_article
from dateline.errors import ArchiveError
from dateline.records import Kind, Mention, Record
from dateline.sources import DEFAULT_LIMITS, Limits
from dateline.tagging.memory import ArticleText, open_memory
from dateline.text import fold, fold_spaces

Family = Literal["places", "actors", "tags"]
How = Literal["appears", "changes", "vanishes"]
_LINES: Mapping[Kind, Family] = {Kind.PLACE: "places", Kind.ACTOR: "actors"}
_HOW: Mapping[How, str] = {"appears": "appear", "changes": "change", "vanishes": "vanish"}
_FREE_TAGS = ("Keywords", "Tags")

Page = tuple[Family, str]  # the id of its record, or the folded name of a tag
Named = Mapping[Page, str]  # an article's pages, with the names that they have there


@dataclass(frozen=True, slots=True)
class TagChange:
    """A place or actor that an article gains or loses, and the words that say so."""

    kind: Kind
    name: str
    record: str  # its id, "" for a name that no record has
    words: str  # of the text; of a loss: what is read otherwise now
    rule: str


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """An article that convert would write anew."""

    slug: str
    is_new: bool
    gains: tuple[TagChange, ...]
    losses: tuple[TagChange, ...]
    lines: tuple[str, ...]  # the other lines of its front matter that change, and "body" for the text


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page of a place, an actor or a tag that would appear, vanish, or be another."""

    family: Family
    name: str
    was: str  # its name now, where that changes
    record: str
    before: int  # articles
    after: int
    how: How


@dataclass(frozen=True, slots=True)
class Difference:
    """What the next build would alter."""

    articles: tuple[ArticleChange, ...]
    pages: tuple[PageChange, ...]


@dataclass
class _Reading:
    """What the dry run told, and the articles as they stand and would stand, by slug."""

    shelf: Path
    authority: Authority
    near: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    changes: list[ArticleChange] = field(default_factory=list)
    changed: dict[str, ArticleFile] = field(default_factory=dict)  # by path
    last: tuple[str, Sequence[Mention]] = ("", ())

    def take_mentions(self, slug: str, mentions: Sequence[Mention]) -> None:
        """Keep the records that an article's words name, and its mentions until the next article comes."""
        self.last = slug, mentions
        self.near[slug] = _tagging(mentions)

    def take_change(self, path: str, after: ArticleFile) -> None:
        """Keep an article that would be written, and what it gains and loses."""
        file = self.shelf / path
        before = parse_file(file.read_text("utf-8")) if file.is_file() else None
        self.changed[path] = after
        slug, mentions = self.last
        self.changes.append(_article_change(slug, before, after, mentions, self.authority))


def load_difference(
    content: Path,
    *,
    built: Path | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Callable[[str, int], None] = lambda stage, count: None,
) -> Difference:
    """Return what the next build of the archive below `content` would alter.

    `built` is data/articles.json of the site as it was built, where there is one: it tells by which records, under
    which names, the pages were made. Raises ArchiveError when the ledger is damaged or another run is at work.
    """
    authority, _ = load_authority(content / "authority")
    reading = _Reading(content / "articles", authority)
    report = convert(
        content,
        dry_run=True,
        limits=limits,
        on_tagged=reading.take_mentions,
        on_change=reading.take_change,
        progress=progress,
    )
    removed = {tombstone.slug for tombstone in load_tombstones(content)[0]}
    known = _load_built(built) if built and built.is_file() else None
    before: dict[str, Named] = dict(known or {})
    after: dict[str, Named] = {}
    with open_memory(content.parent / ".cache", authority) as memory:
        learnt = memory.learn(map(_text, load_articles(content))) if report.learnt is None else report.learnt
        for slug, now, then in _standing(reading):
            if slug in removed:
                continue
            near = reading.near.get(slug)
            if near is None:  # an article that no story stands behind: the words on its page say what it names
                near = _tagging(memory.mentions(_text(read_article(then, slug)), learnt))
            if now is not None and known is None:
                before[slug] = _pages_of(now, slug, near, authority, {}, as_typed=True)
            after[slug] = _pages_of(then, slug, near, authority, before.get(slug, {}))
    changes = [change for change in reading.changes if change.slug not in removed]
    return Difference(tuple(sorted(changes, key=lambda change: change.slug)), tuple(_page_changes(before, after)))


def _tagging(mentions: Iterable[Mention]) -> tuple[Record, ...]:
    """Return the records that an article's words name so that they are its tags."""
    found = {mention.record.id: mention.record for mention in mentions if mention.record and mention.makes_tag}
    return tuple(found.values())


def _text(article: ReadArticle) -> ArticleText:
    return ArticleText(article.slug, article.title, article.text, article.setting)


def _article_change(
    slug: str, before: ArticleFile | None, after: ArticleFile, mentions: Sequence[Mention], authority: Authority
) -> ArticleChange:
    gains: list[TagChange] = []
    losses: list[TagChange] = []
    for kind, line in _LINES.items():
        old = split_list(before.get(line)) if before else []
        new = split_list(after.get(line))
        gains += [_gain(kind, name, mentions) for name in new if name not in old]
        losses += [_loss(kind, name, slug, mentions, authority) for name in old if name not in new]
    keys = dict.fromkeys(key.lower() for file in (before, after) if file for key, _ in file.fields)
    lines = [key for key in keys if key not in _LINES.values() and before and before.get(key) != after.get(key)]
    if before and before.body != after.body:
        lines.append("body")
    return ArticleChange(slug, before is None, tuple(gains), tuple(losses), tuple(lines))


def _gain(kind: Kind, name: str, mentions: Iterable[Mention]) -> TagChange:
    for mention in mentions:
        if mention.makes_tag and mention.kind is kind and mention.record and mention.record.label == name:
            return TagChange(kind, name, mention.record.id, fold_spaces(mention.surface), mention.rule)
    return TagChange(kind, name, "", "", "")


def _loss(kind: Kind, name: str, slug: str, mentions: Iterable[Mention], authority: Authority) -> TagChange:
    """Return a lost tag, with the words that one would expect to bear it and what is made of them now."""
    record = find_record(authority, kind, name)
    names = (record.label, record.preferred, *record.variants) if record else (name,)
    keys = {name_key(one) for one in names}
    for mention in mentions:
        if name_key(mention.surface) in keys:
            now = mention.record.label if mention.record else "no record"
            said = f"now {now}, {mention.kind.value} ({mention.role.value}): {mention.rule}"
            return TagChange(kind, name, record.id if record else "", fold_spaces(mention.surface), said)
    id_ = record.id if record else ""
    for rule in authority.rules:
        is_meant = name_key(rule.name) in keys if rule.rule == "ignore" else rule.rule == "hide" and rule.record == id_
        if is_meant and rule.article in ("", slug):
            return TagChange(kind, name, id_, rule.name, f"{rule.rule} in rules.csv line {rule.line}")
    return TagChange(kind, name, id_, "", "")


def _standing(reading: _Reading) -> Iterator[tuple[str, ArticleFile | None, ArticleFile]]:
    """Yield slug, file now and file then of each article that stands or would."""
    paths = {path.relative_to(reading.shelf).as_posix() for path in reading.shelf.rglob("*.md") if path.is_file()}
    for path in sorted(paths | reading.changed.keys()):
        now: ArticleFile | None = None
        if path in paths:
            try:
                now = parse_file((reading.shelf / path).read_text("utf-8"))
            except UnicodeDecodeError:  # `dateline check` tells
                continue
        then = reading.changed.get(path) or now
        assert then is not None
        yield then.get("Slug") or Path(path).stem, now, then


def _pages_of(
    article: ArticleFile,
    slug: str,
    near: Sequence[Record],
    authority: Authority,
    built: Named,
    *,
    as_typed: bool = False,
) -> dict[Page, str]:
    """Return the pages that an article's lines lead to; a name that its words alone explain is as it was built."""
    pages: dict[Page, str] = {}
    by_name = {(family, name): key for (family, key), name in built.items()}
    for kind, family in _LINES.items():
        for name in split_list(article.get(family)):
            record = find_record(authority, kind, name, near=near, article=slug)
            if record:
                pages[family, record.id] = name if as_typed else record.label
            else:
                pages[family, by_name.get((family, name), f"unlisted {fold(name)}")] = name
    labels = {fold(name) for name in pages.values()}
    for line in _FREE_TAGS:
        pages |= {("tags", fold(tag)): tag for tag in split_list(article.get(line)) if fold(tag) not in labels}
    return pages


def _load_built(path: Path) -> dict[str, Named]:
    """Return the pages of each article of the site as it was built. Raises ArchiveError."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {row["slug"]: _built_pages(row) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{path}: is not what a build wrote; build the site again (make html)") from error


def _built_pages(row: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[Page, str]:
    pages: dict[Page, str] = {}
    for family in _LINES.values():
        for tag in row[family]:
            is_unlisted = ":unlisted-" in tag["id"]
            pages[family, f"unlisted {fold(tag['name'])}" if is_unlisted else tag["id"]] = tag["name"]
    labels = {fold(name) for name in pages.values()}
    free = [str(tag) for tag in (*row["keywords"], *row["tags"])]
    return pages | {("tags", fold(tag)): tag for tag in free if fold(tag) not in labels}


def _page_changes(before: Mapping[str, Named], after: Mapping[str, Named]) -> Iterator[PageChange]:
    """Yield the pages that are not as they were, by family and name."""
    was, becomes = _by_page(before), _by_page(after)
    for page in sorted(was.keys() | becomes.keys(), key=lambda page: (page[0], fold(_name(page, becomes, was)), page)):
        (old_name, old), (new_name, new) = was.get(page, ("", set())), becomes.get(page, ("", set()))
        is_renamed = bool(old_name and new_name and old_name != new_name)
        if old == new and not is_renamed:
            continue
        how: How = "changes" if old and new else "appears" if new else "vanishes"
        record = "" if page[0] == "tags" or page[1].startswith("unlisted ") else page[1]
        yield PageChange(page[0], new_name or old_name, old_name if is_renamed else "", record, len(old), len(new), how)


def _name(page: Page, *archives: Mapping[Page, tuple[str, set[str]]]) -> str:
    return next(archive[page][0] for archive in archives if page in archive)


def _by_page(articles: Mapping[str, Named]) -> dict[Page, tuple[str, set[str]]]:
    """Return the slugs of each page's articles, and the name that most of them give it."""
    names: dict[Page, Counter[str]] = defaultdict(Counter)
    slugs: dict[Page, set[str]] = defaultdict(set)
    for slug, pages in articles.items():
        for page, name in pages.items():
            names[page][name] += 1
            slugs[page].add(slug)
    return {page: (min(given, key=lambda name: (-given[name], name)), slugs[page]) for page, given in names.items()}


def difference_json(difference: Difference) -> dict[str, object]:
    """Return what `dateline diff --json` prints."""
    return {
        "articles": [
            {
                "slug": change.slug,
                "new": change.is_new,
                "gains": [_tag_json(tag) for tag in change.gains],
                "losses": [_tag_json(tag) for tag in change.losses],
                "lines": list(change.lines),
            }
            for change in difference.articles
        ],
        "pages": [
            {
                "family": page.family,
                "name": page.name,
                "was": page.was or None,
                "record": page.record or None,
                "before": page.before,
                "after": page.after,
                "how": page.how,
            }
            for page in difference.pages
        ],
    }


def _tag_json(tag: TagChange) -> dict[str, str | None]:
    return {
        "kind": tag.kind.value,
        "name": tag.name,
        "record": tag.record or None,
        "words": tag.words or None,
        "rule": tag.rule or None,
    }


def summary_lines(difference: Difference, *, limit: int | None = None) -> Iterator[str]:
    """Yield the table of `dateline diff`: counts, then the pages that would be otherwise, `limit` of them or all."""
    gains = [tag for change in difference.articles for tag in change.gains]
    losses = [tag for change in difference.articles for tag in change.losses]
    rows: list[tuple[int, str]] = [
        (sum(change.is_new for change in difference.articles), "articles to make"),
        (sum(not change.is_new for change in difference.articles), "articles to update"),
    ]
    for kind, family in _LINES.items():
        rows.append((sum(tag.kind is kind for tag in gains), f"{family} gained"))
        rows.append((sum(tag.kind is kind for tag in losses), f"{family} lost"))
    pages = Counter(page.how for page in difference.pages)
    rows += [(pages[how], f"pages that {verb}") for how, verb in _HOW.items()]
    for count, what in rows:
        yield f"{count:>9,}  {what}"
    yield from map(_page_line, difference.pages[:limit])
    if limit is not None and len(difference.pages) > limit:
        yield f"  … and {len(difference.pages) - limit:,} more; --articles tells all"


def _page_line(page: PageChange) -> str:
    was = f" (was {page.was})" if page.was else ""
    counts = f"{page.before:,} → {page.after:,}" if page.before != page.after else f"{page.after:,}"
    return (
        f"  {page.how:<8}  {page.family}: {page.name}{was}, in {counts} {'article' if page.after == 1 else 'articles'}"
    )


def article_lines(difference: Difference) -> Iterator[str]:
    """Yield each article that would change, with what it gains and loses."""
    for change in difference.articles:
        lines = f"  ({', '.join(change.lines)})" if change.lines else ""
        yield f"{change.slug}{', new' if change.is_new else ''}{lines}"
        yield from (f"  + {_tag_words(tag)}" for tag in change.gains)
        yield from (f"  - {_tag_words(tag)}" for tag in change.losses)


def _tag_words(tag: TagChange) -> str:
    words = f": “{tag.words}”, {tag.rule}" if tag.words else ""
    return f"{tag.kind.value} {tag.name}{words}"
