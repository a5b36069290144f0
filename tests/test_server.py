"""The server gives the site's files, its own page for what is missing, and the search as JSON."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
import uvicorn

from dateline.errors import SiteError
from dateline.search import build_index, open_index, search, search_json
from dateline.server import application, listen
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
    build_index([document(f"story-{number}", "Palmyra", "The army moved.") for number in range(30)], folder)
    return folder


@pytest.fixture(scope="module")
def port(site):
    """A server of the site on a free port; it listens before it runs, so that nobody need wait for it."""
    server = uvicorn.Server(uvicorn.Config(application(site, site.parent / "index"), log_level="warning"))
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
    with open_index(index) as opened:
        expected = search_json(search(opened, query, limit=20))
    status, body = get(f"/api/search?q={quote(query)}")
    assert (status, json.loads(body)) == (200, expected)


def test_a_limit_is_kept(index, get):
    answer = json.loads(get("/api/search?q=palmyra&limit=3")[1])
    assert (answer["total"], len(answer["hits"])) == (30, 3)


@pytest.mark.parametrize(("target", "sentence"), [
    ("/api/search", "The query is empty: type a word, or several."),
    ("/api/search?q=palmyra+AND", "AND needs a word on each side."),
    ("/api/search?q=palmyra&limit=many", "limit is 'many': it should be a number from 1 to 1000."),
    ("/api/search?q=palmyra&limit=0", "limit is '0': it should be a number from 1 to 1000."),
    ("/api/search?q=palmyra&limit=0000000019999999",
     "limit is '0000000019999999': it should be a number from 1 to 1000."),
    ("/api/search?q=palmyra&limit=1001", "limit is '1001': it should be a number from 1 to 1000."),
    ("/api/search?q=palmyra&limit=%C2%B3", "limit is '³': it should be a number from 1 to 1000."),
    ("/api/search?q=palmyra&limit=9999999999999", "limit is '9999999999999': it should be a number from 1 to 1000."),
])  # fmt: skip
def test_a_bad_request_gets_a_sentence(target, sentence, index, get):
    status, body = get(target)
    assert (status, json.loads(body)["error"]) == (400, sentence)


def test_a_new_index_is_asked_at_once(index, get):
    assert json.loads(get("/api/search?q=mosul")[1])["total"] == 0
    build_index([document("new", "Mosul")], index)
    assert json.loads(get("/api/search?q=mosul")[1])["total"] == 1


def test_without_an_index_the_search_says_how_to_make_one(index, get):
    shutil.rmtree(index)
    status, body = get("/api/search?q=palmyra")
    assert status == 503
    assert "`make html` writes it" in json.loads(body)["error"]


def test_an_address_that_is_taken_is_told(port):
    with pytest.raises(SiteError, match=rf"127\.0\.0\.1:{port} cannot be served .*: choose another port"):
        listen("127.0.0.1", port)


def test_a_folder_without_a_site_is_refused(tmp_path):
    with pytest.raises(SiteError, match=r"there is no index\.html here"):
        application(tmp_path, tmp_path)
