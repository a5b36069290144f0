"""Sorted tables as trees of small files, cut where their content says, so that a change moves few cuts.

Cuts as in FastCDC (Xia et al., USENIX ATC 2016): never before a least size, always at a largest, and between these
where a hash of the key falls below the share of its size. So a table is cut alike whatever it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

from dateline.search.shards.codec import count_shared, encode_sorted

NODE_CHILDREN = (20, 14, 64)  # at least, more in the mean, at most
ROOT_CHILDREN = 80  # so many need no level of nodes between

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Child:
    """A leaf or node: a text that is not after its first key and after all keys before it, and its file's name."""

    key: str
    name: str


def cut(
    items: Iterable[Item], key: Callable[[Item], str], size: Callable[[Item], int], bounds: tuple[int, int, int]
) -> Iterator[list[Item]]:
    """Cut `items` into parts; `bounds` are the least size, how much more one has in the mean, and the most."""
    least, more, most = bounds
    part: list[Item] = []
    filled = 0
    for item in items:
        weight = size(item)
        part.append(item)
        filled += weight
        if filled >= most or (filled >= least and crc32(key(item).encode()) / 2**32 < weight / more):
            yield part
            part, filled = [], 0
    if part:
        yield part


def separator(before: str | None, key: str) -> str:
    """Return the shortest beginning of `key` that lies after `before`.

    >>> separator("armour", "army"), separator(None, "a")
    ('army', '')
    """
    return "" if before is None else key[: count_shared(before, key) + 1]


def grow_tree(children: list[Child], write: Callable[[list[object]], str]) -> list[object]:
    """Write the nodes above `children`, which are leaves, and return the root, which is not written."""
    level = 0
    while len(children) > ROOT_CHILDREN:
        parts = cut(children, lambda child: child.name, lambda child: 1, NODE_CHILDREN)
        children = [Child(part[0].key, write(node(level, part))) for part in parts]
        level += 1
    return node(level, children)


def node(level: int, children: list[Child]) -> list[object]:
    """Return a node as it is written."""
    return [level, encode_sorted(child.key for child in children), "".join(child.name for child in children)]
