"""Versions: stories that are one text grown or mended, found without comparing each with each.

Each text is sketched by some of its runs of words, always the same ones (Broder, "On the resemblance and
containment of documents", 1997); stories that share enough of them are compared in full. The thresholds were chosen
on pairs of Reuters stories marked by hand: `tests/gold/versions.csv`, measured by `tests/bench/versions.py`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zlib import crc32

MIN_RUNS = 30  # of the shorter text: below, wires of one pattern ("Qtly div 10 cts vs 10 cts") are all alike
MIN_CONTAINED = 0.7  # of the runs of the shorter text, in the longer
MIN_FACTS = 0.85  # of the numbers and names of the shorter text, in the longer
MAX_DAYS_APART = 3  # where both are dated
MAX_LISTED = 30  # versions in one article

_SKETCHED = 2**32 // 8  # runs whose hash is below: one of eight
_MAX_MARKS = 64
_MIN_SHARED_MARKS = 2
_MIN_SHARED = MIN_CONTAINED / 2  # of the marks of the shorter: a sketch tells the share roughly
_MAX_STORIES_OF_MARK = 32  # more share a phrase of the trade, not a story
_WORD = re.compile(r"\w+")
_FACT = re.compile(r"\d[\d.,/-]*|[^\W\d_a-z][\w'’-]+")


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a text is compared: its runs of words, its words, and those that are numbers or names."""

    chars: int
    runs: frozenset[int]
    words: frozenset[str]
    facts: frozenset[str]


def sketch(text: str) -> list[int]:
    """Return the marks by which a text is compared: equal texts have equal ones, like texts share some."""
    return sorted(_runs(_WORD.findall(text.casefold()), below=_SKETCHED))[:_MAX_MARKS]


def are_versions(one: str, other: str) -> bool:
    """Tell whether of two texts the longer says what the shorter says, with the same numbers and names.

    >>> are_versions("Rain fell in Lima. " * 9, "Snow fell in Oslo. " * 9)
    False
    """
    return _agree(_words_of(one), _words_of(other))


def _agree(one: _Words, other: _Words) -> bool:
    shorter, longer = sorted((one, other), key=lambda words: words.chars)
    if len(shorter.runs) < MIN_RUNS or len(shorter.runs & longer.runs) < MIN_CONTAINED * len(shorter.runs):
        return False
    return len(shorter.facts & (longer.facts | longer.words)) >= MIN_FACTS * len(shorter.facts)


def _words_of(text: str) -> _Words:
    words = _WORD.findall(text.casefold())
    # A headline in capitals is no list of names.
    facts = (match.group().casefold().strip(".,/-") for match in _FACT.finditer(text.partition("\n")[2]))
    return _Words(len(text), frozenset(_runs(words)), frozenset(words), frozenset(facts))


def _runs(words: Sequence[str], *, below: int = 2**32) -> set[int]:
    """Return the hashes, of 32 bits, of the runs of three words; those that are less than `below`."""
    hashes = list(map(crc32, " ".join(words).encode().split()))
    # Shifted, so that the same words in another order hash differently.
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return {run for a, b, c in triples if (run := (a ^ b << 5 ^ c << 11) & 0xFFFFFFFF) < below}


def link_versions(db: sqlite3.Connection) -> None:
    """Find which leading stories are versions of each other, and gather the versions of each under one kin.

    Stories are compared once, and again when a mark of theirs became, or ceased to be, too common to count: so what is
    found does not depend on the order in which they came.
    """
    (state,) = db.execute("SELECT count(*) || ' ' || ifnull(sum(id), 0) FROM story").fetchone()
    if db.execute("SELECT state FROM compared_state").fetchone() != (state,):
        db.execute("INSERT INTO sketch SELECT mark, story FROM fresh_sketch ORDER BY mark, story")
        db.execute("DELETE FROM fresh_sketch")
        db.execute("DELETE FROM sketch WHERE story NOT IN (SELECT id FROM story)")
        _forget_what_changed(db)
        rows = ((min(pair), max(pair)) for pair in _like_pairs(db))
        db.executemany("INSERT OR IGNORE INTO likeness VALUES (?, ?)", rows)
        db.execute("INSERT INTO compared SELECT story FROM leader WHERE story NOT IN (SELECT story FROM compared)")
        db.execute("DELETE FROM compared_state")
        db.execute("INSERT INTO compared_state VALUES (?)", (state,))
    for one, other in db.execute(_LIKE_LEADERS):
        _join_kin(db, one, other)


def _forget_what_changed(db: sqlite3.Connection) -> None:
    """Count anew which marks are too common, and forget what was found by those that changed sides."""
    for table in ("now_common", "changed"):
        db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY)")
        db.execute(f"DELETE FROM {table}")  # noqa: S608  both are constants
    db.execute(
        "INSERT INTO now_common SELECT mark FROM sketch WHERE story IN (SELECT story FROM leader)"
        " GROUP BY mark HAVING count(*) > ?",
        (_MAX_STORIES_OF_MARK,),
    )
    db.execute("""
        INSERT INTO changed SELECT DISTINCT story FROM sketch WHERE mark IN (
            SELECT id FROM now_common WHERE id NOT IN (SELECT mark FROM common_mark)
            UNION SELECT mark FROM common_mark WHERE mark NOT IN (SELECT id FROM now_common)
        )
    """)
    db.execute("DELETE FROM likeness WHERE older IN (SELECT id FROM changed) AND newer IN (SELECT id FROM changed)")
    db.execute(
        "DELETE FROM compared WHERE story IN (SELECT id FROM changed) OR story NOT IN (SELECT story FROM leader)"
    )
    db.execute("DELETE FROM common_mark")
    db.execute("INSERT INTO common_mark SELECT id FROM now_common")


# The stories that stand for their repeats: of pairs that are alike, and of those that the source calls one story.
_LIKE_LEADERS = """
    SELECT one.story, other.story FROM likeness
    JOIN leader AS one ON one.story = likeness.older JOIN leader AS other ON other.story = likeness.newer
    UNION
    SELECT min(leader.story) OVER (PARTITION BY version_of, CASE WHEN instr(version_of, ':') THEN 0 ELSE source END),
        leader.story
    FROM leader JOIN story ON story.id = leader.story WHERE version_of != ''
    ORDER BY 1, 2
"""


def _like_pairs(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield the pairs of leading stories, one of which was not compared yet, that are versions."""
    db.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (story INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM fresh")
    db.execute("INSERT INTO fresh SELECT story FROM leader WHERE story NOT IN (SELECT story FROM compared)")
    candidates = db.execute(
        """
        SELECT mine, others FROM (
            SELECT mine.story AS mine, others.story AS others, count(*) AS shared
            FROM sketch AS mine CROSS JOIN sketch AS others ON others.mark = mine.mark  -- in this order
            WHERE +mine.story IN (SELECT story FROM fresh) AND +mine.mark NOT IN (SELECT mark FROM common_mark)
            AND +others.story != mine.story AND +others.story IN (SELECT story FROM leader)
            AND (+others.story < mine.story OR +others.story NOT IN (SELECT story FROM fresh))
            GROUP BY mine.story, others.story HAVING shared >= ?
        )
        JOIN story AS one ON one.id = mine JOIN story AS other ON other.id = others
        WHERE shared >= ? * min(one.marks, other.marks)
        AND (length(one.moment) < 10 OR length(other.moment) < 10
             OR abs(julianday(substr(one.moment, 1, 10)) - julianday(substr(other.moment, 1, 10))) <= ?)
        ORDER BY mine, others
        """,
        (_MIN_SHARED_MARKS, _MIN_SHARED, MAX_DAYS_APART),
    )
    for story, pairs in groupby(candidates, key=lambda pair: pair[0]):
        words = _words_of(_text_of(db, story))
        for _, other in pairs:
            if _agree(words, _words_of(_text_of(db, other))):
                yield story, other


def _text_of(db: sqlite3.Connection, story: int) -> str:
    return str(db.execute("SELECT headline || char(10) || text FROM story WHERE id = ?", (story,)).fetchone()[0])


def _join_kin(db: sqlite3.Connection, one: int, other: int) -> None:
    kin, others = (_kin(db, story) for story in (one, other))
    if kin != others:
        db.execute("UPDATE leader SET kin = ? WHERE kin = ?", (min(kin, others), max(kin, others)))


def _kin(db: sqlite3.Connection, story: int) -> int:
    db.execute("UPDATE leader SET kin = story WHERE story = ? AND kin IS NULL", (story,))
    return int(db.execute("SELECT kin FROM leader WHERE story = ?", (story,)).fetchone()[0])


def versions_of(db: sqlite3.Connection, kin: int, slug: str) -> list[str]:
    """Return the slugs of the versions of one kin, newest first; none when there is but one.

    Of very many, the newest and the one that asks, by its slug.
    """
    rows = db.execute(
        """
        SELECT leader.slug FROM leader JOIN story ON story.id = leader.story WHERE kin = ?
        ORDER BY moment != '' DESC, moment DESC, leader.place DESC LIMIT ?
        """,
        (kin, MAX_LISTED),
    ).fetchall()
    slugs = [str(other) for (other,) in rows]
    if len(slugs) < 2:
        return []
    return slugs if slug in slugs else [*slugs[:-1], slug]
