"""A search result as the terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dateline.edtf import date_label
from dateline.search.index import Hit, SearchResult


def print_result(result: SearchResult, console: Console | None = None) -> None:
    """Print the hits of a result, best first, with the words found in bold."""
    console = console or Console(highlight=False)
    for line in render_result(result):
        console.print(line)


def render_result(result: SearchResult) -> Iterator[Text]:
    """Yield the lines that tell a result: a count, then each hit with its facts and its passage."""
    articles = "1 article" if result.total == 1 else f"{result.total:,} articles"
    shown = f", the best {len(result.hits)}" if len(result.hits) < result.total else ""
    yield Text(f"{articles} for {result.query}{shown}" if result.total else f"Nothing was found for {result.query}.")
    if result.note:
        yield Text(result.note)
    for hit in result.hits:
        yield Text()
        yield from _render_hit(hit)


def _render_hit(hit: Hit) -> Iterator[Text]:
    yield Text.assemble(f"{hit.rank:>3}. ", (hit.title, "bold"))
    yield Text("     " + " · ".join(filter(None, (hit.topic, date_label(hit.date), hit.url))), style="dim")
    passage = Text(hit.passage.text)
    for start, end in hit.passage.marks:
        passage.stylize("bold", start, end)
    yield Text("     ").append_text(passage)
