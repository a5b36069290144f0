"""The text of a web page, parted into the article and the page around it.

    blocks of the whole page ─┬─ those whose text an extractor judges to be the article
                              └─ page furniture: menus, teasers, comments, cookie banners

trafilatura judges, the blocks stay as `markup` read them: no extractor alters a character, a link or an order.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from dateline.records import Block, BlockKind, Link
from dateline.sources.markup import CELL_SEPARATOR
from dateline.text import ends_sentence

_WINDOW = 16  # letters and digits in a row that two texts share only when one was taken from the other
_MIN_KEPT_SHARE = 0.5  # of a block's windows
# Longer markup, which no article has, is judged by its blocks alone: trafilatura takes seconds for each megabyte.
_MAX_MARKUP_CHARS = 4_000_000
_MIN_PARAGRAPH_CHARS = 80
_MIN_WIDE_CHARS = 30  # of a script that needs fewer characters: Chinese, Japanese, Korean
_MAX_LINK_SHARE = 0.4
_MAX_GAP = 8  # blocks between two paragraphs of one article: headings, lists, captions, teasers
_NO_LETTERS = re.compile(r"[\W_]+")
_IMPRINT = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved)", re.IGNORECASE)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def letters(text: str) -> str:
    """Return the letters and digits of a text without case: what two renderings of it share.

    >>> letters("Talks “open” in Lima.")
    'talksopeninlima'
    """
    return _NO_LETTERS.sub("", text.casefold())


def link_share(blocks: Iterable[Block]) -> float:
    """Return which share of the characters of blocks are links."""
    linked = total = 0
    for block in blocks:
        total += len(block.text)
        linked += sum(link.end - link.start for link in block.links)
    return linked / total if total else 0.0


def main_text(markup: str, blocks: Sequence[Block]) -> list[bool]:
    """Tell of each block of a page whether it is of the article."""
    kept = _kept_lines(markup) if len(markup) <= _MAX_MARKUP_CHARS else []
    is_main = _aligned(blocks, kept) if kept else [False] * len(blocks)
    if not any(is_main):
        is_main = _dense(blocks)
    return _with_captions(blocks, _without_imprint(blocks, is_main))


def part_cells(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks with the cells of each row apart, for a page that tables set: menus beside the article."""
    for block in blocks:
        yield from _cells(block) if CELL_SEPARATOR in block.text else (block,)


def _cells(block: Block) -> Iterator[Block]:
    """Yield the cells of a row; the bar after a cell stays with it, for it may be the page's own."""
    start = 0
    for cell in block.text.split(CELL_SEPARATOR):
        end = min(len(block.text), start + len(cell) + len(CELL_SEPARATOR) - 1)
        links = tuple(
            Link(link.start - start, min(link.end, end) - start, link.href)
            for link in block.links
            if start <= link.start < end
        )
        yield Block(block.text[start:end], block.kind, links)
        start = end + 1


def _kept_lines(markup: str) -> list[str]:
    """Return the text that trafilatura judges to be the article, line by line."""
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction

    # It complains of pages without an article, which are told of here in other words.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(markup, include_comments=False, favor_precision=True)
    except (LxmlError, RecursionError, ValueError):
        return []
    body = getattr(document, "body", None)
    if body is None:
        return []
    lines = ["".join(element.itertext()) for element in body.iter("p", "head", "item", "cell", "quote", "code")]
    # A row of a table is one block, unless tables set the page: then its cells are.
    rows = [" ".join(" ".join(element.itertext()).split()) for element in body.iter("row")]
    return [*(line for element in lines for line in element.splitlines()), *rows]


def _aligned(blocks: Sequence[Block], kept: Iterable[str]) -> list[bool]:
    """Tell of each block whether its text is among the kept lines."""
    keys = [letters(line) for line in kept]
    text = "".join(keys)
    windows = {text[start : start + _WINDOW] for start in range(len(text) - _WINDOW + 1)}
    lines = Counter(keys)
    return _without_repeats(blocks, [_is_kept(letters(block.text), windows, lines) for block in blocks], lines)


def _is_kept(key: str, windows: set[str], lines: Counter[str]) -> bool:
    if len(key) < _WINDOW:
        return bool(key) and key in lines
    starts = range(len(key) - _WINDOW + 1)
    return sum(key[start : start + _WINDOW] in windows for start in starts) >= _MIN_KEPT_SHARE * len(starts)


def _without_repeats(blocks: Sequence[Block], is_main: Sequence[bool], lines: Counter[str]) -> list[bool]:
    """Of blocks that say the same, keep as many as were kept, nearest to the article's middle: the rest are teasers."""
    places = [place for place, main in enumerate(is_main) if main]
    middle = median(places or [0])
    left = dict(lines)
    kept = set()
    for place in sorted(places, key=lambda place: (abs(place - middle), place)):
        key = letters(blocks[place].text)
        if left.setdefault(key, 1) > 0:
            left[key] -= 1
            kept.add(place)
    return [place in kept for place in range(len(blocks))]


def _dense(blocks: Sequence[Block]) -> list[bool]:
    """Tell of each block whether it lies in the run of paragraphs that holds most of the page's sentences."""
    anchors = [place for place, block in enumerate(blocks) if is_prose(block)]
    runs: list[list[int]] = []
    for place in anchors:
        if runs and place - runs[-1][-1] <= _MAX_GAP:
            runs[-1].append(place)
        else:
            runs.append([place])
    if not runs:
        return [False] * len(blocks)
    best = max(runs, key=lambda run: sum(len(blocks[place].text) for place in run))
    within = range(best[0], best[-1] + 1)
    return [place in within and link_share([block]) <= _MAX_LINK_SHARE for place, block in enumerate(blocks)]


def is_prose(block: Block) -> bool:
    """Tell whether a block is a paragraph of sentences, not a label, a teaser or a menu."""
    text = block.text
    enough = _MIN_WIDE_CHARS if _WIDE.search(text) else _MIN_PARAGRAPH_CHARS
    if block.kind is BlockKind.LAYOUT:
        return len(text) >= enough
    is_text = block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTATION)
    return is_text and len(text) >= enough and link_share([block]) <= _MAX_LINK_SHARE and ends_sentence(text)


def _without_imprint(blocks: Sequence[Block], is_main: Sequence[bool]) -> list[bool]:
    """Leave out a notice of copyright after the last paragraph."""
    places = (place for place, main in enumerate(is_main) if main)
    last = max((place for place in places if not _IMPRINT.match(blocks[place].text)), default=0)
    return [main and place <= last for place, main in enumerate(is_main)]


def _with_captions(blocks: Sequence[Block], is_main: Sequence[bool]) -> list[bool]:
    """Take in the captions of pictures within the article and of the one that stands right above it."""
    places = [place for place, main in enumerate(is_main) if main]
    if not places:
        return list(is_main)
    first, last = places[0], places[-1]
    while first and blocks[first - 1].kind is BlockKind.CAPTION:
        first -= 1
    return [
        main or (first <= place <= last and blocks[place].kind is BlockKind.CAPTION)
        for place, main in enumerate(is_main)
    ]
