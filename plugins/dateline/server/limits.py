"""What one client may ask of the server in a second, and the answers that are kept for the next who asks."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Generic, TypeVar

MAX_CLIENTS = 10_000  # remembered; the one that asked longest ago is forgotten

Key = TypeVar("Key")
Kept = TypeVar("Kept")


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float  # when, in seconds


class RateLimit:
    """A token bucket for each client: `rate` requests a second, after `burst` at once; a rate of 0 is no limit."""

    def __init__(self, rate: float, burst: int) -> None:
        """Begin with all buckets full."""
        self._rate, self._burst = rate, float(burst)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str, *, now: float) -> float:
        """Take a token; return 0, or in how many seconds there will be one, when there is none."""
        if not self._rate:
            return 0.0
        name = client_name(client)
        bucket = self._buckets.pop(name, None) or _Bucket(self._burst, now)
        self._buckets[name] = bucket  # the last of all
        if len(self._buckets) > MAX_CLIENTS:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled) * self._rate)
        bucket.filled = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0.0


def client_name(address: str) -> str:
    """Return what stands for a client: of IPv6, the network of 64 bits that a household has for itself.

    >>> [client_name(address) for address in ("192.0.2.7", "2001:db8::1:2", "unix")]
    ['192.0.2.7', '2001:db8::', 'unix']
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped:
        return str(ip_network((int(parsed), 64), strict=False).network_address)
    return address


class Recent(Generic[Key, Kept]):
    """What was asked for last, `max_bytes` of it at the most."""

    def __init__(self, max_bytes: int) -> None:
        """Begin with nothing."""
        self._max_bytes, self._bytes = max_bytes, 0
        self._kept: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()

    def get(self, key: Key) -> Kept | None:
        """Return what is kept under a key, which is now the last asked for."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def keep(self, key: Key, what: Kept, *, size: int) -> None:
        """Keep something of so many bytes, and forget what was not asked for longest."""
        if key in self._kept:
            self._bytes -= self._kept.pop(key)[1]
        self._kept[key] = what, size
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._bytes -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._bytes = 0
