"""An answer as the terminal shows it: coloured where there is one, plain where it goes into a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.containers import Lines
from rich.table import Table
from rich.text import Text

from dateline.edtf import date_label

INDENT = "     "
MARK = "bold yellow"
MAX_VALUES = 10  # of each facet

FACETS = {"place": "Places", "actor": "Actors", "topic": "Topics", "year": "Years"}

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # C0 and C1, which a terminal obeys


def print_answer(answer: Mapping[str, Any], console: Console | None = None) -> None:
    """Print an answer as `search_json` gives it: a count, remarks, the hits in their order, and facets as tables."""
    console = console or Console(highlight=False)
    answer = _shown(answer)
    for line in _summary(answer):
        console.print(line, markup=False, emoji=False)
    hits = answer["hits"]
    for hit in (hit for hit in hits if not hit.get("partial")):
        _print_hit(hit, console)
    some = [hit for hit in hits if hit.get("partial")]
    if some:
        console.print("\nWith some of the words:", markup=False)
    for hit in some:
        _print_hit(hit, console)
    _print_facets(answer.get("facets") or {}, console)


def _shown(value: Any) -> Any:
    """Return an answer, or a part of it, with a sign in place of each control character: marks stay where they are."""
    match value:
        case str():
            return _CONTROLS.sub("\ufffd", value)
        case Mapping():
            return {key: _shown(part) for key, part in value.items()}
        case list():
            return [_shown(part) for part in value]
    return value


def _summary(answer: Mapping[str, Any]) -> Iterable[str]:
    query, total = answer["query"], answer["total"]
    shown = sum(not hit.get("partial") for hit in answer["hits"])
    articles = "1 article" if total == 1 else f"{total:,} articles"
    part = f", {_part(answer, shown)}" if 0 < shown < total else ""
    yield f"{articles} for {query}{part}" if total else f"Nothing was found for {query}."
    if answer.get("partial"):
        yield f"{answer['partial']:,} more with some of the words."
    for words, labels in _widened(answer.get("widened", ())).items():
        yield f"“{words}” was also looked for as {', '.join(labels)}; --exact looks for the words alone."
    if answer.get("note"):
        yield str(answer["note"])
    if answer.get("suggestion"):
        yield f"Did you mean: {answer['suggestion']}"


def _part(answer: Mapping[str, Any], shown: int) -> str:
    """Say which of the articles are shown, and in which order."""
    first = answer["hits"][0]["rank"]
    if first > 1:
        return f"{first:,} to {first + shown - 1:,}"
    return f"the {answer['sort'] if answer.get('sort') in {'newest', 'oldest'} else 'best'} {shown:,}"


def _widened(widened: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for each in widened:
        labels.setdefault(each["words"], []).append(f"{each['label']} ({each['field']})")
    return labels


def _print_hit(hit: Mapping[str, Any], console: Console) -> None:
    facts = " · ".join(filter(None, (hit.get("topic"), date_label(hit["date"]), hit["url"])))
    passage = Text(hit["snippet"])
    for start, end in hit.get("marks", ()):
        passage.stylize(MARK, start, end)
    lines = [*_wrapped(Text(hit["title"], "bold"), console), Text(facts, "dim"), *_wrapped(passage, console)]
    console.print()
    for number, line in enumerate(lines):
        # Wrapped already, but for the facts: an address is not broken.
        console.print(Text(INDENT if number else f"{hit['rank']:>3}. ").append_text(line), soft_wrap=True)


def _wrapped(text: Text, console: Console) -> Lines:
    return text.wrap(console, console.width - len(INDENT))


def _print_facets(facets: Mapping[str, Any], console: Console) -> None:
    for field, title in FACETS.items():
        rows = facets.get(field, ())
        if not rows:
            continue
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(justify="right", min_width=len(INDENT) - 1)
        table.add_column()
        for row in rows[:MAX_VALUES]:
            table.add_row(f"{row['count']:,}", Text(row["label"]))
        console.print()
        console.print(Text(title, "bold"))
        console.print(table)
        if len(rows) > MAX_VALUES:
            console.print(f"{INDENT}… and {len(rows) - MAX_VALUES:,} more", markup=False)
