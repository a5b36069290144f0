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

_SKETCHED = 2**32 // 8  # runs whose hash is below: one of eight
_MAX_MARKS = 64
_MIN_SHARED_MARKS = 2
_MIN_SHARED = MIN_CONTAINED / 2  # of the marks of the shorter: a sketch tells the share roughly
_MAX_STORIES_OF_MARK = 64  # more share a phrase of the trade, not a story
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
    return sorted(run for run in _runs(_WORD.findall(text.casefold())) if run < _SKETCHED)[:_MAX_MARKS]


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


def _runs(words: Sequence[str]) -> set[int]:
    """Return the hashes, below 2**32, of all runs of three words."""
    hashes = list(map(crc32, " ".join(words).encode().split()))
    # Odd factors, so that the same words in another order hash differently (Knuth's and xxHash's).
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return {(a * 0x9E3779B1 + b * 0x85EBCA77 + c * 0xC2B2AE3D) & 0xFFFFFFFF for a, b, c in triples}


def link_versions(db: sqlite3.Connection) -> None:
    """Find the versions of stories that are new to the store, and gather each story's versions under one kin."""
    if db.execute("SELECT 1 FROM story WHERE NOT is_compared LIMIT 1").fetchone():
        rows = ((min(pair), max(pair)) for pair in _like_pairs(db))
        db.executemany("INSERT OR IGNORE INTO likeness VALUES (?, ?)", rows)
        db.execute("UPDATE story SET is_compared = 1 WHERE NOT is_compared")
    for one, other in db.execute(_LIKE_LEADERS):
        _join_kin(db, one, other)


# The stories that stand for their repeats: of pairs that are alike, and of those that the source calls one story.
_LIKE_LEADERS = """
    SELECT one.story, other.story FROM likeness
    JOIN story AS older ON older.id = likeness.older JOIN leader AS one ON one.identity = older.identity
    JOIN story AS newer ON newer.id = likeness.newer JOIN leader AS other ON other.identity = newer.identity
    WHERE one.story != other.story
    UNION
    SELECT min(leader.story) OVER (PARTITION BY version_of), leader.story
    FROM leader JOIN story ON story.id = leader.story WHERE version_of != ''
    ORDER BY 1, 2
"""


def _like_pairs(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    db.execute("CREATE TEMP TABLE IF NOT EXISTS common (mark INTEGER PRIMARY KEY)")
    db.execute("DELETE FROM common")
    db.execute("INSERT INTO common SELECT mark FROM sketch GROUP BY mark HAVING count(*) > ?", (_MAX_STORIES_OF_MARK,))
    candidates = db.execute(
        """
        SELECT mine.story, others.story FROM story AS fresh
        JOIN sketch AS mine ON mine.story = fresh.id
        JOIN sketch AS others ON others.mark = mine.mark AND others.story != mine.story
        JOIN story AS other ON other.id = others.story
        WHERE NOT fresh.is_compared AND (other.is_compared OR other.id < fresh.id)
        AND fresh.identity != other.identity AND mine.mark NOT IN (SELECT mark FROM common)
        AND (length(fresh.moment) < 10 OR length(other.moment) < 10
             OR abs(julianday(substr(fresh.moment, 1, 10)) - julianday(substr(other.moment, 1, 10))) <= ?)
        GROUP BY mine.story, others.story
        HAVING count(*) >= ? AND count(*) >= ? * min(fresh.marks, other.marks)
        """,
        (MAX_DAYS_APART, _MIN_SHARED_MARKS, _MIN_SHARED),
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


def versions_of(db: sqlite3.Connection, kin: int) -> list[str]:
    """Return the slugs of the versions that are of one kin, newest first; none when there is but one."""
    rows = db.execute(
        """
        SELECT leader.slug FROM leader JOIN story ON story.id = leader.story WHERE kin = ?
        ORDER BY moment != '' DESC, moment DESC, leader.place DESC
        """,
        (kin,),
    ).fetchall()
    return [str(slug) for (slug,) in rows] if len(rows) > 1 else []
