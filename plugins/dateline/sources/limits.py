"""Limits on what a source may ask for: a hostile file is set aside and told, it does not fill memory or disk."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is read at all; the setting DATELINE_LIMITS overrides each by its name."""

    unpacked_bytes: int = 4096 * MEBIBYTE  # of one compressed file, or of one archive with all its members
    ratio: int = 200  # unpacked to packed bytes, once `ratio_from` bytes are unpacked
    ratio_from: int = 64 * MEBIBYTE
    members: int = 1_000_000  # of one archive
    depth: int = 3  # archives within archives
    document_bytes: int = 64 * MEBIBYTE  # of what must be held whole: a page, a feed, a record, a row
    line_chars: int = 1_000_000  # of a line of plain text
    story_chars: int = 10_000_000  # of a story's text
    elements_deep: int = 256  # of XML and JSON


DEFAULT_LIMITS = Limits()
