"""The server gives the site's files, its own page for what is missing, and the search as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
import uvicorn

from dateline.errors import SiteError
from dateline.search import update_index
from dateline.search.asking import ENGINE, Question
from dateline.server import Limits, application, listen, serve
from dateline.site.corrections import corrections, load_mentions
from searching import document


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive") / "site"
    (folder / "places").mkdir(parents=True)
    (folder / "index.html").write_text("home", encoding="utf-8")
    (folder / "404.html").write_text("lost", encoding="utf-8")
    (folder / "places/index.html").write_text("all places", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
def index(site):
    folder = site.parent / "index"
    update_index([document(f"story-{number}", "Palmyra", "The army moved.") for number in range(30)], [], folder)
    return folder


@pytest.fixture(scope="module")
def port(site):
    """A server of the site on a free port; it listens before it runs, so that nobody need wait for it."""
    limits = Limits(rate=0, check_seconds=0)
    app = application(site, site.parent / "index", limits=limits)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def get(port):
    """Ask the server for a path exactly as it is written; the status and the body of its answer."""

    def ask(target):
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", target)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    return ask


@pytest.mark.parametrize(("target", "answer"), [
    ("/", (200, "home")),
    ("/index.html", (200, "home")),
    ("/places/", (200, "all places")),
    ("/nowhere.html", (404, "lost")),
    ("/../secret.txt", (404, "lost")),
    ("/places/../../secret.txt", (404, "lost")),
    ("//etc/passwd", (404, "lost")),
])  # fmt: skip
def test_only_what_lies_in_the_site_is_served(target, answer, get):
    assert get(target) == answer


@pytest.mark.parametrize("query", ["palmyra", "army NOT palmyra", '"the army" OR xyzzy', "moved é"])
def test_the_server_answers_as_the_command_line_does(query, index, get):
    with ENGINE.open(index) as opened:
        expected = ENGINE.ask(opened, Question(query))
    status, body = get(f"/api/search?q={quote(query)}")
    assert (status, json.loads(body)) == (200, expected)


def test_a_limit_is_kept(index, get):
    answer = json.loads(get("/api/search?q=palmyra&limit=3")[1])
    assert (answer["total"], len(answer["hits"])) == (30, 3)


@pytest.mark.parametrize(("target", "sentence"), [
    ("/api/search", "The query is empty: type a word, or several."),
    ("/api/search?q=palmyra&limit=many", "limit is 'many': it should be a number from 1 to 100."),
    ("/api/search?q=palmyra&limit=0", "limit is '0': it should be a number from 1 to 100."),
    ("/api/search?q=palmyra&limit=0000000019999999",
     "limit is '0000000019999999': it should be a number from 1 to 100."),
    ("/api/search?q=palmyra&limit=101", "limit is '101': it should be a number from 1 to 100."),
    ("/api/search?q=palmyra&limit=%C2%B3", "limit is '³': it should be a number from 1 to 100."),
    ("/api/search?q=palmyra&limit=9999999999999", "limit is '9999999999999': it should be a number from 1 to 100."),
])  # fmt: skip
def test_a_bad_request_gets_a_sentence(target, sentence, index, get):
    status, body = get(target)
    assert (status, json.loads(body)["error"]) == (400, sentence)


def test_a_new_index_is_asked_at_once(index, get):
    assert json.loads(get("/api/search?q=mosul")[1])["total"] == 0
    update_index([document("new", "Mosul")], [], index)
    assert json.loads(get("/api/search?q=mosul")[1])["total"] == 1


def test_without_an_index_the_search_says_how_to_make_one(index, get):
    shutil.rmtree(index)
    status, body = get("/api/search?q=palmyra")
    assert status == 503
    assert "`make html` writes it" in json.loads(body)["error"]


MENTIONS = [
    {"field": "text", "start": 14, "end": 19, "surface": "Hope\n", "kind": "place", "role": "literal", "type": "city",
     "record": "geonames:1", "name": "Hope (Arkansas)", "score": 0.5, "rule": "name in the gazetteer",
     "alternatives": [{"record": "geonames:2", "name": "Hope (Idaho)", "score": 0.4, "why_not": "It is smaller."}]},
    {"field": "title", "start": 0, "end": 9, "surface": "<b> & Vim", "kind": "actor", "role": "name", "type": "person",
     "record": None, "name": None, "score": 0.7, "rule": "given name + surname", "alternatives": []},
]  # fmt: skip
HOPE, VIM = "text 14 19 place literal", "title 0 9 actor name"
PAGE = f"""<html><head><meta name="referrer" content="no-referrer"></head><body>
<ul><li>Hope<!--mention story {HOPE}--></li><li>Vim<!--mention story {VIM}--></li>
<li>gone<!--mention story text 90 99 place literal--></li></ul></body></html>"""


@pytest.fixture
def desk(tmp_path):
    """An archive that is served on loopback with one article, and a client that is on this machine."""
    site, rules = tmp_path / "output", tmp_path / "content/authority/rules.csv"
    (site / "articles").mkdir(parents=True)
    (site / "data").mkdir()
    rules.parent.mkdir(parents=True)
    rules.write_bytes(b"rule,name,record,article,reason,by,on\r\n")
    (site / "index.html").write_text("home", encoding="utf-8")
    (site / "articles/story.html").write_text(PAGE, encoding="utf-8")
    others = [{**MENTIONS[0], "surface": "HOPE"}, {**MENTIONS[0], "start": 2, "surface": "Hope"}]
    lines = [{"slug": "other", "mentions": others}, {"slug": "story", "mentions": MENTIONS}]
    (site / "data/mentions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return SimpleNamespace(site=site, rules=rules, app=application(site, tmp_path / "index", rules=rules))


def ask(app, method, path, *, headers=None, given=None, host="127.0.0.1:8000", address="127.0.0.1"):
    """The application's answer to a request as a browser at `address` would make it."""
    body = urlencode(given or {}).encode()
    sent = {"host": host, "content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "client": (address, 50000), "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in {**sent, **(headers or {})}.items()],
    }  # fmt: skip
    messages, received = [], [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return received.pop() if received else await asyncio.Event().wait()  # the browser says nothing more

    async def send(message):
        messages.append(message)

    with ThreadPoolExecutor(1) as thread:  # a browser test of the same run leaves its own loop in this one
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    text = b"".join(message.get("body", b"") for message in messages[1:]).decode()
    return SimpleNamespace(
        status=messages[0]["status"], text=text, headers={name.decode(): value.decode() for name, value in messages[0]["headers"]}
    )  # fmt: skip


def form(desk, **given):
    """What a browser would send for a button of the article's page."""
    page = ask(desk.app, "GET", "/articles/story.html").text
    (token,) = set(re.findall(r'name="token" value="([^"]+)"', page))
    return {"token": token, "article": "story", "mention": HOPE, "choice": "ignore", **given}


ORIGIN = {"origin": "http://127.0.0.1:8000"}


def test_the_evidence_of_an_article_offers_to_correct_it_where_the_site_is_served_on_this_machine(desk):
    answer = ask(desk.app, "GET", "/articles/story.html")
    assert answer.text.count("<form") == 2
    assert "<!--mention story text 90 99 place literal-->" in answer.text
    never = "“Hope” is never a place or an actor (2 articles have the name) <code>ignore,Hope</code>"
    assert answer.text.index("“Hope” names nothing in this article") < answer.text.index(never)
    assert "“Hope” is Hope (Idaho) everywhere (2 articles have the name) <code>" in answer.text
    assert "Vim” is never a place or an actor (only this article has the name) <code>" in answer.text
    assert "Here it is Hope (Idaho) <code>means,Hope,geonames:2,story</code>" in answer.text
    assert "Never Hope (Arkansas) in this article <code>hide,,geonames:1,story</code>" in answer.text
    assert "Never Hope (Arkansas) in any article <code>hide,,geonames:1</code>" in answer.text
    assert "“&lt;b&gt; &amp; Vim” names nothing in this article" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.index('content="same-origin"') > answer.text.index('content="no-referrer"')


@pytest.mark.parametrize(
    ("label", "record", "told"),
    [
        ("San Juan", "geonames:4568127", "San Juan, Puerto Rico"),
        ("Paris (Texas)", "geonames:4717560", "Paris (Texas), United States"),
        ("San Juan (Argentina)", "geonames:3837213", "San Juan (Argentina)"),
        ("Syria", "geonames:163843", "Syria"),
        ("Hope (Idaho)", "geonames:2", "Hope (Idaho)"),
        ("Tigris", "place:tigris", "Tigris"),
    ],
)
def test_a_button_tells_a_place_from_its_namesakes_in_other_countries(label, record, told):
    row = {"record": record, "name": label, "score": 0.1, "why_not": "It is smaller."}
    mention = {**MENTIONS[0], "alternatives": [row]}
    offered = [one.words for one in corrections(mention, "story") if one.row["rule"] == "means"]
    assert offered == [f"Here it is {told}", f"“Hope” is {told} everywhere"]


def test_the_files_of_the_site_stay_as_they_were_built(desk):
    ask(desk.app, "GET", "/articles/story.html")
    assert (desk.site / "articles/story.html").read_text(encoding="utf-8") == PAGE


@pytest.mark.parametrize(
    ("choice", "row"),
    [
        ("ignore", "ignore,Hope,,,taken for Hope (Arkansas) in story,,"),
        ("ignore-here", "ignore,Hope,,story,taken for Hope (Arkansas) in story,,"),
        ("hide-here", "hide,,geonames:1,story,taken for Hope (Arkansas) in story,,"),
        ("hide", "hide,,geonames:1,,taken for Hope (Arkansas) in story,,"),
        ("means-0", "means,Hope,geonames:2,,taken for Hope (Arkansas) in story,,"),
        ("means-here-0", "means,Hope,geonames:2,story,taken for Hope (Arkansas) in story,,"),
    ],
)
def test_one_click_writes_the_row_once_and_says_what_to_run_next(choice, row, desk):
    sent = form(desk, choice=choice)
    answers = [
        ask(
            desk.app,
            "POST",
            "/api/corrections",
            given=sent,
            headers={**ORIGIN, "referer": "http://127.0.0.1:8000/articles/story.html"},
        )
        for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [200, 200]
    assert "<h1>Written</h1>" in answers[0].text
    assert "<h1>It stands there already</h1>" in answers[1].text
    assert "make html" in answers[0].text
    assert 'href="/articles/story.html"' in answers[0].text
    _, written = desk.rules.read_bytes().decode().splitlines()
    assert written.startswith(row)
    assert written.removeprefix(row) == date.today().isoformat()
    assert desk.rules.read_bytes().endswith(b"\r\n")


def test_no_page_with_a_form_is_shown_in_a_frame(desk):
    written = ask(desk.app, "POST", "/api/corrections", given=form(desk), headers=ORIGIN)
    for answer in (ask(desk.app, "GET", "/articles/story.html"), written):
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("referrer", ["http://127.0.0.1:8000//evil.example/", "javascript:alert(1)"])
def test_the_way_back_leads_to_this_site(referrer, desk):
    answer = ask(desk.app, "POST", "/api/corrections", given=form(desk), headers={**ORIGIN, "referer": referrer})
    (back,) = re.findall(r'<a href="([^"]*)"', answer.text)
    assert re.match("/[^/]", back)


def test_a_rules_file_is_made_where_there_is_none(desk):
    desk.rules.unlink()
    assert ask(desk.app, "POST", "/api/corrections", given=form(desk), headers=ORIGIN).status == 200
    assert desk.rules.read_text().splitlines()[0] == "rule,name,record,article,reason,by,on"


def test_what_the_file_has_no_column_for_is_told_and_not_written(desk):
    desk.rules.write_text("rule,name\n")
    answer = ask(desk.app, "POST", "/api/corrections", given=form(desk), headers=ORIGIN)
    assert (answer.status, "the header lacks on, reason" in answer.text) == (409, True)
    assert desk.rules.read_text() == "rule,name\n"


@pytest.mark.parametrize(
    ("headers", "given", "host", "address", "status", "sentence"),
    [
        ({}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "own pages only"),  # no origin
        ({"origin": "null"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "own pages only"),
        ({"origin": "https://evil.example"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "own pages only"),
        ({"origin": "http://127.0.0.1:9000"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "own pages only"),
        ({"sec-fetch-site": "cross-site"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "own pages only"),
        ({"origin": "http://evil.example:8000"}, {}, "evil.example:8000", "127.0.0.1", 403, "127.0.0.1 or localhost"),
        ({}, {}, "127.0.0.1:8000", "192.0.2.7", 403, "from this machine only"),
        ({"x-forwarded-for": "192.0.2.7"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "through another server"),
        (ORIGIN, {"token": "guessed"}, "127.0.0.1:8000", "127.0.0.1", 403, "earlier run"),
        (ORIGIN, {"choice": "means-7"}, "127.0.0.1:8000", "127.0.0.1", 409, "built anew"),
        (ORIGIN, {"mention": "text 0 1 place literal"}, "127.0.0.1:8000", "127.0.0.1", 409, "built anew"),
        (ORIGIN, {"article": "../story"}, "127.0.0.1:8000", "127.0.0.1", 409, "built anew"),
        (ORIGIN, {"more": "x" * 9000}, "127.0.0.1:8000", "127.0.0.1", 413, "too long"),
        ({**ORIGIN, "content-type": "text/plain"}, {}, "127.0.0.1:8000", "127.0.0.1", 403, "no form"),
    ],
)
def test_nobody_else_writes_a_rule(*, headers, given, host, address, status, sentence, desk):
    if "sec-fetch-site" in headers:
        headers = {**headers, **ORIGIN}
    before = desk.rules.read_bytes()
    given = form(desk, **given)
    answer = ask(desk.app, "POST", "/api/corrections", given=given, headers=headers, host=host, address=address)
    assert (answer.status, sentence in answer.text) == (status, True), answer.text
    assert desk.rules.read_bytes() == before


@pytest.mark.parametrize(
    ("host", "address", "headers"),
    [
        ("evil.example:8000", "127.0.0.1", {}),  # a name of theirs that leads to this machine
        ("127.0.0.1:8000", "192.0.2.7", {}),
        ("127.0.0.1:8000", "127.0.0.1", {"x-forwarded-for": "192.0.2.7"}),
    ],
)
def test_nobody_else_is_offered_a_form(host, address, headers, desk):
    answer = ask(desk.app, "GET", "/articles/story.html", headers=headers, host=host, address=address)
    assert answer.text == PAGE


@pytest.mark.parametrize(
    ("host", "offers"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("192.0.2.7", False)],
)
def test_a_server_that_listens_to_others_offers_no_corrections(host, offers, desk, monkeypatch):
    made = []
    monkeypatch.setattr(
        "dateline.server.serving.application", lambda site, index, rules, limits: made.append(rules) or desk.app
    )
    monkeypatch.setattr("dateline.server.serving.listen", lambda host, port: listen("127.0.0.1", 0))
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: None)
    serve(desk.site, desk.site.parent / "index", host=host)
    assert made == [desk.rules if offers else None]


def test_without_rules_to_write_the_site_is_served_as_it_is(desk):
    plain = application(desk.site, desk.site.parent)
    assert ask(plain, "GET", "/articles/story.html").text == PAGE
    assert ask(plain, "POST", "/api/corrections").status == 405


def test_mentions_are_found_again_after_a_new_build(desk):
    assert set(load_mentions(desk.site / "data/mentions.jsonl", "story")) == {HOPE, VIM}
    (desk.site / "data/mentions.jsonl").write_text('{"slug": "a b", "mentions": []}\n', encoding="utf-8")
    assert load_mentions(desk.site / "data/mentions.jsonl", "story") == {}
    assert load_mentions(desk.site / "data/none.jsonl", "story") == {}


def test_an_address_that_cannot_be_had_is_told_in_a_sentence(port):
    for host, at, sentence in [
        ("127.0.0.1", port, rf"^127\.0\.0\.1:{port} cannot be served \(.+\): choose another host or port\.$"),
        ("2001:db8::1", 8000, r"^\[2001:db8::1\]:8000 cannot be served \(.+\): choose another host or port\.$"),
        ("127.0.0.1", 70_000, r"^There is no port 70000: choose one from 0 to 65535; 0 is any that is free\.$"),
        ("127.0.0.1", -1, r"^There is no port -1: "),
        ("host.invalid", 8000, r"^host\.invalid:8000 cannot be served \([^()]+\): "),
        ("a" * 70, 8000, rf"^{'a' * 70}:8000 cannot be served \(.+\): "),
    ]:
        with pytest.raises(SiteError, match=sentence):
            listen(host, at)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"), ("::1", "[::1]")]
)
def test_an_address_is_told_once_it_is_had(host, address, desk, monkeypatch):
    told, running = [], []
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: running.append(sockets[0].getsockname()[1]))
    serve(desk.site, desk.site.parent / "index", host=host, port=0, on_listening=told.append)
    assert told == [f"http://{address}:{running[0]}/"]
    with pytest.raises(SiteError):
        serve(desk.site, desk.site.parent / "index", host=host, port=70_000, on_listening=told.append)
    assert len(told) == 1


def test_a_folder_without_a_site_is_refused(tmp_path):
    with pytest.raises(SiteError, match=r"there is no index\.html here"):
        application(tmp_path, tmp_path)
