"""What the tests of search share: archives to search, and queries of every kind made from their words."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dateline.edtf import parse_date
from dateline.records import SearchDocument, SearchValue
from dateline.search import open_index, update_index
from dateline.search.analysis import find_tokens
from dateline.search.archive_index import SearchIndex

SHARED = Path(__file__).parent / "shared"


def shared_cases(name: str) -> list[dict]:
    """Cases that Python and the browser must both fulfil."""
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


def opened_index(documents: Sequence[SearchDocument], folder: Path) -> Iterator[SearchIndex]:
    """Index documents, with the values here, and yield the open index."""
    update_index(documents, VALUES, folder)
    with open_index(folder) as opened:
        yield opened


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
            )
            for row in csv.DictReader(stream)
        ]


VALUES = (
    SearchValue("place", "place:syria", "Syria", ("Syria", "Syrian Arab Republic")),
    SearchValue("place", "place:raqqa", "Raqqa", ("Raqqa", "Ar-Raqqah"), ("place:syria",)),
    SearchValue("place", "place:aleppo", "Aleppo", ("Aleppo", "Halab"), ("place:syria",)),
    SearchValue("place", "place:iraq", "Iraq", ("Iraq",)),
    SearchValue("place", "place:mosul", "Mosul", ("Mosul", "Al Mawsil"), ("place:iraq",)),
    SearchValue("actor", "actor:isis", "ISIS", ("ISIS", "Daesh", "Islamic State")),
    SearchValue("actor", "actor:army", "Syrian Army", ("Syrian Army", "SAA"), ("actor:state",)),
    SearchValue("actor", "actor:state", "Syria (state)", ("Syria (state)", "regime")),
    SearchValue("topic", "topic:war", "War", ("War", "Armed conflict")),
    SearchValue("topic", "topic:aid", "Aid", ("Aid",)),
)


def with_values(documents: Sequence[SearchDocument], *, seed: int = 5) -> list[SearchDocument]:
    """Tag stories with VALUES by chance and date them, some to a month or not at all; in archive order, each slug once."""
    chance = random.Random(seed)

    def tagged(story: SearchDocument) -> SearchDocument:
        day = f"20{chance.randint(10, 19)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        edtf = chance.choice((day, day, day, day[:7], day[:4], None))
        chosen = chance.sample(VALUES, chance.randint(0, 4))
        values = tuple((value.field, value.key, chance.randint(1, 5)) for value in chosen)
        return replace(story, date=story.date or edtf, values=values)

    stories = [tagged(story) for story in {story.slug: story for story in documents}.values()]
    return sorted(stories, key=lambda story: (story.date is None, parse_date(story.date).lower if story.date else None))


def queries_of_every_kind(documents: Sequence[SearchDocument], number: int) -> list[str]:
    """Queries of every kind of the whole language, made from words of stories and names of VALUES; always the same."""
    chance = random.Random(2026)
    stories = [list(find_tokens(story.body)) for story in documents]
    stories = [tokens for tokens in stories if len(tokens) > 5]
    names = [(value.field, name) for value in VALUES for name in value.names]

    def word() -> str:
        return chance.choice(chance.choice(stories)).word

    def passage(least: int, most: int, step: int = 1) -> str:
        tokens = chance.choice(stories)
        start = chance.randrange(len(tokens))
        part = tokens[start : start + step * chance.randint(least, most) : step]
        return " ".join(token.surface for token in part)

    def misspelt() -> str:
        letters = list(word())
        place = chance.randrange(len(letters))
        letters[place : place + chance.randint(0, 1)] = chance.choice("aeinrst")
        return "".join(letters)

    def name() -> str:
        field, spelling = chance.choice(names)
        return f'{field}:"{spelling}"'

    def dates() -> str:
        first, last = sorted(f"20{chance.randint(10, 19)}-{chance.randint(1, 12):02}" for _ in range(2))
        return chance.choice((f"date:{first}", f"date:{first[:4]}", f"date:[{first} TO {last}]", f"date:[* TO {last}]"))

    def leaf() -> str:
        return chance.choice(simple)()

    def grouped(depth: int = 2) -> str:
        if depth == 0:
            return leaf()
        parts = [grouped(depth - 1) for _ in range(chance.randint(2, 3))]
        return f"({chance.choice((' ', ' AND ', ' OR ', ' OR ', ' NOT ')).join(parts)})"

    simple = (
        word, name, dates,
        lambda: f'"{passage(2, 4)}"',
        lambda: f'"{passage(2, 3, step=2)}"~{chance.randint(2, 6)}',
        lambda: f"{word()[: chance.randint(2, 5)]}*",
        lambda: f"{word()[:4]}?{chance.choice(('*', ''))}",
        lambda: f"{misspelt()}~{chance.choice(('', 1, 2))}",
        lambda: f"title:{word()}", lambda: f'body:"{passage(2, 2)}"', lambda: f"{word()}^{chance.choice((2, 0.5))}",
        lambda: chance.choice(names)[1], lambda: "undated:yes",
    )  # fmt: skip
    kinds = (
        *simple, grouped, grouped,
        lambda: f"{word()} {word()}", lambda: passage(3, 12), lambda: f"{word()} {misspelt()}",
        lambda: " OR ".join(word() for _ in range(chance.randint(2, 7))),
        lambda: f"{word()} -{leaf()}", lambda: f"NOT {leaf()}", lambda: f"{word()} OR NOT {word()}",
        lambda: f"{word()} place:(Syria OR Iraq)", lambda: f'place:("Raqqa" OR "Mosul") actor:isis {dates()}',
        lambda: f"{word()} {chance.choice(names)[1]}", lambda: f"({word()}", lambda: f"{word()} or {word()}",
    )  # fmt: skip
    return [kinds[place % len(kinds)]() for place in range(number)]
