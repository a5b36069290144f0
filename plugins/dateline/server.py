"""The built site on a local address, with its search as JSON beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from socket import AF_INET, AF_INET6, create_server, socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dateline.errors import SearchError, SiteError
from dateline.search import SearchResult, open_index, search, search_json

MAX_HITS = 1000


def serve(site: Path, index: Path, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the site in the folder `site`, and at `/api/search?q=…&limit=…` what `dateline search` finds."""
    server = uvicorn.Server(uvicorn.Config(application(site, index), log_level="warning"))
    with listen(host, port) as listening:
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket:
    """Return a socket that takes connections; SiteError when the address cannot be had."""
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET)
    except OSError as error:
        raise SiteError(f"{host}:{port} cannot be served ({error.strerror}): choose another port.") from error


def application(site: Path, index: Path) -> Starlette:
    """Return the server's application; SiteError when there is no site to serve."""
    if not (site / "index.html").is_file():
        raise SiteError(f"{site}: there is no index.html here; `make html` builds the site.")
    return Starlette(
        routes=[
            Route("/api/search", _answer(index), methods=["GET"]),
            Mount("/", StaticFiles(directory=site, html=True)),
        ]
    )


def _answer(index: Path) -> Callable[[Request], JSONResponse]:
    def answer(request: Request) -> JSONResponse:
        """Open the index anew each time: it costs a millisecond, and a build may have replaced it."""
        query = request.query_params.get("q", "")
        given = request.query_params.get("limit", "20")
        limit = _read_limit(given)
        if limit is None:
            return _refuse(query, f"limit is {given!r}: it should be a number from 1 to {MAX_HITS}.")
        try:
            with open_index(index) as opened:
                result = search(opened, query, limit=limit)
        except SearchError as error:
            return _refuse(query, str(error), status=503)
        return JSONResponse(search_json(result), status_code=400 if result.error else 200)

    return answer


def _read_limit(given: str) -> int | None:
    digits = given.lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_HITS))):
        return None  # before int(), which refuses thousands of digits in a way of its own
    return int(digits) if int(digits) <= MAX_HITS else None


def _refuse(query: str, sentence: str, *, status: int = 400) -> JSONResponse:
    return JSONResponse(search_json(SearchResult(query, error=sentence)), status_code=status)
