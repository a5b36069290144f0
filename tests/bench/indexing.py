"""What the index costs: beside Whoosh's own writer with the same fields and terms, for one changed story, and its export.

    python tests/bench/indexing.py STORIES [--rounds 3] [--number 20000]

STORIES is a file of JSON lines or the folder of Reuters-21578. Every figure is of a process of its own, and the two
writers take turns.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from stories import documents_of, load_rows
from whoosh.analysis import Analyzer, Token
from whoosh.fields import KEYWORD, TEXT, Schema
from whoosh.index import create_in

from dateline.records import SearchDocument, SearchValue
from dateline.search import export_index, open_index, update_index
from dateline.search.analysis import find_words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--writer", choices=WRITERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer:
        documents, values = documents_of(load_rows(options.stories, options.number))
        with TemporaryDirectory() as folder:
            print(json.dumps(WRITERS[options.writer](documents, values, Path(folder))))
        return
    found: dict[str, list[dict[str, float]]] = {"whoosh": [], "dateline": []}
    for _ in range(options.rounds):
        for writer, figures in found.items():
            figures.append(run(options, writer))
    console = Console()
    console.print(writers_table(found))
    changes = Table("what is done", "CPU ms", "ms", title="An index that stands")
    for name, milliseconds in run(options, "changes").items():
        changes.add_row(name, *(f"{value:,.0f}" for value in milliseconds))
    console.print(changes)


def writers_table(found: dict[str, list[dict[str, float]]]) -> Table:
    """Return CPU time and memory of the writers, and the ratio of the medians."""
    rounds = len(found["dateline"])
    table = Table("writer", "CPU s, median", "each round", "MB", "ratio", title=f"Indexing, {rounds} paired rounds")
    theirs = statistics.median(one["seconds"] for one in found["whoosh"])
    for writer, figures in found.items():
        seconds = [one["seconds"] for one in figures]
        median = statistics.median(seconds)
        memory = max(one["memory"] for one in figures)
        each = " ".join(f"{value:.2f}" for value in seconds)
        table.add_row(writer, f"{median:.2f}", each, f"{memory:.0f}", f"{median / theirs:.2f}")
    return table


def run(options: argparse.Namespace, writer: str) -> dict[str, Any]:
    """Return the figures of a writer, in a process of its own."""
    command = [sys.executable, __file__, str(options.stories), "--number", str(options.number), "--writer", writer]
    figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


def figures_of(work: Callable[[], object]) -> dict[str, float]:
    """Return CPU seconds of some work, and the memory of the process at its highest (MB)."""
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    return {"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class StemAnalyzer(Analyzer):
    """The project's English terms with their positions, as Whoosh's writer takes them."""

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        """Yield one and the same token again and again, as Whoosh expects."""
        token = Token(**options)
        for token.pos, _, token.text in find_words(value, "en"):
            yield token


def measure_whoosh(documents: list[SearchDocument], values: list[SearchValue], folder: Path) -> dict[str, float]:
    texts = {field: TEXT(analyzer=StemAnalyzer()) for field in ("title", "body")}
    schema = Schema(**texts, place=KEYWORD(scorable=True, commas=True), topic=KEYWORD(scorable=True, commas=True))

    def work() -> None:
        writer = create_in(str(folder), schema).writer(limitmb=256)
        for document in documents:
            keys = {
                field: ",".join(key for of, key, _ in document.values if of == field) for field in ("place", "topic")
            }
            given = {"title": document.title, "body": document.body, **keys}
            writer.add_document(**{field: text for field, text in given.items() if text})
        writer.commit()

    return figures_of(work)


def measure_dateline(documents: list[SearchDocument], values: list[SearchValue], folder: Path) -> dict[str, float]:
    return figures_of(lambda: update_index(documents, values, folder))


def measure_changes(
    documents: list[SearchDocument], values: list[SearchValue], folder: Path
) -> dict[str, tuple[float, float]]:
    """Return milliseconds, of CPU and by the clock, of updates and exports of an index that stands."""
    index, shards = folder / "index", folder / "shards"

    def update() -> None:
        update_index(documents, values, index)

    def export() -> None:
        with open_index(index) as opened:
            export_index(opened, shards)

    update()
    figures = {"update, nothing changed": time_of(update), "export, clean": time_of(export)}
    figures["export, nothing changed"] = time_of(export)
    for name, change in CHANGES.items():
        updates, exports = [], []
        for share in CHANGED:
            change(documents, int(share * len(documents)))
            updates.append(time_of(update))
            exports.append(time_of(export))
        figures[f"update, {name}, median"] = sorted(updates)[len(updates) // 2]
        figures[f"export, {name}, median"] = sorted(exports)[len(exports) // 2]
    figures["opening, median"] = sorted(time_of(lambda: open_index(index).close()) for _ in range(5))[2]
    return figures


def correct(documents: list[SearchDocument], at: int) -> None:
    """Add a sentence of words that most stories have, and one that no story has, to the end of a story."""
    body = f"{documents[at].body}\nThe company said it would include all of its shares: correction{at}."
    documents[at] = replace(documents[at], body=body)


def replace_body(documents: list[SearchDocument], at: int) -> None:
    """Give a story another text, the one of its neighbour."""
    documents[at] = replace(documents[at], body=documents[at - 1].body)


def retag(documents: list[SearchDocument], at: int) -> None:
    """Give a story the places and topics of one that has others."""
    other = next(one for one in documents[at + 1 :] + documents if one.values and one.values != documents[at].values)
    documents[at] = replace(documents[at], values=other.values, topic=other.topic)


def append(documents: list[SearchDocument], at: int) -> None:
    """Add a story of the last day."""
    documents.append(replace(documents[-1], slug=f"appended-{at}", body=documents[at].body))


def insert(documents: list[SearchDocument], at: int) -> None:
    """Add a story of an earlier day, after which all that follow have other numbers."""
    documents.insert(at, replace(documents[at], slug=f"inserted-{at}"))


CHANGED = (0.01, 0.25, 0.45, 0.75, 0.85)  # where in the archive, as shares of its stories
CHANGES: dict[str, Callable[[list[SearchDocument], int], None]] = {
    "a sentence added to one story": correct,
    "another text of one story": replace_body,
    "other places and topics of one story": retag,
    "one story more, the newest": append,
    "one story more, of an earlier day": insert,
}


def time_of(work: Callable[[], object]) -> tuple[float, float]:
    """Return milliseconds of CPU and by the clock."""
    cpu, start = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - start) * 1000


WRITERS = {"whoosh": measure_whoosh, "dateline": measure_dateline, "changes": measure_changes}

if __name__ == "__main__":
    main()
