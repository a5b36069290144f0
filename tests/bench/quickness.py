"""How quickly the browser answers: computing alone, in Chromium, over an archive of JSON lines, dated and tagged by chance.

    python tests/bench/quickness.py STORIES [queries [number of stories]]

STORIES is a file of JSON lines or the folder of Reuters-21578. The queries are of every kind of the language.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hosting import browser
from playwright.sync_api import Page
from stories import load_rows

from browser.test_search_parity import go, write_page
from dateline.search import open_index, update_index
from searching import VALUES, document, queries_of_every_kind, with_values

REPOSITORY = Path(__file__).parents[2]
MOST = 50  # milliseconds
SLOWEST = 8
# Asked twice, the second time with all shards loaded, so that what is left is computing.
TIME = """async (query) => {
    const engine = dateline.answer;
    await engine.search(query, { limit: 10 });
    await engine.search(`${query} `, { limit: 10 });
    const begun = performance.now();
    await engine.search(`${query}  `, { limit: 10 });
    return performance.now() - begun;
}"""


def main(path: str, queries: int = 300, number: int = 20_000) -> None:
    """Print the milliseconds of a median query and of the slower ones."""
    rows = load_rows(Path(path), number)
    stories = with_values([document(str(row["id"]), row["title"], row.get("text") or row["body"]) for row in rows])
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        folder = Path(name)
        update_index(stories, VALUES, folder / "index")
        with open_index(folder / "index") as index:
            address = write_page(folder / "site", index, REPOSITORY).as_uri()
        page = chromium.new_page()
        go(page, address)
        times = measure(page, queries_of_every_kind(stories, queries))
    figures = [time for time, _ in times]
    within = sum(time <= MOST for time in figures) / len(figures)
    print(f"{len(stories):,} stories, {queries} queries: median {statistics.median(figures):.1f} ms, ", end="")
    print(f"p95 {figures[int(queries * 0.95)]:.1f} ms, {within:.1%} within {MOST} ms")
    for time, query in times[-SLOWEST:]:
        print(f"{time:8.1f} ms  {query}")


def measure(page: Page, queries: Sequence[str]) -> list[tuple[float, str]]:
    """Return the milliseconds of computing of each query, the quickest first, on a page that has the engine."""
    return sorted((page.evaluate(TIME, query), query) for query in queries)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
