"""Matching: which story of today's sources is which article of yesterday's, by what the ledger remembers.

A story is the same when its source's id says so, or its headline and first sentence, or, in the same source, its
whole text or most of its words. What none of these recognises is a new story.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dateline.text import fold

MIN_SHARED_WORDS = 0.5  # of the longer of two texts, for one to be a correction of the other
MAX_COMPARISONS = 40_000  # of texts in one source: beyond, the source was replaced, not corrected

TextOf = Callable[[str], str]  # headline and text of an article by its slug, "" when there is none


@dataclass(frozen=True, slots=True)
class _Pair:
    """A story that leads its repeats and a line of the ledger that may be its own."""

    story: int
    slug: str
    unlikeness: float
    distance: tuple[int, int]  # another source, and how many lines or bytes away


def choose_leaders(db: sqlite3.Connection) -> None:
    """Let the first of each set of exact repeats, in archive order, stand for all of them."""
    db.execute("DELETE FROM leader")
    db.execute("""
        INSERT INTO leader (story, identity, repeats)
        SELECT id, identity, repeats FROM (
            SELECT story.id, identity, source.name AS name, story.place AS place,
                   row_number() OVER (PARTITION BY identity ORDER BY source.name, story.place) AS nth,
                   count(*) OVER (PARTITION BY identity) AS repeats
            FROM story JOIN source ON source.id = story.source
        ) WHERE nth = 1 ORDER BY name, place
    """)


def match_stories(db: sqlite3.Connection, text_of: TextOf) -> None:
    """Give each leading story that was converted before the slug of its line in the ledger.

    The surest rule claims first, and within a rule the least unlike pair; a line is claimed once. `text_of` gives
    the text of the article that stands under a slug.
    """
    for rule in (_by_bytes, _by_source_id, _by_opening, _by_whole_text, _by_likeness):
        _claim(db, rule(db, text_of))


def _claim(db: sqlite3.Connection, pairs: Iterator[_Pair]) -> None:
    db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS pair (story INTEGER, slug TEXT, unlike REAL, far INTEGER, away INTEGER)"
    )
    db.execute("DELETE FROM pair")
    rows = ((pair.story, pair.slug, pair.unlikeness, *pair.distance) for pair in pairs)
    db.executemany("INSERT INTO pair VALUES (?, ?, ?, ?, ?)", rows)
    ordered = "SELECT story, slug FROM pair ORDER BY unlike, far, away, slug, story"
    claim = "UPDATE OR IGNORE leader SET slug = ? WHERE story = ? AND slug IS NULL"
    db.executemany(claim, ((slug, story) for story, slug in db.execute(ordered)))


# Stories and lines that no rule before has claimed.
_STORIES = "leader JOIN story ON story.id = leader.story JOIN source ON source.id = story.source"
_DISTANCE = "source.name != ledger.path, abs(story.first - ledger.first)"
_FREE = "leader.slug IS NULL AND ledger.slug NOT IN (SELECT slug FROM leader WHERE slug IS NOT NULL)"
# Two ids of the source's own tell two stories apart, unless they are those of two versions of one.
_NOT_OTHER = (
    "(story.source_id = '' OR ledger.source_id = '' OR story.source_id = ledger.source_id"
    " OR (story.version_of != '' AND instr(ledger.source_id, story.version_of) = 1))"
)


def _by_source_id(db: sqlite3.Connection, text_of: TextOf) -> Iterator[_Pair]:
    # An id that is no address or URN ("17") is one within its source alone.
    rows = db.execute(f"""
        SELECT leader.story, ledger.slug, {_DISTANCE} FROM {_STORIES}
        JOIN ledger ON ledger.source_id = story.source_id
        WHERE story.source_id != '' AND {_FREE}
        AND (source.name = ledger.path OR instr(story.source_id, ':') > 0)
        AND story.source_id IN (SELECT source_id FROM leader JOIN story ON story.id = leader.story
                                GROUP BY source_id HAVING count(*) = 1)
        AND story.source_id IN (SELECT source_id FROM ledger GROUP BY source_id HAVING count(*) = 1)
    """)  # noqa: S608  the parts are constants
    for story, slug, *distance in rows:
        yield _Pair(story, slug, 0.0, tuple(distance))


def _by_bytes(db: sqlite3.Connection, text_of: TextOf) -> Iterator[_Pair]:
    rows = db.execute(f"""
        SELECT DISTINCT leader.story, ledger.slug, {_DISTANCE} FROM {_STORIES}
        JOIN story AS repeat ON repeat.identity = leader.identity
        JOIN ledger_hash ON ledger_hash.sha256 = repeat.sha256
        JOIN ledger ON ledger.slug = ledger_hash.slug AND ledger.opening = story.opening
        WHERE {_FREE}
    """)  # noqa: S608  the parts are constants
    for story, slug, *distance in rows:
        yield _Pair(story, slug, 0.0, tuple(distance))


def _by_opening(db: sqlite3.Connection, text_of: TextOf) -> Iterator[_Pair]:
    for table in ("open_story", "open_line"):
        db.execute(f"DROP TABLE IF EXISTS temp.{table}")
    many = (
        "row_number() OVER (PARTITION BY opening ORDER BY {order}) AS nth, count(*) OVER (PARTITION BY opening) AS many"
    )
    db.execute(f"""
        CREATE TEMP TABLE open_story AS SELECT leader.story AS story, opening, {many.format(order="leader.place")}
        FROM leader JOIN story ON story.id = leader.story
        WHERE leader.slug IS NULL AND opening IN (SELECT opening FROM ledger)
    """)  # noqa: S608  the parts are constants
    db.execute(f"""
        CREATE TEMP TABLE open_line AS SELECT slug, opening, {many.format(order="path, first, slug")}
        FROM ledger WHERE slug NOT IN (SELECT slug FROM leader WHERE slug IS NOT NULL)
        AND opening IN (SELECT opening FROM open_story)
    """)  # noqa: S608  the parts are constants
    db.execute("CREATE INDEX temp.open_line_opening ON open_line (opening, nth)")
    # Of very many that open alike, each is compared with the one in its place alone.
    rows = db.execute(
        f"""
        SELECT open_story.many * open_line.many, leader.story, ledger.slug, {_DISTANCE} FROM open_story
        JOIN open_line ON open_line.opening = open_story.opening
            AND (open_story.many * open_line.many <= ? OR open_story.nth = open_line.nth)
        JOIN leader ON leader.story = open_story.story JOIN story ON story.id = leader.story
        JOIN source ON source.id = story.source JOIN ledger ON ledger.slug = open_line.slug
        WHERE {_NOT_OTHER}
        """,  # noqa: S608  the parts are constants
        (MAX_COMPARISONS,),
    )
    for pairs, story, slug, *distance in rows:
        likeness = _shared_words(_whole_text(db, story), text_of(slug)) if pairs > 1 else 1.0
        yield _Pair(story, slug, 1 - likeness, tuple(distance))


def _by_whole_text(db: sqlite3.Connection, text_of: TextOf) -> Iterator[_Pair]:
    """Within one source, find the story whose headline alone was changed."""
    rows = db.execute(f"""
        SELECT leader.story, ledger.slug, {_DISTANCE} FROM {_STORIES}
        JOIN ledger ON ledger.path = source.name AND ledger.body_sha256 = story.body_sha256
        WHERE NOT ledger.vanished AND story.body != '' AND {_FREE} AND {_NOT_OTHER}
    """)  # noqa: S608  the parts are constants
    for story, slug, *distance in rows:
        yield _Pair(story, slug, 0.0, tuple(distance))


def _by_likeness(db: sqlite3.Connection, text_of: TextOf) -> Iterator[_Pair]:
    """Within one source, find the story that a changed one was by most of its words."""
    counts = db.execute(f"""
        SELECT path, count(*) FROM {_STORIES} JOIN ledger ON ledger.path = source.name
        WHERE NOT ledger.vanished AND {_FREE} AND {_NOT_OTHER} GROUP BY path
    """).fetchall()  # noqa: S608  the parts are constants
    for path, pairs in counts:
        if pairs > MAX_COMPARISONS:
            continue
        rows = db.execute(
            f"""
            SELECT leader.story, ledger.slug, {_DISTANCE} FROM {_STORIES} JOIN ledger ON ledger.path = source.name
            WHERE path = ? AND NOT ledger.vanished AND {_FREE} AND {_NOT_OTHER}
            """,  # noqa: S608  the parts are constants
            (path,),
        )
        words: dict[str, set[str]] = {}
        for story, slug, *distance in rows.fetchall():
            if slug not in words:
                words[slug] = _words(text_of(slug))
            likeness = _share(_words(_whole_text(db, story)), words[slug])
            if likeness >= MIN_SHARED_WORDS:
                yield _Pair(story, slug, 1 - likeness, tuple(distance))


def _whole_text(db: sqlite3.Connection, story: int) -> str:
    return str(db.execute("SELECT headline || char(10) || text FROM story WHERE id = ?", (story,)).fetchone()[0])


def _shared_words(one: str, other: str) -> float:
    """Return how many of the words of the longer text both have, from 0 to 1."""
    return _share(_words(one), _words(other))


def _words(text: str) -> set[str]:
    return set(fold(text).split())


def _share(words: set[str], others: set[str]) -> float:
    return len(words & others) / max(len(words), len(others), 1)
