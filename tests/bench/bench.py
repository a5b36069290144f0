"""`make bench`: what the embedded archive costs, in seconds to build and in bytes to search.

Bytes are those of each response as gzip makes it, at the level that the other tables of the search have.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from hosting import GZIP_LEVEL
from playwright.sync_api import Page, Response, sync_playwright
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))

from chromium import find_chromium  # noqa: E402  found beside the tests

ROUNDS = 5
QUERIES = ("palmyra", "syrian army", '"gas fields"', "place:syria", "offens*")


def main() -> None:
    """Build the archive in a folder of its own and print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("content", "pelicanconf.py"):
            source = REPOSITORY / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)
        console = Console()
        console.print(_build_table(folder))
        console.print(_search_table(folder / "output"))


def _build_table(folder: Path) -> Table:
    clean, unchanged = [], []
    for _ in range(ROUNDS):
        shutil.rmtree(folder / "output", ignore_errors=True)
        shutil.rmtree(folder / ".cache", ignore_errors=True)
        clean.append(_seconds(folder))
        unchanged.append(_seconds(folder))
    table = Table("build", "median s", "best s", title=f"dateline build, {ROUNDS} rounds")
    for label, seconds in (("clean", clean), ("nothing changed", unchanged)):
        table.add_row(label, f"{sorted(seconds)[ROUNDS // 2]:.2f}", f"{min(seconds):.2f}")
    return table


def _seconds(folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "dateline", "build"], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def _search_table(output: Path) -> Table:
    files = [path for path in (output / "search").rglob("*") if path.is_file()]
    stored, sent = sum(path.stat().st_size for path in files), sum(_gzipped(path.read_bytes()) for path in files)
    title = f"search data: {len(files)} files, {stored:,} bytes, {sent:,} as gzip"
    table = Table("query", "scripts", "index", "cards", "requests", title=title)
    with _served(output) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-quic"],
        )
        page = browser.new_page()
        for number, query in enumerate(QUERIES):
            label = f"{query} ({'first' if number == 0 else 'next'})"
            table.add_row(label, *(f"{count:,}" for count in _bytes_of(page, address, query, first=number == 0)))
        browser.close()
    return table


def _bytes_of(page: Page, address: str, query: str, *, first: bool) -> tuple[int, int, int, int]:
    """Return the bytes that a query fetches: scripts, index, cards, and the number of requests."""
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    page.on("response", note)
    if first:
        page.goto(f"{address}/search.html?q={quote(query)}")
    else:
        page.get_by_role("searchbox").fill(query)
        page.keyboard.press("Enter")
    page.locator("#search-status[data-state=found]").wait_for()
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    groups = {"scripts": 0, "index": 0, "cards": 0}
    counted = [response for response in responses if response.url.endswith(".js")]
    for response in counted:
        groups[_group(response.url.partition("/search/")[2])] += _gzipped(response.body())
    return groups["scripts"], groups["index"], groups["cards"], len(counted)


def _group(name: str) -> str:
    """Return what a file of the search is: a card lies in a folder, a script has a name before its hash."""
    if "/" in name:
        return "cards"
    return "scripts" if name.count(".") > 1 else "index"


def _gzipped(data: bytes) -> int:
    return len(gzip.compress(data, GZIP_LEVEL))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
