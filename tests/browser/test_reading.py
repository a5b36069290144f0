"""The whole site in a real browser: from disk and from a server, with scripts and without, wide and narrow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect

from dateline.server import application, listen
from dateline.site.build import build_site

PAGES = (
    "index.html",
    "articles/index.html",
    "articles/5000-isis-fighters-trapped-in-syrias-al-bab.html",
    "places/deir-ezzor.html",
    "places/iraq.html",
    "places/middle-east.html",
    "places/index.html",
    "actors/isis.html",
    "topics/deir-ezzor.html",
    "tags/index.html",
    "search.html?q=palmyra",
    "dates/undated.html",
    "about.html",
    "names.html",
)
DATED_PAGES = (
    "timeline.html",
    "dates/2017.html",
    "dates/2017-03.html",
    "articles/ferry.html",
    "articles/old-ferry.html",
    "articles/gone.html",
)
FERRY = """Title: Ferry runs again
Slug: ferry
Date: 2017-03-22
Updated: 2017-03-23
Authors: A. Writer; B. Writer;
Dateline: PUNO (Wire)
Publication: The Courier
Original-URL: https://courier.example/a-very-long-address/that-has-no-place-where-it-may-be-broken-into-two-lines
Versions: ferry; old-ferry;
Source-Topics: ships;
Keywords: ships;
Source: sources/courier.zip!ferry.xml#bytes=0-99

It sails, [the port](<https://port.example/>) said.

- Twice a day

> It is sound.

<p class="caption">The ferry.</p>

<pre class="layout">
POTATOES ................................................   1,204   1,180   +2.0   TONNES OF THE FIRST QUARTER
</pre>
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module", params=["file", "http"])
def address(request: pytest.FixtureRequest, archive: Path) -> Iterator[str]:
    """Where the site stands: opened from disk, or served."""
    output = archive / "output"
    if request.param == "file":
        yield output.as_uri()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(output)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive of dated articles, one with all that a source may say of it, and one removed."""
    folder = tmp_path_factory.mktemp("dated")
    articles = folder / "content/articles"
    articles.mkdir(parents=True)
    (articles / "ferry.md").write_text(FERRY)
    old = "Title: Ferry waits\nSlug: old-ferry\nDate: 2017-03-21\nVersions: ferry; old-ferry;\n\nIt waits.\n"
    (articles / "old-ferry.md").write_text(old)
    (articles / "pass.md").write_text("Title: Snow\nPublished: 2016\n\nSnow fell.\n")
    (folder / "content/removed.csv").write_text("slug,reason,on,by\ngone,asked,2020-05-01,AB\n")
    settings = 'import dateline\nSITENAME = "Dated"\nPATH = "content"\nPLUGINS = ["dateline"]\n'
    (folder / "pelicanconf.py").write_text(f"{settings}THEME = dateline.theme_path()\n")
    build_site(folder / "pelicanconf.py")
    return folder / "output"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when the browser complains of anything."""
    context = browser.new_context()
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", lambda request: complaints.extend(_fault(request)))
    yield opened
    context.close()
    assert complaints == []


def _fault(request: Request) -> list[str]:
    """Return what went wrong with a request; one that the next page cut short is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url}: {request.failure}"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_only_its_own_site_and_breaks_no_rule(page: Page, address: str, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{path}")
    page.wait_for_load_state("networkidle")
    assert {(urlsplit(url).scheme, urlsplit(url).netloc) for url in asked} == {
        (urlsplit(address).scheme, urlsplit(address).netloc)
    }


def test_a_reader_searches_from_the_front_page_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("gas fields")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_contain_text("1 article")
    assert page.url.endswith("search.html?q=gas+fields")
    result = page.locator("#search-results a").first
    expect(result).to_contain_text("DEVELOPING")
    expect(page.locator("#search-results mark").first).to_have_text("gas")
    result.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("DEVELOPING")
    page.go_back()
    expect(page.locator("#search-results a").first).to_contain_text("DEVELOPING")


@pytest.mark.parametrize(("query", "total"), [("place:Palmyra", 2), ("actor:ISIS", 5), ('"Turkish troops"', 1)])
def test_fields_and_phrases_are_found(page: Page, address: str, query: str, total: int) -> None:
    page.goto(f"{address}/search.html")
    page.get_by_role("searchbox").fill(query)
    page.keyboard.press("Enter")
    expect(page.locator("#search-results > li")).to_have_count(total)


def test_evidence_opens_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/articles/5000-isis-fighters-trapped-in-syrias-al-bab.html")
    tag = page.locator(".tags li", has=page.get_by_role("link", name="Turkish Army")).locator("details")
    expect(tag.locator("mark").first).to_be_hidden()
    tag.locator("summary").click()
    expect(tag.locator("mark").first).to_have_text("Turkish troops")
    named = page.locator("section", has=page.get_by_role("heading", name="Named, not tagged")).locator("details").first
    expect(named.locator(".tag").first).to_be_hidden()
    named.locator("summary").first.click()
    expect(named.locator(".tag").first).to_be_visible()
    page.goto(f"{address}/places/index.html")
    expect(page.locator("#tree")).to_have_text("By what they lie in")
    page.locator(".tree details", has_text="Mosul").first.locator("summary").first.click()
    expect(page.locator(".tree").get_by_role("link", name="Mosul", exact=True)).to_be_hidden()
    page.goto(f"{address}/search.html")
    expect(page.locator(".notice")).to_contain_text("Searching needs scripts")
    context.close()


@pytest.fixture
def desk(archive: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The archive as `dateline serve` gives it to its maintainer, with the rules.csv that it writes."""
    copied = shutil.copytree(archive, tmp_path / "archive")
    rules = copied / "content/authority/rules.csv"
    served = application(copied / "output", copied / ".cache/index", rules=rules)
    server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
    with listen("127.0.0.1", 0) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", rules
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_maintainer_corrects_a_tag_with_one_click(browser: Browser, desk: tuple[str, Path], *, scripts: bool) -> None:
    address, rules = desk
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{address}/articles/isis-retreating-on-almost-every-front.html")
    tag = page.locator(".tags li", has=page.get_by_role("link", name="Mosul")).locator("> details")
    tag.locator("> summary").click()
    tag.get_by_text("Wrong?").first.click()
    tag.get_by_role("button", name="names nothing in this article").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Written")
    assert "ignore,Mosul,,isis-retreating-on-almost-every-front," in rules.read_text("utf-8")
    page.get_by_role("link", name="Back to the article").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("retreating on almost every front")
    context.close()


def test_a_page_from_elsewhere_cannot_make_a_reader_write(
    browser: Browser, desk: tuple[str, Path], tmp_path: Path
) -> None:
    address, rules = desk
    before = rules.read_bytes()
    given = {"token": "x", "article": "a", "mention": "text 0 1 place literal", "choice": "ignore"}
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in given.items())
    trap = tmp_path / "trap.html"
    trap.write_text(f'<form method="post" action="{address}/api/corrections">{fields}<button>Go</button></form>')
    context = browser.new_context()
    page = context.new_page()
    page.goto(trap.as_uri())
    with page.expect_response(f"{address}/api/corrections") as answered:
        page.get_by_role("button").click()
    assert answered.value.status == 403
    expect(page.get_by_text("from the archive’s own pages only")).to_be_visible()
    assert rules.read_bytes() == before
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_forms_that_correct_a_tag_meet_wcag_and_fit_a_phone(
    browser: Browser, desk: tuple[str, Path], scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{desk[0]}/articles/5000-isis-fighters-trapped-in-syrias-al-bab.html")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    context.close()


def all_pages(archive: Path, dated: Path) -> list[str]:
    """The addresses of the pages that are looked at, of the embedded archive and of dated articles."""
    of_archive = [f"{(archive / 'output').as_uri()}/{path}" for path in PAGES]
    return [*of_archive, *(f"{dated.as_uri()}/{path}" for path in DATED_PAGES)]


def test_a_description_for_machines_breaks_no_rule_and_a_day_of_the_calendar_leads_to_its_articles(
    page: Page, dated: Path
) -> None:
    page.goto(f"{dated.as_uri()}/articles/ferry.html")
    described = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert (described["@type"], described["datePublished"]) == ("NewsArticle", "2017-03-22")
    page.get_by_role("link", name="22 March 2017", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("March 2017")
    page.get_by_role("link", name="22 March 2017: 1 article").click()
    assert page.url.endswith("#d22")
    expect(page.locator(".period", has=page.locator("#d22")).locator(".entry-title")).to_have_text("Ferry runs again")


def test_a_table_wider_than_a_phone_is_scrolled_by_keyboard_and_wrapped_on_paper(page: Page, dated: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{dated.as_uri()}/articles/ferry.html")
    table = page.locator("pre.layout")
    assert table.evaluate("element => element.scrollWidth > element.clientWidth")
    table.focus()
    page.keyboard.press("ArrowRight")
    expect(table).not_to_have_js_property("scrollLeft", 0)
    page.emulate_media(media="print")
    assert table.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_is_wider_than_the_screen(page: Page, archive: Path, dated: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in all_pages(archive, dated):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_meet_wcag(browser: Browser, archive: Path, dated: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in all_pages(archive, dated):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, (path, found.generate_report())
    context.close()
