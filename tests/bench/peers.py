"""Static-search peers on the same stories in the same browser: Pagefind, MiniSearch and Lunr.

    python tests/bench/peers.py STORIES [--number 20000]

STORIES is a file of JSON lines or the folder of Reuters-21578. Needs Node.js with npm, which fetches the peers into
.cache/peers. Bytes are those of the responses' bodies, texts as gzip; nothing is cached before a first query. The peers
that load their whole index are asked every third word: what they load does not hang on it.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from building import load
from hosting import Sent, browser, reader, served
from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table
from stories import asked_of

REPOSITORY = Path(__file__).resolve().parents[2]

PACKAGES = {"pagefind": "1.6.0", "minisearch": "7.2.0", "lunr": "2.3.9"}

AFTER = "quebec"  # the query before a further one
WHOLE = ("minisearch", "lunr")  # load their whole index before the first query
EVERY = 3

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
    parser.add_argument("--number", type=int, default=20_000)
    options = parser.parse_args()
    if not shutil.which("npm"):
        sys.exit("The peers need Node.js with npm: install it, or leave them out.")
    stories = load(options.stories, options.number)
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        measured = measure_peers(stories, asked_of(stories).all_words, chromium, Path(folder))
        Console(width=130).print(table(measured, len(stories)))


def measure_peers(
    stories: Sequence[dict[str, Any]], words: Sequence[str], chromium: Browser, folder: Path
) -> list[Measured]:
    """Build each peer's index of `stories` below `folder`, ask it for `words`, and return the figures."""
    stories = [{name: story.get(name, "") for name in ("id", "title")} | {"body": _body(story)} for story in stories]
    packages = fetch_packages(REPOSITORY / ".cache/peers")
    lines = folder / "stories.jsonl"
    lines.write_text("".join(json.dumps(story) + "\n" for story in stories), encoding="utf-8")
    measured = []
    for name in PACKAGES:
        site = folder / name
        build = _build_pagefind if name == "pagefind" else _build_whole
        some = words[::EVERY] if name in WHOLE else words
        measured.append(_measure(build(name, stories, lines, site, packages), site, some, chromium))
    return measured


def _body(story: dict[str, Any]) -> str:
    return str(story.get("body") or story.get("text") or "")


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


def _measure(built: Built, site: Path, words: Sequence[str], chromium: Browser) -> Measured:
    ask = partial(_ask, _QUERIES[built.name])
    first, further = [], []
    with served(site) as (address, sent):
        for word in words:
            with reader(chromium) as context:
                sent.clear()
                page = context.new_page()
                page.goto(address)
                # What the page itself loads belongs to the first query: a library stands in its head.
                sent[:] = [response for response in sent if not response.path.endswith((".html", "/"))]
                first.append(_cost(ask(page), sent, word))
            with reader(chromium) as context:
                page = context.new_page()
                page.goto(address)
                _cost(ask(page), sent, AFTER)
                sent.clear()
                further.append(_cost(ask(page), sent, word))
    return Measured(built, tuple(first), tuple(further))


def _ask(script: str, page: Page) -> Callable[[str], float]:
    def asked(query: str) -> float:
        milliseconds: float = page.evaluate(script, query)["milliseconds"]
        return milliseconds

    return asked


def _cost(ask: Callable[[str], float], sent: list[Sent], query: str) -> Cost:
    milliseconds = ask(query)
    return Cost(sum(response.bytes for response in sent), len(sent), milliseconds)


def table(measured: Sequence[Measured], number: int) -> Table:
    """Return the figures as a table."""
    columns = ("engine", "build s", "MiB", "files", "MB", "first KB", "p95", "ms", "next KB", "p95", "ms", "p95")
    printed = Table(*columns, title=f"{number:,} stories: KB as sent, ms to results (medians, p95)")
    printed.caption = (
        "Dateline's first time has the loading of its page in it, the peers' begins when their page stands"
    )
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


if __name__ == "__main__":
    main()
