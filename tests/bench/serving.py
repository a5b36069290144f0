"""What the server bears: many clients at once on loopback, also while the index is changed under them.

    python tests/bench/serving.py [ARCHIVE [CLIENTS [SECONDS]]]

ARCHIVE is a folder with output/ and .cache/index; without one, an archive is made of random words. Each client asks
over one connection, one question after the other: a word, or one of two words, of which most pairs are new. First the
server takes all that comes, then what `dateline serve` takes by itself, where all clients are one address: one who is
told to ask again later (429, 503) waits for a second, and then asks something else.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from itertools import accumulate, count
from multiprocessing import Process, Queue
from pathlib import Path

from dateline.records import SearchDocument
from dateline.search import update_index
from dateline.search.asking import ENGINE
from dateline.server import Limits, application, listen, make_server

ARTICLES, WORDS_EACH = 5_000, 120
SYLLABLES = [start + middle for start in "bdfgklmnprstv" for middle in ("a", "e", "i", "or", "un")]
# The first are common; most stand in a few articles, as words of news do.
WORDS = random.Random(3).sample([a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[::4]], 20_000)
ASKED = WORDS[20:5_000]
UNLIMITED = Limits(rate=0, queue=1024, seconds=30)
CASES = (
    ("all taken, index left alone", UNLIMITED, False),
    ("all taken, index changed all the while", UNLIMITED, True),
    ("any number a client, the other limits as dateline serve has them", replace(Limits(), rate=0), False),
    ("limits as dateline serve has them", Limits(), False),
)
PAUSE_SECONDS = 1  # of one who was refused


def main(archive: str = "", clients: str = "200", seconds: str = "20") -> None:
    """Print answers a second, times and memory of each case."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(archive) if archive else make_archive(Path(made))
        for case, limits, swapped in CASES:
            if swapped and archive:
                continue  # whose index is not for us to change
            print(f"{clients} clients, {seconds} s, {case}")
            for name, value in measure(folder, int(clients), float(seconds), limits=limits, swapped=swapped).items():
                print(f"  {name:<22} {value}")


def make_archive(folder: Path) -> Path:
    """Write a site of one page and the index of an archive of random words."""
    (folder / "output").mkdir(parents=True)
    (folder / "output/index.html").write_text("home", encoding="utf-8")
    update_index(articles(), (), folder / ".cache/index")
    return folder


def articles() -> list[SearchDocument]:
    """Return articles in which some words are common and most are rare."""
    chance = random.Random(5)
    weights = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
    return [
        SearchDocument(
            slug=f"story-{number}",
            url=f"articles/story-{number}.html",
            title=" ".join(chance.choices(WORDS, cum_weights=weights, k=6)),
            body=" ".join(chance.choices(WORDS, cum_weights=weights, k=WORDS_EACH)),
        )
        for number in range(ARTICLES)
    ]


def measure(folder: Path, clients: int, seconds: float, *, limits: Limits, swapped: bool) -> dict[str, str]:
    """Serve an archive in a process of its own, and ask it from this one."""
    told: Queue[int] = Queue()
    server = Process(target=run_server, args=(folder, limits, told), daemon=True)
    server.start()
    port = told.get(timeout=30)
    swaps = Process(target=swap_for_ever, args=(folder,), daemon=True)
    if swapped:
        swaps.start()
    begun = time.perf_counter()
    times, statuses = asyncio.run(ask_all(port, clients, seconds))
    elapsed = time.perf_counter() - begun  # more than `seconds`: the last answers come after the last question
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8"))
    if swapped:
        swaps.kill()
        swaps.join()
    server.terminate()
    server.join()
    times.sort()
    at = {share: times[min(len(times) - 1, int(share * len(times)))] * 1000 for share in (0.5, 0.95, 0.99)}
    return {
        "found a second": f"{len(times) / elapsed:,.0f}",
        "p50, p95, p99 (ms)": ", ".join(f"{value:,.0f}" for value in at.values()),
        "answers by status": ", ".join(f"{status}: {many:,}" for status, many in sorted(statuses.items())),
        "peak memory (MB)": f"{int(peak[1]) / 1024:,.0f}" if peak else "unknown",
    }


def run_server(folder: Path, limits: Limits, told: Queue[int]) -> None:
    """Serve on a free port, which is told."""
    app = application(folder / "output", folder / ".cache/index", limits=limits, engine=ENGINE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    logging.disable(logging.WARNING)
    with listen("127.0.0.1", 0) as listening:
        told.put(listening.getsockname()[1])
        make_server(app).run(sockets=[listening])


def swap_for_ever(folder: Path) -> None:
    """Change an article and bring the index up to date, over and over, as builds that follow one another would."""
    given = articles()
    for number in count():
        at = number % len(given)
        given[at] = replace(given[at], title=f"{given[at].title} {WORDS[number % len(WORDS)]}")
        update_index(given, (), folder / ".cache/index")


async def ask_all(port: int, clients: int, seconds: float) -> tuple[list[float], Counter[str]]:
    """Return the times of the answers with status 200, in seconds, and how many had which status."""
    times: list[float] = []
    statuses: Counter[str] = Counter()
    end = time.perf_counter() + seconds
    await asyncio.gather(*(_client(port, number, end, times, statuses) for number in range(clients)))
    return times, statuses


async def _client(port: int, number: int, end: float, times: list[float], statuses: Counter[str]) -> None:
    chance = random.Random(number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        query = chance.choice(ASKED) if chance.random() < 0.5 else "+OR+".join(chance.choices(ASKED, k=2))
        begun = time.perf_counter()
        try:
            writer.write(f"GET /api/search?q={query}&limit=10 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, asyncio.IncompleteReadError) as error:
            statuses[type(error).__name__] += 1
            return
        status = head.split(" ", 2)[1]
        statuses[status] += 1
        if status == "200":
            times.append(time.perf_counter() - begun)
        else:
            await asyncio.sleep(PAUSE_SECONDS)
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
