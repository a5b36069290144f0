"""A search result as the terminal shows it."""

from __future__ import annotations

from rich.console import Console
from rich.containers import Lines
from rich.text import Text

from dateline.edtf import date_label
from dateline.search.index import Hit, SearchResult

INDENT = "     "


def print_result(result: SearchResult, console: Console | None = None) -> None:
    """Print a count, then the hits of a result, best first, with the words found in bold."""
    console = console or Console(highlight=False)
    articles = "1 article" if result.total == 1 else f"{result.total:,} articles"
    best = f", the best {len(result.hits)}" if len(result.hits) < result.total else ""
    count = f"{articles} for {result.query}{best}" if result.total else f"Nothing was found for {result.query}."
    for line in filter(None, (count, result.note)):
        console.print(line, markup=False)
    for hit in result.hits:
        _print_hit(hit, console)


def _print_hit(hit: Hit, console: Console) -> None:
    facts = " · ".join(filter(None, (hit.topic, date_label(hit.date), hit.url)))
    passage = Text(hit.passage.text)
    for start, end in hit.passage.marks:
        passage.stylize("bold", start, end)
    lines = [*_wrapped(Text(hit.title, "bold"), console), Text(facts, "dim"), *_wrapped(passage, console)]
    console.print()
    for number, line in enumerate(lines):
        # Wrapped already, but for the facts: an address is not broken.
        console.print(Text(INDENT if number else f"{hit.rank:>3}. ").append_text(line), soft_wrap=True)


def _wrapped(text: Text, console: Console) -> Lines:
    return text.wrap(console, console.width - len(INDENT))
