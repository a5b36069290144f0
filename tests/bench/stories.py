"""The stories that the search's figures are about: JSON lines, or Reuters-21578 as its folder holds it.

A line is {"id", "title", "text" or "body"}; "date" (ISO 8601), "places" and "topics" are taken where they stand.
An archive of more stories than there are repeats them with altered words (`repeated`).
"""

from __future__ import annotations

import html
import json
import lzma
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dateline.records import SearchDocument, SearchValue
from dateline.search.analysis import find_tokens, term_of
from searching import document

FIELDS = {"places": "place", "topics": "topic"}
LANGUAGE = "en"
RARE = 50  # of the stories at most: a word that a copy may alter
ALTERED_SHARE = 3  # every third of them
_RECORD = re.compile(r'<REUTERS[^>]*NEWID="(\d+)"[^>]*>(.*?)</REUTERS>', re.DOTALL)
_REUTERS_DATE = "%d-%b-%Y"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the benchmark asks of an archive: words by how many of its stories have them, and longer queries."""

    words: Mapping[str, tuple[str, ...]]  # by class, ten each
    triples: tuple[str, ...]  # three common words each
    phrases: tuple[str, ...]  # two or three words, all rarer than the common ones
    common_phrases: tuple[str, ...]  # with at least one of the most common words

    @property
    def all_words(self) -> tuple[str, ...]:
        """Return the words of all classes."""
        return tuple(word for words in self.words.values() for word in words)


# Drawn by chance, once, from the first 20,000 stories of Reuters-21578.
REUTERS_STORIES = 20_000
REUTERS_WORDS = {
    "1–5": ("accruable", "acquiesce", "appetitio", "inflamed", "lundgren", "summarized", "pbpf", "acquittal", "fukushima", "karlsruhe"),
    "50–200": ("transmission", "leverage", "cheaper", "easier", "carl", "rapid", "collect", "interim", "foresee", "amex"),
    "over 2,000": ("include", "group", "company", "share", "also", "stock", "secure", "over", "would", "note"),
}  # fmt: skip
# The same classes of an archive of any size: from and to, as shares of its stories.
_CLASSES = {"rare": (0, 5 / 20_000), "middling": (50 / 20_000, 200 / 20_000), "common": (2_000 / 20_000, 1)}
_EACH = 10
_PHRASES = 20


def load_rows(path: Path, number: int | None = None) -> list[dict]:
    """Return the first `number` stories of a file of JSON lines, or of the folder of Reuters-21578."""
    rows = list(_reuters_rows(path)) if path.is_dir() else [json.loads(line) for line in path.open(encoding="utf-8")]
    return rows[:number]


def _reuters_rows(folder: Path) -> Iterator[dict]:
    for path in sorted(folder.glob("*.sgm*")):
        data = path.read_bytes()
        text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("latin-1")
        for found in _RECORD.finditer(text):
            record = found[2]
            whole = _element(record, "TEXT")
            body = _printable(_element(whole, "BODY") or re.sub(r"<[^>]+>", " ", whole))
            title = " ".join(_printable(_element(whole, "TITLE")).split()) or body[:60]
            lists = {name: re.findall("<D>(.*?)</D>", _element(record, name.upper())) for name in FIELDS}
            yield {"id": found[1], "title": title, "body": body, "date": _element(record, "DATE"), **lists}


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}[^>]*>(.*?)</{name}>", text, re.DOTALL)
    return found[1].strip() if found else ""


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f]", " ", html.unescape(text)).replace("\x7f", " ").strip()


def repeated(rows: Sequence[dict], number: int) -> list[dict]:
    """Return `number` stories: the given ones, then copies of them with altered words.

    A copy is dated a year later than the one before. Of the words that at most RARE stories have every third, other
    ones in each copy, has its letters moved along the alphabet: so common words grow with the archive, and new words
    come with it, about as Heaps' law has it. The days of a copy are dealt out anew, so that no list of an index repeats
    itself, which gzip would notice.
    """
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(set(re.findall(r"[a-z]+", _text(row).lower())))
    rare = {word for word, count in counts.items() if count <= RARE and len(word) > 2}
    found = list(rows)
    copy = 0
    while len(found) < number:
        copy += 1
        days = [row.get("date") for row in rows]
        random.Random(copy).shuffle(days)
        dealt = ({**row, "date": day} for row, day in zip(rows, days, strict=True))
        found += [_altered(row, copy, rare) for row in islice(dealt, number - len(found))]
    return found[:number]


def _altered(row: dict, copy: int, rare: set[str]) -> dict:
    def moved(found: re.Match[str]) -> str:
        word = found[0]
        lower = word.lower()
        if lower not in rare or crc32(f"{copy} {lower}".encode()) % ALTERED_SHARE:
            return word
        letters = "".join(chr((ord(letter) - 97 + copy) % 26 + 97) for letter in lower)
        return letters.upper() if word.isupper() else letters.title() if word[0].isupper() else letters

    date = _date(row)
    return {
        **row,
        "id": f"{copy}-{row['id']}",
        "title": re.sub(r"[A-Za-z]+", moved, row["title"]),
        "body": re.sub(r"[A-Za-z]+", moved, _text(row, title=False)),
        "date": f"{int(date[:4]) + copy}{date[4:].replace('-02-29', '-02-28')}" if date else None,
    }


def _text(row: dict, *, title: bool = True) -> str:
    text = row.get("body") or row.get("text") or ""
    return f"{row['title']}\n{text}" if title else text


def _date(row: dict) -> str | None:
    """Return a story's day; Reuters writes 26-FEB-1987 15:01:01.79."""
    date = (row.get("date") or "").split(" ")[0]
    if not date or re.fullmatch(r"\d{4}(-\d\d){0,2}", date):
        return date or None
    try:
        return datetime.strptime(date, _REUTERS_DATE).date().isoformat()
    except ValueError:
        return None


def documents_of(rows: Sequence[dict]) -> tuple[list[SearchDocument], list[SearchValue]]:
    """Return stories as the index takes them, in archive order, and the places and topics that they name."""
    found = []
    for row in rows:
        values = tuple((field, key, 1) for name, field in FIELDS.items() for key in dict.fromkeys(row.get(name) or ()))
        made = document(f"s{row['id']}", row["title"], _text(row, title=False), date=_date(row), values=values)
        topic = next((key for field, key, _ in values if field == "topic"), None)
        found.append(replace(made, topic=topic))
    found.sort(key=lambda story: (story.date is None, story.date or "", story.slug))
    keys = sorted({(field, key) for story in found for field, key, _ in story.values})
    return found, [SearchValue(field, key, key, (key,)) for field, key in keys]


def asked_of(rows: Sequence[dict], seed: int = 3) -> Asked:
    """Return the benchmark's queries: its listed words for the first 20,000 stories of Reuters, else drawn by chance."""
    chance = random.Random(seed)
    stories = defaultdict(set)
    spelt: dict[str, str] = {}
    for number, row in enumerate(rows):
        for token in find_tokens(_text(row)):
            term = term_of(token.word, LANGUAGE)
            if term and token.word.isalpha():
                stories[term].add(number)
                spelt.setdefault(term, token.word)
    counts = {term: len(found) for term, found in stories.items()}
    drawn = {
        name: tuple(spelt[term] for term in _draw(chance, [t for t, n in counts.items() if low * len(rows) <= n <= high * len(rows) or (name == "rare" and n <= 1)]))
        for name, (low, high) in _CLASSES.items()
    }  # fmt: skip
    listed = {word for words in REUTERS_WORDS.values() for word in words}
    is_reuters = len(rows) == REUTERS_STORIES and all(counts.get(term_of(word, LANGUAGE)) for word in listed)
    words = REUTERS_WORDS if is_reuters else drawn
    frequent = sorted(term for term, count in counts.items() if count * 10 > len(rows))
    triples = tuple(" ".join(spelt[term] for term in chance.sample(frequent, 3)) for _ in range(_EACH))
    common = {term for term, _ in Counter(counts).most_common(100)}
    rarer, with_common = _phrases(rows, common, counts, chance)
    return Asked(words, triples, rarer, with_common)


def _draw(chance: random.Random, terms: Sequence[str]) -> list[str]:
    ordered = sorted(terms)
    return chance.sample(ordered, min(_EACH, len(ordered)))


def _phrases(
    rows: Sequence[dict], common: set[str], counts: Mapping[str, int], chance: random.Random
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return phrases of two or three neighbouring words, without and with one of the common ones among them."""
    found: dict[bool, list[str]] = {False: [], True: []}
    while min(map(len, found.values())) < _PHRASES:
        tokens = list(find_tokens(_text(chance.choice(rows), title=False)))
        size = chance.choice((2, 2, 3))
        if len(tokens) <= size:
            continue
        start = chance.randrange(len(tokens) - size)
        terms = [term_of(token.word, LANGUAGE) for token in tokens[start : start + size] if token.word.isalpha()]
        if len(terms) < size or all(term in common for term in terms):
            continue
        has_common = any(term in common for term in terms)
        # A phrase that readers ask for is no chance meeting: its words are in some stories each.
        if min(counts.get(term, 0) for term in terms) >= 5 and len(found[has_common]) < _PHRASES:
            found[has_common].append(f'"{" ".join(token.word for token in tokens[start : start + size])}"')
    return tuple(found[False]), tuple(found[True])
