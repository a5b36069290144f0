"""How the search grows with its archive, and what it would cost for a million stories.

    python tests/bench/growth.py STORIES [--numbers 1000 5000 20000 100000]

STORIES is a file of JSON lines or the folder of Reuters-21578. Where more are wanted than there are, they are repeated
with altered words (`stories.repeated`): honest for sizes and times, not for what is found. The figures for a million
are computed from those of the two largest archives, by the formulas that stand beside them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log
from pathlib import Path
from statistics import median

from building import Step, build, load
from hosting import GZIP_LEVEL, browser
from playwright.sync_api import Browser
from quickness import MOST, measure
from rich.console import Console
from rich.table import Table
from stories import Asked, asked_of, documents_of
from visits import Cost, ask_all, p95

from dateline.search.shards.trees import NODE_CHILDREN, ROOT_CHILDREN
from searching import queries_of_every_kind

NUMBERS = (1_000, 5_000, 20_000, 100_000)
QUERIES = 200  # of every kind, whose computing is timed
MILLION, YEARS = 1_000_000, 20
CARDS = 10


@dataclass(frozen=True, slots=True)
class Sizes:
    """The files of an export, as gzip: bytes of meta, of the mean node, leaf and list of text, of columns."""

    articles: int
    meta: int
    leaves: int
    node: float
    leaf: float
    list_bytes: float  # a posting of a long list
    lengths: int
    runs: int  # where the cards lie
    columns: int  # of facets


@dataclass(frozen=True, slots=True)
class Grown:
    """The figures of an archive of some size."""

    stories: int
    steps: dict[str, Step]
    first: list[Cost]
    further: list[Cost]
    longer: dict[str, list[Cost]]
    milliseconds: list[float]
    sizes: Sizes


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--numbers", type=int, nargs="+", default=NUMBERS)
    options = parser.parse_args()
    console = Console(width=130)
    with browser() as chromium:
        grown = [grow(options.stories, number, chromium) for number in options.numbers]
    console.print(growth_table(grown))
    if len(grown) > 1:
        console.print(million_table(grown[-2], grown[-1]))


def grow(stories: Path, number: int, chromium: Browser) -> Grown:
    """Build an archive of so many stories, ask it, and measure its files."""
    rows = load(stories, number)
    asked = asked_of(rows)
    fewer = Asked({name: words[::2] for name, words in asked.words.items()}, asked.triples[::2], asked.phrases[::2], ())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps = build(stories, folder, number)
        first, further, longer = ask_all(folder / "site", fewer, chromium)
        page = chromium.new_page()
        page.goto(f"{(folder / 'site/search.html').as_uri()}?q={asked.all_words[-1]}")
        page.wait_for_selector("#search-status[data-state=found]")
        times = [time for time, _ in measure(page, queries_of_every_kind(documents_of(rows)[0], QUERIES))]
        page.close()
        return Grown(len(rows), steps, _all(first), _all(further), longer, times, sizes_of(folder / "site/search"))


def _all(by_class: dict[str, list[Cost]]) -> list[Cost]:
    return [cost for costs in by_class.values() for cost in costs]


def growth_table(grown: Sequence[Grown]) -> Table:
    """Return the figures of archives, a column each."""
    table = Table("", *(f"{one.stories:,} stories" for one in grown), title="Growth; bytes as gzip, medians and p95")
    rows = {
        "distinct words": [f"{one.steps['index'].words:,}" for one in grown],
        "first query, KB": [_pair([cost.total / 1000 for cost in one.first]) for one in grown],
        "further word, index, KB": [_pair([cost.index / 1000 for cost in one.further]) for one in grown],
        "further word, cards, KB": [_pair([cost.bytes["cards"] / 1000 for cost in one.further]) for one in grown],
        **{
            f"{name}, index, KB": [_pair([cost.index / 1000 for cost in one.longer[name]]) for one in grown]
            for name in grown[0].longer
            if grown[0].longer[name]
        },
        "facets, once, KB": [f"{max(cost.later for cost in one.first) / 1000:.1f}" for one in grown],
        "computing, ms": [_pair(one.milliseconds) for one in grown],
        f"within {MOST} ms": [
            f"{sum(t <= MOST for t in one.milliseconds) / len(one.milliseconds):.1%}" for one in grown
        ],
        "index, CPU s": [f"{one.steps['index'].cpu:.1f}" for one in grown],
        "index, MB of memory": [f"{one.steps['index'].memory:,.0f}" for one in grown],
        "index, MB": [f"{one.steps['index'].bytes / 1e6:,.0f}" for one in grown],
        "export, CPU s": [f"{one.steps['export'].cpu:.1f}" for one in grown],
        "export, MB of memory": [f"{one.steps['export'].memory:,.0f}" for one in grown],
        "export, files": [f"{one.steps['export'].files:,}" for one in grown],
        "export, MB": [f"{one.steps['export'].bytes / 1e6:,.1f}" for one in grown],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _pair(values: Sequence[float]) -> str:
    return f"{median(values):.1f}, {p95(values):.1f}"


def sizes_of(folder: Path) -> Sizes:
    """Measure the files of an export."""
    meta = _load(folder / "meta.js")
    size = int(meta["nameChars"])
    nodes, leaves = [], []

    def walk(level: int, names: str) -> None:
        for name in (names[at : at + size] for at in range(0, len(names), size)):
            if not level:
                leaves.append(folder / f"{name}.js")
                continue
            nodes.append(folder / f"{name}.js")
            below, _, inner = _load(nodes[-1])
            walk(below, inner)

    root = meta["roots"]["text"]
    level, _, names = root if isinstance(root, list) else _load(folder / f"{root}.js")
    walk(level, names)
    lists = list(_lists(leaves[:: max(1, len(leaves) // 400)], folder, size))
    columns = meta["columns"]
    return Sizes(
        articles=meta["documents"],
        meta=_sent(folder / "meta.js"),
        leaves=len(leaves),
        node=sum(map(_sent, nodes)) / (len(nodes) or 1),
        leaf=sum(map(_sent, leaves[::10])) / len(leaves[::10]),
        list_bytes=sum(sent for sent, _ in lists) / (sum(postings for _, postings in lists) or 1),
        lengths=_sent(folder / f"{columns['lengths']}.js"),
        runs=_sent(folder / f"{meta['runs']}.js") if isinstance(meta["runs"], str) else 0,
        columns=sum(_sent(folder / f"{name}.js") for field, name in columns.items() if field != "lengths"),
    )


def _lists(leaves: Sequence[Path], folder: Path, size: int) -> Iterator[tuple[int, int]]:
    """Yield bytes and postings of the long lists that leaves name."""
    for path in leaves:
        names = _load(path)[3]
        for at in range(0, len(names), size):
            file = folder / f"{names[at : at + size]}.js"
            yield _sent(file), len(_load(file)[1])  # a frequency has one digit, but for rare exceptions


def _load(path: Path):
    content = path.read_text(encoding="utf-8")
    return json.loads(content[content.index(",") + 1 : content.rindex(")")])


def _sent(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), GZIP_LEVEL))


def million_table(small: Grown, large: Grown) -> Table:
    """Return what a million stories would cost, as one archive and parted by years with shared statistics."""
    now = large.sizes
    each = sum(NODE_CHILDREN[:2])
    exponent = log(now.leaves / small.sizes.leaves) / log(now.articles / small.sizes.articles)
    leaves = now.leaves * (MILLION / now.articles) ** exponent
    levels = max(0, ceil(log(leaves / ROOT_CHILDREN) / log(each)))
    scripts = median(cost.bytes["scripts"] for cost in large.first)
    cards = median(cost.bytes["cards"] for cost in large.first)
    path = levels * now.node + now.leaf
    year = MILLION / YEARS
    runs, columns, lengths = (count / now.articles for count in (now.runs, now.columns, now.lengths))
    share = 0.15  # of the articles that have a common word
    common = 3 * share * now.list_bytes + lengths
    rows = [
        ("leaves of text", "leaves now × (N / n)^e", f"{now.leaves:,}, e = {exponent:.2f}", f"{leaves:,.0f}"),
        ("nodes on the way to a leaf", f"⌈log(leaves / {ROOT_CHILDREN}) / log {each}⌉", "", f"{levels}"),
        ("a further word, index", "nodes × node + leaf", f"{now.node:.0f}, {now.leaf:.0f} B", _kb(path)),
        ("ten cards", "as now", _kb(cards), _kb(cards)),
        ("where the cards lie, one file", "bytes an article × N", f"{runs:.3f} B", _kb(runs * MILLION)),
        ("… as a tree like that of the text", "ten × node, at the most", "", _kb(CARDS * now.node)),
        ("first query, as it is", "scripts + meta + word + cards + where they lie", "", _kb(scripts + now.meta + path + cards + runs * MILLION)),
        ("… with that tree", "the same", "", _kb(scripts + now.meta + path + cards + CARDS * now.node)),
        ("a word, each year an archive of its own", "years × (node + leaf)", "", _kb(YEARS * (now.node + now.leaf))),
        ("three common words, all years", f"(3 × {share:.0%} × bytes a posting + a length) × N", f"{now.list_bytes:.2f}, {lengths:.2f} B", _kb(common * MILLION)),
        ("… of one year", "the same × N / years", "", _kb(common * year)),
        ("columns of the facets, all years", "bytes an article × N", f"{columns:.2f} B", _kb(columns * MILLION)),
        ("… of one year", "the same × N / years", "", _kb(columns * year)),
    ]  # fmt: skip
    title = f"A million stories (N) in {YEARS} years, computed from {now.articles:,} (n); not built"
    table = Table("part", "formula", "measured", "at a million", title=title)
    for row in rows:
        table.add_row(*row)
    return table


def _kb(count: float) -> str:
    return f"{count / 1000:,.1f} KB"


if __name__ == "__main__":
    main()
