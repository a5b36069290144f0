"""The built site on an address: its files, its search as JSON, and on this machine the forms that correct its tags."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from socket import AF_INET, AF_INET6, create_server, socket

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dateline.errors import SiteError
from dateline.search.asking import ENGINE, Engine
from dateline.server.connections import TimelyProtocol, most_connections
from dateline.server.corrections import correction_routes, is_this_machine
from dateline.server.description import describe
from dateline.server.files import NO_FRAMES, SiteFiles, load_policy
from dateline.server.searching import Limits, SearchService

DEFAULT_LIMITS = Limits()
MAX_PORT = 65_535
# Connections that may wait to be taken: asyncio takes all that wait at once, before it looks at any.
BACKLOG = 100
_FOR_PROGRAMS = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}


def serve(
    site: Path,
    index: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits = DEFAULT_LIMITS,
    on_listening: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the site in the folder `site`, and at `/api/search?q=…` what `dateline search` finds in `index`.

    On loopback, the evidence of an article offers to correct the rules.csv of the archive whose output `site` is.
    `on_listening` is told the address once it is had; SiteError when it cannot be had.
    """
    content = site.resolve().parent / "content"
    rules = content / "authority" / "rules.csv" if is_this_machine(host) and content.is_dir() else None
    app = application(site, index, rules=rules, limits=limits)
    with listen(host, port) as listening:
        on_listening(f"http://{_bracketed(host)}:{listening.getsockname()[1]}/")
        make_server(app).run(sockets=[listening])


def make_server(app: Starlette, *, protocol: type[TimelyProtocol] = TimelyProtocol) -> uvicorn.Server:
    """Return the server of an application; it takes as many connections as the process may have files for."""
    settings = uvicorn.Config(
        app,
        http=protocol,
        limit_concurrency=most_connections(),
        backlog=BACKLOG,
        log_level="warning",
        server_header=False,  # its name and version are nobody's business
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(settings)


def listen(host: str, port: int) -> socket:
    """Return a socket that takes connections; SiteError when the address cannot be had."""
    if not 0 <= port <= MAX_PORT:
        raise SiteError(f"There is no port {port}: choose one from 0 to {MAX_PORT}; 0 is any that is free.")
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", error)).partition(" (while")[0]  # attempting what is said already
        raise SiteError(
            f"{_bracketed(host)}:{port} cannot be served ({reason}): choose another host or port."
        ) from error


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def application(
    site: Path,
    index: Path,
    *,
    rules: Path | None = None,
    limits: Limits = DEFAULT_LIMITS,
    engine: Engine = ENGINE,
) -> Starlette:
    """Return the server's application; SiteError when there is no site to serve.

    With `rules`, a rules.csv, readers on this machine are offered to correct tags there.
    """
    if not (site / "index.html").is_file():
        raise SiteError(f"{site}: there is no index.html here; `make html` builds the site.")
    service = SearchService(index, engine, limits)
    *corrections, files = correction_routes(site, rules) if rules else [Mount("/", SiteFiles(site))]
    routes: list[BaseRoute] = [
        Route("/api/search", service.answer, methods=["GET"]),
        Route("/api/health", service.health, methods=["GET"]),
        Route("/api/openapi.json", _describe, methods=["GET"]),
        *corrections,
        Route("/api/{rest:path}", _tell_addresses, methods=["GET"]),
        files,
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    secured = Middleware(_Secured, policy=load_policy(site))
    return Starlette(routes=routes, middleware=[secured], lifespan=lifespan)


async def _describe(_: Request) -> JSONResponse:
    return JSONResponse(describe(), headers=_FOR_PROGRAMS)


async def _tell_addresses(request: Request) -> JSONResponse:
    sentence = f"There is nothing at {request.url.path[:200]}: /api/openapi.json describes what there is."
    return JSONResponse({"error": sentence}, 404, _FOR_PROGRAMS)


class _Secured:
    """An application whose answers say what a browser may do with them, where they do not say so themselves."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": "; ".join(filter(None, (policy, NO_FRAMES))),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)
