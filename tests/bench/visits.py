"""What a reader's visit to the search page costs: bytes by kind and time until results stand, in Chromium over http.

    python tests/bench/visits.py STORIES [--number 20000] [--peers] [--peer-number 1000 20000]

STORIES is a file of JSON lines or the folder of Reuters-21578. The page is the theme's, served as gzip with everything
to be cached; bytes are those of the bodies that the host sends, each once: what a worker takes from the browser's cache
is not sent again. "Until results stand" is told by the page's own state; what it asks for later (facets) stands apart.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import peers
from building import Step, build, load
from hosting import Sent, browser, reader, served
from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table
from stories import Asked, asked_of

KINDS = ("page", "scripts", "meta", "index", "cards")
QUIET = 0.15  # seconds without a request, after which a page has all that it asks for
# When the state of the page says that results stand, by the clock of the machine.
STANDS = """addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("search-status");
    const note = () => {
        if (/busy|idle/.test(status.dataset.state)) return;
        document.documentElement.dataset.stood = performance.timeOrigin + performance.now();
    };
    new MutationObserver(note).observe(status, { attributes: true });
});"""


@dataclass(frozen=True, slots=True)
class Cost:
    """A query's bytes by kind until results stood, those that followed, requests, and milliseconds until results."""

    bytes: dict[str, int]
    later: int
    requests: int
    milliseconds: float

    @property
    def total(self) -> int:
        """Return the bytes of scripts, meta, index and cards; the page itself (HTML, style) stands apart."""
        return sum(count for kind, count in self.bytes.items() if kind != "page")

    @property
    def index(self) -> int:
        """Return the bytes of the index: what is neither script nor card."""
        return self.bytes["meta"] + self.bytes["index"]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of an archive: first and further words by class, and longer queries after a first."""

    steps: dict[str, Step]
    files: int  # of the site's search
    bytes: int
    first: dict[str, list[Cost]]
    further: dict[str, list[Cost]]
    longer: dict[str, list[Cost]]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--number", type=int)
    parser.add_argument("--peers", action="store_true", help="measure Pagefind, MiniSearch and Lunr beside it")
    parser.add_argument("--peer-number", type=int, nargs="+", default=[1_000, 20_000], help="on so many stories")
    options = parser.parse_args()
    console = Console(width=130)
    with browser() as chromium:
        measured = measure(options.stories, options.number, chromium)
        for table in tables(measured, load(options.stories, options.number)):
            console.print(table)
        has_npm = shutil.which("npm") is not None
        if options.peers and not has_npm:
            console.print("The peers are left out: they need Node.js with npm.")
        for number in options.peer_number if options.peers and has_npm else ():
            ours = measured if number == options.number else measure(options.stories, number, chromium)
            console.print(peer_table(options.stories, number, ours, chromium))


def measure(stories: Path, number: int | None, chromium: Browser) -> Measured:
    """Build an archive in a folder of its own and ask it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps = build(stories, folder, number)
        asked = asked_of(load(stories, number))
        files = [path for path in (folder / "site/search").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        return Measured(steps, len(files), size, *ask_all(folder / "site", asked, chromium))


def ask_all(
    site: Path, asked: Asked, chromium: Browser
) -> tuple[dict[str, list[Cost]], dict[str, list[Cost]], dict[str, list[Cost]]]:
    """Ask a site for words first and further in a visit, and for longer queries."""
    longer = {
        "three common words": asked.triples,
        "phrase of rarer words": asked.phrases,
        "phrase with common words": asked.common_phrases,
    }
    words = asked.all_words
    follow = dict(zip(words, words[len(words) // 3 :] + words, strict=False))  # a word of another class
    with served(site) as (address, sent):
        first = {
            name: [_ask_first(chromium, address, sent, word) for word in some] for name, some in asked.words.items()
        }
        further = {
            name: [_ask_further(chromium, address, sent, word, after=follow[word]) for word in some]
            for name, some in asked.words.items()
        }
        return first, further, {
            name: [_ask_further(chromium, address, sent, query, after=words[0]) for query in queries]
            for name, queries in longer.items()
        }  # fmt: skip


def _ask_first(chromium: Browser, address: str, sent: list[Sent], word: str) -> Cost:
    with _page(chromium) as page:
        sent.clear()
        page.goto(f"{address}search.html?q={quote(word)}")
        return _cost(page, sent, page.evaluate("performance.timeOrigin") / 1000)


def _ask_further(chromium: Browser, address: str, sent: list[Sent], query: str, *, after: str) -> Cost:
    with _page(chromium) as page:
        sent.clear()
        page.goto(f"{address}search.html?q={quote(after)}")
        _stood(page)
        _wait_until_quiet(page, sent)
        sent.clear()
        page.evaluate("delete document.documentElement.dataset.stood")
        page.locator("#q").fill(query)
        begun = page.evaluate("performance.timeOrigin + performance.now()") / 1000
        page.keyboard.press("Enter")
        return _cost(page, sent, begun)


@contextmanager
def _page(chromium: Browser) -> Iterator[Page]:
    with reader(chromium) as context:
        page = context.new_page()
        page.add_init_script(STANDS)
        yield page


def _stood(page: Page) -> float:
    """Wait until results stand; return when, in seconds since 1970."""
    page.wait_for_selector("html[data-stood]", timeout=60_000)
    return float(page.evaluate("document.documentElement.dataset.stood")) / 1000


def _cost(page: Page, sent: list[Sent], begun: float) -> Cost:
    stood = _stood(page)
    _wait_until_quiet(page, sent)
    counts = dict.fromkeys(KINDS, 0)
    seen: set[str] = set()
    before = [response for response in sent if response.at <= stood]
    for response in before:
        if response.path not in seen:
            counts[_kind(response.path)] += response.bytes
            seen.add(response.path)
    later = sum({one.path: one.bytes for one in sent if one.at > stood and one.path not in seen}.values())
    return Cost(counts, later, len(before), (stood - begun) * 1000)


def _wait_until_quiet(page: Page, sent: list[Sent]) -> None:
    while sent and time.time() - sent[-1].at < QUIET:
        page.wait_for_timeout(QUIET * 250)
    page.wait_for_timeout(QUIET * 250)


def _kind(path: str) -> str:
    """Return what a file is: a card lies in a folder of search/, a script has a name before its hash."""
    inside = path.partition("/search/")[2]
    if not inside.endswith(".js"):
        return "page"
    if "/" in inside:
        return "cards"
    if inside == "meta.js":
        return "meta"
    return "scripts" if inside.count(".") > 1 else "index"


def tables(measured: Measured, rows: Sequence[dict]) -> Iterator[Table]:
    """Yield the tables of an archive's figures."""
    title = (
        f"{len(rows):,} stories: {measured.files:,} files, {measured.bytes / 1e6:.1f} MB; KB are 1,000 bytes as sent"
    )
    yield _table(f"First query of a visit. {title}", measured.first)
    yield _table("Each further word", measured.further)
    yield _table("Longer queries, after a first one", measured.longer, every=False)
    built = Table("step", "CPU s", "s", "MB of memory", title="Building, each step a process")
    for name, step in measured.steps.items():
        built.add_row(name, f"{step.cpu:.1f}", f"{step.seconds:.1f}", f"{step.memory:.0f}")
    yield built


def _table(title: str, by_class: dict[str, list[Cost]], *, every: bool = True) -> Table:
    columns = ("query", "scripts", "meta", "index", "cards", "KB", "p95", "requests", "facets", "page", "ms", "p95")
    table = Table(*columns, title=f"{title} (medians, and the 95th of 100)")
    groups = by_class | ({"all": [cost for costs in by_class.values() for cost in costs]} if every else {})
    for name, costs in groups.items():
        totals = [cost.total for cost in costs]
        times = [cost.milliseconds for cost in costs]
        table.add_row(
            f"{name} ({len(costs)})",
            *(f"{median(cost.bytes[kind] for cost in costs) / 1000:.1f}" for kind in KINDS[1:]),
            *(f"{value / 1000:.1f}" for value in (median(totals), p95(totals))),
            f"{median(cost.requests for cost in costs):.0f}",
            f"{median(cost.later for cost in costs) / 1000:.1f}",
            f"{median(cost.bytes['page'] for cost in costs) / 1000:.1f}",
            *(f"{value:.0f}" for value in (median(times), p95(times))),
        )
        table.columns[0].no_wrap = True
    index = [cost.index for costs in groups.values() for cost in costs] if every else []
    if index:
        table.caption = f"index with meta: median {median(index) / 1000:.2f} KB, p95 {p95(index) / 1000:.2f} KB"
    else:
        parts = (f"{name} {p95([cost.index for cost in costs]) / 1000:.1f} KB" for name, costs in by_class.items())
        table.caption = f"index, p95: {', '.join(parts)}"
    return table


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def peer_table(stories: Path, number: int, ours: Measured, chromium: Browser) -> Table:
    """Return our figures and those of the peers on the same stories."""
    rows = load(stories, number)
    with tempfile.TemporaryDirectory() as folder:
        measured = peers.measure_peers(rows, asked_of(rows).all_words, chromium, Path(folder))
    return peers.table([_as_peer(ours), *measured], number)


def _as_peer(ours: Measured) -> peers.Measured:
    def costs(by_class: dict[str, list[Cost]]) -> tuple[peers.Cost, ...]:
        return tuple(
            peers.Cost(cost.total, cost.requests, cost.milliseconds) for group in by_class.values() for cost in group
        )

    steps = ours.steps.values()
    built = peers.Built(
        "Dateline", sum(step.seconds for step in steps), max(step.memory for step in steps), ours.files, ours.bytes
    )
    return peers.Measured(built, costs(ours.first), costs(ours.further))


if __name__ == "__main__":
    main()
