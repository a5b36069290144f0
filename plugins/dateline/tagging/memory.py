"""The memory of tags, `.cache/tags.sqlite`: what was found in a text stands until something that it rests on changes.

An entry's key is a hash of all that its mentions depend on: title, text, the rules for its article alone, the archive's
own records and rules, the packaged data, the tagger's code, and the rows learnt from other stories. So it is never
wrong, and may be deleted at any time.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import IntFlag
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import dateline
from dateline.authority import Authority, Rule, find_record_by_id
from dateline.authority.packaged import load_packaged
from dateline.files import sha256
from dateline.records import Alternative, Kind, Mention, Notice, Record, Role
from dateline.tagging import find_mentions, observe_story
from dateline.tagging.learning import (
    NOTHING_LEARNT,
    Learnt,
    Observation,
    learn,
    read_observation,
    write_observation,
)

FILE = "tags.sqlite"

_CODE = ("records.py", "text.py", "gazetteer", "authority", "tagging")  # of the package: what tags rest on
_DATA_OF_OTHERS = ("atlas", "scaffold")
_SECONDS_TO_WAIT = 0.2
_WRITES_A_TIME = 1_000  # so that a run that is killed keeps most of its work
_SCHEMA = """
CREATE TABLE tags (key BLOB PRIMARY KEY, users INTEGER NOT NULL, observation TEXT NOT NULL, mentions BLOB NOT NULL);
"""
_VERSION = 1


class User(IntFlag):
    """Who keeps an entry: the last whole run of each that asked for it."""

    DESK = 0  # asks, and keeps nothing
    CONVERT = 1
    SITE = 2


class ArticleText(NamedTuple):
    """A text to tag: the slug by which rules may hold for it alone, its title, its paragraphs, its setting."""

    slug: str
    title: str
    text: str
    setting: str = ""  # see `setting_of`


def setting_of(topic: str, dateline: str) -> str:
    """Return what tells where a story is set, beside its text."""
    return "\n".join(part for part in (topic, dateline) if part)


def tag_articles(
    articles: Collection[ArticleText], authority: Authority, cache: Path | None
) -> Iterator[tuple[str, tuple[Mention, ...]]]:
    """Yield the slug and the mentions of each of an archive's articles, in their order.

    They are read twice: what all of them tell together decides what one leaves open. `cache` is the folder of the
    memory, None for none.
    """
    with open_memory(cache, authority) as memory:
        learnt = memory.learn(articles)
        for article in articles:
            yield article.slug, memory.mentions(article, learnt)


@contextmanager
def open_memory(cache: Path | None, authority: Authority, *, user: User = User.DESK) -> Iterator[Memory]:
    """Open the memory in the folder `cache`, made anew when it is damaged; for this run alone without a folder.

    So is it when another run has it. Its `notices` tell of damage once the memory is closed.
    """
    memory = Memory(authority, cache / FILE if cache else None, user)
    try:
        yield memory
    finally:
        memory.close()


class Memory:
    """Tags by what they rest on; asked for what it has not, it tags."""

    def __init__(self, authority: Authority, path: Path | None, user: User) -> None:
        """Open the file at `path`, or for None a file without a name that is gone afterwards."""
        self.notices: list[Notice] = []
        self._authority = authority
        self._rests_on = sha256(f"{tagger_hash()} {_authority_hash(authority)}")
        self._rules = _rules_by_article(authority.rules)
        self._records: dict[str, Record | None] = {}
        self._user = user
        self._writes = 0
        self._last: tuple[bytes, Observation] | None = None
        self._path = path
        self._db = self._open()

    def learn(self, articles: Iterable[ArticleText]) -> Learnt:
        """Return what the articles of an archive tell together."""
        return learn(self.observe(article) for article in articles)

    def observe(self, article: ArticleText) -> Observation:
        """Return what an article by itself tells of names."""
        return self._observe(article, self._key(article))

    def key(self, article: ArticleText, learnt: Learnt = NOTHING_LEARNT) -> str:
        """Return a hash of all that the mentions of an article depend on."""
        return self._settled(article, learnt)[0].hex()

    def mentions(self, article: ArticleText, learnt: Learnt = NOTHING_LEARNT) -> tuple[Mention, ...]:
        """Return the mentions of an article, as `find_mentions` finds them."""
        key, rows = self._settled(article, learnt)
        held = self._get("SELECT mentions FROM tags WHERE key = ?", key)
        if held is not None and (mentions := self._read(held, article)) is not None:
            return mentions
        mentions = find_mentions(
            article.title,
            article.text,
            self._authority,
            article=article.slug,
            learnt=rows,
            setting=article.setting,
        )
        self._put(key, "", mentions)
        return mentions

    def forget_unused(self) -> None:
        """Forget what this user kept and did not ask for in this run, unless another keeps it; after a whole run."""
        user = int(self._user)
        self._do("UPDATE tags SET users = users & ~?1 WHERE users & ?1 AND key NOT IN (SELECT key FROM used)", user)
        self._do("UPDATE tags SET users = users | ?1 WHERE NOT users & ?1 AND key IN (SELECT key FROM used)", user)
        self._do("DELETE FROM tags WHERE users = 0")

    def close(self) -> None:
        """Keep what this run found."""
        self._do("COMMIT")
        self._db.close()

    def _settled(self, article: ArticleText, learnt: Learnt) -> tuple[bytes, Learnt]:
        """Return the key of an article's mentions, and the rows learnt that may change them."""
        key = self._key(article)
        rows = learnt.rows_for(self._observe(article, key)) if learnt else NOTHING_LEARNT
        if not rows:
            return key, rows
        settled = _hash(f"{key.hex()} {rows.digest()}")
        self._use(settled)
        return settled, rows

    def _key(self, article: ArticleText) -> bytes:
        rules = self._rules.get(article.slug, "")
        lengths = f"{len(article.title)} {len(article.text)}"
        key = _hash(f"{self._rests_on} {rules} {lengths} {article.title}{article.text}{article.setting}")
        self._use(key)
        return key

    def _observe(self, article: ArticleText, key: bytes) -> Observation:
        if self._last and self._last[0] == key:
            return self._last[1]
        observation = self._remembered(key)
        if observation is None:
            mentions, observation = observe_story(
                article.title, article.text, self._authority, article=article.slug, setting=article.setting
            )
            self._put(key, write_observation(observation), mentions)
        self._last = key, observation
        return observation

    def _remembered(self, key: bytes) -> Observation | None:
        held = self._get("SELECT observation FROM tags WHERE key = ?", key)
        try:
            return read_observation(held) if held else None
        except (ValueError, TypeError):
            return None

    def _read(self, held: bytes, article: ArticleText) -> tuple[Mention, ...] | None:
        """Return the mentions of an entry, or None where one of their records is no more."""
        try:
            rows = json.loads(zlib.decompress(held))
            return tuple(self._mention(row, article) for row in rows)
        except (zlib.error, ValueError, TypeError, LookupError):
            return None

    def _mention(self, row: list[Any], article: ArticleText) -> Mention:
        in_title, start, end, kind, role, record, rule, score, type_, others = row
        text = article.title if in_title else article.text
        return Mention(
            "title" if in_title else "text",
            start,
            end,
            text[start:end],
            Kind(kind),
            Role(role),
            self._record(record) if record else None,
            rule,
            score,
            type_,
            tuple(Alternative(self._record(other), share, why_not) for other, share, why_not in others),
        )

    def _record(self, id_: str) -> Record:
        """Return the record of an id. Raises LookupError."""
        if id_ not in self._records:
            self._records[id_] = find_record_by_id(self._authority, id_)
        if (record := self._records[id_]) is None:
            raise LookupError(id_)
        return record

    def _can_be_read(self, mentions: Iterable[Mention]) -> bool:
        """Tell whether every record of the mentions is what its id leads to."""
        records = [record for one in mentions for record in (one.record, *(other.record for other in one.alternatives))]
        try:
            return all(record is None or self._record(record.id) == record for record in records)
        except LookupError:
            return False

    def _put(self, key: bytes, observation: str, mentions: Collection[Mention]) -> None:
        written = zlib.compress(_write(mentions).encode(), 1) if self._can_be_read(mentions) else b""
        self._do(
            "INSERT INTO tags VALUES (?, 0, ?, ?) ON CONFLICT (key) DO UPDATE"
            " SET observation = max(observation, excluded.observation), mentions = excluded.mentions",
            key,
            observation,
            written,
        )
        self._writes += 1
        if self._writes % _WRITES_A_TIME == 0:
            self._do("COMMIT")
            self._do("BEGIN IMMEDIATE")

    def _get(self, statement: str, key: bytes) -> Any:
        row = self._do(statement, key)
        return row[0] if row else None

    def _use(self, key: bytes) -> None:
        if self._user:
            self._do("INSERT OR IGNORE INTO used VALUES (?)", key)

    def _do(self, statement: str, *values: object) -> Any:
        """Return the first row that a statement gives; of a damaged file there is none, and a new one is begun."""
        try:
            return self._db.execute(statement, values).fetchone()
        except sqlite3.DatabaseError as error:
            self._db.close()
            self._begin_anew(error)
            self._db = self._open()
            return None

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            return _connect("")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return _connect(str(self._path))
        except (
            sqlite3.OperationalError,
            OSError,
        ):  # another run has it, or it cannot be written: this one does without
            self._path = None
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
        return self._open()

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Discard the damaged file, or do without one when a new one is of no use either."""
        if self._path is None:
            raise error
        for file in (self._path, self._path.with_name(f"{self._path.name}-journal")):
            file.unlink(missing_ok=True)
        message = f"was damaged ({error}) and is made anew; each text is tagged again"
        self._path = None if self.notices else self._path
        self.notices = [Notice(f".cache/{FILE}", message)]


def _connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_SECONDS_TO_WAIT, isolation_level=None)
    try:
        for pragma in ("synchronous = NORMAL", "locking_mode = EXCLUSIVE", "temp_store = FILE"):
            db.execute(f"PRAGMA {pragma}").fetchone()
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            db.execute("DROP TABLE IF EXISTS tags")
            db.execute(_SCHEMA)
            db.execute(f"PRAGMA user_version = {_VERSION}")
        db.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
    except BaseException:
        db.close()
        raise
    return db


def _write(mentions: Iterable[Mention]) -> str:
    """Return mentions as JSON, their records by id."""
    rows = [
        [
            int(one.field == "title"),
            one.start,
            one.end,
            one.kind.value,
            one.role.value,
            one.record.id if one.record else None,
            one.rule,
            one.score,
            one.type,
            [[other.record.id, other.score, other.why_not] for other in one.alternatives],
        ]
        for one in mentions
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _hash(text: str) -> bytes:
    return bytes.fromhex(sha256(text.encode("utf-8", "surrogatepass")))


def _rules_by_article(rules: Iterable[Rule]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in rules:
        found[rule.article] = f"{found.get(rule.article, '')}{(rule.rule, rule.name, rule.record)!r}\n"
    return found


def _authority_hash(authority: Authority) -> str:
    """Return a hash of what the archive itself lists and decides everywhere."""
    packaged = load_packaged().records
    own = [record for id_, record in authority.records.items() if packaged.get(id_) is not record]
    spelled = [
        (form.name.spelling, form.name.record.id if form.name.record else "")
        for forms in authority.lexicons[0].forms.values()
        for form in forms
    ]
    return sha256(f"{own!r}\n{spelled!r}\n{_rules_by_article(authority.rules).get('', '')}")


@cache
def tagger_hash() -> str:
    """Return a hash of the code and the packaged data that tags rest on."""
    package = Path(dateline.__file__).parent
    code = [
        path for name in _CODE for path in ([package / name] if name[-3:] == ".py" else (package / name).glob("*.py"))
    ]
    others = [package / "data" / name for name in _DATA_OF_OTHERS]
    data = [
        path
        for path in (package / "data").rglob("*")
        if path.is_file() and not any(path.is_relative_to(other) for other in others)
    ]
    hashes = [f"{path.relative_to(package).as_posix()} {sha256(path.read_bytes())}" for path in sorted([*code, *data])]
    return sha256("\n".join([unicodedata.unidata_version, *hashes]))
