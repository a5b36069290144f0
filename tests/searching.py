"""What the tests of search share: archives to search, and queries of every kind made from their words."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

from dateline.records import SearchDocument
from dateline.search import SearchIndex
from dateline.search.analysis import find_tokens

SHARED = Path(__file__).parent / "shared"


def shared_cases(name: str) -> list[dict]:
    """Cases that Python and the browser must both fulfil."""
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


def document(slug: str, title: str = "", body: str = "", **fields) -> SearchDocument:
    return SearchDocument(slug=slug, url=f"articles/{slug}.html", title=title, body=body, **fields)


def wikinews(folder: Path) -> list[SearchDocument]:
    """English Wikinews of 2019: curly quotes, no-break spaces, bidi marks."""
    with (folder / "wikinews_2019.csv").open(encoding="utf-8", newline="") as stream:
        return [
            document(f"story-{number}", row["title"], row["text"], date=row["date"][:10])
            for number, row in enumerate(csv.DictReader(stream))
        ]


def fa_kes(folder: Path) -> list[SearchDocument]:
    """News of the Syrian war, badly encoded, without commas and apostrophes."""
    with (folder / "fa-kes-a.csv").open(encoding="cp1252", errors="replace", newline="") as stream:
        return [
            document(
                f"story-{row['unit_id']}",
                row["article_title"],
                row["article_content"],
                topic="War in Syria",
                places=(row["location"],),
                place_names=(row["location"], f"{row['location']} governorate", "Syria"),
                actors=(row["source"],),
            )
            for row in csv.DictReader(stream)
        ]


def every_word(index: SearchIndex) -> list[str]:
    """Each word of the archive, alone, as a prefix, and in each field of its family."""
    text, names = list(index.words("text")), list(index.words("names"))
    return [
        *text,
        *(f"{word}*" for word in text),
        *(f"{field}:{word}" for word in names for field in ("place", "actor", "topic")),
        *(f"title:{word}" for word in text),
    ]


def many_queries(index: SearchIndex, number: int) -> list[str]:
    """Queries of every kind, made from words and passages of the archive; the same each time."""
    chance = random.Random(2019)
    words, names = list(index.words("text")), list(index.words("names"))
    bodies = [stored["body"] for stored in index.searcher.reader().all_stored_fields()]

    def word() -> str:
        """A word as often as the archive has it, now and then any word at all."""
        tokens = list(find_tokens(chance.choice(bodies)))
        return chance.choice(tokens).word if tokens and chance.random() < 0.8 else chance.choice(words)

    def phrase() -> str:
        body = chance.choice(bodies)
        tokens = list(find_tokens(body))
        length = min(chance.choice((2, 2, 3, 4)), len(tokens))
        start = chance.randrange(len(tokens) - length + 1) if tokens else 0
        part = tokens[start : start + length]
        return f'"{body[part[0].start : part[-1].end]}"' if part and '"' not in body else f'"{word()} {word()}"'

    def prefix() -> str:
        begun = word()
        return f"{begun[: chance.randint(2, 5)]}*"

    def name() -> str:
        return f"{chance.choice(('place', 'actor', 'topic'))}:{chance.choice(names)}" if names else word()

    def leaf() -> str:
        return chance.choice((word, word, word, phrase, prefix, name, lambda: f"title:{word()}"))()

    def grouped(depth: int = 2) -> str:
        if depth == 0:
            return leaf()
        parts = [grouped(depth - 1) for _ in range(chance.randint(2, 3))]
        return f"({chance.choice((' ', ' AND ', ' OR ', ' OR ', ' NOT ')).join(parts)})"

    kinds = (
        word, phrase, prefix, name, grouped,
        lambda: f"{word()} {word()}",
        lambda: f"{word()} {word()} {word()} {word()} {word()}",
        lambda: " OR ".join(word() for _ in range(chance.randint(2, 7))),
        lambda: f"{word()} -{word()}",
        lambda: f"NOT {word()}",
        lambda: f"{word()} OR NOT {word()}",
        lambda: f"{word()} {word()} NOT {phrase()} -{prefix()}",
        lambda: f"{word()}-{word()}*",
    )  # fmt: skip
    return [kinds[place % len(kinds)]() for place in range(number)]
