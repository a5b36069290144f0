"""Whether the browser finds what Whoosh finds on a whole archive: generated queries of every kind, in Python and Chromium.

    python tests/bench/parity.py STORIES [queries [number of stories]]

STORIES is a file of JSON lines or the folder of Reuters-21578; the stories are dated and tagged by chance. Compared are
all articles and scores of every query to the bit, and whole answers with snippets and facets.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

from hosting import browser
from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table
from stories import load_rows

from browser.test_search_parity import ASK, OPTIONS, go, write_page
from dateline.errors import SearchError
from dateline.search import SearchIndex, open_index, search, update_index
from dateline.search.answer import search_json
from dateline.search.evaluate import Ranked, evaluate
from dateline.search.parser import parse_query
from dateline.search.plan import resolve
from searching import VALUES, document, queries_of_every_kind, with_values

REPOSITORY = Path(__file__).parents[2]
NEAR = 1e-12  # relative
BATCH = 50
SHOWN = 20
# The articles and scores of queries, as the bytes of their numbers.
RANK = """async (queries) => {
    const coded = (numbers) => {
        const bytes = new Uint8Array(numbers.buffer);
        let text = "";
        for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
        return btoa(text);
    };
    const ranked = [];
    for (const query of queries) {
        const { plan } = await dateline.plan.resolve(dateline.parser.parse(query));
        const { documents, scores } = await dateline.rank.evaluate(plan);
        ranked.push([coded(Uint32Array.from(documents)), coded(Float64Array.from(scores))]);
    }
    return ranked;
}"""


def main(path: str, queries: int = 2_000, number: int = 20_000) -> None:
    """Print what was compared, and what differs."""
    rows = load_rows(Path(path), number)
    stories = with_values([document(str(row["id"]), row["title"], row.get("text") or row["body"]) for row in rows])
    asked = list(dict.fromkeys(queries_of_every_kind(stories, queries)))
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        folder = Path(name)
        update_index(stories, VALUES, folder / "index")
        with open_index(folder / "index") as index:
            page = chromium.new_page()
            go(page, write_page(folder / "site", index, REPOSITORY).as_uri())
            counts: Counter[str] = Counter()
            differing = [*compare_ranks(page, index, asked, counts), *compare_answers(page, index, asked, counts)]
    table = Table("compared", "count", title=f"Python and Chromium on {len(stories):,} stories")
    for what, count in counts.items():
        table.add_row(what, f"{count:,}")
    table.add_row("queries that differ", f"{len(differing):,}")
    Console().print(table)
    print(*differing[:SHOWN], sep="\n")


def compare_ranks(page: Page, index: SearchIndex, queries: Sequence[str], counts: Counter[str]) -> Iterator[str]:
    """Yield the queries that find other articles or scores; count articles, and neighbours with nearly one score."""
    for batch in _batches(filter(_is_well_formed, queries)):
        for query, (documents, scores) in zip(batch, page.evaluate(RANK, batch), strict=True):
            ranked = evaluate(resolve(parse_query(query), index).plan, index)
            counts["queries, all articles and scores"] += 1
            counts["articles found by them"] += len(ranked.documents)
            counts[f"neighbours nearer than {NEAR:g}, not equal"] += _near(ranked)
            found = (
                list(struct.unpack(f"<{len(ranked.documents)}I", b64decode(documents)))
                if _fits(documents, ranked, 4)
                else None
            )
            if found != list(ranked.documents):
                yield f"articles: {query}"
                continue
            if struct.pack(f"<{len(ranked.scores)}d", *ranked.scores) != b64decode(scores):
                yield f"scores: {query}"


def compare_answers(page: Page, index: SearchIndex, queries: Sequence[str], counts: Counter[str]) -> Iterator[str]:
    """Yield the queries whose answers differ: order, snippets, marks, sentences, facets."""
    asked = [[query, OPTIONS[place % len(OPTIONS)], place % 3 == 0] for place, query in enumerate(queries)]
    for batch in _batches(asked):
        for (query, options, counted), found in zip(batch, page.evaluate(ASK, batch), strict=True):
            expected = search_json(search(index, query, **{"limit": 20, **options}, facets=counted))
            counts["queries, whole answers"] += 1
            counts["of them with facets"] += counted
            if found != json.loads(json.dumps(expected)):
                yield f"answer: {query} {options}"


def _batches(items) -> Iterator[list]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch


def _is_well_formed(query: str) -> bool:
    try:
        parse_query(query)
    except SearchError:
        return False
    return True


def _fits(coded: str, ranked: Ranked, size: int) -> bool:
    return len(b64decode(coded)) == size * len(ranked.documents)


def _near(ranked: Ranked) -> int:
    """Count the neighbours in the order of scores that differ by less than NEAR: on another machine they might swap."""
    scores = sorted(ranked.scores, reverse=True)
    return sum(0 < high - low < NEAR * high for high, low in pairwise(scores))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
