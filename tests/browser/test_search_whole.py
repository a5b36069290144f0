"""The search page with its engine on a built archive: in a worker from a host, from disk, and with a server of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from dateline.server import Limits, application, listen
from dateline.site.build import build_site

STORY = "content/articles/isis-retreating-on-almost-every-front.md"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


class _Host(ThreadingHTTPServer):
    request_queue_size = 64  # a browser asks for many files at once


@contextmanager
def hosted(output: Path) -> Iterator[str]:
    """Serve a folder, as any web host does; yield its address."""
    server = _Host(("127.0.0.1", 0), partial(_Quiet, directory=str(output)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve an archive as `dateline serve` does; yield its address."""
    app = application(folder / "output", folder / ".cache/index", limits=Limits(rate=0, check_seconds=0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with listen("127.0.0.1", 0) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(params=["from disk", "over http"])
def address(request: pytest.FixtureRequest, archive: Path) -> Iterator[str]:
    output = archive / "output"
    if request.param == "from disk":
        yield output.as_uri()
        return
    with hosted(output) as host:
        yield host


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page on which no script fails and no rule of the page is broken."""
    opened = browser.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text))
    yield opened
    opened.close()
    assert complaints == []


def test_a_reader_types_narrows_and_goes_back(page, address):
    page.goto(f"{address}/search.html")
    page.locator("#q").press_sequentially("gas fields", delay=10)
    expect(page.locator("#search-status")).to_contain_text("for gas fields")
    expect(page.locator("#search-results .result-title")).not_to_have_count(0)
    page.locator("#q").fill("ISIS")
    page.keyboard.press("Enter")
    place = page.get_by_role("group", name="Places").get_by_role("listitem").filter(has_text="Palmyra")
    expect(place).to_contain_text("2 articles")
    place.get_by_role("checkbox").click()
    chip = page.locator("#search-chips button")
    expect(chip).to_have_count(1)
    expect(page.locator(".search-count")).to_have_text("2 articles")
    before = page.url
    chip.click()
    expect(page.locator("#search-chips button")).to_have_count(0)
    page.go_back()
    expect(page).to_have_url(before)
    expect(chip).to_have_count(1)
    expect(place.get_by_role("checkbox")).to_be_checked()


def test_a_name_in_another_spelling_is_marked_as_the_articles_have_it(page, address):
    page.goto(f"{address}/search.html?q=Daesh")
    expect(page.locator(".result-title mark").first).to_have_text("ISIS")
    expect(page.locator(".result-snippet mark").first).to_have_text("ISIS")
    page.locator(".result-title a").first.click()
    expect(page.locator("mark.hit").first).to_have_text("ISIS")


def test_a_built_site_writes_references_as_their_readers_expect_them(page, address):
    page.goto(f"{address}/search.html?q=ISIS")
    page.locator("#search-export > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="RIS", exact=True).click()
    references = Path(download.value.path()).read_bytes().decode("utf-8")
    lines = references.removesuffix("\r\n").split("\r\n")
    assert {line for line in lines if not re.match(r"[A-Z][A-Z0-9]  - ", line)} == {""}
    assert f"T2  - {page.locator('[data-search]').get_attribute('data-archive')}" in lines
    assert page.locator(".search-count").inner_text() == f"{lines.count('TY  - NEWS')} articles"


def test_the_engine_is_loaded_once_and_from_a_host_not_into_the_page(page, address):
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/search.html?q=ISIS")
    expect(page.locator(".facet")).not_to_have_count(0)
    is_hosted = address.startswith("http")
    assert page.evaluate("typeof dateline.answer") == ("undefined" if is_hosted else "object")
    assert len(page.workers) == is_hosted
    assert sum("/search/engine." in url for url in asked) == 1
    [meta] = [url for url in asked if "/search/meta.js" in url]
    assert meta.endswith(f"meta.js?{page.locator('[data-search]').get_attribute('data-generation')}")


def test_the_cards_of_a_list_are_asked_for_together(page, address):
    held = []

    def hold(route):
        held.append(route)
        if len(held) == 3:  # answered only when others are under way
            for waiting in held[:3]:
                waiting.continue_()
        elif len(held) > 3:
            route.continue_()

    page.route(re.compile(r"/search/\w+/\d+\.js$"), hold)
    page.goto(f"{address}/search.html?q=ISIS")
    expect(page.locator("#search-results .result-title")).not_to_have_count(0)


def test_a_reader_without_a_connection_is_told_so(browser, archive):
    with hosted(archive / "output") as host:
        page = browser.new_page()
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator("#search-results .result-title")).not_to_have_count(0)
        page.context.set_offline(True)
        page.locator("#q").fill("Palmyra")
        page.keyboard.press("Enter")
        expect(page.locator("#search-status")).to_contain_text("There is no connection to the archive.")
        page.close()


def test_a_page_that_may_have_no_worker_answers_itself(browser, archive):
    with hosted(archive / "output") as host:
        page = browser.new_page()
        page.add_init_script("Worker = class { constructor() { throw new Error('none'); } };")
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator("#search-results .result-title")).not_to_have_count(0)
        page.close()


def test_a_worker_whose_script_fails_is_replaced_by_the_page(browser, archive):
    with hosted(archive / "output") as host:
        page = browser.new_page()
        page.add_init_script("Worker = class extends Worker { constructor() { super('none.js'); } };")
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator("#search-results .result-title")).not_to_have_count(0)
        page.close()


@pytest.fixture
def own(archive: Path, tmp_path: Path) -> Path:
    """A copy of the archive that a test may change."""
    return shutil.copytree(archive, tmp_path / "archive")


def test_an_open_page_goes_on_after_the_archive_was_built_anew(page, own):
    with hosted(own / "output") as host:
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator(".facet")).not_to_have_count(0)
        story = own / STORY
        story.write_text(story.read_text("utf-8").replace("Title: ", "Title: Xylophone: ", 1), encoding="utf-8")
        build_site(own / "pelicanconf.py")
        page.locator("#q").fill("turkish troops")
        expect(page.locator("#search-status")).to_contain_text("for turkish troops")
        expect(page.locator("#search-results .result-title")).not_to_have_count(0)
        page.goto(f"{host}/search.html?q=xylophone")
        expect(page.locator(".result-title mark")).to_have_text("Xylophone")
        expect(page.locator(".facet")).not_to_have_count(0)


@pytest.fixture(scope="module")
def with_server(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the archive whose search page asks a server."""
    folder = shutil.copytree(archive, tmp_path_factory.mktemp("served") / "archive")
    with (folder / "pelicanconf.py").open("a", encoding="utf-8") as settings:
        settings.write('\nDATELINE_SEARCH_API = "api/search"\n')
    build_site(folder / "pelicanconf.py")
    return folder


@pytest.fixture
def visitor(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the addresses that it asks for."""
    page = browser.new_page()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    yield page, asked
    page.close()


def asks_shards(asked: list[str]) -> bool:
    return any("/search/engine." in url for url in asked)


def test_a_site_with_a_server_asks_it_and_the_shards_when_it_fails(visitor, with_server):
    page, asked = visitor
    with served(with_server) as host:
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator(".facet")).not_to_have_count(0)
        expect(page.locator("#search-results mark").first).to_have_text("ISIS")
        total = page.locator(".search-count").inner_text()
        assert not asks_shards(asked)
        assert sum("/api/search?" in url for url in asked) == 2  # the list, then its facets
        page.route("**/api/search*", lambda route: route.abort())
        page.reload()
        expect(page.locator(".search-count")).to_have_text(total)
        expect(page.locator(".facet")).not_to_have_count(0)
        assert asks_shards(asked)


def test_what_the_server_cannot_read_is_answered_and_the_server_asked_again(visitor, with_server):
    page, asked = visitor
    with served(with_server) as host:
        page.goto(f"{host}/search.html?q=%22")
        expect(page.locator("#search-status")).to_have_attribute("data-state", "error")
        expect(page.locator("#search-status")).not_to_be_empty()
        page.locator("#q").fill("ISIS")
        expect(page.locator(".facet")).not_to_have_count(0)
    assert not asks_shards(asked)


@pytest.mark.parametrize(("status", "by_shards"), [(429, False), (503, True)])
def test_a_server_with_too_much_to_do_is_asked_later(visitor, with_server, status, by_shards):
    page, asked = visitor
    with served(with_server) as host:
        refused = {"status": status, "headers": {"Retry-After": "1"}, "json": {"error": "Ask again in 1 second."}}
        page.route("**/api/search*", lambda route: route.fulfill(**refused), times=1)
        page.goto(f"{host}/search.html?q=ISIS")
        expect(page.locator(".facet")).not_to_have_count(0)
        assert asks_shards(asked) == by_shards
        asked.clear()
        page.wait_for_function("begun => Date.now() > begun + 1000", arg=page.evaluate("Date.now()"))
        page.locator("#q").fill("turkish troops")
        expect(page.locator("#search-status")).to_contain_text("for turkish troops")
        assert [url for url in asked if "/api/search?" in url]
        assert not asks_shards(asked)
