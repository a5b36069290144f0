"""The built site on an address: its files, its search as JSON, and on this machine the forms that correct its tags."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
from dateline.server.corrections import correction_routes, is_this_machine
from dateline.server.description import describe
from dateline.server.files import NO_FRAMES, SiteFiles, load_policy
from dateline.server.searching import Limits, SearchService

DEFAULT_LIMITS = Limits()


def serve(
    site: Path, index: Path, *, host: str = "127.0.0.1", port: int = 8000, limits: Limits = DEFAULT_LIMITS
) -> None:
    """Serve the site in the folder `site`, and at `/api/search?q=…` what `dateline search` finds in `index`.

    On loopback, the evidence of an article offers to correct the rules.csv of the archive whose output `site` is.
    """
    content = site.resolve().parent / "content"
    rules = content / "authority" / "rules.csv" if is_this_machine(host) and content.is_dir() else None
    app = application(site, index, rules=rules, limits=limits)
    # No name of the server in its answers; connections are few more than the searches that may wait.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=5))
    with listen(host, port) as listening:
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket:
    """Return a socket that takes connections; SiteError when the address cannot be had."""
    try:
        return create_server((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=1024)
    except OSError as error:
        raise SiteError(f"{host}:{port} cannot be served ({error.strerror}): choose another port.") from error


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
    routes: list[BaseRoute] = [
        Route("/api/search", service.answer, methods=["GET"]),
        Route("/api/health", service.health, methods=["GET"]),
        Route("/api/openapi.json", _describe, methods=["GET"]),
    ]
    routes += correction_routes(site, rules) if rules else [Mount("/", SiteFiles(site))]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    secured = Middleware(_Secured, policy=load_policy(site))
    return Starlette(routes=routes, middleware=[secured], lifespan=lifespan)


async def _describe(_: Request) -> JSONResponse:
    return JSONResponse(describe(), headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})


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
