"""`/api/search` and `/api/health`: what `dateline search --json` prints, and whether there is an index to ask."""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from dateline.errors import SearchError
from dateline.search.asking import SORTS, Engine, Question, error_json
from dateline.server.limits import RateLimit, Recent
from dateline.server.readers import Busy, Readers

MAX_LIMIT = 100
MAX_OFFSET = 10_000
MAX_QUERY_CHARS = 500
SMALLEST_GZIP = 600  # bytes; below, a packet is a packet

Choice = TypeVar("Choice", bound=str)
PARAMETERS = ("q", "limit", "offset", "sort", "names", "facets")
# A page of any site may ask, as any program may: what is published may be found.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the server takes upon itself."""

    rate: float = 20.0  # requests a second and client; 0 for as many as come
    burst: int = 60  # requests at once, before the rate counts
    threads: int = 2  # that search
    queue: int = 256  # searches that wait
    seconds: float = 5.0  # until an answer
    answers: int = 16 * 1024 * 1024  # bytes of answers kept
    check_seconds: float = 1.0  # between looks for a new index


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as it goes out."""

    plain: bytes  # JSON
    packed: bytes  # the same as gzip, b"" where that does not pay
    status: int
    etag: str


class SearchService:
    """The search as the web sees it: readers, the answers they gave, and the generation of the index they are of."""

    def __init__(self, folder: Path, engine: Engine, limits: Limits) -> None:
        """Serve the index in `folder`, which need not be there yet."""
        self._folder, self._engine, self._limits = folder, engine, limits
        self._readers: Readers | None = None  # not before the server runs
        self._clients = RateLimit(limits.rate, limits.burst)
        self._answers: Recent[Question, _Answer] = Recent(limits.answers)
        self._generation, self._looked, self._articles = "", -math.inf, -1

    def close(self) -> None:
        """End the threads."""
        if self._readers:
            self._readers.close()
            self._readers = None

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request for `/api/search`."""
        given = request.query_params.multi_items()
        query = dict(given).get("q", "")
        now = time.monotonic()
        wait = self._clients.wait(request.client.host if request.client else "", now=now)
        if wait:
            sentence = f"Too many questions at once: ask again in {_seconds(wait)}."
            return _refuse(query, sentence, status=429, retry=wait)
        try:
            question = read_question(given)
        except SearchError as error:
            return _refuse(query, str(error), status=400)
        self._look(now)
        answer = self._answers.get(question)
        if answer is None:
            try:
                answer = await self._ask(question)
            except SearchError as error:
                return _refuse(query, str(error), status=503, retry=self._limits.seconds)
            except (Busy, TimeoutError):
                sentence = f"The search is busy: ask again in {_seconds(self._limits.seconds)}."
                return _refuse(query, sentence, status=503, retry=self._limits.seconds)
        return _send(answer, request.headers)

    async def health(self, request: Request) -> Response:
        """Return the generation of the index and the number of its articles; status 503 when there is none."""
        self._look(time.monotonic())
        try:
            if self._articles < 0:
                self._articles = await self._run(self._engine.count)
            body: dict[str, Any] = {"status": "ok", "generation": self._generation, "articles": self._articles}
        except SearchError as error:
            body = {"status": "no index", "error": str(error)}
        except (Busy, TimeoutError):
            body = {"status": "busy", "error": "The search is busy."}
        return _send(_encode(body, 200 if body["status"] == "ok" else 503), request.headers)

    def _look(self, now: float) -> None:
        """Forget the answers of an index that was replaced; cheap, and done once in a while."""
        if now - self._looked < self._limits.check_seconds:
            return
        self._looked = now
        generation = self._engine.generation(self._folder)
        if generation != self._generation:
            self._generation, self._articles = generation, -1
            self._answers.clear()

    async def _ask(self, question: Question) -> _Answer:
        generation = self._generation
        answer: _Answer = await self._run(
            lambda index: _answer(self._engine, index, replace(question, seconds=self._limits.seconds))
        )
        if generation == self._generation:
            self._answers.keep(question, answer, size=len(answer.plain) + len(answer.packed))
        return answer

    async def _run(self, work: Callable[[Any], Any]) -> Any:
        if self._readers is None:
            limits = self._limits
            self._readers = Readers(self._folder, self._engine, threads=limits.threads, queue=limits.queue)
        return await asyncio.wait_for(asyncio.wrap_future(self._readers.submit(work)), self._limits.seconds)


def read_question(given: list[tuple[str, str]]) -> Question:
    """Return the question that parameters of an address ask; SearchError says which of them is not right."""
    values = dict(given)
    if len(values) < len(given):
        raise SearchError("A parameter is given twice: each should be given once.")
    for name in values:
        if name not in PARAMETERS:
            raise SearchError(f"There is no parameter {name!r}: there are {', '.join(PARAMETERS)}.")
    query = values.get("q", "")
    if len(query) > MAX_QUERY_CHARS:
        raise SearchError(f"The query has {len(query)} characters: {MAX_QUERY_CHARS} are the most.")
    return Question(
        query,
        limit=_number(values, "limit", default=20, least=1, most=MAX_LIMIT),
        offset=_number(values, "offset", default=0, least=0, most=MAX_OFFSET),
        sort=_choice(values, "sort", *SORTS),
        widen=_choice(values, "names", "any", "exact") == "any",
        facets=_choice(values, "facets", "no", "yes") == "yes",
    )


def _number(values: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    given = values.get(name, str(default))
    digits = given.lstrip("0") or given[:1]
    # Before int(), which refuses thousands of digits in a way of its own.
    if digits.isascii() and digits.isdigit() and len(digits) <= len(str(most)) and least <= int(digits) <= most:
        return int(digits)
    raise SearchError(f"{name} is {given[:40]!r}: it should be a number from {least} to {most}.")


def _choice(values: Mapping[str, str], name: str, *choices: Choice) -> Choice:
    """Return the choice that is given, the first of all when none is."""
    given = values.get(name, choices[0])
    for choice in choices:
        if choice == given:
            return choice
    raise SearchError(f"{name} is {given[:40]!r}: it should be one of {', '.join(choices)}.")


def _answer(engine: Engine, index: Any, question: Question) -> _Answer:
    """Ask, and make bytes of the answer in the thread that asked."""
    answer = engine.ask(index, question)
    return _encode(answer, 400 if "error" in answer else 200)


def _encode(answer: Mapping[str, Any], status: int) -> _Answer:
    plain = _bytes(answer)
    packed = gzip.compress(plain, 6, mtime=0) if len(plain) >= SMALLEST_GZIP else b""
    return _Answer(plain, packed, status, f'"{sha256(plain).hexdigest()[:24]}"')


def _bytes(answer: Mapping[str, Any]) -> bytes:
    # Half a surrogate pair, which an address may hold, is no UTF-8: it is written as its escape.
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _send(answer: _Answer, headers: Mapping[str, str]) -> Response:
    is_packed = bool(answer.packed) and accepts_gzip(headers)
    etag = packed_etag(answer.etag) if is_packed else answer.etag
    told = {**_HEADERS, "ETag": etag}
    if answer.status == 200 and has_etag(headers, etag):
        return Response(status_code=304, headers=told)
    if is_packed:
        told["Content-Encoding"] = "gzip"
    body = answer.packed if is_packed else answer.plain
    return Response(body, answer.status, told, media_type="application/json")


def _refuse(query: str, sentence: str, *, status: int, retry: float | None = None) -> Response:
    told = dict(_HEADERS) if retry is None else {**_HEADERS, "Retry-After": str(max(1, math.ceil(retry)))}
    body = _bytes(error_json(query[:MAX_QUERY_CHARS], sentence))
    return Response(body, status, told, media_type="application/json")


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    """Tell whether a client says that it takes gzip.

    >>> [accepts_gzip({"accept-encoding": given}) for given in ("br, gzip", "gzip;q=0", "identity", "")]
    [True, False, False, False]
    """
    for given in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = given.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def packed_etag(etag: str) -> str:
    """Return the ETag of the same thing compressed.

    >>> packed_etag('"5f3a"')
    '"5f3a-gzip"'
    """
    return f'{etag[:-1]}-gzip"'


def has_etag(headers: Mapping[str, str], etag: str) -> bool:
    """Tell whether a client has what an ETag names."""
    given = headers.get("if-none-match", "")
    return etag in (tag.strip().removeprefix("W/") for tag in given.split(","))


def _seconds(wait: float) -> str:
    seconds = max(1, math.ceil(wait))
    return f"{seconds} second{'' if seconds == 1 else 's'}"
