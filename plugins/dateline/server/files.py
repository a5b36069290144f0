"""The files of the site: compressed where it pays, kept for ever where their name changes with what they hold."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from dateline.server.limits import Recent
from dateline.server.searching import SMALLEST_GZIP, accepts_gzip, has_etag, packed_etag

FOR_EVER = "public, max-age=31536000, immutable"
# Of the search's export: shards have a hash in base32 for a name, cards lie in folders of such names, scripts have one
# in hexadecimal after their name.
_HASHED = re.compile(r"search/(?:[a-z2-7]{10,}(?:\.js|/[^/]+)|[a-z-]+\.[0-9a-f]{10,}\.js)")
# A page of somebody else's that holds ours in a frame could lead a click onto a button unseen.
NO_FRAMES = "frame-ancestors 'none'"
_TEXTS = re.compile(r"text/|application/(?:javascript|json|xml|[a-z.]+\+(?:json|xml))|image/svg")
MAX_PACKED_BYTES = 4 * 1024 * 1024
KEPT_BYTES = 32 * 1024 * 1024

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


class SiteFiles(StaticFiles):
    """The site's files."""

    def __init__(self, site: Path) -> None:
        """Serve the folder `site`."""
        super().__init__(directory=site, html=True)
        self._packed: Recent[tuple[str, str], bytes] = Recent(KEPT_BYTES)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file of the site, compressed where the client takes that and it pays."""
        return await self.finish(await self.find_file(path, scope), path, scope)

    async def find_file(self, path: str, scope: Scope) -> Response:
        """Return a file of the site as it lies there, or the page for what is missing."""
        return await super().get_response(path, scope)

    async def finish(self, response: Response, path: str, scope: Scope) -> Response:
        """Return the answer with a file as it goes out: how long it may be kept, and compressed where that pays."""
        if response.status_code in {200, 206, 304}:
            response.headers["Cache-Control"] = FOR_EVER if is_hashed(path) else "no-cache"
        return await self._compressed(response, Headers(scope=scope))

    async def _compressed(self, response: Response, headers: Headers) -> Response:
        if not isinstance(response, FileResponse) or not _TEXTS.match(response.media_type or ""):
            return response
        response.headers["Vary"] = "Accept-Encoding"
        size = int(response.headers.get("content-length", "0"))
        if "range" in headers or not accepts_gzip(headers) or not SMALLEST_GZIP <= size <= MAX_PACKED_BYTES:
            return response
        etag = packed_etag(response.headers["etag"])
        told = {
            **{name: response.headers[name] for name in ("cache-control", "last-modified") if name in response.headers},
            "ETag": etag,
            "Vary": "Accept-Encoding",
            "Content-Encoding": "gzip",
        }
        if response.status_code == 200 and has_etag(headers, etag):
            return Response(status_code=304, headers={name: told[name] for name in told if name != "Content-Encoding"})
        body = await self._pack(str(response.path), etag)
        return Response(body, response.status_code, told, media_type=response.media_type)

    async def _pack(self, path: str, etag: str) -> bytes:
        packed = self._packed.get((path, etag))
        if packed is None:
            packed = await asyncio.to_thread(lambda: gzip.compress(Path(path).read_bytes(), 6, mtime=0))
            self._packed.keep((path, etag), packed, size=len(packed))
        return packed


def is_hashed(path: str) -> bool:
    """Tell whether a file's name changes with what it holds.

    >>> [is_hashed(path) for path in ("search/qzt4ycbmdo/card-1.js", "search/qztoycbmdo.js", "search/meta.js")]
    [True, True, False]
    """
    return _HASHED.fullmatch(path) is not None


def load_policy(site: Path) -> str:
    """Return the Content-Security-Policy of the site's own pages, "" when they have none.

    As a header it holds for every file; the search page's is the widest.
    """
    for name in ("search.html", "index.html"):
        page = site / name
        found = _POLICY.search(page.read_text(encoding="utf-8", errors="replace")) if page.is_file() else None
        if found:
            return found[1]
    return ""
