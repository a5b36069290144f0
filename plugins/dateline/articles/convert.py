"""Convert: sources in, tagged Markdown out, merged with what people changed.

    sources ─intake→ store ─matching→ the ledger's lines ─versions, slugs, tags→ articles

What was read stays in the store until its source changes, and an article is made anew only when something that it
depends on did. Articles are written before the ledger, so that a run that is killed is completed by the next one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dateline.articles import shelf
from dateline.articles.intake import Intake, Progress, read_sources
from dateline.articles.ledger import LedgerLine, ledger_line, merge
from dateline.articles.machine import machine_article
from dateline.articles.markdown import ArticleFile, unescape_value
from dateline.articles.matching import choose_leaders, match_stories
from dateline.articles.provenance import parse_locator
from dateline.articles.slugs import free_slug, is_reserved
from dateline.articles.store import (
    StoredStory,
    discard_store,
    fill_ledger,
    get_ledger_line,
    get_story,
    keep_ledger_hash,
    leaders,
    ledger_lines,
    open_store,
    origins,
    put_ledger_line,
    tell,
    told,
)
from dateline.articles.tombstones import load_tombstones
from dateline.articles.versions import link_versions, versions_of
from dateline.authority import load_authority
from dateline.errors import ArchiveError
from dateline.files import file_sha256, replace_lines, sha256
from dateline.records import Mention, Notice
from dateline.sources import (
    DEFAULT_LIMITS,
    Limits,
)
from dateline.tagging.learning import Learnt, learn
from dateline.tagging.memory import ArticleText, Memory, User, open_memory, setting_of

MAX_NOTICES_HELD = 1_000
STORE = "convert.sqlite"

Tagger = Callable[[StoredStory, str], Sequence[Mention]]  # of a story and the slug of its article

OnTagged = Callable[[str, Sequence[Mention]], None]  # told of an article's slug and what was found in its story
OnChange = Callable[[str, ArticleFile], None]  # told of a path below content/articles and what would stand there


@dataclass(slots=True)
class ConvertReport:
    """What a run of convert did, in counts and in notices for the maintainer."""

    read: int = 0
    repeats: int = 0  # stories that say what another one says
    versions: int = 0  # articles that have other versions
    made: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0  # by hand, and left so
    removed: int = 0  # on purpose, with a tombstone
    set_aside: dict[str, int] = field(default_factory=dict)  # by reason
    reported: int = 0
    notices: list[Notice] = field(default_factory=list)  # the first ones; all are in the report's file
    diffs: list[str] = field(default_factory=list)
    learnt: Learnt | None = None  # what the stories tell together of their names; None when none was read


@dataclass(frozen=True, slots=True)
class _Options:
    paths: tuple[Path, ...]
    format_name: str
    dry_run: bool
    limits: Limits
    report_file: Path | None
    on_diff: Callable[[str], None] | None
    on_tagged: OnTagged | None
    on_change: OnChange | None


def convert(
    content: Path,
    *,
    cache: Path | None = None,
    paths: Collection[Path] = (),
    format_name: str = "",
    dry_run: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    report_file: Path | None = None,
    on_diff: Callable[[str], None] | None = None,
    on_tagged: OnTagged | None = None,
    on_change: OnChange | None = None,
    progress: Progress = lambda stage, count: None,
    tagger: Tagger | None = None,
) -> ConvertReport:
    """Turn the sources below `content`/sources into articles, and write the ledger.

    `cache` is the folder that keeps what was read (`.cache` beside `content` unless told). With `paths` only the
    articles of those sources are written, and with `format_name` those are taken for that format. With `dry_run`
    nothing is written but the cache; each article that would be goes to `on_change`, or its difference to `on_diff` or
    else into the report. `report_file` gets every notice as a line of JSON. Raises ArchiveError when the ledger is
    damaged or another run is at work, OSError when a file cannot be written.
    """
    options = _Options(tuple(paths), format_name, dry_run, limits, report_file, on_diff, on_tagged, on_change)
    store = (cache or content.parent / ".cache") / STORE
    try:
        return _convert(content, store, options, progress, tagger)
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"{store}: {error}") from error
    except sqlite3.DatabaseError:  # damaged: it holds nothing that cannot be read again
        discard_store(store)
        return _convert(content, store, options, progress, tagger)


def _convert(content: Path, store: Path, options: _Options, progress: Progress, tagger: Tagger | None) -> ConvertReport:
    with open_store(store) as db:
        run = _Run(content, options, db, ConvertReport(), progress)
        read_sources(db, Intake(content, options.paths, options.format_name, options.limits, progress))
        db.execute("BEGIN IMMEDIATE")
        _take_standing(run)
        choose_leaders(db)
        match_stories(db, lambda slug: shelf.article_text(db, content / "articles", slug))
        _tell_vanished(run)
        _name_new(run)
        link_versions(db)
        _write_articles(run, store.parent, tagger)
        _write_report(run)
        if options.dry_run:
            db.execute("ROLLBACK")
        else:
            replace_lines(content / "ledger.jsonl", ledger_lines(db))
            keep_ledger_hash(db, file_sha256(content / "ledger.jsonl"))
            db.execute("COMMIT")
    return run.report


@dataclass(frozen=True, slots=True)
class _Run:
    """What the steps of one run share."""

    content: Path
    options: _Options
    db: sqlite3.Connection
    report: ConvertReport
    progress: Progress

    @property
    def shelf(self) -> Path:
        return self.content / "articles"


def _take_standing(run: _Run) -> None:
    """Take the ledger, the shelf and the tombstones into the store."""
    tombstones, notices = load_tombstones(run.content)
    for notice in notices:
        tell(run.db, notice)
    for tombstone in tombstones:
        run.db.execute("INSERT INTO removed VALUES (?)", (tombstone.slug,))
        rows = [(hash_, tombstone.slug) for hash_ in tombstone.hashes]
        run.db.executemany("INSERT OR IGNORE INTO removed_hash VALUES (?, ?)", rows)
    fill_ledger(run.db, run.content / "ledger.jsonl")
    shelf.refresh_shelf(run.db, run.shelf)
    for path, fault in shelf.faulty_articles(run.db):
        tell(run.db, Notice(f"articles/{path}", fault))


def _tell_vanished(run: _Run) -> None:
    """Mark the ledger's lines whose story its source no longer holds, and tell, once; their articles stay."""
    rows = run.db.execute(
        "SELECT slug FROM ledger WHERE slug NOT IN (SELECT slug FROM leader WHERE slug IS NOT NULL)"
        " AND path NOT IN (SELECT name FROM source WHERE NOT is_whole)"
        " AND path NOT IN (SELECT name FROM unread) AND NOT vanished ORDER BY slug"
    ).fetchall()
    for (slug,) in rows:
        line = get_ledger_line(run.db, slug)
        assert line is not None
        path = _standing_path(run.db, slug, line)
        if path and not run.db.execute("SELECT 1 FROM removed WHERE slug = ?", (slug,)).fetchone():
            advice = "the article stays; delete its file if it came of a misreading"
            tell(run.db, Notice(line.source, f"the story of articles/{path} is no longer in its source; {advice}"))
        put_ledger_line(run.db, replace(line, vanished=True))


def _name_new(run: _Run) -> None:
    """Give each story that is new a slug of its own, whatever the order in which they come.

    An article made of a story's bytes is adopted. A slug wanted once and free is given as it is; where several want
    one, or it is taken or reserved, each gets it with the first characters of its hash.
    """
    db = run.db
    db.execute("CREATE TEMP TABLE IF NOT EXISTS wish (story INTEGER, identity TEXT, wanted TEXT, wishes INTEGER)")
    db.execute("DELETE FROM wish")
    db.execute("""
        INSERT INTO wish SELECT leader.story, leader.identity, wanted, count(*) OVER (PARTITION BY wanted)
        FROM leader JOIN story ON story.id = leader.story WHERE slug IS NULL ORDER BY leader.identity
    """)
    give = "UPDATE OR IGNORE leader SET slug = ? WHERE story = ? AND slug IS NULL"
    db.execute("""
        UPDATE OR IGNORE leader SET slug = (
            SELECT removed_hash.slug FROM removed_hash JOIN story USING (sha256) WHERE story.id = leader.story
        ) WHERE slug IS NULL
    """)
    if shelf.has_strangers(db):
        for story, identity in db.execute("SELECT story, identity FROM wish JOIN leader USING (story, identity)"):
            found = (shelf.find_stranger(db, hash_) for _, hash_ in origins(db, identity))
            if stranger := next(filter(None, found), None):
                db.execute(give, (stranger[1], story))
    give = "UPDATE leader SET slug = ?, is_new = 1 WHERE story = ? AND slug IS NULL"
    for story, wanted in db.execute("SELECT story, wanted FROM wish WHERE wishes = 1"):
        if not is_reserved(wanted) and not _is_taken(db, wanted):
            db.execute(give, (wanted, story))
    for story, identity, wanted in db.execute("SELECT story, identity, wanted FROM wish"):
        if db.execute("SELECT slug FROM leader WHERE story = ?", (story,)).fetchone() == (None,):
            db.execute(give, (free_slug(wanted, identity, lambda slug: _is_taken(db, slug)), story))


def _is_taken(db: sqlite3.Connection, slug: str) -> bool:
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM ledger WHERE slug = ?1) OR EXISTS (SELECT 1 FROM leader WHERE slug = ?1)"
        " OR EXISTS (SELECT 1 FROM article WHERE slug = ?1) OR EXISTS (SELECT 1 FROM article WHERE stem = ?1)"
        " OR EXISTS (SELECT 1 FROM removed WHERE slug = ?1)",
        (slug,),
    ).fetchone()
    return bool(row[0])


def _write_articles(run: _Run, cache: Path, tagger: Tagger | None) -> None:
    authority, notices = load_authority(run.content / "authority")
    for notice in notices:
        tell(run.db, notice)
    is_whole = not (run.options.paths or run.options.dry_run)
    with open_memory(cache, authority, user=User.CONVERT if is_whole else User.DESK) as memory:
        _write_tagged(run, memory, tagger)
        if is_whole:
            memory.forget_unused()
    for notice in memory.notices:
        tell(run.db, notice)


def _write_tagged(run: _Run, memory: Memory, tagger: Tagger | None) -> None:
    """Write the articles: once all stories have told what they tell of names, each is tagged with that."""
    db, report = run.db, run.report
    learnt = Learnt() if tagger else learn(memory.observe(text) for text in _texts(run))
    chosen = {path.relative_to(run.content).as_posix() for path in run.options.paths}
    for done, leader in enumerate(leaders(db), start=1):
        run.progress("articles", done)
        places = [leader.origin] if leader.repeats == 1 else origins(db, leader.identity)
        if chosen and not any(parse_locator(locator).path in chosen for locator, _ in places):
            continue
        versions = versions_of(db, leader.kin, leader.slug) if leader.kin else []
        report.versions += bool(versions)
        if db.execute("SELECT 1 FROM removed WHERE slug = ?", (leader.slug,)).fetchone():
            report.removed += 1
            continue
        story, slug, fields = get_story(db, leader.story), leader.slug, json.loads(leader.fields)
        text = ArticleText(slug, story.headline, story.text, _setting(fields))
        tagged_by = f"{tagger is None} {memory.key(text, learnt)}"
        key = sha256(f"{tagged_by} {leader.identity} {leader.body_sha256} {leader.fields} {places} {versions}")
        stands = not leader.is_new and _stands_as_written(db, leader.slug, key)
        if stands and not run.options.on_tagged:
            report.unchanged += 1
            continue
        mentions = tagger(story, slug) if tagger else memory.mentions(text, learnt)
        if run.options.on_tagged:
            run.options.on_tagged(slug, mentions)
        if stands:
            report.unchanged += 1
            continue
        machine = machine_article(fields, story.body, slug=slug, mentions=mentions, origins=places, versions=versions)
        _write_article(run, ledger_line(slug, story.opening, machine), machine, key, is_new=leader.is_new)
    report.read = db.execute("SELECT count(*) FROM story").fetchone()[0]
    report.learnt = learnt if report.read else None
    report.repeats = report.read - db.execute("SELECT count(*) FROM leader").fetchone()[0]


def _texts(run: _Run) -> Iterator[ArticleText]:
    """Yield the stories that articles are made of, those that were removed left out."""
    for done, leader in enumerate(leaders(run.db), start=1):
        run.progress("tags", done)
        if not run.db.execute("SELECT 1 FROM removed WHERE slug = ?", (leader.slug,)).fetchone():
            story = get_story(run.db, leader.story)
            yield ArticleText(leader.slug, story.headline, story.text, _setting(json.loads(leader.fields)))


def _setting(fields: Mapping[str, str]) -> str:
    return setting_of(*(unescape_value(fields.get(name, "")) for name in ("Category", "Dateline")))


def _stands_as_written(db: sqlite3.Connection, slug: str, key: str) -> bool:
    """Tell whether article and ledger's line are what an earlier run left, and nothing that they rest on changed."""
    row = db.execute(
        "SELECT written.key, written.line, ledger.line, article.changed, article.seen,"
        " written.size = article.size AND written.changed = article.changed"
        " FROM written JOIN article USING (path) JOIN ledger ON ledger.slug = written.slug WHERE written.slug = ?",
        (slug,),
    ).fetchone()
    return bool(row) and row[0] == key and row[1] == sha256(row[2]) and bool(row[5]) and shelf.is_settled(*row[3:5])


def _write_article(run: _Run, line: LedgerLine, machine: ArticleFile, key: str, *, is_new: bool) -> None:
    """Write the machine's article, merged with the one that stands; one that was deleted by hand stays so."""
    db, report = run.db, run.report
    old = None if is_new else get_ledger_line(db, line.slug)
    path = None if is_new else _standing_path(db, line.slug, old)
    if path is None and old is not None:
        report.deleted += 1
        return
    if path is None:
        report.made += 1
        path = f"{line.slug}.md"
        _put(run, path, machine)
    elif shelf.article_fault(db, path):
        return
    else:
        _merge_into(run, path, old, machine)
    text = put_ledger_line(db, line, is_new=old is None)
    if not run.options.dry_run:
        db.execute(
            "INSERT OR REPLACE INTO written SELECT ?, ?, path, size, changed, ? FROM article WHERE path = ?",
            (line.slug, key, sha256(text), path),
        )


def _standing_path(db: sqlite3.Connection, slug: str, old: LedgerLine | None) -> str | None:
    path = shelf.find_article(db, slug)
    if path is not None or old is None:
        return path
    renamed = (shelf.find_stranger(db, hash_) for hash_ in old.hashes)
    return next((stranger[0] for stranger in renamed if stranger), None)


def _merge_into(run: _Run, path: str, old: LedgerLine | None, machine: ArticleFile) -> None:
    current = shelf.load_article(run.shelf, path)
    merged, conflicts = merge(current, old, machine)
    for name in conflicts:
        tell(run.db, Notice(f"articles/{path}", _conflict(name, current, machine)))
    if merged == current:
        run.report.unchanged += 1
    else:
        run.report.updated += 1
        _put(run, path, merged)


def _put(run: _Run, path: str, article: ArticleFile) -> None:
    if run.options.dry_run and run.options.on_change:
        run.options.on_change(path, article)
    elif run.options.dry_run:
        difference = shelf.article_difference(run.shelf, path, article)
        (run.options.on_diff or run.report.diffs.append)(difference)
    else:
        shelf.put_article(run.db, run.shelf, path, article)


def _conflict(key: str, current: ArticleFile, machine: ArticleFile) -> str:
    if key == "body":
        return "the text was changed by hand, and differs from what its source now says; the hand’s stands"
    here, there = current.get(key) or "no line", machine.get(key) or "no line"
    return f"{key} was changed by hand to {here!r}, and its source or the tagger now gives {there!r}; the hand’s stands"


def _write_report(run: _Run) -> None:
    """Count what was told, keep the first notices, and write them all as JSON lines."""
    report = run.report
    chosen = {path.relative_to(run.content).as_posix() for path in run.options.paths}

    def rows() -> Iterator[str]:
        for notice, chars in told(run.db, chosen):
            report.reported += 1
            if notice.reason:
                report.set_aside[notice.reason] = report.set_aside.get(notice.reason, 0) + notice.count
            if len(report.notices) < MAX_NOTICES_HELD:
                report.notices.append(replace(notice, text=""))
            yield json.dumps(
                {
                    "where": notice.where,
                    "message": notice.message,
                    "reason": notice.reason,
                    "count": notice.count,
                    "text": notice.text,
                    "chars": chars,
                },
                ensure_ascii=False,
            )

    if run.options.report_file and not run.options.dry_run:
        replace_lines(run.options.report_file, rows())
    else:
        for _ in rows():
            pass
