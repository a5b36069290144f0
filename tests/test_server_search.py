"""The search as JSON: what is refused, what is kept, and which index is asked when another takes its place."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.errors import SearchError
from dateline.records import SearchValue
from dateline.search import export_index, open_index, update_index
from dateline.search.asking import ENGINE, SORTS, Engine, Question
from dateline.server import Limits, application, listen, make_server
from dateline.server.connections import MAX_CONNECTIONS, TimelyProtocol, most_connections
from dateline.server.description import describe
from dateline.server.files import is_hashed
from dateline.server.limits import MAX_CLIENTS, RateLimit, Recent
from dateline.server.searching import PARAMETERS, read_question
from searching import document

POLICY = "default-src 'none'; script-src 'self'"
FREE = Limits(rate=0, check_seconds=0)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A site and the index of thirty articles."""
    site = tmp_path_factory.mktemp("archive") / "site"
    (site / "search/qztoycbmdo").mkdir(parents=True)
    page = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">{"words " * 500}'
    (site / "index.html").write_text(page, encoding="utf-8")
    (site / "search/qztoycbmdo/1.js").write_text("card", encoding="utf-8")
    (site / "search/meta.js").write_text("meta", encoding="utf-8")
    articles = [document(f"story-{number}", "Palmyra", "The army moved.") for number in range(30)]
    update_index(articles, [], site.parent / "index")
    return SimpleNamespace(site=site, index=site.parent / "index")


@contextmanager
def running(archive, *, limits=FREE, engine=ENGINE, protocol=TimelyProtocol):
    """Yield what asks a server of the archive, and its answers with their headers."""
    app = application(archive.site, archive.index, limits=limits, engine=engine)
    server = make_server(app, protocol=protocol)

    def get(target, method="GET", **headers):
        connection = HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=10)
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return SimpleNamespace(status=answer.status, headers=answer.headers, body=body)

    with listen("127.0.0.1", 0) as listening:
        get.address = listening.getsockname()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield get
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def get(archive):
    with running(archive) as ask:
        yield ask


def question(address):
    return read_question([tuple(part.split("=", 1)) for part in address.split("&")])


@pytest.mark.parametrize(("address", "asked"), [
    ("q=palmyra", Question("palmyra")),
    ("q=a&limit=100&offset=10000", Question("a", limit=100, offset=10_000)),
    ("q=a&limit=007&offset=00", Question("a", limit=7)),
    ("q=a&sort=oldest&names=exact&facets=yes", Question("a", sort="oldest", widen=False, facets=True)),
    ("q=a&names=any&facets=no", Question("a")),
])  # fmt: skip
def test_an_address_asks_a_question(address, asked):
    assert question(address) == asked


@pytest.mark.parametrize(("address", "sentence"), [
    ("q=a&q=b", "A parameter is given twice: each should be given once."),
    ("q=a&page=2", "There is no parameter 'page': there are q, limit, offset, sort, names, facets."),
    ("q=a&offset=10001", "offset is '10001': it should be a number from 0 to 10000."),
    ("q=a&offset=-1", "offset is '-1': it should be a number from 0 to 10000."),
    ("q=a&limit=", "limit is '': it should be a number from 1 to 100."),
    ("q=a&sort=random", "sort is 'random': it should be one of relevance, newest, oldest."),
    ("q=a&facets=1", "facets is '1': it should be one of no, yes."),
    ("q=" + "a" * 501, "The query has 501 characters: 500 are the most."),
])  # fmt: skip
def test_an_address_that_is_not_right_is_told_so(address, sentence):
    with pytest.raises(SearchError) as told:
        question(address)
    assert str(told.value) == sentence


@pytest.mark.parametrize("query", ["%ED%A0%80", "%00", "%FF%FE", "a" * 499, "%F0%9F%8C%B5", "(" * 400, "*", "a:b:c"])
def test_whatever_is_asked_gets_json(query, get):
    answer = get(f"/api/search?q={query}")
    assert answer.status in {200, 400}
    assert json.loads(answer.body)["hits"] == []


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_what_a_client_has_already_is_not_sent_again(accepted, get):
    first = get("/api/search?q=palmyra", accept_encoding=accepted)
    again = get("/api/search?q=palmyra", accept_encoding=accepted, if_none_match=first.headers["ETag"])
    other = get("/api/search?q=army", accept_encoding=accepted, if_none_match=first.headers["ETag"])
    assert [answer.status for answer in (first, again, other)] == [200, 304, 200]
    assert again.body == b""


def test_answers_and_files_are_compressed_for_who_takes_that(archive, get):
    for target, limit in (("/api/search?q=palmyra", 0.2), ("/", 0.1)):
        plain, packed = get(target), get(target, accept_encoding="gzip")
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < limit * len(plain.body)
        assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert get(target, accept_encoding="gzip", if_none_match=packed.headers["ETag"]).status == 304
    assert get("/", range="bytes=0-3", accept_encoding="gzip").body == (archive.site / "index.html").read_bytes()[:4]


@pytest.mark.parametrize(("target", "kept"), [
    ("/search/qztoycbmdo/1.js", "public, max-age=31536000, immutable"),
    ("/search/meta.js", "no-cache"),
    ("/", "no-cache"),
    ("/api/search?q=palmyra", "no-cache"),
])  # fmt: skip
def test_only_what_is_named_by_its_hash_is_kept_for_ever(target, kept, get):
    assert get(target).headers["Cache-Control"] == kept


@pytest.mark.parametrize(("path", "is_so"), [
    ("search/qztoycbmdo.js", True),
    ("search/qzt4ycbmdo.js", True),
    ("search/qztoycbmdoab.js", True),  # longer, where two would have the same name
    ("search/qztoycbmdo/12.js", True),
    ("search/engine.91ab03cd77.js", True),
    ("search/stem-fr.91ab03cd77.js", True),
    ("search/engine.js", False),
    ("search/meta.js", False),
    ("search/shards-of-old.html", False),
    ("search/analysis.js", False),
    ("search/index.qztoycbmdo.html", False),
    ("theme/js/qztoycbmdo/page.js", False),
])  # fmt: skip
def test_a_hash_has_ten_signs_of_its_alphabet_or_more(path, is_so):
    assert is_hashed(path) == is_so


def test_of_an_export_all_but_meta_is_kept_for_ever(archive, tmp_path):
    with open_index(archive.index) as index:
        export_index(index, tmp_path)
    files = {f"search/{path.relative_to(tmp_path).as_posix()}" for path in tmp_path.rglob("*.js")}
    assert len(files) > 10
    assert {path for path in files if not is_hashed(path)} == {"search/meta.js"}


@pytest.mark.parametrize("target", ["/api/", "/api/nix", "/api/search/", "/api/%FF", "/api/corrections"])
def test_an_address_of_programs_that_is_none_gets_a_sentence_as_json(target, get):
    answer = get(target)
    assert answer.status == 404
    assert json.loads(answer.body)["error"].endswith(": /api/openapi.json describes what there is.")


def test_who_posts_a_question_is_told_that_it_is_not_the_way(get):
    assert [get(target, "POST").status for target in ("/api/search", "/api/health", "/")] == [405, 405, 405]


def test_browsers_are_told_what_they_may_do(get):
    for target in ("/", "/api/search?q=a", "/nowhere", "/api/search?limit=x"):
        headers = get(target).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in headers
    assert get("/").headers["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"


def test_health_tells_how_many_articles_may_be_found(archive, get):
    assert json.loads(get("/api/health").body) == {
        "status": "ok", "generation": ENGINE.generation(archive.index), "articles": 30,
    }  # fmt: skip


def test_without_an_index_health_says_how_to_make_one(archive, tmp_path):
    with running(SimpleNamespace(site=archive.site, index=tmp_path)) as get:
        answer = get("/api/health")
    assert answer.status == 503
    assert "`make html` writes it" in json.loads(answer.body)["error"]


def test_one_client_that_asks_too_much_is_told_when_to_ask_again(archive):
    with running(archive, limits=Limits(rate=0.001, burst=2)) as get:
        answers = [get("/api/search?q=palmyra") for _ in range(3)]
        assert get("/").status == get("/api/health").status == 200
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert 990 < int(answers[2].headers["Retry-After"]) <= 1000
    assert json.loads(answers[2].body)["error"].startswith("Too many questions at once: ask again in ")


@given(st.lists(st.floats(0, 3), max_size=60), st.sampled_from([0.5, 1, 7]), st.integers(1, 5))
def test_no_client_gets_more_than_its_burst_and_its_rate(pauses, rate, burst):
    limit, now, times = RateLimit(rate, burst), 0.0, []
    for pause in pauses:
        now += pause
        wait = limit.wait("192.0.2.7", now=now)
        if not wait:
            times.append(now)
        else:
            assert RateLimit(rate, burst).wait("192.0.2.7", now=now) == 0
    for at, first in enumerate(times):
        for count, last in enumerate(times[at:], start=1):
            assert count <= burst + rate * (last - first) + 1e-6


def test_one_client_does_not_use_up_what_another_may_ask():
    limit = RateLimit(1, 1)
    assert [limit.wait("192.0.2.7", now=0), limit.wait("192.0.2.8", now=0), limit.wait("192.0.2.7", now=0)] == [0, 0, 1]
    # The addresses of one household are one client.
    assert [limit.wait("2001:db8::1", now=0), limit.wait("2001:db8::2", now=0)] == [0, 1]


def test_no_more_clients_are_remembered_than_there_is_room_for():
    limit = RateLimit(1, 1)
    for number in range(MAX_CLIENTS + 1):
        limit.wait(str(number), now=0)
    assert limit.wait("1", now=0) == 1
    assert limit.wait("0", now=0) == 0  # forgotten


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=40))
def test_what_is_kept_is_what_was_asked_for_last_and_fits(kept):
    recent, last = Recent(100), {}
    for key, size in kept:
        recent.keep(key, size, size=size)
        last.pop(key, None)
        last[key] = size
    is_kept = [recent.get(key) is not None for key in last]  # which asks in the same order
    assert is_kept == sorted(is_kept)
    assert sum(size for size, kept in zip(last.values(), is_kept, strict=True) if kept) <= 100
    assert all(is_kept[-1:])


class Held:
    """An engine of the real index, whose answers wait until they are let go."""

    def __init__(self):
        self.asked, self.released = threading.Semaphore(0), threading.Event()
        self.opened, self.closed = [], []

    @contextmanager
    def open(self, folder):
        generation = ENGINE.generation(folder)
        self.opened.append(generation)
        with ENGINE.open(folder) as index:
            yield index
        self.closed.append(generation)

    def ask(self, index, question):
        self.asked.release()
        assert self.released.wait(10)
        return ENGINE.ask(index, question)

    @property
    def engine(self):
        return Engine(self.open, self.ask, ENGINE.count, ENGINE.generation)


def in_threads(*calls):
    """Start all calls at once; what gives their results, in order."""
    results = {}
    threads = [
        threading.Thread(target=lambda number=number, call=call: results.update({number: call()}))
        for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()

    def wait():
        for thread in threads:
            thread.join()
        return [results[number] for number in range(len(calls))]

    return wait


def test_what_takes_too_long_gets_a_sentence_and_the_server_goes_on(archive):
    held = Held()
    with running(archive, limits=Limits(rate=0, seconds=0.05), engine=held.engine) as get:
        late = get("/api/search?q=palmyra")
        held.released.set()
        assert get("/api/search?q=army").status == 200
    assert (late.status, late.headers["Retry-After"]) == (503, "1")
    assert json.loads(late.body)["error"] == "The search is busy: ask again in 1 second."


HALF = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def connected(address, *, said=HALF):
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(said)
        yield client


class Hasty(TimelyProtocol):
    header_seconds = 0.3


@pytest.mark.parametrize("said", [b"", HALF, HALF + b"\r\n" + HALF], ids=["nothing", "half", "half after a whole one"])
def test_a_client_who_does_not_ask_in_time_is_hung_up_on(said, archive):
    with running(archive, protocol=Hasty) as get, connected(get.address, said=said) as client:
        began = time.monotonic()
        while client.recv(4096):  # until the other side closes
            pass
        assert 0.2 < time.monotonic() - began < 4  # before uvicorn hangs up on who is silent after an answer
        assert get("/api/health").status == 200


def test_an_answer_may_take_longer_than_a_question(archive):
    held = Held()
    with running(archive, limits=Limits(rate=0, threads=1, seconds=10), engine=held.engine, protocol=Hasty) as get:
        late = in_threads(lambda: get("/api/search?q=palmyra"))
        assert held.asked.acquire(timeout=10)
        with connected(get.address) as client:  # opened later than the question, and hung up on by now
            assert client.recv(1) == b""
        held.released.set()
        assert [answer.status for answer in late()] == [200]


def test_where_connections_are_at_their_most_the_one_that_waits_longest_gives_way(archive, monkeypatch):
    monkeypatch.setattr("dateline.server.serving.most_connections", lambda: 8)
    with running(archive) as get, ExitStack() as stack:
        clients = [stack.enter_context(connected(get.address)) for _ in range(20)]
        assert get("/api/health").status == 200
        with suppress(ConnectionResetError):  # where it had not been read yet
            assert clients[0].recv(1) == b""
        clients[-1].sendall(b"\r\n")
        assert clients[-1].recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize(("files", "connections"), [(256, 128), (1024, 512), (1_048_576, MAX_CONNECTIONS)])
def test_connections_take_half_of_the_files_that_may_be_open(files, connections, monkeypatch):
    monkeypatch.setattr("resource.getrlimit", lambda which: (files, files))
    assert most_connections() == connections


def test_no_more_searches_wait_than_there_is_room_for(archive):
    held = Held()
    with running(archive, limits=Limits(rate=0, threads=1, queue=0, seconds=10), engine=held.engine) as get:
        first = in_threads(lambda: get("/api/search?q=palmyra"))
        assert held.asked.acquire(timeout=10)  # the one thread is at work, and one may wait
        refused = threading.Semaphore(0)

        def ask(number):
            answer = get(f"/api/search?q=palmyra+{number}")
            if answer.status == 503:
                refused.release()
            return answer

        rest = in_threads(*(lambda n=n: ask(n) for n in range(3)))
        assert refused.acquire(timeout=5)  # at once, while the first is still held
        assert refused.acquire(timeout=5)
        held.released.set()
        statuses = [answer.status for answer in rest()]
        assert [answer.status for answer in first()] == [200]
    assert sorted(statuses) == [200, 503, 503]


def test_a_search_under_way_ends_on_the_index_that_it_began_on_which_is_then_closed(archive, tmp_path):
    index, held = tmp_path / "index", Held()
    update_index([document("old", "Mosul")], [], index)
    with running(SimpleNamespace(site=archive.site, index=index), engine=held.engine,
                 limits=Limits(rate=0, threads=1, check_seconds=0, seconds=10)) as get:  # fmt: skip
        before = in_threads(lambda: get("/api/search?q=mosul"))
        assert held.asked.acquire(timeout=10)
        update_index([document("new", "Mosul")], [], index)
        held.released.set()
        (old,) = before()
        new = get("/api/search?q=mosul")
        assert (len(held.opened), held.closed) == (2, held.opened[:1])
    assert [json.loads(answer.body)["hits"][0]["slug"] for answer in (old, new)] == ["old", "new"]
    assert held.closed == held.opened


def test_answers_of_an_index_are_kept_until_it_is_replaced(archive, tmp_path):
    index, held = tmp_path / "index", Held()
    held.released.set()
    update_index([document("old", "Mosul")], [], index)
    with running(SimpleNamespace(site=archive.site, index=index), engine=held.engine, limits=FREE) as get:
        for _ in range(3):
            get("/api/search?q=mosul")
        assert [held.asked.acquire(blocking=False) for _ in range(2)] == [True, False]
        update_index([document("new", "Mosul"), document("newer", "Mosul")], [], index)
        assert json.loads(get("/api/search?q=mosul").body)["total"] == 2


def faults(schema, value, schemas, where="answer"):
    """Yield where a value is not as a schema of the description says (of what it uses of JSON Schema)."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
             "null": type(None)}  # fmt: skip
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(isinstance(value, kinds[name]) for name in types):
        yield f"{where}: {value!r} is no {types}"
    elif isinstance(value, dict):
        yield from (f"{where}: lacks {name}" for name in schema["required"] if name not in value)
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{where}: {name} is not described"
            else:
                yield from faults(schema["properties"][name], part, schemas, f"{where}.{name}")
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{where}: {len(value)} items"
        for part in value:
            yield from faults(schema.get("items", {}), part, schemas, f"{where}[]")
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    elif value is not None and value < schema.get("minimum", value):
        yield f"{where}: {value!r} is too small"


@pytest.mark.parametrize("target", [
    "/api/search?q=palmyra", "/api/search?q=xyzzy", "/api/search?q=(", "/api/search", "/api/search?q=a&limit=0",
    "/api/search?q=palmyra&limit=2&offset=29", "/api/health",
])  # fmt: skip
def test_answers_are_as_the_description_says(target, get):
    assert list(described_faults(target, get)) == []


@pytest.mark.parametrize("query", [
    "palmyra", "tadmur", "tadmor", "pal*", "palmyra+army+mosul", "palmyra+AND", "place:Nowhere", "%22", "date:2017",
])  # fmt: skip
@pytest.mark.parametrize("more", ["", "&sort=newest&facets=yes", "&names=exact&limit=1&offset=1"])
def test_answers_of_the_index_that_is_updated_are_as_the_description_says(query, more, get_updated):
    assert list(described_faults(f"/api/search?q={query}{more}", get_updated)) == []


@pytest.fixture(scope="module")
def get_updated(archive, tmp_path_factory):
    index = tmp_path_factory.mktemp("updated")
    articles = [
        document(f"story-{number}", "Palmyra", "The army moved.", date="2017-03-02", topic="War",
                 values=(("place", "p:1", 1), ("topic", "War", 1)))
        for number in range(5)
    ]  # fmt: skip
    values = [
        SearchValue("place", "p:1", "Palmyra", ("Palmyra", "Tadmur")),
        SearchValue("topic", "War", "War", ("War",)),
    ]
    update_index(articles, values, index)
    with running(SimpleNamespace(site=archive.site, index=index), engine=ENGINE) as ask:
        assert json.loads(ask("/api/health").body)["articles"] == 5
        yield ask


def described_faults(target, get):
    """Where an answer is not as the description says."""
    description = json.loads(get("/api/openapi.json").body)
    schemas = description["components"]["schemas"]
    answer = get(target)
    told = description["paths"][target.split("?")[0]]["get"]["responses"][str(answer.status)]
    schema = told["content"]["application/json"]["schema"]
    return faults(schema, json.loads(answer.body), schemas)


def test_the_description_knows_the_parameters_that_the_server_reads():
    parameters = {each["name"]: each for each in describe()["paths"]["/api/search"]["get"]["parameters"]}
    assert tuple(parameters) == PARAMETERS
    defaults = "&".join(f"{name}={each['schema'].get('default', 'a')}" for name, each in parameters.items())
    assert question(defaults) == Question("a")
    for name, each in parameters.items():
        schema = each["schema"]
        for value in [*schema.get("enum", ()), *(schema[end] for end in ("minimum", "maximum") if end in schema)]:
            question(f"{name}={value}" if name == "q" else f"q=a&{name}={value}")
        wrong = {"string": "none-such", "integer": str(schema.get("maximum", 0) + 1)}[schema["type"]]
        if name != "q":
            with pytest.raises(SearchError):
                question(f"q=a&{name}={wrong}")
    assert parameters["sort"]["schema"]["enum"] == list(SORTS)


def test_an_index_that_is_broken_while_it_is_open_is_opened_anew(archive):
    failures = [RuntimeError("truncated")]

    def ask(index, question):
        if failures:
            raise failures.pop()
        return ENGINE.ask(index, question)

    held = Held()
    engine = Engine(held.open, ask, ENGINE.count, ENGINE.generation)
    with running(archive, engine=engine, limits=Limits(rate=0, threads=1)) as get:
        answers = [get(f"/api/search?q={quote('palmyra army')}") for _ in range(2)]
        assert (len(held.opened), len(held.closed)) == (2, 1)
    assert [answer.status for answer in answers] == [503, 200]
    assert "cannot be read (truncated)" in json.loads(answers[0].body)["error"]
