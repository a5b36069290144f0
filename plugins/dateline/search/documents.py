"""An article as it was analysed: all that the index and the export need of it, kept so that it is done once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CHUNK_WORDS = 250  # a longer body is parted, so that a result's snippet needs no long text
MAX_CHUNKS = 24


@dataclass(frozen=True, slots=True)
class AnalysedDocument:
    """The terms of an article by field, with where they stand; positions are numbers of words, and rise."""

    slug: str
    title: Mapping[str, tuple[int, ...]]  # term → positions
    body: Mapping[str, tuple[int, ...]]
    title_length: int  # in words
    body_length: int
    words: Mapping[str, str]  # each word as written (folded) → its term; of both fields
    values: Mapping[str, Mapping[str, int]]  # value field → key, or `below(key)`, → how often
    value_lengths: Mapping[str, int]  # value field → the sum of its own values' counts
    chunks: tuple[int, ...]  # of the body: the position of the first word of each chunk, the first chunk's being 0
