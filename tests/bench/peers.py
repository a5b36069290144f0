"""Static-search peers on the same stories in the same browser: Pagefind, MiniSearch and Lunr.

    python tests/bench/peers.py STORIES.jsonl [--limit 20000]

A line of STORIES.jsonl is {"id", "title", "body"}. Needs Node.js with npm, which fetches the peers into .cache/peers.
Bytes are those of the responses, compressed as gzip does at level 9; nothing is cached before a first query.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))

from chromium import find_chromium  # noqa: E402  found beside the tests

PACKAGES = {"pagefind": "1.6.0", "minisearch": "7.2.0", "lunr": "2.3.9"}

# By the number of the 20,000 stories that have them: 1 to 5, 50 to 200, over 2,000. Drawn by chance, once.
WORDS = (
    *("accruable", "acquiesce", "appetitio", "inflamed", "lundgren"),
    *("summarized", "pbpf", "acquittal", "fukushima", "karlsruhe"),
    *("transmission", "leverage", "cheaper", "easier", "carl", "rapid", "collect", "interim", "foresee", "amex"),
    *("include", "group", "company", "share", "also", "stock", "secure", "over", "would", "note"),
)
AFTER = "quebec"  # the query before a further one

_MEDIA_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".html": "text/html"}

# What builds a peer's index: the stories in, the index as the browser loads it out.
_BUILDERS = {
    "minisearch": """
const MiniSearch = require("minisearch"), fs = require("fs");
const stories = fs.readFileSync(process.argv[1], "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const index = new MiniSearch({ fields: ["title", "body"], storeFields: ["title"] });
index.addAll(stories);
fs.writeFileSync(process.argv[2], JSON.stringify(index));""",
    "lunr": """
const lunr = require("lunr"), fs = require("fs");
const stories = fs.readFileSync(process.argv[1], "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const index = lunr(function () {
  this.ref("id"); this.field("title"); this.field("body");
  for (const story of stories) this.add(story);
});
fs.writeFileSync(process.argv[2], JSON.stringify(index));""",
}
_LIBRARIES = {"minisearch": "minisearch/dist/umd/index.js", "lunr": "lunr/lunr.min.js"}

# What a page does for a query: milliseconds until the first ten results stand, the index loaded where it is not yet.
_QUERIES = {
    "pagefind": """async (query) => {
  const start = performance.now();
  window.pagefind ||= await import("/pagefind/pagefind.js");
  await window.pagefind.init?.();
  const { results } = await window.pagefind.search(query);
  await Promise.all(results.slice(0, 10).map((result) => result.data()));
  return { milliseconds: performance.now() - start, found: results.length };
}""",
    "minisearch": """async (query) => {
  const start = performance.now();
  const options = { fields: ["title", "body"], storeFields: ["title"] };
  window.engine ||= MiniSearch.loadJSON(await (await fetch("/index.json")).text(), options);
  const found = window.engine.search(query, { combineWith: "AND" });
  return { milliseconds: performance.now() - start, found: found.length };
}""",
    "lunr": """async (query) => {
  const start = performance.now();
  window.engine ||= lunr.Index.load(await (await fetch("/index.json")).json());
  const found = window.engine.search(query);
  return { milliseconds: performance.now() - start, found: found.length };
}""",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query took: bytes over the wire, requests, and milliseconds until its results stood."""

    bytes: int
    requests: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Built:
    """What an engine's index is, and what it took to build it."""

    name: str
    seconds: float
    peak: float  # MiB resident
    files: int
    bytes: int  # as they lie on disk


@dataclass(frozen=True, slots=True)
class Measured:
    """An engine's figures: `first` queries of a visit, and `further` ones, a row a word."""

    built: Built
    first: tuple[Cost, ...]
    further: tuple[Cost, ...]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--limit", type=int, default=20_000)
    options = parser.parse_args()
    if not shutil.which("npm"):
        sys.exit("The peers need Node.js with npm: install it, or leave them out.")
    stories = [json.loads(line) for line in options.stories.read_text("utf-8").splitlines()[: options.limit]]
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        Console(width=120).print(table(measure_peers(stories, chromium, Path(folder))))


def measure_peers(stories: Sequence[dict[str, Any]], chromium: Browser, folder: Path) -> list[Measured]:
    """Build each peer's index of `stories` below `folder`, ask it for WORDS, and return the figures."""
    packages = fetch_packages(REPOSITORY / ".cache/peers")
    lines = folder / "stories.jsonl"
    lines.write_text("".join(json.dumps(story) + "\n" for story in stories), encoding="utf-8")
    measured = []
    for name in PACKAGES:
        site = folder / name
        build = _build_pagefind if name == "pagefind" else _build_whole
        measured.append(_measure(build(name, stories, lines, site, packages), site, chromium))
    return measured


def fetch_packages(folder: Path) -> Path:
    """Return the folder in which the peers are installed."""
    modules = folder / "node_modules"
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    folder.mkdir(parents=True, exist_ok=True)
    if not all((modules / name).is_dir() for name in PACKAGES):
        subprocess.run(["npm", "install", "--silent", "--no-save", *wanted], cwd=folder, check=True)
    return modules


def _build_pagefind(name: str, stories: Sequence[dict[str, Any]], lines: Path, site: Path, modules: Path) -> Built:
    for number, story in enumerate(stories):
        page = site / "a" / f"{number % 100:02}" / f"{number}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        title, body = html.escape(story["title"]), html.escape(story["body"])
        page.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<main data-pagefind-body><h1>{title}</h1><p>{body}</p></main></html>",
            encoding="utf-8",
        )
    (site / "index.html").write_text('<!doctype html><html lang="en"><title>Search</title>', encoding="utf-8")
    seconds, peak = _run([str(modules / ".bin/pagefind"), "--site", str(site)])
    return _built(name, site / "pagefind", seconds, peak)


def _build_whole(name: str, stories: Sequence[dict[str, Any]], lines: Path, site: Path, modules: Path) -> Built:
    site.mkdir()
    shutil.copy(modules / _LIBRARIES[name], site / "engine.js")
    command = ["node", "--max-old-space-size=8192", "-e", _BUILDERS[name], str(lines), str(site / "index.json")]
    seconds, peak = _run(command, cwd=modules.parent)
    (site / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Search</title><script src="/engine.js"></script>', encoding="utf-8"
    )
    return _built(name, site, seconds, peak)


# Its own process, so that the peak is of this child alone.
_WAIT = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([time.perf_counter() - start, peak]))
"""


def _run(command: Sequence[str], cwd: Path | None = None) -> tuple[float, float]:
    """Run a command and return its seconds and its peak of memory in MiB."""
    done = subprocess.run([sys.executable, "-c", _WAIT, *command], cwd=cwd, check=True, capture_output=True)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def _built(name: str, folder: Path, seconds: float, peak: float) -> Built:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Built(name, seconds, peak, len(files), sum(path.stat().st_size for path in files))


def _measure(built: Built, site: Path, chromium: Browser) -> Measured:
    ask = partial(_ask, _QUERIES[built.name])
    first, further = [], []
    with served(site) as (address, sent):
        for word in WORDS:
            with visit(chromium, address) as page:
                # What the page itself loads belongs to the first query: a library stands in its head.
                before = [row for row in sent if not row[0].endswith((".html", "/"))]
                sent[:] = before
                first.append(_cost(ask(page), sent, word))
            with visit(chromium, address) as page:
                _cost(ask(page), sent, AFTER)
                sent.clear()
                further.append(_cost(ask(page), sent, word))
            sent.clear()
    return Measured(built, tuple(first), tuple(further))


def _ask(script: str, page: Page) -> Callable[[str], float]:
    def asked(query: str) -> float:
        milliseconds: float = page.evaluate(script, query)["milliseconds"]
        return milliseconds

    return asked


def _cost(ask: Callable[[str], float], sent: list[tuple[str, int]], query: str) -> Cost:
    milliseconds = ask(query)
    return Cost(sum(size for _, size in sent), len(sent), milliseconds)


def table(measured: Sequence[Measured]) -> Table:
    """Return the figures as a table."""
    columns = ("engine", "build s", "MiB", "files", "MB", "first KB", "p95", "ms", "next KB", "p95", "ms", "p95")
    printed = Table(*columns, title=f"{len(WORDS)} words: KB (1,000 bytes) over the wire and ms to results, medians")
    for row in measured:
        built = row.built
        printed.add_row(
            built.name,
            f"{built.seconds:.1f}",
            f"{built.peak:,.0f}",
            f"{built.files:,}",
            f"{built.bytes / 1e6:.1f}",
            *(f"{value / 1000:,.1f}" for value in _middle_and_most([cost.bytes for cost in row.first])),
            f"{median(cost.milliseconds for cost in row.first):,.0f}",
            *(f"{value / 1000:,.1f}" for value in _middle_and_most([cost.bytes for cost in row.further])),
            *(f"{value:,.1f}" for value in _middle_and_most([cost.milliseconds for cost in row.further])),
        )
    return printed


def _middle_and_most(values: Sequence[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=20)[-1]


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield Chromium without a window."""
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


@contextmanager
def visit(chromium: Browser, address: str) -> Iterator[Page]:
    """Yield a page of a reader who comes for the first time: nothing is cached."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Serve a folder, texts as gzip; yield its address and the list that gets path and bytes of each response."""
    sent: list[tuple[str, int]] = []
    compressed = cache(lambda path: gzip.compress(path.read_bytes(), 9))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.path.split("?")[0]
            path = folder / (name.lstrip("/") or "index.html")
            if not path.is_file():
                self.send_error(404)
                return
            is_text = path.suffix in _MEDIA_TYPES
            body = compressed(path) if is_text else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", _MEDIA_TYPES.get(path.suffix, "application/octet-stream"))
            if is_text:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=31536000")
            self.end_headers()
            self.wfile.write(body)
            sent.append((name, len(body)))

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", sent
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
