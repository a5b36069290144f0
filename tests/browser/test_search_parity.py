"""The browser finds what Whoosh finds: the same articles, scores to the bit, passages, facets and sentences."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dateline.records import SearchDocument, SearchValue
from dateline.search import SearchIndex, open_index, update_index
from dateline.search.answer import search, search_json
from dateline.search.evaluate import evaluate
from dateline.search.parser import parse_query
from dateline.search.plan import resolve
from dateline.search.shards import export_index, write_scripts
from searching import VALUES, document, fa_kes, queries_of_every_kind, wikinews, with_values

BATCH = 100
OPTIONS = ({"limit": 10}, {"limit": 5, "offset": 5}, {"sort": "newest"}, {"sort": "oldest"}, {"widen": False})
ASK = """async (asked) => {
    const answers = [];
    for (const [query, options, counted] of asked) {
        const { widen, ...answer } = await client.search(query, options);
        if (counted && !answer.error) answer.facets = await client.facets({ query, widen });
        answers.push(answer);
    }
    return answers;
}"""
RANK = """async (queries) => {
    const ranked = [];
    for (const query of queries) {
        const tree = dateline.parser.parse(query);
        const { documents, scores } = await dateline.rank.evaluate((await dateline.plan.resolve(tree)).plan);
        ranked.push([Array.from(documents), Array.from(scores)]);
    }
    return ranked;
}"""

STORIES = with_values(
    [
        document("palmyra", "Army moves on Palmyra", "The Syrian army moved on Palmyra. Raqqa waited.", date="2017-03-22"),
        document("retreat", "Retreat", "ISIS retreated from the bank of the Euphrates, the army said."),
        document("long", "A long day", f"{'It rained all day in Aleppo. ' * 80}The army came. {'It rained on. ' * 90}Fin."),
        document("bank", "Bank of England", "The Bank of England and the bank of the river.", lang="en"),
        document("beijing", "中国政府", f"北京：中国政府今天。{'雨が降った。' * 90}東京のシリア大使館。"),
        *(document(f"many-{number}", f"Story {number}", "The many fighters of the army " * number) for number in range(1, 30)),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def archive_of(
    tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> Iterator[Callable[..., tuple[SearchIndex, Path]]]:
    """Index stories; the open index, and a page beside their shards."""
    opened: list[SearchIndex] = []

    def make(documents: Sequence[SearchDocument], values: Sequence[SearchValue] = VALUES) -> tuple[SearchIndex, Path]:
        folder = tmp_path_factory.mktemp("archive")
        update_index(documents, values, folder / "index")
        opened.append(open_index(folder / "index"))
        return opened[-1], write_page(folder / "site", opened[-1], repository)

    yield make
    for index in opened:
        index.close()


def write_page(site: Path, index: SearchIndex, repository: Path) -> Path:
    """Write the shards, the scripts and a page that holds no more than these."""
    export_index(index, site / "search")
    names = write_scripts(repository / "theme" / "static", site / "search", index.languages)
    scripts = json.dumps({name: f"search/{file}" for name, file in names.items()})
    for name in ("lazy", "client"):
        shutil.copy(repository / f"theme/static/js/engine/{name}.js", site)
    page = site / "search.html"
    page.write_text(
        f"""<!doctype html><meta charset="utf-8"><title>Search</title>
        <p data-search="search/" data-scripts='{scripts}'></p><script src="lazy.js"></script>
        <script src="search/{names["engine"]}"></script>
        <script src="client.js"></script>"""
    )
    return page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which no script fails."""
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert errors == []


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def address() -> Iterator[Callable[[Path, str], str]]:
    """Give a page's address, from disk or on a server that runs while the test does."""
    servers: list[ThreadingHTTPServer] = []

    def serve(page: Path, where: str) -> str:
        if where == "from disk":
            return page.as_uri()
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SilentHandler, directory=page.parent))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/{page.name}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def go(page: Page, where: str) -> None:
    page.goto(where)
    page.evaluate("globalThis.client = dateline.client('search/')")
    page.evaluate("dateline.shards.meta().then(({ languages }) => dateline.analysis.use(languages))")
    page.evaluate("dateline.parser ?? dateline.lazy('parser')")


def assert_answers_agree(page: Page, index: SearchIndex, queries: Sequence[str]) -> None:
    """Compare whole answers, in all orders and parts, and facets."""
    asked = [[query, OPTIONS[place % len(OPTIONS)], place % 3 == 0] for place, query in enumerate(queries)]
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        for (query, options, counted), found in zip(batch, page.evaluate(ASK, batch), strict=True):
            expected = search_json(search(index, query, **{"limit": 20, **options}, facets=counted))
            assert found == json.loads(json.dumps(expected)), (query, options)


def assert_ranks_agree(page: Page, index: SearchIndex, queries: Sequence[str]) -> None:
    """Compare the whole of what queries find, article by article, score by score."""
    for start in range(0, len(queries), BATCH):
        batch = list(queries[start : start + BATCH])
        for query, (documents, scores) in zip(batch, page.evaluate(RANK, batch), strict=True):
            ranked = evaluate(resolve(parse_query(query), index).plan, index)
            assert (documents, scores) == (list(ranked.documents), list(ranked.scores)), query


@pytest.mark.parametrize("where", ["from disk", "over http"])
def test_answers_agree_on_a_page_and_in_a_worker(where, archive_of, address, page):
    index, path = archive_of(STORIES)
    go(page, address(path, where))
    queries = [
        "army", "bank of england", '"bank of england"', '"bank of the"', '"the bank of"', "many fighters army", "day",
        "palmira", "mosul or xyzzy", "army AND", "", "(", '"army palmyra"~4', "Daesh", "army Raqqa", "rained aleppo fin",
        "政府", "シリア大使", "中国 雨", "政*", "府政",
        "title:fightrs", "fightrs place:Raqqa", "(armz OR", "(palmirra came", "fightrs", "armz palmirra",
        "army place:Syria", "army place:(Raqqa OR Iraq) date:2017", "topic:War", "(date:2016 OR date:2017)", "topic:War topic:Aid",
    ]  # fmt: skip
    assert_answers_agree(page, index, [*queries, *queries_of_every_kind(STORIES, 300)])


def test_facets_agree_on_names_of_any_characters(archive_of, page):
    names = ["<3", "\\<3", "<", "Oil\x7fgas", "U\x9fS", "a\nb", "\x7f", "平和", '"', "3"]
    values = [SearchValue("topic", name, name, (name,)) for name in names]
    values.append(SearchValue("topic", "all", "All", ("All",)))
    values[0] = replace(values[0], broader=("all",))
    stories = [document(f"s{at}", "Story", values=(("topic", name, 1),)) for at, name in enumerate(names)]
    index, path = archive_of(stories, values)
    go(page, path.as_uri())
    assert_answers_agree(
        page, index, ["story", "topic:3", "topic:all", "topic:oil", "topic:平和", "topic:3 story", "topic:b"]
    )


@pytest.mark.parametrize(("name", "read"), [("wikinews-en-2019", wikinews), ("fa-kes-a", fa_kes)])
def test_answers_agree_on_a_real_archive(name, read, corpus, archive_of, page):
    stories = with_values(read(corpus(name)))
    index, path = archive_of(stories)
    go(page, path.as_uri())
    queries = queries_of_every_kind(stories, 600)
    assert_answers_agree(page, index, queries)
    assert_ranks_agree(page, index, [query for query in queries if not query.startswith("(") or query.endswith(")")])
