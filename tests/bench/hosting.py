"""A folder as a web host sends it, and a browser whose readers come for the first time."""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chromium import find_chromium

GZIP_LEVEL = 6  # zlib's own, and Apache's; nginx has 1 unless told
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A response: its path, the bytes of its body as sent, and when it was asked for (seconds since 1970)."""

    path: str
    bytes: int
    at: float


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield Chromium without a window."""
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


@contextmanager
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """Yield what a reader has who comes for the first time: nothing is cached."""
    context = chromium.new_context()
    yield context
    context.close()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[Sent]]]:
    """Serve a folder, texts as gzip, all to be cached; yield its address and the list that gets each response."""
    sent: list[Sent] = []
    compressed = cache(lambda path: gzip.compress(path.read_bytes(), GZIP_LEVEL))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: else each waits for the browser's delayed acknowledgement

        def do_GET(self) -> None:
            at = time.time()
            name = self.path.split("?")[0]
            path = folder / (name.lstrip("/") or "index.html")
            if not path.is_file():
                self.send_error(404)
                return
            is_text = path.suffix in _MEDIA_TYPES
            body = compressed(path) if is_text else path.read_bytes()
            sent.append(Sent(name, len(body), at))
            self.send_response(200)
            self.send_header("Content-Type", _MEDIA_TYPES.get(path.suffix, "application/octet-stream"))
            if is_text:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=31536000, immutable")
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", sent
    finally:
        server.shutdown()
        server.server_close()
