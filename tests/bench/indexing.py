"""What the index costs: beside Whoosh's own writer with the same fields and terms, and for one changed story.

    python tests/bench/indexing.py STORIES.jsonl [--rounds 3]

STORIES.jsonl has a story a line: id, title, body, date as Reuters states it (26-FEB-1987 15:01), places, topics. Every figure is of a process of
its own, and the two writers take turns.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from whoosh.fields import KEYWORD, TEXT, Schema
from whoosh.index import create_in

from dateline.records import SearchDocument, SearchValue
from dateline.search import open_index, update_index
from dateline.search.analysis import StemAnalyzer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--writer", choices=WRITERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer:
        documents, values = load_stories(options.stories)
        with TemporaryDirectory() as folder:
            print(json.dumps(WRITERS[options.writer](documents, values, Path(folder))))
        return
    seconds: dict[str, list[float]] = {"whoosh": [], "dateline": []}
    for _ in range(options.rounds):
        for writer, found in seconds.items():
            figures = run(options.stories, writer)
            found.append(figures["seconds"])
            print(f"{writer:10} {figures['seconds']:6.2f} s   {figures['memory']:5.0f} MB")
    ratios = [ours / theirs for ours, theirs in zip(seconds["dateline"], seconds["whoosh"], strict=True)]
    print(f"ratio      {statistics.median(ratios):6.2f}     of CPU time, median of {options.rounds} pairs")
    for name, milliseconds in run(options.stories, "changes").items():
        print(f"{name:45} {milliseconds:8.1f} ms")


def run(stories: Path, writer: str) -> dict[str, float]:
    """Return the figures of a writer, in a process of its own."""
    command = [sys.executable, __file__, str(stories), "--writer", writer]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def load_stories(path: Path) -> tuple[list[SearchDocument], list[SearchValue]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    named = [
        tuple((field, name, 1) for field in ("place", "topic") for name in dict.fromkeys(row[f"{field}s"]))
        for row in rows
    ]
    documents = [
        SearchDocument(
            f"s{row['id']}",
            f"articles/s{row['id']}.html",
            row["title"],
            row["body"],
            date=datetime.strptime(row["date"].split()[0], "%d-%b-%Y").date().isoformat(),
            values=values,
        )
        for row, values in zip(rows, named, strict=True)
    ]
    values = sorted({(field, name) for values in named for field, name, _ in values})
    return documents, [SearchValue(field, name, name, (name,)) for field, name in values]


def figures_of(work: Callable[[], object]) -> dict[str, float]:
    """Return CPU seconds of some work, and the memory of the process at its highest (MB)."""
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    return {"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


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


def measure_changes(documents: list[SearchDocument], values: list[SearchValue], folder: Path) -> dict[str, float]:
    update_index(documents, values, folder)
    figures = {"nothing changed": milliseconds_of(lambda: update_index(documents, values, folder))}
    times = []
    for at in (10, 5000, 9000, 15000, 17000):
        documents[at % len(documents)] = replace(documents[at % len(documents)], body=f"Words of change {at}.")
        times.append(milliseconds_of(lambda: update_index(documents, values, folder)))
    figures["one story changed, median"] = statistics.median(times)
    figures["opening"] = statistics.median(milliseconds_of(lambda: open_index(folder).close()) for _ in range(5))
    figures["the whole analysed form, read"] = milliseconds_of(lambda: read_all(folder))
    return figures


def read_all(folder: Path) -> None:
    with open_index(folder) as index:
        for _ in index.analysed():
            pass


def milliseconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


WRITERS = {"whoosh": measure_whoosh, "dateline": measure_dateline, "changes": measure_changes}

if __name__ == "__main__":
    main()
