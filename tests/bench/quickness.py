"""How quickly the browser answers: computing alone, in Chromium, over an archive of JSON lines {id, title, text}, dated by chance.

python tests/bench/quickness.py stories.jsonl [queries]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.test_search_parity import go, write_page
from chromium import find_chromium
from dateline.search.archive_index import open_index, update_index
from searching import VALUES, document, queries_of_every_kind, with_values

REPOSITORY = Path(__file__).parents[2]
# Asked twice, the second time with all shards loaded, so that what is left is computing.
TIME = """async (query) => {
    const engine = dateline.answer;
    await engine.search(query, { limit: 10 });
    await engine.search(`${query} `, { limit: 10 });
    const begun = performance.now();
    await engine.search(`${query}  `, { limit: 10 });
    return performance.now() - begun;
}"""


def main(path: str, number: int = 300) -> None:
    """Print the milliseconds of a median query and of the slower ones."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    stories = with_values([document(str(row["id"]), row["title"], row.get("text") or row["body"]) for row in rows])
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        update_index(stories, VALUES, folder / "index")
        with open_index(folder / "index") as index:
            address = write_page(folder / "site", index, REPOSITORY).as_uri()
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        go(page, address)
        times = sorted((page.evaluate(TIME, query), query) for query in queries_of_every_kind(stories, number))
        chromium.close()
    figures = [time for time, _ in times]
    within = sum(time <= 50 for time in figures) / len(figures)
    print(f"{len(stories)} stories, {number} queries: median {statistics.median(figures):.1f} ms, ", end="")
    print(f"p95 {figures[int(number * 0.95)]:.1f} ms, {within:.1%} within 50 ms")
    for time, query in times[-8:]:
        print(f"{time:8.1f} ms  {query}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
