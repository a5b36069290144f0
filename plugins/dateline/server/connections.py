"""Connections that ask nothing: they are closed in time, and sooner where others need the room.

uvicorn waits for the headers of a request as long as a client likes, so that a few hundred half requests would take
every file that the process may open. It closes by itself what stays silent after an answer.
"""

from __future__ import annotations

import asyncio
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS = 1000
HEADER_SECONDS = 10.0  # from the opening, or the answer before, to the last header of a request


class TimelyProtocol(H11Protocol):
    """HTTP of a client who must ask in time.

    Where `limit_concurrency` connections are open, the one that has asked nothing for longest gives way to a new one;
    where all have asked something, uvicorn answers 503.
    """

    header_seconds = HEADER_SECONDS
    silent_since = 0.0  # when the client's turn to ask began, by the loop's clock
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # the base class has BaseTransport
        """Take a connection, and the room of another where there is none left."""
        super().connection_made(transport)
        self.silent_since = self.loop.time()
        self._watch(self.header_seconds)
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self.silent_since = self.loop.time()
        super().on_response_complete()

    def _watch(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._close_when_late)

    def _close_when_late(self) -> None:
        left = self.silent_since + self.header_seconds - self.loop.time()
        if self.has_request:
            self._watch(self.header_seconds)
        elif left > 0:
            self._watch(left)
        else:
            self.transport.close()

    @property
    def has_request(self) -> bool:
        """Whether a request came whose answer has not gone out yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def _make_room(self) -> None:
        others = (other for other in self.connections if other is not self and isinstance(other, TimelyProtocol))
        silent = [other for other in others if not other.has_request and not other.transport.is_closing()]
        if silent:
            min(silent, key=lambda other: other.silent_since).transport.abort()


def most_connections() -> int:
    """Return how many connections may be open: half of the files that the process may have open at the most.

    The other half is for the site's files and the index.
    """
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_CONNECTIONS if most == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, most // 2)
